"""The gradient check: central finite differences beside the adjoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.arrays import Array
from app.engine.execution import Session, Trace
from app.engine.measure.held_fast import held_fast
from app.engine.measure.truncation import untruncated
from app.language import parse_node


@dataclass(frozen=True)
class GradientCheck:
    """Adjoints beside central finite differences.

    `worst` is the greatest relative error |adjoint - difference| / max(floor, |adjoint|, |difference|); `by_name` the
    greatest of each parameter, datum and start; `checked` how many of the `entries` were compared (all, unless
    `sampled`); `ok` whether `worst` is below `tolerance`.
    """

    worst: float
    by_name: Mapping[str, float]
    checked: int
    entries: int
    tolerance: float

    @property
    def sampled(self) -> bool:
        return self.checked < self.entries

    @property
    def ok(self) -> bool:
        return self.worst < self.tolerance


def gradient_check(
    trace: Trace,
    most: int | None = 500,
    seed: int = 0,
    step: float = 1e-6,
    floor: float = 1e-4,
    tolerance: float = 1e-4,
) -> GradientCheck:
    """Move every parameter, datum and start by ±step and compare; of more than `most` entries a drawn sample.

    Two forward passes an entry. Of a truncated pass the differences are of what truncation takes it for: what crosses
    a cut stays as it is. Of a batch the data and starts of the first sequence are moved. A run that is no longer finite
    is infinitely wrong. The floor is no lower than what differences of a large objective can tell, which is rounded:
    ε|objective| / (step tolerance).
    """
    recurrence, bindings = untruncated(trace) if trace.cuts else (trace.recurrence, trace.bindings)
    recurrence, bindings = held_fast(recurrence, bindings, trace.tau)
    session = Session(recurrence, trace.tau, bindings, trace.of)
    session.run()
    whole = session.trace()
    names = [n for n in _differentiable(trace) if n in whole.recurrence.variables or parse_node(n) in whole.start_of]
    adjoints = {name: trace.gradients[name].copy() for name in names}
    if np.isfinite(session.loss):
        floor = max(floor, np.finfo(float).eps * abs(session.loss) / step / tolerance)
    chosen = _sample({name: array.size for name, array in adjoints.items()}, most, seed)
    moved = {name: _moved_array(session, whole, name) for name in names if chosen[name]}
    errors = {n: _worst(session, array, adjoints[n], chosen[n], step, floor, tolerance) for n, array in moved.items()}
    entries = sum(array.size for array in adjoints.values())
    return GradientCheck(max(errors.values(), default=0.0), errors, sum(map(len, chosen.values())), entries, tolerance)


def worst(trace: Trace) -> float:
    """The worst relative error of all gradients against finite differences."""
    return gradient_check(trace, None, tolerance=1e-5).worst


def _differentiable(trace: Trace) -> Iterator[str]:
    """What can be moved: parameters, data, and starts that the text does not set."""
    set_by_text = {e.name for e in trace.programs.system.equations}
    yield from trace.bindings.parameters
    yield from trace.bindings.inputs
    yield from (trace.key(s) for s in trace.starts if s not in set_by_text)


def _sample(sizes: Mapping[str, int], most: int | None, seed: int) -> dict[str, list[int]]:
    """Places among each name's entries: all, or as many of each as is its share, at least one while they last."""
    total, rng = sum(sizes.values()), np.random.default_rng(seed)
    if most is None or total <= most:
        return {name: list(range(size)) for name, size in sizes.items()}
    found, left = {}, most
    for name, size in sizes.items():
        count = min(size, max(1, most * size // total), left)
        found[name] = sorted(rng.choice(size, count, replace=False).tolist())
        left -= count
    return found


def _moved_array(session: Session, whole: Trace, name: str) -> Array:
    """The array that a pass reads a name from; of data and starts the first sequence."""
    if name in session.parameters:
        return session.parameters[name]
    if name in whole.bindings.inputs:
        timed = whole.recurrence.variables[name].indexed
        return np.asarray(session.known[name][: whole.tau, 0] if timed else session.known[name][0, ...])
    return np.asarray(session.known[whole.start_of[parse_node(name)]][0, ...])


def _worst(
    session: Session, array: Array, adjoint: Array, places: list[int], step: float, floor: float, tolerance: float
) -> float:
    """The greatest relative error of one name; where a difference seems wrong, a closer one decides."""
    worst = 0.0
    for place in (np.unravel_index(i, adjoint.shape) for i in places):
        ours = float(adjoint[place])
        error = _relative_error(ours, _difference(session, array, place, step), floor)
        if not error < tolerance:
            error = min(error, _relative_error(ours, _closer_difference(session, array, place, step), floor))
        worst = max(worst, error)
    return worst


def _relative_error(ours: float, difference: float, floor: float) -> float:
    error = abs(ours - difference) / max(floor, abs(ours), abs(difference))
    return float(error) if np.isfinite(error) else np.inf


def _difference(session: Session, array: Array, place: tuple[np.intp, ...], step: float) -> float:
    """The central difference at one entry, which is put back afterwards."""
    own = array[place]
    found = []
    with np.errstate(all="ignore"):
        for moved in (own + step, own - step):
            array[place] = moved
            session.forward.go()
            found.append(session.loss)
        array[place] = own
        return (found[0] - found[1]) / (2 * step)


def _closer_difference(session: Session, array: Array, place: tuple[np.intp, ...], step: float) -> float:
    """Of two central differences what their curvature leaves no trace in (Richardson 1911)."""
    near, far = (_difference(session, array, place, s) for s in (step, 2 * step))
    return (4 * near - far) / 3
