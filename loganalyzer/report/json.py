"""JSON: the published document of a scan with its schema, and diagnoses for keeping."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.report import archive, inspection
from loganalyzer.report.comparison import document as comparison
from loganalyzer.report.document import SCHEMA, Document, build_document
from loganalyzer.report.renderers import Report

# What JSON allows in a string though it steers a terminal: DEL, C1, bidi controls.
_STEERS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def render(report: Report) -> str:
    """The document of a scan as strict JSON in two-space steps; NaN and Inf are null."""
    return encode(build_document(report.root, report.diagnoses))


def encode(document: object) -> str:
    """Any document of typed fields as strict JSON in two-space steps; NaN and Inf are null."""
    return _harmless(msgspec.json.format(_encoded(document), indent=2))


def encode_line(document: object) -> str:
    """As `encode`, in one line."""
    return _harmless(_encoded(document))


def _encoded(document: object) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return msgspec.json.encode(_printable(msgspec.to_builtins(document)))


def _harmless(encoded: bytes) -> str:
    return _STEERS.sub(lambda match: f"\\u{ord(match[0]):04x}", encoded.decode()) + "\n"


def schema() -> str:
    """The JSON Schema of the document of a scan, made from its types."""
    return _schema_of(SCHEMA, Document)


def inspection_schema() -> str:
    """The JSON Schema of what `inspect` says, made from its types."""
    return _schema_of(inspection.SCHEMA, inspection.Inspection)


def comparison_schema() -> str:
    """The JSON Schema of what `compare` says, made from its types."""
    return _schema_of(comparison.SCHEMA, comparison.Document)


def archive_schema() -> str:
    """The JSON Schema of what `audit` says, made from its types."""
    return _schema_of(archive.SCHEMA, archive.Archive)


def _schema_of(title: str, document: type) -> str:
    described = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    encoded = msgspec.json.encode(described | msgspec.json.schema(document))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def encode_diagnosis(diagnosis: Diagnosis) -> bytes:
    """A diagnosis as one line of ASCII JSON, exact: NaN, Inf and undecodable file names survive.

    These are written as `NaN`, `Infinity` and lone surrogate escapes, so this is for our own decoder only.
    """
    return json.dumps(msgspec.to_builtins(diagnosis), separators=(",", ":")).encode("ascii")


def decode_diagnosis(encoded: bytes) -> Diagnosis:
    """The diagnosis that `encode_diagnosis` wrote.

    Raises:
        ValueError: the bytes are not JSON, or not a diagnosis of this version.
    """
    return msgspec.convert(json.loads(encoded), Diagnosis)


def _printable(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Text that cannot be encoded, as in file names that are not UTF-8, with its odd bytes spelled out."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    if isinstance(value, dict):
        return {_printable(key): _printable(item) for key, item in value.items()}
    return value
