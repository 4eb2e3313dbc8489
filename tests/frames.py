"""Tidy cells without a reader: of the five sample reports, of single figures, and of many made districts."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from disclosure.form import form

REPORTS = Path(__file__).parent / "reports"
COLUMNS = ("report", "district", "year", "form", "table", "row", "column", "value", "unit", "status", "text", "place")


def cells_of(values, report="a.html", district="甲区", year=2024, declared="2021", missing=()):
    """The cells of one report: ``{"table.row.column": value}``, all others 0; ``missing`` are absent."""
    rows = []
    for key, (_, column) in form(declared).cells.items():
        value = float("nan") if str(key) in missing else values.get(str(key), 0)
        status = "absent" if str(key) in missing else "inferred" if value is None else "printed"
        rows.append((report, district, year, declared, *key, value or 0.0, column.unit, status, str(value), ""))
    return pd.DataFrame(rows, columns=COLUMNS)


@cache
def samples():
    """The cells of the sample reports, all years and districts."""
    frames = []
    for path in sorted(REPORTS.glob("*.expected.json")):
        expected = json.loads(path.read_text("utf-8"))
        values = {
            f"{table}.{row}.{column}": value
            for table, rows in expected["cells"].items() for row, line in rows.items() for column, value in line.items()
        }  # fmt: skip
        about = (expected["jurisdiction"], expected["year"], expected["form"])
        frames.append(cells_of(values, expected["file"], *about))
    return pd.concat(frames, ignore_index=True)


def sample(district):
    cells = samples()
    return cells[cells["district"] == district]


@cache
def many(districts=40, years=(2024,), seed=7):
    """The cells of made districts that differ from each other in what they hold; every sum closes."""
    random = np.random.default_rng(seed)
    frames = []
    for number in range(districts):
        share = random.dirichlet([6, 3, 1, 6, 1, 1])
        for year in years:
            closed = int(random.lognormal(4, 1)) + 1
            granted, part, denied, not_held, duplicate, other = map(int, random.multinomial(closed, share))
            cases = int(random.poisson(closed * 0.1))
            rows = {
                "new": closed, "granted": granted, "granted_in_part": part, "denied.third_party": denied,
                "unavailable.not_held": not_held, "not_processed.duplicate": duplicate, "other.other": other,
                "closed": closed,
            }  # fmt: skip
            values = {f"applications.{row}.{column}": n for row, n in rows.items() for column in ("natural_person", "total")}
            values |= {"review.reconsideration.upheld": cases, "review.reconsideration.total": cases}
            frames.append(cells_of(values, f"{number}/{year}.html", f"第{number + 1}区", year))
    return pd.concat(frames, ignore_index=True)
