"""Shares and rates from tidy cells: each with its numerator, its denominator, its interval and its doubts.

What is computed is declared in ``indicators.toml``; nothing here names an indicator.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .errors import FormError, UnknownName
from .form import forms
from .statistics import INTERVALS, SMALL

DECLARATION = Path(__file__).with_name("indicators.toml")

OF_A_CELL = ("table", "row", "column", "value", "unit", "status", "text", "place")
"""The columns of ``cells`` that speak of one cell; all others speak of its report."""

UNDEFINED = {
    "empty": {"zh": "没有{of}", "en": "no {of}"},
    "missing": {"zh": "所需单元格未印出或无法辨认", "en": "a cell it needs is not printed or not readable"},
    "undeclared": {"zh": "所用报表没有这一栏", "en": "the form in use has no such row"},
    "unknown": {"zh": "{of}未知", "en": "{of}: not known"},
    "contradictory": {"zh": "分子与分母矛盾，原表数字有误", "en": "numerator and denominator contradict each other"},
}
"""Why a value is undefined; an undefined value is never 0."""


class Term(NamedTuple):
    """One cell of a sum, or a group of rows: ``table.row.column``, ``table.group.*.column``, ``@attribute``."""

    sign: int
    cell: str


@dataclass(frozen=True)
class Indicator:
    """One share or rate, as declared."""

    key: str
    name: dict
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    of: dict
    """What the denominator counts, by language."""
    kind: str
    """share (0 to 1, of the denominator) or rate (events per unit of the denominator; can pass 1)."""
    scale: int
    """What the value is multiplied by in print: 100 for per cent, or for cases per 100."""
    since: int
    source: str
    caveat: dict
    family: str
    """The key of the indicator to whose question this one is another answer; its own otherwise."""


# The declaration


@cache
def _declared():
    """Every indicator and every ground, as ``({key: Indicator}, {row: Indicator})``."""
    declared = tomllib.loads(DECLARATION.read_text("utf-8"))
    denominators = declared["denominators"]
    known = {}
    for entry in declared["indicators"]:
        for name in (entry["denominator"], *entry.get("with", ())):
            indicator = _indicator(entry, name, denominators[name])
            if indicator.key in known:
                raise FormError(f"indicators.toml: {indicator.key} is declared twice. Give one of them another key.")
            known[indicator.key] = indicator
    grounds = {row: _ground(row, name, denominators["closed"]) for row, name in declared["grounds"].items()}
    return known, grounds


def _indicator(entry, name, denominator):
    usual = name == entry["denominator"]
    return Indicator(
        key=entry["key"] if usual else f"{entry['key']}_{name}",
        name=entry["name"] if usual else _qualified(entry["name"], denominator["name"]),
        numerator=_terms(entry["numerator"], entry["key"]),
        denominator=_terms(denominator["cells"], name),
        of=denominator["of"],
        kind=entry.get("kind", "share"),
        scale=entry.get("scale", 100),
        since=entry["since"],
        source=entry["source"],
        caveat=entry["caveat"] if usual else denominator["caveat"],
        family=entry.get("family", entry["key"]),
    )


def _qualified(name, by):
    """A name with its denominator: 不予公开率（不含行政查询，占实质答复）."""
    return {
        "zh": f"{name['zh'][:-1]}，{by['zh']}）" if name["zh"].endswith("）") else f"{name['zh']}（{by['zh']}）",
        "en": f"{name['en']}, {by['en']}",
    }


def _ground(row, name, closed):
    newest = next(iter(forms().values()))
    article = {key.row: declared[0].article for key, declared in newest.cells.items()}[row]
    # The fee of an application and its correction are rows since 2021; the others since 2019.
    since = next(each.first_year for each in reversed(forms().values()) if any(key.row == row for key in each.cells))
    return Indicator(
        row, name, _terms(f"{row}.total", row), _terms(closed["cells"], row), closed["of"],
        "share", 100, since, f"政府信息公开条例 {article}" if article else "", {"zh": "", "en": ""}, row,
    )  # fmt: skip


def _terms(text, where):
    """The terms of a declared sum; a cell that no form declares is an error of the declaration."""
    terms = []
    for sign, cell in re.findall(r"(?:([-+]) )?(\S+)", text):
        if not cell.startswith("@"):
            cell = cell.replace(":", ".", 1) if ":" in cell else f"applications.{cell}"
            if not any(_members(cell, each) for each in _cell_names()):
                raise FormError(f"indicators.toml: {where} names {cell!r}, which no form declares.")
        terms.append(Term(-1 if sign == "-" else 1, cell))
    return tuple(terms)


@cache
def _cell_names():
    """The cells of each declared form, as ``table.row.column``."""
    return tuple(tuple(map(str, each.cells)) for each in forms().values())


@cache
def _members(cell, names):
    """The cells among ``names`` that a term may take: itself, or the group's own row and the rows under it."""
    if ".*." not in cell:
        return tuple(name for name in names if name == cell)
    group, column = cell.split(".*.")
    return tuple(name for name in names if name.startswith(f"{group}.") and name.endswith(f".{column}"))


