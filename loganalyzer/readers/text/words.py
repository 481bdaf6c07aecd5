"""Words of a log line: what counts the steps, what names a split, what may stand before a bare number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from loganalyzer.readers.csv_names import SPLIT_WORDS, is_likely_training, is_surely_training, plain, words

Counter = Literal["epoch", "total", "step", "batch"]
"""Whole epochs; steps since the run began; steps of the run or of the epoch, to be told; batches likewise."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split(", "))


_COUNTERS: Mapping[Counter, str] = {
    "epoch": (
        "epoch, epochs, ep, epoch num, epoch number, epoch no, epoch idx, round, rounds, comm round, "
        "communication round, global round, generation"
    ),
    "total": (
        "global step, global steps, globalstep, total steps, total step, total timesteps, "
        "timesteps total, num timesteps, timesteps, timestep, timesteps so far, env steps, environment steps, "
        "num updates, total iterations, total iters, global iter, global iteration, n iter"
    ),
    "step": (
        "step, steps, iter, iters, iteration, iterations, it, update, updates, step number, step num, "
        "episode, episodes, episode number, eps, itr, learning iteration, training iteration, trial"
    ),
    "batch": (
        "batch, batches, minibatch, mini batch, batch idx, batch index, batch num, batch number, batch id"
    ),
}
COUNTERS: Mapping[str, Counter] = {
    name: counter for counter, names in _COUNTERS.items() for name in names.split(", ")
}
"""Names, as `plain` makes them, of what counts the steps of a run."""

RANK: Mapping[Counter, int] = {"total": 0, "step": 1, "batch": 2, "epoch": 3}
"""Which counter of steps is believed where a line has several."""

# Words around a counter that do not change what it counts: `End of epoch 3`, `resuming at step 10` is none.
BESIDE_COUNTER = SPLIT_WORDS | _set(
    "end of start starting started beginning finished completed current cur curr running now in the at "
    "after for on during done process processing summary stats statistics results result log"
)
STOP_WORDS = _set(
    "with at after for in on the is was of to from by and or than over has have until since a an it "
    "that this its as so which using per"
)
PLAIN_WORDS = SPLIT_WORDS | _set(
    "avg average mean total running current cur final overall epoch batch step ema raw smooth smoothed "
    "moving time data lr learning rate wps ups wpb bsz gnorm grad gradient norm mfu speed memory mem d g "
    "gen disc generator discriminator fake real adv gan cls box obj dfl top cycle idt policy value critic "
    "actor reg regularization kl pred recon reconstruction weighted macro micro balanced min max std best "
    "lowest highest"
)
"""Words that may make up the name of a number that follows without a sign: `train loss 2.1`."""

BOOKKEEPING = _names(
    "lr, base lr, learning rate, time, data time, data, eta, memory, mem, max mem, speed, grad norm, gnorm, "
    "gradient norm, momentum, wps, ups, wpb, bsz, batch size, global batch size, loss scale, train wall, "
    "wall, samples, consumed samples, throughput, fps, it s, elapsed, elapsed time, batch time"
)
"""Names that a line about training does not share with its losses: the rate is that of the run."""

RATES = _names("lr, learning rate, current lr, grad norm, gradient norm")
"""Names worth keeping where they stand alone on a line."""

SPLIT = re.compile(
    r"(?<![\w./\\-])(train|training|trn|val|valid|validation|validating|eval|evaluation|evaluating|test|testing"
    r"|dev)(?![\w./\\-])",
    re.IGNORECASE,
)
TRAIN = frozenset({"train", "training"})
_PLAIN_SPLIT = {
    "training": "train",
    "trn": "train",
    "testing": "test",
    "validate": "validation",
    "validating": "validation",
    "evaluating": "evaluation",
}


def split_in(text: str) -> str:
    """The last split that the words of a text name, in lower case, or ""."""
    found = ""
    for match in SPLIT.finditer(text):
        found = match[1].lower()
    return plain_split(found)


def plain_split(word: str) -> str:
    """The usual word for a split: `train` for `training`."""
    return _PLAIN_SPLIT.get(word, word)


def names_split(name: str) -> bool:
    """Whether a name says itself which split it was measured on: `val_loss`, `Test Acc`."""
    return not SPLIT_WORDS.isdisjoint(words(name))


def counter_of(phrase: str) -> Counter | None:
    """What a phrase counts: `Epoch`, `global_step`, `Train Epoch`; None if it is no name of a counter."""
    parts = plain(phrase).split()
    while parts:
        counter = COUNTERS.get(" ".join(parts))
        if counter or parts[0] not in BESIDE_COUNTER:
            return counter
        parts = parts[1:]
    return None


def is_measured(name: str) -> bool:
    """Whether the name is surely that of a training curve."""
    return is_surely_training(name)


def may_be_measured(name: str) -> bool:
    """Whether the name is that of a training curve beside a counter; a rate alone is a setting."""
    return is_surely_training(name) or (is_likely_training(name) and plain(name) not in BOOKKEEPING)


def is_plain_name(phrase: str) -> bool:
    """Whether a phrase can name a number that follows it without `:` or `=`."""
    parts = phrase.split(" ")
    return len(parts) <= 4 and all(_is_plain_word(part) for part in parts)


def _is_plain_word(word: str) -> bool:
    return plain(word) in PLAIN_WORDS or is_surely_training(word) or is_likely_training(word)
