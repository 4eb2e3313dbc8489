"""Broken sums are explained: planted slips are found again, certain only where the sums leave no other explanation."""

import pytest

from disclosure.amounts import Amount
from disclosure.check import check
from disclosure.claims import Claim
from disclosure.form import CellKey, form
from disclosure.locate import CHECK, KINDS, explain, findings, locate
from disclosure.report import Finding
from disclosure.whose import EVIDENCE, WHOSE, whose

from .generator.contradictions import KINDS as SLIPS
from .generator.contradictions import plant
from .generator.figures import figures

COLUMNS = "natural_person enterprise research public_interest legal_service other_org total".split()


def applications(**rows):
    """A 2021 report with these rows of table 三, seven figures each, and nothing else."""
    values = dict.fromkeys(form("2021").cells, Amount(0, "printed", "0"))
    for row, numbers in rows.items():
        for column, number in zip(COLUMNS, numbers, strict=True):
            values[CellKey("applications", row.replace("__", "."), column)] = amount(number)
    return values


def amount(number):
    return Amount(None, number) if isinstance(number, str) else Amount(number, "printed", str(number))


def review(**blocks):
    values = dict.fromkeys(form("2021").cells, Amount(0, "printed", "0"))
    for row, numbers in blocks.items():
        for column, number in zip("upheld corrected other pending total".split(), numbers, strict=True):
            values[CellKey("review", row, column)] = amount(number)
    return values


SOUND = dict(
    new=(126, 2, 0, 0, 0, 0, 128), granted=(64, 0, 0, 0, 0, 0, 64), granted_in_part=(33, 0, 0, 0, 0, 0, 33),
    unavailable__not_held=(24, 2, 0, 0, 0, 0, 26), closed=(121, 2, 0, 0, 0, 0, 123), carried_out=(5, 0, 0, 0, 0, 0, 5),
)  # fmt: skip

# rows of table 三 as printed -> kind, the cells as they should be, confidence
IN_TABLE_3 = [
    (dict(granted=(46, 0, 0, 0, 0, 0, 64)), "digits_exchanged", {"granted natural_person": 64}, "certain"),
    (dict(granted=(65, 0, 0, 0, 0, 0, 64)), "digit_changed", {"granted natural_person": 64}, "certain"),
    (dict(granted=(90, 0, 0, 0, 0, 0, 64)), "misprint", {"granted natural_person": 64}, "certain"),
    (dict(granted=(6, 0, 0, 0, 0, 0, 64)), "digit_lost", {"granted natural_person": 64}, "certain"),
    (dict(granted=(644, 0, 0, 0, 0, 0, 64)), "digit_doubled", {"granted natural_person": 64}, "certain"),
    (dict(closed=(121, 2, 0, 0, 0, 0, 0)), "total_zero", {"closed total": 123}, "certain"),
    (dict(new=(126, 2, 0, 0, 0, 0, 1280000)), "unit", {"new total": 128}, "certain"),
    (dict(new=(2, 126, 0, 0, 0, 0, 128)), "neighbours_exchanged", {"new natural_person": 126, "new enterprise": 2}, "certain"),
    # The parts one cell to the right, with the total in its place; and with the total pushed out.
    (dict(new=(0, 126, 2, 0, 0, 0, 128)), "shifted",
     {"new natural_person": 126, "new enterprise": 2, "new research": 0}, "certain"),
    (dict(new=(0, 126, 2, 0, 0, 0, 0)), "shifted",
     {"new natural_person": 126, "new enterprise": 2, "new research": 0, "new total": 128}, "certain"),
    # The first cell lost and the rest moved up: the total's place is empty, and its sums bear no witness.
    (dict(unavailable__not_held=(2, 0, 0, 0, 0, 26, "absent")), "shifted",
     {"unavailable.not_held natural_person": 24, "unavailable.not_held enterprise": 2,
      "unavailable.not_held other_org": 0, "unavailable.not_held total": 26}, "likely"),
    (dict(carried_out=(121, 2, 0, 0, 0, 0, 123), closed=(5, 0, 0, 0, 0, 0, 5)), "rows_exchanged",
     {"closed natural_person": 121, "closed enterprise": 2, "closed total": 123,
      "carried_out natural_person": 5, "carried_out enterprise": 0, "carried_out total": 5}, "certain"),
    (dict(closed=(88, 2, 0, 0, 0, 0, 90), new=(93, 2, 0, 0, 0, 0, 95)), "left_out",
     {"granted_in_part natural_person": 0, "granted_in_part total": 0}, "likely"),
    (dict(granted=(54, 0, 0, 0, 0, 0, 64), unavailable__not_held=(25, 2, 0, 0, 0, 0, 26)), "misprints",
     {"granted natural_person": 64, "unavailable.not_held natural_person": 24}, "certain"),
    # One more here and one less there in a column: the two totals may be the wrong ones as well.
    (dict(granted=(54, 0, 0, 0, 0, 0, 64), unavailable__not_held=(34, 2, 0, 0, 0, 0, 26)), "compensating", None, "possible"),
]  # fmt: skip


