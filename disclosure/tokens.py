"""The texts between two labels that may be cells: numbers, marks and blanks, with the borders between them."""

import re

from .amounts import amount
from .readings import Token
from .stream import HAN

# Stands in the masked text wherever a label, or the numeral that belongs to it, was.
MASK = "\x00"
# "- 4 -": the foot of a page, not a figure.
PAGE_NUMBER = re.compile(r"[\s\x00]*[-—–―－·•]+\s*\d{1,3}\s*[-—–―－·•]+[\s\x00]*|第?\s*\d{1,3}\s*页.*")
# A bracket of the label behind a number is no part of it.
WORD = re.compile(r"(?:[减減]少?|增加?)\s*\d+|\d+(?=[减減增])|[^\s\x00()（）]+")
# The numbers of a row glued to the last characters of its label.
TAIL = re.compile(r"\D*[\u3400-\u9fff)）”\"](\d+)")
# Alone in a cell it is a stroke for nothing; among other words it is a heading's numeral.
NUMERAL_ONE = "一"
# Counts what stands behind it: an item of a list.
ORDINAL = re.compile(r"\d{1,2}[.、．]")
BORDER = re.compile(r"[|\t│┃]")


def tokens(page, start, end, kinds):
    """Runs of Tokens in a stretch of the page, parted where other text stands between the numbers.

    ``kinds`` are the kinds of column that the row may have; a text that none of them can read is no cell.
    """
    stream, masked = page.stream, page.masked
    runs, run = [], []
    for index in range(stream.piece(start), len(stream.pieces)):
        piece = stream.pieces[index]
        if piece.start >= end and piece.start > start:
            break
        low, high = max(start, piece.start), min(end, piece.end)
        if piece.grid is not None and piece.start == piece.end:
            if piece.start >= start:
                run.append(Token("", piece.start, column=piece.cell.column))
            continue
        if low >= high:
            continue
        column = piece.cell.column if piece.grid is not None else None
        whole = masked[low:high]
        if whole.isdigit():
            run.append(Token(whole, low, column=column))
            continue
        for token in _parts(whole, low, low > piece.start, kinds, column, piece.grid is None):
            if token is None:
                if run:
                    runs.append(run)
                    run = []
            else:
                run.append(token)
    if run:
        runs.append(run)
    return runs


def _parts(text, offset, continues, kinds, column, bordered):
    """The tokens of one piece; None where text stands that is neither label nor number."""
    if PAGE_NUMBER.fullmatch(text):
        return
    spans = list(_cells(text)) if bordered else [(0, len(text))]
    # What stands before the first border and behind the last one of a line is the margin, not a cell.
    if len(spans) > 1:
        first, last = spans[0], spans[-1]
        if not text[slice(*last)].strip() and text[last[0] - 1] != "\t":
            spans.pop()
        if not continues and not text[slice(*first)].strip():
            spans.pop(0)
    elif bordered and not text.strip():
        return
    for low, high in spans:
        yield from _words(text[low:high], offset + low, kinds, column)


def _cells(text):
    low = 0
    for border in BORDER.finditer(text):
        yield low, border.start()
        low = border.end()
    yield low, len(text)


def _words(part, offset, kinds, column):
    bare = part.replace(MASK, " ").strip(" \t\n()（）")
    if not bare:
        if MASK not in part:
            yield Token("", offset, column=column)
        return
    at = offset + part.index(bare[0])
    if MASK not in part.strip(MASK + " \t\n") and is_cell(bare, kinds):
        yield Token(bare, at, column=column)
        return
    soft = False
    for word in WORD.finditer(part):
        if ORDINAL.fullmatch(word[0]) and part[word.end() :].strip():
            continue
        if word[0] != NUMERAL_ONE and is_cell(word[0], kinds):
            yield Token(word[0], offset + word.start(), soft, column)
            soft = True
            continue
        tail = TAIL.fullmatch(word[0])
        if tail and not soft:
            yield None
            yield Token(tail[1], offset + word.start() + tail.start(1), False, column)
            soft = True
        elif HAN.search(word[0]):
            yield None
            soft = False


def is_cell(text, kinds):
    return any(amount(text, kind).status != "unreadable" for kind in kinds)
