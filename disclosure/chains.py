"""Reports held against their neighbours: the same body's other years, and the bodies that a region's report sums up.

All functions take the frame of ``Corpus.wide()``: one row a report, the columns of ``reports`` and one for each cell,
``table.row.column``. What they find are doubts to look into, never errors: bodies merge, coverage changes, stocks are
counted anew.
"""

from .form import forms

COLUMNS = ("report", "district", "year", "check", "severity", "message", "expected", "found", "cells", "place")

WORDING = {
    "chain.carried": {
        "severity": "warning",
        "zh": "{body}：{before} 年“结转下年度继续办理”（{column}）为 {expected:g} 件，{year} 年“上年结转”却为 {found:g} 件。",
        "en": "{body}: {expected:g} applications ({column}) were carried over from {before}, "
        "but {found:g} were carried into {year}.",
    },
    "chain.stock": {
        "severity": "info",
        "zh": "{body}：{row}现行有效件数按上年加制发减废止应为 {expected:g} 件，{year} 年填的是 {found:g} 件；也可能是清理后重新统计。",
        "en": "{body}: last year's stock with what was issued and repealed makes {expected:g} ({row}), {year} says {found:g}; "
        "the stock may have been re-counted.",
    },
    "chain.jump": {
        "severity": "info",
        "zh": "{body}：“{label}”由 {before} 年的 {expected:g} 变为 {year} 年的 {found:g}，相差 {times:.0f} 倍。",
        "en": "{body}: {label} went from {expected:g} in {before} to {found:g} in {year}, {times:.0f} times.",
    },
    "chain.unit": {
        "severity": "info",
        "zh": "{body}：“{label}”由 {before} 年的 {expected:g} 变为 {year} 年的 {found:g}，约差一万倍，其中一年可能把元填作万元。",
        "en": "{body}: {label} went from {expected:g} in {before} to {found:g} in {year}, about 10,000 times: "
        "one of them may be in yuan.",
    },
    "chain.missing_years": {
        "severity": "info",
        "zh": "{body}：缺 {missing} 年度的报告，{before} 年与 {year} 年之间无法逐年核对。",
        "en": "{body}: no report of {missing}, so that {year} cannot be held against {before}.",
    },
    "chain.several_reports": {
        "severity": "info",
        "zh": "{body}：{year} 年度有 {found:g} 份报告，逐年核对只用了 {report}。",
        "en": "{body}: {found:g} reports of {year}; only {report} was held against other years.",
    },
    "hierarchy.sum": {
        "severity": "info",
        "zh": "{body}：{year} 年“{label}”为 {found:g}，所辖单位已读 {read:g}/{known:g}（{share:.0%}），其和为 {expected:g}。",
        "en": "{body}: {label} of {year} is {found:g}; "
        "the {read:g} of {known:g} bodies under it that were read ({share:.0%}) add up to {expected:g}.",
    },
}

# What of a report says whose it is.
ABOUT = ("report", "district", "region_code", "parent_code", "body", "body_level", "year")
# Where 2019's documents are counted otherwise there is no column of that name, and so no chain.
STOCKS = ("regulations", "normative_documents")
# Figures that seldom change five-fold from year to year, once they are no longer small.
LEVELS = (
    "applications.new.total", "applications.closed.total", "review.reconsideration.total",
    "proactive.licensing.decisions", "proactive.penalties.decisions", "proactive.coercion.decisions",
    "proactive.fees.amount_10k_yuan", "proactive.procurement.amount",
)  # fmt: skip
JUMP, SMALL = 5, 50
# Yuan written for 万元, give or take the year's own growth.
UNIT_SLIP = (3_000, 30_000)

# What a region's report adds up from its bodies'.
SUMMED = (
    "applications.new.total", "applications.carried_in.total", "applications.closed.total", "applications.carried_out.total",
    "review.reconsideration.total", "review.litigation_direct.total", "review.litigation_after_reconsideration.total",
    "proactive.licensing.decisions", "proactive.penalties.decisions", "proactive.coercion.decisions",
)  # fmt: skip


def chains(wide, lang="zh"):
    """Hold each report against its body's report of the year before.

    Returns findings, one row each, with the columns of ``Corpus.findings``, about the later report: carried-over
    applications per column (warning); the stock of documents in force, jumps of a level, slips of a unit, missing
    years and several reports of one year (info).
    """
    import pandas as pd

    years, spare = _years(wide)
    pairs = _pairs(years)
    several = _findings("chain.several_reports", spare, lang, found=spare["reports"])
    found = [*_carried(pairs, lang), *_stocks(pairs, lang), *_jumps(pairs, lang), *_gaps(years, lang), several]
    return pd.concat([part for part in found if len(part)] or [several], ignore_index=True)


