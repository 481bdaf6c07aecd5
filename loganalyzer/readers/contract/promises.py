"""The promises of a reader, each a function that raises AssertionError where one is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from loganalyzer.readers.contract.samples import Sample, cuts, damaged
from loganalyzer.readers.formats import (
    HEAD_BYTES,
    FileReader,
    Reader,
    has_folders,
    has_settings,
    is_store,
    readers,
)
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.soundness import fault_of
from loganalyzer.readers.trees.names import may_be_log, suffix_of

MAX_SETTINGS = 1000
_DISPLAY = "runs/shown as \u00e9"
_NAMES = ("x.csv", "x.json", "x.jsonl", "x.log", "x", "events.out.tfevents.1.x", "x.db", "\udcff.txt")

Runs = tuple[tuple[str, Reading], ...]
Promise = Callable[[Reader, Sample], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One promise of a reader, held to one sample."""

    reader: Reader
    promise: Promise
    sample: Sample

    def __str__(self) -> str:
        """The format, the promise and the sample in words."""
        promise = self.promise.__name__.replace("_", " ")
        return f"{self.reader.FORMAT} {promise}: {self.sample.below}"

    def run(self) -> None:
        """Hold the reader to its promise; the sample is not written to.

        Raises:
            AssertionError: the promise is broken, with what was expected and found.
        """
        self.promise(self.reader, self.sample)


def checks(reader: Reader, samples: Sequence[Sample]) -> list[Check]:
    """All promises of one reader, for each of its samples."""
    return [Check(reader, promise, sample) for sample in samples for promise in PROMISES]


def is_the_first_to_claim(reader: Reader, sample: Sample) -> None:
    """Of all readers that are installed this one reads the sample."""
    head = sample.path.read_bytes()[:HEAD_BYTES]
    known = readers() if reader in readers() else (*readers(), reader)
    first = next((one.FORMAT for one in known if one.claims(sample.path, head)), "no reader")
    _require(first == reader.FORMAT, f"expected the sample to be claimed, found it claimed by {first}")


def is_looked_at(reader: Reader, sample: Sample) -> None:
    """A walk through folders asks for the reader of a file of this name."""
    name = sample.path.name
    own = getattr(reader, "SUFFIXES", ())
    found = may_be_log(name) or suffix_of(name) in own
    found = found or (has_folders(reader) and reader.base_of(sample.path) is not None)
    _require(found, f"expected SUFFIXES of the reader to have that of {name!r}, found {sorted(own)}")


def claims_without_raising(reader: Reader, sample: Sample) -> None:
    """Whatever a file is called and holds, the answer is True or False."""
    paths = [sample.path, *(sample.path.with_name(name) for name in _NAMES)]
    for data in damaged(sample.path.read_bytes()):
        for path in paths:
            claimed = reader.claims(path, data[:HEAD_BYTES])
            _require(claimed in (True, False), f"expected True or False from claims(), found {claimed!r}")


def reads_points(reader: Reader, sample: Sample) -> None:
    """The sample has points, in columns as they should be."""
    runs = _read(reader, sample.path)
    _check_runs(runs)
    _require(any(column.step.size for _, reading in runs for column in reading.columns), "expected points")


def reads_anything(reader: Reader, sample: Sample) -> None:
    """Any bytes give readings, or OSError; problems are whole sentences that name the file as asked."""
    with sample.copied() as path:
        for data in (sample.path.read_bytes(), *damaged(sample.path.read_bytes())):
            path.write_bytes(data)
            with suppress(OSError):
                runs = _read(reader, path, display=_DISPLAY)
                _check_runs(runs)
                for _, reading in runs:
                    _check_names(reading)


def reads_every_cut(reader: Reader, sample: Sample) -> None:
    """A file that ends early has points of the whole only; no number is taken before it is written whole."""
    data = sample.path.read_bytes()
    whole = _values(_read(reader, sample.path))
    with sample.copied() as path:
        for size in cuts(len(data)):
            path.write_bytes(data[:size])
            runs = _read(reader, path)
            _check_runs(runs)
            for tag, values in _values(runs).items():
                invented = sorted(values - whole.get(tag, set()))
                _require(
                    not invented,
                    f"expected values of the whole, found {invented[:3]} in {tag!r} at {size} bytes",
                )


