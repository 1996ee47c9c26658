"""A figure fills the box that it is made for: wrapped where it is long, and with letters that can be read there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from PIL import Image

from app.cache import clear_caches
from app.drawing import FORMATS, Scene, png, svg
from app.drawing.layout import (
    TAG_SIZE,
    Arrangement,
    Layout,
    ShownGraph,
    columns_of,
    lay_out_lines,
    window,
    with_rows,
    wrapped,
)
from app.drawing.layout.route_edges import MENDING
from app.drawing.lettering import upright
from app.drawing.scene.alt_text import Sentences
from app.drawing.scene.draw import lay_out_panel
from app.drawing.scene.fit import FIT_BOXES, no_room
from app.drawing.scene.scene import Cells, Disc, Ink, ItemGroup, Rect
from app.engine.graph import unfold
from app.engine.graph.graph import Detail
from app.engine.ir import analyse
from app.language import NABLA
from app.language import parse as parse_text
from app.link import parse, resolve
from app.outputs.table import ANSWERS, scene
from app.outputs.table import figure as figure_of
from app.systems import SYSTEMS
from tests.drawing.audited import Asked, audited
from tests.drawing.geometry_audit import findings
from tests.drawing.test_gates import ACROSS, CELLS
from tests.figures import Figure, figure
from tests.recurrences import RECURRENCES
from tests.tiers import long

FITS = {"16:9": (960, 540), "4:3": (720, 540), "preview": (960, 504)}
WIDTHS = {fit: width for fit, (width, _) in FITS.items()} | {"column": 252}
PHASES = ("", "&phase=forward", "&phase=backward")
LEAST = 6.0
TOO_WIDE = {"split"}
"""Cells of which one alone has no room in a column."""
GATED = [name for name, system in SYSTEMS.items() if analyse(system.recurrence).gated]
SIGN = upright(NABLA)
"""The sign before the cells of a gradient is no letter."""
CROWDED = "; ".join(
    [
        *(f"{x}[t] = tanh({x}[t-1])" for x in "abcd"),
        f"h[t] = tanh({' + '.join(f'{x}[t-{lag}]' for x in 'abcd' for lag in range(3))} + h[t-1])",
        "loss = sum(h[tau])",
    ]
)
"""More lines into one node than rows and columns have room for: they are wires between cells."""


def drawn(query: str) -> Scene:
    return scene(resolve(parse(query)))


def letters(it: Scene) -> Iterator[float]:
    """The em of each label at the size that the figure is made for."""
    inks = (i.outline for i in it.walk() if isinstance(i, Ink))
    return (ink.size * it.scale for ink in inks if ink.glyphs and ink.box != SIGN)


def groups(it: Scene, fact: str) -> list[str]:
    return [g.fact(fact) for g in it.walk() if isinstance(g, ItemGroup) and g.fact(fact)]


@pytest.mark.one_in(204)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("tau", [3, 10, 30])
@pytest.mark.parametrize("detail", ["states", "cells", "operations"])
@pytest.mark.parametrize("fit", WIDTHS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_figure_fills_its_box_with_letters_that_can_be_read_or_says_that_it_has_no_room(
    system: str, fit: str, detail: str, tau: int, phase: str
) -> None:
    it = drawn(f"system={system}&detail={detail}&tau={tau}&fit={fit}{phase}")
    check_as_large_as_its_box(it, WIDTHS[fit])
    if fit in FITS:
        width, height = FITS[fit]
        assert it.width * height == it.height * width
    assert not it.notice


def test_what_has_no_room_in_its_box_says_how_wide_it_is_and_what_to_write() -> None:
    made = figure_of(resolve(parse("system=lstm&detail=operations&tau=10&fit=column&direction=up")))
    said = json.loads(FORMATS["json"].render(made))["graph"]["notice"]
    found = re.match(
        r"It needs (\d+) points of width, at 252 points this figure has letters of ([\d.]+) points: ", said
    )
    assert found
    assert int(found[1]) * float(found[2]) == pytest.approx(252 * LEAST, rel=0.02)
    assert said.removeprefix(found[0]) == "detail=gates takes less room, fit=16:9 has more, rows= leaves variables out."
    assert f"{said} " in FORMATS["svg"].render(made).decode()


@pytest.mark.dear
def test_a_column_has_the_height_of_a_page_or_says_that_a_figure_has_not() -> None:
    """As high as they need were five steps before, three pages of them."""
    it = drawn("system=lstm&detail=gates&tau=13&fit=column&direction=up&phase=backward")
    assert not it.notice
    assert it.height * it.scale <= 648.5
    column = FIT_BOXES["column"]
    assert no_room(column, 252.3, 648.3) == ""
    assert no_room(column, 252.3, 700.1, "cells").startswith("It needs 701 points of height, a page has 648: detail=")
    assert no_room(column, 300.0, 700.1).startswith("It needs 300 points of width, at 252 points this figure has ")


def test_a_single_step_has_larger_letters_and_its_tags_have_room_for_them() -> None:
    it = drawn("system=deep&detail=operations&tau=10&fit=column")
    assert not it.notice
    assert {"h[1]"} == {name for name in groups(it, "node") if re.fullmatch(r"h\[[1-9]\d*\]", name)}
    shapes = [group.items for group in it.walk() if isinstance(group, ItemGroup) and group.fact("node")]
    pairs = [(box, ink) for items in shapes for box, ink in pairwise(items) if isinstance(box, Rect)]
    signs = [(ink.outline, box.width) for box, ink in pairs if isinstance(ink, Ink)]
    assert min(sign.size for sign, _ in signs) > TAG_SIZE
    assert all(sign.width <= width - 5.9 for sign, width in signs)


def test_an_lstm_of_operations_has_room_in_a_column_its_parameters_in_two_rows_and_its_loss_beside_the_steps() -> None:
    query = "system=lstm&detail=operations&tau=1&fit=column"
    assert not drawn(query).notice
    figure = json.loads(ANSWERS["figure.json"].make(resolve(parse(query))))
    assert not findings(figure)
    at = {node["id"]: (node["x"], node["y"]) for node in figure["nodes"]}
    assert len({y for id, (_, y) in at.items() if "[" not in id and id != "loss"}) == 2
    assert at["loss"][0] < at["i[1]"][0]


@pytest.mark.one_in(30)
@pytest.mark.parametrize("tau", [1, 3, 6, 13])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("fit", WIDTHS)
@pytest.mark.parametrize("name", [*GATED, *sorted(CELLS.keys() - TOO_WIDE), "last step", "one value for every step"])
def test_cells_of_gates_stay_in_their_box_with_letters_that_can_be_read(
    name: str, fit: str, phase: str, tau: int
) -> None:
    text = (CELLS | ACROSS).get(name)
    which = ("system", name) if text is None else ("equations", text)
    it = scene(resolve(parse([which, *parse_qsl(f"detail=gates&tau={tau}&fit={fit}{phase}")])))
    assert it.width * it.scale <= WIDTHS[fit] + 0.5
    assert min(letters(it)) >= LEAST - 1e-3
    check_inside(it)


@pytest.mark.parametrize("phase", [None, "backward"])
def test_large_letters_have_room_in_layers_beside_what_squashes_and_above_numbers(phase: Any) -> None:
    text = "zbw[t] = sigmoid(W_zbw @ x[t]); nbw[t] = tanh(W_nbw @ x[t] + zbw[t] * (U_nbw @ hbw[t-1] + d_nbw)); "
    it = Figure(f"{text}hbw[t] = (1 - zbw[t]) * hbw[t-1] + zbw[t] * nbw[t]; loss = sum(hbw[tau])", 1, "gates")
    drawing = it.scene(place=it.cursor(phase, None), least=16.0)
    layers = [g for g in drawing.walk() if isinstance(g, ItemGroup) and "kind-layer" in g.role]
    words = [i.outline for g in layers for i in g.items if isinstance(i, Ink)]
    assert len(words) == 5
    assert min(word.size for word in words) >= 16.0


@pytest.mark.dear
@pytest.mark.parametrize("direction", ["right", *long("up")])
@pytest.mark.parametrize("system", ["gru", *long("lstm", "leaky")])
def test_what_stands_above_numbers_in_a_column_is_clear_of_them_and_of_its_outline(system: str, direction: str) -> None:
    asked = {"system": system, "detail": "gates", "fit": "column", "phase": "backward", "tau": 1}
    assert not audited(Asked.of("", {**asked, "direction": direction}))


def test_a_number_without_room_for_letters_that_can_be_read_is_a_cell() -> None:
    """The value of a loss in a column can be read, its gradient below it is seen by its colour."""
    it = drawn("system=lstm&tau=1&detail=gates&phase=backward&fit=column")
    (loss,) = (g for g in it.walk() if isinstance(g, ItemGroup) and g.fact("node") == "L[1]")
    shown = {g.role: [type(i) for i in g.items] for g in loss.items if isinstance(g, ItemGroup)}
    assert shown["value"] == [Ink]
    assert Cells in shown["gradient"]


def test_what_is_made_of_an_end_stands_in_its_line_and_data_of_every_step_in_each() -> None:
    from_the_end = "h[t] = tanh(W @ x[t] + U @ h[t+1]); o = V @ h[1]; loss = mse(o, y); given y"
    for text, end, line in (
        (ACROSS["last step"], {"o", "loss", "y"}, 1),
        (from_the_end, {"o", "loss", "y"}, 0),
        (ACROSS["one value for every step"], {"k"}, 0),
    ):
        graph = unfold(parse_text(text), 4, "gates")
        part = wrapped(replace(ShownGraph(graph, graph), spans=((1, 4),)), 2)
        assert part is not None
        assert {part.lines[name] for name in end} == {line}
        assert ("k…2" in part.repeated) == ("k" in end)
        assert {spot.node.id for spot in lay_out_lines(part).spots} == {n.id for n in part.graph.nodes}
        assert wrapped(window(graph, ((2, 3),)), 1) is not None


def test_what_starts_are_made_of_stands_in_a_line_though_another_reads_them() -> None:
    text = "u[t] = tanh(W @ u[t-2] + x[t]); u[0] = tanh(B @ k); u[-1] = v; loss = sum(u[tau])"
    for detail in ("gates", "operations"):
        graph = unfold(parse_text(text), 4, detail)
        part = wrapped(window(graph, ((1, 4),)), 1)
        assert part is not None
        assert part.lines.keys() >= {n.id for n in graph.nodes}


def test_what_is_not_wrapped_shows_fewer_steps_before_it_leaves_a_column() -> None:
    it = drawn("system=driven&tau=10&detail=operations&fit=column")
    check_as_large_as_its_box(it, 252)
    assert it.width * it.scale == pytest.approx(252, abs=0.5)
    assert {"h[1]", "h[10]"} <= {*groups(it, "node")}


@pytest.mark.parametrize("system", ["deep", *long("lstm", "hopfield")])
def test_what_has_no_room_grows_with_its_letters_and_keeps_its_shape(system: str) -> None:
    it = drawn(f"system={system}&tau=6&detail=operations&phase=backward&fit=16:9")
    assert it.width * 9 == it.height * 16
    assert min(letters(it)) >= LEAST - 1e-6


def check_as_large_as_its_box(it: Scene, width: float) -> None:
    """It fills the box, or has no room there, is just as large as its smallest letters need, and says so."""
    smallest = min(letters(it))
    assert smallest >= LEAST - 1e-3
    assert bool(it.notice) != (it.width * it.scale == pytest.approx(width, abs=0.5))
    assert not it.notice or smallest == pytest.approx(LEAST, abs=0.02)
    check_inside(it)


def check_inside(it: Scene) -> None:
    """No circle and no label reaches beyond the canvas."""
    for item in it.walk():
        if isinstance(item, Disc):
            x, y, reach = item.x, item.y, item.radius
        elif isinstance(item, Ink) and item.outline.glyphs:
            x, y, reach = item.x + (item.outline.left + item.outline.right) / 2, item.y, item.outline.width / 2
        else:
            continue
        assert it.left <= x - reach
        assert x + reach <= it.left + it.width
        assert it.top <= y <= it.top + it.height


@pytest.mark.dear
@pytest.mark.one_in(3)
@pytest.mark.parametrize("fit", FITS)
def test_a_slide_has_the_pixels_of_a_slide(fit: str) -> None:
    it = drawn(f"tau=30&fit={fit}")
    wide, high = FITS[fit]
    sides = re.search(r'width="(\d+)" height="(\d+)"', svg(it))
    assert sides
    assert (int(sides[1]), int(sides[2])) == (wide * 4 // 3, high * 4 // 3)
    made = ANSWERS["figure.png"].make(resolve(parse(f"tau=30&fit={fit}")))
    assert made == png(svg(it), 1920)


def test_a_long_run_is_wrapped_whole_and_a_longer_one_shows_its_ends() -> None:
    it = drawn("tau=30&fit=16:9")
    assert {f"h[{t}]" for t in range(31)} <= {*groups(it, "node")}
    assert groups(it, "repeats") == ["h[15]"]
    assert "h[50]" not in groups(drawn("tau=100&fit=16:9"), "node")


@pytest.mark.dear
def test_no_step_is_hidden_whose_gap_takes_as_much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three steps in rows and columns; not even where all effort is spent and single steps are shown."""
    monkeypatch.setattr(import_module("app.drawing.scene.draw"), "PATIENCE", 0)
    it = drawn("system=lstm&tau=3&detail=cells&fit=column&phase=backward")
    assert {f"h[{t}]" for t in range(4)} <= {*groups(it, "node")}


