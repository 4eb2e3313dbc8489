"""What the figures are made of: their words, rows of dots with intervals, small multiples over years, table twins."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .errors import UnknownName
from .indicators import indicator
from .statistics import SMALL
from .style import GREY, HALO, MUTED, PALE, TEXT_WIDTH, Note, compose, lines_of, muted, table_html, words, wrap

# Words and numbers


@cache
def vocabulary():
    return tomllib.loads(Path(__file__).with_name("figures.toml").read_text("utf-8"))


def say(key, lang, **values):
    return vocabulary()["words"][key][lang].format(**values)


def shown(value, key, lang="zh"):
    """A value of an indicator in print: 70.2%, 每百件17.3, – where it is undefined."""
    if np.isnan(value):
        return "–"
    of = indicator(key)
    return bare(value, key) if of.kind == "share" else say(f"per_{of.scale}", lang, value=bare(value, key))


def between(low, high, key):
    """An interval of an indicator in print: [63.3–76.2]."""
    scale = indicator(key).scale
    return "" if np.isnan(low) else f"[{low * scale:.1f}–{high * scale:.1f}]"


def in_points(difference):
    """A difference of two shares in print, in percentage points: +3.5, −24.7."""
    return f"{difference * 100:+.1f}".replace("-", "−")


def whole(number):
    return "–" if np.isnan(number) else f"{number:g}"


def span(years, lang="zh"):
    """Years in print: 2025; 2024、2025; 2019–2025."""
    years = sorted({int(year) for year in years if year == year})
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ("、" if lang == "zh" else ", ").join(map(str, years))


class About:
    """What a figure says of where its numbers come from: whose they are, of which years, in which language."""

    def __init__(self, frame, lang, source=None):
        districts = list(frame["district"].unique()) if "district" in frame.columns else []
        one = len(districts) == 1
        self.lang = lang
        self.subject = str(districts[0]) if one else say("several" if districts else "all", lang, n=len(districts))
        self.years = span(frame["year"].unique(), lang) if "year" in frame.columns else ""
        self.source = source or self("source" if one else "source_all")

    def __call__(self, key, **values):
        """The word of that key in ``figures.toml``, filled in."""
        return say(key, self.lang, **({"subject": self.subject, "years": self.years} | values))

    def note(self, key, **values):
        return Note(self(key, **values))

    def joined(self, *texts):
        """Sentences one after the other, as the language sets them."""
        return ("。" if self.lang == "zh" else ". ").join(texts)

    def listed(self, texts, zh="、", en=", "):
        """Words or clauses in a row."""
        return (zh if self.lang == "zh" else en).join(texts)

    def lines(self, *texts):
        """Plain sentences, wrapped for a narrow screen."""
        return [line for text in texts for line in wrap(text, TEXT_WIDTH)]


def of_year(frame, year):
    """The rows of one year, by default the last, and that year. Raises UnknownName for a year that is not there."""
    years = sorted(frame["year"].dropna().unique())
    if year is None and years:
        year = years[-1]
    if year not in years:
        raise UnknownName(f"no report of {year} here; there are {span(years)}.")
    return frame[frame["year"] == year], int(year)


# Table twins


def rates_twin(rows, about, first, labels):
    """The table behind rows of a frame of indicators, as (header, lines): numerator, n, value, interval and doubts."""
    header = [first, *map(about, ("numerator", "n", "value", "interval_short"))]
    lines, remarks = [], []
    for label, row in zip(labels, rows):
        value, interval = shown(row.value, row.indicator, about.lang), between(row.low, row.high, row.indicator)
        lines.append((label, whole(row.numerator), whole(row.n), value, interval))
        remarks.append(doubts(row, about.lang))
    if any(remarks):
        header.append(words(about("remark")))
        lines = [(*line, words(remark)) for line, remark in zip(lines, remarks)]
    return header, lines


def doubts(row, lang):
    """What is to be said of one row of a frame of indicators, in a reader's words; empty where nothing is."""
    said = [row.undefined] if isinstance(row.undefined, str) else []
    counted = {doubt: getattr(row, doubt) for doubt in ("inferred", "broken", "left_out")}
    said += [say(doubt, lang, n=n, finding=row.finding) for doubt, n in counted.items() if n]
    if 0 < row.n < SMALL:
        said.append(say("too_few", lang, n=SMALL))
    return ("；" if lang == "zh" else "; ").join(said)


def told(label, row, lang):
    """One row of a frame of indicators in one line, for hovering and for alt texts."""
    if np.isnan(row.value):
        return f"{label} {row.undefined}"
    value = f"{shown(row.value, row.indicator, lang)} {between(row.low, row.high, row.indicator)}"
    return f"{label} {value} ({whole(row.numerator)}/{whole(row.n)})"


