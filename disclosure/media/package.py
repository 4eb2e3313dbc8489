"""Office files that are packages of XML (DOCX, XLSX, ODT), zipped or flat: opened without trusting them."""

import base64
import binascii
import io
import posixpath
import re
import zipfile
import zlib

from ..errors import UnreadableFile
from .marks import unmarked

# Bytes of one unpacked XML part. A long report's is under 2 MB even as Word soup.
PART_LIMIT = 16 * 2**20
# Tags of one XML part or page, opening and closing ones: a report has some 15,000. Memory goes by these, not by bytes.
TAG_LIMIT = 1_000_000
# Parts of one package; a report has some 20, one with many pictures some hundreds.
PARTS_LIMIT = 5_000
PROPERTIES = "docProps/core.xml"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
# How a package's directory begins the entry of each part.
ENTRY = b"PK\x01\x02"
# A package as one XML file (Flat OPC), by its root; how far into the file that stands, in bytes; what its parts hold, their names.
FLAT = re.compile(rb"<pkg:package\b")
ROOT_WITHIN = 4096
FLAT_PARTS, FLAT_NAME = "{*}part/*", "{http://schemas.microsoft.com/office/2006/xmlPackage}name"


class Package:
    """A package whose parts are read one by one, each within bounds. Every failure is an UnreadableFile."""

    def __init__(self, path, data):
        self.path = path
        if FLAT.search(data[:ROOT_WITHIN]):
            data = _zipped(path, data)
        if data.count(ENTRY) > PARTS_LIMIT:
            raise self._unreadable(f"it packs more than {PARTS_LIMIT:,} files")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.names = frozenset(self._zip.namelist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise self._unreadable(f"damaged or cut off ({error})") from error

    def read(self, name):
        """The bytes of one part."""
        try:
            with self._zip.open(name) as part:
                data = part.read(PART_LIMIT + 1)
        except KeyError as error:
            raise self._unreadable(f"it lacks its part {name}") from error
        except RuntimeError as error:
            raise self._unreadable("it is locked by a password") from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as error:
            raise self._unreadable(f"its part {name} is damaged ({error})") from error
        if len(data) > PART_LIMIT:
            raise self._unreadable(f"its part {name} unpacks to more than {PART_LIMIT >> 20} MiB")
        return data

    def xml(self, name):
        """One part as an lxml element; entities are not resolved, nothing is fetched."""
        return parsed(self.path, self.read(name), f"its part {name}")

    def main(self, usual):
        """The name of the part that holds the document: the usual one, or what the package names."""
        if usual in self.names:
            return usual
        for kind, name in self._relations("").values():
            if kind.endswith("/officeDocument"):
                return name
        raise self._unreadable(f"it lacks its part {usual}")

    def related(self, part):
        """The parts that a part refers to, ``{id: name}``."""
        return {key: name for key, (_, name) in self._relations(part).items()}

    def title(self):
        """The title that the author's program keeps beside the text, if any."""
        if PROPERTIES not in self.names:
            return None
        return (self.xml(PROPERTIES).findtext(TITLE) or "").strip() or None

    def _relations(self, part):
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self.names:
            return {}
        return {
            found.get("Id"): (
                found.get("Type", ""),
                posixpath.normpath(posixpath.join("/", folder, found.get("Target", ""))).lstrip("/"),
            )
            for found in self.xml(relations)
        }

    def _unreadable(self, reason):
        return _unreadable(self.path, reason)


def parsed(path, source, what="it"):
    """The bytes of an XML file, or of ``what`` in it, as an lxml element; entities are not resolved, nothing is fetched.

    Raises UnreadableFile for what is too large, no XML or an attack.
    """
    from lxml import etree

    if source.count(b"<") > TAG_LIMIT:
        raise _unreadable(path, f"{what} has more than {TAG_LIMIT:,} tags, as no report does")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(unmarked(source), parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(path, f"{what} is no valid XML ({error})") from error
    # Office formats have no document type; one that is there defines entities, which only an attack does.
    if root.getroottree().docinfo.doctype:
        raise _unreadable(path, f"{what} declares a document type, which no office program writes")
    return root


def _zipped(path, data):
    """The ZIP package that a flat one stands for: each part is an element, or other bytes in Base64."""
    from lxml import etree

    if len(data) > PART_LIMIT:
        raise _unreadable(path, f"it has more than {PART_LIMIT >> 20} MiB of XML")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for content in parsed(path, data).iterfind(FLAT_PARTS):
            name = content.getparent().get(FLAT_NAME, "").lstrip("/")
            try:
                inside = (
                    etree.tostring(content[0], encoding="utf-8", with_tail=False)
                    if len(content)
                    else base64.b64decode(content.text or "")
                )
            except binascii.Error as error:
                raise _unreadable(path, f"its part {name} is damaged ({error})") from error
            package.writestr(name, inside)
    return packed.getvalue()


def _unreadable(path, reason):
    return UnreadableFile(f"{path}: {reason}. Open it in an office program and save it again as a new file.")
