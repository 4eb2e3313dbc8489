"""Word documents (DOCX): the document part once through, in reading order."""

import posixpath
import re

from ..document import Document, Paragraph
from . import html
from .blocks import Blocks
from .package import Package

# Strict OOXML has the same elements under the second name.
WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

# Pictures at most this wide or high, in English Metric Units (9,525 to a pixel), are icons; no table fits in.
ICON = 120 * 9525
# The number of a character, surrogates left out: alone they are none.
SYMBOL = re.compile(r"(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}")
OFF = ("0", "false", "off", "none", "baseline")
EMBEDDED = "文件里嵌有另一个文件（{name}），其中内容未读取，请用 Word 打开后另存为 DOCX。"
# Pages that converters put whole into an empty document.
EMBEDDED_PAGES = {".htm": html.read, ".html": html.read, ".xhtml": html.read, ".mht": html.read_mhtml}


def read(path, data):
    """One DOCX file: its text and tables as they stand when every tracked change is accepted.

    Headers, footers, footnotes and comments are left out; numbers that Word makes for lists are not text and are not
    made up. Raises UnreadableFile for a damaged, locked or hostile file.
    """
    package = Package(path, data)
    part = package.main("word/document.xml")
    walk = _Walk(package, part)
    walk.through(package.xml(part))
    document = Document(str(path), "docx")
    document.blocks, notes = walk.blocks.finish()
    document.notes = walk.notes + notes
    document.title = package.title()
    return document


def _word(*names):
    """Element names in either of the two namespaces."""
    return tuple(f"{{{space}}}{name}" for name in names for space in WORD)


def _value(element):
    """The w:val of an element that has no other attribute."""
    values = element.values()
    return values[0] if values else ""


def _number(element):
    value = _value(element)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1


class _Walk:
    """The way through one document part: what is open, and which merged cells go on downwards."""

    def __init__(self, package, part):
        self.package = package
        self.part = part
        self.blocks = Blocks(package.path, raw=True)
        self.merged = []
        self.properties = {}
        self.notes = []

    def through(self, root):
        from lxml import etree

        self.properties = _properties(root)
        opening, closing, skipped = OPENING.get, CLOSING.get, None
        plain = not any(holder.tag in RUN for holder in self.properties)
        walker = etree.iterwalk(root, events=("start", "end"), tag=[tag for tag in OPENING if not (plain and tag in RUN)])
        for event, element in walker:
            if event == "start":
                opens = opening(element.tag)
                if opens and opens(self, element):
                    skipped = element
                    walker.skip_subtree()
            elif (closes := closing(element.tag)) and element is not skipped:
                closes(self)

    # What opens an element returns true where the element is to be passed over.

    def drop(self, element):
        return True

    def line(self, element=None):
        self.blocks.line()

    def write(self, element):
        self.blocks.text(element.text or "")

    def tab(self, element):
        # One with attributes is not in the text: it defines a tab stop.
        if not element.attrib:
            self.blocks.text("\t")

    def wide_tab(self, element):
        self.blocks.text("\t")

    def hyphen(self, element):
        self.blocks.text("-")

    def symbol(self, element):
        """A character of a symbol font, by its number; it has no other text."""
        code = next((value for name, value in element.items() if name.endswith("}char")), "")
        self.blocks.text(chr(int(code, 16)) if SYMBOL.fullmatch(code) else "\ufffd")

    def open_run(self, run):
        for found in self.properties.get(run, ()):
            said = _value(found)
            if found.tag in RAISED:
                if said == "superscript" and self.blocks.after_digit():
                    # A raised note mark behind a figure goes in brackets: 22 with a small 1 is not 221.
                    self.blocks.text(f"({''.join(run.itertext())})")
                    return True
            elif said not in OFF:
                self.blocks.struck += found.tag in STRUCK and bool("".join(run.itertext()).strip())
                return True
        return False

    def open_table(self, table):
        self.blocks.open_table()
        self.merged.append({})

    def close_table(self):
        self.blocks.close_table()
        self.merged.pop()

    def open_row(self, row):
        found = self.properties.get(row, ())
        if any(element.tag in DELETED for element in found):
            return True
        self.blocks.open_row()
        self.blocks.skip(sum(map(_number, found)))

    def open_cell(self, cell):
        colspan, downwards, sideways = 1, None, None
        for found in self.properties.get(cell, ()):
            if found.tag in GRID_SPAN:
                colspan = _number(found)
            elif found.tag in VERTICAL_MERGE:
                downwards = _value(found) or "continue"
            else:
                sideways = _value(found) or "continue"
        if not self.merged:
            return self.blocks.line()
        table, merged = self.blocks.tables[-1], self.merged[-1]
        if sideways == "continue" and table.cells:
            table.cells[-1].colspan += colspan
            self.blocks.skip(colspan)
            return True
        column = table.column
        above = merged.get(column)
        if downwards == "continue" and above and (above.row + above.rowspan, above.colspan) == (table.row, colspan):
            above.rowspan += 1
            self.blocks.skip(colspan)
            return True
        opened = self.blocks.open_cell(1, colspan)
        merged[column] = opened if downwards else None

    def close_cell(self):
        self.blocks.close_cell()

    def picture(self, element):
        extent = element.find(f".//{DRAWING}ext[@cx]")
        sides = [extent.get(side, "") for side in ("cx", "cy")] if extent is not None else []
        if not any(side.isascii() and side.isdigit() and int(side) <= ICON for side in sides):
            self.blocks.picture()

    def fallback(self, element):
        """The same content once more, for old programs."""
        return element.getprevious() is not None

    def embedded(self, element):
        """A whole page that stands in the package as a file of its own."""
        name = self.package.related(self.part).get(element.get(RELATION), "")
        reader = EMBEDDED_PAGES.get(posixpath.splitext(name)[1].lower())
        if not reader or name not in self.package.names:
            self.notes.append(("media.embedded", "warning", EMBEDDED.format(name=name)))
            return
        page = reader(self.package.path, self.package.read(name))
        self.blocks.line()
        self.blocks.flow += [block.text if isinstance(block, Paragraph) else block for block in page.blocks]
        self.notes += page.notes


