"""What the name of a file says by itself."""

from __future__ import annotations

import os

# An event file with one of these behind its name was turned into something else.
_NOT_EVENTS = frozenset({".csv", ".tsv", ".log", ".txt", ".json"})


def shown(path: str) -> str:
    """A path as text that can be printed: bytes that are not UTF-8 become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").replace(os.sep, "/")


def suffix_of(name: str) -> str:
    """What stands behind the last full stop of a name, in lower case and with it."""
    return name[name.rfind(".") :].lower() if "." in name else ""


def is_events(name: str) -> bool:
    """Whether a file name is that of an event file."""
    if name.endswith(".profile-empty"):  # written by the profiler, never holds a value
        return False
    return "tfevents" in name and suffix_of(name) not in _NOT_EVENTS


def folder_of(path: str) -> str:
    """The folder of a path below the root, itself below the root; empty for what lies in the root."""
    return path.rpartition("/")[0]
