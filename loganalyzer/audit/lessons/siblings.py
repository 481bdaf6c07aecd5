"""Runs alike but for their seed: how far seeds alone move the result, and which run stands out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from math import isfinite
from statistics import mean, median, stdev

from loganalyzer.audit.lessons.counting import rate
from loganalyzer.audit.lessons.outcomes import is_judged, once
from loganalyzer.audit.lessons.settings import key_of, names_aside
from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import Outlier, SiblingGroup

MIN_GROUP = 6
"""Of five or fewer the median deviation says next to nothing: an outlier has to lie eight of them away."""
OUTLIER_Z = 3.6
OUTLIER_Z_SMALL = 15.0
"""Iglewicz and Hoaglin (1993) take 3.5 for one value. Of n normal values one reaches 3.6 + 15 / n, counted in
median deviations, in about 5 % of groups, for n from 6 to 300 (found by simulation, as Croux and Rousseeuw
(1992) found their corrections for small samples)."""
MAD_TO_DEVIATION = 1.4826
SMALLEST_SPREAD = 1e-3
"""Seeds that agree to a thousandth are not told apart: the last digits are those of the machine."""

Key = tuple[object, ...]

_SEED_IN_NAME = re.compile(r"(?i)(seed|(?<![a-z])s(?:d)?)([-_=]?)\d+(?![a-z0-9.])")
_MOMENT = re.compile(r"\d{4,}|\d\d(?:[-:_]\d\d)+")


def siblings_of(runs: Iterable[PastRun]) -> tuple[SiblingGroup, ...]:
    """Groups of two or more judged runs that differ in their seed alone, sorted; copies count once."""
    judged = [run for run in once(runs) if is_judged(run)]
    groups = grouped(judged, names_aside(judged))
    return tuple(sorted((_group(group) for group in groups if len(group) > 1), key=lambda one: one.names))


def grouped(runs: Iterable[PastRun], aside: Collection[str]) -> list[list[PastRun]]:
    """The runs in groups of equal `family_of`, in the order in which each begins."""
    groups: dict[Key, list[PastRun]] = {}
    for run in runs:
        groups.setdefault(family_of(run, aside), []).append(run)
    return list(groups.values())


def family_of(run: PastRun, aside: Collection[str]) -> Key:
    """What siblings share: folder, judged curve and settings, or without settings their names but for a seed.

    Settings named in `aside` do not count, nor does when a folder was made.
    """
    settings = key_of(run, aside)
    if not settings:
        return (without_seed(run.name), run.tag)
    return (_MOMENT.sub("*", without_seed(run.name.rpartition("/")[0])), run.tag, settings)


def without_seed(name: str) -> str:
    """A name with the number of its seed replaced: `ppo_seed3` and `ppo_seed11` become the same."""
    return _SEED_IN_NAME.sub(r"\1\2*", name)


def spread_of(values: Sequence[float]) -> float:
    """The median absolute deviation as a standard deviation, no less than a thousandth of the median."""
    middle = median(values)
    deviation = MAD_TO_DEVIATION * median(abs(value - middle) for value in values)
    return max(deviation, SMALLEST_SPREAD * abs(middle))


def _group(runs: Sequence[PastRun]) -> SiblingGroup:
    bests = [run.best for run in runs if run.best is not None and isfinite(run.best)]
    lower = runs[0].lower_is_better
    return SiblingGroup(
        label=without_seed(runs[0].name),
        tag=runs[0].tag,
        names=tuple(sorted(run.name for run in runs)),
        failed=rate("", sum(run.verdict == "sick" for run in runs), len(runs)),
        mean=mean(bests) if bests else None,
        deviation=stdev(bests) if len(bests) > 1 else None,
        best=(min if lower else max)(bests, default=None),
        worst=(max if lower else min)(bests, default=None),
        outliers=_outliers(runs, bests),
    )


def _outliers(runs: Sequence[PastRun], bests: Sequence[float]) -> tuple[Outlier, ...]:
    if len(bests) < MIN_GROUP:
        return ()
    middle, spread = median(bests), spread_of(bests)
    if spread == 0:
        return ()
    found = []
    for run in runs:
        if run.best is None or not isfinite(run.best):
            continue
        z = (run.best - middle) / spread * (1 if run.lower_is_better else -1)
        if abs(z) > OUTLIER_Z + OUTLIER_Z_SMALL / len(bests):
            found.append(Outlier(run.name, run.best, z))
    return tuple(sorted(found, key=lambda one: (-one.z, one.name)))
