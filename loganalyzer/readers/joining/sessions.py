"""Which files of one folder continue which: sessions of one process, and runs of several sessions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from loganalyzer.model.run import Axis, ReadProblem
from loganalyzer.readers.joining.parts import Part, add_counts, restarted
from loganalyzer.readers.stitch import Piece, Replaced, holds, overlay, resume, starts_anew

# A folder reused a thousand times must not cost a million comparisons.
_RECENT = 64


@dataclass(slots=True, eq=False)
class Chain:
    """One run: parts in time order, their curves joined, and what later parts replaced of earlier ones."""

    parts: list[Part] = field(default_factory=list)
    copies: list[Part] = field(default_factory=list)
    curves: dict[str, Piece] = field(default_factory=dict)
    axes: dict[str, Axis] = field(default_factory=dict)
    superseded: dict[str, int] = field(default_factory=dict)
    problems: list[ReadProblem] = field(default_factory=list)

    @property
    def end(self) -> float:
        """Wall time of the last point, in seconds since the epoch."""
        return max((part.end for part in self.parts), default=-math.inf)

    def distance(self, time: float) -> float:
        """Seconds between a time and the nearest beginning of a part."""
        return min((abs(part.start - time) for part in self.parts), default=math.inf)

    def append(self, session: Sequence[Part]) -> None:
        """Add the parts of one session; where a curve is there already, the later points win."""
        replaced: dict[str, Replaced] = {}
        earlier = self.parts[-1].path if self.parts else ""
        for part in session:
            for tag, piece in part.curves.items():
                gone = self._add(tag, piece, part.axes[tag])
                if gone is not None:
                    replaced[tag] = gone
            add_counts(self.superseded, part.superseded)
            self.parts.append(part)
        if replaced:
            self.problems.append(restarted(session[0].path, earlier or session[0].path, replaced))
            add_counts(self.superseded, {tag: gone.n for tag, gone in replaced.items()})

    def add_table(self, part: Part) -> None:
        """Add the history that the run wrote beside its events; its name stands before tags of both."""
        part.rename(sorted(part.curves.keys() & self.curves.keys()), f"{part.path.rpartition('/')[2]}:")
        self._fold_restarts(part)
        self.append([part])

    def _fold_restarts(self, table: Part) -> None:
        """A restart is one, however many logs of the run show it."""
        told = [index for index, problem in enumerate(self.problems) if problem.kind == "restarted"]
        again = [problem for problem in table.problems if problem.kind == "restarted"]
        if len(again) > len(told):
            return
        for index, problem in zip(told, again, strict=False):
            one = self.problems[index]
            say = f"{one.text}; {table.path} shows it too, with {problem.lost} points"
            self.problems[index] = replace(one, text=say, lost=one.lost + problem.lost)
        table.problems = [problem for problem in table.problems if problem.kind != "restarted"]

    def _add(self, tag: str, piece: Piece, axis: Axis) -> Replaced | None:
        before = self.curves.get(tag)
        if before is None:
            self.curves[tag], self.axes[tag] = piece, axis
            return None
        join = overlay if starts_anew(before, piece) else resume
        self.curves[tag], gone = join(before, piece)
        return gone


def sessions_of(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts, given in time order, grouped by the process that wrote them.

    A part joins the session that began nearest to it among those that log none of its tags; what one process
    logs under one tag it logs to one file.
    """
    sessions: list[_Session] = []
    for part in parts:
        free = [session for session in sessions[-_RECENT:] if not session.clashes(part)]
        if free:
            min(free, key=lambda session: abs(part.start - session.parts[0].start)).add(part)
        else:
            sessions.append(_Session())
            sessions[-1].add(part)
    return [session.parts for session in sessions]


@dataclass(slots=True, eq=False)
class _Session:
    """Parts of one process, and by tag those that log it."""

    parts: list[Part] = field(default_factory=list)
    by_tag: dict[str, list[Part]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        self.parts.append(part)
        for tag in part.curves:
            self.by_tag.setdefault(tag, []).append(part)

    def clashes(self, part: Part) -> bool:
        """Whether another part logs other points under a tag of this one."""
        return any(
            _differs(piece, other.curves[tag])
            for tag, piece in part.curves.items()
            for other in self.by_tag.get(tag, ())
        )


def _differs(piece: Piece, other: Piece) -> bool:
    fewer, more = sorted((piece, other), key=lambda one: int(one.step.size))
    return not holds(more, fewer)


def chains_of(sessions: Sequence[Sequence[Part]]) -> list[Chain]:
    """Sessions joined to runs: one that goes on where a run has got to resumes it, any other starts a run."""
    chains: list[Chain] = []
    for session in sessions:
        going_on = [chain for chain in chains[-_RECENT:] if _continues(chain, session)]
        if going_on:
            min(going_on, key=lambda chain: _gap(chain, session)).append(session)
        else:
            chains.append(Chain())
            chains[-1].append(session)
    return chains


def _shared(chain: Chain, session: Sequence[Part]) -> list[tuple[Piece, Piece]]:
    return [
        (chain.curves[tag], part.curves[tag])
        for part in session
        for tag in part.curves
        if tag in chain.curves
    ]


def _continues(chain: Chain, session: Sequence[Part]) -> bool:
    """Whether most points shared with the run go on from within it, and no two processes wrote at once.

    A session that shares constants only is a note on a run that has more than constants.
    """
    shared = _shared(chain, session)
    weights = [_weight(*pair) for pair in shared]
    if not any(weights):
        return any(piece.step.size > 1 for piece in chain.curves.values())
    anew = sum(weight for weight, pair in zip(weights, shared, strict=True) if starts_anew(*pair))
    if anew * 2 >= sum(weights):
        return False
    together = min(part.start for part in session) < chain.end
    return not (together and any(_overlaps(*pair) for pair in shared))


def _weight(one: Piece, two: Piece) -> int:
    """A constant that each session notes once says nothing of where it goes on."""
    fewer, more = sorted((int(one.step.size), int(two.step.size)))
    return fewer if more > 1 else 0


def _overlaps(one: Piece, two: Piece) -> bool:
    return one.step.size > 1 and two.step.size > 1 and int(two.step[0]) < int(one.step[-1])


def _gap(chain: Chain, session: Sequence[Part]) -> float:
    """How far, in shares of the run, the session begins from where the run has got to."""
    one, two = max(_shared(chain, session), key=lambda pair: _weight(*pair))
    return abs(int(two.step[0]) - int(one.step[-1])) / max(1, int(one.step[-1]) - int(one.step[0]))
