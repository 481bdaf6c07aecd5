import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean, shorten, show, to_ascii

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ANY_TEXT = st.text(st.characters(exclude_categories=()))


def steers(character):
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in BIDI


@given(ANY_TEXT)
def test_shown_text_steers_nothing_and_keeps_the_rest(text):
    shown = show(text)
    assert not any(steers(character) for character in shown)
    if not any(steers(character) for character in text):
        assert shown == text


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2028, 0xD800, 0xDFFF])
def test_what_steers_is_spelled_out(code):
    assert int(show(chr(code))[2:], 16) == code


@given(ANY_TEXT)
def test_ascii_screens_get_ascii(text):
    assert clean(text, Screen(unicode=False)).isascii()


def test_usual_signs_keep_their_look_in_ascii():
    assert to_ascii("2 × 3 → 6 – done… ≥ 5 é") == "2 x 3 -> 6 - done... >= 5 \\xe9"


@given(st.text(), st.integers(5, 60))
def test_shortened_text_fits(text, width):
    short = shorten(show(text), width, ellipsis="…")
    assert cell_len(short) <= width
    if cell_len(show(text)) <= width:
        assert short == show(text)


def test_both_ends_of_a_name_survive():
    assert shorten("experiments/2024/lr-0.1/seed-7", 15, ellipsis="…") == "experim…/seed-7"
    assert shorten("模型模型模型模型/run7", 10, ellipsis="…") == "模型…/run7"
