"""The engine disclosure-warm: outputs equal to papermill's own engine, and notebooks that harm nobody but themselves."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

# Cells whose outputs have to come out as from a kernel that was started afresh.
CELLS = {
    "value": "1 + 1",
    "several": "print('a'); 1; print('b')\n2",
    "streams": "import sys; print('out'); print('err', file=sys.stderr); print('out again')",
    "carriage return": "for i in range(3): print(i, end='\\r')",
    # A thread of the kernel listens to what bypasses Python: it has to get its turn.
    "below python": "import os, time; os.system('echo from below'); os.write(1, b'and from the descriptor\\n'); time.sleep(0.3)",
    "subprocess": "import subprocess; subprocess.run(['echo', 'child']); time.sleep(0.3)",
    "bang": "!echo $((40 + 2))",
    "cell magic": "%%bash\necho magic",
    "line magic": "%who_ls",
    "history": "In[1], Out, _",
    "display": "from IPython.display import HTML, Markdown, display; display(HTML('<b>x</b>'), Markdown('*y*'))",
    "display id": "shown = display('first', display_id='fixed'); shown.update('second')",
    "clear": "from IPython.display import clear_output; print('gone'); clear_output(); print('stays')",
    "clear later": "print('gone'); clear_output(wait=True); print('stays')",
    "pandas": "import pandas as pd; pd.DataFrame({f'column {i}': ['很长的文字' * 20] for i in range(30)})",
    "pandas options": "pd.get_option('display.max_columns'), pd.get_option('display.width')",
    "plotly": "import plotly.graph_objects as go; go.Figure(go.Scatter(x=[1, 2, 3], y=[3, None, 1]))",
    "plotly shown": "go.Figure(go.Bar(y=[1])).show()",
    "warning": "import warnings; warnings.warn('careful')",
    "await": "import asyncio; await asyncio.sleep(0.01); 'waited'",
    "task": "task = asyncio.create_task(asyncio.sleep(0, 'done'))",
    "task later": "await task",
    "thread": "import threading; t = threading.Thread(target=print, args=['from a thread']); t.start(); t.join()",
    "widget": "import ipywidgets; ipywidgets.IntSlider(3)",
    "logging": "import logging; logging.warning('logged')",
    "module": "__name__, __builtins__.get_ipython is get_ipython, type(get_ipython()).__name__",
    "path": "import sys, os; sys.path[:2], os.path.basename(os.getcwd())",
    "signals": "import signal; signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL, signal.getsignal(signal.SIGPIPE)",
    "garbage": "import gc; gc.isenabled()",
    "input": "try: input()\nexcept Exception as error: print(type(error).__name__)",
    "expected error": "1 / 0",
    "last": "def deep(n): return deep(n - 1) if n else [][0]\ndeep(2)",
}
EXPECTED_ERRORS = {"expected error", "last"}


def notebook(*sources, tags=()):
    cells = [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}})


def run(*sources, engine="disclosure-warm", **options):
    """The texts that the cells put out."""
    options = {"progress_bar": False} | options
    executed = papermill.execute_notebook(notebook(*sources), None, engine_name=engine, **options)
    return [text_of(output) for cell in executed.cells for output in cell.outputs]


def text_of(output):
    return output.get("text") or output.get("data", {}).get("text/plain") or output.get("ename")


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same notebook, executed by either engine."""
    folder = tmp_path_factory.mktemp("work")
    asked = notebook(*CELLS.values())
    for cell, name in zip(asked.cells, CELLS):
        cell.metadata.tags = ["raises-exception"] if name in EXPECTED_ERRORS else []
    # A kernel does not look at what is written below Python if it finds itself in a test.
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")
        return [executed_with(engine, asked, folder) for engine in ("nbclient", "disclosure-warm")]


def executed_with(engine, asked, folder):
    """papermill writes the whole notebook, and then raises if any of its cells has an error."""
    path = folder / f"{engine}.ipynb"
    with pytest.raises(PapermillExecutionError):
        papermill.execute_notebook(asked, path, engine_name=engine, progress_bar=False, cwd=folder)
    executed = nbformat.read(path, 4)
    executed.cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    return executed


@linux
@pytest.mark.parametrize("name", CELLS)
def test_outputs_equal_those_of_a_fresh_kernel(both, name):
    stock, warm = (executed.cells[list(CELLS).index(name)] for executed in both)
    assert warm.execution_count == stock.execution_count
    assert comparable(warm.outputs) == comparable(stock.outputs)
    assert warm.outputs or name == "task"


