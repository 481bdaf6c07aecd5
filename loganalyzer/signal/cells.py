"""A curve cut into at most a hundred cells, the grid on which changepoints are sought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loganalyzer.model.role import Direction
from loganalyzer.model.run import Floats, Ints
from loganalyzer.signal.correlation import memory
from loganalyzer.signal.robust import SIGMA, mean_smooth, median

CELLS = 100
_TREND_WINDOW = 9
_TRANSIENT_SHARE = 0.8
_TRANSIENT_END = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Means of a curve over cells, in standard deviations of the whole, and how it wriggles within them.

    `edge` (b + 1,) are sample indices, cell i being [edge[i], edge[i + 1]); `value` (b,) has mean 0 and
    standard deviation 1; `roughness` (b,) is the logarithm of the mean absolute step between samples;
    `width` is samples per cell; `noise` is the standard deviation of `value` around a smooth trend;
    `memory` is the autoregressive coefficient of that noise, 0 unless pronounced.
    """

    edge: Ints
    value: Floats
    roughness: Floats
    width: float
    noise: float
    memory: float

    @property
    def count(self) -> int:
        """Number of cells."""
        return self.value.size


def transient_end(value: Floats, better: Direction) -> int:
    """Length in samples of the initial transient of a finite curve of shape (n,), 0 if there is none.

    That is where four fifths of the whole improvement have been made, if it lies in the first tenth: on a
    scale set by that fall nothing later could be seen. For `better` "none" a rise counts as much as a fall.
    """
    count = min(50, value.size // 2)
    last = int(_TRANSIENT_END * count)
    if last < 1:
        return 0
    edge = (np.arange(count + 1) * value.size) // count
    mean = np.add.reduceat(value, edge[:-1]) / np.diff(edge)
    start = float(value[: max(1, value.size // 200)].mean())
    rest = np.sort(mean[last:])
    spread = float(rest[int(0.9 * rest.size)] - rest[int(0.1 * rest.size)])
    gain = (median(rest) - start) * (-1.0 if better == "lower" else 1.0)
    if better == "none":
        gain = abs(gain)
    if gain <= 2.0 * spread:
        return 0
    progress = (mean[: last + 1] - start) / (median(rest) - start)
    there = np.flatnonzero(progress >= _TRANSIENT_SHARE)
    return int(edge[there[0] + 1]) if there.size and there[0] < last else 0


def make_cells(value: Floats, sensitivity: float) -> Cells | None:
    """Cut a finite curve of shape (n,), n at least 8, into cells; None if all cells have the same mean."""
    count = min(CELLS, value.size)
    edge = (np.arange(count + 1) * value.size) // count
    width = np.diff(edge)
    mean = np.add.reduceat(value, edge[:-1]) / width
    # A frozen curve has no steps, a steady trend none that are free of it.
    step = np.minimum(np.abs(np.diff(value)), np.abs(_free_steps(value)))
    step = np.add.reduceat(np.append(step[0], step), edge[:-1]) / width
    spread = float(mean.std())
    if not spread > 0.0:
        return None
    mean = (mean - mean.mean()) / spread
    samples = value.size / count
    noise = _cell_noise(mean)
    # Noise that cannot be seen may wander as it likes.
    coefficient = _cell_memory(value, mean, samples) if noise > 0.5 * sensitivity else 0.0
    roughness = np.log(step + 0.02 * float(step.mean()) + 0.003 * spread)
    return Cells(edge, mean, roughness, samples, noise / float(np.sqrt(1.0 - coefficient)), coefficient)


def _free_steps(value: Floats) -> Floats:
    """First differences of a curve of shape (n,) less their own trend, shape (n - 1,)."""
    step = np.diff(value)
    return step - (mean_smooth(step, _TREND_WINDOW) if step.size > _TREND_WINDOW else median(step))


def _cell_noise(mean: Floats) -> float:
    """Robust standard deviation of the cell means around a smooth trend."""
    step = _free_steps(mean)
    return SIGMA * median(np.abs(step - median(step))) / float(np.sqrt(2.0))


def _cell_memory(value: Floats, mean: Floats, samples: float) -> float:
    """Autoregressive coefficient of the cells' noise, from that of the samples where cells hold several."""
    coefficient = memory(mean)
    if samples >= 4.0:
        # Many samples tell more exactly than a hundred cells, unless what they tell of is a swing.
        coefficient = min(_averaged(memory(value[-4096:]), samples), coefficient + 0.2)
    return min(coefficient, 0.8) if coefficient > 0.3 else 0.0


def _averaged(coefficient: float, samples: float) -> float:
    """Correlation of neighbouring means over `samples` samples of first-order autoregressive noise."""
    kept = coefficient * (1.0 - coefficient**samples)
    power = samples * (1.0 - coefficient**2) - 2.0 * kept
    return kept * (1.0 - coefficient**samples) / power if coefficient > 0.2 and power > 0.0 else 0.0
