"""The graph of a recurrence: nodes and edges with stable ids, before any number and any position.

`Recurrence` in (`unfold`, `fold`), `Graph` out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, NamedTuple, get_args

from app.engine.graph.cell_parts import CellPart
from app.language import Expr, NodeId
from app.language.typeset import USUAL_NOTATION, Notation

NodeKind = Literal["input", "state", "output", "loss", "target", "parameter", "operation"]
GIVEN: tuple[NodeKind, ...] = ("input", "target", "parameter")
"""The kinds of node that are there for what reads them: nothing computes them."""
Detail = Literal["states", "cells", "gates", "operations"]
DETAILS: tuple[Detail, ...] = get_args(Detail)
"""From what shows least to what shows most."""
Opened = tuple[tuple[int, Detail], ...]
"""The steps that are drawn at another detail than the others, and which."""
Parameters = Literal["arrows", "nodes", "copies"]
"""How parameters are shown: written on arrows, each as one node, or as a node for each step (Goodfellow et al. 2016,
equation 10.26)."""


class Node(NamedTuple):
    """A variable at a step. In the folded graph (the circuit) t is None and the id is the bare name.

    `start` marks what is given before the recurrence runs (`h[0]`) or, for one that runs from the end, after it.
    At `operations`, and of a part of a cell: `op` is the operation that computes it and `sign` how a figure writes
    that; `group` is the box of the call of a function that it stands in. At `gates`: `part` is what it is within its
    cell. `letters`: the least em of what a figure writes in its box, which has room for it; `up`: whether what it is
    made of comes in from the left, as where time runs up.
    """

    id: NodeId
    label: str
    tex: str
    var: str
    t: int | None
    kind: NodeKind
    shape: tuple[int, ...]
    start: bool = False
    op: str = ""
    sign: str = ""
    group: str = ""
    part: CellPart | None = None
    letters: float = 0.0
    up: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One call of a function of the text: a box around its operations, in the box `parent` or in none."""

    id: str
    label: str
    parent: str = ""


class Edge(NamedTuple):
    """Everything that flows from one node into another in one step of computation.

    `params`: the matrices and parameters that multiply along it; `weights`: what a figure writes of them;
    `lag`: target's step minus source's;
    `function`: the function's name, at detail `states`; `cut`: truncation lets no gradient pass.
    """

    id: str
    source: NodeId
    target: NodeId
    params: tuple[str, ...] = ()
    weights: tuple[Expr, ...] = ()
    lag: int = 0
    function: str = ""
    cut: bool = False


def groups_around(nodes: Iterable[Node], groups: Sequence[Group]) -> tuple[Group, ...]:
    """The boxes that hold a node, with those around them; `groups` has outer ones before those in them."""
    used = {node.group for node in nodes}
    for group in reversed(groups):
        if group.id in used:
            used.add(group.parent)
    return tuple(group for group in groups if group.id in used)


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in dependency order (ties by t), edges in the order of their targets."""

    detail: Detail
    tau: int | None
    """None for the folded graph."""
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    rows: tuple[str, ...] = field(default=())
    """The drawn variables, bottom row first."""
    ranks: dict[str, int] = field(default_factory=dict)
    """Rank of every name that a label may show (0 scalar, 1 vector, 2 matrix)."""
    pooled: str = ""
    """The loss, where the picture leaves the final pooling out."""
    parameters: Parameters = "arrows"
    groups: tuple[Group, ...] = ()
    notation: Notation = USUAL_NOTATION
    """How its names are written, wherever they are."""
    of: str = ""
    """What is differentiated."""
    gathering: tuple[str, ...] = ()
    """The parameters, whose gradients are gathered once the pass has come back, in the order of the text."""
    trained: bool = False
    """Whether training moves some of them."""
    uses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The nodes whose equation reads a parameter, by the parameter."""
    sequences: frozenset[str] = frozenset()
    """The names that have a value at every step."""
    opened: Opened = ()
    """The steps that are at another detail."""
    asked: Parameters | None = None
    """How parameters were asked to be shown, which opened steps go by."""
    crowded: bool = False
    """Whether it would stand in rows and columns, and more lines pass others' than there is a way for between their
    nodes."""
    passing: int = 0
    """The most kinds of lines into one variable, or out of one, that do so."""

    def part(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> Graph:
        """These nodes and edges of it alone, with the boxes that still hold a node."""
        kept = tuple(nodes)
        return replace(self, nodes=kept, edges=tuple(edges), groups=groups_around(kept, self.groups))

    @cached_property
    def wired(self) -> bool:
        """Whether lines are wires between cells: where operations, parts of cells or parameters are nodes at some step,
        and where rows and columns have no room for all lines."""
        return self.in_cells or self.crowded

    @cached_property
    def in_cells(self) -> bool:
        """Whether operations, parts of cells or parameters are nodes at some step: these stand in no rows."""
        return self.has_operations or self.has_parts or self.parameters != "arrows"

    @cached_property
    def has_operations(self) -> bool:
        """Whether operations are nodes, at some step."""
        return "operations" in (self.detail, *(detail for _, detail in self.opened))

    def detail_at(self, t: int | None) -> Detail:
        """The detail of a step, or of what has none."""
        return next((detail for step, detail in self.opened if step == t), self.detail) if self.opened else self.detail

    @cached_property
    def has_parts(self) -> bool:
        """Whether nodes are parts of cells."""
        return any(n.part is not None for n in self.nodes)

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Every node by its id."""
        return {n.id: n for n in self.nodes}

    def node(self, id: str) -> Node:
        return self.by_id[id]

    def step_of(self, node: Node) -> str:
        """What is written as the step of a node. In the circuit that is t where one value has the same symbol, as the
        sum L of all L(t)."""
        if node.id != node.var:
            return str(node.t)
        return "t" if node.var in self.sequences and self.notation.plain(node.var) in self._lone_symbols else ""

    @cached_property
    def _lone_symbols(self) -> frozenset[str]:
        """The symbols of what has one value in the circuit."""
        lone = (n.var for n in self.nodes if n.kind != "operation" and n.var not in self.sequences)
        return frozenset(map(self.notation.plain, lone)) if self.tau is None else frozenset()
