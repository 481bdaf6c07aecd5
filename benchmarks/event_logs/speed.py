"""CPU time and memory of the readers on four kinds of event files, in turns on one CPU."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from event_logs import files
from event_logs.peers import measured

SERVERS = ("server", "server --checksum")


@dataclass(frozen=True)
class Kind:
    """One kind of log: a whole of it, and a `share` that the slow readers get, their time scaled up."""

    name: str
    text: str
    write: Callable[[Path, int], None]
    size: int
    share: int


def single(write: Callable[[Path, int], None]) -> Callable[[Path, int], None]:
    """A writer of one file, as a writer of a folder with this file."""
    return lambda folder, n: files.write_one(write, folder, n)


def kinds(n_events: int) -> list[Kind]:
    """The four kinds for a large file of `n_events` scalars; the others in proportion."""
    runs = n_events // 500
    return [
        Kind(
            "regular",
            f"{n_events:,} scalars, 20 tags at every step",
            single(files.write_scalars),
            n_events,
            10,
        ),
        Kind(
            "irregular",
            f"{n_events:,} scalars, 3 tags now and then",
            single(files.write_irregular),
            n_events,
            10,
        ),
        Kind(
            "blobs",
            f"{n_events // 50:,} scalars, histograms, images",
            single(files.write_blobs),
            n_events // 50,
            1,
        ),
        Kind("small", f"{runs:,} runs of 200 steps x 6 tags", files.write_small_runs, runs, 20),
    ]


def speed(n_events: int, rounds: int, names: list[str], folder: Path | None) -> int:
    """Print one table; logs are written below `folder` and kept there if one is given."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(f"{'log':10} {'reader':18} {'CPU ms':>9} {'ours is x faster':>17} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as scratch:
        for kind in kinds(n_events):
            if not names or kind.name in names:
                _compare(kind, rounds, folder or Path(scratch))
    return 0


def _compare(kind: Kind, rounds: int, folder: Path) -> None:
    whole, part = folder / f"{kind.name}-{kind.size}", folder / f"{kind.name}-{kind.size // kind.share}"
    for path, n in ((whole, kind.size), (part, kind.size // kind.share)):
        if not path.exists():
            kind.write(path, n)
    jobs = {"ours": (whole, 1), "accumulator": (part, kind.share), "upb": (part, kind.share)}
    jobs |= dict.fromkeys(SERVERS, (whole, 1))
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    peaks: dict[str, float] = dict.fromkeys(jobs, 0.0)
    for _ in range(rounds):
        for name, (path, scale) in jobs.items():
            result = measured(name, path)
            seconds[name].append(result["s"] * scale)
            peaks[name] = max(peaks[name], result["mb"])
    ours = median(seconds["ours"])
    n_bytes = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
    print(f"{kind.name}: {kind.text}, {n_bytes / 1e6:.0f} MB, {n_bytes / ours / 1e6:.0f} MB/s")
    for name, all_ in seconds.items():
        took = median(all_)
        note = f" (1/{jobs[name][1]} scaled)" if jobs[name][1] > 1 else ""
        print(f"{'':10} {name:18} {took * 1e3:9.0f} {took / ours:17.1f} {peaks[name]:8.0f}{note}", flush=True)
