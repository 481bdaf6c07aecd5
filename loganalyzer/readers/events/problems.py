"""What is wrong with one file, as much of it as is worth listing."""

from __future__ import annotations

from dataclasses import dataclass, field

from loganalyzer.model.run import ProblemKind, ReadProblem
from loganalyzer.readers.events.limits import MAX_PROBLEMS


@dataclass(slots=True)
class Problems:
    """The first problems of one file, and a count of the rest."""

    path: str
    most: int = MAX_PROBLEMS
    listed: list[ReadProblem] = field(default_factory=list)
    more: int = 0
    more_skipped: int = 0
    more_lost: int = 0

    def add(
        self, kind: ProblemKind, offset: int | None, text: str, *, skipped: int = 0, lost: int = 0
    ) -> None:
        """List one more, or only count it."""
        if len(self.listed) < self.most:
            self.listed.append(ReadProblem(kind, self.path, text, offset, skipped, lost))
            return
        self.more, self.more_skipped, self.more_lost = (
            self.more + 1,
            self.more_skipped + skipped,
            self.more_lost + lost,
        )

    def has_other(self, kind: ProblemKind) -> bool:
        """Whether there are problems of any other kind."""
        return bool(self.more) or any(problem.kind != kind for problem in self.listed)

    def all(self) -> tuple[ReadProblem, ...]:
        """The listed problems by place, and one line for the rest if there are more."""
        listed = sorted(self.listed, key=lambda problem: -1 if problem.offset is None else problem.offset)
        if self.more:
            text = f"expected at most {self.most} problems in one file, found {self.more} more"
            text += ": these are counted only, and all that is intact was read"
            listed.append(ReadProblem("over_limit", self.path, text, None, self.more_skipped, self.more_lost))
        return tuple(listed)
