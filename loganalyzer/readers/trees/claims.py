"""Which of the files that may be logs are logs, and of which format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loganalyzer.model.run import ProblemKind
from loganalyzer.readers.formats import HEAD_BYTES, Reader, has_folders, is_part, is_store, reader_of
from loganalyzer.readers.limits import Limits
from loganalyzer.readers.sidecars import NAMES
from loganalyzer.readers.trees.listing import Listing, list_tree
from loganalyzer.readers.trees.names import EVENTS, is_events, suffix_of

# Names that promise a log: one without is worth a line in the report.
_PROMISES = {
    ".csv": "a table with a training quantity (loss, accuracy, reward, ...) in a named column of numbers",
    ".wandb": "the run file of Weights & Biases",
}
_PROMISES[".tsv"] = _PROMISES[".csv"]


@dataclass(frozen=True, slots=True)
class Found:
    """A log file by its path below the root.

    `base` is the folder below the root of which all such files are one run, or None where a file is more than
    a part; a store holds many runs.
    """

    path: str
    format: str
    base: str | None = None
    is_store: bool = False


def list_logs(root: Path, limits: Limits) -> tuple[Listing, list[Found]]:
    """All log files below a root, sorted by path, and what the walk met besides.

    Raises:
        ReadError: the root does not exist or is neither a directory nor a regular file.
    """
    listing = list_tree(root, limits, lambda folder: is_part(root / folder / "file"), NAMES)
    found = [one for path in listing.candidates if (one := _claim(listing, path)) is not None]
    return listing, found


def _claim(listing: Listing, path: str) -> Found | None:
    """The file if it is a log; said if it looks like one by its name only."""
    real = listing.root if listing.root.is_file() else listing.root / path
    if is_events(real.name):
        return Found(path, EVENTS)
    try:
        with real.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        say = f"the file cannot be opened ({error.strerror}); give read permission and scan again"
        listing.note("unreadable", path, say)
        return None
    reader = reader_of(real, head)
    if reader is None:
        promised = _PROMISES.get(suffix_of(real.name))
        if promised is not None:
            listing.note(*_not_ours(path, head, promised))
        return None
    return Found(path, reader.FORMAT, _base_of(listing.root, path, reader), is_store(reader))


def _base_of(root: Path, path: str, reader: Reader) -> str | None:
    """The folder of the file's run below the root; the root itself where that lies within the run."""
    base = reader.base_of(root / path) if has_folders(reader) and root.is_dir() else None
    if base is None:
        return None
    below = base.relative_to(root).as_posix() if base.is_relative_to(root) else ""
    return "" if below == "." else below


def _not_ours(path: str, head: bytes, promised: str) -> tuple[ProblemKind, str, str]:
    if not head.strip():
        return "empty", path, "expected a header and rows, found an empty file; the run logged nothing"
    return "skipped", path, f"expected {promised}, found none; it is taken for data, not for a log"
