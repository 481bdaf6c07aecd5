"""Event files as their writers make them, from tensorboard's own messages, and frames made by hand."""

from __future__ import annotations

import struct
from pathlib import Path

import google_crc32c
import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.histogram_pb2 import HistogramProto
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

FLOAT, DOUBLE, INT32, STRING, INT64, BFLOAT16, HALF = 1, 2, 3, 7, 9, 14, 19
_NUMPY = {FLOAT: "<f4", DOUBLE: "<f8", INT32: "<i4", INT64: "<i8", HALF: "<f2"}
NAME = "events.out.tfevents.1700000000.host.7.0"


def masked(data: bytes) -> int:
    crc = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def header(length: int) -> bytes:
    head = struct.pack("<Q", length)
    return head + struct.pack("<I", masked(head))


def record(payload: bytes) -> bytes:
    return header(len(payload)) + payload + struct.pack("<I", masked(payload))


def event(step: int, *values: Summary.Value, wall_time: float = 1.7e9) -> Event:
    return Event(wall_time=wall_time, step=step, summary=Summary(value=values))


def simple(tag: str, number: float) -> Summary.Value:
    return Summary.Value(tag=tag, simple_value=number)


def metadata(plugin: str, content: bytes = b"") -> SummaryMetadata:
    return SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin, content=content))


def content(number: float, dtype: int) -> bytes:
    if dtype == BFLOAT16:
        return struct.pack("<f", number)[2:]
    return np.array(number).astype(_NUMPY[dtype]).tobytes()


def tensor(tag: str, number: float, *, dtype: int = FLOAT, plugin: str | None = "scalars") -> Summary.Value:
    """A scalar as TensorFlow 2 and Keras write it."""
    proto = TensorProto(dtype=dtype, tensor_shape=TensorShapeProto(), tensor_content=content(number, dtype))
    return value_of(tag, proto, plugin)


def value_of(tag: str, proto: TensorProto, plugin: str | None = "scalars") -> Summary.Value:
    return Summary.Value(tag=tag, tensor=proto, metadata=metadata(plugin) if plugin is not None else None)


def new_style(tag: str, number: float) -> Summary.Value:
    """A scalar as PyTorch writes it with `new_style=True`: a packed list, no shape."""
    return value_of(tag, TensorProto(dtype=FLOAT, float_val=[number]))


def shaped(*sizes: int) -> TensorShapeProto:
    return TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in sizes])


def histogram(tag: str, **fields: object) -> Summary.Value:
    return Summary.Value(tag=tag, histo=HistogramProto(**fields))


def file_bytes(*events: Event) -> bytes:
    first = Event(wall_time=1.7e9, file_version="brain.Event:2")
    return b"".join(record(item.SerializeToString()) for item in (first, *events))


def write(folder: Path, data: bytes, name: str = NAME) -> Path:
    path = folder / name
    path.unlink(missing_ok=True)  # some file systems flush a file that is cut and written again
    path.write_bytes(data)
    return path


def losses(n: int, tag: str = "loss") -> list[Event]:
    """`n` events of one tag, value = step / 8."""
    return [event(step, simple(tag, step / 8), wall_time=1.7e9 + step) for step in range(n)]
