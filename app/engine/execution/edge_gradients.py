"""`Trace` → what passes through each read of each equation, and through the operations within equations.

By then every value and every ∂of/∂v is known for all t, so this is one more system of equations without a loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.execution.execute import Execution
from app.engine.graph.fold import Folded, folding
from app.engine.graph.operations import start_equations
from app.engine.ir.adjoint import adjoint
from app.engine.ir.flat import SEQUENCE, SHARED, Flat, begun, ended, flatten, within
from app.engine.ir.node_ids import is_operation, split
from app.engine.ir.schedule import Program, schedule
from app.language.rewrite import expand, substitute
from app.language.syntax import NOW, Equation, Expr, Read, reads

if TYPE_CHECKING:
    from app.engine.execution.trace import Trace

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
        derived = trace.programs.memory
        if key not in derived:
            equations = [*folded.drawn, *folded.hidden, *folded.starts]
            derived[key] = _Flowing(trace, {e.name: (e, folded.node_reads(e)) for e in equations})
        trace.memory[key] = derived[key].flow(trace)
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
    arrived = _Flowing(trace, {e.name: (e, [Read(name)]) for e in equations}).flow(trace).arrays
    total = np.zeros((trace.tau, *recurrence.shape(name)))
    for (target, _), array in arrived.items():
        variable = recurrence.variables.get(target)
        if variable is not None and variable.indexed:
            total += array
        else:
            total[-1 if variable is not None else 0] += array
    return total


class _Flowing:
    """The programs that give what reaches each wanted read of some equations, for all traces of one pass."""

    def __init__(self, trace: Trace, wanted: Mapping[str, tuple[Equation, list[Read]]]) -> None:
        """The system of the pass without its inner names, in which these equations are written anew.

        `wanted`: each equation by its left side, and the reads in it.
        """
        programs = trace.programs
        self.inner = programs.system.owner.keys() | programs.backward.owner.keys()
        shapes = {n: s for n, s in programs.backward.shapes.items() if n not in self.inner}
        levels = {n: level for n, level in programs.backward.levels.items() if n not in self.inner}
        self.system = Flat(shapes, levels, mark="~")
        self.system.starts = programs.system.starts
        self.ragged = trace.bindings.lengths is not None
        self.aliases: dict[tuple[str, Read], str] = {}
        self.silent: list[str] = []
        for e, reads_ in wanted.values():
            if not is_operation(e.name) and f"∇{e.name}" not in trace.arrays:
                self.silence(e.name)
            self.add(e, reads_)
        self.operations = [name for name in wanted if is_operation(name)]
        self.forward, self.backward = self.programs([e for e, _ in wanted.values()])

    def programs(self, equations: list[Equation]) -> tuple[Program, Program]:
        """What computes the equations' operations, and what pulls their adjoints back."""
        system = self.system
        given = {name for (_, read), name in self.aliases.items() if not is_operation(read.name)}
        defined = [e for e in system.equations if e.name not in given]
        roots = {
            f"{e.name}~": Read(f"∇{e.name}", NOW if e.indexed else None) for e in equations if not is_operation(e.name)
        }
        backward = Flat(dict(system.shapes), dict(system.levels), mark="~:")
        backward.starts = system.starts
        wanted = {*self.aliases.values(), *(e.name for e in defined), *self.operations}
        pulled = [e for e in adjoint(backward, defined, roots) if e.name[1:] in wanted]
        return schedule(system), schedule(flatten(pulled, backward))

    def flow(self, trace: Trace) -> Flow:
        """The gradient that reaches each wanted read of each equation, named by its left side."""
        known = {n: a for n, a in trace.arrays.items() if n not in self.inner}
        known |= {f"∇{name}": np.zeros_like(trace.arrays[name]) for name in self.silent}
        arrays: Mapping[str, Array] = known
        for program in (self.forward, self.backward):
            arrays = Execution(program, arrays, trace.tau, trace.bindings.batch).run()
        passed = {key: self.first(trace, arrays, f"∇{name}", name, key[1].name) for key, name in self.aliases.items()}
        values = {name: self.first(trace, arrays, name, name) for name in self.operations}
        return Flow(passed, values, {n: self.first(trace, arrays, f"∇{n}", n) for n in self.operations})

    def silence(self, name: str) -> None:
        """∂of/∂v is 0 for what does not influence `of`."""
        self.silent.append(name)
        self.system.shapes[f"∇{name}"], self.system.levels[f"∇{name}"] = (
            self.system.shapes[name],
            self.system.levels[name],
        )

    def add(self, e: Equation, found: list[Read]) -> None:
        """The equation with every read under a name of its own, so that each can be told what arrived through it."""
        system, ragged = self.system, self.ragged
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

    def first(self, trace: Trace, arrays: Mapping[str, Array], array: str, name: str, source: str = "") -> Array:
        """The first sequence's part of an array; what reaches a parameter is summed over a batch."""
        found, level = arrays.get(array), self.system.levels[name]
        if found is None:
            return np.zeros(((trace.tau,) if level == SEQUENCE else ()) + self.system.shapes[name])
        if level == SHARED:
            return np.asarray(found)
        if source in trace.parameters:
            return np.asarray(found.sum(axis=1 if level == SEQUENCE else 0))
        return np.asarray(found[:, 0] if level == SEQUENCE else found[0])
