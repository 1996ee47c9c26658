"""Reads what programs do with axes: `einsum`, and vectors that are stretched over a matrix, `v[:, None] * w`."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Literal

from app.language.pasted.entry_products import Axes, EntryProducts, NoProduct
from app.language.pasted.python_trees import called_name, whole_index
from app.language.syntax import Apply, Call, Expr, Number
from app.ops import OPS

Side = Literal["column", "row", ""]
WITH_AXES = frozenset(
    name for name, row in OPS.items() if row.arity == 1 and row.shape in ("total", "vector", "entries")
)
"""The functions of a whole vector, which go along an axis in programs."""
SUBSCRIPTS = re.compile(r"([a-zA-Z]*(?:,[a-zA-Z]*)*)(?:->([a-zA-Z]*))?")
PRODUCTS = "write its products: A @ b, a @ b, outer(a, b) for a bᵀ, a * b entry by entry"


def einsum_read(subscripts: str, args: Sequence[Expr]) -> Expr | None:
    """The product that indices say; an index that all have in the first place is that of the batch."""
    found = SUBSCRIPTS.fullmatch(subscripts.replace(" ", ""))
    if found is None:
        return None
    operands = found[1].split(",")
    each = "".join(operands)
    result = found[2] if found[2] is not None else "".join(sorted(it for it in set(each) if each.count(it) == 1))
    while _has_batch([*operands, result]):
        operands, result = [it[1:] for it in operands], result[1:]
    if len(operands) != len(args) or any(len(it) > 2 or len(set(it)) < len(it) for it in (*operands, result)):
        return None
    factors = [(arg, tuple(its)) for arg, its in zip(args, operands, strict=True)]
    try:
        return _sum_over(factors, [it for it in dict.fromkeys("".join(operands)) if it not in result], tuple(result))
    except NoProduct:
        return None


def _sum_over(factors: list[tuple[Expr, Axes]], over: Sequence[str], wanted: Axes) -> Expr:
    """A product of arrays, summed over the indices that its result does not have."""
    if len(over) > 1 and all(sorted(axes) == sorted(over) for _, axes in factors):
        return _EINSUM.total(_EINSUM.product(factors, Number(1.0))[0])
    for index in reversed(over):
        factors = _EINSUM.summed(factors, index)
    found, axes = _EINSUM.product(factors, Number(1.0))
    return _EINSUM.turned(found, axes, wanted)


class _Einsum(EntryProducts[Expr]):
    """Products of expressions of the language."""

    def times(self, one: Expr, other: Expr) -> Expr:
        return Apply("*", (one, other))

    def joined_by(self, one: Expr, other: Expr, ranks: tuple[int, int]) -> Expr:
        return Apply("@", (one, other))

    def outer(self, one: Expr, other: Expr) -> Expr:
        return Call("outer", (one, other))

    def total(self, vector: Expr) -> Expr:
        return Call("sum", (vector,))

    def transposed(self, matrix: Expr) -> Expr:
        match matrix:
            case Call("outer", (one, other)):
                return Call("outer", (other, one))
        return Call("transpose", (matrix,))


_EINSUM = _Einsum()


def _has_batch(terms: Sequence[str]) -> bool:
    """True where all begin with the same index, and one has more axes than a matrix, or the index is called b."""
    first = {it[:1] for it in terms}
    return len(first) == 1 and first != {""} and (first == {"b"} or max(map(len, terms)) > 2)


def stretched(node: ast.expr) -> tuple[ast.expr, Side]:
    """A vector that is put along the rows of a matrix, or its columns, and which; any other value as it is."""
    match node:
        case ast.Subscript(value, ast.Tuple([first, second])):
            if _is_new(second) and _is_whole(first):
                return value, "column"
            if _is_new(first) and _is_whole(second):
                return value, "row"
        case ast.Call(ast.Attribute(value, "unsqueeze"), [axis]) if called_name(node) == "unsqueeze":
            return value, "row" if whole_index(axis) == 0 else "column"
    return node, ""


def _is_new(part: ast.expr) -> bool:
    named = isinstance(part, ast.Attribute) and part.attr == "newaxis"
    return named or (isinstance(part, ast.Constant) and part.value is None)


def _is_whole(part: ast.expr) -> bool:
    whole = isinstance(part, ast.Slice) and part.lower is None and part.upper is None and part.step is None
    return whole or (isinstance(part, ast.Constant) and part.value is ...)


def axis_of(node: ast.expr, args: Sequence[ast.expr]) -> int | None:
    """The axis that a call goes along, by name or behind what it is applied to."""
    named = [k.value for k in node.keywords if k.arg in ("axis", "dim")] if isinstance(node, ast.Call) else []
    return next((axis for it in (*named, *args[1:2]) if (axis := whole_index(it)) is not None), None)


def along_axis_hint(function: str, matrix: str) -> str:
    """What to write where something else than a sum or a mean is taken of a matrix along an axis."""
    return f"{function}({matrix}) is of all entries: for each row write a vector of its own, and {function}imum(a, b)"


def over_matrix(op: str, sides: tuple[Side, Side], pair: tuple[Expr, Expr], ranks: tuple[int, int]) -> Expr | None:
    """Two operands of which one is stretched as the other is long; None where none is, or both are alike."""
    (left, right), (one, other) = pair, sides
    if ranks == (1, 1) and ("column" in sides) and one != other:
        column, row = pair if one == "column" else (right, left)
        if op == "*":
            return Call("outer", (column, row))
        wide, high = (Call("outer", (column, Call("ones", (row,)))), Call("outer", (Call("ones", (column,)), row)))
        return Apply(op, (wide, high) if one == "column" else (high, wide))
    if one and ranks == (1, 2):
        return Apply(op, (_as_matrix(left, one, right), right))
    if other and ranks == (2, 1):
        return Apply(op, (left, _as_matrix(right, other, left)))
    return None


def _as_matrix(vector: Expr, side: Side, matrix: Expr) -> Expr:
    """A vector along the rows of a matrix, or its columns: with ones as many as the other axis has."""
    if side == "column":
        return Call("outer", (vector, Call("ones", (Apply("@", (vector, matrix)),))))
    return Call("outer", (Call("ones", (Apply("@", (matrix, vector)),)), vector))
