"""A table with a column more than the form: no row throws away the figure that contradicts it."""

import pytest

from disclosure.document import Document, Grid, GridCell, Paragraph
from disclosure.form import CellKey, form
from disclosure.match import match

from .test_match import FOUR_BEGINS, HEADER, NEW, OUT, read, report

NONE = report().replace(" | 1", " | 0")
ONE = report()
# Where a column of its own may stand: its heading among the others, and how many columns stand before it.
PLACES = {
    "subtotal": ("法律服务机构 | 其他 | 小计", 6),
    "local": ("自然人 | 外国人 | 法人或其他组织", 1),
    "enterprises": ("法律服务机构 | 军民融合企业 | 其他", 5),
    "others": ("法人或其他组织 | 总计 | 其他情况", 7),
    "change": ("申请人情况 | 同比增减", 7),
}
BESIDE = {"subtotal": "法律服务机构 | 其他", "local": "自然人 | 法人或其他组织", "enterprises": "法律服务机构 | 其他"}
BESIDE |= {"others": "法人或其他组织 | 总计", "change": "申请人情况"}


COLUMNS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def widened(text, before, figures="0", header=HEADER):
    """A report whose table 三 has another column behind so many."""
    start, end = text.index(HEADER), text.index(FOUR_BEGINS)
    rows = [line.split(" | ") for line in text[start + len(HEADER) : end].strip().split("\n")]
    for at, row in enumerate(rows):
        row.insert(before + 1, figures if isinstance(figures, str) else figures[at])
    return "\n".join([text[:start] + header, *map(" | ".join, rows), text[end:]])


def values(matched, row, table="applications"):
    return tuple(matched.values[key].value for key in form("2021").table(table).rows[row])


@pytest.mark.parametrize("at", range(7))
@pytest.mark.parametrize("report_of", [NONE, ONE], ids=["none", "one"])
@pytest.mark.parametrize("place", PLACES)
def test_a_row_that_contradicts_itself_is_read_as_it_is_printed(place, report_of, at):
    said = [0] * 7
    said[at] = 3
    text = report_of.replace(f"{OUT} | 0 | 0 | 0 | 0 | 0 | 0 | 0", f"{OUT} | {' | '.join(map(str, said))}")
    printed, before = PLACES[place]
    matched = read(widened(text, before, header=HEADER.replace(BESIDE[place], printed)))
    assert values(matched, "carried_out") == tuple(said)
    assert values(matched, "new") == ((0,) * 7 if report_of is NONE else (1, 0, 0, 0, 0, 0, 1))
    assert {finding.check for finding in matched.findings} == {"row.beyond"}


@pytest.mark.parametrize("place", PLACES)
def test_the_figures_of_another_column_are_left_out(place):
    printed, before = PLACES[place]
    matched = read(widened(ONE, before, figures="".join(map(str, range(1, 10))) * 4, header=HEADER.replace(BESIDE[place], printed)))
    assert {key: amount.value for key, amount in matched.values.items()} == {key: amount.value for key, amount in read(ONE).values.items()}


def test_without_a_heading_the_place_that_lets_all_rows_close_is_the_column_s():
    matched = read(widened(ONE, 7, figures="123456789" * 4))
    assert values(matched, "granted") == (1, 0, 0, 0, 0, 0, 1)
    assert values(matched, "closed") == (1, 0, 0, 0, 0, 0, 1)


STRAYS = [
    # the figures of one row, the cells read, whether that is certain
    ("3 | 0 | 0 | 0 | 0 | 0 | 0 | 0", (None, 0, 0, 0, 0, 0, 0), False),
    ("0 | 5 | 0 | 0 | 0 | 0 | 0 | 0", (None, None, 0, 0, 0, 0, 0), False),
    ("0 | 0 | 0 | 0 | 0 | 0 | 0 | 4", (0, 0, 0, 0, 0, 0, None), False),
    ("0 | 0 | 0 | 0 | 0 | 0 | 0 | 0", (0,) * 7, True),
    ("7 | 0 | 0 | 0 | 0 | 0 | 7 | 3", (7, 0, 0, 0, 0, 0, 7), True),
]


