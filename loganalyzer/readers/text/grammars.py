"""How known programs write a line about training, one grammar each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Form = Literal["values", "heading", "section", "bar", "pass"]
"""Named numbers; a heading that says where the lines below it stand; a heading that names their split; a
progress bar; a pass over held-out data, whose last line counts."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """One kind of line of one writer: every such line has the text `hint` and looks like `pattern`.

    Groups of the pattern: `epoch` and of how many `epochs`, `at` and `of` within an epoch, `step` since the
    run began, `split`, `label` before a bar, `pairs` with the named numbers, `rest` for what another writer
    put behind; any other group is a number by the group's name. `split` is one that every such line means,
    `find` looks for the pattern. A line that says no step belongs to the heading above it, unless its pairs
    say one.
    """

    writer: str
    form: Form
    hint: str
    pattern: re.Pattern[str]
    split: str
    find: Callable[[str], re.Match[str] | None]


def _grammar(writer: str, form: Form, hint: str, pattern: str, split: str = "") -> Grammar:
    compiled = re.compile(pattern)
    starts_line = pattern.startswith(("^", "(?i:^"))
    return Grammar(writer, form, hint, compiled, split, compiled.match if starts_line else compiled.search)


_BLOCKS = r"(?:\[[=>.]{0,80}\]|[━╸╺─]{1,80}(?:\s[━╸╺─]{1,80})?)"
_SPLIT = r"(?P<split>train|training|val|valid|validation|validate|eval|evaluation|evaluating|test|testing)"
_OF_SECTION = (
    r"(?:results|result|phase|set|metrics|performance|performace|stats|statistics|summary|loop|mode)"
)

GRAMMARS: tuple[Grammar, ...] = (
    _grammar("keras", "heading", "Epoch ", r"^\s*Epoch (?P<epoch>\d{1,9})(?:/(?P<epochs>\d{1,9}))?\s*$"),
    _grammar(
        "keras",
        "values",
        "learning rate to ",
        r"\bEpoch (?P<epoch>\d{1,9}): (?:LearningRateScheduler|ReduceLROnPlateau) (?:setting|reducing) "
        r"learning rate to (?P<learning_rate>[\d.e+-]{0,40}\d)",
    ),
    _grammar(
        "keras",
        "bar",
        "/",
        rf"^\s*(?P<at>\d{{1,12}})/(?P<of>\d{{1,12}}|Unknown|None)\s+{_BLOCKS}?\s*(?:-\s)?"
        r"(?P<pairs>(?:ETA: )?\d[^-]{0,40}(?:s|step|epoch) - .*)",
    ),
    _grammar("keras", "bar", "s - ", r"^\s?- \d{1,9}s(?: \d{1,9}\w{1,3}/\w{1,9})? - (?P<pairs>.*)"),
    _grammar(
        "lightning",
        "bar",
        "━",
        rf"^Epoch (?P<epoch>\d{{1,9}})/\d{{1,9}}\s+{_BLOCKS}"
        r"\s*(?P<at>\d{1,12})/(?P<of>\d{1,12})\s(?P<pairs>.*)",
    ),
    _grammar(
        "lightning",
        "bar",
        "v_num=",
        r"^Epoch (?P<epoch>\d{1,9}):\s*\d{1,3}%\|[^|]{0,300}\|\s*(?P<at>\d{1,12})/(?P<of>\d{1,12})\s"
        r"(?P<pairs>\[.*)",
    ),
    _grammar(
        "",
        "bar",
        "|",
        r"^(?P<label>[^|]{0,120}?)\s*(?:\d{1,3}%)?\|[^|]{0,300}\|\s*(?P<at>\d{1,12})/(?P<of>\d{1,12}|\?)\s"
        r"(?P<pairs>\[[^\]]*)\]?(?P<rest>.*)",
    ),
    _grammar("nanogpt", "values", "step ", r"^\W*step (?P<step>\d{1,15}): (?P<pairs>train loss .*)"),
    _grammar("nanogpt", "values", "iter ", r"^\W*iter (?P<step>\d{1,15}): (?P<pairs>loss .*)"),
    _grammar(
        "megatron",
        "values",
        " loss at iteration ",
        r"(?P<split>validation|test) loss at iteration (?P<step>\d{1,15})\b[^|]{0,80}\|(?P<pairs>.*)",
    ),
    _grammar(
        "megatron",
        "values",
        "iteration ",
        r"\biteration\s{1,20}(?P<step>\d{1,15})/\s{0,20}\d{1,15}\s?\|(?P<pairs>.*)",
    ),
    _grammar(
        "mmengine",
        "values",
        "Epoch",
        r"\bEpoch(?:\((?P<split>train)\))?\s{0,4}\[(?P<epoch>\d{1,9})\]"
        r"\[\s{0,12}(?P<at>\d{1,12})/(?P<of>\d{1,12})\]\s{1,12}(?P<pairs>(?:base_)?lr: .*)",
    ),
    _grammar(
        "mmengine",
        "values",
        "Epoch(",
        r"\bEpoch\((?P<split>val|test)\)\s{0,4}\[(?P<epoch>\d{1,9})\]\[[\s\d/]{1,30}\]\s{1,12}"
        r"(?P<pairs>.*?)(?:, \w{1,40}_copypaste: .*)?$",
    ),
    _grammar(
        "mmengine",
        "values",
        "Iter",
        r"\bIter(?:\((?P<split>train)\))?\s{0,4}\[\s{0,12}(?P<step>\d{1,15})/\d{1,15}\]\s{1,12}"
        r"(?P<pairs>(?:base_)?lr: .*)",
    ),
    _grammar(
        "mmengine",
        "values",
        "Iter(",
        r"\bIter\((?P<split>val|test)\)\s{0,4}\[[\s\d/]{1,30}\]\s{1,12}(?P<pairs>.*)",
    ),
    _grammar(
        "pix2pix",
        "values",
        "iters: ",
        r"\(epoch: (?P<epoch>\d{1,9}) ?, iters: (?P<at>\d{1,12}) {0,8}, time: [\d.]{1,20}"
        r"(?:, data: [\d.]{1,20})?[^)]{0,40}\) (?P<pairs>.*)",
    ),
    _grammar("huggingface", "values", "'epoch': ", r"(?P<pairs>\{'[^{}]*'epoch': [^{}]*\})"),
    _grammar(
        "darknet",
        "values",
        " rate, ",
        r"^\s*(?P<step>\d{1,15}): (?P<loss>[-+\d.einfa]{1,40}), (?P<avg_loss>[-+\d.einfa]{1,40}) "
        r"(?:avg loss|avg), (?P<lr>[-+\d.einfa]{1,40}) rate, ",
    ),
    _grammar(
        "lightgbm",
        "values",
        "'s ",
        r"^\[(?P<step>\d{1,15})\](?:\t|\s{2,8})(?P<pairs>[^\t:']{1,80}'s .*)",
    ),
    _grammar(
        "xgboost",
        "values",
        "-",
        r"^\[(?P<step>\d{1,15})\](?:\t|\s{2,8})(?P<pairs>\w{1,80}-[^\t:]{1,80}:.*)",
    ),
    _grammar(
        "fairseq",
        "values",
        "epoch ",
        r"\bepoch (?P<epoch>\d{1,9}) \|(?: (?P<split>valid|train|test) on '[^']{0,60}' subset \|)? "
        r"(?P<pairs>(?:\w{1,40}_)?loss .*)",
    ),
    _grammar(
        "fairseq",
        "values",
        "num_updates=",
        r"\bepoch \d{1,9}:\s{1,12}\d{1,12} / \d{1,12} (?P<pairs>\w{0,40}loss=.*)",
    ),
    _grammar(
        "coqui", "heading", "GLOBAL_STEP: ", r"--> .{0,80}\bSTEP: .{0,60}\bGLOBAL_STEP: (?P<step>\d{1,15})"
    ),
    _grammar("coqui", "section", " PERFORMA", r"--> (?P<split>TRAIN|EVAL) PERFORMA"),
    _grammar("coqui", "values", "| > ", r"^\s{0,20}\| > (?P<pairs>\w{1,80}: .*)"),
    _grammar(
        "rsl_rl", "heading", "Learning iteration ", r"^\s{0,80}Learning iteration (?P<step>\d{1,15})/\d{1,15}"
    ),
    _grammar("rsl_rl", "values", "Mean ", r"^\s{2,80}(?P<pairs>Mean [^:]{1,80}: .*)"),
    _grammar(
        "timm",
        "values",
        "Train: ",
        r"\b(?P<split>Train): (?P<epoch>\d{1,9}) \[\s{0,12}(?P<at>\d{1,12})/(?P<of>\d{1,12})\s[^\]]{0,20}\]"
        r"\s{1,8}(?P<pairs>.*)",
    ),
    _grammar(
        "pytorch",
        "values",
        "] loss: ",
        r"^\[(?P<epoch>\d{1,9}),\s{1,12}(?P<at>\d{1,12})\] (?P<pairs>loss: .*)",
    ),
    _grammar(
        "pytorch",
        "values",
        "Epoch: [",
        r"^\W{0,8}Epoch: \[(?P<epoch>\d{1,9})\]\s{0,4}\[\s{0,12}(?P<at>\d{1,12})/(?P<of>\d{1,12})\]"
        r"(?P<pairs>.*)",
    ),
    _grammar(
        "pytorch",
        "values",
        "Train Epoch: ",
        r"^\W{0,8}(?P<split>Train) Epoch: (?P<epoch>\d{1,9}) \[(?P<at>\d{1,12})/(?P<of>\d{1,12}) "
        r"[^\]]{0,12}\]\s{1,8}(?P<pairs>.*)",
    ),
    _grammar(
        "pytorch",
        "pass",
        "[",
        r"^\W{0,8}(?P<split>Test|Val|Valid|Validation|Validate|Eval|Evaluation)\b\s?:?\s{0,4}"
        r"\[\s{0,12}(?P<at>\d{1,12})/(?P<of>\d{1,12})\](?P<pairs>.*)",
    ),
    _grammar("pytorch", "pass", "* ", r"^\s{0,8}\*\s{1,8}(?P<pairs>\w{1,20}@\d.*)"),
    _grammar("pytorch", "bar", "Step: ", r"^\s{0,4}\[=*+>?\.*+\]\s{1,4}(?P<pairs>Step: .*)"),
    _grammar("keras-gan", "values", " [D loss: ", r"^(?P<step>\d{1,15}) \[(?P<pairs>D loss: .*)"),
    _grammar(
        "tensorflow",
        "values",
        " for global step ",
        r"\bSaving dict for global step (?P<step>\d{1,15}): (?P<pairs>.*)",
        "eval",
    ),
    _grammar(
        "",
        "section",
        "",
        rf"(?i:^\W{{0,60}}(?:(?:running|start|starting|begin) )?{_SPLIT}(?: {_OF_SECTION})?"
        r"\s{0,8}(?:\([-\d :.]{0,40}\))?\W{0,60}$)",
    ),
)
"""Tried in this order; a line that none of them knows is read for what its own words say."""
