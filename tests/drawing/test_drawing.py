"""The figure as geometry and text: what stands where, what touches what, what a file may contain."""

from __future__ import annotations

import gzip
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from math import comb, hypot
from typing import get_args

import numpy as np
import pytest

from app.arrays import Array
from app.drawing import THEMES, FigureOptions, draw, page_svg, stylesheet, svg
from app.drawing.geometry import Box
from app.drawing.layout.arrows import draw_arrows
from app.drawing.layout.circuit_column import lay_out_circuit
from app.drawing.layout.dimensions import EDGE_WIDTH, RADIUS
from app.drawing.layout.graphviz import circle_radius
from app.drawing.layout.grid import Layout, PlacedNode, RoutedEdge, lay_out_steps
from app.drawing.layout.window import spans, window
from app.drawing.lettering import GRADIENT_SIGN, number, outline, variable, with_commas
from app.drawing.scene.draw import ROOMY
from app.drawing.scene.options import View
from app.drawing.scene.scene import Cells, Curve, Disc, Ink, Item, ItemGroup, Rect
from app.drawing.scene.themes import SCALE, STEPS, colour
from app.drawing.scene.values import peaks
from app.engine import Edge, Graph, Node, cursor, steps, unfold
from app.engine.graph import PHASES
from app.engine.graph.graph import Detail
from app.language import Read
from app.language import parse as read
from app.language.node_ids import NodeId
from app.language.typeset import Fenced, Letters, Numeral, Row, Scripts, Sign, row
from app.link import parse, resolve
from app.outputs import inline
from app.outputs.plots import energy_sheet
from app.outputs.table import scene
from app.systems import SYSTEMS
from tests.figures import EVERY_LOOK, figure, looks
from tests.lint import reasons
from tests.recurrences import RECURRENCES
from tests.snapshots import spelled

DETAILS: tuple[Detail, ...] = ("states", "cells")
EACH_DETAIL = pytest.mark.parametrize("detail", DETAILS)
STROKE = 0.7
"""Half of the widest stroke of a structure, in points."""


# labels


def test_a_vector_is_bold_and_a_scalar_italic() -> None:
    assert variable("h", 1) == Letters("h", "bold")
    assert variable("W", 2) == Letters("W", "bold")
    assert variable("L", 0) == Letters("L", "italic")


def test_a_label_is_a_box_as_equations_have_it() -> None:
    above = Row((Sign("("), Numeral("2"), Sign(")")))
    assert variable("yhat", 1, "2") == Scripts(Letters("y", "bold", "hat"), None, above)


def test_labels_side_by_side_are_as_wide_as_they_are_with_commas_between() -> None:
    one, both = outline(variable("W", 2), 18), outline(with_commas([variable("W", 2), variable("W", 2)]), 18)
    assert 2 * one.width < both.width < 3 * one.width
    assert both.middle == one.middle


def test_a_sign_before_a_number_leaves_its_middle_where_it_is() -> None:
    assert outline(row(GRADIENT_SIGN, number(0.5)), 18).middle == outline(number(0.5), 18).middle


def test_what_labels_have_not_is_no_outline() -> None:
    with pytest.raises(TypeError, match="Fenced"):
        outline(Fenced(Letters("h")), 18)


def test_a_step_is_raised_behind_its_symbol() -> None:
    label, plain = outline(variable("h", 1, "2"), 18), outline(variable("h", 1), 18)
    assert label.ascent > plain.ascent
    assert label.descent == plain.descent
    assert label.width > plain.width + 10
    assert label.middle == plain.middle


def test_a_hat_is_no_wider_than_its_letter_and_over_its_middle() -> None:
    hatted, plain = outline(variable("yhat", 1), 18), outline(variable("y", 1), 18)
    assert hatted.width == plain.width
    assert hatted.ascent > plain.ascent + 2


