"""A report's sums as an error-correcting code: which figures would have to be others for all of them to close.

A wrong figure leaves the same gap in each of its sums, so the sums that do not close cross at the cell that explains
them. Within table 三 any two sets of figures that close differ in four cells or more: one wrong figure is always named,
two are named unless another pair leaves the same gaps. A block of table 四 has one sum only, and cannot choose.
"""

from .check import closes, gap
from .form import CellKey

# How far a row or column may stand in another unit than the rest of its table.
SCALES = (10, 100, 1_000, 10_000)
# More misprints than two are looked for only where each of them shows at a crossing of its own.
MOST_MISPRINTS = 4


class Sums:
    """The figures of a report and the sums through them, each called by its index in ``form.identities``.

    ``gaps`` is {sum: Σ left − Σ right} of those that do not close. ``through`` is {cell: ((sum, sign), ...)} and
    ``members`` {sum: ((cell, sign), ...)}, of the sums whose cells all say a number.
    """

    def __init__(self, form, numbers):
        self.form, self.numbers = form, numbers
        self.gaps, self.members = {}, {}
        self.through = {key: [] for key in form.cells}
        for index, identity in enumerate(form.identities):
            difference, left_open, right_open = gap(identity, numbers.get)
            if left_open or right_open:
                continue
            if difference:
                self.gaps[index] = difference
            self.members[index] = [(key, 1) for key in identity.left] + [(key, -1) for key in identity.right]
            for key, sign in self.members[index]:
                self.through[key].append((index, sign))

    def groups(self, table):
        """The broken sums of a table, those together that a wrong cell could tie: all of 三, each block of 四."""
        groups = []
        for index, identity in enumerate(self.form.identities):
            if identity.table == table.key:
                touching = [group for group in groups if not group[0].isdisjoint(identity.cells)]
                groups = [group for group in groups if group not in touching]
                cells = set(identity.cells).union(*(group[0] for group in touching))
                groups.append((cells, [i for group in touching for i in group[1]] + [index]))
        broken = ([index for index in indices if index in self.gaps] for _, indices in groups)
        return [group for group in broken if group]

    def closed_by(self, changes, group):
        """Whether these changes close the sums of the group and break no other."""

        def number(key):
            return changes[key] if key in changes else self.numbers.get(key)

        identities = self.form.identities
        if not all(closes(identities[index], number) for index in group):
            return False
        touched = {identity for key in changes for identity in self.form.identities_of[key]}
        others = {index for index in self.gaps if index not in group}
        return all(
            closes(identity, number) for identity in touched if not others or identities.index(identity) not in others
        )


# Misprints: each cell on its own wrong by some amount.


def misprints(sums, group):
    """The fewest misprints that close the group, each way as (kind, {cell: value})."""
    gaps = {index: sums.gaps[index] for index in group}
    for number in range(1, MOST_MISPRINTS + 1):
        found = {frozenset(errors.items()): errors for errors in _decoded(sums, gaps, number)}
        if found:
            return [_misprint(sums, errors) for errors in found.values()]
    return []


def _decoded(sums, gaps, number):
    """Each way to explain the gaps by so many wrong cells, as {cell: printed − right}."""
    if number == 1:
        index, difference = next(iter(gaps.items()))
        for key, sign in sums.members[index]:
            error = sign * difference
            if (
                len(sums.through[key]) == len(gaps)
                and _leaves(sums, key, error, gaps) == {}
                and _fits(sums, key, error)
            ):
                yield {key: error}
        return
    for key, error in _suspects(sums, gaps, crossing=number > 2):
        rest = _leaves(sums, key, error, gaps)
        for errors in _decoded(sums, rest, number - 1) if rest else ():
            if key not in errors:
                yield {key: error} | errors


def _suspects(sums, gaps, crossing):
    """Cells that one of the gaps may come from, with their error; crossing: only if it shows in all of their sums."""
    for index, difference in gaps.items():
        for key, sign in sums.members[index]:
            error = sign * difference
            shows = all(gaps.get(other) == other_sign * error for other, other_sign in sums.through[key])
            if (not crossing or (shows and len(sums.through[key]) > 1)) and _fits(sums, key, error):
                yield key, error


def _leaves(sums, key, error, gaps):
    """The gaps that remain when a cell is put right."""
    rest = dict(gaps)
    for index, sign in sums.through[key]:
        rest[index] = rest.get(index, 0) - sign * error
        if not rest[index]:
            del rest[index]
    return rest


def _fits(sums, key, error):
    return sums.numbers[key] - error >= 0


def _misprint(sums, errors):
    changes = {key: sums.numbers[key] - error for key, error in errors.items()}
    if len(changes) == 1:
        ((key, value),) = changes.items()
        kind = slip(sums.numbers[key], value, total=_is_total(sums.form, key))
    else:
        kind = "compensating" if len(changes) == 2 and _make_up(errors) else "misprints"
    return kind, changes


def _make_up(errors):
    """Whether two errors leave a sum that they share unbroken."""
    (one, other), (error, other_error) = errors, errors.values()
    return (
        abs(error) == abs(other_error)
        and one.table == other.table
        and (one.row == other.row or one.column == other.column)
    )


def _is_total(form, key):
    return any(identity.left == (key,) for identity in form.identities_of[key])


