"""A GAN on a ring and policies in small worlds, logged by the SummaryWriter and measured beside it."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.tensorboard import SummaryWriter

from benchmarks.trainings.measures import Logged, Measures

# The makers of sample logs import each other as `samples`, as their own script does.
sys.path.insert(0, str(Path(__file__).parents[1]))
from samples.cart import Corridors, Poles, World
from samples.policy_trainer import CHARTS, PROXIMAL, Learner, Settings

Points = dict[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class PlayRun:
    """One run of a game or of the GAN; `train(seed, folder)` logs and measures."""

    task: str
    fault: str
    seed: int
    train: Callable[[int, Path], Measures] = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the run, unique in its task."""
        return f"{self.fault}-torch-{self.seed}"


# --- games -----------------------------------------------------------------------------------------------

WORLDS: Mapping[str, tuple[Callable[[int, np.random.Generator], World], float]] = {
    "poles": (Poles, 200.0),
    "corridor": (lambda n, rng: Corridors(n, rng, length=8, limit=24), 1.0),
    "long-corridor": (lambda n, rng: Corridors(n, rng, length=30, limit=60), 1.0),
}


@torch.no_grad()
def true_return(make: Callable[[int, np.random.Generator], World], actor: nn.Module, seed: int) -> float:
    """Mean return of the first episodes of 128 copies of a world, actions drawn from the policy."""
    rng = np.random.default_rng(seed)
    world, sums, running = make(128, rng), np.zeros(128), np.ones(128, dtype=bool)
    while running.any():
        chances = torch.softmax(actor(torch.from_numpy(world.look())), 1).numpy()
        chances = np.nan_to_num(chances, nan=1.0 / world.n_actions)
        action = (rng.random((128, 1)) > np.cumsum(chances, axis=1)[:, :-1]).sum(axis=1)
        reward, done = world.step(action)
        sums += reward * running
        running &= ~done
    return float(sums.mean())


def learn(task: str, settings: Settings, rounds: int, seed: int, folder: Path) -> Measures:
    """Train a policy and log each round under the number of steps taken so far."""
    make, best = WORLDS[task]
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    learner = Learner(make(16, rng), settings)
    tags, points, rows = (PROXIMAL, CHARTS)[seed % 2], {name: [] for name in PROXIMAL | CHARTS}, []
    first, per_round = true_return(make, learner.actor, seed), settings.steps * 16
    with SummaryWriter(str(folder)) as log:
        for number in range(rounds):
            lr, step = learner.slow_down(number / rounds), (number + 1) * per_round
            kept = learner.play(-1.0 if number / rounds >= settings.reverse_at else 1.0)
            values = learner.update(kept, rng) | {"lr": lr}
            if learner.ended:
                values["reward"] = float(np.mean([reward for reward, _ in learner.ended]))
                values["length"] = float(np.mean([length for _, length in learner.ended]))
            for name in tags.keys() & values.keys():
                log.add_scalar(tags[name], values[name], step)
                points[name].append((step, values[name]))
            if number % 2 == 1:
                rows.append((step, true_return(make, learner.actor, seed + number), values["entropy"]))
    constants = {"random": first, "best": best, "ln_actions": float(np.log(learner.world.n_actions))}
    return _result("game", rows, ("step", "return", "entropy"), points, constants)


def _result(
    kind: str, rows: list[Any], names: tuple[str, ...], points: Points, constants: Mapping[str, float]
) -> Measures:
    curves = dict(zip(names, np.array(rows, dtype=np.float64).T, strict=True))
    logged = {name: Logged(*np.array(p, dtype=np.float64).T) for name, p in points.items() if p}
    return Measures(kind, shown=frozenset(logged), constants=constants, curves=curves, logged=logged)


