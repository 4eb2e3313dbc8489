"""What a table says of its year, against the report's."""

import re

import pytest

import disclosure

from .test_match import CARRIED_IN, NEW, OUT, report

TITLE = "德清县2023年政府信息公开工作年度报告\n所列数据的统计期限自2023年1月1日至2023年12月31日。\n"
TWO, THREE, FOUR = "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况"
DECISIONS = "本年处理决定数量\n行政许可"


def read(folder, text, suffix=".txt"):
    path = folder / f"report{suffix}"
    path.write_text(text, "utf-8")
    return disclosure.read(path)


def a_cell_a_line(text):
    return re.sub(" \\| ", "\n", text)


def as_page(text):
    """Each stretch of lines with more than one cell as a table of a page."""
    parts = []
    for line in text.split("\n"):
        cells = "".join(f"<td>{cell}</td>" for cell in line.split(" | "))
        parts.append(f"<tr>{cells}</tr>" if " | " in line else f"<p>{line}</p>")
    body = re.sub(r"((?:<tr>.*</tr>\n?)+)", r"<table>\1</table>", "\n".join(parts))
    return f"<html><body>{body}</body></html>"


LAYOUTS = [(str, ".txt"), (lambda text: text.replace(" | ", "\t"), ".txt"), (a_cell_a_line, ".txt"), (as_page, ".html")]

ANOTHER = [
    # what stands there, what stands there instead, the table that is another year's by it, one of the cells named
    *(
        (heading, f"{heading}\n{caption}", table, None)
        for heading, table in ((TWO, "proactive"), (THREE, "applications"), (FOUR, "review"))
        for caption in ("（2022年）", "2022年度数据", "统计时间：2022年1月1日至2022年12月31日", "表2：2022年度", "2022年1月—12月", "统计年度：2022", "二〇二二年度")
    ),
    (THREE, f"三、2022年{THREE}", "applications", None),
    (THREE, f"{THREE}\n2022年{THREE}", "applications", None),
    (NEW, NEW.replace("本年", "2022年"), "applications", ("new", "total")),
    (CARRIED_IN, CARRIED_IN.replace("上年", "2021年"), "applications", ("carried_in", "total")),
    (OUT, OUT.replace("下", "2023"), "applications", ("carried_out", "total")),
    ("本年制发件数", "2022年制发件数", "proactive", ("normative_documents", "issued")),
    ("现行有效件数", "截至2022年底现行有效件数", "proactive", ("normative_documents", "in_force")),
    (DECISIONS, f"2022年{DECISIONS}", "proactive", ("licensing", "decisions")),
    ("本年收费金额", "2022年收费金额", "proactive", ("fees", "amount_10k_yuan")),
]  # fmt: skip


@pytest.mark.parametrize("laid_out, suffix", LAYOUTS)
@pytest.mark.parametrize("there, instead, table, cell", ANOTHER)
def test_a_table_that_says_another_year_is_read_and_doubted(there, instead, table, cell, laid_out, suffix, tmp_path):
    assert there in report()
    found = read(tmp_path, laid_out(TITLE + report().replace(there, instead, 1)), suffix)
    [doubted] = [finding for finding in found.doubts if finding.check == "table.year"]
    assert not found.verified
    assert {key.table for key in doubted.cells} == {table}
    if cell:
        assert (table, *cell) in doubted.cells
    else:
        assert set(doubted.cells) == set(found.form.table(table).cells)
    assert found.value("applications", "new", "natural_person") == found.value("applications", "closed", "total") == 1
    assert found.value("proactive", "licensing", "decisions") == 40


RIGHT = [
    # what stands there, what stands there instead, rightly
    (THREE, f"{THREE}\n（2023年）"),
    (THREE, f"{THREE}\n统计时间：2023年1月1日至2023年12月31日"),
    (THREE, f"三、2023年{THREE}"),
    (OUT, "四、结转2024年度继续办理"),
    (OUT, "四、结转下年度（2024年）继续办理"),
    (CARRIED_IN, CARRIED_IN.replace("上年", "2022年")),
    (CARRIED_IN, CARRIED_IN.replace("上年", "上年（2022年）")),
    (NEW, NEW.replace("本年", "2023年")),
    ("本年制发件数", "2023年制发件数"),
    ("现行有效件数", "截至2023年底现行有效件数"),
    (DECISIONS, DECISIONS.replace("本年", "2023年")),
    # headings of several years
    ("法律服务机构 | 其他\n", "法律服务机构 | 其他 | 2022年总计\n"),
    # years of other things
    (THREE, f"{THREE}\n2022年全县收到申请12件，2023年收到1件。"),
    (THREE, f"{THREE}\n发布时间：2024年1月26日"),
    (THREE, f"{THREE}\n（按国办2021年格式填报）"),
    (TWO, f"{TWO}\n上一篇：\n德清县2022年政府信息公开工作年度报告"),
    (THREE, f"{THREE}\n填报时间：2024年"),
    (OUT, f"2024年第3期\n{OUT}"),
    (TWO, f"{TWO}\n较2022年增长12%"),
    ("人手不足。", "2022年的问题\n人手不足。"),
    ("行政许可 | 40", "行政许可 | 40（2022年为38）"),
]


@pytest.mark.parametrize("laid_out, suffix", LAYOUTS)
@pytest.mark.parametrize("there, instead", RIGHT)
def test_years_that_are_right_and_years_of_other_things_are_none_of_the_table_s(there, instead, laid_out, suffix, tmp_path):
    assert there in report()
    found = read(tmp_path, laid_out(TITLE + report().replace(there, instead, 1)), suffix)
    assert [finding for finding in found.doubts if finding.check == "table.year"] == []
    assert found.value("applications", "carried_out", "total") == 0
    assert found.value("applications", "new", "natural_person") == 1


UNSURE = [
    "德清县政府信息公开工作年度报告\n",
    "德清县2023年政府信息公开工作年度报告\n所列数据的统计期限自2022年1月1日至2022年12月31日。\n",
]


@pytest.mark.parametrize("title", UNSURE)
def test_where_the_report_s_year_is_not_sure_no_table_is_held_against_it(title, tmp_path):
    found = read(tmp_path, title + report().replace(THREE, f"{THREE}\n（2022年）"))
    assert [finding for finding in found.doubts if finding.check == "table.year"] == []
