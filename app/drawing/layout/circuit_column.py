"""Lays out the circuit: one column of nodes, and a black square on every line that waits for a step.

Lines without a delay run as in the unfolded graph; those with one turn out to the side, through their square and back,
each in a lane of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise, product
from typing import NamedTuple

from app.drawing.geometry import Cubic, bounds, comes_within
from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.arrows import Arrow
from app.drawing.layout.clashes import entangled
from app.drawing.layout.dimensions import SQUARE
from app.drawing.layout.edge_labels import LabelBlock, PlacedLabel, label_block, written
from app.drawing.layout.grid import HIGHER, Layout, Leg, PlacedNode, RoutedEdge, edge_runs, rows
from app.drawing.layout.obstacles import USUAL_PITCH, Cell, Obstacles, Pitch, PlacedLine, Strand
from app.drawing.layout.route_edges import Routing, roomiest, route
from app.drawing.lettering import outline, upright
from app.engine.graph import Edge, Graph
from app.language import minus_signs

LANES = (66.0, 76.0, 90.0, 110.0, 135.0, 165.0, 200.0)
"""From the column's middle to the first square: the usual, and what is tried where labels between need more."""
NEXT_LANE = 60.0
"""From one square to the next further out, if labels do not need more."""
OUT = 0.75
"""How far out a loop between two rows has turned, as a share of the way to its square."""
LEAN = 6.0
"""How far a loop between two rows leans towards its square in the first lane."""
STEEP, STEEPER, AROUND = 0.19, 0.15, 0.275
"""How steeply it turns away in the second lane, in each lane further out, and where a loop of the node's own has its
square on the way: those of one side meet their node apart from each other."""
STEEPER_STILL, FARTHER_OUT = (0.0, 0.15, 0.3, 0.5, 0.75), (0.0, 8.0, 16.0, 28.0, 44.0)
"""How much more steeply it turns away, and how much farther out its square is, where labels of one lane would have a
line of another beside them."""
WORD_GAP = 4.5
APART = 1.3 * WORD_GAP
"""The least from a label to lines of another lane, so that nobody takes it for theirs."""
HALF = SQUARE / 2
LAG_SIZE = 13.0

Lane = tuple[int, int]
"""The side, -1 or 1, and how many lanes are further in."""


class DelayedLine(NamedTuple):
    """An edge that waits, in its lane, with what is written on the outer and on the inner side of its square."""

    edge: Edge
    ends: tuple[int, int]
    lane: Lane
    label: LabelBlock | None
    lag: LabelBlock | None


def lay_out_circuit(graph: Graph, labels: float = 1.0, arrangement: Arrangement = USUAL_ARRANGEMENT) -> Layout:
    """Lay the circuit out in one column; `labels` makes those larger."""
    row, usual = rows(graph), USUAL_PITCH.spread(arrangement.spread)
    places: dict[str, int] = {n.id: row[n.var] for n in graph.nodes}
    delays = _in_lanes([e for e in graph.edges if e.lag], places, graph, labels)
    direct = [e for e in graph.edges if not e.lag]
    strands = tuple(
        Strand(places[e.source], places[e.target], 0.0, (0.0,), written(e, graph, labels), usual) for e in direct
    )
    cells = tuple((0.0, r) for r in places.values())
    pitches = (usual._replace(row=share * usual.row) for share in HIGHER)
    made = dict[tuple[Pitch, float], _Looped]()

    def tried(place: tuple[Pitch, float], enough: float) -> Routing:
        made[place] = _looped(strands, delays, *place)
        return made[place].routing(cells, enough)

    place, routing = roomiest(list(product(pitches, LANES)), tried)
    best = made[place]
    ways = zip(direct, best.strands, routing.routes, strict=True)
    placed = {id: (0.0, place) for id, place in places.items()}
    runs = best.loops | {e.id: run for e, strand, way in ways for run in edge_runs([e], strand, way, placed)}
    spots = tuple(PlacedNode(n, *best.pitch.centre((0.0, places[n.id]))) for n in graph.nodes)
    return Layout(spots, tuple(runs[e.id] for e in graph.edges), is_tangled=routing.tangled or best.is_tangled)


