"""The table of rules for a parameter's numbers before any training.

`fan` is the size of the state: the default spread is ±1/√fan, as PyTorch's recurrent layers begin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Draw = Callable[[np.random.Generator, tuple[int, ...], float, int], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class InitialRule:
    """`draw(generator, shape, value, fan)`; `value` is the number in brackets, where the rule has one."""

    name: str
    draw: Draw
    meaning: str
    rank: int | None = None
    """The rank of what begins so, where only one rank can."""


def _uniform(rng: np.random.Generator, shape: tuple[int, ...], value: float, fan: int) -> NDArray[np.float64]:
    return np.asarray(rng.uniform(-abs(value), abs(value), shape) / np.sqrt(max(fan, 1)))


def _orthogonal(rng: np.random.Generator, shape: tuple[int, ...], value: float, fan: int) -> NDArray[np.float64]:
    """Orthonormal rows or columns (Saxe et al. 2014); vectors are of length `value`."""
    matrix = rng.standard_normal((shape[0], int(np.prod(shape[1:]))) if shape else (1, 1))
    tall = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return np.asarray(value * (q if tall is matrix else q.T).reshape(shape))


def _forget(rng: np.random.Generator, shape: tuple[int, ...], value: float, fan: int) -> NDArray[np.float64]:
    """Zeros, and `value` in the second quarter, which is the bias of the forget gate in most libraries."""
    quarter = shape[0] // 4
    return np.repeat([0.0, value, 0.0], [quarter, quarter, shape[0] - 2 * quarter])


def _rules_by_name(*rows: InitialRule) -> dict[str, InitialRule]:
    return {row.name: row for row in rows}


def _from_numpy(f: Callable[..., Any]) -> Draw:
    return lambda rng, shape, value, fan: np.asarray(f(rng, shape, value), dtype=np.float64)


INITIALS: Mapping[str, InitialRule] = _rules_by_name(
    InitialRule("uniform", _uniform, "uniform between ±value/√(size of the state); the default, with value 1"),
    InitialRule(
        "normal",
        _from_numpy(lambda rng, shape, value: rng.standard_normal(shape) * value),
        "normal, deviation value",
    ),
    InitialRule("orthogonal", _orthogonal, "a random orthogonal matrix, times value"),
    InitialRule(
        "identity",
        _from_numpy(lambda rng, shape, value: value * np.eye(*shape)),
        "the identity matrix, times value",
        rank=2,
    ),
    InitialRule(
        "forget",
        _forget,
        "0, and value in the second quarter: the bias of an LSTM whose gates stand in the order i, f, g, o",
        rank=1,
    ),
    InitialRule(
        "constant",
        _from_numpy(lambda rng, shape, value: np.full(shape, value)),
        "every entry value; written ~ value",
    ),
)
