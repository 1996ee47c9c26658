"""A plain reading of the equations: each value asked for by name and step, computed from the text, remembered.

It knows nothing of schedules, delays, levels or batches, and has its own table of operations: an oracle for the engine.
Every value may be nudged, by a complex number too, so that a derivative is one reading more; truncation reads what
crosses a cut from another reading, in which nothing is nudged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Self

import numpy as np

from app.arrays import Array
from app.engine import Bindings
from app.language.rewrite import expand
from app.language.syntax import Apply, Call, Condition, Expr, Number, Read, Recurrence, reads, walk

Operations = Mapping[str, Callable[..., Any]]


def _softmax(a: Array) -> Array:
    return np.asarray(np.exp(a) / np.exp(a).sum())


def _log(a: Array) -> Array:
    """Of a negative number there is none, also where the number is a complex one."""
    return np.where(np.real(a) < 0, np.nan, np.log(a))


def _sided(a: Any) -> Any:
    """The real part, by which an operation chooses its side; of a nudged 0 it is 0 but for the square of the nudge."""
    real = np.real(a)
    return np.where(np.abs(real) < 1e-150, 0.0, real) if np.iscomplexobj(a) else real


def _magnitude(a: Any) -> Any:
    return np.where(_sided(a) < 0, -a, a)


def _tanh(a: Any) -> Any:
    """By powers of e that are below 1, however large the number is."""
    power = np.exp(-2 * _magnitude(a))
    return np.where(_sided(a) < 0, -1, 1) * (1 - power) / (1 + power)


def _sigmoid(a: Any) -> Any:
    power = np.exp(-_magnitude(a))
    return np.where(_sided(a) < 0, power, 1) / (1 + power)


OPERATIONS: Operations = {
    "+": lambda *a: sum(a[1:], a[0]),
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "@": lambda a, b: a @ b,
    "neg": lambda a: -a,
    "**": lambda a, b: _power(a, b),
    "power": lambda a, b: _power_of_both(a, b),
    "<": lambda a, b: 1.0 * (_sided(a - b) < 0),
    "<=": lambda a, b: 1.0 * (_sided(a - b) <= 0),
    ">": lambda a, b: 1.0 * (_sided(a - b) > 0),
    ">=": lambda a, b: 1.0 * (_sided(a - b) >= 0),
    "where": lambda a, b, c: np.where(_sided(a) != 0, b, c),
    "maximum": lambda a, b: _larger(a, b, a - b),
    "minimum": lambda a, b: _larger(a, b, b - a),
    "clip": lambda a, b, c: np.where(
        (_sided(a - c) > 0) | (_sided(b - c) > 0),
        c,
        np.where(_sided(a - b) < 0, np.where(_sided(b - c) == 0, np.real(b), b), a),
    ),
    "max": lambda a: _mean_of(a, _sided(a - a.flat[np.argmax(np.real(a))]) == 0),
    "min": lambda a: _mean_of(a, _sided(a - a.flat[np.argmin(np.real(a))]) == 0),
    "argmax": lambda a: 1.0 * (np.arange(len(a)) == np.argmax(np.real(a))),
    "stop": np.real,
    "leaky_relu": lambda a: a * np.where(_sided(a) > 0, 1.0, 0.01),
    "elu": lambda a: np.where(_sided(a) > 0, a, np.exp(a) - 1),
    "selu": lambda a: 1.0507009873554805 * np.where(_sided(a) > 0, a, 1.6732632423543772 * (np.exp(a) - 1)),
    "gelu": lambda a: a * (1 + _erf(a / np.sqrt(2))) / 2,
    "silu": lambda a: a * _sigmoid(a),
    "softsign": lambda a: a / (1 + _magnitude(a)),
    "hard_tanh": lambda a: np.where(np.abs(_sided(a)) < 1, a, np.sign(np.real(a))),
    "hard_sigmoid": lambda a: np.where(np.abs(_sided(a)) < 3, a / 6 + 1 / 2, 1.0 * (np.real(a) > 0)),
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "relu": lambda a: a * (_sided(a) > 0),
    "softplus": lambda a: np.where(_sided(a) >= 0, a, 0) + np.log(1 + np.exp(-_magnitude(a))),
    "exp": np.exp,
    "expm1": lambda a: np.exp(a) - 1,
    "log": _log,
    "log1p": lambda a: _log(1 + a),
    "sqrt": lambda a: np.where(np.real(a) < 0, np.nan, np.sqrt(a)),
    "sin": np.sin,
    "cos": np.cos,
    "tan": lambda a: np.sin(a) / np.cos(a),
    "arctan": np.arctan,
    "sinh": lambda a: (np.exp(a) - np.exp(-a)) / 2,
    "cosh": lambda a: (np.exp(a) + np.exp(-a)) / 2,
    "erf": lambda a: _erf(a),
    "abs": _magnitude,
    "sign": lambda a: 2.0 * (_sided(a) >= 0) - 1,
    "step": lambda a: 1.0 * (_sided(a) > 0),
    "softmax": _softmax,
    "log_softmax": lambda a: np.log(_softmax(a)),
    "logsumexp": lambda a: np.log(np.exp(a).sum()),
    "cross_entropy": lambda a, b: -(b * np.log(_softmax(a))).sum(),
    "mse": lambda a, b: ((a - b) ** 2).mean(),
    "sum": np.sum,
    "mean": np.mean,
    "norm": lambda a: np.sqrt((a * a).sum()) if np.any(_sided(a)) else 0.0 * np.sum(np.real(a)),
    "cumsum": lambda a: np.stack([a[: i + 1].sum() for i in range(len(a))]),
    "concat": lambda *a: np.concatenate(a, axis=-1),
    "split": lambda a, k, n: np.split(a, int(n), axis=-1)[int(k) - 1],
    "outer": np.outer,
    "transpose": lambda a: a.T,
    "offdiagonal": lambda a: a - np.diag(np.diag(a)),
    "inverse": lambda a: _solved(a, np.eye(len(a))),
    "solve": lambda a, b: _solved(a, b),
    "ones": lambda a: np.ones(np.shape(a)),
    "size": np.size,
}


def _power(a: Any, b: Any) -> Any:
    """A product of so many factors: of a complex number NumPy takes the logarithm, as here where it is not whole."""
    if b != int(b):
        return np.where(np.real(a) < 0, np.nan, np.power(a, float(b)))
    found = np.ones(np.shape(a))
    for _ in range(abs(int(b))):
        found = found * a
    return found if b >= 0 else 1.0 / found


def _power_of_both(a: Any, b: Any) -> Any:
    """A power by its value and its derivatives: the complex logarithm loses them where the base is not positive."""
    base, exponent, value = np.real(a), np.real(b), np.power(np.real(a), np.real(b))
    if not (np.iscomplexobj(a) or np.iscomplexobj(b)):
        return value
    by_base = np.where(np.imag(a) != 0, exponent * np.power(base, exponent - 1) * np.imag(a), 0.0)
    by_exponent = np.where((np.imag(b) != 0) & (base != 0), value * np.log(base) * np.imag(b), 0.0)
    return value + 1j * (by_base + by_exponent)


def _larger(a: Any, b: Any, difference: Any) -> Any:
    """The first where the difference is positive, the second where it is negative, else the mean of both."""
    return np.where(_sided(difference) > 0, a, np.where(_sided(difference) < 0, b, (a + b) / 2))


def _mean_of(a: Array, chosen: Array) -> Any:
    """The mean of some entries."""
    return (a * chosen).sum() / chosen.sum()


def _erf(a: Any) -> Any:
    """The error function by its value and its derivative: NumPy knows neither, and the nudge is tiny."""
    real, nudge = np.real(a), np.imag(a)
    value = np.vectorize(math.erf, otypes=[float])(real)
    slope = 2 / np.sqrt(np.pi) * np.exp(-(real**2)) * nudge
    return value + 1j * slope if np.iscomplexobj(a) else value


def _solved(a: Array, b: Array) -> Array:
    """a⁻¹ b; of a singular matrix no number is."""
    try:
        return np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        return np.full(np.shape(b), np.nan)


class Arguments(Mapping[str, Any]):
    """What a function is called with, each computed where its body reads it: what is not read is as if not there."""

    def __init__(self, values: Iterable[tuple[str, Callable[[], Any]]]) -> None:
        self.values_when_read, self.read = dict(values), dict[str, Any]()

    def __getitem__(self, name: str) -> Any:
        if name not in self.read:
            self.read[name] = self.values_when_read[name]()
        return self.read[name]

    def __contains__(self, name: object) -> bool:
        return name in self.values_when_read

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_when_read)

    def __len__(self) -> int:
        return len(self.values_when_read)


class Plain:
    """The values of one run of one sequence, asked for one at a time.

    `nudges` are added to values: by variable, step by step, or by the node of a start. `cuts` are the steps after which
    truncation cuts; what a loop reads across one is taken from `uncut`.
    """

    def __init__(
        self,
        recurrence: Recurrence,
        tau: int,
        bindings: Bindings,
        sequence: int = 0,
        nudges: Mapping[str, Any] | None = None,
        cuts: frozenset[int] = frozenset(),
        uncut: Plain | None = None,
    ) -> None:
        self.recurrence, self.room, self.bindings, self.sequence = recurrence, tau, bindings, sequence
        self.tau = bindings.lengths[sequence] if bindings.lengths else tau
        """The last step of this sequence, which may end before the longest of its batch, at `room`."""
        self.nudges, self.cuts, self.uncut = nudges or {}, cuts, uncut
        self.known: dict[tuple[str, int | None], Any] = {}

    operations = OPERATIONS

    def number(self, value: Any) -> Any:
        """A value as this reading computes with it."""
        found = np.asarray(value)
        return found if np.iscomplexobj(found) else found.astype(np.float64)

    def value(self, name: str, t: int | None) -> Any:
        if (name, t) not in self.known:
            self.known[name, t] = self.number(self._value(name, t)) + self.nudge(name, t)
        return self.known[name, t]

    def nudge(self, name: str, t: int | None) -> Any:
        if t is not None and not 1 <= t <= self.tau:
            return self.nudges.get(f"{name}[{t if t < 1 else t - self.tau + self.room}]", 0.0)
        found = self.nudges.get(name, 0.0)
        return found if t is None or name not in self.nudges else found[t - 1]

    def _value(self, name: str, t: int | None) -> Any:
        if name == "tau":
            return self.number(float(self.tau))
        for start in self.recurrence.starts:
            if start.name == name and start.time.at(0, self.tau) == t:
                return self.evaluate(start.expr, None, {}) + self.number(np.zeros(self.recurrence.shape(name)))
        variable = self.recurrence.variables[name]
        if t is not None and not 1 <= t <= self.tau:
            key = f"{name}[{t}]" if t < 1 else f"{name}[tau+{t - self.tau}]"
            found = self.bindings.initial.get(key)
            return np.zeros(self.recurrence.shape(name)) if found is None else found[self.sequence % len(found)]
        if variable.kind == "parameter":
            return self.bindings.parameters[name]
        if variable.kind == "given":
            array = self.bindings.inputs[name]
            return array[self.sequence] if t is None else array[t - 1, self.sequence]
        return self.evaluate(self.recurrence.equation(name).expr, t, {}, name)

    def evaluate(self, expr: Expr, t: int | None, local: Mapping[str, Any], reader: str = "") -> Any:
        match expr:
            case Number(value):
                return self.number(value)
            case Condition(time):
                return self.number(float(time.at(0, self.tau) == t))
            case Read("t", time) if time is not None:
                return self.number(float(time.at(t or 0, self.tau)))
            case Read(name, None):
                return local[name] if name in local else self.value(name, None)
            case Read(name, time) if time is not None:
                step = time.at(t or 0, self.tau)
                across = time.base == "t" and self.crosses(step, t or 0) and name in self.loops.get(reader, ())
                return (self.uncut if self.uncut and across else self).value(name, step)
            case Call(function, args):
                f = next(f for f in self.recurrence.functions if f.name == function)
                values = (partial(self.evaluate, a, t, local, reader) for a in args)
                return self.evaluate(f.body, t, Arguments(zip(f.arguments, values, strict=True)), reader)
            case Apply("sum_t", (inner,)):
                return sum(self.evaluate(inner, s, local) for s in range(1, self.tau + 1))
            case Apply("mean_t", (inner,)):
                return sum(self.evaluate(inner, s, local) for s in range(1, self.tau + 1)) / self.tau
            case Apply("max_t" | "min_t" as op, (inner,)):
                return self.extreme(op[:3], [self.evaluate(inner, s, local) for s in range(1, self.tau + 1)])
            case Apply(op, args):
                return self.applied(op, [self.evaluate(a, t, local, reader) for a in args])
        raise TypeError(expr)

    def extreme(self, op: str, steps: list[Any]) -> Any:
        """The largest or the smallest of all steps, entry by entry."""
        found = [self.applied(op, [each]) for each in np.stack(steps).reshape(len(steps), -1).T]
        return np.stack(found).reshape(np.shape(steps[0]))

    def applied(self, op: str, args: list[Any]) -> Any:
        return self.operations[op](*map(np.asarray, args))

    def crosses(self, step: int, t: int) -> bool:
        """Whether a cut lies between two steps."""
        low, high = sorted((step, t))
        return any(low <= cut < high for cut in self.cuts)

    @cached_property
    def loops(self) -> Mapping[str, set[str]]:
        """Variable → those that it reads, by any number of reads, and that read it."""
        direct = {e.name: set(self._read(e.expr)) for e in self.recurrence.equations}
        reach = {name: set(names) for name, names in direct.items()}
        for _ in direct:
            reach = {name: names.union(*(direct[n] for n in names)) for name, names in reach.items()}
        return {name: {n for n in names if name in reach[n]} for name, names in reach.items()}

    def _read(self, expr: Expr) -> Iterator[str]:
        computed = {e.name for e in self.recurrence.equations}
        return (r.name for r in reads(expand(expr, self.recurrence.functions)) if r.name in computed)

    def shared(self, name: str) -> bool:
        """Whether something is one and the same for every sequence of a batch: parameters and what is made of them.

        A start is not, nor is a condition on the step.
        """
        variable = self.recurrence.variables.get(name)
        if variable is None or variable.kind != "computed" or variable.indexed:
            return name == "tau" or (variable is not None and variable.kind == "parameter")
        expr = expand(self.recurrence.equation(name).expr, self.recurrence.functions)
        return not any(isinstance(e, Condition) for e in walk(expr)) and all(self.shared(r.name) for r in reads(expr))

    def nudged(self, nudges: Mapping[str, Any]) -> Self:
        """The same reading with other nudges; what crosses a cut is read from this one."""
        return type(self)(self.recurrence, self.room, self.bindings, self.sequence, nudges, self.cuts, self)
