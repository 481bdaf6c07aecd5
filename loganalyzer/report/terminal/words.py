"""Numbers, places and verdicts in words."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.model.diagnosis import Diagnosis, Verdict
from loganalyzer.model.finding import Finding, Place

VERDICTS: tuple[Verdict, ...] = ("sick", "suspect", "unreadable", "insufficient", "healthy")
COLORS: dict[Verdict, str] = {
    "sick": "bold red",
    "suspect": "yellow",
    "unreadable": "magenta",
    "insufficient": "cyan",
    "healthy": "green",
}
_SIGNS: dict[Verdict, tuple[str, str]] = {
    "sick": ("✗", "x"),
    "suspect": ("!", "!"),
    "unreadable": ("?", "?"),
    "insufficient": ("–", "-"),
    "healthy": ("✓", "+"),
}


def sign(verdict: Verdict, *, unicode: bool) -> str:
    """One character for a verdict, told apart without colour."""
    return _SIGNS[verdict][0 if unicode else 1]


def named(finding: Finding) -> str:
    """The pathology of a finding, as a guess where only the classifier sees it."""
    return f"unclear, looks like {finding.pathology}" if finding.origin == "classifier" else finding.pathology


def percent(fraction: float) -> str:
    """A share in whole percent; only all of it is 100 %, only nothing of it 0 %."""
    rounded = round(100 * fraction)
    if 0 < fraction < 1:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded} %"


def place(at: Place | None) -> str:
    """A moment of a run: `step 1,200 (38 %)`, or nothing."""
    return "" if at is None else f"step {at.step:,} ({percent(at.fraction)})"


def plural(count: int, noun: str) -> str:
    """`1 run`, `14 runs`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def headline(diagnosis: Diagnosis) -> Finding | None:
    """The finding to name first: the hardest that nothing else explains."""
    return next((finding for finding in diagnosis.findings if not finding.hidden_by), None)


def summary(diagnoses: Sequence[Diagnosis]) -> str:
    """`14 runs: 3 sick, 2 suspect, 9 healthy`."""
    counts = [(sum(d.verdict == verdict for d in diagnoses), verdict) for verdict in VERDICTS]
    parts = ", ".join(f"{count:,} {verdict}" for count, verdict in counts if count)
    return f"{plural(len(diagnoses), 'run')}: {parts}" if diagnoses else "no runs found"
