"""Tables of ratios: the right figure in the right row and column, with its fraction, its interval and what is to be said of it."""

from types import SimpleNamespace

import pytest

from disclosure import load, ratios
from disclosure.district import own
from disclosure.errors import UnknownName
from disclosure.style import Note

from .conftest import ROOT
from .demo import demo
from .frames import many, sample, samples


@pytest.fixture(scope="module")
def corpus():
    return load(ROOT / "data/reports")


def rows(table):
    """A table as ``{heading: [cells]}``, each cell a list of its lines."""
    from lxml import html

    found = {}
    for row in html.fromstring(str(table)).iter("tr"):
        name, *cells = [[text.strip() for text in cell.itertext() if text.strip()] for cell in row]
        found[name[0]] = cells
    return found


# The values of the field's own paper: what a district's indicators were in a year.
VALUES = [
    ("康巴什区", 2024, "公开率", ["86.7%", "13/15", "[62.1–96.3]"]),
    ("康巴什区", 2024, "不掌握比例", ["0.0%", "0/15", "[0.0–20.4]"]),
    ("昆都仑区", 2024, "公开率", ["23.9%", "26/109", "[16.8–32.7]"]),
    ("昆都仑区", 2024, "不掌握比例", ["70.6%", "77/109", "[61.5–78.4]"]),
    ("昆都仑区", 2024, "诉讼率（每百件）", ["0.9", "1/109", "[0.0–5.1]"]),
    ("昆都仑区", 2024, "败诉率", ["–", "没有已审结的诉讼案件"]),
    ("昆都仑区", 2025, "公开率", ["23.6%", "45/191", "[18.1–30.1]"]),
    ("昆都仑区", 2025, "不掌握比例", ["70.2%", "134/191", "[63.3–76.2]"]),
    ("昆都仑区", 2025, "复议率（每百件）", ["12.6", "24/191", "[8.1–18.7]"]),
    ("昆都仑区", 2025, "诉讼率（每百件）", ["17.3", "33/191", "[11.9–24.3]"]),
    ("昆都仑区", 2025, "复议纠错率", ["5.9%", "1/17", "[1.0–27.0]"]),
    ("昆都仑区", 2025, "败诉率", ["6.7%", "2/30", "[1.8–21.3]"]),
    ("巴州区", 2023, "公开率", ["78.9%", "97/123", "[70.8–85.1]"]),
    ("巴州区", 2023, "不掌握比例", ["6.5%", "8/123", "[3.3–12.3]"]),
    ("巴州区", 2023, "诉讼率（每百件）", ["8.1", "10/123", "[3.9–15.0]"]),
    ("巴州区", 2023, "复议纠错率", ["100.0%", "4/4", "[51.0–100.0]", "少于10件，不作比较"]),
    ("巴州区", 2023, "败诉率", ["0.0%", "0/10", "[0.0–27.8]"]),
]


@pytest.mark.parametrize(("district", "year", "name", "lines"), VALUES)
def test_the_values_to_be_found_again(corpus, district, year, name, lines):
    reports = corpus.select(district)
    years = reports.reports["year"].tolist()
    assert rows(ratios.ratios(reports.indicators()))[name][sorted(years).index(year)] == lines


def test_each_question_once_and_its_other_answers_beside_it(corpus):
    usual = set(rows(ratios.ratios(corpus.select("巴州区").indicators())))
    every = rows(ratios.denominators(corpus.select("巴州区").cells))
    assert "全部公开率" not in usual and every["全部公开率"][0][:2] == ["52.0%", "64/123"]
    assert every["公开率（占新收与结转）"][0][1].startswith("97/")


@pytest.mark.parametrize("table", [ratios.ratios, lambda rates: ratios.denominators(sample("可克达拉经开区"))])
def test_without_applications_there_is_no_ratio(corpus, table):
    said = table(corpus.select("可克达拉经开区").indicators())
    assert isinstance(said, Note) and "没有办结的申请" in repr(said) and "不是0%" in repr(said)


