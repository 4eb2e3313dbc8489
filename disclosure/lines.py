"""The lines of a table as a document prints them: which cells a line holds, and the texts that may be theirs."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from .errors import SeveralReports
from .form import CellKey, forms
from .tables import REACH, TELLING, column_order, declared_blocks
from .tokens import tokens

# So many rows with two sets of figures each are two reports side by side.
MANY_ROWS = 10


@dataclass
class Line:
    """A run of cells as found: the cells it may hold, in printed order, and the texts behind its label."""

    form: str
    """The form that declares it under the header that stands over it."""
    keys: tuple[CellKey, ...]
    kinds: tuple[str, ...]
    start: int
    end: int
    """Its stretch of the stream's text, label included."""
    runs: list
    """The runs of Tokens in it, parted where other text stands."""
    headed: float = 1.0
    """The share of its columns whose headings were found."""
    header: dict = field(default_factory=dict)
    """What a grid prints over each of its columns: {grid's column: column key}."""
    readings: list = field(default_factory=list)
    """What the line may say, each a tuple of one Slot a cell; one where it is decided, none where it cannot be."""
    tier: str = ""
    """How it was read."""
    tokens: list = field(init=False)
    """The texts of the line itself: the first run that has one for each cell, or all runs if only together they do."""
    figures: list = field(init=False)
    """Those of them that are not blank."""

    def __post_init__(self):
        self.take(self.runs[0] if self.runs else [])
        for run in self.runs if len(self.runs) < 2 else (*self.runs, sum(self.runs, [])):
            figures = [token for token in run if token.text]
            if len(figures) == len(self.keys):
                self.tokens, self.figures = run, figures
            if len(figures) >= len(self.keys):
                break

    def take(self, tokens):
        self.tokens, self.figures = tokens, [token for token in tokens if token.text]

    @property
    def sums(self):
        return sums_inside(self.keys)


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


def row_lines(page, table, chain):
    """The rows of a table, each with its columns as the header over it names them."""
    candidates, headings, header, previous = [], {}, page.header_over(chain[0][1]), None
    for index, (row, label) in enumerate(chain):
        if previous is not None and any(
            role.table == table and role.kind == "column" and role.key != previous
            for other in page.between(chain[index - 1][1].end, label.start) for role in other.roles
        ):  # fmt: skip
            header = chain[index - 1][1].end, label.start
        stop = page.row_start(chain[index + 1][1]) if index + 1 < len(chain) else stop_of(page, table, chain)
        blocks = declared_blocks(table, row)
        for block in blocks:
            # One form has one block for a row; the blocks of neighbouring rows may be the same.
            if (header, id(block[1])) not in headings:
                columns, headed = column_order(page, table, *header, block)
                headings[header, id(block[1])] = columns, block[0], headed, heading_spans(page, table, header, columns)
        candidates.append(
            [row_line(page, table, row, page.start(label), stop, *headings[header, id(block[1])]) for block in blocks]
        )
        previous = row
    votes = Counter()
    for declared in candidates:
        best = max(line.headed for line in declared)
        votes.update(line.form for line in declared if best and line.headed == best)
    lines = [max(declared, key=lambda line: (line.headed, votes[line.form], fits(line))) for declared in candidates]
    doubled = [line for line in lines if len(line.keys) > 1 and len(line.figures) == 2 * len(line.keys)]
    if len(doubled) >= MANY_ROWS:
        raise SeveralReports(
            f"{page.path}: the rows of table {table} have two sets of figures each (near {page.stream.place(lines[0].start)}): "
            "two years or two bodies side by side. Split the table so that each report is a file of its own."
        )
    return lines


def row_line(page, table, row, start, stop, columns, form, headed, spans):
    keys = tuple(CellKey(table, row, column.key) for column in columns)
    kinds = tuple(column.kind for column in columns)
    runs = tokens(page, start, stop, frozenset(kinds))
    return Line(form, keys, kinds, start, stop, runs, headed / len(columns), spans)


def fits(line):
    return len(line.figures) == len(line.keys)


def heading_spans(page, table, header, columns):
    """The heading over each column of the grid, ``{grid's column: column key}``; all the headings or none."""
    wanted = {column.key for column in columns}
    spans, grids = {}, set()
    for label in page.between(*header):
        key = label.key(table, "column")
        piece = page.stream.piece_at(label.start)
        if key in wanted and piece.grid is not None:
            spans |= dict.fromkeys(range(piece.cell.column, piece.cell.column + piece.cell.colspan), key)
            grids.add(id(piece.grid))
    return spans if set(spans.values()) == wanted and len(grids) == 1 else {}


# What a flat table's cells are: whole numbers.
COUNTS = frozenset({"count"})


def flat_lines(page, table, chain):
    """A table whose rows are printed beside each other on one line; or, as some print it, below each other."""
    stop = stop_of(page, table, chain)
    form = next(form for form in forms().values() if form.table(table).layout == "flat")
    declared = form.table(table).cells
    starts = [page.start(label) for _, label in chain] + [stop]
    rows = {row: (start, end) for (row, _), start, end in zip(chain, starts, starts[1:])}
    below = {row: [key for key in declared if key.row == row] for row in rows}
    if len(rows) == len({key.row for key in declared}) and all(any(not token.blank for run in tokens(page, *rows[row], COUNTS) for token in run) for row in rows):
        return [flat_line(page, table, form, tuple(below[row]), *rows[row]) for row in rows]
    return [flat_line(page, table, form, tuple(declared), starts[0], stop)]


def flat_line(page, table, form, keys, start, stop):
    runs = tokens(page, start, stop, COUNTS)
    line = Line(form.key, keys, ("count",) * len(keys), start, stop, [margin_off(page, sum(runs, []), len(keys))])
    return line


def margin_off(page, run, width):
    """A run without the blanks of its header: those before and behind the numbers that are on other lines."""

    def where(token):
        piece = page.stream.pieces[page.stream.piece(token.at)]
        return (id(piece.grid), piece.cell.row) if piece.grid is not None else piece.start

    busy = {where(token) for token in run if not token.blank}
    while busy and len(run) > width and run[0].blank and where(run[0]) not in busy:
        run = run[1:]
    while busy and len(run) > width and run[-1].blank and where(run[-1]) not in busy:
        run = run[:-1]
    return run


def stop_of(page, table, chain):
    """Where a table's last numbers end at the latest: at the next label that is not the table's own, or out of reach."""
    last = chain[-1][1]
    end = page.end(last)
    for label in page.between(last.end, len(page.stream.han)):
        own = any(role.table == table and role.kind != "section" for role in label.roles)
        if not own and label.end - label.start >= TELLING:
            return min(page.start(label), end + REACH)
    return min(len(page.stream.text), end + REACH)


@cache
def declaring(keys):
    """The keys of the forms that declare all of these cells."""
    return frozenset(form.key for form in forms().values() if all(key in form.cells for key in keys))
