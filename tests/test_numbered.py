"""Columns that number the rows, or hold last year's totals, are none of the form's."""

import pytest

from disclosure.document import Grid, GridCell, Paragraph
from disclosure.form import CellKey
from disclosure.numbered import without_numbers

from .test_match import CARRIED_IN, FOUR_BEGINS, HEADER, read, report

LABELS = "甲乙丙丁戊己庚辛壬癸子"
COLUMNS = [
    # the heading, what stands under it, whether the column goes
    ("序号", "12345", True),
    ("行 次", "12345", True),
    ("上年总计", "70309", True),
    ("", [str(number) for number in range(1, 11)], True),
    ("", [str(number) for number in range(11)], True),
    ("", "12345", False),
    ("序号", "13579", False),
    ("序号", ["1", "2", "3.5"], False),
    ("总计", "12345", False),
    ("序号", "甲乙丙", False),
]


def rows(heading, under, at):
    table = [["项目", "总计"], *([label, "8"] for label in LABELS[: len(under)])]
    for row, text in zip(table, (heading, *under)):
        row.insert(at if at == 0 else len(row), text)
    return table


def texts(blocks):
    return [[cell.text for cell in block.cells] if isinstance(block, Grid) else block.text for block in blocks]


def grid(table):
    return Grid([GridCell(text, row, column) for row, cells in enumerate(table) for column, text in enumerate(cells)], 1)


@pytest.mark.parametrize("at", [0, -1])
@pytest.mark.parametrize("heading, under, goes", COLUMNS)
def test_which_columns_go(heading, under, goes, at):
    table = rows(heading, under, at)
    kept = [row[1:] if at == 0 else row[:-1] for row in table] if goes else table
    assert texts(without_numbers([grid(table)])) == [[text for row in kept for text in row]]
    for border, margin in (("|", "|"), ("|", ""), ("\t", "")):
        lines = [Paragraph(margin + border.join(row) + margin) for row in table]
        assert texts(without_numbers(lines)) == [margin + border.join(row) + margin for row in kept]


def test_the_numbers_go_on_over_a_page():
    first, second = rows("序号", "12345", 0), rows("序号", "12345", 0)[1:]
    for number, row in enumerate(second, 6):
        row[0] = str(number)
    assert texts(without_numbers([grid(first), Paragraph("- 1 -"), grid(second)]))[2] == [text for row in second for text in row[1:]]


@pytest.mark.parametrize("noughts", ["0", "0件", "-"])
@pytest.mark.parametrize("at_end", [False, True])
def test_a_table_with_numbered_rows_reads_as_one_without(at_end, noughts):
    text = report()
    start, end = text.index(HEADER), text.index(FOUR_BEGINS)
    lines = text[start:end].strip().replace(" | 0", f" | {noughts}").split("\n")
    # One row contradicts itself, and is read as it is printed all the same.
    lines = [line.replace(f"{CARRIED_IN} | {noughts}", f"{CARRIED_IN} | 3") for line in lines]
    counted = ["序号"] + [""] * 2 + [str(number) for number in range(1, len(lines) - 2)]
    numbered = [f"{line} | {number}" if at_end else f"{number} | {line}" for line, number in zip(lines, counted)]
    matched = read(text[:start] + "\n".join(numbered) + "\n" + text[end:])
    plain = read(text[:start] + "\n".join(lines) + "\n" + text[end:])
    assert {key: amount.value for key, amount in matched.values.items()} == {key: amount.value for key, amount in plain.values.items()}
    assert matched.values[CellKey("applications", "new", "total")].value == 1
    assert matched.values[CellKey("applications", "carried_in", "natural_person")].value == 3
