"""Reports of known figures in which every sum closes."""

from dataclasses import dataclass, field, replace
from random import Random

from .bodies import Body, body
from .printed import APPLICATION_ROWS, COLUMNS, OUTCOME_ROWS, PARTS, PROACTIVE, RESULTS, REVIEWS
from .words import write

# Kind of body, applications of natural persons a year (from, to), of each kind of organisation, and licences.
SIZES = {
    "nothing": (("department", "town"), (0, 0), (0, 0), (0, 90)),
    "town": (("town", "department"), (0, 4), (0, 1), (0, 300)),
    "bureau": (("department",), (1, 60), (0, 4), (0, 4000)),
    "county": (("county",), (12, 400), (0, 30), (800, 130_000)),
    "city": (("county",), (900, 9_000), (10, 700), (20_000, 900_000)),
}
SIZE_OF_SEED = ("county", "nothing", "bureau", "county", "town", "city")

# How often each outcome is met, roughly as in published reports; the rest hardly ever.
USUAL = {
    "granted": 40,
    "granted_in_part": 8,
    "unavailable.not_held": 30,
    "denied.third_party": 2,
    "denied.enforcement_file": 2,
    "denied.deliberative_process": 2,
    "denied.administrative_inquiry": 1,
    "not_processed.complaint_petition": 3,
    "not_processed.duplicate": 2,
    "other": 4,
    "other.other": 4,
    "other.correction_overdue": 2,
}

TITLES = (
    "{body}{year}年政府信息公开工作年度报告",
    "{year}年{body}政府信息公开工作年度报告",
    "{body}政府信息公开工作{year}年度报告",
    "{body}{year}年度政府信息公开工作报告",
    "{year} 年{body}政府信息公开 工作年度报告",
    "{body}\n{year}年政府信息公开工作年度报告",
    "{body}{year}年政府信息公开\n工作年度报告",
    "{body}{chinese}年政府信息公开工作年度报告",
)


@dataclass
class Truth:
    """What a report says. Keys are (table, row, column), as in the declared forms."""

    seed: int
    form: str
    size: str
    body: Body
    year: int
    title: str
    period: str
    cells: dict
    """The figures as numbers; a key that is not here has no figure."""
    texts: dict
    """What stands printed in each cell: "" is a blank, a key that is not here is not printed at all."""
    claims: list = field(default_factory=list)
    """Figures stated in the narrative, as (sentence, key, value, agrees)."""
    narrative: list = field(default_factory=list)
    """The paragraphs of the narrative, by section: a list of lists."""
    planted: list = field(default_factory=list)
    """Contradictions put into the figures, as (kind, {key: figure without the contradiction})."""
    proactive_form: str | None = None
    outcomes_form: str | None = None
    """Where a hybrid prints table 二 or （六） by another form than its own."""

    @property
    def jurisdiction(self):
        return self.body.county

    def printed(self, texts):
        """The same report with some cells printed otherwise."""
        return replace(self, texts={**self.texts, **texts})

    def without(self, keys):
        """The same report with some cells not printed."""
        keys = set(keys)
        return replace(self, texts={key: text for key, text in self.texts.items() if key not in keys})


