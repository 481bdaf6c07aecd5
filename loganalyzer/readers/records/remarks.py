"""What is said of a file of records, and who wrote it."""

from __future__ import annotations

from collections.abc import Iterable

from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.records.pieces import MAX_BYTES, Pieces
from loganalyzer.readers.records.table import MAX_TAG_CHARS, MAX_TAGS, Table


def note_pieces(problems: Problems, pieces: Pieces, size: int) -> None:
    """Bytes that were no text, or were not read at all; `size` is that of the file."""
    name = problems.path
    if pieces.bad:
        say = f"{name}:{pieces.bad_line}: expected UTF-8, found {pieces.bad} bytes that are not; replaced"
        problems.add("corrupt_data", pieces.bad_line, f"{say}; write the log as UTF-8", skipped=pieces.bad)
    if pieces.nul:
        say = f"{name}:{pieces.nul_line}: expected text, found {pieces.nul} NUL bytes, as crashes leave"
        problems.add("corrupt_data", pieces.nul_line, say, skipped=pieces.nul)
    if pieces.is_cut:
        say = (
            f"{name}: expected at most {MAX_BYTES} bytes, found {size}; the rest was not read; split the file"
        )
        problems.add("over_limit", None, say, skipped=max(0, size - pieces.size))


def note_table(problems: Problems, table: Table, lost: int) -> None:
    """Values of a table that make no point; `lost` of them stand in rows without a step."""
    name = problems.path
    for (_, tag), cells in table.cells.items():
        if cells.bad and (cells.row or cells.trains):
            line, found = cells.first_bad
            say = f"{name}:{line}: expected a number for {tag[:80]!r}, found {found!r}; "
            problems.add("non_numeric", line, f"{say}{cells.bad} such values were left out", lost=cells.bad)
    if lost:
        say = f"{name}: {lost} values stand in records without a step, so they have no place; write the step"
        problems.add("non_numeric", None, say, lost=lost)
    if table.refused:
        say = f"{name}: expected at most {MAX_TAGS} names of {MAX_TAG_CHARS} characters, found more: "
        say += f"{table.refused} values are left out; log fewer names to a file"
        problems.add("over_limit", None, say, lost=table.refused)


_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("huggingface", ("train_runtime",)),
    ("huggingface", ("eval_runtime",)),
    ("huggingface", ("learning_rate", "loss", "epoch", "step")),
    ("detectron2", ("iteration", "data_time")),
    ("detectron2", ("iteration", "eta_seconds")),
    ("mmengine", ("step", "iter", "data_time")),
    ("mmcv", ("mode", "iter", "data_time")),
    ("rllib", ("training_iteration", "timesteps_total")),
    ("rllib", ("training_iteration", "env_runners")),
    ("verl", ("actor/pg_loss",)),
    ("verl", ("data/actor/pg_loss",)),
    ("stable-baselines3", ("time/total_timesteps",)),
    ("wandb", ("_step", "_timestamp")),
    ("pytorch", ("train_lr", "train_loss")),
)


def framework_of(names: Iterable[str]) -> str:
    """The framework whose logger writes these names, or an empty string."""
    found = set(names)
    for framework, signs in _SIGNS:
        if found.issuperset(signs):
            return framework
    return ""
