"""Headings that are not the form's: figures under them need not be what the form counts, though they add up as well."""

import re
from bisect import bisect_left, bisect_right
from functools import cache

from .form import aliases
from .labels import BORDERS, han, lexicon, plain
from .stream import CELL, ROW
from .years import LAST, PERIODS

# A word of a header, and the longest heading that a form has not.
WORD, LONGEST = re.compile("[\u3400-\u9fff]{2,}"), 14
# What stands in a header and heads no column of figures.
NO_HEADING = re.compile(
    ".{0,8}(?:内容|情况|类别|类型|名称|指标)|项目|事项|序号|栏次|条例|表.?|单位.{0,2}|本?年度?|合计|总计|第.{1,6}[条项]?|[百千万亿]*元|人民币"
)
# What the form prints there beside its labels.
PRINTED = "者和与及申请人情况本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和"
# What headings may say beside their own words; of counts, how they are counted.
BESIDE, COUNTED = frozenset("本年度总共合计的截至止底末"), frozenset("数量件案")
# Years, months and quarters over a table's columns are none of the form's headings; one alone may be the whole table's.
TIME = re.compile(r"(?:20\d\d|\d{1,2}(?:\s*[-—~至、]\s*\d{1,2})?)\s*(?:年|月|季度)|[上下]半年|全年")
# How alike a heading in other words, or with damaged ones, is to the form's, in percent.
ALIKE = 66
# This share of a header's columns under other headings is another table.
ANOTHER = 0.5
SENTENCE = re.compile("[。；;!?]")
EDGE = re.compile(f"[{BORDERS}{CELL}{ROW}]")


def with_strange(header, words, width):
    """A header with the words in it that are none of the form's headings, of as many columns as ``width``.

    Where half of these have others, the table is another with the labels of this one's rows: no figure is given.
    """
    another = width > 1 and len(words) >= ANOTHER * width
    return header._replace(strange=tuple(words), in_order=header.in_order and not another)


def out_of_place(page, line, headings):
    """Whether a heading that was found, ``[(column's key, its first and last position)]``, stands over another's figure.

    A line is read in the form's order where headings are missing: one that is there may show that this is not it. Where a
    total stands the sums say; what stands partly in one cell and partly in the next is no heading.
    """
    if len(line.figures) != len(line.keys):
        return False
    totals = {line.keys[index].column for left, _ in line.sums for index in left}
    over = {
        place: column for column, first, last in headings
        if column not in totals and not EDGE.search(page.stream.text, first, last)
        for place in _places(page, first, len(line.keys))
    }  # fmt: skip
    return any(
        over.get(place, key.column) != key.column
        for key, figure in zip(line.keys, line.figures)
        for place in _places(page, figure.at, len(line.keys))
    )


def _places(page, at, width):
    """Where a position stands among the columns: in the grid's; or which of its line's cells it is in, from the right.

    It is counted among all cells of lines with as many, and among the filled ones where these are not too few.
    """
    piece = page.stream.piece(at)
    if piece.cell:
        yield id(piece.block), piece.cell.column
        return
    cells = page.cells(at)
    for count, counted in (len(cells), cells), (0, [cell for cell in cells if page.stream.text[slice(*cell)].strip()]):
        if len(counted) >= width:
            yield count, next(len(counted) - i for i, (_, end) in enumerate(counted) if at <= end)


def strange_words(page, table, low, high, columns, several):
    """The words of a header, from ``low`` to ``high`` in the text, that are none of the form's headings, however damaged.

    ``columns`` are those whose headings were not found, of ``several`` or one. What stands before another table's label is not this one's.
    """
    stream, found, times = page.stream, [], []
    low = max([low, *(label.finish for label in page.labels if low <= label.begin < high and not label.is_of(table))])
    first, last = bisect_right(stream.starts, low, 1) - 1, bisect_left(stream.starts, high)
    for piece in stream.pieces[first:last]:
        text = page.masked[max(piece.start, low) : min(piece.end, high)]
        if not SENTENCE.search(text):
            # The words of a cell are one heading, printed downwards too.
            found += [han(text)] if piece.cell else WORD.findall(text)
            times += TIME.findall(text)
    names = [name for column in columns for name in _names(table, column)]
    strange = [
        word for word in found
        if 1 < len(word) <= LONGEST and not TIME.fullmatch(word) and not NO_HEADING.fullmatch(word)
        and not (several and {*word} <= _printed()) and not any(_may_be(word, *name) for name in names)
    ]  # fmt: skip
    return strange + times if len({*times}) > 1 else strange


@cache
def _printed():
    """The characters of all that the forms print: narrow columns leave halves of their labels."""
    return {*PRINTED}.union(*lexicon())


@cache
def _names(table, column):
    """What a column is called, as ``(heading, kind of column)``."""
    labels = [*column.label, *aliases().get((table, column.key), ())]
    return [(plain(label), column.kind) for label in labels]


def _may_be(word, heading, kind):
    """Whether a word may be a heading, damaged, shortened or said otherwise."""
    from rapidfuzz import fuzz

    if PERIODS[LAST].search(word) and not PERIODS[LAST].search(heading) or kind == "money" and COUNTED & {*word}:
        return False
    if {*word} <= {*heading} | BESIDE | (COUNTED if kind == "count" else frozenset()):
        return True
    return fuzz.ratio(word, heading) >= ALIKE
