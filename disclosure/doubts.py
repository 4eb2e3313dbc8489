"""What is said of lines that were not plain to read, and of what the form has and a document has not."""

import re
from bisect import bisect_left
from operator import attrgetter

from .document import Place
from .form import forms, groups_of
from .geometry import beside
from .infer import is_single_stroke
from .labelled import declared_row
from .labels import plain
from .report import Finding
from .rows import figures_under, twice
from .stream import HAN
from .tiers import BEYOND
from .tokens import tokens
from .worded import MOST_WORN, WORN, is_same, says_other, wording
from .years import of_several

# Below this share of its headings a table's columns are taken in declared order, and that is said.
HEADED_ENOUGH = 0.6
# So many figures under a heading are a table's.
FIGURES_ENOUGH = 10
# What the label of a sum says, its numeral included.
A_SUM = re.compile("[一二三四五六七八九十]*\\W*(?:小计|合计|共计|总计|计)")
# Of a line with figures that are not the form's so much is quoted.
LONGEST = 80
# What is quoted of a line, its borders left out.
WORDS = re.compile(r"[^\s|│┃]+")
# So many rows are named where more have the same said of them.
FEW = 3
BEGIN = attrgetter("begin")


# What is said of a line that was not plain to read, or of what is missing.
WORDING = {
    "row.unreadable": ("warning", "“{row}”一行的数字无法确定：“{text}”与 {width} 列对不上，勾稽关系也不能确定唯一读法。请核对原文。"),
    "header.odd": ("warning", "“{row}”一行上的列标题与表样次序不同，又未能全部识别，不知各数属于哪一列：“{text}”。请核对原文。"),
    "row.years": ("warning", "“{row}”印有不止一个年度的数字，不知哪些是本年度的：“{text}”。请核对原文。"),
    "row.displaced": ("warning", "“{row}”一行的数字可能是上一行或下一行的：此表的数字与标签错行，读法不能确定（“{text}”）。请核对原文。"),
    "row.ambiguous": ("warning", "“{row}”一行有不止一种读法（“{text}”），勾稽关系不能确定是哪一种，其中 {count} 格未定。请核对原文。"),
    "row.by_sums": ("info", "“{row}”{more}的排版有缺损（{tier}），数字按勾稽关系的唯一读法确定：“{text}”。"),
    "row.beyond": ("info", "“{row}”{more}比表样多出一列或几列，多出的列未计入：“{text}”。"),
    "row.unproved": ("warning", "“{row}”{more}的排版有缺损（{tier}），此表没有勾稽关系可以核对读法：“{text}”。请核对原文。"),
    "cell.unreadable": ("warning", "“{row}”一行有 {count} 格不是可读的数字：“{text}”。请核对原文。"),
    "cell.by_sums": ("info", "“{row}”{more}有不可读的数字（“{text}”），按勾稽关系推定。"),
    "row.parts": ("info", "“{row}”一格印作“{text}”：按其说法，本格的数是 {value}，其余数字是其中的部分、别年的数或同一数额，未计入。"),
    "row.aside": ("warning", "“{row}”一格印有不止一个数字（“{text}”），读作 {value}；其余数字是什么未能确定。请核对原文。"),
    "row.extra": ("warning", "“{row}”一行之后另有数字未能归入表格：“{text}”。请核对原文。"),
    "row.other": ("warning", "“{row}”一行印作“{text}”，说的可能是另一行，其数字未必是表样所要的数。请核对原文。"),
    "row.twice": ("warning", "“{row}”一行在表中不止一次，取“{taken}”，另一行（“{text}”）未计入。请核对原文。"),
    "row.alike": ("info", "“{row}”{more}的标签与表样不尽相同，按近似读取：印作{text}。"),
    "row.subtotal": ("info", "“{text}”是“{row}”各行的小计，表样没有这一行，未计入。"),
    "row.missing": ("warning", "表中没有找到“{row}”一行。"),
    "row.cut": ("warning", "文件到“{row}”一行的“{text}”为止，其后的内容缺失，这个数字可能也没有写完。请核对原文。"),
    "row.empty": ("warning", "“{row}”一行没有数字。"),
    "table.missing": ("warning", "没有找到“{table}”一表：可能是图片、附件，或未公布。缺失不等于零。"),
    "table.second": ("warning", "“{table}”一表在文中不止一份：{said}的一份未读取。如需读取，请另存为单独的文件。"),
    "table.year": ("warning", "“{table}”一表写有别的年份（“{text}”），而报告年度是 {year} 年：表中可能是另一年度的数字，或年份未改。请核对原文。"),
    "table.undecided": ("warning", "“{table}”一表在文中不止一份，数字不同，标题又未写明哪一份是本年度的，一格未读。请核对原文。"),
    "table.local": ("info", "“{row}”一行之后另有一张表，其标题都不是表样的，未读取。"),
    "table.unread": ("warning", "“{table}”标题之下有 {count} 个数字，但没有认出表中各行，一格未读。请核对原文。"),
    "cells.blank": ("info", "“{table}”一表有 {count} 格空白，勾稽关系不能确定是否为零，留作空白。"),
    "header.unread": ("info", "“{table}”一表的列标题未能全部识别，按表样的列序读取。"),
    "header.other": ("warning", "“{row}”等行上的列标题（“{text}”）不是表样的列标题，其下的数字未必是表样所要的数。请核对原文。"),
    "header.unproved": ("warning", "“{row}”一行的列标题未能全部识别，按表样的列序读取，没有勾稽关系可以核对：“{text}”。请核对原文。"),
    "unit.converted": ("info", "“{row}”印作“{text}”，表样的单位是{unit}，按 {value} {unit}计。"),
    "unit.unstated": ("warning", "“{row}”的数字“{text}”没有印明单位，按表样的单位（{unit}）计。请核对原文。"),
    "form.hybrid": ("warning", "此报告混用两种表样：“{row}”按 {donor} 年表样读取，其余按 {form} 年表样。"),
}  # fmt: skip
NOWHERE = Place()


