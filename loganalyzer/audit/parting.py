"""Where two curves part: the step from which they differ by more than noise allows, and stay so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loganalyzer.model.comparison import Better, Parting, Relation
from loganalyzer.model.role import Direction
from loganalyzer.model.run import Floats, Ints, Series
from loganalyzer.signal.robust import bridge, median, median_smooth, noise

# What two seeds of one training are allowed. Chosen on small networks for two tasks, where 0 of 350 and 26 of
# 450 pairs of curves that differ in their seed alone part; on a third that had no part in it 61 of 300 do,
# mostly scores on a small validation set. One in twenty there lies beyond four times what is allowed.
_TIMES_NOISE = 2.0
_SHARE_OF_RANGE = 0.1
_SHARE_OF_LEVEL = 0.01
# The end of a run is no proof of staying apart, unless the gap is wide.
_LEAST_STAY, _LEAST_SAMPLES, _WIDE = 0.15, 3, 4.0
_LOG_RANGE = 100.0
_WINDOW, _SMOOTHED_SHARE = 5, 1 / 40
# Beyond this, differences may overflow.
_MOST = 1e300

_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Course:
    """How two curves run beside each other over the logged steps that both cover."""

    relation: Relation
    first_step: int
    last_step: int
    same_until: int | None
    parting: Parting | None


def course(a: Series, b: Series, direction: Direction, thinned: tuple[bool, bool] = (False, False)) -> Course:
    """Compare two non-empty curves over the steps that lie within both.

    Values are compared at the steps of the curve with fewer of them there, the other one by straight lines
    in between. `thinned` says of which only the lowest and highest sample of each stretch are left.
    """
    first, last = max(a.step_at(0), b.step_at(0)), min(a.step_at(-1), b.step_at(-1))
    same_until, all_same = _same(a, b)
    if all_same:
        return Course("identical", first, last, same_until, None)
    inside = min(((x.step >= first) & (x.step <= last)).sum() for x in (a, b))
    if inside < _LEAST_SAMPLES:
        return Course("apart", first, last, same_until, None)
    left, right = (_middles(one) if thin else one for one, thin in zip((a, b), thinned, strict=True))
    parting = _parting(left, right, (first, last), direction)
    return Course("together" if parting is None else "parted", first, last, same_until, parting)


def _same(a: Series, b: Series) -> tuple[int | None, bool]:
    """The last shared step up to which the values are equal, and whether the curves are equal altogether."""
    _, at_a, at_b = np.intersect1d(a.step, b.step, assume_unique=True, return_indices=True)
    va, vb = a.value[at_a], b.value[at_b]
    equal = (va == vb) | (np.isnan(va) & np.isnan(vb))
    whole = bool(equal.all()) and equal.size == len(a) == len(b)
    n_equal = equal.size if bool(equal.all()) else int(equal.argmin())
    return (a.step_at(int(at_a[n_equal - 1])) if n_equal else None), whole


def _middles(series: Series) -> Series:
    """The middles between the lowest and the highest of each stretch: extremes would look like noise."""
    pairs = len(series) // 2
    low, high = series.value[: 2 * pairs : 2], series.value[1 : 2 * pairs : 2]
    return Series(series.tag, series.step[1 : 2 * pairs : 2].copy(), low / 2 + high / 2, axis=series.axis)


def _parting(a: Series, b: Series, span: tuple[int, int], direction: Direction) -> Parting | None:
    within = [one.step[(one.step >= span[0]) & (one.step <= span[1])] for one in (a, b)]
    step = min(within, key=len)
    if step.size < _LEAST_SAMPLES:
        return None
    (va, bad_a), (vb, bad_b) = _at(a, step), _at(b, step)
    gap, allowed = _gap(va, vb)
    odd = bad_a != bad_b
    beyond = odd | ((np.abs(gap) > allowed) & ~bad_a)
    start = _start(beyond, np.where(odd, 2 * bad_b - 1.0, np.sign(gap)))
    if start is None:
        return None
    strength = median(np.abs(gap[start:])) / allowed if allowed else np.inf
    is_odd = bool(odd[start:].any())
    least = _LEAST_SAMPLES if is_odd or strength > _WIDE else max(_LEAST_SAMPLES, _LEAST_STAY * step.size)
    if step.size - start < least and not odd[-1]:
        return None
    levels = _level(va[start:], bad_a[start:]), _level(vb[start:], bad_b[start:])
    return Parting(
        step=int(step[start]),
        after=int(step[start - 1]) if start else None,
        level_a=levels[0],
        level_b=levels[1],
        strength=None if is_odd or not np.isfinite(strength) else float(strength),
        better=_better(*levels, direction),
    )


def _at(series: Series, step: Ints) -> tuple[Floats, _Mask]:
    """The values at `step` by straight lines, and where the last sample logged by then is not finite."""
    known = bridge(np.clip(series.value, -_MOST, _MOST))
    behind = np.searchsorted(series.step, step, side="right") - 1
    return np.interp(step, series.step, known), ~np.isfinite(series.value[np.maximum(behind, 0)])


def _gap(a: Floats, b: Floats) -> tuple[Floats, float]:
    """How far B lies above A, smoothed, and how far noise and chance may bring it."""
    least, most = min(a.min(), b.min()), max(a.max(), b.max())
    if least > 0 and most / _LOG_RANGE > least:
        a, b = np.log(a), np.log(b)
    window = max(_WINDOW, 2 * int(a.size * _SMOOTHED_SHARE / 2) + 1)
    smooth = median_smooth(a, window), median_smooth(b, window)
    span = min(float(one.max() / 2 - one.min() / 2) * 2 for one in smooth)
    level = median(np.abs(np.concatenate((a, b))))
    allowed = max(
        _TIMES_NOISE * float(np.hypot(noise(a), noise(b))), _SHARE_OF_RANGE * span, _SHARE_OF_LEVEL * level
    )
    return median_smooth(b / 2 - a / 2, window) * 2, allowed


def _start(beyond: _Mask, sign: Floats) -> int | None:
    """The first sample from which all are beyond what is allowed, on the side where the last one is."""
    stays = beyond & (sign == sign[-1])
    broken = np.flatnonzero(~stays)
    start = int(broken[-1]) + 1 if broken.size else 0
    return start if start < stays.size else None


def _level(value: Floats, bad: _Mask) -> float | None:
    return None if bool(bad[-1]) else median(value[~bad])


def _better(a: float | None, b: float | None, direction: Direction) -> Better:
    if a is None or b is None:
        return "b" if a is None else "a"
    if direction == "none" or a == b:
        return ""
    return "a" if (a < b) == (direction == "lower") else "b"
