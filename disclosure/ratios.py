"""Ratios as tables: every one of a district with its numerator, denominator and interval; other denominators beside it."""

import tomllib
from functools import cache
from pathlib import Path

from .charts import About, bare, between, breaks_between, doubts, in_points, rates_twin, shown, span, unit_name, whole
from .comparisons import MANY
from .district import named_apart
from .errors import known
from .indicators import indicator, sensitivity, widen
from .statistics import LEVEL, SMALL, newcombe
from .style import Html, Note, below, table_html, words


@cache
def vocabulary():
    return tomllib.loads(Path(__file__).with_name("ratios.toml").read_text("utf-8"))


def say(key, lang, **values):
    return vocabulary()[key][lang].format(**values)


def ratios(rates, lang="zh"):
    """Every indicator of one district, its years side by side; ``rates`` is a frame of ``indicators`` by year.

    Of the indicators that answer one question the usual one is shown; ``denominators`` has the others.
    """
    return _by_year(rates[[indicator(key).family == key for key in rates["indicator"]]], lang)


def denominators(cells, *, findings=None, lang="zh"):
    """The indicators of one district that have several denominators or numerators to choose from, years side by side."""
    return _by_year(sensitivity(cells, findings=findings, lang=lang), lang)


def _by_year(rates, lang):
    if rates["value"].isna().all():
        about = About(rates, lang)
        why = "none_closed" if (rates["n"] == 0).any() else "none_known"
        return Note(say(why, lang, subject=about.subject, years=about.years))
    years = sorted(rates["year"].unique())
    rows = {(row.indicator, row.year): row for row in rates.itertuples()}
    lines = []
    for key in dict.fromkeys(rates["indicator"]):
        of = indicator(key)
        name = words(below(unit_name(key, lang), say("of", lang, of=of.of[lang])))
        lines.append((name, *(_in_cell(rows[key, year], lang) for year in years)))
    header = [say("indicator", lang), *(say("year", lang, year=year) for year in years)]
    return table_html(say("ratios", lang), header, lines)


def _in_cell(row, lang):
    if row.value != row.value:
        return below("–", row.undefined)
    remarks = [doubts(row, lang)] + [say("turned", lang)] * bool(getattr(row, "trend_flips", False))
    # A fraction is never broken, an interval at its dash.
    line = Html('{}/{} <span style="white-space:nowrap">{}</span>').format(
        whole(row.numerator), whole(row.n), between(row.low, row.high, row.indicator)
    )
    return below(bare(row.value, row.indicator), Html("<br>").join([line, *filter(None, remarks)]))


def districts(rates, key, lang="zh"):
    """One indicator of one year over districts, in the order of the frame: no league table."""
    found = rates[rates["indicator"] == key]
    few = found[:MANY]
    cut = say("first", lang, n=len(found), few=MANY) if len(found) > MANY else ""
    return table_html(
        indicator(key).name[lang] + cut,
        *rates_twin(list(few.itertuples()), About(few, lang), say("district", lang), few["district"]),
    )


def rearranged(corpus, key, *, lang="zh"):
    """The districts of one year under each answer to the question of an indicator: values, ranks, and what changes of them."""
    wide = widen(corpus.cells)
    names = named_apart(corpus.reports)[["report", "district"]]
    wide = wide._replace(reports=wide.reports[["report", "year"]].merge(names, on="report"))
    table = sensitivity(wide, [key], by="district", lang=lang)
    moves = table.groupby("district", sort=False)["moved"].agg(lambda moved: moved.abs().max())
    moves = moves.sort_values(ascending=False, kind="stable")
    turned = table.groupby("district")["side_flips"].any().sum()
    verdict = "some_moved" if (moves > 0).any() else "none_moved"
    caption = say(verdict, lang, small=SMALL, n=moves.count(), moved=(moves > 0).sum(), most=moves.max(), turned=turned)
    if len(moves) > MANY:
        caption += say("cut", lang, n=len(moves), few=MANY)
        moves = moves[:MANY]
    keys = list(dict.fromkeys(table["indicator"]))
    rows = {(row.district, row.indicator): row for row in table.itertuples()}
    lines = [(name, *(_ranked(rows[name, each], lang) for each in keys)) for name in moves.index]
    header = [say("district", lang), *(indicator(each).name[lang] for each in keys)]
    return table_html(caption, header, lines)


def _ranked(row, lang):
    said = shown(row.value, row.indicator, lang)
    if row.value != row.value:
        return below(said, row.undefined)
    if row.rank != row.rank:
        return below(said, f"n={whole(row.n)}")
    rank = say("rank", lang, rank=row.rank)
    if row.moved:
        rank += say("fell" if row.moved > 0 else "rose", lang, n=abs(row.moved))
    return below(said, rank + say("crossed", lang) * bool(row.side_flips))


def followed(rates, districts=(), most=12):
    """The rates of some districts; where none is named, of those with several years, at ``most`` those that closed most."""
    for name in districts:
        known(name, set(rates["district"]), "district", "corpus.districts shows them")
    if not districts:
        own = rates.groupby("district", observed=True).agg(years=("year", "nunique"), n=("n", "max"))
        chosen = own[own["years"] > 1] if (own["years"] > 1).any() else own
        districts = chosen.nlargest(most, "n").index
    return rates[rates["district"].isin(districts)]


def breaks(corpus, lang="zh"):
    """The years before which something changed that every figure of years marks: forms, the law, coverage."""
    years = corpus.reports["year"].dropna()
    found = breaks_between([min(years), max(years)], lang, corpus.reports)
    if not found:
        return Note(say("no_breaks", lang, years=span(years, lang)))
    header = [say("between", lang), words(say("what", lang))]
    return table_html(say("breaks", lang), header, [(f"{year - 1} / {year}", words(text)) for year, text in found])


NOT_COMPARED = "–"


def changes(rates, key, lang="zh"):
    """The change of an indicator on the year before, district by district, with its interval and what can be told of it."""
    of = indicator(key)
    if of.kind != "share":
        return Note(say("no_changes", lang, name=of.name[lang]))
    lines = []
    for name, own in rates[rates["indicator"] == key].groupby("district", observed=True, sort=False):
        rows = list(own.sort_values("year").itertuples())
        lines += [(name, *_change(*pair, lang)) for pair in zip(rows, rows[1:]) if pair[1].year == pair[0].year + 1]
    if not lines:
        return Note(say("no_pairs", lang))
    header = [
        say("district", lang),
        say("years", lang),
        below(say("change", lang), say("interval", lang)),
        words(say("verdict", lang)),
    ]
    compared = sum(change != NOT_COMPARED for *_, change, _ in lines)
    return table_html(say("changes", lang, n=compared, chance=(1 - LEVEL) * compared), header, lines)


def _change(then, now, lang):
    years = f"{then.year}–{now.year}"
    if not min(then.n, now.n) >= SMALL:
        return years, NOT_COMPARED, words(say("few", lang, small=SMALL))
    difference, low, high = (float(part) for part in newcombe(now.numerator, now.n, then.numerator, then.n))
    verdict = "up" if low > 0 else "down" if high < 0 else "same"
    crossed = "; ".join(text for _, text in breaks_between([then.year, now.year], lang))
    said = below(say(verdict, lang), crossed) if crossed else say(verdict, lang)
    return years, below(in_points(difference), f"[{in_points(low)}, {in_points(high)}]"), words(said)
