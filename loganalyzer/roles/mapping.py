"""What the user says of tags on the command line: `TAG=ROLE`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from loganalyzer.errors import LogAnalyzerError
from loganalyzer.model.role import QUANTITIES, SPLITS, Direction, Quantity, Role, Split
from loganalyzer.roles.grammar import read_tag
from loganalyzer.roles.vocabulary import DATA, HIGHER, LOWER
from loganalyzer.roles.vocabulary import SPLITS as SPLIT_WORDS

_NAMEABLE = tuple(quantity for quantity in QUANTITIES if quantity != "unknown")


def parse_mapping(texts: Sequence[str]) -> dict[str, Role]:
    """Roles by tag or glob of tags, from texts like `floss=loss:validation`, `q_*=val_loss`, `aux=ignore`.

    ROLE is a quantity, with `:split` behind it or in front of it as in common tags; without a split,
    curves measured on data are of the training split.

    Raises:
        LogAnalyzerError: a text is not TAG=ROLE, a role is not known, or a tag is given two roles.
    """
    mapping: dict[str, Role] = {}
    for text in texts:
        tag, equals, name = (piece.strip() for piece in text.rpartition("="))
        if not equals or not tag or not name:
            raise LogAnalyzerError(_complaint(text, "expected TAG=ROLE", f"found {text!r}"))
        role = _parse_role(text, name)
        if tag in mapping and _meaning(mapping[tag]) != _meaning(role):
            found = f"{tag!r} is given both {_spell(mapping[tag])} and {_spell(role)}"
            raise LogAnalyzerError(_complaint(text, "expected one role for each tag", found))
        mapping[tag] = role
    return mapping


def _parse_role(text: str, name: str) -> Role:
    quantity_name, colon, split_name = (piece.strip().lower() for piece in name.partition(":"))
    quantity, split = _quantity_and_split(quantity_name)
    if quantity is None:
        raise LogAnalyzerError(_complaint(text, "expected a quantity", f"found {quantity_name!r}"))
    if colon:
        if split_name not in SPLITS and split_name not in SPLIT_WORDS:
            raise LogAnalyzerError(
                _complaint(text, "expected a split behind the colon", f"found {split_name!r}")
            )
        split = _as_split(split_name)
    if split is None or quantity not in DATA:
        split = "train" if quantity in DATA else "none"
    return Role(quantity, split, _direction(quantity), f"the user says so: {text.strip()}")


def _quantity_and_split(name: str) -> tuple[Quantity | None, Split | None]:
    """A quantity by its own name, `ignore`, or what a plain tag of that name would be."""
    if name == "ignore":
        return "other", None
    if name in _NAMEABLE:
        return cast(Quantity, name), None
    guess = read_tag(name)
    if guess.quantity == "unknown" or guess.component or guess.pace:
        return None, None
    return guess.quantity, guess.split


def _as_split(name: str) -> Split:
    return cast(Split, SPLIT_WORDS.get(name, name))


def _direction(quantity: Quantity) -> Direction:
    return "lower" if quantity in LOWER else "higher" if quantity in HIGHER else "none"


def _meaning(role: Role) -> tuple[str, str]:
    return role.quantity, role.split


def _spell(role: Role) -> str:
    return role.quantity if role.split == "none" else f"{role.quantity}:{role.split}"


def _complaint(text: str, expected: str, found: str) -> str:
    return (
        f"--map {text!r}: {expected}, {found}. Quantities: {', '.join(_NAMEABLE)}; or ignore. "
        f"Splits: {', '.join(SPLITS)}. Example: --map 'floss=loss:validation'"
    )
