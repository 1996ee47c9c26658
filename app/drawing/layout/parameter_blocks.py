"""Parameters that the same nodes read stand in a block: rows of circles whose lines come together in one.

Nine arrows into one state could not be told apart; the one line of their block leads on to each reader.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from app.drawing.geometry import Box, Point
from app.drawing.layout.node_shapes import SMALL, NodeShape, node_shape
from app.engine.graph import Edge, Graph, Node

MOST_APART, MOST_IN_ALL = 3, 8
"""So many parameters of the same readers have an arrow each, and so many that share their readers with others; where
there are more, those of all readers are gathered."""
LONGEST_ROW = 4
GAP = 10.0
"""Between neighbours in a row."""
RISER, STEM, BELOW = 8.0, 15.0, 9.0
"""From where a block's line leaves it down to the line of the first row, on to the circles, from these to the next."""
TRUNK = 8.0
"""From the first circles to the line that brings the lower rows up."""


class BlockStroke(NamedTuple):
    """A stretch of a parameter's way through its block; `joined` are the others that run along it."""

    corners: tuple[Point, ...]
    joined: tuple[str, ...]


@dataclass(frozen=True)
class ParameterBlock:
    """Parameters by their keys, in rows, seen from the middle of the first. Its line leaves it upwards there."""

    rows: tuple[tuple[str, ...], ...]
    radius: float = SMALL
    """Of its circles."""

    @property
    def column(self) -> float:
        """Between the centres of neighbours in a row."""
        return 2 * self.radius + GAP

    @property
    def row(self) -> float:
        """Between the centres of neighbours in a column."""
        return STEM + 2 * self.radius + BELOW

    @cached_property
    def members(self) -> tuple[str, ...]:
        return tuple(key for row in self.rows for key in row)

    @cached_property
    def key(self) -> str:
        """Its own key, which is no node's."""
        return " ".join(self.members)

    @cached_property
    def shape(self) -> NodeShape:
        half = (max(map(len, self.rows)) - 1) * self.column / 2 + self.radius + (TRUNK if len(self.rows) > 1 else 0.0)
        return NodeShape(0.0, Box(-half, -self.radius - STEM - RISER, half, self.radius + self.hangs))

    @property
    def hangs(self) -> float:
        """How far the rows below the first reach."""
        return (len(self.rows) - 1) * self.row

    @property
    def box(self) -> Box:
        return self.shape.bounds

    @cached_property
    def places(self) -> Mapping[str, Point]:
        """The centres of the circles."""
        first = -(max(map(len, self.rows)) - 1) * self.column / 2
        return {
            key: (first + i * self.column, number * self.row)
            for number, row in enumerate(self.rows)
            for i, key in enumerate(row)
        }

    def level(self, row: int) -> float:
        """The height of the line above a row."""
        return row * self.row - self.radius - STEM

    @cached_property
    def carrier(self) -> str:
        """The parameter whose line the others join, and which goes on to the readers: the last one left of the exit."""
        return [key for key in self.rows[0] if self.places[key][0] <= 0.0][-1]

    @cached_property
    def strokes(self) -> Mapping[str, tuple[BlockStroke, ...]]:
        """The way of each parameter to where its line joins another's, that of the carrier to the exit."""
        ways = dict(self._ways())
        passing: dict[Point, tuple[str, ...]] = {}
        found: dict[str, tuple[BlockStroke, ...]] = {}
        for key, points in ways.items():
            found[key] = tuple(_split(points, passing))
            last = found[key][-1]
            passing[points[-1]] = (*passing.get(points[-1], ()), *last.joined, key)
        return found

    def _ways(self) -> Iterator[tuple[str, tuple[Point, ...]]]:
        """The corners of each parameter's way, none before those that join it."""
        for number in range(len(self.rows) - 1, 0, -1):
            up = [(self.box.left, self.level(number)), (self.box.left, self.level(number - 1))]
            if number == 1:
                up.append(self._joint(self.rows[0][0], 0))
            yield from self._along(self.rows[number][::-1], number, up)
        exit = 0.0, self.level(0)
        after = self.rows[0].index(self.carrier) + 1
        yield from self._along(self.rows[0][: after - 1], 0, [self._joint(self.carrier, 0)])
        yield from self._along(self.rows[0][: after - 1 : -1], 0, [exit])
        yield from self._along([self.carrier], 0, [exit, (0.0, self.box.top)])

    def _along(self, keys: Sequence[str], row: int, end: list[Point]) -> Iterator[tuple[str, tuple[Point, ...]]]:
        """Each parameter of a row up to its line and on to where the next one joins, the last one to the end."""
        for key, following in pairwise((*keys, "")):
            x, y = self.places[key]
            on = [self._joint(following, row)] if following else end
            yield key, ((x, y - self.radius), self._joint(key, row), *on)

    def _joint(self, key: str, row: int) -> Point:
        return self.places[key][0], self.level(row)


