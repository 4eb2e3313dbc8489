"""Which reading of each line: as it stands where the layout is whole, by the form's sums where it is not."""

from collections import Counter
from functools import cache
from itertools import islice, pairwise, takewhile

from .form import forms, groups_of
from .geometry import (
    blank_by_odd,
    by_geometry,
    of_parts,
    on_its_line,
    renamed,
    shares_its_cell,
    smudged,
    under_headings,
    unwrapped,
    with_odd,
    wrapped,
)
from .labelled import MASK, rows_in_order
from .line import sums_across
from .readings import (
    NOTHING,
    as_shown,
    closes,
    closes_as_printed,
    every_reading,
    filled,
    row_readings,
    viable,
    windows,
)
from .stream import HAN
from .surplus import leave_out
from .tiers import BLANK_CELLS, CELLS_LOST, MISPLACED, RUN_TOGETHER, SHOWN
from .years import of_its_year, of_several, report_year

# So many neighbouring lines may have had their numbers put together.
MOST_DRIFTED = 4
# This share of a table's lines has to lie alike for the rest to be read by their layout.
AGREED = 0.8
# In a column whose rows have more values each than so many, a sum tells nothing.
FEW_VALUES = 2
# Ways of reading in which cells are open that may be others' than the reading says.
OPEN = (BLANK_CELLS, CELLS_LOST)


def settle(table, lines):
    """Give every line its readings; where a line has several, leave those that the sums down the columns allow."""
    groups = groups_of(line.row for line in lines)
    # The heading of a group whose rows are there has no figures of its own.
    lines = [line for line in lines if line.header.in_order and (line.row not in groups or line.figures)]
    if of_years := [line for line in lines if line.header.heads]:
        year = report_year(of_years[0].page)
        for line in of_years:
            of_its_year(line, year)
    lines = [line for line in lines if not (line.readings or line.displaced or of_several(line))]
    for line in lines:
        shown = line.at_sight or by_geometry(line) or as_shown(line.tokens, line.kinds)
        if shown and (shown is line.at_sight or not (wrapped(line, shown) or of_parts(line))):
            line.read(shown, MISPLACED if line.turned else SHOWN)
        if not shown or shown is not line.at_sight and (not closes(shown, line.sums) or blank_by_odd(line, shown)):
            with_odd(line)
    drifts = any(not line.figures and drifted(lines[at : at + MOST_DRIFTED]) for at, line in enumerate(lines))
    if all(line.readings or not line.figures for line in lines) and not drifts and not slipped(lines):
        return
    anchor = anchor_of(lines)
    columns = filled_columns(lines, anchor)
    pool([line for line in lines if not line.sums])
    for line in lines:
        if not line.readings and not shares_its_cell(line):
            on_its_line(line)
            if not renamed(line):
                under_headings(line)
            unwrapped(line)
        if not line.readings and not of_parts(line) and not smudged(line):
            read_open(line, anchor, columns)
    leave_out(lines)
    pool([line for line in lines if line.sums])
    doubt_slipped(lines)
    for line in lines:
        line.readings = without_twins(line.readings, line.sums)
    prove(table, {line.row: line for line in lines})


def prove(table, rows):
    """Leave each line the readings that the sums down the columns allow; without them, none that needs proof."""
    doubtful = [line for line in rows.values() if len(line.readings) > 1 or line.readings and line.tier.violent]
    gaping = [line for line in rows.values() if line.tier in OPEN and line.tokens[0].column is None]
    asked = list(dict.fromkeys([*doubtful, *gaping]))
    if not sums_across(table):
        for line in asked:
            leave_open(line)
        return
    if not asked:
        return
    equations, left = allowed(table, rows)
    tiers = {}
    if left is None:
        # What seems the lesser damage need not be what happened: all that a row may say counts again.
        for line in asked:
            others = every_reading(line.tokens, line.kinds, line.sums)
            line.readings = without_twins([*line.readings, *others], line.sums)
            tiers |= others
        equations, left = allowed(table, rows)
    for row, indexes in (left or {}).items():
        line = rows[row]
        line.readings = [reading for index, reading in enumerate(line.readings) if index in indexes]
        if len(line.readings) == 1:
            line.tier = tiers.get(line.readings[0], line.tier)
    tested = {row for sums in equations for row in sum(sums, ())}
    unproved = [
        line
        for line in asked
        if line.tier.violent and (left is None or line.row not in tested and line.tier != RUN_TOGETHER)
    ]
    decided = decided_down(table, rows) if unproved else {}
    for line in asked:
        if line.tier == BLANK_CELLS:
            # The first is how the table's other lines lie: it stands unless the sums speak for another.
            line.readings = line.readings[:1]
    for line in unproved:
        line.readings = sure_of(line, decided[line.row])


