"""Ruling lines to tables: what text PDFs and scans share.

Coordinates run right and down, in whatever unit the caller measures (points, pixels). A rule is
``(at, start, end)``: for a horizontal one ``at`` is its y and the rest its extent in x; for a
vertical one the other way round.
"""

from bisect import bisect_right
from math import inf
from typing import NamedTuple

# More than this is a drawing, a map or an attack, not a form: table 三 has some 40 rules and 300 places.
MOST_RULES = 2_000
MOST_PLACES = 40_000

# A side of a box is drawn if rules cover this much of it.
COVERED = 0.7


class Box(NamedTuple):
    """One cell of a table: its place in the lattice, counted from 0, and what it spans."""

    row: int
    column: int
    rowspan: int
    colspan: int


class Frame:
    """One ruled table: its edges from left to right and from top to bottom, and the boxes they enclose."""

    def __init__(self, xs, ys, boxes):
        self.xs, self.ys, self.boxes = xs, ys, boxes
        self._owner = [[None] * (len(xs) - 1) for _ in range(len(ys) - 1)]
        for number, box in enumerate(boxes):
            for row in range(box.row, box.row + box.rowspan):
                for column in range(box.column, box.column + box.colspan):
                    self._owner[row][column] = number

    def boxes_across(self, y):
        """The number of the box in each column at this height, None where there is none; nothing outside."""
        return self._owner[bisect_right(self.ys, y) - 1] if self.ys[0] <= y < self.ys[-1] else ()

    def box_at(self, x, across):
        """The number of the box at this place among those ``across`` a height; None where there is none."""
        return across[bisect_right(self.xs, x) - 1] if self.xs[0] <= x < self.xs[-1] else None

    def bounds(self, number):
        """(left, top, right, bottom) of a box."""
        row, column, rowspan, colspan = self.boxes[number]
        return self.xs[column], self.ys[row], self.xs[column + colspan], self.ys[row + rowspan]


def frames(horizontal, vertical, em):
    """The ruled tables among these rules, from top to bottom.

    ``em`` is the size of the text. Rules nearer than a third of it are one rule: a double line, the
    two sides of a thin box, the dashes of a dashed line. A table has two columns at least: a frame
    round a text, or rules between its lines, say nothing of columns.
    """
    near = em / 3
    horizontal, vertical = _whole(horizontal, near), _whole(vertical, near)
    if len(horizontal) + len(vertical) > MOST_RULES:
        return []
    horizontal, vertical = _bounding(horizontal, vertical, em), _bounding(vertical, horizontal, em)
    found = (_frame(*group, near) for group in _connected(horizontal, vertical, near))
    return sorted((frame for frame in found if frame), key=lambda frame: (frame.ys[0], frame.xs[0]))


def _lines(rules, near):
    """(at, rules in order) for each line that some of the rules lie on; the longest says where it is."""
    lines = []
    for rule in sorted(rules):
        if not lines or rule[0] - lines[-1][0][0] > near:
            lines.append([])
        lines[-1].append(rule)
    return [(max(line, key=_length)[0], sorted(line, key=lambda rule: rule[1:])) for line in lines]


def _length(rule):
    return rule[2] - rule[1]


def _whole(rules, near):
    """The rules, pieces of one line joined; without those too short to bound a line of text."""
    whole = []
    for _, pieces in _lines(rules, near):
        groups, reach = [], None
        for piece in pieces:
            if reach is None or piece[1] > reach + 1.5 * near:
                groups.append([])
            groups[-1].append(piece)
            reach = piece[2] if len(groups[-1]) == 1 else max(reach, piece[2])
        for group in groups:
            whole.append((max(group, key=_length)[0], group[0][1], max(piece[2] for piece in group)))
    return [rule for rule in whole if _length(rule) > 2 * near]


