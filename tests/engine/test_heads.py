"""A model with several outputs gets one verdict, not one for each of them."""

from __future__ import annotations

from loganalyzer.engine.diagnose import diagnose
from loganalyzer.model.run import Run, Series
from loganalyzer.rulebook.notation import parse_series

LEARNS = "0.1+0.04x20 0.9x19~0.01"
COLLAPSES = "0.1+0.04x20 0.1x19"
LOSS = "9-0.3x20 3-0.02x19"


def outcome(*heads: str) -> tuple[str, str]:
    curves = {f"output_{number}_acc": text for number, text in enumerate(heads, 1)} | {"loss": LOSS}
    series = tuple(Series(tag, *parse_series(text)) for tag, text in sorted(curves.items()))
    diagnosis = diagnose(Run("id", "run", framework="keras", series=series))
    return next((o.verdict, o.reason) for o in diagnosis.outcomes if o.rule == "collapse-to-chance")


def test_most_heads_speak_for_the_run():
    assert outcome(COLLAPSES, COLLAPSES, LEARNS) == ("fires", "")
    assert outcome(COLLAPSES, LEARNS) == ("fires", "")


def test_a_minority_of_the_heads_does_not():
    verdict, reason = outcome(COLLAPSES, LEARNS, LEARNS)
    assert verdict == "silent"
    assert "1 of 3" in reason


def test_an_only_head_is_the_run():
    assert outcome(COLLAPSES) == ("fires", "")
