"""Offline segmentation of one training curve.

Non-finite tail, transform, spikes, epoch period and initial transient are set aside in this order; what is
left is cut into cells, partitioned exactly, and every boundary has to pass the smooth-continuation test.
"""

from __future__ import annotations

import numpy as np

from loganalyzer.model.role import Direction
from loganalyzer.model.run import Floats, Ints
from loganalyzer.model.segment import ChangeKind, Segment, Segmentation, Transform
from loganalyzer.signal.cells import Cells, make_cells, transient_end
from loganalyzer.signal.fits import slope, two_line_residuals
from loganalyzer.signal.judge import Change, confirm
from loganalyzer.signal.partition import optimal_partition, scale_cost, value_cost
from loganalyzer.signal.period import find_period, remove_period
from loganalyzer.signal.robust import bridge, median, noise
from loganalyzer.signal.spikes import find_spikes
from loganalyzer.signal.transform import choose_transform, transformed

Event = tuple[int, ChangeKind]

_SHORTEST = 4
_FINEST = 0.001
_EARLY = 0.10
_DECADES = 4.6
_ROUGHNESS_FLOOR = 0.35
_ROUGHNESS_VARIANCE = 1.3
_CONSTANT = 1e-9


def segment(
    value: Floats,
    *,
    better: Direction = "none",
    period: int | None = None,
    sensitivity: float = 0.10,
) -> Segmentation:
    """Cut a curve of shape (n,), NaN and Inf allowed, into segments that tile [0, n).

    `period` is the length in samples of a repeating pattern to remove, None to look for one, 0 for none.
    `sensitivity` is the smallest share of the curve's standard deviation that counts as visible. Interior
    non-finite samples are bridged; a non-finite tail is a segment of its own. Never raises.
    """
    value = np.asarray(value, np.float64)
    known = np.flatnonzero(np.isfinite(value))
    end = int(known[-1]) + 1 if known.size else 0
    finite = bridge(value[:end])
    with np.errstate(all="ignore"):
        transform, spikes, length, events = _look(finite, better, period, max(sensitivity, _FINEST))
        segments = _describe(finite, spikes, events)
    if end < value.size:
        segments.append(Segment(end, value.size, np.nan, np.nan, np.nan, "nonfinite"))
    return Segmentation(tuple(segments), tuple(spikes.tolist()), transform, length, noise(finite))


def _look(
    value: Floats, better: Direction, period: int | None, sensitivity: float
) -> tuple[Transform, Ints, int, list[Event]]:
    """The transform, the spikes, the period and the changepoints of a finite curve."""
    if value.size < 2 * _SHORTEST or np.ptp(value) <= _CONSTANT * abs(float(value[0])):
        return "identity", np.zeros(0, np.int64), 0, []
    transform = choose_transform(value, better)
    curve = transformed(value, transform)
    spikes = find_spikes(curve)
    curve = _without(curve, spikes)
    length = find_period(curve) if period is None else period
    if length < 2 or curve.size < 4 * length:
        length = 0
    curve = remove_period(curve, length)
    events = _find_events(curve, better, sensitivity)
    if transform == "log":
        events = _without_arrival(curve, events)
    return transform, spikes, length, events


def _without(value: Floats, spikes: Ints) -> Floats:
    """The finite curve with straight lines in place of its spikes."""
    if spikes.size == 0:
        return value
    out = value.copy()
    out[spikes] = np.nan
    return bridge(out)


def _find_events(value: Floats, better: Direction, sensitivity: float) -> list[Event]:
    """Sample index and kind of each changepoint of a finite, spike-free curve, ascending."""
    start = transient_end(value, better)
    cells = make_cells(value[start:], sensitivity)
    if cells is None:
        return []
    scatter = _ROUGHNESS_VARIANCE / max(1.0, cells.width)
    cost = value_cost(cells.value, sensitivity, min(cells.noise, 1.0), cells.memory)
    rough = scale_cost(cells.roughness, max(_ROUGHNESS_FLOOR**2, scatter))
    if cells.width < 2.0:
        rough *= np.float32((1.0 - cells.memory) / (1.0 + cells.memory))
    boundaries = optimal_partition(cost + rough, _SHORTEST)
    changes = confirm(cells, boundaries, sensitivity, scatter) if boundaries else []
    events = [(index + start, kind) for index, kind in _at_samples(value[start:], cells, changes)]
    return _after_transient(value, events, better, max(_EARLY * value.size, 2.0 * start))


