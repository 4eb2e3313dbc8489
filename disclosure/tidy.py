"""A long table, a row for each cell of the form, as programs write it: its own columns name the cells."""

from collections import Counter
from functools import cache, lru_cache
from itertools import takewhile

from .amounts import ABSENT, Amount, amount
from .document import Grid
from .doubts import doubt
from .errors import SeveralReports
from .form import forms
from .labels import ORDINAL, han, plain, variants

# The media in which such tables come.
MEDIA = ("csv", "xlsx", "xls", "ods")
# What their columns are called, by the kit and in Chinese.
HEADINGS = {
    "report": "报告", "district": "地区", "year": "年度", "form": "表样", "table": "表", "row": "行", "column": "列",
    "value": "值", "unit": "单位", "status": "状态", "text": "原文",
}  # fmt: skip
NEEDED = {"row", "column", "value"}


def tidy(document):
    """``(form, values, findings)`` of a document that is a long table of one report, or None if it is none.

    Every row has to name one cell of one form, by the form's keys or its printed labels. Whose report it is and of which
    year, where columns say so, becomes the document's title. Raises SeveralReports if the table has more than one report.
    """
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    if document.medium not in MEDIA or len(grids) != 1:
        return None
    rows = {}
    for cell in grids[0].cells:
        rows.setdefault(cell.row, {})[cell.column] = cell
    names = {name: heading for heading, chinese in HEADINGS.items() for name in (heading, chinese)}
    head = {
        names[name]: cell.column for cell in rows.pop(0, {}).values() if (name := cell.text.strip().lower()) in names
    }
    if not head.keys() >= NEEDED:
        return None
    lines = [{name: row[column] for name, column in head.items() if column in row} for row in rows.values()]
    texts = [{name: cell.text.strip() for name, cell in line.items()} for line in lines]
    fitting = []
    for form in forms().values():
        meant = (named(form.key, *(line.get(name, "") for name in ("table", "row", "column"))) for line in texts)
        keys = [cells[0] for cells in takewhile(lambda cells: len(cells) == 1, meant)]
        if len(keys) == len(lines) and {line.get("form") or form.key for line in texts} == {form.key}:
            fitting.append((len(form.cells), form, keys))
    if not (lines and fitting):
        return None
    _, form, keys = min(fitting, key=lambda fit: fit[0])
    if len({line.get("report") for line in texts}) > 1 or len({*keys}) < len(keys):
        twice = form.label(Counter(keys).most_common(1)[0][0])
        raise SeveralReports(
            f"{document.path}: several reports in one table ({twice} ...). Make a file of the rows of each report."
        )
    document.title = document.title or titled(texts)
    places = [grids[0].place(line.get("value", line["row"])) for line in lines]
    found = {key: said(form, key, line, place) for key, line, place in zip(keys, texts, places, strict=True)}
    return form, dict.fromkeys(form.cells, ABSENT) | found, list(gaps(form, found))


def titled(lines):
    """The title of the report of which the columns for district and year speak; None where they do not, or of several."""
    said = {(line.get("district", ""), line.get("year", "").removesuffix("年")) for line in lines}
    (district, year), *others = said
    return f"{district}{year}年政府信息公开工作年度报告" if district and year.isdecimal() and not others else None


@cache
def _names(form):
    """The cells of a form by their names, ``{(row's, column's): {CellKey}}``: keys, and labels with and without their groups."""
    found = {}
    for key, (row, column) in forms()[form].cells.items():
        for ours in {key.row, *_said(row.label)}:
            for theirs in {key.column, *_said(column.label)}:
                found.setdefault((ours, theirs), set()).add(key)
    return found


def _said(label):
    groups = [plain(part) for part in label[:-1]]
    return {"".join(groups[at:]) + last for at in range(len(label)) for last in variants(label[-1])}


@lru_cache(4096)
def named(form, table, row, column):
    """The cells of a form that a table's, a row's and a column's name may mean."""
    tables = [own.key for own in forms()[form].tables if table in ("", own.key) or plain(table) == plain(own.heading)]
    rows, columns = ((name, plain(name), han(ORDINAL.sub("", name)), han(name)) for name in (row, column))
    for ours in rows:
        for theirs in columns:
            if keys := [key for key in _names(form).get((ours, theirs), ()) if key.table in tables]:
                return keys
    return []


def said(form, key, line, place):
    """The Amount of one cell. Of one that is not printed what stood there counts, not what the kit inferred from others."""
    kind, status = form.cells[key][1].kind, line.get("status", "printed")
    if status in ("absent", "blank") and not line.get("value"):
        return Amount(None, status, "", "", place)
    text = line.get("text" if status in ("mark", "unreadable", "inferred") else "value", "")
    found = amount(text, kind)
    unit = found.unit or (line.get("unit", "") if kind == "money" else "")
    return found._replace(unit=unit, place=place)


def gaps(form, found):
    """A finding for each table and row of which cells are not there."""
    for table in form.tables:
        if not any(key in found for key in table.cells):
            yield doubt("table.missing", table.cells, table=table.heading)
            continue
        for cells in table.rows.values():
            if lost := [key for key in cells if key not in found]:
                yield doubt("row.missing", lost, row=form.cells[cells[0]][0].label[-1])
