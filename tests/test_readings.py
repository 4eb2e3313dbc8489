"""Which readings a damaged row allows, and what the sums leave of them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.amounts import ABSENT, Amount, amount
from disclosure.form import form
from disclosure.infer import infer
from disclosure.line import sums_across, sums_inside
from disclosure.readings import as_shown, filled, row_readings, viable, windows
from disclosure.tiers import RUN_TOGETHER
from disclosure.tokens import Token

ROW = tuple(key for key in form("2021").cells if key.row == "granted")
SUMS = sums_inside(ROW)
COUNTS = ("count",) * len(ROW)
REVIEW = tuple(form("2021").table("review").cells)


def cells(*texts):
    """Tokens between hard borders; a text with blanks in it is parted at them, softly."""
    return [Token(word, 0, soft=bool(n)) for text in texts for n, word in enumerate(text.split(" "))]


def values(tokens, keys=ROW):
    shown = as_shown(tokens, ("count",) * len(keys))
    readings = [shown] if shown else row_readings(tokens, ("count",) * len(keys), sums_inside(keys))[0]
    return sorted({filled(reading, sums_inside(keys)) for reading in readings})


READINGS = [
    # the texts of a row of 7, what it can say, the case
    (cells("7", "0", "0", "0", "0", "0", "7"), [(7, 0, 0, 0, 0, 0, 7)], "a row as printed"),
    (cells("7", "0", "0", "0", "0", "0", "8"), [(7, 0, 0, 0, 0, 0, 8)], "a misprint stays as printed"),
    (cells("7 0 0 0 0 0 7"), [(7, 0, 0, 0, 0, 0, 7)], "blanks for borders"),
    (cells("7", "0 0", "0", "0", "0", "7"), [(7, 0, 0, 0, 0, 0, 7)], "two numbers in one cell"),
    (cells("1 2", "0", "0", "0", "0", "0", "12"), [(12, 0, 0, 0, 0, 0, 12)], "a blank inside a number"),
    (cells("7000007"), [(7, 0, 0, 0, 0, 0, 7)], "digits run together"),
    (cells("242180000260"), [(242, 18, 0, 0, 0, 0, 260)], "digits run together, several each"),
    (cells("200 000121"), [(20, 0, 0, 0, 0, 1, 21)], "digits run together, a stray blank among them"),
    (cells("5845546"), [], "what closes no sum is not read"),
    (cells("2", "0", "0", "0", "0", "0", "0", "20"), [(20, 0, 0, 0, 0, 0, 20)], "a number torn in two cells"),
    (cells("11", "0", "0", "0", "0", "0", "1", "1"), [(11, 0, 0, 0, 0, 0, 11)], "a torn number, or one before the row"),
    (cells("1", "2", "3", "0", "6", "0", "6", "12", "0", "0"), [], "figures or noughts too many"),
    (cells("3", "0", "0", "0", "0", "0", "0", "0"), [], "a nought too many and a contradiction, or the figure"),
    (cells("7", "0", "0", "0", "0", "0", "7", "3"), [(7, 0, 0, 0, 0, 0, 7)], "a page number behind the row"),
    (cells("0", "0", "0"), [(0, 0, 0, 0, 0, 0, 0)], "cells lost, but nothing to lose"),
]  # fmt: skip


@pytest.mark.parametrize("tokens, said, case", READINGS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_row_can_say(tokens, said, case):
    assert values(tokens) == said


def test_lost_cells_leave_several_readings_until_the_columns_decide():
    assert len(values(cells("4", "4"))) == 6


def test_table_four_as_one_string():
    assert values(cells("21317000001324019"), REVIEW) == [(2, 1, 3, 1, 7, 0, 0, 0, 0, 0, 13, 2, 4, 0, 19)]


def test_blank_cells_are_cells():
    tokens = [Token(text, 0) for text in ("", "", "5", "", "", "3", "", "", "8")]
    assert [slot.value for slot in windows(tokens, COUNTS)[2]] == [5, None, None, 3, None, None, 8]
    assert 0 not in windows(tokens, COUNTS)


parts = st.lists(st.integers(0, 3000), min_size=6, max_size=6)


@given(parts)
def test_whatever_was_printed_is_among_the_readings_of_its_digits(printed):
    row = (*printed, sum(printed))
    digits = "".join(map(str, row))
    readings, _ = row_readings([Token(digits, 0)], COUNTS, SUMS)
    assert row in {filled(reading, SUMS) for reading in readings} or len(readings) == 0 and len(digits) > 24


@given(parts, st.data())
def test_lost_noughts_never_hide_what_was_printed(printed, data):
    row = (*printed, sum(printed))
    kept = [text for text in map(str, row) if text != "0" or data.draw(st.booleans())]
    if 0 < len(kept) < 7:
        readings, tier = row_readings([Token(text, 0) for text in kept], COUNTS, SUMS)
        # 1820 | 1820 may as well be 1 8 2 0 | 1 8 20 run together: either has to be proved by the columns.
        assert tier is RUN_TOGETHER or row in {filled(reading, SUMS) for reading in readings}


def test_viable_choices_are_those_of_the_brute_force():
    candidates = {"a": [(1, 0), (0, 1)], "b": [(2, 0), (1, 1)], "c": [(1, 2), (3, 0), (2, 1)]}
    equations = [(("c",), ("a", "b"))]
    said = viable(candidates, equations)
    true = {row: set() for row in candidates}
    for choice in product(*(range(len(vectors)) for vectors in candidates.values())):
        chosen = dict(zip(candidates, choice, strict=True))
        vector = {row: candidates[row][index] for row, index in chosen.items()}
        if all(vector["c"][i] == vector["a"][i] + vector["b"][i] for i in (0, 1)):
            for row, index in chosen.items():
                true[row].add(index)
    assert said == true


def test_the_sums_down_the_columns_are_those_of_both_forms():
    assert (("new", "carried_in"), ("closed", "carried_out")) in sums_across("applications")
    assert len([sums for sums in sums_across("applications") if sums[0] == ("closed",)]) == 2


# What the sums leave ----------------------------------------------------------------------------------------------------


def printed(changes=None):
    """Figures of 2021 that close: all noughts but for one application, granted."""
    one = {("new", "natural_person"), ("new", "total"), ("granted", "natural_person"), ("granted", "total"),
           ("closed", "natural_person"), ("closed", "total")}  # fmt: skip
    return {
        key: (changes or {}).get(tuple(key), amount("1" if tuple(key)[1:] in one and key.table == "applications" else "0"))
        for key in form("2021").cells
    }


def cell(row, column):
    return ("applications", row, column)


INFERENCES = [
    # the cells that say no number, what the sums leave for them
    ({cell("denied.third_party", "research"): amount("")}, {cell("denied.third_party", "research"): 0}),
    ({cell("new", "total"): amount("")}, {cell("new", "total"): 1}),
    ({cell("granted", "natural_person"): ABSENT, cell("granted", "total"): amount("/")},
     {cell("granted", "natural_person"): 1, cell("granted", "total"): 1}),
    ({cell("granted", "natural_person"): amount(""), cell("closed", "total"): amount("2")}, {cell("granted", "natural_person"): 1}),
    ({cell("granted", "natural_person"): amount(""), cell("closed", "natural_person"): amount("2")}, {}),
    ({("proactive", "regulations", "issued"): amount("")}, {}),
]  # fmt: skip


@pytest.mark.parametrize("changes, left", INFERENCES)
def test_what_the_sums_leave(changes, left):
    found = infer(form("2021"), printed(changes))
    assert {tuple(key): inferred.value for key, inferred in found.items()} == left
    for key, inferred in found.items():
        assert inferred.status == "inferred"
        assert inferred.text == changes[tuple(key)].text


def test_blank_noughts_are_inferred_beside_a_contradiction_but_not_in_it():
    blank = {tuple(key): amount("") for key, read in printed().items() if key.table == "applications" and read.value == 0}
    wrong = {cell("not_processed.duplicate", "natural_person"): amount("1")}
    found = infer(form("2021"), printed(blank | {cell("carried_in", "total"): amount("0"), **wrong}))
    assert {key.row for key in found} == {key.row for key in form("2021").table("applications").cells} - {"not_processed.duplicate"}
    assert {inferred.value for inferred in found.values()} == {0}
    assert not [key for key in found if key.column == "natural_person" and key.row not in ("carried_in", "carried_out")]


def test_nothing_is_inferred_where_a_table_is_not_there():
    nothing = dict.fromkeys(form("2021").cells, Amount(None, "absent"))
    assert infer(form("2021"), nothing) == {}


def test_numbers_apart_from_each_other_are_not_cut_for_the_sum_s_sake_alone():
    # 6 + 79 + 3 + 2 + 0 + 9 = 99 as well, but 679 + 320 = 999 with four noughts lost.
    said = values(cells("679", "320", "999"))
    assert (6, 79, 3, 2, 0, 9, 99) in said and (679, 320, 0, 0, 0, 0, 999) in said
