"""A text with marks becomes a document's lines and tables, in reading order."""

import re
from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from ..document import Grid, GridCell, Paragraph, placed
from ..errors import UnreadableFile
from .marks import (
    ACROSS,
    BESIDE,
    BLANK,
    CELL,
    CELL_END,
    COVERED,
    DOWN,
    LINE,
    MARKS,
    MERGED,
    PICTURE,
    RAISED,
    RAISED_END,
    ROW,
    ROWS_END,
    STOP,
    TAB,
    TABLE,
    TABLE_END,
    set_off,
)
from .pictures import Picture, in_place

# HTML's own bound for a column span; nothing printed comes near.
SPAN_LIMIT = 1000
# Cells of one row, spanning ones from above included. The widest form has 15; time grows with its square.
ROW_LIMIT = 300
# Places (rows x columns) of one table; the largest form has 280. Bounds what is built from a Grid later on.
GRID_LIMIT = 1_000_000
# Lines, tables and cells of one document; a long report with its site's menus has some 2,000.
BLOCK_LIMIT = 200_000
# A cell with more lines than this holds a page, not a figure: its table only arranges the page. The longest cell of
# a form is a label written downwards, or a whole column of 25 figures in one cell.
LAYOUT_LINES = 60
# Arguments of at most so many characters are kept with what they say: a table's cells use the same few.
LONGEST_KNOWN = 100
# A table that holds tables is a table of figures only if it has at least so many cells that are just a number.
DATA_CELLS = 3

KEPT_BLANKS = str.maketrans({BLANK: " ", TAB: "\t"})
TABLES = re.compile(f"([{TABLE}{TABLE_END}])")
# A raised note mark behind a figure, see ``set_off``. A raised fraction is no mark, and what
# three raised digits and more are cannot be told.
NOTE_MARK = re.compile(rf"(?<=\d)(\s*){RAISED}(?!\s*[.,])([^{MARKS}]*){RAISED_END}")
RAISED_NUMBER = re.compile(rf"(?<=\d)\s*{RAISED}(\d{{3,}}){RAISED_END}")
ENDS = str.maketrans(CELL_END + ROWS_END, LINE + LINE)
NOT_RAISED = str.maketrans("", "", RAISED + RAISED_END)
STRUCK_OUT = ("media.struck", "warning", "有 {count} 处文字带删除线（已作废），未采用，请对照原件。")

# Rows and cells outside any table: each is a line.
LOOSE = re.compile(rf"[{ROW}{CELL}{CELL_END}{ROWS_END}]|[{DOWN}{ACROSS}{MERGED}{COVERED}][^{STOP}]*{STOP}")
NEXT_CELL = CELL_END + CELL
# Up to the last of what makes a cell more than a text: arguments, several lines, a picture, the end of a group of rows.
NOT_PLAIN = re.compile(f".*[{STOP}{LINE}{PICTURE}{ROWS_END}]", re.DOTALL)
LEADING_DIGITS = re.compile(r"\s*\+?(\d{1,9})")


def flow_of(path, marked):
    """The lines (str), tables (Grid) and pictures (Picture) of a text with marks, in reading order.

    A table that only arranges the page (it holds tables, pages of text, or one cell) becomes the lines and tables of its
    cells. Raises UnreadableFile for a table beyond all bounds.
    """
    if RAISED in marked:
        marked = NOTE_MARK.sub(lambda found: found[1] + set_off(found[2]), RAISED_NUMBER.sub(r"^\1", marked)).translate(
            NOT_RAISED
        )
    if BLANK in marked or TAB in marked:
        marked = marked.translate(KEPT_BLANKS)
    flow, tables = [], []
    for part in TABLES.split(marked):
        if part == TABLE:
            tables.append(_Table(path, tables[-1].flow if tables else flow))
        elif part == TABLE_END and tables:
            table = tables.pop()
            table.outer += table.finished()
        elif tables:
            tables[-1].fill(part)
        elif part:
            flow += _lines(LOOSE.sub(LINE, part) if CELL in part or ROW in part else part)
    return flow


def blocks_of(path, flow, find):
    """A document's flow, numbered, as the ``blocks`` and ``notes`` of a Document, pictures in it read: see ``in_place``.

    Raises UnreadableFile if it has too many.
    """
    flow, notes = in_place(flow, find)
    blocks, line, number = [], 0, 0
    for block in flow:
        if isinstance(block, Grid):
            number += 1
            block.number = number
            blocks.append(block)
        else:
            line += 1
            place = placed(line=line)
            blocks.append(replace(block, place=place) if isinstance(block, Paragraph) else Paragraph(block, place))
    if len(blocks) + sum(len(block.cells) for block in blocks if isinstance(block, Grid)) > BLOCK_LIMIT:
        raise beyond(path, f"it has more than {BLOCK_LIMIT:,} lines and cells")
    return blocks, notes


