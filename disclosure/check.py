"""Hold a report's figures against the sums that its own form declares."""

from .report import Finding

SIGN = "cells.sign"

# {at}: the row or column; {rule}: the declared sentence "A equals B", of which {left} and {right} are the two sums.
WORDING = {
    "row": {"zh": "“{label}”一行", "en": "Row “{label}”"},
    "column": {"zh": "“{label}”一列", "en": "Column “{label}”"},
    "sum": {
        "zh": "{at}：{rule}，但前者为 {left}，后者为 {right}，相差 {gap}。",
        "en": "{at}: {rule}, but the former is {left} and the latter {right}, a difference of {gap}.",
    },
    "left_open": {
        "zh": "{at}：{rule}，但前者仅已填部分就有 {left}，后者只有 {right}，多出 {gap}。",
        "en": "{at}: {rule}, but what is filled in of the former is already {left} and the latter only {right}, {gap} too many.",
    },
    "right_open": {
        "zh": "{at}：{rule}，但前者只有 {left}，后者仅已填部分就有 {right}，多出 {gap}。",
        "en": "{at}: {rule}, but the former is only {left} and what is filled in of the latter already {right}, {gap} too many.",
    },
    "noughts": {
        "zh": "{at}：{rule}；空白格若都是 0，则前者为 {left}，后者为 {right}，相差 {gap}：有数字漏填，或有一格填错。",
        "en": "{at}: {rule}; if the blank cells are all nought, the former is {left} and the latter {right}, a difference "
        "of {gap}: a figure is left out, or one is wrong.",
    },
    "negative": {
        "zh": "“{cell}”填的是 {found}，不应为负数。",
        "en": "“{cell}” says {found}; it cannot be negative.",
    },
    "fraction": {
        "zh": "“{cell}”填的是 {found}，应为整数。",
        "en": "“{cell}” says {found}; it has to be a whole number.",
    },
}


def check(form, values, lang="zh"):
    """Every identity of the form that cannot hold, and every figure that its column cannot have.

    ``values`` is ``{CellKey: Amount}``. An identity with cells that say no number is broken only when what is known
    of one side already exceeds all of the other, or when its table's other identities leave those cells numbers with
    which it does not close. One that its blank cells may still close, but not as noughts, is a warning.

    Returns a list of Finding, in the form's order; ``found`` is the sum of an identity's left side and ``expected`` that
    of its right side, over the cells that it names.
    """
    numbers = {key: amount.value for key, amount in values.items()}
    return [_worded(form, unclosed, lang) for unclosed in _unclosed(form, values, numbers)] + _signs(
        form, numbers, lang
    )


def _unclosed(form, values, numbers):
    """The findings of the identities that do not close, without their words.

    What follows from other sums is only looked at in the tables in which every sum, alone, can hold.
    """
    row = list(map(numbers.get, form.cells))
    if None not in row:
        return [_gaping(identity, numbers, "error") for identity in broken(form, row)]
    unclosed = [identity for identity in form.identities if not closes(identity, numbers.get)]
    tables = {identity.table for identity in unclosed}
    left = numbers | implied([identity for identity in form.identities if identity.table not in tables], numbers)
    noughts = {
        key: 0 if number is None and values[key].status in ("blank", "mark") else number for key, number in left.items()
    }
    found = []
    for identity in form.identities:
        if identity in unclosed:
            found.append(_gaping(identity, numbers, "error"))
        elif identity.table in tables:
            continue
        elif not closes(identity, left.get):
            found.append(_gaping(identity, left, "error"))
        elif any(gap(identity, noughts.get)) and not any(gap(identity, noughts.get)[1:]):
            found.append(_gaping(identity, noughts, "warning"))
    return found


def broken(form, row):
    """The identities that do not hold for a list of one number a cell, in the form's order."""
    return [identity for identity, left, right in form.picks if sum(left(row)) != sum(right(row))]


def _gaping(identity, numbers, severity):
    known = tuple(key for key in identity.cells if numbers.get(key) is not None)
    left, right = (sum(numbers[key] for key in side if key in known) for side in (identity.left, identity.right))
    return Finding(identity.id, severity, "", known, expected=right, found=left)


