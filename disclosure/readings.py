"""From a run of texts to the cells of a row: every reading that the layout allows, and which the sums leave.

A row whose texts are as many as its columns has one reading, whatever its sums say: what is printed is printed.
Only where the layout is ambiguous (cells lost, two numbers in one cell, digits run together) are readings
enumerated, from the least violent tier on, and only the form's own sums choose between them.
"""

from bisect import bisect_right
from functools import cache
from itertools import accumulate, combinations
from math import comb
from typing import NamedTuple

from .amounts import said
from .cuts import TooMany, cuts
from .tiers import BLANKS_INSIDE, CELLS_LOST, RUN_TOGETHER, STRAYS, UNREAD

# Beyond these a search is not a reading but a guess; the row is then said to be unreadable.
MOST_READINGS = 4_000
MOST_STATES = 60_000
MOST_EXTRA = 3


class Slot(NamedTuple):
    """One cell of a reading: the text taken for it."""

    text: str = ""
    value: int | float | None = None
    at: int | None = None
    """Its position in the stream's text; None where nothing stood."""


NOTHING = Slot()


def as_shown(tokens, kinds):
    """The one reading of a run that has exactly one readable text for each column, or None."""
    filled = [token for token in tokens if token.text]
    for texts in (_joined(filled), filled):
        if len(texts) == len(kinds) and (reading := slots(texts, kinds)):
            return reading
    return None


def slots(tokens, kinds):
    """The reading of one token for each column, or None if a column cannot have such a text that is not odd anyway."""
    reading = []
    for token, kind in zip(tokens, kinds, strict=True):
        value, status, _ = said(token.text, kind)
        if status == "unreadable" and not token.odd:
            return None
        reading.append(Slot(token.text, value, token.at))
    return tuple(reading)


def windows(tokens, kinds):
    """Every stretch of as many cells as columns, blanks being cells, that leaves no figure out: ``{start: reading}``."""
    filled = [index for index, token in enumerate(tokens) if token.text]
    if not filled:
        return {}
    width = len(kinds)
    starts = range(max(0, filled[-1] - width + 1), min(filled[0], len(tokens) - width) + 1)
    return {start: reading for start in starts if (reading := slots(tokens[start : start + width], kinds))}


def row_readings(tokens, kinds, sums):
    """The readings of a run that is not as shown, each a tuple of one Slot a column, and the Tier that gave them.

    ``kinds`` are the columns' kinds, ``sums`` the equalities inside the row as (left, right) column indexes.
    More than one reading: the row alone does not decide. None: nothing that the layout allows closes the sums.
    Readings whose sum is itself what is not there count only where no other closes.
    """
    try:
        for tier, readings in _by_tier(tokens, kinds, sums):
            if readings:
                if tier == RUN_TOGETHER:
                    # Numbers apart from each other may as well be whole, and noughts between them lost.
                    readings += _cells_lost(tokens, kinds, sums)
                readings = [reading for reading in readings if closes_as_printed(reading, sums)] or readings
                return (readings, tier) if sums or len(readings) == 1 else ([], tier)
    except TooMany:
        return [], UNREAD
    return [], UNREAD


def every_reading(tokens, kinds, sums):
    """What every tier allows, as ``{reading: Tier}``; nothing where that is too much to call it reading."""
    try:
        found = [(reading, tier) for tier, readings in _by_tier(tokens, kinds, sums) for reading in readings]
    except TooMany:
        return {}
    return dict(reversed(found))


def _by_tier(tokens, kinds, sums):
    """Each tier and its readings that close the sums, each reading once."""
    seen = set()
    for tier, enumerate_tier in TIERS:
        readings, tried = [], 0
        for reading in enumerate_tier(tokens, kinds, sums):
            values = tuple(slot.value for slot in reading)
            if values in seen:
                continue
            seen.add(values)
            tried += 1
            if tried > MOST_READINGS:
                raise TooMany
            if closes(reading, sums):
                readings.append(reading)
        if tier == STRAYS and any(
            closes(reading, sums) for reading in readings and _strays_dropped(tokens, kinds, sums, owned=True)
        ):
            # Either may be: only a number torn in two leaves nothing out.
            readings = [
                reading
                for reading in readings
                if sum(len(slot.text) for slot in reading) == sum(len(token.text) for token in tokens)
            ]
        yield tier, readings


def _joined(tokens):
    """The tokens with those that only a blank separates put back into one."""
    cells = []
    for token in tokens:
        if token.soft and cells:
            last = cells[-1]
            cells[-1] = last._replace(text=f"{last.text} {token.text}", odd=last.odd or token.odd)
        else:
            cells.append(token)
    return cells


def _cells_open(tokens, kinds, sums):
    """Blank cells are cells, but a converter loses some: the stretches of cells first, then every other place."""
    yield from windows(tokens, kinds).values()
    yield from _cells_lost(tokens, kinds, sums)


