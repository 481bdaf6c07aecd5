"""Pictures are the same bytes whenever and wherever they are made."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "sample_logs" / "collapse-to-chance" / "digits-one-cycle-too-high"
SUFFIXES = (".png", ".svg", ".pdf")
CODE = """
import sys
from loganalyzer.cli import main
for suffix in {suffixes!r}:
    sys.argv = ["loganalyzer", "plot", {run!r}, "-o", "x" + suffix]
    try:
        main()
    except SystemExit as left:
        assert left.code == 0
"""


def pictures(folder, **environment):
    """What a fresh process draws of one run in each format."""
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-c", CODE.format(suffixes=SUFFIXES, run=str(RUN))],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        check=True,
        capture_output=True,
    )
    return {suffix: (folder / f"x{suffix}").read_bytes() for suffix in SUFFIXES}


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    first = pictures(folder / "here", PYTHONHASHSEED="1", TZ="UTC")
    again = pictures(folder / "there", PYTHONHASHSEED="2", TZ="Asia/Tokyo", SOURCE_DATE_EPOCH="86400")
    return first, again


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_fresh_processes_write_the_same_bytes(twice, suffix):
    assert twice[0][suffix] == twice[1][suffix]


def test_no_picture_says_when_it_was_made(twice):
    first = twice[0]
    assert not re.search(rb"CreationDate|ModDate", first[".pdf"])
    assert b"<dc:date>" not in first[".svg"]
    assert {first[".png"][at + 4 : at + 8] for at in chunks(first[".png"])} == {
        b"IHDR",
        b"pHYs",
        b"IDAT",
        b"IEND",
    }


def chunks(png):
    """Where each chunk of a PNG begins."""
    at = 8
    while at < len(png):
        yield at
        at += 12 + int.from_bytes(png[at : at + 4])
