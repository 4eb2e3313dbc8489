"""Where each table of the form stands in a document: its rows by their labels, its columns by their headings."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from .form import forms
from .labels import ORDINAL, Occurrence, Role, han, plain
from .stream import CELL, ROW, Stream
from .tokens import MASK

# A gap between two labels of one table costs this much for each character of it that is no label.
GAP_COST = 0.1
# How much of a label's length counts, so that one long label does not outweigh three short ones.
LABEL_WEIGHT = 12
# What can stand between a numeral and its label, and the numeral's own digits.
NUMERAL_END = frozenset("0123456789.、．,，)） \n\t“\"")
# What parts the cells of a line, in the stream's own text and in print.
BORDERS = frozenset("|│┃" + CELL + ROW)
# A numeral at the beginning of a line is the label's behind it, whatever list it counts.
LISTED = re.compile(r"\s*[(（]?\d{1,2}\s*[.、．)）]\s*[“\"]?\s*")
# A table is there if this share of the rows of some form is found.
ROWS_ENOUGH = 0.4
# So many characters before its first row a table's own heading may stand.
UNDER_HEADING = 40
# A header has at most so many Chinese characters, and between its labels at most so many that are no label.
HEADER, LOOSE = 160, 40
# How alike a damaged label must be, in percent, to be taken for the one that is missing between its neighbours.
ALIKE = 66
# A label of this many characters belongs to one table alone; 其他 and 总计 are headings in more than one.
TELLING = 4
# How far behind the last label of a table its numbers may stand, in characters.
REACH = 600


@dataclass
class Page:
    """A stream with its labels found, and what of it is no label."""

    path: str
    stream: Stream
    labels: list[Occurrence]

    def __post_init__(self):
        starts = [0] * (len(self.stream.han) + 1)
        for label in self.labels:
            starts[label.start] += 1
            starts[label.end] -= 1
        self.loose, covered, loose = [0], 0, 0
        for change in starts[:-1]:
            covered += change
            loose += not covered
            self.loose.append(loose)
        characters = list(self.stream.text)
        for label in self.labels:
            self.blank_out(characters, label)
        self.masked = "".join(characters)

    def blank_out(self, characters, label):
        places = self.stream.at[label.start : label.end]
        if places[-1] - places[0] < len(places):
            characters[places[0] : places[-1] + 1] = MASK * len(places)
            places = []
        for place, following in zip(places, [*places[1:], self.end(label)], strict=False):
            characters[place] = MASK
            # The stroke in 增/减, a bracket, a quotation mark: what stands close inside a label is the label's.
            inside = characters[place + 1 : following]
            if len(inside) <= 2 and not any(c.isdigit() or c.isspace() or c in BORDERS for c in inside):
                characters[place + 1 : following] = MASK * len(inside)
        for position in range(*self.numeral(label)):
            characters[position] = MASK

    def mask(self, label):
        """Take in one more label, found by its likeness."""
        characters = list(self.masked)
        self.blank_out(characters, label)
        self.masked = "".join(characters)

    def numeral(self, label):
        """Where the numeral stands that is printed before a label, such as ``2.``: (start, end) in the text.

        Glued to the label it is the label's, with or without its dot; apart from it, only with its dot.
        """
        end = self.stream.at[label.start]
        if self.stream.text[end - 1 : end] not in NUMERAL_END:
            return end, end
        line = self.stream.pieces[self.stream.piece(end)].start
        if LISTED.fullmatch(self.stream.text[line:end]):
            return line, end
        numerals = {number for role in label.roles if (number := _numeral(role))}
        for number in numerals:
            before = self.stream.text[max(0, end - 6) : end]
            bare = before.rstrip(" .、．,，\n\t")
            if bare.endswith(number) and (len(bare) == len(before) or set(".、．,，") & set(before[len(bare) :])):
                return end - len(before) + len(bare) - len(number), end
        return end, end

    def start(self, label):
        """Where a label starts in the text, its numeral included."""
        return self.numeral(label)[0]

    def row_start(self, label):
        """Where the line or grid row of a label starts, if no figure of the row before stands on it; else the label."""
        start, pieces = self.start(label), self.stream.pieces
        index = self.stream.piece(start)
        while pieces[index].grid is not None and index and pieces[index - 1].grid is pieces[index].grid and (
            pieces[index - 1].cell.row == pieces[index].cell.row
        ):  # fmt: skip
            index -= 1
        before = self.masked[pieces[index].start : start]
        return start if any(character.isdigit() for character in before) else pieces[index].start

    def end(self, label):
        return self.stream.at[label.end - 1] + 1

    def header_over(self, label):
        """The stretch of Chinese characters before a table's first label that holds its header: labels close together."""
        start = label.start
        for other in reversed(self.between(max(0, start - HEADER), start)):
            if self.loose[start] - self.loose[other.end] > LOOSE:
                break
            start = other.start
        return start, label.start

    def between(self, start, end):
        """The labels that start in a stretch of the Chinese characters."""
        low = bisect_left(self.labels, start, key=lambda label: label.start)
        high = bisect_left(self.labels, end, key=lambda label: label.start)
        return self.labels[low:high]


