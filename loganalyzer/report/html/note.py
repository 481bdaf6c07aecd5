"""What a good engineer would write above a table of runs: how bad, what, what it cost, where to begin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loganalyzer.model.diagnosis import Diagnosis, Verdict
from loganalyzer.model.finding import Finding
from loganalyzer.report.problems import is_damage
from loganalyzer.report.terminal.words import VERDICTS, headline, percent, plural

_WEIGHT = {"critical": 3.0, "warning": 1.0, "info": 0.0}
_MOST_FAULTS = 3
_MOST_WASTERS = 3
_FIRST = 3
# Less of a run than this is not worth a line.
_WORTH_SAVING = 0.1


@dataclass(frozen=True, slots=True)
class Fault:
    """A pathology that heads the findings of `runs`, the surest first."""

    pathology: str
    runs: tuple[Diagnosis, ...]


@dataclass(frozen=True, slots=True)
class Waster:
    """A sick run that went on when its log already told: from `step` on, for `share` of it, for `seconds`."""

    run: Diagnosis
    pathology: str
    step: int
    share: float
    seconds: float | None


@dataclass(frozen=True, slots=True)
class ToDo:
    """A remedy that helps `runs`, the surest first, with the reason that the first of them gives."""

    title: str
    pathology: str
    because: str
    do: str
    runs: tuple[Diagnosis, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """The summary of a report; `wasted` is the mean share of steps behind the step that told of a fault."""

    lead: str
    counts: tuple[tuple[Verdict, int], ...]
    faults: tuple[Fault, ...]
    wasted: float
    wasted_s: float
    wasters: tuple[Waster, ...]
    first: tuple[ToDo, ...]
    damaged: int


def note_of(diagnoses: Sequence[Diagnosis]) -> Note:
    """The summary of all runs of a report."""
    counts = [(verdict, sum(d.verdict == verdict for d in diagnoses)) for verdict in VERDICTS]
    wasters = _wasters(diagnoses)
    return Note(
        lead=lead(dict(counts), len(diagnoses)),
        counts=tuple((verdict, count) for verdict, count in counts if count),
        faults=_faults(diagnoses)[:_MOST_FAULTS],
        wasted=sum(waster.share for waster in wasters) / len(wasters) if wasters else 0.0,
        wasted_s=sum(waster.seconds or 0.0 for waster in wasters),
        wasters=wasters[:_MOST_WASTERS],
        first=_first(diagnoses),
        damaged=sum(any(map(is_damage, diagnosis.run.problems)) for diagnosis in diagnoses),
    )


def lead(counts: Mapping[Verdict, int], total: int) -> str:
    """How bad it is, in a sentence or two."""
    sick, suspect = counts["sick"], counts["suspect"]
    unjudged = counts["unreadable"] + counts["insufficient"]
    if not total:
        return "No runs were found."
    said = f"All is well in {plural(counts['healthy'], 'run')}: no rule that could be applied warns of any."
    if sick or suspect:
        pairs = ((sick, "sick"), (suspect, "suspect"))
        parts = [f"{count:,} {'is' if count == 1 else 'are'} {word}" for count, word in pairs if count]
        share = percent((sick + suspect) / total)
        said = (
            f"Of {plural(total, 'run')}, {' and '.join(parts)}:"
            f" {share} need a look before their results are used."
        )
    elif not counts["healthy"]:
        said = "None of the runs could be judged."
    return f"{said} {plural(unjudged, 'run')} could not be judged." if unjudged and total > unjudged else said


def _serious(diagnoses: Sequence[Diagnosis]) -> list[tuple[Diagnosis, Finding]]:
    """Runs with the finding that heads each, if it is more than a remark, surest first."""
    heads = [(diagnosis, headline(diagnosis)) for diagnosis in diagnoses]
    found = [(diagnosis, head) for diagnosis, head in heads if head is not None and _WEIGHT[head.severity]]
    return sorted(found, key=lambda pair: (-_weight(pair[1]), pair[0].run.name, pair[0].run.run_id))


def _weight(finding: Finding) -> float:
    return _WEIGHT[finding.severity] * finding.confidence


def _faults(diagnoses: Sequence[Diagnosis]) -> tuple[Fault, ...]:
    """What heads the findings of most runs, most common first."""
    groups: dict[str, list[Diagnosis]] = defaultdict(list)
    for diagnosis, finding in _serious(diagnoses):
        groups[finding.pathology].append(diagnosis)
    faults = [Fault(pathology, tuple(runs)) for pathology, runs in groups.items()]
    return tuple(sorted(faults, key=lambda fault: (-len(fault.runs), fault.pathology)))


def _wasters(diagnoses: Sequence[Diagnosis]) -> tuple[Waster, ...]:
    """Sick runs that could have been ended early, the most to save first."""
    wasters = []
    for diagnosis, finding in _serious(diagnoses):
        told = finding.decidable
        if finding.severity != "critical" or told is None or 1 - told.fraction < _WORTH_SAVING:
            continue
        seconds = None if told.wall_time is None else _last_moment(diagnosis) - told.wall_time
        saved = seconds if seconds is not None and 0 < seconds < float("inf") else None
        wasters.append(Waster(diagnosis, finding.pathology, told.step, 1 - told.fraction, saved))
    return tuple(sorted(wasters, key=lambda one: (-(one.seconds or 0), -one.share, one.run.run.name)))


def _last_moment(diagnosis: Diagnosis) -> float:
    clocks = [line.wall_time for line in diagnosis.sparklines.values() if line.wall_time]
    return max((clock[-1] for clock in clocks), default=float("nan"))


def _first(diagnoses: Sequence[Diagnosis]) -> tuple[ToDo, ...]:
    """The remedies that are named first for the hardest, surest and most findings."""
    groups: dict[tuple[str, str], list[tuple[Diagnosis, Finding]]] = defaultdict(list)
    for diagnosis, finding in _serious(diagnoses):
        if finding.remedies:
            groups[finding.remedies[0].id, finding.pathology].append((diagnosis, finding))
    ranked = sorted(groups.items(), key=lambda item: (-sum(_weight(one) for _, one in item[1]), item[0]))
    return tuple(
        ToDo(
            title=found[0][1].remedies[0].title,
            pathology=found[0][1].pathology,
            because=found[0][1].remedies[0].because,
            do=next(iter(found[0][1].remedies[0].do), ""),
            runs=tuple(diagnosis for diagnosis, _ in found),
        )
        for _, found in ranked[:_FIRST]
    )
