"""What runs cost after the moment at which they could have been stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from math import fsum

from loganalyzer.audit.lessons.outcomes import is_judged, once, troubles
from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import Cost, CostRow

ASSUMPTIONS = (
    "A run costs the same at each of its steps, so a share of its steps is that share of its time.",
    "A run lasts from its first logged sample to its last one; what it took beside that is not in the log.",
    "After a fault could be told: from the first moment at which the log shows a critical finding to the "
    "end, of sick runs alone.",
    "After the best point: from the best value of the curve a run is judged by to the end, of every judged "
    "run; some of it is the price of knowing that it was the best.",
    "The two overlap and are not to be added.",
    "A run with two critical findings counts under both of them, and once in the total.",
    "Copies count once, under the first of their names, and runs that could not be judged not at all.",
    "A run belongs to the month, in UTC, in which it started.",
)
NO_CLOCK = "no clock"
NO_FOLDER = "."

_Shares = tuple[PastRun, float, float]
"""A run, and its shares after a fault could be told and after the best point."""


def cost_of(runs: Iterable[PastRun]) -> Cost:
    """The cost of all runs, and by pathology, by folder (the first part of the name), and by month."""
    judged = [run for run in once(runs) if is_judged(run)]
    shares = [(run, _after_decidable(run), _after_best(run)) for run in judged]
    return Cost(
        total=_row("total", shares),
        by_pathology=_rows(share for run in judged for share in _by_pathology(run)),
        by_folder=_rows((folder_of(run), share) for run, share in zip(judged, shares, strict=True)),
        by_month=_rows((month_of(run), share) for run, share in zip(judged, shares, strict=True)),
        assumptions=ASSUMPTIONS,
    )


def folder_of(run: PastRun) -> str:
    """The first part of a run's name, by which users or projects are told apart."""
    first, slash, _ = run.name.partition("/")
    return first if slash else NO_FOLDER


def month_of(run: PastRun) -> str:
    """The month in which a run started, in UTC: `2024-05`."""
    if run.started is None:
        return NO_CLOCK
    try:
        return datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m")
    except (ValueError, OverflowError, OSError):
        return NO_CLOCK


def _by_pathology(run: PastRun) -> Iterable[tuple[str, _Shares]]:
    names = sorted({fault.pathology for fault in troubles(run)})
    return ((name, (run, _after_decidable(run, name), _after_best(run))) for name in names)


def _after_decidable(run: PastRun, pathology: str = "") -> float:
    """The share of the run after a critical finding, the first or that of one pathology, could be told."""
    moments = [
        fault.decidable
        for fault in troubles(run)
        if fault.severity == "critical" and fault.decidable is not None and pathology in ("", fault.pathology)
    ]
    return 1.0 - min(moments) if moments else 0.0


def _after_best(run: PastRun) -> float:
    return 0.0 if run.best_at is None else 1.0 - run.best_at


def _rows(labelled: Iterable[tuple[str, _Shares]]) -> tuple[CostRow, ...]:
    groups: dict[str, list[_Shares]] = {}
    for label, shares in labelled:
        groups.setdefault(label, []).append(shares)
    return tuple(_row(label, group) for label, group in sorted(groups.items()))


def _row(label: str, shares: Sequence[_Shares]) -> CostRow:
    def steps(share: Callable[[_Shares], float]) -> int:
        return sum(round(one[0].steps * share(one)) for one in shares)

    def seconds(share: Callable[[_Shares], float]) -> float:
        return fsum((one[0].duration or 0.0) * share(one) for one in shares)

    return CostRow(
        label=label,
        runs=len(shares),
        steps_after_decidable=steps(lambda one: one[1]),
        seconds_after_decidable=seconds(lambda one: one[1]),
        steps_after_best=steps(lambda one: one[2]),
        seconds_after_best=seconds(lambda one: one[2]),
        without_clock=sum(one[0].duration is None for one in shares),
    )
