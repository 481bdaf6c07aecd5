"""The runs of a store summed up, one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from loganalyzer import __version__
from loganalyzer.audit.lessons.gate import gate
from loganalyzer.audit.lessons.learn import lessons_of
from loganalyzer.model.archive import PastRun
from loganalyzer.model.finding import SEVERITY_RANK, Severity
from loganalyzer.model.lessons import Lessons
from loganalyzer.report.archive import SCHEMA, Archive, Prevalence, Unreadable
from loganalyzer.report.terminal.words import VERDICTS
from loganalyzer.store.rows import digest_of
from loganalyzer.store.store import Store

_LISTED = 20


def overview(
    store: Store, root: str, rules_digest: str, baseline: Sequence[PastRun] | None = None
) -> Archive:
    """What the chosen runs of a store are like together, and against a baseline where there is one."""
    verdicts: Counter[str] = Counter()
    worst: dict[str, Severity] = {}
    runs: Counter[str] = Counter()
    unread: list[str] = []
    n_damaged = 0
    for past, damaged in store.past_runs():
        verdicts[past.verdict] += 1
        n_damaged += damaged
        if past.verdict == "unreadable" and len(unread) < _LISTED:
            unread.append(past.name)
        found = _found(past)
        runs.update(found.keys())
        for pathology, severity in found.items():
            worst[pathology] = max(severity, worst.get(pathology, severity), key=SEVERITY_RANK.__getitem__)
    pathologies = [Prevalence(name, worst[name], n) for name, n in runs.items()]
    reasons = store.diagnoses(names=unread) if unread else ()
    return Archive(
        schema=SCHEMA,
        version=__version__,
        rules_digest=rules_digest,
        root=root,
        runs=verdicts.total(),
        verdicts={verdict: verdicts[verdict] for verdict in VERDICTS},
        damaged=n_damaged,
        pathologies=tuple(sorted(pathologies, key=lambda one: (-one.runs, one.pathology))),
        unreadable=tuple(Unreadable(one.run.name, one.reason) for one in reasons),
        lessons=_lessons(store),
        gate=None if baseline is None else gate(baseline, past_runs(store)),
    )


def past_runs(store: Store) -> list[PastRun]:
    """The runs that the results of a store are about, by name."""
    return [past for past, _ in store.past_runs()]


def _lessons(store: Store) -> Lessons:
    """What is learned from runs together, or was learned from the very same runs before."""
    digest = digest_of((__version__.encode(), store.digest()))
    kept = store.recall(digest)
    if kept is not None:
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):  # it was damaged since
            return msgspec.msgpack.decode(kept, type=Lessons)
    lessons = lessons_of(past_runs(store))
    store.remember(digest, msgspec.msgpack.encode(lessons))
    return lessons


def _found(past: PastRun) -> dict[str, Severity]:
    """What is wrong with a run and not explained by something else, each at its gravest."""
    found: dict[str, Severity] = {}
    for fault in sorted(past.faults, key=lambda fault: SEVERITY_RANK[fault.severity]):
        if not fault.hidden_by:
            found[fault.pathology] = fault.severity
    return found
