import numpy as np
import pytest

from loganalyzer.signal.transform import choose_transform, transformed

RNG = np.random.default_rng(0)
DECAY = 2.5 * np.exp(-np.arange(200) / 40) + 0.05


@pytest.mark.parametrize(
    ("value", "better", "wanted"),
    [
        (DECAY, "lower", "log"),
        (DECAY - 0.1, "lower", "identity"),
        (np.linspace(1.0, 2.4, 200), "lower", "identity"),
        (np.linspace(1.0, 3.0, 200), "lower", "log"),
        (np.linspace(0.05, 0.95, 200), "higher", "identity"),
        (np.linspace(0.05, 0.95, 200), "lower", "identity"),
        (np.linspace(0.01, 0.4, 200), "lower", "log"),
        (np.append(np.ones(199), 60.0), "lower", "log"),
        (np.append(np.ones(199), 40.0), "lower", "identity"),
        (np.append(RNG.normal(size=199), 1e4), "none", "asinh"),
        (np.append(RNG.normal(size=199), 20.0), "none", "identity"),
        (np.append(np.zeros(199), 1e9), "none", "identity"),
        (np.ones(1), "none", "identity"),
    ],
)
def test_choice(value, better, wanted):
    assert choose_transform(value, better) == wanted


@pytest.mark.parametrize("transform", ["log", "identity", "asinh"])
def test_order_is_kept_and_the_middle_is_zero(transform):
    value = np.sort(RNG.lognormal(size=101))
    out = transformed(value, transform)
    assert np.all(np.diff(out) > 0)
    assert np.median(out) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("scale", [5e-324, 1e-310, 1e-200, 1.0, 1e200, 1.7e308])
def test_no_unit_is_too_small_or_too_large(scale):
    value = scale * np.append(np.linspace(-1.0, 1.0, 50), 0.0)
    for transform in ("identity", "asinh"):
        out = transformed(value, transform)
        assert np.all(np.isfinite(out))
        assert np.all(np.isfinite(out * out))


def test_identity_changes_no_digit():
    value = RNG.normal(size=64)
    back = transformed(1e300 * value, "identity")
    ratio = np.ptp(back) / np.ptp(value)
    assert np.diff(back) / ratio == pytest.approx(np.diff(value), rel=1e-12)
