"""Histograms: many at once must say what a slow twin says of each, by whatever way they were written."""

from __future__ import annotations

import math

import numpy as np
import pytest
from event_files import DOUBLE, event, file_bytes, histogram, shaped, simple, value_of, write
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.histogram_pb2 import HistogramProto
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from loganalyzer.model.run import QUANTILES
from loganalyzer.readers import tfevents
from loganalyzer.readers.events.buckets import Buckets, from_message
from loganalyzer.readers.events.histograms import summaries
from loganalyzer.readers.events.lone import AUDIO, HISTOGRAM, IMAGE, lone_value


def twin(one: Buckets) -> list[float]:
    """The numbers of one histogram, bucket by bucket."""
    right, counts = one.right.tolist(), one.counts.tolist()
    if one.sums is not None:
        low, high, n, total, squares = one.sums
        right = [min(max(bound, low), high) for bound in right]
        left = [low, *right[:-1]]
        if not (n > 0 and sum(counts) > 0):
            return [math.nan] * 10
        mean = total / n
        std = math.sqrt(max(0.0, squares / n - mean * mean))
    else:
        left = one.left.tolist()
        if not sum(counts) > 0:
            return [math.nan] * 10
        middle = [(a + b) / 2 for a, b in zip(left, right, strict=True)]
        mean = sum(m * c for m, c in zip(middle, counts, strict=True)) / sum(counts)
        spread = [
            ((m - mean) ** 2 + (b - a) ** 2 / 12) * c
            for m, a, b, c in zip(middle, left, right, counts, strict=True)
        ]
        std = math.sqrt(sum(spread) / sum(counts))
        filled = [k for k, count in enumerate(counts) if count > 0]
        low, high = left[filled[0]], right[filled[-1]]
    return [low, high, mean, std, zero_share(left, right, counts), *quantiles(left, right, counts)]


def quantiles(left: list[float], right: list[float], counts: list[float]) -> list[float]:
    found = []
    for q in QUANTILES:
        wanted, upto, k = q * sum(counts), 0.0, 0
        while k < len(counts) - 1 and upto + counts[k] < wanted:
            upto, k = upto + counts[k], k + 1
        inside = min(1.0, max(0.0, (wanted - upto) / counts[k]))
        found.append(left[k] + inside * (right[k] - left[k]))
    return found


def zero_share(left: list[float], right: list[float], counts: list[float]) -> float:
    filled = [k for k, count in enumerate(counts) if count > 0]
    low, high, total = left[filled[0]], right[filled[-1]], sum(counts)
    if low > 0 or high < 0:
        return 0.0
    holds = [k for k in range(len(counts)) if left[k] <= 0 and (right[k] > 0 or right[k] == 0 == high)]
    held = sum(counts[k] for k in holds)
    narrow = 1e-6 * max(-low, high)
    if held == 0 or all(right[k] - left[k] <= narrow for k in holds):
        return held / total
    if low < 0 < high or len(holds) > 1:
        return math.nan
    beside = holds[0] + (1 if low == 0 else -1)
    if not 0 <= beside < len(counts) or not right[beside] > left[beside]:
        return math.nan
    width = (right[holds[0]] - left[holds[0]]) / (right[beside] - left[beside])
    return max(0.0, held - counts[beside] * width) / total


BOUNDS = st.lists(st.integers(-8, 8), min_size=1, max_size=9).map(sorted)
COUNT = st.integers(0, 5)


@st.composite
def buckets(draw: st.DrawFn) -> Buckets:
    """Few round numbers, so that zero, equal and narrow bounds are common."""
    scale = draw(st.sampled_from([1.0, 1e-9, 0.3]))
    bounds = np.array(draw(BOUNDS), float) * scale
    if draw(st.booleans()):
        counts = np.array([draw(COUNT) for _ in bounds], float)
        low, high = sorted((draw(st.integers(-8, 8)) * scale, draw(st.integers(-8, 8)) * scale))
        n = draw(st.integers(0, 9))
        return Buckets(bounds, counts, (low, high, n, draw(st.integers(-9, 9)), draw(st.integers(0, 90))))
    counts = np.array([draw(COUNT) for _ in bounds[1:]], float)
    return Buckets(bounds[1:], counts, None, bounds[:-1])


@settings(max_examples=300, deadline=None)
@given(st.lists(buckets(), min_size=1, max_size=12))
def test_many_at_once_equal_the_slow_twin(found):
    expected = np.array([twin(one) for one in found])
    np.testing.assert_allclose(summaries(found), expected, rtol=1e-9, atol=1e-15)


@settings(max_examples=50, deadline=None)
@given(st.lists(buckets(), min_size=2, max_size=12))
def test_what_is_beside_a_histogram_does_not_change_a_bit_of_it(found):
    together = summaries(found)
    alone = np.concatenate([summaries([one]) for one in found])
    # The mean of a table is summed in pairs, and the pairs depend on how far its row was filled up.
    np.testing.assert_allclose(together, alone, rtol=1e-14)


