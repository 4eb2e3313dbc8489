"""The figures: a tidy frame in, a plotly figure out, one call each.

The figures of a district (``applications`` to ``disputes``) take ``cells``; those that set districts side by
side (``trend`` to ``scatter``) take a frame of ``indicators``. All speak Chinese unless ``lang="en"``. Where
there is nothing to draw a Note stands in the figure's place: a sentence that says why.

``year`` is by default the last in the frame; ``source`` replaces the line in the corner that says where the
numbers come from; with ``findings``, the frame of doubts, a value that rests on cells in error is starred.
Each figure carries its alt text and its table twin in ``layout.meta``.
"""

import plotly.io

from .charts import (
    HEAD, NUMERALS, ROOM, About, Line, bars, breaks_between, dots, draw, in_figures, in_points, numbers, of_year, panels, points,
    rates_twin, row_dots, row_labels, rows_axis, shown, stars, told, unit_name, value_axis, whole,
)  # fmt: skip
from .comparisons import funnel, heatmap, scatter, shrunken
from .disputes import disputes
from .errors import DisclosureError
from .flow import flow
from .indicators import counts, indicator, indicators
from .indicators import grounds as ground_rows
from .statistics import SMALL, newcombe
from .style import BLUE, MUTED, OUTCOMES, SKY, TEMPLATE, VERMILLION, Html, Note, swatch, wrap

__all__ = [
    "Note", "applicants", "applications", "composition", "disputes", "flow", "funnel", "grounds", "heatmap", "not_held",
    "not_held_by_applicant", "scatter", "shrunken", "table", "trend",
]  # fmt: skip

plotly.io.templates["disclosure"] = TEMPLATE

COMPOSITION = {
    "full_disclosure_rate": "granted",
    "partial_disclosure_rate": "granted_in_part",
    "denial_rate": "denied",
    "unavailable_rate": "unavailable",
    "not_processed_rate": "not_processed",
    "other_rate": "other",
}
"""The six outcomes of a closed application, whose shares add up to 1, as {indicator: outcome}."""

RECEIVED = {"new": BLUE, "carried_in": SKY}
HANDLED = {"closed": MUTED, "carried_out": VERMILLION}
APPLICANTS = ("natural_person", "enterprise", "research", "public_interest", "legal_service", "other_org")


def table(figure):
    """The numbers behind a figure as an HTML table: for a screen reader, for print, for a second look."""
    return figure if isinstance(figure, Note) else Html(figure.layout.meta["table"])


def applications(cells, *, lang="zh", source=None):
    """Applications received and carried in, closed and carried out, year by year."""
    about = About(cells, lang, source)
    rows = (*RECEIVED, *HANDLED)
    number = counts(cells, {row: f"{row}.total" for row in rows})
    if number.isna().all(axis=None):
        return about.note("missing")
    if not number.to_numpy(na_value=0).any():
        return about.note("none")
    names, seconds, traces = [], [], []
    for year, row in number.sort_index(ascending=False).iterrows():
        for line, colors in (("received", RECEIVED), ("handled", HANDLED)):
            said = {key: f"{about(key)} {whole(row[key])}" for key in colors}
            traces += [bars([row[key]], [len(names)], color, [f"{year} {said[key]}"]) for key, color in colors.items()]
            names.append(about(line, year=year))
            seconds.append("  ".join(swatch(color, said[key]) for key, color in colors.items()))
    twin = [(int(year), *map(whole, row)) for year, row in number.iterrows()]
    return draw(
        about, traces, {"barmode": "stack", "yaxis": rows_axis(row_labels(names, seconds, 12)), "xaxis": {"nticks": 5}},
        title=about("applications_title"), subtitle=about.lines(about("applications_text")),
        told=(f"{year} {about.listed(f'{about(key)} {n}' for key, n in zip(rows, line))}" for year, *line in twin),
        twin=([about("year"), *map(about, rows)], twin), plot_height=50 * len(names),
    )  # fmt: skip


