"""Rows by their labels, columns by their headings, however a page has torn them."""

import pytest

from disclosure.document import Grid, GridCell, Paragraph, Place
from disclosure.grids import rejoined, upright
from disclosure.headers import declared_columns, read_header
from disclosure.labelled import MASK, Page
from disclosure.labels import plain
from disclosure.rows import find_rows, is_there
from disclosure.stream import stream

APPLICATIONS = "三、收到和处理政府信息公开申请情况\n"
COLUMNS = ("natural_person", "enterprise", "research", "public_interest", "legal_service", "other_org", "total")


def page(text):
    return Page("report.txt", stream([Paragraph(line) for line in text.split("\n")]))


LABELS = [
    # as printed, the rows found
    ("一、本年新收政府信息公开申请数量 | 1", ["new"]),
    ("一、本年新收政府信\n- 3 -\n息公开申请数量 | 1", ["new"]),
    ("一\n、\n本\n年\n新\n收\n政\n府\n信\n息\n公\n开\n申\n请\n数\n量", ["new"]),
    ("一、本年新收政府信息公开申情数量 | 1\n二、上年结转政府信息公开申请数量 | 0", ["new", "carried_in"]),
    ("（三）不予公开 | 1.属于国家秘密 | 0\n2.其他法律行政法规禁止公开 | 0", ["denied.state_secret", "denied.prohibited_by_law"]),
    ("(一)予以公开 | 0\n2.其他法律行政止公开 | 0\n3.危及\"三安全一稳定\" | 0",
     ["granted", "denied.prohibited_by_law", "denied.security_stability"]),
    ("一、本年新收申请数量 | 1\n二、上年结转申请数量 | 0", ["new", "carried_in"]),
    ("(六)其他处理 | 3.其他 | 0\n（七）总计 | 0", ["other", "other.other", "closed"]),
]  # fmt: skip


@pytest.mark.parametrize("text, rows", LABELS)
def test_rows_are_found_by_their_labels(text, rows):
    chain = find_rows(page(APPLICATIONS + text), "applications")
    assert [row for row, _ in chain] == rows


@pytest.mark.parametrize("row, is_turned", [(0, True), (3, True), (4, False)])
def test_a_table_whose_labels_stand_beside_one_another_at_its_head_is_turned_upright(row, is_turned):
    labels = ["1.属于国家秘密", "2.其他法律行政法规禁止公开", "4.保护第三方合法权益", "5.属于三类内部事务信息", "6.属于四类过程性信息"]
    grid = Grid([GridCell("0", at, 0) for at in range(row)] + [GridCell(label, row, at) for at, label in enumerate(labels)], 1)
    assert (upright(grid) is not grid) == is_turned


def test_a_sentence_that_names_rows_is_no_table():
    text = page("全年办理行政许可12件、行政处罚3件、行政强制1件，无行政事业性收费。")
    assert not is_there(text, "proactive", find_rows(text, "proactive"))


MASKED = [
    # what stands there, what of it is no label
    ("2.其他法律行政法规禁止公开0", "0"),
    ("0000002.其他法律行政法规禁止公开", "000000"),
    ("本年增/减 | 3", "|3"),
    ("行政许可12", "12"),
    ("1 属于国家秘密 | 0", "|0"),
    ("不予公开\t1 属于国家秘密\t0", "0"),
    ("不予公开 | （1）属于国家秘密 | 0", "||0"),
    ("7 属于国家秘密 | 0", "7|0"),
    ("0 1 属于国家秘密", "01"),
]


@pytest.mark.parametrize("text, rest", MASKED)
def test_a_label_takes_its_own_numeral_and_strokes(text, rest):
    assert "".join(page(text).masked.replace(MASK, "").split()) == rest


