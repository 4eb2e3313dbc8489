"""How far the numbers of a corpus can be trusted: tables of what was read and of what was found, for one district or all.

Every function takes a Corpus. The figures on the same question are in ``troubles``.
"""

import tomllib
from functools import cache
from pathlib import Path

from .chains import calendar, chains, hierarchy, hierarchy_findings, wanted
from .charts import between, whole
from .export import citation, corpus_citation, declared
from .form import forms
from .report import SEVERITIES
from .style import Html, Note, below, table_html, words

# So many rows a table shows; it says how many there are.
MOST = 40


@cache
def vocabulary():
    return tomllib.loads(Path(__file__).with_name("quality.toml").read_text("utf-8"))


def say(key, lang, **values):
    return vocabulary()["words"][key][lang].format(**values)


def everything(corpus, lang="zh"):
    """The findings of each report, and those of its neighbours in time and hierarchy: a frame like ``corpus.findings``."""
    import pandas as pd

    wide = corpus.wide(wanted())
    between_reports = [chains(wide, lang), hierarchy_findings(hierarchy(wide), lang)]
    plain = {name: "str" for name in ("report", "district", "check", "severity", "message")} | {"year": "Int16"}
    parts = [corpus.findings, *(part for part in between_reports if len(part))]
    return pd.concat([part.astype(plain) for part in parts], ignore_index=True)


def graver_first(findings):
    rank = {severity: at for at, severity in enumerate(SEVERITIES)}
    return findings.sort_values("severity", key=lambda severities: severities.map(rank).astype(int), kind="stable")


# Reports


def sources(corpus, lang="zh"):
    """Each report: where it comes from, how much of it was read, whether its sums hold, what is doubtful about it."""
    reports, found = corpus.reports, corpus.findings
    cut = ""
    if len(reports) > MOST:
        doubtful = graver_first(found)["report"].drop_duplicates()[:MOST]
        if not len(doubtful):
            return Note(say("no_doubts", lang, n=len(reports)))
        corpus, cut = corpus.select(report=list(doubtful)), say("sources_cut", lang, n=len(reports), few=len(doubtful))
        reports = corpus.reports
    statuses = corpus.cells.groupby(["report", "status"], observed=True).size().unstack(fill_value=0)
    lines = []
    for report in reports.sort_values(["district", "year", "report"]).to_dict("records"):
        own = found[found["report"] == report["report"]]
        read = "–", "–"
        if report["status"] == "parsed":
            read = _cells_read(statuses.loc[report["report"]], lang), _sums(report, own, lang)
        cells = (_described(report, lang), *read, _numbers(own, lang))
        lines.append((_named(report, _several(corpus)), *map(words, cells)))
    header = [_of(corpus, lang), *(words(say(word, lang)) for word in ("report", "numbers", "sums", "doubts"))]
    return table_html(say("sources_title", lang) + cut, header, lines)


def _several(corpus):
    return corpus.reports["district"].nunique() > 1


def _of(corpus, lang):
    """The head of the column in which rows are named."""
    return say("district_and_year" if _several(corpus) else "year", lang)


def _named(report, several):
    """Whose report it is, where there are ``several`` districts, and of which year; the file where that is not known."""
    if not (isinstance(report["district"], str) and isinstance(report["year"], int)):
        return report["report"]
    return f"{report['district']} {report['year']}" if several else report["year"]


def _described(report, lang):
    """The title, linked where its address is known; below it what kind of source and file it is."""
    if report["status"] != "parsed":
        return report["error"]
    title = report["title"] if report["title"] == report["title"] else report["report"]
    if report["source_url"] == report["source_url"]:
        title = Html('<a href="{}">{}</a>').format(report["source_url"], title)
    grade = declared()["reports", "source_grade"]["values"][report["source_grade"]]
    facts = [grade[lang == "en"], medium(report["medium"], lang), say("form", lang, form=report["form"])]
    return below(title, " · ".join(facts))


def medium(key, lang):
    return vocabulary()["media"].get(key, {}).get(lang, str(key).upper())


def _cells_read(statuses, lang):
    known = sum(statuses.get(status, 0) for status in ("printed", "inferred", "corrected"))
    said = [say("cells_known", lang, known=known, all=statuses.sum())]
    counts = {
        "cells_inferred": statuses.get("inferred", 0),
        "cells_corrected": statuses.get("corrected", 0),
        "cells_open": statuses.sum() - known,
    }
    said += [say(key, lang, n=n) for key, n in counts.items() if n]
    return Html("<br>").join(said)


def _sums(report, found, lang):
    identities = forms()[report["form"]].identities
    broken = found["check"].isin({identity.id for identity in identities}).sum()
    key = "sums_broken" if broken else "sums_hold" if report["verified"] else "sums_open"
    return say(key, lang, n=len(identities), broken=broken)


def _numbers(found, lang):
    """How many findings of each severity: 错误 1、提示 2."""
    counts = found["severity"].value_counts()
    kinds = vocabulary()["severities"]
    said = [say("number_of", lang, kind=kinds[kind][lang], n=counts[kind]) for kind in SEVERITIES if counts.get(kind)]
    return ("、" if lang == "zh" else ", ").join(said) or say("none", lang)


def provenance(corpus, lang="zh"):
    """Each report's file, title, form, source, checksum and findings, and how to cite it; then how to cite them together."""
    found = corpus.findings
    lines = []
    for report in corpus.reports.sort_values(["district", "year", "report"]).to_dict("records"):
        own = found[found["report"] == report["report"]]
        cite = Html('<span style="overflow-wrap:anywhere">{}</span>').format(citation(report))
        facts = [say("form", lang, form=report["form"]), f"{say('doubts', lang)} {_numbers(own, lang)}"]
        lines.append((report["report"], words(below(cite, " · ".join(facts)))))
    header = [say("file", lang), words(say("citation", lang))]
    cut = say("provenance_cut", lang, n=len(lines), few=MOST) if len(lines) > MOST else ""
    table = table_html(say("provenance_title", lang) + cut, header, lines[:MOST])
    return table + Html('<p style="overflow-wrap:anywhere">{}</p>').format(corpus_citation(corpus))


