"""How much is read before something is left out and said so: one value holds for a whole scan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic

MIB = 1024 * 1024
# To ask for the limits takes as long as to read a number of this length, which none of them forbids.
_ALWAYS_SHORT = 32
_BYTES_A_SECOND = 10_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of a scan; what goes over one is left out with a problem of kind `over_limit`.

    `depth` counts folders below the root, `entries` all names met there, `tags` the curves of a run and
    `columns` those of a table. `line_bytes` and `cell_bytes` bound the characters of what a table is parted
    into, `digits` those of a number; `json_depth` and `yaml_depth` count objects within each other,
    `yaml_nodes` the values of a file, what aliases stand for included. `file_s` seconds are allowed for a
    file, and one more for each 10 MB of it.
    `file_bytes` of None leaves each format its own bound. `follow_links` lets links lead out of the root;
    `accept_bad_crc` takes events whose bytes do not fit their checksum, which are reported all the same.
    """

    depth: int = 64
    entries: int = 5_000_000
    runs: int = 1_000_000
    tags: int = 10_000
    columns: int = 10_000
    file_bytes: int | None = None
    record_bytes: int = 64 * MIB
    line_bytes: int = 16 * MIB
    cell_bytes: int = 64 * 1024
    digits: int = 400
    json_depth: int = 64
    yaml_bytes: int = MIB
    yaml_depth: int = 50
    yaml_nodes: int = 10_000
    file_s: float = 60.0
    follow_links: bool = False
    accept_bad_crc: bool = False


DEFAULTS = Limits()
_CURRENT: ContextVar[Limits] = ContextVar("limits", default=DEFAULTS)


def current() -> Limits:
    """The limits that hold here."""
    return _CURRENT.get()


def is_too_long(number: str | bytes) -> bool:
    """Whether a text has more characters than a number may have."""
    return len(number) > _ALWAYS_SHORT and len(number) > current().digits


@contextmanager
def applied(limits: Limits) -> Iterator[None]:
    """Let these limits hold for all that is read inside."""
    token = _CURRENT.set(limits)
    try:
        yield
    finally:
        _CURRENT.reset(token)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment at which reading a file of `size` bytes has to end with what is there."""

    size: int
    started: float = field(default_factory=monotonic)

    @property
    def seconds(self) -> float:
        """Seconds allowed for the file."""
        return current().file_s + self.size / _BYTES_A_SECOND

    def has_passed(self) -> bool:
        """Whether the time is used up."""
        return monotonic() - self.started > self.seconds
