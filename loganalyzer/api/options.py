"""What `scan` and `diagnose` are told besides the curves, refused in words where it cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from os import PathLike
from pathlib import Path

from loganalyzer.errors import DataError
from loganalyzer.model.role import Role
from loganalyzer.roles.mapping import parse_mapping

Folders = str | PathLike[str] | Iterable[str | PathLike[str]]
"""A folder, or several."""
_BEYOND = 2**31


def several(paths: Folders, what: str) -> list[Path]:
    """One path, or several, as a list, `~` being the home of the user.

    Raises:
        DataError: there is something else than a path.
    """
    given = [paths] if isinstance(paths, str | PathLike) else paths
    if isinstance(given, bytes | Mapping) or hasattr(given, "columns") or not isinstance(given, Iterable):
        raise DataError(f"{what}: expected a path or several, found {given!r:.60}")
    return [_path(path, what) for path in given]


def _path(path: object, what: str) -> Path:
    if not isinstance(path, str | PathLike) or not str(path) or "\0" in str(path):
        raise DataError(f"{what}: expected a path, found {path!r:.60}")
    return Path(path).expanduser()


def mapping_of(roles: Mapping[str, str] | None) -> dict[str, Role]:
    """Roles by tag, from their names.

    Raises:
        LogAnalyzerError: a role is not known.
    """
    if not isinstance(roles, Mapping | None):
        raise DataError(f"roles: expected a dict like {{'floss': 'loss:validation'}}, found {roles!r:.60}")
    return parse_mapping([f"{tag}={role}" for tag, role in (roles or {}).items()])


def classes_of(classes: int | None) -> int | None:
    """A number of classes, at least 2.

    Raises:
        DataError: it is none.
    """
    return None if classes is None else _whole("classes", classes, 2)


def jobs_of(jobs: int) -> int:
    """A number of processes, -1 for one a core.

    Raises:
        DataError: it is none.
    """
    return -1 if jobs == -1 else _whole("jobs", jobs, 1)


def name_of(name: str) -> str:
    """The name of a run.

    Raises:
        DataError: it is no text, or an empty one.
    """
    if not isinstance(name, str) or not name:
        raise DataError(f"name: expected a text, found {name!r:.60}")
    return name


def _whole(what: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= int(value) < _BEYOND:
        raise DataError(f"{what}: expected a whole number of at least {least}, found {value!r:.60}")
    return int(value)
