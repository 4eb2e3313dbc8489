import json
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import disclosure
from disclosure import corpus as corpora
from disclosure import storage
from disclosure.amounts import Amount
from disclosure.corpus import load
from disclosure.document import Place
from disclosure.errors import DisclosureError, UnknownName
from disclosure.form import forms
from disclosure.indicators import indicators

from . import synthetic
from .conftest import ROOT


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DISCLOSURE_DATA", raising=False)


@pytest.fixture
def samples():
    return load(ROOT / "data")


# From a report to the disk and back

STATUSES = st.sampled_from(sorted(storage.LETTERS))
PLACES = st.builds(Place, *[st.none() | st.integers(1, 10**6)] * len(Place._fields))
NUMBERS = st.none() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(codec="utf-8")).map(str.strip)
AMOUNTS = st.builds(Amount, NUMBERS, STATUSES, TEXTS, st.sampled_from(["", "件", "万元"]), PLACES)


@given(st.sampled_from(list(forms().values())), st.data())
def test_what_a_report_says_comes_back_from_the_disk(form, data):
    keys = sorted(form.cells)
    values = {key: Amount(1, "printed", "1") for key in keys}
    values |= data.draw(st.dictionaries(st.sampled_from(keys), AMOUNTS, max_size=5))
    report = synthetic.report(__file__, "150203", "昆都仑区", form.first_year, 0)
    report = type(report)(**vars(report) | {"form": form, "values": values})
    cells = storage.cells(storage.table([storage.row("a", report)])).astype(object)
    assert len(cells) == len(keys)
    for cell in cells.itertuples():
        amount = values[cell.table, cell.row, cell.column]
        assert amount.value == cell.value or (amount.value is None and pd.isna(cell.value))
        declared = form.cells[cell.table, cell.row, cell.column][1].unit
        assert (amount.status, amount.text, amount.unit or declared, str(amount.place)) == (
            cell.status, cell.text, cell.unit, cell.place
        )  # fmt: skip


def test_the_form_of_2019_keeps_its_own_rows():
    report = synthetic.report(__file__, "150203", "昆都仑区", 2020, 1)
    cells = storage.cells(storage.table([storage.row("a", report)]))
    assert set(zip(cells["table"], cells["row"], cells["column"])) == set(forms()["2019"].cells)


def test_a_report_alone_has_the_cells_that_it_has_in_a_corpus(samples):
    report = disclosure.read(ROOT / "data/reports/kundulun_2025.txt")
    alone, within = report.cells, samples.select(report=report.name).cells
    pd.testing.assert_frame_equal(alone.astype(object), within.astype(object))
    assert len(report.findings) == len(samples.select(report=report.name).findings)


def test_all_sample_cells(samples):
    cells = samples.cells.set_index(["report", "table", "row", "column"])["value"].to_dict()
    for path in (ROOT / "tests/reports").glob("*.expected.json"):
        expected = json.loads(path.read_text("utf-8"))
        for table, rows in expected["cells"].items():
            for row, columns in rows.items():
                for column, value in columns.items():
                    assert cells[expected["file"], table, row, column] == (value or 0), (path, table, row, column)
    assert len(cells) == 1000


# The tables

