"""A moment is one thing however it is spelled: τ decides whether it is a step of the run, or one with a start's."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
import pytest

from app.arrays import Array
from app.engine import Trace, bind, by_hand, contributions, run, seeds, steps, unfold, worst
from app.engine.graph.graph import Detail
from app.engine.ir.names import StartName
from app.language import Apply, Condition, Expr, Number, Problems, Read, parse
from app.link import field_at_fault, mend
from app.ops import OPS
from tests.engine.test_backward import check as check_lines
from tests.plain import OPERATIONS, Plain

FORWARD = "h[t] = tanh(W @ h[t-1] + x[t])"
BACKWARD = "g[t] = tanh(R @ g[t+1] + x[t])"
STARTED = {
    "h": f"h[0] = h0; {FORWARD}",
    "h, two lags": f"h[0] = h0; {FORWARD.replace('x[t]', 'S @ h[t-2] + x[t]')}",
    "h, computed": f"h[0] = tanh(k); {FORWARD}",
    "h, not set": FORWARD,
    "h, from the first step": f"h[1] = h0; {FORWARD}",
    "g": f"g[tau+1] = g0; {BACKWARD}",
    "g, not set": BACKWARD,
    "g, to the last step": f"g[tau] = g0; {BACKWARD}",
    "h, before the run from data": f"given k; h[0] = tanh(R @ k); {FORWARD}",
    "h, within the run from data": f"given k; h[1] = tanh(R @ k) + k; {FORWARD}",
    "y, before the run and in it": "y[-1] = a; y[0] = b; y[1] = a * b; y[2] = b * y[1]; "
    "y[t] = tanh(W @ y[t-1]) * y[t-2] + x[t]",
    "y, after the run and in it": "y[tau+2] = a; y[tau+1] = b; y[tau] = a * b; y[tau-1] = b * y[tau]; "
    "y[t] = tanh(W @ y[t+1]) * y[t+2] + x[t]",
    "y, where its equation divides by 0": "y[1] = a; y[2] = b; y[t] = x[t] / (t - 1) * log(t - 2 + y[t-1] @ y[t-1])",
    "s, from data": "s[0] = x[2]; s[1] = x[1] - s[0]; s[t] = tanh(W @ s[t-1] + x[t])",
    "s, from where another ends": f"{FORWARD}; s[0] = h[tau]; s[t] = tanh(R @ s[t-1])",
    "s, from where one from the end begins": f"{BACKWARD}; s[0] = tanh(W @ g[1]); s[t] = tanh(W @ s[t-1] + g[t])",
    "s, from a mean": f"{FORWARD}; v = mean(h[t]); s[1] = v; s[t] = tanh(R @ s[t-1])",
    "c, from the start of its loop": "h[0] = tanh(k); c[0] = h[0]; h[t] = tanh(W @ c[t-1] + x[t]); "
    "c[t] = h[t] * c[t-1]",
    "q, at both ends": "q[1] = k; q[tau] = d; q[t] = tanh(x[t])",
    "e, before the run, which no step reads": "given k; e[0] = tanh(k) * x[tau]; e[t] = tanh(x[t])",
    "e, after the run, which no step reads": "given k; e[tau+1] = tanh(k) * x[1]; e[t] = tanh(x[t])",
    "q, at both ends, the last first": "q[tau] = d; q[1] = k; q[t] = tanh(x[t])",
}
START_MOMENTS = {"0": (0, 0), "1": (0, 1), "tau": (1, 0), "tau+0": (1, 0), "tau+1": (1, 1)}
"""Where a text may set a start: so many times τ, and so many steps more."""
MOMENTS = ("0", "1", "3", "4", "tau-2", "tau-1", "tau", "tau+1")
TEXTS = [
    f"{text}; loss = sum({name[0]}[{moment}] ** 2) + sum({name[0]}[t] @ {name[0]}[t])"
    for name, text in STARTED.items()
    for moment in MOMENTS
]
READ_IN_A_SEQUENCE = [
    "given k; e[1] = k; e[t] = x[t] + b; h[t] = tanh(W @ h[t-1] + e[t] + k); loss = sum(h[tau] ** 2)",
    "h[t] = tanh(W @ h[t-1] + x[t+1] + x[t-2]); loss = sum(h[tau] ** 2)",
    "h[0] = h0; h[t] = tanh(W @ h[t-1] + x[t]); o[t] = h[t] * h[tau-1]; loss = sum(o[t] @ o[t])",
    "g[tau+1] = g0; g[t] = tanh(R @ g[t+1] + x[t]); o[t] = V @ g[4] + x[t]; L[t] = sum(o[t] ** 2); loss = mean(L[t])",
]


def lengths_of(text: str) -> tuple[int, ...]:
    """Lengths of a run at which no moment of the text has two starts."""
    return (2, 3) if text.startswith(("q[", "y[")) else (1, 3)


@lru_cache(maxsize=512)
def ran(text: str, tau: int) -> Trace:
    """A run for all that it is asked."""
    recurrence = parse(text, {"x": 2})
    return run(recurrence, tau, bind(recurrence, tau, seed=5))


@pytest.mark.one_in(18)
@pytest.mark.parametrize("text", [*TEXTS, *READ_IN_A_SEQUENCE])
def test_values_and_gradients_are_those_of_the_step_that_a_moment_is(text: str) -> None:
    recurrence = parse(text, {"x": 2})
    for tau in lengths_of(text):
        bindings = bind(recurrence, tau, seed=5)
        trace, plain = ran(text, tau), Plain(recurrence, tau, bindings)
        assert trace.loss == pytest.approx(float(plain.value("loss", None)), rel=1e-12)
        assert worst(trace) < 1e-6


@pytest.mark.parametrize("entry", [0.0, -1.0])
@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.pole])
def test_where_the_text_sets_a_step_the_equation_has_no_pole(name: str, entry: float) -> None:
    operands = ["A", "B"][: OPS[name].arity]
    right = f"{name}({', '.join(operands)})" if name.isidentifier() else f" {name} ".join(operands)
    recurrence = parse(
        f"y[1] = a; y[t] = sum({right}) + y[t-1]; loss = y[1]; a: scalar; " + "; ".join(f"{o}: 2 x 2" for o in operands)
    )
    given = {operand: np.full((2, 2), entry) for operand in operands} | {"a": np.asarray(3.0)}
    trace = run(recurrence, 1, bind(recurrence, 1, params=given))
    assert trace.loss == 3.0 and trace.gradient("a") == 1.0
    for operand in operands:
        np.testing.assert_array_equal(trace.gradient(operand), np.zeros((2, 2)))


@pytest.mark.one_in(36)
@pytest.mark.parametrize("detail", ["states", "cells", "operations"])
@pytest.mark.parametrize("text", [*TEXTS, *READ_IN_A_SEQUENCE])
def test_what_arrives_along_the_edges_is_the_gradient_of_the_node(text: str, detail: Detail) -> None:
    for tau in lengths_of(text):
        trace = ran(text, tau)
        graph = unfold(trace.recurrence, tau, detail)
        along, arrived = contributions(trace, graph), dict(seeds(trace, graph))
        for edge in graph.edges:
            arrived[edge.source] = arrived.get(edge.source, 0.0) + along[edge.id]
        for node in graph.nodes:
            np.testing.assert_allclose(
                arrived.get(node.id, 0.0) + 0 * trace.gradient(node.id), trace.gradient(node.id), atol=1e-12
            )


@pytest.mark.one_in(9)
def worked_out(expr: Expr, t: int | None, trace: Trace) -> Array:
    """The number of an expression at a step, with the numbers of the trace for what it reads."""
    match expr:
        case Number(value):
            return np.asarray(value)
        case Condition(time):
            return np.asarray(float(time.at(0, trace.tau) == t))
        case Read():
            return np.asarray(trace.read(expr, t))
        case Apply("sum_t" | "mean_t" as op, (inner,)):
            steps_of_run = [worked_out(inner, s, trace) for s in range(1, trace.tau + 1)]
            return np.asarray(sum(steps_of_run) / (trace.tau if op == "mean_t" else 1))
        case Apply(op, args):
            return np.asarray(OPERATIONS[op](*(worked_out(each, t, trace) for each in args)))
    raise TypeError(expr)


@pytest.mark.one_in(9)
@pytest.mark.parametrize("detail", ["states", "cells", "operations"])
@pytest.mark.parametrize("text", [*TEXTS, *READ_IN_A_SEQUENCE])
def test_what_is_written_by_hand_at_a_step_comes_to_its_numbers(text: str, detail: Detail) -> None:
    for tau in lengths_of(text):
        trace = ran(text, tau)
        graph = unfold(trace.recurrence, tau, detail)
        for step in steps(graph):
            made = by_hand(trace, graph, step.phase, step.at) if step.phase != "update" else None
            if made is None or made.equation is None or any(term.begins for term in made.terms):
                continue
            expected = trace.value(step.at) if step.phase == "forward" else trace.gradient(step.at)
            single = [made.equation.expr] if step.phase == "forward" else []
            for expr, result in [
                *((e, expected) for e in single),
                *((t.expr, t.gradient) for t in made.terms if t.expr),
            ]:
                found = worked_out(expr, made.t, trace)
                np.testing.assert_allclose(np.broadcast_to(found, result.shape), result, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cuts", [{1}, {2}, {1, 3}])
@pytest.mark.parametrize("name", STARTED)
def test_truncation_cuts_the_loops_on_both_sides_of_a_start(name: str, cuts: set[int]) -> None:
    recurrence = parse(f"{STARTED[name]}; loss = sum({name[0]}[t] @ {name[0]}[t])", {"x": 2})
    for tau in (3, 5):
        assert worst(run(recurrence, tau, bind(recurrence, tau, seed=3), cuts=frozenset(cuts))) < 1e-5


@pytest.mark.one_in(12)
@pytest.mark.parametrize("text", [*TEXTS, *READ_IN_A_SEQUENCE])
def test_sequences_of_unequal_length_in_one_batch_are_as_if_each_were_run_alone(text: str) -> None:
    recurrence, lengths = parse(text, {"x": 2}), (3, *lengths_of(text))
    together = bind(recurrence, 3, seed=5, batch=3, lengths=lengths)
    trace = run(recurrence, 3, together)
    gradients = {name: np.zeros_like(array) for name, array in together.parameters.items()}
    losses = list[float]()
    for i, tau in enumerate(lengths):
        steps = {n: [slice(tau)] if recurrence.variables[n].indexed else [] for n in together.inputs}
        inputs = {n: array[*steps[n], i : i + 1] for n, array in together.inputs.items()}
        alone = run(recurrence, tau, type(together)(together.parameters, inputs))
        losses.append(float(alone.arrays["loss"].mean()))
        for name in gradients:
            gradients[name] += alone.gradients[name] / 3
    assert trace.loss == pytest.approx(np.mean(losses), rel=1e-12)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(trace.gradients[name], gradient, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.one_in(18)
@pytest.mark.parametrize("text", [t for t in TEXTS if "q[" not in t])
def test_the_equations_written_out_give_the_same_gradients_whatever_tau_is(text: str) -> None:
    for tau in () if "log(" in text else lengths_of(text):  # As they are written the lines divide by 0 at a step set.
        check_lines(text, tau)


def test_the_start_of_what_a_picture_leaves_out_is_not_in_it() -> None:
    recurrence = parse("u[t] = a; p[t] = p[t-1] / (1 + u[t-1] * u[1]); loss = mean(sum(p[t]))")
    for detail in ("states", "cells", "operations"):
        nodes = {node.var for node in unfold(recurrence, 2, detail).nodes}
        assert {node.var for node in unfold(recurrence, 2, detail).nodes if node.start} <= nodes
    assert not any(node.var == "u" for node in unfold(recurrence, 2, "states").nodes)


def test_several_starts_are_where_the_textbook_has_them() -> None:
    recurrence = parse("F[1] = 1; F[2] = 1; F[t] = F[t-1] + F[t-2]")
    found = run(recurrence, 10, bind(recurrence, 10)).values["F"]
    assert found.reshape(10, -1)[:, 0].tolist() == [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]


def test_holts_smoothing_begins_with_the_data() -> None:
    """NIST/SEMATECH handbook, section 6.4.3.3: S_1 = y_1, b_1 = y_2 - y_1."""
    recurrence = parse(
        "S[1] = y[1]; b[1] = y[2] - y[1]; S[t] = alpha * y[t] + (1 - alpha) * (S[t-1] + b[t-1]); "
        "b[t] = gamma * (S[t] - S[t-1]) + (1 - gamma) * b[t-1]",
        {"y": 1},
    )
    series = np.array([464.0, 465, 463, 461, 467])[:, None]
    given = bind(recurrence, 5, params={"alpha": 0.5, "gamma": 0.5}, inputs={"y": series})
    found = run(recurrence, 5, given).values
    assert found["S"].reshape(5, -1)[:, 0] == pytest.approx([464, 465, 464.5, 462.875, 464.59375], rel=1e-12)
    assert found["b"].reshape(5, -1)[:, 0] == pytest.approx([1, 1, 0.25, -0.6875, 0.515625], rel=1e-12)


def test_initial_values_go_to_the_starts_that_count() -> None:
    recurrence = parse("F[1] = alpha; F[2] = beta; F[t] = F[t-1] + F[t-2]")
    given = bind(recurrence, 5, initial={"F": [2.0, 5.0]})
    assert run(recurrence, 5, given).values["F"].tolist() == [2, 5, 7, 12, 19]
    recurrence = parse("F[1] = alpha; F[t] = F[t-1] + F[t-2]")
    given = bind(recurrence, 4, initial={"F": [1.0, 3.0]})  # F[0] is read at the second step, F[-1] never.
    assert run(recurrence, 4, given).values["F"].tolist() == [3, 4, 7, 11]


def test_the_step_is_a_number() -> None:
    recurrence = parse("m[t] = m[t-1] + (x[t] - m[t-1]) / t; p[t] = sin(t / 10) + t * tau; s = sum(t)", {"x": 2})
    bindings = bind(recurrence, 7, seed=1)
    found, x = run(recurrence, 7, bindings).values, bindings.inputs["x"][:, 0]
    steps = np.arange(1, 8)
    np.testing.assert_allclose(found["m"], np.cumsum(x, axis=0) / steps[:, None], rtol=1e-12)
    np.testing.assert_allclose(found["p"], np.sin(steps / 10) + 7 * steps, rtol=1e-12)
    assert found["s"] == 28


def test_long_loops_in_machine_code_know_the_step_too() -> None:
    recurrence = parse("h[t] = tanh(W @ h[t-1] + x[t] / t + (t - tau) * b)")
    bindings = bind(recurrence, 60, seed=1)
    last = run(recurrence, 60, bindings).values["h"][-1]
    np.testing.assert_allclose(last, Plain(recurrence, 60, bindings).value("h", 60), rtol=1e-9)


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("f(x) = x / t; h[t] = f(x[t])", "f reads t", "f(x, k)"),
        ("h[t] = t[t-1] * x[t]", "t is a number", "write t"),
        ("f(s, t) = s * t; h[t] = f(x[t], t)", "t is reserved", "another"),
        ("v = t", "t is free", "v[t]"),
        ("y[t] = y[t-tau]", "a lag is a literal", "number of steps of the whole run"),
        ("h[t] = W @ h[t-1]; fixed h", "no parameter", ""),
        ("h[t] = W @ h[t-1]; fixed V", "V is no parameter", "W"),
    ],
)
def test_where_the_step_is_no_number_the_problem_says_what_to_write(text: str, what: str, hint: str) -> None:
    with pytest.raises(Problems) as refused:
        parse(text)
    (problem,) = refused.value.problems
    assert what in problem.message and hint in (problem.hint or "")


def test_a_start_that_a_moment_is_gets_its_gradient() -> None:
    recurrence = parse("h[0] = h0; h[t] = tanh(W @ h[t-1]); loss = sum(h[tau-1])")
    gradients = run(recurrence, 1, bind(recurrence, 1)).gradients
    assert (gradients["h0"] == 1).all()
    assert (gradients[StartName("h", recurrence.starts[0].time)] == 1).all()


@pytest.mark.parametrize("rule", ["kappa", "tau", "xi[t]", "kappa * m[t-1]", "kappa * m[t+1]"])
@pytest.mark.parametrize("moment", ["1", "tau"])
def test_a_step_that_is_read_by_starts_alone_gets_its_gradient(rule: str, moment: str) -> None:
    recurrence = parse(f"m[t] = {rule}; m[{moment}] = rho; r[t] = xi[t]; r[{moment}] = 2 * m[{moment}]")
    for tau in (1, 2, 3):
        gradients = run(recurrence, tau, bind(recurrence, tau), of="r").gradients
        assert gradients["m"].tolist() == [
            2.0 if t == (1 if moment == "1" else tau) else 0.0 for t in range(1, tau + 1)
        ]
        assert gradients["rho"] == 2


@pytest.mark.parametrize(("one", "other"), [*product(START_MOMENTS, repeat=2)])
def test_a_text_may_not_set_one_moment_twice_however_it_is_spelled(one: str, other: str) -> None:
    text = f"q[{one}] = a; q[{other}] = b; q[t] = x[t] + q[t-1]"
    for tau in (1, 2, 3):
        first, second = (times * tau + more for times, more in map(START_MOMENTS.__getitem__, (one, other)))
        if first != second:
            bind(parse(text), tau)
            continue
        with pytest.raises(Problems) as refused:
            bind(parse(text), tau)
        (problem,) = refused.value.problems
        assert f"q[{other.removesuffix('+0')}]" in problem.message and "leave out one" in (problem.hint or "")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("y[2] = a; y[t] = y[t-1]", "y[1] is not"),
        ("y[-1] = a; y[t] = y[t-2]", "y[0] is not"),
        ("y[0] = a; y[2] = a; y[t] = y[t-1]", "y[1] is not"),
        ("y[tau-1] = a; y[t] = y[t+1]", "y[tau] is not"),
        ("y[tau+2] = a; y[tau] = a; y[t] = y[t+2]", "y[tau+1] is not"),
        ("y[0] = x[t]; y[t] = y[t-1]", "t is free"),
        ("y[0] = t; y[t] = y[t-1]", "t is free"),
        ("y[0] = y[tau]; y[t] = y[t-1]", "a cycle: y, y[0]"),
        ("h[t] = h[t-1] + s[t]; s[0] = h[tau]; s[t] = s[t-1]", "a cycle: h, s, s[0]"),
        ("h[0] = c[0]; c[0] = h[0]; h[t] = h[t-1]; c[t] = c[t-1]", "a cycle: c[0], h[0]"),
    ],
)
def test_what_cannot_be_a_start_is_one_problem_that_says_why(text: str, what: str) -> None:
    with pytest.raises(Problems) as refused:
        parse(text)
    (problem,) = refused.value.problems
    assert what in problem.message and problem.hint


@pytest.mark.parametrize("text", ["y[1] = a; y[2] = b; y[t] = y[t-1]", "y[tau] = a; y[tau-1] = b; y[t] = y[t+1]"])
def test_a_start_beyond_the_run_is_a_problem_of_tau(text: str) -> None:
    bind(parse(text), 2)
    with pytest.raises(Problems, match="has no such step") as refused:
        bind(parse(text), 1)
    assert field_at_fault(refused.value.problems[0]) == "tau"


def test_the_shortest_sequence_of_a_batch_counts() -> None:
    recurrence = parse("q[1] = a; q[tau] = b; q[t] = x[t]")
    bind(recurrence, 3, batch=2, lengths=(3, 2))
    with pytest.raises(Problems, match="one moment in a sequence of 1 step"):
        bind(recurrence, 3, batch=2, lengths=(3, 1))


def test_where_a_moment_has_two_starts_at_one_tau_alone_the_equations_stay_and_tau_is_at_fault() -> None:
    equations = "q[1] = a; q[tau] = b; q[t] = x[t]"
    link, found = mend([("equations", equations), ("tau", "1")])
    assert (link.equations, [field_at_fault(problem) for problem in found]) == (equations, ["tau"])


@pytest.mark.parametrize("of", ["h", "h[2]", "o"])
@pytest.mark.parametrize("lengths", [(2, 3), (3, 2), (2,)])
def test_a_whole_sequence_as_the_objective_ends_where_each_sequence_ends(of: str, lengths: tuple[int, ...]) -> None:
    recurrence = parse("h[t] = tanh(W @ h[t-1] + x[t]); o = V @ h[tau]", {"x": 2})
    together = bind(recurrence, 3, seed=5, batch=len(lengths), lengths=lengths)
    trace = run(recurrence, 3, together, of)
    gradient = np.zeros_like(together.parameters["W"])
    for i, tau in enumerate(lengths):
        x = together.inputs["x"][:tau, i : i + 1]
        gradient += run(recurrence, tau, type(together)(together.parameters, {"x": x}), of).gradients["W"]
    np.testing.assert_allclose(trace.gradients["W"], gradient / len(lengths), rtol=1e-9)
    assert worst(trace) < 1e-6


@pytest.mark.parametrize("of", ["h", "h[2]", "y"])
def test_what_arrives_along_the_arrows_of_a_shorter_sequence_is_its_gradient(of: str) -> None:
    recurrence, graph = (r := parse("h[t] = tanh(W @ h[t-1] + x[t]); y[t] = V @ h[t]", {"x": 2})), unfold(r, 3, of=of)
    trace = run(recurrence, 3, bind(recurrence, 3, seed=5, batch=2, lengths=(2, 3)), of)
    along, arrived = contributions(trace, graph), dict(seeds(trace, graph))
    for edge in graph.edges:
        arrived[edge.source] = arrived.get(edge.source, 0.0) + along[edge.id]
    for node in (n.id for n in graph.nodes):
        np.testing.assert_allclose(arrived.get(node, 0.0) + 0 * trace.gradient(node), trace.gradient(node), atol=1e-12)
