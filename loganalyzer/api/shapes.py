"""The shapes in which curves are taken, for type checkers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy.typing as npt

from loganalyzer.model.run import Run

Numbers: TypeAlias = npt.ArrayLike | Sequence[float | None]
"""Numbers of shape (n,): a list, an array, a pandas Series or a tensor; None is a missing one."""


class History(Protocol):
    """What Keras' `fit` returns."""

    history: dict[str, Any]
    epoch: list[int]


class Frame(Protocol):
    """A pandas DataFrame."""

    @property
    def columns(self) -> Any:  # noqa: ANN401
        """The tags."""

    @property
    def index(self) -> Any:  # noqa: ANN401
        """The rows, by step or number."""

    @property
    def iloc(self) -> Any:  # noqa: ANN401
        """Cells by position."""


Curves: TypeAlias = Mapping[str, Numbers] | Frame | History | Sequence[Mapping[str, Any]] | Run
"""What `diagnose` takes."""
