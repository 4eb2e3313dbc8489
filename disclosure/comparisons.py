"""Figures that set districts side by side without making a league table of them: see ``figures``.

Each takes a frame of ``indicators`` with one row a district (and year), and draws those with a
denominator of at least 10.
"""

import numpy as np

from .charts import About, alt_text, between, dots, numbers, of_year, rates_twin, row_labels, rows_axis, shown, told, unit_name, value_axis, whiskers, whole
from .errors import UnknownName
from .indicators import indicator
from .statistics import ENOUGH, SMALL, funnel_limits, overdispersion, shrink
from .style import BLUE, INK, MUTED, ORANGE, PALE, VERMILLION, compose, lines_of, table_html, wrap

OVERVIEW = ("disclosure_rate", "full_disclosure_rate", "denial_rate", "not_held_rate", "closure_rate", "dispute_ratio")
"""What a heat map shows unless it is told otherwise."""

MANY = 60
"""Rows up to which every district is named in a figure."""


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


def _chosen(rates, highlight):
    """Which rows are picked out. Raises UnknownName for a district that is not in the frame."""
    wanted = [highlight] if isinstance(highlight, str) else list(highlight or ())
    for name in wanted:
        if name not in set(rates["district"]):
            raise UnknownName(f"no district {name!r} with n of at least {SMALL} here; there are {', '.join(sorted(rates['district'].astype(str)))}.")
    return rates["district"].isin(wanted).to_numpy()


def _small(about, left_out):
    return about.lines(about("few_left_out", n=left_out, small=SMALL)) if left_out else []


def funnel(rates, key, *, year=None, highlight=None, lang="zh", source=None):
    """Every district's value over its denominator, with the limits that chance alone would keep it in.

    Limits of 95 % and 99.8 % stand around the value of all districts together: exact ones, widened where
    districts differ more than by chance (over-dispersion). ``highlight``: districts to name.
    """
    rates, left_out = _compared(rates, key, year)
    about = About(rates, lang, source)
    name, kind = indicator(key).name[lang], indicator(key).kind
    if not len(rates):
        return about.note("none_defined", name=name)
    picked = _chosen(rates, highlight)
    count, n = rates["numerator"].to_numpy(), rates["n"].to_numpy()
    target = count.sum() / n.sum()
    ratio, spread = overdispersion(count, n, kind)
    low, high = funnel_limits(target, n, kind, 0.998, spread)
    value = rates["value"].to_numpy()
    outside = (value < low) | (value > high)
    # Where the lines are drawn: enough places that they look smooth on a logarithmic axis.
    along = np.unique(np.geomspace(n.min() * 0.9, n.max() * 1.1, 120).round())
    traces = []
    for level, dash in ((0.95, "dash"), (0.998, "solid")):
        if spread:
            for limit in funnel_limits(target, along, kind, level):
                traces.append(_curve(along, limit, "#DADADA", dash))
        for limit in funnel_limits(target, along, kind, level, spread):
            traces.append(_curve(along, limit, MUTED, dash))
    traces.append(_curve(along, np.full(len(along), target), INK, "solid"))
    labels = _names(rates)
    hover = [told(label, row, lang) for label, row in zip(labels, rates.itertuples())]
    named = picked | (outside & (outside.sum() <= 12)) | (len(rates) <= 12)
    for mask, color, symbol in ((~outside & ~picked, BLUE, "circle"), (outside & ~picked, VERMILLION, "diamond"), (picked, ORANGE, "square")):
        traces.append(
            {
                "type": "scatter", "mode": "markers+text", "x": numbers(n[mask]), "y": numbers(value[mask]),
                "marker": {"color": color, "symbol": symbol, "size": 9, "opacity": 0.85, "line": {"color": "#FFFFFF", "width": 0.5}},
                "text": [label if shown_ else "" for label, shown_ in zip(np.array(labels)[mask], named[mask])],
                "textposition": _text_side(n[mask], along), "textfont": {"size": 11}, "cliponaxis": False,
                "hovertext": list(np.array(hover)[mask]), "hoverinfo": "text",
            }
        )  # fmt: skip
    title = about("funnel_title", name=name)
    expected = 0.002 * len(rates)
    verdict = about("funnel_outside", n=len(rates), found=int(outside.sum()), chance=expected)
    spread_line = about("funnel_spread", ratio=ratio) if spread else about("funnel_exact")
    subtitle = about.lines(about("funnel_line", value=shown(target, key, lang)), spread_line, verdict) + _small(about, left_out)
    rows = list(zip(labels, rates.itertuples(), outside | picked))
    cut = about("twin_cut") if len(rows) > MANY else ""
    twin = [(label, row) for label, row, kept in rows if kept or not cut]
    return compose(
        traces,
        {
            "xaxis": {"type": "log", "range": [float(np.log10(along[0])), float(np.log10(along[-1]))], "tickvals": _log_ticks(along),
                      "title": {"text": about("funnel_axis", of=indicator(key).of[lang]), "font": {"size": 12}, "standoff": 6}},
            "yaxis": value_axis(key, min(max(value.max(), high.max()), 1 if kind == "share" else np.inf)),
        },
        title=title, subtitle=subtitle, source=about.source, plot_height=400, axis_height=52,
        alt=alt_text(about, about.joined(title, verdict), (told(label, row, lang) for label, row in twin)),
        table=rates_twin([row for _, row in twin], lang, title + cut, about("district"), [label for label, _ in twin]),
    )  # fmt: skip


