"""Several histories one behind another in one file."""

import json

import numpy as np
import pytest

from loganalyzer.model.run import Source
from loganalyzer.readers import find_runs, read_runs
from loganalyzer.readers.joining.stacked import blocks_of
from loganalyzer.readers.reading import Column, Reading

HEADER = "epoch,accuracy,loss\n"


def falling(n, first=2.0, rate=0.7):
    return [first * rate**epoch for epoch in range(n)]


def rows(losses, start=0):
    return "".join(f"{epoch},{1 - loss / 4},{loss}\n" for epoch, loss in enumerate(losses, start))


def runs_of(tmp_path, text, name="history.csv"):
    (tmp_path / name).write_text(text)
    return [run for found in find_runs(tmp_path) for run in read_runs(found)]


def losses_of(runs):
    return {run.name: next(one for one in run.series if one.tag == "loss").value.tolist() for run in runs}


@pytest.mark.parametrize("between", ["", HEADER])
def test_complete_histories_one_behind_another_are_runs(tmp_path, between):
    folds = [falling(10, first) for first in (2.0, 2.2, 1.9)]
    runs = runs_of(tmp_path, HEADER + between.join(map(rows, folds)))
    assert losses_of(runs) == dict(zip(("history.csv", "history.csv#2", "history.csv#3"), folds, strict=True))
    for number, run in enumerate(runs, 1):
        (problem,) = run.problems
        assert (problem.kind, problem.path) == ("restarted", "history.csv")
        assert "found 3 one behind another" in problem.text
        assert f"as number {number};" in problem.text
        assert all(series.superseded == 0 for series in run.series)
        assert [source.records for source in run.sources] == [10]


def test_lengths_may_differ_and_the_last_one_may_still_be_going_on(tmp_path):
    folds = [falling(12), falling(5), falling(1)]
    assert list(losses_of(runs_of(tmp_path, HEADER + "".join(map(rows, folds)))).values()) == folds


def test_values_that_go_on_where_the_block_before_ended_are_one_run(tmp_path):
    whole = falling(20)
    (run,) = runs_of(tmp_path, HEADER + rows(whole[:10]) + rows(whole[10:]))
    assert losses_of([run]) == {"history.csv": whole[10:]}
    assert {series.superseded for series in run.series} == {10}


def test_what_was_broken_off_at_once_is_no_run(tmp_path):
    (run,) = runs_of(tmp_path, HEADER + rows(falling(2)) + rows(falling(9, 1.9)))
    assert losses_of([run]) == {"history.csv": falling(9, 1.9)}


def test_a_resumed_part_stays_with_the_run_it_resumes(tmp_path):
    (run,) = runs_of(tmp_path, HEADER + rows(falling(9)) + rows(falling(12)[5:], 5))
    assert losses_of([run]) == {"history.csv": falling(12)}


def test_a_history_beside_its_own_copy_is_one_run(tmp_path):
    (run,) = runs_of(tmp_path, HEADER + rows(falling(9)) * 2)
    assert losses_of([run]) == {"history.csv": falling(9)}


def test_lines_of_json_are_told_apart_as_well(tmp_path):
    records = [{"step": step, "loss": loss} for step, loss in enumerate(falling(8))]
    other = [{**record, "loss": record["loss"] * 1.1} for record in records]
    text = "".join(json.dumps(record) + "\n" for record in records + other)
    assert list(losses_of(runs_of(tmp_path, text, "log.jsonl"))) == ["log.jsonl", "log.jsonl#2"]


def column(tag, *blocks):
    steps = np.concatenate([np.arange(len(block)) for block in blocks])
    return Column(tag, steps.astype(np.int64), np.concatenate(blocks).astype(float))


def n_blocks(*columns):
    return len(blocks_of(Reading(Source("x", "csv", 0, 0), columns)))


def test_a_schedule_that_begins_again_does_not_outvote_the_losses():
    rates = column("lr", [1.0, 0.5, 0.1], [1.0, 0.5, 0.1])
    on, back = column("loss", [3, 2, 1], [0.9, 0.8, 0.7]), column("loss", [3, 2, 1], [2.9, 2, 1.1])
    assert (n_blocks(rates, on), n_blocks(rates, back)) == (1, 2)


def test_a_curve_that_began_again_less_often_leaves_the_file_whole():
    loss = column("loss", [3, 2, 1], [2.9, 2, 1.1])
    assert n_blocks(loss, column("test", [1, 2, 3])) == 1
    assert n_blocks(loss, column("test", [1, 2, 3], [1.5, 2, 3])) == 2
    assert n_blocks(column("loss", [])) == n_blocks() == 1


def test_batches_that_are_counted_from_zero_in_each_epoch_are_one_run():
    generator = np.random.default_rng(3)
    epochs = [2.0 / (epoch + 1) + 0.05 * generator.normal(size=20) for epoch in range(12)]
    assert n_blocks(column("loss", *epochs)) == 1


def test_values_that_are_not_finite_have_no_vote():
    nan, inf = float("nan"), float("inf")
    assert n_blocks(column("loss", [3, 2, nan], [nan, 2, 1])) == 1
    assert n_blocks(column("loss", [nan, nan, nan], [3, 2, 1])) == 1
    assert n_blocks(column("loss", [3, 2, inf], [2.9, 2, 1])) == 2
