import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import wandb_files as made
import yaml
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from wandb_files import CONFIG, HISTORY, NUM, SUMMARY, TELEMETRY, item

from loganalyzer.model.run import ReadProblem
from loganalyzer.readers import keras_csv, tfevents, wandb
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.wandb import history
from loganalyzer.readers.wandb import settings as settings_module

SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats" / "wandb"
RUNS = sorted(SAMPLES.rglob("*.wandb"))

# The part of wandb's schema that a run file needs, for protobuf's own parser: name, number, kind of fields.
SCHEMA = {
    "Item": [("key", 1, "string"), ("nested_key", 2, "strings"), ("value_json", 16, "string")],
    "Step": [("num", 1, "int64")],
    "History": [("item", 1, "Item*"), ("step", 2, "Step")],
    "Config": [("update", 1, "Item*")],
    "Run": [("run_id", 1, "string"), ("config", 4, "Config")],
    "Exit": [("exit_code", 1, "int32")],
    "Record": [
        ("num", 1, "int64"),
        ("history", 2, "History"),
        ("config", 5, "Config"),
        ("run", 17, "Run"),
        ("exit", 18, "Exit"),
    ],
}


def record_class() -> type[Message]:
    file = descriptor_pb2.FileDescriptorProto(name="twin.proto", package="twin", syntax="proto3")
    for name, fields in SCHEMA.items():
        message = file.message_type.add(name=name)
        for field_name, number, kind in fields:
            field = message.field.add(name=field_name, number=number, label=3 if kind[-1] in "s*" else 1)
            if kind[0].isupper():
                field.type, field.type_name = 11, f".twin.{kind.rstrip('*')}"
            else:
                field.type = {"string": 9, "strings": 9, "int64": 3, "int32": 5}[kind]
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("twin.Record"))


def messages(path: Path) -> list[Message]:
    """All records of an intact file, read the obvious way."""
    data, at, found, body = path.read_bytes(), 7, [], b""
    parse = record_class()
    while at < len(data):
        left = made.BLOCK - at % made.BLOCK
        if left < 7:
            at += left
            continue
        size, kind = int.from_bytes(data[at + 4 : at + 6], "little"), data[at + 6]
        assert data[at : at + 7 + size] == made.chunk(kind, data[at + 7 : at + 7 + size])
        body += data[at + 7 : at + 7 + size]
        at += 7 + size
        if kind in (made.FULL, made.LAST):
            found.append(parse.FromString(body))
            body = b""
    return found


def points_of(path: Path) -> dict[str, list[tuple[int, float]]]:
    points: dict[str, list[tuple[int, float]]] = {}
    for message in messages(path):
        for one in message.history.item:
            value = json.loads(one.value_json)
            tag = ".".join(one.nested_key or [one.key])
            if type(value) in (int, float) and not tag.startswith(("_", "weights.")):
                points.setdefault(tag, []).append((message.history.step.num, float(value)))
    return points


def read(folder: Path, *payloads: bytes) -> Reading:
    return wandb.read(made.write(folder, made.file_bytes(*payloads)), display="here")


def ended(folder: Path, *payloads: bytes) -> Reading:
    """A run that ended in order, so that nothing of it is a problem by itself."""
    return read(folder, *payloads, made.end(len(payloads) + 1))


def curves(reading: Reading) -> dict[str, list[float]]:
    return {column.tag: column.value.tolist() for column in reading.columns}


def only(reading: Reading) -> Column:
    (column,) = reading.columns
    return column


def kinds(reading: Reading) -> list[str]:
    return [problem.kind for problem in reading.problems]


def first(reading: Reading) -> ReadProblem:
    return reading.problems[0]


# Real files


