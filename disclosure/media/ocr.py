"""Strips of a picture, a line of text each, to readings: the model that rapidocr carries, run by onnxruntime."""

import os
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from ..errors import MissingTool

# The model's lines: so many pixels high, and no narrower than this many, or it makes letters of single digits.
HIGH, NARROWEST = 48, 64
# The model's steps in a line, for each of its heights.
STEPS = 6
# Paper left round a line in its first reading and the next ones, of the size of the type. Little is best for figures.
MARGINS = 0.1, 0.25, 0.5
# A figure of worse odds is read again: where readings differ one may have lost a sign or a point. Two against one
# are as likely as not to be wrong.
SURE, LIKELY, OUTVOTED = 0.99, 0.75, 0.5
# A one that leans more is a bold stroke, or in italics.
LEANING = 0.1
# Of 4,354 figures of one font none was wider than 1.24 times the usual; with a sign unread they are from 1.25 on.
FIGURE, FIGURES_ENOUGH, TOO_WIDE = re.compile(r"\d[\d.]*"), 8, 1.25
# No figure is wider, of the size of the type: 73802895.90元 takes 7.
WIDEST_FIGURE = 8
# Of the size of the type: the height of a stroke that lies, and what parts it from the rest of its character.
STROKE, NEAR = 0.25, 0.25
# What the model makes of strokes.
STROKES = frozenset("\\/|-–—一丨")
# Letters that it makes of digits.
LETTERS = str.maketrans("lI|丨Oo", "111100")
# Characters that the model mixes up, and what these forms print.
VARIANTS = str.maketrans("○減", "〇减")
# Of 36 rare characters of districts' names that were misread in two fonts each was among those of these odds at least.
RIVAL = 0.01
# A line each on two cores.
THREADS = 2


class Reading(NamedTuple):
    """One line of text as recognised: its characters, and the odds of the least sure one.

    The odds are 0.5 at most if another reading of a cell differs, and 0 if they all do.
    """

    text: str
    score: float
    others: frozenset[tuple[str, str]] = frozenset()
    """Characters of a line outside tables, each with one that it may be instead."""
    at: tuple[float, ...] = ()
    """Where about the middle of each character is, in pixels from the left of the strip."""


# There is something, and nobody can tell what.
UNREADABLE = Reading("\ufffd", 0.0)


def readings(grey, ink, strips, em):
    """A Reading for each (box, whether it is a line of a cell) of a page: its grey picture, its mask of ink."""
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda strip: _reading(grey, ink, *strip, em), strips))
    return _as_wide_as_others(found, strips)


def _as_wide_as_others(readings, strips):
    """The readings, with poor odds for figures much wider than others of a page: before them a sign or a word was lost."""
    import numpy

    # Width for each digit, in heights of the line: the size of the type does not matter.
    widths = {
        at: (right - left) / (bottom - top) / (len(reading.text) - reading.text.count(".") / 2)
        for at, (reading, ((left, top, right, bottom), is_cell)) in enumerate(zip(readings, strips, strict=True))
        if is_cell and FIGURE.fullmatch(reading.text)
    }
    if len(widths) < FIGURES_ENOUGH:
        return readings
    widest = TOO_WIDE * numpy.quantile([*widths.values()], 0.75)
    return [
        reading._replace(score=min(reading.score, OUTVOTED)) if widths.get(at, 0) > widest else reading
        for at, reading in enumerate(readings)
    ]


@lru_cache(1)
def _model(process):
    """(session, its characters by class), one for each process: a session does not outlive a fork."""
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingTool(
            "A scan takes the package onnxruntime, which is made for Linux, Windows and Apple silicon. "
            "Read it there, or a version of the report with text."
        ) from error

    options = onnxruntime.SessionOptions()
    # The threads are ours, a line each: that uses the cores better than shared work on one line.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Every line has a width of its own; remembered plans and arenas for all of them only grow.
    options.enable_mem_pattern = False
    model = Path(find_spec("rapidocr").submodule_search_locations[0], "models", "PP-OCRv6_rec_small.onnx")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return session, ["", *session.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]


