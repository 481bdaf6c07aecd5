"""The report that is read in a terminal: a table, a block for each run that needs care, and a summary."""

from __future__ import annotations

from collections.abc import Iterator

from loganalyzer.report.renderers import Report, Screen
from loganalyzer.report.terminal.details import run_lines
from loganalyzer.report.terminal.lines import Line, lay_out, to_string
from loganalyzer.report.terminal.table import hardest_first, table_lines
from loganalyzer.report.terminal.words import headline, problem, summary

_MAX_BLOCKS = 12
_MAX_PROBLEMS = 20


def render(report: Report, screen: Screen) -> str:
    """The report as lines of text, coloured where the screen has colour."""
    table = table_lines(report.diagnoses, screen) if report.diagnoses else []
    below: list[Line] = []
    if screen.detail != "brief":
        below = [*_blocks(report, screen), *_problems(report, screen)]
    below += [Line(""), Line(summary(report.diagnoses), style="bold")]
    if screen.detail != "brief":
        below += _hint(report)
    return to_string([*table, *lay_out(below, screen)], screen)


def _blocks(report: Report, screen: Screen) -> Iterator[Line]:
    """Blocks of the runs that need care, of all runs with full detail; what is left out is counted."""
    chosen = hardest_first(report.diagnoses)
    if screen.detail != "full":
        chosen = [diagnosis for diagnosis in chosen if diagnosis.verdict in ("sick", "suspect")]
    most = _MAX_BLOCKS if screen.width is not None and screen.detail != "full" else len(chosen)
    for diagnosis in chosen[:most]:
        yield from run_lines(diagnosis, screen)
    if len(chosen) > most:
        yield Line("")
        yield Line(f"... and {len(chosen) - most:,} more runs with findings; -v shows all", style="dim")


def _problems(report: Report, screen: Screen) -> Iterator[Line]:
    """One line for each thing that could not be read as it stands."""
    found = [problem(item) for diagnosis in report.diagnoses for item in diagnosis.run.problems]
    most = _MAX_PROBLEMS if screen.width is not None and screen.detail != "full" else len(found)
    if found:
        yield Line("")
        yield Line("input problems", style="bold")
    for text in found[:most]:
        yield Line(text, "  ", "magenta")
    if len(found) > most:
        yield Line(f"... and {len(found) - most:,} more; -v shows all", "  ", "dim")


def _hint(report: Report) -> Iterator[Line]:
    first = next((headline(diagnosis) for diagnosis in hardest_first(report.diagnoses)), None)
    if first is not None and first.severity != "info":
        yield Line(f"loganalyzer explain {first.pathology}", "more: ", "dim")
