"""What was worked out for a table holds for the tables printed alike: reading by it gives what a search gives, or nothing."""

import re

import pytest

import disclosure
from disclosure import alike
from disclosure.match import blocks_of, search
from disclosure.media import open_document
from disclosure.stream import stream
from disclosure.tables import Page

from .generator import LAYOUTS, render

CLEAN = ("html plain", "html Word", "html page round it", "docx", "xlsx one sheet")


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(alike, "_plans", {})


def reports(name, folder, seeds):
    layout = LAYOUTS[name]
    return render(layout, [layout.truth(seed) for seed in seeds], folder)


def both_ways(path):
    """What is recalled of a file, and what a search finds: form, cells, and the findings of the search."""
    document = open_document(str(path), path.read_bytes())
    blocks = blocks_of(document)
    text = stream(blocks)
    return alike.recall(text, blocks), search(document, blocks, text)


@pytest.mark.parametrize("name", CLEAN)
def test_reports_printed_alike_are_recalled_as_they_are_found(name, tmp_path):
    paths = reports(name, tmp_path, range(8))
    for path in paths:
        disclosure.read(path)
    for path in paths:
        recalled, (form, values, findings) = both_ways(path)
        assert recalled and recalled[0] is form and not findings
        assert list(recalled[1].items()) == list(values.items())


@pytest.mark.parametrize("name", ["html odd numbers", "html marks", "html blank zeros", "html blank totals", "html cut, no header", "html nested tables", "html other wordings", "csv", "mhtml"])
def test_whatever_is_recalled_is_what_a_search_finds(name, tmp_path):
    paths = reports("html plain", tmp_path / "plain", range(4)) + reports(name, tmp_path / "other", range(8))
    for path in paths:
        disclosure.read(path)
    for path in paths:
        recalled, (form, values, findings) = both_ways(path)
        assert recalled is None or recalled == (form, values, findings) and not findings


def page(tmp_path, change=str):
    """A clean page, changed, read after others that are printed alike: what is recalled, and the report."""
    *others, path = reports("html plain", tmp_path, [0, 3, 6])
    for other in others:
        disclosure.read(other)
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    return both_ways(path)[0], disclosure.read(path)


def test_the_clean_page_itself_is_recalled(tmp_path):
    assert page(tmp_path)[0]


SECOND = (
    "<p>2020年数据</p><p>信息内容 本年制发件数 本年废止件数 现行有效件数</p><p>规章 1 1 1</p><p>行政规范性文件 1 1 1</p>"
    "<p>行政许可 1</p><p>行政处罚 1</p><p>行政强制 1</p><p>行政事业性收费 1</p>"
)
TABLE = re.compile(r"<table.*?</table>", re.S)


def in_table(number, change):
    """Change one of the page's tables, counted from 0."""

    def changed(text):
        tables = list(TABLE.finditer(text))
        if len(tables) <= number:
            return text
        start, end = tables[number].span()
        return text[:start] + change(text[start:end]) + text[end:]

    return changed


@pytest.mark.parametrize("change", [
    pytest.param(in_table(1, lambda table: re.sub(r">(\d+)</td>", ">987654</td>", table, count=1)), id="a sum that does not close"),
    pytest.param(in_table(1, lambda table: table * 2), id="the table twice"),
    pytest.param(in_table(1, lambda table: f"{table}<p>12</p>"), id="a number behind the table"),
    pytest.param(in_table(0, lambda table: f"{table}<pre>说明{' ' * 700}</pre><p>12</p>"), id="a number behind the table and many blanks"),
    pytest.param(in_table(0, lambda table: f"{SECOND}<p>二、主动公开政府信息情况</p>{table}"), id="last year's table in lines of text"),
    pytest.param(in_table(0, lambda table: ""), id="a table not there"),
    pytest.param(in_table(0, lambda table: re.sub(r">(\d+)</td>", r">约\1</td>", table, count=1)), id="a number that is none"),
    pytest.param(lambda text: text.replace("行政处罚", "行政處罰").replace("总计", "總計").replace("尚未审结", "尚未審結").replace("复议", "複議"), id="Traditional"),
])  # fmt: skip
def test_what_is_not_plain_is_searched_through(change, tmp_path):
    assert page(tmp_path, change)[0] is None


def test_a_broken_sum_is_reported_on_a_page_printed_like_others(tmp_path):
    _, report = page(tmp_path, in_table(1, lambda table: re.sub(r">(\d+)</td>", ">987654</td>", table, count=1)))
    assert any(doubt.check == "applications.row_sum" and doubt.severity == "error" for doubt in report.doubts)


def test_figures_follow_their_headings_not_their_places(tmp_path):
    def exchanged(text):
        return text.replace("自然人", "\x00").replace("商业企业", "自然人").replace("\x00", "商业企业")

    _, plain = page(tmp_path / "plain")
    _, report = page(tmp_path / "exchanged", in_table(1, exchanged))
    was, now = (of.value("applications", "new", column) for of, column in ((plain, "natural_person"), (report, "enterprise")))
    assert was == now


def test_nothing_is_kept_of_what_a_recogniser_read(tmp_path):
    (path,) = reports("html plain", tmp_path, [0])
    document = open_document(str(path), path.read_bytes())
    blocks = blocks_of(document)
    page = Page(document.path, stream(blocks))
    form, values, _ = search(document, blocks, page.stream)
    for score, kept in ((0.99, 0), (None, 3)):
        alike._plans.clear()
        alike.keep(page, blocks, form, {key: amount._replace(score=score) for key, amount in values.items()})
        assert len(alike._plans) == kept


def test_no_more_is_kept_than_so_many_ways_of_printing(tmp_path, monkeypatch):
    monkeypatch.setattr(alike, "MOST", 2)
    for path in reports("html plain", tmp_path, range(3)):
        disclosure.read(path)
    assert len(alike._plans) <= 2
