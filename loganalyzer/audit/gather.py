"""The runs below several paths: each physical run once, under a name of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from loganalyzer.errors import ReadError
from loganalyzer.model.run import ReadProblem
from loganalyzer.readers.limits import DEFAULTS, Limits
from loganalyzer.readers.remote.address import at_hand, mirrors, shown_path
from loganalyzer.readers.trees.names import shown
from loganalyzer.readers.walk import RunFiles, find_runs


@dataclass(frozen=True, slots=True)
class Gathered:
    """Runs as files, sorted by name; `bare` are paths without any, `refused` says why one cannot be scanned.

    `notes` has a sentence for each path whose runs are met below another one as well, and for each URL.
    """

    found: tuple[RunFiles, ...]
    bare: tuple[Path, ...] = ()
    refused: tuple[ReadError, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether there is a path below which nothing is read."""
        return bool(self.bare or self.refused)


def gather(paths: Sequence[Path], limits: Limits = DEFAULTS) -> Gathered:
    """All runs below `paths`, or URLs; one that is met twice counts where the path is the shorter one.

    Where runs of different paths have one name, all are named and read from the folder that holds all paths,
    so that `A/run` is told from `B/run`.
    """
    kept: list[RunFiles] = []
    bare: list[Path] = []
    refused: list[ReadError] = []
    notes: list[str] = []
    seen: set[object] = set()
    for path in sorted(paths, key=lambda one: len(one.absolute().parts)):
        try:
            here = at_hand(path, limits)
            runs = find_runs(here.path, limits, here.problems)
        except ReadError as error:
            refused.append(error)
            continue
        notes += [here.note] if here.note else []
        keys = list(map(_keys, runs))
        fresh = [run for run, own in zip(runs, keys, strict=True) if not seen.issuperset(own)]
        seen.update(*keys)
        kept += fresh
        if not runs:
            bare.append(path)
        elif len(fresh) < len(runs):
            notes.append(_note(path, len(runs) - len(fresh), len(runs)))
    told = _told_apart(kept)
    return Gathered(tuple(sorted(told, key=lambda one: one.name)), tuple(bare), tuple(refused), tuple(notes))


def gathered(paths: Sequence[Path], limits: Limits = DEFAULTS) -> tuple[RunFiles, ...]:
    """All runs below `paths`, which must all be there.

    Raises:
        ReadError: one of the paths does not exist.
    """
    runs = gather(paths, limits)
    if runs.refused:
        raise runs.refused[0]
    return runs.found


def _note(path: Path, again: int, total: int) -> str:
    runs = "its run was" if total == 1 else f"{again} of its {total} runs were"
    return f"{shown_path(path)}: {runs} found below another of the given paths as well and counted once"


def _keys(run: RunFiles) -> frozenset[object]:
    """What a run is, by whatever path: its files, or the place that could not be read."""
    if not run.files:
        return frozenset(str(_folder(run.root.resolve(), one.path) / one.path) for one in run.problems)
    return frozenset(map(_inode, run.files))


def _inode(path: Path) -> object:
    try:
        status = path.stat()
    except OSError:
        return str(path)
    return status.st_dev, status.st_ino


def _folder(root: Path, below: str) -> Path:
    """The folder from which a path is told: the root, or for the root itself the one it lies in."""
    return root if os.path.lexists(root / below) else root.parent


def _told_apart(runs: Sequence[RunFiles]) -> Iterable[RunFiles]:
    """The runs as they are, or all as found from further up where two would have the same name.

    Beside runs of this machine those of object stores begin with the scheme: `s3/bucket/folder/run`.
    """
    if len({run.name for run in runs}) == len(runs):
        return runs
    homes = [_home(run)[0] for run in runs]
    here = [home for home in homes if not home.is_relative_to(mirrors())]
    common = Path(os.path.commonpath(here or homes))
    above = [common if home in here or not here else mirrors() for home in homes]
    return [_seen_from(folder, run) for folder, run in zip(above, runs, strict=True)]


def _home(run: RunFiles) -> tuple[Path, str]:
    """The folder that the name of a run starts from, and the name."""
    root = Path(os.path.abspath(run.root))  # noqa: PTH100 - what is above a link is not above its target
    if not run.files:
        return _folder(root, run.name), run.name
    files = (shown(os.path.relpath(path, run.root)) for path in run.files)
    if any(f"{file}/".startswith(f"{run.name}/") for file in files):
        return root, run.name
    return root.parent, shown(root.name)


def _seen_from(common: Path, run: RunFiles) -> RunFiles:
    """A run as it is found from a folder further up."""
    home, name = _home(run)
    return replace(
        run,
        name=_joined(home, common, name),
        root=common,
        files=tuple(Path(os.path.abspath(path)) for path in run.files),  # noqa: PTH100 - as above
        settings=tuple(Path(os.path.abspath(path)) for path in run.settings),  # noqa: PTH100
        problems=tuple(_moved(problem, run.root, common) for problem in run.problems),
    )


def _joined(folder: Path, common: Path, name: str) -> str:
    above = shown(os.path.relpath(folder, common))
    return name if above == "." else f"{above}/{name}"


def _moved(problem: ReadProblem, root: Path, common: Path) -> ReadProblem:
    path = _joined(_folder(root.absolute(), problem.path), common, problem.path)
    text = (
        path + problem.text.removeprefix(problem.path)
        if problem.text.startswith(problem.path)
        else problem.text
    )
    return replace(problem, path=path, text=text)
