"""A table printed word for word is read at a look as a search would read it, and nothing else is read so."""

import re
from dataclasses import replace

import pytest

import disclosure
from disclosure.document import Grid, Paragraph
from disclosure.grids import blocks_of
from disclosure.match import search
from disclosure.media import open_document
from disclosure.stream import stream
from disclosure.verbatim import at_a_look

from .generator import LAYOUTS, render

CLEAN = ("html plain", "html Word", "html page round it", "html spans a character", "docx")


def reports(name, folder, seeds):
    layout = LAYOUTS[name]
    return render(layout, [layout.truth(seed) for seed in seeds], folder)


def both_ways(path):
    """What is read of a file at a look, and what a search finds: form, cells, and the findings of the search."""
    document = open_document(str(path), path.read_bytes())
    blocks = blocks_of(document)
    text = stream(blocks)
    return at_a_look(text, blocks), search(document, text)


@pytest.mark.parametrize("name", CLEAN)
def test_clean_reports_are_read_at_a_look_as_they_are_found(name, tmp_path):
    for path in reports(name, tmp_path, range(8)):
        looked, (form, values, findings) = both_ways(path)
        assert looked and looked[0] is form and not findings
        assert list(looked[1].items()) == list(values.items())


@pytest.mark.parametrize("name", ["html odd numbers", "html marks", "html blank zeros", "html blank totals", "html cut, no header", "html nested tables", "html other wordings", "csv", "mhtml"])
def test_whatever_is_read_at_a_look_is_what_a_search_finds(name, tmp_path):
    for path in reports(name, tmp_path, range(8)):
        looked, (form, values, findings) = both_ways(path)
        assert looked is None or looked == (form, values, findings) and not findings


def page(tmp_path, change=str, seed=6):
    """A clean page, changed: what is read at a look, and the report."""
    (path,) = reports("html plain", tmp_path, [seed])
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    return both_ways(path)[0], disclosure.read(path)


def test_the_clean_page_itself_is_read_at_a_look(tmp_path):
    assert page(tmp_path)[0]


SECOND = (
    "<p>2020年数据</p><p>信息内容 本年制发件数 本年废止件数 现行有效件数</p><p>规章 1 1 1</p><p>行政规范性文件 1 1 1</p>"
    "<p>行政许可 1</p><p>行政处罚 1</p><p>行政强制 1</p><p>行政事业性收费 1</p>"
)
TABLE = re.compile(r"<table.*?</table>", re.S)


def exchanged(text, one, other):
    return text.replace(one, "\x00").replace(other, one).replace("\x00", other)


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
    pytest.param(in_table(1, lambda table: exchanged(table, "自然人", "商业企业")), id="headings exchanged"),
    pytest.param(in_table(1, lambda table: exchanged(table, "国家秘密", "行政查询")), id="labels of rows exchanged"),
    pytest.param(in_table(2, lambda table: exchanged(table, "未经复议直接起诉", "复议后起诉")), id="headings of groups exchanged"),
    pytest.param(in_table(1, lambda table: table.replace("自然人", "自然人（2020年）")), id="a year in a heading"),
    pytest.param(in_table(1, lambda table: table.replace("自然人", "")), id="a heading not there"),
    pytest.param(in_table(0, lambda table: table.replace("行政处罚", "行政处罚 7")), id="a figure in a label"),
    pytest.param(in_table(0, lambda table: table.replace("规章", "规章-")), id="a sign in a label"),
    pytest.param(in_table(1, lambda table: table.replace("自然人", "当面申请") + table), id="a table of other things, and the form's"),
    pytest.param(in_table(0, lambda table: table.replace("行政强制", "行政确认")), id="a row that the form has not"),
    pytest.param(lambda text: text.replace("行政处罚", "行政處罰").replace("总计", "總計").replace("尚未审结", "尚未審結").replace("复议", "複議"), id="Traditional"),
])  # fmt: skip
def test_what_is_not_plain_is_searched_through(change, tmp_path):
    assert page(tmp_path, change)[0] is None


def test_a_broken_sum_is_reported_on_a_page_that_is_plain_otherwise(tmp_path):
    _, report = page(tmp_path, in_table(1, lambda table: re.sub(r">(\d+)</td>", ">987654</td>", table, count=1)))
    assert any(doubt.check == "applications.row_sum" and doubt.severity == "error" for doubt in report.doubts)


def test_figures_follow_their_headings_not_their_places(tmp_path):
    _, plain = page(tmp_path / "plain")
    _, report = page(tmp_path / "exchanged", in_table(1, lambda table: exchanged(table, "自然人", "商业企业")))
    was, now = (of.value("applications", "new", column) for of, column in ((plain, "natural_person"), (report, "enterprise")))
    assert was == now


def test_a_table_in_parts_is_read_at_a_look(tmp_path):
    """Pages of the form of 2019 have a table for each article."""
    blocks = re.compile(r"(?=<tr>(?:(?!</tr>).)*信息内容)", re.S)

    def in_parts(table):
        first, *parts = blocks.split(table)
        assert parts
        return first + "</table><table>".join(parts)

    looked, report = page(tmp_path, in_table(0, in_parts))
    assert looked and not report.doubts


def over_pages(blocks, row, lower_page=2):
    """The blocks with the table of applications cut before a row, as if the rest stood on a page of its own."""
    at = next(index for index, block in enumerate(blocks) if isinstance(block, Grid) and block.width > 6)
    cells = blocks[at].cells
    upper = replace(blocks[at], cells=[cell for cell in cells if cell.row < row], page=1)
    lower = [replace(cell, row=cell.row - row) for cell in cells if cell.row >= row]
    return [*blocks[:at], upper, replace(upper, cells=lower, page=lower_page), *blocks[at + 1 :]]


def test_a_table_that_a_page_parts_is_read_at_a_look_where_nothing_stands_between(tmp_path):
    (path,) = reports("html plain", tmp_path, [6])
    blocks = blocks_of(open_document(str(path), path.read_bytes()))
    whole = at_a_look(stream(blocks), blocks)[1]
    parted = over_pages(blocks, 12)
    figures = at_a_look(stream(parted), parted)[1]
    assert [amount.text for amount in figures.values()] == [amount.text for amount in whole.values()]
    assert {amount.place.page for key, amount in figures.items() if key.table == "applications"} == {1, 2}
    assert figures.keys() == whole.keys()
    apart = over_pages(blocks, 12, lower_page=3)
    assert at_a_look(stream(apart), apart) is None
    at = next(index for index, block in enumerate(parted) if isinstance(block, Grid) and block.page == 2)
    between = [*parted[:at], Paragraph("2"), *parted[at:]]
    assert at_a_look(stream(between), between) is None


def test_what_a_recogniser_read_is_searched_through(tmp_path):
    (path,) = reports("html plain", tmp_path, [0])
    document = open_document(str(path), path.read_bytes())
    blocks = blocks_of(document)
    text = stream(blocks)
    assert at_a_look(text, blocks)
    grid = next(block for block in blocks if isinstance(block, Grid))
    grid.cells[-1].score = 0.99
    assert at_a_look(text, blocks) is None
