"""SQLite databases of other programs: opened so that nothing of them changes, read within bounds.

A database without a write-ahead log is opened where it lies as immutable, which takes no lock and makes no
file beside it. One with such a log is copied to a private folder together with it and opened there: its
newest rows are only in the log, and reading that in place would make files in the user's folder. A rollback
journal is never played back: it can name other files, which SQLite would delete.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.limits import Deadline
from loganalyzer.readers.stores import files

MAGIC = b"SQLite format 3\0"
SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3"})
MAX_COPY = 1024 * 1024 * 1024
MAX_CELL = 16 * 1024 * 1024
# Instructions of SQLite's machine; a sound table takes about ten a row.
MAX_WORK = 1_000_000_000

_WORK_STEP = 20_000
_TRIES = 3
_WAL_HEADER = 32
_HEADER = 100
_LEAST = 4096
_LARGEST_PAGE = 65536
_PRAGMAS = frozenset({"table_info", "writable_schema"})
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_SETTINGS = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON")

Tables = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Database:
    """An open database of `size` bytes, its tables with their columns, and what was met on the way.

    `is_spent` says that it took more work or time than any sound one.
    """

    connection: sqlite3.Connection
    size: int
    problems: Problems
    deadline: Deadline
    tables: Tables = field(default_factory=dict)
    work: int = 0
    is_spent: bool = False

    def is_over(self) -> bool:
        """Count one more stretch of work; SQLite stops when this is true."""
        self.work += _WORK_STEP
        self.is_spent = self.is_spent or self.work > MAX_WORK or self.deadline.has_passed()
        return self.is_spent


def looks_like(path: Path, head: bytes) -> bool:
    """Whether a file is a SQLite database, by its suffix and its first bytes."""
    return path.suffix.lower() in SUFFIXES and head.startswith(MAGIC)


def tables_of(path: Path, names: Sequence[str]) -> Tables:
    """Those of the named tables that a database has, and their columns; nothing is raised."""
    try:
        with _connected(path, Problems(""), names, immutable=True) as database:
            found = database.tables
        if not found and _size(_beside(path, "wal")):
            with opened(path, Problems(""), names) as database:
                found = database.tables
    except (OSError, sqlite3.Error):
        return {}
    return found


@contextmanager
def opened(path: Path, problems: Problems, names: Sequence[str]) -> Iterator[Database]:
    """The database as of now with those of the named tables that it has; what is wrong goes to `problems`.

    Raises:
        OSError: the file cannot be opened.
        sqlite3.Error: it is no database.
    """
    with files.opened(path) as file:
        before = _state(path)
        torn = _torn(file.read(_HEADER), before[0])
        if torn:
            say = f"{problems.path}: expected whole pages, found a part of one before byte {before[0]}; the "
            problems.add("corrupt_data", None, say + "file was cut; what is left was read; restore it")
    with (
        _snapshot(path, problems, torn) as copy,
        _connected(copy or path, problems, names, immutable=not copy) as database,
    ):
        yield database
        if not copy and _state(path) != before:
            say = f"{problems.path}: expected a database at rest, found that it was written to while it was "
            problems.add("truncated", None, say + "read; its newest rows may be missing; scan again")


@contextmanager
def _snapshot(path: Path, problems: Problems, torn: int) -> Iterator[Path | None]:
    """A private copy of a database and the log that belongs to it, or None where the file is all there is.

    The `torn` last bytes, part of a page, are left out: SQLite would fill the page with zeros and read those.
    """
    wal = _beside(path, "wal")
    if _size(_beside(path, "journal")):
        say = (
            f"{problems.path}: expected a database at rest, found the journal of an unfinished write beside "
        )
        say += (
            "it; rows of that write may be missing or half done; open it once with the program that wrote it"
        )
        problems.add("truncated", None, say)
    if not _size(wal) and not torn:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="loganalyzer-") as folder:
        say = _copy(path, wal, Path(folder) / "copy.db")
        if torn and not say:
            os.truncate(Path(folder) / "copy.db", _size(path) - torn)
        if say:
            problems.add("over_limit", None, f"{problems.path}: {say}; rows in {wal.name} were not read")
        yield None if say else Path(folder) / "copy.db"


def _copy(path: Path, wal: Path, copy: Path) -> str:
    """Copy both files as of one moment; what kept it from working, or an empty text."""
    size = _size(path) + _size(wal)
    if size > MAX_COPY:
        return f"expected a database and log of at most {MAX_COPY} bytes to copy, found {size}"
    try:
        for _ in range(_TRIES):
            before = _state(path), _head(wal)
            shutil.copyfile(path, copy)
            if _size(wal):
                shutil.copyfile(wal, _beside(copy, "wal"))
            # Rows added at the end of the log do no harm; a log begun anew no longer fits the copied file.
            if before == (_state(path), _head(wal)):
                return ""
    except OSError as error:
        return f"expected room and rights to copy the database and its log, found an error ({error.strerror})"
    return "expected a database that can be copied, found it written to all the time; scan again later"


@contextmanager
def _connected(
    path: Path, problems: Problems, names: Sequence[str], *, immutable: bool
) -> Iterator[Database]:
    uri = f"{path.absolute().as_uri()}?mode=ro" + ("&immutable=1" if immutable else "")
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.text_factory = bytes
        size = _size(path) + (0 if immutable else _size(_beside(path, "wal")))
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(MAX_CELL, max(size, _LEAST)))
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        database = Database(connection, size, problems, Deadline(size))
        connection.set_progress_handler(database.is_over, _WORK_STEP)
        connection.set_authorizer(_authorize)
        database.tables = _tables(database, names)
        yield database


def _tables(database: Database, names: Sequence[str]) -> Tables:
    try:
        return _columns(database.connection, names)
    except sqlite3.DatabaseError as error:
        if "malformed" not in str(error):
            raise
    # A file that was cut is refused as a whole, unless one says that its schema may be rewritten.
    database.connection.execute("PRAGMA writable_schema=ON")
    found = _columns(database.connection, names)
    say = (
        f"{database.problems.path}: expected a whole database, found {database.size} bytes that are damaged "
    )
    say += "or cut off; what can still be read was read; restore the file"
    database.problems.add("corrupt_data", None, say)
    return found


def _columns(connection: sqlite3.Connection, names: Sequence[str]) -> Tables:
    found = {}
    for name in names:
        try:
            rows = connection.execute(f"PRAGMA table_info({name})").fetchall()
        except (UnicodeDecodeError, MemoryError):  # names of columns that are no text come as either
            raise sqlite3.DatabaseError("malformed text in the schema") from None
        if rows:
            found[name] = frozenset(row[1].decode("utf-8", "replace") for row in rows)
    return found


def _authorize(action: int, first: str | None, second: str | None, base: str | None, by: str | None) -> int:
    """Rows of plain tables may be read, and nothing else: no function, no recursion, no view."""
    allowed = action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
    return sqlite3.SQLITE_OK if allowed and by is None else sqlite3.SQLITE_DENY


def _torn(header: bytes, size: int) -> int:
    """How many bytes of a part of a page a database of these first bytes ends with."""
    page = int.from_bytes(header[16:18], "big")
    if not header.startswith(MAGIC) or not page:
        return 0
    return size % (_LARGEST_PAGE if page == 1 else page)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}-{suffix}")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _state(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_WAL_HEADER)
    except FileNotFoundError:
        return b""
