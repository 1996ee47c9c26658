"""`Trace` + a place of the cursor → what a student would write down there.

Forward: the node's equation, folded variables put in. Backward: what arrives, term by term, and their sum
(Goodfellow et al. 2016, equations 10.18 to 10.21), each term an expression of the language with its number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.arrays import Array
from app.engine.execution import Trace, contributions, folding_of, seeds, stopped
from app.engine.graph import Edge, Folded, Graph, Phase, sources
from app.engine.ir import BATCH, SEQUENCE, Adjoint, Occurrence, StartName, pullback, written_length
from app.language import (
    NOW,
    Apply,
    Condition,
    Equation,
    Expr,
    NodeId,
    Number,
    Read,
    Start,
    Time,
    is_operation,
    node_id,
    parse_node,
    plus,
    shift,
    simplify,
    substitute,
)

ZERO, ONE = Number(0.0, "0"), Number(1.0, "1")
FoldedRead = tuple[Folded, Equation, Read]
"""A read of an equation, as a folding has it."""
LONGEST = 4_000
"""So many operations are written of one term: more are not read, and take seconds to typeset with their numbers."""


@dataclass(frozen=True)
class Term:
    """One thing that arrives at a node: along an edge, or (edge None) from what the picture leaves out."""

    edge: Edge | None
    through: str
    """The node it comes through, or the objective."""
    expr: Expr | None
    """∂/∂node of that node's equation, at the node's own step; None where it is too long to be written."""
    gradient: Array
    begins: bool = False
    """Whether it is the 1 with which the pass begins, which no expression is written for."""


@dataclass(frozen=True)
class ByHand:
    """The equation to be written down at a node and the step t it is written for; `terms` in the backward pass."""

    node: str
    t: int | None
    equation: Equation | Start | None
    """Forward the node's equation, backward its adjoint's; None where the node is given, or a term is not written."""
    terms: tuple[Term, ...] = ()
    lost: tuple[Term, ...] = ()
    """What would arrive too, were it not cut off by truncation."""
    result: Array | None = None
    inner: Mapping[str, Expr] = field(default_factory=dict)
    """What each operation within an equation is, since it has a name for the program alone."""
    begun: Mapping[NodeId, str] = field(default_factory=dict)
    """What the nodes of operations of starts are called there."""


def by_hand(trace: Trace, graph: Graph, phase: Phase, at: str) -> ByHand:
    """What is computed at a step of the cursor, as an equation and, backward, as terms that sum to the gradient."""
    folded, at = folding_of(trace, graph), parse_node(at)
    (name, t), inner = folded.name_at(at, trace.tau), folded.inner_results_at(at.t)
    begun = folded.operations_of_starts(trace.tau)
    if phase == "forward":
        made = _forward_equation(folded.at(t), name, at, graph)
        return ByHand(at, t, made, result=trace.value(at), inner=inner, begun=begun)
    terms, lost = tuple(_arriving_terms(trace, graph, folded, at)), tuple(_lost(trace, graph, folded, at))
    written = [term.expr for term in terms if not term.begins]
    exprs = [expr for expr in written if expr is not None]
    total = simplify(plus(*exprs)) if exprs else ONE if any(term.begins for term in terms) else ZERO
    equation = Equation(Adjoint(name), t is not None, total) if len(exprs) == len(written) else None
    return ByHand(at, t, equation, terms, lost, trace.gradient(at), inner, begun)


def _forward_equation(folded: Folded, name: str, at: str, graph: Graph) -> Equation | Start | None:
    if not is_operation(name) and any(n.id == at and n.start for n in graph.nodes):
        return next((s for s in folded.recurrence.starts if node_id(s.name, s.time.at(0, graph.tau or 0)) == at), None)
    found = next((e for e in (*folded.drawn, *folded.hidden, *folded.starts) if e.name == name), None)
    return found and _with_its_operations(found, folded.inner_results)


def _with_its_operations(e: Equation, inner: Mapping[str, Expr]) -> Equation:
    """What only shows the result of its outermost operation, as a circle at gates does, is written out to be worked."""
    return replace(e, expr=_written_out(e.expr, inner)) if isinstance(e.expr, Read) else e


def _written_out(expr: Expr, inner: Mapping[str, Expr]) -> Expr:
    return substitute(expr, lambda read: _written_out(inner[read.name], inner) if read.name in inner else read)


def _arriving_terms(trace: Trace, graph: Graph, folded: Folded, at: NodeId) -> list[Term]:
    name, t = folded.name_at(at, trace.tau)
    along, rest = contributions(trace, graph), seeds(trace, graph)
    edges = (edge for edge in graph.edges if edge.source == at and not edge.cut)
    terms = [_term(trace, folded, edge, along[edge.id]) for edge in edges]
    if at in rest:
        through = _left_out(folded, trace, name, t)
        expr = _sum_of_pulled(through, trace) if through else None
        terms.insert(0, Term(None, trace.of, expr, rest[at], begins=not through))
    return terms


def _lost(trace: Trace, graph: Graph, folded: Folded, at: str) -> list[Term]:
    """What truncation holds back; what stands within `stop` sends nothing that could be lost."""
    cut = (edge for edge in graph.edges if edge.source == at and edge.cut)
    terms = [_term(trace, folded, edge, stopped(trace, graph)[edge.id]) for edge in cut]
    return [term for term in terms if term.expr != ZERO]


def _term(trace: Trace, folded: Folded, edge: Edge, gradient: Array) -> Term:
    return Term(edge, edge.target, term_expression(folded, trace, edge), gradient)


def term_expression(folded: Folded, trace: Trace, edge: Edge) -> Expr | None:
    """(∂E/∂occurrence)ᵀ ∂of/∂v for all the reads that this edge stands for, seen from the source's step."""
    (e, t), ends = folded.equation_at(edge.target, trace.tau), (trace.tau, trace.first_ends)
    here, (source, step) = folded.at(t), folded.name_at(edge.source, trace.tau)
    read = [r for r in here.node_reads(e) if r.name == source]
    found = [r for r in read if step in sources(r, e, t, *ends)]
    return _sum_of_pulled([(here, e, r) for r in found], trace, t)


