"""One page: a notebook is run with its parameters and becomes HTML that needs nothing from outside."""

import html
import json
import os
from contextlib import chdir, contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from . import __version__

TEMPLATES = Path(__file__).parent / "templates"
PLOTLY = "plotly.min.js"
PLOTLY_TYPE = "application/vnd.plotly.v1+json"

# Seconds that one cell may take.
TIME_LIMIT = 300

WORDS = {
    "zh": {
        "index": "← 全部地区", "skip": "跳到正文", "table": "图中数据", "made": "由 disclosure {version} 据 {notebook} 生成", "with": "参数：{parameters}",
        "of": "所据报告 {reports} 份，合并 SHA-256 {made_of}",
        "failed": "本页未能生成", "why": "运行 {notebook} 时出错：", "cell": "出错的单元格：",
    },
    "en": {
        "index": "← All districts", "skip": "Skip to the content", "table": "The data behind the figure", "made": "Made by disclosure {version} from {notebook}",
        "with": "with {parameters}", "of": "of {reports} reports, joint SHA-256 {made_of}", "failed": "This page could not be made", "why": "{notebook} failed:", "cell": "The cell that failed:",
    },
}  # fmt: skip


class Task(NamedTuple):
    """What a worker needs to make one page."""

    page: str
    """Where it goes, relative to the output folder."""
    title: str
    notebook: str
    """Its name."""
    source: str
    """Its content."""
    parameters: dict
    reports: int
    made_of: str
    """How many reports it is made of, and a digest of them."""
    dataset: str
    """What ``disclosure.load()`` opens in the notebook."""
    folder: str
    """Where the notebook runs."""
    single_file: bool
    keep_notebook: bool
    engine: str


class Made(NamedTuple):
    """A page made. Where the notebook failed, ``error`` is one line and ``html`` a page with the traceback."""

    html: str
    notebook: str | None = None
    error: str | None = None


def make(task):
    """Make one page. Never raises for what happens inside the notebook: that becomes the page and its ``error``."""
    from papermill.exceptions import PapermillExecutionError

    try:
        executed = _execute(task)
    except PapermillExecutionError as error:
        trace = "\n".join(error.traceback) or f"{error.ename}: {error.evalue}"
        return Made(_failure(task, trace, error.source), error=f"{error.ename}: {error.evalue}")
    except Exception as error:
        # A kernel that died or hung: nbclient's own errors have no common class.
        first_line = str(error).strip().partition("\n")[0]
        return Made(_failure(task, str(error), ""), error=f"{type(error).__name__}: {first_line}")
    notebook = _shareable(executed) if task.keep_notebook else None
    return Made(_export(executed, task), notebook)


def died(task):
    """What stands for a page whose notebook ended the process that ran it."""
    error = "The process that ran the notebook died."
    return Made(_failure(task, error, ""), error=error)


def _execute(task):
    """The notebook with its outputs: papermill.execute_notebook in its three steps.

    In one, papermill would write out what came of it, and so validate it, for no one.
    """
    import nbformat
    import papermill
    from papermill.engines import papermill_engines
    from papermill.execute import raise_for_execution_errors

    told = papermill.execute_notebook(
        nbformat.reads(task.source, as_version=4), None, task.parameters, task.engine, prepare_only=True
    )
    kernel = papermill_engines.nb_kernel_name(task.engine, told)
    folder = task.folder if os.path.isdir(task.folder) else "."
    with _environment(DISCLOSURE_DATA=task.dataset), chdir(folder):
        executed = papermill_engines.execute_notebook_with_engine(
            task.engine, told, kernel, progress_bar=False, execution_timeout=TIME_LIMIT
        )
    raise_for_execution_errors(executed, None)
    return executed


@contextmanager
def _environment(**variables):
    """Environment variables that kernels started in the block inherit; this process may be a user's own."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def _shareable(executed):
    """The executed notebook without what differs from run to run: paths, times and papermill's random cell ids."""
    import nbformat

    executed.metadata.pop("papermill", None)
    for number, cell in enumerate(executed.cells):
        for chance in ("papermill", "execution"):
            cell.metadata.pop(chance, None)
        cell.id = f"cell-{number}"
    return nbformat.writes(executed) + "\n"


