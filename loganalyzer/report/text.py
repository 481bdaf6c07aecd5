"""The report that is read in a terminal: a table, a block for each run that needs care, and a summary."""

from __future__ import annotations

from collections.abc import Iterator

from loganalyzer.report.problems import harmless_line, is_damage, problem_line
from loganalyzer.report.renderers import Report, Screen
from loganalyzer.report.terminal.details import run_lines
from loganalyzer.report.terminal.lines import Line, lay_out, to_string
from loganalyzer.report.terminal.table import hardest_first, table_lines
from loganalyzer.report.terminal.words import headline, summary

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
    """One line for each thing that was damaged or left out; in full detail for harmless things as well."""
    is_full = screen.detail == "full"
    ordered = sorted(report.diagnoses, key=lambda one: (one.run.name, one.run.run_id))
    problems = [problem for diagnosis in ordered for problem in diagnosis.run.problems]
    listed = [problem_line(problem) for problem in problems if is_full or is_damage(problem)]
    most = _MAX_PROBLEMS if screen.width is not None and not is_full else len(listed)
    if problems:
        yield Line("")
        yield Line("input problems", style="bold")
    for text in listed[:most]:
        yield Line(text, "  ", "magenta")
    if len(listed) > most:
        yield Line(f"... and {len(listed) - most:,} more; -v shows all", "  ", "dim")
    harmless = harmless_line(report.diagnoses)
    if harmless and not is_full:
        yield Line(f"{harmless}: live tails and reused folders, harmless; -v shows each", "  ", "dim")


def _hint(report: Report) -> Iterator[Line]:
    first = next((headline(diagnosis) for diagnosis in hardest_first(report.diagnoses)), None)
    if first is not None and first.severity != "info":
        yield Line(f"loganalyzer explain {first.pathology}", "more: ", "dim")
