"""All that one report can be held against by itself: its sums, what explains them, and its own words."""

from typing import NamedTuple

from . import claims, locate
from .check import SIGN, check


class Audit(NamedTuple):
    """What an audit of one report gives."""

    findings: list
    """Of the sums, of what explains them, of the words: a list of Finding."""
    hypotheses: list
    """Every explanation of the sums that do not close, a list of locate.Hypothesis."""
    claims: list
    """Every figure stated in words, a list of claims.Claim."""


def audit(form, values, lines=(), year=None, medium="", doubts=(), previous=None, lang="zh"):
    """Audit one report.

    ``values`` is ``{CellKey: Amount}``, ``lines`` the cleaned narrative, ``doubts`` what the reader found, ``previous``
    the year before's ``{CellKey: number}`` if it is at hand. Takes a millisecond. Returns an Audit.
    """
    broken = check(form, values, lang)
    claimed = claims.claims(lines, form, values, year, previous)
    # Where all sums close there is nothing to explain.
    unexplained = any(finding.check != SIGN for finding in broken)
    hypotheses = locate.locate(form, values, claimed, medium, doubts) if unexplained else []
    found = broken + locate.findings(form, hypotheses, lang) + claims.findings(claimed, lang)
    return Audit(found, hypotheses, claimed)


def audit_report(report, previous=None, lang="zh"):
    """Audit a Report once more, as ``read`` did: for its hypotheses and claims, in Chinese or English."""
    return audit(
        report.form,
        report.values,
        report.paragraphs,
        report.metadata.year,
        report.medium,
        report.doubts,
        previous,
        lang,
    )
