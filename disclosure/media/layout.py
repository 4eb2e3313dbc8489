"""Pieces of text on a page to lines: what text PDFs and scans share.

A piece is ``(left, top, right, bottom, text)``, a character or a word; coordinates run right and
down, in whatever unit the caller measures.
"""

from statistics import quantiles
from unicodedata import east_asian_width

# A gap of more than this much of the text's size is a blank: a Latin blank is 0.22 to 0.28 of it,
# justified lines stretch by less than 0.15.
BLANK = 0.17
# A gap of more than this is a border between columns.
COLUMN_GAP = 1.2
# A character that stands again at most so far to the right, in parts of its size, is one, made bold so.
AGAIN = 0.15
# No character below this one is full-width.
FIRST_WIDE = "\u1100"


def columns(text):
    """How many columns the text takes on a terminal: a full-width character takes two.

    >>> columns("规章 0")
    6
    """
    return sum(2 if char >= FIRST_WIDE and east_asian_width(char) in "WF" else 1 for char in text)


def size(left, right, text):
    """The size of the type, judged by the width of the text: heights tell more of the font than of the size."""
    return 2 * (right - left) / (columns(text) or 1)


def lines(pieces):
    """The pieces, line by line from the top, each from left to right."""
    found = []
    for piece in sorted(pieces, key=lambda piece: piece[1] + piece[3]):
        middle, height = piece[1] + piece[3], piece[3] - piece[1]
        if not found or middle - found[-1][0] > 0.8 * min(height, found[-1][1]):
            found.append((middle, height, []))
        found[-1][2].append(piece)
    return [sorted(line) for _, _, line in found]


def words(line):
    """(left, right, text) of the pieces of one line, joined where no blank stands between them; each piece counts once."""
    start, top, right, bottom, text = line[0]
    last, joined, found = line[0], [text], []
    for piece in line[1:]:
        left, _, far, _, text = piece
        gap = left - right
        if gap < 0 and text == last[4] and left - last[0] < AGAIN * (bottom - top):
            continue
        # The first comparison is the cheap one.
        if gap > BLANK * (bottom - top) / 3 and gap > BLANK * max(
            size(last[0], last[2], last[4]), size(left, far, text)
        ):
            found.append((start, right, "".join(joined)))
            start, right, joined = left, far, []
        joined.append(text)
        right = max(right, far)
        last = piece
    return [*found, (start, right, "".join(joined))]


def cell_text(pieces):
    """The text of one cell: a line break between its lines, a blank where the line has one."""
    if len(pieces) == 1:
        return pieces[0][4]
    return "\n".join(" ".join(text for _, _, text in words(line)) for line in lines(pieces))


def aligned(pieces):
    """(top, text) of each line, its words set at the columns where they stand, as on a printed page.

    A line without a gap as wide as a border is prose: it keeps its indent, and single blanks.
    """
    if not pieces:
        return []
    # The smallest type in common use sets the pitch, so that words of a dense table do not collide.
    wide = [piece for piece in pieces if piece[4] >= FIRST_WIDE]
    sizes = [size(left, right, text) for left, _, right, _, text in wide or pieces]
    pitch = (quantiles(sizes, n=10)[0] if len(sizes) > 1 else sizes[0]) / 2
    margin = min(piece[0] for piece in pieces)
    return [(line[0][1], _set(words(line), margin, pitch)) for line in lines(pieces)]


def _set(line, margin, pitch):
    gaps = [after[0] - before[1] for before, after in zip(line, line[1:])]
    tabular = any(gap > COLUMN_GAP * size(*word) for gap, word in zip(gaps, line))
    text = ""
    for left, _, word in line:
        column = round((left - margin) / pitch) if tabular or not text else 0
        text += " " * max(column - columns(text), 1 if text else 0) + word
    return text
