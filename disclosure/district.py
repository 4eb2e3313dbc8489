"""Which reports speak for a district, and what to call it on its page."""

from .errors import DisclosureError
from .style import Html

# Reports of these levels are parts of a district's own.
PARTS = ("department", "town")
# Of two reports of one year the one from the better source stays.
GRADES = ("official", "unknown", "mirror", "ocr")

WORDS = {
    "years": {"zh": "{years} 年度", "en": "{years}"},
    "reports": {"zh": "报告 {n} 份", "en": "reports: {n}"},
    "left_out": {
        "zh": "另有 {n} 份报告不计入本页：部门或乡镇的、同年重复的，或未能读出年度的。",
        "en": "Not counted here: {n} reports, of departments or towns, second copies of a year, or without a year.",
    },
}


def own(corpus):
    """The corpus of one report for each district and year: the district's own, so that nothing counts twice.

    Departments and towns are left out where their district has a report of its own, and of several reports of one
    year the one stays that is verified and from the better source. Raises DisclosureError where no report has both
    a district and a year.
    """
    reports = corpus.reports
    read = reports[(reports["status"] == "parsed") & reports["district"].notna() & reports["year"].notna()]
    if not len(read):
        few = ", ".join(reports["report"][:3])
        raise DisclosureError(f"{few}: no report here says its district and its year. See corpus.findings.")
    ranked = read.assign(
        place=read["region_code"].fillna(read["parent_code"]).fillna("") + read["district"],
        part=read["body_level"].isin(PARTS),
        doubtful=~read["verified"],
        grade=read["source_grade"].astype("str").map({grade: at for at, grade in enumerate(GRADES)}),
    ).sort_values(["part", "doubtful", "grade", "report"])  # fmt: skip
    have_their_own = ranked.loc[~ranked["part"], "place"]
    kept = ranked[~ranked["part"] | ~ranked["place"].isin(have_their_own)].drop_duplicates(["place", "year"])
    return corpus.select(report=sorted(kept["report"]))


def rates(corpus, keys=None, lang="zh"):
    """The indicators of every district and year, as ``corpus.indicators`` gives them; those who share a name keep apart."""
    return named_apart(corpus.indicators(keys, ["district", "region_code", "parent_code", "year"], lang=lang))


def named_apart(frame):
    """A frame in which a name that several districts share has their codes behind it: 鼓楼区 320106, 鼓楼区 350102."""
    code = frame["region_code"].fillna(frame["parent_code"]).fillna("").astype("str")
    names = frame["district"].astype("str")
    shared = names.map(code.groupby(names).nunique()) > 1
    return frame.assign(district=names.where(~shared, names + " " + code)).drop(columns=["region_code", "parent_code"])


def heading(corpus, everything, lang="zh"):
    """What a page is about: district, where it lies, years, reports; and how many of ``everything`` were left out."""
    from .charts import span
    from .places import lineage, region

    reports = corpus.reports
    names = list(dict.fromkeys(reports["district"]))
    code = reports["region_code"].fillna(reports["parent_code"]).iloc[0]
    lies = [place.name for place in reversed(lineage(region(code)))] if code == code and region(code) else []
    facts = [
        "".join(name for name in lies if name not in names), *reports["region_code"].dropna().unique()[:1],
        WORDS["years"][lang].format(years=span(reports["year"], lang)), WORDS["reports"][lang].format(n=len(corpus)),
    ]  # fmt: skip
    said = Html('<p><strong style="font-size:1.6em">{}</strong><br>{}</p>').format(
        "、".join(names), " · ".join(filter(None, facts))
    )
    left_out = len(everything) - len(corpus)
    return (
        said + Html('<p class="note">{}</p>').format(WORDS["left_out"][lang].format(n=left_out)) if left_out else said
    )


def in_year(corpus, year=None):
    """The corpus of one year; by default, or for 0, the last of those of which most districts have reported."""
    if not year:
        districts = corpus.reports.groupby("year")["district"].count()
        year = int(districts.index[districts == districts.max()].max())
    return corpus.select(years=int(year))
