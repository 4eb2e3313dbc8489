"""A folder of reports becomes a dataset, brought up to date file by file, on one machine or many."""

import faulthandler
import hashlib
import os
import platform
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from . import __version__, executors, storage
from .dataset import STAGING, Dataset, Update
from .errors import DisclosureError
from .folder import at_hand, candidates, digest, filesystem
from .report import read

# A task: enough files to be worth sending, few enough to lose little with a worker.
CHUNK_FILES, CHUNK_BYTES = 64, 4_000_000
# Less than this is read before processes would have started.
IN_PROCESS_BYTES = 1_000_000
# Seconds after which a file is given up.
TIME_LIMIT = 120
# Files whose content is compared at a time.
COMPARED = 10_000
# The module of the kit that a line imports from, or the modules that it imports.
IMPORTS = re.compile(r"^\s*from \.+(?: import ([\w, ]+)|(\w+))", re.MULTILINE)


@dataclass
class BuildResult:
    """What a build did."""

    dataset: str
    reports: int = 0
    """How many reports the dataset holds, those that failed among them."""
    read: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list = field(default_factory=list)
    """(report, error) of each file that was tried now and could not be read."""
    skipped: list = field(default_factory=list)
    """(path, reason) of what was in the folder and is no report."""
    seconds: float = 0.0


def build(source, target, *, executor=None, workers=None, progress=None, reader=read, time_limit=TIME_LIMIT):
    """Bring the dataset ``target`` up to date with the folder ``source``; both may be URLs that fsspec knows.

    A file is read again only if its content or the kit has changed; what has left the folder leaves the dataset; a
    file that cannot be read stays in it with its error. Reports are read by ``executor`` (a concurrent.futures
    Executor), by default in ``workers`` local processes, one a core, or in this one where there is little to read;
    a file gets ``time_limit`` seconds. ``progress(done, total, failed)`` is called as files are read. Memory is
    bounded. Returns a BuildResult.

    Raises DisclosureError where ``target`` is not a place for a dataset.
    """
    started = time.monotonic()
    dataset = _place(source, target)
    with dataset.lock():
        files, skipped = candidates(source)
        update = Update(dataset, fingerprint())
        unchanged = _unchanged(source, files, update.rows)
        removed = len(update.rows.keys() - files.keys())
        result = BuildResult(
            dataset.url, reports=len(files), unchanged=len(unchanged), removed=removed, skipped=skipped
        )
        update.keep(unchanged)
        todo = [name for name in files if name not in unchanged]
        try:
            for table in _read(source, files, todo, executor, workers, reader, time_limit):
                update.add(table)
                result.read += table.num_rows
                tried = zip(table["report"].to_pylist(), table["error"].to_pylist())
                result.failed += [(report, error) for report, error in tried if error]
                if progress:
                    progress(result.read, len(todo), len(result.failed))
        finally:
            update.flush()
        update.commit(_marker(source, files, skipped))
    result.failed.sort()
    result.seconds = time.monotonic() - started
    return result


def _place(source, target):
    dataset, (fs, root) = Dataset(target), filesystem(source)
    if f"{dataset.root}/".startswith(f"{root}/") and type(fs) is type(dataset.fs):
        raise DisclosureError(
            f"{target}: a dataset cannot lie inside the folder that it is made from. Name another place."
        )
    if dataset.fs is None and os.path.isdir(dataset.root) and dataset.marker() is None:
        if set(os.listdir(dataset.root)) - {STAGING, ".lock"}:
            raise DisclosureError(f"{target}: holds other files and no dataset. Name a new or an empty folder.")
    return dataset


def _marker(source, files, skipped):
    """What ``dataset.json`` says to whoever opens it: where the reports came from, and how to read the columns."""
    fs, root = filesystem(source)
    letters = {letter: status for status, letter in storage.LETTERS.items()}
    return {
        "disclosure": __version__,
        "source": root if fs is None else str(source),
        "reports": len(files),
        "skipped": [list(path_and_reason) for path_and_reason in skipped],
        "statuses": letters | {storage.NOT_ON_THE_FORM: "not on the form"},
        "cells": [str(key) for key in storage.keys()],
    }


@cache
def fingerprint():
    """What reports are read with: the version of the kit, and every module, form and table that reading passes through.

    A new figure or indicator is none of these: it reads nothing again.
    """
    package = Path(__file__).parent
    made_of = hashlib.sha256(__version__.encode())
    for path in passed_through(package):
        made_of.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return made_of.hexdigest()


def passed_through(package):
    """The media, ``report`` and all that they import, the forms, and the tables that these modules name; sorted."""
    modules = {path.stem: path for path in package.glob("*.py")}
    waiting, texts = [modules["report"], *package.glob("media/*.py")], {}
    while waiting:
        path = waiting.pop()
        if path not in texts:
            texts[path] = path.read_text("utf-8")
            names = ", ".join(both or one for both, one in IMPORTS.findall(texts[path])).split(", ")
            waiting += [modules[name] for name in names if name in modules]
    data = [path for path in package.iterdir() if path.suffix in (".csv", ".toml")]
    named = [path for path in data if any(path.name in text for text in texts.values())]
    return sorted([*texts, *named, *package.glob("forms/*")])


