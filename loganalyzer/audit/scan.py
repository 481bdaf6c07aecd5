"""Every run below some paths, judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from loganalyzer.audit.gather import gathered
from loganalyzer.engine.diagnose import default_rulebook, diagnose
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.role import Role
from loganalyzer.model.rule import Rulebook
from loganalyzer.model.run import Run
from loganalyzer.readers.assemble import read_runs
from loganalyzer.readers.limits import DEFAULTS, Limits
from loganalyzer.readers.several import read_all
from loganalyzer.readers.walk import RunFiles

OnRun = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What the user says of all runs: number of classes, roles of tags, processes, limits of reading."""

    classes: int | None = None
    mapping: Mapping[str, Role] = field(default_factory=dict)
    jobs: int = 1
    limits: Limits = DEFAULTS


def scan(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    rulebook: Rulebook | None = None,
    options: ScanOptions | None = None,
    on_run: OnRun | None = None,
) -> tuple[Diagnosis, ...]:
    """Judge every run below a path, or several, sorted by name; `on_run(done, total, name)` tells how far.

    Raises:
        ReadError: one of the paths does not exist.
    """
    settings = options or ScanOptions()
    several = [paths] if isinstance(paths, str | PathLike) else paths
    found = gathered([Path(path) for path in several], settings.limits)
    return judge_all(found, rulebook or default_rulebook(), settings, on_run)


def judge_all(
    found: Sequence[RunFiles], book: Rulebook, settings: ScanOptions, on_run: OnRun | None = None
) -> tuple[Diagnosis, ...]:
    """The diagnoses of all runs that were found, sorted by name."""
    batches = _in_turn(found, book, settings)
    diagnoses: list[Diagnosis] = []
    for done, (files, batch) in enumerate(zip(found, batches, strict=True), start=1):
        diagnoses.extend(batch)
        if on_run is not None:
            on_run(done, len(found), files.name)
    return tuple(sorted(diagnoses, key=lambda d: (d.run.name, d.run.run_id)))


def _in_turn(
    found: Sequence[RunFiles], book: Rulebook, options: ScanOptions
) -> Iterator[tuple[Diagnosis, ...]]:
    if options.jobs == 1 or len(found) < 2:
        yield from (judge_runs(runs, book, options) for runs in read_all(found, options.limits))
        return
    from joblib import Parallel, delayed

    # More processes than runs would be started all the same, and do nothing.
    parallel = Parallel(n_jobs=min(options.jobs, len(found)), return_as="generator", batch_size="auto")
    yield from parallel(delayed(judge)(files, book, options) for files in found)


def judge(files: RunFiles, book: Rulebook, options: ScanOptions) -> tuple[Diagnosis, ...]:
    """The diagnoses of the run, or runs, that one set of files holds."""
    return judge_runs(read_runs(files, options.limits), book, options)


def judge_runs(runs: Sequence[Run], book: Rulebook, options: ScanOptions) -> tuple[Diagnosis, ...]:
    """The diagnoses of runs that were read."""
    return tuple(diagnose(run, book, classes=options.classes, mapping=options.mapping) for run in runs)
