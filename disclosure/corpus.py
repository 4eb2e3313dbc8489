"""Many reports as tables: what was asked for is read from the dataset, and no more."""

import hashlib
import os
import warnings
from contextlib import contextmanager
from functools import cached_property, lru_cache
from html import escape
from pathlib import Path

from . import storage
from .build import build
from .dataset import Dataset
from .errors import DisclosureError, UnknownName, known
from .folder import filesystem
from .report import SEVERITIES, ZH

# So many districts a card shows.
FEW = 6
# Columns of ``reports`` that repeat a few words.
CATEGORIES = ("status", "medium", "body_level", "form", "coverage", "source_grade")


def load(folder=None, *, executor=None, progress=None):
    """Open a folder of reports, or a dataset made by ``build``, as a Corpus. Both may be URLs that fsspec knows.

    Of a folder only what has changed is read; what was read is kept in the user's cache folder. A ``data`` folder is
    known by its ``reports`` folder. Without ``folder`` it is the one that the environment variable DISCLOSURE_DATA
    names, or the project's own ``data``, found from the working folder upwards. ``executor`` and ``progress`` are
    those of ``build``. Raises DisclosureError where there is none.
    """
    folder = folder or os.environ.get("DISCLOSURE_DATA") or _own_data()
    if Dataset(folder).marker() is None:
        fs, root = filesystem(folder)
        reports = f"{root}/reports"
        if fs is None and os.path.isdir(reports):
            folder = reports
        target = _cache(folder)
        build(folder, target, executor=executor, progress=progress)
        folder = target
    return Corpus(shelf(Dataset(folder)))


def _own_data():
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "reports").is_dir():
            return folder / "data"
    raise DisclosureError(
        f"no data/reports in {here} or a folder above it. Name the folder of the reports: disclosure.load('reports')."
    )


def _cache(folder):
    """Where the dataset of a folder is kept: outside of it, one for each."""
    from platformdirs import user_cache_path

    fs, root = filesystem(folder)
    whole = root if fs is None else str(folder)
    return str(user_cache_path("disclosure") / f"{Path(root).name}-{hashlib.sha256(whole.encode()).hexdigest()[:12]}")


def shelf(dataset):
    """The files of a dataset, opened. On this machine they stay open until a build replaces them: to open those of a
    nation takes longer than to read a district from them, and what this process has open its forks have too."""
    stamp = dataset.stamp()
    shelf = _Shelf(dataset) if stamp is None else _kept_open(dataset.root, stamp)
    if not shelf.marker["complete"]:
        warnings.warn(f"{dataset.url}: its last build was interrupted while writing. Run it again.", stacklevel=3)
    return shelf


@lru_cache(maxsize=1)
def _kept_open(root, stamp):
    return _Shelf(Dataset(root))


