"""Which text is which cell: the form's labels name rows and columns, the form's sums decide what layout left open."""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from .amounts import ABSENT, PARTS, YUAN, Amount, aside, said
from .displaced import doubt_between, doubt_short, put_right
from .doubts import (
    FIGURES_ENOUGH,
    again,
    blanks,
    cut_off,
    decided,
    doubt,
    extra,
    gaps,
    heading_of,
    illegible,
    is_blank,
    odd_cells,
    passed_over,
    row_label,
    text_of,
    undecided,
    unread,
    worded,
)
from .errors import UnknownForm
from .flat import flat_lines
from .form import forms, groups_of
from .geometry import overlooked
from .grids import blocks_of
from .halves import halves
from .infer import infer
from .labelled import Page, declared_row
from .line import declaring, is_flat, sums_across, table_keys
from .lines import row_lines
from .readings import NOTHING, filled
from .rows import figures_under, rows_of
from .settle import settle
from .several import refuse_several, the_one
from .stream import Stream, stream
from .tidy import tidy
from .units import heading_unit
from .verbatim import at_a_look

# What may stand round a number that has its cell to itself, and how many characters of it.
AROUND, MOST_AROUND = " \t\n()（）*_`$\\", 20
# A number that says of itself that it is yuan, whatever its column says.
YUAN_SIGN = re.compile(r"\s*[¥￥][\d\s.,，]+")
# What a medium notes of a table of which it has only a picture.
PICTURED = "media.picture"


@dataclass
class Matched:
    """The form that fits, its cells, and what was doubtful on the way."""

    form: object
    values: dict
    findings: list
    stream: Stream


def match(document):
    """Name the cells of a document.

    Returns a Matched. Raises UnknownForm if no declared form fits, SeveralReports if it holds more than one report.
    """
    blocks = blocks_of(document)
    text = stream(blocks)
    refuse_several(document.path, text)
    if found := at_a_look(text, blocks) or tidy(document):
        return settled(*found, text)
    return settled(*search(document, text), text)


def search(document, text):
    """The form that fits, the cells by the labels of their rows and the headings of their columns, and what was doubtful."""
    page = Page(document.path, text)
    found, after, second = {}, 0, []
    for table in table_keys():
        if chain := rows_of(page, table, after):
            chain, others, lines = the_one(page, table, chain)
            second += [doubt("table.second", (), place, table=heading_of(table), said=said) for place, said in others]
            found[table] = lines or (lines_of(page, table, chain) if chain else [])
            second += again(page, table, chain, found[table]) if chain and not is_flat(table) else ()
            after = chain[-1][1].end if chain else after
    nameless = list(unnamed(found))
    form, findings = fitting_form(page, found, document)
    findings += second
    values = dict.fromkeys(form.cells, ABSENT)
    for table, lines in found.items():
        settle(table, lines)
        if sums_across(table):
            doubt_between(page, lines)
        for line in lines:
            if all(map(form.cells.__contains__, line.keys)):
                amounts, doubts = cells_of(page, line)
                values |= amounts
                findings += doubts
        findings += decided(page, lines)
        findings += () if is_flat(table) else worded(page, lines)
        findings += extra(page, lines, values)
    findings += [passed_over(page, line, line.figures, values) for line in nameless]
    missing = list(gaps(page, form, found))
    findings += missing + list(cut_off(page, form, found, missing))
    return form, values, findings


def lines_of(page, table, chain):
    """The lines of a table's rows, those whose figures stand apart from their labels put right or in doubt."""
    if is_flat(table):
        return flat_lines(page, table, chain)
    lines = row_lines(page, table, chain)
    if not sums_across(table):
        doubt_short(page, table, lines)
        return lines
    if lines[0].header.headed < 1:
        lines = halves(page, table, chain) or lines
    put_right(page, table, lines)
    return lines


def settled(form, values, findings, text):
    """What was read, with what follows from it and what is to be said of it. Changes ``values`` and ``findings``."""
    findings += beside_others(form, values)
    findings += in_declared_unit(form, values, text.text)
    if None in [amount.value for amount in values.values()]:
        inferred = infer(form, values)
        findings += odd_cells(form, values, inferred, findings)
        findings += blanks(form, values, inferred)
        values |= inferred
    return Matched(form, values, findings, text)


def fitting_form(page, found, document):
    """The form that declares most of the lines found, with the rows that the report prints after another form."""
    lines = [line for table_lines in found.values() for line in table_lines if line.figures]
    if not lines:
        raise UnknownForm(no_form(page, found, document))
    findings = []
    declared = [(line, declaring(line.keys)) for line in lines]
    votes = Counter(key for _, keys in declared for key in keys)
    most = max(votes[key] for key in forms())
    rivals = [form for key, form in forms().items() if votes[key] == most]
    form = rivals[0] if len(rivals) == 1 else max(rivals, key=lambda form: share_labelled(page, form))
    strange = {}
    for line, keys in declared:
        if form.key not in keys:
            strange.setdefault((line.form, line.keys[0].table), []).append(line.row)
    for (donor, table), rows in strange.items():
        labels = "、".join(declared_row(table, row).label[-1] for row in rows)
        own, form = form, form.with_rows(forms()[donor], table, rows)
        # What those rows hold by the one form alone: what is read beyond the report's own, and what of that is not there.
        borrowed = [key for key in form.cells if key.table == table and key.row in rows]
        cells = [key for key in borrowed if (key in own.cells) != (key in forms()[donor].cells)]
        findings.append(doubt("form.hybrid", cells, row=labels, donor=donor, form=form.key))
    return form, findings


