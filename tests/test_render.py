"""Rendering: which pages are made and when, what is written and how, and what happens when something breaks."""

import functools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest

from disclosure import render as rendering
from disclosure.errors import DisclosureError, UnknownName
from disclosure.outputs import Manifest, Outputs
from disclosure.render import IN_ONE_FOLDER, render

from .conftest import ROOT

linux = pytest.mark.skipif(sys.platform != "linux", reason="a kernel's parent is told by /proc and signals here")

FOLDER = 'folder: str = ""  # of the reports'
PARAMETERS = f'district: str = "昆都仑区"  # which\nyears: list = []  # all\nlang: str = "zh"\nfactor: float = 1.0\n{FOLDER}'
LOAD = "import disclosure\ncorpus = disclosure.load().select(district)"
FIGURE = "import plotly.graph_objects as go\ngo.Figure(go.Bar(x=corpus.reports['district'].tolist(), y=[1] * len(corpus)))"
WHOLE = "import disclosure\nprint(disclosure.load().reports['district'].tolist())"


def write_notebook(path, *sources, parameters=FOLDER):
    cells = [nbformat.v4.new_markdown_cell(f"# {path.stem}的题目")]
    cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with reports of four districts, a notebook for each district and one of all."""
    shutil.copytree(ROOT / "data/reports", tmp_path / "data/reports")
    write_notebook(tmp_path / "notebooks/10_district.ipynb", LOAD, "corpus.reports[['title', 'year']]", FIGURE, parameters=PARAMETERS)
    write_notebook(tmp_path / "notebooks/30_all.ipynb", WHOLE)
    write_notebook(tmp_path / "notebooks/00_tour.ipynb", "1 / 0", parameters="about = 'the kit, not these reports'")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCLOSURE_DATA", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def one_thread():
    """Pages are made in this process, one after the other: there is no need to start others for each test."""
    with ThreadPoolExecutor(1) as thread:
        yield thread


@pytest.fixture
def make(project, one_thread):
    def make(*arguments, **options):
        return render(*arguments, out=project / "out", executor=one_thread, **options)

    return make


def files(folder):
    """What is in the output folder, but for the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*") if path.is_file() and path.name != ".lock"
    }  # fmt: skip


DISTRICTS = {"昆都仑区.html", "康巴什区.html", "巴州区.html", "可克达拉经开区.html"}
ALL = DISTRICTS | {"30_all.html"}


# What is made, and when


def test_the_second_time_there_is_nothing_to_do(make, project):
    first = make()
    before = files(project / "out")
    assert set(first.written) == ALL and not first.failed
    assert set(before) == ALL | {"index.html", "plotly.min.js", ".manifest.json"}
    second = make()
    assert (second.written, set(second.unchanged)) == ([], ALL)
    assert files(project / "out") == before


def test_made_anew_pages_are_the_same_byte_for_byte(make, project):
    make(keep_notebook=True)
    before = files(project / "out")
    shutil.rmtree(project / "out")
    make(keep_notebook=True)
    assert files(project / "out") == before
    assert "昆都仑区.ipynb" in before


def a_report_changes(project, patch):
    path = project / "data/reports/bazhou_2023.txt"
    path.write_bytes(path.read_bytes() + b"\n")


def a_report_leaves(project, patch):
    (project / "data/reports/bazhou_2023.txt").unlink()


def a_file_is_no_report(project, patch):
    (project / "data/reports/broken.html").write_text("<p>nothing")


def a_notebook_changes(project, patch):
    write_notebook(project / "notebooks/30_all.ipynb", WHOLE, "1")


def a_notebook_is_run(project, patch):
    path = project / "notebooks/30_all.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells[-1].update(outputs=[nbformat.v4.new_output("stream", text="saved")], execution_count=7)
    nbformat.write(notebook, path)


def the_kit_changes(project, patch):
    patch.setattr(rendering, "kit", lambda: "another")


def a_page_is_lost(project, patch):
    (project / "out/巴州区.html").unlink()


