"""Files that readers look into beside a log, which are found by its place and not by the walk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from loganalyzer.readers.trees.names import is_events, suffix_of

_DATABASES = frozenset({".db", ".sqlite", ".sqlite3"})
_ENDS = ("wal", "journal")
_SETTINGS = frozenset({"config.yaml", "wandb-summary.json", "meta.yaml", "params.yaml"})
_PARAMETERS = "params"


def companions(files: Iterable[Path]) -> tuple[Path, ...]:
    """What else a verdict on these logs may hang on, whether it is there or not; sorted.

    What a database has not yet taken in, settings of Weights & Biases, MLflow and DVCLive.
    """
    found: set[Path] = set()
    for path in files:
        if not is_events(path.name):
            found.update(_beside(path))
    for folder in [path for path in found if path.name == _PARAMETERS]:
        found.update(_parameters_of(folder.parent))
    return tuple(sorted(found))


def may_be_companion(path: str) -> bool:
    """Whether a file may be one of `companions`, by its path."""
    folder, _, name = path.rpartition("/")
    base, _, end = name.rpartition("-")
    return name in _SETTINGS or "/params/" in f"/{folder}/" or (end in _ENDS and is_database(base))


def is_database(name: str) -> bool:
    """Whether a file of this name is read by a database, which needs all of it."""
    return suffix_of(name) in _DATABASES


def _beside(path: Path) -> Iterable[Path]:
    suffix = suffix_of(path.name)
    if is_database(path.name):
        return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-journal")
    if suffix == ".wandb":
        folder = path.parent / "files"
        return folder / "config.yaml", folder / "wandb-summary.json"
    return _settings_of_folders(path)


def _parameters_of(base: Path) -> Iterator[Path]:
    """The parameters themselves: their folder stays as it is when one is written again or lies deeper."""
    from loganalyzer.readers import mlflow_files

    return mlflow_files.parameter_files(base)


def _settings_of_folders(path: Path) -> Iterator[Path]:
    """Those of formats that have a file for each curve, which say themselves whose a file is."""
    if "metrics" in path.parts:
        from loganalyzer.readers import mlflow_files

        if (base := mlflow_files.base_of(path)) is not None:
            yield from (base / "meta.yaml", base / _PARAMETERS)
    if suffix_of(path.name) == ".tsv":
        from loganalyzer.readers import dvclive

        if (base := dvclive.base_of(path)) is not None:
            yield from (base / "params.yaml", base.parent / "params.yaml")