@pytest.mark.parametrize("printed, kind, right, confidence", IN_TABLE_3)
def test_what_happened_to_table_3(printed, kind, right, confidence):
    values = applications(**SOUND | printed)
    best = locate(form("2021"), values)[0]
    assert (best.kind, best.confidence, best.rank) == (kind, confidence, 1)
    if right:
        assert {f"{key.row} {key.column}": value for key, value in zip(best.cells, best.values)} == right
    repaired = values | {key: amount(value) for key, value in zip(best.cells, best.values)}
    assert check(form("2021"), repaired) == []


# blocks of table 四 -> how many explanations, the best one's kind and confidence: one sum alone seldom decides
IN_TABLE_4 = [
    (dict(litigation_direct=(0, 0, 8, 0, 0)), 2, "total_zero", "likely"),
    (dict(reconsideration=(10, 1, 0, 0, 0)), 1, "total_zero", "likely"),
    (dict(reconsideration=(1, 2, 0, 0, 4)), 5, "misprint", "possible"),
    (dict(reconsideration=(0, 1, 0, 2, 0), litigation_direct=(3, 0, 0, 4, 0), litigation_after_reconsideration=(4, 1, 0, 0, 0)),
     None, "shifted", "possible"),
]  # fmt: skip


@pytest.mark.parametrize("blocks, number, kind, confidence", IN_TABLE_4)
def test_what_happened_to_table_4(blocks, number, kind, confidence):
    found = locate(form("2021"), review(**blocks))
    assert number is None or len(found) == number
    assert (found[0].kind, found[0].confidence, found[0].rivals) == (kind, confidence, len(found) - 1)


def test_the_narrative_decides_where_the_sums_cannot():
    values = review(reconsideration=(5, 0, 0, 0, 8))
    upheld, total = (CellKey("review", "reconsideration", column) for column in ("upheld", "total"))
    assert locate(form("2021"), values)[0].confidence == "possible"
    for cell, said, right in ((upheld, 8, {upheld: 8}), (total, 5, {total: 5})):
        verdict = "agrees" if values[cell].value == said else "disagrees"
        claim = Claim("……", "reconsideration", said, (cell,), values[cell].value, verdict)
        best, *_ = locate(form("2021"), values, claims=[claim])
        assert (dict(zip(best.cells, best.values)), best.confidence) == (right, "likely")


def test_sums_that_close_need_no_explanation():
    assert locate(form("2021"), applications(**SOUND)) == []


def test_an_open_cell_that_can_take_the_rest_is_no_slip():
    assert locate(form("2021"), applications(**SOUND | dict(granted=("blank", 0, 0, 0, 0, 0, 64)))) == []


GRANTED = CellKey("applications", "granted", "natural_person")
DOUBT = Finding("row.inferred_layout", "warning", "", (GRANTED,))
# the cell's amount, medium, the reader's findings -> whose error, and why
ERRORS = [
    (Amount(46, "printed", "46"), "html", (), "source", "alone"),
    (Amount(46, "printed", "46"), "docx", (), "source", "alone"),
    (Amount(46, "printed", "46"), "text", (), "unknown", ""),
    (Amount(46, "printed", "46"), "scan", (), "reader", "pictured"),
    (Amount(46, "printed", "46", score=0.99), "docx", (), "reader", "pictured"),
    (Amount(46, "printed", "46", score=0.5), "scan", (), "reader", "unsure"),
    (Amount(46, "printed", "46 0"), "html", (), "converter", "glued"),
    (Amount(46, "printed", "46"), "text", (DOUBT,), "converter", "doubted"),
]


