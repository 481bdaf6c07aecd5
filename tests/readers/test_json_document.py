"""Histories in one JSON document."""

import json
import math
import struct
from pathlib import Path

import pytest
from readings import curves, problems

from loganalyzer.readers import find_runs, json_document, json_lines, keras_csv, read_runs
from loganalyzer.readers.json_document import FORMAT, claims, read
from loganalyzer.readers.records import cursor

SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats" / "json"
FILES = sorted(path for path in SAMPLES.rglob("*") if path.suffix == ".json")

ROWS = [
    {"epoch": 0.5, "learning_rate": 1e-3, "loss": 1.25, "step": 10},
    {"epoch": 1.0, "learning_rate": 5e-4, "loss": 0.75, "step": 20},
    {"epoch": 1.0, "eval_loss": 0.875, "step": 20},
    {"epoch": 1.5, "learning_rate": 0.0, "loss": 0.5, "step": 30},
]
STATE = {"epoch": 1.5, "global_step": 30, "log_history": ROWS, "max_steps": 40, "num_train_epochs": 2}
CURVES = {
    "epoch": ([10, 20, 20, 30], [0.5, 1.0, 1.0, 1.5]),
    "eval_loss": ([20], [0.875]),
    "learning_rate": ([10, 20, 30], [1e-3, 5e-4, 0.0]),
    "loss": ([10, 20, 30], [1.25, 0.75, 0.5]),
}
HISTORY = {"loss": [1.5, 0.5, 0.25], "val_loss": [1.75, 1.0, 0.875]}
HISTORY_CURVES = {"loss": ([0, 1, 2], [1.5, 0.5, 0.25]), "val_loss": ([0, 1, 2], [1.75, 1.0, 0.875])}


def reading_of(tmp_path, data, name="history.json"):
    path = tmp_path / name
    data = data if isinstance(data, str | bytes) else json.dumps(data)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path, display="run/" + name)


def is_claimed(data, name="history.json"):
    data = data if isinstance(data, str | bytes) else json.dumps(data)
    return claims(Path("run") / name, data.encode() if isinstance(data, str) else data)


def bits(values):
    return [struct.pack("<d", math.nan if math.isnan(value) else value) for value in values]


def test_a_trainer_state(tmp_path):
    reading = reading_of(tmp_path, json.dumps(STATE, indent=2, sort_keys=True), "trainer_state.json")
    assert {tag: curves(reading)[tag] for tag in CURVES} == CURVES
    assert {column.axis for column in reading.columns} == {"iteration"}
    assert (reading.source.path, reading.source.format, reading.source.records) == (
        "run/trainer_state.json",
        FORMAT,
        4,
    )
    assert dict(reading.hparams) == {
        "epoch": 1.5,
        "global_step": 30.0,
        "max_steps": 40.0,
        "num_train_epochs": 2.0,
    }
    assert (reading.framework, reading.problems) == ("huggingface", ())


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=4),
        json.dumps({"log_history": ROWS}),
        json.dumps({"history": ROWS, "note": "by hand"}),
        b"\xef\xbb\xbf" + json.dumps(ROWS).encode(),
        json.dumps(ROWS).encode("utf-16"),
        json.dumps(ROWS).encode("utf-16-le"),
        json.dumps(ROWS).encode("utf-16-be"),
        json.dumps(ROWS).replace("}, {", "},\r\n\r\n{"),
        json.dumps(ROWS).replace("}]", "},]"),
        json.dumps(json.dumps(ROWS)),
        json.dumps({str(at): row for at, row in enumerate(ROWS)}),
    ],
)
def test_other_shapes_of_the_same_records(tmp_path, data):
    reading = reading_of(tmp_path, data)
    assert curves(reading) == CURVES
    assert (reading.framework, reading.problems) == ("huggingface", ())
    assert is_claimed(data)


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(HISTORY),
        json.dumps(HISTORY, indent=1),
        json.dumps({name: [str(value) for value in values] for name, values in HISTORY.items()}),
        json.dumps({name: [f"np.float64({value})" for value in values] for name, values in HISTORY.items()}),
        json.dumps({name: dict(enumerate(values)) for name, values in HISTORY.items()}),
        json.dumps({"history": HISTORY, "epoch": [0, 1, 2], "params": {"epochs": 3, "steps": 5}}),
        json.dumps({**HISTORY, "config": {"lr": 0.1, "name": "a"}}),
        json.dumps(str(HISTORY)),
        str(HISTORY),
        json.dumps([dict(zip(HISTORY, row, strict=True)) for row in zip(*HISTORY.values(), strict=True)]),
    ],
)
def test_other_shapes_of_the_same_lists(tmp_path, data):
    reading = reading_of(tmp_path, data)
    assert curves(reading) == HISTORY_CURVES
    assert {column.axis for column in reading.columns} == {"epoch"}
    assert reading.problems == ()
    assert is_claimed(data)


