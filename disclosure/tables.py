"""Where each table of the form stands in a document: its rows by their labels, its columns by their headings."""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from .amounts import MONEY, unit_named
from .document import Grid
from .form import CellKey, Column, forms
from .headed import headed_figures
from .labels import BORDERS, Role, find_labels, han, label_at, lexicon, plain
from .stream import HAN, Stream

# Stands in the masked text wherever a label, or the numeral that belongs to it, was.
MASK = "\x00"
# What stands close inside a label is the label's: the stroke in 增/减, a bracket, a quotation mark; but no border.
INSIDE = re.compile("[\u3400-\u9fff]+|(?<=[\u3400-\u9fff])[^\u3400-\u9fff\\d\\s|│┃]{1,2}(?=[\u3400-\u9fff])")
# What parts the cells of a line of text.
BORDER = re.compile(f"[{BORDERS}]")
# A unit of money in a heading or so many characters behind it: （单位：万元）. Behind another character 元 may be half of one.
UNIT, UNIT_WITHIN = re.compile(f"({MONEY.removesuffix('|元')}|(?<![\u3400-\u9fff])元|(?<=位)元)"), 16
# So few headings of a flat table say nothing of their order: halves of headings on two lines may look like others.
ENOUGH = 10
# A header has at most so many lines, unless each of its headings has one.
HEADER_LINES = 4
# A header has at most so many Chinese characters, and between its labels at most so many that are no label.
HEADER, LOOSE = 160, 40
# So many labels of rows beside one another are a table on its side; those of columns too, 其他 and 总计, do not count.
ON_ITS_SIDE = 5
# No label is longer, its blanks included.
LONGEST_LABEL = 200
# How alike the words of a header must be to a heading that is not there, in percent.
HEADING_ALIKE = 50
WORD = re.compile("[\u3400-\u9fff]{2,}")
# How far behind the last label of a table its numbers may stand, in characters, blanks in a row being one.
REACH = 600
# A label of this many characters belongs to one table alone; 其他 and 总计 are headings in more than one.
TELLING = 4


def upright(block):
    """A table printed on its side, turned: the labels of its rows stand beside one another in a few of its first rows."""
    if not isinstance(block, Grid):
        return block
    beside = {}
    for cell in block.cells:
        if cell.row < HEADER_LINES:
            for table in tables_with_row(cell.text):
                beside.setdefault(table, set()).add(cell.column)
    return block.turn() if any(len(columns) >= ON_ITS_SIDE for columns in beside.values()) else block


@lru_cache(4096)
def tables_with_row(text):
    """The tables of which a text names a row, if it names nothing but rows."""
    roles = lexicon().get(han(text), ()) if len(text) < LONGEST_LABEL else ()
    return {role.table for role in roles} if all(role.kind == "row" for role in roles) else set()


def rejoined(blocks):
    """The blocks with each row of a table whose label the end of a page cut put together again.

    Its texts stand in the row's first half then, with its figures: what is left of the label would hide the other half's.
    """
    blocks = list(blocks)
    at = [index for index, block in enumerate(blocks) if isinstance(block, Grid) and block.page and block.cells]
    for upper, lower in pairwise(at):
        above, below = blocks[upper], blocks[lower]
        if above.page + 1 == below.page and above.width == below.width:
            bottom = above.height
            last = {cell.column: cell for cell in above.cells if cell.row + cell.rowspan == bottom}
            first = {cell.column: cell for cell in below.cells if cell.row == 0}
            if _is_cut(last, first):
                whole = {id(last[column]): last[column].text + first[column].text for column in last.keys() & first.keys()}
                blocks[upper] = replace(above, cells=[replace(cell, text=whole.get(id(cell), cell.text)) for cell in above.cells])
                kept = [cell for cell in below.cells if cell.row or cell.rowspan > 1]
                blocks[lower] = replace(below, cells=[cell if cell.row else replace(cell, text="") for cell in kept])
    return blocks


