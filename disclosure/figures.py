"""The figures: a tidy frame in, a plotly figure out, one call each.

The figures of a district (``applications`` to ``disputes``) take ``cells``; those that set districts side by
side (``trend`` to ``scatter``) take a frame of ``indicators``. All speak Chinese unless ``lang="en"``. Where
there is nothing to draw a Note stands in the figure's place: a sentence that says why.

``source`` replaces the line in the corner that says where the numbers come from; ``year`` is by default the
last in the frame. Each figure carries its alt text and its table twin in ``layout.meta``.
"""

import numpy as np
import plotly.io

from .charts import (
    HEAD, NUMERALS, About, alt_text, bars, between, breaks_between, dots, numbers, of_year, panels, rates_twin, row_labels, rows_axis,
    shown, told, value_axis, whole,
)  # fmt: skip
from .comparisons import funnel, heatmap, scatter, shrunken
from .indicators import counts, indicator, indicators
from .indicators import grounds as ground_rows
from .statistics import SMALL, newcombe, wilson
from .style import (
    BLUE, GREY, LINE, MUTED, OUTCOMES, PALE, SKY, TEMPLATE, VERMILLION, Note, Table, compose, lines_of, swatch, table_html,
)  # fmt: skip

__all__ = [
    "Note", "applicants", "applications", "composition", "disputes", "flow", "funnel", "grounds", "heatmap", "not_held",
    "not_held_by_applicant", "scatter", "shrunken", "table", "trend",
]  # fmt: skip

plotly.io.templates["disclosure"] = TEMPLATE

COMPOSITION = dict(
    zip(
        ("full_disclosure_rate", "partial_disclosure_rate", "denial_rate", "unavailable_rate", "not_processed_rate", "other_rate"),
        OUTCOMES,
    )
)
"""The six outcomes of a closed application, whose shares add up to 1: {indicator: outcome}."""

APPLICANTS = ("natural_person", "enterprise", "research", "public_interest", "legal_service", "other_org")

DISPUTES = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
RESULTS = {"upheld": BLUE, "corrected": VERMILLION, "other": PALE, "pending": GREY}


def table(figure):
    """The numbers behind a figure as an HTML table: for a screen reader, for print, for a second look."""
    return figure if isinstance(figure, Note) else Table(figure.layout.meta["table"])


def applications(cells, *, lang="zh", source=None):
    """Applications received and carried in, closed and carried out, year by year."""
    about = About(cells, lang, source)
    rows = ("new", "carried_in", "closed", "carried_out")
    number = counts(cells, {row: f"{row}.total" for row in rows})
    if number.isna().all(axis=None):
        return about.note("missing")
    if not number.to_numpy(na_value=0).any():
        return about.note("none")
    colors = {"new": BLUE, "carried_in": SKY, "closed": MUTED, "carried_out": VERMILLION}
    names, seconds, traces = [], [], []
    for at, (year, row) in enumerate(number.sort_index(ascending=False).iterrows()):
        for line, pair in enumerate((("new", "carried_in"), ("closed", "carried_out"))):
            names.append(about(("received", "handled")[line], year=int(year)))
            seconds.append("  ".join(swatch(colors[key], f"{about(key)} {whole(row[key])}") for key in pair))
            traces += [bars([row[key]], [2 * at + line], colors[key], [f"{names[-1]}：{about(key)} {whole(row[key])}"]) for key in pair]
    title = about("applications_title")
    header = [about("year"), *map(about, rows)]
    twin = [(int(year), *map(whole, row)) for year, row in zip(number.index, number.to_numpy())]
    return compose(
        traces,
        {"barmode": "stack", "yaxis": rows_axis(row_labels(names, seconds, 12)), "xaxis": {"rangemode": "tozero", "nticks": 5}},
        title=title, subtitle=about.lines(about("applications_text")), source=about.source,
        alt=alt_text(about, title, (f"{name}：{'、'.join(f'{about(key)} {whole(row[key])}' for key in rows)}" for name, row in number.iterrows())),
        table=table_html(title, header, twin), plot_height=50 * len(names),
    )  # fmt: skip


