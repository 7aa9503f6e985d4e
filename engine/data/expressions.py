"""A small language for conditions on rows, such as ``answer_chars > 40 and language == "en"``.

It looks like Python and is parsed as such, but only what is listed here is understood, and it becomes a tree of plain
functions: nothing is looked up on objects, nothing is called but four functions, and texts cannot be multiplied. A
comparison with an empty cell is false (``is None`` asks for one), and a number in quotes, as CSV files have them, is
compared as a number where the other side is one.
"""

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.data.columns import EVERY_ROW
from engine.data.rows import Row

Value = Any
Part = Callable[["Cells"], Value]

MAX_CHARS = 2_000
_MAX_DEPTH = 60
_MAX_NUMBER = 1e15

_ORDER: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


class ExpressionError(ValueError):
    """The text is no condition that is understood; says where and why."""


@dataclass(slots=True)
class Cells:
    """The names of one row, each worked out when it is first asked for."""

    row: Row
    known: dict[str, Value]

    def __getitem__(self, name: str) -> Value:
        if name not in self.known:
            every = EVERY_ROW.get(name)
            self.known[name] = (
                self.row.raw[name] if name in self.row.raw else every(self.row) if every else None
            )
        return self.known[name]


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition. ``names`` are the columns that it speaks of and that not every row has."""

    names: frozenset[str]
    _root: Part

    def holds(self, row: Row) -> bool:
        """Whether it is true of ``row``."""
        return bool(self._root(Cells(row, {})))

    def number(self, row: Row) -> float:
        """What it comes to: 1 and 0 for true and false, 0 where it gives no number."""
        found = _number(self._root(Cells(row, {})))
        return 0.0 if found is None else float(found)


def parse(text: str) -> Condition:
    """The condition that ``text`` says.

    Raises:
        ExpressionError: it says none.
    """
    if len(text) > MAX_CHARS:
        raise ExpressionError(f"longer than {MAX_CHARS} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(f"cannot be read at character {error.offset}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError("cannot be read: it is nested too deep or holds odd characters") from None
    parser = _Parser()
    root = parser.part(tree.body, 0)
    return Condition(frozenset(parser.names - set(EVERY_ROW)), root)


class _Parser:
    def __init__(self) -> None:
        self.names: set[str] = set()

    def part(self, node: ast.AST, depth: int) -> Part:
        if depth > _MAX_DEPTH:
            raise ExpressionError("it is nested too deep")
        make = getattr(self, f"_{type(node).__name__.lower()}", None)
        if make is None:
            raise ExpressionError(
                f"{_shown(node)} is not understood; use comparisons, and, or, not, in, + - * / %"
            )
        made: Part = make(node, depth + 1)
        return made

    def _constant(self, node: ast.Constant, depth: int) -> Part:
        value = node.value
        if not (value is None or isinstance(value, str | bool | int | float)):
            raise ExpressionError(f"{_shown(node)} is neither a text nor a number")
        if not isinstance(value, str | bool) and value is not None and not abs(value) <= _MAX_NUMBER:
            raise ExpressionError(f"{_shown(node)} is too large")
        return lambda cells: value

    def _name(self, node: ast.Name, depth: int) -> Part:
        name = node.id
        self.names.add(name)
        return lambda cells: cells[name]

    def _call(self, node: ast.Call, depth: int) -> Part:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if node.keywords or any(isinstance(item, ast.Starred) for item in node.args):
            raise ExpressionError(f"{_shown(node)} is not understood")
        if name == "column" and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            column = str(node.args[0].value)
            self.names.add(column)
            return lambda cells: cells[column]
        arity, function = _FUNCTIONS.get(name, (0, None))
        if function is None or len(node.args) != arity:
            raise ExpressionError(
                f"{_shown(node)} is not understood; the functions are column, " + ", ".join(_FUNCTIONS)
            )
        parts = [self.part(item, depth) for item in node.args]
        return lambda cells: function(*(part(cells) for part in parts))

    def _boolop(self, node: ast.BoolOp, depth: int) -> Part:
        parts = [self.part(item, depth) for item in node.values]
        if isinstance(node.op, ast.And):
            return lambda cells: all(part(cells) for part in parts)
        return lambda cells: any(part(cells) for part in parts)

    def _unaryop(self, node: ast.UnaryOp, depth: int) -> Part:
        inner = self.part(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return lambda cells: not inner(cells)
        if isinstance(node.op, ast.USub):
            return lambda cells: _negative(inner(cells))
        raise ExpressionError(f"{_shown(node)} is not understood")

    def _binop(self, node: ast.BinOp, depth: int) -> Part:
        calculate = _ARITHMETIC.get(type(node.op))
        if calculate is None:
            raise ExpressionError(f"{_shown(node)} is not understood; calculate with + - * / %")
        left, right = self.part(node.left, depth), self.part(node.right, depth)
        return lambda cells: _calculated(calculate, left(cells), right(cells))

    def _compare(self, node: ast.Compare, depth: int) -> Part:
        parts = [self.part(item, depth) for item in (node.left, *node.comparators)]
        tests = [_test(item) for item in node.ops]

        def compare(cells: Cells) -> bool:
            values = [part(cells) for part in parts]
            return all(test(values[place], values[place + 1]) for place, test in enumerate(tests))

        return compare

    def _tuple(self, node: ast.Tuple | ast.List | ast.Set, depth: int) -> Part:
        parts = [self.part(item, depth) for item in node.elts]
        return lambda cells: tuple(part(cells) for part in parts)

    _list = _tuple
    _set = _tuple


def _test(kind: ast.cmpop) -> Callable[[Value, Value], bool]:
    if isinstance(kind, ast.Eq):
        return _equal
    if isinstance(kind, ast.NotEq):
        return lambda left, right: not _equal(left, right)
    if isinstance(kind, ast.In):
        return _within
    if isinstance(kind, ast.NotIn):
        return lambda left, right: not _within(left, right)
    if isinstance(kind, ast.Is):
        return lambda left, right: left is right
    if isinstance(kind, ast.IsNot):
        return lambda left, right: left is not right
    order = _ORDER[type(kind)]
    return lambda left, right: _ordered(order, left, right)


def _equal(left: Value, right: Value) -> bool:
    left, right = _alike(left, right)
    return bool(left == right)


def _within(left: Value, right: Value) -> bool:
    if isinstance(right, str):
        return left is not None and str(left) in right
    if isinstance(right, list | tuple):
        return any(_equal(left, item) for item in right)
    return isinstance(right, dict) and isinstance(left, str) and left in right


def _ordered(order: Callable[[Value, Value], bool], left: Value, right: Value) -> bool:
    left, right = _alike(left, right)
    both_texts = isinstance(left, str) and isinstance(right, str)
    both_numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return order(left, right) if both_texts or both_numbers else False


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """Both as numbers where one is a number and the other a number in quotes."""
    if isinstance(left, str) and isinstance(right, int | float):
        return _number(left), right
    if isinstance(right, str) and isinstance(left, int | float):
        return left, _number(right)
    return left, right


def _number(value: Value) -> Value:
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _calculated(calculate: Callable[[float, float], float], left: Value, right: Value) -> float | None:
    left, right = _number(left), _number(right)
    if left is None or right is None:
        return None
    try:
        return calculate(float(left), float(right))
    except (ZeroDivisionError, OverflowError):
        return None


def _negative(value: Value) -> float | None:
    number = _number(value)
    return None if number is None else -number


def _length(value: Value) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node)
    return repr(text if len(text) <= 60 else text[:60] + "…")


_FUNCTIONS: dict[str, tuple[int, Callable[..., Value]]] = {
    "len": (1, _length),
    "lower": (1, lambda value: "" if value is None else str(value).lower()),
    "startswith": (2, lambda text, start: isinstance(text, str) and text.startswith(str(start))),
    "endswith": (2, lambda text, end: isinstance(text, str) and text.endswith(str(end))),
}
