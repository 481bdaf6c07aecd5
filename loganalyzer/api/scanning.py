"""A verdict on every run below some paths."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from os import pathsep

from loganalyzer.api.judging import rulebook_of
from loganalyzer.api.options import Folders, classes_of, jobs_of, mapping_of, several
from loganalyzer.api.results import RunResult, ScanResult
from loganalyzer.audit.gather import gathered
from loganalyzer.audit.scan import ScanOptions, judge_all
from loganalyzer.errors import ReadError
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.run import Run
from loganalyzer.readers.assemble import read_runs
from loganalyzer.readers.limits import DEFAULTS, Limits
from loganalyzer.readers.walk import RunFiles


def scan(
    paths: Folders,
    *,
    classes: int | None = None,
    roles: Mapping[str, str] | None = None,
    rules: Folders = (),
    profile: str = "default",
    jobs: int = 1,
    limits: Limits = DEFAULTS,
) -> ScanResult:
    """Judge every training run below some paths.

    Args:
        paths: Folders or files with training logs; a run that is met twice counts once.
        classes: Number of classes, at least 2, where chance is 1 / classes; else inferred from each log.
        roles: What tags are, with `*` and `?` wild: `{"floss": "loss:validation", "aux_*": "ignore"}`.
        rules: Folders of rules to add to those of the package, or to put in their place.
        profile: Thresholds by name: `strict`, `default`, `lenient`, or one that `rules` bring.
        jobs: Processes to read with, -1 for as many as there are cores.
        limits: Budgets of reading in bytes, seconds and counts; what goes over one is left out, and said so.

    Returns:
        The runs sorted by name; a log that cannot be read is one with the verdict `unreadable`.

    Raises:
        ReadError: one of the paths does not exist.
        DataError: something given is not as described (it is a ValueError too).
        LogAnalyzerError: a role, a folder of rules or a profile is not known, or a rule is refused.

    Examples:
        >>> import loganalyzer as la
        >>> result = la.scan("sample_logs/divergence")
        >>> result
        <ScanResult of 'sample_logs/divergence': 3 runs: 3 sick>
        >>> [run.headline.pathology for run in result]
        ['divergence', 'divergence', 'divergence']
    """
    places = several(paths, "paths")
    options = ScanOptions(classes_of(classes), mapping_of(roles), jobs_of(jobs), limits)
    rulebook = rulebook_of(rules, profile)
    found = gathered(places, limits)
    again = partial(_again, found, limits)
    diagnoses = judge_all(found, rulebook, options)
    runs = tuple(RunResult(diagnosis, partial(again, diagnosis)) for diagnosis in diagnoses)
    return ScanResult(pathsep.join(map(str, places)), runs)


def _again(found: tuple[RunFiles, ...], limits: Limits, diagnosis: Diagnosis) -> Run:
    """The run of a diagnosis, read once more for its curves, which a diagnosis does not hold.

    Raises:
        ReadError: it is not there any more.
    """
    wanted = diagnosis.run.run_id, diagnosis.run.name
    for files in found:
        if wanted[1].startswith(files.name):
            for run in read_runs(files, limits):
                if (run.run_id, run.name) == wanted and len(run.series) >= len(diagnosis.run.series):
                    return run
    raise ReadError(f"{wanted[1]}: expected the log that was scanned, found it changed or gone; scan again")
