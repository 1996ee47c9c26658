"""What is one number in pasted text: what a program begins as one, and the constants of a scalar series."""

from __future__ import annotations

import pytest

from app.language import parse
from app.language.pasted import read_pasted

CONTROLLER = """y = {start}
integral = {start}
for t in range(T):
    e = setpoint[t] - y
    integral = integral + e * dt
    y = y + dt * (Kp * e + Ki * integral - y)
"""


@pytest.mark.parametrize("start", ["0", "0.", "-1", "2.5"])
def test_what_a_program_begins_as_a_number_is_one_and_so_is_what_goes_with_it(start: str) -> None:
    reading = read_pasted(CONTROLLER.format(start=start))
    assert not reading.problems
    assert {it.rank for it in parse(reading.text).variables.values()} == {0}


def test_what_a_program_begins_as_an_array_stays_a_vector() -> None:
    variables = parse(read_pasted("h = np.zeros(3)\nfor t in range(T):\n    h = np.tanh(w * h + x[t])").text).variables
    assert {name: variables[name].rank for name in ("h", "x")} == {"h": 1, "x": 1}


def test_a_number_that_a_matrix_is_applied_to_is_the_start_of_a_vector() -> None:
    reading = read_pasted("h = 0\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t])")
    assert reading.text == "h[t] = tanh(W @ h[t-1] + U @ x[t])"


@pytest.mark.parametrize(
    "text",
    [
        r"X_t = c + \varphi_1 X_{t-1} + \varepsilon_t",
        r"X_t = c + \sum_{i=1}^{2} \varphi_i X_{t-i} + \varepsilon_t",
        "x_{n+1} = r x_n (1 - x_n)",
        "z_{n+1} = z_n^2 + c",
        r"\epsilon_t = \sigma_t z_t, \sigma_t^2 = \omega + \alpha \epsilon_{t-1}^2 + \beta \sigma_{t-1}^2",
        r"\delta_t = r_t + \gamma V_{t+1} - V_t \\ A_t = \delta_t + \gamma \lambda A_{t+1}",
        r"\tau_m \frac{dV}{dt} = -(V - V_{rest}) + R I(t)",
        "dN/dt = rN(1 - N/K)",
        "x = np.zeros(n)\nfor t in range(2, n):\n    x[t] = a * x[t-1] + b * x[t-2] + e[t]",
        "V = [0] * T\nfor t in range(1, T):\n    V[t] = V[t-1] + dt * (E_L - V[t-1] + R * I[t-1]) / tau_m",
        "V[0] = E_L\nfor t in range(1, T):\n    V[t] = V[t-1] + dt * (E_L - V[t-1] + R * I[t-1])",
    ],
)
def test_a_scalar_recurrence_is_scalar_throughout(text: str) -> None:
    reading = read_pasted(text)
    assert {it.rank for it in parse(reading.text).variables.values()} == {0}


RANKS = {
    r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot x_t": {"z": 1, "h": 1, "x": 1},
    r"c_t = f_t c_{t-1} + i_t g_t \\ f_t = \sigma(U c_{t-1})": {"c": 1, "i": 1},
    r"\mathbf{h}_t = \mathbf{z}_t \mathbf{h}_{t-1} + \mathbf{x}_t": {"h": 1, "z": 1},
    r"U_t = \beta U_{t-1} + W X_t - S_{t-1} U_{thr} \\ S_t = \Theta(U_t - U_{thr})": {"U": 1, "X": 1, "U_thr": 0},
    r"X_t = A X_{t-1} + B U_t": {"X": 2, "A": 2},
    r"\delta_t = r_t + \gamma s_{t+1}^\top v_{t-1} \\ v_t = v_{t-1} + \alpha \delta_t s_t": {"r": 0, "v": 1},
    r"h_t = (I - \Delta A)^{-1} h_{t-1} + \Delta B x_t": {"Delta": 0, "A": 2, "h": 1},
    "h = np.zeros((T, n))\nfor t in range(T):\n    h[t] = lam * h[t-1] + dt * (W @ h[t-1])": {
        "h": 1,
        "dt": 0,
        "lam": 0,
    },
    "for t in range(T):\n    A = lam * A + np.outer(h, h)\n    h = np.tanh(A @ h + x[t])": {"A": 2, "lam": 0, "x": 1},
}
"""The ranks of names in texts where vectors are meant, or some of them are."""


@pytest.mark.parametrize("text", RANKS)
def test_what_is_a_vector_stays_one_beside_numbers(text: str) -> None:
    found = read_pasted(text)
    variables = parse(found.text).variables
    assert not found.problems and {name: variables[name].rank for name in RANKS[text]} == RANKS[text]


def test_a_constant_beside_vectors_stays_a_vector() -> None:
    reading = read_pasted(r"h_t = \tanh(W h_{t-1} + b + \varepsilon_t)")
    assert parse(reading.text).variables["b"].rank == 1
