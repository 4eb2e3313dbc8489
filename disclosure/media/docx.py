"""Word documents (DOCX): the document part as one text with marks, in reading order."""

import posixpath
import re
from functools import cache
from itertools import chain, islice

from ..document import Document, Paragraph
from . import html
from .blocks import beyond, blocks_of, flow_of, struck_out
from .marks import (
    ACROSS,
    BESIDE,
    CELL,
    CELL_END,
    COVERED,
    EMBEDDED,
    INSIDE,
    LINE,
    MERGED,
    PICTURE,
    RAISED,
    RAISED_END,
    ROW,
    STOP,
    SYMBOL,
    TABLE,
    TABLE_END,
    argument,
    blank,
    marked,
    resolved,
    stylesheet,
    value,
)
from .package import Package
from .pictures import held, is_large
from .unseen import COLOUR, PALE, SIZE, leave_out

# Strict OOXML has the same elements under the second name.
WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
SPACES = {
    "w": WORD[0],
    "s": WORD[1],
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "v": "urn:schemas-microsoft-com:vml",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}

# A side of a picture, in English Metric Units, and how many of these are a pixel.
SIDE, PIXEL = re.compile("[0-9]{1,12}"), 9525
# The number of a character, surrogates left out: alone they are none.
SYMBOL_CODE = re.compile(r"(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}")
OFF = ("0", "false", "off", "none", "baseline")
EMBEDDED_FILE = "文件里嵌有另一个文件（{name}），其中内容未读取，请用 Word 打开后另存为 DOCX。"
# Pages that converters put whole into an empty document, and how many of them are read.
EMBEDDED_PAGES = {".htm": html.read, ".html": html.read, ".xhtml": html.read, ".mht": html.read_mhtml}
MOST_EMBEDDED = 20
EMBEDDINGS = re.compile(f"{EMBEDDED}([^{STOP}]*){STOP}")


def _either(*names):
    """A pattern for elements of these names in either of the two namespaces."""
    return "|".join(f"{prefix}:{name}" for name in names for prefix in ("w", "s"))


def _word(*names):
    """The full names of these elements in either of the two namespaces."""
    return tuple(f"{{{space}}}{name}" for name in names for space in WORD)


# What is written for each kind of element; any other is part of its line, and text stands in w:t alone.
WRITTEN = {
    "text()": "",
    # Deletions, field codes, ruby readings: no text of the report; and what says how it looks.
    _either(
        "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "pPr", "rPr", "tblPr", "tblGrid", "sectPr"
    ): "",
    "mc:Fallback[preceding-sibling::*]|x-left-out|x-struck": "",
    _either("t") + "|m:t": value("."),
    _either("p"): LINE + INSIDE + LINE,
    _either("br", "cr"): LINE,
    _either("tab", "ptab"): blank("\t"),
    _either("noBreakHyphen"): "-",
    # A character of a symbol font, by its number; it has no other text.
    _either("sym"): argument(SYMBOL, "@*[local-name() = 'char']"),
    _either("tbl"): TABLE + INSIDE + TABLE_END,
    _either("tr"): ROW + INSIDE,
    _either("gridBefore"): CELL + argument(COVERED, "@*") + CELL_END,
    _either("tc"): CELL + INSIDE + CELL_END,
    _either("gridSpan"): argument(ACROSS, "@*[string-length() &lt; 7]"),
    _either("vMerge"): argument(MERGED, "@*"),
    "w:hMerge[not(@* = 'restart')]|s:hMerge[not(@* = 'restart')]": MERGED + BESIDE + STOP,
    "x-raised": RAISED + INSIDE + RAISED_END,
    "pic:pic|v:imagedata": argument(
        PICTURE, "concat(.//a:ext[@cx]/@cx, ' ', .//a:ext[@cx]/@cy, ' ', .//a:blip/@r:embed, @r:id)"
    ),
    _either("altChunk"): argument(EMBEDDED, "@r:id"),
}
DELETED, STRUCK, RAISED_UP, LIFTED = _word("del"), _word("strike", "dstrike"), _word("vertAlign"), _word("position")
# What a run's properties can say of its text, by themselves or by the name of a style.
DRESSED = (*_word("vanish"), *STRUCK, *RAISED_UP, *LIFTED)
STYLE, STYLED, STYLE_NAME = _word("style"), _word("rStyle"), _word("styleId")
RUN, RUN_PROPERTIES, ROW_PROPERTIES = _word("r"), _word("rPr"), _word("trPr")
STYLES = "word/styles.xml"
# What can say that a text is not seen, with the property of its look that it says, and what makes the text unseen:
# white, two points (in halves) at most, or left out where the document is shown as a page of the web.
SEEN = {
    **dict.fromkeys(_word("color"), (COLOUR, PALE)),
    **dict.fromkeys(_word("sz"), (SIZE, re.compile(r"[0-4]$"))),
    **dict.fromkeys(_word("webHidden"), ("web", re.compile(rf"(?!(?:{'|'.join(OFF)})$)"))),
}
# A document's part without any of these has no such text but by a style.
UNSEEN_WORDS = [re.compile(word) for word in (rb':color w:val="[Ff]', rb':sz w:val="[0-4]"', rb":webHidden")]
VALUE, FILL, SHADED = _word("val"), _word("fill"), _word("shd", "highlight")
PROPERTIES, NAMED = _word("rPr", "pPr", "tcPr", "tblPr"), _word("rStyle", "pStyle", "tblStyle")
CELLS, TABLES, PARAGRAPH = _word("tc"), _word("tbl"), _word("p")
CLEAR = re.compile(rf"(?:auto|none|nil|clear)?$|{PALE.pattern}", re.I)
# The styles of the marks of notes, whether the file says how they look or not.
NOTE_MARKS = dict.fromkeys(("FootnoteReference", "EndnoteReference"), "x-raised")


