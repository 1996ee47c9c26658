"""Reads what a program says before its first step: starts, parameters that it fills, numbers that have names."""

from __future__ import annotations

import ast

from app.language.pasted.lines import BY_ITSELF, NO_IDENTITY, Unread, given_as_identity
from app.language.pasted.python_expressions import ExpressionReader
from app.language.pasted.python_names import ProgramNames
from app.language.pasted.python_trees import (
    IDENTITY,
    index_of,
    indexed_name,
    literal_of,
    made_anew,
    variable_name,
    whole_index,
)
from app.language.syntax import Read, Start, Time
from app.language.typeset import show

RANDOM = frozenset(("randn", "standard_normal", "normal"))
ZERO = frozenset(("zeros", "zeros_like", "empty", "empty_like"))
KEPT = "every step is kept anyway"
Said = tuple[str, str]
"""A line in the language, empty if none is needed, and a note on it."""


class StartsReader:
    """Reads the assignments before the first step of a program."""

    def __init__(self, names: ProgramNames, expressions: ExpressionReader) -> None:
        self.names, self.expressions = names, expressions
        self.vectors: list[str] = []
        """The variables that begin as a vector of zeros."""

    def read(self, target: ast.expr, value: ast.expr) -> Said:
        """One assignment: a start, a parameter's beginning, a number, or nothing that matters."""
        name = variable_name(target) or str(indexed_name(target))
        base, _ = self.names.base(name)
        made = made_anew(value)
        if self.names.begins_with_entries(base):
            return self.listed(base, target, self.names.list_starts[base])
        storage = isinstance(value, ast.Dict | ast.List | ast.ListComp | ast.DictComp)
        if storage or (made in ZERO and base in self.names.sequences):
            return "", KEPT if base in self.names.total else "nothing is computed here"
        if made in IDENTITY and base in self.names.used:
            starts = base in self.names.total
            hint = f"{given_as_identity(f'{base}0')}; {base}[0] = {base}0" if starts else given_as_identity(base)
            raise Unread(NO_IDENTITY, self.expressions.place(value), hint)
        if base in self.names.total:
            return self.start(base, target, value, made)
        if base not in self.names.used or variable_name(value) == name:
            return "", f"{base} is a name of the equations already" if base in self.names.used else "nothing reads it"
        if made:
            return _parameter(base, value, made)
        return f"{base} = {show(self.expressions.read(value))}", ""

    def listed(self, base: str, target: ast.expr, starts: list[ast.expr]) -> Said:
        """What a list holds before the steps append to it."""
        places = (ast.Subscript(target, ast.Constant(k), ast.Store()) for k in range(len(starts)))
        lines, notes = zip(
            *(self.start(base, p, v, made_anew(v)) for p, v in zip(places, starts, strict=False)), strict=True
        )
        return "\n".join(filter(None, lines)), "; ".join(dict.fromkeys(filter(None, notes)))

    def start(self, base: str, target: ast.expr, value: ast.expr, made: str) -> Said:
        """What a variable of the steps is before them."""
        indexed = isinstance(target, ast.Subscript) and variable_name(target) is None
        number = whole_index(index_of(target)) if isinstance(target, ast.Subscript) and indexed else None
        indices = self.names.indices
        moment = indices.before_first_pass() if number is None else indices.moment(base, number)
        if made in ZERO and _is_vector(value):
            self.vectors.append(base)
        if made in ZERO or literal_of(value) in (0, 0.0):
            return ("", BY_ITSELF) if moment == Time("", 0) else (f"{base}[{moment}] = 0", "")
        if made or variable_name(value) == base:
            return f"{base}[{moment}] = {base}0", f"{base}0 is a parameter; `initial` gives it in a request"
        expr = self.expressions.read(value)
        if isinstance(expr, Read) and expr.time is None and self.names.base(expr.name)[0] == base:
            expr = Read(f"{base}0")
        elif isinstance(expr, Read) and expr.time is None and expr.name in self.names.total:
            expr = Read(expr.name, indices.before_first_pass())
        return show(Start(base, moment, expr)), ""


def _is_vector(value: ast.expr) -> bool:
    """True for `np.zeros(n)`, `np.zeros((n, 1))` and `torch.zeros(1, n)`."""
    if not isinstance(value, ast.Call) or not value.args:
        return False
    shape = value.args[0].elts if isinstance(value.args[0], ast.Tuple | ast.List) else value.args
    return len([size for size in shape if literal_of(size) != 1]) == 1


def _parameter(base: str, value: ast.expr, made: str) -> Said:
    """A parameter that the program fills with numbers."""
    scale = _scale(value)
    if made in ZERO:
        return f"{base} ~ 0", ""
    if made in ("ones", "ones_like"):
        return f"{base} ~ {scale:g}", ""
    if made in RANDOM:
        return f"{base} ~ normal{'' if scale == 1 else f'({scale:g})'}", ""
    return "", f"{base} is a parameter; the seed draws its numbers"


def _scale(value: ast.expr) -> float:
    """The number that multiplies an array, 1 where none does."""
    products = (n for n in ast.walk(value) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult))
    numbers = (literal_of(side) for product in products for side in (product.left, product.right))
    return next((float(n) for n in numbers if isinstance(n, float | int)), 1.0)
