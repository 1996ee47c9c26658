"""Calls that change a variable in place, and classes whose step has any name: the numbers are those of Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.arrays import Array
from app.engine import bind, run
from app.language import parse
from app.language.pasted import read_pasted

STEPS = 5
RNG = np.random.default_rng(3)
GIVEN = {"W": RNG.standard_normal((2, 2)), "x": RNG.standard_normal((STEPS, 2)), "a": np.array([0.25, -0.5])}


def values_of(text: str, given: dict[str, Array], sizes: dict[str, int]) -> dict[str, Array]:
    """What a text in the language has under each name, with the numbers that it needs."""
    recurrence = parse(text, sizes=sizes)
    params = {name: given[name.removesuffix("_full")] for name in recurrence.names("parameter") if name != "c"}
    inputs = {name: given[name] for name in recurrence.names("given")}
    return dict(run(recurrence, STEPS, bind(recurrence, STEPS, params=params, inputs=inputs)).values)


@pytest.mark.parametrize(
    "program",
    [
        "for t in range(T):\n    h = W @ h + x[t]\n    np.clip(h, 0, 1, out=h)",
        "for t in range(T):\n    h = W @ h + x[t]\n    np.add(a, h, out=h)",
        "for t in range(T):\n    h = W @ h + x[t]\n    np.multiply(h, a, out=h)\n    np.tanh(h, out=h)",
        "for t in range(T):\n    h = np.tanh(W @ h + x[t])\n    np.copyto(h, h * a)",
        "for t in range(T):\n    h = W @ h + x[t]\n    s = h > 0.1\n    h[s] = 0",
        "for t in range(T):\n    h = W @ h + x[t]\n    s = np.tanh(h) > a\n    h[s] = h[s] - 0.5",
        "for t in range(T):\n    h = W @ h + x[t]\n    s = h > 0.1\n    h[s] -= a[s]",
        "np.fill_diagonal(W, 0)\nfor t in range(T):\n    h = np.tanh(W @ h + x[t])",
    ],
)
def test_a_variable_that_is_changed_in_place_has_the_number_that_python_has(program: str) -> None:
    found = read_pasted(program)
    assert not found.problems, found.text
    scope: dict[str, Any] = {"np": np, "T": STEPS, "h": np.zeros(2)} | {name: it.copy() for name, it in GIVEN.items()}
    exec(program, scope)  # noqa: S102
    np.testing.assert_allclose(np.ravel(values_of(found.text, GIVEN, {"h": 2})["h"][-1]), scope["h"], rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "becomes"),
    [
        ("h.clamp_(0, 1)", "h[t] = clip(h_1[t], 0, 1)"),
        ("h.add_(x[t])", "h[t] = h_1[t] + x[t]"),
        ("h.mul_(0.5)", "h[t] = h_1[t] * 0.5"),
        ("h.tanh_()", "h[t] = tanh(h_1[t])"),
        ("h.zero_()", "h[t] = 0 + 0 * h_1[t]"),
        ("h.copy_(a)", "h[t] = a"),
    ],
)
def test_a_method_that_ends_in_an_underscore_is_an_assignment(change: str, becomes: str) -> None:
    found = read_pasted(f"for t in range(T):\n    h = W @ h + x[t]\n    {change}")
    assert not found.problems and becomes in found.text.split("\n")


@pytest.mark.parametrize("call", ["plt.plot(h)", "optimizer.step()", "nn.init.orthogonal_(W)", "W.requires_grad_()"])
def test_a_call_that_changes_no_number_of_the_equations_is_passed_over(call: str) -> None:
    loop = "for t in range(T):\n    h = np.tanh(W @ h + x[t])"
    assert read_pasted(f"{call}\n{loop}").text == read_pasted(loop).text


CONTROLLER = """class PID:
    def __init__(self, kp, ki, kd):
        self.kp = kp
        self.ki = ki
        self.kd = kd
        self.integral = 0
        self.prev_error = 0
    def reset(self):
        self.integral = 0
    def update(self, setpoint, measurement):
        error = setpoint - measurement
        self.integral += error * 0.1
        derivative = (error - self.prev_error) / 0.1
        self.prev_error = error
        return self.kp*error + self.ki*self.integral + self.kd*derivative
"""


def test_the_one_method_that_computes_is_the_step_whatever_its_name() -> None:
    found = read_pasted(CONTROLLER)
    assert not found.problems
    numbers = {name: RNG.standard_normal(STEPS) for name in ("setpoint", "measurement")}
    gains = {"kp": np.array(2.0), "ki": np.array(0.5), "kd": np.array(0.25)}
    values = values_of(found.text, numbers | gains, {})
    scope: dict[str, Any] = {}
    exec(CONTROLLER, scope)  # noqa: S102
    controller = scope["PID"](2.0, 0.5, 0.25)
    expected = [controller.update(s, m) for s, m in zip(numbers["setpoint"], numbers["measurement"], strict=True)]
    np.testing.assert_allclose(values["y"].ravel(), np.ravel(expected), rtol=1e-12)
