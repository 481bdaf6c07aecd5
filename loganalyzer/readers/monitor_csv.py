"""Episodes as the Monitor of Stable-Baselines and Gym writes them: settings, then a table.

    #{"t_start": 1700000000.25, "env_id": "CartPole-v1"}
    r,l,t
    9.0,9,0.123456

One row is one episode; `t` counts seconds since `t_start`. Further columns are what the environment reports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from loganalyzer.model.run import Hyperparameter, Source
from loganalyzer.readers.csv_cells import number
from loganalyzer.readers.csv_rows import cells_of, decode
from loganalyzer.readers.csv_table import unique_names
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.limits import is_too_long
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.stores.settings import excess, flatten, from_json, refused

FORMAT = "monitor"
SUFFIX = ".csv"
MAX_BYTES = 64 * 1024 * 1024

_BEGIN = "#{"
_HEADER = ["r", "l", "t"]
_TAGS = ("episode_reward", "episode_length")
_TIME = 2
_START = "t_start"


def claims(path: Path, head: bytes) -> bool:
    """Whether a table begins with settings in JSON and has the three columns of every monitor."""
    if path.suffix.lower() != SUFFIX or not head.startswith(_BEGIN.encode()):
        return False
    return cells_of(decode(head).partition("\n")[2].partition("\n")[0].rstrip("\r"), ",")[:3] == _HEADER


def read(path: Path, *, display: str | None = None) -> Reading:
    """All episodes of one file, numbered from 1; rewards and lengths under the names that people know.

    Wall times are `t_start` and the seconds since then, where both are there.

    Raises:
        OSError: the file cannot be opened or read.
    """
    name = display if display is not None else path.name
    problems = Problems(name)
    with path.open("rb") as file:
        data = file.read(MAX_BYTES)
        if file.read(1):
            say = f"{name}: expected at most {MAX_BYTES} bytes, found more; the rest was not read; split it"
            problems.add("over_limit", data.count(b"\n"), say)
    first, _, rest = decode(data).partition("\n")
    header, _, rows = rest.partition("\n")
    settings = _settings(first, problems)
    names = cells_of(header.rstrip("\r"), ",")
    if names[: len(_HEADER)] != _HEADER:
        say = f"{name}:2: expected the header {','.join(_HEADER)}, found {header[:40]!r}; nothing was read"
        problems.add("skipped" if header else "empty", 2, say)
        rows = ""
    episodes = _Episodes(names, problems)
    *whole, rest = rows.split("\n")
    for line, text in enumerate(whole, 3):
        episodes.take(line, text.rstrip("\r"))
    if rest.strip():
        say = f"{name}:{len(whole) + 3}: expected a whole line at the end, found a part of one; it was left "
        problems.add("truncated", len(whole) + 3, say + "out, and will be read once it is written", lost=1)
    if not episodes.rows and not problems.listed:
        problems.add("empty", 2, f"{name}: expected a line for each episode, found none; none has ended yet")
    start = settings.pop(_START, math.nan)
    columns = episodes.columns(start if isinstance(start, float) else math.nan)
    source = Source(name, FORMAT, max(path.stat().st_size, len(data)), len(episodes.rows))
    return Reading(source, columns, hparams=settings, problems=problems.all(), framework="stable-baselines3")


def _settings(line: str, problems: Problems) -> dict[str, Hyperparameter]:
    try:
        tree = from_json(line.removeprefix("#"))
        if lost := excess(tree):
            problems.add("over_limit", 1, refused(problems.path, lost).text, lost=lost)
        return flatten(tree)
    except ValueError:
        say = f"{problems.path}:1: expected settings in JSON, found {line[:40]!r}; they were left out"
        problems.add("skipped", 1, say, lost=1)
        return {}


@dataclass(slots=True)
class _Episodes:
    """The rows of a monitor as numbers; None stands for a cell without one."""

    header: list[str]
    problems: Problems
    rows: list[list[float | None]] = field(default_factory=list)

    def take(self, line: int, text: str) -> None:
        """Read one whole line."""
        cells = cells_of(text, ",")
        if not text.strip() or cells == self.header:
            return
        if len(cells) != len(self.header):
            say = f"{self.problems.path}:{line}: expected {len(self.header)} cells as in the header, found "
            self.problems.add("ragged", line, f"{say}{len(cells)}; the line was left out", lost=len(cells))
            return
        self.rows.append([self._number(line, at, cell) for at, cell in enumerate(cells)])

    def _number(self, line: int, at: int, cell: str) -> float | None:
        try:
            if is_too_long(cell):
                raise ValueError(cell)
            return number(cell)
        except ValueError:
            if at < len(_HEADER):  # what else the environment reports may be words
                say = f"{self.problems.path}:{line}: expected a number in column {self.header[at]!r}, found "
                self.problems.add("non_numeric", line, f"{say}{cell[:40]!r}; it was left out", lost=1)
            return None

    def columns(self, start: float) -> tuple[Column, ...]:
        """A curve for each column but the time, which began at `start` seconds since the epoch or at NaN."""
        if not self.rows:
            return ()
        table = np.array([[math.nan if one is None else one for one in row] for row in self.rows])
        there = np.array([[one is not None for one in row] for row in self.rows])
        wall = start + table[:, _TIME] if math.isfinite(start) else None
        tags = unique_names([*_TAGS, *self.header[len(_TAGS) :]])
        return tuple(
            Column(
                *(tags[at], np.flatnonzero(rows).astype(np.int64) + 1, table[rows, at]),
                wall_time=None if wall is None else wall[rows],
            )
            for at, rows in enumerate(there.T[: len(tags)])
            if at != _TIME and rows.any()
        )
