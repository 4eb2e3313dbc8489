"""Figures that stand each behind the heading of its own column: the headings name the cells, in whatever order they come.

Pages made for a small screen, and lists that somebody made of a table, print a row so: 自然人：3；商业企业：0；……；总计：3.
"""

import re
from functools import cache

from .amounts import said
from .form import forms
from .readings import NOTHING, Slot

# What a cell may say right behind its heading, a number with its sign and its unit or a word for none, and any number.
BEHIND = re.compile(
    r"(?:\s*\([^()]{0,20})?\)?[\s:|│┃]*((?:[减增][少加]?|[-+])?\s*\d(?:[\d.,]*\d)?(?:[万亿]?元)?|不变|持平|无变化|无增减)"
)
NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
# A single heading with a figure behind it may be chance, such as the number of a page below a header; but not behind the
# label of a row that has no other column.
FEWEST = 2


def headed_figures(page, table):
    """The figures of a table that stand so, as ``{start of the heading: (column, text, position)}``.

    The headings of one row follow one another, but for those of their groups.
    """
    found, run, fewest = {}, {}, FEWEST
    for label, following in zip(page.labels, [*page.labels[1:], None]):
        end = following.begin if following else len(page.masked)
        column = label.key(table, "column")
        figure = figure_behind(page, label, end) if column else None
        if figure:
            # A heading that comes again begins another row.
            if column in run:
                run, fewest = {}, FEWEST
            run[column] = label.start, *figure
            if len(run) >= fewest:
                found |= {start: (key, text, at) for key, (start, text, at) in run.items()}
        elif not label.key(table, "group"):
            run, fewest = {}, 1 if label.key(table, "row") in rows_of_one(table) else FEWEST
    return found


def figure_behind(page, label, end):
    """``(text, position)`` of the figure right behind a heading, the one number up to the next label; None if there is none."""
    figure = BEHIND.match(page.masked, label.finish, end)
    if figure and NUMBER.findall(page.masked, label.finish, end) == NUMBER.findall(figure[1]):
        return figure[1], figure.start(1)
    return None


@cache
def rows_of_one(table):
    """The rows of a table that have but one column in some form."""
    return {row for form in forms().values() for row, keys in form.table(table).rows.items() if len(keys) == 1}


def by_headings(line):
    """A line, read by its own headings if its figures stand so; where only some do, their order tells nothing."""
    page, columns = line.page, [key.column for key in line.keys]
    headed = page.headed(line.keys[0].table)
    own = {column: (text, at) for column, text, at in headed.values() if line.start <= at < line.end}
    if own:
        slots = {column: slot_of(*own[column], kind) for column, kind in zip(columns, line.kinds) if column in own}
        numbers = [number for text, _ in own.values() for number in NUMBER.findall(text)]
        whole = len(own) == len(slots) and len(numbers) == len(NUMBER.findall(page.masked, line.start, line.end))
        if whole and None not in slots.values():
            line.read(tuple(slots.get(column, NOTHING) for column in columns))
        line.header = line.header._replace(headed=len(slots) / len({*own, *columns}), in_order=bool(line.readings))
    return line


def slot_of(text, at, kind):
    value, status, _ = said(text, kind)
    return None if status == "unreadable" else Slot(text, value, at)
