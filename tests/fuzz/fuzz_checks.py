"""What a reader must keep whatever it is given, as functions of some bytes that raise where it does not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import numpy as np
from event_files import record

from loganalyzer.errors import LogAnalyzerError
from loganalyzer.readers import sidecars, tfevents
from loganalyzer.readers.events.message import parse
from loganalyzer.readers.events.protobuf import WireError
from loganalyzer.readers.events.tfrecord import Damage, Record, records
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.stores.plain_yaml import from_yaml
from loganalyzer.readers.wandb import reader as wandb
from loganalyzer.rulebook import expr
from loganalyzer.rulebook.load import load_rulebook

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


# -- what a reading must be


def require(kept: object, *found: object) -> None:
    if not kept:
        raise AssertionError(*found)


def check_reading(reading: Reading, data: bytes, *, in_lines: bool) -> None:
    """Columns and problems are as they should be, and no more comes out than went in."""
    n_bytes = sum(column.step.size for column in reading.columns)
    require(n_bytes <= len(data), "more points than bytes", n_bytes, len(data))
    tags = [column.tag for column in reading.columns]
    require(len(tags) == len(set(tags)), "a tag twice", tags)
    for column in reading.columns:
        kinds = (column.step.dtype, column.value.dtype)
        require(kinds == (np.int64, np.float64), "other types", column.tag, kinds)
        require(column.step.shape == column.value.shape, "other shapes", column.tag)
        column.tag.encode()
    # what is missing may be missing in the line behind the last one
    last = data.count(b"\n") + data.count(b"\r") + 2 if in_lines else len(data)
    for problem in reading.problems:
        require(problem.text.strip() and "\n" not in problem.text, "no sentence", problem)
        require(problem.skipped >= 0 and problem.lost >= 0, "negative", problem)
        require(problem.offset is None or 0 <= problem.offset <= last, "no such place", problem, last)


def written(name: str, data: bytes) -> Path:
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def reads(reader: ModuleType, *names: str, by_line: bool = False) -> Callable[[bytes], None]:
    """A check of a reader of text: every name it may have, claimed or not, whole and cut.

    Where each line stands for itself, `by_line`, what is cut must be the beginning of the whole.
    """

    def check(data: bytes) -> None:
        for name in names:
            readings = []
            for part in (data, data[: len(data) // 2]):
                path = written(name, part)
                claimed = reader.claims(path, part[:65536])
                require(claimed in (True, False), claimed)
                readings.append(reader.read(path, display=name))
                check_reading(readings[-1], part, in_lines=True)
            if by_line:
                check_beginning(*readings)

    return check


def check_beginning(whole: Reading, part: Reading) -> None:
    """Every curve of `part` is the beginning of the one of that name in `whole`."""
    values = {column.tag: column.value for column in whole.columns}
    for column in part.columns:
        expected = values.get(column.tag, np.empty(0))[: column.value.size]
        require(expected.tobytes() == column.value.tobytes(), "no beginning", column.tag)


def reads_store(reader: ModuleType) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        path = written("store.db", data)
        reader.claims(path, data[:65536])
        with suppress(OSError):
            for _, reading in reader.read_runs_of(path, display="store.db"):
                for problem in reading.problems:
                    require("\n" not in problem.text, problem)

    return check


# -- event files


def items_of(data: bytes) -> list[Record | Damage]:
    fd = os.memfd_create("events") if hasattr(os, "memfd_create") else os.open(FOLDER / "fd", os.O_RDWR)
    try:
        os.write(fd, data)
        return list(records(fd, len(data)))
    finally:
        os.close(fd)


def check_records(data: bytes) -> None:
    """Records and damage tile the file, records are real, and of a file that is cut less comes, not other."""
    whole = list(check_tiles(data))
    for cut in {len(data) // 3, len(data) * 2 // 3, max(0, len(data) - 1)}:
        check_prefix(data, cut, whole)


def check_tiles(data: bytes) -> Iterator[Record | Damage]:
    place = 0
    for found in items_of(data):
        require(found.offset == place, "a hole", place, found)
        if isinstance(found, Damage):
            require(found.skipped > 0, "no progress", found)
            place += found.skipped
        else:
            place += len(found.payload) + 16
            require(record(found.payload) == data[found.offset : place], "no record of the file", found)
        yield found
    require(place == len(data), "the end is missing", place, len(data))


def check_prefix(data: bytes, cut: int, whole: list[Record | Damage]) -> None:
    """Each record of the cut file is one of the whole, or lies within what is damage there.

    A record that is cut and holds records itself cannot be told from a torn one with others behind it.
    """
    offsets = {found.offset for found in whole if isinstance(found, Record)}
    holes = [(found.offset, found.offset + found.skipped) for found in whole if isinstance(found, Damage)]
    ends = [
        (found.offset, found.offset + len(found.payload) + 16) for found in whole if isinstance(found, Record)
    ]
    holes += [(start, stop) for start, stop in ends if start < cut < stop]
    for found in items_of(data[:cut]):
        if isinstance(found, Record) and found.offset not in offsets:
            inside = any(start < found.offset < stop for start, stop in holes)
            require(inside, "another record", cut, found)


def check_events(data: bytes) -> None:
    path = written("events.out.tfevents.1700000000.host.7.0", data)
    reading = tfevents.read(path, display="x")
    check_reading(reading, data, in_lines=False)
    plain = tfevents.COLUMNS_FROM
    tfevents.decode.__kwdefaults__["columns_from"] = 1
    try:
        other = tfevents.read(path, display="x")
    finally:
        tfevents.decode.__kwdefaults__["columns_from"] = plain
    require(described(reading) == described(other), "two decoders, two answers")


def described(reading: Reading) -> list[object]:
    columns = [(c.tag, c.step.tobytes(), c.value.tobytes()) for c in reading.columns]
    return [reading.source, columns, reading.problems, dict(reading.hparams)]


def check_proto(data: bytes) -> None:
    with suppress(WireError):
        found = parse(data)
        require(len(found.values) <= len(data), "more values than bytes")
    check_events(record(data))


def check_wandb(data: bytes) -> None:
    name = "offline-run-20240101_120000-abcd1234/run-abcd1234.wandb"
    for part in (data, data[: len(data) // 2]):
        path = written(name, part)
        wandb.claims(path, part[:65536])
        check_reading(wandb.read(path, display="x"), part, in_lines=False)


# -- settings and rules


def check_yaml(data: bytes) -> None:
    with suppress(ValueError):
        from_yaml(data)
    path = written("settings/hparams.yaml", data)
    config = written("settings/config.yaml", data)
    found, problems = sidecars.settings_of([path, config], FOLDER)
    for key, value in found.items():
        require(isinstance(key, str) and type(value) in (str, float, bool), key, value)
    require(all("\n" not in problem.text for problem in problems), problems)


def check_expression(data: bytes) -> None:
    with suppress(expr.ExpressionError):
        found = expr.parse(data.decode("utf-8", "replace"))
        for number in (0.0, 1e300, float("nan"), -float("inf")):
            value = found.value(dict.fromkeys(found.names, number))
            require(isinstance(value, float), value)


def check_rule(data: bytes) -> None:
    written("rules/family/rule.yaml", data)
    with suppress(LogAnalyzerError):
        load_rulebook((FOLDER / "rules",))