def _at_samples(value: Floats, cells: Cells, changes: list[Change]) -> list[Event]:
    """The changes at full resolution, strictly ascending."""
    events: list[Event] = []
    for change in changes:
        index = _sharpened(value, cells, change)
        if 0 < index < value.size and (not events or index > events[-1][0]):
            events.append((index, change.kind))
    return events


def _sharpened(value: Floats, cells: Cells, change: Change) -> int:
    """First sample of the new segment, within one cell of where the change was found.

    A jump is where two lines fit best, a change of scale where two noises do; kinks and turns have no
    sharper place than their cell.
    """
    edge, cell = cells.edge, change.cell
    if cells.width == 1.0 or change.kind in {"kink", "turn"}:
        return int(edge[cell])
    start, stop = int(edge[max(0, cell - 3)]), int(edge[min(cells.count, cell + 3)])
    first = max(3, int(edge[max(0, cell - 1)]) - start)
    last = min(stop - start - 3, int(edge[min(cells.count, cell + 1)]) - start)
    breaks = np.arange(first, last + 1)
    if breaks.size < 2:
        return int(edge[cell])
    left, right = two_line_residuals(value[start:stop], breaks)
    if change.kind == "jump":
        return start + int(breaks[(left + right).argmin()])
    before, after = breaks, stop - start - breaks
    least = 1e-4 * float((left + right).min()) / (stop - start) + 1e-12
    likelihood = before * np.log(left / before + least) + after * np.log(right / after + least)
    return start + int(breaks[likelihood.argmin()])


def _after_transient(value: Floats, events: list[Event], better: Direction, until: float) -> list[Event]:
    """The events less those before sample `until` that belong to the usual start of training."""
    kept = list(events)
    while kept and kept[0][0] < until and _is_transient(value, kept[0], better):
        kept.pop(0)
    return kept


def _is_transient(value: Floats, event: Event, better: Direction) -> bool:
    """Whether an early event leads where the run went anyway, and that is not for the worse."""
    index, kind = event
    reach = max(2, value.size // 50)
    step = float(value[index : index + reach].mean() - value[max(0, index - reach) : index].mean())
    progress = median(value[value.size // 2 :]) - float(value[:reach].mean())
    worse = (better == "lower" and progress > 0.0) or (better == "higher" and progress < 0.0)
    return not worse and (kind == "scale" or step * progress >= 0.0)


def _without_arrival(curve: Floats, events: list[Event]) -> list[Event]:
    """The events of a curve in log space less a last kink where it goes flat after falling by decades.

    That is where a decay reaches its floor: on the scale of the values it has long been smooth.
    """
    if not events or events[-1][1] != "kink":
        return events
    index = events[-1][0]
    start, end = median(curve[: max(1, curve.size // 50)]), median(curve[(index + curve.size) // 2 :])
    here = median(curve[index : index + max(1, curve.size // 50)])
    is_arrival = start - here > _DECADES and abs(here - end) < 0.25 * (start - here)
    return events[:-1] if is_arrival else events


def _describe(value: Floats, spikes: Ints, events: list[Event]) -> list[Segment]:
    """The segments between the events, measured on the finite curve in its own units."""
    if value.size == 0:
        return []
    calm = _without(value, spikes)
    starts: list[Event] = [(0, "start"), *events]
    stops = [index for index, _ in events] + [value.size]
    return [
        Segment(
            start, stop, median(value[start:stop]), slope(calm[start:stop]), noise(calm[start:stop]), kind
        )
        for (start, kind), stop in zip(starts, stops, strict=True)
    ]
