"""The gradient as a recurrence to be read: the textbook's equations, and the same numbers as the engine's adjoints."""

from __future__ import annotations

import numpy as np
import pytest

from app.arrays import Array
from app.engine import Trace, bind, run, unfold
from app.engine.execution.execute import Execution
from app.engine.explain import backward_equations
from app.engine.explain.backward_equations import backward
from app.engine.explain.derivation import by_hand
from app.engine.graph.fold import folding
from app.engine.ir.measured import BATCH, SEQUENCE
from app.engine.ir.names import Adjoint, StartName
from app.engine.ir.schedule import schedule
from app.language import NABLA, Problems, Subject, parse
from app.language.syntax import Equation, Start, walk
from app.language.typeset.expressions import ranks_of
from app.language.typeset.mathml_writer import mathml
from app.language.typeset.tex_writer import tex
from app.language.typeset.text_writer import show
from tests.recurrences import ELMAN, RECURRENCES

BESIDE = {
    **RECURRENCES,
    "a sum that reads a step back": f"{ELMAN}; loss = sum(h[t-1] @ h[t])",
    "a sum that reads three steps ahead": f"{ELMAN}; loss = mean(sum(h[t+3] * h[t-2]))",
    "a mean of a start": "h[0] = h0; h[t] = tanh(W @ h[t-1] + x[t]); loss = mean(sum(h[t-1] ** 2))",
    "a first step set": "h[1] = tanh(P @ h0); h[t] = tanh(W @ h[t-1] + x[t]); loss = sum(h[t] @ h[t])",
    "a last step set": "g[tau] = g0; g[t] = tanh(W @ g[t+1] + x[t]); o[t] = V @ g[t]; loss = sum(o[1] ** 2)",
    "a condition in the loop": "h[t] = tanh(W @ h[t-1] + [t = 2] * b + [t = tau] * R @ h[t-2]); loss = sum(h[tau])",
    "a quotient": "h[t] = sqrt(2 + h[t-1]) / (3 + exp(h[t-2] - x[t])); loss = mean(log(1 + h[t] ** 2) @ h[t])",
}


def lines(text: str, of: str | None = None) -> dict[str, str]:
    """The right side of each line by its left."""
    shown = (show(line).partition(" = ") for line in backward(parse(text), of))
    return {left: right for left, _, right in shown}


def check(text: str, tau: int, of: str | None = None) -> None:
    """The lines, run as a recurrence of their own, give every gradient of the trace."""
    recurrence = parse(text)
    trace = run(recurrence, tau, bind(recurrence, tau, seed=3), of)
    found, folded = run_lines(trace, backward(recurrence, of, data=True)), folding(recurrence, of=of).inside
    for name, gradient in trace.gradients.items():
        unset = name not in recurrence.variables and name not in found
        if unset or name in folded:
            continue  # A start that the text does not set, and what is put into others, has no line.
        np.testing.assert_allclose(found.get(name, 0.0) + 0 * gradient, gradient, rtol=1e-9, atol=1e-11, err_msg=name)


def run_lines(trace: Trace, found: tuple[Equation | Start, ...]) -> dict[str, Array]:
    own, operations = trace.programs.system, folding(trace.recurrence, "operations", trace.of)
    scope = own.extended("?")
    equations = list[Equation]()
    for line in found:
        if isinstance(line, Equation) and not isinstance(line.name, Adjoint):
            scope.declare(line.name, operations.shape(line.name), SEQUENCE if line.indexed else BATCH)
            equations.append(line)
            continue
        assert isinstance(line.name, Adjoint)
        name = line.name if isinstance(line, Equation) else StartName(line.name, line.time)
        indexed = isinstance(line, Equation) and line.indexed
        scope.declare(name, operations.shape(line.name.of), SEQUENCE if indexed else BATCH)
        equations.append(Equation(name, indexed, line.expr))
    known = {name: array for name, array in trace.arrays.items() if name in own.levels and name != "tau"}
    arrays = Execution(schedule(scope.flattened(equations)), known, trace.tau, 1).run()
    names = [
        f"{name}[{line.time.at(0, trace.tau)}]" if isinstance(line, Start) else name
        for line, name in ((line, line.name.removeprefix(NABLA)) for line in found)
    ]
    shown = (arrays[e.name][:, 0] if e.indexed else arrays[e.name][0] for e in equations)
    return dict(zip(names, shown, strict=True))


