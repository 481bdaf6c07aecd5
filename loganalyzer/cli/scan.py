"""`loganalyzer scan`: the verdict on every run below some paths."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from loganalyzer.cli.exits import FailOn, scan_code
from loganalyzer.cli.inputs import gather_inputs, root_of
from loganalyzer.cli.judging import judged, say_unmapped, scan_options
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import (
    Classes,
    Fail,
    Format,
    Jobs,
    Mapping,
    NoColor,
    Output,
    Paths,
    Profile,
    Quiet,
    Rules,
    Verbose,
    rulebook_of,
)
from loganalyzer.cli.output import check_writable, complain, emit, screen_of, writing
from loganalyzer.report.renderers import RENDERERS, Renderer, Report, Screen

if TYPE_CHECKING:
    from loganalyzer.readers.limits import Limits
    from loganalyzer.report.renderers import Detail


@limited
def scan(  # noqa: PLR0913 - a command takes as many arguments as it has options
    paths: Paths,
    *,
    format_: Format = None,
    output: Output = None,
    rules: Rules = None,
    profile: Profile = "default",
    classes: Classes = None,
    mapping: Mapping = None,
    fail_on: Fail = FailOn.CRITICAL,
    jobs: Jobs = 1,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    limits: Limits,
) -> None:
    """Say which runs went wrong, how, since which step, how sure that is, and what to do."""
    renderer = _renderer(format_, output)
    if output is not None:
        check_writable(output)
    options = scan_options(classes, mapping, jobs, limits)
    rulebook = rulebook_of(rules, profile)
    gathered = gather_inputs(paths, limits, output)
    diagnoses = judged(gathered.found, rulebook, options, quiet=quiet)
    say_unmapped(options.mapping, diagnoses)
    detail: Detail = "full" if verbose else "brief" if quiet else "normal"
    report = Report(root_of(paths), diagnoses)
    _deliver(renderer, report, output, detail, color=not no_color)
    raise typer.Exit(scan_code(diagnoses, fail_on, skipped=gathered.is_partial))


def _renderer(name: str | None, output: Path | None) -> Renderer:
    """The renderer asked for by name or by the suffix of the file; text if neither says."""
    if name is None and output is None:
        return RENDERERS[0]
    known: tuple[Renderer, ...] = RENDERERS
    chosen = _asked_for(name, output, known)
    if chosen is None:
        known += _of_other_packages()
        chosen = _asked_for(name, output, known)
    if chosen is not None:
        return chosen
    if name is not None:
        names = ", ".join(renderer.name for renderer in known)
        raise typer.BadParameter(f"{name!r} is not one of {names}", param_hint="--format")
    suffixes = ", ".join(renderer.suffix for renderer in known)
    raise typer.BadParameter(
        f"no format for {output}; end it in {suffixes}, or name one with --format", param_hint="-o"
    )


def _asked_for(name: str | None, output: Path | None, known: Sequence[Renderer]) -> Renderer | None:
    suffix = output.suffix if output is not None and name is None else None
    return next((one for one in known if name == one.name or suffix == one.suffix), None)


def _of_other_packages() -> tuple[Renderer, ...]:
    from loganalyzer.report.plugins import plugin_faults, plugin_renderers

    for fault in plugin_faults():
        complain(fault)
    return plugin_renderers()


def _deliver(renderer: Renderer, report: Report, output: Path | None, detail: Detail, *, color: bool) -> None:
    if output is not None:
        text = renderer.render(report, Screen(detail=detail))
        with writing(output) as part:
            part.write_text(text, encoding="utf-8", newline="")
    else:
        emit(renderer.render(report, screen_of(sys.stdout, detail=detail, color=color)))
