"""What `benchmarks.batch` measures of `disclosure build`, always in processes of its own, so that their memory is their own."""

import json
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

# The peaks of the process that drives the build, and of the largest of its workers.
BUILD = """
import json, resource, sys
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
# Of so many reports memory is measured too, to see what each of more would take.
FEW, NATION = 2_000, 1_000_000


def say(what, value):
    print(f"{what:<66} {value}", flush=True)


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
    return json.loads(
        subprocess.run(command(source, target, workers, scheduler), check=True, stdout=subprocess.PIPE).stdout
    )


def command(source, target, workers=0, scheduler="", staged=0):
    return [sys.executable, "-c", BUILD, *map(str, (source, target, workers, scheduler, staged))]


# The build


def size(scratch, number):
    """Build a folder of so many reports, then again, then with one of them changed; what ten times as many would take."""
    from disclosure import executors

    few = built(generated(FEW, scratch / "few", seed=1), scratch / "few dataset")
    folder, target = generated(number, scratch / "reports"), scratch / "dataset"
    first = built(folder, target)
    rate, cores, disk = first["read"] / first["seconds"], executors.cores(), total(target) / number
    say(f"build: {first['read']:,} reports, {first['failed']} failed", f"{first['seconds']:.0f} s")
    say(f"  reports a second; per core ({cores})", f"{rate:.0f}; {rate / cores:.0f}")
    say("  peak memory: driver; largest worker", f"{first['driver'] / 1e6:.0f} MB; {first['worker'] / 1e6:.0f} MB")
    say("  size on disk; a report", f"{total(target) / 1e6:.1f} MB; {disk:.0f} bytes")
    again = built(folder, target)
    say(
        "build again, nothing changed",
        f"{again['seconds']:.1f} s, {again['read']} read, driver {again['driver'] / 1e6:.0f} MB",
    )
    changed = next(path for path in Path(folder).rglob("*") if path.is_file())
    changed.write_bytes(changed.read_bytes() + b"\n")
    again = built(folder, target)
    say(
        "build again, one report changed",
        f"{again['seconds']:.1f} s, {again['read']} read, driver {again['driver'] / 1e6:.0f} MB",
    )
    each = (first["driver"] - few["driver"]) / (number - FEW)
    driver = first["driver"] + each * (NATION - number)
    say(
        f"so {NATION:,} would take on {cores} cores",
        f"{NATION / rate / 3600:.1f} h, {disk * NATION / 1e9:.1f} GB of disk",
    )
    say("  and in the driver, at so much for each", f"{driver / 1e6:.0f} MB, {each:.0f} bytes")
    return target


# What it answers


def queries(target):
    from disclosure import corpus as corpora
    from disclosure import load
    from disclosure.district import own

    def median(ask, times=9):
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - started)
        return f"{1000 * statistics.median(taken):.0f} ms (first {1000 * taken[0]:.0f})"

    def opened():
        corpora._kept_open.cache_clear()
        return load(target)

    corpus = load(target)
    codes = corpus.districts["region_code"].dropna().tolist()
    chosen = random.Random(0)
    say("open the dataset", median(opened))
    everywhere = ["applications.unavailable.not_held.total", "applications.closed.total"]
    say("two cells, all districts and years", median(lambda: corpus.wide(everywhere)))
    say(
        "  as an indicator with intervals, a row a district and year",
        median(lambda: corpus.indicators("not_held_rate")),
    )
    say("  the indicator pooled by year", median(lambda: corpus.indicators("not_held_rate", by="year")))

    def page():
        district = own(corpus.district(chosen.choice(codes)))
        return district.cells, district.findings, district.reports

    say("one district's page data: its own cells, findings, reports", median(page, 25))
    say("all reports as a table", median(lambda: load(target).reports))


# More hands


def scaling(scratch, number, dask):
    """By one and by two processes, by one and by two workers of a cluster that ``dask(workers)`` gives."""
    folder = generated(number, scratch / "reports", seed=2)
    taken = {workers: built(folder, scratch / f"{workers} processes", workers) for workers in (1, 2)}
    tell("build, 1 → 2 processes", taken)
    for workers in (1, 2):
        with dask(workers) as cluster:
            taken[workers] = built(folder, scratch / f"{workers} workers", scheduler=cluster.scheduler_address)
            taken[workers]["worker"] = max(peak(worker.pid) for worker in cluster.workers.values())
    tell("build, 1 → 2 Dask workers", taken)


def peak(pid):
    """The most memory that a process has had, in bytes (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def tell(what, taken):
    one, two = taken[1]["seconds"], taken[2]["seconds"]
    say(what, f"{one:.1f} → {two:.1f} s, efficiency {one / two / 2:.2f}")
    say("  peak memory of the largest worker", f"{max(each['worker'] for each in taken.values()) / 1e6:.0f} MB")
