"""Figures that set districts side by side without making a league table of them: see ``figures``.

Each takes a frame of ``indicators`` with one row a district (and year). Districts with a denominator
below 10 are not compared, and the figure says how many these are.
"""

import numpy as np

from .charts import (
    About, bare, between, dots, draw, numbers, of_year, points, rates_twin, row_labels, rows_axis, shown, told, unit_name,
    value_axis, whiskers, whole,
)  # fmt: skip
from .errors import UnknownName
from .indicators import indicator
from .statistics import ENOUGH, SMALL, funnel_limits, overdispersion, shrink
from .style import BLUE, HALO, INK, LINE, MUTED, ORANGE, PALE, VERMILLION, below, lines_of, muted, wrap

OVERVIEW = ("disclosure_rate", "full_disclosure_rate", "denial_rate", "not_held_rate", "closure_rate", "dispute_ratio")
"""What a heat map shows unless it is told otherwise."""

MANY = 60
"""Up to so many districts, each is named in a figure and has its row in the table twin."""

TALLEST = 1000
"""How tall a figure of many districts may be, in pixels: above that they stand closer together."""


def _pick(rates, key, year):
    """The rows of one indicator, of one year if the frame has years, by default the last."""
    found = rates[rates["indicator"] == indicator(key).key]
    if not len(found):
        raise UnknownName(f"{key!r} is not in this frame, which has {', '.join(rates['indicator'].unique())}.")
    return of_year(found, year)[0] if "year" in found.columns else found


def _compared(rates, key, year):
    """The rows that can be compared, and how many are left out because their denominator is small."""
    rates = _pick(rates, key, year)
    rates = rates[rates["value"].notna()]
    return rates[rates["n"] >= SMALL], int((rates["n"] < SMALL).sum())


def _small(about, left_out):
    return about.lines(about("few_left_out", n=left_out, small=SMALL)) if left_out else []


def _groups(rates):
    """The columns that tell one district from another: those before the indicator's, without the year."""
    return [name for name in rates.columns[: rates.columns.get_loc("indicator")] if name != "year"]


def _names(rates):
    """A name for each row; where two districts share one, with what else the frame tells them apart by."""
    names = rates["district"].astype(str)
    shared = names.duplicated(keep=False)
    for name in _groups(rates):
        if name != "district":
            names = names.where(~shared, names + " " + rates[name].astype(str))
    return list(names)


def _chosen(rates, highlight):
    """Which rows are picked out. Raises UnknownName for a district that is not compared."""
    wanted = [highlight] if isinstance(highlight, str) else list(highlight or ())
    known = set(rates["district"])
    for name in wanted:
        if name not in known:
            raise UnknownName(
                f"no district {name!r} with n of at least {SMALL} here; there are {', '.join(sorted(known))}."
            )
    return rates["district"].isin(wanted).to_numpy()


def _where(values, mask):
    return [value for value, there in zip(values, mask) if there]


# Funnel


def funnel(rates, key, *, year=None, highlight=None, lang="zh", source=None):
    """Every district's value over its denominator, with the limits that chance alone would keep it in.

    Limits of 95% and 99.8% stand around the value of all districts together: exact ones, widened where
    districts differ more than by chance (over-dispersion, from 30 districts on). ``highlight``: a district or
    several to pick out.
    """
    rates, left_out = _compared(rates, key, year)
    about = About(rates, lang, source)
    of = indicator(key)
    if not len(rates):
        return about.note("none_defined", name=of.name[lang])
    count, n, value = (rates[part].to_numpy() for part in ("numerator", "n", "value"))
    target = count.sum() / n.sum()
    ratio, spread = overdispersion(count, n, of.kind) if len(rates) >= ENOUGH else (np.nan, 0.0)
    low, high = funnel_limits(target, n, of.kind, 0.998, spread)
    outside, picked = (value < low) | (value > high), _chosen(rates, highlight)
    rates = rates.assign(label=_names(rates), outside=outside)
    rates["said"] = [told(row.label, row, lang) for row in rates.itertuples()]
    rates["lettered"] = picked | (outside & (outside.sum() <= 12)) | (len(rates) <= 12)
    # Places enough for the lines to look smooth on a logarithmic axis.
    along = np.unique(np.geomspace(n.min() * 0.9, n.max() * 1.1, 120).round())
    # The lines over the crowd, what stands apart over the lines.
    traces = [
        _districts(rates[~outside & ~picked], along, BLUE, "circle", _crowded(len(rates), 9, 4)),
        *_limits(target, along, of.kind, spread),
        _districts(rates[outside & ~picked], along, VERMILLION, "diamond", 9),
        _districts(rates[picked], along, ORANGE, "square", 9),
    ]
    verdict = about("funnel_outside", n=len(rates), found=int(outside.sum()), chance=0.002 * len(rates))
    widened = "funnel_spread" if spread else "funnel_exact" if len(rates) >= ENOUGH else "funnel_unknown"
    line = about("funnel_line", value=shown(target, key, lang))
    subtitle = about.lines(line, about(widened, ratio=ratio, enough=ENOUGH), verdict)
    first = about("district")
    listed = rates
    if len(rates) > MANY:
        first, listed = first + about("twin_cut"), rates[outside | picked]
    across = {
        "type": "log", "range": [float(np.log10(along[0])), float(np.log10(along[-1]))], "tickvals": _log_ticks(along),
        "title": {"text": about("funnel_axis", of=of.of[lang]), "font": {"size": 12}, "standoff": 6},
    }  # fmt: skip
    return draw(
        about, traces, {"xaxis": across, "yaxis": value_axis(key, max(value.max(), high.max()))},
        title=about("funnel_title", name=of.name[lang]), subtitle=subtitle + _small(about, left_out),
        told=[verdict, *listed["said"]], twin=rates_twin(listed.itertuples(), about, first, listed["label"]),
        plot_height=400, axis_height=52,
    )  # fmt: skip


