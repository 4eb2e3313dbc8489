"""How well and how fast the reader reads: per layout, against known figures and beside what a user would pick instead.

python -m benchmarks.reader                          # every layout, 30 reports each
python -m benchmarks.reader html "text aligned*" --count 100 --seed 1000
python -m benchmarks.reader --memory 10000           # resident memory over so many reports
"""

import argparse
import fnmatch
import gc
import logging
import shutil
import statistics
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import disclosure
from disclosure.errors import DisclosureError
from disclosure.verbatim import run_of
from tests.generator import LAYOUTS, Score, generate, mistakes, render, score
from tests.generator.printed import tables

# ms is processor time, over all cores: what other work on the machine does not change. The ratio compares it.
HEAD = ("layout", "reports", "refused", "right %", "missing", "wrong", "silently wrong", "inferred", "alarms")
HEAD += ("ms", "wall ms", "peer", "peer ms", "peer wall ms", "ratio", "peer right %")


# How often a file is read whose reading takes less than so many ms of processor time.
TURNS, QUICK = 5, 100


# What a user would pick instead: a path becomes the rows of the tables in it, or nothing but the time spent ------------


def by_pandas_html(path):
    import pandas

    return [
        [str(text) for text in row]
        for frame in pandas.read_html(str(path), flavor="lxml", encoding="utf-8")
        for row in frame.values
    ]


def by_pandas_excel(path):
    import pandas

    frames = pandas.read_excel(path, sheet_name=None, header=None, dtype=str)
    return [[str(text) for text in row] for frame in frames.values() for row in frame.values]


def by_python_docx(path):
    import docx

    return [[cell.text for cell in row.cells] for table in docx.Document(str(path)).tables for row in table.rows]


def by_pdfplumber(path):
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with pdfplumber.open(path) as document:
        return [
            [text or "" for text in row] for page in document.pages for table in page.extract_tables() for row in table
        ]


def by_rapidocr(path):
    """Plain recognition of whole pages: lines of text, no tables."""
    import pypdfium2
    from rapidocr import RapidOCR

    if not hasattr(by_rapidocr, "engine"):
        by_rapidocr.engine = RapidOCR()
    pages = (
        [page.render(scale=200 / 72).to_numpy() for page in pypdfium2.PdfDocument(path)]
        if path.suffix == ".pdf"
        else [str(path)]
    )
    for page in pages:
        by_rapidocr.engine(page)


PEERS = {
    "html plain": by_pandas_html,
    "html Word": by_pandas_html,
    "html spans a character": by_pandas_html,
    "html page round it": by_pandas_html,
    "xlsx one sheet": by_pandas_excel,
    "docx": by_python_docx,
    "docx by LibreOffice": by_python_docx,
    "pdf by Chromium": by_pdfplumber,
    "pdf by LibreOffice": by_pdfplumber,
    "scan 200 dpi, PDF": by_rapidocr,
}
# Seconds a page make a peer that reads pictures slow enough to time on a few reports only.
PEER_REPORTS = {by_rapidocr: 3}


def right_in_rows(truth, rows):
    """How many figures stand whole and in order behind their row's label in a peer's raw rows, and how many there are.

    Blanks and look-alike characters are forgiven: whoever uses the peer would clean those.
    """
    squeezed = [[_squeezed(text) for text in row] for row in rows]
    right = total = 0
    for _, table in tables(truth):
        for row in table.rows:
            figures = [cell.text for cell in row if cell.key]
            if not figures:
                continue
            total += len(figures)
            labels = [_squeezed(cell.text) for cell in row if not cell.key]
            right += len(figures) if any(_has(found, labels[-1:], figures) for found in squeezed) else 0
    return right, total


