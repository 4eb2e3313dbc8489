"""What cleaning undoes, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.wording import fold, is_traditional, simplify, strip_notes

FOLDS = [
    # as it stands, cleaned, seen in
    ("⾏政许可", "行政许可", "Kangxi radicals in a PDF's text"),
    ("１２８４（件）", "1284(件)", "full-width forms"),
    ("第\u3000一\u00a0项", "第 一 项", "ideographic and no-break blanks"),
    ("0\u200b", "0", "a blank without width"),
    ("\ufeff标题", "标题", "a byte order mark inside the text"),
    ("\u202d20\u202c", "20", "marks of direction"),
    ("22①", "22①", "a footnote's mark is no digit"),
    ("6月㎡", "6月㎡", "what the forms do not need stays"),
]


@pytest.mark.parametrize("raw, clean, seen_in", FOLDS)
def test_look_alikes_are_folded(raw, clean, seen_in):
    assert fold(raw) == clean


NOTES = [
    ("區(qū)政(zhèng)府(fǔ)", "區政府", "with tones"),
    ("政(zheng)(zheng)府(fu)信(xin)息", "政府信息", "twice"),
    ("關（guān）于公開（kāi）的規（guī）定", "關于公開的規定", "full-width brackets"),
    ("區(qū)關(guān)規(guī)定(PDF)和路(km)", "區關規定(PDF)和路(km)", "an abbreviation is no reading"),
    ("综合股(zonghe)", "综合股(zonghe)", "no reading of the one character before it"),
    ("区(qu)", "区(qu)", "one alone is no habit of the page"),
]


@pytest.mark.parametrize("raw, clean, case", NOTES)
def test_pinyin_notes_go_where_a_page_carries_them(raw, clean, case):
    assert strip_notes(raw) == clean


def test_traditional_pages_are_known_and_simplified_names_kept():
    assert is_traditional("政府信息公開申請數量、行政機關、不予處理、總計")
    assert not is_traditional("乾县人民政府信息公开工作年度报告")
    assert simplify("政府信息公開申請數量") == "政府信息公开申请数量"
    assert simplify("乾县、乾安縣") == "乾县、乾安县"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=50))
def test_cleaning_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
    assert strip_notes(strip_notes(fold(text))) == strip_notes(fold(text))