def _limits(target, along, kind, spread):
    """The lines of a funnel: the value of all, its limits, and where those were widened the exact ones in pale."""
    for level, dash in ((0.95, "dash"), (0.998, "solid")):
        lines = [(limit, MUTED) for limit in funnel_limits(target, along, kind, level, spread)]
        if spread:
            lines = [(limit, LINE) for limit in funnel_limits(target, along, kind, level)] + lines
        yield from (_curve(along, limit, color, dash) for limit, color in lines)
    yield _curve(along, np.full(len(along), target), INK, "solid")


def _curve(x, y, color, dash):
    line = {"color": color, "width": 1, "dash": dash}
    return {"type": "scatter", "mode": "lines", "x": numbers(x), "y": numbers(y), "line": line, "hoverinfo": "skip"}


def _districts(rates, along, color, symbol, size):
    """Points whose names stand towards the middle of the axis, so that none runs over the edge."""
    marker = {
        "color": color,
        "symbol": symbol,
        "size": size,
        "opacity": 0.85,
        "line": {"color": "#FFFFFF", "width": 0.5},
    }
    middle = np.sqrt(along[0] * along[-1])
    sides = ["middle left" if n > middle else "middle right" for n in rates["n"]]
    letters = {
        "mode": "markers+text",
        "textposition": sides,
        "textfont": {"size": 11, "shadow": HALO},
        "cliponaxis": False,
    }
    letters["text"] = list(rates["label"].where(rates["lettered"], ""))
    return points(numbers(rates["n"]), numbers(rates["value"]), marker, rates["said"]) | letters


def _crowded(number, alone, among_many):
    """The size of a point: smaller where there are hundreds."""
    return alone if number <= 5 * MANY else among_many


def _log_ticks(along):
    return [tick for power in range(7) for tick in (10**power, 3 * 10**power) if along[0] <= tick <= along[-1]]


# Shrinkage


def shrunken(rates, key, *, year=None, highlight=None, lang="zh", source=None):
    """Districts' values pulled towards the mean of all, the further the fewer their cases, with rank intervals.

    From 30 districts on; below, a Note says why not.
    """
    rates, left_out = _compared(rates, key, year)
    about = About(rates, lang, source)
    name = indicator(key).name[lang]
    if len(rates) < ENOUGH:
        return about.note("shrunken_few", n=len(rates), enough=ENOUGH, name=name)
    estimate = shrink(rates["numerator"], rates["n"], indicator(key).kind)
    order = np.argsort(-estimate.value, kind="stable")
    rates, estimate = rates.iloc[order], type(estimate)(*(part[order] for part in estimate))
    names, picked = _names(rates), _chosen(rates, highlight)
    ranks = [f"{first:.0f}–{last:.0f}" for first, last in zip(estimate.rank_low, estimate.rank_high)]
    twin = [
        (district, shown(raw, key, lang), whole(n), shown(value, key, lang), between(low, high, key), rank)
        for district, raw, n, value, low, high, rank in zip(
            names, rates["value"], rates["n"], estimate.value, estimate.low, estimate.high, ranks
        )
    ]
    seconds = [f"n={n} · {about('shrunken_rank')} {rank}" for _, _, n, _, _, rank in twin]
    told_rows = [f"{line[0]} {line[3]} {line[4]} {second}" for line, second in zip(twin, seconds)]
    places, few = np.arange(len(rates)), len(rates) <= MANY
    hollow = {"color": "rgba(0,0,0,0)", "size": 7 if few else 3, "line": {"color": MUTED, "width": 1}}
    raw = [f"{district} {about('raw')} {value}" for district, value, *_ in twin]
    traces = [points(numbers(rates["value"]), places.tolist(), hollow, raw)]
    for mask, color in ((~picked, BLUE), (picked, ORANGE)):
        edges = (part[mask] for part in (estimate.value, estimate.low, estimate.high))
        traces.append(dots(*edges, places[mask].tolist(), color, _where(told_rows, mask), size=8 if few else 3))
    named = row_labels(names, seconds, 12)
    axis = rows_axis(named if few else [label if there else "" for label, there in zip(named, picked)])
    header = [*map(about, ("district", "raw", "n", "estimate", "interval_short", "shrunken_rank"))]
    if not few:
        header[0] += about("twin_picked", n=MANY)
        twin = [line for at, line in enumerate(twin) if picked[at] or at < MANY]
    return draw(
        about, traces, {"yaxis": axis, "xaxis": value_axis(key, max(estimate.high.max(), rates["value"].max()))},
        title=about("shrunken_title", name=name), subtitle=about.lines(about("shrunken_text")) + _small(about, left_out),
        told=told_rows, twin=(header, twin), plot_height=38 * len(rates) if few else min(TALLEST, 10 * len(rates)),
    )  # fmt: skip


