"""The readers under test, each run in a process of its own so that imports and peaks do not mix."""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

BFLOAT16 = 14
Points = tuple[np.ndarray, np.ndarray, np.ndarray]
_MAIN = Path(__file__).parent.parent / "reading.py"
_KINDS = (
    "scalars",
    "tensors",
    "graph",
    "meta_graph",
    "images",
    "audio",
    "histograms",
    "compressedHistograms",
)


def accumulate(path: Path) -> dict[str, Points]:
    """Steps, wall times and values of all scalars, simple or tensors, as EventAccumulator has them."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    logging.getLogger("tensorboard").setLevel(logging.ERROR)
    accumulator = EventAccumulator(
        str(path), size_guidance=dict.fromkeys(_KINDS, 0), purge_orphaned_data=False
    )
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
    """Rows to columns."""
    step, wall_time, value = zip(*events, strict=True)
    return np.array(step, np.int64), np.array(wall_time, np.float64), np.array(value, np.float64)


def _accumulate_all(paths: list[Path]) -> int:
    return sum(points[0].size for path in paths for points in accumulate(path).values())


def _parse_all(paths: list[Path]) -> int:
    """A plain loop over tensorboard's own compiled messages, no CRC checked."""
    from tensorboard.compat.proto.event_pb2 import Event

    n = 0
    for path in paths:
        data, at = path.read_bytes(), 0
        rows: dict[str, list[tuple[int, float, float]]] = {}
        while at + 16 <= len(data):
            (length,) = struct.unpack_from("<Q", data, at)
            event = Event.FromString(data[at + 12 : at + 12 + length])
            for value in event.summary.value:
                if value.HasField("simple_value"):
                    rows.setdefault(value.tag, []).append((event.step, event.wall_time, value.simple_value))
            at += 16 + length
        n += sum(as_arrays(points)[0].size for points in rows.values())
    return n


def _read_all(paths: list[Path]) -> int:
    from loganalyzer.readers import tfevents

    return sum(column.step.size for reading in tfevents.read_many(paths) for column in reading.columns)


READERS = {"accumulator": _accumulate_all, "upb": _parse_all, "ours": _read_all}
WARM_UP = {
    "accumulator": "tensorboard.backend.event_processing.event_accumulator",
    "upb": "tensorboard.compat.proto.event_pb2",
    "ours": "loganalyzer.readers.tfevents",
}


def files_below(folder: Path) -> list[Path]:
    """All event files below a folder, sorted."""
    return sorted(folder.rglob("*tfevents*"))


def once(reader: str, folder: Path) -> None:
    """Read everything below `folder`; print CPU seconds without imports, peak memory and points as JSON."""
    __import__(WARM_UP[reader])
    paths = files_below(folder)
    before = time.process_time()
    n = READERS[reader](paths)
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"s": seconds, "mb": peak, "n": n}))


def measured(reader: str, folder: Path) -> dict[str, float]:
    """What `once` prints, from a process of its own; a data server for readers that are none of Python."""
    if reader.startswith("server"):
        return _serve(folder, reader.split()[1:])
    command = [sys.executable, str(_MAIN), "once", reader, str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _serve(folder: Path, options: list[str]) -> dict[str, float]:
    """CPU seconds that the data server has used when its first load is done, from the kernel's counters."""
    from tensorboard_data_server import server_binary

    command = [server_binary(), "--logdir", str(folder), "--port", "0", "--reload", "once", "-v", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as server:
        watchdog = threading.Timer(120, server.kill)
        watchdog.start()
        try:
            if not any(line and "Finished load cycle" in line for line in server.stderr):
                raise SystemExit(f"the data server ended without loading {folder}")
            stat = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
            status = Path(f"/proc/{server.pid}/status").read_text()
        finally:
            watchdog.cancel()
            server.kill()
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
    return {"s": (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK"), "mb": peak, "n": 0}
