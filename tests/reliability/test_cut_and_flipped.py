"""Single bits that are wrong, and logs that end early: what is lost, what is said, and what is not."""

import shutil
from pathlib import Path

import every_flip
import pytest
from every_flip import WHOLE

from loganalyzer.readers.formats import HEAD_BYTES, reader_of

LOGS = Path(__file__).parents[2] / "sample_logs"
N_CUTS = 60


def smallest_logs():
    """The reader and the smallest sample of each format and name."""
    found = {}
    for path in sorted(LOGS.rglob("*"), key=lambda path: (path.stat().st_size, path)):
        if path.is_file() and path.name != "truth.yaml":
            with path.open("rb") as file:
                reader = reader_of(path, file.read(HEAD_BYTES))
            if reader is not None and not hasattr(reader, "read_runs_of"):
                name = path.name if path.suffix in {".csv", ".json", ".txt"} else path.suffix[:6]
                found.setdefault(f"{reader.FORMAT}-{name}", (reader, path))
    return [pytest.param(*one, id=name) for name, one in sorted(found.items())]


def values_of(reading):
    return {column.tag: list(map(repr, column.value.tolist())) for column in reading.columns}


def test_a_flip_in_each_byte_is_told_and_costs_one_record():
    assert len(WHOLE) >= 2000
    assert every_flip.check(8 * byte + byte % 8 for byte in range(len(WHOLE))) == len(WHOLE)


@pytest.mark.parametrize(("reader", "path"), smallest_logs())
def test_a_log_that_ends_early_is_the_beginning_of_the_whole_and_not_damaged(reader, path, tmp_path):
    data = path.read_bytes()
    copy = tmp_path / path.relative_to(LOGS)
    shutil.copytree(path.parent, copy.parent)
    whole = reader.read(copy)
    for cut in range(0, len(data), max(1, len(data) // N_CUTS)):
        copy.write_bytes(data[:cut])
        reading = reader.read(copy)
        kinds = {problem.kind for problem in reading.problems}
        # without its header a table cannot be told from any other text
        assert kinds <= {"truncated", "empty"} | (set() if reading.columns else {"skipped"})
        for tag, values in values_of(reading).items():
            assert values == values_of(whole)[tag][: len(values)]
    with copy.open("ab") as file:
        file.write(data[cut:])
    assert values_of(reader.read(copy)) == values_of(whole)
