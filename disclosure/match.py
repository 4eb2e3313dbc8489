"""Which text is which cell: the form's labels name rows and columns, the form's sums decide what layout left open."""

import re
from collections import Counter
from dataclasses import dataclass

from .amounts import ABSENT, YUAN, Amount, said
from .document import Place
from .errors import UnknownForm
from .form import forms
from .infer import infer
from .labels import plain
from .lines import declaring, flat_lines, is_flat, row_lines, table_keys
from .readings import filled
from .report import Finding
from .rows import rows_of
from .settle import beside, settle
from .several import the_one
from .stream import Stream, stream
from .tables import Page, declared_row

# Below this share of its headings a table's columns are taken in declared order, and that is said.
HEADED_ENOUGH = 0.6
# Ways of reading that take a line as it stands.
PLAIN = ("shown", "blank cells")


@dataclass
class Matched:
    """The form that fits, its cells, and what was doubtful on the way."""

    form: object
    values: dict
    findings: list
    stream: Stream


# What a medium notes of a table of which it has only a picture.
PICTURED = "media.picture"

# What is said of a line that was not plain to read, or of what is missing.
WORDING = {
    "row.unreadable": ("warning", "“{row}”一行的数字无法确定：“{text}”与 {width} 列对不上，勾稽关系也不能确定唯一读法。请核对原文。"),
    "header.odd": ("warning", "“{row}”一行上的列标题与表样次序不同，又未能全部识别，不知各数属于哪一列：“{text}”。请核对原文。"),
    "row.ambiguous": ("warning", "“{row}”一行有不止一种符合勾稽关系的读法（“{text}”），其中 {count} 格未定。请核对原文。"),
    "row.by_sums": ("info", "“{row}”{more}的排版有缺损（{tier}），数字按勾稽关系的唯一读法确定：“{text}”。"),
    "row.unproved": ("warning", "“{row}”{more}的排版有缺损（{tier}），此表没有勾稽关系可以核对读法：“{text}”。请核对原文。"),
    "cell.unreadable": ("warning", "“{row}”一行有 {count} 格不是可读的数字：“{text}”。请核对原文。"),
    "cell.by_sums": ("info", "“{row}”{more}有不可读的数字（“{text}”），按勾稽关系推定。"),
    "row.extra": ("warning", "“{row}”一行之后另有数字未能归入表格：“{text}”。请核对原文。"),
    "row.missing": ("warning", "表中没有找到“{row}”一行。"),
    "row.empty": ("warning", "“{row}”一行没有数字。"),
    "table.missing": ("warning", "没有找到“{table}”一表：可能是图片、附件，或未公布。缺失不等于零。"),
    "table.second": ("warning", "“{table}”一表在文中不止一份：{said}的一份未读取。如需读取，请另存为单独的文件。"),
    "header.unread": ("info", "“{table}”一表的列标题未能全部识别，按表样的列序读取。"),
    "header.unproved": ("warning", "“{row}”一行的列标题未能全部识别，按表样的列序读取，没有勾稽关系可以核对：“{text}”。请核对原文。"),
    "unit.converted": ("info", "“{row}”印作“{text}”，表样的单位是{unit}，按 {value} {unit}计。"),
    "form.hybrid": ("warning", "此报告混用两种表样：“{row}”按 {donor} 年表样读取，其余按 {form} 年表样。"),
}  # fmt: skip
# How a line was read that did not stand plainly there.
TIERS_ZH = {
    "numbers beside their labels": "数字与标签错行",
    "blanks inside numbers": "数字中有空白",
    "digits run together": "数字相连",
    "cells lost": "缺少单元格",
    "stray numbers": "多出数字",
}


NOWHERE = Place()


def doubt(check, cells=(), place=NOWHERE, **facts):
    severity, wording = WORDING[check]
    return Finding(check, severity, wording.format(**facts), tuple(cells), place=place)


