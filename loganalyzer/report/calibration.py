"""What was learned from healthy runs: for the terminal, and as a profile."""

from __future__ import annotations

from collections.abc import Iterator

from loganalyzer.engine.calibrate import Calibration
from loganalyzer.report.terminal.escape import show
from loganalyzer.report.terminal.words import percent, plural
from loganalyzer.rulebook.profiles import DEFAULT, profile_text

_MOST_LEFT = 20


def profile_of(learned: Calibration) -> str:
    """The YAML of the profile that holds the new thresholds."""
    description = (
        f"Learned from {plural(learned.runs, 'run')} held to be healthy: alarms on {learned.before} of them "
        f"before, on {learned.after} under these thresholds."
    )
    changes = ((one.rule, one.param, one.was, one.now) for one in learned.changes)
    return profile_text(DEFAULT, description, changes)


def calibration_text(learned: Calibration, folder: str) -> str:
    """What changed, what it does to alarms, and which runs should be looked at, as lines for a terminal."""
    return "".join(f"{line}\n" for line in _lines(learned, folder))


def _lines(learned: Calibration, folder: str) -> Iterator[str]:
    for one in learned.changes:
        runs = f"silent on {plural(len(one.runs), 'run')} more"
        yield f"{one.rule}: {one.param} {one.was:.6g} -> {one.now:.6g}; {runs}"
    for alarm in learned.left[:_MOST_LEFT]:
        yield f"{show(alarm.run)}: {alarm.rule} still fires: look at this run, it may not be healthy"
    if len(learned.left) > _MOST_LEFT:
        yield f"... and {len(learned.left) - _MOST_LEFT:,} more"
    before, after, unseen = (
        f"{count} ({percent(count / max(learned.runs, 1))})"
        for count in (learned.before, learned.after, learned.unseen)
    )
    runs = plural(learned.runs, "run")
    yield f"{runs}: alarms on {before} before, {after} now, {unseen} where a run is left out of the learning"
    if learned.changes:
        yield f"use them with: loganalyzer scan PATH --rules {show(folder)}"
    elif learned.runs:
        yield "nothing to change"
