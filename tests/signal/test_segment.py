import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from loganalyzer.signal.segment import segment
from loganalyzer.signal.synthetic import NAMES, curve

ANY = arrays(np.float64, st.integers(0, 150), elements=st.floats(width=64))
SEEDS = st.integers(0, 10_000)
KINDS = st.sampled_from(NAMES)
BETTER = st.sampled_from(["lower", "higher", "none"])


def starts(result):
    return [part.start for part in result.segments]


def changes(result):
    return [(part.start, part.change) for part in result.segments if part.change != "start"]


def assert_sound(result, value):
    ends = [0] + [part.stop for part in result.segments]
    assert starts(result) == ends[:-1]
    assert ends[-1] == value.size
    assert all(part.start < part.stop for part in result.segments)
    assert all((part.change == "start") == (part.start == 0) for part in result.segments[1:])
    for part in result.segments:
        numbers = (part.level, part.slope, part.noise)
        assert np.all(np.isnan(numbers)) if part.change == "nonfinite" else np.all(np.isfinite(numbers))
    assert list(result.spikes) == sorted(set(result.spikes) & set(range(value.size)))
    assert np.isfinite(result.noise) and result.noise >= 0.0


@settings(max_examples=150, deadline=None, derandomize=True)
@given(ANY, BETTER, st.sampled_from([None, 0, 1, 5, -2, 10**9]), st.sampled_from([0.0, 0.1, 5.0]))
@example(np.zeros(0), "none", None, 0.1)
@example(np.array([1e308, -1e308] * 30), "none", None, 0.1)
@example(np.arange(60.0) * 5e-324, "lower", None, 0.1)
@example(np.append(np.full(60, 5e-324), 1e308), "higher", None, 0.1)
@example(np.array([np.nan, 1.0] * 40), "none", None, 0.1)
def test_anything_is_tiled_without_a_word(value, better, period, sensitivity):
    assert_sound(segment(value, better=better, period=period, sensitivity=sensitivity), value)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(KINDS, SEEDS, st.integers(8, 400), st.data())
def test_every_beginning_of_a_curve_is_tiled(name, seed, n, data):
    drawn = curve(name, n, seed)
    value = drawn.value[: data.draw(st.integers(0, n))]
    assert_sound(segment(value, better=drawn.better), value)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(KINDS, SEEDS, st.integers(8, 300), st.sampled_from([np.nan, np.inf, -np.inf]), st.integers(1, 5))
def test_a_non_finite_tail_is_a_segment_and_changes_nothing_before(name, seed, n, bad, count):
    drawn = curve(name, n, seed)
    known = np.flatnonzero(np.isfinite(drawn.value))
    value = drawn.value[: known[-1] + 1]
    whole = segment(np.append(value, [bad] * count), better=drawn.better)
    last = whole.segments[-1]
    assert (last.start, last.stop, last.change) == (value.size, value.size + count, "nonfinite")
    assert whole.segments[:-1] == segment(value, better=drawn.better).segments


@settings(max_examples=40, deadline=None, derandomize=True)
@given(KINDS, SEEDS, st.integers(8, 300))
def test_the_same_curve_gives_the_same_answer_and_stays_as_it_was(name, seed, n):
    value = curve(name, n, seed).value
    value.flags.writeable = False
    assert repr(segment(value)) == repr(segment(value.copy()))


SIGNED = ("likelihood", "reward_takes_off", "reward_collapse", "reward_rise")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(SIGNED), SEEDS, st.floats(1e-9, 1e9), st.floats(-20, 20))
def test_units_do_not_move_boundaries_without_a_transform(name, seed, scale, shift):
    value = curve(name, 400, seed).value
    plain = segment(value)
    moved = segment(scale * (value + shift * np.std(value) / 50.0))
    assert plain.transform == moved.transform == "identity"
    assert (starts(moved), moved.spikes) == (starts(plain), plain.spikes)
    for before, after in zip(plain.segments, moved.segments, strict=True):
        assert after.slope == pytest.approx(scale * before.slope, rel=1e-6, abs=1e-9 * scale)
        assert after.noise == pytest.approx(scale * before.noise, rel=1e-6)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(NAMES), SEEDS, st.floats(1e-6, 1e6))
def test_units_do_not_move_boundaries_in_log_space(name, seed, scale):
    value = curve(name, 400, seed).value
    plain, scaled = segment(value), segment(scale * value)
    if plain.transform == scaled.transform == "log":
        assert starts(plain) == starts(scaled)


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("seed", range(4))
def test_a_mirrored_curve_with_mirrored_aims_changes_at_the_same_places(name, seed):
    value = curve(name, 600, seed).value
    assert changes(segment(value, better="lower")) == changes(segment(-value, better="higher"))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ([], []),
        ([3.0], [(0, 1, "start")]),
        ([3.0, 4.0], [(0, 2, "start")]),
        ([np.nan], [(0, 1, "nonfinite")]),
        ([np.inf, np.nan, -np.inf], [(0, 3, "nonfinite")]),
        ([2.0, np.nan], [(0, 1, "start"), (1, 2, "nonfinite")]),
        ([np.nan, 2.0], [(0, 2, "start")]),
        ([0.0] * 300, [(0, 300, "start")]),
        ([1e9 + 1e-3 * (i % 2) for i in range(100)], [(0, 100, "start")]),
    ],
)
def test_degenerate_curves(value, wanted):
    result = segment(np.array(value))
    assert [(part.start, part.stop, part.change) for part in result.segments] == wanted