def its_source_becomes_known(project, patch):
    sources = project / "data/reports/SOURCES.csv"
    text = sources.read_text("utf-8")
    assert "年度报告,2023,,," in text
    sources.write_text(text.replace("年度报告,2023,,,", "年度报告,2023,http://www.bzqzf.gov.cn/report,2024-05-01,"), "utf-8")


def a_misprint_is_corrected(project, patch):
    (project / "data/corrections.csv").write_text("report,table,row,column,printed,value,why,source,by,date\n")


def all_is_touched(project, patch):
    for path in project.rglob("*"):
        os.utime(path, (1, 1))


CHANGES = [
    # what happens, the pages that are made again, those that leave
    (a_report_changes, {"巴州区.html", "30_all.html"}, []),
    (a_report_leaves, {"30_all.html"}, ["巴州区.html"]),
    (a_file_is_no_report, set(), []),
    (a_notebook_changes, {"30_all.html"}, []),
    (a_notebook_is_run, set(), []),
    (the_kit_changes, ALL, []),
    (a_page_is_lost, {"巴州区.html"}, []),
    (all_is_touched, set(), []),
    (its_source_becomes_known, {"巴州区.html", "30_all.html"}, []),
    (a_misprint_is_corrected, ALL, []),
]


@pytest.mark.parametrize(("happens", "written", "removed"), CHANGES, ids=lambda value: getattr(value, "__name__", ""))
def test_only_what_has_changed_is_made_again(make, project, monkeypatch, happens, written, removed):
    make()
    happens(project, monkeypatch)
    rendered = make()
    assert (set(rendered.written), rendered.removed) == (written, removed)
    assert not set(removed) & set(files(project / "out"))


def test_one_district_leaves_the_others_alone(make, project):
    make()
    write_notebook(project / "notebooks/10_district.ipynb", LOAD, "'changed'", parameters=PARAMETERS)
    assert set(make(districts=["巴州区", "150603"]).written) == {"康巴什区.html", "巴州区.html"}
    assert "changed" in (project / "out/巴州区.html").read_text("utf-8")
    assert "changed" not in (project / "out/昆都仑区.html").read_text("utf-8")
    assert (project / "out/index.html").read_text("utf-8").count("<tr>") == 5


def test_a_notebook_of_ones_own(make, project):
    mine = project / "mine.ipynb"
    write_notebook(mine, LOAD, "print(factor * len(corpus))", parameters=PARAMETERS)
    rendered = make(mine, districts=["昆都仑区"], parameters={"factor": "2.5"})
    assert rendered.written == ["mine/昆都仑区.html"]
    page = (project / "out/mine/昆都仑区.html").read_text("utf-8")
    assert "<pre>5.0" in page and 'href="../index.html"' in page and "factor=2.5" in page


def test_a_district_may_come_as_a_parameter(make, project):
    assert make(project / "notebooks/10_district.ipynb", parameters={"district": "巴州区"}).written == ["巴州区.html"]


REFUSED = [
    ({"districts": ["昆仑区"]}, UnknownName, "did you mean 昆都仑区"),
    ({"districts": ["999999"]}, UnknownName, "There are: 可克达拉经开区, 巴州区, 康巴什区, 昆都仑区"),
    ({"parameters": {"distrikt": "x"}, "districts": ["昆都仑区"]}, UnknownName, "did you mean district"),
    ({"parameters": {"factor": "two"}, "districts": ["昆都仑区"]}, DisclosureError, "factor is a float"),
    ({"notebook": "missing.ipynb"}, DisclosureError, "missing.ipynb: is no notebook that can be read"),
    ({"folder": "nowhere"}, DisclosureError, "nowhere"),
]


