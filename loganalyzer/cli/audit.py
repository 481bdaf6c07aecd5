"""`loganalyzer audit`: many past runs, of which only what changed is read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.exits import UNREADABLE, FailOn, audit_code
from loganalyzer.cli.inputs import gather_inputs, root_of
from loganalyzer.cli.judging import scan_options
from loganalyzer.cli.kept import StoreFile, export, forget, status
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import (
    Classes,
    Fail,
    Jobs,
    Mapping,
    NoColor,
    Output,
    Paths,
    Profile,
    Quiet,
    Rules,
    rulebook_of,
)
from loganalyzer.cli.output import check_writable, complain, emit, refuse_input, screen_of, writing
from loganalyzer.cli.pages import App, Group
from loganalyzer.cli.progress import progress
from loganalyzer.report.renderers import Screen

if TYPE_CHECKING:
    import click

    from loganalyzer.audit.run import Auditor
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.audit.spread import Spread
    from loganalyzer.model.rule import Rulebook
    from loganalyzer.readers.limits import Limits
    from loganalyzer.readers.walk import RunFiles
    from loganalyzer.report.archive import Archive
    from loganalyzer.store.store import Store


class _PathsOrCommand(Group):
    """A group whose first word may be a path: what is no command is for `run`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` in front of what does not begin with a command."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = App(
    cls=_PathsOrCommand,
    help="Judge all past runs below some paths, keep the verdicts, and read only what changed since.\n\n"
    "`audit PATH...` is short for `audit run PATH...`.",
)

_Format = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="One of text, json. [default: text]")
]
_Force = Annotated[bool, typer.Option("--force", help="Read and judge everything anew.")]
_Dask = Annotated[
    str | None,
    typer.Option(
        "--dask", metavar="ADDRESS", help="Judge on the workers of this Dask scheduler: tcp://host:8786."
    ),
]


@app.command("run")
@limited
def run(  # noqa: PLR0913 - a command takes as many arguments as it has options
    paths: Paths,
    *,
    store: StoreFile = None,
    format_: _Format = None,
    output: Output = None,
    rules: Rules = None,
    profile: Profile = "default",
    classes: Classes = None,
    mapping: Mapping = None,
    fail_on: Fail = FailOn.NEVER,
    jobs: Jobs = 1,
    dask: _Dask = None,
    force: _Force = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
    limits: Limits,
) -> None:
    """Say what went wrong in all runs below some paths; the word `run` may be left out."""
    is_json = _is_json(format_, output)
    if output is not None:
        check_writable(output)
    options = scan_options(classes, mapping, jobs, limits)
    rulebook = rulebook_of(rules, profile)
    gathered = gather_inputs(paths, limits, output)
    if not gathered.found:
        raise typer.Exit(UNREADABLE)
    place = _place(paths, store, gathered.found)
    with _spread(dask, jobs, gathered.found) as spread:
        auditor = _auditor(rulebook, options, spread, force=force)
        archive = _audited(gathered.found, place, auditor, root_of(paths), quiet=quiet)
    screen = Screen() if output else screen_of(sys.stdout, detail="normal", color=not no_color)
    _deliver(_rendered(archive, screen, is_json=is_json), output)
    raise typer.Exit(audit_code(archive, fail_on, skipped=gathered.is_partial))


def _is_json(name: str | None, output: Path | None) -> bool:
    if name not in (None, "text", "json"):
        raise typer.BadParameter(f"{name!r} is not one of text, json", param_hint="--format")
    return name == "json" or (name is None and output is not None and output.suffix == ".json")


def _place(paths: Sequence[Path], named: Path | None, found: Sequence[RunFiles]) -> Path:
    """Where the store is: as the user says, else beside the runs, or said where it is not."""
    if named is not None:
        check_writable(named)
        refuse_input(named, (file for files in found for file in (*files.files, *files.settings)))
        return named
    from loganalyzer.readers.remote.address import mirror_of
    from loganalyzer.store.place import store_place

    local = [mirror_of(path) for path in paths]
    place, say = store_place(next((path for path in local if path.exists()), local[0]))
    if say:
        complain(say)
    return place


@contextmanager
def _spread(dask: str | None, jobs: int, found: Sequence[RunFiles]) -> Iterator[Spread]:
    """Processes here, or a cluster for as long as it is needed."""
    from loganalyzer.audit.spread import Spread

    if dask is None:
        yield Spread(jobs)
        return
    from loganalyzer.audit.cluster import connected

    with connected(dask, (files.root for files in found)) as client:
        yield Spread(client=client)


def _auditor(rulebook: Rulebook, options: ScanOptions, spread: Spread, *, force: bool) -> Auditor:
    from loganalyzer.audit.run import Auditor

    return Auditor(rulebook, options, spread, force)


def _audited(found: Sequence[RunFiles], place: Path, auditor: Auditor, root: str, *, quiet: bool) -> Archive:
    """The audit, once more where the store turns out to be damaged on the way."""
    from loganalyzer.store.opening import move_aside
    from loganalyzer.store.store import DamagedStoreError

    try:
        return _once(found, place, auditor, root, quiet=quiet)
    except DamagedStoreError as error:
        complain(f"{error}; it was moved to {move_aside(place).name} and is made anew")
        return _once(found, place, auditor, root, quiet=quiet)


def _once(found: Sequence[RunFiles], place: Path, auditor: Auditor, root: str, *, quiet: bool) -> Archive:
    from loganalyzer.audit.overview import overview
    from loganalyzer.store.store import Store

    with Store(place, complain) as store:
        _bring_up_to_date(found, store, auditor, quiet=quiet)
        with store.snapshot(auditor.terms.judging):
            return overview(store, root, auditor.book.digest)


def _bring_up_to_date(found: Sequence[RunFiles], store: Store, auditor: Auditor, *, quiet: bool) -> None:
    try:
        with progress(quiet=quiet) as on_run:
            tally = auditor.run(found, store, on_run)
    except KeyboardInterrupt:
        complain(f"stopped; what was judged is kept in {store.path}, the same command goes on from there")
        raise
    if not quiet:
        complain(str(tally))


def _rendered(archive: Archive, screen: Screen, *, is_json: bool) -> str:
    if is_json:
        from loganalyzer.report.json import encode

        return encode(archive)
    from loganalyzer.report.archive import render

    return render(archive, screen)


def _deliver(text: str, output: Path | None) -> None:
    if output is None:
        emit(text)
        return
    with writing(output) as part:
        part.write_text(text, encoding="utf-8", newline="")


app.command("status")(status)
app.command("forget")(forget)
app.command("export")(export)
