"""A run as a picture: its curves with segments, changepoints, spikes and the spans of what was found."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding, Place
from loganalyzer.model.role import Role
from loganalyzer.model.run import Floats, Ints, Run, Series
from loganalyzer.model.segment import Segmentation
from loganalyzer.report.panels import Panel, blamed_tags, choose_panels
from loganalyzer.report.terminal.escape import show
from loganalyzer.report.terminal.words import headline, percent, place
from loganalyzer.signal.segment import segment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg", ".pdf")
MAX_PANELS = 6
_MAX_POINTS = 4000
_MARKED_POINTS = 60
_MIN_TREND, _TREND_SAMPLES, _TREND_PIECES = 24, 8, 16
# Beyond these, margins and ticks around the data overflow: of a linear axis, and of a logarithmic one.
LARGEST, _LARGEST_POWER = 1e300, 1e200
# Okabe and Ito's palette, told apart by colour-blind readers too.
_SPLIT_COLORS = {"train": "#0072B2", "validation": "#D55E00", "test": "#009E73", "none": "#CC79A7"}
_MORE_COLORS = ("#56B4E9", "#E69F00", "#F0E442", "#999999")
_SEVERITY_COLORS = {"critical": "#D55E00", "warning": "#E69F00", "info": "#56B4E9"}
_KEY = "black: trend   dotted: changepoint   triangle: spike   hatched: not finite   shaded: finding"
_STILL = {".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}


def draw(run: Run, diagnosis: Diagnosis) -> Figure:
    """The curves of `run` that matter most, one panel a quantity, with the findings of `diagnosis` marked."""
    findings = [finding for finding in diagnosis.findings if not finding.hidden_by]
    panels = choose_panels(run, diagnosis.roles, findings, MAX_PANELS)
    figure = new_figure((10, 1.2 + 2.4 * max(len(panels), 1)))
    figure.suptitle(_title(diagnosis), fontsize=12, parse_math=False)
    figure.supxlabel(_KEY, fontsize=8, color="#666666")
    # What overflows on the way to a margin or a tick is no fault of the log.
    with np.errstate(all="ignore"):
        for number, panel in enumerate(panels, 1):
            _draw_panel(figure.add_subplot(len(panels), 1, number), panel, findings)
    return figure


def new_figure(inches: tuple[float, float]) -> Figure:
    """An empty figure of a width and height; a notebook shows it without pyplot having been loaded."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    class Picture(Figure):
        def _repr_png_(self) -> bytes:
            _write(self, buffer := BytesIO(), ".png")
            return buffer.getvalue()

    figure = Picture(figsize=inches, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write the figure as its suffix says; the same figure gives the same bytes."""
    _write(figure, path, path.suffix.lower())


def _write(figure: Figure, target: Path | BytesIO, suffix: str) -> None:
    import matplotlib as mpl

    quiet = np.errstate(all="ignore")
    with quiet, mpl.rc_context({"svg.hashsalt": "loganalyzer"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(target, format=suffix[1:], dpi=110, metadata=_STILL[suffix])


def _title(diagnosis: Diagnosis) -> str:
    finding = headline(diagnosis)
    said = diagnosis.verdict
    if finding is None:
        return show(f"{diagnosis.run.name}: {said}")
    since = f" since {place(finding.onset)}" if finding.onset else ""
    return show(
        f"{diagnosis.run.name}: {said}, {finding.pathology}{since}, {percent(finding.confidence)} sure"
    )


def _draw_panel(axes: Axes, panel: Panel, findings: Sequence[Finding]) -> None:
    from matplotlib.ticker import MaxNLocator

    if panel.is_logarithmic:
        axes.set_yscale("log")
    for series, role, color in zip(panel.series, panel.roles, _colors(panel.roles), strict=False):
        _draw_series(axes, series, role, color, _drawable(series.value, panel))
    for row, (finding, onset) in enumerate(_findings_of(panel, findings)):
        _draw_finding(axes, finding, onset, panel, row)
    axes.set_ylabel(panel.quantity.replace("_", " "))
    axes.set_xlabel("epoch" if panel.axis == "epoch" else "step")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid(visible=True, alpha=0.2)
    axes.spines[["top", "right"]].set_visible(False)
    legend = axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
    for text in legend.get_texts():
        text.set_parse_math(False)


def _colors(roles: Sequence[Role]) -> Iterator[str]:
    """The colour of each split, and others where a split comes twice."""
    used: set[str] = set()
    spare = iter(_MORE_COLORS * (len(roles) // len(_MORE_COLORS) + 1))
    for role in roles:
        color = _SPLIT_COLORS[role.split]
        yield next(spare) if color in used else color
        used.add(color)


def _drawable(value: Floats, panel: Panel) -> Floats:
    """The values brought within what an axis can show, NaN where they are not finite."""
    most = _LARGEST_POWER if panel.is_logarithmic else LARGEST
    near = np.clip(value, -most, most)
    if panel.is_logarithmic:
        near = np.where(value > 0, np.maximum(near, 1 / most), near)
    return np.where(np.isfinite(value), near, np.nan)


def _draw_series(axes: Axes, series: Series, role: Role, color: str, value: Floats) -> None:
    kept = _thinned(value)
    marker = "." if kept.size <= _MARKED_POINTS else ""
    axes.plot(
        series.step[kept], value[kept], color=color, lw=1.0, marker=marker, ms=4, label=_label(series.tag)
    )
    found = segment(series.value, better=role.direction)
    spikes = _standing_out(value, np.asarray(found.spikes, dtype=np.int64), found.noise)
    calm = value.copy()
    calm[spikes] = np.nan
    _draw_segments(axes, series, calm, found, color)
    axes.plot(series.step[spikes], value[spikes], "^", color=color, ms=6, mec="black", mew=0.6)
    for start, stop in _stretches(~np.isfinite(series.value)):
        end = series.step_at(min(stop, len(series) - 1))
        axes.axvspan(series.step_at(start), end, fill=False, hatch="////", ec=color, lw=0, alpha=0.5)


def _standing_out(value: Floats, spikes: Ints, noise: float) -> Ints:
    """The spikes (k,) that lie above, or below, the nearest other samples on both sides by the noise.

    The steep beginning of a smooth decay is far from its trend as well, but no spike to the eye.
    """
    others = np.setdiff1d(np.flatnonzero(np.isfinite(value)), spikes)
    behind = np.searchsorted(others, spikes)
    inner = (behind > 0) & (behind < others.size)
    spikes, behind = spikes[inner], behind[inner]
    # Halves, because the difference of two finite values may be none.
    left = value[spikes] / 2 - value[others[behind - 1]] / 2
    right = value[spikes] / 2 - value[others[behind]] / 2
    out: Ints = spikes[(np.sign(left) == np.sign(right)) & (np.minimum(abs(left), abs(right)) > noise / 2)]
    return out


def _label(tag: str) -> str:
    """A tag for the legend, from which matplotlib keeps out what begins with an underscore."""
    return show(f" {tag}" if tag.startswith("_") else tag)


def _draw_segments(axes: Axes, series: Series, calm: Floats, found: Segmentation, color: str) -> None:
    """Changepoints, and the trend of each segment long enough to hide one; `calm` has no spikes."""
    for part in found.segments:
        if part.change not in ("start", "nonfinite"):
            axes.axvline(series.step_at(part.start), color=color, lw=0.8, alpha=0.7, ls=":")
        if part.stop - part.start >= _MIN_TREND and np.isfinite(part.level):
            index, level = _trend(calm, part.start, part.stop)
            axes.plot(series.step[index], level, color="black", lw=1.0, alpha=0.6)


def _trend(value: Floats, start: int, stop: int) -> tuple[Ints, Floats]:
    """Sample indices and medians of equal pieces of a segment, NaN left out."""
    edges = np.linspace(start, stop, min((stop - start) // _TREND_SAMPLES, _TREND_PIECES) + 1).astype(
        np.int64
    )
    pieces = [value[first:last] for first, last in pairwise(edges.tolist())]
    finite = [piece[np.isfinite(piece)] for piece in pieces]
    medians = [np.median(piece) if piece.size else np.nan for piece in finite]
    return (edges[:-1] + edges[1:]) // 2, np.array(medians)


def _findings_of(panel: Panel, findings: Sequence[Finding]) -> list[tuple[Finding, Place]]:
    """The findings with an onset that name a curve of the panel, or name none at all."""
    named = [finding for finding in findings if not finding.tags or panel.holds(blamed_tags(finding))]
    return [(finding, finding.onset) for finding in named if finding.onset is not None]


def _draw_finding(axes: Axes, finding: Finding, onset: Place, panel: Panel, row: int) -> None:
    color = _SEVERITY_COLORS[finding.severity]
    first = min(series.step_at(0) for series in panel.series)
    last = max(series.step_at(-1) for series in panel.series)
    if finding.severity != "info":
        axes.axvspan(onset.step, finding.end.step if finding.end else last, color=color, alpha=0.12, lw=0)
    axes.axvline(onset.step, color=color, lw=1.8, zorder=3 - 0.1 * row)
    is_late = onset.step - first > 0.8 * (last - first)
    axes.annotate(
        show(finding.pathology),
        (onset.step, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3 + 13 * row),
        textcoords="offset points",
        ha="right" if is_late else "left",
        va="bottom",
        fontsize=8,
        bbox={"boxstyle": "round,pad=0.2", "fc": "white", "ec": color},
        parse_math=False,
    )


def _thinned(value: Floats) -> Ints:
    """Sample indices that keep the lowest and highest value of each stretch, at most `_MAX_POINTS`."""
    n = value.size
    if n <= _MAX_POINTS:
        return np.arange(n)
    edges = np.linspace(0, n, _MAX_POINTS // 4 + 1).astype(np.int64)
    low = np.where(np.isfinite(value), value, np.inf)
    high = np.where(np.isfinite(value), value, -np.inf)
    picked = [
        int(index)
        for start, stop in pairwise(edges.tolist())
        for index in (start, start + low[start:stop].argmin(), start + high[start:stop].argmax(), stop - 1)
    ]
    return np.unique(picked)


def _stretches(bad: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[tuple[int, int]]:
    """Half-open stretches of consecutive true samples."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], bad, [False])).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
