"""A comparison as a page: what became of each run, and both curves over one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from loganalyzer.model.comparison import Comparison, CurveComparison, RunComparison
from loganalyzer.model.diagnosis import Diagnosis, Sparkline
from loganalyzer.model.finding import Finding
from loganalyzer.report.comparison import words
from loganalyzer.report.html.data import brief
from loganalyzer.report.html.scripts import policy, scripts, style
from loganalyzer.report.html.slugs import slugs
from loganalyzer.report.html.templating import environment
from loganalyzer.report.panels import blamed_tags
from loganalyzer.report.terminal.escape import shorten

MAX_CARDS = 100
MAX_PANELS = 6
_LABEL_WIDTH = 60
_LOG_RANGE = 100.0


@dataclass(frozen=True, slots=True)
class PairView:
    """A pair with the anchor of its card, empty where it has none, and what its chart is drawn from."""

    slug: str
    pair: RunComparison
    chart: dict[str, Any] | None


def render(comparison: Comparison) -> str:
    """One page with all that it needs inside it; pairs that differ come first and have cards, at most 100."""
    ordered = sorted(comparison.pairs, key=lambda pair: (not words.is_changed(pair), pair.a.run.name))
    carded = [pair for pair in ordered if len(ordered) == 1 or words.in_short(pair)][:MAX_CARDS]
    names = slugs(pair.a.run.name for pair in carded)
    views = [PairView(slug, pair, chart_of_pair(pair)) for slug, pair in zip(names, carded, strict=True)]
    rows = [*views, *(PairView("", pair, None) for pair in ordered if not _holds(carded, pair))]
    inlined = scripts(charts=any(view.chart for view in views))
    known = [*(pair.b for pair in ordered), *comparison.only_b, *comparison.only_a]
    fields: dict[str, Any] = {
        "comparison": comparison,
        "views": views,
        "rows": rows,
        "words": words,
        "numbered": numbered,
        "policy": policy(inlined),
        "style": style(),
        "scripts": inlined,
        "version": known[0].version if known else "",
    }
    return environment().get_template("comparison.html").render(**fields)


def _holds(pairs: Sequence[RunComparison], pair: RunComparison) -> bool:
    return any(one is pair for one in pairs)


def chart_of_pair(pair: RunComparison) -> dict[str, Any] | None:
    """The curves of both runs as JSON, a panel for each role, those that part first; None without any."""
    ordered = sorted(pair.curves, key=lambda curve: curve.parting is None)
    if not ordered:
        return None
    return {
        "panels": [_panel(curve, pair) for curve in ordered[:MAX_PANELS]],
        "left_out": len(ordered) - len(ordered[:MAX_PANELS]),
        "epochs": None,
        "start": None,
        "findings": [*_partings(ordered[:MAX_PANELS]), *_findings(pair)],
    }


def _panel(curve: CurveComparison, pair: RunComparison) -> dict[str, Any]:
    lines = pair.a.sparklines[curve.tag_a], pair.b.sparklines[curve.tag_b]
    return {
        "quantity": curve.quantity.replace("_", " "),
        "part": shorten(words.role_name(curve).partition(", ")[2] or curve.part, _LABEL_WIDTH, ellipsis="…"),
        "axis": curve.axis,
        "log": _is_logarithmic(lines, curve.quantity),
        "left_out": 0,
        "curves": [
            # The page draws training solid and validation dashed, in two colours far apart: so A and B are.
            _curve("A", pair.a, curve.tag_a, "train"),
            _curve("B", pair.b, curve.tag_b, "validation"),
        ],
    }


def _curve(side: str, diagnosis: Diagnosis, tag: str, look: str) -> dict[str, Any]:
    line = diagnosis.sparklines[tag]
    points = next((series.n for series in diagnosis.run.series if series.tag == tag), len(line.step))
    return {
        "tag": f"{side}: {tag}",
        "label": f"{side}: {shorten(tag, _LABEL_WIDTH, ellipsis='…')}",
        "split": look,
        "n": points,
        "x": line.step,
        "y": [None if value is None else brief(value) for value in line.value],
        "t": _elapsed(line),
        "segments": [],
    }


def _elapsed(line: Sparkline) -> list[float | int] | None:
    """Seconds since the first point, where there is an orderly clock: two runs share no other."""
    times = line.wall_time
    if not times or not all(abs(time) < 1e12 for time in times):
        return None
    return [brief(round(time - times[0], 3)) for time in times]


def _is_logarithmic(lines: Sequence[Sparkline], quantity: str) -> bool:
    finite = [value for line in lines for value in line.value if value is not None]
    if quantity in ("accuracy", "score") or not finite:
        return False
    return min(finite) > 0 and max(finite) / _LOG_RANGE > min(finite)


def _partings(curves: Sequence[CurveComparison]) -> Iterator[dict[str, Any]]:
    """An upright line where two curves part, in the way in which the page marks a finding."""
    for curve in curves:
        if curve.parting is not None:
            yield _mark("≠", "info", [f"A: {curve.tag_a}"], curve.parting.step)


def _findings(pair: RunComparison) -> Iterator[dict[str, Any]]:
    for side, diagnosis in (("A", pair.a), ("B", pair.b)):
        for name, finding in numbered(diagnosis, side):
            tags = sorted(f"{side}: {tag}" for tag in blamed_tags(finding))
            onset = None if finding.onset is None else finding.onset.step
            last = max((line.step[-1] for line in diagnosis.sparklines.values() if line.step), default=None)
            end = last if finding.end is None else finding.end.step
            yield _mark(name, finding.severity, tags, onset) | {"end": end}


def _mark(name: str, severity: str, tags: list[str], step: int | None) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "severity": severity,
        "tags": tags,
        "onset": step,
        "end": None,
        "decidable": None,
    }


def numbered(diagnosis: Diagnosis, side: str) -> list[tuple[str, Finding]]:
    """The findings of a side with the names they have in the chart."""
    shown = [one for one in diagnosis.findings if not one.hidden_by and one.severity != "info"]
    return [(f"{side}{number}", finding) for number, finding in enumerate(shown, 1)]
