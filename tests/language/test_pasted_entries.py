"""Sums that are written entry by entry are the products of whole vectors and matrices that they are."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine import bind, run
from app.language import parse
from app.language.pasted import read_pasted
from tests.language.test_pasted_loops import numbers, python_value, values_of

STEP = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
WHOLE = {
    # a moment below, above, in brackets or behind; one index or two; weights in capital and small letters
    r"h_i(t) = \tanh(\sum_j W_{ij} h_j(t-1) + \sum_k U_{ik} x_k(t))": STEP,
    r"h_i^{(t)} = \tanh\left(\sum_j W_{ij} h_j^{(t-1)} + \sum_{k=1}^{m} U_{ik} x_k^{(t)}\right)": STEP,
    r"h_{t,i} = \tanh(\sum_j W_{i,j} h_{t-1,j} + \sum_j U_{i,j} x_{t,j})": STEP,
    "h_i(t) = tanh(Σ_j W_ij h_j(t-1) + Σ_k U_ik x_k(t))": STEP,
    "h[t, i] = tanh(sum_j W[i, j] h[t-1, j] + sum_k U[i, k] x[t, k])": STEP,
    r"h_i = \sum_j U_{ij} x_j + b_i": "given x\nh = U @ x + b",
    "y(i) = Σ_j W(i,j) x(j)": "given x\ny = W @ x",
    r"s_i(t+1) = \mathrm{sgn}\left(\sum_{j=1}^{N} w_{ij} s_j(t)\right)": (
        "w: matrix unless given\ns[t] = sign(w @ s[t-1])"
    ),
    # a transposed matrix, a product of two, an inner and an outer product, sums within sums
    r"y_j^{(t)} = \sum_i V_{ij} h_i^{(t)}": "y[t] = h[t] @ V",
    r"C_{ij} = \sum_k A_{ik} B_{kj}": "C = A @ B",
    r"C_{ij} = \sum_k A_{ki} B_{jk}": "C = transpose(A) @ transpose(B)",
    r"C_{ji} = \sum_k A_{ik} B_{kj}": "C = transpose(A @ B)",
    r"E = -\frac{1}{2} \sum_{i,j} w_{ij} s_i s_j - \sum_i \theta_i s_i": (
        "w: matrix unless given\ntheta: vector unless given\nE = -1/2 * (s @ (w @ s)) - theta @ s"
    ),
    r"L = \sum_k (y_k - \sum_j W_{kj} x_j)^2": "given y, x\nloss = sum((y - W @ x) ** 2)",
    r"p_i(t) = \frac{\exp(a_i(t))}{\sum_k \exp(a_k(t))} \\ a_i(t) = \sum_j W_{ij} x_j(t)": (
        "p[t] = exp(a[t]) / sum(exp(a[t]))\na[t] = W @ x[t]"
    ),
    r"W_{ij} = \frac{1}{N} \sum_{\mu=1}^{p} \xi_i^\mu \xi_j^\mu": (
        "N: scalar unless given\nxi: matrix unless given\nW = 1 / N * (xi @ transpose(xi))"
    ),
    # derivatives
    r"\tau \dot{r}_i = -r_i + \tanh(\sum_j J_{ij} r_j + \sum_k B_{ik} u_k)": (
        "dt = 0.1\nr[t] = r[t-1] + dt / tau_r * (-r[t-1] + tanh(J @ r[t-1] + B @ u[t]))"
    ),
    "dx_i/dt = x_i (r_i - Σ_j a_ij x_j)": (
        "a: matrix unless given\ndt = 0.1\nx[t] = x[t-1] + dt * (x[t-1] * (r - a @ x[t-1]))"
    ),
}


@pytest.mark.parametrize("text", WHOLE)
def test_a_sum_over_entries_is_the_product_that_it_is(text: str) -> None:
    found = read_pasted(text)
    assert found.text == WHOLE[text] and not found.problems
    assert any("whole vectors and matrices" in line.note for line in found.lines)


def test_a_step_by_entries_has_the_numbers_of_its_sums() -> None:
    rng = np.random.default_rng(3)
    w, u, b, x = rng.standard_normal((2, 2)), rng.standard_normal((2, 3)), rng.standard_normal(2), rng.random((4, 3))
    text = read_pasted(r"h_i(t) = \tanh(\sum_j W_{ji} h_j(t-1) + \sum_k U_{ik} x_k(t) h_i(t-1) + b_i)").text
    recurrence = parse(text, sizes={"x": 3, "h": 2})
    values = run(recurrence, 4, bind(recurrence, 4, params={"W": w, "U": u, "b": b}, inputs={"x": x})).values["h"]
    h = np.zeros(2)
    for t in range(4):
        sums = [
            sum(w[j, i] * h[j] for j in range(2)) + sum(u[i, k] * x[t, k] * h[i] for k in range(3)) for i in range(2)
        ]
        h = np.tanh(np.array(sums) + b)
        np.testing.assert_allclose(np.squeeze(values[t]), h, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (r"C_{ij} = \sum_k A_{ij} B_{kj}", r"W h is \sum_j W_{ij} h_j"),
        (r"y_i = \sum_j W_{ij} x_j x_i^{c} z_{ij}", r"W h is \sum_j W_{ij} h_j"),
        (r"c_t = \sum_s \alpha_{t,s} h_s", "given H, and alpha[t] @ H"),
        ("s[t] = sum_j a[t, j] h[j]", "given H, and a[t] @ H"),
    ],
)
def test_entries_that_are_no_product_say_what_to_write(text: str, written: str) -> None:
    problem = read_pasted(text).problems[0]
    assert written in (problem.hint or "")


STARTS = "n, m = 2, 3\nh = np.zeros((T, 2))\n"
LOOPS = {
    (
        "for t in range(1, T):\n    for i in range(n):\n        s = 0\n        for j in range(n):\n"
        "            s += W[i, j] * h[t-1, j]\n        for k in range(m):\n            s += U[i, k] * x[t, k]\n"
        "        h[t, i] = np.tanh(s)"
    ): "h",
    (
        "for t in range(1, T):\n    for i in range(n):\n        h[t][i] = np.tanh(\n"
        "            sum(W[j][i] * h[t-1][j] for j in range(n)) + sum([U[i][k] * x[t][k] for k in range(m)]))"
    ): "h",
    (
        "for t in range(1, T):\n    h[t] = np.array([np.tanh(W[i] @ h[t-1] + np.dot(U[i, :], x[t])) for i in range(n)])"
    ): "h",
    (
        "for t in range(1, T):\n    new = np.zeros(n)\n    for i in range(n):\n        for j in range(n):\n"
        "            new[i] += W[i, j] * h[t-1, j] / 2\n        new[i] = new[i] + U[i] @ x[t]\n    h[t] = np.tanh(new)"
    ): "h",
    (
        "A = np.zeros((2, 2))\nfor i in range(n):\n    for k in range(n):\n        for j in range(n):\n"
        "            A[i, k] += W[i, j] * W[j, k]\nfor t in range(1, T):\n    h[t] = np.tanh(A @ h[t-1] + U @ x[t])"
    ): "h",
    (
        "for t in range(1, T):\n    for i in range(n):\n        h[t, i] = 0.5 * h[t-1, i]\n        for k in range(m):\n"
        "            h[t, i] += U[i, k] * x[t, k] * h0[i]"
    ): "h",
}
"""Loops over the entries of arrays, with what they compute."""


@pytest.mark.parametrize("loop", LOOPS)
def test_loops_over_entries_have_the_numbers_of_whole_arrays(loop: str) -> None:
    found = read_pasted(STARTS + loop)
    assert not found.problems, (found.text, [problem.message for problem in found.problems])
    values = values_of(found.text, numbers()["x"][1:])
    ours = np.squeeze(values[LOOPS[loop]])
    np.testing.assert_allclose(ours, python_value(LOOPS[loop], STARTS + loop)[1:], rtol=1e-12, err_msg=found.text)


WORDS = {
    "for i in range(n):\n    for j in range(m):\n        h[i] += U[i, j] * x[j]": "given x\nh = U @ x",
    "h = [sum(U[i][j] * x[j] for j in range(m)) for i in range(n)]": "given x\nh = U @ x",
    "E = 0\nfor i in range(N):\n    for j in range(N):\n        E += -0.5 * w[i, j] * s[i] * s[j]": (
        "w: matrix unless given\nE = -0.5 * (s @ (w @ s))"
    ),
    "for mu in range(M):\n  for i in range(N):\n    for j in range(N):\n      W[i, j] += P[mu, i] * P[mu, j]": (
        "W = transpose(P) @ P"
    ),
    "for i in range(n):\n    for j in range(n):\n        W[i, j] += eta * x[i] * y[j]": (
        "W[t] = W[t-1] + eta * outer(x[t], y[t])"
    ),
}


@pytest.mark.parametrize("text", WORDS)
def test_a_loop_over_entries_is_one_line(text: str) -> None:
    found = read_pasted(text)
    assert found.text == WORDS[text] and not found.problems


def test_what_is_added_once_for_every_entry_of_another_is_refused() -> None:
    assert read_pasted("E = 0\nfor i in range(N):\n    for j in range(N):\n        E -= 0.5 * s[i]").problems


@pytest.mark.parametrize(
    "loop",
    [
        "for i in range(n):\n    s = 0\n    for j in range(n):\n        s += W[i, j] * h[j]\n    h[i] = np.sign(s)",
        "for i in range(n):\n    h[i] = np.sign(sum(W[i, j] * h[j] for j in range(n)))",
    ],
)
def test_entries_that_are_changed_one_after_another_are_no_whole_vector(loop: str) -> None:
    assert read_pasted(loop).problems
