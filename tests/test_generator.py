"""The generator itself: the same seed gives the same report, every sum closes, what is planted does not."""

from random import Random

import pytest

from .generator import KINDS, LAYOUTS, figures, generate, misstate, plant, score, series
from .generator.printed import APPLICATION_ROWS, COLUMNS, OUTCOME_ROWS, PARTS, RESULTS, REVIEWS, tables
from .generator.score import same

WITHOUT_PROGRAMS = [layout for layout in LAYOUTS.values() if not layout.needs]


def open_sums(cells, form):
    """How many of the identities of tables 三 and 四 do not close."""
    rows, columns = APPLICATION_ROWS[form], COLUMNS

    def at(row, column):
        return cells["applications", row, column]

    def parts(row):
        return sum(cells["review", row, column] for column in RESULTS if column != "total")

    return (
        sum(at(row, "total") != sum(at(row, part) for part in PARTS) for row in rows)
        + sum(at("closed", column) != sum(at(row, column) for row in OUTCOME_ROWS[form]) for column in columns)
        + sum(
            at("new", column) + at("carried_in", column) != at("closed", column) + at("carried_out", column)
            for column in columns
        )
        + sum(cells["review", row, "total"] != parts(row) for row in REVIEWS)
    )


@pytest.mark.parametrize("form, number", [("2021", 200), ("2019", 198)])
def test_every_sum_of_a_report_closes(form, number):
    for seed in range(120):
        truth = figures(seed, form)
        assert len(truth.cells) == number
        assert open_sums(truth.cells, form) == 0
        assert all(value >= 0 for (*_, column), value in truth.cells.items() if column != "items_change")


def test_the_sizes_differ():
    new = {size: figures(1, size=size).cells["applications", "new", "total"] for size in ("nothing", "county", "city")}
    assert new["nothing"] == 0 < new["county"] < 900 <= new["city"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_breaks_a_sum(kind):
    planted = [plant(figures(seed), kind, seed) for seed in range(60)]
    told = [truth for truth in planted if truth.planted]
    assert len(told) >= 30
    for truth in planted:
        assert (open_sums(truth.cells, "2021") > 0) == bool(truth.planted)


def test_years_of_one_body_hang_together():
    truths = [truth for _, truth in generate_two_bodies()]
    for last, this in zip(truths, truths[1:]):
        if last.body != this.body:
            continue
        for column in COLUMNS:
            assert last.cells["applications", "carried_out", column] == this.cells["applications", "carried_in", column]
        stock, issued, repealed = (
            this.cells["proactive", "normative_documents", key] for key in ("in_force", "issued", "repealed")
        )
        assert stock == last.cells["proactive", "normative_documents", "in_force"] + issued - repealed


def generate_two_bodies():
    first, second = figures(0).body, figures(1).body
    return [(who, truth) for who in (first, second) for truth in series(who, 7)]


def test_a_corpus_is_written(tmp_path):
    made = list(generate(23, tmp_path, seed=3))
    assert len(made) == len({path for path, _ in made}) == sum(path.is_file() for path in tmp_path.rglob("*")) == 23
    again = list(generate(23, tmp_path, seed=3))
    assert [path for path, _ in made] == [path for path, _ in again]
    assert [truth for _, truth in made] == [truth for _, truth in again]


@pytest.mark.parametrize("layout", WITHOUT_PROGRAMS, ids=lambda layout: layout.name)
def test_a_layout_is_the_same_each_time(layout):
    first, second = (layout.content(layout.truth(4)) for _ in range(2))
    if layout.suffix not in (".xlsx", ".mhtml", ".docx"):  # they carry the time or a random boundary
        assert first == second
    assert first


def test_printed_tables_have_no_holes():
    for form in ("2021", "2019"):
        for _, table in tables(figures(2, form)):
            area = sum(cell.colspan * cell.rowspan for _, _, cell in table.places())
            assert area == table.width * len(table.rows)


def test_claims_say_what_their_sentences_say():
    disagreeing = 0
    for seed in range(100):
        for truth in (figures(seed), misstate(figures(seed), 1, 0.5)):
            text = "".join(line for section in truth.narrative for line in section)
            for claim in truth.claims:
                assert claim.sentence in text
                assert claim.agrees == same(sum(truth.cells[cell] for cell in claim.cells), claim.value)
                disagreeing += not claim.agrees
    assert disagreeing > 100


class Read:
    """A reading as ``score`` takes it: the truth's own figures, some altered."""

    def __init__(self, truth, altered=(), severities=()):
        figure = type("Figure", (), {})
        self.values, self.doubts = {}, []
        for key, value in {**truth.cells, **dict(altered)}.items():
            self.values[key] = figure()
            self.values[key].value = value
        for severity in severities:
            self.doubts.append(figure())
            self.doubts[-1].severity = severity


def test_scores_tell_right_missing_wrong_and_silent():
    truth = figures(3)
    key = ("applications", "new", "natural_person")
    assert score(truth, Read(truth))[:4] == (200, 0, 0, 0)
    assert score(truth, Read(truth, {key: None}))[:4] == (199, 1, 0, 0)
    assert score(truth, Read(truth, {key: 7777}))[:4] == (199, 0, 1, 1)
    assert score(truth, Read(truth, {key: 7777}, ["warning"]))[:4] == (199, 0, 1, 0)
    blank = truth.printed({key: ""})
    assert score(blank, Read(truth))[:6] == (199, 0, 0, 0, 1, 1)
    assert score(blank, Read(truth, {key: None}))[:6] == (199, 0, 0, 0, 1, 0)
    assert score(blank, Read(truth, {key: 5}))[2] == 1


def test_a_seed_is_all_that_a_report_depends_on():
    Random(0).random()
    assert figures(11) == figures(11) != figures(12)
