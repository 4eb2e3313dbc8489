"""PDF: ruled tables by their ruling lines, the rest as lines that keep their columns; pictures of pages and tables by OCR."""

import re
import threading
import time
from ctypes import addressof, byref, c_double, c_float, c_int, c_uint, c_ushort
from itertools import pairwise
from math import pi, tan
from statistics import median

from ..document import Document, Grid, GridCell, Paragraph, Place
from ..errors import UnreadableFile
from . import layout, ruled, scan
from .images import Image, of_page, pasted, with_pictures
from .unseen import noted

# A report has 4 to 40 pages of some 1,500 characters and 750 strokes; a file far beyond is something else.
MOST_PAGES = 300
MOST_CHARACTERS = 100_000
MOST_DRAWINGS = 50_000
DEEPEST = 8
MOST_SECONDS = 180

# pdfium's signs for a hyphen that ends a line; in these tables it is a mark for "nothing".
HYPHENS = {"\x02": "-", "\ufffe": "-"}

# A page is a scan if one image covers this share of it.
PICTURE = 0.5
# A page without text but with more strokes than forms have is text drawn as outlines.
OUTLINES = 400
# Characters that stand for none, and the share of them, or of hidden ones, that makes a text layer useless.
GARBLED = re.compile("[?\x00-\x1f\ue000-\uf8ff\ufffd]")
DOUBTFUL = 0.3

# A note's mark is at most so large, and at least so much above its line, in parts of the figure before it.
NOTE_SIZE, NOTE_LIFT = 0.85, 0.1

# Two digits are printed one upon the other if so much of the narrower is in both, and no one can read them. Of two that
# follow one another so much may be: some fonts say that they are wider than they are.
UPON, CLOSE, ILLEGIBLE = 0.5, 0.8, "\ufffd"
# So far apart, in parts of the type's size, their lines are at most; the next line of a crowded table is farther.
NUDGED = 1 / 3

# Notes, by pdfium's numbers, that stand on text: text typed over it, and strokes through it; and those that are typed: such
# text, and a form's fields.
FREE_TEXT, STRIKE_OUT, FIELD = 3, 12, 20
UPON_TEXT, TYPED = (FREE_TEXT, STRIKE_OUT), (FREE_TEXT, FIELD)

# A text runs aslant whose lines rise by so much of their length at least.
ASLANT = 0.1

# Ink at least so light in each of its colours, of 255, is white; type at most so high, in points, is not seen.
WHITE, UNSEEN_HEIGHT = 240, 1.5
# A page with more pieces of white text has a ground that is not told here.
MOST_PALE = 1_000

# pdfium keeps global state.
_ONE_THREAD = threading.Lock()


def read(path, data):
    """Read a PDF: text and tables as they stand, by OCR every page that is a picture, and pictures where tables should be.

    A table that runs over several pages gives a grid on each. Raises UnreadableFile if the file is
    locked, broken, empty, or far larger than a report.
    """
    with _ONE_THREAD:
        pdf = _open(path, data)
        try:
            return _document(path, pdf)
        finally:
            pdf.close()


def _open(path, data):
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        pdf = pypdfium2.PdfDocument(data)
        pdf.init_forms()
        return pdf
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableFile(
                f"{path}: this PDF is locked with a password. Open it with the password and print it to a new PDF, "
                "or run `qpdf --password=... --decrypt`, and read the new file."
            ) from error
        raise UnreadableFile(f"{path}: this PDF is broken or cut short ({error}). Download it again.") from error


