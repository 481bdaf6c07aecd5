"""`loganalyzer inspect`: what is in the files below some paths."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.exits import CLEAN, DAMAGED, UNREADABLE
from loganalyzer.cli.inputs import gather_inputs, root_of
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import Mapping, NoColor, Output, Paths, Quiet
from loganalyzer.cli.output import check_writable, emit, screen_of, writing
from loganalyzer.cli.progress import progress
from loganalyzer.report.problems import is_damage
from loganalyzer.report.renderers import Screen

if TYPE_CHECKING:
    from pathlib import Path

    from loganalyzer.readers.limits import Limits
    from loganalyzer.report.inspection import Inspection

_Format = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="One of text, json. [default: text]")
]
_Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Reasons for roles, and all settings, on a terminal too.")
]


@limited
def inspect(
    paths: Paths,
    *,
    format_: _Format = None,
    output: Output = None,
    mapping: Mapping = None,
    quiet: Quiet = False,
    verbose: _Verbose = False,
    no_color: NoColor = False,
    limits: Limits,
) -> None:
    """Say what is in log files: runs, files, tags, steps, what each tag was taken for, and problems."""
    is_json = _is_json(format_, output)
    if output is not None:
        check_writable(output)
    from loganalyzer.audit.inspect import inspect as inspect_runs
    from loganalyzer.roles.mapping import parse_mapping

    roles = parse_mapping(mapping or ())
    started = perf_counter()
    gathered = gather_inputs(paths, limits, output)
    with progress(quiet=quiet) as on_run:
        inspection = inspect_runs(
            gathered.found, root_of(paths), lambda: perf_counter() - started, limits, roles, on_run
        )
    screen = screen_of(sys.stdout, detail="full" if verbose else "normal", color=not no_color)
    text = _rendered(inspection, screen if output is None else Screen(), is_json=is_json)
    if output is None:
        emit(text)
    else:
        with writing(output) as part:
            part.write_text(text, encoding="utf-8", newline="")
    raise typer.Exit(_code(inspection, is_partial=gathered.is_partial))


def _is_json(name: str | None, output: Path | None) -> bool:
    if name not in (None, "text", "json"):
        raise typer.BadParameter(f"{name!r} is not one of text, json", param_hint="--format")
    return name == "json" or (name is None and output is not None and output.suffix == ".json")


def _rendered(inspection: Inspection, screen: Screen, *, is_json: bool) -> str:
    if is_json:
        from loganalyzer.report.json import encode

        return encode(inspection)
    from loganalyzer.report.terminal.inspection import render

    return render(inspection, screen)


def _code(inspection: Inspection, *, is_partial: bool) -> int:
    damaged = any(is_damage(problem) for run in inspection.runs for problem in run.problems)
    if not any(run.tags or run.histograms for run in inspection.runs):
        # A run that has just begun holds nothing yet, and that could be read.
        return UNREADABLE if damaged or is_partial or not inspection.runs else CLEAN
    return DAMAGED if damaged or is_partial else CLEAN
