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
        added = verbs.add_parser(function.__name__, help=function.__doc__.split("\n")[0], description=function.__doc__, **more)
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
    added.add_argument("--to", choices=("csv", "xlsx", "parquet", "stata"), default="csv", help="the format (%(default)s)")
    added.add_argument("--folder", help="the reports, or a dataset of them; by default the project's own data")
    added.add_argument("--district", metavar="NAME", help="only the reports of this district, by name or code")
    added.add_argument("--corrected", action="store_true", help="with the signed corrections of data/corrections.csv applied")
    added.add_argument("--lang", choices=("zh", "en"), default="zh", help="the language of Stata's labels (%(default)s)")

    added = verb(render)
    added.add_argument("notebook", nargs="?", help="one notebook; by default all in notebooks/")
    which = added.add_mutually_exclusive_group()
    which.add_argument("--district", metavar="NAME", nargs="+", help="the pages of these districts, by name or code")
    which.add_argument("--all", action="store_true", help="the pages of all districts")
    added.add_argument("-p", dest="parameters", metavar=("NAME", "VALUE"), nargs=2, action="append", default=[],
                       help="a parameter of the notebook (repeatable)")  # fmt: skip
    added.add_argument("--folder", help="the reports, or a dataset of them; by default the project's own data")
    added.add_argument("--out", default="reports_out", help="the folder of the pages (%(default)s), or its URL")
    added.add_argument("--single-file", action="store_true", help="pages that can be sent alone, each with its own plotly.js")
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
            _table([("column", "label", "unit")] + [(each.key, "/".join(each.label), each.unit) for each in block.columns])
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


def _say_skipped(skipped):
    """Say what was in a folder and is no report, a line a reason."""
    reasons = {}
    for name, reason in skipped:
        reasons.setdefault(reason, []).append(name)
    for reason, names in reasons.items():
        _say(f"skipped: {reason} ({names[0]}{f' and {len(names) - 1} more' if names[1:] else ''}).")


def render(asked):
    """Render the notebooks into pages, and the index of all districts; the exit status is 1 if a page failed."""
    from .render import render

    if not (asked.notebook or asked.district or asked.all):
        raise DisclosureError("render what? --all for every district, --district NAME for one, or name a notebook.")
    with _executor(asked.scheduler) as executor, _progress("page") as progress:
        rendered = render(
            asked.notebook, asked.district, dict(asked.parameters), asked.out, folder=asked.folder, single_file=asked.single_file,
            keep_notebook=asked.ipynb, executor=executor, workers=asked.jobs, progress=progress,
        )  # fmt: skip
    for page, error in rendered.failed.items():
        _say(f"{page}: {error}")
    for count, what in ((rendered.removed, "pages removed"), (rendered.unreadable, "files could not be read, the index names them")):
        if count:
            _say(f"{count if isinstance(count, int) else len(count)} {what}.")
    done = f"{len(rendered.written)} pages made, {len(rendered.unchanged)} unchanged"
    print(f"{done}{f', {len(rendered.failed)} failed' if rendered.failed else ''}: {asked.out}/index.html")
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
        print("  ".join(str(cell) + " " * (wide - int(2 * width(str(cell)))) for cell, wide in zip(line, widths)).rstrip())


if __name__ == "__main__":
    # Under its own name, so that the processes that share the work find its functions.
    from disclosure.__main__ import main as installed

    sys.exit(installed())
