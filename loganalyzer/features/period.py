"""Patterns that come again with every epoch, or with a period found in the curve itself.

Measured by prediction: what one half of the epochs (every other one) tells of the other half. Noise tells
nothing, a trend is removed before, and a single event fits into one epoch only.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log, nan

import numpy as np

from loganalyzer.features.curve import Curve
from loganalyzer.model.run import Floats, Ints
from loganalyzer.signal.robust import mean_smooth, median, quantile_between

MOST_PHASES = 20
FEWEST_PHASES = 4
FEWEST_EPOCHS = 4
# of a longer curve its end is looked at: a pattern that lasts is there as well
MOST_SAMPLES = 50_000
# a batch that is not like its neighbours, as the last and smaller one of an epoch, is no pattern
CLIPPED = 0.98
# what is less than a hundredth of the level away from it counts as noise
VISIBLE = 0.01
# a sample on the edge of a cell is in it, whatever the division leaves
EXACT = 1e-6
# between single batches (0) and running means (-1), nearer to these: fixed batches may fade a little
RUNNING = -0.6
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class _Cells:
    """The curve in up to 20 cells an epoch: `mean` (m,) of each, `unaveraged` (m,), `epoch`, `phase` (m,).

    `unaveraged` takes the values for running means since the epoch began and undoes that: the mean of
    the batches of one cell is what the sums behind two running means differ by.
    """

    mean: Floats
    unaveraged: Floats
    epoch: Ints
    phase: Ints
    phases: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What comes again: predicted share of the variance, swing in shares of the level, roughness."""

    repeat: float
    swing: float
    roughness: float


NO_PATTERN = _Pattern(0.0, 0.0, 1.0)
UNKNOWN = _Pattern(nan, nan, nan)


def samples_per_epoch(of: Curve, epochs: Curve) -> float:
    """How many samples lie between two of `epochs`, a curve of one point an epoch; NaN if under four."""
    return _samples(of, _epoch_steps(of, epochs))


def epoch_count(of: Curve, epochs: Curve) -> float:
    """How many epochs the curve spans by that."""
    return _count(of, _epoch_steps(of, epochs))


def epoch_repeat(of: Curve, epochs: Curve) -> float:
    """The share of the variance within epochs that every other epoch predicts, running means undone."""
    return _within_epochs(of, epochs).repeat


def epoch_swing(of: Curve, epochs: Curve) -> float:
    """From the lowest to the highest point of the pattern, as a share of the level around it."""
    return _within_epochs(of, epochs).swing


def epoch_roughness(of: Curve, epochs: Curve) -> float:
    """How unlike neighbouring points of the pattern are: near 0 for a ramp, 1 where each is for itself."""
    return _within_epochs(of, epochs).roughness


def epoch_fading(of: Curve, epochs: Curve) -> float:
    """How the scatter of the steps within an epoch goes with their number k: about k to this power.

    Near 0 for single batches, near -1 for running means since the epoch began; the common pattern is
    taken off before.
    """
    cells = _cells(of, _epoch_steps(of, epochs))
    return _fading(cells) if cells else nan


def period_samples(of: Curve) -> float:
    """The length in samples of a pattern found to repeat all along the curve, at least four; NaN for none."""
    return _samples(of, _found_steps(of))


def period_count(of: Curve) -> float:
    """How many of these periods the curve spans."""
    return _count(of, _found_steps(of))


def period_repeat(of: Curve) -> float:
    """As `epoch_repeat`, for the period found."""
    cells = _cells(of, _found_steps(of))
    return _pattern_of(cells.mean, cells).repeat if cells else nan


def period_swing(of: Curve) -> float:
    """As `epoch_swing`, for the period found."""
    cells = _cells(of, _found_steps(of))
    return _pattern_of(cells.mean, cells).swing if cells else nan


def _within_epochs(of: Curve, epochs: Curve) -> _Pattern:
    cells = _cells(of, _epoch_steps(of, epochs))
    if cells is None:
        return UNKNOWN
    return _pattern_of(cells.unaveraged if _fading(cells) < RUNNING else cells.mean, cells)


def _stride(of: Curve) -> float:
    step = of.series.step
    return median(np.diff(step).astype(np.float64)) if step.size > 1 else nan


def _epoch_steps(of: Curve, epochs: Curve) -> float:
    """An epoch in steps of the curve: the stride of `epochs` if it counts the same steps, else by number."""
    n = len(epochs.series)
    if n < FEWEST_EPOCHS or len(of.series) < FEWEST_PHASES * n:
        return nan
    own, other = _stride(of), _stride(epochs)
    first, last = of.series.step_at(0), of.series.step_at(-1)
    same_steps = 0.7 <= epochs.series.step_at(-1) / max(last, 1) <= 1.1
    return other if same_steps and other >= FEWEST_PHASES * own else (last - first + own) / n


def _found_steps(of: Curve) -> float:
    return _shortest(of, of.period * _stride(of)) if of.period else nan


