"""What validation does beside training."""

import numpy as np

from benchmarks.trainings.view import ABSENT, BORDER, NO, YES, Array, Verdict, View, at_least, at_most, tail


def smooth(values: Array, width: int) -> Array:
    """Running median, `width` odd, ends by the nearest whole window."""
    half = width // 2
    return np.array([np.median(values[max(0, i - half) : i + half + 1]) for i in range(len(values))])


def overfitting(view: View) -> Verdict:
    """Validation loss has a clear minimum and is over it at the end while training loss went on falling."""
    val, loss = view.rows("val_loss")[1:], view.loss[1:]
    if len(val) < 8:
        return ABSENT
    level = smooth(val, 2 * (len(val) // 20) + 1)
    best = int(np.argmin(level))
    end = float(np.median(tail(level, 0.1)))
    rise = end - float(level[best])
    degree = min(
        at_least(rise / max(float(level[best]), 1e-12), 0.05, 0.15),
        at_least(rise / view.span, 0.005, 0.03),
        at_most(best / len(val), 0.93, 0.85),
        at_least(1 - float(np.median(tail(loss, 0.1))) / max(float(loss[best]), 1e-12), 0.03, 0.1),
        at_least(float(tail(level, 0.2).min()) / max(float(level[best]), 1e-12), 1.02, 1.05),
    )
    return degree, view.step[1 + best]


def unstable_validation(view: View) -> Verdict:
    """Validation loss jumps from one evaluation to the next while training is smooth."""
    val, loss = view.rows("val_loss"), view.loss
    half = len(val) // 3
    jump = float(np.mean(np.abs(np.diff(val[half:]))))
    wild = at_least(jump / max(float(np.median(val[half:])), 1e-12), 0.1, 0.2)
    turns = at_least(float(np.mean(np.diff(np.sign(np.diff(val[half:]))) != 0)), 0.35, 0.45)
    calm = at_least(jump / max(float(np.mean(np.abs(np.diff(loss[half:])))), 1e-12), 2.0, 4.0)
    return min(wild, turns, calm, at_least(jump / view.span, 0.03, 0.06)), view.step[1]


def validation_collapse(view: View) -> Verdict:
    """Validation falls to chance, or its loss jumps far over chance, while training stays fine.

    From the first evaluation on it is a border case: another data set, or none, would look the same.
    """
    val, fine = view.rows("val_loss"), at_least(float(np.median(tail(view.progress, 0.3))), 0.3, 0.5)
    ever_good = at_most(float(val[1:].min()), 0.85 * view.chance, 0.7 * view.chance)
    lost = at_least(float(np.min(tail(val, 0.2))) / view.chance, 1.0, 1.5)
    if view.is_classes:
        above = view.above_chance("val_accuracy")
        luck = view.luck(view.constants["n_val"])
        ever_good = at_least(float(above.max()), 0.2, 0.4)
        bad_loss = at_least(float(np.median(tail(val, 0.2))) / view.chance, 0.9, 1.0)
        lost = min(bad_loss, at_most(float(np.median(tail(above, 0.2))), 0.25 + luck, 0.1 + luck))
    jumps = [i for i in range(1, len(val) - 2) if val[i + 1] >= 3 * np.median(val[max(0, i - 3) : i + 1])]
    far = [i for i in jumps if val[i + 1 :].min() >= max(2 * val[i], view.chance)]
    alone = [i for i in far if view.loss[i : i + 3].max() <= 1.5 * view.loss[i] + 0.05 * view.span]
    if alone:
        return fine, view.step[alone[0] + 1]
    degree = min(fine, lost, max(ever_good, BORDER))
    bad = np.flatnonzero(val <= view.chance)
    return degree, view.step[min(int(bad[-1]) + 1 if bad.size else 1, len(val) - 1)]


def leakage_suspect(view: View) -> Verdict:
    """Validation is near perfect at once where the task does not allow it, or far under training."""
    val, loss = view.rows("val_loss"), view.loss
    half = len(val) // 2
    if view.is_classes:
        at_once = at_least(float(view.rows("val_accuracy")[1 : 2 + len(val) // 12].max()), 0.985, 0.995)
        known = YES if view.reach.val_accuracy < 0.96 else BORDER if view.reach.val_accuracy < 0.99 else NO
        if min(at_once, known):
            return min(at_once, known), view.step[1]
    better = at_most(float(np.median(val[half:] / np.maximum(loss[half:], 1e-12))), 0.75, 0.5)
    return min(
        better, at_least(float(np.median(loss[half:] - val[half:])) / view.span, 0.08, 0.15)
    ), view.step[1]


def metric_loss_disagreement(view: View) -> Verdict:
    """Loss and accuracy say opposite things for long, on validation or in what is logged of training."""
    if not view.is_classes:
        return ABSENT
    val, accuracy = smooth(view.rows("val_loss")[1:], 3), smooth(view.rows("val_accuracy")[1:], 3)
    best, n = int(np.argmin(val)), len(val)
    worse = at_least(float(np.median(tail(val, 0.1))) / max(float(val[best]), 1e-12), 1.15, 1.3)
    worse = min(worse, at_least(float(tail(val, 0.25).min()) / max(float(val[best]), 1e-12), 1.05, 1.1))
    gain = at_least(float(np.median(tail(accuracy, 0.1))) - float(accuracy[best]), 0.015, 0.03)
    of_validation = min(worse, gain, at_least(1 - best / n, 0.3, 0.4)), float(view.step[1 + best])
    shown = view.logged("accuracy")
    if len(shown.value) < 8:
        return of_validation
    base = max(view.constants["majority"], 1 / view.constants["n_classes"])
    pinned = at_most(float((np.median(tail(shown.value, 0.5)) - base) / (1 - base)), 0.15, 0.08)
    learned = at_least(float(np.median(tail(view.above_chance("accuracy"), 0.5))), 0.3, 0.5)
    of_training = min(pinned, learned), float(shown.step[0])
    return max(of_validation, of_training, key=lambda verdict: verdict[0])
