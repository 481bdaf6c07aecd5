"""How the share of sick runs went over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from loganalyzer.audit.lessons.cost import month_of
from loganalyzer.audit.lessons.counting import rate
from loganalyzer.audit.lessons.outcomes import is_judged, once
from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import Rate


def months_of(runs: Iterable[PastRun]) -> tuple[Rate, ...]:
    """Sick runs of all judged ones by the month, in UTC, in which they started; copies count once."""
    judged, sick = Counter[str](), Counter[str]()
    for run in once(runs):
        if is_judged(run):
            judged[month_of(run)] += 1
            sick[month_of(run)] += run.verdict == "sick"
    return tuple(rate(month, sick[month], judged[month]) for month in sorted(judged))