def reads_the_same_each_time(reader: Reader, sample: Sample) -> None:
    """Two readings are equal, bit for bit and in order."""
    first, second = (_described(_read(reader, sample.path)) for _ in range(2))
    _require(first == second, "expected two equal readings")


def leaves_the_folder_as_it_is(reader: Reader, sample: Sample) -> None:
    """Nothing is written beside the log, and the folder of its run is one it lies in."""
    with sample.copied() as path:
        before = _contents(path.parent)
        _read(reader, path)
        if has_folders(reader):
            base = reader.base_of(path)
            _require(base is None or base in path.parents, f"expected a folder above the file, found {base}")
        _require(_contents(path.parent) == before, "expected the folder as it was")


def gives_plain_settings(reader: Reader, sample: Sample) -> None:
    """Hyper-parameters are texts, floats and truth values, and not too many; a missing folder has none."""
    settings = [reading.hparams for _, reading in _read(reader, sample.path)]
    base = reader.base_of(sample.path) if has_folders(reader) else None
    if base is not None and has_settings(reader):
        settings += [reader.hparams_of(base), reader.hparams_of(base / "not there")]
    for hparams in settings:
        _require(
            len(hparams) <= MAX_SETTINGS, f"expected {MAX_SETTINGS} settings at most, found {len(hparams)}"
        )
        for key, value in hparams.items():
            plain = isinstance(key, str) and type(value) in (str, float, bool)
            _require(plain, f"expected a text, a float or a truth value, found {key!r}: {value!r}")


PROMISES: tuple[Promise, ...] = (
    is_the_first_to_claim,
    is_looked_at,
    claims_without_raising,
    reads_points,
    reads_anything,
    reads_every_cut,
    reads_the_same_each_time,
    leaves_the_folder_as_it_is,
    gives_plain_settings,
)


def _require(kept: object, text: str) -> None:
    if not kept:
        raise AssertionError(text)


def _read(reader: Reader, path: Path, display: str | None = None) -> Runs:
    if is_store(reader):
        return reader.read_runs_of(path, display=display)
    return (("", cast("FileReader", reader).read(path, display=display)),)


def _check_runs(runs: Runs) -> None:
    names = [name for name, _ in runs]
    _require(runs, "expected a reading under an empty name where there are no runs, found nothing")
    _require(names == sorted(set(names)), f"expected names of runs that are sorted and differ, found {names}")
    for _, reading in runs:
        fault = fault_of(reading)
        _require(not fault, fault)
        _require(
            min(reading.source.bytes, reading.source.records) >= 0, "expected counts, found negative ones"
        )
        for column in reading.columns:
            _check_column(column)


def _check_column(column: Column) -> None:
    shape = (column.step.size,)
    arrays = {"int64 steps": (column.step, np.int64), "float64 values": (column.value, np.float64)}
    if column.wall_time is not None:
        arrays["float64 times"] = (column.wall_time, np.float64)
    for name, (array, kind) in arrays.items():
        found = f"{array.dtype} of shape {array.shape}"
        _require(
            array.dtype == kind and array.shape == shape,
            f"expected {name} of shape {shape} in {column.tag!r}, found {found}",
        )


def _check_names(reading: Reading) -> None:
    paths = {reading.source.path, *(problem.path for problem in reading.problems)}
    _require(paths == {_DISPLAY}, f"expected the file to be named {_DISPLAY!r}, found {paths}")
    for problem in reading.problems:
        whole = problem.text.strip() and "\n" not in problem.text
        _require(whole, f"expected a sentence in one line, found {problem.text!r}")


def _values(runs: Runs) -> dict[tuple[str, str], set[str]]:
    """Values by run and tag, as text so that NaN equals itself."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, reading in runs:
        for column in reading.columns:
            found[name, column.tag] = set(map(repr, column.value.tolist()))
    return found


def _described(runs: Runs) -> list[object]:
    return [
        (
            *(name, reading.source, list(reading.hparams.items()), reading.problems),
            [(one.tag, one.axis, one.step.tobytes(), one.value.tobytes()) for one in reading.columns],
        )
        for name, reading in runs
    ]


def _contents(folder: Path) -> list[tuple[str, bytes]]:
    return sorted((path.name, path.read_bytes()) for path in folder.iterdir() if path.is_file())