def policies(rng: np.random.Generator) -> Mapping[str, tuple[Settings, int]]:
    """Settings and rounds by name; the first four are sound, or meant to be."""
    strong = 10 ** rng.uniform(-1.3, -0.8)
    return {
        "plain": (Settings(lr=3e-3, entropy_bonus=0.01), 70),
        "plain-policy-gradient": (Settings(lr=4e-3, clip=None, epochs=1, entropy_bonus=0.005), 110),
        "slow-and-noisy": (Settings(lr=1e-3, steps=24, batch=64, entropy_bonus=0.01), 110),
        "decaying-rate": (Settings(lr=4e-3, lr_at=lambda share: 1 - share, entropy_bonus=0.01), 80),
        "rate-too-high": (Settings(lr=strong, epochs=8, clip=None), 70),
        "rate-jump": (
            Settings(lr=2e-3, lr_at=lambda share: 60.0 if share > 0.5 else 1.0, clip=None, epochs=6),
            80,
        ),
        "reward-reversed": (Settings(lr=3e-3, reverse_at=float(rng.uniform(0.4, 0.6))), 80),
        "critic-frozen": (Settings(lr=2e-3, value_lr=0.0), 70),
        "critic-too-fast": (Settings(lr=2e-3, value_lr=float(rng.uniform(0.3, 1.0))), 70),
        "rewards-unscaled": (Settings(lr=2e-3, value_lr=1e-4, reward_scale=1000.0), 70),
        "greedy-at-once": (Settings(lr=strong, normalise=True, epochs=10, reverse_at=-1.0), 60),
        "rate-of-nothing": (Settings(lr=1e-8, value_lr=1e-3), 50),
        "bonus-too-large": (Settings(lr=3e-3, entropy_bonus=2.0), 60),
    }


# --- the GAN ---------------------------------------------------------------------------------------------

MODES = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1) * 2.0
WIDTH = 0.12


@dataclass(frozen=True)
class Duel:
    """Rates and turns of generator and discriminator."""

    g_lr: float = 1e-3
    d_lr: float = 1e-3
    g_turns: int = 1
    d_turns: int = 1
    noise: int = 8
    width: int = 64
    updates: int = 1500
    beta: float = 0.5
    smooth: float = 0.0


def _pair(duel: Duel) -> tuple[nn.Sequential, nn.Sequential]:
    def net(n_in: int, n_out: int) -> nn.Sequential:
        act = nn.LeakyReLU
        return nn.Sequential(
            nn.Linear(n_in, duel.width),
            act(0.2),
            nn.Linear(duel.width, duel.width),
            act(0.2),
            nn.Linear(duel.width, n_out),
        )

    return net(duel.noise, 2), net(2, 1)


def real(rng: np.random.Generator, n: int) -> Tensor:
    """Points on the ring."""
    points = MODES[rng.integers(0, 8, n)] + rng.normal(0, WIDTH, (n, 2))
    return torch.from_numpy(points.astype(np.float32))


@torch.no_grad()
def quality(g: nn.Module, d: nn.Module, duel: Duel, seed: int) -> tuple[float, float, float, float]:
    """Modes that get a fiftieth of the points or more, share of good points, accuracy of `d`, distance."""
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    made, true = g(torch.randn(800, duel.noise, generator=generator)), real(rng, 800)
    distance = np.linalg.norm(made.numpy()[:, None] - MODES, axis=2)
    good = distance.min(axis=1) < 4 * WIDTH
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=8)
    right = 0.5 * float((d(true) > 0).float().mean() + (d(made) < 0).float().mean())
    return float(np.sum(counts >= 16)), float(good.mean()), right, frechet(made.numpy(), true.numpy())


def frechet(made: np.ndarray, true: np.ndarray) -> float:
    """Frechet distance between two Gaussians over how near each point is to each mode, as users log it."""
    near = [np.exp(-(np.linalg.norm(p[:, None] - MODES, axis=2) ** 2) / (8 * WIDTH**2)) for p in (made, true)]
    (a, b), (s, t) = [p.mean(axis=0) for p in near], [np.cov(p.T) for p in near]
    values, vectors = np.linalg.eigh(s)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ t @ root), 0)).sum()
    return float(np.sum((a - b) ** 2) + np.trace(s) + np.trace(t) - 2 * cross)


