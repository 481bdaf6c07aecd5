"""The closed language of conditions: numbers, names, arithmetic, comparisons, and/or/not, eight functions.

An expression is bounded before anything else happens (its length before it is parsed, its nodes and its
depth after), and becomes a tree of closures: nothing is compiled, looked up in Python or imported.
All values are float64. A truth is 1 or 0; NaN is not true, and every comparison with NaN, `!=` too, is
false: what is not known makes no rule fire. Nothing raises: x / 0 is Inf or NaN, log(-1) is NaN.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from loganalyzer.rulebook.arithmetic import COMPARISONS, FUNCTIONS, OPERATIONS, is_true
from loganalyzer.rulebook.syntax import LANGUAGE, MAX_DEPTH, ExpressionError, expressions, syntax_tree

Values = Mapping[str, float]
_Evaluate = Callable[[Values], float]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: the `names` it reads, and whether it is a condition, not merely a number."""

    source: str
    names: frozenset[str]
    is_condition: bool
    _evaluate: _Evaluate = field(repr=False, compare=False)

    def value(self, values: Values) -> float:
        """The number it comes to, float64; a condition gives 1 or 0.

        Raises:
            KeyError: `values` lacks one of its names.
        """
        return self._evaluate(values)

    def holds(self, values: Values) -> bool:
        """Whether it is true: neither 0 nor NaN.

        Raises:
            KeyError: `values` lacks one of its names.
        """
        return is_true(self._evaluate(values))


class Drop(NamedTuple):
    """An expression without one clause of an `and`: the clause as written, and what is left."""

    clause: str
    rest: Expression


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Read an expression of at most 2,000 characters, 200 nodes and depth 30.

    Raises:
        ExpressionError: it is not in the language, or too large.
    """
    return _expression(source, syntax_tree(source), 1)


def _expression(source: str, tree: ast.expr, depth: int) -> Expression:
    names = frozenset(node.id for node in expressions(tree) if isinstance(node, ast.Name)) - FUNCTIONS.keys()
    return Expression(source, names, _is_condition(tree), _build(tree, depth))


def drop_clauses(source: str) -> tuple[Drop, ...]:
    """The expression once without each clause of each of its `and`s, also below `or` and `not`.

    `a < x < b` is read as `a < x and x < b`.

    Raises:
        ExpressionError: `source` is not in the language.
    """
    parse(source)
    # a chain that became an `and` is one level deeper than what was parsed: start one level higher
    return tuple(
        Drop(ast.unparse(clause), _expression(ast.unparse(rest), rest, 0))
        for clause, rest in _drops(syntax_tree(source))
    )


def _drops(node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each clause below a node with the node as it is without that clause."""
    match node:
        case ast.Compare(left=left, ops=[_, _, *_] as ops, comparators=right):
            links = zip((left, *right), ops, right, strict=False)
            yield from _drops(ast.BoolOp(ast.And(), [ast.Compare(a, [op], [b]) for a, op, b in links]))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from ((clause, ast.UnaryOp(ast.Not(), rest)) for clause, rest in _drops(inner))
        case ast.BoolOp(op=op, values=parts):
            for i, part in enumerate(parts):
                before, after = parts[:i], parts[i + 1 :]
                if isinstance(op, ast.And):
                    others = [*before, *after]
                    yield part, others[0] if len(others) == 1 else ast.BoolOp(op, others)
                for clause, rest in _drops(part):
                    yield clause, ast.BoolOp(op, [*before, rest, *after])


def _is_condition(tree: ast.expr) -> bool:
    """Whether the value is a truth by its form, and not a number that happens to be used as one."""
    match tree:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id="isfinite")):
            return True
    return False


def _refuse(node: ast.expr, what: str) -> ExpressionError:
    return ExpressionError(what, max(node.col_offset, 1))


def _build(node: ast.expr, depth: int) -> _Evaluate:
    if depth > MAX_DEPTH:
        raise _refuse(node, f"nested deeper than {MAX_DEPTH}; name parts of it as features")
    build = _BUILDERS.get(type(node))
    if build is None:
        raise _refuse(node, f"not in the language; an expression has {LANGUAGE}")
    return build(node, depth + 1)


def _number(node: ast.Constant, _: int) -> _Evaluate:
    number = float(str(node.value))
    if math.isinf(number):
        raise _refuse(node, "this number is too large for a float64")
    return lambda values: number


def _name(node: ast.Name, _: int) -> _Evaluate:
    name = node.id
    if name in FUNCTIONS:
        raise _refuse(node, f"{name} is a function; call it as {name}(...)")
    return lambda values: float(values[name])


def _unary(node: ast.UnaryOp, depth: int) -> _Evaluate:
    inner = _build(node.operand, depth)
    if isinstance(node.op, ast.Not):
        return lambda values: float(not is_true(inner(values)))
    if isinstance(node.op, ast.USub):
        return lambda values: -inner(values)
    return inner


def _binary(node: ast.BinOp, depth: int) -> _Evaluate:
    combine = OPERATIONS.get(type(node.op).__name__)
    if combine is None:
        raise _refuse(node, "only + - * / are allowed between numbers")
    left, right = _build(node.left, depth), _build(node.right, depth)
    return lambda values: combine(left(values), right(values))


def _compare(node: ast.Compare, depth: int) -> _Evaluate:
    parts = [_build(part, depth) for part in (node.left, *node.comparators)]
    tests = [COMPARISONS[type(op).__name__] for op in node.ops]
    if len(tests) == 1:
        (left, right), (holds,) = parts, tests
        return lambda values: float(holds(left(values), right(values)))

    def evaluate(values: Values) -> float:
        numbers = [part(values) for part in parts]
        return float(all(test(a, b) for test, a, b in zip(tests, numbers, numbers[1:], strict=False)))

    return evaluate


def _logic(node: ast.BoolOp, depth: int) -> _Evaluate:
    parts = [_build(part, depth) for part in node.values]
    fold = all if isinstance(node.op, ast.And) else any
    return lambda values: float(fold(is_true(part(values)) for part in parts))


def _call(node: ast.Call, depth: int) -> _Evaluate:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS:
        raise _refuse(node, f"only {', '.join(FUNCTIONS)} can be called")
    if node.keywords:
        raise _refuse(node.keywords[0].value, "arguments are given by their order, without names or **")
    function, least, most = FUNCTIONS[name]
    count = len(node.args)
    if not least <= count <= (most or count):
        wanted = f"{least}" if most else f"{least} or more"
        raise _refuse(node, f"number of arguments of {name}: expected {wanted}, found {count}")
    arguments = [_build(argument, depth) for argument in node.args]
    return lambda values: float(function(*(argument(values) for argument in arguments)))


_BUILDERS: Mapping[type[ast.expr], Callable[..., _Evaluate]] = {
    ast.Constant: _number,
    ast.Name: _name,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.Call: _call,
}
