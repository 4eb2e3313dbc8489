"""Tables drawn with characters (+---+ or ┌─┬─┐): their lines become grids, so that a wrapped cell is one cell."""

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate, groupby

from ..document import Grid, GridCell, Paragraph
from .layout import columns
from .ruled import frames

CORNERS = frozenset("+┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╒╕╘╛╞╡╤╧╪╓╖╙╜╟╢╥╨╫┠┨┯┷┿┝┥┰┸╂")
ACROSS = frozenset("-=─━═╌┄┈")
DOWN = frozenset("|│┃║┆┊")
BORDERS = CORNERS | DOWN
# A rule of fewer characters between two plus signs may be signs and a stroke.
SHORTEST = 3
DIGIT, BORDER = re.compile(r"\d"), re.compile(f"[{re.escape(''.join(BORDERS))}]")
# From one corner to the next; the rule's end is the next one's beginning.
RULE = re.compile("[{0}](?=([{1}]+)[{0}])".format(*(re.escape("".join(sorted(kind))) for kind in (CORNERS, ACROSS))))
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
    return text[0] in CORNERS and sum(map(text.count, ACROSS)) >= SHORTEST


def _grids(lines):
    """The tables that a stretch of lines draws; rules and cells are placed by the columns of a terminal."""
    texts = [line.text for line in lines]
    placed = [_placed(text) for text in texts]
    horizontal = [rule for y, text in enumerate(texts) for rule in _rules_across(text, placed[y], y)]
    vertical = list(_rules_down(texts, placed))
    ruled = [set() for _ in texts]
    for y, start, end in horizontal:
        ruled[int(y)].update(range(int(start), int(end) + 1))
    for x, top, bottom in vertical:
        for y in range(int(top), int(bottom) + 1):
            ruled[y].add(int(x))
    grids = []
    for frame in frames(horizontal, vertical, EM):
        cells = [GridCell("", box.row, box.column, box.rowspan, box.colspan) for box in frame.boxes]
        for text, at, rules, boxes in zip(
            texts, placed, ruled, (frame.boxes_across(y + 0.5) for y in range(len(texts)))
        ):
            edges = [bisect_left(at, x - 0.5) for x in frame.xs]
            columns_of = {}
            for column, box in enumerate(boxes):
                columns_of.setdefault(box, []).append(column)
            for box, own in columns_of.items():
                inside = range(edges[own[0]], edges[own[-1] + 1])
                if box is not None and (piece := "".join([text[i] for i in inside if at[i] not in rules]).strip()):
                    cells[box].text += f"\n{piece}" if cells[box].text else piece
        grids.append(Grid(cells, len(grids) + 1))
    # A drawing with figures outside its cells was not understood: its lines say more.
    understood = sum(_digits(cell.text) for grid in grids for cell in grid.cells) == sum(map(_digits, texts))
    return grids if understood else []


def _digits(text):
    return len(DIGIT.findall(text))


def _placed(text):
    """The column on a terminal at which each character of a line begins."""
    return [*accumulate(map(_columns, text), initial=0)][:-1]


@lru_cache(4096)
def _columns(character):
    return columns(character)


def _rules_across(text, at, y):
    """``(y, start, end)`` for each run of rule characters between two corners."""
    for rule in RULE.finditer(text):
        start, end = at[rule.start()], at[rule.end(1)]
        if end - start > (SHORTEST - 1 if text[rule.end(1)] == "+" else 1):
            yield y + 0.5, start + 0.5, end + 0.5


def _rules_down(texts, placed):
    """``(x, top, bottom)`` for each run of border characters below one another."""
    borders = {}
    for y, (text, at) in enumerate(zip(texts, placed)):
        for border in BORDER.finditer(text):
            borders.setdefault(at[border.start()], []).append(y)
    for x, ys in sorted(borders.items()):
        for _, run in groupby(enumerate(ys), key=lambda place: place[1] - place[0]):
            run = [y for _, y in run]
            if len(run) > 1:
                yield x + 0.5, run[0] + 0.5, run[-1] + 0.5
