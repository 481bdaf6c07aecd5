"""What the records of one file say of its run: its curves, its settings, and whether it ended."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.events.protobuf import BYTES, VARINT, Field, WireError, fields, signed
from loganalyzer.readers.wandb.chunks import CHUNK_HEADER
from loganalyzer.readers.wandb.history import History, Row, row_of
from loganalyzer.readers.wandb.items import decoded, read_items
from loganalyzer.readers.wandb.records import Damage, Record
from loganalyzer.readers.wandb.settings import Settings

# Fields of Record and of its parts by number, as in the descriptors that wandb ships.
_NUM, _HISTORY, _SUMMARY, _CONFIG, _TELEMETRY, _RUN, _EXIT = 1, 2, 3, 5, 11, 17, 18
_HISTORY_STEP, _RUN_CONFIG, _RUN_START, _RUN_TELEMETRY = 2, 4, 17, 19
_UPDATE, _REMOVE = 1, 2
_IMPORTS = (1, 2)
# Imports that tell who trains, the most telling first.
_FRAMEWORKS = (
    (9, "lightning"),
    (106, "lightning"),
    (11, "huggingface"),
    (2, "keras"),
    (102, "keras"),
    (3, "tensorflow"),
    (1, "pytorch"),
)


@dataclass(slots=True)
class RunLog:
    """All that one file has yielded so far; `close` must follow its last record."""

    problems: Problems
    records: int = 0
    history: History = field(default_factory=History)
    settings: Settings = field(default_factory=Settings)
    summary: dict[str, float] = field(default_factory=dict)
    is_over: bool = False
    _start: float = math.nan
    _imports: set[int] = field(default_factory=set)
    _internal: dict[str, float] = field(default_factory=dict)
    _number: int = 0
    _is_steady: bool = True
    _held: Damage | None = None

    @property
    def framework(self) -> str:
        """Who most likely trained, by what the process had imported, or ""."""
        return next((name for number, name in _FRAMEWORKS if number in self._imports), "")

    def take(self, item: Record | Damage) -> None:
        """Take what one record says, or report damage; a record that cannot be decoded is reported, too."""
        if isinstance(item, Damage):
            self._report(self._held)
            self._held = item
            return
        self.records += 1
        try:
            self._read(item)
        except WireError as error:
            text = f"expected a record of wandb at byte {item.offset}, found other bytes ({error}): "
            text += "it is left out, all others are kept; look at the program that wrote it"
            self.problems.add("bad_event", item.offset, text, lost=1)
        self._report(self._held)
        self._held = None

    def close(self, size: int) -> None:
        """Report what is known only at the end of the file, which is at byte `size`."""
        if self._held is None and not self.is_over:
            text = f"expected an exit record at the end, byte {size}, found none: the run is still being "
            text += "written or its process died; nothing to do unless the run is over"
            self.problems.add("truncated", size, text)
        self._report(self._held)

    def take_summary(self, row: Row) -> None:
        """Keep the last value of each key; later ones replace earlier ones."""
        self._internal.update(row.internal)
        self.summary.update(row.points)

    def add_summary(self) -> None:
        """Let the last values of the summary stand in for a history."""
        if self.summary:
            self._add(Row(self._internal, list(self.summary.items()), []), None)

    def _read(self, record: Record) -> None:
        payload = record.payload
        for item in fields(payload, 0, len(payload)):
            if item.number == _NUM and item.wire == VARINT:
                self._count(item.value)
            elif item.wire == BYTES:
                self._read_part(record, item)

    def _count(self, number: int) -> None:
        """Report the damage before record `number`: records are numbered, which tells how many it took."""
        gap = number - self._number - 1
        if self._held is None:
            self._is_steady &= not gap or not self._number
        elif self._is_steady and 0 <= gap <= self._held.skipped // CHUNK_HEADER.size:
            self._held = self._held._replace(lost=gap)
        self._number = number

    def _report(self, damage: Damage | None) -> None:
        if damage is not None:
            kind, offset, skipped, lost, text = damage
            self.problems.add(kind, offset, text, skipped=skipped, lost=lost)

    def _read_part(self, record: Record, part: Field) -> None:
        payload = record.payload
        if part.number == _HISTORY:
            self._read_history(record, part)
        elif part.number == _SUMMARY and not self.history.step:
            self.take_summary(row_of(list(read_items(payload, part.start, part.stop))))
        elif part.number == _CONFIG:
            self._read_config(record, part)
        elif part.number == _RUN:
            self._read_run(record, part)
        elif part.number == _TELEMETRY:
            self._read_telemetry(payload, part)
        elif part.number == _EXIT:
            self.is_over = True

    def _read_history(self, record: Record, part: Field) -> None:
        row = row_of(list(read_items(record.payload, part.start, part.stop)))
        step = None
        if "_step" not in row.internal:
            for item in fields(record.payload, part.start, part.stop):
                if item.number == _HISTORY_STEP and item.wire == BYTES:
                    step = _varint(record.payload, item)
        if row.broken:
            text = f"expected JSON in {len(row.broken)} values of the record at byte {record.offset}, found "
            text += f"other text (first of {row.broken[0]!r}): they are left out, all others are kept"
            self.problems.add("non_numeric", record.offset, text, lost=len(row.broken))
        self._add(row, step)

    def _add(self, row: Row, step: int | None) -> None:
        logged = row.internal.get("_step", math.nan)
        if abs(logged) < 1 << 63:
            step = int(logged)
        if step is None:
            step = self.history.step[-1] + 1 if self.history.step else 0
        runtime = row.internal.get("_runtime", math.nan)
        self.history.add(step, row.internal.get("_timestamp", self._start + runtime), row.points)

    def _read_run(self, record: Record, part: Field) -> None:
        for item in fields(record.payload, part.start, part.stop):
            if item.wire != BYTES:
                continue
            if item.number == _RUN_CONFIG:
                self._read_config(record, item)
            elif item.number == _RUN_START:
                self._start = float(_varint(record.payload, item))
            elif item.number == _RUN_TELEMETRY:
                self._read_telemetry(record.payload, item)

    def _read_config(self, record: Record, part: Field) -> None:
        for path, value in read_items(record.payload, part.start, part.stop, _UPDATE):
            try:
                self.settings.update(path, decoded(value))
            except ValueError as error:
                text = f"expected JSON in setting {'/'.join(path)!r} of the record at byte {record.offset}, "
                self.problems.add("non_numeric", record.offset, f"{text}found other text ({error})", lost=1)
        for path, _ in read_items(record.payload, part.start, part.stop, _REMOVE):
            self.settings.remove(path)

    def _read_telemetry(self, payload: bytes, part: Field) -> None:
        for item in fields(payload, part.start, part.stop):
            if item.number in _IMPORTS and item.wire == BYTES:
                found = fields(payload, item.start, item.stop)
                self._imports.update(flag.number for flag in found if flag.value)


def _varint(payload: bytes, message: Field) -> int:
    """The number in field 1 of a message; 0 if it is not written."""
    value = 0
    for item in fields(payload, message.start, message.stop):
        if item.number == 1 and item.wire == VARINT:
            value = signed(item.value)
    return value
