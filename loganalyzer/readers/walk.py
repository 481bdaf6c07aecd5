"""Which files below a root make up which run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from loganalyzer.model.run import ReadProblem
from loganalyzer.readers import tfevents
from loganalyzer.readers.csv_names import SPLIT_WORDS
from loganalyzer.readers.listing import Listing, list_logs, shown

# Writers of one trial are opened one after another while its process starts up.
_NEAR_S = 600
_UNIX_TIME = re.compile(r"\d{10}(\.\d+)?")
_EVALUATION = re.compile(r"(eval|evaluation|val|validation|test)[_-].+")
_STAMP = re.compile(r"tfevents\.(?P<time>\d+)(?:\.(?P<host>.+?))??(?:\.(?P<pid>\d+)\.\d+)?(?:\.v2)?$")


@dataclass(frozen=True)
class RunFiles:
    """One run as files: `name` is its path below `root` (of the root itself: the root's own name).

    `files` are sorted; a place that could not be read has none and says why in `problems`.
    """

    name: str
    root: Path
    files: tuple[Path, ...]
    problems: tuple[ReadProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the name of an event file says of its writer: seconds since the epoch, host and process."""

    time: int
    host: str
    pid: str


def stamp_of(name: str) -> Stamp | None:
    """The stamp in `events.out.tfevents.<time>.<host>.<pid>.<n>.v2`, of which all but the time may be missing."""
    found = _STAMP.search(name)
    return Stamp(int(found["time"]), found["host"] or "", found["pid"] or "") if found else None


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
    events: dict[str, list[str]] = defaultdict(list)
    tables: dict[str, list[str]] = defaultdict(list)
    for found in listing.files:
        (events if found.format == tfevents.FORMAT else tables)[_parent(found.path)].append(found.path)
    if root.is_file():
        bases: dict[str, str] = {}
    else:
        bases = _bases(events, tables)
    members: dict[str, list[str]] = defaultdict(list)
    for folder, paths in events.items():
        members[bases.get(folder, paths[0])] += paths
    for folder, paths in tables.items():
        home = bases.get(folder)
        for path in paths:
            members[home if home is not None and len(paths) == 1 else path].append(path)
    return _named(listing, bases, members)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _bases(events: Mapping[str, list[str]], tables: Mapping[str, list[str]]) -> dict[str, str]:
    """For each folder with event files, and for each run's own folder, the folder of its run."""
    children: dict[str, list[str]] = defaultdict(list)
    for folder in events:
        if folder:
            children[_parent(folder)].append(folder)
    owner: dict[str, str] = {}
    for parent, folders in children.items():
        has_table = len(tables.get(parent, ())) == 1
        for folder in _parts(parent, folders, events, has_table=has_table):
            owner[folder] = parent
    bases: dict[str, str] = {}
    for folder in events:
        base = folder
        while base in owner:
            base = owner[base]
        bases[folder] = bases[base] = base
    return bases


def _parts(parent: str, folders: list[str], events: Mapping[str, list[str]], *, has_table: bool) -> set[str]:
    """Those of a folder's children that hold parts of one run rather than runs of their own."""
    stamps = {folder: _stamps(events[folder]) for folder in folders}
    splits = [folder for folder in folders if _name(folder) in SPLIT_WORDS]
    kin = {folder for folder in folders if any(_kin(stamps[folder], stamps[split]) for split in splits)}
    trial = kin | set(splits)
    parts = trial if len(trial) > 1 or parent in events or has_table else set()
    if parent in events:
        above = _stamps(events[parent])
        for folder in folders:
            name = _name(folder)
            if _EVALUATION.fullmatch(name) or _UNIX_TIME.fullmatch(name) or _opened_by(stamps[folder], above):
                parts = parts | {folder}
    return parts


def _name(folder: str) -> str:
    return folder.rpartition("/")[2]


def _stamps(paths: list[str]) -> list[Stamp]:
    return [stamp for stamp in map(stamp_of, map(_name, paths)) if stamp is not None]


def _kin(some: list[Stamp], others: list[Stamp]) -> bool:
    """Whether one process opened a writer in each folder at about the same time."""
    return any(
        (a.host, a.pid) == (b.host, b.pid) and abs(a.time - b.time) <= _NEAR_S for a in some for b in others
    )


def _opened_by(below: list[Stamp], above: list[Stamp]) -> bool:
    """Whether the process that writes the parent opened the folder later, as `add_scalars` does.

    That can be an epoch later, so a process number vouches for any delay; without one only nearness does.
    """
    later = any(
        a.pid and (a.host, a.pid) == (b.host, b.pid) and b.time >= a.time for a in above for b in below
    )
    return later or _kin(below, above)


def _named(
    listing: Listing, bases: Mapping[str, str], members: Mapping[str, list[str]]
) -> tuple[RunFiles, ...]:
    problems: dict[str, list[ReadProblem]] = defaultdict(list)
    homes = {shown(folder): base for folder, base in bases.items()}
    alone: dict[str, list[ReadProblem]] = defaultdict(list)
    for problem in listing.problems:
        home = homes.get(_parent(problem.path))
        if home is None:
            alone[problem.path].append(problem)
        else:
            problems[home].append(problem)
    own = shown(listing.root.resolve().name) or "/"
    own = "." if own in {shown(base) for base in members} else own
    runs = [
        RunFiles(shown(base) or own, listing.root, _real(listing.root, paths), tuple(problems[base]))
        for base, paths in members.items()
    ]
    runs += [RunFiles(name, listing.root, (), tuple(found)) for name, found in alone.items()]
    return tuple(sorted(runs, key=lambda run: run.name))


def _real(root: Path, paths: list[str]) -> tuple[Path, ...]:
    if root.is_file():
        return (root,)
    return tuple(root / path for path in sorted(paths))
