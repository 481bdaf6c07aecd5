"""A rule to begin with: it passes its own tests, and each of its lines says what belongs there."""

from __future__ import annotations

import re
from collections.abc import Collection

SCHEMA_FILE = "rule.schema.json"
_MAX_CHARS = 80
_WORD = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_TEXT = """\
# yaml-language-server: $schema=../{schema_file}
schema: loganalyzer.rule/1
id: {id}
name: {name:31} # = the name of the file
pathology: {name:26} # what is found; several rules may look for one
title: The loss ends high             # a few words for tables
family: {family:29} # = the name of the folder
status: experimental                  # experimental, test, stable or deprecated
severity: warning                     # critical (the result is lost), warning (look at it) or info
since: "0.1"
description: The training loss ends above what is accepted here.
falsepositives:
  - Runs that were stopped on purpose.
inputs:                               # curves by role, never by tag; `loganalyzer inspect` shows the roles
  loss: {{quantity: loss, split: train}}
needs: {{min_points: 5}}                # else: not applicable, with this as the reason
params:                               # every threshold has a unit and says where it comes from
  most: {{default: 1.0, unit: nats, help: what this team accepts}}
features:                             # named measurements; `loganalyzer rules show divergence` shows more
  end: {{use: end_level, of: loss}}
  since: {{use: held_above_index, of: loss, limit: most}}
condition: end > most                 # names, numbers, + - * /, comparisons, and, or, not, abs min max
confidence: "0.8"                     # 0 to 1, may be computed: "0.6 + 0.1 * clip(end / most, 0, 3)"
message: "The loss ends at {{end:.3g}}."
onset: since                          # the measurement that says since when, or ""
end: ""
evidence:                             # each number with its threshold and the points it comes from
  - {{value: end, threshold: most, unit: nats, of: loss, say: "ends at {{end:.3g}}, limit {{most:.3g}}"}}
remedies:                             # best first, each because of what this run shows
  - {{id: lower-learning-rate, because: "the loss ends at {{end:.3g}}"}}
references:                           # where the thresholds come from
  - {{title: The page of this team on losses, url: "https://example.org/losses"}}
tests:                                # a+bxn = a, then n more samples, each b higher; _ = missing; ~s = noise
  - {{name: ends at two, expect: fires, series: {{loss: "4-0.2x10 2x5"}}, at: {{since: 0}}}}
  - {{name: "near miss: ends just below", expect: silent, series: {{loss: "4-0.31x10 0.95x8"}}}}
  - {{name: no training loss, expect: not_applicable}}
"""


def is_word(text: str) -> bool:
    """Whether a text can name a rule or a family: words of lower case letters and digits with - between."""
    return len(text) <= _MAX_CHARS and _WORD.fullmatch(text) is not None


def skeleton(name: str, family: str, number: str) -> str:
    """The file of a rule to begin with, of the given name, family and id."""
    return _TEXT.format(schema_file=SCHEMA_FILE, id=number, name=name, family=family)


def free_id(family: str, taken: Collection[str]) -> str:
    """An id for a rule of a family that no other rule has: `MIN001` for `mine`."""
    letters = "".join(letter for letter in family.upper() if letter.isalpha())[:3]
    return next(number for i in range(1, len(taken) + 2) if (number := f"{letters}{i:03}") not in taken)
