"""Which text is which cell: the form's labels name rows and columns, the form's sums decide what layout left open."""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache

from .amounts import ABSENT, YUAN, Amount, amount
from .document import Place
from .errors import SeveralReports, UnknownForm
from .form import CellKey, forms
from .infer import infer
from .labels import occurrences
from .readings import Slot, as_shown, closes, closes_as_printed, filled, row_readings, viable, with_blanks
from .report import Finding
from .stream import Stream, stream
from .tables import REACH, TELLING, Page, column_order, declared_blocks, declared_row, find_rows, is_there
from .tokens import tokens
from .wording import fold

# A second run of the same labels with figures of its own, this long beside the first, is a second report; only a
# table with many rows is unmistakable.
SECOND_TABLE = 0.6
MANY_ROWS = 10
# Below this share of its headings a table's columns are taken in declared order, and that is said.
HEADED_ENOUGH = 0.6


@dataclass
class Matched:
    """The form that fits, its cells, and what was doubtful on the way."""

    form: object
    values: dict
    findings: list
    stream: Stream


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
    """Where a grid prints the headings: {column key: (first column, column behind the last)}."""
    readings: list = field(default_factory=list)
    tier: str = ""

    @property
    def tokens(self):
        return self.runs[0] if self.runs else []

    @property
    def sums(self):
        return sums_inside(self.keys)


# What is said of a line that was not plain to read, or of what is missing.
WORDING = {
    "row.unreadable": ("warning", "“{row}”一行的数字无法确定：“{text}”与 {width} 列对不上，勾稽关系也不能确定唯一读法。请核对原文。"),
    "row.ambiguous": ("warning", "“{row}”一行有不止一种符合勾稽关系的读法（“{text}”），其中 {count} 格未定。请核对原文。"),
    "row.by_sums": ("info", "“{row}”{more}的排版有缺损（{tier}），数字按勾稽关系的唯一读法确定：“{text}”。"),
    "row.unproved": ("warning", "“{row}”{more}的排版有缺损（{tier}），此表没有勾稽关系可以核对读法：“{text}”。请核对原文。"),
    "row.extra": ("warning", "“{row}”一行之后另有数字未能归入表格：“{text}”。请核对原文。"),
    "row.missing": ("warning", "表中没有找到“{row}”一行。"),
    "row.empty": ("warning", "“{row}”一行没有数字。"),
    "table.missing": ("warning", "没有找到“{table}”一表：可能是图片、附件，或未公布。缺失不等于零。"),
    "header.unread": ("info", "“{table}”一表的列标题未能全部识别，按表样的列序读取。"),
    "form.hybrid": ("warning", "此报告混用两种表样：“{row}”按 {donor} 年表样读取，其余按 {form} 年表样。"),
}  # fmt: skip
# How a line was read: as it stands; and in ways that a row's own sum does not prove.
PLAIN = ("shown", "blank cells")
VIOLENT = ("cells lost", "stray numbers", "digits run together", "numbers beside their labels")
TIERS_ZH = {
    "numbers beside their labels": "数字与标签错行",
    "blanks inside numbers": "数字中有空白",
    "digits run together": "数字相连",
    "cells lost": "缺少单元格",
    "stray numbers": "多出数字",
}


def doubt(check, cells=(), place=Place(), **facts):
    severity, wording = WORDING[check]
    return Finding(check, severity, wording.format(**facts), tuple(cells), place=place)


def match(document):
    """Name the cells of a document.

    Returns a Matched. Raises UnknownForm if no declared form fits, SeveralReports if the tables are there twice.
    """
    text = stream(document.blocks)
    page = Page(document.path, text, occurrences(text))
    found, after = {}, 0
    for table in table_keys():
        chain = find_rows(page, table, after)
        if is_there(page, table, chain):
            found[table] = (flat_lines if is_flat(table) else row_lines)(page, table, chain)
            refuse_second(page, table, chain)
            after = chain[-1][1].end
    form, findings = fitting_form(page, found)
    values = dict.fromkeys(form.cells, ABSENT)
    for table, lines in found.items():
        settle(table, lines)
        for line in lines:
            if all(key in form.cells for key in line.keys):
                amounts, doubts = cells_of(page, line)
                values |= amounts
                findings += doubts
        findings += decided(page, lines)
    findings += gaps(form, found)
    return Matched(form, values | infer(form, values), findings, text)


