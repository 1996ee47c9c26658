"""Crowded cells are wired with buses: each source has one line until it forks, and no two lines run on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from random import Random

import numpy as np
import pytest

from app.arrays import Array
from app.drawing.geometry import Box, rounded
from app.drawing.layout.bus_cell import lay_out_bused_cell
from app.drawing.layout.bus_channel import comb
from app.drawing.layout.bus_forks import forked
from app.drawing.layout.bus_ranks import in_order, stacked_ranks
from app.drawing.layout.cell import APART, way_out
from app.drawing.layout.cell_sketch import CellSketch, LaidOutCell, NodeBox
from app.drawing.layout.cell_template import CellTemplate, TemplateNode
from app.drawing.layout.node_shapes import NodeShape
from app.link import Link, resolve
from app.outputs import table as answers
from tests.drawing.audited import Asked, audited, figure
from tests.tiers import long

NODE = NodeBox(36.0, 30.0, mouth=12.0)
Segment = tuple[tuple[float, float], tuple[float, float]]


def chain(sign: str, count: int) -> str:
    """A cell of so many terms or factors, each one of three."""
    return "s[t] = tanh(" + f" {sign} ".join(("s[t-1]", "x[t]", "a")[i % 3] for i in range(count)) + ")"


def random_cell(seed: int, groups: int = 0) -> CellSketch:
    """Nodes that read what stands before them, some in boxes, those after each other."""
    chance, count = Random(seed), 30
    nodes = [NodeBox(36.0, 30.0, mouth=12.0, group=_box(i, groups)) for i in range(count)]
    lines = {(source, i) for i in range(1, count) for source in chance.sample(range(i), min(i, chance.randint(1, 6)))}
    return CellSketch(tuple(nodes), tuple((*ends, (0.0, 0.0)) for ends in sorted(lines)), _boxes(groups))


def _box(node: int, groups: int) -> int:
    """Nodes 8 to 13 stand in the first box, 16 to 21 in the second."""
    return next((i for i in range(groups) if 8 * (i + 1) <= node < 8 * (i + 1) + 6), -1)


def _boxes(groups: int) -> tuple[tuple[tuple[float, float], int], ...]:
    return tuple(((20.0, 16.0), -1) for _ in range(groups))


def laid_out(sketch: CellSketch) -> LaidOutCell:
    found = lay_out_bused_cell(sketch)
    assert found is not None
    return found


def segments(way: Sequence[tuple[float, float]]) -> list[Segment]:
    return list(pairwise(way))


def least_distance_alongside(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> float:
    """How near a stretch of one way comes to a parallel one of another that it runs beside; infinite without one."""
    nearest = np.inf
    for along, across in ((0, 1), (1, 0)):
        (lows, highs, places), (other_lows, other_highs, other_places) = (
            stretches(np.array(way, dtype=np.float64), along, across) for way in (one, other)
        )
        shared = np.minimum.outer(highs, other_highs) - np.maximum.outer(lows, other_lows)
        apart = np.abs(np.subtract.outer(places, other_places))
        nearest = min(nearest, apart[shared > 0.5].min(initial=np.inf))
    return float(nearest)


def stretches(way: Array, along: int, across: int) -> tuple[Array, Array, Array]:
    """Where each stretch of a way in one direction begins and ends, and where it lies across it."""
    straight = way[:-1, across] == way[1:, across]
    ends = np.sort(np.stack((way[:-1, along], way[1:, along])), axis=0)[:, straight]
    return ends[0], ends[1], way[:-1, across][straight]


@pytest.mark.one_in(6)
@pytest.mark.parametrize("groups", [0, 2])
@pytest.mark.parametrize("seed", range(3))
def test_lines_of_different_sources_never_run_on_each_other(seed: int, groups: int) -> None:
    sketch = random_cell(seed, groups)
    ways = laid_out(sketch).corners
    for (one, first), (other, then) in combinations(zip(sketch.lines, ways, strict=True), 2):
        if one[0] != other[0] and one[1] != other[1]:
            assert least_distance_alongside(first, then) >= 3.9, (one, other)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("groups", [0, 2])
@pytest.mark.parametrize("seed", range(3))
def test_a_line_joins_its_nodes_and_passes_no_other(seed: int, groups: int) -> None:
    sketch = random_cell(seed, groups)
    found = laid_out(sketch)
    for (source, target, _), way in zip(sketch.lines, found.corners, strict=True):
        (sx, sy), (tx, ty) = found.centres[source], found.centres[target]
        assert way[0] == pytest.approx((sx, sy - NODE.height / 2), abs=0.01)
        assert abs(way[-1][0] - tx) <= NODE.mouth and way[-1][1] == pytest.approx(ty + NODE.height / 2, abs=0.01)
        for number, (x, y) in enumerate(found.centres):
            if number not in (source, target):
                for (ax, ay), (bx, by) in segments(way):
                    beside = max(ax, bx) < x - 20 or min(ax, bx) > x + 20
                    assert beside or max(ay, by) < y - 17 or min(ay, by) > y + 17, (source, target, number)


def test_the_box_of_a_group_holds_its_nodes_alone() -> None:
    sketch = random_cell(3, groups=2)
    found = laid_out(sketch)
    for (x, y), node in zip(found.centres, sketch.nodes, strict=True):
        within = [i for i, box in enumerate(found.groups) if box.left < x < box.right and box.top < y < box.bottom]
        assert within == ([node.group] if node.group >= 0 else [])


def test_boxes_that_are_each_above_the_other_cannot_be_laid_out_so() -> None:
    nodes = tuple(NodeBox(36.0, 30.0, mouth=12.0, group=group) for group in (0, 1, 1, 0))
    lines = tuple((*ends, (0.0, 0.0)) for ends in ((0, 1), (2, 3), (1, 3), (2, 0)))
    assert lay_out_bused_cell(CellSketch(nodes, lines, _boxes(2))) is None


@pytest.mark.parametrize("view", ["folded", "unfolded"])
@pytest.mark.parametrize("sign", ["*", "-"])
@pytest.mark.one_in(4)
@pytest.mark.parametrize("count", [12, *long(60)])
def test_a_chain_of_many_terms_is_as_an_art_editor_wants_it(count: int, sign: str, view: str) -> None:
    fields = {"equations": chain(sign, count), "detail": "operations", "view": view, "tau": 2}
    assert not audited(Asked.of("", fields))


def test_no_line_runs_through_what_is_written_on_another() -> None:
    bare = random_cell(5)
    lines = tuple((*line[:2], ((10.0, 30.0, 50.0)[i % 3], 14.0)) for i, line in enumerate(bare.lines))
    found = laid_out(CellSketch(bare.nodes, lines))
    for (width, height), label in zip((size for *_, size in lines), found.labels, strict=True):
        assert label is not None
        box = Box(*label, *label)._replace(left=label[0] - width / 2 + 1, right=label[0] + width / 2)
        box = box._replace(top=label[1] - height / 2, bottom=label[1] + height / 2)
        for way in found.corners:
            for (ax, ay), (bx, by) in segments(way):
                assert not box.meets(Box(min(ax, bx), min(ay, by), max(ax, bx) + 0.1, max(ay, by) + 0.1))


def test_a_start_with_a_tag_where_the_other_steps_have_none_has_its_arrow_at_the_tag() -> None:
    text = "s[t] = g[t]; s[1] = 0.1 / a; loss = sum(s[t] @ s[t])"
    for detail in ("operations", "cells"):
        assert not audited(Asked.of("", {"equations": text, "detail": detail, "view": "unfolded", "tau": 3}))


def test_what_comes_in_from_below_stands_near_to_its_readers() -> None:
    """A cell of twelve readers of a source each is as wide as these, and not as what they read."""
    port, count = NodeBox(9.0, 2.0, low=True, tail="n"), 12
    sketch = CellSketch((NODE,) * count + (port,) * count, tuple((count + i, i, (0.0, 0.0)) for i in range(count)))
    found = laid_out(sketch)
    assert all(way[0][0] == way[-1][0] for way in found.corners)
    xs = [x for x, _ in found.centres]
    assert max(xs) - min(xs) <= (count - 1) * (NODE.width + 20)


def test_every_piece_of_a_bus_is_drawn_once() -> None:
    data = figure(Asked.of("", {"equations": chain("*", 60), "detail": "operations", "view": "unfolded", "tau": 2}))
    curves = [str(curve) for edge in data["edges"] for curve in edge["curves"]]
    assert len(curves) == len(set(curves))


def test_a_forked_way_is_told_in_strokes_with_those_that_run_along() -> None:
    trunk = (0.0, 0.0), (0.0, -10.0)
    ways = (*trunk, (-20.0, -10.0), (-20.0, -30.0)), (*trunk, (20.0, -10.0), (20.0, -30.0))
    far = (*trunk, (40.0, -10.0), (40.0, -30.0))
    left, right, last = forked((*ways, far))
    assert [stroke.passing for stroke in left] == [(0, 1, 2), (0,)]
    assert [stroke.passing for stroke in right] == [(0, 1, 2), (1, 2), (1,)]
    assert [stroke.corners for stroke in last][1:] == [
        ((0.0, -10.0), (20.0, -10.0)),
        ((20.0, -10.0), (40.0, -10.0), (40.0, -30.0)),
    ]


@pytest.mark.parametrize(
    ("wanted", "weights", "found"),
    [
        ((1, 2, 3), (1, 1, 1), [1, 2, 3]),
        ((3, 1), (1, 1), [2, 2]),
        ((3, 0), (1, 2), [1, 1]),
        ((0, 6, 3, 0, 9), (1, 1, 1, 1, 1), [0, 3, 3, 3, 9]),
    ],
)
def test_places_in_order_are_the_nearest_by_least_squares(
    wanted: Sequence[float], weights: Sequence[float], found: list[float]
) -> None:
    assert in_order(wanted, weights) == pytest.approx(found)


def test_what_reads_nothing_stands_just_below_its_reader() -> None:
    lines: Mapping[tuple[int, int], str] = {(0, 1): "", (1, 2): "", (3, 2): "", (4, 2): ""}
    assert stacked_ranks(5, lines, low=[4]) == [0, 1, 2, 1, 0]
    assert stacked_ranks(2, [(0, 1), (1, 0)], low=[]) is None


def test_wires_from_further_out_turn_higher_into_a_narrow_side() -> None:
    teeth = comb([(7, -20.0), (8, -10.0), (9, 30.0)], [-7.0, 0.0, 7.0])
    assert {net: tooth.level for net, tooth in teeth.items()} == {7: 1, 8: 0, 9: 0}
    assert not comb([(7, 3.0)], [3.0])


@pytest.mark.parametrize("beside", [-2.0, 0.0, 2.0])
@pytest.mark.parametrize("side", [1, -1])
def test_what_leaves_a_node_over_others_runs_up_along_no_line_that_passes_above_it(beside: float, side: int) -> None:
    """As that of a bus, which comes from far and goes on to a node that stands above."""
    places = {"node": (0.0, 0.0), "right": (80.0, 0.0), "left": (-80.0, 0.0), "above": (beside, -200.0)}
    bus = rounded([(30.0, -31.0), (beside, -31.0), (beside, -180.0)])
    nodes = {key: TemplateNode(key, NodeShape(40.0 if key in ("left", "right") else 27.0, None)) for key in places}
    cell = CellTemplate(nodes, places, {}, {("right", "above"): bus}, {}, {})
    (x, bottom), (_, top) = way_out(cell, "node", side)
    assert top < -31 < bottom
    assert abs(x - beside) >= APART


def all_before(count: int) -> str:
    """Variables that each read all those before them."""
    terms = ([*(f"v{k}[t]" for k in range(i)), f"v{i}[t-1]"] for i in range(count))
    return "\n".join(f"v{i}[t] = tanh({' + '.join(of)})" for i, of in enumerate(terms))


def lags(count: int) -> str:
    return "h[t] = tanh(" + " + ".join(f"h[t-{k}]" for k in range(1, count + 1)) + ")"


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("few", "many"), [(all_before(6), all_before(14)), (lags(9), lags(50))], ids=["of variables", "of steps"]
)
@pytest.mark.parametrize("more", [{}, {"tau": 14}, {"view": "folded"}, {"tau": 14, "window": "1..tau"}], ids=str)
def test_lines_that_rows_have_no_room_for_are_wired(few: str, many: str, more: dict[str, object]) -> None:
    runs = [resolve(Link(equations=text, detail="cells", **more)) for text in (few, many)]
    assert [(it.run.graph.wired, it.run.folded.wired) for it in runs] == [(False, False), (True, True)]
    assert answers.scene(runs[1]).width > 0
