"""Notebooks become pages: which, of which data, and only those that have changed; then the index of all."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from . import executors
from .errors import UnknownName, known
from .notebooks import Notebook, own_notebooks
from .outputs import Manifest, Outputs
from .page import PLOTLY, Task, died, make, plotly_script
from .report import sha256

# The notebook that is the page of a district; pages of districts by another notebook lie in a folder of its name.
DISTRICT = "10_district"
# The pages of so many districts lie in one folder and are called as the district is. Of more, they lie in a folder a
# province, and are called by code and name: 15/150203-昆都仑区.html.
IN_ONE_FOLDER = 300
# What is no letter or digit of any script has no place in a file's name; nor has a name longer than this.
UNSAFE = re.compile(r"[^\w-]+")
LONGEST = 60
# What is in the output folder besides, and what Windows gives to no file.
RESERVED = {
    "index",
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}


@dataclass
class Rendered:
    """What a rendering did. Pages are paths in the output folder."""

    written: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    removed: list = field(default_factory=list)
    failed: dict = field(default_factory=dict)
    """{page: error} of each page whose notebook failed; what stands there is the traceback."""
    unreadable: int = 0
    """Files of the corpus that could not be read."""


class District(NamedTuple):
    """A district of a corpus."""

    code: str
    """Its own code, or of a zone the code of the region above it; empty where neither is known."""
    name: str
    argument: str
    """What a notebook's parameter ``district`` is told: the name, or the code where several have that name."""
    page: str
    """Where its page lies, without the suffix."""
    reports: int
    made_of: str
    """A digest of its reports."""


def render(
    notebook=None, districts=None, parameters=None, out="reports_out", *, folder=None, single_file=False, keep_notebook=False,
    executor=None, workers=None, engine="disclosure-warm", progress=None,
):  # fmt: skip
    """Bring the pages in ``out`` up to date, and with them the index of all districts.

    ``notebook`` is a path, by default every one in ``notebooks/``. One that has a parameter ``district`` gives a page
    for each of ``districts`` (names or codes; by default all). ``folder`` is what ``load`` takes. A page is made again
    only if its notebook, its parameters, its reports or the kit has changed. ``single_file`` makes pages that can be
    sent alone, ``keep_notebook`` puts the executed notebooks beside them. The work is done by ``executor``, by default
    in ``workers`` local processes; ``progress(done, total, failed)`` hears of it. Returns a Rendered.

    Raises UnknownName for a district, notebook or parameter that does not exist, before anything is written.
    """
    from .corpus import load
    from .index import write_index

    parameters = dict(parameters or {})
    # What a notebook would be told by hand is what we tell it.
    folder = parameters.pop("folder", folder)
    districts = [parameters.pop("district")] if "district" in parameters else districts
    corpus = load(folder, executor=executor)
    everywhere = districts_of(corpus)
    chosen = everywhere if districts is None else [_district(name, everywhere) for name in districts]
    notebooks = [Notebook(path) for path in ([notebook] if notebook else own_notebooks())]
    if notebook is None:
        # One that cannot be told a folder, as the tour, is about the kit and not about these reports.
        notebooks = [
            each for each in notebooks if "folder" in each.parameters and (districts is None or each.stem == DISTRICT)
        ]
    form = {"single_file": single_file, "keep_notebook": keep_notebook, "engine": engine}
    tasks = {}
    for each in notebooks:
        for task, made_from in _tasks(each, parameters, chosen, everywhere, corpus, form):
            tasks[task.page] = task, made_from

    outputs = Outputs(out)
    with outputs.lock():
        outputs.clear_drafts()
        manifest, rendered = Manifest(outputs), Rendered(unreadable=int((corpus.reports["status"] == "failed").sum()))
        standing = {page for page, (_, made_from) in tasks.items() if manifest.stands(page, made_from)}
        rendered.unchanged = [page for page in tasks if page in standing]
        todo = [task for page, (task, _) in tasks.items() if page not in standing]
        if not single_file:
            outputs.write_if_other(PLOTLY, plotly_script().encode())
        manifest.doubt(task.page for task in todo)
        try:
            for task, made in _made(todo, executor, workers):
                companions = _write(outputs, task, made)
                manifest.record(task.page, task.title, tasks[task.page][1], companions, made.error)
                rendered.written.append(task.page)
                if made.error is not None:
                    rendered.failed[task.page] = made.error
                if progress:
                    progress(len(rendered.written), len(todo), len(rendered.failed))
        finally:
            manifest.save()
        if notebook is None and districts is None:
            rendered.removed = manifest.remove_others(tasks)
        write_index(outputs, corpus, everywhere, manifest.pages)
        outputs.clear_drafts()
    return rendered


