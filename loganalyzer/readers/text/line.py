"""One line of a log as read, before it is placed among the others."""

from __future__ import annotations

import re
from typing import NamedTuple

from loganalyzer.readers.text.clock import Clock
from loganalyzer.readers.text.grammar import Form
from loganalyzer.readers.text.grammars import GRAMMARS
from loganalyzer.readers.text.pairs import NOTHING, Found, Named, found_of, read_pairs
from loganalyzer.readers.text.screen import names_curve
from loganalyzer.readers.text.words import plain_split, split_in

_CLOCK = frozenset({"epoch", "epochs", "at", "of", "step", "lead", "split", "label", "pairs", "rest"})
_WITH_MEAN = re.compile(r"[-+\d.einfa]{1,40}\s?\(\s{0,8}([-+\d.einfa]{1,40})\s?\)")
_LEVEL = re.compile(r"^\s{0,20}(?:DEBUG|INFO|WARN|WARNING|ERROR):[\w.]{0,80}:")
# What glog and loguru print before the message, with the source file or function and its line.
_SOURCE = re.compile(
    r"[IWEF]\d{4} [\d:.]{8,20} {1,8}\d{1,10} [\w./-]{1,80}:\d{1,6}\] "
    r"|[^|]{0,60}\|\s{0,8}[A-Z]{4,8}\s{0,8}\|\s{0,8}[\w.<>]{1,80}:[\w<>]{1,80}:\d{1,6}\s{1,4}- "
)
# The words of a progress bar are in front; those of a table or a dump may go on for ever.
MAX_CHARS = 16 * 1024


class Line(NamedTuple):
    """What a line says: `found` are its numbers, `split` what they were measured on if the line names one.

    The numbers of a bar are left in `text`: most bars are painted over before they count.
    """

    writer: str
    form: Form
    clock: Clock
    found: Found = NOTHING
    split: str = ""
    text: str = ""

    def numbers(self) -> Found:
        """The numbers beside a bar."""
        return read_pairs(self.text, split=self.split, is_known=bool(self.writer))


def line_of(text: str) -> Line | None:
    """What a line says by the first grammar that knows it, or by its own words; None for JSON and settings.

    Of a line of more than `MAX_CHARS` only the whole words within them are looked at.
    """
    if len(text) > MAX_CHARS:
        text = text[:MAX_CHARS].rpartition(" ")[0]
    source = _SOURCE.match(text)
    if source:
        text = text[source.end() :]
    for grammar in GRAMMARS:
        if grammar.hint in text:
            match = grammar.find(text)
            if match:
                if "rest" in match.re.groupindex and names_curve(match["rest"]):
                    return line_of(match["rest"])
                return _known(grammar.writer, grammar.form, match, grammar.split)
    if text.lstrip().startswith(('{"', '"')) or "Namespace(" in text:
        return None
    found = read_pairs(_LEVEL.sub("", text))
    tells = found.is_likely or found.is_rate
    return Line("", "heading" if found.leads and not tells else "values", found.clock, found)


def _known(writer: str, form: Form, match: re.Match[str], split: str) -> Line:
    groups = match.groupdict()
    label, pairs = groups.get("label") or "", groups.get("pairs") or ""
    split = plain_split((groups.get("split") or split_in(label) or split).lower())
    clock = _clock(groups)
    if form == "bar":
        clock = _of_bar(label, clock) if label and clock.epoch is None else clock
        return Line(writer, form, clock, NOTHING, split, f"{label} {pairs}")
    if form == "pass":
        pairs = _WITH_MEAN.sub(r"\1", pairs)
    alone = _alone(groups)
    if alone:
        return Line(writer, form, clock, found_of(clock, alone), split)
    found = read_pairs(pairs, split=split, is_known=bool(writer)) if pairs else NOTHING
    lead = _whole(groups.get("lead"))
    if lead is not None and not found.clock.is_set and found.is_sure:
        clock = Clock(None, None, lead, None, "step")
    return Line(writer, form, clock if clock.is_set else found.clock, found, split)


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


def _alone(groups: dict[str, str | None]) -> list[Named]:
    """Numbers that the grammar itself names."""
    named = []
    for name, text in groups.items():
        if name not in _CLOCK and text is not None:
            try:
                named.append(Named(name.replace("_", " "), float(text), "", ""))
            except ValueError:
                continue
    return named
