"""Lines, broken sticks and cubics through a piece of a curve, for many places of the break at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from loganalyzer.model.run import Floats, Ints

_TINY = 1e-12
_ARM_TAUS = (0.05, 0.15, 0.4)


def two_line_residuals(value: Floats, breaks: Ints) -> tuple[Floats, Floats]:
    """Residual sums of squares of the lines through value[:k] and value[k:] for each k of `breaks`.

    `value` has shape (n,), every k lies within 1 .. n - 1; both results have the shape of `breaks`.
    """
    n = value.size
    time = np.arange(n) / n
    centred = value - value.mean()
    sums = np.zeros((5, n + 1))
    np.cumsum((centred, centred * centred, time, time * time, centred * time), axis=1, out=sums[:, 1:])
    left = sums[:, breaks]
    return _residual(left, breaks), _residual(sums[:, -1:] - left, n - breaks)


def _residual(sums: Floats, count: Ints) -> Floats:
    """Residual sum of squares of a line from its five sums, shape of `count`."""
    total, square, time, time_square, product = sums
    deviation = square - total * total / count
    spread = np.maximum(time_square - time * time / count, _TINY)
    covariance = product - total * time / count
    out: Floats = np.maximum(deviation - covariance * covariance / spread, 0.0)
    return out


def slope(value: Floats) -> float:
    """Least-squares gain per sample of a finite curve of shape (n,), 0 for fewer than two samples."""
    if value.size < 2:
        return 0.0
    time = np.arange(value.size) - 0.5 * (value.size - 1)
    largest = float(np.abs(value).max())
    if largest == 0.0:
        return 0.0
    # Scaled, because squares and sums of huge values would overflow.
    with np.errstate(over="ignore"):
        gain = float(time @ (value / largest)) / float(time @ time) * largest
    return float(np.clip(gain, -np.finfo(np.float64).max, np.finfo(np.float64).max))


@dataclass(frozen=True, slots=True)
class Stick:
    """A continuous broken line: residual sum of squares, first cell after the break, slopes per cell."""

    residual: float
    at: int
    before: float
    after: float


def cubic_residual(value: Floats) -> float:
    """Residual sum of squares of the cubic through a curve of shape (n,)."""
    part = _bases(value.size).cubic.T @ value
    return max(float(value @ value - part @ part), 0.0)


def broken_stick(value: Floats, first: int, last: int) -> Stick:
    """The best stick through a curve of shape (n,) breaking at one of first .. last (within 2 .. n - 3)."""
    bases = _bases(value.size)
    on_line = bases.line.T @ value
    on_hinge = bases.hinge[first - 2 : last - 1] @ value
    best = int(np.abs(on_hinge).argmax())
    gain, index = float(on_hinge[best]), first - 2 + best
    bend = gain / float(bases.norm[index])
    before = float(bases.slope @ value) - bend * float(bases.hinge_slope[index])
    residual = float(value @ value - on_line @ on_line) - gain * gain
    return Stick(max(residual, 0.0), first + best, before, before + bend)


def bent_stick(value: Floats, first: int, last: int) -> tuple[float, int]:
    """Residual sum of squares and place of the best stick with one arm bent, broken at one of first .. last.

    The arm flattens exponentially towards or away from the break, as learning that sets in or dies out.
    """
    bases = _bases(value.size)
    on_line = bases.line.T @ value
    chosen = slice(first - 2, last - 1)
    gain = (bases.hinge[chosen] @ value) ** 2 + ((_bends(value.size)[:, chosen] @ value) ** 2).max(axis=0)
    best = int(gain.argmax())
    return max(float(value @ value - on_line @ on_line - gain[best]), 0.0), first + best


@dataclass(frozen=True, slots=True, eq=False)
class _Bases:
    """Orthonormal columns for pieces of n cells: line (n, 2), cubic (n, 4); hinges (n - 4, n) free of it.

    Row i of `hinge` breaks at cell i + 2; `norm` is its length before it was normalised; `slope @ value` is
    the least-squares slope of the piece, and `hinge_slope` that of each hinge.
    """

    line: Floats
    cubic: Floats
    hinge: Floats
    norm: Floats
    slope: Floats
    hinge_slope: Floats


@lru_cache(maxsize=128)
def _bases(n: int) -> _Bases:
    """The columns for pieces of `n` cells."""
    time = np.arange(n, dtype=np.float64)
    line = np.linalg.qr(np.stack([np.ones(n), time], axis=1))[0]
    cubic = np.linalg.qr(np.vander(np.linspace(-1.0, 1.0, n), 4))[0]
    hinge = np.maximum(time[None, :] - np.arange(2, max(3, n - 2))[:, None], 0.0)
    centred = time - time.mean()
    slope = centred / float(centred @ centred)
    hinge_slope = hinge @ slope
    hinge -= (hinge @ line) @ line.T
    norm = np.sqrt(np.maximum((hinge * hinge).sum(axis=1), _TINY))
    return _Bases(line, cubic, hinge / norm[:, None], norm, slope, hinge_slope)


@lru_cache(maxsize=128)
def _bends(n: int) -> Floats:
    """Exponential arms on either side of each break, less line and hinge, of length 1: (arms, n - 4, n)."""
    bases = _bases(n)
    after = np.maximum(np.arange(n)[None, :] - np.arange(2, max(3, n - 2))[:, None], 0.0)
    arms = []
    for tau in _ARM_TAUS:
        # Mirrored, an arm before the break is one after it.
        right = np.exp(-after / (tau * n))
        arms += [right, right[::-1, ::-1]]
    return np.stack([_orthonormal(arm, bases) for arm in arms])


def _orthonormal(rows: Floats, bases: _Bases) -> Floats:
    """Rows less what line and the same row's hinge explain, of length 1, or 0 where nothing is left."""
    rest = rows - (rows @ bases.line) @ bases.line.T
    rest -= (rest * bases.hinge).sum(axis=1, keepdims=True) * bases.hinge
    norm = np.sqrt((rest * rest).sum(axis=1, keepdims=True))
    out: Floats = np.divide(rest, norm, out=np.zeros_like(rest), where=norm > 1e-6)
    return out
