"""`Graph` → the walk through it: every node forward in dependency order, the loss, then backward in reverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.engine.graph import Graph

Phase = Literal["forward", "backward"]
GIVEN = ("input", "target", "parameter")
"""The kinds of node that nothing computes."""


@dataclass(frozen=True, slots=True)
class Step:
    """A place of the cursor: the phase and the node that is computed, or that the gradient has reached."""

    phase: Phase
    at: str


@dataclass(frozen=True)
class Cursor:
    """What a place of the cursor shows.

    `valued` and `graded`: the nodes whose value or gradient is reached; `flowed`: the edges that the gradient has
    passed; `lit`: the edges into the current node, or those by which its gradient arrives.
    """

    phase: Phase | None
    at: str | None
    valued: frozenset[str]
    graded: frozenset[str]
    flowed: frozenset[str]
    lit: frozenset[str]


def steps(graph: Graph) -> tuple[Step, ...]:
    """Forward through the drawn nodes, then the loss, then backward through the computed ones.

    Starts outside the run are there from the beginning and are not walked.
    """
    tau = graph.tau or 0
    walked = [n for n in graph.nodes if n.t is None or 1 <= n.t <= tau]
    computed = [n.id for n in walked if n.kind not in GIVEN]
    forward = [n.id for n in walked]
    if graph.pooled:
        forward.append(graph.pooled)
    return (*(Step("forward", at) for at in forward), *(Step("backward", at) for at in reversed(computed)))


def cursor(graph: Graph, phase: Phase | None, at: str | None) -> Cursor:
    """The state of the picture at a place; without `at` the phase is complete. `at` is a step's node."""
    every = frozenset(n.id for n in graph.nodes)
    edges = frozenset(e.id for e in graph.edges)
    none: frozenset[str] = frozenset()
    if phase is None:
        return Cursor(None, None, none, none, none, none)
    order = steps(graph)
    places = [s.at for s in order if s.phase == phase]
    done = places[: places.index(at) + 1] if at is not None else places
    starts = [n.id for n in graph.nodes if n.start]
    if phase == "forward":
        lit = frozenset(e.id for e in graph.edges if e.target == at)
        valued = frozenset((*starts, *done)) if at is not None else every
        return Cursor(phase, at, valued, none, none, lit)
    passed = frozenset(done)
    flowed = edges if at is None else frozenset(e.id for e in graph.edges if e.target in passed)
    arrived = frozenset(e.id for e in graph.edges if e.source == at)
    return Cursor(phase, at, every, _graded(graph, passed) if at is not None else every, flowed, arrived)


def _graded(graph: Graph, passed: frozenset[str]) -> frozenset[str]:
    """The nodes whose whole gradient is known: those walked, and data and starts once all they feed was walked."""
    waiting = {e.source for e in graph.edges if e.target not in passed}
    computed = {e.target for e in graph.edges}
    return passed | {n.id for n in graph.nodes if n.id not in waiting and n.id not in computed}
