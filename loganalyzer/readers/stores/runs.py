"""The runs of one store, put together row by row and handed out by name."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loganalyzer.model.run import Hyperparameter, ReadProblem, Source
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.limits import current
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.stores.database import Database, opened
from loganalyzer.readers.stores.samples import Samples
from loganalyzer.readers.stores.settings import MAX_CHARACTERS, MAX_SETTINGS, refused

Readings = tuple[tuple[str, Reading], ...]


@dataclass(slots=True)
class StoredRun:
    """One run; runs of one name are told apart by when they began."""

    name: str
    began: float
    problems: Problems
    samples: dict[object, Samples] = field(default_factory=dict)
    hparams: dict[str, Hyperparameter] = field(default_factory=dict)
    refused: int = 0
    refused_settings: int = 0

    def add(self, tag: object, step: int, value: float, wall_time: float) -> None:
        """Append one point; those of tags beyond the limit are only counted."""
        samples = self.samples.get(tag)
        if samples is None:
            if len(self.samples) >= current().tags:
                self.refused += 1
                return
            samples = self.samples[tag] = Samples()
        samples.add(step, value, wall_time)

    def refuse(self, place: str, expected: str, found: Sequence[object]) -> None:
        """Say of one row that it could not be used."""
        cells = ", ".join(repr(text_of(cell)[:40]) for cell in found)
        say = f"{self.problems.path}: {place}: expected {expected}, found {cells}; the row was left out"
        self.problems.add("non_numeric", None, say, lost=1)

    def set(self, name: str, value: Hyperparameter) -> None:
        """Keep one hyper-parameter, as long as there is room."""
        if len(self.hparams) < MAX_SETTINGS:
            self.hparams[name[:MAX_CHARACTERS]] = value
        else:
            self.refused_settings += 1

    def reading(self, format_name: str, size: int, more: tuple[ReadProblem, ...]) -> Reading:
        """The run as read; `more` are problems of the whole store, where this run speaks for it."""
        if self.refused:
            say = f"{self.problems.path}: expected at most {current().tags} tags in run {self.name!r}, found "
            say += f"more; {self.refused} points are left out; log fewer tags"
            self.problems.add("over_limit", None, say, lost=self.refused)
        if self.refused_settings:
            found = refused(self.problems.path, self.refused_settings)
            self.problems.add(found.kind, None, found.text, lost=found.lost)
        columns = [samples.column(text_of(tag)) for tag, samples in self.samples.items()]
        return Reading(
            Source(self.problems.path, format_name, size, sum(column.step.size for column in columns)),
            tuple(sorted(columns, key=lambda column: column.tag)),
            hparams=dict(sorted(self.hparams.items())),
            problems=more + self.problems.all(),
        )


@dataclass(slots=True)
class Runs:
    """The runs of the store at `path` by their keys."""

    path: str
    by_key: dict[object, StoredRun] = field(default_factory=dict)
    refused: int = 0

    def get(self, key: object) -> StoredRun | None:
        """The run of this key, if it was met before."""
        return self.by_key.get(key)

    def open(self, key: object, name: str, began: object) -> StoredRun | None:
        """The run of this key, made if it is new; None where there are too many."""
        run = self.by_key.get(key)
        if run is None and len(self.by_key) < current().runs:
            start = float(began) if isinstance(began, int | float) else 0.0
            run = self.by_key[key] = StoredRun(name, start, Problems(self.path))
        self.refused += run is None
        return run


def read_store(
    path: Path, name: str, format_name: str, tables: Sequence[str], fill: Callable[[Database, Runs], None]
) -> Readings:
    """The runs that `fill` finds in the `tables` of a database, and all that is wrong with it.

    Raises:
        OSError: the file cannot be opened or read.
    """
    problems, runs = Problems(name), Runs(name)
    try:
        with opened(path, problems, tables) as database:
            fill(database, runs)
    except sqlite3.Error as error:
        say = f"{name}: expected a SQLite database, found one that cannot be opened ({error}); restore it"
        problems.add("unreadable", None, say)
    return _readings(runs, problems, format_name, path.stat().st_size)


def _readings(runs: Runs, store: Problems, format_name: str, size: int) -> Readings:
    """All runs that logged something, sorted by name; later ones of the same name get `#2`, `#3` behind it.

    What is wrong with the store as a whole stands with the first run, or alone under an empty name.
    """
    if runs.refused:
        say = f"{store.path}: expected at most {current().runs} runs, found more; {runs.refused} rows of "
        store.add("over_limit", None, say + "others are left out; split the store", lost=runs.refused)
    logged = [run for run in runs.by_key.values() if run.samples or run.problems.listed]
    if not logged and not store.listed:
        say = f"{store.path}: expected runs with points, found none; the runs logged nothing yet"
        store.add("empty", None, say)
    if not logged:
        return (("", Reading(Source(store.path, format_name, size, 0), problems=store.all())),)
    named = sorted(_named(logged), key=lambda pair: pair[0])
    return tuple(
        (name, run.reading(format_name, size, () if index else store.all()))
        for index, (name, run) in enumerate(named)
    )


def _named(runs: Iterable[StoredRun]) -> Iterator[tuple[str, StoredRun]]:
    seen: Counter[str] = Counter()
    for run in sorted(runs, key=lambda one: (one.name, one.began)):
        seen[run.name] += 1
        count = seen[run.name]
        yield run.name if count == 1 else f"{run.name}#{count}", run


def text_of(cell: object) -> str:
    """A cell as text; nothing for NULL."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return "" if cell is None else str(cell)
