"""A corpus to take away: its tables in another program's format, with a bilingual codebook, checksums and a citation."""

import csv
import hashlib
import json
import re
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from . import __version__, storage
from .errors import DisclosureError
from .form import forms

DECLARED = Path(__file__).with_name("codebook.csv")
TABLES = ("reports", "cells", "findings")
# Reports whose cells are in memory at a time.
PART = 2000
# What a worksheet holds beside its header.
SHEET_ROWS = 1_048_575
# Characters that a worksheet cannot hold.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
STATA_NAME, STATA_LABEL = 32, 80
GRADES = {"official": "原发布机关", "mirror": "转载", "ocr": "图像识别", "unknown": "来源未能确定"}


def export(corpus, target, to="csv", lang="zh"):
    """Write the reports (one row each, with all their cells), the cells and the findings of a corpus into a folder.

    ``to``: csv (UTF-8 with a mark for Excel), xlsx (one workbook), parquet, or stata (``lang`` is that of its labels).
    Beside them: ``codebook.csv``, ``CITATION.txt`` and ``datapackage.json`` (Frictionless), which gives each file's
    columns, size and SHA-256, and the sources. Returns the paths written. Raises DisclosureError for an unknown
    format, and for more rows than a worksheet holds.
    """
    if to not in WRITERS:
        raise DisclosureError(f"no format {to!r} to export to; there are {', '.join(WRITERS)}.")
    target = Path(target)
    target.mkdir(parents=True, exist_ok=True)
    written = WRITERS[to](corpus, target, lang)
    book = codebook(corpus)
    book.to_csv(target / "codebook.csv", index=False, encoding="utf-8-sig")
    (target / "CITATION.txt").write_text(corpus_citation(corpus) + "\n", "utf-8")
    tables = [(path, table) for path, table in written] + [(target / "codebook.csv", "codebook")]
    package = _package(corpus, tables, book)
    (target / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return list(dict.fromkeys(path for path, _ in tables)) + [target / "CITATION.txt", target / "datapackage.json"]


# What the columns mean


@cache
def declared():
    """``{(table, variable): {"type", "zh", "en", "values": {value: (zh, en)}}}`` of every column but the forms' cells."""
    columns = {}
    with open(DECLARED, encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            key = line["table"], line["variable"]
            if line["value"]:
                columns[key]["values"][line["value"]] = line["zh"], line["en"]
            else:
                columns[key] = {"type": line["type"], "zh": line["zh"], "en": line["en"], "values": {}}
    return columns


def codebook(corpus=None):
    """Every variable of an export as a DataFrame: table, variable, stata, type, zh, en, unit, article, forms, values.

    ``corpus`` adds the columns that were merged into it.
    """
    import pandas as pd

    lines = [
        {
            "table": table, "variable": variable, "stata": variable, "type": about["type"], "zh": about["zh"], "en": about["en"],
            "values": "; ".join(f"{value} = {zh} | {en}" for value, (zh, en) in about["values"].items()),
        }
        for (table, variable), about in declared().items()
    ]  # fmt: skip
    short = stata_names([str(key) for key in storage.keys()])
    for key in storage.keys():
        fitting = [form for form in forms().values() if key in form.cells]
        row, column = fitting[0].cells[key]
        lines.append(
            {
                "table": "reports", "variable": str(key), "stata": short[str(key)], "type": "number",
                "zh": fitting[0].label(key), "en": fitting[0].label(key, "en"), "unit": column.unit,
                "article": row.article, "forms": " ".join(form.key for form in fitting),
            }
        )  # fmt: skip
    known = {line["variable"] for line in lines if line["table"] == "reports"}
    for variable in [] if corpus is None else corpus.reports.columns:
        # Where the files lay is the exporter's own affair.
        if variable not in known | {"path"}:
            kind = _kind(corpus.reports[variable])
            lines.append(
                {"table": "reports", "variable": variable, "type": kind, "zh": "合并的属性", "en": "merged attribute"}
            )
    columns = ["table", "variable", "stata", "type", "zh", "en", "unit", "article", "forms", "values"]
    book = pd.DataFrame(lines, columns=columns).fillna("")
    merged = book["stata"] == ""
    book.loc[merged, "stata"] = list(stata_names(book.loc[merged, "variable"]).values())
    return book.sort_values("table", key=lambda tables: tables.map(TABLES.index), kind="stable", ignore_index=True)


def _kind(values):
    kinds = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}
    return kinds.get(values.dtype.kind, "string")


def stata_names(names):
    """A name that Stata takes for each: words cut to as many letters as fit in 32 characters, no two alike.

    >>> stata_names(["applications.new.total", "applications.unavailable.requires_creation.natural_person"])
    {'applications.new.total': 'applications_new_total', 'applications.unavailable.requires_creation.natural_person': 'appl_unav_requ_crea_natu_pers'}
    """
    short = {}
    for name in names:
        words = re.sub(r"\W", "_", name).strip("_").split("_")
        length = max(map(len, words))
        while len("_".join(word[:length] for word in words)) > STATA_NAME:
            length -= 1
        stem = fitted = "_".join(word[:length] for word in words)
        if not re.match("[A-Za-z_]", stem):
            stem = fitted = f"_{stem}"[:STATA_NAME]
        number = 1
        while fitted in short.values():
            number += 1
            fitted = f"{stem[: STATA_NAME - len(str(number))]}{number}"
        short[name] = fitted
    return short


# The tables, some thousand reports at a time


def _parts(corpus, table):
    """The frames of one table, one after another, in the codebook's order, and plain: text, numbers, dates, nothing else."""
    import pandas as pd

    book = codebook(corpus)
    columns = book.loc[book["table"] == table, "variable"].tolist()
    for start in range(0, max(len(corpus), 1), PART):
        part = corpus.slice(start, start + PART)
        if table == "reports":
            frame = part.wide()
            frame["citation"] = pd.Series([citation(report) for report in part.reports.to_dict("records")], dtype="str")
        elif table == "cells":
            frame = part.cells
        else:
            frame = part.findings.assign(cells=part.findings["cells"].map("; ".join).astype("str"))
        yield frame[columns].astype({name: "str" for name, dtype in frame.dtypes.items() if dtype == "category"})


def _csv(corpus, target, lang):
    written = []
    for table in TABLES:
        path = target / f"{table}.csv"
        with open(path, "w", encoding="utf-8-sig", newline="") as file:
            for number, frame in enumerate(_parts(corpus, table)):
                frame.to_csv(
                    file, index=False, header=number == 0, float_format=storage.number_text, lineterminator="\r\n"
                )
        written.append((path, table))
    return written


def _parquet(corpus, target, lang):
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = []
    for table in TABLES:
        path = target / f"{table}.parquet"
        with ExitStack() as opened:
            file = None
            for frame in _parts(corpus, table):
                arrow = pa.Table.from_pandas(frame, file and file.schema, preserve_index=False)
                file = file or opened.enter_context(pq.ParquetWriter(path, arrow.schema, compression="zstd"))
                file.write_table(arrow)
        written.append((path, table))
    return written


def _xlsx(corpus, target, lang):
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book, path = Workbook(write_only=True), target / "corpus.xlsx"
    for table in (*TABLES, "codebook"):
        sheet, rows = book.create_sheet(table), 0
        sheet.freeze_panes = "B2"
        for number, frame in enumerate([codebook(corpus)] if table == "codebook" else _parts(corpus, table)):
            rows += len(frame)
            if rows > SHEET_ROWS:
                for begun in book.worksheets:
                    begun.close()
                raise DisclosureError(
                    f"{table} has more rows than a worksheet holds ({SHEET_ROWS:,}). Export to csv or parquet."
                )
            if number == 0:
                sheet.append(list(frame.columns))
            for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
                sheet.append([_text_cell(sheet, value, WriteOnlyCell) for value in row])
    book.save(path)
    return [(path, table) for table in TABLES]


def _text_cell(sheet, value, make):
    """A value for a worksheet; a text that begins like a formula stays a text."""
    if not isinstance(value, str):
        return value
    cell = make(sheet, NOT_IN_XML.sub("", value))
    cell.data_type = "s"
    return cell


def _stata(corpus, target, lang):
    import pandas as pd

    book = codebook(corpus)
    written = []
    for table in TABLES:
        about = book[book["table"] == table].set_index("variable")
        frame = pd.concat(list(_parts(corpus, table)), ignore_index=True)
        for name in frame.columns:
            frame[name] = _for_stata(frame[name], declared().get((table, name), {}).get("values"), lang)
        names = about["stata"].to_dict()
        labels = {names[name]: _label(about.loc[name], lang) for name in frame.columns}
        dates = {names[name]: "td" for name in frame.columns if frame[name].dtype.kind == "M"}
        path = target / f"{table}.dta"
        frame.rename(columns=names).to_stata(
            path, write_index=False, version=118, variable_labels=labels, convert_dates=dates,
            data_label=f"disclosure {__version__}",
        )  # fmt: skip
        written.append((path, table))
    return written


def _for_stata(values, meanings, lang):
    """A column as Stata knows it: codes with labels for the values that the codebook declares, no missing texts."""
    import pandas as pd

    if meanings and len(values):
        labels = {value: f"{value} {zh if lang == 'zh' else en}" for value, (zh, en) in meanings.items()}
        return values.astype(pd.CategoricalDtype(list(labels))).cat.rename_categories(labels)
    if values.dtype == bool:
        return values.astype("int8")
    if values.dtype.kind in "iu":
        return values.astype("Int32").astype("float64")
    return values.fillna("") if pd.api.types.is_string_dtype(values) else values


def _label(about, lang):
    label = about[lang] + (f" ({about['unit']})" if about["unit"] else "")
    # The end of a cell's label tells it from its neighbours.
    return label if len(label) <= STATA_LABEL else "…" + label[1 - STATA_LABEL :]


WRITERS = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "stata": _stata}


