"""Writes a list that a line behind a loop makes, `ys = [V @ h for h in hs]`, as the loop over the steps that it is."""

from __future__ import annotations

import ast

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name, kept_within, made_anew, variable_name

STACKING = frozenset(("stack", "vstack", "concatenate", "cat"))
"""Functions that put the entries of a list together."""


def put_loops_for_lists(tree: ast.Module) -> None:
    """Put a loop in place of each such list in a block, if a loop over the steps stands before it there."""
    for node in every_node(tree):
        block = getattr(node, "body", None)
        if isinstance(block, list):
            first = next((k for k, it in enumerate(block) if isinstance(it, ast.For)), len(block))
            block[:] = [*map(_as_append, block[:first]), *(_as_loop(_as_append(it)) for it in block[first:])]


def _as_append(line: ast.stmt) -> ast.stmt:
    """A list that grows by one entry, `ys += [y]`, is appended to."""
    match line:
        case ast.AugAssign(ast.Name(name), ast.Add(), ast.List([entry])):
            kept = ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load()), [entry], [])
            return ast.fix_missing_locations(ast.copy_location(ast.Expr(kept), line))
    return line


def _as_loop(line: ast.stmt) -> ast.stmt:
    match line:
        case ast.Assign([target], value) if variable_name(target):
            match _within(value):
                case ast.ListComp(entry, [ast.comprehension(its, over, [], 0)]) if not made_anew(entry):
                    made_list = ast.Name(str(variable_name(target)), ast.Load())
                    body = ast.Expr(ast.Call(ast.Attribute(made_list, "append", ast.Load()), [entry], []))
                    loop = ast.For(its, over, [ast.copy_location(body, line)], [])
                    return ast.fix_missing_locations(ast.copy_location(loop, line))
    return line


def _within(value: ast.expr) -> ast.expr:
    """What a call puts together or keeps in another way."""
    while isinstance(value, ast.Call):
        inner = value.args[0] if called_name(value) in STACKING and value.args else kept_within(value)
        if inner is None:
            break
        value = inner
    return value
