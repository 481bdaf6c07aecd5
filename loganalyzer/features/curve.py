"""What a feature may look at: one curve with its segmentation, and the facts of the run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from math import nan

import numpy as np

from loganalyzer.model.role import Role
from loganalyzer.model.run import Floats, Ints, Series
from loganalyzer.model.segment import Segmentation
from loganalyzer.signal.period import find_period
from loganalyzer.signal.robust import bridge, median

OUTLINE_POINTS = 200


@dataclass(frozen=True, eq=False)
class Outline:
    """A curve in at most 200 points: `value` (m,) are block medians, `start` (m,) the blocks' first samples.

    Curves of up to 200 samples are their own outline. Batch noise and lone spikes do not survive the
    medians of a long curve, what lasts does: rules argue about what lasts.
    """

    value: Floats
    start: Ints

    @cached_property
    def is_positive(self) -> bool:
        """Whether ratios of its values mean something."""
        return bool(self.value.size) and float(self.value.min()) > 0.0

    @cached_property
    def scaled(self) -> Floats:
        """The values in natural logarithms where all are positive, else in shares of their spread, (m,)."""
        if self.is_positive:
            return np.log(self.value)
        spread = float(np.ptp(self.value))
        return self.value / spread if spread else np.zeros(self.value.size)


def quantile(value: Floats, share: float) -> float:
    """The value below which `share` of a non-empty array lies, to the nearest sample."""
    at = round(share * (value.size - 1))
    return float(np.partition(value, at)[at])


def start_of(value: Floats) -> float:
    """The level at the start of a non-empty array: median of its first fortieth."""
    return median(value[: max(1, value.size // 40)])


def end_of(value: Floats) -> float:
    """The level at the end of a non-empty array: median of its last tenth, at least three points."""
    return median(value[-max(3, value.size // 10) :])


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
    def n_finite(self) -> int:
        """How many of the values are neither NaN nor Inf."""
        return int(np.isfinite(self.value).sum())

    @cached_property
    def finite(self) -> Floats:
        """The values with NaN and Inf bridged in a straight line, shape (n,); all zero if none is finite."""
        return bridge(self.value)

    @cached_property
    def outline(self) -> Outline:
        """The curve with lower better, in at most 200 points."""
        value = -self.finite if self.role.direction == "higher" else self.finite
        n = value.size
        if n <= OUTLINE_POINTS:
            return Outline(value, np.arange(n))
        start = (np.arange(OUTLINE_POINTS) * n) // OUTLINE_POINTS
        blocks = np.split(value, start[1:])
        return Outline(np.array([median(block) for block in blocks]), start)

    @cached_property
    def smooth(self) -> Floats:
        """The outline under a running median of three, shape (m,): one odd point is not yet a level.

        Short curves, under 20 points, are left alone: there every point is a level.
        """
        value = self.outline.value
        if value.size < 20:
            return value
        before, here, after = value[:-2], value[1:-1], value[2:]
        middle = np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))
        return np.concatenate((value[:1], middle, middle[-1:]))

    @cached_property
    def period(self) -> int:
        """Samples after which the curve repeats itself, on a logarithmic scale if positive; 0 if never."""
        value = self.finite
        return find_period(np.log(value) if value.size and float(value.min()) > 0.0 else value)

    @cached_property
    def segmentation(self) -> Segmentation:
        """Segments, changepoints and spikes of the curve."""
        # A healthy run is not cut into segments, and need not load what would cut it.
        from loganalyzer.signal.segment import segment

        return segment(self.value, better=self.role.direction)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a run besides its curves; every name here can be used in a rule's expressions.

    `classes` is the number of classes if the user or the hyper-parameters name it, else NaN;
    `unfinished` counts points of single batches that were written after the last epoch was summed up.
    `duplicated` is the share of its points that its files hold a second time.
    `reinforcement` and `adversarial` are 1 for a policy trained by reward, and for two networks against
    each other: losses are no measure of quality there.
    `vocabulary` is the number of tokens a language model knows, or NaN.
    """

    classes: float = nan
    restarts: float = 0.0
    superseded: float = 0.0
    duplicated: float = 0.0
    cut_files: float = 0.0
    unfinished: float = 0.0
    planned_steps: float = nan
    last_step: float = nan
    reinforcement: float = 0.0
    adversarial: float = 0.0
    vocabulary: float = nan


FACTS: tuple[str, ...] = tuple(field.name for field in fields(Facts))