def beyond(path, reason):
    """The error for what no report is."""
    return UnreadableFile(f"{path}: {reason}; no report does. Cut the report out and read that.")


def struck_out(count):
    """The notes on so many pieces of text that were left out since they are struck through."""
    check, severity, message = STRUCK_OUT
    return [(check, severity, message.format(count=count))] if count else []


def _lines(text):
    """The lines of a stretch, those that are empty left out."""
    lines = (line for line in text.split(LINE) if line and not line.isspace())
    return [Picture(line[1:]) if line[0] == PICTURE else line for line in lines]


def span(written):
    """How many rows or columns a cell spans: the digits with which the attribute begins, as a browser takes it, or 1."""
    digits = LEADING_DIGITS.match(written)
    return min(int(digits[1]), SPAN_LIMIT) if digits else 1


class Arguments(NamedTuple):
    """What the arguments of a cell say of it."""

    rowspan: int
    colspan: int
    merged: str | None
    covered: int | None

    @classmethod
    def of(cls, written):
        said = {argument[:1]: argument[1:] for argument in written.split(STOP)}
        return cls(
            # A rowspan of 0 is HTML's word for "to the end of the row group".
            rowspan=span(said.get(DOWN, "")) or SPAN_LIMIT,
            colspan=span(said.get(ACROSS, "")),
            merged=said.get(MERGED),
            covered=span(said[COVERED]) if COVERED in said else None,
        )


arguments = lru_cache(1000)(Arguments.of)