def test_there_are_samples() -> None:
    assert [path.parts[-3] for path in RUNS] == ["moons-healthy", "moons-killed", "moons-overflow"]
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 60_000


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.parts[-3])
def test_samples_give_what_protobuf_itself_reads(path: Path) -> None:
    reading = wandb.read(path)
    expected = points_of(path)
    assert [column.tag for column in reading.columns] == sorted(expected)
    for column in reading.columns:
        steps, values = zip(*expected[column.tag], strict=True)
        assert column.step.tolist() == list(steps)
        np.testing.assert_array_equal(column.value, values)
        assert column.wall_time is not None
        assert bool((np.diff(column.wall_time) > 0).all())
    assert reading.source.records == len(messages(path))
    assert reading.source.bytes == path.stat().st_size


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.parts[-3])
def test_samples_say_how_they_ended(path: Path) -> None:
    truth = yaml.safe_load((path.parents[1] / "truth.yaml").read_text(encoding="utf-8"))
    assert truth["format"] == wandb.FORMAT
    assert truth["made_by"] == path.parts[-3]
    assert kinds(wandb.read(path)) == (["truncated"] if truth["labels"] == ["truncated-run"] else [])


def test_healthy_sample_in_full() -> None:
    reading = wandb.read(RUNS[0])
    found = {column.tag: column for column in reading.columns}
    assert sorted(found) == ["epoch", "train/accuracy", "train/loss", "val/accuracy", "val/loss"]
    assert all(
        column.axis == "epoch" and column.step.tolist() == list(range(40)) for column in found.values()
    )
    assert found["val/accuracy"].value[-1] == 0.93
    assert dict(reading.hparams) == {"epochs": 40.0, "lr": 0.5, "optimizer/name": "sgd"}
    assert reading.source.format == "wandb"


def test_overflow_sample_keeps_nan_and_leaves_the_histogram_out() -> None:
    found = curves(wandb.read(RUNS[2]))
    assert sorted(found) == ["accuracy", "loss", "lr"]
    assert sum(map(math.isnan, found["loss"])) >= 3
    assert math.isnan(found["loss"][-1])
    assert math.isfinite(found["loss"][0])


def test_cuts_of_a_real_file_are_live_tails(tmp_path: Path) -> None:
    data = RUNS[1].read_bytes()
    whole = curves(wandb.read(RUNS[1]))
    n_whole = len(whole["train.loss"])
    for cut in range(1, len(data), 29):
        reading = wandb.read(made.write(tmp_path, data[:cut]))
        assert set(kinds(reading)) == {"truncated"}
        found = curves(reading)
        for tag, values in found.items():
            assert values == whole[tag][: len(values)]
        assert len(found.get("train.loss", [])) >= cut * n_whole // len(data) - 2


def test_corrupt_record_is_counted_and_the_run_record_before_it_delivered(tmp_path: Path) -> None:
    data = bytearray(RUNS[0].read_bytes())
    at = data.index(b"train/loss")
    data[at] ^= 1
    reading = wandb.read(made.write(tmp_path, bytes(data)))
    assert dict(reading.hparams) == dict(wandb.read(RUNS[0]).hparams)
    assert reading.source.records == 126
    (problem,) = reading.problems
    assert (problem.kind, problem.lost) == ("corrupt_data", 1)
    assert problem.offset is not None
    assert problem.offset < at < problem.offset + problem.skipped


# Which files


@pytest.mark.parametrize("n", range(8))
def test_claims_a_file_from_its_first_byte_on(n: int) -> None:
    assert wandb.claims(Path("wandb/run-1/run-1.wandb"), made.HEADER[:n])