def read(path, data):
    """One DOCX file: its text and tables as they stand when every tracked change is accepted; tables that are pictures by OCR.

    Headers, footers, footnotes and comments are left out; numbers that Word makes for lists are not text and are not
    made up. Raises UnreadableFile for a damaged, locked or hostile file.
    """
    package = Package(path, data)
    part = package.main("word/document.xml")
    tree = package.xml(part)
    named = {STYLES} & package.names if next(tree.iter(*STYLED), None) is not None else set()
    withdrawn = _leave_out(tree, _styles(package) if named else NOTE_MARKS)
    words = (word.search(text) for text in map(package.read, (part, *named)) for word in UNSEEN_WORDS)
    unseen = _leave_out_unseen(tree, package) if any(words) else []
    written = marked(path, _stylesheet(), tree, raw=True)
    written = resolved(resolved(written, SYMBOL, _symbol), PICTURE, _picture)
    document = Document(str(path), "docx")
    text, *embedded = EMBEDDINGS.split(written)
    flow = flow_of(path, text)
    if len(embedded) > 2 * MOST_EMBEDDED:
        raise beyond(path, f"it has more than {MOST_EMBEDDED} other pages in it")
    for relation, text in zip(embedded[::2], embedded[1::2], strict=True):
        page, notes = _embedded(package, part, relation)
        document.notes += notes
        flow += [*page, *flow_of(path, text)]
    document.blocks, pictures = blocks_of(path, flow, lambda relation: _held(package, part, relation))
    document.notes += pictures + struck_out(withdrawn) + unseen
    document.title = package.title()
    return document


def _leave_out(tree, styles):
    """Rename the rows that are deleted, the runs that are hidden, struck out or raised; how many pieces were struck out."""
    withdrawn = 0
    for found in list(tree.iter(*DELETED, *STYLED, *DRESSED)):
        properties = found.getparent()
        holder = properties.getparent()
        if found.tag in DELETED and properties.tag in ROW_PROPERTIES:
            holder.tag = "x-left-out"
        elif properties.tag in RUN_PROPERTIES and holder.tag in RUN:
            name = styles.get(_value(found)) if found.tag in STYLED else _read_as(found)
            withdrawn += name == "x-struck" and bool("".join(holder.itertext()).strip())
            holder.tag = name or holder.tag
    return withdrawn


