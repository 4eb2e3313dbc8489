"""A district in three to six sentences, made from its numbers by rules: no model, no causes, each sentence with its cells.

The rules are the table ``RULES``; a rule speaks when its condition holds, in the order of the table. Where
the numbers are too few to tell, the sentence says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from types import SimpleNamespace

from .charts import About, between, breaks_between, in_points, of_year, shown, whole
from .form import forms
from .indicators import cells_behind, counts, indicator, indicators, widen
from .indicators import grounds as ground_rows
from .statistics import SMALL, newcombe
from .style import Html, Note, table_html, words

RECEIVED = {
    "new": "new.total",
    "carried_in": "carried_in.total",
    "closed": "closed.total",
    "carried_out": "carried_out.total",
    "granted": "granted.total",
    "granted_in_part": "granted_in_part.total",
}
DISPUTED = {
    "reconsideration": "review:reconsideration.total",
    "litigation": "review:litigation_direct.total + review:litigation_after_reconsideration.total",
}
RATES = (
    "disclosure_rate", "full_disclosure_rate", "not_held_rate",
    "reconsideration_correction_rate", "litigation_correction_rate",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """When a sentence is said, what it says, and from which sums and indicators."""

    key: str
    when: Callable
    """Whether the facts (see ``_facts``) call for it."""
    sources: tuple[str, ...]
    """Sums of cells and keys of indicators; ``ground`` is the most frequent one."""
    zh: str
    en: str


FLOW = ("new.total", "carried_in.total", "closed.total", "carried_out.total")
REVIEW = tuple(DISPUTED.values())

RULES = (
    Rule(
        "missing", lambda it: it.closed is None, FLOW,
        "{subject}{year}年的报告缺少申请的收到或办理数字，无法概述。",
        "The {year} report of {subject} lacks figures of applications received or handled: no summary is possible.",
    ),
    Rule(
        "nothing", lambda it: it.at_hand == 0, FLOW,
        "{year}年，{subject}没有新收申请，也没有上年结转的申请。",
        "In {year} {subject} received no applications and carried none in.",
    ),
    Rule(
        "received", lambda it: it.at_hand, FLOW,
        "{year}年，{subject}新收申请{new}件，上年结转{carried_in}件；办结{closed}件，结转下年{carried_out}件。",
        "In {year} {subject} received {new} applications and carried {carried_in} in; "
        "it closed {closed} and carried {carried_out} over.",
    ),
    Rule(
        "undefined", lambda it: it.closed == 0, ("closed.total",),
        "没有办结的申请，公开率、不掌握比例等均无法计算，并非0%。",
        "None was closed: the disclosure rate, the not-held rate and the others are undefined, which is not 0%.",
    ),
    Rule(
        "few", lambda it: it.closed and not it.enough, ("disclosure_rate", "full_disclosure_rate"),
        "办结的{closed}件中，予以公开{granted}件，部分公开{granted_in_part}件；件数太少，不足以判断比例高低。",
        "Of the {closed} closed, {granted} were granted and {granted_in_part} granted in part: "
        "too few to tell high from low.",
    ),
    Rule(
        "disclosed", lambda it: it.enough and not it.granted_in_part, ("disclosure_rate",),
        "办结的申请中{granted}件予以公开，没有部分公开，公开率{disclosure_rate}。",
        "Of those closed {granted} were granted and none in part: a disclosure rate of {disclosure_rate}.",
    ),
    Rule(
        "disclosed_in_part", lambda it: it.enough and it.granted_in_part, ("disclosure_rate", "full_disclosure_rate"),
        "办结的申请中{granted}件予以公开，{granted_in_part}件部分公开：公开率{disclosure_rate}，"
        "只计全部公开则为{full_disclosure_rate}。",
        "Of those closed {granted} were granted and {granted_in_part} in part: a disclosure rate of {disclosure_rate}, "
        "or {full_disclosure_rate} without the partial ones.",
    ),
    Rule(
        "all_disclosed", lambda it: it.closed and it.granted + it.granted_in_part == it.closed, ("disclosure_rate",),
        "没有一件以其他方式答复。",
        "None was answered otherwise.",
    ),
    Rule(
        "ground", lambda it: it.enough and it.ground and it.ground != "unavailable.not_held", ("ground",),
        "其余答复中，“{ground_name}”最多：{ground_count}件，占办结的{ground_rate}{against}。",
        "Among the other answers “{ground_name}” is the most frequent: "
        "{ground_count}, or {ground_rate} of those closed{against}.",
    ),
    Rule(
        "ground_not_held", lambda it: it.enough and it.ground == "unavailable.not_held", ("ground",),
        "其余答复中，“{ground_name}”最多：{ground_count}件，占办结的{ground_rate}{against}；"
        "这一栏含检索后不存在与不属本机关公开两种情形。",
        "Among the other answers “{ground_name}” is the most frequent: {ground_count}, or {ground_rate} of those "
        "closed{against}; the row holds both what does not exist and what is another body's to disclose.",
    ),
    Rule(
        "change_few", lambda it: it.closed and it.before and not (it.enough and it.enough_before), ("closed.total",),
        "与{before}年相比，至少一年办结不足{small}件，太少，不作比较。",
        "With {before} no comparison is made: fewer than {small} were closed in one of the two years.",
    ),
    Rule(
        "change", lambda it: it.before and it.enough and it.enough_before, ("disclosure_rate", "not_held_rate"),
        "与{before}年相比，公开率{disclosure_change}；不掌握比例{not_held_change}{break_between}。",
        "Against {before} the disclosure rate {disclosure_change}; the not-held rate {not_held_change}{break_between}.",
    ),
    Rule(
        "no_disputes", lambda it: it.reconsideration == it.litigation == 0, REVIEW,
        "全年没有政府信息公开方面的行政复议和行政诉讼。",
        "There was no reconsideration and no lawsuit over disclosure.",
    ),
    Rule(
        "disputes", lambda it: it.reconsideration or it.litigation,
        (*REVIEW, "reconsideration_correction_rate", "litigation_correction_rate"),
        "行政复议{reconsideration}件{reconsideration_corrected}；行政诉讼{litigation}件{litigation_corrected}。",
        "Reconsideration cases: {reconsideration}{reconsideration_corrected}; lawsuits: {litigation}{litigation_corrected}.",
    ),
    Rule(
        "doubts", lambda it: it.doubts, (),
        "读数须留意：{doubts}。",
        "To be borne in mind: {doubts}.",
    ),
)  # fmt: skip

CLAUSES = {
    "changed": {
        "zh": "由{then}变为{now}（{points}个百分点，95%区间{low}至{high}，{verdict}）",
        "en": "went from {then} to {now} ({points} points, 95% interval {low} to {high}: {verdict})",
    },
    "same": {"zh": "看不出变化", "en": "no change can be told"},
    "up": {"zh": "高于上年", "en": "higher than before"},
    "down": {"zh": "低于上年", "en": "lower than before"},
    "not_comparable": {"zh": "无法比较", "en": "cannot be compared"},
    "break": {"zh": "；其间口径有变（{breaks}）", "en": "; between them something changed ({breaks})"},
    "above": {"zh": "，高于全部地区合计的{pooled}", "en": ", above the {pooled} of all districts together"},
    "below": {"zh": "，低于全部地区合计的{pooled}", "en": ", below the {pooled} of all districts together"},
    "like": {
        "zh": "，与全部地区合计的{pooled}看不出差别",
        "en": ", not to be told from the {pooled} of all districts together",
    },
    "corrected": {
        "zh": "，已审结{n}件，其中纠正{k}件（{rate}）",
        "en": ", {n} decided, of which {k} corrected ({rate})",
    },
    "corrected_few": {
        "zh": "，已审结{n}件，其中纠正{k}件，太少，不足以判断纠错率高低",
        "en": ", {n} decided, of which {k} corrected: too few to tell a high rate from a low one",
    },
    "undecided": {"zh": "，均未审结", "en": ", none decided"},
    "inferred": {
        "zh": "{n}格未印出或空白，由勾稽关系推得",
        "en": "{n} cells are not printed or blank and were inferred from the form's own sums",
    },
    "broken": {
        "zh": "{n}处勾稽关系不符，所涉数字须对照原表",
        "en": "{n} of the form's own sums do not close: compare their figures with the original",
    },
    "traced": {"zh": "每句话由哪些格得来", "en": "The cells behind each sentence"},
    "sentence": {"zh": "句子", "en": "Sentence"},
    "cells": {"zh": "格", "en": "Cells"},
    "census": {
        "zh": "报告已是全年的全部件数，并非抽样；区间说的是：同样的做法换一批申请，比例可能落在哪里。件数越少，区间越宽。",
        "en": "A report counts all of its year, it is no sample; an interval says where the share might fall if the same "
        "practice met other applications. The fewer these are, the wider it is.",
    },
}
"""Parts of sentences that depend on the numbers."""


class Sentence(SimpleNamespace):
    """One sentence: ``rule``, ``text``, and the ``cells`` (``table.row.column``) of the ``reports`` it was made from."""


class Summary:
    """Sentences in order; in a notebook a paragraph, and behind a click the cells of each sentence with their numbers."""

    def __init__(self, sentences, cells, lang):
        self.sentences, self.cells, self.lang = sentences, cells, lang

    def _joined(self, texts):
        return ("" if self.lang == "zh" else " ").join(texts)

    def __str__(self):
        return self._joined(sentence.text for sentence in self.sentences)

    __repr__ = __str__

    def _repr_html_(self):
        spans = (
            f'<span data-rule="{each.rule}" data-cells="{" ".join(each.cells)}">{escape(each.text)}</span>'
            for each in self.sentences
        )
        return f'<p class="summary">{self._joined(spans)}</p>{self._traced()}'

    def _traced(self):
        """The cells of each sentence, a line a year, folded away."""
        lines = []
        for text, cells in self.frame().groupby("text", sort=False):
            of_years = []
            for year, own in cells.groupby("year"):
                said = (f"{row.label}: {whole(row.value)}" for row in own.itertuples())
                of_years.append(f"{year}: {'; '.join(said)}")
            told = Html("<br>").join(Html("<small>{}</small>").format(line) for line in of_years)
            lines.append((words(Html('<span style="font-weight:normal">{}</span>').format(text)), words(told)))
        caption, *header = (CLAUSES[word][self.lang] for word in ("traced", "sentence", "cells"))
        table = table_html(caption, [header[0], words(header[1])], lines)
        return f"<details><summary>{caption}</summary>{table}</details>"

    def frame(self):
        """A row a cell of each sentence, to trace what it was made from: rule, text, report, year, cell, label, value."""
        import pandas as pd

        rows = [
            (each.rule, each.text, report, cell)
            for each in self.sentences
            for report in each.reports
            for cell in each.cells
        ]
        used = pd.DataFrame(rows, columns=["rule", "text", "report", "cell"]).astype("str")
        text = self.cells[["report", "table", "row", "column"]].astype("str")
        stated = text.assign(
            cell=text["table"] + "." + text["row"] + "." + text["column"], **self.cells[["year", "form", "value"]]
        )
        found = used.merge(stated, on=["report", "cell"])
        keys = zip(found["form"], zip(found["table"], found["row"], found["column"]))
        found["label"] = [forms()[form].label(key, self.lang) for form, key in keys]
        return found[["rule", "text", "report", "year", "cell", "label", "value"]]


def summary(cells, *, year=None, pooled=None, findings=None, lang="zh"):
    """Sum up one year of one district, by default its last, and its change on the year before.

    ``pooled`` is the corpus to compare with, as for ``figures.grounds``; ``findings`` the frame of doubts.
    """
    now, year = of_year(cells, year)
    before = cells[cells["year"] == year - 1]
    wide = widen(now)
    facts = _facts(now, wide, before, year, pooled, findings, lang)
    reports, earlier = sorted(now["report"].unique()), sorted(before["report"].unique())
    sentences = []
    for rule in RULES:
        if not rule.when(facts):
            continue
        sources = [facts.ground if source == "ground" else source for source in rule.sources]
        used = [cell for source in sources for cell in cells_behind(source, wide.names)] or facts.doubted
        sentences.append(
            Sentence(
                rule=rule.key,
                text=getattr(rule, lang).format(**vars(facts)),
                cells=list(dict.fromkeys(used)),
                reports=reports + (earlier if rule.key.startswith("change") else []),
            )
        )
    return Summary(sentences, cells[cells["report"].isin(reports + earlier)], lang)


def intervals_explained(lang="zh"):
    """What an interval says of a report that counts everything: to be said once on a page."""
    return Note(CLAUSES["census"][lang])


def _facts(now, wide, before, year, pooled, findings, lang):
    """What the rules ask and say: numbers as numbers where a rule weighs them, as text where it only says them."""
    about = About(now, lang)

    def clause(key, **values):
        return CLAUSES[key][lang].format(**values)

    facts = {"subject": about.subject, "year": year, "small": SMALL}
    for sums in (RECEIVED, DISPUTED):
        number = counts(wide, sums).loc[year]
        facts |= {name: None if number.isna().any() else int(value) for name, value in number.items()}
    facts["at_hand"] = None if facts["new"] is None else facts["new"] + facts["carried_in"]
    rates = {row.indicator: row for row in indicators(wide, RATES, by="year", lang=lang).itertuples()}
    facts["enough"] = rates["disclosure_rate"].n >= SMALL
    facts |= {key: _with_interval(rates[key], lang) for key in ("disclosure_rate", "full_disclosure_rate")}
    facts |= _ground(wide, pooled, clause, lang)
    facts |= _change(before, rates, year, clause, about)
    facts |= _disputes(rates, facts, clause, lang)
    return SimpleNamespace(**facts, **_doubts(now, findings, clause, about))


def _with_interval(row, lang):
    return f"{shown(row.value, row.indicator, lang)} {between(row.low, row.high, row.indicator)}"


def _ground(wide, pooled, clause, lang):
    """The most frequent ground, if there is one: how often, and how that compares with all districts together."""
    rows = [row for row in indicators(wide, ground_rows(), by="year", lang=lang).itertuples() if row.value > 0]
    most = max((row.numerator for row in rows), default=0)
    first = [row for row in rows if row.numerator == most]
    if len(first) != 1:
        return {"ground": None}
    row = first[0]
    return {
        "ground": row.indicator,
        "ground_name": indicator(row.indicator).name[lang],
        "ground_count": whole(row.numerator),
        "ground_rate": _with_interval(row, lang),
        "against": "" if pooled is None else _against(row, pooled, clause, lang),
    }


def _against(row, pooled, clause, lang):
    if "year" in pooled.columns:
        pooled = pooled[pooled["year"] == row.year]
    everyone = pooled[pooled["indicator"] == row.indicator]
    # Beside itself alone there is nothing to compare.
    if not len(everyone) or not everyone["n"].iloc[0] > row.n:
        return ""
    value = everyone["value"].iloc[0]
    verdict = "above" if value < row.low else "below" if value > row.high else "like"
    return clause(verdict, pooled=shown(value, row.indicator, lang))


def _change(before, rates, year, clause, about):
    if not len(before):
        return {"before": None}
    then = {row.indicator: row for row in indicators(before, RATES, by="year").itertuples()}

    def changed(key):
        new, old = rates[key], then[key]
        difference, low, high = (float(part) for part in newcombe(new.numerator, new.n, old.numerator, old.n))
        if difference != difference:
            return clause("not_comparable")
        return clause(
            "changed",
            then=shown(old.value, key, about.lang),
            now=shown(new.value, key, about.lang),
            points=in_points(difference),
            low=in_points(low),
            high=in_points(high),
            verdict=clause("up" if low > 0 else "down" if high < 0 else "same"),
        )

    breaks = [text for _, text in breaks_between([year - 1, year], about.lang)]
    return {
        "before": year - 1,
        "enough_before": then["disclosure_rate"].n >= SMALL,
        "disclosure_change": changed("disclosure_rate"),
        "not_held_change": changed("not_held_rate"),
        "break_between": clause("break", breaks=about.listed(breaks, "；", "; ")) if breaks else "",
    }


def _disputes(rates, facts, clause, lang):
    said = {}
    for kind in DISPUTED:
        row = rates[f"{kind}_correction_rate"]
        key = "corrected" if row.n >= SMALL else "corrected_few" if row.n > 0 else "undecided"
        corrected = clause(key, n=whole(row.n), k=whole(row.numerator), rate=_with_interval(row, lang))
        said[f"{kind}_corrected"] = corrected if facts[kind] else ""
    return said


def _doubts(now, findings, clause, about):
    inferred = now[now["status"] == "inferred"]
    errors = []
    if findings is not None:
        errors = list(
            findings["cells"][(findings["severity"] == "error") & findings["report"].isin(set(now["report"]))]
        )
    said = [clause(key, n=n) for key, n in (("inferred", len(inferred)), ("broken", len(errors))) if n]
    doubted = [f"{row.table}.{row.row}.{row.column}" for row in inferred.itertuples()]
    return {"doubts": about.listed(said, "；", "; "), "doubted": doubted + [cell for cells in errors for cell in cells]}
