"""HTML pages and their saved archives (MHTML): the page as one text with marks, in reading order."""

import re
from base64 import b64decode
from contextlib import suppress
from functools import cache
from html import unescape
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import urljoin

from ..document import Document
from ..encoding import decode
from ..errors import UnreadableFile
from .blocks import blocks_of, flow_of, struck_out
from .marks import (
    ACROSS,
    BLANK,
    CELL,
    CELL_END,
    DOWN,
    INSIDE,
    LINE,
    PICTURE,
    RAISED,
    RAISED_END,
    ROW,
    ROWS_END,
    TAB,
    TABLE,
    TABLE_END,
    argument,
    marked,
    resolved,
    stylesheet,
    unmarked,
    value,
)
from .package import TAG_LIMIT
from .pictures import held, is_large
from .unseen import COLOUR, HAN, PALE, SIZE, leave_out

# What no reader of the page sees, or what is not its text.
DROPPED = (
    "head|title|script|style|noscript|noframes|template|iframe|svg|canvas|audio|video|select|datalist|textarea|rt|rp|"
    "del|s|strike|x-hidden"
)
# Elements that stand on lines of their own.
LINES = (
    "p|div|li|ul|ol|dl|dt|dd|h1|h2|h3|h4|h5|h6|section|article|header|footer|nav|main|aside|form|fieldset|legend|address|"
    "blockquote|center|figure|figcaption|details|summary|caption|body|dir|menu|hr|br|option|button|x-pre|xmp"
)
# What is written for each kind of element; any other is part of its line.
WRITTEN = {
    DROPPED: "",
    LINES: LINE + INSIDE + LINE,
    "table": TABLE + INSIDE + TABLE_END,
    "tr": ROW + INSIDE,
    # All attributes and nothing for the others: to ask for two of them takes twice the time.
    "td|th": CELL + '<xsl:apply-templates select="@*"/>' + INSIDE + CELL_END,
    "@*": "",
    "@rowspan": argument(DOWN, "."),
    "@colspan": argument(ACROSS, "."),
    "thead|tbody|tfoot": INSIDE + ROWS_END,
    "sup|sub": RAISED + INSIDE + RAISED_END,
    # Small digits behind others may be a note's mark or the number's own.
    "small[. != '' and translate(., '0123456789', '') = '' and preceding-sibling::node()[1][. != '' and "
    "contains('0123456789', substring(., string-length(.)))]]": "^" + INSIDE,
    # What a form prefilled is on the page as text.
    "input[not(@type) or contains(' text number tel ', concat(' ', translate(@type, 'TEXNUMBRL', 'texnumbrl'), ' '))]": value(
        "@value"
    ),
    "img|x-picture": argument(PICTURE, f"concat(@width, '{TAB}', @height, '{TAB}', @style, '{TAB}', @src)"),
}
PREFORMATTED = str.maketrans({"\n": LINE, " ": BLANK, "\t": TAB})
# A length in pixels or points; one in per cent or centimetres tells nothing here.
LENGTH = r"\s*(\d{1,6})(?:\.\d*)?\s*(?:p[tx])?\s*(?:[;!]|$)"
# A picture that stands in the page itself.
DATA = re.compile(r"\s*data:image/[\w.+-]+;base64,", re.I)

