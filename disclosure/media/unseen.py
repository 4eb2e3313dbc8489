"""What stands in a table's cells and no one sees: text in the colour of the paper, or too small to be read."""

import re

# Near white, as it is written in pages and in office files.
PALE = re.compile(
    r"\s*(?:#?(?:f[0-9a-f]){3}(?![0-9a-f])|#?fff(?![0-9a-f])|white\b|transparent\b|rgba?\(\s*(?:2[45]\d[\s,]+){2}2[45]\d)", re.I
)
HAN = re.compile("[\u3400-\u9fff]")
COLOUR, SIZE = "colour", "size"
LEFT_OUT = ("media.unseen", "warning", "表中有 {count} 处数字与纸同色或小得看不见，未采用，请对照原件。")


def noted(count):
    """The notes on so many cells with figures that were left out since no one sees them."""
    check, severity, message = LEFT_OUT
    return [(check, severity, message.format(count=count))] if count else []


def leave_out(cells, tables, look, is_shaded):
    """Take out of these cells the texts that no one sees; from how many of them figures were taken.

    Cells that hold ``tables``, as these are named, only arrange the page and are left as they are.

    ``look`` gives what an element says of its texts: ``{COLOUR: whether it shows on white, SIZE: whether it is large
    enough}`` and the like, as far as it says so; ``is_shaded`` says whether it has a background of its own, on which white shows.
    Words in a cell that has nothing else are kept: there is a background that was not looked for.
    """
    return sum(_leave_out(cell, look, is_shaded) for cell in cells if next(cell.iter(*tables), None) is None)


def _leave_out(cell, look, is_shaded):
    texts = [(place, holder, seen) for place, holder, seen in _texts(cell, look, is_shaded) if (getattr(holder, place) or "").strip()]
    unseen = [(place, holder) for place, holder, seen in texts if not seen]
    said = "".join(getattr(holder, place) for place, holder in unseen)
    if len(unseen) == len(texts) and HAN.search(said):
        return False
    for place, holder in unseen:
        setattr(holder, place, None)
    return any(map(str.isdigit, said))


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
