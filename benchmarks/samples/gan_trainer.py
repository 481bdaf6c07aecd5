"""Two networks against each other on points of a ring of eight clusters, with PyTorch."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.tensorboard import SummaryWriter

torch.set_num_threads(1)

Loss = Callable[[Tensor, float], Tensor]


def cross_entropy(logits: Tensor, target: float) -> Tensor:
    """The usual loss of both players, on logits."""
    return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def squares(output: Tensor, target: float) -> Tensor:
    """Least squares."""
    return (output - target).square().mean()


def wasserstein(output: Tensor, target: float) -> Tensor:
    """The critic's loss: high for real samples, low for others."""
    return -output.mean() if target > 0.5 else output.mean()


@dataclass(frozen=True)
class Names:
    """The tags that a user gave to the curves; `distance` None: not logged."""

    generator: str = "Loss_G"
    discriminator: str = "Loss_D"
    distance: str | None = None


@dataclass(frozen=True)
class Game:
    """What the two play by: rates after that many batches, and how often the discriminator moves in each."""

    generator_rate: Callable[[int], float] = lambda step: 5e-4
    discriminator_rate: Callable[[int], float] = lambda step: 5e-4
    loss: Loss = cross_entropy
    judge_moves: int = 1
    penalty: float = 0.0
    hidden: int = 64
    spread: float = 0.1


def ring(n: int, spread: float) -> Tensor:
    """Points `(n, 2)` of eight clusters on a circle of radius 2."""
    angle = torch.randint(0, 8, (n,)) * (np.pi / 4)
    return 2 * torch.stack((angle.cos(), angle.sin()), dim=1) + spread * torch.randn(n, 2)


def play(
    game: Game, folder: Path, steps: int, names: Names = Names(), every: int = 5, batch: int = 128
) -> None:
    """Train both for `steps` batches and log their losses each `every` batches."""
    generator, judge = _network(8, 2, game.hidden), _network(2, 1, game.hidden)
    makes = torch.optim.Adam(generator.parameters(), betas=(0.5, 0.99))
    judges = torch.optim.Adam(judge.parameters(), betas=(0.5, 0.99))
    with SummaryWriter(str(folder)) as log:
        for step in range(steps):
            _set_rate(makes, game.generator_rate(step))
            _set_rate(judges, game.discriminator_rate(step))
            for _ in range(game.judge_moves):
                judge_loss = _move_judge(game, generator, judge, judges, batch)
            fooled = game.loss(judge(generator(torch.randn(batch, 8))), 1.0)
            makes.zero_grad()
            fooled.backward()
            makes.step()
            if step % every == 0:
                log.add_scalar(names.generator, fooled.item(), step)
                log.add_scalar(names.discriminator, judge_loss, step)
            if names.distance is not None and step % (20 * every) == 0:
                log.add_scalar(names.distance, _distance(generator, game.spread), step)


def _move_judge(
    game: Game, generator: nn.Module, judge: nn.Module, judges: torch.optim.Optimizer, batch: int
) -> float:
    real, made = ring(batch, game.spread), generator(torch.randn(batch, 8)).detach()
    loss = game.loss(judge(real), 1.0) + game.loss(judge(made), 0.0)
    if game.penalty:
        share = torch.rand(batch, 1)
        between = (share * real + (1 - share) * made).requires_grad_()
        (slope,) = torch.autograd.grad(judge(between).sum(), between, create_graph=True)
        loss = loss + game.penalty * (slope.norm(dim=1) - 1).square().mean()
    judges.zero_grad()
    loss.backward()
    judges.step()
    return loss.item()


@torch.no_grad()
def _distance(generator: nn.Module, spread: float) -> float:
    """Frechet distance of two normal distributions fitted to 2000 real and 2000 made points."""
    a, b = ring(2000, spread).numpy(), generator(torch.randn(2000, 8)).numpy()
    first, second = np.cov(a.T), np.cov(b.T)
    shared = np.sqrt(np.maximum(np.linalg.eigvals(first @ second).real, 0.0)).sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(first) + np.trace(second) - 2 * shared)


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _network(n_in: int, n_out: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )
