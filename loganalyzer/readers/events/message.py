"""One event parsed exactly: time, step, and where in the record each summary value lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import unpack_from
from typing import Literal

from loganalyzer.readers.events.protobuf import BYTES, FIXED32, FIXED64, VARINT, Field, fields, signed

Kind = Literal["none", "number", "histogram", "tensor", "other"]
Span = tuple[int, int]

# Fields of tensorboard.Event and tensorboard.Summary.Value by number, as in their published .proto files.
_WALL_TIME, _STEP, _SUMMARY, _SOURCE = 1, 2, 5, 10
_EXCLUDES_SUMMARY: dict[int, str] = {
    3: "file_version",
    4: "graph",
    6: "log",
    7: "session_log",
    8: "run_metadata",
    9: "meta_graph",
}
_TAG, _NUMBER, _NODE_NAME, _METADATA = 1, 2, 7, 9
_BODIES: dict[int, Kind] = {3: "other", 4: "other", 5: "histogram", 6: "other", 8: "tensor"}


@dataclass(slots=True)
class Value:
    """One summary value: `spans` are the half-open byte ranges of its body in the record, in order.

    A value of kind "none" has metadata at most. `plugin` is None without metadata, `content` is what the
    plugin keeps there. Text that is not UTF-8 is kept with backslash escapes.
    """

    tag: str = ""
    tag_span: Span = (0, 0)
    node_name: str = ""
    kind: Kind = "none"
    spans: list[Span] = field(default_factory=list)
    plugin: str | None = None
    content: Span = (0, 0)


@dataclass(slots=True)
class Event:
    """One event; `*_at` are byte offsets in the record, -1 where the field is absent and thus 0."""

    wall_time: float = 0.0
    step: int = 0
    wall_at: int = -1
    step_at: int = -1
    step_width: int = 0
    what: str = ""
    writer: str = ""
    values: list[Value] = field(default_factory=list)


def parse(record: bytes) -> Event:
    """The event in `record`; later fields replace or extend earlier ones as protobuf demands.

    Raises:
        WireError: it is no event.
    """
    event = Event()
    for item in fields(record, 0, len(record)):
        number, wire, value, start, stop = item
        if number == _WALL_TIME and wire == FIXED64:
            (event.wall_time,), event.wall_at = unpack_from("<d", record, start), start
        elif number == _STEP and wire == VARINT:
            event.step, event.step_at, event.step_width = signed(value), start, stop - start
        elif wire == BYTES:
            _read_content(record, item, event)
    return event


def _read_content(record: bytes, item: Field, event: Event) -> None:
    number, _, _, start, stop = item
    if number == _SUMMARY:
        event.what = "summary"
        for inner in fields(record, start, stop):
            if inner.number == 1 and inner.wire == BYTES:
                event.values.append(_value(record, inner.start, inner.stop))
    elif number in _EXCLUDES_SUMMARY:
        event.what = _EXCLUDES_SUMMARY[number]
        event.values.clear()
    elif number == _SOURCE:
        for inner in fields(record, start, stop):
            if inner.number == 1 and inner.wire == BYTES:
                event.writer = text(record, inner.start, inner.stop)


def _value(record: bytes, start: int, stop: int) -> Value:
    value = Value()
    for item in fields(record, start, stop):
        if item.number == _NUMBER and item.wire == FIXED32:
            value.kind, value.spans = "number", [(item.start, item.stop)]
        elif item.wire == BYTES:
            _read_part(record, item, value)
    if value.kind == "tensor" and not value.tag:
        value.tag = value.node_name
    return value


def _read_part(record: bytes, item: Field, value: Value) -> None:
    span = (item.start, item.stop)
    if item.number == _TAG:
        value.tag, value.tag_span = text(record, *span), span
    elif item.number == _NODE_NAME:
        value.node_name = text(record, *span)
    elif item.number == _METADATA:
        _read_metadata(record, *span, value)
    elif item.number in _BODIES:
        # A repeated message extends the one before; another kind replaces it.
        kind = _BODIES[item.number]
        value.spans = [*value.spans, span] if value.kind == kind else [span]
        value.kind = kind


def _read_metadata(record: bytes, start: int, stop: int, value: Value) -> None:
    value.plugin = value.plugin or ""
    for metadata in fields(record, start, stop):
        if metadata.number != 1 or metadata.wire != BYTES:
            continue
        for number, wire, _, begin, end in fields(record, metadata.start, metadata.stop):
            if wire == BYTES and number == 1:
                value.plugin = text(record, begin, end)
            elif wire == BYTES and number == 2:
                value.content = (begin, end)


def text(record: bytes, start: int, stop: int) -> str:
    """Bytes as text; what is not UTF-8 becomes a backslash escape."""
    return record[start:stop].decode("utf-8", "backslashreplace")
