"""The whole reader, ``disclosure.read``: every layout reads back, nothing lost is guessed, contradictions are told."""

import os
import re
import subprocess
import sys
from random import Random

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import disclosure
from disclosure.errors import DisclosureError, SeveralReports, UnknownForm

from .generator import (
    CLEAN,
    KINDS,
    LAYOUTS,
    LOSSY,
    UNREADABLE,
    figures,
    html,
    mistakes,
    office,
    plant,
    quirks,
    render,
    score,
    text,
)  # fmt: skip

SEEDS = range(6)
# Printing, office programs and recognition take their time: fewer reports of these.
FEW = {"office": (0, 5), "pdf": (0, 1, 2, 5), "scan": (3,)}


@pytest.fixture(scope="session")
def rendered(tmp_path_factory, need):
    """``rendered(layout)``: (truth, path) for some reports in that layout."""
    folder = tmp_path_factory.mktemp("layouts")

    def render_some(layout):
        for program in layout.needs:
            need(program)
        truths = [layout.truth(seed) for seed in FEW.get(layout.medium, SEEDS)]
        return list(zip(truths, render(layout, truths, folder)))

    return render_some


def of(*promises):
    return pytest.mark.parametrize(
        "layout", [layout for layout in LAYOUTS.values() if layout.promise in promises], ids=lambda layout: layout.name
    )


def alarms(report):
    return [finding for finding in report.doubts if finding.severity != "info"]


# Layouts --------------------------------------------------------------------------------------------------------------


@of(CLEAN)
def test_a_clean_layout_reads_back_cell_for_cell(layout, rendered):
    for truth, path in rendered(layout):
        report = disclosure.read(path)
        assert mistakes(truth, report) == [], path
        if layout.says:
            assert any(finding.check.startswith(layout.says) for finding in report.doubts), report.doubts
        else:
            assert alarms(report) == [], path


@of(LOSSY)
def test_of_a_lossy_layout_whatever_is_given_is_right(layout, rendered):
    for truth, path in rendered(layout):
        try:
            report = disclosure.read(path)
        except DisclosureError:
            continue
        result = score(truth, report)
        if layout.medium == "scan":
            assert result.right >= 0.995 * (result.right + result.missing + result.wrong), mistakes(truth, report)
            assert result.silent == 0
        else:
            assert result.wrong == 0, mistakes(truth, report)


@of(UNREADABLE)
def test_where_no_figure_is_there_none_is_given(layout, rendered):
    for _, path in rendered(layout):
        try:
            report = disclosure.read(path)
        except DisclosureError as refusal:
            assert str(path) in str(refusal)
        else:
            assert not [key for key, amount in report.values.items() if amount.value is not None]
            assert alarms(report)


@pytest.mark.parametrize(
    "name", ["text blank totals", "text blank totals, a cell a line", "html blank totals", "text blank total, once"]
)
def test_a_blank_total_is_inferred_from_its_parts(name, rendered):
    for truth, path in rendered(LAYOUTS[name]):
        report = disclosure.read(path)
        for key in (key for key, printed in truth.texts.items() if printed == ""):
            assert (report.values[key].value, report.values[key].status) == (truth.cells[key], "inferred"), (path, key)


@pytest.mark.parametrize(
    "name",
    [
        "text blank zeros, pipes",
        "text blank zeros, tabs",
        "text blank organisations",
        "html blank zeros",
        "text blank row",
    ],
)
def test_a_blank_is_never_called_printed(name, rendered):
    for truth, path in rendered(LAYOUTS[name]):
        report = disclosure.read(path)
        statuses = {report.values[key].status for key, printed in truth.texts.items() if printed == ""}
        assert statuses <= {"inferred", "blank"}, path


@pytest.mark.parametrize("name", ["text cell a line", "html plain", "docx", "xlsx one sheet"])
def test_a_report_says_whose_it_is(name, rendered):
    for truth, path in rendered(LAYOUTS[name]):
        metadata = disclosure.read(path).metadata
        assert "".join(metadata.title.split()) == "".join(truth.title.split())
        assert (metadata.year, metadata.jurisdiction) == (truth.year, truth.jurisdiction)


def on_its_side(page):
    """The tables of a page with their rows as columns."""
    import lxml.html
    from lxml.html.builder import TR

    tree = lxml.html.document_fromstring(page)
    for table in tree.iter("table"):
        rows, at = list(table.iter("tr")), {}
        for y, row in enumerate(rows):
            x = 0
            for cell in row:
                while (x, y) in at:
                    x += 1
                wide, high = (int(cell.get(span, 1)) for span in ("colspan", "rowspan"))
                at |= {(x + i, y + j): None for i in range(wide) for j in range(high)} | {(x, y): cell}
                cell.attrib.update({"colspan": f"{high}", "rowspan": f"{wide}"})
        for row in rows:
            row.getparent().remove(row)
        for x in range(1 + max(x for x, _ in at)):
            row = TR(*(at[place] for place in sorted(at) if place[0] == x and at[place] is not None))
            table.append(row)
    return lxml.html.tostring(tree, encoding="unicode")


