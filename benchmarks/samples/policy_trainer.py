"""Training a policy by its reward with PyTorch: an actor and a critic, clipped or plain updates."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Categorical
from torch.utils.tensorboard import SummaryWriter

from samples.cart import World

torch.set_num_threads(1)

PROXIMAL = {
    "reward": "rollout/ep_rew_mean",
    "length": "rollout/ep_len_mean",
    "policy_loss": "train/policy_gradient_loss",
    "value_loss": "train/value_loss",
    "minus_entropy": "train/entropy_loss",
    "kl": "train/approx_kl",
    "clip_fraction": "train/clip_fraction",
    "explained_variance": "train/explained_variance",
    "loss": "train/loss",
    "lr": "train/learning_rate",
}
CHARTS = {
    "reward": "charts/episodic_return",
    "length": "charts/episodic_length",
    "policy_loss": "losses/policy_loss",
    "value_loss": "losses/value_loss",
    "entropy": "losses/entropy",
    "kl": "losses/approx_kl",
    "clip_fraction": "losses/clipfrac",
    "explained_variance": "losses/explained_variance",
    "lr": "charts/learning_rate",
}
"""Two ways in which users name the same curves."""


@dataclass
class Settings:
    """What a policy is trained with; `clip` bounds the ratio of one update, None for plain gradients.

    Two faults: from the share `reverse_at` of the run on rewards count with the wrong sign; `transposed` lays
    the critic's targets out by worlds where its inputs are laid out by time.
    """

    lr: float = 3e-3
    lr_at: Callable[[float], float] = lambda share: 1.0
    value_lr: float = 3e-3
    epochs: int = 4
    batch: int = 256
    clip: float | None = 0.2
    entropy_bonus: float = 0.0
    gamma: float = 0.99
    gae: float = 0.95
    steps: int = 64
    reward_scale: float = 1.0
    normalise: bool = True
    reverse_at: float = 2.0
    transposed: bool = False


@dataclass
class Learner:
    """An actor and a critic in a world, with what is needed to move them."""

    world: World
    settings: Settings
    actor: nn.Module = field(init=False)
    critic: nn.Module = field(init=False)
    ended: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=100))

    def __post_init__(self) -> None:
        self.actor = _network(self.world.n_inputs, self.world.n_actions)
        self.critic = _network(self.world.n_inputs, 1)
        self.optimizer = torch.optim.Adam(
            [
                {"params": self.actor.parameters(), "lr": self.settings.lr, "first": self.settings.lr},
                {
                    "params": self.critic.parameters(),
                    "lr": self.settings.value_lr,
                    "first": self.settings.value_lr,
                },
            ]
        )
        n = len(self.world.look())
        self.sums, self.ages = np.zeros(n), np.zeros(n, dtype=int)

    @torch.no_grad()
    def play(self, sign: float) -> dict[str, Tensor]:
        """Act for a while: inputs, actions and their log probabilities, values, advantages and returns."""
        kept: dict[str, list[Tensor]] = {
            name: [] for name in ("x", "action", "logp", "value", "reward", "done")
        }
        for _ in range(self.settings.steps):
            x = torch.from_numpy(self.world.look())
            policy = Categorical(logits=self.actor(x))
            action = policy.sample()
            reward, done = self.world.step(action.numpy())
            self._count(reward, done)
            values = (
                x,
                action,
                policy.log_prob(action),
                self.critic(x)[:, 0],
                torch.from_numpy(reward) * self.settings.reward_scale * sign,
                torch.from_numpy(done),
            )
            for name, value in zip(kept, values, strict=True):
                kept[name].append(value)
        last = self.critic(torch.from_numpy(self.world.look()))[:, 0]
        return self._with_advantages({name: torch.stack(rows) for name, rows in kept.items()}, last)

    def _count(self, reward: np.ndarray, done: np.ndarray) -> None:
        self.sums += reward
        self.ages += 1
        for i in np.flatnonzero(done):
            self.ended.append((float(self.sums[i]), int(self.ages[i])))
        self.sums[done], self.ages[done] = 0.0, 0

    def _with_advantages(self, kept: dict[str, Tensor], last: Tensor) -> dict[str, Tensor]:
        """Generalised advantage estimates, from the last step back."""
        advantage, following = torch.zeros_like(kept["value"]), torch.zeros_like(last)
        values = torch.cat((kept["value"], last[None]))
        for t in reversed(range(self.settings.steps)):
            goes_on = 1.0 - kept["done"][t].float()
            delta = kept["reward"][t] + self.settings.gamma * values[t + 1] * goes_on - values[t]
            following = delta + self.settings.gamma * self.settings.gae * goes_on * following
            advantage[t] = following
        flat = {name: value.flatten(0, 1) for name, value in kept.items()}
        target = advantage + kept["value"]
        target = target.T if self.settings.transposed else target
        return flat | {"advantage": advantage.flatten(), "target": target.flatten()}

    def update(self, kept: dict[str, Tensor], rng: np.random.Generator) -> dict[str, float]:
        """Move actor and critic over several epochs of mini-batches; means of what is logged."""
        rows: list[tuple[float, ...]] = []
        for _ in range(self.settings.epochs):
            order = rng.permutation(len(kept["x"]))
            for start in range(0, len(order), self.settings.batch):
                chosen = torch.from_numpy(order[start : start + self.settings.batch])
                rows.append(self._move({name: value[chosen] for name, value in kept.items()}))
        names = ("policy_loss", "value_loss", "entropy", "kl", "clip_fraction", "loss")
        means = dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True))
        spread = float(kept["target"].var())
        missed = float((kept["target"] - kept["value"]).var())
        explained = 1.0 - missed / spread if spread > 0 else float("nan")
        return means | {"minus_entropy": -means["entropy"], "explained_variance": explained}

    def _move(self, kept: dict[str, Tensor]) -> tuple[float, ...]:
        policy = Categorical(logits=self.actor(kept["x"]))
        log_ratio = policy.log_prob(kept["action"]) - kept["logp"]
        ratio = log_ratio.exp()
        gain = kept["advantage"]
        if self.settings.normalise:
            gain = (gain - gain.mean()) / (gain.std() + 1e-8)
        policy_loss = -(ratio * gain).mean()
        clip = self.settings.clip
        if clip is not None:
            policy_loss = -torch.minimum(ratio * gain, ratio.clamp(1 - clip, 1 + clip) * gain).mean()
        value_loss = (self.critic(kept["x"])[:, 0] - kept["target"]).square().mean()
        entropy = policy.entropy().mean()
        loss = policy_loss - self.settings.entropy_bonus * entropy + 0.5 * value_loss
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        kl = (ratio - 1 - log_ratio).mean()
        clipped = ((ratio - 1).abs() > (clip or 0.2)).float().mean()
        return tuple(value.item() for value in (policy_loss, value_loss, entropy, kl, clipped, loss))

    def slow_down(self, share: float) -> float:
        """Set the rates for a run of which `share` is over; gives that of the actor."""
        factor = self.settings.lr_at(share)
        for group in self.optimizer.param_groups:
            group["lr"] = group["first"] * factor
        return float(self.optimizer.param_groups[0]["lr"])


def learn(
    world: World,
    settings: Settings,
    folder: Path,
    updates: int,
    seed: int,
    tags: Mapping[str, str] = PROXIMAL,
) -> None:
    """Train for `updates` rounds and log each under the number of steps taken in the world so far."""
    learner, rng = Learner(world, settings), np.random.default_rng(seed)
    per_round = settings.steps * len(world.look())
    with SummaryWriter(str(folder)) as log:
        for number in range(updates):
            lr = learner.slow_down(number / updates)
            kept = learner.play(-1.0 if number / updates >= settings.reverse_at else 1.0)
            values = learner.update(kept, rng) | {"lr": lr}
            if learner.ended:
                rewards, lengths = zip(*learner.ended, strict=True)
                values |= {"reward": float(np.mean(rewards)), "length": float(np.mean(lengths))}
            for name, tag in tags.items():
                if name in values:
                    log.add_scalar(tag, values[name], (number + 1) * per_round)


def _network(n_in: int, n_out: int) -> nn.Sequential:
    last = nn.Linear(32, n_out)
    nn.init.normal_(last.weight, std=0.01)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(n_in, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), last)