# What an element's style says of its text, and the element as which it is read then: one that the page does not show,
# one that it withdraws (5 struck out before 6 is not 56), or the mark of a note.
HIDDEN, WITHDRAWN, RAISED_UP = "x-hidden", "del", "sup"
# In a cell, text that the page shows and no one sees: white, or of a point at most.
UNSEEN = "unseen"
TINY = re.compile(r"\s*(?:0(?![.\d]*[1-9])|(?:0?\.\d+|1(?:\.0+)?)\s*p[tx])", re.I)
LOOKS = {
    COLOUR: (re.compile(r"(?<![-\w])color\s*:", re.I), PALE),
    SIZE: (re.compile(r"font-size\s*:", re.I), TINY),
}
# A background that is not white either.
BACKGROUND = re.compile(
    r"background(?:-color|-image)?\s*:(?!\s*(?:white|transparent|none|inherit|initial|unset|#fff(?:fff)?|"
    r"rgb\(255,\s*255,\s*255\))\s*(?:!|;|$))",
    re.I,
)
SIZELESS, SIZED = (re.compile(rf"font-size\s*:\s*{size}", re.I) for size in (r"0(?![.\d]*[1-9])", r"[.\d]*[1-9]"))
STYLES = (
    (
        re.compile(
            r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?![.\d]*[1-9])", re.I
        ),
        HIDDEN,
    ),
    (re.compile(r"(?<![-\w])(?:left|top|text-indent)\s*:\s*-\d{3}", re.I), HIDDEN),
    (SIZELESS, HIDDEN),
    (re.compile(r"line-through", re.I), WITHDRAWN),
    (re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.I), RAISED_UP),
    *((re.compile(says.pattern + hides.pattern, re.I), UNSEEN) for says, hides in LOOKS.values()),
)
# A page without any of these words has nothing to leave out but whole elements, and its styles need no look.
STYLE_WORDS = (
    "display", "visibility", "mso-hide", "opacity", "line-through", "super", ":sub", ": sub", ":-", ": -",
    "font-size:0", "font-size: 0",
)  # fmt: skip
UNSEEN_WORDS = (
    re.compile(r"color(?<![-\w]color)\s*[:=]\s*[\"']?(?:#f[0-9a-f]?f|white|transp|rgba?\(\s*2)"),
    re.compile(r"font-size\s*:\s*(?:0?\.|1[.0]*\s*p)"),
)
STRUCK_TAGS = ("del", "s", "strike")
CELLS = ("td", "th")
# A style sheet's rules, what is none in it, and the rules that hold on some screens or on paper only.
RULE, NO_RULE = re.compile(r"([^{}]*[^\s{}])\s*\{([^{}]*)\}"), re.compile(r"/\*.*?\*/|<!--|-->", re.S)
AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*+[^{}]*\})")
# So many rules of a page's style sheets are looked at.
RULE_LIMIT = 500
DECLARED = re.compile(rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)")
# Where libxml2 parts from browsers: it drops all that follows an end of the page (a page made of pages has several),
# and a </br>, and it ends a <pre> where a table begins.
# Groups, and the flag for any case, would make it three times as slow.
HTML, BODY, BR, PRE, IMAGE = (
    re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", name)
    for name in ("html", "body", "br", "pre", "v:imagedata")
)
MENDED = re.compile(rf"<(?:/(?:{HTML}\s*>|{BODY}\s*>|{BR}\b[^>]*>|{PRE}\b)|{PRE}\b|{IMAGE}\b)".encode())
WEB = re.compile(r"https?://[^\s/]+\.[^\s]+", re.I)
BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
TABLE_TAG = re.compile(r"<(/?)table\b", re.I)
# Where the declarations stand, in bytes.
HEAD = 8192
# Parts of an archive that are looked at, and pages among them that are read.
PART_LIMIT, PAGE_LIMIT = 500, 50
# What shows another page in its place, a sheet of a workbook that Excel saved as pages among them, and that page's name.
FRAME = re.compile(
    r"<(?:i?frame\b|link\s[^<>]{0,200}?shLink)[^<>]{0,1000}?\s(?:src|href)\s*=\s*[\"']?([^\"'\s<>]+)[^<>]*>", re.I
)
# Details that a page gives of itself: so many, each so long, are kept.
META_LIMIT, META_LENGTH = 100, 500

# A page's own source shown as text or in an editor's field, where no table of the page itself stands beside it.
ESCAPED, FIELD = (re.compile(pattern, re.I) for pattern in (r"&lt;/t[dr]\s*&gt;", r"</?textarea\b[^>]*>"))
SHOWN_SOURCE = ("media.escaped", "info", "网页把表格的源码当作文字（&lt;td&gt;），已还原为表格读取。")

HIDDEN_TABLES = ("media.hidden", "info", "网页里有浏览器不显示的表格，未读取。")


def read(path, data):
    """One HTML page.

    Spans are laid out as a browser does; hidden text, scripts, comments and struck text are left out; tables that
    only arrange the page are dissolved; those that are pictures within the page are read by OCR. Raises UnreadableFile for a page nested too deeply to be read whole.
    """
    declared = DECLARED.search(data[:HEAD])
    text, _, notes = decode(data, declared and declared[1].decode("ascii"))
    return _page(path, "html", text, notes, _of_data)


def read_mhtml(path, data):
    """A page saved as one file (.mht, .mhtml, and what Word, Excel and WPS save so), its frames and sheets in their places."""
    page, *others = pages = _pages_of_archive(path, data)
    notes = []
    text = _with_frames(page, others, notes)
    document = _page(path, "mhtml", text, notes, lambda source: _of_data(source) or _of_archive(data, pages, source))
    document.url = page.address or document.url
    return document


