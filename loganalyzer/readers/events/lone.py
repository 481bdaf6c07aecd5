"""Events of one large value, as writers put them: what it is follows from the first bytes alone."""

from __future__ import annotations

from typing import NamedTuple

from loganalyzer.readers.events.message import Span, text
from loganalyzer.readers.events.protobuf import BYTES, FIXED64, VARINT, WireError, signed, varint

HEAD = 512
"""So many bytes of a record are enough, unless its tag is longer."""
IMAGE, HISTOGRAM, AUDIO = 4, 5, 6

_WALL_TIME, _STEP, _SUMMARY, _VALUE, _TAG = 1 << 3 | FIXED64, 2 << 3 | VARINT, 5 << 3 | BYTES, 10, 10
_KINDS = {number << 3 | BYTES: number for number in (IMAGE, HISTOGRAM, AUDIO)}


class Lone(NamedTuple):
    """A value that has a tag and a body and nothing else; its event has time and step and nothing else."""

    step: int
    tag: str
    kind: int
    body: Span


def lone_value(head: bytes, size: int) -> Lone | None:
    """The lone value of a record of `size` bytes that begins with `head`; None if that is not sure."""
    try:
        step, at = 0, 9 if head[0] == _WALL_TIME else size
        if head[at] == _STEP:
            step, at = varint(head, at + 1, size)
        for key in (_SUMMARY, _VALUE):
            length, begin = varint(head, at + 1, size)
            if head[at] != key or begin + length != size:
                return None
            at = begin
        length, begin = varint(head, at + 1, size)
        stop = begin + length
        kind = _KINDS.get(head[stop])
        if head[at] != _TAG or kind is None:
            return None
        length, body = varint(head, stop + 1, size)
    except (IndexError, WireError):
        return None
    return Lone(signed(step), text(head, begin, stop), kind, (body, size)) if body + length == size else None