def test_a_subscript_hangs_below_the_line() -> None:
    assert outline(variable("b_f", 1), 18).descent > 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.36741, "0.367"),
        (-1.2, "−1.20"),
        (1.0, "1"),
        (0.0, "0"),
        (-0.0, "0"),
        (-3.21e-7, "−3.2×10^−7"),
        (1e9, "1×10^9"),
        (float("nan"), "NaN"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_have_three_digits_and_a_true_minus(value: float, text: str) -> None:
    assert spelled(number(value)) == text


def test_a_character_that_the_font_lacks_is_a_box_and_no_crash() -> None:
    assert outline(variable("変", 1), 18).glyphs


# layout


@lru_cache(maxsize=256)
def layouts(name: str, detail: Detail, labels: float = 1.0) -> tuple[Layout, ...]:
    """The circuit, a short run and parts of a long one."""
    return tuple(_layouts(name, detail, labels))


def _layouts(name: str, detail: Detail, labels: float) -> Iterator[Layout]:
    it, long = figure(name, detail=detail), figure(name, 20, detail).graph
    yield lay_out_steps(it.graph, labels=labels)
    yield lay_out_circuit(it.circuit, labels)
    for asked in (None, (9, 12)):
        shown = window(long, spans(20, detail, 10, asked))
        yield lay_out_steps(shown.graph, shown.columns, labels)


@lru_cache(maxsize=256)
def inked(name: str, detail: Detail, labels: float = 1.0) -> tuple[tuple[Layout, dict[str, Array]], ...]:
    """The layouts with the places along each arrow of theirs."""
    found = layouts(name, detail, labels)
    return tuple((layout, {run.edge.id: points(run) for run in layout.runs}) for layout in found)


ALONG = np.linspace(0, 1, 151)[:, None]
BERNSTEIN = np.hstack([comb(3, k) * ALONG**k * (1 - ALONG) ** (3 - k) for k in range(4)])
"""What each of the four points of a curve weighs at 151 places along it."""


def points(run: RoutedEdge) -> Array:
    """Places along the ink of an arrow, at most about two points apart, and its head's corners: a row each."""
    shapes = draw_arrows(leg.arrow for leg in run.legs)
    found = list[Array]()
    for leg in run.legs:
        shape = shapes[leg.arrow].moved(leg.x, leg.y)
        found += [BERNSTEIN @ np.array(shape.line[i : i + 4]) for i in range(0, len(shape.line) - 1, 3)]
        found.append(np.array(shape.head).reshape(-1, 2))
    return np.concatenate(found)


def clearance(ink: Array, spots: Iterable[PlacedNode]) -> float:
    """How near places come to the middle of a node."""
    middles = np.array([(s.x, s.y) for s in spots]).reshape(-1, 1, 2)
    return float(np.linalg.norm(ink - middles, axis=2).min(initial=np.inf))


@pytest.mark.one_in(8)
@EACH_DETAIL
@pytest.mark.parametrize("name", RECURRENCES)
def test_nodes_do_not_overlap(name: str, detail: Detail) -> None:
    for layout in layouts(name, detail):
        places = [(s.x, s.y) for s in layout.spots]
        assert all(
            hypot(px - qx, py - qy) > 2 * RADIUS + 10 for i, (px, py) in enumerate(places) for qx, qy in places[:i]
        )


@pytest.mark.one_in(4)
@EACH_DETAIL
@pytest.mark.parametrize("name", RECURRENCES)
def test_steps_and_rows_are_evenly_spaced(name: str, detail: Detail) -> None:
    for layout in layouts(name, detail):
        cells = [(round(s.x / layout.pitch.column, 9), s.y / layout.pitch.row) for s in layout.spots]
        assert all(column % 0.5 == 0 and row % 1 == 0 for column, row in cells)
        columns = sorted({column for column, _ in cells if column % 1 == 0})
        assert columns == [columns[0] + i for i in range(len(columns))]


@pytest.mark.one_in(6)
@EACH_DETAIL
@pytest.mark.parametrize("name", RECURRENCES)
def test_no_arrow_crosses_a_node(name: str, detail: Detail) -> None:
    for layout, ink in inked(name, detail):
        for run in layout.runs:
            others = [s for s in layout.spots if s.node.id not in (run.edge.source, run.edge.target)]
            assert clearance(ink[run.edge.id], others) > RADIUS + 2, run.edge.id


AROUND = {
    "y[t] = x[t] + x[t-4]": 5,
    "y[t] = x[t] + x[t-4] + x[t-7]": 12,
    "h[t] = tanh(W @ h[t-1] + U @ x[t]); o[t] = V @ h[t]; c = mean(h[t])": 6,
    "c[t] = W @ h[t-1] + x[t]; h[t] = tanh(c[t]); s[0] = P @ h[tau]; d[0] = R @ c[tau]; d[t] = Q @ d[t-1] + s[t-1]; "
    "s[t] = tanh(d[t]); loss = sum(s[tau])": 4,
}
"""Equations with arrows that no single curve takes past the nodes, and steps."""


@pytest.mark.parametrize("text", AROUND)
def test_an_arrow_goes_around_the_nodes_that_no_curve_can_pass(text: str) -> None:
    layout = lay_out_steps(unfold(read(text), AROUND[text]))
    spots: dict[str, PlacedNode] = {s.node.id: s for s in layout.spots}
    levels = sorted({s.y for s in layout.spots})
    makes_room = any(low - high > layout.pitch.row for high, low in pairwise(levels))
    assert makes_room or any(leg.arrow.path for run in layout.runs for leg in run.legs)
    for run in layout.runs:
        ends = [spots.pop(run.edge.source), spots.pop(run.edge.target)]
        assert clearance(points(run), spots.values()) > RADIUS + 2, run.edge.id
        for _, box in ((run.edge.id, w.box) for w in run.words):
            assert all(hypot(max(box.left - s.x, s.x - box.right, 0), max(box.top - s.y, s.y - box.bottom, 0)) > RADIUS
                       for s in (*spots.values(), *ends)), run.edge.id  # fmt: skip
        (leg,), target = run.legs, ends[1]
        head = draw_arrows([leg.arrow])[leg.arrow].moved(leg.x, leg.y).head
        reach = min(hypot(x - target.x, y - target.y) for x, y in head) - EDGE_WIDTH / 2 / 0.33
        assert RADIUS - 0.3 < reach < RADIUS + 0.7, run.edge.id
        spots |= {run.edge.source: ends[0], run.edge.target: ends[1]}


@pytest.mark.one_in(24)
@EACH_DETAIL
@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize("labels", [1.0, ROOMY])
def test_no_label_touches_a_line_a_node_or_another_label(name: str, detail: Detail, labels: float) -> None:
    for layout, ink in inked(name, detail, labels):
        words = [(run.edge.id, w.box) for run in layout.runs for w in run.words]
        for id, box in words:
            room = box.grown(STROKE)
            for other, places in ink.items():
                inside = ((room.left, room.top) < places) & (places < (room.right, room.bottom))
                assert not inside.all(axis=1).any(), f"the label of {id} touches {other}"
            for s in layout.spots:
                dx = max(room.left - s.x, s.x - room.right, 0)
                dy = max(room.top - s.y, s.y - room.bottom, 0)
                assert hypot(dx, dy) > RADIUS, f"the label of {id} touches {s.node.id}"
            assert not [o for o, b in words if b is not box and b.meets(box)], f"the label of {id} touches another"


@pytest.mark.one_in(4)
@EACH_DETAIL
@pytest.mark.parametrize("name", RECURRENCES)
def test_no_two_arrows_run_along_each_other(name: str, detail: Detail) -> None:
    for _, ink in inked(name, detail):
        middles = [(id, places[60:90:6]) for id, places in ink.items()]
        for i, (id, ps) in enumerate(middles):
            for other, qs in middles[:i]:
                apart = np.linalg.norm(ps[:, None] - qs, axis=2).min(axis=1)
                assert (apart < 1.5).sum() < 3, f"{id} runs along {other}"


@pytest.mark.one_in(2)
@EACH_DETAIL
@pytest.mark.parametrize("name", RECURRENCES)
def test_arrowheads_touch_their_circles(name: str, detail: Detail) -> None:
    for layout in layouts(name, detail):
        spots: dict[str, PlacedNode] = {s.node.id: s for s in layout.spots}
        for run in layout.runs:
            leg, target = run.legs[-1], spots[run.edge.target]
            head = draw_arrows([leg.arrow])[leg.arrow].moved(leg.x, leg.y).head
            reach = min(hypot(x - target.x, y - target.y) for x, y in head) - EDGE_WIDTH / 2 / 0.33
            assert RADIUS - 0.3 < reach < RADIUS + 0.7, run.edge.id


@pytest.mark.parametrize("name", ["rnn", "lstm", "two lags", "bidirectional"])
def test_every_step_looks_the_same_but_for_the_track_of_a_far_line(name: str) -> None:
    layout = lay_out_steps(figure(name, 6).graph)
    shapes: dict[tuple[str, str, int], set[object]] = {}
    for run in layout.runs:
        source, target = (id.partition("[")[0] for id in (run.edge.source, run.edge.target))
        leg = run.legs[0]
        seen = leg.arrow, tuple((round(w.x - leg.x, 6), round(w.y - leg.y, 6)) for w in run.words)
        shapes.setdefault((source, target, run.edge.lag), set()).add(seen)
    assert all(len(seen) <= max(1, abs(lag)) for (_, _, lag), seen in shapes.items())


def test_rows_go_up_and_columns_are_steps() -> None:
    spots: dict[str, PlacedNode] = {s.node.id: s for s in lay_out_steps(figure("rnn").graph).spots}
    assert [spots[f"{v}[1]"].y for v in "xhoLy"] == [0, -82, -164, -246, -328]
    assert [spots[f"h[{t}]"].x for t in range(5)] == [0, 106, 212, 318, 424]


def test_what_has_no_step_stands_in_the_middle() -> None:
    spots: dict[str, PlacedNode] = {s.node.id: s for s in lay_out_steps(figure("vector-to-sequence").graph).spots}
    assert spots["x"].x == (spots["h[2]"].x + spots["h[3]"].x) / 2


def test_a_delay_is_a_square_and_says_its_lag_if_it_is_not_one() -> None:
    runs = {
        (str(r.edge.source), r.edge.lag): r
        for r in lay_out_circuit(figure("two lags").circuit).runs
        if r.edge.target == "h"
    }
    assert runs["x", 0].square is None
    assert runs["h", 1].square is not None
    assert len(runs["h", 1].words) == 1
    assert len(runs["h", 3].words) == 2


def test_graphviz_draws_the_circle_at_its_size() -> None:
    assert circle_radius() == pytest.approx(0.76 * 36)


# scenes


def test_all_steps_of_a_phase_share_the_canvas_and_those_of_both_every_place() -> None:
    it = figure("rnn", 2)
    passed = [(s.phase, it.scene(place=cursor(it.graph, s.phase, s.at))) for s in steps(it.graph)]
    assert len({(phase, s.left, s.top, s.width, s.height) for phase, s in passed}) == len(PHASES)
    scenes = [s for _, s in passed]
    discs = [{(d.x, d.y) for d in s.walk() if isinstance(d, Disc) and d.paint.role == "disc"} for s in scenes]
    assert all(d == discs[0] for d in discs)


def test_what_is_not_reached_is_a_dash_and_what_is_has_its_value() -> None:
    it = figure("rnn", 2)
    scene = it.scene(place=cursor(it.graph, "forward", "h[1]"))
    groups = {g.id: g for g in scene.walk() if isinstance(g, ItemGroup)}
    drawn = {id: [i.role for i in groups[id].items if isinstance(i, ItemGroup)] for id in groups}
    dashes = {id: [i.paint.role for i in groups[id].items if isinstance(i, Rect)] for id in groups}
    assert (drawn["fig-h-1"], dashes["fig-h-1"]) == (["value"], [])
    assert (drawn["fig-h-0"], dashes["fig-h-0"]) == (["value"], [])
    assert (drawn["fig-o-1"], dashes["fig-o-1"]) == ([], ["dash blank-value"])


def test_in_the_backward_pass_reached_arrows_point_back_as_wide_as_what_flows() -> None:
    it = figure("rnn", 3)
    place = cursor(it.graph, "backward", "h[2]")
    layers = [g for g in it.scene(place=place).walk() if isinstance(g, ItemGroup) and g.role in ("forward", "backward")]
    assert {g.role for g in layers} == {"forward", "backward"}
    norms = {float(dict(g.data)["norm"]): _width(g) for g in layers if g.role == "backward"}
    assert [norms[n] for n in sorted(norms)] == sorted(norms.values())
    assert len(set(norms.values())) > 1


def _width(group: ItemGroup) -> float:
    return next(i.paint.width for i in group.items if isinstance(i, Curve))


def test_no_gradient_is_drawn_into_data() -> None:
    it = figure("rnn", 2)
    scene = it.scene(place=cursor(it.graph, "backward", None))
    roles = {
        g.id: {i.role for i in g.items if isinstance(i, ItemGroup)} for g in scene.walk() if isinstance(g, ItemGroup)
    }
    assert roles["fig-x-1"] == roles["fig-y-1"] == {"value"}
    assert roles["fig-h-0"] == {"value", "gradient"}


@pytest.mark.parametrize("size", [1, 5, 12, 13, 60, 500])
def test_a_vector_is_a_strip_that_stays_in_its_circle(size: int) -> None:
    it = figure("rnn-regression", 2, sizes=f"h:{size}")
    graph = it.graph
    scene = it.scene(place=cursor(graph, "backward", None))
    spots = {(s.x, s.y) for s in lay_out_steps(graph).spots}
    strips = [c for c in scene.walk() if isinstance(c, Cells) and c.y < 20]
    assert strips
    for c in strips:
        corners = [(c.x, c.y), (c.x + c.width, c.y), (c.x, c.y + c.height), (c.x + c.width, c.y + c.height)]
        centre = min(spots, key=lambda s: hypot(s[0] - c.x - c.width / 2, s[1] - c.y))
        assert all(hypot(x - centre[0], y - centre[1]) < RADIUS - 1 for x, y in corners)
    assert max(len(c.colours) for c in strips) == max(min(size, 72), 4)


def test_a_long_vector_keeps_every_spike() -> None:
    table = np.zeros((2, 500))
    table[0, [3, 250, 499]], table[1, 250] = (1.0, -2.0, 0.5), np.nan
    shown = peaks(table, 72)
    assert shown.shape == (2, 72)
    assert sorted(shown[0][shown[0] != 0]) == [-2.0, 0.5, 1.0]
    assert np.isnan(shown[1]).sum() == 1
    assert peaks(table, 500) is table


def test_the_scale_is_white_at_zero_blue_below_and_red_above() -> None:
    assert len(SCALE) == 2 * STEPS + 1
    assert colour(0) == "#f7f7f7"
    low, high = (tuple(int(colour(s)[i : i + 2], 16) for i in (1, 3, 5)) for s in (-1.0, 1.0))
    assert low[2] > low[0]
    assert high[0] > high[2]
    assert colour(float("nan")) == "#000000"


def test_a_view_without_its_graph_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="folded"):
        draw(figure("rnn").graph, options=FigureOptions(view="both"))


