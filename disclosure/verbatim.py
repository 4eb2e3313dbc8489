"""Tables printed word for word as a form declares them are read at a look: every label in its place needs no search.

A table, parted by pages or not, in which stand nothing but the form's own labels and figures, each figure behind the
label of its row and under the heading of its column, all of them there in the declared order, leaves nothing open. It is
read so only where the rest is plain too: every table there once, every figure one that its column can have, every sum
closed, and nothing beside the grids that may be a table. Anything else is searched through; what is read is the same
either way.
"""

import re
from functools import cache, lru_cache
from itertools import chain, combinations, compress, pairwise
from typing import NamedTuple

from .amounts import Amount, said
from .check import broken
from .document import Grid
from .form import CellKey, forms
from .labels import ORDINAL, han, lexicon, named
from .line import is_flat
from .lines import MANY_ROWS
from .rows import REACH
from .several import SECOND_TABLE
from .units import unit_in
from .wording import fold

DIGIT = re.compile(r"\d")
# What ends a sentence: it may name every row, and is no table.
SENTENCE = "。"
# What a label may be made of, its numeral taken away; a figure or a sign in it may be another cell's.
LABEL = re.compile("[\u3400-\u9fff\\s()“”\"',.:;、。/]*")
# What the forms print beside their labels.
ASIDE = frozenset({"信息内容", "申请人情况", "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和"})
# The status and score of a figure that leaves nothing open, and whether its table was turned.
PLAIN = ("printed", None, False)
# The numeral of a heading has at most so many characters.
NUMERAL = 4


class Run(NamedTuple):
    """Cells of a form as they are printed one after another, and what the labels around their figures may name."""

    keys: tuple[CellKey, ...]
    kinds: tuple[str, ...]
    rows: tuple[frozenset, ...]
    """For each cell, what its row may be called: roles as ``roles_of`` gives them."""
    columns: tuple[frozenset, ...]
    flat: tuple[bool, ...]
    """Whether the label of its row stands over the figure."""


class Labels(NamedTuple):
    """The labels around the figures of a grid, for each of them."""

    behind: tuple[str, ...]
    """The last one before it in its row, empty where there is none."""
    over: tuple[tuple[str, ...], ...]
    """Those over it, from top to bottom."""


def at_a_look(stream, blocks):
    """``(form, {CellKey: Amount}, [])`` of a document whose tables are printed as a form declares them; else None."""
    if stream.damage:
        return None
    placed = []
    for grids, stretch in tables_in(blocks):
        figures, owners, labels = figures_of(grids)
        if run := run_of(labels):
            placed.append((figures, owners, labels, run, stretch))
    if not placed:
        return None
    keys = [key for *_, run, _ in placed for key in run.keys]
    form = next((form for form in forms().values() if keys == [*form.cells]), None)
    if not form or not is_plain_beside(stream, [stretch for *_, stretch in placed]):
        return None
    values = {}
    for figures, owners, labels, run, _ in placed:
        told = [said(figure.text, kind) for figure, kind in zip(figures, run.kinds)]
        looks = {(status, figure.score, grid.turned) for (_, status, _), figure, grid in zip(told, figures, owners)}
        if looks != {PLAIN}:
            return None
        cells = zip(run.keys, run.kinds, told, figures, owners, labels.over)
        for key, kind, (value, status, unit), figure, grid, over in cells:
            if kind == "money":
                unit = unit or unit_in(fold(over[-1]))
            values[key] = Amount(value, status, figure.text, unit, grid.place(figure))
    return None if broken(form, [amount.value for amount in values.values()]) else (form, values, [])


def tables_in(blocks):
    """The tables among some blocks, each as ``(grids, stretch)``: one that pages part has several, with nothing between.

    A stretch is ``(first piece, piece behind the last)``.
    """
    found, first = [], 0
    for above, block in pairwise([None, *blocks]):
        size = 1
        if isinstance(block, Grid):
            size = len(block.cells)
            if isinstance(above, Grid) and above.may_go_on_in(block):
                grids, (begun, _) = found.pop()
            else:
                grids, begun = [], first
            found.append(([*grids, block], (begun, first + size)))
        first += size
    return found


