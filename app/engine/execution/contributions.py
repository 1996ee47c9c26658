"""The gradient that flows along each edge: u[s] → v[t] carries Σ over occurrences of u[s] in v's right side of
(∂E/∂occurrence)ᵀ ∂of/∂v[t], with folded variables put in.
"""

from __future__ import annotations

import numpy as np

from app.arrays import Array
from app.engine.execution.edge_gradients import EdgeGradients, edge_gradients
from app.engine.execution.trace import Trace
from app.engine.graph import Folded, Graph, folding, step_named
from app.engine.ir import node_at, once
from app.language import Equation, NodeId, Read


def contributions(trace: Trace, graph: Graph) -> dict[str, Array]:
    """edge id → the gradient that passes along it to its source, in the source's shape; 0 where it is cut."""
    totals, cut = _totals(trace, graph), [edge.id for edge in graph.edges if edge.cut]
    return totals | {id: np.zeros_like(totals[id]) for id in cut} if cut else totals


def stopped(trace: Trace, graph: Graph) -> dict[str, Array]:
    """cut edge id → the gradient that would pass along it, were it not cut there."""
    totals = _totals(trace, graph)
    return {edge.id: totals[edge.id] for edge in graph.edges if edge.cut}


@once
def _totals(trace: Trace, graph: Graph) -> dict[str, Array]:
    """edge id → what flows along it, cut or not."""
    folded = folding_of(trace, graph)
    shapes = {node.id: node.shape for node in graph.nodes}
    found = {}
    for edge in graph.edges:
        e, t = folded.equation_at(edge.target, trace.tau)
        here, name = folded.at(t), edge.source.name
        passed = edge_gradients(trace, here)
        reads = [r for r in here.node_reads(e) if name == r.name or edge.source == node_at(r.name, trace.tau)]
        each = [_sent_by_read(passed, e, r, edge.source.t, t, trace) for r in reads]
        parts = [p for p in each if p is not None]
        found[edge.id] = np.asarray(sum(parts, 0.0)) if parts else np.zeros(shapes[edge.source])
    return found


def folding_of(trace: Trace, graph: Graph) -> Folded:
    """The folding that a graph of this trace was made of."""
    return folding(trace.recurrence, graph.detail, trace.of, graph.asked, opened=graph.opened)


@once
def seeds(trace: Trace, graph: Graph) -> dict[str, Array]:
    """node id → the gradient that reaches it from what the graph leaves out, and 1 at what is differentiated."""
    folded = folding_of(trace, graph)
    found: dict[str, Array] = {}

    def arrive(node: str, gradient: Array) -> None:
        found[node] = found[node] + gradient if node in found else gradient

    of, moment = trace.of.name, trace.of.t
    share = 1.0 / trace.bindings.batch if trace.programs.system.levels[of] else 1.0
    last = trace.first_ends
    drawn: dict[tuple[str, bool], list[NodeId]] = {}
    for n in graph.nodes:
        drawn.setdefault((n.id.name, n.id.t is not None), []).append(n.id)
    for n in graph.nodes:
        if n.var == of and n.id.t == (moment or n.id.t) and (n.id.t is None or 1 <= n.id.t <= last):
            arrive(n.id, np.full(n.shape, share))
        start = trace.start_of.get(n.id)
        if start is not None and start.time.base == "tau" and last < trace.tau:
            # The loop of a sequence that ends earlier begins at its own end, where the graph of all has a step.
            arrive(n.id, trace.gradient(n.id))
    for here, steps in folded.by_steps(trace.tau):
        passed = edge_gradients(trace, here)
        for e in here.hidden:
            for read in here.node_reads(e):
                for id in drawn.get((read.name, read.time is not None), ()):
                    for t in steps if e.indexed else (None,):
                        part = _sent_by_read(passed, e, read, id.t, t, trace)
                        if part is not None:
                            arrive(id, part)
    return found


def _sent_by_read(
    passed: EdgeGradients, e: Equation, read: Read, s: int | None, t: int | None, trace: Trace
) -> Array | None:
    """What one read of v's equation at t sends to u at s; None where that read does not name s."""
    array = passed.through[e.name, read]
    if read.time is None:
        return array if t is None else np.asarray(array[t - 1])
    if read.time.base == "t" and t is None:
        place = (s or 0) - read.time.offset
        return np.asarray(array[place - 1]) if 1 <= place <= trace.tau else None
    if step_named(read.time, t or 0, trace.tau, trace.first_ends) != s:
        return None
    return array if t is None else np.asarray(array[t - 1])
