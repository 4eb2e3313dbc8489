"""Look at one indicator of one district and at the cells behind it: with widgets in JupyterLab, or one picture at a time."""

from . import figures
from .charts import whole
from .district import own
from .errors import known
from .export import declared as codebook
from .form import forms
from .indicators import cells_behind, declared, grounds, indicator
from .style import table_html, words

WORDS = {
    "district": {"zh": "地区", "en": "District"},
    "year": {"zh": "年度", "en": "Year"},
    "indicator": {"zh": "指标", "en": "Indicator"},
    "cells": {"zh": "{district} {year}：{name}由这些格得来", "en": "{district} {year}: the cells behind {name}"},
    "cell": {"zh": "格", "en": "Cell"},
    "value": {"zh": "数值", "en": "Value"},
    "status": {"zh": "状态", "en": "Status"},
    "place": {"zh": "在文件中的位置", "en": "Place in the file"},
}
PLACES = {"page": "第{}页", "table": "第{}表", "row": "第{}行", "column": "第{}列", "line": "第{}行"}
"""The parts of a Place in Chinese."""


def explore(corpus, district="", year=0, indicator="not_held_rate", lang="zh"):
    """Three pickers, and below them the picture and the cells of what is picked, once something has been.

    Nothing is drawn before, so that a page made of the notebook has nothing that needs a kernel.
    """
    import ipywidgets as widgets
    from IPython.display import display

    years = dict(zip(corpus.districts["name"], corpus.districts["years"]))
    names = declared(lang)
    district, year = chosen(corpus, district, year)
    picked = {
        "district": widgets.Dropdown(options=list(years), value=district),
        "year": widgets.Dropdown(options=years[district], value=year),
        "indicator": widgets.Dropdown(options=list(zip(names["name"], names["indicator"])), value=indicator),
    }
    box = widgets.VBox([widgets.HBox(list(picked.values()), layout={"flex_flow": "row wrap"})])

    def show(_):
        district, year, indicator = (picker.value for picker in picked.values())
        box.children = [box.children[0], widgets.Output()]
        with box.children[1]:
            display(picture(corpus, district, indicator, lang), cells_used(corpus, district, year, indicator, lang))

    def follow(change):
        # The years are those of the new district: all of that is one change, and drawn once.
        picked["year"].unobserve(show, "value")
        picked["year"].options = years[change["new"]]
        picked["year"].value = years[change["new"]][-1]
        picked["year"].observe(show, "value")
        show(change)

    for name, picker in picked.items():
        picker.description = WORDS[name][lang]
        picker.observe(follow if name == "district" else show, "value")
    return box


def chosen(corpus, district="", year=0):
    """A district and a year of its reports: those given, else the first district of the corpus and its last year.

    Raises UnknownName for a district or year that is not there.
    """
    district = district or corpus.districts["name"].iloc[0]
    years = own(corpus.select(district)).reports["year"]
    if year:
        known(int(year), list(years), "year", f"of {district}")
    return district, int(year or years.max())


def picture(corpus, district, key="not_held_rate", lang="zh"):
    """An indicator of one district over its years."""
    reports = own(corpus.select(district))
    return figures.trend(reports.indicators(key, lang=lang), reports=reports.reports, lang=lang)


def cells_used(corpus, district, year, key, lang="zh"):
    """The cells that an indicator of one district and year is made of: what stands in each, and where."""
    cells = own(corpus.select(district, years=year)).cells
    names = cells["table"].astype("str") + "." + cells["row"].astype("str") + "." + cells["column"].astype("str")
    used = cells[names.isin(cells_behind(key, tuple(names)))]
    form, statuses = forms()[used["form"].iloc[0]], codebook()["cells", "status"]["values"]
    lines = [
        (
            form.label((row.table, row.row, row.column), lang), whole(row.value), words(statuses[row.status][lang == "en"]),
            words(_located(row.place, lang)),
        )
        for row in used.itertuples()
    ]  # fmt: skip
    names = [WORDS[word][lang] for word in ("cell", "value", "status", "place")]
    header = [*names[:2], *map(words, names[2:])]
    return table_html(
        WORDS["cells"][lang].format(district=district, year=year, name=indicator(key).name[lang]), header, lines
    )


def _located(place, lang):
    """A place in print.

    >>> _located("page 2 table 3 row 4", "zh")
    '第2页第3表第4行'
    """
    if lang == "en":
        return place
    parts = place.split()
    return "".join(PLACES[part].format(number) for part, number in zip(parts[::2], parts[1::2]))


def beside_all(corpus, district, year, lang="zh"):
    """The grounds for not disclosing of one district and year, beside those of all districts together."""
    one, everyone = own(corpus.select(district)), own(corpus).indicators(grounds(), by="year", lang=lang)
    return figures.grounds(one.cells, pooled=everyone, year=year, findings=one.findings, lang=lang)
