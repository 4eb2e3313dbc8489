"""The lines of a table as a document prints them, each with the columns that the header over it names."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cache
from itertools import chain as joined

from .displaced import column_by_column, figures_over, given, row_by_row, turn_round
from .errors import SeveralReports
from .form import CellKey, forms
from .headed import NUMBER, by_headings, figure_behind, slot_of
from .line import UNSEEN, Line, is_flat, sums_across, sums_hold
from .readings import NOTHING, slots
from .tables import (
    HEADER_LINES,
    REACH,
    TELLING,
    declared_columns,
    flat_keys,
    has_header,
    keys_of_some,
    read_header,
)
from .years import dated, heads_of_years, row_of_its_year

# A row with fewer figures may be one cell of a list.
SOME = 2
# So many rows with two sets of figures each are two reports side by side.
MANY_ROWS = 10
WITHIN_REACH = re.compile(rf"(?:\s+|\S){{0,{REACH}}}")


def row_lines(page, table, chain):
    """The rows of a table, each with its columns as the header over it names them."""
    over = page.header_over(chain[0][1])
    stops = [page.row_start(label) for _, label in chain[1:]] + [stop_of(page, table, chain)]
    if not sums_across(table):
        # A number behind another block's header is never this row's, and no sum would tell.
        stops = [min(stop, header_behind(page, table, label, stop)) for (_, label), stop in zip(chain, stops, strict=True)]

    @cache
    def of_years(over, declared):
        return () if sums_across(table) else heads_of_years(page, table, *over, declared)

    @cache
    def header(over, declared, alike=False):
        found, heads = read_header(page, table, *over, declared, alike), of_years(over, declared)
        found = found._replace(heads=heads)
        return found._replace(headed=1.0, in_order=True) if any(map(dated, heads)) else found

    candidates, overs = [], []
    for index, ((row, label), stop) in enumerate(zip(chain, stops, strict=True)):
        forms_columns = declared_columns(table)[row]
        if index:
            above = chain[index - 1][1].end, label.start
            if has_header(page, table, *chain[index - 1], label) or any(of_years(above, columns) for columns in forms_columns):
                over = above
        overs.append(over)
        headers = [header(over, columns) for columns in forms_columns]
        candidates.append([by_headings(row_line(page, row, label.begin, stop, header, label.finish)) for header in headers])
    lines = list(of_one_form(candidates))
    for index, (line, over) in enumerate(zip(lines, overs, strict=True)):
        # Where no sum tells, or the headings found are in an order of their own, the others count too.
        if line.header.headed < 1 < len(line.keys) and not (sums_across(table) and line.header.in_order):
            declared = next(columns for columns in declared_columns(table)[line.row] if columns.form == line.form)
            alike = header(over, declared, True)
            if alike.headed == 1:
                lines[index] = row_line(page, line.row, line.start, line.end, alike, line.finish)
    refuse_pairs(page, lines)
    read_lumped(lines)
    if not all(line.readings or len(line.figures) >= min(len(line.keys), SOME) for line in lines):
        for form in forms().values():
            if upright := upright_line(page, form, table, chain, stop_of(page, table, chain)):
                return [upright]
    if not lines[-1].figures or not sums_across(table):
        turn_round(page, table, chain, lines)
    if sums_across(table) and not any(line.figures for line in lines[:-1]):
        column_by_column(page, table, chain, lines)
        if not any(line.figures for line in lines):
            row_by_row(page, table, chain, lines)
    return lines


def row_line(page, row, start, end, header, finish):
    columns = header.columns
    return Line(page, columns.form, columns.keys[row], columns.kinds, start, end, header, finish)


def read_lumped(lines):
    """Read rows with one figure for all columns of a group: it is none of theirs, and the others' stand as headed.

    Where such a figure and the others do not add up, nothing tells whose they are.
    """
    headings = max((line.header.lumped for line in lines), key=len)
    if not headings or max(len(line.figures) for line in lines) > len(headings):
        return
    for line in lines:
        under = {heading: slots([token], ["count"]) for heading, token in zip(headings, line.figures)}
        reading = tuple(slot for key in line.keys for slot in under.get(key.column) or [NOTHING])
        said = [slot.value or 0 for heading in under for slot in under[heading] or ()]
        totals_hold = all(2 * sum(reading[at].value or 0 for at in left) == sum(said) for left, _ in line.sums)
        if len(said) == len(headings) and totals_hold:
            line.readings, line.tier = [reading], "shown"
        else:
            line.header = line.header._replace(in_order=False)


def header_behind(page, table, label, stop):
    """Where the next header of the table starts behind a row's label, if before ``stop``; else ``stop``."""
    headed = page.headed(table)
    for other in page.labels[bisect_right(page.starts, label.start) :]:
        if other.begin >= stop:
            break
        if other.start not in headed and any(role.table == table and role.kind in ("column", "group") for role in other.roles):
            return other.begin
    return stop


