"""`loganalyzer audit`: many past runs, of which only what changed is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from loganalyzer.cli.archives import (
    FORMATS,
    check_baseline,
    deliver,
    format_of,
    kept_runs,
)
from loganalyzer.cli.exits import UNREADABLE, AuditFailOn, audit_code
from loganalyzer.cli.inputs import gather_inputs, root_of
from loganalyzer.cli.judging import scan_options
from loganalyzer.cli.kept import StoreFile, export, forget, refuse_store, status
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import (
    Classes,
    Jobs,
    Mapping,
    NoColor,
    Output,
    Paths,
    Profile,
    Quiet,
    Rules,
    path_of,
    rulebook_of,
)
from loganalyzer.cli.output import check_writable, complain, refuse_input
from loganalyzer.cli.pages import App, Group
from loganalyzer.cli.progress import progress

if TYPE_CHECKING:
    import click

    from loganalyzer.audit.archive.run import Auditor
    from loganalyzer.audit.archive.spread import Spread
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.model.archive import PastRun
    from loganalyzer.model.rule import Rulebook
    from loganalyzer.readers.limits import Limits
    from loganalyzer.readers.walk import RunFiles
    from loganalyzer.report.archive import Archive
    from loganalyzer.store.store import Store

T = TypeVar("T")


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
    str | None,
    typer.Option("--format", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}. [default: text]"),
]
_Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline", metavar="STORE|DIR", help="Hold each run against runs like it there.", parser=path_of
    ),
]
_Fail = Annotated[
    AuditFailOn,
    typer.Option("--fail-on", help="What makes the exit code 1; the last two need a --baseline."),
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
    fail_on: _Fail = AuditFailOn.NEVER,
    baseline: _Baseline = None,
    jobs: Jobs = 1,
    dask: _Dask = None,
    force: _Force = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
    limits: Limits,
) -> None:
    """Say what went wrong in all runs below some paths; the word `run` may be left out."""
    format_ = format_of(format_, output)
    if output is not None:
        check_writable(output)
    check_baseline(baseline, fail_on)
    options = scan_options(classes, mapping, jobs, limits)
    rulebook = rulebook_of(rules, profile)
    gathered = gather_inputs(paths, limits, output)
    if not gathered.found:
        raise typer.Exit(UNREADABLE)
    place = _place(paths, store, gathered.found)
    if output is not None:
        refuse_store(output, place)
    with _spread(dask, jobs, gathered.found) as spread:
        auditor = _auditor(rulebook, options, spread, force=force)
        before = None if baseline is None else _past_runs(baseline, auditor, limits, quiet=quiet)
        look = _overview(root_of(paths), rulebook, before)
        archive = _audited(gathered.found, place, auditor, look, quiet=quiet)
    deliver(archive, format_, output, color=not no_color)
    raise typer.Exit(audit_code(archive, fail_on, skipped=gathered.is_partial))


def _overview(root: str, rulebook: Rulebook, before: Sequence[PastRun] | None) -> Callable[[Store], Archive]:
    from loganalyzer.audit.archive.overview import overview

    return partial(overview, root=root, rules_digest=rulebook.digest, baseline=before)


def _place(paths: Sequence[Path], named: Path | None, found: Sequence[RunFiles]) -> Path:
    """Where the store is: as the user says, else beside the runs, or said where it is not."""
    if named is not None:
        check_writable(named)
        refuse_input(named, (file for files in found for file in (*files.files, *files.settings)), "--store")
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
    from loganalyzer.audit.archive.spread import Spread

    if dask is None:
        yield Spread(jobs)
        return
    from loganalyzer.audit.archive.cluster import connected

    with connected(dask, (files.root for files in found)) as client:
        yield Spread(client=client)


def _auditor(rulebook: Rulebook, options: ScanOptions, spread: Spread, *, force: bool) -> Auditor:
    from loganalyzer.audit.archive.run import Auditor

    return Auditor(rulebook, options, spread, force)


def _audited(
    found: Sequence[RunFiles], place: Path, auditor: Auditor, look: Callable[[Store], T], *, quiet: bool
) -> T:
    """What `look` sees in the store after the audit; done once more where the store turns out damaged."""
    from loganalyzer.store.opening import move_aside
    from loganalyzer.store.store import DamagedStoreError

    try:
        return _once(found, place, auditor, look, quiet=quiet)
    except DamagedStoreError as error:
        complain(f"{error}; it was moved to {move_aside(place).name} and is made anew")
        return _once(found, place, auditor, look, quiet=quiet)


def _once(
    found: Sequence[RunFiles], place: Path, auditor: Auditor, look: Callable[[Store], T], *, quiet: bool
) -> T:
    from loganalyzer.store.store import Store

    with Store(place, complain) as store:
        _bring_up_to_date(found, store, auditor, quiet=quiet)
        with store.snapshot(auditor.terms.judging):
            return look(store)


def _past_runs(baseline: Path, auditor: Auditor, limits: Limits, *, quiet: bool) -> list[PastRun]:
    """The runs of a baseline: as a store keeps them, or those below a folder, brought up to date."""
    if baseline.is_file():
        return kept_runs(baseline)
    from loganalyzer.audit.archive.overview import past_runs

    gathered = gather_inputs([baseline], limits, None)
    place = _place([baseline], None, gathered.found)
    return _audited(gathered.found, place, auditor, past_runs, quiet=quiet)


def _bring_up_to_date(found: Sequence[RunFiles], store: Store, auditor: Auditor, *, quiet: bool) -> None:
    try:
        with progress(quiet=quiet) as on_run:
            tally = auditor.run(found, store, on_run)
    except KeyboardInterrupt:
        complain(f"stopped; what was judged is kept in {store.path}, the same command goes on from there")
        raise
    if not quiet:
        complain(str(tally))


app.command("status")(status)
app.command("forget")(forget)
app.command("export")(export)
