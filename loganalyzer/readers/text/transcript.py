"""A log line by line: what stands above a line, what is painted over, and the values that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from loganalyzer.readers.text.clock import UNSET, Clock
from loganalyzer.readers.text.line import Line, line_of
from loganalyzer.readers.text.pairs import Found, Values, with_split
from loganalyzer.readers.text.place import Place
from loganalyzer.readers.text.screen import is_worth_reading, names_curve
from loganalyzer.readers.text.states import State, shown
from loganalyzer.readers.text.tables import Box, Grid, is_painted_over, is_rule
from loganalyzer.readers.text.words import TRAIN

# Prints its values beside a bar, which alone counts the steps.
BESIDE_BAR = "huggingface"


class Entry(NamedTuple):
    """Values of one moment of the run, from line `line`.

    The next entry, if it has the same `key`, paints over this one, unless this `is_settled`. What is not
    `is_whole` at the end of the log was still going on.
    """

    line: int
    writer: str
    clock: Clock
    values: Values
    key: tuple[object, ...]
    is_settled: bool = False
    is_whole: bool = True


@dataclass(slots=True)
class Transcript:
    """A log as far as it was read; `n_parsed` counts the states that told a training curve at a step."""

    place: Place = field(default_factory=Place)
    n_parsed: int = 0
    _pending: Entry | None = None
    _box: Box = field(default_factory=Box)
    _grid: Grid = field(default_factory=Grid)

    def feed(self, state: State) -> Iterator[Entry]:
        """The entries that one more state settles."""
        entry = self._read(state)
        pending = self._pending
        if entry is None:
            if pending is not None and pending.clock.epoch not in (None, self.place.epoch):
                self._pending = None
                yield pending
            return
        if pending is not None and pending.key == entry.key:
            entry = entry._replace(values=tuple((dict(pending.values) | dict(entry.values)).items()))
        elif pending is not None:
            yield pending
        self._pending = None if entry.is_settled else entry
        if entry.is_settled:
            yield entry

    def end(self, *, is_cut: bool) -> Iterator[Entry]:
        """The entry that nothing more can paint over, unless the last line has not ended: it might."""
        pending = self._pending
        if pending is not None and pending.is_whole and not is_cut:
            yield pending

    def _read(self, state: State) -> Entry | None:
        text = state.text
        if "|" in text and self._box.take(shown(text)):
            return None
        if self._box.cells and is_rule(text):
            writer, found = self._box.writer, self._box.close()
            return self._entry(state, Line(writer, "values", found.clock, found))
        if self._grid.names:
            found = self._grid.row(shown(text))
            if found.values:
                return self._row(state, found)
        waits = self._pending is not None and self._pending.writer == BESIDE_BAR and "%|" in text
        if not waits and not is_worth_reading(text):
            return None
        text = shown(text)
        line = None if self._grid.open(text) else line_of(text)
        return None if line is None else self._said(state, line)

    def _row(self, state: State, found: Found) -> Entry | None:
        entry = self._entry(state, Line(self._grid.writer, "values", found.clock, found))
        if entry is None or is_painted_over(state.text):
            return None
        return entry._replace(key=("grid", self._grid.of_classes, entry.clock), is_settled=False)

    def _said(self, state: State, line: Line) -> Entry | None:
        if line.form == "heading":
            if line.clock.is_set:
                self.place.move(line.clock, is_heading=True)
            return None
        if line.form == "section":
            self.place.enter(line.split)
            return None
        if line.form == "bar":
            return self._bar(state, line)
        if line.form == "pass":
            self.place.enter(line.split or self.place.split)
            entry = self._entry(state, line._replace(clock=UNSET))
            key = ("pass", self.place.split, self.place.epoch)
            return entry and entry._replace(key=key, is_settled=False, is_whole=line.clock.is_full)
        return self._entry(state, line)

    def _bar(self, state: State, line: Line) -> Entry | None:
        """A bar through an epoch counts once it is full; one through a whole run, at each of its steps."""
        clock, place = line.clock, self.place
        if not names_curve(line.text):
            return self._pass_by(line)
        if clock.epoch is None and place.epoch is None:
            if line.writer == "keras" or clock.at is None:
                return None
            whole = line._replace(clock=clock._replace(counter="total"), found=line.numbers())
            return self._entry(state, whole, ("bar", clock.at))
        if clock.epoch is not None:
            place.move(Clock(clock.epoch, clock.epochs), is_heading=True)
        elif place.is_second_bar(clock, state.line):
            line = line._replace(split=line.split or "eval")
        if not clock.is_full:
            self.n_parsed += 1
            return None
        whole = line._replace(clock=Clock(place.epoch), found=line.numbers())
        return self._entry(state, whole, ("bar", line.writer, place.epoch, line.split))

    def _pass_by(self, line: Line) -> Entry | None:
        """A bar without values tells the step of those printed just above it, or that they will change."""
        pending, clock = self._pending, line.clock
        if pending is not None and pending.writer == BESIDE_BAR:
            self._pending = None
            return pending._replace(clock=pending.clock._replace(at=clock.at, of=clock.of), is_settled=True)
        if pending is not None and line.split and line.split not in TRAIN:
            self._pending = pending._replace(is_whole=False)
        return None

    def _entry(self, state: State, line: Line, key: tuple[object, ...] = ()) -> Entry | None:
        """The values of a line at its step, or at that of the heading above it; None if it tells no curve."""
        found, clock = line.found, line.clock
        is_told = found.is_sure or (clock.is_set and found.is_likely) or (bool(line.writer) and found.is_news)
        if not found.values or not (is_told or found.is_rate):
            return None
        values = with_split(found.values, self.place.split_of(clock))
        clock = self.place.move(clock, is_heading=False) if clock.is_set else self.place.clock
        if not clock.is_set:
            return None
        self.n_parsed += is_told
        is_settled = not key and state.is_last and line.writer != BESIDE_BAR
        return Entry(
            state.line, line.writer, clock, values, key or (state.line, line.writer, clock), is_settled
        )