class _Looped(NamedTuple):
    """The lines with a delay, and those without, in rows so far apart.

    `is_tangled`: whether a loop runs on another, or below the square of another, as far apart as they may be.
    """

    loops: dict[str, RoutedEdge]
    is_tangled: bool
    strands: tuple[Strand, ...]
    pitch: Pitch

    def routing(self, cells: tuple[Cell, ...], enough: float) -> Routing:
        """The routes of those without a delay: they mind the others."""
        lines = tuple(leg.points for loop in self.loops.values() for leg in loop.legs)
        boxes = tuple(box for loop in self.loops.values() for box in loop.boxes)
        return route(self.strands, cells, lines, boxes, enough)


def _looped(usual: tuple[Strand, ...], delays: list[DelayedLine], pitch: Pitch, first: float) -> _Looped:
    """All lines, the first lanes so far from the middle."""
    strands = tuple(replace(strand, pitch=pitch) for strand in usual)
    return _Looped(*_loops(delays, pitch, first), strands, pitch)


def _in_lanes(edges: list[Edge], places: Mapping[str, int], graph: Graph, labels: float) -> list[DelayedLine]:
    """The lines with a delay, short ones in the inner lanes, the first on the left."""
    lanes: dict[Lane, list[tuple[float, float]]] = {}
    found = []
    for edge in sorted(edges, key=lambda e: (abs(places[e.source] - places[e.target]), abs(e.lag))):
        ends = places[edge.source], places[edge.target]
        label = next(iter(written(edge, graph, labels)), None)
        middle, half = sum(ends) / 2, ((label.height if label else 0.0) / 2 + WORD_GAP) / USUAL_PITCH.row
        span = min(min(ends) - 0.45, middle - half), max(max(ends) + 0.45, middle + half)
        lane = next(key for key in _lanes() if not _taken(lanes.get(key, []), span))
        lanes.setdefault(lane, []).append(span)
        steps = outline(upright(minus_signs(str(edge.lag))), LAG_SIZE * labels)
        found.append(DelayedLine(edge, ends, lane, label, label_block([steps]) if edge.lag != 1 else None))
    return found


def _loops(delays: list[DelayedLine], pitch: Pitch, first: float) -> tuple[dict[str, RoutedEdge], bool]:
    """Each line through its square, lane after lane outwards, each as far out as what is within leaves room for; and
    whether some have no room."""
    runs, is_tangled = dict[str, RoutedEdge](), False
    for side in (-1, 1):
        x, within, own = first, list[RoutedEdge](), set[int]()
        inner = list[DelayedLine]()
        for depth in range(64):
            lane = [it for it in delays if it.lane == (side, depth)]
            if not lane:
                break
            x += _between(inner, lane) if depth else 0.0
            x, loops, is_clear = _clear_loops(lane, side, x, own, pitch, within)
            is_tangled = is_tangled or not (is_clear or _runs_clear(loops, within))
            runs |= {loop.edge.id: loop for loop in loops}
            within += loops
            own |= {it.ends[0] for it in lane if it.ends[0] == it.ends[1]}
            inner = lane
    return runs, is_tangled


def _clear_loops(
    lane: list[DelayedLine], side: int, x: float, own: set[int], pitch: Pitch, within: list[RoutedEdge]
) -> tuple[float, list[RoutedEdge], bool]:
    """The loops of a lane and where its squares are: at `x`, or where no label has a line of another lane beside it and
    no line runs on one; what turns past a loop of the node's `own` goes around that. And whether that is so anywhere.
    """
    first = None
    for steeper, wider in product(STEEPER_STILL, FARTHER_OUT):
        at = x + wider
        spreads = (tuple(_spread(it.lane[1], at, end in own, steeper) for end in it.ends) for it in lane)
        loops = [_loop(it, side * at, spread, pitch) for it, spread in zip(lane, spreads, strict=True)]
        if _keeps_apart(loops, within):
            return at, loops, True
        first = first or (at, loops, False)
    assert first is not None, "some place is tried"
    return first