def _split(points: tuple[Point, ...], passing: Mapping[Point, tuple[str, ...]]) -> Iterator[BlockStroke]:
    """A way in stretches, a new one wherever others join."""
    here, joined = [points[0]], tuple[str, ...]()
    for point in points[1:]:
        if point == here[-1]:
            continue
        here.append(point)
        if point in passing and point != points[-1]:
            yield BlockStroke(tuple(here), joined)
            here, joined = [point], (*joined, *passing[point])
    yield BlockStroke(tuple(here), joined)


def parameter_blocks(graph: Graph, fits: Callable[[Edge], bool]) -> tuple[ParameterBlock, ...]:
    """The blocks of a graph, with the names of parameters as keys; none where each can have its own arrow.

    `fits` says of an edge whether its source could stand in a block; one that could not, stands nowhere in one.
    """
    apart = {graph.by_id[e.source].var for e in graph.edges if not fits(e)}
    several = [names for names in _alike(graph, apart) if len(names) > 1]
    if max(map(len, several), default=0) <= MOST_APART and sum(map(len, several)) <= MOST_IN_ALL:
        return ()
    return tuple(_block(names, graph) for names in several)


def blocks_by_readers(graph: Graph, fits: Callable[[Node], bool]) -> tuple[ParameterBlock, ...]:
    """A block for every set of readers, whatever the number of parameters that have it; of those that fit alone."""
    return tuple(_block(names, graph) for names in _alike(graph, (), fits))


def _alike(graph: Graph, apart: Collection[str], fits: Callable[[Node], bool] = lambda _: True) -> Iterator[list[str]]:
    """The names of parameters, those with the same readers together; without those that stand apart."""
    readers: dict[str, list[object]] = {}
    for edge in graph.edges:
        node = graph.by_id[edge.source]
        if node.kind == "parameter" and fits(node):
            readers.setdefault(node.var, []).append((edge.source.t, edge.target, edge.function, edge.weights))
    alike: dict[tuple[object, ...], list[str]] = {}
    for name, ends in readers.items():
        if name not in apart:
            alike.setdefault(tuple(ends) if len(set(ends)) == len(ends) else (name,), []).append(name)
    yield from alike.values()


def _block(names: Sequence[str], graph: Graph) -> ParameterBlock:
    return ParameterBlock(_in_rows(names, graph), next(node_shape(n).radius for n in graph.nodes if n.var == names[0]))


def _in_rows(names: Sequence[str], graph: Graph) -> tuple[tuple[str, ...], ...]:
    """A row for each index below, as of `b_i, U_i, W_i`, where there are several of each; else rows of equal length."""
    below: dict[str, tuple[str, ...]] = {}
    for name in names:
        index = graph.notation.symbol(name).sub
        below[index] = (*below.get(index, ()), name)
    if len(names) > LONGEST_ROW and all(1 < len(row) <= LONGEST_ROW for row in below.values()):
        return tuple(below.values())
    length = ceil(len(names) / ceil(len(names) / LONGEST_ROW))
    return tuple(tuple(names[i : i + length]) for i in range(0, len(names), length))
