"""Lines that were moved, torn or printed in another unit: what is read of them, and what is said about it."""

import pytest

import disclosure

from .conftest import ROOT

# A report whose table 二 stands a cell a line.
LINES = (ROOT / "data/reports/kangbashi_2024.txt").read_text("utf-8")


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "report.txt"
        path.write_text(text, "utf-8")
        return disclosure.read(path)

    return read_text


def checks(report):
    return {doubt.check: doubt.severity for doubt in report.doubts}


HEADINGS = [
    # what stands behind the heading, the figure printed, the amount in 万元, what is said
    ("（单位：万元）", "126.9795", 126.9795, None),
    ("（单位：元）", "1269795", 126.9795, "unit.converted"),
    ("（元）", "1,269,795.00", 126.9795, "unit.converted"),
    ("（千元）", "1269.795", 126.9795, "unit.converted"),
    ("（单位：亿元）", "0.01269795", 126.9795, "unit.converted"),
    ("（单位：元）", "126.9795万元", 126.9795, None),
]


@pytest.mark.parametrize("unit, printed, amount, said", HEADINGS)
def test_the_unit_of_a_heading(unit, printed, amount, said, read):
    report = read(LINES.replace("（单位：万元）", unit).replace("\t126.9795", f"\t{printed}"))
    assert report.value("proactive", "fees", "amount_10k_yuan") == amount
    assert said is None or checks(report)[said] == "info"


UNSTATED = [
    # what stands at the report's end, whose heading names no unit: what has 元 in it and is no unit of the table
    "",
    "主办单位：元氏县人民政府办公室",
    "发布单位：元江县人民政府",
    "单位：元阳县人民政府",
    "全年行政事业性收费近千万元。",
]


@pytest.mark.parametrize("foot", UNSTATED)
def test_money_without_a_unit_is_in_doubt(foot, read):
    report = read(LINES.replace("（单位：万元）", "").replace("\t126.9795", "\t1269795") + f"\n{foot}\n")
    assert report.value("proactive", "fees", "amount_10k_yuan") == 1269795
    assert checks(report)["unit.unstated"] == "warning"
    assert not report.verified


def test_yuan_by_their_sign_under_another_unit_are_in_doubt(read):
    report = read(LINES.replace("\t126.9795", "\t¥1269795"))
    assert checks(report)["unit.unstated"] == "warning"
    assert not report.verified


@pytest.mark.parametrize("stated", ["单位：万元", "金额单位：万元", "（单位：万元）"])
def test_a_unit_may_stand_on_a_line_of_its_own(stated, read):
    report = read(LINES.replace("（单位：万元）", "").replace("信息内容", f"{stated}\n\n\t信息内容"))
    assert report.value("proactive", "fees", "amount_10k_yuan") == 126.9795
    assert "unit.unstated" not in checks(report)


def test_numbers_above_their_labels_never_go_to_the_row_before(read):
    turned = LINES.replace("\t行政许可\n\t10336", "\t10336\n\t行政许可")
    turned = turned.replace("\t行政处罚\n\t867", "\t867\n\t行政处罚").replace("\t行政强制\n\t11", "\t11\n\t行政强制")
    assert turned != LINES
    report = read(turned)
    figures = [report.value("proactive", row, "decisions") for row in ("licensing", "penalties", "coercion")]
    assert figures == [10336, 867, 11]
    assert checks(report)["row.unproved"] == "warning"
    assert not report.verified


def test_a_row_whose_figures_stand_before_its_label_takes_them_back(read):
    third_party = "4.保护第三方合法权益"
    start = LINES.index(third_party)
    figures = LINES[start + len(third_party) : LINES.index("\n\n", start)]
    moved = LINES.replace(third_party + figures, "。" + figures + "\n\t" + third_party).replace("\t。\n", "")
    report = read(moved)
    assert report.value("applications", "denied.third_party", "total") == 1
    assert report.value("applications", "denied.security_stability", "total") == 0