# files


@pytest.mark.one_in(4)
@EVERY_LOOK
@pytest.mark.parametrize("name", [name for name in RECURRENCES if name not in SYSTEMS])
@pytest.mark.parametrize("detail", DETAILS)
def test_files_are_slide_safe(name: str, detail: Detail, every: bool) -> None:
    it = figure(name, detail=detail)
    for view, phase, theme in looks(every, name, detail):
        assert reasons(it.svg(view, it.cursor(phase), theme=theme)) == [], (view, phase, theme)


def test_every_kind_of_item_is_slide_safe_in_every_theme() -> None:
    """In figures here; a plot has the kind that is left, and is linted with plots. Bars stand in for cells."""
    it, run = figure("lstm"), figure("rnn", 20)
    plotted = {type(item) for item in energy_sheet(resolve(parse("system=hopfield&tau=3"))).walk()}
    for theme, look in THEMES.items():
        scenes = [f.scene("both", f.cursor("backward"), theme=theme) for f in (it, run)]
        kinds = {type(item) for scene in scenes for item in scene.walk()} | plotted
        assert kinds == {*get_args(Item)} - ({Cells} if look.bars else set())
        assert [reason for scene in scenes for reason in reasons(svg(scene))] == []


def test_the_lint_sees_what_breaks_slides() -> None:
    good = figure("rnn").svg()
    for bad, good_part in [("<text>a</text></g>", "</g>"), ('fill="rgba(0,0,0,1)"', 'fill="#111111"'), ("NaN", ".88")]:
        assert reasons(good.replace(good_part, bad, 1))
    assert reasons("<!DOCTYPE svg>" + good)
    assert reasons(good.replace('role="img"', 'role="group"'))
    assert reasons(good.replace("fig-h-1", "fig-h-2"))


