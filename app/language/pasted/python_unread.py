"""Finds what of a program no reading has touched: operations in a line that is read, which no equation has.

The other readers say what they leave out. This is the net beneath them: whatever they lose, the line says it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from app.language.pasted.names_elsewhere import UNCHANGED, name_here
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import MADE_ANEW, SWAPS, called_name, made_anew, summed_name

Place = tuple[int, int, int, int]
IN_NO_EQUATION = "{} is left out: write it as a line of its own"
ELSEWHERE = frozenset((
    "append", "insert", "range", "len", "zip", "enumerate", "reversed", "print", "scan", "reduce", "accumulate",
    "foldl", "foldr", "fori_loop", "odeint", "solve_ivp", "vmap", "map", "chunk", "split", "array", "stack", "list",
    "copyto", "copy_", "partial", "jit", "vstack", "cat", "concatenate", "sum",
)) | MADE_ANEW | UNCHANGED | SWAPS  # fmt: skip
"""Functions that are read by what they do to a program, not as operations."""


def stands_at(node: ast.AST) -> Place:
    """Where a node stands: what is moved to another line of a program keeps its place in the text."""
    return (
        getattr(node, "lineno", 0), getattr(node, "col_offset", 0),
        getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0),
    )  # fmt: skip


def unread_parts(tree: ast.Module, read: Collection[Place], functions: Collection[str]) -> Iterator[ast.expr]:
    """The outermost operations of a text's lines that have not been read; `functions` are those that it defines."""
    for line in every_node(tree):
        match line:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) | ast.AugAssign(value=value):
                adds = summed_name(line) is not None
                if not made_anew(value):
                    yield from _unread(value.right if adds and isinstance(value, ast.BinOp) else value, read, functions)


def _unread(whole: ast.expr, read: Collection[Place], functions: Collection[str]) -> Iterator[ast.expr]:
    """Within one expression, however deep it is nested."""
    waiting, elsewhere = [whole], ELSEWHERE | set(functions)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.IfExp):
            continue
        if isinstance(node, ast.Call) and (called_name(node) in elsewhere or made_anew(node)):
            continue
        computes = isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp) or (
            isinstance(node, ast.Call) and name_here(called_name(node)) is not None
        )
        if computes and stands_at(node) not in read:
            yield node
            continue
        while isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp):  # A chain of operators is read as one.
            waiting.append(node.right)
            node = node.left
        for inner in ast.iter_child_nodes(node):
            of_call = isinstance(node, ast.Call) and inner is node.func and isinstance(inner, ast.Call)
            of_index = isinstance(node, ast.Subscript) and inner is node.slice
            if isinstance(inner, ast.expr) and not of_call and not of_index:
                waiting.append(inner)
