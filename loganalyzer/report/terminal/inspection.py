"""The contents of log files as they are read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from loganalyzer.report.inspection import Inspection, RunEntry, TagEntry, Totals
from loganalyzer.report.problems import is_damage, problem_line
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean
from loganalyzer.report.terminal.lines import Line, lay_out, to_string
from loganalyzer.report.terminal.words import plural

_MAX_SETTINGS = 20
_GAP = "  "


def render(inspection: Inspection, screen: Screen) -> str:
    """A block for each run and the sums, as lines of text; with full detail no list is cut short."""
    lines: list[Line] = []
    for run in inspection.runs:
        lines += [*_run(run, screen), Line("")]
    lines.append(Line(_sums(inspection.totals), style="bold"))
    return to_string(lay_out(lines, screen), screen)


def _run(run: RunEntry, screen: Screen) -> Iterator[Line]:
    by = f" ({run.framework})" if run.framework else ""
    yield Line(f"{run.name}{by}", style="bold", fixed=True)
    yield from _table(
        "files",
        [
            (source.path, source.format, f"{source.bytes:,} bytes", plural(source.records, "record"))
            for source in run.files
        ],
        screen,
    )
    yield from _table("tags", [_tag(entry, screen) for entry in run.tags], screen)
    yield from _table(
        "histograms",
        [(one.tag, f"{one.count:,}", _steps(one.first_step, one.last_step)) for one in run.histograms],
        screen,
    )
    yield from _settings(run, screen)
    if run.problems:
        yield Line("problems", _GAP, "dim")
    for problem in run.problems:
        yield Line(problem_line(problem), "    ", "magenta" if is_damage(problem) else "dim")


def _tag(entry: TagEntry, screen: Screen) -> tuple[str, ...]:
    split = "" if entry.role.split == "none" else f", {entry.role.split}"
    odd = [
        f"{count:,} {what}"
        for count, what in ((entry.non_finite, "not finite"), (entry.superseded, "logged again later"))
        if count
    ]
    points = plural(entry.points, "point") + (f" ({', '.join(odd)})" if odd else "")
    role = f"{entry.role.quantity}{split}"
    cells = (entry.tag, points, _steps(entry.first_step, entry.last_step), f"by {entry.axis}", role)
    return (*cells, entry.role.why) if screen.detail == "full" or screen.width is None else cells


def _steps(first: int, last: int) -> str:
    return f"step {first:,}" if first == last else f"steps {first:,} to {last:,}"


def _settings(run: RunEntry, screen: Screen) -> Iterator[Line]:
    """Hyper-parameters, on a screen the first ones."""
    if not run.hparams:
        return
    pairs = [f"{key} = {_plain(value)}" for key, value in run.hparams.items()]
    most = len(pairs) if screen.detail == "full" or screen.width is None else _MAX_SETTINGS
    more = f" ... and {len(pairs) - most:,} more; -v shows all" if len(pairs) > most else ""
    yield Line("settings", _GAP, "dim")
    yield Line("; ".join(pairs[:most]) + more, "    ")


def _plain(value: str | float | bool | None) -> str:  # noqa: FBT001 - a hyper-parameter can be one
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(title: str, rows: Sequence[Sequence[str]], screen: Screen) -> Iterator[Line]:
    """Rows below a title, each column as wide as its widest cell, the last one free."""
    if not rows:
        return
    yield Line(title, _GAP, "dim")
    cells = [[clean(cell, screen) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)]
        yield Line(_GAP.join(padded), "    ", fixed=True)


def _sums(totals: Totals) -> str:
    counted = f"{plural(totals.runs, 'run')} in {plural(totals.files, 'file')}, {totals.bytes:,} bytes"
    points = f"{plural(totals.records, 'record')}, {plural(totals.points, 'point')}"
    return f"{counted}, {points}, {plural(totals.problems, 'problem')}, read in {totals.seconds:.2f} s"
