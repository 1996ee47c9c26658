"""Where the equations let no gradient flow, that is said with its reason and with what to write; nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.engine import bind, objective, run
from app.engine.explain import without_gradient
from app.language import parse
from app.systems import SYSTEMS, load
from app.web.service import create_app

STEP = "h[t] = tanh(W @ h[t-1] + U @ x[t])\n"
STILL = {
    f"{STEP}y = softmax(V @ h[tau])": (
        "softmax always sum to 1",
        "loss = cross_entropy(V @ h[tau], target) with given",
    ),
    f"{STEP}z[t] = V @ h[t]\np[t] = softmax(z[t])": ("always sum to 1", "loss = mean(cross_entropy(z[t], target[t]))"),
    f"{STEP}p = softmax(V @ h[tau])\ny = p": ("always sum to 1", "loss = mse(y, target) with given target"),
    f"{STEP}loss = sum(softmax(h[tau])) / 2 + 1": ("always sum to 1", "computed before it"),
    f"{STEP}y[t] = argmax(h[t])": ("argmax has no gradient", "loss = mean(cross_entropy(h[t], target[t]))"),
    f"{STEP}y[t] = step(h[t])\nloss = sum(sum(y[t]))": ("step has no gradient", "computed before it"),
    f"{STEP}loss = sum(stop(h[tau]) ** 2)": ("stop lets no gradient through", "computed before it"),
    "s[t] = s[t-1] + t; s[0] = 0": ("no parameter and no data", "loss = mean(mse(s[t], target[t]))"),
    f"{STEP}k = where(sum(h[tau]) > 0, 1, 2)": ("no parameter and no data", "loss = mse(k, target)"),
}
"""Texts in which nothing is differentiated: why, and a part of what to write."""
FLOWING = (
    f"{STEP}y = softmax(V @ h[tau]) ** 2",
    f"{STEP}p = softmax(V @ h[tau])\nloss = -sum(y * log(p))",
    f"{STEP}p[t] = softmax(V @ h[t])\ny = p[tau] @ q",
    f"{STEP}y = where(sum(h[tau]) > -99, h[tau], 0)",
    f"{STEP}y = argmax(h[tau]) * h[tau]",
    "s[t] = alpha * s[t-1] + stop(s[t-1]) + x[t]",
    f"{STEP}y = max(softmax(h[tau]))",
)


@pytest.mark.parametrize("text", STILL)
def test_what_lets_no_gradient_flow_is_said_and_all_gradients_are_0(text: str) -> None:
    recurrence = parse(text)
    why, write = STILL[text]
    found = without_gradient(recurrence, objective(recurrence))
    assert found and why in found.why and write in found.write
    trace = run(recurrence, 4, bind(recurrence, 4, seed=3), found.of)
    assert all(np.allclose(trace.gradients[name], 0, atol=1e-14) for name in recurrence.names("parameter"))


@pytest.mark.parametrize("text", FLOWING)
def test_where_one_flows_nothing_is_said(text: str) -> None:
    recurrence = parse(text)
    assert without_gradient(recurrence, objective(recurrence)) is None
    trace = run(recurrence, 4, bind(recurrence, 4, seed=3))
    assert any(np.any(np.abs(trace.gradients[name]) > 1e-9) for name in recurrence.names("parameter"))


@pytest.mark.parametrize("name", SYSTEMS)
def test_of_no_system_it_is_said(name: str) -> None:
    recurrence = load(name).recurrence
    assert without_gradient(recurrence, objective(recurrence)) is None


def test_page_and_api_say_it() -> None:
    client = TestClient(create_app())
    text = f"{STEP}y = softmax(V @ h[tau])"
    said = client.post("/api/trace", json={"equations": text}).json()["without_gradient"]
    assert said.startswith("all gradients of y are 0: ") and "write a loss, loss = cross_entropy(" in said
    assert "All gradients of y are 0: " in client.get("/", params={"equations": text}).text
    other = f"{text}\nloss = cross_entropy(V @ h[tau], target)\ngiven target"
    assert client.post("/api/trace", json={"equations": other}).json()["without_gradient"] is None
    chosen = client.post("/api/trace", json={"equations": other, "of": "y"}).json()["without_gradient"]
    assert chosen.endswith("choose the loss instead")
