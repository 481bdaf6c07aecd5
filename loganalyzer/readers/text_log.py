"""What a training run printed: captured output and log files, read line by line.

Known writers have a grammar each (Keras, nanoGPT, Megatron-LM, mmengine, pix2pix, Hugging Face, ...); any
other line is read for its own words: a counter (`Epoch 3`, `step=250`), named numbers, a split.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from loganalyzer.model.run import ProblemKind, ReadProblem, Source
from loganalyzer.readers.csv_rows import decode, utf16_of
from loganalyzer.readers.formats import HEAD_BYTES, NAMES
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.text.commas import has_decimal_commas, with_points
from loganalyzer.readers.text.points import MAX_TAGS, Points
from loganalyzer.readers.text.states import MAX_CHARS, Flaws, State, states_of
from loganalyzer.readers.text.transcript import Transcript

FORMAT = "text"
SUFFIXES = frozenset({".log", ".txt", ".out", ".err"})
_NEVER_PRINTED = re.compile(rb"[\x01-\x06\x0e-\x1a\x1c-\x1f]")
_ENOUGH = 3
_SHARE = 0.3


def claims(path: Path, head: bytes) -> bool:
    """Whether the file is the printed log of a training, by its name and its first bytes.

    At least three lines, or 30 % of those that are not blank, tell a training curve at a step.
    """
    if not _may_be_log(path) or not head or _is_binary(head):
        return False
    transcript = Transcript()
    line = lines = 0
    for state in _states_of(io.BytesIO(head), Flaws()):
        if state.line != line:
            line, lines = state.line, lines + 1
        for _ in transcript.feed(state):
            pass
        if transcript.n_parsed >= _ENOUGH:
            return True
    return transcript.n_parsed > 0 and transcript.n_parsed >= _SHARE * lines


def read(path: Path, *, display: str | None = None) -> Reading:
    """All curves that a log tells, in file order, and what of it could not be used.

    Steps are as printed: a step of the run, else an epoch; batches within an epoch are counted on from epoch
    to epoch.

    Raises:
        OSError: the file cannot be opened or read.
    """
    name = display if display is not None else path.name
    flaws, points, transcript = Flaws(), Points(), Transcript()
    with path.open("rb") as file:
        for state in _states_of(file, flaws):
            for entry in transcript.feed(state):
                points.add(entry)
        size = file.tell()
    for entry in transcript.end(is_cut=flaws.cut > 0):
        points.add(entry)
    epochs = transcript.place.planned()
    return Reading(
        source=Source(name, FORMAT, size, points.n_entries),
        columns=points.columns(),
        hparams={} if epochs is None else {"epochs": float(epochs)},
        problems=tuple(_problems(name, flaws, points)),
        framework=_framework(points),
    )


def _states_of(file: BinaryIO, flaws: Flaws) -> Iterator[State]:
    """The states of all lines, with points in place of decimal commas where the log begins with such."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    states = states_of(file, flaws)
    if b"," not in head or not has_decimal_commas(decode(head)):
        return states
    return (state._replace(text=with_points(state.text)) for state in states)


def _may_be_log(path: Path) -> bool:
    name = path.name.lower()
    return path.suffix.lower() in SUFFIXES or name in NAMES or name.startswith(("stdout", "stderr"))


def _is_binary(head: bytes) -> bool:
    """Whether there are signs that nothing prints; NUL bytes alone are what a crash leaves."""
    return not utf16_of(head) and _NEVER_PRINTED.search(head) is not None


def _framework(points: Points) -> str:
    """The writer of most entries, or "" where no known one wrote half of them."""
    writer, often = max(points.writers.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return writer if often * 2 >= points.n_entries and writer not in ("box", "grid") else ""


def _problems(name: str, flaws: Flaws, points: Points) -> list[ReadProblem]:
    found = []
    if flaws.nul:
        say = f"expected text, found {flaws.nul} NUL bytes; a crash leaves them; skipped"
        found.append(_problem("corrupt_data", name, flaws.nul_line, say, skipped=flaws.nul))
    if flaws.undecoded:
        say = f"expected UTF-8, found {flaws.undecoded} bytes or runs of bytes that are not; they were read "
        say += "as signs without meaning; save logs as UTF-8"
        found.append(_problem("corrupt_data", name, flaws.undecoded_line, say))
    if flaws.long:
        say = (
            f"expected at most {MAX_CHARS} signs in a line, found {flaws.long} longer lines; they were left "
        )
        say += "out; logs have shorter ones"
        found.append(_problem("over_limit", name, flaws.long_line, say, lost=flaws.long))
    if points.refused:
        say = f"{name}: expected at most {MAX_TAGS} named numbers, found more: {points.refused} values are "
        say += "left out; log fewer names to a file"
        found.append(ReadProblem("over_limit", name, say, lost=points.refused))
    if flaws.cut:
        say = "expected a whole line at the end, found a part of one; it was left out, and will be read once "
        found.append(_problem("truncated", name, flaws.cut, say + "it is written"))
    if not points.n_entries:
        say = "expected lines with a step or an epoch and a training quantity (loss, accuracy, ...), found "
        found.append(_problem("empty", name, 1, say + "none; the run printed nothing yet"))
    return found


def _problem(
    kind: ProblemKind, name: str, line: int, say: str, *, skipped: int = 0, lost: int = 0
) -> ReadProblem:
    return ReadProblem(kind, name, f"{name}:{line}: {say}", line, skipped, lost)
