"""Make sample_logs/formats/text: what small networks print while they are really trained.

Needs `pip install torch scikit-learn keras tensorflow-cpu "transformers>=5" accelerate lightning mmengine
lightgbm xgboost stable-baselines3`; nothing is downloaded. Run it from the root of the repository.

Each sample is the output of a process of its own, stdout and stderr together. Keras, transformers,
Lightning, MMEngine, LightGBM, XGBoost and Stable-Baselines3 print by themselves; the `-style` samples are
loops that print in a layout known from elsewhere. Times, and what depends on them, differ from run to run.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from truths import write_truth

OUT = Path("sample_logs/formats/text")
SETTINGS = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "PYTHONWARNINGS": "ignore"}
SETTINGS |= {"PYTHONUNBUFFERED": "1", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
Data = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def digits(n: int = 600) -> Data:
    """Handwritten digits: `n` to learn from, with labels, and 400 others."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32)
    return x[:n], y[:n], x[-400:], y[-400:]


def keras_fit(seed: int, epochs: int, verbose: int) -> None:
    import keras

    keras.utils.set_random_seed(seed)
    x, y, held_out, answers = digits()
    model = keras.Sequential([keras.layers.Dense(32, "relu"), keras.layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, validation_data=(held_out, answers), epochs=epochs, verbose=verbose)
    model.evaluate(held_out[:64], answers[:64], verbose=verbose)


def keras_bars(seed: int) -> None:
    keras_fit(seed, 8, 1)


def keras_lines(seed: int) -> None:
    keras_fit(seed, 20, 2)


def transformers_trainer(seed: int) -> None:
    import torch
    from transformers import Trainer, TrainingArguments

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(64, 10)

        def forward(self, x: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
            logits = self.layer(x)
            return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}

    torch.manual_seed(seed)
    x, y, held_out, answers = digits()
    rows = [{"x": a, "labels": int(b)} for a, b in zip(x, y, strict=True)]
    others = [{"x": a, "labels": int(b)} for a, b in zip(held_out, answers, strict=True)]
    with tempfile.TemporaryDirectory() as scratch:
        arguments = TrainingArguments(
            scratch,
            num_train_epochs=4,
            logging_steps=10,
            eval_strategy="epoch",
            per_device_train_batch_size=32,
            learning_rate=2e-2,
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            seed=seed,
        )
        Trainer(Model(), arguments, train_dataset=rows, eval_dataset=others).train()


def lightning_bars(seed: int) -> None:
    import lightning
    import torch
    from lightning.pytorch.callbacks import TQDMProgressBar
    from lightning.pytorch.loggers import CSVLogger

    class Model(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(64, 10)

        def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
            loss = torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])
            self.log("train_loss", loss, prog_bar=True)
            return loss

        def validation_step(self, batch: list[torch.Tensor], _: int) -> None:
            loss = torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])
            self.log("val_loss", loss, prog_bar=True)

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), 1e-2)

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    lightning.seed_everything(seed)
    x, y, held_out, answers = map(torch.tensor, digits())
    train, validation = (
        torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*pair), 50)
        for pair in ((x, y), (held_out, answers))
    )
    with tempfile.TemporaryDirectory() as scratch:
        trainer = lightning.Trainer(
            max_epochs=8,
            accelerator="cpu",
            logger=CSVLogger(scratch),
            enable_checkpointing=False,
            enable_model_summary=False,
            callbacks=[TQDMProgressBar(refresh_rate=12)],
        )
        trainer.fit(Model(), train, validation)


def mmengine_runner(seed: int) -> None:
    import torch
    from mmengine.evaluator import BaseMetric, Evaluator
    from mmengine.model import BaseModel
    from mmengine.runner import Runner

    class Model(BaseModel):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(64, 10)

        def forward(self, x: torch.Tensor, y: torch.Tensor, mode: str) -> object:
            logits = self.layer(x)
            return {"loss": torch.nn.functional.cross_entropy(logits, y)} if mode == "loss" else (logits, y)

    class Top1(BaseMetric):
        def process(self, batch: object, samples: tuple[torch.Tensor, torch.Tensor]) -> None:
            self.results += (samples[0].argmax(1) == samples[1]).float().tolist()

        def compute_metrics(self, results: list[float]) -> dict[str, float]:
            return {"accuracy/top1": 100 * float(np.mean(results))}

    def loader(x: np.ndarray, y: np.ndarray) -> torch.utils.data.DataLoader:
        data = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y))
        return torch.utils.data.DataLoader(data, 24, shuffle=True)

    x, y, held_out, answers = digits()
    with tempfile.TemporaryDirectory() as scratch:
        Runner(
            model=Model(),
            work_dir=scratch,
            train_dataloader=loader(x, y),
            val_dataloader=loader(held_out, answers),
            val_evaluator=Evaluator(Top1()),
            val_cfg={},
            train_cfg={"by_epoch": True, "max_epochs": 5, "val_interval": 1},
            optim_wrapper={"optimizer": {"type": "SGD", "lr": 0.5}, "clip_grad": {"max_norm": 5}},
            default_hooks={"logger": {"type": "LoggerHook", "interval": 5}},
            randomness={"seed": seed},
        ).train()


