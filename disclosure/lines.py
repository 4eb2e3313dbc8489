"""The lines of a table as a document prints them: which cells a line holds, and the texts that may be theirs."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from copy import copy
from functools import cache, cached_property
from itertools import chain as joined
from itertools import islice, pairwise

from .errors import SeveralReports
from .form import CellKey, forms
from .readings import NOTHING, Slot, as_shown, closes_as_printed, slots
from .tables import (
    HEADER_LINES,
    TELLING,
    Header,
    declared_columns,
    flat_keys,
    keys_of_some,
    read_header,
)
from .tokens import Token, tokens
from .years import dated, heads_of_years, row_of_its_year

# So many rows with two sets of figures each are two reports side by side.
MANY_ROWS = 10
# How far behind the last label of a table its numbers may stand, in characters, blanks in a row being one.
REACH = re.compile(r"(?:\s+|\S){0,600}")
# A stretch in which nothing but labels (masked), borders, Markdown's rules, the numerals of groups and whole numbers stand.
NUMBERS_ONLY = re.compile(r"[\d\s\x00|│┃]*(?:(?:[(（]?[一二三四五六七八九十]{1,3}[)）、]|:?-{3,}+:?)[\d\s\x00|│┃]*)*")
NUMBER = re.compile(r"\d+")
DECIMAL = re.compile(r"\d+(?:\.\d+)?")


# A table whose rows are printed beside each other has its headings looked at as a whole.
UNSEEN = Header(None, 1.0, {}, {}, {}, True)


class Line:
    """A run of cells as found: the cells it may hold, in printed order, and the texts behind its label."""

    def __init__(self, page, form, keys, kinds, start, end, header=UNSEEN, finish=None):
        self.page = page
        self.form = form
        """The form that declares it under the header that stands over it."""
        self.keys = keys
        self.kinds = kinds
        self.start, self.end = start, end
        """Its stretch of the stream's text, label included."""
        self.finish = start if finish is None else finish
        """Where its label ends."""
        self.header = header
        self.sums = sums_inside(keys)
        self.readings = []
        """What it may say, each a tuple of one Slot a cell; one where it is decided, none where it cannot be."""
        self.open = set()
        """The indexes of cells that stay open whatever the readings say."""
        self.tier = ""
        """How it was read."""
        self.turned = False
        """Whether its numbers stand above its label."""
        self.displaced = False
        """Whether its numbers may be those of the row above or below it."""

    @property
    def row(self):
        return self.keys[0].row

    @cached_property
    def at_sight(self):
        """The reading of a line in which stand whole numbers, one for each cell, and their sums hold; else None."""
        text = self.page.masked[self.start : self.end]
        if not self.sums or not NUMBERS_ONLY.fullmatch(text):
            return None
        numbers = list(NUMBER.finditer(text))
        if len(numbers) != len(self.keys):
            return None
        texts = [number[0] for number in numbers]
        at = [self.start + number.start() for number in numbers]
        slots = tuple(map(Slot, texts, map(int, texts), at))
        return slots if closes_as_printed(slots, self.sums) else None

    @cached_property
    def found(self):
        """The runs of Tokens in it, parted where other text stands, with the odd ones among them."""
        return tokens(self.page, self.start, self.end, frozenset(self.kinds), proved=bool(self.sums))

    @cached_property
    def runs(self):
        """The runs of texts that may be cells."""
        return [self._without_page_numbers(part) for run in self.found for part in without_odd(run)]

    def _without_page_numbers(self, run):
        """Beside a row that has a cell for each column, a number alone on a line is a page's; not a row's only figure.

        The blanks of a row stand on one line: a line that is but a tab may part figures that have a line each. Of two
        numbers, each alone on its line, the first is the row's.
        """
        cells = [token for token in run if not token.alone]
        figures = sum(bool(token.text) for token in cells)
        if not figures or len(cells) == len(run):
            return run
        (_, beside), *_ = Counter(self.page.line(token.at) for token in cells).most_common(1)
        whole = beside >= len(self.keys) or figures == len(self.keys)
        return run if not whole or len(run) == 2 and run[0].alone and self._is_line(run[1]) else cells

    def _is_line(self, token):
        piece = self.page.stream.piece(token.at)
        return self.page.stream.text[piece.start : piece.end].strip() == token.text

    @cached_property
    def tokens(self):
        """The texts of the line itself: the first run that has one for each cell, or all runs if only together they do."""
        runs = self.runs
        for run in runs if len(runs) < 2 else (*runs, [*joined.from_iterable(runs)]):
            figures = sum(bool(token.text) for token in run)
            if figures == len(self.keys):
                return run
            if figures > len(self.keys):
                break
        return runs[0] if runs else []

    @cached_property
    def figures(self):
        """Those of them that are not blank: Tokens, or the Slots of a line read at sight."""
        return self.at_sight or [token for token in self.tokens if token.text]

    @cached_property
    def everything(self):
        """All the figures up to the next label, whatever text parts them."""
        return [token for run in self.runs for token in run if token.text]

    def holds(self, at):
        """Whether a position of the text is within its label, or on the line on which its label begins or ends."""
        line, last = self.page.line, max(self.start, self.finish - 1)
        return self.start <= at < self.end and (at <= last or line(at) in (line(self.start), line(last)))

    def take(self, tokens):
        """Read the line from these texts instead."""
        self.at_sight = None
        self.tokens, self.figures = tokens, [token for token in tokens if token.text]
        self.found = self.runs = [tokens]


def without_odd(run):
    """A run without the texts that no column can have, parted where these are words."""
    if not any(token.odd for token in run):
        return [run]
    parts = [[]]
    for token in run:
        if token.odd == "remark":
            parts.append([])
        elif not token.odd:
            parts[-1].append(token)
    return [part for part in parts if part]


