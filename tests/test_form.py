"""The declared forms, and what is refused in a declaration."""

import pytest

from disclosure.errors import FormError, UnknownName
from disclosure.form import FOLDER, CellKey, aliases, form, forms, load_form


@pytest.mark.parametrize("key, cells, identities", [("2021", 200, 42), ("2019", 198, 40)])
def test_how_much_a_form_declares(key, cells, identities):
    assert len(form(key).cells) == cells
    assert len(form(key).identities) == identities
    assert sum(len(block.rows) * len(block.columns) for table in form(key).tables for block in table.blocks) == cells


def test_the_same_key_has_the_same_unit_in_every_form():
    shared = set(form("2021").cells) & set(form("2019").cells)
    assert len(shared) > 170
    for key in shared:
        assert form("2021").cells[key][1].unit == form("2019").cells[key][1].unit


def test_labels_in_both_languages():
    key = CellKey("applications", "unavailable.not_held", "total")
    assert form("2021").label(key) == "三、本年度办理结果 / （四）无法提供 / 1.本机关不掌握相关政府信息 · 总计"
    assert form("2021").label(key, "en") == "Not held · Total"


def test_aliases_name_declared_rows_and_columns():
    for table, key in aliases():
        assert any(key in (cell.row, cell.column) for declared in forms().values() for cell in declared.table(table).cells)


def test_a_hybrid_form_counts_the_borrowed_row_in_its_sums():
    hybrid = form("2021").with_rows(form("2019"), "applications", ["other"])
    closed = next(identity for identity in hybrid.identities if identity.id == "applications.closed")
    assert [key.row for key in closed.right if key.row.startswith("other")] == ["other"]
    assert len(hybrid.cells) == 207


FAULTS = [
    # what is changed in the declaration, what it becomes, what the error names
    ('key = "carried_in"', 'key = "new"', "declared twice"),
    ('"denied.*"', '"refused.*"', "refused.*"),
    ('each = "row"', 'each = "rows"', "each"),
    ('kind = "money"', 'kind = "cash"', "cash"),
    ('table = "review"', 'table = "revue"', "revue"),
    ("[[tables]]", "[[table", "not valid TOML"),
    ('document = "', 'documents = "', "document"),
]


@pytest.mark.parametrize("there, instead, named", FAULTS)
def test_a_faulty_declaration_is_refused(there, instead, named, tmp_path):
    declared = (FOLDER / "2021.toml").read_text("utf-8")
    assert there in declared
    path = tmp_path / "local.toml"
    path.write_text(declared.replace(there, instead, 1), "utf-8")
    with pytest.raises(FormError) as error:
        load_form(path)
    assert "2021.toml" in str(error.value) or "local.toml" in str(error.value)
    assert named in str(error.value)


def test_an_unknown_form_is_answered_with_those_there_are():
    with pytest.raises(UnknownName, match="2021, 2019"):
        form("1999")
