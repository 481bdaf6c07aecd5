"""The verdicts on past runs in one SQLite file; one process writes, and any number at the same time may."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from loganalyzer.errors import StoreError
from loganalyzer.model.archive import PastRun
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.store.opening import open_database
from loganalyzer.store.rows import DamagedRowError, Place, RunRow, UnitRow, diagnosis_of, digest_of, past_of


class DamagedStoreError(StoreError):
    """The store turned out to be damaged while it was used."""


@dataclass(frozen=True, slots=True)
class KeptUnit:
    """What the store says of a unit, without its runs."""

    id: int
    inputs: bytes
    terms: bytes
    sketch: bytes
    mark: bytes


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that was judged before: its verdict holds where all that it hangs on has the digest `judged`."""

    judged: bytes
    body: bytes
    curves: bytes | None


class Store:
    """An open store; what was chosen with `choose` or written is what the results are about."""

    def __init__(self, path: Path, say: Callable[[str], None] = lambda _: None) -> None:
        """Open the file or make it; `say` is told where an unusable one went.

        Raises:
            StoreError: the place cannot be written.
        """
        self.path = path
        self._database = open_database(path, say)
        self._database.execute("PRAGMA temp_store = MEMORY")
        self._database.execute("CREATE TEMP TABLE chosen (unit INTEGER PRIMARY KEY)")

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file; what was written stays."""
        with suppress(sqlite3.Error):  # a full disk cannot take what is still beside the file, which keeps it
            self._database.close()

    def unit(self, place: Place) -> KeptUnit | None:
        """What is kept of the files at a place."""
        query = "SELECT id, inputs, terms, sketch, mark FROM unit WHERE root = ? AND name = ?"
        row = self._row(query, place.root, place.name)
        return None if row is None else KeptUnit(*row)

    def unit_like(self, sketch: bytes) -> KeptUnit | None:
        """A unit whose files are most likely the same, wherever they lie."""
        row = self._row(
            "SELECT id, inputs, terms, sketch, mark FROM unit WHERE sketch = ? ORDER BY id LIMIT 1", sketch
        )
        return None if row is None else KeptUnit(*row)

    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        return self._row("SELECT 1 FROM unit LIMIT 1") is None

    def runs_of(self, unit: int) -> tuple[KeptRun, ...]:
        """The runs of a unit, in the order in which they were read."""
        query = "SELECT judged, body, curves FROM run JOIN detail ON run = id WHERE unit = ? ORDER BY id"
        return tuple(KeptRun(*row) for row in self._rows(query, unit))

    def n_runs(self) -> int:
        """The number of runs that are kept."""
        row = self._row("SELECT count(*) FROM run")
        return int(row[0]) if row else 0

    def places(self) -> Iterator[Place]:
        """All places of which something is kept, sorted."""
        for root, name in self._rows("SELECT root, name FROM unit ORDER BY root, name"):
            yield Place(root, name)

    def forget(self, places: Iterable[Place]) -> None:
        """Keep nothing of some places any more, and give back what they took of the disk.

        Raises:
            StoreError: the disk fails; then all is kept.
        """
        with self._writing("BEGIN IMMEDIATE"):
            rows = ((place.root, place.name) for place in places)
            self._many("DELETE FROM unit WHERE root = ? AND name = ?", rows)
        with self.told():
            self._do("VACUUM")

    def choose(self, units: Iterable[int]) -> None:
        """Let the results be about these units as well."""
        with self._writing("BEGIN"):
            self._many("INSERT OR IGNORE INTO chosen VALUES (?)", ((unit,) for unit in units))

    def choose_all(self) -> None:
        """Let the results be about everything that is kept."""
        with self._writing("BEGIN"):
            self._do("INSERT OR IGNORE INTO chosen SELECT id FROM unit")

    def write(self, units: Sequence[UnitRow]) -> None:
        """Keep units, and choose them, in one transaction: all of them, in place of what was there, or none.

        Raises:
            StoreError: the disk is full or fails; what was written before stays.
        """
        with self._writing("BEGIN IMMEDIATE"):
            for unit in units:
                self._many("INSERT OR IGNORE INTO text VALUES (?, ?)", unit.texts.items())
                self._write_unit(unit)

    def _write_unit(self, unit: UnitRow) -> None:
        # A unit keeps its number for ever: another audit may have chosen it meanwhile.
        (number,) = self._database.execute(
            "INSERT INTO unit (root, name, inputs, terms, sketch, mark) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET inputs = excluded.inputs, terms = excluded.terms,"
            " sketch = excluded.sketch, mark = excluded.mark RETURNING id",
            (unit.place.root, unit.place.name, unit.inputs, unit.terms, unit.sketch, unit.mark),
        ).fetchone()
        self._do("DELETE FROM run WHERE unit = ?", number)
        for run in unit.runs:
            self._write_run(number, run)
        self._do("INSERT OR IGNORE INTO chosen VALUES (?)", number)

    def _write_run(self, unit: int, run: RunRow) -> None:
        insert = "INSERT INTO run (unit, name, run_id, damaged, judged, past) VALUES (?, ?, ?, ?, ?, ?)"
        number = self._do(insert, unit, run.name, run.run_id, run.damaged, run.judged, run.past)
        self._do("INSERT INTO detail VALUES (?, ?, ?)", number, run.body, run.curves)

    @contextmanager
    def snapshot(self, terms: bytes) -> Iterator[None]:
        """Let all that is read be of one moment, at which all that is chosen was judged under `terms`.

        Raises:
            StoreError: another process has forgotten something of it, or judged it under other terms.
        """
        other = "SELECT 1 FROM chosen LEFT JOIN unit ON id = unit WHERE terms IS NOT ? LIMIT 1"
        with self.told():
            self._do("BEGIN")
            try:
                if self._row(other, terms) is not None:
                    say = (
                        "another command has changed what is kept of these runs, with other rules or options"
                    )
                    raise StoreError(f"{self.path}: {say}; wait for it and give the same command again")
                yield
            finally:
                with suppress(sqlite3.Error):  # a full disk has ended the transaction itself
                    self._do("COMMIT")

    def digest(self) -> bytes:
        """A digest of the chosen runs as they are remembered, in the order of their names."""
        rows = self._rows("SELECT past FROM run JOIN chosen USING (unit) ORDER BY name, run_id")
        return digest_of(past for (past,) in rows)

    def recall(self, digest: bytes) -> bytes | None:
        """What was learned last, if it was learned from all that has this digest."""
        row = self._row("SELECT body FROM lessons WHERE digest = ?", digest)
        return None if row is None else bytes(row[0])

    def remember(self, digest: bytes, body: bytes) -> None:
        """Keep what was learned, in place of what was before; where that fails it is learned again."""
        with suppress(sqlite3.Error):
            self._do("INSERT OR REPLACE INTO lessons VALUES (0, ?, ?)", digest, body)

    def past_runs(self) -> Iterator[tuple[PastRun, bool]]:
        """The chosen runs by name, each with whether its input was damaged."""
        query = "SELECT past, damaged FROM run JOIN chosen USING (unit) ORDER BY name, run_id"
        with self.told():
            for past, damaged in self._rows(query):
                yield past_of(past), bool(damaged)

    def diagnoses(self, *, names: Sequence[str] | None = None) -> Iterator[Diagnosis]:
        """The chosen runs in full, by name; all of them, or those of the given names."""
        query = "SELECT body, curves FROM run JOIN chosen USING (unit) JOIN detail ON run = id"
        order = "ORDER BY name, run_id"
        if names is None:
            rows = self._rows(f"{query} {order}")
        else:
            marks = ", ".join("?" * len(names))
            rows = self._rows(f"{query} WHERE name IN ({marks}) {order}", *names)
        with self.told():
            for body, curves in rows:
                yield diagnosis_of(body, curves, self._text)

    def _text(self, digest: bytes) -> bytes:
        row = self._row("SELECT body FROM text WHERE digest = ?", digest)
        if row is None:
            raise DamagedStoreError(f"{self.path}: a text that a run cites is missing")
        return bytes(row[0])

    def _row(self, query: str, *values: object) -> tuple[Any, ...] | None:
        return next(self._rows(query, *values), None)

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        with self.told():
            for row in self._database.execute(query, values):  # noqa: UP028 - `yield from` closes what is closed
                yield row

    def _do(self, statement: str, *values: object) -> int:
        return self._database.execute(statement, values).lastrowid or 0

    def _many(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._database.executemany(statement, rows)

    @contextmanager
    def _writing(self, begin: str) -> Iterator[None]:
        with self.told():
            self._do(begin)
            try:
                yield
                self._do("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # some errors have ended the transaction themselves
                    self._do("ROLLBACK")
                raise

    @contextmanager
    def told(self) -> Iterator[None]:
        """Errors of the database, and of what is kept in it, as ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{self.path}: the store cannot be used any more ({error}); what is in it stays; make room, "
                "or choose another --store, and give the same command again"
            ) from error
        except (sqlite3.DatabaseError, DamagedRowError) as error:
            raise DamagedStoreError(f"{self.path}: the store is damaged ({error})") from error
