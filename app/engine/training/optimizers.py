"""The optimizers, one row each: how all parameters, as one long vector, move along their gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.arrays import Array

Move = Callable[[Array, Array], None]
"""(parameters, gradient): changes the parameters in place, and may use the gradient's room."""


@dataclass(frozen=True, slots=True)
class Update:
    """The update of one run: how it moves, and everything that it keeps from step to step."""

    move: Move
    kept: tuple[Array, ...] = ()

    def __call__(self, parameters: Array, gradient: Array) -> None:
        self.move(parameters, gradient)


@dataclass(frozen=True, slots=True)
class Optimizer:
    """A row: `begin(size, lr, momentum, dtype)` makes the update of one run; `reads` names what of these it takes.

    A parameter moves by -lr times the `way`: an expression of the language, of its gradient g and of what the lines
    of `makes` are by then, names with expressions, some of what they were before; n is the number of the update.
    """

    name: str
    title: str
    begin: Callable[[int, float, float, Any], Update]
    meaning: str
    way: str
    makes: tuple[tuple[str, str], ...] = ()
    reads: tuple[str, ...] = ("lr",)


def _sgd(size: int, lr: float, momentum: float, dtype: Any) -> Update:
    def update(parameters: Array, gradient: Array) -> None:
        gradient *= lr
        parameters -= gradient

    return Update(update)


def _momentum(size: int, lr: float, momentum: float, dtype: Any) -> Update:
    velocity = np.zeros(size, dtype)
    moved = np.zeros(size, dtype)

    def update(parameters: Array, gradient: Array) -> None:
        np.multiply(velocity, momentum, out=velocity)
        np.add(velocity, gradient, out=velocity)
        np.multiply(velocity, lr, out=moved)
        np.subtract(parameters, moved, out=parameters)

    return Update(update, (velocity,))


BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
BETAS = np.array([BETA_1, BETA_2])


def _adam(size: int, lr: float, momentum: float, dtype: Any) -> Update:
    first, second, moved = (np.zeros(size, dtype) for _ in range(3))
    powers = np.ones(2)

    def update(parameters: Array, gradient: Array) -> None:
        np.multiply(powers, BETAS, out=powers)
        one, two = powers.tolist()
        np.multiply(first, BETA_1, out=first)
        np.multiply(gradient, 1 - BETA_1, out=moved)
        np.add(first, moved, out=first)
        np.multiply(gradient, gradient, out=gradient)
        np.multiply(gradient, 1 - BETA_2, out=gradient)
        np.multiply(second, BETA_2, out=second)
        np.add(second, gradient, out=second)
        np.sqrt(second, out=gradient)
        np.multiply(gradient, (1 - two) ** -0.5, out=gradient)
        np.add(gradient, EPSILON, out=gradient)
        np.multiply(first, lr / (1 - one), out=moved)
        np.divide(moved, gradient, out=moved)
        np.subtract(parameters, moved, out=parameters)

    return Update(update, (first, second, powers))


OPTIMIZERS: Mapping[str, Optimizer] = {
    row.name: row
    for row in (
        Optimizer("sgd", "Gradient descent", _sgd, "each parameter moves by -lr times its gradient", "g"),
        Optimizer(
            "momentum",
            "Gradient descent with momentum",
            _momentum,
            "the velocity v becomes momentum * v + gradient, the parameter moves by -lr * v (Polyak 1964)",
            "v",
            (("v", "momentum * v + g"),),
            reads=("lr", "momentum"),
        ),
        Optimizer(
            "adam",
            "Adam",
            _adam,
            "moves by -lr * m / (sqrt(v) + 1e-8), m and v the unbiased running means of the gradient and its square "
            "with 0.9 and 0.999 (Kingma & Ba 2015, algorithm 1)",
            "mhat / (sqrt(vhat) + 10 ** (-8))",
            (
                ("m", "0.9 * m + 0.1 * g"),
                ("v", "0.999 * v + 0.001 * g ** 2"),
                ("mhat", "m / (1 - 0.9 ** n)"),
                ("vhat", "v / (1 - 0.999 ** n)"),
            ),
        ),
    )
}
