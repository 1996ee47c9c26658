"""The gradient that flows along each edge: u[s] → v[t] carries Σ over occurrences of u[s] in v's right side of
(∂E/∂occurrence)ᵀ ∂of/∂v[t], with folded variables put in.

By then ∂of/∂v is known for all t, so this is one more system of equations without a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.engine.adjoint import adjoint
from app.engine.execute import Execution
from app.engine.flat import SEQUENCE, Flat, begun, ended, flatten, start_name, within
from app.engine.fold import Folded, folding
from app.engine.graph import Graph
from app.engine.schedule import schedule
from app.engine.trace import Trace, seed_of, split
from app.engine.unfold import node_reads
from app.language.rewrite import expand, substitute
from app.language.syntax import NOW, Equation, Expr, Read

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Flow:
    """Contributions by (source name, read, target name): (tau, size…) arrays, or (size…) for one moment."""

    folded: Folded
    arrays: Mapping[tuple[str, Read], Array]


def contributions(trace: Trace, graph: Graph) -> dict[str, Array]:
    """edge id → the gradient that passes along it to its source, in the source's shape; 0 where it is cut."""
    totals, cut = _totals(trace, graph), [edge.id for edge in graph.edges if edge.cut]
    return totals | {id: np.zeros_like(totals[id]) for id in cut} if cut else totals


def stopped(trace: Trace, graph: Graph) -> dict[str, Array]:
    """cut edge id → the gradient that would pass along it, were it not cut there."""
    totals = _totals(trace, graph)
    return {edge.id: totals[edge.id] for edge in graph.edges if edge.cut}


def _totals(trace: Trace, graph: Graph) -> dict[str, Array]:
    """edge id → what flows along it, cut or not, computed once a trace."""
    key = ("contributions", graph.detail)
    if key not in trace.memory:
        trace.memory[key] = _contributions(trace, graph)
    found: dict[str, Array] = trace.memory[key]
    return found


def _contributions(trace: Trace, graph: Graph) -> dict[str, Array]:
    flow = _flow(trace, graph)
    found = {}
    equations = {e.name: e for e in flow.folded.drawn}
    for edge in graph.edges:
        (source, s), (target, t) = split(edge.source), split(edge.target)
        e = equations[target]
        parts = [_part(flow, e, r, s, t, trace.tau) for r in node_reads(flow.folded, e) if r.name == source]
        total = sum((p for p in parts if p is not None), np.zeros(trace.recurrence.shape(source)))
        found[edge.id] = np.asarray(total)
    return found


def seeds(trace: Trace, graph: Graph) -> dict[str, Array]:
    """node id → the gradient that reaches it from what the graph leaves out, and 1 at what is differentiated."""
    key = ("seeds", graph.detail)
    if key not in trace.memory:
        trace.memory[key] = _seeds(trace, graph)
    found: dict[str, Array] = trace.memory[key]
    return found


def _seeds(trace: Trace, graph: Graph) -> dict[str, Array]:
    flow = _flow(trace, graph)
    found: dict[str, Array] = {}

    def arrive(node: str, gradient: Array) -> None:
        found[node] = found[node] + gradient if node in found else gradient

    moment = split(trace.of)[1]
    ids = {n.id for n in graph.nodes}
    for name in seed_of(trace.recurrence, trace.of):
        share = 1.0 / trace.bindings.batch if trace.programs.system.levels[name] else 1.0
        for n in graph.nodes:
            if (
                n.var == name
                and split(n.id)[1] == (moment or split(n.id)[1])
                and (split(n.id)[1] is None or 1 <= (n.t or 0) <= trace.tau)
            ):
                arrive(n.id, np.full(n.shape, share))
    for e in flow.folded.hidden:
        for read in node_reads(flow.folded, e):
            for s in range(1 - trace.tau, 2 * trace.tau + 1) if read.time is not None else (None,):
                id = read.name if s is None else f"{read.name}[{s}]"
                if id in ids:
                    for t in range(1, trace.tau + 1) if e.indexed else (None,):
                        part = _part(flow, e, read, s, t, trace.tau)
                        if part is not None:
                            arrive(id, part)
    return found


def _part(flow: Flow, e: Equation, read: Read, s: int | None, t: int | None, tau: int) -> Array | None:
    """What one read of v's equation at t sends to u at s; None where that read does not name s."""
    array = flow.arrays[(e.name, read)]
    if read.time is None:
        return array if t is None else np.asarray(array[t - 1])
    if read.time.base == "t" and t is None:
        place = (s or 0) - read.time.offset
        return np.asarray(array[place - 1]) if 1 <= place <= tau else None
    if read.time.at(t or 0, tau) != s:
        return None
    return array if t is None else np.asarray(array[t - 1])


