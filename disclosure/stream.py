"""A document as one line of clean text in which labels can be found wherever layout has torn them.

Labels are sought in the Chinese characters alone: blanks, digits, pipes, page breaks and punctuation between them
do not count, so a label cut by a page or written vertically is found like any other, and the numbers that stood
inside it are still known by their places.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, pairwise
from operator import attrgetter
from typing import NamedTuple

from .document import Grid, GridCell, Paragraph
from .wording import fold, is_traditional, simplify, strip_notes

# Between the cells of a grid, and behind each of its rows. Both are control characters that no report prints.
CELL, ROW = "\x1f", "\x1e"
# Between the pieces while they are cleaned together.
SEAM = "\x1d"
HAN = re.compile("[\u3400-\u9fff]+")
IN_ORDER = attrgetter("row", "column")


class Piece(NamedTuple):
    """One paragraph or grid cell, and where it stands in the stream's text."""

    start: int
    end: int
    block: Paragraph | Grid
    cell: GridCell | None = None

    @property
    def grid(self):
        return self.block if self.cell else None

    @property
    def raw(self):
        return (self.cell or self.block).text

    @property
    def place(self):
        return self.block.place(self.cell) if self.cell else self.block.place


@dataclass
class Stream:
    """A document's pieces, cleaned, and what had to be undone: traditional, pinyin_notes."""

    texts: list[str]
    """The clean text of each piece."""
    seams: list[str]
    """What stands behind each in ``text``."""
    owners: list[Paragraph | Grid]
    cells: list[GridCell | None]
    """The grid's cell that each was, None for a paragraph."""
    damage: frozenset[str]

    @cached_property
    def text(self):
        """The whole document, cleaned."""
        return "".join(chain.from_iterable(zip(self.texts, self.seams, strict=True)))

    @cached_property
    def pieces(self):
        """What each stretch of ``text`` was, a list of Piece."""
        behind = list(accumulate([len(text) + 1 for text in self.texts]))
        return list(map(Piece, [0, *behind], [end - 1 for end in behind], self.owners, self.cells))

    @cached_property
    def han(self):
        """The Chinese characters of ``text`` alone."""
        return "".join(HAN.findall(self.text))

    @cached_property
    def at(self):
        """For each character of ``han``, its position in ``text``."""
        return [*chain.from_iterable(range(*run.span()) for run in HAN.finditer(self.text))]

    @cached_property
    def starts(self):
        """Where each piece starts."""
        return [piece.start for piece in self.pieces]

    def index(self, position):
        """The index of the piece that holds a position of ``text``."""
        return bisect_right(self.starts, position, 1) - 1

    def piece(self, position):
        """The piece that holds a position of ``text``."""
        return self.pieces[self.index(position)]

    def place(self, position):
        """Where in the file a position of ``text`` stood."""
        return self.piece(position).place

    def stretch_of(self, grid):
        """Where in ``text`` a grid begins and ends, blank cells included."""
        own = [piece for piece in self.pieces if piece.block is grid]
        return own[0].start, own[-1].end + 1

    @property
    def lines(self):
        """The clean text of what stands outside the grids, line by line."""
        return [text for text, cell in zip(self.texts, self.cells) if not cell]


def stream(blocks):
    """Clean and join a document's blocks, and put the cells of its grids in reading order.

    Cleaning looks at the document as a whole: a page is Traditional, or carries pinyin notes, or it does not.
    """
    owners, cells, seams = [], [], []
    for block in blocks:
        if isinstance(block, Paragraph):
            owners.append(block)
            cells.append(None)
            seams.append("\n")
        elif block.cells:
            block.cells.sort(key=IN_ORDER)
            rows = [cell.row for cell in block.cells]
            owners += [block] * len(rows)
            cells += block.cells
            seams += [CELL if row == following else ROW for row, following in pairwise(rows)]
            seams.append(ROW)
    texts, damage = _cleaned([(cell or owner).text for owner, cell in zip(owners, cells)])
    return Stream(texts, seams, owners, cells, damage)


def _cleaned(texts):
    """The texts without what a medium or a mirror did to them, and what that was."""
    joined = SEAM.join(texts)
    if joined.count(SEAM) >= len(texts):
        joined = SEAM.join(text.replace(SEAM, " ") for text in texts)
    joined = fold(joined)
    damage = set()
    noteless = strip_notes(joined)
    if noteless != joined:
        damage.add("pinyin_notes")
    if is_traditional(noteless):
        noteless = simplify(noteless)
        damage.add("traditional")
    return noteless.split(SEAM) if texts else [], frozenset(damage)
