"""Numbers that are none, learning rates, gradients, weights, activations, logits, mixed precision."""

import numpy as np

from benchmarks.trainings.view import (
    ABSENT,
    BORDER,
    NO,
    YES,
    Logged,
    Verdict,
    View,
    at_least,
    at_most,
    stitched,
    tail,
)


def non_finite_loss(view: View) -> Verdict:
    """A written loss is NaN or infinite."""
    shown = [view.measures.logged[name] for name in ("loss", "val_loss") if name in view.measures.logged]
    steps = [c.step[~np.isfinite(c.value)] for c in shown]
    first = min((s.min() for s in steps if s.size), default=None)
    return ABSENT if first is None else (YES, float(first))


def masked_non_finite(view: View) -> Verdict:
    """The true loss is no number where the log says exactly zero."""
    shown = stitched(view.measures.logged["loss"])
    zero = shown.step[(shown.value == 0.0) & (shown.step >= view.broken_from - 1e-9)]
    return (at_least(len(zero), 1, 3), float(zero[0])) if len(zero) else ABSENT


def initial_loss_too_high(view: View) -> Verdict:
    """Before anything was learned the loss is clearly over that of a uniform guess, and the log shows it."""
    shown = view.logged("loss")
    if not view.is_classes or not len(shown.value):
        return ABSENT
    guess = float(np.log(view.constants["n_classes"]))
    before = float(view.measures.curves["loss"][0])
    summed = float(shown.value[0]) if view.shows("summed") else before
    first = min(summed, float(shown.value[0]))
    return min(at_least(first - guess, 0.35, 1.0), at_least(first / guess, 1.1, 1.25)), float(shown.step[0])


def _longest(condition: np.ndarray) -> tuple[int, int]:
    """Start and length of the longest stretch in which a condition holds."""
    best, start = (0, 0), 0
    for i, holds in enumerate(condition):
        start = start if holds else i + 1
        if holds and i + 1 - start > best[1]:
            best = start, i + 1 - start
    return best


def zero_learning_rate(view: View) -> Verdict:
    """The logged learning rate is exactly zero for a large part of the run."""
    return _zero(view.logged("lr")) if view.shows("lr") else ABSENT


def zero_gradient(view: View) -> Verdict:
    """The logged gradient norm is exactly zero for a large part of the run."""
    return _zero(view.logged("grad_norm"))


def _zero(curve: Logged) -> Verdict:
    if len(curve.value) < 5:
        return ABSENT
    start, length = _longest(curve.value == 0.0)
    return at_least(length / len(curve.value), 0.1, 0.3), float(curve.step[start])


