"""Everything that can be wrong with what we are given; only the command line turns it into an exit."""

from __future__ import annotations


class LogAnalyzerError(Exception):
    """Base of all errors a caller may want to catch."""


class ReadError(LogAnalyzerError):
    """A path that was asked for cannot be scanned at all."""


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