def calendar(wide):
    """The state of each body and year, a row each: body, district, year, state.

    ``state`` is ``chained`` (what was carried in is what was carried over), ``broken``, ``unheld`` (read, but there is
    no year before it to hold it against, or no figure) or ``missing`` (no report between the body's first and last).
    """
    import pandas as pd

    years, _ = _years(wide)
    pairs = _pairs(years)
    held = pairs["applications.carried_out.total_before"] - pairs["applications.carried_in.total"]
    states = pd.Series("unheld", years["report"])
    states[pairs.loc[held == 0, "report"]] = "chained"
    for found in _carried(pairs, "zh"):
        states[found["report"].unique()] = "broken"
    read = years[["body_key", "body_name", "district", "year"]].assign(state=states.to_numpy())
    spans = years.groupby("body_key")["year"].agg(["min", "max"])
    every = pd.DataFrame(
        [(key, year) for key, low, high in spans.itertuples() for year in range(low, high + 1)],
        columns=["body_key", "year"],
    )
    whole = every.merge(read, how="left", on=["body_key", "year"]).sort_values(["body_key", "year"])
    names = ["body_name", "district"]
    whole[names] = whole.groupby("body_key")[names].ffill()
    whole["state"] = whole["state"].fillna("missing")
    return whole.rename(columns={"body_name": "body"}).drop(columns="body_key").reset_index(drop=True)