# the textbook

RNN = {
    "∇loss": "1",
    "∇L[t]": "∇loss",
    "∇o[t]": "∇L[t] * (sum(y[t]) * softmax(o[t]) - y[t])",
    "∇h[t]": "transpose(V) @ ∇o[t] + transpose(W) @ ((1 - h[t+1] ** 2) * ∇h[t+1])",
    "∇b": "sum((1 - h[t] ** 2) * ∇h[t])",
    "∇W": "sum(outer((1 - h[t] ** 2) * ∇h[t], h[t-1]))",
    "∇U": "sum(outer((1 - h[t] ** 2) * ∇h[t], x[t]))",
    "∇c": "sum(∇o[t])",
    "∇V": "sum(outer(∇o[t], h[t]))",
}


def test_the_network_of_figure_10_3_has_equations_10_18_to_10_28() -> None:
    assert lines(RECURRENCES["rnn"]) == RNN
    assert list(lines(RECURRENCES["rnn"])) == list(RNN)


def test_they_are_typeset_as_in_the_book() -> None:
    recurrence = parse(RECURRENCES["rnn"])
    found = {line.name: tex(line, ranks_of(recurrence)) for line in backward(recurrence)}
    assert found["∇loss"] == r"\frac{\partial L}{\partial L} = 1"
    assert found["∇L"] == r"\frac{\partial L}{\partial L^{(t)}} = 1"
    assert found["∇c"] == r"\nabla_{\boldsymbol{c}}L = \sum_{t=1}^{\tau}\nabla_{\boldsymbol{o}^{(t)}}L"
    assert found["∇h"].startswith(
        r"\nabla_{\boldsymbol{h}^{(t)}}L = \boldsymbol{V}^{\top}\,\nabla_{\boldsymbol{o}^{(t)}}L"
    )
    assert all("<math" in mathml(line, ranks_of(recurrence)) for line in backward(recurrence))


def test_folded_variables_are_put_in_and_named() -> None:
    found = lines(RECURRENCES["lstm"])
    assert found["∇c[t]"] == "(1 - tanh(c[t]) ** 2) * (∇h[t] * o[t]) + ∇c[t+1] * f[t+1]"
    assert found["∇b_f"] == "sum(f[t] * (1 - f[t]) * (∇c[t] * c[t-1]))"
    assert not found.keys() & {"∇i[t]", "∇f[t]", "∇o[t]", "∇g[t]"}


def test_a_loop_from_the_end_has_a_gradient_that_runs_from_the_beginning() -> None:
    assert "transpose(R) @ ((1 - g[t-1] ** 2) * ∇g[t-1])" in lines(RECURRENCES["bidirectional"])["∇g[t]"]


def test_a_start_has_a_line_of_its_own() -> None:
    found = lines(RECURRENCES["a start read"])
    assert found["∇h[0]"] == "∇loss * h[tau] + transpose(W) @ ((1 - h[1] ** 2) * ∇h[1])"
    assert found["∇k"] == "(1 - h[0] ** 2) * ∇h[0]"


def test_no_gradient_passes_through_the_equation_of_a_step_that_is_set() -> None:
    found = lines(RECURRENCES["dynamics"])
    assert found["∇s1"] == "∇s[1]"
    assert found["∇b"] == "sum((1 - s[t] ** 2) * ((1 - [t = 1]) * ∇s[t]))"


def test_the_gradient_of_a_node_begins_there() -> None:
    assert lines(RECURRENCES["rnn"], "L[2]")["∇L[t]"] == "[t = 2]"
    assert lines(RECURRENCES["rnn"], "h[3]")["∇h[t]"].startswith("[t = 3] * ones(h[t]) + ")
    assert lines(RECURRENCES["rnn"], "o")["∇o[t]"] == "ones(o[t])"


