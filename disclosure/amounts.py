"""The text of one cell becomes an amount: a number, a blank, a mark, or unreadable. Blank is never zero."""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import numeric

from .document import Place
from .wording import fold

# What clerks print for "nothing to report". Not zero: zero is printed 0.
MARKS = frozenset(
    {
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "–",
        "一",
        "―",
        "─",
        "…",
        "……",
        "*",
        "无",
        "無",
        "不适用",
        "不適用",
        "暂无",
        "N/A",
        "n/a",
        "NA",
    }
)

# Alone in a cell it is a stroke for nothing; among other words it is a heading's numeral.
NUMERAL_ONE = "一"

# Units that clerks write behind the number; the money units say how many yuan one of them is.
COUNTERS = "件|项|條|条|个|個|宗|起|次|份|篇|家|户|人次|人|例"
YUAN = {
    "元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "萬元": 10_000, "十万元": 100_000, "百万元": 1_000_000,
    "千万元": 10_000_000, "亿元": 100_000_000, "億元": 100_000_000,
}  # fmt: skip
# A unit of money as it is printed: blanks and the end of a narrow cell's line may part it.
MONEY = "|".join(r"[\s、]*".join(unit) for unit in sorted(YUAN, key=len, reverse=True))
NOUGHT = frozenset({"零", "〇", "○"})
# Nought in a column of changes; in another it is last year's figure, which is not said.
UNCHANGED = frozenset({"不变", "不變", "持平", "无变化", "无增减"})

# A cell with a note in it has some thirty characters; what is far longer is no cell.
LONGEST = 100

# The patterns see folded text: no full-width digit, sign or bracket is left in it.
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
# Thousands are grouped by three from the right; anything else with a comma is not a number.
GROUPED = re.compile(r"[1-9]\d{0,2}(?:\s*,\s*\d{3})+(?:\.\d+)?")
COMMA = re.compile(r"\s*,\s*")
# A dot or comma left behind by a scanner's noise or a clerk's habit, and the blanks that OCR leaves at a decimal point.
TRAILING = re.compile(r"(?<=\d)[.,。、．`'‘’´~′·•]$")
# The mark of a note: ①, ※, [1]. In round brackets a number is another figure.
FOOTNOTE = re.compile(r"(?<=\d)\s*(?:[①-⑳※*★☆▲△†‡#]+|[\[〔【](?:\d{1,2}|[①-⑳])[\]〕】])$")
POINT = re.compile(r"(?<=\d)\s*\.\s*(?=\d)")
# Clerks say that a number is a sum, and of which money, and leave the 元 of 万元 to the reader.
SUMMED = re.compile(r"^(?:共|[共合]?计)?\s*(?:人民币|¥)?\s*(?=\d)")
SHORT_UNIT = re.compile(r"(?<=\d)\s*万$")
# What a number is made of may be said behind it; that it is another year's, or not the right one, makes it another number.
OTHER = r"(?![上去前]一?年度?\)|[^()]*(?:[更订]正|[应改实][为是]))"
# A number alone in a bracket may be a correction, unless it is so much smaller that it is the mark of a note.
TWO_NUMBERS = re.compile(r"(?:(?<!\d)\d{1,2}\s*\(\s*\d|\d\s*\(\s*\d{2})[\d.]*\s*\)$")
BRACKETED = re.compile(rf"\({OTHER}[^()]*[\u3400-\u9fff][^()]*\)")
NOTE = re.compile(rf"\({OTHER}[^()]+\)$|(?<=[\d件项])[\s,;]*其中[^()]+$")
# What says that other numbers are parts of the cell's own or none of it, another year's, or the same in another unit.
PARTS = re.compile(rf"其中|[包内]?含|包括|[共合总]计|同比|[比较]?[上去前]一?年|[(（]\s*[\d.]+\s*(?:{MONEY})\s*[)）]$")
# The mark of a note that was printed in square brackets, raised.
RAISED_NOTE = re.compile(r"\(\[\d{1,2}\]\)$")
UNIT = re.compile(rf"({MONEY}|{COUNTERS})[。.,，、;；]?$")
# A bracket behind the number may hold its unit, or its sign.
BRACKETED_UNIT = re.compile(rf"(?<=\d)\s*\(\s*(?:单位\s*:?)?\s*({MONEY}|{COUNTERS})\s*\)$")
BRACKETED_SIGN = re.compile(r"(?P<by>\d+)\s*\(\s*(?:(?P<less>减少?|-)|增加?|\+)\s*\)")
# What recognisers print for digits, a stroke or a point alone for one and nought.
STROKES = dict.fromkeys(map(ord, "|!一"), "1") | dict.fromkeys(map(ord, ".。"), "0")
LOOKALIKES = str.maketrans("OoQD〇○lIi丨SsZzB", "000000111155228")
# What somebody writes for a number without a digit, and what no nought looks like.
WRITTEN = re.compile(
    rf"(?:[一二两三四五六七八九十百千廿壹贰叁肆伍陆柒捌玖拾佰]+|若干|[数多几])(?:{COUNTERS})?|有|是|约|少量|部分|[①-⑳⑴-⒇Ⅰ-ⅿ√✓✔|!‖]+"
)
NO_NOUGHT = re.compile(rf"{WRITTEN.pattern}|[A-WYZa-wyz?？]+")
# A dash before a change is its minus; before a count it is a mark or a stroke.
DASH = re.compile(r"^[—–](?=\d)")
CHANGE = re.compile(
    r"(?:(?P<more>增加|新增|增|加|上升|↑)|(?P<less>[减減]少|[减減]|下降|↓))\s*/?\s*(?P<by>\d+)\s*(?:项|个|件)?"
)


