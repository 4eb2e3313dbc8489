"""Files in which more than one report stands: no figure of one is given under the title of the other."""

import pytest

from disclosure.document import Document, Grid, GridCell, Paragraph, Place
from disclosure.errors import SeveralReports
from disclosure.match import match

from .test_match import HEADER, report

TOWN, OTHER_TOWN = (f"德清县{name}2023年政府信息公开工作年度报告" for name in ("城关镇人民政府", "白马乡人民政府"))
THREE = "收到和处理政府信息公开申请情况"
PREAMBLE = "根据《中华人民共和国政府信息公开条例》编制本报告。所列数据的统计期限自2023年1月1日至2023年12月31日。"
OPENING = f"{PREAMBLE}\n一、总体情况\n扎实推进公开工作。"
ALL = report()
NONE = "二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况"


def read(text):
    blocks = [Paragraph(line, Place(line=number)) for number, line in enumerate(text.split("\n"), 1)]
    return match(Document("report.txt", "text", blocks))


def at_last_year(text):
    return text.replace("2023年", "2022年")


SEVERAL = [
    # two reports, those of their tables that are text
    f"{TOWN}\n{OPENING}\n{NONE}\n{OTHER_TOWN}\n{OPENING}\n{ALL}",
    f"{TOWN}\n{OPENING}\n{ALL}\n{OTHER_TOWN}\n{OPENING}\n{NONE}",
    f"{TOWN}\n{OPENING}\n{ALL}\n{OTHER_TOWN}\n{OPENING}\n{ALL}",
    f"{TOWN}\n{OPENING}\n{NONE}\n" + at_last_year(f"{TOWN}\n{OPENING}\n{ALL}"),
    f"{TOWN}\n{OPENING}\n{ALL}\n" + at_last_year(f"{TOWN}\n{OPENING}\n{ALL}"),
    f"{TOWN}\n{PREAMBLE}\n{NONE}\n{OTHER_TOWN}\n{PREAMBLE}\n{ALL}",
    f"{TOWN}\n一、总体情况\n扎实推进。\n{NONE}\n{OTHER_TOWN}\n一、总体情况\n扎实推进。\n{ALL}",
    # a title on two lines, in another script of the year, behind Markdown's signs; the county's before the town's
    f"{TOWN}\n{OPENING}\n{NONE}\n德清县白马乡人民政府\n2023年政府信息公开工作年度报告\n{OPENING}\n{ALL}",
    f"{TOWN}\n{OPENING}\n{NONE}\n德清县白马乡二〇二三年政府信息公开工作年度报告\n{OPENING}\n{ALL}",
    f"# {TOWN}\n{OPENING}\n{NONE}\n# {OTHER_TOWN}\n{OPENING}\n{ALL}",
    f"《{TOWN}》\n{OPENING}\n{NONE}\n《{OTHER_TOWN}》\n{OPENING}\n{ALL}",
    f"{TOWN}\n{OPENING}\n{NONE}\n白马乡2023年政府信息公开年报\n政府信息公开年报\n{OPENING}\n{ALL}",
    f"德清县2023年政府信息公开工作年度报告\n{OPENING}\n{NONE}\n{TOWN}\n{OPENING}\n{ALL}",
    f"德清县政府信息公开工作年度报告\n(2023年)\n{NONE}\n德清县政府信息公开工作年度报告\n(2022年)\n{ALL}".replace(")\n", f")\n{OPENING}\n"),
]


@pytest.mark.parametrize("text", SEVERAL)
def test_a_second_report_is_refused_whatever_tables_stand_there(text):
    with pytest.raises(SeveralReports, match="two reports"):
        read(text)


def test_a_second_report_in_the_cells_of_a_sheet_is_refused():
    text = f"{TOWN}\n{OPENING}\n{NONE}\n{OTHER_TOWN}\n{OPENING}\n{ALL}"
    cells = [
        GridCell(word, row, column)
        for row, line in enumerate(text.split("\n")) for column, word in enumerate(line.split(" | "))
    ]  # fmt: skip
    with pytest.raises(SeveralReports, match="two reports"):
        match(Document("report.xlsx", "xlsx", [Grid(cells, 1)]))


ONE_REPORT = [
    # other titles in one report's file
    f"{OTHER_TOWN}\n{TOWN}\n{OPENING}\n{ALL}",
    f"首页 > 年报 > {OTHER_TOWN}\n{TOWN}\n{OPENING}\n{ALL}",
    f"{TOWN}\n{OPENING}\n{ALL}\n上一篇:{OTHER_TOWN}",
    f"{TOWN}\n{OPENING}\n{ALL}\n相关信息\n{OTHER_TOWN}\n{at_last_year(TOWN)}",
    f"{TOWN}\n{OPENING}\n{ALL}\n{OTHER_TOWN}\n{at_last_year(TOWN)}",
    f"{TOWN}\n{OPENING}\n{ALL}\n附件：{OTHER_TOWN}.docx",
    # its own title again: over the pages, with and without the province, over a table of contents and over the text
    f"{TOWN}\n{PREAMBLE}\n{TOWN}\n一、总体情况\n公开工作。\n{TOWN}\n{ALL}",
    f"浙江省湖州市{TOWN}\n{OPENING}\n{TOWN}\n{OPENING}\n{ALL}",
    f"{at_last_year(TOWN)}\n一、总体情况\n二、主动公开政府信息情况\n{TOWN}\n{OPENING}\n{ALL}",
    # a sentence that names another report; a form to fill in before the report
    f"{TOWN}\n{OPENING}\n与《{at_last_year(TOWN)}》相比，统计期限为2022年1月1日至2022年12月31日的数据未作调整。\n{ALL}",
    f"XX县2023年政府信息公开工作年度报告\n{OPENING}\n{NONE}\n{TOWN}\n{OPENING}\n{ALL}",
]


@pytest.mark.parametrize("text", ONE_REPORT)
def test_other_titles_make_no_second_report(text):
    assert all(amount.value is not None for amount in read(text).values.values())


def test_a_table_of_other_things_beside_the_forms_own_is_passed_over_and_named():
    head, heading, rest = report().partition(THREE)
    own, behind, last = rest.partition("\n政府信息公开行政复议")
    by_channel = own.replace(HEADER, "项目 | 当面申请 | 信函申请 | 网络申请 | 传真申请 | 电子邮件 | 其他方式 | 合计").replace(" 1 ", " 7 ")
    matched = read(f"{head}{heading}{by_channel}\n{own}{behind}{last}")
    assert {key: amount.value for key, amount in matched.values.items()} == {
        key: amount.value for key, amount in read(report()).values.items()
    }
    assert [finding.check for finding in matched.findings] == ["table.second"]
