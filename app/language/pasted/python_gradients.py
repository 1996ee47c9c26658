"""Leaves out the backward pass that a program computes by hand: gradients follow from the equations here.

It is known by a loop that runs backwards over names such as dWhy and dh; what belongs to it assigns such names alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import EMPTY, assigned_pairs, called_name, names_in, variable_name, whole_name

GRADIENT = re.compile(r"(?:d|grad|delta)_?(?!t$)(?P<of>\w+)")
"""What a gradient is called; dt is a step of time."""


def without_gradients(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Take the statements of a backward pass out of a program; the first of each, with the lines that it stands in."""
    found = []
    for node in list(every_node(tree)):
        if isinstance(node, ast.Module | ast.FunctionDef) and (gradients := _backward_pass(node.body, tree)):
            node.body = [s for s in node.body if s not in gradients] or [ast.copy_location(ast.Pass(), node.body[0])]
            found.append((gradients[0], _said(gradients)))
    return found


def _said(statements: list[ast.stmt]) -> str:
    first, last = statements[0].lineno, max(s.end_lineno or s.lineno for s in statements)
    return f"the gradients are computed here: lines {first} to {last} are left out, they follow from the equations"


def _backward_pass(body: list[ast.stmt], tree: ast.Module) -> list[ast.stmt]:
    """The statements of a body that only compute gradients, if a loop among them runs backwards."""
    values = set(names_in(tree))
    if not any(_runs_backwards(s) and _has_gradients_alone(s, values) for s in body):
        return []
    return [s for s in body if _has_gradients_alone(s, values) or _goes_over_gradients(s)]


def _runs_backwards(node: ast.stmt) -> bool:
    """True for `for t in reversed(range(T))` and `for t in range(T - 1, -1, -1)`."""
    if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Call):
        return False
    steps = node.iter.args[2:]
    return called_name(node.iter) == "reversed" or any(isinstance(s, ast.UnaryOp) for s in steps)


def _has_gradients_alone(node: ast.stmt, values: set[str]) -> bool:
    """True for a statement that assigns something, and gradients alone; at least one of a name that the text has."""
    assigned = list(_assigned(node))
    matches = [GRADIENT.fullmatch(name) for name in assigned]
    return bool(assigned) and all(matches) and any(match and match["of"] in values for match in matches)


def _goes_over_gradients(node: ast.stmt) -> bool:
    """True for a loop over gradients, which clips them; and for zeros that a gradient has from the step behind."""
    if isinstance(node, ast.For) and isinstance(node.iter, ast.List | ast.Tuple):
        listed = [variable_name(it) or "" for it in node.iter.elts]
        return bool(listed) and all(map(GRADIENT.fullmatch, listed))
    names, calls = list(_assigned(node)), (it for it in every_node(node) if isinstance(it, ast.Call))
    return bool(names) and all(map(GRADIENT.fullmatch, names)) and any(called_name(it) in EMPTY for it in calls)


def _assigned(node: ast.stmt) -> Iterator[str]:
    """The variables that a statement assigns, whole or by entries."""
    for inner in every_node(node):
        yield from (whole_name(target) or "" for target, _ in assigned_pairs(inner))