def test_what_does_not_influence_the_objective_has_no_line() -> None:
    assert not lines(RECURRENCES["rnn"]).keys() & {"∇yhat[t]", "∇x[t]", "∇y[t]"}
    assert "∇V" not in lines(RECURRENCES["rnn"], "h")


def test_data_has_lines_where_asked() -> None:
    found = [line.name for line in backward(parse(RECURRENCES["rnn"]), data=True)]
    assert found[-2:] == ["∇x", "∇y"]


def test_of_what_is_not_computed_there_is_no_gradient() -> None:
    with pytest.raises(Problems) as error:
        backward(parse(RECURRENCES["rnn"]), "x")
    assert error.value.problems[0].about is Subject.OBJECTIVE


# the numbers


@pytest.mark.one_in(9)
@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("tau", [1, 2, 6])
def test_run_as_a_recurrence_it_gives_the_engines_gradients(name: str, tau: int) -> None:
    check(BESIDE[name], tau)


@pytest.mark.one_in(6)
@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("tau", [1, 4])
def test_so_it_does_where_each_operation_has_a_line(name: str, tau: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backward_equations, "LONGEST", 0)
    monkeypatch.setattr(backward_equations, "_check_starts", lambda scope, recurrence: None)
    check(BESIDE[name], tau)


NEAR_1 = "a[t] = 1 + x[t] / 99; "
LONG = {
    "factors of one vector": NEAR_1 + "h[t] = h[t-1] * " + " * ".join(["a[t]"] * 500) + "; h[0] = h0",
    "many factors": "h[t] = (2 + h[t-1]) * " + " * ".join(f"(1 + b_{i} / 9)" for i in range(300)),
    "divisors": NEAR_1 + "h[t] = (2 + h[t-1]) / " + " / ".join(["a[t]"] * 400),
    **{
        f"calls of {op} within one another": f"h[t] = {f'{op}(' * 12}W @ h[t-1]{')' * 12}"
        for op in ("softmax", "log_softmax", "leaky_relu", "elu", "cumsum")  # Each sends back twice what arrives.
    },
    "terms of long products": NEAR_1 + "h[t] = h[t-1]" + "".join(f" - {' * '.join(['a[t]'] * 60)}" for _ in range(9)),
}
"""Right sides whose gradients would be of some 100,000 operations, written with the equations whole."""


@pytest.mark.one_in(4)
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_of_a_long_product_each_operation_has_a_line_and_the_lines_grow_with_its_length_alone(text: str) -> None:
    recurrence = parse(f"{text}; loss = sum(sum(h[t] ** 2))")
    found = backward(recurrence)
    assert {"h.0[t]", "∇h.0[t]"} <= {show(line).partition(" = ")[0] for line in found}
    assert sum(len(show(line)) for line in found) < 200 * sum(1 for _ in walk(recurrence.equation("h").expr))
    check(recurrence.text, 2)


def test_what_arrives_through_a_long_product_is_told_in_numbers_alone() -> None:
    recurrence = parse(f"{LONG['factors of one vector']}; loss = sum(sum(h[t]))", {"x": 2})
    trace = run(recurrence, 2, bind(recurrence, 2))
    made = by_hand(trace, unfold(recurrence, 2), "backward", "a[1]")
    assert made.equation is None and [(term.expr, term.begins) for term in made.terms] == [(None, False)]
    np.testing.assert_allclose(sum(term.gradient for term in made.terms), trace.gradient("a[1]"))


def test_a_start_that_is_a_long_product_has_no_line_and_says_why() -> None:
    start = " * ".join(["h0"] * 500)
    with pytest.raises(Problems, match="the gradients of the starts are too long"):
        backward(parse(f"h[0] = {start}; h[t] = tanh(W @ h[t-1])"))


@pytest.mark.parametrize("of", ["L[2]", "h[3]", "o", "L", "loss", "a"])
def test_so_it_does_for_every_objective(of: str) -> None:
    check(RECURRENCES["rnn"], 4, of)


def test_every_line_is_in_the_language_but_for_its_name() -> None:
    """No operation is shown that people could not write."""
    for text in RECURRENCES.values():
        for line in backward(parse(text)):
            assert "choose" not in show(line) and ".inside" not in show(line) and "lag(" not in show(line)