def _curve(x, y, color, dash):
    line = {"color": color, "width": 1, "dash": dash}
    return {"type": "scatter", "mode": "lines", "x": numbers(x), "y": numbers(y), "line": line, "hoverinfo": "skip"}


def _text_side(n, along):
    """Names stand towards the middle, so that none runs over the edge."""
    middle = np.sqrt(along[0] * along[-1])
    return ["middle left" if each > middle else "middle right" for each in n]


def _log_ticks(along):
    return [tick for power in range(0, 7) for tick in (10**power, 3 * 10**power) if along[0] <= tick <= along[-1]]


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
    rates = rates.iloc[order]
    estimate = type(estimate)(*(part[order] for part in estimate))
    picked = _chosen(rates, highlight)
    labels = _names(rates)
    ranks = [f"{first:.0f}–{last:.0f}" for first, last in zip(estimate.rank_low, estimate.rank_high)]
    hover = [
        f"{label} {shown(value, key, lang)} {between(low, high, key)}，{about('shrunken_rank')} {rank}；{about('raw')} {told('', row, lang)}"
        for label, value, low, high, rank, row in zip(labels, estimate.value, estimate.low, estimate.high, ranks, rates.itertuples())
    ]
    at = np.arange(len(rates))
    raw = {"color": "rgba(0,0,0,0)", "size": 7, "line": {"color": MUTED, "width": 1}}
    traces = [
        {"type": "scatter", "mode": "markers", "x": numbers(rates["value"]), "y": at.tolist(), "marker": raw, "hoverinfo": "skip"}
    ]
    for mask, color in ((~picked, BLUE), (picked, ORANGE)):
        traces.append(
            dots(estimate.value[mask], estimate.low[mask], estimate.high[mask], at[mask].tolist(), color, np.array(hover)[mask], size=8)
        )
    few = len(rates) <= MANY
    seconds = [f"n={whole(n)} · {about('shrunken_rank')} {rank}" for n, rank in zip(rates["n"], ranks)]
    named = [f"{label} {second}" if picked_ else "" for label, second, picked_ in zip(labels, seconds, picked)]
    axis = rows_axis(row_labels(labels, seconds, 12) if few else named)
    title = about("shrunken_title", name=name)
    header = [about("district"), about("raw"), about("n"), about("estimate"), about("interval_short"), about("shrunken_rank")]
    twin = [
        (label, shown(value, key, lang), whole(n), shown(pulled, key, lang), between(low, high, key), rank)
        for label, value, n, pulled, low, high, rank in zip(
            labels, rates["value"], rates["n"], estimate.value, estimate.low, estimate.high, ranks
        )
    ]
    if not few:
        twin = [line for line, picked_ in zip(twin, picked) if picked_] or twin[:MANY]
    return compose(
        traces, {"yaxis": axis, "xaxis": value_axis(key, max(estimate.high.max(), rates["value"].max()))},
        title=title, subtitle=about.lines(about("shrunken_text")) + _small(about, left_out), source=about.source,
        plot_height=38 * len(rates) if few else max(600, 3 * len(rates)), alt=alt_text(about, title, hover),
        table=table_html(title, header, twin),
    )  # fmt: skip