def applicants(cells, *, year=None, lang="zh", source=None):
    """Who applies: the new applications of one year by type of applicant, with the year before beside them."""
    of_one, year = of_year(cells, year)
    about = About(of_one, lang, source)
    sums = {column: f"new.{column}" for column in APPLICANTS}
    number = counts(cells, sums)
    now = number.loc[year].to_numpy()
    total = now.sum()
    if not total > 0:
        return about.note("none" if total == 0 else "missing")
    names = [about(column) for column in APPLICANTS]
    hover = [f"{name} {whole(count)}（{count / total:.1%}）" for name, count in zip(names, now)]
    seconds = [f"{about('count', n=count)} · {count / total:.1%}" if count else about("count", n=0) for count in now]
    traces = [bars(now, range(len(now)), BLUE, hover)]
    subtitle = [about("applicants_text", n=whole(total))]
    columns = {about("count_of", year=year): now}
    if year - 1 in number.index and number.loc[year - 1].notna().all():
        then = number.loc[year - 1].to_numpy()
        columns[about("count_of", year=year - 1)] = then
        label = about("of_year", year=year - 1)
        marks = {"symbol": "line-ns", "size": 24, "color": VERMILLION, "line": {"color": VERMILLION, "width": 2}}
        traces.append(
            {
                "type": "scatter", "mode": "markers", "x": numbers(then), "y": list(range(len(then))), "marker": marks,
                "hovertext": [f"{label} {name} {whole(count)}" for name, count in zip(names, then)], "hoverinfo": "text",
            }
        )  # fmt: skip
        subtitle.append(f"{swatch(BLUE, about('of_year', year=year))}  {swatch(VERMILLION, label).replace('■', '┃')}")
    title = about("applicants_title", year=year)
    twin = [(name, *map(whole, row)) for name, row in zip(names, np.column_stack(list(columns.values())))]
    return compose(
        traces,
        {"yaxis": rows_axis(row_labels(names, seconds)), "xaxis": {"rangemode": "tozero", "nticks": 5}},
        title=title, subtitle=subtitle, source=about.source, alt=alt_text(about, title, hover),
        table=table_html(title, [about("applicant"), *columns], twin), plot_height=44 * len(names),
    )  # fmt: skip


# Where the stages of the flow stand from left to right: the last needs the most room for its words.
STAGES = (0.001, 0.2, 0.46, 0.999)


def flow(cells, *, year=None, lang="zh", source=None):
    """The way of one year's applications, from receipt to outcome to ground, as a Sankey diagram."""
    cells, year = of_year(cells, year)
    about = About(cells, lang, source)
    outcomes = {outcome: f"{outcome}.*.total" for outcome in ("denied", "unavailable", "not_processed", "other")}
    ends = {"granted": "granted.total", "granted_in_part": "granted_in_part.total"} | outcomes | {"carried_out": "carried_out.total"}
    # Only the rows that this year's form has.
    declared = set(cells["row"][cells["table"] == "applications"])
    rows = {row: f"{row}.total" for row in ground_rows() if row in declared}
    number = counts(cells, {"new": "new.total", "carried_in": "carried_in.total"} | ends | rows).loc[year]
    if number.isna().any():
        return about.note("missing")
    at_hand = number["new"] + number["carried_in"]
    if at_hand == 0:
        return about.note("none")
    nodes, links = {}, []

    def node(key, stage, count, name, color):
        if count:
            nodes[key] = {"x": STAGES[stage], "count": count, "name": name, "color": color}

    def link(start, end):
        if start in nodes and end in nodes:
            links.append((start, end, number[end if end != "at_hand" else start], nodes[start if end == "at_hand" else end]["color"]))

    node("new", 0, number["new"], about("new"), MUTED)
    node("carried_in", 0, number["carried_in"], about("carried_in"), PALE)
    node("at_hand", 1, at_hand, about("at_hand"), MUTED)
    for end in ends:
        node(end, 2, number[end], about(end), OUTCOMES[end])
    for row in rows:
        node(row, 3, number[row], indicator(row).name[lang], OUTCOMES[row.partition(".")[0]])
    link("new", "at_hand"), link("carried_in", "at_hand")
    for end in ends:
        link("at_hand", end)
    for row in rows:
        link(row.partition(".")[0], row)
    order = {key: at for at, key in enumerate(nodes)}
    deepest = max(sum(each["x"] == stage for each in nodes.values()) for stage in STAGES)
    title = about("flow_title", year=year, n=whole(at_hand))
    told_links = [f"{nodes[start]['name']} → {nodes[end]['name']} {whole(count)}" for start, end, count, _ in links]
    sankey = {
        "type": "sankey", "arrangement": "snap", "textfont": {"size": 12, "color": "#222222"},
        "node": {
            "label": [_node_label(each, lang) for each in nodes.values()], "color": [each["color"] for each in nodes.values()],
            "x": [each["x"] for each in nodes.values()], "y": _heights(nodes), "pad": 16, "thickness": 10, "line": {"width": 0},
            "hovertemplate": "%{label}<extra></extra>",
        },
        "link": {
            "source": [order[start] for start, *_ in links], "target": [order[end] for _, end, *_ in links],
            "value": [float(count) for *_, count, _ in links], "color": [_faint(color) for *_, color in links],
            "customdata": told_links, "hovertemplate": "%{customdata}<extra></extra>",
        },
        "domain": {"x": [0, 1], "y": [0, 1]},
    }  # fmt: skip
    twin = [(nodes[start]["name"], nodes[end]["name"], whole(count)) for start, end, count, _ in links]
    return compose(
        [sankey], {}, title=title, subtitle=about.lines(about("flow_text")), source=about.source, alt=alt_text(about, title, told_links, 30),
        table=table_html(title, [about("from"), about("to"), about("number")], twin),
        plot_height=max(260, 120 + 34 * deepest), axis_height=8,
    )  # fmt: skip


