"""JSON lines: the runs of the published document, one line each, for tools that stream."""

from __future__ import annotations

from loganalyzer.report.document import build_document
from loganalyzer.report.json import encode_line
from loganalyzer.report.renderers import Report


def render(report: Report) -> str:
    """One line of strict JSON for each run, sorted by name, with the fields of `runs` in the document."""
    return "".join(encode_line(run) for run in build_document(report.root, report.diagnoses).runs)
