"""Framing: the cases that the peers' own tests hold, and those on which they lose records."""

from __future__ import annotations

import os
import random
import struct
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from event_files import header, masked, record
from event_files import write as write_file
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.readers.events import resync as event_resync
from loganalyzer.readers.events.crc32c import (
    contribution,
    crc32c,
    extend,
    length_crc,
    mask_all,
    masked_crc32c,
)
from loganalyzer.readers.events.frames import frames
from loganalyzer.readers.events.tfrecord import Damage, Record, records


def read(path: Path, **options: int) -> tuple[list[bytes], list[Damage]]:
    items = list(items_of(path, **options))
    damages = [item for item in items if isinstance(item, Damage)]
    return [item.payload for item in items if isinstance(item, Record)], damages


def items_of(path: Path, **options: int) -> list[Record | Damage]:
    fd = os.open(path, os.O_RDONLY)
    try:
        return list(records(fd, os.fstat(fd).st_size, **options))
    finally:
        os.close(fd)


@pytest.fixture
def file(tmp_path):
    def write(data: bytes) -> Path:
        return write_file(tmp_path, data, "records")

    return write


def flipped(data: bytes, byte: int, bit: int = 0) -> bytes:
    damaged = bytearray(data)
    damaged[byte] ^= 1 << bit
    return bytes(damaged)


def small_payloads(n: int) -> list[bytes]:
    return [b"payload %05d" % i + b"." * (i % 7) for i in range(n)]


# -- checksums


def test_crc_of_the_standard_and_of_a_published_record():
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert masked_crc32c(b"\x1a\x11CRC test, one two") == 0x5794D08A


def test_crc_forms_agree():
    data = bytes(range(97))
    assert extend(crc32c(data[:40]), data[40:]) == crc32c(data)
    assert mask_all(np.array([crc32c(data)], np.uint32)).tolist() == [masked(data)]
    assert length_crc(41) == masked(struct.pack("<Q", 41))


@given(st.binary(min_size=1, max_size=60), st.data())
def test_crc_is_linear_in_single_bytes(data, draw):
    place = draw.draw(st.integers(0, len(data) - 1))
    change = draw.draw(st.integers(0, 255))
    other = bytearray(data)
    other[place] ^= change
    expected = crc32c(data) ^ int(contribution(len(data) - 1 - place)[change])
    assert crc32c(bytes(other)) == expected


# -- sound files


def test_empty_file_has_no_records_and_no_damage(file):
    assert read(file(b"")) == ([], [])


def test_records_round_trip_with_an_empty_one_among_them(file):
    payloads = [b"foo", b"bar", b"", b"xxxx"]
    path = file(b"".join(map(record, payloads)))
    assert read(path) == (payloads, [])
    assert [item.offset for item in items_of(path)] == [0, 19, 38, 54]


def test_hundred_thousand_records_come_in_order(file):
    payloads = [b"%d" % i for i in range(100_000)]
    assert read(file(b"".join(map(record, payloads)))) == (payloads, [])


def test_records_of_skewed_random_size(file):
    source = random.Random(301)
    payloads = [source.randbytes(source.randrange(1 << source.randrange(17))) for _ in range(500)]
    assert read(file(b"".join(map(record, payloads)))) == (payloads, [])


@pytest.mark.parametrize("chunk", [64, 97, 1000])
def test_chunk_borders_change_nothing(file, monkeypatch, chunk):
    payloads = small_payloads(300)
    data = b"".join(map(record, payloads))
    path = file(data[:3000] + b"damage" + data[3000:])
    whole = items_of(path)
    monkeypatch.setattr(event_resync, "CHUNK", chunk)
    assert items_of(path) == whole
    assert [item.payload for item in whole if isinstance(item, Record)] != []


def test_short_reads_change_nothing(file, monkeypatch):
    payloads = small_payloads(50)
    path = file(b"".join(map(record, payloads)))
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda fd, n, offset: pread(fd, min(n, 5), offset))
    assert read(path) == (payloads, [])


def test_a_read_error_loses_nothing_for_the_next_try(file, monkeypatch):
    path = file(record(b"foo"))

    def fail(fd: int, n: int, offset: int) -> bytes:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="Input/output"):
        patch.setattr(os, "pread", fail)
        read(path)
    assert read(path) == ([b"foo"], [])


def test_a_file_cut_while_it_is_read_ends_there(file):
    data = b"".join(map(record, small_payloads(4)))
    path = file(data)
    fd = os.open(path, os.O_RDONLY)
    found = list(records(fd, len(data) + 1000))
    os.close(fd)
    assert [item.payload for item in found if isinstance(item, Record)] == small_payloads(4)
    assert not [item for item in found if isinstance(item, Damage)]


# -- lock step


