"""Statistics of counts, in closed form: nothing here loads SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan, cos, exp, lgamma, pi, sin, sqrt

import numpy as np
import numpy.typing as npt

from loganalyzer.model.lessons import Rate
from loganalyzer.model.run import Floats

Mask = npt.NDArray[np.bool_]

_Z95 = 1.959964
_TIES = 1e-7
"""Two tables of one probability differ in the last digits; this share counts as the same."""


def rate(label: str, failing: int, runs: int) -> Rate:
    """A share with its interval after Wilson (1927).

    Its coverage is near 95 % on average also for few runs and rare faults, where the exact interval of
    Clopper and Pearson is far too wide (Brown, Cai and DasGupta 2001). Of no runs it is 0 to 1.
    """
    if not runs:
        return Rate(label, 0, 0, 0.0, 1.0)
    share, z2 = failing / runs, _Z95**2 / runs
    middle = (share + z2 / 2) / (1 + z2)
    half = sqrt(z2 * share * (1 - share) + z2**2 / 4) / (1 + z2)
    low = 0.0 if failing == 0 else max(middle - half, 0.0)
    return Rate(label, failing, runs, low, 1.0 if failing == runs else min(middle + half, 1.0))


def fisher(failing_in: int, runs_in: int, failing: int, runs: int) -> float:
    """Fisher's exact test, two-sided: the chance of a table no more likely than `failing_in` of `runs_in`.

    `failing` of `runs` is the whole that `runs_in` is part of.
    """
    support = range(max(0, failing + runs_in - runs), min(failing, runs_in) + 1)
    chances = [_hypergeometric(count, runs_in, failing, runs) for count in support]
    seen = chances[failing_in - support.start]
    return min(1.0, sum(chance for chance in chances if chance <= seen * (1 + _TIES)))


def _hypergeometric(count: int, runs_in: int, failing: int, runs: int) -> float:
    chosen = _log_choose(failing, count) + _log_choose(runs - failing, runs_in - count)
    return exp(chosen - _log_choose(runs, runs_in))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values corrected after Holm (1979), in the order given: no false one at all, in 1 - alpha of cases.

    The false discovery rate of Benjamini and Hochberg (1995) would promise less: among many true causes some
    false ones. A wrong cause costs weeks of somebody's work, so the stricter promise is kept.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = highest
    return tuple(adjusted)


def g_squared(failing_in: Floats, runs_in: Floats, failing: Floats, runs: Floats) -> Floats:
    """The likelihood-ratio statistic of 2 x 2 tables, elementwise; 0 where one side is empty.

    It follows its limit far better than Pearson's where cells are small: a lone failure in a small part does
    not look like a discovery.
    """
    out, failing_out = runs - runs_in, failing - failing_in
    cells = (
        _xlogx(failing_in) + _xlogx(runs_in - failing_in) + _xlogx(failing_out) + _xlogx(out - failing_out)
    )
    margins = _xlogx(runs_in) + _xlogx(out) + _xlogx(failing) + _xlogx(runs - failing)
    return np.maximum(2.0 * (cells - margins + _xlogx(runs)), 0.0)


def _xlogx(count: Floats) -> Floats:
    return count * np.log(np.maximum(count, 1.0))


def student_tail(t: float, degrees: int) -> float:
    """The chance that Student's t with a whole number of degrees of freedom exceeds `t`.

    The finite series of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4.
    """
    angle = atan(t / sqrt(degrees))
    term = cos(angle) if degrees % 2 else 1.0
    total = term if degrees > 1 or degrees % 2 == 0 else 0.0
    for k in range(3 if degrees % 2 else 2, degrees - 1, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    inside = 2 / pi * (angle + sin(angle) * total) if degrees % 2 else sin(angle) * total
    return (1 - inside) / 2
