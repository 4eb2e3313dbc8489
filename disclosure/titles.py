"""The title of a report, wherever and however it is printed."""

import re
from dataclasses import dataclass
from itertools import pairwise

from .places import begins_with_region
from .wording import TRADITIONAL, simplify

KIND = "(?:政府信息公开|信息公开|政务公开)"
YEAR_WORDS = r"(?:(?<!\d)20\d\d(?!\d)年?度?)"
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
CHINESE_YEAR = re.compile("二[〇○零O0]([〇○零一二三四五六七八九]{2})")
# A date whose month or day is in words; 元月 is January.
CHINESE_DAY = re.compile(
    r"(20\d\d年)(\d{1,2}|元|[一二三四五六七八九]|十[一二]?)月(\d{1,2}|[二三]?十?[一二三四五六七八九]|[二三]?十)日"
)
NUMERALS = ("", *"一二三四五六七八九")
DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")

# The tail takes letters swapped and lost as converters do: 工作告年度报.
TITLE = re.compile(
    rf"(?P<head>[^。，,;:!?《》>|]{{0,50}}?){KIND}(?P<tail>[政府信息公开工作情况的年度报告汇总\d]*)"
    r"(?:[(\[【〔](?P<note>[^()\[\]【】〔〕]{1,20})[)\]】〕])?(?:的?公示)?"
)
# The title at the head of a text that is all one paragraph.
RUN_IN = re.compile(rf"[^。，,;:!?《》>|]{{0,50}}?{KIND}[政府信息公开工作情况的年度\d〇○零一二三四五六七八九]*报告")
NOT_TITLE = re.compile("根据|依据|按照|现将|本报告|(?<!机构)编制|条例|印发|指南|通知")
# A notice that is nothing but the report's cover.
NOTICE = re.compile("^[^。,;《》]{0,30}关于(?:印发|公布|发布|公开)([^。,;《》]{4,60}报告)的(?:通知|公告|公示)$")
# What leads to another page: the rest of its line, and the next line where it stands alone.
OTHER_PAGE = re.compile("[上下]一[篇条页个]|^相关")
# What leads to one, and what to a list of them, alone on its line.
OTHER, OTHERS = re.compile(r"[上下]一[篇条页个]\D{0,12}"), re.compile(r"(?:相关|往[年期]|历年)\D{0,12}")
# Breadcrumbs, labels, what a site says of the page behind its title, and the site's name.
PIECES = re.compile(
    r"[>»›|_:《》“”\"]+|(?<=报告)(?:信息来源|来源|发布|作者|时间|日期|字[体号]).*|\{.*|(?<=[\u3400-\u9fff)])[-—–]+(?=[\u3400-\u9fff])"
)
# More years than these stand in a menu.
MOST_YEARS = 2
# What ends a line of a text, a cell or a row of a grid, besides a line's end; and what Markdown, a list or a border puts
# round them.
BREAKS = "\r\x1e\x1f"
MARKUP = "#*>|_·•?-\\"
FILE_ENDING = re.compile(r"\.[a-zA-Z]{2,5}$")

# The party's committee before the government, in a report of both.
PARTY = "^中共[\u3400-\u9fff]{2,12}?委(?:员会)?(?:办公室)?[和与、]?(?=[\u3400-\u9fff]{2,20}[省市县区旗州镇乡]人民政府)"
# What the author calls itself is no name of it (我县2023年…), nor is a list's number or what is in brackets before one.
BEFORE = "^我(?:街道|[省市州县区旗镇乡局委办厅院])|^\\d{1,3}[.、]|^[^】]*(?:公开|年报|报告)】"
NOT_BODY = re.compile(rf"{YEAR_WORDS}|^关于|关于$|的$|人民$|^[\W_]+|[\W_]+$|{PARTY}|{BEFORE}")
# The second half of a body's name that a line break has cut: 与数据管理局, 街道办事处.
CUT_BODY = re.compile("[与和及、].*|街道办事处|办事处|办公室|人民政府|街道|局|镇|乡")

