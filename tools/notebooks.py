"""Bring the notebooks into the state in which they are kept: ``python tools/notebooks.py`` from the project's folder.

The tour is run and keeps its outputs, which a test compares; the others keep none. What editors and kernels add, such
as times, versions and folded cells, is left out, and cells are numbered.
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
TOUR = "00_tour.ipynb"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def kept(notebook, with_outputs=False):
    """The notebook as it is kept."""
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        if cell.cell_type == "code" and not with_outputs:
            cell.outputs, cell.execution_count = [], None
    return notebook | {"metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def main():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        if path.name == TOUR:
            NotebookClient(notebook, record_timing=False, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
        nbformat.write(nbformat.from_dict(kept(notebook, path.name == TOUR)), path)
        print(path.name)


if __name__ == "__main__":
    main()
