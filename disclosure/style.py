"""The house style of the figures: one plotly template, colours, wrapped labels, the words around a chart, its table twin."""

import unicodedata
from html import escape

from markupsafe import Markup

# Okabe and Ito's palette: told apart under the common colour-vision deficiencies.
BLUE, SKY, GREEN, ORANGE, VERMILLION, PURPLE = "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7"
INK, MUTED, GREY, PALE, LINE = "#222222", "#595959", "#8C8C8C", "#BDBDBD", "#D9D9D9"

OUTCOMES = {
    "granted": BLUE, "granted_in_part": SKY, "denied": VERMILLION, "unavailable": ORANGE,
    "not_processed": PURPLE, "other": GREY, "carried_out": MUTED,
}  # fmt: skip
"""One colour an outcome, in every figure."""

FONTS = (
    "'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', "
    "'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)

TEMPLATE = {
    "layout": {
        "font": {"family": FONTS, "size": 13, "color": INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "colorway": [BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY],
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#FFFFFF", "bordercolor": LINE, "font": {"family": FONTS, "color": INK}},
        "dragmode": False,
        "bargap": 0.35,
        "xaxis": {
            "gridcolor": "#EDEDED",
            "zerolinecolor": PALE,
            "linecolor": PALE,
            "fixedrange": True,
            "automargin": True,
        },
        "yaxis": {
            "gridcolor": "#EDEDED",
            "zerolinecolor": PALE,
            "linecolor": PALE,
            "fixedrange": True,
            "automargin": True,
        },
    }
}
"""Fixed ranges and no dragging: on a phone a finger scrolls the page, not the axis."""

# Widths in characters that a screen 390 pixels wide has room for, at the sizes below.
TITLE_WIDTH, TEXT_WIDTH = 21, 29
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 16, 12, 11
# Where the first line of a title stands, in pixels from the top, and how far apart plotly sets the lines that follow.
FIRST_LINE, LINE_HEIGHT = 26, 21


# The shadow of a label: a line or band that runs behind it is broken off around its letters.
HALO = ", ".join(f"{right}px {down}px #FFFFFF" for right in (-2, 0, 2) for down in (-2, 0, 2))


class Note:
    """What stands in a figure's place where there is nothing to draw: a sentence that says why."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return f'<p class="note">{escape(self.text)}</p>'


class Html(Markup):
    """Text with markup: a notebook shows it as it is meant, and what is put into it is escaped unless it is Html too."""

    def _repr_html_(self):
        return str(self)

    def __repr__(self):
        return Markup(str(self).replace("</t", " </t")).striptags()


def below(first, second):
    """Two lines of a cell: what it says, and in small print below it what belongs to that."""
    return Html('{}<br><small style="font-weight:normal">{}</small>').format(first, second)


def words(text):
    """Words in a table of figures: they begin where the cell begins, and a long text is not squeezed into a narrow column."""
    long = width(Markup(text).striptags())
    return Html('<div style="text-align:left;min-width:{:.0f}em">{}</div>').format(
        min(long, max(8, 5 + long / 8), 11), text
    )


def table_html(caption, header, rows):
    """A table as Html, for figures; cells that hold words say so by ``words``. The first cell of a row is its heading."""
    first, *others = header
    head = Html('<th scope="col" style="text-align:left">{}</th>').format(first)
    head += Html("").join(Html('<th scope="col">{}</th>').format(name) for name in others)
    body = Html("").join(
        Html('<tr><th scope="row" style="text-align:left;min-width:{:g}em">{}</th>{}</tr>').format(
            min(width(Markup(first).striptags()), 6) + 1.5,
            first,
            Html("").join(Html("<td>{}</td>").format(cell) for cell in rest),
        )
        for first, *rest in rows
    )
    table = Html(
        '<table class="twin"><caption style="text-align:left">{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    )
    return table.format(caption, head, body)


def width(text):
    """How wide a text is, in Chinese characters.

    >>> width("不掌握 n=19")
    5.5
    """
    return sum(1 if unicodedata.east_asian_width(c) in "WF" else 0.5 for c in text)


# A line may not begin with these, nor end with those.
CLOSING = set("，。；：、）】”％%)],.;:")
OPENING = "（“[("


def wrap(text, room):
    """Break a text into lines of at most ``room`` Chinese characters, at any Chinese character or blank.

    >>> wrap("本机关不掌握相关政府信息", 6)
    ['本机关不掌握', '相关政府信息']
    >>> wrap("Not held by this body", 6)
    ['Not held by', 'this body']
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > room and piece not in CLOSING:
            kept = line.rstrip(OPENING)
            lines.append(kept.rstrip())
            line = line[len(kept) :]
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text):
    """What may not be broken: single wide characters, and runs of others up to a blank."""
    piece = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        if wide and piece:
            yield piece
            piece = ""
        piece += character
        if wide or character == " ":
            yield piece
            piece = ""
    if piece:
        yield piece


def lines_of(text, room):
    return "<br>".join(wrap(text, room))


def muted(text):
    """A second line in a label: smaller, greyer."""
    return f'<span style="font-size:{SMALL_SIZE}px;color:{MUTED}">{text}</span>'


def swatch(color, text, mark="■"):
    """A legend where it is needed: a coloured mark before a word."""
    return f'<span style="color:{color}">{mark}</span> {text}'


def compose(traces, layout, *, title, subtitle, source, alt, table, plot_height, axis_height=28, head_height=0):
    """A plotly Figure in the house style.

    ``subtitle`` is a list of lines as they stand, wrapped by the caller where they hold markup;
    ``plot_height`` the height of the plotting area and ``axis_height`` that of what is printed
    below it, ``head_height`` above it, in pixels. The words around it are given the room that they need.
    ``alt`` and ``table`` (HTML) go along in ``figure.layout.meta``.
    """
    import plotly.graph_objects as go

    heading = wrap(title, TITLE_WIDTH)
    origin = wrap(source, TEXT_WIDTH)
    top = FIRST_LINE + LINE_HEIGHT * (len(heading) - 1 + len(subtitle)) + 18 + head_height
    bottom = axis_height + 14 + 15 * len(origin)
    height = top + plot_height + bottom
    text = "<b>" + "<br>".join(heading) + "</b>"
    if subtitle:
        text += f'<span style="font-size:{TEXT_SIZE}px;color:{MUTED}"><br>' + "<br>".join(subtitle) + "</span>"
    corner = {
        "text": "<br>".join(origin), "xref": "paper", "yref": "paper", "x": 1, "y": 0, "xanchor": "right", "yanchor": "top",
        "yshift": -axis_height - 8, "align": "right", "showarrow": False, "font": {"size": SMALL_SIZE, "color": MUTED},
    }  # fmt: skip
    frame = {
        "template": TEMPLATE,
        "title": {
            "text": text, "x": 0, "xref": "container", "xanchor": "left", "y": 1 - FIRST_LINE / height, "yref": "container",
            "yanchor": "top", "pad": {"l": 8}, "font": {"size": TITLE_SIZE},
        },
        "margin": {"l": 12, "r": 16, "t": top, "b": bottom},
        "height": height,
        "annotations": [*layout.pop("annotations", ()), corner],
        "meta": {"alt": alt, "table": table},
    }  # fmt: skip
    return go.Figure({"data": traces, "layout": frame | layout})
