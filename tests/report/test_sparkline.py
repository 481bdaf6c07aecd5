import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.model.diagnosis import Sparkline
from loganalyzer.report.terminal.sparkline import cell_of, spark


def line(*values):
    return Sparkline(tuple(range(len(values))), values)


def test_a_ramp_climbs_all_levels():
    assert spark(line(*map(float, range(8))), 8) == "▁▂▃▄▅▆▇█"


def test_a_spike_survives_many_points_a_cell():
    curve = [1.0] * 100
    curve[41] = 9.0
    assert spark(line(*curve), 10) == "▁▁▁▁█▁▁▁▁▁"


def test_decades_are_drawn_in_logarithms():
    assert spark(line(1e-4, 1e-2, 1.0), 3) == "▁▅█"
    assert spark(line(0.0, 0.01, 1.0), 3) == "▁▁█"


def test_what_is_not_finite_is_seen():
    assert spark(line(1.0, 2.0, None, None), 4) == "▁█××"
    assert spark(line(None, None, None), 3) == "×××"


@pytest.mark.parametrize("scale", [5e-324, 1e-300, 1.0, 1e307])
def test_scale_does_not_matter(scale):
    assert spark(line(0.0, 8 * scale), 2) == "▁█"
    assert spark(line(-8 * scale, 8 * scale), 2) == "▁█"


def test_steps_decide_the_cell_and_gaps_stay_blank():
    assert spark(Sparkline((0, 1, 90, 99), (0.0, 0.0, 1.0, 1.0)), 10) == "▁        █"


@given(
    st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=200),
    st.integers(1, 60),
)
def test_any_curve_can_be_drawn(values, cells):
    assert len(spark(line(*values), cells)) <= cells
    assert 0 <= cell_of(line(*values), len(values) // 2, cells) < cells
