"""Corpora of any size: many bodies, several years each, what is carried over agreeing from year to year."""

from pathlib import Path
from random import Random

from .bodies import bodies
from .figures import SIZES, figures
from .layouts import LAYOUTS
from .printed import PARTS

# What a folder of downloads mostly holds, none of it needing a converter.
LAYOUTS_OF = {
    "text": ("text cell a line", "text ragged pipes", "text tab a cell", "text paragraph a cell"),
    "html": ("html plain", "html Word", "html page round it", "html GBK"),
}
YEARS = range(2021, 2026)


def series(who, seed, years=YEARS):
    """The reports of one body over the years; each takes over what the one before left."""
    rng = Random(f"series-{who.name}-{seed}")
    sizes = [size for size, (kinds, *_) in SIZES.items() if who.kind in kinds]
    size = "county" if who.kind == "county" and rng.random() < 0.9 else rng.choice(sizes)
    carried = stock = None
    for year in years:
        truth = figures(rng.getrandbits(40), "2021" if year > 2020 else "2019", size, who, year, carried, stock)
        yield truth
        carried = {column: truth.cells["applications", "carried_out", column] for column in PARTS}
        stock = {
            row: truth.cells.get(("proactive", row, "in_force")) or 0 for row in ("regulations", "normative_documents")
        }


def generate(number, folder, seed=0, layouts=("text", "html"), years=YEARS):
    """Write ``number`` reports into ``folder``, a folder a county; give (path, Truth) one by one.

    The first ``number / len(years)`` bodies report, counties first. Bounded memory; about 1 ms a report.
    """
    rng = Random(f"corpus-{seed}")
    choices = [LAYOUTS[name] for medium in layouts for name in LAYOUTS_OF[medium]]
    written = 0
    for who in bodies(-(-number // len(years))):
        place = Path(folder, who.province, who.city + who.county)
        place.mkdir(parents=True, exist_ok=True)
        layout = rng.choice(choices)
        for truth in series(who, seed, years):
            if written == number:
                return
            path = place / f"{who.name}-{truth.year}{layout.suffix}"
            path.write_bytes(layout.content(truth))
            written += 1
            yield path, truth
