"""Histograms as logged, many at a time, to the few numbers that are kept of each.

Those of about one size are the rows of a matrix. Rows are filled up with empty buckets, which change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import QUANTILES, Floats, Histograms, Ints
from loganalyzer.readers.events.buckets import Buckets

_NARROW = 1e-6
_QUANTILES = np.array(QUANTILES)

Flags = npt.NDArray[np.bool_]


class _Rows(NamedTuple):
    """Histograms of at most k buckets: bounds and counts, shape (m, k), and how many buckets each has."""

    left: Floats
    right: Floats
    counts: Floats
    size: Ints

    @property
    def is_real(self) -> Flags:
        """Which buckets were not filled up."""
        return np.arange(self.left.shape[1]) < self.size[:, None]


def summaries(found: Sequence[Buckets]) -> Floats:
    """Minimum, maximum, mean, standard deviation, share of zeros, and the quantiles of each: (m, 5 + q).

    The share of zeros is NaN where the buckets are too wide to tell; all of an empty histogram is NaN.
    Each bucket is taken as evenly filled.
    """
    result = np.full((len(found), 5 + _QUANTILES.size), np.nan)
    kinds: dict[tuple[bool, int], list[int]] = defaultdict(list)
    for index, one in enumerate(found):
        kinds[one.sums is None, int(one.right.size).bit_length()].append(index)
    with np.errstate(all="ignore"):
        for (is_table, _), indices in kinds.items():
            some = [found[index] for index in indices]
            result[indices] = _of_tables(some) if is_table else _of_messages(some)
    return result


def _of_messages(found: Sequence[Buckets]) -> Floats:
    low, high, n, total, squares = np.array([one.sums for one in found]).T
    rows = _matrix(found)
    np.clip(rows.right, low[:, None], high[:, None], out=rows.right)
    rows.left[:, 0] = low
    rows.left[:, 1:] = rows.right[:, :-1]
    mean = total / n
    std = np.sqrt(np.maximum(0.0, squares / n - mean * mean))
    return _with_shape((low, high, mean, std), rows, n > 0)


def _of_tables(found: Sequence[Buckets]) -> Floats:
    rows = _matrix(found)
    total = np.cumsum(rows.counts, axis=1)[:, -1]
    middle = (rows.left + rows.right) / 2
    mean = (middle * rows.counts).sum(axis=1) / total
    spread = ((middle - mean[:, None]) ** 2 + (rows.right - rows.left) ** 2 / 12) * rows.counts
    first, last = _filled(rows)
    low, high = _at(rows.left, first), _at(rows.right, last)
    return _with_shape((low, high, mean, np.sqrt(spread.sum(axis=1) / total)), rows, total > 0)


def _matrix(found: Sequence[Buckets]) -> _Rows:
    size = np.array([one.right.size for one in found], np.int64)
    left, right, count = np.zeros((3, size.size, max(1, int(size.max()))))
    rows = _Rows(left, right, count, size)
    is_real = rows.is_real
    right[is_real] = np.concatenate([one.right for one in found])
    count[is_real] = np.concatenate([one.counts for one in found])
    if found[0].left is not None:
        left[is_real] = np.concatenate([one.left for one in found if one.left is not None])
    return rows


def _with_shape(moments: tuple[Floats, Floats, Floats, Floats], rows: _Rows, is_filled: Flags) -> Floats:
    """`moments`, share of zeros and quantiles side by side; NaN where there is nothing to tell of."""
    total = np.cumsum(rows.counts, axis=1)
    table = np.column_stack([*moments, _zero_share(rows), _quantiles(rows, total)])
    return np.where((is_filled & (total[:, -1] > 0))[:, None], table, np.nan)


def _quantiles(rows: _Rows, total: Floats) -> Floats:
    wanted = total[:, -1:] * _QUANTILES
    bucket = np.stack([(total < wanted[:, [q]]).sum(axis=1) for q in range(_QUANTILES.size)], axis=1)
    bucket = np.minimum(bucket, np.maximum(rows.size[:, None] - 1, 0))
    left, right, count, upto = (
        np.take_along_axis(array, bucket, axis=1) for array in (rows.left, rows.right, rows.counts, total)
    )
    inside = np.clip((wanted - upto + count) / count, 0.0, 1.0)
    found: Floats = left + inside * (right - left)
    return found


def _zero_share(rows: _Rows) -> Floats:
    """The share of exact zeros.

    A narrow bucket around zero tells it. A wide one does only if zero is its very edge and nothing lies
    beyond, as behind a ReLU: what it holds more than its neighbour are the zeros.
    """
    left, right, count, _ = rows
    first, last = _filled(rows)
    low, high, total = _at(left, first), _at(right, last), count.sum(axis=1)
    holds = rows.is_real & (left <= 0) & ((right > 0) | ((right == 0) & (right == high[:, None])))
    held = np.where(holds, count, 0.0).sum(axis=1)
    width = right - left
    is_narrow = (~holds | (width <= (_NARROW * np.maximum(-low, high))[:, None])).all(axis=1)
    at = holds.argmax(axis=1)
    beside = np.where(low == 0, at + 1, at - 1)
    is_edge = ~((low < 0) & (high > 0)) & (holds.sum(axis=1) == 1) & (beside >= 0) & (beside < rows.size)
    beside = np.clip(beside, 0, left.shape[1] - 1)
    is_edge &= _at(width, beside) > 0
    smooth = _at(count, beside) * _at(width, at) / _at(width, beside)
    wide = np.where(is_edge, np.maximum(0.0, held - smooth), np.nan)
    share: Floats = np.where((held == 0) | is_narrow, held, wide) / total
    share[(low > 0) | (high < 0)] = 0.0
    return share


def _filled(rows: _Rows) -> tuple[Ints, Ints]:
    """The first and the last bucket that holds anything."""
    is_filled = rows.counts > 0
    return is_filled.argmax(axis=1), is_filled.shape[1] - 1 - is_filled[:, ::-1].argmax(axis=1)


def _at(array: Floats, column: Ints) -> Floats:
    """One number of each row, shape (m,)."""
    picked: Floats = np.take_along_axis(array, column[:, None], axis=1)[:, 0]
    return picked


def histograms(tag: str, steps: Sequence[int], rows: Sequence[Floats]) -> Histograms:
    """All histograms of one tag in file order, of rows that `summaries` made."""
    low, high, mean, std, zeros, *quantiles = np.array(rows).T
    return Histograms(
        tag, np.array(steps, np.int64), low, high, mean, std, zeros, np.stack(quantiles, axis=1)
    )
