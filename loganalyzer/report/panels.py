"""Which curves of a run are worth drawing, and which of them belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from loganalyzer.model.finding import Finding
from loganalyzer.model.role import QUANTITIES, SPLITS, Role
from loganalyzer.model.run import Axis, Run, Series

# Drawn only where a finding names them: they say how fast, not how well.
_BOOKKEEPING = frozenset({"epoch", "time", "throughput", "memory", "count", "unknown"})
_LOG_RANGE = 100.0


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves of one quantity over one axis, training before validation."""

    quantity: str
    axis: Axis
    series: tuple[Series, ...]
    roles: tuple[Role, ...]

    @property
    def is_logarithmic(self) -> bool:
        """Whether the curves are positive and span more than two decades."""
        finite = np.concatenate([series.value[np.isfinite(series.value)] for series in self.series])
        return bool(finite.size and finite.min() > 0 and finite.max() > _LOG_RANGE * finite.min())


def choose_panels(
    run: Run, roles: Mapping[str, Role], findings: Sequence[Finding], at_most: int
) -> tuple[Panel, ...]:
    """The `at_most` panels that matter most: those of findings first, then by quantity."""
    groups: dict[tuple[str, str, Axis], list[Series]] = defaultdict(list)
    for series in run.series:
        role = roles.get(series.tag)
        if role is not None and len(series):
            groups[role.quantity, role.part, series.axis].append(series)
    blamed = [tag for finding in findings for tag in finding.tags]
    panels = [_panel(quantity, axis, group, roles) for (quantity, _, axis), group in groups.items()]
    wanted = [
        panel for panel in panels if panel.quantity not in _BOOKKEEPING or _blame(panel, blamed) < len(blamed)
    ]
    return tuple(sorted(wanted or panels, key=lambda panel: _rank(panel, blamed))[:at_most])


def _panel(quantity: str, axis: Axis, group: list[Series], roles: Mapping[str, Role]) -> Panel:
    ordered = sorted(group, key=lambda series: (SPLITS.index(roles[series.tag].split), series.tag))
    return Panel(quantity, axis, tuple(ordered), tuple(roles[series.tag] for series in ordered))


def _blame(panel: Panel, blamed: Sequence[str]) -> int:
    """The place of the first blamed tag that the panel holds; `len(blamed)` if it holds none."""
    return min(
        (blamed.index(series.tag) for series in panel.series if series.tag in blamed), default=len(blamed)
    )


def _rank(panel: Panel, blamed: Sequence[str]) -> tuple[bool, int, str, str]:
    part = panel.roles[0].part
    return _blame(panel, blamed) == len(blamed), QUANTITIES.index(panel.quantity), part, panel.axis
