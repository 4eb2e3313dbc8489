"""Which reports speak for a district, how its page is headed, and looking at one indicator of it."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from disclosure import load
from disclosure.build import build
from disclosure.district import heading, in_year, named_apart, own, rates
from disclosure.errors import DisclosureError, UnknownName
from disclosure.explore import beside_all, cells_used, chosen, explore, picture

from . import synthetic
from .conftest import ROOT

CODES = {"甲县": "150221", "乙县": "150222", "丙县": "150223", "经开区": "-"}

# The file's name is what its report says of itself: district, year, level of its body, grade of its source, verified.
REPORTS = [
    # a department and a town beside their county, and a mirror of the county's own report
    "甲县 2024 county official yes", "甲县 2024 department official yes", "甲县 2024 town official yes", "甲县 2024 county mirror yes",
    # of two copies the verified one goes first, whatever its source
    "甲县 2023 county official no", "甲县 2023 county ocr yes",
    # departments alone: they are all there is
    "乙县 2024 department unknown yes",
    # a report that does not say its year
    "丙县 0 county official yes", "丙县 2025 county official yes",
    "经开区 2025 zone official yes",
]  # fmt: skip
SPEAK = [
    "甲县 2024 county official yes", "甲县 2023 county ocr yes", "乙县 2024 department unknown yes", "丙县 2025 county official yes",
    "经开区 2025 zone official yes",
]  # fmt: skip


def read(path):
    """In place of disclosure.read: a report that is what the name of its file says."""
    district, year, level, grade, verified = Path(path).stem.split()
    report = synthetic.report(path, CODES[district], district, int(year) or 2024, 1)
    about = replace(report.metadata, year=int(year) or None, body_level=level, source_grade=grade)
    return replace(report, metadata=about, verified=verified == "yes")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("district")
    (folder / "source").mkdir()
    for name in REPORTS:
        (folder / "source" / f"{name}.txt").write_text(name, "utf-8")
    build(folder / "source", folder / "dataset", reader=read)
    return load(folder / "dataset")


@pytest.fixture(scope="module")
def samples():
    return load(ROOT / "data/reports")


def test_one_report_speaks_for_a_district_and_year(corpus):
    assert sorted(own(corpus).reports["report"]) == sorted(f"{name}.txt" for name in SPEAK)


def test_every_sample_speaks_for_its_district(samples):
    assert len(own(samples)) == len(samples)


def test_without_a_year_nothing_can_be_said(corpus):
    with pytest.raises(DisclosureError, match="丙县 0 .*its district and its year"):
        own(corpus.select(report="丙县 0 county official yes.txt"))


HEADINGS = [
    ("昆都仑区", ["昆都仑区", "内蒙古自治区包头市 · 150203", "2024、2025 年度", "报告 2 份"]),
    ("巴州区", ["四川省巴中市", "511902", "2023 年度"]),
    ("可克达拉经开区", ["新疆维吾尔自治区可克达拉市", "2024 年度"]),
]


@pytest.mark.parametrize(("district", "texts"), HEADINGS)
def test_a_heading_says_which_district(samples, district, texts):
    published = samples.select(district)
    said = repr(heading(own(published), published))
    assert all(text in said for text in texts) and "不计入" not in said, said


def test_a_heading_says_what_was_left_out(corpus):
    published = corpus.select("甲县")
    assert "另有 4 份报告不计入本页" in heading(own(published), published)
    assert "Not counted here: 4 reports" in heading(own(published), published, "en")


def test_the_year_is_that_of_which_most_have_reported(samples):
    assert in_year(samples).reports["year"].unique().tolist() == [2024]
    assert len(in_year(samples, 2023)) == 1
    with pytest.raises(UnknownName, match="2023, 2024, 2025"):
        in_year(samples, 1999)


def test_districts_of_one_name_keep_apart():
    frame = pd.DataFrame(
        [("鼓楼区", "320106", "320100"), ("鼓楼区", "350102", "350100"), ("巴州区", "511902", "511900"), ("经开区", None, "659008")],
        columns=["district", "region_code", "parent_code"],
    )
    assert named_apart(frame)["district"].tolist() == ["鼓楼区 320106", "鼓楼区 350102", "巴州区", "经开区"]


def test_rates_are_those_of_the_corpus(samples):
    columns = ["district", "year", "numerator", "n"]
    found = [set(frame[columns].itertuples(index=False, name=None)) for frame in (rates(samples, "denial_rate"), samples.indicators("denial_rate"))]
    assert found[0] == found[1] and len(found[0]) == 5


# Looking at one indicator


CHOSEN = [(("", 0), ("昆都仑区", 2025)), (("巴州区", 0), ("巴州区", 2023)), (("昆都仑区", 2024), ("昆都仑区", 2024))]


@pytest.mark.parametrize(("asked", "found"), CHOSEN)
def test_what_is_looked_at(samples, asked, found):
    assert chosen(samples, *asked) == found


def test_what_is_not_there_cannot_be_looked_at(samples):
    with pytest.raises(UnknownName, match="2023"):
        chosen(samples, "巴州区", 2024)
    with pytest.raises(UnknownName, match="昆都仑区"):
        chosen(samples, "昆都伦区")


def test_the_cells_behind_an_indicator(samples):
    said = repr(cells_used(samples, "昆都仑区", 2025, "litigation_ratio"))
    assert all(text in said for text in ("（七）总计 · 总计 191", "未经复议直接起诉 · 总计 25", "复议后起诉 · 总计 8", "第57行"))
    assert "a number is printed" in repr(cells_used(samples, "昆都仑区", 2025, "litigation_ratio", "en"))


def test_grounds_beside_all_districts_together(samples):
    beside = beside_all(samples, "昆都仑区", 2024)
    assert "全部地区合计" in beside.layout.title.text and len(beside.data) == 2
    alone = beside_all(samples, "昆都仑区", 2025)
    assert "没有其他地区可比" in alone.layout.title.text and len(alone.data) == 1


def test_the_picture_of_an_indicator(samples):
    figure = picture(samples, "昆都仑区", "not_held_rate")
    assert "昆都仑区2024、2025年：不掌握比例" in figure.layout.title.text
    assert "无法计算" in repr(picture(samples, "可克达拉经开区"))


def test_pickers_draw_once_something_is_picked(samples):
    box = explore(samples, "昆都仑区", 2025, "not_held_rate")
    assert len(box.children) == 1
    district, year, indicator = box.children[0].children
    assert (district.value, year.value, indicator.value) == ("昆都仑区", 2025, "not_held_rate")
    assert year.options == (2024, 2025) and len(district.options) == 4
    district.value = "巴州区"
    assert year.value == 2023 and len(box.children) == 2