class _Table:
    """A table under construction: its cells, and where the next one goes."""

    __slots__ = ("path", "outer", "flow", "cells", "mixed", "row", "column", "started", "spans", "ahead", "merged")

    def __init__(self, path, outer):
        self.path = path
        self.outer = outer
        self.flow = outer
        """What the text under way belongs to: a cell's content, or what stands round the table."""
        self.cells = []
        self.mixed = {}
        """What the cells hold that are not just a text, by their index."""
        self.row = -1
        self.column = 0
        self.started = 0
        self.spans = []
        self.ahead = []
        self.merged = {}
        """By column, the cell with which Word's merging began."""

    def fill(self, part):
        """Take in a stretch of the table, up to a table inside it or from there."""
        begun, *rows = part.split(ROW)
        self.go_on(begun)
        for row in rows:
            self.next_row()
            # Behind the last cell that is more than a text all are plain.
            mixed = NOT_PLAIN.match(row)
            plain = row.find(CELL, mixed.end() if mixed else 0)
            self.go_on(row[: plain if plain >= 0 else None])
            if plain >= 0 and not self.plain_cells(row[plain:]):
                self.go_on(row[plain:])

    def next_row(self):
        self.flow = self.outer
        self.row += 1
        self.column = self.started = 0
        if self.spans:
            self.spans = [cell for cell in self.spans if cell.row + cell.rowspan > self.row]
            self.ahead = sorted(self.spans, key=lambda cell: -cell.column)

    def plain_cells(self, text):
        """Take in the rest of a row if all its cells are just texts and have their places; whether they are."""
        texts = text[1:-1].split(NEXT_CELL)
        count = len(texts)
        self.pass_spans()
        if self.ahead or self.column + count > ROW_LIMIT or text.count(CELL) != count or text.count(CELL_END) != count:
            return False
        if text[-1] != CELL_END:
            return False
        row = self.row
        self.cells += [
            GridCell("" if each.isspace() else each, row, column) for column, each in enumerate(texts, self.column)
        ]
        self.column += count
        self.started += count
        return True

    def go_on(self, text):
        """Take in what goes on in the cell under way, and the cells behind it."""
        if text:
            inside, *cells = text.split(CELL)
            self.write(inside)
            for cell in cells:
                self.open_cell(cell)

    def write(self, text):
        """Text of the cell under way, and what stands between the cells behind its end."""
        inside, end, outside = text.partition(CELL_END)
        if inside:
            self.flow += _lines(inside.translate(ENDS))
        if end:
            self.flow = self.outer
        if outside:
            self.flow += _lines(outside.translate(ENDS))
        if ROWS_END in text:
            self.end_rows()

    def open_cell(self, text):
        if self.row < 0:
            self.next_row()
        if STOP in text:
            written, _, text = text.rpartition(STOP)
            cell = self.place_as_said(arguments(written) if len(written) < LONGEST_KNOWN else Arguments.of(written))
        else:
            cell = self.place(1, 1)
        if cell and text.find(CELL_END) == len(text) - 1 >= 0 and LINE not in text and PICTURE not in text:
            cell.text = "" if text[:-1].isspace() else text[:-1]
        else:
            self.flow = self.mixed.setdefault(len(self.cells) - 1, []) if cell else []
            self.write(text)

    def place_as_said(self, said):
        """Place a cell with such Arguments and return it; None for what is none, or the rest of another."""
        if said.covered is not None:
            self.column += said.covered
            return None
        if said.merged is not None:
            return self.merge(said.merged, said.colspan)
        self.merged.pop(self.column, None)
        return self.place(said.rowspan, said.colspan)

    def merge(self, said, colspan):
        """Place a cell that Word merged, or make the one grow that it goes on."""
        column, above = self.column, self.merged.get(self.column)
        if said == BESIDE and self.cells:
            self.cells[-1].colspan += colspan
        elif said in ("", "continue") and above and (above.row + above.rowspan, above.colspan) == (self.row, colspan):
            above.rowspan += 1
        else:
            self.merged[column] = self.place(1, colspan)
            return self.merged[column]
        self.column += colspan
        return None

    def pass_spans(self):
        """Go on to the next place into which no cell from above reaches."""
        while self.ahead and self.ahead[-1].column <= self.column:
            above = self.ahead.pop()
            self.column = max(self.column, above.column + above.colspan)

    def place(self, rowspan, colspan):
        """Put a cell at the next free place of the row and return it."""
        self.pass_spans()
        if self.ahead:
            colspan = min(colspan, self.ahead[-1].column - self.column)
        self.started += 1
        if self.started + len(self.spans) > ROW_LIMIT:
            raise beyond(self.path, f"a table row has more than {ROW_LIMIT:,} cells")
        cell = GridCell("", self.row, self.column, rowspan, colspan)
        self.column += colspan
        if rowspan > 1:
            self.spans.append(cell)
        self.cells.append(cell)
        return cell

    def end_rows(self):
        """Cells do not reach out of their row group, whatever their span says."""
        for cell in self.spans:
            cell.rowspan = min(cell.rowspan, self.row + 1 - cell.row)
        self.spans = []
        self.ahead = []

    def finished(self):
        """What the table is: the flow of its cells if it only arranges the page, else a Grid and what stood in its cells."""
        nested = []
        for index, content in self.mixed.items():
            texts = [block for block in content if isinstance(block, str)]
            self.cells[index].text = "\n".join(texts)
            nested += [block for block in content if not isinstance(block, str)]
        if self.is_layout(nested):
            contents = (self.mixed.get(index) or filter(None, [cell.text]) for index, cell in enumerate(self.cells))
            return [*chain.from_iterable(contents)]
        rows, columns = _close_up(self.cells)
        if rows * columns > GRID_LIMIT:
            raise beyond(self.path, f"a table has {rows:,} rows and {columns:,} columns")
        return [Grid(self.cells, 0), *nested]

    def is_layout(self, nested):
        """Whether the table only arranges the page; ``nested`` are the tables and pictures in it."""
        if len(self.cells) == 1 or not any(cell.text for cell in self.cells):
            return True
        if max(map(len, self.mixed.values()), default=0) > LAYOUT_LINES:
            return True
        if not any(isinstance(block, Grid) for block in nested):
            return False
        return sum(cell.text.strip().isdigit() for cell in self.cells) < DATA_CELLS


def _close_up(cells):
    """Take out the rows and columns in which no cell starts, there only by over-long spans; how many are left."""
    rows = sorted({cell.row for cell in cells})
    columns = sorted({cell.column for cell in cells})
    whole = len(rows) > rows[-1] and len(columns) > columns[-1]
    for cell in [cell for cell in cells if cell.rowspan > 1 or cell.colspan > 1] if whole else cells:
        bottom, right = bisect_left(rows, cell.row + cell.rowspan), bisect_left(columns, cell.column + cell.colspan)
        cell.row, cell.column = bisect_left(rows, cell.row), bisect_left(columns, cell.column)
        cell.rowspan, cell.colspan = bottom - cell.row, right - cell.column
    return len(rows), len(columns)