def fitting_form(page, found):
    """The form that declares most of the lines found, with the rows that the report prints after another form."""
    lines = [line for line in sum(found.values(), []) if any(not token.blank for run in line.runs for token in run)]
    if not lines:
        raise UnknownForm(no_form(page, found))
    form = max(forms().values(), key=lambda form: sum(all(key in form.cells for key in line.keys) for line in lines))
    findings = []
    strange = {}
    for line in lines:
        if not all(key in form.cells for key in line.keys):
            strange.setdefault((line.form, line.keys[0].table), []).append(line.keys[0].row)
    for (donor, table), rows in strange.items():
        labels = "、".join(declared_row(table, row).label[-1] for row in rows)
        own, form = form, form.with_rows(forms()[donor], table, rows)
        cells = [key for key in form.cells if key not in own.cells]
        findings.append(doubt("form.hybrid", cells, row=labels, donor=donor, form=form.key))
    return form, findings


def no_form(page, found):
    if found:
        return (
            f"{page.path}: the form's labels are there, but not one figure: a blank copy of the form, instructions, "
            "or a page whose tables lost their numbers. Look for the report itself, or a copy with its tables."
        )
    labels = {role.key for label in page.labels for role in label.roles if role.kind == "row"}
    shares = ", ".join(
        f"{form.key}: {100 * len(labels & rows) // len(rows)} %"
        for form in forms().values()
        if (rows := {key.row for key in form.cells})
    )
    return (
        f"{page.path}: no declared form fits (row labels found: {shares}). If the tables are pictures or an attachment, "
        "read that file instead; if it is a local form, declare it in disclosure/forms/."
    )


def refuse_second(page, table, chain):
    """Two reports in one file cannot be told apart: nothing is guessed."""
    if is_flat(table) or len(chain) < MANY_ROWS:
        return
    for low, high in ((0, chain[0][1].start), (chain[-1][1].end, len(page.stream.han))):
        other = find_rows(page, table, low, high)
        if len(other) >= SECOND_TABLE * len(chain) and figures(page, table, other) not in (figures(page, table, chain), []):
            raise SeveralReports(
                f"{page.path}: the table {table} stands here more than once with different figures (near "
                f"{place_of(page, page.start(chain[0][1]))} and {place_of(page, page.start(other[0][1]))}). "
                "Split the file so that each report is a file of its own."
            )


def figures(page, table, chain):
    return [[token.text for token in line.tokens if not token.blank] for line in row_lines(page, table, chain)]


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


def stop_of(page, table, chain):
    """Where a table's last numbers end at the latest: at the next label that is not the table's own, or out of reach."""
    last = chain[-1][1]
    end = page.end(last)
    for label in page.between(last.end, len(page.stream.han)):
        own = any(role.table == table and role.kind != "section" for role in label.roles)
        if not own and label.end - label.start >= TELLING:
            return min(page.start(label), end + REACH)
    return min(len(page.stream.text), end + REACH)


