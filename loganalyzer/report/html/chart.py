"""What the chart of a run is drawn from: its curves in panels, and where its findings lie on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log10
from typing import Any

from loganalyzer.model.diagnosis import Diagnosis, Sparkline
from loganalyzer.model.finding import Finding, Place
from loganalyzer.model.role import QUANTITIES, SPLITS, Role
from loganalyzer.report.html.data import brief, share
from loganalyzer.report.html.trend import trends
from loganalyzer.report.panels import blamed_tags
from loganalyzer.report.terminal.escape import shorten

MAX_PANELS = 6
MAX_CURVES = 8
_SHORTEST = 4
_DIGITS = 5
_LABEL_WIDTH = 60
_LOG_RANGE = 100.0
_BELOW = frozenset({"lr", "epoch"})
_NO_ROLE = Role("unknown", "none", "none", "")

Group = tuple[str, str, str]
"""Quantity, part and axis: what curves have in common that are drawn over one another."""


def chart_of(diagnosis: Diagnosis, findings: Sequence[Finding]) -> dict[str, Any] | None:
    """The chart of a run as JSON, with `findings` in the order of its card; None without a curve."""
    groups = _groups(diagnosis)
    blamed = {tag for finding in findings for tag in blamed_tags(finding)}
    told = {tag for finding in findings if finding.severity != "info" for tag in blamed_tags(finding)}
    ranked = sorted(groups, key=lambda group: _rank(group, groups[group], blamed))
    main = [group for group in ranked if group[0] not in _BELOW]
    rates = [group for group in ranked if group[0] == "lr"]
    chosen = [*main[:MAX_PANELS], *rates[:1]]
    if not chosen:
        return None
    # To cut a curve into segments takes longer than all else here: only what is talked about is cut.
    curves = [
        tag for group in main for tag in groups[group] if len(diagnosis.sparklines[tag].step) >= _SHORTEST
    ]
    cut = told.intersection(curves) or set(curves[:1])
    panels = [_panel(group, groups[group], diagnosis, cut) for group in chosen]
    return {
        "shared": share((curve for panel in panels for curve in panel["curves"]), ("x", "y", "t")),
        "panels": panels,
        "left_out": len(main) - len(main[:MAX_PANELS]),
        "epochs": _epochs(diagnosis),
        "start": _start(diagnosis),
        "findings": [_finding(number, finding) for number, finding in enumerate(findings)],
    }


def _groups(diagnosis: Diagnosis) -> Mapping[Group, list[str]]:
    axes = {series.tag: series.axis for series in diagnosis.run.series}
    groups: dict[Group, list[str]] = defaultdict(list)
    for tag, line in diagnosis.sparklines.items():
        role = diagnosis.roles.get(tag, _NO_ROLE)
        if line.step:
            groups[role.quantity, role.part, axes.get(tag, "iteration")].append(tag)
    for tags in groups.values():
        tags.sort(key=lambda tag: (SPLITS.index(diagnosis.roles.get(tag, _NO_ROLE).split), tag))
    return groups


def _rank(group: Group, tags: Sequence[str], blamed: set[str]) -> tuple[bool, int, str, str]:
    """Curves that a finding names come first, then the order in which quantities are listed."""
    return blamed.isdisjoint(tags), QUANTITIES.index(group[0]), group[1], group[2]


def _panel(group: Group, tags: Sequence[str], diagnosis: Diagnosis, cut: set[str]) -> dict[str, Any]:
    quantity, part, axis = group
    drawn = tags[:MAX_CURVES]
    return {
        "quantity": quantity.replace("_", " "),
        "part": shorten(part, _LABEL_WIDTH, ellipsis="…"),
        "axis": axis,
        "log": _is_logarithmic([diagnosis.sparklines[tag] for tag in drawn], quantity),
        "left_out": len(tags) - len(drawn),
        "curves": [_curve(tag, diagnosis) | {"segments": _segments(tag, diagnosis, cut)} for tag in drawn],
    }


def _curve(tag: str, diagnosis: Diagnosis) -> dict[str, Any]:
    line = diagnosis.sparklines[tag]
    points = next((series.n for series in diagnosis.run.series if series.tag == tag), len(line.step))
    start = _start(diagnosis)
    return {
        "tag": tag,
        "label": shorten(tag, _LABEL_WIDTH, ellipsis="…"),
        "split": diagnosis.roles.get(tag, _NO_ROLE).split,
        "n": points,
        "x": line.step,
        "y": [None if value is None else brief(value, _DIGITS) for value in line.value],
        "t": None if line.wall_time is None or start is None else _elapsed(line.wall_time, start),
    }


def _segments(tag: str, diagnosis: Diagnosis, cut: set[str]) -> list[dict[str, Any]]:
    """How a curve runs, one segment after the other; none of a curve that is not in `cut`."""
    if tag not in cut:
        return []
    better = diagnosis.roles.get(tag, _NO_ROLE).direction
    return [
        {
            "first": one.first,
            "last": one.last,
            "change": one.change,
            # As fine as a step, however many went before: a run may count on from millions.
            "x": [brief(round(step, 1), 17) for step in one.step],
            "y": [brief(value) for value in one.value],
            "said": one.said,
        }
        for one in trends(diagnosis.sparklines[tag], better)
    ]


def _elapsed(wall_time: Sequence[float], start: float) -> list[float | int]:
    """Seconds since the start of the run, as fine as can be seen."""
    span = max(wall_time) - start
    places = min(max(4 - int(log10(span)), 0), 3) if span > 1 else 3
    return [brief(round(moment - start, places)) for moment in wall_time]


def _start(diagnosis: Diagnosis) -> float | None:
    """The first moment that any curve has, where all that have a clock have an orderly one."""
    clocks = [line.wall_time for line in diagnosis.sparklines.values() if line.wall_time]
    moments = [moment for clock in clocks for moment in clock]
    is_orderly = bool(moments) and all(abs(moment) < 1e12 for moment in moments)
    return min(moments) if is_orderly else None


def _is_logarithmic(lines: Sequence[Sparkline], quantity: str) -> bool:
    """Whether the curves are positive, span more than two decades, and are no shares or scores."""
    if quantity in ("accuracy", "score"):
        return False
    finite = [value for line in lines for value in line.value if value is not None]
    return bool(finite) and min(finite) > 0 and max(finite) / _LOG_RANGE > min(finite)


def _epochs(diagnosis: Diagnosis) -> dict[str, Any] | None:
    """Which epoch each step belongs to, where that is logged as a curve of its own over steps."""
    for group, tags in sorted(_groups(diagnosis).items()):
        line = diagnosis.sparklines[tags[0]]
        if group[0] == "epoch" and group[2] == "iteration" and None not in line.value:
            return {"x": line.step, "y": [brief(value) for value in line.value if value is not None]}
    return None


def _finding(number: int, finding: Finding) -> dict[str, Any]:
    return {
        "id": number + 1,
        "name": finding.pathology,
        "severity": finding.severity,
        "tags": sorted(blamed_tags(finding)),
        "onset": _step(finding.onset),
        "end": _step(finding.end),
        "decidable": _step(finding.decidable),
    }


def _step(place: Place | None) -> int | None:
    return None if place is None else place.step