class _Shelf:
    """The opened files of a dataset, and the rows in them by number."""

    def __init__(self, dataset):
        import numpy as np

        self.dataset, self.marker = dataset, dataset.marker()
        if not self.marker:
            raise DisclosureError(
                f"{dataset.url}: its dataset.json is damaged. Build the dataset again: nothing is read twice."
            )
        self.names = dataset.names()
        self.files = [self._open(name) for name in self.names]
        sizes = [
            (number, group, file.metadata.row_group(group).num_rows)
            for number, file in enumerate(self.files) for group in range(file.num_row_groups)
        ]  # fmt: skip
        self.groups = [(number, group) for number, group, _ in sizes]
        self.starts = np.cumsum([0] + [rows for _, _, rows in sizes])

    @cached_property
    def districts(self):
        """The district of every row, in which each district asked for is looked up."""
        import numpy as np

        return self.read(["district", "region_code", "parent_code"], np.arange(self.starts[-1])).combine_chunks()

    def _open(self, name):
        import pyarrow.parquet as pq

        with self._readable(name):
            file = pq.ParquetFile(self.dataset.open(name), page_checksum_verification=True)
        if file.schema_arrow.names != storage.schema().names:
            raise DisclosureError(
                f"{self.dataset.path(name)}: was made by another version of the kit. Build the dataset again."
            )
        return file

    @contextmanager
    def _readable(self, name):
        import pyarrow as pa

        try:
            yield
        except (pa.ArrowException, OSError) as error:
            again = "Remove it and build the dataset again: only its reports are read."
            raise DisclosureError(f"{self.dataset.path(name)}: is damaged ({error}). {again}") from error

    def read(self, columns, rows, made_of=lambda part: part):
        """The columns of the rows with these numbers, ascending, as an Arrow table; of each part what ``made_of`` makes."""
        import numpy as np
        import pyarrow as pa

        bounds = np.searchsorted(rows, self.starts)
        parts = [pa.schema([storage.schema().field(column) for column in columns]).empty_table()]
        for (file, group), start, first, last in zip(self.groups, self.starts, bounds[:-1], bounds[1:]):
            if first < last:
                with self._readable(self.names[file]):
                    part = self.files[file].read_row_group(group, columns, use_threads=False).replace_schema_metadata()
                whole = last - first == part.num_rows
                part = part.select(columns)
                parts.append(made_of(part if whole else part.take(rows[first:last] - start)))
        return pa.concat_tables(parts)