def test_a_page_whose_tables_lie_on_their_sides_reads_back(tmp_path):
    for seed in (2, 3):
        truth = LAYOUTS["html plain"].truth(seed)
        path = tmp_path / "report.html"
        path.write_text(on_its_side(html.plain(truth, Random(seed))), "utf-8")
        report = disclosure.read(path)
        assert mistakes(truth, report) == []
        assert alarms(report) == []


def test_every_value_has_its_place_and_text(rendered):
    for truth, path in rendered(LAYOUTS["html plain"]):
        for key, amount in disclosure.read(path).values.items():
            assert amount.text.strip() == truth.texts[key]
            assert any(amount.place), key


def test_the_known_reports_read_as_expected(sample):
    report = disclosure.read(sample.path)
    expected = {
        (table, row, column): value
        for table, rows in sample.expected["cells"].items()
        for row, columns in rows.items()
        for column, value in columns.items()
    }
    assert {key: amount.value for key, amount in report.values.items() if amount.status == "printed"} == {
        key: value for key, value in expected.items() if value is not None
    }
    assert {key for key, amount in report.values.items() if amount.status == "inferred"} == {
        key for key, value in expected.items() if value is None
    }
    assert report.metadata.jurisdiction == sample.expected["jurisdiction"]
    assert report.metadata.year == sample.expected["year"]
    assert report.form.key == sample.expected["form"]


# Contradictions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["text ragged pipes", "text tab a cell", "html plain", "text aligned columns", "docx"])
def test_a_planted_contradiction_is_reported_and_not_corrected(name, kind, tmp_path):
    layout = LAYOUTS[name]
    for seed in (0, 2, 3, 5, 9):
        truth = plant(layout.truth(seed), kind, seed)
        path = tmp_path / f"{seed}{layout.suffix}"
        path.write_bytes(layout.content(truth))
        report = disclosure.read(path)
        assert mistakes(truth, report) == []
        assert bool(truth.planted) == any(finding.severity == "error" for finding in report.doubts)


# Properties -------------------------------------------------------------------------------------------------------------

WRITERS = {
    ".txt": [
        text.cell_per_line,
        text.paragraph_per_cell,
        text.tab_per_cell,
        text.ragged_pipes,
        text.full_pipes,
        text.tabs,
    ]
    + [text.markdown_row_tables, text.boxes, text.ascii_grid, text.trailing_pipes],
    ".html": [
        html.plain,
        html.word,
        html.character_spans,
        html.nested,
        html.cut_with_header,
        html.in_page,
        html.decoys,
    ],
    ".docx": [office.docx],
    ".csv": [office.csv_utf8, office.csv_gbk],
}
ALTERED = [quirks.as_it_is, quirks.marks, quirks.odd_numbers, quirks.blank_row, quirks.blank_total_once]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**9),
    form=st.sampled_from(["2021", "2019"]),
    writer=st.sampled_from([(suffix, write) for suffix, writers in WRITERS.items() for write in writers]),
    altered=st.sampled_from(ALTERED),
)
@example(40000000, "2021", (".txt", text.paragraph_per_cell), quirks.blank_total_once)
@example(35879, "2021", (".txt", text.paragraph_per_cell), quirks.blank_total_once)
def test_any_report_cleanly_written_reads_back(tmp_path, seed, form, writer, altered):
    suffix, write = writer
    # A cell a line keeps no blank cell: which of the seven is lost, the sums do not always tell.
    assume(not (altered is quirks.blank_total_once and write is text.cell_per_line))
    truth = altered(figures(seed, form), Random(seed))
    written = write(truth, Random(seed))
    path = tmp_path / f"report{suffix}"
    path.write_bytes(written.encode() if isinstance(written, str) else written)
    assert mistakes(truth, disclosure.read(path)) == []


