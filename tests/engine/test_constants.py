"""What a condition on t makes 0 at a step is not in the unfolded graph there, nor what only it would read."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine import bind, contributions, fold, run, seeds, unfold, worst
from app.engine.graph.graph import Detail, Graph, Parameters
from app.language import parse

TAIL = "o[t] = c + V @ h[t]; L[t] = cross_entropy(o[t], y[t])"
ONE_TO_MANY = "h[t] = tanh(W @ h[t-1] + [t = 1] * U @ x[t])"
CAPTION = "given x; h[t] = tanh(W @ h[t-1] + U @ y[t-1] + [t = 1] * P @ x)"
MANY_TO_ONE = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
TEXTS = {
    "input at the first step": f"{ONE_TO_MANY}; {TAIL}; loss = sum(L[t])",
    "one input": f"given x; {ONE_TO_MANY.replace('x[t]', 'x')}; {TAIL}; loss = sum(L[t])",
    "an image and its caption": f"{CAPTION}; {TAIL}; loss = sum(L[t])",
    "the last loss alone": f"{MANY_TO_ONE}; {TAIL}; loss = sum([t = tau] * L[t])",
    "the last loss, within its equation": f"{MANY_TO_ONE}; o[t] = V @ h[t]; loss = sum([t = tau] * mse(o[t], y[t]))",
    "a condition with a name": "m[t] = [t = 2]; h[t] = tanh(W @ h[t-1] + m[t] * U @ x[t]); loss = sum(h[tau])",
    "forgotten at a step": "h[t] = tanh((1 - [t = 2]) * W @ h[t-1] + U @ x[t]); loss = sum(h[tau])",
    "through a function": "f(a) = tanh(b + U @ a); h[t] = W @ h[t-1] + [t = 1] * f(x[t]); loss = sum(h[tau])",
    "within a function that is not 0 there": "h[t] = W @ h[t-1] + sigmoid([t = 1] * U @ x[t]); loss = sum(h[tau])",
    "a loop read at one step": "c[t] = tanh(W @ c[t-1] + x[t]); h[t] = tanh(R @ h[t-1] + [t = 2] * c[t]); "
    "loss = sum(h[tau])",
    "by a comparison": "h[t] = tanh(W @ h[t-1] + (t < 3) * U @ x[t] + where(t > tau - 1, z[t], b)); loss = sum(h[tau])",
    "stopped at a step": "h[t] = tanh(W @ h[t-1] + maximum(t - 2, 0) * x[t] + stop([t = 1] * z[t])); "
    "loss = sum(h[tau])",
    "by the number of the step": "h[t] = tanh(W @ h[t-1] + (t - 1) * U @ x[t] + t * b); loss = sum(h[tau])",
    "from the end": "g[t] = tanh(W @ g[t+1] + [t = tau] * U @ x[t]); loss = sum(g[1])",
    "folded into another": "a[t] = [t = 1] * U @ x[t] + W @ h[t-1]; h[t] = tanh(a[t]); loss = sum(h[tau])",
}
DETAILS: tuple[Detail, ...] = ("states", "cells", "gates", "operations")


def named(graph: Graph, *variables: str) -> list[str]:
    return [node.id for node in graph.nodes if node.var in variables]


@pytest.mark.one_in(30)
@pytest.mark.parametrize("parameters", ["arrows", "nodes", "copies"])
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", TEXTS)
def test_what_arrives_along_the_arrows_that_are_left_is_the_whole_gradient(
    name: str, detail: Detail, parameters: Parameters
) -> None:
    recurrence = parse(TEXTS[name])
    for tau in (1, 2, 4):
        trace = run(recurrence, tau, bind(recurrence, tau, seed=2))
        graph = unfold(recurrence, tau, detail, parameters=parameters)
        along, arrived = contributions(trace, graph), dict(seeds(trace, graph))
        for edge in graph.edges:
            arrived[edge.source] = arrived.get(edge.source, 0.0) + along[edge.id]
        for node in graph.nodes:
            own = trace.gradient(node.id)
            np.testing.assert_allclose(arrived.get(node.id, 0.0) + 0 * own, own, atol=1e-12, err_msg=node.id)


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_left_out_has_no_gradient_and_changes_nothing(name: str) -> None:
    recurrence = parse(TEXTS[name])
    bindings = bind(recurrence, 4, seed=2)
    trace, there = run(recurrence, 4, bindings), set(unfold(recurrence, 4, "operations").by_id)
    for given in recurrence.names("given"):
        steps = [f"{given}[{t}]" for t in range(1, 5)] if recurrence.variables[given].indexed else [given]
        for i, node in enumerate(steps):
            if node not in there:
                assert not trace.gradient(node).any()
                bindings.inputs[given].flags.writeable = True
                bindings.inputs[given][i] += 7.0
    assert run(recurrence, 4, bindings).loss == trace.loss
    assert worst(trace) < 1e-6


def test_input_at_the_first_step_is_one_node_with_one_arrow() -> None:
    for detail in DETAILS:
        graph = unfold(parse(TEXTS["input at the first step"]), 5, detail)
        assert named(graph, "x") == ["x[1]"]
        assert sum(e.source == "x[1]" for e in graph.edges) == 1


def test_what_only_that_would_have_read_goes_too() -> None:
    recurrence = parse(TEXTS["the last loss alone"])
    graph = unfold(recurrence, 3)
    assert named(graph, "o", "L", "y") == ["o[3]", "y[3]", "L[3]"]
    assert named(graph, "x", "h") == ["h[0]", "x[1]", "h[1]", "x[2]", "h[2]", "x[3]", "h[3]"]
    assert named(unfold(recurrence, 3, "operations", parameters="copies"), "V", "c") == ["c[3]", "V[3]"]
    graph = unfold(parse(TEXTS["a loop read at one step"]), 4)
    assert named(graph, "c", "x") == ["c[0]", "x[1]", "c[1]", "x[2]", "c[2]"]


def test_what_forgets_everything_before_it_is_where_the_graph_begins() -> None:
    graph = unfold(parse(TEXTS["forgotten at a step"]), 3)
    assert named(graph, "h", "x") == ["x[2]", "h[2]", "x[3]", "h[3]"]


def test_what_stands_on_an_arrow_is_what_multiplies_at_that_step() -> None:
    recurrence = parse("h[t] = tanh(W @ h[t-1] + x[t] + [t = 1] * U @ x[t])")
    on = {e.id: e.params for e in unfold(recurrence, 2).edges}
    assert (on["x[1]->h[1]"], on["x[2]->h[2]"]) == (("U",), ())


def test_a_single_input_stands_below_the_step_that_reads_it() -> None:
    for text in (TEXTS["one input"], TEXTS["an image and its caption"], f"given x; h[1] = tanh(U @ x); {MANY_TO_ONE}"):
        graph = unfold(parse(text.replace("U @ x[t]", "U @ z[t]")), 3)
        assert graph.node("x").t == 1
    assert unfold(parse("given x; h[0] = tanh(U @ x); h[t] = W @ h[t-1]"), 3).node("x").t == 0
    assert unfold(parse("given x; h[t] = tanh(W @ h[t-1] + U @ x)"), 3).node("x").t is None


def test_the_folded_graph_is_that_of_the_equations() -> None:
    without = parse(TEXTS["input at the first step"].replace("[t = 1] * ", ""))
    assert fold(parse(TEXTS["input at the first step"])).edges == fold(without).edges


def test_what_a_start_is_made_of_leads_to_it_folded_and_unfolded() -> None:
    recurrence = parse("h[t] = tanh(W @ h[t-1] + x[t]); s[0] = P @ h[tau] + x[1]; s[t] = tanh(R @ s[t-1])")
    for detail in ("states", "cells"):
        assert {"h->s": ("P",), "x->s": ()}.items() <= {e.id: e.params for e in fold(recurrence, detail).edges}.items()
        edges = {e.id: e.params for e in unfold(recurrence, 3, detail).edges}
        assert {"h[3]->s[0]": ("P",), "x[1]->s[0]": ()}.items() <= edges.items()


PARTLY_ZERO = (
    "W @ concat([t = 2] * r[t], h[t-1])",
    "W @ (concat([t = 2] * r[t], h[t-1]) / 2)",
    "W @ ([t = 2] * r[t] + norm(h[t-1]))",
    "W @ where([t = 2], r[t], norm(h[t-1]) * b)",
    "outer([t = 2] * r[t], h[t-1]) @ h[t-1]",
    "W @ softmax([t = 2] * r[t]) + h[t-1]",
    "h[t-1] * ([t = 2] * r[t] @ h[t-1])",
    "W @ cumsum([t = 2] * r[t]) * h[t-1]",
    "(W @ ([t = 2] * M)) @ h[t-1]",
    "W @ (transpose([t = 2] * M) @ h[t-1])",
    "W @ (concat([t = 2] * M, M) @ concat(h[t-1], h[t-1]))",
    "W @ ((r[t] ** [t = 2]) * norm(h[t-1]))",
)


def test_a_part_that_is_0_at_a_step_may_stand_where_a_vector_or_a_matrix_is_needed() -> None:
    for expression in PARTLY_ZERO:
        recurrence = parse(f"h[t] = {expression}; loss = sum(sum(h[t]))")
        for detail in DETAILS:
            assert unfold(recurrence, 3, detail).edges, expression
