"""Tensors as summaries hold them: the one number of a scalar, or the table of a histogram."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from loganalyzer.model.run import Floats
from loganalyzer.readers.events.message import Span
from loganalyzer.readers.events.protobuf import (
    BYTES,
    FIXED32,
    FIXED64,
    VARINT,
    Field,
    WireError,
    fields,
    signed,
    varint,
)

BFLOAT16 = "bfloat16"

# tensorflow.DataType -> how one element lies in tensor_content.
_CODES = {
    1: "<f4",
    2: "<f8",
    3: "<i4",
    4: "<u1",
    5: "<i2",
    6: "<i1",
    9: "<i8",
    10: "<u1",
    14: BFLOAT16,
    17: "<u2",
    19: "<f2",
    22: "<u4",
    23: "<u8",
}
_DTYPE, _SHAPE, _CONTENT = 1, 2, 4
_FLOATS, _DOUBLES = 5, 6
# The repeated field in which a type's elements lie when they are not in tensor_content.
_LIST_OF = {1: 5, 2: 6, 3: 7, 4: 7, 5: 7, 6: 7, 9: 10, 10: 11, 14: 13, 17: 7, 19: 13, 22: 16, 23: 17}


@dataclass(slots=True)
class Tensor:
    """A TensorProto: dimensions, and where its elements lie; `lists` holds the fields that are no content."""

    dtype: int = 0
    shape: list[int] = field(default_factory=list)
    content: Span = (0, 0)
    lists: list[Field] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Number:
    """A scalar widened to float64; one of fixed width lies at `at` in the record as a `code`, else -1."""

    value: float
    at: int = -1
    code: str = ""


def parse_tensor(record: bytes, spans: list[Span]) -> Tensor:
    """The TensorProto whose fields lie in `spans` of the record.

    Raises:
        WireError: it is none.
    """
    tensor = Tensor()
    for start, stop in spans:
        for item in fields(record, start, stop):
            if item.number == _DTYPE and item.wire == VARINT:
                tensor.dtype = item.value
            elif item.number == _SHAPE and item.wire == BYTES:
                tensor.shape += _dimensions(record, item)
            elif item.number == _CONTENT and item.wire == BYTES:
                tensor.content = (item.start, item.stop)
            else:
                tensor.lists.append(item)
    return tensor


def _dimensions(record: bytes, shape: Field) -> list[int]:
    sizes = []
    for dimension in fields(record, shape.start, shape.stop):
        if dimension.number == 2 and dimension.wire == BYTES:
            inner = fields(record, dimension.start, dimension.stop)
            sizes.append(next((signed(f.value) for f in inner if f.number == 1 and f.wire == VARINT), 0))
    return sizes


def number_of(record: bytes, tensor: Tensor) -> Number | None:
    """The tensor's one element, or None if it is not one real number.

    No element is repeated to fill a shape: a record of 70 bytes may claim billions.
    """
    code = _CODES.get(tensor.dtype)
    if code is None or any(size != 1 for size in tensor.shape):
        return None
    start, stop = tensor.content
    if start < stop:
        return fixed(record, start, code) if stop - start == width(code) else None
    spots = _elements(record, tensor)
    if len(spots) != 1:
        return None
    if tensor.dtype in (1, 2):
        return fixed(record, spots[0], code)
    return _from_varint(record, spots[0], code)


def width(code: str) -> int:
    """Bytes that one element takes."""
    return 2 if code == BFLOAT16 else np.dtype(code).itemsize


def widen(raw: np.ndarray[tuple[int], np.dtype[np.generic]], code: str) -> Floats:
    """Elements as float64, exactly but for 64-bit integers beyond 2**53; a bfloat16 comes as its 16 bits."""
    if code == BFLOAT16:
        return (raw.astype(np.uint32) << np.uint32(16)).view(np.float32).astype(np.float64)
    return raw.astype(np.float64)


def storage(code: str) -> str:
    """The NumPy type in which elements of `code` are fetched."""
    return "<u2" if code == BFLOAT16 else code


def fixed(record: bytes, at: int, code: str) -> Number:
    """The number of fixed width at `at`."""
    return Number(float(widen(np.frombuffer(record, storage(code), 1, at), code)[0]), at, code)


def _from_varint(record: bytes, at: int, code: str) -> Number:
    value, _ = varint(record, at, len(record))
    return Number(fixed(value.to_bytes(8, "little"), 0, code).value)


def _elements(record: bytes, tensor: Tensor) -> list[int]:
    """Where the first elements of the tensor's own list begin; more than two are not looked for."""
    wanted = _LIST_OF[tensor.dtype]
    step = {_FLOATS: 4, _DOUBLES: 8}.get(wanted, 0)
    lone = {_FLOATS: FIXED32, _DOUBLES: FIXED64}.get(wanted, VARINT)
    spots: list[int] = []
    for item in tensor.lists:
        if item.number != wanted or item.wire not in (BYTES, lone):
            continue
        at = item.start
        if step and (item.stop - at) % step:
            raise WireError(f"elements of {step} bytes do not fill {item.stop - at} bytes")
        while at < item.stop and len(spots) < 2:
            spots.append(at)
            at = at + step if step else varint(record, at, item.stop)[1]
    return spots


def table_of(record: bytes, tensor: Tensor) -> Floats | None:
    """The rows (left, right, count) of a histogram, shape (k, 3), or None if it is no such table."""
    code = _CODES.get(tensor.dtype, "")
    if code not in ("<f4", "<f8") or len(tensor.shape) != 2 or tensor.shape[1] != 3:
        return None
    start, stop = tensor.content
    if start == stop:
        spans = [(f.start, f.stop) for f in tensor.lists if f.number == _LIST_OF[tensor.dtype]]
        raw = b"".join(record[a:b] for a, b in spans)
    else:
        raw = record[start:stop]
    if len(raw) != tensor.shape[0] * 3 * width(code):
        return None
    return np.frombuffer(raw, code).astype(np.float64).reshape(-1, 3)
