"""What is printed where a row's label was found: damage and other wordings of it, or what is another's, as 上年行政许可 is."""

import re
from bisect import bisect_left
from functools import cache, lru_cache

from .form import aliases
from .labelled import BORDER, BRACKET, declared_row, is_idle, rows_in_order
from .labels import BORDERS, BRACKETS, ORDINAL, han, named, variants
from .stream import CELL, ROW

# Words by which a label says that its row counts something else, wherever the form's own label has them not.
OTHER = re.compile(
    "上年|去年|前年|往年|历年|累计|其中|其[他它]|[超逾延]期|按[时期]|撤[销回诉]|变更|[注吊]销|延续|补办|公[示告]|备案|解读"
    "|商业|工作|个人|主动|拟|网[上络]|信函|当面|窗口|传真|邮[件寄]|乡镇|镇街|街道|部门|人数|人次|天数|项目|事项|率|占比|同比"
    "|涉企|减免|罚[没款]|标准|简易|当场|政策|党内|投诉|隐私|转送|合并"
)  # fmt: skip
# With or without one of these a label says the contrary.
CONTRARY = re.compile("[不未非]")
# Other ways to write a word of the labels.
SAME = ((re.compile("上一?年度?"), "上年"), (re.compile("下一?年度?"), "下年"))
# What a label may have beside its own words, or leave out, and says the same.
IDLE = re.compile("本?年度|本年|[本的了]|数量?|件数?|政府信息(?:公开)?|公开申请")
# So many characters in a row that a label less alike than this, in percent, has and the form's has not are another word.
WORD, WORD_ALIKE = 2, 50
# More of them than these are no word of a label, but a line of the page that cuts it.
LONGEST, MOST_CONTRARY = 12, 2
# Words that are a label's where no border stands: those glued to it, or joined by a colon.
BEFORE = re.compile(r"[\u3400-\u9fff]+(?::\s?)?$")
# Numerals and what is printed before a label's own words.
NUMERALS = re.compile(r"[(]?[一二三四五六七八九十]{1,3}[)、.]|第[一二三四五六七八九十()]{1,5}[条款项]|信息内容")
NUMERAL = re.compile(r"^[(（]?[一二三四五六七][)）、]\s*")
APART = re.compile(f"[\n{BORDERS}{CELL}{ROW}]")
FIGURE = re.compile(r"\d")
# What a label has before it in a cell to itself, a few blanks between, and behind it, or its figures.
EDGES, NEAR = frozenset(["", "\n", *BORDERS, CELL, ROW]), 8
COUNTED = re.compile(r"\((?:[一二三四五六七八九十]{1,2}\) *)?$")
ENDED = re.compile(rf"[”\" ]*(?:\(区分处理的[^()]*\) *)?(?:[\n\d{BORDERS}{CELL}{ROW}]|$)")
# Of a table whose labels are damaged all over only these words tell.
WORN, MOST_WORN = 3, 4


def beside(page, table, begin, finish):
    """The words before and behind a label in its cell, and the brackets behind it: what makes another row of it.

    Where no border stands round them, those glued to it alone.
    """
    stream = page.stream
    first, last = stream.piece(begin), stream.piece(finish - 1)
    low, high = first.start, last.end
    bordered = first.cell is not None
    if not bordered:
        borders = [border.end() for border in BORDER.finditer(stream.text, low, begin)]
        behind = BORDER.search(stream.text, finish, high)
        bordered = bool(borders or behind)
        low, high = max([low, *borders]), behind.start() if behind else high
    numbered = stream.text[begin].isdecimal()
    before = "" if numbered else _before(page, table, low, begin, bordered)
    return before, *_behind(page, table, finish, high, bordered)


def _before(page, table, low, begin, bordered):
    """The words before a label: what stands behind the last figure, or the last label of its table, in its cell."""
    start = low
    for label in page.labels[bisect_left(page.starts, bisect_left(page.stream.at, low)) :]:
        if label.finish > begin:
            break
        if label.is_of(table) or any(role.kind == "section" for role in label.roles):
            start = max(start, label.finish)
    text = NUMERALS.sub("", page.stream.text[start:begin])
    text = re.split(r"\d", text)[-1]
    if not bordered:
        glued = BEFORE.search(text)
        # Where no border parts them, the end of the group's heading beside a row may be glued to its label.
        text = glued[0] if glued and not (glued.start() == 0 and {*han(glued[0])} <= group_words(table)) else ""
    return han(text)


@cache
def group_words(table):
    """The characters of the headings of a table's groups."""
    return {*han("".join(group for row in rows_in_order(table) for group in declared_row(table, row).label[:-1]))}


