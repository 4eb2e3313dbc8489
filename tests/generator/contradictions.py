"""Contradictions put into the figures of a report, as clerks make them. What is printed stays what a reader must read."""

from dataclasses import replace
from random import Random

from .printed import COLUMNS, RESULTS, REVIEWS


def _applications(truth, least=0):
    """The rows of table 三, parts then total, whose largest figure is at least ``least``."""
    names = dict.fromkeys(key[1] for key in truth.cells if key[0] == "applications")
    rows = [[("applications", name, column) for column in COLUMNS] for name in names]
    return [row for row in rows if max(truth.cells[key] for key in row) >= least]


def _rows(truth, least=0):
    """The rows of tables 三 and 四. Table 四 sums rows only: a slip that keeps a row's sum cannot be seen there."""
    reviews = [[("review", name, column) for column in RESULTS] for name in REVIEWS]
    return _applications(truth, least) + [row for row in reviews if max(truth.cells[key] for key in row) >= least]


def misprint(truth, rng):
    """One part has another figure."""
    key = rng.choice(rng.choice(_rows(truth))[:-1])
    value = truth.cells[key]
    return {
        key: rng.choice(
            [
                other
                for other in (value + 1, value + 3, value - 1, value + 10, value // 2)
                if other >= 0 and other != value
            ]
        )
    }


def compensating(truth, rng):
    """Two parts of a row are off by as much, one up and one down: the row's sum still closes."""
    for row in _shuffled(rng, _applications(truth, 1)):
        giver = rng.choice([key for key in row[:-1] if truth.cells[key]])
        taker = rng.choice([key for key in row[:-1] if key != giver])
        moved = rng.randint(1, truth.cells[giver])
        return {giver: truth.cells[giver] - moved, taker: truth.cells[taker] + moved}
    return {}


def swapped(truth, rng):
    """Two neighbours in a row have each other's figure."""
    pairs = [
        pair
        for row in _applications(truth, 1)
        for pair in zip(row[:-2], row[1:-1])
        if truth.cells[pair[0]] != truth.cells[pair[1]]
    ]
    if not pairs:
        return {}
    first, second = rng.choice(pairs)
    return {first: truth.cells[second], second: truth.cells[first]}


def shifted_row(truth, rng):
    """A row's parts stand one cell to the right, the first is 0; the last one is gone."""
    for row in _shuffled(rng, _applications(truth, 1)):
        before = [truth.cells[key] for key in row[:-1]]
        changed = {key: value for key, value, old in zip(row[:-1], [0, *before], before) if value != old}
        if changed:
            return changed
    return {}


def zero_total(truth, rng):
    """A total typed as 0 though its parts are not."""
    totals = [row[-1] for row in _rows(truth, 1) if truth.cells[row[-1]]]
    reviews = [key for key in totals if key[0] == "review"]
    return {rng.choice(reviews or totals): 0} if totals else {}


def lost_digit(truth, rng):
    keys = [key for row in _rows(truth, 10) for key in row if truth.cells[key] >= 10]
    if not keys:
        return {}
    key = rng.choice(keys)
    return {key: truth.cells[key] // 10}


def doubled_digit(truth, rng):
    keys = [key for row in _rows(truth, 1) for key in row if truth.cells[key]]
    if not keys:
        return {}
    key = rng.choice(keys)
    digits = str(truth.cells[key])
    place = rng.randrange(len(digits))
    return {key: int(digits[: place + 1] + digits[place:])}


def unit_slip(truth, rng):
    """A total in other units than its parts."""
    totals = [row[-1] for row in _rows(truth, 1) if truth.cells[row[-1]]]
    if not totals:
        return {}
    key = rng.choice(totals)
    return {key: truth.cells[key] * rng.choice((10, 100, 10_000))}


def _shuffled(rng, rows):
    return rng.sample(rows, len(rows))


KINDS = {
    "misprint": misprint,
    "compensating": compensating,
    "swapped": swapped,
    "shifted row": shifted_row,
    "zero total": zero_total,
    "lost digit": lost_digit,
    "doubled digit": doubled_digit,
    "unit slip": unit_slip,
}


def plant(truth, kind, seed):
    """The same report with one contradiction of that kind (a name of KINDS) in its printed figures.

    ``planted`` of the result says which cells were changed and what they were; it stays empty where the report has no
    figure for such a slip (a digit cannot be lost from a report of zeros).
    """
    changed = KINDS[kind](truth, Random(f"{kind}-{seed}-{truth.seed}"))
    planted = [(kind, {key: truth.cells[key] for key in changed})] if changed else []
    return replace(
        truth,
        cells={**truth.cells, **changed},
        texts={**truth.texts, **{key: str(value) for key, value in changed.items()}},
        planted=[*truth.planted, *planted],
    )
