"""`Recurrence` → a state written out: f applied again and again, back to where the recurrence starts.

Goodfellow et al. (2016), equations 10.2 to 10.7: s(3) = f(f(s(1); θ); θ), h(t) = g(t)(x(t), …, x(1)).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.graph.fold import folding
from app.language import Equation, NodeId, Read, Recurrence, node_id, parse_node, reads


@dataclass(frozen=True)
class Application:
    """One use of f: the state that it makes, and the data that comes in beside the state before."""

    node: NodeId
    inputs: tuple[NodeId, ...]


@dataclass(frozen=True)
class Nested:
    """A state as f(f(…)): the applications, the last one first, and the state that the first one reads."""

    function: str
    applications: tuple[Application, ...]
    start: str
    shared: bool
    """Whether f has parameters: the same at every step."""


def nested(recurrence: Recurrence, node: str, tau: int) -> Nested | None:
    """A state of a recurrence that has one state alone and reads it one step back; else None."""
    folded = folding(recurrence, "states")
    name, t = parse_node(node).name, parse_node(node).t
    if folded.detail != "states" or [e.name for e in folded.drawn] != [name] or t is None:
        return None
    equation = folded.drawn[0]
    lags = {r.time.offset for r in _reads_of_itself(equation) if r.time is not None and r.time.base == "t"}
    if lags != {-1} or any(r.time is None or r.time.base != "t" for r in _reads_of_itself(equation)):
        return None
    begun = [s.time.at(0, tau) for s in recurrence.starts if s.name == name]
    first = max((s for s in begun if s <= t), default=0)
    made = tuple(Application(node_id(name, s), _inputs(recurrence, equation, s, tau)) for s in range(t, first, -1))
    shared = any(r.name in recurrence.names("parameter") for r in reads(equation.expr))
    return Nested(folded.functions.get(name) or "f", made, node_id(name, first), shared) if made else None


def _reads_of_itself(e: Equation) -> list[Read]:
    return [r for r in reads(e.expr) if r.name == e.name]


def _inputs(recurrence: Recurrence, e: Equation, t: int, tau: int) -> tuple[NodeId, ...]:
    """The data that a step reads; what lies before the first step is zero and no node."""
    given = recurrence.names("given")
    found = dict.fromkeys(r for r in reads(e.expr) if r.name in given)
    steps = [(r.name, None if r.time is None else r.time.at(t, tau)) for r in found]
    return tuple(node_id(name, s) for name, s in steps if s is None or 1 <= s <= tau)


__all__ = ["Application", "Nested", "nested"]