def test_no_histograms():
    assert summaries([]).shape == (0, 10)


NUMBERS = st.floats(allow_nan=False, width=32)


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=5),
    st.lists(NUMBERS, min_size=5, max_size=5),
    st.booleans(),
)
def test_messages_are_read_as_protobuf_reads_them(pairs, sums, is_split):
    low, high, n, total, squares = sums
    limits, counts = [a for a, _ in pairs], [b for _, b in pairs]
    message = HistogramProto(
        min=low, max=high, num=n, sum=total, sum_squares=squares, bucket_limit=limits, bucket=counts
    )
    raw = message.SerializeToString()
    if is_split:  # a message in two parts means what both say together
        half = HistogramProto(bucket_limit=[1.0], bucket=[2.0]).SerializeToString()
        found = from_message(half + raw, [(0, len(half)), (len(half), len(half) + len(raw))])
        limits, counts = [1.0, *limits], [2.0, *counts]
    else:
        found = from_message(raw, [(0, len(raw))])
    assert (found.right.tolist(), found.counts.tolist()) == (limits, counts)
    assert found.sums == (low, high, n, total, squares)


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_message_that_is_cut_is_none(cut):
    raw = HistogramProto(
        min=1, max=2, num=3, sum=4, sum_squares=5, bucket_limit=[1.0, 2.0], bucket=[3.0, 4.0]
    ).SerializeToString()
    whole = from_message(raw, [(0, len(raw))])
    assert whole.counts.tolist() == [3.0, 4.0]
    try:
        found = from_message(raw, [(0, len(raw) - cut)])
    except ValueError:
        return
    assert found is None or found.counts.size < 2


# -- events known by their first bytes


def head_of(*values: Summary.Value, step: int = 7) -> bytes:
    return event(step, *values).SerializeToString()


IMAGE_VALUE = Summary.Value(tag="i", image=Summary.Image(height=3, encoded_image_string=b"x" * 3000))
AUDIO_VALUE = Summary.Value(tag="s", audio=Summary.Audio(encoded_audio_string=b"x" * 3000))


@pytest.mark.parametrize("step", [0, 1, 300, -1])
@pytest.mark.parametrize(
    ("value", "kind"), [(IMAGE_VALUE, IMAGE), (AUDIO_VALUE, AUDIO), (histogram("h", num=1), HISTOGRAM)]
)
def test_lone_values_are_known(value, kind, step):
    raw = head_of(value, step=step)
    lone = lone_value(raw[:512], len(raw))
    assert (lone.kind, lone.step, lone.tag) == (kind, step, value.tag)
    assert lone.body[1] == len(raw)


def test_whatever_has_more_to_it_is_not_lone():
    named = Summary.Value(tag="i", image=IMAGE_VALUE.image, metadata={"display_name": "x"})
    cases = [
        head_of(IMAGE_VALUE, simple("x", 1.0)),
        head_of(named),
        head_of(simple("x", 1.0)),
        head_of(Summary.Value(image=IMAGE_VALUE.image)),
        head_of(IMAGE_VALUE) + b"\x10\x05",
        head_of(IMAGE_VALUE)[:-1],
        head_of(Summary.Value(tag="t" * 600, image=IMAGE_VALUE.image)),
        head_of(IMAGE_VALUE)[9:],
        b"",
        b"\x09",
    ]
    assert [lone_value(raw[:512], len(raw)) for raw in cases] == [None] * len(cases)


def test_blobs_and_histograms_among_scalars(tmp_path):
    table = np.array([[0.0, 1.0, 3.0], [1.0, 2.0, 1.0]])
    tensor = TensorProto(dtype=DOUBLE, tensor_shape=shaped(2, 3), tensor_content=table.tobytes())
    bars = histogram("h", min=0, max=2, num=4, sum=4, sum_squares=5, bucket_limit=[1, 2], bucket=[3, 1])
    events = []
    for step in range(50):
        events += [event(step, simple("x", step)), event(step, bars), event(step, IMAGE_VALUE)]
        events.append(event(step, value_of("t", tensor, "histograms")))
    data = bytearray(file_bytes(*events))
    broken = len(file_bytes(*events[:2])) + 1000
    data[broken] ^= 1  # in the first image
    reading = tfevents.read(write(tmp_path, bytes(data)))
    assert [(one.tag, one.step.tolist()) for one in reading.histograms] == [
        (tag, list(range(50))) for tag in "ht"
    ]
    bars_found, table_found = reading.histograms
    np.testing.assert_allclose(bars_found.quantiles, table_found.quantiles)
    assert (bars_found.mean[0], bars_found.max[49]) == (1.0, 2.0)
    assert [(problem.kind, problem.lost) for problem in reading.problems] == [("corrupt_data", 1)]
    assert reading.source.records == 200
