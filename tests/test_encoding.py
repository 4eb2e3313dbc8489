"""Bytes to text: every encoding that reports come in, wrong declarations, and what conversions have spoilt."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.encoding import COMMON, LEGIBLE, decode, legibility

SIMPLIFIED = (
    "本机关2023年新收政府信息公开申请123件，上年结转4件；予以公开56件，部分公开7件。\n"
    "规章\t0\t0\t0\n行政规范性文件\t2\t13\t22\n行政许可\t40390\n一、总体情况\n"
)
TRADITIONAL = (
    "本機關2023年新收政府資訊公開申請123件，上年結轉4件；予以公開56件，部分公開7件。\n"
    "規章\t0\t0\t0\n行政規範性文件\t2\t13\t22\n行政許可\t40390\n一、總體情況\n"
)
ENGLISH = "Annual report 2023: 123 requests received, 4 carried over.\n"


# An even number of characters between any two that are ASCII: as GBK, their bytes pair without a rest (开 ends in 0x80, as a trail byte here).
EVEN = "新收政府信息公开申请123件，上年结转4件。予以公开56件；" * 2


def as_windows(error):
    return ("€" if error.object[error.start] == 0x80 else "?"), error.start + 1


codecs.register_error("as_windows", as_windows)


def read_as_gbk(data):
    """What a Windows program makes of bytes that it takes for GBK: 0x80 is the euro sign, what pairs with nothing '?'."""
    return data.decode("gb18030", "as_windows")


# What the file is, what it says it is, the text, the encoding found, and how serious the note is (none for a clean file).
FILES = [
    # bytes                                          declared        text         found          note
    (SIMPLIFIED.encode(),                            None,           SIMPLIFIED,  "utf-8",       None),
    (SIMPLIFIED.encode("utf-8-sig"),                 "utf-8",        SIMPLIFIED,  "utf-8",       None),
    (SIMPLIFIED.encode("gbk"),                       None,           SIMPLIFIED,  "gb18030",     None),
    (SIMPLIFIED.encode("gbk"),                       "gb2312",       SIMPLIFIED,  "gb18030",     None),
    (SIMPLIFIED.encode("gb18030"),                   "GB18030",      SIMPLIFIED,  "gb18030",     None),
    (TRADITIONAL.encode("big5"),                     None,           TRADITIONAL, "big5hkscs",   None),
    (TRADITIONAL.encode("gbk"),                      "gbk",          TRADITIONAL, "gb18030",     None),
    (TRADITIONAL.encode(),                           "utf8",         TRADITIONAL, "utf-8",       None),
    (SIMPLIFIED.encode("utf-16"),                    None,           SIMPLIFIED,  "utf-16-le",   None),
    (SIMPLIFIED.encode("utf-16-le"),                 None,           SIMPLIFIED,  "utf-16-le",   None),
    (SIMPLIFIED.encode("utf-16-be"),                 None,           SIMPLIFIED,  "utf-16-be",   None),
    (ENGLISH.encode("utf-16-le"),                    None,           ENGLISH,     "utf-16-le",   None),
    (ENGLISH.encode(),                               "gb2312",       ENGLISH,     "utf-8",       None),
    (b"",                                            None,           "",          "utf-8",       None),
    # A declaration that the bytes belie.
    (SIMPLIFIED.encode("gbk"),                       "utf-8",        SIMPLIFIED,  "gb18030",     "info"),
    (SIMPLIFIED.encode(),                            "gb2312",       SIMPLIFIED,  "utf-8",       "info"),
    (SIMPLIFIED.encode("gbk"),                       "iso-8859-1",   SIMPLIFIED,  "gb18030",     "info"),
    (TRADITIONAL.encode("big5"),                     "gb2312",       TRADITIONAL, "big5hkscs",   "info"),
    (SIMPLIFIED.encode("gbk"),                       "no-such-code", SIMPLIFIED,  "gb18030",     "info"),
    (b"\xef\xbb\xbf" + SIMPLIFIED.encode("gbk"),     None,           SIMPLIFIED,  "gb18030",     None),
    # Conversions that went wrong before.
    (read_as_gbk(EVEN.encode()).encode(),            None,           EVEN,        "utf-8",       "warning"),
    ("涓€銆佹€讳綋".encode(),                         None,           "一、总体",   "utf-8",       "warning"),
    (f"{SIMPLIFIED}涓€銆佹€讳綋\n".encode(),          None,           f"{SIMPLIFIED}一、总体\n", "utf-8", "warning"),
    (SIMPLIFIED.encode("gbk").decode("latin-1").encode(), None,      SIMPLIFIED,  "utf-8",       "warning"),
    (SIMPLIFIED.encode("gbk").decode("cp1252", "replace").encode("utf-16"), None, None, "utf-16-le", "warning"),
    (SIMPLIFIED.encode().decode("gbk", "replace").encode(), None,    None,        "utf-8",       "warning"),
    (SIMPLIFIED.encode("gbk").decode("utf-8", "replace").encode(), None, None,    "utf-8",       "warning"),
    (SIMPLIFIED.encode("ascii", "replace") * 3,      None,           None,        "utf-8",       "warning"),
    # Damage.
    (SIMPLIFIED.encode()[:-4] + b"\x00\x00\x00\n",   None,           None,        "utf-8",       "warning"),
    (SIMPLIFIED.encode().replace("章".encode(), b"\xe7\xab"), None,  None,        "utf-8",       "warning"),
    (SIMPLIFIED.encode() + b"\xed\xa0\x80",          None,           None,        "utf-8",       "warning"),
    (SIMPLIFIED.encode("utf-16-le") + b"\x00\xd8",   None,           None,        "utf-16-le",   "warning"),
]


@pytest.mark.parametrize("data, declared, text, encoding, severity", FILES)
def test_each_file_is_read_by_its_real_encoding(data, declared, text, encoding, severity):
    found, used, notes = decode(data, declared)
    assert used == encoding
    if text is not None:
        assert found == text
    assert [note[:2] for note in notes] == ([("wording.encoding", severity)] if severity else [])


def test_what_is_lost_for_good_is_marked_where_it_stood():
    whole = SIMPLIFIED * 4
    text, _, notes = decode(read_as_gbk(whole.encode()).encode())
    assert "\ufffd" in text and "处已丢失" in notes[0][2]
    for figure in ("40390", "13\t22"):
        assert figure in text


def test_a_text_is_legible_only_by_its_own_table():
    assert legibility(SIMPLIFIED) > 2 * LEGIBLE and legibility(TRADITIONAL) > 2 * LEGIBLE
    assert legibility(SIMPLIFIED.encode("gbk").decode("big5", "replace")) < LEGIBLE
    assert legibility(ENGLISH) is None


@given(st.text(st.sampled_from("".join(sorted(COMMON)) + "0123456789，。（）\n"), min_size=60), st.sampled_from(["utf-8", "gbk", "gb18030", "utf-16"]))
def test_what_is_written_is_what_is_read(text, encoding):
    assert decode(text.encode(encoding))[0] == text


@given(st.binary(max_size=300), st.none() | st.text(max_size=12))
def test_any_bytes_are_text_of_some_kind(data, declared):
    text, encoding, notes = decode(data, declared)
    assert text.encode("utf-8").decode("utf-8") == text and "\x00" not in text
    assert codecs.lookup(encoding)
    assert all(check == "wording.encoding" and message.endswith("。") for check, _, message in notes)