def of_one_form(candidates):
    """Of the lines that each row may be after one form or another, those whose headings are there, or whose cells fit."""
    votes = Counter()
    for lines in candidates:
        best = max(line.header.headed for line in lines)
        votes.update(line.form for line in lines if best and line.header.headed == best)
    for lines in candidates:
        best = max((line.header.headed, votes[line.form]) for line in lines)
        alike = [line for line in lines if (line.header.headed, votes[line.form]) == best]
        yield alike[0] if len(alike) == 1 else max(alike, key=lambda line: len(line.figures) == len(line.keys))


def refuse_pairs(page, lines):
    """Two sets of figures in the rows of a table are two reports: nothing is guessed."""
    doubled = [line for line in lines if len(line.keys) > 1 and len(line.figures) == 2 * len(line.keys)]
    if len(doubled) >= MANY_ROWS:
        raise SeveralReports(
            f"{page.path}: the rows of table {lines[0].keys[0].table} have two sets of figures each (near "
            f"{page.stream.place(lines[0].start)}): two years or two bodies side by side. "
            "Split the table so that each report is a file of its own."
        )


def flat_lines(page, table, chain, stop=None):
    """A table whose rows are printed beside each other on one line; or, as some print it, below each other.

    It ends before ``stop``, a position of the text where another begins.
    """
    form = next(form for form in forms().values() if form.table(table).layout == "flat")
    declared = form.table(table).rows
    stop = min(stop_of(page, table, chain), stop or len(page.stream.text))
    starts = [label.begin for _, label in chain] + [stop]
    over = page.between(*page.header_over(chain[0][1]))
    low = max((label.end for label in over if not label.is_of(table)), default=chain[0][1].start)
    header = low, bisect_left(page.stream.at, stop)
    keys = flat_keys(page, form, table, *header)
    whole = flat_line(page, form, keys or [*joined.from_iterable(declared.values())], starts[0], stop, in_order=keys is not None)
    if whole.at_sight or row_of_its_year(whole):
        return [whole]
    if upright := upright_line(page, form, table, chain, stop):
        return [upright]
    if not whole.figures and (figures := figures_over(page, chain, whole, len(whole.keys))):
        turned = given(whole, figures)
        turned.turned = True
        return [turned if sums_hold(turned) else whole]
    if scrambled(page, table, whole):
        whole.header = whole.header._replace(in_order=False)
    rows = [flat_line(page, form, declared[row], start, end) for (row, _), start, end in zip(chain, starts, starts[1:])]
    if len(whole.tokens) < len(whole.keys) and (some := keys_of_some(page, form, table, *header)) is not None:
        # The headings of some blocks alone: what is printed is theirs, or nobody's.
        if some:
            return [flat_line(page, form, some, starts[0], stop)]
        whole.header = whole.header._replace(in_order=False)
        return rows if all(len(row.figures) == len(row.keys) for row in rows) else [whole]
    if len(chain) < len(declared):
        return [whole]
    return rows if all(any(token.text for run in line.runs for token in run) for line in rows) else [whole]