def row_lines(page, table, chain):
    """The rows of a table, each with its columns as the header over it names them."""
    candidates, headings, header, previous = [], {}, (max(0, chain[0][1].start - 120), chain[0][1].start), None
    for index, (row, label) in enumerate(chain):
        if previous is not None and any(
            role.table == table and role.kind == "column" and role.key != previous
            for other in page.between(chain[index - 1][1].end, label.start) for role in other.roles
        ):  # fmt: skip
            header = chain[index - 1][1].end, label.start
        stop = page.start(chain[index + 1][1]) if index + 1 < len(chain) else stop_of(page, table, chain)
        blocks = declared_blocks(table, row)
        for block in blocks:
            if (header, block) not in headings:
                columns, headed = column_order(page, table, *header, block)
                headings[header, block] = columns, block[0], headed, heading_spans(page, table, header, columns)
        candidates.append(
            [row_line(page, table, row, page.start(label), stop, *headings[header, block]) for block in blocks]
        )
        previous = row
    votes = Counter()
    for declared in candidates:
        best = max(line.headed for line in declared)
        votes.update(line.form for line in declared if best and line.headed == best)
    lines = [max(declared, key=lambda line: (line.headed, votes[line.form], fits(line))) for declared in candidates]
    doubled = [line for line in lines if len(line.keys) > 1 and len(figures_of(line)) == 2 * len(line.keys)]
    if len(doubled) >= MANY_ROWS:
        raise SeveralReports(
            f"{page.path}: the rows of table {table} have two sets of figures each (near {place_of(page, lines[0].start)}): "
            "two years or two bodies side by side. Split the table so that each report is a file of its own."
        )
    return lines


def row_line(page, table, row, start, stop, columns, form, headed, spans):
    keys = tuple(CellKey(table, row, column.key) for column in columns)
    kinds = tuple(column.kind for column in columns)
    runs = tokens(page, start, stop, frozenset(kinds))
    return Line(form, keys, kinds, start, stop, runs, headed / len(columns), spans)


def fits(line):
    return sum(not token.blank for token in line.tokens) == len(line.keys)


def heading_spans(page, table, header, columns):
    """The columns of the grid under each heading, ``{column key: (first, behind the last)}``; all of them or none."""
    wanted = {column.key for column in columns}
    spans, grids = {}, set()
    for label in page.between(*header):
        key = label.key(table, "column")
        piece = page.stream.piece_at(label.start)
        if key in wanted and piece.grid is not None:
            spans[key] = piece.cell.column, piece.cell.column + piece.cell.colspan
            grids.add(id(piece.grid))
    return spans if len(spans) == len(wanted) and len(grids) == 1 else {}


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


# What a flat table's cells are: whole numbers.
COUNTS = frozenset({"count"})


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


def settle(table, lines):
    """Give every line its readings; where a line has several, leave those that the sums down the columns allow."""
    for line in lines:
        shown = by_geometry(line) or as_shown(line.tokens, line.kinds)
        if shown:
            line.readings, line.tier = [shown], "shown"
    margins = {(len(line.tokens), cells_behind(line, line.readings[0])) for line in lines if line.readings}
    unread = [line for line in lines if not line.readings]
    if len(unread) > len(lines) / 2:
        margins |= common_margin(unread)
    for line in unread:
        read_open(line, margins)
    pool(lines)
    usual = {margin for _, margin in margins}
    for line in lines:
        if len(line.readings) > 1:
            line.readings = without_twins(line, usual)
    doubtful = [line for line in lines if len(line.readings) > 1 or line.readings and needs_proof(line)]
    if not doubtful or not sums_across(table):
        return
    rows = {line.keys[0].row: line for line in lines}
    candidates = {row: vectors for row, line in rows.items() if (vectors := vectors_of(line))}
    equations = [sums for sums in sums_across(table) if all(row in candidates for row in sum(sums, ()))]
    left = viable(candidates, equations)
    for row, indexes in (left or {}).items():
        rows[row].readings = [reading for index, reading in enumerate(rows[row].readings) if index in indexes]
    for line in doubtful:
        tested = any(line.keys[0].row in sum(sums, ()) for sums in equations)
        if needs_proof(line) and (left is None or not tested and line.tier != "digits run together"):
            line.readings = []


def needs_proof(line):
    """Whether a reading does so much to the layout that the row's own sum is not proof enough."""
    return line.tier in VIOLENT