def leave_open(line):
    """Of a line for which only its own sums speak, leave the cells open whose sum has a figure missing.

    Such a sum closes with whatever would fill it, so it proves nothing, unless it closes with nought in one place only.
    """
    proven = any(closes_as_printed(reading, line.sums) for reading in line.readings)
    for of in [left + right for left, right in line.sums]:
        said = {tuple(reading[index] for index in of) for reading in line.readings}
        if any(NOTHING in cells for cells in said) and not (proven and len(said) == 1):
            line.open |= {*of}


def allowed(table, rows):
    """The equalities down the columns that can be tested, and the indexes of the readings they leave each row, or None."""
    candidates = {row: vectors for row, line in rows.items() if (vectors := vectors_of(line))}
    equations = [sums for sums in sums_across(table) if all(row in candidates for row in sum(sums, ()))]
    return equations, viable(candidates, equations)


def said_in(column, line, readings):
    """The values that some readings of a line give a column, what is not there filled in; nought without a figure."""
    at = [key.column for key in line.keys].index(column)
    return sorted({filled(reading, line.sums)[at] for reading in readings}, key=str) if line.figures else [0]


def decided_down(table, rows):
    """The cells that the sums down their column leave one value, ``{row: {column: value}}``.

    Which cells a row lost may be open, and its total sure. Only columns in which every row has few values are looked at.
    """
    equations = [sums for sums in sums_across(table) if all(row in rows for row in sum(sums, ()))]
    tested = {row for sums in equations for row in sum(sums, ())}
    decided = {row: {} for row in rows}
    for column in dict.fromkeys(key.column for line in rows.values() for key in line.keys):
        said = {row: said_in(column, rows[row], rows[row].readings) for row in tested}
        if any(None in values or not 0 < len(values) <= FEW_VALUES for values in said.values()):
            continue
        left = viable({row: [(value,) for value in values] for row, values in said.items()}, equations)
        for row, indexes in (left or {}).items():
            if len(indexes) == 1:
                decided[row][column] = said[row][min(indexes)]
    return decided


def sure_of(line, decided):
    """The readings of a line in which what is decided stands printed, if that is all they agree on; else none."""
    at = {key.column: index for index, key in enumerate(line.keys)}
    printed = {
        column: value
        for column, value in decided.items()
        if any(slots[at[column]].value == value for slots in line.readings)
    }
    kept = [
        reading
        for reading in line.readings
        if all(reading[at[column]].value == value for column, value in printed.items())
    ]
    agreed = {column for column in at if len(said_in(column, line, kept)) == 1}
    return kept if printed and agreed <= printed.keys() else []


def pool(lines):
    """Labels and numbers that drifted apart: where neighbours have as many numbers together as they have columns.

    A converter may put a row's numbers on the line above its label, or between the halves of the next one's; then
    one label has the numbers of two, and its neighbour none. Or all labels come first, and their numbers behind them.
    """
    index = 0
    while index < len(lines):
        group = drifted(lines[index:]) if lines[index].sums else stacked(lines[index:])
        everything = iter([token for line in group for token in (line.everything if line.sums else texts_of(line))])
        shares = [list(islice(everything, len(line.keys))) for line in group]
        readings = [as_shown(share, line.kinds) for line, share in zip(group, shares)]
        closing = readings and all(reading and closes_as_printed(reading, group[0].sums) for reading in readings)
        if closing and all(map(keeps_its_own, group, shares)):
            for line, share, reading in zip(group, shares, readings):
                line.take(share)
                line.everything = share
                line.read(reading, MISPLACED)
            index += len(group)
        else:
            index += 1


def keeps_its_own(line, share):
    """Whether a share has all the figures of a row that has as many as it needs, all on the line of its label or within it."""
    own = line.everything
    return not line.sums or len(own) != len(line.keys) or share == own or not all(line.holds(token.at) for token in own)


def drifted(lines):
    """The first lines that have, only together, a figure for each of their cells; none if there are no such.

    A label without figures may stand above another with those of both, but not above one that has its own. Beyond a row
    that has its own only bare figures drift: those behind other words are a subtotal's, or of a row whose label is lost.
    """
    surplus, width, bare = 0, len(lines[0].keys), True
    for count, line in enumerate(lines, 1):
        if not line.sums or len(line.keys) != width:
            return []
        more = len(line.everything) - width
        bare = bare and (more <= 0 or all_bare(line))
        if not more and (surplus <= 0 or not bare):
            return []
        surplus += more
        if not surplus:
            return lines[:count] if as_declared(lines[:count]) else []
    return []


def all_bare(line):
    """Whether no word stands between the figures of a line, the rest of its own label apart."""
    low, high = max(line.finish, line.everything[0].at), line.everything[-1].at
    words = line.page.masked[low:high]
    return MASK not in words and not HAN.search(words)


def as_declared(lines):
    """Whether rows stand in the form's order; where the text has moved labels, it has not moved their figures along."""
    order = rows_in_order(lines[0].keys[0].table)
    return all(order[line.row] < order[below.row] for line, below in pairwise(lines))


