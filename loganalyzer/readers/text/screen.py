"""A cheap look at a line: most lines of most logs say nothing of training."""

from __future__ import annotations

import re

# Parts, in lower case, of all words that surely name a training curve, and what must follow the short ones.
_SURE = ("loss", "acc", "rew", "mse", "mae", "map", "nll", "iou", "dice", "auc", "perpl", "ppl", "rmse")
_SURE_WORD = re.compile(
    r"loss|accuracy|reward|perplexity|logloss|(?:acc|rews?|r?mse|mae|mape|nll|m?iou|dice|auc|auroc|ppl)(?![a-z])"
)
_COUNTED = ("epoch", "iter", "step", "batch", "round", "episode", "update", "generation")
_COUNT = re.compile(r"(?:epoch|iter|step|batch|round|episode|update|generation)\D{0,16}\d")
# A heading that names a split, or a rate on a line of its own.
_ALONE = ("train", "val", "eval", "test", "lr", "learn", "grad", "mean ", " avg,", "gpu_mem")
_SHORT_CHARS = 160


def names_curve(text: str) -> bool:
    """Whether the words of a text name a training curve."""
    low = text.lower()
    return any(part in low for part in _SURE) and _SURE_WORD.search(low) is not None


def is_worth_reading(text: str) -> bool:
    """Whether a line may hold a number that is measured in training, or be a heading above such lines."""
    low = text.lower()
    for part in _SURE:
        if part in low and _SURE_WORD.search(low):
            return True
    for part in _COUNTED:
        if part in low and _COUNT.search(low):
            return True
    if len(low) <= _SHORT_CHARS:
        for part in _ALONE:
            if part in low:
                return True
    return "mAP" in text
