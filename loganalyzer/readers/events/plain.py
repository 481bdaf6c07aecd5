"""Events one by one: each payload's CRC checked, each new layout parsed exactly, and kept as a template."""

from __future__ import annotations

from functools import lru_cache
from struct import Struct

import numpy as np

from loganalyzer.model.run import Ints
from loganalyzer.readers.events.buckets import from_message, from_table
from loganalyzer.readers.events.crc32c import masked_crc32c
from loganalyzer.readers.events.frames import HEADER, Buffer
from loganalyzer.readers.events.hparams import parse_hparams
from loganalyzer.readers.events.layout import SCALAR_PLUGINS, Layout, layout_of_event, scalar
from loganalyzer.readers.events.lone import HEAD, HISTOGRAM, Lone, lone_value
from loganalyzer.readers.events.message import Event, Value, parse
from loganalyzer.readers.events.points import Points, Rows
from loganalyzer.readers.events.protobuf import WireError, signed, varint
from loganalyzer.readers.events.tensor import parse_tensor, table_of
from loganalyzer.readers.events.tfrecord import Block, corrupt_data, sound_payload

_MAX_TEMPLATES = 4096
_STRUCT_CODES = {
    "<f4": "f",
    "<f8": "d",
    "<f2": "e",
    "<i4": "i",
    "<i8": "q",
    "<u4": "I",
    "<u8": "Q",
    "<i2": "h",
    "<u2": "H",
    "<i1": "b",
    "<u1": "B",
}


@lru_cache(maxsize=4096)
def _step(raw: bytes) -> int | None:
    """The step that fills `raw` as one varint, or None if none does."""
    try:
        value, end = varint(raw, 0, len(raw))
    except WireError:
        return None
    return signed(value) if end == len(raw) else None


class Template:
    """A layout compiled to one `struct` call: constant bytes to compare, and payload to take."""

    def __init__(self, record: bytes, layout: Layout, rows: tuple[Rows, ...]) -> None:
        """Compile the layout of `record`; its scalars go to `rows`, one for each slot."""
        codes = ["d", *([f"{layout.step_width}s"] if layout.step_width else [])]
        codes += [_STRUCT_CODES[slot.code] for slot in layout.slots]
        spans = sorted(zip(layout.payload(), codes, range(len(codes)), strict=True))
        form, at, order = "<", 0, [0] * len(codes)
        for place, ((begin, width), code, which) in enumerate(spans):
            form += f"{begin - at}s{code}"
            at, order[which] = begin + width, 2 * place + 1
        self.unpack = Struct(f"{form}{layout.size - at}s").unpack
        self.constants = self.unpack(record)[::2]
        numbers = order[len(order) - len(layout.slots) :]
        self.wall, self.step = order[0], order[1] if layout.step_width else -1
        self.slots = [
            (one.points.append, slot.at, number)
            for one, slot, number in zip(rows, layout.slots, numbers, strict=True)
        ]

    def take(self, record: bytes, offset: int) -> bool:
        """Append the scalars of a record of the layout's size; False if it is of another layout."""
        parts = self.unpack(record)
        step = _step(parts[self.step]) if self.step >= 0 else 0
        if step is None or parts[::2] != self.constants:
            return False
        wall_time = parts[self.wall]
        for append, at, number in self.slots:
            append((offset + at, step, wall_time, parts[number]))
        return True


class Templates:
    """Templates by record size and first tag, for one block."""

    def __init__(self, points: Points) -> None:
        """Begin with none; their scalars go to `points`."""
        self.points = points
        self.known: dict[int, tuple[slice, dict[bytes, Template]]] = {}

    def take(self, record: bytes, offset: int) -> bool:
        """Append the scalars of a record that fits a template; False if none does."""
        known = self.known.get(len(record))
        if known is None:
            return False
        template = known[1].get(record[known[0]])
        return template is not None and template.take(record, offset)

    def learn(self, event: Event, record: bytes, offset: int) -> bool:
        """Make a template of a record and append its scalars; False if it holds anything else."""
        layout = layout_of_event(event, record)
        if layout is None or any(slot.code not in _STRUCT_CODES for slot in layout.slots):
            return False
        self.points.note(layout, offset)
        rows = tuple(self.points.rows(slot.tag, is_tensor=slot.is_tensor) for slot in layout.slots)
        tag, known = self.known.setdefault(layout.size, (slice(*layout.tag), {}))
        if len(known) >= _MAX_TEMPLATES:
            known.clear()
        template = known[record[tag]] = Template(record, layout, rows)
        return template.take(record, offset)