def test_claims_a_file_whose_header_is_broken_by_its_first_chunk() -> None:
    data = b"\0" + made.file_bytes(b"one")[1:]
    assert wandb.claims(Path("run-1.wandb"), data)
    assert not wandb.claims(Path("run-1.wandb"), data[:-1])


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("run-1.wandb", b"epoch,loss\n0,1.5\n1,1.0\n"),
        ("run-1.wandb", bytes(64)),
        ("run-1.wandb", b":W&A\xe1\xbe\x00"),
        ("run-1.wandb", b"SQLite format 3\0" + bytes(100)),
        ("run-1.wandb.synced", b""),
        ("run-1.wandb.bak", made.HEADER),
        ("run-1.csv", made.file_bytes(b"one")),
        ("events.out.tfevents.1700000000.host", made.file_bytes(b"one")),
        ("wandb-summary.json", b'{"loss": 0.5}'),
        ("config.yaml", b"lr:\n  value: 0.1\n"),
        ("wandb", made.HEADER),
    ],
)
def test_leaves_other_files_alone(name: str, head: bytes) -> None:
    assert not wandb.claims(Path(name), head)


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.parts[-3])
def test_other_readers_leave_run_files_alone(path: Path) -> None:
    head = path.read_bytes()
    assert not keras_csv.claims(path, head)
    assert not tfevents.claims(path, head)


@pytest.mark.parametrize("folder", ["offline-run-20240101_120000-abcd1234", "run-20240101_120000-abcd1234"])
def test_base_is_the_folder_of_the_run(folder: str) -> None:
    path = Path("project/wandb") / folder / "run-abcd1234.wandb"
    assert wandb.base_of(path) == path.parent


@pytest.mark.parametrize(
    "path",
    [
        "kept/run-abcd1234.wandb",
        "run-7/run-abcd1234.wandb",
        "run-20240101_120000-abcd1234/metrics.csv",
        "run-20240101_120000-abcd1234/files/run-abcd1234.wandb",
    ],
)
def test_other_files_and_folders_have_no_base(path: str) -> None:
    assert wandb.base_of(Path(path)) is None


def test_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        wandb.read(tmp_path / "run-1.wandb")


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run-1.wandb")
    assert kinds(wandb.read(tmp_path / "run-1.wandb")) == ["unreadable"]


def test_wandb_itself_is_never_imported() -> None:
    code = "import sys, loganalyzer.readers.wandb; sys.exit('wandb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# How a file begins and ends


def test_empty_file_is_empty(tmp_path: Path) -> None:
    assert kinds(wandb.read(made.write(tmp_path, b""))) == ["empty"]


@pytest.mark.parametrize("n", [3, 6, 7])
def test_file_that_was_just_opened_is_a_live_tail(tmp_path: Path, n: int) -> None:
    reading = wandb.read(made.write(tmp_path, made.HEADER[:n]))
    assert set(kinds(reading)) == {"truncated"}
    assert reading.columns == ()


def test_run_without_its_exit_is_a_live_tail(tmp_path: Path) -> None:
    reading = read(tmp_path, made.run(1), *made.losses(3, first=2))
    (problem,) = reading.problems
    assert (problem.kind, problem.offset, problem.lost) == ("truncated", reading.source.bytes, 0)
    assert kinds(ended(tmp_path, made.run(1), *made.losses(3, first=2))) == []


def test_half_written_record_is_left_out_and_said_once(tmp_path: Path) -> None:
    data = made.file_bytes(made.run(1), *made.losses(5, first=2))
    for cut in range(1, 40):
        reading = wandb.read(made.write(tmp_path, data[:-cut]))
        assert kinds(reading) == ["truncated"]
        assert only(reading).value.tolist() == [0, 0.125, 0.25, 0.375]


def test_damaged_header_costs_nothing_else(tmp_path: Path) -> None:
    data = made.file_bytes(made.run(1), *made.losses(3, first=2), made.end(5))
    reading = wandb.read(made.write(tmp_path, data[:4] + b"\0" + data[5:]))
    assert only(reading).value.tolist() == [0, 0.125, 0.25]
    assert [(problem.kind, problem.offset, problem.lost) for problem in reading.problems] == [
        ("corrupt_data", 0, 0)
    ]


def test_header_of_another_version_is_said_and_the_rest_read(tmp_path: Path) -> None:
    data = made.file_bytes(*made.losses(3), made.end(4))
    reading = wandb.read(made.write(tmp_path, data[:6] + b"\1" + data[7:]))
    assert only(reading).value.tolist() == [0, 0.125, 0.25]
    assert kinds(reading) == ["corrupt_data"]


