"""What is fuzzed: for each reader a check of some bytes, and bytes to begin with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from event_files import event, file_bytes, histogram, losses, new_style, simple, tensor
from fuzz_checks import (
    FOLDER,
    check_events,
    check_expression,
    check_proto,
    check_records,
    check_rule,
    check_wandb,
    check_yaml,
    reads,
    reads_store,
)
from fuzz_mutators import with_chunk_crcs, with_record_crcs
from wandb_files import end, run
from wandb_files import file_bytes as wandb_bytes
from wandb_files import item as wandb_item
from wandb_files import losses as wandb_losses

from loganalyzer.readers import (
    dvclive,
    json_document,
    json_lines,
    keras_csv,
    mlflow_files,
    mlflow_sqlite,
    monitor_csv,
    text_log,
    trackio,
)

SAMPLES = Path(__file__).parents[2] / "sample_logs"
RULES = Path(__file__).parents[2] / "rules"


@dataclass(frozen=True)
class Target:
    """`check` raises for bytes that are not read as they should be; `repair` makes checksums right."""

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    repair: Callable[[bytes], bytes] | None = None


# -- what to begin with


def sample(*patterns: str, most: int = 4000) -> tuple[bytes, ...]:
    """The first bytes of real logs, one of each pattern and folder."""
    found = [next(iter(sorted(SAMPLES.glob(pattern))), None) for pattern in patterns]
    return tuple(path.read_bytes()[:most] for path in found if path is not None)


def event_seeds() -> tuple[bytes, ...]:
    return (
        file_bytes(*losses(5)),
        file_bytes(event(1, simple("a", 1.0), tensor("b", 2.0), new_style("c", 3.0))),
        file_bytes(event(1, histogram("h", min=0, max=1, num=2, bucket_limit=[0.5, 1], bucket=[1, 1]))),
        file_bytes(*losses(3))[:-5],
        file_bytes(*losses(2)) + b"a line of text\n" + file_bytes(*losses(2)),
    )


def store_seeds(kind: str) -> tuple[bytes, ...]:
    path = FOLDER / f"{kind}-seed.db"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA page_size=512")
        if kind == "trackio":
            database.execute(
                "CREATE TABLE metrics (run_id, run_name, step INTEGER, timestamp TEXT, metrics TEXT)"
            )
            database.execute("CREATE TABLE configs (run_id, run_name, config TEXT)")
            rows = [(None, "r", i, "2024-01-01T00:00:00", '{"loss": %r}' % (i / 8)) for i in range(4)]
            database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)", rows)
        else:
            database.execute("CREATE TABLE experiments (experiment_id, name)")
            database.execute("CREATE TABLE runs (run_uuid, name, experiment_id, start_time)")
            database.execute("CREATE TABLE metrics (run_uuid, key, value, is_nan, step, timestamp)")
            database.execute("CREATE TABLE params (run_uuid, key, value)")
            database.execute("CREATE TABLE tags (run_uuid, key, value)")
            database.execute("INSERT INTO runs VALUES ('a', 'run', 1, 1700000000000)")
            rows = [("a", "loss", i / 8, 0, i, 1_700_000_000_000) for i in range(4)]
            database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.close()
    return (path.read_bytes(),)


TARGETS: dict[str, Target] = {
    "records": Target(check_records, event_seeds(), with_record_crcs),
    "events": Target(check_events, event_seeds(), with_record_crcs),
    "proto": Target(check_proto, tuple(one.SerializeToString() for one in losses(2))),
    "csv": Target(
        reads(keras_csv, "history.csv", "progress.txt"),
        (
            b"epoch,loss,val_loss\n0,1.5,2.5\n1,1.25,nan\n",
            b"loss;acc\n0,5;0,1\n",
            b"epoch\tloss\n1\t0.5\n",
            *sample("*/*/history.csv", most=600),
        ),
    ),
    "monitor": Target(
        reads(monitor_csv, "0.monitor.csv"),
        (b'#{"t_start": 1700000000.5, "env_id": "x"}\nr,l,t\n1.5,10,0.25\n-2,9,0.5\n',),
    ),
    "json": Target(
        reads(json_document, "history.json"),
        (
            b'{"loss": [1.5, 1.25], "val_loss": [2, NaN]}',
            b'{"log_history": [{"step": 1, "loss": 0.5}]}',
            *sample("formats/json/*/*.json", most=1500),
        ),
    ),
    "jsonl": Target(
        reads(json_lines, "log.jsonl", "metrics.json"),
        (
            b'{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.25}\n',
            *sample(
                "formats/jsonl/deit-log/log.txt", "formats/jsonl/detectron2-resumed/metrics.json", most=1500
            ),
        ),
    ),
    "text": Target(
        reads(text_log, "train.log", "stdout"),
        (
            b"Epoch 1/3\n10/10 [====] - 1s 5ms/step - loss: 0.5 - accuracy: 0.9\n",
            b"iter 10: loss 4.2, time 20.1ms, mfu 1.2%\nstep 250: train loss 1.5, val loss 1.6\n",
            b"epoch 3 loss 0.41\nEpoch: [0][10/100] Time 0.1 (0.2) Loss 1.5e+00 (1.6e+00)\n",
        ),
    ),
    "dvclive": Target(
        reads(dvclive, "run/plots/metrics/train/loss.tsv", by_line=True),
        (b"step\tloss\n0\t0.5\n1\t0.25\n", b"timestamp\tstep\tloss\n1700000000000\t0\t0.5\n"),
    ),
    "mlflow": Target(
        reads(mlflow_files, "run/metrics/loss", by_line=True),
        (b"1700000000000 0.5 0\n1700000001000 nan 1\n", b"1700000000 0.5\n"),
    ),
    "wandb": Target(
        check_wandb,
        (wandb_bytes(run(1, wandb_item("lr", "0.1")), *wandb_losses(5, first=2), end(7)),),
        with_chunk_crcs,
    ),
    "mlflow-sqlite": Target(reads_store(mlflow_sqlite), store_seeds("mlflow")),
    "trackio": Target(reads_store(trackio), store_seeds("trackio")),
    "yaml": Target(
        check_yaml,
        (
            b"lr: 0.1\nopt: !!python/object/apply:os.system [x]\nnest: {a: [1, 2]}\n",
            b"a: &a [1]\nb: [*a, *a]\n",
            b"lr:\n  desc: null\n  value: 0.1\n",
        ),
    ),
    "expression": Target(
        check_expression,
        (b"rise >= min_rise and not (a < b < c or x != 1)", b"-abs(x) ** 2 / max(1e-3, y)", b"isfinite(a)"),
    ),
    "rules": Target(check_rule, ((RULES / "generalisation/overfitting.yaml").read_bytes(),)),
}
