"""What a reader made of a report, cell by cell, against what the report says."""

import re
from typing import NamedTuple

NUMBER = re.compile(r"\s*[+-]?[\d０-９][\d０-９,.]*\s*(件|元|万元|（.*）)?\s*")


class Score(NamedTuple):
    """Counts of cells. ``silent``: wrong cells of a report without a warning or an error."""

    right: int = 0
    missing: int = 0
    wrong: int = 0
    silent: int = 0
    inferable: int = 0
    """Cells that are not printed, or blank, or a mark, though the report has a figure there."""
    inferred: int = 0
    """Those of them that the reader gave, rightly."""
    alarms: int = 0
    """Warnings and errors."""

    def __add__(self, other):
        return Score(*map(sum, zip(self, other)))


def score(truth, report):
    """Hold a read report against the truth. report: anything with ``values`` {key: .value} and ``findings``-like doubts.

    A cell that is blank, a mark or not printed may be given with its figure or not at all.
    """
    counts = dict.fromkeys(Score._fields, 0)
    for key in cells_of(truth) | set(report.values):
        found = report.values.get(key)
        found = None if found is None else found.value
        expected = truth.cells.get(key)
        if is_printed(truth, key):
            counts["right" if same(found, expected) else "missing" if found is None else "wrong"] += 1
        elif found is None:
            counts["inferable"] += expected is not None
        elif same(found, expected):
            counts["inferable"] += 1
            counts["inferred"] += 1
        else:
            counts["wrong"] += 1
    counts["alarms"] = sum(finding.severity in ("error", "warning") for finding in report.doubts)
    counts["silent"] = 0 if counts["alarms"] else counts["wrong"]
    return Score(**counts)


def cells_of(truth):
    return set(truth.cells) | set(truth.texts)


def is_printed(truth, key):
    """Whether one number, whole and alone, stands in the cell."""
    return NUMBER.fullmatch(truth.texts.get(key, "").replace(". ", ".").replace("减", "-")) is not None or (
        truth.texts.get(key) == "不变"
    )


def same(found, expected):
    return found is not None and expected is not None and abs(float(found) - float(expected)) < 1e-9


def mistakes(truth, report):
    """The cells that are missing or wrong: [(key, expected, found, text printed)], for a person to read."""
    return [
        (key, truth.cells.get(key), amount.value if (amount := report.values.get(key)) else None, truth.texts.get(key))
        for key in sorted(cells_of(truth) | set(report.values))
        if not same(getattr(report.values.get(key), "value", None), truth.cells.get(key))
        and (is_printed(truth, key) or getattr(report.values.get(key), "value", None) is not None)
    ]
