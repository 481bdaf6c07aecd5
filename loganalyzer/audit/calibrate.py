"""Healthy runs below some paths, and the thresholds they ask for."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.audit.scan import OnRun, ScanOptions
from loganalyzer.engine.calibrate import Alarm, Calibration, alarms_of, calibrate
from loganalyzer.model.rule import Rulebook
from loganalyzer.readers.several import read_all
from loganalyzer.readers.walk import RunFiles


def learn(
    found: Sequence[RunFiles], rulebook: Rulebook, options: ScanOptions, on_run: OnRun | None = None
) -> Calibration:
    """Thresholds under which the rules stay silent on the runs that were found, all held to be healthy."""
    names: list[str] = []
    alarms: list[Alarm] = []
    for done, (files, runs) in enumerate(zip(found, read_all(found, options.limits), strict=True), start=1):
        for run in runs:
            if run.series:
                names.append(run.name)
                alarms += alarms_of(run, rulebook, classes=options.classes, mapping=options.mapping)
        if on_run is not None:
            on_run(done, len(found), files.name)
    return calibrate(names, alarms, rulebook)
