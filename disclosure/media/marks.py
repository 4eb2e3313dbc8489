"""A marked-up document as one text, in which marks stand for its lines, tables and pictures.

A stylesheet (XSLT) for each medium writes that text: the way through the markup is the library's. ``blocks`` reads it.
"""

import re

from ..errors import UnreadableFile

# The marks are characters that Unicode sets aside for a program's own use: no text has them.
MARKS = "".join(map(chr, range(0xFDD0, 0xFDE3)))
STRAY, STRAY_BYTES = re.compile(f"[{MARKS}]"), re.compile("|".join(MARKS).encode())
(
    LINE, TABLE, TABLE_END, ROW, CELL, CELL_END, ROWS_END, PICTURE, EMBEDDED, SYMBOL, RAISED, RAISED_END, BLANK, TAB,
    DOWN, ACROSS, MERGED, COVERED, STOP,
) = MARKS  # fmt: skip
"""Where a line ends; where tables, rows, cells, groups of rows and raised pieces begin or end; what is no text: pictures,
other files, symbols by their numbers; blanks that count; and the arguments of a cell.

An argument is a mark, a value and a STOP. A cell begins with its own: how far it reaches DOWN and ACROSS, how Word's
merging goes on (MERGED), or that it is no cell but so many COVERED places.
"""

# The value of MERGED in a cell that Word merged with the one to its left; of those merged downwards it is Word's own.
BESIDE = "beside"

# How all marks begin in UTF-8; and a blank behind one of those behind which it says nothing. What is rare comes first.
BEGINNING = b"\xef\xb7"
ENDING = (LINE, TABLE, TABLE_END, ROW, CELL, CELL_END, ROWS_END, STOP)
BLANK_BEHIND = re.compile(b" (?<=(?:%b) )" % b"|".join(mark.encode() for mark in ENDING))
# Control characters that may not be in a text count as blanks.
CONTROLS = bytes(0x20 if byte < 0x20 or byte == 0x7F else byte for byte in range(256))

# In a stylesheet: the content of an element.
INSIDE = "<xsl:apply-templates/>"
STYLESHEET = (
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" {spaces}>'
    '<xsl:output method="text" encoding="utf-8"/>{templates}</xsl:stylesheet>'
)
TEMPLATE = '<xsl:template match="{pattern}">{body}</xsl:template>'


def unmarked(source):
    """A document's text, or its bytes in UTF-8, without marks of its own."""
    if isinstance(source, bytes):
        return STRAY_BYTES.sub(b"", source) if BEGINNING in source else source
    # One character after another is sought fastest.
    return STRAY.sub("", source) if any(map(source.__contains__, MARKS)) else source


def stylesheet(templates, **spaces):
    """A stylesheet of ``{pattern: what is written for it}``; any other element is part of its line."""
    from lxml import etree

    written = "".join(TEMPLATE.format(pattern=pattern, body=body) for pattern, body in templates.items())
    declared = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in spaces.items())
    return etree.XSLT(etree.fromstring(STYLESHEET.format(spaces=declared, templates=written)))


def blank(text):
    """In a stylesheet: a text of blanks alone, which would not count there."""
    return f"<xsl:text>{text}</xsl:text>"


def value(path):
    """In a stylesheet: the text that a path leads to."""
    return f'<xsl:value-of select="{path}"/>'


def argument(mark, path):
    """In a stylesheet: an argument with the value that a path leads to."""
    return mark + value(path) + STOP


def marked(path, transform, tree, raw=False):
    """The document as one text with marks.

    A run of blanks counts as one, as in markup, and as none beside a mark; ``raw`` keeps blanks as they are, and a line
    break in the text is one. Raises UnreadableFile if the document is nested too deeply to be read whole.
    """
    from lxml import etree

    try:
        written = bytes(transform(tree))
    except etree.XSLTApplyError as error:
        reason = f"its elements are nested too deeply ({error})"
        raise UnreadableFile(
            f"{path}: {reason}. Copy the report out of it, save that as a new file and read it."
        ) from error
    written = written.replace(b"\n", LINE.encode()) if raw else _without_blanks(written)
    text = written.decode()
    # The end of a line says nothing more where another mark ends it.
    while LINE + LINE in text:
        text = text.replace(LINE + LINE, LINE)
    return text.replace(CELL + LINE, CELL).replace(STOP + LINE, STOP).replace(LINE + CELL_END, CELL_END)


def _without_blanks(written):
    written = b" ".join(written.translate(CONTROLS).split()).replace(b" " + BEGINNING, BEGINNING)
    return BLANK_BEHIND.sub(b"", written)


def resolved(text, mark, resolve):
    """A text with each argument of that mark replaced by what ``resolve`` makes of its value."""
    return re.sub(f"{mark}([^{STOP}]*){STOP}", lambda found: resolve(found[1]), text) if mark in text else text


def set_off(note):
    """A raised mark of a note behind a figure, which is none of its digits: 22 with a small 1 is 22[1].

    A number in round brackets may be a correction that somebody typed; other text in them is the note itself.
    """
    return f"[{note}]" if note.strip().isdecimal() else f"({note})"
