"""Where a line of a log stands."""

from __future__ import annotations

from typing import NamedTuple

from loganalyzer.readers.text.words import RANK, Counter


class Clock(NamedTuple):
    """The epoch and of how many, the step and of how many, and what counts the step."""

    epoch: float | None = None
    epochs: int | None = None
    at: int | None = None
    of: int | None = None
    counter: Counter | None = None

    @property
    def is_set(self) -> bool:
        """Whether the line says where it stands."""
        return self.epoch is not None or self.at is not None

    @property
    def is_full(self) -> bool:
        """Whether nothing is left to be counted, as far as is known."""
        return self.at == self.of or self.at is None or self.of is None

    def counted(self, counter: Counter, count: int, of: int | None) -> Clock:
        """The clock with one more number that counts; the better counter of steps is believed."""
        if counter == "epoch":
            return self.in_epoch(float(count), of)
        if self.counter is not None and RANK[self.counter] <= RANK[counter]:
            return self
        return Clock(self.epoch, self.epochs, count, of, counter)

    def in_epoch(self, epoch: float, epochs: int | None) -> Clock:
        """The clock with an epoch; the first one that a line names is believed."""
        return self if self.epoch is not None else Clock(epoch, epochs, self.at, self.of, self.counter)


UNSET = Clock()
