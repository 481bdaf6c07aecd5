"""Exact optimal partitioning of about a hundred cells into segments that each follow one law.

The laws of a segment are constant, linear, and either of them with one member of a small dictionary of
decays whose argument counts from the segment's own start, so that a decay after a restart is one segment
and not a staircase. All sums come from prefix sums; what depends on the lengths alone is tabulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from loganalyzer.model.run import Floats
from loganalyzer.signal.laws import DecayTable, Matrix, Tables, grid_tables

PENALTY = {"constant": 3.0, "linear": 4.0, "decay": 4.5, "linear and decay": 5.5}
"""Price of a segment by its law, in units of the logarithm of the number of cells."""

_PRIOR_CELLS = 4.0
_BELIEVED = 0.5
_SCALE_SLOPE_PENALTY = 1.5
_LARGEST_EXPONENT = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Sum, squared deviation and covariance with time of a curve over every segment [a, b)."""

    total: Matrix
    deviation: Matrix
    with_time: Matrix
    slope: Matrix


def value_cost(value: Floats, sensitivity: float, noise: float, memory: float) -> Matrix:
    """Cost of every segment [a, b) of cells under its cheapest law: (cells, cells + 1), inf where b <= a.

    length * log(max(residual variance, floor)) / k + penalty * log(cells), where k is the autocorrelation
    time (1 + memory) / (1 - memory) of noise of standard deviation `noise`, and the floor says that what is
    below `sensitivity` or within the noise cannot be seen and never pays.
    """
    tables = grid_tables(value.size)
    time = round(min((1.0 + memory) / (1.0 - memory), 8.0), 1)
    moments = _moments(value, tables)
    linear = moments.deviation - moments.with_time * moments.slope
    gain, gain_with_slope = _decay_gains(value, moments, tables)
    least = _least_variance(value, sensitivity, noise)
    best = np.full_like(linear, np.inf)
    for residual, law in (
        (moments.deviation, "constant"),
        (linear - gain_with_slope, "linear and decay"),
        (moments.deviation - gain, "decay"),
        (linear, "linear"),
    ):
        variance = np.maximum(residual * tables.inverse_length, least)
        # The penalty enters as a factor of the variance, so that one logarithm serves all laws.
        variance *= _penalty_factor(value.size, law, time)
        np.minimum(best, variance, out=best)
    np.log(best, out=best)
    best *= tables.length / np.float32(time)
    best[~tables.valid] = np.inf
    return best


def scale_cost(roughness: Floats, variance: float) -> Matrix:
    """Cost of every segment of a log noise scale, constant or linear, whose own scatter is `variance`."""
    tables = grid_tables(roughness.size)
    moments = _moments(roughness - roughness.mean(), tables)
    cost: Matrix = moments.deviation - moments.with_time * moments.slope
    cost += np.float32(_SCALE_SLOPE_PENALTY * tables.log_cells * variance)
    np.minimum(cost, moments.deviation, out=cost)
    cost *= np.float32(1.0 / variance)
    return cost


def optimal_partition(cost: Matrix, shortest: int) -> list[int]:
    """Inner boundaries, ascending, of the cheapest cut into segments of at least `shortest` cells.

    `cost[a, b]` is the price of segment [a, b), shape (cells, cells + 1).
    """
    cells = cost.shape[1] - 1
    by_end = np.ascontiguousarray(cost.T)
    best = np.full(cells + 1, np.inf)
    best[0] = 0.0
    start = [0] * (cells + 1)
    for end in range(shortest, cells + 1):
        total = best[: end - shortest + 1] + by_end[end, : end - shortest + 1]
        start[end] = int(total.argmin())
        best[end] = total[start[end]]
    boundaries = []
    end = start[cells]
    while end > 0:
        boundaries.append(end)
        end = start[end]
    return boundaries[::-1]


def _moments(value: Floats, tables: Tables) -> _Moments:
    """Moments of all segments from three prefix sums."""
    sums = np.zeros((3, value.size + 1))
    np.cumsum((value, value * value, value * tables.time), axis=1, out=sums[:, 1:])
    total, square, with_time = (sums[:, None, :] - sums[:, :-1, None]).astype(np.float32)
    deviation = square - total * total * tables.inverse_length
    with_time -= total * tables.mean_time
    return _Moments(total, deviation, with_time, with_time * tables.inverse_time)


def _decay_gains(value: Floats, moments: _Moments, tables: Tables) -> tuple[Matrix, Matrix]:
    """How much squared deviation the best decay explains beside a constant, and beside a line."""
    alone = np.zeros_like(moments.total)
    beside_line = np.zeros_like(moments.total)
    shifted = np.concatenate(([0.0], value)).astype(np.float32)
    for decay in tables.decays:
        product = decay.shape * shifted
        np.cumsum(product, axis=1, out=product)
        product -= moments.total * decay.mean
        if decay.with_slope:
            np.maximum(beside_line, _gain_beside_line(product, moments, decay), out=beside_line)
        product *= decay.inverse_norm
        np.maximum(alone, np.abs(product, out=product), out=alone)
    alone *= alone
    return alone, beside_line


def _gain_beside_line(product: Matrix, moments: _Moments, decay: DecayTable) -> Matrix:
    """Squared deviation explained beside a line, 0 where line and decay together would turn back."""
    residual: Matrix = product - moments.with_time * decay.slope_on_time
    weight = residual * decay.inverse_residual
    slope = moments.slope - weight * decay.slope_on_time
    first = slope + weight * decay.first_derivative
    slope += weight * decay.last_derivative
    residual *= weight
    residual *= (first * slope >= 0) & (np.abs(first) >= np.abs(slope))
    return residual


def _least_variance(value: Floats, sensitivity: float, noise: float) -> Matrix:
    """Variance below which no fit to [a, b) is believed: what is visible, or half of the noise seen there.

    The noise is the mean square step within the segment, halved, and `noise` squared counted as
    `_PRIOR_CELLS` cells more, for a few cells say little.
    """
    step = np.zeros(value.size + 1)
    np.cumsum(np.diff(value) ** 2, out=step[2:])
    tables = grid_tables(value.size)
    within = (0.5 * (step[None, :] - step[1:, None])).astype(np.float32)
    within += np.float32(_PRIOR_CELLS * noise * noise)
    within *= np.float32(_BELIEVED) / (tables.length + np.float32(_PRIOR_CELLS))
    return np.maximum(within, np.float32(sensitivity * sensitivity))


@lru_cache(maxsize=128)
def _penalty_factor(cells: int, law: str, time: float) -> Matrix:
    """exp(time * penalty * log(cells) / length), capped, shape (cells, cells + 1)."""
    tables = grid_tables(cells)
    exponent = np.float32(time * PENALTY[law] * tables.log_cells) / tables.length
    factor: Matrix = np.exp(np.minimum(exponent, np.float32(_LARGEST_EXPONENT)))
    return factor
