"""How fast districts become pages, beside papermill as it comes; what is done again; how it scales; whether it survives being killed.

python -m benchmarks.batch                                  # everything, the build of 100,000 reports too; an hour and a half
python -m benchmarks.batch --part pages --rounds 1          # a look; the parts: pages, again, scaling, kills, build

Every part says what it measured on this machine at this time; only ratios of one run are worth comparing.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import nbformat

from benchmarks import build
from benchmarks.build import say

NOTEBOOK = Path(__file__).parents[1] / "notebooks/10_district.ipynb"
# For what does not depend on the notebook.
SHORT = """
import disclosure
disclosure.load().select(district).reports[["title", "year", "sha256"]]
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", choices=PARTS, help="by default all")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of the pages (%(default)s)")
    parser.add_argument("--districts", type=int, default=1000, metavar="N", help="that are rendered again (%(default)s)")
    parser.add_argument("--kills", type=int, default=50, metavar="N")
    asked = parser.parse_args()
    for part in asked.part or PARTS:
        print(f"\n{part}")
        with tempfile.TemporaryDirectory() as scratch:
            PARTS[part](Path(scratch), asked)


def generated(number, folder, years=(2023, 2024)):
    """Reports of so many counties of China; their names."""
    from disclosure.places import lineage, regions
    from tests.generator.bodies import Body
    from tests.generator.corpora import series
    from tests.generator.layouts import LAYOUTS

    counties = [region for region in regions(2024) if region.level == "county"]
    for region in random.Random(0).sample(counties, number):
        county, *above = [place.name for place in lineage(region)]
        who = Body("".join(reversed([county, *above])), county, above[0], above[-1], "county")
        for truth in series(who, region.code, years):
            path = folder / f"{region.code}-{truth.year}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(LAYOUTS["text ragged pipes"].content(truth))
    return folder


def opened(folder):
    """The corpus of a folder and its districts, by whom it is shown."""
    import disclosure
    from disclosure.render import districts_of

    corpus = disclosure.load(folder)
    os.environ["DISCLOSURE_DATA"] = corpus.location
    return corpus, [district.argument for district in districts_of(corpus)]


# Pages


def pages(scratch, asked):
    """The same notebook and districts in three ways, and what of the time is the notebook's own work."""
    from disclosure import executors

    corpus, districts = opened(generated(80, scratch / "reports"))
    ways = {"shell loop of papermill and nbconvert": loop, "pool of papermill.execute_notebook": pool, "disclosure render": ours}
    number = {loop: 2, pool: 4 * executors.cores(), ours: len(districts)}
    taken = {way: [] for way in ways}
    with ProcessPoolExecutor(executors.cores()) as stock, executors.processes() as warm:
        for round_ in count():
            for way, make in ways.items():
                seconds = make(districts[: number[make]], scratch / f"{round_}", stock if make is pool else warm)
                # In the first round the processes start.
                taken[way] += [seconds / number[make]] if round_ else []
            if round_ == asked.rounds:
                break
    median = {way: statistics.median(seconds) for way, seconds in taken.items()}
    for way, seconds in median.items():
        spread = f"{min(taken[way]):.3f}–{max(taken[way]):.3f}"
        say(f"{way}, seconds a page", f"{seconds:.3f} ({spread}); {seconds / median['disclosure render']:.1f} times ours")
    where_time_goes(districts[0])


def loop(districts, out, _):
    out.mkdir(exist_ok=True)
    started = time.perf_counter()
    for number, district in enumerate(districts):
        executed = out / f"{number}.ipynb"
        shell(sys.executable, "-m", "papermill", NOTEBOOK, executed, "-p", "district", district)
        shell(sys.executable, "-m", "nbconvert", "--to", "html", executed)
    return time.perf_counter() - started


