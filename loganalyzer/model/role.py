"""What a tag stands for in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Split = Literal["train", "validation", "test", "none"]
Direction = Literal["lower", "higher", "none"]
Quantity = Literal[
    "loss",
    "loss_part",
    "accuracy",
    "score",
    "error",
    "lr",
    "grad_norm",
    "weight_norm",
    "loss_scale",
    "layer_weights",
    "layer_biases",
    "layer_gradients",
    "layer_zero_gradients",
    "layer_zeros",
    "layer_slope",
    "logit_size",
    "logit_spread",
    "reward",
    "episode_length",
    "entropy",
    "kl",
    "clip_fraction",
    "explained_variance",
    "policy_loss",
    "value_loss",
    "generator_loss",
    "discriminator_loss",
    "perplexity",
    "epoch",
    "time",
    "throughput",
    "memory",
    "count",
    "other",
    "unknown",
]

QUANTITIES: tuple[str, ...] = get_args(Quantity)
SPLITS: tuple[str, ...] = get_args(Split)


@dataclass(frozen=True, slots=True)
class Role:
    """The quantity a tag measures, on which split, which direction is better, and why we think so.

    `part` is what is left of the tag once quantity and split are taken out ("" for the plain loss,
    "box" for `train/box_loss`): curves of one quantity pair up across splits when `part` and `axis` agree.
    """

    quantity: Quantity
    split: Split
    direction: Direction
    why: str
    part: str = ""
