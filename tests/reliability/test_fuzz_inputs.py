"""What fuzzing begins with and what it once broke a reader with, checked as fuzzing does it."""

from pathlib import Path

import pytest
from fuzz_checks import check_records, items_of
from fuzz_mutators import as_records, with_chunk_crcs, with_payload_crc, with_record_crcs
from fuzz_targets import TARGETS
from wandb_files import BLOCK
from wandb_files import file_bytes as wandb_bytes

INPUTS = Path(__file__).parents[1] / "fuzz" / "inputs"
KEPT = [
    pytest.param(path.parent.name, path.read_bytes(), id=f"{path.parent.name}-{path.name}")
    for path in sorted(INPUTS.glob("*/*"))
]
SEEDS = [
    pytest.param(name, seed, id=f"{name}-seed-{number}")
    for name, target in TARGETS.items()
    for number, seed in enumerate(target.seeds)
]


@pytest.mark.parametrize(("name", "data"), [*SEEDS, *KEPT])
def test_inputs_pass(name, data):
    TARGETS[name].check(data)


def test_a_check_finds_a_record_that_is_not_delivered(monkeypatch):
    whole = TARGETS["records"].seeds[0]
    check_records(whole)
    monkeypatch.setattr("fuzz_checks.items_of", lambda data: items_of(data)[1:])
    with pytest.raises(AssertionError, match="a hole"):
        check_records(whole)


def test_repaired_checksums_fit():
    whole = TARGETS["events"].seeds[0]
    broken = bytearray(whole)
    for at in (8, 14, len(whole) - 1):
        broken[at] ^= 255
    broken[14] ^= 255
    assert with_record_crcs(bytes(broken)) == whole
    end = 12 + whole[0]
    assert with_payload_crc(whole[:end] + b"????" + whole[end + 4 :], 0) == whole
    assert as_records(b"\x03abc\x00\x02de") == as_records(b"\x03abc") + as_records(b"\x00") + as_records(
        b"\x02de"
    )


def test_repaired_chunks_fit():
    whole = wandb_bytes(b"one", b"x" * BLOCK, b"two")
    broken = bytearray(whole)
    for at in (7, 17, BLOCK, BLOCK + 1):
        broken[at] ^= 255
    assert with_chunk_crcs(bytes(broken)) == whole
