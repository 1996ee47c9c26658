"""`Graph` → the walk through it: every node forward in dependency order, the loss, then backward in reverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.engine.graph.graph import GIVEN, Graph
from app.language import node_of

Phase = Literal["forward", "backward"]


class Step(NamedTuple):
    """A place of the cursor: the phase and the node that is computed, or that the gradient has reached."""

    phase: Phase
    at: str


@dataclass(frozen=True)
class Cursor:
    """What a place of the cursor shows.

    `valued` and `graded`: the nodes whose value or gradient is reached or there from the start; `flowed`: the edges
    that the gradient has passed; `lit`: the edges into the current node, or those by which its gradient arrives.
    """

    phase: Phase | None
    at: str | None
    valued: frozenset[str]
    graded: frozenset[str]
    flowed: frozenset[str]
    lit: frozenset[str]


def steps(graph: Graph) -> tuple[Step, ...]:
    """Forward through the drawn nodes, then the loss, then backward through the computed ones.

    Starts outside the run and parameters are there from the beginning and are not walked, but for the starts that are
    made of something computed.
    """
    tau, made = graph.tau or 0, made_starts(graph)
    inside = [n.id for n in graph.nodes if n.id.t is None or 1 <= n.id.t <= tau]
    walked = [n for n in graph.nodes if n.kind != "parameter" and n.id in made.union(inside)]
    computed = [n.id for n in walked if n.kind not in GIVEN]
    forward = [n.id for n in walked]
    if graph.pooled:
        forward.append(node_of(graph.pooled, None))
    return (*(Step("forward", at) for at in forward), *(Step("backward", at) for at in reversed(computed)))


def made_starts(graph: Graph) -> frozenset[str]:
    """The starts, and operations within them, that something computed leads to: their value comes after it."""
    sources: dict[str, list[str]] = {}
    for e in graph.edges:
        sources.setdefault(e.target, []).append(e.source)
    made: set[str] = set()
    after = {n.id for n in graph.nodes if not n.start and n.kind not in GIVEN}
    for n in graph.nodes:
        if n.start and not after.isdisjoint(sources.get(n.id, ())):
            made.add(n.id)
            after.add(n.id)
    return frozenset(made)


def cursor(graph: Graph, phase: Phase | None, at: str | None) -> Cursor:
    """The state of the picture at a place; without `at` the phase is complete. `at` is a step's node.

    What nothing computes has its value from the beginning, before any phase too.
    """
    every = frozenset(n.id for n in graph.nodes)
    none: frozenset[str] = frozenset()
    starts = frozenset(n.id for n in graph.nodes if n.start or n.kind == "parameter") - made_starts(graph)
    given = starts.union(n.id for n in graph.nodes if n.kind in GIVEN)
    if phase is None:
        return Cursor(None, None, given, none, none, none)
    places = [s.at for s in steps(graph) if s.phase == phase]
    done = frozenset(places if at is None else places[: places.index(at) + 1])
    if phase == "forward":
        lit = frozenset(e.id for e in graph.edges if e.target == at)
        return Cursor(phase, at, given | done if at is not None else every, none, none, lit)
    waiting = {e.source for e in graph.edges if e.target not in done}
    graded = done | (starts - waiting)
    whole = [e for e in graph.edges if not e.cut]
    flowed = frozenset(e.id for e in whole if e.target in done and e.source in graded)
    return Cursor(phase, at, every, graded, flowed, frozenset(e.id for e in whole if e.source == at))
