"""The unit in which money is printed, where it stands with the heading of a column, the label of a row, or on a line of its own."""

import re

from .amounts import MONEY, unit_named
from .labels import plain

# A unit of money in a heading or so many characters behind it: （单位：万元）. Behind another character 元 may be half of one.
UNIT, UNIT_WITHIN = re.compile(f"({MONEY.removesuffix('|元')}|(?<![\u3400-\u9fff])元|(?<=位)元)"), 16
# What says on a line of its own in which unit money is: a unit behind it, not the name of a body.
UNIT_LINE = "(?<![\u3400-\u9fff])(?:金额|计量|货币)?单位:"


def unit_of(page, heading):
    """The unit of money that is printed with a heading: ``本年收费金额（单位：元）``; empty where there is none, or several."""
    end = min(page.stream.piece(heading.finish - 1).end, heading.finish + UNIT_WITHIN)
    return unit_in(page.stream.text[heading.begin : end])


def unit_in(text):
    """The unit of money that a text states; empty where it states none, or several."""
    units = set(map(unit_named, UNIT.findall(text)))
    return units.pop() if len(units) == 1 else ""


def heading_unit(row, column, text):
    """The unit of money printed behind a column's heading or a row's label, or on a line for units; None where none is."""
    for label in (plain(column.label[-1]), plain(row.label[-1]), UNIT_LINE):
        if units := re.findall(
            rf"{label}[^\d元\u3400-\u9fff]{{0,12}}(?:单位:?\s*)?{UNIT.pattern}(?![\u3400-\u9fff])", text
        ):
            return unit_named(units[-1])
    return None