HEADERS = [
    # the header, the columns in order, whether that is sure
    ("自然人 | 法人或其他组织 | 总计\n商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他", COLUMNS, True),
    ("自然人 | 法人或其他组� | 总计\n商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他", COLUMNS, True),
    ("总计 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 自然人", COLUMNS[:0:-1][:1] + COLUMNS[1:6] + COLUMNS[:1], True),
    ("数据1 | 数据2 | 数据3 | 数据4 | 数据5 | 数据6 | 总计", COLUMNS, True),
    ("总计 | 某种组织 | 自然人", COLUMNS, False),
]  # fmt: skip


@pytest.mark.parametrize("header, columns, sure", HEADERS)
def test_columns_stand_in_the_order_of_their_headings(header, columns, sure):
    text = page(header)
    declared = declared_columns("applications")["new"][0]
    read = read_header(text, "applications", 0, len(text.stream.han), declared)
    assert tuple(column.key for column in read.columns.columns) == columns
    assert read.in_order is sure


def grid(*rows):
    cells = [GridCell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts)]
    return Grid(cells, 1)


def test_a_heading_that_fell_out_of_its_grid_says_nothing_of_the_order():
    blocks = [Paragraph("本年废止件数"), grid(["信息内容", "本年制发件数", "现行有效件数"], ["规章", "1", "2", "3"])]
    text = Page("report.html", stream(blocks))
    read = read_header(text, "proactive", 0, len(text.stream.han), declared_columns("proactive")["regulations"][0])
    assert [column.key for column in read.columns.columns] == ["issued", "repealed", "in_force"]


@pytest.mark.parametrize("heading, unit", [
    ("（单位：元）", "元"), ("（单位：万元）", "万元"), ("（单位：万 元）", "万元"), ("（ 单 位 ： 万 元 ）", "万元"), ("（万、元）", "万元"),
    ("（单位：十万元）", "十万元"), ("（百元）", "百元"), ("", ""), ("（元，万元）", ""),
])  # fmt: skip
def test_the_unit_over_a_column_of_money(heading, unit):
    text = page(f"信息内容 | 本年收费金额{heading}")
    read = read_header(text, "proactive", 0, len(text.stream.han), declared_columns("proactive")["fees"][0])
    assert read.units == {"amount_10k_yuan": unit}


def test_what_identifies_a_label():
    assert plain("1.本机关不掌握相关政府信息") == plain("（四）本机关不掌握相关政府信息") == "本机关不掌握相关政府信息"


def paged(page, *rows):
    cells = [GridCell(text, y, x) for y, row in enumerate(rows) for x, text in enumerate(row)]
    return Grid(cells, page, page)


CUT = [
    # the last row of a page and the first of the next, and the row that they are
    (("（五", "1.信访举报投", "3", "3"), ("）不予处理", "诉类申请", "", ""), ("（五）不予处理", "1.信访举报投诉类申请", "3", "3")),
    (("", "2.重复申请", "3", "3"), ("", "3.要求提供公开出版物", "", ""), None),
    (("", "1.信访举报投", "3", "3"), ("", "诉类申请", "5", "5"), None),
]


@pytest.mark.parametrize("last, first, whole", CUT)
def test_a_row_that_a_page_cuts_is_one(last, first, whole):
    blocks = [paged(1, ("", "", "", ""), last), Paragraph("- 1 -"), paged(2, first, ("", "4.无正当理由大量反复申请", "0", "0"))]
    above, _, below = rejoined(blocks)
    assert [cell.text for cell in above.cells if cell.row == 1] == list(whole or last)
    assert [cell.text for cell in below.cells if cell.row == 0] == ([] if whole else list(first))


def test_a_table_on_its_side_is_turned():
    rows = ["一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开", "1.属于国家秘密", "2.重复申请", "（七）总计"]
    lying = grid(["申请人情况", *rows], ["自然人", *"123456"], ["总计", *"123456"])
    turned = upright(lying)
    assert [cell.text for cell in turned.cells if cell.column == 0] == ["申请人情况", *rows]
    assert turned.place(next(cell for cell in turned.cells if cell.text == rows[2])) == Place(table=1, row=1, column=4)
    assert upright(turned) is turned
