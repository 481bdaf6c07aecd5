"""Units stay small: what cannot be read in one go is not understood in one go."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "loganalyzer"
MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_module_and_its_functions_are_short(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 250
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 45, node.name
