"""Printed logs: real output, lines of every known writer, near misses, damage, hostile text."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from text_lines import LINES, Told

from loganalyzer.readers import keras_csv, text_log
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.text import points, states

SAMPLES = Path(__file__).parents[2] / "sample_logs"
TEXTS = SAMPLES / "formats" / "text"
LOGS = sorted(path for path in TEXTS.glob("*/*") if path.name != "truth.yaml")


def reading_of(tmp_path: Path, data: str | bytes, name: str = "train.log") -> Reading:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return text_log.read(path)


def told(reading: Reading) -> Told:
    return {
        column.tag: (column.axis, column.step.tolist(), column.value.tolist()) for column in reading.columns
    }


def claimed(text: str | bytes, name: str = "train.log") -> bool:
    return text_log.claims(Path(name), text.encode() if isinstance(text, str) else text)


def head_of(path: Path) -> bytes:
    return path.read_bytes()[: 64 * 1024]


# Real output


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.parent.name)
def test_real_logs_are_claimed_by_this_reader_alone(path: Path) -> None:
    assert text_log.claims(path, head_of(path))
    assert not keras_csv.claims(path, head_of(path))
    reading, truth = text_log.read(path), yaml.safe_load((path.parent / "truth.yaml").read_text())
    assert reading.framework == truth["framework"]
    assert reading.problems == ()
    assert reading.source.bytes == path.stat().st_size


def test_keras_bars_tell_their_last_state() -> None:
    path = TEXTS / "keras-bars" / "train.log"
    shown = re.sub(r"\x1b\[\d*m", "", path.read_text(encoding="utf-8"))
    last = [re.split(r"[\r\x08]+", line)[-1] for line in shown.split("\n")]
    expected = [
        {name: float(value) for name, value in re.findall(r"- (\w+): (\d\S*)", line)}
        for line in last
        if line.startswith("19/19")
    ]
    reading = text_log.read(path)
    columns = told(reading)
    assert len(expected) == 8
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert columns[name] == ("epoch", [*range(1, 9)], [row[name] for row in expected])
    assert columns["eval loss"][:2] == ("epoch", [8])
    assert set(columns) == {"loss", "accuracy", "val_loss", "val_accuracy", "eval loss", "eval accuracy"}
    assert reading.hparams == {"epochs": 8.0}


def test_keras_lines() -> None:
    columns = told(text_log.read(TEXTS / "keras-lines" / "stdout.txt"))
    text = (TEXTS / "keras-lines" / "stdout.txt").read_text(encoding="utf-8")
    values = [float(value) for value in re.findall(r"val_loss: (\S+)", text)]
    assert columns["val_loss"] == ("epoch", [*range(1, 21)], values)


def test_trainer_steps_come_from_its_bar() -> None:
    columns = told(text_log.read(TEXTS / "trainer-bars" / "nohup.out"))
    assert columns["loss"][:2] == ("iteration", [10, 20, 30, 40, 50, 60, 70])
    assert columns["eval_loss"][:2] == ("iteration", [19, 38, 57, 76])
    assert {"grad_norm", "learning_rate"} <= set(columns)


def test_lightning_bars_tell_each_epoch_once() -> None:
    path = TEXTS / "lightning-bars" / "slurm-4711.out"
    columns = told(text_log.read(path))
    text = path.read_text(encoding="utf-8")
    for name in ("train_loss", "val_loss"):
        last = [
            float(re.findall(rf"Epoch {epoch}: 100%[^\r\n]*{name}=([\d.]+)", text)[-1]) for epoch in range(8)
        ]
        assert columns[name] == ("epoch", [*range(8)], last)


def test_mmengine_counts_batches_on_and_validates_by_epoch() -> None:
    columns = told(text_log.read(TEXTS / "mmengine-runner" / "train.log"))
    assert columns["train loss"][:2] == ("iteration", [*range(5, 126, 5)])
    assert columns["val accuracy/top1"][:2] == ("epoch", [1, 2, 3, 4, 5])
    assert {"lr", "grad_norm"} <= set(columns)


@pytest.mark.parametrize(
    ("run", "tag", "steps"),
    [
        ("xgboost", "eval-mlogloss", [*range(25)]),
        ("lightgbm", "valid multi_logloss", [*range(1, 31), 24]),
        ("ppo-boxes", "rollout/ep_rew_mean", [512, 1024, 1536, 2048, 2560, 3072]),
        ("ppo-boxes", "train/value_loss", [1024, 1536, 2048, 2560, 3072]),
        ("nanogpt-style", "val loss", [0, 25, 50, 75, 100, 125]),
        ("nanogpt-style", "loss", [*range(0, 150, 2)]),
        ("megatron-style", "lm loss", [*range(4, 61, 4)]),
        ("megatron-style", "learning rate", [*range(4, 61, 4)]),
        ("megatron-style", "validation lm loss", [20, 40, 60]),
        ("imagenet-style", "Loss", [*range(0, 240, 10)]),
        ("imagenet-style", "test Acc@1", [*range(8)]),
        ("pix2pix-style", "G_L1", [*range(100, 3001, 100)]),
        ("handwritten", "val Loss", [*range(20)]),
        ("logged", "val_acc", [*range(1, 21)]),
    ],
)
def test_steps_of_real_logs(run: str, tag: str, steps: list[int]) -> None:
    (path,) = (path for path in LOGS if path.parent.name == run)
    assert told(text_log.read(path))[tag][1] == steps


def test_numbers_are_those_of_the_text() -> None:
    text = (TEXTS / "megatron-style" / "train.log").read_text(encoding="utf-8")
    columns = told(text_log.read(TEXTS / "megatron-style" / "train.log"))
    for tag, pattern in (("lm loss", r"lm loss: (\S+)"), ("grad norm", r"grad norm: (\S+)")):
        np.testing.assert_array_equal(columns[tag][2], [float(one) for one in re.findall(pattern, text)])
    assert any(map(math.isnan, columns["lm loss"][2]))


# Lines of known writers and of none


@pytest.mark.parametrize(("text", "expected"), [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_lines_of_a_writer(tmp_path: Path, text: str, expected: Told) -> None:
    reading = reading_of(tmp_path, text)
    found = told(reading)
    assert {tag: found[tag][:2] for tag in found} == {tag: expected[tag][:2] for tag in expected}
    for tag in expected:
        np.testing.assert_array_equal(found[tag][2], expected[tag][2], err_msg=tag)
    assert reading.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "epoch 1 lr 0.1\nBest epoch: 3\nEarly stopping at epoch 9\n",
        "Namespace(epochs=10, loss='mse', label_smoothing=0.1, loss_weight=2.0)\n",
        "Epoch 00003: val_loss did not improve from 0.33\n",
        "Epoch 1\nValidation loss decreased (0.5 --> 0.25).  Saving model ...\n",
        "lr: 0.1\nloss: 0.5\nacc: 0.5\n",
        '{"epoch": 1, "loss": 0.5}\n',
        '"epoch": 3,\n"loss": 0.5,\n',
        "Epoch 1/2\n 10/100 [=>...] - ETA: 1s - loss: 0.5\n",
        "Epoch 1: 45%|##| 18/40 [00:01<00:01, loss=0.41]\n",
        "| epoch | 3 |\n| loss | 0.5 |\n",
    ],
)
def test_no_points_are_made_of(tmp_path: Path, text: str) -> None:
    reading = reading_of(tmp_path, text)
    assert [column.tag for column in reading.columns if column.tag not in ("lr",)] == []


def test_epochs_to_come_are_a_hyperparameter_if_all_lines_agree(tmp_path: Path) -> None:
    assert reading_of(tmp_path, "Epoch 1/5 loss 1\nEpoch 2/5 loss 1\n").hparams == {"epochs": 5.0}
    assert reading_of(tmp_path, "Epoch 0/1 loss 1\nEpoch 1/1 loss 1\n").hparams == {"epochs": 2.0}
    assert reading_of(tmp_path, "Epoch 1/5 loss 1\nEpoch 1/7 loss 1\n").hparams == {}


def test_bars_that_do_not_fit_their_epochs_are_not_believed(tmp_path: Path) -> None:
    lines = [
        f"{{'loss': {k}.5, 'epoch': {k / 4}}}\n\r 1%| | {7 * (5 - k)}/100 [00:01]\n" for k in range(1, 5)
    ]
    assert told(reading_of(tmp_path, "".join(lines)))["loss"][1] == [2500, 5000, 7500, 10000]


# Claims

LOG = "Epoch 1 loss 0.5\nEpoch 2 loss 0.4\nEpoch 3 loss 0.3\n"


@pytest.mark.parametrize(
    "name", ["a.log", "b.txt", "slurm-12.out", "x.err", "nohup.out", "log", "stdout", "stdout.1", "T.LOG"]
)
def test_names_that_may_be_logs(name: str) -> None:
    assert claimed(LOG, name)


@pytest.mark.parametrize("name", ["a.csv", "b.json", "c.py", "README.md", "logs", "log.gz", "out"])
def test_names_that_are_no_logs(name: str) -> None:
    assert not claimed(LOG, name)


def test_three_lines_or_a_third_must_tell_a_curve() -> None:
    noise = "downloading data\n"
    assert claimed(noise * 500 + LOG)
    assert not claimed(noise * 500 + "Epoch 1 loss 0.5\nEpoch 2 loss 0.4\n")
    assert claimed(noise + "Epoch 1 loss 0.5\n")
    assert not claimed(noise * 3 + "Epoch 1 loss 0.5\n")
    assert not claimed("")
    assert not claimed("\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "The loss of the first epoch was high. After 3 epochs it fell to 0.5, and the accuracy rose.\n" * 20,
        "Collecting torch==2.1.0\n  Downloading torch-2.1.0-cp311.whl (670.2 MB)\n  670.2/670.2 MB 3.1 MB/s\n"
        * 9,
        '10.0.0.1 - - [01/Jan/2024:12:00:00 +0000] "GET /train?epoch=3&loss=0.5 HTTP/1.1" 200 512\n' * 20,
        "2024-01-01 12:00:00 ERROR worker 3: step 4 of 5 failed after 2.5 s, accuracy check skipped\n" * 20,
        "numpy==1.26.0\ntorch>=2.1\naccelerate==0.25.0\n",
        "epoch,loss,val_loss\n0,0.5,0.6\n1,0.4,0.5\n2,0.3,0.4\n",
        '{"epoch": 1, "loss": 0.5}\n{"epoch": 2, "loss": 0.4}\n{"epoch": 3, "loss": 0.3}\n',
        '{\n  "log_history": [\n    {\n      "epoch": 1.0,\n      "loss": 0.5,\n      "step": 10\n    }\n'
        * 5,
        "epochs: 10\nlr: 0.001\nloss: mse\nbatch_size: 32\nloss_weight: 0.5\n",
        "Permission is hereby granted, free of charge, to any person obtaining a copy of 1 software\n" * 20,
        "MemTotal: 16 kB\nMemFree: 3 kB\nstep: 4\n",
    ],
)
def test_other_texts_are_not_claimed(text: str) -> None:
    assert not claimed(text)


def test_files_of_other_formats_are_not_claimed_under_any_name() -> None:
    others = [
        path
        for path in SAMPLES.rglob("*")
        if path.is_file() and TEXTS not in path.parents and path.name != "truth.yaml"
    ]
    assert len(others) > 50
    wrong = [path for path in others if text_log.claims(path.with_name("train.log"), head_of(path))]
    assert wrong == []


# Damage


@pytest.mark.parametrize("run", ["handwritten", "logged"])
def test_every_cut_tells_a_part_of_the_whole(tmp_path: Path, run: str) -> None:
    data = (TEXTS / run / "train.log").read_bytes()[:1200]
    data = data[: data.rfind(b"\n") + 1]
    whole = told(reading_of(tmp_path, data))
    seen = 0
    for stop in range(len(data)):
        seen = max(seen, _part_of(reading_of(tmp_path, data[:stop]), whole, cut=data[:stop]))
    assert seen > 20


@pytest.mark.parametrize(
    "path", [path for path in LOGS if path.parent.name not in ("trainer-bars", "pix2pix-style")], ids=str
)
def test_some_cuts_of_all_logs_tell_a_part_of_the_whole(tmp_path: Path, path: Path) -> None:
    data = path.read_bytes()
    whole = told(text_log.read(path))
    for stop in range(1, len(data), len(data) // 23):
        _part_of(reading_of(tmp_path, data[:stop]), whole, cut=data[:stop])


def _part_of(reading: Reading, whole: Told, *, cut: bytes) -> int:
    found = told(reading)
    for tag, (axis, steps, values) in found.items():
        assert axis == whole[tag][0]
        assert steps == whole[tag][1][: len(steps)]
        np.testing.assert_array_equal(values, whole[tag][2][: len(values)])
    kinds = {problem.kind for problem in reading.problems}
    is_cut = bool(re.split(rb"[\n\r\x08]", cut)[-1].strip())
    assert ("truncated" in kinds) == is_cut
    assert kinds <= {"truncated", "empty", "corrupt_data"}
    return sum(len(values) for _, _, values in found.values())


def test_an_unended_line_waits(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, "epoch 1 loss 0.5\nepoch 2 loss 0.2")
    assert told(reading) == {"loss": ("epoch", [1], [0.5])}
    (problem,) = reading.problems
    assert (problem.kind, problem.offset) == ("truncated", 2)


def test_a_bar_in_an_unended_line_waits_as_well(tmp_path: Path) -> None:
    begun = (
        "Epoch 1/2\n10/10 [==] - 1s 2ms/step - loss: 0.5\nEpoch 2/2\n 5/10 [=>] - 1s 2ms/step - loss: 0.4\r"
    )
    assert told(reading_of(tmp_path, begun))["loss"][1:] == ([1], [0.5])
    full = begun + "10/10 [==] - 1s 2ms/step - loss: 0.3\r10/10 [==] - 1s 2ms/step - loss: 0.2 - val_lo"
    assert told(reading_of(tmp_path, full))["loss"][1:] == ([1], [0.5])


def test_empty_files(tmp_path: Path) -> None:
    for data in (b"", b"\n\n", b"nothing here\n"):
        (problem,) = reading_of(tmp_path, data).problems
        assert problem.kind == "empty"


def test_nul_bytes_are_skipped_and_counted(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, b"epoch 1 loss 0.5\n\0\0\0epoch 2 loss 0.4\n")
    assert told(reading)["loss"] == ("epoch", [1, 2], [0.5, 0.4])
    (problem,) = reading.problems
    assert (problem.kind, problem.offset, problem.skipped) == ("corrupt_data", 2, 3)


def test_bytes_that_are_no_utf8_are_counted(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, "epoch 1 loss 0.5\nMüller �\n".encode("latin-1", "replace") + LOG.encode())
    assert told(reading)["loss"][1] == [1, 1, 2, 3]
    (problem,) = reading.problems
    assert (problem.kind, problem.offset) == ("corrupt_data", 2)
    assert reading_of(tmp_path, "a real � sign\n" + LOG).problems == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    data = LOG.replace("\n", end).encode(encoding)
    assert claimed(data)
    reading = reading_of(tmp_path, data)
    assert told(reading) == {"loss": ("epoch", [1, 2, 3], [0.5, 0.4, 0.3])}
    assert reading.problems == ()


def test_lines_may_cross_the_chunks_of_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (TEXTS / "keras-bars" / "train.log").read_bytes()
    crlf = LOG.replace("\n", "\r\n").encode()
    whole = told(reading_of(tmp_path, data))
    for size in (1, 2, 3, 7, 64, 1000):
        monkeypatch.setattr(states, "_CHUNK", size)
        assert told(reading_of(tmp_path, data)) == whole
        assert told(reading_of(tmp_path, crlf))["loss"][1] == [1, 2, 3]


def test_too_long_lines_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "_CHUNK", 64)
    monkeypatch.setattr(states, "MAX_CHARS", 200)
    long = "epoch 1 loss 0.9 " * 100
    reading = reading_of(
        tmp_path, f"epoch 1 loss 0.5\n{long}\nepoch 2 loss 0.4\n{long}\r{long}\nepoch 3 loss 0.3\n"
    )
    assert told(reading)["loss"] == ("epoch", [1, 2, 3], [0.5, 0.4, 0.3])
    (problem,) = reading.problems
    assert (problem.kind, problem.offset, problem.lost) == ("over_limit", 2, 3)


def test_tags_over_the_limit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MAX_TAGS", 2)
    reading = reading_of(tmp_path, "epoch 1 loss 0.5 acc: 0.1 lr: 0.1\nepoch 2 loss 0.4 acc: 0.2 mae: 0.1\n")
    assert set(told(reading)) == {"loss", "acc"}
    (problem,) = reading.problems
    assert (problem.kind, problem.lost) == ("over_limit", 2)


HOSTILE = (
    *("loss 1 ", "1", "1,111", "1/1 ", "1-", "nan ", "([{", "'epoch': ", "a|", "1%|", "━ ", "[=", "\x1b["),
    *("Epoch (", "Train: 1 [1/1 ", "* a@1 ", "last 1 ", "a:", "top 1", "-----", "tensor(", "1e", "a b "),
    *(
        "[1] ",
        "[1/1][1/1]",
        "0: learn: ",
        "total: ",
        "1epoch:train:1-1batch: ",
        "| INFO | a:b:1 - ",
        "a loss 1 ",
    ),
    *("Epoch: [1][1/1]", "Epoch(val) [1][1]  ", "| > a: ", "iteration 1/ 1 ", "[===> Step: ", "epoch 1 | "),
)


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_lines_end_soon_and_harm_no_other(tmp_path: Path, unit: str) -> None:
    line = "epoch 1 acc=" + unit * (300_000 // len(unit)) + " x\n"
    reading = reading_of(tmp_path, line + "Epoch 2/2\nEpoch 2 loss 0.25\n")
    assert told(reading)["loss"][2][-1] == 0.25


def test_huge_numbers_are_no_steps(tmp_path: Path) -> None:
    digits = "9" * 399
    text = f"epoch {digits} loss 0.5\nstep {digits} loss 0.5\nepoch 1 loss {digits}9{digits}\n"
    reading = reading_of(tmp_path, f"{text}step 3 loss {digits}\n")
    assert told(reading) == {"loss": ("iteration", [3], [math.inf])}
    far = f"epoch {2**40} batch 1 loss 1\nepoch {2**40} batch {2**50} loss 1\nepoch {2**41} batch 1 loss 1\n"
    assert len(told(reading_of(tmp_path, far))["loss"][1]) == 3


# Laws

TEMPLATES = (
    "epoch {step} loss {value}",
    "Epoch: {step}, loss={value}, lr: 0.1",
    "[Epoch {step}] Loss: {value}",
    "2024-01-01 12:00:00,123 - INFO - epoch={step} | loss = {value}",
    "Epoch {step}/4000000000\n10/10 [====] - 1s 2ms/step - loss: {value}",
    "iteration {step}: loss: {value}",
    "step {step} | loss {value} | 12.3 ms",
    "global_step={step} loss={value}",
    "[{step}]\tloss-rmse:{value}",
    "   {step}: {value}, {value} avg loss, 0.1 rate, 5.1 seconds, 64 images",
    " iteration {step}/ 5000000000 | lm loss: {value} | grad norm: 1.0 |",
    "-------\n| step | {step} |\n| loss | {value} |\n-------",
    "{{'loss': {value}, 'step': {step}}}",
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.sampled_from(
    ["0", "12", "1.", "1e-3"]
)


@given(
    st.sampled_from(TEMPLATES), st.lists(st.tuples(st.integers(0, 2**31), NUMBERS), min_size=1, max_size=5)
)
def test_what_is_printed_is_read(
    tmp_path_factory: pytest.TempPathFactory, template: str, rows: list[tuple[int, str]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    text = "".join(template.format(step=step, value=value) + "\n" for step, value in rows)
    columns = reading_of(folder, text).columns
    losses = [column for column in columns if re.search("(?i)loss|rmse", column.tag)]
    for column in losses:
        merged = [row for at, row in enumerate(rows) if at + 1 == len(rows) or rows[at + 1][0] != row[0]]
        expected = merged if "====" in template else rows
        assert column.step.tolist() == [step for step, _ in expected]
        assert column.value.tolist() == [float(value) for _, value in expected]
    assert losses


PIECES = st.sampled_from(
    [
        *(
            "epoch",
            "Epoch 1/2",
            "step",
            "loss",
            "acc: ",
            "=",
            ":",
            "|",
            "1",
            "0.5",
            "nan",
            "/",
            "\r",
            "\b",
            "\n",
        ),
        *("%|", "[", "\x1b[1m", "{'", "'epoch': ", "}", "━", "- ", "1s", "| a | 1 |\n", "-----\n", "\0", "é"),
        *("Test: [1/2]", "\ufeff", "Class     mAP50     x\n", "all 1 2\n", "epoch  loss  time\n"),
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["utf-8", "utf-16", "latin-1"]))
def test_no_text_is_too_odd(tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str) -> None:
    data = text.encode(encoding, "replace")
    text_log.claims(Path("x.log"), data)
    for column in reading_of(tmp_path_factory.getbasetemp(), data).columns:
        assert column.step.shape == column.value.shape
        assert column.step.dtype == np.int64
        assert (column.step >= 0).all()


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    text_log.claims(Path("x.log"), data)
    reading_of(tmp_path_factory.getbasetemp(), data)


# Decimal commas


@pytest.mark.parametrize("places", [2, 3, 4])
@pytest.mark.parametrize(
    "line", ["Epoch {}: loss={} acc: {}", "step {} loss {} acc {}", "Epoch {} - loss: {}, acc: {}"]
)
def test_decimal_commas_are_read_as_points_are(tmp_path: Path, line: str, places: int) -> None:
    values = [(f"{3 / (at + 1):.{places}f}", f"{at / 20:.{places}f}") for at in range(20)]
    text = "".join(line.format(at, *pair) + "\n" for at, pair in enumerate(values))
    commas = "".join(
        line.format(at, *(one.replace(".", ",") for one in pair)) + "\n" for at, pair in enumerate(values)
    )
    assert claimed(commas)
    expected = told(reading_of(tmp_path, text))
    assert expected["loss"][2] == [float(loss) for loss, _ in values]
    assert told(reading_of(tmp_path, commas)) == expected
    assert told(reading_of(tmp_path, commas.encode("utf-16"))) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("loss: 1,234.5", 1234.5),
        ("loss: 1,234", 1234.0),
        ("loss: 0.5 on GPUs 0,1", 0.5),
        ("loss: 2 on GPUs 0,1,2", 2.0),
        ("loss: .5 size 12,34", 0.5),
    ],
)
def test_other_commas_stay_as_they_are(tmp_path: Path, text: str, value: float) -> None:
    reading = reading_of(tmp_path, "".join(f"epoch {at} {text}\n" for at in range(5)))
    assert told(reading)["loss"][2] == [value] * 5
