"""What failures have in common: for each pathology the hyper-parameters that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from loganalyzer.audit.lessons.causes.sample import Sample, sample_of, units_of
from loganalyzer.audit.lessons.causes.search import (
    ALPHA,
    FURTHER,
    MIN_RATIO,
    MOST_CAUSES,
    Found,
    refined,
    strongest,
)
from loganalyzer.audit.lessons.causes.splits import Split, splits_of
from loganalyzer.audit.lessons.causes.tables import tables_of
from loganalyzer.audit.lessons.causes.tree import combination, members_of
from loganalyzer.audit.lessons.counting import Mask, holm, rate
from loganalyzer.audit.lessons.outcomes import failing_of, is_judged, once, pathologies_of
from loganalyzer.audit.lessons.settings import Column, columns_of
from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import Cause, Causes, Unexplained
from loganalyzer.model.run import Ints

MIN_RUNS = 8
MIN_FAILING = 3
"""Three failures of eight runs, all on one side of a half, come by chance in one case of seven: below that no
pattern whatever could be told from chance, even if only one had been tried."""
PLAIN_RATIO = 1.5
"""Halfway to `MIN_RATIO`: a further cause is diluted by the failures of the first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One pathology under search: `failing` (runs,), the sample, and the strongest split of all."""

    pathology: str
    failing: Mask
    sample: Sample
    first: Found
    rng: np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class _Archive:
    columns: tuple[Column, ...]
    splits: tuple[Split, ...]
    unit: Ints


def find_causes(runs: Iterable[PastRun], seed: int = 0) -> Causes:
    """What the failures of these runs have in common; the order of the runs does not matter.

    Runs that could not be judged, or have no hyper-parameters, are left aside, and copies count once. All
    that is said holds together: the chance of a single false cause is `ALPHA`, over all pathologies (Holm)
    and all splits (Westfall and Young). `seed` drives the exchanges.
    """
    judged = [run for run in once(runs) if is_judged(run) and run.hparams]
    columns, left_out = columns_of(judged)
    archive = _Archive(columns, splits_of(columns), units_of(columns, len(judged)))
    failing = {name: failing_of(judged, name) for name in pathologies_of(judged)}
    reasons = {name: _too_little(fails, archive.splits) for name, fails in failing.items()}
    searches = [_search(name, failing[name], archive, seed) for name, why in reasons.items() if not why]
    causes: list[Cause] = []
    for search, p_value in zip(searches, holm([one.first.p_value for one in searches]), strict=True):
        if p_value <= ALPHA and search.first.ratio >= MIN_RATIO:
            causes += _causes(search, p_value, archive)
        else:
            reasons[search.pathology] = _nothing(p_value, archive)
    unexplained = (_unexplained(name, failing[name], why) for name, why in reasons.items() if why)
    tables = tables_of(columns, failing)
    return Causes(len(judged), len(columns), tuple(causes), tuple(unexplained), left_out, tables)


def _too_little(failing: Mask, splits: Sequence[Split]) -> str:
    """Why there is nothing to search, or nothing."""
    bad, good = int(failing.sum()), int((~failing).sum())
    if bad + good < MIN_RUNS or min(bad, good) < MIN_FAILING:
        least = f"{MIN_FAILING} with it and {MIN_FAILING} without"
        return f"needs at least {MIN_RUNS} runs with hyper-parameters, {least}"
    return "" if splits else "no hyper-parameter was varied over enough runs"


def _nothing(p_value: float, archive: _Archive) -> str:
    tried = f"{len(archive.splits):,} splits of {len(archive.columns):,} hyper-parameters"
    if p_value <= ALPHA:
        return f"the best of {tried} changes its rate by less than a factor of {MIN_RATIO:g}"
    return f"the best of {tried} is no better than chance may be (corrected p = {p_value:.2g})"


def _unexplained(pathology: str, failing: Mask, reason: str) -> Unexplained:
    return Unexplained(pathology, int(failing.sum()), failing.size, reason)


def _search(pathology: str, failing: Mask, archive: _Archive, seed: int) -> _Search:
    rng = np.random.default_rng((seed, crc32(pathology.encode())))
    sample = sample_of(archive.columns, archive.splits, archive.unit, failing, rng)
    first = strongest(sample, (np.arange(sample.runs.size),), rng)
    return _Search(pathology, failing, sample, first, rng)


def _causes(search: _Search, p_value: float, archive: _Archive) -> list[Cause]:
    """The first cause, or a combination that says it better, and those that remain once it is allowed for."""
    sample, first = search.sample, search.first
    joint = combination(sample, archive.splits, first.split, search.rng)
    if joint is None:
        causes = [_cause(search, first.split, p_value, archive)]
        strata = refined(sample, first.split, (np.arange(sample.runs.size),))
    else:
        causes = [_together(search, joint.sides, max(p_value, joint.p_value), archive)]
        members = members_of(sample, joint.sides)
        strata = np.flatnonzero(members), np.flatnonzero(~members)
    named = {condition.name for condition in causes[0].conditions}
    for _ in range(MOST_CAUSES - 1):
        found = strongest(sample, strata, search.rng)
        if found.p_value > FURTHER:
            break
        strata = refined(sample, found.split, strata)
        name = archive.splits[found.split].column.name
        if name not in named and found.ratio >= MIN_RATIO and _is_plain(sample, found.split):
            causes.append(_cause(search, found.split, max(p_value, found.p_value), archive))
        named.add(name)
    return causes


def _is_plain(sample: Sample, split: int) -> bool:
    """Whether a cause shows in the rates that are printed, of all runs, and not only beside another cause."""
    return sample.ratio(split, (np.arange(sample.runs.size),)) >= PLAIN_RATIO


def _cause(search: _Search, split: int, p_value: float, archive: _Archive) -> Cause:
    chosen = archive.splits[split]
    inside, known = chosen.inside(chosen.column.code), chosen.known(chosen.column.code)
    bad = search.failing
    flipped = bool(bad[inside].mean() < bad[known & ~inside].mean())
    also = [
        other.condition(inside=bool(same) != flipped)
        for other in archive.splits
        if other.column.name != chosen.column.name and (same := _same(inside, known, other)) is not None
    ]
    members = (known & ~inside) if flipped else inside
    return Cause(
        search.pathology,
        (chosen.condition(inside=not flipped),),
        rate("", int(bad[members].sum()), int(members.sum())),
        rate("", int(bad[known & ~members].sum()), int((known & ~members).sum())),
        p_value,
        tuple(also),
    )


def _same(inside: Mask, known: Mask, other: Split) -> bool | None:
    """Whether the other split has the same runs inside, or exactly the others; None if neither."""
    theirs, both = other.inside(other.column.code), other.known(other.column.code)
    if not np.array_equal(known, both):
        return None
    if np.array_equal(inside, theirs):
        return True
    return False if np.array_equal(inside, both & ~theirs) else None


def _together(search: _Search, sides: Sequence[tuple[int, bool]], p_value: float, archive: _Archive) -> Cause:
    members = known = np.ones(search.failing.size, dtype=bool)
    for place, side in sides:
        split = archive.splits[place]
        inside, there = split.inside(split.column.code), split.known(split.column.code)
        members, known = members & there & (inside == side), known & there
    bad, others = search.failing, known & ~members
    conditions = tuple(archive.splits[place].condition(inside=side) for place, side in sides)
    return Cause(
        search.pathology,
        tuple(sorted(conditions, key=lambda one: one.name)),
        rate("", int(bad[members].sum()), int(members.sum())),
        rate("", int(bad[others].sum()), int(others.sum())),
        p_value,
    )
