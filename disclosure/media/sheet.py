"""Spreadsheets (XLSX, XLS, CSV): one Grid a sheet, its rows and columns as in the program that shows it."""

import csv
import io
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..document import Document, Grid, GridCell, Paragraph, Place
from ..encoding import decode
from ..errors import UnreadableFile
from .blocks import BLOCK_LIMIT, GRID_LIMIT, struck_out
from .formats import is_plain, shown
from .marks import set_off
from .package import Package
from .unseen import HAN, PALE, noted

# How a sheet names its part, and how it does in Strict OOXML.
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
DIGITS = re.compile(r"[0-9]{1,9}")
NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,9})?")
# Columns of the widest sheet.
COLUMNS = 16_384
# Number formats that show a date or a time, among those that have no code of their own.
DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
# What in a format's code is not a pattern: quoted text, escaped characters, colours and conditions.
FORMAT_TEXT = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
FORMAT_DATE = re.compile(r"[ymdhs]", re.I)
# No program writes a longer code.
LONGEST_CODE = 255
# Per cent, of the formats that have no code of their own and change what a number says; and what marks a date among codes.
CODES = {"9": "0%", "10": "0.00%"}
DATE = "yyyy-mm-dd"
# Day 0 of the two calendars that a workbook may count in.
EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
# Names that programs give to sheets and no one changed; any other is a heading over its sheet.
UNNAMED = re.compile(r"(sheet|工作表|表)\s*\d*", re.I)
# White among the colours that a workbook numbers: the paper of its theme, and two of the fixed ones.
WHITES = {"theme": ("0",), "indexed": ("1", "9")}
# Type smaller than this part of the figure before it may be a note's; what has the cell's own size has so many points, or more.
SMALL, USUAL = 0.75, 10
# A colour so light is white on paper; and a point, in twentieths, is too small to be seen.
LIGHTEST, POINT = 240, 20
# The sign before a figure by which spreadsheet programs are told to keep it as text; what writes sheets may leave it there.
TYPED = re.compile(r"\s*['’](?=[-\d.,]+\s*$)")
# What may colour a cell over what its own style says.
COLOURING = ("{*}tableParts", "{*}conditionalFormatting")
DELIMITERS = ",\t;|"

NOTES = {
    "hidden": ("media.hidden", "info", "工作表“{name}”有隐藏的{what}，未读取。"),
    "hidden_sheet": ("media.hidden", "info", "工作表“{name}”是隐藏的，未读取。"),
    "formula": (
        "media.formula",
        "warning",
        "工作表“{name}”有 {count} 个公式没有存下计算结果，未能读出，请用表格软件打开后重新保存。",
    ),
}


def read_xlsx(path, data):
    """One XLSX workbook: what it shows of its sheets, formulas by their stored results, numbers as ``formats`` shows them.

    What is hidden or struck out is left out and noted.

    Raises UnreadableFile for a damaged, locked or hostile file.
    """
    package = Package(path, data)
    part = package.main("xl/workbook.xml")
    workbook, names = package.xml(part), package.related(part)
    book = _Book(package, workbook)
    document = Document(str(path), "xlsx", title=package.title())
    for sheet in workbook.iter("{*}sheet"):
        name = names.get(sheet.get(RELATION) or sheet.get(STRICT_RELATION))
        if name not in package.names:
            continue
        if sheet.get("state", "visible") != "visible":
            document.notes.append(_note("hidden_sheet", name=sheet.get("name")))
            continue
        _add(document, sheet.get("name", ""), *book.sheet(package.xml(name)))
    document.notes += struck_out(book.struck) + noted(left_out=book.unseen, kept=book.kept)
    return document


