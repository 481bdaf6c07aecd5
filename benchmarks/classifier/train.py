"""From the table to the arrays that travel with the package: trees, and what their answers are worth."""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.isotonic import IsotonicRegression

from benchmarks.classifier.table import Table
from loganalyzer.engine.classify import ARRAYS
from loganalyzer.engine.forest import CHECKSUMS, NODE, Forest

SEED = 20_000
TREES = 40
FOLDS = 5
KNOTS = 33


def new_trees(seed: int = SEED) -> ExtraTreesRegressor:
    """Trees over 0/1 truths: the mean of a leaf is the share of its runs that show a class."""
    return ExtraTreesRegressor(TREES, min_samples_leaf=4, max_features=0.3, random_state=seed, n_jobs=1)


def without_segments(table: Table, rows: np.ndarray) -> np.ndarray:
    """The values of some rows as they are before the leading curve is cut into segments."""
    values = table.values[rows].copy()
    values[:, [name.startswith("segments.") for name in table.features]] = np.nan
    return values


def fit(table: Table, rows: np.ndarray) -> ExtraTreesRegressor:
    """Trees grown on some rows, each with and without segments and weighted by how rare its label is."""
    truth = table.truth[rows].astype(np.float64)
    count = np.maximum(truth.sum(axis=0), 1.0)
    weight = (truth / count).max(axis=1)
    weight /= weight.mean()
    values = np.concatenate((table.values[rows], without_segments(table, rows)))
    trees = new_trees().fit(values, np.tile(truth, (2, 1)), sample_weight=np.tile(weight, 2))
    for estimator in trees.estimators_:
        # scikit-learn then knows no more than what travels, in a quarter of the space
        estimator.tree_.value[:] = estimator.tree_.value.astype(np.float16)
    return trees


def folds(table: Table) -> np.ndarray:
    """The fold of each row, shape (rows,): whole groups, those of one first label dealt in turn."""
    first = {
        group: (source, int(truth.argmax()))
        for source, group, truth in zip(table.source.tolist(), table.group.tolist(), table.truth, strict=True)
    }
    dealt: dict[tuple[str, int], int] = defaultdict(int)
    of_group = {}
    for group in sorted(first):
        key = first[group]
        if key[0] == "trained":
            key = ("trained", 0)
        of_group[group] = (dealt[key] + key[1]) % FOLDS
        dealt[key] += 1
    return np.array([of_group[group] for group in table.group.tolist()])


def held_out(table: Table, fold: np.ndarray) -> np.ndarray:
    """What trees that never saw a row's group say of it, shape (2, rows, classes): with, without segments."""
    answer = np.zeros((2, *table.truth.shape))
    for number in range(FOLDS):
        rows = np.flatnonzero(fold == number)
        trees = fit(table, np.flatnonzero(fold != number))
        answer[:, rows] = trees.predict(table.values[rows]), trees.predict(without_segments(table, rows))
    return answer


def calibration(answer: np.ndarray, truth: np.ndarray, healthy: int) -> np.ndarray:
    """Shares of true answers at even steps of the trees' answer, shape (2, KNOTS): healthy, and others.

    Isotonic, over answers to held-out groups, all pathologies together.
    """
    grid = np.linspace(0.0, 1.0, KNOTS)
    others = np.arange(truth.shape[1]) != healthy
    curves = []
    for columns in (np.array([healthy]), np.flatnonzero(others)):
        model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
        shown = np.broadcast_to(truth[:, columns], answer[..., columns].shape)
        model.fit(answer[..., columns].ravel(), shown.ravel().astype(np.float64))
        curves.append(model.predict(grid))
    return np.array(curves)


def calibrated(answer: np.ndarray, curves: np.ndarray, healthy: int) -> np.ndarray:
    """Answers (..., classes) as probabilities."""
    grid = np.linspace(0.0, 1.0, curves.shape[1])
    out = np.interp(answer, grid, curves[1])
    out[..., healthy] = np.interp(answer[..., healthy], grid, curves[0])
    return out


def as_arrays(trees: ExtraTreesRegressor, table: Table) -> Forest:
    """The same trees as plain arrays."""
    parts, leaves, roots, nodes, rows = [], [], [], 0, 0
    for tree in (estimator.tree_ for estimator in trees.estimators_):
        leaf = tree.children_left < 0
        part = np.zeros(tree.node_count, NODE)
        part["feature"] = np.where(leaf, -1, tree.feature)
        if not np.array_equal(tree.children_left[~leaf], np.flatnonzero(~leaf) + 1):
            raise ValueError("a tree that was not grown depth first cannot be written down")
        part["right"] = np.where(leaf, rows + np.cumsum(leaf) - 1, tree.children_right + nodes)
        part["missing_left"] = tree.missing_go_to_left.astype(bool) & ~leaf
        part["threshold"] = np.where(leaf, 0.0, rounded_down(tree.threshold))
        roots.append(nodes)
        nodes, rows = nodes + tree.node_count, rows + int(leaf.sum())
        parts.append(part)
        leaves.append(tree.value[leaf, :, 0])
    return Forest(
        table.features,
        table.classes,
        np.concatenate(parts),
        np.array(roots),
        np.concatenate(leaves).astype(np.float16),
    )


def rounded_down(threshold: np.ndarray) -> np.ndarray:
    """The largest single-precision numbers that are not larger: the same samples are at most those."""
    single = threshold.astype(np.float32)
    return np.where(single > threshold, np.nextafter(single, np.float32(-np.inf)), single)


def arrays_of(table: Table) -> dict[str, np.ndarray]:
    """All arrays that travel, by name: the forest grown on the whole table, calibrated on held-out groups."""
    forest = as_arrays(fit(table, np.arange(len(table.truth))), table)
    answer = held_out(table, folds(table))
    curves = calibration(answer, table.truth, table.healthy)
    return {
        "nodes": forest.nodes,
        "roots": forest.roots,
        "leaves": forest.leaves,
        "features": np.array(forest.features),
        "classes": np.array(forest.outputs),
        "calibration": curves,
        "base": calibrated(answer[0], curves, table.healthy).mean(axis=0),
    }


def write(arrays: dict[str, np.ndarray], folder: Path = ARRAYS) -> None:
    """Write each array as an .npy file, and beside them their sums for `sha256sum -c`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, array in sorted(arrays.items()):
        held = BytesIO()
        np.save(held, array, allow_pickle=False)
        (folder / f"{name}.npy").write_bytes(held.getvalue())
        lines.append(f"{sha256(held.getvalue()).hexdigest()}  {name}.npy\n")
    (folder / CHECKSUMS).write_text("".join(lines), encoding="ascii")