def share_labelled(page, form):
    """The share of a form's rows whose labels stand anywhere in a text, figures or none."""
    labelled = {(role.table, role.key) for label in page.labels for role in label.roles if role.kind == "row"}
    rows = {key[:2] for key in form.cells}
    return len(rows & labelled) / len(rows)


def unnamed(found):
    """Take away the lines of a group's heading with figures while rows of the group are there: their label is lost."""
    for lines in found.values():
        groups = groups_of(line.row for line in lines if line.figures)
        for line in [line for line in lines if line.row in groups and line.figures]:
            lines.remove(line)
            yield line


def no_form(page, found, document):
    if pictured := [note for note in document.notes if note[0] == PICTURED]:
        return (
            f"{page.path}: the tables are pictures: under {len(pictured)} of the headings stands nothing else. "
            "Save the pictures as PNG or JPEG and read those; missing is not zero."
        )
    if found and (count := sum(figures_under(page, table) for table in found)) >= FIGURES_ENOUGH:
        return (
            f"{page.path}: the form's labels are there and {count} figures under its headings, but no figure stands behind "
            "its label, and the sums do not tell whose each is. Look for a copy whose rows hold their figures."
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
        f"read that file instead; if it is a local form, declare it in disclosure/forms/.{document.elsewhere}"
    )


def cells_of(page, line):
    """A line's cells as ``{CellKey: Amount}``, and the findings where they were not plain to read."""
    shown = line.figures
    place = page.stream.place((shown or line.tokens)[0].at if shown or line.tokens else line.start)
    if len(line.readings) == 1 and not line.open:
        cells = zip(line.keys, line.readings[0], line.kinds, strict=True)
        amounts = {key: amount_of(line, key, slot, kind, place) for key, slot, kind in cells}
        left_out = overlooked(line, line.readings[0])
        if not (left_out or line.displaced):
            return amounts, []
        facts = {"row": row_label(line), "text": " ".join(left_out) or text_of(line)}
        return amounts, [doubt("row.extra" if left_out else "row.displaced", line.keys, place, **facts)]
    text = text_of(line) if shown or line.readings else " ".join(overlooked(line, [NOTHING])) or illegible(line)
    if not line.readings:
        if not text and not (line.displaced and line.tokens):
            status = "blank" if is_blank(line) else "absent"
            return {key: Amount(None, status, "", "", place) for key in line.keys}, []
        return {key: Amount(None, "unreadable", text, "", place) for key in line.keys}, [unread(line, text, place)]
    values = [filled(reading, line.sums) for reading in line.readings]
    amounts, open_keys = {}, []
    for index, (key, kind) in enumerate(zip(line.keys, line.kinds)):
        if index in line.open or len({reading[index] for reading in values}) > 1:
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
    start, end, block, cell = stream.pieces[bisect_right(stream.starts, at, 1) - 1]
    status, unit = "printed", ""
    if value is None or not text.isdecimal():
        value, status, unit = said(text, kind)
    if not unit and value is not None and line.header.units:
        unit = line.header.units.get(key.column, "")
    raw = (cell or block).text
    if raw != text and (
        end - start > len(text) + MOST_AROUND or stream.text[start:end].replace(text, "", 1).strip(AROUND)
    ):
        raw = text
    if cell:
        return Amount(value, status, raw, unit, block.place(cell), cell.score)
    return Amount(value, status, raw, unit, block.place)


def beside_others(form, values):
    """A finding for each number that stands in its cell beside other numbers, where no sum says that it is the cell's."""
    for key, read in values.items():
        if not read.text.isdecimal() and read.value is not None and not form.identities_of[key] and aside(read.text):
            check = "row.parts" if PARTS.search(read.text) else "row.aside"
            row, _ = form.cells[key]
            yield doubt(check, [key], read.place, row=row.label[-1], text=read.text, value=read.value)


def in_declared_unit(form, values, text):
    """Money printed in another unit than the column declares, in the declared one: what its key promises.

    The cell's own unit counts, then the one behind the column's heading or the row's label in ``text``; where neither is there, the declared
    one. Changes ``values``; an Amount's text stays what was printed. Yields a finding for each.
    """
    for key, (row, column) in form.cells_of_money.items():
        read = values[key]
        if read.value is None:
            continue
        unit = read.unit or heading_unit(row, column, text)
        if read.value and (not unit or YUAN_SIGN.fullmatch(read.text)):
            yield doubt("unit.unstated", [key], read.place, row=row.label[-1], text=read.text, unit=column.unit)
        elif unit in YUAN and unit != column.unit:
            value = round(read.value * YUAN[unit] / YUAN[column.unit], 6)
            values[key] = read._replace(value=value, unit=column.unit)
            printed = read.text if read.unit else f"{read.text}（{unit}）"
            yield doubt(
                "unit.converted", [key], read.place, row=row.label[-1], text=printed, value=value, unit=column.unit
            )
