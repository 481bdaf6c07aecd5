"""Make sample_logs/formats/json and sample_logs/formats/jsonl: small networks really trained.

Needs `pip install torch "transformers>=5" accelerate "mmengine>=0.10" keras tensorflow-cpu pandas`; nothing
is downloaded. Run it from the root of the repository; what takes time to measure differs from run to run.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from truths import write_truth

OUT = Path("sample_logs/formats")


def moons(seed: int, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Points on two interleaved half circles with noise, and which of the two each is on."""
    rng = np.random.default_rng(seed)
    angle, label = rng.uniform(0, np.pi, n), np.arange(n) % 2
    x = np.stack(
        [
            np.where(label, 1 - np.cos(angle), np.cos(angle)),
            np.where(label, 0.5 - np.sin(angle), np.sin(angle)),
        ],
        1,
    )
    return torch.tensor(x + rng.normal(0, 0.15, x.shape), dtype=torch.float32), torch.tensor(label)


class Network(nn.Module):
    """Two layers; the loss comes out of the model, as both trainers want it."""

    def __init__(self, hidden: int = 24) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 2))

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        logits = self.layers(x)
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


def trainer_state(folder: Path, seed: int, *, rate: float, epochs: int) -> None:
    """The state that Hugging Face's Trainer saves at the end."""
    from transformers import Trainer, TrainingArguments

    torch.manual_seed(seed)
    train, held_out = (
        [{"x": x, "labels": y} for x, y in zip(*moons(seed + k, n), strict=True)]
        for k, n in ((0, 256), (1, 96))
    )
    with tempfile.TemporaryDirectory() as scratch:
        trainer = Trainer(
            model=Network(),
            args=TrainingArguments(
                scratch,
                num_train_epochs=epochs,
                learning_rate=rate,
                optim="sgd" if rate > 1 else "adamw_torch",
                max_grad_norm=0.0 if rate > 1 else 1.0,
                per_device_train_batch_size=32,
                logging_steps=4,
                logging_nan_inf_filter=False,
                eval_strategy="epoch",
                save_strategy="no",
                report_to=[],
                disable_tqdm=True,
                use_cpu=True,
                seed=seed,
            ),
            train_dataset=train,
            eval_dataset=held_out,
            compute_metrics=lambda got: {
                "accuracy": float((got.predictions.argmax(1) == got.label_ids).mean())
            },
        )
        trainer.train()
        trainer.save_state()
        shutil.copyfile(f"{scratch}/trainer_state.json", folder / "trainer_state.json")


def healthy_state(folder: Path, seed: int) -> None:
    trainer_state(folder, seed, rate=2e-2, epochs=12)


def overflown_state(folder: Path, seed: int) -> None:
    trainer_state(folder, seed, rate=1e38, epochs=6)


def cut_state(folder: Path, seed: int) -> None:
    """The disk was full before the state was written out."""
    trainer_state(folder, seed, rate=2e-2, epochs=12)
    path = folder / "trainer_state.json"
    path.write_bytes(path.read_bytes()[:3000])


def log_history(folder: Path, seed: int) -> None:
    """The list alone, as people save it by hand."""
    trainer_state(folder, seed, rate=1e-2, epochs=10)
    path = folder / "trainer_state.json"
    history = json.loads(path.read_text())["log_history"]
    path.unlink()
    (folder / "log_history.json").write_text(json.dumps(history, indent=1))


def keras_history(folder: Path, seed: int) -> None:
    fitted = _fit_keras(seed)
    (folder / "history.json").write_text(json.dumps(fitted))


def keras_history_of_pandas(folder: Path, seed: int) -> None:
    import pandas as pd

    pd.DataFrame(_fit_keras(seed)).to_json(folder / "history.json")