def read_xls(path, data):
    """One workbook of Excel 97 to 2003 or of WPS (XLS, ET). Raises UnreadableFile for a damaged or locked file."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        sheets = [(sheet, *_xls_sheet(sheet, book)) for sheet in book.sheets()]
    except Exception as error:  # what xlrd raises on damaged files is of every kind
        raise UnreadableFile(
            f"{path}: damaged, cut off or locked by a password ({type(error).__name__}: {error}). "
            "Open it in a spreadsheet program and save it as XLSX without a password."
        ) from error
    document = Document(str(path), "xls")
    for sheet, content, struck, unseen in sheets:
        if sheet.visibility:
            document.notes.append(_note("hidden_sheet", name=sheet.name))
        else:
            _add(document, sheet.name, *content)
            document.notes += struck_out(struck) + noted(left_out=unseen)
    return document


def read_csv(path, data):
    """One table of text with commas, tabs, semicolons or bars between its cells."""
    text, _, notes = decode(data)
    delimiter = max(DELIMITERS, key=text.count)
    if text.count(delimiter) + text.count("\n") > BLOCK_LIMIT:
        raise UnreadableFile(
            f"{path}: has more than {BLOCK_LIMIT:,} cells; no report does. Cut the report out and read that."
        )
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile(f"{path}: no proper CSV ({error}). Export the sheet again, or save it as XLSX.") from error
    document = Document(str(path), "csv", notes=notes)
    _add(document, "", {(y, x): cell for y, row in enumerate(rows) for x, cell in enumerate(row)}, [], {}, 0)
    return document


def _add(document, name, texts, merged, hidden, formulas):
    """Put one sheet into the document.

    ``texts`` is ``{(row, column): text}`` from 0; ``merged`` lists (first row, last row, first column, last column);
    ``hidden`` has the hidden rows under 0 and the hidden columns under 1; ``formulas`` counts those without a result.
    """
    cells = _cells(document.path, texts, merged, hidden)
    if not cells:
        return
    number = len(document.grids) + 1
    if name and not UNNAMED.fullmatch(name):
        document.blocks.append(Paragraph(name, Place(table=number)))
    document.blocks.append(Grid(cells, number))
    for axis, what in enumerate(("行", "列")):
        if any(place[axis] in hidden.get(axis, ()) for place, text in texts.items() if text):
            document.notes.append(_note("hidden", name=name, what=what))
    if formulas:
        document.notes.append(_note("formula", name=name, count=formulas))


def _note(kind, **facts):
    check, severity, message = NOTES[kind]
    return check, severity, message.format(**facts)


def _cells(path, texts, merged, hidden):
    """Every cell of the filled part of a sheet, blank ones too: a sheet does not tell blank from absent.

    A hidden row or column has no cells, but for one that was merged with what is seen.
    """
    filled = [place for place, text in texts.items() if text.strip()]
    if not filled:
        return []
    height, width = (1 + max(place[axis] for place in filled) for axis in (0, 1))
    merged = [(top, min(bottom, height - 1), left, min(right, width - 1)) for top, bottom, left, right in merged]
    merged = [(top, bottom, left, right) for top, bottom, left, right in merged if top <= bottom and left <= right]
    merged_places = sum((bottom + 1 - top) * (right + 1 - left) for top, bottom, left, right in merged)
    if height * width + merged_places > 2 * GRID_LIMIT:
        raise UnreadableFile(
            f"{path}: a sheet is filled to row {height:,} and column {width:,}; no report is. "
            "Delete what stands far from the tables, or copy the tables to a new file."
        )
    spans, covered = {}, set()
    for top, bottom, left, right in merged:
        if (top, left) not in covered:
            spans[top, left] = bottom - top + 1, right - left + 1
            covered.update((y, x) for y in range(top, bottom + 1) for x in range(left, right + 1))

    def is_seen(y, x):
        rowspan, colspan = spans.get((y, x), (1, 1))
        return not (hidden_rows.issuperset(range(y, y + rowspan)) or hidden_columns.issuperset(range(x, x + colspan)))

    hidden_rows, hidden_columns = hidden.get(0, set()), hidden.get(1, set())
    return [
        GridCell(TYPED.sub("", texts.get((y, x), "")), y, x, *spans.get((y, x), (1, 1)))
        for y in range(height)
        for x in range(width)
        if ((y, x) not in covered or (y, x) in spans) and is_seen(y, x)
    ]


def _number(value):
    """A stored number as the program shows it: 15 digits, no exponent, no needless zeros, no dust behind a whole number.

    >>> _number(12.0), _number(145.02199999999999), _number(1e-05), _number(12.000000001)
    ('12', '145.022', '0.00001', '12')
    """
    nearest = float(f"{value:.7f}")
    return format(Decimal(f"{nearest if nearest.is_integer() else value:.15g}"), "f")


def _date(value, since_1904):
    """A day number as text, as the date is written in ISO 8601; the bare number where it is no date."""
    try:
        moment = EPOCHS[since_1904] + timedelta(days=value)
    except (OverflowError, ValueError):
        return _number(value)
    return moment.isoformat(" ", "minutes") if value % 1 else moment.date().isoformat()


class _Book:
    """What the sheets of an XLSX workbook share: its strings and styles.

    ``struck`` counts what is struck out, ``unseen`` the figures that are white on white, ``kept`` those that may be.
    """

    def __init__(self, package, workbook):
        parts = {name.rpartition("/")[2]: name for name in package.names if name.startswith("xl/")}
        properties = workbook.find("{*}workbookPr")
        self.since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        calculation = workbook.find("{*}calcPr")
        self.is_uncalculated = calculation is not None and _is_on(calculation.get("fullCalcOnLoad"))
        """Whether the program that opens it is to work out the formulas: the noughts that stand for them were never worked out."""
        self.strings, self.codes, self.white, self.struck, self.unseen, self.kept = [], [], set(), 0, 0, 0
        if strings := parts.get("sharedStrings.xml"):
            self.strings = [self.string(item) for item in package.xml(strings).iter("{*}si")]
        if styles := parts.get("styles.xml"):
            sheet = package.xml(styles)
            self.codes, self.white = _codes(sheet), _white(sheet)

    def sheet(self, root):
        """``(texts, merged, hidden, formulas)`` as ``_add`` takes them."""
        texts, formulas, row, column = {}, 0, -1, -1
        may_be_coloured = any(root.find(name) is not None for name in COLOURING)
        hidden = {0: set(), 1: set()}
        for found in root.iter("{*}col"):
            if _is_on(found.get("hidden")):
                hidden[1].update(range(_count(found.get("min")) - 1, min(_count(found.get("max")), COLUMNS)))
        for found in root.iter("{*}row", "{*}c"):
            place = REFERENCE.fullmatch(found.get("r", ""))
            if found.tag.endswith("}row"):
                row, column = (_count(found.get("r")) or row + 2) - 1, -1
                if _is_on(found.get("hidden")):
                    hidden[0].add(row)
                continue
            if place:
                row, column = _place(place)
            else:
                column += 1
            text = self.text(found)
            formulas += text.startswith("=")
            if not text:
                continue
            is_white = _count(found.get("s")) in self.white and not HAN.search(text)
            if is_white and not may_be_coloured:
                self.unseen += any(map(str.isdigit, text))
            else:
                self.kept += is_white and any(map(str.isdigit, text))
                texts[row, column] = text
        return texts, _merged(root), hidden, formulas

    def text(self, cell):
        """A cell's text; where a formula's result is not stored, the formula, which no one takes for a blank."""
        kind, value = cell.get("t", "n"), cell.findtext("{*}v")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return "" if inline is None else self.string(inline)
        formula = cell.find("{*}f") if not value or self.is_uncalculated and value == "0" else None
        if not value or formula is not None:
            return "" if formula is None or kind == "str" else f"={formula.text or ''}"
        if kind == "s":
            index = _count(value)
            return self.strings[index] if index < len(self.strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind != "n":
            return value
        try:
            number = float(value)
        except ValueError:
            return value
        style = _count(cell.get("s"))
        code = self.codes[style] if style < len(self.codes) else None
        if code == DATE:
            return _date(number, self.since_1904)
        return shown(_number(number), code) if code else _number(number)

    def string(self, item):
        """The text of a string with its runs; the readings that Asian versions add are not part of it."""
        runs = []
        for text in item.iter("{*}t"):
            holder = text.getparent()
            if not holder.tag.endswith("}rPh"):
                looks = holder.find("{*}rPr")
                runs.append(_Run(text.text or "") if looks is None else _run(text.text or "", looks))
        said, struck, unseen = _together(runs)
        self.struck += struck
        self.unseen += unseen
        return said


class _Run(NamedTuple):
    """A piece of a cell's text that looks the same throughout."""

    text: str
    is_struck: bool = False
    is_seen: bool = True
    is_raised: bool = False
    size: float = 0
    """In points; 0 where it is the cell's."""


