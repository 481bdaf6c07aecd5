"""What the name of a file says by itself."""

from __future__ import annotations

import os
import re
from pathlib import Path

from loganalyzer.readers.formats import NAMES, SUFFIXES
from loganalyzer.readers.plugins import plugin_suffixes

# What the reader of event files calls its format; by name alone they are known without importing it.
EVENTS = "tfevents"
TRAINER_STATE = "trainer_state.json"
OWN_FOLDER = ".loganalyzer"
"""What we keep beside runs lies in a folder of this name, which is not searched."""

# What ends so is about event files, or was made of one: it is one by its content only.
_NOT_EVENTS = re.compile(
    r"\.(csv|tsv|log|txt|jsonl?|ya?ml|toml|md|rst|html|png|svg|pdf|pyc?|ipynb|sh|js|ts|c|cc|cpp|h|rs|go|java)"
)


def shown(path: str) -> str:
    """A path as text that can be printed: bytes that are not UTF-8 become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").replace(os.sep, "/")


def suffix_of(name: str) -> str:
    """What stands behind the last full stop of a name, in lower case and with it."""
    return name[name.rfind(".") :].lower() if "." in name else ""


def is_events(name: str) -> bool:
    """Whether a file name is that of an event file."""
    return may_be_events(name) and not _NOT_EVENTS.fullmatch(suffix_of(name))


def may_be_events(name: str) -> bool:
    """Whether a file name is that of an event file, or of something else that may be one by its content."""
    # The profiler writes `.profile-empty`, which never holds a value.
    return "tfevents" in name and not name.endswith(".profile-empty")


def may_be_log(name: str) -> bool:
    """Whether the name of a file alone is reason enough to look at it."""
    suffix = suffix_of(name)
    return (
        may_be_events(name)
        or suffix in SUFFIXES
        or name in NAMES
        or (suffix != "" and suffix in plugin_suffixes())
    )


def folder_of(path: str) -> str:
    """The folder of a path below the root, itself below the root; empty for what lies in the root."""
    return path.rpartition("/")[0]


def name_of(folder: Path) -> str:
    """The name of a folder however it was reached; asking what each folder above it is takes far longer."""
    is_other = folder.name in ("", "..") or folder.is_symlink()
    return folder.resolve().name if is_other else folder.name
