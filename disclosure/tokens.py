"""The texts between two labels that may be cells: numbers, marks and blanks, with the borders between them."""

import re
from typing import NamedTuple

from .amounts import BRACKETED, GROUPED, NUMERAL_ONE, TWO_NUMBERS, WRITTEN, amount
from .labelled import BORDER, MASK
from .stream import HAN

# The one of these that is a Chinese character too.
STROKE = "丨"
# Glued to a digit where the other borders of its line stand free, and none opens the line, it is a digit misread.
GLUED = re.compile(r"(?<=\d)\|(?=\d|$)")
# What may be all that is left of a digit, or of a number that somebody would not give.
TRACE = re.compile(rf"[0-9A-Za-z〇○{STROKE}□■◻�?？\ue000-\uf8ff]")
# A number that does not claim to be the cell's: about so many, more than so many, so many more or less.
ROUND = re.compile(
    r"(?:大?约|将?近|超过?|逾|不足|至少|[减增][少加长]?|新增|上升|下降)\s*[\d.]+\s*[\u3400-\u9fff]{0,2}"
    r"|[\d.]+\s*(?:余|多|以上|左右)\s*[\u3400-\u9fff]{0,2}"
)
# A word before a number in a column of changes is its sign: it cannot be passed over.
SPOKEN_OF = re.compile(r"[\u3400-\u9fff]{1,4}\s*\d+\s*[项个件]?")
# Accountants put a number that is less than nothing in brackets; others put any there.
ACCOUNTED = re.compile(r"\s*[(（]\s*\d[\d,.]*\s*[)）]\s*")
# A remark in a cell of figures is short.
REMARK = 12

# "- 4 -": the foot of a page, not a figure.
PAGE_NUMBER = re.compile(r"[ \n\x00]*+[-—–―－·•]+ *\d{1,3} *[-—–―－·•]+[ \n\x00]*|第?\s*\d{1,3}\s*页.*")
# A number that a line's end or a border cuts, before its point or at a comma.
CUT = re.compile(rf"\d[\d,]*\n\.\d+|{GROUPED.pattern}")
# A bracket of the label behind a number is no part of it, nor the numeral of the next section; digits on both sides of
# a comma are one word, whatever it says.
WORD = re.compile(
    r"\d[\d.]*(?:\s*,\s*[\d.]+)+|(?:减少?|增加?)\s*\d+(?=[\s\x00()（）项个件减增]|$)|\d+(?=[减增])|\d[\d.]*(?=[一二三四五六七八九十]{1,2}、)|[^\s\x00()（）]+"
)
# The numbers of a row glued to the last characters of its label.
TAIL = re.compile(r"\D*[\u3400-\u9fff)）”\"](\d+)")
# A number among other words with one of these behind it stands in a sentence, not in a cell.
SENTENCE = "。，、；,;"
# What Markdown puts round a number or a label to set it off, and the colon between a label and its number.
EMPHASIS = re.compile(r"[*_`$\\]+(?=[\d\x00])|(?<=[\d\x00])[*_`$\\]+|(?<=[\x00)”\"])\s*:(?=\s*\d)")
# A stroke from one label to the next joins them: 行政诉讼-未经复议直接起诉. In a cell with both it may stand apart.
JOINS, JOINS_IN_A_CELL = re.compile(r"(?<=\x00)[-—–－―─/·]+(?=\x00)"), re.compile(r"(?<=\x00) *[-—–－―─/·]+ *(?=\x00)")
JOINS_AHEAD = re.compile(r"(?<=\x00)(?P<apart> *)[-—–－―─/·]+ *$")
# A remark in brackets right behind a label is the label's, with its figures: 行政处罚(公安 200).
REMARKED = re.compile(r"(?<=\x00)\s*[(（][^()（）]*[\u3400-\u9fff][^()（）]*[)）]")
# So is one behind a number among others, or on the line below it: 22（其中修订 16 件）.
NOTED = re.compile(rf"(?:(?<=[\d件项])|^)\s*{BRACKETED.pattern}")
# What has a line to itself and a digit in it keeps its place among the cells, each on its line: [7], 7?, 7/3700; but no
# numeral, date, time, or number of a page.
SOLE = re.compile(
    r"(?=[^\d\s]*\d)(?!\d+[.、．)](?!\d)|[^\d]{0,2}\d{1,2}/\d{1,2}$|\d{1,2}:\d|\d{4}[-/.年])[^\s\u3400-\u4e06\u4e08-\u9fff@]{1,12}"
)
# The number of a note, printed a little higher than the figure that it stands by.
NOTE_NUMBER = re.compile(r"\[\d{1,2}\]")
# Counts what stands behind it: an item of a list.
ITEM = re.compile(r"\d{1,2}[.、．]")
# So does the numeral before the rest of a label: 3.其�.
LISTED = re.compile(r"\d{1,2}\s*[.、．]\s*[\u3400-\u9fff]")
# No row of a form is so long, in characters: what stands behind is not its own.
LONGEST = 5_000


