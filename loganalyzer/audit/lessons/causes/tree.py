"""Combinations: the way to the worst node of a shallow decision tree, if chance leads to none like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from loganalyzer.audit.lessons.causes.sample import Sample
from loganalyzer.audit.lessons.causes.search import FURTHER, MIN_RATIO, chance, refined
from loganalyzer.audit.lessons.causes.splits import Split
from loganalyzer.audit.lessons.counting import Mask, fisher, g_squared
from loganalyzer.model.run import Floats, Ints

DEPTH = 3
"""Nobody acts on four conditions at once, and a tree that deep is mostly noise."""
MIN_LEAF = 5
MIN_ROWS = 4 * MIN_LEAF
"""A combination of two parts the runs in four."""
MOST_ROWS = 2_000
"""More rows make the chance smaller and each of the trees slower, not the combination another one."""
_BLOCKS = 3
"""333 exchanges: trees take longer than sums."""

Side = tuple[int, bool]


@dataclass(frozen=True, slots=True)
class Joint:
    """Splits that hold together, by their place in the sample, each with its side; and their p-value."""

    sides: tuple[Side, ...]
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """What the tree sees: a column for each hyper-parameter, and the splits that its values count."""

    matrix: Floats
    splits: tuple[tuple[int, ...], ...]


def combination(whole: Sample, splits: Sequence[Split], first: int, rng: np.random.Generator) -> Joint | None:
    """The conditions of the node that parts failing rows best, or None where one split says as much.

    Its p-value asks whether a tree finds as good a node when outcomes are exchanged on each side of `first`:
    what a single hyper-parameter explains is no combination.
    """
    sample = whole.only(MOST_ROWS, rng)
    if sample.runs.size < MIN_ROWS or sample.failing.sum() < MIN_LEAF:
        return None
    table = _table(sample, splits)
    sides, observed = _worst_node(sample, table, splits)
    sides = _pruned(sample, sides)
    if len({splits[place].column.name for place, _ in sides}) < 2 or not _is_better(sample, sides):
        return None

    def best_of(failing: Floats, runs: Floats) -> Floats:
        width = failing.shape[1]
        runs = np.broadcast_to(runs, failing.shape)
        return np.array([_grown(table, failing[:, b], runs[:, b])[2].max() for b in range(width)])

    strata = refined(sample, first, (np.arange(sample.runs.size),))
    p_value = chance(sample, strata, observed, best_of, rng, _BLOCKS)
    return Joint(tuple(sides), p_value) if p_value <= FURTHER else None


def _table(sample: Sample, splits: Sequence[Split]) -> _Table:
    """Cuts of one hyper-parameter are one column that counts those passed; every other split is its own."""

    def group(place: int) -> tuple[str, str, int]:
        split = splits[place]
        return split.column.name, split.kind, 0 if split.kind == "at least" else split.code

    places = [tuple(found) for _, found in groupby(range(len(splits)), key=group)]
    columns = [sample.inside[:, list(found)].sum(axis=1) for found in places]
    return _Table(np.column_stack(columns), tuple(places))


def _grown(table: _Table, failing: Floats, runs: Floats) -> tuple[Any, Ints, Floats]:
    """A tree for these counts, the parent of each of its nodes, and their scores.

    The score is G squared of the rows below a node against all others, where those below fail more often.
    Inner nodes count as well: below the last cause that is there to be found, a tree goes on by chance.
    """
    from sklearn.tree import DecisionTreeClassifier

    bad, good = failing > 0, runs > failing
    model = DecisionTreeClassifier(
        criterion="log_loss", max_depth=DEPTH, min_samples_leaf=MIN_LEAF, random_state=0
    )
    model.fit(
        np.concatenate([table.matrix[bad], table.matrix[good]]),
        np.repeat([1, 0], [bad.sum(), good.sum()]),
        sample_weight=np.concatenate([failing[bad], (runs - failing)[good]]),
    )
    tree, leaf = model.tree_, model.apply(table.matrix)
    parents = np.zeros(tree.node_count, dtype=np.int64)
    for children in (tree.children_left, tree.children_right):
        parents[children[children > 0]] = np.flatnonzero(children > 0)
    fails_in, runs_in = (_summed(leaf, weight, parents.size) for weight in (failing, runs))
    for node in range(parents.size - 1, 0, -1):  # children come after their parents
        fails_in[parents[node]] += fails_in[node]
        runs_in[parents[node]] += runs_in[node]
    score = g_squared(fails_in, runs_in, failing.sum(), runs.sum())
    return tree, parents, np.where(fails_in * runs.sum() > runs_in * failing.sum(), score, 0.0)


def _summed(leaf: Ints, weight: Floats, nodes: int) -> Floats:
    return np.bincount(leaf, weights=weight, minlength=nodes).astype(np.float64)


def _worst_node(sample: Sample, table: _Table, splits: Sequence[Split]) -> tuple[list[Side], float]:
    """The sides on the way to the node of the highest score, without those that a later one includes."""
    tree, parents, scores = _grown(table, sample.failing, sample.runs)
    at = int(np.argmax(scores))
    sides: dict[tuple[str, str, int, bool], Side] = {}
    while at:
        parent = int(parents[at])
        cuts, passed = table.splits[tree.feature[parent]], int(np.floor(tree.threshold[parent]))
        side = bool(tree.children_right[parent] == at)
        split = splits[cuts[passed]]
        level = 0 if split.kind == "at least" else split.code
        sides.setdefault((split.column.name, split.kind, level, side), (cuts[passed], side))
        at = parent
    return sorted(sides.values()), float(scores.max())


def _pruned(sample: Sample, sides: Sequence[Side]) -> list[Side]:
    """The sides without those that make no difference among the runs that all the others choose.

    A third one has to survive Bonferroni's correction for every split that the tree had to choose from; the
    second of two is what the exchanges of outcomes put to the test.
    """
    kept = list(sides)
    while kept:
        worst = max(kept, key=lambda side: _p_value(sample, side, [one for one in kept if one != side]))
        others = [one for one in kept if one != worst]
        tried = sample.owner.size if len(kept) > 2 else 1
        if _p_value(sample, worst, others) * tried <= FURTHER:
            break
        kept = others
    return kept


def _p_value(sample: Sample, side: Side, others: Sequence[Side]) -> float:
    among = members_of(sample, others) & (sample.known[:, sample.owner[side[0]]] > 0)
    counts = [*_counts(sample, among & members_of(sample, [side])), *_counts(sample, among)]
    return fisher(*counts)


def _is_better(sample: Sample, sides: Sequence[Side]) -> bool:
    """Whether the runs on all sides stand out more than those on any one of them, and enough to matter."""
    fails, runs = _counts(sample, members_of(sample, sides))
    everywhere = _counts(sample, np.ones(sample.runs.size, dtype=bool))
    if not 0 < runs < everywhere[1] or fails * (everywhere[1] - runs) < MIN_RATIO * runs * (
        everywhere[0] - fails
    ):
        return False
    return all(_score(sample, [side], everywhere) < _score(sample, sides, everywhere) for side in sides)


def _score(sample: Sample, sides: Sequence[Side], everywhere: tuple[int, int]) -> float:
    counts = np.array([*_counts(sample, members_of(sample, sides)), *everywhere], dtype=np.float64)
    return float(g_squared(counts[0], counts[1], counts[2], counts[3]))


def members_of(sample: Sample, sides: Sequence[Side]) -> Mask:
    """The rows of the sample that lie on all of these sides, (n,)."""
    members = np.ones(sample.runs.size, dtype=bool)
    for place, side in sides:
        members &= (sample.known[:, sample.owner[place]] > 0) & ((sample.inside[:, place] > 0) == side)
    return members


def _counts(sample: Sample, members: Mask) -> tuple[int, int]:
    return round(float(sample.failing[members].sum())), round(float(sample.runs[members].sum()))
