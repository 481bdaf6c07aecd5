"""`loganalyzer report`: pages to look at and to send round, and saved scans in every format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.exits import FailOn, scan_code
from loganalyzer.cli.folders import check_folder, write_folder
from loganalyzer.cli.inputs import gather_inputs, root_of
from loganalyzer.cli.judging import judged, say_unmapped, scan_options
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import (
    FORMATS,
    Classes,
    Fail,
    Jobs,
    Mapping,
    Profile,
    Rules,
    path_of,
    rulebook_of,
)
from loganalyzer.cli.output import check_new, complain, emit, refuse_input
from loganalyzer.cli.rendering import deliver, renderer_of
from loganalyzer.report.renderers import Renderer, Report

if TYPE_CHECKING:
    from loganalyzer.readers.limits import Limits
    from loganalyzer.report.archive import Archive

_SUFFIXES = (".html", ".htm")
_PAGE = Path("report.html")
_MANY = 500

Target = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE|DIR",
        help="One page (.html), or a folder: an index, a page a run; other suffixes are other formats. "
        f"[default: {_PAGE}]",
    ),
]
AnyFormat = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help=f"Instead of a page, one of {FORMATS}."),
]
Force = Annotated[bool, typer.Option("--force", help="Write over a report that is there.")]
From = Annotated[
    Path | None,
    typer.Option("--from", metavar="STORE", help="Show what an audit has kept, without reading logs."),
]
Given = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Folders or files with training logs.", parser=path_of),
]
NoProgress = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


@limited
def report(  # noqa: PLR0913 - a command takes as many arguments as it has options
    paths: Given = None,
    *,
    format_: AnyFormat = None,
    output: Target = None,
    store: From = None,
    force: Force = False,
    rules: Rules = None,
    profile: Profile = "default",
    classes: Classes = None,
    mapping: Mapping = None,
    fail_on: Fail = FailOn.NEVER,
    jobs: Jobs = 1,
    quiet: NoProgress = False,
    limits: Limits,
) -> None:
    """Write a page that shows what went wrong, on its curves, and what to do: one file, or a folder.

    PATH may also be a scan that was saved with `scan -o runs.diagnoses`, or, without curves, as JSON; it can
    be shown in every format that `scan` has.
    """
    output = _PAGE if format_ is None and output is None else output
    renderer = _renderer(format_, output)
    _check(output, renderer, force=force)
    paths = _one_of(paths, store)
    archive, skipped = None, False
    if store is not None:
        result, archive = _kept(store)
    elif len(paths) == 1 and _is_saved(paths[0]):
        result = _load(paths[0], output)
    else:
        options = scan_options(classes, mapping, jobs, limits)
        rulebook = rulebook_of(rules, profile)
        gathered = gather_inputs(paths, limits, output if renderer else None)
        diagnoses = judged(gathered.found, rulebook, options, quiet=quiet)
        if not diagnoses and output is not None:  # a report that is there may be worth more than an empty one
            raise typer.Exit(scan_code((), fail_on))
        say_unmapped(options.mapping, diagnoses)
        result, skipped = Report(root_of(paths), diagnoses), gathered.is_partial
    _write(result, archive, output, renderer)
    raise typer.Exit(scan_code(result.diagnoses, fail_on, skipped=skipped))


def _one_of(paths: list[Path] | None, store: Path | None) -> list[Path]:
    if bool(paths) == (store is not None):
        raise typer.BadParameter("expected either paths of logs or --from STORE", param_hint="PATH")
    return paths or []


def _kept(place: Path) -> tuple[Report, Archive]:
    """All that a store keeps, run by run and summed up."""
    from loganalyzer.audit.archive.overview import overview
    from loganalyzer.store.opening import require_store
    from loganalyzer.store.store import Store

    require_store(place)
    with Store(place) as store:
        store.choose_all()
        result = Report(str(place), tuple(store.diagnoses()))
        digest = result.diagnoses[0].rules_digest if result.diagnoses else ""
        return result, overview(store, str(place), digest)


def _is_saved(path: Path) -> bool:
    from loganalyzer.report.saved import is_saved

    return path.is_file() and is_saved(path)


def _load(path: Path, output: Path | None) -> Report:
    from loganalyzer.report.saved import load

    if output is not None:
        refuse_input(output, (path,))
    return load(path)


def _renderer(format_: str | None, output: Path | None) -> Renderer | None:
    """What writes one file, or the terminal; None for a folder of pages."""
    if format_ is None and output is not None:
        if output.is_dir() or not output.suffix:
            return None
        if output.suffix.lower() in _SUFFIXES:
            return renderer_of("html", output)
    return renderer_of(format_, output)


def _check(output: Path | None, renderer: Renderer | None, *, force: bool) -> None:
    """Refuse a place that is taken before the work is done."""
    if output is None:
        return
    check = check_folder if renderer is None else check_new
    check(output, force=force)


def _write(result: Report, archive: Archive | None, output: Path | None, renderer: Renderer | None) -> None:
    if renderer is not None:
        deliver(renderer, result, output, "normal", color=True)
    elif output is not None:
        from loganalyzer.report.html import pages

        write_folder(output, pages(result, archive))
    if output is not None:
        emit(f"{output if renderer else output / 'index.html'}\n")
    if output is not None and output.suffix.lower() in _SUFFIXES and len(result.diagnoses) > _MANY:
        complain(
            f"{output}: one page for {len(result.diagnoses):,} runs is slow to open; -o DIR makes a page each"
        )