def _document(path, pdf):
    import pypdfium2

    if len(pdf) > MOST_PAGES:
        raise UnreadableFile(f"{path}: {len(pdf)} pages, and a report has {MOST_PAGES} at most. Cut the report out.")
    document = Document(path=path, medium="pdf", title=pdf.get_metadata_value("Title") or None)
    flow, recognised, lost, illegible, unseen = [], [], [], [], 0
    ends = time.monotonic() + MOST_SECONDS
    for number in range(1, len(pdf) + 1):
        if time.monotonic() > ends:
            raise UnreadableFile(f"{path}: not read within {MOST_SECONDS} s, at page {number}. Cut the report out.")
        try:
            page = _opened(pdf, number)
        except pypdfium2.PdfiumError:
            lost.append(number)
            continue
        try:
            blocks, is_picture, left_out, blotted = _page(page, number, f"{path}: page {number}")
        finally:
            page.close()
        flow += blocks
        unseen += left_out
        if blotted:
            illegible.append(number)
        if is_picture:
            recognised.append(number)
    document.blocks, document.notes = with_pictures(pdf, flow)
    if not document.blocks:
        raise UnreadableFile(f"{path}: nothing to read on any of the {len(pdf)} pages of this PDF. Open it and look.")
    if lost:
        document.notes.append(("medium.pages", "error", f"第 {_listed(lost)} 页已损坏，没有读出。"))
    if recognised:
        document.notes.append(("medium.ocr", "info", f"第 {_listed(recognised)} 页是图像，由文字识别读出。"))
    document.notes += noted(left_out=unseen)
    if illegible:
        document.notes.append(
            ("media.covered", "warning", f"第 {_listed(illegible)} 页有数字互相重叠或被批注盖住，未采用，请对照原件。")
        )
    if len(recognised) == len(pdf) - len(lost):
        document.medium = "scan"
    for number, grid in enumerate(document.grids, 1):
        grid.number = number
    return document


def _listed(numbers):
    return "、".join(map(str, numbers))


def _page(page, number, where):
    """(blocks, whether they were recognised in a picture, how many digits no one sees, and can read) of one page."""
    text_page = page.get_textpage()
    try:
        text = _text(text_page.raw, where)
        turned, upright = _upright(page, text_page.raw, text)
        covers = [upright(*box) for box in _boxes(page, UPON_TEXT)]
        pieces, em, tiny, blotted = _pieces(text_page.raw, text, upright, covers)
        hidden, garbled = _doubts(text_page.raw, text)
        horizontal, vertical, images, strokes, buried, is_pale, is_slanted = _drawn(page, upright, em / 3, where)
        is_scan = max((image.share for image in images), default=0) > PICTURE
        if garbled or is_scan and (hidden or buried) or not pieces and (images or strokes > OUTLINES):
            return scan.read_page(of_page(page, images), number), True, 0, 0
        unseen = _unseen(page, text_page.raw, text) if is_pale else set()
        if left_out := unseen | (_slanted(text_page.raw, text) if is_slanted else set()):
            text = "".join(" " if index in left_out else char for index, char in enumerate(text))
            pieces, em, tiny, blotted = _pieces(text_page.raw, text, upright, covers)
    finally:
        text_page.close()
    tables = pasted(page, images, pieces, number, turned)
    return _blocks(pieces, horizontal, vertical, tables, em, number), False, tiny + len(unseen), blotted


