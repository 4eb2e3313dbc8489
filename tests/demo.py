"""A small corpus in which something of everything is wrong, for tests of what shows that."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from disclosure import load
from disclosure.build import build

from .generator.contradictions import plant
from .generator.corpora import generate
from .generator.figures import figures
from .generator.layouts import LAYOUTS

YEARS = range(2022, 2026)
BODIES = 12
# What happens to the reports, by their number: a contradiction is planted, another report of that body and year stands
# in its place, which knows nothing of the year before, or there is none.
PLANTED = {1: "zero total", 6: "misprint", 11: "swapped", 17: "unit slip", 22: "lost digit"}
FORGETFUL = (14,)
GONE = (9,)


@cache
def demo():
    """Its Corpus: twelve districts over four years, five reports with contradictions, one
    that does not follow on the year before, one missing, and a file that cannot be read."""
    folder = Path(_kept().name)
    layout = LAYOUTS["html plain"]
    for number, (path, truth) in enumerate(generate(BODIES * len(YEARS), folder / "reports", 1, ("html",), YEARS)):
        if number in PLANTED:
            path.write_bytes(layout.content(plant(truth, PLANTED[number], number)))
        elif number in FORGETFUL:
            path.write_bytes(layout.content(figures(number, truth.form, truth.size, truth.body, truth.year)))
        elif number in GONE:
            path.unlink()
    Path(folder, "reports", "broken.docx").write_bytes(b"PK\x03\x04 cut off")
    build(folder / "reports", folder / "dataset")
    return load(folder / "dataset")


@cache
def _kept():
    """A folder that lasts as long as the process."""
    return TemporaryDirectory()
