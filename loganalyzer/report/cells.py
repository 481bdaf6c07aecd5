"""Cells of a table that a program will open: nothing from a log may be taken for a formula or a command."""

from __future__ import annotations

from loganalyzer.report.terminal.escape import show

# Programs that calculate take a cell that begins with one of these for a formula.
_FORMULA = frozenset("=+-@\t\r\n")


def cell(text: str) -> str:
    """A text as a quoted cell that no program takes for a formula and no terminal for a command."""
    guard = "'" if text[:1] in _FORMULA else ""
    return '"' + guard + show(text).replace('"', '""') + '"'
