"""A line → lines that have machine code, where its row says how the operation is written in others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from app.cache import cached
from app.engine.ir import applied
from app.engine.jit import LoopLine, Operand
from app.language import Apply, Expr, Number, Read, parse_expression
from app.ops import OPS

LETTERS = "abc"


def lines_written_out(line: LoopLine, stepwise: bool = False) -> Iterator[LoopLine]:
    """The line, or what it is written out as; results within it have room for one step alone if all are so."""
    if OPS[line.op].written_out:
        letters = dict(zip(LETTERS, line.args, strict=False))
        yield from Writing(line.out, stepwise, letters).into(_parsed(line.op), line.out)
    else:
        yield line


@cached()
def _parsed(op: str) -> Expr:
    return applied(parse_expression(OPS[op].written_out))


@dataclass
class Writing:
    """The names of an expression, and the results within it, each made once."""

    out: Operand
    stepwise: bool
    letters: dict[str, Operand | float]
    made: dict[Expr, Operand] = field(default_factory=dict)

    def into(self, expr: Expr, out: Operand) -> Iterator[LoopLine]:
        """Lines whose last one writes the value there."""
        if not isinstance(expr, Apply):
            yield LoopLine("lag", (self.plain(expr),), out)
            return
        for arg in expr.args:
            yield from self.within(arg)
        yield from lines_written_out(LoopLine(expr.op, tuple(map(self.plain, expr.args)), out), self.stepwise)

    def within(self, expr: Expr) -> Iterator[LoopLine]:
        """Lines that make the value, unless it is there."""
        if not isinstance(expr, Apply) or expr.op == "size" or expr in self.made:
            return
        for arg in expr.args:
            yield from self.within(arg)
        args = tuple(map(self.plain, expr.args))
        out = self.room(expr.op, args)
        yield from lines_written_out(LoopLine(expr.op, args, out), self.stepwise)
        self.made[expr] = out

    def plain(self, expr: Expr) -> Operand | float:
        match expr:
            case Number(value):
                return value
            case Read(name):
                return self.letters[name]
            case Apply("size", (of,)):
                found = self.plain(of)
                return float(found.row.size) if isinstance(found, Operand) else 1.0
        return self.made[expr]

    def room(self, op: str, args: tuple[Operand | float, ...]) -> Operand:
        """Of the widest argument, or one number where its entries are summed up."""
        rows = [a.row.shape for a in args if isinstance(a, Operand)]
        shape = () if OPS[op].shape in ("total", "pair") else max(rows, key=len, default=())
        steps = self.out.array.shape[: self.out.sequence and not self.stepwise]
        batch = self.out.array.shape[self.out.sequence :][: self.out.batched]
        array = np.empty((*steps, *batch, *shape), self.out.array.dtype)
        return Operand(array, len(shape), bool(steps), self.out.batched)