@pytest.mark.dear
def test_no_step_is_hidden_for_names_that_have_less_room_than_is_asked() -> None:
    """Those of parameters above their numbers: all grow until these can be read, and every step is there."""
    it = drawn("system=lstm&tau=3&detail=operations&fit=16:9&phase=backward")
    assert {f"h[{t}]" for t in range(4)} <= {*groups(it, "node")}
    check_as_large_as_its_box(it, 960)


def test_what_is_as_large_as_usual_in_one_line_is_not_wrapped() -> None:
    for query in ("system=dynamics&detail=gates&tau=3&fit=16:9", "system=driven&tau=6&fit=4:3"):
        assert not groups(drawn(query), "repeats")


def test_asking_for_steps_decides_which_are_wrapped() -> None:
    it = drawn("tau=100&window=41..60&fit=16:9")
    assert {f"h[{t}]" for t in range(41, 61)} <= {*groups(it, "node")}
    assert "h[40]" not in groups(it, "node")


@pytest.mark.parametrize("query", ["tau=3&phase=backward", "tau=2&phase=forward&system=gru", "tau=14"])
def test_every_frame_of_a_slide_has_the_same_canvas(query: str) -> None:
    resolved = resolve(parse(f"{query}&fit=4:3"))
    steps = [step for step in resolved.run.steps if step.phase == resolved.link.phase]
    scenes = [drawn(f"{query}&fit=4:3&at={step.at}") for step in steps[:: 1 + len(steps) // 5]]
    assert len({(s.left, s.top, s.width, s.height, s.scale) for s in scenes}) <= 1


def test_a_page_scrolls_its_figure_and_fills_no_box() -> None:
    resolved = resolve(parse("tau=30&fit=16:9"))
    assert scene(resolved, live=True) == scene(resolve(parse("tau=30")), live=True)


# Lines


@pytest.mark.one_in(12)
@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("detail", ["cells", "gates", "operations"])
@pytest.mark.parametrize("name", RECURRENCES)
def test_wrapped_every_node_and_every_arrow_is_drawn_once_and_no_line_meets_another(
    name: str, detail: Detail, steps: int
) -> None:
    graph = figure(name, 6, detail).graph
    shown = ShownGraph(graph, graph)
    part = wrapped(replace(shown, spans=((1, 6),)), steps)
    if part is None:
        return
    assert Counter(n.id for n in part.graph.nodes if n.id not in part.repeated) == Counter(n.id for n in graph.nodes)
    assert sorted(part.behind(e)[0] for e in part.graph.edges) == sorted(graph.edges)
    assert all(part.lines[e.source] == part.lines[e.target] for e in part.graph.edges)
    layout = lay_out_lines(part)
    ends: dict[int, list[float]] = {}
    assert sorted(spot.node.id for spot in layout.spots) == sorted(n.id for n in part.graph.nodes)
    assert [(run.edge.source, run.edge.target) for run in sorted(layout.runs, key=lambda run: run.edge.id)] == [
        (e.source, e.target) for e in sorted(part.graph.edges, key=lambda e: e.id)
    ]
    for spot in layout.spots:
        ends.setdefault(part.lines[spot.node.id], []).append(spot.y)
    lowest = [(min(ys), max(ys)) for _, ys in sorted(ends.items())]
    assert all(below[0] - above[1] > 60 for above, below in pairwise(lowest))


def test_a_line_begins_with_what_it_reads_of_the_line_before_and_the_line_before_goes_on() -> None:
    graph = figure("rnn", 6).graph
    part = wrapped(ShownGraph(graph, graph), 3)
    assert part is not None
    assert [n.id for n in part.repeated.values()] == ["h[3]"]
    assert part.going_on == {"h[3]"}
    at: dict[str, tuple[float, float]] = {spot.node.id: (spot.x, spot.y) for spot in lay_out_lines(part).spots}
    (ghost,) = part.repeated
    assert at[ghost][0] == at["h[0]"][0]
    assert at[ghost][1] == at["h[4]"][1]
    assert at["h[4]"][0] == at["h[1]"][0]


@pytest.mark.parametrize("detail", ["cells", "gates", "operations"])
def test_where_time_runs_up_lines_stand_beside_each_other_and_begin_level(detail: Detail) -> None:
    graph = figure("lstm", 6, detail).graph
    part = wrapped(ShownGraph(graph, graph, ((1, 6),)), 3)
    assert part is not None
    layout = lay_out_lines(part, arrangement=Arrangement("up"))
    at: dict[str, tuple[float, float]] = {spot.node.id: (spot.x, spot.y) for spot in layout.spots}
    again: dict[str, tuple[float, float]] = {part.repeated[id].id: at[id] for id in part.repeated}
    for t in (1, 2, 3):
        assert at[f"h[{t + 3}]"][1] == pytest.approx(at[f"h[{t}]"][1])
    assert again["h[3]"][0] == pytest.approx(at["h[4]"][0])
    assert again["h[3]"][1] == pytest.approx(at["h[0]"][1])
    lines = [[at[n.id][0] for n in part.graph.nodes if part.lines[n.id] == line] for line in (0, 1)]
    assert min(lines[1]) - max(lines[0]) > 60


def test_a_run_upwards_is_wrapped_and_where_it_goes_on_is_above() -> None:
    it = drawn("tau=30&fit=16:9&direction=up")
    assert {f"h[{t}]" for t in range(31)} <= {*groups(it, "node")}
    (end,) = (g for g in it.walk() if isinstance(g, ItemGroup) and g.fact("node") == "h[10]")
    *dots, circle = [item for item in end.items if isinstance(item, Disc)]
    assert {dot.x for dot in dots} == {circle.x}
    assert all(dot.y < circle.y for dot in dots)


def test_rows_that_are_left_out_are_in_no_line_of_wrapped_cells() -> None:
    graph = figure("lstm", 6, "gates").graph
    part = wrapped(with_rows(ShownGraph(graph, graph, ((1, 6),)), frozenset({"c", "h", "x"})), 2)
    assert part is not None
    assert {n.id for n in part.repeated.values()} == {"c[2]", "h[2]", "c[4]", "h[4]"}
    drawn_variables = {spot.node.id.variable for spot in lay_out_lines(part).spots}
    assert {"c", "h", "x"} <= drawn_variables and not drawn_variables & {"p", "y", "L"}


def test_no_line_but_the_last_has_room_for_what_that_alone_shows() -> None:
    graph = figure("last-output", 6, "gates").graph
    part = wrapped(ShownGraph(graph, graph, ((1, 6),)), 2)
    assert part is not None
    assert [[it.graph.by_id.keys() & {"h[6]", "o"} for it in part.parts]] == [[set(), set(), {"h[6]", "o"}]]


def test_each_line_of_operations_gathers_into_the_total_and_has_what_its_steps_share() -> None:
    """Dashed where another line has it: parameters after the first, the total before the last."""
    graph = figure("rnn", 6, "operations").graph
    part = wrapped(ShownGraph(graph, graph, ((1, 6),)), 3)
    assert part is not None
    again = {(original.id, part.lines[id]) for id, original in part.repeated.items()}
    assert again == {*((name, 1) for name in "WUbVc"), ("h[3]", 1), ("loss", 0)}
    assert part.going_on == {"h[3]"}
    into = {e.id: e.target for e in part.graph.edges if e.source.name == "L"}
    total = next(id for id, original in part.repeated.items() if original.id == "loss")
    assert list(into.values()) == [total] * 3 + ["loss"] * 3
    at: dict[str, tuple[float, float]] = {spot.node.id: (spot.x, spot.y) for spot in lay_out_lines(part).spots}
    assert [at[f"{name}[4]"][0] for name in "xhL"] == [at[f"{name}[1]"][0] for name in "xhL"]
    assert at[total][0] > at["L[3]"][0] and at["loss"][1] > at["W"][1]


def test_an_operation_over_all_steps_is_repeated_with_its_sign_in_a_dashed_box() -> None:
    text = quote("h[t] = tanh(W @ h[t-1] + x[t]); loss = sum(h[t] @ h[t]) + h[tau] @ v")
    it = drawn(f"detail=operations&tau=6&fit=column&equations={text}")
    again = {g.fact("repeats"): g.items for g in it.walk() if isinstance(g, ItemGroup) and g.fact("repeats")}
    (name,) = (name for name in again if name.startswith("loss."))
    box, sign = again[name]
    assert isinstance(box, Rect) and box.paint.dash
    assert isinstance(sign, Ink) and sign.outline.glyphs


def test_what_is_made_before_all_steps_is_repeated_as_it_is() -> None:
    graph = figure("hopfield", 4, "operations").graph
    part = wrapped(ShownGraph(graph, graph, ((1, 4),)), 2)
    assert part is not None
    assert {original.id for original in part.repeated.values()} == {"W", "s[2]"}
    assert not [e for e in part.graph.edges if part.lines[e.target] == 1 and e.target.variable == "W"]


def test_what_reads_all_steps_is_not_wrapped() -> None:
    pooled = "h[t] = tanh(W @ h[t-1] + U @ x[t]); m = mean(h[t]); L = sum(m ** 2)"
    graph = resolve(parse([("equations", pooled), ("tau", "8")])).run.graph
    assert columns_of(ShownGraph(graph, graph)) == 8
    assert wrapped(ShownGraph(graph, graph), 4) is None


def test_the_arrow_into_a_line_says_where_it_comes_from_and_carries_what_flows() -> None:
    it = drawn("tau=30&fit=16:9&phase=backward&window=1..30")
    edges = {g.fact("edge"): g for g in it.walk() if isinstance(g, ItemGroup) and g.fact("edge")}
    for repeated in groups(it, "repeats"):
        group = edges[f"{repeated}->h[{int(repeated[2:-1]) + 1}]"]
        assert group.fact("source") == repeated
        assert any(isinstance(g, ItemGroup) and g.role == "backward" for g in group.items)


def test_what_a_line_repeats_says_so_though_it_stands_for_hidden_steps() -> None:
    part = wrapped(window(figure("rnn", 20).graph, ((1, 2), (19, 20))), 1)
    assert part is not None
    again: dict[str, str] = {original.id: Sentences(part).of_nodes[id] for id, original in part.repeated.items()}
    assert again["h[3…18]"] == "h(3…18) again, where its line goes on"
    assert again["h[19]"] == "h(19) again, where its line goes on"


@pytest.mark.dear
@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "query",
    [
        "tau=30&fit=16:9",
        "system=lstm&detail=cells&tau=12&fit=4:3",
        "system=bidirectional&tau=20&fit=4:3",
        "system=lstm&tau=9&window=1..9&fit=16:9",
        "system=lstm&tau=6&window=1..6&fit=16:9&rows=-target,-loss",
        "system=gru&detail=cells&tau=20&fit=4:3&direction=up",
        "detail=operations&tau=10&fit=column",
        "detail=operations&tau=12&fit=16:9&direction=up&phase=backward",
        "system=hopfield&detail=operations&tau=8&fit=4:3",
        f"tau=3&fit=16:9&equations={quote(CROWDED)}",
    ],
)
def test_what_is_fitted_is_as_an_art_editor_wants_it(query: str) -> None:
    """In several lines, which repeat what others have, crowded ones too."""
    figure = json.loads(ANSWERS["figure.json"].make(resolve(parse(query))))
    repeats = {it["id"] for it in figure["graph"].get("repeats", ())}
    assert repeats and repeats == {*groups(drawn(query), "repeats")}
    assert not findings(figure)


def test_a_picture_of_a_slide_is_as_large_as_asked() -> None:
    made = ANSWERS["figure.png"].make(resolve(parse("tau=3&fit=4:3&scale=0.5")))
    assert Image.open(BytesIO(made)).size == (960, 720)


@pytest.mark.dear
def test_a_crowded_figure_is_fitted_with_not_much_more_effort_than_one_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    module, efforts = import_module("app.drawing.scene.draw"), list[int]()
    text = (
        "given e; act(y, x) = (x ** 3) ** 0; m[t] = tanh(q[t] >= q[t+3]); y_hat[t] = A[t] @ q[t]; "
        "z[t] = sin(e @ solve(A[t], y_hat[t])); long_long_name[t] = tanh(act(o, q[t]))"
    )

    def counted(*arguments: Any) -> Layout:
        found = lay_out_panel(*arguments)
        efforts.append(sum(found.efforts))
        return found

    monkeypatch.setattr(module, "lay_out_panel", counted)
    clear_caches()
    scene(resolve(parse(f"equations={quote(text)}&tau=12&fit=4:3&phase=update&sizes=o:4")))
    assert max(efforts) < 2 * MENDING
    assert sum(efforts) < module.PATIENCE + 3 * max(efforts)
