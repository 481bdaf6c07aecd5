"""`loganalyzer rules calibrate`: thresholds learned from healthy runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.exits import UNREADABLE
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import Classes, Mapping, Paths, Quiet, Rules, rulebook_of
from loganalyzer.cli.output import OutputError, emit, writing
from loganalyzer.cli.progress import progress

if TYPE_CHECKING:
    from loganalyzer.readers.limits import Limits

_Folder = Annotated[
    Path, typer.Option("-o", "--output", metavar="DIR", help="The folder of rules to write thresholds to.")
]
_Force = Annotated[bool, typer.Option("--force", help="Write over thresholds learned before.")]


@limited
def calibrate(
    paths: Paths,
    *,
    output: _Folder,
    rules: Rules = None,
    classes: Classes = None,
    mapping: Mapping = None,
    force: _Force = False,
    quiet: Quiet = False,
    limits: Limits,
) -> None:
    """Learn thresholds from runs that you know to be healthy; use them with `--rules DIR`."""
    from loganalyzer.audit.calibrate import learn
    from loganalyzer.audit.gather import gathered
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.report.calibration import calibration_text, profile_of
    from loganalyzer.roles.mapping import parse_mapping

    target = _profile_file(output, force=force)
    options = ScanOptions(classes=classes, mapping=parse_mapping(mapping or ()), limits=limits)
    rulebook = rulebook_of(rules)
    with progress(quiet=quiet) as on_run:
        learned = learn(gathered(paths, limits), rulebook, options, on_run)
    if learned.changes:
        _write(target, profile_of(learned))
    emit(calibration_text(learned, str(output)))
    raise typer.Exit(0 if learned.runs else UNREADABLE)


def _profile_file(folder: Path, *, force: bool) -> Path:
    """Where the thresholds of a folder of rules stand.

    Raises:
        OutputError: there are some, and they are not to be written over.
    """
    from loganalyzer.rulebook.profiles import DEFAULT, PROFILES

    target = folder / PROFILES / f"{DEFAULT}.yaml"
    if target.exists() and not force:
        raise OutputError(f"{target}: is there already; give --force to write over it, or another -o DIR")
    return target


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{target.parent}: cannot be made: {error.strerror}; choose another -o DIR"
        ) from error
    with writing(target) as part:
        part.write_text(text, encoding="utf-8", newline="")