def decode_plain(
    block: Block, start: Ints, length: Ints, points: Points, *, accept_bad_crc: bool = False
) -> None:
    """Decode the records of `block` at `start`, in file order, and report those that cannot be.

    With `accept_bad_crc` a payload that does not fit its CRC is taken if it is an event, and reported too.
    """
    templates = Templates(points)
    for begin, size in zip(start.tolist(), length.tolist(), strict=True):
        offset = block.base + begin
        lone = _large(block.data, begin, size) if size > HEAD else None
        if lone is not None and lone.kind != HISTOGRAM and _is_sound(block.data, begin, size):
            points.records += 1
            points.contents.add("summary")
            continue
        record = sound_payload(block.data, begin, size)
        if record is None:
            record = _unverified(block, begin, size) if accept_bad_crc else None
            _report_bad_crc(offset, size, points, is_taken=record is not None)
            if record is None:
                continue
        points.records += 1
        if not templates.take(record, offset) and not _take_histogram(record, lone, points):
            _read_event(record, offset, templates)


def _unverified(block: Block, start: int, length: int) -> bytes | None:
    """The payload of a record whose CRC does not fit, if it is an event in form."""
    begin = start + HEADER.size
    record = bytes(block.data[begin : begin + length])
    try:
        parse(record)
    except WireError:
        return None
    return record


def _report_bad_crc(offset: int, length: int, points: Points, *, is_taken: bool) -> None:
    damage = corrupt_data(offset, length)
    if is_taken:
        text = (
            f"expected a payload of {length} bytes that fits its checksum at byte {offset}, found other bytes"
        )
        text += ": they were taken unverified, as was asked for; do not trust what rests on them"
        points.problems.add(damage.kind, offset, text)
    else:
        points.problems.add(damage.kind, offset, damage.text, skipped=damage.skipped, lost=damage.lost)


def _large(data: Buffer, start: int, length: int) -> Lone | None:
    """The lone value of the framed record at data[start], if its first bytes tell."""
    begin = start + HEADER.size
    return lone_value(bytes(data[begin : begin + HEAD]), length)


def _is_sound(data: Buffer, start: int, length: int) -> bool:
    """Whether the framed record at data[start] fits its CRC, without a copy of it."""
    begin = start + HEADER.size
    end = begin + length
    payload = np.frombuffer(data, np.uint8, length, begin)
    return masked_crc32c(payload) == int.from_bytes(data[end : end + 4], "little")


def _take_histogram(record: bytes, lone: Lone | None, points: Points) -> bool:
    """Take the event of a lone histogram, if it is known to be `lone`; False if it is anything else."""
    lone = lone or lone_value(record, len(record))
    if lone is None or lone.kind != HISTOGRAM:
        return False
    try:
        buckets = from_message(record, [lone.body])
    except WireError:
        return False
    if buckets is None:
        return False
    points.contents.add("summary")
    points.add_histogram(lone.tag, lone.step, buckets)
    return True


def _read_event(record: bytes, offset: int, templates: Templates) -> None:
    """Take everything of use from one event; if it is none, that is a problem at `offset`."""
    try:
        event = parse(record)
    except WireError as error:
        text = f"expected an event in the record at byte {offset}, found other bytes ({error})"
        _report(templates.points, offset, text)
        return
    if not templates.learn(event, record, offset):
        take_event(event, record, offset, templates.points)


def take_event(event: Event, record: bytes, offset: int, points: Points) -> None:
    """Take everything of use from a parsed event; values that cannot be decoded become problems."""
    points.writer = points.writer or event.writer
    points.contents.add("merged" if len(event.values) > 1 else event.what)
    for value in event.values:
        try:
            expected = _read_value(record, offset, event, value, points)
        except WireError as error:
            expected = f"a value that can be decoded ({error})"
        if expected:
            _report(points, offset, f"expected {expected} of tag {value.tag!r} in the event at byte {offset}")


def _report(points: Points, offset: int, text: str) -> None:
    advice = "it is left out, all others are kept; look at the program that wrote it"
    points.problems.add("bad_event", offset, f"{text}: {advice}", lost=1)


def _read_value(record: bytes, offset: int, event: Event, value: Value, points: Points) -> str:
    """Take one summary value; what it should have been and is not, or ""."""
    plugin = points.plugin(value.tag, offset, value.plugin)
    if plugin == "hparams":
        points.hparams.update(parse_hparams(record, value.content))
    if value.kind == "histogram" or (value.kind == "tensor" and plugin == "histograms"):
        return _read_histogram(record, event, value, points)
    if value.kind == "number" or (value.kind == "tensor" and plugin in SCALAR_PLUGINS):
        number = scalar(record, value)
        if number is None:
            return "one number" if plugin == "scalars" else ""
        rows = points.rows(value.tag, is_tensor=value.kind == "tensor")
        rows.points.append((offset + value.spans[0][0], event.step, event.wall_time, number.value))
    return ""


def _read_histogram(record: bytes, event: Event, value: Value, points: Points) -> str:
    if value.kind == "histogram":
        buckets = from_message(record, value.spans)
    else:
        table = table_of(record, parse_tensor(record, value.spans))
        buckets = from_table(table) if table is not None else None
    if buckets is None:
        return "a histogram with one count for each bucket"
    points.add_histogram(value.tag, event.step, buckets)
    return ""
