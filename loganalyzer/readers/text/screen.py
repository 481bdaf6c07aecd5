"""A cheap look at a line: most lines of most logs say nothing of training."""

from __future__ import annotations

# Parts of words, in lower case: one of them is in every name that the readers of names know.
MEASURED = (
    *("loss", "acc", "rew", "mse", "mae", "mape", "nll", "iou", "dice", "auc", "perplex", "ppl", "err"),
    *("score", "metric", "return", "map", "f1", "precision", "recall", "bleu", "wer", "cer", "psnr", "ssim"),
    *("elbo", "kl", "entropy", "cost", "objective", "correct", "top1", "top5", "lr", "learning"),
)
COUNTED = ("epoch", "iter", "step", "batch", "round", "episode", "update", "generation")
SPLITS = ("train", "val", "eval", "test")
_HEADING_CHARS = 160
_SECTION_CHARS = 100


def is_worth_reading(text: str) -> bool:
    """Whether a line may hold a measured number, or be a heading above such lines."""
    low = text.lower()
    for word in MEASURED:
        if word in low:
            return True
    if len(low) > _HEADING_CHARS:
        return False
    for word in COUNTED:
        if word in low:
            return True
    return len(low) <= _SECTION_CHARS and any(word in low for word in SPLITS)
