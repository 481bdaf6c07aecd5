"""How policies change, and who wins."""

from math import inf, isnan

import pytest

from loganalyzer.features import Curve
from loganalyzer.features.adversarial import low_index, low_share, lowest_value
from loganalyzer.features.policy import (
    entropy_left,
    entropy_low_index,
    entropy_range,
    late_share_below,
    late_surge,
    late_surge_index,
    late_value,
    mostly_below_index,
    peak_index,
    peak_value,
    surprise_index,
    typical_value,
)
from loganalyzer.model.role import Role
from loganalyzer.model.run import Series
from loganalyzer.rulebook.notation import parse_series


def curve(text, quantity="entropy", direction="none"):
    step, value = parse_series(text)
    return Curve(Series("tag", step, value), Role(quantity, "train", direction, "test"))


@pytest.mark.parametrize(
    ("text", "direction"), [("0.7-0.01x60 0.007x38", "none"), ("-0.7+0.01x60 -0.007x38", "lower")]
)
def test_entropy_that_is_gone_whatever_its_sign(text, direction):
    of = curve(text, direction=direction)
    assert entropy_left(of) == pytest.approx(0.01, abs=0.002)
    assert entropy_low_index(of, 0.2) == 57
    assert entropy_range(of) == pytest.approx(1.0, abs=0.03)


def test_the_density_of_continuous_actions_is_not_judged():
    of = curve("1.4-0.1x60")
    assert isnan(entropy_left(of)) and isnan(entropy_low_index(of, 0.1)) and isnan(entropy_range(of))


def test_entropy_that_came_back_is_not_gone():
    of = curve("0.7-0.02x34 0.01x20 0.01+0.02x30")
    assert entropy_left(of) > 0.5
    assert isnan(entropy_low_index(of, 0.1))


def test_peaks_and_medians_of_divergences():
    of = curve("0.01x40 0.6 0.02x39", "kl")
    assert (peak_value(of), peak_index(of), late_value(of)) == (0.6, 41.0, 0.02)
    assert typical_value(of) == pytest.approx(0.015)
    assert surprise_index(of, 0.1, 8) == 41
    assert isnan(surprise_index(of, 1.0, 8))


def test_an_infinite_divergence_is_the_peak_and_a_missing_one_is_none():
    of = curve("0.01x9 inf nan 0.01x9", "kl")
    assert (peak_value(of), peak_index(of), surprise_index(of, 0.1, 8)) == (inf, 10.0, 10.0)
    assert isnan(peak_value(curve("nan nan", "kl"))) and isnan(peak_index(curve("nan nan", "kl")))


def test_a_divergence_that_is_large_all_along_surprises_when_it_first_is():
    assert surprise_index(curve("0.01x10 0.8x60", "kl"), 0.1, 8) == 11


def test_explained_variance_of_the_second_half():
    of = curve("0.9x39 -0.5x19 nan 0.5x19", "explained_variance", "higher")
    assert late_share_below(of, 0.0) == pytest.approx(20 / 40, abs=0.02)
    fell = curve("0.9x39 -0.5x18 0.1 -0.5x39", "explained_variance", "higher")
    assert mostly_below_index(fell, 0.0, 0.95) == 40
    assert isnan(mostly_below_index(fell, -1.0, 0.95))
    assert late_share_below(curve("nan nan", "explained_variance", "higher"), 0.0) == 0.0


def test_a_lasting_surge():
    of = curve("0.01x79 5x20", "value_loss", "lower")
    assert late_surge(of) == pytest.approx(500.0)
    assert late_surge_index(of) == 80


@pytest.mark.parametrize("text", ["0.01x79 5 0.01x20", "0.01x100", "0x50 5x50", "1 2 3"])
def test_spikes_and_flat_curves_have_no_surge(text):
    assert late_surge(curve(text, "value_loss", "lower")) == 0.0


def test_who_stays_below():
    of = curve("1.4-0.05x27 0.005x40", "discriminator_loss")
    assert low_share(of, 0.03) == pytest.approx(41 / 68, abs=0.03)
    assert low_index(of, 0.03) == 28
    assert low_share(curve("0.01x40 0.7x20", "discriminator_loss"), 0.03) == 0.0
    assert lowest_value(curve("-5 1 nan", "discriminator_loss")) == -5.0
    assert isnan(lowest_value(curve("nan nan", "discriminator_loss")))
