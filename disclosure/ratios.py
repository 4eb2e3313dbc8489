"""Ratios as tables: every one of a district with its numerator, denominator and interval; other denominators beside it."""

from .charts import About, bare, between, breaks_between, doubts, in_points, rates_twin, shown, span, unit_name, whole
from .comparisons import MANY
from .errors import known
from .indicators import indicator, sensitivity, widen
from .statistics import SMALL, newcombe
from .style import Html, Note, below, table_html, words

WORDS = {
    "ratios": {"zh": "每格：比率；分子/分母；95%区间", "en": "In each cell: the ratio; numerator/denominator; 95% interval"},
    "none_closed": {
        "zh": "{subject}{years}年没有办结的申请：比率没有分母，无从计算，不是0%。",
        "en": "{subject}, {years}: no application was closed, so no ratio has a denominator; none is 0%.",
    },
    "none_known": {"zh": "{subject}{years}年的报告缺少计算比率所需的数字。", "en": "{subject}, {years}: the report lacks the figures that ratios need."},
    "indicator": {"zh": "指标", "en": "Indicator"},
    "of": {"zh": "分母：{of}", "en": "of {of}"},
    "year": {"zh": "{year}年", "en": "{year}"},
    "turned": {"zh": "与上年相比的方向，和常用分母相反", "en": "the change on the year before has the opposite sign"},
    "rank": {"zh": "第{rank:.0f}", "en": "no. {rank:.0f}"},
    "moved": {"zh": "，移{moved:+.0f}位", "en": ", moved {moved:+.0f}"},
    "crossed": {"zh": "，由高于合计变为低于，或相反", "en": ", on the other side of all together"},
    "rearranged": {
        "zh": "换一个分母，名次会变多少（名次只排分母不足{small}以外的地区）{cut}",
        "en": "How ranks change under other denominators (ranked are districts with n of {small} and more){cut}",
    },
    "cut": {"zh": "；{n}个地区中变动最大的{few}个", "en": "; the {few} of {n} districts that move most"},
    "first": {"zh": "；{n}个地区中的前{few}个，其余见导出的数据", "en": "; the first {few} of {n} districts, the others are in the exported data"},
    "district": {"zh": "地区", "en": "District"},
    "value": {"zh": "比率", "en": "Ratio"},
    "fraction": {"zh": "分子/分母", "en": "Numerator / denominator"},
    "interval": {"zh": "95%区间", "en": "95% interval"},
    "remark": {"zh": "说明", "en": "Remark"},
    "years": {"zh": "年度", "en": "Years"},
    "change": {"zh": "变化（百分点）", "en": "Change (points)"},
    "verdict": {"zh": "判断", "en": "Verdict"},
    "changes": {"zh": "相邻两年之差，95%区间用Newcombe法", "en": "Changes on the year before, with Newcombe's 95% intervals"},
    "breaks": {"zh": "口径在这些年份之间有变", "en": "Between these years something changed"},
    "between": {"zh": "年份之间", "en": "Between"},
    "what": {"zh": "变了什么", "en": "What changed"},
    "no_breaks": {"zh": "{years}年之间，表样、法律和统计范围都没有变化。", "en": "Within {years} neither form nor law nor coverage changed."},
    "same": {"zh": "看不出变化", "en": "no change can be told"},
    "up": {"zh": "升高", "en": "up"},
    "down": {"zh": "降低", "en": "down"},
    "few": {"zh": "有一年分母不足{small}，不作比较", "en": "n below {small} in one year: not compared"},
    "no_pairs": {"zh": "没有哪个地区有相邻两年的数字，无从比较变化。", "en": "No district has figures of two consecutive years: there is no change to be told."},
    "no_changes": {"zh": "“{name}”是每百件的比率而非占比，此处不比较两年之差，请看图中的区间。", "en": "“{name}” is no share: its years are not subtracted here, compare the intervals in the figure."},
}  # fmt: skip


def say(key, lang, **values):
    return WORDS[key][lang].format(**values)


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
        return Note(say("none_closed" if (rates["n"] == 0).any() else "none_known", lang, subject=about.subject, years=about.years))
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
    figures = [f"{whole(row.numerator)}/{whole(row.n)}", between(row.low, row.high, row.indicator)]
    lines = Html("<br>").join(Html('<span style="white-space:nowrap">{}</span>').format(figure) for figure in figures)
    return below(bare(row.value, row.indicator), Html("<br>").join([lines, *filter(None, remarks)]))


def districts(rates, key, lang="zh"):
    """One indicator of one year over districts, in the order of the frame: no league table."""
    found = rates[rates["indicator"] == key]
    cut = say("first", lang, n=len(found), few=MANY) if len(found) > MANY else ""
    return table_html(indicator(key).name[lang] + cut, *rates_twin(list(found[:MANY].itertuples()), About(found, lang), say("district", lang), found["district"]))


def rearranged(corpus, key, *, lang="zh"):
    """The districts of one year under each answer to the question of an indicator: values, ranks, and what changes of them."""
    wide = widen(corpus.cells)
    # Two districts of one name are told apart by their code.
    wide = wide._replace(reports=wide.reports.merge(corpus.reports[["report", "region_code"]], on="report"))
    table = sensitivity(wide, [key], by=["district", "region_code"], lang=lang)
    table["place"] = table["district"].astype("str") + " " + table["region_code"].fillna("")
    moves = table.groupby("place", sort=False)["moved"].agg(lambda moved: moved.abs().max())
    cut = ""
    if len(moves) > MANY:
        cut = say("cut", lang, n=len(moves), few=MANY)
        moves = moves.sort_values(ascending=False, kind="stable")[:MANY]
    keys = list(dict.fromkeys(table["indicator"]))
    rows = {(row.place, row.indicator): row for row in table.itertuples()}
    lines = [(rows[place, keys[0]].district, *(_ranked(rows[place, each], lang) for each in keys)) for place in moves.index]
    header = [say("district", lang), *(indicator(each).name[lang] for each in keys)]
    return table_html(say("rearranged", lang, small=SMALL, cut=cut), header, lines)


def _ranked(row, lang):
    said = shown(row.value, row.indicator, lang)
    if row.value != row.value:
        return below(said, row.undefined)
    if row.rank != row.rank:
        return below(said, f"n={whole(row.n)}")
    rank = say("rank", lang, rank=row.rank) + (say("moved", lang, moved=row.moved) if row.moved else "")
    return below(said, rank + say("crossed", lang) * bool(row.side_flips))


def followed(rates, districts=(), most=12):
    """The rates of some districts; where none is named, of those with several years, at ``most`` those that closed most."""
    known_names = set(rates["district"])
    for name in districts:
        known(name, known_names, "district", "corpus.districts shows them")
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
    header = [*(say(word, lang) for word in ("district", "years", "change", "interval")), words(say("verdict", lang))]
    return table_html(say("changes", lang), header, lines)


def _change(then, now, lang):
    years = f"{then.year}–{now.year}"
    if not min(then.n, now.n) >= SMALL:
        return years, "–", "", words(say("few", lang, small=SMALL))
    difference, low, high = (float(part) for part in newcombe(now.numerator, now.n, then.numerator, then.n))
    verdict = "up" if low > 0 else "down" if high < 0 else "same"
    crossed = "; ".join(text for _, text in breaks_between([then.year, now.year], lang))
    said = below(say(verdict, lang), crossed) if crossed else say(verdict, lang)
    return years, in_points(difference), f"[{in_points(low)}, {in_points(high)}]", words(said)
