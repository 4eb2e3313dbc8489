"""Collects the lines and tables of a marked-up document in reading order, whatever the markup."""

import re
from bisect import bisect_left
from itertools import chain

from ..document import Grid, GridCell, Paragraph, Place
from ..errors import UnreadableFile

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
# A table that holds tables is a table of figures only if it has at least so many cells that are just a number.
DATA_CELLS = 3

# Markup's blanks, which a page shows as one; control characters that may not be in a text count as such.
BLANKS = re.compile(r"[\x00-\x20\x7f]+")
# 二、…: a section's heading, in one short line.
HEADING = re.compile(r"[\s　]*[一二三四五六七八九十]{1,3}[\s　]*[、.．][\s　]*\S.{1,40}")
# A line under a picture of at most this length is its caption.
CAPTION = 30
PICTURES_ONLY = (
    "“{heading}”之下只有图片（{count} 张），没有表格：图中数字未读出，不等于零。"
    "请对照原件，或将图片存为 PNG、JPEG 后另行读取。"
)
STRUCK_OUT = "有 {count} 处文字带删除线（已作废），未采用，请对照原件。"

PICTURE = object()
"""Stands in the flow where the document shows a picture large enough to hold a table."""


class _Table:
    """A table under construction: its cells, what each holds, and where the next one goes."""

    __slots__ = ("outer", "cells", "contents", "row", "column", "started", "spans", "ahead")

    def __init__(self, outer):
        self.outer = outer
        self.cells = []
        self.contents = []
        self.row = -1
        self.column = 0
        self.started = 0
        self.spans = []
        self.ahead = []

    def next_row(self):
        self.row += 1
        self.column = self.started = 0
        if self.spans:
            self.spans = [cell for cell in self.spans if cell.row + cell.rowspan > self.row]
            self.ahead = sorted(self.spans, key=lambda cell: -cell.column)

    def place(self, rowspan, colspan):
        """A new cell at the next free place of the row."""
        if self.row < 0:
            self.next_row()
        if rowspan != 1 or colspan != 1:
            rowspan, colspan = min(max(rowspan, 1), SPAN_LIMIT), min(max(colspan, 1), SPAN_LIMIT)
        if self.ahead:
            while self.ahead and self.ahead[-1].column <= self.column:
                above = self.ahead.pop()
                self.column = max(self.column, above.column + above.colspan)
            if self.ahead:
                colspan = min(colspan, self.ahead[-1].column - self.column)
        self.started += 1
        cell = GridCell("", self.row, self.column, rowspan, colspan)
        self.column += colspan
        if rowspan > 1:
            self.spans.append(cell)
        return cell

    def end_rows(self):
        """Cells do not reach out of their row group, whatever their span says."""
        for cell in self.spans:
            cell.rowspan = min(cell.rowspan, self.row + 1 - cell.row)
        self.spans = []
        self.ahead = []


