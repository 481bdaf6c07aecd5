"""`loganalyzer scan`: the verdict on every run below some paths."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from loganalyzer.cli.exits import FailOn, scan_code
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import (
    FORMATS,
    Classes,
    Fail,
    Format,
    Jobs,
    Mapping,
    NoColor,
    Output,
    Paths,
    Quiet,
    Rules,
    Verbose,
    rulebook_of,
)
from loganalyzer.cli.output import check_writable, complain, emit, screen_of, writing
from loganalyzer.cli.progress import progress
from loganalyzer.errors import ReadError
from loganalyzer.report.renderers import RENDERERS, Renderer, Report, Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.model.diagnosis import Diagnosis
    from loganalyzer.model.rule import Rulebook
    from loganalyzer.readers.limits import Limits
    from loganalyzer.report.renderers import Detail

_EXPECTED = (
    "expected event files (*tfevents*) or CSV or JSON histories; check that this is the folder of the runs"
)


@limited
def scan(  # noqa: PLR0913 - a command takes as many arguments as it has options
    paths: Paths,
    *,
    format_: Format = None,
    output: Output = None,
    rules: Rules = None,
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
    options = replace(_options(classes, mapping, jobs), limits=limits)
    diagnoses, n_bare = _judge(paths, rulebook_of(rules), options, quiet=quiet)
    detail: Detail = "full" if verbose else "brief" if quiet else "normal"
    report = Report(os.pathsep.join(map(str, paths)), diagnoses)
    _deliver(renderer, report, output, detail, color=not no_color)
    raise typer.Exit(scan_code(diagnoses, fail_on, skipped=n_bare > 0))


def _renderer(name: str | None, output: Path | None) -> Renderer:
    """The renderer asked for by name or by the suffix of the file; text if neither says."""
    if name is None and output is None:
        return RENDERERS[0]
    for renderer in RENDERERS:
        if name == renderer.name or (
            name is None and output is not None and output.suffix == renderer.suffix
        ):
            return renderer
    if name is not None:
        raise typer.BadParameter(f"{name!r} is not one of {FORMATS}", param_hint="--format")
    suffixes = ", ".join(renderer.suffix for renderer in RENDERERS)
    raise typer.BadParameter(
        f"no format for {output}; end it in {suffixes}, or name one with --format", param_hint="-o"
    )


def _options(classes: int | None, mapping: list[str] | None, jobs: int) -> ScanOptions:
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.roles.mapping import parse_mapping

    return ScanOptions(classes=classes, mapping=parse_mapping(mapping or ()), jobs=jobs)


def _judge(
    paths: Sequence[Path], rulebook: Rulebook, options: ScanOptions, *, quiet: bool
) -> tuple[tuple[Diagnosis, ...], int]:
    """The diagnoses of all paths, and how many of the paths gave none, which is said on standard error."""
    from loganalyzer.audit.scan import scan as scan_runs

    found: list[Diagnosis] = []
    n_bare = 0
    with progress(quiet=quiet) as on_run:
        for done, path in enumerate(paths, 1):
            try:
                diagnoses = scan_runs([path], rulebook, options, on_run if len(paths) == 1 else None)
                found += diagnoses
                why = "" if diagnoses else f"{path}: no training logs found; {_EXPECTED}"
            except ReadError as error:
                why = str(error)
            if why:
                complain(why)
                n_bare += 1
            if on_run is not None and len(paths) > 1:
                on_run(done, len(paths), str(path))
    return tuple(found), n_bare


def _deliver(renderer: Renderer, report: Report, output: Path | None, detail: Detail, *, color: bool) -> None:
    if output is not None:
        text = renderer.render(report, Screen(detail=detail))
        with writing(output) as part:
            part.write_text(text, encoding="utf-8", newline="")
    else:
        emit(renderer.render(report, screen_of(sys.stdout, detail=detail, color=color)))
