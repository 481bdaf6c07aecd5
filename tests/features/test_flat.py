from math import isnan

import pytest
from curves import loss

from loganalyzer.features import finite, flat


def test_frozen_tail_starts_where_the_level_is_left_for_the_last_time():
    curve = loss("0.5-0.04x9 1.6x29")
    assert flat.frozen_share(curve, 0.01) == pytest.approx(30 / 40)
    assert flat.frozen_index(curve, 0.01) == 10
    assert flat.frozen_points(curve, 0.01) == 30
    assert flat.frozen_above_best(curve, 0.01) > 5


def test_nothing_is_frozen_while_falling():
    assert flat.frozen_share(loss("2-0.04x40"), 0.01) < 0.1


def test_repeats_are_exact():
    assert flat.repeats_share(loss("0.5x20")) == 1.0
    assert flat.repeats_share(loss("0.5+0.00001x20")) == 0.0


def test_nan_before_the_first_number_is_set_aside():
    assert finite.nonfinite_count(loss("nan nan 1 2")) == 0
    assert finite.nonfinite_index(loss("nan 1 nan 2")) == 2
    assert finite.nonfinite_count(loss("nan nan")) == 2
    assert isnan(finite.nonfinite_index(loss("1 2")))
    assert finite.nonfinite_tail(loss("1 2 nan inf")) == 0.5
    assert finite.nonfinite_tail(loss("1")) == 0.0


def test_what_converges_comes_down_ever_more_slowly():
    assert flat.frozen_abruptly(loss("8 4 3 2.5 2.1 2.001 2x20"), 1e-6) < 0.001
    assert flat.frozen_abruptly(loss("8-0.5x9 3x20"), 1e-6) > 0.05
    assert flat.frozen_abruptly(loss("8 4 3 3.5 2.001 2x20"), 1e-6) > 0.05
    assert isnan(flat.frozen_abruptly(loss("2x20"), 1e-6))
    assert isnan(flat.frozen_abruptly(loss("2 3x20"), 1e-6))


def test_level_when_is_that_of_the_other_curve_at_that_moment():
    training, held = loss("3 2.7 2.4 2.1x30"), loss("2.2 2.1x32")
    assert flat.level_when(training, 10, held) == pytest.approx(0.7)
    assert flat.level_when(training, 0, held) == pytest.approx(1.0)
    assert isnan(flat.level_when(training, float("nan"), held))
    assert isnan(flat.level_when(loss("1-1x10"), 3, held))