def test_the_same_figure_is_the_same_bytes() -> None:
    first = figure("lstm").svg("both", figure("lstm").cursor("backward"))
    figure.cache_clear()
    assert figure("lstm").svg("both", figure("lstm").cursor("backward")) == first


def test_threads_draw_the_same() -> None:
    names = ["rnn", "lstm", "bidirectional", "narx"] * 3
    alone = [figure(name).svg("both") for name in names]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda name: figure(name).svg("both"), names)) == alone


def test_words_are_escaped() -> None:
    evil = '<script>alert("&")</script>]]>'
    nodes = tuple(Node(NodeId(evil, t), evil, evil, evil, t, "state", (2,)) for t in (1, 2))
    edge = Edge("e", nodes[0].id, nodes[1].id, (evil,), (Read(evil),), 1, evil)
    graph = Graph("cells", 2, nodes, (edge,), (evil,))
    for file in (svg(draw(graph)), page_svg(draw(graph, options=FigureOptions(live=True)))):
        assert "<script" not in file
        assert evil in "".join(ET.fromstring(file).itertext())


def test_figure_10_3_is_small() -> None:
    file = figure("rnn", 3).svg("both").encode()
    assert len(file) < 60_000
    assert len(gzip.compress(file)) < 15_000


def test_readers_are_told_what_feeds_what() -> None:
    file = figure("rnn").svg()
    assert "h at t = 2, 4 units; fed by h(1) through W and by x(2) through U; feeds o(2) and h(3)" in file
    assert "h at t = 0, where it starts, 4 units; feeds h(1)" in file


