"""`Graph` → the walk through it: every node forward in dependency order, the loss, backward in reverse, the update.

The update is what the pass is for: the parts of each parameter's gradient come together, all parameters move, and the
next forward pass has another loss.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from app.engine.graph.graph import GIVEN, Graph
from app.language import MOVED, AfterUpdate, node_of

Phase = Literal["forward", "backward", "update"]
PHASES: tuple[Phase, ...] = get_args(Phase)
"""In the order of the walk."""


class Step(NamedTuple):
    """A place of the cursor: the phase and the node that is computed, or that the gradient has reached.

    In the update it is the parameter whose gradient comes together, then `theta'`, all parameters as they move, and
    `loss'`, what the next forward pass has.
    """

    phase: Phase
    at: str


@dataclass(frozen=True)
class Cursor:
    """What a place of the cursor shows.

    `valued` and `graded`: the nodes whose value or gradient is reached or there from the start; `flowed`: the edges
    that the gradient has passed; `lit`: the edges into the current node, those by which its gradient arrives, or along
    which the current parameter multiplies; `updated`: the places that the update has come by.
    """

    phase: Phase | None
    at: str | None
    valued: frozenset[str]
    graded: frozenset[str]
    flowed: frozenset[str]
    lit: frozenset[str]
    updated: frozenset[str] = frozenset()

    @property
    def gathered(self) -> frozenset[str]:
        """The parameters whose gradient is together."""
        return frozenset(at for at in self.updated if not isinstance(at, AfterUpdate))


def steps(graph: Graph) -> tuple[Step, ...]:
    """Forward through the drawn nodes, then the loss, then backward through the computed ones, then the update.

    Starts outside the run and parameters are there from the beginning and are not walked, but for the starts that are
    made of something computed.
    """
    tau, made = graph.tau or 0, made_starts(graph)
    walked = [
        n for n in graph.nodes if n.kind != "parameter" and (n.id.t is None or 1 <= n.id.t <= tau or n.id in made)
    ]
    computed = [n.id for n in walked if n.kind not in GIVEN]
    forward = [n.id for n in walked]
    if graph.pooled:
        forward.append(node_of(graph.pooled, None))
    update = (*graph.gathering, *((MOVED, AfterUpdate(graph.of)) if graph.trained else ()))
    places: dict[Phase, Iterable[str]] = {"forward": forward, "backward": reversed(computed), "update": update}
    return tuple(Step(phase, at) for phase in PHASES for at in places[phase])


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
    if phase == "update":
        lit = frozenset(e.id for e in graph.edges if not e.cut and at in (*e.params, e.source.variable))
        back = cursor(graph, "backward", None)
        return Cursor(phase, at, every, back.graded, back.flowed, lit, done)
    waiting = {e.source for e in graph.edges if e.target not in done}
    graded = done | (starts - waiting)
    whole = [e for e in graph.edges if not e.cut]
    flowed = frozenset(e.id for e in whole if e.target in done and e.source in graded)
    return Cursor(phase, at, every, graded, flowed, frozenset(e.id for e in whole if e.source == at))
