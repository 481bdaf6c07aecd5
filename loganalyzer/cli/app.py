"""The command line as a whole: every command, and what is asked of no command."""

from __future__ import annotations

from typing import Annotated

import typer

from loganalyzer import __version__
from loganalyzer.cli import audit, compare, explain, export, inspect, plot, report, rules, scan, watch
from loganalyzer.cli.output import emit

app = typer.Typer(
    name="loganalyzer",
    help="Offline training-log analyzer: which runs went wrong, how, since which step, and what to do.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
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


app.command("scan")(scan.scan)
app.command("report")(report.report)
app.command("inspect")(inspect.inspect)
app.command("export")(export.export)
app.command("watch")(watch.watch)
app.command("compare")(compare.compare)
app.command("explain")(explain.explain)
app.command("plot")(plot.plot)
app.add_typer(audit.app, name="audit")
app.add_typer(rules.app, name="rules")
