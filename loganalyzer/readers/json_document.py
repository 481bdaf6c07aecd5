"""Histories in one JSON document: Hugging Face's trainer state, Keras' History, lists of records.

A trainer state holds `log_history`, a list of records with a `step`; a History holds a list of numbers under
each name. pandas' `to_json` of either and objects inside objects are read the same way.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from loganalyzer.model.run import Hyperparameter, Source
from loganalyzer.readers.csv_names import is_surely_training, words
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.records.cursor import Broken, Cursor, Cut, OverLimit
from loganalyzer.readers.records.curves import columns_of, distinct, is_history
from loganalyzer.readers.records.document import Document
from loganalyzer.readers.records.pieces import Pieces, text_of
from loganalyzer.readers.records.remarks import framework_of, note_pieces, note_table
from loganalyzer.readers.records.table import Table
from loganalyzer.readers.records.values import printable
from loganalyzer.readers.trees.names import TRAINER_STATE

FORMAT = "json"
SUFFIXES = frozenset({".json", ".txt"})
HEAD_BYTES = 64 * 1024
# Characters looked through behind damage, to know a document by its first bytes.
_CLAIM_LOOKED = 1024 * 1024
# Folders of data hold thousands of documents: one without any of these is not worth parsing. Each is long
# enough not to turn up in an image that is written out as text.
_STARTS = ("{", "[", '"')
_HINT = re.compile(r"loss|accura|reward|step|epoch|iter|episode|update|[\"'_]acc", re.IGNORECASE)
_CHECKPOINT = re.compile(r"checkpoint-\d+")
_STATE = frozenset({"log_history", "global_step"})
_NO_CURVE = frozenset({"weight", "weights", "coef", "lambda", "names", "name", "classes", "fn", "type"})


def claims(path: Path, head: bytes) -> bool:
    """Whether the file is a history, by its suffix and what its first bytes hold.

    A trainer state is known by its names; a list of records counts steps that grow and measures a training;
    an object of lists has one of numbers that is named like a training curve, and little else.
    """
    if path.suffix.lower() not in SUFFIXES:
        return False
    text = text_of(head)
    if not text.startswith(_STARTS) or not _HINT.search(text):
        return False
    document = Document(Problems(path.name), most_looked=_CLAIM_LOOKED)
    with contextlib.suppress(Cut, Broken, OverLimit):
        document.read(Cursor([text]))
    return (
        document.names >= _STATE
        or any(is_history(table) for table in document.rows.values())
        or any(_is_history_of_lists(document, prefix) for prefix in document.lists)
    )


def base_of(path: Path) -> Path | None:
    """The folder of the run of a trainer state, of which each checkpoint has all that was logged so far."""
    if path.name != TRAINER_STATE:
        return None
    whole = path.absolute()
    if not _CHECKPOINT.fullmatch(whole.parent.name):
        return path.parent
    return path.parents[1] if len(path.parents) > 1 else whole.parents[1]


def _is_history_of_lists(document: Document, prefix: str) -> bool:
    curves = {
        name: cells
        for (_, name), cells in document.lists[prefix].cells.items()
        if cells.row and not cells.counts
    }
    sure = {name for name in curves if is_surely_training(name) and _NO_CURVE.isdisjoint(words(name))}
    paired = any(f"val_{name}" in curves for name in sure)
    long = any(len(curves[name].row) > 1 for name in sure)
    return (paired or long) and "fit_time" not in curves and 2 * len(curves) >= document.sizes.get(prefix, 0)


def read(path: Path, *, display: str | None = None) -> Reading:
    """All curves of one document, and what of it could not be used.

    A document that ends early gives every entry that is whole. Several in one file follow each other.

    Raises:
        OSError: the file cannot be opened or read.
    """
    document = Document(Problems(display if display is not None else path.name))
    with path.open("rb") as file:
        pieces = Pieces(file)
        _read_all(document, Cursor(pieces))
    size = max(path.stat().st_size, pieces.size)
    note_pieces(document.problems, pieces, size)
    columns = _columns(document)
    if not columns:
        say = f"{document.problems.path}: expected a list of numbers or of records, found none with numbers; "
        document.problems.add("empty", 1, f"{say}the run logged nothing yet")
    return Reading(
        Source(
            document.problems.path, FORMAT, size, sum(table.n_rows for table in _tables(document).values())
        ),
        columns,
        hparams=_hparams(document),
        problems=document.problems.all(),
        framework=_framework(document, columns),
    )


def _read_all(document: Document, cursor: Cursor) -> None:
    try:
        while cursor.peek():
            document.read(cursor)
    except Cut:
        document.is_cut = True
        say = "expected a whole document, found that the file ends before; all that is whole was read"
        document.note("truncated", cursor.line, say)
    except Broken:
        say = f"expected a name or a value, found {cursor.peek()!r}; the rest was not read; repair it there"
        document.note("corrupt_data", cursor.line, say)
    except OverLimit as limit:
        document.note("over_limit", cursor.line, f"expected {limit}; the rest was not read; split the file")
    if document.stray:
        say = f"expected nothing but records in their list, found {document.stray} other entries; left out"
        document.note("corrupt_data", document.stray_line, say, lost=document.stray)


def _tables(document: Document) -> dict[tuple[str, bool], Table]:
    """All tables by what goes before their tags, and whether they hold lists of numbers side by side."""
    lists = {(prefix, True): table for prefix, table in document.lists.items()}
    return lists | {(prefix, False): table for prefix, table in document.rows.items()}


def _columns(document: Document) -> tuple[Column, ...]:
    columns: list[Column] = []
    note_table(document.problems, document.beyond, 0)
    for (prefix, is_lists), table in _tables(document).items():
        found, lost = columns_of(table)
        note_table(document.problems, table, lost)
        if is_lists and not document.is_cut:
            found = _by_length(found)
        columns += [replace(column, tag=_tag(prefix, column.tag)) for column in found]
    return distinct(columns)


def _tag(prefix: str, name: str) -> str:
    """The name below its objects; Sacred calls the numbers of each metric `values`."""
    return printable(prefix[:-1] if prefix and name == "values" else prefix + name)


def _by_length(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Lists longer than most were not written once an epoch: losses of batches beside those of epochs."""
    sizes = Counter(column.step.size for column in columns)
    usual = min(sizes, key=lambda size: (-sizes[size], size), default=0)
    return tuple(
        replace(column, axis="iteration") if column.step.size > usual else column for column in columns
    )


def _hparams(document: Document) -> dict[str, Hyperparameter]:
    hparams = dict(document.hparams)
    for table in document.rows.values():
        hparams |= table.hparams
    return dict(sorted(hparams.items()))


def _framework(document: Document, columns: Sequence[Column]) -> str:
    if document.names >= _STATE:
        return "huggingface"
    named = framework_of(name for table in document.rows.values() for _, name in table.cells)
    tags = {column.tag for column in columns}
    is_keras = (
        bool(document.lists) and "loss" in tags and all(tag.removeprefix("val_") in tags for tag in tags)
    )
    return named or ("keras" if is_keras else "")
