"""The figure of operations and of parameters as nodes: one cell repeated, wires that touch nothing, names on nodes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import hypot

import numpy as np
import pytest

from app.drawing import FigureOptions, draw, svg
from app.drawing.geometry.curves import Box, Cubic, Point, bounds, sampled
from app.drawing.layout.grid import Layout, Load, PlacedNode, RoutedEdge
from app.drawing.layout.node_shapes import node_shape
from app.drawing.layout.window import ShownGraph
from app.drawing.scene.draw import lay_out_panel
from app.drawing.scene.scales import scales
from app.engine import Graph, cursor, fold, unfold
from app.engine.graph.graph import Detail, Parameters
from app.language import Recurrence, parse
from tests.figures import EVERY_LOOK, figure, looks
from tests.lint import reasons
from tests.recurrences import RECURRENCES

SHOWN: tuple[tuple[Detail, Parameters], ...] = (
    ("operations", "nodes"),
    ("operations", "arrows"),
    ("operations", "copies"),
    ("cells", "nodes"),
    ("cells", "copies"),
)
TEXTS = {
    **RECURRENCES,
    "functions": "f(s, x) = tanh(b + W @ g(s) + U @ x); g(s) = s * s; h[t] = f(h[t-1], x[t] - y[t]) + z[t]",
    "a function twice": "f(s) = tanh(W @ s); h[t] = f(h[t-1]) + f(x[t]); o[t] = f(h[t])",
    "starts made of operations": "h[0] = tanh(k + W @ x0); g[tau+1] = Q @ g0; "
    "h[t] = tanh(W @ h[t-1]); g[t] = tanh(Q @ g[t+1] + h[t])",
    "moments": "h[t] = tanh(W @ h[t-1] + U @ x[t]); z[t] = h[1] * h[t]; v = sum(z[tau] * h[2])",
    "a mean that is read again": "h[t] = tanh(W @ h[t-1] + U @ x[t]); m = mean(h[t]); "
    "z[t] = h[t] - m; loss = sum(z[t] @ z[t])",
}


@lru_cache(maxsize=512)
def graphs(name: str, detail: Detail, parameters: Parameters) -> tuple[Graph, Graph]:
    recurrence = parse(TEXTS[name])
    return unfold(recurrence, 4, detail, parameters=parameters), fold(recurrence, detail, parameters=parameters)


@lru_cache(maxsize=512)
def layouts(name: str, detail: Detail, parameters: Parameters) -> tuple[Layout, ...]:
    return tuple(lay_out_panel(ShownGraph(graph, graph)) for graph in graphs(name, detail, parameters))


Stroke = tuple[RoutedEdge, Box, list[Point]]
"""An edge, and of one of its strokes the bounds and places along it."""


@lru_cache(maxsize=512)
def strokes(name: str, detail: Detail, parameters: Parameters) -> tuple[tuple[Layout, list[Stroke]], ...]:
    return tuple((layout, list(ink(layout))) for layout in layouts(name, detail, parameters))


def ink(layout: Layout) -> Iterator[Stroke]:
    for run in layout.runs:
        for leg in run.legs:
            path = leg.points
            places = [p for i in range(0, len(path) - 1, 3) for p in sampled(piece(path[i : i + 4]), 24)]
            yield run, bounds(places), places


def piece(points: tuple[Point, ...]) -> Cubic:
    return points  # type: ignore[return-value]


def within(p: Point, spot: PlacedNode, room: float) -> bool:
    it = node_shape(spot.node)
    x, y = p[0] - spot.x, p[1] - spot.y
    inside = bool(it.radius) and hypot(x, y) < it.radius + room
    return inside or (it.box is not None and holds(it.box.grown(room), (x, y)))


def holds(box: Box, p: Point) -> bool:
    return box.left < p[0] < box.right and box.top < p[1] < box.bottom


@pytest.mark.one_in(24)
@pytest.mark.parametrize(("detail", "parameters"), SHOWN)
@pytest.mark.parametrize("name", TEXTS)
def test_no_line_crosses_a_node(name: str, detail: Detail, parameters: Parameters) -> None:
    for layout, lines in strokes(name, detail, parameters):
        boxes = [(spot, node_shape(spot.node).bounds.moved(spot.x, spot.y)) for spot in layout.spots]
        for run, box, points in lines:
            near = box.grown(2)
            for spot in (spot for spot, around in boxes if around.meets(near)):
                if spot.node.id not in (run.edge.source, run.edge.target):
                    assert not any(within(p, spot, 1.5) for p in points), f"{run.edge.id} crosses {spot.node.id}"


@pytest.mark.one_in(18)
@pytest.mark.parametrize(("detail", "parameters"), SHOWN)
@pytest.mark.parametrize("name", TEXTS)
def test_nodes_do_not_overlap(name: str, detail: Detail, parameters: Parameters) -> None:
    for layout in layouts(name, detail, parameters):
        boxes = [(s.node.id, node_shape(s.node).bounds.moved(s.x, s.y)) for s in layout.spots]
        for i, (id, box) in enumerate(boxes):
            assert not [other for other, b in boxes[:i] if b.grown(3).meets(box)], id


@pytest.mark.one_in(6)
@pytest.mark.parametrize(("detail", "parameters"), SHOWN)
@pytest.mark.parametrize("name", TEXTS)
def test_no_label_touches_a_line_a_node_or_another(name: str, detail: Detail, parameters: Parameters) -> None:
    for layout, lines in strokes(name, detail, parameters):
        boxes = [node_shape(spot.node).bounds.moved(spot.x, spot.y) for spot in layout.spots]
        words = [w.box.grown(0.7) for run in layout.runs for w in run.words] + [
            f.words.box for f in layout.frames if f.words
        ]
        for i, box in enumerate(words):
            near = [(run, points) for run, b, points in lines if b.grown(1).meets(box)]
            assert not [run.edge.id for run, points in near if any(holds(box, p) for p in points)]
            assert not [b for b in boxes if b.meets(box)]
            assert not [b for b in words[:i] if b.meets(box)]


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("detail", "parameters"), SHOWN)
@pytest.mark.parametrize("name", TEXTS)
def test_wires_of_different_sources_do_not_run_along_each_other(
    name: str, detail: Detail, parameters: Parameters
) -> None:
    """Upright and level pieces of wires from different nodes are apart, where they are side by side."""
    for layout in layouts(name, detail, parameters):
        rows: dict[tuple[int, int], list[tuple[str, str, float, float, float]]] = {}
        for run in layout.runs:
            for level, at, low, high in straight_pieces(run):
                places = [rows.get((level, round(at / 2) + step), []) for step in (-1, 0, 1)]
                for source, target, other, start, end in (piece for place in places for piece in place):
                    if source != run.edge.source and target != run.edge.target and abs(at - other) < 2:
                        assert min(end, high) - max(start, low) < 6, f"{run.edge.id} runs along {source} → {target}"
                piece = run.edge.source, run.edge.target, at, low, high
                rows.setdefault((level, round(at / 2)), []).append(piece)


def straight_pieces(run: RoutedEdge) -> Iterator[tuple[int, float, float, float]]:
    """Upright (0) and level (1) pieces: where they run, from where to where."""
    for leg in run.legs:
        path = leg.points
        for i in range(0, len(path) - 1, 3):
            for level in (0, 1):
                low, high = sorted((path[i][1 - level], path[i + 3][1 - level]))
                if abs(path[i][level] - path[i + 3][level]) < 0.01 and high - low > 12:
                    yield level, path[i][level], low, high


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "deep", "bidirectional", "functions"])
def test_every_step_looks_the_same(name: str) -> None:
    graph = unfold(parse_of(name), 6, "operations")
    layout = lay_out_panel(ShownGraph(graph, graph))
    places: dict[str, list[Point]] = {}
    for spot in layout.spots:
        if spot.node.t is not None and 1 <= spot.node.t <= 6 and spot.node.id != spot.node.var:
            places.setdefault(spot.node.var, []).append((spot.x, spot.y))
    columns = {tuple(round(x - points[0][0], 6) for x, _ in points) for points in places.values()}
    assert len(columns) == 1
    assert all(len({y for _, y in points}) == 1 for points in places.values())


def parse_of(name: str) -> Recurrence:

    return parse(TEXTS[name])


@pytest.mark.one_in(24)
@EVERY_LOOK
@pytest.mark.parametrize(("detail", "parameters"), [*SHOWN, ("states", "nodes")])
@pytest.mark.parametrize("name", RECURRENCES)
def test_files_are_slide_safe(name: str, detail: Detail, parameters: Parameters, every: bool) -> None:
    graph, circuit = graphs(name, detail, parameters)
    for view, phase, theme in looks(every, name, detail, parameters):
        options = FigureOptions(view=view, theme=theme)
        scene = draw(graph, circuit, figure(name).numbers, cursor(graph, phase, None), options)
        assert reasons(svg(scene)) == [], (view, phase, theme)


def carried(load: Load) -> Iterator[str]:
    yield from load.edges
    for other in load.beyond:
        yield from carried(other)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", RECURRENCES)
def test_a_shared_wire_is_as_wide_as_all_that_flows_through_it(name: str) -> None:
    graph, numbers = graphs(name, "operations", "nodes")[0], figure(name).numbers
    widths = scales(graph, numbers)
    for run in lay_out_panel(ShownGraph(graph, graph)).runs:
        if run.branch or not run.legs or run.legs[0].load is None:
            continue
        edges = sorted(carried(run.legs[0].load))
        assert len(set(edges)) == len(edges)
        source = run.edge.source
        if graph.by_id[source].kind == "parameter":
            assert edges == sorted(e.id for e in graph.edges if e.source == source)
            whole = float(np.linalg.norm(numbers.gradient(source)))
        else:
            whole = float(np.linalg.norm(sum(numbers.contributions(graph)[id] for id in edges)))
        assert widths.loaded(run.legs[0].load).width == pytest.approx(widths.arrows.flow(whole).width, abs=0.1)
