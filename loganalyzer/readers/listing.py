"""One walk below a root: the regular files that may be logs, and what could not be looked into."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from loganalyzer.errors import ReadError
from loganalyzer.model.run import ReadProblem
from loganalyzer.readers import tfevents
from loganalyzer.readers.formats import HEAD_BYTES, reader_of

# A name with one of these promises a table: one that holds no history is worth a line in the report.
_TABLES = frozenset({".csv", ".tsv"})
_TEXTS = frozenset({".log", ".txt"})


@dataclass(frozen=True, slots=True)
class Found:
    """A log file by its path below the root."""

    path: str
    format: str


@dataclass(slots=True)
class Listing:
    """All logs below `root`, sorted by path, and all problems met, each with the path it belongs to."""

    root: Path
    files: list[Found] = field(default_factory=list)
    problems: list[ReadProblem] = field(default_factory=list)


def shown(path: str) -> str:
    """A path as text that can be printed: bytes that are not UTF-8 become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").replace(os.sep, "/")


def is_events(name: str) -> bool:
    """Whether a file name is that of an event file."""
    if name.endswith(".profile-empty"):  # written by the profiler, never holds a value
        return False
    return "tfevents" in name and _suffix(name) not in _TABLES | _TEXTS


def list_logs(root: Path) -> Listing:
    """Walk a directory, or look at one file.

    Only regular files are opened, each physical file once; links are never followed: what they point to below
    the root is met there, what lies outside is not part of it, which is said.

    Raises:
        ReadError: the root does not exist or is neither a directory nor a regular file.
    """
    listing = Listing(root)
    try:
        mode = root.stat().st_mode
    except OSError as error:
        raise ReadError(
            f"{root}: cannot be scanned ({error.strerror}); check the spelling and the rights"
        ) from None
    if stat.S_ISDIR(mode):
        _walk(listing)
    elif stat.S_ISREG(mode):
        _take(listing, root.name, root)
    else:
        raise ReadError(
            f"{root}: expected a folder or a regular file, found neither; give the folder of the runs"
        )
    listing.files.sort(key=lambda found: found.path)
    listing.problems.sort(key=lambda problem: (problem.path, problem.text))
    return listing


def _walk(listing: Listing) -> None:
    seen: set[tuple[int, int]] = set()
    pending = [""]
    while pending:
        folder = pending.pop()
        inner: list[str] = []
        for entry in _entries(listing, folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                _judge_link(listing, path, entry)
            elif entry.is_dir(follow_symlinks=False):
                inner.append(path)
            elif _may_be_log(entry.name) and _is_new(entry, seen):
                _take(listing, path, Path(entry.path))
        pending += reversed(inner)


def _entries(listing: Listing, folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(listing.root / folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        name = shown(folder) or shown(listing.root.resolve().name)
        say = f"{name}: the folder cannot be listed ({error.strerror}), so runs in it are missing; "
        listing.problems.append(ReadProblem("unreadable", name, say + "give read permission and scan again"))


def _may_be_log(name: str) -> bool:
    return is_events(name) or _suffix(name) in _TABLES | _TEXTS


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""


def _is_new(entry: os.DirEntry[str], seen: set[tuple[int, int]]) -> bool:
    """Whether the entry is a regular file that was not met before under another name."""
    try:
        if not entry.is_file(follow_symlinks=False):
            return False
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    key = (status.st_dev, status.st_ino)
    new = key not in seen
    seen.add(key)
    return new


def _judge_link(listing: Listing, path: str, entry: os.DirEntry[str]) -> None:
    target = Path(entry.path)
    try:
        resolved = target.resolve()
        inside = resolved.is_relative_to(listing.root.resolve())
        folder = resolved.is_dir()
        missing = not resolved.exists()
    except (OSError, RuntimeError):
        inside, folder, missing = False, False, True
    if inside and not missing:
        return
    name = shown(path)
    if missing and _may_be_log(entry.name):
        say = f"{name}: the link leads nowhere, so its log is missing; restore the file or remove the link"
        listing.problems.append(ReadProblem("unreadable", name, say))
    elif not missing and (folder or _may_be_log(entry.name)):
        say = (
            f"{name}: the link leads out of the scanned folder and was not followed; scan its target by name"
        )
        listing.problems.append(ReadProblem("skipped", name, say))


def _take(listing: Listing, path: str, real: Path) -> None:
    """Add the file if it is a log; say so if it looks like one by its name only."""
    name = shown(path)
    if is_events(real.name):
        listing.files.append(Found(path, tfevents.FORMAT))
        return
    try:
        with real.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        say = f"{name}: the file cannot be opened ({error.strerror}); give read permission and scan again"
        listing.problems.append(ReadProblem("unreadable", name, say))
        return
    reader = reader_of(real, head)
    if reader is not None:
        listing.files.append(Found(path, reader.FORMAT))
    elif _suffix(real.name) in _TABLES:
        listing.problems.append(_not_ours(name, head))


def _not_ours(name: str, head: bytes) -> ReadProblem:
    if not head.strip():
        say = f"{name}: expected a header and rows, found an empty file; the run logged nothing"
        return ReadProblem("empty", name, say)
    say = (
        f"{name}: expected a table with a training quantity (loss, accuracy, reward, ...) in a named column "
    )
    say += "of numbers, found none; it is taken for data, not for a log"
    return ReadProblem("skipped", name, say)
