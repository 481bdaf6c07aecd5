"""A run without its arrays, and curves small enough to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite

import numpy as np

from loganalyzer.features import Curve
from loganalyzer.model.diagnosis import RunSummary, SeriesSummary, Sparkline
from loganalyzer.model.finding import Finding
from loganalyzer.model.run import Floats, Run, Series

SPARK_POINTS = 200
JUDGED = frozenset(
    {"loss", "accuracy", "score", "error", "reward", "generator_loss", "discriminator_loss", "perplexity"}
)
_DRAWN = JUDGED | {"lr", "epoch"}


def summarise(run: Run) -> RunSummary:
    """The run with each curve reduced to its counts and extremes."""
    return RunSummary(
        run_id=run.run_id,
        name=run.name,
        framework=run.framework,
        sources=run.sources,
        problems=run.problems,
        hparams=dict(sorted(run.hparams.items())),
        series=tuple(_summary(series) for series in run.series if len(series)),
    )


def _summary(series: Series) -> SeriesSummary:
    finite = series.value[np.isfinite(series.value)]
    some = finite.size > 0
    return SeriesSummary(
        tag=series.tag,
        axis=series.axis,
        n=len(series),
        first_step=series.step_at(0),
        last_step=series.step_at(-1),
        first=float(finite[0]) if some else None,
        last=float(finite[-1]) if some else None,
        min=float(finite.min()) if some else None,
        max=float(finite.max()) if some else None,
        non_finite=len(series) - int(finite.size),
        superseded=series.superseded,
    )


def sparklines(curves: Sequence[Curve], findings: Sequence[Finding]) -> Mapping[str, Sparkline]:
    """What there is to draw: curves that are judged, that findings name, and that explain these."""
    blamed = {part for finding in findings for tag in finding.tags for part in (tag, *tag.split(" + "))}
    return {
        curve.series.tag: sparkline(curve.series)
        for curve in curves
        if len(curve.series) and (curve.role.quantity in _DRAWN or curve.series.tag in blamed)
    }


def sparkline(series: Series) -> Sparkline:
    """At most 200 points that keep the lowest and highest value of each stretch, so that a spike survives."""
    n = len(series)
    if n <= SPARK_POINTS:
        keep = np.arange(n)
    else:
        edges = np.linspace(0, n, SPARK_POINTS // 2 + 1).astype(np.int64)
        low = np.where(np.isfinite(series.value), series.value, np.inf)
        high = np.where(np.isfinite(series.value), series.value, -np.inf)
        picked = [
            start + int(pick)
            for start, stop in pairwise(edges)
            for pick in (low[start:stop].argmin(), high[start:stop].argmax())
        ]
        # np.unique would load masked arrays, which cost a small scan a tenth of its time
        keep = np.array(sorted(set(picked)))
    return Sparkline(
        tuple(series.step[keep].tolist()),
        _numbers(series.value[keep]),
        None if series.wall_time is None else tuple(series.wall_time[keep].tolist()),
    )


def _numbers(value: Floats) -> tuple[float | None, ...]:
    """The values, None for NaN and Inf."""
    numbers = value.tolist()
    if bool(np.isfinite(value).all()):
        return tuple(numbers)
    return tuple(number if isfinite(number) else None for number in numbers)