def with_tables(path, lines):
    """The lines of a text with every HTML table among them, as pandoc writes it into Markdown, replaced by its Grid."""
    blocks, table, depth = [], [], 0
    for line in lines:
        if not depth and "<table" not in line.text.lower():
            blocks.append(line)
            continue
        table.append(line.text)
        depth += sum(-1 if closing else 1 for closing in TABLE_TAG.findall(line.text))
        if depth <= 0 or line is lines[-1]:
            blocks += _inserted(path, table, line.place)
            table, depth = [], 0
    return blocks


def _inserted(path, markup, place):
    page = _page(path, "html", "\n".join(markup), [], _of_data)
    for paragraph in page.paragraphs:
        paragraph.place = place
    return page.blocks


def _page(path, medium, text, notes, find):
    tree = _tree(path, text)
    if tree is not None and next(tree.iter(*CELLS), None) is None and ESCAPED.search(text):
        text, notes = unescape(FIELD.sub("", text)), [*notes, SHOWN_SOURCE]
        tree = _tree(path, text)
    document = Document(str(path), medium, notes=notes)
    if tree is None:
        return document
    withdrawn, unseen = _read_styles(tree)
    _keep_blanks(tree)
    written = resolved(marked(path, _stylesheet(), tree), PICTURE, _picture)
    document.blocks, pictures = blocks_of(path, flow_of(path, written), find)
    document.notes += pictures + struck_out(withdrawn) + unseen
    _describe(document, tree, text)
    return document


def _tree(path, text):
    """The parsed page, or None where there is nothing."""
    from lxml import etree

    if len(text) > TAG_LIMIT and text.count("<") > TAG_LIMIT:
        raise UnreadableFile(
            f"{path}: has more than {TAG_LIMIT:,} tags; no report does. Cut the report out and read that."
        )
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = etree.fromstring(MENDED.sub(_mended, unmarked(text).encode("utf-8", "replace")), parser)
    except etree.XMLSyntaxError as error:
        if not text.strip():
            return None
        raise UnreadableFile(
            f"{path}: cannot be read as HTML ({error}). Open it in a browser and save it again."
        ) from error
    # libxml2 stops at its limits and keeps what it had: half a report would pass for a whole one.
    fatal = parser.error_log.filter_from_fatals()
    if fatal:
        raise UnreadableFile(
            f"{path}: the HTML is broken beyond line {fatal[0].line} ({fatal[0].message.strip()}). "
            "Open it in a browser, copy the report and save that."
        )
    return tree


def _mended(tag):
    return {b"<pre": b"<x-pre", b"</pre": b"</x-pre", b"<v:imagedata": b"<x-picture"}.get(tag[0].lower(), b"<br>")


def _may_hide(tree):
    """Whether anything in the page's styles may hide, strike out or raise a piece of it."""
    inline, hidden = _style_attributes()
    said = {*inline(tree)}
    for element in tree.iter("style", "font"):
        said.add(element.text or "" if element.tag == "style" else f"color={element.get('color')}")
    lowered = "\n".join(said).lower()
    if any(word in lowered for word in STYLE_WORDS) or any(words.search(lowered) for words in UNSEEN_WORDS):
        return True
    return bool(hidden(tree))


@cache
def _style_attributes():
    from lxml import etree

    return [etree.XPath(f"descendant-or-self::*/@{name}", smart_strings=False) for name in ("style", "hidden")]


def _read_styles(tree):
    """Rename the elements that the page hides, strikes out or raises by their styles, and empty those that no one sees.

    Returns how many pieces are struck out, and the notes on tables that are hidden and on what no one sees.
    """
    withdrawn, unseen, notes = 0, {}, []
    if _may_hide(tree):
        styles = _by_style_sheets(tree, [pattern for pattern, _ in STYLES], _is_piece)
        for element in tree.iter("*"):
            style = _said(element, styles)
            name = next((name for pattern, name in STYLES if pattern.search(style)), None) if style else None
            if element.get("hidden") is not None:
                name = HIDDEN
            if name == HIDDEN and (
                SIZELESS.search(style)
                and _is_sized(element)
                or element.tag not in CELLS
                and _is_shown_later(element, tree)
            ):
                name = None
            if name == UNSEEN:
                unseen |= dict.fromkeys(_cells_of(element))
            elif name == HIDDEN or element.tag not in CELLS:
                element.tag = name or element.tag
            elif name == WITHDRAWN:
                # The cell is still there, and empty.
                withdrawn += bool("".join(element.itertext()).strip())
                element[:], element.text = [], None
        if any(next(element.iter("table"), None) is not None for element in tree.iter(HIDDEN)):
            notes.append(HIDDEN_TABLES)
    if unseen:
        backgrounds = _by_style_sheets(tree, [BACKGROUND], lambda element: True)
        notes += leave_out(
            unseen,
            ["table"],
            lambda element: _looks(_said(element, styles)),
            lambda element: _is_shaded(element, backgrounds),
        )
    struck = sum(bool("".join(element.itertext()).strip()) for element in tree.iter(*STRUCK_TAGS))
    return withdrawn + struck, notes


