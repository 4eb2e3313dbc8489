"""The indicators of the five reports to the digit, and what must never happen: 0 % of nothing, a blank for a zero."""

import numpy as np
import pandas as pd
import pytest

from disclosure import load
from disclosure.errors import UnknownName
from disclosure.form import forms
from disclosure.indicators import MEASURED, UNDEFINED, declared, grounds, indicator, indicators, sensitivity, widen
from disclosure.statistics import SMALL

from .conftest import ROOT
from .frames import cells_of, many, sample, samples

PUBLISHED = [
    # district, year, indicator, numerator, n, value, low, high (of 100)
    ("康巴什区", 2024, "disclosure_rate", 13, 15, 86.7, 62.1, 96.3),
    ("康巴什区", 2024, "not_held_rate", 0, 15, 0.0, 0.0, 20.4),
    ("昆都仑区", 2024, "disclosure_rate", 26, 109, 23.9, 16.8, 32.7),
    ("昆都仑区", 2024, "not_held_rate", 77, 109, 70.6, 61.5, 78.4),
    ("昆都仑区", 2024, "litigation_ratio", 1, 109, 0.9, None, None),
    ("昆都仑区", 2025, "disclosure_rate", 45, 191, 23.6, 18.1, 30.1),
    ("昆都仑区", 2025, "not_held_rate", 134, 191, 70.2, 63.3, 76.2),
    ("昆都仑区", 2025, "reconsideration_ratio", 24, 191, 12.6, None, None),
    ("昆都仑区", 2025, "litigation_ratio", 33, 191, 17.3, 11.9, 24.3),
    ("昆都仑区", 2025, "reconsideration_correction_rate", 1, 17, 5.9, None, None),
    ("昆都仑区", 2025, "litigation_correction_rate", 2, 30, 6.7, None, None),
    ("巴州区", 2023, "disclosure_rate", 97, 123, 78.9, 70.8, 85.1),
    ("巴州区", 2023, "full_disclosure_rate", 64, 123, 52.0, None, None),
    ("巴州区", 2023, "not_held_rate", 8, 123, 6.5, 3.3, 12.3),
    ("巴州区", 2023, "litigation_ratio", 10, 123, 8.1, None, None),
    ("巴州区", 2023, "reconsideration_correction_rate", 4, 4, 100.0, None, None),
    ("巴州区", 2023, "litigation_correction_rate", 0, 10, 0.0, None, None),
    # The others of the table, reckoned by hand.
    ("昆都仑区", 2025, "denial_rate", 6, 191, 3.1, None, None),
    ("昆都仑区", 2025, "disclosure_rate_merits", 45, 185, 24.3, None, None),
    ("昆都仑区", 2025, "closure_rate", 191, 195, 97.9, None, None),
    ("昆都仑区", 2025, "carry_over_rate", 4, 195, 2.1, None, None),
    ("昆都仑区", 2025, "natural_person_share", 188, 191, 98.4, None, None),
    ("昆都仑区", 2025, "dispute_ratio", 49, 191, 25.7, None, None),
    ("昆都仑区", 2025, "not_held_rate_organisation", 2, 3, 66.7, None, None),
    ("昆都仑区", 2025, "litigation_correction_least", 2, 33, 6.1, None, None),
    ("昆都仑区", 2025, "litigation_correction_most", 5, 33, 15.2, None, None),
    ("昆都仑区", 2025, "other_rate", 4, 191, 2.1, None, None),
    ("巴州区", 2023, "partial_disclosure_rate", 33, 123, 26.8, None, None),
    ("巴州区", 2023, "not_processed_rate", 2, 123, 1.6, None, None),
    ("巴州区", 2023, "deliberative", 14, 123, 11.4, None, None),
]


def one(cells, key, **options):
    table = indicators(cells, key, **options)
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: "-".join(map(str, case[:3])))
def test_the_values_of_the_sample_reports(case):
    district, year, key, numerator, n, value, low, high = case
    cells = samples()
    key = "denied.deliberative_process" if key == "deliberative" else key
    found = one(cells[(cells["district"] == district) & (cells["year"] == year)], key)
    assert (found["numerator"], found["n"], round(found["value"] * 100, 1)) == (numerator, n, value)
    if low is not None:
        assert (round(found["low"] * 100, 1), round(found["high"] * 100, 1)) == (low, high)
    assert found["method"] == ("exact Poisson" if key.endswith("_ratio") else "Wilson")


def test_of_no_applications_every_rate_is_undefined_and_says_why():
    table = indicators(sample("可克达拉经开区"))
    assert table[["value", "low", "high"]].isna().all(axis=None) and table["undefined"].notna().all()
    assert (table["n"] == 0).all() and table["method"].isna().all()
    assert table.set_index("indicator")["undefined"]["disclosure_rate"] == "没有办结的申请"
    english = indicators(sample("可克达拉经开区"), "litigation_correction_rate", lang="en")
    assert english["undefined"].item() == "no lawsuits decided"


TEN = {"applications.closed.total": 10, "applications.granted.total": 4, "applications.new.total": 10}

