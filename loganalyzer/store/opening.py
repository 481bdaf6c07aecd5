"""Opening a store: one that is damaged or not ours is moved out of the way, never repaired."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from loganalyzer.errors import StoreError
from loganalyzer.store.schema import is_ours, migrate, version_of

WAIT_S = 120.0
_BESIDE = ("-wal", "-shm", "-journal")
# Where many machines see one file, the shared memory of a write-ahead log is not shared.
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "ceph", "beegfs", "9p", "afs"}
)
_MOUNTS = Path("/proc/self/mounts")


def open_database(path: Path, say: Callable[[str], None]) -> sqlite3.Connection:
    """A store to write; what is there and cannot be used goes aside under another name, with a line.

    Raises:
        StoreError: the place cannot be written.
    """
    with _alone_in(path.parent):
        unclean = _has_bytes(_beside(path, "-wal")) or _has_bytes(_beside(path, "-journal"))
        try:
            return _opened(path, checked=unclean)
        except _UnusableError as error:
            aside = move_aside(path)
            say(f"{path}: {error}; it was moved to {aside.name} and is made anew, which takes a full audit")
            return _opened(path, checked=False)


def require_store(path: Path) -> None:
    """Refuse a file that is no store before anything is done to it.

    Raises:
        StoreError: it is missing, cannot be read, or is something else.
    """
    if not is_store(path):
        raise StoreError(f"{path}: expected a store of verdicts, found none; `loganalyzer audit` makes one")


def is_store(path: Path) -> bool:
    """Whether a file is a store of this version or an older one; nothing is done to it."""
    if not path.is_file():  # a pipe would be waited for
        return False
    with suppress(sqlite3.Error, UnicodeDecodeError):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)
        try:
            return bool(version_of(connection)) and is_ours(connection)
        finally:
            connection.close()
    return False


def move_aside(path: Path) -> Path:
    """Rename a store, and what SQLite has beside it, to the first free `.aside-N`.

    Raises:
        StoreError: its folder cannot be written.
    """
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.aside-{number}")):
        number += 1
    try:
        path.rename(aside)
        for suffix in _BESIDE:
            with suppress(FileNotFoundError):
                _beside(path, suffix).rename(_beside(aside, suffix))
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be moved aside ({error.strerror}); choose another --store"
        ) from error
    return aside


class _UnusableError(Exception):
    """What lies at the place of the store is none that can be used."""


def _opened(path: Path, *, checked: bool) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise _refused(path, error) from error
    try:
        _prepare(connection, path, checked=checked)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, checked: bool) -> None:
    try:
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        if not is_ours(connection):
            raise _UnusableError("expected a store of this version or an older one, found another database")
        if checked and (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _UnusableError(f"is damaged ({found.splitlines()[0]})")
        connection.execute(f"PRAGMA journal_mode = {'TRUNCATE' if _is_on_network(path) else 'WAL'}")
        connection.execute("PRAGMA synchronous = NORMAL")
        migrate(connection)
    except sqlite3.OperationalError as error:
        raise _refused(path, error) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # its messages cite what is damaged
        raise _UnusableError(f"is damaged or no store ({error})") from error


def _refused(path: Path, error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"{path}: the store cannot be used ({error}); see to its rights, or choose another --store"
    )


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _has_bytes(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let no other process open or move a store in this folder meanwhile, where the system can tell."""
    fd = -1
    with suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(fd, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if fd >= 0:
            os.close(fd)


def _is_on_network(path: Path) -> bool:
    """Whether a file lies on a file system that other machines may write to."""
    try:
        mounts = [line.split()[1:3] for line in _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()]
    except OSError:
        return False
    folder = path.parent.resolve()
    above = [
        (len(point), kind) for point, kind in mounts if folder.is_relative_to(point.replace("\\040", " "))
    ]
    return max(above, default=(0, ""))[1].removeprefix("fuse.") in _NETWORK