def slip(printed, value, total=False):
    """What a typist did who wrote ``printed`` for ``value``.

    >>> slip(0, 11, total=True), slip(12, 122), slip(122, 12), slip(64, 46), slip(64, 69), slip(3, 30000)
    ('total_zero', 'digit_lost', 'digit_doubled', 'digits_exchanged', 'digit_changed', 'unit')
    """
    if printed == 0 and total:
        return "total_zero"
    shorter, longer = sorted((str(printed), str(value)), key=len)
    if printed and value and longer in {shorter + "0" * zeros for zeros in (2, 3, 4)}:
        return "unit"
    if len(longer) - len(shorter) == 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))):
        return "digit_lost" if value > printed else "digit_doubled"
    if len(longer) == len(shorter) > 1:
        differing = [place for place in range(len(longer)) if shorter[place] != longer[place]]
        if len(differing) == 1:
            return "digit_changed"
        if sorted(shorter) == sorted(longer) and differing == [differing[0], differing[0] + 1]:
            return "digits_exchanged"
    return "misprint"


# Slips of a line: several cells wrong by one act.


def line_slips(sums, table, group):
    """The slips of whole lines that close the group, each as (kind, {cell: value})."""
    found = {}
    for kind, changes in _line_slips(sums, table, group):
        changes = {key: value for key, value in changes.items() if value != sums.numbers.get(key)}
        if len(changes) > 1 and sums.closed_by(changes, group):
            found.setdefault(frozenset(changes.items()), (kind, changes))
    return list(found.values())


def _line_slips(sums, table, group):
    """Every slip of a line or of two neighbouring ones that touches all sums of the group."""
    rows, columns = _geometry(table)
    reach = {index: set(sums.form.identities[index].cells) for index in group}

    def touches(*lines):
        return all(any(not reach[index].isdisjoint(line) for line in lines) for index in group)

    for row in filter(touches, rows):
        yield from _exchanged(sums, "neighbours_exchanged", zip(row[:-1], row[1:]))
        # One sum says what stood in the cell that was lost; it takes another to bear the shift out.
        if len(group) > 1:
            yield from _shifts(sums, row)
        yield from _scaled(sums, row)
        if columns:
            yield "left_out", dict.fromkeys(row, 0)
    for column in filter(touches, columns):
        yield from _scaled(sums, column)
        yield from _exchanged(sums, "neighbours_exchanged", zip(column[:-1], column[1:]))
    for upper, lower in zip(rows[:-1], rows[1:]):
        if len(upper) == len(lower) and touches(upper, lower):
            yield next(_exchanged(sums, "rows_exchanged", [(upper, lower)]))


def _geometry(table):
    """The lines of a table as printed: rows and columns of cells."""
    rows = [
        [CellKey(table.key, row.key, column.key) for column in block.columns]
        for block in table.blocks
        for row in block.rows
    ]
    if table.layout == "flat":
        return [[key for row in rows for key in row]], []
    columns = [
        [CellKey(table.key, row.key, column.key) for row in block.rows]
        for block in table.blocks
        for column in block.columns
    ]
    return rows, columns


def _parts(form, line):
    """The line without the totals of sums that lie within it."""
    return [
        key
        for key in line
        if not any(identity.left == (key,) and set(identity.cells) <= set(line) for identity in form.identities_of[key])
    ]


def _exchanged(sums, kind, pairs):
    for one, other in pairs:
        pairwise = [(one, other)] if isinstance(one, CellKey) else list(zip(one, other))
        numbers = sums.numbers
        yield kind, {a: numbers.get(b) for a, b in pairwise} | {b: numbers.get(a) for a, b in pairwise}


def _scaled(sums, line):
    """The line's parts, or all of it, in another unit."""
    numbers = {key: sums.numbers.get(key) for key in line}
    for some in (numbers, {key: numbers[key] for key in _parts(sums.form, line)}):
        if not any(some.values()) or None in some.values():
            continue
        for scale in SCALES:
            yield "unit", {key: number * scale for key, number in some.items()}
            if not any(number % scale for number in some.values()):
                yield "unit", {key: number // scale for key, number in some.items()}


def _shifts(sums, line):
    """The line as it stood before a cell was lost, or an alien one came in, and the rest moved up: with its total or without."""
    parts = _parts(sums.form, line)
    for moved in (line, parts) if line[:-1] == parts else (line,):
        numbers = [sums.numbers.get(key) for key in moved]
        if not any(numbers):
            continue
        for place in range(len(moved)):
            if not numbers[-1]:
                yield from _completed(sums, line, moved, numbers[:place] + [None] + numbers[place:-1])
            yield from _completed(sums, line, moved, numbers[:place] + numbers[place + 1 :] + [None])


def _completed(sums, line, moved, numbers):
    """The shifted line with the one cell that no figure is left for: its row's sum says what stood there."""
    restored = {key: sums.numbers.get(key) for key in line} | dict(zip(moved, numbers))
    gone = moved[numbers.index(None)]
    if list(restored.values()).count(None) > 1:
        return
    across = next(identity for identity in sums.form.identities_of[gone] if len(set(identity.cells) & set(line)) > 1)
    difference, left_open, _ = gap(across, restored.get)
    value = -difference if left_open else difference
    if value >= 0:
        yield "shifted", restored | {gone: value}
