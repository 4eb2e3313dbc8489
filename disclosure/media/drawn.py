"""Tables drawn with characters (+---+ or ┌─┬─┐): their lines become grids, so that a wrapped cell is one cell."""

from itertools import groupby

from ..document import Grid, GridCell, Paragraph
from .layout import FIRST_WIDE, columns
from .ruled import frames

CORNERS = frozenset("+┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╒╕╘╛╞╡╤╧╪╓╖╙╜╟╢╥╨╫┠┨┯┷┿┝┥┰┸╂")
ACROSS = frozenset("-=─━═╌┄┈")
DOWN = frozenset("|│┃║┆┊")
BORDERS = CORNERS | DOWN
# A rule of fewer characters between two plus signs may be signs and a stroke.
SHORTEST = 3
# In units of one character: rules are never nearer than one.
EM = 1.5


def with_drawn_tables(blocks):
    """The blocks with every stretch of lines that draws a table replaced by the Grid it draws."""
    kept = []
    for drawn, lines in groupby(blocks, key=lambda block: isinstance(block, Paragraph) and _draws(block.text)):
        lines = list(lines)
        grids = _grids(lines) if drawn and sum(_is_rule(line.text) for line in lines) > 1 else []
        kept += grids or lines
    for number, grid in enumerate((block for block in kept if isinstance(block, Grid)), 1):
        grid.number = number
    return kept


def _draws(text):
    """Whether a line begins and ends as a line of a drawn table does."""
    text = text.strip()
    return len(text) > SHORTEST and text[0] in BORDERS and text[-1] in BORDERS


def _is_rule(text):
    text = text.strip()
    return text[0] in CORNERS and sum(character in ACROSS for character in text) >= SHORTEST


def _grids(lines):
    """The tables that a stretch of lines draws; rules and cells are placed by the columns of a terminal."""
    rows = [_placed(line.text) for line in lines]
    horizontal = [rule for y, row in enumerate(rows) for rule in _rules_across(row, y)]
    vertical = list(_rules_down(rows))
    ruled = {(x, int(y)) for y, start, end in horizontal for x in range(int(start), int(end) + 1)}
    ruled |= {(int(x), y) for x, top, bottom in vertical for y in range(int(top), int(bottom) + 1)}
    grids, placed = [], set()
    for frame in frames(horizontal, vertical, EM):
        texts = [{} for _ in frame.boxes]
        for y, row in enumerate(rows):
            for x, character in row.items():
                if (x, y) in ruled:
                    continue
                number = frame.at(x + 0.5, y + 0.5)
                if number is not None:
                    texts[number].setdefault(y, []).append(character)
                    placed.add((x, y))
        cells = [
            GridCell(
                "\n".join(filter(None, ("".join(text[y]).strip() for y in sorted(text)))),
                box.row, box.column, box.rowspan, box.colspan,
            )
            for box, text in zip(frame.boxes, texts)
        ]  # fmt: skip
        grids.append(Grid(cells, len(grids) + 1))
    # A drawing with figures outside its cells was not understood: its lines say more.
    figures = ((x, y) for y, row in enumerate(rows) for x, character in row.items() if character.isdigit())
    return grids if placed.issuperset(figures) else []


def _placed(text):
    """The characters of a line by their column on a terminal."""
    row, x = {}, 0
    for character in text:
        row[x] = character
        x += 1 if character < FIRST_WIDE else columns(character)
    return row


def _rules_across(row, y):
    """``(y, start, end)`` for each run of rule characters between two corners."""
    start = None
    for x in sorted(row):
        if row[x] in CORNERS:
            if start is not None and x - start > (SHORTEST - 1 if row[x] == "+" else 1):
                yield y + 0.5, start + 0.5, x + 0.5
            start = x
        elif row[x] not in ACROSS:
            start = None


def _rules_down(rows):
    """``(x, top, bottom)`` for each run of border characters below one another."""
    for x in sorted({x for row in rows for x in row if row[x] in BORDERS}):
        for drawn, run in groupby(range(len(rows)), key=lambda y: rows[y].get(x) in BORDERS):
            run = list(run)
            if drawn and len(run) > 1:
                yield x + 0.5, run[0] + 0.5, run[-1] + 0.5
