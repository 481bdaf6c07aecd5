"""The laws a segment may follow, tabulated for every segment of a grid of cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decay:
    """A shape over the time since the segment began (1 = the whole grid), and its derivative.

    `with_slope` says whether it is also tried together with a linear term.
    """

    shape: Callable[[Floats], Floats]
    derivative: Callable[[Floats], Floats]
    with_slope: bool


def _exponential(tau: float, *, with_slope: bool) -> Decay:
    """Exponential approach to a level."""
    return Decay(lambda u: np.exp(-u / tau), lambda u: -np.exp(-u / tau) / tau, with_slope)


def _log_of_exponential(tau: float, *, with_slope: bool) -> Decay:
    """Exponential approach to a level a fiftieth of the start, as it looks in log space."""
    return Decay(
        lambda u: np.log1p(50.0 * np.exp(-u / tau)),
        lambda u: -50.0 * np.exp(-u / tau) / (1.0 + 50.0 * np.exp(-u / tau)) / tau,
        with_slope,
    )


def _log_of_power(knee: float, *, with_slope: bool) -> Decay:
    """Power law as it looks in log space."""
    return Decay(lambda u: np.log1p(u / knee), lambda u: 1.0 / (knee + u), with_slope)


DECAYS: tuple[Decay, ...] = (
    _exponential(0.02, with_slope=True),
    _exponential(0.10, with_slope=True),
    _log_of_exponential(0.03, with_slope=False),
    _log_of_exponential(0.10, with_slope=True),
    _log_of_power(0.03, with_slope=False),
)


@dataclass(frozen=True, slots=True, eq=False)
class DecayTable:
    """What a decay adds to the normal equations of segment [a, b); matrices of shape (cells, cells + 1)."""

    shape: Matrix
    mean: Matrix
    inverse_norm: Matrix
    slope_on_time: Matrix
    inverse_residual: Matrix
    last_derivative: Matrix
    first_derivative: np.float32
    with_slope: bool


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Everything about segments [a, b) of a grid that does not depend on the curve."""

    valid: npt.NDArray[np.bool_]
    length: Matrix
    inverse_length: Matrix
    mean_time: Matrix
    inverse_time: Matrix
    time: Floats
    log_cells: float
    decays: tuple[DecayTable, ...]


@lru_cache(maxsize=24)
def grid_tables(cells: int) -> Tables:
    """The tables of a grid of that many cells."""
    index = np.arange(cells + 1)
    length = index[None, :] - index[:-1, None]
    valid = length > 0
    length = np.where(valid, length, 1)
    count = np.arange(1, cells + 1)
    square = count * (count * count - 1.0) / 12.0 / cells**2
    inverse_time = np.divide(1.0, square, out=np.zeros(cells), where=count > 1)
    mean_time = (count - 1) / 2.0 / cells
    return Tables(
        valid=valid,
        length=length.astype(np.float32),
        inverse_length=np.where(valid, 1.0 / length, 0.0).astype(np.float32),
        mean_time=(_by_length(mean_time) + (np.arange(cells) / cells)[:, None]).astype(np.float32),
        inverse_time=_by_length(inverse_time),
        time=np.arange(cells) / cells,
        log_cells=float(np.log(max(cells, 10))),
        decays=tuple(_decay_table(decay, mean_time, inverse_time) for decay in DECAYS),
    )


def _by_length(value: Floats) -> Matrix:
    """Spread numbers that belong to lengths 1 .. cells over the segments of that length, 0 where b <= a."""
    cells = value.size
    length = np.arange(cells + 1)[None, :] - np.arange(cells)[:, None]
    spread: Matrix = np.concatenate(([0.0], value))[np.maximum(length, 0)].astype(np.float32)
    return spread


def _decay_table(decay: Decay, mean_time: Floats, inverse_time: Floats) -> DecayTable:
    """The tables of one decay; a shape that is hardly distinguishable from its rivals is switched off."""
    cells = mean_time.size
    count = np.arange(1, cells + 1)
    time = np.arange(cells) / cells
    shape = decay.shape(time)
    total, square = np.cumsum(shape), np.cumsum(shape * shape)
    deviation = square - total * total / count
    with_time = np.cumsum(time * shape) - mean_time * total
    residual = deviation - with_time * with_time * inverse_time
    alone = deviation > 1e-7 * square
    beside_line = (residual > 1e-3 * deviation) & (count >= 6)
    return DecayTable(
        shape=_by_length(shape),
        mean=_by_length(total / count),
        inverse_norm=_by_length(np.sqrt(np.divide(1.0, deviation, out=np.zeros(cells), where=alone))),
        slope_on_time=_by_length(with_time * inverse_time),
        inverse_residual=_by_length(np.divide(1.0, residual, out=np.zeros(cells), where=beside_line)),
        last_derivative=_by_length(decay.derivative((count - 1) / cells)),
        first_derivative=np.float32(decay.derivative(np.zeros(1))[0]),
        with_slope=decay.with_slope,
    )