@pytest.mark.parametrize("figures, said, certain", STRAYS)
def test_a_number_too_many_in_one_row(figures, said, certain):
    # Rows of which no sum down the columns tells: the table has but these.
    text = NONE.replace(f"{NEW} | 0 | 0 | 0 | 0 | 0 | 0 | 0", f"{NEW} | 7 | 0 | 0 | 0 | 0 | 0 | 7") if "7" in figures else NONE
    matched = read(text.replace(f"{OUT} | 0 | 0 | 0 | 0 | 0 | 0 | 0", f"{OUT} | {figures}"))
    assert values(matched, "carried_out") == said
    assert ("row.ambiguous" in {finding.check for finding in matched.findings}) is not certain


def test_a_sixteenth_number_in_table_four():
    matched = read(NONE.replace("0 | " * 14 + "0\n五、", "0 | 5 | " + "0 | " * 13 + "0\n五、"))
    assert values(matched, "reconsideration", "review") == (None, None, 0, 0, 0)
    assert values(matched, "litigation_direct", "review") == (0,) * 5
    assert [finding.check for finding in matched.findings] == ["row.ambiguous"]


def in_a_grid(text, start=HEADER, heads=(*COLUMNS,)):
    """A report whose table 三 is a Grid."""
    begin, end = text.index(start), text.index(FOUR_BEGINS)
    lines = [line.split(" | ") for line in text[begin + len(start) : end].strip().split("\n")]
    grid = Grid([GridCell(text, row, column) for row, line in enumerate([("", *heads), *lines]) for column, text in enumerate(line)], 1)
    outside = [[Paragraph(line) for line in text.strip().split("\n")] for text in (text[:begin], text[end:])]
    return match(Document("report.html", "html", [*outside[0], grid, *outside[1]]))


def test_a_column_of_a_grid():
    text = widened(NONE.replace("（一）予以公开 | 0", "（一）予以公开 | 3"), 1)
    matched = in_a_grid(text, heads=("自然人", "外国人", *COLUMNS[1:]))
    assert matched.values[CellKey("applications", "granted", "natural_person")].value == 3
    assert [finding.check for finding in matched.findings] == ["row.beyond"]


# A text that is no number in a row of noughts -----------------------------------------------------------------------------

WRITTEN = ["三", "十", "叁", "③", "Ⅲ", "若干", "数件", "几", "有", "是", "√", "l", "I", "丨", "!", "?", "0（3）", "0(3)", "3（4）", "12（更正为13）"]
NOUGHTS = ["O", "〇", "-", "无", "x", "无记录"]


@pytest.mark.parametrize("at", [0, 2, 6])
@pytest.mark.parametrize("border", [" | ", "\t", "grid"])
@pytest.mark.parametrize("text", WRITTEN + NOUGHTS)
def test_only_what_may_be_nought_is_inferred_as_nought(text, border, at):
    figures = ["0"] * 7
    figures[at] = text
    damaged = NONE.replace(f"{OUT} | 0 | 0 | 0 | 0 | 0 | 0 | 0", f"{OUT} | {' | '.join(figures)}")
    matched = in_a_grid(damaged) if border == "grid" else read(damaged.replace(" | ", border))
    said = list(values(matched, "carried_out"))
    assert said.pop(at) == (None if text in WRITTEN else 0)
    assert said == [0] * 6
    assert any(finding.severity == "warning" for finding in matched.findings) is (text in WRITTEN)


def test_a_single_stroke_among_noughts_may_be_a_one():
    one = read(NONE.replace(f"{OUT} | 0", f"{OUT} | 一"))
    assert values(one, "carried_out") == (None, 0, 0, 0, 0, 0, 0)
    assert [finding.check for finding in one.findings] == ["cell.unreadable"]
    strokes = read(NONE.replace(f"{OUT} | 0 | 0 | 0 | 0 | 0 | 0 | 0", OUT + " | 一" * 7))
    assert values(strokes, "carried_out") == (0,) * 7


def test_a_word_for_a_number_behind_a_label():
    matched = read(NONE.replace(f"{OUT} | 0 | 0 | 0 | 0 | 0 | 0 | 0", f"{OUT} 三 0 0 0 0 0 0"))
    assert values(matched, "carried_out") == (None,) * 7