def _keeps_apart(loops: list[RoutedEdge], others: list[RoutedEdge]) -> bool:
    """True if no label of some loops has a line of the others as near as its own square, nor theirs one of these, and
    no line of one runs on one of the other."""
    if any(_runs_on(loop, others) for loop in loops):
        return False
    pairs = ((one, other) for some, those in ((loops, others), (others, loops)) for one in some for other in those)
    return not any(
        comes_within(box, p, q, APART)
        for one, other in pairs
        for box in one.boxes
        for leg in other.legs
        for p, q in pairwise(leg.points)
    )


def _runs_clear(loops: list[RoutedEdge], others: list[RoutedEdge]) -> bool:
    """True if no loop runs on one of the others, or below the square of one, whatever is written at them."""
    bare = ([it._replace(words=()) for it in some] for some in (loops, others))
    return _keeps_apart(*bare)


def _runs_on(loop: RoutedEdge, others: list[RoutedEdge]) -> bool:
    """True if a loop runs on one of the others for more than it may near their node."""
    lines = [[p for leg in it.legs for p in leg.points] for it in (loop, *others)]
    there = Obstacles(())
    there.lines += [PlacedLine(tuple(line), bounds(line), (0.0,)) for line in lines[1:]]
    return bool(entangled(lines[0], Strand(0, 0, 0.0, (0.0,)), there))


def _spread(depth: int, x: float, around: bool, steeper: float) -> float:
    """How far a loop in a lane, its square at `x`, turns away at an end; `around`: from a loop of the node's own."""
    return LEAN + OUT * x * (STEEP + STEEPER * (depth - 1) + AROUND * around + steeper) if depth else 0.0


def _between(inner: list[DelayedLine], lane: list[DelayedLine]) -> float:
    """From the squares of one lane to those of the next, labels having room between."""
    room = sum(
        max((block.width for block in blocks if block), default=0.0)
        for blocks in ((it.label for it in inner), (it.lag for it in lane))
    )
    return max(NEXT_LANE, room + SQUARE + 3 * WORD_GAP)


def _lanes() -> list[tuple[int, int]]:
    """Side and depth, in the order in which they are filled."""
    return [(side, depth) for depth in range(64) for side in (-1, 1)]


def _taken(spans: list[tuple[float, float]], span: tuple[float, float]) -> bool:
    return any(low < span[1] and span[0] < high for low, high in spans)


def _loop(it: DelayedLine, x: float, spreads: tuple[float, ...], pitch: Pitch) -> RoutedEdge:
    """Out of the source, through the square at `x`, into the target; `spreads` turn its ends away from lanes within."""
    ends = it.ends
    (_, out), (_, into) = (pitch.centre((0.0, end)) for end in ends)
    middle = (out + into) / 2
    up = -1 if out <= into else 1
    own = ends[0] == ends[1]
    first = _half(x, middle + up * HALF - out, up, own, spreads[0])
    second = _half(x, middle - up * HALF - into, -up, own, spreads[1])
    back: Cubic = tuple((px - x, py - second[3][1]) for px, py in second[::-1])  # type: ignore[assignment]
    legs = (
        Leg(Arrow(first[3], first, head=False, to_circle=False), 0.0, out),
        Leg(Arrow(back[3], back, from_circle=False), x, middle - up * HALF),
    )
    side = 1 if x > 0 else -1
    words = (*_beside(it.label, x, middle, side), *_beside(it.lag, x, middle, -side))
    return RoutedEdge(it.edge, legs, words, (x, middle))


def _half(x: float, y: float, up: int, own: bool, spread: float) -> Cubic:
    """From a node's centre (0, 0) to a square's edge at (x, y), which it meets upright. `own`: half of a self loop."""
    if own:
        return (0, 0), (0.5 * x, up * 44), (x, up * 40), (x, y)
    return (0, 0), (OUT * x, up * (spread - LEAN)), (x, 0.12 * y), (x, y)


def _beside(label: LabelBlock | None, x: float, y: float, side: int) -> tuple[PlacedLabel, ...]:
    """A label beside a square, a single line by its letters: the weights on the outer side, the lag on the inner."""
    if label is None:
        return ()
    low = label.lines[0].y + label.lines[0].outline.middle if len(label.lines) == 1 else 0.0
    return label.around(x + side * (HALF + WORD_GAP + label.width / 2), y - low)
