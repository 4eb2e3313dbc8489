"""Text and Markdown: every line is a paragraph, its tabs and pipes kept; what it draws is read later."""

from ..document import Document, Paragraph, Place
from ..encoding import decode
from ..errors import UnreadableFile
from .blocks import BLOCK_LIMIT
from .drawn import with_drawn_tables
from .html import with_tables

# A report has some 10 KB of text; a file beyond this is a whole site or an attack.
CHARACTERS = 4_000_000


def read(path, data):
    """Text in any encoding to a Document of lines. Raises UnreadableFile for what is far too long for a report."""
    text, _, notes = decode(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(text) > CHARACTERS or len(lines) > BLOCK_LIMIT:
        raise UnreadableFile(
            f"{path}: {len(text):,} characters of text in {len(lines):,} lines; a report has some ten thousand in a few "
            "hundred. Cut out the report itself and save it as a file of its own."
        )
    blocks = [Paragraph(line, Place(line=number)) for number, line in enumerate(lines, 1)]
    return Document(str(path), "text", with_drawn_tables(with_tables(path, blocks)), notes=notes)