# Damage


def test_every_flipped_bit_of_a_small_file_is_said_and_costs_one_record(tmp_path: Path) -> None:
    data = made.file_bytes(made.run(1, item("lr", "0.5")), *made.losses(3, first=2), made.end(5))
    good = [0, 0.125, 0.25]
    for at in range(len(data)):
        broken = bytearray(data)
        broken[at] ^= 1 << at % 8
        reading = wandb.read(made.write(tmp_path, bytes(broken)))
        found = curves(reading).get("loss", [])
        assert len(found) >= 2
        assert set(found) <= set(good)
        assert len(reading.problems) == 1
        assert "copy the file again" in first(reading).text or first(reading).kind == "truncated"


def test_numbers_of_the_records_tell_how_many_were_lost(tmp_path: Path) -> None:
    payloads = [made.run(1), *made.losses(20, first=2), made.end(22)]
    data = bytearray(made.file_bytes(*payloads))
    begin = len(made.file_bytes(*payloads[:5]))
    data[begin : begin + 400] = bytes(400)
    reading = wandb.read(made.write(tmp_path, bytes(data)))
    (problem,) = reading.problems
    assert problem.lost == 20 - only(reading).value.size == 22 - reading.source.records > 2


def test_numbers_that_do_not_count_by_one_tell_nothing(tmp_path: Path) -> None:
    payloads = [made.losses(1, first=num)[0] for num in (1, 3, 5, 7, 9)]
    data = bytearray(made.file_bytes(*payloads))
    data[len(made.file_bytes(*payloads[:3])) + 20] ^= 1
    assert wandb.read(made.write(tmp_path, bytes(data))).problems[0].lost == 1


def test_numbers_may_begin_anywhere(tmp_path: Path) -> None:
    payloads = made.losses(9, first=40)
    data = bytearray(made.file_bytes(*payloads))
    begin = len(made.file_bytes(*payloads[:3]))
    data[begin : len(made.file_bytes(*payloads[:6]))] = bytes(len(made.file_bytes(*payloads[:6])) - begin)
    assert wandb.read(made.write(tmp_path, bytes(data))).problems[0].lost == 3


def test_record_that_is_no_message_is_left_out_alone(tmp_path: Path) -> None:
    rows = made.losses(4)
    reading = read(tmp_path, rows[0], b"\x12\xff\xff no message", *rows[1:], made.end(5))
    assert only(reading).value.size == 4
    assert [(problem.kind, problem.offset, problem.lost) for problem in reading.problems] == [
        ("bad_event", len(made.file_bytes(rows[0])), 1)
    ]


def test_history_that_breaks_off_inside_gives_none_of_its_points(tmp_path: Path) -> None:
    body = item(("loss",), "1") + b"\x0a\x7f"
    reading = ended(tmp_path, made.number(NUM, 1) + made.message(HISTORY, body))
    assert reading.columns == ()
    assert kinds(reading) == ["bad_event"]


def test_many_problems_are_counted(tmp_path: Path) -> None:
    reading = read(tmp_path, *[b"\xff"] * 150, made.end(1))
    assert len(reading.problems) == 101
    assert (reading.problems[-1].kind, reading.problems[-1].lost) == ("over_limit", 50)


@settings(max_examples=150, deadline=None)
@given(tail=st.binary(max_size=200), whole=st.booleans())
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, tail: bytes, whole: bool) -> None:
    folder = tmp_path_factory.mktemp("any")
    data = (
        made.file_bytes(*made.losses(2), made.message(HISTORY, tail), tail) if whole else made.HEADER + tail
    )
    reading = wandb.read(made.write(folder, data))
    assert all(problem.path == "run-abcd1234.wandb" and problem.text for problem in reading.problems)