def comparable(outputs):
    """The outputs without what is chance in any kernel: ids of widgets, names of temporary files, how a text was cut up."""
    joined = []
    for output in outputs:
        if joined and output.output_type == "stream" and output.get("name") == joined[-1].get("name"):
            joined[-1]["text"] += output.text
        else:
            joined.append(dict(output))
    text = re.sub(r'"model_id": "\w+"', '"model_id": ""', json.dumps(joined, sort_keys=True))
    return re.sub(r"ipykernel_\d+/\d+", "ipykernel_", text)


@linux
def test_metadata_equals_that_of_a_fresh_kernel(both):
    stock, warm = (executed.metadata for executed in both)
    assert warm.language_info == stock.language_info
    kinds = [sorted(state["model_name"] for state in each.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()) for each in (stock, warm)]
    assert kinds[0] == kinds[1] and "IntSliderModel" in kinds[0]
    for ours, theirs in zip(both[1].cells, both[0].cells):
        assert ours.metadata.keys() == theirs.metadata.keys()
        assert ours.metadata.execution.keys() == theirs.metadata.execution.keys()


def test_an_error_ends_the_notebook_as_usual():
    with pytest.raises(PapermillExecutionError, match="ZeroDivisionError"):
        run("print('before')", "1 / 0", "print('never')")


@linux
def test_nothing_of_a_notebook_is_seen_by_the_next():
    run("import builtins, sys, os, pandas as pd; builtins.leak = 1; sys.path.append('/leak'); os.environ['LEAK'] = '1'; pd.set_option('display.width', 7)")
    assert run("import sys, os, pandas as pd; hasattr(__builtins__, 'leak'), '/leak' in sys.path, 'LEAK' in os.environ, pd.get_option('display.width')") == [
        "(False, False, False, 80)"
    ]


@linux
def test_chance_is_chance():
    drawn = "import random, numpy, uuid; random.random(), numpy.random.random(), uuid.uuid4().hex"
    assert run(drawn) != run(drawn)


def test_environment_and_folder_are_the_callers(tmp_path, monkeypatch):
    monkeypatch.setenv("SAID", "now")
    assert run("import os; print(os.environ['SAID'], os.getcwd())", cwd=tmp_path) == [f"now {tmp_path}\n"]


@linux
@pytest.mark.parametrize("crash", ["import os; os._exit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "import ctypes; ctypes.string_at(0)"])
def test_a_crash_harms_no_other(crash):
    with ThreadPoolExecutor() as threads:
        other = threads.submit(run, "import time; time.sleep(1); 'well'")
        with pytest.raises(DeadKernelError):
            run(crash)
        assert other.result() == ["'well'"]
    assert run("'and the next'") == ["'and the next'"]


@linux
@pytest.mark.parametrize("hang", ["while True: pass", "import time; time.sleep(60)", "import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 30)); time.sleep(60)"])
def test_a_hang_ends_at_its_time_limit(hang):
    started = time.monotonic()
    with pytest.raises(CellTimeoutError):
        run(hang, execution_timeout=1)
    assert time.monotonic() - started < 10


@linux
def test_many_at_once():
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda number: run(f"{number} * 2"), range(24)))
    assert results == [[str(2 * number)] for number in range(24)]


@linux
def test_large_outputs_come_whole():
    assert run("print('x' * 20_000_000)")[0].count("x") == 20_000_000


@linux
def test_the_parent_of_kernels_is_ready_to_be_forked():
    """It has shown all figures without an error, and has no second thread, for a fork would not take it along."""
    script = """
import threading
from disclosure import warm
app = warm.App.instance()
app.prepare()
with app.shell.builtin_trap:
    warm._import_all()
    warm._show_all(app.shell)
print(threading.active_count())
"""
    done = subprocess.run([sys.executable, "-Xfrozen_modules=off", "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr


@linux
def test_kernels_end_with_whoever_started_them(tmp_path):
    """Killed without a word, the process leaves neither the parent of its kernels behind nor a kernel at work."""
    script = f"""
import papermill, nbformat
cell = nbformat.v4.new_code_cell("import os, time; open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}'); time.sleep(600)")
papermill.execute_notebook(nbformat.v4.new_notebook(cells=[cell]), None, engine_name="disclosure-warm", kernel_name="python3", progress_bar=False)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    pids = wait_for(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text().split())
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids))


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_other_kernels_are_left_to_papermill(monkeypatch, caplog):
    monkeypatch.setattr(sys, "platform", "elsewhere")
    assert run("1 + 1") == ["2"]
    assert "started afresh" in caplog.text


def test_papermill_knows_it_by_its_name(tmp_path):
    path = tmp_path / "one.ipynb"
    nbformat.write(notebook("'said'"), path)
    subprocess.run([sys.executable, "-m", "papermill", "--engine", "disclosure-warm", path, tmp_path / "out.ipynb"], check=True, capture_output=True)
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[-1].outputs[0].data["text/plain"] == "'said'"
