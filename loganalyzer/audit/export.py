"""All points below some paths as one long table: run, tag, step, wall_time, value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from loganalyzer.audit.scan import OnRun
from loganalyzer.errors import LogAnalyzerError
from loganalyzer.model.run import ReadProblem, Run, Series
from loganalyzer.readers.limits import DEFAULTS, Limits
from loganalyzer.readers.several import read_all
from loganalyzer.readers.walk import RunFiles
from loganalyzer.report.cells import cell

COLUMNS = ("run", "tag", "step", "wall_time", "value")
_ROWS = 65536


@dataclass(slots=True)
class Exported:
    """What was read on the way: runs with points, their points, and everything that was wrong."""

    runs: int = 0
    points: int = 0
    problems: list[ReadProblem] = field(default_factory=list)


def runs_of(
    found: Sequence[RunFiles], done: Exported, limits: Limits = DEFAULTS, on_run: OnRun | None = None
) -> Iterator[Run]:
    """Every run of the files that were found, one at a time, in their order; `done` keeps the count."""
    for at, (files, runs) in enumerate(zip(found, read_all(found, limits), strict=True), start=1):
        for run in runs:
            done.runs += bool(run.series)
            done.points += sum(map(len, run.series))
            done.problems += run.problems
            yield run
        if on_run is not None:
            on_run(at, len(found), files.name)


def write_csv(runs: Iterable[Run], write: Callable[[str], object]) -> None:
    """The table as CSV, run by run: names quoted and guarded, numbers exact, a missing time empty."""
    write(",".join(COLUMNS) + "\n")
    for run in runs:
        name = cell(run.name)
        for series in run.series:
            names = f"{name},{cell(series.tag)}"
            for start in range(0, len(series), _ROWS):
                write("".join(_rows(names, series, slice(start, start + _ROWS))))


def _rows(names: str, series: Series, part: slice) -> Iterator[str]:
    steps, values = series.step[part].tolist(), series.value[part].tolist()
    if series.wall_time is None:
        for step, value in zip(steps, values, strict=True):
            yield f"{names},{step},,{value!r}\n"
        return
    for step, time, value in zip(steps, series.wall_time[part].tolist(), values, strict=True):
        yield f"{names},{step},{time!r},{value!r}\n"


def require_parquet() -> None:
    """Refuse to begin what could not be ended.

    Raises:
        LogAnalyzerError: no library that writes Parquet is installed.
    """
    try:
        import_module("pyarrow.parquet")
    except ImportError:
        say = "writing Parquet needs pyarrow, which is not installed; install it, or end the name in .csv"
        raise LogAnalyzerError(say) from None


def write_parquet(runs: Iterable[Run], path: Path) -> None:
    """The table as Parquet, a group of rows for each run; names as they are, a missing time null."""
    pa: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    kinds = (pa.string(), pa.string(), pa.int64(), pa.float64(), pa.float64())
    schema = pa.schema(list(zip(COLUMNS, kinds, strict=True)))
    with parquet.ParquetWriter(path, schema) as writer:
        for run in runs:
            tables = [_table(pa, schema, run.name, series) for series in run.series]
            if tables:
                writer.write_table(pa.concat_tables(tables))


def _table(pa: Any, schema: Any, name: str, series: Series) -> Any:  # noqa: ANN401 - pyarrow has no types
    n = len(series)
    run, tag = (text.encode("utf-8", "backslashreplace").decode() for text in (name, series.tag))
    time = pa.nulls(n, pa.float64()) if series.wall_time is None else np.asarray(series.wall_time)
    columns = [pa.repeat(run, n), pa.repeat(tag, n), np.asarray(series.step), time, np.asarray(series.value)]
    return pa.table([pa.array(one) if isinstance(one, np.ndarray) else one for one in columns], schema=schema)