class Corpus:
    """The reports of a dataset, or those that ``select`` has left of them."""

    def __init__(self, shelf, rows=None, attributes=None, corrections=None):
        import numpy as np

        self._shelf = shelf
        self._rows = np.arange(shelf.starts[-1]) if rows is None else rows
        self._attributes = attributes
        self._corrections = corrections

    def __len__(self):
        return len(self._rows)

    @property
    def folder(self):
        """The folder, or its URL, that the reports were read from."""
        return self._shelf.marker["source"]

    @property
    def corrections_file(self):
        """Where corrections are looked for unless it is said where: ``corrections.csv`` in the data folder."""
        folder = Path(self.folder)
        return (folder.parent if folder.name == "reports" else folder) / "corrections.csv"

    @property
    def location(self):
        """Where the dataset lies that the reports are read from now."""
        dataset = self._shelf.dataset
        return dataset.root if dataset.fs is None else dataset.url

    @property
    def skipped(self):
        """What else was in that folder and is no report: (path, reason) of each."""
        return [tuple(path_and_reason) for path_and_reason in self._shelf.marker["skipped"]]

    def _read(self, columns, *made_of):
        return self._shelf.read(list(columns), self._rows, *made_of)

    # The tables

    @cached_property
    def reports(self):
        """One row a report: what it says of itself, where it came from, whether it could be read and is verified."""
        import pandas as pd

        shown = [name for name in storage.REPORT if name not in storage.INTERNAL]
        reports = self._read(shown).to_pandas(date_as_object=False, categories=CATEGORIES).astype({"year": "Int16"})
        reports.insert(1, "path", self.folder + "/" + reports["report"])
        reports = _sourced(reports, self.folder)
        if self._attributes is not None:
            reports = pd.merge(reports, self._attributes, how="left")
        return reports

    @cached_property
    def cells(self):
        """One row a declared cell of each report. Of very many reports, ask ``cells_of`` or ``wide`` for what you need."""
        return self.cells_of()

    def cells_of(self, table=None, row=None, column=None):
        """The tidy cells of some tables, rows or columns; each a key or several: ``cells_of(row="new", column="total")``.

        Raises UnknownName for a key that no form declares.
        """
        wanted = _wanted(table, row, column)
        columns = (*storage.FOR_CELLS, *map(str, wanted))
        cells = storage.cells(self._read(columns, lambda part: storage.narrowed(part, wanted)), wanted)
        return cells if self._corrections is None else self._corrections.of_cells(cells)

    @cached_property
    def findings(self):
        """One row a doubt: report, check, severity, message, expected, found, and the cells that it is about."""
        return self._found()

    def wide(self, cells=None):
        """One row a report: the columns of ``reports``, and one for each of ``cells`` (``table.row.column``; by default all)."""
        import pandas as pd

        names = [str(key) for key in storage.keys()] if cells is None else list(cells)
        for name in names:
            known(name, [str(key) for key in storage.keys()], "cell", "`disclosure forms` lists them")
        values = storage.arrays(self._read([*names, "statuses"]), names)[0]
        if self._corrections is not None:
            values = self._corrections.of_values(values, self.reports["report"], names)
        return pd.concat([self.reports, pd.DataFrame(values, columns=names)], axis=1)

    @cached_property
    def districts(self):
        """One row a district: name, region_code, parent_code, the years reported on, and how many reports there are."""
        named = self.reports.dropna(subset="district").rename(columns={"district": "name"})
        # A zone has no code of its own; two zones of one name are told apart by the code above them.
        named["place"] = named["region_code"].fillna(named["parent_code"])
        grouped = named.groupby(["place", "name"], dropna=False)
        codes = grouped[["region_code", "parent_code"]].first()
        years = grouped["year"].agg(lambda years: sorted(years.dropna().unique().tolist()))
        return codes.assign(years=years, reports=grouped.size()).reset_index("name").reset_index(drop=True)

    # Less of it

    def select(self, district=None, years=None, **columns):
        """The corpus of those reports only: ``select(district="昆都仑区", years=[2024, 2025], body_level="county")``.

        ``district`` is a name or a code; any column of ``reports`` may be named, with a value or several. Raises
        UnknownName where nothing is left, with what there is.
        """
        corpus = self if district is None else self.district(district)
        if years is not None:
            corpus = corpus._where("year", years)
        for column, values in columns.items():
            corpus = corpus._where(column, values)
        return corpus

    def district(self, name):
        """The corpus of one district, by its name or its code.

        Raises UnknownName for a name that is not there, with those that come near, and for one that several
        districts have, with their codes.
        """
        import pyarrow.compute as pc

        told = self._shelf.districts.take(self._rows)
        code = pc.coalesce(told["region_code"], told["parent_code"])
        named = pc.fill_null(pc.equal(told["district"], name), False)
        chosen = pc.or_(named, pc.fill_null(pc.equal(code, name), False))
        if not pc.any(chosen).as_py():
            known(name, pc.drop_null(told["district"]).unique().to_pylist(), "district", "corpus.districts shows them")
        codes = pc.drop_null(code.filter(named)).unique().to_pylist()
        if len(codes) > 1:
            raise UnknownName(
                f"{len(codes)} districts are called {name!r}: say which by its code, {' or '.join(sorted(codes))}."
            )
        return self._with(chosen)

    def slice(self, start, stop):
        """The corpus of the reports from ``start`` to before ``stop``, in the order of ``reports``."""
        return Corpus(self._shelf, self._rows[start:stop], self._attributes, self._corrections)

    def _where(self, column, values):
        import pyarrow as pa
        import pyarrow.compute as pc

        known(column, storage.REPORT, "column of reports", "corpus.reports shows them")
        values = [values] if isinstance(values, str | int) else list(values)
        held = self._read([column])[column]
        there = set(pc.drop_null(held).unique().to_pylist())
        for value in values:
            known(value, there, column, "corpus.reports shows them")
        return self._with(pc.is_in(held, pa.array(values, held.type)))

    def _with(self, chosen):
        rows = self._rows[chosen.to_numpy(zero_copy_only=False)]
        return Corpus(self._shelf, rows, self._attributes, self._corrections)

    # More of it

    def merge(self, attributes, on="region_code"):
        """The corpus with the columns of a CSV file or a DataFrame beside those of ``reports``: population, budget, region.

        Rows meet where ``on`` is equal; it may name several columns. A report that the file does not know has none
        of its values. Raises UnknownName where ``on`` is missing, DisclosureError where a row is there twice or a
        column would hide one of the reports'.
        """
        import pandas as pd

        on = [on] if isinstance(on, str) else list(on)
        if not isinstance(attributes, pd.DataFrame):
            # A code is a name, not a number: 010100 keeps its nought.
            attributes = pd.read_csv(attributes, dtype={name: "str" for name in on if name != "year"})
        for name in on:
            known(name, list(attributes), "column of the attributes", "give another `on`")
            known(name, list(self.reports), "column of reports", "give another `on`")
        if (twice := attributes.duplicated(on)).any():
            raise DisclosureError(
                f"{attributes.loc[twice, on].iloc[0].to_dict()} is there twice: one row each, please."
            )
        if clash := set(attributes) & set(self.reports) - set(on):
            raise DisclosureError(
                f"{', '.join(sorted(clash))}: reports have columns of that name. Rename those of the attributes."
            )
        merged = self.reports[["report", *on]].merge(attributes, how="left", on=on)
        attributes = merged.drop(columns=on)
        if self._attributes is not None:
            attributes = self._attributes.merge(attributes, on="report", how="left")
        return Corpus(self._shelf, self._rows, attributes, self._corrections)

    def corrected(self, path=None):
        """The corpus with the misprints set right that the corrections file names, each with a finding that says so.

        ``path`` is the file; by default ``corrections.csv`` in the data folder. A row is applied only where it is
        signed and the cell still says what the row was made for. Raises DisclosureError for a faulty file.
        """
        from .ledger import corrected, corrections

        if path is None:
            path = self.corrections_file
            if not path.exists():
                raise DisclosureError(
                    f"{path}: no corrections there. Name the file: corpus.corrected('corrections.csv')."
                )
        lines = corrections(path)
        here = set(self._read(["report"])["report"].to_pylist())
        named = sorted({line["report"] for line in lines} & here)
        # Held against the whole of those reports, so that a stale row is told from one of a cell not asked for.
        cells, found = corrected((self.select(report=named) if named else self.slice(0, 0)).cells, lines)
        return Corpus(
            self._shelf, self._rows, self._attributes, _Corrections(cells[cells["status"] == "corrected"], found)
        )

    def indicators(self, keys=None, by=("district", "year"), *, lang="zh"):
        """Shares and rates with their numerators, denominators and intervals, as ``disclosure.indicators`` gives them.

        ``keys``: one or several, by default all; ``by``: columns of ``reports`` that make a group. Reports are added
        up as they stand: ``select`` first what must not count twice, such as a department beside its county.
        """
        from .indicators import Wide, cells_of, indicators

        by = [by] if isinstance(by, str) else list(by)
        told = self._told(("report", "district", "year", "form"), by)
        names = cells_of(keys, told)
        values, declared, inferred = storage.arrays(self._read([*names, "statuses"]), names)
        if self._corrections is not None:
            values = self._corrections.of_values(values, told["report"], names)
        return indicators(Wide(told, names, values, declared, inferred), keys, by, findings=self._errors, lang=lang)

    def _told(self, columns, by):
        """These columns of ``reports``, those of ``by``, and all that were merged."""
        own = list(dict.fromkeys([*columns, *(name for name in by if name in storage.REPORT)]))
        told = self._read(own).to_pandas(categories=["district", "form"]).astype({"year": "Int16"})
        return told if self._attributes is None else told.merge(self._attributes, on="report", how="left")

    @cached_property
    def _errors(self):
        return self._found("error")

    def _found(self, severity=None):
        import pandas as pd

        found = storage.findings(self._read(("report", "district", "year", "findings")), severity)
        if self._corrections is None or severity is not None:
            return found
        ours = self._corrections.found
        ours = ours[ours["report"].isin(self._read(["report"])["report"].to_pylist())]
        plain = found.dtypes.astype(str).replace("category", "str").to_dict()
        both = pd.concat([found.astype(plain), ours.astype(plain)], ignore_index=True)
        return both.astype(found.dtypes.astype(str).to_dict())

    # Shown

    def __repr__(self):
        return "\n".join(f"{name}  {text}" for name, text in self._card())

    def _repr_html_(self):
        lines = "".join(
            f"<tr><th>{escape(name)}</th><td style='text-align:left'>{escape(text)}</td></tr>"
            for name, text in self._card()
        )
        return f"<table class='disclosure-corpus'>{lines}</table>"

    def _card(self):
        """What a person wants to know of a corpus at a glance: (name, text) pairs."""
        reports, districts = self.reports, self.districts["name"].tolist()
        parsed, years = int((reports["status"] == "parsed").sum()), sorted(reports["year"].dropna().unique())
        failed = len(reports) - parsed
        severities = self.findings["severity"].value_counts()
        yield "报告", f"{parsed} 份" + (f"，另有 {failed} 个文件未能读取" if failed else "")
        yield "地区", f"{len(districts)} 个：{'、'.join(districts[:FEW])}{'……' if len(districts) > FEW else ''}"
        yield "年度", f"{years[0]}–{years[-1]}" if years else "未能确定"
        yield "勾稽", f"{int(reports['verified'].sum())} 份全部成立"
        yield "存疑", "、".join(f"{ZH[kind]} {severities[kind]}" for kind in SEVERITIES if severities.get(kind)) or "无"
        skipped = f"（其中 {len(self.skipped)} 个文件不是报告，见 .skipped）" if self.skipped else ""
        # Enough for its owner; whoever is shown a card need not learn where he keeps his files.
        yield "来源", f"{'/'.join(Path(self.folder).parts[-2:])}{skipped}"


