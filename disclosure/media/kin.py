"""Digits of a page held against each other: a seven that looks like no other seven has a blot on it, or is none."""

import re
from collections import Counter, defaultdict
from typing import NamedTuple

FIGURE = re.compile(r"-?\d[\d.]*")
# Narrower than other digits in most type.
NARROW = "1"
# Paper round a digit, in pixels, and how far apart two prints of one digit may lie.
MARGIN, SHIFT = 1, 2
# How much darker than anything near it in the other print a spot of a digit may be, of 3 by 3 pixels: a stroke is 1.
# Of 7,000 digits of seven fonts at 150 and 200 dpi 99 % had another with less.
LIKE = 0.35
# Two others alike vouch for a digit where there are so many: two blots may look alike too.
MANY = 5
# Fewer digits on a page tell nothing of its type.
ENOUGH = 8
# With so many others a digit is compared; the rest are no less like it.
MOST_COMPARED = 30
# No digit has a stroke so much thicker than others of its kind, or than nine in ten of the page where there are none: where
# the strokes of a 4 meet it has 1.6 of theirs. Nor is one so much taller than nine in ten of the page.
THICKER, TALLER = 1.65, 1.12
# What is darker than this part of the ink parts digits that all but touch.
DARK = 0.5


class Digit(NamedTuple):
    """One digit of a reading: the reading's index, its picture, the depth of its thickest stroke and its height."""

    at: int
    picture: object
    depth: float
    height: int


def strangers(grey, ink, strips, readings):
    """Which readings have a digit that looks like no other of its kind on the page, by their indexes.

    Of a kind that is there once only what is thicker or taller than other digits is a stranger.
    """
    kinds = _kinds(grey, ink, strips, readings)
    digits = [digit for kind in kinds.values() for digit in kind]
    if len(digits) < ENOUGH:
        return set()
    thickest, tallest = (sorted(sizes)[-1 - len(digits) // 10] for sizes in zip(*(digit[2:] for digit in digits)))
    strange, alone = set(), Counter()
    for kind in kinds.values():
        usual = sorted(digit.depth for digit in kind)[(len(kind) - 1) // 2] if len(kind) > 1 else thickest
        for digit in kind:
            if digit.depth > THICKER * usual or digit.height > TALLER * tallest:
                strange.add(digit.at)
            alone[digit.at] += _is_alone(digit, kind)
    # Two that look like no others stand beside one another: they touch, and were not parted where they end.
    return strange | {at for at, count in alone.items() if count == 1}


def _kinds(grey, ink, strips, readings):
    """The Digits of a page's cells by what they were read as."""
    import cv2
    import numpy

    paper = float(numpy.median(grey[::4, ::4]))
    black = min(float(numpy.percentile(grey[ink], 25)), paper - 1) if ink.any() else paper - 1
    dark = numpy.clip((paper - grey.astype(numpy.float32)) / (paper - black), 0, 1)
    depths = cv2.distanceTransform(ink.astype(numpy.uint8), cv2.DIST_L2, 3)
    kinds = defaultdict(list)
    for at, (((left, top, right, bottom), is_cell), reading) in enumerate(zip(strips, readings, strict=True)):
        figure = FIGURE.match(reading.text) if is_cell else None
        spans = _spans(ink[top:bottom, left:right], dark[top:bottom, left:right], figure[0], figure[0] == reading.text) if figure else ()
        for sign, (start, end) in zip(figure[0] if figure else "", spans):
            if sign.isdecimal() and start < end:
                sides = slice(max(top - MARGIN, 0), bottom + MARGIN), slice(max(left + start - MARGIN, 0), left + end + MARGIN)
                depth = float(depths[top:bottom, left + start : left + end].max())
                # Characters beside it, a unit's, may be taller.
                inked = numpy.flatnonzero(ink[top:bottom, left + start : left + end].any(axis=1))
                kinds[sign].append(Digit(at, dark[sides], depth, int(inked[-1] - inked[0] + 1) if inked.size else 0))
    return kinds


def _spans(ink, dark, figure, is_all):
    """(start, end) of each sign of the figure that begins a strip.

    Signs that touch are taken to be as wide as each other, where the figure is all of the strip and has no narrow one.
    """
    for mask in (ink, ink & (dark > DARK)):
        spans = _parts(mask)
        if len(spans) == len(figure) or not is_all and len(spans) > len(figure):
            # Two digits that touch beside one in two parts are as many, but no digit is wider than high.
            if all(end - start <= len(ink) for start, end in spans[: len(figure)]):
                return spans[: len(figure)]
    if not is_all or NARROW in figure:
        return []
    widths = [1 if sign.isdecimal() else 0.5 for sign in figure]
    unit = ink.shape[1] / sum(widths)
    # Their margins are their neighbours'.
    return [
        (round(unit * sum(widths[:sign])) + MARGIN, round(unit * sum(widths[: sign + 1])) - MARGIN) for sign in range(len(widths))
    ]


def _parts(mask):
    """(start, end) of what hangs together, or stands above one another."""
    import cv2
    import numpy

    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(numpy.uint8))
    parts = []
    for start, width in sorted(stats[1:, [0, 2]].tolist()):
        if parts and start < parts[-1][1]:
            parts[-1] = parts[-1][0], max(start + width, parts[-1][1])
        else:
            parts.append((start, start + width))
    return parts


def _is_alone(digit, kind):
    """Whether there are others of a digit's kind, and too few of them look like it."""
    others = [other for other in kind if other is not digit]
    others.sort(key=lambda other: sum(abs(one - two) for one, two in zip(other.picture.shape, digit.picture.shape)))
    wanted = 2 if len(others) >= MANY else min(len(others), 1)
    for other in others[:MOST_COMPARED]:
        if not wanted:
            break
        wanted -= _difference(digit.picture, other.picture) < LIKE
    return wanted > 0


def _difference(digit, other):
    """How dark the darkest spot is that one of two prints of a digit has and the other has nothing near, 0 to 1."""
    import cv2
    import numpy

    height, width = digit.shape
    ground = numpy.zeros([2 * SHIFT + max(sides) for sides in zip(digit.shape, other.shape)], numpy.float32)
    top, left = ((side - own) // 2 for side, own in zip(ground.shape, other.shape))
    ground[top : top + other.shape[0], left : left + other.shape[1]] = other
    x, y = cv2.minMaxLoc(cv2.matchTemplate(ground, digit, cv2.TM_CCORR))[3]
    laid = numpy.zeros_like(ground)
    laid[y : y + height, x : x + width] = digit
    near = numpy.ones((3, 3), numpy.uint8)
    over = numpy.maximum(laid - cv2.dilate(ground, near), ground - cv2.dilate(laid, near))
    return float(cv2.blur(over, (3, 3)).max())
