"""One line of a log as read, before it is placed among the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from loganalyzer.readers.text.grammars import GRAMMARS, Form
from loganalyzer.readers.text.pairs import NOTHING, Clock, Found, Values, read_pairs
from loganalyzer.readers.text.words import plain_split, split_in

_CLOCK = frozenset({"epoch", "epochs", "at", "of", "step", "split", "label", "pairs"})
_WITH_MEAN = re.compile(r"[-+\d.einfa]{1,40}\s?\(\s{0,8}([-+\d.einfa]{1,40})\s?\)")


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says: `found` are its numbers, `split` what they were measured on if the line names one.

    `label` stands before a bar.
    """

    writer: str
    form: Form
    clock: Clock
    found: Found
    split: str = ""
    label: str = ""


def line_of(text: str) -> Line | None:
    """What a line says by the first grammar that knows it, or by its own words; None for a JSON document."""
    for grammar in GRAMMARS:
        if grammar.hint in text:
            match = grammar.pattern.search(text)
            if match:
                return _known(grammar.writer, grammar.form, match, grammar.split)
    if text.lstrip().startswith('{"') or "Namespace(" in text:
        return None
    found = read_pairs(text)
    form: Form = "heading" if found.leads and not found.values else "values"
    return Line("", form, found.clock, found)


def _known(writer: str, form: Form, match: re.Match[str], split: str) -> Line:
    groups = match.groupdict()
    label = groups.get("label") or ""
    split = plain_split((groups.get("split") or split_in(label) or split).lower())
    pairs = groups.get("pairs") or ""
    if form == "pass":
        pairs = _WITH_MEAN.sub(r"\1", pairs)
    found = read_pairs(pairs, split=split, is_known=bool(writer)) if pairs else NOTHING
    alone = tuple((name.replace("_", " "), text) for name, text in groups.items() if name not in _CLOCK)
    if alone:
        found = Found(
            found.clock, _numbers(alone) + found.values, tuple(name for name, _ in alone) + found.names
        )
    clock = _clock(groups)
    if form == "bar" and clock.epoch is None and label:
        clock = _of_bar(label, clock)
    return Line(writer, form, clock if clock.is_set else found.clock, found, split, label)


def _of_bar(label: str, clock: Clock) -> Clock:
    """The clock of a bar: its label names the epoch it runs through, or says that it counts epochs."""
    named = read_pairs(label).clock
    if named.epoch is not None:
        return Clock(named.epoch, named.epochs, clock.at, clock.of, "batch")
    if clock.at is not None and "epoch" in label.lower():
        return Clock(float(clock.at), clock.of)
    return clock


def _clock(groups: dict[str, str | None]) -> Clock:
    epoch, at, step = (_whole(groups.get(name)) for name in ("epoch", "at", "step"))
    epochs, of = _whole(groups.get("epochs")), _whole(groups.get("of"))
    if step is not None:
        return Clock(None if epoch is None else float(epoch), epochs, step, None, "total")
    return Clock(None if epoch is None else float(epoch), epochs, at, of, None if at is None else "batch")


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _numbers(texts: tuple[tuple[str, str], ...]) -> Values:
    values = []
    for name, text in texts:
        try:
            values.append((name, float(text)))
        except ValueError:
            continue
    return tuple(values)