def indicator(key):
    """The declared Indicator, or ground (its key is the row's: ``denied.third_party``), of that key."""
    known, grounds = _declared()
    found = known.get(key) or grounds.get(key)
    if found is None:
        raise UnknownName(f"no indicator {key!r}; there are {', '.join(known)}, and the grounds {', '.join(grounds)}.")
    return found


def grounds(outcome=None):
    """The keys of the grounds, in printed order; ``outcome`` takes one group: denied, unavailable, not_processed, other."""
    return [row for row in _declared()[1] if outcome is None or row.startswith(f"{outcome}.")]


def cells_behind(source, names):
    """Which of the cells ``names`` (as ``table.row.column``) an indicator, or a sum such as ``new.total``, is made of."""
    known, grounds = _declared()
    found = known.get(source) or grounds.get(source)
    terms = found.numerator + found.denominator if found else _terms(source, source)
    return [name for term in terms for name in _members(term.cell, tuple(names))]


def declared(lang="zh"):
    """All indicators as a table for a codebook: key, name, numerator, denominator, kind, scale, since, source, caveat."""
    import pandas as pd

    known, _ = _declared()
    return pd.DataFrame(
        {
            "indicator": each.key, "name": each.name[lang], "numerator": _sum(each.numerator),
            "denominator": _sum(each.denominator), "of": each.of[lang], "kind": each.kind, "scale": each.scale,
            "since": each.since, "family": each.family, "source": each.source, "caveat": each.caveat[lang],
        }
        for each in known.values()
    )  # fmt: skip


def _sum(terms):
    text = " ".join(f"{'+-'[term.sign < 0]} {term.cell}" for term in terms)
    return text.removeprefix("+ ")


# From cells to values


class Wide(NamedTuple):
    """Cells turned on their side: one row a report, one column a cell."""

    reports: object
    """What is said of each report: a DataFrame of report, district, year, form and whatever was merged in."""
    names: tuple[str, ...]
    """The cells, as ``table.row.column``, in the order of the columns of the arrays below."""
    values: np.ndarray
    """Numbers; NaN where a cell is neither printed nor inferred."""
    declared: np.ndarray
    """Whether the report's form has the cell at all."""
    inferred: np.ndarray

    def frame(self):
        """One DataFrame of the reports and their values."""
        import pandas as pd

        values = pd.DataFrame(self.values, columns=list(self.names), index=self.reports.index)
        return pd.concat([self.reports, values], axis=1)


def widen(cells):
    """Turn tidy cells into Wide arrays, one row a report in order of appearance."""
    codes = {name: cells[name].factorize() for name in ("report", "table", "row", "column")}
    report, reports = codes["report"]
    _, first = np.unique(report, return_index=True)
    (table, tables), (row, rows), (column, columns) = (codes[name] for name in ("table", "row", "column"))
    cell = (table * len(rows) + row) * len(columns) + column
    kinds, cell = np.unique(cell, return_inverse=True)
    labels = list(tables), list(rows), list(columns)
    places = np.unravel_index(kinds, [len(label) for label in labels])
    names = tuple(".".join(label[at] for label, at in zip(labels, place)) for place in zip(*places))
    shape = len(reports), len(names)
    values, is_declared, inferred = np.full(shape, np.nan), np.zeros(shape, bool), np.zeros(shape, bool)
    values[report, cell] = cells["value"].to_numpy(float, na_value=np.nan)
    is_declared[report, cell] = True
    inferred[report, cell] = (cells["status"] == "inferred").to_numpy(bool)
    said = [name for name in cells.columns if name not in OF_A_CELL]
    return Wide(cells.iloc[first][said].reset_index(drop=True), names, values, is_declared, inferred)