DTYPES = {
    "reports": dict.fromkeys([*storage.REPORT, "path", "accessed"], "str") | dict.fromkeys(corpora.CATEGORIES, "category") | dict(
        year="Int16", verified="bool", publication_date="datetime64[ms]"
    ),
    "cells": dict(
        report="category", district="category", year="Int16", form="category", table="category", row="category",
        column="category", value="float64", unit="category", status="category", text="str", place="str",
    ),
    "findings": dict(
        report="str", district="str", year="Int16", check="category", severity="category", message="str",
        expected="float64", found="float64", cells="object", place="str",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DTYPES)
def test_tables_are_typed_however_little_is_in_them(samples, name, tmp_path):
    synthetic.write(tmp_path / "broken", "empty.pdf").write_text("")
    for corpus in (samples, samples.select(report="bazhou_2023.txt"), load(tmp_path / "broken")):
        dtypes = {column: str(dtype) for column, dtype in getattr(corpus, name).dtypes.items()}
        assert dtypes == {column: dtype for column, dtype in DTYPES[name].items() if column not in storage.INTERNAL}


def test_reports(samples):
    reports = samples.reports.set_index("report")
    assert len(reports) == 5 and reports["verified"].all() and reports["year"].dtype == "Int16"
    assert Path(reports.loc["bazhou_2023.txt", "path"]) == ROOT / "data/reports/bazhou_2023.txt"
    assert not set(storage.INTERNAL) & set(reports)
    # Said by SOURCES.csv, not by the file.
    assert reports.loc["kangbashi_2024.txt", "source_url"] == "http://www.kbs.gov.cn/"
    assert reports["accessed"].isna().all()


def test_a_folder_without_reports_is_an_empty_corpus(tmp_path):
    (tmp_path / "none").mkdir()
    corpus = load(tmp_path / "none")
    assert [len(table) for table in (corpus, corpus.reports, corpus.cells, corpus.findings, corpus.districts)] == [0] * 5
    assert "0 份" in repr(corpus)


def test_districts(samples):
    districts = samples.districts.set_index("name")
    assert districts["years"].to_dict() == {
        "昆都仑区": [2024, 2025], "康巴什区": [2024], "巴州区": [2023], "可克达拉经开区": [2024],
    }  # fmt: skip
    assert districts["region_code"].to_dict() | {"可克达拉经开区": None} == {
        "昆都仑区": "150203", "康巴什区": "150603", "巴州区": "511902", "可克达拉经开区": None,
    }  # fmt: skip
    assert districts.loc["可克达拉经开区", "parent_code"] == "659008"


def test_the_card_says_what_there_is(samples):
    for text in ("5 份", "4 个", "昆都仑区", "2023–2025"):
        assert text in repr(samples) and text in samples._repr_html_()


def test_what_was_skipped_is_listed(samples):
    assert samples.skipped == [("SOURCES.csv", "notes beside the reports")]
    assert "1 个文件不是报告" in repr(samples)


def test_wide(samples):
    wide = samples.wide(["applications.new.total", "applications.closed.total"])
    assert len(wide) == 5 and wide.set_index("report").loc["kundulun_2025.txt", "applications.new.total"] == 191
    assert samples.wide().shape[1] == samples.reports.shape[1] + len(storage.keys())


def test_cells_of(samples):
    assert set(samples.cells_of(row="new")["column"]) == set(samples.cells_of("applications")["column"])
    some = samples.cells_of("applications", ["new", "closed"], "total")
    assert len(some) == 10
    whole = samples.cells
    chosen = whole[whole["row"].isin(["new", "closed"]) & (whole["column"] == "total")]
    pd.testing.assert_frame_equal(some.astype(object), chosen.reset_index(drop=True).astype(object))


# Less and more of it


def test_select(samples):
    assert len(samples.district("昆都仑区")) == len(samples.district("150203")) == 2
    assert len(samples.district("659008")) == 1
    assert len(samples.select("昆都仑区", years=2024)) == 1
    assert len(samples.select(years=range(2023, 2025), body_level="county")) == 3
    assert samples.select(district="巴州区").reports["district"].tolist() == ["巴州区"]


UNKNOWN = [
    (lambda corpus: corpus.district("昆都伦区"), "did you mean 昆都仑区"),
    (lambda corpus: corpus.select(years=2020), "2023, 2024, 2025"),
    (lambda corpus: corpus.select(year=[2024, 1999]), "no year 1999"),
    (lambda corpus: corpus.select(body_levle="county"), "did you mean body_level"),
    (lambda corpus: corpus.cells_of(row="nw"), "did you mean new"),
    (lambda corpus: corpus.wide(["applications.new"]), "did you mean applications.new"),
    (lambda corpus: corpus.indicators("not_held"), "not_held_rate"),
    (lambda corpus: corpus.indicators("not_held_rate", by="districts"), "district"),
]


@pytest.mark.parametrize("ask, answer", UNKNOWN)
def test_an_unknown_name_is_an_error_that_lists_what_there_is(samples, ask, answer):
    with pytest.raises(UnknownName, match=answer):
        ask(samples)


def test_two_districts_of_one_name_are_told_apart_by_their_codes(tmp_path, monkeypatch):
    for code in ("320106", "350102", "-"):
        synthetic.write(tmp_path / "reports", f"{code}.txt", code, "鼓楼区")
    monkeypatch.setattr(corpora, "build", lambda *paths, **options: disclosure.build.build(*paths, reader=synthetic.read))
    corpus = load(tmp_path)
    with pytest.raises(UnknownName, match="2 districts .* 320106 or 350102"):
        corpus.district("鼓楼区")
    assert len(corpus.district("320106")) == 1
    assert len(corpus.districts) == 3


def test_indicators_are_those_of_the_cells(samples):
    for keys, by in ((None, ("district", "year")), ("not_held_rate", "district"), (["litigation_correction_rate"], ())):
        ours = samples.indicators(keys, by)
        theirs = indicators(samples.cells, keys, by, findings=samples.findings)
        order = [*theirs.columns[: theirs.columns.get_loc("indicator") + 1]]
        ours, theirs = (frame.astype(object).sort_values(order).reset_index(drop=True) for frame in (ours, theirs))
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_merge(samples, tmp_path):
    attributes = tmp_path / "people.csv"
    attributes.write_text("region_code,population\n150203,787681\n010100,1\n", "utf-8")
    corpus = samples.merge(attributes)
    assert corpus.district("昆都仑区").reports["population"].tolist() == [787681, 787681]
    assert corpus.reports["population"].isna().sum() == 3
    assert corpus.wide(["applications.new.total"])["population"].notna().sum() == 2
    assert "population" in corpus.indicators("not_held_rate", by=["district", "population"])
    by_year = pd.DataFrame({"district": ["昆都仑区"] * 2, "year": [2024, 2025], "budget": [1.0, 2.0]})
    both = corpus.merge(by_year, on=["district", "year"])
    assert both.district("昆都仑区").reports[["population", "budget"]].values.tolist() == [[787681, 1], [787681, 2]]


MISFITS = [
    (pd.DataFrame({"code": ["150203"]}), "no column of the attributes 'region_code'"),
    (pd.DataFrame({"region_code": ["150203"] * 2, "x": [1, 2]}), "there twice"),
    (pd.DataFrame({"region_code": ["150203"], "year": [1]}), "Rename"),
]


@pytest.mark.parametrize("attributes, answer", MISFITS)
def test_attributes_that_do_not_fit(samples, attributes, answer):
    with pytest.raises(DisclosureError, match=answer):
        samples.merge(attributes)


LEDGER = """report,table,row,column,printed,value,why,source,by,date
kundulun_2025.txt,applications,new,total,191,200,misprint,call,me,2025-06-01
kundulun_2025.txt,applications,closed,total,7,8,misprint,call,me,2025-06-01
bazhou_2023.txt,applications,new,total,128,129,misprint,call,,
"""


def test_corrected(samples, tmp_path):
    (tmp_path / "corrections.csv").write_text(LEDGER, "utf-8")
    corpus = samples.corrected(tmp_path / "corrections.csv")
    new = corpus.cells_of(row="new", column="total").set_index("report")
    assert new.loc["kundulun_2025.txt", ["value", "status", "text"]].tolist() == [200, "corrected", "191"]
    assert new.loc["bazhou_2023.txt", ["value", "status"]].tolist() == [128, "printed"]
    assert corpus.wide(["applications.new.total"]).set_index("report").loc["kundulun_2025.txt", "applications.new.total"] == 200
    share = corpus.select("昆都仑区", 2025).indicators("natural_person_share")
    assert share["n"].item() == 200
    findings = corpus.findings[corpus.findings["check"].str.startswith("correction.")].set_index("check")
    assert sorted(findings.index) == ["correction.applied", "correction.stale", "correction.unsigned"]
    assert corpus.findings.dtypes.astype(str).equals(samples.findings.dtypes.astype(str))
    assert not corpus.select("康巴什区").findings["check"].str.startswith("correction.").any()
    # What was read is not changed by it.
    assert samples.wide(["applications.new.total"]).set_index("report").loc["kundulun_2025.txt", "applications.new.total"] == 191


def test_the_data_folders_own_corrections_are_found(samples, tmp_path):
    assert len(samples.corrected().cells) == 1000
    synthetic.write(tmp_path / "reports", "a.txt")
    with pytest.raises(DisclosureError, match="Name the file"):
        load(tmp_path).corrected()


# Where the reports are


def test_the_projects_own_data_are_found_from_below(monkeypatch):
    for folder in (ROOT, ROOT / "notebooks"):
        monkeypatch.chdir(folder)
        assert len(load()) == 5


def test_without_data_the_error_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DisclosureError, match=r"load\('reports'\)"):
        load()
    with pytest.raises(DisclosureError, match="no such folder"):
        load("nowhere")


