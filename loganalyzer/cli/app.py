"""The command line as a whole: every command, and what is asked of no command."""

from __future__ import annotations

from typing import Annotated, Any

import click
import typer

from loganalyzer import __version__
from loganalyzer.cli.output import emit
from loganalyzer.cli.pages import App, Group, Later

COMMANDS = Later(
    "scan", "report", "inspect", "export", "watch", "compare", "explain", "plot", "audit", "rules", "config"
)
"""Each is a module of this folder with a function of that name, or an `app` of several."""

_HELP = frozenset({"-h", "--help"})


class _Commands(Group):
    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - whatever typer gives
        super().__init__(**settings | {"commands": COMMANDS})

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and its defaults in a file; a wrong file must not keep help away."""
        name, command, rest = super().resolve_command(ctx, args)
        if name and command and name != "config" and not ctx.resilient_parsing and _HELP.isdisjoint(rest):
            from loganalyzer.cli.defaults import defaults_of, settings

            if known := settings():
                ctx.default_map = {name: defaults_of(command, known)}
        return name, command, rest


app = App(
    cls=_Commands,
    add_completion=True,
    name="loganalyzer",
    help="Offline training-log analyzer: which runs went wrong, how, since which step, and what to do.",
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - the signature typer calls
    if wanted:
        emit(f"loganalyzer {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and leave.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Offline training-log analyzer: which runs went wrong, how, since which step, and what to do."""