def test_values_around_lists_are_settings(tmp_path):
    reading = reading_of(tmp_path, {**HISTORY, "config": {"lr": 0.1, "name": "a", "amp": True}, "seed": 7})
    assert dict(reading.hparams) == {
        "config/lr": 0.1,
        "config/name": "a",
        "config/amp": True,
        "seed": 7.0,
    }


def test_missing_and_non_finite_values(tmp_path):
    data = '{"loss": [NaN, null, Infinity, -Infinity, nan, -inf, None, 1e400, "nan"], "val_loss": [1, 2, 3]}'
    step, value = curves(reading_of(tmp_path, data))["loss"]
    assert step == [0, 2, 3, 4, 5, 7, 8]
    inf = math.inf
    assert bits(value) == bits([math.nan, inf, -inf, math.nan, -inf, inf, math.nan])


def test_nested_objects_give_folders(tmp_path):
    data = {"train": {"loss": [2.0, 1.0]}, "val": {"loss": [2.5, 1.5], "acc": [0.5, 0.75]}}
    assert curves(reading_of(tmp_path, data)) == {
        "train/loss": ([0, 1], [2.0, 1.0]),
        "val/loss": ([0, 1], [2.5, 1.5]),
        "val/acc": ([0, 1], [0.5, 0.75]),
    }
    assert is_claimed(data)


def test_lists_with_steps_of_their_own(tmp_path):
    data = {
        "loss": {"steps": [0, 50, 100], "values": [3.0, 2.0, 1.0]},
        "val_loss": {"steps": [0, 100], "values": [3.5, 2.5]},
    }
    assert curves(reading_of(tmp_path, data)) == {
        "loss": ([0, 50, 100], [3.0, 2.0, 1.0]),
        "val_loss": ([0, 100], [3.5, 2.5]),
    }
    data = {"epochs": [5, 10, 15], "train_loss": [3.0, 2.0, 1.0]}
    assert curves(reading_of(tmp_path, data)) == {"train_loss": ([5, 10, 15], [3.0, 2.0, 1.0])}


def test_a_list_longer_than_the_rest_counts_iterations(tmp_path):
    data = {"loss": [1.0] * 40, "train_loss": [2.0, 1.0], "val_loss": [2.5, 2.0]}
    axes = {column.tag: column.axis for column in reading_of(tmp_path, data).columns}
    assert axes == {"loss": "iteration", "train_loss": "epoch", "val_loss": "epoch"}


def test_documents_one_after_the_other_go_on(tmp_path):
    text = json.dumps(HISTORY)
    assert curves(reading_of(tmp_path, text + "\n" + text))["loss"] == (
        [0, 1, 2, 3, 4, 5],
        [1.5, 0.5, 0.25] * 2,
    )


def test_histories_of_several_folds_keep_apart(tmp_path):
    reading = reading_of(tmp_path, {"1": HISTORY, "2": HISTORY})
    assert sorted(curves(reading)) == ["1/loss", "1/val_loss", "2/loss", "2/val_loss"]
    assert curves(reading)["2/loss"] == HISTORY_CURVES["loss"]
    reading = reading_of(tmp_path, {"1": {"history": HISTORY}, "2": {"history": HISTORY}})
    assert curves(reading)["2/loss"] == HISTORY_CURVES["loss"]


def test_records_by_the_number_of_their_epoch(tmp_path):
    data = {str(at): {"train": {"loss": 1 / at}, "val": {"loss": 2 / at}} for at in (1, 2, 4)}
    reading = reading_of(tmp_path, data)
    assert curves(reading) == {
        "train/loss": ([1, 2, 4], [1.0, 0.5, 0.25]),
        "val/loss": ([1, 2, 4], [2.0, 1.0, 0.5]),
    }
    assert {column.axis for column in reading.columns} == {"epoch"}
    assert is_claimed(data)