def parts(trace: Trace, name: str) -> Array:
    """A parameter's gradient by step, (tau, shape…): ∂of/∂W is their sum (Goodfellow et al. 2016, equation 10.26).

    What a one-value equation adds counts at the last step, what a start adds at the first.
    """
    folded = folding(trace.recurrence, "operations", trace.of)
    starts = [
        Equation(start_name(s.name, s.time), False, expand(s.expr, trace.recurrence.functions))
        for s in trace.recurrence.starts
    ]

    def wanted(e: Equation) -> list[Read]:
        return [r for r in node_reads(folded, e, every=True) if r.name == name]

    flow = _flowing(trace, folded, [*folded.drawn, *folded.hidden, *starts], wanted)
    total = np.zeros((trace.tau, *trace.recurrence.shape(name)))
    for (target, _), array in flow.arrays.items():
        variable = trace.recurrence.variables.get(target)
        if variable is not None and variable.indexed:
            total += array
        else:
            total[-1 if variable is not None else 0] += array
    return total


def _flow(trace: Trace, graph: Graph) -> Flow:
    key = ("flow", graph.detail)
    if key not in trace.memory:
        folded = folding(trace.recurrence, graph.detail, trace.of)
        equations = [*folded.drawn, *folded.hidden]
        trace.memory[key] = _flowing(trace, folded, equations, lambda e: node_reads(folded, e))
    found: Flow = trace.memory[key]
    return found


def _flowing(
    trace: Trace, folded: Folded, equations: list[Equation], wanted_of: Callable[[Equation], list[Read]]
) -> Flow:
    """The gradient that reaches each wanted read of each equation."""
    system = Flat(dict(trace.programs.backward.shapes), dict(trace.programs.backward.levels), mark="~")
    system.starts = trace.programs.system.starts
    aliases: dict[tuple[str, Read], str] = {}
    known = dict(trace.arrays)
    for e in equations:
        _known_adjoint(system, known, e, trace)
        _add(system, e, wanted_of(e), aliases, trace.bindings.lengths is not None)
    defined = [e for e in system.equations if e.name not in aliases.values()]
    roots = {f"{e.name}~": Read(f"∇{e.name}", NOW if e.indexed else None) for e in equations}
    backward = Flat(system.shapes, system.levels, mark="~:")
    backward.starts = system.starts
    wanted = {*aliases.values(), *(e.name for e in defined)}
    pulled = [e for e in adjoint(backward, defined, roots) if e.name[1:] in wanted]
    arrays = Execution(schedule(system), known, trace.tau, trace.bindings.batch).run()
    arrays = Execution(schedule(flatten(pulled, backward)), arrays, trace.tau, trace.bindings.batch).run()
    return Flow(folded, {key: _first(system, arrays, name, trace) for key, name in aliases.items()})


def _known_adjoint(system: Flat, known: dict[str, Array], e: Equation, trace: Trace) -> None:
    """∂of/∂v is 0 for what does not influence `of`."""
    name = f"∇{e.name}"
    if name not in known:
        system.shapes[name], system.levels[name] = system.shapes[e.name], system.levels[e.name]
        known[name] = np.zeros_like(trace.arrays[e.name])


def _add(system: Flat, e: Equation, found: list[Read], aliases: dict[tuple[str, Read], str], ragged: bool) -> None:
    """The equation with every read under a name of its own, so that each can be told what arrived through it."""
    names: dict[Read, Expr] = {}
    for number, read in enumerate(found):
        sequence = e.indexed or (read.time is not None and read.time.base == "t")
        name = f"{read.name}~{number}~{e.name}"
        aliases[(e.name, read)] = name
        names[read] = Read(name, NOW if sequence else None)
        system.levels[name] = SEQUENCE if sequence else system.levels[e.name]
        flatten([Equation(name, sequence, read)], system)
    if ragged:
        e = replace(e, expr=within(e.expr))
    expr = substitute(ended(system, begun(system, e), ragged).expr, lambda r: names.get(Read(r.name, r.time), r))
    system.levels[f"{e.name}~"] = system.levels[e.name]
    flatten([Equation(f"{e.name}~", e.indexed, expr)], system)


def _first(system: Flat, arrays: Mapping[str, Array], name: str, trace: Trace) -> Array:
    array, level = arrays.get(f"∇{name}"), system.levels[name]
    if array is None:
        return np.zeros(((trace.tau,) if level == SEQUENCE else ()) + system.shapes[name])
    return np.asarray(array[:, 0] if level == SEQUENCE else array[0] if level else array)
