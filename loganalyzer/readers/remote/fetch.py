"""One object as a file here: brought once, whole or not at all, and begun anew where it changes meanwhile."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from loganalyzer.errors import ReadError
from loganalyzer.readers.companions import is_database, may_be_companion
from loganalyzer.readers.formats import HEAD_BYTES, is_part, reader_of
from loganalyzer.readers.limits import MIB, Limits
from loganalyzer.readers.plugins import plugin_readers
from loganalyzer.readers.remote.address import Address, mirrors
from loganalyzer.readers.remote.listing import StoredObject, stored
from loganalyzer.readers.sidecars import NAMES
from loganalyzer.readers.trees.names import is_events

_ATTEMPTS = 3
_RANGE = 8 * MIB
_SMALL = MIB
# A time of before 2007, as a number of nanoseconds: every file system can keep it.
_STAMPS = 2**60


class ChangedError(Exception):
    """An object was another one each time that it was read."""


class TooLargeError(Exception):
    """An object is over the limit, and without all of it nothing can be said of it."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Brings objects below an address; `store` is the file system that fsspec has for it."""

    store: Any
    address: Address
    limits: Limits

    def bring(self, one: StoredObject, target: Path) -> int:
        """Let the file be the object; the number of bytes that were read for that.

        Of what is large and no log, or over the limit, the head alone is brought: that tells as much.

        Raises:
            ChangedError: the object changed again and again.
            TooLargeError: it is over the limit.
            ReadError: the folder for such files cannot be written.
            Exception: whatever the store raises.
        """
        if _is_at(target, one):
            return 0
        over = self.limits.file_bytes is not None and one.size > self.limits.file_bytes
        if over and is_database(target.name):
            raise TooLargeError
        if not over and (one.size <= _SMALL or _is_wanted_by_name(target)):
            return self._copy(one, target)
        n_bytes = 0 if _is_at(target, one, HEAD_BYTES) else self._copy(one, target, HEAD_BYTES)
        return n_bytes if over or not _is_log(target) else n_bytes + self._copy(one, target)

    def _copy(self, one: StoredObject, target: Path, most: int | None = None) -> int:
        """Put an object there, or so many bytes of it and holes behind them."""
        for _ in range(_ATTEMPTS):
            with _part_of(target) as part:
                read = self._read(one.name, part, most)
                if read is None:
                    continue
                now, n_bytes = read
                with _told():
                    part.truncate(now.size)
                    os.utime(part.fileno(), ns=(stamp := _stamp(now, most), stamp))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    Path(part.name).replace(target)
                return n_bytes
        raise ChangedError

    def _read(self, name: str, part: BinaryIO, most: int | None) -> tuple[StoredObject, int] | None:
        """What was read, range by range, and how much of it; None where it changed meanwhile.

        S3 itself refuses a range of a changed object; of the others it is asked afterwards.
        """
        before = None
        try:
            with self.store.open(name, "rb", block_size=_RANGE, cache_type="none") as source:
                before = stored(self.address, source.details)
                end = before.size if most is None else min(most, before.size)
                for start in range(0, end, _RANGE):
                    data = source.read(min(_RANGE, end - start))
                    with _told():
                        part.write(data)
            n_bytes = part.tell()
            is_whole = n_bytes == end and (end <= _RANGE or self._now(name) == before)
        except (ReadError, FileNotFoundError):
            raise
        except Exception:
            if before is None or self._now(name) == before:
                raise
            return None
        return (before, n_bytes) if is_whole else None

    def _now(self, name: str) -> StoredObject:
        return stored(self.address, self.store.info(name))


def _is_wanted_by_name(target: Path) -> bool:
    """Whether all of an object is needed whatever its head says."""
    name = target.name
    known = is_events(name) or is_database(name) or name in NAMES or may_be_companion(str(target))
    return known or is_part(target) or bool(plugin_readers())


def _is_log(target: Path) -> bool:
    with target.open("rb") as file:
        return reader_of(target, file.read(HEAD_BYTES)) is not None


def _stamp(one: StoredObject, most: int | None = None) -> int:
    """A version as the time of a file's last change, so that the file itself says which version it is."""
    text = repr((one.version, one.size, most)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest()) % _STAMPS


def _is_at(target: Path, one: StoredObject, most: int | None = None) -> bool:
    try:
        status = target.stat()
    except OSError:
        return False
    return (status.st_mtime_ns, status.st_size) == (_stamp(one, most), one.size)


@contextmanager
def _part_of(target: Path) -> Iterator[Any]:
    """A file beside all mirrors, which no walk meets; it is gone afterwards unless it was moved."""
    folder = mirrors().with_name("parts")
    with _told():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = tempfile.NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115 - may be moved under way
    try:
        with part:
            yield part
    finally:
        Path(part.name).unlink(missing_ok=True)


@contextmanager
def _told() -> Iterator[None]:
    """Errors of this machine, as opposed to those of the store."""
    try:
        yield
    except OSError as error:
        say = f"{mirrors()}: what is read of object stores cannot be kept here ({error.strerror})"
        raise ReadError(f"{say}; make room, or name another folder with XDG_CACHE_HOME") from error
