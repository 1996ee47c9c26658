"""An expression and a read in it → the matrices and parameters that multiply on the way: what stands on an arrow."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.ir import SHARED, analyse
from app.language import Apply, Equation, Expr, Read, Recurrence, children, variable_reads
from app.ops import OPS


def factors_along(recurrence: Recurrence, expr: Expr, name: str, read: Read | None = None) -> tuple[str, ...]:
    """The matrices and parameters that multiply a read on its way to the top of an expression, not the biases.

    With `read` only that read counts, else every read of `name`. In the order of the program.
    """

    def wanted(e: Expr) -> bool:
        return isinstance(e, Read) and (e == read if read is not None else e.name == name)

    found = set(_factors_to_top(recurrence, expr, wanted) or ())
    return tuple(n for n in recurrence.variables if n in found)


def factor_on_arrow(recurrence: Recurrence, e: Equation) -> tuple[str, ...]:
    """The parameter that multiplies something else in one operation: it may be written on that one's arrow."""
    if not (isinstance(e.expr, Apply) and OPS[e.expr.op].product):
        return ()
    known, args = recurrence.variables, [a.name for a in e.expr.args if isinstance(a, Read)]
    found = tuple(n for n in args if n in known and known[n].kind == "parameter")
    return found if len(args) == 2 and len(found) == 1 else ()


def _factors_to_top(recurrence: Recurrence, expr: Expr, wanted: object) -> list[str] | None:
    """The factors on all ways from a wanted read up to here; None where there is none below."""
    assert callable(wanted)
    if wanted(expr):
        return []
    below = [_factors_to_top(recurrence, child, wanted) for child in children(expr)]
    found = [names for names in below if names is not None]
    if not found:
        return None
    factors = [n for names in found for n in names]
    if isinstance(expr, Apply) and OPS[expr.op].product:
        for arg, names in zip(expr.args, below, strict=True):
            if names is None:
                factors += _factors(recurrence, arg)
    return factors


def _factors(recurrence: Recurrence, expr: Expr) -> Iterator[str]:
    """The names of an operand made of parameters (or bare matrices) alone."""
    names = [r.name for r in variable_reads(expr)]
    if all(_multiplies(recurrence, n) for n in names):
        yield from names


def _multiplies(recurrence: Recurrence, name: str) -> bool:
    if name not in recurrence.variables:  # An operation within an equation is computed at every step.
        return False
    v, levels = recurrence.variables[name], analyse(recurrence).levels
    return v.kind == "parameter" or (not v.indexed and (v.rank == 2 or levels[name] == SHARED))
