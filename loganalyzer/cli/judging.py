"""What commands that judge runs have in common: what the user says of all of them, and the judging."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from loganalyzer.cli.output import complain
from loganalyzer.cli.progress import progress

if TYPE_CHECKING:
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.model.diagnosis import Diagnosis
    from loganalyzer.model.rule import Rulebook
    from loganalyzer.readers.limits import Limits
    from loganalyzer.readers.walk import RunFiles


def scan_options(classes: int | None, mapping: list[str] | None, jobs: int, limits: Limits) -> ScanOptions:
    """What the user says of all runs.

    Raises:
        LogAnalyzerError: one of `mapping` is not TAG=ROLE.
    """
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.roles.mapping import parse_mapping

    return ScanOptions(classes=classes, mapping=parse_mapping(mapping or ()), jobs=jobs, limits=limits)


def judged(
    found: Sequence[RunFiles], rulebook: Rulebook, options: ScanOptions, *, quiet: bool
) -> tuple[Diagnosis, ...]:
    """The diagnoses of all runs that were found; progress is for people who wait."""
    from loganalyzer.audit.scan import judge_all

    with progress(quiet=quiet) as on_run:
        return judge_all(found, rulebook, options, on_run)


def say_unmapped(mapping: Iterable[str], diagnoses: Sequence[Diagnosis]) -> None:
    """Name what `--map` says of tags that no run has: most likely one is misspelt."""
    tags = {series.tag for diagnosis in diagnoses for series in diagnosis.run.series}
    unmet = [one for one in mapping if one not in tags and not any(fnmatchcase(tag, one) for tag in tags)]
    if unmet:
        complain(
            f"--map: no run has a tag like {', '.join(map(repr, unmet))}; `loganalyzer inspect` lists them"
        )
