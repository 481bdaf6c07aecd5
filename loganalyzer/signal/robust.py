"""Statistics of one curve that a few wild samples cannot move: noise, medians, smoothing."""

from __future__ import annotations

import numpy as np

from loganalyzer.model.run import Floats

# Differences of values beyond this may overflow; they are measured scaled down by a power of two.
_HUGE, _SCALE = 1e300, 2.0**-64
SIGMA = 1.4826
"""Standard deviations of a normal variable per median absolute deviation."""

_NETWORK_WINDOW = 7
_LONGEST_SORTED_WINDOW = 25
_SORTED_AT_ONCE = 1 << 20
# Up to here sorting all takes less than finding the middle.
_SORTED_WHOLE = 256

# Compare-and-swap pairs after which place 3 of 7 holds the median.
_MEDIAN_OF_7 = (
    (0, 5),
    (0, 3),
    (1, 6),
    (2, 4),
    (0, 1),
    (3, 5),
    (2, 6),
    (2, 3),
    (3, 6),
    (4, 5),
    (1, 4),
    (1, 3),
    (3, 4),
)


def median(value: Floats) -> float:
    """Median of a non-empty array; np.median without the checks, which cost more than the work."""
    ordered = value.flatten()
    half = ordered.size // 2
    if ordered.size <= _SORTED_WHOLE:
        ordered.sort()
    else:
        ordered.partition((half - 1, half))
    if ordered.size % 2:
        return float(ordered[half])
    return 0.5 * float(ordered[half - 1]) + 0.5 * float(ordered[half])


def medians(value: Floats, axis: int) -> Floats:
    """Medians of a finite array along one of its axes; np.median would load masked arrays to ask for them."""
    n = value.shape[axis]
    half = n // 2
    if n % 2:
        return np.asarray(np.partition(value, half, axis).take(half, axis))
    ordered = np.partition(value, (half - 1, half), axis)
    return np.asarray(0.5 * ordered.take(half - 1, axis) + 0.5 * ordered.take(half, axis))


def quantile_between(value: Floats, share: float) -> float:
    """The value below which `share` of a non-empty array lies, on the line between the samples around it.

    np.quantile without the checks, to the last bit; NaN if any sample is.
    """
    at = share * (value.size - 1)
    low = int(at)
    high = min(low + 1, value.size - 1)
    ordered = np.partition(value, (low, high, -1))
    if np.isnan(ordered[-1]):
        return float("nan")
    below, above, part = float(ordered[low]), float(ordered[high]), at - low
    gap = above - below
    return above - gap * (1.0 - part) if part >= 0.5 else below + gap * part


def bridge(value: Floats) -> Floats:
    """The values with straight lines in place of non-finite samples, shape (n,).

    Ends are held level; all zero if no sample is finite. The input itself if there is nothing to bridge.
    """
    good = np.isfinite(value)
    if bool(good.all()):
        return value
    known = np.flatnonzero(good)
    if known.size == 0:
        return np.zeros(value.size)
    with np.errstate(over="ignore", invalid="ignore"):
        out = np.interp(np.arange(value.size), known, value[known])
    # A line between two opposite huge values overflows; its middle is as good as any.
    out[~np.isfinite(out)] = 0.0
    return out


def noise(value: Floats) -> float:
    """Standard deviation of the sample-to-sample noise of a curve of shape (n,), in its own units.

    Median absolute deviation of the first differences, so that neither a trend nor single spikes count;
    steps from or to a non-finite sample are left out; 0 for fewer than three usable steps.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if np.any(np.isfinite(value) & (np.abs(value) > _HUGE)):
            return min(noise(value * _SCALE) / _SCALE, float(np.finfo(np.float64).max))
        step = np.diff(value)
    step = step[np.isfinite(step)]
    if step.size < 3:
        return 0.0
    return SIGMA * median(np.abs(step - median(step))) / float(np.sqrt(2.0))


def mean_smooth(value: Floats, window: int) -> Floats:
    """Running mean over `window` samples (made odd and no longer than n); shape (n,), ends reflected.

    Non-finite samples are bridged first. Sums never reach farther than one window, so that one huge
    sample spoils its neighbourhood only.
    """
    window = _odd(window, value.size)
    if window < 3:
        return bridge(value)
    padded = reflect(bridge(value), window // 2)
    blocks = -(-padded.size // window)
    block = np.zeros(blocks * window)
    block[: padded.size] = padded
    block = block.reshape(blocks, window) / window
    behind = np.cumsum(block[:, ::-1], axis=1)[:, ::-1].ravel()[: value.size]
    ahead = np.cumsum(block, axis=1).ravel()[window - 1 : window - 1 + value.size]
    # a window that begins with a block is that block alone; -0.0 changes no number it is added to
    ahead[::window] = -0.0
    out: Floats = behind + ahead
    return out


def median_smooth(value: Floats, window: int) -> Floats:
    """Running median over `window` samples (made odd and no longer than n); shape (n,), ends reflected.

    Non-finite samples are bridged first. Takes O(n log n) however long the window.
    """
    window = _odd(window, value.size)
    if window < 3:
        return bridge(value)
    padded = reflect(bridge(value), window // 2)
    if window == _NETWORK_WINDOW:
        return _median_of_7(padded)
    if window <= _LONGEST_SORTED_WINDOW:
        return _median_by_sorting(padded, window)
    return _median_by_rank(padded, window)


def _odd(window: int, n: int) -> int:
    """The largest odd window that is no longer than asked for and than the curve."""
    longest = max(1, min(window, n))
    return longest if longest % 2 else longest - 1


def reflect(value: Floats, margin: int) -> Floats:
    """The curve and `margin` samples of its mirror image at both ends, the end samples not doubled."""
    return np.concatenate((value[margin:0:-1], value, value[-2 : -margin - 2 : -1]))


def _median_of_7(padded: Floats) -> Floats:
    """Running median of seven by a sorting network over seven shifted views."""
    n = padded.size - 6
    place = [padded[i : i + n] for i in range(7)]
    for i, j in _MEDIAN_OF_7:
        place[i], place[j] = np.minimum(place[i], place[j]), np.maximum(place[i], place[j])
    return place[3]


def _median_by_sorting(padded: Floats, window: int) -> Floats:
    """Running median of a short window by partial sorting, a bounded piece at a time."""
    views = np.lib.stride_tricks.sliding_window_view(padded, window)
    rows = max(1, _SORTED_AT_ONCE // window)
    pieces = [
        np.partition(views[at : at + rows], window // 2, axis=1)[:, window // 2]
        for at in range(0, len(views), rows)
    ]
    return np.concatenate(pieces)


def _median_by_rank(padded: Floats, window: int) -> Floats:
    """Running median of a long window: all windows descend one wavelet matrix of the ranks together."""
    n = padded.size
    order = np.argsort(padded, kind="stable")
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    left = np.arange(n - window + 1)
    right = left + window
    wanted = np.full(left.size, window // 2)
    answer = np.zeros(left.size, np.int64)
    for bit in range((n - 1).bit_length() - 1, -1, -1):
        low = (rank >> bit) & 1 == 0
        count = np.concatenate(([0], np.cumsum(low)))
        left_low, right_low = count[left], count[right]
        inside = right_low - left_low
        high = wanted >= inside
        answer |= high.astype(np.int64) << bit
        wanted = np.where(high, wanted - inside, wanted)
        left = np.where(high, count[-1] + left - left_low, left_low)
        right = np.where(high, count[-1] + right - right_low, right_low)
        rank = np.concatenate((rank[low], rank[~low]))
    return padded[order[answer]]
