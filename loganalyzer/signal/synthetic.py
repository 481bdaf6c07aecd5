"""Named training curves that carry their true changepoints, for tests, benchmarks and training."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from loganalyzer.model.role import Direction
from loganalyzer.model.run import Floats
from loganalyzer.signal.kinds.faulty import FAULTY
from loganalyzer.signal.kinds.healthy import HEALTHY
from loganalyzer.signal.kinds.scheduled import HEALTHY_CHANGE
from loganalyzer.signal.kinds.shapes import Family, Kind, Pen

_FAMILIES: tuple[tuple[Family, tuple[Kind, ...]], ...] = (
    ("healthy", HEALTHY),
    ("healthy-change", HEALTHY_CHANGE),
    ("pathology", FAULTY),
)
_KINDS: dict[str, tuple[Kind, Family]] = {
    kind.name: (kind, family) for family, kinds in _FAMILIES for kind in kinds
}

NAMES: tuple[str, ...] = tuple(_KINDS)


@dataclass(frozen=True, eq=False)
class SyntheticCurve:
    """A drawn curve, `value` of shape (n,), and the first sample index after each true change."""

    name: str
    value: Floats
    changepoints: tuple[int, ...]
    family: Family
    better: Direction


def curve(name: str, n: int, seed: int) -> SyntheticCurve:
    """Draw the curve of that name over `n` samples (at least 8); the same arguments give the same curve.

    Raises:
        KeyError: there is no curve of that name.
        ValueError: `n` is less than 8.
    """
    if n < 8:
        raise ValueError(f"a synthetic curve needs at least 8 samples, not {n}")
    kind, family = _KINDS[name]
    value, changepoints = kind.draw(Pen(n, np.random.default_rng((seed, zlib.crc32(name.encode())))))
    return SyntheticCurve(name, np.asarray(value, np.float64), changepoints, family, kind.better)
