"""What lies below a URL: which objects may matter to a walk, and which cannot be files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from loganalyzer.errors import ReadError
from loganalyzer.extensions import described
from loganalyzer.model.run import ProblemKind, ReadProblem
from loganalyzer.readers.companions import companions, may_be_companion
from loganalyzer.readers.formats import is_part
from loganalyzer.readers.limits import Limits
from loganalyzer.readers.remote.address import Address
from loganalyzer.readers.sidecars import NAMES
from loganalyzer.readers.trees.names import OWN_FOLDER, may_be_log, shown

_MAX_NAME_BYTES = 255
_VERSION_MARK = "?versionId="
_AT_MOST = 2**30


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object by its path below the address, empty for the address itself, and as the store names it.

    Its `version` is another one whenever its bytes are.
    """

    path: str
    name: str
    size: int
    version: str


@dataclass(slots=True)
class Listed:
    """What a listing says: objects to bring by their paths, folders too deep to look into, and problems.

    `gone` is what would lie beside a single object and does not, by its path below that.
    """

    address: Address
    objects: dict[str, StoredObject] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    deep: set[str] = field(default_factory=set)
    problems: list[ReadProblem] = field(default_factory=list)

    def note(self, kind: ProblemKind, path: str, text: str) -> None:
        """Add a problem with the path it belongs to; the text follows the path."""
        name = shown(path) or self.address.mirror.name
        self.problems.append(ReadProblem(kind, name, f"{name}: {text}"))


def list_objects(store: Any, address: Address, limits: Limits) -> Listed:  # noqa: ANN401 - fsspec has no types
    """All objects below an address that may matter; where it is an object, that one and what lies beside it.

    Raises:
        ReadError: nothing can be listed there.
    """
    most = min(limits.entries, _AT_MOST)
    # The others know no bound; what they list at once is kept for as long as it takes to choose of it.
    bound = {"max_items": most + 1} if address.scheme == "s3" else {}
    try:
        found: Mapping[str, Mapping[str, Any]] = store.find(address.name, detail=True, **bound)
    except Exception as error:
        say = f"{address}: cannot be listed ({described(error)}); check the spelling, the credentials in the "
        raise ReadError(f"{say}environment, and the right to list") from error
    objects = [stored(address, info) for name, info in sorted(found.items()) if info["type"] != "directory"]
    if not objects:
        raise ReadError(f"{address}: there is no object of this name, or below it; check the spelling")
    listed = Listed(address)
    if len(objects) > most:
        say = f"expected at most {most} objects below this folder, found more; the rest, from "
        say += f"{shown(objects[most].path)} on, was not looked at; scan folders of it one by one"
        listed.note("over_limit", "", say)
    _choose(listed, objects[:most], limits)
    if listed.objects.keys() == {""}:
        _add_beside(listed, store)
    return listed


def stored(address: Address, info: Mapping[str, Any]) -> StoredObject:
    """An object as a listing or a look at it alone describes it."""
    path = info["name"].removeprefix(address.name).removeprefix("/")
    version = next((info[key] for key in ("ETag", "etag", "generation") if info.get(key)), None)
    return StoredObject(path, info["name"], int(info["size"] or 0), str(version or _modified(info)))


def _modified(info: Mapping[str, Any]) -> object:
    return next((info[key] for key in ("LastModified", "last_modified", "updated") if info.get(key)), "")


def _choose(listed: Listed, objects: Iterable[StoredObject], limits: Limits) -> None:
    """Take what a walk would look at, if it can be a file."""
    part = cache(lambda folder: is_part(listed.address.mirror / folder / "file"))
    for one in objects:
        *folders, name = one.path.split("/")
        if not one.path:
            listed.objects[""] = one
        elif not name or OWN_FOLDER in folders:
            continue
        elif len(folders) > limits.depth:
            listed.deep.add("/".join(folders[: limits.depth + 1]))
        elif may_be_log(name) or name in NAMES or may_be_companion(one.path) or part("/".join(folders)):
            _take(listed, one)


def _take(listed: Listed, one: StoredObject) -> None:
    fault = _fault(one) or next(
        (
            f"there is an object {shown(str(above))!r} as well, and a file is no folder"
            for above in PurePosixPath(one.path).parents
            if str(above) in listed.objects
        ),
        "",
    )
    if fault:
        say = "expected a name that a file can have, found one that cannot be brought to this machine "
        listed.note("skipped", one.path, f"{say}({fault}); rename the object")
    else:
        listed.objects[one.path] = one


def _fault(one: StoredObject) -> str:
    """Why an object cannot be a file of its name; empty if it can."""
    parts = one.path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "folders without a name, or called . or .."
    if "\0" in one.path or any(len(os.fsencode(part)) > _MAX_NAME_BYTES for part in parts):
        return f"a part of it is longer than {_MAX_NAME_BYTES} bytes, or has a zero byte"
    return f"it has {_VERSION_MARK!r} in it" if _VERSION_MARK in one.path else ""


def _add_beside(listed: Listed, store: Any) -> None:  # noqa: ANN401
    """For a single object what a walk of one file looks for beside it."""
    file = listed.address.mirror
    for path in (*(file.with_name(name) for name in sorted(NAMES)), *companions([file])):
        where = os.path.relpath(path, file)
        try:
            info = store.info(os.path.normpath(f"{listed.address.name}/{where}"))
        except FileNotFoundError:
            info = {"type": "nothing"}
        except Exception as error:
            listed.note("unreadable", path.name, f"it cannot be looked at ({described(error)}); check rights")
            info = {"type": "nothing"}
        if info["type"] == "file":
            listed.objects[where] = stored(listed.address, info)
        else:
            listed.gone.add(where)
