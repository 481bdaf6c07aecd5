"""What lies beside each sample log: who made it, and what is to be found in it."""

from __future__ import annotations

from pathlib import Path

TRUTH = """\
labels: ["{label}"]
framework: "{framework}"
format: "{format}"
seed: {seed}
made_by: "{name}"
note: "{note}"
"""


def write_truth(
    folder: Path, *, label: str, format_: str, seed: int, name: str, note: str, framework: str = ""
) -> None:
    """Write `truth.yaml` into the folder of a sample."""
    text = TRUTH.format(label=label, framework=framework, format=format_, seed=seed, name=name, note=note)
    (folder / "truth.yaml").write_text(text, encoding="utf-8")