# Findings


def doubts(corpus, lang="zh"):
    """Everything that is doubtful, the gravest first, in the sentences of the findings."""
    found = graver_first(everything(corpus, lang))
    if not len(found):
        return Note(say("no_doubts", lang, n=len(corpus)))
    cut = say("doubts_cut", lang, n=len(found), few=MOST) if len(found) > MOST else ""
    return _sentences(found, corpus, say("doubts_title", lang) + cut, lang)


def narrative(corpus, lang="zh"):
    """The sentences of the reports that state another number than the tables, quoted."""
    found = corpus.findings
    found = found[found["check"] == "claim.disagrees"]
    if not len(found):
        return Note(say("narrative_none", lang, n=int((corpus.reports["status"] == "parsed").sum())))
    cut = say("doubts_cut", lang, n=len(found), few=MOST) if len(found) > MOST else ""
    return _sentences(found, corpus, say("narrative_title", lang) + cut, lang)


def _sentences(found, corpus, title, lang):
    severities, several = vocabulary()["severities"], _several(corpus)
    lines = [
        (_named(row, several), words(severities[row["severity"]][lang]), words(row["message"]))
        for row in found[:MOST].to_dict("records")
    ]
    return table_html(title, [_of(corpus, lang), words(say("severity", lang)), words(say("found", lang))], lines)


def kinds(corpus, by="check", lang="zh"):
    """How many findings there are of each kind, by ``check``, ``medium`` or ``district``: severities, reports, an example."""
    found = everything(corpus, lang)
    if not len(found):
        return Note(say("no_doubts", lang, n=len(corpus)))
    if by == "medium":
        found = found.merge(corpus.reports[["report", "medium"]].astype("str"), how="left", on="report")
    found[by] = found[by].fillna("–")
    counts = (
        found.groupby([by, "severity"]).size().unstack(fill_value=0).reindex(columns=list(SEVERITIES), fill_value=0)
    )
    counts = counts.sort_values(list(SEVERITIES), ascending=False, kind="stable")
    reports, example = found.groupby(by)["report"].nunique(), graver_first(found).groupby(by)["message"].first()
    severities, about = vocabulary()["severities"], vocabulary()["about"]
    lines = []
    for key, *numbers in counts[:MOST].itertuples():
        name = medium(key, lang) if by == "medium" else key
        if by == "check":
            name = below(about[key.partition(".")[0]][lang], key)
        lines.append(
            (
                name,
                *numbers,
                reports[key],
                *([words(Html("<small>{}</small>").format(example[key]))] if by == "check" else []),
            )
        )
    head = {"check": "kind", "medium": "medium", "district": "district"}[by]
    header = [say(head, lang), *(severities[severity][lang] for severity in SEVERITIES), say("reports", lang)]
    header += [words(say("example", lang))] if by == "check" else []
    cut = say("kinds_cut", lang, n=len(counts), few=MOST) if len(counts) > MOST else ""
    return table_html(say("kinds_title", lang, by=say(head, lang)) + cut, header, lines)


def reading(corpus, lang="zh"):
    """What was read, by medium: files, those read, those verified with the interval of their share."""
    from .statistics import wilson

    reports = corpus.reports.assign(read=corpus.reports["status"] == "parsed")
    reports["medium"] = reports["medium"].astype("str").fillna("–")
    grouped = reports.groupby("medium")[["read", "verified"]].agg(["size", "sum"])
    lines = []
    for key in grouped.index:
        files, read, verified = grouped.loc[key, [("read", "size"), ("read", "sum"), ("verified", "sum")]]
        low, high = (float(end) for end in wilson(verified, read))
        share = f"{verified}/{read} {between(low, high, 'disclosure_rate')}" if read else "–"
        lines.append((medium(key, lang), files, read, share))
    return table_html(
        say("reading_title", lang), [say(word, lang) for word in ("medium", "files", "read", "verified")], lines
    )


# Years


def links(corpus, lang="zh"):
    """Year by year whether what was carried in is what the year before carried over."""
    wide = corpus.wide(wanted())
    own = {(row["district"], row["year"]): row for row in wide.to_dict("records")}
    states, cut = calendar(wide), ""
    if len(states) > MOST:
        states, cut = states[states["state"].isin(["broken", "missing"])], say("links_cut", lang, n=len(states))
    broken = {}
    if "broken" in set(states["state"]):
        broken = chains(wide, lang).query("check == 'chain.carried'").groupby("report")["message"].agg(list)
    lines = []
    for row in states.itertuples():
        report = own.get((row.district, row.year), {})
        came, went = (
            whole(report.get(f"applications.{name}.total", float("nan"))) for name in ("carried_in", "carried_out")
        )
        if row.state == "broken":
            said = Html("<br>").join(broken[report["report"]])
        else:
            open_ = row.state == "unheld" and (row.district, row.year - 1) in own
            said = say("link_open" if open_ else f"link_{row.state}", lang, n=came, before=row.year - 1)
        name = f"{row.body} {row.year}" if _several(corpus) else row.year
        lines.append((name, came, went, words(said)))
    header = [_of(corpus, lang), say("carried_in", lang), say("carried_out", lang), words(say("chained", lang))]
    return table_html(say("links_title", lang) + cut, header, lines)
