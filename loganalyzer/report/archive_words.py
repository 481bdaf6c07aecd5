"""What many past runs have in common, in sentences: plain lines that hold nothing to steer a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from loganalyzer.model.lessons import (
    Cause,
    Causes,
    Condition,
    CopyGroup,
    Cost,
    CostRow,
    Gate,
    GateStatus,
    Rate,
    SiblingGroup,
    Trial,
)
from loganalyzer.report.terminal.escape import show
from loganalyzer.report.terminal.words import percent, plural

MOST_LINES = 10
MOST_NAMES = 4

_COPIES = {
    "copy": "the same run",
    "same curves": "the same curves under other settings",
    "same beginning": "the same beginning",
    "near copy": "nearly the same curve",
    "not repeatable": "the same settings and seed, another end",
}
_GATE_COUNTS: tuple[tuple[GateStatus, str], ...] = (
    ("no siblings", "without siblings in the baseline: neither a run of the name nor one of the settings"),
    ("too few", "with too few siblings to tell the noise of seeds"),
    ("as before", "within the noise of seeds"),
)
_T = TypeVar("_T")


def causes_lines(causes: Causes) -> Iterator[str]:
    """What failures have in common, and of the others why nothing is said."""
    if not causes.runs:
        yield "no run that was judged has hyper-parameters, so nothing can be said of what failures share"
    for cause in causes.causes:
        yield _cause(cause)
        if cause.also:
            also = _named(list(map(_condition, cause.also)))
            yield f"  the same runs have {also}: nothing tells them apart"
    for one in causes.unexplained:
        yield f"{show(one.pathology)}: {one.failing:,} of {plural(one.runs, 'run')}; {one.reason}"
    reasons = sorted({one.reason for one in causes.left_out})
    for reason in reasons:
        names = [show(one.name) for one in causes.left_out if one.reason == reason]
        yield f"not looked at: {_named(names)} ({reason})"


def trials_lines(trials: Sequence[Trial]) -> Iterator[str]:
    """In your own runs: what became of a fault where one setting was changed, and where nothing was."""
    for one in trials:
        pairs = plural(one.gone.runs, "pair")
        line = f"{show(one.pathology)}, {one.remedy}: gone in {one.gone.failing:,} of {pairs} that differ "
        again = one.repeats
        beside = f"; without any change in {again.failing:,} of {again.runs:,}" if again.runs else ""
        yield f"{line}in {show(one.name)} alone{_interval(one.gone)}{beside}"


def cost_lines(cost: Cost) -> Iterator[str]:
    """What runs cost after they could have been stopped, summed up in several ways, and what is assumed."""
    yield _cost_row(cost.total)
    for title, rows in (("fault", cost.by_pathology), ("folder", cost.by_folder), ("month", cost.by_month)):
        dear = list(rows) if title == "month" else sorted(rows, key=_spent, reverse=True)
        listed = dear[-MOST_LINES:] if title == "month" else dear[:MOST_LINES]
        yield f"by {title}"
        yield from (f"  {_cost_row(row)}" for row in listed)
        if len(dear) > len(listed):
            yield f"  ... and {len(dear) - len(listed):,} more"
    yield from cost.assumptions


def copies_lines(copies: Sequence[CopyGroup]) -> Iterator[str]:
    """Runs that are another once more."""
    return _first(copies, _copies)


def alike(group: CopyGroup) -> str:
    """What the runs of a group share, and in what they differ."""
    differs = f" ({_named(list(map(show, group.differs)))})" if group.differs else ""
    return f"{_COPIES[group.kind]}{differs}"


def siblings_lines(siblings: Sequence[SiblingGroup]) -> Iterator[str]:
    """Groups of seeds, those with runs that stand out or fail first."""
    return _first(sorted(siblings, key=lambda one: (-len(one.outliers), -one.failed.failing)), _siblings)


def gate_lines(gate: Gate) -> Iterator[str]:
    """A line for each run that is worse than before or could not be compared, and counts of the others."""
    for status in ("new critical", "worse", "not judged"):
        for line in gate.lines:
            if line.status == status:
                chance = "" if line.p_value is None else f" (p = {line.p_value:.2g})"
                yield f"{status}: {show(line.name)}: {show(line.text)}{chance}"
    counts = Counter(line.status for line in gate.lines)
    for status, words in _GATE_COUNTS:
        if counts[status]:
            yield f"{plural(counts[status], 'run')} {words}"


def _cause(cause: Cause) -> str:
    inside, outside = cause.inside, cause.outside
    failing, runs = inside.failing + outside.failing, inside.runs + outside.runs
    conditions = " and ".join(map(_condition, cause.conditions))
    return (
        f"{show(cause.pathology)}: {failing:,} of {plural(runs, 'run')}; {inside.failing:,} of the "
        f"{inside.runs:,} with {conditions}{_interval(inside)}, {outside.failing:,} of the {outside.runs:,} "
        f"otherwise{_interval(outside)}; corrected p = {cause.p_value:.2g}"
    )


def _condition(condition: Condition) -> str:
    return f"{show(condition.name)} {condition.relation} {show(condition.value)}".rstrip()


def _interval(rate: Rate) -> str:
    """The share and its interval: ` (97 %, 86 to 99 %)`."""
    if not rate.runs:
        return ""
    low, high = (percent(bound).removesuffix(" %") for bound in (rate.low, rate.high))
    return f" ({percent(rate.failing / rate.runs)}, {low} to {high} %)"


def _cost_row(row: CostRow) -> str:
    clock = f"; {plural(row.without_clock, 'run')} without a clock" if row.without_clock else ""
    late, spare = plural(row.steps_after_decidable, "step"), plural(row.steps_after_best, "step")
    return (
        f"{show(row.label)}: {plural(row.runs, 'run')}, {late} ({_time(row.seconds_after_decidable)}) after "
        f"a fault could be told, {spare} ({_time(row.seconds_after_best)}) after the best point{clock}"
    )


def _spent(row: CostRow) -> tuple[float, int, float, int]:
    return (
        *(row.seconds_after_decidable, row.steps_after_decidable),
        *(row.seconds_after_best, row.steps_after_best),
    )


def _time(seconds: float) -> str:
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.1f} {unit}"
    return f"{seconds:.0f} s"


def _copies(group: CopyGroup) -> str:
    return f"{alike(group)}: {_named(list(map(show, group.names)))}"


def _siblings(group: SiblingGroup) -> str:
    line = f"{show(group.label)}: {plural(len(group.names), 'seed')}, {group.failed.failing:,} sick"
    if group.mean is not None and group.deviation is not None:
        line += f", best {show(group.tag)} {group.mean:.4g} ± {group.deviation:.2g}"
    for one in group.outliers:
        side = "worse" if one.z > 0 else "better"
        line += f"; {show(one.name)} is far {side} ({one.best:.4g}, {abs(one.z):.1f} deviations)"
    return line


def _named(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else f"{shown} and {len(names) - MOST_NAMES:,} more"


def _first(items: Sequence[_T], line: Callable[[_T], str]) -> Iterator[str]:
    yield from map(line, items[:MOST_LINES])
    if len(items) > MOST_LINES:
        yield f"... and {len(items) - MOST_LINES:,} more"