# Values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        ("-0", -0.0),
        ("1e-320", 1e-320),
        ("1.7976931348623157e+308", 1.7976931348623157e308),
        ("9007199254740993", 9007199254740992.0),
        ("NaN", math.nan),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ('"NaN"', math.nan),
        ('"Infinity"', math.inf),
        ('"-Infinity"', -math.inf),
        ("1" * 400, math.inf),
    ],
)
def test_numbers_are_read_to_the_bit(tmp_path: Path, text: str, value: float) -> None:
    column = only(ended(tmp_path, made.history(1, 0, item(("loss",), text))))
    assert np.array([value]).tobytes() == column.value.tobytes()


@pytest.mark.parametrize("text", ["true", "false", "null", '"0.5"', '"text"', "[1, 2]", "[]", "{}", '""'])
def test_what_is_no_number_is_no_point_and_no_problem(tmp_path: Path, text: str) -> None:
    reading = ended(tmp_path, made.history(1, 0, item(("x",), text), item(("loss",), "1")))
    assert curves(reading) == {"loss": [1.0]}
    assert reading.problems == ()


@pytest.mark.parametrize(
    "text", ["1_0", "1.5.5", "N", "-", "1" * 401, "{", "{]}", '{"a": 1} 2', '{"a":' * 5000]
)
def test_what_is_no_json_is_counted(tmp_path: Path, text: str) -> None:
    reading = ended(tmp_path, made.history(1, 0, item(("x",), text), item(("loss",), "1")))
    assert curves(reading) == {"loss": [1.0]}
    (problem,) = reading.problems
    assert (problem.kind, problem.offset, problem.lost) == ("non_numeric", 7, 1)


@pytest.mark.parametrize(
    "items",
    [
        [item(("train", "loss"), "0.5"), item(("train", "deep", "acc"), "1")],
        [item("train", '{"loss": 0.5, "deep": {"acc": 1, "ok": true}}')],
        [item("train.loss", "0.5"), item(("train",), '{"deep": {"acc": 1, "note": "x"}}')],
    ],
    ids=["nested keys", "a dictionary", "dots and a dictionary"],
)
def test_nested_keys_are_joined_with_dots(tmp_path: Path, items: list[bytes]) -> None:
    reading = ended(tmp_path, made.history(1, 0, *items))
    assert curves(reading) == {"train.deep.acc": [1.0], "train.loss": [0.5]}


@pytest.mark.parametrize(
    "items",
    [
        [item("image", '{"_type": "image-file", "width": 4, "size": 69}')],
        [item("deep", '{"image": {"width": 4, "_type": "image-file", "more": {"x": 1}}}')],
        [
            item(("image", "width"), "4"),
            item(("image", "_type"), '"image-file"'),
            item(("image", "a", "b"), "4"),
        ],
        [item(("deep", "image", "_type"), '"images/separated"'), item(("deep", "image", "count"), "2")],
    ],
)
def test_parts_of_media_are_no_points(tmp_path: Path, items: list[bytes]) -> None:
    beside = item(("deep", "images"), "3")
    reading = ended(tmp_path, made.history(1, 0, *items, beside))
    assert curves(reading) == {"deep.images": [3.0]}


def test_keys_of_wandb_itself_are_no_curves(tmp_path: Path) -> None:
    reading = ended(tmp_path, made.history(1, 0, item(("_runtime",), "3"), item("_wandb", '{"runtime": 3}')))
    assert reading.columns == ()


def test_system_metrics_and_output_are_left_out(tmp_path: Path) -> None:
    stats = made.number(NUM, 1) + made.message(made.STATS, item(("cpu",), "3"))
    assert ended(tmp_path, stats, made.padded(2, 200)).columns == ()