def scrambled(page, table, line):
    """Whether figures stand on many lines with headings missing over them, or some among them, and their sums fail.

    Then the text came out in another order than it was printed in, and the order of the figures tells nothing.
    """
    figures = line.figures
    if sums_hold(line) or len({page.line(token.at) for token in figures}) <= HEADER_LINES:
        return False
    labels = [label for label in page.labels if label.key(table, "column") and line.start <= label.begin < line.end]
    if len(figures) == len(line.keys):
        return len(labels) < len(line.keys)
    # Turned upright, each figure has a heading of its own.
    heads = [bisect_left(page.starts, bisect_left(page.stream.at, token.at)) for token in figures]
    return heads[0] < heads[-1] and len(set(heads)) < len(heads)


def upright_line(page, form, table, chain, stop):
    """The line of a table in which each figure stands behind a heading of its own, as in a flat one turned upright; else None."""
    at = bisect_left(page.starts, chain[0][1].start)
    while at and page.labels[at - 1].is_of(table):
        at -= 1
    labels = [label for label in page.labels[at:] if label.begin < stop and label.is_of(table)]
    ends = [*(label.begin for label in labels[1:]), stop]
    row, keys, reading = None, [], []
    for before, label, end in zip([None, *labels], labels, ends):
        column, figure = label.key(table, "column"), figure_behind(page, label, end)
        # 其他 and 总计 are rows and columns: right behind a row's label, and with a figure of their own, they are columns.
        behind_row = before and before.key(table, "row") and not any(map(str.isalnum, page.masked[before.finish : label.begin]))
        row = not (column and figure and behind_row) and label.key(table, "row") or row
        key = CellKey(table, row, column)
        if figure and key in form.cells:
            keys.append(key)
            reading.append(slot_of(*figure, form.cells[key][1].kind))
        elif figure or NUMBER.search(page.masked, label.finish, end):
            return None
    if None in reading or sorted(keys) != sorted(form.table(table).cells):
        return None
    line = flat_line(page, form, keys, labels[0].begin, stop)
    line.readings, line.tier = [tuple(reading)], "shown"
    return line


def flat_line(page, form, keys, start, stop, in_order=True):
    kinds = tuple(form.cells[key][1].kind for key in keys)
    line = Line(page, form.key, tuple(keys), kinds, start, stop, UNSEEN._replace(in_order=in_order))
    if not line.at_sight:
        line.runs = [margin_off(page, [*joined.from_iterable(line.runs)], len(keys))]
    return line


def margin_off(page, run, width):
    """A run without the blanks of its header: those before and behind the numbers that are on other lines.

    As many as the row has cells stay, but for those before a heading and those of other rows of a grid.
    """
    figures = [token for token in run if token.text]
    if not figures:
        return run
    busy = {page.line(token.at) for token in figures}
    heading = bisect_left(page.starts, bisect_left(page.stream.at, figures[0].at))
    heads = page.labels[heading - 1].begin if heading else 0

    def is_margin(token):
        if token.text or page.line(token.at) in busy:
            return False
        return last - first > width or token.at < heads or token.column is not None

    first, last = 0, len(run)
    while is_margin(run[first]):
        first += 1
    while is_margin(run[last - 1]):
        last -= 1
    return run[first:last]


def stop_of(page, table, chain):
    """Where a table's last numbers end at the latest: at the next label that is not the table's own, or out of reach.

    Where rows stand below each other, one that comes again begins another table.
    """
    last = chain[-1][1]
    reach = WITHIN_REACH.match(page.stream.text, last.finish).end()
    rows = () if is_flat(table) else {row for row, _ in chain[:-1]}
    for label in page.between(last.end, len(page.stream.han)):
        if label.begin > reach:
            break
        if label.end - label.start >= TELLING and (not label.is_of(table) or label.key(table, "row") in rows):
            return min(label.begin, reach)
    return reach
