"""OpenDocument text (ODT): the content part as one text with marks, in reading order."""

import copy
import re
from functools import cache
from itertools import islice

from ..document import Document
from .blocks import beyond, blocks_of, flow_of, struck_out
from .marks import (
    ACROSS,
    CELL,
    CELL_END,
    DOWN,
    INSIDE,
    LINE,
    PICTURE,
    RAISED,
    RAISED_END,
    ROW,
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
from .pictures import held
from .unseen import COLOUR, PALE, SIZE, leave_out

SPACES = {
    prefix: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for prefix, name in {
        "text": "text", "table": "table", "draw": "drawing", "office": "office", "style": "style", "svg": "svg-compatible",
        "fo": "xsl-fo-compatible",
    }.items()
} | {"xlink": "http://www.w3.org/1999/xlink"}  # fmt: skip
DUBLIN_TITLE = "{http://purl.org/dc/elements/1.1/}title"
# Elements that name a style, of their text or of their table.
STYLED = [f"{{{SPACES['text']}}}{name}" for name in ("p", "h", "span")]
CELL_TAG = f"{{{SPACES['table']}}}table-cell"
TINY = re.compile(r"(?:0?\.\d+|[01](?:\.0+)?)pt")
REPEATED = ("number-rows-repeated", "number-columns-repeated")
# Elements that unrolled repetitions may add; a report has none.
REPEATED_LIMIT = 100_000
# Blanks that one text:s may stand for; it is there to align a column.
BLANKS_LIMIT = 500
# What is written for each kind of element; any other is part of its line, and text stands in paragraphs alone.
WRITTEN = {
    "text()": "",
    "text:p//text()|text:h//text()": value("translate(., '&#10;', ' ')"),
    # Deletions, footnotes, comments, ruby readings, descriptions of pictures, the controls of forms.
    "text:tracked-changes|text:note|text:ruby-text|text:hidden-text|office:annotation|office:forms|svg:title|svg:desc": "",
    "office:font-face-decls|office:automatic-styles|table:covered-table-cell|x-left-out": "",
    "text:p|text:h": LINE + INSIDE + LINE,
    "text:line-break": LINE,
    "text:tab": blank("\t"),
    "text:s": argument(SYMBOL, "@text:c"),
    "x-raised": RAISED + INSIDE + RAISED_END,
    # Of several the last is the one that every program can show.
    "draw:image[following-sibling::draw:image]": "",
    "draw:image": argument(PICTURE, "@xlink:href"),
    "table:table": TABLE + INSIDE + TABLE_END,
    "table:table-row": ROW + INSIDE,
    "table:table-cell": (
        CELL
        + argument(DOWN, "@table:number-rows-spanned")
        + argument(ACROSS, "@table:number-columns-spanned")
        + INSIDE
        + CELL_END
    ),
}


def read(path, data):
    """One ODT file: its text and tables, without deletions, notes, comments, hidden and struck text; pictures as in DOCX.

    Raises UnreadableFile for a damaged, locked or hostile file.
    """
    package = Package(path, data)
    content = package.xml("content.xml")
    _unroll(path, content)
    sheets = [content, *(package.xml(name) for name in package.names & {"styles.xml"})]
    withdrawn = _leave_out(content, {name: says for sheet in sheets for name, says in _odd_styles(sheet).items()})
    unseen = _leave_out_unseen(content, sheets)
    document = Document(str(path), "odt")
    written = resolved(marked(path, _stylesheet(), content, raw=True), SYMBOL, _blanks)
    written = resolved(written, PICTURE, lambda name: LINE + PICTURE + name + LINE)
    document.blocks, pictures = blocks_of(path, flow_of(path, written), lambda name: _held(package, name))
    document.notes = pictures + struck_out(withdrawn) + unseen
    if "meta.xml" in package.names:
        document.title = (package.xml("meta.xml").findtext(f".//{DUBLIN_TITLE}") or "").strip() or None
    return document


@cache
def _stylesheet():
    return stylesheet(WRITTEN, **SPACES)


def _held(package, name):
    """The picture that is a part of the package, for ``in_place``."""
    return held(package.read(name)) if name in package.names else None


def _blanks(count):
    return " " * min(_number(count), BLANKS_LIMIT)


def _name(prefix, name):
    return f"{{{SPACES[prefix]}}}{name}"


def _number(said):
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 1


def _unroll(path, content):
    """Write out the rows and cells that stand for several alike; blank ones at the end of a sheet-like table stay one."""
    added = 0
    # From the end: cells before the row that holds them.
    for element in reversed(list(content.iter(_name("table", "table-row"), _name("table", "table-cell")))):
        times = max(_number(element.get(_name("table", name), "1")) for name in REPEATED)
        if times > 1 and "".join(element.itertext()).strip():
            added += (times - 1) * sum(1 for _ in element.iter())
            if added > REPEATED_LIMIT:
                raise beyond(path, "its tables repeat their rows and cells thousands of times")
            for _ in range(times - 1):
                element.addnext(copy.deepcopy(element))


def _leave_out(content, styles):
    """Rename the spans that are hidden, struck out or raised; how many pieces were struck out."""
    withdrawn = 0
    for span in content.iter(_name("text", "span")) if styles else ():
        says = styles.get(span.get(_name("text", "style-name")))
        withdrawn += says == "struck" and bool("".join(span.itertext()).strip())
        if says:
            span.tag = "x-raised" if says == "raised" else "x-left-out"
    return withdrawn


def _odd_styles(content):
    """The styles that strike, raise or hide their text: ``{name: struck, raised or hidden}``."""
    named = {}
    for style in content.iter(_name("style", "style")):
        name = style.get(_name("style", "name"))
        for properties in style.iterchildren(_name("style", "text-properties")):
            if properties.get(_name("style", "text-line-through-style"), "none") != "none":
                named[name] = "struck"
            elif not properties.get(_name("style", "text-position"), "0").startswith("0"):
                named[name] = "raised"
            elif properties.get(_name("text", "display")) == "none":
                named[name] = "hidden"
    return named


def _leave_out_unseen(content, sheets):
    """Empty what no one sees in the cells; the notes on it."""
    looks, shaded = {}, set()
    for style in (style for sheet in sheets for style in sheet.iter(_name("style", "style"))):
        name = style.get(_name("style", "name"))
        for properties in style:
            colour, size = (properties.get(_name("fo", said), "") for said in ("color", "font-size"))
            seen = {COLOUR: not PALE.match(colour)} if colour else {}
            looks[name] = looks.get(name, {}) | seen | ({SIZE: not TINY.fullmatch(size)} if size else {})
            background = properties.get(_name("fo", "background-color"), "transparent")
            if not PALE.match(background):
                shaded.add(name)
    odd = {name for name, look in looks.items() if not all(look.values())}
    held = (element for element in content.iter(*STYLED) if _style(element) in odd) if odd else ()
    cells = {cell: None for element in held for cell in islice(element.iterancestors(CELL_TAG), 1)}
    return leave_out(
        cells,
        [_name("table", "table")],
        lambda element: looks.get(_style(element), {}),
        lambda element: _style(element) in shaded,
    )


def _style(element):
    return element.get(_name("text", "style-name")) or element.get(_name("table", "style-name"))
