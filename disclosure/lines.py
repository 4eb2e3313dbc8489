"""The lines of a table as a document prints them, each with the columns that the header over it names."""

from bisect import bisect_right
from collections import Counter
from functools import cache

from .displaced import column_by_column, row_by_row, turn_round
from .errors import SeveralReports
from .flat import upright_line
from .form import forms
from .headed import by_headings
from .headers import declared_columns, has_header, read_header
from .line import Line, sums_across
from .readings import NOTHING, slots
from .rows import stop_of, twice
from .strange import out_of_place, strange_words, with_strange
from .years import dated, heads_of_years, words_over

# A row with fewer figures may be one cell of a list.
SOME = 2
# So many rows with two sets of figures each are two reports side by side.
MANY_ROWS = 10


def row_lines(page, table, chain):
    """The rows of a table, each with its columns as the header over it names them."""
    over = page.header_over(chain[0][1])
    stops = [page.row_start(label) for _, label in chain[1:]] + [stop_of(page, table, chain)]
    for _, other, _ in twice(page, table, chain):
        stops = [other.begin if label.finish <= other.begin < stop else stop for (_, label), stop in zip(chain, stops)]
    if not sums_across(table):
        # A number behind another block's header is never this row's, and no sum would tell.
        stops = [
            min(stop, header_behind(page, table, label, stop)) for (_, label), stop in zip(chain, stops, strict=True)
        ]

    @cache
    def words(over):
        return words_over(page, table, *over)

    @cache
    def of_years(over, declared):
        return () if sums_across(table) else heads_of_years(page, table, words(over), declared)

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
            if has_header(page, table, *chain[index - 1], label) or any(
                of_years(above, columns) for columns in forms_columns
            ):
                over = above
        overs.append(over)
        headers = [header(over, columns) for columns in forms_columns]
        candidates.append(
            [by_headings(row_line(page, row, label.begin, stop, header, label.finish)) for header in headers]
        )
    lines = list(of_one_form(candidates))
    for index, (line, over) in enumerate(zip(lines, overs, strict=True)):
        # Where no sum tells, or the headings found are in an order of their own, the others count too.
        if line.header.headed < 1 < len(line.keys) and not (sums_across(table) and line.header.in_order):
            declared = next(columns for columns in declared_columns(table)[line.row] if columns.form == line.form)
            alike = header(over, declared, True)
            if alike.headed == 1:
                lines[index] = row_line(page, line.row, line.start, line.end, alike, line.finish)
    doubt_headings(page, table, chain, lines, overs)
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


def doubt_headings(page, table, chain, lines, overs):
    """Note the words over the lines that are none of the form's headings, where some of these are missing.

    Where no sum tells, a header without a label of the form's may stand over any row.
    """
    words = ()
    for index, (line, over) in enumerate(zip(lines, overs, strict=True)):
        header = line.header
        if header.headed == 1:
            continue
        missing = [column for column in header.columns.columns if column.key not in header.at]
        several = len(line.keys) > 1
        if index and not sums_across(table):
            above = strange_words(
                page, table, *page.stretch(chain[index - 1][1].end, chain[index][1].start), missing, several
            )
            words = above or (words if header.columns.columns == lines[index - 1].header.columns.columns else ())
        elif not index:
            words = strange_words(page, table, *page.stretch(*over), missing, several)
        if not header.heads and (over == overs[0] or not sums_across(table)):
            line.header = with_strange(header, words[-len(missing) :], len(line.keys))
        if out_of_place(page, line, [(column, *at) for column, at in header.at.items()]):
            line.header = line.header._replace(in_order=False)


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
            line.read(reading)
        else:
            line.header = line.header._replace(in_order=False)


def header_behind(page, table, label, stop):
    """Where the next header of the table starts behind a row's label, if before ``stop``; else ``stop``."""
    headed = page.headed(table)
    for other in page.labels[bisect_right(page.starts, label.start) :]:
        if other.begin >= stop:
            break
        if other.start not in headed and any(
            role.table == table and role.kind in ("column", "group") for role in other.roles
        ):
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
