"""Which files of one folder continue which: copies, sessions of one process, and runs of several sessions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from loganalyzer.model.run import Axis, ReadProblem
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.stitch import (
    Piece,
    Replaced,
    chained,
    equal,
    holds,
    overlay,
    resume,
    starts_anew,
    unfold,
)


@dataclass(slots=True, eq=False)
class Part:
    """One file: its curves by full tag, the time of its first and last point, and problems found in them."""

    path: str
    prefix: str
    reading: Reading
    start: float
    end: float
    curves: dict[str, Piece] = field(default_factory=dict)
    axes: dict[str, Axis] = field(default_factory=dict)
    superseded: dict[str, int] = field(default_factory=dict)
    problems: list[ReadProblem] = field(default_factory=list)

    @property
    def n_points(self) -> int:
        """Points of the longest curve."""
        return max((int(piece.step.size) for piece in self.curves.values()), default=0)

    @property
    def size(self) -> int:
        """Points of all curves."""
        return sum(int(piece.step.size) for piece in self.curves.values())

    def rename(self, prefix: str) -> None:
        """Put a prefix before every tag."""
        for name in ("curves", "axes", "superseded"):
            setattr(self, name, {prefix + tag: value for tag, value in getattr(self, name).items()})


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


def part_of(reading: Reading, prefix: str, stamp: float) -> Part:
    """A file ready to be joined; `prefix` goes before its tags, `stamp` is its time where no point has one."""
    part = Part(reading.source.path, prefix, reading, stamp, stamp)
    restarts: list[dict[str, Replaced]] = []
    repeated: dict[str, int] = {}
    clocks: list[tuple[float, float]] = []
    for column in reading.columns:
        if not column.step.size:
            continue
        tag = prefix + column.tag
        pieces, again = unfold(column)
        part.curves[tag], replaced = chained(pieces)
        part.axes[tag] = column.axis
        clocks += _clock(part.curves[tag])
        if again:
            repeated[tag] = again
        _collect(restarts, tag, replaced)
    if clocks:
        part.start, part.end = min(first for first, _ in clocks), max(last for _, last in clocks)
    _tell(part, restarts, repeated)
    return part


def _clock(piece: Piece) -> list[tuple[float, float]]:
    if piece.wall_time is None:
        return []
    known = piece.wall_time[np.isfinite(piece.wall_time)]
    return [(float(known.min()), float(known.max()))] if known.size else []


def _collect(restarts: list[dict[str, Replaced]], tag: str, replaced: Sequence[Replaced | None]) -> None:
    for index, gone in enumerate(replaced[1:]):
        if index == len(restarts):
            restarts.append({})
        if gone is not None:
            restarts[index][tag] = gone


def _tell(part: Part, restarts: Iterable[dict[str, Replaced]], repeated: dict[str, int]) -> None:
    for replaced in restarts:
        if replaced:
            part.problems.append(restarted(part.path, part.path, replaced))
        _count(part.superseded, replaced)
    if repeated:
        lost = sum(repeated.values())
        tag = max(sorted(repeated), key=lambda one: repeated[one])
        say = f"{part.path}: {lost} points in {len(repeated)} curves (most in {tag!r}) repeat a step with another "
        say += "value; the last one logged at each step was kept; log each quantity once per step"
        part.problems.append(ReadProblem("duplicate", part.path, say, lost=lost))


def _count(superseded: dict[str, int], replaced: dict[str, Replaced]) -> None:
    for tag, gone in replaced.items():
        superseded[tag] = superseded.get(tag, 0) + gone.n


def restarted(later: str, earlier: str, replaced: dict[str, Replaced]) -> ReadProblem:
    """The line that says what a restart replaced, over all curves it touched."""
    n = sum(gone.n for gone in replaced.values())
    tag = max(sorted(replaced), key=lambda one: replaced[one].n)
    gone = replaced[tag]
    where = "goes back" if later == earlier else f"starts again within {earlier}"
    say = f"{later}: {where}: {n} points of {len(replaced)} curves were logged again, {tag!r} from step {gone.first} "
    say += f"to {gone.last}; the later ones are used, the {n} earlier ones are counted as superseded"
    return ReadProblem("restarted", later, say)


def drop_copies(parts: Sequence[Part]) -> tuple[list[Part], list[tuple[Part, Part]]]:
    """The parts in time order without those whose every point another one holds too, and these with that one."""
    kept: list[Part] = []
    copies: list[tuple[Part, Part]] = []
    buckets: dict[tuple[str, int, float], list[Part]] = {}
    for part in sorted(parts, key=lambda one: (-one.size, one.start, one.path)):
        bucket = buckets.setdefault(_first_point(part), [])
        original = next((one for one in bucket if _is_copy(part, one)), None) if part.n_points > 1 else None
        if original is None:
            bucket.append(part)
            kept.append(part)
        else:
            copies.append((part, original))
    return sorted(kept, key=lambda one: (one.start, one.path)), copies


def _first_point(part: Part) -> tuple[str, int, float]:
    tag = min(part.curves)
    value = float(part.curves[tag].value[0])
    return tag, int(part.curves[tag].step[0]), 0.0 if math.isnan(value) else value


def _is_copy(part: Part, original: Part) -> bool:
    return all(
        tag in original.curves
        and piece.step.size <= original.curves[tag].step.size
        and bool(np.array_equal(piece.step, original.curves[tag].step[: piece.step.size]))
        and bool(np.all(equal(piece.value, original.curves[tag].value[: piece.step.size])))
        for tag, piece in part.curves.items()
    )


def sessions_of(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts grouped by the process that wrote them, in time order.

    A part joins the session that began nearest to it among those that log none of its tags; what one process
    logs under one tag it logs to one file.
    """
    sessions: list[list[Part]] = []
    for part in parts:
        free = [session for session in sessions if not any(_clash(part, other) for other in session)]
        if free:
            min(free, key=lambda session: abs(part.start - session[0].start)).append(part)
        else:
            sessions.append([part])
    return sessions


