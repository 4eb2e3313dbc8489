"""A wide table that print cut into a left and a right half, one below the other: its rows put together again."""

from itertools import takewhile

from .form import groups_of
from .headers import columns_of, declared_columns, read_header
from .line import UNSEEN, Line, all_hold
from .readings import as_shown
from .rows import stop_of
from .tiers import IN_HALVES


def halves(page, table, chain, other=()):
    """The lines of a table whose left half has one chain of labels and its right half, below it, another or none.

    Each column has its heading over one of the halves, each row a figure for every column of both, and every sum holds;
    else there are no lines.
    """
    if other and [row for row, _ in chain] != [row for row, _ in other]:
        return []
    left, right = sorted((chain, other), key=lambda half: half[0][1].start) if other else (chain, ())
    below = page.between(left[-1][1].end, right[0][1].start if right else len(page.stream.han))
    over = list(takewhile(lambda label: label.is_of(table), below))
    if not over:
        return []
    groups = groups_of(row for row, _ in chain)
    own = [(row, label) for row, label in left if row not in groups]
    for declared in declared_columns(table)[own[0][0]]:
        stretches = page.header_over(left[0][1]), (over[0].start, over[-1].end)
        heads = [read_header(page, table, *stretch, declared).at for stretch in stretches]
        parts = [tuple(column for column in declared.columns if column.key in head) for head in heads]
        if not all(parts) or sorted(parts[0] + parts[1], key=declared.columns.index) != [*declared.columns]:
            continue
        printed, first, second = (
            columns_of(declared.form, table, part, [row for row, _ in own]) for part in (parts[0] + parts[1], *parts)
        )
        ours = _figures(page, left, first, over[0].begin)
        if right:
            theirs = _figures(page, right, second, stop_of(page, table, right))
        else:
            theirs = _run(page, second, own, over[-1].finish, stop_of(page, table, left))
        lines = []
        for (row, label), before, behind in zip(own, ours, theirs):
            line = Line(
                page,
                declared.form,
                printed.keys[row],
                printed.kinds,
                label.begin,
                label.finish,
                UNSEEN._replace(columns=printed),
            )
            line.take([*before, *behind])
            lines.append(line)
        if len(lines) == len(own) and all_hold(table, lines):
            for line in lines:
                line.read(as_shown(line.tokens, line.kinds), IN_HALVES)
            return lines
    return []


def _figures(page, half, columns, stop):
    """The Tokens of each row of a half with labels."""
    stops = [*(page.row_start(label) for _, label in half[1:]), stop]
    return [
        Line(page, columns.form, columns.keys[row], columns.kinds, label.begin, end).figures
        for (row, label), end in zip(half, stops, strict=True) if row in columns.keys
    ]  # fmt: skip


def _run(page, columns, own, start, stop):
    """The Tokens of each row of a half without labels, if they are as many as its rows have columns; else none."""
    width, row = len(columns.columns), own[0][0]
    figures = Line(page, columns.form, columns.keys[row], columns.kinds, start, stop).everything
    return (
        [figures[at : at + width] for at in range(0, len(figures), width)] if len(figures) == width * len(own) else []
    )
