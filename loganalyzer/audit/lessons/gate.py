"""Whether new runs are worse than the runs they come after: a gate for changes of code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite, sqrt
from statistics import mean, stdev

from loganalyzer.audit.lessons.counting import holm, student_tail
from loganalyzer.audit.lessons.outcomes import criticals, in_order, is_judged, once
from loganalyzer.audit.lessons.settings import key_of, names_aside
from loganalyzer.audit.lessons.siblings import SMALLEST_SPREAD, Key, family_of
from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import Gate, GateLine

ALPHA = 0.01
"""The chance that a gate stops a change that did no harm, over all runs it looks at (Holm 1979)."""
MIN_SIBLINGS = 3
"""Of two siblings, nothing nearer than 39 of their deviations would count as worse."""


@dataclass(frozen=True, slots=True)
class _Baseline:
    """Runs of the baseline by name, by family, and by settings wherever they lie."""

    by_name: dict[str, PastRun]
    by_family: dict[Key, list[PastRun]]
    by_settings: dict[Key, list[PastRun]]
    aside: frozenset[str]

    def siblings_of(self, run: PastRun) -> list[PastRun]:
        """The runs to hold `run` against: those like the one of its name, or else those of its settings."""
        named = self.by_name.get(run.name)
        family = self.by_family.get(family_of(run if named is None else named, self.aside), [])
        return family or self.by_settings.get(_settings(run, self.aside), [])


def gate(baseline: Sequence[PastRun], current: Sequence[PastRun]) -> Gate:
    """A verdict on each current run, held against its siblings in the baseline.

    A critical finding that none of them had comes first. A run is worse beyond the noise of seeds where its
    best value lies outside the interval in which one more of normal values is to be expected (Hahn and Meeker
    1991), corrected for all current runs.
    """
    known = _index(baseline, names_aside([*baseline, *current]))
    lines = [_line(run, known.siblings_of(run)) for run in in_order(current)]
    tested = [at for at, line in enumerate(lines) if line.p_value is not None]
    for at, p_value in zip(tested, holm([lines[at].p_value or 0.0 for at in tested]), strict=True):
        status = "worse" if p_value <= ALPHA and lines[at].status == "as before" else lines[at].status
        lines[at] = replace(lines[at], status=status, p_value=p_value)
    return Gate(tuple(lines))


def _index(baseline: Sequence[PastRun], aside: frozenset[str]) -> _Baseline:
    known = _Baseline({}, {}, {}, aside)
    for run in once(baseline):
        if is_judged(run):
            known.by_name.setdefault(run.name, run)
            known.by_family.setdefault(family_of(run, aside), []).append(run)
            known.by_settings.setdefault(_settings(run, aside), []).append(run)
    return known


def _settings(run: PastRun, aside: frozenset[str]) -> Key:
    """Settings alone; a run without any is alike only to itself."""
    return (run.tag, key_of(run, aside) or run.name)


def _line(run: PastRun, siblings: Sequence[PastRun]) -> GateLine:
    if not is_judged(run):
        return GateLine(run.name, "not judged", len(siblings), f"the run is {run.verdict}")
    had = frozenset().union(*map(criticals, siblings))
    new = tuple(sorted(criticals(run) - had))
    if new:
        text = f"{', '.join(new)}: in none of the {len(siblings)} siblings" if siblings else ", ".join(new)
        return GateLine(run.name, "new critical", len(siblings), text, new)
    if not siblings:
        return GateLine(run.name, "no siblings", 0, "the baseline has no run of its name or settings")
    return _compared(run, siblings)


def _compared(run: PastRun, siblings: Sequence[PastRun]) -> GateLine:
    """The best value against the siblings'; runs judged by another curve say nothing about it."""
    bests = [
        one.best for one in siblings if one.tag == run.tag and one.best is not None and isfinite(one.best)
    ]
    if len(bests) < MIN_SIBLINGS or run.best is None or not isfinite(run.best):
        text = f"{len(bests)} of {MIN_SIBLINGS} siblings with a best value to compare with"
        return GateLine(run.name, "too few", len(siblings), text)
    middle, deviation = mean(bests), stdev(bests)
    text = f"best {run.tag} {run.best:.4g}, siblings {middle:.4g} ± {deviation:.2g}"
    return GateLine(
        run.name, "as before", len(siblings), text, p_value=_tail(run, middle, deviation, len(bests))
    )


def _tail(run: PastRun, middle: float, deviation: float, n: int) -> float:
    """The chance that one more of n normal siblings is as bad as this run."""
    spread = max(deviation, SMALLEST_SPREAD * abs(middle))
    worse = ((run.best or 0.0) - middle) * (1 if run.lower_is_better else -1)
    return student_tail(
        worse / (spread * sqrt(1 + 1 / n)) if spread else worse * inf if worse else 0.0, n - 1
    )
