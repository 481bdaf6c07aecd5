"""Hyper-parameters as the hparams plugin keeps them in the metadata of a value that has no value."""

from __future__ import annotations

from struct import unpack_from

from loganalyzer.model.run import Hyperparameter
from loganalyzer.readers.events.message import Span, text
from loganalyzer.readers.events.protobuf import BYTES, FIXED64, VARINT, fields

_SESSION_START = 3
_NUMBER, _STRING, _BOOL = 2, 3, 4


def parse_hparams(record: bytes, content: Span) -> dict[str, Hyperparameter]:
    """Names and values of the session start in `content`; empty for the plugin's other messages.

    Raises:
        WireError: it is no message.
    """
    found: dict[str, Hyperparameter] = {}
    for data in fields(record, *content):
        if data.number != _SESSION_START or data.wire != BYTES:
            continue
        for entry in fields(record, data.start, data.stop):
            if entry.number == 1 and entry.wire == BYTES:
                name, value = _entry(record, entry.start, entry.stop)
                if value is not None:
                    found[name] = value
    return found


def _entry(record: bytes, start: int, stop: int) -> tuple[str, Hyperparameter | None]:
    name, value = "", None
    for item in fields(record, start, stop):
        if item.number == 1 and item.wire == BYTES:
            name = text(record, item.start, item.stop)
        elif item.number == 2 and item.wire == BYTES:
            value = _value(record, item.start, item.stop)
    return name, value


def _value(record: bytes, start: int, stop: int) -> Hyperparameter | None:
    """A google.protobuf.Value; null, lists and structs are None."""
    value: Hyperparameter | None = None
    for item in fields(record, start, stop):
        if item.number == _NUMBER and item.wire == FIXED64:
            value = float(unpack_from("<d", record, item.start)[0])
        elif item.number == _STRING and item.wire == BYTES:
            value = text(record, item.start, item.stop)
        elif item.number == _BOOL and item.wire == VARINT:
            value = bool(item.value)
    return value
