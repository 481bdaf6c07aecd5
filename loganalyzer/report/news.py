"""One finding at a time, for whoever watches runs that are still going."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from loganalyzer.model.diagnosis import Diagnosis, Verdict
from loganalyzer.model.finding import Finding
from loganalyzer.report.document import FindingEntry, finding_entry
from loganalyzer.report.json import encode_line
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean
from loganalyzer.report.terminal.lines import to_string
from loganalyzer.report.terminal.words import COLORS, named, percent, place, sign

SCHEMA: Literal["loganalyzer.watch/1"] = "loganalyzer.watch/1"


@dataclass(frozen=True, slots=True)
class News:
    """A finding with the run it is of; `time` is when it was seen, ISO 8601 in UTC."""

    schema: Literal["loganalyzer.watch/1"]
    time: str
    run: str
    verdict: Verdict
    finding: FindingEntry


def news_line(diagnosis: Diagnosis, finding: Finding, now: float) -> str:
    """A finding as one line of strict JSON; `now` is in seconds since the epoch."""
    time = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    return encode_line(News(SCHEMA, time, diagnosis.run.name, diagnosis.verdict, finding_entry(finding)))


def news_text(diagnosis: Diagnosis, finding: Finding, now: float, screen: Screen) -> str:
    """A finding as one line to read: when, which run, what, since where, how sure, and why."""
    since = f" since {place(finding.onset)}" if finding.onset else ""
    name = f"{sign(diagnosis.verdict, unicode=screen.unicode)} {clean(diagnosis.run.name, screen)}"
    spans = [
        (f"{datetime.fromtimestamp(now, UTC):%H:%M:%S}  ", "dim"),
        (name, COLORS[diagnosis.verdict]),
        (f"  {named(finding)}{since}, {percent(finding.confidence)} sure", "bold"),
        (f": {clean(finding.message, screen)}", ""),
    ]
    return to_string([spans], screen)
