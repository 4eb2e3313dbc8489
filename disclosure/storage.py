"""How a report lies on disk: one row a report, a column a cell; and how the tidy tables come out of it again.

A column is named ``table.row.column`` and holds the number. Beside the numbers stand ``statuses`` (one letter a
cell, in the order of the cell columns), ``texts`` and ``units`` (of those cells only whose text is not simply the
number, whose unit is not simply the declared one), ``places`` (one a cell, in the same order) and ``findings``.
"""

import math
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache

from .document import Place
from .form import forms

# What a report says of itself, by Arrow type.
REPORT = {
    "report": "string",
    "sha256": "string",
    "status": "string",
    "error": "string",
    "medium": "string",
    "title": "string",
    "body": "string",
    "district": "string",
    "region_code": "string",
    "parent_code": "string",
    "body_level": "string",
    "year": "int16",
    "form": "string",
    "form_document": "string",
    "publication_date": "date32",
    "coverage": "string",
    "coverage_sentence": "string",
    "website": "string",
    "telephone": "string",
    "source_url": "string",
    "source_grade": "string",
    "verified": "bool",
    # The object store's own word for a file's content, where there is one: it need not be fetched again to compare.
    "etag": "string",
    # The class of the error: a missing program may have been installed since.
    "failure": "string",
}
# What of these is the kit's own bookkeeping and is not shown.
INTERNAL = ("etag", "failure")

# One letter each on disk: 240 a report, over a million reports.
LETTERS = {"printed": "p", "blank": "b", "mark": "m", "inferred": "i", "absent": "a", "unreadable": "u"}
NOT_ON_THE_FORM = "."


@cache
def keys():
    """The cells of all declared forms, table by table, the newest form's first: the order of the columns."""
    tables = dict.fromkeys(table.key for form in forms().values() for table in form.tables)
    return tuple(
        dict.fromkeys(key for table in tables for form in forms().values() for key in form.cells if key.table == table)
    )


@cache
def schema():
    import pyarrow as pa

    place = pa.struct([(name, pa.int32()) for name in Place._fields])
    finding = pa.struct(
        [
            ("check", pa.string()), ("severity", pa.string()), ("message", pa.string()),
            ("expected", pa.float64()), ("found", pa.float64()), ("cells", pa.list_(pa.string())), ("place", pa.string()),
        ]
    )  # fmt: skip
    return pa.schema(
        [(name, pa.type_for_alias(alias)) for name, alias in REPORT.items()]
        + [(str(key), pa.float64()) for key in keys()]
        + [
            ("statuses", pa.string()),
            ("texts", pa.map_(pa.string(), pa.string())),
            ("units", pa.map_(pa.string(), pa.string())),
            ("places", pa.list_(place)),
            ("findings", pa.list_(finding)),
        ]
    )


@dataclass
class Row:
    """One report as it goes to disk; of a file that could not be read, only ``head`` and ``findings``."""

    head: dict
    findings: list
    values: list = field(default_factory=list)
    statuses: str = ""
    texts: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    places: list = field(default_factory=list)


def row(name, report, etag=None):
    """The row of a report that was read."""
    said = report.metadata
    head = dict.fromkeys(REPORT) | {
        "report": name,
        "sha256": report.sha256,
        "status": "parsed",
        "medium": report.medium,
        "district": said.jurisdiction,
        "form": report.form.key,
        "verified": report.verified,
        "etag": etag,
    }
    head |= {column: _plain(value) for column, value in asdict(said).items() if column in REPORT}
    row = Row(head, [_finding(finding) for finding in report.doubts])
    letters = []
    for key in keys():
        amount = report.values.get(key)
        if amount is None:
            letters.append(NOT_ON_THE_FORM)
            row.values.append(None)
            row.places.append(Place())
            continue
        letters.append(LETTERS[amount.status])
        value = _number(amount.value)
        row.values.append(value)
        row.places.append(amount.place)
        text = amount.text.strip()
        if text != (number_text(value) if amount.status == "printed" else ""):
            row.texts[str(key)] = _plain(text)
        if amount.unit and amount.unit != declared_unit(report.form.key, key):
            row.units[str(key)] = _plain(amount.unit)
    row.statuses = "".join(letters)
    return row


def failed(name, sha256, failure, message, etag=None):
    """The row of a file that could not be read: it stays in the corpus, and the error is its finding."""
    head = dict.fromkeys(REPORT) | {
        "report": name,
        "sha256": sha256,
        "status": "failed",
        "error": _plain(message),
        "verified": False,
        "etag": etag,
        "failure": failure,
    }
    finding = dict.fromkeys(("expected", "found", "place")) | {"cells": []}
    return Row(head, [finding | {"check": "file.unreadable", "severity": "error", "message": _plain(message)}])


