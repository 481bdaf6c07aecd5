"""When a finding could have been known: the rule asked again on what was logged up to then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from loganalyzer.engine.evaluate import fires, place_at
from loganalyzer.engine.values import Bound, members
from loganalyzer.features import Curve, Facts
from loganalyzer.model.finding import Finding, Place
from loganalyzer.model.rule import Rule
from loganalyzer.model.run import Ints, Series

PREFIXES = 64
"""Prefixes told apart on a long curve: what is known is known to a 64th of the run."""
LATER = 3
"""Longer prefixes that must agree before the first one counts."""


@dataclass(frozen=True, slots=True)
class _Replay:
    """A rule over the prefixes of its curves; each prefix ends at a sample of `lead`."""

    rule: Rule
    curves: Mapping[str, Bound]
    facts: Facts
    lead: Curve

    def fires(self, index: int) -> bool:
        """Whether the rule fires on what was logged up to the sample `index` of the lead, inclusive."""
        share = self._share(self.lead, index)
        return fires(self.rule, self._prefix(share), self._facts(share))

    def _share(self, curve: Curve, index: int) -> float:
        first, last = self._span(curve.series.axis)
        return (curve.series.step_at(index) - first) / max(last - first, 1)

    def _span(self, axis: str) -> tuple[int, int]:
        """First and last step of the curves that count alike."""
        bound = (curve for curves in self.curves.values() for curve in members(curves))
        series = [curve.series for curve in bound if curve.series.axis == axis]
        return min(one.step_at(0) for one in series), max(one.step_at(-1) for one in series)

    def _prefix(self, share: float) -> dict[str, Bound]:
        return {name: self._bound(curves, share) for name, curves in self.curves.items()}

    def _bound(self, curves: Bound, share: float) -> Bound:
        begun = tuple(c for c in (self._until(curve, share) for curve in members(curves)) if c is not None)
        return begun if isinstance(curves, tuple) else next(iter(begun), None)

    def _until(self, curve: Curve, share: float) -> Curve | None:
        first, last = self._span(curve.series.axis)
        stop = int(np.searchsorted(curve.series.step, round(first + share * (last - first)), side="right"))
        return Curve(_cut(curve.series, stop), curve.role) if stop else None

    def _facts(self, share: float) -> Facts:
        last = self.facts.last_step
        return replace(self.facts, last_step=float(np.floor(share * last))) if isfinite(last) else self.facts


def _cut(series: Series, stop: int) -> Series:
    """The samples of the half-open range [0, stop)."""
    wall_time = None if series.wall_time is None else series.wall_time[:stop]
    return Series(
        series.tag, series.step[:stop], series.value[:stop], wall_time, series.axis, series.superseded
    )


def decidable(finding: Finding, rule: Rule, curves: Mapping[str, Bound], facts: Facts) -> Place | None:
    """The first logged step at which the rule fires and goes on firing; None where that says nothing.

    Prefixes end at samples of the first required input, on long curves at every 64th part of it. Rules that
    judge how a run ended are not replayed, theirs is the last step; mere notes and rules that look at no
    curve have none.
    """
    leading = next((curves[name] for name, wanted in rule.inputs.items() if not wanted.optional), None)
    lead = max(members(leading), key=lambda curve: len(curve.series), default=None)
    if finding.severity == "info" or lead is None or len(lead.series) < 2:
        return None
    last = len(lead.series) - 1
    if rule.known == "end":
        return place_at(lead, last)
    replay = _Replay(rule, curves, facts, lead)
    ends = np.linspace(0, last, min(PREFIXES, last + 1)).round().astype(np.int64)
    begin = int(np.searchsorted(lead.series.step, finding.onset.step)) if finding.onset else 0
    ends = ends[ends >= min(begin, last)]
    return place_at(lead, int(ends[_first_for_good(replay, ends)]))


def _first_for_good(replay: _Replay, ends: Ints) -> int:
    """Bisection for the first prefix that fires, begun anew wherever a longer one turns out silent."""
    low, top = 0, len(ends) - 1
    while low < top:
        found = _bisect(replay, ends, low, top)
        # np.unique would load masked arrays, which cost a small scan a tenth of its time
        checks = sorted(set(np.linspace(found, top, LATER + 2).astype(np.int64)[1:-1].tolist()))
        silent = [at for at in checks if at > found and not replay.fires(int(ends[at]))]
        if not silent:
            return found
        low = silent[-1] + 1
    return top


def _bisect(replay: _Replay, ends: Ints, low: int, high: int) -> int:
    """The first of ends[low] .. ends[high] that fires, if those after it do; the last is known to fire."""
    while low < high:
        middle = (low + high) // 2
        if replay.fires(int(ends[middle])):
            high = middle
        else:
            low = middle + 1
    return low