@pytest.mark.parametrize(("asked", "error", "message"), REFUSED)
def test_what_does_not_exist_is_refused_before_anything_is_written(make, project, asked, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make(**asked)
    assert not (project / "out").exists()


TYPED = [
    # as the shell has it, what the notebook is told
    ("district", "0571", "0571"),
    ("years", "2024", [2024]),
    ("years", "2024,2025", [2024, 2025]),
    ("years", "[2024, 2025]", [2024, 2025]),
    ("years", [2024], [2024]),
    ("factor", "2.5", 2.5),
    ("factor", "2", 2.0),
    ("lang", "en", "en"),
]


@pytest.mark.parametrize(("name", "value", "told"), TYPED)
def test_parameters_have_the_types_of_their_defaults(project, name, value, told):
    typed = rendering.Notebook(project / "notebooks/10_district.ipynb").typed({name: value})[name]
    assert (typed, type(typed)) == (told, type(told))


# What pages are called


def test_names_say_which_district_and_stay_in_the_folder():
    told = {
        ("150203", "昆都仑区"): "昆都仑区",
        ("350102", "鼓楼区"): "鼓楼区-350102",
        ("320106", "鼓楼区"): "鼓楼区-320106",
        ("659008", "可克达拉经开区"): "可克达拉经开区",
        ("", "../../etc/passwd"): "etc-passwd",
        ("", "..\\x"): "x",
        ("", "///"): "district",
        ("", "a b"): "a-b",
        ("", "a?b"): "a-b-2",
        ("", "区" * 300): "区" * 60,
        ("", "\0"): "district-2",
        ("", "CON"): "CON-2",
        ("", "index"): "index-2",
        ("", "Etc-Passwd"): "Etc-Passwd-2",
    }
    assert rendering._paths(told) == told


def test_of_many_districts_each_province_has_a_folder():
    many = [(f"{10 + number % 50}{number:04}", f"某{number}区") for number in range(IN_ONE_FOLDER + 1)]
    paths = rendering._paths([*many, ("", "无名"), ("110101", "../东城区")])
    assert paths[many[0]] == "10/100000-某0区"
    assert paths["", "无名"] == "00/x-无名"
    assert paths["110101", "../东城区"] == "11/110101-东城区"
    assert len(set(paths.values())) == len(paths)


def test_a_page_in_a_folder_finds_its_way(make, project, monkeypatch):
    monkeypatch.setattr(rendering, "IN_ONE_FOLDER", 3)
    assert set(make().written) == {
        "15/150203-昆都仑区.html", "15/150603-康巴什区.html", "51/511902-巴州区.html", "65/659008-可克达拉经开区.html", "30_all.html"
    }  # fmt: skip
    page = (project / "out/15/150203-昆都仑区.html").read_text("utf-8")
    assert 'src="../plotly.min.js"' in page and 'href="../index.html"' in page
    assert 'href="15/150203-%E6%98%86%E9%83%BD%E4%BB%91%E5%8C%BA.html"' in (project / "out/index.html").read_text("utf-8")


# What breaks


def test_a_failing_district_leaves_its_traceback_and_harms_no_other(make, project):
    broken = "assert district != '巴州区', 'not <here>'"
    write_notebook(project / "notebooks/10_district.ipynb", LOAD, broken, parameters=PARAMETERS)
    rendered = make()
    assert rendered.failed == {"巴州区.html": "AssertionError: not <here>"}
    assert set(rendered.written) == ALL
    page = (project / "out/巴州区.html").read_text("utf-8")
    assert "Traceback" in page and "not &lt;here&gt;" in page and "assert district" in page
    index = (project / "out/index.html").read_text("utf-8")
    assert "AssertionError: not &lt;here&gt;" in index and "1 页未能生成" in index
    assert make().written == ["巴州区.html"]
    write_notebook(project / "notebooks/10_district.ipynb", LOAD, parameters=PARAMETERS)
    assert not make().failed
    assert "未能生成" not in (project / "out/index.html").read_text("utf-8")


@linux
@pytest.mark.parametrize("crash", ["os._exit(1)", "os.kill(os.getppid(), 9), time.sleep(60)", "os.kill(os.getpid(), 11)"])
def test_a_kernel_that_dies_is_a_failed_page(make, project, crash):
    """The second takes the parent of all kernels with it: the next page starts another."""
    write_notebook(project / "notebooks/10_district.ipynb", f"import os, time\nif district == '康巴什区': {crash}", parameters=PARAMETERS)
    rendered = make()
    assert list(rendered.failed) == ["康巴什区.html"] and set(rendered.written) == ALL
    assert "Kernel died" in (project / "out/康巴什区.html").read_text("utf-8")


def test_a_cell_that_hangs_is_a_failed_page(make, project, monkeypatch):
    monkeypatch.setattr("disclosure.page.TIME_LIMIT", 1)
    write_notebook(project / "notebooks/10_district.ipynb", "import time\nif district == '康巴什区': time.sleep(60)", parameters=PARAMETERS)
    assert list(make().failed) == ["康巴什区.html"]


@linux
def test_a_page_that_ends_the_process_that_makes_it(project):
    """Not the kernel alone: the worker. The pages beside it are made by another, and it is tried once more by itself."""
    kill = "import os, psutil\nif district == '康巴什区': psutil.Process().parent().parent().kill()"
    write_notebook(project / "notebooks/10_district.ipynb", kill, parameters=PARAMETERS)
    rendered = render(out=project / "out", workers=2)
    assert rendered.failed == {"康巴什区.html": "The process that ran the notebook died."}
    assert set(rendered.written) == ALL


def test_an_index_of_nothing_but_broken_files(make, project):
    for path in (project / "data/reports").iterdir():
        path.write_bytes(b"nothing")
    write_notebook(project / "notebooks/30_all.ipynb", "1")
    rendered = make()
    assert rendered.unreadable == 5
    assert "5 个文件未能读取" in (project / "out/index.html").read_text("utf-8")


# Killed, interrupted, elsewhere

SCRIPT = """
import sys
from disclosure.render import render
render(out=sys.argv[1], workers=1)
"""


@linux
def test_killed_at_any_moment_it_goes_on_and_ends_in_the_same_files(project, make):
    make()
    undisturbed = files(project / "out")
    shutil.rmtree(project / "out")
    chance = random.Random(7)
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", SCRIPT, project / "killed"], stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 6))
        process.kill()
        process.wait()
        for name, content in files(project / "killed").items() if (project / "killed").exists() else ():
            if not name.startswith((".manifest", ".drafts", "index")):
                assert content == undisturbed[name], f"{name} is not whole"
    subprocess.run([sys.executable, "-c", SCRIPT, project / "killed"], check=True)
    assert files(project / "killed") == undisturbed


@linux
def test_control_c_ends_it_cleanly(project):
    write_notebook(project / "notebooks/10_district.ipynb", "import time; time.sleep(30)", parameters=PARAMETERS)
    command = [sys.executable, "-m", "disclosure", "render", "--all", "--out", project / "out"]
    # Where the tests run in the background, they and what they start ignore the signal.
    heeds = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heeds)
    deadline = time.monotonic() + 60
    while not (project / "out/plotly.min.js").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(2)
    started = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130 and time.monotonic() - started < 15
    # The interpreter's own tracker of what its processes share may complain behind it.
    assert "disclosure: interrupted." in said.splitlines() and "Traceback" not in said