class Sum(NamedTuple):
    """A sum of terms in each report, and what it was made of: arrays with one entry a report."""

    value: np.ndarray
    undeclared: np.ndarray
    """Whether the report's form lacks a term."""
    used: np.ndarray
    """Which cells it took, one column a cell of Wide."""


def _add(wide, terms, decided):
    """The sum of the terms in each report; ``decided`` marks the reports whose pending cases are left out."""
    total = np.zeros(len(wide.values))
    undeclared = np.zeros(len(total), bool)
    used = np.zeros(wide.values.shape, bool)
    for sign, cell in terms:
        if cell.startswith("@"):
            attribute = wide.reports.get(cell[1:])
            total = total + sign * (np.nan if attribute is None else attribute.to_numpy(float, na_value=np.nan))
            continue
        value, has, taken = _term(wide, cell)
        if cell.startswith("review.") and cell.endswith((".total", ".pending")):
            pending, _, also = _term(wide, cell.rsplit(".", 1)[0] + ".pending")
            value = np.where(decided, value - pending, value)
            taken = taken | also
        total, undeclared, used = total + sign * value, undeclared | ~has, used | taken
    return Sum(total, undeclared, used)


def _term(wide, cell):
    """A term's value in each report, whether the form declares it, and which cells it took."""
    columns = [wide.names.index(name) for name in _members(cell, wide.names)]
    own = [at for at in columns if wide.names[at] == cell.replace(".*", "")]
    rows = [at for at in columns if at not in own]
    # A row that the form does not have adds nothing; one that it has and that is not printed leaves the sum open.
    value = np.where(wide.declared[:, rows], wide.values[:, rows], 0).sum(axis=1)
    has = wide.declared[:, rows].any(axis=1)
    value[~has] = np.nan
    used = np.zeros(wide.values.shape, bool)
    used[:, rows] = wide.declared[:, rows]
    for at in own:
        printed = ~np.isnan(wide.values[:, at])
        value[printed] = wide.values[printed, at]
        used[printed] = False
        used[printed, at] = True
        has = has | wide.declared[:, at]
    return value, has, used


def counts(cells, sums, by=("year",)):
    """Add up cells as the indicators do: ``sums`` is ``{name: "granted.total + granted_in_part.total"}``.

    ``cells`` is a tidy frame or its Wide. Returns a DataFrame with one row a group and one column a name, its
    index the group's; a report that lacks one of the cells is left out of its group, and a group without any
    other is NaN.
    """
    import pandas as pd

    by = [by] if isinstance(by, str) else list(by)
    wide = cells if isinstance(cells, Wide) else widen(cells)
    _check_columns(wide.reports, by)
    group, labels = _groups(wide.reports, by)
    decided = _spans_years(wide.reports, group, len(labels))[group]
    added = np.stack([_add(wide, _terms(text, name), decided).value for name, text in sums.items()], axis=1)
    whole = ~np.isnan(added).any(axis=1)
    total = np.full((len(labels), len(sums)), np.nan)
    total[np.unique(group[whole])] = 0
    np.add.at(total, group[whole], added[whole])
    index = pd.MultiIndex.from_frame(labels) if len(by) > 1 else labels[by[0]] if by else None
    return pd.DataFrame(total, columns=list(sums), index=index)


MEASURED = (
    "indicator", "name", "value", "numerator", "n", "low", "high", "method", "undefined",
    "reports", "left_out", "inferred", "broken", "finding",
)  # fmt: skip
"""The columns of a frame of indicators, after those of its groups."""


