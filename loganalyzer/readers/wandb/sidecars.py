"""Settings and last values from the files beside a run file, for when that has none of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from loganalyzer.readers.limits import current
from loganalyzer.readers.stores.files import read_small
from loganalyzer.readers.stores.plain_yaml import from_yaml
from loganalyzer.readers.wandb.history import row_of_tree
from loganalyzer.readers.wandb.items import decoded
from loganalyzer.readers.wandb.run import RunLog

CONFIG = "files/config.yaml"
SUMMARY = "files/wandb-summary.json"


def complete(log: RunLog, folder: Path) -> None:
    """Take from the files in a run's folder the settings and last values that its run file does not hold.

    Last values, from the file or beside it, stand in for a history only where there is none.
    """
    if not log.settings.values:
        for key, setting in _entries(log, folder, CONFIG, from_yaml).items():
            # Every setting has a description beside its value; the version of the file has not.
            if isinstance(setting, dict) and "value" in setting:
                log.settings.update((key,), setting["value"])
    if not log.history.step:
        if not log.summary:
            log.take_summary(row_of_tree(_entries(log, folder, SUMMARY, decoded)))
        log.add_summary()


def _entries(log: RunLog, folder: Path, name: str, parse: Callable[[bytes], object]) -> dict[str, object]:
    """The mapping in a file; empty, with a problem, if it is there and holds none."""
    data = read_small(folder / name, current().yaml_bytes + 1)
    if not data:
        return {}
    try:
        tree = parse(data)
        found = type(tree).__name__
    except ValueError as error:
        tree, found = None, str(error).partition("\n")[0]
    if isinstance(tree, dict):
        return tree
    text = f"expected keys with values in {name} beside the file, found other text ({found}): it is left out"
    log.problems.add("skipped", None, f"{text}; nothing to do unless settings are missing", lost=1)
    return {}