def applicants(cells, *, year=None, lang="zh", source=None):
    """Who applies: the new applications of one year by type of applicant, with the year before beside them."""
    of_one, year = of_year(cells, year)
    about = About(of_one, lang, source)
    number = counts(cells, {column: f"new.{column}" for column in APPLICANTS})
    now = number.loc[year]
    total = now.sum(skipna=False)
    if not total > 0:
        return about.note("none" if total == 0 else "missing")
    names = [about(column) for column in APPLICANTS]
    seconds = [about("count", n=n) + (f" · {n / total:.1%}" if n else "") for n in now]
    hover = [f"{name} {second}" for name, second in zip(names, seconds)]
    places = list(range(len(names)))
    traces, years = [bars(now, places, BLUE, hover)], [year]
    subtitle = [about("applicants_text", n=whole(total))]
    if year - 1 in number.index and number.loc[year - 1].notna().all():
        years.append(year - 1)
        before, then = about("of_year", year=year - 1), number.loc[year - 1]
        marks = {"symbol": "line-ns", "size": 24, "line": {"color": VERMILLION, "width": 2}}
        said = [f"{before} {name} {whole(n)}" for name, n in zip(names, then)]
        traces.append(points(numbers(then), places, marks, said))
        subtitle.append(f"{swatch(BLUE, about('of_year', year=year))}  {swatch(VERMILLION, before, '┃')}")
    about = About(cells[cells["year"].isin(years)], lang, source)
    header = [about("applicant"), *(about("count_of", year=each) for each in years)]
    twin = [(name, *map(whole, number.loc[years, column])) for name, column in zip(names, APPLICANTS)]
    return draw(
        about, traces, {"yaxis": rows_axis(row_labels(names, seconds)), "xaxis": {"rangemode": "tozero", "nticks": 5}},
        title=about("applicants_title", year=year), subtitle=subtitle, told=hover, twin=(header, twin),
        plot_height=44 * len(names),
    )  # fmt: skip


# Shares over the years


def composition(cells, *, reports=None, findings=None, lang="zh", source=None):
    """The six outcomes as shares of the applications closed, over the years.

    ``reports``, the frame of reports, adds changes of coverage to the breaks that are drawn.
    """
    about = About(cells, lang, source)
    rates = indicators(cells, list(COMPOSITION), by="year", findings=findings, lang=lang)
    if rates["value"].isna().all():
        return _undefined(about, rates)
    color_of = {key: OUTCOMES[outcome] for key, outcome in COMPOSITION.items()}
    return _over_years(about, rates, about("composition_title"), [about("composition_text")], reports, color_of)


def not_held(cells, *, reports=None, findings=None, lang="zh", source=None):
    """The share of closed applications answered 不掌握 (not held), over the years, with intervals."""
    about = About(cells, lang, source)
    rates = indicators(cells, "not_held_rate", by="year", findings=findings, lang=lang)
    if rates["value"].isna().all():
        return _undefined(about, rates)
    color_of = {"not_held_rate": OUTCOMES["unavailable"]}
    return _over_years(about, rates, about("not_held_title"), [about("not_held_text")], reports, color_of)


def trend(rates, keys=None, *, reports=None, lang="zh", source=None):
    """Indicators over years, a panel each, with intervals and breaks; of several districts one indicator, a panel a district.

    ``rates`` has one row a year and panel.
    """
    about = About(rates, lang, source)
    keys = list(dict.fromkeys(rates["indicator"])) if keys is None else [keys] if isinstance(keys, str) else list(keys)
    names = about.listed(indicator(key).name[lang] for key in keys)
    rates = rates[rates["indicator"].isin(keys)]
    districts = "district" in rates.columns and rates["district"].nunique() > 1
    panel = "district" if districts else "indicator"
    if rates.duplicated([panel, "year"]).any():
        raise DisclosureError(
            "trend needs one row a year and panel: several indicators of one district, or one of several districts. Pick one."
        )
    if rates["value"].isna().all():
        return about.note("none_defined", name=names)
    title = "trend_districts_title" if districts else "trend_title" if len(keys) > 1 else "trend_one_title"
    wanted = dict.fromkeys(rates["district"], BLUE) if districts else dict.fromkeys(keys, BLUE)
    counted = {indicator(key).of[lang] for key in keys}
    subtitle = [about("denominator", of=of) for of in counted] if len(counted) == 1 else []
    return _over_years(about, rates, about(title, name=names), subtitle, reports, wanted, panel)


FEW_YEARS = 3
"""Up to so many years stand side by side in one row; more are drawn along an axis."""


