"""Equations as the lines that they are written in: those that take the parts of one vector are one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from app.language.syntax import Apply, Equation, Expr, Number, PartsLine
from app.ops import OPS


def written_together(equations: Iterable[Equation]) -> Iterator[Equation | PartsLine]:
    """Each equation, or a line for all the parts of one vector where these stand together, complete and in order."""
    for whole, group in groupby(equations, _whole_of):
        parts = list(group)
        if whole is None or not _complete(parts):
            yield from parts
        else:
            yield PartsLine(tuple(e.name for e in parts), parts[0].indexed, whole, parts[0].span)


def _whole_of(e: Equation) -> Expr | None:
    """What an equation takes a part of."""
    return e.expr.args[0] if isinstance(e.expr, Apply) and OPS[e.expr.op].by_line else None


def _complete(parts: list[Equation]) -> bool:
    """Whether equations are the first, the second … and last part."""
    count = Number(float(len(parts)))
    found = [e.expr.args[1:] for e in parts if isinstance(e.expr, Apply)]
    return found == [(Number(float(k)), count) for k in range(1, len(parts) + 1)]
