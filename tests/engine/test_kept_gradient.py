"""What is left of a gradient on its way back, and the gate that it passes."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.measure import KeptGradient, keeping_gate
from app.link import parse, resolve


@pytest.mark.parametrize(
    ("norms", "end", "left", "faded", "steps"),
    [
        ([1e-6, 1e-3, 0.5, 2.0], 4, 5e-7, 2, 2),
        ([0.002, 5.0, 0.001, 1.0], 4, 0.002, 1, 3),
        ([0.1, 0.5, 2.0, 0.0], 3, 0.05, 0, None),
        ([4.0, 2.0], 2, 2.0, 0, None),
        ([0.0, 0.0, 3.0], 3, 0.0, 2, 1),
        ([0.0, 0.0], 0, 0.0, 2, 0),
    ],
)
def test_what_is_left_is_relative_to_where_the_gradient_sets_out(
    norms: list[float], end: int, left: float, faded: int, steps: int | None
) -> None:
    it = KeptGradient(np.array(norms))
    assert (it.end, it.faded, it.steps) == (end, faded, steps)
    assert it.left == pytest.approx(left)
    assert not end or it.shares[end - 1] == 1


GATES = {
    "system=lstm&set=b_f:3": ("c", "f", False, "b_f", 3.0),
    "system=gru": ("h", "z", False, "", 0.0),
    "equations=z[t]=sigmoid(b%2BU@x[t]); k[t]=(1-z[t])*h[t-1]; h[t]=k[t]%2Bz[t]*tanh(W@h[t-1])&set=b:0.5": (
        "h", "z", True, "b", 0.5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("query", GATES)
def test_the_gate_along_a_state_is_found_in_its_equation(query: str) -> None:
    state, name, turned, bias, value = GATES[query]
    trace = resolve(parse(f"{query}&tau=6")).run.trace
    gate = keeping_gate(trace, state)
    assert gate is not None
    assert (gate.name, gate.reversed, gate.bias, gate.bias_value) == (name, turned, bias, value)
    mean = trace.values[name][1:].mean()
    assert gate.mean == pytest.approx(1 - mean if turned else mean)


@pytest.mark.parametrize(("system", "state"), [("rnn", "h"), ("lstm", "h"), ("leaky", "h"), ("dynamics", "s")])
def test_a_state_that_no_gate_multiplies_has_none(system: str, state: str) -> None:
    assert keeping_gate(resolve(parse(f"system={system}&tau=4")).run.trace, state) is None