def hierarchy(wide, known=None):
    """Hold each region's report against the sum of the bodies under it.

    ``known`` are further bodies that should report, a frame with ``parent_code`` and ``body``; without it, those are
    known that the corpus holds of any year, and the regions of the gazetteer. Returns a frame, a row a region, year
    and cell: parent (its report), district, year, cell, value, children (the sum), read, known, share.
    """
    import pandas as pd

    years, _ = _years(wide)
    cells = [name for name in SUMMED if name in years]
    under = years[years["parent_code"].notna() & (years["body_level"] != "province")]
    parents = years[years["region_code"].isin(under["parent_code"]) & years["is_region"]]
    columns = ["parent", "body", "district", "year", "cell", "value", "children", "read", "known"]
    if parents.empty:
        return pd.DataFrame(columns=[*columns, "share"])
    joined = parents.merge(
        under, left_on=["region_code", "year"], right_on=["parent_code", "year"], suffixes=("", "_child")
    )
    joined = joined[joined["body_key"] != joined["body_key_child"]]
    sums = joined.groupby("report")[[f"{name}_child" for name in cells]].sum(min_count=1)
    read = joined.groupby("report")["body_key_child"].nunique()
    expected = _expected(parents, under, known)
    rows = [
        (parent.report, parent.body_name, parent.district, parent.year, name, value, sums.at[parent.report, f"{name}_child"],
         int(read[parent.report]), max(expected[parent.report], int(read[parent.report])))
        for parent in parents[parents["report"].isin(sums.index)].itertuples()
        for name, value in zip(cells, parents.loc[parent.Index, cells])
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(share=frame["read"] / frame["known"])


def hierarchy_findings(compared, lang="zh"):
    """What of a ``hierarchy`` is worth a look: parts that exceed their whole, or that are all read and do not make it."""
    odd = (compared["children"] > compared["value"]) | (
        (compared["share"] >= 1) & (compared["children"] != compared["value"])
    )
    found = compared[odd & compared["value"].notna() & compared["children"].notna()]
    labels = [_label(name, lang) for name in found["cell"]]
    renamed = found.rename(columns={"parent": "report", "body": "body_name"}).assign(label=labels)
    cells = [(name,) for name in found["cell"]]
    return _findings("hierarchy.sum", renamed, lang, expected=found["children"], found=found["value"], cells=cells)


# Bodies and their years


def _years(wide):
    """One report a body and year, with ``body_key``, ``body_name`` and ``is_region``; and those that were chosen from
    several, whose number is in ``reports``."""
    import pandas as pd

    kept = wide["year"].notna() & wide["district"].notna() & (wide["status"] == "parsed")
    reports = wide.loc[kept, [name for name in (*ABOUT, *wanted()) if name in wide]]
    place = reports["region_code"].fillna(reports["parent_code"]).fillna("")
    units = [_unit(body, district) for body, district in zip(reports["body"].fillna(""), reports["district"])]
    units = pd.Series(units, reports.index, "str")
    keyed = reports.assign(
        body_key=place.astype("str") + reports["district"].astype("str") + units,
        body_name=reports["district"].astype("str") + units,
        is_region=units == "",
        year=reports["year"].astype(int),
    ).sort_values(["body_key", "year", "report"])
    keyed["reports"] = keyed.groupby(["body_key", "year"])["report"].transform("size")
    first = keyed[~keyed.duplicated(["body_key", "year"])].reset_index(drop=True)
    return first, first[first["reports"] > 1]


def _unit(body, district):
    """What of a body's name is not its district's: "" for the region itself, 财政局 for a department."""
    unit = body.rpartition(district)[2] if district in body else body
    return "" if unit in ("人民政府", "管理委员会", "管委会", "政府") else unit


def _pairs(years):
    """Each report beside that of the year before, whose columns end in ``_before``."""
    kept = ["body_key", "year", *(name for name in wanted() if name in years)]
    before = years[kept].assign(year=years["year"] + 1, before=years["year"])
    return years.merge(before, on=["body_key", "year"], suffixes=("", "_before"))


def wanted():
    """The cells that are held against anything: of a large corpus, ``corpus.wide(wanted())`` is enough."""
    carried = [f"applications.{row}.{column.key}" for row in ("carried_in", "carried_out") for column in _applicants()]
    stocks = [f"proactive.{row}.{column}" for row in STOCKS for column in ("issued", "repealed", "in_force")]
    return dict.fromkeys([*carried, *stocks, *LEVELS, *SUMMED])


def _applicants():
    return next(iter(forms().values())).table("applications").blocks[0].columns


# The checks


def _carried(pairs, lang):
    for column in _applicants():
        out, into = f"applications.carried_out.{column.key}_before", f"applications.carried_in.{column.key}"
        if out in pairs and into in pairs:
            broken = pairs[pairs[out].notna() & pairs[into].notna() & (pairs[out] != pairs[into])]
            if broken.empty:
                continue
            label = column.en if lang == "en" else column.label[-1]
            yield _findings(
                "chain.carried",
                broken.assign(column=label),
                lang,
                expected=broken[out],
                found=broken[into],
                cells=(into,),
            )


def _stocks(pairs, lang):
    for row in STOCKS:
        issued, repealed, held = (f"proactive.{row}.{column}" for column in ("issued", "repealed", "in_force"))
        if held not in pairs:
            continue
        due = pairs[f"{held}_before"] + pairs[issued] - pairs[repealed]
        broken = pairs[due.notna() & pairs[held].notna() & (due != pairs[held])]
        if broken.empty:
            continue
        named = broken.assign(row=_label(held, lang, row=True))
        yield _findings("chain.stock", named, lang, expected=due[broken.index], found=broken[held], cells=(held,))


def _jumps(pairs, lang):
    for name in LEVELS:
        if name not in pairs:
            continue
        before, now = pairs[f"{name}_before"], pairs[name]
        larger, smaller = before.where(before > now, now), now.where(before > now, before)
        times = larger / smaller.where(smaller > 0)
        money = name.endswith(("amount_10k_yuan", "amount"))
        slip = times.between(*UNIT_SLIP) & money
        jump = (times >= JUMP) & (larger >= SMALL) & ~slip
        for check, chosen in (("chain.unit", slip), ("chain.jump", jump)):
            if not chosen.any():
                continue
            found = pairs[chosen].assign(label=_label(name, lang), times=times[chosen])
            yield _findings(check, found, lang, expected=before[chosen], found=now[chosen], cells=(name,))


def _gaps(years, lang):
    before = years.groupby("body_key")["year"].shift().fillna(years["year"]).astype(int)
    gap = years.assign(before=before)[years["year"] - before > 1]
    missing = ["、".join(map(str, range(last + 1, year))) for last, year in zip(gap["before"], gap["year"])]
    yield _findings("chain.missing_years", gap.assign(missing=missing), lang)


def _expected(parents, under, known):
    """How many bodies should report to each parent: those seen, those given, the regions of the gazetteer."""
    from .places import regions

    seen = under.groupby("parent_code")["body_name"].agg(set).to_dict()
    given = {} if known is None else known.groupby("parent_code")["body"].agg(set).to_dict()
    declared = {}
    for year in parents["year"].unique():
        for place in regions(int(year)):
            declared.setdefault((year, place.parent), set()).add(place.name)
    numbers = {}
    for parent in parents.itertuples():
        code = parent.region_code
        known = seen.get(code, set()) | given.get(code, set()) | declared.get((parent.year, code), set())
        numbers[parent.report] = len(known - {parent.body_name})
    return numbers


def _label(name, lang, row=False):
    """The printed label of a cell, or of its row."""
    table, _, rest = name.partition(".")
    key = (table, *rest.rsplit(".", 1))
    declared = next(each for each in forms().values() if key in each.cells)
    if row:
        line = declared.cells[key][0]
        return line.en if lang == "en" else line.label[-1]
    return declared.label(key, lang)


def _findings(check, rows, lang, expected=None, found=None, cells=()):
    """Findings of one check: a row of ``rows`` each, its columns being what the wording asks for."""
    import pandas as pd

    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    nothing = float("nan")
    rows = rows.assign(expected=nothing if expected is None else expected, found=nothing if found is None else found)
    wording = WORDING[check][lang]
    messages = [wording.format_map(row | {"body": row["body_name"]}) for row in rows.to_dict("records")]
    each = cells if isinstance(cells, list) else [cells] * len(rows)
    frame = rows[["report", "district", "year"]].assign(
        check=check, severity=WORDING[check]["severity"], message=messages,
        expected=rows["expected"].astype(float), found=rows["found"].astype(float),
        cells=pd.Series(list(map(list, each)), rows.index, dtype=object), place=None,
    )  # fmt: skip
    return frame[list(COLUMNS)]
