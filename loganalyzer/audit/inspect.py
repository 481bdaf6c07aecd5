"""What is in the files below some paths: read, resolved to roles, and summed up, but not judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from loganalyzer import __version__
from loganalyzer.audit.scan import OnRun
from loganalyzer.model.role import Role
from loganalyzer.model.run import Histograms, Run, Series
from loganalyzer.readers.assemble import read_runs
from loganalyzer.readers.limits import DEFAULTS, Limits
from loganalyzer.readers.walk import RunFiles
from loganalyzer.report.inspection import SCHEMA, HistogramEntry, Inspection, RunEntry, TagEntry, Totals
from loganalyzer.roles.resolve import NO_MAPPING, resolve


def inspect(
    found: Sequence[RunFiles],
    root: str,
    clock: Callable[[], float],
    limits: Limits = DEFAULTS,
    mapping: Mapping[str, Role] = NO_MAPPING,
    on_run: OnRun | None = None,
) -> Inspection:
    """Sum up every run that was found below `root`, the paths as they were given.

    `clock` gives seconds since the search began, `on_run(done, total, name)` tells how far it is.
    """
    entries: list[RunEntry] = []
    sizes: list[int] = []
    for done, files in enumerate(found, start=1):
        before = clock()
        runs = read_runs(files, limits)
        seconds = clock() - before
        entries += [_entry(run, seconds, mapping) for run in runs]
        # The runs of a store share its file, and so may those of a folder that was reused.
        sizes += {source.path: source.bytes for run in runs for source in run.sources}.values()
        if on_run is not None:
            on_run(done, len(found), files.name)
    entries.sort(key=lambda entry: entry.name)
    totals = _totals(entries, sizes, clock())
    return Inspection(SCHEMA, __version__, root, totals, tuple(entries))


def _totals(entries: Sequence[RunEntry], sizes: Sequence[int], seconds: float) -> Totals:
    return Totals(
        runs=len(entries),
        files=len(sizes),
        bytes=sum(sizes),
        records=sum(file.records for entry in entries for file in entry.files),
        points=sum(tag.points for entry in entries for tag in entry.tags),
        problems=sum(len(entry.problems) for entry in entries),
        seconds=seconds,
    )


def _entry(run: Run, seconds: float, mapping: Mapping[str, Role]) -> RunEntry:
    roles = resolve(run, mapping)
    return RunEntry(
        name=run.name,
        framework=run.framework,
        seconds=seconds,
        files=run.sources,
        tags=tuple(_tag(series, roles[series.tag]) for series in run.series),
        histograms=tuple(_histograms(one) for one in run.histograms),
        hparams=dict(sorted(run.hparams.items())),
        problems=run.problems,
    )


def _tag(series: Series, role: Role) -> TagEntry:
    return TagEntry(
        tag=series.tag,
        points=len(series),
        non_finite=int(np.count_nonzero(~np.isfinite(series.value))),
        superseded=series.superseded,
        first_step=series.step_at(0),
        last_step=series.step_at(-1),
        axis=series.axis,
        has_clock=series.wall_time is not None,
        role=role,
    )


def _histograms(one: Histograms) -> HistogramEntry:
    empty = not one.step.size
    first, last = (0, 0) if empty else (int(one.step[0]), int(one.step[-1]))
    return HistogramEntry(one.tag, int(one.step.size), first, last)
