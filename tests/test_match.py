"""Which text is which cell, from the lines of one small report that each case damages in its own way."""

import re

import pytest

from disclosure.document import Document, Grid, GridCell, Paragraph, Place
from disclosure.errors import SeveralReports, UnknownForm
from disclosure.form import CellKey, form
from disclosure.match import match

ONE = {
    ("applications", row, column): 1
    for row in ("new", "granted", "closed") for column in ("natural_person", "total")
} | {("proactive", "fees", "amount_10k_yuan"): 12.5, ("proactive", "licensing", "decisions"): 40}  # fmt: skip
HEADER = "申请人情况\n自然人 | 法人或其他组织 | 总计\n商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他"
FLAT = "自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计"

# The group's heading stands a line higher than those beside it, and behind words that are wider than the blanks below.
ALIGNED = f"""{"申请人情况":40}法人或其他组织
{"":36}自然人{"":46}总计
{"":42}商业企业  科研机构  社会公益组织  法律服务机构  其他"""


def figures(table, row):
    return [f"{ONE.get(tuple(key), 0)}" for key in form("2021").table(table).rows[row]]


def report():
    """The lines of a report of 2021 with one application, granted."""
    lines = []
    for table in form("2021").tables[:2]:
        lines.append(table.heading)
        for block in table.blocks:
            lines.append(HEADER if table.key == "applications" else " | ".join(c.label[-1] for c in block.columns))
            lines += [" | ".join([row.label[-1], *figures(table.key, row.key)]) for row in block.rows]
    review = form("2021").table("review")
    lines += [review.heading, "行政复议 | 行政诉讼", "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 未经复议直接起诉 | 复议后起诉"]
    lines += [" | ".join(["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 2), " | ".join(["0"] * 15)]
    return "\n".join([*lines, "五、存在的主要问题及改进情况", "人手不足。"])


def read(text):
    blocks = [Paragraph(line, Place(line=number)) for number, line in enumerate(text.split("\n"), 1)]
    return match(Document("report.txt", "text", blocks))


def test_the_report_as_it_stands():
    matched = read(report())
    assert {key: amount.value for key, amount in matched.values.items()} == {
        key: ONE.get(tuple(key), 0) for key in form("2021").cells
    }
    assert matched.findings == []
    assert matched.values[CellKey("applications", "new", "total")].place.line


ISSUED = "本年制发件数 | 本年废止件数 | 现行有效件数\n规章 | 0 | 0 | 0"
THREE_BEGINS, FOUR_BEGINS = (table.heading for table in form("2021").tables[1:])
OUT = "四、结转下年度继续办理"
GRANTED = "（一）予以公开"
NEW = "一、本年新收政府信息公开申请数量"
CARRIED_IN = "二、上年结转政府信息公开申请数量"
CARRIED = f"{CARRIED_IN}{' | 0' * 7}"
DAMAGE = [
    # what stands there, what stands there instead, the row, what it says, the check that tells
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 1000001", "new", (1, 0, 0, 0, 0, 0, 1), "row.by_sums"),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 1 | 0 0 | 0 | 0 | 0 | 1", "new", (1, 0, 0, 0, 0, 0, 1), None),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 1 | | | | | | 1", "new", (1, 0, 0, 0, 0, 0, 1), None),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1\n- 4 -", "new", (1, 0, 0, 0, 0, 0, 1), None),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1\n4", "new", (1, 0, 0, 0, 0, 0, 1), None),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 88 | 0 | 0 | 0 | 0 | 0 | 1", "new", (88, 0, 0, 0, 0, 0, 1), None),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 00000000000000000000", "new", (None,) * 7, "row.unreadable"),
    (f"{NEW} | 1", "一、本年新收政府信息公一\n开申请数里 | 1", "new", (1, 0, 0, 0, 0, 0, 1), None),
    ("行政许可 | 40", "行政许可 | 22（其中修订 16 件）", "licensing", (22,), None),
    ("行政许可 | 40", "行政许可 | 3, 767", "licensing", (3767,), None),
    (f"{ISSUED}\n行政规范性文件 | 0 | 0 | 0", "无障碍|本年制发件数本年废止件数现行有效件数规章000行政规范性文件112", "normative_documents", (None,) * 3, "row.unreadable"),
    (f"行政事业性收费 | 12.5\n{THREE_BEGINS}", f"行政事业性收费12.5三、{THREE_BEGINS}", "fees", (12.5,), None),
    (f"{OUT} | 0 | 0 | 0 | 0 | 0 | 0 | 0\n{FOUR_BEGINS}", f"{OUT}0000000四、{FOUR_BEGINS}", "carried_out", (0,) * 7, "row.by_sums"),
    ("0 | " * 14 + "0\n五、", "0" * 15 + "五、", "reconsideration", (0,) * 5, "row.by_sums"),
    ("行政许可 | 40", "行政许可 | 3 ,767 |", "licensing", (3767,), None),
    ("行政许可 | 40", "行政许可   3,  767", "licensing", (3767,), None),
    ("行政许可 | 40", "行政许可\n3， 767", "licensing", (3767,), None),
    ("行政许可 | 40", "行政许可\n3\n,767", "licensing", (3767,), None),
    ("行政许可 | 40", "行政许可\n3,\n767", "licensing", (3767,), None),
    ("规章 | 0 | 0 | 0", "规章   6  1, 284  31", "regulations", (6, 1284, 31), None),
    ("规章 | 0 | 0 | 0", "规章   6, 284, 310", "regulations", (None,) * 3, "row.unreadable"),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} 2, 0, 0, 0, 0, 0, 2", "new", (None,) * 7, "row.unreadable"),
    ("行政许可 | 40", "行政许可\n40\n.5", "licensing", (40,), None),
    ("行政许可 | 40", "行政许可   3, 76", "licensing", (None,), "row.unreadable"),
    ("行政许可 | 40", "行政许可,3,767", "licensing", (None,), "row.unreadable"),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW}  3, 767  0  0  0  0  0  3, 767", "new", (3767, 0, 0, 0, 0, 0, 3767), None),
    ("行政事业性收费 | 12.5", "行政事业性收费\n7791\n.83", "fees", (7791.83,), None),
    ("行政事业性收费 | 12.5", "行政事业性收费 | 7791 | .83", "fees", (7791.83,), None),
    ("行政事业性收费 | 12.5", "行政事业性收费 | 8,255\n.496", "fees", (8255.496,), None),
    ("行政事业性收费 | 12.5", "行政事业性收费\n7791.\n83", "fees", (7791,), "row.extra"),
    ("行政许可 | 40", "行政许可 | 4O", "licensing", (None,), "cell.unreadable"),
    ("规章 | 0 | 0 | 0", "规章 | 6 | 4 31", "regulations", (6, 4, 31), None),
    ("规章 | 0 | 0 | 0", "规章 | | 6 | 上年4 31", "regulations", (None, 6, None), "cell.unreadable"),
    ("行政许可 | 40", "行政许可 | 40|", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可 |40|", "licensing", (40,), None),
    ("行政许可 | 40", "| 行政许可 | 40|", "licensing", (40,), None),
    ("行政许可 | 40", "行政许可 | 约40", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可 | 减40", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可 | 上年40", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可 | 其中40件", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可\n上年40", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可\n其中\n40", "licensing", (None,), "row.unreadable"),
    ("行政许可 | 40", "行政许可 全市40", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可\n40\n（上年30）", "licensing", (40,), None),
    ("行政许可 | 40", "行政许可\n9\n40 |", "licensing", (40,), "row.extra"),
    ("规章 | 0 | 0 | 0", "规章 6（其中修订 2 件） 4 31", "regulations", (6, 4, 31), None),
    ("规章 | 0 | 0 | 0", "规章\n6\n其中9\n4\n31", "regulations", (None,) * 3, "row.unreadable"),
    ("规章 | 0 | 0 | 0", "规章 | 6上年 | 4 | 31", "regulations", (None, 4, 31), "cell.unreadable"),
    ("规章 | 0 | 0 | 0", "规章 | 0 | 见附件 | 0", "regulations", (0, None, 0), "cell.unreadable"),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | l | O | O | 0 | 0 | 0 | 1", "new", (1, 0, 0, 0, 0, 0, 1), "cell.by_sums"),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} 丨 O O 0 0 0 1", "new", (1, 0, 0, 0, 0, 0, 1), "cell.by_sums"),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 1 | 0 | 未统计 | 0 | 0 | 0 | 1", "new", (1, 0, 0, 0, 0, 0, 1), "cell.by_sums"),
    (f"{NEW} | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"{NEW} | 1 | 5□ | □ | 0 | 0 | 0 | 1", "new", (1, None, None, 0, 0, 0, 1), "cell.unreadable"),
    ("行政许可 | 40", "行政许可（含镇街 12 件） | 40", "licensing", (40,), None),
    ("行政许可 | 40", "行政许可 | 县级 30 | 镇街 10 | 合计 40", "licensing", (None,), "row.unreadable"),
    ("行政许可 | 40", "行政许可 | 40\n21", "licensing", (40,), "row.extra"),
    ("规章 | 0 | 0 | 0", "规章 |  |  | ", "regulations", (None,) * 3, "cells.blank"),
    # What stands so far behind the last label is no longer the table's.
    ("0 | " * 14 + "0\n五、存在的主要问题及改进情况\n人手不足。", "说明" * 400 + "\n" + "0 | " * 14 + "0", "reconsideration", (None,) * 5, "row.empty"),
    ("0 | " * 14 + "0", " | " * 14, "reconsideration", (None,) * 5, "cells.blank"),
    ("规章 | 0 | 0 | 0", "规章 | [4]{style |  | [5]{style", "regulations", (None,) * 3, "cell.unreadable"),
    ("行政许可 | 40", "行政许可 | 40 21 33", "licensing", (None,), "row.unreadable"),
    ("规章 | 0 | 0 | 0", "规章\t-\t0\t-", "regulations", (None, 0, None), None),
    (f"{NEW} | 1 | 0", f"**{NEW}** | **1** | `0`", "new", (1, 0, 0, 0, 0, 0, 1), None),
    ("法人或其他组织", "法人或其他组�", "new", (1, 0, 0, 0, 0, 0, 1), None),
    ("（单位：万元）", "（单位：元）", "fees", (0.00125,), "unit.converted"),
    ("（单位：万元）", "（单位：万 元）", "fees", (12.5,), None),
    ("行政许可 | 40", "行政许可 | =40", "licensing", (None,), "cell.unreadable"),
    (CARRIED, f"{CARRIED_IN} | | | | | | | 0\n4", "carried_in", (0,) * 7, None),
    (CARRIED, f"{CARRIED_IN} | | | | | | |\n说明\n0 0 3", "carried_in", (None,) * 7, "row.unreadable"),
    (CARRIED, f"{CARRIED_IN}\n0\t\t\t\t\n0\n\n4\n\n5", "carried_in", (None,) * 7, "row.unreadable"),
    (HEADER, FLAT.replace("自然人 | ", "") + " | 自然人", "new", (1, 1, 0, 0, 0, 0, 0), None),
    ("3.其他 | 0", "3.其它 | -", "other.other", (0,) * 7, None),
    ("2.其他法律行政法规禁止公开 | 0", "2.其它法律行政法规禁止公开 | -", "denied.prohibited_by_law", (0,) * 7, None),
    (HEADER, HEADER.replace("其他", "其它"), "new", (1, 0, 0, 0, 0, 0, 1), None),
    (HEADER, ALIGNED, "new", (1, 0, 0, 0, 0, 0, 1), None),
    (HEADER, "\n".join(ALIGNED.split()), "new", (None,) * 7, "header.odd"),
    (HEADER, "总计 | 商业企亚 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 自然人", "new", (1, 0, 0, 0, 0, 0, 1), None),
    (HEADER, "总计 | 某种 | 别的 | 科研机构 | 法律服务机构 | 其他 | 自然人", "new", (None,) * 7, "header.odd"),
]  # fmt: skip


def read_with(there, instead, row):
    """What a row's cells say, and the checks that found something, when the report has ``instead`` where ``there`` stood."""
    assert there in report()
    matched = read(report().replace(there, instead))
    values = tuple(amount.value for key, amount in matched.values.items() if key.row == row)
    return values, {finding.check for finding in matched.findings}


@pytest.mark.parametrize("there, instead, row, said, check", DAMAGE)
def test_a_damaged_row_is_read_or_named(there, instead, row, said, check):
    values, checks = read_with(there, instead, row)
    assert values == said
    if check:
        assert check in checks


def upright(text):
    """Table 四 with a figure a line, each behind its own heading."""
    start, end = text.index("行政复议 | 行政诉讼"), text.index("\n五、")
    blocks = ("行政复议", "未经复议直接起诉", "复议后起诉")
    headings = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    return text[:start] + "\n".join(f"{block} | {heading} | 0" for block in blocks for heading in headings) + text[end:]


def turned(text):
    """Table 三 with each row's figures on the line above its label."""
    start = text.index("一、本年新收")
    return text[:start] + re.sub(r"^((?:[一二四]、|（.）|\d\.).*?) \| (\d.*)$", r"\2\n\1", text[start:], flags=re.MULTILINE)


def turned_above(text):
    """Table 三 with the figures of its first three rows, and of its last, on the line above their label, as a page's text may be."""
    rows = re.sub(r"^((?:[一二四]、本年新|二、上|（一）|四、结).*?) \| (\d.*)$", r"\2\n\1", text[text.index(NEW) :], flags=re.MULTILINE)
    return text[: text.index(NEW)] + rows


def worn(label):
    """A label with its third character misread, or its first if it has no third."""
    at = max(i for i, character in enumerate(label[:5]) if "\u3400" <= character <= "\u9fff")
    return f"{label[:at]}囗{label[at + 1 :]}"


def by_columns(text):
    """Table 三 with all its labels first, then each column's heading and figures."""
    start, end = text.index("自然人 | 法人"), text.index(form("2021").table("review").heading)
    rows = [line.rsplit(" | ", 7) for line in text[start:end].split("\n") if line.count(" | ") > 6]
    columns = zip(FLAT.split(" | "), *(row[1:] for row in rows))
    return text[:start] + "\n".join([*(row[0] for row in rows), *(cell for column in columns for cell in column), text[end:]])


def spaced(text):
    """Every cell a line, with a tab on a line of its own between, as a browser copies out cells that hold paragraphs."""
    return text.replace(" | ", "\n\n\t\n\n")


EXCESSIVE, REISSUED = "4.无正当理由大量反复申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0", "5.要求行政机关确认或重新出具已获取信息"
WHOLE = [
    # what is done to the report, the checks that tell
    (lambda text: re.sub(r"^(?:[一二四]、|（.）|\d\.).*?(?= \| \d)", lambda label: worn(label[0]), text, flags=re.MULTILINE), {"row.alike"}),
    (lambda text: text.replace(f"{REISSUED} | ", "").replace(EXCESSIVE, f"{EXCESSIVE}"), {"row.missing", "row.extra"}),
    (lambda text: text.replace(f"{REISSUED} | 0 | 0 | 0 | 0 | 0 | 0 | 0", f"0 | 0 | 0 | 0 | 0 | 0 | 0\n{REISSUED}"), {"row.by_sums"}),
    (spaced, set()),
    (upright, set()),
    (lambda text: text.replace(NEW, "一、新收申请").replace("二、上年结转政府信息公开申请数量", "二、上年结转").replace(OUT, "四、结转下年度"), set()),
    (lambda text: text.replace("0 | " * 14 + "0", ("\n" + " " * 90).join("0" * 15)), set()),
    (turned, {"row.by_sums"}),
    (turned_above, {"row.by_sums"}),
    (lambda text: text.replace(f"\n{NEW}", f"\n收到申请总数{' | 0' * 7}\n{NEW}").replace(" | ", "\n"), set()),
    (by_columns, {"row.by_sums", "header.unread"}),
    (lambda text: text.replace("\n1.本机关", "\n（四）无法提供 | 0 | 0 | 0 | 0 | 0 | 0 | 0\n1.本机关"), {"row.subtotal"}),
    (lambda text: text.replace("\n1.本机关", "\n（四）无法提供 | 1 | 0 | 0 | 0 | 0 | 0 | 1\n1.本机关"), {"row.extra"}),
    (lambda text: text.replace("\n1.本机关", "\n（四）无法提供 | 0 | 0 | 0 | 0 | 0 | 0 | 0\n1.本机关"), {"row.subtotal"}),
    (lambda text: text.replace("\n1.本机关", "\n（四）无法提供 | 1 | 0 | 0 | 0 | 0 | 0 | 1\n1.本机关"), {"row.extra"}),
    (by_columns, {"row.by_sums", "header.unread"}),
    (lambda text: text.replace("\n1.申请人", "\n（六）其他处理 | 0 | 0 | 0 | 0 | 0 | 0 | 0\n1.申请人"), {"row.subtotal"}),
]  # fmt: skip


@pytest.mark.parametrize("damage, checks", WHOLE)
def test_a_damaged_table_reads_as_the_whole_one(damage, checks):
    text = damage(report())
    assert text != report()
    matched = read(text)
    assert {key: amount.value for key, amount in matched.values.items()} == {
        key: ONE.get(tuple(key), 0) for key in form("2021").cells
    }
    assert {finding.check for finding in matched.findings} == checks


def test_figures_above_their_labels_whose_sums_fail_are_read_in_no_row_but_those_beside_their_label():
    matched = read(turned_above(report()).replace("（二）部分公开（区分处理的，只计这一情形，不计其他情形） | 0", "（二）部分公开（区分处理的，只计这一情形，不计其他情形） | 5"))
    said = {key.row: amount.value for key, amount in matched.values.items() if key.table == "applications" and key.column == "total"}
    assert [said[row] for row in ("new", "carried_in", "granted", "closed", "carried_out")] == [None, None, None, 1, None]
    named = {key.row for finding in matched.findings if finding.severity == "warning" for key in finding.cells}
    assert named == {"new", "carried_in", "granted", "carried_out"}


SLIPPED = """8.属于行政查询事项 0 0 0 0 0 0 0
（四）无 1.本机 0 0 0 0 0 0 0
法提供 关不掌握相关政府信息
2.没有现成信息需要另行制作 0 0 0 0 0 0 0
3.补正后申请内容仍不明确 0 0 0 0 0 0 0
（五）不 1.信访 1 0 0 0 0 0 1
予处理 举报投诉类申请"""


def test_a_row_keeps_the_figures_beside_its_label_though_rows_around_it_are_displaced():
    text = report().replace("（一）予以公开 | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"（一）予以公开{' | 0' * 7}")
    start, stop = text.index("8.属于行政查询"), text.index("\n2.重复申请")
    matched = read(text[:start] + SLIPPED + text[stop:])
    said = {key: amount.value for key, amount in matched.values.items() if key.table == "applications"}
    assert said[CellKey("applications", "unavailable.requires_creation", "total")] == 0
    open_cells = {key for key, value in said.items() if value is None}
    assert {"unavailable.unclear", "not_processed.complaint_petition"} <= {key.row for key in open_cells}
    assert open_cells <= {cell for finding in matched.findings if finding.severity == "warning" for cell in finding.cells}


def test_rows_between_one_with_the_figures_of_two_and_one_with_none_are_in_doubt():
    whole = report().replace("（一）予以公开 | 1 | 0 | 0 | 0 | 0 | 0 | 1", f"（一）予以公开{' | 0' * 7}").replace("3.补正后申请内容仍不明确 | 0", "3.补正后申请内容仍不明确 | 1")
    start, stop = whole.index("1.本机关不掌握"), whole.index("（五）不予处理") if "（五）不予处理" in whole else whole.index("1.信访")
    lines = "1.本机关不掌握相关政府信息\n2.没有现成信息需要另行制作 0 0 0 0 0 0 0\n3.补正后申请内容仍不明确\n1\n0 0\n0 0 0 0 0\n0 0 0 0\n1\n0\n"
    matched = read(whole[:start] + lines + whole[stop:])
    named = {key.row for finding in matched.findings if finding.severity == "warning" for key in finding.cells}
    assert named >= {"unavailable.not_held", "unavailable.requires_creation", "unavailable.unclear"}


def test_figures_on_lines_of_their_own_that_no_sum_bears_out_are_read_as_printed():
    matched = read(spaced(report().replace("不计其他情形） | 0", "不计其他情形） | 5")))
    cells = [amount for key, amount in matched.values.items() if key.row == "granted_in_part"]
    assert [(cell.value, cell.status) for cell in cells] == [(5, "printed"), *[(0, "printed")] * 6]


def noughts_lost(text):
    """Table 三 as a converter prints it that loses every nought, and the border behind it."""
    start, end = text.index("一、本年新收"), text.index(form("2021").table("review").heading)
    return text[:start] + re.sub(r" \| 0(?= \||$)", "", text[start:end], flags=re.MULTILINE) + text[end:]


def test_rows_that_lost_their_noughts_keep_the_total_that_two_sums_bear_out():
    matched = read(noughts_lost(report()))
    cells = {key: amount.value for key, amount in matched.values.items() if key.table == "applications"}
    open_cells = {key for key, value in cells.items() if value is None}
    # Which applicant the one application was of is lost, and a carry-over on both sides could be any number.
    assert {key.row for key in open_cells if key.column == "total"} == {"carried_in", "carried_out"}
    assert {key.row for key in open_cells if key.column != "total"} == {"new", "granted", "closed", "carried_in", "carried_out"}
    assert all(cells[key] == ONE.get(tuple(key), 0) for key in cells.keys() - open_cells)
    assert open_cells <= {cell for finding in matched.findings if finding.severity == "warning" for cell in finding.cells}


@pytest.mark.parametrize("others, checks", [("5 | 7 | 11", {"row.displaced"}), ("0 | 0 | 0 | 0 | 0 | 0 | 0", set())])
def test_figures_between_two_rows_without_are_in_doubt_where_others_are_unreadable(others, checks):
    """The figures of （五）4. stand behind the label of 3., as in lines that a recogniser has put in another order."""
    zeros = " | 0" * 7
    text = report()
    for label in ("1.属于国家秘密", "4.保护第三方合法权益", "5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项"):
        text = text.replace(f"{label}{zeros}", f"{label} | {others}")
    for label in ("2.重复申请", "4.无正当理由大量反复申请"):
        text = text.replace(f"{label}{zeros}", label)
    matched = read(text.replace(" | ", "\n"))
    assert {finding.check for finding in matched.findings for key in finding.cells if key.row == "not_processed.published"} == checks


def test_totals_that_no_sum_down_the_column_bears_out_are_not_given():
    matched = read(noughts_lost(report()).replace("（一）予以公开 | 1 | 1", "（一）予以公开 | 2 | 2"))
    said = {key.row: amount.value for key, amount in matched.values.items() if key.table == "applications" and key.column == "total"}
    assert [said[row] for row in ("new", "granted", "closed")] == [None] * 3


def test_a_table_torn_into_columns_whose_sums_fail_is_not_put_together():
    text = by_columns(report()).replace("商业企业\n0", "商业企业\n1")
    matched = read(text)
    assert all(amount.value is None for key, amount in matched.values.items() if key.table == "applications")
    named = {cell for finding in matched.findings for cell in finding.cells}
    assert named >= set(form("2021").table("applications").cells)


def in_halves(text, columns, repeats_labels):
    """The report with table three cut behind so many columns, its right half below the left one."""
    rows = [line.split(" | ") for line in [f"申请人情况 | {FLAT}", *THREE.strip().split("\n")[3:]]]
    left = [" | ".join(row[: 1 + columns]) for row in rows]
    right = [" | ".join(row[:repeats_labels] + row[1 + columns :]) for row in rows]
    return text.replace(THREE, "\n".join([*left, "", *right, ""]))


@pytest.mark.parametrize("columns", [1, 3, 5, 6])
@pytest.mark.parametrize("repeats_labels", [True, False])
def test_a_table_cut_into_halves_is_put_together_where_every_sum_holds(columns, repeats_labels):
    matched = read(in_halves(report(), columns, repeats_labels))
    assert {tuple(key): amount.value for key, amount in matched.values.items() if amount.value} == ONE
    assert all(amount.value is not None for amount in matched.values.values())
    assert [(finding.check, finding.severity) for finding in matched.findings] == [("row.by_sums", "info")]


@pytest.mark.parametrize("repeats_labels", [True, False])
def test_halves_whose_sums_fail_are_not_put_together(repeats_labels):
    text = in_halves(report(), 3, repeats_labels).replace("四、结转下年度继续办理 | 0 | 0 | 0", "四、结转下年度继续办理 | 0 | 2 | 0")
    try:
        matched = read(text)
    except SeveralReports as refusal:
        assert "cut in two" in str(refusal)
    else:
        named = {cell for finding in matched.findings for cell in finding.cells}
        assert all(key in named for key, amount in matched.values.items() if amount.value is None)
        assert all(not amount.value for key, amount in matched.values.items() if key.table == "applications")


def apart(text, is_first):
    """The report with all figures of each table in one run of lines, before its labels or behind."""
    headings = "|".join(table.heading for table in form("2021").tables)
    parts = []
    for part in re.split(f"\n(?={headings}|五、)", text):
        heading, *rows = part.split("\n")
        labels = re.sub(r"(?: \| )?\b[0-9.]+(?= \||$)", "", "\n".join(rows), flags=re.MULTILINE).split("\n")
        numbers = [" ".join(re.findall(r"(?<![^ ])[0-9.]+(?= \||$)", row)) for row in rows]
        runs = [numbers, labels] if is_first else [labels, numbers]
        parts.append("\n".join(line for run in [[heading], *runs] for line in run if line))
    return "\n".join(parts)


@pytest.mark.parametrize("is_first", [True, False])
def test_figures_apart_from_their_labels_are_read_where_every_sum_holds(is_first):
    matched = read(apart(report(), is_first))
    for key, amount in matched.values.items():
        assert amount.value == (None if key.table == "proactive" else ONE.get(tuple(key), 0)), key
    found = {finding.check for finding in matched.findings}
    assert "row.by_sums" in found and found & {"row.empty", "row.unreadable"}


def test_figures_apart_from_their_labels_are_nobodys_where_a_sum_fails():
    text = apart(report(), True).replace("\n1 0 0 0 0 0 1\n", "\n1 0 0 0 0 0 0\n", 1).replace(" ".join("0" * 15), "1 " + " ".join("0" * 14))
    with pytest.raises(UnknownForm, match="no figure stands behind its label"):
        read(text)


def test_numbers_that_go_on_in_the_line_below_are_put_together():
    wide = report().replace(" | 1", " | 123")
    narrow = re.sub(
        r"^(.*) \| 123 \| 0 \| 0 \| 0 \| 0 \| 0 \| 123$",
        lambda row: f"{row[1]}   12   0   0   0   0   0   12\n{' ' * len(row[1])}   3{' ' * 24}3",
        wide,
        flags=re.MULTILINE,
    )
    matched = read(narrow)
    assert narrow != wide
    assert {key: amount.value for key, amount in matched.values.items()} == {
        key: amount.value for key, amount in read(wide).values.items()
    }
    assert {finding.check for finding in matched.findings} == {"row.by_sums"}


def test_columns_are_found_by_their_headings_whatever_their_order():
    """The total first and the natural persons last: whoever goes by the order exchanges them."""
    matched = read(report().replace(HEADER, FLAT.replace("自然人 | ", "") + " | 自然人").replace("| 1 | 0 | 0", "| 3 | 0 | 0"))
    assert matched.values[CellKey("applications", "granted", "enterprise")].value == 3
    assert matched.values[CellKey("applications", "granted", "natural_person")].value == 1


def test_a_hybrid_names_what_it_reads_beyond_the_form_and_what_of_the_form_is_not_there():
    fees = "本年收费金额（单位：万元）\n行政事业性收费 | 12.5"
    matched = read(report().replace(fees, "上一年项目数量 | 本年增/减\n行政事业性收费 | 12 | 3"))
    (hybrid,) = [finding for finding in matched.findings if finding.check == "form.hybrid"]
    assert {key.column for key in hybrid.cells} == {"items_last_year", "items_change", "amount_10k_yuan"}


def dated(year):
    return f"{year}年制发件数 | {year}年废止件数 | {year}年现行有效件数"


MONEY = "本年收费金额（单位：万元）\n行政事业性收费 | 12.5"
DECISIONS = "信息内容 | 本年处理决定数量 | 本年处理决定数量 | 本年处理决定数量"
PROACTIVE = [
    # what stands there, what stands instead, the row, what it says, the check that tells
    (ISSUED, "截至年底现行有效 | 当年制定 | 当年废止\n规章 | 31 | 6 | 4", "regulations", (6, 4, 31), None),
    (ISSUED, f"2024年度 | {ISSUED}", "regulations", (0, 0, 0), None),
    (ISSUED, f"2024年度  {ISSUED.replace(' | ', '  ')}", "regulations", (0, 0, 0), None),
    (ISSUED, f"{dated(2024)}\n{dated(2024)}\n规章 | 0 | 0 | 0", "regulations", (0, 0, 0), None),
    (ISSUED, "甲 | 乙 | 丙\n规章 | 31 | 6 | 4", "regulations", (31, 6, 4), "header.unproved"),
    (ISSUED, "登记件 | 处理件 | 归档件\n规章 | 31 | 6 | 4", "regulations", (None, None, None), "header.odd"),
    (ISSUED, "信息内容 | 本年制发件数 | 现行有效件数\n规章 | 6 | 31", "regulations", (6, None, 31), "row.unproved header.odd"),
    ("本年处理决定数量\n行政许可 | 40", "信息内容 | 上年数 | 本年处理决定数量\n行政许可 | 30 | 40", "licensing", (40,), None),
    ("行政许可 | 40", "行政许可 件 40", "licensing", (40,), None),
    *(
        ("本年处理决定数量\n行政许可 | 40", f"信息内容 | {heading}\n行政许可 | 40", "licensing", (40,), check)
        for check, headings in {
            None: ("本年处理决定 数量",),
            "header.unread": ("本年度处理决定数", "处理决定件数", "数量（件）", "本年处理決定数呈"),
            "header.other": ("事项数量", "受理数量", "累计数量", "公开率", "网站公开条数", "备注"),
        }.items()
        for heading in headings
    ),
    ("本年收费金额（单位：万元）", "上年收费金额（单位：万元）", "fees", (None,), "row.years"),
    ("本年处理决定数量\n行政许可 | 40", "信息内容 | 上年处理决定数量\n行政许可 | 40", "licensing", (None,), "row.years"),
    ("本年收费金额（单位：万元）", "收费金额（单位：万元）", "fees", (12.5,), None),
    ("本年收费金额（单位：万元）", "收费项目数量（单位：万元）", "fees", (12.5,), "header.other"),
    ("本年收费金额（单位：万元）", "本年收费件数（单位：万元）", "fees", (12.5,), "header.other"),
    ("行政许可 | 40", "行政许可 县级 40", "licensing", (None,), "row.unreadable"),
    ("本年处理决定数量\n行政许可 | 40", "信息内容 | 本年处理决定数量 | 同比\n行政许可 | 40 | +8.9%", "licensing", (40,), None),
    ("本年处理决定数量\n行政许可 | 40", "信息内容 | 本年处理决定数量 | \n行政许可 | 2 | 564", "licensing", (None,), "row.unreadable"),
    # A heading that is cut over two cells, and what stands under it in one of them, or cut too.
    ("本年处理决定数量\n行政许可 | 40", "信息内容 | 本年处理 | 决定数量\n行政许可 | 250 | 43", "licensing", (None,), "row.unreadable"),
    ("本年处理决定数量\n行政许可 | 40", "信息内容 | 本年 | 处理决定数量\n行政许可 | 6 | 8527", "licensing", (None,), "row.unreadable"),
    ("本年处理决定数量\n行政许可 | 40", "信息内容 | 本年处理 | 决定数量 |\n行政许可 | | 8527 |", "licensing", (8527,), None),
    (ISSUED, "信息内容 | 本年制 | 发件数 | 本年废止件数 | 现行有效件数\n规章 | 1 | 4 | 3 | 22", "regulations", (None,) * 3, "row.unreadable"),
    (ISSUED, "信息内容 | 本年制发件数 | 本年废止件数 | 现行有 | 效件数 |\n规章 | 6 | 4 | | 31 |", "regulations", (6, 4, 31), None),
    ("本年处理决定数量\n行政许可 | 40", "本年处理决定数量\n同比（%）\n行政许可\n40\n8.9", "licensing", (40,), None),
    ("行政许可 | 40", "行政许可（含其他对外管理服务事项） | 40", "licensing", (40,), None),
    ("行政许可 | 40", "行政许可（包括其他对外管理服务事项）\n40", "licensing", (40,), None),
    (MONEY, "本年收费金额\n行政事业性收费（万元） | 12.5", "fees", (12.5,), None),
    (MONEY, "本年收费金额\n行政事业性收费（单位：元） | 125000", "fees", (12.5,), "unit.converted"),
    (MONEY, "本年收费总金额（万元）\n行政事业性收费 | 12.5", "fees", (12.5,), None),
    (MONEY, "本年收费金额\n行政事业性收费 | 12.5", "fees", (12.5,), "unit.unstated"),
    # A cell with more numbers than one: which is its own is said, or to be asked.
    (MONEY, f"{MONEY}（教育3.5）", "fees", (12.5,), "row.aside"),
    (MONEY, f"{MONEY}（其中教育3.5）", "fees", (12.5,), "row.parts"),
    (MONEY, MONEY.replace("12.5", "合计12.5，其中教育3.5"), "fees", (12.5,), "row.parts"),
    ("行政许可 | 40", "行政许可 | 40（含自然失效 31 件）", "licensing", (40,), "row.parts"),
    (MONEY, MONEY.replace("12.5", "（12.5）"), "fees", (12.5,), None),
    (MONEY, MONEY.replace("12.5", "教育3.5；交通9"), "fees", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可 | 40（31）", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可 | 40(1)", "licensing", (None,), "cell.unreadable"),
    ("行政许可 | 40", "行政许可 40（31）", "licensing", (None,), "row.unreadable"),
    ("本年处理决定数量\n行政许可 | 40", f"{DECISIONS}\n行政许可 | 40 | 40 | 40", "licensing", (40,), None),
    ("本年处理决定数量\n行政许可 | 40", f"{DECISIONS}\n行政许可 | 40 | 40 | 40\n第20条第（六）项 | 第20条第（六）项", "licensing", (40,), None),
    ("本年处理决定数量\n行政许可 | 40", f"{DECISIONS}\n行政许可 | 40 | 40 | 41", "licensing", (None,), "row.years"),
    ("本年处理决定数量\n行政许可 | 40", f"{DECISIONS}\n行政许可 | 40 | 40 | 40\n全部 | 41", "licensing", (None,), "row.years row.extra"),
    ("行政事业性收费 | 12.5", "行政事业性收费\n0\n12.5", "fees", (None,), "row.unreadable"),
    ("行政事业性收费 | 12.5", "行政事业性收费\n12.5\n4", "fees", (12.5,), "row.extra"),
    ("规章 | 0 | 0 | 0\n行政规范性文件 | 0 | 0 | 0", "行政规范性文件 | 0 | 0 | 0\n规章 | 1 | 2 | 3", "regulations", (1, 2, 3), None),
    ("行政处罚 | 0\n行政强制 | 0", "行政强制 | 3\n行政处罚 | 7", "penalties", (7,), None),
    (ISSUED, "现行有效件数\n本年制发件数\n本年废止件数\n规章\n31\n6\n4", "regulations", (None, None, None), "header.odd"),
]  # fmt: skip


@pytest.mark.parametrize("there, instead, row, said, check", PROACTIVE)
def test_columns_of_a_table_without_sums_go_by_their_headings_or_are_in_doubt(there, instead, row, said, check):
    values, checks = read_with(there, instead, row)
    assert values == said
    assert checks == {*(check or "").split()}


@pytest.mark.parametrize("headings", [
    "当面申请 | 信函申请 | 网络申请 | 传真申请 | 电子邮件 | 其他方式 | 合计",
    "城关镇 | 白马乡 | 和平街道 | 红星镇 | 青山乡 | 东风镇 | 合计",
    "2018年 | 2019年 | 2020年 | 2021年 | 2022年 | 2023年 | 合计",
    "1-2月 | 3-4月 | 5-6月 | 7-8月 | 9-10月 | 11-12月 | 全年",
    "个人 | 科研机构 | 商业企业 | 法律服务机构 | 社会公益组织 | 某某 | 总计",
    "总计 | 商业企业 | 自然人 | 某某 | 社会公益组织 | 法律服务机构 | 其他",
])  # fmt: skip
def test_a_table_of_other_things_with_the_rows_of_the_form_is_not_read(headings):
    matched = read(report().replace(HEADER, f"项目 | {headings}"))
    assert all(amount.value is None for key, amount in matched.values.items() if key.table == "applications")
    assert "header.odd" in {finding.check for finding in matched.findings}


@pytest.mark.parametrize("headings", [
    ["受理", "撤回", "驳回", "在办", "总计"], ["一季度", "二季度", "三季度", "四季度", "全年"],
    ["2020年", "2021年", "2022年", "2023年", "合计"], ["纠错", "结果维持", "正在审理", "其他", "合计"],
])  # fmt: skip
def test_so_is_a_flat_one(headings):
    own = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    printed = "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 未经复议直接起诉 | 复议后起诉\n" + " | ".join(own * 2)
    assert printed in report()
    matched = read(report().replace(printed, "未经复议直接起诉 | 复议后起诉\n" + " | ".join(headings * 3)))
    assert all(amount.value is None for key, amount in matched.values.items() if key.table == "review")
    assert {finding.check for finding in matched.findings} == {"header.odd"}


def test_groups_in_another_order_of_which_one_has_another_name_are_nobodys():
    heads = "维持 | 纠正 | 其他 | 未审结 | 合计"
    stacked = [f"复议后起诉\n{heads}\n0 | 1 | 0 | 6 | 7", f"复议案件\n{heads}\n4 | 6 | 0 | 0 | 10", f"未经复议直接起诉\n{heads}\n1 | 0 | 5 | 1 | 7"]
    ahead, head, behind = report().partition(FOUR_BEGINS)
    matched = read("\n".join([ahead + head, *stacked, "五、" + behind.rpartition("五、")[2]]))
    assert all(amount.value is None for key, amount in matched.values.items() if key.table == "review")
    assert any(finding.severity == "warning" for finding in matched.findings)


def test_a_flat_grid_whose_rows_are_numbered_from_nought_is_read_under_its_headings():
    heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    groups = [name for name in ("行政复议", "未经复议直接起诉", "复议后起诉") for _ in range(5)]
    rows = [["0", *groups], ["1", *heads], ["2", *"100010000000000"]]
    cells = [GridCell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts)]
    above = [Paragraph(line, Place(line=1)) for line in report().partition(FOUR_BEGINS)[0].split("\n")]
    matched = match(Document("report.html", "html", [*above, Paragraph(FOUR_BEGINS, Place()), Grid(cells, 1)]))
    said = [amount.value for key, amount in matched.values.items() if key.table == "review"]
    assert said == [1, 0, 0, 0, 1, *[0] * 10] and not matched.findings


@pytest.mark.parametrize("printed", ["[7]", "“7”", "7?", "7O", "7/3700", "7+12", "7↑", "0.7万"])
def test_a_figure_that_is_not_bare_keeps_its_line_among_the_cells(printed):
    row = f"{GRANTED} | " + " | ".join(figures("applications", "granted"))
    assert row in report()
    matched = read(report().replace(row, "\n".join([GRANTED, printed, *figures("applications", "granted")[1:]])))
    amount = matched.values[CellKey("applications", "granted", "natural_person")]
    assert amount.value is None and amount.text == printed
    assert "cell.unreadable" in {finding.check for finding in matched.findings}


OTHER_ROWS = [
    # rows of table 二 that the form has not, or not so; the decisions read in 行政许可, the checks that tell
    ("非行政许可审批 | 40", None, {"row.unreadable"}),
    ("行政许可决定书送达回证 | 40", None, {"row.unreadable"}),
    ("撤销行政许可 | 40", None, {"row.unreadable"}),
    ("其中：行政许可 | 40", None, {"row.unreadable"}),
    ("行政许可、行政处罚 | 40", None, {"row.unreadable"}),
    ("行政许可 | 40\n行政确认 | 55", 40, {"row.extra"}),
    ("行政许可 | 40\n行政确认 |  ", 40, set()),
    ("行政确认 | 55\n行政许可 | 40", 40, {"row.extra"}),
    ("1 | 行政许可 | 40", 40, set()),
    ("行政确认 | 55\n行政奖励 | 5\n行政许可 | 40", 40, {"row.extra"}),
    ("（一）行政许可 | 40", 40, set()),
    ("1.行政许可 | 40", 40, set()),
    ("第二十条第（五）项 行政许可 | 40", 40, set()),
    ("行政许可 | 12 （ 件 ）", 12, set()),
    ("行政许可（件） | 12（网办件）", 12, set()),
    ("行政许可 | 12（13）", None, {"cell.unreadable"}),
    ("行政许可 | 3（4）", None, {"cell.unreadable"}),
    ("行政许可 | 12（更正为13）", None, {"cell.unreadable"}),
    ("行政许可 | [1] 40", 40, set()),
    ("行政许可 | 不变", None, {"row.empty"}),
]  # fmt: skip


@pytest.mark.parametrize("of", [lambda text: read(text), lambda text: in_grids(text)], ids=["text", "grids"])
@pytest.mark.parametrize("rows, decisions, checks", OTHER_ROWS)
def test_a_row_of_table_two_that_the_form_has_not_is_no_row_of_the_form(rows, decisions, checks, of):
    matched = of(report().replace("本年处理决定数量\n行政许可 | 40", f"信息内容 | 本年处理决定数量\n{rows}"))
    assert matched.values[CellKey("proactive", "licensing", "decisions")].value == decisions
    assert {finding.check for finding in matched.findings} == checks


TWO_ROWS = [
    # what stands where 行政许可 | 40 did, what it counts, the checks that warn
    ("行政许可 | 40\n行政许可（变更） | 36", 40, {"row.twice"}),
    ("行政许可 | 40\n行政许可（不予许可） | 36", 40, {"row.twice"}),
    ("行政许可 | 40\n其他行政许可 | 36", 40, {"row.twice"}),
    ("其他行政许可 | 36\n行政许可 | 40", 40, {"row.twice"}),
    ("行政许可 | 40\n行政许可 | 36", 36, {"row.twice"}),
    ("行政许可 | 40\n其中行政许可变更36件，均已办结。", 40, set()),
    ("行政许可（含变更） | 40", 40, set()),
    ("行政许可（件） | 40", 40, set()),
    ("行政许可（单位：件） | 40", 40, set()),
    ("行政许可（变更） | 40", 40, {"row.other"}),
    ("其他行政许可 | 40", 40, {"row.other"}),
    ("上年行政许可 | 40", None, {"row.years"}),
]  # fmt: skip


@pytest.mark.parametrize("lines", [str, lambda rows: rows.replace(" | ", "\n")], ids=["pipes", "a cell a line"])
@pytest.mark.parametrize("rows, decisions, checks", TWO_ROWS)
def test_a_row_with_words_beside_its_label_is_not_the_one_without(rows, decisions, checks, lines):
    matched = read(report().replace("行政许可 | 40", lines(rows)))
    assert matched.values[CellKey("proactive", "licensing", "decisions")].value == decisions
    assert {finding.check for finding in matched.findings if finding.severity == "warning"} == checks


WORDINGS = [
    # a row, its label as a report prints it, what is said of that
    ("new", "上年新收政府信息公开申请数量", "row.other"),
    ("new", "一、本年新收政府信息公开申请数量（乡镇）", "row.other"),
    ("new", "本年新收网上申请数量", "row.other"),
    ("new", "一、本年度新收政府信息公开申请数量", None),
    ("new", "一、本年新收政府信息公开申请数", None),
    ("new", "一、本年新收政府信息公幵申请数里", "row.alike"),
    ("carried_in", "前年结转政府信息公开申请数量", "row.other"),
    ("carried_in", "二、上一年度结转政府信息公开申请数量", None),
    ("granted", "（一）主动公开", "row.other"),
    ("granted", "（一）不予公开", "row.other"),
    ("granted_in_part", "（二）部分不公开", "row.other"),
    ("granted_in_part", "（二）部分公开（其中已主动公开）", "row.other"),
    ("granted_in_part", "（二）部分公开", None),
    ("denied.state_secret", "1.属于商业秘密", "row.other"),
    ("denied.state_secret", "1.不属于国家秘密", "row.other"),
    ("denied.state_secret", "（1）属于国家秘密", None),
    ("denied.state_secret", "（三）不予公开 （1）属于国家秘密", None),
    ("coercion", "行政强制措施", None),
    ("unavailable.not_held", "1.本机关掌握相关政府信息", "row.other"),
    ("not_processed.duplicate", "2.重复投诉", "row.other"),
    ("carried_out", "四、结转下年度继续办理（超期）", "row.other"),
    ("carried_out", "四、结转下一年度继续办理", None),
    ("carried_out", "四、结转下年度继续办里", "row.alike"),
]  # fmt: skip


LAYOUTS = {"pipes": " | ", "a cell a line": "\n", "blanks": " "}


@pytest.mark.parametrize("border", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("row, printed, check", WORDINGS)
def test_a_label_that_is_not_the_forms_is_quoted_and_doubted_where_it_says_something_else(row, printed, check, border):
    label = next(row_.label[-1] for row_, _ in form("2021").cells.values() if row_.key == row)
    matched = read(report().replace(f"\n{label} |", f"\n{printed} |").replace(" | ", border))
    assert [finding.check for finding in matched.findings if finding.check in ("row.other", "row.alike")] == [check] * bool(check)
    assert all(finding.check in ("row.other", "row.alike") for finding in matched.findings)
    assert None not in [amount.value for amount in matched.values.values()]


@pytest.mark.parametrize("row, said", [(("规章", "1", "4", "3", "22"), (None,) * 3), (("规章", "", "4", "3", "22"), (4, 3, 22))])
def test_a_heading_cut_over_two_cells_of_a_grid_is_one(row, said):
    printed = " | ".join(("信息内容", "本年制", "发件数", "本年废止件数", "现行有效件数")) + "\n" + " | ".join(row)
    matched = in_grids(report().replace(ISSUED, printed))
    assert tuple(amount.value for key, amount in matched.values.items() if key.row == "regulations") == said


def test_the_heading_of_a_group_whose_rows_are_printed_is_not_said_to_be_empty():
    """Table 二 of 2019 in a report of 2021 makes it one of 2019, whose （六）其他处理 has figures of its own."""
    lines = []
    for block in form("2019").table("proactive").blocks:
        lines.append(" | ".join(column.label[-1] for column in block.columns))
        lines += [" | ".join([row.label[-1], *"3" * len(block.columns)]) for row in block.rows]
    text = report()
    start, end = text.index("\n"), text.index(form("2021").table("applications").heading)
    matched = read("\n".join([text[:start], *lines, text[end:].replace("\n1.申请人", "\n（六）其他处理\n1.申请人")]))
    assert matched.values[CellKey("proactive", "licensing", "items_last_year")].value == 3
    assert "row.empty" not in {finding.check for finding in matched.findings}


@pytest.mark.parametrize("key", ["2019", "2021"])
@pytest.mark.parametrize("headings", [True, False])
def test_a_form_whose_own_rows_lost_their_figures_is_known_by_its_labels(key, headings):
    lines = []
    for table in form(key).tables[:2]:
        lines.append(table.heading)
        for block in table.blocks:
            if headings or table.key == "applications":
                lines.append(" | ".join(column.label[-1] for column in block.columns))
            lines += [row.label[-1] + " | 0" * 7 * (row.key in ("new", "carried_in")) for row in block.rows]
    matched = read("\n".join(lines))
    assert matched.form.key == key
    named = {cell for finding in matched.findings for cell in finding.cells}
    assert {cell for cell, amount in matched.values.items() if amount.value is None and amount.status == "absent"} <= named


STACKED = [
    # table 二 with figures behind more than one label, what its rows say
    ("行政处罚 | 0\n行政强制 | 0", "行政处罚\n行政强制\n18\n7", {"penalties": (18,), "coercion": (7,)}),
    ("行政处罚 | 0\n行政强制 | 0", "行政处罚 行政强制\n18 7", {"penalties": (18,), "coercion": (7,)}),
    ("规章 | 0 | 0 | 0\n行政规范性文件 | 0 | 0 | 0", "规章\n行政规范性文件\n1 2 3\n6 4 31", {"regulations": (1, 2, 3), "normative_documents": (6, 4, 31)}),
    ("行政处罚 | 0\n行政强制 | 0", "行政处罚 |\n行政强制 | 18 | 7", {"penalties": (None,), "coercion": (None,)}),
    ("行政处罚 | 0\n行政强制 | 0", "行政处罚\n行政强制\n18\n7\n4", {"penalties": (None,), "coercion": (None,)}),
    ("规章 | 0 | 0 | 0\n行政规范性文件 | 0 | 0 | 0", "0\n5\n规章 5\n0\n6\n行政规范性文件 12", {"regulations": (None,) * 3, "normative_documents": (None,) * 3}),
]  # fmt: skip


@pytest.mark.parametrize("there, instead, rows", STACKED)
def test_labels_above_all_their_figures_are_read_in_order_and_said_to_be_unproved(there, instead, rows):
    for row, said in rows.items():
        values, checks = read_with(there, instead, row)
        assert values == said
        assert checks & {"row.unproved", "row.unreadable", "row.displaced"}


REFUSED = [
    # what the page is, the error, what it says
    ("今日天气晴。", UnknownForm, "no declared form fits"),
    (re.sub(r"\b[\d.]+(?= \||$)", "", report(), flags=re.MULTILINE), UnknownForm, "not one figure"),
    (report() + "\n" + report().replace("| 1 | 0", "| 7 | 0"), SeveralReports, "more than once"),
]


@pytest.mark.parametrize("text, error, says", REFUSED)
def test_what_is_no_report_or_more_than_one_is_refused(text, error, says):
    with pytest.raises(error, match=says):
        read(text)


# What government sites print beside every page.
SERVICES = "行政许可/其他对外管理服务事项\n行政处罚/行政强制\n行政事业性收费\n政府集中采购"
CATALOGUE = "规章\n行政规范性文件\n行政许可\n行政处罚\n行政强制\n行政事业性收费"
CONTENTS = "\n".join(["总体情况", *(table.heading for table in form("2021").tables), "存在的主要问题及改进情况", "其他需要报告的事项"])
MENUS = [
    f"{SERVICES}\n{{}}",
    f"{CATALOGUE}\n{{}}",
    f"首页\n法定主动公开内容\n{CATALOGUE}\n{CONTENTS}\n{{}}",
    f"{CONTENTS}\n{CATALOGUE}\n{{}}",
    f"{CONTENTS}\n{SERVICES}\n本机关2024年公开信息312条。\n{{}}",
    f"{{}}\n{SERVICES}",
    f"{{}}\n{CATALOGUE}\n{CONTENTS}",
]


@pytest.mark.parametrize("site", MENUS)
def test_a_menu_with_the_labels_of_the_rows_is_no_table(site):
    matched = read(site.format(report()))
    assert {key: amount.value for key, amount in matched.values.items()} == {
        key: ONE.get(tuple(key), 0) for key in form("2021").cells
    }
    assert matched.findings == []


TITLE = "德清县2024年政府信息公开工作年度报告\n"
OTHER = report().replace("| 1 | 0", "| 7 | 0").replace("行政许可 | 40", "行政许可 | 9")
EMPTY = re.sub(r"\b[\d.]+(?= \||$)", "", report(), flags=re.MULTILINE)
COMPARED = "\n".join(f"{row.label[-1]} | 8 | 1 | -7" for table in form("2021").tables[:2] for block in table.blocks for row in block.rows)
THREE = report()[report().index(HEADER) : report().index(FOUR_BEGINS)]
SECOND = [
    # a report with a second set of tables that is not its own, the check that tells
    (f"{TITLE}{report()}\n附件：2023年数据（对照）\n{OTHER}", {"table.second"}),
    (f"{TITLE}2023年数据\n{OTHER}\n2024年数据\n{report()}", {"table.second"}),
    (f"年度报告格式（样表）\n{EMPTY}\n{TITLE}{report()}", set()),
    (f"{TITLE}{report()}\n{report()}", set()),
    # Table three once more, as a copy for print or for a small screen.
    (f"{TITLE}{report().replace(FOUR_BEGINS, THREE + FOUR_BEGINS)}", set()),
    (f"{TITLE}{report().split('五、')[0]}附：与上年比较\n指标 | 2023年 | 2024年 | 增减\n{COMPARED}\n五、存在的主要问题", set()),
]


@pytest.mark.parametrize("text, checks", SECOND)
def test_of_two_tables_the_one_of_the_title_s_year_is_read(text, checks):
    matched = read(text)
    assert matched.values[CellKey("applications", "new", "natural_person")].value == 1
    assert matched.values[CellKey("proactive", "licensing", "decisions")].value == 40
    assert {finding.check for finding in matched.findings} == checks


def in_grids(text):
    """The lines of a text, those with borders and the captions among them as rows of one grid."""
    blocks, rows = [], []
    for line in [*text.split("\n"), ""]:
        if " | " in line or line.endswith("数据"):
            rows.append([cell.strip() for cell in line.split(" | ")])
            continue
        if rows:
            blocks.append(Grid([GridCell(cell, at, n) for at, row in enumerate(rows) for n, cell in enumerate(row)], 1))
        rows = []
        blocks.append(Paragraph(line))
    return match(Document("report.html", "html", blocks))


@pytest.mark.parametrize("behind", ["注：1.含部门", "（一）存在的主要问题。", "3"])
def test_what_stands_behind_a_flat_grid_is_no_figure_of_it(behind):
    heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    groups = [name for name in ("行政复议", "未经复议直接起诉", "复议后起诉") for _ in range(5)]
    printed = ["", "", "", "16", "16", "32", "5", "19", "", "56", "4", "12", "25", "", "41"]
    cells = [
        GridCell(text, row, column) for row, texts in enumerate([groups, heads, printed]) for column, text in enumerate(texts)
    ]
    above = [Paragraph(line, Place(line=1)) for line in report().partition(FOUR_BEGINS)[0].split("\n")]
    blocks = [*above, Paragraph(FOUR_BEGINS, Place()), Grid(cells, 1), Paragraph(behind, Place())]
    matched = match(Document("report.html", "html", blocks))
    said = [amount.value or 0 for key, amount in matched.values.items() if key.table == "review"]
    assert said == [int(text or 0) for text in printed]


@pytest.mark.parametrize("head, checks", [("类别 | 收到件数 | 办结件数\n", {"table.local"}), ("", {"row.extra"})])
def test_a_table_of_the_body_s_own_between_the_form_s_is_none_of_it(head, checks):
    head_of_three = form("2021").tables[1].heading
    own = f"本机关办理建议提案情况如下。\n{head}人大建议 | 88 | 70\n政协提案 | 120 | 93\n合计 | 208 | 163\n"
    before, heading, behind = report().rpartition(head_of_three)
    plain, matched = in_grids(report()), in_grids(f"{before}{own}{heading}{behind}")
    assert {key: amount.value for key, amount in matched.values.items()} == {
        key: amount.value for key, amount in plain.values.items()
    }
    assert {finding.check for finding in matched.findings} - {finding.check for finding in plain.findings} == checks


def proactive_twice(*captions):
    """A report of 2024 whose table 二 stands there twice, each under a caption; the first has last year's figures."""
    first, second = (table.heading for table in form("2021").tables[:2])
    ahead, rows, behind = re.split(f"(?<={first}\n)|(?={second})", report())
    rows = rows.replace("本年处理", "信息内容 | 本年处理").replace("本年收费", "信息内容 | 本年收费")
    return f"{TITLE}{ahead}{captions[0]}\n{rows.replace('| 40', '| 9')}{captions[1]}\n{rows}{behind}"


TWICE = [
    # what stands over the first and the second table 二, the decisions read, the check that tells
    (("2023年数据", "2024年数据"), 40, "table.second"),
    (("2024年数据", "2023年数据"), 9, "table.second"),
    (("2022年数据", "2023年数据"), None, "table.undecided"),
    (("甲数据", "乙数据"), None, "table.undecided"),
]


SAID = [
    # what a report with table 二 of 2023 and of 2024 says of its year
    "昆都仑区政府信息公开工作年度报告\n统计期限2024年1月1日至2024年12月31日",
    "昆都仑区政府信息公开工作年度报告\n统计期限2024年01月01日至2024年12月31日",
    "昆都仑区政府信息公开工作年度报告\n统计期限20241月1日至202412月31日",
    "德清县2024年政府信息公开工作年度报告\n往年报告：\n德清县2023年政府信息公开工作年度报告\n德清县2022年政府信息公开工作年度报告",
]


@pytest.mark.parametrize("said", SAID)
def test_of_two_short_tables_that_of_the_report_s_year_is_read_however_it_says_its_year(said):
    matched = read(proactive_twice("2023年度", "2024年度").replace(TITLE.strip(), said))
    assert matched.values[CellKey("proactive", "licensing", "decisions")].value == 40
    assert {finding.check for finding in matched.findings} == {"table.second"}


@pytest.mark.parametrize("form_of", [read, in_grids])
@pytest.mark.parametrize("captions, decisions, check", TWICE)
def test_of_two_short_tables_that_of_the_title_s_year_is_read_or_none(captions, decisions, check, form_of):
    matched = form_of(proactive_twice(*captions))
    assert matched.values[CellKey("proactive", "licensing", "decisions")].value == decisions
    assert matched.values[CellKey("applications", "new", "natural_person")].value == 1
    (found,) = matched.findings
    assert found.check == check
    assert decisions or {key.table for key in found.cells} == {"proactive"}


THIS, LAST = "本年制发件数 | 本年废止件数 | 现行有效件数", "上年制发件数 | 上年废止件数 | 上年现行有效件数"
OF_YEARS = [
    # the headings over six figures of 规章, what its cells say, the check that tells
    (f"信息内容 | {THIS} | {LAST}", (1, 2, 3), None),
    (f"{dated(2024)} | {dated(2023)}", (1, 2, 3), None),
    (f"{dated(2023)} | {dated(2024)}", (4, 5, 6), None),
    ("2024年本年制发件数 | 2023年本年制发件数 | 2024年本年废止件数 | 2023年本年废止件数 | 2024年现行有效件数 | 2023年现行有效件数", (1, 3, 5), None),
    (f"信息内容 | {LAST} | {THIS}", (4, 5, 6), None),
    (f"信息内容 | {dated(2024)} | {dated(2023)}", (1, 2, 3), None),
    (f"信息内容 | {dated(2023)} | {dated(2024)}", (4, 5, 6), None),
    (f"信息内容 | {dated(2023)} | {dated(2022)}", (None,) * 3, "row.years"),
    (f"信息内容 | 2024年 | 2023年\n{THIS} | {THIS}", (1, 2, 3), None),
    (f"信息内容 | 上年度 | 本年度\n{THIS} | {THIS}", (4, 5, 6), None),
    (f"信息内容 | {THIS} | {THIS}", (None,) * 3, "row.years"),
    (f"信息内容 | {THIS} | {LAST.replace('上年', '上年同期')}", (1, 2, 3), None),
    ("信息内容 | 2023年制发数 | 2023年废止数 | 2023年有效数 | 2024年制发数 | 2024年废止数 | 2024年有效数", (4, 5, 6), None),
    ("信息内容 | 去年制发 | 去年废止 | 去年有效 | 今年制发 | 今年废止 | 今年有效", (None,) * 3, "row.years"),
    ("信息内容 | 本年制发件数 | 同比 | 本年废止件数 | 同比 | 现行有效件数 | 同比", (1, 3, 5), None),
    (f"信息内容 | {THIS.replace('数', '数（2023年）')} | {THIS.replace('数', '数（2024年）')}", (4, 5, 6), None),
    ("信息内容 | 2024年本年制发件数 | 2023年本年制发件数 | 2024年本年废止件数 | 2023年本年废止件数 | 2024年现行有效件数 | 2023年现行有效件数", (1, 3, 5), None),
    ("信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n2023年 | 2024年 | 2023年 | 2024年 | 2023年 | 2024年", (2, 4, 6), None),
]  # fmt: skip
SPREAD = [lambda lines: lines, lambda lines: lines.replace(" | ", "\t"), lambda lines: lines.replace(" | ", "  "), lambda lines: lines.replace(" | ", "\n")]


@pytest.mark.parametrize("spread", SPREAD)
@pytest.mark.parametrize("headings, said, check", OF_YEARS)
def test_of_the_columns_of_several_years_those_of_the_report_s_are_read(headings, said, check, spread):
    printed = spread(f"{headings}\n规章 | 1 | 2 | 3 | 4 | 5 | 6\n行政规范性文件 | 0 | 0 | 0 | 0 | 0 | 0")
    matched = read(TITLE + report().replace(f"{ISSUED}\n行政规范性文件 | 0 | 0 | 0", printed))
    assert tuple(amount.value for key, amount in matched.values.items() if key.row == "regulations") == said
    assert {finding.check for finding in matched.findings} <= ({check, "row.unreadable"} if check else set())
    assert matched.values[CellKey("proactive", "licensing", "decisions")].value == 40


OPEN_CELLS = [
    # a row of a grid under headings of two years, what its cells say
    (("规章", "1", "2", "3", "", "", ""), (1, 2, 3)),
    (("规章", "", "", "", "4", "5", "6"), (None, None, None)),
    (("规章", "1", "", "3", "4", "", "6"), (1, None, 3)),
]


@pytest.mark.parametrize("row, said", OPEN_CELLS)
def test_figures_in_a_grid_stand_under_the_headings_of_their_year(row, said):
    heads = f"信息内容 | {dated(2024)} | {dated(2023)}"
    printed = "\n".join([heads, " | ".join(row), "行政规范性文件 | 0 | 0 | 0 | 0 | 0 | 0"])
    matched = in_grids(TITLE + report().replace(f"{ISSUED}\n行政规范性文件 | 0 | 0 | 0", printed))
    assert tuple(amount.value for key, amount in matched.values.items() if key.row == "regulations") == said


FIFTEEN = " | ".join(["0"] * 15)
DIRECT = " | ".join(["0"] * 5 + ["2", "0", "0", "0", "2"] + ["0"] * 5)
ROWS = [
    # what stands in the place of table 四's one row of figures, the lawsuits upheld, the checks that tell
    (f"{' | '.join(map(str, range(1, 16)))}\n{DIRECT}", 2, set()),
    (f"2023年 | {FIFTEEN}\n2024年 | {DIRECT}", 2, set()),
    (f"本年度 | {DIRECT}\n上年度 | {FIFTEEN}", 2, set()),
    (f"2022年 | {FIFTEEN}\n2023年 | {DIRECT}", None, {"row.years"}),
    # Two rows that close may be two bodies': glued digit by digit, or one of them, they would close as well.
    (f"{FIFTEEN}\n{DIRECT}", None, {"row.unreadable"}),
    (f"{DIRECT}\n{FIFTEEN}", None, {"row.unreadable"}),
    (f"{DIRECT}\n近三年情况\n年份 | 2022年 | 2023年 | 2024年\n行政复议 | 148 | 151 | 7\n行政诉讼 | 101 | 187 | 240", 2, set()),
    (f"{DIRECT}\n2022年 | 148 | 151\n2023年 | 101 | 187", 2, set()),
]


@pytest.mark.parametrize("spread", [SPREAD[0], SPREAD[2]])
@pytest.mark.parametrize("rows, upheld, checks", ROWS)
def test_of_several_rows_in_table_four_the_report_s_own_is_read(rows, upheld, checks, spread):
    matched = read(TITLE + report().replace(f"\n{FIFTEEN}\n", f"\n{spread(rows)}\n"))
    assert matched.values[CellKey("review", "litigation_direct", "upheld")].value == upheld
    assert {finding.check for finding in matched.findings} == checks


CUT = [
    # where the report ends, whether its last figure may be cut too
    ("行政许可 | 391", True),
    ("行政许可 | 391\n", True),
    ("行政许可 | 391\n\n（此处略）", False),
    ("行政处罚", False),
]


@pytest.mark.parametrize("end, is_doubtful", CUT)
def test_the_figure_with_which_a_report_breaks_off_is_in_doubt(end, is_doubtful):
    text = report().replace("行政许可 | 40", "行政许可 | 391")
    matched = read(text[: text.index("行政许可 | 391")] + ("" if end.startswith("行政许可") else "行政许可 | 391\n") + end)
    assert matched.values[CellKey("proactive", "licensing", "decisions")].value == 391
    doubts = [finding for finding in matched.findings if finding.check == "row.cut"]
    assert [finding.cells for finding in doubts] == [(CellKey("proactive", "licensing", "decisions"),)] * is_doubtful


FOUR_TWICE = [
    # what stands over table 四's two sets of headings and figures, the second all noughts; the lawsuits upheld, the check
    (("2023年数据", "2024年数据"), 0, "table.second"),
    (("2024年数据", "2023年数据"), 2, "table.second"),
    (("2022年数据", "2023年数据"), None, "table.undecided"),
    (("办公室数据", "全县数据"), None, "table.undecided"),
]


@pytest.mark.parametrize("form_of", [read, in_grids])
@pytest.mark.parametrize("captions, upheld, check", FOUR_TWICE)
def test_of_two_tables_four_that_of_the_title_s_year_is_read_or_none(captions, upheld, check, form_of):
    whole = report()
    start, stop = whole.index("行政复议 | "), whole.index("\n五、")
    heads = whole[start:stop].replace(FIFTEEN, "").strip()
    twice = f"{captions[0]}\n{heads}\n{DIRECT}\n{captions[1]}\n{heads}\n{FIFTEEN}"
    matched = form_of(f"{TITLE}{whole[:start]}{twice}{whole[stop:]}")
    assert matched.values[CellKey("review", "litigation_direct", "upheld")].value == upheld
    assert {finding.check for finding in matched.findings} == {check}


def test_a_missing_table_is_missing_and_not_zero():
    text = report()
    matched = read(text[: text.index("政府信息公开行政复议")])
    assert {amount.status for key, amount in matched.values.items() if key.table == "review"} == {"absent"}
    assert "table.missing" in {finding.check for finding in matched.findings}


def test_figures_scrambled_among_their_headings_are_not_put_in_an_order():
    # A page's text in the order in which its file keeps it: half of the headings, some figures, headings again.
    heads = "行政复议\n行政诉讼\n结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n未经复议直接起诉\n结果维持\n结果纠正\n其他结果\n尚未审结"
    scrambled = "\n".join([heads, *"000000012", "总计", "3", "复议后起诉", "结果维持", "结果纠正", "1", "0"])
    whole = report()
    start, stop = whole.index("行政复议 | "), whole.index("\n五、")
    matched = read(whole[:start] + scrambled + whole[stop:])
    review = {key: amount.value for key, amount in matched.values.items() if key.table == "review"}
    assert set(review.values()) == {None}
    assert {key for finding in matched.findings for key in finding.cells} == set(review)


FOUR = [
    # what stands in table four, the totals read, the last None where it is not to be told
    ("8 14 0 9 31 | 0 0 0 0 0 | 0 0 0 0 0", (31, 0, 0)),
    # A nought is lost, and there is one place for it.
    ("8 14 0 9 31 | 0 0 0 0 0 | 0 0 0 0", (31, 0, 0)),
    # A nought is lost and the total printed is wrong: it is not a figure whose total was lost.
    ("8 14 9 28 | 0 0 0 0 0 | 0 0 0 0 0", (None, 0, 0)),
    # Two figures are lost, and the rest fills three sums if two totals were lost.
    ("0 0 11 44 55 | 33 57 0 15 105 | 27 59 139", (55, None, None)),
    # The total is lost, and the rest closes with a nought.
    ("0 0 0 0 0 | 0 2 1 0 3 | 1 1 1 3", (0, 3, None)),
]


@pytest.mark.parametrize("cells, totals", FOUR)
def test_lost_cells_of_table_four_are_no_proof_of_a_total(cells, totals):
    whole = " | ".join(["0"] * 15)
    matched = read(report().replace(f"\n{whole}\n", "\n" + re.sub(r"[ |]+", " | ", cells) + "\n"))
    rows = form("2021").table("review").rows
    assert tuple(matched.values[CellKey("review", row, "total")].value for row in rows) == totals
    named = {key for finding in matched.findings if finding.severity == "warning" for key in finding.cells}
    assert all(matched.values[key].value is not None or key in named for row in rows for key in rows[row])


@pytest.mark.parametrize("parted", [" ", "：", "\n"])
@pytest.mark.parametrize("of", [read, in_grids])
def test_a_paragraph_behind_table_two_that_names_its_rows_again_is_not_the_table(of, parted):
    again = f"行政许可{parted}5012；行政处罚{parted}310；行政强制{parted}5；行政事业性收费{parted}9.5万元"
    matched = of(report().replace(THREE_BEGINS, f"{again}\n{THREE_BEGINS}"))
    values = {key[1:]: amount.value for key, amount in matched.values.items() if key.table == "proactive"}
    assert values == {key[1:]: ONE.get(tuple(key), 0) for key in form("2021").table("proactive").cells}


BLOCK = "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计"
RECONSIDERED, SUED = "0 | 9 | 1 | 2 | 12", "9 | 3 | 8 | 5 | 25"
LESS = [
    # table four with a block less, the totals read
    (f"行政诉讼 | | | | | | | | |\n未经复议直接起诉 | | | | | 复议后起诉 | | | |\n{BLOCK} | {BLOCK}\n{RECONSIDERED} | {SUED}", (None, 12, 25)),
    (f"行政诉讼\n未经复议直接起诉 | 复议后起诉\n{BLOCK} | {BLOCK}\n{' | '.join('0' * 10)}", (None, 0, 0)),
    (f"行政复议\n{BLOCK}\n{RECONSIDERED}", (12, None, None)),
    (f" | {BLOCK}\n未经复议直接起诉 | {RECONSIDERED}\n复议后起诉 | {SUED}", (None, 12, 25)),
    (f"行政复议 | | | | | 行政诉讼 | | | |\n{BLOCK} | {BLOCK}\n{RECONSIDERED} | {SUED}", (None, None, None)),
    (f"| 行政复议 | | | | | 行政诉讼 | | | | |\n| --- | --- |\n| {BLOCK} | {BLOCK} |\n| {' | '.join('0' * 10)} |", (None, None, None)),
]


@pytest.mark.parametrize("empty_row", [False, True])
@pytest.mark.parametrize("four, totals", LESS)
def test_a_block_of_table_four_that_has_no_heading_gets_no_figure(four, totals, empty_row):
    text = report()
    start, end = text.index("行政复议 | 行政诉讼"), text.index("\n五、")
    if empty_row:
        # Word closes each table of a page with a row of empty cells.
        matched = in_grids(text[:start] + four + "\n" + " | " * 14 + text[end:])
    else:
        matched = read(text[:start] + four + text[end:])
    rows = form("2021").table("review").rows
    assert tuple(matched.values[CellKey("review", row, "total")].value for row in rows) == totals
    named = {key for finding in matched.findings if finding.severity == "warning" for key in finding.cells}
    assert named == {key for row, total in zip(rows, totals) if total is None for key in rows[row]}


LUMPED = [
    # the headings, what the first row prints, natural persons and total read
    ("自然人 | 法人或其他组织 | 总计", "5 | 3 | 8", (5, 8)),
    ("总计 | 自然人 | 法人或其他组织", "8 | 5 | 3", (None, None)),
    ("自然人\n法人或其他组织\n总计", "5 | 3 | 8", (5, 8)),
    # The group's heading is only printed higher.
    (f"{'':12}法人或其他组织\n{'':8}自然人{'':16}总计", "5 | 3 | 8", (None, None)),
    ("自然人 | 法人或其他组织 | 总计", "5 | 3 | 9", (None, None)),
    ("自然人 | 法人或其他组织 | 总计", "5 | 3", (None, None)),
]


@pytest.mark.parametrize("headings, row, said", LUMPED)
def test_one_figure_for_all_legal_persons_is_none_of_theirs(headings, row, said):
    text = report()
    start, end = text.index(HEADER), text.index(FOUR_BEGINS)
    rows = re.sub(r" \| (\d) \|.*\| (\d)$", r" | 0 | 0 | 0", text[start + len(HEADER) : end], flags=re.MULTILINE)
    matched = read(text[:start] + headings + rows.replace(f"{NEW} | 0 | 0 | 0", f"{NEW} | {row}") + text[end:])
    new = {key.column: amount.value for key, amount in matched.values.items() if key.row == "new"}
    assert (new.pop("natural_person"), new.pop("total")) == said
    assert set(new.values()) == {None}
    named = {key for finding in matched.findings if finding.severity == "warning" for key in finding.cells}
    assert {CellKey("applications", "new", column) for column in new} <= named


def test_sentences_that_name_all_rows_are_no_second_table():
    told = (
        "发布政策解读54篇。全年制发规章0件、行政规范性文件0件，废止5件，现行有效\n16件。全年作出行政许可决定20272件、行政处罚决定2044件、"
        "行政强制决定51件。\n（二）依申请公开情况。政务新媒体\n7340\n次，占比4%，专区9处。\n"
    )
    matched = read(told + report())
    assert matched.findings == []
    assert matched.values[CellKey("proactive", "licensing", "decisions")].value == 40


def test_a_figure_beside_the_labels_of_two_rows_is_in_doubt():
    matched = read(report().replace("行政处罚 | 0\n行政强制 | 0", "行政处罚 行政强制 | 30"))
    assert [matched.values[CellKey("proactive", row, "decisions")].value for row in ("penalties", "coercion")] == [None, None]
    assert {finding.check for finding in matched.findings} == {"row.empty", "row.unreadable"}


ANSWERS = [column.label[-1] for column in form("2021").table("review").blocks[0].columns[:5]]


@pytest.mark.parametrize("joined", ["-", "—", " - ", "/"])
@pytest.mark.parametrize("before, behind", [("| ", " |"), ("", "")])
def test_a_stroke_between_two_labels_is_no_mark(joined, before, behind):
    labels = ["行政复议", f"行政诉讼{joined}未经复议直接起诉", f"行政诉讼{joined}复议后起诉"]
    rows = [["类型", *ANSWERS], *([label, *("00050" if at == 1 else "00000")] for at, label in enumerate(labels))]
    text = report()
    start, end = text.index("行政复议 | 行政诉讼"), text.index("五、")
    matched = read(text[:start] + "".join(f"{before}{' | '.join(row)}{behind}\n" for row in rows) + text[end:])
    said = [matched.values[key].value for key in form("2021").cells if key.table == "review"]
    assert said == [0] * 8 + [5] + [0] * 6


def test_a_figure_before_a_comma_is_no_numeral_of_the_next_heading():
    text = report()
    start, end = text.index(HEADER), text.index(FOUR_BEGINS)
    names = [column.label[-1] for column in form("2021").table("applications").blocks[0].columns]
    lines = []
    for row in form("2021").table("applications").rows:
        declared = next(row_ for block in form("2021").table("applications").blocks for row_ in block.rows if row_.key == row)
        figures = [0, 0, 0, 0, 3, 2, 5] if row == "denied.third_party" else [0] * 7
        lines.append(f"- **{declared.label[-1]}**：" + "，".join(f"{name} {figure}" for name, figure in zip(names, figures)))
    matched = read(text[:start] + "\n".join(lines) + "\n" + text[end:])
    said = [matched.values[key].value for key in form("2021").cells if key[:2] == ("applications", "denied.third_party")]
    assert said == [0, 0, 0, 0, 3, 2, 5]
