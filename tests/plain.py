"""A plain reading of the equations: each value asked for by name and step, computed from the text, remembered.

It knows nothing of schedules, delays, levels or batches, and has its own table of operations: an oracle for the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine import Bindings
from app.language.syntax import Apply, Call, Condition, Expr, Number, Read, Recurrence

Array = NDArray[Any]


def _softmax(a: Array) -> Array:
    return np.asarray(np.exp(a) / np.exp(a).sum())


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "+": lambda *a: sum(a[1:], a[0]),
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "@": lambda a, b: a @ b,
    "neg": lambda a: -a,
    "**": lambda a, b: a**b,
    "tanh": lambda a: (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a)),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "relu": lambda a: a * (a > 0),
    "softplus": lambda a: np.log(1 + np.exp(a)),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "abs": abs,
    "sign": lambda a: 2.0 * (a >= 0) - 1,
    "step": lambda a: 1.0 * (a > 0),
    "softmax": _softmax,
    "log_softmax": lambda a: np.log(_softmax(a)),
    "cross_entropy": lambda a, b: -(b * np.log(_softmax(a))).sum(),
    "mse": lambda a, b: ((a - b) ** 2).mean(),
    "sum": np.sum,
    "mean": np.mean,
    "outer": np.outer,
    "transpose": lambda a: a.T,
    "offdiagonal": lambda a: a - np.diag(np.diag(a)),
    "ones": lambda a: np.ones(np.shape(a)),
    "size": np.size,
}


class Plain:
    """The values of one run, asked for one at a time."""

    def __init__(self, recurrence: Recurrence, tau: int, bindings: Bindings) -> None:
        self.recurrence, self.tau, self.bindings = recurrence, tau, bindings
        self.known: dict[tuple[str, int | None], Array] = {}

    def value(self, name: str, t: int | None) -> Array:
        if (name, t) not in self.known:
            self.known[name, t] = np.asarray(self._value(name, t), dtype=np.float64)
        return self.known[name, t]

    def _value(self, name: str, t: int | None) -> Any:
        if name == "tau":
            return self.tau
        for start in self.recurrence.starts:
            if start.name == name and start.time.at(0, self.tau) == t:
                return self.evaluate(start.expr, None, {})
        variable = self.recurrence.variables[name]
        if t is not None and not 1 <= t <= self.tau:
            key = f"{name}[{t}]" if t < 1 else f"{name}[tau+{t - self.tau}]"
            return self.bindings.initial.get(key, np.zeros((1, *self.recurrence.shape(name))))[0]
        if variable.kind == "parameter":
            return self.bindings.parameters[name]
        if variable.kind == "given":
            array = self.bindings.inputs[name]
            return array[0] if t is None else array[t - 1, 0]
        return self.evaluate(self.recurrence.equation(name).expr, t, {})

    def evaluate(self, expr: Expr, t: int | None, local: Mapping[str, Array]) -> Any:
        match expr:
            case Number(value):
                return np.float64(value)
            case Condition(time):
                return np.float64(time.at(0, self.tau) == t)
            case Read(name, None):
                return local[name] if name in local else self.value(name, None)
            case Read(name, time) if time is not None:
                return self.value(name, time.at(t or 0, self.tau))
            case Call(function, args):
                f = next(f for f in self.recurrence.functions if f.name == function)
                values = [self.evaluate(a, t, local) for a in args]
                return self.evaluate(f.body, t, dict(zip(f.arguments, values, strict=True)))
            case Apply("sum_t", (inner,)):
                return sum(self.evaluate(inner, s, local) for s in range(1, self.tau + 1))
            case Apply("mean_t", (inner,)):
                return sum(self.evaluate(inner, s, local) for s in range(1, self.tau + 1)) / self.tau
            case Apply(op, args):
                return OPERATIONS[op](*(self.evaluate(a, t, local) for a in args))
        raise TypeError(expr)
