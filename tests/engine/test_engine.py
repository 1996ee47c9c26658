"""The engine held against finite differences, PyTorch's numbers, a plain reading of the equations, and itself."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.arrays import Array
from app.engine import (
    Bindings,
    Session,
    Trace,
    bind,
    contributions,
    cursor,
    fold,
    forward,
    run,
    seeds,
    steps,
    unfold,
    work,
    worst,
)
from app.engine.execution.calls import BoundProgram
from app.engine.execution.edge_gradients import parts
from app.engine.explain.derivation import by_hand
from app.engine.graph.graph import Detail, Parameters
from app.language import parse
from app.language.syntax import Recurrence
from tests.paths import GOLDEN
from tests.plain import OPERATIONS, Plain
from tests.recurrences import GRU, LSTM, RECURRENCES, ROWS
from tests.tiers import long

EXACT = 1e-9


def traced(text: str, tau: int = 4, seed: int = 1, of: str | None = None, cuts: frozenset[int] = frozenset()) -> Trace:
    recurrence = parse(text)
    return run(recurrence, tau, bind(recurrence, tau, seed), of, cuts)


def check_plain(recurrence: Recurrence, tau: int, bindings: Bindings) -> None:
    """Every value of the scheduled program is the one that a plain reading gives."""
    trace, plain = run(recurrence, tau, bindings), Plain(recurrence, tau, bindings)
    for name in recurrence.names("computed"):
        moments = range(1, tau + 1) if recurrence.variables[name].indexed else (None,)
        ours = trace.values[name] if recurrence.variables[name].indexed else trace.values[name][None]
        theirs = np.stack([plain.value(name, t) for t in moments])
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.one_in(6)
@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize("tau", [1, 4, *long(2, 5)])
def test_every_gradient_agrees_with_finite_differences(name: str, tau: int) -> None:
    assert worst(traced(RECURRENCES[name], tau)) < 2e-5


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize("tau", [1, 2, 5])
def test_the_program_agrees_with_a_plain_reading(name: str, tau: int) -> None:
    recurrence = parse(RECURRENCES[name])
    check_plain(recurrence, tau, bind(recurrence, tau, seed=2))


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize("lengths", [None, [4, 2, 3]])
def test_a_forward_pass_alone_has_the_same_values_and_no_gradients(name: str, lengths: list[int] | None) -> None:
    recurrence = parse(RECURRENCES[name])
    bindings = bind(recurrence, 4, seed=1, batch=3, lengths=lengths)
    found, whole = forward(recurrence, 4, bindings), run(recurrence, 4, bindings)
    for variable in recurrence.names("computed"):
        indexed = recurrence.variables[variable].indexed
        assert np.array_equal(found[variable][: 4 if indexed else None], whole.arrays[variable])
    assert not [known for known in found if known.startswith("∇")]


def test_a_gradient_may_be_taken_of_any_node() -> None:
    for of in ("L[2]", "h[3]", "o", "L"):
        assert worst(traced(RECURRENCES["rnn"], of=of)) < 2e-5


def test_what_does_not_influence_the_objective_has_gradient_0() -> None:
    trace = traced(RECURRENCES["rnn"], of="L[2]")
    assert not trace.gradient("h[3]").any()
    assert trace.gradient("h[2]").any()
    assert not trace.gradient("yhat[1]").any()


# PyTorch's numbers


def golden(name: str) -> dict[str, Array]:
    with np.load(GOLDEN / f"{name}.npz") as file:
        return dict(file)


def check_golden(text: str, params: dict[str, Array], wanted: dict[str, Array], initial: dict[str, Array]) -> Trace:
    z = golden("rnn_softmax") if "cross_entropy" in text else None
    data = z or wanted
    recurrence = parse(text, {"x": 4, "h": 5, "y": 2})
    bindings = bind(recurrence, 7, params=params, inputs={"x": data["x"], "y": data["y"]}, initial=initial)
    trace = run(recurrence, 7, bindings)
    assert trace.loss == pytest.approx(float(wanted["loss"]), abs=EXACT)
    return trace


def close(ours: Array, theirs: Array) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=EXACT)


def test_the_network_with_mean_squared_error_agrees_with_pytorch() -> None:
    z = golden("rnn")
    params = {name: z[name] for name in ("U", "W", "b", "V", "c")}
    trace = check_golden(RECURRENCES["rnn-regression"], params, z, {"h": z["h0"]})
    for name in ("h", "o"):
        close(trace.values[name], z[name])
        close(trace.gradients[name], z[f"grad_{name}"])
    for name in ("x", "U", "W", "b", "V", "c"):
        close(trace.gradients[name], z[f"grad_{name}"])


def test_the_network_with_softmax_agrees_with_pytorch() -> None:
    z = golden("rnn_softmax")
    trace = check_golden(RECURRENCES["rnn"], {name: z[name] for name in ("U", "W", "b", "V", "c")}, z, {})
    for name in ("h", "o", "yhat"):
        close(trace.values[name], z[name])
    for name in ("h", "o", "U", "W", "b", "V", "c"):
        close(trace.gradients[name], z[f"grad_{name}"])


@pytest.mark.parametrize(("name", "text", "gates"), [("lstm", LSTM, "ifgo"), ("gru", GRU, "rzn")])
def test_gated_networks_agree_with_pytorch(name: str, text: str, gates: str) -> None:
    z = golden(name)
    rows = {g: slice(5 * i, 5 * i + 5) for i, g in enumerate(gates)}
    shared = {g: z["bias_ih_l0"][r] + z["bias_hh_l0"][r] for g, r in rows.items()}
    params = {"V": z["V"], "d": z["c"]} | {f"b_{g}": b for g, b in shared.items()}
    for g, r in rows.items():
        params |= {f"U_{g}": z["weight_ih_l0"][r], f"W_{g}": z["weight_hh_l0"][r]}
    if name == "gru":
        params |= {"b_n": z["bias_ih_l0"][rows["n"]], "d_n": z["bias_hh_l0"][rows["n"]]}
    initial = {"h": z["h0"]} | ({"c": z["c0"]} if name == "lstm" else {})
    trace = check_golden(text, params, z, initial)
    close(trace.values["h"], z["h"])
    close(trace.gradients["h"], z["grad_h"])
    close(trace.gradients["x"], z["grad_x"])
    close(trace.gradients["p"], z["grad_o"])
    for g, r in rows.items():
        close(trace.gradients[f"W_{g}"], z["grad_weight_hh_l0"][r])
        close(trace.gradients[f"U_{g}"], z["grad_weight_ih_l0"][r])
        close(trace.gradients[f"b_{g}"], z["grad_bias_ih_l0"][r])


# contributions and parts


once_traced = lru_cache(maxsize=64)(traced)
"""A run for all graphs that it is seen as."""


@pytest.mark.one_in(24)
@pytest.mark.parametrize("detail", ["cells", "states", "operations"])
@pytest.mark.parametrize("parameters", [None, "arrows", "nodes", "copies"])
@pytest.mark.parametrize("cuts", [frozenset(), frozenset({2})])
@pytest.mark.parametrize("name", RECURRENCES)
def test_a_nodes_gradient_is_the_sum_of_what_arrived(
    name: str, detail: Detail, parameters: Parameters | None, cuts: frozenset[int]
) -> None:
    trace = once_traced(RECURRENCES[name], cuts=cuts)
    graph = unfold(trace.recurrence, 4, detail, cuts=cuts, parameters=parameters)
    along, rest = contributions(trace, graph), seeds(trace, graph)
    for node in graph.nodes:
        arrived = sum((along[e.id] for e in graph.edges if e.source == node.id), np.zeros(node.shape))
        close(arrived + rest.get(node.id, 0.0), trace.gradient(node.id))


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", RECURRENCES)
def test_a_parameters_gradient_is_the_sum_of_its_parts_by_step(name: str) -> None:
    trace = traced(RECURRENCES[name])
    for parameter in trace.parameters:
        close(parts(trace, parameter).sum(axis=0), trace.gradients[parameter])


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", RECURRENCES)
def test_the_terms_written_by_hand_sum_to_the_gradient(name: str) -> None:
    trace = traced(RECURRENCES[name])
    graph = unfold(trace.recurrence, 4)
    for step in steps(graph):
        if step.phase == "backward":
            hand = by_hand(trace, graph, step.phase, step.at)
            close(sum((t.gradient for t in hand.terms), np.zeros(())), trace.gradient(step.at))


# truncation


def test_truncation_stops_the_gradient_at_its_steps() -> None:
    cut, whole = traced(RECURRENCES["rnn"], tau=6, cuts=frozenset({3})), traced(RECURRENCES["rnn"], tau=6)
    last = traced(RECURRENCES["rnn"], tau=6, of="loss")
    close(cut.gradients["h"][3:], last.gradients["h"][3:])
    assert abs(cut.gradients["h"][:3] - whole.gradients["h"][:3]).max() > 1e-3


def test_truncation_equals_a_second_window_with_its_start_held_fast() -> None:
    """Cut after step 3, steps 1 to 3 have the gradient of the first three losses alone."""
    text = RECURRENCES["rnn-regression"].replace("loss = mean", "loss = sum")
    cut = traced(text, tau=6, cuts=frozenset({3}))
    recurrence = cut.recurrence
    first = {name: array[:3] for name, array in cut.bindings.inputs.items()}
    window = run(recurrence, 3, Bindings(cut.bindings.parameters, first))
    close(cut.gradients["h"][:3], window.gradients["h"])


def test_cut_edges_are_marked() -> None:
    graph = unfold(parse(RECURRENCES["two lags"]), 6, cuts=frozenset({3}))
    assert [e.id for e in graph.edges if e.cut] == ["h[3]->h[4]", "h[1]->h[4]", "h[2]->h[5]", "h[3]->h[6]"]


@pytest.mark.parametrize(
    ("text", "tau", "lands"),
    [
        ("h[0] = h0; h[t] = tanh(h[t-1] + x[t]); loss = sum(h[{}] ** 2)", 2, ("0", "tau-2")),
        ("g[tau+1] = g0; g[t] = tanh(g[t+1] + x[t]); loss = sum(g[{}] ** 2)", 2, ("tau+1", "3")),
        ("q[t] = x[t]; q[0] = b; loss = sum(q[{}] * q[1])", 3, ("0", "tau-3")),
    ],
)
def test_a_start_is_one_value_however_its_moment_is_written(text: str, tau: int, lands: tuple[str, str]) -> None:
    one, other = (traced(text.format(moment), tau) for moment in lands)
    assert one.loss == other.loss
    for name, gradient in one.gradients.items():
        close(gradient, other.gradients[name])
    for name in one.parameters:
        assert abs(one.gradients[name]).max() > 1e-6
    assert worst(other) < 1e-6


def test_a_moment_is_each_sequences_own_start() -> None:
    """Where a sequence of a batch has one step, `h[tau-1]` is its start."""
    recurrence = parse("h[t] = tanh(h[t-1] + x[t]); loss = sum(h[tau-1])", {"h": 2})
    bindings = bind(recurrence, 3, seed=1, batch=2, lengths=[1, 3], initial={"h": [0.5, 0.25]})
    trace = run(recurrence, 3, bindings)
    close(trace.arrays["loss"], np.array([0.75, trace.arrays["h"][1, 1].sum()]))
    close(trace.gradients["h[0]"], np.array([0.5, 0.5]))


# invented recurrences


@st.composite
def systems(draw: st.DrawFn) -> str:
    """A legal recurrence of vectors: up to three variables, lags, either direction, starts, a function."""
    back = draw(st.booleans())
    count = draw(st.integers(1, 3))
    names = ["h", "g", "k"][:count]
    sign = "-" if back else "+"

    def value(earlier: list[str], depth: int) -> str:
        lagged = [f"{n}[t{sign}{lag}]" for n in names for lag in (1, 2)]
        leaf = st.sampled_from([*lagged, "x[t]", "x[t-1]", "x[t+1]", "b", *(f"{n}[t]" for n in earlier)])
        if depth == 0:
            return draw(leaf)
        a, b = value(earlier, depth - 1), value(earlier, 0)
        form = draw(st.sampled_from(FORMS))
        return form.format(a=a, b=b)

    lines = []
    for i, name in enumerate(names):
        lines.append(f"{name}[t] = tanh({value(names[:i], draw(st.integers(1, 3)))})")
    if draw(st.booleans()):
        lines.append(f"h[{'0' if back else 'tau+1'}] = h0")
    lines.append("f(u, v) = sigmoid(A @ u - v)")
    lines.append(draw(st.sampled_from(["loss = sum(h[t] @ h[t])", "loss = mean(sum(h[t]))", "loss = sum(h[tau])"])))
    return "; ".join(lines)


FORMS = [
    "W @ ({a}) + {b}",
    "({a}) * ({b})",
    "({a}) - alpha * ({b})",
    "sigmoid({a}) * {b}",
    "({a}) / (2 + sigmoid({b}))",
    "relu({a}) + R @ {b}",
    "f({a}, {b})",
    "softmax({a}) + ({b}) ** 2",
    "({a}) @ ({b}) * {b}",
    "-({a}) + [t = tau] * {b}",
]


@given(systems(), st.integers(1, 5), st.integers(0, 5))
def test_on_invented_recurrences_program_plain_reading_and_differences_agree(text: str, tau: int, seed: int) -> None:
    recurrence = parse(text)
    bindings = bind(recurrence, tau, seed)
    check_plain(recurrence, tau, bindings)
    if "relu" not in text:
        assert worst(run(recurrence, tau, bindings)) < 1e-4


def test_the_oracle_knows_every_operation() -> None:
    from app.ops import OPS

    assert {op.name for op in OPS.values() if not op.internal} == set(OPERATIONS)


# parameters


def test_giving_one_parameter_changes_no_other() -> None:
    recurrence = parse(RECURRENCES["rnn"])
    plain, given_w = bind(recurrence, 3, seed=5), bind(recurrence, 3, seed=5, params={"W": np.eye(4)})
    for name in ("U", "b", "V", "c"):
        close(plain.parameters[name], given_w.parameters[name])
    close(given_w.parameters["W"], np.eye(4))
    assert abs(bind(recurrence, 3, seed=6).parameters["U"] - plain.parameters["U"]).max() > 1e-3


def test_parameters_begin_as_the_text_says() -> None:
    text = "h[t] = alpha * tanh(b + W @ h[t-1] + U @ x[t]); alpha ~ 0.9; W ~ orthogonal; b ~ 2; U ~ normal(0)"
    parameters = bind(parse(text, {"h": 6, "x": 3}), 2).parameters
    close(parameters["W"] @ parameters["W"].T, np.eye(6))
    close(parameters["b"], np.full(6, 2.0))
    close(parameters["U"], np.zeros((6, 3)))
    assert float(parameters["alpha"]) == 0.9


def test_parameters_begin_within_one_over_the_root_of_the_state() -> None:
    drawn = bind(parse(RECURRENCES["rnn"], {"h": 100}), 2).parameters["W"]
    assert 0.09 < abs(drawn).max() <= 0.1


def test_a_run_that_leaves_the_finite_numbers_says_where() -> None:
    recurrence = parse("h[t] = exp(W @ h[t-1]) ** 3; loss = sum(h[tau]); W ~ 9", {"h": 3})
    stopped = run(recurrence, 6, bind(recurrence, 6)).stopped
    assert stopped is not None and stopped.variable == "h" and stopped.t == 3


def test_work_is_estimated_before_it_is_done() -> None:
    recurrence = parse(RECURRENCES["rnn"], {"h": 100, "x": 10, "y": 10})
    assert work(recurrence, 1000) > 3 * 1000 * 100 * 100
    assert work(recurrence, 2000) == 2 * work(recurrence, 1000)


# the schedule


def test_only_what_lies_on_the_cycle_is_in_the_loop() -> None:
    program = traced(RECURRENCES["rnn"]).programs.forward_program
    loops = [[e.name for e in s.equations] for s in program.stages if s.direction]
    assert loops == [["h:lag1", "a:1", "a", "h"]]


def test_the_backward_pass_of_a_forward_loop_runs_from_the_end() -> None:
    programs = traced(RECURRENCES["bidirectional"]).programs
    assert [s.direction for s in programs.forward_program.stages if s.direction] == [1, -1]
    assert sorted(s.direction for s in programs.backward_program.stages if s.direction) == [-1, 1]


def test_deep_networks_alternate_bulk_and_loop() -> None:
    stages = traced(RECURRENCES["deep"]).programs.forward_program.stages
    assert [s.direction for s in stages] == [0, 1, 0, 1, 0]


# the graph


def edges(name: str, detail: Detail = "cells") -> dict[str, tuple[str, ...]]:
    return {e.id: e.params for e in unfold(parse(RECURRENCES[name]), 3, detail).edges}


def test_edges_carry_the_parameters_that_multiply_along_them() -> None:
    lstm = edges("lstm")
    assert lstm["h[1]->c[2]"] == ("W_i", "W_f", "W_g")
    assert lstm["h[1]->h[2]"] == ("W_o",)
    assert lstm["c[1]->c[2]"] == ()
    assert edges("gru")["h[1]->h[2]"] == ("W_r", "W_z", "W_n")
    assert edges("leaky")["h[1]->h[2]"] == ("alpha", "W")


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_those_of_the_textbooks_figures(name: str) -> None:
    assert " ".join(unfold(parse(RECURRENCES[name]), 3).rows) == ROWS[name]


def test_kinds_follow_from_the_equations() -> None:
    graph = unfold(parse(RECURRENCES["rnn"]), 2)
    assert {n.var: n.kind for n in graph.nodes} == {
        "x": "input",
        "h": "state",
        "o": "output",
        "L": "loss",
        "y": "target",
    }


def test_what_is_in_a_loop_is_no_loss_though_no_parameter_stands_before_its_data() -> None:
    graph = unfold(parse("h[t] = tanh(W @ h[t-1] + x[t]); loss = sum(h[tau] ** 2)"), 2)
    assert {n.var: n.kind for n in graph.nodes} == {"x": "input", "h": "output", "loss": "loss"}


def test_the_circuit_has_an_edge_for_each_lag() -> None:
    circuit = fold(parse(RECURRENCES["two lags"]))
    assert [(e.source, e.target, e.lag) for e in circuit.edges if e.source == "h"] == [
        ("h", "h", 1),
        ("h", "h", 3),
        ("h", "o", 0),
    ]


def test_without_a_loop_states_are_drawn_as_cells() -> None:
    assert unfold(parse(RECURRENCES["teacher-forcing"]), 3, "states").detail == "cells"


def test_states_write_the_functions_name_on_their_arrows() -> None:
    graph = unfold(parse("step_(h, x) = tanh(W @ h + U @ x); h[t] = step_(h[t-1], x[t])"), 2, "states")
    assert {e.id: e.function for e in graph.edges} == {
        "h[0]->h[1]": "step_",
        "x[1]->h[1]": "",
        "h[1]->h[2]": "step_",
        "x[2]->h[2]": "",
    }


def test_a_start_at_step_1_leaves_one_application_less() -> None:
    graph = unfold(parse(RECURRENCES["dynamics"]), 3)
    assert [(n.id, n.start) for n in graph.nodes] == [("s[1]", True), ("s[2]", False), ("s[3]", False)]
    assert [e.id for e in graph.edges] == ["s[1]->s[2]", "s[2]->s[3]"]


# the cursor


def test_the_cursor_walks_forward_then_the_loss_then_back_then_comes_the_update() -> None:
    walk = [f"{s.phase[0]} {s.at}" for s in steps(unfold(parse(RECURRENCES["rnn"]), 2))]
    assert walk == [
        *("f x[1]", "f h[1]", "f o[1]", "f y[1]", "f L[1]", "f x[2]", "f h[2]", "f o[2]", "f y[2]", "f L[2]", "f loss"),
        *("b L[2]", "b o[2]", "b h[2]", "b L[1]", "b o[1]", "b h[1]"),
        *("u b", "u W", "u U", "u c", "u V", "u theta'", "u loss'"),
    ]


@pytest.mark.parametrize("name", RECURRENCES)
def test_nothing_is_walked_before_what_it_depends_on(name: str) -> None:
    graph = unfold(parse(RECURRENCES[name]), 4)
    place = {s.at: i for i, s in enumerate(steps(graph)) if s.phase == "forward"}
    back = {s.at: i for i, s in enumerate(steps(graph)) if s.phase == "backward"}
    for edge in graph.edges:
        assert place.get(edge.source, -1) < place[edge.target]
        if edge.source in back:
            assert back[edge.target] < back[edge.source]


def test_the_gradient_has_flowed_only_between_what_it_has_reached() -> None:
    graph = unfold(parse(RECURRENCES["rnn"]), 3)
    shown = cursor(graph, "backward", "h[2]")
    assert shown.graded == {"L[3]", "o[3]", "h[3]", "L[2]", "o[2]", "h[2]"}
    assert shown.flowed == {"o[3]->L[3]", "h[3]->o[3]", "h[2]->h[3]", "o[2]->L[2]", "h[2]->o[2]"}
    assert shown.lit == {"h[2]->h[3]", "h[2]->o[2]"}


def test_what_is_given_is_there_before_anything_is_computed() -> None:
    graph = unfold(parse(RECURRENCES["rnn"]), 2)
    given = {"x[1]", "x[2]", "y[1]", "y[2]", "h[0]"}
    assert cursor(graph, None, None).valued == given
    assert cursor(graph, "forward", "h[1]").valued == given | {"h[1]"}


def test_a_start_has_its_gradient_when_all_that_it_feeds_was_walked() -> None:
    graph = unfold(parse(RECURRENCES["rnn"]), 3)
    assert "h[0]" in cursor(graph, "backward", "h[1]").graded
    assert "h[0]" not in cursor(graph, "backward", "o[1]").graded
    assert "h[0]" in cursor(graph, "forward", "x[1]").valued


# batches


def sequences(trace: Trace, lengths: list[int]) -> list[Trace]:
    """Each sequence of a batch run by itself, for as many steps as it has."""
    b, found = trace.bindings, []
    for i, length in enumerate(lengths):
        inputs = {
            n: (a[:length, i : i + 1] if trace.recurrence.variables[n].indexed else a[i : i + 1])
            for n, a in b.inputs.items()
        }
        starts = {n: a[i : i + 1] if len(a) > 1 else a for n, a in b.initial.items()}
        found.append(run(trace.recurrence, length, Bindings(b.parameters, inputs, starts), trace.of))
    return found


@pytest.mark.one_in(6)
@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize("lengths", [[4, 4, 4], [4, 2, 3], [1, 3, 2]])
def test_a_batch_is_the_mean_of_its_sequences_each_to_its_own_end(name: str, lengths: list[int]) -> None:
    recurrence = parse(RECURRENCES[name])
    of = "loss" if "loss" in recurrence.variables else None
    trace = run(recurrence, 4, bind(recurrence, 4, seed=1, batch=3, lengths=lengths), of)
    alone = sequences(trace, lengths)
    if of == "loss":
        assert trace.loss == pytest.approx(np.mean([a.loss for a in alone]), abs=EXACT)
        for parameter in trace.parameters:
            close(trace.gradients[parameter], np.mean([a.gradients[parameter] for a in alone], axis=0))
    for variable in recurrence.names("computed"):
        for i, one in enumerate(alone):
            ours = trace.arrays[variable]
            if recurrence.variables[variable].indexed:
                close(ours[: lengths[i], i], one.values[variable])
            elif trace.programs.system.levels[variable]:
                close(ours[i], one.values[variable])


@pytest.mark.one_in(6)
@pytest.mark.parametrize("name", ["rnn", "lstm", "rnn-regression"])
@pytest.mark.parametrize("detail", ["cells", "operations"])
@pytest.mark.parametrize("lengths", [[4, 4], [2, 4], [4, 1]])
def test_what_arrives_in_a_batch_sums_to_the_gradient(name: str, detail: Detail, lengths: list[int]) -> None:
    recurrence = parse(RECURRENCES[name])
    trace = run(recurrence, 4, bind(recurrence, 4, seed=1, batch=2, lengths=lengths))
    graph = unfold(recurrence, 4, detail)
    along, rest = contributions(trace, graph), seeds(trace, graph)
    for node in graph.nodes:
        arrived = sum((along[e.id] for e in graph.edges if e.source == node.id), np.zeros(node.shape))
        close(arrived + rest.get(node.id, 0.0), trace.gradient(node.id))


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", RECURRENCES)
def test_the_gradients_of_a_ragged_batch_agree_with_finite_differences(name: str) -> None:
    recurrence = parse(RECURRENCES[name])
    if "loss" in recurrence.variables:
        assert worst(run(recurrence, 3, bind(recurrence, 3, seed=1, batch=3, lengths=[2, 3, 1]))) < 2e-5


# repeated runs


def test_constants_are_computed_once() -> None:
    recurrence = parse(RECURRENCES["rnn-regression"])
    bound = Session(recurrence, 4, bind(recurrence, 4))
    bound.run()
    first = bound.loss
    bound.theta[...] *= 2
    bound.run()
    assert bound.loss != first
    assert bound.loss == pytest.approx(run(recurrence, 4, bind(recurrence, 4, params=bound.parameters)).loss)
    made = BoundProgram(bound.programs.backward_program, bound.forward.arrays, 4, 1, np.float64)
    assert {"∇loss", "∇L"} <= made.constant


def test_float32_stays_float32() -> None:
    for name in ("lstm", "leaky", "bidirectional"):
        recurrence = parse(RECURRENCES[name])
        bound = Session(recurrence, 4, bind(recurrence, 4, batch=2), cuts=frozenset({2}), dtype=np.float32)
        bound.run()
        assert {array.dtype for array in bound.arrays.values()} == {np.dtype(np.float32)}
