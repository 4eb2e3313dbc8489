"""What only LibreOffice can open: DOC, WPS, RTF, ODS, Word's and Excel's XML of 2003."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from ..errors import MissingTool, UnreadableFile
from . import docx, sheet
from .package import parsed

PROGRAM = "soffice"
QUIETLY = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
# A report takes 1 to 3 s; a document on which LibreOffice hangs does not hold up a folder for long.
TIMEOUT = 90
# LibreOffice's own switches: no macros, no links to other files, no questions asked; and since it fetches linked
# pictures all the same, a proxy on a port where no one answers.
SETTINGS = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": 3,
        "DisableMacrosExecution": True,
        "BlockUntrustedRefererLinks": True,
        "DisableActiveContent": True,
    },
    "org.openoffice.Office.Writer/Content/Update": {"Link": 2},
    "org.openoffice.Office.Common/Misc": {"FirstRun": False},
    "org.openoffice.Inet/Settings": {
        "ooInetProxyType": 2,
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": 9,
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": 9,
        "ooInetNoProxy": "",
    },
}
SETTINGS_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">{switches}</oor:items>"""
PREFIX = "disclosure-"


def read_doc(path, data):
    """One document of Word 97 to 2003 (DOC), through LibreOffice."""
    return _read_converted(path, data, "doc", "doc")


def read_wps(path, data):
    """One document of WPS Writer or Microsoft Works (WPS), through LibreOffice."""
    # WPS Writer keeps its documents in Word's own format; under its own name LibreOffice takes them for Works.
    suffix = "doc" if "WordDocument".encode("utf-16-le") in data else "wps"
    return _read_converted(path, data, "wps", suffix)


def read_rtf(path, data):
    """One RTF file, through LibreOffice."""
    return _read_converted(path, data, "rtf", "rtf")


def read_flat_word(path, data):
    """One document in the single-file XML of Word 2003, through LibreOffice."""
    return _read_converted(path, _in_utf_8(path, data), "doc", "xml")


def read_flat_workbook(path, data):
    """One workbook in the single-file XML of Excel 2003, through LibreOffice."""
    return _read_workbook(path, _in_utf_8(path, data), "xls", "xml")


def read_ods(path, data):
    """One OpenDocument spreadsheet, through LibreOffice."""
    return _read_workbook(path, data, "ods", "ods")


def _in_utf_8(path, data):
    """An XML file whole and in UTF-8: LibreOffice takes one that is cut off for plain text, and GBK for something else."""
    from lxml import etree

    return etree.tostring(parsed(path, data), encoding="utf-8", xml_declaration=True)


def _read_workbook(path, data, medium, suffix):
    document = sheet.read_xlsx(path, convert(path, data, suffix, "xlsx"))
    document.medium = medium
    return document


def _read_converted(path, data, medium, suffix):
    document = docx.read(path, convert(path, data, suffix, "docx"))
    document.medium = medium
    return document


def convert(path, data, suffix, target):
    """A file's bytes in another format, by LibreOffice, with macros and links off, in a profile of its own.

    Raises MissingTool without LibreOffice, UnreadableFile where it cannot convert the file or takes too long.
    """
    program = shutil.which(PROGRAM) or shutil.which("libreoffice")
    if not program:
        raise MissingTool(
            f"{path}: reading {suffix.upper()} needs LibreOffice. Install it (Debian and Ubuntu: "
            "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui; else https://www.libreoffice.org/download/), "
            "or open the file in an office program and save it as DOCX."
        )
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        source = Path(folder, f"source.{suffix}")
        source.write_bytes(data)
        profile = _profile(Path(folder, "profile"))
        made = Path(folder, "out", f"source.{target}")
        installation = f"-env:UserInstallation={profile.as_uri()}"
        said = _run(path, [program, installation, *QUIETLY, "--convert-to", target, "--outdir", made.parent, source])
        if not made.is_file():
            raise UnreadableFile(
                f"{path}: LibreOffice cannot open it ({said or 'no reason given'}); it may be damaged or locked by a "
                "password. Open it in the program that made it and save it as DOCX or PDF."
            )
        _keep(profile)
        return made.read_bytes()


def _run(path, command):
    """Run LibreOffice to its end or to the time limit, with all that it starts; returns what it said."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _, said = process.communicate(timeout=TIMEOUT)
    except BaseException as error:
        _kill(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise UnreadableFile(
                f"{path}: LibreOffice did not finish in {TIMEOUT} s. Open the file in an office program and save it as DOCX."
            ) from error
        raise
    return " ".join(said.decode("utf-8", "replace").split())[-200:]


def _kill(process):
    """LibreOffice is a script that starts a launcher that starts the program: end the whole group."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


@cache
def _kept(process):
    """The folder in which this process keeps a profile that has been used once: with it LibreOffice starts in half the time."""
    return tempfile.TemporaryDirectory(prefix=PREFIX)


def _profile(folder):
    """A profile for one conversion: a copy of the one kept, or a new one."""
    kept = Path(_kept(os.getpid()).name, "profile")
    if kept.is_dir():
        return Path(shutil.copytree(kept, folder))
    switches = "".join(
        f'<item oor:path="/{place}"><prop oor:name="{name}" oor:op="fuse"><value>{str(value).lower()}</value></prop></item>'
        for place, names in SETTINGS.items()
        for name, value in names.items()
    )
    settings = Path(folder, "user", "registrymodifications.xcu")
    settings.parent.mkdir(parents=True)
    settings.write_text(SETTINGS_FILE.format(switches=switches), encoding="utf-8")
    return folder


def _keep(profile):
    kept = Path(_kept(os.getpid()).name, "profile")
    # Another thread may have been first.
    with suppress(OSError):
        if not kept.exists():
            profile.rename(kept)
