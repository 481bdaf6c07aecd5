"""Many runs in one picture: the main curve of each, small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from loganalyzer.model.diagnosis import Diagnosis, Sparkline
from loganalyzer.model.role import QUANTITIES, SPLITS, Role
from loganalyzer.report.plot import LARGEST, new_figure
from loganalyzer.report.terminal.escape import shorten, show
from loganalyzer.report.terminal.table import hardest_first
from loganalyzer.report.terminal.words import headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_RUNS, _COLUMNS = 24, 4
_NAME_WIDTH = 30
_COLORS = {"sick": "#D55E00", "suspect": "#E69F00", "healthy": "#009E73"}
_OTHER = "#999999"


def draw_all(diagnoses: Sequence[Diagnosis]) -> Figure:
    """A panel for each run, the sick ones first, at most `MAX_RUNS`; a line marks where that begins."""
    ordered = hardest_first(diagnoses)[:MAX_RUNS]
    rows = max(-(-len(ordered) // _COLUMNS), 1)
    figure = new_figure((2.6 * _COLUMNS, 1.9 * rows))
    if len(diagnoses) > MAX_RUNS:
        figure.supxlabel(f"... and {len(diagnoses) - MAX_RUNS:,} more", fontsize=8)
    with np.errstate(all="ignore"):
        for number, diagnosis in enumerate(ordered, 1):
            _draw(figure.add_subplot(rows, _COLUMNS, number), diagnosis)
    return figure


def _draw(axes: Axes, diagnosis: Diagnosis) -> None:
    color = _COLORS.get(diagnosis.verdict, _OTHER)
    name = shorten(show(diagnosis.run.name), _NAME_WIDTH, ellipsis="...")
    axes.set_title(f"{name}\n{diagnosis.verdict}", fontsize=8, color="black", parse_math=False)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    finding = headline(diagnosis)
    tag = main_tag(diagnosis.sparklines, diagnosis.roles, finding.tags if finding else ())
    if not tag:
        axes.set_axis_off()
        return
    line = diagnosis.sparklines[tag]
    value = np.array([np.nan if value is None else value for value in line.value])
    axes.plot(line.step, np.clip(value, -LARGEST, LARGEST), color=color, lw=1.0)
    axes.set_ylabel(shorten(show(tag), _NAME_WIDTH, ellipsis="..."), fontsize=7, parse_math=False)
    if finding is not None and finding.onset is not None:
        axes.axvline(finding.onset.step, color=color, lw=1.4, ls=":")


def main_tag(lines: Mapping[str, Sparkline], roles: Mapping[str, Role], blamed: Sequence[str]) -> str:
    """The curve that judges a run best, of those that its headline speaks of if any; "" if there is none."""
    tags = [tag for tag in blamed if tag in lines] or list(lines)
    return min(tags, key=lambda tag: _rank(roles[tag], tag), default="")


def _rank(role: Role, tag: str) -> tuple[int, int, str, str]:
    return QUANTITIES.index(role.quantity), SPLITS.index(role.split), role.part, tag
