"""Text and Markdown: every line is a paragraph, its tabs and pipes kept; what it draws is read later."""

import re
from html import unescape

from ..document import Document, Paragraph, placed
from ..encoding import decode
from ..errors import UnreadableFile
from .blocks import BLOCK_LIMIT
from .drawn import with_drawn_tables
from .html import with_tables
from .marks import set_off
from .unseen import PALE

# A report has some 10 KB of text; a file beyond this is a whole site or an attack.
CHARACTERS = 4_000_000

# What ends a line: Unicode has more signs for it than systems do.
LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# What Markdown, and HTML in it, says inside the row of a table, and what stands there instead: what it withdraws or does
# not show is nothing, a line's end between digits a blank, a note's mark goes in brackets, a link is its text.
INLINE = (
    (
        re.compile(
            rf"<(\w{{1,10}})\b[^<>]{{0,200}}(?:display\s*:\s*none|(?<![-\w])color\s*[:=]\s*[\"']?{PALE.pattern})[^<>]{{0,200}}>.*?</\1>",
            re.I,
        ),
        "",
    ),
    (re.compile(r"(?<=\d)\s*(?:<br\s*/?>\s*)+(?=\d)", re.I), " "),
    (re.compile(r"<!--.*?-->|~~.+?~~|<(del|s|strike)\b[^>]*>.*?</\1>|<br\s*/?>", re.I), ""),
    (
        re.compile(r"(?<=\d)(?:<(su[pb])\b[^>]*>(?!\s*[.,])(.*?)</\1>|\[\^([^\]]*)\]|\^([^^\s|]+)\^)", re.I),
        lambda mark: set_off(mark[2] or mark[3] or mark[4] or ""),
    ),
    (re.compile(r"\[([^\[\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(r"==(?=\S)(.+?)(?<=\S)=="), r"\1"),
    (re.compile(r"</?(?:a|b|code|em|font|i|mark|small|span|strong|su[bp]|u)\b[^>]*>", re.I), ""),
)
SIGNS = frozenset("<~^=&")
# What Markdown sets off in a line, its signs round it.
SET_OFF = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
# No row of a table is longer, in characters.
ROW_LENGTH = 5_000
# A browser's printout that numbers its links, [12]188, lists them at its end.
LINKS, LISTED = (
    re.compile(r"\[\d{1,4}\](?=\S)"),
    re.compile(r"^References\n+(?: *Visible links:?\n+)? *1\. \w+:", re.MULTILINE),
)


def read(path, data):
    """Text in any encoding to a Document of lines. Raises UnreadableFile for what is far too long for a report."""
    text, _, notes = decode(data)
    text = LINE_ENDS.sub("\n", text)
    if LISTED.search(text):
        text = LINKS.sub("", text)
    lines = text.split("\n")
    if len(text) > CHARACTERS or len(lines) > BLOCK_LIMIT:
        raise UnreadableFile(
            f"{path}: {len(text):,} characters of text in {len(lines):,} lines; a report has some ten thousand in a few "
            "hundred. Cut out the report itself and save it as a file of its own."
        )
    blocks = [Paragraph(line, placed(line=number)) for number, line in enumerate(lines, 1)]
    blocks = with_tables(path, blocks)
    for block in blocks:
        if isinstance(block, Paragraph) and len(block.text) < ROW_LENGTH:
            if "|" in block.text:
                block.text = shown(block.text)
            elif "**" in block.text:
                block.text = SET_OFF.sub(r"\1", block.text)
    return Document(str(path), "text", with_drawn_tables(blocks), notes=notes)


def shown(row):
    """A row of a Markdown table as a browser shows it.

    >>> shown("| 行政许可 | ~~777~~5120[^1] | 68045<br>.53 | 2<br>1 |")
    '| 行政许可 | 5120[1] | 68045.53 | 2 1 |'
    """
    if SIGNS.isdisjoint(row) and "](" not in row:
        return row
    for pattern, instead in INLINE:
        row = pattern.sub(instead, row)
    return unescape(row)