def _is_sized(element):
    """Whether an element whose type has no size, so that its blanks take no room, holds some that has one."""
    return any(SIZED.search(piece.get("style", "")) for piece in element.iterdescendants("*"))


def _is_shown_later(element, tree):
    """Whether a hidden element holds most of the page's text and all of its tables: a script shows it once the page is there."""
    if sum(1 for _ in element.iter("table")) < sum(1 for _ in tree.iter("table")):
        return False
    letters, all_letters = (
        sum(
            len(HAN.findall(piece.text))
            for piece in of.iter("*")
            if piece.text and piece.tag not in ("script", "style")
        )
        + sum(len(HAN.findall(piece.tail)) for piece in of.iterdescendants("*") if piece.tail)
        for of in (element, tree)
    )
    return 2 * letters > all_letters


def _said(element, styles):
    """All that is said of how an element looks, what counts most first."""
    said = element.get("style", "") + styles.get(element, "")
    return f"{said};color:{element.get('color', '')}" if element.tag == "font" else said


def _looks(said):
    found = {name: (says.search(said), hides) for name, (says, hides) in LOOKS.items()}
    return {name: not hides.match(said, says.end()) for name, (says, hides) in found.items() if says}


def _is_shaded(element, backgrounds):
    said = f"{element.get('style', '')};background:{element.get('bgcolor') or element.get('background') or 'none'};"
    return element in backgrounds or BACKGROUND.search(said) is not None


def _cells_of(element):
    """The cells that an element holds, or the one that holds it, or the paragraph of which it is a piece."""
    if element.tag in ("table", "tbody", "tr"):
        return element.iter(*CELLS)
    return (
        [element]
        if element.tag in CELLS
        else islice(chain(element.iterancestors(*CELLS), element.iterancestors("p")), 1)
    )


def _by_style_sheets(tree, patterns, is_meant):
    """What the page's own style sheets say of such elements, in rules in which one of the patterns is found."""
    sheets = "\n".join(AT_RULE.sub("", NO_RULE.sub("", sheet.text or "")) for sheet in tree.iter("style"))
    rules = [rule for rule in RULE.findall(sheets) if any(pattern.search(rule[1]) for pattern in patterns)]
    if not rules:
        return {}
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    found = {}
    for selector, said in rules[:RULE_LIMIT]:
        try:
            elements = CSSSelector(selector, translator="html")(tree)
        except SelectorError:  # of a state, or of what is no element
            continue
        for element in filter(is_meant, elements):
            found[element] = f"{found.get(element, '')};{said}"
    return found


def _is_piece(element):
    """Whether an element is a cell or a piece of one: of any other style sheets say too little, a script may show it."""
    in_cell = element.tag in CELLS or next(element.iterancestors(*CELLS), None) is not None
    return in_cell and next(element.iter("table"), None) is None


def _keep_blanks(tree):
    """In preformatted text blanks count, and lines end where they end in the source."""
    for kept in tree.iter("x-pre", "xmp"):
        for element in kept.iter():
            element.text = element.text and element.text.translate(PREFORMATTED)
            if element is not kept:
                element.tail = element.tail and element.tail.translate(PREFORMATTED)


def _picture(said):
    """A picture counts unless its declared size makes it an icon or a rule."""
    width, height, style, source = said.split(TAB)
    is_one = is_large(_pixels("width", width, style), _pixels("height", height, style))
    return LINE + PICTURE + source + LINE if is_one else ""


def _pixels(side, attribute, style):
    number = re.search(rf"(?<![\w-]){side}\s*:{LENGTH}", style, re.I) or re.match(LENGTH, attribute, re.I)
    return int(number[1]) if number else None


