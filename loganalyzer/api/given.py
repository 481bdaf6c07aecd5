"""Curves as people have them in Python, to a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from loganalyzer.api.arrays import Measured, as_float, distinct_names, measured, whole_steps
from loganalyzer.errors import DataError
from loganalyzer.model.run import Axis, Run, Series, Source
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.joining.parts import part_of
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.records.clock import is_counter
from loganalyzer.readers.records.curves import columns_of
from loganalyzer.readers.records.remarks import framework_of, note_table
from loganalyzer.readers.records.table import Table

_EXPECTED = (
    "expected curves by tag (a dict of lists or arrays), a pandas DataFrame, a Keras History, a list of "
    "logged dicts, or a Run"
)
FORMAT = "python"


def run_of(curves: Any, steps: Any, name: str) -> Run:  # noqa: ANN401 - told apart here
    """A run of curves in any of the shapes that `diagnose` takes.

    Raises:
        DataError: they have none of these shapes, or hold no numbers.
    """
    if isinstance(curves, Run):
        _refuse_steps(steps, "a Run")
        return curves
    if hasattr(curves, "history") and hasattr(curves, "epoch"):
        history = _mapping(curves.history)
        placed = _epochs(history, curves.epoch) if steps is None else steps
        return _of_lists(history, placed, name, axis="epoch", framework="keras")
    if hasattr(curves, "iloc") and hasattr(curves, "columns"):
        return _of_frame(curves, steps, name)
    if isinstance(curves, Mapping):
        return _of_lists(curves, steps, name)
    if isinstance(curves, Sequence) and curves and all(isinstance(one, Mapping) for one in curves):
        _refuse_steps(steps, "a list of logged dicts")
        return _of_records(curves, name)
    raise DataError(f"{_EXPECTED}; found {_kind(curves)}{_hint(curves)}")


def _of_lists(
    curves: Mapping[Any, Any],
    steps: Any,  # noqa: ANN401
    name: str,
    axis: Axis = "iteration",
    framework: str = "",
) -> Run:
    """Lists side by side: at the given steps, at those of a counter among them, or numbered from 0."""
    found = [measured(str(tag), values) for tag, values in curves.items()]
    distinct_names([one.tag for one in found])
    if steps is None:
        return _of_table(_table(found), Problems(name))
    columns = [
        Column(one.tag, whole_steps(_steps_of(steps, one), one)[one.row], one.value, None, axis)
        for one in found
    ]
    return _run(columns, max((one.n for one in found), default=0), Problems(name), framework)


def _epochs(history: Mapping[Any, Any], epochs: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """The epochs of each curve; Keras validates after every third one if it is told so."""
    if not all(hasattr(one, "__len__") for one in (epochs, *history.values())):
        raise DataError(f"expected lists in .history and .epoch, found {_kind(epochs)} in .epoch")
    every = {tag: max(len(epochs) // max(len(values), 1), 1) for tag, values in history.items()}
    return {str(tag): epochs[n - 1 :: n] for tag, n in every.items()}


def _of_frame(frame: Any, steps: Any, name: str) -> Run:  # noqa: ANN401 - pandas may not be installed
    """A table with a row for each moment; a NaN is a gap where one stands above a number in any column."""
    if getattr(frame.columns, "nlevels", 1) > 1 or getattr(frame.index, "nlevels", 1) > 1:
        raise DataError("expected a DataFrame with one level of columns and rows; call reset_index() on it")
    tags = [str(label) for label in frame.columns]
    distinct_names(tags)
    curves = {tag: frame.iloc[:, at].to_numpy() for at, tag in enumerate(tags)}
    index = str(frame.index.name or "")
    if steps is None and is_counter(index) and index not in curves:
        curves[index] = frame.index.to_numpy()
    every = [measured(tag, values, leaves_out=True) for tag, values in curves.items()]
    found, problems = [one for one in every if one.row.size], _mixed(every, name)
    if any(one.has_gaps for one in found if not is_counter(one.tag)):
        found = [one.without_nan() for one in found]
    if steps is None:
        return _of_table(_table(found), problems)
    columns = [Column(one.tag, whole_steps(_steps_of(steps, one), one)[one.row], one.value) for one in found]
    return _run(columns, len(frame), problems)


def _mixed(found: Iterable[Measured], name: str) -> Problems:
    """A line for each column in which something else stands between numbers."""
    problems = Problems(name)
    for one in found:
        if one.row.size and one.strange:
            row, first = one.strange[0]
            say = f"{name}: expected numbers in {one.tag[:80]!r}, found {first} in row {row}; "
            say += f"{len(one.strange)} such values were left out"
            problems.add("non_numeric", row, say, lost=len(one.strange))
    return problems


def _of_records(records: Sequence[Mapping[str, Any]], name: str) -> Run:
    """What a trainer logged, one dict a moment: a name that a dict lacks was not logged there."""
    table = Table()
    for number, record in enumerate(records, 1):
        table.add_record({str(key): _plain(value) for key, value in record.items()}, number)
    return _of_table(table, Problems(name))


def _of_table(table: Table, problems: Problems) -> Run:
    columns, lost = columns_of(table)
    note_table(problems, table, lost)
    return _run(columns, table.n_rows, problems, framework_of(tag for _, tag in table.cells), table.hparams)


def _table(found: Sequence[Measured]) -> Table:
    sizes = {one.tag: one.n for one in found}
    if len(set(sizes.values())) > 1:
        (first, most), (other, least) = max(sizes.items(), key=_size), min(sizes.items(), key=_size)
        raise DataError(
            f"{other!r}: expected as many values as {first!r} has, which are {most}, found {least}; where "
            f"curves are logged at different steps, give steps={{{first!r}: [...], {other!r}: [...]}}"
        )
    table = Table(n_rows=max(sizes.values(), default=0))
    for one in found:
        for row, value in zip(one.row.tolist(), one.value.tolist(), strict=True):
            table.add(one.tag, row, value, row)
    return table


def _size(item: tuple[str, int]) -> int:
    return item[1]


def _run(
    columns: Sequence[Column],
    n_rows: int,
    problems: Problems,
    framework: str = "",
    hparams: Mapping[str, Any] | None = None,
) -> Run:
    if not any(column.step.size for column in columns):
        raise DataError(f"{problems.path}: expected at least one curve with numbers in it, found none")
    source = Source(problems.path, FORMAT, 0, n_rows)
    part = part_of(Reading(source, tuple(columns)), "", 0.0)
    return Run(
        run_id=problems.path,
        name=problems.path,
        framework=framework,
        sources=(source,),
        series=tuple(
            Series(tag, piece.step, piece.value, piece.wall_time, part.axes[tag], part.superseded.get(tag, 0))
            for tag, piece in sorted(part.curves.items())
        ),
        hparams=dict(sorted((hparams or {}).items())),
        problems=(*problems.all(), *part.problems),
    )


def _steps_of(steps: Any, one: Measured) -> Any:  # noqa: ANN401 - checked by `whole_steps`
    """The steps of one curve: of all the same, or by tag."""
    if not isinstance(steps, Mapping):
        return steps
    if one.tag not in steps:
        raise DataError(f"steps: expected those of every curve, found none for {one.tag!r}")
    return steps[one.tag]


def _refuse_steps(steps: object, what: str) -> None:
    if steps is not None:
        raise DataError(f"steps: expected none beside {what}, which has its own; leave them out")


def _mapping(history: object) -> Mapping[Any, Any]:
    if isinstance(history, Mapping):
        return history
    raise DataError(f"expected a dict of lists in .history, found {_kind(history)}")


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever was logged
    """A number of any library as a float, anything else as it is."""
    if isinstance(value, bool | str | Mapping) or value is None:
        return value
    try:
        return as_float(value)
    except (TypeError, ValueError, RuntimeError):
        return str(value)


def _kind(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        inner = f" of {_kind(value[0])}" if value else ", which is empty"
        return f"a {type(value).__name__}{inner}"
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


def _hint(value: object) -> str:
    if isinstance(value, str) or hasattr(value, "__fspath__"):
        return "; give paths to loganalyzer.scan"
    return '; give a curve its name, as in {"loss": [...]}' if isinstance(value, Iterable) else ""
