"""Samples of a format: copies to work on, and what can happen to the bytes of a file."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MAX_CUTS = 24
_N_FLIPS = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """A log of the format; its path below `root` is kept wherever a check copies it to."""

    root: Path
    path: Path

    @property
    def below(self) -> Path:
        """The path below the root."""
        return self.path.relative_to(self.root)

    @contextmanager
    def copied(self) -> Iterator[Path]:
        """A copy of the sample, and of all that lies with it below its root, in a folder of its own."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "copy"
            first = self.below.parts[0]
            if len(self.below.parts) > 1:
                shutil.copytree(self.root / first, root / first)
            else:
                root.mkdir()
                shutil.copy(self.path, root / first)
            yield root / self.below


def damaged(data: bytes) -> Iterator[bytes]:
    """The bytes of a sample with holes, noise, flips and repetition, and some that never were a log."""
    dice = random.Random(len(data))  # noqa: S311 - the same damage every time
    middle = len(data) // 2
    yield b""
    yield data[:middle] + bytes(64) + data[middle + 64 :]
    yield data[:middle] + dice.randbytes(64) + data[middle:]
    yield data[:middle] + data[middle + 7 :]
    yield data[middle:] + data[:middle]
    yield data + data
    for _ in range(_N_FLIPS):
        flipped = bytearray(data)
        for at in (dice.randrange(len(data)) for _ in range(3)) if data else ():
            flipped[at] ^= 1 << dice.randrange(8)
        yield bytes(flipped)
    yield dice.randbytes(2000)
    yield bytes(2000)
    yield b"\xff\xfe" + data
    yield b"[" * 5000
    yield data.replace(b"0", b"9" * 500)


def cuts(size: int) -> list[int]:
    """Lengths below `size` to cut to: all near the ends, and some between."""
    near = MAX_CUTS // 4
    between = (size * at // (2 * near) for at in range(2 * near))
    places = {*range(near), *range(size - near, size), *between}
    return sorted(place for place in places if 0 <= place < size)
