"""What the layout of a row shows before any sum is asked: where its texts stand, and what damage is plain to see."""

import re
from bisect import bisect_left
from collections import Counter

from .amounts import BRACKETED, COUNTERS, YUAN, lookalike
from .labelled import MASK
from .labels import BORDERS, han, lexicon
from .readings import NOTHING, as_shown, closes, closes_as_printed, may_close, slots
from .stream import CELL, HAN, ROW
from .tiers import CELLS_LOST, SHOWN, WRAPPED
from .tokens import LONGEST

# The unit that some print between a row's label and its figures.
UNIT_ALONE = re.compile(rf"(?<![\u3400-\u9fff])(?:{COUNTERS}|{'|'.join(YUAN)})(?![\u3400-\u9fff])")
# What is printed before a row's label and says nothing of it: 一、 (一) 第二十条第(五)项.
NUMERALS = re.compile(r"[(]?[一二三四五六七八九十]{1,3}[)、.]|第[一二三四五六七八九十()]{1,5}[条款项]|信息内容")
# What stands between one label and the next where no border does: figures, and labels.
ENDED = re.compile(rf"[\d{MASK}]")
# A line on which only digits stand, or digits beside a few words of a label printed downwards.
DIGITS_ONLY = re.compile(r"[\s\x00|│┃]*(?:[\u3400-\u9fff]{1,20}[\s\x00|│┃]+){0,2}\d[\d\s\x00|│┃]*")
# A line or a cell with nothing but figures, and the figures in it.
STANDING = re.compile(rf"(?:^|(?<=[\n{BORDERS}{CELL}{ROW}]))[ \x00]*\d[\d. \x00]*(?=$|[\n{BORDERS}{CELL}{ROW}])")
FIGURE = re.compile(r"\d+(?:\.\d+)?")


def by_geometry(line, tokens=None):
    """The reading in which every text stands under its heading, if the grid shows it for every cell."""
    if not line.header.spans:
        return None
    under = {}
    for token in line.tokens if tokens is None else tokens:
        column = line.header.spans.get(token.column)
        standing = under.get(column)
        if token.text and (column is None or standing and standing.text):
            return None
        if column is not None and not (standing and standing.text):
            under[column] = token
    if len(under) < len(line.keys):
        return None
    return slots([under[key.column] for key in line.keys], line.kinds)


def with_odd(line):
    """Read a line whose texts are as many as its columns only together with those that no column can have.

    Such a text keeps its place: its cell is unreadable, and the others are where they stand. Without borders round it
    that is sure only if the sums hold with the digits that its letters look like.
    """
    for run in line.found:
        if not any(token.odd for token in run):
            continue
        # Where no sum tells, words before the figures may say whose they are.
        while line.sums and run and run[0].odd == "remark":
            run = run[1:]
        while run and run[-1].odd == "remark":
            run = run[:-1]
        reading = by_geometry(line, run) or as_shown(run, line.kinds) or slots_of_all(run, line.kinds)
        if not reading or not may_close(reading, line.sums):
            continue
        if any(token.odd == "word" for token in run) and not holds_as_looked(reading, line.sums):
            continue
        line.take(run)
        line.read(reading)
        return


def blank_by_odd(line, reading):
    """Whether a reading leaves a cell blank while a text that no column can have stands among its line's."""
    return any(slot.value is None for slot in reading) and any(
        token.odd == "cell" for run in line.found for token in run
    )


def holds_as_looked(reading, sums):
    """Whether the sums of a reading hold if its letters are the digits that they look like."""
    looked = [slot if slot.value is not None else slot._replace(value=lookalike(slot.text)) for slot in reading]
    return None not in [slot.value for slot in looked] and closes_as_printed(looked, sums)


