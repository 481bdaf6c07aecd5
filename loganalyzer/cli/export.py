"""`loganalyzer export`: every point as one long table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.exits import CLEAN, DAMAGED, UNREADABLE
from loganalyzer.cli.inputs import gather_inputs
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import Paths, Quiet
from loganalyzer.cli.output import check_writable, complain, emit, writing
from loganalyzer.cli.progress import progress
from loganalyzer.report.problems import is_damage, problem_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loganalyzer.audit.export import Exported
    from loganalyzer.cli.progress import OnRun
    from loganalyzer.readers.limits import Limits
    from loganalyzer.readers.walk import RunFiles

_MAX_PROBLEMS = 20
_SUFFIXES = (".csv", ".parquet")

TableFile = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="A .csv or .parquet; CSV on the screen without one."),
]


@limited
def export(paths: Paths, *, output: TableFile = None, quiet: Quiet = False, limits: Limits) -> None:
    """Write the long table of all points: run, tag, step, wall_time, value."""
    check_table(output)
    gathered = gather_inputs(paths, limits, output)
    with progress(quiet=quiet) as on_run:
        done = _export(gathered.found, output, limits, on_run)
    damage = [problem for problem in done.problems if is_damage(problem)]
    for problem in damage[:_MAX_PROBLEMS]:
        complain(problem_line(problem))
    if len(damage) > _MAX_PROBLEMS:
        complain(f"... and {len(damage) - _MAX_PROBLEMS:,} more; `loganalyzer inspect` shows all")
    # A run that has just begun holds nothing yet, and that could be read.
    is_partial = bool(damage) or gathered.is_partial
    is_bare = not done.runs and (is_partial or not done.problems)
    raise typer.Exit(UNREADABLE if is_bare else DAMAGED if is_partial else CLEAN)


def check_table(output: Path | None) -> None:
    """Refuse a table that cannot be written before the work is done, not after.

    Raises:
        BadParameter: its name ends in none of the suffixes of a table.
        OutputError: it cannot be written there.
    """
    if output is None:
        return
    if output.suffix.lower() not in _SUFFIXES:
        raise typer.BadParameter(
            f"{output}: expected a name that ends in {' or '.join(_SUFFIXES)}", param_hint="-o"
        )
    check_writable(output)


def _export(found: Sequence[RunFiles], output: Path | None, limits: Limits, on_run: OnRun | None) -> Exported:
    from loganalyzer.audit.export import Exported, require_parquet, runs_of, write_csv, write_parquet

    done = Exported()
    runs = runs_of(found, done, limits, on_run)
    if output is None:
        write_csv(runs, emit)
    elif output.suffix.lower() == ".csv":
        with writing(output) as part, part.open("w", encoding="utf-8", newline="") as file:
            write_csv(runs, file.write)
    else:
        require_parquet()
        with writing(output) as part:
            write_parquet(runs, part)
    return done