def lightgbm_train(seed: int) -> None:
    import lightgbm

    x, y, held_out, answers = digits()
    data = lightgbm.Dataset(x, y)
    settings = {"objective": "multiclass", "num_class": 10, "num_threads": 1, "seed": seed, "verbosity": -1}
    settings |= {"metric": ["multi_logloss", "multi_error"], "learning_rate": 0.2}
    lightgbm.train(
        settings,
        data,
        30,
        valid_sets=[data, data.create_valid(held_out, answers)],
        valid_names=["train", "valid"],
        callbacks=[lightgbm.log_evaluation(1), lightgbm.early_stopping(10)],
    )


def xgboost_train(seed: int) -> None:
    import xgboost

    x, y, held_out, answers = digits()
    data, rest = xgboost.DMatrix(x, y), xgboost.DMatrix(held_out, answers)
    settings = {"objective": "multi:softprob", "num_class": 10, "nthread": 1, "seed": seed}
    settings |= {"eval_metric": ["mlogloss", "merror"]}
    xgboost.train(settings, data, 25, evals=[(data, "train"), (rest, "eval")])


def ppo_boxes(seed: int) -> None:
    from stable_baselines3 import PPO

    PPO("MlpPolicy", "CartPole-v1", verbose=1, n_steps=512, seed=seed, device="cpu").learn(3072)