def _run(text, looks):
    """A run of an XLSX workbook by its properties."""
    strike, size = looks.find("{*}strike"), looks.find("{*}sz")
    return _Run(
        text,
        strike is not None and _is_on(strike.get("val", "1")),
        not _is_unseen(looks),
        looks.find("{*}vertAlign[@val='superscript']") is not None,
        float(size.get("val")) if size is not None and NUMBER.fullmatch(size.get("val", "")) else 0,
    )


def _together(runs):
    """(the text of a cell's runs, how many pieces of it are struck out, how many figures in it no one sees).

    What is white or of a point is left out if there is anything else: all of it may be white on a ground.
    """
    text, size, struck, unseen = "", 0, 0, 0
    has_seen = any(run.is_seen and run.text.strip() and not run.is_struck for run in runs)
    for run in runs:
        if run.is_struck:
            struck += 1
        elif has_seen and not run.is_seen:
            unseen += any(map(str.isdigit, run.text))
        else:
            # A raised note mark behind a figure goes in brackets: 22 with a raised 1 is not 221. Of small digits nobody can tell.
            behind_figure = text.rstrip()[-1:].isdigit()
            is_small = behind_figure and 0 < run.size < SMALL * (size or USUAL) and run.text.strip().isdigit()
            text += set_off(run.text) if run.is_raised and behind_figure else f"^{run.text}" if is_small else run.text
            size = size if is_small else run.size
    return text, struck, unseen