@pytest.mark.parametrize(
    ("name", "view", "told"),
    [
        ("last-output", "unfolded", "o, 4 units; fed by h(4) through V; feeds L"),
        ("vector-to-sequence", "unfolded", "x, 4 units; feeds h(1), h(2), h(3) and h(4)"),
        ("bidirectional", "unfolded", "g at t = 4, 4 units; fed by g(5) through R and by x(4) through Q; feeds g(3)"),
        ("bidirectional", "folded", "g, 4 units; fed by g 1 step later through R and by x through Q; feeds g 1 step"),
        ("two lags", "folded", "fed by h 1 step earlier through W, by h 3 steps earlier through S and by x through U"),
        ("lstm", "unfolded", "c at t = 2, 4 units; fed by x(2) through U_i, U_f and U_g, by h(1) through W_i, W_f"),
        ("rnn", "unfolded", "L at t = 2, a number; fed by o(2) and by y(2)"),
    ],
)
def test_a_sentence_reads_well_whatever_feeds_a_node(name: str, view: View, told: str) -> None:
    assert told in figure(name).svg(view)


def test_an_operation_is_called_by_the_step_of_its_equation() -> None:
    file = figure("rnn", detail="operations").svg()
    assert "W, 4 × 4 units; feeds product within a(1), product within a(2), product within a(3) and" in file


