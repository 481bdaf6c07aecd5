"""The accuracy of guessing, inferred from what the run itself shows.

A model that has learned nothing predicts the class shares: with N equal classes its accuracy is 1/N and
its cross-entropy ln N, so that accuracy = exp(-loss); one that always names one class has the share of
that class as its accuracy, to the last digit, in every evaluation.
"""

from __future__ import annotations

from math import exp, isfinite, log, nan

import numpy as np

from loganalyzer.features.curve import Curve, end_of, quantile, start_of
from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import median

PAIR_TOLERANCE = 0.12
BELOW_UNIFORM, ABOVE_UNIFORM = 0.03, 0.08
FRACTION_TOLERANCE = 0.10
MOST_CLASSES = 20
# what one epoch teaches may be lost again; an accuracy far from the first one is another level
AS_AT_FIRST = 0.25
# cross-entropies of a guess among a million are below
IN_NATS = 20.0
# the sure answers of a model that is often wrong lift its accuracy over exp(-loss), by far less than that
BEYOND_GUESS = 30.0
# above that, a decent model can have the same loss as a constant answer
MOST_MAJORITY = 0.75
# predictions that are sure just as often as they are right have the loss of a constant answer, but stray
LEAST_REPEATS = 0.3
# one validation accuracy nearly all the time, to the last digit: one class is named for every input
SAME_ANSWER = 0.8


def accuracy_share(of: Curve) -> Floats:
    """The smoothed accuracy as a share in [0, 1] (percent are recognised); all NaN if it is a count."""
    value = -of.smooth if of.role.direction == "higher" else of.smooth
    top = float(value.max())
    if top <= 1.0 + 1e-9:
        return value
    return value / 100.0 if top <= 100.0 + 1e-9 else np.full(value.size, nan)


def peak_accuracy(of: Curve) -> float:
    """The best accuracy held for more than one point, as a share in [0, 1]."""
    return float(accuracy_share(of).max())


def high_accuracy(of: Curve) -> float:
    """The accuracy that only a tenth of the run exceeds, as a share in [0, 1]."""
    return quantile(accuracy_share(of), 0.9)


def metric_gain(of: Curve) -> float:
    """By how much an accuracy or score in [0, 1] (or in percent) ends above its start."""
    return final_accuracy(of) - first_accuracy(of)


def gain_since(of: Curve, since: float, other: Curve) -> float:
    """By how much such a metric ends above its level at the moment of sample `since` of `other`."""
    if not isfinite(since):
        return nan
    value = accuracy_share(of)
    at = min(round(other.series.fraction_at(int(since)) * (value.size - 1)), value.size - 1)
    return final_accuracy(of) - float(value[at])


def classes_at_start(of: Curve, loss: float) -> float:
    """How many classes a cross-entropy `loss`, in nats, at the start tells of: exp(loss), 1 or more.

    1 where the accuracy there is far beyond what a cross-entropy of that size allows, as with a penalty
    on the weights in the loss; NaN where either is unknown.
    """
    first = first_accuracy(of)
    if not (isfinite(loss) and isfinite(first)):
        return nan
    if not 0.0 < loss < IN_NATS or first > BEYOND_GUESS * exp(-loss):
        return 1.0
    return exp(loss)


def low_accuracy(of: Curve) -> float:
    """The accuracy that all but a tenth of the run reaches, as a share in [0, 1]."""
    return quantile(accuracy_share(of), 0.1)


def first_accuracy(of: Curve) -> float:
    """The accuracy at the start, as a share in [0, 1]."""
    return start_of(accuracy_share(of))


def final_accuracy(of: Curve) -> float:
    """The accuracy at the end: median of the last tenth, at least three points, as a share in [0, 1]."""
    return end_of(accuracy_share(of))


def middle_accuracy(of: Curve) -> float:
    """The median accuracy of the whole run, as a share in [0, 1]."""
    return median(accuracy_share(of))


def _of_a_guess(level: float, loss: float) -> float:
    """The accuracy of a model that predicts the class shares, if loss and accuracy fit one; else NaN."""
    if not (isfinite(loss) and 0.0 < loss < IN_NATS):
        return nan
    below = int(exp(loss))
    for guess in (below, below + 1):
        # of many classes the commonest alone has several times 1/N, and a guess that names it scores that
        most = (1.35 if guess < MOST_CLASSES else 3.0) / max(guess, 1)
        if guess >= 2 and -BELOW_UNIFORM <= loss / log(guess) - 1.0 <= ABOVE_UNIFORM and level <= most:
            return max(level, 1.0 / guess)
    return level if level <= 0.6 and abs(exp(-loss) - level) <= PAIR_TOLERANCE * level else nan


def _one_over(level: float) -> float:
    """One over the whole number that the level is near to; NaN if there is none up to 20."""
    whole = round(1.0 / level)
    near = 2 <= whole <= MOST_CLASSES and abs(level - 1.0 / whole) <= FRACTION_TOLERANCE / whole
    return 1.0 / whole if near else nan


