"""`Trace` → measurements of its gradients: how large they are, where they come from, what truncation took, how right.

How far a state reaches is measured in `reach`, recurrent matrices in `matrices`; their names can be had here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.execution.edge_gradients import parts
from app.engine.execution.passes import Bindings
from app.engine.execution.session import Bound, run
from app.engine.execution.trace import Trace
from app.engine.ir.analysis import analyse
from app.engine.measure.gradient_check import differentiable
from app.engine.measure.jacobians import Triangle, first_below, jacobians
from app.engine.measure.truncation import untruncated
from app.engine.training.parameter_edits import recurrent_matrices, set_entries, spectral_radii, with_radius
from app.language.node_ids import parse_node
from app.language.problems import Problem, Problems
from app.language.resolve import spelling_hint
from app.language.syntax import Recurrence

__all__ = [
    "Check",
    "Parts",
    "Removed",
    "Strip",
    "Triangle",
    "Truncation",
    "first_below",
    "gradient_check",
    "gradient_norms",
    "jacobians",
    "parts_by_step",
    "reached_back",
    "recurrent_matrices",
    "set_entries",
    "spectral_radii",
    "strip",
    "truncation_loss",
    "with_radius",
]

Array = NDArray[np.float64]


def gradient_norms(trace: Trace) -> dict[str, Array]:
    """variable → ‖∂of/∂v(t)‖₂ at every step, (tau), over all entries of v (Pascanu et al. 2013, section 2)."""
    timed = (name for name, v in trace.recurrence.variables.items() if v.indexed)
    return {name: lengths(trace.gradients[name]) for name in timed}


def lengths(array: Array) -> Array:
    """The 2-norm of what stands at each step, all its entries taken together: (tau, …) → (tau)."""
    return np.asarray(np.linalg.norm(array.reshape(len(array), -1), axis=1))


# a parameter's gradient by step


@dataclass(frozen=True)
class Parts:
    """A parameter's gradient by step: `parts` (tau, shape…) sum to ∂of/∂parameter, `norms` (tau) are their lengths.

    Lengths do not add up; what lies along the whole does: `along` (tau) are the parts' components in the direction of
    ∂of/∂parameter, which sum to its length. `together` (tau) is what of them has come together when the backward pass
    has come by a step, its part included; it `begins` at a step, the first or the last.
    """

    parameter: str
    parts: Array
    norms: Array
    along: Array
    together: Array
    begins: int


def parts_by_step(trace: Trace, parameter: str) -> Parts:
    """What each step adds to a parameter's gradient (Goodfellow et al. 2016, equations 10.22 to 10.28).

    Raises Problems on `parameter`.
    """
    names = trace.recurrence.names("parameter")
    if parameter not in names:
        message = f"{parameter} is no parameter of these equations"
        raise Problems(Problem(message, "parameter", list(names), spelling_hint(parameter, names)))
    found = parts(trace, parameter)
    along = _along(found)
    begins = _begins(trace, parameter)
    way = slice(None, None, 1 if begins == 1 else -1)
    return Parts(parameter, found, lengths(found), along, np.cumsum(along[way])[way], begins)


def _along(found: Array) -> Array:
    """The component of each part in the direction of their sum; 0 where that is 0."""
    flat = found.reshape(len(found), -1)
    whole = flat.sum(axis=0)
    largest = np.abs(whole).max(initial=0)
    if largest == 0:
        return np.zeros(len(flat))
    way = whole / largest
    return np.asarray(flat @ (way / np.linalg.norm(way)))


def _begins(trace: Trace, parameter: str) -> int:
    """The step at which the first part of a parameter's gradient is whole.

    The walk back goes last through the loops that run from the first step; where only loops from the last step read the
    parameter, it begins with the first.
    """
    analysis = analyse(trace.recurrence)
    readers = {reading.by for reading in analysis.readings.get(parameter, ())}
    found = [c for c in analysis.components if readers & set(c.names)]
    return 1 if {c.direction for c in found} - {0} == {-1} else trace.tau


# what there is at every step


@dataclass(frozen=True)
class Strip:
    """A variable and its gradient over all steps, (units, steps); where they are many, each entry a mean of its share.

    `first` says with which step each column begins, `units` how many there are of them.
    """

    values: Array
    gradients: Array
    first: tuple[int, ...]
    units: int


def strip(trace: Trace, name: str, units: int = 64, steps: int = 240) -> Strip:
    """A variable through time, of at most so many rows and columns."""
    tables = [np.asarray(arrays[name]).reshape(trace.tau, -1).T for arrays in (trace.values, trace.gradients)]
    values, gradients = (_means(_means(table, units, 0), steps, 1) for table in tables)
    return Strip(values, gradients, tuple(range(1, trace.tau + 1, -(-trace.tau // steps))), len(tables[0]))


def _means(table: Array, most: int, axis: int) -> Array:
    """The means of so many neighbours, each of as many but the last."""
    count = table.shape[axis]
    parts = np.split(table, range(-(-count // most), count, -(-count // most)), axis=axis) if count > most else []
    return np.stack([part.mean(axis=axis) for part in parts], axis=axis) if parts else table


# what truncation removed


@dataclass(frozen=True)
class Removed:
    """A gradient in whole and as truncation leaves it; `lost` is the norm of the difference.

    `lost` is one number for a parameter and one a step for a state, (tau); `norm` is that of the whole, `share` what
    `lost` is beside it.
    """

    whole: Array
    truncated: Array
    lost: Array

    @property
    def norm(self) -> Array:
        """The norm of the whole, in the shape of `lost`."""
        return np.asarray(np.linalg.norm(self.whole.reshape(*self.lost.shape, -1), axis=-1))

    @property
    def share(self) -> Array:
        """`lost` as a share of the norm of the whole; 0 where that is 0."""
        return np.asarray(np.divide(self.lost, self.norm, out=np.zeros_like(self.lost), where=self.norm > 0))


@dataclass(frozen=True)
class Truncation:
    """What the cuts took from the gradient of each parameter and of each state at every step."""

    cuts: tuple[int, ...]
    parameters: Mapping[str, Removed]
    states: Mapping[str, Removed]


def truncation_loss(
    recurrence: Recurrence, tau: int, bindings: Bindings, of: str | None, cuts: frozenset[int]
) -> Truncation:
    """Run with and without the cuts and say what they removed (Williams & Peng 1990; Sutskever 2013, section 2.8.6)."""
    whole, cut = run(recurrence, tau, bindings, of), run(recurrence, tau, bindings, of, cuts)
    states = [n for n in recurrence.variables if n in reached_back(recurrence)]
    return Truncation(
        tuple(sorted(cuts)),
        {name: _removed(whole.gradients[name], cut.gradients[name], ()) for name in bindings.parameters},
        {name: _removed(whole.gradients[name], cut.gradients[name], (tau,)) for name in states},
    )


def reached_back(recurrence: Recurrence) -> frozenset[str]:
    """Every variable that a loop reads at another step."""
    return analyse(recurrence).reached_back


def _removed(whole: Array, cut: Array, lead: tuple[int, ...]) -> Removed:
    return Removed(whole, cut, np.asarray(np.linalg.norm((whole - cut).reshape(*lead, -1), axis=-1)))


# the gradient check


@dataclass(frozen=True)
class Check:
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
    trace: Trace, most: int = 500, seed: int = 0, step: float = 1e-6, floor: float = 1e-4, tolerance: float = 1e-4
) -> Check:
    """Move every parameter, datum and start by ±step and compare; of more than `most` entries a drawn sample.

    Two forward passes an entry. Of a truncated pass the differences are of what truncation takes it for: what crosses
    a cut stays as it is. Of a batch the data and starts of the first sequence are moved. A run that is no longer finite
    is infinitely wrong. The floor is no lower than what differences of a large objective can tell, which is rounded:
    ε|objective| / (step tolerance).
    """
    recurrence, bindings = untruncated(trace) if trace.cuts else (trace.recurrence, trace.bindings)
    bound = Bound(recurrence, trace.tau, bindings, trace.of)
    bound.run()
    whole = bound.trace()
    names = list(differentiable(trace))
    adjoints = {name: trace.gradients[name].copy() for name in names}
    if np.isfinite(bound.loss):
        floor = max(floor, np.finfo(float).eps * abs(bound.loss) / step / tolerance)
    chosen = _sample({name: array.size for name, array in adjoints.items()}, most, seed)
    worst = {n: _worst(bound, _moved(bound, whole, n), adjoints[n], chosen[n], step, floor) for n in names if chosen[n]}
    entries = sum(array.size for array in adjoints.values())
    return Check(max(worst.values(), default=0.0), worst, sum(map(len, chosen.values())), entries, tolerance)


def _sample(sizes: Mapping[str, int], most: int, seed: int) -> dict[str, list[int]]:
    """Places among each name's entries: all, or as many of each as is its share, at least one while they last."""
    total, rng = sum(sizes.values()), np.random.default_rng(seed)
    if total <= most:
        return {name: list(range(size)) for name, size in sizes.items()}
    found, left = {}, most
    for name, size in sizes.items():
        count = min(size, max(1, most * size // total), left)
        found[name] = sorted(rng.choice(size, count, replace=False).tolist())
        left -= count
    return found


def _moved(bound: Bound, whole: Trace, name: str) -> Array:
    """The array that a pass reads a name from; of data and starts the first sequence."""
    if name in bound.parameters:
        return bound.parameters[name]
    if name in whole.bindings.inputs:
        timed = whole.recurrence.variables[name].indexed
        return np.asarray(bound.known[name][: whole.tau, 0] if timed else bound.known[name][0, ...])
    return np.asarray(bound.known[whole.start_of[parse_node(name)]][0, ...])


def _worst(bound: Bound, array: Array, adjoint: Array, places: list[int], step: float, floor: float) -> float:
    worst = 0.0
    for place in (np.unravel_index(i, adjoint.shape) for i in places):
        difference, ours = _difference(bound, array, place, step), float(adjoint[place])
        error = abs(ours - difference) / max(floor, abs(ours), abs(difference))
        worst = max(worst, error if np.isfinite(error) else np.inf)
    return float(worst)


def _difference(bound: Bound, array: Array, place: tuple[np.intp, ...], step: float) -> float:
    """The central difference at one entry, which is put back afterwards."""
    own = array[place]
    found = []
    with np.errstate(all="ignore"):
        for moved in (own + step, own - step):
            array[place] = moved
            bound.forward.go()
            found.append(bound.loss)
        array[place] = own
        return (found[0] - found[1]) / (2 * step)