def test_numbers_with_a_field_of_their_own(tmp_path: Path) -> None:
    """Newer writers give a value beside its text, or instead of it."""
    name = made.message(2, b"x")
    values = [made.double(6, 0.5), made.number(5, 13), made.number(5, 14), made.double(6, math.nan)]
    rows = [made.history(n, n, made.message(1, name, value)) for n, value in enumerate(values, 1)]
    rows.append(made.history(5, 5, made.message(1, made.number(5, 2), name, made.message(16, b"0.1"))))
    rows.append(made.history(6, 6, made.message(1, name, made.number(4, 1))))
    rows.append(made.history(7, 7, made.message(1, name, made.message(8, b'{"in": 2}'))))
    found = curves(ended(tmp_path, *rows))
    assert found["x"][:3] + found["x"][4:] == [0.5, -7.0, 7.0, 0.1]
    assert math.isnan(found["x"][3])
    assert found["x.in"] == [2.0]


def test_names_that_are_no_utf8_are_escaped(tmp_path: Path) -> None:
    body = made.message(1, made.message(2, b"lo\xffss\0"), made.message(16, b"1"))
    inner = item("x", '{"\\ud800": 1}')
    found = curves(ended(tmp_path, made.history(1, 0, body, inner)))
    assert found == {"lo\\xffss\0": [1.0], "x.\\ud800": [1.0]}
    assert all(tag.encode() for tag in found)


def test_nested_key_wins_over_a_key(tmp_path: Path) -> None:
    both = made.message(
        1, made.message(2, b"a"), made.message(1, b"x"), made.message(2, b"b"), made.message(16, b"1")
    )
    assert curves(ended(tmp_path, made.history(1, 0, both))) == {"a.b": [1.0]}


def test_value_of_a_million_bytes_is_not_opened(tmp_path: Path) -> None:
    text = json.dumps({"a": 1, "pad": "x" * (1 << 20)})
    reading = ended(tmp_path, made.history(1, 0, item("x", text), item("loss", "1")))
    assert curves(reading) == {"loss": [1.0]}
    assert kinds(reading) == ["non_numeric"]


def test_item_without_a_name_is_left_out(tmp_path: Path) -> None:
    nameless = made.message(1, made.message(16, b"1")) + item("", "1")
    assert ended(tmp_path, made.history(1, 0, nameless)).columns == ()


def test_tags_beyond_the_limit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_TAGS", 3)
    row = [item((f"m{n}",), "1") for n in range(5)]
    reading = ended(tmp_path, made.history(1, 0, *row), made.history(2, 1, *row))
    assert sorted(curves(reading)) == ["m0", "m1", "m2"]
    assert [(problem.kind, problem.lost) for problem in reading.problems] == [("over_limit", 4)]


# Steps and times


def stepped(num: int, *parts: bytes) -> bytes:
    return made.number(NUM, num) + made.message(HISTORY, item(("loss",), "1"), *parts)


def test_step_is_that_of_wandb(tmp_path: Path) -> None:
    rows = [
        stepped(1, item(("_step",), "3"), made.message(2, made.number(1, 9))),
        stepped(2, made.message(2, made.number(1, 5))),
        stepped(3, made.message(2, made.number(1, -2))),
        stepped(4, made.message(2)),
    ]
    assert only(ended(tmp_path, *rows)).step.tolist() == [3, 5, -2, 0]


def test_records_without_a_step_are_numbered(tmp_path: Path) -> None:
    assert only(ended(tmp_path, stepped(1), stepped(2), stepped(3))).step.tolist() == [0, 1, 2]


@pytest.mark.parametrize("step", ["NaN", "1e300", '"7"', "null"])
def test_step_that_is_none_is_not_believed(tmp_path: Path, step: str) -> None:
    rows = stepped(1, made.message(2, made.number(1, 4))), stepped(2, item(("_step",), step))
    assert only(ended(tmp_path, *rows)).step.tolist() == [4, 5]


def test_wall_time_is_the_time_stamp_or_start_and_run_time(tmp_path: Path) -> None:
    rows = [
        stepped(2, item(("_timestamp",), "1700000100.25")),
        stepped(3, item(("_runtime",), "7.5")),
        stepped(4),
    ]
    wall_time = only(ended(tmp_path, made.run(1), *rows)).wall_time
    assert wall_time is not None
    np.testing.assert_array_equal(wall_time, [1700000100.25, 1700000007.5, math.nan])


