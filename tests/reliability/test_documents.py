"""docs/formats.md has all formats, in the order in which they are asked; docs/readers.md one that works."""

import re
from pathlib import Path
from types import ModuleType

from loganalyzer.readers.contract import Sample, checks
from loganalyzer.readers.formats import readers
from loganalyzer.readers.sidecars import NAMES

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "formats.md").read_text(encoding="utf-8")


def test_every_reader_has_a_row_and_a_chapter_in_the_order_in_which_they_are_asked():
    formats = [reader.FORMAT for reader in readers()]
    assert re.findall(r"^\| \[`(.+?)`\]", TEXT, re.MULTILINE) == formats
    assert re.findall(r"^## (.+)$", TEXT, re.MULTILINE) == formats
    assert all(f"(#{name})" in TEXT for name in formats)


def test_every_settings_file_is_named():
    assert all(f"`{name}`" in TEXT for name in NAMES)


def test_the_reader_of_the_document_keeps_the_contract(tmp_path):
    code = re.findall(r"```python\n(.*?)```", (DOCS / "readers.md").read_text(encoding="utf-8"), re.DOTALL)[0]
    reader = ModuleType("my_reader")
    exec(code, vars(reader))
    path = tmp_path / "run" / "x.mine"
    path.parent.mkdir()
    path.write_text("# mine\n" + "".join(f"{step} {1 / (step + 1)}\n" for step in range(20)))
    made = checks(reader, [Sample(tmp_path, path)])
    assert len(made) == 9
    for check in made:
        check.run()
