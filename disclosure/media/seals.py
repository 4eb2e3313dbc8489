"""The colours of a scan: a seal over a table is paper, and the rules that it covers go on under it."""

# Red, green and blue of a colour differ by more than this.
COLOURED = 50
# Parts of the page's long side: a patch of colour is larger; a seal, which is red, is smaller (one of 45 mm takes a
# seventh); a rule is longer than any stroke of a character; and so much of a rule may lie under the ring of a seal.
PATCH, SEAL, RULE, COVERED = 20, 4, 60, 16
# What is darker than its surroundings by this, of 255, may be a rule; what is darker than this part of a seal's ink is
# black under it.
FAINT, UNDER = 30, 0.6
# How wide, in pixels, a character reaches that may go on under a seal.
NEAR = 7
# In the plane of what seals hide: where one is so solid that nothing of a figure under it need show. More is a character met.
SOLID = 127
# Colours are sought in a picture so many times smaller.
COARSE = 4


def without_seals(colours):
    """A picture (height, width, red-green-blue) in shades of grey, a patch of colour as light as its lightest part.

    A seal becomes paper, black under it stays black; so does coloured type, which is no taller than a line. Where a seal
    that covers what is under it meets a character there is a second plane, (height, width, 2), and it is 255 there, and
    SOLID where the seal is.
    """
    import cv2
    import numpy

    grey = cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)
    red, green, blue = cv2.split(colours)
    lightest, darkest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    coloured = cv2.subtract(lightest, darkest) > COLOURED
    if not coloured.any():
        return grey
    small = cv2.resize(coloured.astype(numpy.uint8), None, fx=1 / COARSE, fy=1 / COARSE, interpolation=cv2.INTER_AREA)
    small = cv2.dilate(small, numpy.ones((3, 3), numpy.uint8))
    _, parts, stats, _ = cv2.connectedComponentsWithStats(small)
    sides, page = stats[:, 2:4], max(small.shape)
    patches = sides.min(axis=1) > page / PATCH
    patches[0] = False

    def within(kind):
        return cv2.resize(kind[parts].astype(numpy.uint8), grey.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0

    seals = (cv2.subtract(red, cv2.max(green, blue)) > COLOURED) & within(patches & (sides.max(axis=1) < page / SEAL))
    met = _fade(lightest, seals) if seals.any() else None
    grey = numpy.where(within(patches), lightest, grey)
    return grey if met is None or not met.any() else numpy.dstack([grey, met])


def _fade(grey, seals):
    """Make what a mask shows of seals as light as paper, but for what is dark under them and the rules that they cross.

    Returns a plane of where they are SOLID, and 255 where they meet characters and nothing is dark under them.
    """
    import cv2
    import numpy

    ink, page = float(numpy.percentile(grey[seals], 25)), max(grey.shape)
    # In a JPEG the edge of a stroke has less of its colour.
    edged = cv2.dilate(seals.astype(numpy.uint8), numpy.ones((3, 3), numpy.uint8)) > 0
    light = edged & (grey > UNDER * ink)
    dark = cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, FAINT)
    dark[light] = 0
    characters, hidden = dark, numpy.zeros_like(light)
    for is_level in (True, False):

        def along(share):
            length = page // share
            return numpy.ones((1, length) if is_level else (length, 1), numpy.uint8)

        # A rule may lie under a seal for long, or end behind it; an arc of the seal itself has little else in it.
        rules = cv2.morphologyEx(dark, cv2.MORPH_OPEN, along(RULE))
        between = cv2.morphologyEx(rules, cv2.MORPH_CLOSE, along(COVERED))
        through = cv2.morphologyEx(dark | edged, cv2.MORPH_OPEN, along(RULE))
        mostly = cv2.blur(dark * 255, along(RULE // 2).shape[::-1]) > 127
        hidden |= (between > 0) | (through > 0) & mostly
        characters = characters & ~cv2.dilate(through, numpy.ones((3, 3), numpy.uint8))
    characters = cv2.morphologyEx(characters, cv2.MORPH_OPEN, numpy.ones((2, 2), numpy.uint8))
    whole = cv2.morphologyEx(seals.astype(numpy.uint8), cv2.MORPH_CLOSE, numpy.ones((2 * NEAR, 2 * NEAR), numpy.uint8))
    under, beside = (cv2.dilate(part, numpy.ones((NEAR, NEAR), numpy.uint8)) > 0 for part in (characters & whole, characters))
    grey[light] = numpy.median(grey)
    grey[edged & hidden] = 0
    solid = cv2.morphologyEx(whole, cv2.MORPH_OPEN, numpy.ones((2 * NEAR, 2 * NEAR), numpy.uint8))
    return numpy.where(light & beside & ~under, 255, _opaque(solid, dark) * SOLID).astype(numpy.uint8)


def _opaque(solid, dark):
    """A mask of the solid parts of seals under which nothing dark shows, as a rule or a figure does under thin ink."""
    import cv2
    import numpy

    count, parts = cv2.connectedComponents(solid)
    seen = numpy.bincount(parts[dark > 0], minlength=count) >= NEAR
    seen[0] = True
    return ~seen[parts]