# Where it came from


def citation(report):
    """How to cite one report, a row of ``Corpus.reports`` as a dict: body, title, year, date, address, checksum, version."""
    parts = [
        report["body"], f"《{report['title']}》" if _said(report["title"]) else report["report"],
        f"{report['year']} 年度" if _said(report["year"]) else None,
        f"{report['publication_date']:%Y-%m-%d} 发布" if _said(report["publication_date"]) else None,
        report["source_url"], f"访问于 {report['accessed']}" if _said(report["accessed"]) else None,
        GRADES.get(report["source_grade"]), f"SHA-256 {report['sha256']}" if _said(report["sha256"]) else None,
    ]  # fmt: skip
    return "，".join(part for part in parts if _said(part))


def _said(value):
    import pandas as pd

    return value is not None and not pd.isna(value) and value != ""


def corpus_citation(corpus):
    """How to cite the figures of a corpus; the checksum is that of its reports' checksums, and stands for their content."""
    reports = corpus.reports
    years = sorted(reports["year"].dropna().unique())
    whole = hashlib.sha256("\n".join(sorted(reports["sha256"].dropna())).encode()).hexdigest()
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    return (
        f"政府信息公开工作年度报告 {(reports['status'] == 'parsed').sum()} 份（{len(corpus.districts)} 个地区，{span} 年度），"
        f"由 disclosure {__version__} 读取，SHA-256 {whole}"
    )


