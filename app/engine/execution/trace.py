"""`Recurrence` + bindings → `Trace`: every value of the forward pass and every gradient of the backward pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.execution.edge_gradients import operations, parts
from app.engine.ir.adjoint import KEEP, adjoint
from app.engine.ir.flat import SEQUENCE, Flat, flat, flatten
from app.engine.ir.node_ids import at_end, is_operation, node_id, objective
from app.engine.ir.node_ids import split as split
from app.engine.ir.schedule import Program, schedule
from app.language.problems import Problem, Problems
from app.language.resolve import spelling_hint
from app.language.syntax import NOW, Apply, Condition, Expr, Number, Read, Recurrence, Time

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Bindings:
    """The numbers a recurrence is run on: parameters, data (tau, batch, size), starts by node name.

    `symbols` says what the entries of a one-hot vector stand for, `pictures` how many rows and columns of points a
    vector is to be shown as.
    """

    parameters: Mapping[str, Array]
    inputs: Mapping[str, Array]
    initial: Mapping[str, Array] = field(default_factory=dict)
    symbols: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    batch: int = 1
    lengths: tuple[int, ...] | None = None
    """The steps of each sequence of a batch, where they are not all alike."""
    pictures: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Stopped:
    """Where a run left the finite numbers."""

    t: int | None
    variable: str


@dataclass(frozen=True)
class Pass:
    """The two programs of a recurrence for one objective, and what they are made from."""

    system: Flat
    backward: Flat
    forward_program: Program
    backward_program: Program
    lags: tuple[int, ...]
    """The lags inside loops: what truncation may cut."""
    memory: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """What later stages derive from these programs and ask for again."""


@dataclass(frozen=True)
class Trace:
    """A whole pass. Arrays keep the batch axis in `arrays`; `values` and `gradients` show the first sequence."""

    recurrence: Recurrence
    tau: int
    of: str
    bindings: Bindings
    cuts: frozenset[int]
    programs: Pass
    arrays: Mapping[str, Array]
    memory: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """What later stages derive from this trace and ask for again."""

    @cached_property
    def values(self) -> dict[str, Array]:
        """name → (tau, size…), or (size…) for one value; parameters are in `parameters`."""
        return {n: self._first(n) for n, v in self.recurrence.variables.items() if v.kind != "parameter"}

    @cached_property
    def gradients(self) -> dict[str, Array]:
        """name → ∂of/∂name in its shape; `h[0]` for a start; 0 for what does not influence `of`."""
        names = list(self.recurrence.variables)
        found = {n: self._gradient(n) for n in names}
        return found | {self.key(s): self._gradient(s) for s in self.starts}

    @property
    def parameters(self) -> Mapping[str, Array]:
        return self.bindings.parameters

    @cached_property
    def starts(self) -> tuple[str, ...]:
        return tuple(name for pairs in self.programs.system.starts.values() for _, name in pairs)

    @cached_property
    def initial(self) -> dict[str, Array]:
        """variable → its start, (size) or (lag, size) oldest first."""
        found = {}
        for name, pairs in self.programs.system.starts.items():
            ordered = sorted(pairs, key=lambda pair: (pair[0].base, pair[0].offset))
            rows = [self._first(start) for _, start in ordered]
            found[name] = rows[0] if len(rows) == 1 else np.stack(rows)
        return found

    @property
    def loss(self) -> float | None:
        """The loss, its mean over a batch."""
        return float(np.mean(self.arrays["loss"])) if "loss" in self.values else None

    @property
    def symbols(self) -> Mapping[str, tuple[str, ...]]:
        return self.bindings.symbols

    @property
    def pictures(self) -> Mapping[str, tuple[int, int]]:
        return self.bindings.pictures

    @cached_property
    def stopped(self) -> Stopped | None:
        """The first step, in order of computation, at which a variable is no longer finite."""
        order = [e.name for e in self.programs.system.equations if e.name in self.recurrence.variables]
        found = [s for n in order if (s := self._blown(n)) is not None]
        return min(found, key=lambda s: s.t or self.tau, default=None)

    def _blown(self, name: str) -> Stopped | None:
        value = self.values[name]
        if np.isfinite(value).all():
            return None
        if not self.recurrence.variables[name].indexed:
            return Stopped(None, name)
        bad = ~np.isfinite(value.reshape(self.tau, -1)).all(axis=1)
        return Stopped(int(bad.argmax()) + 1, name)

    def value(self, node: str) -> Array:
        """The value at a node (`h[2]`, `h[0]`, `loss`, `W`, a copy `W[2]`, an operation `h[2].0`)."""
        name, t = split(node)
        if is_operation(node):
            return operations(self).value(self.text_of(node))
        if name in self.parameters:
            return self.parameters[name]
        if t is None:
            return self.values[name]
        if self.internal(node) in self.arrays:
            return self._first(self.internal(node))
        return np.asarray(self.values[name][t - 1])

    def gradient(self, node: str) -> Array:
        """∂of/∂node; of a parameter's copy `W[2]`, its part at that step."""
        name, t = split(node)
        if is_operation(node):
            return operations(self).gradient(self.text_of(node))
        if node in self.gradients or t is None:
            return self.gradients[node]
        return np.asarray((parts(self, name) if name in self.parameters else self.gradients[name])[t - 1])

    def read(self, read: Read, t: int | None) -> Array:
        """What a read names when the running step is t: a value, a parameter, an adjoint; zero outside the run."""
        name = read.name.removeprefix("∇")
        adjoint_of = read.name != name
        if read.name == "tau":
            return np.asarray(float(self.tau))
        if read.time is None:
            return self.gradient(name) if adjoint_of else self.value(name)
        step = read.time.at(t or 0, self.tau)
        node = node_id(name, step)
        if 1 <= step <= self.tau or node in map(self.key, self.starts):
            return self.gradient(node) if adjoint_of else self.value(node)
        return np.zeros(operations(self).values[name].shape[1:] if is_operation(name) else self.recurrence.shape(name))

    def key(self, start: str) -> str:
        """A start's internal name with τ put in: g[tau+1] → g[4]."""
        return at_end(start, self.tau)

    def text_of(self, node: str) -> str:
        """The name of an operation in a start's equation before τ is put in, `g[tau+1].0`; else the node itself."""
        start, dot, number = node.rpartition(".")
        return self.internal(start) + dot + number

    def internal(self, node: str) -> str:
        return next((s for s in self.starts if self.key(s) == node), node)

    def _first(self, name: str) -> Array:
        array, level = self.arrays[name], self.programs.system.levels[name]
        return np.asarray(array[:, 0] if level == SEQUENCE else array[0] if level else array)

    def _gradient(self, name: str) -> Array:
        array, system = self.arrays.get(f"∇{name}"), self.programs.system
        level = system.levels[name]
        if array is None:
            return np.zeros(((self.tau,) if level == SEQUENCE else ()) + system.shapes[name])
        return np.asarray(array[:, 0] if level == SEQUENCE else array[0] if level else array)