def doubt(check, cells=(), place=NOWHERE, **facts):
    severity, wording = WORDING[check]
    return Finding(check, severity, wording.format(**facts), tuple(cells), place=place)


def text_of(line):
    return " ".join(token.text for token in line.figures)


def decided(page, lines):
    """One finding for all lines of a table that were read in the same unplain way."""
    alike = {}
    for line in lines:
        if len(line.readings) == 1 and line.tier.damage and not (line.open and line.tier == BEYOND):
            alike.setdefault((line.tier, bool(line.sums)), []).append(line)
    for (tier, proved), alike_lines in alike.items():
        first = alike_lines[0]
        check = "row.beyond" if tier == BEYOND else "row.by_sums" if proved else "row.unproved"
        yield doubt(
            check,
            [key for line in alike_lines for key in line.keys],
            page.stream.place(first.start),
            row=row_label(first),
            more=f"等 {len(alike_lines)} 行" if len(alike_lines) > 1 else "一行",
            tier=tier.damage,
            text=text_of(first),
        )


def extra(page, lines, values):
    """Whole rows of figures behind a line's own that no label names, and figures in further cells of its row.

    Those of a table of the body's own, which stands between the form's, are none of it.
    """
    for line in lines:
        of_its_own = {}
        if line.readings and not line.sums:
            own = {token.at for token in line.figures}
            alone = [token for run in line.found for token in run if token.alone and token.text.isdecimal()]
            if strays := [token for token in alone if token.at not in own and not local_table(page, line, token)]:
                yield passed_over(page, line, strays, values)
        for run in () if line.at_sight else line.runs:
            figures = [token for token in run if token.text]
            if run is line.tokens or not figures:
                continue
            if grid := local_table(page, line, figures[0]):
                of_its_own.setdefault(id(grid), page.stream.place(figures[0].at))
                continue
            few = 1 if not line.sums and of_another(page, figures[0]) else 2
            if len(figures) >= max(few, len(line.keys)) or not line.sums and beside(line, figures):
                yield passed_over(page, line, figures, values)
        for place in of_its_own.values():
            yield doubt("table.local", (), place, row=row_label(line))
    for line, figures in before_first(page, lines):
        yield passed_over(page, line, figures, values)


def local_table(page, line, figure):
    """The grid of a figure, if it is not the line's but a table of the body's own: headed by words, and none of them the form's."""
    grid = page.stream.piece(figure.at).grid
    if not grid or grid is page.stream.piece(line.start).grid:
        return None
    heads = [cell.text for cell in grid.cells if cell.row == 0]
    low, high = (bisect_left(page.labels, end, key=BEGIN) for end in page.stream.stretch_of(grid))
    labels = page.labels[low:high]
    is_own = all(A_SUM.fullmatch(page.stream.han[label.start : label.end]) for label in labels)
    return grid if len(heads) > 1 and all(map(HAN.search, heads)) and is_own else None


def of_another(page, figure):
    """Whether a figure stands in a cell of its own behind words that are no label; on a bare line it may be a page's."""
    first, *others = page.cells(figure.at)
    return bool(others) and HAN.search(page.masked, first[0], figure.at) is not None


