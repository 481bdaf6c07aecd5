"""Histograms as logged, with their buckets, to the few numbers that are kept of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from loganalyzer.model.run import QUANTILES, Floats, Histograms, Ints
from loganalyzer.readers.events.message import Span
from loganalyzer.readers.events.protobuf import BYTES, FIXED64, fields

_NARROW = 1e-6
_QUANTILES = np.array(QUANTILES)
_MIN, _MAX, _N, _SUM, _SUM_OF_SQUARES, _LIMITS, _COUNTS = range(1, 8)


class Summary(NamedTuple):
    """One histogram: `zero_share` is NaN where the buckets are too wide to tell; all NaN if it is empty."""

    min: float
    max: float
    mean: float
    std: float
    zero_share: float
    quantiles: Floats


EMPTY = Summary(*(np.nan,) * 5, np.full(len(QUANTILES), np.nan))


@np.errstate(all="ignore")
def from_proto(record: bytes, spans: list[Span]) -> Summary | None:
    """The HistogramProto in `spans` of the record, or None if limits and counts do not pair up.

    Raises:
        WireError: it is no message.
    """
    numbers = dict.fromkeys(range(_MIN, _LIMITS), 0.0)
    lists: dict[int, list[bytes]] = {_LIMITS: [], _COUNTS: []}
    for start, stop in spans:
        for number, wire, _, begin, end in fields(record, start, stop):
            if number in lists and wire in (BYTES, FIXED64):
                lists[number].append(record[begin:end])
            elif number in numbers and wire == FIXED64:
                numbers[number] = float(np.frombuffer(record, "<f8", 1, begin)[0])
    limits, counts = (b"".join(lists[number]) for number in (_LIMITS, _COUNTS))
    if len(limits) != len(counts) or len(limits) % 8:
        return None
    low, high, n = numbers[_MIN], numbers[_MAX], numbers[_N]
    right, count = np.clip(np.frombuffer(limits, "<f8"), low, high), np.frombuffer(counts, "<f8")
    if not n > 0 or not count.sum() > 0:
        return EMPTY
    mean = numbers[_SUM] / n
    spread = max(0.0, numbers[_SUM_OF_SQUARES] / n - mean * mean)
    left = np.concatenate([[low], right[:-1]])
    return Summary(low, high, mean, spread**0.5, *_shape(left, right, count))


@np.errstate(all="ignore")
def from_table(table: Floats) -> Summary:
    """A histogram of rows (left, right, count), shape (k, 3), each bucket taken as evenly filled."""
    left, right, count = table.T
    total = count.sum()
    if not total > 0:
        return EMPTY
    middle = (left + right) / 2
    mean = float((middle * count).sum() / total)
    spread = (((middle - mean) ** 2 + (right - left) ** 2 / 12) * count).sum() / total
    filled = np.flatnonzero(count > 0)
    low, high = float(left[filled[0]]), float(right[filled[-1]])
    return Summary(low, high, mean, float(spread) ** 0.5, *_shape(left, right, count))


def _shape(left: Floats, right: Floats, count: Floats) -> tuple[float, Floats]:
    """The share of zeros, and the quantiles with each bucket taken as evenly filled."""
    total = np.cumsum(count)
    wanted = _QUANTILES * total[-1]
    bucket = np.minimum(np.searchsorted(total, wanted), count.size - 1)
    inside = (wanted - total[bucket] + count[bucket]) / count[bucket]
    quantiles = left[bucket] + np.clip(inside, 0.0, 1.0) * (right[bucket] - left[bucket])
    return _zero_share(left, right, count), quantiles


def _zero_share(left: Floats, right: Floats, count: Floats) -> float:
    """The share of exact zeros.

    A narrow bucket around zero tells it. A wide one does only if zero is its very edge and nothing lies
    beyond, as behind a ReLU: what it holds more than its neighbour are the zeros.
    """
    filled = np.flatnonzero(count > 0)
    low, high, total = left[filled[0]], right[filled[-1]], count.sum()
    if low > 0 or high < 0:
        return 0.0
    holds = np.flatnonzero((left <= 0) & ((right > 0) | ((right == 0) & (right == high))))
    held = float(count[holds].sum())
    widths = right[holds] - left[holds]
    if held == 0 or bool((widths <= _NARROW * max(-low, high)).all()):
        return held / float(total)
    if (low < 0 < high) or holds.size > 1:
        return np.nan
    at = int(holds[0])
    beside = at + 1 if low == 0 else at - 1
    if not 0 <= beside < count.size or not right[beside] > left[beside]:
        return np.nan
    smooth = float(count[beside] * widths[0] / (right[beside] - left[beside]))
    return max(0.0, held - smooth) / float(total)


def histograms(tag: str, found: list[tuple[int, Summary]]) -> Histograms:
    """All histograms of one tag in file order."""
    step: Ints = np.array([step for step, _ in found], np.int64)
    low, high, mean, std, zeros = np.array([summary[:5] for _, summary in found], np.float64).T
    quantiles = np.array([summary.quantiles for _, summary in found])
    return Histograms(tag, step, low, high, mean, std, zeros, quantiles)