def lr_jump(view: View) -> Verdict:
    """A single jump of the logged learning rate by five or more after the first tenth of the run.

    A rate that climbs to its end, tenfold or more, is a border case.
    """
    curve = view.logged("lr")
    if not view.shows("lr") or len(curve.value) < 10:
        return ABSENT
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = curve.value[1:] / curve.value[:-1]
    up = np.flatnonzero((factor >= 3.0) & (curve.value[:-1] > 0))
    up = up[up >= len(curve.value) // 10]
    if len(up) == 1:
        return at_least(float(factor[up[0]]), 3.0, 5.0), float(curve.step[up[0] + 1])
    start = float(np.median(curve.value[: max(1, len(curve.value) // 5)]))
    climbs = curve.value[-1] >= 10 * start and curve.value[-1] >= 0.9 * curve.value.max()
    return (BORDER, float(curve.step[0])) if climbs else ABSENT


def exploding_gradient(view: View) -> Verdict:
    """Gradient norms grow to a hundred times their early size and stay large for three points or more."""
    curve = view.logged("grad_norm")
    if len(curve.value) < 12:
        whole = np.sqrt(np.sum(view.rows("gradient") ** 2, axis=1))
        curve = Logged(view.step, whole)
    value = np.nan_to_num(curve.value, nan=0.0, posinf=np.inf)
    early = max(float(np.median(value[: max(3, len(value) // 10)])), 1e-12)
    verdict = ABSENT
    for factor, degree in ((30.0, BORDER), (100.0, YES)):
        start, length = _longest(value >= factor * early)
        if length >= 3 and value[start : start + length].max() >= 10.0:
            verdict = degree, float(curve.step[start])
    return verdict


def gradient_spikes(view: View) -> Verdict:
    """Two or more isolated gradient norms of ten times the norms around them."""
    curve = view.logged("grad_norm")
    n = len(curve.value)
    if n < 25:
        return ABSENT
    found, near = [], []
    for i in range(n // 20, n):
        around = float(np.median(curve.value[max(0, i - 12) : i + 13]))
        factor = float(curve.value[i]) / max(around, 1e-12)
        enough = float(curve.value[i]) >= 3 * float(np.median(curve.value[: max(3, n // 10)]))
        found += [i] if factor >= 12 and enough else []
        near += [i] if factor >= 8 and enough else []
    degree = YES if len(found) >= 2 else BORDER if near else NO
    return min(degree, at_most(len(near) / n, 0.1, 0.05)), float(curve.step[near[0]]) if near else float(
        "nan"
    )


def vanishing_gradient(view: View) -> Verdict:
    """In a network that does not learn, the first layer's gradient is tiny beside the last one's."""
    norms = np.nan_to_num(view.rows("gradient"), posinf=1e30)
    if norms.shape[1] < 3:
        return ABSENT
    ratio = float(np.median(norms[:, 0] / np.maximum(norms[:, -1], 1e-30)))
    small, moves = float(np.median(norms[:, 0])), float(np.median(norms[:, -1]))
    learns = at_most(float(view.progress[-1]), 0.7, 0.5)
    return min(
        at_most(ratio, 1e-2, 1e-3), at_most(small, 1e-3, 1e-4), learns, YES if moves > 1e-9 else NO
    ), view.step[0]


def dead_relu(view: View) -> Verdict:
    """Half of a layer's units or more answer to no sample of the training set, to the end."""
    return _share(view, "dead") if view.shows("relu") else ABSENT


def saturated_activation(view: View) -> Verdict:
    """Half of a layer's answers or more lie in the flat ends of tanh or the logistic curve, to the end."""
    return _share(view, "saturated")


def _share(view: View, name: str) -> Verdict:
    """Of half of a layer, in a network that falls short of its task; where it does not, a border case."""
    share = view.rows(name)
    if not share.size:
        return ABSENT
    worst = share.max(axis=1)
    degree = at_least(float(np.median(tail(worst, 0.2))), 0.3, 0.5)
    hurts = YES if float(np.median(tail(view.progress, 0.2))) < 0.9 else BORDER
    under = np.flatnonzero(worst < 0.5)
    return min(degree, hurts), view.step[min(int(under[-1]) + 1 if under.size else 0, len(worst) - 1)]


def weight_growth(view: View) -> Verdict:
    """The norm of a layer's weights grows tenfold and still grows."""
    norms = np.nan_to_num(view.rows("weight"), nan=1e30, posinf=1e30).clip(0, 1e30)
    if norms.shape[0] < 8 or not np.all(norms[0] > 0):
        return ABSENT
    factor = norms / norms[0]
    layer = int(np.argmax(factor[-1]))
    earlier = max(float(factor[3 * len(factor) // 4, layer]), 1e-30)
    still = at_least(float(factor[-1, layer]) / earlier, 1.03, 1.08)
    first = np.flatnonzero(factor[:, layer] >= 3.0)
    lasts = at_least(len(first) / len(factor), 0.08, 0.15)
    return min(at_least(float(factor[-1, layer]), 5.0, 10.0), still, lasts), view.step[
        int(first[0]) if first.size else 0
    ]


def large_equal_logits(view: View) -> Verdict:
    """Logits are large and nearly the same for all classes."""
    if not view.is_classes:
        return ABSENT
    size = float(np.median(tail(view.rows("logit_size"), 0.5)))
    ratio = float(np.median(tail(view.rows("logit_spread"), 0.5))) / max(size, 1e-12)
    return min(at_least(size, 15.0, 25.0), at_most(ratio, 0.5, 0.3)), view.step[0]


def loss_scale_collapse(view: View) -> Verdict:
    """The loss scale is halved eight times or more and does not come back."""
    curve = view.measures.logged.get("loss_scale")
    if curve is None:
        return ABSENT
    scale = stitched(curve).value
    halvings = float(np.log2(scale.max() / max(float(scale[-1]), 1e-300)))
    return at_least(halvings, 5, 8), float(
        stitched(curve).step[int(np.flatnonzero(scale == scale.max())[-1])]
    )


def clip_saturated(view: View) -> Verdict:
    """Nearly every update is clipped."""
    curve, clip = view.logged("grad_norm_before"), view.constants["clip"]
    if not len(curve.value) or not np.isfinite(clip):
        return ABSENT
    late = curve.value[len(curve.value) // 10 :]
    return at_least(float(np.mean(late > clip)), 0.5, 0.9), float(curve.step[0])
