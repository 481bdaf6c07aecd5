"""Damage as it is told, and how far what comes after it can be trusted.

Once framing is lost, the next record is found by search: by a header and a payload that both fit their CRCs.
A text that the run logged may hold whole records as they would lie in a file, and then these are found, too.
So records found by search are said to be recovered; and if their chain ends in damage again, as the inside of
a text would, to be suspect. All of them are kept.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.events.tfrecord import Block, Damage


@dataclass(slots=True)
class _Recovery:
    """Records found behind a damage, so far."""

    damage: Damage
    n: int = 0

    def text(self, end: int) -> str:
        """How to tell of them; `end` is where damage ended their chain again, -1 if none did."""
        found = f"the {self.n} records from byte {self.damage.resumed} on were found again by search"
        if end < 0:
            return f"{found} and are recovered"
        return f"{found} and are suspect: at byte {end} they end in damage, as records inside a text would"


def blocks_of(items: Iterable[Block | Damage], problems: Problems) -> Generator[Block, None, None]:
    """The blocks among `items`; damage becomes problems, with what was recovered after it."""
    recovery: _Recovery | None = None
    try:
        for item in items:
            if isinstance(item, Block):
                if recovery is not None:
                    recovery.n += item.start.size
                yield item
            elif _loses_framing(item):
                _close(recovery, item.offset, problems)
                recovery = _Recovery(item)
            else:
                _add(item, item.text, problems)
            del item  # or its bytes would stay in memory while the next ones are read
    finally:
        _close(recovery, -1, problems)


def _loses_framing(damage: Damage) -> bool:
    return damage.resumed >= 0 or damage.kind == "corrupt_length"


def _close(recovery: _Recovery | None, end: int, problems: Problems) -> None:
    if recovery is not None:
        text = recovery.damage.text
        text += f"; {recovery.text(end)}" if recovery.n else ""
        _add(recovery.damage, text, problems)


def _add(damage: Damage, text: str, problems: Problems) -> None:
    problems.add(damage.kind, damage.offset, text, skipped=damage.skipped, lost=damage.lost)