@cache
def _numeral(role):
    if role.kind != "row":
        return ""
    match = ORDINAL.match(declared_row(role.table, role.key).label[-1])
    return "".join(c for c in match[0] if c.isascii() and c.isdigit()) if match else ""


@cache
def rows_in_order(table):
    """A table's row keys over all declared forms, in printed order, as ``{key: position}``."""
    order = []
    for form in forms().values():
        last = -1
        for row in dict.fromkeys(key.row for key in form.table(table).cells):
            if row not in order:
                order.insert(last + 1, row)
            last = order.index(row)
    return {row: index for index, row in enumerate(order)}


@cache
def declared_blocks(table, row):
    """Where a row is declared, ``((form key, columns), ...)``; forms with the same columns stand there once."""
    blocks = {}
    for form in forms().values():
        for block in form.table(table).blocks:
            if row in {declared.key for declared in block.rows}:
                blocks.setdefault(block.columns, form.key)
    return tuple((form, columns) for columns, form in blocks.items())


@cache
def declared_row(table, row):
    return next(
        declared
        for form in forms().values()
        for block in form.table(table).blocks
        for declared in block.rows
        if declared.key == row
    )


def find_rows(page, table, low=0, high=None):
    """The labels of a table's rows, in order: the run of them that is densest. A list of (row key, Occurrence)."""
    order = rows_in_order(table)
    high = len(page.stream.han) if high is None else high
    labels = [(label, row) for label in page.between(low, high) if (row := label.key(table, "row"))]
    best, came_from = [], []
    for index, (label, row) in enumerate(labels):
        weight = min(label.end - label.start, LABEL_WEIGHT)
        score, previous = weight, None
        for earlier in range(index - 1, max(-1, index - 40), -1):
            other, other_row = labels[earlier]
            if order[other_row] >= order[row]:
                continue
            gap = page.loose[label.start] - page.loose[other.end]
            if best[earlier] + weight - GAP_COST * gap > score:
                score, previous = best[earlier] + weight - GAP_COST * gap, earlier
        best.append(score)
        came_from.append(previous)
    chain = []
    index = max(range(len(best)), key=best.__getitem__, default=None)
    while index is not None:
        chain.append((labels[index][1], labels[index][0]))
        index = came_from[index]
    chain.reverse()
    return _with_damaged(page, table, chain)


