"""Logs of one JSON record a line."""

import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import curves, problems

from loganalyzer.readers import json_document, json_lines, keras_csv
from loganalyzer.readers.joining.parts import part_of
from loganalyzer.readers.json_lines import FORMAT, claims, read
from loganalyzer.readers.records.table import MAX_TAG_CHARS, MAX_TAGS

SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats" / "jsonl"
FILES = sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".json", ".txt"))

ROWS = [{"loss": 2.0 / step, "lr": 0.1, "step": step} for step in (10, 20, 30, 40)]


def text_of(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def reading_of(tmp_path, data, name="metrics.jsonl"):
    path = tmp_path / name
    data = text_of(data) if isinstance(data, list) else data
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path, display="run/" + name)


def axes(reading):
    return {column.tag: column.axis for column in reading.columns}


def is_claimed(data, name="metrics.jsonl"):
    data = text_of(data) if isinstance(data, list) else data
    return claims(Path("run") / name, data.encode() if isinstance(data, str) else data)


def test_records_line_by_line(tmp_path):
    reading = reading_of(tmp_path, ROWS)
    assert curves(reading) == {
        "loss": ([10, 20, 30, 40], [0.2, 0.1, 2.0 / 30, 0.05]),
        "lr": ([10, 20, 30, 40], [0.1] * 4),
    }
    assert (reading.source.path, reading.source.format) == ("run/metrics.jsonl", FORMAT)
    assert (reading.source.bytes, reading.source.records) == (len(text_of(ROWS)), 4)
    assert (reading.problems, dict(reading.hparams)) == ((), {})


@pytest.mark.parametrize(
    "data",
    [
        text_of(ROWS).rstrip("\n"),
        text_of(ROWS).replace("\n", "\r\n"),
        text_of(ROWS).replace("\n", "\n\n"),
        b"\xef\xbb\xbf" + text_of(ROWS).encode(),
        text_of(ROWS).encode("utf-16"),
        text_of(ROWS).encode("utf-16-le"),
        text_of(ROWS).encode("utf-16-be"),
        text_of(ROWS).replace('"step": ', '"step":').replace("10}", "10.0}"),
        text_of(ROWS).replace("10}", '"10"}').replace(": 0.2", ': "0.2"'),
    ],
)
def test_other_spellings_of_the_same_log(tmp_path, data):
    reading = reading_of(tmp_path, data)
    assert curves(reading) == curves(reading_of(tmp_path, ROWS))
    assert reading.problems == ()
    assert is_claimed(data)


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        ("step", "iteration"),
        ("_step", "iteration"),
        ("global_step", "iteration"),
        ("iteration", "iteration"),
        ("iter", "iteration"),
        ("timestep", "iteration"),
        ("total_timesteps", "iteration"),
        ("training_iteration", "iteration"),
        ("epoch", "epoch"),
        ("Epoch", "epoch"),
        ("episode", "iteration"),
    ],
)
def test_each_counter_places_points(tmp_path, name, axis):
    rows = [{name: at, "loss": 1.0 / at} for at in (1, 3, 5)]
    reading = reading_of(tmp_path, rows)
    assert curves(reading) == {"loss": ([1, 3, 5], [1.0, 1 / 3, 0.2])}
    assert axes(reading) == {"loss": axis}
    assert is_claimed(rows, "metrics.json")


