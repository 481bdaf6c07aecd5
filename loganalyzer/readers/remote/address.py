"""URLs of object stores, and the place on this machine where what lies there is put."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loganalyzer.errors import ReadError

if TYPE_CHECKING:
    from loganalyzer.model.run import ReadProblem
    from loganalyzer.readers.limits import Limits

SCHEMES = ("s3", "gs", "az")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:(?::.*)?")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Address:
    """A folder or an object in a bucket; the `key` of the bucket itself is empty."""

    scheme: str
    bucket: str
    key: str

    @property
    def name(self) -> str:
        """What fsspec calls it."""
        return f"{self.bucket}/{self.key}" if self.key else self.bucket

    @property
    def mirror(self) -> Path:
        """Where it is put on this machine, which tells it from all others."""
        return mirrors() / self.scheme / self.name

    def __str__(self) -> str:
        """The URL."""
        return f"{self.scheme}://{self.name}"


def address_of(path: Path) -> Address | None:
    """The address that a path stands for, of whose `//` pathlib leaves one; None of a path on this machine.

    Raises:
        ReadError: it is a URL that cannot be read.
    """
    scheme = path.parts[0] if path.parts else ""
    if not _SCHEME.fullmatch(scheme) or (scheme[:-1] not in SCHEMES and path.exists()):
        return None
    given = f"{scheme}//{'/'.join(path.parts[1:])}"
    if scheme[:-1] not in SCHEMES or "::" in given:
        known = ", ".join(f"{one}://" for one in SCHEMES)
        raise ReadError(f"{given}: expected a path, or a URL that begins with one of {known} and has no `::`")
    bucket, *keys = path.parts[1:] or ("",)
    if not _BUCKET.fullmatch(bucket) or ".." in keys:
        raise ReadError(f"{given}: expected {scheme}//BUCKET/FOLDER, found no such name")
    return Address(scheme[:-1], bucket, "/".join(keys))


@dataclass(frozen=True, slots=True)
class AtHand:
    """A path on this machine; of a URL also the problems on the way, by paths below it, and what was read."""

    path: Path
    problems: tuple[ReadProblem, ...] = ()
    note: str = ""


def at_hand(path: Path, limits: Limits) -> AtHand:
    """The path itself, or of a URL the folder that its logs were brought to, as they are now.

    Raises:
        ReadError: it is no URL that can be read, nothing can be listed, or this machine cannot keep the logs.
    """
    address = address_of(path)
    if address is None:
        return AtHand(path)
    from loganalyzer.readers.remote.mirror import mirrored

    return mirrored(address, limits)


def mirror_of(path: Path) -> Path:
    """The path itself, or where what lies in an object store is put."""
    address = address_of(path)
    return path if address is None else address.mirror


def shown_path(path: Path) -> str:
    """A path or a URL as it was given."""
    address = address_of(path)
    return str(path if address is None else address)


def cache_folder() -> Path:
    """The user's own folder for what can be made again."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(home) if Path(home).is_absolute() else Path("~/.cache").expanduser()
    return cache / "loganalyzer"


def mirrors() -> Path:
    """The folder of all that was brought from object stores."""
    return cache_folder() / "objects"
