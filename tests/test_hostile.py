"""Hostile and broken files: each ends in a clear error or a finding, soon and in bounded memory."""

import json
import subprocess
import sys
import zipfile
from random import Random

import pytest

import disclosure
from disclosure.errors import DisclosureError, UnreadableFile

from .generator import LAYOUTS, figures, html, mistakes, office, text

CHILD = """
import json, re, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
import disclosure
from disclosure.errors import DisclosureError
try:
    report = disclosure.read(sys.argv[1])
    ended = ["report", sum(amount.value is not None for amount in report.values.values()), [f.severity for f in report.doubts]]
except DisclosureError as refusal:
    ended = [type(refusal).__name__, str(refusal)]
# Not getrusage: its peak starts with that of the process that forked this one.
status = Path("/proc/self/status")
peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024 if status.exists() else 0
print(json.dumps([peak, ended]))
"""


def read_in_a_child(path, seconds=20, megabytes=700):
    """Read in a process of its own, bounded in time and memory; how it ended comes back."""
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stderr
    peak, ended = json.loads(done.stdout)
    assert peak < megabytes, f"{peak:.0f} MB"
    return ended


def bomb(part, size, rest=()):
    """An office file one of whose parts unpacks to ``size`` bytes of nothing."""

    def write(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
            for known, content in rest:
                parts.writestr(known, content)
            with parts.open(part, "w", force_zip64=True) as unpacked:
                for _ in range(size >> 22):
                    unpacked.write(b" " * (1 << 22))

    return write


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {this} "{f"&{last};" * 12}">' for last, this in zip("abcdefghi", "bcdefghij"))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


def docx_with_entities(declared):
    return lambda path: path.write_bytes(office.docx_of("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", declared=declared))


def xlsx_with_entities(declared):
    def write(path):
        good = office.xlsx(figures(0), Random(0))
        path.write_bytes(good)
        with zipfile.ZipFile(path) as parts:
            kept = {name: parts.read(name) for name in parts.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        kept[sheet] = declared.encode() + kept[sheet].replace(
            b"<sheetData>", b'<sheetData><row r="99"><c r="A99" t="inlineStr"><is><t>&j;</t></is></c></row>'
        )
        with zipfile.ZipFile(path, "w") as parts:
            for name, content in kept.items():
                parts.writestr(name, content)

    return write


def spanned(attribute):
    def write(path):
        page = html.plain(figures(0), Random(0))
        path.write_text(
            page.replace("<td>规章", f"<td {attribute}=1000000000>规章").replace('colspan="4"', f'{attribute}="1e9"'),
            "utf-8",
        )

    return write


def nested(tag):
    return lambda path: path.write_text(f"<html><body>{f'<{tag}>' * 100_000}0", "utf-8")


def half_a_gigabyte(line):
    def write(path):
        block = (line * (1 + (1 << 20) // len(line))).encode()
        with path.open("wb") as file:
            for _ in range(500 * (1 << 20) // len(block)):
                file.write(block)

    return write


def cut(name, share=0.5):
    def write(path):
        data = LAYOUTS[name].content(figures(0))
        path.write_bytes(data[: int(len(data) * share)])

    return write


HOSTILE = {
    "empty.txt": lambda path: path.write_bytes(b""),
    "empty.docx": lambda path: path.write_bytes(b""),
    "blanks.html": lambda path: path.write_bytes(b" \n" * 1000),
    "truncated.docx": cut("docx"),
    "truncated.xlsx": cut("xlsx one sheet"),
    "truncated.html": cut("html plain", 0.3),
    "bomb.docx": bomb(
        "word/document.xml", 1 << 30, [("[Content_Types].xml", office.TYPES), ("_rels/.rels", office.RELATIONS)]
    ),
    "bomb.xlsx": bomb(
        "xl/worksheets/sheet1.xml",
        1 << 30,
        [("[Content_Types].xml", office.TYPES), ("xl/workbook.xml", "<workbook/>")],
    ),
    "laughs.docx": docx_with_entities(LAUGHS),
    "laughs.xlsx": xlsx_with_entities(LAUGHS),
    "laughs.html": lambda path: path.write_text(
        f"<?xml version='1.0'?>{LAUGHS}<html><body><p>&j;</p></body></html>", "utf-8"
    ),
    "outside.docx": docx_with_entities(OUTSIDE),
    "outside.xlsx": xlsx_with_entities(OUTSIDE),
    "outside.html": lambda path: path.write_text(
        f"{OUTSIDE}<html><body>&j;<iframe src=file:///etc/passwd></body></html>", "utf-8"
    ),
    "colspan.html": spanned("colspan"),
    "rowspan.html": spanned("rowspan"),
    "divs.html": nested("div"),
    "tables.html": nested("table><tr><td"),
    "zeros.bin": lambda path: path.write_bytes(b"\0" * (1 << 20)),
    "huge.txt": half_a_gigabyte("一、本年新收政府信息公开申请数量 0 0 0 0 0 0 0\n"),
    "huge line.txt": half_a_gigabyte("0 "),
    "huge.html": half_a_gigabyte("<table><tr><td>0</td></tr></table>"),
    "pipes.txt": lambda path: path.write_text("|" * 5_000_000, "utf-8"),
    "digits.txt": lambda path: path.write_text(text.cell_per_line(figures(0), Random(0)) + "9" * 3_000_000, "utf-8"),
    "labels.txt": lambda path: path.write_text("一、本年新收政府信息公开申请数量总计其他行政许可0" * 40_000, "utf-8"),
    "passwd.doc": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_soon_and_small(name, tmp_path):
    path = tmp_path / name
    HOSTILE[name](path)
    ended = read_in_a_child(path)
    if ended[0] == "report":
        assert ended[1] == 0 or "span" in name or "digits" in name or ended[2], ended
    else:
        assert name in ended[1], ended
        assert "root:" not in ended[1]


def test_nul_bytes_and_lone_surrogates_do_not_change_a_figure(tmp_path):
    truth = figures(0)
    written = text.ragged_pipes(truth, Random(0)).encode()
    for number, noise in enumerate((b"\0", b"\xed\xa0\x80", b"\xff")):
        path = tmp_path / f"{number}.txt"
        path.write_bytes(written.replace("一、总体情况".encode(), noise + "一、总体情况".encode() + noise))
        try:
            report = disclosure.read(path)
        except UnreadableFile:
            continue
        assert mistakes(truth, report) == []


def test_an_encrypted_pdf_is_refused_with_the_reason(tmp_path, need):
    program = need("soffice", "libreoffice")
    source = tmp_path / "locked.docx"
    source.write_bytes(office.docx(figures(1), Random(1)))
    options = {
        "EncryptFile": {"type": "boolean", "value": "true"},
        "DocumentOpenPassword": {"type": "string", "value": "secret"},
    }
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
        + ["--convert-to", f"pdf:writer_pdf_Export:{json.dumps(options)}", "--outdir", tmp_path, source],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with pytest.raises(UnreadableFile, match="locked.pdf"):
        disclosure.read(tmp_path / "locked.pdf")


@pytest.mark.parametrize("name", ["absent.txt", "."])
def test_what_is_no_file_is_a_clear_error(name, tmp_path):
    with pytest.raises(DisclosureError, match=name):
        disclosure.read(tmp_path / name)


def test_a_link_to_itself_is_a_clear_error(tmp_path):
    link = tmp_path / "loop.txt"
    link.symlink_to(link)
    with pytest.raises(DisclosureError, match="loop.txt"):
        disclosure.read(link)
