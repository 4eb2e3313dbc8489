"""Reconsideration and litigation over one year's answers: see ``figures``."""

import numpy as np

from .charts import About, bars, between, dots, draw, numbers, of_year, row_labels, rows_axis, value_axis, whole
from .indicators import counts
from .statistics import wilson
from .style import BLUE, GREY, LINE, PALE, VERMILLION, lines_of, swatch

KINDS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
RESULTS = {"upheld": BLUE, "corrected": VERMILLION, "other_result": PALE, "pending": GREY}
# The numbers in the bars are black where white would have less than 4.5 times the bar's brightness.
WHITE_ON = {BLUE}

# Heights in pixels: of a row of cases, of a row of rates, between the two parts.
CASES, RATES, GAP = 44, 46, 70
# The indicator whose axis and whose print the rates share.
LIKE = "litigation_correction_rate"


def disputes(cells, *, year=None, lang="zh", source=None):
    """Reconsideration and both kinds of litigation: results, and correction rates of decided cases, pending as bounds."""
    cells, year = of_year(cells, year)
    about = About(cells, lang, source)
    columns = [*(result.removesuffix("_result") for result in RESULTS), "total"]
    number = counts(cells, {f"{kind}.{column}": f"review:{kind}.{column}" for kind in KINDS for column in columns}).loc[
        year
    ]
    if number.isna().any():
        return about.note("missing")
    cases = number.to_numpy().reshape(len(KINDS), len(columns))
    if not cases.any():
        return about.note("none_disputes")
    names = [about(kind) for kind in KINDS]
    words = {result: about(result) for result in RESULTS}
    rates = _rates([*names, about("litigation")], np.vstack([cases, cases[1:].sum(axis=0)]), about)
    height = CASES * len(names) + GAP + RATES * len(rates)
    labels = [f"{lines_of(name, 9)} {whole(row[-1])}" for name, row in zip(names, cases)]
    layout = {
        "barmode": "stack",
        "yaxis": rows_axis(labels, (1 - CASES * len(names) / height, 1)),
        "xaxis": {"anchor": "y", "rangemode": "tozero", "nticks": 5},
        "yaxis2": rows_axis(row_labels([rate["name"] for rate in rates], [rate["figures"] for rate in rates]))
        | {"domain": [0, RATES * len(rates) / height], "anchor": "x2"},
        "xaxis2": value_axis(LIKE, 1, anchor="y2"),
    }
    legend = "  ".join(swatch(color, words[result]) for result, color in RESULTS.items())
    bounds = [f"● {about('corrected_of_decided')}", swatch(LINE, about("bounds"))]
    header = [about("kind"), *words.values(), *map(about, ("corrected_of_decided", "interval_short", "bounds"))]
    twin = [
        (rate["name"], *map(whole, rate["cases"]), rate["figures"], rate["interval"], rate["bounds"]) for rate in rates
    ]
    spelt = [f"{name} {about.listed(map(_counted, words.values(), row))}" for name, row in zip(names, cases)]
    return draw(
        about, [*_results(cases, names, words), *_corrected(rates)], layout, title=about("disputes_title", year=year),
        subtitle=[*about.lines(about("disputes_text")), legend, *bounds], methods=["Wilson"], twin=(header, twin),
        told=[*spelt, *(f"{rate['name']} {rate['figures']} {rate['interval']}" for rate in rates)], plot_height=height,
    )  # fmt: skip


def _counted(word, number):
    return f"{word} {whole(number)}"


def _results(cases, names, words):
    """A stacked bar a kind of case, each result with its number in it."""
    inside = {"textposition": "inside", "insidetextanchor": "middle", "textangle": 0, "constraintext": "inside"}
    for result, color, number in zip(RESULTS, RESULTS.values(), cases.T):
        hover = [f"{name} {words[result]} {whole(n)}" for name, n in zip(names, number)]
        letters = {
            "text": [whole(n) if n else "" for n in number],
            "textfont": {"color": "#FFFFFF" if color in WHITE_ON else "#000000"},
        }
        yield bars(number, range(len(names)), color, hover, **letters, **inside)


def _rates(names, cases, about):
    """The correction rate of each row of cases, of those decided, with what the pending ones could make of it."""
    rates = []
    for name, (*results, total) in zip(names, cases):
        _, corrected, _, pending = results
        decided = total - pending
        low, high = (float(limit) for limit in wilson(corrected, decided))
        value = corrected / decided if decided else np.nan
        least, most = (corrected / total, (corrected + pending) / total) if pending else (np.nan, np.nan)
        figures = f"{whole(corrected)}/{whole(decided)} = {value:.1%}" if decided else about("none_decided")
        bounds = f"{least:.1%}–{most:.1%}" if pending else ""
        rates.append(
            {
                "name": name, "cases": results, "value": value, "low": low, "high": high, "least": least, "most": most,
                "figures": figures, "interval": between(low, high, LIKE), "bounds": bounds,
            }
        )  # fmt: skip
    return rates


def _corrected(rates):
    """A dot with its interval for each rate, before the band that the pending cases leave open."""
    value, low, high, least, most = (
        [rate[part] for rate in rates] for part in ("value", "low", "high", "least", "most")
    )
    axes = {"xaxis": "x2", "yaxis": "y2"}
    width = np.array(most) - np.array(least)
    yield bars(width, range(len(rates)), LINE, [rate["bounds"] for rate in rates], base=numbers(least), **axes)
    hover = [f"{rate['name']} {rate['figures']} {rate['interval']}" for rate in rates]
    yield dots(value, low, high, range(len(rates)), VERMILLION, hover, **axes)