def test_run_without_any_time_has_no_clock(tmp_path: Path) -> None:
    assert only(ended(tmp_path, stepped(1), stepped(2))).wall_time is None


@pytest.mark.parametrize(
    ("epochs", "axis"),
    [
        ([0, 1, 2], "epoch"),
        ([1, 2, 3], "epoch"),
        ([0, 0, 1], "iteration"),
        ([0, 0.5, 1], "iteration"),
        ([0, 1], "iteration"),
        ([math.nan, math.nan, math.nan], "iteration"),
    ],
)
def test_axis_is_epochs_where_every_record_is_one(tmp_path: Path, epochs: list[float], axis: str) -> None:
    rows = [made.history(n + 1, n, item(("loss",), "1")) for n in range(3)]
    for n, epoch in enumerate(epochs):
        rows[n] = made.history(n + 1, n, item(("loss",), "1"), item(("epoch",), json.dumps(epoch)))
    reading = ended(tmp_path, *rows)
    assert {column.axis for column in reading.columns} == {axis}


def test_points_of_one_tag_keep_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [made.history(n + 1, step, item(("loss",), str(n))) for n, step in enumerate([0, 5, 3, 3])]
    column = only(ended(tmp_path, *rows))
    assert (column.step.tolist(), column.value.tolist()) == ([0, 5, 3, 3], [0, 1, 2, 3])


# Settings


def test_settings_are_flat_and_of_their_kind(tmp_path: Path) -> None:
    first_run = made.run(
        1,
        item("lr", "0.1"),
        item("opt", '{"name": "adam", "betas": [0.9, 0.99], "none": null}'),
        item("flag", "true"),
        item("text", '"' + "x" * 5000 + '"'),
        item("nothing", "null"),
        item("big", "1" + "0" * 30),
        item("_wandb", '{"cli_version": "0.31.0"}'),
    )
    reading = ended(tmp_path, first_run)
    assert dict(reading.hparams) == {
        "big": 1e30,
        "flag": True,
        "lr": 0.1,
        "opt/betas": "[0.9, 0.99]",
        "opt/name": "adam",
        "text": "x" * 1000,
    }


def test_later_settings_replace_earlier_ones(tmp_path: Path) -> None:
    rows = [
        made.run(1, item("lr", "0.1"), item("opt", '{"a": 1, "b": 2}'), item("old", "1"), item("older", "1")),
        made.number(NUM, 2) + made.message(CONFIG, item("opt", '{"c": 3}'), item(("deep", "x"), "4")),
        made.number(NUM, 3) + made.message(CONFIG, item("old", "", field=2)),
    ]
    assert dict(ended(tmp_path, *rows).hparams) == {"deep/x": 4.0, "lr": 0.1, "older": 1.0, "opt/c": 3.0}


def test_setting_that_is_no_json_is_counted(tmp_path: Path) -> None:
    reading = ended(
        tmp_path, made.run(1, item("lr", "0.1"), item("x", "{"), item("deep", '{"a":' * 70 + "1" + "}" * 70))
    )
    assert dict(reading.hparams) == {"lr": 0.1}
    assert kinds(reading) == ["non_numeric", "non_numeric"]


def test_settings_beyond_the_limit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "MAX_SETTINGS", 2)
    reading = ended(tmp_path, made.run(1, *[item(f"k{n}", "1") for n in range(5)]))
    assert dict(reading.hparams) == {"k0": 1.0, "k1": 1.0}
    assert [(problem.kind, problem.lost) for problem in reading.problems] == [("over_limit", 3)]


@pytest.mark.parametrize(
    ("imports", "framework"),
    [((), ""), ((1,), "pytorch"), ((1, 9), "lightning"), ((2, 3), "keras"), ((3,), "tensorflow"), ((5,), "")],
)
def test_imports_tell_the_framework(tmp_path: Path, imports: tuple[int, ...], framework: str) -> None:
    flags = made.message(2, *[made.number(flag, 1) for flag in imports])
    record = made.number(NUM, 1) + made.message(TELEMETRY, flags)
    assert ended(tmp_path, record).framework == framework


