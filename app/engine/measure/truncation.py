"""A truncated pass in, a pass without cuts out whose whole gradient is the truncated one.

Truncation takes what crosses a cut for a constant (Williams & Peng 1990). Written out it is one: every read `h[t-1]`
becomes `kept[t] * h[t-1] + held[t]`, where `kept` is 0 and `held` the value itself where the way crosses a cut.
Data are nobody's result, so no cut keeps a gradient from them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.engine.execution.trace import Bindings, Trace, keeps
from app.engine.ir.adjoint import KEEP
from app.language.rewrite import expand, plus, substitute
from app.language.syntax import NOW, Apply, Expr, Read, Recurrence, Variable

Array = NDArray[np.float64]


def held(trace: Trace) -> tuple[Recurrence, Bindings]:
    """The recurrence and the numbers of the pass in which what crosses a cut is given."""
    recurrence, given = trace.recurrence, dict[str, tuple[str, int]]()

    def put(read: Read) -> Expr:
        lag = -read.time.offset if read.time and read.time.base == "t" else 0
        if not lag or recurrence.variables[read.name].kind == "given":
            return read
        kept, value = f"kept.{read.name}.{lag}", f"held.{read.name}.{lag}"
        given[kept] = given[value] = read.name, lag
        return plus(Apply("*", (Read(kept, NOW), read)), Read(value, NOW))

    written = [replace(e, expr=expand(e.expr, recurrence.functions)) for e in recurrence.equations]
    equations = tuple(replace(e, expr=substitute(e.expr, put)) for e in written)
    variables = {name: Variable(name, "given", True, recurrence.variables[of].dims) for name, (of, _) in given.items()}
    masks = keeps({lag for _, lag in given.values()}, trace.cuts, trace.tau, trace.bindings.batch)
    inputs = dict[str, Array]()
    for name, lag in set(given.values()):
        mask = masks[f"{KEEP}.{lag}"].reshape(trace.tau, trace.bindings.batch, *[1] * recurrence.variables[name].rank)
        values = np.stack([_read(trace, name, t - lag) for t in range(1, trace.tau + 1)])
        inputs[f"kept.{name}.{lag}"] = np.broadcast_to(mask, values.shape)
        inputs[f"held.{name}.{lag}"] = np.where(mask, 0.0, values)
    text = "\n".join((recurrence.text, *given))
    made = replace(recurrence, text=text, equations=equations, variables={**recurrence.variables, **variables})
    return made, replace(trace.bindings, inputs={**trace.bindings.inputs, **inputs})


def _read(trace: Trace, name: str, t: int) -> Array:
    """(batch, size…): what a read of a step finds: a value, a start, or 0."""
    if 1 <= t <= trace.tau:
        return np.asarray(trace.arrays[name][t - 1])
    starts = {time.at(0, trace.tau): start for time, start in trace.programs.system.starts.get(name, ())}
    found = trace.arrays[starts[t]] if t in starts else 0.0
    return np.broadcast_to(found, (trace.bindings.batch, *trace.recurrence.shape(name)))
