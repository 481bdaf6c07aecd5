"""What became of past runs: which were judged, which failed of what, and which are the same run twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from loganalyzer.audit.lessons.counting import Mask
from loganalyzer.audit.lessons.settings import key_of
from loganalyzer.model.archive import Fault, PastRun
from loganalyzer.model.finding import SEVERITY_RANK


def in_order(runs: Iterable[PastRun]) -> list[PastRun]:
    """The runs by name, and by content where names are shared."""
    return sorted(runs, key=lambda run: (run.name, run.content, run.headline))


def once(runs: Iterable[PastRun]) -> list[PastRun]:
    """The runs in order, but of copies, equal in curves and settings, the first alone."""
    ordered, seen = in_order(runs), set()
    contents = Counter(run.content for run in ordered)
    found = []
    for run in ordered:
        if run.content and contents[run.content] > 1:
            identity = (run.content, key_of(run))
            if identity in seen:
                continue
            seen.add(identity)
        found.append(run)
    return found


def is_judged(run: PastRun) -> bool:
    """Whether the log told enough for a verdict."""
    return run.verdict in ("sick", "suspect", "healthy")


def troubles(run: PastRun) -> tuple[Fault, ...]:
    """The warnings and critical findings of a run that nothing else explains."""
    least = SEVERITY_RANK["warning"]
    return tuple(
        fault for fault in run.faults if not fault.hidden_by and SEVERITY_RANK[fault.severity] >= least
    )


def pathologies(run: PastRun) -> frozenset[str]:
    """What a run failed of: every trouble, and a headline of which nothing else is known."""
    informed = {fault.pathology for fault in run.faults} | {""}
    return frozenset({fault.pathology for fault in troubles(run)} | ({run.headline} - informed))


def criticals(run: PastRun) -> frozenset[str]:
    """The critical findings of a run that nothing else explains."""
    return frozenset(fault.pathology for fault in troubles(run) if fault.severity == "critical")


def pathologies_of(runs: Iterable[PastRun]) -> tuple[str, ...]:
    """Every pathology that any of these runs failed of, sorted."""
    return tuple(sorted(frozenset().union(*map(pathologies, runs))))


def failing_of(runs: Sequence[PastRun], pathology: str) -> Mask:
    """Which runs failed of it, (runs,)."""
    return np.array([pathology in pathologies(run) for run in runs], dtype=bool)