def test_a_cell_that_is_in_doubt_says_so():
    denials = rows(ratios.ratios(own(demo().select("昆都仑区")).indicators()))["不予公开率"]
    assert ["勾稽不符" in "".join(cell) for cell in denials] == [False, True, False, False]
    # A new total of 37 for 371 is not taken: more would have been closed than was at hand.
    contradictory = rows(ratios.ratios(own(demo().select("康巴什区")).indicators()))["办结率"]
    assert contradictory[2] == ["–", "分子与分母矛盾，原表数字有误"]


def test_districts_in_the_order_of_the_frame(corpus):
    rates = corpus.select(years=2024).indicators("disclosure_rate")
    table = rows(ratios.districts(rates, "disclosure_rate"))
    assert list(table)[1:] == rates["district"].tolist() and table["昆都仑区"][:3] == [["26"], ["109"], ["23.9%"]]


def test_ranks_under_other_denominators(corpus):
    table = rows(ratios.rearranged(own(corpus.select(years=2024)), "disclosure_rate"))
    assert table["康巴什区"][0] == ["86.7%", "第1"] and table["昆都仑区"][0] == ["23.9%", "第2"]
    assert table["可克达拉经开区"][0] == ["–", "没有办结的申请"]


def test_of_many_districts_those_are_shown_that_move_most():
    cells = many(80)
    reports = cells[["report", "district"]].drop_duplicates().assign(region_code=None, parent_code=None)
    table = ratios.rearranged(SimpleNamespace(cells=cells, reports=reports), "not_held_rate")
    assert "80个地区中变动最大的60个" in table and len(rows(table)) == 61
    assert "移" in repr(table)


CHANGES = [
    # years, what is said
    ("昆都仑区", [["2024–2025"], ["−0.3", "[−10.7, +9.3]"], ["看不出变化"]]),
]


@pytest.mark.parametrize(("district", "cells"), CHANGES)
def test_changes_on_the_year_before(corpus, district, cells):
    table = rows(ratios.changes(corpus.indicators("disclosure_rate"), "disclosure_rate"))
    assert table[district] == cells and list(table)[1:] == [district]


def test_a_change_over_a_break_says_so():
    table = repr(ratios.changes(demo().indicators("disclosure_rate"), "disclosure_rate"))
    assert "2024年起对不予公开须先复议" in table


@pytest.mark.parametrize(
    ("rates", "key", "said"),
    [
        (lambda corpus: corpus.select(years=2024).indicators(), "disclosure_rate", "没有哪个地区有相邻两年"),
        (lambda corpus: corpus.indicators(), "litigation_ratio", "此处不比较两年之差"),
    ],
)
def test_where_there_is_no_change_to_tell(corpus, rates, key, said):
    assert said in repr(ratios.changes(rates(corpus), key))


def test_whom_to_follow(corpus):
    rates = corpus.indicators("disclosure_rate")
    assert set(ratios.followed(rates)["district"]) == {"昆都仑区"}
    assert set(ratios.followed(rates, ["巴州区"])["district"]) == {"巴州区"}
    assert ratios.followed(demo().indicators("closure_rate"), most=5)["district"].nunique() == 5
    with pytest.raises(UnknownName, match="昆都仑区"):
        ratios.followed(rates, ["昆都伦区"])


def test_breaks_within_the_years_of_a_corpus(corpus):
    assert "2023 / 2024" in rows(ratios.breaks(corpus))
    assert isinstance(ratios.breaks(corpus.select(years=[2024, 2025])), Note)


def test_everything_speaks_english(corpus):
    rates = corpus.select("昆都仑区").indicators(lang="en")
    tables = [
        ratios.ratios(rates, "en"), ratios.denominators(samples().query("district == '昆都仑区'"), lang="en"),
        ratios.changes(rates, "disclosure_rate", "en"), ratios.breaks(corpus, "en"),
    ]  # fmt: skip
    for table in tables:
        words = repr(table).replace("昆都仑区", "")
        assert not any("\u4e00" <= character <= "\u9fff" for character in words), words
