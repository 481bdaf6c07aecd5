"""The logs below a URL as a folder of this machine that is like it; what did not change is not read again."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from loganalyzer.errors import ReadError
from loganalyzer.extensions import described
from loganalyzer.model.run import ProblemKind
from loganalyzer.readers.limits import MIB, Limits
from loganalyzer.readers.remote.address import Address, AtHand, mirrors
from loganalyzer.readers.remote.fetch import ChangedError, Fetcher, TooLargeError
from loganalyzer.readers.remote.listing import Listed, StoredObject, list_objects
from loganalyzer.readers.trees.names import OWN_FOLDER

_AT_ONCE = 16
_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs"}


@dataclass(frozen=True, slots=True)
class _Brought:
    """The bytes that were read of an object, and what is wrong with it."""

    n_bytes: int = 0
    kind: ProblemKind | None = None
    text: str = ""


def mirrored(address: Address, limits: Limits) -> AtHand:
    """The folder that the logs below an address were brought to, as they are now.

    Raises:
        ReadError: nothing can be listed there, or this machine cannot keep the logs.
    """
    store = _store_of(address)
    listed = list_objects(store, address, limits)
    try:
        _make_room(listed)
    except OSError as error:
        say = f"{address}: cannot be kept in {address.mirror} ({error.strerror}); name another folder with "
        raise ReadError(f"{say}XDG_CACHE_HOME") from error
    brought = _bring_all(Fetcher(store, address, limits), listed)
    for path, one in zip(listed.objects, brought, strict=True):
        if one.kind is not None:
            listed.note(one.kind, path, one.text)
    n_read = sum(one.n_bytes > 0 for one in brought)
    note = f"{address}: {len(brought):,} logs and settings, of which {n_read:,} were read now"
    return AtHand(
        address.mirror, tuple(listed.problems), f"{note} ({sum(one.n_bytes for one in brought):,} bytes)"
    )


def _store_of(address: Address) -> Any:  # noqa: ANN401 - a library without types
    """The file system of fsspec; it takes what it needs to know from the environment."""
    package = _PACKAGES[address.scheme]
    try:
        import_module(package)
        fsspec: Any = import_module("fsspec")
        return fsspec.filesystem(address.scheme, skip_instance_cache=True, use_listings_cache=False)
    except ImportError:
        extra = "" if package == "s3fs" else f" {package}"
        say = f"{address}: needs {package}, which is not installed: pip install 'loganalyzer[remote]'{extra}"
        raise ReadError(say) from None
    except Exception as error:
        say = f"{address}: cannot be reached ({described(error)}); check what the environment tells {package}"
        raise ReadError(say) from error


def _make_room(listed: Listed) -> None:
    """Take away what is no longer there, and make the folders that are too deep, so that the walk tells."""
    place = listed.address.mirror
    if "" in listed.objects:
        for path in listed.gone:
            _place(listed, path).unlink(missing_ok=True)
        _make_folder(place.parent)
        return
    wanted = {_place(listed, path) for path in listed.objects}
    for folder, _, names in os.walk(place, topdown=False):
        inside = Path(folder)
        if OWN_FOLDER not in inside.relative_to(place).parts:
            for name in names:
                if inside / name not in wanted:
                    (inside / name).unlink(missing_ok=True)
            with suppress(OSError):  # some of it is wanted
                inside.rmdir()
    for deep in ("", *sorted(listed.deep)):
        _make_folder(place / deep)


def _make_folder(folder: Path) -> None:
    """Make a folder where files may lie that were objects once."""
    for one in (folder, *folder.parents):
        if mirrors() in one.parents and one.is_file():
            one.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def _place(listed: Listed, path: str) -> Path:
    return Path(os.path.normpath(listed.address.mirror / path))


def _bring_all(fetcher: Fetcher, listed: Listed) -> list[_Brought]:
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        tasks = [(one, _place(listed, path)) for path, one in listed.objects.items()]
        return list(pool.map(lambda task: _bring(fetcher, *task), tasks))
    finally:
        pool.shutdown(cancel_futures=True)


def _bring(fetcher: Fetcher, one: StoredObject, target: Path) -> _Brought:
    """Bring an object; where that fails, nothing of it is left to be judged."""
    try:
        return _Brought(fetcher.bring(one, target))
    except ReadError:
        raise
    except FileNotFoundError:
        failed = _Brought()  # it was removed since it was listed
    except ChangedError:
        failed = _Brought(0, "unreadable", "it changed each time that it was read; scan again when it rests")
    except TooLargeError:
        most = (fetcher.limits.file_bytes or 0) / MIB
        say = f"expected an object of at most {most:g} MiB, found {one.size} bytes; it was not read; raise "
        failed = _Brought(0, "over_limit", f"{say}--max-file-mb")
    except Exception as error:
        say = f"the object cannot be read ({described(error)}); check the right to read it and scan again"
        failed = _Brought(0, "unreadable", say)
    target.unlink(missing_ok=True)
    return failed
