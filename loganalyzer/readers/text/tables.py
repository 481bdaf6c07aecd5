"""Numbers in tables: boxes of two columns between rules, and rows below a line of names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from loganalyzer.readers.text.clock import UNSET
from loganalyzer.readers.text.pairs import NOTHING, Found, Named, found_of
from loganalyzer.readers.text.words import counter_of, name_of

_ROW = re.compile(r"\s{0,200}\|(?P<name>[^|]{1,120})\|\s*(?P<value>[^|\s]{0,60})\s*\|\s*")
_RULE = re.compile(r"\s{0,20}(?:\+?[-=]{5,300})+\+?\s*")
_BAR_BEHIND = re.compile(r":\s.*")
_PERCENT = re.compile(r"(?<!\d)(\d{1,3})%")
_GAP = re.compile(r"\s{2,}|\t")
_SHARE = re.compile(r"(?P<count>\d{1,12})/(?P<of>\d{1,12})")
_MAX_ROWS = 1000
_LEADS = frozenset({"epoch", "iter", "iteration", "step", "round", "episode", "e"})
_BARE_LOSSES = frozenset({"box", "obj", "cls", "dfl", "seg"})
_SHORT = {"p": "precision", "r": "recall"}
# spaCy heads its tables so: epoch, step, then losses and what the evaluation gave.
_SPACY = {"E": "epoch", "#": "step"}


def is_rule(text: str) -> bool:
    """Whether a line is the upper or lower edge of a box."""
    return _RULE.fullmatch(text) is not None


def found_in(cells: Sequence[tuple[str, str]], split: str = "") -> Found:
    """What a row of named cells, measured on `split`, says; cells that hold no number are left out."""
    clock = UNSET
    named: list[Named] = []
    for name, text in cells:
        counter = counter_of(name.rpartition("/")[2])
        share = _SHARE.fullmatch(text)
        if counter and (share or text.isdecimal()):
            count, of = (int(share["count"]), int(share["of"])) if share else (int(text[:18]), None)
            clock = clock.counted(counter, count, of)
            continue
        try:
            named.append(Named(name, float(text.removesuffix("%").replace("_", "?")), split, ""))
        except ValueError:
            continue
    return found_of(clock, named)


@dataclass(slots=True)
class Box:
    """A box that is being read: `| name | value |` lines; a name that ends in `/` is that of a group."""

    cells: list[tuple[str, str]] = field(default_factory=list)
    group: str = ""

    @property
    def writer(self) -> str:
        """Whose box it is, or just "box"; Stable-Baselines3 writes its steps into a group of their own."""
        return "stable-baselines3" if any(name.startswith("time/") for name, _ in self.cells) else "box"

    def take(self, text: str) -> bool:
        """Add the line if it is a row of a box."""
        row = _ROW.fullmatch(text) if "|" in text else None
        if row is None or len(self.cells) >= _MAX_ROWS:
            return False
        name = row["name"].strip()
        if name.endswith("/") and not row["value"]:
            self.group = name
        else:
            inner = row["name"].startswith("   ")
            self.cells.append(((self.group if inner else "") + name, row["value"]))
        return True

    def close(self) -> Found:
        """What the box said, if it says where it stands; the next one begins."""
        cells, self.cells, self.group = self.cells, [], ""
        found = found_in(cells)
        return found if found.clock.is_set and found.is_likely else NOTHING


@dataclass(slots=True)
class Grid:
    """The names that stand above rows of bare numbers; `of_classes` for a table of results by class."""

    names: list[str] = field(default_factory=list)
    of_classes: bool = False

    @property
    def writer(self) -> str:
        """Whose table it is, or just "grid"."""
        if self.names[:2] == [*_SPACY.values()]:
            return "spacy"
        return "yolo" if self.of_classes or "box_loss" in self.names else "grid"

    def open(self, text: str) -> bool:
        """Begin anew if the line is one of names: what counts first, a curve among the rest."""
        first = text.lstrip()[:10].partition(" ")[0].lower()
        if first != "class" and first not in _LEADS:
            return False
        text = _BAR_BEHIND.sub("", text).strip(" :")
        names = text.split() if first == "class" else _GAP.split(text)
        if len(names) < 3 or any(map(_is_digit, names)) or not _names_curves(first, names):
            return False
        if first == "e":
            self.names = [_SPACY.get(name) or _of_spacy(name) for name in names]
            return names[:2] == [*_SPACY]
        self.names, self.of_classes = _cleaned(names), first == "class"
        return True

    def row(self, text: str) -> Found:
        """What a row says; of a table by class only the one over all classes; nothing if it is no row."""
        start = text.lstrip()[:4]
        if not (start == "all " if self.of_classes else start[:1].isdigit()):
            return NOTHING
        cells = text.split(maxsplit=len(self.names))
        if len(cells) < len(self.names) - 1:
            return NOTHING
        split = "val" if self.of_classes else ""
        found = found_in(list(zip(self.names, cells, strict=False)), split)
        return found if self.of_classes or found.clock.is_set else NOTHING


def _names_curves(first: str, names: Sequence[str]) -> bool:
    if first == "class":
        return any("mAP" in name for name in names)
    return len(_BARE_LOSSES.intersection(names)) > 1 or any(name_of(name).is_sure for name in names)


def _of_spacy(name: str) -> str:
    """Losses are of training, all else of the evaluation."""
    return name.rstrip(".") if name.startswith("LOSS") else f"dev {name}"


def is_painted_over(text: str) -> bool:
    """Whether a row ends in a bar that is not full."""
    share = _PERCENT.search(text)
    return share is not None and share[1] != "100"


def _is_digit(name: str) -> bool:
    return name[:1].isdigit()


def _cleaned(names: Sequence[str]) -> list[str]:
    """Names of a table of results without its brackets: `Box(P R mAP50 mAP50-95) Mask(P ...`."""
    cleaned: list[str] = []
    group = ""
    for name in names:
        before, bracket, inside = name.partition("(")
        opens = bracket and inside and not inside.endswith(")")
        if opens:
            group = "" if before == "Box" else before + " "
        plain = (inside if opens else name).strip("():")
        plain = f"{plain}_loss" if plain in _BARE_LOSSES else _SHORT.get(plain.lower(), plain)
        cleaned.append(group + plain)
    return cleaned
