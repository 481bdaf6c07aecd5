"""The table of a scan: one row for each run, the sick ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from loganalyzer.model.diagnosis import Diagnosis, Verdict
from loganalyzer.model.finding import Finding
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean, shorten
from loganalyzer.report.terminal.words import COLORS, VERDICTS, headline, percent, place, sign

_HEADER = ("verdict", "run", "finding", "since", "sure", "try first")
_RUN, _SINCE = 1, 3
_GAP = "  "
_MIN_RUN = 16


@dataclass(frozen=True, slots=True)
class _Row:
    """Cells under all headers but the last, and `note`: the first remedy, or the reason for no verdict."""

    verdict: Verdict
    cells: tuple[str, ...]
    fraction: str
    note: str


def hardest_first(diagnoses: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Diagnoses by verdict, the sick ones first, then by name."""
    return sorted(diagnoses, key=lambda d: (VERDICTS.index(d.verdict), d.run.name, d.run.run_id))


def table_lines(diagnoses: Sequence[Diagnosis], screen: Screen) -> list[Text]:
    """The lines of the table; notes get a column of their own if all fits, else a line below their row."""
    rows = [_row(diagnosis, screen) for diagnosis in hardest_first(diagnoses)]
    if screen.width is None or _width([*map(_widest, _columns(rows)), *_note_width(rows)]) <= screen.width:
        return _lines([(row.verdict, (*row.cells, row.note)) for row in rows], _HEADER)
    rows = _fit(rows, screen.width, ellipsis="…" if screen.unicode else "..")
    body = _lines([(row.verdict, row.cells) for row in rows], _HEADER[:-1])
    lines = [body[0]]
    for row, line in zip(rows, body[1:], strict=True):
        lines += [line, *_note_lines(row, screen)]
    return lines


def _row(diagnosis: Diagnosis, screen: Screen) -> _Row:
    finding = headline(diagnosis)
    problems = diagnosis.run.problems if diagnosis.verdict == "unreadable" else ()
    cells = (
        f"{sign(diagnosis.verdict, unicode=screen.unicode)} {diagnosis.verdict}",
        clean(diagnosis.run.name, screen),
        clean(finding.pathology, screen) if finding else problems[0].kind if problems else "",
        place(finding.onset) if finding else "",
        percent(finding.confidence) if finding else "",
    )
    fraction = percent(finding.onset.fraction) if finding and finding.onset else ""
    # What cannot be read is said in full among the input problems.
    note = "" if problems else _note(finding) or diagnosis.reason
    return _Row(diagnosis.verdict, cells, fraction, clean(note, screen))


def _note(finding: Finding | None) -> str:
    """The first thing to try; notes on healthy runs ask for nothing."""
    if finding is None or finding.severity == "info" or not finding.remedies:
        return ""
    return finding.remedies[0].title


def _columns(rows: Sequence[_Row]) -> list[list[str]]:
    return [[title, *(row.cells[i] for row in rows)] for i, title in enumerate(_HEADER[:-1])]


def _widest(column: Sequence[str]) -> int:
    return max(map(cell_len, column))


def _note_width(rows: Sequence[_Row]) -> list[int]:
    return [_widest([_HEADER[-1], *(row.note for row in rows)])]


def _width(columns: Sequence[int]) -> int:
    return sum(columns) + len(_GAP) * (len(columns) - 1)


def _fit(rows: Sequence[_Row], width: int, *, ellipsis: str) -> list[_Row]:
    """Rows whose names are shortened to fit; where names would get no room, onsets are shares only."""
    widths = [_widest(column) for column in _columns(rows)]
    if _width(widths) - widths[_RUN] + min(widths[_RUN], _MIN_RUN) > width:
        rows = [_replaced(row, _SINCE, row.fraction) for row in rows]
        widths = [_widest(column) for column in _columns(rows)]
    room = max(width - (_width(widths) - widths[_RUN]), _MIN_RUN)
    return [_replaced(row, _RUN, shorten(row.cells[_RUN], room, ellipsis=ellipsis)) for row in rows]


def _replaced(row: _Row, column: int, text: str) -> _Row:
    cells = (*row.cells[:column], text, *row.cells[column + 1 :])
    return _Row(row.verdict, cells, row.fraction, row.note)


def _lines(rows: Sequence[tuple[Verdict, tuple[str, ...]]], header: tuple[str, ...]) -> list[Text]:
    widths = [_widest(column) for column in zip(header, *(cells for _, cells in rows), strict=True)]
    lines = [_joined(header, widths, ["dim"] * len(header))]
    for verdict, cells in rows:
        plain = "dim" if verdict == "healthy" else ""
        styles = [COLORS[verdict], plain, "dim" if plain else "bold", plain, plain, plain]
        lines.append(_joined(cells, widths, styles))
    return lines


def _joined(cells: Sequence[str], widths: Sequence[int], styles: Sequence[str]) -> Text:
    line = Text()
    for cell, width, style in zip(cells, widths, styles, strict=False):
        line.append(cell, style)
        line.append(" " * (width - cell_len(cell)) + _GAP)
    line.rstrip()
    return line


def _note_lines(row: _Row, screen: Screen) -> list[Text]:
    if not row.note or screen.width is None:
        return []
    arrow = "  → " if screen.unicode else "  -> "
    ellipsis = "…" if screen.unicode else ".."
    return [Text(arrow + shorten(row.note, screen.width - len(arrow), ellipsis=ellipsis), "dim")]
