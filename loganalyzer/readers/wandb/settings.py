"""The configuration of a run as flat hyper-parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from loganalyzer.model.run import Hyperparameter
from loganalyzer.readers.wandb.items import Path, leaves, printable

MAX_SETTINGS = 1000
MAX_TEXT = 1000
_OWN_KEY = "_wandb"


@dataclass(slots=True)
class Settings:
    """Hyper-parameters by key, nested keys joined with slashes; `refused` counts those beyond the limit."""

    values: dict[str, Hyperparameter] = field(default_factory=dict)
    refused: int = 0

    def update(self, path: Path, tree: object) -> None:
        """Set a key to a decoded JSON value, in place of all that was below it.

        Raises:
            ValueError: the value is nested too deep.
        """
        if not path or path[0] == _OWN_KEY:
            return
        found = list(leaves(path, tree))
        self.remove(path)
        for below, leaf in found:
            value = _hyperparameter(leaf)
            if value is None:
                continue
            if len(self.values) >= MAX_SETTINGS:
                self.refused += 1
                continue
            self.values["/".join(below)[:MAX_TEXT]] = value

    def remove(self, path: Path) -> None:
        """Forget a key and all below it."""
        key = "/".join(path)
        for old in [old for old in self.values if old == key or old.startswith(f"{key}/")]:
            del self.values[old]


def _hyperparameter(leaf: object) -> Hyperparameter | None:
    if isinstance(leaf, bool) or leaf is None:
        return leaf
    if isinstance(leaf, int | float):
        return float(leaf)
    text = leaf if isinstance(leaf, str) else json.dumps(leaf)
    return printable(text[:MAX_TEXT])
