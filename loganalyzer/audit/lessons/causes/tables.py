"""Rates by value and by range, for people to look at: nothing is searched and nothing tested here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from loganalyzer.audit.lessons.counting import Mask, rate
from loganalyzer.audit.lessons.settings import Column
from loganalyzer.model.lessons import Rate, RateTable
from loganalyzer.model.run import Ints

MOST_VALUES = 8
RANGES = 5

_Bins = tuple[Ints, tuple[str, ...]]


def tables_of(columns: Sequence[Column], failing: Mapping[str, Mask]) -> tuple[RateTable, ...]:
    """A table for each pathology and hyper-parameter, sorted by both names; `failing` (runs,)."""
    binned = [(column.name, *_bins(column)) for column in columns]
    return tuple(
        RateTable(pathology, name, tuple(_rates(bins, labels, fails)))
        for pathology, fails in sorted(failing.items())
        for name, bins, labels in binned
    )


def _rates(bins: Ints, labels: Sequence[str], failing: Mask) -> Iterator[Rate]:
    runs = np.bincount(bins, minlength=len(labels))
    fails = np.bincount(bins, weights=failing, minlength=len(labels))
    for label, count, bad in zip(labels, runs, fails, strict=True):
        if count:
            yield rate(label, int(bad), int(count))


def _bins(column: Column) -> _Bins:
    """The bin of each run, and the labels of the bins, of which the last is for runs without a value."""
    levels = len(column.values)
    if levels <= MOST_VALUES:
        bins, labels = column.code, column.values
    else:
        bins, labels = _ranges(column) if column.is_numeric else _common(column)
    return np.where(column.code < 0, len(labels), bins), (*labels, "not set")


def _ranges(column: Column) -> _Bins:
    """Ranges of about as many runs each, named by the smallest and largest value that were tried in them."""
    ordered = np.sort(column.code[column.code >= 0])
    starts = np.unique(ordered[np.linspace(0, ordered.size, RANGES + 1)[:-1].astype(int)])
    stops = np.append(starts[1:], len(column.values))
    labels = [
        column.values[low] if high - low == 1 else f"{_short(column, low)} to {_short(column, high - 1)}"
        for low, high in zip(starts, stops, strict=True)
    ]
    return np.searchsorted(starts, column.code, side="right") - 1, tuple(labels)


def _short(column: Column, at: int) -> str:
    return f"{column.numbers[at]:.3g}"


def _common(column: Column) -> _Bins:
    """The most common words, and all others together."""
    counts = np.bincount(column.code[column.code >= 0], minlength=len(column.values))
    common = np.sort(np.argsort(-counts, kind="stable")[: MOST_VALUES - 1])
    place = np.full(len(column.values) + 1, common.size)
    place[common] = np.arange(common.size)
    return place[column.code], (*(column.values[at] for at in common), "any other")