MEDIA = {".csv": "text/csv", ".dta": "application/x-stata-dta", ".parquet": "application/vnd.apache.parquet",
         ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip


def _package(corpus, tables, book):
    """A Frictionless data package's description."""
    reports = corpus.reports
    known = [(title, url) for title, url in zip(reports["title"], reports["source_url"]) if _said(title)]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "government-information-disclosure-reports",
        "title": "政府信息公开工作年度报告",
        "description": corpus_citation(corpus),
        "version": __version__,
        "contributors": [{"title": f"disclosure {__version__}", "roles": ["wrangler"]}],
        "sources": [{"title": title} | ({"path": url} if _said(url) else {}) for title, url in dict.fromkeys(known)],
        "resources": [_resource(path, table, book) for path, table in tables],
    }


def _resource(path, table, book):
    with open(path, "rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    suffix = path.suffix
    resource = {
        "name": table, "path": path.name, "format": suffix[1:], "mediatype": MEDIA[suffix],
        "bytes": path.stat().st_size, "hash": f"sha256:{checksum}",
    }  # fmt: skip
    if suffix == ".csv":
        resource["encoding"] = "utf-8-sig"
    if suffix == ".xlsx":
        # The second is what the reference implementation still reads.
        resource["dialect"] = {"sheetName": table, "excel": {"sheet": table}}
    named = "stata" if suffix == ".dta" else "variable"
    columns = [{"name": name, "type": "string"} for name in book.columns]
    if table != "codebook":
        columns = [_field(about, named, suffix) for about in book[book["table"] == table].to_dict("records")]
    resource["schema"] = {"fields": columns, "missingValues": [""]}
    if table == "reports":
        resource["schema"]["primaryKey"] = ["report"]
    elif table != "codebook":
        resource["schema"]["foreignKeys"] = [
            {"fields": ["report"], "reference": {"resource": "reports", "fields": ["report"]}}
        ]
    return resource


def _field(about, named, suffix):
    values = declared().get((about["table"], about["variable"]), {}).get("values")
    field = {"name": about[named], "type": about["type"], "title": about["zh"], "description": about["en"]}
    if values and suffix != ".dta":
        field["constraints"] = {"enum": list(values)}
    if about["type"] == "boolean" and suffix == ".csv":
        field |= {"trueValues": ["True"], "falseValues": ["False"]}
    return field
