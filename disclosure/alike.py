"""Tables printed alike are read alike: where each cell stands is sought once for each way of printing a table.

A corpus prints its tables in few ways. What the search through labels and headings found for a grid is kept under all
that the grid prints but its figures, and holds for every grid that differs in nothing else. It is used only where the
rest is plain too: every table there once, every figure one that its column can have, every sum closed, and nothing
beside the grids that may be a table. Anything else is searched through as if nothing had been kept: that something is
kept changes how long reading takes, never what is read.
"""

import re
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from .amounts import ABSENT, Amount, said
from .check import closes
from .document import Grid
from .form import forms
from .labels import han, lexicon
from .several import SECOND_TABLE
from .tables import unit_of

DIGIT = re.compile(r"\d")
# What ends a sentence: it may name every row, and is no table.
SENTENCE = "。"
# So many ways of printing a table are kept, some 30 kB each; the oldest goes first.
MOST = 200
# How far behind a grid the search would look for figures of its last row, in characters.
REACH = 600
# The numeral of a heading has at most so many characters.
NUMERAL = 4
GEOMETRY = attrgetter("row", "column", "rowspan", "colspan")


class Plan(NamedTuple):
    """Which figure of a grid is which cell of the form."""

    tables: tuple
    """The keys of the tables in it, in printed order."""
    cells: tuple
    """(index in the grid, CellKey, the column's kind, the unit printed with its heading) of each figure."""


_plans = {}


def skeleton(grid):
    """All that a grid prints but its figures, and where; hashable."""
    return *map(GEOMETRY, grid.cells), *(None if is_figure(cell.text) else cell.text for cell in grid.cells)


def is_figure(text):
    """Whether a column of some kind can have a cell that says this."""
    return text.isdecimal() or said(text, "change")[1] == "printed"


def recall(stream, blocks):
    """The form and ``{CellKey: Amount}`` of a document whose tables are printed as others were, and plain; else None."""
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
    tables = [table for plan, *_ in placed for table in plan.tables]
    declared = {key for plan, *_ in placed for _, key, *_ in plan.cells}
    form = next((form for form in forms().values() if form.cells.keys() == declared), None)
    if not form or tables != [table.key for table in form.tables]:
        return None
    if not is_plain_beside(stream, [stretch for _, _, *stretch in placed]):
        return None
    values = dict.fromkeys(form.cells, ABSENT)
    for plan, grid, *_ in placed:
        for index, key, kind, unit in plan.cells:
            cell = grid.cells[index]
            value, status, own_unit = said(cell.text, kind)
            if status != "printed":
                return None
            values[key] = Amount(value, status, cell.text, own_unit or unit, grid.place(cell))
    numbers = {key: amount.value for key, amount in values.items()}
    return (form, values) if all(closes(identity, numbers.get) for identity in form.identities) else None


def is_plain_beside(stream, stretches):
    """Whether no second table may stand outside the grids, and no figure that may be their last row's behind them.

    ``stretches`` are those of the grids, ``[first piece, piece behind the last]``.
    """
    pieces, text = stream.pieces, stream.text
    starts = [*(first for first, _ in stretches), len(pieces)]
    ends = [0, *(end for _, end in stretches)]
    lines = (text[piece.start : piece.end] for low, high in zip(ends, starts) for piece in islice(pieces, low, high))
    rest = han("\n".join(line for line in lines if SENTENCE not in line))
    for columns, rows in labels():
        if any(map(rest.__contains__, columns)):
            if sum(any(map(rest.__contains__, texts)) for texts in rows) >= SECOND_TABLE * len(rows):
                return False
    return not any(figures_behind(stream, low, high) for low, high in zip(ends[1:], starts[1:]))


def figures_behind(stream, low, high):
    """Whether digits stand among some pieces before the form's next heading, as near as the search looks for figures."""
    for piece in islice(stream.pieces, low, high):
        line = stream.text[piece.start : piece.end]
        if piece.start > stream.pieces[low].start + REACH:
            break
        heads = any(map(han(line).__contains__, headings()))
        if DIGIT.search(line, NUMERAL if heads else 0):
            return True
        if heads:
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
        if isinstance(block, Grid) and not block.turned:
            if plan := plan_of(page, block, first, first + size, form, keys, values):
                while len(_plans) >= MOST:
                    _plans.pop(next(iter(_plans)), None)
                _plans[skeleton(block)] = plan
        first += size


def plan_of(page, grid, first, end, form, keys, values):
    """The Plan of a grid in which whole tables stand with all their labels, and no other figure; else None."""
    figures = [index for index, cell in enumerate(grid.cells) if is_figure(cell.text)]
    found = [keys.get(grid.place(grid.cells[index])) for index in figures]
    tables = [table for table in form.tables if any(key and key.table == table.key for key in found)]
    if not tables or sorted(map(str, found)) != sorted(str(key) for table in tables for key in table.cells):
        return None
    low, high = page.stream.pieces[first].start, page.stream.pieces[end - 1].end
    inside = {
        (role.table, role.kind, role.key): label
        for label in page.labels if low <= label.begin < high for role in label.roles
    }  # fmt: skip
    cells = []
    for index, key in zip(figures, found):
        heading, kind = inside.get((key.table, "column", key.column)), form.cells[key][1].kind
        if not heading or (key.table, "row", key.row) not in inside:
            return None
        cells.append((index, key, kind, unit_of(page, heading) if kind == "money" else ""))
    return Plan(tuple(table.key for table in tables), tuple(cells))
