"""The clauses of a condition that hold a measurement against one threshold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from loganalyzer.rulebook.expr import Expression, parse
from loganalyzer.rulebook.syntax import syntax_tree


class Clause(NamedTuple):
    """`measured >= threshold` (or `>`) if `at_least`, else `measured <= threshold` (or `<`)."""

    threshold: str
    measured: Expression
    at_least: bool


def threshold_clauses(condition: str, thresholds: frozenset[str]) -> tuple[Clause, ...]:
    """The clauses that must all hold and have one of the names alone on one side, in order.

    A chain `a < x < b` is two clauses. What stands below `or` or `not` is no clause of this kind.

    Raises:
        ExpressionError: `condition` is not in the language.
    """
    parse(condition)
    found = (_clause(pair, thresholds) for pair in _comparisons(syntax_tree(condition)))
    return tuple(clause for clause in found if clause is not None)


def _comparisons(node: ast.expr) -> Iterator[tuple[ast.expr, ast.cmpop, ast.expr]]:
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            for part in parts:
                yield from _comparisons(part)
        case ast.Compare(left=left, ops=ops, comparators=right):
            yield from zip((left, *right[:-1]), ops, right, strict=True)


def _clause(pair: tuple[ast.expr, ast.cmpop, ast.expr], thresholds: frozenset[str]) -> Clause | None:
    left, op, right = pair
    rises = isinstance(op, ast.Gt | ast.GtE)
    if not rises and not isinstance(op, ast.Lt | ast.LtE):
        return None
    for side, other, at_least in ((right, left, rises), (left, right, not rises)):
        if isinstance(side, ast.Name) and side.id in thresholds:
            measured = parse(ast.unparse(other))
            return None if side.id in measured.names else Clause(side.id, measured, at_least)
    return None
