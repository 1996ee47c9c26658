"""Finds the numbers that the arguments of a program's functions have: 0.1 of `def ema(x, alpha=0.1)`.

A number that every call gives has the last word: 0.3 after `ema(xs, alpha=0.3)`. Of one argument that is given several
numbers, or something else, nothing is said here. `called` is the name that calls have: for `__init__` of the class.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from app.language.elsewhere import DATA_NAMES
from app.language.pasted.moments_of_names import is_state_before
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import called_name


def numbers_by_default(function: ast.FunctionDef, called: str, tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of a function that have one number, by default or in all calls of a tree, each with it."""
    args = function.args
    named = [*args.posonlyargs, *args.args]
    behind = zip(reversed(named), reversed(args.defaults), strict=False)
    defaults = {it.arg: value for it, value in (*behind, *zip(args.kwonlyargs, args.kw_defaults, strict=True)) if value}
    places = [it.arg for it in named if it.arg not in ("self", "cls")]
    calls = [it for it in every_node(tree) if isinstance(it, ast.Call) and called_name(it) == called]
    for name in [*places, *(it.arg for it in args.kwonlyargs)]:
        value = _given(name, defaults.get(name), places, calls)
        if value and is_number(value) and name not in DATA_NAMES and not is_state_before(name):
            yield name, value


def _given(name: str, default: ast.expr | None, places: list[str], calls: Iterable[ast.Call]) -> ast.expr | None:
    """What calls give for an argument, if it is the same in all of them; its default where there is no call."""
    found = dict[str, ast.expr]()
    for call in calls:
        if any(isinstance(it, ast.Starred) for it in call.args) or any(it.arg is None for it in call.keywords):
            return None
        bound = {**dict(zip(places, call.args, strict=False)), **{str(it.arg): it.value for it in call.keywords}}
        value = bound.get(name, default)
        if value is None:
            return None
        found[ast.dump(value)] = value
    return default if not found else next(iter(found.values())) if len(found) == 1 else None


def is_number(value: ast.expr) -> bool:
    """True for a number as a text writes it, 0.1, -1e-3 and 1 / 3; neither for a switch nor for an array."""
    match value:
        case ast.Constant(number):
            return isinstance(number, int | float) and not isinstance(number, bool)
        case ast.UnaryOp(ast.USub() | ast.UAdd(), inner):
            return is_number(inner)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow(), right):
            return is_number(left) and is_number(right)
    return False
