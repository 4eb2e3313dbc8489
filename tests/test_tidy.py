"""Long tables, a row for each cell: read back by the form's keys or its printed labels, or refused."""

import csv
import io
from random import Random

import pytest

import disclosure
from disclosure.errors import SeveralReports, UnknownForm

from .generator import figures
from .generator.quirks import blank_zeros
from .generator.text import ragged_pipes


@pytest.fixture
def read(tmp_path):
    def read_rows(rows):
        written = io.StringIO()
        csv.writer(written).writerows(rows)
        (tmp_path / "long.csv").write_text(written.getvalue(), "utf-8-sig")
        return disclosure.read(tmp_path / "long.csv")

    return read_rows


@pytest.fixture(params=["2021", "2019"])
def report(request, tmp_path):
    truth = blank_zeros(figures(3, request.param), Random(3))
    (tmp_path / "report.txt").write_text(ragged_pipes(truth, Random(3)), "utf-8")
    return disclosure.read(tmp_path / "report.txt")


def said(report):
    return {key: amount.value for key, amount in report.values.items()}


def test_the_cells_of_a_report_read_back(report, tmp_path):
    report.cells.to_csv(tmp_path / "cells.csv", index=False)
    again = disclosure.read(tmp_path / "cells.csv")
    assert again.form.key == report.form.key
    assert said(again) == said(report)
    assert [amount.status for amount in again.values.values()] == [amount.status for amount in report.values.values()]


LABELS = [
    # how a program may name a row and a column of the form
    (lambda row, column: (row.label[-1], column.label[-1])),
    (lambda row, column: ("".join(row.label[-2:]), column.label[-1])),
    (lambda row, column: (" / ".join(row.label), "/".join(column.label))),
    (lambda row, column: (row.key, column.key)),
]


@pytest.mark.parametrize("name", LABELS)
@pytest.mark.parametrize("heads", [["表", "行", "列", "值"], ["Table", "Row", "Column", "Value"]])
def test_rows_are_named_by_keys_or_labels(name, heads, report, read):
    rows = [
        (report.form.table(key.table).heading, *name(*report.form.cells[key]), amount.text)
        for key, amount in report.values.items()
    ]
    again = read([heads, *Random(1).sample(rows, len(rows))])
    assert said(again) == said(report)
    assert again.values["applications", "new", "total"].place.column == 4


def test_what_is_not_there_is_named(report, read):
    rows = [(*key, amount.text) for key, amount in report.values.items() if key.table != "review" and key.row != "closed"]
    again = read([["table", "row", "column", "value"], *rows])
    gone = {key for key, amount in again.values.items() if amount.status == "absent"}
    assert gone and gone <= {cell for doubt in again.doubts if doubt.check in ("table.missing", "row.missing") for cell in doubt.cells}


def test_a_column_of_remarks_takes_no_figure_away(report, read):
    rows = [(*key, amount.text, "正常") for key, amount in report.values.items()]
    assert said(read([["table", "row", "column", "value", "status"], *rows])) == said(report)


@pytest.mark.parametrize("status", ["absent", "blank"])
def test_a_figure_put_in_where_none_was_counts(status, report, read):
    rows = [(*key, amount.text, amount.status) for key, amount in report.values.items() if key.row != "coercion"]
    again = read([["table", "row", "column", "value", "status"], *rows, ("proactive", "coercion", "decisions", "7", status)])
    assert again.values["proactive", "coercion", "decisions"].value == 7


@pytest.mark.parametrize("heads", [["district", "year"], ["地区", "年度"]])
def test_a_table_says_whose_report_it_is_and_of_which_year(heads, report, read):
    rows = [(*key, amount.text, "昆都仑区", "2023") for key, amount in report.values.items()]
    about = read([["table", "row", "column", "value", *heads], *rows]).metadata
    assert (about.jurisdiction, about.year) == ("昆都仑区", 2023)


REFUSED = [
    # what is written further, the error
    (("review", "reconsideration", "total", "8"), SeveralReports),
    (("applications", "new", "households", "8"), UnknownForm),
]


@pytest.mark.parametrize("row, error", REFUSED)
def test_a_table_of_more_than_one_report_or_of_other_cells_is_refused(row, error, report, read):
    rows = [(*key, amount.text) for key, amount in report.values.items()]
    with pytest.raises(error):
        read([["table", "row", "column", "value"], *rows, row])
