"""The pictures of the documentation are there, small, shown, and ask for nothing from elsewhere."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "gallery.md").read_text(encoding="utf-8")
PICTURES = sorted((DOCS / "gallery").iterdir())


def test_every_picture_is_shown_and_every_picture_shown_is_there():
    shown = {place: said for said, place in re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", PAGE)}
    assert sorted(shown) == sorted([f"gallery/{path.name}" for path in PICTURES] + ["collapse.png"])
    assert all(len(said) > 20 for said in shown.values())


def test_pictures_are_small():
    assert sum(path.stat().st_size for path in (*PICTURES, DOCS / "collapse.png")) < 1_500_000


def test_screens_load_nothing():
    for path in PICTURES:
        if path.suffix == ".svg":
            text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
            assert not re.search(r"https?:|@import|@font-face|<script|<image", text)


def test_each_picture_has_a_line_in_the_script_that_makes_it():
    script = (DOCS.parent / "benchmarks" / "gallery.py").read_text(encoding="utf-8")
    assert all(f'"{path.stem}"' in script for path in PICTURES)
