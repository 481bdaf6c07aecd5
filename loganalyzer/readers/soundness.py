"""Whether a reading is what the rest of the program relies on; those of other packages may be anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import numpy as np

from loganalyzer.model.run import Axis, Histograms, ProblemKind, ReadProblem, Source
from loganalyzer.readers.reading import Column, Reading

_AXES, _KINDS = get_args(Axis), get_args(ProblemKind)


def fault_of(reading: object) -> str:
    """The first thing about a reading that is not as it has to be, in words; "" if there is none."""
    if not isinstance(reading, Reading):
        return f"expected a Reading, found {type(reading).__name__}"
    return next((fault for check in _CHECKS for fault in check(reading)), "")


def _source(reading: Reading) -> Iterator[str]:
    yield from _is("source", reading.source, Source)
    yield from _is("name of a framework", reading.framework, str)


def _columns(reading: Reading) -> Iterator[str]:
    seen = set()
    for column in reading.columns:
        yield from _is("column", column, Column)
        yield from _is("tag", column.tag, str)
        if column.tag in seen:
            yield f"expected one column for each tag, found two of {column.tag!r}"
        seen.add(column.tag)
        yield from _arrays(column)
        if column.axis not in _AXES:
            yield f"expected an axis of {_AXES} in {column.tag!r}, found {column.axis!r}"


def _arrays(column: Column) -> Iterator[str]:
    arrays = {"steps": (column.step, "iu", "whole numbers"), "values": (column.value, "fiu", "numbers")}
    if column.wall_time is not None:
        arrays["times"] = (column.wall_time, "fiu", "numbers")
    for name, (array, kinds, what) in arrays.items():
        yield from _is(name, array, np.ndarray)
        if array.dtype.kind not in kinds:
            yield f"expected {name} of {column.tag!r} to be {what}, found {array.dtype}"
        if array.shape != (column.step.size,):
            yield (
                f"expected {name} of shape {(column.step.size,)} in {column.tag!r}, found shape {array.shape}"
            )


def _rest(reading: Reading) -> Iterator[str]:
    for histograms in reading.histograms:
        yield from _is("histograms", histograms, Histograms)
    for problem in reading.problems:
        yield from _is("problem", problem, ReadProblem)
        if problem.kind not in _KINDS:
            yield f"expected a problem of a kind of {_KINDS}, found {problem.kind!r}"
    yield from _settings(reading.hparams)


def _settings(hparams: Mapping[Any, Any]) -> Iterator[str]:
    yield from _is("table of hyper-parameters", hparams, Mapping)
    for key, value in hparams.items():
        if not isinstance(key, str) or not isinstance(value, str | float | int):
            found = (
                f"{type(value).__name__} under {key!r}" if isinstance(key, str) else "a name that is no text"
            )
            yield f"expected hyper-parameters to be texts, numbers and truth values, found {found}"


def _is(name: str, found: object, kind: type) -> Iterator[str]:
    if not isinstance(found, kind):
        yield f"expected a {name} of type {kind.__name__}, found {type(found).__name__}"


_CHECKS: tuple[Callable[[Reading], Iterator[str]], ...] = (_source, _columns, _rest)
