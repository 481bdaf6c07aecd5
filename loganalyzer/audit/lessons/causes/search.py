"""The strongest split of a sample, its chance under no effect at all, and what more it leaves to find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from loganalyzer.audit.lessons.causes.sample import Sample
from loganalyzer.model.run import Floats, Ints

ALPHA = 0.04
"""The chance that anything false is said of an archive in which nothing is to be found."""
FURTHER = 0.02
"""The chance that something false is added to a cause that was found: a second one, or a combination."""
MIN_RATIO = 2.0
"""At twice the rate, more than half of the failures on that side would not have come at the rate of the other
(the attributable fraction, Levin 1953); below, the hyper-parameter explains the lesser part of them."""
MOST_CAUSES = 3
_BLOCK = 111
_BLOCKS = 9
"""999 exchanges: the smallest p-value, 0.001, survives the correction for forty pathologies."""
_ROUNDING = 1e-6

Statistic = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Found:
    """The place of a split in the sample, its corrected p-value and its ratio of rates."""

    split: int
    p_value: float
    ratio: float


def strongest(sample: Sample, strata: Sequence[Ints], rng: np.random.Generator) -> Found:
    """The split that parts failing from other rows best, given the strata.

    Its p-value is that of the best of all splits when outcomes are exchanged within strata (Westfall and
    Young 1993, max T): it allows for every cut and hyper-parameter tried, and for how alike they are.
    """

    def best_of(failing: Floats, runs: Floats) -> Floats:
        best: Floats = sample.statistic(failing, runs, strata).max(axis=0)
        return best

    observed = sample.statistic(sample.failing[:, None], sample.runs[:, None], strata)[:, 0]
    split = int(np.argmax(np.round(observed, 6)))
    p_value = chance(sample, strata, float(observed[split]), best_of, rng)
    return Found(split, p_value, sample.ratio(split, strata))


def chance(
    sample: Sample,
    strata: Sequence[Ints],
    observed: float,
    statistic: Statistic,
    rng: np.random.Generator,
    blocks: int = _BLOCKS,
) -> float:
    """The p-value of `observed` among values of `statistic` on counts exchanged within strata."""
    reached = done = 0
    for _ in range(blocks):
        order = _exchanged(sample.runs.size, strata, _BLOCK, rng)
        # Single runs all count one: exchanging their number would change nothing but the time taken.
        runs = sample.runs[:, None] if sample.runs.max() == 1 else sample.runs[order]
        reached += int(np.sum(statistic(sample.failing[order], runs) >= observed - _ROUNDING))
        done += _BLOCK
        if reached > ALPHA * blocks * _BLOCK:  # settled: nothing is there (Besag and Clifford 1991)
            break
    return (1 + reached) / (1 + done)


def _exchanged(n: int, strata: Sequence[Ints], times: int, rng: np.random.Generator) -> Ints:
    """Orders of n rows, (n, times), each exchanging rows within strata alone."""
    order = np.tile(np.arange(n)[:, None], (1, times))
    for rows in strata:
        order[rows] = rng.permuted(order[rows], axis=0)
    return order


def refined(sample: Sample, split: int, strata: Sequence[Ints]) -> tuple[Ints, ...]:
    """The strata, each parted further into rows inside, outside and not known to the split."""
    inside = sample.inside[:, split] > 0
    known = sample.known[:, sample.owner[split]] > 0
    parts = (
        part
        for rows in strata
        for part in (rows[inside[rows]], rows[(known & ~inside)[rows]], rows[~known[rows]])
    )
    return tuple(part for part in parts if part.size)