def indicators(cells, keys=None, by=("district", "year"), *, findings=None, lang="zh"):
    """Compute indicators for each group of reports: a tidy frame, one row a group and indicator.

    ``cells`` is the tidy frame of one report or many, or their Wide; ``keys`` one key or several (by default all
    that are declared and whose figures are at hand); ``by`` the columns that make a group,
    ``()`` for all reports together. With ``findings``, errors that touch a used cell are counted.

    Columns: those of ``by``, then ``MEASURED``: ``indicator``, ``name``; ``value`` = ``numerator`` / ``n``, unscaled;
    ``low``, ``high`` its 95 % interval by ``method``; ``undefined``, why there is no value; ``reports``
    that were counted and ``left_out``, which lack a cell; ``inferred``, cells used that were not printed;
    ``broken``, findings of severity error on a cell used, and ``finding``, what the first of them says.

    Reports are added up as they stand in ``cells``: leave out beforehand what would count twice,
    a department beside its district.
    """
    import pandas as pd

    by = [by] if isinstance(by, str) else list(by)
    wide = cells if isinstance(cells, Wide) else widen(cells)
    _check_columns(wide.reports, by)
    chosen = _chosen(keys, wide.reports)
    group, labels = _groups(wide.reports, by)
    decided = _spans_years(wide.reports, group, len(labels))[group]
    errors = _errors(findings, wide)
    parts = [_compute(wide, each, group, len(labels), decided, errors) for each in chosen]
    measured = {name: np.stack([part[name] for part in parts], axis=1).ravel() for name in parts[0]}
    why = [
        UNDEFINED[reason][lang].format(of=each.of[lang]) if reason else None
        for reason, each in zip(measured["undefined"], chosen * len(labels))
    ]
    method = [None if reason else INTERVALS[each.kind][1] for reason, each in zip(why, chosen * len(labels))]
    repeated = np.repeat(np.arange(len(labels)), len(chosen))
    columns = {name: labels[name].take(repeated).array for name in by}
    columns |= {"indicator": [each.key for each in chosen] * len(labels)}
    columns |= {"name": [each.name[lang] for each in chosen] * len(labels)}
    texts = {"undefined": why, "method": method, "finding": measured["finding"]}
    columns |= measured | {name: pd.array(list(text), dtype="str") for name, text in texts.items()}
    return pd.DataFrame(columns, columns=[*by, *MEASURED])


def _check_columns(cells, by):
    for name in by:
        if name not in cells.columns or name in OF_A_CELL:
            raise UnknownName(f"cells cannot be grouped by {name!r}; use {', '.join(_of_reports(cells))}.")
    if not len(cells):
        raise UnknownName(
            "there are no cells to compute indicators from: is the district or year spelt as in the corpus?"
        )


def _of_reports(cells):
    return [name for name in cells.columns if name not in OF_A_CELL]


def cells_of(keys, reports):
    """The cells that these indicators take from any form, as ``table.row.column``."""
    terms = [term.cell for each in _chosen(keys, reports) for term in each.numerator + each.denominator]
    terms += [term.removesuffix(".total") + ".pending" for term in terms if term.startswith("review.")]
    return tuple(dict.fromkeys(name for term in terms for names in _cell_names() for name in _members(term, names)))


def _chosen(keys, reports):
    if keys is not None:
        return [indicator(key) for key in ([keys] if isinstance(keys, str) else keys)]
    return [
        each for each in _declared()[0].values()
        if all(term.cell[1:] in reports for term in each.denominator if term.cell.startswith("@"))
    ]  # fmt: skip


def _groups(reports, by):
    """The group of each report, and the label of each group."""
    import pandas as pd

    if not by:
        return np.zeros(len(reports), int), pd.DataFrame(index=[0])
    grouped = reports.groupby(by, sort=True, dropna=False)
    group = grouped.ngroup().to_numpy()
    _, first = np.unique(group, return_index=True)
    return group, reports.loc[first, by]


def _spans_years(reports, group, groups):
    """Which groups hold reports of more than one year: a pending case would count in each."""
    first, last = np.full(groups, np.inf), np.full(groups, -np.inf)
    years = reports["year"].to_numpy(float, na_value=np.nan)
    np.fmin.at(first, group, years)
    np.fmax.at(last, group, years)
    return last > first


def _errors(findings, wide):
    """The findings of severity error as (report's row, columns of its cells, what it says)."""
    if findings is None or not len(found := findings[findings["severity"] == "error"]):
        return []
    import pandas as pd

    rows = pd.Index(wide.reports["report"]).get_indexer(found["report"])
    at = {name: column for column, name in enumerate(wide.names)}
    return [
        (row, [at[name] for name in touched if name in at], message)
        for row, touched, message in zip(rows, found["cells"], found["message"]) if row >= 0
    ]  # fmt: skip