def walk(data: bytes) -> list[int]:
    """The slow twin of `frames`: one record after the other."""
    at, found = 0, []
    while at + 12 <= len(data):
        length, crc = struct.unpack_from("<QI", data, at)
        if crc != masked(data[at : at + 8]) or at + 16 + length > len(data):
            break
        found.append(at)
        at += 16 + length
    return found


@pytest.mark.parametrize("seed", range(6))
def test_lock_step_finds_what_a_walk_finds(seed):
    source = random.Random(seed)
    small = [source.randbytes(source.randrange(20, 90)) for _ in range(6000)]
    # A record that holds records, and one too long for the walkers to recognise, must not mislead them.
    small[2000] = b"".join(map(record, small[:300]))
    small[4000] = bytes(70_000)
    data = b"".join(map(record, small))
    if seed % 2:
        data = flipped(data, source.randrange(len(data)), source.randrange(8))[: -source.randrange(1, 40)]
    offset, length, end = frames(data, 0, len(data))
    plain, _, plain_end = frames(data, 0, len(data), lockstep=False)
    assert offset.tolist() == plain.tolist() == walk(data)
    assert end == plain_end == int(offset[-1] + length[-1] + 16)


def test_lock_step_over_lengths_that_point_backwards():
    records_ = b"".join(map(record, small_payloads(10_000)))
    garbage = b"\xff" * 200_000
    offset, _, end = frames(records_ + garbage, 0, len(records_) + len(garbage))
    assert (offset.size, end) == (10_000, len(records_))


def test_zeros_are_no_empty_records():
    sound = b"".join(map(record, small_payloads(6000)))
    for gap in (16, 400_000):
        data = sound + bytes(gap) + sound
        offset, _, end = frames(data, 0, len(data))
        assert (offset.size, end) == (6000, len(sound))


def test_empty_records_among_others_in_lock_step():
    data = b"".join(record(b"" if i % 3 else b"x" * 40) for i in range(20_000))
    offset, length, end = frames(data, 0, len(data))
    assert (offset.tolist(), end) == (walk(data), len(data))
    assert sorted(set(length.tolist())) == [0, 40]


# -- live tails


def test_every_cut_is_a_prefix_and_never_damage(file):
    payloads = small_payloads(12)
    data = b"".join(map(record, payloads))
    ends = np.cumsum([len(record(payload)) for payload in payloads]).tolist()
    for cut in range(1, len(data)):
        found, damages = read(file(data[:cut]))
        whole = sum(end <= cut for end in ends)
        begin = ([0, *ends])[whole]
        assert found == payloads[:whole]
        tails = [(damage.kind, damage.offset, damage.skipped, damage.lost) for damage in damages]
        assert tails == ([("truncated", begin, cut - begin, 0)] if cut > begin else [])


def test_a_tail_says_what_was_expected_and_found(file):
    _, (short,) = read(file(record(b"foo") + bytes(8)))
    assert short.text == (
        "expected a record header of 12 bytes at byte 19, found 8 bytes: "
        "the writer is still running or died; nothing to do unless the run is over"
    )
    _, (long,) = read(file(record(b"foo") + record(b"a longer one")[:-3]))
    assert long.text.startswith("expected a record of 28 bytes at byte 19, found 25 bytes")


# -- damage


@pytest.mark.parametrize(
    ("byte", "kind"),
    [(6, "corrupt_length"), (10, "corrupt_length"), (14, "corrupt_data"), (-1, "corrupt_data")],
)
def test_a_flip_in_a_single_record(file, byte, kind):
    found, (damage,) = read(file(flipped(record(b"foo bar"), byte)))
    assert found == []
    assert (damage.kind, damage.offset, damage.skipped, damage.lost) == (kind, 0, 23, 1)


def test_every_single_bit_flip_costs_one_record_and_is_reported(file):
    payloads = small_payloads(8)
    data = b"".join(map(record, payloads))
    for bit in range(8 * len(data)):
        found, damages = read(file(flipped(data, *divmod(bit, 8))))
        assert len(found) == 7
        assert set(found) < set(payloads)
        assert [damage.kind for damage in damages] in (["corrupt_length"], ["corrupt_data"])


def test_damage_text_names_both_checksums_and_the_next_record(file):
    data = record(b"foo") + flipped(record(b"bar"), 0) + record(b"baz")
    _, (damage,) = read(file(data))
    assert (
        f"0x{masked(struct.pack('<Q', 3)):08x} instead of 0x{masked(struct.pack('<Q', 2)):08x}" in damage.text
    )
    assert "the next intact record is at byte 38" in damage.text


def test_foreign_text_between_records_is_skipped_exactly(file):
    first, second = small_payloads(2)
    noise = b"2024-01-01 INFO somebody logged into the event file\n" * 3
    found, (damage,) = read(file(record(first) + noise + record(second)))
    assert found == [first, second]
    assert (damage.kind, damage.offset, damage.skipped) == ("corrupt_length", len(record(first)), len(noise))