# What stands in for a lost or missing part


def summary(num: int, *items: bytes) -> bytes:
    return made.number(NUM, num) + made.message(SUMMARY, *items)


def test_last_values_stand_in_for_a_history(tmp_path: Path) -> None:
    rows = (
        summary(1, item(("acc",), "0.5"), item("_step", "7")),
        summary(2, item("acc", "0.75"), item("f1", "0.5")),
    )
    reading = ended(tmp_path, *rows)
    assert curves(reading) == {"acc": [0.75], "f1": [0.5]}
    assert all(column.step.tolist() == [7] for column in reading.columns)


def test_last_values_add_nothing_to_a_history(tmp_path: Path) -> None:
    reading = ended(
        tmp_path, summary(1, item("best", "0.5")), *made.losses(2, first=2), summary(4, item("best", "1"))
    )
    assert sorted(curves(reading)) == ["loss"]


def beside(folder: Path, name: str, text: str) -> None:
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / name).write_text(text, encoding="utf-8")


CONFIG_YAML = """\
wandb_version: 1

_wandb:
  desc: null
  value:
    cli_version: 0.15.12
lr:
  desc: null
  value: 1e-05
opt:
  desc: null
  value: {name: adam, nesterov: true}
"""


def test_settings_beside_the_file_stand_in_for_lost_ones(tmp_path: Path) -> None:
    beside(tmp_path, "config.yaml", CONFIG_YAML)
    reading = ended(tmp_path, *made.losses(2))
    assert dict(reading.hparams) == {"lr": 1e-05, "opt/name": "adam", "opt/nesterov": True}
    assert reading.problems == ()


def test_settings_beside_the_file_add_nothing_to_its_own(tmp_path: Path) -> None:
    beside(tmp_path, "config.yaml", CONFIG_YAML)
    assert dict(ended(tmp_path, made.run(1, item("lr", "3"))).hparams) == {"lr": 3.0}


def test_summary_beside_the_file_stands_in_for_a_lost_history(tmp_path: Path) -> None:
    text = '{"acc": 0.5, "nan": NaN, "_step": 9, "_timestamp": 1.7e9, "image": {"_type": "image", "size": 3}}'
    beside(tmp_path, "wandb-summary.json", text)
    reading = ended(tmp_path, made.run(1))
    assert sorted(curves(reading)) == ["acc", "nan"]
    column = reading.columns[0]
    assert (column.step.tolist(), column.value.tolist()) == ([9], [0.5])
    assert column.wall_time is not None
    assert column.wall_time.tolist() == [1.7e9]
    assert curves(ended(tmp_path, *made.losses(2))) == {"loss": [0.0, 0.125]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.yaml", "[1, 2]"),
        ("config.yaml", "lr: {value: [[["),
        ("config.yaml", "a: " + "[" * 100 + "]" * 100),
        ("config.yaml", "a: &a [1,1,1,1,1,1,1,1,1,1]\n" * 2000),
        ("wandb-summary.json", '{"loss": 0.'),
        ("wandb-summary.json", "[" * 100_000),
        ("wandb-summary.json", "0.5"),
        ("wandb-summary.json", '{"a": "' + "x" * 2_000_000 + '"}'),
    ],
)
def test_broken_file_beside_is_said(tmp_path: Path, name: str, text: str) -> None:
    beside(tmp_path, name, text)
    reading = ended(tmp_path, made.padded(1, 100))
    assert reading.columns == ()
    assert dict(reading.hparams) == {}
    (problem,) = reading.problems
    assert problem.kind == "skipped"
    assert name in problem.text


def test_link_beside_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(CONFIG_YAML, encoding="utf-8")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "config.yaml").symlink_to(tmp_path / "secret.yaml")
    assert dict(ended(tmp_path, *made.losses(2)).hparams) == {}