def test_pages_may_go_to_an_object_store(make, project, one_thread):
    import fsspec

    here = make()
    before = files(project / "out")
    there = render(out="memory://site/pages", executor=one_thread)
    assert there.written == here.written
    store = fsspec.filesystem("memory")
    assert {path.removeprefix("/site/pages/"): store.cat(path) for path in store.find("/site/pages")} == before
    assert render(out="memory://site/pages", executor=one_thread).written == []


def test_a_cluster_makes_the_same_pages(make, project):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'disclosure[cluster]'")
    from disclosure.executors import cluster

    make()
    before = files(project / "out")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as machines:
        with cluster(machines.scheduler_address) as executor:
            rendered = render(out=project / "by_cluster", executor=executor)
    assert set(rendered.written) == ALL and not rendered.failed
    assert files(project / "by_cluster") == before


# The output folder


def test_a_long_manifest_is_not_written_after_every_page(tmp_path, monkeypatch):
    """Yet after the last one, and when the rendering is interrupted."""
    written = []
    monkeypatch.setattr(Outputs, "write", lambda self, name, content: written.append(name) or time.sleep(0.02))
    manifest = Manifest(Outputs(tmp_path))
    for number in range(50):
        manifest.record(f"{number}.html", "", "")
    manifest.save()
    manifest.save()
    assert 2 <= len(written) < 10