def _behind(page, table, finish, high, bordered):
    """The words behind a label, and what its brackets say."""
    notes = []
    text = page.stream.text
    while bracket := BRACKET.match(text, finish):
        notes.append(bracket[1])
        finish = bracket.end()
    figure = FIGURE.search(text, finish, high)
    high = figure.start() if figure else high
    first = bisect_left(page.starts, bisect_left(page.stream.at, finish))
    for label in page.labels[first : first + 2]:
        if label.begin >= finish and label.is_of(table):
            high = min(high, label.begin)
    words = text[finish : max(high, finish)]
    if not bordered:
        words = words.split(maxsplit=1)[0] if words[:1].strip() else ""
    return han(BRACKETS.sub("", words)), [note for note in notes if not is_idle(note)]


def is_bare(page, table, label):
    """Whether a label has nothing beside it that makes another row of it."""
    return not any(beside(page, table, label.begin, label.finish))


@cache
def names_of(table, row):
    """All that a row is called, its own label first, without ordinals; 上一年度 as 上年."""
    labels = [declared_row(table, row).label[-1], *aliases().get((table, row), ())]
    return tuple(dict.fromkeys(_same(name) for label in labels for name in variants(ORDINAL.sub("", label))))


def _same(text):
    for pattern, word in SAME:
        text = pattern.sub(word, text)
    return text


def wording(page, line):
    """``(what is printed, the row's name that is most like it, what its brackets say)`` of a line whose label is worded otherwise.

    None where it stands as the form, or another known wording, has it; and where the figures stand before it.
    """
    from rapidfuzz import fuzz

    table, row = line.keys[0].table, line.row
    text = page.stream.text[line.start : line.finish]
    if not text or _is_known(text) and stands_apart(page.stream.text, line.start, line.finish):
        return None
    before, behind, notes = beside(page, table, line.start, line.finish)
    of_form = BRACKETS.search(ORDINAL.sub("", declared_row(table, row).label[-1]))
    notes = [note for note in notes if not of_form or fuzz.ratio(han(note), han(of_form[0])) < WORD_ALIKE]
    exact = _is_known(text)
    if exact and not (before or behind or notes):
        return None
    names = names_of(table, row)
    own = _same(han(BRACKETS.sub("", ORDINAL.sub("", NUMERAL.sub("", text)))))
    if exact:
        name = max(names, key=lambda name: fuzz.ratio(name, own))
        return _same(before + own + behind), name, notes
    # The label may have been found with the end of the cell before it, or with that of its group's heading, 不 of 不予公开.
    torn = "不" if text.startswith("不") else ""
    wordings = [(before + own + behind).removeprefix(torn), *(han(part) for part in APART.split(text)[1:])]
    _, printed, name = max((fuzz.ratio(name, words), words, name) for words in map(_same, wordings) for name in names)
    return printed, name, notes


@lru_cache(4096)
def _is_known(text):
    """Whether a label is the form's, or another known wording, to the character."""
    return named(text) is not None


def stands_apart(text, begin, finish):
    """Whether a label has its cell to itself, or stands right before its figures."""
    before = COUNTED.sub("", text[max(begin - NEAR, 0) : begin]).rstrip(" ")
    return before[-1:] in EDGES and ENDED.match(text, finish) is not None


def says_other(printed, name, notes, worn=False, summed=True, group=""):
    """Whether a label says that its row is another than the one it is taken for.

    The words of its ``group`` may be torn into it. Where the labels of a table are ``worn`` only words that are known to say so tell; a bracket does where no sum does.
    """
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    if any(OTHER.search(han(note)) or not summed for note in notes):
        return True
    steps = Levenshtein.opcodes(name, printed)
    added = [printed[step.dest_start : step.dest_end] for step in steps if step.tag in ("insert", "replace")]
    if max(map(len, added), default=0) > LONGEST:
        return False
    if any(word not in name + group for word in OTHER.findall(printed)):
        return True
    if worn:
        return False
    inserted = "".join(printed[step.dest_start : step.dest_end] for step in steps if step.tag == "insert")
    lost = "".join(name[step.src_start : step.src_end] for step in steps if step.tag != "equal")
    if len(inserted) <= MOST_CONTRARY and CONTRARY.search(inserted) or not any(added) and CONTRARY.fullmatch(lost):
        return True
    longest = max((len(IDLE.sub("", word)) for word in added), default=0)
    return longest >= WORD and fuzz.ratio(name, printed) < WORD_ALIKE


def is_same(printed, name):
    """Whether two wordings differ in idle words alone, or one is the other cut short."""
    return IDLE.sub("", printed) == IDLE.sub("", name) or 2 * len(printed) >= len(name) and name.startswith(printed)