def _text(text_page, where):
    """The characters of the page in the file's order, one for each index of pdfium's."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFText_CountChars(text_page)
    if count > MOST_CHARACTERS:
        raise UnreadableFile(f"{where}: {count} characters on one page; this is no report.")
    buffer = (c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    text = bytes(buffer)[:-2].decode("utf-16-le", "replace")
    if len(text) != count or "\0" in text:
        # Characters beyond the first plane, or ones that stand for nothing, shift the indices.
        codes = (pdfium.FPDFText_GetUnicode(text_page, index) for index in range(count))
        text = "".join("\ufffd" if 0xD800 <= code < 0xE000 else chr(code) for code in codes)
    return text


def _upright(page, text_page, text):
    """(the quarters by which the page has to be turned clockwise for its text to be upright, a function from pdfium's box
    (left, bottom, right, top) to a piece's (left, top, right, bottom) on the page so turned).

    The text says how the page lies: what the page's own entry turns, its text turns back.
    """
    import pypdfium2.raw as pdfium

    shown = [index for index, char in enumerate(text) if not char.isspace()]
    quarters = [
        -round(pdfium.FPDFText_GetCharAngle(text_page, index) / (pi / 2)) % 4
        for index in shown[:: len(shown) // 50 + 1]
    ]
    turned = max(range(4), key=quarters.count)
    west, south, east, north = page.get_bbox()
    to_piece = (
        lambda left, bottom, right, top: (left - west, north - top, right - west, north - bottom),
        lambda left, bottom, right, top: (bottom - south, left - west, top - south, right - west),
        lambda left, bottom, right, top: (east - right, bottom - south, east - left, top - south),
        lambda left, bottom, right, top: (north - top, east - right, north - bottom, east - left),
    )
    return turned, to_piece[turned]


def _pieces(text_page, text, upright, covers):
    """(the characters as pieces for layout, the size of the type, how many digits are too small to be seen, and how many
    are illegible, under the boxes ``covers`` or under other digits).

    All pieces are one em high and sit on their baseline: what fonts say of their height is not to be
    trusted, and a 一 or a dash by itself does not stand where its line does. A note's mark behind a figure, smaller
    and raised, is one piece in brackets: 22 with a small 1 is not 221.
    """
    import pypdfium2.raw as pdfium

    box, x, y = pdfium.FS_RECTF(), c_double(), c_double()
    here, at_x, at_y = byref(box), byref(x), byref(y)
    found, level, baseline, raised, is_tiny, tiny = [], (0, 0), 0, False, False, 0
    for index, char in enumerate(text):
        if not char.isspace() and pdfium.FPDFText_GetLooseCharBox(text_page, index, here):
            left, top, right, bottom = upright(box.left, box.bottom, box.right, box.top)
            # Neighbours of one font and line have one height, and then one baseline.
            if (top, bottom) != level:
                size, line = level[1] - level[0], baseline
                pdfium.FPDFText_GetCharOrigin(text_page, index, at_x, at_y)
                start, baseline, _, _ = upright(x.value, y.value, x.value, y.value)
                level, left, is_tiny = (top, bottom), min(left, start), 0 < bottom - top <= UNSEEN_HEIGHT
                small = bottom - top < NOTE_SIZE * size and NOTE_LIFT * size < line - baseline < size
                raised = small and char.isdigit() and found[-1][3].isdigit() and 0 <= left - found[-1][0] < size
                if raised:
                    found.append((left, line, right, f"[{char}]"))
                    continue
            # Some fonts say of a dash or 一 that it is as low as its ink.
            if is_tiny and char.isdigit():
                tiny += 1
            elif raised:
                left, line, _, mark = found[-1]
                found[-1] = left, line, right, f"{mark[:-1]}{char}]"
            else:
                found.append((left, baseline, right, HYPHENS.get(char, char)))
    sizes = [right - left for left, _, right, char in found if char >= layout.FIRST_WIDE]
    em = median(sizes or [2 * (right - left) for left, _, right, _ in found] or [10])
    blotted = _blot(found, em, covers)
    return (
        [(left, baseline - 0.85 * em, right, baseline + 0.15 * em, char) for left, baseline, right, char in found],
        em,
        tiny,
        blotted,
    )


def _blot(found, em, covers):
    """Make the digits illegible that stand one upon another, as where a number is painted over and written anew, or under
    a box; how many these are.
    """
    rows, blotted = {}, set()
    for index, (left, baseline, right, char) in enumerate(found):
        if char.isdigit():
            row = int(baseline / (NUDGED * em))
            # A number written anew does not stand on the old one's line to a hair.
            rows.setdefault(row, []).append((left, right, index))
            rows.setdefault(row + 1, []).append((left, right, index))
            x, y = (left + right) / 2, baseline - em / 3
            if any(west <= x <= east and north <= y <= south for west, north, east, south in covers):
                blotted.add(index)
    for row in rows.values():
        row.sort()
        for (left, right, index), (start, end, other) in pairwise(row):
            share = CLOSE if abs(index - other) == 1 else UPON
            if right - start > share * min(right - left, end - start) and found[index][3] != found[other][3]:
                blotted |= {index, other}
    for index in blotted:
        found[index] = *found[index][:3], ILLEGIBLE
    return len(blotted)


def _opened(pdf, number):
    """A page, with what was typed into a form's fields or as notes beside its text made part of it.

    A page whose figures are under notes, or that has no text to be beside, stays as it is; other notes are no text.
    """
    import pypdfium2.raw as pdfium

    page = pdf[number - 1]
    if not _boxes(page, TYPED):
        return page
    text_page = page.get_textpage()
    under = (text_page.get_text_bounded(*box) for box in _boxes(page, UPON_TEXT))
    is_open = text_page.count_chars() > 0 and not any(map(str.isdigit, "".join(under)))
    text_page.close()
    if not is_open:
        return page
    for index in reversed(range(pdfium.FPDFPage_GetAnnotCount(page.raw))):
        note = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind not in TYPED:
            pdfium.FPDFPage_RemoveAnnot(page.raw, index)
    pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return pdf[number - 1]


def _boxes(page, kinds):
    """The boxes of the page's notes of these kinds, hidden ones left out, as pdfium gives them."""
    import pypdfium2.raw as pdfium

    boxes, box = [], pdfium.FS_RECTF()
    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if (
            pdfium.FPDFAnnot_GetSubtype(note) in kinds
            and not pdfium.FPDFAnnot_GetFlags(note) & pdfium.FPDF_ANNOT_FLAG_HIDDEN
            and pdfium.FPDFAnnot_GetRect(note, byref(box))
        ):
            boxes.append((box.left, box.bottom, box.right, box.top))
        pdfium.FPDFPage_CloseAnnot(note)
    return boxes


def _doubts(text_page, text):
    """(is the text a hidden layer, does its font not tell what its characters are?), judged by a sample."""
    import pypdfium2.raw as pdfium

    seen = [index for index, char in enumerate(text) if not char.isspace()]
    sample = seen[:: len(seen) // 50 + 1]
    hidden = sum(
        pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(text_page, index))
        == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        for index in sample
    )
    garbled = sum(
        GARBLED.fullmatch(text[index]) is not None
        # Without a table of its characters pdfium gives a font's own numbers; Han among them are meant.
        or pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1
        and not "\u3400" <= text[index] <= "\u9fff"
        for index in sample
    )
    return hidden > DOUBTFUL * len(sample), garbled > DOUBTFUL * len(sample)


def _drawn(page, upright, thin, where):
    """(horizontal rules, vertical rules, images, number of strokes, whether an image hides the text, whether some of it
    is white or invisible, whether some of it runs aslant, as that of a watermark) of the page.

    A rule is a straight stroke, or a filled box thinner than ``thin``. An image is an Image.
    """
    import pypdfium2.raw as pdfium

    horizontal, vertical, images, strokes, texts, buried, is_pale, is_slanted = [], [], [], 0, 0, 0, False, False
    page_area = page.get_width() * page.get_height()
    inks = (red, *_), pointers = _inks()
    colour, mode = pdfium.FPDFPageObj_GetFillColor, pdfium.FPDFTextObj_GetTextRenderMode
    for count, (drawing, kind, matrix) in enumerate(_drawings(page.raw)):
        if count > MOST_DRAWINGS:
            raise UnreadableFile(f"{where}: more than {MOST_DRAWINGS} things drawn on one page; this is no report.")
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            strokes += 1
            for box in _straight(drawing, thin):
                left, top, right, bottom = upright(*_through(matrix, *box))
                if bottom - top <= thin:
                    horizontal.append(((top + bottom) / 2, left, right))
                if right - left <= thin:
                    vertical.append(((left + right) / 2, top, bottom))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = _through(matrix, *_bounds(drawing))
            share = (right - left) * (top - bottom) / page_area
            images.append(Image(share, _pixels(drawing), upright(left, bottom, right, top)))
            # What is drawn before it lies under it: so some programs keep the text that they recognised.
            if share > PICTURE and not pdfium.FPDFPageObj_HasTransparency(drawing):
                buried = texts
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts += 1
            # Most text is black, which is soon told.
            if mode(drawing) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE or colour(drawing, *pointers) and red.value:
                is_pale = is_pale or _is_pale(drawing, inks)
                is_slanted = is_slanted or _is_slanted(_times(_matrix(drawing), matrix))
    return horizontal, vertical, images, strokes, buried > DOUBTFUL * texts, is_pale, is_slanted


def _is_slanted(matrix):
    """Whether a text runs neither along the sides of the page nor down them; type that leans, as italics do, runs along."""
    along, down = map(abs, matrix[:2])
    return min(along, down) > ASLANT * max(along, down)


def _slanted(text_page, text):
    """The indices of the characters that run aslant; none where so much of the page does that it lies so itself."""
    import pypdfium2.raw as pdfium

    shown = (index for index, char in enumerate(text) if not char.isspace())
    angles = ((index, pdfium.FPDFText_GetCharAngle(text_page, index)) for index in shown)
    aslant = {index for index, angle in angles if abs(tan(2 * angle)) > ASLANT}
    return aslant if len(aslant) < DOUBTFUL * len(text) else set()


def _inks():
    """(red, green, blue, opacity) of a drawing, and (pointers to them) for pdfium."""
    inks = [c_uint() for _ in range(4)]
    return inks, [byref(ink) for ink in inks]


def _is_white(drawing, inks, pointers):
    """Whether a text or a path is filled with white, or with nothing."""
    import pypdfium2.raw as pdfium

    red, green, blue, opacity = inks
    is_known = pdfium.FPDFPageObj_GetFillColor(drawing, *pointers)
    return is_known and (red.value >= WHITE and min(green.value, blue.value) >= WHITE or not opacity.value)


def _is_pale(text, inks):
    """Whether a text is white or invisible."""
    import pypdfium2.raw as pdfium

    return _is_white(text, *inks) or pdfium.FPDFTextObj_GetTextRenderMode(text) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE


def _is_painted(drawing, kind):
    """Whether what is drawn is a surface in another colour than white."""
    import pypdfium2.raw as pdfium

    if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
        return True
    fill, stroke = c_int(), c_int()
    is_path = kind == pdfium.FPDF_PAGEOBJ_PATH and pdfium.FPDFPath_GetDrawMode(drawing, byref(fill), byref(stroke))
    return bool(is_path and fill.value) and not _is_white(drawing, *_inks())


def _unseen(page, text_page, text):
    """The indices of the digits that no one sees: white on nothing but paper, or invisible.

    Words are kept, and so is all of it where it is much of the page: there is something to see that is not text.
    """
    import pypdfium2.raw as pdfium

    grounds, pale, count, inks = [], set(), 0, _inks()
    for drawing, kind, matrix in _drawings(page.raw):
        left, bottom, right, top = _through(matrix, *_bounds(drawing))
        if _is_painted(drawing, kind):
            grounds.append((left, bottom, right, top))
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT and _is_pale(drawing, inks):
            count += 1
            if count > MOST_PALE:
                return set()
            x, y = (left + right) / 2, (bottom + top) / 2
            if not any(west <= x <= east and south <= y <= north for west, south, east, north in grounds):
                pale.add(addressof(drawing.contents))
    found = {}
    for index, char in enumerate(text):
        drawing = pdfium.FPDFText_GetTextObject(text_page, index)
        if drawing and addressof(drawing.contents) in pale:
            found.setdefault(addressof(drawing.contents), []).append(index)
    unseen = [
        index
        for inside in found.values()
        if not any(text[index] >= layout.FIRST_WIDE for index in inside)
        for index in inside
    ]
    return set(unseen) if len(unseen) < DOUBTFUL * len(text) else set()


def _drawings(page):
    """(object, its kind, the matrix of the forms that hold it) for all that is drawn, forms opened up."""
    import pypdfium2.raw as pdfium

    def walk(holder, count, get, matrix, depth):
        for index in range(count(holder)):
            drawing = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(drawing)
            yield drawing, kind, matrix
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
                inner = _times(_matrix(drawing), matrix)
                yield from walk(
                    drawing, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, depth + 1
                )

    return walk(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, None, 0)


def _straight(path, thin):
    """The boxes of a path that may be rules: itself if it is thin, else its straight strokes or thin parts."""
    import pypdfium2.raw as pdfium

    box = _bounds(path)
    if min(box[2] - box[0], box[3] - box[1]) <= thin:
        return [box]
    fill, stroke = c_int(), c_int()
    pdfium.FPDFPath_GetDrawMode(path, byref(fill), byref(stroke))
    boxes = []
    for points in _outlines(path):
        if stroke.value:
            boxes += [_box(pair) for pair in zip(points, points[1:])]
        elif fill.value:
            boxes.append(_box(points))
    matrix = _matrix(path)
    return [_through(matrix, *box) for box in boxes]


def _outlines(path):
    """The corners of each part of a path; a curve ends a part, as no rule has one."""
    import pypdfium2.raw as pdfium

    x, y = c_float(), c_float()
    outlines = []
    for index in range(min(pdfium.FPDFPath_CountSegments(path), MOST_DRAWINGS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        if pdfium.FPDFPathSegment_GetType(segment) != pdfium.FPDF_SEGMENT_LINETO:
            outlines.append([])
        outlines[-1].append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            outlines[-1].append(outlines[-1][0])
    return outlines


def _box(points):
    xs, ys = zip(*points)
    return min(xs), min(ys), max(xs), max(ys)


def _bounds(drawing):
    import pypdfium2.raw as pdfium

    edges = [c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(drawing, *map(byref, edges))
    return [edge.value for edge in edges]


def _pixels(image):
    import pypdfium2.raw as pdfium

    width, height = c_uint(), c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image, byref(width), byref(height))
    return max(width.value, height.value)


def _matrix(drawing):
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(drawing, byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(first, second):
    if second is None:
        return first
    a, b, c, d, e, f = first
    A, B, C, D, E, F = second
    return a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F


def _through(matrix, left, bottom, right, top):
    """The box round a box that went through a matrix."""
    if matrix is None:
        return left, bottom, right, top
    a, b, c, d, e, f = matrix
    return _box([(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)])


def _blocks(pieces, horizontal, vertical, pictures, em, number):
    """Grids and lines of one page, and the ``pictures`` among them, from the top down."""
    tables = ruled.frames(horizontal, vertical, em)
    inside = [[[] for _ in table.boxes] for table in tables]
    outside = []
    # A table inside a cell of another comes first.
    nested = sorted(zip(tables, inside), key=lambda pair: pair[0].ys[-1] - pair[0].ys[0])
    level, across = None, []
    for piece in pieces:
        x, y = (piece[0] + piece[2]) / 2, (piece[1] + piece[3]) / 2
        if y != level:
            level, across = y, [(table, boxes, cells) for table, cells in nested if (boxes := table.boxes_across(y))]
        for table, boxes, cells in across:
            cell = table.box_at(x, boxes)
            if cell is not None:
                cells[cell].append(piece)
                break
        else:
            outside.append(piece)
    blocks = pictures + [
        (table.ys[0], _grid(table, cells, number)) for table, cells in zip(tables, inside) if any(cells)
    ]
    for line, (top, text) in enumerate(layout.aligned(outside), 1):
        blocks.append((top, Paragraph(text, Place(page=number, line=line))))
    return [block for _, block in sorted(blocks, key=lambda pair: pair[0])]


def _grid(table, cells, number):
    return Grid(
        [GridCell(layout.cell_text(pieces), *box, page=number) for box, pieces in zip(table.boxes, cells)],
        number=0,
        page=number,
    )
