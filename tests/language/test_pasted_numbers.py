"""What is one number in pasted text: what a program begins as one, and the constants of a scalar series."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine import bind, run
from app.language import GivenShapes, parse
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
    r"k_n = \frac{P_{n-1} x_n}{1 + x_n^T P_{n-1} x_n} \\ P_n = P_{n-1} - k_n x_n^T P_{n-1}": {"P": 2, "k": 1},
    "for n in range(T):\n    e = d[n] - w @ x[n]\n    w = w + mu * e * x[n]": {"d": 0, "e": 0, "w": 1},
    "S = np.zeros((3, 4))\nfor t in range(T):\n    S = 0.9 * S + 0.1 * X[t]": {"S": 2},
    "h = np.zeros((n, m))\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t])": {"h": 1},
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


SCAN = """h = np.zeros((d, n))
for t in range(T):
    dA = np.exp(delta[t][:, None] * A)
    dB = delta[t][:, None] * B[t][None, :]
    h = dA * h + dB * x[t].unsqueeze(-1)
    y[t] = h @ C[t] + np.sum(h - x[t][:, None])
"""
"""The scan of a state space whose matrices follow the input."""


def values_as_in_python(program: str, arrays: dict[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray]:
    """What a program has under a name by our reading, and by Python."""
    steps, names = len(next(iter(arrays.values()))), {**arrays, "T": 3, "d": 2, "n": 4, "np": np, "y": {}}
    exec(program.replace(".unsqueeze(-1)", "[:, None]"), names)  # noqa: S102
    known = parse(read_pasted(program).text).variables
    given = {kind: {it: arrays[it] for it, its in known.items() if its.kind == kind} for kind in ("parameter", "given")}
    shapes = GivenShapes.of(params=given["parameter"], inputs=given["given"])
    recurrence = parse(read_pasted(program).text, None, None, shapes)
    ours = run(recurrence, steps, bind(recurrence, steps, params=given["parameter"], inputs=given["given"])).values
    theirs = names[name]
    return np.squeeze(ours[name]), np.array([*theirs.values()] if isinstance(theirs, dict) else theirs)


def test_a_vector_that_is_stretched_over_a_matrix_gives_the_numbers_of_python() -> None:
    rng = np.random.default_rng(3)
    sizes = {"delta": (3, 2), "B": (3, 4), "C": (3, 4), "x": (3, 2), "A": (2, 4)}
    ours, theirs = values_as_in_python(SCAN, {name: rng.standard_normal(it) for name, it in sizes.items()}, "y")
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


EINSUMS = (
    "ab,b->a", "a,ab->b", "ab,a->b", "a,ba->b", "ab,bc->ac", "ab,cb->ac", "ab,ac->bc", "a,a->", "a,b->ab", "a,b->ba",
    "a,a->a", "ab,ab->ab", "ab,ab->", "a->", "ab->", "ab->ba", "a,ab,b->", "ab,bc,c->a", "ab,bc,cd->ad", "ab,bc,dc->da",
    "ab,b,b->a", "a,b,b->a", "ab,ba->",
)  # fmt: skip


@pytest.mark.parametrize("batch", ["", "z"])
def test_the_indices_of_a_product_say_what_they_say_in_numpy(batch: str) -> None:
    rng = np.random.default_rng(4)
    for subscripts in EINSUMS:
        operands, result = subscripts.split("->")
        terms = operands.split(",")
        arrays = {f"{'vM'[len(it) - 1]}{k}": rng.standard_normal((3,) * len(it)) for k, it in enumerate(terms)}
        written = f"{','.join(batch + it for it in terms)}->{batch}{result}"
        if batch and max(map(len, terms)) < 2:
            continue
        text = read_pasted(f"y = np.einsum('{written}', {', '.join(arrays)})").text
        recurrence = parse(text, None, None, GivenShapes.of(params=arrays))
        ours = run(recurrence, 1, bind(recurrence, 1, params=arrays)).values["y"]
        np.testing.assert_allclose(np.squeeze(ours), np.einsum(subscripts, *arrays.values()), err_msg=text)


WRITTEN_LOOP = "for t in range(T):\n    h = np.tanh(R @ h + x[t])"
WRITTEN_OUT = {
    "R = np.array([[0.5]])": ("R ~ 0.5", "h: 1 unless given"),
    "R = torch.tensor([[-2]])": ("R ~ -2", "h: 1 unless given"),
    "R = [[0.5]]": ("R ~ 0.5", "h: 1 unless given"),
    "R = np.array([[1, 1], [1, 1]])": ("R ~ 1", "h: 2 unless given"),
    "R = np.eye(1)\nh = np.array([[1.0]])": ("h[0] = 1", "h: 1 unless given"),
    "h = np.array([[3.0], [3.0]])": ("h[0] = 3", "h: 2 unless given"),
}


@pytest.mark.parametrize("start", WRITTEN_OUT)
def test_an_array_that_is_written_out_and_has_one_number_throughout_is_that_number(start: str) -> None:
    reading = read_pasted(f"{start}\n{WRITTEN_LOOP}")
    assert not reading.problems and set(WRITTEN_OUT[start]) <= set(reading.text.split("\n")), reading


@pytest.mark.parametrize("array", ["[[dt]]", "[[1, dt], [0, 1]]", "[[a, b], [0, 1]]"])
def test_an_array_of_several_numbers_is_a_parameter_whose_numbers_are_asked_for(array: str) -> None:
    reading = read_pasted(f"R = np.array({array})\nfor t in range(T):\n    h = np.tanh(R @ x[t])")
    assert not reading.problems and f"R is {array}, a parameter" in reading.lines[0].note, reading


DEVIATIONS = {
    "rng.standard_normal((n, n)) / np.sqrt(n)": "W ~ normal(0.5)",
    "np.random.randn(n, n) * np.sqrt(4 / n)": "W ~ normal",
    "np.random.randn(n, n) * (1 / n) ** 0.5": "W ~ normal(0.5)",
    "torch.randn(n, n) * n ** -0.5": "W ~ normal(0.5)",
    "nn.Parameter(torch.randn(n, n) / math.sqrt(2 * n + 8))": "W ~ normal(0.25)",
    "s * np.random.randn(n, n)": "W ~ normal(0.3)",
    "np.random.normal(0, 1 / np.sqrt(n), (n, n))": "W ~ normal(0.5)",
    "np.random.normal(loc=0.0, scale=s, size=(n, n))": "W ~ normal(0.3)",
    "np.random.normal(size=(n, n))": "W ~ normal",
    "jax.random.normal(key, (n, n)) / n": "W ~ normal(0.25)",
    "np.ones((n, n)) / n": "W ~ 0.25",
}


@pytest.mark.parametrize("value", DEVIATIONS)
def test_a_scale_that_is_computed_of_numbers_is_kept(value: str) -> None:
    reading = read_pasted(f"n = 4\ns = 0.3\nW = {value}\nfor t in range(T):\n    h = np.tanh(W @ h + x[t])")
    assert not reading.problems and DEVIATIONS[value] in reading.text.split("\n"), reading


@pytest.mark.parametrize(
    "value",
    [
        "np.random.randn(n, n) / np.sqrt(k)",
        "rng.standard_normal((n, n)) * scale_of(n)",
        "np.random.normal(loc=1, scale=0.3, size=(n, n))",
        "np.random.rand(n, n) * 0.1",
        "np.random.uniform(-0.1, 0.1, (n, n))",
        "np.random.randn(n, n) / (n - 4)",
        "np.random.randn(n, n) * np.sqrt(n - 9)",
        "np.random.randn(n, n) * 2 ** 4000",
    ],
)
def test_a_scale_that_is_no_number_is_said_not_to_be_kept(value: str) -> None:
    reading = read_pasted(f"n = 4\nW = {value}\nfor t in range(T):\n    h = np.tanh(W @ h + x[t])")
    assert not reading.problems and "the scale that stands here is not kept" in reading.lines[1].note, reading
