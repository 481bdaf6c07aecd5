"""Event files as PyTorch writes them, from regular to odd, of any size."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats
from loganalyzer.readers.events.crc32c import masked_crc32c

NAME = "events.out.tfevents.1700000000.host.7.0"
TAGS = [f"{part}/{name}" for part in ("train", "val", "grad", "time") for name in ("loss", "accuracy", "x")]
TAGS += [f"{part}/{name}" for part in ("train", "val", "grad", "time") for name in ("norm", "learning_rate")]
OPTIONAL = 3
VALIDATION = [f"validation/{name}" for name in ("loss", "accuracy", "top5", "ece", "auc")]
SMALL_STEPS, SMALL_TAGS = 200, 6
TRAINING_TAGS = ("train/loss", "train/accuracy", "val/loss", "val/accuracy", "train/grad_norm", "train/lr")
_START = 1.7e9


def record(payload: bytes) -> bytes:
    """A payload framed: length, its CRC, the payload, its CRC."""
    head = struct.pack("<Q", len(payload))
    return b"".join(
        (head, struct.pack("<I", masked_crc32c(head)), payload, struct.pack("<I", masked_crc32c(payload)))
    )


def varint(value: int) -> bytes:
    """A non-negative integer as protobuf writes it."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def field(number: int, payload: bytes) -> bytes:
    """A field of bytes."""
    return bytes((number << 3 | 2,)) + varint(len(payload)) + payload


def first_record() -> bytes:
    """What every event file begins with."""
    return record(b"\x09" + struct.pack("<d", _START) + field(3, b"brain.Event:2"))


def event(step: int, seconds: float, tag: str, body: bytes) -> bytes:
    """One record of one summary value."""
    at = b"\x10" + varint(step) if step else b""
    summary = field(5, field(1, field(1, tag.encode()) + body))
    return record(b"\x09" + struct.pack("<d", _START + seconds) + at + summary)


def scalar(value: np.float32) -> bytes:
    """The body of a value that is one float."""
    return b"\x15" + value.tobytes()


def write_scalars(path: Path, n_events: int) -> None:
    """`n_events` scalars of 20 tags, all of them at every step."""
    noise = np.random.default_rng(0).normal(size=n_events).astype("<f4")
    with path.open("wb") as file:
        file.write(first_record())
        for i, value in enumerate(noise):
            step, tag = divmod(i, len(TAGS))
            file.write(event(step, i * 0.003, TAGS[tag], scalar(value)))


def write_irregular(path: Path, n_events: int) -> None:
    """`n_events` scalars: three tags are logged now and then, and a validation now and then adds five."""
    with path.open("wb") as file:
        file.write(first_record())
        for i, (step, tag, value) in enumerate(_irregular(n_events)):
            file.write(event(step, i * 0.003, tag, scalar(value)))


def _irregular(n_events: int) -> Iterator[tuple[int, str, np.float32]]:
    source = np.random.default_rng(1)
    noise = source.normal(size=n_events).astype("<f4")
    step = i = 0
    while i < n_events:
        is_logged = source.random(OPTIONAL) < 0.5
        tags = TAGS[: len(TAGS) - OPTIONAL] + [
            t for t, on in zip(TAGS[-OPTIONAL:], is_logged, strict=True) if on
        ]
        tags += VALIDATION if source.random() < 0.01 else []
        for tag in tags[: n_events - i]:
            yield step, tag, noise[i]
            i += 1
        step += 1


