"""Trackio: a SQLite database a project, in it a row for each call of `log`, with its values as JSON.

The table of what the machine did has no steps and is not read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loganalyzer.readers.stores.database import Database, looks_like, tables_of
from loganalyzer.readers.stores.rows import rows_of
from loganalyzer.readers.stores.runs import Readings, Runs, StoredRun, read_store, text_of
from loganalyzer.readers.stores.samples import fits
from loganalyzer.readers.stores.settings import flatten, float_of, from_json, number_of

FORMAT = "trackio"

_TABLES = ("configs", "metrics")
_METRICS = ("run_id", "run_name", "step", "timestamp", "metrics")
_OURS = frozenset({"timestamp", "run_name", "step", "metrics"})
_MAX_DEPTH = 64
_KIND = "_type"


def claims(path: Path, head: bytes) -> bool:
    """Whether a SQLite database has the table of metrics of a Trackio project."""
    return looks_like(path, head) and tables_of(path, _TABLES).get("metrics", frozenset()) >= _OURS


def read_runs_of(path: Path, *, display: str | None = None) -> Readings:
    """Each run by its name; points come in the order in which they were logged.

    Raises:
        OSError: the file cannot be opened or read.
    """
    name = display if display is not None else path.name
    return read_store(path, name, FORMAT, _TABLES, _fill)


def _fill(database: Database, runs: Runs) -> None:
    for row in rows_of(database, "metrics", _METRICS):
        _take(runs, row)
    _read_settings(database, runs)


def _take(runs: Runs, row: tuple[Any, ...]) -> None:
    at, key, name, step, stamp, metrics = row
    # Before version 0.24 a run had nothing but its name.
    key = name if key is None else key
    wall_time = _seconds(stamp)
    run = runs.get(key) or runs.open(key, text_of(name), wall_time)
    if run is None:
        return
    try:
        tree = from_json(text_of(metrics))
    except ValueError:
        tree = None
    if isinstance(tree, dict) and fits(step):
        for tag, value in _numbers(tree, "", 0):
            run.add(tag, step, value, wall_time)
    else:
        run.refuse(f"row {at} of table metrics", "a step and a JSON object", (step, metrics))


def _numbers(tree: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, float]]:
    """The values that are curves, by their keys joined with `/`: no texts, lists, pictures or tables."""
    for key, value in tree.items():
        if isinstance(value, dict):
            if depth < _MAX_DEPTH and _KIND not in value:
                yield from _numbers(value, f"{prefix}{key}/", depth + 1)
        elif isinstance(value, str):
            spelled = number_of(value)  # JSON has no NaN and no infinities, so that they are spelled out
            if spelled is not None and not math.isfinite(spelled):
                yield prefix + key, spelled
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield prefix + key, float_of(value)


def _seconds(stamp: object) -> float:
    """Seconds since the epoch of an ISO 8601 time, in UTC if it names no zone; NaN if it is none."""
    try:
        moment = datetime.fromisoformat(text_of(stamp))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return math.nan


def _read_settings(database: Database, runs: Runs) -> None:
    for _, key, name, config in rows_of(database, "configs", ("run_id", "run_name", "config")):
        run = runs.get(name if key is None else key)
        if run is not None:
            _set(run, text_of(config))


def _set(run: StoredRun, config: str) -> None:
    try:
        settings = flatten(from_json(config))
    except ValueError:
        found = config[:40]
        run.refuse("table configs", "a JSON object", (found,))
        return
    for name, value in settings.items():
        if not name.startswith("_"):  # what Trackio itself notes: who, when, which group
            run.set(name, value)
