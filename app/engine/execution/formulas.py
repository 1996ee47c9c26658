"""Formulas over whole arrays, `momentum * v + g` → the calls that write their values, by the same code as equations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from app.arrays import Array
from app.cache import cached
from app.engine.execution.numpy_calls import Call, writer
from app.engine.execution.written_out import Writing, lines_written_out
from app.engine.ir import applied
from app.engine.jit import Instruction, LoopLine, Operand, bulk
from app.language import Apply, Expr, parse_expression
from app.ops import OPS


def one_value(array: Array) -> Operand:
    """An array that is one value, whatever its axes are."""
    return Operand(array, array.ndim, False, False)


def formula(text: str, letters: Mapping[str, Array | float], out: Array) -> Iterator[Call | Instruction]:
    """What writes the value of an expression there; it may read what was there, entry by entry."""
    expr = _parsed(text)
    if isinstance(expr, Apply) and len(expr.args) > 2:  # It is written term by term.
        made = np.empty_like(out)
        yield from _written(expr, letters, made)
        yield from copy_of(made, out)
    else:
        yield from _written(expr, letters, out)


@cached()
def _parsed(text: str) -> Expr:
    return applied(parse_expression(text))


def _written(expr: Expr, letters: Mapping[str, Array | float], out: Array) -> Iterator[Call | Instruction]:
    operands = {name: one_value(it) if isinstance(it, np.ndarray) else it for name, it in letters.items()}
    for line in Writing(one_value(out), False, operands).into(expr, one_value(out)):
        yield from _calls(line)


def copy_of(array: Array, out: Array) -> Iterator[Call | Instruction]:
    """What copies an array of the same shape."""
    yield from _calls(LoopLine("lag", (one_value(array),), one_value(out)))


def _calls(line: LoopLine) -> Iterator[Call | Instruction]:
    made = bulk(tuple(lines_written_out(line)), 1, 1)
    if made is not None:
        yield from made
        return
    out = line.out.array
    args = tuple(a.array if isinstance(a, Operand) else np.asarray(a, out.dtype) for a in line.args)
    ranks = tuple(a.ndim for a in args)
    if line.op == "lag":
        yield np.copyto, (out, args[0])
    else:
        yield from writer(OPS[line.op], args, ranks, out)(args, out)