# Heat map


def heatmap(rates, keys=None, *, year=None, lang="zh", source=None):
    """District by indicator: every value printed, and coloured on its column's own scale where n is at least 10.

    The districts stand in the order of the first indicator. Of more than 60 districts only the colours are shown.
    """
    keys = [key for key in OVERVIEW if key in set(rates["indicator"])] if keys is None else list(keys)
    columns = [_pick(rates, key, year) for key in keys]
    about = About(columns[0], lang, source)
    labels = _names(columns[0])
    columns = [columns[0][_groups(columns[0])].merge(each, how="left") for each in columns]
    value, n, low, high = (np.array([each[part] for each in columns]).T for part in ("value", "n", "low", "high"))
    names = [unit_name(key, lang) for key in keys]
    if np.isnan(value).all():
        return about.note("none_defined", name=about.listed(names))
    sound = np.where(n >= SMALL, value, np.nan)
    # What cannot be compared stands at the bottom.
    order = np.argsort(-np.nan_to_num(sound[:, 0], nan=-1), kind="stable")
    labels, value, n, low, high, sound = (
        [labels[at] for at in order],
        *(part[order] for part in (value, n, low, high, sound)),
    )
    text = [[_in_cell(*cell) for cell in zip(row, ns, keys)] for row, ns in zip(value, n)]
    small_print = [[_behind_cell(*cell) for cell in zip(*row, keys)] for row in zip(low, high, n)]
    hover = [[" ".join(cell) for cell in zip(*row)] for row in zip(text, small_print)]
    few = len(labels) <= MANY
    traces = [_colours(sound, labels, names, hover, few)]
    if few:
        traces.append(_written(labels, names, text))
    across = {"type": "category", "side": "top", "tickmode": "array", "tickvals": names, "tickfont": {"size": 11}}
    down = {"type": "category", "range": [len(labels) - 0.5, -0.5], "showticklabels": few}
    if few:
        down |= {
            "tickvals": labels,
            "ticktext": [f"{label}<br>{muted(f'n={whole(ns[0])}')}" for label, ns in zip(labels, n)],
        }
    # Chinese heads are set in short lines; English ones, whose words are longer than a column is wide, aslant.
    if lang == "zh":
        across |= {"ticktext": [lines_of(name, 3) for name in names], "tickangle": 0}
        head = 8 + 16 * max(len(wrap(name, 3)) for name in names)
    else:
        across |= {"ticktext": names, "tickangle": -60}
        head = 8 + 6 * max(map(len, names))
    plain = {"showgrid": False, "zeroline": False, "ticks": ""}
    twin = [(label, *map(below, row, small)) for label, row, small in zip(labels, text, small_print)]
    header = [about("district") + ("" if few else about("twin_picked", n=MANY)), *names]
    return draw(
        about, traces, {"xaxis": across | plain, "yaxis": down | plain},
        title=about("heatmap_title", n=len(labels), m=len(keys)), subtitle=about.lines(about("heatmap_text", small=SMALL)),
        twin=(header, twin if few else twin[:MANY]),
        told=[f"{label} {about.listed(map(' '.join, zip(names, row)))}" for label, row in zip(labels, text)],
        plot_height=34 * len(labels) if few else min(TALLEST, 10 * len(labels)), axis_height=4, head_height=head,
    )  # fmt: skip


