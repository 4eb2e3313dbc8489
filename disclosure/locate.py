"""Which cell is wrong: the explanations that a report's broken sums leave, the best first, and how sure each is.

``decode`` finds what would close the sums. Where that is not decided, what the report says in words may decide it.
"""

import re
from dataclasses import dataclass, replace

from .check import closes, where
from .decode import Sums, line_slips, misprints
from .document import Place
from .form import CellKey, Identity
from .report import Finding
from .whose import EVIDENCE, WHOSE, whose

CHECK = "cells.misprint"

# The kinds of explanation, the likelier first among those that need as few slips.
KINDS = {
    "total_zero": {"zh": "合计误填为 0", "en": "a total typed as 0"},
    "shifted": {"zh": "整行错位", "en": "a row shifted by a cell"},
    "rows_exchanged": {"zh": "两行互换", "en": "two rows exchanged"},
    "unit": {"zh": "单位不一致", "en": "a unit of its own"},
    "neighbours_exchanged": {"zh": "相邻两格互换", "en": "two neighbours exchanged"},
    "digit_lost": {"zh": "漏写数字", "en": "a digit lost"},
    "digit_doubled": {"zh": "多写数字", "en": "a digit doubled or added"},
    "digit_changed": {"zh": "错写一位数字", "en": "one digit changed"},
    "digits_exchanged": {"zh": "相邻数字颠倒", "en": "two digits exchanged"},
    "left_out": {"zh": "该项未计入合计", "en": "a row left out of the total"},
    "misprint": {"zh": "填错一格", "en": "a misprint"},
    "compensating": {"zh": "两处差错相抵", "en": "two misprints that make up for each other"},
    "misprints": {"zh": "多处填错", "en": "several misprints"},
}
PLAUSIBILITY = {kind: place for place, kind in enumerate(KINDS)}
# These fit by chance so seldom that one of them is the likely explanation beside others of as few slips.
TELLING = ("total_zero", "shifted", "rows_exchanged", "unit")
CONFIDENCE = {
    "certain": {"zh": "由勾稽关系唯一确定", "en": "the sums leave no other explanation"},
    "likely": {"zh": "较为可能", "en": "likely"},
    "possible": {"zh": "可能之一", "en": "possible"},
}
RIVALS = {"zh": "，另有 {} 种解释", "en": ", {} more possible"}

