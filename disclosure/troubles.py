"""Figures of where a corpus is in doubt: cells in sums that do not close, years that do not follow on each other."""

from collections import Counter

from .chains import calendar as chained
from .chains import wanted
from .charts import About, draw, rows_axis
from .charts import say as word
from .charts import vocabulary as words
from .comparisons import MANY
from .form import forms
from .indicators import indicator
from .quality import say, vocabulary
from .style import INK, Note, lines_of, swatch


def broken_sums(corpus, table="applications", *, lang="zh", source=None):
    """A table of the form by its cells: in how many sums that do not close each stands, over all reports."""
    heading = vocabulary()["tables"][table][lang]
    found = corpus.findings
    found = found[found["check"].astype("str").str.startswith(f"{table}.")]
    if not len(found):
        return Note(say("broken_none", lang, n=int((corpus.reports["status"] == "parsed").sum()), table=heading))
    times = Counter(cell for cells in found["cells"] for cell in cells)
    used = [form for key, form in forms().items() if key in set(corpus.reports["form"])]
    blocks = [block for form in used for block in form.table(table).blocks]
    rows = list(dict.fromkeys(row.key for block in blocks for row in block.rows))
    columns = {
        column.key: column.en if lang == "en" else column.label[-1] for block in blocks for column in block.columns
    }
    counts = [[times[f"{table}.{row}.{column}"] for column in columns] for row in rows]
    labels = [_row_name(row, lang) for row in rows]
    about = About(_known(corpus), lang, source)
    title, text = say("broken_title", lang, table=heading), [[str(count or "") for count in row] for row in counts]
    hover = [
        [f"{label} · {name} {count}" for name, count in zip(columns.values(), row)]
        for label, row in zip(labels, counts)
    ]
    heat = _grid(counts, text, [[0, "#F7F7F7"], [1, "#E8845C"]], max(map(max, counts)), hover)
    worst = sorted(
        ((count, line) for row, lines in zip(counts, hover) for count, line in zip(row, lines) if count), reverse=True
    )
    return draw(
        about, [heat], {"xaxis": _heads(columns.values(), 2), "yaxis": rows_axis([lines_of(label, 11) for label in labels]) | {"ticks": ""}},
        title=title, subtitle=about.lines(say("broken_text", lang)), told=[line for _, line in worst],
        twin=([say("kind", lang), *columns.values()], [(label, *row) for label, row in zip(labels, text)]),
        plot_height=28 * len(rows), axis_height=4, head_height=62,
    )  # fmt: skip


def calendar(corpus, *, lang="zh", source=None):
    """Bodies by years: whether what was carried in is what the year before carried over, and which reports are missing."""
    states = vocabulary()["states"]
    table = chained(corpus.wide(wanted())).pivot(index="body", columns="year", values="state")
    if table.empty:
        return Note(say("calendar_none", lang))
    trouble = table.isin(["broken", "missing"]).sum(axis=1).sort_values(ascending=False, kind="stable")
    shown = table.loc[trouble.index[:MANY]] if len(table) > MANY else table
    years = list(range(int(shown.columns.min()), int(shown.columns.max()) + 1))
    shown = shown.reindex(columns=years)
    order = {state: at for at, state in enumerate(states)}
    text = [[states[state]["mark"] if state in states else "" for state in row] for row in shown.to_numpy()]
    hover = [
        [f"{body} {year} {states[state][lang]}" if state in states else "" for year, state in zip(years, row)]
        for body, row in zip(shown.index, shown.to_numpy())
    ]
    steps = [[(at + end) / len(states), states[state]["colour"]] for state, at in order.items() for end in (0, 1)]
    heat = _grid(
        [[order.get(state) for state in row] for row in shown.to_numpy()], text, steps, len(states), hover, 0.5
    )
    about = About(_known(corpus), lang, source)
    subtitle = [
        "  ".join(
            f"{swatch(states[state]['colour'], states[state][lang], '■')} {states[state]['mark']}" for state in order
        )
    ]
    if len(table) > MANY:
        subtitle += about.lines(say("calendar_cut", lang, n=len(table), few=MANY))
    return draw(
        about, [heat], {"xaxis": _heads(years, 4), "yaxis": rows_axis(list(shown.index)) | {"ticks": ""}},
        title=say("calendar_title", lang), subtitle=subtitle, told=[line for row in hover for line in row if line],
        twin=([say("report", lang), *years], [(body, *(states[state][lang] if state in states else "" for state in row)) for body, row in zip(shown.index, shown.to_numpy())]),
        plot_height=30 * len(shown), axis_height=4, head_height=24,
    )  # fmt: skip


def _known(corpus):
    return corpus.reports.dropna(subset=["district", "year"])


def _row_name(row, lang):
    """A short name for a row of a form."""
    return word(row, lang) if row in words()["words"] else indicator(row).name[lang]


def _grid(values, text, colours, highest, hover, shift=0):
    """A heat map whose cells stand apart and hold their text; ``shift`` moves whole numbers into the middle of their colours."""
    return {
        "type": "heatmap", "z": [[None if value is None else value + shift for value in row] for row in values], "zmin": 0, "zmax": highest,
        "x": list(range(len(values[0]))), "y": list(range(len(values))), "colorscale": colours, "showscale": False,
        "xgap": 2, "ygap": 2, "hovertext": hover, "hoverinfo": "text",
        "text": text, "texttemplate": "%{text}", "textfont": {"size": 11, "color": INK},
    }  # fmt: skip


def _heads(names, room):
    names = [str(name) for name in names]
    return {
        "side": "top", "tickmode": "array", "tickvals": list(range(len(names))), "ticktext": [lines_of(name, room) for name in names],
        "tickangle": 0, "showgrid": False, "zeroline": False, "range": [-0.5, len(names) - 0.5], "ticks": "", "tickfont": {"size": 11},
    }  # fmt: skip