def _node_label(node, lang):
    # Where the stages stand close, a label has two lines.
    return f"{node['name']}{'<br>' if node['x'] < STAGES[2] else ' '}{whole(node['count'])}"


def _heights(nodes):
    """The middle of each node from the top, its stage's nodes one below the other in the order given."""
    middles, below = [], {}
    per_stage = {stage: [each["count"] for each in nodes.values() if each["x"] == stage] for stage in STAGES}
    room = 0.06 * max(map(len, per_stage.values()))
    whole_stage = max(map(sum, per_stage.values()))
    for each in nodes.values():
        stage = each["x"]
        height = each["count"] / whole_stage * (1 - room)
        middles.append(round(min(0.999, max(0.001, below.get(stage, 0) + height / 2)), 4))
        below[stage] = below.get(stage, 0) + height + room / max(1, len(per_stage[stage]))
    return middles


def _faint(color):
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"


def composition(cells, *, reports=None, lang="zh", source=None):
    """The six outcomes as shares of the applications closed: over the years, or as rows where there is one year.

    ``reports``, the frame of reports, adds changes of coverage to the breaks that are drawn.
    """
    about = About(cells, lang, source)
    rates = indicators(cells, list(COMPOSITION), by="year", lang=lang)
    if rates["value"].isna().all():
        return _undefined(about, rates)
    title = about("composition_title")
    return _over_years(about, rates, title, [about("composition_text")], reports, lambda key: OUTCOMES[COMPOSITION[key]])


def trend(rates, keys=None, *, reports=None, lang="zh", source=None):
    """Indicators over years, a panel each, with intervals and breaks; ``rates`` has one row a year and indicator."""
    about = About(rates, lang, source)
    keys = list(dict.fromkeys(rates["indicator"])) if keys is None else [keys] if isinstance(keys, str) else list(keys)
    rates = rates[rates["indicator"].isin(keys)]
    if rates["value"].isna().all():
        return about.note("none_defined", name="、".join(indicator(key).name[lang] for key in keys))
    return _over_years(about, rates, about("trend_title"), [], reports, lambda key: BLUE)


FEW_YEARS = 3
"""Up to so many years stand side by side in one row; more are drawn along an axis."""


def _over_years(about, rates, title, subtitle, reports, color_of):
    lang = about.lang
    keys = list(dict.fromkeys(rates["indicator"]))
    years = sorted({int(year) for year in rates["year"]})
    breaks = breaks_between(years, lang, reports)
    interval = about("interval", method="、".join(map(about, rates["method"].dropna().unique())))
    rows = list(rates.itertuples())
    labels = [f"{row.name} {int(row.year)}" for row in rows]
    words = {
        "title": title, "source": about.joined(about.source, interval), "table": rates_twin(rows, lang, title, about("indicator"), labels),
        "alt": alt_text(about, title, (told(label, row, lang) for label, row in zip(labels, rows))),
    }  # fmt: skip
    if len(years) <= FEW_YEARS:
        subtitle = about.lines(*subtitle, *(text for _, text in breaks))
        return _side_by_side(about, rates, rows, keys, years, color_of, words | {"subtitle": subtitle})
    traces, layout, height = panels(rates, keys, color_of, lang, breaks)
    numbered = [f"{mark} {text}" for mark, (_, text) in zip(NUMERALS, breaks)]
    subtitle = about.lines(*subtitle, about("under_year"), *numbered)
    return compose(traces, layout, subtitle=subtitle, plot_height=height, axis_height=46, head_height=2 * HEAD, **words)


