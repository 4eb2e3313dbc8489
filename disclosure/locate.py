"""Which cell is wrong: the explanations that the broken and the kept sums of a report leave.

A form's identities are an error-correcting code. A wrong figure leaves the same gap in each of its sums, so the sums
that do not close cross at the cell that explains them. Within table 三 any two sets of figures that close differ in
four cells or more: one wrong figure is always named, two are named unless another pair leaves the same gaps. A block
of table 四 has one sum only, so there the form alone cannot choose, and what the report says in words may.
"""

import re
from dataclasses import dataclass, replace

from .check import closes, gap, where
from .document import Place
from .form import CellKey, Identity
from .report import Finding

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

WHOSE = {
    "source": {"zh": "原文填写有误", "en": "the source's own error"},
    "converter": {"zh": "转换损坏", "en": "damage done by a converter"},
    "reader": {"zh": "识读有误", "en": "our misreading"},
    "unknown": {"zh": "何处出错不明", "en": "whose error cannot be told"},
}
EVIDENCE = {
    "unsure": {"zh": "该格识别置信度低", "en": "the recogniser was unsure of the cell"},
    "glued": {"zh": "该处原文有几个数字连在一起", "en": "several numbers stand together in its text"},
    "doubted": {"zh": "该处版面已有疑点", "en": "the layout there was doubtful when it was read"},
    "moved": {"zh": "此类文件的单元格位置可能已丢失", "en": "such a file may have lost where its cells were"},
    "pictured": {"zh": "数字由图片识别而来", "en": "the digits were read from a picture"},
    "alone": {"zh": "该格文字清楚、独立成格", "en": "the cell's text is clear and stands alone"},
    "": {"zh": "证据不足", "en": "too little evidence"},
}
# Below this a recogniser's digit is worth a second look.
SURE_SCORE = 0.9
# Media whose text was laid out anew, so that a figure may stand in another cell than in the source.
RELAID = ("text", "pdf", "scan")
MOVES = ("shifted", "rows_exchanged", "neighbours_exchanged")
DIGITS = ("digit_lost", "digit_doubled", "digit_changed", "digits_exchanged")

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

