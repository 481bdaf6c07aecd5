"""Curves as one line of text, so that a test in a rule can be read in review.

A curve is a row of items, and sample k lies at step k:

    a           one sample                              0.5  -1e-3  nan  inf
    axn         a, then n more samples of a             2.3x4 is 2.3 2.3 2.3 2.3 2.3
    a+bxn       a, then n more samples, each b higher   2-0.5x3 is 2 1.5 1 0.5
    _  _xn      one, or n, missing samples: their steps are skipped
    item~s      the item with normal noise of standard deviation s
    (items)xn   the items n times in all                (1 2)x3 is 1 2 1 2 1 2
    row | row   several curves, for an input that takes all of a kind

Noise is the same on each machine and in each run: raw PCG64 numbers, which NumPy keeps stable, turned
normal by Box and Muller. Curves read with different seeds have independent noise.
"""

from __future__ import annotations

import re
from math import pi
from typing import NamedTuple

import numpy as np

from loganalyzer.model.run import Floats, Ints
from loganalyzer.rulebook.inline import InlineError, shown

MAX_SAMPLES = 100_000
MAX_DEPTH = 10

_DIGITS = r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_COUNT = r"\d{1,9}(?!\d)"
_ITEM = re.compile(
    rf"(?P<open>\()|\)x(?P<times>{_COUNT})|(?P<gap>_)(?:x(?P<gaps>{_COUNT}))?|"
    rf"(?P<start>nan|[-+]?(?:inf|{_DIGITS}))(?P<gain>[-+]{_DIGITS}(?=x))?(?:x(?P<more>{_COUNT}))?"
    rf"(?:~(?P<noise>{_DIGITS}))?",
    re.ASCII,
)
_BREAK = re.compile(r"\s*", re.ASCII)


class NotationError(InlineError):
    """A curve is not in the notation."""


class _Row(NamedTuple):
    """Samples so far: value and noise, or None where one is missing; `column` is where the row opened."""

    samples: list[tuple[float, float] | None]
    column: int


def parse_series(text: str, seed: int = 0) -> tuple[Ints, Floats]:
    """Steps int64 (n,), strictly increasing from 0, and values float64 (n,) of a curve in the notation.

    Raises:
        NotationError: the text is not in the notation, or holds more than 100,000 samples.
    """
    rows = [_Row([], 1)]
    position = _skip(text, 0)
    while position < len(text):
        item = _ITEM.match(text, position)
        if item is None:
            wanted = "how often, as in )x3" if text[position] == ")" else "a number, _ or ( ... )xn"
            raise NotationError(f"expected {wanted}, found {_word(text, position)}", position + 1)
        _take(item, rows)
        after = _skip(text, item.end())
        if after == item.end() < len(text) and item["open"] is None and text[after] != ")":
            raise NotationError(f"expected a space, x or ~ before {_word(text, after)}", after + 1)
        position = after
    if len(rows) > 1:
        raise NotationError("this ( is not closed; expected ( ... )xn", rows[-1].column)
    if not rows[0].samples:
        raise NotationError("expected at least one sample, found nothing", 1)
    return _arrays(rows[0].samples, seed)


def parse_several(text: str, seed: int = 0) -> tuple[tuple[Ints, Floats], ...]:
    """The curves of a text with `|` between them, as `parse_series`; their noise is independent.

    Raises:
        NotationError: as `parse_series`, at the column of the whole text.
    """
    curves, column = [], 0
    for number, one in enumerate(text.split("|")):
        try:
            curves.append(parse_series(one, seed + number))
        except NotationError as error:
            raise NotationError(error.text, column + error.column) from None
        column += len(one) + 1
    return tuple(curves)


def _skip(text: str, position: int) -> int:
    blank = _BREAK.match(text, position)
    return blank.end() if blank else position


def _word(text: str, position: int) -> str:
    return shown(text[position : position + 41].split(maxsplit=1)[0])


def _take(item: re.Match[str], rows: list[_Row]) -> None:
    """Add what one item stands for to the innermost row."""
    column = item.start() + 1
    if item["open"]:
        rows.append(_Row([], column))
        if len(rows) > MAX_DEPTH:
            raise NotationError(f"more than {MAX_DEPTH} groups within each other", column)
    elif item["times"]:
        if len(rows) == 1:
            raise NotationError("this ) closes nothing", column)
        group, times = rows.pop().samples, int(item["times"])
        _bound(len(rows[-1].samples) + len(group) * times, column)
        rows[-1].samples.extend(group * times)
    else:
        _take_samples(item, rows[-1].samples, column)


def _take_samples(item: re.Match[str], samples: list[tuple[float, float] | None], column: int) -> None:
    if item["gap"]:
        count = int(item["gaps"] or 1)
        _bound(len(samples) + count, column)
        samples.extend([None] * count)
        return
    count = int(item["more"] or 0) + 1
    _bound(len(samples) + count, column)
    start, gain, noise = float(item["start"]), float(item["gain"] or 0), float(item["noise"] or 0)
    samples.extend((start + gain * i, noise) for i in range(count))


def _bound(count: int, column: int) -> None:
    if count > MAX_SAMPLES:
        raise NotationError(f"more than {MAX_SAMPLES} samples; a test needs no longer curve", column)


def _arrays(samples: list[tuple[float, float] | None], seed: int) -> tuple[Ints, Floats]:
    steps = np.array([i for i, sample in enumerate(samples) if sample is not None], dtype=np.int64)
    present = np.array([sample for sample in samples if sample is not None], dtype=np.float64).reshape(-1, 2)
    values, scale = present[:, 0].copy(), present[:, 1]
    if bool(scale.any()):
        values += scale * _normal(len(samples), seed)[steps]
    return steps, values


def _normal(count: int, seed: int) -> Floats:
    """Standard normal numbers of shape (count,); the first ones do not depend on `count`."""
    raw = np.random.PCG64(seed).random_raw(2 * count).reshape(count, 2)
    uniform = ((raw >> np.uint64(11)) + 0.5) * 2.0**-53
    normal: Floats = np.sqrt(-2.0 * np.log(uniform[:, 0])) * np.cos(2.0 * pi * uniform[:, 1])
    return normal
