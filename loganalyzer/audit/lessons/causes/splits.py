"""Ways to part runs in two by one hyper-parameter, and how each side is put in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10, sqrt
from typing import Literal

import numpy as np

from loganalyzer.audit.lessons.counting import Mask
from loganalyzer.audit.lessons.settings import Column
from loganalyzer.model.lessons import Condition
from loganalyzer.model.run import Ints

MIN_SIDE = 3
"""Fewer runs on a side are anecdotes: even if all of them fail, the Wilson interval starts below a half."""
MOST_CUTS = 15
"""Cuts per column, at even shares of the runs: the best possible cut is at most 1/32 of the runs away."""
MOST_LEVELS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Runs whose code is at least `code`, equals it, or is set at all."""

    column: Column
    kind: Literal["at least", "equals", "set"]
    code: int = 0

    def inside(self, code: Ints) -> Mask:
        """Which of these codes of the column lie inside."""
        return code == self.code if self.kind == "equals" else code >= self.code

    def known(self, code: Ints) -> Mask:
        """Which of these codes lie on either side: a cut speaks of runs that set the hyper-parameter."""
        return np.ones(code.shape, dtype=bool) if self.kind == "set" else code >= 0

    def condition(self, *, inside: bool) -> Condition:
        """The hyper-parameter's condition that the runs of one side meet."""
        name, values = self.column.name, self.column.values
        if self.kind == "set":
            return Condition(name, "is set" if inside else "is not set")
        if self.kind == "equals":
            return self._condition_of_level(inside=inside)
        side = values[self.code :] if inside else values[: self.code]
        if len(side) == 1 and (not inside or len(values) == 2):
            return Condition(name, "=", side[0])
        return Condition(name, ">=" if inside else "<", self._threshold())

    def _condition_of_level(self, *, inside: bool) -> Condition:
        values = self.column.values
        if not inside and len(values) == 2:
            return Condition(self.column.name, "=", values[1 - self.code])
        return Condition(self.column.name, "=" if inside else "!=", values[self.code])

    def _threshold(self) -> str:
        below, above = self.column.numbers[self.code - 1 : self.code + 1].tolist()
        return threshold(below, above)


def threshold(below: float, above: float) -> str:
    """The shortest decimal that parts two neighbours: `above` itself where somebody has chosen it by hand.

    Otherwise it lies near their middle, on a logarithmic scale where both are positive.
    """
    if not np.isfinite(below) or not np.isfinite(above) or float(f"{above:.2g}") == above:
        return f"{above:.17g}" if float(f"{above:g}") != above else f"{above:g}"
    middle = sqrt(below) * sqrt(above) if below > 0 else below / 2 + above / 2
    for digits in range(1, 17):
        place = digits - 1 - floor(log10(abs(middle))) if middle else 0
        candidate = round(middle, place)
        if below < candidate <= above:
            return f"{candidate:.{digits}g}"
    return repr(above)


def splits_of(columns: Sequence[Column]) -> tuple[Split, ...]:
    """Every split that leaves enough runs on both sides, in the order of the columns."""
    return tuple(split for column in columns for split in _splits(column) if _is_wide(split))


def _splits(column: Column) -> list[Split]:
    found = [Split(column, "set")] if bool(np.any(column.code < 0)) else []
    levels = len(column.values)
    if column.is_numeric:
        return found + [Split(column, "at least", cut) for cut in _cuts(column)]
    if levels == 2:
        return [*found, Split(column, "equals", 1)]
    common = np.argsort(-np.bincount(column.code[column.code >= 0], minlength=levels), kind="stable")
    return found + [Split(column, "equals", int(code)) for code in sorted(common[:MOST_LEVELS])]


def _cuts(column: Column) -> list[int]:
    """Codes that start the upper part: all of them, or those at even shares of the runs."""
    levels = len(column.values)
    if levels <= MOST_CUTS + 1:
        return list(range(1, levels))
    ordered = np.sort(column.code[column.code >= 0])
    at = np.linspace(0, ordered.size, MOST_CUTS + 2)[1:-1].astype(int)
    return sorted({int(code) for code in ordered[at] if code > 0})


def _is_wide(split: Split) -> bool:
    code = split.column.code
    inside, known = int(np.sum(split.inside(code))), int(np.sum(split.known(code)))
    return min(inside, known - inside) >= MIN_SIDE
