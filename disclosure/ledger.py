"""What people add to what was read: corrections of misprints, and a second coder's own reading.

Neither changes a report. Corrections are applied where it is asked for, row by row, and only while what is printed is
still what the row says; a second coder's figures are compared, never merged.
"""

import csv
from datetime import date
from pathlib import Path

from .amounts import MARKS, amount
from .errors import DisclosureError
from .form import CellKey, form, forms
from .locate import explain
from .wording import fold

COLUMNS = ("report", "table", "row", "column", "printed", "value", "why", "source", "by", "date")
SHEET = ("report", "path", "table", "row", "column", "label", "entered")
# What a second coder types for a cell that is printed empty: an empty cell of the sheet has not been coded yet.
BLANK = ("空", "空白", "blank")

WORDING = {
    "correction.applied": ("info", "{cell}：按勘误表由 {printed} 改为 {value}（{why}；{by}，{date}）。"),
    "correction.stale": ("warning", "{cell}：勘误表说印的是 {printed}，现在读到的是 {now}，未予更正。"),
    "correction.unsigned": ("info", "{cell}：勘误表中的这一行还没有人签署，未予更正。"),
    "correction.unknown": ("warning", "{cell}：勘误表中有这一格，但读到的报告中没有。"),
}


# Corrections


def corrections(path):
    """The rows of a corrections file as dictionaries, ``value`` a number.

    Raises DisclosureError, with the line, for a column that is missing, a cell that no form has, a value that is no
    number, a date that is none, and a cell that is corrected twice.
    """
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := set(COLUMNS) - set(reader.fieldnames or ()):
            lacking = ", ".join(sorted(missing))
            raise DisclosureError(f"{path}: the columns {lacking} are missing. The header is {','.join(COLUMNS)}.")
        rows, seen = [], {}
        for line, row in enumerate(reader, 2):
            rows.append(_correction(f"{path}, line {line}", row))
            cell = tuple(row[name] for name in COLUMNS[:4])
            if cell in seen:
                named = f"{'.'.join(cell[1:])} of {cell[0]}"
                raise DisclosureError(f"{path}, line {line}: {named} is corrected in line {seen[cell]} already.")
            seen[cell] = line
    return rows


def _correction(where, row):
    key = CellKey(row["table"], row["row"], row["column"])
    if not any(key in declared.cells for declared in forms().values()):
        raise DisclosureError(f"{where}: no form has a cell {key}. `disclosure forms` lists them.")
    value = amount(row["value"], _kind(key))
    if value.value is None:
        raise DisclosureError(f"{where}: the value {row['value']!r} is no number.")
    try:
        if row["date"]:
            date.fromisoformat(row["date"])
    except ValueError:
        raise DisclosureError(f"{where}: the date {row['date']!r} is none. Write it as 2025-03-31.") from None
    return row | {"value": value.value}


def _kind(key):
    return next(declared.cells[key][1].kind for declared in forms().values() if key in declared.cells)


def corrected(cells, rows):
    """The tidy cells with the corrections applied, and findings that say what became of each.

    ``cells`` is the frame of ``Corpus.cells``, ``rows`` come from ``corrections``. An applied cell has the status
    ``corrected`` and keeps its text. Applied are only rows that someone has signed (``by``) and whose ``printed`` is
    what stands there now. Returns two frames; the findings have the columns of ``Corpus.findings``.
    """
    import pandas as pd

    cells = cells.reset_index(drop=True)
    cells["status"] = cells["status"].astype(str).astype(object)
    names = ["report", "table", "row", "column"]
    asked = {tuple(row[name] for name in names) for row in rows}
    few = cells[cells["report"].isin({row["report"] for row in rows})]
    place = {
        cell: index for cell, index in zip(few[names].itertuples(index=False, name=None), few.index) if cell in asked
    }
    found = []
    for row in rows:
        index = place.get(tuple(row[name] for name in names))
        printed = None if index is None else _printed(cells.loc[index])
        check = _state(row, printed)
        if check == "correction.applied":
            cells.loc[index, ["value", "status"]] = [float(row["value"]), "corrected"]
        found.append(_finding(check, row, printed, cells.loc[index] if index is not None else None))
    columns = ["report", "district", "year", "check", "severity", "message", "expected", "found", "cells", "place"]
    return cells.astype({"status": "category"}), pd.DataFrame(found, columns=columns)


