"""How fast a folder becomes a dataset, in how much memory, how it scales, what it answers, and whether it survives being killed.

python -m benchmarks.build                                     # 100,000 generated text and HTML reports; half an hour
python -m benchmarks.build --reports 5000 --kills 10           # a look
python -m benchmarks.build --folder FOLDER                     # reports that are there already
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# The measured build runs in a process of its own, so that its memory is its own: the driver's peak, and the largest worker's.
BUILD = """
import json, resource, sys, time
from contextlib import nullcontext
from disclosure import dataset, executors
from disclosure.build import build

def main(source, target, workers, scheduler, staged):
    dataset.STAGE_ROWS = int(staged) or dataset.STAGE_ROWS
    with executors.cluster(scheduler) if scheduler else nullcontext() as executor:
        done = build(source, target, workers=int(workers), executor=executor)
    peak = lambda who: resource.getrusage(who).ru_maxrss * 1024
    print(json.dumps({"read": done.read, "failed": len(done.failed), "seconds": done.seconds,
                      "driver": peak(resource.RUSAGE_SELF), "worker": peak(resource.RUSAGE_CHILDREN)}))

main(*sys.argv[1:])
"""


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=100_000, metavar="N")
    parser.add_argument("--scaling", type=int, default=6_000, metavar="N", help="reports read by one and by two processes")
    parser.add_argument("--kills", type=int, default=50, metavar="N")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        folder = asked.folder or generated(asked.reports, scratch / "reports")
        size(folder, scratch / "dataset")
        queries(scratch / "dataset")
        few = generated(asked.scaling, scratch / "few", seed=1)
        scaling(few, scratch)
        kills(generated(min(asked.scaling, 2_000), scratch / "fewer", seed=2), scratch, asked.kills)


def say(what, value):
    print(f"{what:<62} {value}", flush=True)


def generated(number, folder, seed=0):
    from tests.generator import generate

    started = time.perf_counter()
    for _ in generate(number, folder, seed):
        pass
    say(f"{number:,} reports generated", f"{time.perf_counter() - started:.0f} s, {total(folder) / 1e6:,.0f} MB")
    return folder


def total(folder):
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def built(source, target, workers=0, scheduler=""):
    return json.loads(subprocess.run(command(source, target, workers, scheduler), check=True, stdout=subprocess.PIPE).stdout)


def command(source, target, workers=0, scheduler="", staged=0):
    return [sys.executable, "-c", BUILD, *map(str, (source, target, workers, scheduler, staged))]


# The build


def size(folder, target):
    from disclosure import executors

    first = built(folder, target)
    rate, cores = first["read"] / first["seconds"], executors.cores()
    say(f"build: {first['read']:,} reports, {first['failed']} failed", f"{first['seconds']:.0f} s")
    say(f"  reports a second; per core ({cores})", f"{rate:.0f}; {rate / cores:.0f}")
    say("  peak memory: driver; largest worker", f"{first['driver'] / 1e6:.0f} MB; {first['worker'] / 1e6:.0f} MB")
    say("  size on disk; a report", f"{total(target) / 1e6:.1f} MB; {total(target) / first['read']:.0f} bytes")
    again = built(folder, target)
    say("build again, nothing changed", f"{again['seconds']:.1f} s, {again['read']} read")
    changed = next(path for path in Path(folder).rglob("*") if path.is_file())
    content = changed.read_bytes()
    changed.write_bytes(content + b"\n")
    again = built(folder, target)
    changed.write_bytes(content)
    say("build again, one report changed", f"{again['seconds']:.1f} s, {again['read']} read, driver {again['driver'] / 1e6:.0f} MB")


# What it answers


def queries(target):
    from disclosure import load

    def median(ask, times=9):
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - started)
        return f"{1000 * statistics.median(taken):.0f} ms (first {1000 * taken[0]:.0f})"

    corpus = load(target)
    codes = corpus.districts["region_code"].dropna().tolist()
    chosen = random.Random(0)
    say("open the dataset", median(lambda: load(target)))
    everywhere = ["applications.unavailable.not_held.total", "applications.closed.total"]
    say("two cells, all districts and years", median(lambda: corpus.wide(everywhere)))
    say("  as an indicator with intervals, a row a district and year", median(lambda: corpus.indicators("not_held_rate")))
    say("  the indicator pooled by year", median(lambda: corpus.indicators("not_held_rate", by="year")))

    def page():
        district = corpus.district(chosen.choice(codes))
        return district.cells, district.findings, district.reports

    say("one district's page data: cells, findings, reports", median(page, 25))
    say("all reports as a table", median(lambda: load(target).reports))


# More hands


def scaling(folder, scratch):
    for kind, run in (("processes", by_processes), ("Dask workers", by_dask)):
        one, two = (run(folder, scratch / f"{kind} {workers}", workers) for workers in (1, 2))
        say(f"1 → 2 {kind}", f"{one['seconds']:.1f} → {two['seconds']:.1f} s, efficiency {one['seconds'] / two['seconds'] / 2:.2f}")
        say("  largest worker", f"{two['worker'] / 1e6:.0f} MB")


def by_processes(folder, target, workers):
    return built(folder, target, workers)


def by_dask(folder, target, workers):
    import psutil
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        done = built(folder, target, scheduler=cluster.scheduler_address)
        pids = [worker.pid for worker in cluster.workers.values()]
        return done | {"worker": max(psutil.Process(pid).memory_info().rss for pid in pids)}


# Killed


def kills(folder, scratch, number):
    undisturbed, disturbed = scratch / "undisturbed", scratch / "disturbed"
    whole = built(folder, undisturbed)["seconds"]
    chance, lost = random.Random(0), 0
    for _ in range(number):
        # Staged often, so that there is much to be found half done.
        run = subprocess.Popen(command(folder, disturbed, staged=100), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            run.wait(chance.uniform(0.2, max(whole, 2)))
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
            lost += 1
        if chance.random() < 0.3:
            # From the beginning again, so that the early and the late moments are met alike.
            built(folder, disturbed)
            same(undisturbed, disturbed)
            subprocess.run(["rm", "-rf", str(disturbed)], check=True)
    built(folder, disturbed)
    same(undisturbed, disturbed)
    say(f"killed {lost} times at random moments, then finished", "the same bytes as undisturbed")


def same(one, other):
    contents = [
        {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".lock"} for folder in (one, other)
    ]
    if contents[0] != contents[1]:
        names = [name for name in contents[0] | contents[1] if contents[0].get(name) != contents[1].get(name)]
        sys.exit(f"the datasets differ in {', '.join(names)}: see {one} and {other}")


if __name__ == "__main__":
    main()
