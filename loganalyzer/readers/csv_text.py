"""Bytes to the text of a table, without what a crash or a terminal left between its characters."""

from __future__ import annotations

import re

from loganalyzer.model.run import ReadProblem
from loganalyzer.readers.csv_rows import decode, utf16_of

_NULS_AT_EDGES = re.compile(rb"(?:^|(?<=[\r\n]))\0+|\0+(?=[\r\n]|$)")
_ESCAPE = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|[@-Z\\\\^_])")


def text_of(data: bytes) -> str:
    """The text of a file; NUL bytes stay inside a line only, where they spoil their cell, escapes nowhere."""
    if b"\0" in data and not utf16_of(data):
        data = _NULS_AT_EDGES.sub(b"", data)
    text = decode(data)
    return _ESCAPE.sub("", text) if "\x1b" in text else text


def byte_problems(name: str, data: bytes) -> list[ReadProblem]:
    """What stands in the bytes of a file that is no text; lines count from 1, bytes from 0."""
    problems = []
    zeros = 0 if utf16_of(data) else data.count(b"\0")
    if zeros:
        at = data.index(b"\0")
        line = data[:at].count(b"\n") + 1
        say = (
            f"{name}:{line}: expected text, found {zeros} NUL bytes, the first at byte {at}: a crash leaves "
        )
        say += "them; lines count without them, a number with one inside does not; look for another copy"
        problems.append(ReadProblem("corrupt_data", name, say, offset=line, skipped=zeros))
    escapes = _ESCAPE.findall(decode(data)) if b"\x1b" in data else []
    if escapes:
        at = data.index(b"\x1b")
        line = data[:at].count(b"\n") + 1
        say = f"{name}:{line}: expected plain text, found {len(escapes)} escape sequences of a terminal, the "
        say += f"first at byte {at}; the file was read without them; write logs without colour"
        size = sum(map(len, escapes))
        problems.append(ReadProblem("corrupt_data", name, say, offset=line, skipped=size))
    return problems