# The year in brackets may have a line of its own behind the title's.
YEAR_NOTE, LONGEST_NOTE = re.compile(r"[(\[【〔]20\d\d年?度?[)\]】〕]"), 12
# The lines of a title that is printed in two or three.
FIRST_LINE = re.compile(
    rf"(?:{YEAR_WORDS})?[\u3400-\u9fff]{{1,30}}(?:[省市县区旗盟州镇乡街局委会室办厅府院站所处队司学校馆]|街道|中心)(?:{YEAR_WORDS})?"
    rf"|{YEAR_WORDS}|[\u3400-\u9fff\d]{{0,40}}政府信息?(?:公开)?[工作情况的年度]*"
)
LAST_LINE = re.compile(
    rf"(?:{YEAR_WORDS})?[政府信息公开工作情况的年度报告]+(?:{YEAR_NOTE.pattern})?|[\u3400-\u9fff]{{1,30}}{YEAR_WORDS}?{KIND}[工作情况的年度报告]*(?:{YEAR_NOTE.pattern})?"
)
WHOLE = re.compile(rf".*{YEAR.pattern}.*报告")
HAN_LINE = re.compile(r"[\u3400-\u9fff\d]{2,40}")
LONGEST = 80


# The heading of a report's first section.
SECTION = re.compile(
    r"(?:[一1]|\([一1]\))?[、.,]?(?:20\d\d年)?(?:政府信息公开)?(?:工作)?(?:开展)?(?:总体情况|概述)[、:。]?"
)
# Where the next section's heading follows at once, a page's number apart, a menu or a table of contents stands.
CONTENTS = re.compile(r"(?:\d{1,2}\n)?(?:[二2][、.,])?主动公开.{0,12}\n")

# What the opening of a report says once.
OPENINGS = ("总体情况", "概述", "12月31")
# The body of a form to fill in.
BLANK_BODY = re.compile("[Xx×*]{2}|某")

# Converters drop digits and 年: 20231月1日至202312月31日, 2018年11日至2018年1231日.
PERIOD = re.compile(
    r"(?:(20\d\d)年?)?(?:0?1月?0?1日?|一月一日)起?(?:至|到|[-—–~])+"
    r"(?:(20\d\d)年?|同年|当年|本年)?(?:12月?31日?|十二月三十一日)"
)
PERIOD_WORDS = re.compile("统计|期限|时限|周期|起止|数据")


@dataclass(frozen=True, order=True)
class Title:
    rank: int
    """How much of a title it is: ends as one, has a year, names a body, and one whose region is known."""
    text: str
    """As printed, without blanks."""
    body: str
    """The issuing body that it names; empty if none."""


def simplified(line):
    """A line in Traditional characters in Simplified ones, Taiwan's word for information in the mainland's.

    >>> simplified("德清縣2024年政府資訊公開工作年度報告")
    '德清县2024年政府信息公开工作年度报告'
    """
    if len(TRADITIONAL.intersection(line)) >= 2:
        line = simplify(line)
    return line.replace("资讯公开", "信息公开") if "资讯" in line else line


def arabic_years(text):
    """Text with its Chinese years in digits.

    >>> arabic_years("二〇二四年")
    '2024年'
    """
    return CHINESE_YEAR.sub(lambda match: "20" + match[1].translate(DIGITS), text) if "二" in text else text


def arabic_days(text):
    """Text with its Chinese dates in digits.

    >>> arabic_days("二〇二四年一月二十六日"), arabic_days("2024年元月26日")
    ('2024年1月26日', '2024年1月26日')
    """
    return CHINESE_DAY.sub(lambda match: f"{match[1]}{_number(match[2])}月{_number(match[3])}日", arabic_years(text))


def _number(numeral):
    """A number up to 99 in Chinese numerals or digits; 元 is one."""
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    tens = (NUMERALS.index(tens) if tens else 1) if ten else 0
    return tens * 10 + (1 if ones == "元" else NUMERALS.index(ones))


