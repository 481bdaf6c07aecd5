"""Histories as people have them."""

from pathlib import Path


def write_history(path: Path, losses, **columns):
    """A history as Keras' CSVLogger writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = {"loss": losses, **columns}
    rows = [",".join(["epoch", *table])]
    rows += [
        ",".join([str(epoch), *map(repr, row)]) for epoch, row in enumerate(zip(*table.values(), strict=True))
    ]
    path.write_text("\n".join(rows) + "\n")
