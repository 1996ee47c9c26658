"""The layout of the detail `gates`: straight lines, steps that are alike, wires that meet nothing of others."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise, product
from typing import Any

import pytest

from app.drawing.layout import Layout, lay_out_gates
from app.drawing.scene import Disc, Ink, Item, ItemGroup, Rect
from app.engine.graph import fold, unfold
from app.language import Problems, parse
from app.link import parse as parse_link
from app.link import read, resolve
from app.ops import OPS
from app.outputs import ANSWERS, OUTPUTS, table
from tests.drawing.audited import FAR, Asked, audited, figure
from tests.drawing.geometry_audit import findings
from tests.engine.test_cell_parts import HIGHWAY, MINIMAL, OWN, PEEPHOLE, SIMPLE_UNIT, SPLIT
from tests.recurrences import RECURRENCES
from tests.tiers import long

CELLS = {
    "peephole": PEEPHOLE, "minimal": MINIMAL, "simple unit": SIMPLE_UNIT, "highway": HIGHWAY, "own": OWN,
    "split": SPLIT, "lstm": RECURRENCES["lstm"], "gru": RECURRENCES["gru"], "leaky": RECURRENCES["leaky"],
}  # fmt: skip
GATED = {
    "a gated unit under a highway": f"{MINIMAL}; r[t] = sigmoid(W_r @ h[t] + b_r); "
    "s[t] = r[t] * tanh(V @ h[t]) + (1 - r[t]) * h[t]; o[t] = c + P @ s[t]; L[t] = mse(o[t], y[t]); "
    "loss = sum(L[t])",
    "a highway that the loss alone reads": f"{MINIMAL}; r[t] = sigmoid(W_r @ x[t] + U_r @ h[t] + b_r); "
    "s[t] = r[t] * h[t] + (1 - r[t]) * x[t]; loss = sum(s[t] @ s[t]); x: 4; h: 4",
    "a highway beside a residual": f"{OWN}; r[t] = sigmoid(E @ m[t] + e); "
    "s[t] = r[t] * tanh(F @ m[t]) + (1 - r[t]) * u[t]; loss = sum(s[t] @ s[t]); u: 4; s: 4",
    "two words beside each other": f"{MINIMAL}; r[t] = sigmoid(W_r @ x[t] + U_r @ h[t-1] + b_r); "
    "s[t] = r[t] * h[t] + (1 - r[t]) * x[t]; loss = sum(s[t] @ s[t]); x: 4; h: 4",
    "two gates on one line": "f[t] = sigmoid(W_f @ x[t] + U_f @ c[t-1]); k[t] = sigmoid(W_k @ x[t] + U_k @ c[t-1]); "
    "c[t] = k[t] * (f[t] * c[t-1] + tanh(W @ x[t]))",
    "a gate of a gate": "p[t] = sigmoid(A @ x[t] + B @ h[t-1]); q[t] = sigmoid(C @ x[t] + D @ (p[t] * h[t-1])); "
    "h[t] = q[t] * h[t-1] + (1 - q[t]) * tanh(E @ x[t] + F @ h[t-1])",
    "reset after the product": "z[t] = sigmoid(W_z @ x[t] + U_z @ h[t-1]); r[t] = sigmoid(W_r @ x[t] + U_r @ h[t-1]); "
    "n[t] = tanh(W @ x[t] + b + r[t] * (U @ h[t-1] + d)); h[t] = (1 - z[t]) * n[t] + z[t] * h[t-1]",
    "an output gate on another state": "f[t] = sigmoid(W_f @ x[t] + U_f @ h[t-1]); s[t] = tanh(A @ x[t] + B @ s[t-1]); "
    "o[t] = sigmoid(W_o @ s[t] + U_o @ h[t-1]); c[t] = f[t] * c[t-1] + (1 - f[t]) * tanh(W @ x[t]); "
    "h[t] = o[t] * tanh(c[t])",
    "a cell within a cell": "f[t] = sigmoid(W_f @ x[t] + U_f @ h[t-1]); a[t] = f[t] * c[t-1]; "
    "q[t] = tanh(W_q @ x[t] + U_q @ h[t-1]); k[t] = sigmoid(A @ q[t] + B @ a[t]); "
    "d[t] = k[t] * d[t-1] + (1 - k[t]) * tanh(E @ q[t] + F @ a[t]); c[t] = tanh(d[t]); "
    "h[t] = sigmoid(W_o @ x[t] + U_o @ h[t-1]) * tanh(c[t])",
    "data of the step before": "z[t] = tanh(W_z @ x[t] + V_z @ x[t-1]); f[t] = sigmoid(W_f @ x[t] + V_f @ x[t-1]); "
    "c[t] = f[t] * c[t-1] + (1 - f[t]) * z[t]; h[t] = sigmoid(W_o @ x[t] + V_o @ x[t-1]) * c[t]",
    "data of two steps before": "z[t] = tanh(A @ x[t] + B @ x[t-1] + C @ x[t-2]); "
    "f[t] = sigmoid(D @ x[t] + E @ x[t-1] + F @ x[t-2]); c[t] = f[t] * c[t-1] + (1 - f[t]) * z[t]",
    "data of two steps before for what no loop reads": "z[t] = tanh(A @ x[t] + B @ x[t-1] + C @ x[t-2]); "
    "f[t] = sigmoid(D @ x[t] + E @ x[t-1] + F @ x[t-2]); c[t] = f[t] * c[t-1] + (1 - f[t]) * z[t]; "
    "o[t] = sigmoid(P @ x[t] + Q @ x[t-1] + R @ x[t-2]); h[t] = o[t] * c[t]; loss = sum(h[tau])",
    "data of the steps beside": "z[t] = tanh(A @ x[t-1] + B @ x[t+1]); f[t] = sigmoid(D @ x[t-1] + E @ x[t+1]); "
    "c[t] = f[t] * c[t-1] + (1 - f[t]) * z[t]",
    "data of three steps": "z[t] = tanh(A @ x[t] + B @ x[t-1] + C @ x[t+1]); "
    "f[t] = sigmoid(D @ x[t] + E @ x[t-1] + F @ x[t+1]); c[t] = f[t] * c[t-1] + (1 - f[t]) * z[t]",
}
"""Gated equations that nobody has given a name, and some that have one."""
ACROSS = {
    "last step": f"{MINIMAL}; o = c + V @ h[tau]; loss = cross_entropy(o, y); given y",
    "both ways": f"{MINIMAL}; q[t] = sigmoid(A @ x[t] + B @ k[t+1]); "
    "k[t] = q[t] * k[t+1] + (1 - q[t]) * tanh(C @ x[t]); o[t] = P @ h[t] + Q @ k[t]; "
    "L[t] = mse(o[t], y[t]); loss = mean(L[t])",
    "stacked": f"{MINIMAL}; q[t] = sigmoid(A @ h[t] + B @ s[t-1]); s[t] = q[t] * s[t-1] + (1 - q[t]) * tanh(C @ h[t])",
    "pooled": FAR["pooled over all steps"],
    "attention": FAR["attention written out"],
    "one value for every step": FAR["one value for every step"],
    "lag 3": FAR["lag 3"],
    "computed starts": FAR["attention at every step"],
    "starts of starts": f"h[0] = k; z[0] = tanh(B @ h[0] + A @ k); {MINIMAL.replace('z[t]', 'q[t]')}; "
    "z[t] = q[t] * z[t-1] + (1 - q[t]) * h[t]",
}
"""What reaches from one cell into another, from its end, or over all steps."""


WAYS = ("fw", "-"), ("bw", "+")
BOTH_WAYS = tuple((gate, *way) for way in WAYS for gate in "figo")
"""The layers of two cells, one that runs forward and one that runs from the end."""


QUASI_RECURRENT = (
    "z[t] = tanh(A @ x[t] + B @ x[t-1]); f[t] = sigmoid(C @ x[t] + D @ x[t-1]); q[t] = sigmoid(E @ x[t] + F @ x[t-1]); "
    "s[t] = f[t] * s[t-1] + (1 - f[t]) * z[t]; h[t] = q[t] * s[t]; o[t] = V @ h[t]; L[t] = mse(o[t], y[t]); "
    "loss = sum(L[t])"
)


def laid_out(text: str, tau: int = 3) -> Layout:
    return lay_out_gates(unfold(parse(text), tau, "gates"))


def places(layout: Layout) -> Mapping[str, tuple[float, float]]:
    return {spot.node.id: (spot.x, spot.y) for spot in layout.spots}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", CELLS)
def test_a_line_is_straight_through_all_steps(name: str) -> None:
    layout = laid_out(CELLS[name])
    lines = {spot.node.part.line for spot in layout.spots if spot.node.part and spot.node.part.line}
    assert lines
    for line in lines:
        on = [s for s in layout.spots if s.node.var == line or (s.node.part and s.node.part.line == line)]
        assert len({spot.y for spot in on}) == 1
        assert min(spot.y for spot in layout.spots if spot.node.part) == on[0].y, "nothing of the cell is above it"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", [*CELLS, "stacked", "both ways", "lag 3"])
def test_every_step_is_laid_out_alike(name: str) -> None:
    at = places(laid_out((CELLS | ACROSS)[name]))
    first = {id.replace("[1]", "[2]"): place for id, place in at.items() if "[1]" in id}
    shifts = {(round(at[id][0] - x, 6), round(at[id][1] - y, 6)) for id, (x, y) in first.items()}
    assert len(shifts) == 1
    (across, down) = next(iter(shifts))
    assert across > 0 == down


@pytest.mark.dear
@pytest.mark.parametrize("direction", ["right", "up"])
def test_what_cells_running_both_ways_read_comes_to_every_layer_as_to_the_first(direction: str) -> None:
    """Below the parameters of one layer there is room for two wires into the next."""
    gates = ((f"{g}{w}", f"W_{g}{w} @ x[t] + U_{g}{w} @ h{w}[t{s}1] + b_{g}{w} + d_{g}{w}") for g, w, s in BOTH_WAYS)
    text = "; ".join(f"{name}[t] = sigmoid({made})" for name, made in gates)
    text += "".join(
        f"; c{w}[t] = f{w}[t] * c{w}[t{s}1] + i{w}[t] * g{w}[t]; h{w}[t] = o{w}[t] * tanh(c{w}[t])" for w, s in WAYS
    )
    edges = figure(Asked.of("", {"equations": text, "detail": "gates", "tau": 1, "direction": direction}))["edges"]
    ends = [e["curves"][-1][-2:] for e in edges if e["source"] == "x[1]"]
    assert len(ends) == len(BOTH_WAYS)
    along = 1 if direction == "right" else 0
    assert all(one[1 - along] == other[1 - along] for one, other in ends)


def test_starts_stand_beside_each_other_as_there_is_no_cell_between_them() -> None:
    at = places(laid_out(ACROSS["lag 3"]))
    early = [at[f"h[{t}]"][0] for t in (-2, -1, 0)]
    near, far = early[1] - early[0], at["h[2]"][0] - at["h[1]"][0]
    assert 54 < near < far / 2
    assert early[2] - early[1] == pytest.approx(near)
    at = places(laid_out(FAR["lag 4"], tau=1))
    assert at["h[0]"][0] - at["h[-3]"][0] == pytest.approx(2 * near)


@pytest.mark.dear
@pytest.mark.parametrize("direction", ["right", *long("up")])
def test_wires_of_one_node_on_several_tracks_branch_at_dots(direction: str) -> None:
    fields = {"equations": FAR["lags 1 to 4"], "detail": "gates", "tau": 3, "direction": direction, "phase": "backward"}
    edges = figure(Asked.of("", fields))["edges"]
    dots = Counter(e["source"] for e in edges for _ in e.get("dots", ()))
    assert dots == {"h[-2]": 1, "h[-1]": 2, "h[0]": 1}
    assert not audited(Asked.of("", fields))


@pytest.mark.dear
def test_data_of_hidden_steps_stand_as_far_apart_as_these() -> None:
    """Their wires leave them aside."""
    assert not audited(Asked.of("", {"equations": GATED["data of two steps before"], "detail": "gates", "tau": 13}))


def test_layers_stand_in_the_order_in_which_the_equations_use_them() -> None:
    at = places(laid_out(RECURRENCES["lstm"]))
    assert sorted("fiog", key=lambda name: at[f"{name}[1]"][0]) == ["f", "i", "g", "o"]
    assert at["h[1]"][1] > at["c[1]"][1], "h leaves below the line"


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_wider_than_high(name: str) -> None:
    box = laid_out(CELLS[name]).frames[0].box
    assert 1.2 <= (box.right - box.left) / (box.bottom - box.top) < 2.6


def test_a_step_whose_state_is_set_has_no_cell() -> None:
    layout = laid_out(RECURRENCES["dynamics"])
    assert {spot.node.id for spot in layout.spots if spot.node.part} == {"s[2].2", "s[3].2"}
    assert len(layout.frames) == 2


def test_between_layers_and_lines_no_level_is_left_empty() -> None:
    layout = laid_out(
        "f[t] = sigmoid(W @ h[t-1] + U @ x[t]); "
        "h[t] = f[t] * h[t-1] + (1 - f[t]) * tanh(A @ (f[t] * h[t-1]) + B @ x[t])"
    )
    heights = sorted({spot.y for spot in layout.spots if spot.node.part})
    apart = [below - above for above, below in pairwise(heights)]
    assert max(apart) <= 1.5 * min(apart)


@pytest.mark.one_in(12)
@pytest.mark.parametrize("name", CELLS | ACROSS)
@pytest.mark.parametrize(("view", "tau"), [("unfolded", 2), ("both", 3)])
def test_nothing_meets_what_it_does_not_belong_to(name: str, view: str, tau: int) -> None:
    fields = {"equations": (CELLS | ACROSS)[name], "detail": "gates", "view": view, "tau": tau}
    assert not audited(Asked.of(name, fields))


def test_wires_over_the_steps_leave_a_circle_beside_them_straight_where_those_of_steps_go_around() -> None:
    """As in each line of a wrapped run, where what it reads of the line before stands alone."""
    text = "h[t] = tanh(W @ h[t-2] + U @ x[t]); o[t] = V @ h[t] + R @ x[t-2]"
    layout = laid_out(text, 4)
    first = {run.edge.id: run.legs[0].points for run in layout.runs}
    assert {x for x, _ in first["h[-1]->h[1].3"]} == {places(layout)["h[-1]"][0]}
    assert len({x for x, _ in first["h[1]->h[3].3"]}) > 1
    # One of these stands over the other, which is hidden.
    hidden = {"equations": "s[t] = tanh(s[t+3] ** 3); u[t] = sin(u[t+1] ** 2)"}
    for more in ({"fit": "4:3"}, {"direction": "up"}, {}, hidden):
        assert not audited(Asked.of("", {"equations": text, "detail": "gates", "tau": 8, "view": "unfolded", **more}))


def test_data_that_a_wrapped_line_reads_of_the_next_leaves_its_circle_as_its_own_does() -> None:
    text = "h[t] = tanh(W @ h[t-1] + U @ x[t] + V @ x[t+2])"
    data = figure(Asked.of("", {"equations": text, "detail": "gates", "tau": 8, "view": "unfolded", "fit": "4:3"}))
    first = {it["id"]: it["curves"][0][0] for it in data["edges"]}
    repeats = [it for it in data["graph"]["repeats"] if it["id"] in ("x[4]", "x[5]")]
    circles = {it["id"]: (it["x"], it["y"]) for it in (*data["nodes"], *repeats)}
    ways = ((first[f"x[{t + 2}]->h[{t}].4"], circles[f"x[{t + 2}]"]) for t in (1, 2, 3))
    assert len(repeats) == 2
    assert len({(round(x - cx, 1), round(y - cy, 1)) for (x, y), (cx, cy) in ways}) == 1


@pytest.mark.one_in(6)
@pytest.mark.parametrize("direction", ["right", "up"])
@pytest.mark.parametrize("name", GATED)
def test_gated_equations_have_their_figure_whichever_way_time_runs(name: str, direction: str) -> None:
    """Cells with their frames, none wired as operations are, and nothing in the figure that an editor would mark."""
    fields = {"equations": GATED[name], "detail": "gates", "direction": direction, "tau": 3, "view": "both"}
    assert figure(Asked.of(name, fields))["graph"]["frames"]
    assert not audited(Asked.of(name, fields))


@pytest.mark.parametrize("name", ["peephole", *long(*(name for name in CELLS | GATED if name != "peephole"))])
def test_gated_equations_have_their_figure_however_large_its_letters_are(name: str) -> None:
    """As where it fills a box: before a layer there is room for what is written there and for all that comes in."""
    graph = unfold(parse((CELLS | GATED)[name]), 2, "gates")
    for larger in (1.13, 1.3, 1.6):
        assert lay_out_gates(graph, labels=larger).frames, larger


@pytest.mark.parametrize("tau", [3, None])
@pytest.mark.parametrize("name", ["lag 3", "starts of two", "lags of another variable"])
def test_far_reaches_and_starts_stand_beside_cells_of_gates(name: str, tau: int | None) -> None:
    recurrence = parse(FAR[name])
    layout = lay_out_gates(unfold(recurrence, tau, "gates") if tau else fold(recurrence, "gates"))
    assert len(layout.frames) >= (tau or 1)


@pytest.mark.parametrize(("name", "far"), [("lags 1 to 4", r"h.1.->h.[345]"), ("one value for every step", "")])
def test_what_comes_over_the_steps_is_led_to_the_top_of_a_layer_and_data_to_the_bottom(name: str, far: str) -> None:
    layout = laid_out(FAR[name], 6)
    at = places(layout)
    ends = {run.edge.id: run.legs[-1].points[-1][1] - at[run.edge.target][1] for run in layout.runs if run.legs}
    over = [by for id, by in ends.items() if far and re.match(far, id)]
    below = [by for id, by in ends.items() if id.startswith(("x[5]->", "k->"))]
    assert len(over) == 3 * bool(far)
    assert max(over, default=-1) < 0 < min(below)


def test_a_delay_of_more_steps_than_one_says_how_many() -> None:
    circuit = lay_out_gates(fold(parse(FAR["lags 1 to 4"]), "gates"))
    squares = [run for run in circuit.runs if run.square]
    assert len({run.square for run in squares}) == len(squares) == 4
    assert sorted(len(run.words) for run in squares) == [0, 1, 1, 1]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("tau", [2, None])
@pytest.mark.parametrize("name", ["lstm", "gru", "peephole", "minimal", "highway"])
def test_copies_of_parameters_stand_below_the_layers_that_read_them(name: str, tau: int | None) -> None:
    text = parse(CELLS[name])
    graph = unfold(text, tau, "gates", parameters="copies") if tau else fold(text, "gates", parameters="copies")
    layout = lay_out_gates(graph)
    bottom = max(frame.box.bottom for frame in layout.frames)
    spots = {spot.node.id: spot for spot in layout.spots}
    assert len(spots) == len(graph.nodes)
    for run in layout.runs:
        source, target = spots[run.edge.source], spots[run.edge.target]
        if source.node.kind == "parameter" and target.node.part and target.node.part.form == "layer":
            assert source.y > bottom
            assert abs(source.x - target.x) < 80


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", ["lstm", "bidirectional", "vector-to-sequence", "skips", "ahead by 2 and 5"])
def test_parameters_that_are_drawn_once_stand_below_all_steps_in_blocks(name: str) -> None:
    text = (RECURRENCES | FAR)[name]
    graph = unfold(parse(text), 3, "gates", parameters="nodes")
    layout = lay_out_gates(graph)
    assert {it.words for it in layout.frames} == {None}
    parameters = {spot.node.id: spot.y for spot in layout.spots if spot.node.kind == "parameter"}
    assert set(parameters) == {n.id for n in graph.nodes if n.kind == "parameter"}
    assert min(parameters.values()) > max(s.y for s in layout.spots if s.node.id not in parameters and s.node.id.t)
    fields = {"equations": text, "detail": "gates", "parameters": "nodes", "tau": 3, "view": "both"}
    assert not audited(Asked.of("", fields))


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "name", ["starts in a row", "attention written out", "pooled over all steps", "skips", "computed matrix"]
)
def test_copies_of_parameters_beside_the_steps_leave_gates_as_they_are(name: str) -> None:
    text = (RECURRENCES | FAR)[name]
    whole = parse(text)
    for graph in (unfold(whole, 3, "gates", parameters="copies"), fold(whole, "gates", parameters="copies")):
        assert {it.words for it in lay_out_gates(graph).frames} == {None}
    fields = {"equations": text, "detail": "gates", "parameters": "copies", "tau": 3, "view": "both"}
    assert not audited(Asked.of("", fields))


def test_a_shared_wire_over_the_steps_carries_the_gradients_of_all_its_readers() -> None:
    fields = {"system": "hopfield", "tau": 2, "detail": "gates", "parameters": "copies", "phase": "backward"}
    assert not audited(Asked.of("", fields))


def test_signs_without_letters_stand_in_the_middle_of_their_circles() -> None:
    drawn = figure(Asked.of("", {"system": "lstm", "detail": "gates", "tau": 1, "view": "unfolded"}))
    circles = [it for it in drawn["nodes"] if "sign" in it and "radius" in it]
    signs = [(it["y"], it["labels"][0]["box"]) for it in circles]
    assert len(signs) == 4
    assert all(abs((box[1] + box[3]) / 2 - y) < 0.1 for y, box in signs)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", CELLS)
def test_nothing_that_is_written_in_a_node_reaches_its_line(name: str) -> None:
    """Signs above numbers, and the sign before a gradient, in circles and in boxes."""
    for phase, detail in product(("forward", "backward"), ("gates", "operations")):
        fields = {"equations": CELLS[name], "detail": detail, "tau": 2, "phase": phase, "view": "both"}
        drawn = table.scene(resolve(read(json.dumps(fields).encode(), OUTPUTS["figure.svg"].body)))
        nodes = [it for it in drawn.walk() if isinstance(it, ItemGroup) and it.fact("node")]
        assert nodes
        assert not [it.id for it in nodes if any(out >= 0 for out in reaches(it))]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (QUASI_RECURRENT, {"view": "folded"}),
        (
            "f_f[t] = sigmoid(A @ x[t] + B @ h[t-1]); g_g[t] = tanh(C @ x[t]); h[t] = f_f[t] * h[t-1] + g_g[t]",
            {"tau": 1, "phase": "backward"},
        ),
    ],
    ids=["the way back of data past what is beside it", "what hangs from a letter over its numbers"],
)
def test_cells_are_as_an_art_editor_wants_them(text: str, fields: Mapping[str, object]) -> None:
    assert not audited(Asked.of("", {"equations": text, "detail": "gates", **fields}))


def reaches(node: ItemGroup) -> Iterator[float]:
    """How far each of a node's words reaches beyond the inner edge of its line, in whichever outline holds it best."""
    items = list(leaves(node))
    outlines = [it for it in items if isinstance(it, Disc | Rect) and it.paint.role == "disc"]
    for word in items:
        if isinstance(word, Ink):
            yield min(beyond(word, it) + it.paint.width / 2 for it in outlines)


