"""The table of a scan: one row for each run, the sick ones first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from loganalyzer.model.diagnosis import Diagnosis, Verdict
from loganalyzer.model.finding import Finding
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean, cut, shorten
from loganalyzer.report.terminal.lines import Span
from loganalyzer.report.terminal.words import COLORS, VERDICTS, headline, named, percent, place, sign

_GAP = "  "
_MIN_NOTE = 16
_MAX_NAME = 60  # a longer one sticks out of its column


class _Row(NamedTuple):
    """The cells of a run; `note` is the first thing to try, or the reason why there is no verdict."""

    verdict: str
    run: str
    finding: str
    since: str
    sure: str
    note: str


_HEADER = _Row("verdict", "run", "finding", "since", "sure", "try first")


def hardest_first(diagnoses: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Diagnoses by verdict, the sick ones first, then by name."""
    return sorted(diagnoses, key=lambda d: (VERDICTS.index(d.verdict), d.run.name, d.run.run_id))


def table_lines(diagnoses: Sequence[Diagnosis], screen: Screen) -> list[list[Span]]:
    """One line for each run below a header where that fits, else a line and a second one for the finding."""
    ordered = hardest_first(diagnoses)
    rows = [_row(diagnosis, screen) for diagnosis in ordered]
    verdicts = [diagnosis.verdict for diagnosis in ordered]
    widths = [max(map(cell_len, column)) for column in zip(_HEADER, *rows, strict=True)]
    if screen.width is None:
        widths[1] = min(widths[1], _MAX_NAME)
    if screen.width is None or sum(widths) + len(_GAP) * (len(widths) - 1) <= screen.width:
        header = _joined(_HEADER, widths, ["dim"] * len(_HEADER))
        return [header, *(_wide(row, verdict, widths) for row, verdict in zip(rows, verdicts, strict=True))]
    pairs = (_stacked(row, verdict, widths, screen) for row, verdict in zip(rows, verdicts, strict=True))
    return [line for pair in pairs for line in pair]


def _row(diagnosis: Diagnosis, screen: Screen) -> _Row:
    finding = headline(diagnosis)
    problems = diagnosis.run.problems if diagnosis.verdict == "unreadable" else ()
    # What cannot be read is said in full among the input problems.
    note = "" if problems else _note(finding) or diagnosis.reason
    return _Row(
        verdict=f"{sign(diagnosis.verdict, unicode=screen.unicode)} {diagnosis.verdict}",
        run=clean(diagnosis.run.name, screen),
        finding=clean(named(finding), screen) if finding else problems[0].kind if problems else "",
        since=place(finding.onset) if finding else "",
        sure=percent(finding.confidence) if finding else "",
        note=clean(note, screen),
    )


def _note(finding: Finding | None) -> str:
    """The first thing to try; notes on healthy runs ask for nothing."""
    if finding is None or finding.severity == "info" or not finding.remedies:
        return ""
    return finding.remedies[0].title


def _wide(row: _Row, verdict: Verdict, widths: Sequence[int]) -> list[Span]:
    plain = "dim" if verdict == "healthy" else ""
    return _joined(row, widths, [COLORS[verdict], plain, plain or "bold", plain, plain, plain])


def _stacked(row: _Row, verdict: Verdict, widths: Sequence[int], screen: Screen) -> list[list[Span]]:
    """Verdict and name, then what there is to say; the name is cut in its middle, the note at its end."""
    width = screen.width or 0
    ellipsis = "…" if screen.unicode else ".."
    is_healthy = verdict == "healthy"
    name = shorten(row.run, width - widths[0] - len(_GAP), ellipsis=ellipsis)
    head = _joined((row.verdict, name), widths[:2], [COLORS[verdict], "dim" if is_healthy else ""])
    if is_healthy or not (row.finding or row.note):
        return [head]
    *above, body = _found(row, widths, width)
    arrow = _GAP + ("→ " if screen.unicode else "-> ")
    room = width - sum(cell_len(text) for text, _ in body) - cell_len(arrow)
    if row.note and room >= _MIN_NOTE:
        body.append((arrow + cut(row.note, room, ellipsis=ellipsis), "dim"))
    return [head, *above, body]


def _found(row: _Row, widths: Sequence[int], width: int) -> list[list[Span]]:
    """The finding in columns, or where these are too wide, its name and what is known of it below."""
    if not row.finding:
        return [[(_GAP, "")]]
    indent = (2 * _GAP, "")
    if len(_GAP) * 4 + sum(widths[2:5]) > width:
        return [
            [indent, (row.finding, "bold")],
            [indent, *_joined((row.since, row.sure), widths[3:5], ["", ""])],
        ]
    return [[indent, *_joined((row.finding, row.since, row.sure), widths[2:5], ["bold", "", ""])]]


def _joined(cells: Sequence[str], widths: Sequence[int], styles: Sequence[str]) -> list[Span]:
    """Cells padded to their columns, up to the last that holds something."""
    last = max((i for i, cell in enumerate(cells) if cell), default=0)
    spans: list[Span] = []
    for cell, width, style in list(zip(cells, widths, styles, strict=False))[: last + 1]:
        spans += [(cell, style), (" " * (width - cell_len(cell)) + _GAP, "")]
    return spans[:-1]
