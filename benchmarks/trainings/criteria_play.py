"""GANs judged by what is generated, games by the return of the policy."""

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.trainings.view import ABSENT, BORDER, NO, YES, Array, Verdict, View, at_least, at_most, tail


def discriminator_wins(view: View) -> Verdict:
    """The discriminator tells nearly all apart to the end, and the generator makes little that is good."""
    accuracy, good = view.rows("d_accuracy"), float(np.median(tail(view.rows("good"), 0.3)))
    degree = at_least(float(np.median(tail(accuracy, 0.15))), 0.93, 0.97)
    under = np.flatnonzero(accuracy < 0.93)
    onset = view.step[min(int(under[-1]) + 1 if under.size else 0, len(accuracy) - 1)]
    return min(degree, at_most(good, 0.5, 0.3)), onset


def generator_collapse(view: View) -> Verdict:
    """Of eight modes two or fewer are covered to the end."""
    modes = view.rows("modes")
    over = np.flatnonzero(modes > 2)
    onset = view.step[min(int(over[-1]) + 1 if over.size else 0, len(modes) - 1)]
    return at_most(float(np.median(tail(modes, 0.3))), 4, 2), onset


def progress(view: View) -> Array:
    """Return of the policy; 0: as before training, 1: the best possible."""
    first, best = view.constants["random"], view.constants["best"]
    return (view.rows("return") - first) / (best - first)


def reward_collapse(view: View) -> Verdict:
    """The return falls to a third of its peak or less and stays there."""
    now = progress(view)
    level = np.array([np.median(now[max(0, i - 1) : i + 2]) for i in range(len(now))])
    peak = float(level.max())
    if peak < 0.3:
        return ABSENT
    high = np.flatnonzero(level >= 0.6 * peak)
    end = float(np.median(tail(level, 0.15)))
    degree = min(at_least(peak, 0.3, 0.5), at_most(end / max(peak, 1e-9), 0.5, 0.35))
    return degree, view.step[min(int(high[-1]) + 1, len(now) - 1)]


def reward_no_progress(view: View) -> Verdict:
    """The policy never becomes better than it was; flat far below the best is a border case."""
    now = progress(view)
    level = [float(np.median(now[max(0, i - 2) : i + 3])) for i in range(len(now))]
    n = len(level)
    gain = float(np.median(tail(now, 0.2)) - np.median(now[n // 10 : max(3, 3 * n // 10)]))
    flat = BORDER if gain <= 0.05 and max(level) <= 0.6 else NO
    return max(flat, at_most(max(level), 0.2, 0.08)), view.step[0]


def entropy_collapse(view: View) -> Verdict:
    """The policy stops exploring, to the end, before it is good, and never becomes good."""
    share, now = view.rows("entropy") / view.constants["ln_actions"], progress(view)
    verdict = ABSENT
    for low, degree in ((0.1, BORDER), (0.04, YES)):
        over = np.flatnonzero(share >= low)
        start = int(over[-1]) + 1 if over.size else 0
        if len(share) - start < max(3, len(share) // 5):
            continue
        poor = min(at_most(float(now[start]), 0.7, 0.5), at_most(float(np.median(tail(now, 0.3))), 0.8, 0.6))
        if min(degree, poor) > verdict[0]:
            verdict = min(degree, poor), view.step[start]
    return verdict


def kl_blowup(view: View) -> Verdict:
    """Updates move the policy far: a divergence of 0.3 or more in the middle of five rounds in a row."""
    curve = view.logged("kl")
    value = np.nan_to_num(curve.value, nan=np.inf)
    if len(value) < 10:
        return ABSENT
    level = np.array([np.median(value[i : i + 5]) for i in range(len(value) - 4)])
    degree = at_least(float(level.max()), 0.08, 0.3)
    return degree, float(curve.step[int(np.flatnonzero(level >= 0.08)[0])]) if degree else float("nan")


def value_function_failure(view: View) -> Verdict:
    """The critic explains nothing of the returns in the second half, and the policy falls short."""
    curve = view.logged("explained_variance")
    known = curve.value[np.isfinite(curve.value)]
    if len(known) < 10:
        return ABSENT
    good = np.flatnonzero(np.nan_to_num(curve.value, nan=0.0) > 0.1)
    onset = curve.step[min(int(good[-1]) + 1 if good.size else 0, len(curve.step) - 1)]
    hurts = YES if float(np.median(tail(progress(view), 0.3))) < 0.8 else BORDER
    return min(hurts, at_most(float(np.median(tail(known, 0.5))), 0.15, 0.03)), float(onset)


def stopped_while_rising(view: View) -> Verdict:
    """The return still rises fast at the end."""
    now = progress(view)
    gain = float(np.median(tail(now, 0.1)) - np.median(now[int(0.7 * len(now)) : int(0.8 * len(now)) + 1]))
    return (BORDER if gain >= 0.1 else NO), view.step[-1]


Criteria = Mapping[str, Callable[[View], Verdict]]
GAN: Criteria = {"discriminator-wins": discriminator_wins, "generator-collapse": generator_collapse}
GAME: Criteria = {
    "reward-collapse": reward_collapse,
    "reward-no-progress": reward_no_progress,
    "entropy-collapse": entropy_collapse,
    "kl-blowup": kl_blowup,
    "value-function-failure": value_function_failure,
    "stopped-early": stopped_while_rising,
}
