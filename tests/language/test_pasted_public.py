"""Texts as courses, manuals and encyclopedias have them: what is read, and that programs give Python's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from app.engine import bind, run
from app.language import parse
from app.language.pasted import read_pasted

STEPS = 4
EPOCHS = (
    "for epoch in range(100):\n    h = torch.zeros(n)\n    for x, y in zip(xs, ys):\n"
    "        h = torch.tanh(W @ x + U @ h)\n        o = V @ h\n        loss = ((o - y) ** 2).mean()"
)
KERAS = (
    "class Cell(keras.layers.Layer):\n    def build(self, input_shape):\n"
    "        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer='uniform')\n"
    "        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units))\n        self.built = True\n\n"
    "    def call(self, inputs, states):\n        prev_output = states[0]\n"
    "        h = ops.matmul(inputs, self.kernel)\n"
    "        output = h + ops.matmul(prev_output, self.recurrent_kernel)\n        return output, [output]"
)
NEURON = (
    "V[0] = E_L\nfor t in range(1, T):\n    V[t] = V[t-1] + dt * (-(V[t-1] - E_L) + R * I[t-1]) / tau_m\n"
    "    if V[t] >= V_th:\n        V[t] = V_reset"
)
WIKIPEDIA = (
    r"{\displaystyle {\hat {\mathbf {x} }}_{k\mid k-1}=\mathbf {F} \mathbf {x} _{k-1\mid k-1}"
    r"+\mathbf {B} \mathbf {u} _{k}}"
    "\n"
    r"{\displaystyle {\tilde {\mathbf {y} }}_{k}=\mathbf {z} _{k}-\mathbf {H} {\hat {\mathbf {x} }}_{k\mid k-1}} "
)
PUBLIC = {
    EPOCHS: "h[t] = tanh(W @ x[t] + U @ h[t-1])\no[t] = V @ h[t]\nL[t] = mean((o[t] - y[t]) ** 2)\nloss = sum(L[t])",
    KERAS: (
        "kernel, recurrent_kernel: matrix unless given\n"
        "h[t] = inputs[t] @ kernel\n"
        "output[t] = h[t] + output[t-1] @ recurrent_kernel"
    ),
    NEURON: (
        "E_L, R, V_th, V_reset, dt: scalar unless given\n"
        "V[0] = E_L\n"
        "V_1[t] = V[t-1] + dt * (-(V[t-1] - E_L) + R * I[t]) / tau_m\n"
        "V[t] = where(V_1[t] >= V_th, V_reset, V_1[t])"
    ),
    WIKIPEDIA: "xhat_pred[t] = F @ x[t-1] + B @ u[t]\nytilde[t] = z[t] - H @ xhat_pred[t]",
    "h = torch.tanh(x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh)": (
        "weight_ih, weight_hh: matrix unless given\n"
        "h[t] = tanh(x[t] @ transpose(weight_ih) + bias_ih + h[t-1] @ transpose(weight_hh) + bias_hh)"
    ),
    "while True:\n    error = setpoint - pv\n    integral = integral + error * dt\n"
    "    output = Kp * error + Ki * integral": (
        "Kp, Ki: scalar unless given\n"
        "dt: scalar unless given\n"
        "error[t] = setpoint[t] - pv[t]\n"
        "integral[t] = integral[t-1] + error[t] * dt\n"
        "output[t] = Kp * error[t] + Ki * integral[t]"
    ),
    r"s_t = f(U x_t + W s_{t-1}), \quad o_t = \text{softmax}(V s_t)": (
        "f(a) = tanh(a)\ns[t] = f(U @ x[t] + W @ s[t-1])\no[t] = softmax(V @ s[t])"
    ),
    "for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])\ndW, dU = np.zeros_like(W), np.zeros_like(U)": (
        "h[t] = tanh(W @ h[t-1] + U @ x[t])"
    ),
    r"x_t = \tanh(W^{in} [1; u_t] + W x_{t-1})": (
        "one: 1\none ~ 1\nfixed one\nx[t] = tanh(W_in @ concat(one, u[t]) + W @ x[t-1])"
    ),
    r"u(t)=K_{\text{p}}e(t)+K_{\text{i}}\int _{0}^{t}e(\tau )\,\mathrm {d} \tau"
    r" +K_{\text{d}}{\frac {\mathrm {d} e(t)}{\mathrm {d} t}}": (
        "dt, K_d, K_i, K_p: scalar unless given\n"
        "u[t] = K_p * e[t] + K_i * sum_e[t] + K_d * ((e[t] - e[t-1]) / dt)\n"
        "sum_e[t] = sum_e[t-1] + dt * e[t]"
    ),
    r"u_k = K_p e_k + K_i \sum_{j=0}^{k} e_j": (
        "K_i, K_p: scalar unless given\nu[t] = K_p * e[t] + K_i * sum_e[t]\nsum_e[t] = sum_e[t-1] + e[t]"
    ),
    "for i in range(1, n):\n    S[i] = S[i-1] - beta * S[i-1] * J[i-1] / N": (
        "N: scalar unless given\nS[t] = S[t-1] - beta * S[t-1] * J[t] / N"
    ),
    r"K_t = P_{t-1} H^T (H P_{t-1} H^T + R)^{-1} \\ x_t = A x_{t-1} + K_t (z_t - H A x_{t-1}) \\"
    r"P_t = (I - K_t H) P_{t-1}": (
        "fixed I\nI ~ identity\nK[t] = P[t-1] @ transpose(H) @ inverse(H @ P[t-1] @ transpose(H) + R)\n"
        "x[t] = A @ x[t-1] + K[t] @ (z[t] - H @ A @ x[t-1])\nP[t] = (I - K[t] @ H) @ P[t-1]"
    ),
    "a_t = W x_t \nh_t = tanh(a_t)": "a[t] = W @ x[t]\nh[t] = tanh(a[t])",
}
"""What is read of them."""


@pytest.mark.parametrize("text", PUBLIC)
def test_a_text_of_a_public_source_is_read(text: str) -> None:
    found = read_pasted(text)
    assert found.text == PUBLIC[text] and not found.problems


@dataclass(frozen=True)
class ProgramRow:
    """A program, the sizes of what is read, the data that it has by name, and what it keeps of which variable."""

    program: str
    sizes: dict[str, int]
    data: dict[str, int]
    kept: str
    before: str = ""


PROGRAMS = [
    ProgramRow(
        "P = 5 * np.eye(2)\nfor t in range(T):\n    m = F @ m\n    P = F @ P @ F.T + Q\n"
        "    K = P @ H.T @ np.linalg.inv(H @ P @ H.T + R)\n    m = m + K @ (z[t] - H @ m)\n"
        "    P = (np.eye(2) - K @ H) @ P\n",
        {"m": 2, "z": 1},
        {"z": 1},
        "m",
        "m = np.zeros(2)",
    ),
    ProgramRow(
        "for t in range(T):\n    P = P + Q\n    K = P / (P + R)\n    m = m + K * (z[t] - m)\n    P = (1 - K) * P\n",
        {"z": 1},
        {"z": 1},
        "m",
        "m = np.zeros(1)\nP = 0",
    ),
    ProgramRow(
        "for t in range(T):\n    e = r[t] - y\n    s = s + e\n    y = 0.9 * y + 0.1 * (Kp * e + Ki * s)\n",
        {"r": 2},
        {"r": 2},
        "y",
        "y = s = np.zeros(2)",
    ),
    ProgramRow(
        "for t in range(T):\n    h = (1 - 0.3) * h + 0.3 * np.tanh(W_in @ np.hstack((1, u[t])) + W @ h)\n",
        {"u": 2, "h": 3},
        {"u": 2},
        "h",
        "h = np.zeros(3)",
    ),
    ProgramRow(
        "for t in range(T):\n    i = 1 / (1 + np.exp(-(W @ x[t] + U @ h + Wci * c)))\n"
        "    c = c + i * np.tanh(V @ x[t])\n    h = np.tanh(c)\n",
        {"x": 2, "h": 3},
        {"x": 2},
        "h",
        "h = c = np.zeros(3)",
    ),
    ProgramRow(
        "hs = [np.zeros(3)]\nfor t in range(T):\n    h = hs[-1]\n    h = np.tanh(W @ h + U @ x[t])\n    hs.append(h)\n",
        {"x": 2, "h": 3},
        {"x": 2},
        "h",
    ),
    ProgramRow(
        "h = np.zeros(3)\nstate = (h, h)\nfor t in range(T):\n    h, c = state\n    c = c + np.tanh(W @ x[t] + U @ h)\n"
        "    h = np.tanh(c)\n    state = (h, c)\n",
        {"x": 2, "h": 3},
        {"x": 2},
        "h",
    ),
    ProgramRow(
        "tau = 4.0\nfor t in range(T):\n    h = h + 0.5 / tau * (-h + np.tanh(W @ h + U @ x[t]))\n",
        {"x": 2, "h": 3},
        {"x": 2},
        "h",
        "h = np.zeros(3)",
    ),
    ProgramRow(
        "for epoch in range(2):\n    h = np.zeros(3)\n    for t in range(T):\n        h = np.tanh(W @ h + U @ x[t])\n",
        {"x": 2, "h": 3},
        {"x": 2},
        "h",
    ),
    ProgramRow(
        "for t in range(T):\n    h = np.tanh(x[t] @ weight_ih.T + h @ weight_hh.T)\n",
        {"x": 2, "h": 3},
        {"x": 2},
        "h",
        "h = np.zeros(3)",
    ),
    ProgramRow(
        "W = 0.5 * np.eye(3)\nfor t in range(T):\n    h = np.maximum(0, W @ h + U @ x[t])\n",
        {"x": 2, "h": 3},
        {"x": 2},
        "h",
        "h = np.zeros(3)",
    ),
    ProgramRow(
        "for t in range(T):\n    h = (I - A) @ h + U @ x[t]\n",
        {"x": 2, "h": 3},
        {"x": 2},
        "h",
        "h, I = np.zeros(3), np.eye(3)",
    ),
    *(
        ProgramRow(
            f"h = np.zeros(3)\nfor t in range(T):\n    z = 0.5 * h\n    h = np.tanh(W @ z + U @ x[t])\n{between}"
            f"for {clock} in range(T):\n    z = V @ h\n    h = np.tanh(z + U @ y[{clock}] + c)\n    o = 2 * h\n",
            {"x": 2, "h": 3},
            {"x": 2, "y": 2},
            "o",
        )
        for between in ("", "c = h\n", "c = h\nh = np.zeros(3)\n", "c = 1\nh = c - 0.5 * h\n")
        for clock in "tk"
    ),
    *(
        ProgramRow(
            f"for {over}:\n    {line}\n    h = np.tanh(W @ h + {read})\n",
            {over[0] if over[0] in "ax" else "x": 2, "h": 2},
            {over[0] if over[0] in "ax" else "x": 2},
            "h",
            "h = np.zeros(2)" + "; x = a" * over.startswith("a"),
        )
        for over, line, read in (
            ("t in range(T)", "x_t = U @ x[t]", "x_t"),
            ("t in range(T)", "x_old = U @ x[t]", "x[t] - x_old"),
            ("x_t in x", "x_new = U @ x_t", "x_new - x_t"),
            ("x_t in x", "x_t = U @ x_t", "x_t"),
            ("a in x", "a = U @ a", "a"),
            ("a in x", "a += 1", "U @ a"),
        )
    ),
    *(
        ProgramRow(
            f"for t in range(T):\n    h_new = np.tanh(W @ h + U @ x[t])\n    {line}\n    {last}\n",
            {"x": 2, "h": 3},
            {"x": 2},
            kept,
            "h = s = np.zeros(3)",
        )
        for line, last, kept in (
            ("h = 0.25 * h_new + 0.75 * h", "s = 2 * h_new", "s"),
            ("h = 0.25 * h_new + 0.75 * h", "s = s + h * h_new", "s"),
            ("s = s * np.exp(h - h_new) + h", "h = h_new", "s"),
            ("h = h_new", "s = s + h", "s"),
            ("s, h = h - h_new, h_new", "s = s + h", "s"),
        )
    ),
    ProgramRow("for t in range(T):\n    h = d * M @ h + (1 - d) * x[t]\n", {"x": 2}, {"x": 2}, "h", "h = np.zeros(2)"),
    ProgramRow(
        "for a in x:\n    M = M + np.outer(a, a)\n    h = np.tanh(M @ h + a)\n",
        {"a": 2},
        {"a": 2},
        "h",
        "M, h, x = np.zeros((2, 2)), np.zeros(2), a",
    ),
]
"""Programs of NumPy that Python itself runs."""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("row", PROGRAMS, ids=lambda row: row.program.split("\n")[-2].strip())
def test_a_program_gives_the_numbers_of_python(row: ProgramRow) -> None:
    found = read_pasted(row.program)
    assert not found.problems
    recurrence = parse(found.text, row.sizes)
    rng = np.random.default_rng(3)
    data = {name: rng.standard_normal((STEPS, size)) for name, size in row.data.items()}
    positive = {
        name: np.array(0.5) for name, it in recurrence.variables.items() if it.kind == "parameter" and not it.rank
    }
    trace = run(recurrence, STEPS, bind(recurrence, STEPS, inputs=data, params=positive))
    scope: dict[str, Any] = {"np": np, "T": STEPS} | data
    scope |= {name: value for name, value in trace.parameters.items() if name not in ("I", "one")}
    exec(f"{row.before}\n{row.program}", scope)  # noqa: S102
    assert trace.value(f"{row.kept}[{STEPS}]") == pytest.approx(scope[row.kept], rel=1e-10)


def test_an_integral_that_is_cut_off_is_named() -> None:
    text = r"u(t) = \int_0^t e(\tau) \mathrm{d} \tau + x(t)"
    for end in range(len(text)):
        read_pasted(text[:end])
    assert read_pasted(text[: text.index(r"\mathrm")]).problems