def heatmap(rates, keys=None, *, year=None, lang="zh", source=None):
    """District by indicator: every value printed, and coloured on its column's own scale where n is at least 10."""
    keys = [key for key in OVERVIEW if key in set(rates["indicator"])] if keys is None else list(keys)
    columns = [_pick(rates, key, year) for key in keys]
    about = About(columns[0], lang, source)
    columns = [each.assign(label=_names(each)).set_index("label") for each in columns]
    value, n = (np.array([each[part].reindex(columns[0].index) for each in columns]).T for part in ("value", "n"))
    names = [indicator(key).name[lang] for key in keys]
    if np.isnan(value).all():
        return about.note("none_defined", name="、".join(names))
    sound = np.where(n >= SMALL, value, np.nan)
    # The highest of the first column on top; what cannot be compared at the bottom.
    order = np.argsort(np.nan_to_num(sound[:, 0], nan=-1), kind="stable")
    labels, value, n, sound = [columns[0].index[at] for at in order], value[order], n[order], sound[order]
    text = [[_in_cell(*cell) for cell in zip(row, ns, keys)] for row, ns in zip(value, n)]
    highest = np.nan_to_num(sound).max(axis=0)
    title = about("heatmap_title", n=len(labels), m=len(keys))
    few = len(labels) <= MANY
    heat = {
        "type": "heatmap", "z": [numbers(row) for row in sound / np.where(highest > 0, highest, 1)], "zmin": 0, "zmax": 1,
        "x": list(range(len(keys))), "y": list(range(len(labels))), "colorscale": [[0, "#F3F7FA"], [1, "#6AAED6"]], "showscale": False,
        "xgap": 2, "ygap": 2 if few else 0, "hoverinfo": "text",
        "hovertext": [[f"{label} {name} {cell}" for name, cell in zip(names, row)] for label, row in zip(labels, text)],
    }  # fmt: skip
    # As annotations of the axes rather than of the cells, so that uncoloured cells have their words too.
    written = {
        "type": "scatter", "mode": "text", "x": [at for _ in labels for at in range(len(keys))],
        "y": [at for at in range(len(labels)) for _ in keys], "text": [cell for row in text for cell in row],
        "textfont": {"size": 12, "color": INK}, "hoverinfo": "skip",
    }  # fmt: skip
    columns_axis = {
        "side": "top", "tickmode": "array", "tickvals": list(range(len(keys))), "ticktext": [lines_of(name, 3) for name in names] if lang == "zh" else names,
        "showgrid": False, "zeroline": False, "range": [-0.5, len(keys) - 0.5], "tickangle": 0 if lang == "zh" else -60, "tickfont": {"size": 11}, "ticks": "",
    }  # fmt: skip
    # Chinese heads are set in short lines; English ones, whose words are longer than a column is wide, aslant.
    head = 8 + (16 * max(len(wrap(name, 3)) for name in names) if lang == "zh" else 6 * max(map(len, names)))
    rows = {
        "tickmode": "array", "tickvals": list(range(len(labels))) if few else [], "ticktext": labels if few else [], "showgrid": False,
        "zeroline": False, "range": [-0.5, len(labels) - 0.5], "ticks": "",
    }  # fmt: skip
    return compose(
        [heat, written] if few else [heat], {"xaxis": columns_axis, "yaxis": rows}, title=title,
        subtitle=about.lines(about("heatmap_text", small=SMALL)), source=about.source, head_height=head, axis_height=4,
        plot_height=30 * len(labels) if few else max(400, 3 * len(labels)),
        alt=alt_text(about, title, (f"{label} {'、'.join(map(' '.join, zip(names, row)))}" for label, row in zip(labels[::-1], text[::-1]))),
        table=table_html(title, [about("district"), *names], [(label, *row) for label, row in zip(labels[::-1], text[::-1])]),
    )  # fmt: skip


