"""Event files read by us and by tensorboard's EventAccumulator: are the values equal, and how much faster?

python benchmarks/reading.py equal PATH...
python benchmarks/reading.py speed [--events 1000000]
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from loganalyzer.readers import tfevents
from loganalyzer.readers.events.crc32c import masked_crc32c

TAGS = 20
BFLOAT16 = 14
Points = tuple[np.ndarray, np.ndarray, np.ndarray]


def accumulate(path: Path) -> dict[str, Points]:
    """Steps, wall times and values of all scalars, simple or tensors, as EventAccumulator has them."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    logging.getLogger("tensorboard").setLevel(logging.ERROR)
    keep_all = dict.fromkeys(
        (
            "scalars",
            "tensors",
            "graph",
            "meta_graph",
            "images",
            "audio",
            "histograms",
            "compressedHistograms",
        ),
        0,
    )
    accumulator = EventAccumulator(str(path), size_guidance=keep_all, purge_orphaned_data=False)
    accumulator.Reload()
    tags = accumulator.Tags()
    found = {
        tag: [(e.step, e.wall_time, e.value) for e in accumulator.Scalars(tag)] for tag in tags["scalars"]
    }
    for tag in tags["tensors"]:
        metadata = accumulator.summary_metadata.get(tag)
        if metadata is None or metadata.plugin_data.plugin_name in ("", "scalars"):
            events = [(e.step, e.wall_time, single(e.tensor_proto)) for e in accumulator.Tensors(tag)]
            found[tag] = found.get(tag, []) + [event for event in events if event[2] is not None]
    return {tag: as_arrays(events) for tag, events in found.items() if events}


def single(tensor) -> float | None:
    """The one real number of a tensor proto, or None."""
    from tensorboard.util.tensor_util import make_ndarray

    if tensor.dtype == BFLOAT16:  # which tensorboard cannot decode by itself: the upper half of a float32
        half = tensor.tensor_content or struct.pack("<H", *tensor.half_val)
        return struct.unpack("<f", b"\0\0" + half)[0]
    array = make_ndarray(tensor)
    return float(array.item()) if array.size == 1 and array.dtype.kind in "fiub" else None


def as_arrays(events: list[tuple[int, float, float]]) -> Points:
    step, wall_time, value = zip(*events, strict=True)
    return np.array(step, np.int64), np.array(wall_time, np.float64), np.array(value, np.float64)


def bits(array: np.ndarray) -> np.ndarray:
    """Numbers compared bit for bit, so that NaN equals NaN and 0.0 does not equal -0.0."""
    return array.view(np.int64)


def differences(path: Path) -> tuple[int, list[str]]:
    """How many points were compared, and a line for each tag that differs."""
    theirs = accumulate(path)
    ours = {c.tag: (c.step, c.wall_time, c.value) for c in tfevents.read(path).columns}
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
    files = [
        file for root in roots for file in ([root] if root.is_file() else sorted(root.rglob("*tfevents*")))
    ]
    files = [file for file in files if file.is_file() and tfevents.claims(file, b"")]
    n_points, lines = 0, []
    for file in files:
        n, found = differences(file)
        n_points += n
        lines += found
    for line in lines:
        print(line)
    print(f"{len(files)} files, {n_points} points compared bit for bit, {len(lines)} differences")
    return int(bool(lines))


def record(payload: bytes) -> bytes:
    head = struct.pack("<Q", len(payload))
    return b"".join(
        (head, struct.pack("<I", masked_crc32c(head)), payload, struct.pack("<I", masked_crc32c(payload)))
    )


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def field(key: int, payload: bytes) -> bytes:
    return bytes((key << 3 | 2,)) + varint(len(payload)) + payload


def write_scalars(path: Path, n_events: int) -> None:
    """`n_events` scalars of 20 tags in the layout PyTorch writes, one event each."""
    tags = [f"{part}/{name}".encode() for part in ("train", "val", "grad", "time") for name in NAMES]
    noise = np.random.default_rng(0).normal(size=n_events).astype("<f4")
    with path.open("wb") as file:
        file.write(record(b"\x09" + struct.pack("<d", 1.7e9) + field(3, b"brain.Event:2")))
        for i, value in enumerate(noise):
            step, tag = divmod(i, TAGS)
            summary = field(5, field(1, field(1, tags[tag]) + b"\x15" + value.tobytes()))
            at = b"\x10" + varint(step) if step else b""
            file.write(record(b"\x09" + struct.pack("<d", 1.7e9 + i * 0.003) + at + summary))


NAMES = ("loss", "accuracy", "learning_rate", "norm", "x")


def measured(reader: str, path: Path) -> dict[str, float]:
    """CPU seconds of reading, imports left out, and peak memory, in a process of its own."""
    command = [sys.executable, __file__, "once", reader, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def once(reader: str, path: Path) -> None:
    if reader == "theirs":
        from tensorboard.backend.event_processing import event_accumulator  # noqa: F401
    before = time.process_time()
    found = accumulate(path) if reader == "theirs" else tfevents.read(path).columns
    seconds = time.process_time() - before
    print(
        json.dumps(
            {"s": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "n": len(found)}
        )
    )


def speed(n_events: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        whole, tenth = Path(folder, "events.out.tfevents.whole"), Path(folder, "events.out.tfevents.tenth")
        write_scalars(whole, n_events)
        write_scalars(tenth, n_events // 10)
        runs = [measured("ours", whole) for _ in range(3)]
        theirs = measured("theirs", tenth)
        ours, peak = sorted(run["s"] for run in runs)[1], max(run["mb"] for run in runs)
        size = whole.stat().st_size / 1e6
    print(f"{n_events} scalars, {TAGS} tags, {size:.1f} MB, both CRCs of every record checked")
    print(f"ours: {ours:.3f} s CPU (median of 3), {n_events / ours / 1e6:.2f} M events/s, peak {peak:.0f} MB")
    print(f"EventAccumulator on a tenth: {theirs['s']:.3f} s CPU, peak {theirs['mb']:.0f} MB")
    print(f"ratio, theirs scaled by ten: {theirs['s'] * 10 / ours:.0f}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("equal").add_argument("paths", nargs="+", type=Path)
    commands.add_parser("speed").add_argument("--events", type=int, default=1_000_000)
    child = commands.add_parser("once")
    child.add_argument("reader")
    child.add_argument("path", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "equal":
        return equal(arguments.paths)
    if arguments.command == "speed":
        return speed(arguments.events)
    return once(arguments.reader, arguments.path) or 0


if __name__ == "__main__":
    sys.exit(main())