class _Corrections:
    """What the corrections file changes: the corrected cells, and a finding for each of its lines."""

    def __init__(self, cells, found):
        keys = zip(*(cells[name].astype("str") for name in ("table", "row", "column")))
        self.values = dict(zip(zip(cells["report"].astype("str"), map(".".join, keys)), cells["value"]))
        self.found = found

    def of_cells(self, cells):
        """The tidy cells with the corrected values, and a status that says so."""
        few = cells[cells["report"].isin({report for report, _ in self.values})]
        keys = zip(few["report"], map(".".join, zip(few["table"], few["row"], few["column"])))
        at = {index: self.values[key] for index, key in zip(few.index, keys) if key in self.values}
        cells = cells.assign(status=cells["status"].cat.add_categories("corrected"))
        cells.loc[list(at), "value"] = list(at.values())
        cells.loc[list(at), "status"] = "corrected"
        return cells

    def of_values(self, values, reports, names):
        """The matrix of a row a report and a column a cell, with the corrected values."""
        rows = {report: row for row, report in enumerate(reports)}
        columns = {name: column for column, name in enumerate(names)}
        for (report, name), value in self.values.items():
            if report in rows and name in columns:
                values[rows[report], columns[name]] = value
        return values


def _sourced(reports, folder):
    """The reports with what the folder's ``SOURCES.csv`` knows of where and when they were got; a file's own word goes first."""
    import pandas as pd

    fs, root = filesystem(folder)
    path = f"{root}/SOURCES.csv"
    if not (os.path.exists(path) if fs is None else fs.exists(path)):
        return reports.assign(accessed=pd.array([None] * len(reports), "str"))
    with open(path, "rb") if fs is None else fs.open(path) as file:
        known = pd.read_csv(file, dtype="str", encoding="utf-8-sig").reindex(columns=["file", "source_url", "accessed"])
    known = known.drop_duplicates("file").set_index("file").reindex(reports["report"]).astype("str")
    url = reports["source_url"].fillna(pd.Series(known["source_url"].array, reports.index))
    return reports.assign(source_url=url, accessed=known["accessed"].array)


def _wanted(table, row, column):
    """The cells in these tables, rows and columns; None is all."""
    wanted = storage.keys()
    for part, names in (("table", table), ("row", row), ("column", column)):
        if names is not None:
            names = {names} if isinstance(names, str) else set(names)
            there = {getattr(key, part) for key in wanted}
            for name in names:
                known(name, there, part, "`disclosure forms` shows them")
            wanted = [key for key in wanted if getattr(key, part) in names]
    return wanted
