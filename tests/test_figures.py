"""The figures' structure and numbers, not their pixels: every figure of every sample district, and of made corpora."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io
import pytest

from disclosure import figures
from disclosure.errors import DisclosureError
from disclosure.indicators import grounds, indicators
from disclosure.style import INK, MUTED, OUTCOMES, TEMPLATE, Note, width, wrap

from .frames import cells_of, many, sample, samples

OF_A_DISTRICT = (
    "applications", "applicants", "flow", "composition", "grounds", "not_held", "not_held_by_applicant", "disputes",
)  # fmt: skip
DISTRICTS = ("康巴什区", "昆都仑区", "可克达拉经开区", "巴州区")


def compared(name, lang="zh"):
    """A figure of many made districts."""
    rates = indicators(many(), lang=lang)
    long = many(6, tuple(range(2018, 2026)))
    by_year = indicators(long, ["disclosure_rate", "reconsideration_ratio"], by="year", lang=lang)
    return {
        "trend": lambda: figures.trend(by_year, lang=lang),
        "funnel": lambda: figures.funnel(rates, "not_held_rate", highlight="第3区", lang=lang),
        "shrunken": lambda: figures.shrunken(rates, "reconsideration_ratio", lang=lang),
        "heatmap": lambda: figures.heatmap(rates, lang=lang),
        "scatter": lambda: figures.scatter(rates, "disclosure_rate", "not_held_rate", highlight=["第3区"], lang=lang),
    }[name]()


COMPARISONS = ("trend", "funnel", "shrunken", "heatmap", "scatter")
DRAWN = [(name, lang) for name in OF_A_DISTRICT + COMPARISONS for lang in ("zh", "en")]


def drawn(name, lang="zh", district="昆都仑区"):
    return getattr(figures, name)(sample(district), lang=lang) if name in OF_A_DISTRICT else compared(name, lang)


class Rows(HTMLParser):
    """The text of each row of a table."""

    def __init__(self, html):
        super().__init__()
        self.rows = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows:
            self.rows[-1][-1] += data


def twin(figure):
    return Rows(figures.table(figure)._repr_html_()).rows


@pytest.mark.parametrize("name, lang", DRAWN)
def test_every_figure_says_what_it_shows_to_eye_ear_and_print(name, lang):
    figure = drawn(name, lang)
    assert isinstance(figure, go.Figure) and figure.data
    text = figure.layout.title.text
    assert all(width(line) <= 21.5 for line in re.search("<b>(.*?)</b>", text)[1].split("<br>"))
    assert len(figure.layout.meta["alt"]) > 30
    rows = twin(figure)
    assert len(rows) > 1 and len({len(row) for row in rows}) == 1
    corner = figure.layout.annotations[-1].text.replace("<br>", "")
    assert ("来源" if lang == "zh" else "Source") in corner and re.search(r"202\d", corner)
    assert figure.layout.template.layout.font.family == TEMPLATE["layout"]["font"]["family"]
    assert figure.layout.showlegend is None and TEMPLATE["layout"]["showlegend"] is False


@pytest.mark.parametrize("name, lang", DRAWN)
def test_the_same_numbers_give_the_same_figure_and_a_small_one(name, lang):
    first, second = drawn(name, lang).to_json(), drawn(name, lang).to_json()
    assert first == second and len(first) < 80_000
    assert "bdata" not in first and "http" not in first


@pytest.mark.parametrize("name", OF_A_DISTRICT + COMPARISONS)
def test_english_is_english(name):
    said = json.dumps(drawn(name, "en").to_plotly_json(), ensure_ascii=False, default=str)
    said = said.replace(TEMPLATE["layout"]["font"]["family"], "")
    assert not re.findall("[\u4e00-\u9fff]+", re.sub("昆都仑区|第\\d+区", "", said))


@pytest.mark.parametrize("name", OF_A_DISTRICT)
def test_where_nothing_was_received_a_sentence_stands_in_the_figures_place(name):
    note = getattr(figures, name)(sample("可克达拉经开区"))
    assert isinstance(note, Note) and note.text.startswith("可克达拉经开区2024年没有") and "0%" not in note.text
    assert note._repr_html_().startswith('<p class="note">') and figures.table(note) is note


@pytest.mark.parametrize("name", OF_A_DISTRICT)
@pytest.mark.parametrize("district", DISTRICTS)
def test_every_sample_district_is_drawn_or_told(name, district):
    figure = getattr(figures, name)(sample(district))
    assert isinstance(figure, Note | go.Figure)
    if isinstance(figure, go.Figure):
        assert district in figure.layout.title.text
        # Nothing that is undefined is drawn as a number.
        assert "NaN" not in figure.to_json() and "nan" not in figures.table(figure)._repr_html_()


@pytest.mark.parametrize("name", OF_A_DISTRICT)
def test_a_report_that_lacks_figures_is_told_and_not_drawn_as_nothing(name):
    absent = [f"{table}.{row}.{column}" for table, row, column in samples()[["table", "row", "column"]].to_numpy()]
    note = getattr(figures, name)(cells_of({}, missing=absent))
    assert isinstance(note, Note) and "缺少" in note.text


def test_applications_balance():
    figure = figures.applications(sample("昆都仑区"))
    bars = [(trace.y[0], trace.x[0]) for trace in figure.data]
    # Two bars a year, the last year on top: new and carried in, closed and carried out.
    assert bars == [(0, 191), (0, 4), (1, 191), (1, 4), (2, 109), (2, 4), (3, 109), (3, 4)]
    assert twin(figure)[1:] == [["2024", "109", "4", "109", "4"], ["2025", "191", "4", "191", "4"]]


def test_applicants_with_the_year_before():
    figure = figures.applicants(sample("昆都仑区"))
    assert list(figure.data[0].x) == [188, 2, 0, 1, 0, 0] and list(figure.data[1].x) == [107, 2, 0, 0, 0, 0]
    assert "188件 · 98.4%" in figure.layout.yaxis.ticktext[0]
    assert len(figures.applicants(sample("昆都仑区"), year=2024).data) == 1


@pytest.mark.parametrize("district", ("康巴什区", "昆都仑区", "巴州区"))
def test_the_flow_loses_nothing(district):
    sankey = figures.flow(sample(district)).data[0]
    links = pd.DataFrame({"source": sankey.link.source, "target": sankey.link.target, "value": sankey.link.value})
    into, out = links.groupby("target")["value"].sum(), links.groupby("source")["value"].sum()
    both = into.index.intersection(out.index)
    assert len(both) > 1 and (into[both] == out[both]).all()
    names = [label.replace("<br>", " ") for label in sankey.node.label]
    assert len(set(names)) == len(names) and any(name.startswith("在办") for name in names)


def test_the_flow_of_an_older_form_has_its_rows():
    values = {"new.total": 9, "closed.total": 9, "granted.total": 4, "other.total": 5}
    figure = figures.flow(cells_of({f"applications.{cell}": n for cell, n in values.items()}, declared="2019", year=2020))
    assert "其他处理 5" in figure.data[0].node.label


def test_outcomes_side_by_side_and_over_years():
    figure = figures.composition(sample("昆都仑区"))
    newest, before = figure.data
    assert newest.x[0] == pytest.approx(45 / 191, abs=1e-5) and sum(newest.x) == pytest.approx(1, abs=1e-4)
    assert sum(before.x) == pytest.approx(1, abs=1e-4)
    high = newest.x[0] + newest.error_x.array[0], newest.x[0] - newest.error_x.arrayminus[0]
    assert [round(100 * edge, 1) for edge in high] == [30.1, 18.1]
    assert ["无法提供率 2025", "134", "191", "70.2%", "[63.3–76.2]"] in twin(figure)


def test_breaks_are_drawn_and_explained_and_no_line_runs_over_them():
    figure = compared("trend")
    places = {shape.x0 for shape in figure.layout.shapes}
    assert places == {2018.5, 2020.5, 2023.5}
    title = figure.layout.title.text
    assert all(word in title for word in ("① 2019年", "② 2021年", "③ 2024年"))
    line = figure.data[0]
    drawn_over = list(zip(line.x, line.y))
    steps = [(a, b) for (a, y), (b, z) in zip(drawn_over, drawn_over[1:]) if None not in (y, z)]
    assert (2020, 2021) not in steps and (2018, 2019) not in steps and (2021, 2022) in steps


def test_a_change_of_coverage_is_a_break():
    reports = pd.DataFrame({"year": [2021, 2022, 2023], "coverage": ["own", "own", "aggregate"]})
    values = {"applications.closed.total": 20, "applications.granted.total": 9}
    cells = pd.concat([cells_of(values, f"{year}.html", year=year) for year in reports["year"]])
    title = figures.composition(cells, reports=reports).layout.title.text
    assert "2023年统计范围改变" in title and "2022年统计范围改变" not in title


def test_grounds_beside_the_pooled_corpus():
    pooled = indicators(samples(), grounds(), by=())
    figure = figures.grounds(sample("昆都仑区"), pooled=pooled)
    everyone, own = figure.data
    assert list(own.x)[:2] == [pytest.approx(134 / 191, abs=1e-5), pytest.approx(4 / 191, abs=1e-5)]
    assert everyone.x[0] == pytest.approx(219 / 438) and everyone.marker.symbol == "diamond-open"
    assert own.marker.color[0] == OUTCOMES["unavailable"]
    assert "其余13项为0件，区间上限2.0%" in figure.layout.title.text.replace("<br>", "")
    # The twin has every ground, those not given too.
    assert len(twin(figure)) == 1 + len(grounds())
    granted = cells_of({"applications.closed.total": 12, "applications.granted.total": 12, "applications.new.total": 12})
    assert figures.grounds(granted).text == "甲区2024年办结的12件全部予以公开或部分公开，没有其他答复理由。"


APPLICANTS = {"closed": (170, 50), "unavailable.not_held": (60, 30)}


def test_applicants_are_compared_from_ten_closed_on():
    values = {f"applications.{row}.natural_person": n for row, (n, _) in APPLICANTS.items()}
    values |= {f"applications.{row}.total": n + m for row, (n, m) in APPLICANTS.items()}
    figure = figures.not_held_by_applicant(cells_of(values))
    difference = figure.data[1]
    assert difference.x[0] == pytest.approx(60 / 170 - 30 / 50, abs=1e-5) and "区间不含0" in figure.layout.meta["alt"]
    few = figures.not_held_by_applicant(sample("昆都仑区"))
    assert len(few.data) == 1 and "一方少于10件，太少，不作比较" in few.layout.meta["alt"]
    none = figures.not_held_by_applicant(sample("康巴什区"))
    assert "一方没有办结的申请，无法比较" in none.layout.meta["alt"]


def test_disputes_with_pending_as_bounds():
    figure = figures.disputes(sample("昆都仑区"))
    counts = {trace.marker.color: list(trace.x) for trace in figure.data[:4]}
    assert list(counts.values()) == [[7, 22, 3], [1, 1, 1], [9, 0, 3], [7, 2, 1]]
    band, rates = figure.data[4:]
    assert list(rates.x) == [pytest.approx(k / n, abs=1e-5) for k, n in ((1, 17), (1, 23), (1, 7), (2, 30))]
    assert band.base[0] == pytest.approx(1 / 24, abs=1e-5) and band.base[0] + band.x[0] == pytest.approx(8 / 24, abs=1e-4)
    assert ["两类诉讼合计", "25", "2", "3", "3", "2/30 = 6.7%", "[1.8–21.3]", "6.1%–15.2%"] in twin(figure)


def test_a_funnel_names_what_chance_does_not_explain():
    rates = indicators(many(), "not_held_rate")
    odd = rates["n"].idxmax()
    rates.loc[odd, ["value", "numerator"]] = 1.0, rates.loc[odd, "n"]
    figure = figures.funnel(rates, "not_held_rate")
    outside = next(trace for trace in figure.data if trace.marker.symbol == "diamond")
    assert rates.loc[odd, "district"] in outside.text
    assert sum(len(trace.x) for trace in figure.data if trace.mode == "markers+text") == (rates["n"] >= 10).sum()
    assert "个地区中" in figure.layout.title.text and "仅凭偶然约0.1个" in figure.layout.title.text.replace("<br>", "")
    limits = [trace for trace in figure.data if trace.mode == "lines"]
    # Exact and widened, two levels, two sides, and the line of all together.
    assert len(limits) == 9


def test_a_funnel_of_few_districts_is_not_corrected_and_says_so():
    figure = figures.funnel(indicators(samples()), "not_held_rate", year=2024)
    assert "未校正过度离散" in figure.layout.title.text
    assert len([trace for trace in figure.data if trace.mode == "lines"]) == 5


def test_shrinking_says_why_it_does_not():
    note = figures.shrunken(indicators(samples()), "not_held_rate", year=2024)
    assert "只有2个地区" in note.text and "少于30个" in note.text
    figure = compared("shrunken")
    assert "名次区间" in figure.layout.yaxis.ticktext[0] and len(twin(figure)[0]) == 6


def test_a_heat_map_colours_nothing_below_ten():
    figure = figures.heatmap(indicators(samples()), year=2024)
    heat, text = figure.data
    assert list(text.text[-6:]) == ["–"] * 6 and list(heat.z[-1]) == [None] * 6
    assert heat.z[0][0] == 1 and text.text[0] == "86.7%"
    small = cells_of({"applications.closed.total": 4, "applications.granted.total": 2})
    small = figures.heatmap(indicators(small), ["disclosure_rate"])
    assert small.data[1].text[0] == "(50.0%)" and small.data[0].z[0][0] is None


def test_districts_of_one_name_are_told_apart():
    one = cells_of({"applications.closed.total": 20, "applications.granted.total": 9}, "a").assign(region_code="320106")
    other = cells_of({"applications.closed.total": 30, "applications.granted.total": 9}, "b").assign(region_code="410204")
    rates = indicators(pd.concat([one, other]), by=("region_code", "district", "year"))
    assert list(figures.heatmap(rates).data[0].y) == ["甲区 320106", "甲区 410204"]


def test_a_doubtful_value_is_starred():
    cells = cells_of({"applications.closed.total": 20, "applications.granted.total": 9, "applications.new.total": 20})
    findings = pd.DataFrame({"report": ["a.html"], "severity": ["error"], "message": ["合计不符"], "cells": [["applications.granted.total"]]})
    figure = figures.composition(cells, findings=findings)
    assert [label.endswith("*</span>") for label in figure.layout.yaxis.ticktext] == [True] + [False] * 5
    assert "* 含推得或勾稽不符的数字" in figure.layout.title.text
    assert "涉及1处勾稽不符（合计不符）" in twin(figure)[1][-1]
    assert "*" not in figures.composition(cells).layout.title.text


def test_no_word_is_left_over():
    from pathlib import Path

    from disclosure.charts import vocabulary

    source = "".join(Path(figures.__file__).with_name(f"{name}.py").read_text("utf-8") for name in DRAWING)
    # The unit of a rate and the method of an interval are named by the indicator.
    derived = {"per_100", "per_10000", "Wilson", "exact Poisson"}
    assert {key for key in vocabulary()["words"] if f'"{key}"' not in source} <= derived


DRAWING = ("charts", "figures", "flow", "disputes", "comparisons")

WRONG = [
    (lambda: figures.flow(sample("昆都仑区"), year=2020), "no report of 2020 here; there are 2024、2025"),
    (lambda: figures.trend(indicators(samples())), "one row a year"),
    (lambda: figures.funnel(indicators(many()), "openness"), "no indicator 'openness'"),
    (lambda: figures.funnel(indicators(many(), "denial_rate"), "not_held_rate"), "not in this frame, which has denial_rate"),
    (lambda: figures.funnel(indicators(many()), "not_held_rate", highlight="鼓楼区"), "no district '鼓楼区'"),
]


@pytest.mark.parametrize("call, message", WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_name_is_answered_with_those_that_exist(call, message):
    with pytest.raises(DisclosureError, match=message):
        call()


def test_the_house_style_can_be_read():
    assert plotly.io.templates["disclosure"].layout.font.size == 13
    for color in (INK, MUTED):
        assert contrast(color) >= 4.5
    for color in OUTCOMES.values():
        assert contrast(color) >= 1.9
    assert len(set(OUTCOMES.values())) == len(OUTCOMES)


def test_numbers_in_bars_can_be_read():
    bars = [trace for trace in drawn("disputes").data if trace.type == "bar" and trace.text]
    assert bars and all(contrast(bar.textfont.color, bar.marker.color) >= 4.5 for bar in bars)


def contrast(color, ground="#FFFFFF"):
    """The WCAG contrast of two colours."""
    darker, lighter = sorted((luminance(color), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color):
    parts = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


WRAPPED = [
    ("差的区间（Newcombe法）", 6, ["差的区间", "（Newcombe法）"]),
    ("办结，办结。", 2, ["办结，", "办结。"]),
    ("", 5, []),
    ("Reconsideration", 4, ["Reconsideration"]),
]


@pytest.mark.parametrize("text, room, lines", WRAPPED, ids=[case[0] or "nothing" for case in WRAPPED])
def test_lines_break_where_they_may(text, room, lines):
    assert wrap(text, room) == lines


def test_a_figure_is_quick_to_build():
    import time

    cells = sample("昆都仑区")
    for name in OF_A_DISTRICT:
        getattr(figures, name)(cells)
    start = time.process_time()
    for name in OF_A_DISTRICT:
        getattr(figures, name)(cells)
    assert (time.process_time() - start) / len(OF_A_DISTRICT) < 0.06
