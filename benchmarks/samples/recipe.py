"""What a sample run is: how it is made, and what its curve shows."""

import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HOST = "host"


@dataclass(frozen=True)
class Log:
    """The framework that trained and the format that it wrote."""

    framework: str
    format: str


KERAS = Log("keras", "tfevents")
CSV = Log("keras", "csv")
TORCH = Log("pytorch", "tfevents")


@dataclass(frozen=True)
class Recipe:
    """One sample run.

    `kind` and `also` are labels: they say what the curve shows, whatever was done to it. `onset` is a logged
    step or epoch. `make(folder, seed)` trains; its docstring becomes the note beside the log. A recipe that
    `dies` ends its own process before training is over.
    """

    kind: str
    log: Log
    seed: int
    make: Callable[[Path, int], None]
    onset: int | None = None
    also: tuple[str, ...] = ()
    dies: bool = False

    @property
    def name(self) -> str:
        """The name of the run, unique among all kinds."""
        return self.make.__name__.replace("_", "-")

    def folder(self, root: Path) -> Path:
        """Where the run lies below `root`."""
        return root / self.kind / self.name


def empty_folder(folder: Path) -> None:
    """Make `folder` anew, so that no event file of an earlier making stays in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def neutral_names(folder: Path) -> None:
    """Rename event files so that they do not carry the name of the machine.

    Afterwards, because TensorFlow asks the operating system and not Python for the host name.
    """
    machine = socket.gethostname()
    for path in sorted(folder.rglob("events.out.tfevents.*")):
        path.rename(path.with_name(path.name.replace(f".{machine}.", f".{HOST}.")))


def write_truth(recipe: Recipe, folder: Path) -> None:
    """Write `truth.yaml` beside the logs; JSON scalars and lists are YAML as well."""
    entries: dict[str, object] = {"labels": [recipe.kind, *recipe.also]}
    if recipe.onset is not None:
        entries["onset"] = recipe.onset
    entries |= {
        "framework": recipe.log.framework,
        "format": recipe.log.format,
        "seed": recipe.seed,
        "made_by": recipe.name,
        "note": " ".join((recipe.make.__doc__ or "").split()),
    }
    lines = [f"{key}: {json.dumps(value)}\n" for key, value in entries.items()]
    (folder / "truth.yaml").write_text("".join(lines), encoding="utf-8")
