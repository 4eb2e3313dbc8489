"""How fast districts become pages, beside papermill as it comes, and reports a dataset; what is done again; how it scales;
whether it survives being killed.

python -m benchmarks.batch                                  # everything, some half an hour on two cores
python -m benchmarks.batch --part pages --rounds 1          # a look; the parts: pages, again, index, build, scaling, kills

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
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of the pages (%(default)s)")
    parser.add_argument(
        "--districts", type=int, default=1000, metavar="N", help="that are rendered again (%(default)s)"
    )
    parser.add_argument("--reports", type=int, default=100_000, metavar="N", help="that are built (%(default)s)")
    parser.add_argument(
        "--kills", type=int, default=50, metavar="N", help="of a build, and of a rendering (%(default)s)"
    )
    asked = parser.parse_args()
    for part in asked.part or PARTS:
        print(f"\n{part}")
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as scratch:
            # What load would keep for its user.
            os.environ["XDG_CACHE_HOME"] = f"{scratch}/cache"
            PARTS[part](Path(scratch), asked)
        say("", f"({time.perf_counter() - started:.0f} s)")


def generated(number, folder, years=(2023, 2024)):
    """A folder of reports of so many counties of China."""
    from disclosure.places import lineage, regions
    from tests.generator.bodies import Body
    from tests.generator.corpora import series
    from tests.generator.layouts import LAYOUTS

    counties = [region for region in regions(2024) if region.level == "county"]
    folder.mkdir(parents=True)
    for region in random.Random(0).sample(counties, min(number, len(counties))):
        county, *above = [place.name for place in lineage(region)]
        who = Body("".join(reversed([county, *above])), county, above[0], above[-1], "county")
        for truth in series(who, region.code, years):
            (folder / f"{region.code}-{truth.year}.txt").write_bytes(LAYOUTS["text ragged pipes"].content(truth))
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
    ways = {
        "shell loop of papermill and nbconvert": loop,
        "pool of papermill.execute_notebook": pool,
        "disclosure render": ours,
    }
    number = {loop: 2, pool: 4 * executors.cores(), ours: len(districts)}
    taken = {way: [] for way in ways}
    with ProcessPoolExecutor(executors.cores(), initializer=quiet) as stock, executors.processes() as warm:
        for way, executor in ((pool, stock), (ours, warm)):
            way(districts[: executors.cores()], scratch / "started", executor)
        for round_ in range(asked.rounds):
            for way, make in ways.items():
                seconds = make(districts[: number[make]], scratch / f"{round_}", stock if make is pool else warm)
                taken[way].append(seconds / number[make])
    median = {way: statistics.median(seconds) for way, seconds in taken.items()}
    for way, seconds in median.items():
        spread = f"{min(taken[way]):.3f}–{max(taken[way]):.3f}"
        say(
            f"{way}, seconds a page",
            f"{seconds:.3f} ({spread}); {seconds / median['disclosure render']:.1f} times ours",
        )
    where_time_goes(districts[0])


def loop(districts, out, _):
    out.mkdir()
    started = time.perf_counter()
    for number, district in enumerate(districts):
        executed = out / f"{number}.ipynb"
        shell(sys.executable, "-m", "papermill", NOTEBOOK, executed, "-p", "district", district)
        shell(sys.executable, "-m", "nbconvert", "--to", "html", executed)
    return time.perf_counter() - started


def shell(*command):
    subprocess.run(
        list(map(str, command)),
        check=True,
        capture_output=True,
        env=os.environ | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"},
    )


def pool(districts, out, executor):
    started = time.perf_counter()
    for done in [executor.submit(stock_page, district) for district in districts]:
        assert "</html>" in done.result()
    return time.perf_counter() - started


def quiet():
    """What each of papermill's kernels says about its ports goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


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
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(AGAIN.format(sources=sources))], metadata=metadata
    )
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
    say(
        f"{len(first.written):,} pages of one line",
        f"{seconds:.0f} s, {1000 * seconds / len(first.written):.0f} ms a page",
    )
    second = []
    for _ in range(5):
        nothing, seconds = timed()
        assert not nothing.written and len(nothing.unchanged) == len(first.written)
        second.append(seconds)
    say("  again, nothing changed", f"{statistics.median(second):.2f} s")
    command = [
        sys.executable,
        "-m",
        "disclosure",
        "render",
        notebook,
        "--all",
        "--folder",
        folder,
        "--out",
        scratch / "out",
    ]
    started = time.perf_counter()
    shell(*command)
    say("  again, as a command, with all imports", f"{time.perf_counter() - started:.2f} s")
    changed = next(folder.iterdir())
    changed.write_bytes(changed.read_bytes() + b"\n")
    one, seconds = timed()
    say("  again, one report changed", f"{seconds:.2f} s, {len(one.written)} page made")


def short_notebook(path):
    from disclosure.notebooks import Notebook

    notebook = nbformat.read(NOTEBOOK, 4)
    tagged = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))
    notebook.cells = [tagged, nbformat.v4.new_code_cell(SHORT)]
    path.parent.mkdir()
    nbformat.write(notebook, path)
    assert "district" in Notebook(path).parameters
    return path


# The index


