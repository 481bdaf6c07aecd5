"""Everything that can be wrong with what we are given; only the command line turns it into an exit."""

from __future__ import annotations

from collections.abc import Sequence


class LogAnalyzerError(Exception):
    """Base of all errors a caller may want to catch."""


class ReadError(LogAnalyzerError):
    """A path that was asked for cannot be scanned at all."""


class DataError(LogAnalyzerError, ValueError):
    """Curves that were given from Python are not as they should be."""


class RuleError(LogAnalyzerError):
    """A rule or remedy file is not as it should be; `line` and `column` count from 1."""

    def __init__(self, path: str, line: int, column: int, text: str) -> None:
        """Keep the place beside the sentence."""
        super().__init__(f"{path}:{line}:{column}: {text}")
        self.path, self.line, self.column, self.text = path, line, column, text


class RulebookError(LogAnalyzerError):
    """All that is wrong with a folder of rules, at once."""

    def __init__(self, errors: tuple[RuleError, ...]) -> None:
        """Keep the single errors, sorted by place."""
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


class StoreError(LogAnalyzerError):
    """The store of past verdicts cannot be used."""


def unknown(kind: str, name: str, known: Sequence[str]) -> LogAnalyzerError:
    """The error for an id that is not among `known`: what comes close, and all there is."""
    near = guess(name.lower().replace("_", "-"), known)
    return LogAnalyzerError(f"unknown {kind} {name!r}{near}\nknown: {', '.join(known)}")


def guess(name: str, known: Sequence[str]) -> str:
    """What a wrong name was meant to be, as the rest of a sentence; nothing if none comes close."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else ""
