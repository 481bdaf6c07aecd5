"""Several writers under one tag of one event file."""

import numpy as np
import pytest
from event_files import event, file_bytes, simple, write

from loganalyzer.readers import find_runs, read_runs
from loganalyzer.readers.joining.writers import writers_of
from loganalyzer.readers.reading import Column


def column(pairs):
    steps, values = zip(*pairs, strict=True)
    return Column("loss", np.array(steps, np.int64), np.array(values, float), np.arange(len(steps)) + 1.7e9)


def curves(columns):
    return {one.tag: list(zip(one.step.tolist(), one.value.tolist(), strict=True)) for one in columns}


def run_of(tmp_path, pairs, **others):
    events = [
        event(step, simple("loss", value), wall_time=1.7e9 + at) for at, (step, value) in enumerate(pairs)
    ]
    events += [event(0, simple(tag, value)) for tag, value in others.items()]
    write(tmp_path, file_bytes(*events))
    (found,) = find_runs(tmp_path)
    (run,) = read_runs(found)
    return run


TWO = [(step, value) for step in range(5) for value in (step / 8, -step - 1)]


def test_two_values_at_each_step_are_two_curves(tmp_path):
    run = run_of(tmp_path, TWO)
    assert curves(run.series) == {
        "loss": [(step, step / 8) for step in range(5)],
        "loss#2": [(step, -step - 1) for step in range(5)],
    }
    assert [series.superseded for series in run.series] == [0, 0]
    assert [series.wall_time.tolist()[1] - 1.7e9 for series in run.series] == [2.0, 3.0]
    (problem,) = run.problems
    assert (problem.kind, problem.lost) == ("duplicate", 0)
    assert "found 2 at each step of 'loss'" in problem.text


def test_the_last_step_may_still_lack_a_writer():
    assert {tag: len(points) for tag, points in curves(writers_of(column(TWO[:-1]))).items()} == {
        "loss": 5,
        "loss#2": 4,
    }


def test_three_writers():
    pairs = [(step, step + at / 8) for step in range(4) for at in range(3)]
    assert list(curves(writers_of(column(pairs)))) == ["loss", "loss#2", "loss#3"]


@pytest.mark.parametrize(
    "pairs",
    [
        TWO[:4] + TWO[5:],
        TWO[:4],
        [*TWO, (5, 1.0), (5, 2.0), (5, 3.0)],
        [(step, value) for step in range(5) for value in (step / 8, step / 8)],
        [(step, at) for step in range(5) for at in range(4)],
        [(step, step) for step in range(5)] * 2,
        [(step, step) for step in range(9)],
    ],
    ids=["one lacks a step", "too few", "more at last", "the same", "batches", "restart", "one writer"],
)
def test_anything_else_is_left_as_it_is(pairs):
    one = column(pairs)
    assert list(writers_of(one)) == [one]


def test_no_other_tag_is_taken(tmp_path):
    run = run_of(tmp_path, TWO, **{"loss#2": 7.0})
    assert curves(run.series) == {
        "loss": [(step, -step - 1) for step in range(5)],
        "loss#2": [(0, 7.0)],
    }
    (problem,) = run.problems
    assert (problem.kind, problem.lost) == ("duplicate", 5)


def test_values_that_are_not_finite_are_values():
    pairs = [(step, value) for step in range(4) for value in (float("nan"), float("nan"))]
    assert len(writers_of(column(pairs))) == 1
    pairs = [(step, value) for step in range(4) for value in (float("nan"), 1.0)]
    assert len(writers_of(column(pairs))) == 2