class Token(NamedTuple):
    """A text that may be a cell's: a number, a mark or a blank."""

    text: str
    at: int
    """Its position in the stream's text."""
    soft: bool = False
    """Only a blank, no cell border, stands between it and the token before."""
    column: int | None = None
    """The grid's column, where a grid knows it."""
    alone: bool = False
    """It has a line to itself: a cell where a line is a cell, a page's number beside whole rows."""
    odd: str = ""
    """Of a text that no column can have: ``cell``, between borders; ``remark``, words between borders, which part the
    numbers before them from those behind; ``word``, one like a number among others.
    """


def tokens(page, start, end, kinds, proved=True):
    """Runs of Tokens in a stretch of the page, parted where other text stands between the numbers.

    ``kinds`` are the kinds of column that the row may have; a text that none of them can read is no cell, or an odd one.
    Where no sum of the row proves it (``proved``), a number glued to words is an odd one: they may be no label's end.
    """
    pieces, masked = page.stream.pieces, page.masked
    runs = [[]]
    end = min(end, start + LONGEST)
    for index in range(page.stream.index(start), len(pieces)):
        piece = pieces[index]
        low, high = max(start, piece.start), min(end, piece.end)
        if piece.start >= end and piece.start > start:
            break
        column = piece.cell.column if piece.cell else None
        if piece.cell and piece.start == piece.end:
            if piece.start >= start:
                runs[-1].append(Token("", piece.start, column=column))
        elif low < high:
            text = masked[low:high]
            if masked[high : high + 1] == MASK and (joins := JOINS_AHEAD.search(text)):
                if not joins["apart"] or piece.cell or BORDER.search(masked, piece.start, piece.end):
                    text = text[: joins.start()] + blanks(joins)
            if " | " in text and GLUED.search(text) and not masked[piece.start : high].lstrip().startswith("|"):
                text = GLUED.sub(STROKE, text)
            for token in _parts(text, low, low > piece.start, kinds, proved, column, not piece.cell):
                if token and _goes_on(runs[-1], token, kinds):
                    runs[-1][-1] = runs[-1][-1]._replace(text=runs[-1][-1].text + token.text, alone=False)
                elif token:
                    runs[-1].append(token)
                elif runs[-1]:
                    runs.append([])
    return [run for run in runs if run]


def _goes_on(run, token, kinds):
    """Whether a text is the rest of the number before it: one that is no cell, or that has its line to itself."""
    if "." in token.text and "money" not in kinds:
        return False
    if not run or not (token.odd or token.alone) or run[-1].column != token.column:
        return False
    return CUT.fullmatch(f"{run[-1].text}\n{token.text}") is not None


def _parts(text, offset, continues, kinds, proved, column, bordered):
    """The tokens of one piece; None where text stands that is neither label nor number."""
    bare = text.strip(" ")
    if bare.isdecimal():
        yield Token(bare, offset + text.index(bare), column=column, alone=bordered)
        return
    if PAGE_NUMBER.fullmatch(text) or bordered and proved and ITEM.fullmatch(bare):
        return
    if bordered and not continues and SOLE.fullmatch(bare) and not (BORDER.search(bare) or MASK in bare or is_cell(bare, kinds)):
        yield Token(bare, offset + text.index(bare), odd="cell")
        return
    spans = list(_cells(text)) if bordered else [(0, len(text))]
    parted = column is not None or len(spans) > 1
    # What stands before the first border and behind the last one of a line is the margin, not a cell.
    if len(spans) > 1:
        first, last = spans[0], spans[-1]
        if not text[slice(*last)].strip() and text[last[0] - 1] != "\t":
            spans.pop()
        if not continues and not text[slice(*first)].strip():
            spans.pop(0)
    elif bordered and not bare.strip():
        return
    for low, high in spans:
        yield from _words(text[low:high], offset + low, kinds, proved, column, parted)


def _cells(text):
    low = 0
    for border in BORDER.finditer(text):
        yield low, border.start()
        low = border.end()
    yield low, len(text)


