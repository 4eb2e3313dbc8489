"""What the README shows is true: its session runs, its commands exist."""

import doctest
import re

import pytest

from disclosure.__main__ import main

from .conftest import ROOT

READMES = sorted(ROOT.glob("README*.md"))


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_session_gives_what_it_shows(readme, monkeypatch):
    monkeypatch.chdir(ROOT)
    session = re.search(r"```pycon\n(.*?)```", readme.read_text("utf-8"), re.S)[1]
    test = doctest.DocTestParser().get_doctest(session, {}, readme.name, str(readme), 0)
    result = doctest.DocTestRunner().run(test)
    assert result.attempted > 5
    assert result.failed == 0


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_each_command_exists(readme, capsys):
    verbs = set(re.findall(r"^disclosure (\w+)", readme.read_text("utf-8"), re.M))
    assert verbs >= {"parse", "check", "render", "export", "build"}
    for verb in verbs:
        with pytest.raises(SystemExit) as left:
            main([verb, "--help"])
        assert left.value.code == 0


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_each_module_has_its_place(readme):
    tree = re.search(r"^disclosure/ .*?^data/", readme.read_text("utf-8"), re.S | re.M)[0]
    modules = {path.stem for path in (ROOT / "disclosure").glob("*.py") if not path.stem.startswith("_")}
    assert modules - set(re.findall(r"\w+", tree, re.A)) == set()


def test_both_languages_show_the_same_commands():
    commands = [re.findall(r"^(?:disclosure|make|dask) [^#\n]*", path.read_text("utf-8"), re.M) for path in READMES]
    assert commands[0] == commands[1]