class Amount(NamedTuple):
    """What one cell says. ``value`` is None unless the status is printed or inferred."""

    value: int | float | None
    status: str
    """printed, blank, mark, inferred, absent or unreadable."""
    text: str = ""
    """What stood there, untouched; of a text that shares its line or cell with others, without them and cleaned."""
    unit: str = ""
    """The unit printed in the cell itself, or of money over its column, if any."""
    place: Place = Place()
    score: float | None = None
    """The recogniser's confidence where the text was read from a picture, 0 to 1."""


ABSENT = Amount(None, "absent")


def amount(text, kind="count"):
    """Read one cell's text.

    ``kind`` is the column's: count (whole number), money (decimals allowed; the printed unit is kept, the value
    is as printed), change (signed; words for more and less).

    >>> amount("１，２８４").value, amount("923. 71", "money").value, amount("减3", "change").value
    (1284, 923.71, -3)
    >>> amount("").status, amount("/").status, amount("0 0").status
    ('blank', 'mark', 'unreadable')
    """
    value, status, unit = said(text, kind)
    return Amount(value, status, text, unit)


def said(text, kind):
    """What a text says in a column of that kind: (value, status, unit)."""
    return _said(text, kind) if len(text) <= LONGEST else (None, "unreadable", "")


@lru_cache(maxsize=65536)
def _said(text, kind):
    plain = fold(text).strip()
    if not plain:
        return None, "blank", ""
    if plain.isdigit() and plain.isascii():
        return int(plain), "printed", ""
    joined = "".join(plain.split())
    if joined in MARKS:
        return None, "mark", ""
    if joined in NOUGHT or kind == "change" and joined in UNCHANGED:
        return 0, "printed", ""
    value, unit = _number(plain, kind)
    if kind != "money" and value is not None and value == int(value):
        value = int(value)
    return (value, "printed", unit) if value is not None else (None, "unreadable", "")


def _number(plain, kind):
    """The number and its printed unit, or None: a blank inside it is allowed only around its point and commas."""
    plain = plain.replace("−", "-").replace("﹣", "-")
    plain = BRACKETED_UNIT.sub(r"\1", plain)
    if kind != "change" and TWO_NUMBERS.search(plain):
        return None, ""
    noteless = NOTE.sub("", plain).strip() if not plain.startswith("(") else plain
    noteless = SUMMED.sub("", FOOTNOTE.sub("", noteless))
    if kind == "money" and SHORT_UNIT.search(noteless):
        noteless += "元"
    unit = UNIT.search(noteless)
    bare = noteless[: unit.start()].strip() if unit else noteless
    bare = TRAILING.sub("", bare)
    bare = POINT.sub(".", bare)
    if kind == "change":
        bare = DASH.sub("-", bare)
    unit = unit_named(unit[1]) if unit else ""
    if unit in YUAN and kind != "money":
        return None, ""
    if GROUPED.fullmatch(bare):
        bare = COMMA.sub("", bare)
    signed = BRACKETED_SIGN.fullmatch(plain)
    if NUMBER.fullmatch(bare) and not signed:
        # A minus before a count is no count, but it was printed: the audit objects to the sign.
        return (float(bare) if "." in bare else int(bare)), unit
    if kind == "change":
        change = signed or CHANGE.fullmatch(noteless)
        if change:
            return (-int(change["by"]) if change["less"] else int(change["by"])), ""
    return None, ""


def aside(text):
    """The part of a cell's text with other numbers, which is passed over for the one that the cell gives; "" if none.

    >>> aside("145.02（其中教育30.5）"), aside("46 件"), aside("22(1)"), aside("22[1]")
    ('(其中教育30.5)', '', '(1)', '')
    """
    found = NOTE.search(RAISED_NOTE.sub("", fold(text).strip()), 1) if len(text) <= LONGEST else None
    return found[0] if found and any(map(str.isdigit, found[0])) else ""


def unit_named(printed):
    """A unit without the blanks that print it apart: 万 元."""
    return re.sub(r"[\s、]+", "", printed)


def lookalike(text):
    """The whole number that a text would be if its letters were the digits they look like; None if none, or it is one.

    >>> lookalike("5O"), lookalike("50"), lookalike("O5"), lookalike("5x")
    (50, None, None, None)
    """
    digits = text.translate(LOOKALIKES)
    return (
        int(digits)
        if digits != text and digits.isdecimal() and len(digits) < 10 and digits == str(int(digits))
        else None
    )


def may_mean(text, number):
    """Whether a text without digits may be all that is left of a number, or a word for it: no word says nought.

    >>> may_mean("l", 1), may_mean("l", 0), may_mean("三", 3), may_mean("若干", 0), may_mean("□", 0)
    (True, False, True, False, True)
    """
    text = text.strip()
    digits = text.translate(LOOKALIKES | STROKES)
    if digits.isdecimal():
        return int(digits) == number
    said = numeric(text, None) if len(text) == 1 else None
    if said is not None:
        return said == number
    return number != 0 or not NO_NOUGHT.fullmatch(text)
