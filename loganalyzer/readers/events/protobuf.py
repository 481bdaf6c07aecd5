"""The protobuf wire format, walked field by field within proven bounds and without a schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32 = range(6)
_MAX_GROUPS = 100
_WIDTH = {FIXED64: 8, FIXED32: 4}


class WireError(ValueError):
    """The bytes are not a protobuf message."""


class Field(NamedTuple):
    """One field: its payload is data[start:stop]; `value` is the number of a varint, else 0."""

    number: int
    wire: int
    value: int
    start: int
    stop: int


# Without the keyword arguments of its own constructor, a named tuple is made in half the time.
_new = tuple.__new__


def varint(data: bytes, at: int, stop: int) -> tuple[int, int]:
    """The unsigned 64-bit varint at `at`, and where it ends.

    Raises:
        WireError: it runs past `stop` or over 64 bits.
    """
    if at < stop and data[at] < 128:
        return data[at], at + 1
    result = shift = 0
    while at < stop:
        byte = data[at]
        at += 1
        result |= (byte & 127) << shift
        if byte < 128:
            if result >> 64:
                break
            return result, at
        shift += 7
        if shift > 63:
            break
    raise WireError("a varint does not end within its message")


def signed(value: int) -> int:
    """A varint read as a two's complement 64-bit integer."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes, start: int, stop: int) -> Iterator[Field]:
    """All fields of the message data[start:stop] in order; groups, which no message here uses, are skipped.

    Raises:
        WireError: the bytes are not a message, or a field runs past `stop`.
    """
    at = start
    while at < stop:
        key, at = varint(data, at, stop)
        number, wire = key >> 3, key & 7
        if not 0 < number < 1 << 29:
            raise WireError(f"{number} is no field number")
        if wire == GROUP:
            at = _skip_group(data, at, stop)
            continue
        value, begin, at = _payload(data, wire, at, stop)
        yield _new(Field, (number, wire, value, begin, at))


def _payload(data: bytes, wire: int, at: int, stop: int) -> tuple[int, int, int]:
    """The value and the half-open bounds of the payload that begins at `at`."""
    if wire == BYTES:
        length, at = varint(data, at, stop)
        end = at + length
    elif wire == VARINT:
        value, end = varint(data, at, stop)
        return value, at, end
    elif wire in _WIDTH:
        end = at + _WIDTH[wire]
    else:
        raise WireError(f"{wire} is no wire type")
    if end > stop:
        raise WireError("a field runs past its message")
    return 0, at, end


def _skip_group(data: bytes, at: int, stop: int) -> int:
    """Where the group ends that was opened before `at`."""
    depth = 1
    while depth:
        key, at = varint(data, at, stop)
        wire = key & 7
        if wire == GROUP_END:
            depth -= 1
        elif wire == GROUP:
            depth += 1
            if depth > _MAX_GROUPS:
                raise WireError(f"groups nest deeper than {_MAX_GROUPS}")
        else:
            _, _, at = _payload(data, wire, at, stop)
    return at