def _plain(text):
    """The text with what no UTF-8 file can hold spelt out: a damaged file may leave lone surrogates."""
    return text.encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text


def _number(value):
    """The number as a column holds it: a run of four hundred digits is beyond any, and its text is kept."""
    try:
        return None if value is None else float(value)
    except OverflowError:
        return math.inf


def _finding(finding):
    return {
        "check": finding.check,
        "severity": finding.severity,
        "message": _plain(finding.message),
        "expected": _number(finding.expected),
        "found": _number(finding.found),
        "cells": [str(key) for key in finding.cells],
        "place": str(finding.place or "") or None,
    }


def number_text(value):
    """A number as a clerk prints it: what ``texts`` need not repeat.

    >>> number_text(1284), number_text(923.71), number_text(None)
    ('1284', '923.71', '')
    """
    if value is None:
        return ""
    return str(int(value)) if math.isfinite(value) and value == int(value) else repr(float(value))


@cache
def declared_unit(form, key):
    """The unit that a form declares for a cell; for a row borrowed from another form, that one's."""
    ordered = [forms()[form]] if form in forms() else []
    for declared in (*ordered, *forms().values()):
        if key in declared.cells:
            return declared.cells[key][1].unit
    return ""


def table(rows):
    """Rows as an Arrow table of ``schema()``."""
    import numpy as np
    import pyarrow as pa

    columns = {name: pa.array([row.head[name] for row in rows], schema().field(name).type) for name in REPORT}
    width = len(keys())
    values = np.array([row.values or [None] * width for row in rows], dtype=float).reshape(len(rows), width)
    for position, key in enumerate(keys()):
        columns[str(key)] = pa.array(values[:, position], from_pandas=True)
    columns["statuses"] = pa.array([row.statuses for row in rows], pa.string())
    for name in ("texts", "units"):
        columns[name] = pa.array([list(getattr(row, name).items()) for row in rows], schema().field(name).type)
    columns["places"] = _places([row.places for row in rows])
    columns["findings"] = pa.array([row.findings for row in rows], schema().field("findings").type)
    return pa.table(columns, schema())


def _places(places_of_rows):
    import numpy as np
    import pyarrow as pa

    flat = np.array([part or 0 for places in places_of_rows for place in places for part in place], dtype=np.int32)
    flat = flat.reshape(-1, len(Place._fields))
    type = schema().field("places").type
    structs = pa.StructArray.from_arrays(
        [pa.array(flat[:, part], mask=flat[:, part] == 0) for part in range(flat.shape[1])],
        fields=list(type.value_type),
    )
    offsets = np.concatenate([[0], np.cumsum([len(places) for places in places_of_rows])]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), structs, type=type)


# What the tidy cells are made from, besides the columns of the cells themselves.
FOR_CELLS = ("report", "district", "year", "form", "statuses", "texts", "units", "places")


def cells(table, wanted=None):
    """The tidy cells of an Arrow table of reports: one row a cell of each report's form, as a DataFrame.

    ``wanted``: the keys to give, all by default; ``table`` needs their columns and those ``FOR_CELLS``, narrowed.
    """
    import numpy as np
    import pandas as pd

    wanted = keys() if wanted is None else wanted
    table = table.filter(_parsed(table)).combine_chunks()
    columns = _positions(map(str, wanted))
    letters = _letters(table)[:, columns]
    reports, cell = np.nonzero(letters != ord(NOT_ON_THE_FORM))
    value, status = _values(table, map(str, wanted))[reports, cell], letters[reports, cell]

    def repeated(name):
        return table[name].to_pandas().iloc[reports].reset_index(drop=True)

    def spread(part):
        names = pd.Categorical([getattr(key, part) for key in wanted])
        return pd.Categorical.from_codes(names.codes[cell], dtype=names.dtype)

    form, units = _declared_units(table["form"].to_pylist(), wanted)
    statuses = list(LETTERS)
    tidy = pd.DataFrame(
        {
            "report": repeated("report").astype("category"),
            "district": repeated("district").astype("category"),
            "year": repeated("year").astype("Int16"),
            "form": repeated("form").astype("category"),
            **{part: spread(part) for part in ("table", "row", "column")},
            "value": value.astype(float),
            "unit": _overridden(units[form[reports], cell], table["units"], reports, cell, wanted),
            "status": pd.Categorical.from_codes(_codes(status, [ord(LETTERS[name]) for name in statuses]), statuses),
            "text": _overridden(_number_texts(value, status), table["texts"], reports, cell, wanted),
            "place": _place_texts(table["places"], reports * len(wanted) + cell),
        }
    )
    tidy["unit"] = tidy["unit"].astype("category")
    return tidy.astype({"text": "str", "place": "str"})