def pool(lines):
    """Labels and numbers that drifted apart: where neighbours have as many numbers together as they have columns.

    A converter may put a row's numbers on the line above its label; then one label has the numbers of two.
    """
    index = 0
    while index < len(lines):
        group, numbers = [lines[index]], figures_of(lines[index])
        width = len(lines[index].keys)
        while len(numbers) > width * len(group) and index + len(group) < len(lines):
            group.append(lines[index + len(group)])
            numbers = numbers + figures_of(group[-1])
        if len(group) > 1 and len(numbers) == width * len(group) and all(line.sums for line in group):
            for position, line in enumerate(group):
                own = numbers[position * width : (position + 1) * width]
                line.runs = [own]
                line.readings, line.tier = row_readings(own, line.kinds, line.sums)[0], "numbers beside their labels"
            index += len(group)
        else:
            index += 1


def figures_of(line):
    return [token for token in line.tokens if not token.blank]


def by_geometry(line):
    """The reading in which every text stands under its heading, if the grid shows it for every cell."""
    if not line.header or not line.tokens:
        return None
    under = {}
    for token in line.tokens:
        if token.column is None:
            return None
        key = next((key for key in line.keys if line.header[key.column][0] <= token.column < line.header[key.column][1]), None)
        if key is None and not token.blank or not token.blank and key in under and not under[key].blank:
            return None
        if key is not None and (key not in under or under[key].blank):
            under[key] = token
    if len(under) < len(line.keys):
        return None
    slots = [Slot(token.text, token, amount(token.text, kind).value) for token, kind in ((under[k], kind) for k, kind in zip(line.keys, line.kinds))]
    if any(amount(slot.text, kind).status == "unreadable" for slot, kind in zip(slots, line.kinds)):
        return None
    return tuple(slots)


def common_margin(lines):
    """Where most of a table's lines have blank cells: the margin behind the last column that closes most of them."""
    votes = Counter()
    for line in lines:
        for margin in range(len(line.tokens) - len(line.keys) + 1):
            reading = with_blanks(line.tokens, line.kinds, margin)
            if reading and figures_of(line) and closes(reading, line.sums):
                votes[margin] += 2 if closes_as_printed(reading, line.sums) else 1
    if not votes:
        return set()
    margin = votes.most_common(1)[0][0]
    return {(len(line.tokens), margin) for line in lines}


def read_open(line, margins):
    """A line that has not one text for each column: as the full lines of the table are laid out, or by the sums.

    ``margins`` are those of the full lines: (cells in all, cells behind the last column).
    """
    laid_out = [
        reading
        for count, margin in margins
        if count == len(line.tokens) and (reading := with_blanks(line.tokens, line.kinds, margin))
    ]
    exact = len(line.tokens) == len(line.keys) and with_blanks(line.tokens, line.kinds, 0)
    if figures_of(line) and (exact or len(laid_out) == 1):
        line.readings, line.tier = [exact or laid_out[0]], "blank cells"
    else:
        line.readings, line.tier = row_readings(line.tokens, line.kinds, line.sums)


def cells_behind(line, reading):
    last = max((slot.token.at for slot in reading if slot.token), default=-1)
    return sum(token.at > last for token in line.tokens)


def without_twins(line, margins):
    """Of readings that say the same once what is not there is filled in, one that leaves a usual margin, or the first."""
    best = {}
    for reading in line.readings:
        values = filled(reading, line.sums)
        if values not in best or cells_behind(line, reading) in margins and cells_behind(line, best[values]) not in margins:
            best[values] = reading
    return list(best.values())


def vectors_of(line):
    """The line's readings as numbers in declared order of columns, or nothing if one of them has an open cell."""
    order = sorted(range(len(line.keys)), key=lambda index: declared_position(line.keys[index]))
    vectors = []
    for reading in line.readings:
        values = filled(reading, line.sums)
        if None in values:
            return []
        vectors.append(tuple(values[index] for index in order))
    return vectors


@cache
def declared_position(key):
    return next(list(form.cells).index(key) for form in forms().values() if key in form.cells)


