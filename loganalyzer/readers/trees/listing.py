"""One walk below a root: the regular files that may be logs, and what could not be looked into."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from loganalyzer.errors import ReadError
from loganalyzer.model.run import ProblemKind, ReadProblem
from loganalyzer.readers.limits import Limits
from loganalyzer.readers.trees.links import NOT_FOLLOWED, Link, judge_link
from loganalyzer.readers.trees.names import OWN_FOLDER, may_be_log, shown

Key = tuple[int, int]
"""Device and inode: what a file or folder is, whatever its names."""


@dataclass(slots=True)
class Listing:
    """What one walk below `root` meets: paths of files that may be logs, sorted, and of settings beside them.

    `followed` are links out of the root by their paths, with what they point to; `again` are further names of
    candidates, with the name they were met by first.
    """

    root: Path
    limits: Limits
    candidates: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    followed: list[tuple[str, str]] = field(default_factory=list)
    again: list[tuple[str, str]] = field(default_factory=list)
    problems: list[ReadProblem] = field(default_factory=list)
    n_entries: int = 0

    def note(self, kind: ProblemKind, path: str, text: str) -> None:
        """Add a problem with the path it belongs to; the text follows the path."""
        name = shown(path) or shown(self.root.resolve().name)
        self.problems.append(ReadProblem(kind, name, f"{name}: {text}"))


MayBeLog = Callable[[str, str], bool]
"""Whether a file may be a log, by the path of its folder below the root and its own name."""


def list_tree(
    root: Path, limits: Limits, is_part: Callable[[str], bool], settings: frozenset[str]
) -> Listing:
    """Walk a directory, or take one file.

    Only regular files are taken, each physical file once. What links point to below the root is met there;
    links out of it are followed last, each target once, and only where `limits` say so. A file may be a log
    by its suffix, by the name of event files, or because `is_part` says so of its folder; `settings` are
    names of files that hold hyper-parameters.

    Raises:
        ReadError: the root does not exist or is neither a directory nor a regular file.
    """
    listing = Listing(root, limits)
    try:
        mode = root.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", error)
        raise ReadError(f"{root}: cannot be scanned ({why}); check the spelling and the rights") from None
    if stat.S_ISDIR(mode):
        _Walk(listing, is_part, settings).run()
    elif stat.S_ISREG(mode):
        listing.candidates.append(root.name)
        listing.settings = [name for name in sorted(settings) if (root.parent / name).is_file()]
    else:
        raise ReadError(
            f"{root}: expected a folder or a regular file, found neither; give the folder of the runs"
        )
    listing.candidates.sort()
    listing.settings.sort()
    return listing


class _Walk:
    """The folders still to be listed, and what was met: files, and folders if links are followed."""

    def __init__(self, listing: Listing, is_part: Callable[[str], bool], settings: frozenset[str]) -> None:
        self.listing = listing
        self.is_part = is_part
        self.settings = settings
        self.seen: dict[Key, str] = {}
        self.folders: set[Key] = set()
        self.pending = [""]
        self.links: list[Link] = []
        self.locked: set[str] = set()

    def run(self) -> None:
        """List all folders, and behind them what links out of the root point to."""
        while self.pending or self.links:
            if not self.pending:
                self._follow(self.links.pop(0))
                continue
            folder = self.pending.pop()
            if self._is_new_folder(folder):
                self._list(folder)
            if self.listing.n_entries > self.listing.limits.entries:
                most = self.listing.limits.entries
                say = f"expected at most {most} files and folders below the root, found more; the rest, from "
                self.listing.note(
                    "over_limit", folder, f"{say}this folder on, was not looked at; scan it by name"
                )
                return

    def _list(self, folder: str) -> None:
        inner: list[str] = []
        part = cache(lambda: self.is_part(folder))
        for entry in _entries(self.listing, folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            self.listing.n_entries += 1
            if entry.is_symlink():
                link = judge_link(self.listing.root, path, entry, part=part())
                self._take_link(link)
            elif entry.is_dir(follow_symlinks=False):
                inner += [path] if entry.name != OWN_FOLDER else []
            elif entry.name in self.settings:
                self.listing.settings.append(path)
            elif may_be_log(entry.name) or part():
                self._take(entry, folder, path)
        if inner and folder.count("/") + bool(folder) >= self.listing.limits.depth:
            say = f"expected folders at most {self.listing.limits.depth} deep, found {len(inner)} more below "
            self.listing.note(
                "over_limit", folder, f"{say}this one; they were not looked into; scan it by name"
            )
            return
        self.pending += reversed(inner)

    def _take_link(self, link: Link) -> None:
        if link.fault is not None:
            self.listing.note(*link.fault)
        elif link.target is not None and self.listing.limits.follow_links:
            self.links.append(link)
        elif link.target is not None:
            self.listing.note("skipped", link.path, NOT_FOLLOWED)

    def _follow(self, link: Link) -> None:
        """Go on where a link leads, unless it was there already."""
        try:
            status = (self.listing.root / link.path).stat()
        except OSError:
            return
        key = (status.st_dev, status.st_ino)
        if stat.S_ISDIR(status.st_mode) and key not in self.folders:
            self.pending.append(link.path)
        elif stat.S_ISREG(status.st_mode) and key not in self.seen:
            self.seen[key] = link.path
            self.listing.candidates.append(link.path)
        else:
            return
        self.listing.followed.append((link.path, str(link.target)))

    def _is_new_folder(self, folder: str) -> bool:
        """Whether a folder was not listed under another name; without links there is none."""
        if not self.listing.limits.follow_links:
            return True
        try:
            status = (self.listing.root / folder).stat()
        except OSError:
            return True
        key = (status.st_dev, status.st_ino)
        new = key not in self.folders
        self.folders.add(key)
        return new

    def _take(self, entry: os.DirEntry[str], folder: str, path: str) -> None:
        """Take a regular file that was not met before under another name; say of others what they are."""
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError as error:
            self._lock(folder, error)
            return
        key = (status.st_dev, status.st_ino)
        if not stat.S_ISREG(status.st_mode):
            say = "expected a regular file, found a pipe, a socket or a device; it was not opened; "
            self.listing.note("skipped", path, say + "copy what it gives to a file")
        elif key not in self.seen:
            self.seen[key] = path
            self.listing.candidates.append(path)
        else:
            self.listing.again.append((path, self.seen[key]))

    def _lock(self, folder: str, error: OSError) -> None:
        """Say once of a folder that its files cannot be looked at."""
        if folder not in self.locked:
            self.locked.add(folder)
            say = f"the folder can be listed but not entered ({error.strerror}), so runs in it are missing; "
            self.listing.note("unreadable", folder, say + "give execute permission and scan again")


def _entries(listing: Listing, folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(listing.root / folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        say = f"the folder cannot be listed ({error.strerror}), so runs in it are missing; "
        listing.note("unreadable", folder, say + "give read permission and scan again")
