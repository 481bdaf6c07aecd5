"""The runs a search works on, as arrays: one row for each setting, or for each run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from loganalyzer.audit.lessons.causes.splits import Split
from loganalyzer.audit.lessons.counting import Mask, g_squared
from loganalyzer.audit.lessons.settings import Column
from loganalyzer.model.run import Floats, Ints

MOST_CELLS = 2e7
MOST_ROWS = 10_000
"""Beyond it, rows with and without the fault are drawn for themselves, half each: choosing by outcome leaves
odds ratios and the chance of a false alarm as they are (Prentice and Pyke 1979)."""
MIN_SETTINGS = 30
"""Repeats of one setting with other seeds are no independent witnesses of another setting (Hurlbert 1984,
pseudoreplication), so settings are exchanged whole. With fewer of them hardly any pattern could ever be told
from chance; a small grid is then taken at its word, run by run."""

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """n rows against s splits of c columns: `inside` (n, s), `known` (n, c + 1), `owner` (s,) into the c + 1.

    `failing` and `runs` (n,) count the runs of each row; `rows` (n,) are the places of the first of them.
    """

    inside: Matrix
    known: Matrix
    owner: Ints
    failing: Floats
    runs: Floats
    rows: Ints

    def statistic(self, failing: Floats, runs: Floats, strata: Sequence[Ints]) -> Floats:
        """G squared of each split, summed over strata of rows: (s, b) for counts of shape (n, b)."""
        total = np.zeros((self.owner.size, failing.shape[1]))
        for rows in strata:
            inside, known = self.inside[rows].T, self.known[rows].T
            fails, all_runs = failing[rows].astype(np.float32), runs[rows].astype(np.float32)
            counts = [
                inside @ fails,
                inside @ all_runs,
                (known @ fails)[self.owner],
                (known @ all_runs)[self.owner],
            ]
            total += g_squared(*(count.astype(np.float64) for count in counts))
        return total

    def only(self, most: int, rng: np.random.Generator) -> Sample:
        """At most `most` of the rows, chosen by outcome like the rows themselves."""
        at = _chosen(self.failing > 0, most, rng)
        inside, known, fails = self.inside[at], self.known[at], self.failing[at]
        return replace(
            self, inside=inside, known=known, failing=fails, runs=self.runs[at], rows=self.rows[at]
        )

    def ratio(self, split: int, strata: Sequence[Ints]) -> float:
        """By which factor one side fails or survives more often, in the stratum in which it matters most."""
        inside = self.inside[:, split] > 0
        outside = (self.known[:, self.owner[split]] > 0) & ~inside
        return max(self._ratio(rows[inside[rows]], rows[outside[rows]]) for rows in strata)

    def _ratio(self, one: Ints, other: Ints) -> float:
        """The larger ratio of two rates, half a run added to each count; an empty side tells nothing."""
        if not one.size or not other.size:
            return 1.0
        runs = self.runs[one].sum() + 1, self.runs[other].sum() + 1
        fails = self.failing[one].sum() + 0.5, self.failing[other].sum() + 0.5
        failing = fails[0] / runs[0], fails[1] / runs[1]
        surviving = 1 - failing[0], 1 - failing[1]
        return float(max(max(pair) / min(pair) for pair in (failing, surviving)))


def units_of(columns: Sequence[Column], n: int) -> Ints:
    """The setting of each of n runs, numbered from 0; where settings are few, each run is its own."""
    code = np.zeros(n, dtype=np.int64)
    mixer = np.random.default_rng(0).integers(1, 2**62, size=len(columns))
    for column, factor in zip(columns, mixer, strict=True):
        code += (column.code + 1) * factor
    distinct, unit = np.unique(code, return_inverse=True)
    return unit.astype(np.int64) if distinct.size >= MIN_SETTINGS else np.arange(n, dtype=np.int64)


def sample_of(
    columns: Sequence[Column], splits: Sequence[Split], unit: Ints, failing: Mask, rng: np.random.Generator
) -> Sample:
    """The rows for one pathology; `failing` and `unit` are of shape (runs,)."""
    _, rows, counts = np.unique(unit, return_index=True, return_counts=True)
    fails = np.bincount(unit, weights=failing)
    chosen = _chosen(fails > 0, int(min(MOST_ROWS, max(MOST_CELLS // max(len(splits), 1), 500))), rng)
    rows, counts, fails = rows[chosen], counts[chosen], fails[chosen]
    place = {column.name: at for at, column in enumerate(columns)}
    known = np.ones((rows.size, len(columns) + 1), dtype=np.float32)
    for at, column in enumerate(columns):
        known[:, at] = column.code[rows] >= 0
    inside = np.empty((rows.size, len(splits)), dtype=np.float32)
    for at, split in enumerate(splits):
        inside[:, at] = split.inside(split.column.code[rows])
    owner = [len(columns) if split.kind == "set" else place[split.column.name] for split in splits]
    return Sample(
        inside,
        known,
        np.array(owner, dtype=np.int64),
        fails.astype(np.float64),
        counts.astype(np.float64),
        rows,
    )


def _chosen(fails: Mask, most: int, rng: np.random.Generator) -> Ints:
    """At most `most` rows, sorted: all, or up to half of them from those that fail and from the others."""
    parts = [np.flatnonzero(fails), np.flatnonzero(~fails)]
    if fails.size <= most:
        return np.arange(fails.size)
    least = min(part.size for part in parts)
    room = max(most - least, most // 2)
    return np.sort(
        np.concatenate(
            [part if part.size <= room else rng.choice(part, room, replace=False) for part in parts]
        )
    )
