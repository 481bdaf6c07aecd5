"""The runs of many places, their small event files decoded together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from loganalyzer.model.run import Run
from loganalyzer.readers.assemble import read_runs
from loganalyzer.readers.limits import DEFAULTS, Limits, applied, current
from loganalyzer.readers.opening import shown_below
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.trees.names import is_events
from loganalyzer.readers.walk import RunFiles

_TOGETHER = 256


def read_all(places: Iterable[RunFiles], limits: Limits = DEFAULTS) -> Iterator[tuple[Run, ...]]:
    """The runs of many places, each as `read_runs` gives them; small event files are decoded together."""
    for some in _in_groups(places):
        with applied(limits):
            ready = _read_together([(found.root, path) for found in some for path in found.files])
        for found in some:
            yield read_runs(found, limits, ready)


def _in_groups(places: Iterable[RunFiles]) -> Iterator[list[RunFiles]]:
    """Places in their order, as many at a time as have `_TOGETHER` files."""
    group: list[RunFiles] = []
    n_files = 0
    for found in places:
        group.append(found)
        n_files += len(found.files)
        if n_files >= _TOGETHER:
            yield group
            group, n_files = [], 0
    if group:
        yield group


def _read_together(files: Sequence[tuple[Path, Path]]) -> dict[tuple[Path, Path], Reading]:
    """What there is to read of event files, given with the roots they lie below; others are passed over."""
    events = [(root, path) for root, path in files if is_events(path.name)]
    if len(events) < 2 or current().file_bytes is not None:
        return {}
    from loganalyzer.readers import tfevents

    readings = tfevents.read_many([path for _, path in events], [shown_below(*one) for one in events])
    return dict(zip(events, readings, strict=True))
