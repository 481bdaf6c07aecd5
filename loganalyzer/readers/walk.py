"""Which files below a root make up which run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from loganalyzer.model.run import ReadProblem
from loganalyzer.readers.limits import DEFAULTS, Limits
from loganalyzer.readers.plugins import plugin_problems
from loganalyzer.readers.trees.claims import Found, list_logs
from loganalyzer.readers.trees.folders import run_folders
from loganalyzer.readers.trees.listing import Listing
from loganalyzer.readers.trees.names import EVENTS, folder_of, shown


@dataclass(frozen=True)
class RunFiles:
    """One run as files: `name` is its path below `root` (of the root itself: the root's own name).

    `files` are sorted, `settings` are files with hyper-parameters beside them; a place that could not be read
    has none and says why in `problems`. A store is one of these, though it holds many runs.
    """

    name: str
    root: Path
    files: tuple[Path, ...]
    problems: tuple[ReadProblem, ...] = ()
    settings: tuple[Path, ...] = ()


def find_runs(
    root: Path, limits: Limits = DEFAULTS, problems: Iterable[ReadProblem] = ()
) -> tuple[RunFiles, ...]:
    """The runs below a directory, or in a single file, sorted by name; `problems` are known before the walk.

    A run is a directory that holds event files. Folders of one trial are one run, named by their parent: a
    Keras `train` and `validation` pair, writers that the same process opened beside them, the folders that
    PyTorch's `add_scalars` and `add_hparams` make, an Estimator's `eval`. The files of a format that has one
    for each curve are one run, named by their folder where they are several. The only history of its format
    beside event files belongs to them; elsewhere each is a run by itself, named by its path with suffix, and
    a store always is.

    Raises:
        ReadError: the root does not exist or is neither a directory nor a regular file.
    """
    listing, found = list_logs(root, limits)
    listing.problems += problems
    if root.is_file():
        runs = [_single(listing, found)] if found or listing.problems else []
    else:
        runs = _named(listing, *_members(root, found))
    return _with_plugins(_first(tuple(sorted(runs, key=lambda run: run.name)), root, limits), root)


def _single(listing: Listing, found: list[Found]) -> RunFiles:
    root = listing.root
    settings = tuple(root.parent / name for name in listing.settings)
    return RunFiles(shown(root.name), root, (root,) if found else (), tuple(listing.problems), settings)


def _members(root: Path, found: Iterable[Found]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The folder of each run by the folders of its event files, and the files of each run by its path."""
    events: dict[str, list[str]] = defaultdict(list)
    histories: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    members: dict[str, list[str]] = defaultdict(list)
    for one in found:
        if one.format == EVENTS:
            events[folder_of(one.path)].append(one.path)
        elif one.is_store:
            members[one.path].append(one.path)
        elif one.base is None:
            histories[folder_of(one.path), one.format][one.path].append(one.path)
        else:
            histories[one.base, one.format][""].append(one.path)
    lone = frozenset(folder for (folder, _), units in histories.items() if len(units) == 1)
    bases = run_folders(root, events, lone)
    for folder, paths in events.items():
        members[bases[folder]] += paths
    for (folder, _), units in histories.items():
        joins = folder in bases and len(units) == 1
        for path, paths in units.items():
            alone = path or (folder if len(paths) > 1 else paths[0])
            members[bases[folder] if joins else alone] += paths
    return bases, members


def _named(listing: Listing, bases: Mapping[str, str], members: Mapping[str, list[str]]) -> list[RunFiles]:
    homes = {shown(folder): base for folder, base in bases.items()}
    beside: dict[str, list[ReadProblem]] = defaultdict(list)
    alone: dict[str, list[ReadProblem]] = defaultdict(list)
    for problem in listing.problems:
        home = homes.get(folder_of(problem.path))
        if home is None:
            alone[problem.path].append(problem)
        else:
            beside[home].append(problem)
    for base, problem in (*_followed(listing, members), *_again(listing, members)):
        beside[base].append(problem)
    settings: dict[str, list[str]] = defaultdict(list)
    for path in listing.settings:
        settings[folder_of(path)].append(path)
    own = _own_name(listing.root, members)
    runs = [
        RunFiles(
            shown(base) or own,
            listing.root,
            tuple(listing.root / path for path in sorted(paths)),
            _sorted(beside[base]),
            tuple(
                listing.root / path
                for folder in sorted({base, *map(folder_of, paths)})
                for path in settings.get(folder, ())
            ),
        )
        for base, paths in members.items()
    ]
    return runs + [RunFiles(name, listing.root, (), _sorted(problems)) for name, problems in alone.items()]


def _sorted(problems: Iterable[ReadProblem]) -> tuple[ReadProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.path, problem.text)))


def _followed(listing: Listing, members: Mapping[str, list[str]]) -> Iterator[tuple[str, ReadProblem]]:
    """A line for each link out of the root behind which there is a run, with the first such run."""
    targets = dict(listing.followed)
    for base in sorted(members) if targets else ():
        for path in members[base]:
            link = next((above for above in _with_folders(path) if above in targets), None)
            if link is not None:
                name, target = shown(link), shown(targets.pop(link))
                say = f"{name}: this link leads out of the scanned folder, to {target}, and was followed; its"
                yield base, ReadProblem("followed", name, f"{say} files count once, under this name")


def _again(listing: Listing, members: Mapping[str, list[str]]) -> Iterator[tuple[str, ReadProblem]]:
    """A line for each further name of a log, with the run that it is a part of by its first name."""
    base_of = {path: base for base, paths in members.items() for path in paths} if listing.again else {}
    for path, first in listing.again:
        if first in base_of:
            name = shown(path)
            say = f"{name}: this is {shown(first)} by another name, a hard link; it counts once, there"
            yield base_of[first], ReadProblem("followed", name, say)


def _with_folders(path: str) -> Iterator[str]:
    """A path below the root and all folders it lies in, the nearest first."""
    while path:
        yield path
        path = folder_of(path)


def _own_name(root: Path, members: Mapping[str, list[str]]) -> str:
    """The name of the root folder, unless a run below it is called just so."""
    name = shown(root.resolve().name) or "/"
    return "." if name in map(shown, members) else name


def _first(runs: tuple[RunFiles, ...], root: Path, limits: Limits) -> tuple[RunFiles, ...]:
    """As many runs as the limits allow, the last of them saying so."""
    if len(runs) <= limits.runs:
        return runs
    kept = runs[: limits.runs]
    say = f"{shown(str(root))}: expected at most {limits.runs} runs, found {len(runs)}; those behind "
    say += f"{kept[-1].name!r} by name are left out; scan folders of it one by one"
    problem = ReadProblem("over_limit", kept[-1].name, say, lost=len(runs) - limits.runs)
    return (*kept[:-1], replace(kept[-1], problems=(*kept[-1].problems, problem)))


def _with_plugins(runs: tuple[RunFiles, ...], root: Path) -> tuple[RunFiles, ...]:
    """What is wrong with readers of other packages, told with the first run."""
    problems = plugin_problems()
    if not problems:
        return runs
    if not runs:
        return (RunFiles(problems[0].path, root, (), problems),)
    return (replace(runs[0], problems=(*runs[0].problems, *problems)), *runs[1:])