def test_records_inside_what_a_torn_record_claims_are_found(file):
    torn = record(b"x" * 200)[:60]
    payloads = small_payloads(9)
    found, (damage,) = read(file(record(b"head") + torn + b"".join(map(record, payloads))))
    assert found == [b"head", *payloads]
    assert (damage.kind, damage.offset, damage.skipped) == ("corrupt_data", 20, 60)


def test_a_torn_record_that_claims_more_than_the_file_is_damage_if_records_follow(file):
    torn = record(b"x" * 5000)[:60]
    payloads = small_payloads(9)
    found, (damage,) = read(file(torn + b"".join(map(record, payloads))))
    assert found == payloads
    assert (damage.kind, damage.offset, damage.skipped) == ("corrupt_length", 0, 60)


@pytest.mark.parametrize("length", [1 << 40, 1 << 63, (1 << 64) - 1, (1 << 64) - 16])
@pytest.mark.parametrize("followed", [True, False])
def test_absurd_lengths_under_a_good_checksum_are_damage_and_allocate_nothing(file, length, followed):
    after = record(b"after") if followed else b""
    path = file(record(b"before") + header(length) + after)
    tracemalloc.start()
    found, (damage,) = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [b"before", b"after"] if followed else [b"before"]
    assert (damage.kind, damage.offset, damage.skipped) == ("corrupt_length", 22, 12)
    assert peak < 1 << 20


@pytest.mark.parametrize("chunk", [1000, 1 << 20])
def test_a_record_over_the_limit_is_left_out_and_said(file, monkeypatch, chunk):
    monkeypatch.setattr(event_resync, "CHUNK", chunk)
    big = bytes(5000)
    found, (damage,) = read(file(record(b"a") + record(big) + record(b"b")), max_record=1000)
    assert found == [b"a", b"b"]
    assert (damage.kind, damage.offset, damage.skipped, damage.lost) == ("over_limit", 17, 5016, 1)
    broken = flipped(record(big), 100)
    found, (damage,) = read(file(record(b"a") + broken + record(b"b")), max_record=1000)
    assert found == [b"a", b"b"]
    assert (damage.kind, damage.offset, damage.skipped) == ("corrupt_data", 17, 5016)


def test_many_records_over_the_limit(file):
    payloads = [bytes(50) if i % 3 else bytes(200) for i in range(300)]
    found, damages = read(file(b"".join(map(record, payloads))), max_record=100)
    assert found == [bytes(50)] * 200
    assert [damage.kind for damage in damages] == ["over_limit"] * 100


def test_many_damages_cost_one_record_each(file):
    payloads = small_payloads(3000)
    parts = [flipped(record(p), 3 + i % 15) if i % 10 == 5 else record(p) for i, p in enumerate(payloads)]
    found, damages = read(file(b"".join(parts)))
    assert found == [p for i, p in enumerate(payloads) if i % 10 != 5]
    assert len(damages) == 300
    assert all(a.offset + a.skipped <= b.offset for a, b in pairwise(damages))


def test_a_long_run_of_zeros_is_one_damage(file):
    found, (damage,) = read(file(record(b"a") + bytes(300_000) + record(b"b")))
    assert found == [b"a", b"b"]
    assert (damage.offset, damage.skipped) == (17, 300_000)


def test_forged_headers_cannot_ask_for_endless_checksums(file, monkeypatch):
    checked = 0
    is_sound = event_resync.Window.is_sound

    def counting(window: event_resync.Window, offset: int, length: int) -> bool:
        nonlocal checked
        checked += length
        return is_sound(window, offset, length)

    monkeypatch.setattr(event_resync.Window, "is_sound", counting)
    monkeypatch.setattr(event_resync, "CHUNK", 1 << 16)
    n = 4000
    # Each header claims the payload up to the next header half a file away.
    data = b"\0" + header(12 * n // 2 - 16) * n
    found, (damage,) = read(file(data))
    assert found == []
    assert (damage.offset, damage.skipped) == (0, len(data))
    assert 0 < checked <= 8 * len(data) + 4 * (1 << 16)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.binary(max_size=40), max_size=12),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 2), st.binary(min_size=1, max_size=30)), max_size=4
    ),
)
def test_whatever_is_done_to_a_file_offsets_grow_and_payloads_are_real(tmp_path_factory, payloads, edits):
    data = bytearray(b"".join(map(record, payloads)))
    for place, how, piece in edits:
        at = place % (len(data) + 1)
        if how == 0:
            data[at:at] = piece
        elif how == 1:
            del data[at : at + len(piece)]
        else:
            data[at : at + len(piece)] = piece
    path = tmp_path_factory.mktemp("edited") / "records"
    path.write_bytes(data)
    items, end = items_of(path), 0
    for item in items:
        assert item.offset >= end
        end = item.offset + (item.skipped if isinstance(item, Damage) else len(item.payload) + 16)
        if isinstance(item, Record):
            assert data[item.offset : end] == record(item.payload)
    assert end == len(data)