def shell(*command):
    subprocess.run(list(map(str, command)), check=True, capture_output=True, env=os.environ | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"})


def pool(districts, out, executor):
    started = time.perf_counter()
    for done in [executor.submit(stock_page, district) for district in districts]:
        assert "</html>" in done.result()
    return time.perf_counter() - started


def stock_page(district):
    import warnings

    import papermill
    from nbconvert.exporters import HTMLExporter

    # That it drops the figures.
    warnings.simplefilter("ignore")
    executed = papermill.execute_notebook(str(NOTEBOOK), None, {"district": district}, progress_bar=False)
    return HTMLExporter().from_notebook_node(executed)[0]


def ours(districts, out, executor):
    from disclosure.render import render

    started = time.perf_counter()
    rendered = render(NOTEBOOK, districts, out=out / "ours", folder=os.environ["DISCLOSURE_DATA"], executor=executor)
    assert len(rendered.written) == len(districts) and not rendered.failed
    return time.perf_counter() - started


def where_time_goes(district):
    """One page at a time, in milliseconds of one core: the process that makes it, its kernel, and the cells as such."""
    import disclosure.page as page
    from disclosure.notebooks import Notebook

    source = nbformat.reads(NOTEBOOK.read_text("utf-8"), 4)
    source.cells.append(nbformat.v4.new_code_cell("import time as _time; print(_time.process_time())"))
    task = page.Task(
        "x.html", "", "", nbformat.writes(source), Notebook(NOTEBOOK).typed({"district": district}), 0, "", os.environ["DISCLOSURE_DATA"],
        str(NOTEBOOK.parent), False, False, "disclosure-warm",
    )  # fmt: skip
    made = []
    for _ in range(12):
        started = time.process_time()
        executed = page._execute(task)
        halfway = time.process_time()
        page._export(executed, task)
        kernel = float(executed.cells[-1].outputs[0].text)
        made.append((halfway - started, time.process_time() - halfway, kernel))
    papermill, export, kernel = (1000 * statistics.median(column) for column in zip(*made[2:]))
    cells = 1000 * cells_alone(task)
    say("a page, ms of one core", f"{papermill + export + kernel:.0f}")
    say("  papermill, and messages from the kernel", f"{papermill:.0f}")
    say("  HTML", f"{export:.0f}")
    say("  the kernel, from its fork to its end", f"{kernel:.0f}")
    say("  of that the cells' own work: run again and again in one process", f"{cells:.0f}")
    say("  so far above that floor", f"{(papermill + export + kernel) / cells:.2f} times")


# All cells of a notebook again and again in one kernel, until nothing in it is done for the first time.
AGAIN = """
import statistics, time
taken = []
for _ in range(12):
    started = time.process_time()
    for source in {sources!r}:
        get_ipython().run_cell(source, store_history=False)
    taken.append(time.process_time() - started)
print(statistics.median(taken[4:]))
"""


def cells_alone(task):
    """Seconds of one core that the cells take when all that can be kept from one run to the next has been kept."""
    import disclosure.page as page

    sources = [cell.source for cell in nbformat.reads(task.source, 4).cells if cell.cell_type == "code"]
    sources.insert(1, f"district = {task.parameters['district']!r}")
    metadata = nbformat.reads(task.source, 4).metadata
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(AGAIN.format(sources=sources))], metadata=metadata)
    executed = page._execute(task._replace(source=nbformat.writes(notebook), parameters={}))
    return float(executed.cells[-1].outputs[-1].text.split()[-1])


# Again


def again(scratch, asked):
    """Nothing has changed, one report has: with a notebook of one line, for what is measured is not the notebook."""
    from disclosure.render import render

    folder = generated(asked.districts, scratch / "reports")
    notebook = short_notebook(scratch / "notebooks/10_district.ipynb")

    def timed(**options):
        started = time.perf_counter()
        rendered = render(notebook, out=scratch / "out", folder=folder, **options)
        return rendered, time.perf_counter() - started

    first, seconds = timed()
    say(f"{len(first.written):,} pages of one line", f"{seconds:.0f} s, {1000 * seconds / len(first.written):.0f} ms a page")
    second = []
    for _ in range(5):
        nothing, seconds = timed()
        assert not nothing.written and len(nothing.unchanged) == len(first.written)
        second.append(seconds)
    say("  again, nothing changed", f"{statistics.median(second):.2f} s")
    command = [sys.executable, "-m", "disclosure", "render", notebook, "--all", "--folder", folder, "--out", scratch / "out"]
    started = time.perf_counter()
    shell(*command)
    say("  again, as a command, with all imports", f"{time.perf_counter() - started:.2f} s")
    changed = next(folder.iterdir())
    changed.write_bytes(changed.read_bytes() + b"\n")
    one, seconds = timed()
    say("  again, one report changed", f"{seconds:.2f} s, {len(one.written)} page made")
    say("  the index", f"{(scratch / 'out/index.html').stat().st_size / 1e6:.2f} MB")