def _is_on(attribute):
    return attribute in ("1", "true")


def _count(attribute):
    """A whole number from 0; 0 too where there is none."""
    return int(attribute) if attribute and DIGITS.fullmatch(attribute) else 0


def _place(reference):
    column = 0
    for letter in reference[1]:
        column = column * 26 + ord(letter) - 64
    return int(reference[2]) - 1, column - 1


def _merged(root):
    merged = []
    for found in root.iter("{*}mergeCell"):
        first, _, last = found.get("ref", "").partition(":")
        first, last = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last)
        if first and last:
            (top, left), (bottom, right) = _place(first), _place(last)
            merged.append((top, bottom, left, right))
    return merged


def _codes(root):
    """For each style of the workbook the code of its number format; None where it shows a number as it is."""
    codes = CODES | {
        found.get("numFmtId"): found.get("formatCode", "")[:LONGEST_CODE] for found in root.iter("{*}numFmt")
    }
    codes = {
        key: DATE if FORMAT_DATE.search(FORMAT_TEXT.sub("", code)) else _telling(code) for key, code in codes.items()
    }
    codes = {str(key): DATE for key in DATE_FORMATS} | codes
    styles = root.find("{*}cellXfs")
    return [] if styles is None else [codes.get(style.get("numFmtId")) for style in styles]


