"""Figures that stand above their labels in a table of text: each row's read in their order, or every row's in doubt."""

import re
from bisect import bisect_left

from .geometry import STANDING
from .lines import totals
from .readings import Slot, closes_as_printed
from .settle import as_declared
from .stream import HAN
from .tables import HEADER, TELLING, rows_in_order
from .tokens import Token

# So many characters before figures stands the label that they have, of a row that the form has not.
NEAR = 40
# A whole number that counts no item of a list.
NUMBER = re.compile(r"(?<![\d.])\d+(?![\d.．、)）])")


def put_right(page, table, lines, equations):
    """Give rows of figures that begin above the first row's label to the rows in their order.

    A label and its figures are then a line apart, here one way and there the other, and nearly all figures are nought: the
    sums close in many readings. So all rows have to have their figures, in order, beside their own label, and all sums
    must hold. Else no row's are known but those on the line of its label, or within it. Where all rows have figures below
    the first label, those above it are of a row that the form has not, if words say so.
    """
    groups = {line.row.rpartition(".")[0] for line in lines}
    own = [line for line in lines if line.row not in groups]
    width = len(own[0].keys)
    if any(len(line.keys) != width or line.turned for line in own) or page.stream.piece(own[0].start).cell:
        return
    above = figures_above(page, table, own[0])
    # The rows whose labels are lost have theirs there too.
    lost = rows_in_order(table)[own[0].row]
    if len(above) < width * (lost + 1) or not closes(own[0], above[-width:]):
        return
    below = numbers(page, own[0].start, own[-1].end)
    words = HAN.findall(page.masked, above[-width][1] - NEAR, above[-width][1])
    if len(below) >= width * len(own) and any(len(word) > TELLING for word in words):
        return
    figures = above[-width:] + below
    shares = [figures[at : at + width] for at in range(0, len(figures), width)]
    if as_declared(own) and in_order(own, shares, figures) and hold(own, shares, equations):
        for line, share in zip(own, shares):
            if [at for _, at in share] != [token.at for token in line.figures]:
                line.take([Token(text, at) for text, at in share])
                line.turned = True
    else:
        for line in own:
            held = [token for token in line.everything if line.holds(token.at)]
            line.displaced = len(held) != width
            if not line.displaced:
                line.take(held)


def doubt_short(page, table, lines):
    """Where no sum tells, doubt the rows under a header with figures above the first row's label, and too few for the last.

    Those whose figures are all beside their label are their own.
    """
    if page.stream.piece(lines[0].start).cell:
        return
    ends = [0, *(line.finish for line in lines)]
    over = [headings_over(page, table, end, line) for end, line in zip(ends, lines)]
    starts = [at for at, headings in enumerate(over) if headings]
    for at, behind in zip(starts, [*starts[1:], len(lines)]):
        under = lines[at:behind]
        if len(under[-1].figures) == len(under[-1].keys) or any(line.turned or line.header.heads for line in under):
            continue
        if STANDING.search(page.masked, over[at][-1].finish, under[0].start):
            for line in under:
                line.displaced = not all(line.holds(token.at) for token in line.figures)


def headings_over(page, table, low, line):
    """The headings of a table right above a row, behind a place in the text."""
    start = bisect_left(page.stream.at, line.start)
    labels = page.between(max(start - HEADER, bisect_left(page.stream.at, low)), start)
    return [label for label in labels if label.is_of(table) and not label.key(table, "row")]


def figures_above(page, table, first):
    """The numbers between the last heading over a table's first row and the label of this row."""
    headings = headings_over(page, table, 0, first)
    return numbers(page, headings[-1].finish, first.start) if headings else []


def numbers(page, low, high):
    return [(number[0], number.start()) for number in NUMBER.finditer(page.masked, low, high)]


def closes(line, share):
    return closes_as_printed([Slot(text, int(text), at) for text, at in share], line.sums)


def in_order(lines, shares, figures):
    """Whether each row has a share that stands between its neighbours' labels, and has all figures of its label's line."""
    if len(shares) != len(lines) or len(shares[-1]) != len(shares[0]):
        return False
    starts = [0, *(line.start for line in lines), lines[-1].end]
    for index, (line, share) in enumerate(zip(lines, shares)):
        if not (starts[index] <= share[0][1] and share[-1][1] < starts[index + 2]):
            return False
        if any(line.holds(at) and (text, at) not in share for text, at in figures):
            return False
    return True


def hold(lines, shares, equations):
    """Whether the sums of all rows and down all columns hold."""
    down = {line.row: [int(text) for text, _ in share] for line, share in zip(lines, shares)}
    tested = [sums for sums in equations if all(row in down for side in sums for row in side)]
    closed = all(totals(left, down) == totals(right, down) for left, right in tested)
    return bool(tested) and closed and all(map(closes, lines, shares))