def draw(about, traces, layout, *, title, subtitle, told, twin, plot_height, methods=(), told_at_most=12, **room):
    """Put a figure together: its source with the method of its intervals, its alt text, its table twin.

    ``told`` are its numbers in lines, the first of which make the alt text; ``twin`` is (header, rows).
    """
    source = about.source
    if len(methods):
        source = about.joined(source, about("interval", method=about.listed(map(about, methods))))
    told = list(told)
    alt = about.listed(told[:told_at_most], "；", "; ") + ("……" if len(told) > told_at_most else "")
    return compose(
        traces, layout, title=title, subtitle=subtitle, source=source, alt=about.joined(title, alt),
        table=str(table_html(title, *twin)), plot_height=plot_height, **room,
    )  # fmt: skip


# Rows: labels on the left, marks on the right


# In characters: what a name takes of a narrow screen before it is broken.
ROOM = 9


def row_labels(names, seconds, room=ROOM):
    """Labels of two lines: what it is, and its figures in grey."""
    return [f"{lines_of(name, room)}<br>{muted(second)}" for name, second in zip(names, seconds)]


def in_figures(row, lang):
    """A row of a frame of indicators in its label: 134/191 = 70.2%; with a star where it rests on doubtful cells."""
    if np.isnan(row.value):
        return row.undefined
    star = " *" if row.inferred or row.broken else ""
    return f"{whole(row.numerator)}/{whole(row.n)} = {shown(row.value, row.indicator, lang)}{star}"


def stars(about, rows):
    """What the stars mean, as lines of a subtitle; none where there are none."""
    return about.lines(about("star")) if any(row.inferred or row.broken for row in rows) else []


def row_dots(rows, y, color, hover, **more):
    """Points with horizontal intervals, one a row of a frame of indicators."""
    value, low, high = ([getattr(row, part) for row in rows] for part in ("value", "low", "high"))
    return dots(value, low, high, y, color, hover, **more)


def rows_axis(labels, domain=(0, 1)):
    """A vertical axis of rows, the first on top."""
    return {
        "tickmode": "array", "tickvals": list(range(len(labels))), "ticktext": labels, "showgrid": False, "zeroline": False,
        "range": [len(labels) - 0.5, -0.5], "domain": list(domain), "ticklabelstandoff": 6,
    }  # fmt: skip


def value_axis(key, highest, **more):
    """An axis from 0 to a little above the highest value, in the unit in which the indicator is printed."""
    highest = max(0.02, highest) if highest == highest else 1
    if indicator(key).kind == "share":
        return {"range": [0, min(1.03, highest * 1.06)], "tickformat": ".0%", "nticks": 6} | more
    scale = indicator(key).scale
    power = 10.0 ** np.floor(np.log10(highest * scale))
    step = next(power * factor for factor in (0.2, 0.5, 1, 2) if highest * scale <= 6 * power * factor)
    ticks = np.arange(0, highest * scale * 1.06, step)
    axis = {
        "range": [0, highest * 1.06],
        "tickvals": numbers(ticks / scale),
        "ticktext": [f"{tick:g}" for tick in ticks],
    }
    return axis | more


def bare(value, key):
    """A value in print where its unit stands elsewhere: 70.2%, 17.3."""
    of = indicator(key)
    return f"{value:.1%}" if of.kind == "share" else f"{value * of.scale:.1f}"


def unit_name(key, lang):
    """The name of an indicator with the unit of its numbers: 复议率（每百件）."""
    name = indicator(key).name[lang]
    if indicator(key).kind == "share":
        return name
    unit = say(f"per_{indicator(key).scale}", lang, value="").strip()
    return f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"


def numbers(values):
    """Plain numbers, short in JSON; None where there is none."""
    return [None if value != value else round(float(value), 5) for value in np.asarray(values, float)]


def whiskers(value, low, high, color, thickness=1.8):
    value, low, high = (np.asarray(part, float) for part in (value, low, high))
    return {
        "type": "data", "symmetric": False, "array": numbers(high - value), "arrayminus": numbers(value - low),
        "color": color, "thickness": thickness, "width": 0,
    }  # fmt: skip


def dots(value, low, high, y, color, hover, symbol="circle", size=10, **more):
    """Points with horizontal intervals; ``color`` is one for all or a list of one each, and then the intervals are grey."""
    whisker = color if isinstance(color, str) else GREY
    marker = {"color": color, "size": size, "symbol": symbol}
    error = {"error_x": whiskers(value, low, high, whisker), "cliponaxis": False}
    return points(numbers(value), y, marker, hover) | error | more


def points(x, y, marker, hover):
    """Points without intervals: where an interval belongs to other points, or to none."""
    return {
        "type": "scatter", "mode": "markers", "x": list(x), "y": list(y), "marker": marker,
        "hovertext": list(hover), "hoverinfo": "text",
    }  # fmt: skip


def bars(values, y, color, hover, **more):
    """Horizontal bars, stacked on those before."""
    return {
        "type": "bar", "orientation": "h", "x": numbers(values), "y": list(y), "marker": {"color": color},
        "hovertext": list(hover), "hoverinfo": "text", "width": 0.5,
    } | more  # fmt: skip


# Small multiples: one panel an indicator, the years along the bottom