def is_there(page, table, chain):
    """Whether a table stands where these labels were found: enough rows of some form, and a heading of its own.

    Sentences name rows too (许可, 处罚, 强制 in one breath), but print no headings of columns.
    """
    found = {row for row, _ in chain}
    if not chain or not any(
        role.table == table and role.kind != "row"
        for label in page.between(chain[0][1].start - HEADER, chain[-1][1].end) for role in label.roles
    ):  # fmt: skip
        return False
    if any(
        role.kind == "section" and role.table == table
        for label in page.between(chain[0][1].start - UNDER_HEADING, chain[0][1].start) for role in label.roles
    ):  # fmt: skip
        return True
    return any(
        len(found & rows) >= ROWS_ENOUGH * len(rows)
        for form in forms().values()
        if (rows := {key.row for key in form.table(table).cells})
    )


def _with_damaged(page, table, chain):
    """The chain with rows put in whose damaged label stands between those of its neighbours."""
    order = rows_in_order(table)
    found = {row for row, _ in chain}
    groups = {row.rpartition(".")[0] for row in order}
    missing = [row for row in order if row not in found and row not in groups]
    if not chain or not missing or not is_there(page, table, chain):
        return chain
    for row in missing:
        position = next((i for i, (other, _) in enumerate(chain) if order[other] > order[row]), len(chain))
        low = chain[position - 1][1].end if position else max(0, chain[0][1].start - 60)
        high = chain[position][1].start if position < len(chain) else min(len(page.stream.han), low + 40)
        label = _most_alike(page, low, high, table, row)
        if label:
            chain.insert(position, (row, label))
            page.mask(label)
    return chain


def _most_alike(page, low, high, table, row):
    """The stretch between two places that looks most like a row's label, if any looks enough like it."""
    from rapidfuzz import fuzz

    wanted = plain(declared_row(table, row).label[-1])
    taken = [label for label in page.between(low, high) if label.end - label.start >= TELLING]
    edges = [low, *(edge for label in taken for edge in (label.start, label.end)), high]
    best = None
    for start, end in zip(edges[::2], edges[1::2]):
        # A label of two characters has no room for damage; a stretch much shorter than the label is too little of it.
        if len(wanted) < 4 or end - start < max(3, len(wanted) // 3):
            continue
        stretch = page.stream.han[start:end]
        part = fuzz.partial_ratio_alignment(wanted, stretch)
        alike = max((fuzz.ratio(wanted, stretch), start, end), (part.score, start + part.dest_start, start + part.dest_end))
        if alike[0] >= ALIKE and (best is None or alike > best):
            best = alike
            # Its beginning may stand apart, torn off by a group's heading or by the row's own numbers.
            for length in range(len(wanted) - 1, TELLING - 1, -1):
                at = stretch.find(wanted[:length])
                if 0 <= at < best[1] - start:
                    best = best[0], start + at, best[2]
                    break
    if best is None:
        return None
    found = page.stream.han[best[1] : best[2]]
    likeness = {other: fuzz.ratio(plain(declared_row(table, other).label[-1]), found) for other in rows_in_order(table)}
    # 本年新收…数量 and 上年结转…数量 are alike but for their beginnings: it has to be this row's label rather than another's.
    return Occurrence(best[1], best[2], (Role("row", table, row),)) if likeness[row] == max(likeness.values()) else None


def column_order(page, table, low, high, block):
    """The columns in the order in which the header prints them, and how many of their headings were found.

    A header of several levels comes line by line, so a column under a group may be printed behind one that stands
    to its right: level by level its place is its group's.
    """
    form, columns = block
    seen = {}
    for label in page.between(low, high):
        for role in label.roles:
            if role.table == table and role.kind in ("column", "group") and role.form in ("", form):
                seen[role.kind, role.key] = label.start
    found = sum(("column", column.key) in seen for column in columns)
    if found < len(columns):
        return columns, found

    def along_line(column):
        return seen["column", column.key]

    def by_level(column):
        groups = [seen.get(("group", han(group))) for group in column.label[:-1]]
        return [*(place for place in groups if place is not None), seen["column", column.key]]

    orders = [tuple(sorted(columns, key=place)) for place in (along_line, by_level)]
    return columns if columns in orders else orders[1], found
