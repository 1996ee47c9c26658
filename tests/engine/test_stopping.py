"""A value or a gradient that stops being finite is told with its place, the operation that did it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

import numpy as np
import pytest

from app.engine import Recipe, bind, run, train
from app.engine.execution import Stopped
from app.language import parse
from app.ops import OPS, of_arguments

VALUES: tuple[tuple[str, Mapping[str, Any], tuple[int | None, str, str, str]], ...] = (
    ("s[t] = log(x[t])", {"x": [1, 0, 1]}, (2, "s", "log", "log of 0")),
    ("s[t] = log(x[t])", {"x": [1, 1, -1]}, (3, "s", "log", "log of a negative number")),
    ("s[t] = log1p(x[t])", {"x": [-1, -2, -1]}, (1, "s", "log1p", "log1p of -1")),
    ("s[t] = sqrt(x[t])", {"x": [1, 1, -4]}, (3, "s", "sqrt", "square root of a negative number")),
    ("s[t] = x[t] / x[t]", {"x": [1, 0, 1]}, (2, "s", "/", "0/0")),
    ("s[t] = 1 / x[t]", {"x": [1, 0, 1]}, (2, "s", "/", "division by 0")),
    ("s[t] = x[t] ** -2", {"x": [1, 0, 1]}, (2, "s", "**", "0 to a negative power")),
    ("s[t] = x[t] ** 0.5", {"x": [1, -1, 1]}, (2, "s", "**", "a negative number to a power that is not whole")),
    ("s[t] = exp(x[t])", {"x": [1, 709, 710]}, (3, "s", "exp", "exp overflows above 709")),
    (
        "s[t] = inverse(X[t]) @ u",
        {"X": [[[1.0]], [[0.0]], [[1.0]]]},
        (2, "s", "inverse", "the inverse of a singular matrix"),
    ),
    ("s[t] = solve(X[t], u)", {"X": [[[1.0]], [[0.0]], [[1.0]]]}, (2, "s", "solve", "the matrix is singular")),
    ("s[t] = 1e200 * x[t]", {"x": [1, 1e200, 1]}, (2, "s", "*", "* overflows beyond 1.8e308, the largest number")),
    ("s[t] = exp(1000 * x[t] + s[t-1])", {"x": [0, 1, 0]}, (2, "s", "exp", "exp overflows above 709")),
    ("s[t] = exp(s[t+1]) + x[t]", {"x": [0, 0, 710]}, (2, "s", "exp", "exp overflows above 709")),
    ("a[t] = x[t] - 1; s[t] = 2 * b[t]; b[t] = log(a[t])", {"x": [2, 1, 2]}, (2, "b", "log", "log of 0")),
)
"""Equations, data, and where and why their values stop being finite."""


@pytest.mark.parametrize(("text", "inputs", "expected"), VALUES, ids=lambda value: str(value)[:40])
def test_a_value_that_is_not_finite_goes_back_to_an_operation_that_was_given_finite_numbers(
    text: str, inputs: Mapping[str, Any], expected: tuple[int | None, str, str, str]
) -> None:
    t, variable, operation, why = expected
    stopped = stopped_of(f"{text}; v[t] = sum(s[t]); loss = sum(v[t])", inputs)
    assert stopped == Stopped(t, variable, "forward", operation, f"{variable}[{t}]", why)


GRADIENTS: tuple[tuple[str, Mapping[str, Any], tuple[int | None, str, str, str, str]], ...] = (
    ("s[t] = sqrt(x[t])", {"x": [1, 0, 1]}, (2, "x", "sqrt", "s[2]", "the slope of sqrt at 0 is infinite")),
    ("s[t] = sqrt(x[t])", {"x": [0, 0, 1]}, (2, "x", "sqrt", "s[2]", "the slope of sqrt at 0 is infinite")),
    ("s[t] = x[t] ** 0.5", {"x": [0, 1, 1]}, (1, "x", "**", "s[1]", "the slope of a power below 1 is infinite at 0")),
    (
        "s[t] = sqrt(abs(s[t-1])) + x[t]",
        {"x": [0, 0, 0]},
        (2, "s", "sqrt", "s[3]", "the slope of sqrt at 0 is infinite"),
    ),
    (
        "s[t] = sqrt(s[t+1] ** 2) + x[t]",
        {"x": [0, 0, 1]},
        (4, "s", "sqrt", "s[3]", "the slope of sqrt at 0 is infinite"),
    ),
    ("s[t] = 1 / exp(x[t])", {"x": [0, 710, 0]}, (2, "x", "exp", "s[2]", "exp overflows above 709")),
    ("s[t] = where(x[t] > 0, log(x[t]), 0)", {"x": [1, 0, 1]}, (2, "x", "log", "s[2]", "log of 0")),
    (
        "s[t] = x[t] * 1e200 * y[t]",
        {"x": [1, 1e-300, 1], "y": [1, 1e200, 1]},
        (2, "x", "*", "x[2]", "* overflows beyond 1.8e308, the largest number"),
    ),
)


@pytest.mark.parametrize(("text", "inputs", "expected"), GRADIENTS, ids=lambda value: str(value)[:40])
def test_a_gradient_that_is_not_finite_goes_back_to_an_operation_without_a_slope(
    text: str, inputs: Mapping[str, Any], expected: tuple[int | None, str, str, str, str]
) -> None:
    t, variable, operation, within, why = expected
    stopped = stopped_of(f"{text}; v[t] = sum(s[t]); loss = sum(v[t])", inputs)
    assert stopped == Stopped(t, variable, "backward", operation, within, why)


def stopped_of(text: str, inputs: Mapping[str, Any]) -> Stopped | None:
    """Where the pass of a text over three steps of size 1 stops being finite."""
    recurrence = parse(text, dict.fromkeys(inputs.keys() - {"X"} or {"u"}, 1))
    data = {n: np.reshape(np.asarray(a, dtype=float), (3, *recurrence.shape(n))) for n, a in inputs.items()}
    return run(recurrence, 3, bind(recurrence, 3, inputs=data)).stopped


@pytest.mark.parametrize("start", [0, [0, 1], [[0, 2], [1, 0]]])
@pytest.mark.parametrize("power", ["A ** 0", "A ** n", "A ** (n * x[t])", "(A * x[t]) ** 0", "(2 * A) ** (n + n)"])
def test_what_is_to_the_power_0_has_gradient_0_at_0_too(power: str, start: int | list[int] | list[list[int]]) -> None:
    rank = ("scalar", "vector", "matrix")[np.ndim(start)]
    text = (
        f"s[t] = s[t-1] + sum({power}) + n + x[t]; x: scalar; A: {rank}; n: scalar; A ~ {start}; n ~ 0; loss = s[tau]"
    )
    recurrence = parse(text.replace("sum(", "(") if rank == "scalar" else text)
    trace = run(recurrence, 3, bind(recurrence, 3))
    assert trace.stopped is None and not trace.gradients["A"].any() and trace.loss is not None


def test_a_parameter_has_its_gradient_told_and_a_start_its_value() -> None:
    recurrence = parse("s[t] = sqrt(alpha) * x[t]; loss = sum(v[t]); v[t] = sum(s[t]); alpha ~ 0", {"x": 1})
    stopped = run(recurrence, 2, bind(recurrence, 2)).stopped
    assert stopped and astuple(stopped)[:4] == (None, "alpha", "backward", "sqrt")
    recurrence = parse("s[0] = log(h0); s[t] = s[t-1] * x[t]; loss = sum(v[t]); v[t] = sum(s[t]); h0 ~ 0", {"x": 1})
    assert run(recurrence, 2, bind(recurrence, 2)).stopped == Stopped(0, "s", "forward", "log", "s[0]", "log of 0")


def test_of_several_sequences_the_one_that_stops_is_told() -> None:
    recurrence = parse("s[t] = log(x[t]); loss = sum(s[tau])", {"x": 1})
    data = np.array([[[1.0], [1.0]], [[1.0], [0.0]], [[1.0], [1.0]]])
    stopped = run(recurrence, 3, replace(bind(recurrence, 3, batch=2), inputs={"x": data})).stopped
    assert stopped == Stopped(2, "s", "forward", "log", "s[2]", "log of 0")


def test_what_is_finite_stops_nowhere() -> None:
    assert stopped_of("s[t] = 1 / exp(x[t]); v[t] = s[t] @ s[t]; loss = sum(v[t])", {"x": [0, 1, 2]}) is None


@pytest.mark.parametrize(
    ("start", "phase", "why"), [(-1.0, "forward", "log of a negative"), (0.0, "backward", "infinite")]
)
def test_a_training_says_why_it_diverges(start: float, phase: str, why: str) -> None:
    text = "s[t] = alpha ** 0.5 * x[t]" if start == 0 else "s[t] = log(alpha) * x[t]"
    recurrence = parse(f"{text}; loss = sum(v[t]); v[t] = s[t] @ s[t]", {"x": 1})
    found = train(recurrence, 2, Recipe(3), lambda _: bind(recurrence, 2, params={"alpha": start})).stopped
    assert found is not None and found.step == 0 and found.phase == phase and why in found.why


def test_a_training_whose_update_is_too_large_says_so() -> None:
    recurrence = parse("loss = alpha * alpha")
    found = train(
        recurrence, 1, Recipe(3, "sgd", lr=1e308), lambda _: bind(recurrence, 1, params={"alpha": 9.0})
    ).stopped
    assert found is not None and (found.step, found.variable, found.phase) == (1, "alpha", "update")


NUMBERS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0)


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in OPS.values()
        if row.arity in (1, 2) and not row.internal and row.shape in ("same", "elementwise", "power")
    ],
    ids=lambda row: row.name,
)
def test_an_operation_has_a_value_wherever_its_row_does_not_say_that_it_has_none(row: Any) -> None:
    grid = np.meshgrid(*[NUMBERS] * row.arity)
    args, ranks = tuple(a.ravel() for a in grid), (1,) * row.arity
    with np.errstate(all="ignore"):
        value = of_arguments(row, row.forward, args, ranks)
    said = [of_arguments(row, singular.where, args, ranks) for singular in row.no_value]
    np.testing.assert_array_equal(
        ~np.isfinite(value), np.logical_or.reduce(said) if said else np.zeros(len(args[0]), bool)
    )


def test_what_lies_behind_the_end_of_a_sequence_stops_nothing_and_its_last_step_does() -> None:
    recurrence = parse("s[t] = x[t] * x[t]; v = log(s[tau]); loss = sum(v)", {"x": 1})
    data = np.array([[[1.0], [1.0]], [[1.0], [2.0]], [[1.0], [0.0]]])
    bindings = replace(bind(recurrence, 3, batch=2, lengths=(3, 2)), inputs={"x": data})
    assert run(recurrence, 3, bindings).stopped is None
    data = np.array([[[1.0], [1.0]], [[1.0], [0.0]], [[1.0], [2.0]]])
    stopped = run(recurrence, 3, replace(bindings, inputs={"x": data})).stopped
    assert stopped == Stopped(None, "v", "forward", "log", "v", "log of 0")


def test_a_condition_may_be_what_an_operation_has_no_value_for() -> None:
    stopped = stopped_of("s[t] = log([t = 1]) * x[t]; v[t] = sum(s[t]); loss = sum(v[t])", {"x": [1, 1, 1]})
    assert stopped == Stopped(2, "s", "forward", "log", "s[2]", "log of 0")


@pytest.mark.parametrize("seed", [0, 1, 3, 4])
def test_what_a_negative_parameter_stops_runs_on_with_the_lines_that_are_told(seed: int) -> None:
    text = "z: scalar\nh[t] = omega + alpha * z[t] ** 2 + beta * h[t-1]\ny[t] = sqrt(h[t]) * z[t]"
    first = parse(text)
    stopped = run(first, 8, bind(first, 8, seed=seed)).stopped
    assert stopped and stopped.why == "square root of a negative number" and stopped.write
    told = parse(f"{text}\n{stopped.write}")
    assert not run(told, 8, bind(told, 8, seed=seed)).stopped


def test_no_lines_are_told_where_the_text_says_how_a_parameter_begins_or_data_are_negative() -> None:
    for text in ("s[t] = sqrt(alpha + s[t-1])\nalpha ~ -1", "s[t] = log(0 * alpha * s[t-1])", "s[t] = sqrt(x[t] - 9)"):
        recurrence = parse(text)
        stopped = run(recurrence, 3, bind(recurrence, 3)).stopped
        assert stopped and not stopped.write
