"""One file of a run, its curves in order and its place in time; which files are copies of others."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from loganalyzer.model.run import Axis, ReadProblem
from loganalyzer.readers.joining.writers import writers_of
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.stitch import Piece, Replaced, equal, unfold
from loganalyzer.readers.trees.names import EVENTS


@dataclass(slots=True, eq=False)
class Part:
    """One file: its curves by full tag, the time of its first and last point, and problems found in them.

    Times are in seconds since the epoch; 0 where neither a point nor the file's name has one. `is_piece` says
    that the file is of a format in which one run is many files.
    """

    path: str
    prefix: str
    reading: Reading
    start: float
    end: float
    curves: dict[str, Piece] = field(default_factory=dict)
    axes: dict[str, Axis] = field(default_factory=dict)
    superseded: dict[str, int] = field(default_factory=dict)
    problems: list[ReadProblem] = field(default_factory=list)
    is_piece: bool = False

    @property
    def longest(self) -> int:
        """Points of the longest curve."""
        return max((int(piece.step.size) for piece in self.curves.values()), default=0)

    @property
    def size(self) -> int:
        """Points of all curves."""
        return sum(int(piece.step.size) for piece in self.curves.values())

    def rename(self, tags: Collection[str], prefix: str) -> None:
        """Put a prefix before some tags."""
        for tag in tags:
            self.curves[prefix + tag] = self.curves.pop(tag)
            self.axes[prefix + tag] = self.axes.pop(tag)
            if tag in self.superseded:
                self.superseded[prefix + tag] = self.superseded.pop(tag)


def part_of(reading: Reading, prefix: str, stamp: float, *, is_piece: bool = False) -> Part:
    """A file ready to be joined; `prefix` goes before its tags, `stamp` is its time if no point has one."""
    part = Part(reading.source.path, prefix, reading, stamp, stamp, is_piece=is_piece)
    restarts: list[dict[str, Replaced]] = []
    repeated: dict[str, int] = {}
    numbered: dict[str, int] = {}
    copied: dict[str, int] = {}
    columns, shared = _told_apart(reading)
    for column in columns:
        if not column.step.size:
            continue
        tag = prefix + column.tag
        curve = unfold(column)
        part.curves[tag], part.axes[tag] = curve.piece, _axis_of(column)
        if curve.repeated:
            repeated[tag] = curve.repeated
        if curve.copied:
            copied[tag] = curve.copied
        if curve.numbered:
            numbered[tag] = int(curve.piece.step.size)
        _collect(restarts, tag, curve.replaced)
    _set_times(part)
    for replaced in restarts:
        add_counts(part.superseded, {tag: gone.n for tag, gone in replaced.items()})
    part.problems += [restarted(part.path, part.path, replaced) for replaced in restarts if replaced]
    part.problems += (
        _shares(part.path, shared) + _repeats(part.path, repeated) + _unnumbered(part.path, numbered)
    )
    part.problems += _copies(part.path, copied)
    return part


def _told_apart(reading: Reading) -> tuple[Sequence[Column], dict[str, int]]:
    """The columns of a file, those of several writers of an event file apart, and how many share each tag."""
    if reading.source.format != EVENTS:
        return reading.columns, {}
    tags = {column.tag for column in reading.columns}
    found: list[Column] = []
    shared: dict[str, int] = {}
    for column in reading.columns:
        several = writers_of(column)
        if len(several) > 1 and tags.isdisjoint(one.tag for one in several[1:]):
            shared[column.tag] = len(several)
            found += several
        else:
            found.append(column)
    return found, shared


def _axis_of(column: Column) -> Axis:
    """What the steps count: as the format says, but epochs under the `epoch_*` tags that Keras writes."""
    return "epoch" if column.tag.rpartition("/")[2].startswith("epoch_") else column.axis


def _collect(restarts: list[dict[str, Replaced]], tag: str, replaced: Sequence[Replaced | None]) -> None:
    for index, gone in enumerate(replaced):
        if index == len(restarts):
            restarts.append({})
        if gone is not None:
            restarts[index][tag] = gone


def _set_times(part: Part) -> None:
    walls = [piece.wall_time for piece in part.curves.values() if piece.wall_time is not None]
    known = [wall[np.isfinite(wall)] for wall in walls]
    bounds = [(float(wall.min()), float(wall.max())) for wall in known if wall.size]
    if bounds:
        part.start, part.end = min(first for first, _ in bounds), max(last for _, last in bounds)


def add_counts(counts: dict[str, int], more: Mapping[str, int]) -> None:
    """Add numbers of points by tag."""
    for tag, n in more.items():
        counts[tag] = counts.get(tag, 0) + n


def restarted(later: str, earlier: str, replaced: Mapping[str, Replaced]) -> ReadProblem:
    """The line that says what one restart replaced, over all curves it touched."""
    n = sum(gone.n for gone in replaced.values())
    tag = _most({tag: gone.n for tag, gone in replaced.items()})
    gone = replaced[tag]
    where = "its steps go back" if later == earlier else f"starts again within the steps of {earlier}"
    say = f"{later}: {where}: {n} points in {len(replaced)} curves are set aside, {tag!r} from step "
    again = "were logged again, and the later ones count"
    if gone.until >= gone.last:
        say += f"{gone.first} to {gone.last}; they {again}"
    else:
        say += f"{gone.first} to {gone.last}; those up to step {gone.until} {again}; the rest was abandoned"
    return ReadProblem("restarted", later, say, lost=n)


def _most(counts: Mapping[str, int]) -> str:
    return max(sorted(counts), key=lambda tag: counts[tag])


def _repeats(path: str, repeated: Mapping[str, int]) -> list[ReadProblem]:
    if not repeated:
        return []
    lost = sum(repeated.values())
    say = f"{path}: expected one value per step, found {lost} points more in {len(repeated)} curves (most in "
    say += f"{_most(repeated)!r}); the last one logged at each step was kept; log a quantity once per step"
    return [ReadProblem("duplicate", path, say, lost=lost)]


def _shares(path: str, shared: Mapping[str, int]) -> list[ReadProblem]:
    if not shared:
        return []
    tag = _most(shared)
    say = f"{path}: expected one value per step, found {shared[tag]} at each step of {tag!r} and of "
    say += (
        f"{len(shared) - 1} other curves, as of several writers; they are kept apart by `#2` behind the tag; "
    )
    return [ReadProblem("duplicate", path, say + "give each its own tag")]


def _copies(path: str, copied: Mapping[str, int]) -> list[ReadProblem]:
    if not copied:
        return []
    lost = sum(copied.values())
    say = f"{path}: expected each point once, found {lost} points in {len(copied)} curves (most in "
    say += f"{_most(copied)!r}) again with the same step, value and time: the file holds a part of itself "
    say += "twice; each point counts once; put no log behind its own copy"
    return [ReadProblem("duplicate", path, say, lost=lost)]


def _unnumbered(path: str, numbered: Mapping[str, int]) -> list[ReadProblem]:
    if not numbered:
        return []
    tag = _most(numbered)
    say = f"{path}: expected steps that grow, found one step for all {numbered[tag]} points of {tag!r} and "
    say += f"{len(numbered) - 1} other curves; they were numbered as logged; pass the step to the logger"
    return [ReadProblem("duplicate", path, say)]


def drop_copies(parts: Sequence[Part]) -> tuple[list[Part], list[tuple[Part, Part]]]:
    """The parts in time order without those whose every point another one holds, and these with that one."""
    kept: list[Part] = []
    copies: list[tuple[Part, Part]] = []
    buckets: dict[tuple[str, int, float], list[Part]] = {}
    for part in sorted(parts, key=lambda one: (-one.size, one.start, one.path)):
        bucket = buckets.setdefault(_first_point(part), [])
        original = next((one for one in bucket if _is_copy(part, one)), None) if part.longest > 1 else None
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
    for tag, piece in part.curves.items():
        whole = original.curves.get(tag)
        if whole is None or piece.step.size > whole.step.size:
            return False
        start = whole.cut(slice(0, piece.step.size))
        if not np.array_equal(piece.step, start.step) or not equal(piece.value, start.value).all():
            return False
    return True
