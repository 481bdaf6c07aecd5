"""What a loss and an accuracy do: chance, standstill, growth, swings, spikes.

Each criterion gives a degree and an onset. Numbers are parts of the definitions: the first of a pair is
where the border begins, the second where the answer is yes.
"""

import numpy as np

from benchmarks.trainings.view import ABSENT, BORDER, NO, YES, Array, Verdict, View, at_least, at_most, tail


def collapse_to_chance(view: View) -> Verdict:
    """Accuracy rises clearly above the majority share, then falls to it and stays until the end."""
    if not view.is_classes:
        return ABSENT
    above = view.above_chance("accuracy")
    peak = float(above.max())
    if peak < 0.15:
        return ABSENT
    last = int(np.flatnonzero(above >= 0.5 * peak)[-1]) + 1
    rest = above[last:]
    if len(rest) == 0:
        return ABSENT
    luck = view.luck(view.constants["n_train"])
    low = at_most(float(tail(rest, 0.5).max()), 0.15 + luck, 0.05 + luck)
    stays = at_least(len(rest) / len(above), 0.03, 0.08)
    return min(at_least(peak, 0.15, 0.3), low, stays), view.step[last]


def stuck_at_chance(view: View) -> Verdict:
    """Accuracy at the majority share, or under it, from start to end."""
    if not view.is_classes:
        return ABSENT
    above, val, accuracy = (
        view.above_chance("accuracy"),
        view.above_chance("val_accuracy"),
        view.rows("accuracy"),
    )
    luck, val_luck = view.luck(view.constants["n_train"]), view.luck(view.constants["n_val"])
    rise = float(np.median(tail(accuracy, 0.1)) - np.median(accuracy[: max(1, len(accuracy) // 10)]))
    degree = min(
        at_most(float(np.quantile(above, 0.95)), 0.12 + luck, 0.05 + luck),
        at_most(float(np.median(tail(val, 0.3))), 0.2 + val_luck, 0.1 + val_luck),
        at_most(rise, 0.25, 0.15),
    )
    return degree, view.step[0]


def majority_collapse(view: View) -> Verdict:
    """One frequent class is the answer to nearly everything while a per-class metric in the log is poor."""
    if not view.is_classes or view.constants["majority"] < 1.2 / view.constants["n_classes"]:
        return ABSENT
    same = tail(view.rows("same_answer"), 0.3)
    poor = at_most(float(np.median(tail(view.rows("val_f1"), 0.3))), 0.65, 0.55)
    first = _stays_from(view.rows("same_answer") >= 0.97)
    return min(
        at_least(float(np.median(same)), 0.96, 0.985), poor, at_least(view.constants["majority"], 0.5, 0.6)
    ), view.step[first]


def constant_loss(view: View) -> Verdict:
    """The loss changes by less than a hundredth of its start, or stands still at a bad level."""
    loss = view.loss[1:]
    bad = at_most(float(view.progress[-1]), 0.8, 0.6)
    whole = at_most(float(np.ptp(loss) / abs(loss[0])), 0.02, 0.01)
    if min(whole, bad):
        return min(whole, bad), view.step[1]
    at_chance = view.is_classes and stuck_at_chance(view)[0] == YES
    level = abs(float(np.median(tail(view.loss, 0.3))))
    verdict = ABSENT
    for width, degree in zip((0.02, 0.01) if at_chance else (0.005, 0.001), (BORDER, YES), strict=True):
        start = flat_from(view.loss, width * level)
        if not at_chance and not _freezes(view, start, flat_from(view.loss, 0.02 * level)):
            continue
        share = 1 - start / len(view.loss)
        if min(degree, bad, at_least(share, 0.3, 0.4)) > verdict[0]:
            verdict = min(degree, bad, at_least(share, 0.3, 0.4)), view.step[start]
    return verdict


def _freezes(view: View, start: int, near: int) -> bool:
    """Whether a standstill comes at once, or no weight moves any more: a slow end of a decay is no freeze."""
    weights = view.rows("weight")[start:]
    still = len(weights) > 1 and bool(np.all(np.ptp(weights, axis=0) == 0))
    return still or start - near <= 1 + 0.05 * len(view.loss)


def flat_from(values: Array, width: float) -> int:
    """The first row from which on all values lie within `width`."""
    backwards = values[::-1]
    high, low = np.maximum.accumulate(backwards), np.minimum.accumulate(backwards)
    return len(values) - int(np.sum(high - low <= width))


def divergence(view: View) -> Verdict:
    """The loss ends at a large multiple of its best value, much of what was learned is lost."""
    loss = view.loss
    best = int(np.argmin(loss))
    end, least = float(np.median(tail(loss, 0.05))), float(tail(loss, 0.1).min())
    base = max(float(loss[best]), 0.02 * view.chance)
    degree = min(
        at_least(end / base, 1.5, 3.0),
        at_least((end - loss[best]) / view.span, 0.15, 0.4),
        at_least(least / base, 1.25, 2.0),
    )
    low = loss <= loss[best] + 0.1 * min(end - float(loss[best]), view.span)
    onset = min(int(np.flatnonzero(low)[-1]) + 1, len(loss) - 1)
    return degree, view.step[onset]


def unrecovered_spike(view: View) -> Verdict:
    """The loss jumps within a sixtieth of the run, and its old level is not reached again."""
    loss, best = view.loss, ABSENT
    for i in range(3, len(loss) - max(3, len(loss) // 8)):
        before = float(np.median(loss[i - 3 : i + 1]))
        jump = float(loss[i + 1]) - before
        size = min(
            at_least(jump / max(before, 0.02 * view.chance), 0.3, 0.6), at_least(jump / view.span, 0.07, 0.15)
        )
        lasting = at_least((float(loss[i + 1 :].min()) - before) / max(before, 0.02 * view.chance), 0.05, 0.2)
        was_good = at_most(
            before,
            1.5 * float(loss[: i + 1].min()) + 0.05 * view.span,
            1.3 * float(loss[: i + 1].min()) + 0.05 * view.span,
        )
        degree = min(size, lasting, was_good)
        if degree > best[0]:
            best = degree, view.step[i + 1]
    return best


def loss_spikes(view: View) -> Verdict:
    """Isolated logged losses that no random batch explains, after which the old course goes on."""
    shown = view.logged("loss")
    n = len(shown.step)
    if n < 12:
        return ABSENT
    row = np.clip(np.searchsorted(view.step, shown.step, side="left") - 1, 0, None)
    true, high = np.interp(shown.step, view.step, view.loss), view.rows("batch_high")[row]
    offset = max(1.0, float(np.median(shown.value / np.maximum(true, 1e-12))))
    degrees, onsets, places = [], [], []
    for i in range(max(3, n // 20), n):
        before = float(np.median(shown.value[max(0, i - 7) : i]))
        size = at_least(shown.value[i] / max(high[i] * offset, 1e-12), 1.25, 1.6)
        degree = min(
            size,
            at_least((shown.value[i] - before) / view.span, 0.05, 0.1),
            at_least(shown.value[i] / max(before, 1e-12), 1.4, 1.8),
        )
        if not degree:
            continue
        places.append(i)
        after = shown.value[i + 1 : i + 2 + n // 10]
        if len(after) and float(np.median(np.sort(after)[: max(1, len(after) // 2)])) <= 1.25 * max(
            before, float(true[i])
        ):
            degrees.append(degree)
            onsets.append(shown.step[i])
    if not degrees:
        return ABSENT
    rare = at_most(len(places) / n, 0.15, 0.08)
    return min(max(degrees), rare), onsets[int(np.argmax(degrees))]


def oscillation(view: View) -> Verdict:
    """Repeated large swings without net progress.

    Of the logged loss when a batch holds all rows, else of the true one, free of the luck of the draw.
    """
    shown = view.logged("loss")
    use_shown = view.constants["full_batch"] and len(shown.step) >= len(view.step)
    step, loss = (shown.step, shown.value) if use_shown else (view.step, view.loss)
    if len(loss) < 12:
        return ABSENT
    third = len(loss) // 3
    z = np.log(np.maximum(loss, 0.03 * view.chance))
    gain = float(np.exp(np.mean(z[-third:]) - np.mean(z[third : 2 * third])))
    verdict, needed = ABSENT, 3 * len(loss[third:]) / 60
    for swing, degree in ((0.22, BORDER), (0.4, YES)):
        legs = zigzag(z, loss, swing, 0.1 * view.span)
        late = [i for i in legs if i >= third]
        count = at_least(len(late), max(4, needed), max(6, 2 * needed))
        found = min(degree, count, at_least(gain, 0.5, 0.7), at_most(gain, 3.0, 1.7))
        if found > verdict[0]:
            verdict = found, step[legs[0]]
    return verdict


def zigzag(z: Array, loss: Array, swing: float, least: float) -> list[int]:
    """Rows at which swings of at least `swing` in `z` and `least` in `loss` turn."""
    turns, low, high, direction = [], 0, 0, 0
    for i in range(1, len(z)):
        low, high = (i if z[i] < z[low] else low), (i if z[i] > z[high] else high)
        if direction <= 0 and z[i] - z[low] >= swing and loss[i] - loss[low] >= least:
            turns.append(low)
            direction, high = 1, i
        elif direction >= 0 and z[high] - z[i] >= swing and loss[high] - loss[i] >= least:
            turns.append(high)
            direction, low = -1, i
    return turns


def sawtooth(view: View) -> Verdict:
    """The logged loss repeats with the epoch: its place in the epoch explains it."""
    shown, period = view.logged("loss"), view.constants["per_epoch"]
    epoch, phase = np.divmod(shown.step, max(period, 1.0))
    n_epochs = len(np.unique(epoch))
    if len(shown.step) < 6 * n_epochs or n_epochs < 5 or view.shows("running-mean"):
        return ABSENT
    keep = epoch >= n_epochs // 3
    epoch, phase, value = epoch[keep], phase[keep], shown.value[keep]
    level = {e: float(np.median(value[epoch == e])) for e in np.unique(epoch)}
    rest = value / np.maximum([level[e] for e in epoch], 1e-12) - 1
    n = int(min(32, period, len(shown.step) / n_epochs))
    place = np.minimum(phase * n // period, n - 1).astype(int)
    means = np.array([rest[place == p].mean() if np.any(place == p) else 0.0 for p in range(n)])
    inside = float(np.mean((rest - means[place]) ** 2))
    # As many means as places explain some of any noise.
    explained = 1 - inside / max(float(rest.var()), 1e-12) * (len(rest) - 1) / max(len(rest) - n, 1)
    material = float(np.ptp(means)) * float(np.median(list(level.values()))) / view.span
    return min(
        at_least(explained, 0.35, 0.55),
        at_least(float(np.ptp(means)), 0.3, 0.6),
        at_least(material, 0.05, 0.15),
    ), shown.step[0]


def slow_convergence(view: View) -> Verdict:
    """Still falling steadily at the end, far from what the task allows."""
    loss, n = view.loss, len(view.loss)
    fall = float(loss[3 * n // 4] - loss[-1]) / view.span
    earlier = float(loss[n // 2] - loss[3 * n // 4]) / view.span
    steady = at_least(fall / max(earlier, 1e-9), 0.4, 0.6) if earlier > 0 else NO
    rises = float(np.max(loss - np.minimum.accumulate(loss))) / view.span
    degree = min(
        at_least(fall, 0.01, 0.02),
        steady,
        at_most(float(view.progress[-1]), 0.85, 0.7),
        at_most(rises, 0.1, 0.05),
        YES if view.knows_scale else BORDER,
    )
    return degree, view.step[0]


def stopped_early(view: View) -> Verdict:
    """Stopped while validation still improves fast."""
    val = view.rows("val_loss")
    start = 4 * len(val) // 5
    fall = float(val[start] - val[-1])
    is_best = at_most(float(val[-1]), 1.05 * float(val.min()), 1.02 * float(val.min()))
    degree = min(
        at_least(fall / max(float(val[start]), 1e-12), 0.05, 0.25),
        at_least(fall / view.span, 0.02, 0.06),
        is_best,
    )
    return degree, view.step[-1]


def plateau(view: View) -> Verdict:
    """After a fall, a flat stretch to the end at a level that is not the floor."""
    start = flat_from(view.loss, 0.03 * view.span)
    flat = at_least(1 - start / len(view.loss), 0.25, 0.35)
    fell = at_least(float(view.loss[1 : start + 1].max(initial=0) - view.loss[-1]) / view.span, 0.05, 0.12)
    poor = at_most(float(np.median(tail(view.progress, 0.3))), 0.8, 0.5)
    return min(flat, fell, poor, YES if view.knows_scale else BORDER), view.step[
        min(start, len(view.step) - 1)
    ]


def underfitting(view: View) -> Verdict:
    """Training and validation settle early, close to each other, at a poor level."""
    n = len(view.loss)
    settled = min(
        at_most(abs(float(view.loss[n // 2] - view.loss[-1])) / view.span, 0.1, 0.05),
        at_most(float(np.ptp(view.loss[n // 2 :])) / view.span, 0.3, 0.15),
    )
    gap = at_most((float(view.rows("val_loss")[-1]) - float(view.loss[-1])) / view.span, 0.45, 0.25)
    start = flat_from(view.loss, 0.05 * view.span)
    known = YES if view.knows_scale else BORDER
    return min(at_most(float(view.progress[-1]), 0.7, 0.5), settled, gap, known), view.step[min(start, n - 1)]


def _stays_from(condition: np.ndarray) -> int:
    """The row from which on a condition holds to the end; the last row when it does not."""
    against = np.flatnonzero(~condition)
    return min(int(against[-1]) + 1 if against.size else 0, len(condition) - 1)
