"""Runs that are still being written, judged again whenever their logs change."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from loganalyzer.audit.gather import gather
from loganalyzer.audit.scan import ScanOptions, judge
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import SEVERITY_RANK, Finding, Severity
from loganalyzer.model.rule import Rulebook
from loganalyzer.readers.walk import RunFiles

Stamp = tuple[tuple[str, int, int, int, int], ...]


@dataclass(slots=True)
class _Seen:
    """What a set of files held when it was last judged; `changed` is when it was last seen to differ."""

    stamp: Stamp
    changed: float
    diagnoses: tuple[Diagnosis, ...]


class Follower:
    """The runs below some paths as they are now; only those whose files changed are read again.

    A run that has not changed for `rest` seconds counts as ended.
    """

    def __init__(
        self, paths: Sequence[Path], book: Rulebook, options: ScanOptions, *, rest: float = 600.0
    ) -> None:
        """Follow `paths`; nothing is read before the first `poll`."""
        self._paths, self._book, self._options, self._rest = tuple(paths), book, options, rest
        self._seen: dict[str, _Seen] = {}

    def poll(self, now: float) -> bool:
        """Look at all runs again, at the moment `now` in seconds of any clock; whether anything changed.

        A path that is missing is one that nothing has been written to so far.
        """
        found = {files.name: files for files in gather(self._paths, self._options.limits).found}
        gone = self._seen.keys() - found.keys()
        for name in gone:
            del self._seen[name]
        changed = [name for name, files in found.items() if self._look(files, now)]
        return bool(gone or changed)

    def _look(self, files: RunFiles, now: float) -> bool:
        stamp = _stamp(files)
        seen = self._seen.get(files.name)
        if seen is not None and seen.stamp == stamp:
            return False
        self._seen[files.name] = _Seen(stamp, now, judge(files, self._book, self._options))
        return True

    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """The verdict on every run as of the last look, sorted by name."""
        every = (diagnosis for seen in self._seen.values() for diagnosis in seen.diagnoses)
        return tuple(sorted(every, key=lambda one: (one.run.name, one.run.run_id)))

    def known(self, now: float) -> Iterator[tuple[Diagnosis, Finding]]:
        """What can be said of each run by now: of one that still grows, only what no later point takes back.

        Rules that need to know how a run ended (it stopped early, it was still falling) wait for its end.
        """
        early = {rule.name for rule in self._book.rules if rule.known == "early"}
        for name in sorted(self._seen):
            seen = self._seen[name]
            has_ended = now - seen.changed >= self._rest
            for diagnosis in seen.diagnoses:
                for finding in diagnosis.findings:
                    if not finding.hidden_by and (has_ended or finding.rule in early):
                        yield diagnosis, finding


class Announcer:
    """Lets each finding of a run through once, those of `least` severity and above."""

    def __init__(self, least: Severity) -> None:
        """Let nothing through that is milder than `least`."""
        self._least = SEVERITY_RANK[least]
        self._said: set[tuple[str, str]] = set()

    def news(self, known: Iterator[tuple[Diagnosis, Finding]]) -> Iterator[tuple[Diagnosis, Finding]]:
        """Those of `known` that were not let through before."""
        for diagnosis, finding in known:
            key = (diagnosis.run.name, finding.pathology)
            if SEVERITY_RANK[finding.severity] >= self._least and key not in self._said:
                self._said.add(key)
                yield diagnosis, finding


def _stamp(files: RunFiles) -> Stamp:
    """What tells that files changed: each with its place, number, size and time of last writing."""
    return tuple(sorted(_identity(path) for path in (*files.files, *files.settings)))


def _identity(path: Path) -> tuple[str, int, int, int, int]:
    name = os.fspath(path)
    try:
        status = path.stat()
    except OSError:
        return name, 0, 0, -1, 0
    return name, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