def index(scratch, asked):
    """The index of all counties of China: how long it takes to write, and in a browser to open, search, filter and sort."""
    from disclosure.index import write_index
    from disclosure.outputs import Outputs
    from disclosure.render import districts_of
    from tests.browser import chromium

    corpus, _ = opened(generated(3000, scratch / "reports", years=(2024,)))
    districts = districts_of(corpus)
    pages = {f"{district.page}.html": {"title": district.name, "error": None} for district in districts}
    started = time.perf_counter()
    with (outputs := Outputs(scratch / "out")).lock():
        write_index(outputs, corpus, districts, pages)
    page = scratch / "out/index.html"
    say(
        f"index of {len(districts):,} districts",
        f"{time.perf_counter() - started:.1f} s, {page.stat().st_size / 1e6:.1f} MB",
    )
    with chromium(shutil.which("chromium") or shutil.which("google-chrome")) as browser:
        started = time.perf_counter()
        browser.open(page)
        say("  to open it", f"{1000 * (time.perf_counter() - started):.0f} ms")
        for what, does in DOES.items():
            say(f"  to {what}, until it is drawn", f"{browser.run(DRAWN % does):.0f} ms")


DOES = {
    "search for 区": "form.words.value = '区'; form.dispatchEvent(new Event('input', {bubbles: true}))",
    "show one province": "form.province.selectedIndex = 3; form.dispatchEvent(new Event('input', {bubbles: true}))",
    "show all again": "form.reset(); form.dispatchEvent(new Event('input', {bubbles: true}))",
    "sort by name": "document.querySelectorAll('th button')[0].click()",
    "sort by the last column": "[...document.querySelectorAll('th button')].at(-1).click()",
}
DRAWN = """
new Promise((done) => {
  const started = performance.now();
  %s;
  document.body.offsetHeight;
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
})
"""


# More hands


def scaling(scratch, asked):
    from disclosure import executors

    _, districts = opened(generated(48, scratch / "reports"))
    taken = {}
    for workers in (1, 2):
        with executors.processes(workers) as executor:
            ours(districts[:workers], scratch / f"first {workers}", executor)
            taken[workers] = {
                "seconds": ours(districts, scratch / f"{workers} processes", executor),
                "worker": memory(os.getpid()),
            }
    build.tell("pages, 1 → 2 processes", taken)
    for workers in (1, 2):
        with dask(workers) as cluster, executors.cluster(cluster.scheduler_address) as executor:
            ours(districts[: 2 * workers], scratch / f"first {workers} of Dask", executor)
            taken[workers] = {"seconds": ours(districts, scratch / f"{workers} workers", executor)}
            taken[workers]["worker"] = max(memory(worker.pid) for worker in cluster.workers.values())
    build.tell("pages, 1 → 2 Dask workers", taken)
    build.scaling(scratch / "build", asked.reports // 20, dask)


def dask(workers):
    from distributed import LocalCluster

    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")


def memory(pid):
    """The largest of the processes below ``pid``, with what is below it: bytes, each shared page divided by its users."""
    import psutil

    def whole(process):
        return process.memory_full_info().pss + sum(
            child.memory_full_info().pss for child in process.children(recursive=True)
        )

    below = psutil.Process(pid).children()
    return max(map(whole, [each for each in below if each.is_running()] or [psutil.Process(pid)]))


# Killed

RENDER = """
import sys
from disclosure.render import render
render(sys.argv[1], out=sys.argv[2], folder=sys.argv[3])
"""


def kills(scratch, asked):
    """Killed at random moments again and again, now and then finished, each time compared with what was never disturbed."""
    reports = generated(4, scratch / "reports")
    killed(
        "rendering",
        [sys.executable, "-c", RENDER, NOTEBOOK, scratch / "pages", reports],
        scratch / "pages",
        asked.kills,
    )
    reports = build.generated(500, scratch / "more reports", seed=3)
    # Staged often, so that there is much to be found half done.
    killed("build", build.command(reports, scratch / "dataset", staged=50), scratch / "dataset", asked.kills)


def killed(what, command, target, number):
    # The first time the dataset is made that the later ones find.
    (expected, _), (_, whole) = (undisturbed(command, target) for _ in range(2))
    chance, lost = random.Random(0), 0
    while lost < number:
        run = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            run.wait(chance.uniform(0.1 * whole, whole))
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
            lost += 1
        if half := [name for name, content in pages_in(target).items() if content != expected[name]]:
            sys.exit(f"half-written: {half}")
        # From the beginning again now and then, so that the early and the late moments are met alike.
        if run.returncode == 0 or chance.random() < 0.2:
            finish(command, target, expected)
            shutil.rmtree(target)
    finish(command, target, expected)
    say(
        f"{what} killed {lost} times at random moments of {whole:.0f} s, then finished",
        f"the same {len(expected)} files byte for byte",
    )


def undisturbed(command, target):
    started = time.perf_counter()
    shell(*command)
    seconds, made = time.perf_counter() - started, files(target)
    shutil.rmtree(target)
    return made, seconds


def pages_in(folder):
    return {name: content for name, content in files(folder).items() if name.endswith(".html") and name != "index.html"}


def finish(command, target, expected):
    shell(*command)
    found = files(target)
    if found != expected:
        names = [name for name in found | expected if found.get(name) != expected.get(name)]
        sys.exit(f"{target}: differs in {', '.join(names)}")


def files(folder):
    """What is in a folder, but for the lock."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def reading(scratch, asked):
    build.queries(build.size(scratch, asked.reports))


PARTS = {"pages": pages, "again": again, "index": index, "build": reading, "scaling": scaling, "kills": kills}

if __name__ == "__main__":
    main()
