"""What histograms tell of single layers, and layers together of the whole network."""

from __future__ import annotations

from math import isnan, nan

import numpy as np

from loganalyzer.features.curve import Curve, end_of
from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import median

# a share of zeros that only rounding tells from all of them
ALL = 1.0 - 1e-6


def _held(value: Floats, *, limit: float, above: bool) -> int:
    """The first sample from which on all values are at or beyond `limit`; the size if the last one is not."""
    outside = np.flatnonzero(~(value >= limit if above else value <= limit))
    return int(outside[-1]) + 1 if outside.size else 0


def held_above_index(of: Curve, limit: float) -> float:
    """The sample from which on the curve is never again below `limit`."""
    start = _held(of.finite, limit=limit, above=True)
    return float(start) if start < len(of.series) else nan


def held_above_count(of: Curve, limit: float) -> float:
    """The number of samples at the end of the curve over which it is never below `limit`."""
    return float(len(of.series) - _held(of.finite, limit=limit, above=True))


def held_above_level(of: Curve, limit: float) -> float:
    """The median over the samples at the end of the curve that are never below `limit`."""
    value = of.finite[_held(of.finite, limit=limit, above=True) :]
    return median(value) if value.size else nan


def held_below_index(of: Curve, limit: float) -> float:
    """The sample from which on the curve is never again above `limit`."""
    start = _held(of.finite, limit=limit, above=False)
    return float(start) if start < len(of.series) else nan


def held_below_count(of: Curve, limit: float) -> float:
    """The number of samples at the end of the curve over which it is never above `limit`."""
    return float(len(of.series) - _held(of.finite, limit=limit, above=False))


def held_below_level(of: Curve, limit: float) -> float:
    """The median over the samples at the end of the curve that are never above `limit`."""
    value = of.finite[_held(of.finite, limit=limit, above=False) :]
    return median(value) if value.size else nan


def layer_count(of: tuple[Curve, ...]) -> float:
    """The number of layers."""
    return float(len(of))


def layers_above(of: tuple[Curve, ...], limit: float) -> float:
    """The number of layers that end at `limit` or above."""
    return float(sum(end_of(curve.finite) >= limit for curve in of))


def layers_below(of: tuple[Curve, ...], limit: float) -> float:
    """The number of layers that end at `limit` or below."""
    return float(sum(end_of(curve.finite) <= limit for curve in of))


def first_layer_size(of: tuple[Curve, ...]) -> float:
    """The typical value of the layer next to the input."""
    return median(of[0].finite)


def last_layer_size(of: tuple[Curve, ...]) -> float:
    """The typical value of the layer next to the output."""
    return median(of[-1].finite)


def first_to_last(of: tuple[Curve, ...]) -> float:
    """The typical value of the layer next to the input as a multiple of that next to the output."""
    last = last_layer_size(of)
    return first_layer_size(of) / last if len(of) > 1 and last > 0 else nan


def low_ratio_index(of: tuple[Curve, ...], limit: float) -> float:
    """The sample from which on the first layer is never again above `limit` times the last one."""
    first, last = of[0].finite, _at_steps(of[-1], of[0])
    start = _held(first - limit * last, limit=0.0, above=False)
    return float(start) if start < first.size else nan


def _at_steps(curve: Curve, other: Curve) -> Floats:
    """What the curve was last known to be at the steps of another one, shape of the other."""
    index = np.searchsorted(curve.series.step, other.series.step, side="right") - 1
    value: Floats = curve.finite[np.maximum(index, 0)]
    return value


def _whole(of: tuple[Curve, ...]) -> Floats:
    """The root of the sum of squares over layers, at the steps of the first."""
    whole: Floats = np.sqrt(np.sum([_at_steps(curve, of[0]) ** 2 for curve in of], axis=0))
    return whole


def growth_factor(of: tuple[Curve, ...]) -> float:
    """How many times its typical size in the first fifth of the run the whole of all layers ends at."""
    value = _whole(of)
    early = median(value[: max(2, value.size // 5)])
    return end_of(value) / early if early > 0 else nan


def growth_index(of: tuple[Curve, ...], factor: float) -> float:
    """The sample from which on it is never again below `factor` times its size in the first fifth."""
    value = _whole(of)
    start = _held(value, limit=factor * median(value[: max(2, value.size // 5)]), above=True)
    return float(start) if start < value.size else nan


def all_zero_index(of: tuple[Curve, ...]) -> float:
    """The sample from which on the share of zeros is 1 in every layer."""
    lowest = np.min([_at_steps(curve, of[0]) for curve in of], axis=0)
    start = _held(lowest, limit=ALL, above=True)
    return float(start) if start < lowest.size else nan


def all_zero_count(of: tuple[Curve, ...]) -> float:
    """The number of samples at the end over which the share of zeros is 1 in every layer."""
    start = all_zero_index(of)
    return 0.0 if isnan(start) else len(of[0].series) - start


def _none_moves(of: tuple[Curve, ...]) -> int:
    """The first sample of the first curve from which on all curves are exactly zero."""
    index = [np.searchsorted(one.series.step, of[0].series.step, side="right") - 1 for one in of]
    all_zero = np.all([one.value[np.maximum(at, 0)] == 0 for one, at in zip(of, index, strict=True)], axis=0)
    moving = np.flatnonzero(~all_zero)
    return int(moving[-1]) + 1 if moving.size else 0


def unmoved_index(of: tuple[Curve, ...]) -> float:
    """The sample from which on every curve is exactly zero."""
    start = _none_moves(of)
    return float(start) if start < len(of[0].series) else nan


def unmoved_count(of: tuple[Curve, ...]) -> float:
    """The number of samples at the end over which every curve is exactly zero."""
    return float(len(of[0].series) - _none_moves(of))


def unmoved_share(of: tuple[Curve, ...]) -> float:
    """Their share of all samples."""
    return unmoved_count(of) / len(of[0].series)


def _still(curve: Curve) -> int:
    """The first sample from which on the curve repeats itself exactly."""
    moves = np.flatnonzero(np.diff(curve.value) != 0)
    return int(moves[-1]) + 1 if moves.size else 0


def still_index(of: tuple[Curve, ...]) -> float:
    """The sample of the first curve from which on no curve changes any more, to the last digit."""
    step = max(curve.series.step_at(_still(curve)) for curve in of)
    return float(np.searchsorted(of[0].series.step, step))


def still_count(of: tuple[Curve, ...]) -> float:
    """The number of samples at the end, one at least, over which no curve changes, to the last digit."""
    return len(of[0].series) - still_index(of)


def moving_count(of: tuple[Curve, ...], last: float) -> float:
    """How many curves still change among their `last` samples."""
    return float(sum(len(curve.series) - _still(curve) < last for curve in of))


LAYERS = (
    all_zero_count,
    all_zero_index,
    first_layer_size,
    first_to_last,
    growth_factor,
    growth_index,
    held_above_count,
    held_above_index,
    held_above_level,
    held_below_count,
    held_below_index,
    held_below_level,
    last_layer_size,
    layer_count,
    layers_above,
    layers_below,
    low_ratio_index,
    moving_count,
    still_count,
    still_index,
    unmoved_count,
    unmoved_index,
    unmoved_share,
)
