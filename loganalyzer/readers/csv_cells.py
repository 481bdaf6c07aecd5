"""Cells of a table to numbers: exactly `float(text)`, and the other ways in which loggers spell one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats, Ints

_MISSING = frozenset({"", "na", "n/a", "#n/a", "null", "none", "-", "--", "<na>"})
# The C runtime of Windows before 2015 prints non-finite numbers like this.
_SPELLINGS = {
    "1.#qnan": math.nan,
    "-1.#qnan": math.nan,
    "1.#ind": math.nan,
    "-1.#ind": math.nan,
    "nan(ind)": math.nan,
    "-nan(ind)": math.nan,
    "1.#inf": math.inf,
    "-1.#inf": -math.inf,
}
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_DURATION = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]\d(?:\.\d+)?)")
_WHOLE = re.compile(r"[+-]?\d{1,19}", re.ASCII)
LARGEST_EXACT = 2.0**53
"""From here on not every whole number is a float64."""
_WRAPPED = re.compile(r"(?:np\.float\d+|tensor)\(([^,()]+)(?:,[^()]*)?\)")


def number(cell: str, separator: str = ",") -> float | None:
    """The number a cell holds, or None for a blank or an `NA`.

    Raises:
        ValueError: the cell holds something else.
    """
    text = cell.strip()
    try:
        if "_" not in text:
            return float(text)
    except ValueError:
        pass
    low = text.lower()
    if low in _MISSING:
        return None
    if low in _SPELLINGS:
        return _SPELLINGS[low]
    return float(_without_dress(text, separator))


def is_number(cell: str, separator: str = ",") -> bool:
    """Whether the cell holds a number; blanks and `NA` do not."""
    try:
        return number(cell, separator) is not None
    except ValueError:
        return False


def numbers(cells: Sequence[str], separator: str) -> tuple[Floats, npt.NDArray[np.bool_], Ints]:
    """Values (n,), whether each is there (n,), and the indices (k,) of the cells that hold no number.

    A value that is not there is NaN with False beside it; a logged NaN is NaN with True.
    """
    try:
        if "_" not in "".join(cells):
            return np.array([float(cell) for cell in cells]), np.ones(len(cells), bool), np.empty(0, np.int64)
    except ValueError:
        pass
    value = np.full(len(cells), math.nan)
    there = np.zeros(len(cells), bool)
    bad: list[int] = []
    for index, cell in enumerate(cells):
        try:
            found = number(cell, separator)
        except ValueError:
            bad.append(index)
            continue
        if found is not None:
            value[index], there[index] = found, True
    return value, there, np.array(bad, np.int64)


def exact(cells: Sequence[str], value: Floats, there: npt.NDArray[np.bool_]) -> Ints | None:
    """The cells as int64 (n,), 0 where none is there, if some is too large for a float to hold exactly.

    None if there is no such cell, or if not all that are there are plain digits within 64 bits.
    """
    if not np.any(np.abs(value[there]) >= LARGEST_EXACT):
        return None
    found = np.zeros(len(cells), np.int64)
    for index in np.flatnonzero(there).tolist():
        text = cells[index].strip()
        if not _WHOLE.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
            return None
        found[index] = int(text)
    return found


def durations(cells: Sequence[str]) -> Floats | None:
    """Seconds (n,) of cells that all hold `mm:ss` or `hh:mm:ss`, or None."""
    found = [_DURATION.fullmatch(cell.strip()) for cell in cells]
    parts = [(float(one[1] or 0), float(one[2]), float(one[3])) for one in found if one is not None]
    return np.array(parts) @ (3600.0, 60.0, 1.0) if parts and len(parts) == len(cells) else None


def _without_dress(text: str, separator: str) -> str:
    if "_" in text:
        raise ValueError(text)
    if text.endswith("%"):
        text = text[:-1].rstrip()
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped:
        return wrapped[1]
    if separator != "," and _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    if _THOUSANDS.fullmatch(text):
        return text.replace(",", "")
    return text
