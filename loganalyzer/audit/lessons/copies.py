"""Runs that are another run once more: copies, beginnings, and repeats that came out differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from loganalyzer.audit.lessons.outcomes import in_order, is_judged
from loganalyzer.audit.lessons.settings import columns_of, is_seed, key_of, text_of
from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import CopyGroup
from loganalyzer.model.run import Floats

NEAR = 1e-3
"""Copies in which values were rounded, to four digits as people print them, stay within a thousandth of the
value at each point; noise of a hundredth would do so at all of 32 in one of 10^30."""
MIN_TRACE = 8
"""Curves of fewer points, or of fewer values, are too easily alike: many rewards are only ever 0 or 1."""
NEIGHBOURS = 20
"""Among runs sorted by the shape of their curves only so many of the next ones are compared with each."""

MIN_SETTINGS = 3
"""A seed and two settings more."""

_T = TypeVar("_T")


def copies_of(runs: Iterable[PastRun]) -> tuple[CopyGroup, ...]:
    """Groups of runs that share their curves, or should, sorted; a run without curves is in none of them."""
    known = [run for run in in_order(runs) if run.content]
    same = _grouped(known, lambda run: run.content)
    first = [group[0] for group in same.values()]
    found = [
        *(_copies(group) for group in same.values() if len(group) > 1),
        *(CopyGroup("near copy", _names(group)) for group in _near(first)),
        *(CopyGroup("same beginning", _names(group)) for group in _beginnings(first)),
        *_not_repeatable(first),
    ]
    return tuple(sorted(found, key=lambda one: (one.names, one.kind)))


def _copies(group: Sequence[PastRun]) -> CopyGroup:
    """Equal curves: of settings that differ, those that were perhaps never used."""
    names = sorted(set().union(*(run.hparams for run in group)))
    differs = tuple(name for name in names if len({_text(run, name) for run in group}) > 1)
    return CopyGroup("same curves" if differs else "copy", _names(group), differs)


def _text(run: PastRun, name: str) -> str | None:
    value = run.hparams.get(name)
    return None if value is None else text_of(value)


def _near(runs: Sequence[PastRun]) -> list[list[PastRun]]:
    """Runs whose curves are nearly equal at every point that is remembered."""
    found = []
    for group in _grouped(runs, lambda run: (run.tag, run.steps, len(run.trace))).values():
        if len(group) < 2 or len(group[0].trace) < MIN_TRACE:
            continue
        traces = np.array([run.trace for run in group], dtype=np.float64)
        finite = np.flatnonzero(np.isfinite(traces).all(axis=1))
        distinct = 1 + np.count_nonzero(np.diff(np.sort(traces[finite], axis=1), axis=1), axis=1)
        rows = finite[distinct >= MIN_TRACE]
        found += [[group[rows[at]] for at in one] for one in _linked(traces[rows])]
    return found


def _linked(traces: Floats) -> list[list[int]]:
    """Places of rows that are nearly equal to one another, directly or through others."""
    if traces.shape[0] < 2:
        return []
    # Nearly equal rows have nearly equal sums, so they stand next to each other.
    order = np.argsort(traces.sum(axis=1), kind="stable")
    ordered, parent = traces[order], list(range(order.size))
    # The range of a curve that breaks away hides how far apart two of them were before.
    size = np.maximum(np.abs(ordered), np.quantile(np.abs(ordered), 0.25, axis=1, keepdims=True))
    allowed = NEAR * np.minimum(size, np.ptp(ordered, axis=1, keepdims=True))
    for shift in range(1, min(NEIGHBOURS, order.size - 1) + 1):
        gap, least = np.abs(ordered[shift:] - ordered[:-shift]), np.minimum(allowed[shift:], allowed[:-shift])
        for at in np.flatnonzero((gap <= least).all(axis=1)):
            parent[_root(parent, int(at) + shift)] = _root(parent, int(at))
    groups = _grouped(range(order.size), lambda at: _root(parent, at))
    return [[int(order[at]) for at in group] for group in groups.values() if len(group) > 1]


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


def _beginnings(runs: Sequence[PastRun]) -> list[list[PastRun]]:
    """Runs of different curves with the same first samples: cut short, resumed, or started alike."""
    begun = _grouped((run for run in runs if run.opening), lambda run: (run.tag, run.opening))
    return [group for group in begun.values() if len(group) > 1]


def _not_repeatable(runs: Sequence[PastRun]) -> list[CopyGroup]:
    """Runs of equal settings and seed that ended differently: more than the seed is left to chance."""
    judged = [run for run in runs if is_judged(run) and _is_described(run)]
    aside = {one.name for one in columns_of(judged)[1] if not is_seed(one.name)}
    same = _grouped(judged, lambda run: (run.tag, run.steps, key_of(run, aside)))
    outcomes = ((group, sorted({run.headline or run.verdict for run in group})) for group in same.values())
    return [
        CopyGroup("not repeatable", _names(group), tuple(ends)) for group, ends in outcomes if len(ends) > 1
    ]


def _is_described(run: PastRun) -> bool:
    """Whether a run says its seed and enough else: `seed=1` alone stands in many unlike runs."""
    return any(map(is_seed, run.hparams)) and len(run.hparams) >= MIN_SETTINGS


def _names(group: Iterable[PastRun]) -> tuple[str, ...]:
    return tuple(sorted(run.name for run in group))


def _grouped(items: Iterable[_T], key: Callable[[_T], object]) -> dict[object, list[_T]]:
    groups: dict[object, list[_T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