def _printed(cell):
    """What a cell says now, as a ledger writes it: the number, the text of a mark, nothing for a blank."""
    if cell["status"] == "printed":
        return f"{cell['value']:.15g}"
    return str(cell["text"]).strip()


def _state(row, printed):
    if printed is None:
        return "correction.unknown"
    if _plain(row["printed"]) != _plain(printed):
        return "correction.stale"
    return "correction.applied" if row["by"].strip() else "correction.unsigned"


def _plain(text):
    """``1,284``, ``１２８４`` and ``1284.0`` are one figure; any other text is itself."""
    value = amount(text, "money").value
    return fold(text).strip() if value is None else float(value)


def _finding(check, row, printed, cell):
    severity, message = WORDING[check]
    key = CellKey(row["table"], row["row"], row["column"])
    label = next(declared for declared in forms().values() if key in declared.cells).label(key)
    shown = {name: row[name] or "空白" for name in ("printed", "why", "by", "date")}
    return {
        "report": row["report"],
        "district": None if cell is None else cell["district"],
        "year": None if cell is None else cell["year"],
        "check": check,
        "severity": severity,
        "message": message.format(cell=f"“{label}”", value=row["value"], now=printed or "空白", **shown),
        "expected": row["value"],
        "found": None if cell is None else cell["value"],
        "cells": [str(key)],
        "place": None if cell is None else cell["place"],
    }


def propose(report, form, hypotheses):
    """Rows for the corrections file that a person may sign: what the sums leave no doubt about, cell by cell.

    ``report`` is the name that the corpus gives it, ``hypotheses`` come from ``locate``. ``by`` and ``date`` stay
    empty, and an unsigned row is not applied.
    """
    return [
        dict.fromkeys(COLUMNS, "")
        | {"report": report, "table": key.table, "row": key.row, "column": key.column}
        | {"printed": "" if printed is None else printed, "value": value}
        | {"why": explain(form, hypothesis), "source": "勾稽关系"}
        for hypothesis in hypotheses
        if hypothesis.confidence == "certain" and hypothesis.kind != "left_out"
        for key, printed, value in zip(hypothesis.cells, hypothesis.printed, hypothesis.values)
    ]


def write_proposals(reports, path):
    """Write the proposals for some reports, ``[(name, path), ...]``, as a corrections file; return how many there are."""
    from .audit import audit_report
    from .report import read

    rows = []
    for name, where in reports:
        report = read(where)
        rows += propose(name, report.form, audit_report(report).hypotheses)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


# The second coder


def sample(corpus, number, seed=0, of="reports"):
    """Draw reports, or single cells, for a second coder to read: a sheet that does not show what the kit has read.

    ``of`` is ``reports`` (every cell of each) or ``cells`` (one cell of each report drawn; a report may be drawn
    again). The same corpus, number and seed draw the same. Returns a frame with the columns of SHEET; ``entered`` is
    for the number as printed, a mark as printed, or 空 for an empty cell.
    """
    import numpy as np
    import pandas as pd

    read = corpus.reports[corpus.reports["status"] == "parsed"].sort_values("report")
    if of not in ("reports", "cells"):
        raise DisclosureError(f"of={of!r}: draw reports or cells.")
    if not 0 < number or (of == "reports" and number > len(read)):
        raise DisclosureError(f"{number} {of} cannot be drawn from {len(read)} reports that were read.")
    draw = np.random.default_rng(seed)
    chosen = read.iloc[draw.choice(len(read), number, replace=of == "cells")]
    rows = []
    for report in chosen.itertuples():
        declared = form(report.form)
        keys = list(declared.cells)
        for key in keys if of == "reports" else [keys[draw.integers(len(keys))]]:
            rows.append((report.report, report.path, *key, declared.label(key), ""))
    return pd.DataFrame(rows, columns=SHEET).drop_duplicates(ignore_index=True)


def write_sheet(sheet, path):
    """Write a sheet to a .csv that Excel reads as UTF-8, or to an .xlsx."""
    if Path(path).suffix == ".xlsx":
        sheet.to_excel(path, index=False, freeze_panes=(1, 0))
    elif Path(path).suffix == ".csv":
        sheet.to_csv(path, index=False, encoding="utf-8-sig")
    else:
        raise DisclosureError(f"{path}: a sheet is written as .csv or .xlsx.")