def _squeezed(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def _has(found, label, figures):
    if label and label[0] not in found:
        return False
    behind = found[len(found) - found[::-1].index(label[0]) :] if label else found
    behind = [text for text in behind if text not in ("", "nan")]
    # A spanned cell stands in every place that it spans.
    return behind == figures or (len(figures) == 1 and set(behind) == set(figures))


# Measuring ------------------------------------------------------------------------------------------------------------


def timed(function, path, spent):
    """What the function makes of a file, or its refusal; processor and wall time in ms are added to ``spent``.

    A quick one has five turns, of which the best counts: the others' share is what else the machine did. What was found
    of a table's labels (``verbatim.run_of``) is forgotten before each turn: no table is printed like one before.
    """
    times = []
    while not times or (len(times) < TURNS and times[0][0] < QUICK):
        run_of.cache_clear()
        processor, wall = time.process_time(), time.perf_counter()
        try:
            made = function(path)
        except DisclosureError as refusal:
            made = refusal
        times.append(((time.process_time() - processor) * 1000, (time.perf_counter() - wall) * 1000))
    spent.append(min(times))
    return made


def measure(layout, seeds, folder, peers=True, show=0):
    """Read a layout's reports, the peer's turn after ours on each file; one row of the table, by column."""
    truths = [layout.truth(seed) for seed in seeds]
    paths = render(layout, truths, folder)
    peer = PEERS.get(layout.name) if peers else None
    turns = PEER_REPORTS.get(peer, len(paths)) if peer else 0
    for reader in (disclosure.read, peer) if peer else (disclosure.read,):
        timed(reader, paths[0], [])  # the first reading loads what the others share
    total, refused, ours, theirs, peer_right = Score(), 0, [], [], [0, 0]
    for number, (truth, path) in enumerate(zip(truths, paths)):
        report = timed(disclosure.read, path, ours)
        if isinstance(report, DisclosureError):
            refused += 1
            if show:
                print(f"{path}: {report}", file=sys.stderr)
        else:
            total += score(truth, report)
            for mistake in mistakes(truth, report)[:show]:
                print(f"{path}: {mistake}", file=sys.stderr)
        if number < turns:
            rows = timed(peer, path, theirs)
            if rows is not None:
                peer_right = [sum(pair) for pair in zip(peer_right, right_in_rows(truth, rows))]
    row = {"layout": layout.name, "reports": len(paths), "refused": refused} | _cells(total) | _median(ours)
    if theirs:
        row["peer"] = peer.__name__.removeprefix("by_")
        row |= {f"peer {name}": time for name, time in _median(theirs).items()}
        row["ratio"] = f"{_median(ours)['ms'] / _median(theirs)['ms']:.2f}"
        row["peer right %"] = _percent(*peer_right)
    return row


def _cells(total):
    return {
        "right %": _percent(total.right, total.right + total.missing + total.wrong),
        "missing": total.missing,
        "wrong": total.wrong,
        "silently wrong": total.silent,
        "inferred": f"{total.inferred}/{total.inferable}" if total.inferable else "–",
        "alarms": total.alarms,
    }


def _median(spent):
    processor, wall = (round(statistics.median(times), 1) for times in zip(*spent))
    return {"ms": processor, "wall ms": wall}


def _percent(part, whole):
    return f"{100 * part / whole:.2f}" if whole else "–"


def memory(number, folder):
    """Read ``number`` reports, writing and deleting them on the way; resident memory in MB at every tenth."""
    print(f"| of {number} reports read | MB resident |\n|---|---|")
    for count, (path, _) in enumerate(generate(number, folder), 1):
        disclosure.read(path)
        path.unlink()
        if count % (number // 10) == 0:
            gc.collect()
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            print(f"| {count} | {pages * 4096 / 1e6:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "layouts", nargs="*", default=["*"], help="names with wildcards, or media: text html office sheet pdf scan"
    )
    parser.add_argument("--count", type=int, default=30, help="reports a layout")
    parser.add_argument("--seed", type=int, default=0, help="of the first report")
    parser.add_argument(
        "--folder",
        type=Path,
        help="keep the files here for the next run of the same generator (default: a temporary folder)",
    )
    parser.add_argument("--no-peers", action="store_true", help="leave out what a user would pick instead")
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="print refusals, and N wrong cells a report, to standard error"
    )
    parser.add_argument("--memory", type=int, metavar="N", help="read N reports and print resident memory instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        if options.memory:
            memory(options.memory, folder)
            return
        chosen = [
            layout
            for layout in LAYOUTS.values()
            if any(layout.medium == name or fnmatch.fnmatch(layout.name, name) for name in options.layouts)
        ]
        if not chosen:
            parser.error(f"no layout is called {' '.join(options.layouts)}; there are: {', '.join(LAYOUTS)}")
        print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
        for layout in chosen:
            absent = [program for program in layout.needs if not shutil.which(program)]
            if absent:
                print(f"| {layout.name} | not measured: {', '.join(absent)} not installed |", flush=True)
                continue
            seeds = range(options.seed, options.seed + options.count)
            row = measure(layout, seeds, folder, not options.no_peers, options.show)
            print(f"| {' | '.join(str(row.get(name, '')) for name in HEAD)} |", flush=True)


if __name__ == "__main__":
    main()
