"""A small sound rulebook, written to a folder, that tests break in one place each."""

from __future__ import annotations

from pathlib import Path

RULE = """\
schema: loganalyzer.rule/1
id: T001
name: rising
pathology: overfitting
title: The curve rises
family: shape
status: test
severity: warning
since: 0.1
description: >
  Says so when the curve
  rises.
falsepositives: none known
inputs:
  val: {quantity: loss, split: validation}
  lr: {quantity: lr, split: [train, none], optional: true}
needs: {min_points: 3}
params:
  min_rise: {default: 1e-1, unit: fraction, help: no}
  min_points: {default: 5, unit: samples, help: "so that it means something"}
features:
  best: {use: lowest_index, of: val}
  rise: {use: rise_since, of: val, since: best}
  n: {use: length, of: val}
  rates: {use: length, of: lr}
condition: rise >= min_rise and n >= min_points
confidence: clip(0.5 + rise, 0, 0.9)
message: "Up by {rise:.0%} since step {best@step}."
onset: best
end: ""
evidence:
  - {value: rise, threshold: min_rise, of: val, start: best, say: "{rise:.0%} up"}
  - {value: rates, of: lr, say: "{rates} rates", when: isfinite(rates)}
remedies:
  - {id: stop, because: "it rose by {rise:.0%}", when: rise > 2 * min_rise}
references:
  - {title: A book, url: "https://example.org/book"}
tests:
  - {name: rises, expect: fires, series: {val: "2-0.1x9 1.1+0.1x9"}, at: {best: 9}}
  - {name: "near miss: hardly", expect: silent, series: {val: "2-0.1x9 1.11+0.001x9"}}
  - {name: "near miss: short", expect: silent, series: {val: "2 1 2"}}
  - {name: nothing there, expect: not_applicable}
"""

REMEDY = """\
schema: loganalyzer.remedy/1
id: stop
title: Stop
why: It only gets worse.
do: Stop at the best step.
cost: low
risk: None.
references: [{title: A book, url: "https://example.org/book"}]
"""


def write_rules(directory: Path, rule: str = RULE, remedy: str = REMEDY, name: str = "rising") -> Path:
    """The folder, with one rule and one remedy in it."""
    for path, text in ((f"shape/{name}.yaml", rule), ("remedies/stop.yaml", remedy)):
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return directory
