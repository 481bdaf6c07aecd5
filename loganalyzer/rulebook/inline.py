"""What is wrong inside one text of a rule: an expression, a series, a sentence."""

from __future__ import annotations

from loganalyzer.errors import LogAnalyzerError


class InlineError(LogAnalyzerError, ValueError):
    """A text within a rule is not as it should be; `column` counts its characters from 1."""

    def __init__(self, text: str, column: int) -> None:
        """Keep the place beside the sentence."""
        super().__init__(text, column)
        self.text, self.column = text, column

    def __str__(self) -> str:
        return f"column {self.column}: {self.text}"


def shown(text: str) -> str:
    """The text in backticks as an error message may show it: at most 40 characters, all printable."""
    printable = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:40])
    return f"`{printable}{'...' if len(text) > 40 else ''}`"
