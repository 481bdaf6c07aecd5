from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.rulebook.template import Field, TemplateError, fields, fill

VALUES = {"rise": 0.12345, "steps": 12000.0, "unknown": nan, "huge": 1e20, "loss": -2.5}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("no field", "no field"),
        ("", ""),
        ("up {rise:.0%} at {best@step}", "up 12% at 340"),
        ("{rise}", "0.1235"),
        ("{rise:.2f}", "0.12"),
        ("{rise:+.1e}", "+1.2e-01"),
        ("{steps}", "12000"),
        ("{steps:,.0f}", "12,000"),
        ("{huge}", "1e+20"),
        ("{loss}", "-2.5"),
        ("{unknown} {unknown:.0%}", "unknown unknown"),
        ("{nowhere@step}", "unknown"),
        ("{{rise}} {{{rise:.1f}}}", "{rise} {0.1}"),
    ],
)
def test_fill(template, expected):
    assert fill(template, VALUES, {"best": 340}) == expected


def test_infinity_is_shown():
    assert fill("{a} {a:.0%}", {"a": inf}, {}) == "inf inf%"


@pytest.mark.parametrize(
    ("template", "column"),
    [
        ("{", 1),
        ("}", 1),
        ("a } b", 3),
        ("a {rise", 3),
        ("{}", 1),
        ("{0}", 1),
        ("{rise.real}", 1),
        ("x {rise[0]}", 3),
        ("{rise!r}", 1),
        ("{rise:>10}", 1),
        ("{rise:999999999}", 1),
        ("{rise:.999f}", 1),
        ("{rise:{steps}}", 1),
        ("{rise:x}", 1),
        ("{rise@when}", 1),
        ("{rise@step:.0f}", 1),
        ("{rise@step:}", 1),
        ("{ rise }", 1),
        ("{é}", 1),
    ],
)
def test_refused(template, column):
    with pytest.raises(TemplateError) as caught:
        fill(template, VALUES, {})
    assert caught.value.column == column


def test_an_unknown_name_is_a_key_error():
    with pytest.raises(KeyError, match="other"):
        fill("{other}", VALUES, {})


def test_fields():
    assert fields("{a} and {b:.3g} at {c@step} {{d}}") == (
        Field("a", is_step=False, form="", column=1),
        Field("b", is_step=False, form=".3g", column=9),
        Field("c", is_step=True, form="", column=20),
    )


@given(st.text(alphabet="{}ab:.0%@step!x ", max_size=30))
def test_any_text_is_a_template_or_a_template_error(template):
    try:
        fill(template, dict.fromkeys("ab", 1.5), {})
    except TemplateError as error:
        assert 1 <= error.column <= len(template)
    except KeyError:
        assert {field.name for field in fields(template)} - {"a", "b"}


@given(st.text())
def test_doubled_braces_come_back_single(text):
    assert fill(text.replace("{", "{{").replace("}", "}}"), {}, {}) == text
