"""Are the points that we read those that EventAccumulator reads, bit for bit, alone and many at a time?"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from event_logs.peers import accumulate
from loganalyzer.readers import tfevents
from loganalyzer.readers.reading import Reading


def bits(array: np.ndarray) -> np.ndarray:
    """Numbers compared bit for bit, so that NaN equals NaN and 0.0 does not equal -0.0."""
    return array.view(np.int64)


def differences(path: Path, reading: Reading) -> tuple[int, list[str]]:
    """How many points were compared, and a line for each tag that differs."""
    theirs = accumulate(path)
    ours = {c.tag: (c.step, c.wall_time, c.value) for c in reading.columns}
    lines = [f"{path}: only ours has {tag!r}" for tag in sorted(ours.keys() - theirs.keys())]
    lines += [f"{path}: only theirs has {tag!r}" for tag in sorted(theirs.keys() - ours.keys())]
    n_points = 0
    for tag in sorted(ours.keys() & theirs.keys()):
        for name, mine, other in zip(("step", "wall time", "value"), ours[tag], theirs[tag], strict=True):
            if mine.shape != other.shape or not np.array_equal(bits(mine), bits(other)):
                lines.append(f"{path}: {tag!r} differs in {name} ({mine.size} points, theirs {other.size})")
        n_points += ours[tag][0].size
    return n_points, lines


def equal(roots: list[Path]) -> int:
    """Compare every event file below `roots`; 1 if any point differs."""
    files = [
        file for root in roots for file in ([root] if root.is_file() else sorted(root.rglob("*tfevents*")))
    ]
    files = [file for file in files if file.is_file() and tfevents.claims(file, b"")]
    n_points, lines = 0, []
    for file, reading in zip(files, tfevents.read_many(files), strict=True):
        n, found = differences(file, tfevents.read(file))
        _, found_together = differences(file, reading)
        found += [f"{line}, read together" for line in found_together]
        n_points += n
        lines += found
    for line in lines:
        print(line)
    print(f"{len(files)} files, {n_points} points compared bit for bit, {len(lines)} differences")
    return int(bool(lines))
