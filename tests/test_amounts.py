"""What one cell's text says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.amounts import amount

AMOUNTS = [
    # text, kind, value, status, unit, seen in
    ("0", "count", 0, "printed", "", "every report"),
    ("191.0", "count", 191, "printed", "", "a column that a program kept as decimals"),
    (" 12 ", "count", 12, "printed", "", "aligned columns"),
    ("１，２８４", "count", 1284, "printed", "", "full-width digits"),
    ("1,284", "count", 1284, "printed", "", "a spreadsheet"),
    ("1,2", "count", None, "unreadable", "", "two numbers, or a slip"),
    ("3, 767", "count", 3767, "printed", "", "a county's table"),
    ("3 ,767", "count", 3767, "printed", "", ""),
    ("3，　767", "count", 3767, "printed", "", "full-width comma and blank"),
    ("8, 255.496", "money", 8255.496, "printed", "", ""),
    ("3, 76", "count", None, "unreadable", "", "no thousands"),
    ("0, 767", "count", None, "unreadable", "", "two numbers, or a decimal comma"),
    ("0,767", "count", None, "unreadable", "", "a decimal comma"),
    ("46 件", "count", 46, "printed", "件", "a town"),
    ("22（其中修订 16 件）", "count", 22, "printed", "", "a note in the cell"),
    ("22①", "count", 22, "printed", "", "a footnote mark must not become a digit"),
    ("318[1]", "count", 318, "printed", "", "a reference to a note"),
    ("318[①]", "count", 318, "printed", "", ""),
    ("31※", "count", 31, "printed", "", ""),
    ("31~", "count", 31, "printed", "", "a scanner's speck"),
    ("5O", "count", None, "unreadable", "", "a letter is no digit"),
    ("4□", "count", None, "unreadable", "", "a digit that the font lost"),
    ("约5400", "count", None, "unreadable", "", "no exact number"),
    ("↓3", "change", -3, "printed", "", ""),
    ("↑14", "change", 14, "printed", "", ""),
    ("0 0", "count", None, "unreadable", "", "two cells in one"),
    ("0.", "count", 0, "printed", "", "a scanner's speck"),
    ("-3", "count", -3, "printed", "", "no count, but printed: the audit objects"),
    ("零", "count", 0, "printed", "", "a word for nought"),
    ("", "count", None, "blank", "", ""),
    ("\u3000\u00a0", "count", None, "blank", "", "odd blanks"),
    ("/", "count", None, "mark", "", "a bureau that cannot make 规章"),
    ("——", "count", None, "mark", "", ""),
    ("无", "count", None, "mark", "", ""),
    ("不适用", "count", None, "mark", "", ""),
    ("923. 71", "money", 923.71, "printed", "", "OCR"),
    ("126.9795", "money", 126.9795, "printed", "", ""),
    ("251000元", "money", 251000, "printed", "元", "2019: the printed number, and its unit"),
    ("86.35万", "money", 86.35, "printed", "万元", ""),
    ("1.2万", "count", None, "unreadable", "", "no exact number"),
    ("共54件", "count", 54, "printed", "件", ""),
    ("计54件。", "count", 54, "printed", "件", ""),
    ("54件，其中修订9件", "count", 54, "printed", "件", "a note without brackets"),
    ("54（上年60）", "count", 54, "printed", "", "a note on another year"),
    ("60（上年）", "count", None, "unreadable", "", "another year's number"),
    ("160.5964万元", "money", 160.5964, "printed", "万元", ""),
    ("人民币1974.8263万元", "money", 1974.8263, "printed", "万元", ""),
    ("￥251000元", "money", 251000, "printed", "元", ""),
    ("共计人民币3元", "money", 3, "printed", "元", ""),
    ("86.35 万 元", "money", 86.35, "printed", "万元", "justified type"),
    ("86.35万\n元", "money", 86.35, "printed", "万元", "a narrow cell"),
    ("59197200（元）", "money", 59197200, "printed", "元", ""),
    ("59197200（单位：元）", "money", 59197200, "printed", "元", ""),
    ("86.35(亿元)", "money", 86.35, "printed", "亿元", ""),
    ("3十万元", "money", 3, "printed", "十万元", ""),
    ("7（件）", "count", 7, "printed", "件", ""),
    ("7（减）", "change", -7, "printed", "", "the heading's 增/减 taken up behind the number"),
    ("7（减少）", "change", -7, "printed", "", ""),
    ("7（-）", "change", -7, "printed", "", ""),
    ("7（增）", "change", 7, "printed", "", ""),
    ("7（减）", "count", None, "unreadable", "", "no change is counted here"),
    ("-7（取消）", "change", -7, "printed", "", ""),
    ("增/20", "change", 20, "printed", "", "half of the heading 增/减 kept"),
    ("减/3", "change", -3, "printed", "", ""),
    ("增/减3", "change", None, "unreadable", "", "which of the two is not said"),
    ("—9", "change", -9, "printed", "", "a dash for the minus"),
    ("—9", "count", None, "unreadable", "", "a mark and a number, or a stroke"),
    ("+1036", "change", 1036, "printed", "", ""),
    ("－18", "change", -18, "printed", "", "a full-width minus"),
    ("减3", "change", -3, "printed", "", ""),
    ("減35", "change", -35, "printed", "", "OCR of 减35"),
    ("增加5项", "change", 5, "printed", "", ""),
    ("不变", "change", 0, "printed", "", ""),
    ("不变", "count", None, "unreadable", "", "as many as last year, which is not nought"),
    ("持平", "money", None, "unreadable", "", ""),
    ("22（其中修订 16 件", "count", None, "unreadable", "", "a note that does not end is half of something"),
    ("1（2", "count", None, "unreadable", "", ""),
    ("12（13）", "count", None, "unreadable", "", "two figures, one perhaps the other's correction"),
    ("12（更正为13）", "count", None, "unreadable", "", "put right by hand"),
    ("12（应为 13 件）", "count", None, "unreadable", "", ""),
    ("12万元", "count", None, "unreadable", "", "money where things are counted"),
    ("12元", "count", None, "unreadable", "", ""),
    ("35   0   88", "change", None, "unreadable", "", "three cells, not 35088"),
    ("见附件", "count", None, "unreadable", "", ""),
]


@pytest.mark.parametrize("text, kind, value, status, unit, seen_in", AMOUNTS, ids=lambda value: repr(value))
def test_what_a_text_says(text, kind, value, status, unit, seen_in):
    read = amount(text, kind)
    assert (read.value, type(read.value), read.status, read.unit) == (value, type(value), status, unit)
    assert read.text == text


@given(st.text(max_size=20), st.sampled_from(["count", "money", "change"]))
def test_only_a_number_has_a_value(text, kind):
    read = amount(text, kind)
    assert (read.value is not None) == (read.status == "printed")
    assert read.text == text


@given(st.integers(0, 10**9), st.sampled_from(["{}", "{:,}", " {} ", "{}件"]))
def test_a_whole_number_is_read_as_printed(number, printed):
    assert amount(printed.format(number)).value == number
