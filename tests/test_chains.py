"""Reports held against the year before and against the bodies that they sum up."""

import pandas as pd
import pytest

from disclosure.chains import COLUMNS, calendar, chains, hierarchy, hierarchy_findings, wanted
from disclosure.form import forms

from .generator.bodies import bodies
from .generator.corpora import series

CELLS = list(dict.fromkeys(str(key) for form in forms().values() for key in form.cells))


def report(year, body="昆都仑区", district="昆都仑区", region="150203", parent="150200", level="county", **cells):
    """One row of a wide frame, every cell 0 but for ``cells`` (``table__row__column``: number)."""
    about = {
        "report": f"{body}-{year}.html", "status": "parsed", "district": district, "region_code": region,
        "parent_code": parent, "body": body, "body_level": level, "year": year,
    }  # fmt: skip
    return about | dict.fromkeys(CELLS, 0.0) | {name.replace("__", "."): number for name, number in cells.items()}


def wide(*reports):
    frame = pd.DataFrame(reports, columns=["report", "status", "district", "region_code", "parent_code", "body", "body_level", "year", *CELLS])
    return frame.astype({"year": "Int16"})


OUT, INTO = "applications__carried_out__", "applications__carried_in__"
IN_FORCE, ISSUED, REPEALED = (f"proactive__normative_documents__{column}" for column in ("in_force", "issued", "repealed"))
FEES = "proactive__fees__amount_10k_yuan"
LICENSING = "proactive__licensing__decisions"
# two years' cells -> the checks, each with what was expected and found
PAIRS = [
    ({OUT + "total": 4, OUT + "natural_person": 4}, {INTO + "total": 4, INTO + "natural_person": 4}, []),
    ({OUT + "total": 4, OUT + "natural_person": 4}, {INTO + "total": 4, INTO + "enterprise": 4},
     [("chain.carried", 4, 0), ("chain.carried", 0, 4)]),
    ({OUT + "total": float("nan")}, {INTO + "total": 4}, []),
    ({IN_FORCE: 8}, {IN_FORCE: 8, ISSUED: 3, REPEALED: 3}, []),
    ({IN_FORCE: 440}, {IN_FORCE: 546, ISSUED: 58, REPEALED: 45}, [("chain.stock", 453, 546)]),
    ({LICENSING: 61_950}, {LICENSING: 123_398}, []),
    ({LICENSING: 12_000}, {LICENSING: 123_398}, [("chain.jump", 12_000, 123_398)]),
    ({LICENSING: 123_398}, {LICENSING: 12_000}, [("chain.jump", 123_398, 12_000)]),
    ({LICENSING: 3}, {LICENSING: 40}, []),
    ({LICENSING: 0}, {LICENSING: 400}, []),
    ({FEES: 126.9795}, {FEES: 1_450_220}, [("chain.unit", 126.9795, 1_450_220)]),
    ({FEES: 126.9795}, {FEES: 145.022}, []),
]  # fmt: skip


@pytest.mark.parametrize("before, after, expected", PAIRS)
def test_one_year_and_the_next(before, after, expected):
    found = chains(wide(report(2023, **before), report(2024, **after)))
    assert [tuple(row) for row in found[["check", "expected", "found"]].to_numpy()] == expected
    assert list(found.columns) == list(COLUMNS)
    assert set(found["severity"]) <= {"warning", "info"} and set(found["report"]) <= {"昆都仑区-2024.html"}


def test_a_finding_names_body_years_and_figures_in_both_languages():
    frame = wide(report(2023, **{OUT + "total": 4}), report(2024, **{INTO + "total": 5}))
    (zh,), (en,) = chains(frame)["message"], chains(frame, lang="en")["message"]
    assert zh == "昆都仑区：2023 年“结转下年度继续办理”（总计）为 4 件，2024 年“上年结转”却为 5 件。"
    assert en == "昆都仑区: 4 applications (Total) were carried over from 2023, but 5 were carried into 2024."


def test_a_body_is_the_same_however_its_name_is_written():
    frame = wide(
        report(2023, body="包头市昆都仑区人民政府", **{OUT + "total": 4}),
        report(2024, body="昆都仑区", **{INTO + "total": 5}),
        report(2024, body="昆都仑区财政局", level="department", parent="150203", **{INTO + "total": 7}),
    )
    assert chains(frame)["found"].tolist() == [5]