def test_tags_that_meet_are_told_apart(tmp_path):
    reading = reading_of(
        tmp_path, {**HISTORY, "history": [{"step": 1, "loss": 3.0}, {"step": 2, "loss": 2.0}]}
    )
    assert curves(reading)["loss"] == HISTORY_CURVES["loss"]
    assert curves(reading)["loss#2"] == ([1, 2], [3.0, 2.0])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_samples_are_claimed_by_this_reader_alone(path):
    head = path.read_bytes()
    assert claims(path, head)
    assert not json_lines.claims(path, head)
    assert not keras_csv.claims(path, head)


@pytest.mark.parametrize("name", ["trainer-state", "trainer-state-overflow", "log-history"])
def test_samples_of_the_trainer_hold_every_number(name):
    (path,) = (SAMPLES / name).glob("*.json")
    document = json.loads(path.read_text())
    rows = document if isinstance(document, list) else document["log_history"]
    reading = read(path)
    found = {
        (column.tag, step, value)
        for column in reading.columns
        for step, value in zip(column.step.tolist(), bits(column.value.tolist()), strict=True)
    }
    assert found == {
        (tag, row["step"], bits([float(value)])[0])
        for row in rows
        for tag, value in row.items()
        if tag != "step"
    }
    assert reading.framework == "huggingface"
    assert reading.problems == ()
    assert len(reading.columns) == len({tag for row in rows for tag in row}) - 1
    assert {column.tag: column.step.size for column in reading.columns}["train_loss"] == 1


def test_sample_that_overflowed_keeps_its_nan():
    (loss,) = (
        column
        for column in read(SAMPLES / "trainer-state-overflow/trainer_state.json").columns
        if column.tag == "loss"
    )
    assert all(math.isnan(value) for value in loss.value)


def test_sample_that_was_cut_keeps_what_is_whole():
    path = SAMPLES / "trainer-state-cut" / "trainer_state.json"
    text = path.read_text()
    reading = read(path)
    assert reading.source.records == text.count("}") > 5
    assert [problem.kind for problem in reading.problems] == ["truncated"]
    last = max(column.step.max() for column in reading.columns)
    assert last == int(text[: text.rindex("}")].rpartition('"step": ')[2])


@pytest.mark.parametrize("name", ["keras-history", "keras-history-pandas"])
def test_samples_of_keras_hold_every_number(name):
    (path,) = (SAMPLES / name).glob("*.json")
    document = json.loads(path.read_text())
    lists = {tag: list(rows.values()) if isinstance(rows, dict) else rows for tag, rows in document.items()}
    reading = read(path)
    assert {tag: value for tag, (_, value) in curves(reading).items()} == lists
    assert {tuple(step) for step, _ in curves(reading).values()} == {tuple(range(30))}
    assert (reading.framework, reading.problems) == ("keras", ())


@pytest.mark.parametrize(
    "text", [json.dumps(STATE, indent=2), json.dumps(ROWS), json.dumps(HISTORY), str(HISTORY)]
)
def test_every_cut_gives_what_is_whole_before_it(tmp_path, text):
    whole = curves(reading_of(tmp_path, text))
    for cut in range(1, len(text)):
        reading = reading_of(tmp_path, text[:cut])
        for tag, (step, value) in curves(reading).items():
            assert whole[tag][0][: len(step)] == step
            assert whole[tag][1][: len(value)] == value
        assert {problem.kind for problem in reading.problems} <= {"truncated", "empty"}
        assert any(problem.kind == "truncated" for problem in reading.problems)
        if '"log_history"' in text or text.startswith("["):
            assert reading.source.records == text[:cut].count("}")


def test_damage_costs_the_record_it_hits(tmp_path):
    text = json.dumps(ROWS, indent=1)
    for damaged in (text.replace("0.75", "0.7x5"), text.replace('"loss": 0.75', '"loss" 0.75')):
        reading = reading_of(tmp_path, damaged)
        assert curves(reading)["loss"] == ([10, 30], [1.25, 0.5])
        assert [problem.kind for problem in reading.problems] == ["corrupt_data"]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("lost", [[3], [3, 4], [3, 40], [3, 17, 40, 41, 90], [98, 99]])
