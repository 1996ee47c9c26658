"""The wires of a step at the detail `gates` as they are drawn: stretches between forks, with what flows along each."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import copysign, sqrt

from app.drawing.geometry import Point
from app.drawing.layout.gate_places import DELAY
from app.drawing.layout.gate_step import Pair, is_port
from app.drawing.layout.gate_wiring import GateWiring
from app.drawing.layout.wire_grid import GridSpot, between, corners

LINE_STRENGTH, RAIL_STRENGTH = 2.0, 0.85
"""How strong a state's line is drawn beside other wires, and what runs to layers from below."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a wire from corner to corner, in points, and the pairs of nodes whose wires share it."""

    points: tuple[Point, ...]
    pairs: tuple[Pair, ...]
    head: bool = False


@dataclass(frozen=True, slots=True)
class TemplateWire:
    """What is drawn of a pair's wire: its own stretches, where it branches off, whether it begins on another's.

    `strength`: how much stronger than usual it is drawn; `tree`: what all that it may begin on is called.
    """

    stretches: tuple[Stretch, ...]
    dots: tuple[Point, ...] = ()
    branch: bool = False
    strength: float = 1.0
    tree: str = ""


class WireDrawing:
    """Cuts the wires that were found into stretches."""

    def __init__(self, wiring: GateWiring) -> None:
        self.wiring, self.places, self.step = wiring, wiring.places, wiring.step

    def wires(self) -> dict[Pair, TemplateWire]:
        """Each pair's own stretches, cut where others branch off, with the pairs that share each."""
        drawn: dict[Pair, TemplateWire] = {}
        for net in self.wiring.all_nets:
            tree = self.wiring.grid.trees[net.name]
            routes = {
                pair: way for pair, (name, way) in self.wiring.found.items() if name == net.name and pair in net.pairs
            }
            end_of = {pair[1]: way[-1] for pair, way in routes.items()}
            starts = {source: [self.wiring.joints[source][1][0]] for source in net.sources[1:]}
            uses: dict[frozenset[GridSpot], list[Pair]] = {}
            for pair in sorted(net.pairs, key=lambda pair: self.step.own.get(pair[1]) != pair[0]):
                way = between(tree, starts.get(pair[0], tree.roots), end_of[pair[1]])
                for one, two in zip(way[1:], way[:-1], strict=True):
                    shared = uses.setdefault(frozenset((one, two)), [])
                    if not any(self.step.own.get(other[1]) == other[0] for other in shared):
                        shared.append(pair)  # What makes a state carries all that is read of it.
            forks = {spot for spot, ways in tree.spots.items() if len(ways) > (1 if spot in tree.roots else 2)}
            lone = {k: self.wiring.joints[k][1][-1] for k in net.sources[1:] if self.wiring.may_lack(k)}
            done = {*lone.values()}
            """The forks that are marked, or that those mark which join there and some step has not."""
            for pair, way in routes.items():
                begins = way[0] in tree.roots and self.leaves(pair[0], way[0])
                drawn[pair] = replace(self.own_wire(pair, way, uses, forks, done, not begins), tree=net.name)
            for source in net.sources[1:]:
                way = self.wiring.joints[source][1]
                done.discard(lone.get(source, way[0]))
                own = [pair for pair in net.pairs if pair[0] == source]
                drawn[own[0]] = self.own_wire((source, ""), way, uses, forks, done, False)
                drawn |= {pair: TemplateWire((), branch=True) for pair in own[1:]}
        return drawn

    def leaves(self, key: str, spot: GridSpot) -> bool:
        """Whether a wire that begins there begins at a node itself, not where that of the part that makes it does."""
        return is_port(key) or any(gate.spot == spot for gate in self.wiring.exits(key))

    def own_wire(
        self,
        pair: Pair,
        way: list[GridSpot],
        uses: Mapping[frozenset[GridSpot], list[Pair]],
        forks: set[GridSpot],
        done: set[GridSpot],
        branch: bool,
    ) -> TemplateWire:
        """The stretches of a way between forks and changes of what it carries; dots at forks not yet marked."""
        cuts = [0, *(i for i in range(1, len(way) - 1) if way[i] in forks), len(way) - 1]
        stretches = []
        for low, high in itertools.pairwise(cuts):
            piece = way[low : high + 1]
            points = [self.places.axes.point(p) for p in piece]
            if low == 0 and not branch and not is_port(pair[0]):
                points.insert(0, self.touching(pair[0], points[0]))
            last = high == len(way) - 1 and pair[1] in self.step.nodes
            if last:
                points.append(self.touching(pair[1], points[-1]))
            points = corners(points)
            pairs = uses.get(frozenset(piece[:2]), [pair]) if len(piece) > 1 else [pair]
            stretches.append(Stretch(tuple(points), tuple(pairs), last))
        here = [way[i] for i in range(len(way)) if way[i] in forks and way[i] not in done]
        done.update(here)
        return TemplateWire(tuple(stretches), tuple(map(self.places.axes.point, here)), branch, self.strength(pair))

    def strength(self, pair: Pair) -> float:
        """A state's line is strong, what brings states and data to layers is thin."""
        if all(key not in self.step.nodes or key in self.step.own or self.step.is_on_line(key) for key in pair if key):
            return LINE_STRENGTH if self.places.is_level(pair) else 1.0
        into_a_part = self.step.is_part(pair[1] or self.step.first_reader(pair[0]))
        return RAIL_STRENGTH if into_a_part and not self.step.is_part(pair[0]) else 1.0

    def touching(self, key: str, at: Point) -> Point:
        """The end of a wire led on to the outline of its node; to the middle of a square, under which wires meet."""
        (cx, cy), shape = self.places.axes.point(self.places.spots[key]), self.places.shapes[key]
        if shape is DELAY:
            return cx, cy
        (x, y), bounds, radius = at, shape.bounds, shape.radius
        if abs(x - cx) < radius and x != cx:
            return x, cy + copysign(sqrt(radius**2 - (x - cx) ** 2), y - cy)
        if abs(y - cy) < radius and y != cy:
            return cx + copysign(sqrt(radius**2 - (y - cy) ** 2), x - cx), y
        if not bounds.left <= x - cx <= bounds.right:
            return cx + (bounds.right if x > cx else bounds.left), y
        return x, cy + (bounds.bottom if y > cy else bounds.top)