def smudged(line):
    """Whether texts that no column can have stand among the figures of a line: cells of it that cannot be told."""
    odd = [token for run in line.found for token in run if token.odd and token.odd != "remark"]
    if not odd or not line.figures:
        return False
    if not line.sums:
        return True
    page, first, last = line.page, line.figures[0].at, line.figures[-1].at
    (busiest, count), *_ = Counter(page.line(token.at) for token in line.figures).most_common(1)
    if count > 1:
        return any(page.line(token.at) == busiest for token in odd)
    return any(first < token.at < last for token in odd)


def overlooked(line, reading):
    """The figures between a line's label and the next that stand alone and that a reading with blanks leaves out.

    However that came about, what is printed for the blanks may be among these; but not for those between the figures of
    one line.
    """
    open_at = [slot.at for slot in reading if slot.value is None and not slot.text]
    if not open_at:
        return []
    lines = {line.page.line(slot.at) for slot in reading if slot.text}
    if None not in open_at and lines.issuperset(map(line.page.line, open_at)):
        return []
    taken = [range(slot.at, slot.at + len(slot.text)) for slot in reading if slot.text]
    standing = STANDING.finditer(line.page.masked, line.start, min(line.end, line.start + LONGEST))
    figures = [figure for stretch in standing for figure in FIGURE.finditer(line.page.masked, *stretch.span())]
    return [figure[0] for figure in figures if not any(figure.start() in stretch for stretch in taken)]


def slots_of_all(run, kinds):
    """The reading of a run that has as many cells as columns, blanks among them."""
    return slots(run, kinds) if len(run) == len(kinds) else None


def on_its_line(line):
    """Read a row whose label shares its line with a whole row of figures, though more whole rows without a label follow."""
    page, width = line.page, len(line.keys)
    if len(line.figures) < 2 * width or not line.sums:
        return
    first = page.line(line.figures[0].at)
    own = [token for token in line.tokens if page.line(token.at) == first]
    reading = as_shown(own, line.kinds)
    if reading and MASK in page.masked[line.start : own[0].at] and page.line(own[0].at - 1) == first:
        rest = [token for token in line.tokens if token not in own]
        line.take(own)
        line.runs = [own, rest]
        line.read(reading)


def under_headings(line):
    """Read a row that has not a figure for each column by the headings that stand above its cells.

    Further figures are other columns' if something stands above them, and a column without a heading is not printed. A
    heading that is cut over several cells has one figure in all of them: of several none is the whole number.
    """
    page, heads = line.page, line.header.at
    if line.readings or line.sums or not heads or not line.figures:
        return
    over, own = page.cells(min(heads.values())[0]), page.cells(line.figures[0].at)
    under = {
        column: [index for index, (low, high) in enumerate(over) if low <= last and first <= high]
        for column, (first, last) in heads.items()
    }  # fmt: skip
    # Where headings share a cell, no border stands between the figures under them.
    places = [index for cells in under.values() for index in cells]
    if (
        len(set(places)) < len(places)
        or len(over) != len(own)
        or len(over) < 2
        or page.line(line.start) != page.line(line.figures[0].at)
    ):
        return
    above = [over[index] for token in line.figures for index, (low, high) in enumerate(own) if low <= token.at < high]
    if not all(page.stream.text[slice(*cell)].strip() for cell in above):
        return
    reading = []
    for key, kind in zip(line.keys, line.kinds, strict=True):
        cells = [own[index] for index in under.get(key.column, ())]
        inside = [token for token in line.figures if any(low <= token.at < high for low, high in cells)]
        if len(inside) != bool(cells):
            return
        reading += slots(inside, [kind]) or [] if cells else [NOTHING]
    if len(reading) == len(line.keys):
        line.read(tuple(reading), CELLS_LOST if NOTHING in reading else SHOWN)


def wrapped(line, reading):
    """Whether a line of nothing but digits stands by while the sums fail: numbers broken over two lines."""
    if closes(reading, line.sums):
        return False
    stream, masked = line.page.stream, line.page.masked
    own = {stream.index(slot.at) for slot in reading}
    others = {stream.index(token.at) for run in line.runs for token in run if token.text} - own
    return any(DIGITS_ONLY.fullmatch(masked[stream.pieces[at].start : stream.pieces[at].end]) for at in others)


