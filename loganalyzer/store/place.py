"""Where the store of a folder of runs lies unless somebody says so."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from loganalyzer.errors import StoreError
from loganalyzer.readers.remote.address import cache_folder
from loganalyzer.readers.trees.names import OWN_FOLDER

NAME = "store.sqlite"
_IGNORE = "# Made by loganalyzer: a cache that can be removed at any time.\n*\n"


def store_place(path: Path) -> tuple[Path, str]:
    """Where the store for the runs below `path` goes, and a line to say where that is not beside them.

    Beside the runs in a hidden folder, made if need be; else in the user's own folder for caches.

    Raises:
        StoreError: neither place can be written.
    """
    beside = usual_place(path)
    try:
        _make(beside.parent)  # never what it lies in: that is the user's
    except OSError as error:
        elsewhere = _in_cache(path)
        try:
            elsewhere.parent.parent.mkdir(parents=True, exist_ok=True)
            _make(elsewhere.parent)
        except OSError:
            say = f"{beside}: no store can be made here ({error.strerror}), nor at {elsewhere}"
            raise StoreError(f"{say}; name a place with --store FILE") from error
        return elsewhere, f"{beside.parent}: cannot be written ({error.strerror}); the store is {elsewhere}"
    return beside, ""


def existing_place(path: Path) -> Path | None:
    """Where `store_place` put the store for this path or for a folder above it; None if there is none."""
    above = (path.absolute(), *path.absolute().parents)
    places = (place for one in above for place in (usual_place(one), _in_cache(one)))
    return next((place for place in places if place.is_file()), None)


def usual_place(path: Path) -> Path:
    """The store beside the runs below `path`, or beside a single file."""
    folder = path if path.is_dir() else path.parent
    return folder / OWN_FOLDER / NAME


def _in_cache(path: Path) -> Path:
    """A place that is the same whenever the same path is asked about."""
    key = sha256(os.fsencode(path.resolve())).hexdigest()[:16]
    return cache_folder() / key / NAME


def _make(folder: Path) -> None:
    """Make a folder that version control leaves alone.

    Raises:
        OSError: it cannot be made, or not be written.
    """
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text(_IGNORE)
    if not os.access(folder, os.W_OK):
        raise PermissionError(13, os.strerror(13))
