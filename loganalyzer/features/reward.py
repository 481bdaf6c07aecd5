"""What a policy earns: learning by reward is judged by the mean return, smoothed, and not by losses.

A return is noisy from episode to episode, or is logged as a running mean that wanders. So a curve is cut
into at most a hundred blocks, whose means are smoothed once more; a rise or fall counts when it is large
against the scatter of the blocks around that course.
"""

from __future__ import annotations

from math import isfinite, nan

import numpy as np

from loganalyzer.features.curve import Curve
from loganalyzer.model.run import Floats, Ints
from loganalyzer.signal.robust import median

BLOCKS = 100
# standard deviations; a running mean that begins with few episodes lies up to a dozen off
AT_ONCE = 20.0


def _starts(of: Curve) -> Ints:
    """The first sample of each block, shape (m,)."""
    n = of.finite.size
    m = min(n, BLOCKS)
    return (np.arange(m) * n) // max(m, 1)


def _blocks(of: Curve) -> Floats:
    """Block means of the curve with higher better, shape (m,)."""
    start = _starts(of)
    ends = np.append(start[1:], of.finite.size)
    means: Floats = np.add.reduceat(of.finite, start) / (ends - start)
    return -means if of.role.direction == "lower" else means


def _running(value: Floats, half: int) -> Floats:
    """Means over windows of `2 half + 1` points, cut off at the ends."""
    total = np.concatenate(([0.0], np.cumsum(value)))
    at = np.arange(value.size)
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, value.size)
    means: Floats = (total[high] - total[low]) / (high - low)
    return means


