"""One list of what the kit needs: pyproject.toml, its lock, environment.yml and the Makefile agree."""

import re
import tomllib
from importlib import metadata, resources

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import disclosure

from .conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LISTS = {"dependencies": PROJECT["dependencies"]} | EXTRAS
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def requirements(lines):
    """``{canonical name: Requirement}``."""
    return {canonicalize_name(one.name): one for one in map(Requirement, lines)}


LOCKED = requirements(LOCK.splitlines())
DIRECT = requirements(line for lines in LISTS.values() for line in lines)


@pytest.mark.parametrize("lines", LISTS.values(), ids=LISTS)
def test_every_list_is_pinned_and_in_order(lines):
    names = list(requirements(lines))
    assert names == sorted(names)
    for requirement in map(Requirement, lines):
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement


def test_nothing_is_listed_twice():
    assert len(DIRECT) == sum(map(len, LISTS.values()))


def test_the_lock_has_the_pins():
    """If this fails, run ``make lock``."""
    pins = {name: str(requirement.specifier) for name, requirement in DIRECT.items()}
    assert pins == {name: str(LOCKED[name].specifier) for name in pins if name in LOCKED}


def test_the_lock_is_whole():
    """Whatever is installed here for the sake of the kit has its version in the lock."""
    found, waiting = {}, [(requirement, frozenset()) for requirement in requirements(LISTS["dependencies"] + EXTRAS["cluster"] + EXTRAS["test"]).values()]
    while waiting:
        requirement, extras = waiting.pop()
        name = canonicalize_name(requirement.name)
        if found.get(name, set()) >= requirement.extras | {""} or not wanted(requirement, extras):
            continue
        found.setdefault(name, {""}).update(requirement.extras)
        waiting += [(Requirement(one), frozenset(requirement.extras)) for one in metadata.requires(name) or ()]
    installed = {name: f"=={metadata.version(name)}" for name in found}
    assert installed == {name: str(LOCKED[name].specifier) if name in LOCKED else "missing" for name in installed}


def wanted(requirement, extras):
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""})


def test_the_lock_names_no_place():
    """It has to serve behind any mirror: names, versions and markers only."""
    assert not re.search(r"https?:|file:|@|--|\\", LOCK)


def test_conda_lists_nothing_twice():
    listed = re.findall(r"^\s*- ([\w.-]+)", ENVIRONMENT, re.MULTILINE)
    assert not set(map(canonicalize_name, listed)) & (set(DIRECT) | set(LOCKED))
    assert "--editable ." in ENVIRONMENT and "--constraint requirements.lock" in ENVIRONMENT
    assert f"python {PROJECT['requires-python']}" in ENVIRONMENT


def test_the_makefile_wants_the_same_python():
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert f"(3, {low}) <= sys.version_info < (3, {high})" in MAKEFILE


def test_the_version_has_one_source():
    assert metadata.version("disclosure") == disclosure.__version__
    assert f"version: {disclosure.__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## {disclosure.__version__}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "version" in PROJECT["dynamic"]


@pytest.mark.parametrize("page", sorted(path.name for path in ROOT.glob("README*.md")))
def test_readme_names_targets_that_exist(page):
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code(ROOT / page)))
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) | set(
        re.search(r"^BENCHES := (.+)$", MAKEFILE, re.MULTILINE)[1].split()
    )
    assert {"reports", "test"} <= named <= targets


def code(page):
    """What stands in a page as code, in fences or between backticks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", page.read_text("utf-8"), re.DOTALL))


def test_the_forms_travel_with_the_package():
    assert resources.files("disclosure").joinpath("forms/2021.toml").is_file()