def duel_once(duel: Duel, fid_shown: bool, seed: int, folder: Path) -> Measures:
    """Train generator and discriminator and log each tenth update."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    g, d = _pair(duel)
    g_move = torch.optim.Adam(g.parameters(), duel.g_lr, (duel.beta, 0.999))
    d_move = torch.optim.Adam(d.parameters(), duel.d_lr, (duel.beta, 0.999))
    points: Points = {name: [] for name in ("d_loss", "g_loss", "d_x", "d_g_z", "fid")}
    tags = (
        {"d_loss": "Loss_D", "g_loss": "Loss_G", "d_x": "D(x)", "d_g_z": "D(G(z))", "fid": "FID"},
        {
            "d_loss": "d_loss",
            "g_loss": "g_loss",
            "d_x": "D_real",
            "d_g_z": "D_fake",
            "fid": "metrics/fid",
        },
    )[seed % 2]
    rows = []
    with SummaryWriter(str(folder)) as log:
        for u in range(duel.updates):
            for _ in range(duel.d_turns):
                true, made = real(rng, 64), g(torch.randn(64, duel.noise)).detach()
                on_true, on_made = d(true), d(made)
                d_loss = _cross(on_true, 1.0 - duel.smooth) + _cross(on_made, 0.0)
                _step(d_move, d_loss)
            for _ in range(duel.g_turns):
                g_loss = _cross(d(g(torch.randn(64, duel.noise))), 1.0)
                _step(g_move, g_loss)
            if u % 10:
                continue
            values = {
                "d_loss": d_loss.item(),
                "g_loss": g_loss.item(),
                "d_x": torch.sigmoid(on_true).mean().item(),
                "d_g_z": torch.sigmoid(on_made).mean().item(),
            }
            if u % 30 == 0:
                rows.append((u, *quality(g, d, duel, seed + u)))
                values |= {"fid": rows[-1][4]} if fid_shown else {}
            for name, value in values.items():
                log.add_scalar(tags[name], value, u)
                points[name].append((u, value))
    return _result("gan", rows, ("step", "modes", "good", "d_accuracy", "distance"), points, {})


def _cross(logits: Tensor, target: float) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def _step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def duels(rng: np.random.Generator) -> Mapping[str, Duel]:
    """By name; the first three are sound, or meant to be."""
    return {
        "plain": Duel(),
        "smoothed": Duel(smooth=0.1),
        "slower-discriminator": Duel(d_lr=5e-4),
        "discriminator-too-strong": Duel(d_lr=4e-3, g_lr=10 ** rng.uniform(-6, -5), d_turns=2),
        "generator-barely-moves": Duel(g_lr=10 ** rng.uniform(-5.5, -4.8)),
        "generator-too-fast": Duel(g_lr=10 ** rng.uniform(-2.1, -1.7), g_turns=2),
        "discriminator-barely-moves": Duel(d_lr=10 ** rng.uniform(-5.5, -5.0), beta=0.9),
        "generator-narrow": Duel(noise=1, width=6, g_turns=3),
    }


def runs(seed: int) -> Iterator[PlayRun]:
    """All runs of one seed: each recipe twice or three times."""
    for task in WORLDS:
        for copy in range(1 if task == "long-corridor" else 2):
            run_seed = 1000 * seed + 10 * copy + len(task)
            for fault, (settings, rounds) in policies(np.random.default_rng(run_seed)).items():

                def train(seed: int, folder: Path, task=task, settings=settings, rounds=rounds) -> Measures:
                    return learn(task, settings, rounds, seed, folder)

                yield PlayRun(task, fault, run_seed, train)
    for copy in range(3):
        run_seed = 1000 * seed + copy
        for fault, duel in duels(np.random.default_rng(run_seed)).items():

            def fight(seed: int, folder: Path, duel=duel, shown=copy != 1) -> Measures:
                return duel_once(duel, shown, seed, folder)

            yield PlayRun("ring", fault, run_seed, fight)