def test_a_lost_quote_costs_its_record_and_not_those_up_to_the_next(tmp_path, indent, lost):
    rows = [{"step": 10 * at, "loss": 1 / (at + 1), "acc": at / 100} for at in range(100)]
    parts = [json.dumps(row, indent=indent) for row in rows]
    for at in lost:
        parts[at] = parts[at].replace('loss"', "loss")
    reading = reading_of(tmp_path, "[" + ",\n".join(parts) + "]")
    kept = [at for at in range(100) if at not in lost]
    assert curves(reading)["loss"] == ([10 * at for at in kept], [1 / (at + 1) for at in kept])
    assert {problem.kind for problem in reading.problems} <= {"corrupt_data", "truncated"}
    assert reading.problems[0].offset == parts_above(parts, lost[0])


def parts_above(parts, at):
    """The line on which a part begins."""
    return 1 + sum(part.count("\n") + 1 for part in parts[:at])


def test_lines_of_records_that_damage_hid_are_told(tmp_path):
    rows = [{"step": at, "loss": 1.0 if at != 50 else "oops"} for at in range(100)]
    parts = [json.dumps(row) for row in rows]
    for at in (20, 80):
        parts[at] = parts[at].replace('loss"', "loss")
    reading = reading_of(tmp_path, "[" + ",\n".join(parts) + "]")
    (problem,) = [problem for problem in reading.problems if problem.kind == "non_numeric"]
    assert problem.offset == 51


def test_looking_for_records_behind_damage_is_bounded(tmp_path, monkeypatch):
    hostile = json.dumps(ROWS)[:-1] + "," + '{"x":[' * 10_000
    tries = []
    end_of = cursor._end_of
    monkeypatch.setattr(cursor, "_end_of", lambda text, at: tries.append(at) or end_of(text, at))
    assert is_claimed(hostile)
    assert len(tries) < 100
    reading = reading_of(tmp_path, hostile)
    assert curves(reading) == CURVES
    assert problems(reading) == [("truncated", 1, 1)]
    assert len(tries) < 1000


def test_reading_goes_on_behind_a_hole(tmp_path):
    text = json.dumps(ROWS, indent=1)
    second = text.index("5e-04") if "5e-04" in text else text.index("0.0005")
    hole = text[:second] + text[text.index('"eval_loss"') - len(' {\n  "epoch": 1.0,\n  ') :]
    reading = reading_of(tmp_path, hole)
    assert curves(reading)["loss"] == ([10, 30], [1.25, 0.5])
    assert [problem.kind for problem in reading.problems] == ["corrupt_data"]
    assert reading.problems[0].offset == 8


def test_entries_that_are_no_records_are_counted_and_bounded(tmp_path, monkeypatch):
    rows = [ROWS[0], 1.5, "x", [], *ROWS[1:]]
    reading = reading_of(tmp_path, rows)
    assert curves(reading) == CURVES
    assert problems(reading) == [("corrupt_data", 1, 3)]
    monkeypatch.setattr("loganalyzer.readers.records.document.MAX_EMPTY", 5)
    for data in ([ROWS[0]] + [[]] * 9 + ROWS[1:], {"loss": [1.0] + [[]] * 9, "val_loss": [1.0]}):
        reading = reading_of(tmp_path, data)
        assert curves(reading)["loss"][1] == [data["loss"][0] if isinstance(data, dict) else 1.25]
        assert "over_limit" in {problem.kind for problem in reading.problems}


def test_numbers_in_long_lists_keep_their_places(tmp_path):
    values = [1 / n for n in range(1, 3000)]
    text = json.dumps({"loss": values}).replace("0.5,", "null,").replace(", 0.25,", ', "0.25",')
    step, value = curves(reading_of(tmp_path, text.replace(", ", ",\n")))["loss"]
    assert dict(zip(step, value, strict=True)) == {at: one for at, one in enumerate(values) if at != 1}


def test_bytes_that_are_no_text_are_counted(tmp_path):
    text = json.dumps({**HISTORY, "note": "x"}).encode()
    reading = reading_of(tmp_path, text.replace(b'"x"', b'"\xff\xfe"') + b"\0\0\0")
    assert curves(reading) == HISTORY_CURVES
    assert sorted((problem.kind, problem.skipped) for problem in reading.problems) == [
        ("corrupt_data", 2),
        ("corrupt_data", 3),
    ]


