"""Which folders with event files are one run: what Keras, PyTorch and Estimators spread over several."""

from __future__ import annotations

import math
import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loganalyzer.readers.csv_names import SPLIT_WORDS

# Writers of one trial are opened while its process starts up: beside its train and validation folders within
# minutes; below a writer of its own, where other runs of the process may lie as well, at once.
_NEAR_S = 600.0
_AT_ONCE_S = 5.0
_HEAD_BYTES = 4096
_TAG_FIELD = 0x0A
_MAX_SHORT_LENGTH = 0x7F
_UNIX_TIME = re.compile(r"\d{10}(\.\d+)?")
_EVALUATION = re.compile(r"(eval|evaluation|val|validation|test)[_-].+")
_STAMP = re.compile(r"tfevents\.(?P<time>\d{1,15})(?:\.(?P<host>.+?))??(?:\.(?P<pid>\d+)\.\d+)?(?:\.v2)?$")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the name of an event file says of its writer: seconds since the epoch, host and process."""

    time: int
    host: str
    pid: str


def stamp_of(name: str) -> Stamp | None:
    """The stamp in `events.out.tfevents.<time>.<host>.<pid>.<n>.v2`, of which all but the time may lack."""
    found = _STAMP.search(name)
    return Stamp(int(found["time"]), found["host"] or "", found["pid"] or "") if found else None


def run_folders(
    root: Path, events: Mapping[str, Sequence[str]], with_table: frozenset[str]
) -> dict[str, str]:
    """For each folder with event files, and for each run's own folder, the folder of its run.

    All paths are below `root`; `events` gives the event files of each folder, `with_table` are the folders
    that hold one history table.
    """
    children: dict[str, list[str]] = defaultdict(list)
    for folder in events:
        if folder:
            children[folder.rpartition("/")[0]].append(folder)
    owner = {
        folder: parent
        for parent, folders in children.items()
        for folder in _split_parts(parent, folders, events, with_table)
        | _inner_parts(root, parent, folders, events)
    }
    bases: dict[str, str] = {}
    for folder in events:
        base = folder
        while base in owner:
            base = owner[base]
        bases[folder] = bases[base] = base
    return bases


def _split_parts(
    parent: str, folders: Sequence[str], events: Mapping[str, Sequence[str]], with_table: frozenset[str]
) -> set[str]:
    """A `train` folder with its `validation`, with other writers of its process, or with a log above it."""
    splits = [folder for folder in folders if _name(folder) in SPLIT_WORDS]
    at_splits = [stamp for split in splits for stamp in _stamps(events[split])]
    trial = {folder for folder in folders if _one_process(_stamps(events[folder]), at_splits, _NEAR_S)} | set(
        splits
    )
    return trial if len(trial) > 1 or parent in events or parent in with_table else set()


def _inner_parts(
    root: Path, parent: str, folders: Sequence[str], events: Mapping[str, Sequence[str]]
) -> set[str]:
    """Folders in a run's own: an Estimator's `eval_x`, those of `add_hparams` and `add_scalars`, a writer."""
    if parent not in events:
        return set()
    above = _stamps(events[parent])
    return {
        folder
        for folder in folders
        if _EVALUATION.fullmatch(_name(folder))
        or _UNIX_TIME.fullmatch(_name(folder))
        or _one_process(_stamps(events[folder]), above, _AT_ONCE_S)
        or _is_from_add_scalars(root / events[folder][0], _name(folder), above)
    }


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _stamps(paths: Sequence[str]) -> list[Stamp]:
    return [stamp for stamp in map(stamp_of, map(_name, paths)) if stamp is not None]


def _one_process(some: Sequence[Stamp], others: Sequence[Stamp], within: float) -> bool:
    """Whether one process opened a writer here and one there within so many seconds."""
    return any(
        (one.host, one.pid) == (two.host, two.pid) and abs(one.time - two.time) <= within
        for one in some
        for two in others
    )


def _is_from_add_scalars(path: Path, folder: str, above: Sequence[Stamp]) -> bool:
    """Whether the parent's process opened the folder at any time, and its name says what it logs.

    PyTorch names the folder after the one tag in it: the curve `train` of the tag `a/b` lies in `a_b_train`.
    """
    if not _one_process(_stamps([path.name]), above, math.inf):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    name = os.fsencode(folder)[: _MAX_SHORT_LENGTH + 1]
    stems = [name[:at] for at in range(1, len(name)) if name[at : at + 1] == b"_"]
    return any(re.search(_tag_pattern(stem), head, re.DOTALL) for stem in stems)


def _tag_pattern(stem: bytes) -> bytes:
    """A tag as it stands in an event: field, length and bytes, any byte where the name has a sign."""
    letters = b"".join(b"." if byte in b"_- ." else re.escape(bytes([byte])) for byte in stem)
    return re.escape(bytes([_TAG_FIELD, len(stem)])) + letters
