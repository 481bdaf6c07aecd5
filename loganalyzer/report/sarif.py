"""SARIF 2.1.0, for code scanning: a result for each finding that nothing explains.

Source: docs.oasis-open.org/sarif/sarif/v2.1.0
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from loganalyzer import __version__
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import SEVERITY_RANK, Finding
from loganalyzer.report.json import encode
from loganalyzer.report.problems import is_damage, problem_line
from loganalyzer.report.renderers import Report
from loganalyzer.report.terminal.escape import show

_LEVELS = {"critical": "error", "warning": "warning", "info": "note"}
# GitHub refuses a file with more.
_MAX_RESULTS = 25_000
_MAX_PROBLEMS = 100
# Surrogates that stand for no byte of a path.
_LONE = re.compile("[\ud800-\udc7f\udd00-\udfff]")

_Found = tuple[Diagnosis, Finding]


def render(report: Report) -> str:
    """The log of one run of this tool: results by run, the hardest of a run first, and what was not read."""
    ordered = sorted(report.diagnoses, key=lambda one: (one.run.name, one.run.run_id))
    found = [(one, finding) for one in ordered for finding in _shown(one)]
    kept = _hardest(found)
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "loganalyzer", "version": __version__, "rules": _rules(ordered)}},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": _notes(ordered, len(found) - len(kept)),
                    }
                ],
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, finding) for one, finding in kept],
            }
        ],
    }
    return encode(log)


def _shown(diagnosis: Diagnosis) -> list[Finding]:
    return [finding for finding in diagnosis.findings if not finding.hidden_by]


def _hardest(found: Sequence[_Found]) -> Sequence[_Found]:
    """All that was found, or if that is too much the most severe, in the same order."""
    ranks = [SEVERITY_RANK[finding.severity] for _, finding in found]
    hardest = sorted(range(len(found)), key=lambda at: -ranks[at])[:_MAX_RESULTS]
    return [found[at] for at in sorted(hardest)]


def _notes(diagnoses: Sequence[Diagnosis], left_out: int) -> list[dict[str, Any]]:
    """What could not be read, and how much is not told: no result is no sign of health there."""
    problems = [one for diagnosis in diagnoses for one in diagnosis.run.problems if is_damage(one)]
    texts = [show(problem_line(one)) for one in problems[:_MAX_PROBLEMS]]
    if len(problems) > len(texts):
        texts.append(f"{len(problems) - len(texts):,} more input problems")
    if left_out:
        texts.append(
            f"{left_out:,} milder findings are left out: {_MAX_RESULTS:,} are as many as are accepted"
        )
    return [{"level": "warning", "message": {"text": text}} for text in texts]


def _rules(diagnoses: Sequence[Diagnosis]) -> list[dict[str, Any]]:
    """The pathologies that are named, sorted, each with what it means."""
    named = {finding.pathology for one in diagnoses for finding in _shown(one)}
    cards = {name: card for one in diagnoses for name, card in one.cards.items() if name in named}
    return [
        {
            "id": name,
            "shortDescription": {"text": cards[name].title if name in cards else name},
            "fullDescription": {"text": cards[name].description if name in cards else name},
        }
        for name in sorted(named)
    ]


def _result(diagnosis: Diagnosis, finding: Finding) -> dict[str, Any]:
    name = show(diagnosis.run.name)
    advice = f" Try: {finding.remedies[0].title}." if finding.remedies else ""
    place: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": name, "kind": "module"}]}
    if diagnosis.run.sources:
        path = _LONE.sub("\ufffd", diagnosis.run.sources[0].path)
        uri = quote(path.encode("utf-8", "surrogateescape"))
        place |= {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}}
    return {
        "ruleId": finding.pathology,
        "level": _LEVELS[finding.severity],
        "message": {"text": show(f"{diagnosis.run.name}: {finding.message}{advice}")},
        "locations": [place],
        "partialFingerprints": {"runAndPathology/v1": _fingerprint(diagnosis, finding)},
        "properties": {
            "confidence": finding.confidence,
            "onsetStep": finding.onset.step if finding.onset else None,
            "decidableStep": finding.decidable.step if finding.decidable else None,
        },
    }


def _fingerprint(diagnosis: Diagnosis, finding: Finding) -> str:
    """The same for the same fault of the same run in the next scan."""
    text = f"{diagnosis.run.name}\0{finding.pathology}"
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