def _shortest(of: Curve, steps: float) -> float:
    """The same period, or the part of it that explains as much: two rounds are a period too."""
    cut = [_cells(of, steps / k) for k in (1, 2, 3, 4)]
    explained = [_pattern_of(cells.mean, cells).repeat if cells else 0.0 for cells in cut]
    good = [k for k, share in enumerate(explained, 1) if share >= 0.9 * explained[0]]
    return steps / max(good)


def _samples(of: Curve, steps: float) -> float:
    samples = steps / _stride(of) if isfinite(steps) else nan
    return samples if samples >= FEWEST_PHASES - 0.5 else nan


def _count(of: Curve, steps: float) -> float:
    return (of.series.step_at(-1) - of.series.step_at(0)) / steps if isfinite(_samples(of, steps)) else nan


def _cells(of: Curve, steps: float) -> _Cells | None:
    samples = _samples(of, steps)
    if not isfinite(samples) or not _count(of, steps) >= FEWEST_EPOCHS:
        return None
    phases = min(MOST_PHASES, round(samples))
    value = of.finite[-MOST_SAMPLES:]
    since = (of.series.step[-MOST_SAMPLES:] - of.series.step[0]).astype(np.float64)
    epoch = np.floor(since / steps + EXACT)
    phase = np.floor((since / steps - epoch) * phases + EXACT)
    name = (epoch * phases + np.clip(phase, 0, phases - 1)).astype(np.int64)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(name)) + 1))
    lasts = np.append(starts[1:], name.size) - 1
    mean = np.add.reduceat(value, starts) / (lasts - starts + 1)
    of_epoch, of_phase = name[starts] // phases, name[starts] % phases
    return _Cells(mean, _unaveraged(value[lasts], lasts, of_epoch), of_epoch, of_phase, phases)


def _unaveraged(value: Floats, at: Ints, epoch: Ints) -> Floats:
    """Means of the cells that end at samples `at`, where `value` are running means since the epoch began."""
    first_cell = np.searchsorted(epoch, epoch)
    begin = np.where(first_cell > 0, at[first_cell - 1] + 1, 0)
    done = at - begin + 1
    total = value * done
    opens = np.arange(value.size) == first_cell
    before = np.where(opens, 0.0, np.roll(total, 1))
    return np.asarray((total - before) / (done - np.where(opens, 0, np.roll(done, 1))), np.float64)


def _pattern_of(value: Floats, cells: _Cells) -> _Pattern:
    """The pattern in `value`, one number a cell, around the level of the curve."""
    window = max(3, cells.phases)
    positive = float(cells.mean.min()) > 0.0
    scale = mean_smooth(cells.mean, window) if positive else np.full(value.size, float(cells.mean.std()))
    inner = (
        (cells.phase < cells.phases - 1) & (cells.epoch > cells.epoch[0]) & (cells.epoch < cells.epoch[-1])
    )
    odd = cells.epoch[inner] % 2 == 1
    if not bool((scale > 0.0).all()) or not odd.any() or odd.all():
        return NO_PATTERN
    rest = (value - mean_smooth(value, window)) / scale
    limit = quantile_between(np.abs(rest), CLIPPED)
    rest, phase = np.clip(rest, -limit, limit)[inner], cells.phase[inner]
    of_odd, of_even = (_means(rest[half], phase[half], cells.phases) for half in (odd, ~odd))
    unseen = rest.size * VISIBLE**2
    power = float(np.sum((rest - rest.mean()) ** 2)) + unseen
    missed = float(np.sum((rest - np.where(odd, of_even[phase], of_odd[phase])) ** 2)) + unseen
    pattern = _means(rest, phase, cells.phases)[: cells.phases - 1]
    steps, whole = np.diff(pattern), pattern - pattern.mean()
    roughness = float(steps @ steps) / (2.0 * float(whole @ whole) + TINY)
    return _Pattern(1.0 - missed / power, float(np.ptp(pattern)), roughness)


def _fading(cells: _Cells) -> float:
    inner = np.diff(cells.epoch) == 0
    level = np.abs(mean_smooth(cells.mean, max(3, cells.phases)))
    step, phase = (np.diff(cells.mean) / np.maximum(level[1:], TINY))[inner], cells.phase[1:][inner]
    numbers, scatter = [], []
    for k in range(1, cells.phases):
        of_phase = step[phase == k]
        spread = median(np.abs(of_phase - median(of_phase))) if of_phase.size >= FEWEST_EPOCHS else 0.0
        if spread > 0.0:
            numbers.append(log(k + 1))
            scatter.append(log(spread))
    return float(np.polyfit(numbers, scatter, 1)[0]) if len(numbers) >= FEWEST_PHASES - 1 else 0.0


def _means(value: Floats, phase: Ints, phases: int) -> Floats:
    """The mean of each phase, shape (phases,); 0 where there is none."""
    total = np.bincount(phase, value, phases)
    return np.asarray(total / np.maximum(np.bincount(phase, minlength=phases), 1), np.float64)


PERIOD = (
    epoch_count,
    epoch_fading,
    epoch_repeat,
    epoch_roughness,
    epoch_swing,
    period_count,
    period_repeat,
    period_samples,
    period_swing,
    samples_per_epoch,
)
