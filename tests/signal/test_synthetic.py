import numpy as np
import pytest

from loganalyzer.signal.synthetic import NAMES, curve


def test_there_are_enough_kinds_of_each_family_and_names_are_unique():
    families = [curve(name, 8, 0).family for name in NAMES]
    assert len(set(NAMES)) == len(NAMES)
    assert families.count("healthy") >= 30
    assert families.count("healthy-change") >= 11
    assert families.count("pathology") >= 24


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_draws_what_it_promises(name):
    for n in (8, 9, 31, 60, 1000):
        drawn = curve(name, n, 3)
        again = curve(name, n, 3)
        assert drawn.name == name
        assert drawn.value.shape == (n,)
        assert drawn.value.dtype == np.float64
        assert np.array_equal(drawn.value, again.value, equal_nan=True)
        assert drawn.changepoints == again.changepoints
        assert all(0 < place < n for place in drawn.changepoints)
        assert list(drawn.changepoints) == sorted(drawn.changepoints)
        assert (drawn.family == "healthy") <= (not drawn.changepoints)
        assert (drawn.family == "healthy-change") <= bool(drawn.changepoints)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "constant"])
def test_seeds_differ(name):
    assert not np.array_equal(curve(name, 100, 1).value, curve(name, 100, 2).value)


def test_kinds_of_one_seed_do_not_share_their_noise():
    first, second = curve("exponential_noisy", 100, 1), curve("converged", 100, 1)
    steps = np.diff(np.log(first.value))[20:], np.diff(second.value)[20:]
    assert abs(np.corrcoef(*steps)[0, 1]) < 0.4


def test_only_the_named_tails_end_without_a_number():
    ends = {name for name in NAMES if not np.isfinite(curve(name, 500, 0).value[-1])}
    assert ends == {"nan_tail", "inf_tail", "blow_up_to_nan"}


def test_too_short_and_unknown():
    with pytest.raises(ValueError, match="at least 8 samples, not 7"):
        curve("converged", 7, 0)
    with pytest.raises(KeyError):
        curve("no such curve", 100, 0)
