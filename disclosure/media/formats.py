"""Number formats of spreadsheets: what a cell shows of the number it holds.

Digits are never rounded: 145.022 under ``0.00`` stays 145.022. What a format adds (a unit, a word), moves (per cent,
thousands, a written point) or hides is shown.
"""

import operator
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | [\\!](?P<escaped>.)
    | \[\$(?P<currency>[^\]-]*)[^\]]*\]
    | \[(?P<test><=|>=|<>|<|>|=)\s*(?P<bound>-?\d+(?:\.\d+)?)\]
    | \[[^\]]*\] | _. | \*.                       # colours, numerals, and widths that are left or filled
    | (?P<digits>General|G/通用格式|[0\#?@])
    | (?P<point>\.) | (?P<comma>,) | (?P<percent>%) | (?P<exponent>E[+-]) | (?P<end>;)
    | (?P<bare>.)
    """,
    re.X | re.S | re.I,
)
TESTS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne}
# Which numbers the parts of a format are for, where it does not say.
USUAL = {1: [None], 2: [(">=", 0), ("<", 0)], 3: [(">", 0), ("<", 0), None]}
# What stands round a number and neither names nor changes it: a sign, the brackets of a negative one, blanks.
SIGNS = str.maketrans("", "", "+-() \u00a0\u3000")


class Part(NamedTuple):
    """One part of a format, of those that ``;`` parts."""

    test: tuple | None
    """(comparison, bound) of the numbers that it is for; None for all that are left."""
    before: str
    after: str
    places: int
    """By how many places the point moves to the right."""
    has_digits: bool
    is_clear: bool
    """Whether all of its signs are understood."""


def is_plain(code):
    """Whether a format shows every number as it is, but for rounding, grouping, colour and the way it shows a zero."""
    parts = _parts(code)
    if any(part.test not in (None, *USUAL[2], *USUAL[3]) for part in parts):
        return False
    return all(part.is_clear and part.has_digits and not part.places and not _words(part) for part in parts[:2])


def shown(number, code):
    """What a format shows of a number, which is text without an exponent.

    A zero stays one where the format draws a line or nothing for it. What the format does is left to its program, as
    the formula for it, where it is not understood here.

    >>> shown("0.885", "0.0%"), shown("885000", "0!.0000"), shown("885000", '#,##0.00"元"'), shown("88.5", ";;;")
    ('88.5%', '88.5', '885000元', '')
    >>> shown("5712", "000-0000")
    'TEXT(5712,"000-0000")'
    """
    value, parts = Decimal(number), _parts(code)
    if not value.is_finite():
        return number
    part = next((part for part in parts if _is_for(part, value)), None)
    if part is None or not part.is_clear:
        return f'TEXT({number},"{code}")'
    if not part.has_digits:
        return number if not value and any(other.has_digits for other in parts) else part.before.strip()
    moved = format(value.scaleb(part.places).normalize(), "f") if part.places else number
    if not _words(part):
        return moved
    # The part for what is below zero writes the sign itself, or a word for it.
    sign = "-" if value < 0 and part.test != ("<", 0) else ""
    return f"{sign}{part.before}{moved.lstrip('-')}{part.after}".strip()


def _words(part):
    return (part.before + part.after).translate(SIGNS)


def _is_for(part, value):
    return part.test is None or TESTS[part.test[0]](value, part.test[1])


@lru_cache(maxsize=1024)
def _parts(code):
    """The parts for numbers; the fourth, for text, says nothing of them."""
    pieces, tests = [[]], [None]
    for token in TOKEN.finditer(code):
        if token["end"]:
            pieces.append([])
            tests.append(None)
        elif token["test"]:
            tests[-1] = token["test"], Decimal(token["bound"])
        else:
            pieces[-1].append(token)
    pieces, tests = pieces[:3], tests[:3]
    if any(tests):
        # A format that tests its numbers itself leaves the rest of them to its last part.
        tests = [*(test or ("<", 0) for test in tests[:-1]), tests[-1]]
    else:
        tests = USUAL[len(pieces)]
    return [_part(test, tokens) for test, tokens in zip(tests, pieces, strict=True)]


def _part(test, tokens):
    at = [index for index, token in enumerate(tokens) if token["digits"]]
    if not at:
        return Part(test, "".join(map(_text, tokens)), "", 0, False, True)
    before, inside, after = tokens[: at[0]], tokens[at[0] : at[-1] + 1], tokens[at[-1] + 1 :]
    places, is_clear, has_point = 2 * sum(bool(token["percent"]) for token in tokens), True, False
    for index, token in enumerate(inside):
        text = _text(token)
        if token["point"]:
            has_point = True
            places -= 3 * _commas(reversed(inside[:index]))
        elif text == "." and not has_point:
            # A point that is only written: 885000 under 0!.0000 is 88.5000.
            has_point = True
            places -= sum(bool(token["digits"]) for token in inside[index:])
        elif text.strip() and text != "/" or token["percent"]:
            is_clear = False
    behind = _commas(after)
    places -= 3 * behind
    is_clear = is_clear and not any(token["comma"] for token in after[behind:])
    if before and before[-1]["point"]:
        before = before[:-1]
    if behind < len(after) and after[behind]["point"]:
        behind += 1
    return Part(test, "".join(map(_text, before)), "".join(map(_text, after[behind:])), places, True, is_clear)


def _commas(tokens):
    """How many of the next signs are commas, each of which leaves three digits away."""
    count = 0
    for token in tokens:
        if not token["comma"]:
            break
        count += 1
    return count


def _text(token):
    """What a sign of a format writes by itself."""
    if token["percent"]:
        return "%"
    return token["quoted"] or token["escaped"] or token["currency"] or token["bare"] or ""
