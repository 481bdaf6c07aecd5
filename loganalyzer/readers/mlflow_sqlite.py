"""MLflow's database store in SQLite: all runs of all experiments in one file."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from loganalyzer.readers.stores.database import Database, looks_like, tables_of
from loganalyzer.readers.stores.rows import rows_of
from loganalyzer.readers.stores.runs import Readings, Runs, read_store, text_of
from loganalyzer.readers.stores.samples import fits, seconds
from loganalyzer.readers.stores.settings import typed

FORMAT = "mlflow-sqlite"

_TABLES = ("experiments", "metrics", "params", "runs", "tags")
_METRICS = ("run_uuid", "key", "value", "is_nan", "step", "timestamp")
_OURS = frozenset({"run_uuid", "key", "value", "timestamp"})
_NAMED = "key = 'mlflow.runName'"
# A database refuses infinities, so that MLflow writes the largest number in their place.
_INFINITE = sys.float_info.max


def claims(path: Path, head: bytes) -> bool:
    """Whether a SQLite database has the tables of an MLflow store."""
    if not looks_like(path, head):
        return False
    tables = tables_of(path, _TABLES)
    return tables.get("metrics", frozenset()) >= _OURS and "run_uuid" in tables.get("runs", ())


def read_runs_of(path: Path, *, display: str | None = None) -> Readings:
    """Each run that logged a metric, as `experiment/run`; points come in the order in which they were logged.

    NaN comes from its flag, and the largest number that a float can be stands for infinity. Steps of before
    MLflow 1.0, which had none, are 0.

    Raises:
        OSError: the file cannot be opened or read.
    """
    name = display if display is not None else path.name
    return read_store(path, name, FORMAT, _TABLES, _fill)


def _fill(database: Database, runs: Runs) -> None:
    _read_names(database, runs)
    _read_metrics(database, runs)
    _read_parameters(database, runs)


def _read_names(database: Database, runs: Runs) -> None:
    experiments = {
        key: text_of(name) for _, key, name in rows_of(database, "experiments", ("experiment_id", "name"))
    }
    titles = {key: name for _, key, name in rows_of(database, "tags", ("run_uuid", "value"), where=_NAMED)}
    columns = ("run_uuid", "name", "experiment_id", "start_time")
    for _, key, name, experiment, start in rows_of(database, "runs", columns):
        title = text_of(name or titles.get(key) or key)
        home = experiments.get(experiment) or text_of(experiment)
        runs.open(key, f"{home}/{title}" if home else title, start)


def _read_metrics(database: Database, runs: Runs) -> None:
    for row, key, tag, value, is_nan, step, stamp in rows_of(database, "metrics", _METRICS):
        run = runs.get(key) or runs.open(key, text_of(key), stamp)
        if run is None:
            continue
        if isinstance(tag, bytes) and isinstance(value, int | float) and (step is None or fits(step)):
            at = seconds(stamp) if isinstance(stamp, int) else math.nan
            run.add(tag, step or 0, math.nan if is_nan else _finite_or_not(float(value)), at)
        else:
            found = (tag, value, step)
            run.refuse(f"row {row} of table metrics", "a key, a number and a step", found)


def _finite_or_not(value: float) -> float:
    return value if abs(value) < _INFINITE else math.copysign(math.inf, value)


def _read_parameters(database: Database, runs: Runs) -> None:
    for _, key, name, value in rows_of(database, "params", ("run_uuid", "key", "value")):
        run = runs.get(key)
        if run is not None:
            run.set(text_of(name), typed(text_of(value)))
