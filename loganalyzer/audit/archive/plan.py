"""What of an archive is to be read or judged, and what is kept as it stands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from loganalyzer import __version__
from loganalyzer.audit.scan import ScanOptions
from loganalyzer.model.rule import Rulebook
from loganalyzer.readers.companions import companions
from loganalyzer.readers.trees.names import is_events
from loganalyzer.readers.walk import RunFiles
from loganalyzer.store.rows import Place, digest_of
from loganalyzer.store.store import KeptRun, KeptUnit, Store

_ENDS = 4096


@dataclass(frozen=True, slots=True)
class Work:
    """Files to be judged; `kept` are verdicts on what may be the same runs.

    With a `sketch` these files were read before, `kept` has the curves of all their runs, and no file need be
    read again. With `grows` there is one file, of events, that was another before; it is read on from `mark`,
    where there is one and it fits.
    """

    files: RunFiles
    inputs: bytes
    kept: tuple[KeptRun, ...] = ()
    sketch: bytes = b""
    grows: bool = False
    mark: bytes = b""


@dataclass(frozen=True, slots=True)
class Terms:
    """Digests of what holds for a whole audit: `reading` of how files are read, `judging` of the rules."""

    reading: bytes
    judging: bytes


def terms_of(book: Rulebook, options: ScanOptions) -> Terms:
    """The terms of an audit: whatever is not in the files and still changes what is said of them."""
    reading = repr((__version__, options.limits))
    judging = repr((__version__, book.digest, options.classes, sorted(options.mapping.items())))
    return Terms(digest_of((reading.encode(),)), digest_of((judging.encode(errors="surrogatepass"),)))


def plan(
    found: Iterable[RunFiles], store: Store, terms: Terms, *, force: bool = False
) -> Iterator[Work | KeptUnit]:
    """For each of the files that were found what to do, or what is kept and holds; by `force` all is read."""
    was_empty = store.is_empty()
    for files in found:
        inputs = inputs_of(files, terms)
        if force:
            yield Work(files, inputs)
            continue
        kept = store.unit(place_of(files))
        if kept is not None and kept.inputs == inputs:
            yield kept if kept.terms == terms.judging else _again(files, kept, store)
            continue
        if kept is not None:
            grows = len(files.files) == 1 and is_events(files.files[0].name)
            yield Work(files, inputs, store.runs_of(kept.id), grows=grows, mark=kept.mark)
            continue
        like = None if was_empty else store.unit_like(sketch_of(files))
        yield Work(files, inputs, () if like is None else store.runs_of(like.id))


def _again(files: RunFiles, kept: KeptUnit, store: Store) -> Work:
    """Judge from the store where it has all curves, else from the files."""
    runs = store.runs_of(kept.id)
    if runs and all(run.curves is not None for run in runs):
        return Work(files, kept.inputs, runs, kept.sketch, mark=kept.mark)
    return Work(files, kept.inputs)


def place_of(files: RunFiles) -> Place:
    """Where files lie."""
    return Place(os.path.abspath(os.fsencode(files.root)), files.name)  # noqa: PTH100 - as bytes, links kept


def inputs_of(files: RunFiles, terms: Terms) -> bytes:
    """A digest that changes with any file of a unit, with what the walk says of it and how it is read."""
    paths = (*files.files, *files.settings, *companions(files.files))
    stated = repr(([_state(path) for path in paths], files.problems))
    return digest_of((terms.reading, stated.encode(errors="surrogatepass")))


def _state(path: Path) -> tuple[object, ...]:
    """What a file is without opening it."""
    name = os.fsencode(path)
    try:
        status = os.stat(name)  # noqa: PTH116 - as bytes
    except OSError as error:
        return name, error.errno
    return name, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def sketch_of(files: RunFiles) -> bytes:
    """A digest of names, sizes and both ends of files, which stays when they are moved or copied."""
    return digest_of(part for path in files.files for part in _sketched(path))


def _sketched(path: Path) -> Iterator[bytes]:
    yield os.fsencode(path.name)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            yield str(size).encode()
            yield file.read(_ENDS)
            file.seek(max(size - _ENDS, 0))
            yield file.read(_ENDS)
    except OSError as error:
        yield repr(error.errno).encode()
