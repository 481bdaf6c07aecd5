"""`loganalyzer scan`: the verdict on every run below some paths."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from loganalyzer.cli.exits import FailOn, scan_code
from loganalyzer.cli.inputs import gather_inputs
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
    Profile,
    Quiet,
    Rules,
    Verbose,
    rulebook_of,
)
from loganalyzer.cli.output import check_writable, complain, emit, screen_of, writing
from loganalyzer.cli.progress import progress
from loganalyzer.report.renderers import RENDERERS, Renderer, Report, Screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.model.diagnosis import Diagnosis
    from loganalyzer.model.rule import Rulebook
    from loganalyzer.readers.limits import Limits
    from loganalyzer.readers.walk import RunFiles
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
    options = replace(_options(classes, mapping, jobs), limits=limits)
    rulebook = rulebook_of(rules, profile)
    gathered = gather_inputs(paths, limits, output)
    diagnoses = _judged(gathered.found, rulebook, options, quiet=quiet)
    _say_unmapped(options.mapping, diagnoses)
    detail: Detail = "full" if verbose else "brief" if quiet else "normal"
    report = Report(os.pathsep.join(map(str, paths)), diagnoses)
    _deliver(renderer, report, output, detail, color=not no_color)
    raise typer.Exit(scan_code(diagnoses, fail_on, skipped=gathered.is_partial))


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


def _judged(
    found: Sequence[RunFiles], rulebook: Rulebook, options: ScanOptions, *, quiet: bool
) -> tuple[Diagnosis, ...]:
    from loganalyzer.audit.scan import judge_all

    with progress(quiet=quiet) as on_run:
        return judge_all(found, rulebook, options, on_run)


def _say_unmapped(mapping: Iterable[str], diagnoses: Sequence[Diagnosis]) -> None:
    """Name what `--map` says of tags that no run has: most likely one is misspelt."""
    tags = {series.tag for diagnosis in diagnoses for series in diagnosis.run.series}
    unmet = [one for one in mapping if one not in tags and not any(fnmatchcase(tag, one) for tag in tags)]
    if unmet:
        complain(
            f"--map: no run has a tag like {', '.join(map(repr, unmet))}; `loganalyzer inspect` lists them"
        )


def _deliver(renderer: Renderer, report: Report, output: Path | None, detail: Detail, *, color: bool) -> None:
    if output is not None:
        text = renderer.render(report, Screen(detail=detail))
        with writing(output) as part:
            part.write_text(text, encoding="utf-8", newline="")
    else:
        emit(renderer.render(report, screen_of(sys.stdout, detail=detail, color=color)))