def as_title(text):
    """What a line says as a title, or None if it is none.

    >>> as_title("包头市昆都仑区2024年政府信息公开工作年度报告").body
    '包头市昆都仑区'
    >>> as_title("临沂市公安局政府信息公开工作告年度报").body
    '临沂市公安局'
    """
    half = text[: len(text) // 2]
    text = half if half * 2 == text else text
    plain = arabic_years(text)
    match = TITLE.fullmatch(plain)
    if not match or NOT_TITLE.search(text):
        return None
    years = set(YEAR.findall(plain))
    complete, dated = "报" in match["tail"], bool(years)
    if not complete and not dated or len(years) > MOST_YEARS:
        return None
    body = _bare(match["head"])
    if not body and match["note"] and FIRST_LINE.fullmatch(match["note"]):
        body = _bare(match["note"])
    whole = bool(body) and not CUT_BODY.fullmatch(body)
    rank = 2 * complete + dated + whole + (whole and begins_with_region(body))
    return Title(rank, text, body)


def _bare(head):
    """The head of a title without the year, 关于 and the like."""
    before = None
    while before != head:
        before, head = head, NOT_BODY.sub("", head)
    return head


def titles_in(line):
    """The titles in a line that may hold more: a breadcrumb, a label, a site's name, a file's ending.

    >>> [title.text for title in titles_in("巴州区2023年政府信息公开工作年度报告-巴州区人民政府")]
    ['巴州区2023年政府信息公开工作年度报告']
    """
    line = NOTICE.sub(r"\1", FILE_ENDING.sub("", OTHER_PAGE.split(line, maxsplit=1)[0]))
    pieces = [line] if TITLE.fullmatch(arabic_years(line)) else PIECES.split(line)
    return [title for title in map(as_title, pieces) if title]


def covered_year(opening, narrative=""):
    """The year of the statistics period, from texts without blanks; None where none is said.

    A sentence that speaks of statistics counts before others, which count in the opening alone.

    >>> covered_year("本报告所列数据的统计期限自2023年1月1日至12月31日。"), covered_year("20231月1日至202312月31日")
    (2023, 2023)
    """
    found = None
    for text in (opening, narrative):
        for match in PERIOD.finditer(text):
            year = match[2] or match[1]
            if year and PERIOD_WORDS.search(text, max(match.start() - 40, 0), match.start()):
                return int(year)
            found = found or (year if text is opening else None)
    return int(found) if found else None


def printed_title(lines, last):
    """The best title among ``lines[: last + 1]``, whole or over as many as three of them; of equals the last.

    One in a list of other pages' is a title like another only if the report's own is not found elsewhere.
    """
    best, found = (-1,), None
    lines = with_years([simplified(line) if len(line) <= LONGEST else line for line in lines[: last + 1]])
    for end in range(min(last + 1, len(lines))):
        for count in (1, 2, 3):
            for title in _titles_over(lines, end, count):
                order = (title.rank, not is_listed(lines, end), end, -count)
                if order > best:
                    best, found = order, title
    return found


def with_years(lines):
    """The lines, as many, with a year in brackets that has one of its own behind the line before."""
    lines = list(lines)
    for at, line in enumerate(lines[1:], 1):
        if len(line) < LONGEST_NOTE and YEAR_NOTE.fullmatch(arabic_years(line)):
            lines[at - 1 : at + 1] = lines[at - 1] + line, ""
    return lines


def _titles_over(lines, end, count):
    """The titles that ``count`` lines make together, the last being that at ``end``."""
    line = arabic_years(lines[end])
    if count == 1:
        if "公开" not in line or end and OTHER.fullmatch(lines[end - 1]):
            return []
        if len(line) > LONGEST:
            run_in = RUN_IN.match(lines[end])
            return titles_in(run_in[0]) if run_in else []
        return titles_in(lines[end])
    start = end - count + 1
    if start < 0 or len(line) > LONGEST or not LAST_LINE.fullmatch(line):
        return []
    # A name may be cut anywhere; that it is one is only sure where the text begins with it.
    first = arabic_years(lines[start])
    if not FIRST_LINE.fullmatch(first) and not (
        start == 0 and HAN_LINE.fullmatch(lines[0]) and not WHOLE.fullmatch(first)
    ):
        return []
    if count == 3 and (not HAN_LINE.fullmatch(lines[end - 1]) or WHOLE.fullmatch(lines[end - 1])):
        return []
    title = as_title("".join(lines[start : end + 1]))
    return [title] if title else []


def is_listed(lines, at):
    """Whether a title is one of a list of other pages': behind what leads to them, and titles alone between."""
    before = at - 1
    while before >= 0 and (not lines[before] or as_title(lines[before])):
        before -= 1
    return before >= 0 and OTHERS.fullmatch(lines[before]) is not None


def bare_lines(text):
    """The lines of a text, and the cells of grids in it, without what is put round them; none that is empty."""
    for mark in BREAKS:
        text = text.replace(mark, "\n")
    return [bare for line in text.split("\n") if (bare := line.strip(MARKUP))]


def first_sections(lines):
    """Which lines are the heading of a report's first section, and which are that only in a menu or a table of contents."""
    # The cheap look first: most lines are cells of tables.
    found = [
        at for at, line in enumerate(lines)
        if ("情况" in line or "概述" in line) and len(line) < 25 and SECTION.fullmatch(line)
    ]  # fmt: skip
    listed = [at for at in found if CONTENTS.match("\n".join([*lines[at + 1 : at + 3], ""]))]
    return [at for at in found if at not in listed], listed


def own_title(lines, at):
    """The title that ends on a line, alone on its line or lines; None where there is none, or that of another page's."""
    if "报" not in lines[at] or len(lines[at]) > LONGEST or is_listed(lines, at):
        return None
    found = [
        (title, count) for count in (1, 2, 3) for title in _titles_over(lines, at, count)
        if title.text == "".join(lines[at - count + 1 : at + 1]).strip("《》")
    ]  # fmt: skip
    return max(found, key=lambda found: (found[0].rank, -found[1]))[0] if found else None


def is_of_another(title, other):
    """Whether two titles are of different reports: of other years, or of bodies neither of which is the other's name in short.

    >>> is_of_another(as_title("城关镇2023年政府信息公开工作年度报告"), as_title("德清县城关镇2023年政府信息公开工作年度报告"))
    False
    """
    years = [YEAR.findall(arabic_years(each.text)) for each in (title, other)]
    bodies = [each.body.removesuffix("人民政府") for each in (title, other)]
    if all(years) and not set(years[0]) & set(years[1]):
        return True
    return all(bodies) and not bodies[0].endswith(bodies[1]) and not bodies[1].endswith(bodies[0])


def titles_of_several(text):
    """Two titles of different reports in a clean text, each over an opening of its own: ``(Title, Title)``, or None.

    An opening is the heading of the first section, or the sentence that states the period; both reports have the same.
    Titles alone are links, or the head of a page.
    """
    text = text.replace(" ", "").replace("\t", "")
    # The cheap look first: most files hold one report.
    if max(map(text.count, OPENINGS)) < 2:
        return None
    lines = with_years(bare_lines(text))
    stated = [at for at, line in enumerate(lines) if "12月31" in line and covered_year("", line) is not None]
    several = [openings for openings in (first_sections(lines)[0], stated) if len(openings) > 1]
    titles = [
        (at, title) for at in range(max(map(max, several), default=0))
        if (title := own_title(lines, at)) and not BLANK_BODY.search(title.text)
    ]  # fmt: skip
    for openings in several:
        over = [best_between(titles, low, high) for low, high in pairwise([-1, *openings])]
        for title, following in pairwise(filter(None, over)):
            if is_of_another(title, following):
                return title, following
    return None


def best_between(titles, low, high):
    """The title of the highest rank on the lines behind one and before another, of equals the last; None if there is none."""
    return max(((title.rank, at, title) for at, title in titles if low < at < high), default=(None,))[-1]
