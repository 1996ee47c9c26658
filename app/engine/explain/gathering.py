"""`Trace` + a parameter + a step → what that step adds to the parameter's gradient, as one writes it by hand."""

from __future__ import annotations

from dataclasses import replace

from app.engine.execution import Trace, folding_of, parts
from app.engine.explain.derivation import ByHand, term_expression
from app.engine.graph import Edge, Graph, unfold
from app.engine.ir import Adjoint, StartName, once
from app.language import Apply, Equation, Expr, Read, plus, simplify


def part_by_hand(trace: Trace, parameter: str, t: int) -> ByHand:
    """The part of step t: of every equation v = E there, (∂E/∂parameter)ᵀ ∂of/∂v (Goodfellow et al. 2016, 10.26).

    No equation is written where it is too long, and none of a batch, which sums over sequences that are not shown.
    """
    graph = _with_parameters(trace)
    folded = folding_of(trace, graph)
    edges = [e for e in graph.edges if e.source == parameter and _step(graph, e, trace.tau) == t]
    found = [term_expression(folded, trace, edge) for edge in edges]
    written = [expr for expr in found if expr is not None]
    whole = bool(written) and len(written) == len(found) and trace.bindings.batch == 1
    equation = Equation(Adjoint(parameter), True, _plain(simplify(plus(*written)))) if whole else None
    return ByHand(f"{parameter}[{t}]", t, equation, result=parts(trace, parameter)[t - 1])


@once
def _with_parameters(trace: Trace) -> Graph:
    """The cells with each parameter as a node, from which an edge leads to all that it serves."""
    return unfold(trace.recurrence, trace.tau, "cells", trace.of, trace.cuts, "nodes", trace.first_ends)


def _step(graph: Graph, edge: Edge, tau: int) -> int:
    """The step at which what comes along an edge counts: that of a start is the first, that of one value the last."""
    if graph.node(edge.target).start:
        return 1
    return tau if edge.target.t is None else edge.target.t


def _plain(expr: Expr) -> Expr:
    """The same without sums over a batch of one, and with starts as what they are: a variable at a moment."""
    if isinstance(expr, Read) and isinstance(expr.name, Adjoint) and isinstance(expr.name.of, StartName):
        start = expr.name.of
        return Read(Adjoint(start.variable), start.time)
    if not isinstance(expr, Apply):
        return expr
    args = tuple(map(_plain, expr.args))
    return args[0] if expr.op == "sum_b" else replace(expr, args=args)