# pages


def test_on_a_page_steps_differ_in_classes_alone_and_in_what_is_said_of_nodes_that_wait() -> None:
    it = figure("rnn", 3)
    classes = ' (class="(node|edge)[^"]*"|data-phase="[^"]*"|data-at="[^"]*"|tabindex="[^"]*")'
    changing = re.compile(classes + r"|\n(No value|Nothing) yet: [^<]*(?=</title>)")
    pages = [it.svg("unfolded", cursor(it.graph, s.phase, s.at), live=True) for s in steps(it.graph)]
    pages.append(it.svg("unfolded", None, live=True))
    assert len({changing.sub("", page) for page in pages}) == 1
    assert len(set(pages)) == len(pages)


def test_on_a_page_every_node_has_its_name_and_place() -> None:
    it = figure("rnn", 2)
    root = ET.fromstring(it.svg(place=it.cursor("forward"), live=True))
    assert root.get("role") == "group"
    nodes = {e.attrib["data-node"]: e for e in root.iter() if "data-node" in e.attrib}
    assert set(nodes) == {n.id for n in it.graph.nodes}
    assert {e.attrib["data-edge"] for e in root.iter() if "data-edge" in e.attrib} == {e.id for e in it.graph.edges}
    assert [e.get("tabindex") for e in nodes.values()].count("0") == 1
    assert all(e[0].tag.endswith("title") and e[0].text for e in nodes.values())
    assert nodes["h[2]"].attrib["class"].split()[:2] == ["node", "kind-state"]
    value = next(e for e in nodes["h[2]"] if e.get("class") == "value")
    assert value.attrib["data-cells"] == str(it.graph.node("h[2]").shape[0])
    assert float(value.attrib["data-width"]) == 36


