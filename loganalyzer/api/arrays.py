"""Lists, arrays and tensors to samples of float64."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from loganalyzer.errors import DataError
from loganalyzer.model.run import Floats, Ints

_NUMBERS = "fiu"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The values (k,) of a tag and the rows (k,) of `n` in which they stand; the other rows hold none."""

    tag: str
    n: int
    row: Ints
    value: Floats

    @property
    def has_gaps(self) -> bool:
        """Whether a row without a value, or with NaN, stands above one with a number."""
        known = self.row[~np.isnan(self.value)]
        return bool(known.size and known.size <= known[-1])

    def without_nan(self) -> Measured:
        """The same, where NaN means that nothing was logged."""
        known = ~np.isnan(self.value)
        return replace(self, row=self.row[known], value=self.value[known])


def measured(tag: str, given: Any, *, skips_text: bool = False) -> Measured:  # noqa: ANN401 - any array-like
    """One curve of numbers; None, and what is masked, is a sample that is missing, NaN is a value.

    Raises:
        DataError: it is not flat, or holds something else than numbers; texts are skipped if asked for.
    """
    found = _array(tag, given)
    if found.ndim != 1:
        shape = f"an array of shape {found.shape}" if found.ndim else f"the single value {given!r}"
        raise DataError(f"{tag!r}: expected a flat list of numbers, one a step, found {shape}")
    if found.dtype.kind in _NUMBERS:
        return Measured(tag, found.size, np.arange(found.size), found.astype(np.float64))
    if skips_text and found.dtype.kind not in "O":
        return _NOTHING
    kept = [(row, value) for row, value in enumerate(found.tolist()) if not _is_missing(value)]
    if skips_text and any(isinstance(value, str) for _, value in kept):
        return _NOTHING
    values = [_number(tag, row, value) for row, value in kept]
    return Measured(tag, found.size, np.array([row for row, _ in kept], np.int64), np.array(values, float))


_NOTHING = Measured("", 0, np.zeros(0, np.int64), np.zeros(0))


def _array(tag: str, given: Any) -> np.ndarray[Any, np.dtype[Any]]:  # noqa: ANN401
    if isinstance(given, str | bytes | Mapping):
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
        return float(value)
    except (TypeError, ValueError):
        raise DataError(f"{tag!r}: expected numbers, found {value!r:.60} at index {row}") from None


def whole_steps(given: Any, curve: Measured) -> Ints:  # noqa: ANN401 - any array-like
    """The steps of a curve, one for each of its `n` rows.

    Raises:
        DataError: they are more or fewer than the values, or not whole.
    """
    found = measured("steps", given)
    if found.row.size != curve.n:
        raise DataError(
            f"steps: expected {curve.n}, one for each value of {curve.tag!r}, found {found.row.size}"
        )
    with np.errstate(invalid="ignore"):
        is_whole = np.isfinite(found.value) & (found.value == np.floor(found.value))
    if not is_whole.all():
        at = int(np.argmin(is_whole))
        raise DataError(f"steps: expected whole numbers, found {found.value[at]:g} at index {at}")
    return found.value.astype(np.int64)


def distinct_names(tags: list[str]) -> None:
    """Refuse two curves of one name.

    Raises:
        DataError: a name stands there twice.
    """
    twice = sorted({tag for tag in tags if tags.count(tag) > 1})
    if twice:
        raise DataError(f"{twice[0]!r}: expected one curve of a name, found {tags.count(twice[0])}")
