"""The figures that a report states in words, held against its tables.

``claims.toml`` says which words claim what. Precision goes before recall: a figure is claimed only by words that
belong to one quantity, and called contradicted only if no reading of them fits.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from .form import CellKey, Form
from .phrasings import Subject, denying, fitting, label, last_subject, subjects
from .report import Finding
from .wording import fold

CHECK = "claim.disagrees"

VERDICTS = {
    "agrees": {"zh": "一致", "en": "agrees"},
    "disagrees": {"zh": "不一致", "en": "disagrees"},
    "other_scope": {"zh": "可能口径不同", "en": "other scope likely"},
    "unheld": {"zh": "无从核对", "en": "cannot be held against the tables"},
}
SAID = {
    "zh": "正文称“{name}”为 {value}，表中为 {held}：“{sentence}”",
    "en": "The text says {value} for {name}, the tables {held}: “{sentence}”",
}
RELATIVE = {
    "": {"zh": "", "en": ""},
    "share": {"zh": "占比（%）", "en": ", share in %"},
    "change": {"zh": "的增减", "en": ", change"},
    "rate": {"zh": "的增减（%）", "en": ", change in %"},
}
# A quotation longer than this is cut.
QUOTED = 120

DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9)))
TENS = {"十": 10, "百": 100, "千": 1000}
YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
SCALE = {"": 1, "万": 10_000, "亿": 100_000_000}
# What binary fractions may add to a sum of money.
EXACT = 1e-9
CASES = "件次|件|项|条|起|宗|封|份|例|个|部"
FIGURE = re.compile(
    rf"(?P<about>近|约|超过|超|逾)?(?:(?P<number>(?<!\d,)(?<![\d.])\d+(?:\.\d+)?)|"
    rf"(?<![第每同任逐某这那哪几数零〇一二两三四五六七八九十百千])(?P<chinese>[零〇一二两三四五六七八九十百千]+))(?P<more>余|多)?"
    rf"(?:(?P<money>元|万元|亿元)|(?P<percent>%|个百分点)|(?P<scale>万|亿)?余?(?P<cases>{CASES})(?!次|套|工作日|自然日|月|小时)|(?P<other>期|篇|场|次|人|户|家|名))"
)
SENTENCE_END = re.compile(r"[。;!?\x1f]")
# Blanks, and quotation marks that come between a name and its figure.
DROPPED = re.compile("[ “”\"'‘’「」『』]+")
# What a text made of tables has between its cells.
CELL_BREAK = re.compile(r"[\t|]+")
BLANK_BETWEEN_DIGITS = re.compile(r"(?<=\d) +(?=\d)")
# A heading is short and no sentence; what it names, the lines under it are about.
HEADING = 40
# What a text medium printed of a table, a cell or a row a line, is no sentence.
SHORT_LINE, FEW_CELLS = 5, 2
# What a note says explains a table's figure, and is of a part of it.
NOTED = re.compile(r"\(?(?:备?注|说明)\d{0,2}[:.、]")
# A line that goes on in the next: long, no row of a table, a sentence begun and not ended.
RUNS_ON = re.compile(r"^(?=.{16})[^\x1f]*,[^\x1f]*[^。;!?:\x1f]$")

# How far from a figure the words are sought that claim it.
NEAR = 60
# No narrative is longer, and no paragraph of one: what a hostile file holds beyond is not read.
LONGEST, LONGEST_PARAGRAPH, LONGEST_SENTENCE = 200_000, 20_000, 500

RELEVANT = re.compile("申请|复议|诉讼|许可|处罚|强制|规范性文件|规章|收费|处理费")
# No sentence without one of these says that there is none.
NOTHING = re.compile("未|没|无(?!法|效)|不存在|全部|均|都")
# The year that a figure is of; one that it is compared with, or carried over from, is not meant.
TIME = re.compile(r"(?<![比较与])(?<!结转)(?:(20\d\d)年|(去年|上一?年度?|往年|同期)(?!末|底))")
CARRY = re.compile(r"^度?(?:未办结)?(?:的)?(?:结转|转结|遗留|继续)")
# Words of a narrower body, a channel or another span of time: a figure that differs then is no contradiction.
SCOPE = re.compile(
    "办公室|本机关(?!无法|不掌握)|本级|政府办(?!理|事|结)|门户网站|公众号|受理点|平台|部门|乡镇|镇街|街镇|各镇|各街道|个[镇乡街]"
    "|其中,?[^。;,0-9]{0,12}(?:[局委厅办]|中心|政府)|我办(?![理结])|[一二]审"
    "|20[0-9]{2}年?[至到—-]+20[0-9]{2}年"
    "|近.{1,3}年|(?<![今一])年来|(?<!今年)以来|历年|半年|季度|月份"
)
CHANGE = re.compile(
    r"(?:比|较|同比|环比|与)[^\d,。;]{0,20}(?:20\d\d年)?[^\d,。;]{0,12}"
    r"(?:(?P<up>新增|增加|增长|上升|提高|增|多)|(?P<down>减少|下降|降低|下滑|减|少|降))(?:了|约|幅度?(?:为|达))?$"
)
# What a figure was before it changed: 由97件变为91件.
FORMER, BECAME = re.compile("[由从]$"), re.compile("(?:变|增|减|降|升|下降|上升|增加|减少|提高|降低|增长)[为到至]")
SHARE = re.compile(r"占(?:比|全部|总数|总量|申请|答复|办结|受理|件|的|约|达|为|总)*$")
# The quantities that balance: a narrative of another scope balances among itself.
BALANCE = ("new", "received", "carried_in", "closed", "carried_out")
# Where two bodies received or closed applications, neither's figure is the table's.
A_BODY = "(?:[局委办厅]|中心)(?:共|新)?(?:收到|受理|办理|办结)"
TWO_BODIES = re.compile(rf"{A_BODY}[^。;]*\d[^。;]*{A_BODY}")
# Reviews of other business, such as a justice bureau's own, are not those of these reports.
OUR_REVIEWS = re.compile("信息公开|依申请")
OTHER_REVIEWS = re.compile("应诉|民商事|审结|受理(?:行政)?复议")


class Claim(NamedTuple):
    """One figure stated in words."""

    sentence: str
    says: str
    """What it is said of: a name in claims.toml, with a suffix of RELATIVE if it is a share or a change of that."""
    value: float
    """Fees in 10,000 yuan, shares and rates of change in percent."""
    cells: tuple[CellKey, ...] = ()
    """The cells whose sum it was held against."""
    held: float | None = None
    """What the cells say; None where it was held against nothing."""
    verdict: str = "unheld"
    """A key of VERDICTS."""
    line: int = 0
    """Which of the narrative's lines it stands in, from 1."""