def _blanks_joined(tokens, kinds, sums):
    """One number torn by a blank in it: some neighbours that only a blank separates are one."""
    filled = [token for token in tokens if token.text]
    soft = [index for index, token in enumerate(filled) if token.soft and index]
    surplus = len(filled) - len(kinds)
    if 0 < surplus <= len(soft) and (sums or _one_number(filled)):
        for joins in _choices(soft, surplus):
            yield from _whole(_merge(filled, joins), kinds)


def _one_number(tokens):
    """Whether blanks may stand inside one number: one only, or one behind each digit, or before each three.

    Two of four digits or more are two.
    """
    return (
        len(tokens) == 2
        and min(len(token.text) for token in tokens) < 4
        or len({len(token.text) for token in tokens[1:]} - {1, 3}) == 0
    )


def _choices(indexes, number):
    if comb(len(indexes), number) > MOST_READINGS:
        raise TooMany
    return combinations(indexes, number)


def _merge(tokens, joins):
    """The tokens with each one at an index in ``joins`` glued to the one before."""
    merged = []
    for index, token in enumerate(tokens):
        if index in joins and merged:
            last = merged[-1]
            merged[-1] = last._replace(text=last.text + token.text, odd=last.odd or token.odd)
        else:
            merged.append(token)
    return merged


def _whole(tokens, kinds):
    """The reading of texts that are as many as the columns, if each of them could be printed so."""
    as_printed = len(tokens) == len(kinds) and not any(_leading_zero(token.text) for token in tokens)
    if as_printed and (reading := slots(tokens, kinds)):
        yield reading


def _leading_zero(text):
    return len(text) > 1 and text[0] == "0" and text[1] != "."


def _digits_cut(tokens, kinds, sums):
    """Numbers run together: every way to cut the digits into as many numbers as columns."""
    filled = [token for token in tokens if token.text]
    if len(filled) < len(kinds) and all(token.text.isdecimal() for token in filled):
        return _cut(filled, kinds, sums)
    return ()


def _digits_cut_across_blanks(tokens, kinds, sums):
    """The same where stray blanks stand inside the run: a blank is no border."""
    filled = [token for token in tokens if token.text]
    soft = {index for index, token in enumerate(filled) if token.soft and index}
    return _digits_cut(_merge(filled, soft), kinds, sums) if sums and soft else ()


def _cut(tokens, kinds, sums):
    runs = [token.text for token in tokens]
    digits = "".join(runs)
    if not sums:
        # Without a sum to test them cuts are a guess, except where every digit is a nought.
        found = [tuple(range(1, len(digits) + 1))] if len(digits) == len(kinds) and not digits.strip("0") else []
    else:
        widths = _groups(sums, len(kinds))
        found = cuts(runs, widths) if widths else []
    starts = list(accumulate(map(len, runs), initial=0))
    for ends in found:
        reading = []
        for start, end in zip((0, *ends), ends):
            run = bisect_right(starts, start) - 1
            reading.append(Slot(digits[start:end], int(digits[start:end]), tokens[run].at + start - starts[run]))
        yield tuple(reading)


@cache
def _groups(sums, width):
    """How many columns each sum takes in, where each is a stretch of columns behind the one before, its total last."""
    widths, start = [], 0
    for left, parts in sorted(sums, key=lambda sides: max(sides[0])):
        end = left[0] + 1
        if [*sorted(parts), *left] != list(range(start, end)):
            return None
        widths.append(end - start)
        start = end
    return tuple(widths) if start == width else None


def _cells_lost(tokens, kinds, sums):
    """Fewer texts than columns: every way to place them in order, the rest not printed."""
    filled = [token for token in tokens if token.text]
    width = len(kinds)
    if not sums or not 0 < len(filled) < width:
        return
    for columns in _choices(range(width), len(filled)):
        for placed in _whole(filled, [kinds[column] for column in columns]):
            reading = [NOTHING] * width
            for slot, column in zip(placed, columns):
                reading[column] = slot
            yield tuple(reading)


def _strays_dropped(tokens, kinds, sums, owned=False):
    """More texts than columns: a number torn in two, or one that is not the row's, such as a page number.

    Readings that leave out what may be the row's own are others, ``owned``.
    """
    filled = [token for token in tokens if token.text]
    surplus = len(filled) - len(kinds)
    if not sums or not 0 < surplus <= MOST_EXTRA:
        return
    for dropped in range(surplus + 1):
        for drops in combinations(range(len(filled)), dropped):
            if (
                dropped < surplus
                and any(is_figure(filled[index]) for index in drops)
                or owned is not _owned(filled, drops, kinds, sums)
            ):
                continue
            kept = [token for index, token in enumerate(filled) if index not in drops]
            for joins in combinations(range(1, len(kept)), surplus - dropped):
                yield from _whole(_merge(kept, joins), kinds)


