"""The text of an expression to a syntax tree of bounded size, with what no expression can hold refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from keyword import iskeyword

from loganalyzer.rulebook.arithmetic import FUNCTIONS
from loganalyzer.rulebook.inline import InlineError, shown

MAX_CHARACTERS = 2_000
MAX_NODES = 200
MAX_DEPTH = 30

_TOKEN = re.compile(
    r"\s+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])|[A-Za-z_]\w*|[<>=!]=|[-+*/<>(),]", re.ASCII
)
_WORDS = frozenset({"and", "or", "not"})
LANGUAGE = f"numbers, names, + - * /, comparisons, and, or, not, ( ) and calls of {', '.join(FUNCTIONS)}"


class ExpressionError(InlineError):
    """An expression is not in the language."""


def syntax_tree(source: str) -> ast.expr:
    """The tree of the source in parentheses, so that it may be indented and span lines.

    Its offsets are columns of the source from 1, as the opening parenthesis takes offset 0.

    Raises:
        ExpressionError: the source is too large or no expression of Python's.
    """
    if not source.strip():
        raise ExpressionError("expected an expression, found nothing", 1)
    if len(source) > MAX_CHARACTERS:
        raise ExpressionError(
            f"{len(source)} characters, at most {MAX_CHARACTERS} are allowed; name parts of it as features", 1
        )
    _scan(source)
    line = re.sub(r"\s", " ", source)
    try:
        tree = ast.parse(f"({line})", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        offset = error.offset if isinstance(error, SyntaxError) and error.offset else 2
        column = min(max(offset - 1, 1), len(source) + 1)
        raise ExpressionError(
            "expected a number, a name or an operator that makes sense here", column
        ) from None
    count = sum(1 for _ in expressions(tree))
    if count > MAX_NODES:
        raise ExpressionError(f"{count} parts, at most {MAX_NODES} are allowed; name some as features", 1)
    return tree


def _scan(source: str) -> None:
    """Refuse what no expression can hold before Python's parser sees it."""
    position = depth = 0
    while position < len(source):
        token = _TOKEN.match(source, position)
        if token is None:
            found = re.match(r"[\w.]+|.", source[position : position + 40], re.DOTALL)
            word = found.group() if found else ""
            raise ExpressionError(f"unexpected {shown(word)}; an expression has {LANGUAGE}", position + 1)
        text = token.group()
        if iskeyword(text) and text not in _WORDS:
            raise ExpressionError(f"unexpected {shown(text)}; an expression has {LANGUAGE}", position + 1)
        depth += (text == "(") - (text == ")")
        if depth < 0:
            raise ExpressionError("this ) closes nothing", position + 1)
        if depth > MAX_DEPTH:
            raise ExpressionError(f"more than {MAX_DEPTH} parentheses within each other", position + 1)
        position = token.end()
    if depth:
        raise ExpressionError("a ( is not closed", len(source) + 1)


def expressions(tree: ast.AST) -> Iterator[ast.expr]:
    """Every expression within a tree, itself included, breadth first."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.expr))
