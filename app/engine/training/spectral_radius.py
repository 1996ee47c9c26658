"""Parameters → parameters: recurrent matrices scaled to a spectral radius."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.arrays import Array
from app.engine.graph import folding
from app.language import Problem, Problems, Recurrence, Subject


def recurrent_matrices(recurrence: Recurrence) -> tuple[str, ...]:
    """The square parameters that multiply along the way from a state to itself or another a step or more later."""
    folded = folding(recurrence, "states")
    found = [
        name
        for e in folded.drawn
        for read in folded.node_reads(e)
        if read.time and read.time.offset and folded.loops.get(read.name, -1) == folded.loops.get(e.name)
        for name in folded.factors(e, read)[0]
    ]
    return tuple(n for n in recurrence.names("parameter") if n in found and _is_square(recurrence, n))


def _is_square(recurrence: Recurrence, name: str) -> bool:
    """Square by meaning: both axes are one dimension, and not two that happen to be of a size."""
    it = recurrence.variables[name]
    return it.rank == 2 and len(set(it.dims)) == 1


def spectral_radii(recurrence: Recurrence, parameters: Mapping[str, Array]) -> dict[str, float]:
    """recurrent matrix → the largest modulus of its eigenvalues (Goodfellow et al. 2016, section 10.7)."""
    return {name: _radius(parameters[name]) for name in recurrent_matrices(recurrence)}


def _radius(matrix: Array) -> float:
    return float(abs(np.linalg.eigvals(matrix)).max(initial=0.0))


def with_radius(recurrence: Recurrence, parameters: Mapping[str, Array], radius: float) -> dict[str, Array]:
    """The same parameters, each recurrent matrix times the number that gives it this spectral radius.

    Raises Problems where there is no recurrent matrix, or one whose own radius is 0 (no factor changes it).
    """
    radii = spectral_radii(recurrence, parameters)
    if not radii:
        message = "these equations have no recurrent matrix whose radius could be set"
        raise Problems(
            Problem(
                message,
                Subject.SPECTRAL_RADIUS,
                hint="a square parameter that a state is multiplied with, as W @ h[t-1]",
            )
        )
    still = [name for name, own in radii.items() if own <= 1e-12 * float(abs(parameters[name]).max(initial=1.0))]
    if radius and still:
        message = "the spectral radius of {} is 0, and no factor changes that"
        raise Problems(*(Problem(message.format(name), Subject.SPECTRAL_RADIUS) for name in still))
    scaled = {name: np.asarray(parameters[name] * (radius / own if radius else 0.0)) for name, own in radii.items()}
    return {**parameters, **scaled}
