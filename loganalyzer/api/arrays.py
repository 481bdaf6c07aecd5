"""Lists, arrays and tensors to samples of float64."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from loganalyzer.errors import DataError
from loganalyzer.model.run import Floats, Ints

_NUMBERS = "fiu"
_BEYOND_INT64 = 2.0**63


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The values (k,) of a tag and the rows (k,) of `n` in which they stand; the other rows hold none.

    `strange` are rows in which something else stands, and what; they are left out.
    """

    tag: str
    n: int
    row: Ints
    value: Floats
    strange: tuple[tuple[int, str], ...] = ()

    @property
    def has_gaps(self) -> bool:
        """Whether a row without a value, or with NaN, stands above one with a number."""
        known = self.row[~np.isnan(self.value)]
        return bool(known.size and known.size <= known[-1])

    def without_nan(self) -> Measured:
        """The same, where NaN means that nothing was logged."""
        known = ~np.isnan(self.value)
        return replace(self, row=self.row[known], value=self.value[known])


def measured(tag: str, given: Any, *, leaves_out: bool = False) -> Measured:  # noqa: ANN401 - any array-like
    """One curve of numbers; None, and what is masked, is a sample that is missing, NaN is a value.

    Raises:
        DataError: it is not flat, or holds something else than numbers and `leaves_out` is not set.
    """
    found = _array(tag, given)
    if found.ndim != 1:
        shape = f"an array of shape {found.shape}" if found.ndim else f"the single value {given!r}"
        raise DataError(f"{tag!r}: expected a flat list of numbers, one a step, found {shape}")
    if found.dtype.kind in _NUMBERS:
        return Measured(tag, found.size, np.arange(found.size), found.astype(np.float64))
    numbers: dict[int, float] = {}
    strange: list[tuple[int, str]] = []
    for row, value in enumerate(found.tolist()):
        try:
            if not _is_missing(value):
                numbers[row] = _number(tag, row, value)
        except DataError:
            if not leaves_out:
                raise
            strange.append((row, f"{value!r:.60}"))
    values = np.array(list(numbers.values()), float)
    return Measured(tag, found.size, np.array(list(numbers), np.int64), values, tuple(strange))


def _array(tag: str, given: Any) -> np.ndarray[Any, np.dtype[Any]]:  # noqa: ANN401
    if isinstance(given, str | bytes | Mapping | Set):
        raise DataError(f"{tag!r}: expected a flat list of numbers, found {given!r:.60}")
    try:
        if hasattr(given, "mask"):
            given = given.tolist()  # what is masked is None then
        elif not hasattr(given, "__array__") and isinstance(given, Iterable):
            given = [value.item() if hasattr(value, "item") else value for value in given]
        return np.asarray(given)
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"{tag!r}: expected a flat list of numbers, found one that fails: {error}") from error


def _is_missing(value: object) -> bool:
    """None and pandas' NA, which is not even equal to itself."""
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _number(tag: str, row: int, value: Any) -> float:  # noqa: ANN401
    try:
        if isinstance(value, bool | str):
            raise TypeError
        return as_float(value)
    except (TypeError, ValueError):
        raise DataError(f"{tag!r}: expected numbers, found {value!r:.60} at index {row}") from None


def as_float(value: Any) -> float:  # noqa: ANN401 - a number of any library
    """A number as float64, which a whole number beyond its range leaves as others do: for infinity.

    Raises:
        TypeError, ValueError, RuntimeError: it is none.
    """
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value > 0 or -1)


def whole_steps(given: Any, curve: Measured) -> Ints:  # noqa: ANN401 - any array-like
    """The steps of a curve, one for each of its `n` rows.

    Raises:
        DataError: they are more or fewer than the values, or not whole, or need more than 64 bits.
    """
    given = _array("steps", given)
    found = measured("steps", given)
    if found.row.size != curve.n:
        raise DataError(
            f"steps: expected {curve.n}, one for each value of {curve.tag!r}, found {found.row.size}"
        )
    with np.errstate(invalid="ignore"):
        is_whole = (np.abs(found.value) < _BEYOND_INT64) & (found.value == np.floor(found.value))
    if not is_whole.all():
        at = int(np.argmin(is_whole))
        raise DataError(f"steps: expected whole numbers of 64 bits, found {found.value[at]:g} at index {at}")
    exact: Ints = (given if given.dtype.kind in "iu" else found.value).astype(np.int64)
    return exact


def distinct_names(tags: list[str]) -> None:
    """Refuse two curves of one name.

    Raises:
        DataError: a name stands there twice.
    """
    twice = sorted({tag for tag in tags if tags.count(tag) > 1})
    if twice:
        raise DataError(f"{twice[0]!r}: expected one curve of a name, found {tags.count(twice[0])}")
