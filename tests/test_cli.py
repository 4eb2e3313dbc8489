"""The verbs at the shell: what they print, what they return, and that bad input never ends in a traceback."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import disclosure
from disclosure import __main__ as shell
from disclosure.contract import FEW
from disclosure.form import form, forms

from .conftest import ROOT

REPORTS = ROOT / "data/reports"
KEYS = ["path", "status", "error", "title", "jurisdiction", "region_code", "year", "form", "verified", "cells", "inferred", "findings"]

# Texts of which every report that uses the form has all: read as a report, and refused as one.
BROKEN = {
    "empty.txt": b"",
    "cut.pdf": b"%PDF-1.4 and no more",
    "no_report.html": b"<html><body><table><tr><td>1</td></tr></table></body></html>",
    "zeros.docx": b"PK\x03\x04" + bytes(400),
    "zeros.txt": bytes(4000),
    "surrogates.txt": b"\xed\xa0\x80\xff\xfe" * 50,
}


def run(*arguments, **options):
    """A process of its own: (exit status, lines of output, what it said on standard error)."""
    command = [sys.executable, "-m", "disclosure", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=300, **options)
    return done.returncode, done.stdout.decode("utf-8").splitlines(), done.stderr.decode("utf-8")


@pytest.fixture
def here(capsys):
    """The same in this process, which is faster."""

    def run(*arguments):
        try:
            status = shell.main([str(argument) for argument in arguments])
        except SystemExit as error:
            status = error.code
        said = capsys.readouterr()
        return int(status), said.out.splitlines(), said.err

    return run


# parse --json


def test_each_line_is_a_report_as_agreed(here, sample):
    status, lines, _ = here("parse", "--json", sample.path)
    (record,) = map(json.loads, lines)
    assert status == 0
    assert list(record) == KEYS
    assert (record["path"], record["status"], record["error"]) == (str(sample.path), "parsed", None)
    for name in ("title", "jurisdiction", "region_code", "year", "form"):
        assert record[name] == sample.expected[name], name
    cells, expected = (
        {(table, row, column): value for table, rows in cells.items() for row, line in rows.items() for column, value in line.items()}
        for cells in (record["cells"], sample.expected["cells"])
    )  # fmt: skip
    inferred = dict.fromkeys((cell for cell, value in expected.items() if value is None), 0)
    assert cells == expected | inferred
    assert set(map(tuple, record["inferred"])) == set(inferred)
    for finding in record["findings"]:
        assert list(finding) == ["check", "severity", "message", "cells"]


def test_every_cell_of_the_form_is_there(here):
    _, lines, _ = here("parse", "--json", REPORTS / "kokdala_2024.txt")
    record = json.loads(lines[0])
    given = {(table, row, column) for table, rows in record["cells"].items() for row, cells in rows.items() for column in cells}
    assert given == set(form("2021").cells)
    assert len(record["inferred"]) == 4 and all(tuple(cell) in given for cell in record["inferred"])
    assert record["verified"] is True


def test_what_cannot_be_read_is_null(here, tmp_path):
    lacking = (REPORTS / "bazhou_2023.txt").read_text("utf-8").replace("170", "若干")
    (tmp_path / "lacking.txt").write_text(lacking, "utf-8")
    record = json.loads(here("parse", "--json", tmp_path / "lacking.txt")[1][0])
    assert record["cells"]["proactive"]["coercion"] == {"decisions": None}
    assert record["verified"] is False


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_fails_alone(here, tmp_path, name):
    (tmp_path / name).write_bytes(BROKEN[name])
    status, lines, said = here("parse", "--json", tmp_path / name, REPORTS / "bazhou_2023.txt")
    failed, read = map(json.loads, lines)
    assert status == 1 and said == ""
    assert list(failed) == KEYS
    assert failed["status"] == "failed" and name in failed["error"] and failed["path"] == str(tmp_path / name)
    assert not any(failed[key] for key in KEYS if key not in ("path", "status", "error"))
    assert read["status"] == "parsed"


def test_no_such_file_is_an_error_of_that_file(here):
    status, lines, _ = here("parse", "--json", "nowhere.txt")
    assert status == 1 and "nowhere.txt" in json.loads(lines[0])["error"]


def test_a_reader_that_breaks_is_an_error_of_that_file(here, monkeypatch):
    def read(path):
        raise ZeroDivisionError("an error of ours")

    monkeypatch.setattr("disclosure.contract.read", read)
    status, lines, _ = here("parse", "--json", REPORTS / "bazhou_2023.txt")
    assert status == 1 and "ZeroDivisionError: an error of ours" in json.loads(lines[0])["error"]


def test_a_folder_is_walked_in_order(here, tmp_path):
    for name in ("b.txt", "a/z.txt", "a/y.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPORTS / "bazhou_2023.txt", tmp_path / name)
    (tmp_path / "notes.json").write_text("{}")
    status, lines, said = here("parse", "--json", REPORTS / "kangbashi_2024.txt", tmp_path, REPORTS / "kundulun_2024.txt")
    found = [json.loads(line)["path"] for line in lines]
    assert status == 0
    assert found == [
        str(REPORTS / "kangbashi_2024.txt"), *(str(tmp_path / name) for name in ("a/y.txt", "a/z.txt", "b.txt", "c.txt")),
        str(REPORTS / "kundulun_2024.txt"),
    ]  # fmt: skip
    assert "notes.json" in said


def test_many_files_come_in_order_whichever_is_read_first(tmp_path):
    names = [f"{number:02}.txt" for number in range(FEW + 8)]
    for number, name in enumerate(names):
        shutil.copy(REPORTS / ("bazhou_2023.txt" if number % 3 else "kundulun_2024.txt"), tmp_path / name)
    (tmp_path / names[3]).write_bytes(b"")
    status, lines, _ = run("parse", "--json", tmp_path)
    records = [json.loads(line) for line in lines]
    assert status == 1
    assert [os.path.basename(record["path"]) for record in records] == names
    assert [record["status"] for record in records].count("failed") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_names_that_are_no_text_survive(tmp_path):
    name = os.fsencode(tmp_path) + b"/\xb0\xcd\xd6\xdd.txt"
    shutil.copy(REPORTS / "bazhou_2023.txt", name)
    done = subprocess.run([sys.executable.encode(), b"-m", b"disclosure", b"parse", b"--json", name], capture_output=True)
    record = json.loads(done.stdout.decode("utf-8"))
    assert done.returncode == 0 and record["year"] == 2023
    assert os.fsencode(record["path"]) == name


@pytest.mark.parametrize("locale", ["C", "POSIX", "zh_CN.GBK"])
def test_output_is_utf_8_whatever_the_terminal(locale):
    status, lines, _ = run("parse", "--json", REPORTS / "bazhou_2023.txt", env=os.environ | {"LC_ALL": locale, "PYTHONUTF8": "0"})
    assert status == 0 and json.loads(lines[0])["jurisdiction"] == "巴州区"


def test_lines_come_as_files_are_read(tmp_path):
    """The second path is a pipe in which nothing arrives: the first report is printed nevertheless."""
    os.mkfifo(tmp_path / "slow.txt")
    command = [sys.executable, "-m", "disclosure", "parse", "--json", REPORTS / "bazhou_2023.txt", tmp_path / "slow.txt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())["status"] == "parsed"
        process.kill()


def test_who_reads_our_output_may_leave_early():
    script = f"{sys.executable} -m disclosure parse --json {' '.join([str(REPORTS)] * 40)} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert json.loads(done.stdout)["status"] == "parsed"


# parse, for people


def test_without_json_each_report_is_a_card(here, tmp_path):
    (tmp_path / "broken.pdf").write_bytes(BROKEN["cut.pdf"])
    status, lines, _ = here("parse", REPORTS / "kundulun_2025.txt", tmp_path / "broken.pdf", REPORTS / "kokdala_2024.txt")
    said = "\n".join(lines)
    assert status == 1
    for expected in ("2025年昆都仑区政府信息公开工作年度报告", "昆都仑区 150203", "200/200", "broken.pdf", "推定"):
        assert expected in said


# forms


@pytest.mark.parametrize("key", forms())
def test_a_form_is_printed_with_every_key_and_label(here, key):
    status, lines, _ = here("forms", key)
    printed = "\n".join(lines)
    assert status == 0
    for cell, (row, column) in form(key).cells.items():
        assert cell.row in printed and cell.column in printed
        assert row.label[-1] in printed and column.label[-1] in printed
    assert all(rule.id in printed for rule in form(key).rules)


def test_all_forms_are_listed(here):
    status, lines, _ = here("forms")
    assert status == 0
    assert lines[1].split() == ["2021", "国办公开办函〔2021〕30号", "2021–", "200", "42"]


# render


def test_a_page_is_rendered(tmp_path):
    shutil.copytree(REPORTS, tmp_path / "data/reports")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    status, lines, said = run("render", "--district", "康巴什区", "--out", "pages", cwd=tmp_path)
    assert (status, said) == (0, "")
    assert lines == ["1 pages made, 0 unchanged, 0 removed, 0 failed: pages/index.html"]
    assert {"康巴什区.html", "index.html"} <= {path.name for path in (tmp_path / "pages").iterdir()}


REFUSED = [
    # what was asked, exit status, what is said
    (["parse"], 2, "the following arguments are required"),
    (["forms", "2020"], 1, "no form '2020'"),
    (["render"], 1, "render what?"),
    (["render", "--district", "昆仑区"], 1, "did you mean 昆都仑区"),
    (["render", "--district", "昆都仑区", "-p", "distrikt", "x"], 1, "did you mean district"),
    (["render", "nowhere.ipynb"], 1, "nowhere.ipynb: is no notebook"),
    (["render", "--all", "--folder", "nowhere"], 1, "nowhere"),
    (["render", "--all", "--district", "昆都仑区"], 2, "not allowed with"),
    (["unheard"], 2, "invalid choice"),
    ([], 2, "required"),
]


@pytest.mark.parametrize(("arguments", "status", "message"), REFUSED, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_cannot_be_done_is_said_in_one_line(here, tmp_path, monkeypatch, arguments, status, message):
    monkeypatch.chdir(ROOT)
    given, lines, said = here(*arguments, *(["--out", tmp_path / "out"] if arguments[:1] == ["render"] else []))
    assert (given, lines) == (status, [])
    assert message in said and "Traceback" not in said
    assert status == 2 or said.count("\n") == 1


# All verbs


def test_help_waits_for_no_heavy_library():
    child = "import sys; import disclosure.__main__ as shell; print(*sorted({'pandas', 'plotly', 'lxml', 'scipy', 'papermill'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("verb", ["parse", "forms", "render"])
def test_each_verb_explains_itself(here, verb):
    status, lines, _ = here(verb, "--help")
    assert status == 0 and lines[0].startswith(f"usage: disclosure {verb}")


# The package


def test_no_name_of_the_package_is_also_a_module_of_it():
    """Whichever of the two were imported last would hide the other."""
    modules = {path.stem for path in (ROOT / "disclosure").glob("*.py")}
    assert not modules & set(disclosure.__all__)


def test_each_module_may_be_the_first_that_is_imported():
    """papermill loads the engine while it is itself being imported."""
    for name in ("engine", "client", "warm", "page", "render", "form"):
        subprocess.run([sys.executable, "-c", f"import disclosure.{name}"], check=True)
