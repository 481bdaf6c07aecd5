"""Slow, obvious twins of the fast numerics: least squares by lstsq, loops instead of prefix sums."""

import itertools

import numpy as np

from loganalyzer.signal.laws import DECAYS
from loganalyzer.signal.partition import PENALTY


def reflect(value, margin):
    return np.pad(value, margin, mode="reflect") if margin else value


def running(value, window, statistic):
    """Running statistic with an odd window no longer than the curve, ends reflected."""
    window = max(1, min(window, len(value)))
    window -= 1 - window % 2
    padded = reflect(value, window // 2)
    return np.array([statistic(padded[i : i + window]) for i in range(len(value))])


def fit(columns, value):
    """Coefficients and residual sum of squares of a least-squares fit."""
    design = np.stack(columns, axis=1).astype(float)
    coefficient = np.linalg.lstsq(design, value, rcond=None)[0]
    rest = value - design @ coefficient
    return coefficient, float(rest @ rest)


def line_residual(value):
    return fit([np.ones(len(value)), np.arange(len(value))], value)[1]


def cubic_residual(value):
    time = np.linspace(-1, 1, len(value))
    return fit([time**power for power in range(4)], value)[1]


def broken_stick(value, first, last):
    """Residual and place of the best continuous broken line."""
    time = np.arange(len(value))
    return min(
        (fit([np.ones(len(value)), time, np.maximum(time - at, 0)], value)[1], at)
        for at in range(first, last + 1)
    )


def bent_stick(value, first, last, taus):
    """Residual and place of the best broken line with one arm bent."""
    n = len(value)
    time = np.arange(n)
    trials = []
    for at in range(first, last + 1):
        for tau in taus:
            for away in (np.maximum(time - at, 0), np.maximum(at - time, 0)):
                columns = [np.ones(n), time, np.maximum(time - at, 0), np.exp(-away / (tau * n))]
                trials.append((fit(columns, value)[1], at))
    return min(trials)


def law_residuals(piece, cells):
    """Residual sum of squares of each law over one segment, by the name of its penalty."""
    n = len(piece)
    one, time = np.ones(n), np.arange(n) / cells
    best = {"constant": fit([one], piece)[1], "linear": fit([one, time], piece)[1]}
    best["decay"], best["linear and decay"] = best["constant"], best["linear"]
    for decay in DECAYS:
        shape = decay.shape(time)
        own = fit([one], shape)[1]
        if own > 1e-7 * float(shape @ shape):
            best["decay"] = min(best["decay"], fit([one, shape], piece)[1])
        if not decay.with_slope or n < 6 or fit([one, time], shape)[1] <= 1e-3 * own:
            continue
        (_, slope, weight), residual = fit([one, time, shape], piece)
        first = slope + weight * decay.derivative(time[:1])[0]
        last = slope + weight * decay.derivative(time[-1:])[0]
        if first * last >= 0 and abs(first) >= abs(last):
            best["linear and decay"] = min(best["linear and decay"], residual)
    return best


def segment_cost(value, a, b, sensitivity, noise, memory):
    """Price of the segment [a, b) under its cheapest law."""
    cells, piece = len(value), value[a:b]
    n = b - a
    time = round(min((1 + memory) / (1 - memory), 8.0), 1)
    steps = sum((piece[i + 1] - piece[i]) ** 2 for i in range(n - 1))
    floor = max(sensitivity**2, 0.5 * (0.5 * steps + 4.0 * noise**2) / (n + 4.0))
    prices = []
    for law, residual in law_residuals(piece, cells).items():
        penalty = min(time * PENALTY[law] * np.log(max(cells, 10)) / n, 50.0)
        prices.append(n * (np.log(max(residual / n, floor)) + penalty) / time)
    return min(prices)


def scale_cost(roughness, a, b, variance):
    """Price of the segment [a, b) of a log noise scale, constant or linear."""
    piece = roughness[a:b]
    constant = fit([np.ones(b - a)], piece)[1]
    linear = line_residual(piece) if b - a > 1 else constant
    return min(constant, linear + 1.5 * np.log(max(len(roughness), 10)) * variance) / variance


def cheapest_cut(cost, shortest):
    """Price and inner boundaries of the best of all partitions, each of them tried."""
    cells = cost.shape[1] - 1
    best = (np.inf, ())
    for count in range(cells // shortest):
        for cut in itertools.combinations(range(1, cells), count):
            ends = (0, *cut, cells)
            if min(b - a for a, b in itertools.pairwise(ends)) < shortest:
                continue
            best = min(best, (sum(float(cost[a, b]) for a, b in itertools.pairwise(ends)), cut))
    return best[0], list(best[1])
