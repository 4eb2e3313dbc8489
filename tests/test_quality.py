"""What says how far the numbers can be trusted: tables in words, and figures of the places in doubt."""

import pytest

from disclosure import load, quality, troubles
from disclosure.district import own
from disclosure.style import Note

from .conftest import ROOT
from .demo import demo


@pytest.fixture(scope="module")
def samples():
    return load(ROOT / "data/reports")


def said(table):
    """A table as a reader sees it, without the blanks between its cells."""
    return " ".join(repr(table).split())


KUNDULUN = {
    "sources": ("转载 · 文本 · 2021年表样", "原发布机关", "200/200格", "42条全部成立", "提示1"),
    "doubts": ("来源是转载网站而非原发布机关", "由 2024 年的 2096.13 变为 2025 年的 145.022"),
    "links": ("没有2023年的报告，无从核对", "4件，与2024年报告的“结转下年”各栏一致"),
    "provenance": ("kundulun_2025.txt", "da0e2789234e3e4567263fa36f7efa97b7e265729a24729491061b82ce82685f", "由 disclosure 0.1.0 读取"),
}


@pytest.mark.parametrize("table", KUNDULUN)
def test_a_district_says_where_its_numbers_come_from(samples, table):
    shown = said(getattr(quality, table)(own(samples.select("昆都仑区"))))
    assert all(text in shown for text in KUNDULUN[table]), shown


def test_a_title_leads_to_where_it_was_published(samples):
    assert 'href="https://www.kdl.gov.cn/"' in quality.sources(samples.select("昆都仑区"))


DEMO = {
    # the worst, what is planted, what cannot be read, what is missing
    "sources": ("42条中", "条不成立", "damaged or cut off", "未能确定 · 网页"),
    "doubts": ("broken.docx 错误", "“上年结转”却为"),
    "narrative": ("警告", "正文称", "表中为", "件"),
    "reading": ("网页 47 47 42/47",),
    "kinds": ("applications.row_sum 3 0 0 3", "claim.disagrees 0 4 0 3", "file.unreadable 1 0 0 1"),
    "links": ("没有这一年的报告", "却为"),
}


@pytest.mark.parametrize("table", DEMO)
def test_what_is_wrong_is_said(table):
    shown = said(getattr(quality, table)(demo()))
    assert all(text in shown for text in DEMO[table]), shown


@pytest.mark.parametrize("table", ["sources", "doubts", "narrative", "reading", "kinds", "links", "provenance"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_speaks_both_languages(table, lang):
    heading = str(getattr(quality, table)(demo(), lang=lang)).split("</thead>")[0]
    assert any("\u4e00" <= character <= "\u9fff" for character in heading) == (lang == "zh")


@pytest.mark.parametrize(("by", "first"), [("district", "双流区 2 1"), ("medium", "网页 9 ")])
def test_findings_are_counted_by_district_and_medium(by, first):
    assert first in said(quality.kinds(demo(), by))


def test_a_corpus_without_doubts_says_so(samples):
    clean = samples.select("康巴什区")
    assert isinstance(quality.doubts(clean), Note) and isinstance(quality.narrative(clean), Note)
    assert "没有一条勾稽关系不成立" in repr(troubles.broken_sums(clean))


def test_broken_sums_are_counted_cell_by_cell():
    heat = troubles.broken_sums(demo()).data[0]
    found = demo().findings
    sums = found[found["check"].astype("str").str.startswith("applications.")]
    assert sum(map(sum, heat.z)) == sums["cells"].map(len).sum()
    closed = sum(cell == "applications.closed.total" for cells in sums["cells"] for cell in cells)
    assert f"办结 · 总计 {closed}" in [line for row in heat.hovertext for line in row] and closed > 0


def test_the_calendar_marks_what_does_not_follow():
    figure = troubles.calendar(demo())
    text = [mark for row in figure.data[0].text for mark in row]
    assert text.count("缺") == 1 and text.count("✗") >= 1
    assert list(figure.layout.xaxis.ticktext) == ["2022", "2023", "2024", "2025"]


def test_nothing_that_can_be_read_is_no_error(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    corpus = load(tmp_path)
    for table in (quality.sources, quality.doubts, quality.reading, quality.kinds, quality.links, quality.narrative, quality.provenance):
        assert repr(table(corpus))
    assert isinstance(troubles.calendar(corpus), Note) and isinstance(troubles.broken_sums(corpus), Note)
