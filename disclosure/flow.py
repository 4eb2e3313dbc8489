"""The way of a year's applications, from receipt to outcome to ground: see ``figures``."""

from typing import NamedTuple

from .charts import About, draw, of_year, whole
from .indicators import counts, grounds, indicator
from .style import HALO, INK, MUTED, OUTCOMES, PALE, TITLE_SIZE, words

# Where the stages stand from left to right: the later ones need more room for their words.
RECEIVED, AT_HAND, OUTCOME, GROUND = STAGES = (0.001, 0.18, 0.41, 0.999)

ENDS = {
    "granted": "granted.total",
    "granted_in_part": "granted_in_part.total",
    "denied": "denied.*.total",
    "unavailable": "unavailable.*.total",
    "not_processed": "not_processed.*.total",
    "other": "other.*.total",
    "carried_out": "carried_out.total",
}
"""How an application at hand ends in the year, and the sum that counts it."""


class Node(NamedTuple):
    stage: float
    name: str
    number: float
    color: str

    @property
    def label(self):
        # Where the stages stand close, a label has two lines.
        return f"{self.name}{'<br>' if self.stage < OUTCOME else ' '}{whole(self.number)}"


class Link(NamedTuple):
    start: str
    end: str
    number: float
    color: str


def flow(cells, *, year=None, lang="zh", source=None):
    """The way of one year's applications, from receipt to outcome to ground, as a Sankey diagram."""
    cells, year = of_year(cells, year)
    about = About(cells, lang, source)
    # Only the grounds that this year's form has.
    declared = set(cells["row"][cells["table"] == "applications"])
    rows = {row: f"{row}.total" for row in grounds() if row in declared}
    number = counts(cells, {"new": "new.total", "carried_in": "carried_in.total"} | ENDS | rows).loc[year]
    if number.isna().any():
        return about.note("missing")
    nodes = _nodes(number, rows, about)
    if "at_hand" not in nodes:
        return about.note("none")
    links = _links(nodes, rows)
    said = [f"{nodes[link.start].name} → {nodes[link.end].name} {whole(link.number)}" for link in links]
    twin = [(nodes[link.start].name, words(nodes[link.end].name), whole(link.number)) for link in links]
    deepest = max(sum(node.stage == stage for node in nodes.values()) for stage in STAGES)
    # plotly.js cannot draw a Sankey without a drag mode into an element that is not on the page yet, as JupyterLab does
    # with the figures of a notebook that it opens; there is nothing to drag.
    return draw(
        about, [_sankey(nodes, links, said)], {"dragmode": "zoom"}, title=about("flow_title", year=year, n=whole(nodes["at_hand"].number)),
        subtitle=about.lines(about("flow_text")), told=said, told_at_most=30,
        twin=([about("from"), words(about("to")), about("number")], twin), plot_height=max(260, 120 + 34 * deepest), axis_height=8,
    )  # fmt: skip


def _nodes(number, rows, about):
    """What applications pass through, by key; what none passed is left out."""
    nodes = {
        "new": Node(RECEIVED, about("new"), number["new"], MUTED),
        "carried_in": Node(RECEIVED, about("carried_in"), number["carried_in"], PALE),
        "at_hand": Node(AT_HAND, about("at_hand"), number["new"] + number["carried_in"], MUTED),
    }
    nodes |= {end: Node(OUTCOME, about(end), number[end], OUTCOMES[end]) for end in ENDS}
    nodes |= {row: Node(GROUND, indicator(row).name[about.lang], number[row], OUTCOMES[_outcome(row)]) for row in rows}
    return {key: node for key, node in nodes.items() if node.number > 0}


def _outcome(row):
    return row.partition(".")[0]


def _links(nodes, rows):
    """What flows from where to where. A link has the number of its narrower end, and the colour of its fate."""
    ways = [("new", "at_hand"), ("carried_in", "at_hand")]
    ways += [("at_hand", end) for end in ENDS] + [(_outcome(row), row) for row in rows]
    links = []
    for start, end in ways:
        if start in nodes and end in nodes:
            narrow = nodes[start if end == "at_hand" else end]
            links.append(Link(start, end, narrow.number, narrow.color))
    return links


def _sankey(nodes, links, said):
    order = {key: at for at, key in enumerate(nodes)}
    return {
        "type": "sankey", "arrangement": "snap", "textfont": {"size": TITLE_SIZE - 4, "color": INK, "shadow": HALO},
        "node": {
            "label": [node.label for node in nodes.values()], "color": [node.color for node in nodes.values()],
            "x": [node.stage for node in nodes.values()], "y": _middles(nodes.values()),
            "pad": 16, "thickness": 10, "line": {"width": 0}, "hovertemplate": "%{label}<extra></extra>",
        },
        "link": {
            "source": [order[link.start] for link in links], "target": [order[link.end] for link in links],
            "value": [float(link.number) for link in links], "color": [_faint(link.color) for link in links],
            "customdata": said, "hovertemplate": "%{customdata}<extra></extra>",
        },
    }  # fmt: skip


def _middles(nodes):
    """The middle of each node from the top, 0 to 1, the nodes of a stage one below the other in the order given."""
    per_stage = {stage: [node.number for node in nodes if node.stage == stage] for stage in STAGES}
    gaps = 0.06 * max(map(len, per_stage.values()))
    tallest = max(map(sum, per_stage.values()))
    above, middles = dict.fromkeys(STAGES, 0.0), []
    for node in nodes:
        height = node.number / tallest * (1 - gaps)
        # plotly takes 0 and 1 for no position at all.
        middles.append(round(min(0.999, max(0.001, above[node.stage] + height / 2)), 4))
        above[node.stage] += height + gaps / len(per_stage[node.stage])
    return middles


def _faint(color):
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"
