"""Curves that were packed come back bit for bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from loganalyzer.engine.summary import summarise
from loganalyzer.model.run import Histograms, ReadProblem, Run, Series, Source
from loganalyzer.store import curves
from loganalyzer.store.curves import pack, unpack

NUMBERS = arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(width=64))
SHORT = arrays.arrays(np.float32, st.integers(1, 30), elements=st.floats(width=32))
STEPS = st.sets(st.integers(-(2**63), 2**63 - 1), min_size=30, max_size=30)


def bits(array):
    return None if array is None else (array.dtype, array.tobytes())


def run_with(*series, histograms=()):
    return Run("id", "a/run", "keras", series=tuple(series), histograms=histograms)


def series_bits(series):
    fields = (series.step, series.value, series.wall_time)
    return series.tag, series.axis, series.superseded, *map(bits, fields)


@given(st.one_of(NUMBERS, SHORT), STEPS, st.booleans())
def test_any_values_at_any_steps_come_back(values, steps, timed):
    value = values.astype(np.float64)
    step = np.array(sorted(steps)[: value.size], np.int64)
    one = Series("loss", step, value, value[::-1].copy() if timed else None, "epoch", 3)
    run = run_with(one)
    (back,) = unpack(pack(run), summarise(run)).series
    assert series_bits(back) == series_bits(one)


def test_all_kinds_of_nan_are_told_apart():
    odd = np.array(
        [0x7FF8000000000001, 0x7FF0000000000001, 0xFFF8000000000000, 0x8000000000000000], np.uint64
    )
    one = Series("loss", np.arange(4), odd.view(np.float64))
    run = run_with(one)
    assert series_bits(unpack(pack(run), summarise(run)).series[0]) == series_bits(one)


@pytest.mark.parametrize("m", [0, 1, 7])
def test_histograms_and_what_the_summary_knows_come_back(m):
    source = np.random.default_rng(m)
    columns = [source.normal(size=m) for _ in range(5)]
    layers = Histograms("weights", np.arange(m), *columns, source.normal(size=(m, 5)))
    loss = Series("loss", np.arange(3), np.array([3.0, 2.0, 1.0]))
    run = Run(
        *("id", "name", "pytorch", (Source("a", "tfevents", 10, 3),), (loss,), (layers,)),
        hparams={"lr": 0.1, "name": "x", "amp": True},
        problems=(ReadProblem("truncated", "a", "a: cut"),),
    )
    back = unpack(pack(run), summarise(run))
    assert (back.run_id, back.name, back.framework) == (run.run_id, run.name, run.framework)
    assert (back.sources, back.hparams, back.problems) == (run.sources, run.hparams, run.problems)
    (found,) = back.histograms
    for name in ("step", "min", "max", "mean", "std", "zero_share", "quantiles"):
        assert bits(getattr(found, name)) == bits(getattr(layers, name))
        assert getattr(found, name).shape == getattr(layers, name).shape


def test_what_was_logged_in_four_bytes_is_kept_in_four():
    short = np.random.default_rng(0).normal(size=5000).astype(np.float32).astype(np.float64)
    long = np.random.default_rng(0).normal(size=5000)
    sizes = [len(pack(run_with(Series("x", np.arange(5000), values)))) for values in (short, long)]
    assert sizes[0] < 4.1 * 5000
    assert sizes[1] > 7 * 5000


def test_a_run_too_long_to_keep_is_not_kept(monkeypatch):
    run = run_with(Series("x", np.arange(100), np.zeros(100)))
    monkeypatch.setattr(curves, "MAX_BYTES", 1600)
    assert pack(run) is not None
    monkeypatch.setattr(curves, "MAX_BYTES", 1599)
    assert pack(run) is None
