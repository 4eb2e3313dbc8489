"""What every medium becomes: paragraphs and grids of text, each piece with its place."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

# So many of the files that a page shows in frames are named.
FEW = 5


class Place(NamedTuple):
    """Where a text stood, each part counted from 1; None where the medium has no such thing."""

    page: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    line: int | None = None

    def __str__(self):
        return " ".join(f"{name} {value}" for name, value in zip(self._fields, self) if value is not None)


# Reports are printed alike: a place once made serves all of them.
placed = lru_cache(8192)(Place)


@dataclass(slots=True)
class Paragraph:
    """A line or paragraph of text outside any grid, as it stands in the file."""

    text: str
    place: Place = Place()
    others: frozenset[tuple[str, str]] = frozenset()
    """Of a page that was recognised: characters of its lines, each with one that it may be instead."""


@dataclass(slots=True)
class GridCell:
    """One cell of a grid. ``row`` and ``column`` count from 0.

    ``score`` is OCR's confidence in the text, 0 to 1.
    """

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    page: int | None = None
    score: float | None = None


@dataclass(slots=True)
class Grid:
    """A table whose geometry the medium knows: every cell at its row and column, spans included.

    A cell that is spanned over stands once, at its top left corner.
    """

    cells: list[GridCell]
    number: int
    """Which table of the document this is, from 1."""
    page: int | None = None
    turned: bool = False
    """Whether its rows are the columns of the file's table, and the other way round."""

    @property
    def height(self):
        return max((cell.row + cell.rowspan for cell in self.cells), default=0)

    @property
    def width(self):
        return max((cell.column + cell.colspan for cell in self.cells), default=0)

    def may_go_on_in(self, other):
        """Whether another may be the rest of the same table, on the next page."""
        return bool(self.page) and self.page + 1 == other.page and self.width == other.width

    def place(self, cell):
        row, column = (cell.column, cell.row) if self.turned else (cell.row, cell.column)
        return placed(self.page if cell.page is None else cell.page, self.number, row + 1, column + 1)

    def turn(self):
        """The same table with its rows as columns."""
        cells = [replace(c, row=c.column, column=c.row, rowspan=c.colspan, colspan=c.rowspan) for c in self.cells]
        return replace(self, cells=cells, turned=not self.turned)


@dataclass(slots=True)
class Document:
    """One file, read: its blocks in reading order and what the medium had to say about itself."""

    path: str
    medium: str
    """html, mhtml, text, docx, doc, wps, odt, rtf, pdf, scan, xlsx, xls, ods, csv."""
    blocks: list[Paragraph | Grid] = field(default_factory=list)
    title: str | None = None
    """The title that the medium itself carries (HTML's title, a document property), if any."""
    url: str | None = None
    """The address that the file itself says it came from (a saved page's base or canonical link), if any."""
    meta: dict[str, str] = field(default_factory=dict)
    """The medium's details of itself by their own names (HTML's meta elements: SiteName, PubDate, SiteIDCode ...)."""
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    """(check, severity, message) of what was odd about the medium: a guessed encoding, a picture where a table should be."""

    frames: list[str] = field(default_factory=list)
    """Other files that it shows in frames, which are not read with it."""

    @property
    def elsewhere(self):
        """What to say of its frames where it holds no report itself."""
        frames = ", ".join(self.frames[:FEW])
        return f" It shows other files in frames: {frames}. Read the one that holds the report." if frames else ""

    @property
    def paragraphs(self):
        return [block for block in self.blocks if isinstance(block, Paragraph)]

    @property
    def grids(self):
        return [block for block in self.blocks if isinstance(block, Grid)]