def _bounding(rules, crossing, em):
    """The rules without those that bound nothing: short ones with an end in the middle of nowhere.

    So look an underlined word, and in a scan the long stroke of a character. An end counts for something where it
    meets a crossing rule, or where several rules end alike: in a row that the end of the page cuts.
    """
    near = em / 3

    def is_held(at, end, side):
        return any(
            start - near <= at <= stop + near and abs(end - place) <= near for place, start, stop in crossing
        ) or 3 <= sum(abs(end - rule[side]) <= near for rule in rules)

    return [
        rule for rule in rules if _length(rule) > 6 * em or all(is_held(rule[0], rule[side], side) for side in (1, 2))
    ]


def _connected(horizontal, vertical, near):
    """(horizontal, vertical) for each group of rules that touch one another."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(one):
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        return one

    for i, (y, left, right) in enumerate(horizontal):
        for j, (x, top, bottom) in enumerate(vertical, len(horizontal)):
            if left - near <= x <= right + near and top - near <= y <= bottom + near:
                parent[root(j)] = root(i)
    groups = {}
    for i, rule in enumerate(horizontal):
        groups.setdefault(root(i), ([], []))[0].append(rule)
    for j, rule in enumerate(vertical, len(horizontal)):
        groups.setdefault(root(j), ([], []))[1].append(rule)
    return [group for group in groups.values() if all(group)]


def _closed(rules, crossing, near):
    """The rules, and an edge wherever the crossing ones run on beyond the last of them.

    So ends a row that a page break cut (no rule below it, or none above its rest on the next page),
    and a table drawn without its outer sides.
    """
    ats = [rule[0] for rule in rules]
    starts, ends = min(rule[1] for rule in crossing), max(rule[2] for rule in crossing)
    edges = [(starts, -inf, inf)] if starts < min(ats) - 2 * near else []
    edges += [(ends, -inf, inf)] if ends > max(ats) + 2 * near else []
    return rules + edges


def _frame(horizontal, vertical, near):
    """The table that one group of rules draws, or None."""
    horizontal, vertical = _closed(horizontal, vertical, near), _closed(vertical, horizontal, near)
    rows, columns = _lines(horizontal, near), _lines(vertical, near)
    ys, xs = [at for at, _ in rows], [at for at, _ in columns]
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > MOST_PLACES:
        return None
    above = [_drawn(pieces, xs) for _, pieces in rows]
    left = [_drawn(pieces, ys) for _, pieces in columns]
    boxes = [box for box in _boxes(above, left) if _enclosed(box, above, left)]
    return Frame(xs, ys, boxes) if boxes else None


def _drawn(pieces, ats):
    """For each interval between neighbouring ats: do the pieces of a line cover most of it?"""
    drawn = []
    for first, last in zip(ats, ats[1:]):
        covered = sum(min(end, last) - max(start, first) for _, start, end in pieces if end > first and start < last)
        drawn.append(covered > COVERED * (last - first))
    return drawn


def _boxes(above, left):
    """The largest rectangles with no rule inside, from the top left on.

    ``above[row][column]`` and ``left[column][row]`` say whether a rule runs there.
    """
    height, width = len(above) - 1, len(left) - 1
    taken = set()

    def open_below(row, columns):
        inside = not any(left[column][row] for column in columns[1:])
        return inside and not any(above[row][column] for column in columns)

    for row in range(height):
        for column in range(width):
            if (row, column) in taken:
                continue
            right = column + 1
            while right < width and not left[right][row] and (row, right) not in taken:
                right += 1
            columns = range(column, right)
            bottom = row + 1
            while bottom < height and open_below(bottom, columns):
                bottom += 1
            taken.update((r, c) for r in range(row, bottom) for c in columns)
            yield Box(row, column, bottom - row, right - column)


def _enclosed(box, above, left):
    """False for a place at the rim that no rule closes: the notch beside a narrower table."""
    bottom, right = box.row + box.rowspan, box.column + box.colspan
    columns, rows = range(box.column, right), range(box.row, bottom)
    return (
        any(above[box.row][column] for column in columns)
        and any(above[bottom][column] for column in columns)
        and any(left[box.column][row] for row in rows)
        and any(left[right][row] for row in rows)
    )
