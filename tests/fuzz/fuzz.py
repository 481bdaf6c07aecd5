"""Feed the readers with bytes that nobody would write. Needs atheris.

python tests/fuzz/fuzz.py all --seconds 60          every target in turn, 1 if any failed
python tests/fuzz/fuzz.py TARGET [LIBFUZZER OPTION OR FOLDER OF INPUTS]...

A failure leaves its input in `crash-*` in the working folder; in tests/fuzz/inputs/TARGET/ it is a test.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

TESTS = Path(__file__).resolve().parents[1]
INPUTS = TESTS / "fuzz" / "inputs"
LARGEST = 8192
# A process that mutates in Python grows by megabytes a second, whatever it is fed: no run may last longer.
SLICE = 50
sys.path[:0] = [str(TESTS.parent), str(TESTS / "fuzz"), str(TESTS / "readers")]


def mutator(repair: Callable[[bytes], bytes]) -> Callable[[bytes, int, int], bytes]:
    """Random changes, after most of which checksums are made right in one way or another."""
    from fuzz_mutators import as_records, with_payload_crc, with_record_crcs

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        changed = atheris.Mutate(data, max_size)
        if seed % 8 == 0:
            return changed
        if repair is with_record_crcs and seed % 8 == 1:
            return as_records(changed)[:max_size]
        if repair is with_record_crcs and seed % 8 == 2:
            return with_payload_crc(changed, seed % max(1, len(changed)))[:max_size]
        return repair(changed)[:max_size]

    return mutate


def fuzz_one(name: str, options: list[str]) -> None:
    """Fuzz one target until libFuzzer ends the process."""
    with atheris.instrument_imports(include=["loganalyzer"]):
        from fuzz_targets import TARGETS
    target = TARGETS[name]
    seeds = Path(tempfile.mkdtemp(prefix="seeds-"))
    for number, seed in enumerate(
        (*target.seeds, *(path.read_bytes() for path in (INPUTS / name).glob("*")))
    ):
        (seeds / str(number)).write_bytes(seed)
    more = {"custom_mutator": mutator(target.repair)} if target.repair else {}
    first = [sys.argv[0], "-timeout=20", "-rss_limit_mb=1024", f"-max_len={LARGEST}"]
    atheris.Setup([*first, *options, str(seeds)], target.check, **more)
    atheris.Fuzz()


def fuzz_all(seconds: int) -> int:
    """Fuzz every target in processes and a temporary folder of its own; how many failed."""
    from fuzz_targets import TARGETS

    failed = []
    for name in TARGETS:
        with tempfile.TemporaryDirectory() as folder:
            has_failed = any(
                _slice(name, folder, min(SLICE, seconds - past)) for past in range(0, seconds, SLICE)
            )
        sys.stderr.write(f"{name}: {'failed' if has_failed else 'no failure'} in {seconds} s\n")
        failed += [name] if has_failed else []
    return len(failed)


def _slice(name: str, folder: str, seconds: int) -> bool:
    """Fuzz on from the inputs that earlier slices found worth keeping; whether it failed."""
    grown = Path(folder, "grown")
    grown.mkdir(exist_ok=True)
    command = [sys.executable, __file__, name, f"-max_total_time={seconds}", "-verbosity=0", str(grown)]
    return bool(subprocess.run(command, env=os.environ | {"TMPDIR": folder}, check=False).returncode)


def main() -> int:
    name, *options = sys.argv[1:] or ["all", "--seconds", "60"]
    if name == "all":
        return min(1, fuzz_all(int(options[-1]) if options else 60))
    fuzz_one(name, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
