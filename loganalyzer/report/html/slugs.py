"""Names of files and anchors, made from names of runs that may hold anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

_MAX = 60
_PLAIN = re.compile(r"[^a-z0-9]+")
# What one system or another takes for a device.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")


def slugs(names: Iterable[str]) -> list[str]:
    """A file name without suffix for each name: lower-case ASCII, short, no two the same.

    The first of several that differ in signs alone keeps the plain one, the others are counted.
    """
    taken: dict[str, None] = {}
    for name in names:
        slug = first = _slug(name)
        number = 2
        while slug in taken:
            slug, number = f"{first}-{number}", number + 1
        taken[slug] = None
    return list(taken)


def _slug(name: str) -> str:
    plain = _PLAIN.sub("-", name.lower()).strip("-")
    if len(plain) > _MAX or not plain or _DEVICES.fullmatch(plain):
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return f"{plain[:_MAX].rstrip('-') or 'run'}-{digest}"
    return plain
