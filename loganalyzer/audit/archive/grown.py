"""A run in one event file that grew: only what was added is read."""

from __future__ import annotations

import numpy as np

from loganalyzer.audit.archive.plan import Work
from loganalyzer.model.run import Run, Series
from loganalyzer.readers.assemble import read_runs
from loganalyzer.readers.growing import read_on
from loganalyzer.readers.limits import Limits, applied
from loganalyzer.readers.opening import shown_below
from loganalyzer.readers.reading import Column
from loganalyzer.store.rows import mark_bytes, mark_of, run_of


def read_grown(work: Work, limits: Limits) -> tuple[tuple[Run, ...], bytes]:
    """The runs of a file, and the mark to go on from next time; empty where that would not be exact."""
    (path,), root = work.files.files, work.files.root
    if limits.file_bytes is not None:
        return read_runs(work.files, limits), b""
    mark = mark_of(work.mark) if work.mark else None
    known = _columns(work) if work.mark else ()
    with applied(limits):
        reading, following = read_on(path, shown_below(root, path), mark, known)
    columns = reading.columns
    runs = read_runs(work.files, limits, {(root, path): reading})
    is_exact = following is not None and len(runs) == 1 and _are_all(columns, runs[0].series)
    return runs, mark_bytes(following) if following is not None and is_exact else b""


def _columns(work: Work) -> tuple[Column, ...]:
    """What was read before: the curves of the run, which were held to be just that."""
    ((body, curves),) = [(run.body, run.curves) for run in work.kept]
    series = run_of(body, curves).series if curves is not None else ()
    return tuple(Column(one.tag, one.step, one.value, one.wall_time) for one in series)


def _are_all(columns: tuple[Column, ...], series: tuple[Series, ...]) -> bool:
    """Whether curves are the points of a file as they stand, in their order and all of them."""
    return len(columns) == len(series) and all(
        one.tag == two.tag
        and np.array_equal(one.step, two.step)
        and one.value.tobytes() == two.value.tobytes()
        and two.wall_time is not None
        and one.wall_time is not None
        and one.wall_time.tobytes() == two.wall_time.tobytes()
        for one, two in zip(columns, series, strict=True)
    )