def leaves(group: ItemGroup) -> Iterator[Item]:
    for item in group.items:
        yield from leaves(item) if isinstance(item, ItemGroup) else [item]


def beyond(word: Ink, form: Disc | Rect) -> float:
    it = word.outline
    if isinstance(form, Disc):
        return it.reach(word.x - form.x, word.y - form.y) - form.radius
    across = form.x - word.x - it.left, word.x + it.right - form.x - form.width
    return max(*across, form.y - word.y + it.ascent, word.y + it.descent - form.y - form.height)


RESET = "r[t] = sigmoid(A @ x[t] + B @ h[t-1]); z[t] = sigmoid(C @ x[t] + D @ h[t-1]); h[t] = {} + z[t] * h[t-1]"


@pytest.mark.parametrize("candidate", ["r[t] * (W @ h[t-1] + b)", "(W @ h[t-1] + b) * r[t]", "r[t] + (W @ x[t] + b)"])
def test_what_a_layer_reads_leaves_beside_what_it_is_made_of(candidate: str) -> None:
    """A product of two layers that goes on to a third has its wire cross none of those that come to it."""
    text = RESET.format(f"(1 - z[t]) * tanh({candidate} + U @ x[t])")
    edges = figure(Asked.of("", {"equations": text, "detail": "gates", "view": "unfolded", "tau": 2}))["edges"]
    lines = {(e["source"], e["target"]): [p for curve in e["curves"] for p in curve[::3]] for e in edges}
    inner = {s: t for s, t in lines if s in {t for _, t in lines} and "." in s and "." in t}
    combined = [(s, t) for s, t in inner.items() if len([1 for _, end in lines if end == s]) == 2]
    assert combined
    for ends in combined:
        for way in (line for (_, target), line in lines.items() if target == ends[0]):
            assert not any(cross(a, b) for a, b in product(pairwise(lines[ends]), pairwise(way)))


