"""An audit: what is new or changed below some paths is judged, what is not comes from the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from loganalyzer.audit.archive.plan import Terms, Work, plan, terms_of
from loganalyzer.audit.archive.spread import Spread
from loganalyzer.audit.archive.work import brief_of
from loganalyzer.audit.scan import OnRun, ScanOptions
from loganalyzer.model.rule import Rulebook
from loganalyzer.readers.walk import RunFiles
from loganalyzer.store.store import Store

_TOLD_AT_ONCE = 256


@dataclass(slots=True)
class Tally:
    """How many units were done how: read, judged again from the store, or left as they are."""

    read: int = 0
    rejudged: int = 0
    unchanged: int = 0

    @property
    def done(self) -> int:
        """All of them."""
        return self.read + self.rejudged + self.unchanged

    def __str__(self) -> str:
        """The counts in a line."""
        again = f"{self.rejudged:,} judged again without reading, " if self.rejudged else ""
        return f"{self.read:,} read, {again}{self.unchanged:,} unchanged"


@dataclass(frozen=True, slots=True)
class Auditor:
    """What holds for an audit; with `force` everything is read, whatever the store says."""

    book: Rulebook
    options: ScanOptions
    spread: Spread = field(default_factory=Spread)
    force: bool = False

    @property
    def terms(self) -> Terms:
        """What verdicts are kept under."""
        return terms_of(self.book, self.options)

    def run(self, found: Sequence[RunFiles], store: Store, on_run: OnRun | None = None) -> Tally:
        """Bring the store up to date with the files that were found, and choose their runs in it.

        What is done is kept at once, so that an audit that ends early goes on where it was.

        Raises:
            StoreError: the store cannot be written any more, or is damaged.
        """
        tally = Tally()
        works = self._works(found, store, tally)
        with store.told():
            for rows in self.spread.rows(works, brief_of(self.book, self.terms, self.options)):
                store.write(rows)
                if on_run is not None:
                    on_run(min(tally.done, len(found)), len(found), rows[-1].place.name)
        return tally

    def _works(self, found: Sequence[RunFiles], store: Store, tally: Tally) -> Iterator[Work]:
        """What is to be done; what holds is chosen as it is met."""
        holds: list[int] = []
        for one in plan(found, store, self.terms, force=self.force):
            if isinstance(one, Work):
                tally.rejudged += bool(one.sketch)
                tally.read += not one.sketch
                yield one
                continue
            tally.unchanged += 1
            holds.append(one.id)
            if len(holds) == _TOLD_AT_ONCE:
                store.choose(holds)
                holds.clear()
        store.choose(holds)