@pytest.mark.parametrize("amount, medium, doubts, whose, why", ERRORS)
def test_whose_error(amount, medium, doubts, whose, why):
    (best,) = locate(form("2021"), applications(**SOUND) | {GRANTED: amount}, medium=medium, doubts=doubts)
    assert (best.whose, best.why) == (whose, why)
    assert whose in WHOSE and why in EVIDENCE


def test_a_row_that_moved_was_moved_by_a_converter():
    values = applications(**SOUND | dict(new=(0, 126, 2, 0, 0, 0, 128)))
    assert [hypothesis.whose for hypothesis in locate(form("2021"), values, medium="pdf")] == ["converter"]


def test_a_finding_says_what_would_close_the_sums():
    values = applications(**SOUND | dict(granted=(46, 0, 0, 0, 0, 0, 64)))
    hypotheses = locate(form("2021"), values, medium="html")
    (finding,) = findings(form("2021"), hypotheses)
    assert (finding.check, finding.severity, finding.found, finding.expected) == (CHECK, "warning", 46, 64)
    assert finding.message == (
        "相邻数字颠倒：“（一）予以公开 · 自然人”填的是 46，应为 64，则“三、本年度办理结果 / （一）予以公开”一行、“自然人”一列"
        "可以平衡（由勾稽关系唯一确定；原文填写有误：该格文字清楚、独立成格）。"
    )
    assert explain(form("2021"), hypotheses[0], "en") == (
        "two digits exchanged: “Granted in full · Natural persons” says 46 and should say 64, and Row “Granted in full”, "
        "Column “Natural persons” would close (the sums leave no other explanation; "
        "the source's own error: the cell's text is clear and stands alone)."
    )


@pytest.mark.parametrize("kind", SLIPS)
@pytest.mark.parametrize("key", ("2021", "2019"))
def test_planted_slips_are_found(kind, key):
    """In table 三 one wrong cell is always named; nothing is ever called certain that is wrong."""
    declared = form(key)
    for seed in range(40):
        truth = plant(figures(seed, key), kind, seed)
        values = {CellKey(*cell): Amount(value, "printed", truth.texts[cell]) for cell, value in truth.cells.items()}
        for _, figures_before in truth.planted:
            right = {CellKey(*cell): value for cell, value in figures_before.items()}
            found = locate(declared, values)
            assert right in [dict(zip(one.cells, one.values)) for one in found], (seed, right)
            certain = [one for one in found if one.confidence == "certain"]
            assert all(dict(zip(one.cells, one.values)) == right for one in certain), (seed, right)
            if len(right) == 1 and next(iter(right)).table == "applications":
                assert certain, (seed, right)


def test_a_row_left_out_of_the_total_is_not_called_wrong():
    values = applications(**SOUND | dict(closed=(88, 2, 0, 0, 0, 0, 90), new=(93, 2, 0, 0, 0, 0, 95)))
    message = findings(form("2021"), locate(form("2021"), values))[0].message
    assert message.startswith("该项未计入合计：“（二）部分公开 · 自然人”的 33、“（二）部分公开 · 总计”的 33 若不计入，则")


GLUED = [
    # the text of a cell, who is to blame for a wrong figure in it
    ("1 284", "converter"),
    ("0 0", "converter"),
    ("1,284", "source"),
    ("1.5", "source"),
    ("4.14万元", "source"),
]


@pytest.mark.parametrize("text, blamed", GLUED)
def test_only_several_numbers_in_a_cell_are_a_converter_s(text, blamed):
    assert whose("digit_changed", ["cell"], {"cell": Amount(1, "printed", text)}, "html", [])[0] == blamed


def test_every_kind_has_its_wording():
    assert all(set(wording) == {"zh", "en"} for table in (KINDS, WHOSE, EVIDENCE) for wording in table.values())
