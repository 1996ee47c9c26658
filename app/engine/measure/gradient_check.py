"""The gradient check: central finite differences beside the adjoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.engine.execution.passes import Bindings
from app.engine.execution.session import run
from app.engine.execution.trace import Trace
from app.engine.ir.flat import SHARED
from app.language.node_ids import parse_node

Array = NDArray[np.float64]


def differences(trace: Trace, name: str, step: float = 1e-6) -> Array:
    """∂of/∂name by central differences, in the shape of `trace.gradients[name]`: two forward passes an entry."""
    gradient = np.zeros_like(trace.gradients[name])
    for place in np.ndindex(*gradient.shape):
        above, below = (_objective(run_with(trace, name, place, s)) for s in (step, -step))
        gradient[place] = (above - below) / (2 * step)
    return gradient


def run_with(trace: Trace, name: str, place: tuple[int, ...], by: float) -> Trace:
    """The same pass with one entry of a parameter, of data or of a start moved."""
    b = trace.bindings
    if name in b.parameters:
        moved = {**b.parameters, name: _moved(b.parameters[name], place, by)}
        changed = replace(b, parameters=moved)
    elif name in b.inputs:
        batch = (place[0], 0, *place[1:]) if trace.recurrence.variables[name].indexed else (0, *place)
        changed = replace(b, inputs={**b.inputs, name: _moved(b.inputs[name], batch, by)})
    else:
        start = trace.start_of[parse_node(name)]
        value = np.broadcast_to(b.initial.get(start, 0.0), trace.arrays[start].shape)
        changed = replace(b, initial={**b.initial, start: _moved(value, (0, *place), by)})
    return run(trace.recurrence, trace.tau, changed, trace.of)


def _moved(array: Array, place: tuple[int, ...], by: float) -> Array:
    moved = np.array(array, dtype=np.float64)
    moved[place] += by
    return moved


def _objective(trace: Trace) -> float:
    name, t = parse_node(trace.of).name, parse_node(trace.of).t
    array = trace.arrays[name] if t is None else trace.arrays[name][t - 1]
    shared = trace.programs.system.levels[name] == SHARED
    return float(np.sum(array)) / (1 if shared else trace.bindings.batch)


def differentiable(trace: Trace) -> Iterator[str]:
    """What can be moved: parameters, data, and starts that the text does not set."""
    set_by_text = {e.name for e in trace.programs.system.equations}
    yield from trace.bindings.parameters
    yield from trace.bindings.inputs
    yield from (trace.key(s) for s in trace.starts if s not in set_by_text)


def worst(trace: Trace, step: float = 1e-6) -> float:
    """The worst relative error |adjoint - difference| / max(1e-4, |adjoint|, |difference|) over all entries."""
    errors = [0.0]
    for name in differentiable(trace):
        ours, theirs = trace.gradients[name], differences(trace, name, step)
        scale = np.maximum(1e-4, np.maximum(abs(ours), abs(theirs)))
        errors.append(float((abs(ours - theirs) / scale).max(initial=0.0)))
    return max(errors)


__all__ = ["Bindings", "differences", "differentiable", "worst"]