def _over_years(about, rates, title, subtitle, reports, color_of, panel="indicator"):
    """The rates over their years, a Line for each key of ``color_of``, which stands in the column ``panel``."""
    lang = about.lang
    rows = sorted(rates.astype({"year": int}).itertuples(), key=lambda row: row.year)
    lines = []
    for key, color in color_of.items():
        own = [row for row in rows if getattr(row, panel) == key]
        if own:
            name = str(key) if panel == "district" else unit_name(key, lang)
            lines.append(Line(name, own[0].indicator, color, own))
    years = sorted({row.year for row in rows})
    breaks = breaks_between(years, lang, reports)
    of_lines = [(f"{line.name} {row.year}", row) for line in lines for row in line.rows]
    labels, in_lines = zip(*of_lines)
    words = {
        "title": title, "methods": rates["method"].dropna().unique(), "twin": rates_twin(in_lines, about, about(panel), labels),
        "told": [told(label, row, lang) for label, row in of_lines],
    }  # fmt: skip
    if len(years) <= FEW_YEARS:
        subtitle = about.lines(*subtitle, *(text for _, text in breaks))
        return _side_by_side(about, lines, years, subtitle + stars(about, rows), words)
    traces, layout, height = panels(lines, lang, breaks)
    numbered = [f"{mark} {text}" for mark, (_, text) in zip(NUMERALS, breaks)]
    subtitle = about.lines(*subtitle, about("under_year"), *numbered)
    room = {"plot_height": height, "axis_height": 46, "head_height": 2 * HEAD}
    return draw(about, traces, layout, subtitle=subtitle + stars(about, rows), **room, **words)


# The last year in full, those before it in outline: as plotly and as text call them.
MARKS = {"circle": "●", "diamond-open": "◇", "square-open": "□"}


def _side_by_side(about, lines, years, subtitle, words):
    """A row a Line with its years below each other, the last on top; of a single Line, a row a year."""
    symbols = dict(zip(years[::-1], MARKS))
    if len(lines) == 1:
        symbols = dict.fromkeys(years, next(iter(MARKS)))
        lines = [lines[0]._replace(name=about("of_year", year=row.year), rows=[row]) for row in lines[0].rows[::-1]]
    elif len(years) > 1:
        subtitle.append("  ".join(f"{MARKS[symbol]} {about('of_year', year=year)}" for year, symbol in symbols.items()))
    traces, used = [], list(dict.fromkeys(symbols.values()))
    for place, symbol in enumerate(used):
        those = [(at, line, row) for at, line in enumerate(lines) for row in line.rows if symbols[row.year] == symbol]
        y = [at + 0.26 * (place - (len(used) - 1) / 2) for at, *_ in those]
        hover = [told(f"{line.name} {row.year}", row, about.lang) for _, line, row in those]
        colors = [line.color for _, line, _ in those]
        traces.append(row_dots([row for *_, row in those], y, colors, hover, symbol=symbol, size=10 - place))
    labels = [_in_label(line.rows, symbols if len(used) > 1 else {}, about.lang) for line in lines]
    named = max(len(wrap(line.name, ROOM)) for line in lines)
    axis = value_axis(lines[0].key, max(row.high for line in lines for row in line.rows if row.high == row.high))
    return draw(
        about, traces, {"yaxis": rows_axis(row_labels([line.name for line in lines], labels)), "xaxis": axis},
        subtitle=subtitle, plot_height=(16 + 16 * named + 14 * len(used)) * len(lines), **words,
    )  # fmt: skip


def _in_label(rows, symbols, lang):
    """The figures of the years of a row, the last first, each with its mark where there are several."""
    marks = [f"{MARKS[symbols[row.year]]} " if symbols else "" for row in rows]
    return "<br>".join(f"{mark}{in_figures(row, lang)}" for mark, row in list(zip(marks, rows))[::-1])


def _undefined(about, rates):
    return about.note("none_closed" if (rates["n"] == 0).any() else "missing")


# Shares of one year


