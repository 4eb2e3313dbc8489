"""What was worked out for a table holds for the tables printed alike: reading by it gives what a search gives, or nothing."""

import pytest

import disclosure
from disclosure import alike
from disclosure.match import search
from disclosure.media import open_document
from disclosure.stream import stream
from disclosure.tables import upright

from .generator import LAYOUTS, render

CLEAN = ("html plain", "html Word", "html page round it", "docx", "xlsx one sheet")


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(alike, "_plans", {})


def reports(name, folder, seeds):
    layout = LAYOUTS[name]
    return render(layout, [layout.truth(seed) for seed in seeds], folder)


def both_ways(path):
    """What is recalled of a file, and what a search finds: form, cells, and the findings of the search."""
    document = open_document(str(path), path.read_bytes())
    blocks = list(map(upright, document.blocks))
    text = stream(blocks)
    return alike.recall(text, blocks), search(document, blocks, text)


def said(values):
    return {key: amount._replace(score=None) for key, amount in values.items()}


@pytest.mark.parametrize("name", CLEAN)
def test_reports_printed_alike_are_recalled_as_they_are_found(name, tmp_path):
    paths = reports(name, tmp_path, range(8))
    for path in paths:
        disclosure.read(path)
    for path in paths:
        recalled, (form, values, findings) = both_ways(path)
        assert recalled and recalled[0] is form and not findings
        assert list(recalled[1].items()) == list(values.items())