def runs(profile, gap):
    """(start, end) of the stretches of True, those less than ``gap`` apart as one."""
    import numpy

    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([False], profile, [False])).astype(numpy.int8))).tolist()
    runs = []
    for start, end in zip(edges[::2], edges[1::2]):
        if runs and start - runs[-1][1] < gap:
            runs[-1] = runs[-1][0], end
        else:
            runs.append((start, end))
    return runs


def lines(ink, em):
    """(top, bottom) of each line of text.

    A character such as 二 is several stretches of ink: those that fit into one character's height are one line, and so
    is a stroke with what it all but touches, as the roof of 元 over lower figures.
    """
    lines = []
    for top, bottom in runs(ink.any(axis=1), 1):
        above = lines[-1] if lines else None
        if above and (
            bottom - above[0] <= 1.15 * em
            or min(above[1] - above[0], bottom - top) < STROKE * em
            and top - above[1] < NEAR * em
        ):
            lines[-1] = above[0], bottom
        else:
            lines.append((top, bottom))
    return lines


def _reading(grey, ink, strip, is_cell, em):
    """What stands in one strip."""
    left, top, right, bottom = strip
    if is_cell and (mark := _mark(ink[top:bottom, left:right], em)):
        return mark
    edge = _edge(em)
    crop = grey[max(top - edge, 0) : bottom + edge, max(left - edge, 0) : right + edge]
    if bottom - top > 3 * em > 2 * (right - left):
        crop = _side_by_side(crop, ink[top:bottom, left:right], em)
        reading = _read(crop, em, MARGINS[0], is_cell)
        return reading._replace(text="".join(reading.text.split()))
    first = _read(crop, em, MARGINS[0], is_cell)
    if is_cell and first.text == "1" and _stroke(ink[top:bottom, left:right], em)[0] > LEANING:
        return first._replace(score=OUTVOTED)
    if not is_cell or first.score >= SURE or right - left > WIDEST_FIGURE * em:
        return first
    return _agreed(first, crop, em)


def _edge(em):
    """How far outside its strip the soft edge of the ink may lie."""
    return int(em / 10) + 1


def _agreed(first, crop, em):
    """A reading of a cell that others agree with: a second one, all three where two are not likely; or the surest."""
    readings = [first]
    for margin in MARGINS[1:]:
        readings.append(_read(crop, em, margin, True))
        best = max(readings, key=lambda reading: (reading.text.isdecimal(), reading.score))
        if len({_digits(reading.text) for reading in readings}) == 1 and best.score >= LIKELY:
            return best
    ((digits, count),) = Counter(_digits(reading.text) for reading in readings).most_common(1)
    best = max((reading for reading in readings if _digits(reading.text) == digits), key=lambda reading: reading.score)
    if count == 1:
        return max(readings, key=lambda reading: reading.score)._replace(score=0.0)
    return best if count == len(readings) else best._replace(score=min(best.score, OUTVOTED))


def _digits(text):
    """A text of several characters with strokes and rings as digits: the model takes them for letters now and then."""
    return text.translate(LETTERS) if len(text) > 1 else text


def _read(crop, em, margin, is_cell):
    line = _framed(crop, em, margin)
    reading = _decoded(_odds(line), is_cell)
    before, step = int(margin * em) + _edge(em), len(line) / STEPS
    reading = reading._replace(at=tuple((at + 0.5) * step - before for at in reading.at))
    # A mark is told by its shape: what the model alone takes for one may be a figure cut by a rule or a seal.
    return reading._replace(score=min(reading.score, OUTVOTED)) if is_cell and reading.text in STROKES else reading


