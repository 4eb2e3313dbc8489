"""The kit's own reports, and any given by --reports, read cell for cell."""

import csv
from collections import Counter

import disclosure
from disclosure.form import CellKey

from .conftest import ROOT, samples_in

REPORTS = ROOT / "data/reports"


def cells(expected):
    """``{CellKey: number}`` of an expected file; None where the report does not print the cell."""
    return {
        CellKey(table, row, column): number
        for table, rows in expected["cells"].items()
        for row, columns in rows.items()
        for column, number in columns.items()
    }


def test_every_cell_is_read(sample):
    report = disclosure.read(sample.path)
    read = {key: (amount.value, amount.status) for key, amount in report.values.items()}
    # What is not printed in these reports is a zero that the sums leave no choice about.
    assert read == {
        key: (0, "inferred") if number is None else (number, "printed") for key, number in cells(sample.expected).items()
    }


def test_the_report_says_what_it_is(sample):
    report = disclosure.read(sample.path)
    about = report.metadata
    read = {
        "title": about.title, "jurisdiction": about.jurisdiction, "region_code": about.region_code,
        "year": about.year, "form": report.form.key,
    }
    assert read == {name: sample.expected[name] for name in read}


def test_the_kit_has_a_thousand_known_cells():
    known = Counter(
        number is not None
        for sample in samples_in(REPORTS, ROOT / "tests/reports")
        for number in cells(sample.expected).values()
    )
    assert known == {True: 996, False: 4}


def test_each_report_has_a_source():
    with open(REPORTS / "SOURCES.csv", encoding="utf-8", newline="") as lines:
        sources = {source["file"]: source for source in csv.DictReader(lines)}
    expected = {sample.path.name: sample.expected for sample in samples_in(REPORTS, ROOT / "tests/reports")}
    assert set(sources) == {path.name for path in REPORTS.glob("*.txt")} == set(expected)
    for file, source in sources.items():
        assert (source["title"], int(source["year"])) == (expected[file]["title"], expected[file]["year"])
        assert source["transcribed_from"] and source["abridged"] == "yes" and source["layout"]


def test_reports_keep_their_bytes():
    """No byte order mark, no carriage return, no replacement character: the damage in them is the publishers' own."""
    for path in REPORTS.glob("*.txt"):
        text = path.read_bytes().decode("utf-8")
        assert not {"\ufeff", "\r", "\ufffd"} & set(text), path.name
