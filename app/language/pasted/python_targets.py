"""Finds what the results of a program are compared with: what only a loss reads, and no line computes, is data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from app.language import rank_by_spelling
from app.language.pasted.moments_of_names import is_state_before
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import (
    added_value,
    assigned_pairs,
    called_name,
    kept_name,
    names_in,
    variable_name,
)

OF_LOSS = re.compile(r"loss|cost|objective|error", re.IGNORECASE)
"""What a function or a variable is called that is a loss."""
COMPARING = re.compile(r"loss|entropy|mse|nll|bce|criterion", re.IGNORECASE)
"""Functions of a result and of what it should be."""
IS_TARGET = "{} is data: what a result is compared with"


def targets_of(scope: ast.FunctionDef | ast.Module) -> set[str]:
    """What behind the steps stands beside a result in a difference or a loss, and in no product.

    Of a function its arguments, since they are given; of a text the names that it does not say, in a loss.
    """
    within = list(every_node(scope))
    if isinstance(scope, ast.FunctionDef):
        if not OF_LOSS.search(scope.name) and not any(isinstance(it, ast.For) for it in within):
            return set()
        names = {it.arg for it in (*scope.args.args, *scope.args.kwonlyargs)}
        lines = list(_behind_steps(scope.body))
    else:
        loaded = {it.id for it in within if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load)}
        names = loaded - {it.id for it in within if isinstance(it, ast.Name) and not isinstance(it.ctx, ast.Load)}
        names -= {it.arg for it in within if isinstance(it, ast.arg)}
        lines = list(filter(_is_loss, _behind_steps(scope.body)))
    compared = {name for line in lines for it in every_node(line) for name in _compared(it)}
    found = names & compared - {name for it in within for name in _applied(it)}
    return {it for it in found if rank_by_spelling(it) < 2 and not is_state_before(it)}


def _is_loss(line: ast.AST) -> bool:
    """True for what is assigned to a loss, and for what is added to one."""
    targets = [it for it, _ in assigned_pairs(line)] if isinstance(line, ast.Assign | ast.AnnAssign) else []
    return isinstance(line, ast.expr) or any(OF_LOSS.search(ast.unparse(it)) for it in targets)


def _behind_steps(lines: list[ast.stmt]) -> Iterator[ast.AST]:
    """What is computed outside loops, and what these add to a loss."""
    for line in lines:
        match line:
            case ast.FunctionDef() | ast.ClassDef():
                pass
            case ast.For(body=body):
                sums = (it for s in body for it in every_node(s) if isinstance(it, ast.AugAssign))
                to_loss = (it for it in sums if OF_LOSS.search(ast.unparse(it.target)))
                yield from filter(None, map(added_value, to_loss))
            case _:
                yield line


def _compared(node: ast.AST) -> Iterator[str]:
    """The variables that are taken from another one, or given to a loss, as a whole."""
    match node:
        case ast.BinOp(left, ast.Sub(), right):
            sides = [left, right]
        case ast.Call(func, args, named) if COMPARING.search(called_name(func if isinstance(func, ast.Call) else node)):
            sides = [*args, *(it.value for it in named)]
        case _:
            return
    yield from (name for it in sides if (name := kept_name(it)))


def _applied(node: ast.AST) -> Iterator[str]:
    """The variables that are a factor, or that a loop runs over: no targets."""
    match node:
        case ast.BinOp(left, ast.MatMult() | ast.Mult() | ast.Div() | ast.Pow(), right):
            yield from (name for it in (left, right) if (name := variable_name(it)))
        case ast.For(_, over):
            yield from names_in(over)
