"""Rows of one table in the order in which they were written, those behind a damaged place included."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from loganalyzer.readers.stores.database import Database

MAX_ROWS = 5_000_000
MAX_DAMAGES = 1000

_LAST = 2**63 - 1
_LONGEST_JUMP = 2**40
# SQLite calls some damage a lack of memory.
_ERRORS = (sqlite3.Error, UnicodeDecodeError, MemoryError)

Row = tuple[Any, ...]


@dataclass(slots=True)
class Table:
    """One table: `sql` selects the row number and the columns from a row number on, in order."""

    database: Database
    name: str
    sql: str
    damages: int = 0
    text: int = 0

    def rows(self) -> Iterator[Row]:
        """All rows that can be read; a gap in them goes to the problems of the database."""
        start: int | None = 0
        left = MAX_ROWS
        while start is not None:
            try:
                for row in self.database.connection.execute(self.sql, (start,)):
                    start = self._check(row, start)
                    left -= 1
                    if left < 0:
                        self._stop(f"more than {MAX_ROWS} rows")
                        return
                    yield row
                return
            except _ERRORS as error:
                # Python reads one row ahead, so that the row before the damage is lost with it.
                row = self._first(start)
                if row is not None:
                    start = int(row[0]) + 1
                    yield row
                start = self._behind(start, error)

    def _check(self, row: Row, start: int) -> int:
        """The least number that the next row can have; what a sound file cannot hold is damage."""
        for cell in row:
            if type(cell) is bytes:
                self.text += len(cell)
        if row[0] < start:
            raise sqlite3.DatabaseError("rows out of order")
        if self._is_spent():
            raise sqlite3.DatabaseError("more text than the file has bytes")
        return int(row[0]) + 1

    def _is_spent(self) -> bool:
        """Whether cells share their bytes, or the table takes more work than a sound one."""
        return self.text > self.database.size or self.database.is_spent

    def _behind(self, start: int, error: Exception) -> int | None:
        """The number of the first row that can be read again, or None."""
        self.damages += 1
        found = self._search(start)
        if self._is_spent():
            self._stop("more work or time than a sound file takes")
            return None
        if self.damages > MAX_DAMAGES:
            self._stop(f"more than {MAX_DAMAGES} damaged places")
            return None
        path = self.database.problems.path
        place = f"row {max(start, 1)} or later of table {self.name}"
        say = f"{path}: expected {place}, found damage ({error or 'no memory'}); "
        if found is None:
            say += "the rows from there on were left out; restore the file"
            self.database.problems.add("corrupt_data", None, say)
            return None
        lost = found - max(start, 1)
        say += f"up to {lost} rows were left out, row {found} and later ones were read; restore the file"
        self.database.problems.add("corrupt_data", None, say, lost=lost)
        return found

    def _search(self, start: int) -> int | None:
        """The first row behind the damage: leaps that double until one lands well, then halves back."""
        jump = 1
        while self._is_damaged(start + jump):
            jump *= 2
            if jump > _LONGEST_JUMP or start + jump > _LAST or self._is_spent():
                return None
        bad, good = start + jump // 2, start + jump
        while good - bad > 1:
            middle = (bad + good) // 2
            bad, good = (middle, good) if self._is_damaged(middle) else (bad, middle)
        row = self._first(good)
        return None if row is None else int(row[0])

    def _first(self, at: int) -> Row | None:
        """The first row from `at` on, or None behind the last one and where it cannot be read."""
        try:
            return self._next(at)
        except _ERRORS:
            return None

    def _is_damaged(self, at: int) -> bool:
        """Whether the first row from `at` on is there and cannot be read."""
        try:
            self._next(at)
        except _ERRORS:
            return True
        return False

    def _next(self, at: int) -> Row | None:
        row: Row | None = self.database.connection.execute(f"{self.sql} LIMIT 1", (at,)).fetchone()
        if row is not None:
            self._check(row, at)
        return row

    def _stop(self, found: str) -> None:
        path = self.database.problems.path
        say = f"{path}: expected a table {self.name} of at most {MAX_ROWS} sound rows, found {found}; "
        self.database.problems.add(
            "over_limit", None, say + "the rest was not read; split or restore the file"
        )


def rows_of(database: Database, table: str, columns: Sequence[str], *, where: str = "TRUE") -> Iterator[Row]:
    """Row number and `columns` of each row; a column that the table lacks is None, a missing table empty.

    Texts and blobs come as bytes. `where` is a condition over columns that the table has.
    """
    present = database.tables.get(table, frozenset())
    if not present or "rowid" in present:
        return iter(())
    cells = ", ".join(f'"{column}"' if column in present else "NULL" for column in columns)
    sql = f"SELECT rowid, {cells} FROM {table} WHERE rowid >= ? AND {where} ORDER BY rowid"  # noqa: S608
    return Table(database, table, sql).rows()
