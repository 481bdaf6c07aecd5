"""Keys and values as history, configuration and summary records hold them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from struct import unpack_from
from typing import NamedTuple

from loganalyzer.readers.events.protobuf import BYTES, FIXED64, VARINT, Field, fields
from loganalyzer.readers.limits import current, is_too_long

Path = tuple[str, ...]

_MAX_JSON = 1 << 20

# Fields of HistoryItem, ConfigItem and SummaryItem by number, as in the descriptors that wandb ships.
_KEY, _NESTED_KEY, _INTEGER, _NUMBER, _JSON, _VALUE_JSON = 1, 2, 5, 6, 8, 16
_NUMBER_BEGINS = frozenset(b"-0123456789NI")
_QUOTED = {b'"NaN"': b"NaN", b'"Infinity"': b"Infinity", b'"-Infinity"': b"-Infinity"}


class Item(NamedTuple):
    """One key with its value: extended JSON text, or a number that was written as one."""

    path: Path
    value: bytes | float


def read_items(data: bytes, start: int, stop: int, number: int = 1) -> Iterator[Item]:
    """The items of the message data[start:stop] that stand in its field `number`.

    Raises:
        WireError: it is no message.
    """
    for field in fields(data, start, stop):
        if field.number == number and field.wire == BYTES:
            yield _item(data, field.start, field.stop)


def _item(data: bytes, start: int, stop: int) -> Item:
    key: Path = ()
    nested: Path = ()
    value: bytes | float = b"null"
    for field in fields(data, start, stop):
        if field.number == _KEY and field.wire == BYTES:
            key = (_text(data, field),)
        elif field.number == _NESTED_KEY and field.wire == BYTES:
            nested += (_text(data, field),)
        elif field.number == _VALUE_JSON or value == b"null":
            value = _value(data, field, value)
    return Item(nested or key, value)


def _value(data: bytes, field: Field, value: bytes | float) -> bytes | float:
    """The value that a field holds; newer writers give numbers a field of their own beside the text."""
    if field.number in (_VALUE_JSON, _JSON) and field.wire == BYTES:
        return data[field.start : field.stop]
    if field.number == _NUMBER and field.wire == FIXED64:
        (number,) = unpack_from("<d", data, field.start)
        return float(number)
    if field.number == _INTEGER and field.wire == VARINT:
        return float((field.value >> 1) ^ -(field.value & 1))
    return value


def _text(data: bytes, field: Field) -> str:
    return data[field.start : field.stop].decode("utf-8", "backslashreplace")


def number(value: bytes | float) -> float | None:
    """The number that a value is, or None for anything else that JSON can hold.

    Raises:
        ValueError: the text begins like a number and is none.
    """
    if isinstance(value, float):
        return value
    value = _QUOTED.get(value, value)
    if not value or value[0] not in _NUMBER_BEGINS:
        return None
    if is_too_long(value) or b"_" in value:
        raise ValueError("no number")
    return float(value)


def decoded(value: bytes | float) -> object:
    """The JSON value in full; integers of more digits than 64 bits have become floats.

    Raises:
        ValueError: the text is no JSON, or beyond the limits.
    """
    plain = number(value)
    if plain is not None or isinstance(value, float):
        return plain
    if len(value) > _MAX_JSON:
        raise ValueError(f"longer than {_MAX_JSON} bytes")
    try:
        return json.loads(value.decode("utf-8", "replace"), parse_int=_integer)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def leaves(path: Path, tree: object) -> Iterator[tuple[Path, object]]:
    """What a decoded value holds, with dictionaries opened up and their keys added to `path`.

    Raises:
        ValueError: it is nested too deep.
    """
    if not isinstance(tree, dict):
        yield path, tree
        return
    if len(path) > current().json_depth:
        raise ValueError(f"nested deeper than {current().json_depth}")
    for key, value in tree.items():
        yield from leaves((*path, printable(str(key))), value)


def printable(text: str) -> str:
    """The text with halves of surrogate pairs, which no file can hold, as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
