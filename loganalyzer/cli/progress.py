"""How far a scan is, on standard error, for people only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

OnRun = Callable[[int, int, str], None]

_PATIENCE_S = 1.0
_NAME_WIDTH = 28


class _Bar:
    """A progress bar that appears once the work has taken longer than people like to wait in the dark."""

    def __init__(self) -> None:
        self._start = monotonic()
        self._shown: tuple[Progress, TaskID] | None = None

    def on_run(self, done: int, total: int, name: str) -> None:
        """Note that `done` of `total` runs are read, the last one called `name`."""
        if self._shown is None:
            if monotonic() - self._start < _PATIENCE_S or done == total:
                return
            self._shown = self._open(total)
        from loganalyzer.report.terminal.escape import shorten, show

        progress, task = self._shown
        progress.update(task, completed=done, name=shorten(show(name), _NAME_WIDTH, ellipsis=".."))

    def _open(self, total: int) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("reading"),
            BarColumn(bar_width=16),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[name]}", markup=False),
        )
        progress = Progress(*columns, console=Console(stderr=True), transient=True)
        progress.start()
        return progress, progress.add_task("reading", total=total, name="")

    def close(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown[0].stop()


@contextmanager
def progress(*, quiet: bool) -> Iterator[OnRun | None]:
    """A function to call after each run, or None where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar()
    try:
        yield bar.on_run
    finally:
        bar.close()
