"""What multiplies along an arrow is written on it, as the equation has it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.engine import unfold
from app.language import parse
from app.language.typeset import show

WRITTEN: Mapping[str, Mapping[str, str]] = {
    "h[t] = tanh(w * h[t-1] + u * x[t])": {"h[1]->h[2]": "w", "x[2]->h[2]": "u"},
    "h[t] = tanh(b + W @ h[t-1] + U @ x[t])": {"h[1]->h[2]": "W", "x[2]->h[2]": "U"},
    "S[t] = alpha * S[t-1] + (1 - alpha) * xi[t]": {"S[1]->S[2]": "alpha", "xi[2]->S[2]": "1 - alpha"},
    "s[t] = 0.9 * s[t-1] + 0.1 * xi[t]; xi: scalar": {"s[1]->s[2]": "0.9", "xi[2]->s[2]": "0.1"},
    "h[t] = D @ A @ h[t-1] + x[t]": {"h[1]->h[2]": "D @ A", "x[2]->h[2]": ""},
    "h[t] = D @ tanh(A @ h[t-1])": {"h[1]->h[2]": "D, A"},
    "h[t] = tanh(alpha * (W @ h[t-1]))": {"h[1]->h[2]": "alpha * W"},
    "h[t] = tanh(W @ (alpha * h[t-1]))": {"h[1]->h[2]": "alpha * W"},
    "h[t] = E @ concat(W @ concat(h[t-1], x[t]), x[t])": {"h[1]->h[2]": "E, W"},
    "h[t] = tanh(transpose(W) @ h[t-1])": {"h[1]->h[2]": "transpose(W)"},
    "h[t] = tanh(h[t-1] @ W)": {"h[1]->h[2]": "transpose(W)"},
    "s[t] = sign(W @ s[t-1]); E[t] = s[t] @ W @ s[t]": {"s[2]->E[2]": "W"},
    "h[t] = h[t-1] + (x[t] - h[t-1]) / tau_m; tau_m: scalar": {"h[1]->h[2]": "1 / tau_m", "x[2]->h[2]": "1 / tau_m"},
    "h[t] = alpha * h[t-1] + (1 - alpha) * tanh(W @ h[t-1])": {"h[1]->h[2]": "alpha, 1 - alpha, W"},
    "z[t] = sigmoid(R @ h[t-1]); h[t] = z[t] * h[t-1] + (1 - z[t]) * x[t]": {"h[1]->h[2]": "R", "x[2]->h[2]": ""},
    "h[t] = tanh(W @ concat(h[t-1], x[t]))": {"h[1]->h[2]": "W", "x[2]->h[2]": "W"},
    "o[t] = 2 * tanh(h[t]); h[t] = tanh(W @ h[t-1])": {"h[2]->o[2]": ""},
    "o[t] = v @ h[t]; h[t] = tanh(W @ h[t-1])": {"h[2]->o[2]": "v"},
    "h[t] = tanh(W @ h[t-1] + b * t)": {"h[1]->h[2]": "W"},
    "h[t] = tanh(W @ h[t-1] + x[t] + [t = 2] * U @ x[t])": {"x[2]->h[2]": "U"},
    "h[t] = t * h[t-1] + x[t]": {"h[1]->h[2]": ""},
    "h[t] = (alpha + beta * gamma - delta * kappa) * h[t-1]": {"h[1]->h[2]": "alpha, beta, gamma, delta, kappa"},
}  # fmt: skip
"""Equations, and what stands on some of their arrows."""


@pytest.mark.parametrize("text", WRITTEN)
def test_what_multiplies_along_an_arrow_is_written_on_it(text: str) -> None:
    edges = {e.id: e for e in unfold(parse(text), 2).edges}
    found = {id: ", ".join(map(show, edges[id].weights)) for id in WRITTEN[text]}
    assert found == WRITTEN[text]


def test_a_weight_that_is_a_node_is_not_written_as_well() -> None:
    graph = unfold(parse("s[t] = alpha * s[t-1] + (1 - alpha) * xi[t]"), 2, parameters="nodes")
    assert [e.weights for e in graph.edges] == [()] * len(graph.edges)