def _clash(part: Part, other: Part) -> bool:
    for tag in part.curves.keys() & other.curves.keys():
        one, two = sorted((part.curves[tag], other.curves[tag]), key=lambda piece: int(piece.step.size))
        if not holds(two, one):
            return True
    return False


def chains_of(sessions: Sequence[Sequence[Part]]) -> list[Chain]:
    """Sessions joined to runs: one that goes on where a run has got to resumes it, any other starts a run."""
    chains: list[Chain] = []
    for session in sessions:
        going_on = [chain for chain in chains if _continues(chain, session)]
        chain = min(going_on, key=lambda one: _gap(one, session)) if going_on else None
        if chain is None:
            chain = Chain()
            chains.append(chain)
        for part in session:
            append(chain, part)
    return chains


def _shared(chain: Chain, session: Sequence[Part]) -> list[tuple[Piece, Piece]]:
    return [
        (chain.curves[tag], part.curves[tag])
        for part in session
        for tag in part.curves
        if tag in chain.curves
    ]


def _continues(chain: Chain, session: Sequence[Part]) -> bool:
    """Whether most points shared with the run go on from within it, and no two processes wrote at once."""
    shared = _shared(chain, session)
    weights = [_weight(*pair) for pair in shared]
    anew = sum(w for w, (one, two) in zip(weights, shared, strict=True) if starts_anew(one, two))
    together = bool(shared) and min(part.start for part in session) < chain.end
    return anew * 2 < sum(weights) and not (together and any(_overlaps(*pair) for pair in shared))


def _weight(one: Piece, two: Piece) -> int:
    """A constant that each session notes once says nothing of where it goes on."""
    fewer, more = sorted((int(one.step.size), int(two.step.size)))
    return fewer if more > 1 else 0


def _overlaps(one: Piece, two: Piece) -> bool:
    return one.step.size > 1 and two.step.size > 1 and int(two.step[0]) < int(one.step[-1])


def _gap(chain: Chain, session: Sequence[Part]) -> float:
    """How far, in shares of the run, the session begins from where the run has got to."""
    one, two = max(_shared(chain, session), key=lambda pair: min(pair[0].step.size, pair[1].step.size))
    return abs(int(two.step[0]) - int(one.step[-1])) / max(1, int(one.step[-1]) - int(one.step[0]))


def append(chain: Chain, part: Part) -> None:
    """Add a part to a run; where both have a tag the later points win."""
    replaced: dict[str, Replaced] = {}
    for tag, piece in part.curves.items():
        before = chain.curves.get(tag)
        if before is None:
            chain.curves[tag] = piece
            chain.axes[tag] = part.axes[tag]
            continue
        join = overlay if starts_anew(before, piece) else resume
        chain.curves[tag], gone = join(before, piece)
        if gone is not None:
            replaced[tag] = gone
    if replaced:
        chain.problems.append(restarted(part.path, chain.parts[-1].path, replaced))
    _count(chain.superseded, replaced)
    _count_all(chain.superseded, part.superseded)
    chain.parts.append(part)


def _count_all(superseded: dict[str, int], more: dict[str, int]) -> None:
    for tag, n in more.items():
        superseded[tag] = superseded.get(tag, 0) + n
