"""The command line as a whole: every command, and what is asked of no command."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loganalyzer import __version__
from loganalyzer.cli.output import emit
from loganalyzer.cli.pages import App, Group, Later

COMMANDS = Later(
    "scan", "report", "inspect", "export", "watch", "compare", "explain", "plot", "audit", "rules"
)
"""Each is a module of this folder with a function of that name, or an `app` of several."""


class _Commands(Group):
    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - whatever typer gives
        super().__init__(**settings | {"commands": COMMANDS})


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
