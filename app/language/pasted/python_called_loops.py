"""Writes the lines of a function that has a loop where it is called: `preds = rnn(params, xs)`.

The call then reads what the loop leaves, as a line behind a loop does. Functions of plain lines are another matter
(python_functions.py): these may be called at every step.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from app.language.pasted.python_functions import WRITTEN_OUT
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import every_name

NOT_FORWARD = re.compile(r"back|grad|bptt|sample|update|optim|train|main|test|generate|predict", re.IGNORECASE)
"""Functions that only use what others compute: where nothing calls them, what they call says no equations."""
MOST_WRITTEN = 20
"""So many calls are written out; functions that each call another one twice would have no end otherwise."""


def write_out_called_loops(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """Put the lines of functions with loops where they are called; the definitions, each with a note."""
    said = list[tuple[ast.AST, str]]()
    for _ in range(MOST_WRITTEN):
        function, calls = next(_called(tree), (None, []))
        if function is None:
            break
        place = calls[0].block.index(calls[0].line)
        calls[0].block[place : place + 1] = _written(function, calls[0])
        if len(calls) == 1:
            _take_out(tree, function)
            said.append((function, WRITTEN_OUT.format(function.name)))
    return said


@dataclass(frozen=True, slots=True)
class CallInLine:
    """A call, the line that has it, the block of that, and the function or the text whose names it reads."""

    scope: ast.AST
    block: list[ast.stmt]
    line: ast.stmt
    call: ast.Call


def _called(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, list[CallInLine]]]:
    """Functions with a loop whose name stands only where lines call it, with these calls."""
    names = [it.id for it in every_node(tree) if isinstance(it, ast.Name)]
    names += [it.attr for it in every_node(tree) if isinstance(it, ast.Attribute)]
    functions = [it for it in every_node(tree) if isinstance(it, ast.FunctionDef)]
    every = [it.name for it in functions]
    for function in filter(_has_loop, functions):
        others = {it for it in every if NOT_FORWARD.search(it) and it not in names} | {function.name}
        calls = list(_calls(tree, tree, function.name, others))
        told = every.count(function.name) == 1 and len(calls) == names.count(function.name) > 0
        if told and all(_gives_all(function, it.call) for it in calls):
            yield function, calls


def _has_loop(function: ast.FunctionDef) -> bool:
    """True for lines with a loop among them that return at their end alone."""
    returns = [it for it in every_node(function) if isinstance(it, ast.Return)]
    at_its_end = len(returns) == 1 and returns[0] is function.body[-1] and returns[0].value is not None
    return at_its_end and any(isinstance(it, ast.For) for it in function.body)


def _gives_all(function: ast.FunctionDef, call: ast.Call) -> bool:
    starred = any(isinstance(it, ast.Starred) for it in call.args) or any(it.arg is None for it in call.keywords)
    plain = not (function.args.vararg or function.args.kwarg or starred)
    return plain and set(_parameters(function)) == set(_bound(function, call))


def _parameters(function: ast.FunctionDef) -> list[str]:
    names = [it.arg for it in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def _bound(function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
    """What each parameter of a function is in its call."""
    args = function.args
    behind = dict(zip(reversed([*args.posonlyargs, *args.args]), reversed(args.defaults), strict=False))
    bound = {it.arg: value for it, value in behind.items()}
    bound |= {it.arg: value for it, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value}
    bound |= dict(zip(_parameters(function), call.args, strict=False))
    return bound | {it.arg: it.value for it in call.keywords if it.arg}


def _calls(node: ast.AST, scope: ast.AST, name: str, others: Collection[str]) -> Iterator[CallInLine]:
    """The calls of a function in lines that are done once, by the function or the text that has the line."""
    block: list[ast.stmt] = getattr(node, "body", [])
    for line in block:
        match line:
            case ast.FunctionDef(caller):
                if caller not in others:
                    yield from _calls(line, line, name, others)
            case ast.ClassDef() | ast.With():
                yield from _calls(line, scope, name, others)
            case ast.Assign() | ast.Return() | ast.Expr() | ast.AnnAssign():
                for it in every_node(line):
                    match it:
                        case ast.Call(ast.Name(called) | ast.Attribute(ast.Name("self"), called)) if called == name:
                            yield CallInLine(scope, block, line, it)


def _written(function: ast.FunctionDef, called: CallInLine) -> list[ast.stmt]:
    """The lines of a function, and then the one that calls it, with the value in place of the call."""
    line, call = called.line, called.call
    last = function.body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    assert value is not None
    target = line.targets[0] if isinstance(line, ast.Assign) and line.value is call else None
    kept = {it.id for it, its in _pairs(target, value) if isinstance(it, ast.Name) and _is_name(its, it.id)}
    bound = _bound(function, call)
    kept |= {row for row, data in _rows(function) if data in bound and _is_name(bound[data], row)}
    stored = {it.id for it in every_node(function) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
    taken = set(_names_of(called.scope, function)) - kept
    meant = {name: it for name, it in bound.items() if name not in stored and not isinstance(it, ast.Constant)}
    own = {name: _free(f"{name}_{function.name}", taken) for name in sorted(stored & taken)}
    begun = [
        ast.Assign([ast.Name(own.get(name, name), ast.Store())], it)
        for name, it in bound.items()
        if name not in meant and not _is_name(it, own.get(name, name))
    ]
    put = _Put({**meant, **{name: ast.Name(it, ast.Load()) for name, it in own.items()}})
    lines = [*begun, *(put.visit(deepcopy(it)) for it in function.body[:-1] if not _is_words(it))]
    result = put.visit(deepcopy(value))
    if target is not None and ast.unparse(target) == ast.unparse(result):
        return [_placed(it, line) for it in lines]
    changed: ast.stmt = _Replaced(call, result).visit(line)
    return [_placed(it, line) for it in (*lines, changed)]


def _pairs(target: ast.expr | None, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    if target is None:
        return []
    both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
    return list(zip(target.elts, value.elts, strict=False)) if both else [(target, value)]  # type: ignore[attr-defined]


def _rows(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The names that loops give to what they run over, and what that is called."""
    for line in function.body:
        match line:
            case ast.For(ast.Name(row), ast.Name(data)):
                yield row, data


