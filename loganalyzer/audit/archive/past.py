"""A judged run as an archive remembers it, and digests that tell one run from another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from loganalyzer.model.archive import Fault, PastRun
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding
from loganalyzer.model.role import Role
from loganalyzer.model.run import Histograms, Run, Series
from loganalyzer.report.terminal.words import headline
from loganalyzer.roles.vocabulary import HIGHER
from loganalyzer.store.rows import digest_of

TRACE = 32
OPENING = 32

# By which curve people tell a run's end: the first of these that was logged.
_JUDGED_BY = (
    *(("reward", split) for split in ("validation", "train", "none", "test")),
    *((quantity, "validation") for quantity in ("loss", "perplexity", "error", "accuracy", "score")),
    *((quantity, "train") for quantity in ("loss", "perplexity", "error", "accuracy", "score")),
)


def past_run(run: Run, diagnosis: Diagnosis, content: bytes) -> PastRun:
    """What is remembered of a run with this diagnosis; `content` is what `content_of` says of it."""
    first = headline(diagnosis)
    curve = judged_curve(run, diagnosis.roles)
    started, duration = _clock(run)
    best, best_at = (None, None) if curve is None else _best(curve, diagnosis.roles)
    return PastRun(
        name=run.name,
        verdict=diagnosis.verdict,
        headline="" if first is None else first.pathology,
        faults=tuple(map(_fault, diagnosis.findings)),
        hparams=diagnosis.run.hparams,
        steps=max((series.step_at(-1) for series in run.series if len(series)), default=0),
        started=started,
        duration=duration,
        tag="" if curve is None else curve.tag,
        lower_is_better=curve is None or _is_lower_better(diagnosis.roles[curve.tag]),
        best=best,
        best_at=best_at,
        trace=() if curve is None else _trace(curve),
        content=content.hex() if run.series else "",
        opening="" if curve is None else _opening(curve),
    )


def judged_curve(run: Run, roles: Mapping[str, Role]) -> Series | None:
    """The curve a run is judged by: rewards, else validation, else training, losses before metrics.

    Of several the one without a part of its own, then the longest; None where nothing of the kind is logged.
    """
    ranked = [
        (_JUDGED_BY.index(kind), bool(role.part), -len(series), series.tag, series)
        for series in run.series
        if len(series) and (role := roles[series.tag]) and (kind := (role.quantity, role.split)) in _JUDGED_BY
    ]
    return min(ranked)[-1] if ranked else None


def content_of(run: Run) -> bytes:
    """A digest of all values of all curves at their steps, whenever and wherever they were logged."""
    return digest_of(part for series in run.series for part in _values(series))


def judged_of(run: Run, content: bytes, terms: bytes) -> bytes:
    """A digest of all that the verdict on a run hangs on under some terms; its name and place are not."""
    return digest_of((terms, content, *_circumstances(run)))


def _values(series: Series) -> Iterator[bytes | memoryview]:
    yield f"{series.tag}\0{series.axis}".encode(errors="surrogatepass")
    yield _bytes(series.step)
    yield _bytes(series.value)


def _circumstances(run: Run) -> Iterator[bytes | memoryview]:
    yield repr((run.framework, sorted(run.hparams.items()))).encode(errors="surrogatepass")
    yield repr(sorted((one.kind, one.lost) for one in run.problems)).encode()
    yield repr([series.superseded for series in run.series]).encode()
    for series in run.series:
        yield b"" if series.wall_time is None else _bytes(series.wall_time)
    for one in run.histograms:
        yield one.tag.encode(errors="surrogatepass")
        yield from map(_bytes, _arrays(one))


def _arrays(one: Histograms) -> Iterable[npt.NDArray[Any]]:
    return one.step, one.min, one.max, one.mean, one.std, one.zero_share, one.quantiles


def _bytes(array: npt.NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def _fault(finding: Finding) -> Fault:
    return Fault(
        pathology=finding.pathology,
        severity=finding.severity,
        confidence=finding.confidence,
        hidden_by=finding.hidden_by,
        onset=None if finding.onset is None else finding.onset.fraction,
        decidable=None if finding.decidable is None else finding.decidable.fraction,
    )


def _clock(run: Run) -> tuple[float | None, float | None]:
    """When the first sample was logged, and seconds from it to the last one."""
    times = [series.wall_time for series in run.series if series.wall_time is not None and len(series)]
    known = [some[np.isfinite(some)] for some in times]
    ends = [(float(some.min()), float(some.max())) for some in known if some.size]
    if not ends:
        return None, None
    started = min(first for first, _ in ends)
    return started, max(last for _, last in ends) - started


def _best(curve: Series, roles: Mapping[str, Role]) -> tuple[float | None, float | None]:
    is_finite = np.isfinite(curve.value)
    if not is_finite.any():
        return None, None
    lower = _is_lower_better(roles[curve.tag])
    worst = np.inf if lower else -np.inf
    values = np.where(is_finite, curve.value, worst)
    at = int(values.argmin() if lower else values.argmax())
    return float(values[at]), curve.fraction_at(at)


def _is_lower_better(role: Role) -> bool:
    return role.direction == "lower" or (role.direction == "none" and role.quantity not in HIGHER)


def _opening(curve: Series) -> str:
    """A digest of the first samples, of a curve that goes on behind them."""
    if len(curve) <= OPENING:
        return ""
    return digest_of((_bytes(curve.step[:OPENING]), _bytes(curve.value[:OPENING]))).hex()


def _trace(curve: Series) -> tuple[float, ...]:
    at = np.linspace(0, len(curve) - 1, min(TRACE, len(curve))).round().astype(np.int64)
    return tuple(curve.value[at].tolist())