def _made(tasks, executor, workers):
    """``(task, Made)`` for every task, as they come. A page that ends its process is tried once more, by itself."""
    lost = []
    for task, made in executors.run(make, tasks, executor, min(workers or executors.cores(), len(tasks) or 1)):
        if isinstance(made, executors.WorkerDied):
            lost.append(task)
        else:
            yield task, made
    for task, made in executors.run(make, lost, executor, workers, alone=True):
        yield task, died(task) if isinstance(made, executors.WorkerDied) else made


def _write(outputs, task, made):
    """Write a page, and the notebook that it shows where that was asked for; return the names of what lies beside it."""
    companions = {task.page.removesuffix(".html") + ".ipynb": made.notebook} if made.notebook else {}
    for name, content in (companions | {task.page: made.html}).items():
        outputs.write(name, content.encode())
    return companions


# Which pages


def districts_of(corpus):
    """The districts of a corpus as a list of District, in the order of codes and names."""
    # Where the folder lies is no part of what a report says.
    reports = corpus.reports.drop(columns="path").dropna(subset="district").sort_values("report")
    made_of = {}
    codes = reports["region_code"].fillna(reports["parent_code"]).fillna("")
    for code, name, report in zip(codes, reports["district"], reports.itertuples(index=False, name=None)):
        made_of.setdefault((code, name), []).append(report)
    names = Counter(name for _, name in made_of)
    pages = _paths(sorted(made_of))
    return [
        District(
            code, name, name if names[name] == 1 else code, page, len(made_of[code, name]), _digest(made_of[code, name])
        )
        for (code, name), page in pages.items()
    ]


def _paths(districts):
    """Where the page of each district lies: ``{(code, name): path}``. It depends on no other district, but on how many."""
    paths, taken = {}, set()
    for code, name in districts:
        safe = UNSAFE.sub("-", name)[:LONGEST].strip("-") or "district"
        if len(districts) > IN_ONE_FOLDER:
            path = f"{code[:2] or '00'}/{code or 'x'}-{safe}"
        else:
            path = f"{safe}-{code}" if code and name in _shared_names() else safe
        # Two that differ only in what has no place in a name, or in what some file systems take for the same.
        while path.casefold() in taken or path.casefold() in RESERVED:
            path += "-2"
        taken.add(path.casefold())
        paths[code, name] = path
    return paths


@cache
def _shared_names():
    """The names that more than one region of China has."""
    from .places import regions

    still_standing = Counter(region.name for region in regions(9999))
    return {name for name, count in still_standing.items() if count > 1}


def _district(name, districts):
    """The District of that name or code. Raises UnknownName where there is none or several."""
    found = [each for each in districts if name in (each.name, each.code)]
    if not found:
        known(name, {each.name for each in districts}, "district", "the index shows them")
    if len(found) > 1:
        told = ", ".join(f"{each.code} {each.name}" for each in found)
        raise UnknownName(
            f"{len(found)} districts are meant by {name!r}: {told}. Say which by its code, or by its name."
        )
    return found[0]


def _tasks(notebook, parameters, chosen, everywhere, corpus, form):
    """``(Task, what the page is made from)`` for each page of a notebook."""
    given = notebook.typed(parameters)
    about = {
        "notebook": notebook.name, "source": notebook.source, "dataset": corpus.location, "folder": str(notebook.path.parent.resolve()),
    } | form  # fmt: skip
    corrections = corpus.corrections_file
    common = [notebook.content, kit(), form, sha256(corrections) if corrections.exists() else None]
    if "district" not in notebook.parameters:
        page, made_of = f"{notebook.stem}.html", _digest([each.made_of for each in everywhere])
        task = Task(
            page,
            notebook.title,
            parameters=given,
            reports=sum(each.reports for each in everywhere),
            made_of=made_of,
            **about,
        )
        yield task, _digest([*common, page, given, made_of])
        return
    for district in chosen:
        told = given | {"district": district.argument}
        page = f"{district.page}.html" if notebook.stem == DISTRICT else f"{notebook.stem}/{district.page}.html"
        task = Task(
            page,
            f"{district.name} · {notebook.title}",
            parameters=told,
            reports=district.reports,
            made_of=district.made_of,
            **about,
        )
        yield task, _digest([*common, page, told, district.made_of])


def _digest(of):
    return hashlib.sha256(
        json.dumps(of, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace")
    ).hexdigest()


@cache
def kit():
    """A digest of all that pages are made with: every file of the package, and the plotly that draws them."""
    from importlib.metadata import version

    package, digest = Path(__file__).parent, hashlib.sha256(version("plotly").encode())
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", ".pyo"):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