def cross(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Whether two stretches cross, each of them having ends on both sides of the other."""

    def side(p: Any, a: Any, b: Any) -> float:
        return float((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]))

    return all(side(p, *b) * side(q, *b) < 0 for (p, q), b in ((one, other), (other, one)))


def test_a_gate_shows_its_mean_opening() -> None:
    asked = "system=lstm&tau=2&phase=forward"
    resolved = resolve(parse_link([tuple(pair.split("=")) for pair in asked.split("&")]))  # type: ignore[misc]
    bars = [i for i in table.scene(resolved).walk() if getattr(getattr(i, "paint", None), "role", "") == "opened"]
    means = [float(resolved.run.trace.value(f"{name}[{t}]").mean()) for t in (1, 2) for name in "ifo"]
    shares = sorted(bar.height / 33.0 for bar in bars)  # type: ignore[union-attr]
    assert shares == pytest.approx(sorted([*means, 15 * 0.5 / 33]), abs=1e-6), "those of the gates, and the legend's"


def test_the_graph_says_what_each_part_is() -> None:
    data: Any = json.loads(ANSWERS["graph"].make(resolve(parse_link([("system", "lstm"), ("tau", "1")]))))
    parts = {node["id"]: node["part"] for node in data["nodes"] if node.get("part")}
    assert parts["f[1]"] == {
        "form": "layer", "name": "f", "weights": ["U_f", "W_f", "b_f"], "line": "", "cell": "c", "gate": True,
        "valve": False,
    }  # fmt: skip
    assert parts["c[1].0"]["valve"] and parts["c[1].0"]["line"] == "c"


def test_the_parts_of_a_cell_stay_while_a_state_of_it_is_shown() -> None:
    drawn = table.scene(resolve(parse_link([("system", "lstm"), ("tau", "1"), ("rows", "c,h")])))
    ids = {item.fact("node") for item in drawn.walk() if isinstance(item, ItemGroup)} - {""}
    assert {"c[1]", "h[1]", "f[1]", "c[1].2"} <= ids
    assert not {"x[1]", "p[1]"} & ids


def test_a_wire_past_the_cell_above_has_room_beside_its_frame() -> None:
    """From its circle to the side, up, and in at the readout: three turns, none of them in a frame."""
    data = figure(Asked.of("", {"system": "bidirectional", "detail": "gates", "view": "unfolded", "tau": 3}))
    frames = [it["box"] for it in data["graph"]["frames"]]
    for t in (1, 2, 3):
        edge = next(it for it in data["edges"] if it["id"] == f"h[{t}]->o[{t}]")
        points = [point for curve in edge["curves"] for point in curve[::3]]
        assert not any(left < x < right and top < y < low for x, y in points for left, top, right, low in frames)
        upright = [abs(p[0] - q[0]) < 0.1 for p, q in pairwise(points) if (p[0] != q[0]) != (p[1] != q[1])]
        assert sum(one != other for one, other in pairwise(upright)) == 3


@pytest.mark.parametrize("word", ["tanh", "sigmoid"])
@pytest.mark.parametrize("direction", ["t-1", "t+1"])
def test_parameters_written_below_boxes_lie_on_no_other_box_and_on_no_head(word: str, direction: str) -> None:
    """Boxes without a letter are lower than their neighbours; cells that run from the end have words on the left."""
    layer = f"W_in{{0}} @ x[t] + W_out{{0}} @ h[{direction}] + b_in{{0}} + b_out{{0}}"
    gates = "; ".join(f"{name}[t] = sigmoid({layer.format(name)})" for name in "fio")
    text = f"{gates}; c[t] = f[t] * c[{direction}] + i[t] * {word}({layer.format('c')}); h[t] = o[t] * tanh(c[t])"
    asked = Asked.of("", {"equations": f"{text}; loss = sum(h[t] @ h[t])", "detail": "gates", "view": "both", "tau": 2})
    assert any("out" in it["tex"] for it in figure(asked)["graph"]["words"])
    assert not audited(asked)


@pytest.mark.parametrize(("view", "direction"), [("unfolded", "right"), *long(("folded", "up"), ("unfolded", "up"))])
def test_data_that_a_layer_has_no_room_for_one_by_one_come_in_together(view: str, direction: str) -> None:
    """In their order, on one level line with a way up from it; the state comes in by itself."""
    read = " + ".join(f"{name} @ {name.lower()}[t]" for name in "ABCDEF")
    fields = {"equations": f"h[t] = tanh(W @ h[t-1] + {read}); loss = sum(h[tau])", "tau": 2}
    asked = Asked.of("", {**fields, "detail": "gates", "view": view, "direction": direction})
    data = figure(asked)
    assert len(data["graph"]["frames"]) == (1 if view == "folded" else 2)
    first = [it for it in data["nodes"] if it["kind"] == "input"][:6]
    places = [it["x"] if direction == "right" else -it["y"] for it in sorted(first, key=lambda it: str(it["id"]))]
    assert places == sorted(places)
    assert not findings(data)


RWKV = """
r[t] = sigmoid(W_r @ (m_r * x[t] + (1 - m_r) * x[t-1])); k[t] = W_k @ (m_k * x[t] + (1 - m_k) * x[t-1])
v[t] = W_v @ (m_v * x[t] + (1 - m_v) * x[t-1]); a[t] = exp(-w) * a[t-1] + exp(k[t]) * v[t]
b[t] = exp(-w) * b[t-1] + exp(k[t]); q[t] = (a[t-1] + exp(u + k[t]) * v[t]) / (b[t-1] + exp(u + k[t]))
o[t] = W_o @ (r[t] * q[t]); L[t] = mse(o[t], y[t]); loss = mean(L[t])
"""


STABLE_RWKV = """
r[t] = sigmoid(W_r @ (m_r * x[t] + (1 - m_r) * x[t-1])); k[t] = W_k @ (m_k * x[t] + (1 - m_k) * x[t-1])
v[t] = W_v @ (m_v * x[t] + (1 - m_v) * x[t-1]); q[t] = maximum(p[t-1], u + k[t])
i[t] = exp(p[t-1] - q[t]); j[t] = exp(u + k[t] - q[t])
z[t] = (i[t] * a[t-1] + j[t] * v[t]) / (i[t] * b[t-1] + j[t])
p[t] = maximum(p[t-1] - w, k[t]); a[t] = exp(p[t-1] - w - p[t]) * a[t-1] + exp(k[t] - p[t]) * v[t]
b[t] = exp(p[t-1] - w - p[t]) * b[t-1] + exp(k[t] - p[t])
o[t] = W_o @ (r[t] * z[t]); L[t] = mse(o[t], y[t]); loss = mean(L[t])
"""
"""The same with exponents that stay small: a third line."""


@pytest.mark.dear
@pytest.mark.one_in(4)
@pytest.mark.parametrize("view", ["folded", "unfolded"])
@pytest.mark.parametrize(("text", "cells"), [(RWKV, 2), (STABLE_RWKV, 3)], ids=["plain", "stable"])
def test_ways_of_many_wires_are_found_before_the_search_gives_up(text: str, cells: int, view: str) -> None:
    """Two lines or three, and layers whose data come from two steps, are a template: not wired as operations are."""
    asked = Asked.of("", {"equations": text, "detail": "gates", "view": view, "tau": 3})
    frames = figure(asked)["graph"]["frames"]
    assert len(frames) == cells * (1 if view == "folded" else 3)
    assert not audited(asked)


@pytest.mark.parametrize("vectors", ["arrow", "plain"])
def test_letters_under_an_arrow_stay_in_their_boxes(vectors: str) -> None:
    letters = "bdfkl"
    gates = "; ".join(f"{a}[t] = sigmoid(W_{a} @ x[t] + U_{a} @ z[t-1])" for a in letters)
    text = f"{gates}; z[t] = {' * '.join(f'{a}[t]' for a in letters)} * z[t-1] + x[t]; loss = sum(z[tau])"
    fields = {"equations": text, "detail": "gates", "view": "unfolded", "tau": 1, "vectors": vectors}
    assert not audited(Asked.of("", fields))


def words_beside(factor: str, detail: str = "gates", **fields: str) -> list[str]:
    """What is written where a state is multiplied by something."""
    text = f"s[t] = ({factor}) * s[t-1] + x[t]; loss = sum(s[tau])"
    shown = figure(Asked.of("", {"equations": text, "detail": detail, "view": "unfolded", "tau": 1, **fields}))
    written = [it["tex"] for it in shown["graph"].get("words", ())]
    return written + [it["tex"] for edge in shown["edges"] for it in edge["labels"]]


@pytest.mark.parametrize("factor", ["1 - a", "a ** 2", "1 / (1 + a)", "-a", "1 - alpha", "(a - b) / 2"])
def test_what_is_made_of_parameters_is_set_as_on_arrows(factor: str) -> None:
    assert words_beside(factor) == words_beside(factor, "cells") != []


def test_what_is_made_of_parameters_has_the_names_and_the_notation_of_the_link() -> None:
    shown = words_beside("1 - a", names="a:w", vectors="arrow")
    assert shown == words_beside("1 - a", "cells", names="a:w", vectors="arrow")
    assert "vec{w}" in shown[0]


def test_what_any_operation_makes_of_parameters_can_be_written() -> None:
    written = set()
    for op, arguments in product(OPS, ("a", "a, b", "a, b, a", "A, b")):
        try:
            written |= {op} if words_beside(f"{op}({arguments})") else set()
        except Problems:  # The operation has other arguments, or gives nothing that a state can be multiplied by.
            continue
    assert {"exp", "sqrt", "maximum", "where", "softmax", "norm", "sum"} <= written


@pytest.mark.parametrize("squashing", ["relu", "tanh"])
def test_what_combines_the_same_hanging_layer_stands_in_places_of_its_own(squashing: str) -> None:
    """A gate of a state that is made of another: its product and 1 less it both hang below it."""
    text = (
        "f[t] = sigmoid(W_f @ x[t] + U_f @ h[t-1] + b_f); "
        "h[t] = (1 - f[t]) * h[t-1] + f[t] * tanh(W @ x[t] + U @ (f[t] * h[t-1]) + b); r[t] = sigmoid(R @ h[t] + a); "
        f"g[t] = r[t] * {squashing}(S @ h[t] + e) + (1 - r[t]) * h[t]; o = V @ g[tau]; loss = sum(o @ o)"
    )
    asked = Asked.of("", {"equations": text, "detail": "gates", "view": "unfolded", "tau": 2, "direction": "up"})
    shown = figure(asked)
    assert len(shown["graph"]["frames"]) == 2, "a cell for each step"
    places = [(it["x"], it["y"]) for it in shown["nodes"] if "x" in it]
    assert len(places) == len(set(places))
    assert not audited(asked)