def _export(executed, task):
    page = _about(task)
    figures = [
        output for cell in executed.cells for output in cell.get("outputs", ()) if PLOTLY_TYPE in output.get("data", ())
    ]
    for output in figures:
        # As text from here on: nbconvert copies every list in it three times.
        output.data[PLOTLY_TYPE] = _figure(output.data[PLOTLY_TYPE])
    if figures:
        page |= {"plotly": _plotly_tag(task), "script": page["script"] + template("figures.js")}
    from nbconvert.exporters import TemplateExporter

    # HTMLExporter's own method would go on to parse and rewrite what it has made.
    body, _ = TemplateExporter.from_notebook_node(_exporter(), executed, {"page": page})
    return body


def _about(task):
    language = "en" if task.parameters.get("lang") == "en" else "zh"
    words = WORDS[language]
    parameters = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in task.parameters.items())
    colophon = [words["made"].format(version=__version__, notebook=task.notebook)]
    colophon += [words["with"].format(parameters=parameters)] if parameters else []
    colophon.append(words["of"].format(reports=task.reports, made_of=task.made_of))
    return {
        "title": task.title,
        "language": {"zh": "zh-CN", "en": "en"}[language],
        "words": words,
        "version": __version__,
        "index": None if task.single_file else _up(task.page) + "index.html",
        "style": template("style.css"),
        "script": template("scroll.js"),
        "colophon": " · ".join(colophon),
    }


def template(name):
    """A file of the templates, as text."""
    return (TEMPLATES / name).read_text("utf-8")


def _up(page):
    """The way from a page to the output folder."""
    return "../" * page.count("/")


def _plotly_tag(task):
    if task.single_file:
        return f"<script>{plotly_script()}</script>"
    return f'<script src="{_up(task.page)}{PLOTLY}"></script>'


@cache
def plotly_script():
    """plotly.js, as the installed plotly has it."""
    import plotly

    return (Path(plotly.__file__).parent / "package_data" / PLOTLY).read_text("utf-8")


@cache
def _exporter():
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    shown = [
        PLOTLY_TYPE, "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain",
    ]  # fmt: skip
    exporter = HTMLExporter(
        config=Config(NbConvertBase={"display_data_priority": shown}), extra_template_basedirs=[str(TEMPLATES)], template_name="page", exclude_input=True, exclude_input_prompt=True,
        exclude_output_prompt=True, exclude_anchor_links=True,
        # Of nbconvert's dozen the one that a page needs: after each it would validate the whole notebook.
        default_preprocessors=["nbconvert.preprocessors.CoalesceStreamsPreprocessor"],
    )  # fmt: skip
    return exporter


def _figure(figure):
    """What the template needs of a plotly figure: its JSON, its height, what a screen reader says, its table."""
    layout = dict(figure["layout"])
    meta = layout.pop("meta", None) or {}
    drawn = json.dumps({"data": figure["data"], "layout": layout}, ensure_ascii=False, separators=(",", ":"))
    return {
        # No text in it may end the script element that holds it.
        "json": drawn.replace("<", "\\u003c"),
        "height": layout.get("height", 450),
        "alt": meta.get("alt", ""),
        "table": meta.get("table"),
    }


def _failure(task, trace, source):
    """The page that stands in for one whose notebook failed."""
    from nbconvert.filters import ansi2html

    about = _about(task)
    words = about["words"]
    cell = f"<p>{words['cell']}</p>\n<pre>{html.escape(source)}</pre>" if source else ""
    back = f'<nav><a href="{about["index"]}">{words["index"]}</a></nav>' if about["index"] else ""
    return f"""<!DOCTYPE html>
<html lang="{about["language"]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(task.title)}</title>
<style>
{about["style"]}
</style>
</head>
<body>
{back}
<main>
<h1>{html.escape(task.title)}</h1>
<h2>{words["failed"]}</h2>
<p>{words["why"].format(notebook=html.escape(task.notebook))}</p>
<pre class="error">{ansi2html(trace)}</pre>
{cell}
</main>
<footer>{html.escape(about["colophon"])}</footer>
</body>
</html>
"""
