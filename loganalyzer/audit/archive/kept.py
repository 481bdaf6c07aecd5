"""What a store holds against what is there: counted, thrown away, or written as a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loganalyzer.audit.archive.plan import Terms, Work, place_of, plan
from loganalyzer.audit.export import require_parquet
from loganalyzer.model.archive import PastRun
from loganalyzer.readers.walk import RunFiles
from loganalyzer.report.cells import cell
from loganalyzer.store.rows import Place
from loganalyzer.store.store import Store

_PARAMETER = "hparams."


@dataclass(frozen=True, slots=True)
class Status:
    """Units of files below some paths: how many the next audit leaves as they are, judges or reads.

    `gone` are kept, but no longer there; `runs` is the number of runs that are kept, of all paths.
    """

    runs: int
    unchanged: int
    rejudged: int
    read: int
    gone: int


def status(found: Sequence[RunFiles], paths: Iterable[Path], store: Store, terms: Terms) -> Status:
    """How a store stands to the files that were found below some paths; nothing is read or written."""
    works = [one for one in plan(found, store, terms) if isinstance(one, Work)]
    rejudged = sum(bool(work.sketch) for work in works)
    return Status(
        runs=store.n_runs(),
        unchanged=len(found) - len(works),
        rejudged=rejudged,
        read=len(works) - rejudged,
        gone=len(gone_places(found, paths, store)),
    )


def gone_places(found: Iterable[RunFiles], paths: Iterable[Path], store: Store) -> list[Place]:
    """What is kept of files below some paths that were not found there."""
    there = set(map(place_of, found))
    return [place for place in kept_places(paths, store) if place not in there]


def kept_places(paths: Iterable[Path], store: Store) -> list[Place]:
    """What is kept of files below some paths, or at them."""
    above = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - links are kept
    return [place for place in store.places() if any(_is_below(place, path) for path in above)]


def _is_below(place: Place, path: str) -> bool:
    """Whether a unit lies below a path, by its root or by its name below that."""
    root = os.fsdecode(place.root)
    whole = f"{root}/{place.name}"
    return any(f"{one}/".startswith(f"{path}/") for one in (root, whole))


def _columns(names: Iterable[str]) -> tuple[str, ...]:
    fixed = ("run", "verdict", "headline", "pathologies", "steps", "started", "duration_s")
    judged = ("tag", "best", "best_fraction", "content")
    return (*fixed, *judged, *(f"{_PARAMETER}{name}" for name in names))


def write_csv(runs: Callable[[], Iterable[PastRun]], write: Callable[[str], object]) -> int:
    """A row for each run, its hyper-parameters in columns of their own; the number of rows.

    `runs` is asked twice: first for the names of hyper-parameters, then for the rows.
    """
    names = sorted({name for past in runs() for name in past.hparams})
    write(",".join(map(cell, _columns(names))) + "\n")
    n_rows = 0
    for past in runs():
        write(",".join(map(_cell, _row(past, names))) + "\n")
        n_rows += 1
    return n_rows


def write_parquet(runs: Callable[[], Iterable[PastRun]], path: Path) -> int:
    """As `write_csv`; a hyper-parameter that is a number in some runs and a text in others is text in all."""
    require_parquet()
    import pandas as pd

    names = sorted({name for past in runs() for name in past.hparams})
    table = pd.DataFrame((_row(past, names) for past in runs()), columns=list(_columns(names)))
    for name in table.columns:
        kinds = {type(value) for value in table[name] if value is not None}
        if len(kinds) > 1:
            table[name] = [None if value is None else str(value) for value in table[name]]
    table.to_parquet(path, index=False)
    return len(table)


def _row(past: PastRun, names: Sequence[str]) -> tuple[Any, ...]:
    found = sorted({fault.pathology for fault in past.faults if not fault.hidden_by})
    return (
        *(past.name, past.verdict, past.headline, " ".join(found), past.steps, past.started, past.duration),
        *(past.tag, past.best, past.best_at, past.content),
        *(past.hparams.get(name) for name in names),
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    return cell(value) if isinstance(value, str) else repr(value)


def not_kept(found: Iterable[RunFiles], store: Store) -> Iterator[RunFiles]:
    """Files of which nothing is kept; the others are chosen."""
    for files in found:
        unit = store.unit(place_of(files))
        if unit is None:
            yield files
        else:
            store.choose((unit.id,))
