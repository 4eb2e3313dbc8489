"""A document with the labels of the forms found in it, and what of it is no label."""

import re
from bisect import bisect_left
from functools import cache
from itertools import pairwise

from .form import forms
from .headed import headed_figures
from .labels import BORDERS, find_labels, han, label_at
from .stream import HAN, Stream

# Stands in the masked text wherever a label, or the numeral that belongs to it, was.
MASK = "\x00"
# What stands close inside a label is the label's: the stroke in 增/减, a bracket, a quotation mark, a year; but no border.
INSIDE = re.compile("[\u3400-\u9fff]+|20\\d\\d(?=年)|(?<=[\u3400-\u9fff])[^\u3400-\u9fff\\d\\s|│┃]{1,2}(?=[\u3400-\u9fff])")
# What parts the cells of a line of text.
BORDER = re.compile(f"[{BORDERS}]")
# A header has at most so many Chinese characters, and between its labels at most so many that are no label.
HEADER, LOOSE = 160, 40
# A label of this many characters belongs to one table alone; 其他 and 总计 are headings in more than one.
TELLING = 4

# A bracket behind a label.
BRACKET = re.compile(r"\s*[(（]([^()（）]*)[)）]")
# What a bracket behind a label may say of its figures without making another row of it; a remark with figures is one too.
NOTE = re.compile(
    r"(?:不?含|包[括含]|其中含|单位|区分|不计|指|详?见|注|请|按|计|合计|总数|数量|件|项|次|宗|条|份|个|本?年度?).*"
    r"|[一二三四五六七八九十百千万亿]*元?"
)  # fmt: skip


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

    def stretch(self, low, high):
        """A stretch of the Chinese characters as one of the text, with what stands behind its last character."""
        at, end = self.stream.at, len(self.stream.text)
        return (at[low] if low < len(at) else end), (at[high] if high < len(at) else end)

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
    """Whether a label is only the beginning or the end of a longer one: 其他 of 其他情况, 企业 of 军民融合企业, 自然人（代理）."""
    bracket = BRACKET.match(page.masked, label.finish)
    if bracket and not is_idle(bracket[1]):
        return True
    return any(
        map(HAN.match, (page.masked[label.begin - 1 : label.begin], page.masked[label.finish : label.finish + 1]))
    )


def is_idle(note):
    """Whether a bracket leaves a label what it is: a unit, what is counted among it, or a remark with figures."""
    return any(map(str.isdecimal, note)) or NOTE.fullmatch(han(note)) is not None