def _fit_keras(seed: int) -> dict[str, list[float]]:
    import keras

    keras.utils.set_random_seed(seed)
    x, y = (part.numpy() for part in moons(seed, 256))
    model = keras.Sequential([keras.layers.Dense(24, "tanh"), keras.layers.Dense(2, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.learning_rate = 0.02
    stop = keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=4, min_lr=2e-3)
    fitted = model.fit(x, y, epochs=30, batch_size=32, validation_split=0.25, callbacks=[stop], verbose=0)
    return {name: [float(value) for value in values] for name, values in fitted.history.items()}


def mmengine_scalars(folder: Path, seed: int) -> None:
    """What MMEngine's runner leaves in vis_data."""
    from mmengine.evaluator import BaseMetric, Evaluator
    from mmengine.model import BaseModel
    from mmengine.runner import Runner

    class Model(BaseModel):
        def __init__(self) -> None:
            super().__init__()
            self.net = Network()

        def forward(self, x: torch.Tensor, y: torch.Tensor, mode: str) -> object:
            out = self.net(x, y)
            return {"loss": out["loss"]} if mode == "loss" else (out["logits"], y)

    class Top1(BaseMetric):
        def process(self, batch: object, samples: tuple[torch.Tensor, torch.Tensor]) -> None:
            logits, y = samples
            self.results += (logits.argmax(1) == y).float().tolist()

        def compute_metrics(self, results: list[float]) -> dict[str, float]:
            return {"accuracy/top1": 100 * float(np.mean(results))}

    def loader(k: int, n: int, *, shuffle: bool) -> torch.utils.data.DataLoader:
        data = torch.utils.data.TensorDataset(*moons(seed + k, n))
        return torch.utils.data.DataLoader(data, batch_size=16, shuffle=shuffle)

    with tempfile.TemporaryDirectory() as scratch:
        Runner(
            model=Model(),
            work_dir=scratch,
            train_dataloader=loader(0, 320, shuffle=True),
            val_dataloader=loader(1, 96, shuffle=False),
            val_evaluator=Evaluator(Top1()),
            val_cfg={},
            train_cfg={"by_epoch": True, "max_epochs": 6, "val_interval": 1},
            optim_wrapper={"optimizer": {"type": "SGD", "lr": 0.3, "momentum": 0.9}},
            default_hooks={"logger": {"type": "LoggerHook", "interval": 5}},
            randomness={"seed": seed},
        ).train()
        (found,) = Path(scratch).glob("*/vis_data/scalars.json")
        (folder / "vis_data").mkdir()
        shutil.copyfile(found, folder / "vis_data" / "scalars.json")


def _training(model: Network, seed: int, rate: float, start: int, stop: int) -> Iterator[tuple[int, float]]:
    """Train from step `start` to before `stop`; the step and its loss."""
    x, y = moons(seed, 256)
    optimizer = torch.optim.SGD(model.parameters(), rate)
    for step in range(start, stop):
        rows = torch.randint(0, 256, (32,))
        loss = model(x[rows], y[rows])["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield step, loss.item()


def _accuracy(model: Network, seed: int) -> float:
    x, y = moons(seed + 1, 96)
    return 100 * float((model(x, y)["logits"].argmax(1) == y).float().mean())


def detectron2_metrics(folder: Path, seed: int) -> None:
    """The layout of detectron2's writer: medians over 20 iterations, keys sorted, appended after a resume."""
    torch.manual_seed(seed)
    model = Network()
    checkpoint = model.state_dict()
    with (folder / "metrics.json").open("w") as file:
        for start, stop in ((0, 180), (100, 500)):
            model.load_state_dict(checkpoint)
            losses: list[float] = []
            for step, loss in _training(model, seed, 0.2, start, stop):
                losses.append(loss)
                if (step + 1) % 20:
                    continue
                row = {
                    "iteration": step,
                    "total_loss": float(np.median(losses[-20:])),
                    "lr": 0.2,
                    "data_time": 1e-3,
                }
                if (step + 1) % 100 == 0:
                    checkpoint = {name: value.clone() for name, value in model.state_dict().items()}
                    row |= {"bbox/AP": _accuracy(model, seed), "bbox/AP-moon": float("nan")}
                file.write(json.dumps(row, sort_keys=True) + "\n")


def deit_log(folder: Path, seed: int) -> None:
    """The layout of DeiT's and MAE's log.txt: one record an epoch."""
    torch.manual_seed(seed)
    model = Network()
    losses: list[float] = []
    with (folder / "log.txt").open("w") as file:
        for step, loss in _training(model, seed, 0.5, 0, 8 * 25):
            losses.append(loss)
            if (step + 1) % 8:
                continue
            row = {"train_lr": 0.5, "train_loss": float(np.mean(losses[-8:]))}
            row |= {
                "test_loss": float(model(*moons(seed + 1, 96))["loss"]),
                "test_acc1": _accuracy(model, seed),
            }
            row |= {"epoch": step // 8, "n_parameters": sum(one.numel() for one in model.parameters())}
            file.write(json.dumps(row) + "\n")


Recipe = tuple[str, str, Callable[[Path, int], None], str, str, int, str]
RECIPES: tuple[Recipe, ...] = (
    (
        "json",
        "trainer-state",
        healthy_state,
        "healthy",
        "huggingface",
        31,
        "transformers' Trainer on two moons, 12 epochs; the closing record holds the mean loss of the run.",
    ),
    (
        "json",
        "trainer-state-overflow",
        overflown_state,
        "non-finite-loss",
        "huggingface",
        32,
        "Learning rate of 1e38 without clipping; bare NaN in the file.",
    ),
    (
        "json",
        "trainer-state-cut",
        cut_state,
        "truncated-run",
        "huggingface",
        33,
        "Sound losses; the file was cut at byte 3000, as a full disk does.",
    ),
    (
        "json",
        "log-history",
        log_history,
        "healthy",
        "huggingface",
        34,
        "trainer.state.log_history dumped by hand.",
    ),
    (
        "json",
        "keras-history",
        keras_history,
        "healthy",
        "keras",
        35,
        "json.dump of History.history, with the learning rate of ReduceLROnPlateau.",
    ),
    (
        "json",
        "keras-history-pandas",
        keras_history_of_pandas,
        "healthy",
        "keras",
        36,
        "History.history through pandas' to_json.",
    ),
    (
        "jsonl",
        "mmengine-scalars",
        mmengine_scalars,
        "healthy",
        "mmengine",
        41,
        "MMEngine's Runner: training by iteration, validation by epoch, both under step.",
    ),
    (
        "jsonl",
        "detectron2-resumed",
        detectron2_metrics,
        "restart-overlap",
        "detectron2",
        42,
        "A real training in the documented layout of detectron2, by hand; resumed at iteration 100 of 180.",
    ),
    (
        "jsonl",
        "deit-log",
        deit_log,
        "healthy",
        "pytorch",
        43,
        "A real training in the layout that the scripts of DeiT and MAE write, by hand.",
    ),
)


def main() -> None:
    """Make every sample anew."""
    for format_, name, make, label, framework, seed, note in RECIPES:
        folder = OUT / format_ / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder, seed)
        write_truth(
            folder, label=label, framework=framework, format_=format_, seed=seed, name=name, note=note
        )


if __name__ == "__main__":
    main()
