"""All that is learned from many past runs at once."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.audit.lessons.causes.find import find_causes
from loganalyzer.audit.lessons.copies import copies_of
from loganalyzer.audit.lessons.cost import cost_of
from loganalyzer.audit.lessons.months import months_of
from loganalyzer.audit.lessons.siblings import siblings_of
from loganalyzer.audit.lessons.trials import trials_of
from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import Lessons


def lessons_of(runs: Sequence[PastRun]) -> Lessons:
    """What runs have in common, in whatever order they come."""
    return Lessons(
        months=months_of(runs),
        causes=find_causes(runs),
        trials=trials_of(runs),
        cost=cost_of(runs),
        copies=copies_of(runs),
        siblings=siblings_of(runs),
    )