def before_first(page, lines):
    """``(line, figures)`` of the first row below each header, if figures stand in cells between the two: a row's that the form has not."""
    above = 0
    for line in lines:
        header = max((last for _, last in line.header.at.values()), default=0)
        if header >= above and not line.sums and any(map(str.isdecimal, page.masked[header + 1 : line.start])):
            runs = tokens(page, header + 1, line.start, frozenset(line.kinds), proved=False)
            figures = [
                token for run in runs for token in run if token.text and not token.odd and of_another(page, token)
            ]
            if figures:
                yield line, figures
        above = line.start


def passed_over(page, line, figures, values):
    """What is said of figures that no label of the form names: a group's subtotal, or not to be told."""
    stream, at = page.stream, figures[0].at
    text = " ".join(part for part in (stream.text[slice(*cell)].strip() for cell in page.cells(at)) if part)[:LONGEST]
    group = subtotal_of(line, figures, values, text)
    if group:
        return doubt("row.subtotal", (), stream.place(at), row=group, text=text)
    # Its label may be that of a row read elsewhere: either may be the right one.
    table = line.keys[0].table
    labels = page.labels[: bisect_left(page.starts, bisect_left(stream.at, at))][-2:]
    named = {label.key(table, "row") for label in labels if page.line(label.begin) == page.line(at)}
    keys = [key for key in values if key in line.keys or key.table == table and key.row in named]
    return doubt("row.extra", keys, stream.place(at), row=row_label(line), text=text)


def blanks(form, values, inferred):
    """One finding a table for the blank cells that the sums leave open."""
    for table in form.tables:
        blank = [key for key in table.cells if values[key].status == "blank" and key not in inferred]
        if blank:
            yield doubt("cells.blank", blank, table=table.heading, count=len(blank))


def subtotal_of(line, figures, values, text):
    """The heading of the group whose rows add up to some figures, or None; that which their ``text`` names, if it does.

    Where it says anything else but that it is a sum, the figures are another row's.
    """
    table, rows = line.keys[0].table, {}
    for key, amount in values.items():
        if key.table == table and "." in key.row:
            heading = declared_row(table, key.row).label[-2]
            rows.setdefault(heading, {}).setdefault(key.column, []).append(amount.value or 0)
    named = [heading for heading in rows if plain(heading) in text]
    if not named and HAN.search(A_SUM.sub("", text)):
        return None
    for heading in named or rows:
        columns = rows[heading]
        sums = [sum(columns[key.column]) for key in line.keys if key.column in columns]
        told = named or any(sums) or heading == row_label(line)
        if told and len(sums) > 1 and [str(value) for value in sums] == [token.text for token in figures]:
            return heading
    return None


def odd_cells(form, values, inferred, findings):
    """The cells whose own text is no number: those that the sums leave open row by row, the others in one finding."""
    named = {key for finding in findings for key in finding.cells}
    odd = [key for key, amount in values.items() if amount.status == "unreadable" and key not in named]
    odd += [
        key for key in values if form.identities_of[key] and key not in inferred and is_single_stroke(form, key, values)
    ]
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


def gaps(page, form, found):
    """What the form has and the document has not: tables, rows, the numbers of a row."""
    for table in form.tables:
        lines = found.get(table.key)
        if not lines:
            count = figures_under(page, table.key)
            unread_or_missing = "table.unread" if count >= FIGURES_ENOUGH else "table.missing"
            check = "table.undecided" if table.key in found else unread_or_missing
            yield doubt(check, table.cells, table=table.heading, count=count)
            continue
        odd = [line for line in lines if line.header.strange and line.header.in_order and line.figures]
        for words, under in by_words(odd).items():
            keys = [key for line in under for key in line.keys]
            yield doubt("header.other", keys, row="、".join(map(row_label, under[:FEW])), text="、".join(words))
        unheaded = [line for line in lines if line.header.headed < HEADED_ENOUGH and not line.header.strange]
        unproved = [line for line in unheaded if line.figures and len(line.keys) > 1 and not line.sums]
        for line in unproved:
            yield doubt("header.unproved", line.keys, row=row_label(line), text=text_of(line))
        if unheaded and not unproved:
            yield doubt("header.unread", table=table.heading)
        there = {key.row for line in lines for key in line.keys}
        # The heading of a group whose rows are printed has no figures of its own.
        groups = groups_of(there)
        for row, cells in table.rows.items():
            if row not in there and not swapped_out(form, cells):
                yield doubt("row.missing", cells, row=declared_row(table.key, row).label[-1])
        for line in lines:
            if line.figures or line.row in groups:
                continue
            # Under a header of another form's columns it may have none of this form's cells, or not all.
            cells = [key for row in dict.fromkeys(key.row for key in line.keys) for key in table.rows.get(row, ())]
            said = all(key in form.cells for key in line.keys) and (is_blank(line) or illegible(line))
            if cells and not said:
                yield doubt("row.empty", cells, row=row_label(line))


