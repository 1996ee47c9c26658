"""Has functions that return by conditions return one value: `return a if c else b` for `if c: return a` before b.

What a branch assigns is then chosen between as well, so that a function of branches is one of plain lines.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from copy import deepcopy

from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import assigned_pairs, only_assigns, variable_name


def put_choices_for_branches(tree: ast.Module) -> None:
    """Put choices in place of the branches of every function that returns in one, or chooses what it assigns."""
    for node in every_node(tree):
        branches = [s for s in node.body if isinstance(s, ast.If)] if isinstance(node, ast.FunctionDef) else []
        if isinstance(node, ast.FunctionDef) and branches and not any(_asks_for_none(it.test) for it in branches):
            body = _chosen(node.body)
            if isinstance(body[-1], ast.Return) and not any(isinstance(s, ast.If) for s in body):
                node.body = body


def without_records(tree: ast.Module) -> list[tuple[ast.stmt, str]]:
    """Take out of branches what only keeps a list, `spikes.append(t)`, that no equation reads; each with a note."""
    read = {
        it.id
        for node in every_node(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for it in every_node(node.value)
        if isinstance(it, ast.Name)
    }
    found = list[tuple[ast.stmt, str]]()
    for node in every_node(tree):
        for block in (node.body, node.orelse) if isinstance(node, ast.If) else ():
            records = [s for s in block if (name := _appended(s)) and name not in read]
            if len(records) < len(block):
                found += [(s, "what is kept only sometimes is no variable of a step") for s in records]
                block[:] = [s for s in block if s not in records]
    return found


def _appended(line: ast.stmt) -> str | None:
    """The list that a statement appends to."""
    match line:
        case ast.Expr(ast.Call(ast.Attribute(whole, "append"))):
            return variable_name(whole)
    return None


def _asks_for_none(test: ast.expr) -> bool:
    """True for `state is None`: the state begins there."""
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is | ast.IsNot)


def _chosen(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Lines with choices for their branches, up to the first branch that none stands for."""
    found = list[ast.stmt]()
    for place, node in enumerate(body):
        rest = body[place + 1 :]
        if not isinstance(node, ast.If):
            found.append(node)
        elif _returns(node.body):
            return [*found, *_returned(node, _chosen(node.body), _chosen([*node.orelse, *rest]))]
        elif only_assigns(node) and _assigns_names(node):
            found.append(_assigned(node))
        else:
            return [*body]
    return found


def _returns(body: Sequence[ast.stmt]) -> bool:
    """True for lines that end with what they return, in each of their branches."""
    last = body[-1] if body else None
    if isinstance(last, ast.If):
        return _returns(last.body) and _returns(last.orelse)
    return isinstance(last, ast.Return) and last.value is not None


def _returned(node: ast.If, then: list[ast.stmt], other: list[ast.stmt]) -> list[ast.stmt]:
    """The lines of two ways and what they return, by the condition; the branch itself where their lines may meet."""
    first, last = then[-1], other[-1] if other else None
    if not (isinstance(first, ast.Return) and first.value and isinstance(last, ast.Return) and last.value):
        return [node, *other]
    before = [*then[:-1], *other[:-1]]
    stored = {
        it.id for s in before for it in every_node(s) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)
    }
    of_other = {it.id for s in other for it in every_node(s) if isinstance(it, ast.Name)}
    if (then[:-1] and stored & of_other) or stored & {
        it.id for it in every_node(node.test) if isinstance(it, ast.Name)
    }:
        return [node, *other]
    if isinstance(first.value, ast.Tuple) != isinstance(last.value, ast.Tuple):
        return [node, *other]
    value = _choice(node, first.value, last.value)
    return [*before, ast.copy_location(ast.Return(value), last)]


def _choice(node: ast.If, one: ast.expr, other: ast.expr) -> ast.expr:
    if isinstance(one, ast.Tuple) and isinstance(other, ast.Tuple) and len(one.elts) == len(other.elts):
        entries = [_choice(node, *pair) for pair in zip(one.elts, other.elts, strict=True)]
        return ast.copy_location(ast.Tuple(entries, ast.Load()), one)
    return ast.copy_location(ast.IfExp(deepcopy(node.test), one, other), one)


def _assigns_names(node: ast.If) -> bool:
    return all(variable_name(target) for target, _ in assigned_pairs(node))


def _assigned(node: ast.If) -> ast.stmt:
    """What a condition assigns as one assignment: all of it is computed before any of it is stored."""
    targets, values = (list(side) for side in zip(*assigned_pairs(node), strict=True))
    stored = [ast.copy_location(_stored(it), node) for it in targets]
    if len(stored) == 1:
        return ast.copy_location(ast.Assign(stored, values[0]), node)
    sides = (ast.copy_location(it, node) for it in (ast.Tuple(stored, ast.Store()), ast.Tuple(values, ast.Load())))
    left, right = sides
    return ast.copy_location(ast.Assign([left], right), node)


def _stored(target: ast.expr) -> ast.expr:
    found = deepcopy(target)
    if isinstance(found, ast.Name | ast.Attribute):
        found.ctx = ast.Store()
    return found
