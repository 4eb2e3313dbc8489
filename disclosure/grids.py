"""A document's tables before any label is sought in them: upright, whole, and without columns that number their rows."""

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from .document import Grid
from .headers import HEADER_LINES
from .labels import han, lexicon, plain
from .numbered import without_numbers

# So many labels of rows beside one another are a table on its side; those of columns too, 其他 and 总计, do not count.
ON_ITS_SIDE = 5
# No label is longer, its blanks included.
LONGEST_LABEL = 200


def blocks_of(document):
    """The blocks of a document with its tables upright and whole, without columns that number their rows."""
    return list(without_numbers(map(upright, rejoined(document.blocks))))


def upright(block):
    """A table printed on its side, turned: the labels of its rows stand beside one another in a few of its first rows."""
    if not isinstance(block, Grid):
        return block
    beside = {}
    for cell in block.cells:
        if cell.row < HEADER_LINES:
            for table in tables_with_row(cell.text):
                # One copied out into all columns that it spanned is one.
                beside.setdefault(table, {})[han(cell.text)] = cell.column
    return block.turn() if any(len({*columns.values()}) >= ON_ITS_SIDE for columns in beside.values()) else block


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
        if above.may_go_on_in(below):
            bottom = above.height
            last = {cell.column: cell for cell in above.cells if cell.row + cell.rowspan == bottom}
            first = {cell.column: cell for cell in below.cells if cell.row == 0}
            if _is_cut(last, first):
                whole = {
                    id(last[column]): last[column].text + first[column].text for column in last.keys() & first.keys()
                }
                blocks[upper] = replace(
                    above, cells=[replace(cell, text=whole.get(id(cell), cell.text)) for cell in above.cells]
                )
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
