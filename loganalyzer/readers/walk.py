"""Which files below a root make up which run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from loganalyzer.model.run import ReadProblem
from loganalyzer.readers import tfevents
from loganalyzer.readers.folders import run_folders
from loganalyzer.readers.listing import Listing, list_logs, shown


@dataclass(frozen=True)
class RunFiles:
    """One run as files: `name` is its path below `root` (of the root itself: the root's own name).

    `files` are sorted; a place that could not be read has none and says why in `problems`.
    """

    name: str
    root: Path
    files: tuple[Path, ...]
    problems: tuple[ReadProblem, ...] = ()


def find_runs(root: Path) -> tuple[RunFiles, ...]:
    """The runs below a directory, or in a single file, sorted by name.

    A run is a directory that holds event files. Folders of one trial are one run, named by their parent: a
    Keras `train` and `validation` pair, writers that the same process opened beside them, the folders that
    PyTorch's `add_scalars` and `add_hparams` make, an Estimator's `eval`. A lone history table beside event
    files belongs to them; elsewhere each table is a run by itself, named by its path with suffix.

    Raises:
        ReadError: the root does not exist or is neither a directory nor a regular file.
    """
    listing = list_logs(root)
    if root.is_file():
        name = shown(root.name)
        files = (root,) if listing.files else ()
        return (RunFiles(name, root, files, tuple(listing.problems)),) if files or listing.problems else ()
    events: dict[str, list[str]] = defaultdict(list)
    tables: dict[str, list[str]] = defaultdict(list)
    for found in listing.files:
        group = events if found.format == tfevents.FORMAT else tables
        group[_folder(found.path)].append(found.path)
    lone = frozenset(folder for folder, paths in tables.items() if len(paths) == 1)
    bases = run_folders(root, events, lone)
    return _named(listing, bases, _members(events, tables, bases))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _members(
    events: Mapping[str, list[str]], tables: Mapping[str, list[str]], bases: Mapping[str, str]
) -> dict[str, list[str]]:
    """The files of each run by its path; several tables in one folder are alternatives, each by itself."""
    members: dict[str, list[str]] = defaultdict(list)
    for folder, paths in events.items():
        members[bases[folder]] += paths
    for folder, paths in tables.items():
        joins = folder in bases and len(paths) == 1
        for path in paths:
            members[bases[folder] if joins else path].append(path)
    return members


def _named(
    listing: Listing, bases: Mapping[str, str], members: Mapping[str, list[str]]
) -> tuple[RunFiles, ...]:
    homes = {shown(folder): base for folder, base in bases.items()}
    beside: dict[str, list[ReadProblem]] = defaultdict(list)
    alone: dict[str, list[ReadProblem]] = defaultdict(list)
    for problem in listing.problems:
        home = homes.get(_folder(problem.path))
        if home is None:
            alone[problem.path].append(problem)
        else:
            beside[home].append(problem)
    own = _own_name(listing.root, members)
    runs = [
        RunFiles(
            shown(base) or own,
            listing.root,
            tuple(listing.root / path for path in sorted(paths)),
            tuple(beside[base]),
        )
        for base, paths in members.items()
    ]
    runs += [RunFiles(name, listing.root, (), tuple(problems)) for name, problems in alone.items()]
    return tuple(sorted(runs, key=lambda run: run.name))


def _own_name(root: Path, members: Mapping[str, list[str]]) -> str:
    """The name of the root folder, unless a run below it is called just so."""
    name = shown(root.resolve().name) or "/"
    return "." if name in map(shown, members) else name