def test_segments_are_measured_in_the_curves_own_units():
    rng = np.random.default_rng(0)
    value = np.where(np.arange(1000) < 400, 50.0 - 0.05 * np.arange(1000), 200.0)
    value += rng.normal(size=1000) * np.where(np.arange(1000) < 400, 1.0, 3.0)
    value[700] = 1e4
    result = segment(value, better="lower")
    assert (changes(result), result.spikes) == ([(400, "jump")], (700,))
    first, second = result.segments
    assert first.level == pytest.approx(40.0, abs=0.5)
    assert first.slope == pytest.approx(-0.05, rel=0.1)
    assert first.noise == pytest.approx(1.0, rel=0.15)
    assert second.level == pytest.approx(200.0, abs=1.0)
    assert second.slope == pytest.approx(0.0, abs=0.01)
    assert second.noise == pytest.approx(3.0, rel=0.15)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("collapse_to_chance", {"jump"}),
        ("collapse_of_loss", {"jump"}),
        ("divergence_by_jump", {"jump"}),
        ("gradient_explosion", {"jump"}),
        ("reward_collapse", {"jump"}),
        ("slow_recovery", {"jump"}),
        ("lr_drop", {"jump", "kink"}),
        ("overfitting_at_once", {"turn", "jump"}),
        ("exponential_divergence", {"turn", "kink", "jump"}),
        ("plateau_then_learn", {"kink", "jump"}),
        ("noise_onset", {"scale"}),
        ("larger_batch", {"scale"}),
        ("freeze", {"scale", "jump"}),
        ("oscillation_onset", {"scale"}),
        ("nan_tail", {"nonfinite"}),
        ("inf_tail", {"nonfinite"}),
    ],
)
def test_changes_are_named_and_placed(name, kinds):
    for seed in range(20, 24):
        drawn = curve(name, 1000, seed)
        found = changes(segment(drawn.value, better=drawn.better))
        for place in drawn.changepoints:
            assert {kind for index, kind in found if abs(index - place) <= 25} & kinds, (seed, found)


def test_a_jump_is_placed_to_the_sample():
    for n in (100, 1000, 20_000):
        value = 0.1 * np.random.default_rng(n).normal(size=n) + 2.0 * (np.arange(n) >= n * 37 // 90)
        assert changes(segment(value)) == [(n * 37 // 90, "jump")]


def matched(drawn):
    """True changes met within 2 % of the length, and changes that are none."""
    n = drawn.value.size
    left = [index for index, _ in changes(segment(drawn.value, better=drawn.better))]
    hits = 0
    for place in drawn.changepoints:
        near = [index for index in left if abs(index - place) <= max(1.0, 0.02 * n)]
        hits += bool(near)
        left = [index for index in left if not near or index != min(near, key=lambda i: abs(i - place))]
    return hits, len(left)


@pytest.mark.parametrize(
    ("n", "bars"),
    [
        (1000, {"healthy": (None, 0.05), "healthy-change": (0.85, 0.15), "pathology": (0.93, 0.15)}),
        (200, {"healthy": (None, 0.08), "healthy-change": (0.75, 0.2), "pathology": (0.88, 0.15)}),
    ],
)
def test_the_bank_of_curves_is_cut_as_it_was_drawn(n, bars):
    drawings = [curve(name, n, seed) for name in NAMES for seed in range(50, 53)]
    for family, (least_hit, most_false) in bars.items():
        chosen = [drawn for drawn in drawings if drawn.family == family]
        hits, false = np.sum([matched(drawn) for drawn in chosen], axis=0)
        true = sum(len(drawn.changepoints) for drawn in chosen)
        assert false / len(chosen) <= most_false, family
        if least_hit is not None:
            assert hits / true >= least_hit, family


def test_finer_sensitivity_sees_smaller_changes():
    rng = np.random.default_rng(8)
    time = np.arange(1000) / 1000
    value = -5.0 * time + 0.25 * (time > 0.6) + 0.01 * rng.normal(size=1000)
    assert changes(segment(value)) == []
    assert changes(segment(value, sensitivity=0.02)) == [(601, "jump")]


def test_a_named_period_is_removed_and_reported():
    drawn = curve("epoch_sawtooth", 1000, 3)
    found = segment(drawn.value, better="lower")
    assert found.period > 0
    assert changes(segment(drawn.value, better="lower", period=found.period)) == []
    assert segment(drawn.value, better="lower", period=found.period).period == found.period
    assert segment(drawn.value, better="lower", period=0).period == 0


def test_improving_early_is_no_event_but_failing_early_is():
    rng = np.random.default_rng(9)
    index = np.arange(1000)
    value = np.where(index < 60, 3.0, 1.0) + 0.05 * rng.normal(size=1000)
    assert changes(segment(value, better="lower")) == []
    assert changes(segment(value, better="higher")) == [(60, "jump")]


@pytest.mark.parametrize(("floor", "wanted"), [(1e-6, set()), (0.2, {"kink"})])
def test_reaching_a_floor_after_decades_is_no_event_but_stopping_on_the_way_is(floor, wanted):
    rng = np.random.default_rng(10)
    time = np.arange(1000) / 1000
    value = np.maximum(np.exp(-time * (30.0 if floor < 0.01 else 2.5)), floor) * np.exp(
        0.02 * rng.normal(size=1000)
    )
    assert {kind for _, kind in changes(segment(value, better="lower"))} <= wanted
    assert bool(changes(segment(value, better="lower"))) == bool(wanted)


def test_the_tail_of_a_quick_start_is_no_event():
    for seed in range(200, 208):
        assert changes(segment(curve("exponential_fast", 1000, seed).value, better="lower")) == []
