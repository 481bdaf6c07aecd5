"""What is known about a run beyond its log, and the file that keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FILE = "measures.npz"


@dataclass(frozen=True)
class Logged:
    """A curve as its writer was given it: steps `(m,)` of the log's axis and values `(m,)`."""

    step: Array
    value: Array

    def before(self, step: float) -> "Logged":
        """The points before `step`."""
        keep = self.step < step
        return Logged(self.step[keep], self.value[keep])


@dataclass(frozen=True)
class Measures:
    """Hidden measures of one run.

    `kind` is classes, regression, gan or game. `facts` are true by construction ("truncated-run"); `shown`
    names what can be read from the log ("accuracy", "activations"). `curves` hold measures at
    `curves["step"]` `(k,)`, the first row before any update; `(k, layers)` where there is one value a layer.
    `logged` holds what was written.
    """

    kind: str
    facts: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    constants: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, Array] = field(default_factory=dict)
    logged: Mapping[str, Logged] = field(default_factory=dict)

    @property
    def step(self) -> Array:
        """Steps of the measures, in the log's axis."""
        return self.curves["step"]


def save(measures: Measures, folder: Path) -> None:
    """Write `measures.npz` beside a log."""
    arrays: dict[str, np.ndarray] = {
        "kind": np.array(measures.kind),
        "facts": np.array(sorted(measures.facts), dtype=str),
        "shown": np.array(sorted(measures.shown), dtype=str),
    }
    arrays |= {f"constants/{name}": np.array(value) for name, value in measures.constants.items()}
    arrays |= {f"curves/{name}": value for name, value in measures.curves.items()}
    for name, curve in measures.logged.items():
        arrays[f"logged/{name}"] = np.stack([curve.step, curve.value])
    np.savez_compressed(folder / FILE, **arrays)


def load(folder: Path) -> Measures:
    """Read `measures.npz` of a run."""
    with np.load(folder / FILE, allow_pickle=False) as file:
        arrays = dict(file)

    def below(prefix: str) -> dict[str, np.ndarray]:
        return {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}

    return Measures(
        kind=str(arrays["kind"]),
        facts=frozenset(map(str, arrays["facts"])),
        shown=frozenset(map(str, arrays["shown"])),
        constants={name: float(value) for name, value in below("constants/").items()},
        curves=below("curves/"),
        logged={name: Logged(*pair) for name, pair in below("logged/").items()},
    )