def test_a_better_counter_wins_and_the_other_stays_a_curve(tmp_path):
    rows = [{"epoch": at // 2, "step": 5 * at, "loss": 1.0} for at in range(6)]
    assert curves(reading_of(tmp_path, rows)) == {
        "epoch": ([0, 5, 10, 15, 20, 25], [0, 0, 1, 1, 2, 2]),
        "loss": ([0, 5, 10, 15, 20, 25], [1.0] * 6),
    }


def test_records_of_two_kinds_count_for_themselves(tmp_path):
    rows = [{"step": at, "loss": 1.0} for at in (1, 2, 3)] + [{"epoch": 1, "val_loss": 2.0}]
    rows = rows + [{"step": at, "loss": 1.0} for at in (4, 5, 6)] + [{"epoch": 2, "val_loss": 1.0}]
    reading = reading_of(tmp_path, rows)
    assert curves(reading)["val_loss"] == ([1, 2], [2.0, 1.0])
    assert curves(reading)["loss"][0] == [1, 2, 3, 4, 5, 6]
    assert axes(reading) == {"loss": "iteration", "val_loss": "epoch"}
    assert reading.problems == ()


def test_batches_that_start_again_with_each_epoch_are_unrolled(tmp_path):
    rows = [{"epoch": epoch, "iter": at, "loss": 1.0} for epoch in (1, 2, 3) for at in (50, 100)]
    assert curves(reading_of(tmp_path, rows))["loss"][0] == [50, 100, 150, 200, 250, 300]
    rows = [{"epoch": epoch, "batch": at, "loss": 1.0} for epoch in (0, 1) for at in (0, 1, 2)]
    assert curves(reading_of(tmp_path, rows))["loss"][0] == [0, 1, 2, 3, 4, 5]


def test_a_resumed_run_keeps_file_order(tmp_path):
    rows = ROWS + ROWS[1:]
    reading = reading_of(tmp_path, rows)
    assert curves(reading)["loss"][0] == [10, 20, 30, 40, 20, 30, 40]
    assert reading.problems == ()


def test_ranks_that_repeat_each_step_still_count(tmp_path):
    rows = [{"step": step, "loss": step + rank} for step in range(9) for rank in range(4)]
    assert curves(reading_of(tmp_path, rows))["loss"][0] == [step for step in range(9) for _ in range(4)]


def test_nested_records_and_time(tmp_path):
    rows = [
        {"step": at, "_timestamp": 1.7e9 + at, "train": {"loss": 1.0, "top": {"1": 0.5}}, "done": False}
        for at in (1, 2)
    ]
    reading = reading_of(tmp_path, rows)
    assert sorted(curves(reading)) == ["train/loss", "train/top/1"]
    assert all(column.wall_time.tolist() == [1.7e9 + 1, 1.7e9 + 2] for column in reading.columns)


def test_a_word_for_the_split_keeps_curves_apart(tmp_path):
    rows = [
        {"mode": mode, "epoch": epoch, "loss": epoch + (mode == "val")}
        for epoch in (1, 2, 3)
        for mode in ("train", "val")
    ]
    assert curves(reading_of(tmp_path, rows)) == {
        "train/loss": ([1, 2, 3], [1.0, 2.0, 3.0]),
        "val/loss": ([1, 2, 3], [2.0, 3.0, 4.0]),
    }


def test_mmcv_logs_begin_with_settings_and_count_by_epoch_and_batch(tmp_path):
    rows = [{"env_info": "x" * 2000, "seed": 3, "exp_name": "a.py"}]
    for epoch in (1, 2):
        rows += [
            {"mode": "train", "epoch": epoch, "iter": at, "data_time": 0.1, "loss": 1.0} for at in (5, 10)
        ]
        rows += [{"mode": "val", "epoch": epoch, "iter": 4, "accuracy_top-1": 50.0}]
    reading = reading_of(tmp_path, rows)
    assert curves(reading)["train/loss"][0] == [5, 10, 15, 20]
    assert curves(reading)["val/accuracy_top-1"] == ([1, 2], [50.0, 50.0])
    assert axes(reading)["val/accuracy_top-1"] == "epoch"
    assert dict(reading.hparams) == {"env_info": "x" * 1000, "seed": 3.0, "exp_name": "a.py"}
    assert reading.framework == "mmcv"
    assert is_claimed(rows, "20200101_120000.log.json")


def test_settings_in_each_record_are_no_curves(tmp_path):
    rows = [
        {
            "training_iteration": at,
            "timesteps_total": 4000 * at,
            "episode_reward_mean": at,
            "config": {"lr": 0.1},
        }
        for at in (1, 2, 3)
    ]
    reading = reading_of(tmp_path, rows, "result.json")
    assert curves(reading)["episode_reward_mean"] == ([1, 2, 3], [1.0, 2.0, 3.0])
    assert dict(reading.hparams) == {"config/lr": 0.1}
    assert reading.framework == "rllib"
    assert is_claimed(rows, "result.json")


def test_non_finite_values_in_every_spelling(tmp_path):
    spellings = [
        "NaN",
        "nan",
        "-nan",
        "Infinity",
        "-Infinity",
        "inf",
        "-inf",
        "1e999",
        '"NaN"',
        '"inf"',
        "null",
    ]
    text = "".join(f'{{"step": {at}, "loss": {word}}}\n' for at, word in enumerate(spellings))
    reading = reading_of(tmp_path, text)
    inf = math.inf
    np.testing.assert_array_equal(
        curves(reading)["loss"][1], [math.nan] * 3 + [inf, -inf, inf, -inf, inf, math.nan, inf]
    )
    assert curves(reading)["loss"][0] == list(range(10))
    assert reading.problems == ()


def test_text_that_looks_like_a_bare_word_is_left_alone(tmp_path):
    reading = reading_of(tmp_path, '{"exp": "nan inf None"}\n{"step": 1, "loss": nan, "note": "a nan"}\n')
    assert dict(reading.hparams) == {"exp": "nan inf None"}
    assert math.isnan(curves(reading)["loss"][1][0])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_samples_hold_every_number(path):
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert claims(path, path.read_bytes())
    assert not json_document.claims(path, path.read_bytes())
    assert not keras_csv.claims(path, path.read_bytes())
    reading = read(path)
    assert (reading.source.records, reading.problems) == (len(rows), ())
    counters = {"step", "iteration", "epoch"}
    logged = sorted(repr(float(value)) for row in rows for name, value in row.items() if name not in counters)
    found = [column for column in reading.columns if column.tag not in counters]
    assert sorted(repr(value) for column in found for value in column.value.tolist()) == logged


def test_sample_of_mmengine_validates_by_epoch():
    reading = read(SAMPLES / "mmengine-scalars" / "vis_data" / "scalars.json")
    assert curves(reading)["loss"][0] == list(range(5, 121, 5))
    assert curves(reading)["val/accuracy/top1"][0] == [1, 2, 3, 4, 5, 6]
    assert (axes(reading)["loss"], axes(reading)["val/accuracy/top1"]) == ("iteration", "epoch")
    assert reading.framework == "mmengine"


def test_twin_of_mmengine_is_left_to_scalars_json():
    head = (SAMPLES / "mmengine-scalars" / "vis_data" / "scalars.json").read_bytes()
    assert claims(Path("w/vis_data/scalars.json"), head)
    assert claims(Path("w/20240101_120000.json"), head)
    assert not claims(Path("w/vis_data/20240101_120000.json"), head)


def test_sample_of_detectron2_was_resumed():
    reading = read(SAMPLES / "detectron2-resumed" / "metrics.json")
    (loss,) = (column for column in reading.columns if column.tag == "total_loss")
    assert loss.step.tolist() == [*range(19, 180, 20), *range(119, 500, 20)]
    part = part_of(reading, "", 0.0)
    assert part.curves["total_loss"].step.tolist() == list(range(19, 500, 20))
    assert part.superseded["total_loss"] == 4
    assert reading.framework == "detectron2"


def test_sample_of_deit_counts_epochs():
    reading = read(SAMPLES / "deit-log" / "log.txt")
    assert curves(reading)["test_acc1"][0] == list(range(25))
    assert set(axes(reading).values()) == {"epoch"}


def test_every_cut_gives_what_is_whole_before_it(tmp_path):
    rows = [{"step": at, "m": {"loss": 1 / at, "acc": 10.25}, "lr": 1e-3} for at in (1, 2, 3)]
    text = text_of(rows)
    whole = curves(reading_of(tmp_path, rows))
    for cut in range(1, len(text)):
        reading = reading_of(tmp_path, text[:cut])
        n = sum(text[:cut].count(json.dumps(row)) for row in rows)
        assert reading.source.records == n
        assert curves(reading) == {tag: (step[:n], value[:n]) for tag, (step, value) in whole.items() if n}
        kinds = {problem.kind for problem in reading.problems}
        is_whole = text[:cut].rstrip("\n").endswith(json.dumps(rows[n - 1])) if n else False
        assert ("truncated" in kinds) != is_whole
        assert kinds <= {"truncated", "empty"}


def test_damaged_lines_cost_themselves_alone(tmp_path):
    lines = text_of(ROWS).splitlines()
    lines[1] = lines[1][:-3]
    lines.insert(3, "Traceback (most recent call last):")
    reading = reading_of(tmp_path, "\n".join(lines) + "\n")
    assert curves(reading)["loss"][0] == [10, 30, 40]
    assert problems(reading) == [("corrupt_data", 2, 1), ("skipped", 4, 1)]
    assert all(f"run/metrics.jsonl:{problem.offset}:" in problem.text for problem in reading.problems)


@pytest.mark.parametrize("unit", ['\\"', '"', "{", '{"a":', '{"a":1', "nan,"])
def test_a_long_damaged_line_ends_soon_and_harms_no_other(tmp_path, unit):
    lines = text_of(ROWS).splitlines()
    lines.insert(2, '{"' + unit * (600_000 // len(unit)))
    reading = reading_of(tmp_path, "\n".join(lines) + "\n")
    assert curves(reading)["loss"][0] == [10, 20, 30, 40]
    assert problems(reading)[0][:2] in (("corrupt_data", 3), ("over_limit", 3))


def test_records_run_together_by_a_crash_are_told_apart(tmp_path):
    lines = text_of(ROWS).splitlines()
    text = "\n".join([lines[0] + lines[1], lines[2][:20] + lines[3]]) + "\n"
    reading = reading_of(tmp_path, text)
    assert curves(reading)["loss"][0] == [10, 20, 40]
    assert [(problem.kind, problem.offset) for problem in reading.problems] == [
        ("corrupt_data", 1),
        ("corrupt_data", 2),
    ]


def test_commas_between_records_are_no_damage(tmp_path):
    reading = reading_of(tmp_path, text_of(ROWS).replace("}\n", "},\n"))
    assert curves(reading) == curves(reading_of(tmp_path, ROWS))
    assert reading.problems == ()
    cut = reading_of(tmp_path, text_of(ROWS) + '{"step": 50,')
    assert [problem.kind for problem in cut.problems] == ["truncated"]


def test_a_record_nested_too_deep_is_over_a_limit_and_no_damage(tmp_path):
    deep = '{"step": 50, "loss": 1, "x": ' + "[" * 100_000 + "]" * 100_000 + "}\n"
    reading = reading_of(tmp_path, text_of(ROWS) + deep + '{"step": 60, "loss": 0.5}\n')
    assert curves(reading)["loss"][0] == [10, 20, 30, 40, 60]
    (problem,) = reading.problems
    assert (problem.kind, problem.offset, problem.lost) == ("over_limit", 5, 1)
    (problem,) = reading_of(tmp_path, text_of(ROWS) + deep[:90_000]).problems
    assert (problem.kind, problem.offset) == ("truncated", 5)


def test_part_of_a_record_is_not_taken_for_one(tmp_path):
    rows = [{"step": at, "m": {"loss": 1.0}, "x": 0.5} for at in (1, 2)]
    reading = reading_of(tmp_path, text_of(rows) + '{"step": 3, "m": {"loss": 7.0}, "x": 0.')
    assert curves(reading)["m/loss"] == ([1, 2], [1.0, 1.0])
    assert problems(reading) == [("truncated", 3, 1)]


def test_values_without_a_step_and_values_that_are_no_numbers_are_counted(tmp_path):
    rows = [*ROWS, {"loss": 0.5}, {"step": 50, "loss": "oops"}, {"step": 60, "loss": [1]}]
    reading = reading_of(tmp_path, rows)
    assert curves(reading)["loss"][0] == [10, 20, 30, 40]
    assert sorted(problems(reading), key=str) == [("non_numeric", 6, 2), ("non_numeric", None, 1)]


def test_at_most_a_hundred_problems_and_a_count(tmp_path):
    text = text_of(ROWS) + '{"broken\n' * 500
    reading = reading_of(tmp_path, text)
    assert len(reading.problems) == 101
    assert sum(problem.lost for problem in reading.problems) == 500


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":' * 100_000 + b"\n",
        b"[" * 1_000_000,
        b'{"step": 1, "loss": ' + b"9" * 1_000_000 + b"}\n",
        b'{"step": ' + b"9" * 300 + b', "loss": 1}\n',
        b'{"step": 1, "loss": "' + b"x" * 5_000_000 + b'"}\n',
        b"{" * 100_000 + b"\n",
        b'{"' * 50_000 + b"\n",
        b"\0" * 100_000,
        b"\xff\xfe" * 3,
        b"\xff" * 1000,
        b'{"step": 1, "\\ud800": "\\udfff", "loss": 1}\n{"step": 2, "\\ud800": 1}\n',
    ],
    ids=range(11),
)
def test_hostile_input_is_data(tmp_path, data):
    claims(Path("metrics.jsonl"), data[:65536])
    reading = reading_of(tmp_path, data)
    assert reading.problems or reading.columns
    for text in (
        *(column.tag for column in reading.columns),
        *(problem.text for problem in reading.problems),
    ):
        text.encode()


def test_bytes_that_are_no_text_are_counted(tmp_path):
    text = text_of([{**row, "note": "x"} for row in ROWS]).encode()
    reading = reading_of(tmp_path, b"\0\0" + text.replace(b'"x"', b'"\xff"', 1))
    assert curves(reading) == curves(reading_of(tmp_path, ROWS))
    assert sorted((problem.kind, problem.skipped) for problem in reading.problems) == [
        ("corrupt_data", 1),
        ("corrupt_data", 2),
    ]


def test_too_many_names_are_refused_and_counted(tmp_path):
    row = {"step": 1, "x" * (MAX_TAG_CHARS + 1): 1.0, **{f"loss{at}": 1.0 for at in range(MAX_TAGS + 1)}}
    reading = reading_of(tmp_path, [row, {**row, "step": 2}])
    assert len(reading.columns) == MAX_TAGS - 1
    assert problems(reading) == [("over_limit", None, 6)]


NEAR_MISSES = {
    "config.json": [{"epochs": 10, "lr": 0.1, "loss": 1.0}],
    "wandb-summary.json": [{"_step": 99, "loss": 0.5, "_timestamp": 1.7e9}],
    "data.jsonl": [{"text": "a", "label": 1}, {"text": "b", "label": 0}],
    "prompts.jsonl": [{"step": 3, "input": "a", "score": 0.5}, {"step": 3, "input": "b", "score": 0.25}],
    "coco.jsonl": [{"image_id": 1, "score": 0.5}, {"image_id": 2, "score": 0.75}],
    "events.jsonl": [{"step": 1, "level": "info"}, {"step": 2, "level": "info"}],
    "trials.jsonl": [{"trial": 1, "val_loss": 0.5}, {"trial": 2, "val_loss": 0.25}],
    "models.json": [{"model": "a", "accuracy": 0.5}, {"model": "b", "accuracy": 0.75}],
}


@pytest.mark.parametrize("name", ["epoch", "step"])
@pytest.mark.parametrize("counts", [[0.1, 0.2, 0.3, 0.4], [0.5, 1.0, 1.5, 2.0], [1e15, 2e15, 1e17, 1e20]])
def test_counters_that_are_no_steps_number_the_records_and_stay_curves(tmp_path, name, counts):
    rows = [{"loss": 2.0 / count, name: count} for count in counts]
    for data, file in ((rows, "log.jsonl"), (json.dumps(rows), "log.json")):
        reader = json_lines if data is rows else json_document
        text = text_of(rows) if data is rows else data
        (tmp_path / file).write_text(text)
        assert reader.claims(tmp_path / file, text.encode())
        reading = reader.read(tmp_path / file)
        assert curves(reading) == {
            "loss": ([0, 1, 2, 3], [2.0 / count for count in counts]),
            name: ([0, 1, 2, 3], counts),
        }
        assert reading.problems == ()


@pytest.mark.parametrize(
    "rows",
    [
        [{"epoch": 0.1, "score": 0.5}, {"epoch": 0.2, "score": 0.25}],
        [{"epoch": 0.5, "loss": 0.5}, {"epoch": 0.5, "loss": 0.25}],
        [{"epoch": 0.5, "loss": 0.5}, {"epoch": 0.1, "loss": 0.25}],
        [{"epoch": 0.5, "loss": 0.5}],
        [{"epoch": 0.5, "loss": 0.5}, {"epoch": math.nan, "loss": 0.25}],
        [{"weight": 0.1, "loss": 0.5}, {"weight": 0.2, "loss": 0.25}],
    ],
)
def test_fractions_that_do_not_count_a_training_are_not_claimed(rows):
    assert not is_claimed(rows)
    assert not json_document.claims(Path("log.json"), json.dumps(rows).encode())


@pytest.mark.parametrize("name", sorted(NEAR_MISSES))
def test_other_lines_are_not_claimed(name):
    assert not is_claimed(NEAR_MISSES[name], name)
    assert not json_document.claims(Path(name), text_of(NEAR_MISSES[name]).encode())


def test_other_files_are_not_claimed():
    assert is_claimed(ROWS, "log.txt")
    assert is_claimed(ROWS[:1], "metrics.jsonl")
    assert not is_claimed(ROWS[:1], "metrics.json")
    assert not is_claimed(ROWS, "metrics.csv")
    assert not is_claimed(json.dumps(ROWS), "metrics.json")
    assert not is_claimed("epoch,loss\n0,1.0\n1,0.5\n", "log.txt")
    assert not is_claimed("Epoch 1 loss: 0.5\n" + text_of(ROWS[:1]) + "Epoch 2 loss: 0.25\n", "train.log")
    assert not is_claimed("", "metrics.jsonl")


def test_a_long_log_is_known_by_its_beginning():
    rows = [{"iteration": at, "total_loss": 1 / at, "lr": 0.1} for at in range(1, 5000)]
    head = text_of(rows).encode()[: json_lines.HEAD_BYTES]
    assert len(head) == json_lines.HEAD_BYTES
    assert claims(Path("metrics.json"), head)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2**53 - 1), st.floats()), min_size=1, unique_by=lambda pair: pair[0])
)
def test_every_number_comes_back_bit_for_bit(tmp_path_factory, pairs):
    pairs.sort()
    path = tmp_path_factory.mktemp("log") / "m.jsonl"
    path.write_text(text_of([{"step": step, "loss": value} for step, value in pairs]))
    step, value = curves(read(path))["loss"]
    assert step == [step for step, _ in pairs]
    for found, (_, logged) in zip(value, pairs, strict=True):
        assert struct.pack("<d", found) == struct.pack("<d", logged) or (
            math.isnan(found) and math.isnan(logged)
        )
