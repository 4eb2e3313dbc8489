"""Corrections are applied only while they still fit; a second coder's sheet is drawn blind and compared."""

from types import SimpleNamespace

import pandas as pd
import pytest

from disclosure.amounts import Amount
from disclosure.errors import DisclosureError
from disclosure.form import CellKey, form
from disclosure.ledger import COLUMNS, SHEET, agreement, compare, corrected, corrections, propose, read_sheet, sample, write_sheet
from disclosure.locate import locate

from .frames import cells_of

NEW = ("applications", "new", "total")
ROW = dict(zip(COLUMNS, ("a.html", *NEW, "8", "11", "合计漏加", "电话核实", "王", "2025-03-31")))


def ledger(tmp_path, *rows, header=COLUMNS):
    path = tmp_path / "corrections.csv"
    pd.DataFrame(rows, columns=COLUMNS).to_csv(path, index=False, columns=list(header), encoding="utf-8")
    return path


def value_of(cells, key=NEW):
    (row,) = cells[(cells["table"] == key[0]) & (cells["row"] == key[1]) & (cells["column"] == key[2])].itertuples()
    return row.value, row.status


# what the ledger says is printed, what stands there -> what becomes of the row, and the cell's value then
STATES = [
    ({}, {"applications.new.total": 8}, "correction.applied", (11, "corrected")),
    ({"printed": "８.0"}, {"applications.new.total": 8}, "correction.applied", (11, "corrected")),
    ({}, {"applications.new.total": 11}, "correction.stale", (11, "printed")),
    ({"by": ""}, {"applications.new.total": 8}, "correction.unsigned", (8, "printed")),
    ({"report": "b.html"}, {"applications.new.total": 8}, "correction.unknown", (8, "printed")),
]


@pytest.mark.parametrize("changed, printed, check, expected", STATES)
def test_what_becomes_of_a_correction(tmp_path, changed, printed, check, expected):
    cells, findings = corrected(cells_of(printed), corrections(ledger(tmp_path, ROW | changed)))
    assert value_of(cells) == expected
    assert findings["check"].tolist() == [check]
    assert findings["cells"].tolist() == [["applications.new.total"]]


def test_what_was_read_is_not_touched(tmp_path):
    before = cells_of({"applications.new.total": 8})
    after, findings = corrected(before, corrections(ledger(tmp_path, ROW)))
    assert value_of(before) == (8, "printed")
    assert (after["value"] != before["value"]).sum() == 1
    assert findings["message"].tolist() == ["“一、本年新收政府信息公开申请数量 · 总计”：按勘误表由 8 改为 11（合计漏加；王，2025-03-31）。"]


FAULTS = [
    (dict(value="十一件半"), "is no number"),
    (dict(row="newest"), "no form has a cell applications.newest.total"),
    (dict(date="31.3.2025"), "the date '31.3.2025' is none"),
]


@pytest.mark.parametrize("changed, message", FAULTS)
def test_a_faulty_ledger_names_the_line(tmp_path, changed, message):
    with pytest.raises(DisclosureError, match="line 3.*" + message):
        corrections(ledger(tmp_path, ROW | {"column": "enterprise"}, ROW | changed))


def test_a_cell_is_corrected_once_and_columns_are_not_forgotten(tmp_path):
    with pytest.raises(DisclosureError, match="line 3: applications.new.total of a.html is corrected in line 2"):
        corrections(ledger(tmp_path, ROW, ROW))
    with pytest.raises(DisclosureError, match="the columns by, date are missing"):
        corrections(ledger(tmp_path, ROW, header=COLUMNS[:-2]))


def test_what_the_sums_leave_no_doubt_about_is_proposed_and_waits_for_a_signature(tmp_path):
    declared = form("2021")
    values = {key: Amount(0, "printed", "0") for key in declared.cells}
    for row in ("new", "closed", "granted"):
        for column in ("natural_person", "total"):
            values[CellKey("applications", row, column)] = Amount(64, "printed", "64")
    values[CellKey("applications", "granted", "natural_person")] = Amount(46, "printed", "46")
    values[CellKey("review", "reconsideration", "total")] = Amount(3, "printed", "3")
    (row,) = propose("a.html", declared, locate(declared, values))
    assert (row["table"], row["row"], row["column"], row["printed"], row["value"]) == ("applications", "granted", "natural_person", 46, 64)
    printed = {"applications.granted.natural_person": 46}
    _, findings = corrected(cells_of(printed), corrections(ledger(tmp_path, row)))
    assert findings["check"].tolist() == ["correction.unsigned"]


def corpus(*frames):
    cells = pd.concat(frames, ignore_index=True)
    reports = cells.drop_duplicates("report")[["report", "district", "year", "form"]]
    return SimpleNamespace(cells=cells, reports=reports.assign(path="data/" + reports["report"], status="parsed"))


@pytest.fixture
def three():
    return corpus(*(cells_of({"applications.new.total": number}, f"{name}.html") for number, name in ((8, "a"), (0, "b"), (3, "c"))))


def test_the_same_seed_draws_the_same_and_shows_no_figure(three):
    sheet = sample(three, 2, seed=5)
    assert sheet.equals(sample(three, 2, seed=5)) and list(sheet) == list(SHEET)
    assert len(sheet) == 2 * len(form("2021").cells) and set(sheet["entered"]) == {""}
    assert {sample(three, 1, seed)["report"].iloc[0] for seed in range(20)} == {"a.html", "b.html", "c.html"}
    assert len(sample(three, 10, seed=5, of="cells")) == 10
    with pytest.raises(DisclosureError, match="4 reports cannot be drawn from 3"):
        sample(three, 4)


@pytest.mark.parametrize("suffix", (".csv", ".xlsx"))
def test_a_sheet_comes_back_as_it_was_filled(three, tmp_path, suffix):
    sheet = sample(three, 1)
    sheet.loc[:2, "entered"] = ["007", "/", "空"]
    write_sheet(sheet, tmp_path / f"sheet{suffix}")
    assert read_sheet(tmp_path / f"sheet{suffix}").equals(sheet.astype("str"))


def filled(three, **entered):
    sheet = sample(three, 3)
    sheet["entered"] = [entered.get(f"{report[0]}_{row}_{column}", "") for report, row, column in zip(sheet["report"], sheet["row"], sheet["column"])]
    return sheet


def test_agreement_per_field(three):
    three.cells.loc[(three.cells["report"] == "c.html") & (three.cells["row"] == "closed"), ["status", "value", "text"]] = ["inferred", 0.0, ""]
    sheet = filled(three, a_new_total="８", b_new_total="1", c_new_total="3", a_closed_total="0", b_closed_total="0 件", c_closed_total="空")
    compared = compare(sheet, three.cells)
    assert compared["agrees"].tolist().count(False) == 1 and len(compared) == 6
    fields = agreement(compared).set_index("row")
    assert fields.loc["new", ["n", "agree"]].tolist() == [3, 2]
    assert fields.loc["new", "percent"] == pytest.approx(66.667, abs=0.001) and fields.loc["new", "low"] == pytest.approx(20.765, abs=0.01)
    assert pd.isna(fields.loc["new", "kappa"])
    assert fields.loc["closed", ["agree", "kappa"]].tolist() == [3, 1]


def test_a_sheet_of_another_corpus_is_refused(three):
    other = corpus(cells_of({}, "z.html"))
    with pytest.raises(DisclosureError, match="the corpus has no cell applications.new.total"):
        compare(filled(three, a_new_total="8"), other.cells)
