"""Tables drawn with characters: a grid of boxes, of + and -, or of nothing but blanks."""

import unicodedata

# The character of a corner by the lines that leave it: up, down, left, right.
CORNERS = {
    "box": dict(
        zip(("0101", "0110", "1001", "1010", "1101", "1110", "0111", "1011", "1111", "0011", "1100"), "┌┐└┘├┤┬┴┼─│")
    ),
    "ascii": {"0011": "-", "1100": "|"},
    "blank": {},
}
LINES = {"box": ("─", "│"), "ascii": ("-", "|"), "blank": ("", " ")}
EMPTY = {"box": " ", "ascii": " ", "blank": " "}
LABEL_WIDTHS = {"proactive": (20, 18, 18, 18), "applications": (8, 14, 26, 8, 6, 6, 8, 8, 6, 8), "review": (6,) * 15}
DIGITS = 10


def width(text):
    """Columns that a terminal gives to a text: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def pad(text, columns):
    return text + " " * (columns - width(text))


def wrap(text, columns):
    """Break a text into lines of at most that many columns; a number is never broken."""
    lines, line = [], ""
    for character in text:
        if width(line + character) > columns and not (character.isdigit() and line[-1:].isdigit()):
            lines.append(line)
            line = ""
        line += character
    return [*lines, line]


def draw(table, style):
    """Draw a table with its spans; texts stand half way down their cells."""
    places = [(row, column, cell) for row, column, cell in table.places()]
    widths = list(LABEL_WIDTHS[table.name])
    for _, column, cell in places:
        if cell.key and cell.colspan == 1:
            widths[column] = max(widths[column], width(cell.text or "") + 1)
    texts = {
        (row, column): wrap(cell.text or "", sum(widths[column : column + cell.colspan]) + cell.colspan - 1)
        for row, column, cell in places
    }
    heights = [1] * len(table.rows)
    for span in (1, *sorted({cell.rowspan for _, _, cell in places} - {1})):
        for row, column, cell in places:
            if cell.rowspan == span:
                rule = 0 if style == "blank" else span - 1
                heights[row + span - 1] += max(0, len(texts[row, column]) - sum(heights[row : row + span]) - rule)
    return _ink(places, texts, widths, heights, style)


def _ink(places, texts, widths, heights, style):
    rule = 0 if style == "blank" else 1
    tops = [rule]
    for height in heights:
        tops.append(tops[-1] + height + rule)
    lefts = [1]
    for columns in widths:
        lefts.append(lefts[-1] + columns + 1)
    canvas = [[" "] * lefts[-1] for _ in range(tops[-1] - rule + (1 if rule else 0))]
    strokes = {}
    across, down = LINES[style]
    for row, column, cell in places:
        top, bottom = tops[row], tops[row + cell.rowspan] - rule
        left, right = lefts[column], lefts[column + cell.colspan] - 1
        if rule:
            for x in range(left, right):
                canvas[top - 1][x] = canvas[bottom][x] = across
            for y in range(top, bottom):
                canvas[y][left - 1] = canvas[y][right] = down
            _corner(strokes, top - 1, left - 1, "0101")
            _corner(strokes, top - 1, right, "0110")
            _corner(strokes, bottom, left - 1, "1001")
            _corner(strokes, bottom, right, "1010")
            for y in range(top, bottom):
                for x in (left - 1, right):
                    _corner(strokes, y, x, "1100")
            for x in range(left, right):
                for y in (top - 1, bottom):
                    _corner(strokes, y, x, "0011")
        lines = texts[row, column]
        first = top + (bottom - top - len(lines)) // 2
        for offset, line in enumerate(lines):
            x = left
            for character in line:
                canvas[first + offset][x] = character
                for _ in range(width(character) - 1):
                    x += 1
                    canvas[first + offset][x] = ""
                x += 1
    for (y, x), legs in strokes.items():
        canvas[y][x] = CORNERS[style].get("".join(legs), "+")
    return "\n".join("".join(line).rstrip() for line in canvas)


def _corner(strokes, y, x, legs):
    """Add the lines that leave a corner to those already there."""
    known = strokes.get((y, x), "0000")
    strokes[y, x] = "".join(max(pair) for pair in zip(known, legs))
