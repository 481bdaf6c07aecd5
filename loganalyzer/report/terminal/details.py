"""What is said of one run below the table: its findings, the reasons, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from loganalyzer.model.diagnosis import Diagnosis, Sparkline
from loganalyzer.model.finding import Advice, Evidence, Finding
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean, shorten
from loganalyzer.report.terminal.lines import Line
from loganalyzer.report.terminal.sparkline import cell_of, spark
from loganalyzer.report.terminal.words import COLORS, headline, named, percent, place, sign

_SPARK_CELLS, _MIN_CELLS = 48, 16
_MAX_SPARKS = 2  # a pair of curves, training and validation
_MAX_ALTERNATIVES = 4
_LATE = 0.9  # what is known only then saves nothing worth a line


def run_lines(diagnosis: Diagnosis, screen: Screen) -> Iterator[Line]:
    """The block of one run: its headline finding, or with full detail everything that is known of it."""
    yield Line("")
    mark = sign(diagnosis.verdict, unicode=screen.unicode)
    yield Line(diagnosis.run.name, f"{mark} ", COLORS[diagnosis.verdict], fixed=True)
    if diagnosis.reason:
        yield Line(diagnosis.reason, "  ")
    if screen.detail == "full":
        for finding in diagnosis.findings:
            yield from _finding_lines(finding, diagnosis, screen)
        yield from _ground_lines(diagnosis)
        return
    first = headline(diagnosis)
    if first is not None:
        yield from _finding_lines(first, diagnosis, screen)
        yield from _other_lines(first, diagnosis)


def _finding_lines(finding: Finding, diagnosis: Diagnosis, screen: Screen) -> Iterator[Line]:
    yield Line(_claim(finding), "  ", "bold")
    yield Line(finding.message, "  ")
    if finding.hidden_by:
        yield Line(f"explained by {finding.hidden_by}", "  ", "dim")
    else:
        yield from _early_lines(finding)
        if screen.unicode:
            yield from _spark_lines(finding, diagnosis, screen)
    if screen.detail == "full":
        for evidence in finding.evidence:
            yield Line(_evidence(evidence), "    - ", "dim")
    if finding.remedies and not finding.hidden_by:
        yield from _advice_lines(finding.remedies[0])
        yield from _alternative_lines(finding, screen)


def _claim(finding: Finding) -> str:
    since = f" since {place(finding.onset)}" if finding.onset else ""
    until = f" until {place(finding.end)}" if finding.end and _is_earlier(finding) else ""
    return f"{named(finding)}{since}{until}, {percent(finding.confidence)} sure"


def _early_lines(finding: Finding) -> Iterator[Line]:
    """When the finding could have been known, if that was well before the end of the run."""
    if finding.decidable is None or finding.decidable.fraction > _LATE:
        return
    rest = "; the rest of the compute was wasted" if finding.severity == "critical" else ""
    yield Line(f"decidable at {place(finding.decidable)}{rest}", "  ")


def _is_earlier(finding: Finding) -> bool:
    """Whether the pathology ends before the run does."""
    return finding.end is not None and finding.end.fraction < 1


def _spark_lines(finding: Finding, diagnosis: Diagnosis, screen: Screen) -> Iterator[Line]:
    """The curves the finding speaks of, its onset marked below them."""
    drawn = {tag: diagnosis.sparklines[tag] for tag in finding.tags if tag in diagnosis.sparklines}
    lines = [(tag, line) for tag, line in drawn.items() if len(line.step) > 1][:_MAX_SPARKS]
    for tag, line in lines:
        cells = _cells(line, screen)
        curve, name = spark(line, cells).ljust(cells), clean(tag, screen)
        room = max((screen.width or len(name) + _SPARK_CELLS + 6) - len(curve) - 6, 8)
        yield Line(f"{curve}  {shorten(name, room, ellipsis='…')}", "    ", "cyan", fixed=True)
    if lines and finding.onset is not None:
        last = lines[-1][1]
        column = cell_of(last, finding.onset.step, _cells(last, screen))
        yield Line(_mark(column, finding.onset.step, screen), "    ", "cyan", fixed=True)


def _mark(column: int, step: int, screen: Screen) -> str:
    """A mark below a cell of a curve, the step behind it, before it, or left out for want of room."""
    after, before = f"{' ' * column}▲ step {step:,}", f"step {step:,} ▲"
    if screen.width is None or len(after) + 4 <= screen.width:
        return after
    return (before if len(before) <= column + 1 else "▲").rjust(column + 1)


def _cells(line: Sparkline, screen: Screen) -> int:
    """The width of a curve: at most half of the screen, as its name stands beside it."""
    most = _SPARK_CELLS if screen.width is None else min(_SPARK_CELLS, max(screen.width // 2, _MIN_CELLS))
    return min(most, len(line.step))


def _advice_lines(advice: Advice) -> Iterator[Line]:
    yield Line(advice.title, "  try: ", "green")
    if advice.because:
        yield Line(f"because {advice.because}", "       ")
    for number, step in enumerate(advice.do[:3], 1):
        yield Line(step, f"       {number}. ")


def _alternative_lines(finding: Finding, screen: Screen) -> Iterator[Line]:
    """The further remedies by title, in normal detail the best of them."""
    titles = [advice.title for advice in finding.remedies[1:]]
    shown = titles if screen.detail == "full" else titles[:_MAX_ALTERNATIVES]
    if shown:
        more = f"; {len(titles) - len(shown)} more with -v" if len(titles) > len(shown) else ""
        yield Line("; ".join(shown) + more, "  or: ", "dim")


def _other_lines(first: Finding, diagnosis: Diagnosis) -> Iterator[Line]:
    """The findings besides the headline that nothing explains, in one line."""
    others = [f for f in diagnosis.findings if f is not first and not f.hidden_by and f.severity != "info"]
    if others:
        yield Line("; ".join(_claim(finding) for finding in others), "  also: ")


def _evidence(evidence: Evidence) -> str:
    steps = ""
    if evidence.first_step is not None and evidence.last_step is not None:
        steps = f", steps {evidence.first_step:,} to {evidence.last_step:,}"
    threshold = "" if evidence.threshold is None else f", threshold {evidence.threshold:.4g}"
    unit = f" {evidence.unit}" if evidence.unit else ""
    where = f" [{evidence.name} = {evidence.value:.4g}{unit}{threshold}; {evidence.tag}{steps}]"
    return evidence.sentence + where


def _ground_lines(diagnosis: Diagnosis) -> Iterator[Line]:
    """How each tag was understood, and which rules could not be asked."""
    if diagnosis.roles:
        yield Line("tags", "  ", "dim")
    for tag, role in sorted(diagnosis.roles.items()):
        split = "" if role.split == "none" else f", {role.split}"
        yield Line(f"{tag}: {role.quantity}{split} ({role.why})", "    - ", "dim")
    for verdict, title in (("not_applicable", "rules that do not apply"), ("broken", "rules that failed")):
        outcomes = [outcome for outcome in diagnosis.outcomes if outcome.verdict == verdict]
        if outcomes:
            yield Line(title, "  ", "dim")
        for outcome in outcomes:
            yield Line(f"{outcome.rule}: {outcome.reason}", "    - ", "dim")