def cells_of(page, line):
    """A line's cells as ``{CellKey: Amount}``, and the findings where they were not plain to read."""
    shown = [token for token in line.tokens if not token.blank]
    text = " ".join(token.text for token in shown)
    place = place_of(page, (shown or line.tokens)[0].at if line.tokens else line.start)
    if not line.readings:
        if not shown:
            status = "blank" if len(line.tokens) >= len(line.keys) else "absent"
            return {key: Amount(None, status, "", "", place) for key in line.keys}, []
        return {key: Amount(None, "unreadable", text, "", place) for key in line.keys}, [unread(line, text, place)]
    values = [filled(reading, line.sums) for reading in line.readings] if len(line.readings) > 1 else []
    amounts, open_keys = {}, []
    for index, (key, kind) in enumerate(zip(line.keys, line.kinds)):
        if len({reading[index] for reading in values}) > 1:
            amounts[key] = Amount(None, "unreadable", text, "", place)
            open_keys.append(key)
        else:
            amounts[key] = amount_of(page, line.readings[0][index], kind, place)
    if open_keys:
        return amounts, [undecided(line, open_keys, text, place)]
    return amounts, []


def amount_of(page, slot, kind, place):
    if slot.token is None:
        return Amount(None, "absent", "", "", place)
    piece = page.stream.pieces[page.stream.piece(slot.token.at)]
    read = amount(slot.text, kind)
    whole = piece.raw == slot.text or fold(piece.raw).strip() == slot.text
    score = piece.cell.score if piece.cell else None
    return Amount(read.value, read.status, piece.raw if whole else slot.text, read.unit, piece.place, score)


def place_of(page, position):
    return page.stream.pieces[page.stream.piece(position)].place


def unread(line, text, place):
    return doubt("row.unreadable", line.keys, place, row=row_label(line), text=text, width=len(line.keys))


def undecided(line, open_keys, text, place):
    return doubt("row.ambiguous", open_keys, place, row=row_label(line), text=text, count=len(open_keys))


def decided(page, lines):
    """One finding for all lines of a table that were read in the same unplain way."""
    alike = {}
    for line in lines:
        if line.readings and line.tier not in PLAIN:
            alike.setdefault((line.tier, bool(line.sums)), []).append(line)
    for (tier, proved), alike_lines in alike.items():
        first = alike_lines[0]
        yield doubt(
            "row.by_sums" if proved else "row.unproved",
            [key for line in alike_lines for key in line.keys],
            place_of(page, first.start),
            row=row_label(first),
            more=f"等 {len(alike_lines)} 行" if len(alike_lines) > 1 else "一行",
            tier=TIERS_ZH[tier],
            text=" ".join(token.text for token in figures_of(first)),
        )


def row_label(line):
    key = line.keys[0]
    rows = dict.fromkeys(key.row for key in line.keys)
    return "、".join(declared_row(key.table, row).label[-1] for row in rows)


def gaps(form, found):
    """What the form has and the document has not: tables, rows, the numbers of a row."""
    for table in form.tables:
        lines = found.get(table.key)
        if not lines:
            yield doubt("table.missing", table.cells, table=table.heading)
            continue
        if any(line.headed < HEADED_ENOUGH for line in lines):
            yield doubt("header.unread", table=table.heading)
        there = {key for line in lines for key in line.keys}
        for row in dict.fromkeys(key.row for key in table.cells):
            cells = [key for key in table.cells if key.row == row]
            if not there.intersection(cells) and not swapped_out(form, cells):
                yield doubt("row.missing", cells, row=declared_row(table.key, row).label[-1])
        for line in lines:
            if not line.tokens and all(key in form.cells for key in line.keys):
                yield doubt("row.empty", line.keys, row=row_label(line))


def swapped_out(form, cells):
    """Whether a hybrid report prints other rows in the place of these: no identity runs through them any more."""
    return len(form.cells) > len(forms()[form.key].cells) and not any(form.identities_of[key][1:] for key in cells)