def _names_of(scope: ast.AST, function: ast.FunctionDef) -> Iterator[str]:
    """The names that what has the call reads and assigns, without those of functions beside it."""
    for line in getattr(scope, "body", []):
        if not isinstance(line, ast.FunctionDef | ast.ClassDef) and line is not function:
            yield from every_name(line)


def _free(name: str, taken: Collection[str]) -> str:
    return next(it for k in range(1, 999) if (it := name if k == 1 else f"{name}_{k}") not in taken)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_words(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _take_out(tree: ast.Module, statement: ast.stmt) -> None:
    for node in every_node(tree):
        block = getattr(node, "body", None)
        if isinstance(block, list):
            block[:] = (it for it in block if it is not statement)


class _Put(ast.NodeTransformer):
    """What names mean in place of them."""

    def __init__(self, meant: Mapping[str, ast.expr]) -> None:
        self.meant = meant

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self.meant.get(node.id)
        if found is None:
            return node
        if isinstance(found, ast.Name):
            return ast.copy_location(ast.Name(found.id, node.ctx), node)
        return ast.copy_location(deepcopy(found), node)


class _Replaced(ast.NodeTransformer):
    """One call's value in place of the call."""

    def __init__(self, call: ast.Call, value: ast.expr) -> None:
        self.call, self.value = call, value

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return self.value if node is self.call else self.generic_visit(node)


def _placed(node: ast.stmt, place: ast.AST) -> ast.stmt:
    """A line at its own place in the text, or where it has none at another's."""
    for part in every_node(node):
        if not hasattr(part, "lineno"):
            ast.copy_location(part, place)
    return node
