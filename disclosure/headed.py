"""Figures that stand each behind the heading of its own column: the headings name the cells, in whatever order they come.

Pages made for a small screen, and lists that somebody made of a table, print a row so: 自然人：3；商业企业：0；……；总计：3.
"""

import re

from .amounts import said
from .readings import NOTHING, Slot

# A figure right behind a heading, and any figure.
BEHIND, FIGURE = re.compile(r"[\s:|│┃]*(\d[\d.,]*)"), re.compile(r"\d[\d.,]*")
# Fewer headings with a figure behind each may be chance: the number of a page below a header.
FEWEST = 3


def headed_figures(page, table):
    """The figures of a table that stand so, as ``{start of the heading: (column, text, position)}``.

    The headings of one row follow one another, but for those of their groups.
    """
    found, run = {}, {}
    for label, following in zip(page.labels, [*page.labels[1:], None]):
        end = following.begin if following else len(page.masked)
        column = label.key(table, "column")
        figure = BEHIND.match(page.masked, label.finish, end) if column else None
        if figure and column not in run and len(FIGURE.findall(page.masked, label.finish, end)) == 1:
            run[column] = label.start, figure[1], figure.start(1)
            if len(run) >= FEWEST:
                found |= {start: (key, text, at) for key, (start, text, at) in run.items()}
        elif figure or not label.key(table, "group"):
            run = {}
    return found


def by_headings(page, table, lines):
    """Read the lines whose figures stand so by their headings; where only some do, their order tells nothing."""
    headed = page.headed(table)
    for line in lines if headed else ():
        own = {column: (text, at) for column, text, at in headed.values() if line.start <= at < line.end}
        if not own:
            continue
        slots = {key.column: slot_of(*own[key.column], kind) for key, kind in zip(line.keys, line.kinds) if key.column in own}
        if len(own) == len(slots) == len(FIGURE.findall(page.masked, line.start, line.end)) and None not in slots.values():
            line.readings, line.tier = [tuple(slots.get(key.column, NOTHING) for key in line.keys)], "shown"
            line.header = line.header._replace(headed=1.0, in_order=True)
        else:
            line.header = line.header._replace(in_order=False)


def slot_of(text, at, kind):
    value, status, _ = said(text, kind)
    return None if status == "unreadable" else Slot(text, value, at)