def grounds(cells, *, pooled=None, year=None, findings=None, lang="zh", source=None):
    """The grounds on which applications were not granted, as shares of those closed, with intervals.

    ``pooled`` is the corpus to compare with: ``indicators(all_cells, grounds(), by="year")``, or ``by=()``
    for all years together, where ``grounds`` is that of the module ``indicators``.
    """
    cells, year = of_year(cells, year)
    about = About(cells, lang, source)
    declared = set(cells["row"][cells["table"] == "applications"])
    keys = [row for row in ground_rows() if row in declared]
    # Where （六）其他处理 is one row, its sum stands for its parts.
    keys += ["other_rate"] if "other" in declared else []
    rates = indicators(cells, keys, by="year", findings=findings, lang=lang)
    if rates["value"].isna().all():
        return _undefined(about, rates)
    rows = list(rates.itertuples())
    given = sorted((row for row in rows if row.numerator > 0), key=lambda row: -row.numerator)
    if not given:
        return about.note("none_grounds", year=year, n=whole(rows[0].n))
    nothing = [row for row in rows if row.numerator == 0]
    hover = [told(row.name, row, lang) for row in given]
    outcomes = ["other" if row.indicator == "other_rate" else row.indicator.partition(".")[0] for row in given]
    traces, legend = _beside(about, given, pooled, year)
    traces.append(row_dots(given, range(len(given)), [OUTCOMES[outcome] for outcome in outcomes], hover))
    colours = "  ".join(swatch(OUTCOMES[outcome], about(outcome)) for outcome in dict.fromkeys(outcomes))
    subtitle = [*about.lines(about("grounds_text", n=whole(given[0].n))), colours, *legend]
    if nothing:
        subtitle += about.lines(about("zeros", n=len(nothing), high=shown(nothing[0].high, nothing[0].indicator, lang)))
    highest = max(x + more for trace in traces for x, more in zip(trace["x"], trace["error_x"]["array"]))
    labels = rows_axis(row_labels([row.name for row in given], [in_figures(row, lang) for row in given]))
    return draw(
        about, traces, {"yaxis": labels, "xaxis": value_axis(keys[0], highest)}, title=about("grounds_title", year=year),
        subtitle=subtitle + stars(about, given), told=hover, methods=["Wilson"], plot_height=max(90, 46 * len(given)),
        twin=rates_twin(rows, about, about("ground"), [row.name for row in rows]),
    )  # fmt: skip


def _beside(about, given, pooled, year):
    """The same grounds in all districts together, as (traces, lines of the legend)."""
    if pooled is None:
        return [], []
    found = pooled[pooled["year"] == year] if "year" in pooled.columns else pooled
    known = {row.indicator: row for row in found.itertuples() if row.value == row.value}
    places = [at for at, row in enumerate(given) if row.indicator in known and known[row.indicator].n > row.n]
    if not places:
        return [], [about("alone")]
    rows = [known[given[at].indicator] for at in places]
    label = about("pooled")
    hover = [told(f"{label} {row.name}", row, about.lang) for row in rows]
    dotted = row_dots(rows, [at + 0.24 for at in places], MUTED, hover, symbol="diamond-open", size=8)
    return [dotted], [f"● {about.subject}  ◇ {label}"]


def not_held_by_applicant(cells, *, year=None, findings=None, lang="zh", source=None):
    """The not-held rate of natural persons beside that of organisations, and their difference with Newcombe's interval.

    Where either side has fewer than 10 closed applications no difference is drawn.
    """
    cells, year = of_year(cells, year)
    about = About(cells, lang, source)
    keys = ["not_held_rate_natural_person", "not_held_rate_organisation"]
    rates = indicators(cells, keys, by="year", findings=findings, lang=lang)
    if rates["value"].isna().all():
        return _undefined(about, rates)
    rows = persons, organisations = list(rates.itertuples())
    names = [about("natural_person"), about("organisation")]
    hover = [told(name, row, lang) for name, row in zip(names, rows)]
    labels = row_labels(names, [in_figures(row, lang) for row in rows])
    traces = [row_dots(rows, range(2), OUTCOMES["unavailable"], hover)]
    layout, height = {"yaxis": rows_axis(labels), "xaxis": value_axis(keys[0], 1)}, 100
    fewest = min(row.n for row in rows)
    verdict = about("one_side" if fewest == 0 else "few_side", n=SMALL)
    if fewest >= SMALL:
        difference = newcombe(persons.numerator, persons.n, organisations.numerator, organisations.n)
        value, low, high = (float(part) for part in difference)
        verdict = about("difference_of", **dict(zip(("value", "low", "high"), map(in_points, (value, low, high)))))
        verdict += about("includes_zero" if low <= 0 <= high else "excludes_zero")
        traces.append(dots([value], [low], [high], [0], MUTED, [verdict], "diamond", xaxis="x2", yaxis="y2"))
        height = 230
        layout["yaxis"] |= {"domain": [0.58, 1]}
        layout["yaxis2"] = rows_axis([about("difference")], (0, 0.2)) | {"anchor": "x2"}
        ticks = {"tickvals": [-1, -0.5, 0, 0.5, 1], "ticktext": ["−100", "−50", "0", "+50", "+100"]}
        layout["xaxis2"] = {"anchor": "y2", "range": [-1.03, 1.03], "zeroline": True} | ticks
    return draw(
        about, traces, layout, title=about("by_applicant_title", year=year), told=[*hover, verdict], methods=["Wilson"],
        subtitle=about.lines(verdict) + stars(about, rows), twin=rates_twin(rows, about, about("applicant"), names),
        plot_height=height,
    )  # fmt: skip
