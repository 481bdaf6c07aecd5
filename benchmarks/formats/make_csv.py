"""Make sample_logs/formats/csv and sample_logs/formats/monitor: small things really trained.

Needs `pip install torch lightning fastai stable-baselines3`, in an environment without TensorFlow; nothing is
downloaded. Run it from the root of the repository; what takes time to measure differs from run to run.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from truths import write_truth

OUT = Path("sample_logs/formats")


def wave(seed: int, n: int = 512) -> TensorDataset:
    """A noisy sine to be learned."""
    generator = torch.Generator().manual_seed(seed)
    x = 4 * torch.rand(n, 1, generator=generator) - 2
    return TensorDataset(x, torch.sin(2 * x) + 0.05 * torch.randn(n, 1, generator=generator))


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))


def lightning_run(folder: Path, seed: int) -> None:
    """What Lightning's CSVLogger writes: metrics.csv, and hparams.yaml beside it."""
    import lightning
    from lightning.pytorch.loggers import CSVLogger

    class Wave(lightning.LightningModule):
        def __init__(self, rate: float = 0.01, optimizer: str = "adam") -> None:
            super().__init__()
            self.save_hyperparameters()
            self.network = network()

        def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
            loss = nn.functional.mse_loss(self.network(batch[0]), batch[1])
            self.log("train_loss", loss, on_step=False, on_epoch=True)
            return loss

        def validation_step(self, batch: list[torch.Tensor], _: int) -> None:
            self.log("val_loss", nn.functional.mse_loss(self.network(batch[0]), batch[1]))

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), lr=self.hparams.rate)

    lightning.seed_everything(seed, verbose=False)
    trainer = lightning.Trainer(
        max_epochs=40,
        accelerator="cpu",
        logger=CSVLogger(folder, name="", version=""),
        enable_checkpointing=False,
        enable_progress_bar=False,
        log_every_n_steps=8,
    )
    trainer.fit(Wave(), DataLoader(wave(seed), 64, shuffle=True), DataLoader(wave(seed + 1), 256))


def fastai_run(folder: Path, seed: int) -> None:
    """What fastai's CSVLogger writes: history.csv, with durations as mm:ss."""
    from fastai.callback.progress import CSVLogger
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner

    torch.manual_seed(seed)
    loaders = DataLoaders(DataLoader(wave(seed), 64, shuffle=True), DataLoader(wave(seed + 1), 256))
    learner = Learner(loaders, network(), loss_func=nn.MSELoss(), path=folder, cbs=CSVLogger())
    with learner.no_bar(), learner.no_logging():
        learner.fit(40, lr=0.01)


def stable_baselines_run(folder: Path, seed: int) -> None:
    """What Stable-Baselines3 writes: progress.csv of its logger."""
    import gymnasium
    from stable_baselines3 import PPO
    from stable_baselines3.common.logger import configure

    model = PPO("MlpPolicy", gymnasium.make("CartPole-v1"), n_steps=512, seed=seed, device="cpu")
    model.set_logger(configure(str(folder), ["csv"]))
    model.learn(12_000)


def monitor_run(folder: Path, seed: int) -> None:
    """What its Monitor writes: monitor.csv, a line for each episode."""
    import gymnasium
    from stable_baselines3 import PPO
    from stable_baselines3.common.monitor import Monitor

    env = Monitor(gymnasium.make("CartPole-v1"), str(folder / "monitor.csv"))
    PPO("MlpPolicy", env, n_steps=512, seed=seed, device="cpu").learn(12_000)


RUNS: tuple[tuple[str, str, str, Callable[[Path, int], None], int, str], ...] = (
    ("csv", "lightning-wave", "lightning", lightning_run, 1, "Both losses fall to the noise over 40 epochs."),
    ("csv", "fastai-wave", "fastai", fastai_run, 2, "Both losses fall to the noise over 40 epochs."),
    (
        "csv",
        "ppo-cartpole",
        "stable-baselines3",
        stable_baselines_run,
        3,
        "The mean reward rises all the time.",
    ),
    ("monitor", "ppo-cartpole", "stable-baselines3", monitor_run, 3, "Episodes grow longer with training."),
)


def main() -> None:
    wanted = sys.argv[1:]
    for format_, name, framework, make, seed, note in RUNS:
        if wanted and name not in wanted:
            continue
        folder = OUT / format_ / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with tempfile.TemporaryDirectory() as place:
            make(Path(place), seed)
            for path in sorted(Path(place).rglob("*.*")):
                if path.suffix in {".csv", ".yaml"}:
                    shutil.copy(path, folder / path.name)
        write_truth(
            folder, label="healthy", framework=framework, format_=format_, seed=seed, name=name, note=note
        )


if __name__ == "__main__":
    main()