def short_notebook(path):
    from disclosure.notebooks import Notebook

    notebook = nbformat.read(NOTEBOOK, 4)
    tagged = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))
    notebook.cells = [tagged, nbformat.v4.new_code_cell(SHORT)]
    path.parent.mkdir()
    nbformat.write(notebook, path)
    assert "district" in Notebook(path).parameters
    return path


# More hands


def scaling(scratch, asked):
    from disclosure import executors

    _, districts = opened(generated(48, scratch / "reports"))
    taken = {}
    for workers in (1, 2):
        with executors.processes(workers) as executor:
            ours(districts[:workers], scratch / f"first {workers}", executor)
            taken[workers] = ours(districts, scratch / f"processes {workers}", executor), memory(os.getpid())
    tell("processes", taken)
    taken = {}
    for workers in (1, 2):
        with dask(workers) as (cluster, executor):
            ours(districts[: 2 * workers], scratch / f"first dask {workers}", executor)
            seconds = ours(districts, scratch / f"dask {workers}", executor)
            taken[workers] = seconds, max(memory(worker.pid) for worker in cluster.workers.values())
    tell("Dask workers", taken)


@contextmanager
def dask(workers):
    from distributed import LocalCluster

    from disclosure.executors import cluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as machines:
        with cluster(machines.scheduler_address) as executor:
            yield machines, executor


def tell(kind, taken):
    (one, _), (two, most) = taken[1], taken[2]
    say(f"1 → 2 {kind}", f"{one:.1f} → {two:.1f} s, efficiency {one / two / 2:.2f}")
    say("  memory of a worker and its kernels' parent, shared pages by halves", f"{most / 1e6:.0f} MB")


def memory(pid):
    """The largest of the processes below ``pid``, with what is below it: bytes, each shared page divided by its users."""
    import psutil

    def whole(process):
        return process.memory_full_info().pss + sum(child.memory_full_info().pss for child in process.children(recursive=True))

    below = psutil.Process(pid).children()
    return max(map(whole, [each for each in below if each.is_running()] or [psutil.Process(pid)]))


# Killed

RENDER = """
import sys
from disclosure.render import render
render(sys.argv[1], out=sys.argv[2], folder=sys.argv[3])
"""


def kills(scratch, asked):
    folder = generated(12, scratch / "reports")
    command = [sys.executable, "-c", RENDER, NOTEBOOK, scratch / "disturbed", folder]
    started = time.perf_counter()
    shell(*command[:4], scratch / "undisturbed", folder)
    whole, expected = time.perf_counter() - started, files(scratch / "undisturbed")
    chance, lost = random.Random(0), 0
    for _ in range(asked.kills):
        run = subprocess.Popen(list(map(str, command)), stderr=subprocess.DEVNULL)
        try:
            run.wait(chance.uniform(0.2, whole))
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
            lost += 1
        half_written = {name for name, content in pages_of(scratch / "disturbed").items() if content != expected[name]}
        if half_written:
            sys.exit(f"half-written: {half_written}")
        if chance.random() < 0.3:
            shell(*command)
            same(scratch / "disturbed", expected)
            shutil.rmtree(scratch / "disturbed")
    shell(*command)
    same(scratch / "disturbed", expected)
    say(f"killed {lost} times at random moments, then finished", f"the same bytes as undisturbed, in {len(expected)} files")


def files(folder):
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def pages_of(folder):
    return {name: content for name, content in files(folder).items() if name.endswith(".html") and name != "index.html"}


def same(folder, expected):
    found = files(folder)
    if found != expected:
        names = [name for name in found | expected if found.get(name) != expected.get(name)]
        sys.exit(f"{folder}: differs in {', '.join(names)}")


def built(scratch, asked):
    build.main([])


PARTS = {"pages": pages, "again": again, "scaling": scaling, "kills": kills, "build": built}

if __name__ == "__main__":
    main()
