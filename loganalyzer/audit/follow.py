"""Runs that are still being written, judged again whenever their logs change."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loganalyzer.audit.gather import gather
from loganalyzer.audit.scan import ScanOptions, judge_runs
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import SEVERITY_RANK, Finding, Severity
from loganalyzer.model.rule import Rule, Rulebook
from loganalyzer.model.run import Run
from loganalyzer.readers.assemble import read_runs
from loganalyzer.readers.events.points import Mark
from loganalyzer.readers.growing import read_on
from loganalyzer.readers.limits import applied
from loganalyzer.readers.opening import shown_below
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.trees.names import is_events
from loganalyzer.readers.walk import RunFiles

Stamp = tuple[tuple[str, int, int, int, int], ...]
GONE_ON = 10 / 11
"""A finding that a later point might take back is told when the log has grown by a tenth since it told it."""
_FOR_GOOD = "numerical"
"""The family of rules that tell what no later point takes back: a loss that is NaN stays so."""


@dataclass(slots=True)
class _Seen:
    """What a set of files held when it was last judged; `changed` is when it was last seen to differ.

    `last_steps` are the last steps by run of when there were any.
    """

    stamp: Stamp
    changed: float
    diagnoses: tuple[Diagnosis, ...]
    last_steps: Mapping[str, int]


class Follower:
    """The runs below some paths as they are now; only what changed is read, events from where they ended.

    A run that has not changed for `rest` seconds counts as ended.
    """

    def __init__(
        self, paths: Sequence[Path], book: Rulebook, options: ScanOptions, *, rest: float = 600.0
    ) -> None:
        """Follow `paths`; nothing is read before the first `poll`."""
        self._paths, self._book, self._options, self._rest = tuple(paths), book, options, rest
        self._rules = {rule.name: rule for rule in book.rules}
        self._seen: dict[str, _Seen] = {}
        self._marks: dict[Path, tuple[Mark | None, tuple[Column, ...]]] = {}
        self.begun_anew: frozenset[str] = frozenset()

    def poll(self, now: float) -> bool:
        """Look at all runs again, at the moment `now` in seconds of any clock; whether anything changed.

        A path that is missing is one that nothing has been written to so far. `begun_anew` are the runs, by
        name, that are gone since the last look, or whose steps have gone back: what is told of them is past.
        """
        self.begun_anew = frozenset()
        found = {files.name: files for files in gather(self._paths, self._options.limits).found}
        gone = self._seen.keys() - found.keys()
        for name in gone:
            self.begun_anew |= {diagnosis.run.name for diagnosis in self._seen.pop(name).diagnoses}
        there = {path for files in found.values() for path in files.files}
        self._marks = {path: mark for path, mark in self._marks.items() if path in there}
        changed = [name for name, files in found.items() if self._look(files, now)]
        return bool(gone or changed)

    def _look(self, files: RunFiles, now: float) -> bool:
        stamp = _stamp(files)
        seen = self._seen.get(files.name)
        if seen is not None and seen.stamp == stamp:
            return False
        diagnoses = judge_runs(self._read(files), self._book, self._options)
        before, steps = seen.last_steps if seen else {}, dict(_last_steps(diagnoses))
        self.begun_anew |= {name for name, step in steps.items() if step < before.get(name, step)}
        self._seen[files.name] = _Seen(stamp, now, diagnoses, {**before, **steps})
        return True

    def _read(self, files: RunFiles) -> tuple[Run, ...]:
        """The runs of some files; an event file is read on from where the last look has left it."""
        limits, root = self._options.limits, files.root
        ready: dict[tuple[Path, Path], Reading] = {}
        if limits.file_bytes is None:  # a file that is cut at a size has no end to go on from
            with applied(limits):
                for path in files.files:
                    if is_events(path.name):
                        ready[root, path] = self._read_on(path, shown_below(root, path))
        return read_runs(files, limits, ready)

    def _read_on(self, path: Path, display: str) -> Reading:
        reading, mark = read_on(path, display, *self._marks.get(path, (None, ())))
        self._marks[path] = (mark, reading.columns if mark is not None else ())
        return reading

    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """The verdict on every run as of the last look, sorted by name."""
        every = (diagnosis for seen in self._seen.values() for diagnosis in seen.diagnoses)
        return tuple(sorted(every, key=lambda one: (one.run.name, one.run.run_id)))

    def known(self, now: float) -> Iterator[tuple[Diagnosis, Finding]]:
        """What can be said of each run by now: of one that still grows, only what is no passing state of it.

        Rules that need to know how a run ended (it stopped early, it was still falling) wait for its end.
        """
        for name in sorted(self._seen):
            seen = self._seen[name]
            has_ended = now - seen.changed >= self._rest
            for diagnosis in seen.diagnoses:
                for finding in diagnosis.findings:
                    rule = self._rules.get(finding.rule)
                    if not finding.hidden_by and (has_ended or (rule and _lasts(finding, rule))):
                        yield diagnosis, finding


def _lasts(finding: Finding, rule: Rule) -> bool:
    """Whether a finding on a run that still grows is there to stay."""
    if rule.family == _FOR_GOOD or finding.decidable is None:
        return rule.known == "early"
    return rule.known == "early" and finding.decidable.fraction <= GONE_ON


def _last_steps(diagnoses: Iterable[Diagnosis]) -> Iterator[tuple[str, int]]:
    for diagnosis in diagnoses:
        if diagnosis.run.series:
            yield diagnosis.run.name, max(series.last_step for series in diagnosis.run.series)


class Announcer:
    """Lets each finding of a run through once, those of `least` severity and above."""

    def __init__(self, least: Severity) -> None:
        """Let nothing through that is milder than `least`."""
        self._least = SEVERITY_RANK[least]
        self._said: set[tuple[str, str]] = set()

    def forget(self, runs: Iterable[str]) -> None:
        """Let findings of these runs, which began anew, through once more."""
        again = frozenset(runs)
        self._said = {key for key in self._said if key[0] not in again}

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
