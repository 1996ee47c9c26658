"""Recurrence + what a person gave + a seed → `Bindings`: every parameter, datum and start has numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from app.arrays import Array
from app.engine.execution.given_numbers import are_numbers, fault_of_numbers
from app.engine.execution.passes import Bindings
from app.engine.execution.streams import stream
from app.engine.ir import Analysis, StartName, analyse, once
from app.language import (
    ARGUMENTS,
    INITIALS,
    Expr,
    NodeId,
    Problem,
    Problems,
    Read,
    Recurrence,
    Subject,
    dependencies,
    reads,
    spelling_hint,
)

Arrays = Mapping[str, Any]
HOMES: Mapping[str, Subject] = {"parameter": Subject.PARAMETERS, "given": Subject.DATA}
"""Where the numbers of a name are given, by its kind."""
ARRAY_WORDS = ("one number", "a list of numbers", "a list of rows of equal length", "a list of matrices of one size")
"""What an array of so many axes is, where no size is settled."""


def bind(
    recurrence: Recurrence,
    tau: int,
    seed: int = 0,
    data: Mapping[str, Array] | None = None,
    symbols: Mapping[str, tuple[str, ...]] | None = None,
    pictures: Mapping[str, tuple[int, int]] | None = None,
    params: Arrays | None = None,
    inputs: Arrays | None = None,
    initial: Arrays | None = None,
    batch: int = 1,
    lengths: Iterable[int] | None = None,
) -> Bindings:
    """Numbers for all that the equations do not compute.

    `data` comes from a task: (tau, batch, size). `params`, `inputs` (tau, size) and `initial` (size) or (lag, size)
    come from a person and win; raises Problems that name each wrong one. A `batch` of sequences may be of unequal
    `lengths`, none beyond τ.
    """
    checker = _Checker(recurrence)
    ends = None if lengths is None or set(lengths) == {tau} else tuple(int(n) for n in lengths)
    checker.starts_apart(sorted({tau} if ends is None else {*ends}))
    given_inputs = dict(checker.arrays(Subject.DATA, inputs or {}, recurrence.names("given"), tau))
    starts = checker.initial(initial or {}, params or {}, inputs or {}, given_inputs)
    own = dict(checker.arrays(Subject.PARAMETERS, params or {}, recurrence.names("parameter"), tau))
    given_params = own | starts.parameters
    written = checker.written({*given_inputs, *(data or {})}, tau)
    if checker.problems:
        raise Problems(*checker.problems)
    parameters = {
        name: given_params[name] if name in given_params else draw_parameter(recurrence, name, seed)
        for name in recurrence.names("parameter")
    }
    own_data = {n: _for_each_sequence(recurrence, n, a, batch) for n, a in (written | given_inputs).items()}
    fed = {**(data or {}), **own_data}
    noise = {n: _noise(recurrence, n, tau, seed, batch) for n in recurrence.names("given") if n not in fed}
    heard = {n: _ended(a, ends) if recurrence.variables[n].indexed else a for n, a in (noise | fed).items()}
    kept = {name: s for name, s in (symbols or {}).items() if name not in given_inputs}
    return Bindings(parameters, heard, starts.starts, kept, batch, ends, dict(pictures or {}))


def _ended(array: Array, ends: tuple[int, ...] | None) -> Array:
    """Data by step and sequence, zero after the end of each sequence, as it is outside every run."""
    if ends is None:
        return array
    inside = np.arange(len(array))[:, None] < np.asarray(ends)
    return np.where(inside.reshape(*inside.shape, *[1] * (array.ndim - 2)), array, 0.0)


def draw_parameter(recurrence: Recurrence, name: str, seed: int) -> Array:
    """A parameter as it begins: by its `~` line, otherwise uniform ±1/√(size of the state)."""
    rule = next((s for s in recurrence.initials if s.name == name), None)
    if rule is not None and rule.entries is not None:
        return np.array(rule.entries).reshape(recurrence.shape(name))
    row = INITIALS[rule.rule if rule else "uniform"]
    return row.draw(stream(seed, name), recurrence.shape(name), rule.value if rule else 1.0, _fan(recurrence, name))


def _fan(recurrence: Recurrence, name: str) -> int:
    """The size of the state that a parameter belongs to: the one among its own dimensions, else the first."""
    variable, states = recurrence.variables[name], _state_dimensions(analyse(recurrence))
    own = [d for d in variable.dims if d in states]
    if own or states:
        return recurrence.sizes[(own or states)[0]]
    return recurrence.shape(name)[-1] if variable.rank else 1


@once
def _state_dimensions(analysis: Analysis) -> tuple[str, ...]:
    """The dimensions of the vectors that are reached back to, in the order in which the text reads them."""
    recurrence = analysis.recurrence
    lagged = (recurrence.variables[d.source] for d in dependencies(recurrence.equations) if d.lag)
    return tuple(v.dims[0] for v in lagged if v.rank == 1)


def _noise(recurrence: Recurrence, name: str, tau: int, seed: int, batch: int) -> Array:
    """Data without a task: standard normal, one-hot where `cross_entropy` reads it as the target."""
    rng, v = stream(seed, name), recurrence.variables[name]
    shape = ((tau,) if v.indexed else ()) + (batch, *recurrence.shape(name))
    if name in analyse(recurrence).distributions:
        return np.asarray(np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])])
    return rng.standard_normal(shape)


def _for_each_sequence(recurrence: Recurrence, name: str, array: Array, batch: int) -> Array:
    """What a person gave for one sequence, for each of a batch."""
    axis = 1 if recurrence.variables[name].indexed else 0
    return np.repeat(array, batch, axis=axis) if array.shape[axis] != batch else array


def _as_numbers(value: Any) -> Array | None:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return None


def data_of_starts(recurrence: Recurrence, names: Iterable[str]) -> Iterator[str]:
    """The data that take what is given as the start of these variables, since the text names them there."""
    for name in names:
        for node in places_of_starts(recurrence).get(name, ()):
            text = analyse(recurrence).starts.get(node)
            if text is not None and (found := _data_named(recurrence, text.expr)):
                yield found


def _data_named(recurrence: Recurrence, expr: Expr) -> str | None:
    """The data of one value that a start is."""
    if isinstance(expr, Read) and not expr.time and expr.name in recurrence.names("given"):
        return expr.name
    return None


class _Starts:
    def __init__(self) -> None:
        self.starts: dict[str, Array] = {}
        self.parameters: dict[str, Array] = {}


class _Checker:
    """Holds every array that a person gave against the shape it is to have."""

    def __init__(self, recurrence: Recurrence) -> None:
        self.recurrence = recurrence
        self.problems: list[Problem] = []

    def starts_apart(self, lengths: Iterable[int]) -> None:
        """Every start is a moment of each sequence, and no step has two, as where `q[1]` and `q[tau]` are one."""
        for steps in lengths:
            taken: dict[NodeId, StartName] = {}
            many = f"{steps} step{'s' * (steps > 1)}"
            for start in analyse(self.recurrence).starts:
                if not (start.time.outside or 1 <= start.time.at(0, steps) <= steps):
                    message = f"{start} is set, and a sequence of {many} has no such step"
                    self.wrong(Subject.STEPS, "", message, None, "take more steps, or leave out the line")
                other = taken.setdefault(start.node(steps), start)
                if other is not start:
                    message = f"{other} and {start} are one moment in a sequence of {many}, and both are set"
                    self.wrong(Subject.STEPS, "", message, None, "take more steps, or leave out one of the two")

    def entries_hint(self, name: str) -> str | None:
        """What to write where coefficients are meant, `b[0]` and `b[1]`, which are moments of data."""
        sides = [*(e.expr for e in self.recurrence.equations), *(s.expr for s in self.recurrence.starts)]
        found = (r.time for expr in sides for r in reads(expr) if r.name == name)
        moments = sorted({str(time) for time in found if time is not None})
        if not moments or not all(map(str.isdigit, moments)):
            return None
        own = " and ".join(f"{name}_{moment}" for moment in moments)
        first = moments[0]
        return f"{name}[{first}] is {name} at step {first}; coefficients are parameters by names of their own, {own}"

    def misplaced(self, about: Subject, name: str, message: str, names: Iterable[str]) -> None:
        """An array of a name that takes none there: what the name is, where that is given; else the `message`."""
        found = self.recurrence.variables.get(name)
        hint = self.entries_hint(name) if about is Subject.PARAMETERS else None
        if found is not None and found.kind != "computed":
            message = f"{name} is {'a parameter' if found.kind == 'parameter' else 'given data'} of these equations"
            home = f"give it in {ARGUMENTS[HOMES[found.kind]]}"
            as_data = found.kind == "parameter" and about is Subject.DATA
            hint = hint or (f"{home}, or add the line given {name}" if as_data else home)
        elif found is not None and about is not Subject.STARTS:
            message = f"{name} is computed by these equations"
            started = name in places_of_starts(self.recurrence)
            hint = f"give its start in {ARGUMENTS[Subject.STARTS]}, or leave it out" if started else "leave it out"
        self.wrong(about, name, message, list(names), hint or spelling_hint(name, names))

    def arrays(self, about: Subject, given: Arrays, names: tuple[str, ...], tau: int) -> Iterator[tuple[str, Array]]:
        for name, value in given.items():
            if name not in names:
                what = "parameter" if about is Subject.PARAMETERS else "given data"
                self.misplaced(about, name, f"{name} is no {what} of these equations", names)
                continue
            indexed = self.recurrence.variables[name].indexed
            array = self.array(about, name, value, self.recurrence.shape(name), (tau,) if indexed else ())
            if array is not None:
                yield name, array if about is Subject.PARAMETERS else array[:, None] if indexed else array[None]

    def written(self, given: Collection[str], tau: int) -> dict[str, Array]:
        """The data whose numbers the text writes out, of as many sequences as one, where nothing else gives them."""
        found, short = dict[str, Array](), dict[str, int]()
        for line in self.recurrence.initials:
            variable = self.recurrence.variables[line.name]
            if line.entries is None or variable.kind != "given" or line.name in given:
                continue
            many, array = len(line.entries), np.array(line.entries)
            if variable.indexed and many < tau:
                short[line.name] = many
                continue
            own = self.recurrence.shape(line.name)
            found[line.name] = array[:tau].reshape(tau, 1, *own) if variable.indexed else array.reshape(1, *own)
        if short:
            least = min(short.values())
            names = " and ".join(name for name, many in short.items() if many == least)
            several = " and " in names
            numbers = f"{'have' if several else 'has'} {least} step{'s' * (least != 1)} of numbers in the text"
            hint = f"take {least} at most, write more numbers, or leave out {'their lines' if several else 'its line'}"
            allowed = {"minimum": 1, "maximum": least}
            self.wrong(Subject.STEPS, "", f"{names} {numbers}, and tau is {tau}", allowed, hint)
        return found

    def array(
        self, about: Subject, name: str, value: Any, own: tuple[int, ...], steps: tuple[int, ...] = ()
    ) -> Array | None:
        """The value as an array of finite numbers, of this shape at each of the steps, or a problem.

        A number may stand for a list of one, and a list of one for a number, one column or one row for a vector.
        """
        given, shape = f"{ARGUMENTS[about]}.{name}", (*steps, *own)
        array = _as_numbers(value)
        fault = None if array is not None and are_numbers(value) else fault_of_numbers(value)
        if array is None or fault:
            allowed, words = self.wanted(name, shape)
            self.wrong(about, name, f"{given} {fault or 'is nested too deep'}", allowed, f"give {words}")
            return None
        head, tail = array.shape[: len(steps)], array.shape[len(steps) :]
        column = len(own) == 1 and len(tail) == 2 and 1 in tail
        if head == steps and (column or tail in ((), (1,))) and array.size == np.prod(shape):
            array = array.reshape(shape)
        if about is Subject.DATA and head != steps:
            many = f"{len(array)} step{'s' * (len(array) != 1)}" if head else ""
            message = (
                f"has {many}, and tau is {steps[0]}" if head else "is one number, and a sequence is a list of them"
            )
            self.wrong(about, name, f"{given} {message}", list(shape))
            return None
        if array.shape != shape:
            allowed, words = self.wanted(name, shape)
            self.wrong(about, name, f"{given} has shape {array.shape}; it is to be {words}", allowed)
            return None
        if not np.isfinite(array).all():
            place = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
            self.wrong(about, name, f"{given} is not finite at {place}; only finite numbers can be used", None)
            return None
        return array

    def wanted(self, name: str, shape: tuple[int, ...]) -> tuple[list[int] | None, str]:
        """What an array is to be, as a shape where that is settled: a size that is only a default asks for nothing."""
        if set(self.recurrence.variables[name].dims) & set(self.recurrence.defaulted):
            return None, ARRAY_WORDS[len(shape)]
        return list(shape), f"an array of shape {shape}"

    def initial(self, given: Arrays, params: Arrays, inputs: Arrays, data: dict[str, Array]) -> _Starts:
        """Starts by variable; where the text names a parameter or data as the start, that one takes the value."""
        found = _Starts()
        places = places_of_starts(self.recurrence)
        for name, value in given.items():
            if name not in places:
                self.misplaced(Subject.STARTS, name, f"{name} has no start: nothing reaches back to it", places)
                continue
            nodes, size = places[name], self.recurrence.shape(name)
            array = self.array(Subject.STARTS, name, value, size, () if len(nodes) == 1 else (len(nodes),))
            for node, row in zip(
                nodes, [] if array is None else array[None] if len(nodes) == 1 else array, strict=False
            ):
                self.start(node, np.asarray(row), found, data)
        return found

    def start(self, node: StartName, row: Array, found: _Starts, data: dict[str, Array]) -> None:
        text = analyse(self.recurrence).starts.get(node)
        if text is None:
            found.starts[node] = row[None]
        elif isinstance(text.expr, Read) and text.expr.name in self.recurrence.names("parameter"):
            found.parameters[text.expr.name] = row
        elif name := _data_named(self.recurrence, text.expr):
            data[name] = row[None]
        else:
            hint = "give what it is computed from"
            self.wrong(Subject.STARTS, node.variable, f"{node} is computed by the text", None, hint)

    def wrong(self, about: Subject, name: str, message: str, allowed: object, hint: str | None = None) -> None:
        self.problems.append(Problem(message, about, allowed, hint, part=name))


def places_of_starts(recurrence: Recurrence) -> dict[str, list[StartName]]:
    """variable → the starts that something depends on, and those that the text sets, oldest first."""
    analysis = analyse(recurrence)
    places: dict[str, list[StartName]] = {}
    for start in analysis.every_start:
        if start in analysis.starts or analysis.felt(start):
            places.setdefault(start.variable, []).append(start)
    return {
        name: sorted(found, key=lambda start: (start.time.base, start.time.offset)) for name, found in places.items()
    }