def match(document):
    """Name the cells of a document.

    Returns a Matched. Raises UnknownForm if no declared form fits, SeveralReports if the tables are there twice.
    """
    text = stream(document.blocks)
    page = Page(document.path, text)
    found, after, passed_over = {}, 0, []
    for table in table_keys():
        if chain := rows_of(page, table, after):
            chain, others = the_one(page, table, chain)
            passed_over += [doubt("table.second", (), place, table=heading_of(table), said=said) for place, said in others]
            found[table] = (flat_lines if is_flat(table) else row_lines)(page, table, chain)
            after = chain[-1][1].end
    pictured = [note for note in document.notes if note[0] == PICTURED]
    form, findings = fitting_form(page, found, pictured)
    findings += passed_over
    values = dict.fromkeys(form.cells, ABSENT)
    for table, lines in found.items():
        settle(table, lines)
        for line in lines:
            if all(map(form.cells.__contains__, line.keys)):
                amounts, doubts = cells_of(page, line)
                values |= amounts
                findings += doubts
        findings += decided(page, lines)
        findings += extra(page, lines)
    findings += gaps(form, found)
    findings += in_declared_unit(form, values, text.text)
    inferred = infer(form, values)
    findings += odd_cells(form, values, inferred, findings)
    return Matched(form, values | inferred, findings, text)


def fitting_form(page, found, pictured):
    """The form that declares most of the lines found, with the rows that the report prints after another form."""
    lines = [line for table_lines in found.values() for line in table_lines if line.figures]
    if not lines:
        raise UnknownForm(no_form(page, found, pictured))
    findings = list(unnamed(page, lines))
    declared = [(line, declaring(line.keys)) for line in lines]
    votes = Counter(key for _, keys in declared for key in keys)
    form = max(forms().values(), key=lambda form: votes[form.key])
    strange = {}
    for line, keys in declared:
        if form.key not in keys:
            strange.setdefault((line.form, line.keys[0].table), []).append(line.row)
    for (donor, table), rows in strange.items():
        labels = "、".join(declared_row(table, row).label[-1] for row in rows)
        own, form = form, form.with_rows(forms()[donor], table, rows)
        cells = [key for key in form.cells if key not in own.cells]
        findings.append(doubt("form.hybrid", cells, row=labels, donor=donor, form=form.key))
    return form, findings


def unnamed(page, lines):
    """Take away the figures that stand behind a group's heading while rows of the group are there: their label is lost."""
    groups = {line.row.rpartition(".")[0] for line in lines}
    for line in [line for line in lines if line.row in groups]:
        yield doubt("row.extra", (), page.stream.place(line.start), row=row_label(line), text=text_of(line))
        lines.remove(line)


def no_form(page, found, pictured):
    if pictured:
        return (
            f"{page.path}: the tables are pictures: under {len(pictured)} of the headings stands nothing else. "
            "Save the pictures as PNG or JPEG and read those; missing is not zero."
        )
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


def cells_of(page, line):
    """A line's cells as ``{CellKey: Amount}``, and the findings where they were not plain to read."""
    shown = line.figures
    place = page.stream.place((shown or line.tokens)[0].at if shown or line.tokens else line.start)
    if len(line.readings) == 1:
        cells = zip(line.keys, line.readings[0], line.kinds, strict=True)
        return {key: amount_of(line, key, slot, kind, place) for key, slot, kind in cells}, []
    text = text_of(line)
    if not line.readings:
        if not shown:
            status = "blank" if len(line.tokens) >= len(line.keys) else "absent"
            return {key: Amount(None, status, "", "", place) for key in line.keys}, []
        return {key: Amount(None, "unreadable", text, "", place) for key in line.keys}, [unread(line, text, place)]
    values = [filled(reading, line.sums) for reading in line.readings]
    amounts, open_keys = {}, []
    for index, (key, kind) in enumerate(zip(line.keys, line.kinds)):
        if len({reading[index] for reading in values}) > 1:
            amounts[key] = Amount(None, "unreadable", text, "", place)
            open_keys.append(key)
        else:
            amounts[key] = amount_of(line, key, line.readings[0][index], kind, place)
    return amounts, [undecided(line, open_keys, text, place)] if open_keys else []


def amount_of(line, key, slot, kind, place):
    text, value, at = slot
    if at is None:
        return Amount(None, "absent", "", "", place)
    stream = line.page.stream
    piece = stream.piece(at)
    start, end, block, cell = piece
    status, unit = "printed", ""
    if value is None or not text.isdecimal():
        value, status, unit = said(text, kind)
    if not unit and value is not None and line.header.units:
        unit = line.header.units.get(key.column, "")
    raw = (cell or block).text
    if raw != text and stream.text[start:end].strip() != text:
        raw = text
    return Amount(value, status, raw, unit, piece.place, cell and cell.score)


