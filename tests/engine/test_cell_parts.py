"""The detail `gates`: the layers, pointwise operations and lines that rules find, whatever a cell is called."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from app.engine import Trace, bind, by_hand, contributions, run, seeds, steps, unfold
from app.engine.graph import CellPart, Graph, usual_detail
from app.language import Read, is_operation, parse
from app.language.typeset import show
from app.systems import SYSTEMS
from tests.recurrences import RECURRENCES

PEEPHOLE = (
    "i[t] = sigmoid(W_i @ x[t] + U_i @ h[t-1] + p_i * c[t-1] + b_i); "
    "f[t] = sigmoid(W_f @ x[t] + U_f @ h[t-1] + p_f * c[t-1] + b_f); g[t] = tanh(W_g @ x[t] + U_g @ h[t-1] + b_g); "
    "c[t] = f[t] * c[t-1] + i[t] * g[t]; o[t] = sigmoid(W_o @ x[t] + U_o @ h[t-1] + p_o * c[t] + b_o); "
    "h[t] = o[t] * tanh(c[t])"
)
MINIMAL = (
    "f[t] = sigmoid(W_f @ x[t] + U_f @ h[t-1] + b_f); g[t] = tanh(W @ x[t] + U @ (f[t] * h[t-1]) + b); "
    "h[t] = (1 - f[t]) * h[t-1] + f[t] * g[t]"
)
SIMPLE_UNIT = (
    "q[t] = W @ x[t]; f[t] = sigmoid(W_f @ x[t] + b_f); r[t] = sigmoid(W_r @ x[t] + b_r); "
    "c[t] = f[t] * c[t-1] + (1 - f[t]) * q[t]; h[t] = r[t] * tanh(c[t]) + (1 - r[t]) * x[t]; x: 4; c: 4"
)
HIGHWAY = (
    "g[t] = sigmoid(W_t @ x[t] + R_t @ s[t-1] + b_t); "
    "s[t] = g[t] * tanh(W @ x[t] + R @ s[t-1] + b) + (1 - g[t]) * s[t-1]"
)
OWN = "kappa[t] = sigmoid(A @ u[t] + B @ m[t-1]); m[t] = m[t-1] + kappa[t] * (relu(C @ u[t] + D @ m[t-1]) - m[t-1])"
SPLIT = (
    "i[t], f[t], g[t], o[t] = split(W @ x[t] + U @ h[t-1] + b); "
    "c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * tanh(g[t]); h[t] = sigmoid(o[t]) * tanh(c[t])"
)


class Found(NamedTuple):
    """What a cell comes to: its layers with their weights, what lies on lines, the gates, the states on lines."""

    layers: dict[str, str]
    on_line: list[str]
    gates: set[str]
    lines: set[str]


def found(text: str) -> Found:
    graph = unfold(parse(text), 2, "gates")
    parts: dict[str, tuple[CellPart, str]] = {n.var: (n.part, n.sign) for n in graph.nodes if n.part and n.t == 2}
    layers = {name: " ".join(part.weights) for name, (part, _) in parts.items() if part.form == "layer"}
    on_line = [sign for part, sign in parts.values() if part.line]
    return Found(
        layers, on_line, {n for n, (p, _) in parts.items() if p.gate and p.form == "layer"},
        {p.line for p, _ in parts.values() if p.line},
    )  # fmt: skip


def test_an_lstm_has_four_layers_of_which_three_are_gates_and_its_cell_state_has_a_line() -> None:
    it = found(RECURRENCES["lstm"])
    assert {name: it.layers[name] for name in "fig"} == {g: f"U_{g} W_{g} b_{g}" for g in "fig"}
    assert it.gates == {"i", "f", "o"}
    assert (it.lines, it.on_line) == ({"c"}, ["⊙", "+"])
    assert it.layers["h.0"] == "", "the squashing of c alone is a layer without weights"


def test_a_gru_keeps_its_state_on_a_line_and_the_reset_gate_acts_on_a_layer_of_its_own() -> None:
    it = found(RECURRENCES["gru"])
    assert (it.lines, it.on_line) == ({"h"}, ["⊙", "+"])
    assert it.layers["n.2"] == "W_n d_n" and it.layers["n"] == "U_n b_n"
    assert it.gates == {"r", "z"}


@pytest.mark.parametrize(
    ("text", "lines", "gates", "layers"),
    [
        (PEEPHOLE, {"c"}, {"i", "f", "o"}, {"o": "W_o U_o p_o b_o"}),
        (MINIMAL, {"h"}, {"f"}, {"f": "W_f U_f b_f", "g": "W U b"}),
        (SIMPLE_UNIT, {"c"}, {"f", "r"}, {"q": "W"}),
        (HIGHWAY, {"s"}, {"g"}, {"g": "W_t R_t b_t"}),
        (OWN, {"m"}, {"kappa"}, {"kappa": "A B"}),
        (SPLIT, {"c"}, {"c.2", "c.4", "h.1"}, {"i.4": "W U b"}),
        (RECURRENCES["leaky"], {"h"}, set(), {"h.5": "W U b"}),
        (RECURRENCES["rnn-regression"], set(), set(), {"h.3": "W U b"}),
    ],
    ids=["peephole", "minimal", "simple unit", "highway", "own", "split", "leaky", "plain"],
)
def test_the_rules_know_no_cell(text: str, lines: set[str], gates: set[str], layers: dict[str, str]) -> None:
    it = found(text)
    assert it.lines == lines
    assert len(it.gates) == len(gates)
    assert layers.items() <= it.layers.items() or {*layers.values()} <= {*it.layers.values()}


def test_what_a_line_says_inside_a_squashing_is_no_line() -> None:
    it = found("h[t] = tanh(w * h[t-1] + u * x[t])")
    assert it.lines == set() and it.layers == {"h.3": "w u"}


def test_the_shortest_way_back_is_the_line() -> None:
    assert found(OWN).on_line == ["+"]


def test_parameters_that_scale_stand_at_what_they_scale() -> None:
    graph = unfold(parse(RECURRENCES["leaky"]), 1, "gates")
    weights = [n.part.weights for n in graph.nodes if n.part and n.part.form == "pointwise" and n.part.weights]
    assert weights == [("alpha",), ("1 - alpha",)]


def test_a_part_has_the_number_that_it_has_at_operations() -> None:
    """The outermost operation, which makes what the circle of a state shows, follows those within."""
    parse_of = parse(RECURRENCES["lstm"])
    operations = {n.id for n in unfold(parse_of, 2, "operations").nodes}
    graph = unfold(parse_of, 2, "gates")
    inner = {n.id for n in graph.nodes if n.kind == "operation"}
    assert inner - operations == {"c[1].2", "c[2].2", "h[1].1", "h[2].1"}
    assert {e.target for e in graph.edges if e.source == "c[2].2"} == {"c[2]"}


@pytest.mark.one_in(6)
@pytest.mark.parametrize("text", [PEEPHOLE, MINIMAL, SIMPLE_UNIT, HIGHWAY, OWN, SPLIT, *RECURRENCES.values()])
def test_what_arrives_along_the_edges_is_the_gradient_of_the_node(text: str) -> None:
    trace, graph = traced(text)
    along, rest = contributions(trace, graph), seeds(trace, graph)
    for n in graph.nodes:
        arrived = [along[e.id] for e in graph.edges if e.source == n.id]
        arrived += [rest[n.id]] if n.id in rest else []
        if n.kind != "target" and arrived:
            np.testing.assert_allclose(sum(arrived), trace.gradient(n.id), rtol=1e-9, atol=1e-12)


def traced(text: str) -> tuple[Trace, Graph]:
    recurrence = parse(text)
    trace = run(recurrence, 3, bind(recurrence, 3, seed=1))
    return trace, unfold(recurrence, 3, "gates", trace.of)


def test_what_makes_a_state_has_its_value() -> None:
    trace, graph = traced(RECURRENCES["lstm"])
    np.testing.assert_array_equal(trace.value("c[2].2"), trace.value("c[2]"))
    assert "c[2].2" in [step.at for step in steps(graph)]


def test_a_gated_recurrence_shows_its_gates_unless_told() -> None:
    usual = {name: usual_detail(row.recurrence) for name, row in SYSTEMS.items()}
    assert {name for name, detail in usual.items() if detail == "gates"} == {"gru", "lstm"}
    for text in (PEEPHOLE, MINIMAL, SIMPLE_UNIT, HIGHWAY, OWN, SPLIT):
        assert usual_detail(parse(text)) == "gates"
    assert usual_detail(parse(PEEPHOLE), "nodes") == "cells"


@pytest.mark.parametrize("name", RECURRENCES)
def test_a_circle_is_worked_with_the_equation_that_the_text_gives_it(name: str) -> None:
    recurrence = parse(RECURRENCES[name])
    trace, graph = run(recurrence, 2, bind(recurrence, 2)), unfold(recurrence, 2, "gates")
    for node in graph.nodes:
        if node.part is None and not node.start:
            line = by_hand(trace, graph, "forward", node.id).equation
            assert not (line is not None and isinstance(line.expr, Read) and is_operation(line.expr.name)), node.id


def test_the_state_of_an_lstm_is_worked_as_its_gate_times_its_squashed_cell_state() -> None:
    recurrence = parse(RECURRENCES["lstm"])
    trace, graph = run(recurrence, 2, bind(recurrence, 2)), unfold(recurrence, 2, "gates")
    line = by_hand(trace, graph, "forward", "h[1]").equation
    assert line is not None and show(line) == "h[t] = o[t] * tanh(c[t])"
