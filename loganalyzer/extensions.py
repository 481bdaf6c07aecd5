"""What other packages add to this one, found by their entry points and loaded when it is needed.

One that cannot be loaded, or is not what it should be, is a name and a sentence: nothing of it is raised.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

Thing = TypeVar("Thing")

# A package that wants to end the program is not asked again.
RAISED = (Exception, SystemExit)
_SECTION = re.compile(rb"^\[(loganalyzer\.\w+)\]", re.MULTILINE)


def extensions(
    group: str, accept: Callable[[str, Any], Thing]
) -> tuple[tuple[Thing, ...], tuple[tuple[str, str], ...]]:
    """What the entry points of a group name, sorted by name, and (name, fault) of those that cannot be used.

    `accept(name, thing)` says what becomes of each, and raises what is wrong with it.
    """
    if group.encode() not in _groups(tuple(sys.path)):
        return (), ()
    from importlib.metadata import entry_points

    found: list[Thing] = []
    faults: list[tuple[str, str]] = []
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            found.append(accept(point.name, point.load()))
        except RAISED as error:
            faults.append((point.name, described(error)))
    return tuple(found), tuple(faults)


@cache
def _groups(path: tuple[str, ...]) -> frozenset[bytes]:
    """The groups of ours that packages name; importlib.metadata takes twenty times as long to say none."""
    found: set[bytes] = set()
    for folder in path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):  # noqa: PTH208 - takes half the time
                if name.endswith("-info"):
                    found.update(_named(f"{folder or '.'}/{name}/entry_points.txt"))
    return frozenset(found)


def _named(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - takes half the time
            return _SECTION.findall(file.read())
    except OSError:
        return []


def described(error: BaseException) -> str:
    """An error in one short line."""
    return f"{type(error).__name__}: {error}".partition("\n")[0][:200]
