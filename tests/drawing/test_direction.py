"""Time that runs up: the same graph with steps above each other, nothing on top of anything."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from math import hypot
from typing import Any

import pytest

from app.link import parse, resolve
from app.outputs.table import ANSWERS
from app.systems import SYSTEMS
from tests.drawing.audited import Asked, audited, figure
from tests.lint import reasons

DIAMETER = 54.0


def data(link: str) -> Any:
    return json.loads(ANSWERS["figure.json"].make(resolve(parse(link))))


def places(link: str) -> dict[str, tuple[float, float]]:
    return {node["id"]: (node["x"], node["y"]) for node in data(link)["nodes"] if "x" in node}


def test_each_step_stands_above_the_one_before() -> None:
    at = places("tau=4&direction=up")
    for t in range(1, 4):
        assert at[f"h[{t + 1}]"][1] < at[f"h[{t}]"][1]
        assert at[f"h[{t + 1}]"][0] == at[f"h[{t}]"][0]
    assert at["h[0]"][1] > at["h[1]"][1]


def test_variables_stand_beside_each_other_from_the_data_to_the_loss() -> None:
    at = places("tau=2&direction=up")
    assert at["x[1]"][0] < at["h[1]"][0] < at["o[1]"][0] < at["L[1]"][0]
    assert len({at[f"{name}[1]"][1] for name in "xhoL"}) == 1


def test_nothing_else_about_a_node_changes() -> None:
    usual, up = (data(f"tau=3{more}")["nodes"] for more in ("", "&direction=up"))
    own = ("x", "y", "labels")
    assert [{k: v for k, v in node.items() if k not in own} for node in usual] == [
        {k: v for k, v in node.items() if k not in own} for node in up
    ]


@pytest.mark.one_in(6)
@pytest.mark.parametrize("detail", ["states", "cells", "gates"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_stands_upright(system: str, detail: str) -> None:
    link = f"system={system}&detail={detail}&direction=up&tau=4"
    for (x, y), (u, v) in combinations(places(link).values(), 2):
        assert hypot(x - u, y - v) > DIAMETER
    assert not reasons(ANSWERS["figure.svg"].make(resolve(parse(link))).decode())


def test_a_long_run_leaves_steps_out_upwards_too() -> None:
    link = "tau=40&direction=up&phase=forward&at=h[20]"
    heights = [y for id, (_, y) in places(link).items() if id.startswith("h[")]
    assert len({*heights}) == len(heights)
    assert data(link)["graph"]["stubs"]


def test_lines_of_gates_run_straight_up_with_the_data_at_the_left() -> None:
    usual, up = (places(f"system=lstm&tau=2{more}") for more in ("", "&direction=up"))
    assert len({up[id][0] for id in ("c[0]", "c[1].0", "c[1].2", "c[1]", "c[2]")}) == 1
    assert up["c[2]"][1] < up["c[1]"][1] < up["c[1].2"][1] < up["c[1].0"][1] < up["c[0]"][1]
    order = [sorted("figo", key=lambda name: at[f"{name}[1]"][axis]) for at, axis in ((usual, 0), (up, 1))]
    assert order[0] == order[1][::-1], "the gates in the order of the equations, from the bottom"
    assert up["x[1]"][0] < up["f[1]"][0] < up["c[1]"][0], "data at the left"


def test_copies_of_parameters_stand_left_of_the_gates_that_read_them() -> None:
    at = places("system=lstm&detail=gates&parameters=copies&tau=2&direction=up")
    for gate in "figo":
        assert len({at[f"{name}_{gate}[1]"][0] for name in "bUW"}) == 1, "one above the other"
        assert at[f"U_{gate}[1]"][0] < at[f"{gate}[1]"][0] and at[f"U_{gate}[1]"][1] == at[f"{gate}[1]"][1]


@pytest.mark.dear
@pytest.mark.one_in(3)
@pytest.mark.parametrize("detail", ["states", "cells"])
@pytest.mark.parametrize(
    "text",
    [
        "h[t] = tanh(W @ h[t-1] + S @ h[t-15] + U @ x[t]); loss = sum(h[tau])",
        "z[t] = u[t]; v[t] = r[t] @ z[t]; x[t] = p[t] * u[tau-2]; a[t] = sin(u[t])",
        "w[t] = k; r[t] = w[t]; b[t] = 1 / b[t-9]; b[2] = l[tau-1]; b[-1] = n[tau]; b[1] = l[3]; b[0] = l[tau-1]",
        "o[t] = tanh(log(constructor[t-1])); s[t] = tanh(min(t, s[t-9])); constructor[t] = s[t-1] + o[t-9]",
    ],
    ids=["a long lag", "a detour between arcs", "starts far from what they are set to", "a track beside a slant"],
)
def test_lines_keep_apart_where_time_runs_up(text: str, detail: str) -> None:
    for tau in (6, 13):
        assert not audited(Asked.of("", {"equations": text, "detail": detail, "direction": "up", "tau": tau}))


def test_a_label_of_an_arrow_along_which_nothing_flows_stays_its_own_upwards() -> None:
    fields = {"system": "bidirectional", "detail": "states", "phase": "backward", "tau": 3, "direction": "up"}
    assert not audited(Asked.of("", fields))


def test_labels_in_one_line_have_a_space_between_them_upwards_too() -> None:
    text = (
        "f[t] = sigmoid(W_f @ x[t] + U_f @ h[t-1] + b_f); g[t] = tanh(W @ x[t] + U @ (f[t] * h[t-1]) + b); "
        "h[t] = (1 - f[t]) * h[t-1] + f[t] * g[t]; r[t] = sigmoid(W_r @ h[t]); "
        "s[t] = r[t] * tanh(V @ h[t]) + (1 - r[t]) * h[t]; o[t] = P @ s[t]; L[t] = mse(o[t], y[t]); loss = sum(L[t])"
    )
    assert not audited(Asked.of("", {"equations": text, "detail": "cells", "tau": 3, "direction": "up"}))


def test_no_wire_of_gates_runs_through_the_number_of_a_delay() -> None:
    text = "y[t] = (w[t-2] > y[t+2]) * max(e[t]); v[t] = abs(y[t+1]); y[tau+2] = (k < k); y[tau+1] = k; v[tau] = e[0]"
    fields = {"equations": text, "detail": "gates", "view": "folded", "direction": "up"}
    assert not audited(Asked.of("", fields))


@pytest.mark.dear
def test_nothing_is_written_where_wires_run_over_the_steps() -> None:
    text = "given r; w[t] = tan(1/2); n[t] = tanh((-(t > n[t-1])) ** -1); k[t] = n[t]; w[1] = α; k[1] = r"
    text += "; m[t] = sin(k[t]); m[1] = k[tau]; a[t] = α <= hard_tanh(w[t])"
    text += "; l[t] = log(sigmoid(w[tau-1])) - α * (X @ concat(y[t-3], o))"
    for direction in ("up", "right"):
        assert not audited(Asked.of("", {"equations": text, "detail": "gates", "direction": direction, "tau": 6}))


def test_no_wire_of_gates_curls_where_it_has_to_turn_at_once() -> None:
    text = "y[t] = (w[t-2] > y[t+2]) * max(e[t]); v[t] = abs(y[t+1]); y[tau+2] = (k < k); y[tau+1] = k; v[tau] = e[0]"
    fields = {"equations": text, "detail": "gates", "view": "unfolded", "direction": "up", "tau": 3}
    edges = {edge["id"]: edge["curves"] for edge in figure(Asked.of("", fields))["edges"]}
    points = [point for curve in edges["y[1].1->y[1].2"] for point in curve]
    (x, y), (u, v) = points[0], points[-1]
    assert sum(hypot(q[0] - p[0], q[1] - p[1]) for p, q in pairwise(points)) <= abs(x - u) + abs(y - v) + 1


def test_cells_of_operations_stand_above_each_other_shared_parameters_left_of_them() -> None:
    """What is made of what stands at its left, with its operation there; the circuit's cell is as the first step's."""
    graph = data("detail=operations&tau=2&direction=up&view=both")
    at = {node["id"]: (node["x"], node["y"]) for node in graph["nodes"]}
    moves = [(at[id.replace("[1]", "[2]")], at[id]) for id in at if "[1]" in id]
    assert {(round(x - u, 1), round(y - v, 1) < 0) for (x, y), (u, v) in moves} == {(0.0, True)}
    assert len({round(y - v, 1) for (_, y), (_, v) in moves}) == 1
    order = ["W", "a[1].0", "a[1]", "h[1]", "o[1].0", "o[1]", "L[1]"]
    assert [at[id][0] for id in order] == sorted(at[id][0] for id in order)
    assert len({at[name][0] for name in "WUbVc"}) == 1
    (state,) = (node for node in graph["nodes"] if node["id"] == "h[1]")
    left, top, right, bottom = state["box"]
    assert left < right < state["x"] and top < state["y"] < bottom
    (x, y), (u, v) = ((node["x"], node["y"]) for node in graph["circuit"]["nodes"] if node["id"] in ("a", "h"))
    assert y == v and u - x == pytest.approx(at["h[1]"][0] - at["a[1]"][0], abs=0.1)


def test_a_delay_of_several_steps_says_so_above_its_square_where_time_runs_up() -> None:
    text = "h[t] = tanh(W @ h[t-3] + U @ x[t])"
    circuit = figure(Asked.of("", {"equations": text, "detail": "operations", "view": "folded", "direction": "up"}))
    (edge,) = (it for it in circuit["edges"] if "square" in it)
    left, top, right, _ = edge["square"]
    (label,) = edge["labels"]
    assert label["box"][3] < top and label["box"][0] > left - 10 and label["box"][2] < right + 10


@pytest.mark.parametrize("system", ["rnn", "lstm", "gru"])
def test_a_loss_of_all_steps_stands_beside_them_and_not_over_them(system: str) -> None:
    at = places(f"system={system}&detail=operations&tau=2")
    assert at["loss"][0] > at["L[2]"][0] + DIAMETER
    assert at["L[1]"][1] - at["loss"][1] < 1.5 * DIAMETER
