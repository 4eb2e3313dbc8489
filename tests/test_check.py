"""The audit's sums: what closes is not reported, what cannot close is, with the figures that show it."""

import time

import pytest

from disclosure.amounts import Amount
from disclosure.check import check, explain, verified
from disclosure.form import CellKey, form
from disclosure.report import Finding

from .generator.figures import figures


def report(key="2021", seed=3, **changed):
    """A generated report whose sums close, with cells changed: ``{"table row column": number or status}``."""
    truth = figures(seed, key, size="county")
    values = {CellKey(*cell): Amount(value, "printed") for cell, value in truth.cells.items()}
    return values | {CellKey(*name.split()): amount(value) for name, value in changed.items()}


def amount(value):
    return Amount(None, value) if isinstance(value, str) else Amount(value, "printed")


@pytest.mark.parametrize("key", ("2021", "2019"))
@pytest.mark.parametrize("seed", range(20))
def test_what_closes_is_verified(key, seed):
    values = report(key, seed)
    assert check(form(key), values) == []
    assert verified(form(key), values, [])


# what is changed -> the checks that object, in order
ROW, CLOSED, BALANCE, REVIEW = "applications.row_sum", "applications.closed", "applications.balance", "review.total"
CHANGED = [
    ({"applications granted natural_person": 100_000}, [ROW, CLOSED]),
    ({"applications new natural_person": 100_000}, [ROW, BALANCE]),
    ({"applications closed total": 100_000}, [ROW, CLOSED, BALANCE]),
    ({"review litigation_direct pending": 100_000}, [REVIEW]),
    ({"proactive licensing decisions": 100_000}, []),
    # A cell without a number can take what is left over, but no less than nothing.
    ({"applications granted natural_person": "blank"}, []),
    ({"applications granted total": "mark"}, []),
    ({"applications granted enterprise": "blank", "applications granted natural_person": 100_000}, [ROW, CLOSED]),
    ({"applications granted enterprise": "absent", "applications granted natural_person": 0}, [CLOSED]),
    ({"applications new enterprise": "unreadable", "applications carried_out enterprise": "blank"}, []),
    # What no count can be.
    ({"proactive licensing decisions": -1}, ["cells.sign"]),
    ({"proactive licensing decisions": 1.5}, ["cells.sign"]),
    ({"proactive licensing decisions": 2.0}, []),
    ({"proactive fees amount_10k_yuan": 0.37}, []),
    ({"proactive fees amount_10k_yuan": -0.37}, ["cells.sign"]),
]


@pytest.mark.parametrize("changed, checks", CHANGED)
def test_each_contradiction_is_named(changed, checks):
    declared = form("2021")
    values = report(**changed)
    findings = check(declared, values)
    assert [finding.check for finding in findings] == checks
    assert {finding.severity for finding in findings} <= {"error"}
    assert verified(declared, values, findings) == (not checks and all(amount(v).value is not None for v in changed.values()))


def test_a_change_of_items_may_be_negative():
    assert check(form("2019"), report("2019", **{"proactive licensing items_change": -3})) == []


def test_a_finding_says_both_sums_in_both_languages():
    declared = form("2021")
    values = {key: Amount(0, "printed") for key in declared.cells}
    values[CellKey("applications", "new", "total")] = Amount(7, "printed")
    row, column = check(declared, values)
    assert (row.found, row.expected) == (7, 0)
    assert row.message == (
        "“一、本年新收政府信息公开申请数量”一行：总计应等于自然人与五类法人或其他组织之和，但前者为 7，后者为 0，相差 7。"
    )
    assert explain(declared, column, "en") == (
        "Column “Total”: new and carried-in applications equal closed and carried-out ones, "
        "but the former is 7 and the latter 0, a difference of 7."
    )


def test_a_finding_with_open_cells_says_which_side_is_too_much():
    declared = form("2021")
    values = {key: Amount(0, "printed") for key in declared.cells}
    values[CellKey("review", "reconsideration", "upheld")] = Amount(5, "printed")
    values[CellKey("review", "reconsideration", "pending")] = Amount(None, "blank")
    (finding,) = check(declared, values)
    assert finding.message == (
        "“行政复议”一行：总计应等于维持、纠正、其他结果与尚未审结之和，但前者只有 0，后者仅已填部分就有 5，多出 5。"
    )
    assert CellKey("review", "reconsideration", "pending") not in finding.cells


DOUBTS = [
    # what the reader found, whether what closes is verified all the same
    (("row.unproved", "warning"), False),
    (("row.by_sums", "info"), True),
    (("unit.unstated", "warning"), False),
    (("ocr.unsure", "warning"), False),
    (("metadata.title", "warning"), True),
]


@pytest.mark.parametrize("found, said", DOUBTS)
def test_what_was_in_doubt_is_not_verified_by_the_sums(found, said):
    assert verified(form("2021"), report(), [Finding(*found, "")]) == said


def nothing_but(cells):
    """A report of a few figures whose noughts were left blank."""
    values = dict.fromkeys(form("2021").cells, Amount(None, "blank"))
    return values | {CellKey("applications", *name.split()): amount(value) for name, value in cells.items()}


CLOSING = {"new natural_person": 5, "new total": 5, "granted natural_person": 3, "granted total": 3, "closed natural_person": 5, "closed total": 5}
DUPLICATE = {"not_processed.duplicate natural_person": 2, "not_processed.duplicate total": 2}
# blank noughts and these figures -> the checks that object, the row of their first cell, and how sure they are
BLANK_NOUGHTS = [
    (CLOSING | DUPLICATE, []),
    # The columns leave nothing for the blanks of a row that would need it, and the other way round.
    (CLOSING | DUPLICATE | {"not_processed.duplicate natural_person": 1},
     [(ROW, "not_processed.duplicate", "error"), (CLOSED, "closed", "error")]),
    # Blanks in the rows of carried-over applications may be what is missing, if they are no noughts.
    (CLOSING | DUPLICATE | {"new total": 6}, [(ROW, "new", "warning"), (BALANCE, "new", "warning")]),
]


@pytest.mark.parametrize("cells, objections", BLANK_NOUGHTS)
def test_blank_noughts_hide_no_contradiction(cells, objections):
    findings = check(form("2021"), nothing_but(cells))
    assert [(finding.check, finding.cells[0].row, finding.severity) for finding in findings] == objections


def test_a_hybrid_form_is_held_against_its_own_sums():
    hybrid = form("2021").with_rows(form("2019"), "applications", ("other",))
    values = {key: Amount(0, "printed") for key in hybrid.cells}
    for row in ("new", "other", "closed"):
        for column in ("natural_person", "total"):
            values[CellKey("applications", row, column)] = Amount(2, "printed")
    assert check(hybrid, values) == []


def test_the_sums_cost_next_to_nothing():
    declared, values = form("2021"), report()
    check(declared, values)
    took = []
    for _ in range(50):
        start = time.perf_counter()
        check(declared, values)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.0005  # 0.06 ms where it is quiet