def test_what_is_no_number_is_counted(tmp_path):
    reading = reading_of(tmp_path, {"loss": [1.0, "oops", 0.5, [1], True], "val_loss": [1, 2, 3, 4, 5]})
    assert curves(reading)["loss"] == ([0, 2], [1.0, 0.5])
    assert problems(reading) == [("non_numeric", 1, 3)]
    assert "'oops'" in reading.problems[0].text


def test_empty_files_and_histories(tmp_path):
    for data in ("", "   \n", "[]", "{}", '{"log_history": [], "global_step": 0}'):
        reading = reading_of(tmp_path, data)
        assert (reading.columns, problems(reading)) == ((), [("empty", 1, 0)])
    assert is_claimed('{"log_history": [], "global_step": 0}')


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b'{"1":{"x":[1],' * 300 + b'"y":1' + b"}}" * 300,
        b'{"a":' * 100_000,
        b'{"loss": [' + b"[" * 100_000,
        b'[{"step": 1, "loss": ' + b"9" * 2_000_000 + b"}]",
        b'{"loss": [' + b"9" * 2_000_000 + b"]}",
        b'{"loss": "' + b"x" * 5_000_000 + b'"}',
        b"[" + b"[]," * 500_000 + b"]",
        b"\0" * 100_000,
        b"\xff" * 100_000,
        b'{"loss": [1, 2}, "val_loss": ]',
        b'{"loss" "x"}',
        b"}}}}",
        b'[{"step": 1, "loss": "\\ud800"}, {"step": 2, "\\ud800loss": 1}]',
        b'{"loss": [1' + b", 2}" * 1000,
    ],
    ids=range(15),
)
def test_hostile_input_is_data(tmp_path, data):
    claims(Path("history.json"), data[:65536])
    reading = reading_of(tmp_path, data)
    assert reading.problems
    assert len(reading.problems) <= 101
    for text in (
        *(column.tag for column in reading.columns),
        *(problem.text for problem in reading.problems),
    ):
        text.encode()


def test_long_numbers_and_deep_objects_are_told(tmp_path):
    reading = reading_of(
        tmp_path, {"loss": [1.0, 2.0], "val_loss": [3.0]} | json.loads('{"a":' * 70 + "1" + "}" * 70)
    )
    assert curves(reading)["loss"] == ([0, 1], [1.0, 2.0])
    assert [problem.kind for problem in reading.problems] == ["over_limit"]
    digits = "1." + "3" * 500
    reading = reading_of(tmp_path, f'{{"loss": [1.0, {digits}], "val_loss": [1, {"1" * 399}]}}')
    assert curves(reading)["loss"] == ([0], [1.0])
    assert curves(reading)["val_loss"] == ([0, 1], [1.0, math.inf])


NEAR_MISSES = {
    "package.json": {"name": "x", "version": "1.0.0", "scripts": {"test": "step"}, "files": ["lib"]},
    "config.json": {"epochs": 10, "lr": 0.1, "loss": "mse", "loss_weights": [1.0, 0.5], "layers": [64, 64]},
    "model_config.json": {"hidden_size": 768, "task_specific_params": None, "architectures": ["Bert"]},
    "results.json": {"epoch": 3.0, "eval_loss": 0.5, "eval_accuracy": 0.9},
    "all_results.json": {"epoch": 3.0, "train_loss": 0.25, "train_runtime": 12.5},
    "grid.json": {"loss": ["mse", "mae"], "lr": [0.1, 0.01], "epochs": [10, 20]},
    "scores.json": {"fit_time": [0.1, 0.2], "score_time": [0.1, 0.2], "test_accuracy": [0.9, 0.8]},
    "instances.json": {
        "info": {"year": 2017},
        "images": [{"id": 1, "width": 640}, {"id": 2, "width": 640}],
        "annotations": [{"id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}, {"id": 2, "bbox": [], "score": 0.1}],
    },
    "detections.json": [{"image_id": 1, "score": 0.5}, {"image_id": 2, "score": 0.25}],
    "models.json": [{"model": "a", "accuracy": 0.5}, {"model": "b", "accuracy": 0.75}],
    "rollouts.json": [{"step": 7, "reward": 0.5}, {"step": 7, "reward": 0.25}, {"step": 7, "reward": 1.0}],
    "geo.json": {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"step": 1}}]},
    "tokenizer.json": {"model": {"vocab": {"loss": 1, "step": 2, "epoch": 3}}, "version": "1.0"},
    "steps.json": [{"step": 1, "title": "open"}, {"step": 2, "title": "close"}],
    "numbers.json": [1.0, 2.0, 3.0],
}