def _course(of: Curve) -> Floats:
    """The block means over windows of a twentieth of the run, at least three blocks."""
    blocks = _blocks(of)
    return _running(blocks, max(1, blocks.size // 40))


def _tenths(of: Curve) -> Floats:
    """Mean of each tenth of the run; fewer, of eight blocks each, where there are few blocks."""
    blocks = _blocks(of)
    parts = int(min(10, max(2, blocks.size // 8)))
    return np.array([float(part.mean()) for part in np.array_split(blocks, parts)])


def _scatter(of: Curve) -> float:
    """How far a block lies from the course, as a standard deviation."""
    return 1.4826 * median(np.abs(_blocks(of) - _course(of)))


def _in_scatter(amount: float, of: Curve) -> float:
    """`amount` as a multiple of the scatter; of a curve without scatter, of a hair of its level."""
    hair = 1e-6 * float(np.abs(_blocks(of)).max()) + 1e-12
    return amount / max(_scatter(of), hair)


def _in_level(amount: float, level: float) -> float:
    """`amount` as a share of a level; what a level of zero gained is beyond any share."""
    return amount / max(abs(level), 1e-12)


def first_return(of: Curve) -> float:
    """The mean over the first tenth of the run, in the curve's own units with higher better."""
    return float(_tenths(of)[0])


def last_return(of: Curve) -> float:
    """The mean over the last tenth of the run, in the curve's own units with higher better."""
    return float(_tenths(of)[-1])


def best_return(of: Curve) -> float:
    """The best of the smoothed course, in the curve's own units with higher better."""
    return float(_course(of).max())


def _begin(of: Curve) -> float:
    """Where the return began: the mean of the first tenth, or of a lower first block if it rose at once.

    It did where one of the first three blocks lies far below the median, measured by the scatter.
    """
    blocks = _blocks(of)
    lowest = float(blocks[:3].min())
    return lowest if _in_scatter(median(blocks) - lowest, of) > AT_ONCE else float(_tenths(of)[0])


def gain_in_scatter(of: Curve) -> float:
    """How far the best later tenth lies above the begin, in standard deviations of the scatter."""
    return _in_scatter(float(_tenths(of)[1:].max()) - _begin(of), of)


def gain_in_level(of: Curve) -> float:
    """How far the best later tenth lies above the begin, as a share of that level."""
    begin = _begin(of)
    return _in_level(float(_tenths(of)[1:].max()) - begin, begin)


def net_gain_in_level(of: Curve) -> float:
    """How far the last tenth lies above the begin, as a share of that level."""
    begin = _begin(of)
    return _in_level(float(_tenths(of)[-1]) - begin, begin)


def first_share(of: Curve) -> float:
    """The mean over the first tenth if all values lie between 0 and 1, else NaN."""
    return first_return(of) if _is_share(of) else nan


def last_share(of: Curve) -> float:
    """The mean over the last tenth if all values lie between 0 and 1, else NaN."""
    return last_return(of) if _is_share(of) else nan


def _is_share(of: Curve) -> bool:
    return float(of.finite.min()) >= 0.0 and float(of.finite.max()) <= 1.0


def _climb(of: Curve) -> float:
    """How far the best of the course lies above the lowest point of the course before it."""
    course = _course(of)
    best = int(course.argmax())
    return float(course[best] - course[: best + 1].min())


def climb_in_level(of: Curve) -> float:
    """How far the course climbed to its best, as a share of the larger of both levels."""
    course = _course(of)
    best = float(course.max())
    return _in_level(_climb(of), max(abs(best), abs(best - _climb(of))))


def lost_share(of: Curve) -> float:
    """The share of its climb that the course lost again by its last tenth: 0 none, 1 all."""
    climb = _climb(of)
    return (best_return(of) - last_return(of)) / climb if climb > 0 else 0.0


def _fall(of: Curve, share: float) -> int:
    """The block after which the course stays below its best by more than `share` of the climb."""
    course = _course(of)
    near = np.flatnonzero(course >= course.max() - share * _climb(of))
    return int(near[-1]) + 1


def fallen_share(of: Curve, share: float) -> float:
    """The share of the run, up to its end, that lies below the best by more than `share` of the climb."""
    return 1.0 - _fall(of, share) / _starts(of).size


def lost_for_good(of: Curve, share: float, least: float) -> float:
    """The share of its climb that is lost if the course has been down, as in `fallen_share`, for `least`."""
    return lost_share(of) if fallen_share(of, share) >= least else 0.0


def return_fall_index(of: Curve, share: float) -> float:
    """The sample from which on the course has been down, as in `fallen_share`."""
    at, start = _fall(of, share), _starts(of)
    return float(start[at]) if at < start.size else nan


def climbed_again(of: Curve) -> float:
    """All rises of the course together as a multiple of its climb to the best: 1 for one straight climb."""
    climb = _climb(of)
    steps = np.diff(_course(of))
    return float(steps[steps > 0.0].sum()) / climb if climb > 0.0 else 0.0


def dip_share(of: Curve, since: float, other: Curve, width: float) -> float:
    """The share of its climb so far that the curve loses soon after sample `since` of `other`.

    Soon is within `width`, a share of the run; 0 for nowhere. Some loggers write what an update did only
    with the returns that follow it, so the return of that very step counts as after it.
    """
    if not isfinite(since):
        return 0.0
    blocks = _blocks(of)
    at = _block_at(of, int(other.series.step[int(since)]))
    reach = max(2, round(width * blocks.size))
    before = blocks[: max(at, 1)]
    level = float(before[-3:].mean())
    climb = level - float(_running(before, 1).min())
    after = blocks[max(at, 1) : at + 1 + reach]
    if not after.size or climb <= 4.0 * _scatter(of):
        return 0.0
    return (level - float(after.min())) / climb


def _block_at(of: Curve, step: int) -> int:
    """The last block that began at or before a step; the first one if none did."""
    sample = int(np.searchsorted(of.series.step, step, side="right")) - 1
    return max(0, int(np.searchsorted(_starts(of), sample, side="right")) - 1)


def resumed_share(of: Curve) -> float:
    """How much of all steps counted lies before the first point of the log; near 0 for a fresh run."""
    first, last = of.series.step_at(0), of.series.step_at(-1)
    return max(first, 0) / last if last > 0 else 0.0


REWARD = (
    best_return,
    climb_in_level,
    climbed_again,
    dip_share,
    fallen_share,
    first_return,
    first_share,
    gain_in_level,
    gain_in_scatter,
    last_return,
    last_share,
    lost_for_good,
    lost_share,
    net_gain_in_level,
    resumed_share,
    return_fall_index,
)
"""Features of rewards; scores and returns may be of either sign."""
