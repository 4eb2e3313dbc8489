"""What is not printed but follows: the form's identities leave one value, and every one of them then closes."""

import re
from functools import cache
from operator import attrgetter

from .amounts import NUMERAL_ONE, lookalike, may_mean
from .check import gap, implied
from .locate import locate
from .report import Finding

# The cells that say no number yet leave room for one; a mark is among them, for a clerk's stroke may stand for nought.
OPEN = ("blank", "absent", "mark", "unreadable")
# Of 7,951 cells drawn in twelve fonts and worn, 18 were misread, one of them with better odds. Worse odds had 3 % of the
# others, mostly digits of full width among others; none on clean pages.
UNSURE_SCORE = 0.75
# Of 5,582 figures on 48 worn pages 31 were misread, one of them with better odds. A digit as clear as this that breaks the
# sums is printed so.
SURE_SCORE = 0.98
DIGITS = re.compile(r"\d+")


def infer(form, values):
    """The cells that the identities settle, as ``{CellKey: Amount}`` with the status ``inferred``.

    Nothing that is printed changes. A cell is inferred only if all identities through it are then known in full
    and hold: a blank in a row or column that does not close stays a blank.
    """
    numbers = {key: amount.value for key, amount in values.items()}
    if None not in numbers.values():
        return {}
    found = {}
    # Letters among digits are the digits they look like where every sum says so.
    open_texts = {key: lookalike(amount.text) for key, amount in values.items() if amount.status == "unreadable"}
    if proposed := {key: value for key, value in open_texts.items() if value is not None}:
        found = _settled(form, values, numbers, proposed)
    found |= _settled(form, values, numbers | found, {})
    return {key: values[key]._replace(value=found[key], status="inferred") for key in form.cells if key in found}


def _settled(form, values, numbers, proposed):
    """Which open cells the identities leave one number, those proposed among them if every identity bears them out."""
    numbers = numbers | proposed
    waiting = [
        identity
        for identity in form.identities
        if any(numbers[key] is None for key in identity.cells)
        and all(numbers[key] is not None or values[key].status in OPEN for key in identity.cells)
    ]
    left = implied(waiting, numbers)
    numbers |= left
    found = proposed.keys() | left.keys()
    noughts = set()
    while True:
        gaps = _gaps(numbers)
        sure = _gaps(numbers | dict.fromkeys(noughts)) if noughts else gaps
        doubtful = {
            key for key in found
            if not _proved(form, key, sure if numbers[key] else gaps) or _gainsaid(form, key, values, numbers)
        }  # fmt: skip
        # A blank that one sum leaves nothing is nought to its neighbours' noughts, though another of its sums is broken.
        unfounded = {key for key in doubtful | noughts if not _is_nought(form, key, values[key], numbers[key], gaps)}
        if not doubtful and not unfounded:
            return {key: numbers[key] for key in found}
        found -= doubtful
        noughts = (noughts | doubtful) - unfounded
        numbers |= dict.fromkeys(unfounded)


def _gaps(numbers):
    """The gap of an identity with these numbers, as a function of it."""
    return cache(lambda identity: gap(identity, numbers.get))


def _is_nought(form, key, amount, number, gaps):
    """Whether a cell is blank, and a sum through it, known in full, closes with nought for it."""
    return amount.status == "blank" and number == 0 and (0, False, False) in map(gaps, form.identities_of[key])


def _proved(form, key, gaps):
    """Whether the identities through a cell hold, and one at least is known in full.

    One that is open on both sides, as where both rows of carried-over applications are blank, says nothing.
    """
    known = False
    for identity in form.identities_of[key]:
        difference, left_open, right_open = gaps(identity)
        if left_open and right_open:
            continue
        if difference or left_open or right_open:
            return False
        known = True
    return known


def _gainsaid(form, key, values, numbers):
    """Whether the text of a cell, or of its row, is not what follows: what is printed stands.

    Among noughts printed as such a single 一 is hardly a stroke for nothing.
    """
    text, status = values[key].text, values[key].status
    if is_single_stroke(form, key, values):
        return numbers[key] == 0
    if status != "unreadable":
        return False
    printed = DIGITS.findall(text)
    if not printed:
        return not may_mean(text, numbers[key])
    if len(text.split()) == 1 and _within("".join(printed), str(numbers[key])):
        return False
    follows = [str(numbers[other]) for other in form.table(key.table).rows[key.row]]
    if "".join(follows) == "".join(printed):
        return False
    # What stands beside those that follow may be what contradicts them, unless it is nought.
    before, among, behind = f" {' '.join(printed)} ".partition(f" {' '.join(follows)} ")
    return not among or any(map(int, (before + behind).split()))


def is_single_stroke(form, key, values):
    """Whether a cell says 一, and no other of its table does: it may be a stroke for nothing, or a one."""
    if values[key].status != "mark" or values[key].text.strip() != NUMERAL_ONE:
        return False
    return sum(values[other].text.strip() == NUMERAL_ONE for other in form.table(key.table).cells) == 1


def _within(digits, number):
    """Whether a number has these digits in this order."""
    rest = iter(number)
    return all(digit in rest for digit in digits)


def misread(form, values, medium, doubts):
    """Digits that a recogniser misread: ``(values, findings)``, a finding for each.

    Only cells read from a picture, and not those read with certainty, and only where one value of one cell is the one
    explanation of the sums that do not close. Such a cell is ``inferred``; its text stays what was recognised. What was recognised with poor odds and
    no sum vouches for is ``ocr.unsure``.
    """
    if {*map(attrgetter("score"), values.values())} == {None}:
        return values, []
    values, findings = dict(values), []
    for hypothesis in locate(form, values, medium=medium, doubts=doubts):
        key, value = hypothesis.cells[0], hypothesis.values[0]
        read = values[key]
        if hypothesis.confidence == "certain" and len(hypothesis.cells) == 1 and read.score is not None and read.score < SURE_SCORE:
            values[key] = read._replace(value=value, status="inferred")
            message = PROPOSED.format(cell=form.label(key), text=read.text, value=value)
            findings.append(Finding("ocr.proposed", "warning", message, (key,), value, read.value, read.place))
    for key in _unsure(form, values):
        message = UNSURE.format(cell=form.label(key), text=values[key].text)
        findings.append(Finding("ocr.unsure", "warning", message, (key,), None, values[key].value, values[key].place))
    return values, findings


def _unsure(form, values):
    """The cells of poor odds that say something, but those that a closing sum of surer cells vouches for.

    A sum with two such cells vouches for neither: what is hard to read is misread alike wherever it stands, and what
    is inferred from it is wrong with it.
    """
    says = "printed", "mark", "inferred"
    read = {key: amount for key, amount in values.items() if amount.status in says and amount.score is not None}
    unsure = {key: None for key, amount in read.items() if amount.score < UNSURE_SCORE}
    numbers = {key: amount.value for key, amount in values.items()}
    closing = [identity for identity in form.identities if gap(identity, numbers.get) == (0, False, False)] if unsure else []
    while vouched := [keys[0] for identity in closing if len(keys := [key for key in identity.cells if key in unsure]) == 1]:
        for key in vouched:
            unsure.pop(key, None)
    return list(unsure)


PROPOSED = "“{cell}”识别为“{text}”，与勾稽关系不符；只有 {value} 能使各式成立，故推定为 {value}。请核对原件。"
UNSURE = "“{cell}”识别为“{text}”，识别把握不大，也没有勾稽关系可以印证。请核对原件。"