def slipped(lines):
    """The rows of text from one with the figures of two to the next with none: each may have its neighbour's."""
    gaps = [at for at, line in enumerate(lines) if line.sums and not line.figures and not line.tokens]
    if not gaps or lines[0].page.stream.piece(lines[0].start).cell:
        return []
    found = set()
    for at, line in enumerate(lines):
        if line.sums and not line.at_sight and len(line.everything) >= 2 * len(line.keys):
            before, behind = (
                max((gap for gap in gaps if gap < at), default=at),
                min((gap for gap in gaps if gap > at), default=at),
            )
            found |= {*range(before, behind + 1)}
    return [lines[at] for at in sorted(found) if lines[at].figures]


def doubt_slipped(lines):
    """Name the rows that may have their neighbours' figures; read only those with figures beside their label."""
    for line in slipped(lines):
        line.displaced = True
        if not all(line.holds(figure.at) for figure in line.figures):
            line.readings = []


def stacked(lines):
    """The first lines whose labels stand above one another, or beside, and all of their figures below; none if they do not."""
    empty = list(takewhile(lambda line: not texts_of(line), lines))
    group = lines[: len(empty) + 1]
    last, width = group[-1], sum(len(line.keys) for line in group)
    if not empty or last.sums or last.readings or len(texts_of(last)) != width:
        return []
    page, start, at, table = last.page, group[0].start, texts_of(last)[0].at, last.keys[0].table
    # A heading among them, or words that may be a label not found: whose figures these are is not plain then.
    headings = any(start < label.begin < at and label.key(table, "row") is None for label in page.labels)
    if headings or HAN.search(page.masked, start, at) or page.line(last.start) == page.line(at):
        return []
    return group


def texts_of(line):
    """All texts up to the next label that may be cells, a number alone on its line among them."""
    return [token for run in line.found for token in run if token.text]


def anchor_of(lines):
    """How the cells of most lines lie between the borders of their line: a Counter's winner, or None.

    ``("before", n)``: n cells stand before the first column; ``("behind", n)``: n cells behind the last. Lines that
    are plain to read vote, and of the others every stretch of cells that closes as it stands.
    """
    votes, voters = Counter(), 0
    for line in lines:
        if not line.tokens or not line.figures:
            continue
        width, cells = len(line.keys), len(line.tokens)
        if line.readings:
            at = [token.at for token in line.tokens]
            first, last = line.readings[0][0].at, line.readings[0][-1].at
            lies_whole = first in at and last in at and at.index(last) - at.index(first) + 1 == width
            starts = [at.index(first)] if lies_whole else []
        elif line.sums:
            closing = {at: read for at, read in windows(line.tokens, line.kinds).items() if closes(read, line.sums)}
            starts = [at for at, read in closing.items() if closes_as_printed(read, line.sums)] or list(closing)
        else:
            continue
        voters += 1
        votes.update([("before", start) for start in starts] + [("behind", cells - width - start) for start in starts])
    anchor, count = votes.most_common(1)[0] if votes else (None, 0)
    return anchor if count >= AGREED * voters else None


def at_anchor(line, anchor):
    """The reading of a line that is laid out as the others, or None."""
    side, count = anchor
    start = count if side == "before" else len(line.tokens) - len(line.keys) - count
    return windows(line.tokens, line.kinds).get(start)


def read_open(line, anchor, usually_filled):
    """A line that has not one text for each column: laid out as the other lines of the table are, or by the sums."""
    reading = at_anchor(line, anchor) if anchor else None
    if reading and not wrapped(line, reading):
        opens = {key.column for key, slot in zip(line.keys, reading) if slot.value is None}
        if closes_as_printed(reading, line.sums) or not opens & usually_filled:
            line.read(reading, BLANK_CELLS)
            return
    line.readings, line.tier = row_readings(line.tokens, line.kinds, line.sums)


def filled_columns(lines, anchor):
    """The columns that hardly any line leaves open: a line that seems to leave one open is misread."""
    filled_in, read = Counter(), 0
    for line in lines:
        reading = line.readings[0] if line.readings else at_anchor(line, anchor or ("before", 0))
        if reading:
            read += 1
            filled_in.update(key.column for key, slot in zip(line.keys, reading) if slot.value is not None)
    return {column for column, count in filled_in.items() if count >= AGREED * read}


def without_twins(readings, sums):
    """Of readings that say the same once what is not there is filled in, the first."""
    best = {}
    for reading in readings if len(readings) > 1 else ():
        best.setdefault(filled(reading, sums), reading)
    return list(best.values()) or readings


def vectors_of(line):
    """The line's readings as numbers in declared order of columns, or nothing if one of them has an open cell."""
    order = declared_order(line.keys)
    vectors = []
    for reading in line.readings:
        values = filled(reading, line.sums)
        if None in values:
            return []
        vectors.append(tuple(values[index] for index in order))
    return vectors


@cache
def declared_order(keys):
    """The indexes of a line's cells, as a form declares them one after another."""
    positions = {key: at for form in forms().values() for at, key in enumerate(form.cells)}
    return sorted(range(len(keys)), key=lambda index: positions[keys[index]])