# The last year in full, those before it in outline.
MARKS = ("circle", "diamond-open", "square-open")
GLYPHS = "●◇□"


def _side_by_side(about, rates, rows, keys, years, color_of, words):
    """A row an indicator, the last year on top; of a single indicator, a row a year."""
    lang = about.lang
    newest_first = years[::-1]
    rows = {(row.indicator, int(row.year)): row for row in rows}
    if len(keys) == 1:
        lines = [[rows[keys[0], year]] for year in newest_first]
        names = [about("of_year", year=year) for year in newest_first]
    else:
        lines = [[rows[key, year] for year in newest_first if (key, year) in rows] for key in keys]
        names = [line[0].name for line in lines]
        if len(years) > 1:
            marks = zip(GLYPHS, newest_first)
            words["subtitle"] += ["  ".join(f"{mark} {about('of_year', year=year)} n={whole(_n(rates, year))}" for mark, year in marks)]
    seconds = [
        "  ".join(f"{mark} {shown(row.value, row.indicator, lang)}" for mark, row in zip(GLYPHS, line))
        if len(line) > 1 else _figures(line[0], lang)
        for line in lines
    ]
    traces = []
    for place in range(max(map(len, lines))):
        at, rows = zip(*((at, line[place]) for at, line in enumerate(lines) if len(line) > place))
        y = [each + 0.26 * (place - (len(lines[each]) - 1) / 2) for each in at]
        hover = [told(f"{row.name} {int(row.year)}", row, lang) for row in rows]
        traces.append(_row_dots(rows, y, [color_of(row.indicator) for row in rows], hover))
        traces[-1]["marker"] |= {"symbol": MARKS[place], "size": 10 - place}
    height = (40 + 8 * len(years)) * len(lines) if len(keys) > 1 else 44 * len(lines)
    axis = value_axis(keys[0], rates["high"].max())
    return compose(traces, {"yaxis": rows_axis(row_labels(names, seconds)), "xaxis": axis}, plot_height=height, **words)


def _row_dots(rows, y, color, hover):
    value, low, high = ([getattr(row, part) for row in rows] for part in ("value", "low", "high"))
    return dots(value, low, high, y, color, hover)


def _n(rates, year):
    """The denominator of a year, where all its indicators have the same."""
    n = rates["n"][rates["year"] == year].unique()
    return n[0] if len(n) == 1 else np.nan


def _figures(row, lang):
    """The figures of a row in its label: 134/191 = 70.2%."""
    if np.isnan(row.value):
        return row.undefined
    return f"{whole(row.numerator)}/{whole(row.n)} = {shown(row.value, row.indicator, lang)}"


def _undefined(about, rates):
    return about.note("none_closed" if (rates["n"] == 0).any() else "missing")


