"""The curves of a run as a few bytes, to judge it by other rules without its logs; nothing is rounded."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from loganalyzer.model.diagnosis import RunSummary
from loganalyzer.model.run import Axis, Floats, Histograms, Ints, Run, Series

# Of longer runs the logs are read again: keeping them would be a second copy of the logs.
MAX_BYTES = 512 * 1024
_LEVEL = 1


class _Curve(msgspec.Struct, array_like=True):
    tag: str
    axis: Axis
    superseded: int
    step: bytes
    value: bytes
    wall_time: bytes | None


class _Layers(msgspec.Struct, array_like=True):
    """One histogram tag: its steps, the five summaries one behind another, and the quantiles."""

    tag: str
    step: bytes
    summaries: bytes
    quantiles: bytes
    width: int


class _Packed(msgspec.Struct, array_like=True):
    curves: list[_Curve]
    layers: list[_Layers]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Packed)


def pack(run: Run) -> bytes | None:
    """All arrays of a run, compressed; None where they are too many to keep."""
    if sum(array.nbytes for array in _arrays(run)) > MAX_BYTES:
        return None
    packed = _Packed([_curve(series) for series in run.series], [_layers(one) for one in run.histograms])
    return zlib.compress(_ENCODER.encode(packed), _LEVEL)


def unpack(data: bytes, summary: RunSummary) -> Run:
    """The run that `pack` was given, with what `summary` knows of it; bit for bit the same."""
    packed = _DECODER.decode(zlib.decompress(data))
    return Run(
        run_id=summary.run_id,
        name=summary.name,
        framework=summary.framework,
        sources=summary.sources,
        series=tuple(_series(curve) for curve in packed.curves),
        histograms=tuple(_histograms(layers) for layers in packed.layers),
        hparams=summary.hparams,
        problems=summary.problems,
    )


def _arrays(run: Run) -> Iterator[npt.NDArray[np.generic]]:
    for series in run.series:
        yield series.step
        yield series.value
        if series.wall_time is not None:
            yield series.wall_time
    for one in run.histograms:
        yield from (one.step, *_summaries(one), one.quantiles)


def _summaries(one: Histograms) -> tuple[Floats, ...]:
    return one.min, one.max, one.mean, one.std, one.zero_share


def _curve(series: Series) -> _Curve:
    return _Curve(
        series.tag,
        series.axis,
        series.superseded,
        _from_ints(series.step),
        _from_floats(series.value),
        None if series.wall_time is None else _from_floats(series.wall_time),
    )


def _series(curve: _Curve) -> Series:
    wall_time = None if curve.wall_time is None else _to_floats(curve.wall_time)
    return Series(
        curve.tag, _to_ints(curve.step), _to_floats(curve.value), wall_time, curve.axis, curve.superseded
    )


def _layers(one: Histograms) -> _Layers:
    summaries = np.concatenate(_summaries(one))
    width = one.quantiles.shape[1]
    return _Layers(
        one.tag, _from_ints(one.step), _from_floats(summaries), _from_floats(one.quantiles.ravel()), width
    )


def _histograms(layers: _Layers) -> Histograms:
    step = _to_ints(layers.step)
    low, high, mean, std, zero_share = _to_floats(layers.summaries).reshape(5, step.size)
    quantiles = _to_floats(layers.quantiles).reshape(step.size, layers.width)
    return Histograms(layers.tag, step, low, high, mean, std, zero_share, quantiles)


def _from_ints(steps: Ints) -> bytes:
    """Differences, which are mostly one number; sums of them give the steps back, overflow included."""
    return _shuffled(np.diff(steps, prepend=np.int64(0)))


def _to_ints(data: bytes) -> Ints:
    return np.cumsum(_unshuffled(data, np.dtype("<i8")), dtype=np.int64)


def _from_floats(values: Floats) -> bytes:
    """In four bytes each where that is exact, as for all that was logged in four; a first byte says which."""
    with np.errstate(over="ignore", invalid="ignore"):
        short = values.astype("<f4")
    values = np.ascontiguousarray(values)
    if np.array_equal(short.astype(np.float64).view(np.int64), values.view(np.int64)):
        return b"\x04" + _shuffled(short)
    return b"\x08" + _shuffled(values)


def _to_floats(data: bytes) -> Floats:
    return _unshuffled(data[1:], np.dtype("<f4" if data[0] == 4 else "<f8")).astype(np.float64)


def _shuffled(array: npt.NDArray[np.generic]) -> bytes:
    """First bytes of all numbers, then second bytes, and so on: alike bytes lie together and compress."""
    return np.ascontiguousarray(array).view(np.uint8).reshape(-1, array.itemsize).T.tobytes()


def _unshuffled(data: bytes, kind: np.dtype[np.generic]) -> npt.NDArray[np.generic]:
    rows = np.frombuffer(data, np.uint8).reshape(kind.itemsize, -1)
    return np.ascontiguousarray(rows.T).view(kind).ravel()
