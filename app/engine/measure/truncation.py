"""A truncated pass in, a pass without cuts out whose whole gradient is the truncated one.

Truncation takes what crosses a cut for a constant (Williams & Peng 1990). Written out it is one: every read `h[t-1]`
of a loop's own variables becomes `kept[t] * h[t-1] + held[t]`, where `kept` is 0 and `held` the value itself where the
way crosses a cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from app.arrays import Array
from app.engine.execution import Bindings, Trace, keeps
from app.engine.ir import Masked, TruncationMask, analyse
from app.language import NOW, Apply, Expr, Read, Recurrence, Variable, plus, substitute


def untruncated(trace: Trace) -> tuple[Recurrence, Bindings]:
    """The recurrence and the numbers of a pass without cuts that has the truncated gradient: what crosses is data."""
    recurrence, analysis = trace.recurrence, analyse(trace.recurrence)
    crossing: dict[tuple[str, int], None] = {}

    def put(read: Read, into: str) -> Expr:
        lag = -read.time.offset if read.time and read.time.base == "t" else 0
        if not lag or not analysis.together(read.name, into):
            return read
        crossing[read.name, lag] = None
        kept, held = (Read(Masked(read.name, lag, part), NOW) for part in ("kept", "held"))
        return plus(Apply("*", (kept, read)), held)

    equations = tuple(
        replace(e, expr=substitute(e.expr, partial(put, into=e.name))) for e in analysis.equations.values()
    )
    variables, inputs = dict(recurrence.variables), dict(trace.bindings.inputs)
    for name, lag in crossing:
        for masked, array in _masked(trace, name, lag):
            variables[masked] = Variable(masked, "given", True, recurrence.variables[name].dims)
            inputs[masked] = array
    return replace(recurrence, equations=equations, variables=variables), replace(trace.bindings, inputs=inputs)


def _masked(trace: Trace, name: str, lag: int) -> Iterator[tuple[Masked, Array]]:
    """What is kept of a read, 1 or 0, and what is held in its place."""
    values = np.stack([_value_read(trace, name, t - lag) for t in range(1, trace.tau + 1)])
    mask = keeps([lag], trace.cuts, trace.tau, trace.bindings.batch)[TruncationMask(lag)]
    mask = mask.reshape(*mask.shape, *[1] * trace.recurrence.variables[name].rank)
    yield Masked(name, lag, "kept"), np.broadcast_to(mask, values.shape)
    yield Masked(name, lag, "held"), np.where(mask, 0.0, values)


def _value_read(trace: Trace, name: str, t: int) -> Array:
    """(batch, size…): what a read of a step finds: a value, a start, or 0."""
    if 1 <= t <= trace.tau:
        return np.asarray(trace.arrays[name][t - 1])
    starts = {start.time.at(0, trace.tau): start for start in trace.programs.system.starts.get(name, ())}
    found = trace.arrays[starts[t]] if t in starts else 0.0
    return np.broadcast_to(found, (trace.bindings.batch, *trace.recurrence.shape(name)))