def claims(lines, form, values, year=None, previous=None):
    """Find the figures stated in words and hold them against the cells.

    ``lines`` is the narrative, cleaned to Simplified characters; ``values`` is ``{CellKey: Amount}``; ``year`` the
    year reported on; ``previous`` the year before's ``{CellKey: number}``, for what is said of change. Returns a list
    of Claim in reading order.
    """
    tables = Tables(form, {key: amount.value for key, amount in values.items()}, year, previous or {})
    found, heading = [], ""
    for line, text in _paragraphs(lines):
        if len(text) < HEADING and not SENTENCE_END.search(text):
            heading = text
        elif not NOTED.match(text) and (RELEVANT.search(text) or RELEVANT.search(heading)):
            found += _read(Paragraph(text, line, heading), tables)
    return _by_scope(found)


def findings(claimed, lang="zh"):
    """A warning for each claim that the tables contradict."""
    return [
        Finding(CHECK, "warning", explain(claim, lang), claim.cells, expected=claim.held, found=claim.value)
        for claim in claimed
        if claim.verdict == "disagrees"
    ]


def explain(claim, lang="zh"):
    """A claim in a sentence, with the narrative's own words."""
    sentence = claim.sentence if len(claim.sentence) <= QUOTED else claim.sentence[:QUOTED] + "……"
    return SAID[lang].format(
        name=name(claim, lang), value=_shown(claim.value), held=_shown(claim.held), sentence=sentence
    )


