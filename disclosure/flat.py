"""The lines of a table whose rows are printed beside each other, as most print table four; and of tables turned into lists."""

from bisect import bisect_left
from itertools import chain as joined

from .displaced import figures_over, given
from .form import CellKey, forms
from .headed import NUMBER, figure_behind, slot_of
from .headers import HEADER_LINES
from .line import UNSEEN, Line, sums_hold
from .rows import stop_of
from .strange import out_of_place, strange_words, with_strange
from .years import row_of_its_year

# So few headings of a flat table say nothing of their order: halves of headings on two lines may look like others.
ENOUGH = 10


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
    labels = labels_of(page, table, *header)
    keys = flat_keys(page, form, table, labels)
    whole = flat_line(
        page, form, keys or [*joined.from_iterable(declared.values())], starts[0], stop, in_order=keys is not None
    )
    if doubted := doubtful_header(page, form, table, low, labels, whole):
        whole.header = doubted
        return [whole]
    if figures := under_heads(page, table, labels, whole):
        whole.take(figures)
        return [whole]
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
    if len(whole.tokens) < len(whole.keys) and (some := keys_of_some(form, table, labels)) is not None:
        # The headings of some blocks alone: what is printed is theirs, or nobody's.
        if some:
            return [flat_line(page, form, some, starts[0], stop)]
        whole.header = whole.header._replace(in_order=False)
        return rows if all(len(row.figures) == len(row.keys) for row in rows) else [whole]
    if len(chain) < len(declared):
        return [whole]
    return rows if all(any(token.text for run in line.runs for token in run) for line in rows) else [whole]


def under_heads(page, table, labels, line):
    """The figures of a grid in the columns of its headings, where others stand in columns that have none; else none."""
    if not page.stream.piece(line.start).cell:
        return []
    heads = [page.stream.piece(label.begin).cell for label in labels if label.key(table, "column")]
    columns = {cell.column for cell in heads if cell}
    figures = [token for token in line.everything if token.column in columns]
    beside = len(columns) == len(line.keys) == len(figures) < len(line.everything)
    return figures if beside else []


def doubtful_header(page, form, table, low, labels, line):
    """A flat table's header with the words in it that are none of the form's, or out of order; None if nothing tells so."""
    heads = [(column, label.begin, label.finish) for label in labels if (column := label.key(table, "column"))]
    missing = len(line.keys) - len(heads)
    if missing <= 0 or not line.figures:
        return None
    if out_of_place(page, line, heads):
        return line.header._replace(in_order=False)
    columns = form.table(table).blocks[0].columns
    words = strange_words(page, table, page.stream.at[low], line.figures[0].at, columns, True)
    return with_strange(line.header, words[-missing:], len(line.keys)) if words else None


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
        behind_row = (
            before and before.key(table, "row") and not any(map(str.isalnum, page.masked[before.finish : label.begin]))
        )
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
    line.read(tuple(reading))
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


def flat_keys(page, form, table, labels):
    """The cells of a flat table in the order in which its header prints them; None where what it prints is no order."""
    declared = form.table(table).rows
    columns = [key.column for key in next(iter(declared.values()))]
    rows, headings, orders = _flat_header(table, declared, columns, labels)
    if len(rows) < len(declared):
        if not _runs_through(rows, declared):
            return None
        rows = list(declared)
    if len(headings) != len(rows) * len(columns) or any(sorted(order) != sorted(columns) for order in orders):
        if ENOUGH < len(headings) < len(rows) * len(columns) and not _runs_through(headings, columns * len(rows)):
            return None
        orders = [columns] * len(rows)
    keys = tuple(CellKey(table, row, column) for row, order in zip(rows, orders) for column in order)
    pieces = [page.stream.piece(label.begin) for label in labels]
    # In scrambled text, where each heading is a line, another order is no order.
    torn = len({piece.start for piece in pieces}) > HEADER_LINES and not any(piece.cell for piece in pieces)
    return None if torn and keys != tuple(form.table(table).cells) else keys


def labels_of(page, table, low, high):
    """The labels of a flat table; of a heading that a merged cell left in two rows of a grid the lower one."""
    labels = [label for label in page.between(low, high) if label.is_of(table)]
    places = [page.stream.piece(label.begin) for label in labels]
    names = [
        (id(piece.block), piece.cell.column, column) if piece.cell and (column := label.key(table, "column")) else at
        for at, (piece, label) in enumerate(zip(places, labels))
    ]
    lowest = {name: label for name, label in zip(names, labels)}
    return [label for name, label in zip(names, labels) if lowest[name] is label]


def _flat_header(table, declared, columns, labels):
    """The rows that the labels of a flat table name, its headings, and these cut into as many as a row has."""
    rows = list(dict.fromkeys(row for label in labels if (row := label.key(table, "row")) in declared))
    headings = [column for label in labels if (column := label.key(table, "column"))]
    return rows, headings, [headings[at : at + len(columns)] for at in range(0, len(headings), len(columns))]


def keys_of_some(form, table, labels):
    """The cells of a flat table whose header has all headings of some of its rows, and none of the others'.

    Those of the rows that it names; none where it has headings for more rows, or for fewer, than it names. None where
    it has no such header.
    """
    declared = form.table(table).rows
    columns = [key.column for key in next(iter(declared.values()))]
    rows, _, orders = _flat_header(table, declared, columns, labels)
    if not 0 < len(orders) < len(declared) or any(sorted(order) != sorted(columns) for order in orders):
        return None
    named = zip(rows, orders) if len(rows) == len(orders) else ()
    return tuple(CellKey(table, row, column) for row, order in named for column in order)


def _runs_through(some, all_of_them):
    """Whether some names stand in the order of all."""
    rest = iter(all_of_them)
    return all(heading in rest for heading in some)