class Blocks:
    """The document so far. Text goes to ``text``; ``line`` ends a line; tables open and close around it, and nest.

    ``raw`` keeps blanks as they are; otherwise a run of them counts as one, as in markup. A table that only arranges
    the page (it holds tables, pages of text, or one cell) becomes the lines and tables of its cells.
    """

    def __init__(self, path, raw=False):
        self.path = path
        self.raw = raw
        self.flow = []
        self.pieces = []
        self.tables = []
        self.struck = 0
        """How many struck-out pieces the medium left out."""

    def text(self, text):
        if self.raw and "\n" in text:
            first, *others = text.split("\n")
            self.pieces.append(first)
            for other in others:
                self.line()
                self.pieces.append(other)
        else:
            self.pieces.append(text)

    def line(self):
        """End the line under way; empty ones do not count."""
        if self.pieces:
            text = "".join(self.pieces)
            self.pieces.clear()
            if not (self.raw or text.isalnum()):
                text = BLANKS.sub(" ", text).strip(" ")
            if text and not text.isspace():
                self.flow.append(text)

    def picture(self):
        self.line()
        self.flow.append(PICTURE)

    def after_digit(self):
        """Whether the line under way ends in a digit, so that a raised note mark would read as one more."""
        return "".join(self.pieces).rstrip()[-1:].isdigit()

    def open_table(self):
        self.line()
        self.tables.append(_Table(self.flow))

    def open_row(self):
        if self.tables:
            self.close_cell()
            self.tables[-1].next_row()

    def open_cell(self, rowspan=1, colspan=1):
        """Start a cell at the next free place and return it; outside a table this is a new line."""
        if self.pieces:
            self.line()
        if not self.tables:
            return None
        table = self.tables[-1]
        cell = table.place(rowspan, colspan)
        if table.started + len(table.spans) > ROW_LIMIT:
            self.refuse(f"a table row has more than {ROW_LIMIT:,} cells")
        self.flow = []
        table.cells.append(cell)
        table.contents.append(self.flow)
        return cell

    def skip(self, columns):
        """Leave places of the row empty."""
        if self.tables:
            self.tables[-1].column += columns

    def close_cell(self):
        if self.pieces:
            self.line()
        if self.tables:
            self.flow = self.tables[-1].outer

    def close_rows(self):
        """End a group of rows, over which no span reaches."""
        self.close_cell()
        if self.tables:
            self.tables[-1].end_rows()

    def close_table(self):
        self.close_cell()
        if self.tables:
            table = self.tables.pop()
            if _is_layout(table.contents):
                for content in table.contents:
                    self.flow += content
            else:
                rows, columns = _close_up(table.cells)
                if rows * columns > GRID_LIMIT:
                    self.refuse(f"a table has {rows:,} rows and {columns:,} columns")
                self.flow += _grids(table)

    def refuse(self, reason):
        raise UnreadableFile(f"{self.path}: {reason}; no report does. Cut the report out and read that.")

    def finish(self):
        """Everything in reading order: ``(blocks, notes)`` for a Document."""
        while self.tables:
            self.close_table()
        self.line()
        blocks, line, number = [], 0, 0
        for block in self.flow:
            if isinstance(block, Grid):
                number += 1
                block.number = number
                blocks.append(block)
            elif block is not PICTURE:
                line += 1
                blocks.append(Paragraph(block, Place(line=line)))
        if len(blocks) + sum(len(block.cells) for block in blocks if isinstance(block, Grid)) > BLOCK_LIMIT:
            self.refuse(f"it has more than {BLOCK_LIMIT:,} lines and cells")
        notes = _pictures(self.flow)
        if self.struck:
            notes.append(("media.struck", "warning", STRUCK_OUT.format(count=self.struck)))
        return blocks, notes


def _is_layout(contents):
    kinds = set(map(type, chain.from_iterable(contents)))
    if len(contents) == 1 or str not in kinds or max(map(len, contents)) > LAYOUT_LINES:
        return True
    if Grid not in kinds:
        return False
    return sum(_is_number(content) for content in contents) < DATA_CELLS


def _is_number(content):
    return len(content) == 1 and isinstance(content[0], str) and content[0].strip().isdigit()


def _grids(table):
    """The table as a Grid, and behind it the tables and pictures that stood in its cells."""
    nested = []
    for cell, content in zip(table.cells, table.contents):
        if len(content) == 1 and isinstance(content[0], str):
            cell.text = content[0]
        else:
            cell.text = "\n".join(block for block in content if isinstance(block, str))
            nested += [block for block in content if not isinstance(block, str)]
    return [Grid(table.cells, 0), *nested]


def _close_up(cells):
    """Take out the rows and columns in which no cell starts, there only by over-long spans; how many are left."""
    rows = sorted({cell.row for cell in cells})
    columns = sorted({cell.column for cell in cells})
    holes = len(rows) <= rows[-1], len(columns) <= columns[-1]
    for cell in cells:
        if cell.rowspan != 1 or holes[0]:
            end = bisect_left(rows, cell.row + cell.rowspan)
            cell.row = bisect_left(rows, cell.row)
            cell.rowspan = end - cell.row
        if cell.colspan != 1 or holes[1]:
            end = bisect_left(columns, cell.column + cell.colspan)
            cell.column = bisect_left(columns, cell.column)
            cell.colspan = end - cell.column
    return len(rows), len(columns)


def _pictures(flow):
    """Notes on the sections that hold nothing but pictures: tables that cannot be read here."""
    heads = [index for index, block in enumerate(flow) if isinstance(block, str) and HEADING.fullmatch(block)]
    sections = [flow[start:end] for start, end in zip(heads, [*heads[1:], len(flow)])]
    return [
        ("media.picture", "warning", PICTURES_ONLY.format(heading=heading.strip(), count=content.count(PICTURE)))
        for heading, *content in sections
        if PICTURE in content and all(block is PICTURE or _is_caption(block) for block in content)
    ]


def _is_caption(block):
    return isinstance(block, str) and len(block) <= CAPTION
