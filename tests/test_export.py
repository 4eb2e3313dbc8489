import hashlib
import json

import pandas as pd
import pytest
from openpyxl import load_workbook

from disclosure import export as exporting
from disclosure import storage
from disclosure.__main__ import main
from disclosure.build import build
from disclosure.corpus import load
from disclosure.errors import DisclosureError
from disclosure.export import TABLES, WRITERS, codebook, export, stata_names

from . import synthetic
from .conftest import ROOT

NEW = "applications.new.total"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def samples():
    return load(ROOT / "data")


@pytest.fixture
def corpus(tmp_path):
    """Reports with every status, a file that failed, and a column that was merged in."""
    synthetic.write_many(tmp_path / "source", 7)
    synthetic.write(tmp_path / "source", "bad.txt", does="break")
    build(tmp_path / "source", tmp_path / "dataset", reader=synthetic.read)
    return load(tmp_path / "dataset").merge(pd.DataFrame({"region_code": ["150000"], "2020 population": [5]}))


READ = {
    "csv": lambda folder, table: pd.read_csv(folder / f"{table}.csv", encoding="utf-8-sig", keep_default_na=False, na_values=[""]),
    "xlsx": lambda folder, table: pd.read_excel(folder / "corpus.xlsx", sheet_name=table, keep_default_na=False, na_values=[""]),
    "parquet": lambda folder, table: pd.read_parquet(folder / f"{table}.parquet"),
    "stata": lambda folder, table: pd.read_stata(folder / f"{table}.dta", convert_categoricals=False),
}


@pytest.mark.parametrize("to", WRITERS)
def test_every_format_gives_the_tables_back(corpus, tmp_path, to, monkeypatch):
    monkeypatch.setattr(exporting, "PART", 3)
    export(corpus, tmp_path / "out", to)
    book = codebook(corpus)
    for table in TABLES:
        frame = READ[to](tmp_path / "out", table)
        assert list(frame.columns) == book.loc[book["table"] == table, "stata" if to == "stata" else "variable"].tolist()
        assert len(frame) == len(getattr(corpus, table))
    name = book.set_index("variable").loc[NEW, "stata"] if to == "stata" else NEW
    reports = READ[to](tmp_path / "out", "reports")
    expected = corpus.wide([NEW])[NEW]
    pd.testing.assert_series_equal(reports[name].astype(float), expected, check_names=False)
    cells = READ[to](tmp_path / "out", "cells")
    pd.testing.assert_series_equal(cells["value"].astype(float), corpus.cells["value"], check_names=False)
    assert cells["text"].fillna("").astype(str).tolist() == corpus.cells["text"].tolist() or to in ("csv", "xlsx")


def test_a_number_of_applications_is_written_without_a_point(samples, tmp_path):
    export(samples, tmp_path, "csv")
    lines = (tmp_path / "cells.csv").read_text("utf-8-sig").splitlines()
    assert "kundulun_2025.txt,昆都仑区,2025,2021,applications,new,total,191,件,printed,191,line 33" in lines
    assert any(",923.71," in line for line in lines)


def test_excel_knows_the_csv_for_utf_8(samples, tmp_path):
    export(samples, tmp_path)
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in tmp_path.glob("*.csv"))


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path, monkeypatch):
    monkeypatch.setattr(synthetic, "amount", lambda rng, row: synthetic.Amount(None, "unreadable", "=1+1\x07"))
    synthetic.write_many(tmp_path / "source", 1)
    build(tmp_path / "source", tmp_path / "dataset", reader=synthetic.read)
    export(load(tmp_path / "dataset"), tmp_path / "out", "xlsx")
    cells = load_workbook(tmp_path / "out" / "corpus.xlsx")["cells"]
    text = next(cells.iter_rows(min_row=2))[10]
    assert (text.value, text.data_type) == ("=1+1", "s")


def test_stata_has_labels_for_variables_and_values(samples, tmp_path):
    export(samples, tmp_path / "zh", "stata")
    export(samples, tmp_path / "en", "stata", lang="en")
    for lang, of_new, inferred in (
        ("zh", "一、本年新收政府信息公开申请数量 · 总计 (件)", "inferred 未印出，由勾稽关系唯一推定"),
        ("en", "New applications received · Total (件)", "inferred not printed; the only value with which the sums close"),
    ):
        with pd.io.stata.StataReader(tmp_path / lang / "reports.dta") as file:
            labels = file.variable_labels()
        assert labels["applications_new_total"] == of_new
        assert max(map(len, labels)) <= 32 and max(map(len, labels.values())) <= 80
        assert inferred in set(pd.read_stata(tmp_path / lang / "cells.dta")["status"])


