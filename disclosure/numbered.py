"""Columns of a table that are none of the form's and say so: those that number its rows, and last year's totals."""

import re
from dataclasses import replace
from itertools import groupby, pairwise

from .document import Grid
from .labelled import BORDER
from .labels import BORDERS

# The headings of a column that counts the rows, and of one with the figures of another year beside the form's columns.
COUNTS, LAST_YEAR = (
    {"序号", "行次", "栏次", "项次", "编号"},
    {"上年总计", "上年度总计", "上年合计", "上年度合计", "去年总计"},
)
# So many rows numbered one by one need no heading to be numbers of rows.
ENOUGH = 10
NUMBER = re.compile(r"\d{1,3}")
# Where lines of text may have such a column: a heading of one, or the number of the row that is enough at an edge of a line.
HEADING = "|".join(r"\s*".join(heading) for heading in sorted(COUNTS | LAST_YEAR))
AT_AN_EDGE = re.compile(rf"{HEADING}|^[|\s]*{ENOUGH}\s*[{BORDERS}]|[{BORDERS}]\s*{ENOUGH}\s*\|?\s*$", re.MULTILINE)
# Between the cells of a grid while they are looked at together.
EDGE = "\x1f"
IN_A_GRID = re.compile(rf"{HEADING}|{EDGE}\s*{ENOUGH}\s*{EDGE}")
FIGURE = re.compile(r"[\d.,/—-]*")
# What stands in a column of numbers beside them: nothing, or Markdown's rule.
BLANK = re.compile(r"(?::?-{2,}:?)?")


def without_numbers(blocks):
    """The blocks without the columns that number the rows of a table, or hold last year's totals."""
    blocks = list(blocks)
    grids = _of_grids([block for block in blocks if isinstance(block, Grid)])
    whole = []
    for bordered, run in groupby(blocks, key=_is_bordered):
        run = [next(grids) if isinstance(block, Grid) else block for block in run]
        whole += _of_lines(run) if bordered else run
    return whole


def _is_bordered(block):
    return not isinstance(block, Grid) and BORDER.search(block.text) is not None


def _of_grids(grids):
    """Each Grid without such columns; one that a page parts from the one before goes on with its numbers."""
    width = last = column = None
    for grid in grids:
        if not (last or _may_count(grid.cells)):
            yield grid
            continue
        columns = {}
        for cell in grid.cells:
            if cell.colspan == 1:
                columns.setdefault(cell.column, []).append(cell)
        left_out = set()
        for at, cells in columns.items():
            if not (last or _may_count(cells)):
                continue
            goes_on = last if grid.width == width and at == column else 0
            stretches = [
                (heading, under, _numbers([cell.text for cell in under])) for heading, under in _stretches(cells)
            ]
            # What numbers the rows of one table numbers those of a shorter one below it.
            enough = 2 if any(_counts("", numbers) for _, _, numbers in stretches) else ENOUGH
            for heading, under, numbers in stretches:
                if _counts(heading, numbers, goes_on, enough):
                    width, last, column = grid.width, numbers[-1], at
                elif heading not in LAST_YEAR:
                    continue
                left_out |= set(map(id, under))
        yield replace(grid, cells=[cell for cell in grid.cells if id(cell) not in left_out]) if left_out else grid


def _may_count(cells):
    """Whether among cells stands a heading of such a column, or the number of the row that is enough."""
    return IN_A_GRID.search(EDGE.join(["", *[cell.text for cell in cells], ""])) is not None


def _stretches(cells):
    """The headings of a column, each with the cells that are of it: itself, and the figures and blanks under it."""
    heading, under = "", []
    for cell in cells:
        text = _joined(cell.text)
        if not FIGURE.fullmatch(text):
            yield heading, under
            heading, under = text, [cell] if text in COUNTS | LAST_YEAR else []
        else:
            under.append(cell)
    yield heading, under


def _numbers(texts):
    """The numbers among the texts of a column; none where other figures stand among them."""
    figures = [text for text in map(_joined, texts) if FIGURE.fullmatch(text) and not BLANK.fullmatch(text)]
    return list(map(int, figures)) if all(map(NUMBER.fullmatch, figures)) else []


def _counts(heading, numbers, before=0, enough=ENOUGH):
    """Whether figures one below another number the rows: from one, as a program from nought, or from the last of the page before."""
    if len(numbers) < (2 if heading in COUNTS or before else enough):
        return False
    return numbers[0] in {0, 1, before + 1} and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _of_lines(lines):
    """Lines of text with borders without such columns at their beginnings or their ends."""
    if not AT_AN_EDGE.search("\n".join(line.text for line in lines)):
        return lines
    # Markdown has a border at either end of a line, and the margin is no cell.
    margin = all(line.text.lstrip().startswith("|") for line in lines)
    for end in (0, -1):
        cells = [_cells(line.text, margin) for line in lines]
        texts = [_joined(line.text[slice(*own[end])]) for line, own in zip(lines, cells)]
        headings = (COUNTS | LAST_YEAR).intersection(texts)
        if headings <= COUNTS:
            whole = _counts("".join(headings), _numbers(texts))
        else:
            whole = len(set(map(len, cells))) == 1
        if whole:
            lines = [
                _without(line, *own[end], end) if text in headings or FIGURE.fullmatch(text) or BLANK.fullmatch(text) else line
                for line, own, text in zip(lines, cells, texts)
            ]  # fmt: skip
    return lines


def _without(line, low, high, end):
    """A line without its first cell or its last, and the border on the side of the others."""
    text = line.text
    return replace(line, text=text[: low - 1] + text[high:] if end else text[:low] + text[high + 1 :])


def _joined(text):
    return "".join(text.split())


def _cells(text, margin):
    """The cells of a line, as stretches."""
    edges = [-1, *(border.start() for border in BORDER.finditer(text)), len(text)]
    cells = [(low + 1, high) for low, high in pairwise(edges)]
    return cells[1 : -1 if text.rstrip().endswith("|") else None] if margin and len(cells) > 2 else cells