def _in_cell(value, n, key):
    if np.isnan(value):
        return "–"
    scaled = f"{value * indicator(key).scale:.0f}" + "%" * (indicator(key).kind == "share")
    return scaled if n >= SMALL else f"({scaled})"


def _names(rates):
    """A name for each row; where two districts share one, with what else the frame tells them apart by."""
    names = rates["district"].astype(str)
    other = [name for name in rates.columns[: rates.columns.get_loc("indicator")] if name not in ("district", "year")]
    doubled = names.duplicated(keep=False)
    return [
        " ".join([name, *(str(row[part]) for part in other)]) if twice else name
        for name, twice, (_, row) in zip(names, doubled, rates.iterrows())
    ]


def scatter(rates, x, y, *, year=None, highlight=None, lang="zh", source=None):
    """One indicator over another, a dot a district, its area the denominator of the first."""
    across, left_out = _compared(rates, x, year)
    up, _ = _compared(rates, y, year)
    at = [name for name in across.columns[: across.columns.get_loc("indicator")]]
    both = across.merge(up[[*at, "value", "low", "high", "n", "numerator", "indicator", "undefined"]], on=at, suffixes=("", "_up"))
    about = About(across, lang, source)
    names = {key: indicator(key).name[lang] for key in (x, y)}
    if not len(both):
        return about.note("none_defined", name="、".join(names.values()))
    picked = _chosen(both, highlight)
    labels = _names(both)
    rows = list(both.itertuples())
    said = [
        f"{label} {names[x]} {shown(row.value, x, lang)} {between(row.low, row.high, x)}，"
        f"{names[y]} {shown(row.value_up, y, lang)} {between(row.low_up, row.high_up, y)}，n={whole(row.n)}"
        for label, row in zip(labels, rows)
    ]
    size = 6 + 34 * np.sqrt(both["n"] / both["n"].max())
    few = len(both) <= 15
    error = {}
    if len(both) <= MANY:
        error = {
            "error_x": whiskers(both["value"], both["low"], both["high"], PALE, 1),
            "error_y": whiskers(both["value_up"], both["low_up"], both["high_up"], PALE, 1),
        }
    points = {
        "type": "scatter", "mode": "markers+text", "x": numbers(both["value"]), "y": numbers(both["value_up"]),
        "marker": {"size": numbers(size), "color": [ORANGE if each else BLUE for each in picked], "opacity": 0.65,
                   "line": {"color": "#FFFFFF", "width": 1}},
        "text": [label if few or each else "" for label, each in zip(labels, picked)], "textposition": "top center",
        "textfont": {"size": 11}, "hovertext": said, "hoverinfo": "text", "cliponaxis": False,
    } | error  # fmt: skip
    title = about("scatter_title", x=names[x], y=names[y])
    header = [about("district"), names[x], about("interval_short"), names[y], about("interval_short"), about("n")]
    twin = [
        (label, shown(row.value, x, lang), between(row.low, row.high, x), shown(row.value_up, y, lang), between(row.low_up, row.high_up, y), whole(row.n))
        for label, row in zip(labels, rows)
    ]  # fmt: skip
    layout = {
        "xaxis": value_axis(x, both["high"].max(), title={"text": unit_name(x, lang), "font": {"size": 12}, "standoff": 6}),
        "yaxis": value_axis(y, both["high_up"].max(), title={"text": unit_name(y, lang), "font": {"size": 12}, "standoff": 6}),
    }
    return compose(
        [points], layout, title=title, subtitle=about.lines(about("scatter_text")) + _small(about, left_out), source=about.source,
        plot_height=380, axis_height=52, alt=alt_text(about, title, said), table=table_html(title, header, twin[:MANY]),
    )  # fmt: skip
