"""Digits of a page held against each other: a seven that looks like no other seven has a blot on it, or is none."""

import re
from collections import defaultdict
from typing import NamedTuple

FIGURE = re.compile(r"-?\d[\d.]*")
# Paper round a digit, in pixels, and how far apart two prints of one digit may lie.
MARGIN, SHIFT = 1, 2
# How much darker than anything near it in the other print a spot of a digit may be, of 3 by 3 pixels: a stroke is 1.
# Of 7,000 digits of seven fonts at 150 and 200 dpi 99 % had another with less.
LIKE = 0.35
# On most pages they are far more alike: the limit is so many times what nine in ten keep, and no less than this.
WORN, CLEAN = 3, 0.25
# Such prints are as like as any, and no others are looked for.
ALIKE = 0.05
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
# How far apart digits are, of their height, where a page has few; with a point between them they are so many times farther
# apart at least, without one so many times at most.
STEP, FEW, ROOM, GAP = 0.7, 8, 1.3, 1.5
# No digit but a one is slimmer, of its height.
SLIMMEST = 0.45
# No point is so wide.
WIDEST_POINT = 0.3
# So far from the middle between two signs, of their height, they are parted; the model sees them so much later.
AROUND, LATE = 0.15, 0.08


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
    kinds, strange = _kinds(grey, ink, strips, readings)
    digits = [digit for kind in kinds.values() for digit in kind]
    if len(digits) < ENOUGH:
        return strange
    thickest, tallest = (sorted(sizes)[-1 - len(digits) // 10] for sizes in zip(*(digit[2:] for digit in digits)))
    unlike = []
    for kind in kinds.values():
        usual = sorted(digit.depth for digit in kind)[(len(kind) - 1) // 2] if len(kind) > 1 else thickest
        for digit in kind:
            if digit.depth > THICKER * usual or digit.height > TALLER * tallest:
                strange.add(digit.at)
            if len(kind) > 1:
                unlike.append((digit.at, _unlike_its_kin(digit, kind)))
    worn = sorted(difference for _, difference in unlike)
    limit = min(LIKE, max(CLEAN, WORN * worn[9 * len(worn) // 10])) if worn else LIKE
    return strange | {at for at, difference in unlike if difference >= limit}


def _kinds(grey, ink, strips, readings):
    """The Digits of a page's cells by what they were read as."""
    import cv2
    import numpy

    paper = float(numpy.median(grey[::4, ::4]))
    black = min(float(numpy.percentile(grey[ink], 25)), paper - 1) if ink.any() else paper - 1
    dark = numpy.clip((paper - grey.astype(numpy.float32)) / (paper - black), 0, 1)
    depths = cv2.distanceTransform(ink.astype(numpy.uint8), cv2.DIST_L2, 3)
    kinds, spaced = defaultdict(list), {}
    for at, (((left, top, right, bottom), is_cell), reading) in enumerate(zip(strips, readings, strict=True)):
        figure = FIGURE.match(reading.text) if is_cell else None
        spans = _spans(ink[top:bottom, left:right], dark[top:bottom, left:right], figure[0], reading) if figure else ()
        if figure:
            begins, ends = (spans[0][0], spans[-1][1]) if spans else (0, right - left)
            spaced[at] = figure[0], spans, _height(ink[top:bottom, left + max(begins, 0) : left + ends]), right - left
        for sign, (start, end) in zip(figure[0] if figure else "", spans):
            if sign.isdecimal() and start < end:
                sides = (
                    slice(max(top - MARGIN, 0), bottom + MARGIN),
                    slice(max(left + start - MARGIN, 0), left + end + MARGIN),
                )
                depth = float(depths[top:bottom, left + start : left + end].max())
                kinds[sign].append(Digit(at, dark[sides], depth, _height(ink[top:bottom, left + start : left + end])))
    return kinds, _ill_spaced(spaced)


def _height(ink):
    """How high the ink of a figure is, or of a digit: the characters beside it, a unit's, may be higher."""
    inked = ink.any(axis=1).nonzero()[0]
    return int(inked[-1] - inked[0] + 1) if inked.size else 0


def _ill_spaced(figures):
    """Which figures have a point without room for one, or room for a digit that was not read, by their indexes.

    ``figures`` is {index: (signs, their spans, height, width)}.
    """
    steps = {at: _steps(figure, spans, height) for at, (figure, spans, height, _) in figures.items()}
    usual = sorted(step for own in steps.values() for step, is_point in own if not is_point)
    usual = usual[len(usual) // 2] if len(usual) >= FEW else STEP
    return {
        at for at, own in steps.items()
        if any(step < ROOM * usual if is_point else step > GAP * usual for step, is_point in own)
        or own and "." in figures[at][0].rstrip(".") and not any(is_point for _, is_point in own)
    }  # fmt: skip


def _steps(figure, spans, height):
    """(how far apart neighbouring digits are, of their height, whether a point is between them)."""
    middles = [(sign, (start + end) / 2) for sign, (start, end) in zip(figure, spans)]
    digits = [(at, sign, middle) for at, (sign, middle) in enumerate(middles) if sign.isdecimal()]
    return [
        ((after - before) / max(height, 1), at - earlier > 1)
        for (earlier, _, before), (at, _, after) in zip(digits, digits[1:])
    ]


def _spans(ink, dark, figure, reading):
    """(start, end) of each sign of the figure that begins a strip.

    Signs that touch are parted where there is least ink between the places at which they were recognised.
    """
    import numpy

    is_all = figure == reading.text
    # A point may be too small for any ink.
    for signs in dict.fromkeys((figure, figure.replace(".", ""))):
        for mask in (ink, ink & (dark > DARK)):
            spans = _parts(mask)
            if len(spans) == len(signs) if is_all else len(spans) > len(signs):
                # Two digits that touch beside one in two parts are as many, but no digit has such sides.
                if all(_is_wide_enough(sign, (end - start) / len(ink)) for sign, (start, end) in zip(signs, spans)):
                    return _with_points(figure, spans) if signs != figure else spans[: len(figure)]
    if not is_all:
        return []
    shade, reach = dark.sum(axis=0), AROUND * len(ink)
    gaps = numpy.flatnonzero(~(ink & (dark > DARK)).any(axis=0))
    cuts = []
    for one, other in zip(reading.at, reading.at[1:]):
        middle = min(max((one + other) / 2 - LATE * len(ink), 0), len(shade) - 1)
        # Paper between two signs parts them better than the hollow of one.
        apart = gaps[abs(gaps - middle) <= 2 * reach]
        near = slice(max(int(middle - reach), 0), int(middle + reach) + 1)
        cuts.append(
            int(min(apart, key=lambda at: abs(at - middle))) if apart.size else near.start + int(shade[near].argmin())
        )
    # Their margins are their neighbours'.
    return [(start + MARGIN, end - MARGIN) for start, end in zip([-MARGIN, *cuts], [*cuts, len(shade) + MARGIN])]


def _with_points(figure, spans):
    """The spans of a figure's digits with one for each point, of no width."""
    digits, placed = iter(spans), []
    for sign in figure:
        placed.append((placed[-1][1],) * 2 if sign == "." and placed else next(digits))
    return placed


def _is_wide_enough(sign, width):
    """Whether a sign may be so wide, in heights of its line."""
    if sign == ".":
        return width < WIDEST_POINT
    return width <= 1 and (width > SLIMMEST or not sign.isdecimal() or sign == "1")


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


def _unlike_its_kin(digit, kind):
    """How unlike a digit is to the others of its kind that are most like it, 0 to 1: two of them, or of few the one."""
    others = [other for other in kind if other is not digit]
    others.sort(key=lambda other: sum(abs(one - two) for one, two in zip(other.picture.shape, digit.picture.shape)))
    most, least = [], 2 if len(others) >= MANY else 1
    for other in others[:MOST_COMPARED]:
        most = sorted([*most, _difference(digit.picture, other.picture)])[:least]
        if len(most) == least and most[-1] < ALIKE:
            break
    return most[-1]


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
