"""The notebooks: thin and tidy, running from anywhere and for any district, and right.

That they run as they are is shown by nbval (``make test``); here they are given other parameters, and read.
"""

import ast
import json
import re
import statistics
from functools import cache
from html import unescape

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from disclosure import __version__
from disclosure.report import sha256

from .conftest import ROOT
from .demo import demo

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TOUR = "00_tour.ipynb"
PLOTLY = "application/vnd.plotly.v1+json"
MOST_LINES = 6
PARAMETER = re.compile(r"\w+: (str|int|list) = (.+?)  # \S.*")
# What a reader of a notebook should not have to read.
MACHINERY = re.compile(r"^\s*(def|class|if|for|while|try|with|lambda)\b|\bimport (re|os|sys|pathlib)\b|\bopen\(|\b(re|os)\.")


def sources(notebook, kind="code"):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return json.loads(request.param.read_text("utf-8")) | {"name": request.param.name}


# Thin and tidy


def test_every_cell_is_a_few_lines_without_machinery(notebook):
    lines = [line for source in sources(notebook)[1:] for line in source.splitlines()]
    assert not [line for line in lines if MACHINERY.search(line)]
    counts = [len(source.splitlines()) for source in sources(notebook)]
    assert max(counts) <= MOST_LINES and statistics.median(counts) <= 2


def test_it_begins_with_a_title_and_its_parameters(notebook):
    first, second = notebook["cells"][:2]
    assert "".join(first["source"]).startswith("# ") and second["metadata"]["tags"] == ["parameters"]
    for line in "".join(second["source"]).splitlines():
        kind, default = PARAMETER.fullmatch(line).groups()
        assert type(ast.literal_eval(default)).__name__ == kind


def test_questions_are_asked_in_chinese_and_english(notebook):
    for text in sources(notebook, "markdown"):
        heading, *rest = [line for line in text.splitlines() if line]
        assert re.search("[\u4e00-\u9fff]", heading) and re.search(r"^\*[A-Z].*\*$", "\n".join(rest), re.M), text


def test_it_is_kept_tidy(notebook):
    """As tools/notebooks.py leaves it: run that after a notebook, or what the tour shows, has changed."""
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"} and notebook["metadata"]["language_info"] == {"name": "python"}
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{number}" for number in range(len(notebook["cells"]))]
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    assert bool(outputs) == (notebook["name"] == TOUR)
    # Nobody's folders, and no times.
    assert not re.search(r"/home/|/Users/|/tmp/|C:\\\\|\d\d:\d\d:\d\d", json.dumps(outputs, ensure_ascii=False))
    assert not any(output["output_type"] in ("stream", "error") for output in outputs)


# Running, and right


@cache
def run(name, cwd="notebooks", **parameters):
    """The outputs of a notebook run with parameters, in a folder of the project: its text, and its figures."""
    told = {key: list(value) if isinstance(value, tuple) else value for key, value in parameters.items()}
    executed = papermill.execute_notebook(
        str(ROOT / f"notebooks/{name}.ipynb"), None, told, engine_name="disclosure-warm", progress_bar=False, cwd=str(ROOT / cwd)
    )
    data = [output["data"] for cell in executed.cells for output in cell.get("outputs", ()) if "data" in output]
    text = " ".join(re.sub("<[^>]+>", " ", str(each.get("text/html", each.get("text/plain", "")))) for each in data)
    return " ".join(unescape(text).split()), [each[PLOTLY] for each in data if PLOTLY in each]


