"""Counts what an expression is with its functions written out, so that one that would be too large is refused before.

A function is counted once, as what it is by itself and how often and how deep it uses each argument: where functions
call others twice, what is written out doubles with every line, and the count takes no longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from app.language.syntax import Call, Expr, Function, Read, children, walk


class Uses(NamedTuple):
    """How often an argument stands in an expression, and within how many operations at most."""

    times: int
    depth: int


class ExpandedSize(NamedTuple):
    """The operations and names of an expression, how many stand within one another, and its arguments' uses.

    `walked` are those that are come by where every call is followed, and the calls: of what is not read too.
    """

    size: int
    depth: int
    uses: Mapping[str, Uses]
    walked: int


class FunctionCycle(ValueError):
    """A function reaches itself: `name` is one of those that do."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} calls itself")
        self.name = name


def function_sizes(functions: Iterable[Function]) -> dict[str, tuple[Function, ExpandedSize]]:
    """Each function by name with what its body is; raises `FunctionCycle`."""
    table = {f.name: f for f in functions}
    calls = {
        name: [e.function for e in walk(f.body) if isinstance(e, Call) and e.function in table]
        for name, f in table.items()
    }
    found: dict[str, tuple[Function, ExpandedSize]] = {}
    try:
        for name in TopologicalSorter(calls).static_order():
            f = table[name]
            found[name] = (f, expanded_size(f.body, found, f.arguments))
    except CycleError as error:
        raise FunctionCycle(min(error.args[1], key=list(table).index)) from None
    return found


def expanded_size(
    expr: Expr, functions: Mapping[str, tuple[Function, ExpandedSize]], arguments: Iterable[str] = ()
) -> ExpandedSize:
    """What an expression is when every call of these functions stands as their bodies."""
    if isinstance(expr, Read) and expr.name in arguments and expr.time is None:
        return ExpandedSize(0, 0, {expr.name: Uses(1, 0)}, 0)
    parts = [expanded_size(child, functions, arguments) for child in children(expr)]
    walked = sum(part.walked for part in parts)
    if isinstance(expr, Call) and expr.function in functions:
        f, body = functions[expr.function]
        put_in = [(part, body.uses[name]) for name, part in zip(f.arguments, parts, strict=False) if name in body.uses]
        return _together(body.size, body.depth, put_in, 1 + body.walked + walked)
    return _together(1, int(bool(parts)), [(part, Uses(1, 1)) for part in parts], 1 + walked)


def _together(size: int, depth: int, parts: Iterable[tuple[ExpandedSize, Uses]], walked: int) -> ExpandedSize:
    """Parts in their places, each as often as it is used there."""
    uses: dict[str, Uses] = {}
    for part, place in parts:
        size += place.times * part.size
        depth = max(depth, place.depth + part.depth)
        for name, it in part.uses.items():
            before = uses.get(name, Uses(0, 0))
            uses[name] = Uses(before.times + place.times * it.times, max(before.depth, place.depth + it.depth))
    return ExpandedSize(size, depth, uses, walked)
