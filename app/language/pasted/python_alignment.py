"""Has the loops of a program count the steps alike, where some run from the start and some from the end.

A loop that sets `g[t-1]` is one that sets `g[t]` with an index one lower, and loops from 1 to T are loops from 0 with
every array counted from 1.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, clocked_index, counted, index_of, variable_name, whole_index


def align_loops(tree: ast.Module) -> None:
    """Have loops from either end set what they compute at their index, and begin at 0."""
    with suppress(RecursionError):  # What is too deep is named where it is read.
        loops = [it for it in every_node(tree) if isinstance(it, ast.For) and _bounds(it) is not None]
        if len(loops) < 2 or not any(map(_goes_back, loops)) or all(map(_goes_back, loops)):
            return
        for loop in loops:
            steps = {
                index[1]
                for node in _subscripts(loop)
                if isinstance(node.ctx, ast.Store) and (index := _clocked(node, loop))
            }
            if len(steps) == 1 and (set_at := steps.pop()):
                _shift(loop, set_at)
        bounds = [_numbers(loop) for loop in loops]
        if all(it == (1, bounds[0][1], 1) for it in bounds) and bounds[0][1]:
            _count_from_0(tree, loops, bounds[0][1])


def _shift(loop: ast.For, steps: int) -> None:
    """Have an index count so many more, and what a loop does with it as many less."""
    clock = _clock(loop)
    _Moved(clock, -steps).visit(ast.Module(loop.body, []))
    _set_bounds(loop, steps)


def _count_from_0(tree: ast.Module, loops: Sequence[ast.For], length: str) -> None:
    """Have loops from 1 to T begin at 0: every array that they index is counted from 1, and T - 1 is the last index."""
    arrays = {variable_name(node.value) for loop in loops for node in _subscripts(loop) if _clocked(node, loop)}
    for loop in loops:
        indices = {id(it) for node in _subscripts(loop) if _clocked(node, loop) for it in every_node(node.slice)}
        _Moved(_clock(loop), 1, indices).visit(ast.Module(loop.body, []))
        _set_bounds(loop, -1)
    for node in _subscripts(tree):
        index = index_of(node)
        number, (name, more) = whole_index(index), counted(index)
        if variable_name(node.value) not in arrays or isinstance(node.slice, ast.Tuple):
            continue
        if number is not None and number >= 0:
            node.slice = ast.copy_location(_added(None, number - 1), index)
        elif name == length:
            node.slice = ast.copy_location(_added(_base(index), more - 1), index)
        ast.fix_missing_locations(node)


class _Moved(ast.NodeTransformer):
    """An index with a number added wherever it stands, but for where it stays as it is."""

    def __init__(self, clock: str, steps: int, kept: set[int] | None = None) -> None:
        self.clock, self.steps, self.kept = clock, steps, kept or set()

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        index = clocked_index(node)
        if index and index[0] == self.clock and id(node.left) not in self.kept:
            return ast.fix_missing_locations(ast.copy_location(_added(node.left, index[1] + self.steps), node))
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id != self.clock or id(node) in self.kept:
            return node
        return ast.fix_missing_locations(ast.copy_location(_added(node, self.steps), node))


def _subscripts(tree: ast.AST) -> Iterator[ast.Subscript]:
    return (it for it in every_node(tree) if isinstance(it, ast.Subscript))


def _clock(loop: ast.For) -> str:
    return variable_name(loop.target) or ""


def _clocked(node: ast.Subscript, loop: ast.For) -> tuple[str, int] | None:
    index = clocked_index(index_of(node))
    return index if index and index[0] == _clock(loop) else None


def _bounds(loop: ast.For) -> ast.Call | None:
    """The range that a loop over a name runs over, from either end."""
    over = loop.iter
    if isinstance(over, ast.Call) and called_name(over) == "reversed" and len(over.args) == 1:
        over = over.args[0]
    ranged = isinstance(over, ast.Call) and called_name(over) == "range" and isinstance(loop.target, ast.Name)
    return over if ranged and isinstance(over, ast.Call) and over.args else None


def _steps(over: ast.Call) -> int:
    return (whole_index(over.args[2]) or 0) if len(over.args) == 3 else 1


def _goes_back(loop: ast.For) -> bool:
    over = _bounds(loop)
    return over is not None and (over is not loop.iter or _steps(over) < 0)


def _numbers(loop: ast.For) -> tuple[int | None, str, int]:
    """The lowest index of a loop, and of the one behind its last the name and what is added to it."""
    over = _bounds(loop)
    if over is None or abs(_steps(over)) != 1:
        return None, "", 0
    low, high = (ast.Constant(0), over.args[0]) if len(over.args) == 1 else (over.args[0], over.args[1])
    if _steps(over) < 0:
        lowest, (name, more) = whole_index(high), counted(low)
        return lowest if lowest is None else lowest + 1, name, more + 1
    return whole_index(low), *counted(high)


def _set_bounds(loop: ast.For, steps: int) -> None:
    over = _bounds(loop)
    if over is None:
        return
    bounds = over.args[:2] if len(over.args) > 1 else [ast.Constant(0), over.args[0]]
    moved = [_added(_base(it), counted(it)[1] + steps) for it in bounds]
    kept = moved[1:] if len(over.args) < 3 and whole_index(moved[0]) == 0 else moved
    over.args[: 2 if len(over.args) > 1 else 1] = kept
    ast.fix_missing_locations(loop)


def _base(node: ast.expr) -> ast.expr | None:
    """What an index is counted from: T of `T + 1`; None for a number."""
    while (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.right, ast.Constant)
    ):
        node = node.left
    return None if whole_index(node) is not None else node


def _added(node: ast.expr | None, steps: int) -> ast.expr:
    if node is None:
        number: ast.expr = ast.Constant(abs(steps))
        return number if steps >= 0 else ast.UnaryOp(ast.USub(), number)
    if not steps:
        return node
    return ast.BinOp(node, ast.Add() if steps > 0 else ast.Sub(), ast.Constant(abs(steps)))
