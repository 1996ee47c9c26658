"""`Trace` → measurements of its gradients: how large they are, where they come from, what truncation took, how right.

How far a state reaches is measured in `reach`, recurrent matrices in `matrices`; their names can be had here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.arrays import Array
from app.engine.execution import Bindings, Trace, parts, run
from app.engine.ir import analyse
from app.engine.measure.gradient_check import PASSES, GradientCheck, NotDifferentiable, gradient_check
from app.engine.measure.jacobians import Triangle, first_below, jacobians, state_jacobians
from app.engine.training import recurrent_matrices, spectral_radii, with_radius
from app.language import Problem, Problems, Recurrence, Subject, spelling_hint

__all__ = [
    "PASSES",
    "GradientCheck",
    "NotDifferentiable",
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
    "spectral_radii",
    "state_jacobians",
    "state_strip",
    "truncation_loss",
    "with_radius",
]


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

    Raises Problems on a parameter that there is not.
    """
    names = trace.recurrence.names("parameter")
    if parameter not in names:
        message, hint = f"{parameter} is no parameter of these equations", spelling_hint(parameter, names)
        raise Problems(Problem(message, Subject.PARAMETERS, list(names), hint, part=parameter))
    found = parts(trace, parameter)
    along = _along_their_sum(found)
    begins = _begins(trace, parameter)
    way = slice(None, None, 1 if begins == 1 else -1)
    return Parts(parameter, found, lengths(found), along, np.cumsum(along[way])[way], begins)


def _along_their_sum(found: Array) -> Array:
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


def state_strip(trace: Trace, name: str, units: int = 64, steps: int = 240) -> Strip:
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
