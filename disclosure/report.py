"""One published report, read: its cells, its findings and what it says about itself."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

from .amounts import Amount
from .document import Place
from .errors import UnknownName
from .form import CellKey, Form

SEVERITIES = ("error", "warning", "info")
ZH = {"error": "错误", "warning": "警告", "info": "提示"}
# A card shows so many findings and says how many more there are.
FEW = 6


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
    place: Place | None = None


@dataclass(frozen=True, eq=False)
class Report:
    """One report. ``values`` has an Amount for every cell of ``form``; the frames are made from it on request."""

    path: str
    sha256: str
    medium: str
    form: Form
    values: dict[CellKey, Amount]
    doubts: tuple[Finding, ...]
    """Everything found doubtful, the gravest first."""
    metadata: object
    """A metadata.Metadata."""
    paragraphs: tuple[str, ...] = ()
    """The cleaned lines outside the tables: the narrative."""
    verified: bool = False
    """Every identity closes and every cell is printed or inferred."""

    @property
    def name(self):
        return Path(self.path).name

    def value(self, table, row, column):
        """One cell's number; None where it is neither printed nor inferred.

        Raises UnknownName for a cell that the report's form does not have.
        """
        key = CellKey(table, row, column)
        if key not in self.values:
            raise UnknownName(
                f"{self.name}: form {self.form.key} has no cell {key}. `disclosure forms {self.form.key}` lists them."
            )
        return self.values[key].value

    @cached_property
    def cells(self):
        """The tidy table of cells: a row a declared cell, with value, unit, status, text and place."""
        from . import storage

        return storage.cells(self._stored)

    @cached_property
    def findings(self):
        """The tidy table of findings: a row a doubt, with check, severity, message, expected, found, cells, place."""
        from . import storage

        return storage.findings(self._stored)

    @cached_property
    def _stored(self):
        from . import storage

        return storage.table([storage.row(self.name, self)])

    def table(self, key, lang="zh"):
        """One table as printed: labels as index and header, and in each cell its number, or the text that stood there.

        Returns a DataFrame. A stack of small tables is a frame with all their columns, empty where a row has none.
        """
        import pandas as pd

        declared = self.form.table(key)
        lines, columns = {}, {}
        for cell, (row, column) in declared.cells.items():
            across, down = (" / ".join(column.label), row.label) if lang == "zh" else (column.en, (row.en,))
            columns[across] = None
            lines.setdefault(tuple(down), {})[across] = _shown(self.values[cell])
        depth = max(map(len, lines))
        index = pd.MultiIndex.from_tuples([label + ("",) * (depth - len(label)) for label in lines])
        return pd.DataFrame(
            [[line.get(column, "") for column in columns] for line in lines.values()], index, list(columns)
        )

    def __repr__(self):
        return "\n".join(f"{name}  {text}" for name, text in self._card())

    def _repr_html_(self):
        lines = "".join(
            f"<tr><th>{escape(name)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
            for name, text in self._card()
        )
        return f"<table class='disclosure-report'>{lines}</table>"

    def _card(self):
        """What a person wants to know of a report at a glance: (name, text) pairs."""
        about = self.metadata
        counts = {severity: sum(doubt.severity == severity for doubt in self.doubts) for severity in SEVERITIES}
        statuses = [amount.status for amount in self.values.values()]
        known = sum(status in ("printed", "inferred") for status in statuses)
        yield "报告", about.title or self.name
        yield "地区", " ".join(filter(None, (about.jurisdiction, about.region_code))) or "未能确定"
        yield "年度", f"{about.year or '未能确定'}（{self.form.key} 年表样）"
        yield (
            "数字",
            f"{known}/{len(statuses)} 格有数"
            + (f"，其中 {n} 格由勾稽关系推定" if (n := statuses.count("inferred")) else ""),
        )
        yield "勾稽", "全部成立" if self.verified else "未能全部成立，或有缺格"
        yield "存疑", "、".join(f"{ZH[severity]} {count}" for severity, count in counts.items() if count) or "无"
        for doubt in self.doubts[:FEW]:
            yield f"  {ZH[doubt.severity]}", doubt.message
        if len(self.doubts) > FEW:
            yield "", f"另有 {len(self.doubts) - FEW} 条，见 .findings"
        yield "文件", f"{self.name}（{self.medium}，SHA-256 {self.sha256[:12]}…）"


def _shown(amount):
    if amount.status == "inferred":
        return f"({amount.value:g})"
    return amount.value if amount.value is not None else amount.text.strip()


def read(path):
    """Read one published report, whatever its medium.

    Returns a Report. Raises UnreadableFile, MissingTool, UnknownForm or SeveralReports, each a DisclosureError that
    says what is wrong, where, and what to do. Nothing inside a recognised report raises but
    SeveralReports: it becomes a finding.
    """
    from .audit import audit
    from .check import verified
    from .dating import other_years
    from .infer import misread
    from .match import match
    from .media import load, open_document
    from .metadata import metadata

    path = str(path)
    data = load(path)
    document = open_document(path, data)
    matched = match(document)
    about, odd = metadata(document, matched.stream.text, _damage(document, matched))
    findings = [Finding(*note) for note in document.notes + odd] + matched.findings
    findings += _out_of_years(matched.form, about.year)
    # Where the report's own year is not sure, no other can be told from it.
    if about.year and not any(check.startswith("year.") for check, *_ in odd):
        findings += other_years(matched.stream, matched.form, matched.values, about.year)
    lines = matched.stream.lines
    values, proposals = misread(matched.form, matched.values, document.medium, findings)
    findings += proposals
    findings += audit(matched.form, values, lines, about.year, document.medium, findings).findings
    return Report(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        medium=document.medium,
        form=matched.form,
        values=values,
        doubts=tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))),
        metadata=about,
        paragraphs=tuple(lines),
        verified=verified(matched.form, values, findings),
    )


def sha256(path):
    """The SHA-256 of a file, as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damage(document, matched):
    damage = set(matched.stream.damage)
    if any(amount.score is not None for amount in matched.values.values()):
        damage.add("ocr")
    if any(check == "wording.encoding" and severity == "warning" for check, severity, _ in document.notes):
        damage.add("lost_bytes")
    return frozenset(damage)


def _out_of_years(fitting, year):
    """A form was in force for some years; a report of another year that uses it is worth a look."""
    if year and not fitting.first_year <= year <= (fitting.last_year or year):
        span = f"{fitting.first_year}–{fitting.last_year or ''}"
        message = f"报告年度为 {year} 年，却使用 {fitting.key} 年表样（{fitting.document}，适用于 {span} 年度）。"
        yield Finding("form.year", "warning", message)
