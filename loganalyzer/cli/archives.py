"""How an audit is shown, and what it is held against."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from loganalyzer.cli.exits import AuditFailOn
from loganalyzer.cli.output import emit, screen_of, writing
from loganalyzer.report.renderers import Screen

if TYPE_CHECKING:
    from loganalyzer.model.archive import PastRun
    from loganalyzer.report.archive import Archive

FORMATS = {"text": ".txt", "json": ".json", "html": ".html"}


def format_of(name: str | None, output: Path | None) -> str:
    """The format that was named, or that the suffix of the file says; text if neither does.

    Raises:
        BadParameter: there is no such format.
    """
    known = ", ".join(FORMATS)
    if name is not None:
        if name not in FORMATS:
            raise typer.BadParameter(f"{name!r} is not one of {known}", param_hint="--format")
        return name
    if output is None:
        return "text"
    for format_, suffix in FORMATS.items():
        if output.suffix == suffix:
            return format_
    raise typer.BadParameter(
        f"no format for {output}; end it in {', '.join(FORMATS.values())}, or name one with --format",
        param_hint="-o",
    )


def deliver(archive: Archive, format_: str, output: Path | None, *, color: bool) -> None:
    """Write an audit to a file, or on the screen."""
    if output is None:
        emit(_rendered(archive, format_, screen_of(sys.stdout, detail="normal", color=color)))
        return
    with writing(output) as part:
        part.write_text(_rendered(archive, format_, Screen()), encoding="utf-8", newline="")


def _rendered(archive: Archive, format_: str, screen: Screen) -> str:
    if format_ == "json":
        from loganalyzer.report.json import encode

        return encode(archive)
    if format_ == "html":
        from loganalyzer.report.html.archive import archive_page

        return archive_page(archive)
    from loganalyzer.report.archive import render

    return render(archive, screen)


def check_baseline(baseline: Path | None, fail_on: AuditFailOn) -> None:
    """Refuse a baseline that is none, or a gate without one, before the work is done.

    Raises:
        BadParameter: `fail_on` needs a baseline, or there is nothing at its path.
        StoreError: the file is no store of verdicts.
    """
    if baseline is None:
        if fail_on in (AuditFailOn.NEW_CRITICAL, AuditFailOn.WORSE):
            raise typer.BadParameter(
                f"{fail_on} needs runs to hold these against; name them with --baseline",
                param_hint="--fail-on",
            )
        return
    if not baseline.exists():
        raise typer.BadParameter(
            f"{baseline}: expected a folder of runs or a store, found nothing", param_hint="--baseline"
        )
    if baseline.is_file():
        from loganalyzer.store.opening import require_store

        require_store(baseline)


def kept_runs(place: Path) -> list[PastRun]:
    """All runs that a store keeps, by name."""
    from loganalyzer.audit.archive.overview import past_runs
    from loganalyzer.store.store import Store

    with Store(place) as store:
        store.choose_all()
        return past_runs(store)