def test_missing_years_and_several_reports_are_named():
    frame = wide(report(2020), report(2023), report(2024), report(2024) | {"report": "昆都仑区-2024-转载.html"})
    found = chains(frame).set_index("check")["message"]
    assert found["chain.missing_years"] == "昆都仑区：缺 2021、2022 年度的报告，2020 年与 2023 年之间无法逐年核对。"
    assert found["chain.several_reports"] == "昆都仑区：2024 年度有 2 份报告，逐年核对只用了 昆都仑区-2024-转载.html。"


def test_the_calendar_shows_every_year_between_the_first_and_the_last():
    frame = wide(
        report(2020), report(2022, **{OUT + "total": 4}), report(2023, **{INTO + "total": 5}), report(2024),
        report(2024, body="乙区", district="乙区", region="150204"),
    )  # fmt: skip
    shown = calendar(frame)
    states = shown[shown["body"] == "昆都仑区"].set_index("year")["state"].to_dict()
    assert states == {2020: "unheld", 2021: "missing", 2022: "unheld", 2023: "broken", 2024: "chained"}
    assert shown.loc[shown["body"] == "乙区", "state"].tolist() == ["unheld"]


def test_the_wanted_cells_are_enough():
    frame = wide(report(2023, **{OUT + "total": 4, LICENSING: 100}), report(2024, **{INTO + "total": 5, LICENSING: 900}))
    fewer = frame[[*(name for name in frame if name not in CELLS), *(name for name in wanted() if name in frame)]]
    assert chains(fewer).equals(chains(frame)) and len(fewer.columns) < 60


def test_files_that_were_not_read_are_left_out():
    failed = report(2023) | {"status": "failed", "year": None, "district": None}
    assert chains(wide(failed, report(2024))).empty


NEW = "applications__new__total"
DEPARTMENT = dict(level="department", region="150203", parent="150203")


def test_parent_and_children():
    frame = wide(
        report(2024, **{NEW: 100}),
        report(2024, body="昆都仑区财政局", **DEPARTMENT, **{NEW: 30}),
        report(2024, body="昆都仑区民政局", **DEPARTMENT, **{NEW: 60}),
        report(2023, body="昆都仑区水利局", **DEPARTMENT),
    )
    new = hierarchy(frame).set_index("cell").loc["applications.new.total"]
    assert (new["parent"], new["value"], new["children"], new["read"], new["known"]) == ("昆都仑区-2024.html", 100, 90, 2, 3)
    assert new["share"] == pytest.approx(2 / 3)
    # Less than the whole is no doubt while a body is missing; it is one when all are read.
    assert hierarchy_findings(hierarchy(frame)).empty
    (message,) = hierarchy_findings(hierarchy(frame[frame["year"] == 2024]))["message"]
    assert message == "昆都仑区：2024 年“一、本年新收政府信息公开申请数量 · 总计”为 100，所辖单位已读 2/2（100%），其和为 90。"


def test_parts_that_exceed_their_whole_are_a_doubt_however_few_were_read():
    frame = wide(report(2024, **{NEW: 20}), report(2024, body="昆都仑区财政局", **DEPARTMENT, **{NEW: 30}))
    known = pd.DataFrame({"parent_code": ["150203"] * 4, "body": ["昆都仑区财政局", "昆都仑区民政局", "昆都仑区水利局", "昆都仑区司法局"]})
    compared = hierarchy(frame, known)
    assert compared["share"].unique().tolist() == [0.25]
    found = hierarchy_findings(compared, lang="en")
    assert found["severity"].tolist() == ["info"]
    assert found["message"].tolist() == [
        "昆都仑区: New applications received · Total of 2024 is 20; the 1 of 4 bodies under it that were read (25%) add up to 30."
    ]


def test_counties_are_known_from_the_gazetteer():
    city = report(2024, body="包头市", district="包头市", region="150200", parent="150000", level="prefecture", **{NEW: 500})
    compared = hierarchy(wide(city, report(2024, **{NEW: 191})))
    assert compared["known"].unique().tolist() == [9]


def test_generated_series_chain():
    rows = [
        report(truth.year, who.name, who.county, str(number), "1", who.kind) | {".".join(key): float(value) for key, value in truth.cells.items()}
        for number, who in enumerate(bodies(40))
        for truth in series(who, 1, range(2019, 2026))
    ]
    found = chains(wide(*rows))
    assert found[found["severity"] == "warning"].empty
    assert "chain.missing_years" not in set(found["check"])
    assert calendar(wide(*rows))["state"].value_counts().to_dict() == {"chained": 240, "unheld": 40}
