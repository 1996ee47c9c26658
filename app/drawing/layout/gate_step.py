"""A step at the detail `gates` by the keys of its nodes: what reads what, and what part makes what a circle shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from app.drawing.layout.gate_axes import GateAxes
from app.drawing.layout.parameter_blocks import ParameterBlock
from app.engine.graph import Edge, Graph, Node

Pair = tuple[str, str]
"""The keys of an edge's ends."""
ELSEWHERE = "@"
"""How the key of what comes in from elsewhere begins: the name of its source follows."""
LOW = "@^"
"""How that of what comes in by the lower edge begins."""
OUT = ELSEWHERE
"""The key of what leaves a step for elsewhere, as a target. No name follows: no variable has such a key."""


def key_before(key: str, lag: int) -> str:
    """The key of what a step reads from `lag` steps before."""
    return f"{key}:{lag}"


def is_port(key: str) -> bool:
    """Whether a key is of no node, but of a place in the upper edge of a step, or the lower."""
    return key.startswith(ELSEWHERE)


def is_low_port(key: str) -> bool:
    """Whether it is one in the lower edge, for data that every step reads: like a step's own it comes from below."""
    return key.startswith(LOW)


class CircleRows(NamedTuple):
    """Where circles stand beside the cells of a step: in which of its two columns, 1 the one on the right, and row;
    and the rows from the highest frame to the lowest. A step without parts that stands beside it has them there too.
    """

    circles: tuple[tuple[str, int, int], ...]
    top: int
    bottom: int
    edges: tuple[int, int]
    """The rows of its upper edge and its lower, where wires from and to elsewhere cross them."""
    lent: tuple[tuple[str, int, int], ...] = ()
    """What the next step reads too, as data: how far before the right column, and in which row."""
    aside: bool = False
    """Whether what it reads stands left of its circles in any case."""


class CannotPlace(Exception):
    """A graph that no template is made for; says what has no place."""


class NoWay(CannotPlace):
    """Nodes that stand too close for the wires between them; says which wire has no way."""


class NoRoom(NoWay):
    """Layers that read more than has room at them; says how much."""


class NoInlet(NoWay):
    """Layers that stand too close for all that comes in at one from below; says which wire has no way."""


class TooManyWires(NoWay):
    """Wires whose ways take too long to find, wherever their nodes stand."""


class GateStep:
    """The nodes of a step by key, and its edges by the keys of their ends; `labels` makes what is written larger."""

    def __init__(
        self,
        graph: Graph,
        nodes: Mapping[str, Node],
        edges: Mapping[Pair, Edge],
        labels: float,
        axes: GateAxes,
        blocks: Mapping[str, ParameterBlock],
        rows: CircleRows | None = None,
        joined: bool = False,
    ) -> None:
        """`joined`: whether the steps beside it may be others."""
        self.graph, self.nodes, self.edges, self.labels, self.axes = graph, nodes, edges, labels, axes
        self.blocks, self.rows, self.joined = blocks, rows, joined
        self.reads: dict[str, list[str]] = {key: [] for key in nodes}
        for source, target in edges:
            if target in nodes:
                self.reads[target].append(source)
        self.own = {t: s for s, t in edges if self.is_part(s) and not self.is_part(t) and self.owns(s, t)}
        """For what a circle shows, the part that makes it."""

    def base(self, key: str) -> str:
        """The key of a step's own node for what another step has of it."""
        return key if key in self.nodes else key.rpartition(":")[0]

    def is_part(self, key: str) -> bool:
        return key in self.nodes and self.nodes[key].part is not None

    def owns(self, source: str, target: str) -> bool:
        """Whether a part makes what a circle shows."""
        return self.nodes[source].id.variable == target and self.reads[target] == [source]

    def is_delay(self, key: str) -> bool:
        """Whether a key is of a square of the circuit, where what was some steps before comes in from behind."""
        return self.graph.tau is None and key not in self.nodes and not is_port(key)

    def form(self, key: str) -> str:
        part = self.nodes[key].part if key in self.nodes else None
        return part.form if part is not None else ""

    def is_on_line(self, key: str) -> bool:
        part = self.nodes[key].part
        return part.line != "" if part is not None else key in self.own

    @property
    def is_aside(self) -> bool:
        """Whether all that a step without parts reads stands left of its circles."""
        return self.rows is not None and self.rows.aside

    def is_along(self, key: str) -> bool:
        """Whether a level wire from or to it runs along time: on a state's line, and in a step without parts always."""
        return key not in self.nodes or self.rows is not None or self.is_on_line(key)

    def hangs(self, key: str) -> bool:
        return bool(self.reads[key]) and all(s in self.own and self.is_on_line(s) for s in self.reads[key])

    def first_reader(self, key: str) -> str:
        return next(t for s, t in self.edges if s == key)
