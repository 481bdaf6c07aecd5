"""Work spread over processes: what one of them cannot do is tried once more, alone and under a limit."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from threading import Thread
from time import sleep
from typing import Any, TypeVar

from loganalyzer.audit.archive.cluster import judged_on
from loganalyzer.audit.archive.plan import Work
from loganalyzer.audit.archive.work import Brief, given_up, judge_all
from loganalyzer.store.rows import UnitRow

BATCH = 64
_BATCHES_A_WAVE = 16
_LOOKS_EVERY_S = 1.0

_T = TypeVar("_T")
Judge = Callable[[Sequence[Work], Brief], list[UnitRow] | None]


@dataclass(frozen=True, slots=True)
class Spread:
    """How work is spread: over `jobs` processes; what killed one may take so many bytes of `memory`.

    With a `client` of a Dask scheduler, its workers take the place of processes here.
    """

    jobs: int = 1
    memory: int = 0
    judge: Judge = judge_all
    client: Any = None

    def rows(self, works: Iterable[Work], brief: Brief) -> Iterator[Sequence[UnitRow]]:
        """The rows of all units, batch by batch, in no order; `works` is asked in the calling thread only."""
        batches = _groups(works, BATCH)
        if self.client is not None:
            for batch, rows in judged_on(self.client, self.judge, batches, brief):
                yield rows or list(self._alone(batch, brief))
            return
        if self.jobs == 1:
            for batch in batches:
                yield self.judge(batch, brief) or list(self._alone(batch, brief))
            return
        for wave in _groups(batches, _BATCHES_A_WAVE * self.jobs):
            yield from self._wave(wave, brief)

    def _wave(self, wave: Sequence[Sequence[Work]], brief: Brief) -> Iterator[Sequence[UnitRow]]:
        waiting = dict(enumerate(wave))
        while waiting:
            begun: list[int] = []
            try:
                for number, rows in self._parallel(dict(waiting), brief, begun):
                    batch = waiting.pop(number)
                    yield rows or list(self._alone(batch, brief))
            except BrokenProcessPool:
                for number in [one for one in begun if one in waiting]:
                    yield list(self._alone(waiting.pop(number), brief))

    def _parallel(
        self, batches: dict[int, Sequence[Work]], brief: Brief, begun: list[int]
    ) -> Iterator[tuple[int, list[UnitRow] | None]]:
        from joblib import Parallel, delayed

        def tasks() -> Iterator[object]:
            for number, batch in batches.items():
                begun.append(number)
                yield delayed(_numbered)(self.judge, number, batch, brief)

        parallel = Parallel(
            n_jobs=self.jobs,
            return_as="generator_unordered",
            batch_size=1,
            initializer=_end_with,
            initargs=(os.getpid(),),
        )
        yield from parallel(tasks())

    def _alone(self, batch: Sequence[Work], brief: Brief) -> Iterator[UnitRow]:
        """One unit after the other, in a process that may die without harm to any other."""
        left = list(batch)
        while left:
            told = (os.getpid(), self._memory())
            with ProcessPoolExecutor(1, get_context("spawn"), _begin_alone, told) as process:
                try:
                    while left:
                        rows = process.submit(self.judge, left[:1], brief).result()
                        work = left.pop(0)
                        yield (
                            rows[0] if rows else given_up(work, brief, "they take more memory than there is")
                        )
                except BrokenProcessPool:
                    yield given_up(
                        left.pop(0), brief, "reading or judging them ends the process that does it"
                    )

    def _memory(self) -> int:
        return self.memory or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _groups(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The items in their order, so many at a time."""
    rest = iter(items)
    while group := list(islice(rest, size)):
        yield group


def _numbered(
    judge: Judge, number: int, batch: Sequence[Work], brief: Brief
) -> tuple[int, list[UnitRow] | None]:
    return number, judge(batch, brief)


def _begin_alone(parent: int, memory: int) -> None:
    _end_with(parent)
    _limit(memory)


def _end_with(parent: int) -> None:
    """Let this process, which `parent` has started, end with it: once killed, that cannot tell it to."""
    Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(_LOOKS_EVERY_S)
    os._exit(1)


def _limit(memory: int) -> None:
    """Let this process have no more than so many bytes."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if most < 0 else min(memory, most), most))