def implied(identities, numbers):
    """What the identities leave the cells that say no number, one after the other, as ``{CellKey: number}``.

    No count is below nought: open cells of one side are nought where what is known closes, and a single one is what
    the rest leaves.
    """
    numbers, found = dict(numbers), {}
    waiting = [identity for identity in identities if any(numbers.get(key) is None for key in identity.cells)]
    while settled := [identity for identity in waiting if left_over(identity, numbers)]:
        for identity in settled:
            cells = left_over(identity, numbers)
            numbers |= cells
            found |= cells
        waiting = [identity for identity in waiting if identity not in settled]
    return found


def left_over(identity, numbers):
    """What one identity leaves for its open cells: nought for all of them, or one value for the only one."""
    open_cells = [key for key in identity.cells if numbers.get(key) is None]
    if not open_cells:
        return {}
    difference, left_open, right_open = gap(identity, numbers.get)
    if not difference and left_open != right_open:
        return dict.fromkeys(open_cells, 0)
    if len(open_cells) == 1 and (difference > 0) == right_open:
        return {open_cells[0]: abs(difference)}
    return {}


def verified(form, values, findings):
    """Whether every identity closes and every cell is printed or inferred, and no row was doubtful to read.

    ``findings`` is what ``check`` found; the reader's own findings may stand among them. Two rows exchanged close every
    sum, so that a row whose label, header, unit, year or figures were in doubt is not verified by the sums alone; nor is a
    figure of which its recogniser was unsure and for which no sum speaks.
    """
    audited = {identity.id for identity in form.identities} | {SIGN}
    if any(
        finding.check.startswith(("row.", "header.", "unit.", "table.year", "ocr.unsure"))
        and finding.severity != "info"
        for finding in findings
    ):
        return False
    known = form.cells.keys() <= values.keys() and {amount.status for amount in values.values()} <= {"printed", "inferred"}
    return known and not any(finding.check in audited for finding in findings)


def explain(form, finding, lang="zh"):
    """What a finding says, in Chinese or English; a finding of another check keeps its own message."""
    if finding.check == SIGN:
        key = finding.cells[0]
        wording = WORDING["negative" if finding.found < 0 else "fraction"][lang]
        return wording.format(cell=form.label(key, lang), found=finding.found)
    for identity in form.identities_of.get(finding.cells[0], ()) if finding.cells else ():
        if identity.id == finding.check:
            return _explain_sum(form, identity, finding, lang)
    return finding.message


def gap(identity, number):
    """Σ left − Σ right over the cells that say a number, and whether left and right have cells that do not.

    ``number`` gives a cell's number or None.
    """
    left = [number(key) for key in identity.left]
    right = [number(key) for key in identity.right]
    difference = sum(value for value in left if value is not None) - sum(value for value in right if value is not None)
    return difference, None in left, None in right


def closes(identity, number):
    """Whether an identity holds, or still can once its open cells say a number; ``number`` as for ``gap``."""
    try:
        return sum(map(number, identity.left)) == sum(map(number, identity.right))
    except TypeError:  # a cell says no number
        difference, left_open, right_open = gap(identity, number)
        return difference == 0 or (right_open if difference > 0 else left_open)


def _explain_sum(form, identity, finding, lang):
    """The cells that said no number are those of the identity that the finding does not name."""
    left_open, right_open = (not set(side) <= set(finding.cells) for side in (identity.left, identity.right))
    wording = (
        "left_open"
        if left_open
        else "right_open"
        if right_open
        else "sum"
        if finding.severity == "error"
        else "noughts"
    )
    return WORDING[wording][lang].format(
        at=where(form, identity, lang),
        rule=identity.zh if lang == "zh" else identity.en,
        left=finding.found,
        right=finding.expected,
        gap=abs(finding.found - finding.expected),
    )


def where(form, identity, lang="zh"):
    """The row or column of an identity, as it is printed."""
    row, column = form.cells[identity.cells[0]]
    each, name = ("row", row) if identity.at == row.key else ("column", column)
    label = " / ".join(name.label) if lang == "zh" else name.en
    return WORDING[each][lang].format(label=label)


def _signs(form, numbers, lang):
    findings = []
    odd = {key for key, number in numbers.items() if number is not None and (type(number) is not int or number < 0)}
    for key in filter(odd.__contains__, form.cells):
        number, column = numbers[key], form.cells[key][1]
        if (number < 0 and column.kind != "change") or (number != int(number) and column.kind != "money"):
            findings.append(_worded(form, Finding(SIGN, "error", "", (key,), found=number), lang))
    return findings


def _worded(form, finding, lang):
    return Finding(
        finding.check, finding.severity, explain(form, finding, lang), finding.cells, finding.expected, finding.found
    )