EXPLAINED = {
    "zh": "{kind}：{changes}，则{sums}可以平衡（{confidence}；{whose}：{why}）。",
    "en": "{kind}: {changes}, and {sums} would close ({confidence}; {whose}: {why}).",
}
# A shifted row changes many cells: the first few say enough.
MOST_NAMED = 3
MORE = {"zh": "等 {} 格", "en": " and so on, {} cells"}
# Explanations that the form prints inside a label.
NOTE = re.compile("（[^（）]{6,}）")
CHANGE = {"zh": "“{cell}”填的是 {printed}，应为 {value}", "en": "“{cell}” says {printed} and should say {value}"}
UNCOUNTED = {"zh": "“{cell}”的 {printed}", "en": "without the {printed} of “{cell}”"}
IF_UNCOUNTED = {"zh": " 若不计入", "en": ""}
BLANK = {"zh": "空白", "en": "nothing"}
JOINT = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One explanation of sums that do not close."""

    kind: str
    """A key of KINDS."""
    cells: tuple[CellKey, ...]
    printed: tuple[int | None, ...]
    values: tuple[int, ...]
    """What each of the cells would have to say."""
    closes: tuple[Identity, ...]
    """The sums that close then and do not as printed."""
    rank: int = 1
    """1 is the best explanation of these sums."""
    rivals: int = 0
    """How many other explanations of the same sums there are."""
    confidence: str = "possible"
    """certain: the sums leave no other; likely: clearly the best of several; possible: one of several."""
    whose: str = "unknown"
    """Whose error it seems to be, a key of WHOSE."""
    why: str = ""
    """The evidence for that, a key of EVIDENCE."""
    place: Place = Place()
    """Where the first of the cells stands."""

    @property
    def slips(self):
        return len(self.cells) if self.kind in ("compensating", "misprints") else 1


def locate(form, values, claims=(), medium="", doubts=()):
    """Explain the sums that do not close.

    ``values`` is ``{CellKey: Amount}``; ``claims`` what the narrative says (a list of claims.Claim), which may decide
    where the sums cannot; ``medium`` and ``doubts``, the reader's findings, tell whose error it is. Blanks and marks
    are taken for nothing; cells that are inferred or unreadable bear no witness.

    Returns a list of Hypothesis: for each group of sums that hang together, the best first. Where no explanation is
    found there is none.
    """
    printed = {key: amount.value for key, amount in values.items()}
    if all(closes(identity, printed.get) for identity in form.identities):
        return []
    sums = Sums(form, {key: _witness(amount) for key, amount in values.items()})
    found = []
    for table in form.tables:
        groups = sums.groups(table)
        # One slip of a whole line, such as table 四 shifted by a cell, may break sums that share no cell.
        whole = [index for group in groups for index in group]
        at_once = line_slips(sums, table, whole) if len(groups) > 1 else []
        found += _ranked(sums, whole, at_once, claims, values)
        for group in groups if not at_once else ():
            found += _ranked(sums, group, line_slips(sums, table, group) + misprints(sums, group), claims, values)
    return [_attributed(hypothesis, values, medium, doubts) for hypothesis in found]


def findings(form, hypotheses, lang="zh"):
    """One finding for each group of broken sums: the best explanation, and how many rivals it has."""
    return [
        Finding(
            CHECK,
            "warning" if hypothesis.confidence == "certain" else "info",
            explain(form, hypothesis, lang),
            hypothesis.cells,
            expected=hypothesis.values[0] if len(hypothesis.values) == 1 else None,
            found=hypothesis.printed[0] if len(hypothesis.values) == 1 else None,
            place=hypothesis.place,
        )
        for hypothesis in hypotheses
        if hypothesis.rank == 1
    ]


def explain(form, hypothesis, lang="zh"):
    """A hypothesis in a sentence."""
    figures = list(zip(hypothesis.cells, hypothesis.printed, hypothesis.values))
    uncounted = hypothesis.kind == "left_out"
    wording = (UNCOUNTED if uncounted else CHANGE)[lang]
    changes = JOINT[lang].join(
        wording.format(cell=_name(form, key, lang), printed=BLANK[lang] if printed is None else printed, value=value)
        for key, printed, value in figures[:MOST_NAMED]
    )
    sums = dict.fromkeys(where(form, identity, lang) for identity in hypothesis.closes)
    rivals = RIVALS[lang].format(hypothesis.rivals) if hypothesis.rivals else ""
    return EXPLAINED[lang].format(
        kind=KINDS[hypothesis.kind][lang],
        changes=changes
        + (MORE[lang].format(len(figures)) if len(figures) > MOST_NAMED else "")
        + (IF_UNCOUNTED[lang] if uncounted else ""),
        sums=JOINT[lang].join(sums),
        confidence=CONFIDENCE[hypothesis.confidence][lang] + rivals,
        whose=WHOSE[hypothesis.whose][lang],
        why=EVIDENCE[hypothesis.why][lang],
    )


def _name(form, key, lang):
    if lang == "en":
        return form.label(key, lang)
    row, column = form.cells[key]
    return f"{NOTE.sub('', row.label[-1])} · {column.label[-1]}"


def _witness(amount):
    """What a cell says of its own; None if nothing."""
    if amount.status in ("blank", "mark"):
        return 0
    return amount.value if amount.status == "printed" or amount.value == 0 else None


def _ranked(sums, group, explanations, claims, values):
    """The best first: what the narrative bears out, then fewer slips, then the likelier kind."""
    closed = tuple(sums.form.identities[index] for index in group)
    # Two neighbours exchanged are two compensating misprints as well: the simpler name, which comes first, is kept.
    unlike = {frozenset(changes.items()): (kind, changes) for kind, changes in reversed(explanations)}
    hypotheses = [
        Hypothesis(kind, tuple(changes), tuple(map(sums.numbers.get, changes)), tuple(changes.values()), closed)
        for kind, changes in unlike.values()
    ]
    scored = [(-_borne_out(hypothesis, claims, values), hypothesis.slips, hypothesis) for hypothesis in hypotheses]
    scored.sort(key=lambda entry: (*entry[:2], PLAUSIBILITY[entry[2].kind]))
    merits = [(*entry[:2], entry[2].kind not in TELLING) for entry in scored]
    return [
        replace(
            hypothesis,
            rank=place,
            rivals=len(scored) - 1,
            confidence="possible" if place > 1 else _confidence(sums, hypothesis, merits),
        )
        for place, (*_, hypothesis) in enumerate(scored, 1)
    ]


def _confidence(sums, best, merits):
    if len(merits) == 1:
        return "certain" if all(len(sums.through[key]) > 1 for key in best.cells) else "likely"
    return "likely" if merits[0] < merits[1] else "possible"


def _borne_out(hypothesis, claims, values):
    """How many statements of the narrative become true with the hypothesis, less those that become false."""
    changes = dict(zip(hypothesis.cells, hypothesis.values))
    score = 0
    for claim in claims:
        if claim.verdict in ("agrees", "disagrees") and not changes.keys().isdisjoint(claim.cells):
            numbers = [changes.get(key, values[key].value) for key in claim.cells]
            if None not in numbers:
                score += (sum(numbers) == claim.value) - (claim.verdict == "agrees")
    return score


def _attributed(hypothesis, values, medium, doubts):
    blamed, why = whose(hypothesis.kind, hypothesis.cells, values, medium, doubts)
    return replace(hypothesis, whose=blamed, why=why, place=values[hypothesis.cells[0]].place)
