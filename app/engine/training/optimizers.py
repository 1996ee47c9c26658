"""The optimizers, one row each: how all parameters, as one long vector, move along their gradient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.arrays import Array
from app.engine.execution import Call, formula, make
from app.engine.jit import Instruction, kernel_addresses, packed
from app.language import parse_expression, reads

Calls = list[Call | Instruction]


class Update:
    """The update of one run, bound to its parameters and their gradient; `kept` is what it has from step to step."""

    def __init__(self, row: Optimizer, parameters: Array, gradient: Array, lr: float, momentum: float) -> None:
        made = {name: np.zeros_like(parameters) for name, _ in row.makes}
        number = np.zeros((), parameters.dtype)
        letters: dict[str, Array | float] = {
            "g": gradient,
            "p": parameters,
            "n": number,
            "lr": lr,
            "momentum": momentum,
            **made,
        }
        lines = [("n + 1", number), *((text, made[name]) for name, text in row.makes)]
        lines += [(f"p - lr * ({row.way})", parameters)]
        self.bound: Calls = [call for text, out in lines for call in formula(text, letters, out)]
        self.calls = packed(self.bound, kernel_addresses(parameters.itemsize))
        self.kept = (*(made[name] for name, text in row.makes if is_read(name, text)), number)

    def __call__(self) -> None:
        make(self.calls)


def is_read(name: str, text: str) -> bool:
    """Whether an expression reads a name."""
    return any(read.name == name for read in reads(parse_expression(text)))


@dataclass(frozen=True, slots=True)
class Optimizer:
    """A row: how a parameter moves along its gradient; `reads` names the fields of a recipe that it takes.

    It moves by -lr times the `way`: an expression of the language, of its gradient g and of what the lines
    of `makes` are by then, names with expressions, some of what they were before; n is the number of the update.
    `letters` says in words what each of these names is.
    """

    name: str
    title: str
    meaning: str
    way: str
    makes: tuple[tuple[str, str], ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    reads: tuple[str, ...] = ("lr",)

    def begin(self, parameters: Array, gradient: Array, lr: float, momentum: float) -> Update:
        """The update of a run, which reads the gradient and changes the parameters where they are."""
        return Update(self, parameters, gradient, lr, momentum)


OPTIMIZERS: Mapping[str, Optimizer] = {
    row.name: row
    for row in (
        Optimizer("sgd", "Gradient descent", "each parameter moves by -lr times its gradient", "g"),
        Optimizer(
            "momentum",
            "Gradient descent with momentum",
            "the velocity v becomes momentum * v + gradient, the parameter moves by -lr * v (Polyak 1964)",
            "v",
            (("v", "momentum * v + g"),),
            (("v", "the velocity, in which the gradients of earlier updates go on"),),
            reads=("lr", "momentum"),
        ),
        Optimizer(
            "adam",
            "Adam",
            "moves by -lr * m / (sqrt(v) + 1e-8), m and v the unbiased running means of the gradient and its square "
            "with 0.9 and 0.999 (Kingma & Ba 2015, algorithm 1)",
            "mhat / (sqrt(vhat) + 10 ** (-8))",
            (
                ("m", "0.9 * m + 0.1 * g"),
                ("v", "0.999 * v + 0.001 * g ** 2"),
                ("mhat", "m / (1 - 0.9 ** n)"),
                ("vhat", "v / (1 - 0.999 ** n)"),
            ),
            (
                ("m", "the running mean of the gradients"),
                ("v", "the running mean of their squares, entry by entry"),
                ("mhat", "m without what it lacks at first, because it begins at 0"),
                ("vhat", "v without what it lacks at first, because it begins at 0"),
            ),
        ),
    )
}
