from math import isnan

import numpy as np
import pytest
from curves import accuracy, loss
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.features import metrics as f


def test_loss_and_accuracy_that_improve_together():
    assert f.agreement(loss("2-0.04x30"), accuracy("0.2+0.02x30")) == pytest.approx(1)
    assert f.agreement(loss("2-0.04x30"), accuracy("0.8-0.02x30")) == pytest.approx(-1)
    assert isnan(f.agreement(loss("2-0.04x30"), accuracy("0.5x30")))


@given(st.lists(st.integers(0, 9), min_size=3, max_size=15), st.floats(0.1, 5))
def test_agreement_does_not_depend_on_the_unit(values, unit):
    acc = accuracy(" ".join(str(i / 40) for i in range(len(values))))
    one = f.agreement(loss(" ".join(map(str, values))), acc)
    other = f.agreement(loss(" ".join(repr(unit * v) for v in values)), acc)
    assert one == pytest.approx(other, nan_ok=True)


def test_ranks_share_ties():
    np.testing.assert_array_equal(f._ranks(np.array([3.0, 1.0, 3.0, 2.0])), [3.5, 1.0, 3.5, 2.0])


def test_the_lead_that_three_of_four_moments_have():
    assert f.lasting_lead(accuracy("0.5x39"), accuracy("0.3x39")) == pytest.approx(0.2)
    assert f.lasting_lead(accuracy("50x39"), accuracy("0.3x9")) == pytest.approx(0.2)
    assert f.lasting_lead(accuracy("0.5x39"), accuracy("0.3x19 0.6x19")) == pytest.approx(-0.1)


def test_opening_and_drop():
    assert f.opening_accuracy(accuracy("0.2 0.9 0.8 0.1x9")) == 0.8
    assert f.steepest_drop(accuracy("0.1+0.04x20 0.1x19")) == pytest.approx(0.76)
    assert f.steepest_drop(accuracy("0.1+0.04x20")) == 0.0
    assert f.steepest_drop(accuracy("0.9-0.01x39")) == pytest.approx(0.02)


def test_the_ratio_of_two_losses_at_first():
    assert f.early_ratio(loss("1x39"), loss("2x19 0.1x19")) == pytest.approx(0.5)
    assert isnan(f.early_ratio(loss("1x39"), loss("-1x39")))


def test_gain_since_a_moment_of_another_curve():
    assert f.gain_since(accuracy("0.5+0.01x40"), 20.0, loss("1x40")) == pytest.approx(0.19, abs=0.01)
    assert isnan(f.gain_since(accuracy("0.5x40"), float("nan"), loss("1x40")))


def test_improved_share_of_a_loss_and_of_an_accuracy():
    assert f.improved_share(loss("2 2 1 1 1")) == pytest.approx(0.5)
    assert f.improved_share(accuracy("0.2 0.2 0.4 0.4 0.4")) == pytest.approx(1)
    assert f.improved_share(loss("0 1 1 1")) == 0.0
