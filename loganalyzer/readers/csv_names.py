"""What the column names of a table say: which one counts steps, and which one measures training."""

from __future__ import annotations

import re
from collections.abc import Sequence

SPLIT_WORDS = frozenset(
    {"train", "training", "val", "valid", "validation", "eval", "evaluation", "test", "dev"}
)

# The best clock first: a cumulative step says more than an epoch, an epoch more than a row number.
STEP_NAMES = (
    "global step",
    "step",
    "steps",
    "iteration",
    "iterations",
    "iter",
    "iters",
    "training iteration",
    "time total timesteps",
    "total timesteps",
    "timesteps total",
    "num timesteps",
    "timesteps",
    "timestep",
    "total steps",
    "env steps",
    "totalenvinteracts",
    "batch",
    "update",
)
EPOCH_NAMES = ("epoch", "epochs", "epoch num", "epoch number", "num epoch", "current epoch")
EPISODE_NAMES = ("episode", "episodes", "time episodes")
INDEX_NAMES = ("", "unnamed 0", "index")
CLOCK_NAMES = frozenset({"time", "timestamp", "wall time", "walltime", "unix time", "datetime"})

_SURE = frozenset(
    [
        "loss",
        "accuracy",
        "acc",
        "reward",
        "rewards",
        "rew",
        "perplexity",
        "ppl",
        "mse",
        "mae",
        "rmse",
        "mape",
        "nll",
        "logloss",
        "iou",
        "miou",
        "dice",
        "auc",
        "auroc",
    ]
)
_SURE_ENDS = ("loss", "acc", "accuracy", "reward")
_LIKELY = frozenset(
    [
        "error",
        "err",
        "map",
        "f1",
        "fscore",
        "precision",
        "recall",
        "score",
        "scores",
        "metric",
        "metrics",
        "return",
        "returns",
        "bleu",
        "wer",
        "cer",
        "psnr",
        "ssim",
        "elbo",
        "likelihood",
        "loglikelihood",
        "lik",
        "loglik",
        "fid",
        "kid",
        "mrr",
        "ndcg",
        "r2",
        "mcc",
        "kappa",
        "auprc",
        "kl",
        "entropy",
        "lr",
        "top1",
        "top5",
        "acc1",
        "acc5",
        "correct",
        "cost",
        "objective",
    ]
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_MAP = re.compile(r"m?ap\d*")


def plain(name: str) -> str:
    """The name in lower case with one space for any punctuation: `time/fps` -> `time fps`."""
    return _NOT_WORD.sub(" ", name.lower()).strip()


def words(name: str) -> frozenset[str]:
    """The words of a name, cut at punctuation and, also, where lower case turns to upper."""
    return frozenset(plain(name).split()) | frozenset(plain(_CAMEL.sub(" ", name)).split())


def is_surely_training(name: str) -> bool:
    """Whether the name alone says that a column is a training curve: a loss, an accuracy, a reward."""
    roots = [word.rstrip("0123456789") for word in words(name)]
    return any(root in _SURE or root.endswith(_SURE_ENDS) for root in roots)


def is_likely_training(name: str) -> bool:
    """Whether the name says so beside a column that counts steps: `lr`, `val_x`, `mAP50`, `f1`."""
    found = words(name)
    if found & _LIKELY or any(_MAP.fullmatch(word) for word in found):
        return True
    return len(plain(name).split()) > 1 and bool(found & SPLIT_WORDS)


def is_step_counter(name: str) -> bool:
    """Whether the name is one that loggers give to the column that counts steps, epochs or episodes."""
    return plain(name) in _COUNTERS


def framework_of(names: Sequence[str]) -> str:
    """The framework whose logger writes these columns, or an empty string.

    Lightning's CSVLogger writes `step` beside `epoch`, ultralytics `train/box_loss` or `metrics/...`,
    Stable-Baselines3 `rollout/...`, Keras bare and `val_` names beside `epoch` or alone.
    """
    found = {plain(name) for name in names}
    if any(name.startswith(("rollout/", "time/total_timesteps")) for name in names):
        return "stable-baselines3"
    if any(name.startswith("metrics/") or name.endswith("/box_loss") for name in names):
        return "yolo"
    if {"epoch", "train loss", "eval top1"} <= found:
        return "timm"
    if {"epoch", "step"} <= found:
        return "lightning"
    if "loss" in found and found & {"epoch", "val loss", "accuracy", "acc", "val accuracy", "val acc"}:
        return "keras"
    return ""


_COUNTERS = frozenset((*STEP_NAMES, *EPOCH_NAMES, *EPISODE_NAMES))
