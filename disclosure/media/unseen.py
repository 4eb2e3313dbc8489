"""What stands in cells or paragraphs and no one sees: text in the colour of the paper, or too small to be read."""

import re

# Near white, as it is written in pages and in office files.
PALE = re.compile(
    r"\s*(?:#?(?:f[0-9a-f]){3}(?![0-9a-f])|#?fff(?![0-9a-f])|white\b|transparent\b|rgba?\(\s*(?:2[45]\d[\s,]+){2}2[45]\d)",
    re.I,
)
HAN = re.compile("[\u3400-\u9fff]")
COLOUR, SIZE = "colour", "size"
NOTES = {
    "left_out": "有 {count} 处数字与纸同色或小得看不见，未采用，请对照原件。",
    "kept": "有 {count} 处数字是白色或极小的，没有找到底色，已照常读取，请对照原件。",
}


def noted(**counts):
    """The notes on so many figures that no one sees: ``left_out``, or ``kept`` as they may be seen after all."""
    return [("media.unseen", "warning", NOTES[what].format(count=count)) for what, count in counts.items() if count]


def leave_out(cells, tables, look, is_shaded):
    """Take out of these cells the texts that no one sees; the notes on the figures among them.

    Cells that hold ``tables``, as these are named, only arrange the page and are left as they are.

    ``look`` gives what an element says of its texts: ``{COLOUR: whether it shows on white, SIZE: whether it is large
    enough}`` and the like, as far as it says so; ``is_shaded`` says whether it has a background of its own, on which
    white shows. Where words are all that a cell has, its row has a background that was not looked for.
    """
    unseen, shaded_rows = {}, set()
    for cell in cells:
        if next(cell.iter(*tables), None) is None:
            texts = [
                (place, holder, seen)
                for place, holder, seen in _texts(cell, look, is_shaded)
                if (getattr(holder, place) or "").strip()
            ]
            unseen[cell] = (
                [(place, holder) for place, holder, seen in texts if not seen],
                any(seen for *_, seen in texts),
            )
            if not unseen[cell][1] and HAN.search(_said(unseen[cell][0])):
                shaded_rows.add(cell.getparent())
    left_out = kept = 0
    for cell, (texts, has_more) in unseen.items():
        said = _said(texts)
        has_figure = any(map(str.isdigit, said))
        if has_more or cell.getparent() not in shaded_rows:
            left_out += has_figure
            for place, holder in texts:
                setattr(holder, place, None)
        else:
            kept += has_figure and not HAN.search(said)
    return noted(left_out=left_out, kept=kept)


def _said(texts):
    return "".join(getattr(holder, place) for place, holder in texts)


def _texts(cell, look, is_shaded):
    """Each text in a cell: ``("text" or "tail", the element that has it, whether it is seen)``."""
    from lxml import etree

    around = [({}, False)]
    for element in reversed(list(cell.iterancestors())):
        around.append(_inside(element, *around[-1], look, is_shaded))
    for event, element in etree.iterwalk(cell, ("start", "end")):
        if event == "start":
            around.append(_inside(element, *around[-1], look, is_shaded))
            yield "text", element, _is_seen(*around[-1])
        else:
            around.pop()
            if element is not cell:
                yield "tail", element, _is_seen(*around[-1])


def _inside(element, looks, shaded, look, is_shaded):
    return looks | look(element), shaded or is_shaded(element)


def _is_seen(looks, shaded):
    return all(seen or shaded and name == COLOUR for name, seen in looks.items())
