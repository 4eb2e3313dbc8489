"""One published report, read: its cells, its findings and what it says about itself."""

from dataclasses import dataclass, field
from functools import cached_property

from .amounts import ABSENT, Amount
from .document import Place
from .form import CellKey, Form

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt about a report, for a person to weigh."""

    check: str
    """What was checked, dotted: ``applications.balance``, ``year.disagrees``."""
    severity: str
    """error: a printed figure contradicts another; warning: look before use; info: good to know."""
    message: str
    cells: tuple[CellKey, ...] = ()
    expected: float | None = None
    found: float | None = None
    place: Place = Place()


@dataclass(frozen=True)
class Report:
    """One report. ``values`` has an Amount for every cell of ``form``; the frames are made from it on request."""

    path: str
    sha256: str
    medium: str
    form: Form
    values: dict[CellKey, Amount]
    doubts: tuple[Finding, ...]
    metadata: "object"
    """A metadata.Metadata: title, jurisdiction, region_code, year and the rest."""
    paragraphs: tuple[str, ...] = field(repr=False, default=())
    """The cleaned lines outside the tables: the narrative."""
    name: str = ""
    """How a corpus calls it: its path inside the folder; alone, the file's name."""

    def value(self, table, row, column):
        """One cell's number: int or float, None where it is neither printed nor inferred."""
        return self.values.get(CellKey(table, row, column), ABSENT).value
