"""What pasted letters mean follows from the text around them: numbers, noise, the σ of Lorenz, products that touch."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.engine import bind, run
from app.language import parse
from app.language.pasted import read_pasted

SCALAR_SERIES = "a: scalar unless given\nx[t] = a * x[t-1] + epsilon[t]"
KALMAN = "K = P / (P + R)\nx = x + K * (z - x)\nP = (1 - K) * P + Q"
SCALARS = {
    KALMAN: (
        "R, Q: scalar unless given\n"
        "K[t] = P[t-1] / (P[t-1] + R)\n"
        "x[t] = x[t-1] + K[t] * (z[t] - x[t-1])\n"
        "P[t] = (1 - K[t]) * P[t-1] + Q"
    ),
    "for t in range(T):\n    e = r[t] - y\n    y = 0.9 * y + Kp * e": (
        "Kp: scalar unless given\ne[t] = r[t] - y[t-1]\ny[t] = 0.9 * y[t-1] + Kp * e[t]"
    ),
    "e[t] = r[t] - y[t-1]\ny[t] = y[t-1] + Kp * e[t]": (
        "Kp: scalar unless given\ne[t] = r[t] - y[t-1]\ny[t] = y[t-1] + Kp * e[t]"
    ),
    "error = setpoint - pv\nintegral = integral + error * dt\noutput = Kp * error + Ki * integral": (
        "Kp, Ki: scalar unless given\n"
        "dt: scalar unless given\n"
        "error[t] = setpoint[t] - pv[t]\n"
        "integral[t] = integral[t-1] + error[t] * dt\n"
        "output[t] = Kp * error[t] + Ki * integral[t]"
    ),
    r"K_t = \frac{P_t^-}{P_t^- + R} \\ x_t = x_{t-1} + K_t (z_t - x_{t-1}) \\ P_t^- = (1 - K_{t-1}) P_{t-1}^- + Q": (
        "R, Q: scalar unless given\n"
        "K[t] = P_minus[t] / (P_minus[t] + R)\n"
        "x[t] = x[t-1] + K[t] * (z[t] - x[t-1])\n"
        "P_minus[t] = (1 - K[t-1]) * P_minus[t-1] + Q"
    ),
    "i = sigmoid(W @ x + U @ h + Wci * c)\nc = c + i * x\nh = np.tanh(c)": (
        "Wci: vector unless given\n"
        "i[t] = sigmoid(W @ x[t] + U @ h[t-1] + Wci * c[t-1])\n"
        "c[t] = c[t-1] + i[t] * x[t]\n"
        "h[t] = tanh(c[t])"
    ),
    "h = np.tanh(W @ h + U @ x + B)": ("B: vector unless given\nh[t] = tanh(W @ h[t-1] + U @ x[t] + B)"),
}
"""Capital letters that are no matrices, as the signs beside them say."""
DRAWS = {
    "x_t = a x_{t-1} + ε_t, ε_t ~ N(0,1)": SCALAR_SERIES,
    r"x_t = a x_{t-1} + \epsilon_t, \quad \epsilon_t \sim \mathcal{N}(0, \sigma^2)": SCALAR_SERIES,
    r"x_t = a x_{t-1} + \epsilon_t \quad \epsilon_t \stackrel{iid}{\sim} N(0, 1)": SCALAR_SERIES,
    r"x_t = a x_{t-1} + \epsilon_t \text{ where } \epsilon_t \overset{\text{i.i.d.}}{\sim} N(0, 1)": (SCALAR_SERIES),
    "x_t = a x_{t-1} + ε_t where ε_t ~ N(0, 1)": SCALAR_SERIES,
    "x_t = x_{t-1} + w_t\nz_t = x_t + v_t\nv_t, w_t ∼ N(0, 1)": "x[t] = x[t-1] + w[t]\nz[t] = x[t] + v[t]",
    r"x_t = a x_{t-1} + \eta \\ \eta \sim N(0, 1)": ("a: scalar unless given\nx[t] = a * x[t-1] + eta[t]"),
    "x_t~=~a x_{t-1}": "a: scalar unless given\nx[t] = a * x[t-1]",
}
"""What is drawn at random, beside the equation that has it."""
LORENZ = (
    "dt = 0.1\nx[t] = x[t-1] + dt * (sigma * (y[t-1] - x[t-1]))\n"
    "y[t] = y[t-1] + dt * (x[t-1] * (rho - z[t-1]) - y[t-1])\n"
    "z[t] = z[t-1] + dt * (x[t-1] * y[t-1] - beta * z[t-1])"
)
SIGMAS = {
    r"\dot{x} = \sigma (y - x) \\ \dot{y} = x (\rho - z) - y \\ \dot{z} = x y - \beta z": LORENZ,
    "dx/dt = σ(y − x)\ndy/dt = x(ρ − z) − y\ndz/dt = xy − βz": LORENZ,
    r"\sigma = 10 \\ x_t = x_{t-1} + \sigma (y_t - x_{t-1} + 1)": (
        "sigma = 10\nx[t] = x[t-1] + sigma * (y[t] - x[t-1] + 1)"
    ),
    r"\tau \dot{x} = -x + W \sigma(x)": "dt = 0.1\nx[t] = x[t-1] + dt / tau_x * (-x[t-1] + W @ sigmoid(x[t-1]))",
    r"h_t = \alpha h_{t-1} + (1-\alpha) \sigma(w x_t + u h_{t-1})": (
        "w, x, u: scalar unless given\nh[t] = alpha * h[t-1] + (1 - alpha) * sigmoid(w * x[t] + u * h[t-1])"
    ),
    r"c_t = \sigma(f_t) c_{t-1} + \sigma(i_t - o_t)": "c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t] - o[t])",
    r"x_t = \sigma(W x_{t-1}) + \sigma \epsilon_t": "x[t] = sigmoid(W @ x[t-1]) + sigma * epsilon[t]",
}
"""σ before a bracket."""
TOUCHING = {
    "h_t = tanh(Wx_t + Uh_{t-1} + b)": "h[t] = tanh(W @ x[t] + U @ h[t-1] + b)",
    "x_t = φx_{t-1} + ε_t": "x[t] = phi * x[t-1] + epsilon[t]",
    "dx/dt = αx - βxy\ndy/dt = δxy - γy": (
        "dt = 0.1\nx[t] = x[t-1] + dt * (alpha * x[t-1] - beta * x[t-1] * y[t-1])\n"
        "y[t] = y[t-1] + dt * (delta * x[t-1] * y[t-1] - gamma * y[t-1])"
    ),
    "dN/dt = rN(1 - N/K)": (
        "r, K: scalar unless given\ndt = 0.1\nN[t] = N[t-1] + dt * (r * N[t-1] * (1 - N[t-1] / K))"
    ),
    "h_t = tanh(W_hh h_{t-1} + W_xh x_t + bh)": "h[t] = tanh(W_hh @ h[t-1] + W_xh @ x[t] + bh)",
    "x_{t+1} = x_t + Δt v_t": "dt: scalar unless given\nx[t] = x[t-1] + dt * v[t-1]",
    "h_t = tanh(Wx x_t)": "h[t] = tanh(Wx @ x[t])",
}
"""Letters of running text that touch: a product, or a name."""
TIMES = {
    r"x_t = (1 - \frac{1}{\tau}) x_{t-1} + \frac{1}{\tau} u_t": "x[t] = (1 - 1 / tau_c) * x[t-1] + 1 / tau_c * u[t]",
    r"x_{t+1} = x_t + \frac{\Delta t}{\tau} (W x_t)": (
        "dt: scalar unless given\nx[t] = x[t-1] + dt / tau_c * (W @ x[t-1])"
    ),
    "tau = 10\nfor t in range(T):\n    v = v + (x[t] - v) / tau": "tau_c = 10\nv[t] = v[t-1] + (x[t] - v[t-1]) / tau_c",
    "for t in range(tau):\n    v = v + x[t] / tau": "v[t] = v[t-1] + x[t] / tau",
    r"L = \frac{1}{\tau} \sum_{t=1}^{\tau} x_t": "loss = mean(sum(x[t]))",
    r"h_t = \frac{t}{\tau} h_{t-1}": "h[t] = t / tau * h[t-1]",
}
"""τ as a time constant, and as the number of steps."""

WEIGHED = "alpha[t] = exp(e[t]) / sum(exp(e[t]))\nc[t] = alpha[t] @ H"
ATTENTION = {
    r"e_{ij} = v^\top \tanh(W s_{i-1} + U h_j) \\ \alpha_{ij} = \frac{\exp(e_{ij})}{\sum_k \exp(e_{ik})} \\"
    r"c_i = \sum_j \alpha_{ij} h_j \\ s_i = \tanh(A s_{i-1} + C c_i)": (
        "given H\nkeys = H @ transpose(U)\nquery[t] = W @ s[t-1]\n"
        f"e[t] = tanh(keys + outer(ones(keys @ query[t]), query[t])) @ v\n{WEIGHED}\ns[t] = tanh(A @ s[t-1] + C @ c[t])"
    ),
    r"e_{t,s} = s_{t-1}^\top W h_s \\ \alpha_{t,s} = \frac{\exp(e_{t,s})}{\sum_{r=1}^{T} \exp(e_{t,r})} \\"
    r"c_t = \sum_{s=1}^{T} \alpha_{t,s} h_s": f"given H\ne[t] = H @ (s[t-1] @ W)\n{WEIGHED}",
    r"\alpha_{ij} = \exp(e_{ij}) / \sum_k \exp(e_{ik})": "alpha[t] = exp(e[t]) / sum(exp(e[t]))",
    r"q_i = W_q x_i \\ k_j = W_k m_j \\ a_{ij} = \mathrm{softmax}_j(q_i^\top k_j / \sqrt{d}) \\"
    r"o_i = \sum_j a_{ij} m_j": (
        "given M\nq[t] = W_q @ x[t]\nK = M @ transpose(W_k)\na[t] = softmax(K @ q[t] / sqrt(d))\no[t] = a[t] @ M"
    ),
    r"h_{t,i} = \tanh(h_{t-1})": "h_i[t] = tanh(h[t-1])",
    r"e_{ti} = h_i^\top s_{t-1} + \beta": "given H\ne[t] = H @ s[t-1] + beta",
}
"""Attention over what is remembered."""


@pytest.mark.parametrize(("text", "equations"), [*(ATTENTION | SCALARS | DRAWS | SIGMAS | TOUCHING | TIMES).items()])
def test_letters_mean_what_the_text_around_them_says(text: str, equations: str) -> None:
    found = read_pasted(text)
    assert found.text == equations and not found.problems


@pytest.mark.parametrize("text", [text for text in SCALARS if "frac" not in text])
def test_a_letter_that_is_taken_for_no_matrix_is_told(text: str) -> None:
    lines = read_pasted(text).text.split("\n")
    declared = [name for line in lines if ": " in line for name in line.partition(":")[0].split(", ")]
    said = " ".join(line.note for line in read_pasted(text).lines)
    assert declared and all(re.search(rf"\b{name}\b[^;]* read as", said) for name in declared)


def test_the_reading_of_sigma_is_told() -> None:
    lorenz, neurons = next(iter(SIGMAS)), r"\tau \dot{x} = -x + W \sigma(x)"
    assert "a number, not as the sigmoid" in read_pasted(lorenz).lines[0].note
    assert "σ is read as the sigmoid" in read_pasted(neurons).lines[0].note


@pytest.mark.parametrize("text", [*DRAWS][:6])
def test_what_is_drawn_at_random_is_told_to_be_data(text: str) -> None:
    notes = " ".join(line.note for line in read_pasted(text).lines)
    assert "data: the seed draws normal numbers of deviation 1" in notes
    assert ("as a factor" in notes) == ("sigma^2" in text)


@pytest.mark.parametrize(
    "text",
    ["h[t] = tanh(W * h[t-1] + U * x[t])", "h[t] = W * h[t-1] + x[t]", "loss = sum(L[t])", "h[t] = thanh(K * h[t-1]"],
)
def test_weights_that_lack_the_sign_of_their_product_are_not_declared(text: str) -> None:
    found = read_pasted(text)
    assert found.text == text and (found.problems or not found.foreign)


def test_a_scalar_filter_has_the_numbers_of_a_program() -> None:
    measured, noise, drift = [1.0, 2.0, 1.5, 3.0], 0.5, 0.1
    recurrence = parse(read_pasted(KALMAN).text, {"z": 1})
    inputs = {"z": np.reshape(measured, (4, 1))}
    trace = run(recurrence, 4, bind(recurrence, 4, inputs=inputs, params={"R": np.array(noise), "Q": np.array(drift)}))
    x = P = 0.0
    for step, z in enumerate(measured):
        K = P / (P + noise)
        x = x + K * (z - x)
        P = (1 - K) * P + drift
        assert trace.value(f"x[{step + 1}]") == pytest.approx([x], rel=1e-12)


def test_attention_that_was_pasted_has_the_numbers_of_its_sums() -> None:
    recurrence = parse(read_pasted(next(iter(ATTENTION))).text, {"s": 3, "c": 2})
    trace = run(recurrence, 3, bind(recurrence, 3))
    p, memory, s = trace.parameters, np.asarray(trace.values["H"]), np.zeros(3)
    for step in range(3):
        scores = np.array([p["v"] @ np.tanh(p["W"] @ s + p["U"] @ row) for row in memory])
        weights = np.array([np.exp(score) / sum(np.exp(other) for other in scores) for score in scores])
        context = sum(weight * row for weight, row in zip(weights, memory, strict=True))
        s = np.tanh(p["A"] @ s + p["C"] @ context)
        assert trace.value(f"s[{step + 1}]") == pytest.approx(s, rel=1e-12)


@pytest.mark.parametrize("text", [r"h_t = \exp(\Delta_t A) h_{t-1} + B x_t", r"h_t = \exp(-A) h_{t-1} + x_t"])
def test_an_exponential_of_a_matrix_before_a_state_is_told_to_go_entry_by_entry(text: str) -> None:
    assert "exp goes entry by entry" in read_pasted(text).lines[0].note


def test_a_small_letter_beside_a_state_is_a_number_where_a_capital_is_one() -> None:
    found = read_pasted(r"\dot{v} = v - v^3/3 - w + I \\ \dot{w} = \epsilon (v + a - b w)")
    assert "b * w[t-1]" in found.text and "@" not in found.text


ROWS_AND_LAYERS = {
    r"S_t = a S_{t-1} + k_t^\top v_t \\ o_t = q_t S_t": (
        "S[t] = a * S[t-1] + outer(k[t], v[t])\no[t] = q[t] @ S[t]", "k^⊤ v is the outer product",
    ),
    r"C_t = f_t C_{t-1} + i_t k_t^T v_t": ("C[t] = f[t] * C[t-1] + i[t] * outer(k[t], v[t])", "is the outer product"),
    r"S_t = S_{t-1} - \beta_t k_t^\top v_t": ("S[t] = S[t-1] - beta[t] * outer(k[t], v[t])", "is the outer product"),
    r"s_t = s_{t-1} + k_t^\top v_t": ("s[t] = s[t-1] + k[t] @ v[t]", ""),
    r"h_t^2 = \tanh(W^2 h_{t-1}^2 + U^2 h_t^1)": ("h_2[t] = tanh(W_2 @ h_2[t-1] + U_2 @ h_1[t])", ""),
    r"The second layer: $h_t^2 = \tanh(W h_{t-1}^2 + U x_t)$": ("h_2[t] = tanh(W @ h_2[t-1] + U @ x[t])", ""),
    r"v_t^2 = 0.9 v_{t-1}^2 + x_t^2": ("v[t] = sqrt(0.9 * v[t-1] ** 2 + x[t] ** 2)", "a 2 above is a square"),
}  # fmt: skip
"""Formulas in which a row, or a number above a letter, is read by what stands around it; their equations and notes."""


@pytest.mark.parametrize("written", ROWS_AND_LAYERS)
def test_rows_and_numbers_above_are_read_by_what_stands_around_them(written: str) -> None:
    equations, note = ROWS_AND_LAYERS[written]
    found = read_pasted(written)
    lines = (line for line in found.text.split("\n") if "unless given" not in line)
    assert "\n".join(lines) == equations and not found.problems
    assert any(note in line.note for line in found.lines if line.text)