@pytest.mark.parametrize("name", sorted(NEAR_MISSES))
def test_other_documents_are_not_claimed(name):
    for text in (json.dumps(NEAR_MISSES[name]), json.dumps(NEAR_MISSES[name], indent=2)):
        assert not claims(Path(name), text.encode())
        assert not json_lines.claims(Path(name), text.encode())


def test_other_names_are_not_claimed():
    text = json.dumps(STATE)
    assert is_claimed(text, "trainer_state.json")
    for name in ("trainer_state.csv", "history.ipynb", "history", "history.json.gz"):
        assert not is_claimed(text, name)


def test_a_long_history_is_known_by_its_beginning():
    rows = [{"loss": 1 / n, "learning_rate": 0.1, "epoch": n / 7, "step": n} for n in range(1, 5000)]
    for document in ({"log_history": rows}, rows, {"loss": [1 / n for n in range(1, 9000)]}):
        head = json.dumps(document).encode()[: json_document.HEAD_BYTES]
        assert len(head) == json_document.HEAD_BYTES
        assert claims(Path("history.json"), head)


def state_until(step):
    rows = [row for row in ROWS if row["step"] <= step]
    return json.dumps({**STATE, "global_step": step, "log_history": rows})


def found(root):
    return [run for files in find_runs(root) for run in read_runs(files)]


def series(run):
    return {one.tag: (one.step.tolist(), one.value.tolist()) for one in run.series}


@pytest.mark.parametrize("last", ["out/checkpoint-30", "out"])
def test_the_checkpoints_of_a_trainer_are_one_run(tmp_path, last):
    for folder, step in (("out/checkpoint-10", 10), ("out/checkpoint-20", 20), (last, 30)):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "trainer_state.json").write_text(state_until(step))
    (run,) = found(tmp_path)
    assert (run.name, run.problems) == (f"{last}/trainer_state.json", ())
    assert {tag: series(run)[tag] for tag in ("loss", "eval_loss")} == {
        tag: CURVES[tag] for tag in ("loss", "eval_loss")
    }
    assert run.hparams["global_step"] == 30.0
    assert [source.path for source in run.sources] == sorted(
        f"{folder}/trainer_state.json" for folder in ("out/checkpoint-10", "out/checkpoint-20", last)
    )


def test_a_lone_checkpoint_has_its_own_name_and_its_folder_may_be_the_root(tmp_path, monkeypatch):
    folder = tmp_path / "out" / "checkpoint-20"
    folder.mkdir(parents=True)
    (folder / "trainer_state.json").write_text(state_until(20))
    assert [run.name for run in found(tmp_path)] == ["out/checkpoint-20/trainer_state.json"]
    assert [run.name for run in found(folder)] == ["trainer_state.json"]
    monkeypatch.chdir(folder)
    assert [run.name for run in found(Path())] == ["trainer_state.json"]
    assert [run.name for run in found(Path("trainer_state.json"))] == ["trainer_state.json"]


def test_a_checkpoint_of_another_run_in_the_same_folder_is_a_run_of_its_own(tmp_path):
    other = json.dumps({**STATE, "log_history": [{**row, "loss": 9.0} for row in ROWS if "loss" in row]})
    for step, text in ((20, state_until(20)), (30, other)):
        (tmp_path / f"out/checkpoint-{step}").mkdir(parents=True)
        (tmp_path / f"out/checkpoint-{step}" / "trainer_state.json").write_text(text)
    runs = found(tmp_path)
    assert sorted(run.name for run in runs) == [f"out/checkpoint-{n}/trainer_state.json" for n in (20, 30)]
    assert sorted(series(run)["loss"][1] for run in runs) == [[1.25, 0.75], [9.0, 9.0, 9.0]]
    assert {problem.kind for run in runs for problem in run.problems} == {"restarted"}


def test_other_documents_in_such_folders_stay_runs_by_themselves(tmp_path):
    for name in ("checkpoint-1/history.json", "checkpoint-2/history.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(json.dumps(HISTORY))
    assert [run.name for run in found(tmp_path)] == ["checkpoint-1/history.json", "checkpoint-2/history.json"]
