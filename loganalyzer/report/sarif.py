"""SARIF 2.1.0, for code scanning: a result for each finding that nothing explains.

Source: docs.oasis-open.org/sarif/sarif/v2.1.0
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from loganalyzer import __version__
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding
from loganalyzer.report.json import encode
from loganalyzer.report.renderers import Report
from loganalyzer.report.terminal.escape import show

_LEVELS = {"critical": "error", "warning": "warning", "info": "note"}


def render(report: Report) -> str:
    """The log of one run of this tool; results are sorted by run, hardest first."""
    ordered = sorted(report.diagnoses, key=lambda one: (one.run.name, one.run.run_id))
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "loganalyzer", "version": __version__, "rules": _rules(ordered)}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, finding) for one in ordered for finding in _shown(one)],
            }
        ],
    }
    return encode(log)


def _shown(diagnosis: Diagnosis) -> list[Finding]:
    return [finding for finding in diagnosis.findings if not finding.hidden_by]


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
        uri = quote(diagnosis.run.sources[0].path.encode("utf-8", "surrogateescape"))
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
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
