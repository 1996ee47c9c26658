"""Lays out the circuit of a graph whose operations or parameters are nodes: one cell and its delays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.cell import (
    CLEARANCE,
    GUTTER,
    LANE,
    TRACK,
    PlacedCell,
    frames_of,
    group_labels,
    inner_runs,
    template_node,
    ways_out,
    wired,
)
from app.drawing.layout.cell_template import cell_template
from app.drawing.layout.dimensions import SQUARE
from app.drawing.layout.edge_labels import LabelBlock, PlacedLabel, label_on
from app.drawing.layout.grid import Layout, PlacedNode, RoutedEdge
from app.drawing.layout.parameter_blocks import parameter_blocks
from app.drawing.layout.parted_ways import Pair
from app.drawing.layout.wires import Wire, block_runs, fanned
from app.drawing.lettering import outline, upright
from app.engine.graph import Edge, Graph
from app.language import minus_signs


def lay_out_circuit_cell(graph: Graph, arrangement: Arrangement = USUAL_ARRANGEMENT) -> Layout:
    """The folded graph: one block, its delays as loops on the right, each through a black square. All is mirrored at a
    diagonal if time runs up in the graph beside it: loops are above then."""
    late = [e for e in graph.edges if e.lag]
    keys = {e.id: f"{e.source}:{e.lag}" for e in late}
    block = _whole(graph, [e for e in graph.edges if not e.lag], dict.fromkeys(keys.values()), late, keys, arrangement)
    runs = _inner(graph, block)
    it, right, bottom = block.template, block.template.bounds.right, block.template.bounds.bottom
    ports = sorted(dict.fromkeys(keys.values()), key=lambda k: -it.ports[k][0])
    lane = {port: right + GUTTER + i * 5 * LANE for i, port in enumerate(ports)}
    track = {port: bottom + TRACK * (i + 1) for i, port in enumerate(ports)}
    outs = ways_out(it, ((e.source, 1) for e in late))
    level = {port: outs[source, 1][-1][1] for port, source in ((keys[e.id], e.source) for e in late)}
    for port in ports:
        edges = [e for e in late if keys[e.id] == port]
        source = edges[0].source
        out, (x, y) = outs[source, 1], it.ports[port]
        crossing = (level[other] for other in ports if lane[other] > lane[port])
        square = lane[port], _clear_of(crossing, level[port], track[port])
        corners = [*out, (lane[port], out[-1][1]), (lane[port], track[port]), (x, track[port]), (x, y)]
        wire = Wire(source, block, port, edges)
        first, *others = fanned(wire, [e.target for e in edges], graph, (wired(corners),))
        runs |= {run.edge.id: run for run in (first._replace(square=square), *others)}
    spots = tuple(PlacedNode(n, *block.place(n.id)) for n in graph.nodes)
    found = Layout(spots, tuple(runs[e.id] for e in graph.edges), tuple(frames_of(block, graph)), True)
    found = found.moved(-it.bounds.left, 0.0).upwards() if arrangement.up else found
    return replace(found, runs=tuple(_with_steps(run, found.up) for run in found.runs))


def _inner(graph: Graph, block: PlacedCell) -> dict[str, RoutedEdge]:
    """The lines that do not wait for a step."""
    gathered = {key: it for it in block.template.blocks for key in it.members}
    edges = [e for e in graph.edges if not e.lag]
    alone: dict[str, list[Edge]] = {}
    for e in edges:
        if e.source not in gathered:
            alone.setdefault(e.source, []).append(e)
    runs = {
        run.edge.id: run
        for own in alone.values()
        for run in inner_runs(own, block, [(e.source, e.target) for e in own], graph)
    }
    for it in block.template.blocks:
        own = {key: [e for e in edges if e.source == key] for key in it.members}
        readers = [e.target for e in own[it.carrier]]
        runs |= {run.edge.id: run for run in block_runs(it, block, own, readers, graph)}
    return runs


def _with_steps(run: RoutedEdge, up: bool) -> RoutedEdge:
    """A delay with the number of steps at its square, if that is not one: beside it, or above it on a level line."""
    lag = run.edge.lag
    if run.square is None or lag == 1:
        return run
    (x, y), label = run.square, outline(upright(minus_signs(str(lag))), 13.0)
    beside = PlacedLabel(label, x + 13.0 - label.left, y - label.middle)
    above = PlacedLabel(label, x - (label.left + label.right) / 2, y - SQUARE / 2 - 4.0 - label.descent)
    return run._replace(words=(*run.words, above if up else beside))


def _clear_of(levels: Iterable[float], top: float, bottom: float) -> float:
    """The height nearest to the middle of a lane at which its square lies on no wire that crosses it."""
    taken, middle = list(levels), (top + bottom) / 2
    tries = (middle + side * step for step in range(int(bottom - top) // 2) for side in (1, -1))
    return next((y for y in tries if all(abs(y - level) >= SQUARE / 2 + 2 * CLEARANCE for level in taken)), middle)


def _whole(
    graph: Graph,
    edges: list[Edge],
    ports: Iterable[str],
    late: list[Edge],
    keys: Mapping[str, str],
    arrangement: Arrangement,
) -> PlacedCell:
    """All nodes of a graph in one block."""
    up = arrangement.up

    def label(e: Edge) -> LabelBlock | None:
        found = label_on(e, graph)
        return found.upright() if found and up else found

    lines: dict[Pair, LabelBlock | None] = {(keys[e.id], e.target): label(e) for e in late}
    blocks = parameter_blocks(graph, lambda edge: not edge.lag)
    gathered = {key: it.key for it in blocks for key in it.members}
    lines |= {(gathered.get(e.source, e.source), e.target): label(e) for e in edges}
    known = {g.id for g in graph.groups}
    apart = (n for n in graph.nodes if n.id not in gathered)
    seats = [template_node(n.id, [n], n.group if n.group in known else "", up) for n in apart]
    labels = group_labels(graph.groups, graph.notation)
    made = cell_template(seats, lines, ports, graph.groups, labels, arrangement.spread, blocks, from_below=True, up=up)
    return PlacedCell(made, {n.id: n for n in graph.nodes})
