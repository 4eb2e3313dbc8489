"""More figures in the rows of a table than the form has columns: which of them are another column's.

A subtotal, another year's figures, a kind of applicant of the place's own: such a column is the same one in every row.
Its heading says where it stands, or the one place that lets the rows' sums close. No row chooses for itself: the figure
that contradicts a row would be the first to go.
"""

import re
from itertools import combinations, groupby

from .labelled import MASK, in_a_word
from .labels import BORDERS, han
from .readings import MOST_EXTRA, closes_as_printed, is_figure, may_be_its_own, slots
from .tiers import BEYOND, SHOWN, STRAYS

# This share of a table's rows has a column of its own with a figure in it, or the figures are strays in some of them.
MANY = 0.5
# So many rows more may contradict themselves by one place than by another, and it may still be the place.
MOST_CONTRADICTIONS = 2
# The heading over all columns, and how far before the first of theirs it may stand, in characters.
OVER_ALL, NEAR = re.compile(r"申\s*请\s*人\s*情\s*况"), 400
# What parts the headings of a line.
APART = frozenset(f"{BORDERS} \t\n{MASK}0123456789")


def leave_out(lines):
    """Read the rows of a table that have more figures than columns, where it can be told which are another column's.

    A figure that may be one or the other leaves its cells open.
    """
    over = [line for line in lines if line.sums and 0 < surplus(line) <= MOST_EXTRA and line.tier != SHOWN]
    for width, extra in dict.fromkeys((len(line.keys), surplus(line)) for line in over):
        group = [line for line in over if len(line.keys) == width and surplus(line) == extra]
        rows = [line for line in lines if len(line.keys) == width and line.figures]
        headed = places_of(headings_beyond(group[0]), width)
        strays = [line for line in group if not line.readings or line.tier == STRAYS]
        if len(headed) == extra and read_without(
            [line for line in group if line in strays or closes(line, reading_without(line, headed))], headed
        ):
            continue
        if len(rows) > 1 and len(strays) >= MANY * len(rows):
            read_without(strays)
        elif len(strays) < 2 or not read_without(strays, sure=True):
            for line in strays:
                if not line.readings:
                    read_without([line], doubt=True)


def surplus(line):
    return len(line.figures) - len(line.keys)


def read_without(group, headed=None, sure=False, doubt=False):
    """Read some rows without the figures at the places that can be another column's; whether they were.

    ``sure`` asks for the one place by which all of them close, ``doubt`` is for a row alone: what its sum tells is told
    by others, but not what may be either.
    """
    width, count = len(group[0].keys), len(group[0].figures)
    places = list(combinations(range(count), count - width))
    readings = {place: [reading_without(line, place) for line in group] for place in places}
    broken = {place: [not closes(line, read) for line, read in zip(group, readings[place])] for place in places}
    least = min(map(sum, broken.values()))
    if headed:
        if sum(broken[headed]) > least + min(MOST_CONTRADICTIONS, MANY * len(group)):
            return False
        chosen = [headed]
    elif least == len(group) or sure and least:
        return False
    else:
        best = [place for place in places if sum(broken[place]) == least]
        others = {of: [place for place in places if instead(group, of, place, broken)] for of in best}
        told = [of for of in best if not any(figures_at(line, of) for line in group)] or [
            of for of in best if not others[of]
        ]
        if sure and len(told) != 1 or doubt and told:
            return False
        chosen = told or [*best, *sum(others.values(), [])]
    for index, line in enumerate(group):
        said = [reading for place in chosen if (reading := readings[place][index])]
        if said:
            line.read(said[0], STRAYS if sure else BEYOND)
            line.open = {at for at in range(width) if len({reading[at].value or 0 for reading in said}) > 1}
    return True


def reading_without(line, place):
    return slots([token for at, token in enumerate(line.figures) if at not in place], line.kinds)


def closes(line, reading):
    return reading is not None and closes_as_printed(reading, line.sums)


def figures_at(line, place):
    """Whether one of the figures at some places is not nought."""
    return any(is_figure(line.figures[at]) for at in place)


def instead(group, best, other, broken):
    """Whether the figures at another place may be left out, all noughts, and those at the best be what contradicts."""
    if any(figures_at(line, other) for line in group) or sum(broken[other]) > sum(broken[best]) + MOST_CONTRADICTIONS:
        return False
    worse = [line for line, here, there in zip(group, broken[best], broken[other]) if there and not here]
    return bool(worse) and all(may_be_its_own(line.figures, best, other, line.kinds, line.sums) for line in worse)


def headings_beyond(line):
    """For each heading over a line that is none of the form's how many of its columns stand before it."""
    page, header = line.page, line.header
    if header.headed < 1 or not header.in_order or not header.at:
        return []
    table, columns = line.keys[0].table, header.columns.columns
    low = min(first for first, _ in header.at.values())
    labels = [
        label
        for label in page.labels
        if low <= label.begin < line.start and label.is_of(table) and not in_a_word(page, label)
    ]
    over_all = OVER_ALL.search(page.stream.text, max(0, low - NEAR), low)
    found = []
    for start in starts_of_words(page, over_all.end() if over_all else low, line.start):
        before = [label for label in labels if label.begin < start]
        behind = [at for at, column in enumerate(columns, 1) if not before or names(before[-1], table, column)]
        found.append(max(behind, default=0))
    return sorted(found)


def names(label, table, column):
    """Whether a label names a column, or a group that it belongs to."""
    return label.key(table, "column") == column.key or label.key(table, "group") in map(han, column.label[:-1])


def starts_of_words(page, low, high):
    """Where the words begin that are no label of the form; those of one cell are one."""
    words = groupby(range(low, high), key=lambda at: None if page.masked[at] in APART else page.stream.index(at))
    starts = {}
    for piece, positions in words:
        positions = list(positions)
        if piece is not None and han(page.masked[positions[0] : positions[-1] + 1]):
            cell = page.stream.pieces[piece].cell
            starts.setdefault((piece, cell is None and positions[0]), positions[0])
    return list(starts.values())


def places_of(headings, width):
    """The indexes in a row's figures of those under such headings."""
    return tuple(before + count for count, before in enumerate(headings)) if headings and headings[-1] <= width else ()