def grounds(cells, *, pooled=None, year=None, lang="zh", source=None):
    """The grounds on which applications were not granted, as shares of those closed, with intervals.

    ``pooled`` is the corpus to compare with, as ``indicators(all_cells, grounds(), by="year")`` (or ``by=()``).
    """
    cells, year = of_year(cells, year)
    about = About(cells, lang, source)
    declared = set(cells["row"][cells["table"] == "applications"])
    rates = indicators(cells, [row for row in ground_rows() if row in declared] + ["other_rate"], by="year", lang=lang)
    # Where （六）其他处理 is one row, its sum stands for its parts.
    rows = [row for row in rates.itertuples() if row.indicator != "other_rate" or "other" in declared]
    if all(np.isnan(row.value) for row in rows):
        return _undefined(about, rates)
    given = sorted((row for row in rows if row.numerator > 0), key=lambda row: -row.numerator)
    if not given:
        return about.note("none_grounds", year=year, n=whole(rates["n"].max()))
    outcomes = [_outcome(row.indicator) for row in given]
    traces, highest, legend = [], max(row.high for row in given), []
    if pooled is not None:
        found = pooled[pooled["year"] == year] if "year" in pooled.columns else pooled
        beside = {row.indicator: row for row in found.itertuples()}
        at, others = zip(*((at, beside[row.indicator]) for at, row in enumerate(given) if row.indicator in beside))
        label = about("pooled")
        hover = [told(f"{label} {row.name}", row, lang) for row in others]
        traces.append(_row_dots(others, [each + 0.24 for each in at], MUTED, hover))
        traces[-1]["marker"] |= {"symbol": "diamond-open", "size": 8}
        highest = max(highest, *(row.high for row in others))
        legend = [f"● {about.subject}  ◇ {label}"]
    hover = [told(row.name, row, lang) for row in given]
    traces.append(_row_dots(given, range(len(given)), [OUTCOMES[outcome] for outcome in outcomes], hover))
    subtitle = about.lines(about("grounds_text", n=whole(given[0].n)))
    subtitle += ["  ".join(swatch(OUTCOMES[outcome], about(outcome)) for outcome in dict.fromkeys(outcomes)), *legend]
    nothing = [row for row in rows if row.numerator == 0]
    if nothing:
        subtitle += about.lines(about("zeros", n=len(nothing), high=shown(nothing[0].high, nothing[0].indicator, lang)))
    title = about("grounds_title", year=year)
    labels = row_labels([row.name for row in given], [_figures(row, lang) for row in given])
    return compose(
        traces, {"yaxis": rows_axis(labels), "xaxis": value_axis("not_held_rate", highest)}, title=title, subtitle=subtitle,
        source=about.joined(about.source, about("interval", method="Wilson")), plot_height=max(90, 46 * len(given)),
        alt=alt_text(about, title, hover), table=rates_twin(rows, lang, title, about("ground"), [row.name for row in rows]),
    )  # fmt: skip


def _outcome(key):
    return "other" if key == "other_rate" else key.partition(".")[0]


def not_held(cells, *, reports=None, lang="zh", source=None):
    """The share of closed applications answered 不掌握 (not held), over the years, with intervals."""
    about = About(cells, lang, source)
    rates = indicators(cells, "not_held_rate", by="year", lang=lang)
    if rates["value"].isna().all():
        return _undefined(about, rates)
    return _over_years(about, rates, about("not_held_title"), [about("not_held_text")], reports, lambda key: OUTCOMES["unavailable"])


def not_held_by_applicant(cells, *, year=None, lang="zh", source=None):
    """The not-held rate of natural persons beside that of organisations, and their difference with Newcombe's interval."""
    cells, year = of_year(cells, year)
    about = About(cells, lang, source)
    rates = indicators(cells, ["not_held_rate_natural_person", "not_held_rate_organisation"], by="year", lang=lang)
    if rates["value"].isna().all():
        return _undefined(about, rates)
    (count, other), (n, other_n) = rates["numerator"], rates["n"]
    difference, low, high = (float(part) for part in newcombe(count, n, other, other_n))
    comparable = min(n, other_n) >= SMALL
    if comparable:
        verdict = about("difference_of", value=_points(difference), low=_points(low), high=_points(high))
        verdict += about("includes_zero") if low <= 0 <= high else about("excludes_zero")
    else:
        verdict = about("one_side" if min(n, other_n) == 0 else "few_side", n=SMALL)
    names = [about("natural_person"), about("organisation")]
    rows = list(rates.itertuples())
    labels = row_labels(names, [_figures(row, lang) for row in rows])
    hover = [told(name, row, lang) for name, row in zip(names, rows)]
    traces = [_row_dots(rows, range(2), OUTCOMES["unavailable"], hover)]
    layout = {"yaxis": rows_axis(labels), "xaxis": value_axis("not_held_rate", 1)}
    height = 100
    if comparable:
        height = 230
        layout["yaxis"] = rows_axis(labels, (0.58, 1))
        layout["yaxis2"] = rows_axis([about("difference")], (0, 0.2)) | {"anchor": "x2"}
        layout["xaxis2"] = {"anchor": "y2", "range": [-1.03, 1.03], "zeroline": True, "tickvals": [-1, -0.5, 0, 0.5, 1]}
        layout["xaxis2"]["ticktext"] = ["−100", "−50", "0", "+50", "+100"]
        traces.append(dots([difference], [low], [high], [0], MUTED, [verdict], "diamond", xaxis="x2", yaxis="y2"))
    title = about("by_applicant_title", year=year)
    return compose(
        traces, layout, title=title, subtitle=about.lines(verdict), plot_height=height,
        source=about.joined(about.source, about("interval", method="Wilson")),
        alt=alt_text(about, title, [*hover, verdict]),
        table=rates_twin(rows, lang, title, about("applicant"), names),
    )  # fmt: skip