def in_declared_unit(form, values, text):
    """Money printed in another unit than the column declares, in the declared one: what its key promises.

    The cell's own unit counts, then the one behind the column's heading in ``text``. Changes ``values``; an Amount's
    text stays what was printed. Yields a finding for each.
    """
    for key, (row, column) in form.cells.items():
        read = values[key]
        if read.value is None or column.unit not in YUAN:
            continue
        unit = read.unit or heading_unit(column, text) or column.unit
        if unit in YUAN and unit != column.unit:
            value = round(read.value * YUAN[unit] / YUAN[column.unit], 6)
            values[key] = read._replace(value=value, unit=column.unit)
            printed = read.text if read.unit else f"{read.text}（{unit}）"
            yield doubt("unit.converted", [key], read.place, row=row.label[-1], text=printed, value=value, unit=column.unit)


def heading_unit(column, text):
    """The unit of money that is printed behind a column's heading; None where none stands there."""
    units = re.findall(rf"{plain(column.label[-1])}[^\d元]{{0,12}}?({'|'.join(YUAN)})", text)
    return units[-1] if units else None


def text_of(line):
    return " ".join(token.text for token in line.figures)


def unread(line, text, place):
    if not line.header.in_order:
        return doubt("header.odd", line.keys, place, row=row_label(line), text=text)
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
            page.stream.place(first.start),
            row=row_label(first),
            more=f"等 {len(alike_lines)} 行" if len(alike_lines) > 1 else "一行",
            tier=TIERS_ZH[tier],
            text=text_of(first),
        )


def extra(page, lines):
    """Whole rows of figures behind a line's own that no label names, and figures in further cells of its row."""
    for line in lines:
        if line.readings and not line.sums:
            strays = [token for run in line.found for token in run if token.alone and token.text.isdecimal()]
            if strays := [token for token in strays if token.at > line.figures[-1].at]:
                text = " ".join(token.text for token in strays)
                yield doubt("row.extra", line.keys, page.stream.place(strays[0].at), row=row_label(line), text=text)
        for run in () if line.at_sight else line.runs:
            figures = [token for token in run if token.text]
            more = len(figures) >= max(2, len(line.keys)) or (not line.sums and beside(line, figures))
            if run is not line.tokens and more:
                text = " ".join(token.text for token in figures)
                yield doubt("row.extra", line.keys, page.stream.place(run[0].at), row=row_label(line), text=text)


def odd_cells(form, values, inferred, findings):
    """The cells whose own text is no number: those that the sums leave open row by row, the others in one finding."""
    named = {key for finding in findings for key in finding.cells}
    odd = [key for key, amount in values.items() if amount.status == "unreadable" and key not in named]
    rows = {}
    for key in odd:
        if key not in inferred:
            rows.setdefault(key[:2], []).append(key)
    for keys in rows.values():
        texts = "、".join(values[key].text for key in keys)
        row = form.cells[keys[0]][0].label[-1]
        yield doubt("cell.unreadable", keys, values[keys[0]].place, row=row, count=len(keys), text=texts)
    if settled := [key for key in odd if key in inferred]:
        first = settled[0]
        more = f"等 {len(settled)} 格" if len(settled) > 1 else "一行"
        row = form.cells[first][0].label[-1]
        yield doubt("cell.by_sums", settled, values[first].place, row=row, more=more, text=values[first].text)


def heading_of(table):
    return next(own.heading for form in forms().values() for own in form.tables if own.key == table)


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
        unheaded = [line for line in lines if line.header.headed < HEADED_ENOUGH]
        unproved = [line for line in unheaded if line.figures and len(line.keys) > 1 and not line.sums]
        for line in unproved:
            yield doubt("header.unproved", line.keys, row=row_label(line), text=text_of(line))
        if unheaded and not unproved:
            yield doubt("header.unread", table=table.heading)
        there = {line_row for line in lines for line_row in {key.row for key in line.keys}}
        for row, cells in table.rows.items():
            if row not in there and not swapped_out(form, cells):
                yield doubt("row.missing", cells, row=declared_row(table.key, row).label[-1])
        for line in lines:
            if not line.figures and not line.tokens and all(key in form.cells for key in line.keys):
                yield doubt("row.empty", line.keys, row=row_label(line))


def swapped_out(form, cells):
    """Whether a hybrid report prints other rows in the place of these: no identity runs through them any more."""
    return len(form.cells) > len(forms()[form.key].cells) and not any(form.identities_of[key][1:] for key in cells)