@cache
def _stylesheet():
    return stylesheet(WRITTEN)


def _describe(document, tree, text):
    """What the page says of itself: its title, its address, its details, its frames."""
    for element in tree.iter("title", "meta", "link", "base", "frame", "iframe"):
        if element.tag == "title":
            document.title = document.title or " ".join((element.text or "").split()) or None
        elif element.tag == "meta":
            name, content = element.get("name") or element.get("property"), element.get("content")
            if name and content and len(document.meta) < META_LIMIT:
                document.meta.setdefault(name, content[:META_LENGTH])
        elif element.tag in ("frame", "iframe"):
            document.frames.append(element.get("src", "?")[:META_LENGTH])
        elif element.tag == "base" or element.get("rel", "").lower() == "canonical":
            document.meta.setdefault(element.tag, element.get("href", "")[:META_LENGTH])
    saved = SAVED_FROM.search(text[:HEAD])
    addresses = [saved and saved[1], *map(document.meta.get, ("link", "og:url", "base"))]
    document.url = next((address for address in addresses if address and WEB.fullmatch(address)), None)


def _of_data(source):
    """The picture of a data: address, for ``in_place``."""
    stands = DATA.match(source)
    with suppress(ValueError):  # damaged
        return held(b64decode(source[stands.end() :])) if stands else None


def _of_archive(data, pages, source):
    """The picture of an archive that one of its pages shows, for ``in_place``."""
    wanted = {_called(page, source) for page in pages}
    found = (part for part in _parts(data) if wanted.intersection(filter(None, _names(part))))
    return next((held(part.get_payload(decode=True)) for part in found), None)


class _Saved(NamedTuple):
    """One page of an archive."""

    content: bytes
    charset: str | None
    names: tuple[str, ...]
    """What pages of the same archive call it: its place, and its number there."""
    address: str | None
    """Where it was saved from, as far as that is in the web."""


def _with_frames(page, others, notes):
    """A page's text with each frame replaced by that one of the others that it shows, which is taken out of them."""
    declared = DECLARED.search(page.content[:HEAD])
    text, _, told = decode(page.content, page.charset or (declared and declared[1].decode("ascii")))
    notes += told

    def shown(frame):
        name = _called(page, unescape(frame[1]))
        for other in others:
            if name in other.names:
                others.remove(other)
                return f"<br>{_with_frames(other, others, notes)}<br>"
        return frame[0]

    return FRAME.sub(shown, text)


def _called(page, name):
    """What the archive calls that which a page calls so."""
    with suppress(ValueError):  # no address at all
        return urljoin(page.names[0], name)
    return name


def _pages_of_archive(path, data):
    """The archive's pages, of which the first is the one that was saved."""
    pages, address = [], None
    for part in _parts(data):
        address = address or _address(part)
        if part.get_content_subtype() in ("html", "xhtml+xml"):
            content, charset = part.get_payload(decode=True), part.get_content_charset()
            pages.append(_Saved(content, charset, _names(part), _address(part) or address))
        if len(pages) == PAGE_LIMIT:
            break
    if not pages:
        raise UnreadableFile(f"{path}: the web archive holds no page. Open it in a browser and save it as HTML.")
    return pages


def _names(part):
    """What pages of an archive call a part of it: its place, and its number there, as far as it has them."""
    number = part.get("Content-ID", "").strip(" <>")
    return part.get("Content-Location", "").strip(), number and f"cid:{number}"


def _parts(data):
    """The parts of an archive as messages, those that hold others before these."""
    from email.parser import HeaderParser

    parts, looked_at = [data], 0
    while parts and looked_at < PART_LIMIT:
        looked_at += 1
        head, body = _split_head(parts.pop(0))
        part = HeaderParser().parsestr(head.decode("latin-1"))
        boundary = part.get_boundary()
        if part.get_content_maintype() == "multipart" and boundary:
            parts[:0] = body.split(b"--" + boundary.encode("latin-1", "replace"))[1:]
        else:
            part.set_payload(body.decode("ascii", "surrogateescape"))
        yield part


def _split_head(part):
    part = part.lstrip(b"\r\n")
    end = BLANK_LINE.search(part)
    return (part[: end.start()], part[end.end() :]) if end else (part, b"")


def _address(part):
    address = part.get("Snapshot-Content-Location") or part.get("Content-Location") or ""
    return address if WEB.fullmatch(address) else None
