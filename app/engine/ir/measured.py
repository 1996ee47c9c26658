"""The shape and the level of an expression, from those of the names in it.

A level says which axes stand before a value's own: none for what is shared, the batch, or time and the batch.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.language import NOW, Apply, Condition, Expr, Read, shape_of
from app.ops import LEVELS, OPS

Shape = tuple[int, ...]
SHARED, BATCH, SEQUENCE = LEVELS


class Measured:
    """Names with their shapes and levels, and from them those of expressions."""

    shapes: Mapping[str, Shape]
    levels: Mapping[str, int]

    def level(self, expr: Expr) -> int:
        return level_of(expr, self.levels)

    def shape(self, expr: Expr) -> Shape:
        match expr:
            case Read(name):
                return self.shapes[name]
            case Apply(_, args):
                return shape_of(expr, [self.shape(a) for a in args])
            case _:
                return ()


def level_of(expr: Expr, levels: Mapping[str, int]) -> int:
    """The level of an expression whose names have these."""
    match expr:
        case Condition(at=at):
            return SEQUENCE if at == NOW else levels["tau"]
        case Read(name, time):
            return levels[name] if time is None or time.base == "t" else BATCH
        case Apply(op, args):
            level = OPS[op].level
            return max(level_of(a, levels) for a in args) if level is None else level
        case _:
            return SHARED
