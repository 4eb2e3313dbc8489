"""A folder of reports, on this machine or anywhere that fsspec reaches: what is in it, and its files one by one."""

import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import PurePosixPath

from .errors import DisclosureError, MissingTool
from .report import sha256

# The files that may be reports; what they are is then decided by their content.
SUFFIXES = frozenset(
    """.html .htm .xhtml .shtml .mhtml .mht .txt .md .docx .doc .wps .odt .rtf .pdf .ofd
    .png .jpg .jpeg .tif .tiff .bmp .gif .webp .xlsx .xls .et .ods .csv""".split()
)
# How the names of files begin that stand beside reports and are none.
NOTES = ("readme", "sources.csv")
# How browsers call the folder of a saved page's pictures and frames: 年报.html keeps them in 年报_files.
PARTS_OF_A_PAGE = ("_files", ".files")


def filesystem(url):
    """The fsspec filesystem of a URL and the path in it; None and the absolute path for what is on this machine."""
    url = str(url)
    if "://" not in url:
        return None, os.path.abspath(os.path.expanduser(url))
    import fsspec

    try:
        fs, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise MissingTool(f"{url}: {error}. For s3:// that is: pip install 'disclosure[cluster]'") from error
    except ValueError as error:
        raise DisclosureError(f"{url}: {error}. Give a folder, or a URL such as s3://bucket/reports.") from error
    return (None, path) if "file" in fs.protocol else (fs, path.rstrip("/"))


def candidates(source):
    """The files of a folder that may be reports: ``({path inside it: (bytes, etag)}, [(path, why skipped)])``, sorted.

    ``source`` is a folder or the URL of one. A folder that cannot be listed, a link that leads nowhere or back, and
    whatever is no medium of reports is among the skipped. Raises DisclosureError where there is no such folder.
    """
    fs, root = filesystem(source)
    found, skipped = {}, []
    if fs is not None:
        _find(fs, root, found, skipped)
    elif os.path.isdir(root):
        _walk(root, "", frozenset(), found, skipped)
    if not os.path.isdir(root) if fs is None else not (found or skipped or fs.exists(root)):
        raise DisclosureError(f"{source}: no such folder. Give the folder that holds the reports.")
    return dict(sorted(found.items())), sorted(skipped)


def _walk(folder, inside, above, found, skipped):
    try:
        here = os.stat(folder)
        entries = list(os.scandir(folder))
    except OSError as error:
        skipped.append((inside, f"cannot be listed: {error.strerror}"))
        return
    identity = here.st_dev, here.st_ino
    if identity in above:
        skipped.append((inside, "a link that leads back to a folder above it"))
        return
    for entry in entries:
        path = f"{inside}/{entry.name}" if inside else entry.name
        try:
            if entry.is_dir() and entry.name.endswith(PARTS_OF_A_PAGE):
                skipped.append((_printable(path), "the parts of a saved page"))
            elif entry.is_dir() and not entry.name.startswith(".") and _printable(path) == path:
                _walk(entry.path, path, above | {identity}, found, skipped)
            elif reason := _not_a_report(entry.name):
                skipped.append((_printable(path), reason))
            elif not entry.is_file():
                skipped.append((path, "a link that leads nowhere" if entry.is_symlink() else "not a file"))
            else:
                found[path] = entry.stat().st_size, None
        except OSError as error:
            skipped.append((_printable(path), f"cannot be looked at: {error.strerror}"))


def _find(fs, root, found, skipped):
    for path, about in fs.find(root, detail=True).items():
        inside = path.removeprefix(root).lstrip("/")
        *folders, name = inside.split("/")
        odd = [folder for folder in folders if folder.startswith(".") or folder.endswith(PARTS_OF_A_PAGE)]
        reason = f"in {odd[0]}" if odd else _not_a_report(name)
        if reason:
            skipped.append((_printable(inside), reason))
        else:
            found[inside] = about.get("size") or 0, about.get("ETag")


def _not_a_report(name):
    """Why a file of that name is not tried, or None."""
    suffix = PurePosixPath(name).suffix.lower()
    reasons = {
        "hidden": name.startswith("."),
        "a lock file of an office program": name.startswith("~$"),
        "notes beside the reports": name.lower().startswith(NOTES),
        "no suffix that says what it is": not suffix,
        f"{suffix} is no medium of reports": suffix not in SUFFIXES,
        "its name is not valid UTF-8: rename it": _printable(name) != name,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _printable(path):
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@contextmanager
def at_hand(source, name):
    """A local path of one file: its own, or that of a copy for as long as the block lasts."""
    fs, root = filesystem(source)
    if fs is None:
        yield f"{root}/{name}"
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = f"{folder}/{PurePosixPath(name).name}"
        fs.get_file(f"{root}/{name}", copy)
        yield copy


def digest(source, name):
    """The SHA-256 of one file; None where it cannot be opened."""
    fs, root = filesystem(source)
    try:
        return sha256(f"{root}/{name}") if fs is None else hashlib.sha256(fs.cat_file(f"{root}/{name}")).hexdigest()
    except OSError:
        return None
