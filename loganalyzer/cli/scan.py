"""`loganalyzer scan`: the verdict on every run below some paths."""

from __future__ import annotations

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
from loganalyzer.cli.output import check_writable
from loganalyzer.cli.rendering import deliver, renderer_of
from loganalyzer.report.renderers import Report

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
    renderer = renderer_of(format_, output)
    if output is not None:
        check_writable(output)
    options = scan_options(classes, mapping, jobs, limits)
    rulebook = rulebook_of(rules, profile)
    gathered = gather_inputs(paths, limits, output)
    diagnoses = judged(gathered.found, rulebook, options, quiet=quiet)
    say_unmapped(options.mapping, diagnoses)
    detail: Detail = "full" if verbose else "brief" if quiet else "normal"
    report = Report(root_of(paths), diagnoses)
    deliver(renderer, report, output, detail, color=not no_color)
    raise typer.Exit(scan_code(diagnoses, fail_on, skipped=gathered.is_partial))
