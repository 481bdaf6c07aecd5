"""docs/formats.md has all formats, in the order in which they are asked."""

import re
from pathlib import Path

from loganalyzer.readers.formats import readers
from loganalyzer.readers.sidecars import NAMES

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def test_every_reader_has_a_row_and_a_chapter_in_the_order_in_which_they_are_asked():
    formats = [reader.FORMAT for reader in readers()]
    assert re.findall(r"^\| \[`(.+?)`\]", TEXT, re.MULTILINE) == formats
    assert re.findall(r"^## (.+)$", TEXT, re.MULTILINE) == formats
    assert all(f"(#{name})" in TEXT for name in formats)


def test_every_settings_file_is_named():
    assert all(f"`{name}`" in TEXT for name in NAMES)
