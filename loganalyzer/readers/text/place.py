"""Where a line without a step of its own stands: below the last heading, in the last section."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from loganalyzer.readers.text.clock import UNSET, Clock


@dataclass(slots=True)
class Place:
    """`epoch` is the last one named, `clock` that of lines without a step, `split` that of the section.

    `epochs` are the totals named beside an epoch, `first` and `last` the lowest and the highest epoch named.
    """

    epoch: float | None = None
    clock: Clock = UNSET
    split: str = ""
    epochs: set[int] = field(default_factory=set)
    first: float = inf
    last: float = -inf
    _bar_line: int = 0
    _bar_of: int | None = None
    _bar_is_whole: bool = False
    _is_past_first_bar: bool = False

    def move(self, clock: Clock, *, is_heading: bool) -> Clock:
        """Go where a line says it stands, which is what it returns; below values only their epoch holds."""
        if clock.epoch is not None:
            if clock.epoch != self.epoch:
                self._bar_line, self._bar_of, self.split = 0, None, ""
                self._bar_is_whole = self._is_past_first_bar = False
            self.epoch = clock.epoch
            self.first, self.last = min(self.first, self.epoch), max(self.last, self.epoch)
            if clock.epochs is not None:
                self.epochs.add(clock.epochs)
        elif clock.counter != "total":
            clock = clock._replace(epoch=self.epoch)
        self.clock = clock if is_heading or clock.epoch is None else Clock(clock.epoch)
        return clock

    def enter(self, split: str) -> None:
        """Begin a section; what is told there belongs to the epoch, not to the last step of it."""
        self.split = split
        if self.epoch is not None:
            self.clock = Clock(self.epoch)

    def split_of(self, clock: Clock) -> str:
        """The split of the section, for a line that says at most at which step of the epoch it stands."""
        is_inside = not clock.is_set or (clock.epoch is None and clock.counter != "total")
        return self.split if is_inside and (self.epoch is not None or not clock.is_set) else ""

    def planned(self) -> int | None:
        """How many epochs the run was to have, if the log always says the same; `0/9` to `9/9` are ten."""
        if len(self.epochs) != 1:
            return None
        (epochs,) = self.epochs
        return epochs + (self.first == 0 and self.last == epochs)

    def is_second_bar(self, clock: Clock, line: int) -> bool:
        """Whether a bar without a label follows the one of training: it evaluates what was trained."""
        self._bar_line = self._bar_line or line
        anew = self._bar_is_whole and not clock.is_full
        other = None not in (clock.of, self._bar_of) and clock.of != self._bar_of
        other = other or (clock.at is None and line != self._bar_line)
        self._is_past_first_bar = self._is_past_first_bar or anew or other
        self._bar_of = self._bar_of or clock.of
        self._bar_is_whole = self._bar_is_whole or clock.is_full
        return self._is_past_first_bar
