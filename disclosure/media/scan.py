"""Scans: pictures of pages to grids and lines, offline.

Tables come from their ruling lines; each line of each cell is recognised by itself, as are the lines
outside tables, so no detection model is needed and an empty cell is known to be empty.
"""

import io
from math import inf
from typing import NamedTuple

from ..document import Document, Grid, GridCell, Paragraph, Place
from ..errors import UnreadableFile
from . import layout, ruled
from .kin import strangers
from .level import contrast_of, flat, inked, paper, prepared
from .ocr import STROKES, UNREADABLE, lines, readings, runs
from .seals import SOLID, without_seals

# Ten pages of A4 at 200 dpi in one long picture have 39 million.
MOST_PIXELS = 80_000_000
MOST_PAGES = 100
# Lines and cells; a page of the form has 250. More are the grain of a photograph.
MOST_STRIPS = 5_000

# A rule is darker than what is round it by this part of the contrast of the page, a faint one by that. Faint ones count
# where they only go on with others, or where so many times the cells come of them: they are also the edges of shades.
RULE, FAINT_RULE, MANY_MORE = 0.22, 0.12, 2
# So near, in parts of the size of the type, two pieces of a rule lie on one line.
ALONG = 0.15
# A rule longer than so many sizes of the type is straight; shorter ones are at most so many times as wide as most.
LONG, WIDER = 4, 1.6

# A page may lie on its side or its head where a sample of so many lines, none longer than so many sizes of the type, has
# fewer sure characters a line: 0.1 to 2.5 were met there, 3.3 to 7 on pages as they should lie. Fewer lines tell nothing.
# It is turned to where it has so many times as many: a table of figures alone has few on any side.
LEGIBLE, SAMPLE, LONGEST, TELLING, CLEARLY = 3, 16, 15, 12, 1.2

# Two pages side by side are so much wider than high; so near to the middle is the paper between them, of the width, and
# so many sizes of the type wide.
WIDE, MIDDLE, GUTTER = 1.15, 0.08, 2

# The odds at most of a reading of which a seal may hide a part, or that looks like no other.
HIDDEN = 0.5
# What runs through a cell is taller than this part of it, and a stroke narrower than this part of the size of the type.
THROUGH, THIN = 0.6, 0.25


def read(path, data):
    """Read a picture of a report, of one page or, as a TIFF may be, of several.

    Raises UnreadableFile if it is broken or far larger than a report, MissingTool where nothing can recognise text.
    """
    document = Document(path=path, medium="scan")
    for page, image in enumerate(_images(path, data), 1):
        document.blocks += read_page(image, page)
    if not document.blocks:
        raise UnreadableFile(f"{path}: no text found in this picture. Open it and look; scan it again at 200 dpi.")
    for number, grid in enumerate(document.grids, 1):
        grid.number = number
    return document


