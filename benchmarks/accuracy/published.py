"""Published rules for training curves, written from their definitions with their default settings.

Amazon SageMaker Debugger: docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-rules.html
AutoTrainer: doi.org/10.1109/ICSE43902.2021.00043; DeepDiagnosis: arXiv 2112.04036; UMLAUT:
doi.org/10.1145/3411764.3445538; early stopping as in keras.io/api/callbacks/early_stopping.
Only what can be decided from logged curves is here: layers and inputs are not in a log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.ours import Curves
from benchmarks.accuracy.score import Claim

Floats = npt.NDArray[np.float64]

FLAT = "constant-loss stuck-at-chance plateau underfitting slow-convergence zero-learning-rate zero-gradient"
NOT_A_NUMBER = "non-finite-loss"


def _claim(names: str) -> Claim:
    return Claim(frozenset(names.split()))


def _values(curves: Curves, name: str) -> Floats:
    return curves[name].value if name in curves else np.array([])


def _is_bad(curves: Curves) -> bool:
    return any(not np.isfinite(_values(curves, name)).all() for name in ("loss", "val_loss"))


def sagemaker(curves: Curves) -> Iterator[Claim]:
    """ExplodingTensor, LossNotDecreasing, Overfit, Overtraining and VanishingGradient."""
    loss, val, norm = (_values(curves, name) for name in ("loss", "val_loss", "grad_norm"))
    if _is_bad(curves):
        yield _claim(NOT_A_NUMBER)
    if loss.size > 10 and bool(np.any(loss[10:] > loss[:-10] * (1 - 0.001))):
        yield _claim(FLAT)
    if val.size and loss.size == val.size:
        above = (val - loss) / np.abs(loss) > 0.1
        if bool(np.any(above[1:] & above[:-1])):
            yield _claim("overfitting")
    if _stops(val, 10, 0.01) or _stops(loss, 5, 0.01):
        yield _claim("overfitting plateau wasted-compute")
    if norm.size and bool(np.any(norm < 1e-7)):
        yield _claim("vanishing-gradient zero-gradient")


def _stops(value: Floats, patience: int, delta: float) -> bool:
    """Whether a loss goes `patience` values without getting better by `delta`."""
    best, waited = np.inf, 0
    for one in value:
        best, waited = (one, 0) if one < best - delta else (best, waited + 1)
        if waited > patience:
            return True
    return False


def autotrainer(curves: Curves) -> Iterator[Claim]:
    """Explosion, oscillation of accuracy, slow convergence, and the overfitting gap."""
    loss, acc, val = (_values(curves, name) for name in ("loss", "accuracy", "val_accuracy"))
    if _is_bad(curves) or bool(np.any(loss >= 1e3)):
        yield _claim(f"{NOT_A_NUMBER} divergence exploding-gradient")
    swings = np.abs(np.diff(acc))
    if swings.size and float(np.mean((np.diff(acc) < 0) & (swings > 0.03))) > 0.2:
        yield _claim("oscillation unstable-validation sawtooth")
    if acc.size and float(acc.max() - acc[0]) < 0.01:
        yield _claim(FLAT)
    if acc.size and val.size and acc[-1] - val[-1] > (0.07 if acc[-1] > 0.9 else 0.1):
        yield _claim("overfitting")


def deepdiagnosis(curves: Curves) -> Iterator[Claim]:
    """NaN, a loss identical for 5 epochs, an accuracy identical for 20."""
    loss, acc = _values(curves, "loss"), _values(curves, "accuracy")
    if _is_bad(curves):
        yield _claim(NOT_A_NUMBER)
    if _repeats(loss, 5) or _repeats(acc, 20):
        yield _claim(f"{FLAT} collapse-to-chance majority-collapse dead-relu")


def _repeats(value: Floats, times: int) -> bool:
    run = 1
    for before, now in pairwise(value.tolist()):
        run = run + 1 if now == before else 1
        if run >= times:
            return True
    return False


def umlaut(curves: Curves) -> Iterator[Claim]:
    """Validation up while training is not in any epoch; suspicious accuracy; the learning rate."""
    loss, val, acc = (_values(curves, name) for name in ("loss", "val_loss", "val_accuracy"))
    if val.size > 1 and loss.size == val.size and bool(np.any((np.diff(val) > 0) & (np.diff(loss) <= 0))):
        yield _claim("overfitting")
    if acc.size > 3 and bool(np.any(acc[3:] > 0.95)):
        yield _claim("leakage-suspect")
    rate = _values(curves, "lr")
    if rate.size and (bool(np.any(rate > 0.01)) or bool(np.any(rate < 1e-7))):
        yield _claim("lr-schedule-fault zero-learning-rate divergence oscillation")


def early_stopping(curves: Curves) -> Iterator[Claim]:
    """No better validation loss for ten epochs."""
    if _stops(_values(curves, "val_loss"), 10, 0.0):
        yield _claim("overfitting plateau wasted-compute")


PUBLISHED: Mapping[str, Callable[[Curves], Iterator[Claim]]] = {
    "SageMaker Debugger": sagemaker,
    "AutoTrainer": autotrainer,
    "DeepDiagnosis": deepdiagnosis,
    "UMLAUT": umlaut,
    "early stopping": early_stopping,
}
