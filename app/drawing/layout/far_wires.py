"""Wires between steps that do not stand beside each other, and from and to what has no step: over the top of all steps,
from data that every step reads below them.

What leaves a step crosses its upper edge, runs along a track above, and comes in through the upper edge of another;
what has no step of its own stands above the tracks. All is found in the plane of the grid, and turned as it is drawn.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from math import sqrt

from app.drawing.geometry import Point, shifted
from app.drawing.layout.cell import wired
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.edge_labels import LabelBlock, PlacedLabel, label_on
from app.drawing.layout.gate_axes import GateAxes
from app.drawing.layout.gate_parameters import GateParameters, block_shape
from app.drawing.layout.gate_starts import StartLanes, are_neighbours
from app.drawing.layout.gate_step import ELSEWHERE, LOW, OUT, is_low_port
from app.drawing.layout.gate_template import GateTemplate
from app.drawing.layout.grid import Leg, Load, PlacedNode, RoutedEdge
from app.drawing.layout.node_shapes import node_shape
from app.drawing.layout.wires import summed_beside
from app.engine.graph import Edge, Graph, Node
from app.language import NodeId

TRACK, ABOVE, BELOW, APART, PORT, BLOCK_GAP, LINES = 9.0, 62.0, 50.0, 84.0, 12.0, 24.0, 5.0
"""Between tracks; from the highest to the middles of nodes above, from the lowest to those below; between these and
between their wires; between blocks of parameters; and between lines."""
WORDS_GAP, WORDS_DROP = 6.0, 9.0
"""Between a wire and what is written beside it, and from the circle that it comes to."""


class FarWires:
    """The nodes without a step, with their places, and the wires that run above all steps."""

    def __init__(
        self,
        graph: Graph,
        templates: Collection[GateTemplate],
        at: Callable[[int], GateTemplate],
        axes: GateAxes,
        far: Mapping[str, str],
        starts: Collection[NodeId],
        parameters: GateParameters,
        step_of: Callable[[NodeId], int | None],
        x: Callable[[int], float],
    ) -> None:
        """`templates`: of the steps, each of which is `at` one; `far`: the port of each edge that runs here; `starts`:
        the nodes beside the steps."""
        self.templates, self.template_at, self.far, self.step_of, self.x = templates, at, far, step_of, x
        self.graph, self.axes, self.parameters = graph, axes, parameters
        self.edges = [e for e in graph.edges if e.id in far]
        self.nodes: dict[str, Node] = {n.id: n for n in graph.nodes if step_of(n.id) is None}
        self.by_port: dict[str, list[Edge]] = {}
        for e in self.edges:
            self.by_port.setdefault(far[e.id], []).append(e)
        self.low = {e.source for e in self.edges if is_low_port(far[e.id])}
        """What stands below all steps."""
        self.tracks = self.tracks_from()
        self.drawn: set[str] = set()
        self.taps: dict[tuple[str, int], float] = {}
        self.starts = starts
        begun = [e for e in self.edges if e.target in starts]
        self.labels = {e.id: label for e in begun if (label := label_on(e, graph))}
        words = {edge: self.sizes(label)[0] for edge, label in self.labels.items()}
        self.lanes = StartLanes(begun, {id: self.place(id) for id in (starts if begun else ())}, words)
        self.blocks: dict[str, Point] = {}
        """The middle of each block of parameters below all steps, by the one that carries it."""
        self.spots = self.placed()
        self.at = {spot.node.id: axes.turned(spot.x, spot.y) for spot in self.spots}

    def tracks_from(self) -> dict[tuple[str, int], float]:
        """The height of each track: over the steps from the upper edge up, below them from the lower edge down."""
        ports = [(key, self.axes.turned(*port)[1]) for it in self.templates for key, port in it.ports.items()]
        low = [y for key, y in ports if is_low_port(key)]
        high = [y for key, y in ports if not is_low_port(key)]
        top, found, count = min(high, default=self.over_steps()), dict[tuple[str, int], float](), {True: 0, False: 0}
        for e in self.edges:
            is_low, track = e.source in self.low, self.track_of(e)
            if track not in found:
                count[is_low] += 1
                found[track] = max(low) + TRACK * count[True] if is_low else top - TRACK * count[False]
        self.top = top
        return found

    def place(self, id: NodeId) -> Point:
        """Where a node of a step stands."""
        t = self.step_of(id) or 0
        x, y = self.axes.turned(*self.parameters.place(id.name, self.template_at(t).places))
        return x + self.x(t), y

    def port(self, key: str, t: int) -> Point:
        """Where a wire crosses the edge of a step."""
        x, y = self.axes.turned(*self.template_at(t).ports[key])
        return x + self.x(t), y

    def sizes(self, label: LabelBlock) -> tuple[float, float]:
        """How far what is written reaches along time, and across."""
        return (label.height, label.width) if self.axes.up else (label.width, label.height)

    def over_steps(self) -> float:
        """The upper edge of what no wire leaves."""
        circles = (self.axes.turned(*place)[1] - RADIUS for it in self.templates for place in it.places.values())
        frames = (self.axes.turned_box(box).top for it in self.templates for box in it.frames.values())
        return min([*circles, *frames]) - TRACK

    def track_of(self, e: Edge) -> tuple[str, int]:
        """The track of an edge: each lag has as many as it reaches steps; what is gathered is so at its target."""
        s, t = self.step_of(e.source), self.step_of(e.target)
        if t is None:
            return (f"to {e.target}", 0) if s is not None else (f"between {e.source} {e.target}", 0)
        port = self.far[e.id]
        return port, (s or 0) % (
            abs(t - s) + 1
        ) if s is not None and port == f"{ELSEWHERE}{e.source.name}:{t - s}" else 0

    def placed(self) -> list[PlacedNode]:
        """What is read alone at the left, over its lane what one start alone reads; what is made of steps at the right,
        each beside the one before."""
        y, low = (
            min(self.tracks.values(), default=self.top) - max([ABOVE, *self.rooms_under_nodes()]),
            max(self.tracks.values(), default=self.top) + BELOW,
        )
        made = {e.target for e in self.edges}
        steps = [t for n in self.graph.nodes if (t := self.step_of(n.id)) is not None]
        left = self.x(min(s for s in steps if s >= 1)) if steps else 0.0
        right = self.x(max(steps)) + self.template_at(max(steps)).period if steps else 0.0
        beside = {e.source for e in self.edges if self.step_of(e.target) is None}
        found, count = list[PlacedNode](), {True: 0, False: 0}
        found += self.placed_below(low)
        over = self.over_lanes()
        found += [PlacedNode(self.nodes[id], *self.axes.turned(x, y)) for id, x in over.items()]
        for n in (n for n in self.in_a_row() if n.id not in self.low and n.id not in over):
            late = n.id in made or n.id in beside
            places = (right + APART * i if late else left - APART * i for i in itertools.count(count[late]))
            x = next(x for x in places if all(abs(x - other) >= APART for other in over.values()))
            found.append(PlacedNode(n, *self.axes.turned(x, y)))
            count[late] = round(abs(x - (right if late else left)) / APART) + 1
        return found

    def rooms_under_nodes(self) -> Iterator[float]:
        """How far above the tracks nodes stand for what is written beside the wires that come to them."""
        for e in self.edges:
            if self.step_of(e.source) is not None and self.step_of(e.target) is None:
                label = label_on(e, self.graph)
                if label is not None:
                    yield RADIUS + WORDS_DROP + self.sizes(label)[1] + WORDS_GAP

    def in_a_row(self) -> list[Node]:
        """What has no step, in its order; what only the last of a chain reads, beside the one before it, stands behind
        that, where it is in no other's way."""
        made, read = {e.target for e in self.edges}, {e.source for e in self.edges}
        alone = Counter(e.source for e in self.edges)
        ends = {
            e.source: e.target
            for e in self.edges
            if e.source not in made and alone[e.source] == 1 and e.target in self.nodes and e.target not in read
        }
        led = {e.target for e in self.edges if e.source in self.nodes and e.source not in ends}
        behind = {source for source, target in ends.items() if target in led}
        return sorted(self.nodes.values(), key=lambda n: n.id in behind)

    def placed_below(self, low: float) -> Iterator[PlacedNode]:
        """Data and blocks of parameters side by side, in the middle below where their wires go up."""
        it = self.parameters
        row = [n.id for n in self.nodes.values() if n.id in self.low and it.carrier_below.get(n.id, n.id) == n.id]
        shapes = {id: self.axes.turned_box(block_shape(it.below[id], self.axes).bounds) for id in row if id in it.below}
        rooms = [shapes[id].right - shapes[id].left + BLOCK_GAP if id in shapes else APART for id in row]
        ends = {id: list(self.ends_below(self.by_port[f"{LOW}{id}"][0]).values()) for id in row}
        every = [end for own in ends.values() for end in own]
        x = (min(every, default=0.0) + max(every, default=0.0) - sum(rooms)) / 2
        for id, room in zip(row, rooms, strict=True):
            others = [end for other, own in ends.items() for end in own if other != id]
            own = next((end for end in ends[id] if 0 <= end - x - room / 2 < 2 * LINES), x + room / 2)
            places = (own + by for by in itertools.count())
            place = next(place for place in places if all(abs(place - end) > LINES for end in others))
            x = place + room / 2
            if id in shapes:
                self.blocks[id] = self.axes.turned(place, low - RADIUS + shapes[id].bottom)
                yield from it.spots(id, self.blocks[id], self.nodes)
            else:
                yield PlacedNode(self.nodes[id], *self.axes.turned(place, low))

    def over_lanes(self) -> dict[NodeId, float]:
        """Where along time those stand that nothing but one start reads: their wires come straight down."""
        read = Counter(e.source for e in self.edges)
        found: dict[NodeId, float] = {}
        for e in self.edges:
            if e.source in self.nodes and e.id in self.lanes.lanes and read[e.source] == 1:
                x = self.lanes.lanes[e.id]
                if all(abs(x - other) >= APART for other in found.values()):
                    found[e.source] = x
        return found

    def run(self, e: Edge, rest: Callable[[Edge], RoutedEdge]) -> RoutedEdge:
        """An edge: out of its step, along its track, and what the template has for it in its target's step."""
        if e.target in self.starts:
            return self.begun(e)
        if e.source in self.low:
            return self.from_below(e, rest(e))
        s, t = self.step_of(e.source), self.step_of(e.target)
        inside = rest(e) if t is not None else RoutedEdge(e, ())
        out = self.leaving(e, s)
        forks = self.forks(e, s) if out else ()
        own = self.far[e.id], t or 0
        if t is not None and own in self.taps and self.entered(e, t):
            return inside._replace(branch=True)
        plane = self.corners_above(e, s, t)
        arrives = t is None and abs(plane[-1][1] - self.tracks[self.track_of(e)]) > 1
        joined = self.joined(e, plane[0][0])
        way = [self.axes.turned(*point) for point in plane]
        joints = (*forks, *((way[-1],) if t is None and not arrives else ()))
        if s is None and t is not None:  # All that reads it shares the way down to its track.
            out = () if e.source in self.drawn else (wired(way[:2], load=self.load_from(e.source)),)
            self.drawn.add(e.source)
            joints = (way[1],) if out else ()
            way = way[1:]
            if self.goes_on(e, plane):
                joined, joints = True, (*joints, way[1])
        shared: tuple[Leg, ...] = ()
        if s is not None and t is not None:  # Of several tracks each wire begins where the one before it turns off.
            nearer, farther = self.tracks_of_source(e, plane[0][1])
            if nearer is not None:
                way[0] = self.axes.turned(plane[0][0], nearer)
            if farther:
                shared = (wired(way[:2], load=Load(farther)),)
                joints, way = (*joints, way[1]), way[1:]
        # Where the wire of those before joins, or this one goes on to others, no corner is round: it would not come to
        # there.
        load = self.load_into(e, t)
        ways = (wired(way[:2], load=load), wired(way[1:], arrives, load)) if joined else (wired(way, arrives, load),)
        legs = (*out, *shared, *ways, *inside.legs)
        label = label_on(e, self.graph) if arrives else None
        words = inside.words if label is None else (*inside.words, *self.beside(label, plane))
        first = bool(out) or (s is None and t is None)
        return RoutedEdge(e, legs, words, dots=(*inside.dots, *joints), branch=not first)

    def from_below(self, e: Edge, inside: RoutedEdge) -> RoutedEdge:
        """An edge out of what stands below all steps: up to its track, on to its step from where the one before it
        branches off, and up into that."""
        t = self.step_of(e.target) or 0
        if self.entered(e, t):
            return inside._replace(branch=True)
        ends = self.ends_below(e)
        ways, dots = self.branch_below(e, t, ends)
        legs = [wired([self.axes.turned(*point) for point in way], load=self.passing(e, to)) for way, to in ways]
        joints = (self.axes.turned(*dot) for dot in dots)
        first = e.source not in self.drawn
        self.drawn.add(e.source)
        return RoutedEdge(e, (*legs, *inside.legs), inside.words, dots=(*inside.dots, *joints), branch=not first)

    def branch_below(
        self, e: Edge, t: int, ends: Mapping[int, float]
    ) -> tuple[list[tuple[list[Point], Collection[int]]], list[Point]]:
        """The pieces of such a way, each with the steps to which it leads, and where others branch off."""
        (x, y), track, end = self.exit(e.source), self.tracks[self.track_of(e)], ends[t]
        side = sorted((s for s in ends if (ends[s] - x) * (end - x) > 0 or s == t), key=lambda s: abs(ends[s] - x))
        at = side.index(t)
        corners = [(x, track) if at == 0 else (ends[side[at - 1]], track), (end, track)]
        up = [(end, track), (end, self.port(self.far[e.id], t)[1])]
        ways, dots = list[tuple[list[Point], Collection[int]]](), list[Point]()
        forks = len(side) < len(ends)
        if e.source not in self.drawn and at == 0 and not forks:  # It comes from its source around the corner.
            corners = [(x, y), *corners]
        elif e.source not in self.drawn:
            ways, dots = [([(x, y), (x, track)], ends)], [(x, track)] if forks else []
        if at + 1 == len(side):
            return [*ways, ([*corners, up[1]], (t,))], dots
        return [*ways, (corners, side[at:]), (up, (t,))], [*dots, (end, track)]

    def exit(self, id: NodeId) -> Point:
        """Where the wire of what stands below all steps leaves it."""
        if id not in self.blocks:
            x, y = self.at[id]
            return x, y - self.radius(id)
        x, y = self.axes.turned(*self.blocks[id])
        return x, y + self.axes.turned_box(block_shape(self.parameters.below[id], self.axes).bounds).top

    def ends_below(self, e: Edge) -> dict[int, float]:
        """Where along time the wire of what stands below all steps goes up, by step."""
        own = {t for o in self.by_port[self.far[e.id]] if (t := self.step_of(o.target)) is not None}
        return {t: self.port(self.far[e.id], t)[0] for t in own}

    def passing(self, e: Edge, steps: Collection[int]) -> Load:
        """What goes to some steps by the wire of an edge, of each source by itself."""
        edges: dict[str, list[str]] = {}
        for other in self.by_port[self.far[e.id]]:
            if self.step_of(other.target) in steps:
                edges.setdefault(other.source, []).append(other.id)
        return summed_beside([Load(tuple(own)) for own in edges.values()])

    def load_into(self, e: Edge, t: int | None) -> Load | None:
        """What comes with an edge to its port of a step."""
        if t is None:
            return None
        return Load(tuple(o.id for o in self.edges if self.far[o.id] == self.far[e.id] and self.step_of(o.target) == t))

    def load_from(self, source: NodeId) -> Load:
        """What leaves a node for elsewhere."""
        return Load(tuple(o.id for o in self.edges if o.source == source))

    def begun(self, e: Edge) -> RoutedEdge:
        """An edge to a start that is computed."""
        s, out, joints = self.step_of(e.source), tuple[Leg, ...](), tuple[Point, ...]()
        across = e.source in self.starts and are_neighbours(e)
        if across:
            plane = self.lanes.across(e)
        else:
            out, track = self.leaving(e, s), self.tracks[self.track_of(e)]
            x, y = self.place_of_port(e, s)
            plane = [(x, y), (x, track), *self.lanes.down(e, track)]
            if x == plane[2][0]:
                plane = [(x, y), *plane[3:]]
            elif s is None:
                begin = [self.axes.turned(*point) for point in plane[:2]]
                out = () if e.source in self.drawn else (wired(begin, load=self.load_from(e.source)),)
                joints = (begin[1],) if out else ()
                self.drawn.add(e.source)
                plane = plane[1:]
        way = [self.axes.turned(*point) for point in plane]
        words: tuple[PlacedLabel, ...] = ()
        if e.id in self.labels and len(plane) > 2:
            label = self.labels[e.id]
            words = label.around(*self.axes.turned(*self.lanes.words(e, *self.sizes(label))))
        elif e.id in self.labels:
            words = self.beside(self.labels[e.id], plane)
        first = bool(out) or across
        return RoutedEdge(e, (*out, wired(way, True)), words, dots=joints, branch=not first)

    def place_of_port(self, e: Edge, s: int | None) -> Point:
        """Where a wire leaves its step, or its node without one."""
        return self.below(e.source, e, False) if s is None else self.edge_over(e.source, s)

    def edge_over(self, source: NodeId, s: int) -> Point:
        """Where what leaves a step crosses its upper edge."""
        x, y = self.port(source.name, s)
        return (self.place(source)[0], y) if self.is_uncovered(source, s) else (x, y)

    def is_uncovered(self, source: NodeId, s: int) -> bool:
        """Whether a circle stands beside the steps and nothing over it, no wire of another either: its own leaves
        straight up, as none does where steps have more. That of data does not: steps have the like beside it."""
        if source not in self.starts or self.graph.node(source).kind in ("input", "target"):
            return False
        x, y = self.place(source)
        placed = (n.id for n in self.graph.nodes if n.id != source and self.step_of(n.id) is not None)
        if any(abs(ox - x) < 2 * RADIUS and oy <= y for ox, oy in map(self.place, placed)):
            return False
        others = {e.source for e in self.edges if e.source != source and self.step_of(e.source) == s}
        return not any(
            abs(px - x) < LINES and abs(qx - x) < LINES and min(py, qy) < y
            for other in others
            for way in self.ways_out(other, s)
            for (px, py), (qx, qy) in itertools.pairwise(self.axes.turned(*point) for point in way)
        )

    def ways_out(self, source: NodeId, s: int) -> Iterator[tuple[Point, ...]]:
        """From corner to corner what leaves a step, as it is drawn."""
        by = self.axes.turned(self.x(s), 0.0)
        yield from (shifted(it.points, *by) for it in self.template_at(s).wires[source.name, OUT].stretches)

    def entered(self, e: Edge, t: int) -> bool:
        """Whether another edge has come in at this port of a step, from which this one branches off."""
        key = f"{self.far[e.id]} {t}"
        known = key in self.drawn
        self.drawn.add(key)
        return known

    def leaving(self, e: Edge, s: int | None) -> tuple[Leg, ...]:
        """From its node to the upper edge, once for all that leaves it."""
        if s is None or e.source in self.drawn:
            return ()
        self.drawn.add(e.source)
        if self.is_uncovered(e.source, s):
            x, y = self.place(e.source)
            up = [self.axes.turned(x, y - RADIUS), self.axes.turned(*self.edge_over(e.source, s))]
            return (wired(up, load=self.load_from(e.source)),)
        load = self.load_from(e.source)
        return tuple(wired(list(way), load=load) for way in self.ways_out(e.source, s))

    def forks(self, e: Edge, s: int | None) -> tuple[Point, ...]:
        """Where what leaves a step branches off its source's other wires there, if it does."""
        wire = None if s is None else self.template_at(s).wires.get((e.source.name, OUT))
        return () if wire is None else tuple(shifted(wire.dots, *self.axes.turned(self.x(s or 0), 0.0)))

    def tracks_of_source(self, e: Edge, edge: float) -> tuple[float | None, tuple[str, ...]]:
        """Of the tracks on which a node is read by one step each: the last before that of a wire, and, if some are
        farther from the steps' edge, all that is read by this one and these."""
        ways: dict[float, dict[tuple[str, int | None], list[str]]] = {}
        for o in self.edges:
            if o.source == e.source and o.target not in self.starts and (t := self.step_of(o.target)) is not None:
                track = self.tracks[self.track_of(o)]
                ways.setdefault(abs(track - edge), {}).setdefault((self.far[o.id], t), []).append(o.id)
        if any(len(own) > 1 for own in ways.values()):
            return None, ()
        track = self.tracks[self.track_of(e)]
        own = abs(track - edge)
        nearer = max((far for far in ways if far < own), default=None)
        beyond = [id for far, its in ways.items() if far >= own for ids in its.values() for id in ids]
        step = 1 if track > edge else -1
        return None if nearer is None else edge + step * nearer, tuple(beyond) if max(ways) > own else ()

    def corners_above(self, e: Edge, s: int | None, t: int | None) -> list[Point]:
        """The corners above the steps."""
        track = self.tracks[self.track_of(e)]
        start = self.place_of_port(e, s)
        if t is not None:
            end = self.port(self.far[e.id], t)
            self.taps[self.far[e.id], t] = end[0]
            self.entered(e, t)
        elif s is None:
            return self.between(e)
        else:
            end = self.below(e.target, e, True)
            end = self.joint(e, start[0], end, track)
            if end[1] == track:
                return [start, (start[0], track), end]
        return [start, (start[0], track), (end[0], track), end]

    def joint(self, e: Edge, x: float, end: Point, track: float) -> Point:
        """Where the wire of the next source joins; the last one's goes to the node."""
        later = [other for other in self.gathered(e) if other > x + 0.1]
        return (min(later), track) if later else end

    def joined(self, e: Edge, x: float) -> bool:
        """Whether the wire of a source before this one comes to where this one's meets the track."""
        gathers = self.step_of(e.source) is not None and self.step_of(e.target) is None
        return gathers and any(other < x - 0.1 for other in self.gathered(e))

    def goes_on(self, e: Edge, plane: list[Point]) -> bool:
        """Whether the track goes on to others beyond the place where an edge leaves it for its step."""
        (x, _), (end, _) = plane[1], plane[-1]
        others = (o for o in self.edges if o.source == e.source and self.track_of(o) == self.track_of(e))
        ends = (self.port(self.far[o.id], t)[0] for o in others if (t := self.step_of(o.target)) is not None)
        return any((other - end) * (end - x) > 0 for other in ends)

    def gathered(self, e: Edge) -> list[float]:
        """Where the wires leave the steps that are gathered at the target of an edge."""
        return [
            self.edge_over(o.source, s)[0]
            for o in self.edges
            if o.target == e.target and (s := self.step_of(o.source)) is not None
        ]

    def below(self, id: NodeId, e: Edge, comes: bool) -> Point:
        """Where a wire meets a node without a step: from below, what stands below all steps from above.

        Each track has a place of its own.
        """
        x, y = self.at[id]
        sides = list(dict.fromkeys(self.track_of(o) for o in self.edges if id in (o.source, o.target)))
        by = PORT * (sides.index(self.track_of(e)) - (len(sides) - 1) / 2)
        radius = self.radius(id)
        by = max(-0.8 * radius, min(0.8 * radius, by))
        return x + by, y + (-1 if id in self.low else 1) * sqrt(radius**2 - by**2)

    def radius(self, id: NodeId) -> float:
        """That of the circle of a node without a step."""
        return node_shape(self.nodes[id]).radius or RADIUS

    def beside(self, label: LabelBlock, plane: list[Point]) -> tuple[PlacedLabel, ...]:
        """A label beside the last piece of a wire, before it in time; over what runs along time."""
        (x, y), (tx, ty) = plane[-2:]
        wide, high = self.sizes(label)
        if abs(x - tx) < abs(y - ty):
            return label.around(*self.axes.turned(x - WORDS_GAP - wide / 2, ty + WORDS_DROP + high / 2))
        return label.around(*self.axes.turned((x + tx) / 2, y - WORDS_GAP - high / 2))

    def between(self, e: Edge) -> list[Point]:
        """From one node without a step to another: straight to a neighbour, else over those between, at a height for
        each target."""
        (x, y), (tx, ty) = self.at[e.source], self.at[e.target]
        own, other = self.radius(e.source), self.radius(e.target)
        side = 1 if tx > x else -1
        if abs(tx - x) < 1.5 * APART:
            return [(x + side * own, y), (tx - side * other, ty)]
        targets = list(dict.fromkeys(o.target for o in self.edges if self.step_of(o.source) is self.step_of(o.target)))
        height = y - RADIUS - 14.0 - TRACK * targets.index(e.target)
        return [(x, y - own), (x, height), (tx, height), (tx, ty - other)]
