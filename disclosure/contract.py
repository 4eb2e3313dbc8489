"""What ``disclosure parse`` prints: one JSON object, or one card, a file, in the order given."""

import json
import os

from . import executors
from .errors import DisclosureError
from .folder import candidates
from .report import read

# Fewer files are read before processes would have started.
FEW = 16


def files(path):
    """The files that a path stands for, itself or those of a folder that may be reports, sorted; and ``[(path, why)]`` of
    what was skipped. Raises DisclosureError where a folder cannot be listed.
    """
    if not os.path.isdir(path):
        return [path], []
    found, skipped = candidates(path)
    return [os.path.join(path, name) for name in found], [
        (os.path.join(path, name), reason) for name, reason in skipped
    ]


def lines(paths, as_json):
    """Read the files; yield ``(was it read, its JSON object or card)`` in their order, each as soon as it is there.

    Many files are read by as many processes as there are cores.
    """
    tasks = [(number, path, as_json) for number, path in enumerate(paths)]
    if len(tasks) < FEW:
        yield from map(line, tasks)
        return
    done, due = {}, 0
    for task, result in executors.run(line, tasks):
        if isinstance(result, executors.WorkerDied):
            ((_, result),) = executors.run(line, [task], alone=True)
        if isinstance(result, executors.WorkerDied):
            result = (
                False,
                _failure(task, "reading it broke a library or took more memory than there is. Convert or split it."),
            )
        done[task[0]] = result
        while due in done:
            yield done.pop(due)
            due += 1


def line(task):
    """One file, read: whether it could be, and what is printed for it."""
    _, path, as_json = task
    try:
        report = read(path)
    except DisclosureError as error:
        return False, _failure(task, str(error))
    except OSError as error:
        return False, _failure(task, f"cannot be opened: {error.strerror or error}.")
    except MemoryError:
        return False, _failure(task, "takes more memory than there is. Split it, or convert it.")
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        return False, _failure(task, f"the reader itself failed ({fault}). Please report it, together with the file.")
    return True, _json(record(path, report)) if as_json else repr(report)


def record(path, report):
    """The JSON object of a report that was read."""
    about, cells = report.metadata, {}
    for key, amount in report.values.items():
        cells.setdefault(key.table, {}).setdefault(key.row, {})[key.column] = amount.value
    return {
        "path": path,
        "status": "parsed",
        "error": None,
        "title": about.title,
        "jurisdiction": about.jurisdiction,
        "region_code": about.region_code,
        "year": about.year,
        "form": report.form.key,
        "verified": report.verified,
        "cells": cells,
        "inferred": [list(key) for key, amount in report.values.items() if amount.status == "inferred"],
        "findings": [
            {"check": doubt.check, "severity": doubt.severity, "message": doubt.message, "cells": list(map(list, doubt.cells))}
            for doubt in report.doubts
        ],
    }  # fmt: skip


def _failure(task, message):
    _, path, as_json = task
    message = message if path in message else f"{path}: {message}"
    if not as_json:
        return f"未能读取  {message}"
    nothing = dict.fromkeys(("title", "jurisdiction", "region_code", "year", "form"))
    return _json(
        {
            "path": path,
            "status": "failed",
            "error": message,
            **nothing,
            "verified": False,
            "cells": {},
            "inferred": [],
            "findings": [],
        }
    )


def _json(record):
    return json.dumps(record, ensure_ascii=False)
