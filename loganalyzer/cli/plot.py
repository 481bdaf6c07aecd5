"""`loganalyzer plot`: one run as a picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.inputs import numbered
from loganalyzer.cli.options import Classes, Mapping, Rules, path_of, rulebook_of
from loganalyzer.cli.output import check_new, emit, refuse_input, writing
from loganalyzer.errors import LogAnalyzerError, ReadError

if TYPE_CHECKING:
    from loganalyzer.model.run import Run

_MAX_NAMES = 10


def plot(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder or file of one run.", parser=path_of)
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="A .png, .svg or .pdf. [default: the run's name .png]"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a picture that is there.")] = False,
    rules: Rules = None,
    classes: Classes = None,
    mapping: Mapping = None,
) -> None:
    """Draw the curves of a run with changepoints, spikes and the spans of what was found."""
    from loganalyzer.engine.diagnose import diagnose
    from loganalyzer.report.plot import SUFFIXES, draw, save
    from loganalyzer.roles.mapping import parse_mapping

    if output is not None and output.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(
            f"{output}: expected a name that ends in {', '.join(SUFFIXES)}", param_hint="-o"
        )
    roles = parse_mapping(mapping or ())
    rulebook = rulebook_of(rules)
    one, files = _only_run(run)
    target = output or Path(f"{_slug(one.name or run.resolve().name)}.png")
    check_new(target, force=force)
    refuse_input(target, files)
    figure = draw(one, diagnose(one, rulebook, classes=classes, mapping=roles))
    with writing(target) as part:
        save(figure, part)
    emit(f"{target}\n")


def _only_run(path: Path) -> tuple[Run, tuple[Path, ...]]:
    """The one run with curves below `path`, and all log files there.

    Raises:
        ReadError: there is none.
        LogAnalyzerError: there are several.
    """
    from loganalyzer.readers import find_runs, read_runs

    place, name = numbered(path)
    places = find_runs(place)
    runs = [one for found in places for one in read_runs(found)]
    drawable = [one for one in runs if one.series and name in ("", one.name)]
    if not drawable:
        why = next((f": {problem.text}" for one in runs for problem in one.problems), "")
        raise ReadError(f"{path}: no curves found; expected the folder or file of one training run{why}")
    if len(drawable) > 1:
        names = ", ".join(sorted(one.name for one in drawable)[:_MAX_NAMES])
        raise LogAnalyzerError(f"{path}: holds {len(drawable)} runs, expected one; name one of them: {names}")
    return drawable[0], tuple(file for found in places for file in found.files)


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")[:80] or "run"
