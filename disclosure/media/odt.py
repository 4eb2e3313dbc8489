"""OpenDocument text (ODT): the content part once through, in reading order."""

import copy

from ..document import Document
from .blocks import Blocks
from .package import Package

NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TEXT, TABLE, DRAW, OFFICE, STYLE = (NAMESPACE % name for name in ("text", "table", "drawing", "office", "style"))
SVG = NAMESPACE % "svg-compatible"
DUBLIN_TITLE = "{http://purl.org/dc/elements/1.1/}title"
REPEATED = (f"{TABLE}number-rows-repeated", f"{TABLE}number-columns-repeated")
# Elements that unrolled repetitions may add; a report has none.
REPEATED_LIMIT = 100_000
# Blanks that one text:s may stand for; it is there to align a column.
BLANKS_LIMIT = 500


def read(path, data):
    """One ODT file: its text and tables, without deletions, notes, comments, hidden and struck text.

    Raises UnreadableFile for a damaged, locked or hostile file.
    """
    package = Package(path, data)
    content = package.xml("content.xml")
    walk = _Walk(path, content)
    _unroll(walk.blocks, content)
    walk.through(content.find(f"{OFFICE}body"))
    document = Document(str(path), "odt")
    document.blocks, document.notes = walk.blocks.finish()
    if "meta.xml" in package.names:
        document.title = (package.xml("meta.xml").findtext(f".//{DUBLIN_TITLE}") or "").strip() or None
    return document


def _number(element, name):
    value = element.get(name, "1")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else 1


def _unroll(blocks, content):
    """Write out the rows and cells that stand for several alike; blank ones at the end of a sheet-like table stay one."""
    added = 0
    # From the end: cells before the row that holds them.
    for element in reversed(list(content.iter(f"{TABLE}table-row", f"{TABLE}table-cell"))):
        times = max(_number(element, name) for name in REPEATED)
        if times > 1 and "".join(element.itertext()).strip():
            added += (times - 1) * sum(1 for _ in element.iter())
            if added > REPEATED_LIMIT:
                blocks.refuse("its tables repeat their rows and cells thousands of times")
            for _ in range(times - 1):
                element.addnext(copy.deepcopy(element))


def _marked_styles(content):
    """The names of the styles that strike, raise or hide their text: ``{name: struck, raised or hidden}``."""
    marked = {}
    for style in content.iter(f"{STYLE}style"):
        for properties in style.iterchildren(f"{STYLE}text-properties"):
            if properties.get(f"{STYLE}text-line-through-style", "none") != "none":
                marked[style.get(f"{STYLE}name")] = "struck"
            elif properties.get(f"{STYLE}text-position", "").startswith("super"):
                marked[style.get(f"{STYLE}name")] = "raised"
            elif properties.get(f"{TEXT}display") == "none":
                marked[style.get(f"{STYLE}name")] = "hidden"
    return marked


class _Walk:
    """The way through the content part; ``paragraphs`` counts the open ones, as text between them is only layout."""

    def __init__(self, path, content):
        self.blocks = Blocks(path, raw=True)
        self.styles = _marked_styles(content)
        self.paragraphs = 0

    def through(self, body):
        from lxml import etree

        skipped = None
        walker = etree.iterwalk(body if body is not None else etree.Element("body"), events=("start", "end"))
        for event, element in walker:
            if event == "start":
                opens = OPENING.get(element.tag)
                if opens and opens(self, element):
                    skipped = element
                    walker.skip_subtree()
                    continue
                self.write(element.text)
            else:
                closes = CLOSING.get(element.tag)
                if closes and element is not skipped:
                    closes(self)
                self.write(element.tail)

    def write(self, text):
        if text and self.paragraphs:
            self.blocks.text(text.replace("\n", " "))

    # What opens an element returns true where the element is to be passed over.

    def drop(self, element):
        return True

    def open_paragraph(self, element):
        self.blocks.line()
        self.paragraphs += 1

    def close_paragraph(self):
        self.blocks.line()
        self.paragraphs -= 1

    def span(self, element):
        mark = self.styles.get(element.get(f"{TEXT}style-name"))
        if mark == "raised" and self.blocks.after_digit():
            # A raised note mark behind a figure goes in brackets: 22 with a small 1 is not 221.
            self.blocks.text(f"({''.join(element.itertext())})")
            return True
        if mark == "struck":
            self.blocks.struck += bool("".join(element.itertext()).strip())
        return mark in ("struck", "hidden")

    def line_break(self, element):
        self.blocks.line()

    def tab(self, element):
        self.blocks.text("\t")

    def spaces(self, element):
        self.blocks.text(" " * min(_number(element, f"{TEXT}c"), BLANKS_LIMIT))

    def picture(self, element):
        self.blocks.picture()

    def open_table(self, element):
        self.blocks.open_table()

    def open_row(self, element):
        self.blocks.open_row()

    def open_cell(self, element):
        # The places that a cell spans follow as covered cells, so that it takes only its own.
        cell = self.blocks.open_cell()
        if cell:
            cell.colspan = _number(element, f"{TABLE}number-columns-spanned")
            cell.rowspan = _number(element, f"{TABLE}number-rows-spanned")

    def covered(self, element):
        self.blocks.skip(_number(element, f"{TABLE}number-columns-repeated"))
        return True

    def close_table(self):
        self.blocks.close_table()

    def close_cell(self):
        self.blocks.close_cell()


# Deletions, footnotes, comments, ruby readings, descriptions of pictures, the controls of forms: no text of the report.
DROPPED = (
    f"{TEXT}tracked-changes",
    f"{TEXT}note",
    f"{TEXT}ruby-text",
    f"{TEXT}hidden-text",
    f"{OFFICE}annotation",
    f"{OFFICE}forms",
    f"{SVG}title",
    f"{SVG}desc",
)
OPENING = dict.fromkeys(DROPPED, _Walk.drop) | {
    f"{TEXT}p": _Walk.open_paragraph,
    f"{TEXT}h": _Walk.open_paragraph,
    f"{TEXT}span": _Walk.span,
    f"{TEXT}s": _Walk.spaces,
    f"{TEXT}tab": _Walk.tab,
    f"{TEXT}line-break": _Walk.line_break,
    f"{DRAW}image": _Walk.picture,
    f"{TABLE}table": _Walk.open_table,
    f"{TABLE}table-row": _Walk.open_row,
    f"{TABLE}table-cell": _Walk.open_cell,
    f"{TABLE}covered-table-cell": _Walk.covered,
}
CLOSING = {
    f"{TEXT}p": _Walk.close_paragraph,
    f"{TEXT}h": _Walk.close_paragraph,
    f"{TABLE}table": _Walk.close_table,
    f"{TABLE}table-row": _Walk.close_cell,
    f"{TABLE}table-cell": _Walk.close_cell,
}
