from math import isnan, log, nan

import pytest
from curves import accuracy
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.features import chance as f
from loganalyzer.features import flat


@given(st.integers(2, 200))
def test_the_loss_of_a_guess_gives_the_number_of_classes(classes):
    level, reason = f._estimate(1.0 / classes, log(classes), 0.0, nan, nan)
    assert reason == 2
    assert level == pytest.approx(1.0 / classes, rel=0.15)


def test_a_loss_between_those_of_two_guesses_is_that_of_either():
    assert f._estimate(0.1233, 2.3534, 0.0, 0.3, nan) == (0.1233, 2.0)
    assert f._estimate(0.1533, 4.35, 0.0, 0.3, nan)[1] == 4.0


def test_the_users_word_comes_first():
    assert f._estimate(0.5, log(10), 1.0, 0.5, 4) == (0.25, 1.0)


def test_majority_share_repeats_to_the_last_digit():
    assert f._estimate(0.936, 0.2, 1.0, nan, nan) == (0.936, 3.0)
    assert isnan(f._estimate(0.936, 0.2, 0.5, nan, nan)[0])


def test_a_good_model_is_not_at_chance_although_its_loss_is_above_minus_log():
    assert isnan(f._estimate(0.9, 0.31, 0.0, nan, nan)[0])


def test_near_one_over_a_whole_number_is_the_weakest_reason():
    assert f._estimate(0.335, nan, 0.0, nan, nan) == (1 / 3, 4.0)
    assert isnan(f._estimate(0.41, nan, 0.0, nan, nan)[0])


def test_percent_and_share_say_the_same_and_counts_say_nothing():
    share, percent = accuracy("0.1+0.04x20"), accuracy("10+4x20")
    assert f.peak_accuracy(share) == pytest.approx(f.peak_accuracy(percent))
    assert isnan(f.peak_accuracy(accuracy("233+2x20")))


def test_fall_is_the_first_sample_below_the_middle_for_good():
    curve = accuracy("0.1+0.04x20 0.1x19")
    assert f.fall_index(curve, 0.1, 0.9) == 21
    assert isnan(f.fall_index(curve, nan, 0.9))
    assert f.points_from(curve, 21) == 20


def test_the_first_loss_tells_of_many_classes_unless_the_accuracy_knows_better():
    assert f.classes_at_start(accuracy("0.01x40"), log(96)) == pytest.approx(96.0)
    assert f.classes_at_start(accuracy("0.15x40"), 3.48) == pytest.approx(32.5, abs=0.1)
    assert f.classes_at_start(accuracy("0.3x40"), 9.0) == 1.0
    assert f.classes_at_start(accuracy("0.3x40"), 947.0) == 1.0
    assert isnan(f.classes_at_start(accuracy("0.3x40"), nan))


def test_the_loss_of_a_constant_answer_is_one_only_where_the_accuracy_repeats():
    noisy = accuracy("0.7+0.0002x40~0.01")
    assert f.chance_reason_throughout(noisy, 0.605, 0.605, 0.5, nan, nan) == 6
    assert f.chance_reason_throughout(noisy, 0.605, 0.605, 0.1, 0.4, nan) == 6
    assert f.chance_reason_throughout(noisy, 0.605, 0.605, 0.1, 0.1, nan) != 6


def test_a_loss_below_that_of_a_constant_answer_tells_of_answers_that_differ():
    assert flat.sureness(accuracy("0.84x40"), 0.3) < 0.75
    assert flat.sureness(accuracy("0.5x40"), log(2)) == pytest.approx(1.0)
    assert isnan(flat.sureness(accuracy("0.84x40"), nan))
    assert isnan(flat.sureness(accuracy("1x40"), 0.3))


def test_the_same_answer_in_every_validation_says_so_of_training_that_strays_by_a_digit():
    straying = accuracy("0.4422 0.44226x8 0.44224 0.44225 0.44226x9")
    assert f.chance_reason_throughout(straying, 0.376, 0.37, 0.6, 1.0, nan) == 3
    assert f.chance_reason_throughout(straying, 0.376, 0.37, 0.6, 0.5, nan) == 0