def target_of(recurrence: Recurrence, tau: int, of: str | None) -> str:
    """Check what is to be differentiated; raises Problems on `of`."""
    of = of or objective(recurrence)
    name, t = split(of)
    computed = [e.name for e in recurrence.equations]
    if name not in computed:
        allowed = [n if not recurrence.variables[n].indexed else f"{n}[1…{tau}]" for n in computed]
        raise Problems(Problem(f"of names {name}, which is not computed", "of", allowed, spelling_hint(name, computed)))
    if t is not None and (not recurrence.variables[name].indexed or not 1 <= t <= tau):
        where = f"{name}[1] to {name}[{tau}]" if recurrence.variables[name].indexed else name
        raise Problems(Problem(f"there is no {of}", "of", where))
    return of


def seed_of(recurrence: Recurrence, of: str, batch: int = 1) -> dict[str, Expr]:
    """The gradient with which the backward pass begins: ones at what is differentiated, shared out over a batch."""
    name, t = split(of)
    indexed = recurrence.variables[name].indexed
    ones: Expr = Apply("ones", (Read(name, NOW if indexed else None),))
    if batch > 1 and flat(recurrence).levels[name]:
        ones = Apply("/", (ones, Number(float(batch), str(batch))))
    return {name: Apply("*", (Condition(Time("", t)), ones)) if t is not None else ones}


@lru_cache(maxsize=64)
def programs(recurrence: Recurrence, of: str, cut: bool = False, batch: int = 1, ragged: bool = False) -> Pass:
    """The forward and the backward program of a recurrence; with `cut`, one in which truncation can cut.

    What is differentiated is the mean over the sequences of a batch; `ragged` allows them unequal lengths.
    """
    system = flat(recurrence, ragged)
    backward = Flat(dict(system.shapes), dict(system.levels), mark=":")
    backward.starts = system.starts
    lags = tuple(sorted({_lag(e.expr) for e in system.equations if ".lag" in e.name}))
    for k in lags:
        backward.shapes[f"{KEEP}.{k}"], backward.levels[f"{KEEP}.{k}"] = (), SEQUENCE
    equations = adjoint(backward, system.equations, seed_of(recurrence, of, batch), cut)
    forward_program = schedule(system)
    return Pass(system, backward, forward_program, schedule(flatten(equations, backward)), lags)


def _lag(expr: Expr) -> int:
    match expr:
        case Apply("lag", (Read(_, time), *_)) if time is not None:
            return -time.offset
    return 0


def keeps(steps: Iterable[int], cuts: frozenset[int], tau: int, batch: int) -> dict[str, Array]:
    """For each lag a scalar sequence: 0 where the way from t - lag to t crosses a cut, else 1."""
    found = {}
    for k in steps:
        mask = np.ones((tau, batch))
        for t in range(1, tau + 1):
            low, high = sorted((t - k, t))
            if any(low <= c < high for c in cuts):
                mask[t - 1] = 0.0
        found[f"{KEEP}.{k}"] = mask
    return found
