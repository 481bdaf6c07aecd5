"""Readers that other packages bring, by the entry points of the group `loganalyzer.readers`.

An entry point names a module, or any object, that keeps the contract in `loganalyzer.readers.formats`. Such a
reader does no harm: what it raises, and what it gives that is no reading, is a problem of the file; that it
cannot be loaded is said once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loganalyzer.errors import ReadError
from loganalyzer.extensions import RAISED, described, extensions
from loganalyzer.model.run import Hyperparameter, ReadProblem, Source
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.soundness import fault_of

if TYPE_CHECKING:
    from loganalyzer.readers.formats import Reader

GROUP = "loganalyzer.readers"


class GuardedReader:
    """A reader from elsewhere; what it raises is data, and one that fails to claim is not asked again."""

    def __init__(self, name: str, reader: Any) -> None:  # noqa: ANN401 - whatever the entry point names
        """Take what the entry point `name` gives."""
        self.FORMAT = str(getattr(reader, "FORMAT", name))
        self.SUFFIXES = frozenset(str(suffix).lower() for suffix in getattr(reader, "SUFFIXES", ()))
        self.name = name
        self.fault = ""
        self._reader = reader

    def claims(self, path: Path, head: bytes) -> bool:
        """Whether the reader claims the file."""
        if self.fault:
            return False
        try:
            return bool(self._reader.claims(path, head))
        except RAISED as error:
            self.fault = f"claims() raised {described(error)} for {path.name!r}"
            return False

    def base_of(self, path: Path) -> Path | None:
        """The folder that the reader names as that of the file's run."""
        base_of = getattr(self._reader, "base_of", None)
        if base_of is None or self.fault:
            return None
        try:
            base = base_of(path)
        except RAISED as error:
            self.fault = f"base_of() raised {described(error)} for {path.name!r}"
            return None
        return base if isinstance(base, Path) else None

    def hparams_of(self, base: Path) -> Mapping[str, Hyperparameter]:
        """The hyper-parameters that the reader finds in a folder.

        Raises:
            ReadError: the reader raised something.
        """
        hparams_of = getattr(self._reader, "hparams_of", None)
        try:
            return dict(hparams_of(base)) if hparams_of else {}
        except RAISED as error:
            raise ReadError(_failure(self, error)) from error


class GuardedFiles(GuardedReader):
    """A reader from elsewhere with one run in a file."""

    def read(self, path: Path, *, display: str | None = None) -> Reading:
        """What the reader makes of the file."""
        name = display if display is not None else path.name
        try:
            return _checked(self._reader.read(path, display=display))
        except OSError:
            raise
        except RAISED as error:
            return _failed(self, path, name, error)


class GuardedStores(GuardedReader):
    """A reader from elsewhere with many runs in a file."""

    def read_runs_of(self, path: Path, *, display: str | None = None) -> tuple[tuple[str, Reading], ...]:
        """What the reader makes of the file."""
        name = display if display is not None else path.name
        try:
            runs = self._reader.read_runs_of(path, display=display)
            found = tuple((str(run), _checked(reading)) for run, reading in runs)
            if not found:
                raise ValueError("expected a reading under an empty name where there are no runs")
            return found
        except OSError:
            raise
        except RAISED as error:
            return (("", _failed(self, path, name, error)),)


def _checked(reading: Any) -> Reading:  # noqa: ANN401 - whatever the reader gives
    fault = fault_of(reading)
    if fault:
        raise TypeError(fault)
    found: Reading = reading
    return found


def _failed(reader: GuardedReader, path: Path, name: str, error: BaseException) -> Reading:
    problem = ReadProblem("unreadable", name, f"{name}: {_failure(reader, error)}")
    return Reading(Source(name, reader.FORMAT, path.stat().st_size, 0), problems=(problem,))


def _failure(reader: GuardedReader, error: BaseException) -> str:
    say = f"the reader {reader.name!r}, which another package brings, failed ({described(error)}); "
    return f"{say}report it to that package, or remove it"


@cache
def _loaded() -> tuple[tuple[Reader, ...], tuple[tuple[str, str], ...]]:
    """Readers of all entry points, sorted by name, and (name, fault) of those that cannot be used."""
    return extensions(GROUP, _guarded)


def _guarded(name: str, module: Any) -> Reader:  # noqa: ANN401 - whatever the entry point names
    for function, guard in (("read_runs_of", GuardedStores), ("read", GuardedFiles)):
        if callable(getattr(module, function, None)) and callable(getattr(module, "claims", None)):
            return guard(name, module)
    raise TypeError("expected functions `claims` and `read`, or `claims` and `read_runs_of`")


def plugin_readers() -> tuple[Reader, ...]:
    """The readers of other packages that could be loaded, in the order of their names."""
    return _loaded()[0]


def plugin_suffixes() -> frozenset[str]:
    """What names end in, in lower case, of files that readers of other packages want to be looked at."""
    return frozenset().union(*(getattr(reader, "SUFFIXES", ()) for reader in plugin_readers()))


def plugin_problems() -> tuple[ReadProblem, ...]:
    """One problem for each reader of another package that cannot be loaded or does not keep its contract."""
    readers, faults = _loaded()
    found = [
        *faults,
        *(
            (reader.name, reader.fault)
            for reader in readers
            if isinstance(reader, GuardedReader) and reader.fault
        ),
    ]
    return tuple(_fault(name, fault) for name, fault in sorted(found))


def _fault(name: str, fault: str) -> ReadProblem:
    say = (
        f"{GROUP}:{name}: expected a reader of another package that works, found one that does not ({fault});"
    )
    return ReadProblem(
        "skipped", f"{GROUP}:{name}", f"{say} files of its format are missing; update or remove it"
    )