def test_a_page_writes_each_label_once_as_one_path() -> None:
    it = figure("lstm", 4, "gates")
    root = ET.fromstring(it.svg("both", it.cursor("backward"), live=True))
    labels = [e.attrib["d"] for e in root.findall("{*}defs/{*}path")]
    assert len(set(labels)) == len(labels) > 50
    there = {f"#{e.attrib['id']}" for e in root.iter() if "id" in e.attrib}
    shown = [e.attrib["href"] for e in root.iter() if e.tag.endswith("use")]
    assert set(shown) <= there
    assert len(shown) > 2 * len(set(shown))


def test_the_style_sheet_speaks_of_figures_and_their_legends_alone() -> None:
    for rule in stylesheet().splitlines():
        selectors, _, body = rule.partition("{")
        assert all(s.startswith((".figure", ".legend-part ")) for s in selectors.split(","))
        assert body.endswith("}")


def test_before_a_pass_begins_its_circuit_shows_the_first_step_and_after_it_the_last() -> None:
    resolved = {phase: resolve(parse(f"system=rnn&view=folded{phase}")) for phase in ("", "&phase=backward")}
    letters = {phase: re.findall(r'data-value="([helo])"', inline(it).drawn) for phase, it in resolved.items()}
    assert letters == {"": ["h", "e"], "&phase=backward": ["l", "l"]}


@pytest.mark.parametrize(("detail", "query"), [("cells", ""), ("cells", "&direction=up"), ("gates", "&direction=up")])
def test_no_label_lies_on_the_ring_around_a_bitmap(detail: str, query: str) -> None:
    """A card reaches further than the circle for which its label was placed, and so does the ring of the cursor."""
    it = scene(resolve(parse(f"system=hopfield-asynchronous&phase=backward&detail={detail}{query}")), live=True)
    cards = [i for i in it.walk() if isinstance(i, Rect) and i.paint.role == "ring"]
    rings = [Box(r.x, r.y, r.x + r.width, r.y + r.height).grown(r.paint.width / 2) for r in cards]
    groups = (g for g in it.walk() if isinstance(g, ItemGroup) and g.fact("edge"))
    words = [i for g in groups for i in g.items if isinstance(i, Ink)]
    boxes = [Box(i.x + o.left, i.y - o.ascent, i.x + o.right, i.y + o.descent) for i in words for o in [i.outline]]
    assert rings
    assert boxes
    assert not [(ring, box) for ring in rings for box in boxes if ring.meets(box)]