def is_figure(token):
    """Whether a token is a count other than nought."""
    value, _, _ = said(token.text, "count")
    return bool(value) and isinstance(value, int)


def _owned(tokens, drops, kinds, sums):
    """Whether one of the figures dropped may be the row's own, and a nought the one too many: see ``may_be_its_own``."""
    noughts = [index for index, token in enumerate(tokens) if index not in drops and not is_figure(token)]
    own = [index for index in drops if is_figure(tokens[index])]
    return any(
        may_be_its_own(tokens, (figure,), tuple(sorted({*drops, nought} - {figure})), kinds, sums)
        for figure in own for nought in noughts
    )  # fmt: skip


def may_be_its_own(tokens, figures, noughts, kinds, sums):
    """Whether the ``figures`` of a row with too many may be what contradicts its sums, and others be left out, the ``noughts``.

    That is what a contradiction looks like: the sums close once those figures are nought.
    """
    kept = [
        token._replace(text="0") if index in figures else token
        for index, token in enumerate(tokens)
        if index not in noughts
    ]
    reading = slots(kept, kinds)
    return reading is not None and closes_as_printed(reading, sums)


# From what the eye would see first to what only the sums can tell.
TIERS = (
    (BLANKS_INSIDE, _blanks_joined),
    (RUN_TOGETHER, _digits_cut),
    (RUN_TOGETHER, _digits_cut_across_blanks),
    (CELLS_LOST, _cells_open),
    (STRAYS, _strays_dropped),
)


def closes(reading, sums):
    """Whether the equalities hold, what is not there filled in: zeros, or the one value that is left."""
    values = [slot.value for slot in reading]
    return all(_fill(values, left, right) is not None for left, right in sums)


def closes_as_printed(reading, sums):
    """Whether the equalities hold with nought for every cell that is not there: the strongest a row alone can say."""
    values = [slot.value or 0 for slot in reading]
    return all(sum(values[i] for i in left) == sum(values[i] for i in right) for left, right in sums)


def may_close(reading, sums):
    """Whether the equalities hold, or still can whatever the cells say that are not known."""
    values = [slot.value for slot in reading]
    for left, right in sums:
        gap = sum(values[i] or 0 for i in left) - sum(values[i] or 0 for i in right)
        if gap and None not in [values[i] for i in (right if gap > 0 else left)]:
            return False
    return True


def _fill(values, left, right):
    """The values of the unknown cells of one equality as {index: value}, or None if it cannot close."""
    unknown = [index for index in left + right if values[index] is None]
    gap = sum(values[i] or 0 for i in left) - sum(values[i] or 0 for i in right)
    if not gap:
        return dict.fromkeys(unknown, 0)
    if len(unknown) == 1 and (gap > 0) == (unknown[0] in right):
        return {unknown[0]: abs(gap)}
    return None


def filled(reading, sums):
    """The reading's values with what the row's own sums leave for the cells that are not there."""
    values = [slot.value for slot in reading]
    for left, right in sums:
        for index, value in (_fill(values, left, right) or {}).items():
            values[index] = value
    return tuple(values)


def viable(candidates, equations):
    """Which candidates of each row some choice for all rows leaves, if every equation is to hold in every column.

    ``candidates`` is {row: [vector, ...]}, ``equations`` a list of (left rows, right rows). Returns {row: set of
    indexes}, or None where no choice closes them all or the search would be too large.
    """
    left_viable = {row: set(range(len(vectors))) for row, vectors in candidates.items()}
    for _ in range(len(equations) + 1):
        before = {row: len(indexes) for row, indexes in left_viable.items()}
        for left, right in equations:
            terms = [(row, 1) for row in left] + [(row, -1) for row in right]
            if not all(row in candidates for row, _ in terms):
                continue
            kept = _viable_in(terms, candidates, left_viable)
            if kept is None:
                return None
            left_viable |= kept
        if before == {row: len(indexes) for row, indexes in left_viable.items()}:
            return left_viable
    return left_viable


def _viable_in(terms, candidates, allowed):
    """One equation, by dynamic programming over the rows: forward states, then backward through them."""
    width = len(next(iter(candidates.values()))[0])
    nought = (0,) * width
    forward = [{nought}]
    for row, sign in terms:
        states = set()
        for state in forward[-1]:
            for index in allowed[row]:
                vector = candidates[row][index]
                states.add(tuple(a + sign * b for a, b in zip(state, vector)))
            if len(states) > MOST_STATES:
                return None
        forward.append(states)
    if nought not in forward[-1]:
        return None
    kept, targets = {}, {nought}
    for (row, sign), states in zip(reversed(terms), reversed(forward[:-1])):
        kept[row] = set()
        reached = set()
        for index in allowed[row]:
            vector = candidates[row][index]
            for target in targets:
                state = tuple(a - sign * b for a, b in zip(target, vector))
                if state in states:
                    kept[row].add(index)
                    reached.add(state)
        targets = reached
    return kept