def _compute(wide, each, group, groups, decided, errors):
    """One indicator in all groups: its columns of the frame."""
    numerator, n = _add(wide, each.numerator, decided), _add(wide, each.denominator, decided)
    complete = ~np.isnan(numerator.value + n.value)
    used = (numerator.used | n.used) & complete[:, None]

    def total(values):
        return np.bincount(group, weights=np.where(complete, values, 0), minlength=groups)

    counted = total(1)
    reports = np.bincount(group, minlength=groups)
    lacking = np.bincount(group, weights=numerator.undeclared | n.undeclared, minlength=groups)
    above, below = total(numerator.value), total(n.value)
    wrong = (above < 0) | (below < 0) | ((above > below) & (each.kind == "share"))
    # What the reader did not merge in is not the report's fault.
    merged = any(term.cell.startswith("@") for term in each.denominator)
    unmerged = merged & (np.bincount(group, weights=~np.isnan(numerator.value), minlength=groups) > 0)
    undefined = np.select(
        [lacking == reports, (counted == 0) & unmerged, counted == 0, wrong & (counted > 0), below == 0],
        ["undeclared", "unknown", "missing", "contradictory", "empty"], default=None,
    )  # fmt: skip
    sound = np.equal(undefined, None)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(sound, above / below, np.nan)
    interval, _ = INTERVALS[each.kind]
    low, high = interval(np.where(sound, above, np.nan), np.where(sound, below, np.nan))
    broken, finding = np.zeros(groups, int), np.full(groups, None)
    for report, touched, message in errors:
        if used[report, touched].any():
            broken[group[report]] += 1
            finding[group[report]] = finding[group[report]] or message
    return {
        "value": value, "numerator": np.where(counted > 0, above, np.nan), "n": np.where(counted > 0, below, np.nan),
        "low": low, "high": high, "undefined": undefined,
        "reports": counted.astype(int), "left_out": (reports - counted).astype(int),
        "inferred": total((wide.inferred & used).sum(axis=1)).astype(int), "broken": broken, "finding": finding,
    }  # fmt: skip


# Denominators side by side


def sensitivity(cells, families=None, by=("district", "year"), *, findings=None, lang="zh"):
    """What would read differently under another denominator: the indicators that answer one question, side by side.

    ``families`` are keys of usual answers (by default, all that have other answers). A frame as of
    ``indicators`` with, against groups of the same year: ``family``; ``rank`` (1 = highest; NaN below
    n = 10) and ``moved``, by how many ranks it differs from the usual answer's; ``side``, +1 above and
    -1 below all groups together; ``trend``, the sign of the change on the year before; and
    ``side_flips`` and ``trend_flips``, where these signs are opposite to the usual answer's.
    """
    by = [by] if isinstance(by, str) else list(by)
    known = _declared()[0].values()
    several = [each.family for each in known if each.family != each.key]
    wanted = dict.fromkeys(several) if families is None else [indicator(family).family for family in families]
    members = [each for family in wanted for each in known if each.family == family]
    keys = [each.key for each in members]
    table = indicators(cells, keys, by, findings=findings, lang=lang)
    table.insert(
        table.columns.get_loc("indicator"), "family", table["indicator"].map({e.key: e.family for e in members})
    )

    peers = ["year"] if "year" in by else []
    enough = table["value"].where(table["n"] >= SMALL)
    table["rank"] = enough.groupby([table[name] for name in [*peers, "indicator"]]).rank(ascending=False, method="min")
    pooled = indicators(cells, keys, peers)[[*peers, "indicator", "value"]]
    against = table[[*peers, "indicator"]].merge(pooled, how="left")["value"]
    table["side"] = np.sign(table["value"] - against.to_numpy())
    table["trend"] = _trend(table, by) if peers else np.nan

    usual = table[table["indicator"] == table["family"]][[*by, "family", "rank", "side", "trend"]]
    beside = table[[*by, "family"]].merge(usual, how="left", on=[*by, "family"])
    table["moved"] = table["rank"] - beside["rank"].to_numpy()
    for sign in ("side", "trend"):
        table[f"{sign}_flips"] = table[sign].to_numpy() * beside[sign].to_numpy() < 0
    return table


def _trend(table, by):
    """The sign of each value's change on the year before; NaN without one."""
    at = [*by, "indicator"]
    before = table[[*at, "value"]].assign(year=table["year"] + 1)
    return np.sign(table["value"] - table[at].merge(before, how="left", on=at)["value"].to_numpy())