def narrowed(table, wanted):
    """The table with the places of the wanted cells only: those of all would fill the memory, a million reports at once."""
    import numpy as np
    import pyarrow as pa

    if len(wanted) == len(keys()):
        return table
    table = table.filter(_parsed(table)).combine_chunks()
    starts = np.arange(table.num_rows)[:, None] * len(keys())
    places = table["places"].combine_chunks()
    offsets = np.arange(table.num_rows + 1, dtype=np.int32) * len(wanted)
    chosen = places.flatten().take(pa.array((starts + _positions(map(str, wanted))).ravel()))
    column = pa.ListArray.from_arrays(pa.array(offsets), chosen, type=places.type)
    return table.set_column(table.schema.get_field_index("places"), "places", column)


def arrays(table, names):
    """Three matrices, a row a report and a column a name: the numbers (NaN for none), whether the form has the cell,
    whether its number is inferred. ``table`` needs the columns of the names, and ``statuses``."""
    import numpy as np

    on_form, inferred = (np.zeros((table.num_rows, len(names)), bool) for _ in range(2))
    parsed = _parsed(table)
    letters = _letters(table.filter(parsed))[:, _positions(names)]
    read = parsed.to_numpy(zero_copy_only=False)
    on_form[read], inferred[read] = letters != ord(NOT_ON_THE_FORM), letters == ord(LETTERS["inferred"])
    return _values(table, names), on_form, inferred


def _positions(names):
    import numpy as np

    positions = {str(key): number for number, key in enumerate(keys())}
    return np.array([positions[name] for name in names], dtype=int)


def _values(table, names):
    import numpy as np

    columns = [table[name].to_numpy() for name in names]
    return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))


def _parsed(table):
    import pyarrow.compute as pc

    return pc.not_equal(table["statuses"], "").combine_chunks()


def _letters(table):
    """The statuses as a matrix of letters, a row a report."""
    import numpy as np

    column = table["statuses"].combine_chunks()
    _, offsets, letters = column.buffers()
    first, last = np.frombuffer(offsets, np.int32)[[column.offset, column.offset + len(column)]]
    return np.frombuffer(letters, np.uint8)[first:last].reshape(-1, len(keys()))


def _codes(seen, vocabulary):
    import numpy as np

    lookup = np.full(256, -1, np.int8)
    lookup[vocabulary] = range(len(vocabulary))
    return lookup[seen]


def _declared_units(form_of_report, wanted):
    """For each report the number of its form, and for each form the units of the wanted cells."""
    import numpy as np

    names = sorted(set(form_of_report))
    numbers = {name: number for number, name in enumerate(names)}
    units = np.array([[declared_unit(name, key) for key in wanted] for name in names], dtype=object)
    return np.array([numbers[name] for name in form_of_report], dtype=int), units.reshape(len(names), len(wanted))


def _number_texts(value, status):
    """What a printed number's text is unless ``texts`` says otherwise."""
    import numpy as np

    distinct, inverse = np.unique(value, return_inverse=True)
    texts = np.array([number_text(None if math.isnan(number) else number) for number in distinct] + [""], dtype=object)
    return texts[np.where(status == ord("p"), inverse, len(distinct))]


def _overridden(texts, maps, reports, cell, wanted):
    """The texts with those in their place that the maps name, report by report."""
    import numpy as np

    numbers = {str(key): number for number, key in enumerate(wanted)}
    maps = maps.to_pylist()
    starts = np.searchsorted(reports, np.arange(len(maps) + 1))
    for number, odd in enumerate(maps):
        if odd:
            own = cell[starts[number] : starts[number + 1]]
            for name, text in odd:
                if name in numbers:
                    texts[starts[number] + np.searchsorted(own, numbers[name])] = text
    return texts


def _place_texts(places, positions):
    """The places in words; equal places are spelt once."""
    flat = places.combine_chunks().flatten().take(positions)
    return [_spelt(place) for place in zip(*(flat.field(name).to_pylist() for name in Place._fields))]


@lru_cache(maxsize=100_000)
def _spelt(place):
    return str(Place(*place))


def findings(table, severity=None):
    """The findings of an Arrow table of reports, one row each, as a DataFrame; ``severity`` gives only those.

    ``table`` needs ``report, district, year, findings``; ``cells`` is an array of names ``table.row.column``.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    table = table.combine_chunks()
    lists = table["findings"].combine_chunks()
    found = lists.flatten()
    flat = table.select(("report", "district", "year")).take(pc.list_parent_indices(lists))
    for name in ("check", "severity", "message", "expected", "found", "cells", "place"):
        flat = flat.append_column(
            name, pc.struct_field(found, name) if len(found) else pa.array([], found.type.field(name).type)
        )
    if severity is not None:
        flat = flat.filter(pc.equal(flat["severity"], severity))
    frame = flat.to_pandas(categories=["check", "severity"])
    return frame.astype({"year": "Int16"})