@cache
def table_keys():
    """The tables of all declared forms, in printed order."""
    return tuple(dict.fromkeys(table.key for form in forms().values() for table in form.tables))


@cache
def is_flat(table):
    return any(form.table(table).layout == "flat" for form in forms().values())


@cache
def sums_inside(keys):
    """The equalities that stay inside a run of cells, as ``((left indexes, right indexes), ...)``."""
    index = {key: position for position, key in enumerate(keys)}
    found = {}
    for form in forms().values():
        for identity in form.identities:
            if all(key in index for key in identity.cells):
                found[tuple(index[key] for key in identity.left), tuple(index[key] for key in identity.right)] = None
    return tuple(found)


@cache
def sums_across(table):
    """The equalities that run down a table's columns, as ``((left rows, right rows), ...)``."""
    found = {}
    for form in forms().values():
        down = {rule.id for rule in form.rules if rule.each == "column"}
        for identity in form.identities:
            if identity.table == table and identity.id in down:
                found[tuple(k.row for k in identity.left), tuple(k.row for k in identity.right)] = None
    return tuple(found)


@cache
def declaring(keys):
    """The keys of the forms that declare all of these cells."""
    return frozenset(form.key for form in forms().values() if all(key in form.cells for key in keys))


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
        candidates.append([row_line(page, row, label.begin, stop, header, label.finish) for header in headers])
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
    if not any(line.figures for line in lines):
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


def turn_round(page, table, chain, lines):
    """Under a header whose rows print their numbers above their labels, as a printed page copied out may, read them so.

    A row's numbers stand between the header and the first label then, and none behind the last label before the next
    header. Where the table has sums they have to hold.
    """
    groups = {row.rpartition(".")[0] for row, _ in chain}
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
    groups = {row.rpartition(".")[0] for row, _ in chain}
    own = [copy(line) for line in lines if line.row not in groups]
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
    for at, line in enumerate(own):
        figures = [columns[key.column][at] for key in line.keys]
        line.take([Token(figure[0], figure.start()) for figure in figures])
        line.turned = True
    if all_hold(table, own):
        lines[:] = own


def row_by_row(page, table, chain, lines):
    """Where all the figures of a table stand above its labels, a row behind the other, give each row its own.

    They are as many as the rows have columns together, and every sum of the table has to hold.
    """
    groups = {row.rpartition(".")[0] for row, _ in chain}
    own = [copy(line) for line in lines if line.row not in groups]
    figures = iter(figures_above(page, chain, own[0], sum(len(line.keys) for line in own)))
    for line in own:
        line.take([*islice(figures, len(line.keys))])
        line.turned = True
    if all_hold(table, own):
        lines[:] = own


def figures_above(page, chain, line, count):
    """The Tokens between two labels over a table's first row, if they are so many figures; else none."""
    labels = page.between(page.header_over(chain[0][1])[0], chain[0][1].end)
    for label, following in pairwise(labels):
        stretch = Line(page, line.form, line.keys, line.kinds, label.finish, following.begin, line.header)
        if len(stretch.everything) == count:
            return stretch.everything
    return []


def all_hold(table, lines):
    """Whether the sums of all lines and those down the columns hold, one of these at least."""
    if not all(map(sums_hold, lines)):
        return False
    down = {line.row: [slot.value or 0 for slot in as_shown(line.tokens, line.kinds)] for line in lines}
    equations = [sums for sums in sums_across(table) if all(row in down for side in sums for row in side)]
    return bool(equations) and all(totals(left, down) == totals(right, down) for left, right in equations)


def totals(rows, figures):
    """The sums of some rows, column by column."""
    return [sum(column) for column in zip(*(figures[row] for row in rows))]


def sums_hold(line):
    """Whether the figures of a line close its sums, in the order in which they stand."""
    reading = as_shown(line.tokens, line.kinds)
    return reading is not None and closes_as_printed(reading, line.sums)


def header_behind(page, table, label, stop):
    """Where the next header of the table starts behind a row's label, if before ``stop``; else ``stop``."""
    for other in page.labels[bisect_right(page.starts, label.start) :]:
        if other.begin >= stop:
            break
        if any(role.table == table and role.kind in ("column", "group") for role in other.roles):
            return other.begin
    return stop


def has_header(page, table, row, above, label):
    """Whether headings of columns stand between a row's label and the one above it."""
    return any(
        role.table == table and role.kind == "column" and role.key != row
        for other in page.between(above.end, label.start) for role in other.roles
    )  # fmt: skip


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


def flat_lines(page, table, chain):
    """A table whose rows are printed beside each other on one line; or, as some print it, below each other."""
    form = next(form for form in forms().values() if form.table(table).layout == "flat")
    declared = form.table(table).rows
    stop = stop_of(page, table, chain)
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
    if not whole.figures and (figures := figures_above(page, chain, whole, len(whole.keys))):
        turned = copy(whole)
        turned.take(figures)
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
    row, keys = None, []
    for label, end in zip(labels, ends):
        row = label.key(table, "row") or row
        column, figures = label.key(table, "column"), DECIMAL.findall(page.masked, label.finish, end)
        if len(figures) > 1 or (figures and not (row and column)):
            return None
        keys += [CellKey(table, row, column)] * len(figures)
    if sorted(keys) != sorted(form.table(table).cells):
        return None
    return flat_line(page, form, keys, labels[0].begin, stop)


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
    reach = REACH.match(page.stream.text, last.finish).end()
    rows = () if is_flat(table) else {row for row, _ in chain[:-1]}
    for label in page.between(last.end, len(page.stream.han)):
        if label.begin > reach:
            break
        if label.end - label.start >= TELLING and (not label.is_of(table) or label.key(table, "row") in rows):
            return min(label.begin, reach)
    return reach
