"""The pages for everyone: axe-core finds nothing grave on any kind of them, and a keyboard is enough."""

import base64
import hashlib
import subprocess
import tarfile

import pytest

from disclosure.render import render

from .browser import chromium
from .conftest import CI, ROOT
from .generator.corpora import generate

# The rules, as published on npm: a new version has new rules, so it is chosen and not just taken.
AXE = "axe-core@4.14.1"
INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
WIDTHS = (1280, 390)
# A district with figures, one without anything to draw, and every notebook of many reports.
DISTRICTS = ["昆都仑区", "可克达拉经开区"]
OF_MANY = ("20_compare", "25_trends", "30_quality", "40_explore")
GRAVE = {"serious", "critical"}


@pytest.fixture(scope="module")
def axe(need, tmp_path_factory):
    """The script of axe-core. npm keeps what it has fetched: offline, the second time is as good as the first."""
    folder = tmp_path_factory.mktemp("axe")
    asked = [need("npm"), "pack", AXE, "--prefer-offline", "--pack-destination", str(folder)]
    fetched = subprocess.run(asked, capture_output=True, text=True, cwd=folder)
    if fetched.returncode:
        (pytest.fail if CI else pytest.skip)(f"npm could not fetch {AXE}: {fetched.stderr.strip()[-300:]}")
    (packed,) = folder.glob("*.tgz")
    assert INTEGRITY == "sha512-" + base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    with tarfile.open(packed) as archive:
        return archive.extractfile("package/axe.min.js").read().decode()


@pytest.fixture(scope="module")
def browser(need):
    with chromium(need("chromium", "chromium-browser", "google-chrome")) as page:
        yield page


@pytest.fixture(scope="module", params=["zh", "en"])
def site(request, tmp_path_factory):
    """The folder of all pages of the project's own reports; below it, in ``forty``, a page of forty districts."""
    out, many = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("many")
    list(generate(80, many, 3, ("html",), range(2023, 2025)))
    lang = {"lang": request.param}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for made in (
            render(parameters=lang, out=out),
            render(ROOT / "notebooks/20_compare.ipynb", parameters=lang, out=out / "forty", folder=many),
        ):
            assert made.failed == {}
    return out


PAGES = ["index", *DISTRICTS, *OF_MANY, "forty/20_compare"]
OPEN = "document.querySelectorAll('details').forEach(each => (each.open = true))"
FOUND = "axe.run().then(found => found.violations.map(each => [each.impact, each.id, each.nodes.map(node => node.html.slice(0, 200))]))"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_grave(site, browser, axe, page, width):
    browser.open(site / f"{page}.html", width)
    browser.run(f"{OPEN}; {axe}; 0")
    assert not [violation for violation in browser.run(FOUND) if violation[0] in GRAVE]


# What one can come to by Tab, in the order of the page; a table that is scrolled is one of these.
STOPS = """[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
    .filter(each => each.checkVisibility()).map(each => each.id = each.id || 'stop' + Math.random())"""
STOP = """(() => {
    const stop = document.activeElement, style = getComputedStyle(stop), box = stop.getBoundingClientRect();
    return [stop.id, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
            box.width > 0 && box.left >= 0 && box.top < innerHeight && box.bottom > 0];
})()"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", ["index", "昆都仑区", "forty/20_compare"])
def test_tab_comes_to_every_control_and_shows_where_it_is(site, browser, page, width):
    browser.open(site / f"{page}.html", width)
    stops = browser.run(STOPS)
    assert stops
    for stop in stops:
        browser.press("Tab")
        assert browser.run(STOP) == [stop, True, True], browser.run(f"document.getElementById('{stop}').outerHTML")


def test_enter_skips_to_the_content(site, browser):
    browser.open(site / "昆都仑区.html")
    browser.press("Tab")
    browser.press("Enter")
    assert browser.run("document.activeElement.tagName") == "MAIN"


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_key_sorts_the_index_and_opens_the_table_of_a_figure(site, browser, key):
    browser.open(site / "index.html")
    browser.run("document.querySelectorAll('thead button')[3].focus()")
    for direction in ("descending", "ascending"):
        browser.press(key)
        assert browser.run("document.querySelectorAll('thead th')[3].ariaSort") == direction
    browser.open(site / "昆都仑区.html")
    browser.run("document.querySelector('.twin summary').focus()")
    browser.press(key)
    assert browser.run("document.querySelector('details.twin').open")
