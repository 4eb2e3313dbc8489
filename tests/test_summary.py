"""The sentences: right numbers, each traceable to cells, none that claims a cause or more than the numbers tell."""

import re

import pandas as pd
import pytest

from disclosure.indicators import grounds, indicators
from disclosure.summary import CLAUSES, RULES, intervals_explained, summary

from .frames import cells_of, many, sample, samples

A = "applications."


def district(closed, granted, not_held=0, year=2024, part=0, **more):
    values = {
        A + "new.total": closed, A + "closed.total": closed, A + "granted.total": granted, A + "granted_in_part.total": part,
        A + "unavailable.not_held.total": not_held,
    }  # fmt: skip
    return cells_of(values | more, f"{year}.html", year=year)


SAID = [
    # cells, what is said, what is not
    (
        lambda: sample("昆都仑区"),
        ["新收申请191件", "公开率23.6% [18.1–30.1]", "70.2% [63.3–76.2]", "看不出变化", "已审结17件，其中纠正1件"], [],
    ),
    (lambda: sample("康巴什区"), ["公开率86.7% [62.1–96.3]", "没有政府信息公开方面的行政复议和行政诉讼"], ["相比"]),
    (lambda: sample("巴州区"), ["只计全部公开则为52.0%", "已审结4件，其中纠正4件，太少，不足以判断"], ["100.0%"]),
    (lambda: sample("可克达拉经开区"), ["没有新收申请", "均无法计算，并非0%", "4格未印出"], ["公开率0"]),
    (lambda: district(9, 5), ["予以公开5件", "件数太少，不足以判断"], ["公开率", "其余答复中"]),
    (lambda: district(20, 20), ["没有一件以其他方式答复"], ["其余答复中"]),
    (
        lambda: pd.concat([district(40, 8, year=2023), district(40, 32)]),
        ["由20.0%变为80.0%", "高于上年", "2024年起对不予公开须先复议"], ["看不出变化；"],
    ),
    (
        lambda: pd.concat([district(40, 8, year=2021), district(5, 4, year=2022)]),
        ["至少一年办结不足10件，太少，不作比较"], ["变为"],
    ),
    (lambda: pd.concat([district(40, 8, year=2021), district(40, 4, year=2023)]), [], ["相比"]),
    (lambda: cells_of({}, missing=[A + "closed.total"]), ["缺少申请的收到或办理数字"], ["没有新收"]),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SAID)))
def test_what_is_said_and_what_is_not(number):
    cells, present, absent = SAID[number]
    said = str(summary(cells()))
    assert all(text in said for text in present) and not any(text in said for text in absent), said


@pytest.mark.parametrize("name", samples()["district"].unique())
@pytest.mark.parametrize("lang", ("zh", "en"))
def test_three_to_six_sentences_each_with_its_cells(name, lang):
    whole = summary(sample(name), pooled=indicators(samples(), grounds(), by=()), lang=lang)
    assert 3 <= len(whole.sentences) <= 6
    known = {".".join(key) for key in samples()[["table", "row", "column"]].to_numpy()}
    for sentence in whole.sentences:
        assert sentence.cells and set(sentence.cells) <= known and sentence.reports
    frame = whole.frame()
    assert set(frame["report"]) <= set(sample(name)["report"]) and set(frame["text"]) == {each.text for each in whole.sentences}
    html = whole._repr_html_()
    assert all(label in html for label in frame["label"])
    assert html.count("data-cells=") == len(whole.sentences) and 'class="summary"' in html


def numbers_in(text):
    return {int(number) for number in re.findall(r"(?<![\d.])\d+(?=件)", text)}


@pytest.mark.parametrize("name", samples()["district"].unique())
def test_every_count_in_a_sentence_is_made_of_its_cells(name):
    cells = sample(name)
    now = cells[cells["year"] == cells["year"].max()]
    value = dict(zip(now["table"] + "." + now["row"] + "." + now["column"], now["value"]))
    for sentence in summary(cells).sentences:
        if sentence.rule in ("received", "disclosed", "disclosed_in_part", "ground", "ground_not_held"):
            assert numbers_in(sentence.text) <= {int(value[cell]) for cell in sentence.cells}


def test_the_pooled_corpus_is_above_below_or_not_to_be_told():
    pooled = indicators(samples(), grounds(), by=())
    assert "高于全部地区合计的50.0%" in str(summary(sample("昆都仑区"), pooled=pooled))
    cells = pd.concat([samples(), district(10_000, 3000, 7000)])
    assert "与全部地区合计的69.2%看不出差别" in str(summary(sample("昆都仑区"), pooled=indicators(cells, grounds(), by=())))
    cells = pd.concat([samples(), district(10_000, 500, 9500)])
    assert "低于全部地区合计的93.1%" in str(summary(sample("昆都仑区"), pooled=indicators(cells, grounds(), by=())))


def test_sums_that_do_not_close_are_said():
    touched = [[A + "new.total"], []]
    findings = pd.DataFrame({"report": ["kundulun_2025.txt"] * 2, "severity": ["error", "info"], "cells": touched})
    whole = summary(sample("昆都仑区"), findings=findings)
    assert whole.sentences[-1].text == "读数须留意：1处勾稽关系不符，所涉数字须对照原表。"
    assert whole.sentences[-1].cells == [A + "new.total"]


CAUSES = "因为|由于|导致|造成|促使|得益于|because|due to|caused|thanks to|led to"


def test_no_rule_claims_a_cause_and_all_speak_both_languages():
    texts = [text for rule in RULES for text in (rule.zh, rule.en)]
    texts += [text for clause in CLAUSES.values() for text in clause.values()]
    assert not any(re.search(CAUSES, text) for text in texts)
    for rule in RULES:
        fields = [set(re.findall(r"{(\w+)", text)) for text in (rule.zh, rule.en)]
        assert fields[0] == fields[1], rule.key


def test_every_rule_is_said_of_some_district():
    frames = [cells() for cells, *_ in SAID] + [many(30)[many(30)["district"] == f"第{n}区"] for n in range(1, 31)]
    ground = district(30, 20, **{A + "denied.third_party.total": 10})
    said = {sentence.rule for cells in [*frames, ground] for sentence in summary(cells).sentences}
    assert said == {rule.key for rule in RULES}


def test_intervals_are_explained_in_plain_words():
    assert "抽样" in intervals_explained().text and "sample" in intervals_explained("en").text