def _unchanged(source, files, rows):
    """The files that have a row, made from the same content."""

    def same(name):
        row, etag = rows[name], files[name][1]
        return etag == row.etag if etag and row.etag else digest(source, name) == row.sha256

    # A program that was missing may be there now.
    names = iter([name for name in files if name in rows and rows[name].failure != "MissingTool"])
    unchanged = set()
    with ThreadPoolExecutor(4) as threads:
        while batch := list(islice(names, COMPARED)):
            unchanged.update(name for name, is_same in zip(batch, threads.map(same, batch)) if is_same)
    return unchanged


def _read(source, files, todo, executor, workers, reader, time_limit):
    """Arrow tables of the files read, a chunk at a time, not in order."""
    tasks = (Task(str(source), tuple(chunk), reader, time_limit, _here()) for chunk in _chunks(files, todo))
    if executor is None and sum(files[name][0] for name in todo) <= IN_PROCESS_BYTES:
        yield from map(read_chunk, tasks)
        return
    lost = []
    for task, table in executors.run(read_chunk, tasks, executor, workers):
        if isinstance(table, executors.WorkerDied):
            lost.append(task)
        else:
            yield table
    alone = (task._replace(files=(file,)) for task in lost for file in task.files)
    for task, table in executors.run(read_chunk, alone, executor, workers, alone=True):
        yield _culprit(task) if isinstance(table, executors.WorkerDied) else table


def _chunks(files, names):
    """Lists of (name, etag), each a task for one worker."""
    chunk, size = [], 0
    for name in names:
        bytes_, etag = files[name]
        if chunk and (len(chunk) == CHUNK_FILES or size + bytes_ > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append((name, etag))
        size += bytes_
    if chunk:
        yield chunk


class Task(NamedTuple):
    """Some files for one worker to read."""

    source: str
    files: tuple
    """(path inside the source, etag) of each."""
    reader: object
    time_limit: float
    caller: str
    """The process that waits for it."""


def read_chunk(task):
    """The Arrow table of a task's files: a row each, whether it could be read or not."""
    try:
        return storage.table([_read_file(task, *file) for file in task.files])
    finally:
        _stop_timer()


def _read_file(task, name, etag):
    path = name
    try:
        with at_hand(task.source, name) as path, _deadline(task):
            return storage.row(name, task.reader(path), etag)
    except DisclosureError as error:
        failure, message = type(error).__name__, str(error)
    except OSError as error:
        failure, message = "UnreadableFile", f"{name}: cannot be opened: {error.strerror or error}."
    except MemoryError:
        failure, message = "MemoryError", f"{name}: takes more memory than a worker may have. Split it, or convert it."
    except Exception as error:
        failure = type(error).__name__
        message = f"{name}: the reader itself failed ({failure}: {error}). Please report it, together with the file."
    # Where a file lay when it was read is no property of the corpus.
    return storage.failed(name, digest(task.source, name), failure, message.replace(str(path), name), etag)


def _culprit(task):
    """The row of a file that took the process with it that read it."""
    ((name, etag),) = task.files
    message = (
        f"{name}: reading it took more than {task.time_limit} s, or more memory than there is, or broke a library. "
        "Convert it to another format, or split it; it is tried again when it has changed."
    )
    return storage.table([storage.failed(name, digest(task.source, name), "WorkerDied", message, etag)])


# When each thread began its file, and when the timer goes off: a Dask worker may have several threads.
_began, _timer, _changing = {}, {"at": 0.0}, threading.Lock()


@contextmanager
def _deadline(task):
    """End this process if the block takes longer than the limit, at the latest after twice as long.

    faulthandler's timer does it, because it needs no turn of the interpreter: code that hangs inside a library hears
    nothing less. To set it takes a millisecond, so it is set for many files at once. The caller's own process is
    spared: there a file that hangs is interrupted by whoever waits for it.
    """
    if task.caller == _here():
        yield
        return
    now = time.monotonic()
    with _changing:
        _began[threading.get_ident()] = now
        if _timer["at"] < now + task.time_limit:
            _timer["at"] = min(_began.values()) + 2 * task.time_limit
            faulthandler.dump_traceback_later(max(_timer["at"] - now, 0.001), exit=True, file=_nowhere())
    try:
        yield
    finally:
        with _changing:
            del _began[threading.get_ident()]


def _stop_timer():
    """Between tasks nothing is waited for."""
    with _changing:
        if not _began:
            _timer["at"] = 0.0
            faulthandler.cancel_dump_traceback_later()


def _here():
    return f"{platform.node()} {os.getpid()}"


@cache
def _nowhere():
    """Where the traceback of a process that is ended goes: the file's row says what happened."""
    return os.open(os.devnull, os.O_WRONLY)
