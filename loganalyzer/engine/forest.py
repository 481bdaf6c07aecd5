"""Decision trees as plain arrays, walked without the library that grew them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from math import isnan
from pathlib import Path

import numpy as np
import numpy.typing as npt

from loganalyzer.errors import LogAnalyzerError
from loganalyzer.model.run import Floats

CHECKSUMS = "SHA256SUMS"
NODE = np.dtype([("feature", "<i2"), ("right", "<i4"), ("missing_left", "?"), ("threshold", "<f4")])
"""A node; the one behind it in the array is its left child. `feature` is -1 in a leaf, whose `right` is then
its row in `leaves`. A sample goes left if its single-precision value is at most `threshold`, or if it is NaN
and `missing_left` holds."""


class ArraysError(LogAnalyzerError):
    """The arrays that came with the package are not those that were trained."""


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees over named features: `nodes` (k,) of dtype `NODE`, `roots` (t,), `leaves` (l, outputs)."""

    features: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: npt.NDArray[np.void]
    roots: npt.NDArray[np.int64]
    leaves: npt.NDArray[np.float16]

    @cached_property
    def _fields(self) -> tuple[list[int], list[int], list[bool], list[float]]:
        """The fields of `NODE`, each as a list: one row asks for one number after the other."""
        feature, right, missing_left, threshold = (self.nodes[name].tolist() for name in NODE.fields or ())
        return feature, right, missing_left, threshold

    def leaves_of(self, row: Floats) -> list[int]:
        """The row of `leaves` that each tree sends a row of shape (features,) to, t of them."""
        feature, right, missing_left, threshold = self._fields
        value = row.astype(np.float32).tolist()
        found = []
        for root in self.roots.tolist():
            at = root
            while feature[at] >= 0:
                asked = value[feature[at]]
                is_left = missing_left[at] if isnan(asked) else asked <= threshold[at]
                at = at + 1 if is_left else right[at]
            found.append(right[at])
        return found

    def predict(self, row: Floats) -> Floats:
        """The mean of the trees' answers to a row of shape (features,); shape (outputs,)."""
        # one after the other, as scikit-learn adds them up: the sum is then the same to the last bit
        totals = np.cumsum(self.leaves[self.leaves_of(row)], axis=0, dtype=np.float64)
        return np.asarray(totals[-1] / self.roots.size)


def verified(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name, each compared with its line in SHA256SUMS first.

    Raises:
        ArraysError: a file is missing or is not the one that was trained.
    """
    files = {}
    for line in (folder / CHECKSUMS).read_text(encoding="ascii").splitlines():
        expected, name = line.split()
        path = folder / name
        data = path.read_bytes() if path.is_file() else b""
        if sha256(data).hexdigest() != expected:
            found = "another content" if path.is_file() else "no such file"
            raise ArraysError(
                f"{path}: expected the content named in {CHECKSUMS}, found {found}; install loganalyzer again"
            )
        files[name] = data
    return files


def as_array(data: bytes) -> npt.NDArray[np.generic]:
    """The array of an .npy file; one that would need a pickle is refused."""
    return np.asarray(np.load(BytesIO(data), allow_pickle=False))