def _styles(package):
    """The named styles that hide, strike out or raise their text: ``{name: what a run of it is read as}``."""
    styles = dict(NOTE_MARKS)
    for style in package.xml(STYLES).iter(*STYLE):
        for properties in style.iterchildren(*RUN_PROPERTIES):
            for found in properties.iterchildren(*DRESSED):
                if name := _read_as(found):
                    styles[_one_of(style, STYLE_NAME)] = name
    return styles


def _read_as(found):
    """The element as which a run with this property is read, None if it is read as it is."""
    said = _value(found)
    if found.tag in RAISED_UP:
        return "x-raised" if said in ("superscript", "subscript") else None
    if found.tag in LIFTED:
        return "x-raised" if said.strip("-0") else None
    if said in OFF:
        return None
    return "x-struck" if found.tag in STRUCK else "x-left-out"


def _leave_out_unseen(tree, package):
    """Empty what no one sees in the cells, and in paragraphs outside tables; the notes on it."""
    looks, shaded = {}, set()
    for style in package.xml(STYLES).iter(*STYLE) if STYLES in package.names else ():
        name = _one_of(style, STYLE_NAME)
        looks[name] = _looks(style, {})
        if any(map(_is_dark, style.iter(*SHADED))):
            shaded.add(name)
    cells = {}
    for found in tree.iter(*SEEN, *NAMED):
        says = looks.get(_one_of(found, VALUE), {}) if found.tag in NAMED else _says(found)
        if not all(says.values()):
            cells |= dict.fromkeys(islice(chain(found.iterancestors(*CELLS), found.iterancestors(*PARAGRAPH)), 1))
    return leave_out(cells, TABLES, lambda element: _looks(element, looks), lambda element: _is_shaded(element, shaded))


def _looks(element, styles):
    """What an element's properties say of how its text is seen; ``styles`` says what those that it names do."""
    looks = {}
    for properties in element.iterchildren(*PROPERTIES):
        for found in properties.iterchildren(*SEEN, *NAMED):
            looks |= styles.get(_one_of(found, VALUE), {}) if found.tag in NAMED else _says(found)
    return looks


def _says(found):
    name, hides = SEEN[found.tag]
    return {name: not hides.match(_one_of(found, VALUE))}


def _is_shaded(element, styles):
    named = (
        found for properties in element.iterchildren(*PROPERTIES) for found in properties.iterchildren(*SHADED, *NAMED)
    )
    return any(_one_of(found, VALUE) in styles if found.tag in NAMED else _is_dark(found) for found in named)


def _is_dark(found):
    """Whether a shading or a highlight is of another colour than white, or of a pattern."""
    return not (CLEAR.match(_one_of(found, VALUE)) and CLEAR.match(_one_of(found, FILL)))


def _one_of(element, names):
    """The value of the attribute that is named in either of two ways, or nothing."""
    return next(filter(None, map(element.get, names)), "")


def _value(element):
    """The w:val of an element that has no other attribute."""
    return next(iter(element.values()), "")


@cache
def _stylesheet():
    return stylesheet(WRITTEN, **SPACES)


def _symbol(code):
    return chr(int(code, 16)) if SYMBOL_CODE.fullmatch(code) else "\ufffd"


def _picture(said):
    *sides, relation = said.split(" ", 2)
    is_one = is_large(*(int(side) / PIXEL if SIDE.fullmatch(side) else None for side in sides))
    return LINE + PICTURE + relation + LINE if is_one else ""


def _held(package, part, relation):
    """The picture to which a part of the package refers, for ``in_place``."""
    name = package.related(part).get(relation)
    return held(package.read(name)) if name in package.names else None


def _embedded(package, part, relation):
    """The flow and the notes of a whole page that stands in the package as a file of its own."""
    name = package.related(part).get(relation, "")
    reader = EMBEDDED_PAGES.get(posixpath.splitext(name)[1].lower())
    if not reader or name not in package.names:
        return [], [("media.embedded", "warning", EMBEDDED_FILE.format(name=name))]
    page = reader(package.path, package.read(name))
    return [block.text if isinstance(block, Paragraph) else block for block in page.blocks], page.notes
