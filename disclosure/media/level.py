"""A photograph or scan of a page made a level one of evenly lit paper, with type of a usual size."""

# Type of 10 points at 115 and 350 dpi, in pixels; what is smaller or larger is brought to 200 dpi.
SMALLEST, USUAL, LARGEST = 16, 28, 48

# Less contrast than this, of 255, is noise.
FAINTEST = 25

# The outline of a sheet is sought in a picture of so many pixels; it takes this part of it at least. Where its sides lean
# alike, to so many degrees, it is a sheet seen from above; where one leans by so many it is something else. At its edge
# the picture darkens by so much of the way from sheet to ground. So much round it is kept, of its sides.
OUTLINED, LEAST_SHEET, SQUARE, ASKEW, SHARP, AROUND = 1000, 0.4, 0.3, 20, 0.5, 0.03

# Strokes are narrower than this, in pixels, and the shades behind them are not; shades are sought in a picture so many
# times smaller.
STROKE, COARSE = 24, 4


def flat(image):
    """The picture of a sheet on a darker ground that was taken askew, as from right above; any other as it is."""
    import cv2
    import numpy

    grey = image[..., 0] if image.ndim == 3 else image
    scale = OUTLINED / max(grey.shape)
    if scale >= 1:
        return image
    small = cv2.GaussianBlur(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), (5, 5), 0)
    _, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if light.all() or not light.any():
        return image
    rim = numpy.ones((9, 9), numpy.uint8)
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, rim)
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = cv2.convexHull(max(outlines, key=cv2.contourArea))
    corners = cv2.approxPolyDP(outline, 0.02 * cv2.arcLength(outline, True), True)[:, 0]
    if len(corners) != 4 or not LEAST_SHEET < cv2.contourArea(corners) / small.size:
        return image
    # A shadow on a sheet fades; the sheet's own edge does not.
    sheet = cv2.fillConvexPoly(numpy.zeros_like(small), corners, 255)
    inner, outer = sheet - cv2.erode(sheet, rim), cv2.dilate(sheet, rim) - sheet
    step = small[inner > 0].mean() - small[outer > 0].mean() if outer.any() else 0
    if step < SHARP * (small[light > 0].mean() - small[light == 0].mean()):
        return image
    # From the top left corner on, clockwise.
    corners = (
        corners[numpy.argsort(numpy.arctan2(*(corners - corners.mean(axis=0)).T[::-1]))].astype(numpy.float32) / scale
    )
    sides = numpy.roll(corners, -1, axis=0) - corners
    leans = (numpy.degrees(numpy.arctan2(sides[:, 1], sides[:, 0])) - [0, 90, 180, -90] + 180) % 360 - 180
    if numpy.ptp(leans) < SQUARE or abs(leans).max() > ASKEW:
        return image
    lengths = numpy.hypot(*sides.T)
    width, height = max(lengths[::2]), max(lengths[1::2])
    # What is round the sheet stays, as far as there is much of it: the outline may be another's.
    beside, above = AROUND * width, AROUND * height
    level = numpy.float32(
        [(beside, above), (beside + width, above), (beside + width, above + height), (beside, above + height)]
    )
    size = int(width + 2 * beside), int(height + 2 * above)
    turn = cv2.getPerspectiveTransform(corners, level)
    return cv2.warpPerspective(image, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def prepared(image):
    """(the page dark on light, its lines level, its type of a size that is neither blurred nor a burden; what seals hide
    of it; that size)."""
    import cv2
    import numpy

    image, hidden = (image[..., 0], image[..., 1]) if image.ndim == 3 else (image, numpy.zeros_like(image))
    grey = _evened(image if paper(image) >= 128 else 255 - image)
    ink = inked(grey)
    em = _type_size(ink)
    scale = 1 if SMALLEST <= em <= LARGEST else USUAL / em
    degrees = _skew(ink)

    # The frame still holds the corners that a long picture turns out of it.
    height, width = (side * scale for side in grey.shape)
    slant = abs(numpy.sin(numpy.radians(degrees)))
    wide, high = int(width + height * slant), int(height + width * slant)
    turn = cv2.getRotationMatrix2D((grey.shape[1] / 2, grey.shape[0] / 2), degrees, scale)
    turn[:, 2] += (wide - grey.shape[1]) / 2, (high - grey.shape[0]) / 2
    if scale < 1:
        grey = cv2.GaussianBlur(grey, (0, 0), 0.4 / scale)
    grey = cv2.warpAffine(grey, turn, (wide, high), flags=cv2.INTER_CUBIC, borderValue=paper(grey))
    return grey, cv2.warpAffine(hidden, turn, (wide, high)), em * scale


def _evened(grey):
    """The page without shades: the fall-off of a lamp, the ground of a heading, the dark round a sheet."""
    import cv2
    import numpy

    height, width = grey.shape
    size = max(width // COARSE, 1), max(height // COARSE, 1)
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    around = numpy.ones((STROKE // COARSE + 1,) * 2, numpy.uint8)
    shades = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, around), (3, 3))
    # Where it is darker there is nothing but noise to bring up.
    shades = cv2.resize(numpy.maximum(shades, 2 * FAINTEST), (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(grey, shades, scale=paper(grey))


def paper(grey):
    import numpy

    return float(numpy.median(grey[::4, ::4]))


def inked(grey, share=0.25):
    """A mask of what is darker than its surroundings by this share of the page's contrast."""
    import cv2

    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8)
    least = share * contrast_of(smooth)
    return cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, least)


def contrast_of(grey):
    """How much darker than the paper the darkest ink is, of 255."""
    import numpy

    return max(paper(grey) - float(numpy.percentile(grey[::4, ::4], 0.05)), 4 * FAINTEST)


def _skew(ink):
    """Degrees to turn the page anticlockwise, sought from -5 to 5.

    Where lines of text and rules lie level, the ink of neighbouring rows of pixels differs most.
    """
    import cv2
    import numpy

    best = 0.0
    for step, reach, width in ((0.5, 10, 400), (0.1, 6, 800), (0.02, 5, 800)):
        height = max(width * ink.shape[0] // ink.shape[1], 1)
        small = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA).astype(numpy.float32)

        def level(degrees):
            slope = numpy.tan(numpy.radians(degrees))
            shear = numpy.float32([[1, 0, 0], [-slope, 1, slope * width / 2]])
            return float((numpy.diff(cv2.warpAffine(small, shear, (width, height)).sum(axis=1)) ** 2).sum())

        best = max((best + step * n for n in range(-reach, reach + 1)), key=level)
    return best


def _type_size(ink):
    """The size of the type in pixels, judged by the taller of the connected strokes; 30 where there are few."""
    import cv2
    import numpy

    stats = cv2.connectedComponentsWithStats(ink)[2][1:]
    heights = stats[(stats[:, 3] >= 8) & (stats[:, 3] <= 120) & (stats[:, 2] <= 120), 3]
    return float(numpy.percentile(heights, 85)) / 0.9 if len(heights) > 20 else 30.0
