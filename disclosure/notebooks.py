"""Notebooks that take parameters: which there are, what they can be told, and what their pages are called."""

import ast
import hashlib
import json
from functools import cached_property
from pathlib import Path

from .errors import DisclosureError, known


def own_notebooks():
    """The notebooks of the project, found from the working folder upwards, in the order of their names."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        found = sorted((folder / "notebooks").glob("*.ipynb"))
        if found:
            return found
    raise DisclosureError(f"no notebooks/*.ipynb in {here} or a folder above it. Name the notebook to render.")


class Notebook:
    """One notebook, unexecuted."""

    def __init__(self, path):
        self.path = Path(path)
        try:
            self.source = self.path.read_text("utf-8")
            self.cells = json.loads(self.source)["cells"]
        except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
            raise DisclosureError(f"{path}: is no notebook that can be read ({error}). Name an .ipynb file.") from error

    @property
    def name(self):
        return self.path.name

    @property
    def stem(self):
        return self.path.stem

    @cached_property
    def title(self):
        """Its first heading."""
        lines = "\n".join(
            "".join(cell["source"]) for cell in self.cells if cell["cell_type"] == "markdown"
        ).splitlines()
        return next((line.lstrip("# ") for line in lines if line.startswith("#")), self.stem)

    @cached_property
    def parameters(self):
        """``{name: default}`` of its parameters cell; a default that is no literal is given as its text."""
        import papermill

        return {name: _literal(about["default"]) for name, about in papermill.inspect_notebook(str(self.path)).items()}

    @cached_property
    def content(self):
        """The SHA-256 of what it says, whatever outputs were saved with it."""
        said = [(cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])) for cell in self.cells]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def typed(self, parameters):
        """The parameters with their values as the notebook's defaults have them; values may be texts, as a shell has them.

        Raises UnknownName for a parameter that the notebook does not have, DisclosureError for a value of another type.
        """
        for name in parameters:
            known(name, self.parameters, "parameter", f"{self.name} declares them in its first code cell")
        return {name: self._typed(name, value) for name, value in parameters.items()}

    def _typed(self, name, value):
        default = self.parameters[name]
        if not isinstance(value, str) or isinstance(default, str):
            return value
        meant = _literal(value)
        if isinstance(default, list):
            meant = list(meant) if isinstance(meant, list | tuple) else [meant]
        if isinstance(default, float) and type(meant) is int:
            meant = float(meant)
        if default is not None and type(meant) is not type(default):
            kind = type(default).__name__
            raise DisclosureError(f"{self.name}: {name} is a {kind}, such as {default!r}; {value!r} is none.")
        return meant


def _literal(text):
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
