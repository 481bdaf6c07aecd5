"""What a feature may look at: one curve with its segmentation, and the facts of the run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from math import nan

import numpy as np

from loganalyzer.model.role import Role
from loganalyzer.model.run import Floats, Series
from loganalyzer.model.segment import Segmentation
from loganalyzer.signal.segment import segment


@dataclass(frozen=True)
class Curve:
    """A series in its role; everything derived from it is computed once, when first asked for."""

    series: Series
    role: Role

    @property
    def value(self) -> Floats:
        """The logged values, shape (n,), NaN and Inf kept."""
        return self.series.value

    @cached_property
    def finite(self) -> Floats:
        """The values with NaN and Inf bridged in a straight line, shape (n,); all zero if none is finite."""
        good = np.isfinite(self.value)
        if bool(good.all()):
            return self.value
        if not bool(good.any()):
            return np.zeros(self.value.size)
        index = np.arange(self.value.size)
        return np.interp(index, index[good], self.value[good])

    @cached_property
    def segmentation(self) -> Segmentation:
        """Segments, changepoints and spikes of the curve."""
        return segment(self.value, better=self.role.direction)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a run besides its curves; every name here can be used in a rule's expressions.

    `classes` is the number of classes if the user or the hyper-parameters name it, else NaN.
    """

    classes: float = nan
    restarts: float = 0.0
    superseded: float = 0.0
    cut_files: float = 0.0
    planned_steps: float = nan
    last_step: float = nan


FACTS: tuple[str, ...] = tuple(field.name for field in fields(Facts))