def read_sheet(path):
    """Read a sheet that a second coder has filled. Raises DisclosureError where a column is missing."""
    import pandas as pd

    options = {"dtype": "str", "keep_default_na": False}
    sheet = (
        pd.read_excel(path, **options)
        if Path(path).suffix == ".xlsx"
        else pd.read_csv(path, encoding="utf-8-sig", **options)
    )
    if missing := set(SHEET) - {"path", "label"} - set(sheet):
        lacking = ", ".join(sorted(missing))
        raise DisclosureError(
            f"{path}: the columns {lacking} are missing. Fill the sheet that `disclosure sample` wrote."
        )
    return sheet


def compare(sheet, cells):
    """Each coded cell beside what the kit read: a frame with entered, read, and whether they agree.

    ``sheet`` comes from ``read_sheet``, ``cells`` is the frame of ``Corpus.cells``. Rows with nothing entered are not
    coded yet and left out. ``read_as`` and ``entered_as`` are number, blank, mark or other.
    """
    coded = sheet[sheet["entered"].str.strip() != ""]
    names = ["report", "table", "row", "column"]
    keys = cells[cells["report"].isin(set(coded["report"]))].astype(dict.fromkeys(names, "str"))
    joined = coded.merge(keys[[*names, "value", "status", "text"]], how="left", on=names)
    if (lost := joined["status"].isna()).any():
        row = joined[lost].iloc[0]
        cell = f"{row['table']}.{row['row']}.{row['column']}"
        raise DisclosureError(
            f"{row['report']}: the corpus has no cell {cell} of it. Was it sampled from another folder?"
        )
    entered = [
        _entered(text, CellKey(*key)) for text, key in zip(joined["entered"], joined[names[1:]].itertuples(index=False))
    ]
    read = [_read(*line) for line in joined[["status", "value", "text"]].itertuples(index=False)]
    return joined[names].assign(
        entered=joined["entered"], read=["" if value is None else value for _, value in read],
        entered_as=[kind for kind, _ in entered], read_as=[kind for kind, _ in read],
        agrees=[one == other for one, other in zip(entered, read)],
    )  # fmt: skip


def agreement(compared, by=("table", "row")):
    """Agreement per field: n, agree, percent with its 95 % Wilson interval, and Cohen's kappa.

    Kappa is that of whether a cell holds a number, a blank or a mark; it is undefined (NaN) where both coders saw one
    kind only, for then chance alone agrees. For the figures themselves no chance agreement is worth correcting.
    """
    import pandas as pd

    from .statistics import wilson

    rows = []
    for field, group in compared.groupby(list(by), sort=False):
        agree, number = int(group["agrees"].sum()), len(group)
        low, high = wilson(agree, number)
        rows.append((*field, number, agree, 100 * agree / number, 100 * float(low), 100 * float(high), _kappa(group)))
    return pd.DataFrame(rows, columns=[*by, "n", "agree", "percent", "low", "high", "kappa"])


def _entered(text, key):
    if text.strip() in BLANK:
        return "blank", None
    said = amount(text, _kind(key))
    return (
        ("number", float(said.value))
        if said.value is not None
        else ("mark", None)
        if _is_mark(text)
        else ("other", None)
    )


def _read(status, value, text):
    """What stands in the cell; a blank that the sums fill is a blank to who reads the page."""
    if status in ("printed", "corrected"):
        return "number", float(value)
    if status == "mark" or (status == "inferred" and _is_mark(text)):
        return "mark", None
    return ("blank", None) if status in ("blank", "inferred") else ("other", None)


def _is_mark(text):
    return "".join(fold(str(text)).split()) in MARKS


def _kappa(group):
    """Cohen's kappa of the two kinds; NaN where chance agreement is complete."""
    kinds = sorted({*group["entered_as"], *group["read_as"]})
    by_chance = sum((group["entered_as"] == kind).mean() * (group["read_as"] == kind).mean() for kind in kinds)
    seen = (group["entered_as"] == group["read_as"]).mean()
    return float("nan") if by_chance == 1 else float((seen - by_chance) / (1 - by_chance))