DAMAGED = [
    text.ocr_tabs,
    text.glued_rows,
    text.glued_with_blanks,
    text.distinct_lines,
    text.labels_apart,
    text.two_years,
]
DAMAGED += [
    text.page_breaks,
    text.small_tables,
    text.one_paragraph,
    text.review_glued,
    text.review_shifted,
    text.aligned,
]
DAMAGES = [quirks.unchanged, quirks.reworded, quirks.headings_lost, quirks.bytes_lost, quirks.glossed, quirks.footnotes]
LOST = [
    quirks.as_it_is,
    quirks.lost_zeros,
    quirks.two_in_one,
    quirks.blank_organisations,
    quirks.blank_totals,
    quirks.marks,
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**9),
    form=st.sampled_from(["2021", "2019"]),
    write=st.sampled_from(DAMAGED + WRITERS[".txt"]),
    lost=st.sampled_from(LOST),
    damage=st.sampled_from(DAMAGES),
)
def test_whatever_is_wrong_is_said(tmp_path, seed, form, write, lost, damage):
    """However a text is damaged: a wrong figure never stands in a report without a warning or an error."""
    truth = lost(figures(seed, form), Random(seed))
    path = tmp_path / "report.txt"
    path.write_text(damage(write(truth, Random(seed)), Random(seed)), "utf-8")
    try:
        report = disclosure.read(path)
    except DisclosureError:
        return
    assert score(truth, report).silent == 0, mistakes(truth, report)


def ends_well(path):
    """A report, or an error of the kit that names the file."""
    try:
        disclosure.read(path)
    except DisclosureError as refusal:
        assert path.name in str(refusal)


BEGINNINGS = [
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<html><table>",
    b"{\\rtf1",
    b"\x89PNG\r\n\x1a\n",
]
BEGINNINGS += [
    b"\xff\xd8\xff\xe0",
    b"II*\x00",
    b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
]
SUFFIXES = [".txt", ".html", ".pdf", ".docx", ".doc", ".xlsx", ".csv", ".png", ".mhtml", ""]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(beginning=st.sampled_from(BEGINNINGS), rest=st.binary(max_size=400), suffix=st.sampled_from(SUFFIXES))
def test_any_bytes_end_as_a_report_or_a_clear_error(tmp_path, beginning, rest, suffix):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(beginning + rest)
    ends_well(path)


WORDS = st.sampled_from(
    [
        "一、本年新收政府信息公开申请数量",
        "（七）总计",
        "总计",
        "其他",
        "行政许可",
        "0",
        "12",
        "|",
        "\t",
        "\n",
        " ",
        "2024年",
        "|||",
        "-3-",
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=80))
def test_any_text_ends_as_a_report_or_a_clear_error(tmp_path, pieces):
    path = tmp_path / "file.txt"
    path.write_bytes("".join(pieces).encode("utf-8", "surrogatepass"))
    ends_well(path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        [
            "html plain",
            "html Word",
            "text ragged pipes",
            "text tab a cell",
            "docx",
            "xlsx one sheet",
            "csv GBK",
            "mhtml",
        ]
    ),
    seed=st.integers(0, 5),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=5), st.integers(0, 30)), min_size=1, max_size=4),
)
def test_a_damaged_report_ends_as_a_report_or_a_clear_error(tmp_path, name, seed, cuts):
    layout = LAYOUTS[name]
    data = layout.content(layout.truth(seed))
    for share, inserted, dropped in cuts:
        spot = int(share * len(data))
        data = data[:spot] + inserted + data[spot + dropped :]
    path = tmp_path / f"damaged{layout.suffix}"
    path.write_bytes(data)
    ends_well(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), share=st.floats(0.3, 1), lost=st.integers(0, 3))
def test_lines_lost_are_never_made_up_for(tmp_path, seed, share, lost):
    """Without some of its lines a report gives right figures, or says that something is wrong."""
    truth = figures(seed)
    lines = text.ragged_pipes(truth, Random(seed)).split("\n")
    for _ in range(lost):
        del lines[int(share * (len(lines) - 1))]
    path = tmp_path / "report.txt"
    path.write_text("\n".join(lines), "utf-8")
    try:
        report = disclosure.read(path)
    except DisclosureError:
        return
    assert score(truth, report).silent == 0, mistakes(truth, report)


# What is no report --------------------------------------------------------------------------------------------------------


def blank_form(truth, rng):
    """The form itself, to be filled in."""
    return text.full_pipes(truth.printed(dict.fromkeys(truth.texts, "")), rng)


def instructions(truth, rng):
    """How to fill in the form: all the row names, some of them with numbers of articles and days."""
    labels = [cell.text for _, table in text.tables(truth) for row in table.rows for cell in row if not cell.key]
    explained = "\n".join(
        f"{number}. “{label}”一栏，填写要求见第{number + 10}条，{20 + number % 3}日内报送。"
        for number, label in enumerate(labels, 1)
    )
    return f"政府信息公开工作年度报告填报说明\n{explained}\n"


def notice(truth, rng):
    return f"关于报送{truth.year}年政府信息公开工作年度报告的通知\n各乡镇、各部门：\n请于{truth.year + 1}年1月20日前报送年度报告，共3份。\n"


def comparison(truth, rng):
    """A tool's output: the report of two bodies side by side."""
    other = figures(truth.seed + 1)
    rows = [f"{key[1]} {key[2]},{truth.texts[key]},{other.texts.get(key, '')}" for key in truth.texts]
    return "指标,本单位,对比单位\n" + "\n".join(rows)


