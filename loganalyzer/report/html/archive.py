"""What an audit of many past runs has found, as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loganalyzer.model.lessons import Causes, Cost, CostRow, Rate, RateTable, SiblingGroup
from loganalyzer.report.archive import Archive
from loganalyzer.report.archive_words import alike, causes_lines, trials_lines
from loganalyzer.report.html.note import lead
from loganalyzer.report.html.scripts import policy, scripts, style
from loganalyzer.report.html.templating import environment

MOST_ROWS = 24
MOST_GROUPS = 12
_MOST_TABLES = 60
_SCALES = (0.1, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class Picture:
    """Shares with their intervals over one axis, from 0 to `scale`."""

    title: str
    rates: tuple[Rate, ...]
    scale: float


def archive_page(archive: Archive, hrefs: Mapping[str, str] | None = None) -> str:
    """One page with all that it needs inside it; `hrefs` leads to the pages of runs, by their names."""
    inlined = tuple(script for script in scripts(charts=False) if script.name == "page.js")
    lessons = archive.lessons
    causes, cost = lessons.causes, lessons.cost
    told, others = _tables(causes)
    fields: dict[str, Any] = {
        "archive": archive,
        "lead": lead(archive.verdicts, archive.runs),
        "most": MOST_ROWS,
        "months": _picture("Sick runs by month", lessons.months[-MOST_ROWS:]),
        "causes": causes,
        "reasons": list(causes_lines(causes)) if causes else [],
        "told": told,
        "others": others[:_MOST_TABLES],
        "left_out": max(len(others) - _MOST_TABLES, 0),
        "trials": list(trials_lines(lessons.trials)),
        "cost": cost,
        "costs_of": _costs(cost) if cost else [],
        "copies": [(alike(one), one) for one in lessons.copies[:MOST_GROUPS]],
        "more_copies": max(len(lessons.copies) - MOST_GROUPS, 0),
        "siblings": sorted(lessons.siblings, key=_oddest)[:MOST_GROUPS],
        "more_siblings": max(len(lessons.siblings) - MOST_GROUPS, 0),
        "hrefs": hrefs or {},
        "policy": policy(inlined),
        "style": style(),
        "scripts": inlined,
        "version": archive.version,
    }
    return environment().get_template("archive.html").render(**fields)


def _tables(causes: Causes | None) -> tuple[list[Picture], list[Picture]]:
    """The pictures of what causes name, and those of all else."""
    if causes is None:
        return [], []
    named = {(one.pathology, part.name) for one in causes.causes for part in (*one.conditions, *one.also)}
    told = [table for table in causes.tables if (table.pathology, table.name) in named]
    others = [table for table in causes.tables if (table.pathology, table.name) not in named]
    return [_table(one) for one in told], [_table(one) for one in others]


def _table(table: RateTable) -> Picture:
    return _picture(f"{table.pathology} by {table.name}", table.rates)


def _picture(title: str, rates: Sequence[Rate]) -> Picture:
    highest = max((rate.high for rate in rates if rate.runs), default=1.0)
    scale = next((scale for scale in _SCALES if highest <= scale), 1.0)
    return Picture(title, tuple(rates), scale)


def _costs(cost: Cost) -> list[tuple[str, tuple[CostRow, ...], int, float]]:
    """Each table by title, its dearest rows or last months, how many more there are, and its largest time."""
    tables = []
    for title, rows in (("fault", cost.by_pathology), ("folder", cost.by_folder), ("month", cost.by_month)):
        dear = (
            rows[-MOST_ROWS:]
            if title == "month"
            else tuple(sorted(rows, key=_spent, reverse=True)[:MOST_ROWS])
        )
        most = max((row.seconds_after_decidable for row in rows), default=0.0)
        tables.append((title, dear, len(rows) - len(dear), most))
    return tables


def _spent(row: CostRow) -> tuple[float, int, str]:
    return row.seconds_after_decidable, row.steps_after_decidable, row.label


def _oddest(group: SiblingGroup) -> tuple[int, int, str]:
    return -len(group.outliers), -group.failed.failing, group.label