def _in_cell(value, n, key):
    if np.isnan(value):
        return "–"
    return bare(value, key) if n >= SMALL else f"({bare(value, key)})"


def _behind_cell(low, high, n, key):
    """What belongs to a value and does not fit on its cell: its interval and its denominator."""
    return f"{between(low, high, key)} n={whole(n)}".strip()


def _colours(sound, labels, names, hover, few):
    """Each column from 0 to its own highest value; pale enough for dark letters everywhere."""
    highest = np.nan_to_num(sound).max(axis=0)
    return {
        "type": "heatmap", "z": [numbers(row) for row in sound / np.where(highest > 0, highest, 1)], "zmin": 0, "zmax": 1,
        "x": names, "y": labels, "text": hover, "hovertemplate": "%{y} %{x} %{text}<extra></extra>", "showscale": False,
        "colorscale": [[0, "#F3F7FA"], [1, "#6AAED6"]], "xgap": 2, "ygap": 2 if few else 0,
    }  # fmt: skip


def _written(labels, names, text):
    """The values as letters on the cells, on those without a colour too."""
    places = [(name, label) for label in labels for name in names]
    x, y = zip(*places)
    return {
        "type": "scatter", "mode": "text", "x": list(x), "y": list(y), "text": [cell for row in text for cell in row],
        "textfont": {"size": 11, "color": INK}, "hoverinfo": "skip",
    }  # fmt: skip


# Scatter


def scatter(rates, x, y, *, year=None, highlight=None, lang="zh", source=None):
    """One indicator over another, a dot a district, its area the denominator of the first."""
    across, left_out = _compared(rates, x, year)
    up, _ = _compared(rates, y, year)
    about = About(across, lang, source)
    names = {key: indicator(key).name[lang] for key in (x, y)}
    both = across.merge(up, on=_groups(across), suffixes=("", "_up"))
    if not len(both):
        return about.note("none_defined", name=about.listed(names.values()))
    labels, picked = _names(both), _chosen(both, highlight)
    twin = [
        (
            label, shown(row.value, x, lang), between(row.low, row.high, x), shown(row.value_up, y, lang),
            between(row.low_up, row.high_up, y), whole(row.n),
        )
        for label, row in zip(labels, both.itertuples())
    ]  # fmt: skip
    told_rows = [f"{label} {names[x]} {a} {b} · {names[y]} {c} {d} · n={n}" for label, a, b, c, d, n in twin]
    size = np.sqrt(both["n"] / both["n"].max()).to_numpy() * _crowded(len(both), 34, 14) + _crowded(len(both), 6, 2)
    size[picked] = np.maximum(size[picked], 10)
    traces = []
    for mask, color, opacity in ((~picked, BLUE, 0.6), (picked, ORANGE, 1)):
        those = both[mask]
        marker = {
            "size": numbers(size[mask]),
            "color": color,
            "opacity": opacity,
            "line": {"color": "#FFFFFF", "width": 1},
        }
        dotted = points(numbers(those["value"]), numbers(those["value_up"]), marker, _where(told_rows, mask))
        if color == ORANGE or len(both) <= 15:
            dotted |= {"mode": "markers+text", "text": _where(labels, mask), "textposition": "top center"}
        if len(both) <= MANY:
            dotted["error_x"] = whiskers(those["value"], those["low"], those["high"], PALE, 1)
            dotted["error_y"] = whiskers(those["value_up"], those["low_up"], those["high_up"], PALE, 1)
        traces.append(dotted | {"textfont": {"size": 11, "shadow": HALO}, "cliponaxis": False})
    header = [about("district"), names[x], about("interval_short"), names[y], about("interval_short"), about("n")]
    if len(both) > MANY:
        header[0] += about("twin_picked", n=MANY)
        twin = [line for at, line in enumerate(twin) if picked[at] or at < MANY]
    return draw(
        about, traces, {"xaxis": _titled(x, both["high"], lang), "yaxis": _titled(y, both["high_up"], lang)},
        title=about("scatter_title", x=names[x], y=names[y]), told=told_rows, twin=(header, twin),
        methods=both["method"].unique() if len(both) <= MANY else (),
        subtitle=about.lines(about("scatter_text")) + _small(about, left_out), plot_height=380, axis_height=52,
    )  # fmt: skip


def _titled(key, values, lang):
    # At the origin the noughts of the two axes stand apart.
    return value_axis(
        key,
        values.max(),
        ticklabelstandoff=6,
        title={"text": unit_name(key, lang), "font": {"size": 12}, "standoff": 6},
    )