PANEL, GAP = 92, 64
# The name of the first panel stands above the numerals of the breaks.
HEAD = 20
LETTERED = 6


def breaks_between(years, lang, reports=None):
    """The breaks inside a span of years, as [(year, text)]: those of the forms and the law, and changes of coverage."""
    found = [(entry["year"], entry[lang]) for entry in vocabulary()["breaks"]]
    if reports is not None:
        known = reports.dropna(subset=["year", "coverage"])
        coverage = known.groupby("year")["coverage"].agg(lambda kinds: tuple(sorted(set(kinds))))
        changed = coverage.index[coverage.shift().notna() & (coverage != coverage.shift())]
        found += [(int(year), say("coverage", lang, year=int(year))) for year in changed]
    return sorted((year, text) for year, text in found if min(years) < year <= max(years))


class Line(NamedTuple):
    """What is followed over the years: an indicator of one district, or one district among several."""

    name: str
    key: str
    """Its indicator."""
    color: str
    rows: list
    """Its rows of a frame of indicators, by year."""


def panels(lines, lang, breaks):
    """Traces, layout and height of small multiples: a panel for each Line, all years along each."""
    years = sorted({row.year for line in lines for row in line.rows})
    height = len(lines) * PANEL + (len(lines) - 1) * GAP
    traces, layout = [], {"annotations": [], "shapes": []}
    highest = {line.key: max((row.high for row in line.rows if row.high == row.high), default=np.nan) for line in lines}
    # Shares, and districts, are drawn on one scale, so that panels can be compared with each other.
    for kind in {indicator(key).kind for key in highest}:
        alike = [line for line in lines if indicator(line.key).kind == kind and (kind == "share" or len(highest) == 1)]
        top = max((row.high for line in alike for row in line.rows if row.high == row.high), default=np.nan)
        highest |= {line.key: top for line in alike}
    for place, line in enumerate(lines):
        number = str(place + 1) if place else ""
        top = 1 - place * (PANEL + GAP) / height
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        known = [row for row in line.rows if row.value == row.value]
        traces += [_path(known, breaks) | axes, _points(known, line, lang) | axes]
        n_of = {row.year: row.n for row in line.rows}
        layout[f"xaxis{number}"] = {
            "tickmode": "array", "tickvals": years, "anchor": f"y{number}", "showgrid": False, "zeroline": False,
            "ticktext": [f"{year}<br>{muted(whole(n_of.get(year, np.nan)))}" for year in years],
            "range": [years[0] - 0.4, years[-1] + 0.75],
        }  # fmt: skip
        room = {"domain": [max(top - PANEL / height, 0), top], "anchor": f"x{number}"}
        layout[f"yaxis{number}"] = value_axis(line.key, highest[line.key], nticks=3) | room
        heading = {"text": f"<b>{line.name}</b>", "xref": "paper", "x": 0, "xanchor": "left", "showarrow": False}
        heading |= {"yref": "paper", "y": top, "yanchor": "bottom", "yshift": 5 if place else HEAD}
        layout["annotations"].append(heading)
        mark = {"type": "line", "xref": f"x{number}", "yref": f"y{number} domain", "y0": 0, "y1": 1}
        mark["line"] = {"color": MUTED, "width": 1, "dash": "dot"}
        layout["shapes"] += [mark | {"x0": year - 0.5, "x1": year - 0.5} for year, _ in breaks]
    numeral = {
        "xref": "x",
        "yref": "y domain",
        "y": 1,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": MUTED},
    }
    layout["annotations"] += [numeral | {"text": mark, "x": year - 0.5} for mark, (year, _) in zip(NUMERALS, breaks)]
    return traces, layout, height


def _points(known, line, lang):
    """The points of a panel with vertical intervals; of many years only the first and the last are lettered."""
    text = [bare(row.value, line.key) for row in known]
    if len(text) > LETTERED:
        text[1:-1] = [""] * (len(text) - 2)
    value, low, high = ([getattr(row, part) for row in known] for part in ("value", "low", "high"))
    return {
        "type": "scatter", "mode": "markers+text", "x": [row.year for row in known], "y": numbers(value),
        "error_y": whiskers(value, low, high, line.color), "marker": {"color": line.color, "size": 9},
        "text": text, "textposition": "top right", "textfont": {"size": 11, "shadow": HALO}, "cliponaxis": False,
        "hovertext": [told(f"{line.name} {row.year}", row, lang) for row in known], "hoverinfo": "text",
    }  # fmt: skip


NUMERALS = "①②③④⑤⑥⑦⑧⑨"


def _path(known, breaks):
    """A pale line through the years, open where a break makes them incomparable, or a year is missing."""
    x, y = [], []
    for row in known:
        if x and (row.year > x[-1] + 1 or any(x[-1] < year <= row.year for year, _ in breaks)):
            x.append(x[-1])
            y.append(None)
        x.append(row.year)
        y.append(round(row.value, 5))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": PALE, "width": 1.5},
        "hoverinfo": "skip",
    }