def unwrapped(line):
    """Read a row whose longer numbers go on in the line below, each under its own beginning.

    Where the lines below hold a whole row too, they may be another.
    """
    if line.readings or not line.sums or not line.figures:
        return
    page = line.page
    first = page.line(line.figures[0].at)
    own = [token for token in line.figures if page.line(token.at) == first]
    texts = [token.text for token in own]
    starts = [token.at - page.stream.piece(token.at).start for token in own]
    below = [token for run in line.runs for token in run if token.text and page.line(token.at) != first]
    if (other := as_shown(below, line.kinds)) and closes_as_printed(other, line.sums):
        return
    for token in below:
        place = token.at - page.stream.piece(token.at).start
        under = [index for index, start in enumerate(starts) if start <= place < start + len(own[index].text)]
        if not under or not token.text.isdecimal():
            return
        texts[under[0]] += token.text
    reading = as_shown([token._replace(text=text) for token, text in zip(own, texts, strict=True)], line.kinds)
    if reading and closes_as_printed(reading, line.sums):
        line.read(reading, WRAPPED)


def of_parts(line):
    """Whether words before a row's last figure may say what a figure is of, and no sum proves it is the row's.

    县级 5000 | 合计 5421 names two parts of a row, and 其中 on a line before 2564 one. Words in the label's own cell make it
    the label of something else: 撤销行政许可, 行政许可、行政处罚.
    """
    if line.sums or not line.figures:
        return False
    if (
        renamed(line)
        or any(token.odd == "cell" and token.at < line.figures[0].at for run in line.found for token in run)
        or shares_its_cell(line)
    ):
        return True
    ends = [line.start, *(token.at + len(token.text) for token in line.figures)]
    gaps = (line.page.masked[end : token.at] for end, token in zip(ends, line.figures))
    return any(HAN.search(UNIT_ALONE.sub("", BRACKETED.sub("", gap))) for gap in gaps)


def renamed(line):
    """Whether words stand beside a row's label in its cell that make it another's: other than a numeral, a unit or a remark.

    Round a label that was found by its likeness may stand the rest of it. Where a sum tells, or no figure, none do.
    """
    page, table = line.page, line.keys[0].table
    if line.sums or not line.figures or han(page.stream.text[line.start : line.finish]) not in lexicon():
        return False
    first, last = next((low, high) for low, high in page.cells(line.start) if line.start <= high)
    last = min(last, line.figures[0].at)
    before = ENDED.split(NUMERALS.sub("", page.masked[first : line.start]))[-1]
    if HAN.search(before) or HAN.search(UNIT_ALONE.sub("", BRACKETED.sub("", page.masked[line.start : last]))):
        return True
    low, high = (bisect_left(page.stream.at, position) for position in (line.finish, last))
    return any(label.key(table, "row") not in (None, line.row) for label in page.between(low, high))


def shares_its_cell(line):
    """Whether the label of another row without a figure stands before its own in the same cell or line, and no sum tells."""
    if line.sums:
        return False
    page, table = line.page, line.keys[0].table
    piece = page.stream.piece(line.start)
    if piece.start == line.start or any(map(str.isdecimal, page.masked[piece.start : line.start])):
        return False
    low, high = (bisect_left(page.stream.at, position) for position in (piece.start, line.start))
    return any(label.key(table, "row") for label in page.between(low, high))


def beside(line, figures):
    """Whether as many figures as a row has, or more, stand behind it in the same row."""
    if len(figures) < len(line.keys) or not line.figures or line.figures[-1].at >= figures[0].at:
        return False
    between = line.page.stream.text[line.figures[-1].at : figures[0].at]
    return not set("\n" + ROW) & set(between)
