"""The notebook of the documentation runs from top to bottom, and shows what it promises."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def cells():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell):
    """What a cell shows, by the type of it."""
    return {kind: text for one in cell.outputs for kind, text in one.get("data", {}).items()}


def test_it_is_kept_without_what_it_shows():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.get("outputs") for cell in notebook.cells)


def test_results_are_tables(cells):
    assert "6 runs: 3 sick, 3 suspect" in shown(cells[0])["text/html"]
    assert "divergence" in shown(cells[1])["text/html"]
    assert "overfitting" in shown(cells[-2])["text/html"]


def test_the_picture_is_shown_though_pyplot_was_never_loaded(cells):
    assert shown(cells[3])["image/png"]


def test_the_rest_says_something(cells):
    assert "ends at" in cells[2].outputs[0].text
    assert "Int64" not in shown(cells[4])["text/html"]
    assert "onset_step" in shown(cells[4])["text/html"]
    assert cells[-1].outputs[0].text == "report.html True\n"
