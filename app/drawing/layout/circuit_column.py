"""Lays out the circuit: one column of nodes, and a black square on every line that waits for a step.

Lines without a delay run as in the unfolded graph; those with one turn out to the side, through their square and back,
each in a lane of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.drawing.geometry import Cubic
from app.drawing.layout.arrows import Arrow
from app.drawing.layout.dimensions import SQUARE
from app.drawing.layout.grid import Layout, Leg, PlacedLabel, PlacedNode, RoutedEdge, edge_run, rows, written
from app.drawing.layout.obstacles import Strand, centre
from app.drawing.layout.route_edges import route
from app.drawing.lettering import Outline, outline, upright
from app.engine.graph import Edge, Graph
from app.language import minus_signs

LANE, NEXT_LANE = 66.0, 60.0
"""From the column's middle to the first square, and on to the next."""
LEAN, SPREAD = 6.0, 24.0
"""How far a loop between two rows leans towards its square, and each lane further out away from it."""
AROUND = 26.0
"""How much further it turns away where a loop of the node's own has its square on the way."""
WORD_GAP = 4.5
HALF = SQUARE / 2
LAG_SIZE = 13.0


def lay_out_circuit(graph: Graph, labels: float = 1.0) -> Layout:
    """Lay the circuit out in one column; `labels` makes those larger."""
    row = rows(graph)
    places: dict[str, int] = {n.id: row[n.var] for n in graph.nodes}
    direct = [e for e in graph.edges if e.lag == 0]
    delayed = [e for e in graph.edges if e.lag != 0]
    runs = _delayed(delayed, places, graph, labels)
    runs |= _direct(direct, places, graph, tuple(runs.values()), labels)
    spots = tuple(PlacedNode(n, *centre((0.0, places[n.id]))) for n in graph.nodes)
    return Layout(spots, tuple(runs[e.id] for e in graph.edges))


def _direct(
    edges: list[Edge], places: Mapping[str, int], graph: Graph, loops: tuple[RoutedEdge, ...], labels: float
) -> dict[str, RoutedEdge]:
    """The lines without a delay, which mind the others."""
    strands = [Strand(places[e.source], places[e.target], 0.0, (0.0,), written(e, graph, labels)) for e in edges]
    lines = tuple(leg.points for loop in loops for leg in loop.legs)
    boxes = tuple(box for loop in loops for box in loop.boxes)
    routes = route(tuple(strands), tuple((0.0, r) for r in places.values()), lines, boxes)
    ways = zip(edges, strands, routes, strict=True)
    return {e.id: edge_run(e, strand, way, (0.0, strand.source)) for e, strand, way in ways}


def _delayed(edges: list[Edge], places: Mapping[str, int], graph: Graph, labels: float) -> dict[str, RoutedEdge]:
    """The lines with a delay, short ones in the inner lanes, the first on the left."""
    lanes: dict[tuple[int, int], list[tuple[float, float]]] = {}
    runs: dict[str, RoutedEdge] = {}
    own: dict[int, set[int]] = {-1: set(), 1: set()}
    for edge in sorted(edges, key=lambda e: (abs(places[e.source] - places[e.target]), abs(e.lag))):
        ends = places[edge.source], places[edge.target]
        span = min(ends) - 0.45, max(ends) + 0.45
        lane = next(key for key in _lanes() if not _taken(lanes.get(key, []), span))
        lanes.setdefault(lane, []).append(span)
        side, depth = lane
        spreads = tuple(SPREAD * depth + AROUND * (depth > 0 and end in own[side]) for end in ends)
        runs[edge.id] = _loop(edge, ends, side * (LANE + depth * NEXT_LANE), spreads, graph, labels)
        if ends[0] == ends[1]:
            own[side].add(ends[0])
    return runs


def _lanes() -> list[tuple[int, int]]:
    """Side and depth, in the order in which they are filled."""
    return [(side, depth) for depth in range(64) for side in (-1, 1)]


def _taken(spans: list[tuple[float, float]], span: tuple[float, float]) -> bool:
    return any(low < span[1] and span[0] < high for low, high in spans)


def _loop(
    edge: Edge, ends: tuple[int, int], x: float, spreads: tuple[float, ...], graph: Graph, labels: float
) -> RoutedEdge:
    """Out of the source, through the square at `x`, into the target; `spreads` turn its ends away from lanes within."""
    (_, out), (_, into) = centre((0.0, ends[0])), centre((0.0, ends[1]))
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
    return RoutedEdge(edge, legs, _words(edge, x, middle, graph, labels), (x, middle))


def _half(x: float, y: float, up: int, own: bool, spread: float) -> Cubic:
    """From a node's centre (0, 0) to a square's edge at (x, y), which it meets upright. `own`: half of a self loop."""
    if own:
        return (0, 0), (0.5 * x, up * 44), (x, up * 40), (x, y)
    return (0, 0), (0.75 * x, up * (spread - LEAN)), (x, 0.12 * y), (x, y)


def _words(edge: Edge, x: float, y: float, graph: Graph, labels: float) -> tuple[PlacedLabel, ...]:
    """The matrices beside the square, on its outer side; on the inner side the lag, where it is not 1."""
    side = 1 if x > 0 else -1
    words = []
    if label := written(edge, graph, labels):
        words.append(_beside(label, x, y, side))
    if edge.lag != 1:
        lag = upright(minus_signs(str(edge.lag)))
        words.append(_beside(outline(lag, LAG_SIZE * labels), x, y, -side))
    return tuple(words)


def _beside(it: Outline, x: float, y: float, side: int, gap: float = WORD_GAP) -> PlacedLabel:
    edge = x + side * (HALF + gap)
    return PlacedLabel(it, edge - (it.left if side > 0 else it.right), y - it.middle)
