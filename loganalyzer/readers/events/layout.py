"""The layout of a scalar event: which bytes are payload and which are the same in every event like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loganalyzer.readers.events.message import Event, Span, Value, parse
from loganalyzer.readers.events.protobuf import WireError
from loganalyzer.readers.events.tensor import Number, fixed, number_of, parse_tensor, width

SCALAR_PLUGINS = (None, "", "scalars")
_MAX_STEP_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Slot:
    """One scalar of an event: a `code` number at byte `at`, written as a tensor or as a plain value."""

    tag: str
    at: int
    code: str
    is_tensor: bool
    plugin: str | None


@dataclass(frozen=True, slots=True)
class Layout:
    """An event of `size` bytes: 8 of wall time, a step varint (`step_at` -1 if absent: step 0), its scalars.

    `tag` is where the first tag lies.
    """

    size: int
    wall_at: int
    step_at: int
    step_width: int
    tag: Span
    slots: tuple[Slot, ...]

    def payload(self) -> list[tuple[int, int]]:
        """Offset and width of wall time, step if there is one, and each scalar, in this order."""
        step = [(self.step_at, self.step_width)] if self.step_width else []
        return [(self.wall_at, 8), *step, *((slot.at, width(slot.code)) for slot in self.slots)]

    def constant_bits(self) -> npt.NDArray[np.uint8]:
        """The bits of each byte that are the same in all events of this layout, shape (size,).

        Of a step these are the bits that say how long it is. A tenth byte, which every negative step has, can
        be nothing but 1.
        """
        constant = np.full(self.size, 255, np.uint8)
        for at, n in self.payload():
            constant[at : at + n] = 0
        for place in range(self.step_width):
            constant[self.step_at + place] = 128 if place < _MAX_STEP_WIDTH - 1 else 255
        return constant


def scalar(record: bytes, value: Value) -> Number | None:
    """The one number that a value of kind `number` or `tensor` holds, or None if it holds no such thing.

    Raises:
        WireError: its tensor is none.
    """
    if value.kind == "number":
        return fixed(record, value.spans[0][0], "<f4")
    return number_of(record, parse_tensor(record, value.spans))


def layout_of(record: bytes) -> Layout | None:
    """The layout of an event that holds scalars of fixed width and nothing else, or None."""
    try:
        return layout_of_event(parse(record), record)
    except WireError:
        return None


def layout_of_event(event: Event, record: bytes) -> Layout | None:
    """The layout of a parsed event that holds scalars of fixed width and nothing else, or None."""
    if event.wall_at < 0 or not event.values:
        return None
    slots = []
    for value in event.values:
        slot = _slot(record, value)
        if slot is None:
            return None
        slots.append(slot)
    step = event.step_at, event.step_width
    return Layout(len(record), event.wall_at, *step, event.values[0].tag_span, tuple(slots))


def _slot(record: bytes, value: Value) -> Slot | None:
    is_tensor = value.kind == "tensor"
    if not (value.kind == "number" or (is_tensor and value.plugin in SCALAR_PLUGINS)):
        return None
    try:
        number = scalar(record, value)
    except WireError:
        return None
    if number is None or number.at < 0:
        return None
    return Slot(value.tag, number.at, number.code, is_tensor, value.plugin)