def _white(root):
    """The styles of a workbook whose text no one sees: white on nothing, or of a point."""
    fonts, fills, styles = (root.find(f"{{*}}{name}") for name in ("fonts", "fills", "cellXfs"))
    if fonts is None or fills is None or styles is None:
        return set()
    pale = {str(index) for index, font in enumerate(fonts) if _is_unseen(font)}
    clear = {str(index) for index, fill in enumerate(fills) if _is_clear(fill)}
    return {
        index for index, style in enumerate(styles) if style.get("fontId") in pale and style.get("fillId", "0") in clear
    }


def _is_unseen(font):
    colour, size = font.find("{*}color"), font.find("{*}sz")
    return _is_white(colour) or size is not None and size.get("val") in ("0", "1")


def _is_clear(fill):
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return False
    return pattern.get("patternType", "none") == "none" or _is_white(pattern.find("{*}fgColor"))


def _is_white(colour):
    if colour is None or colour.get("tint", "0").strip("-0."):
        return False
    return any(colour.get(name) in codes for name, codes in WHITES.items()) or bool(
        PALE.fullmatch(colour.get("rgb", "")[2:])
    )


def _telling(code):
    """A format's code; None if it shows a number as it is."""
    return None if not code or is_plain(code) else code


def _xls_sheet(sheet, book):
    """``(texts, merged, hidden, formulas)`` as ``_add`` takes them, how many pieces are struck out and figures unseen.

    This format always stores the results of formulas.
    """
    import xlrd

    show = {
        xlrd.XL_CELL_DATE: lambda value: _date(value, bool(book.datemode)),
        xlrd.XL_CELL_BOOLEAN: lambda value: "TRUE" if value else "FALSE",
        xlrd.XL_CELL_ERROR: lambda value: xlrd.error_text_from_code.get(value, "#N/A"),
    }
    styles, fonts, formats = book.xf_list, book.font_list, book.format_map
    codes = {key: _telling(found.format_str) for key, found in formats.items()}

    def text(cell):
        if cell.ctype != xlrd.XL_CELL_NUMBER:
            return show.get(cell.ctype, str)(cell.value)
        code = codes.get(styles[cell.xf_index].format_key)
        return shown(_number(cell.value), code) if code else _number(cell.value)

    texts = {(y, x): text(cell) for y in range(sheet.nrows) for x, cell in enumerate(sheet.row(y)) if cell.value != ""}
    struck = unseen = 0
    for y, x in sheet.rich_text_runlist_map.keys() & texts.keys():
        starts = [(0, styles[sheet.cell_xf_index(y, x)].font_index), *sheet.rich_text_runlist_map[y, x]]
        ends = [start for start, _ in starts[1:]] + [None]
        runs = [_xls_run(texts[y, x][start:end], fonts[font], book) for (start, font), end in zip(starts, ends)]
        texts[y, x], struck_here, unseen_here = _together([run for run in runs if run.text])
        struck += struck_here
        unseen += unseen_here
    for y, x in [place for place, text in texts.items() if any(map(str.isdigit, text)) and not HAN.search(text)]:
        style = styles[sheet.cell_xf_index(y, x)]
        is_clear = not style.background.fill_pattern or _is_light(style.background.pattern_colour_index, book)
        if (
            is_clear
            and (y, x) not in sheet.rich_text_runlist_map
            and not _xls_run("", fonts[style.font_index], book).is_seen
        ):
            del texts[y, x]
            unseen += 1
    merged = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
    infos = (sheet.rowinfo_map, sheet.colinfo_map)
    hidden = {axis: {index for index, found in info.items() if found.hidden} for axis, info in enumerate(infos)}
    return (texts, merged, hidden, 0), struck, unseen


def _xls_run(text, font, book):
    """A run of an old workbook by its font."""
    is_seen = font.height > POINT and not _is_light(font.colour_index, book)
    return _Run(text, bool(font.struck_out), is_seen, font.escapement == 1, font.height / POINT)


def _is_light(colour, book):
    return min(book.colour_map.get(colour) or (0,)) >= LIGHTEST
