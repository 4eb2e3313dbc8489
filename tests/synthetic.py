"""Reports made up from a line of text, for tests that are about many reports and not about reading them."""

import hashlib
import os
import time
from pathlib import Path
from random import Random

from disclosure.amounts import Amount
from disclosure.document import Place
from disclosure.errors import MissingTool, UnreadableFile
from disclosure.form import form
from disclosure.metadata import Metadata
from disclosure.report import Finding, Report


def write(folder, name, code="150203", district="昆都仑区", year=2024, seed=0, does="read"):
    """A file that ``read`` makes a report of; ``does`` is what befalls its reader instead."""
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{does} {code} {district} {year} {seed}", "utf-8")
    return path


def write_many(folder, number):
    """A folder of reports of districts in several provinces."""
    for at in range(number):
        code = f"{(15, 51, 65)[at % 3]}{at // 15 % 100:04}"
        write(folder, f"{code}/{at:05}.txt", code, f"第{code}区", 2021 + at % 5, at)


def read(path):
    """In place of disclosure.read."""
    does, code, district, year, seed = Path(path).read_text("utf-8").split()
    if does in DOES:
        DOES[does](path)
    return report(path, code, district, int(year), seed)


def report(path, code, district, year, seed):
    rng = Random(seed)
    declared = form("2021" if year > 2020 else "2019")
    values = {key: amount(rng, row) for row, key in enumerate(declared.cells, 1)}
    doubts = (Finding("applications.balance", "error", f"{district}不平", tuple(values)[:2], 3, 4, Place(page=1)),)
    return Report(
        str(path), hashlib.sha256(Path(path).read_bytes()).hexdigest(), "text", declared, values, doubts[: rng.randrange(2)],
        Metadata(
            title=f"{district}{year}年度报告", body=district, jurisdiction=district, region_code=None if code == "-" else code,
            parent_code=None, body_level="county", year=year, publication_date=None, website=None, telephone=None,
            form_document=None, source_url=None, source_grade="official", coverage="unknown", coverage_sentence=None,
        ),
        verified=bool(rng.randrange(2)),
    )  # fmt: skip


def amount(rng, row):
    value = rng.choice([0, 0, rng.randrange(10**4), rng.random()])
    place = Place(page=1, table=2, row=row)
    return rng.choice(
        [
            Amount(value, "printed", str(value), place=place), Amount(value, "printed", f"0{value}", place=place),
            Amount(value, "printed", str(value), "亿元", place), Amount(0, "inferred", "", place=place),
            Amount(None, "mark", "/", place=place), Amount(None, "blank"), Amount(None, "absent"),
            Amount(None, "unreadable", "1\ud8002", place=place),
        ]
    )  # fmt: skip


def _raise(error):
    def does(path):
        raise error

    return does


def _hoard(path):
    hoard = []
    while True:
        hoard.append(bytearray(10**8))


DOES = {
    "break": lambda path: _raise(UnreadableFile(f"{path}: broken. Get it again."))(path),
    "miss": lambda path: _raise(MissingTool(f"{path}: needs a program. Install it."))(path),
    "err": _raise(ZeroDivisionError("division by zero")),
    "die": lambda path: os._exit(9),
    "hang": lambda path: time.sleep(1000),
    "hoard": _hoard,
}
