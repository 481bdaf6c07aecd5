"""What is kept of a run, as bytes, and back again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TypeVar

import msgspec

from loganalyzer.engine.summary import sparkline, summarise
from loganalyzer.errors import StoreError
from loganalyzer.model.archive import PastRun
from loganalyzer.model.diagnosis import Card, Diagnosis
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.run import Run
from loganalyzer.readers.events.points import Mark
from loganalyzer.store.curves import pack, unpack

_LEVEL = 1
_DIGEST_BYTES = 16
_JSON = b"{"[0]
_T = TypeVar("_T")
Texts = dict[bytes, bytes]


class DamagedRowError(StoreError):
    """What is kept of a run can no longer be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit lies: the folder that was searched, absolute, and its name below it."""

    root: bytes
    name: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as it is kept: `judged` is a digest of all that its verdict hangs on.

    `past` is read for every summary, `body` where the run itself is shown, and `curves`, None of a run too
    long to keep, where other rules are to judge it.
    """

    name: str
    run_id: str
    damaged: bool
    judged: bytes
    past: bytes
    body: bytes
    curves: bytes | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """Files that are read together and their runs; `texts` are cards and remedies by their digests.

    `inputs` says which files these were, `terms` under which rules they were judged, and `sketch` is the same
    for the same files at another place, most likely. With `mark` a reading of a file that grew goes on from
    where the curves of the run end.
    """

    place: Place
    inputs: bytes
    terms: bytes
    sketch: bytes
    runs: tuple[RunRow, ...]
    texts: Mapping[bytes, bytes]
    mark: bytes = b""


class _Body(msgspec.Struct):
    """A diagnosis without what many share, and without those of all sparklines that kept curves give back."""

    diagnosis: Diagnosis
    cards: dict[str, bytes]
    remedies: dict[str, bytes]
    drawn: tuple[str, ...]


def body_of(run: Run, diagnosis: Diagnosis, texts: Texts) -> tuple[bytes, bytes | None]:
    """Body and curves of a row; cards and remedies are added to `texts`."""
    curves = pack(run)
    cards = {name: _shared(card, texts) for name, card in diagnosis.cards.items()}
    remedies = {name: _shared(remedy, texts) for name, remedy in diagnosis.remedies.items()}
    logged = frozenset() if curves is None else {series.tag for series in run.series}
    made = {tag: line for tag, line in diagnosis.sparklines.items() if tag not in logged}
    lean = replace(diagnosis, cards={}, remedies={}, sparklines=made)
    return _packed(_Body(lean, cards, remedies, tuple(diagnosis.sparklines))), curves


def renewed(run: Run, body: bytes) -> tuple[Diagnosis, bytes]:
    """What a body says, as said of `run`: a diagnosis without cards, remedies and curves, and a new body."""
    kept = _body(body)
    kept.diagnosis = replace(kept.diagnosis, run=summarise(run))
    return kept.diagnosis, _packed(kept)


def past_bytes(past: PastRun) -> bytes:
    """What every summary sees of a run, as it is kept."""
    return _encoded(past)


def past_of(data: bytes) -> PastRun:
    """The run as every summary sees it."""
    return _decoded(data, PastRun)


def run_of(body: bytes, curves: bytes) -> Run:
    """The run as it was read."""
    run = _body(body).diagnosis.run
    with _intact():
        return unpack(curves, run)


def diagnosis_of(body: bytes, curves: bytes | None, text: Callable[[bytes], bytes]) -> Diagnosis:
    """The diagnosis that was kept; `text` finds a card or remedy by its digest."""
    kept = _body(body)
    diagnosis = replace(
        kept.diagnosis,
        cards={name: _decoded(text(digest), Card) for name, digest in kept.cards.items()},
        remedies={name: _decoded(text(digest), Remedy) for name, digest in kept.remedies.items()},
    )
    if curves is None:
        return diagnosis
    made = diagnosis.sparklines
    with _intact():
        series = {one.tag: one for one in unpack(curves, diagnosis.run).series}
        drawn = {tag: made[tag] if tag in made else sparkline(series[tag]) for tag in kept.drawn}
    return replace(diagnosis, sparklines=drawn)


def mark_bytes(mark: Mark) -> bytes:
    """A mark as it is kept."""
    return _encoded(mark)


def mark_of(data: bytes) -> Mark:
    """The mark that was kept."""
    return _decoded(data, Mark)


def digest_of(parts: Iterable[bytes | memoryview]) -> bytes:
    """Sixteen bytes that stand for all parts, each told from the next."""
    digest = blake2b(digest_size=_DIGEST_BYTES)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


def _shared(value: object, texts: Texts) -> bytes:
    data = _encoded(value)
    digest = digest_of((data,))
    texts[digest] = data
    return digest


def _packed(body: _Body) -> bytes:
    return zlib.compress(_encoded(body), _LEVEL)


def _body(data: bytes) -> _Body:
    with _intact():
        return _decoded(zlib.decompress(data), _Body)


def _encoded(value: object) -> bytes:
    """MessagePack; where a name has half a surrogate pair, which that cannot hold, JSON, which can."""
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode("ascii")


def _decoded(data: bytes, kind: type[_T]) -> _T:
    with _intact():
        if data[0] == _JSON:
            return msgspec.convert(json.loads(data), kind)
        return msgspec.msgpack.decode(data, type=kind)


@contextmanager
def _intact() -> Iterator[None]:
    """Errors of bytes that are not what was kept as ours: SQLite has no checksum for what it holds."""
    try:
        yield
    except (zlib.error, msgspec.MsgspecError, LookupError, ValueError) as error:
        raise DamagedRowError(f"what is kept of a run cannot be read: {error}") from error