def _images(path, data):
    """Each page as a grey array of bytes."""
    from PIL import Image, ImageSequence

    try:
        with Image.open(io.BytesIO(data)) as picture:
            if getattr(picture, "n_frames", 1) > MOST_PAGES:
                raise UnreadableFile(
                    f"{path}: {picture.n_frames} pages; a report has {MOST_PAGES} at most. Cut it out."
                )
            for frame in ImageSequence.Iterator(picture):
                if frame.width * frame.height > MOST_PIXELS:
                    raise UnreadableFile(
                        f"{path}: has {frame.width} x {frame.height} pixels, far more than a page. Scan it at 200 dpi."
                    )
                yield _grey(frame)
    except Image.DecompressionBombError as error:
        raise UnreadableFile(f"{path}: has far more pixels than a page ({error}). Scan it at 200 dpi.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableFile(f"{path}: is a damaged picture ({error}). Download or scan it again.") from error


def _grey(picture):
    """The picture upright, in shades of grey, on white paper where it is transparent."""
    import numpy
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I"):
        return (numpy.asarray(picture) / 257).astype(numpy.uint8)
    if picture.has_transparency_data:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    if picture.mode == "L" or picture.mode == "1":
        return numpy.asarray(picture.convert("L"))
    return without_seals(numpy.asarray(picture.convert("RGB")))


class _Sheet(NamedTuple):
    """A page, or one of two side by side, as it lies."""

    grey: object
    ink: object
    """A mask of what may be characters."""
    hidden: object
    """What seals and strokes may hide."""
    em: float
    tables: list
    cells: list
    """Of each table, of each of its boxes, the boxes of its lines of text."""
    outside: list

    @property
    def strips(self):
        """(box, whether it is a line of a cell) of every line of text."""
        inside = [strip for table in self.cells for strips in table for strip in strips]
        return [(strip, True) for strip in inside] + [(strip, False) for strip in self.outside]


def read_page(image, page):
    """Grids and lines of one page from its picture: a grey array of bytes, which may have a plane of what seals hide.

    A page that makes no sense as it lies is turned; one with two pages side by side is read as the two.
    """
    sheet, image = _upright(flat(image))
    if cut := _gutter(sheet):
        at = int(cut * image.shape[1])
        return [block for half in (image[:, :at], image[:, at:]) for block in _blocks(_sheet(half), page)]
    return _blocks(sheet, page)


def _upright(image):
    """(the sheet, its picture) lying on that side on which most of a sample of its lines is read with certainty."""
    import numpy

    best = None
    for quarters in (0, 2, 1, 3):
        turned = numpy.rot90(image, quarters)
        sheet = _sheet(turned)
        legible = _legible(sheet)
        if best is None or CLEARLY * best[0] < legible < inf:
            best = legible, sheet, turned
        if legible >= LEGIBLE:
            break
    return best[1:]


def _legible(sheet):
    """Sure characters a line (each the square of its odds) of a sample of the longer half; endless where there are few lines."""
    strips = [strip for strip in sheet.strips if strip[0][2] - strip[0][0] < LONGEST * sheet.em]
    if len(strips) < TELLING or len(sheet.strips) > MOST_STRIPS:
        return inf
    strips.sort(key=lambda strip: strip[0][0] - strip[0][2])
    longer = strips[: max(len(strips) // 2, SAMPLE)]
    strips = longer[:: max(len(longer) // SAMPLE, 1)]
    found = readings(sheet.grey, sheet.ink, strips, sheet.em)
    return sum(reading.score**2 * len(reading.text) for reading in found) / len(found)


def _sheet(image):
    """A picture that lies as it should, and what is in it."""
    grey, hidden, em = prepared(image)
    tables, drawn = _tables(grey, em)
    grey[drawn & _lattices(tables, grey.shape, em) > 0] = paper(grey)
    ink, large = _without_specks(inked(grey), em)
    _clear_strokes(ink, large, hidden, tables, em)
    cells = [[_cell_strips(ink, table.bounds(box), em) for box in range(len(table.boxes))] for table in tables]
    return _Sheet(grey, ink, hidden, em, tables, cells, _outside_strips(ink, tables, em))


def _gutter(sheet):
    """Where the paper between two pages side by side is, as a part of the width; None where they are one page."""
    height, width = sheet.ink.shape
    if width < WIDE * height:
        return None
    begins = int(width * (0.5 - MIDDLE))
    columns = sheet.ink[:, begins : int(width * (0.5 + MIDDLE))].any(axis=0)
    for table in sheet.tables:
        columns[max(int(table.xs[0]) - begins, 0) : max(int(table.xs[-1]) - begins, 0)] = True
    start, end = max(runs(~columns, 1), key=lambda run: run[1] - run[0], default=(0, 0))
    return (begins + (start + end) / 2) / width if end - start > GUTTER * sheet.em else None


def _blocks(sheet, page):
    """Grids and lines of a sheet."""
    grey, ink, hidden, em, tables, cells, outside = sheet
    tasks = sheet.strips
    if len(tasks) > MOST_STRIPS:
        return []
    beside = int(em / 2)  # A whole digit may be hidden.
    found = readings(grey, ink, tasks, em)
    odd = strangers(grey, ink, tasks, found)
    doubted = [
        reading._replace(score=min(reading.score, HIDDEN))
        if at in odd or (hidden[top:bottom, max(left - beside, 0) : right + beside] > SOLID).any()
        else reading
        for at, (((left, top, right, bottom), _), reading) in enumerate(zip(tasks, found, strict=True))
    ]
    read = iter(doubted)
    blocks = [(table.ys[0], _grid(table, strips, hidden, read, page)) for table, strips in zip(tables, cells)]
    pieces = [(*strip, reading.text) for strip, reading in zip(outside, read) if reading.text.strip()]
    others = frozenset().union(*(reading.others for reading in found))
    for line, (top, text) in enumerate(layout.aligned(pieces), 1):
        blocks.append((top, Paragraph(text, Place(page=page, line=line), others)))
    return [block for _, block in sorted(blocks, key=lambda pair: pair[0])]


def _grid(table, cells, hidden, read, page):
    """The grid of one table; ``read`` yields the readings of its cells' lines in order.

    Where something is hidden and nothing shows, the cell is not known to be blank; a stroke beside a figure is no mark.
    """
    grid = Grid([], number=0, page=page)
    for number, (box, strips) in enumerate(zip(table.boxes, cells)):
        lines = [next(read) for _ in strips]
        if len(lines) > 1:
            lines = [line._replace(score=min(line.score, HIDDEN)) if line.text in STROKES else line for line in lines]
        elif not lines:
            left, top, right, bottom = map(int, table.bounds(number))
            lines = [UNREADABLE] if hidden[top:bottom, left:right].any() else []
        cell = GridCell("\n".join(line.text for line in lines), *box, page=page)
        if lines:
            cell.score = min(line.score for line in lines)
        grid.cells.append(cell)
    return grid


# What is on it -----------------------------------------------------------------------------------


def _tables(grey, em):
    """(the ruled tables, a mask of the pixels of rules)."""
    import cv2
    import numpy

    ridges, dark = [*_ridges(grey, em)], contrast_of(grey)
    (plain, drawn), (faint, all_drawn) = (_rules(ridges, em, share * dark) for share in (RULE, FAINT_RULE))
    tables, all_tables = ruled.frames(*plain, em), ruled.frames(*faint, em)
    rim = numpy.ones((5, 5), numpy.uint8)
    if sum(len(table.boxes) for table in all_tables) > MANY_MORE * sum(len(table.boxes) for table in tables):
        return all_tables, cv2.dilate(all_drawn, rim)
    together = [
        rules + [part for rule in more for part in _going_on(rule, rules, crossing, em)]
        for rules, more, crossing in zip(plain, faint, plain[::-1])
    ]
    # Beside what is drawn plainly its rim is faint, and so may a figure's be.
    beside = cv2.dilate(drawn, numpy.ones((int(em),) * 2, numpy.uint8))
    return ruled.frames(*together, em), cv2.dilate(drawn, rim) | (all_drawn & ~beside)


def _going_on(rule, rules, crossing, em):
    """The part of a faint rule that goes on with one of the others, between the first and the last that cross it there."""
    at, start, end = rule
    ends = [other for other, low, high in crossing if low - em / 3 <= at <= high + em / 3]
    if not ends or not any(abs(at - other) < ALONG * em for other, _, _ in rules):
        return []
    part = at, max(start, min(ends)), min(end, max(ends))
    return [part] if part[1] < part[2] else []


def _ridges(grey, em):
    """How much darker each pixel is than what is beside the rule that runs through it: through a level one, an upright one."""
    import cv2
    import numpy

    def level(length):
        return numpy.ones((1, int(length)), numpy.uint8)

    def upright(length):
        return level(length).T

    for along, across, least in ((level, upright, 3 * em), (upright, level, 1.3 * em)):
        # Averaged along the rule, a faint one stands out from noise.
        smooth = cv2.blur(grey, along(em / 5 + 1).shape[::-1])
        darker = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, across(em / 2))
        yield cv2.morphologyEx(darker, cv2.MORPH_OPEN, along(least))


def _rules(ridges, em, least):
    """((horizontal rules, vertical rules), a mask of their pixels) of the ridges that are so much darker at least."""
    import cv2
    import numpy

    rules, drawn = [], 0
    for is_level, ridge in zip((True, False), ridges):
        strokes = (ridge > least).astype(numpy.uint8) * 255
        boxes = cv2.connectedComponentsWithStats(strokes)[2][1:, :4]
        lengths, widths = (boxes[:, 2:] if is_level else boxes[:, :1:-1]).T
        # A short one far wider than others is the arc of a ring.
        usual = numpy.median(widths) if len(widths) else 0
        straight = (widths < em / 2) & ((lengths > LONG * em) | (widths <= WIDER * usual))
        rules.append(
            [
                (top + height / 2, left, left + width) if is_level else (left + width / 2, top, top + height)
                for left, top, width, height in boxes[straight].tolist()
            ]
        )
        drawn = strokes | drawn
    return rules, drawn


def _lattices(tables, shape, em):
    """A mask of where the rules of the tables may run: long strokes elsewhere belong to characters."""
    import numpy

    mask, near = numpy.zeros(shape, numpy.uint8), int(em / 3)
    for table in tables:
        left, top, right, bottom = (
            max(int(edge), near) for edge in (table.xs[0], table.ys[0], table.xs[-1], table.ys[-1])
        )
        for x in map(int, table.xs):
            mask[top - near : bottom + near, max(x - near, 0) : x + near] = 255
        for y in map(int, table.ys):
            mask[max(y - near, 0) : y + near, left - near : right + near] = 255
    return mask


def _without_specks(ink, em):
    """(the ink without what is larger than any character, or smaller than a decimal point, or as small and by itself;
    what is larger).
    """
    import cv2
    import numpy

    _, labels, stats, centres = cv2.connectedComponentsWithStats(ink)
    sizes = stats[:, 2:4].max(axis=1)
    strokes = (sizes >= em / 5) & (sizes <= 5 * em)
    strokes[0] = False
    beside = cv2.dilate(strokes[labels].astype(numpy.uint8), numpy.ones((int(em), int(em)), numpy.uint8))
    x, y = centres.T.astype(int)
    points = (sizes >= em / 8) & (sizes < em / 5) & (beside[y, x] > 0)
    large = sizes > 5 * em
    large[0] = False
    return (strokes | points)[labels], large[labels]


def _clear_strokes(ink, large, hidden, tables, em):
    """Take out of the ink the thin strokes that run through a cell: the ring of a seal, a fold, the rest of a rule.

    All of such a cell counts as hidden, for a figure may be part of the stroke; where nothing else is in it, it stays.
    So does a cell out of which something ``large`` was taken that may have met its figure.
    """
    import cv2
    import numpy

    edge = int(em / 5)
    for table in tables:
        for box in range(len(table.boxes)):
            left, top, right, bottom = map(int, table.bounds(box))
            if large[top + edge : bottom - edge, left + edge : right - edge].any():
                hidden[top:bottom, left:right] = 255
            cell, least = ink[top:bottom, left:right], max(1.1 * em, THROUGH * (bottom - top))
            if cell.any(axis=1).sum() < least:
                continue
            _, parts, stats, _ = cv2.connectedComponentsWithStats(cell.astype(numpy.uint8))
            through = stats[:, 3] >= least
            through[0] = False
            if through.any():
                hidden[top:bottom, left:right] = 255
                through &= stats[:, 4] < THIN * em * stats[:, 3]
                if (rest := cell & ~through[parts]).any():
                    cell[:] = rest


# Lines of text ------------------------------------------------------------------------------------


def _words(ink, left, top, right, bottom, gap, em):
    """The boxes (left, top, right, bottom) of lines and, where a gap is that wide, of their parts."""
    words = []
    for start, end in lines(ink[top:bottom, left:right], em):
        for first, last in runs(ink[top + start : top + end, left:right].any(axis=0), gap):
            words.append((left + first, top + start, left + last, top + end))
    return words


def _cell_strips(ink, bounds, em):
    """The lines of one cell. A label that runs down in single characters is one line."""
    left, top, right, bottom = map(int, bounds)
    strips = _words(ink, left, top, right, bottom, right - left, em)
    if len(strips) > 2 and all(strip[2] - strip[0] < 1.4 * em for strip in strips):
        lefts, tops, rights, bottoms = zip(*strips)
        return [(min(lefts), tops[0], max(rights), bottoms[-1])]
    return strips


def _outside_strips(ink, tables, em):
    """The lines outside the tables, in parts where a gap may be a border between columns."""
    rest = ink.copy()
    for table in tables:
        for box in range(len(table.boxes)):
            left, top, right, bottom = map(int, table.bounds(box))
            rest[top : bottom + 1, left : right + 1] = False
    strips = []
    height, width = rest.shape
    for left, top, right, bottom in _words(rest, 0, 0, width, height, layout.COLUMN_GAP * em, em):
        # Beside something taller the lines of a part show only by themselves.
        strips += _words(rest, left, top, right, bottom, right - left, em)
    return strips