def cut_off(page, form, found, missing):
    """A doubt on the figure with which a document ends, where the form goes on: its last digits may be missing too."""
    order = {key: at for at, key in enumerate(form.cells)}
    until = max((order.get(key, 0) for finding in missing for key in finding.cells), default=0)
    end = len(page.stream.text.rstrip()) if until else 0
    for line in (line for lines in found.values() for line in lines if end and line.figures):
        last = line.figures[-1]
        if last.at + len(last.text) == end and order.get(line.keys[-1], until) < until:
            yield doubt("row.cut", line.keys[-1:], page.stream.place(last.at), row=row_label(line), text=last.text)


def is_blank(line):
    """Whether the cells of a row are there, with nothing in them.

    The last may be lost, as the line's margin; so may the first, where no label stands before it.
    """
    margins = 1 if len({key.row for key in line.keys}) == 1 else 2
    return not illegible(line) and len(line.tokens) >= max(1, len(line.keys) - margins)


def illegible(line):
    """The texts with digits in them beside a row's label that can be no cell's, as one."""
    page, here = line.page, line.page.line(line.start)
    odd = [token for run in line.found for token in run if token.odd and any(map(str.isdecimal, token.text))]
    return " ".join(token.text for token in odd if page.line(token.at) == here)


def by_words(lines):
    """Lines by the strange words over them."""
    found = {}
    for line in lines:
        found.setdefault(line.header.strange, []).append(line)
    return found


def swapped_out(form, cells):
    """Whether a hybrid report prints other rows in the place of these: no identity runs through them any more."""
    return len(form.cells) > len(forms()[form.key].cells) and not any(form.identities_of[key][1:] for key in cells)


def unread(line, text, place):
    if not line.header.in_order:
        return doubt("header.odd", line.keys, place, row=row_label(line), text=text)
    if line.displaced:
        return doubt("row.displaced", line.keys, place, row=row_label(line), text=text)
    if of_several(line):
        return doubt("row.years", line.keys, place, row=row_label(line), text=text)
    return doubt("row.unreadable", line.keys, place, row=row_label(line), text=text, width=len(line.keys))


def undecided(line, open_keys, text, place):
    return doubt("row.ambiguous", open_keys, place, row=row_label(line), text=text, count=len(open_keys))


def again(page, table, chain, lines):
    """What is said of a row that answers to the label of another: which of them the form means need not be plain."""
    for row, label, end in twice(page, table, chain):
        keys = [key for line in lines if line.row == row for key in line.keys]
        taken = next(" ".join([row_label(line), text_of(line)]) for line in lines if line.row == row)
        text = " ".join(WORDS.findall(page.stream.text[label.begin : end]))[:LONGEST]
        name = declared_row(table, row).label[-1]
        yield doubt("row.twice", keys, page.stream.place(label.begin), row=name, taken=taken, text=text)


def worded(page, lines):
    """What is said of rows whose labels are not the form's: those that say something else, and those taken for a likeness."""
    others = [(line, said) for line in lines if line.figures and line.readings and (said := wording(page, line))]
    worn = len(others) > max(MOST_WORN, len(lines) // WORN)
    alike = []
    for line, (printed, name, notes) in others:
        text = "".join([printed, *(f"（{note}）" for note in notes)])
        group = "".join(declared_row(line.keys[0].table, line.row).label[:-1])
        if says_other(printed, name, notes, worn, bool(line.sums), group):
            yield doubt("row.other", line.keys, page.stream.place(line.start), row=row_label(line), text=text)
        elif notes or not is_same(printed, name):
            alike.append((line, text))
    if alike:
        first, texts = alike[0][0], "、".join(f"“{text}”" for _, text in alike[:FEW])
        more = f"等 {len(alike)} 行" if len(alike) > FEW else ""
        rows = "、".join(row_label(line) for line, _ in alike[:FEW])
        keys = [key for line, _ in alike for key in line.keys]
        yield doubt("row.alike", keys, page.stream.place(first.start), row=rows, more=more, text=texts)
