"""`Trace` → what passes through each read of each equation, and through the operations within equations.

By then every value and every ∂of/∂v is known for all t, so this is one more system of equations without a loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.adjoint import adjoint
from app.engine.execute import Execution
from app.engine.flat import SEQUENCE, SHARED, Flat, begun, ended, flatten, within
from app.engine.fold import Folded, folding
from app.engine.names import is_operation, split
from app.engine.opened import start_equations
from app.engine.schedule import schedule
from app.language.rewrite import expand, substitute
from app.language.syntax import NOW, Equation, Expr, Read, Recurrence, reads

if TYPE_CHECKING:
    from app.engine.trace import Trace

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Flow:
    """What arrives: by (name of an equation, read) the part of ∂of/∂read's variable that came through that read.

    `values` and `gradients` are those of the operations within. Arrays are (tau, size…), or (size…) for one value.
    """

    arrays: Mapping[tuple[str, Read], Array]
    values: Mapping[str, Array]
    gradients: Mapping[str, Array]

    def value(self, node: str) -> Array:
        """The value of an operation at a node, `h[2].0`."""
        return _at(self.values, node)

    def gradient(self, node: str) -> Array:
        """∂of/∂ of it."""
        return _at(self.gradients, node)


def _at(arrays: Mapping[str, Array], node: str) -> Array:
    if node in arrays:
        return arrays[node]
    name, t = split(node)
    return arrays[name] if t is None else np.asarray(arrays[name][t - 1])


def operations(trace: Trace) -> Flow:
    """The values and gradients of all operations of a trace."""
    return flow(trace, folding(trace.recurrence, "operations", trace.of))


def flow(trace: Trace, folded: Folded) -> Flow:
    """What passes through every read of a node in the equations of a picture; computed once a trace."""
    key = ("flow", folded.detail, folded.parameters)
    if key not in trace.memory:
        equations = [*folded.drawn, *folded.hidden, *folded.starts]
        wanted = {e.name: folded.node_reads(e) for e in equations}
        trace.memory[key] = _Flowing(trace, equations, folded.recurrence).flow(wanted)
    found: Flow = trace.memory[key]
    return found


def parts(trace: Trace, name: str) -> Array:
    """A parameter's gradient by step, (tau, shape…): ∂of/∂W is their sum (Goodfellow et al. 2016, equation 10.26).

    What a one-value equation adds counts at the last step, what a start adds at the first.
    """
    key = ("parts", name)
    if key not in trace.memory:
        trace.memory[key] = _parts(trace, name)
    found: Array = trace.memory[key]
    return found


def _parts(trace: Trace, name: str) -> Array:
    recurrence = trace.recurrence
    lines = [*recurrence.equations, *start_equations(recurrence)]
    equations = [replace(e, expr=expand(e.expr, recurrence.functions)) for e in lines]
    equations = [e for e in equations if f"∇{e.name}" in trace.arrays and any(r.name == name for r in reads(e.expr))]
    arrived = _Flowing(trace, equations, recurrence).flow({e.name: [Read(name)] for e in equations}).arrays
    total = np.zeros((trace.tau, *recurrence.shape(name)))
    for (target, _), array in arrived.items():
        variable = recurrence.variables.get(target)
        if variable is not None and variable.indexed:
            total += array
        else:
            total[-1 if variable is not None else 0] += array
    return total


class _Flowing:
    def __init__(self, trace: Trace, equations: Iterable[Equation], recurrence: Recurrence) -> None:
        """The system of the trace without its inner names, in which these equations are written anew."""
        self.trace, self.equations = trace, list(equations)
        programs = trace.programs
        inner = programs.system.owner.keys() | programs.backward.owner.keys()
        shapes = {n: s for n, s in programs.backward.shapes.items() if n not in inner}
        levels = {n: level for n, level in programs.backward.levels.items() if n not in inner}
        self.system = Flat(shapes, levels, mark="~")
        self.system.starts = programs.system.starts
        self.known = {n: a for n, a in trace.arrays.items() if n not in inner}
        self.aliases: dict[tuple[str, Read], str] = {}
        self.shared = {n for n, v in recurrence.variables.items() if v.kind == "parameter"}

    def flow(self, wanted: Mapping[str, list[Read]]) -> Flow:
        """The gradient that reaches each wanted read of each equation, named by its left side."""
        for e in self.equations:
            if not is_operation(e.name):
                self.known_adjoint(e)
            self.add(e, wanted[e.name])
        operations = [e.name for e in self.equations if is_operation(e.name)]
        arrays = self.run(operations)
        passed = {key: self.first(arrays, f"∇{name}", name, key[1].name) for key, name in self.aliases.items()}
        values = {name: self.first(arrays, name, name) for name in operations}
        return Flow(passed, values, {name: self.first(arrays, f"∇{name}", name) for name in operations})

    def run(self, operations: list[str]) -> Mapping[str, Array]:
        system, trace = self.system, self.trace
        given = {name for (_, read), name in self.aliases.items() if not is_operation(read.name)}
        defined = [e for e in system.equations if e.name not in given]
        roots = {
            f"{e.name}~": Read(f"∇{e.name}", NOW if e.indexed else None)
            for e in self.equations
            if not is_operation(e.name)
        }
        backward = Flat(system.shapes, system.levels, mark="~:")
        backward.starts = system.starts
        wanted = {*self.aliases.values(), *(e.name for e in defined), *operations}
        pulled = [e for e in adjoint(backward, defined, roots) if e.name[1:] in wanted]
        arrays = Execution(schedule(system), self.known, trace.tau, trace.bindings.batch).run()
        return Execution(schedule(flatten(pulled, backward)), arrays, trace.tau, trace.bindings.batch).run()

    def known_adjoint(self, e: Equation) -> None:
        """∂of/∂v is 0 for what does not influence `of`."""
        name, system = f"∇{e.name}", self.system
        if name not in self.known:
            system.shapes[name], system.levels[name] = system.shapes[e.name], system.levels[e.name]
            self.known[name] = np.zeros_like(self.trace.arrays[e.name])

    def add(self, e: Equation, found: list[Read]) -> None:
        """The equation with every read under a name of its own, so that each can be told what arrived through it."""
        system, ragged = self.system, self.trace.bindings.lengths is not None
        names: dict[Read, Expr] = {}
        for number, read in enumerate(found):
            sequence = e.indexed or (read.time is not None and read.time.base == "t")
            name = f"{read.name}~{number}~{e.name}"
            self.aliases[(e.name, read)] = name
            names[read] = Read(name, NOW if sequence else None)
            system.levels[name] = SEQUENCE if sequence else system.levels.get(e.name, system.level(read))
            flatten([Equation(name, sequence, read)], system)
        if ragged:
            e = replace(e, expr=within(e.expr))
        expr = substitute(ended(system, begun(system, e), ragged).expr, lambda r: names.get(Read(r.name, r.time), r))
        if is_operation(e.name):
            flatten([replace(e, expr=expr)], system)
            return
        system.levels[f"{e.name}~"] = system.levels[e.name]
        flatten([Equation(f"{e.name}~", e.indexed, expr)], system)

    def first(self, arrays: Mapping[str, Array], array: str, name: str, source: str = "") -> Array:
        """The first sequence's part of an array; what reaches a parameter is summed over a batch."""
        found, level = arrays.get(array), self.system.levels[name]
        if found is None:
            return np.zeros(((self.trace.tau,) if level == SEQUENCE else ()) + self.system.shapes[name])
        if level == SHARED:
            return np.asarray(found)
        if source in self.shared:
            return np.asarray(found.sum(axis=1 if level == SEQUENCE else 0))
        return np.asarray(found[:, 0] if level == SEQUENCE else found[0])
