"""What a command is to read: the runs below its paths, and a line for each path that has none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from loganalyzer.cli.output import complain, refuse_input

if TYPE_CHECKING:
    from loganalyzer.audit.gather import Gathered
    from loganalyzer.readers.limits import Limits

_BARE = (
    "no training logs found; expected event files (*tfevents*) or CSV or JSON histories; check that this is"
    " the folder of the runs"
)
_SAVED = "is a scan that was saved, no log; show it, alone, with `loganalyzer report`"


def gather_inputs(paths: Sequence[Path], limits: Limits, output: Path | None) -> Gathered:
    """All runs below the paths; paths without any, or met twice, are named on standard error.

    Raises:
        OutputError: `output` is one of the files to read.
    """
    from loganalyzer.audit.gather import gather
    from loganalyzer.readers.remote.address import shown_path

    gathered = gather(paths, limits)
    for error in gathered.refused:
        complain(str(error))
    for path in gathered.bare:
        complain(f"{shown_path(path)}: {_SAVED if _is_saved(path) else _BARE}")
    for note in gathered.notes:
        complain(note)
    if output is not None:
        refuse_input(output, (file for run in gathered.found for file in (*run.files, *run.settings)))
    return gathered


def _is_saved(path: Path) -> bool:
    from loganalyzer.report.saved import is_saved

    return is_saved(path)


def root_of(paths: Sequence[Path]) -> str:
    """The paths as they were given, as one text."""
    from loganalyzer.readers.remote.address import shown_path

    return os.pathsep.join(map(shown_path, paths))


def numbered(path: Path) -> tuple[Path, str]:
    """Where to look, and the name of the run there: `logs/a#2` is one of several runs in `logs/a`."""
    place, mark, number = path.name.rpartition("#")
    if not mark or not number.isdecimal() or path.exists():
        return path, ""
    return path.with_name(place), path.name