def test_what_is_about_to_be_made_again_no_longer_stands(tmp_path):
    """Killed between a page and its record, and told the old again, a rendering must not take the new page for the old."""
    outputs = Outputs(tmp_path)
    outputs.write("a.html", b"old")
    manifest = Manifest(outputs)
    manifest.record("a.html", "", "old")
    manifest.doubt(["a.html"])
    outputs.write("a.html", b"new")
    assert not Manifest(outputs).stands("a.html", "old")


def test_progress_is_told(make):
    heard = []
    make(progress=lambda *numbers: heard.append(numbers))
    assert heard == [(done, 5, 0) for done in range(1, 6)]


@pytest.mark.parametrize("damaged", [b'{"cut": {"ti', b"", b"[1]", b'{"30_all.html": {"with": []}}'])
def test_a_manifest_that_was_damaged_costs_only_time(make, project, damaged):
    make()
    before = files(project / "out")
    (project / "out/.manifest.json").write_bytes(damaged)
    assert set(make().written) == ALL
    assert files(project / "out") == before


def test_files_of_others_are_left_alone(make, project):
    (project / "out").mkdir()
    (project / "out/README.md").write_text("mine")
    make()
    make(project / "notebooks/30_all.ipynb")
    assert (project / "out/README.md").read_text() == "mine"


def test_an_unfinished_draft_is_cleared_away(make, project):
    make()
    outputs = Outputs(project / "out")
    (project / "out/.drafts").mkdir(exist_ok=True)
    (project / "out/.drafts/half").write_text("ha")
    make()
    assert not outputs.names() & {".drafts/half"}


def test_what_a_figure_says_cannot_break_the_page(make, project):
    hostile = "</script><script>alert(1)</script><!--"
    layout = {"title": {"text": hostile}, "meta": {"alt": hostile + '"'}}
    figure = f"import plotly.graph_objects as go\ngo.Figure(layout={layout!r})"
    write_notebook(project / "notebooks/30_all.ipynb", figure)
    make()
    page = (project / "out/30_all.html").read_text("utf-8")
    assert "alert(1)</script>" not in page and page.count("<!--") == 0
    told = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(told)["layout"]["title"]["text"] == hostile


Output = namedtuple("Output", "source shown hidden")
OUTPUTS = [
    Output("print('stdout <b>')", "<pre>stdout &lt;b&gt;", ""),
    Output("import sys; print('careful', file=sys.stderr)", '<pre class="stderr">careful', ""),
    Output("from IPython.display import Markdown; Markdown('**strong**')", "<strong>strong</strong>", ""),
    Output("from IPython.display import SVG; SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "<figure><svg", ""),
    Output("from IPython.display import HTML; HTML('<i>i</i>')", '<div class="output"><i>i</i></div>', ""),
    Output("import ipywidgets; ipywidgets.IntSlider(4)", "", "IntSlider"),
    Output("secret = 1; {'a': 2}", "{&#39;a&#39;: 2}", "secret"),
]


def test_each_kind_of_output_is_shown(make, project):
    write_notebook(project / "notebooks/30_all.ipynb", *(output.source for output in OUTPUTS))
    make()
    page = (project / "out/30_all.html").read_text("utf-8")
    for output in OUTPUTS:
        assert output.shown in page, output.source
        assert not output.hidden or output.hidden not in page
