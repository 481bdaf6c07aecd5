"""Symbolic links: which of them lead out of the root, and which lead nowhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from loganalyzer.model.run import ProblemKind
from loganalyzer.readers.trees.names import may_be_log

NOT_FOLLOWED = (
    "the link leads out of the scanned folder and was not followed; scan its target by name, or add "
    "--follow-links"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link by its path below the root; `target` is set where it leads out of the root to what may be logs.

    `fault` is the kind of a problem, the path and the text where it is one that leads nowhere.
    """

    path: str
    target: Path | None = None
    fault: tuple[ProblemKind, str, str] | None = None


def judge_link(root: Path, path: str, entry: os.DirEntry[str], *, part: bool) -> Link:
    """What a link is; what lies inside the root is met anyway. Where `part` is True any file may be a log."""
    wanted = part or may_be_log(entry.name)
    try:
        target = Path(entry.path).resolve()
        inside = target.is_relative_to(root.resolve())
        missing = not target.exists()
        is_folder = target.is_dir()
    except (OSError, RuntimeError):
        inside, missing, is_folder, target = False, True, False, Path()
    if missing and wanted:
        say = "the link leads nowhere, so its log is missing; restore the file or remove the link"
        return Link(path, fault=("unreadable", path, say))
    if missing or inside or not (is_folder or wanted):
        return Link(path)
    return Link(path, target)