def figures_of(grids):
    """The cells of a table, in reading order, that are no labels, the Grid that each stands in, and the Labels around them."""
    figures, owners, beside, above, over = [], [], [], [], {}
    for grid in grids:
        row, behind = None, ""
        for cell in grid.cells:
            text = cell.text
            if cell.row != row:
                row, behind = cell.row, ""
            roles = None if text.isdecimal() else roles_of(text)
            if roles is None:
                figures.append(cell)
                owners.append(grid)
                beside.append(behind)
                above.append(over.get(cell.column, ()))
            elif roles:
                behind = text
                for column in range(cell.column, cell.column + cell.colspan):
                    over[column] = *over.get(column, ()), text
    return figures, owners, Labels(tuple(beside), tuple(above))


def is_plain_beside(stream, stretches):
    """Whether no second table may stand outside the grids, and no figure that may be their last row's behind them.

    ``stretches`` are those of the tables, as ``tables_in`` gives them.
    """
    texts = stream.texts
    starts = [*(first for first, _ in stretches), len(texts)]
    ends = [0, *(end for _, end in stretches)]
    lines = [text for low, high in zip(ends, starts) for text in texts[low:high] if SENTENCE not in text]
    rest = han("\n".join(lines))
    for columns, rows in labels():
        if len(rows) >= MANY_ROWS or any(map(rest.__contains__, columns)):
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


@lru_cache(200)
def run_of(labels):
    """The Run of a form's cells that figures with these Labels are.

    Whole tables, or whole blocks of one, in the declared order; None for anything else.
    """
    for form in forms():
        for run in runs(form).get(len(labels.over), ()):
            if is_headed(run, labels):
                return run
    return None


@cache
def runs(form):
    """The runs of a form's blocks by how many cells they have, ``{count: [Run, ...]}``."""
    blocks = [
        [declared(form, table.key, row, column) for row in block.rows for column in block.columns]
        for table in forms()[form].tables for block in table.blocks
    ]  # fmt: skip
    found = {}
    for first, end in combinations(range(len(blocks) + 1), 2):
        run = Run(*zip(*chain.from_iterable(blocks[first:end])))
        found.setdefault(len(run.keys), []).append(run)
    return found


def declared(form, table, row, column):
    """One cell's part of a Run."""
    named = frozenset(("column", table, column.key, of) for of in ("", form))
    called = frozenset({("row", table, row.key, "")})
    return CellKey(table, row.key, column.key), column.kind, called, named, is_flat(table)


def is_headed(run, labels):
    """Whether figures stand under the headings of a run's columns, and behind the labels of its rows or, in flat tables, under them."""
    if not all(labels.over):
        return False
    # Figures of one column or row have the same labels: each is looked at once.
    around = {*zip(run.columns, [over[-1] for over in labels.over])}
    around.update(compress(zip(run.rows, labels.behind), [not flat for flat in run.flat]))
    if any(roles.isdisjoint(roles_of(label)) for roles, label in around):
        return False
    under = {*compress(zip(run.rows, labels.over), run.flat)}
    return all(any(not roles.isdisjoint(roles_of(label)) for label in over) for roles, over in under)


@lru_cache(4096)
def roles_of(text):
    """What the label in a cell may name, ``{(kind, table, key, form)}``: nothing in an empty one; None if it is no label of a form."""
    text = fold(text).strip()
    bare = ORDINAL.sub("", text)
    if not LABEL.fullmatch(bare):
        return None
    roles = named(text)
    if roles is None:
        return frozenset() if not text or han(text) in ASIDE else None
    return frozenset((role.kind, role.table, role.key, role.form) for role in roles)
