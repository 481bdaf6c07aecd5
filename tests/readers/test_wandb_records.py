import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import wandb_files as made
from hypothesis import given, settings
from hypothesis import strategies as st
from wandb_files import BLOCK, FIRST, FULL, HEADER, LAST, MIDDLE, chunk

from loganalyzer.readers.wandb import records as assembly
from loganalyzer.readers.wandb.chunks import Log
from loganalyzer.readers.wandb.records import Damage, Record, header_fault, records


@contextmanager
def opened(data: bytes, size: int | None = None) -> Iterator[Log]:
    fd = os.memfd_create("log")
    try:
        os.write(fd, data)
        yield Log(fd, len(data) if size is None else size)
    finally:
        os.close(fd)


def items(data: bytes) -> list[Record | Damage]:
    with opened(data) as log:
        return list(records(log))


def payloads(data: bytes) -> list[bytes]:
    return [item.payload for item in items(data) if isinstance(item, Record)]


def damages(data: bytes) -> list[Damage]:
    return [item for item in items(data) if isinstance(item, Damage)]


def spoilt(data: bytes, at: int, mask: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def assert_tiled(data: bytes) -> None:
    """Every byte behind the header is in one record, one damage, or zeros that pad a block."""
    at = len(HEADER)
    for item in items(data):
        stop = item.stop if isinstance(item, Record) else item.offset + item.skipped
        gap = data[at : item.offset]
        assert len(gap) < 7
        assert not gap.strip(b"\0")
        assert not gap or item.offset % BLOCK == 0
        assert stop > item.offset
        at = stop
    assert not data[at:].strip(b"\0")


def test_header_alone_holds_nothing() -> None:
    assert items(HEADER) == []
    assert header_fault(HEADER) is None


@pytest.mark.parametrize("n", [1, 3, 6])
def test_header_in_pieces_is_a_live_tail(n: int) -> None:
    fault = header_fault(HEADER[:n])
    assert fault is not None
    assert fault[:4] == ("truncated", 0, n, 0)


@pytest.mark.parametrize("at", range(7))
def test_broken_header_is_said(at: int) -> None:
    fault = header_fault(spoilt(HEADER, at))
    assert fault is not None
    assert fault[:4] == ("corrupt_data", 0, 7, 0)


@pytest.mark.parametrize("size", [0, 1, 100, 32_754, 32_755, 32_756, 70_000, 5 * BLOCK])
def test_records_of_any_size_come_back(size: int) -> None:
    bodies = [b"before", bytes(range(256)) * (size // 256) + b"x" * (size % 256), b"after", b""]
    data = made.file_bytes(*bodies)
    assert payloads(data) == bodies
    assert damages(data) == []
    assert_tiled(data)


def test_record_of_two_and_a_half_blocks_takes_four_chunks() -> None:
    body = random.Random(1).randbytes(BLOCK * 5 // 2)
    data = made.file_bytes(body, b"next")
    kinds = [data[at + 6] for at in (7, BLOCK, 2 * BLOCK)]
    assert kinds == [FIRST, MIDDLE, LAST]
    assert payloads(data) == [body, b"next"]


@pytest.mark.parametrize("left", range(7))
def test_padding_of_less_than_a_header_is_no_damage(left: int) -> None:
    first = b"x" * (BLOCK - len(HEADER) - 7 - left)
    data = made.file_bytes(first, b"next")
    assert len(data) == BLOCK + 7 + 4
    assert payloads(data) == [first, b"next"]
    assert damages(data) == []


def test_block_with_room_for_a_header_alone_holds_an_empty_first_chunk() -> None:
    first = b"x" * (BLOCK - len(HEADER) - 14)
    data = made.file_bytes(first, b"next")
    assert data[BLOCK - 1] == FIRST
    assert payloads(data) == [first, b"next"]


def test_padding_that_is_not_zero_is_said_and_costs_nothing() -> None:
    first = b"x" * (BLOCK - len(HEADER) - 7 - 4)
    data = spoilt(made.file_bytes(first, b"next"), BLOCK - 2)
    assert payloads(data) == [first, b"next"]
    (damage,) = damages(data)
    assert damage[:4] == ("corrupt_data", BLOCK - 4, 4, 0)


def test_payload_minus_one_byte_is_a_live_tail() -> None:
    data = made.file_bytes(b"whole", b"begun")
    assert payloads(data[:-1]) == [b"whole"]
    (damage,) = damages(data[:-1])
    assert damage[:4] == ("truncated", 19, 11, 0)
    assert payloads(data) == [b"whole", b"begun"]


@pytest.mark.parametrize("n", range(1, 7))
def test_chunk_header_in_pieces_is_a_live_tail(n: int) -> None:
    data = made.file_bytes(b"whole", b"begun")[: 19 + n]
    assert payloads(data) == [b"whole"]
    assert [damage[:4] for damage in damages(data)] == [("truncated", 19, n, 0)]


def test_record_whose_last_block_is_missing_is_a_live_tail_from_its_begin() -> None:
    data = made.file_bytes(b"whole", random.Random(2).randbytes(BLOCK * 5 // 2))[: 2 * BLOCK]
    assert payloads(data) == [b"whole"]
    assert [damage[:4] for damage in damages(data)] == [("truncated", 19, 2 * BLOCK - 19, 0)]


def test_file_cut_at_every_byte_gives_a_prefix_and_no_damage() -> None:
    bodies = [bytes([n]) * (n * 5 % 40) for n in range(20)]
    data = made.file_bytes(*bodies)
    for cut in range(len(HEADER), len(data)):
        found = payloads(data[:cut])
        assert found == bodies[: len(found)]
        assert {damage.kind for damage in damages(data[:cut])} <= {"truncated"}
        assert_tiled(data[:cut])


def test_every_flipped_bit_costs_one_record_at_most_and_is_said() -> None:
    bodies = [bytes([n]) * (n * 7 % 30) for n in range(12)]
    data = made.file_bytes(*bodies)
    for at in range(len(HEADER), len(data)):
        for bit in range(8):
            broken = spoilt(data, at, 1 << bit)
            found = payloads(broken)
            assert len(found) >= len(bodies) - 1
            assert all(body in bodies for body in found)
            assert len(damages(broken)) == 1
            assert_tiled(broken)


@pytest.mark.parametrize("at", [3, BLOCK - 100, BLOCK + 2, BLOCK + 5, BLOCK + 6, BLOCK + 50, 2 * BLOCK + 4])
def test_damage_anywhere_in_a_long_record_costs_that_record_alone(at: int) -> None:
    body = random.Random(3).randbytes(BLOCK * 9 // 4)
    data = made.file_bytes(b"one", body, b"two", b"three")
    begin = len(HEADER) + 7 + 3
    broken = spoilt(data, at + (begin if at < BLOCK - 100 else 0))
    assert payloads(broken) == [b"one", b"two", b"three"]
    (damage,) = damages(broken)
    assert (damage.offset, damage.lost) == (begin, 1)
    assert damage.offset + damage.skipped == data.index(chunk(FULL, b"two"))


def test_damage_is_left_within_its_block() -> None:
    """A reader that goes on at the next block would lose the twenty records behind the damage."""
    bodies = [bytes([n]) * 50 for n in range(40)]
    data = made.file_bytes(*bodies)
    assert len(data) < BLOCK
    broken = spoilt(data, len(HEADER) + 20 * 57 + 5)
    assert payloads(broken) == bodies[:20] + bodies[21:]
    assert [damage[:4] for damage in damages(broken)] == [("corrupt_data", 7 + 20 * 57, 57, 1)]


def test_wrong_length_that_leads_past_the_end_is_damage_where_a_record_follows() -> None:
    data = made.file_bytes(b"one", b"two", b"three")
    broken = spoilt(data, 17 + 5, 8)
    assert payloads(broken) == [b"one", b"three"]
    assert [damage[:4] for damage in damages(broken)] == [("corrupt_length", 17, 10, 1)]


def test_payload_that_holds_a_chunk_is_not_read_when_its_checksum_is_wrong() -> None:
    inner = chunk(FULL, b"not a record of this file")
    data = made.file_bytes(b"one", b"text: " + inner, b"two")
    assert payloads(spoilt(data, 17)) == [b"one", b"two"]
    at_end = made.file_bytes(b"one", b"text: " + inner)
    assert payloads(spoilt(at_end, 17)) == [b"one"]


def test_long_record_that_begins_behind_damage_in_its_block_is_found() -> None:
    body = random.Random(5).randbytes(2 * BLOCK)
    data = made.file_bytes(b"one", b"two", body, b"three")
    assert payloads(spoilt(data, 17 + 5, 8)) == [b"one", body, b"three"]


def test_length_past_the_end_of_the_block_is_no_length() -> None:
    bodies = [bytes([n]) * 500 for n in range(200)]
    data = made.file_bytes(*bodies)
    assert payloads(spoilt(data, 7 + 5, 0x80)) == bodies[1:]
    assert [damage[:4] for damage in damages(spoilt(data, 7 + 5, 0x80))] == [("corrupt_length", 7, 507, 1)]


def test_garbage_behind_damage_is_no_live_tail() -> None:
    data = spoilt(made.file_bytes(b"one", b"two"), 17) + b"garbage at the end"
    assert [damage[:4] for damage in damages(data)] == [("corrupt_data", 17, 28, 1)]


def test_block_of_zeros_is_skipped_and_said() -> None:
    body = b"x" * (BLOCK - len(HEADER) - 7)
    data = made.file_bytes(body)
    assert len(data) == BLOCK
    data = made.append(data + bytes(BLOCK), b"next")
    assert payloads(data) == [body, b"next"]
    assert [damage[:4] for damage in damages(data)] == [("corrupt_data", BLOCK, BLOCK, 1)]
    data = made.append(made.file_bytes(body) + bytes(3 * BLOCK), b"next")
    assert [damage[:4] for damage in damages(data)] == [("corrupt_data", BLOCK, 3 * BLOCK, 3)]


def test_record_that_another_one_interrupts_is_damage() -> None:
    data = (
        HEADER + chunk(FIRST, b"half") + chunk(FULL, b"whole") + chunk(LAST, b"rest") + chunk(FULL, b"next")
    )
    assert payloads(data) == [b"whole", b"next"]
    assert [damage[:4] for damage in damages(data)] == [
        ("corrupt_data", 7, 11, 1),
        ("corrupt_data", 30, 11, 1),
    ]


def test_damage_before_a_live_tail_is_told_from_it() -> None:
    data = spoilt(made.file_bytes(b"one", b"two", b"three"), 17)[:-1]
    assert payloads(data) == [b"one"]
    assert [damage[:4] for damage in damages(data)] == [("corrupt_data", 17, 10, 1), ("truncated", 27, 11, 0)]


def test_record_over_the_limit_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "MAX_RECORD", BLOCK)
    data = made.file_bytes(b"one", b"x" * BLOCK, b"x" * (BLOCK + 1), b"two")
    assert [len(body) for body in payloads(data)] == [3, BLOCK, 3]
    (damage,) = damages(data)
    assert (damage.kind, damage.lost) == ("over_limit", 1)


def test_file_that_shrinks_while_it_is_read_ends_where_it_ends() -> None:
    data = made.file_bytes(b"one", random.Random(4).randbytes(3 * BLOCK))
    with opened(data[: 2 * BLOCK], size=len(data)) as log:
        found = list(records(log))
    assert [item.payload for item in found if isinstance(item, Record)] == [b"one"]
    assert [item.kind for item in found if isinstance(item, Damage)] == ["truncated"]


def test_file_cut_between_blocks_while_it_is_read_has_no_damage() -> None:
    body = b"x" * (BLOCK - len(HEADER) - 7)
    with opened(made.file_bytes(body), size=2 * BLOCK) as log:
        assert [item.payload for item in records(log) if isinstance(item, Record)] == [body]
    with opened(made.file_bytes(body), size=2 * BLOCK) as log:
        assert len(list(records(log))) == 1


def test_search_for_headers_is_paid_from_an_allowance() -> None:
    """Bytes that look like headers everywhere must not cost a checksum each for ever."""
    data = HEADER + chunk(FULL, b"two") + b"\x01" * 20_000 + chunk(FULL, b"three")
    data += bytes(BLOCK - len(data)) + chunk(FULL, b"four")
    assert payloads(data) == [b"two", b"three", b"four"]
    with opened(data) as log:
        log._allowance = 10_000
        found = [item.payload for item in records(log) if isinstance(item, Record)]
    assert found == [b"two", b"four"]


BODIES = st.lists(
    st.builds(
        lambda seed, size: random.Random(seed).randbytes(size), st.integers(0, 999), st.integers(0, 20_000)
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(bodies=BODIES, place=st.floats(0, 1), length=st.integers(1, 5000), seed=st.integers(0, 99))
def test_a_stretch_overwritten_costs_only_what_it_touches(
    bodies: list[bytes], place: float, length: int, seed: int
) -> None:
    data = made.file_bytes(*bodies)
    spans = [(item.offset, item.stop) for item in items(data) if isinstance(item, Record)]
    begin = int(len(HEADER) + place * (len(data) - len(HEADER) - 1))
    end = min(begin + length, len(data))
    broken = data[:begin] + random.Random(seed).randbytes(end - begin) + data[end:]
    kept = [body for body, (start, stop) in zip(bodies, spans, strict=True) if stop <= begin or start >= end]
    assert payloads(broken) == kept or payloads(broken) == bodies
    assert_tiled(broken)


@settings(max_examples=40, deadline=None)
@given(bodies=BODIES, place=st.floats(0, 1))
def test_any_prefix_gives_a_prefix(bodies: list[bytes], place: float) -> None:
    data = made.file_bytes(*bodies)
    cut = int(len(HEADER) + place * (len(data) - len(HEADER)))
    found = payloads(data[:cut])
    assert found == bodies[: len(found)]
    assert {damage.kind for damage in damages(data[:cut])} <= {"truncated"}
    assert_tiled(data[:cut])


@settings(max_examples=100, deadline=None)
@given(tail=st.binary(max_size=300))
def test_any_bytes_are_tiled(tail: bytes) -> None:
    assert_tiled(HEADER + chunk(FULL, b"one") + tail)


def test_log_reads_no_more_than_it_is_told(tmp_path: Path) -> None:
    path = made.write(tmp_path, made.file_bytes(b"one", b"two"))
    fd = os.open(path, os.O_RDONLY)
    try:
        found = list(records(Log(fd, 17)))
    finally:
        os.close(fd)
    assert [item.payload for item in found if isinstance(item, Record)] == [b"one"]
    assert len(found) == 1
