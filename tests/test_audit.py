"""One report, audited whole."""

import time

import pytest

import disclosure
from disclosure.amounts import Amount
from disclosure.audit import audit, audit_report
from disclosure.form import CellKey, form

from .generator.contradictions import KINDS, plant
from .generator.figures import figures
from .generator.words import misstate


def values_of(truth):
    return {CellKey(*cell): Amount(value, "printed", truth.texts[cell]) for cell, value in truth.cells.items()}


def lines_of(truth):
    return [line for part in truth.narrative for line in part]


@pytest.mark.parametrize("key", ("2021", "2019"))
@pytest.mark.parametrize("seed", range(25))
def test_a_sound_report_raises_no_alarm(key, seed):
    truth = figures(seed, key)
    assert audit(form(key), values_of(truth), lines_of(truth), truth.year).findings == []


def test_published_reports_raise_no_alarm(sample):
    report = disclosure.read(sample.path)
    audited = audit_report(report)
    assert audited.findings == [] and audited.hypotheses == [] and audited.claims


def test_sums_explanations_and_words_come_together():
    truth = plant(misstate(figures(3), 3, slips=0.5), "misprint", 4)
    audited = audit(form("2021"), values_of(truth), lines_of(truth), truth.year, medium="html")
    checks = {finding.check.partition(".")[0] for finding in audited.findings}
    assert {"cells", "claim"} <= checks and checks & {"applications", "review"}
    english = audit(form("2021"), values_of(truth), lines_of(truth), truth.year, medium="html", lang="en")
    assert [finding.cells for finding in english.findings] == [finding.cells for finding in audited.findings]
    assert all("should say" in finding.message for finding in english.findings if finding.check == "cells.misprint")


def test_a_figure_that_the_words_repeat_is_borne_out():
    """Table 四 has one sum a row: which of its cells is wrong, only the narrative can say."""
    truth = plant(figures(3), "zero total", 1)
    ((_, before),) = truth.planted
    (cell,) = before
    values = values_of(truth)
    said = {"reconsideration": "行政复议{}件", "litigation_direct": "未经复议直接起诉{}件", "litigation_after_reconsideration": "复议后起诉{}件"}
    line = f"因政府信息公开引发的{said[cell[1]].format(before[cell])}。"
    best, *_ = audit(form("2021"), values, [line], truth.year).hypotheses
    assert (best.cells, best.values, best.confidence) == ((CellKey(*cell),), (before[cell],), "likely")


@pytest.mark.parametrize("kind", KINDS)
def test_an_audit_is_quick(kind):
    truth = plant(figures(3), kind, 2)
    took = []
    for _ in range(10):
        start = time.process_time()
        audit(form("2021"), values_of(truth), lines_of(truth), truth.year)
        took.append(time.process_time() - start)
    assert min(took) < 0.02  # 1 to 5 ms where it is quiet; a sound report less than 1
