"""Pictures inside a file: where a section holds nothing else, their tables are read by the recogniser, or said to be missed."""

import io
import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from ..document import Grid, Paragraph
from ..errors import UnreadableFile
from . import scan

# No table fits into a picture that is shown narrower or lower than this, in pixels of 1/96 inch: table 四 is low.
NARROWEST, LOWEST = 120, 60
# What is recognised in one file at most: a report has three tables, or ten photographed pages of 12 million pixels each.
MOST_PICTURES, MOST_PIXELS = 30, 150_000_000
# What office programs and pages hold; other formats are not even opened.
KINDS = ("PNG", "JPEG", "TIFF", "BMP", "GIF")
# 二、…: a section's heading, in one short line.
HEADING = re.compile(r"[\s　]*[一二三四五六七八九十]{1,3}[\s　]*[、.．][\s　]*\S.{1,40}")
# A line under a picture of at most this length is its caption.
CAPTION = 30
BEFORE_HEADINGS = "文首"
PICTURES_ONLY = (
    "“{heading}”之下只有图片，其中 {count} 张未读出：图中如有数字，不等于零。"
    "请对照原件，或将图片存为 PNG、JPEG 后另行读取。"
)
RECOGNISED = "文件内有 {count} 张图片，图中表格由文字识别读出。"


class Picture(NamedTuple):
    """Stands in a flow where the document shows a picture large enough to hold a table."""

    source: object
    """What its medium finds it by."""


class Held(NamedTuple):
    """A picture that the file holds."""

    pixels: int
    read: Callable
    """Gives its blocks; raises UnreadableFile."""


def is_large(width, height):
    """Whether a table fits into a picture that is shown so large, in pixels; None is a side that is not known."""
    return (width is None or width > NARROWEST) and (height is None or height > LOWEST)


def held(data):
    """The Held of a picture's bytes; None for what is no picture of a kind that is read."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as picture:
            return Held(picture.width * picture.height * getattr(picture, "n_frames", 1), lambda: _blocks(data))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None


def _blocks(data):
    """The blocks of a picture's bytes, on no page."""
    blocks = scan.read("", data).blocks
    for grid in blocks:
        if isinstance(grid, Grid):
            grid.page = None
            for cell in grid.cells:
                cell.page = None
    return blocks


def in_place(flow, find):
    """(the flow with the blocks of its pictures in their places, the notes on these).

    Recognised are the pictures of sections that hold nothing else, and all of a document without a table. Those in which
    no table is found are left out, but for the pages of a section that is nothing but pictures. ``find`` gives the Held
    of a picture's source, None where it is not in the file.
    """
    if not any(isinstance(block, Picture) for block in flow):
        return flow, []
    sections = _sections(flow)
    has_tables = any(isinstance(block, Grid) for block in flow)
    sought = [
        index
        for heading, span in sections
        if not has_tables or heading and _is_pictured(flow, span)
        for index in span
        if isinstance(flow[index], Picture)
    ]
    found = _recognised(flow, sought, find)
    kept, notes = {}, []
    for heading, span in sections:
        pictures = [index for index in span if isinstance(flow[index], Picture)]
        tables = [index for index in pictures if any(isinstance(block, Grid) for block in found.get(index, ()))]
        is_pictured = _is_pictured(flow, span)
        read = found.keys() & pictures if tables and is_pictured else tables
        kept |= {index: found[index] for index in read}
        if (heading or read) and is_pictured and len(read) < len(pictures):
            name = (heading or BEFORE_HEADINGS).strip()
            message = PICTURES_ONLY.format(heading=name, count=len(pictures) - len(read))
            notes.append(("media.picture", "warning", message))
    if kept:
        notes.append(("medium.ocr", "info", RECOGNISED.format(count=len(kept))))
    blocks = (kept.get(index, ()) if isinstance(block, Picture) else [block] for index, block in enumerate(flow))
    return [block for inside in blocks for block in inside], notes


def _sections(flow):
    """(heading or None, the indices of what stands under it) of each section, and of what stands before the first."""
    ends = [index for index, block in enumerate(flow) if HEADING.fullmatch(_line(block))] + [len(flow)]
    return [(None, range(ends[0]))] + [(_line(flow[start]), range(start + 1, end)) for start, end in pairwise(ends)]


def _is_pictured(flow, span):
    """Whether a stretch of the flow holds pictures and nothing else but their captions."""
    stretch = [flow[index] for index in span]
    return any(isinstance(block, Picture) for block in stretch) and all(
        isinstance(block, Picture) or 0 < len(_line(block)) <= CAPTION for block in stretch
    )


def _line(block):
    """The text of a line of a flow; of what is none, nothing."""
    return block.text if isinstance(block, Paragraph) else block if isinstance(block, str) else ""


def _recognised(flow, sought, find):
    """``{index: blocks}`` of the pictures that could be read, as far as the bounds reach."""
    found, pixels = {}, 0
    for index in sought[:MOST_PICTURES]:
        try:
            picture = find(flow[index].source)
            if picture and pixels + picture.pixels <= MOST_PIXELS:
                pixels += picture.pixels
                found[index] = picture.read()
        except UnreadableFile:  # the note on it says that it was not read
            continue
    return found
