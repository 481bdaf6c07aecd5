"""Results in the format that is asked for by name or suffix, those of other packages included."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from loganalyzer.cli.output import complain, emit, screen_of, writing
from loganalyzer.report.renderers import RENDERERS, Renderer, Report, Screen

if TYPE_CHECKING:
    from loganalyzer.report.renderers import Detail


def renderer_of(name: str | None, output: Path | None) -> Renderer:
    """The renderer asked for by name or by the suffix of the file; text if neither says.

    Raises:
        typer.BadParameter: there is none of that name or suffix.
    """
    if name is None and output is None:
        return RENDERERS[0]
    known: tuple[Renderer, ...] = RENDERERS
    chosen = _asked_for(name, output, known)
    if chosen is None:
        known += _of_other_packages()
        chosen = _asked_for(name, output, known)
    if chosen is not None:
        return chosen
    if name is not None:
        names = ", ".join(renderer.name for renderer in known)
        raise typer.BadParameter(f"{name!r} is not one of {names}", param_hint="--format")
    suffixes = ", ".join(renderer.suffix for renderer in known)
    raise typer.BadParameter(
        f"no format for {output}; end it in {suffixes}, or name one with --format", param_hint="-o"
    )


def _asked_for(name: str | None, output: Path | None, known: Sequence[Renderer]) -> Renderer | None:
    suffix = output.suffix if output is not None and name is None else None
    return next((one for one in known if name == one.name or suffix == one.suffix), None)


def _of_other_packages() -> tuple[Renderer, ...]:
    from loganalyzer.report.plugins import plugin_faults, plugin_renderers

    for fault in plugin_faults():
        complain(fault)
    return plugin_renderers()


def deliver(renderer: Renderer, report: Report, output: Path | None, detail: Detail, *, color: bool) -> None:
    """Write a report to a file, or to the terminal as it is.

    Raises:
        OutputError: the place cannot take it.
    """
    if output is not None:
        text = renderer.render(report, Screen(detail=detail))
        with writing(output) as part:
            part.write_text(text, encoding="utf-8", newline="")
    else:
        emit(renderer.render(report, screen_of(sys.stdout, detail=detail, color=color)))