@pytest.mark.parametrize("write", [blank_form, instructions, notice, comparison], ids=lambda write: write.__name__)
def test_what_is_no_report_gives_no_figure(write, tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(write(figures(0), Random(0)), "utf-8")
    try:
        report = disclosure.read(path)
    except UnknownForm as refusal:
        assert "page.txt" in str(refusal)
    else:
        assert not [key for key, amount in report.values.items() if amount.value is not None]
        assert alarms(report)


def test_a_sign_that_cannot_be_read_is_not_passed_over(tmp_path):
    """减3 with its 减 misread is neither 3 nor -3."""
    truth = figures(2, "2019").printed({("proactive", "penalties", "items_change"): "囗3"})
    path = tmp_path / "report.txt"
    path.write_text(text.ragged_pipes(truth, Random(2)), "utf-8")
    report = disclosure.read(path)
    assert report.values["proactive", "penalties", "items_change"].status == "unreadable"
    assert "cell.unreadable" in {finding.check for finding in alarms(report)}


WORDED = ("其中{}", "{}上年", "9/{}", "{} 0", "第{}", "{}、2", "{}+9", "{}（上年）9", "其中\n{}", "{}\n9")
WORDED_CELLS = {
    "2021": [("licensing", "decisions"), ("regulations", "issued"), ("fees", "amount_10k_yuan")],
    "2019": [("penalties", "decisions"), ("fees", "items_last_year"), ("procurement", "projects")],
}
WORDED_LAYOUTS = ["text ragged pipes", "text tab a cell", "text cell a line", "text trailing pipes", "text boxes"]
WORDED_LAYOUTS += ["html plain", "csv", "xlsx one sheet"]


@pytest.mark.parametrize("name", WORDED_LAYOUTS)
def test_a_number_that_words_or_another_stand_beside_is_never_given_without_doubt(name, tmp_path):
    """In table 二 no sum tells whether such a number is the cell's."""
    layout = LAYOUTS[name]
    for seed in (2, 3):
        truth = layout.truth(seed)
        for row, column in WORDED_CELLS[truth.form]:
            for worded in WORDED:
                key = ("proactive", row, column)
                path = tmp_path / f"report{layout.suffix}"
                path.write_bytes(layout.content(truth.printed({key: worded.format(2564)})))
                report = disclosure.read(path)
                named = {cell for finding in alarms(report) for cell in finding.cells if not finding.check.startswith("claim")}
                assert key in named, (worded, report.values[key])
                given = {cell for cell, amount in report.values.items() if amount.value not in (None, truth.cells[cell])}
                assert given <= named, worded


@pytest.mark.parametrize(
    "suffix, write", [(".txt", text.cell_per_line), (".txt", text.ragged_pipes), (".html", html.plain)]
)
def test_two_reports_in_one_file_are_refused_with_the_reason(suffix, write, tmp_path):
    path = tmp_path / f"two{suffix}"
    path.write_text(write(figures(0), Random(0)) + write(figures(3), Random(3)), "utf-8")
    with pytest.raises(SeveralReports, match="two"):
        disclosure.read(path)


def test_a_wrong_extension_is_no_matter(tmp_path, rendered):
    for name, suffix in (
        ("html plain", ".pdf"),
        ("docx", ".txt"),
        ("text cell a line", ".docx"),
        ("xlsx one sheet", ".html"),
    ):
        truth, source = rendered(LAYOUTS[name])[0]
        path = tmp_path / f"{LAYOUTS[name].write.__name__}{suffix}"
        path.write_bytes(source.read_bytes())
        assert mistakes(truth, disclosure.read(path)) == [], name


SEEDED = """
import sys, disclosure
report = disclosure.read(sys.argv[1])
print([(key, amount.value, amount.status) for key, amount in report.values.items()], [f.message for f in report.doubts])
"""


def test_the_interpreter_s_hash_seed_changes_nothing(tmp_path):
    printed = LAYOUTS["text full pipes"].content(LAYOUTS["text full pipes"].truth(0)).decode()
    # Whether the blank is the rows' first or last column is a tie.
    printed = re.sub(r"(\| *规章 *\|).*", r"\1 0 | 0 |  |", printed)
    printed = re.sub(r"(\| *行政规范性文件 *\|).*", r"\1 0 |  | 0 |", printed)
    file = tmp_path / "report.txt"
    file.write_text(printed, "utf-8")
    said = {
        subprocess.run([sys.executable, "-c", SEEDED, file], env=os.environ | {"PYTHONHASHSEED": str(seed)}, capture_output=True, check=True).stdout
        for seed in range(8)
    }
    assert len(said) == 1