def frame(claimed, report=""):
    """Claims as a DataFrame, a row each: report, line, sentence, says, name, value, cells, held, verdict."""
    import pandas as pd

    rows = [
        (
            report, claim.line, claim.sentence, claim.says, name(claim),
            claim.value, [str(key) for key in claim.cells], claim.held, claim.verdict,
        )
        for claim in claimed
    ]  # fmt: skip
    return pd.DataFrame(
        rows, columns=["report", "line", "sentence", "says", "name", "value", "cells", "held", "verdict"]
    )


def name(claim, lang="zh"):
    """How a message calls what a claim is about."""
    says, _, how = claim.says.partition(".")
    return label(says, lang) + RELATIVE[how][lang]


def number(chinese):
    """A number below ten thousand in Chinese numerals. The last digit right behind 百 or 千 counts its tenths.

    >>> number("一百二十三"), number("十五"), number("两"), number("二〇二四"), number("一百二")
    (123, 15, 2, 2024, 120)
    """
    if not TENS.keys() & set(chinese):
        return int("".join(str(DIGITS[character]) for character in chinese))
    total, digit, tens = 0, 0, 1
    for character in chinese:
        if character in TENS:
            tens = TENS[character]
            total, digit = total + (digit or 1) * tens, 0
        else:
            # 零 parts a digit from what stands before it.
            digit, tens = DIGITS[character], tens if DIGITS[character] and not digit else 1
    return total + digit * max(1, tens // 10)


def _paragraphs(lines):
    """The narrative as (line, text): without blanks, a sentence that runs over several lines put together."""
    begun, together, length = 0, "", 0
    for line, (raw, text) in enumerate(zip(lines, _cleaned(lines)), 1):
        if (len(raw) < SHORT_LINE and not together) or raw.count("|") + raw.count("\t") > FEW_CELLS:
            continue
        length += len(text)
        if length > LONGEST:
            break
        begun, together = (begun, together + text) if together else (line, text)
        if not RUNS_ON.search(text) or len(together) > LONGEST_PARAGRAPH:
            yield begun, together
            together = ""
    if together:
        yield begun, together


def _cleaned(lines):
    """The lines without blanks, half-width, with a break where a table's cells or two figures meet."""
    text = fold("\n".join(line[:LONGEST_PARAGRAPH].replace("\n", "\x1f").strip() for line in lines))
    return DROPPED.sub("", BLANK_BETWEEN_DIGITS.sub("\x1f", CELL_BREAK.sub("\x1f", text))).split("\n")


@dataclass
class Tables:
    """What claims are held against."""

    form: Form
    numbers: dict
    year: int | None
    previous: dict

    def cells(self, names, rows):
        """The cells of a reading, None if the form has none of that name; ``rows`` are those of its subject."""
        keys = []
        for named in names:
            for row in rows if "{subject}" in named else [""]:
                matched = self.form.cells_named(named.replace("{subject}", row))
                if not matched:
                    return None
                keys += matched
        return tuple(keys)


class Paragraph:
    """A stretch of the narrative, its sentences, figures, and what they are about."""

    def __init__(self, text, line, heading):
        self.text, self.line = text, line
        self.ours = bool(OUR_REVIEWS.search(heading + text))
        self.figures = list(FIGURE.finditer(text))
        self.subjects = [(0, subject) for subject in last_subject(heading)] + subjects(text)
        self.places = [place for place, _ in self.subjects]
        self.ends = [0, *(end.end() for end in SENTENCE_END.finditer(text)), len(text)]

    def sentence(self, position):
        """Where the sentence at a position begins and ends, of an endless one what is near."""
        place = max(bisect_right(self.ends, position), 1)
        begin, end = self.ends[place - 1], self.ends[min(place, len(self.ends) - 1)]
        return max(begin, position - LONGEST_SENTENCE), min(end, position + LONGEST_SENTENCE)

    def subject(self, position):
        """What is spoken of right before a position."""
        place = bisect_left(self.places, position)
        return self.subjects[place - 1][1] if place else Subject()


def _read(paragraph, tables):
    """The claims of one paragraph, in reading order."""
    found = []
    for place, figure in enumerate(paragraph.figures):
        begin, end = paragraph.sentence(figure.start())
        earlier = paragraph.figures[place - 1].end() if place else 0
        later = paragraph.figures[place + 1].start() if place + 1 < len(paragraph.figures) else end
        before = paragraph.text[max(begin, earlier, figure.start() - NEAR) : figure.start()]
        after = paragraph.text[figure.end() : min(end, later, figure.end() + NEAR)]
        if figure["percent"] or CHANGE.search(before):
            of = next((entry for entry in reversed(found) if entry[1].cells and "." not in entry[1].says), None)
            claim = _relative(tables, figure, before, of[1]) if of and of[0] >= begin else None
        elif figure["other"] or (FORMER.search(before) and BECAME.match(after)):
            continue
        else:
            claim = _absolute(paragraph, tables, figure, before, after)
        if claim:
            found.append((figure.start(), claim))
    for rule in denying(tables.year) if NOTHING.search(paragraph.text) else ():
        for nothing in rule.nothing.finditer(paragraph.text):
            claim = _claimed(paragraph, tables, rule, nothing.start(), nothing.end(), 0, 0)
            if claim:
                found.append((nothing.end(), claim))
    # What a sentence says of the table and then of one of its bodies is of that body.
    whole = {(claim.says, claim.sentence) for _, claim in found if claim.verdict == "agrees"}
    return [
        claim._replace(verdict="other_scope")
        if claim.verdict == "disagrees" and (claim.says, claim.sentence) in whole else claim
        for _, claim in sorted(found, key=lambda entry: entry[0])
    ]  # fmt: skip


def _absolute(paragraph, tables, figure, before, after):
    """The claim that a count or a sum of money makes, by the first rule whose words stand round it."""
    value, slack = _value(figure)
    tried = 0
    while fit := fitting(tables.year, bool(figure["money"]), before, after, tried):
        tried, rule, ahead, behind = fit
        end = figure.start() if behind is None else figure.end() + behind
        claim = _claimed(paragraph, tables, rule, figure.start() - ahead, end, value, slack)
        if claim:
            return claim
    return None


def _value(figure):
    """A figure's number, fees in 10,000 yuan, and how far off it may be by its own rounding; None: it is vague."""
    text = figure["number"]
    stated = float(text) if text else number(figure["chinese"])
    scale = YUAN[figure["money"]] / YUAN["万元"] if figure["money"] else SCALE[figure["scale"] or ""]
    value = round(stated * scale, 9)
    value = int(value) if value == int(value) else value
    if figure["about"] or figure["more"]:
        return value, None
    whole = not (figure["money"] or figure["scale"] or figure["percent"] or "." in (text or ""))
    return value, 0 if whole else scale * 10.0 ** -len((text or "").partition(".")[2])


def _claimed(paragraph, tables, rule, start, end, value, slack):
    """The claim that a rule makes of the words from start to end, None if the sentence is about something else."""
    subject = paragraph.subject(end)
    if rule.subject and rule.subject not in (subject.name, subject.group):
        return None
    begin, stop = paragraph.sentence(start)
    sentence = paragraph.text[begin:stop].strip("\x1f")
    if rule.unless and rule.unless.search(sentence):
        return None
    readings = [cells for names in rule.cells if (cells := tables.cells(names, subject.rows))]
    cells, held, verdict = _held(readings, tables.numbers, value, slack)
    clause = paragraph.text[begin:start]
    if verdict == "disagrees" and _is_soft(rule, sentence, cells, paragraph):
        verdict = "unheld"
    elif verdict != "unheld" and not _of_this_year(clause, tables.year):
        verdict = "other_scope"
    elif verdict == "disagrees" and (SCOPE.search(clause) or (rule.parts and value in map(tables.numbers.get, cells))):
        verdict = "other_scope"
    return Claim(sentence, rule.says, value, cells, held, verdict, paragraph.line)


def _is_soft(rule, sentence, cells, paragraph):
    """Whether the figure need not be the table's: by its rule, by the sentence's words, or as other business's reviews."""
    if cells[0].table == "review" and (
        not paragraph.ours or OTHER_REVIEWS.search(sentence) and not OUR_REVIEWS.search(sentence)
    ):
        return True
    if TWO_BODIES.search(sentence):
        return True
    return rule.soft if isinstance(rule.soft, bool) else bool(rule.soft.search(sentence))


def _held(readings, numbers, value, slack):
    """(cells, sum, verdict) of the reading that agrees, else of the first one."""
    sums = [(cells, [numbers.get(key) for key in cells]) for cells in readings]
    known = [(cells, sum(figures)) for cells, figures in sums if None not in figures]
    for cells, total in known:
        if abs(total - value) <= (slack or 0) + EXACT:
            return cells, total, "agrees"
    if not readings or len(known) < len(sums) or slack is None:
        return readings[0] if readings else (), known[0][1] if known else None, "unheld"
    return *known[0], "disagrees"


def _of_this_year(clause, year):
    """Whether the last time named in the clause before a figure is the year reported on."""
    times = list(TIME.finditer(clause))
    while times and CARRY.match(clause[times[-1].end() :]):
        times.pop()
    return not times or (bool(times[-1][1]) and year in (None, int(times[-1][1])))


def _relative(tables, figure, before, of):
    """A percentage or a difference, of what the sentence claimed before it."""
    change, share = CHANGE.search(before), SHARE.search(before)
    stated, slack = _value(figure)
    if change:
        return _changed(tables, of, -stated if change["down"] else stated, slack or 0, bool(figure["percent"]))
    if not share or not figure["percent"]:
        return None
    # A share of those closed, or of those received: which, it seldom says, so it is never called wrong.
    wholes = [tables.numbers.get(of.cells[0]._replace(row=row)) for row in ("closed", "new")]
    held = [100 * of.value / whole for whole in wholes if whole]
    verdict = "agrees" if any(abs(rate - stated) <= (slack or 0) for rate in held) else "unheld"
    return of._replace(says=f"{of.says}.share", value=stated, held=held[0] if held else None, verdict=verdict)


def _changed(tables, of, stated, slack, as_rate):
    """A change on the year before, held against that year's report where it is at hand."""
    before = [tables.previous.get(key) for key in of.cells]
    now = [tables.numbers.get(key) for key in of.cells]
    of = of._replace(says=f"{of.says}.{'rate' if as_rate else 'change'}", value=stated, held=None, verdict="unheld")
    if None in before or None in now or (as_rate and not sum(before)):
        return of
    held = sum(now) - sum(before)
    held = 100 * held / sum(before) if as_rate else held
    return of._replace(held=held, verdict="agrees" if abs(held - stated) <= slack + EXACT else "disagrees")


def _by_scope(found):
    """Where the words disagree with the tables but balance among themselves, they count another set of applications."""
    told = {claim.says: claim for claim in found if claim.says in BALANCE and claim.verdict in ("agrees", "disagrees")}
    if not {"new", "closed", "carried_out"} <= told.keys():
        told.setdefault("new", told.get("received"))
    if not all(told.get(says) for says in ("new", "closed", "carried_out")):
        return found
    carried_in = told["carried_in"].value if "carried_in" in told else 0
    balanced = told["new"].value + carried_in == told["closed"].value + told["carried_out"].value
    astray = [claim for claim in told.values() if claim.verdict == "disagrees"]
    if not balanced or len(astray) < 2:
        return found
    return [claim._replace(verdict="other_scope") if claim in astray else claim for claim in found]


def _shown(value):
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)
