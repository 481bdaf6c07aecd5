"""What rules would say on an archive: on which runs each fires, is silent, or cannot be applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from loganalyzer.audit.scan import OnRun, ScanOptions, judge_all
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import OutcomeVerdict
from loganalyzer.model.rule import Rulebook
from loganalyzer.readers.walk import RunFiles
from loganalyzer.report.terminal.escape import show
from loganalyzer.report.terminal.words import plural

MOST_NAMED = 20
_RARE: tuple[OutcomeVerdict, ...] = ("not_applicable", "broken")
_WORDS: dict[OutcomeVerdict, str] = {
    "fires": "fires on",
    "silent": "silent on",
    "not_applicable": "not applicable to",
    "broken": "broken on",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """The runs of one rule by what became of it, each with a sentence: its finding, or the reason."""

    rule: str
    runs: dict[OutcomeVerdict, list[tuple[str, str]]] = field(default_factory=dict)

    def of(self, verdict: OutcomeVerdict) -> Sequence[tuple[str, str]]:
        """The runs with a verdict, by name, and what was said."""
        return self.runs.get(verdict, ())


def try_rules(
    found: Sequence[RunFiles], book: Rulebook, options: ScanOptions, on_run: OnRun | None = None
) -> tuple[Tally, ...]:
    """A tally for each rule of the book, in its order; runs without curves are in none."""
    tallies = {rule.name: Tally(rule.name) for rule in book.rules}
    for diagnosis in judge_all(found, book, options, on_run):
        if not diagnosis.run.series:
            continue
        said = _said(diagnosis)
        for outcome in diagnosis.outcomes:
            runs = tallies[outcome.rule].runs.setdefault(outcome.verdict, [])
            runs.append((diagnosis.run.name, said.get(outcome.rule, outcome.reason)))
    return tuple(tallies.values())


def tally_text(tallies: Sequence[Tally]) -> str:
    """What each rule would say, as lines for a terminal: runs by name, at most `MOST_NAMED` of a kind."""
    return "".join(f"{show(line)}\n" for tally in tallies for line in _lines(tally))


def _lines(tally: Tally) -> Iterator[str]:
    counts = {verdict: len(tally.of(verdict)) for verdict in _WORDS}
    told = [f"{counts['fires']} of {plural(sum(counts.values()), 'run')}", f"silent on {counts['silent']}"]
    told += [f"{_WORDS[rest]} {counts[rest]}" for rest in _RARE if counts[rest]]
    yield f"{tally.rule}: fires on {', '.join(told)}"
    for verdict in _WORDS:
        runs = tally.of(verdict)
        for name, said in runs[:MOST_NAMED]:
            yield f"  {_WORDS[verdict].rpartition(' ')[0] or verdict:14}  {name}{': ' * bool(said)}{said}"
        if len(runs) > MOST_NAMED:
            yield f"  {'':14}  ... and {len(runs) - MOST_NAMED:,} more"


def _said(diagnosis: Diagnosis) -> dict[str, str]:
    """The sentence of the finding of each rule."""
    return {finding.rule: finding.message for finding in diagnosis.findings}
