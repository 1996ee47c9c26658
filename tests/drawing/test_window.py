"""Long runs: which steps are shown, what stands for the others, and that the part looks as it does in the whole."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from math import hypot
from urllib.parse import quote

import numpy as np
import pytest

from app.arrays import any_numbers
from app.drawing import svg
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.grid import lay_out_steps
from app.drawing.layout.window import LEGIBLE, Legible, ShownGraph, Span, spans, window
from app.drawing.scene.draw import lay_out_panel
from app.drawing.scene.overview_strip import norms
from app.drawing.scene.scene import Cells, Curve, Disc, ItemGroup, Rect, Scene
from app.drawing.scene.themes import ThemeName
from app.engine import Graph, cursor, run, steps
from app.engine.graph import PHASES, Detail
from app.link import parse, resolve
from app.outputs.table import scene
from tests.figures import EVERY_LOOK, Figure, figure, looks
from tests.lint import reasons
from tests.recurrences import RECURRENCES

LONG = 30
WINDOWS: tuple[tuple[Span, ...], ...] = (((1, 4), (27, 30)), ((1, 2), (14, 16), (29, 30)), ((5, 9),), ((30, 30),))


# which steps


@pytest.mark.parametrize(("detail", "it"), LEGIBLE.items())
def test_a_short_run_is_drawn_whole(detail: Detail, it: Legible) -> None:
    for tau in (1, 2, it.whole):
        assert spans(tau, detail) == spans(tau, detail, tau) == ((1, tau),)


@pytest.mark.parametrize("tau", [1, 20, 1000])
@pytest.mark.parametrize(("detail", "it"), LEGIBLE.items())
def test_a_long_run_shows_its_ends_and_the_steps_beside_the_cursor(detail: Detail, it: Legible, tau: int) -> None:
    tau = max(tau, it.whole + 1)
    without = spans(tau, detail)
    assert without == ((1, it.ends), (tau - it.ends + 1, tau))
    for at in range(1, tau + 1):
        found = spans(tau, detail, at)
        seen = {t for first, last in found for t in range(first, last + 1)}
        assert {1, at, tau} <= seen
        assert it.ends <= at <= tau - it.ends + 1 or found == without
        assert {max(at - 1, 1), min(at + 1, tau)} <= seen
        assert all(first - last > 2 for (_, last), (first, _) in pairwise(found)), "a step alone is not worth a gap"
        assert len(seen) + len(found) - 1 == 2 * it.ends + 1, "as many columns wherever the cursor is"


@pytest.mark.parametrize("detail", LEGIBLE)
def test_far_from_the_ends_the_cursor_keeps_its_column(detail: Detail) -> None:
    """So the chain slides under it; a hidden part has one column, whatever it hides."""
    columns = set()
    for at in range(10, 990):
        first, middle, last = spans(1000, detail, at)
        assert (first, last) == ((1, 1), (1000, 1000))
        columns.add((at - middle[0], middle[1] - at))
    assert len(columns) == 1 and len(set(columns.pop())) == 1, "with as many steps on either side"


def test_what_is_asked_for_wins() -> None:
    assert spans(1000, "cells", 500, (3, 5)) == ((3, 5),)
    assert spans(4, "cells", None, (2, 3)) == ((2, 3),)


# what stands for the others


def check(graph: Graph, shown: tuple[Span, ...]) -> ShownGraph:
    """Hold a window against what it is a window of, edge by edge."""
    it = window(graph, shown)
    tau = graph.tau or 0
    seen = {t for first, last in shown for t in range(first, last + 1)}
    hidden = {n.id for n in graph.nodes if n.id != n.var and min(max(n.t or 0, 1), tau) not in seen}
    kept = {n.id for n in graph.nodes} - hidden
    assert {n.id for n in it.graph.nodes} - it.stubs == kept
    whole = {e.id: e for e in graph.edges}
    both = {e.id for e in graph.edges if e.source in kept and e.target in kept}
    assert {e.id for e in it.graph.edges if e.id not in it.joined} == both
    assert all(whole[e.id] == e for e in it.graph.edges if e.id in both)
    one = {e.id for e in graph.edges if (e.source in kept) != (e.target in kept)}
    told = [e.id for edges in it.joined.values() for e in edges]
    assert len(told) == len(set(told))
    assert one <= set(told), "every line that crosses into the hidden is told"
    names = {n.id: n for n in it.graph.nodes}
    for edge in it.graph.edges:
        assert edge.source in names and edge.target in names
        for behind in it.behind(edge):
            assert {behind.source, edge.source} <= kept | it.stubs | hidden
            assert set(behind.params) <= set(edge.params)
            for end, drawn in ((behind.source, edge.source), (behind.target, edge.target)):
                assert (end == drawn) == (end in kept)
                assert names[drawn].var == end.partition("[")[0]
    return it


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize("shown", WINDOWS, ids=str)
def test_a_window_cuts_what_crosses_it_and_nothing_else(name: str, shown: tuple[Span, ...]) -> None:
    for detail in ("cells", "states"):
        check(figure(name, LONG, detail).graph, shown)


@pytest.mark.parametrize("name", RECURRENCES)
def test_a_window_on_everything_is_the_graph(name: str) -> None:
    graph = figure(name, 5).graph
    it = window(graph, ((1, 5),))
    assert it.graph is graph and not it.stubs and not it.columns


def test_both_ends_of_a_window_are_the_textbooks_dashed_states() -> None:
    it = window(figure("rnn", LONG, "states").graph, ((4, 6),))
    assert [n.id for n in it.graph.nodes if n.id in it.stubs] == ["h[1…3]", "h[7…30]"]
    ends = {(str(e.source), str(e.target)): e for e in it.graph.edges}
    assert ends["h[1…3]", "h[4]"].function == ends["h[6]", "h[7…30]"].function == "f"
    assert {it.columns[n.t] for n in it.graph.nodes if n.t is not None} == {0, 1, 2, 3, 4}


def test_lags_across_a_gap_meet_in_one_node() -> None:
    it = window(figure("two lags", LONG).graph, ((10, 12),))
    into = {str(e.target): e for e in it.graph.edges if e.source == "h[1…9]"}
    assert set(into) == {"h[10]", "h[11]", "h[12]"}
    assert {b.source for b in it.behind(into["h[10]"])} == {"h[9]", "h[7]"}


def test_starts_that_hidden_steps_alone_read_share_a_column_and_steps_that_are_not_there_have_one() -> None:
    text = "h[t] = tanh(W @ h[t-1] + S @ h[t-{0}]); g[t] = tanh(R @ g[t+1] + Q @ g[t+{0}])"
    for lag, shown, columns, dots in (
        (3, ((1, 4),), {}, set()),
        (9, ((1, 4),), {-8: -5, -7: -4, -6: -3, -5: -2, 10: 7, 11: 8, 12: 9, 13: 10}, set()),
        (9, ((1, 1),), {-8: -2, 1: 1, 0: 0}, {"h[-7…-5]"}),
    ):
        graph = Figure(text.format(lag), 4, "states").graph
        part = window(graph, shown)
        assert {t: part.columns[t] for t in columns} == columns
        assert bool(part.columns) == bool(columns)
        assert dots <= part.dots
    wired = Figure(text.format(9), 4, "gates").graph
    kept = {n.id for n in window(wired, ((1, 1),)).graph.nodes}
    assert {"h[-8]", "h[0]"} <= kept
    assert kept.isdisjoint({"h[-7]", "h[-6]", "h[-5]", "g[13]"})


def test_starts_go_with_the_step_beside_them() -> None:
    graph = figure("two lags", LONG).graph
    assert {n.id for n in window(graph, ((1, 3),)).graph.nodes if n.start} == {n.id for n in graph.nodes if n.start}
    assert not [n for n in window(graph, ((2, 3),)).graph.nodes if n.start]


def test_one_value_is_always_drawn_and_stays_over_the_hidden_end() -> None:
    it = window(figure("last-output", LONG).graph, ((5, 7),))
    spots = {str(s.node.id): s for s in lay_out_steps(it.graph, it.columns).spots}
    assert spots["o"].x == spots["h[8…30]"].x
    assert ("h[8…30]", "o") in {(e.source, e.target) for e in it.graph.edges}


# how it looks


def drawn(
    it: Figure, shown: Span | None, phase: str | None = "backward", at: str | None = None, theme: ThemeName = "light"
) -> Scene:
    return it.scene("unfolded", cursor(it.graph, phase, at), window=shown, theme=theme)  # type: ignore[arg-type]


def groups(scene: Scene) -> dict[str, ItemGroup]:
    return {g.id: g for g in scene.walk() if isinstance(g, ItemGroup) and g.id}


def colours(group: ItemGroup) -> list[tuple[str, ...]]:
    return [c.colours for g in group.items if isinstance(g, ItemGroup) for c in g.items if isinstance(c, Cells)]


@pytest.mark.parametrize("name", ["rnn", "lstm", "two lags", "bidirectional"])
def test_a_node_has_the_same_colours_wherever_the_window_is(name: str) -> None:
    it = figure(name, 20)
    whole, part = groups(drawn(it, (1, 20))), groups(drawn(it, (9, 12)))
    alike = [id for id in part if id in whole and colours(part[id])]
    assert len(alike) > 4
    assert all(colours(part[id]) == colours(whole[id]) for id in alike)


def test_an_arrow_is_as_wide_in_a_window_as_in_the_whole() -> None:
    it = figure("rnn", 20)
    wide = [widths(drawn(it, shown)) for shown in ((1, 20), (9, 12))]
    assert wide[1].items() <= wide[0].items()
    assert any(title == "h(8) feeds h(9) through W" for title in wide[1]), "also where an end is cut off"


def widths(scene: Scene) -> dict[str, float]:
    edges = [g for g in scene.walk() if isinstance(g, ItemGroup) and g.title and " feeds " in g.title and not g.id]
    layers = {g.title: g.items[0] for g in edges}
    return {
        t: next(i.paint.width for i in g.items if isinstance(i, Curve))
        for t, g in layers.items()
        if isinstance(g, ItemGroup)
    }


@pytest.mark.one_in(10)
@EVERY_LOOK
@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize("shown", [None, (9, 12)], ids=str)
def test_windows_are_slide_safe_and_touch_nothing(name: str, shown: Span | None, every: bool) -> None:
    it = figure(name, 20)
    for _, phase, theme in looks(every, name, shown):
        assert reasons(svg(drawn(it, shown, phase, theme=theme))) == [], (phase, theme)
    part = window(it.graph, spans(20, it.graph.detail, None, shown))
    places = [(s.x, s.y) for s in lay_out_steps(part.graph, part.columns).spots]
    assert all(hypot(a - c, b - d) > 2 * RADIUS + 10 for i, (a, b) in enumerate(places) for c, d in places[:i])


def test_what_a_wired_step_reads_of_a_hidden_one_is_drawn_as_a_start_without_what_made_it() -> None:
    graph = figure("rnn", 6, "operations").graph
    part = window(graph, ((3, 4),))
    assert {*part.outside} == {"h[2]"}
    assert graph.node("h[2]").sign
    assert part.graph.node("h[2]").start and not part.graph.node("h[2]").sign


@pytest.mark.parametrize("detail", ["gates", "operations"])
def test_what_is_made_of_a_hidden_step_alone_stands_behind_it(detail: Detail) -> None:
    """It hung in the air, at the left or below, as what every step reads does."""
    part = window(figure("last-output", 5, detail).graph, ((1, 2),))
    assert {*part.outside} == {"h[5]"}
    at: dict[str, float] = {spot.node.id: spot.x for spot in lay_out_panel(part).spots}
    assert at["h[2]"] < at["h[5]"] <= at["o"]


APART = {
    "data of one hidden step": "x[t] = cumsum(x[t-2]); x[0] = sum(W[2]); v[t] = n[t]",
    "rows of hidden steps are left out": "read[t], k[t] = split(x[t+1])",
    "a start alone goes along a lane": (
        "gate2(y, s) = (M @ concat(r, s, s)); c[t] = gate2(я[t], я[t]); j[t] = sin((t > c[t-1])); d[t] = c[t]; "
        "n[t] = cross_entropy(d[t], free[t]); loss = sum(n[t])"
    ),
}
"""Programs of which hidden steps, or opened ones, have what no step beside them has."""


@pytest.mark.parametrize("text", APART.values(), ids=APART)
def test_whatever_hidden_and_opened_steps_have_of_their_own_there_is_a_figure(text: str) -> None:
    for asked in (f"detail={detail}&window={part}" for detail in LEGIBLE for part in ("1..1", "2..3", "6..6")):
        assert scene(resolve(parse(f"equations={quote(text)}&tau=6&{asked}")))
    for asked in (f"detail={detail}&window=2..3&rows=state,operation,output" for detail in LEGIBLE):
        assert scene(resolve(parse(f"equations={quote(text)}&tau=6&{asked}")))
    for asked in (f"open={t}:{detail}&parameters=nodes" for detail in ("gates", "operations") for t in (1, 18, 21)):
        assert scene(resolve(parse(f"equations={quote(text)}&tau=21&{asked}")))


def test_readers_are_told_of_neighbours_outside_the_window() -> None:
    file = svg(drawn(figure("rnn", 20), (9, 12)))
    assert "h at t = 9, 4 units; fed by h(8) through W and by x(9) through U; feeds o(9) and h(10)" in file
    assert "h at t = 1 to 8, not drawn" in file
    assert "A recurrence unfolded over 20 steps, of which steps 9 to 12 are shown" in file


def test_all_places_of_a_phase_in_one_window_share_the_canvas() -> None:
    it = figure("rnn", 20)
    scenes = [(s.phase, drawn(it, (9, 12), s.phase, s.at)) for s in steps(it.graph)[::7]]
    assert len({(phase, s.left, s.top, s.width, s.height) for phase, s in scenes}) == len(PHASES)


# the strip


def strip(scene: Scene) -> ItemGroup:
    return next(g for g in scene.walk() if isinstance(g, ItemGroup) and g.role == "overview")


def test_the_strip_has_a_row_a_state_and_a_cell_a_step() -> None:
    scene = drawn(figure("lstm", 40), None, "forward")
    rows = [c for g in strip(scene).items if isinstance(g, ItemGroup) for c in g.items if isinstance(c, Cells)]
    assert [len(c.colours) for c in rows] == [40, 40]


def test_a_frame_of_the_strip_stands_around_the_steps_that_are_shown() -> None:
    scene = drawn(figure("rnn", 40), (11, 20), "forward")
    row = next(c for g in strip(scene).items if isinstance(g, ItemGroup) for c in g.items if isinstance(c, Cells))
    mark = next(
        i
        for g in strip(scene).items
        if isinstance(g, ItemGroup)
        for i in g.items
        if isinstance(i, Rect) and i.paint.role == "mark"
    )
    assert mark.x + mark.width / 2 == pytest.approx(row.x + row.width * 15 / 40)
    assert mark.width == pytest.approx(row.width / 4, abs=5)


def test_norms_are_those_of_the_trace_and_their_scale_is_logarithmic_where_they_span_decades() -> None:
    it = figure("rnn", 40)
    trace = run(it.recurrence, 40, it.numbers.trace.bindings)
    found = norms("value", it.graph, trace.value)
    np.testing.assert_allclose(found.rows["h"], np.linalg.norm(trace.values["h"], axis=1))
    assert not found.log and found.low == 0
    faint = norms("gradient", it.graph, lambda node: 10.0 ** -float(re.findall(r"\d+", node)[0]))
    assert faint.log and faint.high == 0.1 and faint.low == pytest.approx(1e-13)
    np.testing.assert_allclose(faint.shares([0.1, 1e-7, 1e-13, 1e-30, 0]), [1, 0.5, 0, 0, 0], atol=1e-12)
    assert np.isnan(faint.shares([np.inf])).all()


def test_norms_of_nothing_and_of_what_diverges_can_be_drawn() -> None:
    graph = figure("rnn", 40).graph
    for number in (0.0, float("inf"), float("nan"), 1e308, 5e-324):
        with any_numbers():
            found = norms("value", graph, lambda node, number=number: number)  # type: ignore[misc]
            shares = found.shares(found.rows["h"])
        assert ((shares >= 0) & (shares <= 1) | np.isnan(shares)).all()


def test_a_run_that_is_drawn_whole_has_no_strip() -> None:
    scene = drawn(figure("rnn", 5), None)
    assert not [g for g in scene.walk() if isinstance(g, ItemGroup) and g.role == "overview"]


def test_before_a_pass_the_strip_says_where_the_window_is() -> None:
    scene = drawn(figure("rnn", 40), None, None)
    assert not [c for c in scene.walk() if isinstance(c, Cells)]
    assert len([i for i in scene.walk() if isinstance(i, Rect) and i.paint.role == "mark"]) == 2


def test_dots_stand_where_no_line_ends() -> None:
    scene = drawn(figure("rnn", 40), None, None)
    assert sum(isinstance(i, Disc) and i.paint.role == "dot" for i in scene.walk()) == 3 * 4


def test_on_a_page_hidden_steps_are_no_nodes_and_lines_keep_their_true_ends() -> None:
    it = figure("rnn", 40)
    root = ET.fromstring(it.svg(place=cursor(it.graph, "forward", "h[20]"), live=True))
    assert root.get("data-window") == "1..1,18..22,40..40"
    nodes = {e.attrib["data-node"] for e in root.iter() if "data-node" in e.attrib}
    assert nodes < {n.id for n in it.graph.nodes}
    edges = {e.attrib["data-edge"]: e for e in root.iter() if "data-edge" in e.attrib}
    assert edges["h[17]->h[18]"].attrib["data-source"] == "h[17]"


@pytest.mark.parametrize("asked", ["radius=1e300", "radius=1e300&tau=30", "radius=1e-300&tau=30&detail=states"])
def test_numbers_beyond_all_bounds_are_drawn(asked: str) -> None:
    with any_numbers():
        assert reasons(svg(scene(resolve(parse(f"{asked}&phase=backward"))))) == []


def test_a_long_run_is_as_small_as_a_short_one() -> None:
    file = svg(drawn(figure("rnn", 300), None, "backward"))
    assert len(file) < 2 * len(svg(drawn(figure("rnn", 12), None, "backward")))
    assert drawn(figure("rnn", 300), None).width < 1200
