"""A pass with `stop` in its equations in, one without out whose whole gradient is the same: what it stops is data.

Finite differences know nothing of `stop`: they see what moves. So what stands within it is computed once and given.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from app.arrays import Array
from app.engine.execution import Bindings, forward
from app.engine.ir import SEQUENCE, Flat, HeldFast, analyse, flat
from app.language import NOW, Apply, Equation, Expr, Read, Recurrence, Variable, expand
from app.ops import OPS


def held_fast(recurrence: Recurrence, bindings: Bindings, tau: int) -> tuple[Recurrence, Bindings]:
    """The recurrence and the numbers with everything that is stopped as given sequences, or given values."""
    analysis = analyse(recurrence)
    found: dict[Expr, HeldFast] = {}
    measured = flat(analysis, bindings.lengths is not None)
    put = partial(_put, found, measured)
    equations = tuple(replace(e, expr=put(e.expr)) for e in analysis.equations.values())
    starts = tuple(replace(s, expr=put(expand(s.expr, recurrence.functions))) for s in recurrence.starts)
    if not found:
        return recurrence, bindings
    shapes: dict[str, tuple[int, ...]] = {name: measured.shape(inner) for inner, name in found.items()}
    dims = {name: tuple(f"{name}{axis}" for axis in range(len(shape))) for name, shape in shapes.items()}
    sizes = {d: n for name, shape in shapes.items() for d, n in zip(dims[name], shape, strict=True)}
    made = [Equation(name, measured.level(inner) == SEQUENCE, inner) for inner, name in found.items()]
    variables = {e.name: Variable(e.name, "computed", e.indexed, dims[e.name]) for e in made}
    computing = replace(
        recurrence,
        equations=(*recurrence.equations, *made),
        variables={**recurrence.variables, **variables},
        sizes={**recurrence.sizes, **sizes},
    )
    arrays = forward(computing, tau, bindings)
    inputs = {e.name: _given(arrays[e.name], e.indexed, tau, bindings.batch, shapes[e.name]) for e in made}
    given = {name: replace(v, kind="given") for name, v in variables.items()}
    without = replace(computing, equations=equations, starts=starts, variables={**recurrence.variables, **given})
    return without, replace(bindings, inputs={**bindings.inputs, **inputs})


def _put(found: dict[Expr, HeldFast], measured: Flat, expr: Expr) -> Expr:
    """An expression with what is stopped in it by its name, which is found where there is none yet."""
    match expr:
        case Apply(op, (inner,)) if OPS[op].stops:
            name = found.setdefault(inner, HeldFast(len(found)))
            return Read(name, NOW if measured.level(inner) == SEQUENCE else None)
        case Apply(_, args):
            return replace(expr, args=tuple(_put(found, measured, arg) for arg in args))
    return expr


def _given(array: Array, indexed: bool, tau: int, batch: int, shape: tuple[int, ...]) -> Array:
    """A value as data, of every step and of every sequence."""
    return np.broadcast_to(array[:tau] if indexed else array, (*[tau] * indexed, batch, *shape)).copy()
