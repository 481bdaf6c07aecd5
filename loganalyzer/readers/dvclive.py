"""DVCLive: a folder a run, in it one tab-separated file for each metric below `plots/metrics`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from loganalyzer.model.run import Hyperparameter, Source
from loganalyzer.readers.csv_cells import number
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.limits import is_too_long
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.stores import files
from loganalyzer.readers.stores.plain_yaml import settings_in
from loganalyzer.readers.stores.samples import Samples, fits, seconds
from loganalyzer.readers.stores.settings import MAX_SETTINGS, flatten

FORMAT = "dvclive"
SUFFIX = ".tsv"

# Where the metrics lie in the folder of a run; the second is how DVCLive 0.x had it.
_PLACES = (("plots", "metrics"), ("scalars",))
_WITHIN = tuple(f"{os.sep}{Path(*place)}{os.sep}" for place in _PLACES)
_STEP, _TIME = "step", "timestamp"


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file; `time` is None where no times were asked for."""

    names: tuple[str, ...]
    step: int
    time: int | None


def claims(path: Path, head: bytes) -> bool:
    """Whether a table below `plots/metrics` has steps and the metric that it is named for, and no more."""
    if path.suffix.lower() != SUFFIX or base_of(path) is None:
        return False
    return _header(head.partition(b"\n")[0], path) is not None


def base_of(path: Path) -> Path | None:
    """The folder above `plots/metrics`, which is the run that a metric file belongs to, or None."""
    whole = path.absolute()
    if not any(within in str(whole) for within in _WITHIN):
        return None
    parts = whole.parts[:-1]
    for end in range(len(parts), 0, -1):
        for place in _PLACES:
            if parts[end - len(place) : end] == place and end > len(place):
                depth = len(parts) - end + len(place)
                return path.parents[depth] if depth < len(path.parents) else whole.parents[depth]
    return None


def _header(line: bytes, path: Path) -> Header | None:
    names = tuple(cell.strip('"') for cell in line.decode("utf-8", "replace").rstrip("\r").split("\t"))
    if names[:-1] not in ((_STEP,), (_TIME, _STEP)) or names[-1].rpartition("/")[2] != path.stem:
        return None
    return Header(names, len(names) - 2, 0 if len(names) > 2 else None)


def read(path: Path, *, display: str | None = None) -> Reading:
    """All points of one metric in file order; its tag is the path below `plots/metrics/`.

    Raises:
        OSError: the file cannot be opened or read.
    """
    name = display if display is not None else path.name
    problems, samples = Problems(name), Samples()
    with files.opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        lines = files.whole_lines(file, problems)
        first = next(lines, (1, b""))[1]
        header = _header(first, path)
        if header is None:
            _no_header(problems, first, path.stem)
            return Reading(Source(name, FORMAT, size, 0), problems=problems.all())
        for at, line in lines:
            if line.strip() and line != first:  # the header comes again where two writers began at once
                _take(samples, problems, at, line, header)
    columns = (samples.column(_tag(path)),) if samples.step else ()
    if not columns and not problems.listed:
        say = f"{name}: expected rows below the header, found none; the run logged nothing"
        problems.add("empty", 1, say)
    return Reading(Source(name, FORMAT, size, len(samples.step)), columns, problems=problems.all())


def _no_header(problems: Problems, first: bytes, metric: str) -> None:
    if first or not problems.listed:  # a header that is being written is a problem already
        say = f"{problems.path}:1: expected the header step and {metric!r}, found {_shown(first)}; "
        problems.add("skipped" if first else "empty", 1, say + "nothing was read")


def _take(samples: Samples, problems: Problems, at: int, line: bytes, header: Header) -> None:
    cells = [cell.strip('"') for cell in line.decode("utf-8", "replace").split("\t")]
    if len(cells) != len(header.names):
        say = (
            f"{problems.path}:{at}: expected {len(header.names)} cells as in the header, found {len(cells)}; "
        )
        problems.add("ragged", at, say + "the line was left out", lost=1)
        return
    try:
        if any(map(is_too_long, cells)):
            raise ValueError(cells[-1])
        value, step = number(cells[-1], "\t"), int(cells[header.step])
        stamp = 0 if header.time is None else int(cells[header.time])
        if not fits(step):
            raise ValueError(cells[header.step])
    except ValueError:
        say = f"{problems.path}:{at}: expected numbers, found {_shown(line)}; the line was left out"
        problems.add("non_numeric", at, say, lost=1)
        return
    if value is not None:
        samples.add(step, value, seconds(stamp))


def _shown(line: bytes) -> str:
    return repr(line[:40].decode("utf-8", "backslashreplace"))


def _tag(path: Path) -> str:
    base = base_of(path)
    name = path.stem
    if base is not None:
        below = path.absolute().relative_to(base.absolute()).with_suffix("").parts
        name = "/".join(below[2 if below[0] == "plots" else 1 :])
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def hparams_of(base: Path) -> dict[str, Hyperparameter]:
    """What the run was set to, from `params.yaml` in its folder and above; nothing is raised.

    Last values of metrics, which DVCLive keeps in `metrics.json`, are results and no settings.
    """
    found: dict[str, Hyperparameter] = {}
    for path in (base.parent / "params.yaml", base / "params.yaml"):
        found |= flatten(settings_in(path))
    return dict(sorted(found.items())[:MAX_SETTINGS])