def test_stata_names_are_short_and_differ():
    names = [str(key) for key in storage.keys()] + ["2020 population", "人口", "a" * 40, "a" * 41]
    short = stata_names(names)
    assert len(set(short.values())) == len(names)
    assert all(len(name) <= 32 and (name[0].isalpha() or name[0] == "_") for name in short.values())


def test_the_codebook_says_what_each_variable_is():
    book = codebook()
    assert not book[["variable", "stata", "type", "zh", "en"]].eq("").any(axis=None)
    assert not book.duplicated(["table", "variable"]).any() and not book.duplicated(["table", "stata"]).any()
    cells = book[book["variable"].isin(map(str, storage.keys()))].set_index("variable")
    assert len(cells) == len(storage.keys())
    assert cells.loc["applications.denied.third_party.total", "article"] == "15;32"
    assert cells.loc["applications.other.total", "forms"] == "2019"
    assert cells.loc["proactive.fees.amount_10k_yuan", "unit"] == "万元"


def test_the_codebook_knows_every_column_and_code(samples):
    book = codebook().groupby("table")["variable"].agg(set)
    assert set(samples.reports.columns) - {"path"} <= book["reports"]
    assert set(samples.cells.columns) == book["cells"] and set(samples.findings.columns) == book["findings"]
    assert set(exporting.declared()["cells", "status"]["values"]) == set(storage.LETTERS) | {"corrected"}


def test_the_package_describes_the_files(corpus, tmp_path):
    written = export(corpus, tmp_path / "out")
    assert sorted({path.name for path in written}) == sorted(path.name for path in (tmp_path / "out").iterdir())
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert [resource["name"] for resource in package["resources"]] == [*TABLES, "codebook"]
    for resource in package["resources"]:
        content = (tmp_path / "out" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = pd.read_csv(tmp_path / "out" / resource["path"], encoding="utf-8-sig", nrows=0)
        assert [field["name"] for field in resource["schema"]["fields"]] == list(header.columns)
    assert {"title": "第150000区2021年度报告"} in package["sources"]


def test_what_to_cite(samples, tmp_path):
    export(samples, tmp_path)
    cited = pd.read_csv(tmp_path / "reports.csv", encoding="utf-8-sig").set_index("report").loc["kundulun_2025.txt", "citation"]
    for part in ("昆都仑区", "《2025年昆都仑区政府信息公开工作年度报告》", "2025 年度", "https://www.kdl.gov.cn/", "SHA-256 "):
        assert part in cited
    assert "5 份（4 个地区，2023–2025 年度）" in (tmp_path / "CITATION.txt").read_text("utf-8")


def test_no_path_of_this_machine_is_exported(samples, tmp_path):
    written = export(samples, tmp_path)
    assert not any(str(ROOT) in path.read_text("utf-8-sig") for path in written)


def test_what_cannot_be_exported_is_refused(samples, tmp_path, monkeypatch):
    with pytest.raises(DisclosureError, match="csv, xlsx, parquet, stata"):
        export(samples, tmp_path, "sas")
    monkeypatch.setattr(exporting, "SHEET_ROWS", 999)
    with pytest.raises(DisclosureError, match="csv or parquet"):
        export(samples, tmp_path, "xlsx")


def test_the_shell_exports_one_district(tmp_path, capsys):
    assert main(["export", str(tmp_path), "--folder", str(ROOT / "data"), "--district", "昆都仑区", "--corrected"]) == 0
    assert str(tmp_path / "cells.csv") in capsys.readouterr().out
    assert len(READ["csv"](tmp_path, "reports")) == 2


def test_an_empty_corpus_is_exported_too(tmp_path):
    (tmp_path / "none").mkdir()
    for to in WRITERS:
        export(load(tmp_path / "none"), tmp_path / to, to)
        assert len(READ[to](tmp_path / to, "cells")) == 0
