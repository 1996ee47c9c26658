"""Writes out small loops within a step, `for k in range(3)`: they run at every step, and are no time themselves.

And a list of times that a program calls t has another name here, where t is the number of the step.
"""

from __future__ import annotations

import ast
from copy import deepcopy

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, literal_of

MOST_PASSES = 16
"""So many passes of a loop are written out."""
TIME = "time"


def write_out_fixed_loops(tree: ast.Module) -> None:
    """Put the lines of small loops, as often as they run, in steps and in the functions that steps call."""
    called = {called_name(it) for loop in _loops(tree) for it in every_node(loop) if isinstance(it, ast.Call)}
    functions = [it for it in every_node(tree) if isinstance(it, ast.FunctionDef) and it.name in called]
    for outer in [*(it for it in _loops(tree) if _counts_time(it)), *functions]:
        for node in every_node(outer):
            for name in ("body", "orelse"):
                block = getattr(node, name, None)
                if isinstance(block, list):
                    block[:] = [line for it in block for line in _passes(it)]


def put_names_for_times(tree: ast.Module) -> None:
    """Rename an array that is called t, and an argument t of a function, where no loop counts by that name."""
    counting = {it.target.id for it in _loops(tree) if isinstance(it.target, ast.Name)}
    arrays = (it for it in every_node(tree) if isinstance(it, ast.Subscript))
    if "t" not in counting and any(isinstance(it.value, ast.Name) and it.value.id == "t" for it in arrays):
        _rename_time(tree)
    for node in every_node(tree):
        if isinstance(node, ast.FunctionDef) and any(it.arg == "t" for it in node.args.args) and not list(_loops(node)):
            _rename_time(node)


def _rename_time(tree: ast.AST) -> None:
    for node in every_node(tree):
        if isinstance(node, ast.Name) and node.id == "t":
            node.id = TIME
        if isinstance(node, ast.arg) and node.arg == "t":
            node.arg = TIME


def _loops(tree: ast.AST) -> list[ast.For]:
    return [it for it in every_node(tree) if isinstance(it, ast.For)]


def _counts_time(loop: ast.For) -> bool:
    """True for a loop over data, by t, or whose index something in it has: not one that only repeats what it holds."""
    if not isinstance(loop.iter, ast.Call) or called_name(loop.iter) != "range":
        return True
    names = {it.id for it in every_node(loop.target) if isinstance(it, ast.Name)}
    read = {it.id for s in loop.body for it in every_node(s) if isinstance(it, ast.Name)}
    return not names.isdisjoint(read | {"t", TIME})


def _passes(line: ast.stmt) -> list[ast.stmt]:
    """The lines of a small loop once for each pass; any other line as it is."""
    match line:
        case ast.For(ast.Name(index), ast.Call(ast.Name("range"), [*bounds]), body, []) if bounds and len(bounds) < 3:
            numbers = [literal_of(it) for it in bounds]
            first, last = (0, numbers[0]) if len(numbers) == 1 else numbers
            if isinstance(first, int) and isinstance(last, int) and last - first <= MOST_PASSES:
                return [_pass(s, index, k) for k in range(first, last) for s in body]
    return [line]


def _pass(line: ast.stmt, index: str, number: int) -> ast.stmt:
    copied = _Numbered(index, number).visit(deepcopy(line))
    assert isinstance(copied, ast.stmt)
    return copied


class _Numbered(ast.NodeTransformer):
    """A number in place of the index of a loop."""

    def __init__(self, index: str, number: int) -> None:
        self.index, self.number = index, number

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.copy_location(ast.Constant(self.number), node) if node.id == self.index else node
