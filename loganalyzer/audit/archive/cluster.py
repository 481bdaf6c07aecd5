"""A Dask cluster that is there already, at the address that the user named, and work done on it.

Batches go to the scheduler directly and not through joblib's Dask backend: that waits for ever for a task
whose workers died.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from loganalyzer import __version__
from loganalyzer.errors import LogAnalyzerError

if TYPE_CHECKING:
    from loganalyzer.audit.archive.spread import Judge
    from loganalyzer.audit.archive.work import Brief
    from loganalyzer.store.rows import UnitRow

_ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?[\w.-]+:\d{1,5}|(?:(?:tcp|tls)://)?\[[0-9a-fA-F:.]+\]:\d{1,5}")
_TIMEOUT_S = 10.0
# So that no thread waits for the next batch, and few are lost where the audit is stopped.
_BATCHES_A_THREAD = 2

_Batch = TypeVar("_Batch", bound=Sequence[Any])


@contextmanager
def connected(address: str, roots: Iterable[Path], timeout_s: float = _TIMEOUT_S) -> Iterator[Any]:
    """A client of the scheduler at `address`, whose workers have this version and see all `roots`.

    Raises:
        LogAnalyzerError: Dask is missing, nobody answers within so many seconds, or the workers will not do.
    """
    distributed = _distributed()
    if not _ADDRESS.fullmatch(address):
        raise LogAnalyzerError(f"--dask {address}: expected the address of a scheduler, as tcp://host:8786")
    for name in ("distributed", "distributed.client"):  # what goes wrong is told by what we raise, once
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=timeout_s, set_as_default=False)
    except (OSError, ValueError) as error:
        say = (
            f"--dask {address}: no scheduler answers within {timeout_s:g} s ({type(error).__name__}); check "
        )
        raise LogAnalyzerError(f"{say}that it runs, the address, and the network between") from error
    with client:
        _check(client, address, sorted(set(map(str, roots))))
        yield client


def _distributed() -> Any:  # noqa: ANN401 - a library without types
    try:
        return import_module("distributed")
    except ImportError:
        say = "--dask needs Dask, which is not installed: pip install 'loganalyzer[dask]'"
        raise LogAnalyzerError(say) from None


def _check(client: Any, address: str, roots: list[str]) -> None:  # noqa: ANN401
    """Refuse workers that would say something else than this process does."""
    try:
        answers = client.run(_seen, roots)
    except Exception as error:
        say = f"--dask {address}: the workers cannot load loganalyzer ({type(error).__name__}: {error})"
        raise LogAnalyzerError(f"{say}; install version {__version__} where they run") from error
    if not answers:
        raise LogAnalyzerError(f"--dask {address}: the scheduler has no workers; start some and try again")
    for worker, (version, missing) in sorted(answers.items()):
        if version != __version__:
            say = f"expected loganalyzer {__version__}, found {version}; install the same everywhere"
            raise LogAnalyzerError(f"--dask {address}: worker {worker}: {say}")
        if missing:
            say = f"{missing[0]} is not there; give a path that is the same on all machines, and for object "
            say += "stores put the cache on one: XDG_CACHE_HOME"
            raise LogAnalyzerError(f"--dask {address}: worker {worker}: {say}")


def _seen(roots: Sequence[str]) -> tuple[str, list[str]]:
    """What a worker is: its version, and what it does not see."""
    return __version__, [root for root in roots if not Path(root).exists()]


def judged_on(
    client: Any,  # noqa: ANN401 - a library without types
    judge: Judge,
    batches: Iterable[_Batch],
    brief: Brief,
) -> Iterator[tuple[_Batch, list[UnitRow] | None]]:
    """Each batch with its rows, in no order; None where it needs too much memory or ended its workers.

    How many workers may die of a batch is up to the scheduler: `distributed.scheduler.allowed-failures`.

    Raises:
        LogAnalyzerError: the scheduler is gone.
    """
    distributed = _distributed()
    # A task of its own: computed again where the worker that holds it dies, and sent once for all batches.
    told = client.submit(_itself, brief, pure=False)
    left = iter(batches)
    running: dict[Any, _Batch] = {}
    done = distributed.as_completed(loop=client.loop, with_results=True, raise_errors=False)

    def begin(n_batches: int) -> None:
        for batch in islice(left, n_batches):
            future = client.submit(judge, batch, told, pure=False)
            running[future] = batch
            done.add(future)

    begin(_BATCHES_A_THREAD * sum(client.nthreads().values()))
    for future, result in done:
        batch = running.pop(future)
        rows = _rows(future.status, result)
        begin(1)
        yield batch, rows


def _itself(brief: Brief) -> Brief:
    return brief


def _rows(status: str, result: Any) -> list[UnitRow] | None:  # noqa: ANN401 - rows, or an error in three parts
    if status == "finished":
        rows: list[UnitRow] | None = result
        return rows
    error = result[1] if status == "error" else None
    if isinstance(error, _distributed().KilledWorker):
        return None
    if isinstance(error, Exception):
        raise error
    say = (
        "--dask: the scheduler does not answer any more; what was judged is kept, and the same command goes "
    )
    raise LogAnalyzerError(f"{say}on from there")
