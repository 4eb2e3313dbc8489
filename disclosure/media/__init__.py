"""From a file to a Document: the medium is told by what the file holds, not by its name."""

import os
import re
import stat
from importlib import import_module
from pathlib import Path

from ..document import Grid
from ..encoding import LEGIBLE, decode, legibility
from ..errors import UnreadableFile
from .package import FLAT, ROOT_WITHIN, Package

# Where a signature or a tag that tells the medium has to stand.
HEAD = 65_536
# A text with more control characters than this share is no text in any encoding.
CONTROL_SHARE = 0.02
CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a"))

# (where it stands, the bytes, the medium). Longer and surer ones first.
SIGNATURES = (
    (0, b"%PDF-", "pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "scan"),
    (0, b"\xff\xd8\xff", "scan"),
    (0, b"II*\x00", "scan"),
    (0, b"MM\x00*", "scan"),
    (0, b"PK\x03\x04", "package"),
    (0, b"PK\x05\x06", "package"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"{\\rtf", "rtf"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"BZh", "archive"),
    (0, b"\xfd7zXZ\x00", "archive"),
    (257, b"ustar", "archive"),
    (0, b"GIF8", "picture"),
    (8, b"WEBP", "picture"),
    (4, b"ftyp", "picture"),
    (0, b"\x00\x00\x00\x0cjP", "picture"),
    (0, b"%!PS", "postscript"),
    (0, b"SQLite format 3\x00", "database"),
)
# What a package of parts is, by the first part that is there.
PACKAGES = (
    (r"word/.*\.xml", "docx"),
    (r"xl/workbook\.xml", "xlsx"),
    (r"xl/.*\.bin", "xlsb"),
    (r"ppt/.*", "slides"),
    (r"OFD\.xml", "ofd"),
    (r"content\.xml", "opendocument"),
)
OPENDOCUMENT = {b"text": "odt", b"spreadsheet": "ods"}
# What an OLE file is, by the first stream that is there; WPS keeps its files under Word's and Excel's stream names.
STREAMS = {
    "EncryptedPackage": "locked",
    "WordDocument": "doc",
    "Workbook": "xls",
    "Book": "xls",
    "PowerPoint Document": "slides",
    "CONTENTS": "wps",
    "MatOST": "wps",
}

# The function that reads each medium, (module, name), and the most MiB that it takes: what is read as text or sheets
# costs many times its size in memory, pictures do not. Word's soup reaches 2 MB, thirty scanned pages 60 MB.
READERS = {
    "html": ("html", "read", 16),
    "mhtml": ("html", "read_mhtml", 64),
    "text": ("text", "read", 16),
    "docx": ("docx", "read", 256),
    "odt": ("odt", "read", 256),
    "doc": ("office", "read_doc", 64),
    "wps": ("office", "read_wps", 64),
    "rtf": ("office", "read_rtf", 64),
    "flat_word": ("office", "read_flat_word", 16),
    "flat_workbook": ("office", "read_flat_workbook", 16),
    "ods": ("office", "read_ods", 16),
    "xlsx": ("sheet", "read_xlsx", 256),
    "xls": ("sheet", "read_xls", 16),
    "csv": ("sheet", "read_csv", 16),
    "pdf": ("pdf", "read", 256),
    "scan": ("scan", "read", 256),
}
FILE_LIMIT = max(limit for *_, limit in READERS.values()) * 2**20
# What is not read, and what to do instead.
REFUSED = {
    "archive": "it is an archive. Unpack it and read the files in it.",
    "picture": "it is a picture of a kind that is not read. Save it as PNG, JPEG or TIFF.",
    "ofd": "it is an OFD file. Open it in an OFD reader (数科, 福昕, WPS) and export it as PDF.",
    "slides": "it is a presentation. Save it as PDF.",
    "xlsb": "it is a binary workbook (XLSB). Save it as XLSX.",
    "opendocument": "it is an OpenDocument file of another kind than text or spreadsheet. Save it as PDF.",
    "locked": "it is locked by a password. Open it and save it without one.",
    "ole": "it is an old Office file of an unknown kind, or damaged. Open it in an office program and save it as DOCX.",
    "postscript": "it is PostScript. Convert it to PDF.",
    "database": "it is a database.",
    "binary": "it is not text, nor a file of a known kind. Is it the report, and was it downloaded whole?",
}

ARCHIVE_HEADER = re.compile(rb"\A\s*[\w-]+:\s")
# What an office document as one XML file is, by the root.
FLAT_FILES = (
    (FLAT, "docx"),
    (re.compile(rb"<w:wordDocument\b"), "flat_word"),
    (re.compile(rb"<(?:ss:)?Workbook\s[^>]*\burn:schemas-microsoft-com:office:spreadsheet"), "flat_workbook"),
)
PAGE = re.compile(rb"<(?:!doctype\s+html|(?:html|head|body|frameset)[\s>])", re.I)
TABLE = re.compile(rb"<table\b.*?(?:</table\s*>|\Z)", re.I | re.S)
# So many lines with a comma between each two of seven values are a table of values parted by commas, whatever its name.
COMMAS, COMMA_LINES = re.compile(rb"^(?:[^,\n]*,){6}", re.M), 20
TAG = re.compile(
    rb"</?(?:p|div|span|br|td|tr|h[1-6]|ul|li|center|font|a|strong|b|img|section|article|!--)[\s/>-]", re.I
)


def open_document(path, data=None):
    """Read one file of any medium, or the bytes of one that ``load`` gave, into a Document.

    Raises UnreadableFile for what is broken, locked, too large, empty or of no known medium, MissingTool where a
    program that it takes is not installed; the message says what to do.
    """
    data = load(path) if data is None else data
    medium = recognise(path, data)
    if medium in REFUSED:
        raise UnreadableFile(f"{path}: cannot be read: {REFUSED[medium]}")
    module, name, limit = READERS[medium]
    if len(data) > limit * 2**20:
        raise _too_large(path, len(data))
    document = getattr(import_module(f".{module}", __name__), name)(str(path), data)
    if not any(isinstance(block, Grid) or block.text.strip() for block in document.blocks):
        raise UnreadableFile(
            f"{path}: there is no text in it. Open it: if it shows a report, save that as PDF or DOCX.{document.elsewhere}"
        )
    return document


def _too_large(path, size):
    return UnreadableFile(f"{path}: has {size >> 20} MiB, far more than a report. Cut the report out and read that.")


def load(path):
    """The bytes of a file. Raises UnreadableFile for what is no file, empty, or far too large to be a report."""
    try:
        about = os.stat(path)
        if stat.S_ISDIR(about.st_mode):
            raise UnreadableFile(f"{path}: is a folder. Give the files in it, or parse it as a corpus.")
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableFile(f"{path}: is no ordinary file. Give a file that was saved to disk.")
        if not about.st_size:
            raise UnreadableFile(f"{path}: is empty. Download it again.")
        if about.st_size > FILE_LIMIT:
            raise _too_large(path, about.st_size)
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise UnreadableFile(
            f"{path}: cannot be opened ({error}). Check its name and whether you may read it."
        ) from error


def recognise(path, data):
    """The medium of a file's bytes: a key of READERS or of REFUSED. Its name counts only for what has no signature."""
    medium = _signed(data[:HEAD])
    if medium == "package":
        return _of_package(path, data)
    if medium == "ole":
        return _of_streams(path, data)
    if medium:
        return medium
    return _of_text(Path(path).suffix.lower(), _legible(data[:HEAD]))


def _signed(head):
    for start, signature, medium in SIGNATURES:
        if head.startswith(signature, start):
            return medium
    # Servers have been seen to put a few bytes of their own before a PDF.
    return "pdf" if b"%PDF-" in head[:1024] else None


def _of_package(path, data):
    package = Package(path, data)
    kinds = (medium for pattern, medium in PACKAGES if any(re.fullmatch(pattern, name) for name in package.names))
    medium = next(kinds, "archive")
    if medium == "opendocument" and "mimetype" in package.names:
        kind = package.read("mimetype").partition(b"opendocument.")[2].partition(b"-")[0].strip()
        return OPENDOCUMENT.get(kind, medium)
    return medium


def _of_streams(path, data):
    import olefile

    try:
        with olefile.OleFileIO(data) as file:
            found = next((medium for stream, medium in STREAMS.items() if file.exists(stream)), "ole")
    except Exception:  # what olefile raises on damaged files is of every kind
        return "ole"
    return "wps" if found == "doc" and Path(path).suffix.lower() == ".wps" else found


def _legible(head):
    """The beginning of a text in an encoding that contains ASCII; None if it is no text."""
    if b"\x00" in head:
        text, encoding, _ = decode(head)
        if encoding.startswith("utf-16"):
            share = legibility(text)
            return text.encode() if share is None or share >= LEGIBLE else None
    head = head.removeprefix(b"\xef\xbb\xbf")
    return head if len(head) - len(head.translate(None, CONTROLS)) <= CONTROL_SHARE * len(head) else None


def _of_text(suffix, head):
    if head is None:
        return "binary"
    opening = head[:4096].lower()
    if ARCHIVE_HEADER.match(head) and b"mime-version:" in opening and b"content-type: multipart/" in opening:
        return "mhtml"
    if PAGE.search(head):
        return "html"
    for root, medium in FLAT_FILES:
        if root.search(head[:ROOT_WITHIN]):
            return medium
    if _is_fragment(head[:16_384]):
        return "html"
    return "csv" if suffix in (".csv", ".tsv") or len(COMMAS.findall(head)) >= COMMA_LINES else "text"


def _is_fragment(head):
    """Whether a text without a page's frame is HTML: apart from its tables most of its lines have tags.

    Markdown may hold tables in HTML, and tags in the rows of its own, but around them its lines are its own.
    """
    rest, tables = TABLE.subn(b"", head)
    lines = [line for line in rest.splitlines() if line.strip()]
    tagged = sum(1 for line in lines if not line.startswith(b"|") and TAG.search(line))
    return tagged * 2 > len(lines) or bool(tables) and not lines
