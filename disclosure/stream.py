"""A document as one line of clean text in which labels can be found wherever layout has torn them.

Labels are sought in the Chinese characters alone: blanks, digits, pipes, page breaks and punctuation between them
do not count, so a label cut by a page or written vertically is found like any other, and the numbers that stood
inside it are still known by their places.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from .document import Grid, GridCell, Paragraph, Place
from .wording import fold, is_traditional, simplify, strip_notes

# Between the cells of a grid, and behind each of its rows. Both are control characters that no report prints.
CELL, ROW = "\x1f", "\x1e"
HAN = re.compile("[\u3400-\u9fff]")


@dataclass(slots=True)
class Piece:
    """One paragraph or grid cell and where it stands in the stream's text."""

    start: int
    end: int
    raw: str
    place: Place
    grid: Grid | None = None
    cell: GridCell | None = None


@dataclass
class Stream:
    """``text`` is the whole document, cleaned; ``pieces`` say what each stretch of it was."""

    text: str
    pieces: list[Piece]
    damage: frozenset[str]
    """What had to be undone: traditional, pinyin_notes."""
    han: str = field(init=False)
    """The Chinese characters of ``text`` alone."""
    at: list[int] = field(init=False)
    """For each character of ``han``, its position in ``text``."""
    starts: list[int] = field(init=False)

    def __post_init__(self):
        self.at = [match.start() for match in HAN.finditer(self.text)]
        self.han = "".join(HAN.findall(self.text))
        self.starts = [piece.start for piece in self.pieces]

    def piece(self, position):
        """The index of the piece that holds a position of ``text``."""
        return max(bisect_right(self.starts, position) - 1, 0)

    def place(self, position):
        """Where in the file a position of ``text`` stood."""
        return self.pieces[self.piece(position)].place

    def piece_at(self, character):
        """The piece that holds one of the Chinese characters."""
        return self.pieces[self.piece(self.at[character])]

    @property
    def lines(self):
        """The clean text of what stands outside the grids, line by line."""
        return [self.text[piece.start : piece.end] for piece in self.pieces if piece.grid is None]


def stream(blocks):
    """Clean and join a document's blocks.

    Cleaning looks at the document as a whole: a page is Traditional, or carries pinyin notes, or it does not.
    """
    sources = list(_sources(blocks))
    joined = fold("\x1d".join(raw.replace("\x1d", " ") for raw, *_ in sources))
    damage = set()
    noteless = strip_notes(joined)
    if noteless != joined:
        damage.add("pinyin_notes")
    if is_traditional(noteless):
        noteless = simplify(noteless)
        damage.add("traditional")
    pieces, parts, position = [], [], 0
    for clean, (raw, place, grid, cell, end) in zip(noteless.split("\x1d"), sources):
        pieces.append(Piece(position, position + len(clean), raw, place, grid, cell))
        parts += (clean, end)
        position += len(clean) + 1
    return Stream("".join(parts), pieces, frozenset(damage))


def _sources(blocks):
    """Each piece of text with its place and the separator behind it."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text, block.place, None, None, "\n"
            continue
        cells = sorted(block.cells, key=lambda cell: (cell.row, cell.column))
        for index, cell in enumerate(cells):
            last = index + 1 == len(cells) or cells[index + 1].row != cell.row
            yield cell.text, block.place(cell), block, cell, ROW if last else CELL