# What each report says, and what becomes of the disclosure rate (or the indicator named).
MISSING, CONTRADICTORY = UNDEFINED["missing"]["zh"], UNDEFINED["contradictory"]["zh"]
ODD = [
    ("a cell is absent", "disclosure_rate", TEN, {"missing": ["applications.granted.total"]}, MISSING),
    ("the denominator is absent", "disclosure_rate", TEN, {"missing": ["applications.closed.total"]}, MISSING),
    ("one row of a group is absent", "denial_rate", TEN, {"missing": ["applications.denied.third_party.total"]}, MISSING),
    ("the form lacks the row", "other.fee_overdue", TEN, {"declared": "2019"}, "所用报表没有这一栏"),
    ("more granted than closed", "disclosure_rate", TEN | {"applications.granted.total": 11}, {}, CONTRADICTORY),
    (
        "more pending than cases", "reconsideration_correction_rate", TEN | {"review.reconsideration.pending": 1}, {},
        CONTRADICTORY,
    ),
]  # fmt: skip


@pytest.mark.parametrize("what, key, values, options, reason", ODD, ids=[case[0] for case in ODD])
def test_what_is_not_there_is_never_taken_for_nothing(what, key, values, options, reason):
    found = one(cells_of(values, **options), key)
    assert np.isnan(found["value"]) and np.isnan(found["low"]) and found["undefined"] == reason


def test_a_rate_may_pass_one():
    found = one(cells_of(TEN | {"review.reconsideration.total": 12}), "reconsideration_ratio")
    assert found["value"] == 1.2 and found["high"] > 1.2


OTHER = "applications.other"
GROUPS = [
    # form, cells of （六）其他处理, those absent, its sum
    ("2021", {f"{OTHER}.correction_overdue.total": 1, f"{OTHER}.fee_overdue.total": 2, f"{OTHER}.other.total": 3}, (), 6),
    ("2019", {f"{OTHER}.total": 5}, (), 5),
]


@pytest.mark.parametrize("declared_form, values, missing, expected", GROUPS, ids=[case[0] for case in GROUPS])
def test_a_group_is_one_row_or_several(declared_form, values, missing, expected):
    cells = cells_of(TEN | values, declared=declared_form, missing=missing)
    assert one(cells, "other_rate")["numerator"] == expected
    assert one(cells, "disclosure_rate_merits")["n"] == 10 - expected


def test_forms_are_added_up_together():
    both = pd.concat([cells_of(TEN | each[1], f"{each[0]}.html", declared=each[0]) for each in GROUPS])
    found = one(both, "other_rate", by=())
    assert (found["numerator"], found["n"], found["left_out"]) == (11, 20, 0)


def test_a_report_of_a_new_form_may_print_a_group_as_one_row():
    rows = [f"{OTHER}.{row}.total" for row in ("correction_overdue", "fee_overdue", "other")]
    cells = cells_of(TEN, missing=rows)
    line = cells.iloc[[0]].assign(table="applications", row="other", column="total", value=3.0, status="printed")
    both = pd.concat([cells, line, cells_of(TEN | {rows[0]: 1}, "b.html", "乙区")])
    found = indicators(both, "other_rate").set_index("district")
    assert found["numerator"].to_dict() == {"甲区": 3, "乙区": 1}


def test_groups_of_reports():
    cells = samples()
    pooled = one(cells, "not_held_rate", by=())
    assert (pooled["numerator"], pooled["n"], pooled["reports"]) == (219, 438, 5)
    by_year = indicators(cells, "not_held_rate", by="year").set_index("year")
    assert by_year["numerator"].to_dict() == {2023: 8, 2024: 77, 2025: 134}
    each = indicators(cells, ["not_held_rate", "denial_rate"], by="report")
    assert len(each) == 10 and list(each.columns) == ["report", *MEASURED]
    district = indicators(cells, "disclosure_rate", by=["district"]).set_index("district")
    assert district.loc["昆都仑区", ["numerator", "n", "reports"]].tolist() == [71, 300, 2]


def test_pending_cases_are_not_counted_in_every_year():
    # 昆都仑区: 1 case pending of 1 in 2024; 3 of 33 in 2025.
    found = one(sample("昆都仑区"), "litigation_ratio", by="district")
    assert (found["numerator"], found["n"]) == (30, 300)
    assert one(sample("昆都仑区"), "litigation_correction_rate", by="district")["n"] == 30


def test_an_incomplete_report_is_left_out_of_its_group_and_counted():
    cells = pd.concat([cells_of(TEN), cells_of(TEN, "b.html", "乙区", missing=["applications.granted.total"])])
    found = one(cells, "disclosure_rate", by=())
    assert (found["numerator"], found["n"], found["reports"], found["left_out"]) == (4, 10, 1, 1)


def test_an_unresolved_district_is_a_group_too():
    cells = cells_of(TEN, district=None).astype({"district": "str"})
    assert len(indicators(pd.concat([cells, cells_of(TEN, "b.html")]), "disclosure_rate")) == 2