def _points(difference):
    return f"{difference * 100:+.1f}".replace("-", "−")


def disputes(cells, *, year=None, lang="zh", source=None):
    """Reconsideration and both kinds of litigation: results, and correction rates of decided cases with pending as bounds."""
    cells, year = of_year(cells, year)
    about = About(cells, lang, source)
    number = counts(cells, {f"{kind}.{result}": f"review:{kind}.{result}" for kind in DISPUTES for result in RESULTS}).loc[year]
    if number.isna().any():
        return about.note("missing")
    results = number.to_numpy().reshape(len(DISPUTES), len(RESULTS))
    if not results.any():
        return about.note("none_disputes")
    names = [about(kind) for kind in DISPUTES]
    words = {result: about("other_result" if result == "other" else result) for result in RESULTS}
    spelt = ["、".join(f"{word}{whole(n)}" for word, n in zip(words.values(), row) if n) or about("count", n=0) for row in results]
    labels = [f"{lines_of(name, 9)} {whole(sum(row))}" for name, row in zip(names, results)]
    traces = [
        bars(results[:, at], range(len(DISPUTES)), color, [f"{name}：{words[result]} {whole(n)}" for name, n in zip(names, results[:, at])])
        | {"text": [whole(n) if n else "" for n in results[:, at]], "textposition": "inside", "insidetextanchor": "middle",
           "textangle": 0, "constraintext": "inside"}
        for at, (result, color) in enumerate(RESULTS.items())
    ]  # fmt: skip

    # Correction: of the decided, with the pending cases as bounds; the two kinds of suits together at the end.
    rows = np.vstack([results, results[1:].sum(axis=0)])
    _, corrected, _, pending = rows.T
    total = rows.sum(axis=1)
    decided = total - pending
    value, (low, high) = corrected / np.where(decided > 0, decided, np.nan), wilson(corrected, decided)
    least, most = (part / np.where(total > 0, total, np.nan) for part in (corrected, corrected + pending))
    rate_names = [*names, about("litigation")]
    figures = [
        f"{whole(k)}/{whole(n)} = {rate:.1%}" if n else about("none_decided") for k, n, rate in zip(corrected, decided, value)
    ]
    with_pending = [pending_n > 0 for pending_n in pending]
    bounds = [f"{bottom:.1%}–{top:.1%}" if some else "" for bottom, top, some in zip(least, most, with_pending)]
    hover = [
        f"{name} {text} {between(a, b, 'litigation_correction_rate')}" for name, text, a, b in zip(rate_names, figures, low, high)
    ]
    at = list(range(len(rows)))
    band = bars(np.where(with_pending, most - least, np.nan), at, LINE, bounds, base=numbers(least), xaxis="x2", yaxis="y2")
    traces += [band, dots(value, low, high, at, VERMILLION, hover, xaxis="x2", yaxis="y2")]
    cases, gap, rate_rows = 44 * len(labels), 70, 46 * len(rows)
    height = cases + gap + rate_rows
    layout = {
        "barmode": "stack", "yaxis": rows_axis(labels, (1 - cases / height, 1)), "xaxis": {"anchor": "y", "rangemode": "tozero", "nticks": 5},
        "yaxis2": rows_axis(row_labels(rate_names, figures), (0, rate_rows / height)) | {"anchor": "x2"},
        "xaxis2": value_axis("litigation_correction_rate", 1, anchor="y2"),
    }  # fmt: skip
    title = about("disputes_title", year=year)
    subtitle = [*about.lines(about("disputes_text")), "  ".join(swatch(color, words[result]) for result, color in RESULTS.items())]
    subtitle += [f"● {about('corrected_of_decided')}", swatch(LINE, about("bounds"))]
    header = [about("kind"), *words.values(), about("corrected_of_decided"), about("interval_short"), about("bounds")]
    twin = [
        (name, *map(whole, row), text, between(a, b, "litigation_correction_rate"), bound)
        for name, row, text, a, b, bound in zip(rate_names, rows, figures, low, high, bounds)
    ]
    return compose(
        traces, layout, title=title, subtitle=subtitle, plot_height=height, table=table_html(title, header, twin),
        source=about.joined(about.source, about("interval", method="Wilson")),
        alt=alt_text(about, title, [*(f"{name}：{text}" for name, text in zip(names, spelt)), *hover]),
    )  # fmt: skip
