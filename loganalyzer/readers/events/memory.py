"""How memory is used again instead of asked for anew."""

from __future__ import annotations

from functools import cache

import numpy as np

_KEPT = 30 << 20


@cache
def keep_freed_memory() -> None:
    """Let large blocks that were freed serve again.

    The C library of Linux hands large blocks back to the system, which then clears each of their pages anew:
    up to a third of all time. It does so only with blocks larger than any that was freed before. This one is
    never touched, and so costs nothing.
    """
    np.empty(_KEPT, np.uint8)
