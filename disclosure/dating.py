"""The year that a table says it is of, in its caption, its section's heading, over a column or beside a row."""

import re
from typing import NamedTuple

from .doubts import FEW, doubt, heading_of
from .labelled import HEADER
from .labels import BORDERS, han, plain
from .titles import YEAR, arabic_years
from .years import LONGEST, PERIODS, THIS

# A year that is said of something, or the period of one; no day or month of it.
SAID = re.compile(
    r"20\d\d(?<!\d20\d\d)(?: ?年(?! ?\d{1,2} ?月)| ?年 ?0?1 ?月 ?[至到—–~-]+ ?12 ?月| ?[-年/.] ?0?1 ?[-月/.] ?0?1 ?日?起? ?[至到—–~-]"
    r"|(?:(?<=[年度份]:20\d\d)|(?<=[年度份]: 20\d\d))(?!\d))"
)
# What stands this close before the report's own year may make it a wrong one.
CARRIED, CLOSE = "结转", 6
# What parts the cells of a line, or its words.
PARTED = re.compile(rf"[\n\x1e\x1f{BORDERS}]| {{2,}}")
SENTENCE = re.compile("[。;,!?]")
# Of the form's own printing, of another page, of a comparison, of a stretch of years or of a figure's remark, not of the table.
ASIDE = re.compile(
    r"格式|表样|版|年度?报|填报|填表|第\d|修订|印发|发布|[较比]|增减|以来|以前|之前|历年|往年|自20|20\d\d年[为是]|\d[件项次条宗份]?\(20\d\d年"
)
# The other years that a label may name: (what it says, how far from the report's year).
BESIDE = (
    (re.compile(r"结转[到至入]?\(?20\d\d|下一?年|次年"), (1,)),
    (re.compile(r"20\d\d年?度?\)?[末底]?结转|[上前去]一?年|项目"), (-1, 0)),
)
# A heading that names no time is a column's if it is no longer than this.
SHORT = 8
TIME = re.compile(rf"20\d\d年?度?|{PERIODS[THIS].pattern}")


class Word(NamedTuple):
    """What names a year, in a cell of its own or between wide blanks."""

    at: int
    """The position of its year in the text."""
    text: str


def other_years(stream, form, values, year):
    """A finding for each table that says that it is of another year than the report's.

    A heading that stands beside the same one of the report's year is one of a comparison. The labels of what is carried
    over name the year before or after, and rightly.
    """
    text = arabic_years(stream.text)
    # The cheap look first: few tables say a year.
    hits = (hit for hit in SAID.finditer(text) if not hit[0].startswith(str(year)) or follows_carried(text, hit))
    said = [word for hit in hits if (word := word_at(text, hit)) and not is_right(word.text, year)]
    if not said:
        return
    figures = figures_at(stream, values)
    for table in form.tables:
        first, last = section_of(stream, table.key, figures)
        here = [word for word in said if first <= stream.index(word.at) <= last]
        own = own_words(stream, text, first, last, year) if here else ()
        odd = [word for word in here if not any(is_compared(stream, word, other, figures) for other in own)]
        if odd:
            under = set().union(*(cells_under(stream, stream.index(word.at), table, figures) for word in odd))
            yield doubt(
                "table.year",
                [key for key in table.cells if key in under],
                stream.place(odd[0].at),
                table=table.heading,
                text="、".join(list(dict.fromkeys(word.text for word in odd))[:FEW]),
                year=year,
            )


def follows_carried(text, hit):
    return CARRIED in text[max(hit.start() - CLOSE, 0) : hit.start()]


def word_at(text, hit):
    """The Word that holds a year; None for a sentence, or what says the year of something else."""
    line = text.rfind("\n", 0, hit.start()) + 1
    low = max(line, hit.start() - LONGEST)
    start = max((part.end() for part in PARTED.finditer(text, low, hit.start())), default=low)
    end = PARTED.search(text, hit.end())
    word = text[start : end.start() if end else len(text)].strip()
    return None if len(word) >= LONGEST or SENTENCE.search(word) or ASIDE.search(word) else Word(hit.start(), word)


def is_right(text, year):
    """Whether what names a year names that which it should in a report of some year."""
    bare = "".join(text.split())
    apart = next((apart for beside, apart in BESIDE if beside.search(bare)), (0,))
    return any(str(year + years) in YEAR.findall(bare) for years in apart)


def name(text):
    """What a heading says but for its time."""
    return han(TIME.sub("", "".join(text.split())))


def own_words(stream, text, first, last, year):
    """The Words in some pieces that name the report's own year, or none."""
    low, high = stream.pieces[first].start, stream.pieces[last].end
    edges = [low, *(at for part in PARTED.finditer(text, low, high) for at in part.span()), high]
    words = [Word(at, text[at:end].strip()) for at, end in zip(edges[::2], edges[1::2]) if end - at < LONGEST]
    return [word for word in words if is_right(word.text, year) or not SAID.search(word.text)]


def is_compared(stream, word, own, figures):
    """Whether a heading stands beside the same one of the report's year: where that is not named, in the same header."""
    if name(word.text) != name(own.text) or not (TIME.search(own.text) or 0 < len(name(own.text)) <= SHORT):
        return False
    if own.text.isdecimal() and stream.index(own.at) in figures:
        return False
    low, high = sorted((stream.index(word.at), stream.index(own.at)))
    return bool(YEAR.search(own.text)) or not any(at in figures for at in range(low, high))


def figures_at(stream, values):
    """The cells whose figures stand in a piece, ``{index of the piece: [CellKey, ...]}``, in printed order."""
    keys = {}
    for key, amount in values.items():
        if any(amount.place):
            keys.setdefault(amount.place, []).append(key)
    return {at: keys[piece.place] for at, piece in enumerate(stream.pieces) if piece.place in keys}


def section_of(stream, table, figures):
    """The first and the last piece of a table: from its section's heading, or what stands close over it, to its last figure."""
    own = [at for at, keys in figures.items() if any(key.table == table for key in keys)]
    if not own:
        return 1, 0
    over = max((at for at in figures if at < own[0]), default=-1)
    near, passed = own[0], 0
    for at in range(own[0], over, -1):
        words = han(stream.texts[at])
        if plain(heading_of(table)) in words:
            return at, own[-1]
        passed += len(words)
        near = at if passed <= HEADER else near
    return near, own[-1]


def cells_under(stream, index, table, figures):
    """The cells of which a piece speaks: those of the row that begins there, or all of a table over whose figures it stands."""
    rows = {at: {key.row for key in keys if key.table == table.key} for at, keys in figures.items() if at >= index}
    at = min(at for at in rows if rows[at])
    first = min(at for at, keys in figures.items() if any(key.table == table.key for key in keys))
    if at == first and not is_beside(stream, index, at):
        return table.cells
    return {key for key in table.cells if key.row in rows[at]}


def is_beside(stream, index, figure):
    """Whether a piece stands on the line, or in the grid's row, of a figure, or is alone on the line right before it."""
    piece, other = stream.pieces[index], stream.pieces[figure]
    if piece.cell and other.cell:
        return piece.block is other.block and piece.cell.row == other.cell.row
    return index == figure or figure - index == 1 and not han(stream.texts[figure])
