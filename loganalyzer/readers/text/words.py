"""Words of a log line: what counts the steps, what names a split, what may stand before a bare number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

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
        "timesteps total, num timesteps, timesteps, timestep, timesteps so far, env steps, "
        "environment steps, num updates, num steps, total iterations, total iters, global iter, "
        "global iteration, n iter"
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

# Words before a counter that make it count something else, or at another time.
_NOT_NOW = _set(
    "best number num n per max min skipped nan every last early checkpoint save saved saving load loaded "
    "loading resume resuming resumed restore restoring from warmup patience until remaining total next "
    "previous first time size lr decay freq frequency interval"
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

# Words before a loss that make it that of another time; any other kind of loss has a name: `hinge loss 0.5`.
_OF_ANOTHER_TIME = _set(
    "previous prev old new initial last improved stopping target no saved expected reached zero"
)

BOOKKEEPING = _names(
    "lr, base lr, learning rate, time, data time, data, eta, memory, mem, max mem, speed, grad norm, gnorm, "
    "gradient norm, momentum, wps, ups, wpb, bsz, batch size, global batch size, loss scale, train wall, "
    "wall, samples, consumed samples, throughput, fps, it s, elapsed, elapsed time, batch time, "
    "step time, loader time, last time, last data time, current lr, time cost, batch cost, reader cost"
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


def counter_of(phrase: str) -> Counter | None:
    """What a phrase counts: `Epoch`, `global_step`, `INFO Train Epoch`; None if nothing."""
    parts = plain(phrase).split()
    counter = COUNTERS.get(" ".join(parts))
    if counter or len(parts) < 2:
        return counter
    for n in (3, 2, 1):
        counter = COUNTERS.get(" ".join(parts[-n:]))
        if counter:
            before = parts[:-n]
            return None if _NOT_NOW.intersection(before) or any(map(is_surely_training, before)) else counter
    return None


class Name(NamedTuple):
    """What the name of a number says: `plain` words, the split it names itself, what it may be.

    A sure training curve is known by its name alone, a likely one needs a step beside it; `is_rate` is worth
    keeping where it stands alone; `is_news` is more than the bookkeeping of a logger.
    """

    plain: str
    split: str
    is_sure: bool
    is_likely: bool
    is_rate: bool
    is_news: bool


@lru_cache(maxsize=8192)
def name_of(name: str) -> Name:
    """What a name says."""
    simple = plain(name)
    sure = is_surely_training(name)
    likely = sure or (is_likely_training(name) and simple not in BOOKKEEPING)
    own = min(words(name) & SPLIT_WORDS, default="")
    return Name(simple, own, sure, likely, simple in RATES, simple not in BOOKKEEPING)


def is_plain_name(phrase: str) -> bool:
    """Whether a phrase can name a number that follows it without `:` or `=`."""
    parts = phrase.split(" ")
    if len(parts) == 2 and parts[1].lower() == "loss":
        return parts[0].isalpha() and parts[0].lower() not in _OF_ANOTHER_TIME
    return len(parts) <= 4 and all(_is_plain_word(part) for part in parts)


def _is_plain_word(word: str) -> bool:
    return plain(word) in PLAIN_WORDS or is_surely_training(word) or is_likely_training(word)