def _mark(ink, em):
    """A lone stroke, which the model takes for a figure: - and — by their shape, and / by its slant."""
    height, width = ink.shape
    if height < 0.25 * em and width > 1.3 * height:
        return Reading("-" if width < 0.7 * em else "—", 0.9)
    slant, straightness = _stroke(ink, em)
    # Of the slashes of 19 fonts none is less straight than 0.65, blurred too; a smear over a figure is, or has gaps.
    is_slash = slant > 0.22 and straightness > 0.6 and sum(len(runs(row, 1)) > 1 for row in ink) < 0.15 * height
    return Reading("/", 0.9) if is_slash else None


def _stroke(ink, em):
    """(slant, straightness) of what may be a lone stroke: its lean to the right by its height, and 1 for a thin line."""
    import cv2
    import numpy

    height, width = ink.shape
    if not width < height < 1.5 * em or cv2.connectedComponents(ink.astype(numpy.uint8))[0] != 2:
        return 0.0, 0.0
    y, x = ink.nonzero()
    (x_spread, shared), (_, y_spread) = numpy.cov(x, y)
    return -shared / y_spread, shared**2 / (x_spread * y_spread) if x_spread else 0.0


def _side_by_side(crop, ink, em):
    """The characters of a label that runs down, set in one line."""
    import numpy

    rows = [crop[top:bottom] for top, bottom in lines(ink, em)]
    height = max(len(row) for row in rows)
    blank = int(numpy.median(crop))
    rows = [numpy.pad(row, ((0, height - len(row)), (0, int(em / 8))), constant_values=blank) for row in rows]
    return numpy.hstack(rows)


def _framed(crop, em, margin):
    """The strip with a margin of paper, at least as tall as a line of type."""
    import cv2
    import numpy

    height, width = crop.shape
    above = max(int(margin * em), int((em - height) / 2))
    beside = int(margin * em)
    paper = float(numpy.percentile(crop, 90)) if height * width else 255
    return cv2.copyMakeBorder(crop, above, above, beside, beside, cv2.BORDER_CONSTANT, value=paper)


def _odds(line):
    """The model's odds for each step along a line of text and each class; the first class is "nothing"."""
    import cv2
    import numpy

    session, _ = _model(os.getpid())
    height, width = line.shape
    width = round(HIGH * width / height)
    scaled = cv2.resize(line, (width, HIGH), interpolation=cv2.INTER_LINEAR).astype(numpy.float32) / 127.5 - 1
    padded = numpy.zeros((1, 3, HIGH, max(NARROWEST, -(-width // 16) * 16)), numpy.float32)
    padded[..., :width] = scaled
    return session.run(None, {"x": padded})[0][0]


def _decoded(odds, is_cell):
    """The characters that the odds tell, one for each run of steps of the same class."""
    _, characters = _model(os.getpid())
    if not is_cell:
        # In 二〇二四年 the model all but overlooks the zero.
        odds[:, [characters.index(zero) for zero in "〇○"]] *= 30
    letters = _letters(odds)
    printed = "".join(characters[kind] for _, kind in letters).translate(VARIANTS)
    text = printed.strip()
    if not text:
        # There is ink, so it is not blank.
        return UNREADABLE
    score = min(float(odds[step, kind]) for step, kind in letters)
    at = tuple(step for step, _ in letters[printed.index(text) :])
    return Reading(text, score, frozenset() if is_cell else _others(odds, letters), at)


def _others(odds, letters):
    """(the character taken, one nearly as likely) for those that had rivals."""
    _, characters = _model(os.getpid())
    unsure = [(step, kind) for step, kind in letters if odds[step, kind] < 1 - RIVAL]
    return frozenset(
        (characters[kind], characters[other])
        for step, kind in unsure
        for other in (odds[step] >= RIVAL).nonzero()[0].tolist()
        if other and other != kind
    )


def _letters(odds):
    """(step, class) of each character, at the step where it is surest."""
    letters, last = [], 0
    kinds = odds.argmax(axis=1).tolist()
    for step, kind in enumerate(kinds):
        if kind and kind != last:
            letters.append((step, kind))
        elif kind and odds[step, kind] > odds[letters[-1][0], kind]:
            letters[-1] = step, kind
        last = kind
    return letters