def write_blobs(path: Path, n_events: int) -> None:
    """`n_events` scalars, a tenth as many histograms of 60 buckets, a fortieth as many images of 50 kB."""
    source = np.random.default_rng(2)
    noise = source.normal(size=n_events).astype("<f4")
    with path.open("wb") as file:
        file.write(first_record())
        for i, value in enumerate(noise):
            file.write(event(i // 4, i * 0.003, TAGS[i % 4], scalar(value)))
            if i % 10 == 0:
                file.write(event(i // 4, i * 0.003, "weights", field(5, _histogram(source))))
            if i % 40 == 0:
                image = b"\x08\x40\x10\x40\x18\x03" + field(4, source.bytes(50_000))
                file.write(event(i // 4, i * 0.003, "sample", field(4, image)))


def _histogram(source: np.random.Generator) -> bytes:
    data = source.normal(size=200)
    counts, edges = np.histogram(data, 60)
    sums = (data.min(), data.max(), data.size, data.sum(), (data**2).sum())
    head = b"".join(
        bytes((number << 3 | 1,)) + struct.pack("<d", x) for number, x in enumerate(sums, start=1)
    )
    return head + field(6, edges[1:].astype("<f8").tobytes()) + field(7, counts.astype("<f8").tobytes())


def write_small_runs(folder: Path, n_runs: int) -> None:
    """`n_runs` folders with one file each: 200 steps of 6 tags."""
    noise = np.random.default_rng(3).normal(size=(n_runs, SMALL_STEPS, SMALL_TAGS)).astype("<f4")
    for run in range(n_runs):
        _write_small(folder, run, TAGS[:SMALL_TAGS], noise[run])


def write_trainings(folder: Path, n_runs: int) -> None:
    """As `write_small_runs`, of curves as trainings have them; every fifth run has a fault."""
    for run in range(n_runs):
        _write_small(folder, run, TRAINING_TAGS, _training(run))


def _write_small(folder: Path, run: int, tags: Sequence[str], values: npt.NDArray[np.float32]) -> None:
    """One file in a folder of its own, of values of shape (steps, tags)."""
    path = folder / f"run{run:05d}" / NAME
    path.parent.mkdir(parents=True)
    records = [first_record()]
    for step, row in enumerate(values):
        for tag, value in enumerate(row):
            records.append(event(step, run * 60 + step * 0.1 + tag * 1e-4, tags[tag], scalar(value)))
    path.write_bytes(b"".join(records))


def _training(run: int) -> npt.NDArray[np.float32]:
    """Two losses, two accuracies that follow them, a learning rate and a gradient norm, (steps, 6)."""
    source = np.random.default_rng(run)
    time = np.arange(SMALL_STEPS) / SMALL_STEPS
    least = source.uniform(0.05, 0.4)
    loss = least + (2.3 - least) * np.exp(-time / source.uniform(0.05, 0.3))
    validation = loss + 0.1
    if run % 5 == 4:
        loss, validation = _with_fault(run // 5 % 5, loss, validation, time)
    accuracies = [1.0 - np.minimum(one, 2.3) / 2.6 for one in (loss, validation)]
    columns = np.stack((loss, accuracies[0], validation, accuracies[1], 1.0 + np.exp(-5.0 * time)), axis=1)
    columns *= 1.0 + source.uniform(0.005, 0.04) * source.normal(size=columns.shape)
    rate = 0.05 * (1.0 + np.cos(np.pi * time))
    return np.column_stack((columns, rate)).astype("<f4")


def _with_fault(kind: int, loss: Floats, validation: Floats, time: Floats) -> tuple[Floats, Floats]:
    """Losses that diverge, overfit, never fall, swing, or end as NaN."""
    late = np.maximum(time - 0.4, 0.0)
    faults = (
        (loss + (10.0 * late) ** 1.5, validation + (10.0 * late) ** 1.5),
        (loss, validation + 2.5 * late),
        (np.full(loss.size, 2.3), np.full(loss.size, 2.3)),
        (loss + 0.8 * np.sin(120.0 * time) * (late > 0.0), validation),
        (np.where(late > 0.0, np.nan, loss), validation),
    )
    return faults[kind]


def write_one(write: Callable[[Path, int], None], folder: Path, n: int) -> None:
    """One file in a folder of its own."""
    folder.mkdir(parents=True)
    write(folder / NAME, n)
