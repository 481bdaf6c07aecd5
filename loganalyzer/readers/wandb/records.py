"""Chunks put together to records, with every stretch of the file that yields none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from loganalyzer.readers.wandb.chunks import (
    FILE_HEADER,
    FIRST,
    FULL,
    LAST,
    Chunk,
    DamageKind,
    Fault,
    Log,
    chunks,
)

MAX_RECORD = 64 << 20
_LIVE = "the run is still being written or its process died; nothing to do unless the run is over"
_ADVICE = "the intact records around it are kept; copy the file again from where it was written, if you can"


class Record(NamedTuple):
    """One record, at bytes [offset, stop) of the file."""

    offset: int
    stop: int
    payload: bytes


class Damage(NamedTuple):
    """Bytes [offset, offset + skipped) of the file hold no usable record; `truncated` is a live tail."""

    kind: DamageKind
    offset: int
    skipped: int
    lost: int
    text: str


@dataclass(slots=True)
class _Stretch:
    """What has come since the last record: an open record, or damage up to the next record that begins."""

    offset: int
    n_bytes: int = 0
    bodies: list[bytes] = field(default_factory=list)
    fault: Fault | None = None
    lost: int = 0

    def take(self, item: Chunk | Fault) -> Record | Damage | None:
        """Add what comes next; the record that is whole with it, if one is."""
        if isinstance(item, Fault):
            self._spoil(item)
        elif item.offset == self.offset and item.kind not in (FULL, FIRST):
            text = f"expected the first chunk of a record at byte {item.offset}, found a later one"
            self._spoil(Fault("corrupt_data", item.offset, item.stop, 1, text))
        elif self.fault is None:
            self._add(item.body)
            return self._record(item.stop) if item.kind in (FULL, LAST) else None
        return None

    def unfinished(self, stop: int, *, at_end: bool = False) -> Damage:
        """The damage that ends at `stop`, where another record begins or the file ends."""
        fault = self.fault
        if fault is None:
            what = "the end of the file" if at_end else f"another record at byte {stop}"
            text = f"expected the rest of the record that begins at byte {self.offset}, found {what}"
            fault, self.lost = Fault("truncated" if at_end else "corrupt_data", self.offset, stop, 1, text), 1
        skipped = stop - self.offset
        if fault.kind == "truncated":
            return Damage("truncated", self.offset, skipped, 0, f"{fault.text}: {_LIVE}")
        text = f"{fault.text}: bytes {self.offset} to {stop} are skipped; {_ADVICE}"
        return Damage(fault.kind, self.offset, skipped, self.lost, text)

    def _add(self, body: bytes) -> None:
        self.n_bytes += len(body)
        if self.n_bytes > MAX_RECORD:
            self.bodies.clear()
        else:
            self.bodies.append(body)

    def _spoil(self, fault: Fault) -> None:
        self.fault = self.fault or fault
        self.lost += fault.lost
        self.bodies.clear()

    def _record(self, stop: int) -> Record | Damage:
        if self.n_bytes <= MAX_RECORD:
            return Record(self.offset, stop, b"".join(self.bodies))
        text = f"expected records of at most {MAX_RECORD} bytes, found one of {self.n_bytes} at byte "
        text += f"{self.offset}: it is left out; no scalar needs that much"
        return Damage("over_limit", self.offset, stop - self.offset, 1, text)


def records(log: Log) -> Iterator[Record | Damage]:
    """Every intact record and every damage behind the file header, in file order.

    Records, damage and zeros that pad a block tile the file.

    Raises:
        OSError: the file system cannot deliver the bytes.
    """
    stretch: _Stretch | None = None
    for item in chunks(log):
        if stretch is not None and _ends(stretch, item):
            yield stretch.unfinished(item.offset)
            stretch = None
        stretch = stretch or _Stretch(item.offset)
        done = stretch.take(item)
        if done is not None:
            yield done
            stretch = None
    if stretch is not None:
        yield stretch.unfinished(log.size, at_end=True)


def _ends(stretch: _Stretch, item: Chunk | Fault) -> bool:
    """Whether what has come since the last record is over, since a record or a live tail begins."""
    if isinstance(item, Chunk):
        return item.kind in (FULL, FIRST)
    return item.kind == "truncated" and stretch.fault is not None


def header_fault(head: bytes) -> Damage | None:
    """What is wrong with the first bytes of a file, of which `head` holds 7 or all there are."""
    if head == FILE_HEADER:
        return None
    n = len(FILE_HEADER)
    if FILE_HEADER.startswith(head):
        text = f"expected a file header of {n} bytes at byte 0, found {len(head)} bytes: {_LIVE}"
        return Damage("truncated", 0, len(head), 0, text)
    text = f"expected the file header {FILE_HEADER!r} at byte 0, found {head!r}: it is skipped; {_ADVICE}"
    return Damage("corrupt_data", 0, len(head), 0, text)