def test_the_environment_may_name_the_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISCLOSURE_DATA", str(ROOT / "data"))
    assert len(load()) == 5


def test_the_data_folder_is_left_as_it_was(samples):
    assert not [path for path in (ROOT / "data").rglob("*") if path.suffix in (".parquet", ".lock", ".arrow")]


def test_opening_what_has_not_changed_takes_no_time(samples):
    started = time.perf_counter()
    assert len(load(ROOT / "data")) == 5
    assert time.perf_counter() - started < 0.3


def test_an_opened_dataset_stays_open_until_another_takes_its_place(tmp_path):
    synthetic.write_many(tmp_path / "source", 3)
    build = lambda: disclosure.build.build(tmp_path / "source", tmp_path / "dataset", reader=synthetic.read)
    build()
    first = load(tmp_path / "dataset")
    assert load(tmp_path / "dataset")._shelf is first._shelf
    synthetic.write(tmp_path / "source", "new.txt")
    build()
    assert (len(first), len(load(tmp_path / "dataset"))) == (3, 4)
    assert len(first.cells) == 600


def test_a_dataset_whose_build_was_interrupted_says_so_each_time(tmp_path):
    synthetic.write_many(tmp_path / "source", 3)
    disclosure.build.build(tmp_path / "source", tmp_path / "dataset", reader=synthetic.read)
    marker = tmp_path / "dataset/dataset.json"
    marker.write_text(marker.read_text("utf-8").replace('"complete": true', '"complete": false'), "utf-8")
    for _ in range(2):
        with pytest.warns(UserWarning, match="Run it again"):
            load(tmp_path / "dataset")


def cut(path):
    path.write_bytes(path.read_bytes()[:3000])


def overwritten(path):
    """In the middle, where no index looks."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def of_others(path):
    pd.DataFrame({"a": [1]}).to_parquet(path)


DAMAGED = [
    # file, what befell it, what is said
    ("dataset.json", cut, "dataset.json is damaged"),
    ("15.parquet", cut, "15.parquet: is damaged"),
    ("15.parquet", overwritten, "15.parquet: is damaged"),
    ("15.parquet", of_others, "15.parquet: was made by another version"),
]


@pytest.mark.parametrize(("name", "befalls", "says"), DAMAGED)
def test_a_damaged_dataset_is_an_error_that_says_what_to_do_and_is_right(tmp_path, name, befalls, says):
    synthetic.write_many(tmp_path / "source", 3)
    dataset = tmp_path / "dataset"
    build = lambda: disclosure.build.build(tmp_path / "source", dataset, reader=synthetic.read)
    build()
    befalls(dataset / name)
    with pytest.raises(DisclosureError, match=says) as told:
        corpus = load(dataset)
        _ = corpus.reports, corpus.cells, corpus.findings
    if "Remove it" in str(told.value):
        (dataset / name).unlink()
    build()
    assert len(load(dataset).cells) == 600
