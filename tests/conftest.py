"""What every test may ask for: reports whose cells are known, and the programs that some tests drive."""

import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
CI = bool(os.environ.get("CI"))

# In continuous integration the same code must give the same verdict twice.
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if CI else "desk")


class Sample(NamedTuple):
    """A report and what stands in it: ``expected`` as in the ``*.expected.json`` beside it."""

    path: Path
    expected: dict


def pytest_addoption(parser):
    parser.addoption(
        "--reports", metavar="DIR", action="append", default=[], type=Path,
        help="a further folder of reports, NAME.txt with NAME.expected.json beside it (repeatable)",
    )


def samples_in(reports, expectations):
    """The reports of one folder, each with its expectation from another (or the same) one."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(expectations.glob("*.expected.json"))]
    if not found:
        raise pytest.UsageError(f"{expectations}: no *.expected.json there; --reports takes a folder that has them.")
    return [Sample(reports / expected["file"], expected) for expected in found]


def pytest_generate_tests(metafunc):
    """A test that takes ``sample`` runs once for each report of the kit and of the folders given by --reports."""
    if "sample" in metafunc.fixturenames:
        samples = samples_in(ROOT / "data/reports", ROOT / "tests/reports")
        for folder in metafunc.config.getoption("--reports"):
            samples += samples_in(folder, folder)
        names = ["/".join(sample.path.resolve().parts[-3:]) for sample in samples]
        metafunc.parametrize("sample", samples, ids=names)


@pytest.fixture(scope="session")
def need():
    """``need("chromium", "google-chrome")``: the path of the first of these programs that is installed.

    Without any of them the test is skipped on a user's machine, and fails in continuous integration.
    """

    def find(*programs):
        found = next(filter(None, map(shutil.which, programs)), None)
        if found is None:
            (pytest.fail if CI else pytest.skip)(f"{' or '.join(programs)} is not installed")
        return found

    return find
