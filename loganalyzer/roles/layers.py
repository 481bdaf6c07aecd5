"""What the histograms of a log are of: weights, biases, gradients, activations or logits; of which layer."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

Content = Literal["weights", "biases", "gradients", "activations", "logits"]

_WORD = re.compile(r"[A-Za-z]+\d*|\d+")
_PIECE = re.compile(r"\d+|[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|:\d+$")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# the first that a tag names decides: gradients of weights are gradients, weights of logits are weights
_CONTENTS: tuple[tuple[Content, frozenset[str]], ...] = (
    ("gradients", _set("grad grads gradient gradients")),
    ("weights", _set("weight weights kernel kernels w param params parameter parameters")),
    ("biases", _set("bias biases")),
    ("logits", _set("logit logits")),
    ("activations", _set("activation activations act acts relu gelu elu selu tanh sigmoid")),
)
_NOT_OF_LAYERS = _set(
    "pre softmax prob probs probability probabilities prediction predictions attention attn mask "
    "target ema momentum adam optimizer"
)
_GATES = _set("lstm gru rnn gate gates cell hh ih recurrent")
_OUTS = _set("out output outputs")
_HIDDEN = _set("hidden dense conv conv1d conv2d fc linear layer layers activation relu tanh sigmoid")
_BEFORE_SOFTMAX = _set("pre softmax")
_BIASES = _set("bias biases b")
_NOT_WEIGHTS = _set("beta gamma moving running bn norm batchnorm layernorm batch normalization")
_SAID = _set("histogram histograms hist metrics summaries train training validation val model module")
_INPUTS = _set("embed embedding embeddings embedder stem input conv encoder features wte wpe first")
_OUTPUTS = _set("head heads output outputs out logits classifier predictions lm final last fc")


class Layer(NamedTuple):
    """What one histogram holds, and of which layer: what is left of its tag."""

    content: Content
    name: str


@cache
def layer_of(tag: str) -> Layer | None:
    """What the histogram `tag` is of; None for normalisation, probabilities, gates, and whatever is unclear.

    `gradients/fc1.weight`, `fc1.weight.grad` and `fc1/kernel/histogram` are all of the layer `fc1`.
    """
    words = [word.lower() for word in _WORD.findall(_CAMEL.sub(" ", tag))]
    stems = {word.rstrip("0123456789") for word in words}
    if stems >= _BEFORE_SOFTMAX:
        return Layer("logits", _name(words, "logits"))
    content = next((content for content, named in _CONTENTS if named & stems), _of_outputs(words, stems))
    if content is None or _NOT_OF_LAYERS & stems or (content == "activations" and _GATES & stems):
        return None
    if content in ("weights", "biases", "gradients") and _NOT_WEIGHTS & stems:
        return None
    if content != "biases" and _BIASES & stems:
        return Layer("biases", _name(words, "biases")) if content == "weights" else None
    return Layer(content, _name(words, content))


def _of_outputs(words: list[str], stems: set[str]) -> Content | None:
    """`dense_1_out` and `hidden_1/out` are activations, as older versions of Keras call them."""
    return "activations" if words and words[-1] in _OUTS and _HIDDEN & stems else None


def _name(words: list[str], content: Content) -> str:
    plain = _SAID | dict(_CONTENTS)[content] | dict(_CONTENTS)["weights"]
    return " ".join(word for word in words if word not in plain)


def depth(layer: str) -> tuple[int, tuple[tuple[bool, int, str], ...]]:
    """A key that sorts layers from the input of a network to its output, as far as their names tell.

    Numbers count, so `fc10` comes behind `fc2`; a name that begins as inputs do comes first, and one of an
    output, without a number, last.
    """
    pieces = _PIECE.findall(layer.lower())
    words = [piece for piece in pieces if not piece.isdigit()]
    place = 1
    if words and words[0] in _INPUTS:
        place = 0
    elif words and (words[0] in _OUTPUTS - {"fc"} or (len(words) == len(pieces) and words[-1] in _OUTPUTS)):
        place = 2
    order = tuple((not p.isdigit(), int(p), "") if p.isdigit() else (True, 0, p) for p in pieces)
    return place, order
