"""The images on the pages of a PDF as pictures for the recogniser: whole pages, and tables pasted beside text."""

from math import inf
from typing import NamedTuple

from . import scan
from .pictures import MOST_PICTURES, Held, Picture, in_place

# Long side of a rendered page in pixels: A4 at 140, 200 and 300 dpi.
SHORTEST, USUAL, LONGEST = 1640, 2340, 3508
# A pasted table is wider than this part of the page's shorter side, as no seal is, and higher than this, in points.
NARROWEST, LOWEST = 0.4, 30


class Image(NamedTuple):
    """An image on a page; the one that covers most of it is the greatest."""

    share: float
    """How much of the page it covers."""
    pixels: float
    """Along its longer side."""
    box: tuple
    """Where it is, (left, top, right, bottom) as of a piece."""

    @property
    def width(self):
        return self.box[2] - self.box[0]

    @property
    def height(self):
        return self.box[3] - self.box[1]

    @property
    def scale(self):
        """Pixels to a point."""
        return self.pixels / max(self.width, self.height)


def of_page(page, images):
    """A page as a grey picture, at the resolution of its own scan where it is one."""
    return scan.without_seals(_rendered(page, max(images).pixels if images else USUAL))


def pasted(page, images, pieces, number, turned):
    """(top, Picture) of each image that may be a table pasted into a page: large enough, and no piece of text stands on it.

    ``turned`` are the quarters by which the page has to be turned clockwise for its text to be upright.
    """
    if not images:
        return []
    least = NARROWEST * min(page.get_width(), page.get_height())
    wide = [image for image in images if least < image.width < inf]
    large = [image for image in _whole(wide) if LOWEST < image.height < inf]
    return [
        (image.box[1], Picture((number, turned, image)))
        for image in large[:MOST_PICTURES]
        if not any(_stands_on(piece, *image.box) for piece in pieces)
    ]


def with_pictures(pdf, flow):
    """The blocks of all pages, with those of the pictures among them, and the notes on these: see ``in_place``."""

    def find(source):
        *_, image = source
        return Held(_long_side(image.pixels) ** 2, lambda: _read(pdf, *source))

    return in_place(flow, find)


def _whole(images):
    """The images, those that are one above the other without a gap as one: some programs cut a picture into strips."""
    found = []
    for image in sorted(images, key=lambda image: (round(image.box[0]), image.box[1])):
        if found and _goes_on(found[-1].box, image.box):
            above = found.pop()
            image = above._replace(box=(*above.box[:3], image.box[3]))
            image = image._replace(pixels=above.scale * max(image.width, image.height))
        found.append(image)
    return found


def _goes_on(above, below):
    """Whether a box stands right under another as wide."""
    (left, _, right, bottom), (start, top, end, _) = above, below
    return max(abs(left - start), abs(right - end), abs(bottom - top)) < 1


def _stands_on(piece, left, top, right, bottom):
    return left < (piece[0] + piece[2]) / 2 < right and top < (piece[1] + piece[3]) / 2 < bottom


def _read(pdf, number, turned, image):
    """The blocks of one image of a page."""
    page = pdf[number - 1]
    try:
        long_side = max(page.get_width(), page.get_height())
        colours = _rendered(page, image.scale * long_side, (90 * turned - page.get_rotation()) % 360)
    finally:
        page.close()
    scale = max(colours.shape) / long_side
    left, top, right, bottom = (max(round(edge * scale), 0) for edge in image.box)
    cut = colours[top:bottom, left:right].copy()
    return scan.read_page(scan.without_seals(cut), number) if cut.size else []


def _rendered(page, pixels, rotation=0):
    """The page in colours, turned so far from how it is shown, so many pixels along its longer side, within bounds."""
    scale = _long_side(pixels) / max(page.get_width(), page.get_height())
    return page.render(scale=scale, rotation=rotation, rev_byteorder=True).to_numpy()[..., :3]


def _long_side(pixels):
    return min(max(pixels, SHORTEST), LONGEST)
