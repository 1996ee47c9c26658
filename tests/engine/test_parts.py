"""Fused gates, comparisons and `stop`: computed once, in machine code, drawn and differentiated as they are written."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine import bind, run, unfold, worst
from app.engine.execution import calls
from app.engine.explain import backward, by_hand
from app.engine.ir import analyse, flat
from app.engine.jit import loops as native
from app.engine.measure.gradient_check import gradient_check
from app.language import Apply, parse
from app.language.typeset import show
from tests.language.test_parts import CELL

GATES = (
    "i[t] = W_i @ h[t-1] + U_i @ x[t] + b_i; f[t] = W_f @ h[t-1] + U_f @ x[t] + b_f; "
    "o[t] = W_o @ h[t-1] + U_o @ x[t] + b_o; g[t] = W_g @ h[t-1] + U_g @ x[t] + b_g"
)
APART = GATES + "; " + CELL.partition("; ")[2]
PEEPHOLE = "i[t] = sigmoid(U @ x[t] + p * stop(c[t-1])); c[t] = c[t-1] + i[t]; loss = sum(sum(c[t] ** 2))"


def test_fused_gates_are_the_gates() -> None:
    fused, apart = parse(CELL, {"h": 3, "x": 2}), parse(APART, {"h": 3, "x": 2})
    one = run(fused, 5, bind(fused, 5, seed=1))
    params = {
        f"{name}_{gate}": part
        for name in "WUb"
        for gate, part in zip("ifog", np.split(one.bindings.parameters[name], 4), strict=True)
    }
    other = run(apart, 5, bind(apart, 5, seed=1, params=params))
    np.testing.assert_allclose(one.values["h"], other.values["h"], rtol=1e-14)
    for name in "WUb":
        together = np.concatenate([other.gradients[f"{name}_{gate}"] for gate in "ifog"])
        np.testing.assert_allclose(one.gradients[name], together, rtol=1e-12, atol=1e-15)


def test_what_is_split_is_computed_once_and_its_gradient_is_put_together() -> None:
    system = flat(analyse(parse(CELL)))
    products = [e for e in system.equations if isinstance(e.expr, Apply) and e.expr.op == "@"]
    assert len(products) == 2
    programs = run(parse(CELL), 3, bind(parse(CELL), 3)).programs
    ops = [e.expr.op for e in programs.backward.equations if isinstance(e.expr, Apply)]
    assert ops.count("concat") == 1 and "place" not in ops


ROWS = """
I[t], F[t], O[t], G[t] = split(concat(H[t-1], X[t]) @ W + b)
C[t] = sigmoid(F[t]) * C[t-1] + sigmoid(I[t]) * tanh(G[t])
H[t] = sigmoid(O[t]) * tanh(C[t])
loss = sum(sum(H[t] ** 2))
"""
"""An LSTM of a minibatch, an example in each row."""


@pytest.mark.parametrize("text", [CELL, "f[t] = sigmoid(W @ concat(h[t-1], x[t]) + b); h[t] = f[t] * tanh(h[t-1])"])
@pytest.mark.parametrize("batch", [1, 3])
def test_loops_over_parts_run_as_machine_code(text: str, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    recurrence, made = parse(text, {"h": 5, "x": 3}), []

    def loop(lines: object, *rest: int) -> object:
        made.append(native.loop(lines, *rest))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(calls, "loop", loop)
    found = []
    for worth in (10**9, 0):
        monkeypatch.setattr(native, "WORTH", worth)
        made.clear()
        found.append(run(recurrence, 4, bind(recurrence, 4, seed=2, batch=batch)))
    assert len(made) == 2 and None not in made
    for name, array in found[0].arrays.items():
        np.testing.assert_allclose(found[1].arrays[name], array, rtol=1e-12, atol=1e-14, err_msg=name)


def test_at_operations_what_is_split_is_drawn_once() -> None:
    graph = unfold(parse(CELL), 2, "operations")
    assert [n.op for n in graph.nodes if n.t == 2].count("@") == 2
    assert {e.source for e in graph.edges if e.target in ("i[2]", "f[2]", "o[2]", "g[2]")} == {"i[2].2"}


def test_no_gradient_passes_what_is_stopped_and_its_edge_is_cut() -> None:
    recurrence = parse(PEEPHOLE)
    cut = [e.id for e in unfold(recurrence, 2, "operations").edges if e.cut]
    assert cut == ["c[0]->i[1].1", "c[1]->i[2].1"]
    assert not any(e.cut for e in unfold(recurrence, 2).edges), "c(t-1) is added, too"
    assert [e.cut for e in unfold(parse("h[t] = tanh(U @ x[t] + W @ stop(h[t-1]))"), 2).edges] == [False, True] * 2


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "text",
    [
        PEEPHOLE,
        "h[t] = tanh(U @ x[t] + W @ stop(h[t-1])); loss = sum(sum(h[t] * stop(h[t])))",
        "h[0] = stop(a) * b; h[t] = tanh(W @ h[t-1]); k = stop(h[tau]); loss = k @ h[1]",
    ],
)
@pytest.mark.parametrize("cuts", [frozenset(), frozenset({2})])
def test_the_gradient_check_takes_what_is_stopped_for_a_constant(text: str, cuts: frozenset[int]) -> None:
    recurrence = parse(text)
    for bindings in (bind(recurrence, 4, seed=1), bind(recurrence, 4, seed=1, batch=2, lengths=[4, 2])):
        assert gradient_check(run(recurrence, 4, bindings, cuts=cuts)).ok


def test_both_base_and_exponent_have_gradients() -> None:
    recurrence = parse("v = (1 + beta ** 2) ** n + q ** 0.5 + q ** -3; loss = sum(v); n ~ 2.5; beta ~ 0.7", {"q": 2})
    bindings = bind(recurrence, 1, params={"q": np.array([0.5, 2.0]), "n": np.array([2.5, -1.0])})
    assert worst(run(recurrence, 1, bindings)) < 1e-6


def test_the_largest_over_time_is_that_of_each_sequence() -> None:
    recurrence = parse("h[t] = tanh(W @ h[t-1] + x[t]); m = max(h[t]); n = min(h[t]); loss = sum(m) - sum(n)")
    trace = run(recurrence, 5, bind(recurrence, 5, seed=4, batch=2, lengths=[5, 2]))
    for sequence, length in enumerate((5, 2)):
        steps = trace.arrays["h"][:length, sequence]
        np.testing.assert_array_equal(trace.arrays["m"][sequence], steps.max(0))
        np.testing.assert_array_equal(trace.arrays["n"][sequence], steps.min(0))
    assert worst(trace) < 1e-5


def test_the_gradients_of_fused_gates_are_written_as_one_vector() -> None:
    lines = [show(line) for line in backward(parse(f"{CELL}; loss = sum(sum(h[t]))"))]
    assert "∇W = sum(outer(concat(∇i[t], ∇f[t], ∇o[t], ∇g[t]), h[t-1]))" in lines
    assert "∇b = sum(concat(∇i[t], ∇f[t], ∇o[t], ∇g[t]))" in lines


def test_at_a_node_that_is_only_read_within_stop_nothing_arrives_and_nothing_is_lost() -> None:
    recurrence = parse("h[t] = tanh(U @ x[t] + W @ stop(h[t-1])); loss = sum(h[tau])")
    trace = run(recurrence, 3, bind(recurrence, 3, seed=1))
    graph = unfold(recurrence, 3)
    made = by_hand(trace, graph, "backward", "h[2]")
    assert not made.terms and not made.lost and made.equation is not None and show(made.equation) == "∇h[t] = 0"
    assert by_hand(trace, graph, "backward", "h[3]").terms


@pytest.mark.parametrize("batch", [1, 2])
def test_rows_are_put_together_and_split_as_numpy_does(batch: int) -> None:
    recurrence = parse(ROWS, {"H_rows": 3, "H_columns": 2, "X_columns": 4})
    trace = run(recurrence, 5, bind(recurrence, 5, seed=4, batch=batch))
    weights, bias = (trace.bindings.parameters[name] for name in "Wb")
    state = cell = np.zeros((3, 2))
    for step in range(5):
        data = trace.arrays["X"][step].reshape(batch, 3, 4)[0]
        i, f, o, g = np.split(np.concatenate([state, data], axis=1) @ weights + bias, 4, axis=1)
        cell = cell / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        state = np.tanh(cell) / (1 + np.exp(-o))
        np.testing.assert_allclose(trace.arrays["H"][step].reshape(batch, 3, 2)[0], state, rtol=1e-12)
    assert worst(trace) < 1e-5