def _words(part, offset, kinds, proved, column, bordered):
    bare = part.strip(" ")
    if not bare or bare.isdecimal():
        yield Token(bare, offset + part.index(bare), column=column)
        return
    part = EMPHASIS.sub(blanks, part)
    if MASK in part:
        part = (JOINS_IN_A_CELL if bordered else JOINS).sub(blanks, REMARKED.sub(blanks, part))
    bare = _bare(part)
    if not bare:
        if MASK not in part:
            yield Token("", offset, column=column)
        return
    if MASK in part and ITEM.fullmatch(bare):
        return
    at = offset + part.index(bare[0])
    if "change" in kinds and ACCOUNTED.fullmatch(part):
        yield Token(bare, at, column=column, odd="cell")
        return
    if MASK not in part.strip(MASK + " \t\n"):
        in_sentence = MASK in part and not bordered and bare[-1] in SENTENCE
        if is_cell(bare, kinds) and not in_sentence:
            yield Token(bare, at, column=column)
            return
        if WRITTEN.fullmatch(bare) or bordered and TWO_NUMBERS.fullmatch(bare):
            yield Token(bare, at, column=column, odd="cell" if bordered else "word")
            return
        # Words with a number between borders say whose it is, or what of it: they cannot be passed over.
        spoken_of = (bordered or not proved) and MASK not in part and HAN.search(bare) and any(map(str.isdecimal, bare))
        spoken_of = spoken_of and not LISTED.match(bare) and not all(is_cell(word, kinds) for word in bare.split())
        if spoken_of and not bordered and NOTED.fullmatch(part.rstrip()):
            yield None
            return
        if spoken_of or ROUND.fullmatch(bare) or ("change" in kinds and SPOKEN_OF.fullmatch(bare)):
            yield Token(bare, at, column=column, odd="cell")
            return
    if bare.startswith("="):
        # A formula whose result the file does not keep: the cell is there, and open. A number typed as one is in doubt.
        typed = is_cell(bare[1:], kinds)
        yield Token(bare if typed else "", at, column=column, odd="cell" if typed else "")
        return
    if bordered and MASK not in part:
        words = HAN.search(bare.replace(STROKE, ""))
        if words and len(bare) <= REMARK and not any(map(str.isdecimal, bare)):
            yield Token(bare, at, column=column, odd="remark")
            return
        if not words and TRACE.search(bare) and not any(is_cell(word, kinds) for word in WORD.findall(part)):
            yield Token(bare, at, column=column, odd="cell")
            return
    soft, end = False, 0
    if "(" in part:
        part = NOTED.sub(blanks, part)
    for word in WORD.finditer(part):
        # A bracket parts two numbers as a border does.
        joins, end = soft and part[end : word.start()].isspace(), word.end()
        if NOTE_NUMBER.fullmatch(word[0]):
            continue
        if ITEM.fullmatch(word[0]) and part[word.end() :].strip():
            continue
        if word[0] != NUMERAL_ONE and word[0][-1] not in SENTENCE and is_cell(word[0], kinds):
            yield Token(word[0], offset + word.start(), joins, column)
            soft = True
            continue
        if WRITTEN.fullmatch(word[0]) and (soft or bordered or part[: word.start()].rstrip(" ")[-1:] in ("", MASK)):
            yield Token(word[0], offset + word.start(), joins, column, odd="word")
            soft = True
            continue
        letters = word[0].replace(STROKE, "l")
        tail = TAIL.fullmatch(letters)
        if tail and proved and not soft:
            yield None
            yield Token(tail[1], offset + word.start() + tail.start(1), False, column)
            soft = True
        elif tail and not proved:
            yield Token(word[0], offset + word.start(), joins, column, odd="cell")
            soft = True
        elif HAN.search(letters):
            yield None
            soft = False
        elif MASK not in letters and TRACE.search(letters):
            yield Token(word[0], offset + word.start(), joins, column, odd="cell" if bordered else "word")


def _bare(part):
    """A text without labels and what is left of their brackets, its own last bracket with it: 22 (其中 16 )."""
    words = part.replace(MASK, " ")
    bare = words.strip(" \t\n()")
    if bare.count("(") > bare.count(")"):
        end = words.find(")", words.index(bare) + len(bare))
        return words[words.index(bare) : end + 1] if end >= 0 else bare
    return bare


def blanks(stretch):
    return " " * len(stretch[0])


def is_cell(text, kinds):
    return any(amount(text, kind).status != "unreadable" for kind in kinds)
