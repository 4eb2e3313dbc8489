"""A dataset on disk: a Parquet file a province, a row a report, beside a ``dataset.json`` that says what it is.

What a build reads goes to ``_staging/`` first. When all is read, each province that has changed is written anew and
takes the place of the old in one step. The rows themselves say what they were made from (a file's SHA-256; the kit
that read it stands in the Parquet file's metadata), so a build that was killed goes on from what it had, and ends in
the same bytes as one that was not.
"""

import json
import os
import re
import shutil
import tempfile
import time
import uuid
from contextlib import contextmanager, nullcontext
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from . import storage
from .folder import filesystem

MARKER = "dataset.json"
STAGING = "_staging"
# The files that a build may replace and remove: a province's, called by the first digits of its code, and staged ones.
PROVINCE = re.compile(r"[0-9]{2}\.parquet")
STAGED = re.compile(r"[0-9a-f]{32}\.arrow")
# Rows that are written, skipped and read together: small enough to find one district fast, large enough to pack well.
GROUP_ROWS = 1024
# Rows that are in memory while a province is written.
SLICE_ROWS = 4 * GROUP_ROWS
# What is read goes to disk after so many reports or seconds: no more is lost when a build is killed.
STAGE_ROWS, STAGE_SECONDS = 2048, 10
# The province of reports whose region is not known.
NOWHERE = "00"
# The order of the rows: what a district and its departments reported stands together, under its code or the one above
# it. Only these columns are searched, so only they have statistics.
ORDER = ("region_code", "parent_code", "district", "year", "report")
# The key under which a file says what its reports were read with.
READER = b"disclosure.reader"
PROVINCES = b"disclosure.provinces"


class Dataset:
    """The files of one dataset, on this machine or in an object store."""

    def __init__(self, url):
        self.url = str(url)
        self.fs, self.root = filesystem(url)

    def path(self, name):
        return f"{self.root}/{name}" if name else self.root

    def names(self, folder=""):
        """The Parquet files of the dataset, or the Arrow files in ``_staging``."""
        try:
            inside = (
                os.listdir(self.path(folder)) if self.fs is None else self.fs.ls(self.path(folder), False, refresh=True)
            )
        except FileNotFoundError:
            return []
        ours = STAGED if folder else PROVINCE
        names = (PurePosixPath(str(name)).name for name in inside)
        return sorted(f"{folder}/{name}" if folder else name for name in names if ours.fullmatch(name))

    def marker(self):
        """What ``dataset.json`` says; None where there is none, and nothing where it is damaged."""
        try:
            text = Path(self.path(MARKER)).read_bytes() if self.fs is None else self.fs.cat_file(self.path(MARKER))
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            told = json.loads(text)
        except ValueError:
            return {}
        return told if isinstance(told, dict) and told.keys() >= {"source", "skipped", "complete"} else {}

    def stamp(self):
        """What is another after every build that changes something; None for what is not on this machine."""
        if self.fs is not None:
            return None
        about = os.stat(self.path(MARKER))
        return about.st_ino, about.st_mtime_ns, about.st_size

    def open(self, name):
        import pyarrow as pa

        if self.fs is not None:
            return self.fs.open(self.path(name), "rb")
        if os.name == "nt":
            # Windows lets no one replace a file that is mapped or open: a notebook would keep the next build from its end.
            return pa.BufferReader(Path(self.path(name)).read_bytes())
        return pa.memory_map(self.path(name))

    @contextmanager
    def made(self, name):
        """A path to write to; when the block ends, what is there becomes ``name`` in one step."""
        with self.drafts() as draft:
            yield draft(name)

    @contextmanager
    def drafts(self):
        """Like ``made`` for several files: a function that gives the path for a name; all take their places at the end."""
        drafts = {}
        with tempfile.TemporaryDirectory() if self.fs is not None else nullcontext(self.path(STAGING)) as folder:
            os.makedirs(folder, exist_ok=True)
            yield lambda name: drafts.setdefault(name, f"{folder}/{uuid.uuid4().hex}.draft")
            for name, draft in drafts.items():
                if self.fs is None:
                    os.replace(draft, self.path(name))
                else:
                    self.fs.put_file(draft, self.path(name))

    def remove(self, name):
        os.unlink(self.path(name)) if self.fs is None else self.fs.rm_file(self.path(name))

    def clear_staging(self):
        if self.fs is None:
            shutil.rmtree(self.path(STAGING), ignore_errors=True)
        else:
            for name in self.names(STAGING):
                self.remove(name)

    def lock(self):
        """One build at a time; the lock goes with the process. An object store has none."""
        if self.fs is not None:
            return nullcontext()
        from filelock import FileLock

        os.makedirs(self.root, exist_ok=True)
        return FileLock(self.path(".lock"))


class Row(NamedTuple):
    """Where a report's row lies, and what it was made from."""

    sha256: str | None
    etag: str | None
    failure: str | None
    run: int
    at: int


class Run(NamedTuple):
    """Rows of one province that lie together: a row group of a Parquet file, or a batch of a staged one."""

    name: str
    number: int
    province: str
    rows: int


