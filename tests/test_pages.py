"""The pages of the project's own reports and notebooks: what stands on them, and how a browser without a network shows them."""

import html
import re
import shutil

import pytest

from disclosure.render import render

from .browser import chromium
from .conftest import ROOT

BROKEN = "破损.pdf"
DISTRICTS = ("康巴什区", "昆都仑区", "巴州区", "可克达拉经开区")
WIDTHS = (1280, 390)

# Figures that were computed by hand; a page has to say them: value, numerator and denominator, interval.
SAID = [
    ("康巴什区", "公开率", "86.7", "13/15", "[62.1–96.3]"),
    ("康巴什区", "不掌握比例", "0.0", "0/15", "[0.0–20.4]"),
    ("昆都仑区", "公开率", "23.9", "26/109", "[16.8–32.7]"),
    ("昆都仑区", "公开率", "23.6", "45/191", "[18.1–30.1]"),
    ("昆都仑区", "不掌握比例", "70.6", "77/109", "[61.5–78.4]"),
    ("昆都仑区", "不掌握比例", "70.2", "134/191", "[63.3–76.2]"),
    ("昆都仑区", "诉讼率", "0.9", "1/109", ""),
    ("昆都仑区", "复议率", "12.6", "24/191", ""),
    ("昆都仑区", "诉讼率", "17.3", "33/191", "[11.9–24.3]"),
    ("昆都仑区", "复议纠错率", "", "1/17", ""),
    ("昆都仑区", "败诉率", "", "2/30", ""),
    ("巴州区", "公开率", "78.9", "97/123", "[70.8–85.1]"),
    ("巴州区", "全部公开率", "52.0", "64/123", ""),
    ("巴州区", "不掌握比例", "6.5", "8/123", "[3.3–12.3]"),
    ("巴州区", "诉讼率", "8.1", "10/123", ""),
    ("巴州区", "复议纠错率", "", "4/4", ""),
    ("巴州区", "败诉率", "", "0/10", ""),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of all pages, of the project's reports and a file that is none."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "data/reports" / BROKEN).write_bytes(b"%PDF-1.7 and no more")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        rendered = render(out=folder / "out", folder=folder / "data")
    assert rendered.failed == {} and rendered.unreadable == 1
    return folder / "out"


def pages():
    """The districts, and the notebooks of all of them; the tour is about the kit."""
    return [*DISTRICTS, *(path.stem for path in sorted((ROOT / "notebooks").glob("[2-9]*.ipynb")))]


def text(path):
    """What a reader sees, blanks as one."""
    content = re.sub(r"<(script|style)\b.*?</\1>", " ", path.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


@pytest.mark.parametrize(("district", "ratio", "value", "counts", "interval"), SAID)
def test_pages_say_what_is_known(site, district, ratio, value, counts, interval):
    said = text(site / f"{district}.html")
    # Of one ratio, its name and denominator first, the years side by side.
    parts = [rf"(?<!\w){ratio}[^\d分]{{0,12}}分母：", rf"(?<![\d.]){re.escape(value)}(?!\d)", rf" {counts}(?!\d)", re.escape(interval)]
    assert re.search(r"(?:(?!分母：).)*?".join(parts), said)


def test_two_years_stand_on_one_page_and_are_chained(site):
    assert "2025 4 4 4件，与2024年报告的“结转下年”各栏一致" in text(site / "昆都仑区.html")


def test_no_applications_are_no_rate(site):
    said = text(site / "可克达拉经开区.html")
    assert "没有新收申请" in said
    assert "plot" not in re.sub(r"<style>.*?</style>", "", (site / "可克达拉经开区.html").read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"(?<![\d.非是])0(\.0)? ?%", said) and "nan" not in said.lower()


@pytest.mark.parametrize("page", pages())
def test_every_page_says_where_it_comes_from(site, page):
    said = text(site / f"{page}.html")
    assert "SHA-256" in said and "disclosure 0." in said


@pytest.mark.parametrize("page", [*pages(), "index"])
def test_pages_need_nothing_from_outside(site, page):
    content = (site / f"{page}.html").read_text("utf-8")
    asked = re.findall(r"""(?:\bsrc=|<link[^>]*\bhref=|@import|url\()\s*["']?([^"'\s>)]+)""", content)
    assert [one for one in asked if not one.startswith("data:")] in ([], ["plotly.min.js"])
    assert len(content.encode()) < 200_000


def test_no_code_and_no_path_of_this_machine_is_shown(site):
    for page in pages():
        content = (site / f"{page}.html").read_text("utf-8")
        assert "import disclosure" not in content and "from disclosure" not in content
        assert str(site.parent) not in content and str(ROOT) not in content


# In a browser


@pytest.fixture(scope="module")
def browser(need):
    with chromium(need("chromium", "chromium-browser", "google-chrome")) as page:
        yield page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", [*pages(), "index"])
def test_pages_open_from_disk(site, browser, page, width):
    browser.open(site / f"{page}.html", width)
    assert browser.errors == []
    assert all(request.startswith(("file:", "data:", "blob:")) for request in browser.requests)
    assert browser.run("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"
    drawn = browser.run("""[...document.querySelectorAll('.plot')].map(plot => {
        const drawing = plot.querySelector('svg.main-svg');
        const marks = plot.querySelectorAll('.point, .points path, .bars path, .heatmaplayer image, .sankey-link, .hm, .scatterlayer path');
        return [drawing.getBoundingClientRect().width, drawing.getBoundingClientRect().height, marks.length];
    })""")
    with_figures = (site / f"{page}.html").read_text("utf-8").count('<script type="application/json">')
    assert len(drawn) == with_figures
    assert all(wide > 250 and high > 100 and marks for wide, high, marks in drawn), drawn


def test_something_stands_on_the_screen_within_a_second(site, browser):
    painted = []
    for _ in range(3):
        browser.open(site / "昆都仑区.html")
        painted.append(browser.run("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    assert min(painted) < 1000


def test_the_index_leads_to_every_page_and_back(site, browser):
    browser.open(site / "index.html")
    links = browser.run("[...document.links].map(link => decodeURI(new URL(link.href).pathname))")
    assert {f"{site}/{page}.html" for page in pages()} <= set(links)
    for page in pages():
        browser.open(site / f"{page}.html")
        assert browser.run("document.querySelector('nav a').href") == (site / "index.html").as_uri()


def test_the_index_names_what_could_not_be_read(site, browser):
    browser.open(site / "index.html")
    assert BROKEN in browser.run("document.querySelector('#unread + div').innerText")


SHOWN = "[...document.querySelectorAll('#districts tbody tr')].filter(row => !row.hidden).map(row => row.querySelector('a').textContent)"
TYPE = "(text => {{ const field = document.querySelector('[name={0}]'); field.value = text; field.dispatchEvent(new Event('input', {{bubbles: true}})); }})('{1}')"


@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        ("words", "昆都", {"昆都仑区"}),
        ("words", "1506", {"康巴什区"}),
        ("words", "  区 巴 ", {"康巴什区", "巴州区"}),
        ("words", "没有", set()),
        ("province", "四川省", {"巴州区"}),
        ("province", "", set(DISTRICTS)),
    ],
)
def test_the_index_is_searched(site, browser, field, typed, shown):
    browser.open(site / "index.html")
    browser.run(TYPE.format(field, typed))
    assert set(browser.run(SHOWN)) == shown


def test_the_index_is_sorted_by_any_column_with_the_keyboard(site, browser):
    browser.open(site / "index.html")
    by = "(name => {{ const found = [...document.querySelectorAll('thead button')].find(each => each.textContent === name); found.focus(); found.click(); return document.activeElement === found }})('{}')"
    assert browser.run(by.format("公开率"))
    assert browser.run(SHOWN) == ["康巴什区", "巴州区", "昆都仑区", "可克达拉经开区"]
    assert browser.run(by.format("公开率"))
    assert browser.run(SHOWN) == ["昆都仑区", "巴州区", "康巴什区", "可克达拉经开区"]
    assert browser.run("document.querySelector('[aria-sort]').ariaSort") == "ascending"
    browser.run(by.format("新收申请"))
    assert browser.run(SHOWN)[0] == "昆都仑区"


def test_a_printed_page_has_the_tables_behind_its_figures(site, browser):
    browser.open(site / "昆都仑区.html")
    open_ = "[...document.querySelectorAll('details.twin')].map(twin => twin.open)"
    assert not any(browser.run(open_))
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert all(browser.run(open_))
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert not any(browser.run(open_))


def test_a_single_file_is_enough(tmp_path, browser, monkeypatch):
    monkeypatch.chdir(ROOT)
    render(districts=["康巴什区"], out=tmp_path / "out", single_file=True)
    alone = shutil.copy(tmp_path / "out/康巴什区.html", tmp_path / "alone.html")
    browser.open(alone)
    assert browser.errors == [] and len(browser.requests) == 1
    assert browser.run("document.querySelectorAll('.plot svg.main-svg').length") > 0