def test_doubts_go_along():
    cells = cells_of(TEN)
    cells.loc[(cells["row"] == "granted") & (cells["column"] == "total"), "status"] = "inferred"
    findings = pd.DataFrame(
        {
            "report": ["a.html", "a.html", "a.html", "b.html"],
            "severity": ["error", "warning", "error", "error"],
            "message": ["甲", "乙", "丙", "丁"],
            "cells": [
                ["applications.granted.total", "applications.closed.total"], ["applications.closed.total"],
                ["applications.new.research"], ["applications.closed.total"],
            ],
        }
    )  # fmt: skip
    found = one(cells, "disclosure_rate", findings=findings)
    assert (found["inferred"], found["broken"], found["finding"]) == (1, 1, "甲")
    found = one(cells, "natural_person_share", findings=findings)
    assert (found["inferred"], found["broken"]) == (0, 0) and found["finding"] != found["finding"]


def test_inhabitants_are_merged_in_by_the_reader():
    cells = cells_of(TEN)
    assert "applications_per_inhabitant" not in set(indicators(cells)["indicator"])
    assert one(cells, "applications_per_inhabitant")["undefined"] == "常住人口未知"
    found = one(cells.assign(population=20_000), "applications_per_inhabitant")
    assert found["value"] * indicator("applications_per_inhabitant").scale == 5
    assert "applications_per_inhabitant" in set(indicators(cells.assign(population=20_000))["indicator"])


def test_a_researchers_five_lines():
    corpus = load(ROOT / "data/reports").merge(ROOT / "data/districts.csv", on="region_code")
    found = corpus.indicators("applications_per_inhabitant", by=["district", "year"]).set_index(["district", "year"])
    row = found.loc["昆都仑区", 2025]
    assert (row["numerator"], row["n"], round(row["value"] * 10_000, 2)) == (191, 787_681, 2.42)
    # A zone has no figure of its own.
    assert found.loc[("可克达拉经开区", 2024), "undefined"] == "常住人口未知"
    assert {"population", "applications.new.total"} <= set(corpus.wide())


def test_names_that_do_not_exist_are_answered_with_those_that_do():
    with pytest.raises(UnknownName, match="disclosure_rate, .*denied.state_secret"):
        indicators(samples(), "openness")
    with pytest.raises(UnknownName, match="use report, district, year, form"):
        indicators(samples(), by="province")
    with pytest.raises(UnknownName, match="no cells"):
        indicators(samples().head(0))


def test_the_declaration_is_whole():
    table = declared()
    assert table["indicator"].is_unique and table.notna().all(axis=None)
    assert (declared("en")[["name", "of", "caveat"]] != "").all(axis=None)
    assert set(table["family"]) <= set(table["indicator"])
    rows = {key.row for key in forms()["2021"].cells if key.table == "applications"}
    assert [row for row in dict.fromkeys(key.row for key in forms()["2021"].cells) if row in grounds()] == grounds()
    assert rows - set(grounds()) == {"new", "carried_in", "granted", "granted_in_part", "closed", "carried_out"}
    assert indicator("other.fee_overdue").since == 2021 and indicator("denied.third_party").since == 2019


def test_grounds_and_disclosures_add_up_to_what_was_closed():
    parts = [*grounds(), "full_disclosure_rate", "partial_disclosure_rate"]
    table = indicators(many(), parts)
    assert np.allclose(table.groupby("district")["value"].sum(), 1)


def test_wide_cells_hold_every_value():
    cells = samples()
    wide = widen(cells).frame()
    assert wide.shape == (5, 4 + 200) and wide["applications.closed.total"].sum() == 438
    assert wide.drop(columns=["report", "district", "year", "form"]).sum().sum() == pytest.approx(cells["value"].sum())


def test_sensitivity_shows_where_another_denominator_reads_differently():
    table = sensitivity(samples())
    flips = table[table["trend_flips"]]
    # 昆都仑区 2025: the disclosure rate fell by 0.3 points, and rose if what needs no answer on the merits is left out.
    assert set(flips["district"]) == {"昆都仑区"} and "disclosure_rate_merits" in set(flips["indicator"])
    assert table[table["n"] < SMALL]["rank"].isna().all()
    ranked = sensitivity(many(), ["disclosure_rate"])
    assert ranked["rank"].max() <= 40 and (ranked["moved"].abs() > 0).any()
    usual = ranked[ranked["indicator"] == "disclosure_rate"]
    assert (usual["moved"].dropna() == 0).all() and not usual["side_flips"].any()
    assert sensitivity(samples(), ["litigation_correction_rate"], by="district")["trend"].isna().all()


def test_thousands_of_reports_in_seconds():
    import time

    one_report = cells_of(TEN)
    reports = 2000
    cells = pd.concat([one_report] * reports, ignore_index=True)
    cells["report"] = np.repeat([f"{number}.html" for number in range(reports)], len(one_report))
    start = time.perf_counter()
    # All but the one that needs the number of inhabitants.
    assert len(indicators(cells, by="report")) == reports * (len(declared()) - 1)
    assert time.perf_counter() - start < 5