def batches(seed: int, size: int, epochs: int) -> Iterator[tuple[int, int, np.ndarray]]:
    """Epoch, place of the batch in it, and its rows of 600."""
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        for at, rows in enumerate(np.split(rng.permutation(600), 600 // size)):
            yield epoch, at, rows


class Softmax:
    """A linear classifier of digits, trained by gradient descent."""

    def __init__(self, seed: int, rate: float) -> None:
        self.x, self.y, self.held_out, self.answers = digits()
        self.weight = np.random.default_rng(seed).normal(0, 0.05, (64, 10)).astype(np.float32)
        self.rate, self.norm = rate, 0.0

    def loss_of(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Cross entropy and accuracy in percent."""
        share = self._shares(x)
        loss = float(-np.log(share[np.arange(len(y)), y]).mean())
        return loss, 100 * float((share.argmax(1) == y).mean())

    def _shares(self, x: np.ndarray) -> np.ndarray:
        logits = x @ self.weight
        power = np.exp(logits - logits.max(1, keepdims=True))
        return power / power.sum(1, keepdims=True)

    def step(self, rows: np.ndarray) -> tuple[float, float]:
        """Learn from a batch; its loss and accuracy before."""
        x, y = self.x[rows], self.y[rows]
        before = self.loss_of(x, y)
        share = self._shares(x)
        share[np.arange(len(y)), y] -= 1
        gradient = x.T @ share / len(y)
        self.norm = float(np.linalg.norm(gradient))
        self.weight -= self.rate * gradient
        return before


def nanogpt_style(seed: int) -> None:
    model = Softmax(seed, 0.5)
    print("tokens per iteration will be: 16,384")
    print("number of parameters: 0.00M")
    for epoch, at, rows in batches(seed, 20, 5):
        step = epoch * 30 + at
        if step % 25 == 0:
            known, other = model.loss_of(model.x, model.y), model.loss_of(model.held_out, model.answers)
            print(f"step {step}: train loss {known[0]:.4f}, val loss {other[0]:.4f}")
        began = time.perf_counter()
        loss = model.step(rows)[0]
        took = time.perf_counter() - began
        if step % 2 == 0:
            mfu = -100.0 if step < 10 else 0.01
            print(f"iter {step}: loss {loss:.4f}, time {took * 1000:.2f}ms, mfu {mfu:.2f}%")


def megatron_style(seed: int) -> None:
    model = Softmax(seed, 1e-3)
    print("training ...")
    print(f"[before the start of training step] datetime: {time.strftime('%Y-%m-%d %H:%M:%S')} ")
    for epoch, at, rows in batches(seed, 10, 1):
        step = epoch * 60 + at + 1
        if step == 41:
            model.rate = 1e38  # a wrong unit in the schedule
        loss = model.step(rows)[0]
        if step % 4:
            continue
        print(
            f" [{time.strftime('%Y-%m-%d %H:%M:%S')}] iteration {step:8d}/{60:8d} |"
            f" consumed samples: {step * 10:12d} | elapsed time per iteration (ms): {1.2:.1f} |"
            f" learning rate: {model.rate:.6E} | global batch size: {10:5d} | lm loss: {loss:.6E} |"
            f" loss scale: 1.0 | grad norm: {model.norm:.3f} |"
            f" number of skipped iterations: {0:3d} | number of nan iterations: {0:3d} |"
        )
        if step % 20 == 0:
            held_out = model.loss_of(model.held_out, model.answers)[0]
            print("-" * 100)
            print(
                f" validation loss at iteration {step} | lm loss value: {held_out:.6E} |"
                f" lm loss PPL: {np.exp(held_out):.6E} | "
            )
            print("-" * 100)


def imagenet_style(seed: int) -> None:
    model = Softmax(seed, 0.5)
    means: list[tuple[float, float]] = []
    for epoch, at, rows in batches(seed, 20, 8):
        means = means if at else []
        means.append(model.step(rows))
        loss, top1 = means[-1]
        mean = np.mean(means, 0)
        if at % 10 == 0:
            print(
                f"Epoch: [{epoch}][{at:2d}/30]\tTime  0.001 ( 0.001)\tLoss {loss:.4e} ({mean[0]:.4e})\t"
                f"Acc@1 {top1:6.2f} ({mean[1]:6.2f})"
            )
        if at == 29:
            seen = []
            for part in range(8):
                some = slice(part * 50, part * 50 + 50)
                seen.append(model.loss_of(model.held_out[some], model.answers[some]))
                loss, top1 = seen[-1]
                mean = np.mean(seen, 0)
                if part % 5 == 0:
                    print(
                        f"Test: [{part}/8]\tTime  0.001 ( 0.001)\tLoss {loss:.4e} ({mean[0]:.4e})\t"
                        f"Acc@1 {top1:6.2f} ({mean[1]:6.2f})"
                    )
            print(f" *   Acc@1 {np.mean(seen, 0)[1]:.3f}")


def pix2pix_style(seed: int) -> None:
    """Two linear players on numbers from one bell curve; the layout of loss_log.txt, without the totals."""
    import torch

    torch.manual_seed(seed)
    generator, discriminator = (
        torch.nn.Linear(4, 1),
        torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.LeakyReLU(0.2), torch.nn.Linear(16, 1)),
    )
    players = [torch.optim.Adam(one.parameters(), 2e-3) for one in (generator, discriminator)]
    judge = torch.nn.functional.mse_loss
    print(f"================ Training Loss ({time.strftime('%a %b %d %H:%M:%S %Y')}) ================")
    for epoch in range(1, 7):
        for at in range(50, 501, 50):
            real, fake = 2 + 0.5 * torch.randn(50, 1), generator(torch.randn(50, 4))
            d_real = judge(discriminator(real), torch.ones(50, 1))
            d_fake = judge(discriminator(fake.detach()), torch.zeros(50, 1))
            players[1].zero_grad()
            ((d_real + d_fake) / 2).backward()
            players[1].step()
            g_gan = judge(discriminator(fake), torch.ones(50, 1))
            g_l1 = (fake - real).abs().mean()
            players[0].zero_grad()
            (g_gan + g_l1).backward()
            players[0].step()
            if at % 100 == 0:
                print(
                    f"(epoch: {epoch}, iters: {at}, time: 0.010, data: 0.001) "
                    f"G_GAN: {g_gan:.3f} G_L1: {g_l1:.3f} D_real: {d_real:.3f} D_fake: {d_fake:.3f} "
                )


def handwritten(seed: int) -> None:
    """The way many print: headings, and a line each for training and validation."""
    model = Softmax(seed, 0.5)
    means: list[tuple[float, float]] = []
    for epoch, at, rows in batches(seed, 20, 20):
        if not at:
            print(f"Epoch {epoch}/19\n----------")
            means = []
        means.append(model.step(rows))
        if at == 29:
            for name, (loss, right) in (
                ("train", np.mean(means, 0)),
                ("val", model.loss_of(model.held_out, model.answers)),
            ):
                print(f"{name} Loss: {loss:.4f} Acc: {right / 100:.4f}")
            print()


def logged(seed: int) -> None:
    """The way many log: one line an epoch, with the time and the level in front."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s [%(name)s] %(message)s")
    log = logging.getLogger("digits")
    model = Softmax(seed, 0.5)
    means: list[tuple[float, float]] = []
    for epoch, at, rows in batches(seed, 20, 20):
        means = means if at else []
        means.append(model.step(rows))
        if at == 29:
            (loss, right), (val_loss, val_right) = (
                np.mean(means, 0),
                model.loss_of(model.held_out, model.answers),
            )
            log.info(
                "Epoch: %03d/020, train_loss=%.4f, train_acc: %.1f%%, "
                "val_loss=%.4f, val_acc: %.1f%%, lr: %.0e",
                *(epoch + 1, loss, right, val_loss, val_right, model.rate),
            )


Recipe = tuple[str, str, Callable[[int], None], str, str, int, str]
RECIPES: tuple[Recipe, ...] = (
    (
        "keras-bars",
        "train.log",
        keras_bars,
        "healthy",
        "keras",
        61,
        "Keras' fit with progress bars that are painted over, and one evaluation after it.",
    ),
    ("keras-lines", "stdout.txt", keras_lines, "healthy", "keras", 62, "Keras' fit with a line an epoch."),
    (
        "trainer-bars",
        "nohup.out",
        transformers_trainer,
        "healthy",
        "huggingface",
        63,
        "transformers' Trainer: what it prints among its bars, which alone count the steps.",
    ),
    (
        "lightning-bars",
        "slurm-4711.out",
        lightning_bars,
        "healthy",
        "lightning",
        64,
        "Lightning's bar of tqdm, painted over from epoch to epoch.",
    ),
    (
        "mmengine-runner",
        "train.log",
        mmengine_runner,
        "healthy",
        "mmengine",
        65,
        "MMEngine's Runner, from its first training line on: training by batch, validation by epoch.",
    ),
    (
        "lightgbm",
        "train.log",
        lightgbm_train,
        "healthy",
        "lightgbm",
        66,
        "LightGBM's train with log_evaluation and early_stopping, which repeats the best line.",
    ),
    ("xgboost", "train.log", xgboost_train, "healthy", "xgboost", 67, "XGBoost's train with two sets."),
    (
        "ppo-boxes",
        "stdout.log",
        ppo_boxes,
        "healthy",
        "stable-baselines3",
        68,
        "Stable-Baselines3's PPO on CartPole with verbose=1.",
    ),
    (
        "nanogpt-style",
        "train.log",
        nanogpt_style,
        "healthy",
        "nanogpt",
        69,
        "A softmax classifier really trained by a loop that prints as nanoGPT's train.py does.",
    ),
    (
        "megatron-style",
        "train.log",
        megatron_style,
        "non-finite-loss",
        "megatron",
        70,
        "A softmax classifier really trained by a loop that prints as Megatron-LM does; rate 1e38 from 41.",
    ),
    (
        "imagenet-style",
        "train.log",
        imagenet_style,
        "healthy",
        "pytorch",
        71,
        "A softmax classifier really trained by a loop that prints as PyTorch's ImageNet example does.",
    ),
    (
        "pix2pix-style",
        "loss_log.txt",
        pix2pix_style,
        "healthy",
        "pix2pix",
        72,
        "Two small players really trained against each other by a loop that prints as pix2pix does.",
    ),
    (
        "handwritten",
        "train.log",
        handwritten,
        "healthy",
        "",
        73,
        "A softmax classifier; an epoch heading, and a line each for training and validation.",
    ),
    ("logged", "train.log", logged, "healthy", "", 74, "Python's logging, a line an epoch."),
)


def main() -> None:
    """Make every sample anew, or print the one that is named."""
    if len(sys.argv) > 1:
        next(print_it(seed) for name, _, print_it, *_, seed, _ in RECIPES if name == sys.argv[1])
        return
    for name, file, _, label, framework, seed, note in RECIPES:
        folder = OUT / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        done = subprocess.run(
            [sys.executable, __file__, name],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
            env=os.environ | SETTINGS,
        )
        lines = done.stdout.splitlines(keepends=True)
        if name == "mmengine-runner":  # before it stands what machine this is
            lines = lines[next(at for at, line in enumerate(lines) if b"Epoch(train)" in line) :]
        (folder / file).write_bytes(b"".join(lines))
        write_truth(folder, label=label, framework=framework, format_="text", seed=seed, name=name, note=note)


if __name__ == "__main__":
    main()
