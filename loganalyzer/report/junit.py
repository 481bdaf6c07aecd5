"""JUnit XML, for systems that show tests: a run is a test case, and a sick one a failure."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding
from loganalyzer.report.renderers import Report
from loganalyzer.report.terminal.escape import show
from loganalyzer.report.terminal.words import place


def render(report: Report) -> str:
    """One suite with a case for each run, sorted by name.

    A critical finding is a failure, an unreadable run an error, one with too little to judge is skipped;
    warnings stand in the output of their case.
    """
    ordered = sorted(report.diagnoses, key=lambda one: (one.run.name, one.run.run_id))
    suite = ElementTree.Element("testsuite", _counts(report.root, ordered))
    for diagnosis in ordered:
        folder, _, name = diagnosis.run.name.rpartition("/")
        case = ElementTree.SubElement(
            suite, "testcase", {"classname": _text(folder or "."), "name": _text(name), "time": "0"}
        )
        _outcome(case, diagnosis)
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"
    )


def _counts(root: str, diagnoses: Sequence[Diagnosis]) -> dict[str, str]:
    verdicts = [diagnosis.verdict for diagnosis in diagnoses]
    return {
        "name": f"loganalyzer {_text(root)}",
        "tests": str(len(diagnoses)),
        "failures": str(verdicts.count("sick")),
        "errors": str(verdicts.count("unreadable")),
        "skipped": str(verdicts.count("insufficient")),
        "time": "0",
    }


def _outcome(case: ElementTree.Element, diagnosis: Diagnosis) -> None:
    shown = [
        finding for finding in diagnosis.findings if not finding.hidden_by and finding.severity != "info"
    ]
    if diagnosis.verdict == "unreadable":
        ElementTree.SubElement(case, "error", {"message": _text(diagnosis.reason), "type": "unreadable"})
    elif diagnosis.verdict == "insufficient":
        ElementTree.SubElement(case, "skipped", {"message": _text(diagnosis.reason)})
    elif diagnosis.verdict == "sick" and not shown:  # a scan that others have written may say no more
        ElementTree.SubElement(case, "failure", {"message": _text(diagnosis.reason), "type": "sick"})
    elif diagnosis.verdict == "sick":
        first = shown[0]
        failure = ElementTree.SubElement(
            case, "failure", {"message": _text(_claim(first)), "type": first.pathology}
        )
        failure.text = "\n".join(map(_paragraph, shown))
    elif shown:
        ElementTree.SubElement(case, "system-out").text = "\n".join(map(_paragraph, shown))


def _claim(finding: Finding) -> str:
    since = f" since {place(finding.onset)}" if finding.onset else ""
    return f"{finding.pathology}{since}, confidence {finding.confidence:.2f}"


def _paragraph(finding: Finding) -> str:
    advice = f"\n  try: {_text(finding.remedies[0].title)}" if finding.remedies else ""
    return f"{finding.severity}: {_text(_claim(finding))}\n  {_text(finding.message)}{advice}"


def _text(text: str) -> str:
    """What XML 1.0 allows: control characters and lone surrogates, which it does not, are spelled out."""
    return show(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
