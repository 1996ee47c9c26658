"""Parameters as nodes: where a state reads many, they stand in blocks and come to it on one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest

from app.drawing.geometry import Box, Point, joined, straight_path
from app.drawing.layout.grid import Layout, Load, RoutedEdge
from app.drawing.layout.node_shapes import SMALL
from app.drawing.layout.parameter_blocks import parameter_blocks
from app.drawing.layout.parted_ways import parted_ways
from app.drawing.layout.window import ShownGraph
from app.drawing.scene.draw import lay_out_panel
from app.drawing.scene.scales import scales
from app.engine import Graph, fold, unfold
from app.engine.graph.graph import Parameters
from app.language import parse
from tests.drawing.audited import Asked, audited
from tests.figures import figure
from tests.recurrences import RECURRENCES

GATED = ("lstm", "gru")
AS_NODES: tuple[Parameters, ...] = ("nodes", "copies")


@cache
def graph_of(name: str, parameters: Parameters, folded: bool = False) -> Graph:
    text = parse(RECURRENCES[name])
    return fold(text, parameters=parameters) if folded else unfold(text, 4, parameters=parameters)


@cache
def layout_of(name: str, parameters: Parameters, folded: bool = False) -> Layout:
    graph = graph_of(name, parameters, folded)
    return lay_out_panel(ShownGraph(graph, graph))


def of_parameters(name: str, parameters: Parameters, folded: bool) -> list[RoutedEdge]:
    kinds = {n.id: n.kind for n in graph_of(name, parameters, folded).nodes}
    return [run for run in layout_of(name, parameters, folded).runs if kinds[run.edge.source] == "parameter"]


CIRCUITS_TOO = [*product(GATED, AS_NODES, (False, True))]


@pytest.mark.parametrize(("name", "parameters", "folded"), CIRCUITS_TOO)
def test_each_state_has_one_head_from_all_its_parameters(name: str, parameters: Parameters, folded: bool) -> None:
    runs = of_parameters(name, parameters, folded)
    heads = Counter(run.edge.target for run in runs for leg in run.legs if leg.arrow.head)
    assert heads == dict.fromkeys(heads, 1)
    assert set(heads) == {run.edge.target for run in runs}


@pytest.mark.parametrize(("name", "parameters", "folded"), CIRCUITS_TOO)
def test_a_line_leaves_each_parameter_and_it_can_be_followed_to_all_its_readers(
    name: str, parameters: Parameters, folded: bool
) -> None:
    spots = {spot.node.id: spot for spot in layout_of(name, parameters, folded).spots}
    left = set()
    for run in of_parameters(name, parameters, folded):
        ways = [leg.points for leg in (*run.legs, *run.along)]
        assert all(gap(before[-1], after[0]) < 0.01 for before, after in pairwise(ways)), run.edge.id
        here, there = spots[run.edge.source], spots[run.edge.target]
        assert gap(ways[-1][-1], (there.x, there.y)) < 30
        if not run.branch:
            assert gap(ways[0][0], (here.x, here.y)) == pytest.approx(SMALL)
            left.add(run.edge.source)
    assert left == {run.edge.source for run in of_parameters(name, parameters, folded)}


def gap(p: Point, q: Point) -> float:
    return float(np.hypot(p[0] - q[0], p[1] - q[1]))


@pytest.mark.parametrize(("name", "parameters"), [*product(GATED, AS_NODES)])
def test_a_parameters_own_line_is_as_wide_as_its_gradient(name: str, parameters: Parameters) -> None:
    numbers = figure(name).numbers
    widths = scales(graph_of(name, parameters), numbers)
    for run in of_parameters(name, parameters, False):
        if not run.branch:
            whole = float(np.linalg.norm(numbers.gradient(run.edge.source)))
            assert run.legs[0].load is not None
            assert widths.loaded(run.legs[0].load).width == pytest.approx(widths.arrows.flow(whole).width, abs=0.1)


@pytest.mark.parametrize(("name", "parameters"), [*product(GATED, AS_NODES)])
def test_a_shared_stretch_carries_all_whose_way_it_is_on(name: str, parameters: Parameters) -> None:
    edges = {e.id: e for e in graph_of(name, parameters).edges}
    runs = of_parameters(name, parameters, False)
    for leg in {id(leg): leg for run in runs for leg in run.legs}.values():
        assert leg.load is not None
        sources = {edges[it].source for load in (leg.load, *leg.load.beside) for it in carried(load)}
        assert sources == {run.edge.source for run in runs if any(it is leg for it in (*run.legs, *run.along))}


def carried(load: Load) -> Iterator[str]:
    yield from load.edges
    for other in load.beyond:
        yield from carried(other)


def test_three_parameters_of_a_state_have_an_arrow_each() -> None:
    heads = [leg for run in of_parameters("rnn", "copies", False) for leg in run.legs if leg.arrow.head]
    assert len(heads) == len(of_parameters("rnn", "copies", False))


def test_parameters_with_the_same_index_stand_in_a_row() -> None:
    blocks = parameter_blocks(graph_of("lstm", "nodes"), lambda _: True)
    of_c, of_h, of_p = sorted(blocks, key=lambda it: -len(it.rows))
    assert {"".join(sorted({name[-1] for name in row})) for row in of_c.rows} == {"f", "i", "g"}
    assert len(of_h.rows) == len(of_p.rows) == 1


def test_a_parameter_that_something_else_reads_too_stands_apart() -> None:
    text = parse("h[t] = tanh(A @ h[t-1] + B @ x[t] + C @ z[t] + b + d); o[t] = A @ h[t]; loss = sum(o[tau])")
    (block,) = parameter_blocks(unfold(text, 2, parameters="nodes"), lambda _: True)
    assert set(block.members) == {"B", "C", "b", "d"}


@pytest.mark.parametrize("count", range(2, 14))
def test_lines_of_a_block_meet_no_circle_but_their_own(count: int) -> None:
    names = [f"p{i}" for i in range(count)]
    summed = " + ".join([*names, "q0", "q1", "x[t]"])
    graph = unfold(parse(f"h[t] = tanh({summed}); loss = sum(h[tau])"), 1, parameters="nodes")
    (block,) = parameter_blocks(graph, lambda _: True)
    for key, strokes in block.strokes.items():
        for one, two in (pair for stroke in strokes for pair in pairwise(stroke.corners)):
            for other, place in block.places.items():
                near = Box(place[0] - SMALL, place[1] - SMALL, place[0] + SMALL, place[1] + SMALL)
                line = Box(min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1])).grown(3)
                assert other == key or not near.meets(line)


def test_lines_that_share_a_corner_part_there_on_the_side_on_which_they_go_on() -> None:
    corner = (0.0, -60.0)
    up = straight_path((0.0, -20.0), corner)
    ways = {
        ("a", side): joined(up, straight_path(corner, (x, -100.0))) for side, x in (("right", 40.0), ("left", -40.0))
    }
    parted = parted_ways(ways, {"a": ((0.0, 0.0), 20.0)}, {"a": Box(-20, -20, 20, 20)}, [])
    (right, left) = (parted["a", side] for side in ("right", "left"))
    assert [right[i][0] - left[i][0] > 3 for i in (0, 3)] == [True, True]
    assert parted_ways(ways, {}, {"b": Box(4, -50, 9, -40), "c": Box(-9, -50, -4, -40)}, []) == ways


def test_wires_end_at_the_card_of_a_bitmap() -> None:
    for parameters, phase in product(AS_NODES, ("forward", "backward")):
        fields = {"system": "hopfield", "tau": 2, "detail": "cells", "parameters": parameters, "phase": phase}
        assert not audited(Asked.of("", fields))


def test_of_many_parameters_those_of_each_layer_come_on_one_line() -> None:
    graph = unfold(parse(RECURRENCES["lstm"]), 2, "gates", parameters="copies")
    blocks = parameter_blocks(graph, lambda _: True)
    assert sorted(map(len, (it.members for it in blocks))) == [2, 3, 3, 3, 3]


def test_a_wire_comes_in_at_the_side_of_a_node_only_where_no_line_of_the_cell_does() -> None:
    asked = {"system": "bidirectional", "tau": 2, "detail": "gates", "parameters": "copies", "view": "unfolded"}
    assert not audited(Asked.of("", asked))
