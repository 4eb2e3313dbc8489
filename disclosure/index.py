"""The index: a row a district with its newest figures, what could not be read or made, and the way to every page."""

from urllib.parse import quote

from . import __version__
from .district import own
from .page import TEMPLATES, template
from .places import region

# What the columns show, by indicator; applications received are what natural persons are a share of.
RECEIVED, SHARES, DISPUTES = "natural_person_share", ("disclosure_rate", "not_held_rate"), "dispute_ratio"


def write_index(outputs, corpus, districts, pages):
    """Write ``index.html``: ``districts`` as of render.districts_of, ``pages`` as a Manifest has them."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["address"] = quote
    rows = _rows(corpus, districts, pages)
    own = {row["page"] for row in rows}
    failed = corpus.reports[corpus.reports["status"] == "failed"]
    content = environment.get_template("index.html.j2").render(
        version=__version__,
        style=template("style.css") + template("index.css"),
        script=template("scroll.js") + template("index.js"),
        rows=rows,
        provinces=list(dict.fromkeys(row["province"] for row in rows if row["province"])),
        reports=len(corpus) - len(failed),
        verified=int(corpus.reports["verified"].sum()),
        unread=list(zip(failed["report"], failed["error"])),
        others=[(page, about["title"]) for page, about in sorted(pages.items()) if "/" not in page and page not in own],
        broken=[(page, about["title"], about["error"]) for page, about in sorted(pages.items()) if about["error"]],
    )
    outputs.write_if_other("index.html", content.encode("utf-8", "backslashreplace"))


def _rows(corpus, districts, pages):
    place_of = _places(corpus)
    years, figures = {}, _figures(corpus)
    for report, year in zip(corpus.reports["report"], corpus.reports["year"]):
        if report in place_of and year == year:
            years.setdefault(place_of[report], set()).add(int(year))
    findings = {}
    for report, severity in zip(corpus.findings["report"], corpus.findings["severity"]):
        if report in place_of:
            counts = findings.setdefault(place_of[report], {"error": 0, "warning": 0, "info": 0})
            counts[severity] += 1
    rows = []
    for district in districts:
        place, page = (district.code, district.name), f"{district.page}.html"
        rows.append({
            "name": district.name, "code": district.code, "province": _province(district.code),
            "page": page if page in pages else None, "years": _span(sorted(years.get(place, ()))),
            "findings": findings.get(place), **figures.get(place, {}),
        })  # fmt: skip
    return rows


def _places(corpus):
    """The code and name of each report's district: ``{report: (code, name)}``."""
    reports = corpus.reports.dropna(subset="district")
    codes = reports["region_code"].fillna(reports["parent_code"]).fillna("")
    return dict(zip(reports["report"], zip(codes, reports["district"])))


def _province(code):
    found = region(f"{code[:2]}0000")
    return found.name if found else None


def _span(years):
    """
    >>> _span([2019, 2020, 2021]), _span([2023, 2025]), _span([])
    ('2019–2021', '2023、2025', '')
    """
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return "、".join(map(str, years))


def _figures(corpus):
    """The newest figures of each district: ``{(code, name): {"year": ..., each indicator: its row}}``."""
    if not (corpus.reports["district"].notna() & corpus.reports["year"].notna()).any():
        return {}
    rates = own(corpus).indicators([RECEIVED, *SHARES, DISPUTES], ["district", "region_code", "parent_code", "year"])
    newest = {}
    for rate in rates.sort_values("year").itertuples():
        code = next((code for code in (rate.region_code, rate.parent_code) if code == code), "")
        figures = newest.setdefault((code, rate.district), {})
        if figures.get("year") != rate.year:
            figures.clear()
        figures |= {"year": rate.year, rate.indicator: rate}
    return newest