def _sum_of_pulled(found: Sequence[FoldedRead], trace: Trace, t: int | None = None) -> Expr | None:
    """What comes through these reads of equations, of one at step t if it is named; None if too long to be written."""
    terms = [_pulled(folded, trace, e, r, t) for folded, e, r in found]
    written = [term for term in terms if term is not None]
    return simplify(plus(*written)) if len(written) == len(terms) else None


def _left_out(folded: Folded, trace: Trace, name: str, t: int | None) -> list[FoldedRead]:
    """The reads of equations that are not drawn; none for the seed itself."""
    ends = trace.tau, trace.first_ends
    return [
        (here, e, r)
        for here, steps in folded.by_steps(trace.tau)
        for e in here.hidden
        for r in here.node_reads(e)
        if r.name == name and (not e.indexed or not folded.opened or any(t in sources(r, e, s, *ends) for s in steps))
        if t in sources(r, e, None, *ends)
    ]


def _pulled(folded: Folded, trace: Trace, e: Equation, read: Read, t: int | None) -> Expr | None:
    scope = trace.programs.backward.extended("~")
    for name, shape in folded.shapes.items():
        scope.declare(name, shape, SEQUENCE if folded.is_sequence(name) else BATCH)
    sequence = e.indexed or (read.time is not None and read.time.base == "t")
    here = Read(Occurrence(read.name, 0, e.name), NOW if sequence else None)
    scope.declare(here.name, scope.shapes[read.name], SEQUENCE if sequence else scope.levels[read.name])
    scope.declare_like(Adjoint(e.name), e.name)
    one = substitute(e.expr, lambda r: here if Read(r.name, r.time) == read else r)
    if written_length(scope, [replace(e, expr=one)], here.name) > LONGEST:
        return None
    expr = plus(*pullback(scope, replace(e, expr=one), here.name))
    expr = _by_folded_names(substitute(expr, lambda r: read if r.name == here.name else _of_variable(r)), folded)
    if read.time is not None and read.time.base == "t":
        return shift(expr, -read.time.offset)
    if not e.indexed:
        return expr
    return Apply("sum_t", (expr,)) if t is None else _at_step(expr, t, trace.tau)


def _at_step(expr: Expr, t: int, tau: int) -> Expr:
    """An expression of step t, for whoever is at another one: steps read a moment each at their own."""
    match expr:
        case Condition(time):
            return ONE if time.at(0, tau) == t else ZERO
        case Read(name, Time("t", offset)):
            return Read(name, Time("", t + offset))
        case Apply(_, args):
            return replace(expr, args=tuple(_at_step(each, t, tau) for each in args))
    return expr


def _of_variable(read: Read) -> Read:
    """The gradient at a start that the text sets is that of its variable at that moment."""
    of = read.name.of if isinstance(read.name, Adjoint) else None
    return Read(Adjoint(of.variable), of.time) if isinstance(of, StartName) else read


def _by_folded_names(expr: Expr, folded: Folded) -> Expr:
    """Write a folded variable by its name where its whole right side stands."""
    for name, right in folded.inside.items():
        if expr == right:
            return Read(name, NOW)
    return (
        replace(expr, args=tuple(_by_folded_names(a, folded) for a in expr.args)) if isinstance(expr, Apply) else expr
    )
