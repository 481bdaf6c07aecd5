"""Text of one record to plain values; numbers exactly as `float(text)` reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from loganalyzer.model.run import Hyperparameter
from loganalyzer.readers.limits import current, is_too_long

MAX_HPARAMS = 1000
MAX_HPARAM_CHARS = 1000
# A string without an end is one up to the end: else each quote in it would begin another to be looked for.
_WORDS = re.compile(
    r'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))|([-+]?)\b(nan|inf(?:inity)?|none)\b',
    re.IGNORECASE | re.DOTALL,
)
_JSON_WORDS = {"nan": "NaN", "inf": "Infinity", "infinity": "Infinity", "none": "null"}


class TooDeepError(ValueError):
    """A value with more lists and objects in one another than the decoder can go into."""

    def __init__(self) -> None:
        """Say so, and what was done."""
        super().__init__("of too many lists or objects in one another; it was left out; look who wrote it")


def _number(text: str) -> float | str:
    """The number, or its text where it has more digits than any number needs."""
    return text if is_too_long(text) else float(text)


_DECODER = json.JSONDecoder(parse_float=_number, parse_int=_number, strict=False)


def decode(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value that the whole text is; numbers are floats, also whole ones.

    Bare `nan`, `inf` and `None`, as C and Python print them, are taken for what they mean.

    Raises:
        ValueError: the text is no value, or is nested beyond reason.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise TooDeepError from None
    except ValueError:
        standard = in_json_words(text)
        if standard == text:
            raise
    return decode(standard)


def decode_first(text: str, at: int) -> tuple[Any, int]:
    """The value that starts at `at`, and where it ends; for several records run together in one line.

    Raises:
        ValueError: no whole value starts there.
    """
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        raise TooDeepError from None


def in_json_words(text: str) -> str:
    """The text with every bare `nan`, `inf` and `None` as JSON writers of Python spell them."""
    return _WORDS.sub(_json_word, text)


def _json_word(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    word = _JSON_WORDS[found[3].lower()]
    return word if word in ("NaN", "null") else found[2].replace("+", "") + word


def leaves(record: dict[str, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    """Every value that is no object, by its names joined with `/`; what lies too deep comes as a text."""
    for name, value in record.items():
        if not isinstance(value, dict):
            yield prefix + name, value
        elif depth < current().json_depth:
            yield from leaves(value, f"{prefix}{name}/", depth + 1)
        else:
            yield prefix + name, "{...}"


def add_hparam(hparams: dict[str, Hyperparameter], name: str, value: object) -> None:
    """Note a number, a text (cut at `MAX_HPARAM_CHARS`) or a switch; nothing else, and not too many."""
    if isinstance(value, str | float | bool) and (name in hparams or len(hparams) < MAX_HPARAMS):
        hparams[printable(name)] = printable(value[:MAX_HPARAM_CHARS]) if isinstance(value, str) else value


def printable(text: str) -> str:
    """The text with halves of surrogate pairs, which no file can hold, as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
