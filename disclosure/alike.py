"""Tables printed alike are read alike: where each cell stands is sought once for each way of printing a table.

A corpus prints its tables in few ways. What the search through labels and headings found for a grid is kept under all
that the grid prints but its figures, and holds for every grid that differs in nothing else. It is used only where the
rest is plain too: every table there once, every figure one that its column can have, every sum closed, and nothing
beside the grids that may be a table. Anything else is searched through as if nothing had been kept: that something is
kept changes how long reading takes, never what is read.
"""

import re
import threading
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from .amounts import ABSENT, Amount, said
from .check import broken
from .document import Grid
from .form import forms
from .labels import han, lexicon
from .several import SECOND_TABLE
from .tables import REACH, unit_of

DIGIT = re.compile(r"\d")
# What ends a sentence: it may name every row, and is no table.
SENTENCE = "。"
# So many ways of printing a table are kept, some 30 kB each; the oldest goes first.
MOST = 200
# The numeral of a heading has at most so many characters.
NUMERAL = 4
GEOMETRY = attrgetter("row", "column", "rowspan", "colspan")


class Plan(NamedTuple):
    """Which figure of a grid is which cell of the form."""

    tables: tuple
    """The keys of the tables in it, in printed order."""
    keys: frozenset
    cells: tuple
    """(index in the grid, CellKey, kind of its column, the Amount of a nought there) of each figure."""


# Several threads may read at a time.
_plans, _keeping = {}, threading.Lock()


def skeleton(grid):
    """All that a grid prints but its figures, and where; hashable."""
    texts = [cell.text for cell in grid.cells]
    return grid.number, grid.page, *map(GEOMETRY, grid.cells), *(None if is_figure(text) else text for text in texts)


def is_figure(text):
    """Whether a column of some kind can have a cell that says this."""
    return text.isdecimal() or "printed" in (said(text, "change")[1], said(text, "money")[1])


def recall(stream, blocks):
    """``(form, {CellKey: Amount}, [])`` of a document whose tables are printed as others were, and plain; else None."""
    placed, first = [], 0
    for block in blocks:
        size = 1
        if isinstance(block, Grid):
            size = len(block.cells)
            if plan := _plans.get(skeleton(block)):
                placed.append((plan, block, first, first + size))
        first += size
    if not placed or stream.damage:
        return None
    declared = frozenset().union(*(plan.keys for plan, *_ in placed))
    form = next((form for form in forms().values() if form.cells.keys() == declared), None)
    if not form or [table.key for table in form.tables] != [table for plan, *_ in placed for table in plan.tables]:
        return None
    if not is_plain_beside(stream, [stretch for _, _, *stretch in placed]):
        return None
    values = dict.fromkeys(form.cells, ABSENT)
    for plan, grid, *_ in placed:
        texts = [cell.text for cell in grid.cells]
        for index, key, kind, nought in plan.cells:
            if (text := texts[index]) == "0":
                values[key] = nought
                continue
            value, status, unit = said(text, kind)
            if status != "printed":
                return None
            values[key] = Amount(value, status, text, unit or nought.unit, nought.place)
    return None if broken(form, [amount.value for amount in values.values()]) else (form, values, [])


def is_plain_beside(stream, stretches):
    """Whether no second table may stand outside the grids, and no figure that may be their last row's behind them.

    ``stretches`` are those of the grids, ``[first piece, piece behind the last]``.
    """
    texts = stream.texts
    starts = [*(first for first, _ in stretches), len(texts)]
    ends = [0, *(end for _, end in stretches)]
    lines = [text for low, high in zip(ends, starts) for text in texts[low:high] if SENTENCE not in text]
    rest = han("\n".join(lines))
    for columns, rows in labels():
        if any(map(rest.__contains__, columns)):
            if sum(any(map(rest.__contains__, names)) for names in rows) >= SECOND_TABLE * len(rows):
                return False
    return not any(figures_behind(texts[low:high]) for low, high in zip(ends[1:], starts[1:]))


def figures_behind(texts):
    """Whether digits stand among some pieces before the form's next heading, as near as the search looks for figures."""
    passed = 0
    for text in texts:
        heads = any(map(han(text).__contains__, headings()))
        if DIGIT.search(text, NUMERAL if heads else 0):
            return True
        passed += len("".join(text.split()))
        if heads or passed > REACH:
            break
    return False


@cache
def labels():
    """For each table of each form its columns' headings that no other table has, and what each of its rows is called."""
    found = []
    for table in (table for form in forms().values() for table in form.tables):
        own, rows = {(table.key, "column")}, {row: [] for row in table.rows}
        for text, roles in lexicon().items():
            for role in roles:
                if (role.table, role.kind) == (table.key, "row") and role.key in rows:
                    rows[role.key].append(text)
        columns = [text for text, roles in lexicon().items() if {(role.table, role.kind) for role in roles} == own]
        found.append((columns, list(rows.values())))
    return found


@cache
def headings():
    """The headings of the form's sections."""
    return [text for text, roles in lexicon().items() if any(role.kind == "section" for role in roles)]


def keep(page, blocks, form, values):
    """Keep where the cells of a document stand, which was plain to read, for others that are printed alike."""
    if page.stream.damage or form is not forms().get(form.key) or any(amount.score is not None for amount in values.values()):
        return
    keys = {amount.place: key for key, amount in values.items() if amount.status == "printed"}
    first = 0
    for block in blocks:
        size = len(block.cells) if isinstance(block, Grid) else 1
        if isinstance(block, Grid) and not block.turned and (plan := plan_of(page, block, first, first + size, form, keys)):
            with _keeping:
                while len(_plans) >= MOST:
                    del _plans[next(iter(_plans))]
                _plans[skeleton(block)] = plan
        first += size


def plan_of(page, grid, first, end, form, keys):
    """The Plan of a grid in which whole tables stand with all their labels, and no other figure; else None."""
    figures = [(index, cell) for index, cell in enumerate(grid.cells) if is_figure(cell.text)]
    first_key = keys.get(grid.place(figures[0][1])) if figures else None
    if not first_key or len(figures) < len(form.table(first_key.table).cells):
        return None
    figures = [(index, grid.place(cell)) for index, cell in figures]
    found = {keys.get(place) for _, place in figures}
    tables = [table for table in form.tables if any(key and key.table == table.key for key in found)]
    if len(found) < len(figures) or found != {key for table in tables for key in table.cells}:
        return None
    low, high = page.stream.pieces[first].start, page.stream.pieces[end - 1].end
    inside = {
        (role.table, role.kind, role.key): label
        for label in page.labels if low <= label.begin < high for role in label.roles
    }  # fmt: skip
    cells = []
    for index, place in figures:
        key = keys[place]
        heading, kind = inside.get((key.table, "column", key.column)), form.cells[key][1].kind
        if not heading or (key.table, "row", key.row) not in inside:
            return None
        unit = unit_of(page, heading) if kind == "money" else ""
        cells.append((index, key, kind, Amount(0, "printed", "0", unit, place)))
    return Plan(tuple(table.key for table in tables), frozenset(found), tuple(cells))
