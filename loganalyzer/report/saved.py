"""Diagnoses kept in a file, to be shown later and elsewhere without the logs they came from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import nan
from pathlib import Path
from typing import Any

import msgspec

from loganalyzer.errors import ReadError
from loganalyzer.model.diagnosis import Diagnosis, RunSummary
from loganalyzer.model.finding import Evidence, Finding, Outcome
from loganalyzer.report import document
from loganalyzer.report.json import decode_diagnosis, encode_diagnosis
from loganalyzer.report.renderers import Report

SCHEMA = "loganalyzer.diagnoses/1"
_HEAD_BYTES = 200
_ANY_VERSION = re.compile(rb'"(loganalyzer\.(?:diagnoses|scan)/\d+)"')


def render(report: Report) -> str:
    """A line that says what this is, then each diagnosis in a line, sorted by name; nothing is lost."""
    ordered = sorted(report.diagnoses, key=lambda one: (one.run.name, one.run.run_id))
    head = json.dumps({"schema": SCHEMA, "root": report.root})
    return "".join(f"{line}\n" for line in (head, *(encode_diagnosis(one).decode() for one in ordered)))


def is_saved(path: Path) -> bool:
    """Whether a file begins like one that a scan of any version has written: diagnoses, or the document."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return head.lstrip()[:1] == b"{" and _ANY_VERSION.search(head) is not None


def load(path: Path) -> Report:
    """The report that a scan wrote to `path`; from the published document it comes without curves.

    Raises:
        ReadError: the file is cut, changed by hand, or of another version.
    """
    try:
        text = path.read_bytes()
        schema = _schema(text[:_HEAD_BYTES], path)
        if schema == document.SCHEMA:
            return _published(msgspec.json.decode(text, type=document.Document))
    except (OSError, msgspec.MsgspecError) as error:
        raise ReadError(f"{path}: cannot use this scan: {error}; write it again with this version") from error
    head, *lines = text.splitlines()
    return Report(str(_root(head, path)), tuple(_each(lines, path)))


def _schema(head: bytes, path: Path) -> str:
    found = _ANY_VERSION.search(head)
    schema = found[1].decode() if found else "none"
    if schema not in (SCHEMA, document.SCHEMA):
        raise ReadError(f"{path}: line 1: expected {SCHEMA} or {document.SCHEMA}, found {schema}; scan again")
    return schema


def _root(head: bytes, path: Path) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(head)["root"]
    except (ValueError, KeyError) as error:
        raise ReadError(f"{path}: line 1: expected a line with schema and root; scan again") from error


def _each(lines: list[bytes], path: Path) -> Iterator[Diagnosis]:
    for number, line in enumerate(lines, 2):
        try:
            yield decode_diagnosis(line)
        except ValueError as error:
            raise ReadError(
                f"{path}: line {number}: expected a diagnosis, found {error}; the file is cut or of another"
                " version, scan again"
            ) from error


def _published(found: document.Document) -> Report:
    runs = tuple(_diagnosis(run, found) for run in found.runs)
    return Report(found.root, runs)


def _diagnosis(run: document.RunEntry, found: document.Document) -> Diagnosis:
    missing = [("not_applicable", one) for one in run.not_applicable]
    broken = [("broken", one) for one in run.broken]
    return Diagnosis(
        run=RunSummary(
            run_id="",
            name=run.name,
            framework=run.framework,
            sources=run.sources,
            problems=run.problems,
            hparams={name: nan if value is None else value for name, value in run.hparams.items()},
            series=run.series,
        ),
        verdict=run.verdict,
        reason=run.reason,
        roles=run.roles,
        outcomes=tuple(
            msgspec.convert({"rule": one.rule, "verdict": verdict, "reason": one.reason}, Outcome)
            for verdict, one in (*missing, *broken)
        ),
        findings=tuple(_finding(one) for one in run.findings),
        rules_digest=found.rules_digest,
        version=found.version,
    )


def _finding(entry: document.FindingEntry) -> Finding:
    fields = {name: getattr(entry, name) for name in entry.__slots__ if name != "evidence"}
    evidence = (
        Evidence(**{name: getattr(one, name) for name in one.__slots__} | {"value": _or_nan(one.value)})
        for one in entry.evidence
    )
    return Finding(**fields, evidence=tuple(evidence))


def _or_nan(value: float | None) -> float:
    return nan if value is None else value