# What a referee would look up, as it stands on the page.
FOUND = {
    ("康巴什区", ()): ["公开率 分母：办结的申请 86.7% 13/15 [62.1–96.3]", "不掌握比例 分母：办结的申请 0.0% 0/15 [0.0–20.4]"],
    ("昆都仑区", (2024,)): [
        "公开率 分母：办结的申请 23.9% 26/109 [16.8–32.7]", "不掌握比例 分母：办结的申请 70.6% 77/109 [61.5–78.4]",
        "诉讼率（每百件） 分母：办结的申请 0.9 1/109", "败诉率 分母：已审结的诉讼案件 – 没有已审结的诉讼案件",
    ],
    ("昆都仑区", (2025,)): [
        "公开率 分母：办结的申请 23.6% 45/191 [18.1–30.1]", "不掌握比例 分母：办结的申请 70.2% 134/191 [63.3–76.2]",
        "复议率（每百件） 分母：办结的申请 12.6 24/191", "诉讼率（每百件） 分母：办结的申请 17.3 33/191 [11.9–24.3]",
        "复议纠错率 分母：已审结的复议案件 5.9% 1/17", "败诉率 分母：已审结的诉讼案件 6.7% 2/30",
    ],
    ("巴州区", ()): [
        "公开率 分母：办结的申请 78.9% 97/123 [70.8–85.1]", "全部公开率 分母：办结的申请 52.0% 64/123",
        "不掌握比例 分母：办结的申请 6.5% 8/123 [3.3–12.3]", "诉讼率（每百件） 分母：办结的申请 8.1 10/123",
        "复议纠错率 分母：已审结的复议案件 100.0% 4/4", "败诉率 分母：已审结的诉讼案件 0.0% 0/10",
    ],
    # Both years on one page, and what was carried over from one to the next.
    ("昆都仑区", ()): [
        "公开率 分母：办结的申请 23.9% 26/109 [16.8–32.7] 23.6% 45/191 [18.1–30.1]",
        "2025 4 4 4件，与2024年报告的“结转下年”各栏一致", "2024、2025 年度",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("district", "years"), FOUND)
def test_the_numbers_of_a_district(district, years):
    text, figures = run("10_district", district=district, years=years)
    assert not [number for number in FOUND[district, years] if number not in text]
    assert len(figures) >= 7


@pytest.mark.parametrize(("district", "file"), [("昆都仑区", "kundulun_2025"), ("可克达拉经开区", "kokdala_2024")])
def test_a_page_says_where_its_numbers_come_from(district, file):
    text, _ = run("10_district", district=district, years=())
    assert sha256(ROOT / f"data/reports/{file}.txt") in text
    assert f"{file}.txt" in text and f"disclosure {__version__}" in text and "2021年表样" in text and "存疑" in text


def test_figures_and_tables_say_the_same():
    _, figures = run("10_district", district="昆都仑区", years=())
    drawn = json.dumps(figures, ensure_ascii=False)
    for number in ("134/191 = 70.2%", "77/109 = 70.6%", "1/17 = 5.9%", "2/30 = 6.7%", "24/191 = 每百件12.6", "本机关不掌握 134"):
        assert number in drawn, number


def test_without_applications_no_figure_and_no_nought_per_cent():
    text, figures = run("10_district", district="可克达拉经开区", years=())
    assert figures == [] and not re.search(r"(?<!不是)(?<!并非)(?<![\d.])0(\.0)?%", text)
    for said in ("没有新收申请，也没有上年结转的申请", "均无法计算，并非0%", "比率没有分母，无从计算，不是0%", "没有行政复议，也没有行政诉讼", "推定4格"):
        assert said in text, said


def test_a_page_in_english():
    text, figures = run("10_district", district="巴州区", years=(), lang="en")
    for said in ("Disclosure rate of applications closed 78.9% 97/123 [70.8–85.1]", "all 42 hold", "Source", "200/200 cells"):
        assert said in text + json.dumps(figures), said
    titles = [figure["layout"]["title"]["text"] for figure in figures]
    assert not any(re.search("[\u4e00-\u9fff]", title.replace("巴州区", "")) for title in titles)


@pytest.mark.parametrize("cwd", [".", "notebooks", "tests/reports"])
def test_it_runs_from_anywhere_in_the_project(cwd):
    text, _ = run("10_district", cwd, district="511902", years=())
    assert "巴州区 四川省巴中市" in text


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("10_district", {"district": "昆都伦区"}, "did you mean 昆都仑区"),
        ("10_district", {"district": "昆都仑区", "years": (2031,)}, "2024, 2025"),
        ("20_compare", {"year": 1999}, "2023, 2024, 2025"),
        ("20_compare", {"indicator": "openness"}, "no indicator 'openness'"),
        ("25_trends", {"districts": ("昆都伦区",)}, "did you mean 昆都仑区"),
        ("40_explore", {"place": "巴州区", "year": 2024}, "2023"),
    ],
)
def test_what_does_not_exist_is_said_with_what_does(name, parameters, said):
    with pytest.raises(PapermillExecutionError, match=re.escape(said)):
        run(name, **parameters)


def test_districts_compared():
    text, figures = run("20_compare", year=2025, indicator="not_held_rate", against="dispute_ratio")
    assert "康巴什区" not in text and "昆都仑区 134 191 70.2%" in text
    text, figures = run("20_compare", **_in_demo(), year=2025, districts=("昆都仑区", "巴州区"))
    assert len(figures) == 3 and "2025年各地不掌握比例" in figures[1]["layout"]["title"]["text"]
    assert "不足" in text or "少于30个" in text
    for district in set(demo().select(years=2025).reports["district"]):
        assert text.count(district) >= 2


def test_years_followed():
    text, figures = run("25_trends", **_in_demo(), indicator="closure_rate", districts=("昆都仑区", "巴州区"))
    assert len(figures) == 1 and [each["text"] for each in figures[0]["layout"]["annotations"]][:2] == ["<b>昆都仑区</b>", "<b>巴州区</b>"]
    assert "2023 / 2024" in text and text.count("昆都仑区 202") == 3


def test_the_state_of_a_corpus():
    text, figures = run("30_quality", **_in_demo())
    for said in ("47 份，另有 1 个文件未能读取", "damaged or cut off", "正文称", "勾稽关系 applications.row_sum 3 0 0 3", "缺报告"):
        assert said in text + json.dumps(figures, ensure_ascii=False), said
    assert len(figures) == 3
    text, figures = run("30_quality")
    assert len(figures) == 1 and "没有一条勾稽关系不成立" in text and "没有一处不一致" in text


def test_one_indicator_looked_at():
    text, figures = run("40_explore", place="昆都仑区", year=2024, indicator="disclosure_rate")
    assert "昆都仑区2024、2025年：公开率" in figures[0]["layout"]["title"]["text"] and "（七）总计 · 总计 109 印有数字" in text


def _in_demo():
    return {"folder": demo().location}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_a_valid_notebook(path):
    nbformat.validate(nbformat.read(path, as_version=4))
