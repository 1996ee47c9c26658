"""The detail `operations` and the ways in which parameters are shown: what is a node, its value, its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.engine import Trace, bind, cursor, run, steps, unfold
from app.engine.graph.graph import Detail, Parameters
from app.language import Read, parse
from app.ops import OPS
from tests.recurrences import RECURRENCES


def traced(text: str, tau: int = 4) -> Trace:
    recurrence = parse(text)
    return run(recurrence, tau, bind(recurrence, tau, seed=1))


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_every_operation_as_written_is_a_node_with_the_same_number_at_each_step() -> None:
    graph = unfold(parse(RECURRENCES["rnn-regression"]), 3, "operations")
    ids: dict[str, str] = {n.id: n.sign for n in graph.nodes}
    for t in (1, 2, 3):
        assert [ids[f"h[{t}]{part}"] for part in (".0", ".1", ".2", "")] == ["×", "×", "+", "tanh"]
    assert {n.id for n in graph.nodes if n.kind == "parameter"} == {"b", "W", "U", "c", "V"}
    assert ids["loss"] == "mean"


def test_what_cells_leave_out_is_there_with_its_operations() -> None:
    graph = unfold(parse(RECURRENCES["rnn"]), 2, "operations")
    assert graph.node("yhat[2]").op == "softmax"
    assert {e.source for e in graph.edges if e.target == "loss"} == {"L[1]", "L[2]"}
    assert not graph.pooled


def test_the_operations_of_a_function_stand_in_a_box_of_its_name() -> None:
    text = "f(s) = tanh(W @ g(s)); g(s) = s * s; h[t] = f(U @ x[t] + h[t-1]) + f(h[t-1])"
    graph = unfold(parse(text), 2, "operations")
    boxes = {g.id: g for g in graph.groups}
    assert {g.label for g in graph.groups} == {"f", "g"}
    inner = next(n for n in graph.nodes if n.t == 2 and n.op == "@" and n.group)
    assert boxes[inner.group].label == "f"
    square = next(n for n in graph.nodes if n.t == 2 and n.op == "*")
    assert boxes[boxes[square.group].parent].label == "f"
    assert sum(n.t == 2 and n.op == "tanh" for n in graph.nodes) == 2
    assert graph.node("h[2]").group == ""
    fed = [e.target for e in graph.edges if e.source == "h[2].1"]
    assert graph.node("h[2].1").sign == "+"
    assert len(fed) == 1, "an argument is computed once, before the body"


def test_literals_stay_with_the_operation_that_reads_them() -> None:
    graph = unfold(
        parse("given P; h[t] = (1 - z[t]) ** 2 * x[t] / tau; E[t] = -1/2 * h[t] @ P @ h[t]"), 1, "operations"
    )
    signs: dict[str, str] = {n.id: n.sign for n in graph.nodes}
    assert [signs[f"h[1]{part}"] for part in (".0", ".1", ".2", "")] == ["1 −", "(∙)^2", "⊙", "÷ τ"]
    assert signs["E[1].0"] == "−1/2 ∙"


NUMBERS = " + ".join(map(str, range(90)))


@pytest.mark.parametrize(
    ("sums", "sign"),
    [
        ("x[t] + 1", "+ 1"),
        ("1 + x[t]", "1 +"),
        ("1 + x[t] + 2", "+ 1 2"),
        ("x[t] + 0 + 1 + 2 + 3 + 4 + 5 + 6 + 7", "+ 0 1 2 3 4 5 6 7"),
        (f"x[t] + {NUMBERS}", "+ 0 1 2 … 89"),
        (f"{NUMBERS} + tau", "∙ 0 + 1 + 2 + … + τ"),
    ],
)
def test_all_literals_of_a_sum_stand_with_it_of_many_the_first_and_the_last(sums: str, sign: str) -> None:
    graph = unfold(parse(f"h[t] = x[t] * ({sums})"), 1, "operations")
    assert sign in {n.sign for n in graph.nodes}


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "leaky", "hopfield"])
def test_an_operation_has_the_value_that_its_equation_gives(name: str) -> None:
    """What feeds the topmost operation of an equation comes to the variable's value."""
    trace = traced(RECURRENCES[name])
    graph = unfold(trace.recurrence, 4, "operations")
    for node in graph.nodes:
        reads = [e.source for e in graph.edges if e.target == node.id]
        if node.op in ("tanh", "sigmoid", "+", "*") and len(reads) == (1 if node.op in ("tanh", "sigmoid") else 2):
            values = [trace.value(source) for source in reads]
            if node.sign == OPS[node.op].drawn:
                close(OPS[node.op].forward(*values), trace.value(node.id))


def test_a_parameters_copies_have_its_gradient_step_by_step() -> None:
    trace = traced(RECURRENCES["rnn"])
    graph = unfold(trace.recurrence, 4, parameters="copies")
    copies = [n.id for n in graph.nodes if n.var == "W"]
    assert copies == ["W[1]", "W[2]", "W[3]", "W[4]"]
    close(sum((trace.gradient(id) for id in copies), np.zeros(())), trace.gradients["W"])
    close(trace.value("W[3]"), trace.parameters["W"])


def test_on_arrows_at_operations_what_multiplies_is_no_node() -> None:
    graph = unfold(parse(RECURRENCES["rnn"]), 2, "operations", parameters="arrows")
    assert {n.id for n in graph.nodes if n.kind == "parameter"} == {"b", "c"}
    assert {e.weights for e in graph.edges if e.target == "a[2].0"} == {(Read("W"),)}


@pytest.mark.parametrize("detail", ["cells", "operations"])
@pytest.mark.parametrize("parameters", ["nodes", "copies"])
def test_parameters_are_no_steps_of_the_cursor(detail: Detail, parameters: Parameters) -> None:
    graph = unfold(parse(RECURRENCES["lstm"]), 2, detail, parameters=parameters)
    kinds: dict[str, str] = {n.id: n.kind for n in graph.nodes}
    walked = [s.at for s in steps(graph) if s.phase == "forward"]
    assert all(kinds.get(at) != "parameter" for at in walked)
    place = {id: i for i, id in enumerate(walked)}
    assert all(place[e.source] < place[e.target] for e in graph.edges if e.source in place and e.target in place)
    assert {id for id, kind in kinds.items() if kind == "parameter"} <= cursor(graph, "forward", walked[0]).valued
