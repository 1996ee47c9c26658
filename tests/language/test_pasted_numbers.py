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
    ],
)
def test_a_series_with_a_noise_of_one_number_is_scalar(text: str) -> None:
    reading = read_pasted(text)
    assert {it.rank for it in parse(reading.text).variables.values()} == {0}


def test_a_constant_beside_vectors_stays_a_vector() -> None:
    reading = read_pasted(r"h_t = \tanh(W h_{t-1} + b + \varepsilon_t)")
    assert parse(reading.text).variables["b"].rank == 1
