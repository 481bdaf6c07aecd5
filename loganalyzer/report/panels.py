"""Which curves of a run are worth drawing, and which of them belong together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from loganalyzer.model.finding import Finding
from loganalyzer.model.role import QUANTITIES, SPLITS, Role
from loganalyzer.model.run import Axis, Run, Series

# Drawn only where a finding names them: they say how fast, not how well.
_BOOKKEEPING = frozenset({"epoch", "time", "throughput", "memory", "count", "unknown"})
_JUDGED = frozenset({"loss", "accuracy", "score", "error", "reward", "perplexity"})
_SUM = " + "
_LOG_RANGE = 100.0


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves of one quantity over one axis, training before validation."""

    quantity: str
    axis: Axis
    series: tuple[Series, ...]
    roles: tuple[Role, ...]

    def holds(self, tags: Collection[str]) -> bool:
        """Whether one of the curves is among `tags`."""
        return any(series.tag in tags for series in self.series)

    @property
    def is_logarithmic(self) -> bool:
        """Whether the curves are positive, span more than two decades, and are no shares or scores."""
        if any(role.direction == "higher" for role in self.roles):
            return False
        finite = np.concatenate([series.value[np.isfinite(series.value)] for series in self.series])
        return bool(finite.size and finite.min() > 0 and finite.max() > _LOG_RANGE * finite.min())


def choose_panels(
    run: Run, roles: Mapping[str, Role], findings: Sequence[Finding], at_most: int
) -> tuple[Panel, ...]:
    """The `at_most` panels that matter most: those of findings first, then one of each quantity."""
    groups: dict[tuple[str, str, Axis], list[Series]] = defaultdict(list)
    for series in run.series:
        role = roles.get(series.tag)
        if role is not None and len(series):
            groups[role.quantity, role.part, series.axis].append(series)
    blamed = {tag for finding in findings for tag in blamed_tags(finding)}
    panels = [_panel(quantity, axis, group, roles) for (quantity, _, axis), group in groups.items()]
    wanted = [panel for panel in panels if panel.quantity not in _BOOKKEEPING or panel.holds(blamed)]
    ranked = sorted(wanted or panels, key=_rank)
    first = [panel for panel in ranked if panel.holds(blamed)]
    rest = [panel for panel in ranked if not panel.holds(blamed)]
    return (*_varied(first), *_varied(rest))[:at_most]


def _varied(panels: Sequence[Panel]) -> list[Panel]:
    """The first panel of each quantity, then the second of each, and so on."""
    rounds: list[int] = []
    seen: Counter[str] = Counter()
    for panel in panels:
        rounds.append(seen[panel.quantity])
        seen[panel.quantity] += 1
    return [panels[i] for i in sorted(range(len(panels)), key=rounds.__getitem__)]


def blamed_tags(finding: Finding) -> frozenset[str]:
    """The logged tags a finding speaks of; one on a sum of curves, `a + b`, speaks of each."""
    return frozenset(part for tag in finding.tags for part in (tag, *tag.split(_SUM)))


def _panel(quantity: str, axis: Axis, group: list[Series], roles: Mapping[str, Role]) -> Panel:
    ordered = sorted(group, key=lambda series: (SPLITS.index(roles[series.tag].split), series.tag))
    return Panel(quantity, axis, tuple(ordered), tuple(roles[series.tag] for series in ordered))


def _rank(panel: Panel) -> tuple[int, int, str, str]:
    """What is judged comes first, then the order in which quantities are listed."""
    index = QUANTITIES.index(panel.quantity)
    return panel.quantity not in _JUDGED, index, panel.roles[0].part, panel.axis
