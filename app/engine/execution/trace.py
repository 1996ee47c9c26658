"""A finished pass → `Trace`: its values and gradients by variable and by node, of the first sequence of a batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.arrays import Array, any_numbers, read_only
from app.engine.execution.edge_gradients import operations, parts
from app.engine.execution.passes import FinishedPass
from app.engine.execution.stopping import Stopped, first_stopped
from app.engine.ir import SEQUENCE, Adjoint, StartName, analyse
from app.language import CLOCK, NodeId, Read, is_operation, node_id, node_of, owner, parse_node


@dataclass(frozen=True, eq=False)
class Trace(FinishedPass):
    """A whole pass. Arrays keep the batch axis in `arrays`; `values` and `gradients` show the first sequence."""

    @cached_property
    def values(self) -> dict[str, Array]:
        """name → (tau, size…), or (size…) for one value; parameters are in `parameters`."""
        variables = self.recurrence.variables.items()
        return read_only({n: self._first(n) for n, v in variables if v.kind != "parameter"})

    @cached_property
    def gradients(self) -> dict[str, Array]:
        """name → ∂of/∂name in its shape; `h[0]` for a start; 0 for what does not influence `of`."""
        names = list(self.recurrence.variables)
        found = {n: self._gradient(n) for n in names}
        return read_only(found | {self.key(s): self._gradient(s) for s in self.starts})

    @property
    def first_ends(self) -> int:
        """The step at which the first sequence ends, whose values and gradients these are."""
        return self.bindings.lengths[0] if self.bindings.lengths else self.tau

    @property
    def parameters(self) -> Mapping[str, Array]:
        return self.bindings.parameters

    @cached_property
    def starts(self) -> tuple[StartName, ...]:
        return analyse(self.recurrence).outer_starts

    @cached_property
    def initial(self) -> dict[str, Array]:
        """variable → its start, (size) or (lag, size) oldest first."""
        found: dict[str, list[Array]] = {}
        for start in sorted(self.starts, key=lambda start: (start.time.base, start.time.offset)):
            found.setdefault(start.variable, []).append(self._first(start))
        return read_only({name: rows[0] if len(rows) == 1 else np.stack(rows) for name, rows in found.items()})

    @property
    @any_numbers()
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
        """Where a value, or else a gradient, of any sequence is first no finite number, and why."""
        return first_stopped(self)

    def value(self, node: str) -> Array:
        """The value at a node (`h[2]`, `h[0]`, `loss`, `W`, a copy `W[2]`, an operation `h[2].0`)."""
        it = parse_node(node)
        if self.is_inner(it):
            return operations(self).value(self.before_tau(it))
        it = made_by(it)
        if it.variable in self.parameters:
            return self.parameters[it.variable]
        if it.t is None:
            return self.values[it]
        if it in self.start_of:
            return self._first(self.start_of[it])
        return np.asarray(self.values[it.variable][it.t - 1])

    def gradient(self, node: str) -> Array:
        """∂of/∂node; of a parameter's copy `W[2]`, its part at that step."""
        it = parse_node(node)
        if self.is_inner(it):
            return operations(self).gradient(self.before_tau(it))
        it = made_by(it)
        if it in self.gradients or it.t is None:
            return self.gradients[it]
        steps = parts(self, it.variable) if it.variable in self.parameters else self.gradients[it.variable]
        return np.asarray(steps[it.t - 1])

    def read(self, read: Read, t: int | None) -> Array:
        """What a read names when the running step is t: a value, a parameter, an adjoint; zero outside the run."""
        adjoint_of = isinstance(read.name, Adjoint)
        name = read.name.of if isinstance(read.name, Adjoint) else read.name
        if read.name in CLOCK:
            return np.asarray(float(read.time.at(t or 0, self.tau) if read.time else self.tau))
        if isinstance(name, StartName):
            name = node_of(name.variable, name.time.at(0, self.tau))
        if read.time is None:
            return self.gradient(name) if adjoint_of else self.value(name)
        step = read.time.at(t or 0, self.tau)
        node = node_of(name, step)
        if 1 <= step <= self.tau or node in self.start_of:
            return self.gradient(node) if adjoint_of else self.value(node)
        inner = is_operation(name) and name in operations(self).values
        return np.zeros(operations(self).values[name].shape[1:] if inner else self.recurrence.shape(owner(name)))

    def is_inner(self, node: NodeId) -> bool:
        """Whether a node is an operation within an equation, and not the whole of it."""
        return is_operation(node) and self.before_tau(node).name in operations(self).values

    def key(self, start: StartName) -> NodeId:
        """The node of a start: g[tau+1] → g[4]."""
        return start.node(self.tau)

    @cached_property
    def start_of(self) -> dict[NodeId, StartName]:
        """Node → the start that it is."""
        return {self.key(start): start for start in self.starts}

    def before_tau(self, node: NodeId) -> NodeId:
        """An operation in a start's equation as it is called before τ is known, `g[tau+1].0`; else the node itself."""
        start = self._set_by_text.get(node_id(node.variable, node.t))
        return node if start is None else node_id(start, None, node.op)

    @cached_property
    def _set_by_text(self) -> dict[NodeId, StartName]:
        """Node → the start that a line of the text sets there, before the run, after it or within."""
        return {self.key(start): start for start in analyse(self.recurrence).starts}

    @cached_property
    def _passed_on(self) -> Collection[StartName]:
        """The starts whose gradients other arrays have."""
        return analyse(self.recurrence).passed_on

    def _first(self, name: str) -> Array:
        array, level = self.arrays[name], self.programs.system.levels[name]
        return np.asarray(array[:, 0] if level == SEQUENCE else array[0] if level else array)

    def _gradient(self, name: str) -> Array:
        array, system = self.arrays.get(Adjoint(name)), self.programs.system
        level = system.levels[name]
        passed_on = [s for s in self._passed_on if s.variable == name and Adjoint(s) in self.arrays]
        if array is None and not passed_on:
            return np.zeros(((self.tau,) if level == SEQUENCE else ()) + system.shapes[name])
        if array is None or passed_on:  # Perhaps these moments alone, which no equation makes, have a gradient.
            array = np.zeros_like(self.arrays[name]) if array is None else array.copy()
            for start in passed_on:
                array[start.time.at(0, self.tau) - 1] = self.arrays[Adjoint(start)]
        return np.asarray(array[:, 0] if level == SEQUENCE else array[0] if level else array)


def made_by(node: NodeId) -> NodeId:
    """The variable that the outermost operation of its equation makes, at that step; a variable's node is its own."""
    return node if node.op is None else node_id(node.variable, node.t)
