"""`loganalyzer audit status|forget|export`: what is kept of past runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.export import TableFile, check_table
from loganalyzer.cli.inputs import gather_inputs, root_of
from loganalyzer.cli.judging import scan_options
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import Classes, Mapping, Paths, Profile, Rules, path_of, rulebook_of
from loganalyzer.cli.output import OutputError, complain, emit, writing
from loganalyzer.errors import StoreError

if TYPE_CHECKING:
    from loganalyzer.model.archive import PastRun
    from loganalyzer.readers.limits import Limits
    from loganalyzer.store.store import Store

StoreFile = Annotated[
    Path | None,
    typer.Option("--store", metavar="FILE", help="Where verdicts are kept. [default: beside the runs]"),
]
_Gone = Annotated[bool, typer.Option("--gone", help="Only runs that are no longer there.")]
_KeptPaths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH", help="Folders or files that were audited.", parser=path_of),
]


@limited
def status(
    paths: Paths,
    *,
    store: StoreFile = None,
    rules: Rules = None,
    profile: Profile = "default",
    classes: Classes = None,
    mapping: Mapping = None,
    limits: Limits,
) -> None:
    """Count what the next audit with the same options will read, judge, and leave as it is."""
    from loganalyzer.audit.archive import kept
    from loganalyzer.audit.archive.plan import terms_of
    from loganalyzer.readers.remote.address import mirror_of

    terms = terms_of(rulebook_of(rules, profile), scan_options(classes, mapping, 1, limits))
    found = gather_inputs(paths, limits, None).found
    with _existing(paths, store) as opened:
        counts = kept.status(found, map(mirror_of, paths), opened, terms)
        emit(
            f"{opened.path}: {counts.runs:,} runs kept in {opened.path.stat().st_size:,} bytes\n"
            f"below {root_of(paths)}: {counts.unchanged:,} unchanged, "
            f"{counts.rejudged:,} to judge again without reading, {counts.read:,} to read, "
            f"{counts.gone:,} gone\n"
        )


@limited
def forget(paths: _KeptPaths, *, gone: _Gone = False, store: StoreFile = None, limits: Limits) -> None:
    """Keep nothing any more of the runs below some paths; the logs are not touched."""
    from loganalyzer.audit.archive.kept import gone_places, kept_places
    from loganalyzer.readers.remote.address import mirror_of

    found = gather_inputs(paths, limits, None).found if gone else ()
    with _existing(paths, store) as opened:
        local = map(mirror_of, paths)
        places = gone_places(found, local, opened) if gone else kept_places(local, opened)
        opened.forget(places)
    emit(f"{len(places):,} forgotten\n")


@limited
def export(paths: Paths, *, output: TableFile = None, store: StoreFile = None, limits: Limits) -> None:
    """Write a table of the runs as they are kept, a row for each, hyper-parameters included."""
    from loganalyzer.audit.archive.kept import not_kept, write_csv, write_parquet

    check_table(output)
    found = gather_inputs(paths, limits, output).found
    with _existing(paths, store) as opened:
        if output is not None:
            refuse_store(output, opened.path)
        if missing := sum(1 for _ in not_kept(found, opened)):
            complain(f"{missing:,} of {len(found):,} were never judged and are left out; audit them first")
        runs = partial(_past_runs, opened)
        if output is None:
            write_csv(runs, emit)
        elif output.suffix.lower() == ".csv":
            with writing(output) as part, part.open("w", encoding="utf-8", newline="") as file:
                write_csv(runs, file.write)
        else:
            with writing(output) as part:
                write_parquet(runs, part)


def refuse_store(output: Path, store: Path) -> None:
    """Refuse to write a result over the store that it comes from, or over any other.

    Raises:
        OutputError: `output` is a store of verdicts, or the place of this one.
    """
    from loganalyzer.store.opening import is_store

    if output.resolve() == store.resolve() or is_store(output):
        raise OutputError(f"{output}: is where verdicts are kept; choose another -o FILE")


def _existing(paths: Sequence[Path], named: Path | None) -> Store:
    """The store that was named, or that lies beside the first path or above it.

    Raises:
        StoreError: there is none; what lies there instead stays as it is, since nothing is to be made.
    """
    from loganalyzer.readers.remote.address import mirror_of, shown_path
    from loganalyzer.store.opening import require_store
    from loganalyzer.store.place import existing_place
    from loganalyzer.store.store import Store

    place = named or existing_place(mirror_of(paths[0]))
    if place is None or not place.is_file():
        raise StoreError(
            f"{named or shown_path(paths[0])}: expected a store of verdicts, found none; audit the runs first"
        )
    require_store(place)
    return Store(place, complain)


def _past_runs(store: Store) -> Iterator[PastRun]:
    return (past for past, _ in store.past_runs())