def _is_cut(last, first):
    """Whether two halves of a row, cells by their columns, are a label of the form together, and neither alone."""
    texts = {column: cell.text for column, cell in first.items() if cell.text.strip()}
    if not texts or not texts.keys() <= last.keys() or any(map(str.isdigit, "".join(texts.values()))):
        return False

    def is_row(text):
        return any(role.kind == "row" for role in lexicon().get(plain(text), ()))

    halves = [(last[column].text, text) for column, text in texts.items()]
    return any(is_row(upper + lower) and not is_row(upper) and not is_row(lower) for upper, lower in halves)


class Page:
    """A stream with its labels found, and what of it is no label."""

    def __init__(self, path: str, stream: Stream):
        self.path = path
        self.stream = stream
        self.labels = find_labels(stream)
        self.starts = [label.start for label in self.labels]
        parts, done = [], 0
        for label in self.labels:
            # A numeral glued to its label may have been taken for the end of the label before.
            begin = max(label.begin, done)
            parts += (stream.text[done:begin], self._masked(begin, label))
            done = label.finish
        parts.append(stream.text[done:])
        self.masked = "".join(parts)
        """The text with a MASK for each character of a label."""
        self._headed = {}

    def _masked(self, begin, label):
        stream = self.stream
        first = stream.at[label.start]
        if label.finish - first - (label.end - label.start) < 1:
            return MASK * (label.finish - begin)
        inside = INSIDE.sub(lambda stretch: MASK * len(stretch[0]), stream.text[first : label.finish])
        return MASK * (first - begin) + inside

    def add(self, start, end, role):
        """Take in a label that was found by its likeness, a stretch of the Chinese characters."""
        at = bisect_left(self.starts, start)
        before = self.labels[at - 1] if at else None
        loose = max(before.loose, before.loose + start - before.end) if before else start
        label = label_at(self.stream, start, end, (role,), loose)
        self.masked = self.masked[: label.begin] + self._masked(label.begin, label) + self.masked[label.finish :]
        return label

    def headed(self, table):
        """The figures of a table behind the heading of its own column each: see ``headed.headed_figures``."""
        if table not in self._headed:
            self._headed[table] = headed_figures(self, table)
        return self._headed[table]

    def line(self, position):
        """Which line of text, or row of a grid, a position of the text is on."""
        piece = self.stream.piece(position)
        return (id(piece.block), piece.cell.row) if piece.cell else piece.start

    def cells(self, position):
        """The cells on the line, or in the row of the grid, of a position of the text: stretches of the text."""
        piece, stream = self.stream.piece(position), self.stream
        if piece.cell:
            return [(p.start, p.end) for p in stream.pieces if p.block is piece.block and p.cell.row == piece.cell.row]
        edges = [piece.start - 1, *(m.start() for m in BORDER.finditer(stream.text, piece.start, piece.end)), piece.end]
        return [(low + 1, high) for low, high in pairwise(edges)]

    def between(self, start, end):
        """The labels that start in a stretch of the Chinese characters."""
        return self.labels[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def row_start(self, label):
        """Where the line or grid row of a label starts, if no figure of the row before stands on it; else the label."""
        pieces = self.stream.pieces
        index = self.stream.index(label.begin)
        cell = pieces[index].cell
        while cell and index and pieces[index - 1].cell and pieces[index - 1].cell.row == cell.row:
            if pieces[index - 1].block is not pieces[index].block:
                break
            index -= 1
        line = pieces[index].start
        return label.begin if any(map(str.isdecimal, self.masked[line : label.begin])) else line

    def header_over(self, label):
        """The stretch before a table's first label that holds its header: labels close together."""
        start, loose = label.start, label.loose
        for other in reversed(self.between(max(0, start - HEADER), start)):
            if loose - other.loose > LOOSE:
                break
            start, loose = other.start, other.loose
        return start, label.start


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns over some rows of a table, in the order in which one form, or one report, prints them."""

    form: str
    columns: tuple[Column, ...]
    kinds: tuple[str, ...]
    keys: dict[str, tuple[CellKey, ...]]
    """The cells of each row."""


class Header(NamedTuple):
    """What is printed over some rows, as far as it was read."""

    columns: Columns
    headed: float
    """The share of the columns whose headings were found."""
    spans: dict[int, str]
    """The heading over each column of the grid, ``{grid's column: column key}``; all of the headings or none."""
    at: dict[str, tuple[int, int]]
    """The first and the last character of each heading that was found, ``{column key: positions in the text}``."""
    units: dict[str, str]
    """The unit printed with a heading, ``{column key: unit}``."""
    in_order: bool
    """False where the headings found stand in another order than declared, and which that is cannot be told."""
    heads: tuple = ()
    """All the headings, if they are of several years (``years.Head``)."""
    lumped: tuple = ()
    """The headings in printed order, keys of columns and names of groups, where a group has a heading and none of its
    columns has; else none. All empty where that order cannot be told."""


@cache
def declared_columns(table):
    """The columns over each row, ``{row: (Columns, ...)}``; forms with the same columns stand there once."""
    found = {}
    for form in forms().values():
        for block in form.table(table).blocks:
            declared = columns_of(form.key, table, block.columns, [row.key for row in block.rows])
            for row in block.rows:
                known = found.setdefault(row.key, ())
                if block.columns not in [other.columns for other in known]:
                    found[row.key] = (*known, declared)
    return found


def columns_of(form, table, columns, rows):
    keys = {row: tuple(CellKey(table, row, column.key) for column in columns) for row in rows}
    return Columns(form, columns, tuple(column.kind for column in columns), keys)


@cache
def rows_in_order(table):
    """A table's row keys over all declared forms, in printed order, as ``{key: position}``."""
    order = []
    for form in forms().values():
        last = -1
        for row in form.table(table).rows:
            if row not in order:
                order.insert(last + 1, row)
            last = order.index(row)
    return {row: index for index, row in enumerate(order)}


@cache
def declared_row(table, row):
    return next(
        declared
        for form in forms().values()
        for block in form.table(table).blocks
        for declared in block.rows
        if declared.key == row
    )


def cut_short(page, label):
    """Whether a short label is the beginning of a word that is none: 其他 of a damaged 其他处理, or of 其他情况."""
    if label.end - label.start >= TELLING or not HAN.match(page.stream.text, label.finish):
        return False
    return page.masked[label.finish] != MASK


def in_a_word(page, label):
    """Whether a label is only the beginning or the end of a longer word: 其他 of 其他情况, 企业 of 军民融合企业."""
    return any(map(HAN.match, (page.masked[label.begin - 1 : label.begin], page.masked[label.finish : label.finish + 1])))


def read_header(page, table, low, high, declared, alike=False):
    """The Header that a stretch of the Chinese characters is for rows with these declared columns.

    ``alike`` says to look for the headings that are not there word for word by what is most like them.
    """
    seen = {}
    for label in page.between(low, high):
        for role in label.roles:
            if role.table == table and role.kind in ("column", "group") and role.form in ("", declared.form):
                if (role.kind, role.key) not in seen or not in_a_word(page, label):
                    seen[role.kind, role.key] = label
    if alike:
        seen |= _alike_headings(page, table, low, high, [c for c in declared.columns if ("column", c.key) not in seen])
    found = tuple(column for column in declared.columns if ("column", column.key) in seen)
    headings = {column.key: seen["column", column.key] for column in found}
    pieces = {key: page.stream.piece(label.begin) for key, label in headings.items()}
    units = {column.key: unit_of(page, headings[column.key]) for column in found if column.kind == "money"}
    at = {key: (label.begin, label.finish - 1) for key, label in headings.items()}
    headed, whole = len(found) / len(declared.columns), found == declared.columns
    spans = {}
    if whole and len({id(piece.grid) for piece in pieces.values()}) == 1 and pieces[found[0].key].cell:
        for key, piece in pieces.items():
            # A heading may be cut over several cells.
            last = page.stream.piece(at[key][1]).cell or piece.cell
            spans |= dict.fromkeys(range(piece.cell.column, last.column + last.colspan), key)
        if len(set(spans.values())) < len(found):
            spans = {}
    lumped = () if whole else _lumped(page, declared.columns, found, seen)
    printed = _in_printed_order(page, found, seen, pieces, whole)
    if printed == found:
        return Header(declared, headed, spans, at, units, True, lumped=lumped)
    if not (whole and printed):
        return Header(declared, headed, {}, at, units, False)
    return Header(columns_of(declared.form, table, printed, declared.keys), headed, spans, at, units, True)


def _lumped(page, columns, found, seen):
    """The headings in printed order, if a group of columns is among them that has none of its own; else none.

    On several lines one may only be printed higher: the order is told there if it is the declared one, else all are empty.
    """
    groups, own = ({han(group) for column in some for group in column.label[:-1]} for some in (columns, found))
    labels = {group: seen["group", group] for group in groups - own if ("group", group) in seen} if found else {}
    if not labels:
        return ()
    labels |= {column.key: seen["column", column.key] for column in found}
    declared = dict.fromkeys(heading for column in columns for heading in (*map(han, column.label[:-1]), column.key) if heading in labels)
    printed = tuple(sorted(labels, key=lambda heading: labels[heading].start))
    is_told = printed == tuple(declared) or len({page.line(label.begin) for label in labels.values()}) == 1
    return printed if is_told else ("",) * len(printed)


def _alike_headings(page, table, low, high, columns):
    """The words of a header that are most like the headings of some columns, each of one, as ``{("column", key): Label}``.

    They stand on the line, or in the row of the grid, on which most words do that are no label.
    """
    from rapidfuzz import fuzz

    at = page.stream.at
    words = [match.span() for match in WORD.finditer(page.masked, at[low], at[high] if high < len(at) else len(page.masked))]
    lines = Counter(map(page.line, (start for start, _ in words)))
    words = [word for word in words if lines and page.line(word[0]) == lines.most_common(1)[0][0]]
    likeness = {
        (column.key, word): fuzz.partial_ratio(plain(column.label[-1]), han(page.masked[slice(*word)]))
        for column in columns for word in words
    }  # fmt: skip
    found = {}
    while likeness and max(likeness.values()) >= HEADING_ALIKE:
        key, (start, end) = max(likeness, key=likeness.get)
        role = Role("column", table, key)
        found["column", key] = page.add(bisect_left(at, start), bisect_left(at, end), role)
        likeness = {pair: alike for pair, alike in likeness.items() if pair[0] != key and pair[1] != (start, end)}
    return found


def _in_printed_order(page, columns, seen, pieces, whole):
    """The columns found, in the order in which the header prints them; as declared where that cannot be told.

    In a grid the grid's columns tell; on one line the line. A header of several levels comes line by line, so a column
    under a group may be printed behind one that stands to its right: level by level its place is its group's. Where a
    level's headings are on several lines of text, one may only be printed higher: they are in the declared order if they
    stand so from left to right, else in none that can be told (None).
    Headings that stand partly in a grid and partly outside it fell out of their table: they tell nothing.
    """
    starts = [seen["column", column.key].start for column in columns]
    if starts == sorted(starts) or len({id(piece.grid) for piece in pieces.values()}) > 1:
        return columns
    groups = {column: [("group", han(group)) for group in column.label[:-1]] for column in columns}
    there = [group in seen for column in columns for group in groups[column]]

    def in_grid(column):
        return pieces[column.key].cell.column

    def along_line(column):
        return seen["column", column.key].start

    def by_level(column):
        return [*(seen[group].start for group in groups[column]), along_line(column)]

    gridded, one_line = all(piece.cell for piece in pieces.values()), len({piece.start for piece in pieces.values()}) == 1
    places = [in_grid] if gridded else []
    if whole and all(there):
        places.append(by_level)
    if one_line and not any(there):
        places.append(along_line)
    orders = [tuple(sorted(columns, key=place)) for place in places]
    if not orders or columns in orders:
        return columns
    if gridded or one_line or len({*map(tuple, groups.values())}) == 1:
        return orders[0]
    levels = {}
    for column in columns:
        path = [*groups[column], ("column", column.key)]
        for depth, heading in enumerate(path):
            levels.setdefault(tuple(path[:depth]), set()).add(page.line(seen[heading].begin))
    if all(len(lines) == 1 for lines in levels.values()):
        return orders[0]
    return columns if _from_left_to_right(page.stream.text, columns, seen, pieces) else None


def _from_left_to_right(text, columns, seen, pieces):
    """Whether headings on several lines of text stand in order, by the columns of their lines: a character's, or a screen's."""
    before = [text[pieces[column.key].start : seen["column", column.key].begin] for column in columns]
    places = [list(map(measure, before)) for measure in (len, _width)]
    return any(low == sorted(set(low)) for low in places)


def _width(text):
    """How many columns of a screen a text takes: a Chinese character two."""
    return len(text) + sum(map(len, HAN.findall(text)))


def has_header(page, table, row, above, label):
    """Whether headings of columns stand between a row's label and the one above it."""
    return any(
        role.table == table and role.kind == "column" and role.key != row
        for other in page.between(above.end, label.start) for role in other.roles
    )  # fmt: skip


def unit_of(page, heading):
    """The unit of money that is printed with a heading: ``本年收费金额（单位：元）``; empty where there is none, or several."""
    end = page.stream.piece(heading.finish - 1).end
    units = set(map(unit_named, UNIT.findall(page.stream.text, heading.begin, min(end, heading.finish + UNIT_WITHIN))))
    return units.pop() if len(units) == 1 else ""


def flat_keys(page, form, table, low, high):
    """The cells of a flat table in the order in which its header prints them; None where what it prints is no order."""
    declared = form.table(table).rows
    columns = [key.column for key in next(iter(declared.values()))]
    labels = [label for label in page.between(low, high) if label.is_of(table)]
    rows, headings, orders = _flat_header(table, declared, columns, labels)
    if len(rows) < len(declared):
        rows = list(declared)
    if len(headings) != len(rows) * len(columns) or any(sorted(order) != sorted(columns) for order in orders):
        if ENOUGH < len(headings) < len(rows) * len(columns) and not _runs_through(headings, columns * len(rows)):
            return None
        orders = [columns] * len(rows)
    keys = tuple(CellKey(table, row, column) for row, order in zip(rows, orders) for column in order)
    pieces = [page.stream.piece(label.begin) for label in labels]
    # In scrambled text, where each heading is a line, another order is no order.
    torn = len({piece.start for piece in pieces}) > HEADER_LINES and not any(piece.cell for piece in pieces)
    return None if torn and keys != tuple(form.table(table).cells) else keys


def _flat_header(table, declared, columns, labels):
    """The rows that the labels of a flat table name, its headings, and these cut into as many as a row has."""
    rows = list(dict.fromkeys(row for label in labels if (row := label.key(table, "row")) in declared))
    headings = [column for label in labels if (column := label.key(table, "column"))]
    return rows, headings, [headings[at : at + len(columns)] for at in range(0, len(headings), len(columns))]


def keys_of_some(page, form, table, low, high):
    """The cells of a flat table whose header has all headings of some of its rows, and none of the others'.

    Those of the rows that it names; none where it has headings for more rows, or for fewer, than it names. None where
    it has no such header.
    """
    declared = form.table(table).rows
    columns = [key.column for key in next(iter(declared.values()))]
    labels = [label for label in page.between(low, high) if label.is_of(table)]
    rows, _, orders = _flat_header(table, declared, columns, labels)
    if not 0 < len(orders) < len(declared) or any(sorted(order) != sorted(columns) for order in orders):
        return None
    named = zip(rows, orders) if len(rows) == len(orders) else ()
    return tuple(CellKey(table, row, column) for row, order in named for column in order)


def _runs_through(some, all_of_them):
    """Whether some headings stand in the order of all."""
    rest = iter(all_of_them)
    return all(heading in rest for heading in some)