# How far a row or column may stand in another unit than the rest of its table.
SCALES = (10, 100, 1_000, 10_000)
# More misprints than two are looked for only where each of them shows at a crossing of its own.
MOST_MISPRINTS = 4


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
        at_once = _lines(sums, table, whole) if len(groups) > 1 else []
        found += _ranked(sums, at_once, claims, values)
        for group in groups if not at_once else ():
            found += _ranked(sums, _lines(sums, table, group) + _misprints(sums, group), claims, values)
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
    changes = JOINT[lang].join(
        (UNCOUNTED if uncounted else CHANGE)[lang].format(cell=_name(form, key, lang), printed=BLANK[lang] if printed is None else printed, value=value)
        for key, printed, value in figures[:MOST_NAMED]
    )
    sums = dict.fromkeys(where(form, identity, lang) for identity in hypothesis.closes)
    rivals = RIVALS[lang].format(hypothesis.rivals) if hypothesis.rivals else ""
    return EXPLAINED[lang].format(
        kind=KINDS[hypothesis.kind][lang],
        changes=changes + (MORE[lang].format(len(figures)) if len(figures) > MOST_NAMED else "")
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


class Sums:
    """The figures of a report and the sums through them, each called by its index in ``form.identities``.

    ``gaps`` is {sum: Σ left − Σ right} of those that do not close. ``through`` is {cell: ((sum, sign), ...)} and
    ``members`` {sum: ((cell, sign), ...)}, of the sums whose cells all say a number.
    """

    def __init__(self, form, numbers):
        self.form, self.numbers = form, numbers
        self.gaps, self.members = {}, {}
        self.through = {key: [] for key in form.cells}
        for index, identity in enumerate(form.identities):
            difference, left_open, right_open = gap(identity, numbers.get)
            if left_open or right_open:
                continue
            if difference:
                self.gaps[index] = difference
            self.members[index] = [(key, 1) for key in identity.left] + [(key, -1) for key in identity.right]
            for key, sign in self.members[index]:
                self.through[key].append((index, sign))

    def groups(self, table):
        """The broken sums of a table, those together that a wrong cell could tie: all of 三, each block of 四."""
        groups = []
        for index, identity in enumerate(self.form.identities):
            if identity.table == table.key:
                touching = [group for group in groups if not group[0].isdisjoint(identity.cells)]
                groups = [group for group in groups if group not in touching]
                cells = set(identity.cells).union(*(group[0] for group in touching))
                groups.append((cells, [i for group in touching for i in group[1]] + [index]))
        broken = ([index for index in indices if index in self.gaps] for _, indices in groups)
        return [group for group in broken if group]

    def closed_by(self, changes, group):
        """Whether these changes close the sums of the group and break no other."""

        def number(key):
            return changes[key] if key in changes else self.numbers.get(key)

        identities = self.form.identities
        if not all(closes(identities[index], number) for index in group):
            return False
        touched = {identity for key in changes for identity in self.form.identities_of[key]}
        others = {index for index in self.gaps if index not in group}
        return all(closes(identity, number) for identity in touched if not others or identities.index(identity) not in others)

    def hypothesis(self, kind, changes, group):
        printed = tuple(self.numbers.get(key) for key in changes)
        closed = tuple(self.form.identities[index] for index in group)
        return Hypothesis(kind, tuple(changes), printed, tuple(changes.values()), closed)


# Misprints: each cell on its own wrong by some amount.


def _misprints(sums, group):
    """The fewest misprints that close the group."""
    gaps = {index: sums.gaps[index] for index in group}
    for number in range(1, MOST_MISPRINTS + 1):
        errors = {frozenset(errors.items()): errors for errors in _decoded(sums, gaps, number)}
        if errors:
            return [_misprint(sums, group, errors) for errors in errors.values()]
    return []


def _decoded(sums, gaps, number):
    """Each way to explain the gaps by so many wrong cells, as {cell: printed − right}."""
    if number == 1:
        index, difference = next(iter(gaps.items()))
        for key, sign in sums.members[index]:
            error = sign * difference
            if len(sums.through[key]) == len(gaps) and _leaves(sums, key, error, gaps) == {} and _fits(sums, key, error):
                yield {key: error}
        return
    for key, error in _suspects(sums, gaps, crossing=number > 2):
        rest = _leaves(sums, key, error, gaps)
        for errors in _decoded(sums, rest, number - 1) if rest else ():
            if key not in errors:
                yield {key: error} | errors


def _suspects(sums, gaps, crossing):
    """Cells that one of the gaps may come from, with their error; crossing: only if it shows in all of their sums."""
    for index, difference in gaps.items():
        for key, sign in sums.members[index]:
            error = sign * difference
            shows = all(gaps.get(other) == other_sign * error for other, other_sign in sums.through[key])
            if (not crossing or (shows and len(sums.through[key]) > 1)) and _fits(sums, key, error):
                yield key, error


def _leaves(sums, key, error, gaps):
    """The gaps that remain when a cell is put right."""
    rest = dict(gaps)
    for index, sign in sums.through[key]:
        rest[index] = rest.get(index, 0) - sign * error
        if not rest[index]:
            del rest[index]
    return rest


def _fits(sums, key, error):
    return sums.numbers[key] - error >= 0


def _misprint(sums, group, errors):
    changes = {key: sums.numbers[key] - error for key, error in errors.items()}
    if len(changes) == 1:
        ((key, value),) = changes.items()
        kind = slip(sums.numbers[key], value, total=_is_total(sums.form, key))
    else:
        kind = "compensating" if len(changes) == 2 and _make_up(errors) else "misprints"
    return sums.hypothesis(kind, changes, group)


def _make_up(errors):
    """Whether two errors leave a sum that they share unbroken."""
    (one, other), (error, other_error) = errors, errors.values()
    return abs(error) == abs(other_error) and one.table == other.table and (one.row == other.row or one.column == other.column)


def _is_total(form, key):
    return any(identity.left == (key,) for identity in form.identities_of[key])


def slip(printed, value, total=False):
    """What a typist did who wrote ``printed`` for ``value``: a key of KINDS.

    >>> slip(0, 11, total=True), slip(12, 122), slip(122, 12), slip(64, 46), slip(64, 69), slip(3, 30000)
    ('total_zero', 'digit_lost', 'digit_doubled', 'digits_exchanged', 'digit_changed', 'unit')
    """
    if printed == 0 and total:
        return "total_zero"
    shorter, longer = sorted((str(printed), str(value)), key=len)
    if printed and value and longer in {shorter + "0" * zeros for zeros in (2, 3, 4)}:
        return "unit"
    if len(longer) - len(shorter) == 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))):
        return "digit_lost" if value > printed else "digit_doubled"
    if len(longer) == len(shorter) > 1:
        differing = [place for place in range(len(longer)) if shorter[place] != longer[place]]
        if len(differing) == 1:
            return "digit_changed"
        if sorted(shorter) == sorted(longer) and differing == [differing[0], differing[0] + 1]:
            return "digits_exchanged"
    return "misprint"


# Slips of a line: several cells wrong by one act.


def _lines(sums, table, group):
    """The slips of whole lines that close the group."""
    hypotheses = {}
    for kind, changes in _line_slips(sums, table, group):
        changes = {key: value for key, value in changes.items() if value != sums.numbers.get(key)}
        if len(changes) > 1 and sums.closed_by(changes, group):
            hypotheses.setdefault(frozenset(changes.items()), sums.hypothesis(kind, changes, group))
    return list(hypotheses.values())


