"""`loganalyzer scan`: the verdict on every run below some paths."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from loganalyzer.cli.exits import FailOn, scan_code
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
from loganalyzer.report.renderers import RENDERERS, Renderer, Report, Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loganalyzer.model.diagnosis import Diagnosis
    from loganalyzer.report.renderers import Detail


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
) -> None:
    """Say which runs went wrong, how, since which step, how sure that is, and what to do."""
    renderer = _renderer(format_, output)
    if output is not None:
        check_writable(output)
    present = [path for path in paths if _is_present(path)]
    diagnoses = _diagnoses(present, rules, classes, mapping, jobs, quiet=quiet)
    bare = [path for path in present if not _is_found(path, present, diagnoses)]
    for path in bare:
        complain(f"{path}: no training logs found; expected event files, CSV or JSON histories below it")
    detail: Detail = "full" if verbose else "brief" if quiet else "normal"
    report = Report(os.pathsep.join(map(str, paths)), diagnoses)
    _deliver(renderer, report, output, detail, color=not no_color)
    raise typer.Exit(scan_code(diagnoses, fail_on, skipped=bool(bare) or len(present) < len(paths)))


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


def _is_present(path: Path) -> bool:
    if os.path.lexists(path):
        return True
    complain(f"{path}: no such file or folder; expected a training log or a folder that holds some")
    return False


def _diagnoses(
    paths: Sequence[Path],
    rules: list[Path] | None,
    classes: int | None,
    mapping: list[str] | None,
    jobs: int,
    *,
    quiet: bool,
) -> tuple[Diagnosis, ...]:
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.audit.scan import scan as scan_runs
    from loganalyzer.roles.mapping import parse_mapping

    options = ScanOptions(classes=classes, mapping=parse_mapping(mapping or ()), jobs=jobs)
    rulebook = rulebook_of(rules)
    with progress(quiet=quiet) as on_run:
        return scan_runs(paths, rulebook, options, on_run)


def _is_found(path: Path, paths: Sequence[Path], diagnoses: Sequence[Diagnosis]) -> bool:
    """Whether anything of `path` was found; with a single path, anything at all."""
    if len(paths) == 1:
        return bool(diagnoses)
    runs = [diagnosis.run for diagnosis in diagnoses]
    read = {source.path for run in runs for source in run.sources}
    failed = {problem.path for run in runs for problem in run.problems}
    return any(Path(file).is_relative_to(path) for file in read | failed)


def _deliver(renderer: Renderer, report: Report, output: Path | None, detail: Detail, *, color: bool) -> None:
    if output is not None:
        text = renderer.render(report, Screen(detail=detail))
        with writing(output) as part:
            part.write_text(text, encoding="utf-8", newline="")
    else:
        emit(renderer.render(report, screen_of(sys.stdout, detail=detail, color=color)))
