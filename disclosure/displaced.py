"""Figures that stand apart from their labels, above them or column by column: read in their order, or in doubt."""

import re
from bisect import bisect_left
from copy import copy
from itertools import islice, pairwise

from .form import groups_of
from .geometry import STANDING
from .headers import has_header
from .labelled import HEADER, TELLING, rows_in_order
from .line import NUMBER, Line, all_hold, sums_hold
from .settle import as_declared
from .stream import HAN
from .tokens import Token

# So many characters before figures stands the label that they have, of a row that the form has not.
NEAR = 40
# Where of so many rows one is not to be read, text came out in another order than it was printed in.
SCRAMBLED = 4
# A whole number that counts no item of a list.
WHOLE = re.compile(r"(?<![\d.])\d+(?![\d.．、)）])")


def turn_round(page, table, chain, lines):
    """Under a header whose rows print their numbers above their labels, as a printed page copied out may, read them so.

    A row's numbers stand between the header and the first label then, and none behind the last label before the next
    header. Where the table has sums they have to hold.
    """
    groups = groups_of(row for row, _ in chain)
    starts = [at for at, (_, label) in enumerate(chain) if not at or has_header(page, table, *chain[at - 1], label)]
    for first, behind in zip(starts, [*starts[1:], len(chain)], strict=True):
        above = chain[first - 1][1].end if first else page.header_over(chain[0][1])[0]
        headings = [label for label in page.between(above, chain[first][1].start) if label.key(table, "row") is None]
        if not headings or lines[behind - 1].figures:
            continue
        # The heading of a group has no figures of its own; those behind it are the next row's.
        own = [at for at in range(first, behind) if chain[at][0] not in groups]
        edges = [headings[-1].finish, *(chain[at][1].begin for at in own)]
        turned = {
            at: Line(page, lines[at].form, lines[at].keys, lines[at].kinds, start, end, lines[at].header)
            for at, start, end in zip(own, edges[:-1], edges[1:], strict=True)
        }
        if all(len(line.figures) == len(line.keys) and sums_hold(line) for line in turned.values()):
            for at, line in turned.items():
                line.turned = True
                lines[at] = line


def column_by_column(page, table, chain, lines):
    """Where a table came out of a page column by column, all its labels first, give each row its figure of every column.

    Behind each column's heading stand as many figures as there are rows, and the sums of every row have to hold.
    """
    own = own_lines(lines)
    labels = page.between(chain[-1][1].end, len(page.stream.han))
    columns = {}
    for label, end in zip(labels, [*(label.begin for label in labels[1:]), len(page.masked)]):
        if not label.is_of(table):
            break
        figures = list(NUMBER.finditer(page.masked, label.finish, end))
        if len(figures) == len(own):
            columns[label.key(table, "column")] = figures
        elif figures:
            return
    if columns.keys() != {key.column for line in own for key in line.keys}:
        return
    shares = [
        [Token(number[0], number.start()) for number in (columns[key.column][at] for key in line.keys)]
        for at, line in enumerate(own)
    ]
    turn(table, lines, own, shares)


def row_by_row(page, table, chain, lines):
    """Where all the figures of a table stand above its labels, a row behind the other, give each row its own.

    They are as many as the rows have columns together, and every sum of the table has to hold.
    """
    own = own_lines(lines)
    figures = iter(figures_over(page, chain, own[0], sum(len(line.keys) for line in own)))
    turn(table, lines, own, [[*islice(figures, len(line.keys))] for line in own])


def own_lines(lines):
    """The lines that have figures of their own: all but the headings of groups."""
    groups = groups_of(line.row for line in lines)
    return [line for line in lines if line.row not in groups]


def turn(table, lines, own, shares):
    """Leave of the lines those that may have these figures, with them, if all sums hold then."""
    turned = list(map(given, own, shares))
    if all_hold(table, turned):
        for line in turned:
            line.turned = True
        lines[:] = turned


def figures_over(page, chain, line, count):
    """The Tokens between two labels over a table's first row, if they are so many figures; else none."""
    labels = page.between(page.header_over(chain[0][1])[0], chain[0][1].end)
    for label, following in pairwise(labels):
        stretch = Line(page, line.form, line.keys, line.kinds, label.finish, following.begin, line.header)
        if len(stretch.everything) == count:
            return stretch.everything
    return []


def put_right(page, table, lines):
    """Give rows of figures that begin above the first row's label to the rows in their order.

    A label and its figures are then a line apart, here one way and there the other, and nearly all figures are nought: the
    sums close in many readings. So all rows have to have their figures, in order, beside their own label, and all sums
    must hold. Else no row's are known but those on the line of its label, or within it. Where all rows have figures below
    the first label, those above it are of a row that the form has not, if words say so.
    """
    own = own_lines(lines)
    width = len(own[0].keys)
    if any(len(line.keys) != width or line.turned for line in own) or page.stream.piece(own[0].start).cell:
        return
    above = figures_above(page, table, own[0])
    # The rows whose labels are lost have theirs there too.
    lost = rows_in_order(table)[own[0].row]
    if len(above) < width * (lost + 1) or not sums_hold(given(own[0], above[-width:])):
        return
    below = numbers(page, own[0].start, own[-1].end)
    words = HAN.findall(page.masked, above[-width].at - NEAR, above[-width].at)
    if len(below) >= width * len(own) and any(len(word) > TELLING for word in words):
        return
    figures = above[-width:] + below
    shares = [figures[at : at + width] for at in range(0, len(figures), width)]
    if as_declared(own) and in_order(own, shares, figures) and all_hold(table, list(map(given, own, shares))):
        for line, share in zip(own, shares):
            if [token.at for token in share] != [token.at for token in line.figures]:
                line.take(share)
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


def doubt_between(page, lines):
    """Doubt the rows of text between two whose figures are not there, or not to be read, where their own are not on their line.

    Where no row is unreadable those without figures may be blank, and where few are the order of the text is still that
    of the table.
    """
    own = own_lines(lines)
    lost = [not line.figures or not line.readings for line in own]
    if SCRAMBLED * sum(lost) < len(own) or not any(line.figures and not line.readings for line in own):
        return
    for line, above, below in zip(own, [True, *lost], [*lost[1:], True]):
        if line.readings and above and below and not page.stream.piece(line.start).cell:
            line.displaced = line.displaced or not any(line.holds(token.at) for token in line.figures)


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
    return [Token(number[0], number.start()) for number in WHOLE.finditer(page.masked, low, high)]


def given(line, figures):
    """The line, if these were its figures."""
    line = copy(line)
    line.take(figures)
    return line


def in_order(lines, shares, figures):
    """Whether each row has a share that stands between its neighbours' labels, and has all figures of its label's line."""
    if len(shares) != len(lines) or len(shares[-1]) != len(shares[0]):
        return False
    starts = [0, *(line.start for line in lines), lines[-1].end]
    for index, (line, share) in enumerate(zip(lines, shares)):
        if not (starts[index] <= share[0].at and share[-1].at < starts[index + 2]):
            return False
        if any(line.holds(token.at) and token not in share for token in figures):
            return False
    return True
