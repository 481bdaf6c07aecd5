"""MLflow's file store: a folder a run, in it one file for each metric, parameter and tag.

A metric file has a line for each point: time in milliseconds, value, step; a data set may follow. Files of
before MLflow 1.0 have no step and count seconds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from loganalyzer.model.run import Hyperparameter, Source
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.stores import files
from loganalyzer.readers.stores.samples import Samples, fits, seconds
from loganalyzer.readers.stores.settings import MAX_CHARACTERS, MAX_SETTINGS, typed

FORMAT = "mlflow"
METRICS = "metrics"
MAX_DEPTH = 64

_LINE = re.compile(rb"(-?\d{1,19}) ([^\s_]{1,400})(?: (-?\d{1,19})(?: .*)?)?")
_WITHIN = f"{os.sep}{METRICS}{os.sep}"
_RUN_ID = re.compile(r"[0-9a-f]{32}")
_PARAMETER_BYTES = 8 * MAX_CHARACTERS
_LOOKED_AT = 20
_OLDEST = 10**8


def claims(path: Path, head: bytes) -> bool:
    """Whether a file below a folder `metrics` begins with lines of time, number and step.

    Metrics that MLflow keeps a second time for a logged model are not a run's.
    """
    base = base_of(path)
    if base is None or path.name.startswith(".") or base.parent.name == "models":
        return False
    lines = head.split(b"\n")[:-1][:_LOOKED_AT]
    points = [point for point in map(_point, lines) if point is not None]
    return any(stamp >= _OLDEST for stamp, _, _ in points) or (
        bool(points) and (base / "meta.yaml").is_file()
    )


def base_of(path: Path) -> Path | None:
    """The folder of the run that a metric file belongs to, or None if no folder above it is `metrics`.

    A metric may itself be called `metrics/x`: the folder of the run is the one that says so, or the nearest
    to the file whose metrics are not within another run's.
    """
    whole = path.absolute()
    if _WITHIN not in str(whole):
        return None
    folders = [folder.parent for folder in whole.parents if folder.name == METRICS]
    for folder in reversed(folders):
        if _RUN_ID.fullmatch(folder.name) or (folder / "meta.yaml").is_file():
            return _as_given(path, folder)
    return _as_given(path, next(folder for folder in folders if folder.name != METRICS))


def _as_given(path: Path, folder: Path) -> Path:
    """The same folder, relative where the path is."""
    depth = len(path.absolute().parents) - len(folder.parents) - 1
    return path.parents[depth] if depth < len(path.parents) else folder


def read(path: Path, *, display: str | None = None) -> Reading:
    """All points of one metric in file order; its tag is the path below `metrics/`.

    Raises:
        OSError: the file cannot be opened or read.
    """
    name = display if display is not None else path.name
    problems, samples = Problems(name), Samples()
    with files.opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        for number, line in files.whole_lines(file, problems):
            _take(samples, problems, number, line)
    if not samples.step and not problems.listed:
        say = f"{name}: expected lines of time, value and step, found none; the run logged nothing"
        problems.add("empty", 1, say)
    columns = (samples.column(_tag(path)),) if samples.step else ()
    return Reading(Source(name, FORMAT, size, len(samples.step)), columns, problems=problems.all())


def _take(samples: Samples, problems: Problems, number: int, line: bytes) -> None:
    point = _point(line)
    if point is not None:
        stamp, value, step = point
        samples.add(step, value, seconds(stamp))
    elif line.strip():
        found = line[:40].decode("utf-8", "backslashreplace")
        say = (
            f"{problems.path}:{number}: expected time, value and step, found {found!r}; the line was left out"
        )
        problems.add("non_numeric", number, say, lost=1)


def _point(line: bytes) -> tuple[int, float, int] | None:
    """Time stamp, value and step of a line, or None; without a step it is 0, as for MLflow itself."""
    found = _LINE.fullmatch(line.rstrip())
    if found is None:
        return None
    stamp, text, step = found.groups(b"0")
    try:
        point = int(stamp), float(text), int(step)
    except ValueError:
        return None
    return point if fits(point[2]) else None


def _tag(path: Path) -> str:
    base = base_of(path)
    name = path.absolute().relative_to(base.absolute() / METRICS).as_posix() if base else path.name
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def hparams_of(base: Path) -> dict[str, Hyperparameter]:
    """The parameters of the run in this folder, numbers and truth values as such; nothing is raised."""
    found: dict[str, Hyperparameter] = {}
    for path in parameter_files(base):
        name = path.relative_to(base / "params").as_posix()
        text = files.read_small(path, _PARAMETER_BYTES).decode("utf-8", "replace")
        found[os.fsencode(name).decode("utf-8", "backslashreplace")] = typed(text.rstrip("\r\n"))
    return dict(sorted(found.items()))


def parameter_files(base: Path) -> Iterator[Path]:
    """The files of the run in this folder that hold a parameter each, as many as are read."""
    return map(Path, islice(_parameter_files(str(base / "params"), 0), MAX_SETTINGS))


def _parameter_files(folder: str, depth: int) -> Iterator[str]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if depth < MAX_DEPTH:
                yield from _parameter_files(entry.path, depth + 1)
        elif entry.is_file(follow_symlinks=False):
            yield entry.path