def _line_slips(sums, table, group):
    """(kind, {cell: value}) of every slip of a line or of two neighbouring ones that touches all sums of the group."""
    rows, columns = _geometry(table)
    reach = {index: set(sums.form.identities[index].cells) for index in group}

    def touches(*lines):
        return all(any(not reach[index].isdisjoint(line) for line in lines) for index in group)

    for row in filter(touches, rows):
        yield from _exchanged(sums, "neighbours_exchanged", zip(row[:-1], row[1:]))
        # One sum says what stood in the cell that was lost; it takes another to bear the shift out.
        if len(group) > 1:
            yield from _shifts(sums, row)
        yield from _scaled(sums, row)
        if columns:
            yield "left_out", dict.fromkeys(row, 0)
    for column in filter(touches, columns):
        yield from _scaled(sums, column)
        yield from _exchanged(sums, "neighbours_exchanged", zip(column[:-1], column[1:]))
    for upper, lower in zip(rows[:-1], rows[1:]):
        if len(upper) == len(lower) and touches(upper, lower):
            yield next(_exchanged(sums, "rows_exchanged", [(upper, lower)]))


def _geometry(table):
    """The lines of a table as printed: rows and columns of cells."""
    rows = [
        [CellKey(table.key, row.key, column.key) for column in block.columns] for block in table.blocks for row in block.rows
    ]
    if table.layout == "flat":
        return [[key for row in rows for key in row]], []
    columns = [
        [CellKey(table.key, row.key, column.key) for row in block.rows] for block in table.blocks for column in block.columns
    ]
    return rows, columns


def _parts(form, line):
    """The line without the totals of sums that lie within it."""
    return [
        key
        for key in line
        if not any(identity.left == (key,) and set(identity.cells) <= set(line) for identity in form.identities_of[key])
    ]


def _exchanged(sums, kind, pairs):
    for one, other in pairs:
        pairwise = [(one, other)] if isinstance(one, CellKey) else list(zip(one, other))
        numbers = sums.numbers
        yield kind, {a: numbers.get(b) for a, b in pairwise} | {b: numbers.get(a) for a, b in pairwise}


def _scaled(sums, line):
    """The line's parts, or all of it, in another unit."""
    numbers = {key: sums.numbers.get(key) for key in line}
    for some in (numbers, {key: numbers[key] for key in _parts(sums.form, line)}):
        if not any(some.values()) or None in some.values():
            continue
        for scale in SCALES:
            yield "unit", {key: number * scale for key, number in some.items()}
            if not any(number % scale for number in some.values()):
                yield "unit", {key: number // scale for key, number in some.items()}


def _shifts(sums, line):
    """The line as it stood before a cell was lost, or an alien one came in, and the rest moved up: with its total or without."""
    parts = _parts(sums.form, line)
    for moved in (line, parts) if line[:-1] == parts else (line,):
        numbers = [sums.numbers.get(key) for key in moved]
        if not any(numbers):
            continue
        for place in range(len(moved)):
            if not numbers[-1]:
                yield from _completed(sums, line, moved, numbers[:place] + [None] + numbers[place:-1])
            yield from _completed(sums, line, moved, numbers[:place] + numbers[place + 1 :] + [None])


def _completed(sums, line, moved, numbers):
    """The shifted line with the one cell that no figure is left for: its row's sum says what stood there."""
    restored = {key: sums.numbers.get(key) for key in line} | dict(zip(moved, numbers))
    gone = moved[numbers.index(None)]
    if list(restored.values()).count(None) > 1:
        return
    across = next(identity for identity in sums.form.identities_of[gone] if len(set(identity.cells) & set(line)) > 1)
    difference, left_open, _ = gap(across, restored.get)
    value = -difference if left_open else difference
    if value >= 0:
        yield "shifted", restored | {gone: value}


# Which explanation is the better one, and whose error it is.


def _ranked(sums, hypotheses, claims, values):
    """The best first: what the narrative bears out, then fewer slips, then the likelier kind."""
    # Two neighbours exchanged are two compensating misprints as well: the simpler name, which comes first, is kept.
    unlike = {frozenset(zip(hypothesis.cells, hypothesis.values)): hypothesis for hypothesis in reversed(hypotheses)}
    scored = [(-_borne_out(hypothesis, claims, values), hypothesis.slips, hypothesis) for hypothesis in unlike.values()]
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
    amounts = [values[key] for key in hypothesis.cells]
    doubted = {key for doubt in doubts for key in doubt.cells if doubt.severity == "warning"}
    if any(amount.score is not None and amount.score < SURE_SCORE for amount in amounts):
        whose, why = "reader", "unsure"
    elif any(len(re.findall(r"\d+", amount.text)) > 1 for amount in amounts):
        whose, why = "converter", "glued"
    elif not doubted.isdisjoint(hypothesis.cells):
        whose, why = "converter", "doubted"
    elif hypothesis.kind in MOVES and medium in RELAID:
        whose, why = "converter", "moved"
    elif medium == "scan" and hypothesis.kind in DIGITS:
        whose, why = "reader", "pictured"
    elif medium and medium != "text":
        whose, why = "source", "alone"
    else:
        whose, why = "unknown", ""
    return replace(hypothesis, whose=whose, why=why, place=amounts[0].place)
