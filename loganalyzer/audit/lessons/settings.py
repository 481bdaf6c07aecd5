"""Which hyper-parameters say how a run was set up, and which only name it, repeat it or measure it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import LeftOut
from loganalyzer.model.run import Floats, Hyperparameter, Ints

FEW = 8
"""With fewer runs, values that all differ may well be a choice of each: only the look of them tells."""
MANY = 20
"""So many whole numbers without a gap are no layers or epochs, but a count of the runs."""
RARE = 0.1
"""Up to this share of words among numbers, the column is one of numbers, and the words count as not set."""

Settings = frozenset[tuple[str, Hyperparameter]]

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_IDENTITY = frozenset(
    (
        *("id", "uuid", "hash", "pid", "port", "trial", "index", "name", "date", "time", "timestamp"),
        *("dir", "path", "folder", "file", "url"),
    )
)
_OUTCOMES = frozenset(["loss", "accuracy", "acc", "score", "metric", "reward", "runtime", "duration"])
_LOOKS_UNIQUE = re.compile(r"[/\\]|\d{6}|\d[-:]\d\d[-:]\d|[0-9a-f]{8}")
_CLOCKS = ((1e9, 4e9), (1e12, 4e12))
"""Seconds and milliseconds since 1970, of this century."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One hyper-parameter over n runs: `code` (n,) counts into `values`, which are sorted; -1 is not set.

    `numbers` are the values as numbers in the same order, of shape (0,) where they are words.
    """

    name: str
    code: Ints
    values: tuple[str, ...]
    numbers: Floats

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers, so that they have an order."""
        return self.numbers.size > 0


def text_of(value: Hyperparameter) -> str:
    """The value as it is printed and compared: `1` and `1.0` are the same, `True` is another."""
    if isinstance(value, bool | str):
        return str(value)
    short = f"{value:g}"
    return short if float(short) == value or isnan(value) else repr(float(value))


def is_seed(name: str) -> bool:
    """Whether a hyper-parameter only chooses among equal runs: `seed`, `env/data_seed`, `random_state`."""
    lower = name.lower()
    return "seed" in lower or "random_state" in lower or "randomstate" in lower


def columns_of(runs: Sequence[PastRun]) -> tuple[tuple[Column, ...], tuple[LeftOut, ...]]:
    """The hyper-parameters that can be a cause, and the others with the reason; both sorted by name."""
    columns, left_out = [], []
    for name in sorted(set().union(*(run.hparams for run in runs))):
        column = _column(name, [run.hparams.get(name) for run in runs])
        reason = _reason(column)
        if reason:
            left_out.append(LeftOut(name, reason))
        else:
            columns.append(column)
    return tuple(columns), tuple(left_out)


def names_aside(runs: Sequence[PastRun]) -> frozenset[str]:
    """Hyper-parameters in which runs that are alike may differ: seeds, names, clocks, outcomes."""
    return frozenset(one.name for one in columns_of(runs)[1])


def key_of(run: PastRun, aside: Collection[str] = ()) -> Settings:
    """The settings of a run but for the names `aside`, as something to compare and to hash."""
    return frozenset((name, _comparable(value)) for name, value in run.hparams.items() if name not in aside)


def _comparable(value: Hyperparameter) -> Hyperparameter:
    """Equal for equal settings alone: True is not 1, and NaN is NaN."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, bool) or isnan(value) else value


def _column(name: str, values: Sequence[Hyperparameter | None]) -> Column:
    spelled = [None if value is None else _number(value) for value in values]
    n_set = len(values) - values.count(None)
    if spelled.count(None) - values.count(None) <= RARE * n_set:
        # One `auto` must not turn a sweep of rates into names: runs that differ in it would pass for alike.
        numbers = np.array([np.nan if number is None else number for number in spelled], dtype=np.float64)
        there = ~np.isnan(numbers)
        distinct, inverse = np.unique(numbers[there], return_inverse=True)
        code = np.full(len(values), -1, dtype=np.int64)
        code[there] = inverse
        return Column(name, code, tuple(text_of(float(value)) for value in distinct), distinct)
    texts = [None if value is None else text_of(value) for value in values]
    words = sorted({text for text in texts if text is not None})
    place = {word: at for at, word in enumerate(words)}
    code = np.array([-1 if text is None else place[text] for text in texts], dtype=np.int64)
    return Column(name, code, tuple(words), np.empty(0))


def _number(value: Hyperparameter) -> float | None:
    """The number that a value is, or spells: some programs write every setting as a text."""
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _reason(column: Column) -> str:
    """Why a column says nothing of how runs were set up, or nothing."""
    present = int(np.count_nonzero(column.code >= 0))
    if is_seed(column.name):
        return "a seed"
    if len(column.values) <= 1 and present in (0, column.code.size):
        return "the same in every run"
    if not column.is_numeric:
        return _reason_of_words(column, present)
    return _reason_of_numbers(column, present)


def _reason_of_words(column: Column, present: int) -> str:
    distinct = len(column.values)
    looks = bool(_tokens(column.name) & _IDENTITY) or all(map(_LOOKS_UNIQUE.search, column.values))
    if distinct > 0.5 * present and (looks or (present >= FEW and distinct > 0.9 * present)):
        return "of its own in nearly every run, so a name, a path or a time"
    return ""


def _reason_of_numbers(column: Column, present: int) -> str:
    numbers = column.numbers
    tokens = _TOKEN.findall(column.name)
    last = tokens[-1].lower() if tokens else ""
    if column.name == "hp_metric" or (last in _OUTCOMES and numbers.size > 0.5 * present):
        return "measured by the run, not set for it"
    if numbers.size <= 0.9 * present:
        return ""
    if any(low <= numbers[0] and numbers[-1] <= high for low, high in _CLOCKS):
        return "a time"
    counts = present >= MANY and numbers[-1] - numbers[0] == present - 1
    if (_tokens(column.name) & _IDENTITY or counts) and bool(np.all(numbers == np.floor(numbers))):
        return "a number that names the run"
    return ""


def _tokens(name: str) -> frozenset[str]:
    return frozenset(token.lower() for token in _TOKEN.findall(name))
