"""How much of one event file is read before something is left out and said so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from loganalyzer.readers.limits import current

MAX_PROBLEMS = 100
MAX_TAGS = 10_000
_BYTES_A_SECOND = 10_000_000


@dataclass(frozen=True, slots=True)
class EventLimits:
    """Budgets of one event file; what goes over one is left out with a problem of kind `over_limit`.

    A record may have `record_bytes`, the file `tags`, and a tag `tag_bytes`, or it is cut and ends in a hash.
    Of more than `problems` the rest is counted. `file_s` seconds are allowed, and one more for each 10 MB.
    """

    record_bytes: int = 64 << 20
    tags: int = MAX_TAGS
    tag_bytes: int = 1024
    problems: int = MAX_PROBLEMS
    file_s: float = 60.0

    @classmethod
    def of_scan(cls) -> EventLimits:
        """The limits of the scan that is under way."""
        scan = current()
        return cls(record_bytes=scan.record_bytes, tags=scan.tags, file_s=scan.file_s)

    def seconds(self, size: int) -> float:
        """Seconds allowed for a file of `size` bytes."""
        return self.file_s + size / _BYTES_A_SECOND

    def short(self, tag: str) -> str:
        """The tag itself, or its first bytes and a hash of all if it is too long."""
        if 4 * len(tag) <= self.tag_bytes:
            return tag
        raw = tag.encode("utf-8", "backslashreplace")
        if len(raw) <= self.tag_bytes:
            return tag
        digest = hashlib.sha256(raw).hexdigest()[:16]
        return f"{raw[: self.tag_bytes - 17].decode('utf-8', 'ignore')}~{digest}"