def chinese_year(year):
    """2024 → 二〇二四."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))


def figures(seed, form="2021", size=None, who=None, year=None, carried=None, stock=None):
    """Draw a report from its seed: the same seed gives the same report.

    size: a name of SIZES, by default one that the seed chooses. carried: {column: applications taken over from the
    year before}; stock: {row: documents in force at the end of the year before}; both drawn when not given.
    """
    rng = Random(f"{form}-{seed}")
    size = size or SIZE_OF_SEED[seed % len(SIZE_OF_SEED)]
    kinds = SIZES[size][0]
    who = who or body(rng, rng.choice(kinds))
    year = year or (rng.randint(2021, 2025) if form == "2021" else rng.choice((2019, 2020)))
    applications = _applications(rng, form, size, carried)
    cells = {**_proactive(rng, form, size, who, stock), **applications, **_review(rng, size, applications)}
    texts = {key: str(value) for key, value in cells.items()}
    texts |= _worded(rng, cells)
    title = rng.choice(TITLES).format(body=who.name, year=year, chinese=chinese_year(year))
    period = rng.choice(("{0}年1月1日至{0}年12月31日", "{0}年1月1日至12月31日", "{0}年1月1日起至{0}年12月31日止"))
    truth = Truth(seed, form, size, who, year, title, period.format(year), cells, texts)
    write(truth, rng)
    return truth


def _applications(rng, form, size, carried):
    """Table 三: each column gets its applications, then each application its outcome or the next year."""
    _, persons, organisations, _ = SIZES[size]
    rows = OUTCOME_ROWS[form]
    weights = [USUAL.get(row, 0.15) for row in rows]
    cells = {("applications", row, column): 0 for row in APPLICATION_ROWS[form] for column in COLUMNS}
    for column in PARTS:
        low, high = persons if column == "natural_person" else organisations
        # Most bodies hear from natural persons and firms only.
        silent = column not in ("natural_person", "enterprise") and rng.random() < 0.7
        new = 0 if silent else rng.randint(low, high)
        taken_over = (carried or {}).get(column, 0) if carried is not None else _few(rng, new)
        carried_out = min(new + taken_over, _few(rng, new))
        closed = new + taken_over - carried_out
        cells["applications", "new", column] = new
        cells["applications", "carried_in", column] = taken_over
        cells["applications", "carried_out", column] = carried_out
        cells["applications", "closed", column] = closed
        for row, number in _shares(rng, closed, rows, weights):
            cells["applications", row, column] = number
    for row in APPLICATION_ROWS[form]:
        cells["applications", row, "total"] = sum(cells["applications", row, column] for column in PARTS)
    return cells


def _few(rng, new):
    """Applications left over at a year's end: often none."""
    return 0 if rng.random() < 0.4 else rng.randint(0, max(1, new // 12)) if new else 0


def _shares(rng, number, rows, weights):
    """Split ``number`` cases over the outcomes: case by case while few, by shares when many."""
    if number <= 40:
        counts = dict.fromkeys(rows, 0)
        for row in rng.choices(rows, weights, k=number):
            counts[row] += 1
        yield from counts.items()
        return
    drawn = [weight * rng.uniform(0.2, 1.8) if weight > 1 or rng.random() < 0.3 else 0 for weight in weights]
    counts = [int(number * share / sum(drawn)) for share in drawn]
    counts[0] += number - sum(counts)
    yield from zip(rows, counts)


def _review(rng, size, applications):
    """Table 四: disputes are a few in a hundred answers, in small places none."""
    closed = applications["applications", "closed", "total"]
    cells = {}
    for row in REVIEWS:
        most = 0 if rng.random() < 0.35 else min(240, round(closed * rng.choice((0.02, 0.06, 0.15))))
        for column in tuple(RESULTS)[:-1]:
            cells["review", row, column] = rng.choice((0, rng.randint(0, most), most // 4)) if most else 0
        cells["review", row, "total"] = sum(cells["review", row, column] for column in tuple(RESULTS)[:-1])
    return cells


def _proactive(rng, form, size, who, stock):
    """Table 二. 规章 are rare, and improbable of an office or a town; small ones permit and punish nothing."""
    low, high = SIZES[size][3]
    cells = {}
    for _, columns, rows in PROACTIVE[form]:
        for row, _ in rows:
            for column, _ in columns:
                cells["proactive", row, column] = _proactive_figure(rng, row, column, low, high)
    for row in ("regulations", "normative_documents"):
        seldom = row == "regulations" and (rng.random() < (0.9 if who.kind == "county" else 0.97))
        if form == "2019":
            if seldom:
                cells |= {("proactive", row, column): 0 for column in ("issued", "newly_published", "published_total")}
            continue
        before = (stock or {}).get(row, 0) if stock is not None else 0 if seldom else rng.randint(0, 60)
        issued = 0 if seldom else rng.randint(0, 9)
        repealed = 0 if seldom else rng.randint(0, min(9, before))
        cells["proactive", row, "issued"] = issued
        cells["proactive", row, "repealed"] = repealed
        cells["proactive", row, "in_force"] = before + issued - repealed
    return cells


def _proactive_figure(rng, row, column, low, high):
    if column == "amount_10k_yuan":
        places = rng.randint(0, 6)
        amount = round(rng.uniform(0, high), places)
        return rng.choice((0, int(amount) if not places else amount, round(rng.random(), 3)))
    if column == "amount":
        return rng.choice((0, round(rng.uniform(0.1, 900), 4), rng.randint(1, 900)))
    if column == "items_change":
        return rng.choice((0, 0, rng.randint(-40, 60), rng.randint(-3, 3)))
    if row in ("regulations", "normative_documents") or column in ("items_last_year", "projects"):
        return rng.choice((0, rng.randint(0, 40), rng.randint(0, 300)))
    scale = {"licensing": 1, "other_services": 0.1, "penalties": 0.1, "coercion": 0.002}[row]
    return int(rng.randint(low, high) * scale)


def _worded(rng, cells):
    """What is not printed as a bare number: decimals, signed changes, sums of money with their unit."""
    texts = {}
    for key, value in cells.items():
        column = key[2]
        if isinstance(value, float):
            texts[key] = f"{value:.6f}".rstrip("0").rstrip(".")
        if column == "items_change":
            if value > 0:
                texts[key] = rng.choice((str(value), f"+{value}"))
            elif value < 0:
                texts[key] = rng.choice((str(value), f"减{-value}"))
            else:
                texts[key] = rng.choice(("0", "0", "不变"))
        if column == "amount" and value:
            texts[key] = texts.get(key, str(value)) + rng.choice(("万元", "万元", "元", ""))
    return texts
