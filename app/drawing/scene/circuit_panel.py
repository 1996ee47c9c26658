"""The circuit of a recurrence at one time step of a run: its nodes show what it computes, and where the cursor is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.drawing.scene.overview_strip import Strips
from app.drawing.scene.panel import Panel, Position
from app.drawing.scene.scales import Numbers, Scales
from app.engine.graph import Graph
from app.language import parse_node


@dataclass(frozen=True)
class StepNumbers:
    """The numbers of one time step, by the nodes of the circuit; `places` are those of the run that they stand for."""

    run: Numbers
    places: Mapping[str, str]

    @property
    def symbols(self) -> Mapping[str, tuple[str, ...]]:
        return self.run.symbols

    @property
    def pictures(self) -> Mapping[str, tuple[int, int]]:
        return self.run.pictures

    def value(self, node: str) -> Any:
        return self.run.value(self.places[node])

    def gradient(self, node: str) -> Any:
        return self.run.gradient(self.places[node])

    def contributions(self, graph: Graph) -> Mapping[str, Any]:
        return {}


@dataclass(frozen=True)
class StepPosition:
    """The cursor of a run on its circuit: what it has reached of one time step."""

    phase: str | None
    at: str | None
    valued: frozenset[str]
    graded: frozenset[str]
    flowed: frozenset[str]
    lit: frozenset[str]


@dataclass(frozen=True)
class CircuitPanel(Panel):
    """A circuit with the numbers of one time step, on the scales of the whole run."""

    run_scales: Scales | None = None

    @cached_property
    def scales(self) -> Scales | None:
        return self.run_scales

    @cached_property
    def strips(self) -> Strips | None:
        return None

    @cached_property
    def waiting(self) -> Mapping[str, str]:
        return {}


def places_of_step(circuit: Graph, run: Graph, place: Position) -> dict[str, str]:
    """The node of a run that each node of its circuit stands for: of the step that the cursor is at, else near it;
    before the pass begins of the first, after it of the last."""
    t = next((n.t for n in run.nodes if n.id == place.at), None)
    moment = t if t is not None else (run.tau or 1) if place.phase else 1
    near = sorted(run.nodes, key=lambda n: (-abs(n.t - moment) if n.t is not None else 0, n.t == moment))
    found = {parse_node(n.id).name: n.id for n in near}
    return {n.id: found[n.id] for n in circuit.nodes if n.id in found}


def edges_of_step(circuit: Graph, run: Graph, places: Mapping[str, str]) -> dict[str, str]:
    """The edge of a run that each edge of its circuit stands for, where the run has one: that which leaves the step."""
    known: dict[tuple[str, str, int], str] = {(e.source, parse_node(e.target).name, e.lag): e.id for e in run.edges}
    found = {e.id: known.get((places[e.source], e.target, e.lag)) for e in circuit.edges}
    return {id: edge for id, edge in found.items() if edge is not None}


def position_of_step(
    circuit: Graph, run: Graph, place: Position, places: Mapping[str, str], edges: Mapping[str, str]
) -> StepPosition:
    """A run's cursor on the circuit."""
    names = {node: name for name, node in places.items()}
    lit = {(parse_node(e.source).name, parse_node(e.target).name, e.lag) for e in run.edges if e.id in place.lit}

    def its(nodes: Iterable[str]) -> frozenset[str]:
        return frozenset(names[node] for node in nodes if node in names)

    return StepPosition(
        place.phase,
        names.get(place.at or ""),
        its(place.valued),
        its(place.graded),
        flowed=frozenset(edge for edge, its_edge in edges.items() if its_edge in place.flowed),
        lit=frozenset(e.id for e in circuit.edges if (e.source, e.target, e.lag) in lit),
    )