RUN = _word("r")
GRID_SPAN, VERTICAL_MERGE, HORIZONTAL_MERGE = _word("gridSpan"), _word("vMerge"), _word("hMerge")
GRID_BEFORE, DELETED = _word("gridBefore"), _word("del")
HIDDEN, STRUCK, RAISED = _word("vanish"), _word("strike", "dstrike"), _word("vertAlign")
# The properties that matter, and what carries each: its run, row or cell.
PROPERTIES = {
    **dict.fromkeys(HIDDEN + STRUCK + RAISED, _word("rPr")),
    **dict.fromkeys(GRID_BEFORE + DELETED, _word("trPr")),
    **dict.fromkeys(GRID_SPAN + VERTICAL_MERGE + HORIZONTAL_MERGE, _word("tcPr")),
}


def _properties(root):
    """``{run, row or cell: its properties that matter}``: few have any, so they are collected beforehand."""
    properties = {}
    for found in root.iter(*PROPERTIES):
        holder = found.getparent()
        if holder.tag in PROPERTIES[found.tag]:
            properties.setdefault(holder.getparent(), []).append(found)
    return properties


# Deletions, field codes, ruby readings: no text of the report.
DROPPED = _word("del", "moveFrom", "delText", "instrText", "delInstrText", "rt")
OPENING = dict.fromkeys(DROPPED, _Walk.drop) | {
    tag: method
    for name, method in {
        "p": _Walk.line,
        "r": _Walk.open_run,
        "t": _Walk.write,
        "tab": _Walk.tab,
        "ptab": _Walk.wide_tab,
        "br": _Walk.line,
        "cr": _Walk.line,
        "noBreakHyphen": _Walk.hyphen,
        "sym": _Walk.symbol,
        "tbl": _Walk.open_table,
        "tr": _Walk.open_row,
        "tc": _Walk.open_cell,
        "altChunk": _Walk.embedded,
    }.items()
    for tag in _word(name)
}
OPENING |= {
    f"{MATH}t": _Walk.write,
    f"{COMPATIBILITY}Fallback": _Walk.fallback,
    PICTURE: _Walk.picture,
    OLD_PICTURE: _Walk.picture,
}
CLOSING = {
    tag: method
    for name, method in {"p": _Walk.line, "tbl": _Walk.close_table, "tc": _Walk.close_cell, "tr": _Walk.close_cell}.items()
    for tag in _word(name)
}