def _estimate(level: float, loss: float, repeats: float, first: float, classes: float) -> tuple[float, float]:
    """The accuracy of guessing behind a plateau at `level`, and the number of the reason (0: none found)."""
    if isfinite(classes) and classes >= 2:
        return 1.0 / classes, 1.0
    if not level > 0.0:
        return nan, 0.0
    if isfinite(guess := _of_a_guess(level, loss)):
        return guess, 2.0
    if repeats >= 0.8 and level < 0.97:
        return level, 3.0
    if abs(first - level) <= AS_AT_FIRST * level and level <= 0.6:
        return level, 5.0
    fraction = _one_over(level)
    return fraction, 4.0 if isfinite(fraction) else 0.0


def constant_entropy(level: float) -> float:
    """The least cross-entropy, in nats, of a constant answer that is right in a share `level` of cases."""
    return -level * log(level) - (1.0 - level) * log(1.0 - level)


def _knows_more(level: float, loss: float, lost: float) -> bool:
    """Whether the loss is better than any constant answer with that accuracy can have.

    The best constant answer has at least the cross-entropy of "this class or another"; a loss in other
    units can tell only by being far below where it started.
    """
    if not (isfinite(loss) and 0.0 < level < 1.0):
        return False
    return lost < 0.7 and (loss < 0.9 * constant_entropy(level) or loss > IN_NATS)


def _at_end(of: Curve, loss: float, lost: float, classes: float) -> tuple[float, float]:
    value = accuracy_share(of)
    # as logged: a running median repeats itself
    tail = of.finite[-max(5, of.finite.size // 10) :]
    repeats = float(np.mean(tail[1:] == tail[:-1])) if tail.size > 1 else 0.0
    level, reason = _estimate(end_of(value), loss, repeats, first_accuracy(of), classes)
    return (nan, 0.0) if reason > 2.0 and _knows_more(level, loss, lost) else (level, reason)


def chance_at_end(of: Curve, loss: float, lost: float, classes: float) -> float:
    """The accuracy of guessing behind the level at which the accuracy ends; NaN if nothing says so.

    `loss` is the loss there, `lost` the same as a multiple of the loss at the start, and `classes` the
    number of classes; NaN where unknown.
    """
    return _at_end(of, loss, lost, classes)[0]


def chance_reason_at_end(of: Curve, loss: float, lost: float, classes: float) -> float:
    """Why: 1 classes given, 2 loss of a guess, 3 one value again and again, 4 near 1/N, 5 as at the start."""
    return _at_end(of, loss, lost, classes)[1]


def _throughout(
    of: Curve, loss: float, best: float, repeats: float, held: float, classes: float
) -> tuple[float, float]:
    level = middle_accuracy(of)
    if repeats >= LEAST_REPEATS and held >= SAME_ANSWER:
        repeats = held  # where validation always gets the same answer, training strays by a digit only
    estimate, reason = _estimate(level, loss, repeats, nan, classes)
    if reason == 3.0 and level > MOST_MAJORITY and _knows_more(level, loss, 0.0):
        return nan, 0.0
    is_majority = 0.5 <= level <= MOST_MAJORITY or (held >= SAME_ANSWER and MOST_MAJORITY < level < 1.0)
    if 0.0 < reason <= 3.0 or not is_majority or not (repeats >= LEAST_REPEATS or held >= LEAST_REPEATS):
        return estimate, reason
    entropy = constant_entropy(level)
    return (level, 6.0) if best >= 0.95 * entropy and loss <= 1.08 * entropy else (estimate, reason)


def chance_throughout(
    of: Curve, loss: float, best: float, repeats: float, held: float, classes: float
) -> float:
    """The accuracy of guessing behind the median accuracy of the run; NaN if nothing says so.

    `loss` is the loss at the end, `best` the best it had, and `repeats` the share of samples that equal
    the one before, `held` the same of the validation accuracy; NaN where unknown.
    """
    return _throughout(of, loss, best, repeats, held, classes)[0]


def chance_reason_throughout(
    of: Curve, loss: float, best: float, repeats: float, held: float, classes: float
) -> float:
    """Why, as in `chance_reason_at_end`; 6: the loss is all along that of a constant answer."""
    return _throughout(of, loss, best, repeats, held, classes)[1]


def fall_index(of: Curve, level: float, peak: float) -> float:
    """The sample after which the accuracy stays below the middle between `level` and `peak`."""
    if not isfinite(level):
        return nan
    above = np.flatnonzero(accuracy_share(of) >= 0.5 * (level + peak))
    after = int(above[-1]) + 1 if above.size else 0
    return float(of.outline.start[after]) if after < of.outline.start.size else nan


def points_from(of: Curve, since: float) -> float:
    """How many samples lie from `since` to the end; 0 for nowhere."""
    return float(len(of.series) - since) if isfinite(since) else 0.0


CHANCE = (
    chance_at_end,
    chance_reason_at_end,
    chance_reason_throughout,
    chance_throughout,
    classes_at_start,
    fall_index,
    final_accuracy,
    first_accuracy,
    gain_since,
    high_accuracy,
    low_accuracy,
    metric_gain,
    middle_accuracy,
    peak_accuracy,
    points_from,
)
