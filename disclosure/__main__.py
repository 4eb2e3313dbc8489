"""The verbs at the shell, each a thin wrapper of a function of the package."""

import argparse
import os
import sys
from contextlib import contextmanager

from . import __version__
from .errors import DisclosureError


def main(arguments=None):
    """Do what the command line asks; return the exit status."""
    # Names of files and damaged texts may hold what the terminal cannot show: it is spelt out, as JSON does it.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    asked = _parser().parse_args(arguments)
    try:
        return asked.verb(asked) or 0
    except DisclosureError as error:
        _say(error)
        return 1
    except BrokenPipeError:
        # Whoever read our output has gone, as head does; the interpreter must not try to flush to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        _say("interrupted.")
        return 130


def _say(message):
    print(f"disclosure: {message}", file=sys.stderr)


def _parser():
    parser = argparse.ArgumentParser(prog="disclosure", description="Read, audit and analyse 政府信息公开工作年度报告.")
    parser.add_argument("--version", action="version", version=f"disclosure {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    def verb(function, **more):
        added = verbs.add_parser(
            function.__name__, help=function.__doc__.split("\n")[0], description=function.__doc__, **more
        )
        added.set_defaults(verb=function)
        return added

    added = verb(parse)
    added.add_argument("path", nargs="+", help="a report, or a folder of reports")
    added.add_argument("--json", action="store_true", help="one JSON object a line instead of cards")

    added = verb(forms)
    added.add_argument("key", nargs="?", help="2021 or 2019; all forms by default")

    added = verb(build)
    added.add_argument("folder", help="the folder of the reports, or its URL")
    added.add_argument("--to", required=True, metavar="DATASET", help="the folder of the dataset, or its URL")
    added.add_argument("--jobs", type=int, metavar="N", help="processes at work; by default one a core")
    added.add_argument("--scheduler", metavar="ADDRESS", help="let the workers of a Dask scheduler do it")

    added = verb(export)
    added.add_argument("out", help="the folder to write into")
    added.add_argument(
        "--to", choices=("csv", "xlsx", "parquet", "stata"), default="csv", help="the format (%(default)s)"
    )
    added.add_argument("--folder", help="the reports, or a dataset of them; by default the project's own data")
    added.add_argument("--district", metavar="NAME", help="only the reports of this district, by name or code")
    added.add_argument(
        "--corrected", action="store_true", help="with the signed corrections of data/corrections.csv applied"
    )
    added.add_argument(
        "--lang", choices=("zh", "en"), default="zh", help="the language of Stata's labels (%(default)s)"
    )

    added = verb(check)
    added.add_argument(
        "path", nargs="?", help="a report, a folder of reports or a dataset; by default the project's own data"
    )
    shape = added.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON object a line")
    shape.add_argument("--csv", action="store_true", help="comma-separated values")
    shape.add_argument(
        "--propose", metavar="FILE", help="write corrections that the sums leave no doubt about, for a person to sign"
    )

    added = verb(sample)
    added.add_argument("number", type=int, help="how many to draw")
    added.add_argument("sheet", help="the spreadsheet to write, .csv or .xlsx")
    added.add_argument("--of", choices=("reports", "cells"), default="reports", help="what to draw (%(default)s)")
    added.add_argument("--seed", type=int, default=0, help="the same seed draws the same (%(default)s)")
    added.add_argument("--folder", help="the reports, or a dataset of them; by default the project's own data")

    added = verb(agree)
    added.add_argument("sheet", help="the spreadsheet that sample wrote and a second coder has filled")
    added.add_argument("--folder", help="the reports, or a dataset of them; by default the project's own data")

    added = verb(render)
    added.add_argument("notebook", nargs="?", help="one notebook; by default all in notebooks/")
    which = added.add_mutually_exclusive_group()
    which.add_argument("--district", metavar="NAME", nargs="+", help="the pages of these districts, by name or code")
    which.add_argument("--all", action="store_true", help="the pages of all districts")
    added.add_argument("-p", dest="parameters", metavar=("NAME", "VALUE"), nargs=2, action="append", default=[],
                       help="a parameter of the notebook (repeatable)")  # fmt: skip
    added.add_argument("--folder", help="the reports, or a dataset of them; by default the project's own data")
    added.add_argument("--out", default="reports_out", help="the folder of the pages (%(default)s), or its URL")
    added.add_argument(
        "--single-file", action="store_true", help="pages that can be sent alone, each with its own plotly.js"
    )
    added.add_argument("--ipynb", action="store_true", help="keep the executed notebooks beside the pages")
    added.add_argument("--jobs", type=int, metavar="N", help="processes at work; by default one a core")
    added.add_argument("--scheduler", metavar="ADDRESS", help="let the workers of a Dask scheduler do it")
    return parser


def parse(asked):
    """Read reports and print what stands in them; the exit status is 1 if one could not be read."""
    from .contract import files, lines

    paths = []
    for path in asked.path:
        found, skipped = files(path)
        paths += found
        _say_skipped(skipped)
    every = True
    for number, (was_read, text) in enumerate(lines(paths, asked.json)):
        every &= was_read
        print(text if asked.json or not number else f"\n{text}", flush=True)
    return not every


def forms(asked):
    """Print the declared forms, or one of them as a table."""
    from .form import form, forms

    if asked.key is None:
        _table([("form", "document", "years", "cells", "sums")] + [
            (known.key, known.document, f"{known.first_year}–{known.last_year or ''}", len(known.cells), len(known.identities))
            for known in forms().values()
        ])  # fmt: skip
        return
    known = form(asked.key)
    for table in known.tables:
        print(f"{table.heading}  {table.key}\n")
        for block in table.blocks:
            _table(
                [("column", "label", "unit")] + [(each.key, "/".join(each.label), each.unit) for each in block.columns]
            )
            _table([("", ""), ("row", "label")] + [(each.key, " / ".join(each.label)) for each in block.rows])
            print()
    _table([("sum", "table", "in each", "")] + [(rule.id, rule.table, rule.each, rule.zh) for rule in known.rules])


def build(asked):
    """Bring a dataset up to date with a folder of reports of any size; the exit status is 1 if a file could not be read."""
    from .build import build

    with _executor(asked.scheduler) as executor, _progress("report") as progress:
        built = build(asked.folder, asked.to, executor=executor, workers=asked.jobs, progress=progress)
    for _, error in built.failed:
        _say(error)
    _say_skipped(built.skipped)
    print(
        f"{built.reports} reports in {asked.to}: {built.read} read, {built.unchanged} unchanged, {built.removed} removed, "
        f"{len(built.failed)} failed; {built.seconds:.1f} s"
    )
    return bool(built.failed)


def export(asked):
    """Write the reports, their cells and findings in another program's format, with a codebook, checksums and sources."""
    from .corpus import load
    from .export import export

    with _progress("report") as progress:
        corpus = load(asked.folder, progress=progress)
    corpus = corpus.district(asked.district) if asked.district else corpus
    for path in export(corpus.corrected() if asked.corrected else corpus, asked.out, asked.to, asked.lang):
        print(path)


def check(asked):
    """Print what is doubtful about reports, the gravest first; the exit status is 1 if there is an error."""
    from .ledger import write_proposals
    from .quality import everything, graver_first

    if asked.path and os.path.isfile(asked.path):
        from .report import read

        report = read(asked.path)
        found, doubtful = graver_first(report.findings), [(report.name, asked.path)]
    else:
        from .corpus import load

        corpus = load(asked.path)
        found = graver_first(everything(corpus))
        wrong = set(found.loc[found["severity"] == "error", "report"])
        paths = corpus.reports[corpus.reports["status"] == "parsed"].set_index("report")["path"]
        doubtful = [(name, path) for name, path in paths.items() if name in wrong]
    if asked.propose:
        count = write_proposals(doubtful, asked.propose)
        print(
            f"{count} proposals in {asked.propose}: sign a row (by, date) in data/corrections.csv, and it is applied on request."
        )
    elif asked.json:
        print(found.to_json(orient="records", lines=True, force_ascii=False), end="")
    elif asked.csv:
        print(found.assign(cells=found["cells"].map(" ".join)).to_csv(index=False), end="")
    else:
        for severity, group in found.groupby("severity", sort=False, observed=True):
            print(f"{severity}: {len(group)}")
            for finding in group.itertuples():
                print(
                    f"  {finding.report}{f' ({finding.place})' if isinstance(finding.place, str) else ''}: {finding.message}  [{finding.check}]"
                )
        if found.empty:
            print("nothing found.")
    return bool((found["severity"] == "error").any())


def sample(asked):
    """Draw reports or cells for a second coder: a spreadsheet that does not show what was read."""
    from .corpus import load
    from .ledger import sample, write_sheet

    sheet = sample(load(asked.folder), asked.number, asked.seed, asked.of)
    write_sheet(sheet, asked.sheet)
    print(f"{len(sheet)} cells to enter in {asked.sheet}: numbers and marks as printed, 空 for an empty cell.")


def agree(asked):
    """Compare what a second coder entered with what was read; the exit status is 1 if they differ."""
    from .corpus import load
    from .ledger import agreement, compare, read_sheet

    compared = compare(read_sheet(asked.sheet), load(asked.folder).cells)
    per_field = agreement(compared)
    _table([per_field.columns] + [
        [value if isinstance(value, (str, int)) else f"{value:.1f}" for value in line] for line in per_field.itertuples(index=False)
    ])  # fmt: skip
    differing = compared[~compared["agrees"]]
    for cell in differing.itertuples():
        print(f"{cell.report}: {cell.table}.{cell.row}.{cell.column}: entered {cell.entered}, read {cell.read}")
    print(f"{len(compared)} cells compared, {len(differing)} differ.")
    return bool(len(differing))


def _say_skipped(skipped):
    """Say what was in a folder and is no report, a line a reason."""
    reasons = {}
    for name, reason in skipped:
        reasons.setdefault(reason, []).append(name)
    for reason, names in reasons.items():
        _say(f"skipped: {reason} ({names[0]}{f' and {len(names) - 1} more' if names[1:] else ''}).")


def render(asked):
    """Render the notebooks into pages, and the index of all districts; the exit status is 1 if a page failed."""
    from .corpus import load
    from .render import render

    if not (asked.notebook or asked.district or asked.all):
        raise DisclosureError("render what? --all for every district, --district NAME for one, or name a notebook.")
    parameters = dict(asked.parameters)
    with _executor(asked.scheduler) as executor:
        with _progress("report") as progress:
            corpus = load(parameters.pop("folder", asked.folder), executor=executor, progress=progress)
        with _progress("page") as progress:
            rendered = render(
                asked.notebook, asked.district, parameters, asked.out, folder=corpus.location, single_file=asked.single_file,
                keep_notebook=asked.ipynb, executor=executor, workers=asked.jobs, progress=progress,
            )  # fmt: skip
    for page, error in rendered.failed.items():
        _say(f"{page}: {error}")
    if rendered.unreadable:
        _say(f"{rendered.unreadable} files could not be read: the index names them.")
    print(
        f"{len(rendered.written)} pages made, {len(rendered.unchanged)} unchanged, {len(rendered.removed)} removed, "
        f"{len(rendered.failed)} failed: {asked.out}/index.html"
    )
    return bool(rendered.failed)


def _executor(scheduler):
    from contextlib import nullcontext

    from .executors import cluster

    return cluster(scheduler) if scheduler else nullcontext()


@contextmanager
def _progress(unit):
    """A function for ``progress``, which draws a bar with rate, time left and failures; nothing where no terminal is."""
    from tqdm import tqdm

    with tqdm(unit=unit, disable=None, leave=False) as bar:

        def progress(done, total, failed):
            bar.total = total
            bar.set_postfix({"failed": failed} if failed else {}, refresh=False)
            bar.update(done - bar.n)

        yield progress


def _table(lines):
    """Print lines of equal length in columns; a Chinese character is two wide."""
    from .style import width

    widths = [max(int(2 * width(str(cell))) for cell in column) for column in zip(*lines)]
    for line in lines:
        print(
            "  ".join(str(cell) + " " * (wide - int(2 * width(str(cell)))) for cell, wide in zip(line, widths)).rstrip()
        )


if __name__ == "__main__":
    # Under its own name, so that the processes that share the work find its functions.
    from disclosure.__main__ import main as installed

    sys.exit(installed())
