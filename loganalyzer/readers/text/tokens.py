"""One stretch of a log line to numbers, each with what stands before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from loganalyzer.readers.csv_names import SPLIT_WORDS
from loganalyzer.readers.text.words import (
    STOP_WORDS,
    Counter,
    counter_of,
    is_plain_name,
    name_of,
    split_in,
)

# A label is what stands between two numbers; of a longer one the end is enough.
LABEL_CHARS = 120
_NAME_CHARS = 80
_DIGITS = 400
_COUNT_DIGITS = 18

_TOKEN = re.compile(
    r"""
    (?=[-+.\dni])
    (?:
        (?<![\w.@^])(?<!\w[-])(?<!top[ ])
      | (?:(?<=epoch) | (?<=iter) | (?<=step)) (?!-) | (?<=epoch[-_]) | (?<=iter[-_]) | (?<=step[-_])
    )
    (?:
        \d++ (?: (?:[:.]\d++){2,} | [-]\d++[-]\d++ | /\d++/\d++ | :\d\d(?!\d) )   # a date, a time, a version
      | (?P<value>
            [-+]?+ (?: \d{1,3}(?:,\d{3})++(?:\.\d*+)? (?![\d,]) | \d++(?:\.\d*+)? | \.\d++ ) (?:e[-+]?\d++)?
          | [-+]? (?:nan|inf(?:inity)?)
        )
        (?: (?P<of>\s{0,12}/\s{0,12}\d{1,15}) (?![\w.]) | (?P<unit>%|ms|s|sec|secs|seconds|min|it/s)? (?!\w) )
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WRAPPER = re.compile(r"(?:tensor|array|(?:np|numpy)\.float\d{1,3})\(\s*$")
_UNIT = re.compile(r"\s*\([^()]{0,24}\)$")
_ASIDE = re.compile(r"\s?\([^()]{0,40}\)")
_BREAK = re.compile(r"[,;|\t\[\](){}<>!?]|\s{2}|\s[-–—•*]+\s|[:=](?=[\s'\"])|\.\s")
_VERB = re.compile(r"\s(?:is|was|equals|reached)(?: now)?$", re.IGNORECASE)
_MEASURED_AT = re.compile(
    r"(?P<name>.*\S)\s+(?:at|after|for|in|on)\s+(?:the\s+)?(?P<counter>\w+(?:\s\w+)?)", re.I
)
_PACE = re.compile(
    r"\s(?:over|per|for|in|of)\s(?:the\s|this\s)?(?:epoch|batch|step|iteration)$", re.IGNORECASE
)
_LOSS_VALUE = re.compile(r"(?i)(loss) value$")
# A name has a letter, does not begin like a path or a query, and is not that of a source file with its line.
_MAY_BE_NAME = re.compile(r"(?![/&$%\\])(?=[^a-zA-Z]{0,40}[^\W\d_])(?!.*\.(?:py|cc|cpp|c|h|cu)$)")
_EDGES = " '\"`-–—_*>•#~.:="


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a number: its `phrase` as printed and the `name` that a stranger may make of it.

    `counter` says what it counts, if anything; `split` is one named ahead of the phrase; `of_next` is the
    quantity in `Loss at step 10: 0.5`.
    """

    phrase: str = ""
    name: str = ""
    counter: Counter | None = None
    split: str = ""
    of_next: str = ""


class Token(NamedTuple):
    """A number in a line, the whole it is a share of (`10/25`) or None, and its unit or ""."""

    label: Label
    text: str
    of: int | None
    unit: str

    @property
    def whole(self) -> int | None:
        """The number as a whole one, if it is."""
        return int(self.text) if self.text.isdecimal() and len(self.text) <= _COUNT_DIGITS else None

    @property
    def value(self) -> float:
        """The number; of a count of a whole, the share."""
        number = float(self.text.replace(",", ""))
        return number / self.of if self.of else number


def tokens(text: str) -> Iterator[Token]:
    """All numbers of a text in order; dates, times, versions and digits inside words are none."""
    end = 0
    for match in _TOKEN.finditer(text):
        value = match["value"]
        if value is not None and len(value) <= _DIGITS:
            label = label_of(text[max(end, match.start() - LABEL_CHARS) : match.start()])
            if value[-1].isalpha() and not label.phrase:
                continue  # a word of a name: `number of nan iterations: 0`
            whole = match["of"]
            of = int(whole.partition("/")[2].strip()) if whole and value.isdecimal() else None
            yield Token(label, value, of, match["unit"] or "")
        end = match.end()


@lru_cache(maxsize=8192)
def label_of(text: str) -> Label:
    """What the text before a number says of it."""
    body = _WRAPPER.sub("", text).rstrip(" \t([{'\"#°")
    is_tied = body.endswith((":", "=", "=>", "->"))
    body = body.rstrip(" \t:=>-~")
    if _VERB.search(body[-20:]):
        body = _VERB.sub("", body)
    split = ""
    unit = _UNIT.search(body[-30:])
    if unit:
        split = split_in(unit[0])
        body = body[: len(body) - len(unit[0])]
    body = _ASIDE.sub("", body)
    cut = max((match.end() for match in _BREAK.finditer(body)), default=0)
    phrase = _LOSS_VALUE.sub(r"\1", body[cut:].strip(_EDGES).replace("'s ", " "))
    split = split or split_in(body[:cut])
    if not phrase or len(phrase) > _NAME_CHARS or not _MAY_BE_NAME.match(phrase):
        return Label(split=split)
    late = _MEASURED_AT.fullmatch(phrase)
    counter = counter_of(late["counter"]) if late else None
    of_next = _name(late["name"], is_tied=True) if late and counter else ""
    if of_next and name_of(of_next).is_likely:
        return Label(phrase, "", counter, split, of_next)
    counter = counter_of(phrase)
    if counter:
        return Label(phrase, "", counter, split_in(phrase) or split)
    name = _name(phrase, is_tied=is_tied)
    if not name:
        split = split_in(phrase) or split
    return Label(phrase if is_tied or " " not in phrase else name, name, None, split)


def _name(phrase: str, *, is_tied: bool) -> str:
    """The name of a curve in a phrase, without the words of a sentence before it; "" if there is none."""
    parts = _PACE.sub("", phrase).split()
    stops = [at for at, part in enumerate(parts) if part.lower() in STOP_WORDS]
    parts = parts[stops[-1] + 1 :] if stops else parts
    while is_tied and len(parts) > 3 and not name_of(parts[0]).is_likely:
        parts = parts[1:]
    name = " ".join(parts)
    if SPLIT_WORDS.issuperset(name.lower().split()):
        return ""
    return name if name and (is_tied or is_plain_name(name)) and not counter_of(name) else ""
