"""`Trace` → what passes through each read of each equation, and through the operations within equations.

By then every value and every ∂of/∂v is known for all t, so this is one more system of equations without a loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from app.arrays import Array, HoldsArrays
from app.engine.execution.execute import Execution
from app.engine.execution.passes import FinishedPass, Pass
from app.engine.graph import Folded, folding
from app.engine.ir import (
    SEQUENCE,
    SHARED,
    Adjoint,
    Analysis,
    Flat,
    Occurrence,
    Rewritten,
    adjoint,
    analyse,
    begun,
    ended,
    once,
    schedule,
    within,
)
from app.language import NOW, Equation, Expr, NodeId, Read, is_operation, reads, substitute

TOGETHER = 2_000_000
"""So many numbers are held at once of what passes through the reads of parameters."""


@dataclass(frozen=True)
class EdgeGradients(HoldsArrays):
    """What arrives: by (name of an equation, read) the part of ∂of/∂read's variable that came through that read.

    `values` and `gradients` are those of the operations within. Arrays are (tau, size…), or (size…) for one value.
    """

    through: Mapping[tuple[str, Read], Array]
    values: Mapping[str, Array]
    gradients: Mapping[str, Array]

    def value(self, node: NodeId) -> Array:
        """The value of an operation at a node, `h[2].0`."""
        return _at_node(self.values, node)

    def gradient(self, node: NodeId) -> Array:
        """∂of/∂ of it."""
        return _at_node(self.gradients, node)


def _at_node(arrays: Mapping[str, Array], node: NodeId) -> Array:
    return arrays[node] if node.t is None else np.asarray(arrays[node.name][node.t - 1])


@once
def operations(done: FinishedPass) -> EdgeGradients:
    """The values and gradients of all operations of a pass."""
    return _operation_programs(done.programs, folding(done.recurrence, "operations", done.of)).run(done)


@once
def _operation_programs(programs: Pass, folded: Folded) -> _EdgePrograms:
    """Without what passes through the reads of parameters: of a matrix that is one at every step."""
    parameters = frozenset(folded.recurrence.names("parameter"))
    equations = [*folded.drawn, *folded.hidden, *folded.starts]
    wanted = {e.name: (e, [r for r in folded.node_reads(e) if r.name not in parameters]) for e in equations}
    return _EdgePrograms(analyse(folded.recurrence), programs, wanted)


@once
def edge_gradients(done: FinishedPass, folded: Folded) -> EdgeGradients:
    """What passes through every read of a node in the equations of a picture."""
    return _edge_programs(done.programs, folded).run(done)


@once
def _edge_programs(programs: Pass, folded: Folded) -> _EdgePrograms:
    equations = [*folded.drawn, *folded.hidden, *folded.starts]
    wanted = {e.name: (e, folded.node_reads(e)) for e in equations}
    return _EdgePrograms(analyse(folded.recurrence), programs, wanted)


def steps_used(done: FinishedPass, name: str) -> tuple[int, ...]:
    """The steps at which a parameter is used by what is differentiated: those of its `parts`; of others it is 0."""
    analysis, variables = analyse(done.recurrence), done.recurrence.variables
    begun_there = {(start.variable, start.time.at(0, done.tau)) for start in analysis.starts}
    steps: set[int] = set()
    for e in (*analysis.equations.values(), *analysis.starts.values()):
        if Adjoint(e.name) not in done.arrays or all(r.name != name for r in reads(e.expr)):
            continue
        if e.name in variables and variables[e.name].indexed:
            steps.update(t for t in range(1, done.tau + 1) if (e.name, t) not in begun_there)
        else:
            steps.add(done.tau if e.name in variables else 1)
    return tuple(sorted(steps))


def parts(done: FinishedPass, name: str) -> Array:
    """A parameter's gradient by step, (tau, shape…): ∂of/∂W is their sum (Goodfellow et al. 2016, equation 10.26).

    What a one-value equation adds counts at the last step, what a start adds at the first.
    """
    return next(found for names in _in_programs(done) if name in names for found in [_parts(done, names)[name]])


@once
def _in_programs(done: FinishedPass) -> tuple[tuple[str, ...], ...]:
    """The parameters in groups: those of one share the program that finds their parts, as many as have room in memory.

    A program each would be written, scheduled and run as often as there are parameters, and grows with them too.
    """
    groups: list[list[str]] = [[]]
    room = TOGETHER
    for name in done.recurrence.names("parameter"):
        size = done.tau * done.bindings.batch * prod(done.recurrence.shape(name))
        if groups[-1] and size > room:
            groups.append([])
            room = TOGETHER
        groups[-1].append(name)
        room -= size
    return tuple(map(tuple, groups))


@once
def _parts(done: FinishedPass, names: tuple[str, ...]) -> Mapping[str, Array]:
    """The parts of each of some parameters, by one program."""
    analysis, variables = analyse(done.recurrence), done.recurrence.variables
    equations = [e for e in (*analysis.equations.values(), *analysis.starts.values()) if Adjoint(e.name) in done.arrays]
    read = {e.name: {r.name for r in reads(e.expr)} for e in equations}
    wanted = {
        e.name: (e, [Read(n) for n in names if n in read[e.name]])
        for e in equations
        if not read[e.name].isdisjoint(names)
    }
    totals = {name: np.zeros((done.tau, *done.recurrence.shape(name))) for name in names}
    for (target, part), array in _EdgePrograms(analysis, done.programs, wanted).run(done).through.items():
        at = slice(None) if target in variables and variables[target].indexed else -1 if target in variables else 0
        totals[part.name][at] += array
    return totals


class _EdgePrograms:
    """The programs that give what reaches each wanted read of some equations, for every run of one pass."""

    def __init__(self, analysis: Analysis, programs: Pass, wanted: Mapping[str, tuple[Equation, list[Read]]]) -> None:
        """`wanted`: each equation by its left side, and the reads in it; the equations are written anew."""
        self.ragged = programs.ragged
        self.scope = programs.backward.extended("~")
        self.occurrences: dict[tuple[str, Read], Occurrence] = {}
        # What does not influence `of` has no adjoint, and nothing arrives through it.
        variables = [e for e, _ in wanted.values() if Adjoint(e.name) in programs.backward.levels]
        for e, found in wanted.values():
            self.add(analysis, e, found)
        self.operations = [name for name in wanted if is_operation(name)]
        system = self.scope.flat()
        self.forward = schedule(system)
        self.backward = schedule(self.reverse(system, variables))

    def reverse(self, system: Flat, variables: list[Equation]) -> Flat:
        """What pulls the variables' adjoints back to the reads and the operations."""
        given = {name for (_, read), name in self.occurrences.items() if not is_operation(read.name)}
        defined = [e for e in system.equations if e.name not in given]
        seeds: dict[str, Expr] = {
            Rewritten(e.name): Read(Adjoint(e.name), NOW if e.indexed else None) for e in variables
        }
        scope = system.extended("~;")
        wanted = {*self.occurrences.values(), *(e.name for e in defined), *self.operations}
        return scope.flattened(e for name, e in adjoint(scope, defined, seeds).items() if name in wanted)

    def run(self, done: FinishedPass) -> EdgeGradients:
        """The gradient that reaches each wanted read of each equation, named by its left side."""
        arrays: Mapping[str, Array] = done.arrays
        for program in (self.forward, self.backward):
            arrays = Execution(program, arrays, done.tau, done.bindings.batch).run()
        through = {key: self.first(done, arrays, Adjoint(n), n, key[1].name) for key, n in self.occurrences.items()}
        values: dict[str, Array] = {n: self.first(done, arrays, n, n) for n in self.operations}
        gradients: dict[str, Array] = {n: self.first(done, arrays, Adjoint(n), n) for n in self.operations}
        return EdgeGradients(through, values, gradients)

    def add(self, analysis: Analysis, e: Equation, found: list[Read]) -> None:
        """The equation with every read under a name of its own, so that each can be told what arrived through it."""
        scope = self.scope
        names: dict[Read, Expr] = {}
        for number, read in enumerate(found):
            sequence = e.indexed or (read.time is not None and read.time.base == "t")
            name = Occurrence(read.name, number, e.name)
            self.occurrences[e.name, read] = name
            names[read] = Read(name, NOW if sequence else None)
            scope.levels[name] = SEQUENCE if sequence else scope.levels.get(e.name, scope.level(read))
            scope.add(Equation(name, sequence, read))
        if self.ragged:
            e = replace(e, expr=within(e.expr))
        expr = ended(scope, begun(analysis, e), self.ragged).expr
        left = e.name if is_operation(e.name) else Rewritten(e.name)
        if isinstance(left, Rewritten):
            scope.declare_like(left, e.name)
        scope.add(Equation(left, e.indexed, substitute(expr, lambda r: names.get(Read(r.name, r.time), r))))

    def first(self, done: FinishedPass, arrays: Mapping[str, Array], array: str, name: str, source: str = "") -> Array:
        """The first sequence's part of an array; what reaches a parameter is summed over a batch."""
        found, level = arrays.get(array), self.scope.levels[name]
        if found is None:
            return np.zeros(((done.tau,) if level == SEQUENCE else ()) + self.scope.shapes[name])
        if level == SHARED:
            return np.asarray(found)
        if source in done.bindings.parameters:
            return np.asarray(found.sum(axis=1 if level == SEQUENCE else 0))
        return np.asarray(found[:, 0] if level == SEQUENCE else found[0])