class Update:
    """A dataset being brought up to date: ``rows`` is what there is; keep, add, commit.

    A file that is damaged, or was written by another kit, has no rows: its reports are to be read again.
    """

    def __init__(self, dataset, reader):
        self.dataset, self.reader = dataset, reader.encode()
        self.runs = []
        self.rows = {}
        self.kept = {}
        self.fresh, self.flushed = [], time.monotonic()
        self.written = dataset.names()
        for name in self.written + dataset.names(STAGING):
            self._index(name)

    def _index(self, name):
        import pyarrow as pa

        try:
            provinces, made_by = _provinces(self.dataset, name)
            if made_by != self.reader:
                return
            for number, province in enumerate(provinces):
                index = _read(self.dataset, name, number, ["report", "sha256", "etag", "failure"])
                for at, (report, *made_from) in enumerate(zip(*(column.to_pylist() for column in index.columns))):
                    self.rows[report] = Row(*made_from, len(self.runs), at)
                self.runs.append(Run(name, number, province, index.num_rows))
        except (pa.ArrowException, OSError):
            return

    def keep(self, reports):
        """Say which rows still stand for a file."""
        self.kept |= {report: self.rows[report] for report in reports}

    def add(self, table):
        """Take up reports just read."""
        self.fresh.append(table)
        if sum(table.num_rows for table in self.fresh) >= STAGE_ROWS or time.monotonic() - self.flushed > STAGE_SECONDS:
            self.flush()

    def flush(self):
        """Put what was read on disk, a batch a province."""
        import pyarrow as pa

        self.flushed = time.monotonic()
        if not self.fresh:
            return
        table, self.fresh = pa.concat_tables(self.fresh), []
        at = {}
        for number, (own, above) in enumerate(zip(table["region_code"].to_pylist(), table["parent_code"].to_pylist())):
            at.setdefault((own or above or NOWHERE)[:2], []).append(number)
        about = {READER: self.reader, PROVINCES: ",".join(at).encode()}
        name = f"{STAGING}/{uuid.uuid4().hex}.arrow"
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        schema = storage.schema().with_metadata(about)
        with self.dataset.made(name) as path, pa.ipc.new_file(path, schema, options=options) as file:
            for numbers in at.values():
                file.write(table.take(numbers).combine_chunks().to_batches()[0])
        self._index(name)
        self.keep(table["report"].to_pylist())

    def commit(self, marker):
        """Write anew the provinces whose rows are not those kept; then ``marker``, which says that all is there."""
        self.flush()
        alive = {}
        for row in self.kept.values():
            alive.setdefault(row.run, []).append(row.at)
        changed = {
            run.province for number, run in enumerate(self.runs)
            if (number in alive if run.name.startswith(STAGING) else len(alive.get(number, ())) != run.rows)
        }  # fmt: skip
        standing = {run.name for run in self.runs}
        changed |= {PurePosixPath(name).stem for name in self.written if name not in standing}
        if not changed and self.dataset.marker() == marker | {"complete": True}:
            self.dataset.clear_staging()
            return
        with self.dataset.drafts() as draft:
            left = {self.runs[number].province for number in alive}
            for province in sorted(changed & left):
                numbers = [number for number in alive if self.runs[number].province == province]
                self._write(draft(f"{province}.parquet"), {number: alive[number] for number in sorted(numbers)})
            self._mark(marker | {"complete": False})
        for name in self.written:
            if PurePosixPath(name).stem not in left:
                self.dataset.remove(name)
        self._mark(marker | {"complete": True})
        self.dataset.clear_staging()

    def _mark(self, marker):
        with self.dataset.made(MARKER) as path:
            Path(path).write_text(json.dumps(marker, ensure_ascii=False, indent=1), "utf-8")

    def _write(self, path, alive):
        """One province: the rows in their order, some thousands at a time in memory."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        order = [
            _read(self.dataset, *self.runs[number][:2], list(ORDER)).take(at)
            .append_column("run", pa.array([number] * len(at))).append_column("at", pa.array(at))
            for number, at in alive.items()
        ]  # fmt: skip
        order = pa.concat_tables(order)
        order = order.append_column("place", pc.coalesce(order["region_code"], order["parent_code"]))
        order = order.sort_by([(name, "ascending") for name in ("place", *ORDER)])
        schema = storage.schema().with_metadata({READER: self.reader})
        with pq.ParquetWriter(
            path, schema, compression="zstd", write_statistics=list(ORDER), write_page_checksum=True
        ) as file:
            for start in range(0, order.num_rows, SLICE_ROWS):
                file.write_table(self._gather(order.slice(start, SLICE_ROWS)), row_group_size=GROUP_ROWS)

    def _gather(self, order):
        import numpy as np
        import pyarrow as pa

        run, at = order["run"].to_numpy(), order["at"].to_numpy()
        parts, came_from = [], []
        for number in np.unique(run):
            here = np.flatnonzero(run == number)
            parts.append(_read(self.dataset, *self.runs[number][:2]).take(at[here]))
            came_from.append(here)
        return pa.concat_tables(parts).take(np.argsort(np.concatenate(came_from)))


def _provinces(dataset, name):
    """The province of each run of a file, and what its reports were read with."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with dataset.open(name) as file:
        if name.startswith(STAGING):
            about = pa.ipc.open_file(file).schema.metadata
            return about[PROVINCES].decode().split(","), about[READER]
        opened = pq.ParquetFile(file)
        return [PurePosixPath(name).stem] * opened.num_row_groups, (opened.schema_arrow.metadata or {}).get(READER)


def _read(dataset, name, number, columns=None):
    """One run as an Arrow table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with dataset.open(name) as file:
        if not name.startswith(STAGING):
            return pq.ParquetFile(file).read_row_group(number, columns).replace_schema_metadata()
        fields = [storage.schema().get_field_index(column) for column in columns] if columns else None
        opened = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=fields))
        table = pa.Table.from_batches([opened.get_batch(number)]).replace_schema_metadata()
        return table.select(columns) if columns else table
