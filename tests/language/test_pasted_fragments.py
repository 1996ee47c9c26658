"""What people write in courses, papers and manuals, pasted: values and gradients are those that the program has.

Each program is run by Python, by itself or by a twin of it in plain NumPy where it needs another library; gradients are
held against differences of its loss.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from app.arrays import Array
from app.engine import bind, run
from app.language import GivenShapes, parse
from app.language.pasted import read_pasted

RNG = np.random.default_rng(1)
STEP = 1e-3


@dataclass(frozen=True)
class Fragment:
    """A program that makes `loss`, the shape of each array that it is given, or its numbers, and its twin in NumPy."""

    program: str
    given: Mapping[str, Any]
    steps: int
    twin: str = ""


def _normal(*shape: int) -> Array:
    return RNG.standard_normal(shape) * 0.5


def _positive(*shape: int) -> Array:
    found: Array = np.abs(_normal(*shape))
    return found


FRAGMENTS = {
    "ewma normalised": Fragment(
        """\
x = (x - x.mean()) / x.std()
s = 0
for t in range(len(x)):
    s = 0.9 * s + 0.1 * x[t]
loss = s ** 2
""",
        {
            "x": _normal(6),
        },
        6,
    ),
    "online variance (Welford)": Fragment(
        """\
mean, M2, n = 0.0, 0.0, 0
for i in range(T):
    n = n + 1
    delta = x[i] - mean
    mean = mean + delta / n
    M2 = M2 + delta * (x[i] - mean)
loss = M2 / n
""",
        {
            "x": _normal(6),
        },
        6,
    ),
    "garch likelihood": Fragment(
        """\
sigma2 = np.zeros(T)
sigma2[0] = omega / (1 - alpha - beta)
for t in range(1, T):
    sigma2[t] = omega + alpha * r[t-1]**2 + beta * sigma2[t-1]
loss = 0.5 * np.sum(np.log(sigma2) + r**2 / sigma2)
""",
        {
            "omega": 0.1,
            "alpha": 0.2,
            "beta": 0.5,
            "r": _normal(6),
        },
        6,
    ),
    "AR2 residuals": Fragment(
        """\
e = np.zeros(T)
for t in range(2, T):
    e[t] = y[t] - c - phi1 * y[t-1] - phi2 * y[t-2]
loss = np.sum(e ** 2)
""",
        {
            "y": _normal(7),
            "c": 0.1,
            "phi1": 0.4,
            "phi2": -0.2,
        },
        7,
    ),
    "forward algorithm": Fragment(
        """\
alpha = np.zeros((T, N))
alpha[0] = pi * b[0]
for t in range(1, T):
    alpha[t] = (alpha[t-1] @ A) * b[t]
loss = np.log(np.sum(alpha[-1]))
""",
        {
            "pi": np.array([0.5, 0.3, 0.2]),
            "A": _positive(3, 3),
            "b": _positive(5, 3),
        },
        5,
    ),
    "scaled forward": Fragment(
        """\
a = pi * b[0]
c = np.sum(a)
a = a / c
loglik = np.log(c)
for t in range(1, T):
    a = (A.T @ a) * b[t]
    c = np.sum(a)
    a = a / c
    loglik = loglik + np.log(c)
loss = -loglik
""",
        {
            "pi": np.array([0.5, 0.3, 0.2]),
            "A": _positive(3, 3),
            "b": _positive(5, 3),
        },
        5,
    ),
    "holt linear": Fragment(
        """\
l, b = y[0], y[1] - y[0]
for t in range(1, T):
    l_prev = l
    l = alpha * y[t] + (1 - alpha) * (l + b)
    b = beta * (l - l_prev) + (1 - beta) * b
loss = (l + b) ** 2
""",
        {
            "y": _normal(6),
            "alpha": 0.3,
            "beta": 0.2,
        },
        6,
    ),
    "kalman scalar": Fragment(
        """\
x, P = 0.0, 1.0
for k in range(T):
    x_pred = a * x
    P_pred = a * P * a + q
    K = P_pred / (P_pred + r)
    x = x_pred + K * (z[k] - x_pred)
    P = (1 - K) * P_pred
loss = x ** 2 + P
""",
        {
            "a": 0.9,
            "q": 0.1,
            "r": 0.5,
            "z": _normal(6),
        },
        6,
    ),
    "kalman matrix": Fragment(
        """\
x = np.zeros(2)
P = np.eye(2)
I = np.eye(2)
for k in range(T):
    x = F @ x
    P = F @ P @ F.T + Q
    S = H @ P @ H.T + R
    K = P @ H.T @ np.linalg.inv(S)
    y = z[k] - H @ x
    x = x + K @ y
    P = (I - K @ H) @ P
loss = np.sum(x ** 2)
""",
        {
            "F": _normal(2, 2),
            "Q": np.eye(2),
            "H": _normal(2, 2),
            "R": np.eye(2),
            "z": _normal(5, 2),
        },
        5,
    ),
    "cumulative returns drawdown": Fragment(
        """\
wealth = np.cumsum(r)
peak = 0
for t in range(T):
    peak = np.maximum(peak, wealth[t])
loss = peak - wealth[-1]
""",
        {
            "r": _normal(6),
        },
        6,
    ),
    "pid": Fragment(
        """\
integral = 0
prev_error = 0
y = 0
for t in range(T):
    error = setpoint[t] - y
    integral += error * dt
    derivative = (error - prev_error) / dt
    u = Kp * error + Ki * integral + Kd * derivative
    y = y + dt * (-y + u)
    prev_error = error
loss = y ** 2
""",
        {
            "Kp": 1.2,
            "Ki": 0.5,
            "Kd": 0.05,
            "dt": 0.1,
            "setpoint": _normal(6),
        },
        6,
    ),
    "state space": Fragment(
        """\
n = 3
x = np.zeros(n)
ys = []
for k in range(T):
    y = C @ x + D @ u[k]
    x = A @ x + B @ u[k]
    ys.append(y)
loss = np.sum(np.array(ys) ** 2)
""",
        {
            "A": _normal(3, 3),
            "B": _normal(3, 2),
            "C": _normal(2, 3),
            "D": _normal(2, 2),
            "u": _normal(5, 2),
        },
        5,
    ),
    "lqr riccati": Fragment(
        """\
P = Qf
for k in range(T):
    K = np.linalg.inv(R + B.T @ P @ B) @ (B.T @ P @ A)
    P = Q + A.T @ P @ (A - B @ K)
loss = np.sum(P ** 2)
""",
        {
            "A": _normal(2, 2),
            "B": _normal(2, 2),
            "Q": np.eye(2),
            "R": np.eye(2),
            "Qf": np.eye(2),
        },
        4,
    ),
    "luenberger": Fragment(
        """\
xh = np.zeros(2)
for k in range(T):
    xh = A @ xh + B @ u[k] + L @ (y[k] - C @ xh)
loss = np.sum(xh ** 2)
""",
        {
            "A": _normal(2, 2),
            "B": _normal(2, 1),
            "C": _normal(1, 2),
            "L": _normal(2, 1),
            "u": _normal(5, 1),
            "y": _normal(5, 1),
        },
        5,
    ),
    "lms filter": Fragment(
        """\
w = np.zeros(3)
for n in range(T):
    y = np.dot(w, x[n])
    e = d[n] - y
    w = w + mu * e * x[n]
loss = np.sum(w ** 2)
""",
        {
            "x": _normal(6, 3),
            "d": _normal(6),
            "mu": 0.1,
        },
        6,
    ),
    "rls": Fragment(
        """\
P = 10.0 * np.eye(3)
w = np.zeros(3)
for n in range(T):
    k = P @ x[n] / (lam + x[n] @ P @ x[n])
    e = d[n] - w @ x[n]
    w = w + k * e
    P = (P - np.outer(k, x[n]) @ P) / lam
loss = np.sum(w ** 2)
""",
        {
            "x": _normal(6, 3),
            "d": _normal(6),
            "lam": 0.98,
        },
        6,
    ),
    "biquad": Fragment(
        """\
y = np.zeros(T)
for n in range(2, T):
    y[n] = b0 * x[n] + b1 * x[n-1] + b2 * x[n-2] - a1 * y[n-1] - a2 * y[n-2]
loss = np.sum(y ** 2)
""",
        {
            "x": _normal(8),
            "b0": 0.3,
            "b1": 0.2,
            "b2": 0.1,
            "a1": -0.4,
            "a2": 0.2,
        },
        8,
    ),
    "solow": Fragment(
        """\
k = k0
for t in range(T):
    y = A * k ** alpha
    k = s * y + (1 - delta) * k
loss = k ** 2
""",
        {
            "k0": 1.5,
            "A": 1.1,
            "alpha": 0.33,
            "s": 0.2,
            "delta": 0.1,
        },
        6,
    ),
    "adaptive expectations": Fragment(
        """\
pe = 0.0
for t in range(T):
    p = (a - c * pe) / b + eps[t]
    pe = pe + lam * (p - pe)
loss = pe ** 2
""",
        {
            "a": 1.0,
            "b": 2.0,
            "c": 0.5,
            "lam": 0.3,
            "eps": _normal(6),
        },
        6,
    ),
    "Leontief's rounds of inputs": Fragment(
        """\
x = np.zeros(3)
for t in range(T):
    x = A @ x + d
loss = np.sum(x)
""",
        {
            "A": _normal(3, 3),
            "d": _normal(3),
        },
        6,
    ),
    "discounted returns": Fragment(
        """\
G = 0
returns = []
for r_t in reversed(r):
    G = r_t + gamma * G
    returns.insert(0, G)
returns = np.array(returns)
loss = np.sum(returns ** 2)
""",
        {
            "r": _normal(6),
            "gamma": 0.9,
        },
        6,
    ),
    "gae": Fragment(
        """\
adv = np.zeros(T)
last = 0
for t in reversed(range(T)):
    delta = r[t] + gamma * vnext[t] - v[t]
    last = delta + gamma * lam * last
    adv[t] = last
adv = (adv - adv.mean()) / (adv.std() + 1e-8)
loss = np.sum(adv * v)
""",
        {
            "r": _normal(6),
            "v": _normal(6),
            "vnext": _normal(6),
            "gamma": 0.9,
            "lam": 0.8,
        },
        6,
    ),
    "leslie": Fragment(
        """\
n = n0
for t in range(T):
    n = L @ n
total = n.sum()
loss = total ** 2
""",
        {
            "L": _positive(3, 3),
            "n0": _positive(
                3,
            ),
        },
        5,
    ),
    "sir": Fragment(
        """\
S, I, R = 0.99, 0.01, 0.0
for t in range(T):
    new_inf = beta * S * I
    new_rec = gamma * I
    S = S - new_inf
    I = I + new_inf - new_rec
    R = R + new_rec
loss = R + I
""",
        {
            "beta": 0.4,
            "gamma": 0.1,
        },
        8,
    ),
    "lotka volterra": Fragment(
        """\
x, y = 1.0, 0.5
for i in range(T):
    dx = (alpha * x - beta * x * y) * dt
    dy = (delta * x * y - gamma * y) * dt
    x += dx
    y += dy
loss = x * y
""",
        {
            "alpha": 1.1,
            "beta": 0.4,
            "delta": 0.1,
            "gamma": 0.4,
            "dt": 0.1,
        },
        8,
    ),
    "ricker": Fragment(
        """\
N = np.zeros(T + 1)
N[0] = 0.5
for t in range(T):
    N[t+1] = N[t] * np.exp(r * (1 - N[t] / K))
loss = np.sum(N[1:])
""",
        {
            "r": 1.2,
            "K": 2.0,
        },
        6,
    ),
    "fitzhugh": Fragment(
        """\
v, w = -1.0, 0.0
for t in range(T):
    v_new = v + dt * (v - v**3 / 3 - w + I[t])
    w = w + dt * eps * (v + a - b * w)
    v = v_new
loss = v ** 2 + w
""",
        {
            "dt": 0.1,
            "eps": 0.08,
            "a": 0.7,
            "b": 0.8,
            "I": _normal(6),
        },
        6,
    ),
    "leaky integrate population": Fragment(
        """\
r = np.zeros(4)
for t in range(T):
    r = r + dt / tau * (-r + np.tanh(J @ r + I[t]))
loss = np.sum(r ** 2)
""",
        {
            "dt": 0.1,
            "tau_c": 0.5,
            "J": _normal(4, 4),
            "I": _normal(6, 4),
        },
        6,
        """\
tau = tau_c
r = np.zeros(4)
for t in range(T):
    r = r + dt / tau * (-r + np.tanh(J @ r + I[t]))
loss = np.sum(r ** 2)
""",
    ),
    "echo state": Fragment(
        """\
rng = np.random.default_rng(0)
W = W - np.diag(np.diag(W))
Win = Win * 0.5
x = np.zeros(4)
X = []
for t in range(T):
    x = (1 - leak) * x + leak * np.tanh(W @ x + Win @ u[t])
    X.append(x)
y = np.array(X) @ Wout
loss = np.mean((y - target) ** 2)
""",
        {
            "W": _normal(4, 4),
            "Win": _normal(4, 2),
            "leak": 0.3,
            "u": _normal(6, 2),
            "Wout": _normal(4, 1),
            "target": _normal(6, 1),
        },
        6,
    ),
    "cs231n rnn": Fragment(
        """\
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h
h = h0
for t in range(T):
    h = rnn_step_forward(x[t], h, Wx, Wh, b)
loss = np.sum(h ** 2)
""",
        {
            "x": _normal(5, 3),
            "Wx": _normal(3, 4),
            "Wh": _normal(4, 4),
            "b": _normal(4),
            "h0": _normal(4),
        },
        5,
    ),
    "coursera rnn": Fragment(
        """\
a = np.zeros((4, 1))
loss = 0
for t in range(T):
    a = np.tanh(np.dot(Wax, x[t]) + np.dot(Waa, a) + ba)
    yhat = softmax(np.dot(Wya, a) + by)
    loss += -np.sum(y[t] * np.log(yhat))
""",
        {
            "Wax": _normal(4, 3),
            "Waa": _normal(4, 4),
            "ba": _normal(4, 1),
            "Wya": _normal(2, 4),
            "by": _normal(2, 1),
            "x": _normal(5, 3),
            "y": np.eye(2)[[0, 1, 1, 0, 1]],
        },
        5,
        """\
def softmax(z):
    e = np.exp(z - z.max()); return e / e.sum()
a = np.zeros((4, 1))
loss = 0
for t in range(T):
    a = np.tanh(np.dot(Wax, x[t].reshape(-1,1)) + np.dot(Waa, a) + ba)
    yhat = softmax(np.dot(Wya, a) + by)
    loss += -np.sum(y[t].reshape(-1,1) * np.log(yhat))
""",
    ),
    "d2l gru": Fragment(
        """\
H = np.zeros(4)
outputs = []
for X in inputs:
    Z = sigmoid(X @ W_xz + H @ W_hz + b_z)
    R = sigmoid(X @ W_xr + H @ W_hr + b_r)
    H_tilde = np.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
    H = Z * H + (1 - Z) * H_tilde
    outputs.append(H @ W_hq + b_q)
loss = np.sum(np.array(outputs) ** 2)
""",
        {
            "X": _normal(5, 3),
            "W_xz": _normal(3, 4),
            "W_xr": _normal(3, 4),
            "W_xh": _normal(3, 4),
            "W_hz": _normal(4, 4),
            "W_hr": _normal(4, 4),
            "W_hh": _normal(4, 4),
            "b_z": _normal(4),
            "b_r": _normal(4),
            "b_h": _normal(4),
            "W_hq": _normal(4, 2),
            "b_q": _normal(2),
        },
        5,
        """\
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
inputs = X
H = np.zeros(4)
outputs = []
for X in inputs:
    Z = sigmoid(X @ W_xz + H @ W_hz + b_z)
    R = sigmoid(X @ W_xr + H @ W_hr + b_r)
    H_tilde = np.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
    H = Z * H + (1 - Z) * H_tilde
    outputs.append(H @ W_hq + b_q)
loss = np.sum(np.array(outputs) ** 2)
""",
    ),
    "class with step": Fragment(
        """\
class RNN:
    def __init__(self, n_in, n_h):
        self.W = np.random.randn(n_h, n_in)
        self.U = np.random.randn(n_h, n_h)
        self.h = np.zeros(n_h)
    def step(self, x):
        self.h = np.tanh(self.W @ x + self.U @ self.h)
        return self.h
rnn = RNN(3, 4)
for t in range(T):
    y = rnn.step(x[t])
loss = np.sum(y ** 2)
""",
        {
            "x": _normal(5, 3),
            "W": _normal(4, 3),
            "U": _normal(4, 4),
        },
        5,
        """\
h = np.zeros(4)
for t in range(T):
    h = np.tanh(W @ x[t] + U @ h)
loss = np.sum(h**2)
""",
    ),
    "torch cell class called": Fragment(
        """\
class Cell(nn.Module):
    def __init__(self, n_in, n_h):
        super().__init__()
        self.i2h = nn.Linear(n_in, n_h)
        self.h2h = nn.Linear(n_h, n_h, bias=False)
    def forward(self, x, h):
        return torch.tanh(self.i2h(x) + self.h2h(h))
cell = Cell(3, 4)
h = torch.zeros(4)
for t in range(T):
    h = cell(x[t], h)
loss = (h ** 2).sum()
""",
        {
            "x": _normal(5, 3),
            "W_i2h": _normal(4, 3),
            "b_i2h": _normal(4),
            "W_h2h": _normal(4, 4),
        },
        5,
        """\
h = np.zeros(4)
for t in range(T):
    h = np.tanh(W_i2h @ x[t] + b_i2h + W_h2h @ h)
loss = np.sum(h**2)
""",
    ),
    "jax scan": Fragment(
        """\
def step(carry, x_t):
    h, c = carry
    z = jnp.concatenate([x_t, h]) @ W + b
    i, f, g, o = jnp.split(z, 4)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h
(h, c), hs = jax.lax.scan(step, (jnp.zeros(2), jnp.zeros(2)), x)
loss = jnp.mean(hs ** 2)
""",
        {
            "x": _normal(5, 3),
            "W": _normal(5, 8),
            "b": _normal(8),
        },
        5,
        """\
s = lambda z: 1/(1+np.exp(-z))
h = np.zeros(2); c = np.zeros(2); hs = []
for t in range(T):
    z = np.concatenate([x[t], h]) @ W + b
    i, f, g, o = np.split(z, 4)
    c = s(f)*c + s(i)*np.tanh(g); h = s(o)*np.tanh(c); hs.append(h)
loss = np.mean(np.array(hs)**2)
""",
    ),
    "torch bi lstm classifier": Fragment(
        """\
lstm = nn.LSTM(3, 2, batch_first=True, bidirectional=True)
fc = nn.Linear(4, 2)
out, (h_n, c_n) = lstm(x)
h = torch.cat((h_n[-2], h_n[-1]), dim=1)
logits = fc(h)
loss = (logits ** 2).sum()
""",
        {
            "x": _normal(4, 3),
            "W_ih_l0": _normal(8, 3),
            "W_ih_l0_reverse": _normal(8, 3),
            "W_hh_l0": _normal(8, 2),
            "W_hh_l0_reverse": _normal(8, 2),
            "b_ih_l0": _normal(8),
            "b_ih_l0_reverse": _normal(8),
            "b_hh_l0": _normal(8),
            "b_hh_l0_reverse": _normal(8),
            "W_fc": _normal(2, 4),
            "b_fc": _normal(2),
        },
        4,
        """\
s = lambda z: 1/(1+np.exp(-z))
def go(xs, W, U, b, d):
    h = np.zeros(2); c = np.zeros(2)
    for xx in xs:
        i, f, g, o = np.split(W@xx + b + U@h + d, 4)
        c = s(f)*c + s(i)*np.tanh(g); h = s(o)*np.tanh(c)
    return h
forth = go(x, W_ih_l0, W_hh_l0, b_ih_l0, b_hh_l0)
back = go(x[::-1], W_ih_l0_reverse, W_hh_l0_reverse, b_ih_l0_reverse, b_hh_l0_reverse)
h = np.concatenate([forth, back])
loss = np.sum((W_fc @ h + b_fc)**2)
""",
    ),
    "attention over past (linear)": Fragment(
        """\
S = np.zeros((3, 2))
z = np.zeros(3)
for t in range(T):
    phi = np.exp(K[t])
    S = S + np.outer(phi, V[t])
    z = z + phi
    q = np.exp(Q[t])
    o[t] = (q @ S) / (q @ z)
loss = np.sum(o[-1] ** 2)
""",
        {
            "K": _normal(5, 3),
            "V": _normal(5, 2),
            "Q": _normal(5, 3),
        },
        5,
        """\
S = np.zeros((3, 2)); z = np.zeros(3); o = {}
for t in range(T):
    phi = np.exp(K[t]); S = S + np.outer(phi, V[t]); z = z + phi; q = np.exp(Q[t]); o[t] = (q @ S)/(q @ z)
loss = np.sum(o[T-1]**2)
""",
    ),
    "mamba like": Fragment(
        """\
h = np.zeros((2, 3))
for t in range(T):
    dA = np.exp(dt[t] * A)
    h = dA * h + dt[t] * np.outer(x[t], B[t])
    y[t] = h @ C[t]
loss = np.sum(y[-1])
""",
        {
            "dt": _positive(
                5,
            ),
            "A": _normal(2, 3),
            "x": _normal(5, 2),
            "B": _normal(5, 3),
            "C": _normal(5, 3),
        },
        5,
        """\
h = np.zeros((2, 3))
for t in range(T):
    dA = np.exp(dt[t] * A)
    h = dA * h + dt[t] * np.outer(x[t], B[t])
    y = h @ C[t]
loss = np.sum(y)
""",
    ),
    "layernorm rnn": Fragment(
        """\
def layer_norm(z):
    mu = z.mean()
    var = ((z - mu) ** 2).mean()
    return (z - mu) / np.sqrt(var + 1e-5)
h = np.zeros(4)
for t in range(T):
    h = np.tanh(g * layer_norm(W @ x[t] + U @ h) + b)
loss = np.sum(h ** 2)
""",
        {
            "g": _normal(4),
            "W": _normal(4, 3),
            "U": _normal(4, 4),
            "b": _normal(4),
            "x": _normal(5, 3),
        },
        5,
    ),
    "teacher forcing seq2seq": Fragment(
        """\
h = np.zeros(3)
for t in range(T):
    h = np.tanh(We @ x[t] + Ue @ h)
s = h
loss = 0
for t in range(T):
    s = np.tanh(Wd @ y[t] + Ud @ s)
    o = V @ s
    loss += np.sum((o - target[t]) ** 2)
""",
        {
            "We": _normal(3, 2),
            "Ue": _normal(3, 3),
            "Wd": _normal(3, 2),
            "Ud": _normal(3, 3),
            "V": _normal(2, 3),
            "x": _normal(4, 2),
            "y": _normal(4, 2),
            "target": _normal(4, 2),
        },
        4,
    ),
    "hopfield": Fragment(
        """\
W = np.zeros((4, 4))
for p in patterns:
    W += np.outer(p, p)
W /= len(patterns)
np.fill_diagonal(W, 0)
s = s0
for t in range(T):
    s = np.tanh(beta * W @ s)
loss = np.sum(s ** 2)
""",
        {
            "P": _normal(3, 4),
            "s0": _normal(4),
            "beta": 1.5,
        },
        4,
        """\
patterns = P
W = np.zeros((4, 4))
for p in patterns:
    W += np.outer(p, p)
W /= len(patterns)
np.fill_diagonal(W, 0)
s = s0
for t in range(T):
    s = np.tanh(beta * W @ s)
loss = np.sum(s ** 2)
""",
    ),
    "momentum sgd": Fragment(
        """\
v = np.zeros(3)
w = w0
for k in range(T):
    g = A @ w - b
    v = mu * v - lr * g
    w = w + v
loss = 0.5 * w @ A @ w - b @ w
""",
        {
            "A": np.eye(3) + 0.1,
            "b": _normal(3),
            "w0": _normal(3),
            "mu": 0.9,
            "lr": 0.1,
        },
        5,
    ),
    "adam": Fragment(
        """\
m = np.zeros(3)
v = np.zeros(3)
w = w0
for t in range(1, T + 1):
    g = A @ w - b
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    m_hat = m / (1 - beta1 ** t)
    v_hat = v / (1 - beta2 ** t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
loss = np.sum(w ** 2)
""",
        {
            "A": np.eye(3) + 0.1,
            "b": _normal(3),
            "w0": _normal(3),
            "beta1": 0.9,
            "beta2": 0.99,
            "lr": 0.1,
        },
        5,
    ),
    "power iteration": Fragment(
        """\
v = v0
for k in range(T):
    v = A @ v
    v = v / np.linalg.norm(v)
loss = v @ A @ v
""",
        {
            "A": np.eye(3) + 0.1,
            "v0": np.array([1.0, 0.5, 0.2]),
        },
        5,
    ),
    "markov chain": Fragment(
        """\
p = np.array([1.0, 0.0, 0.0])
for t in range(T):
    p = p @ P
loss = np.sum(p ** 2)
""",
        {
            "P": _positive(3, 3),
        },
        5,
    ),
    "random walk given noise": Fragment(
        """\
x = np.zeros((T, 2))
for t in range(1, T):
    x[t] = x[t-1] + sigma * eps[t]
loss = np.sum(x[-1] ** 2)
""",
        {
            "sigma": 0.3,
            "eps": _normal(5, 2),
        },
        5,
        """\
x = np.zeros((6, 2))
for t in range(1, 6):
    x[t] = x[t-1] + sigma * eps[t-1]
loss = np.sum(x[-1] ** 2)
""",
    ),
    "clockwork mask": Fragment(
        """\
h = np.zeros(4)
for t in range(T):
    h_new = np.tanh(W @ x[t] + U @ h)
    h = m[t] * h_new + (1 - m[t]) * h
loss = np.sum(h * h)
""",
        {
            "W": _normal(4, 2),
            "U": _normal(4, 4),
            "x": _normal(5, 2),
            "m": np.array([1.0, 0, 1, 0, 1]),
        },
        5,
    ),
    "iamtrask": Fragment(
        """\
alpha = 0.1
input_dim = 2
hidden_dim = 4
output_dim = 1
synapse_0 = 2*np.random.random((input_dim,hidden_dim)) - 1
synapse_1 = 2*np.random.random((hidden_dim,output_dim)) - 1
synapse_h = 2*np.random.random((hidden_dim,hidden_dim)) - 1
layer_1_values = list()
layer_1_values.append(np.zeros(hidden_dim))
for position in range(T):
    layer_1 = sigmoid(np.dot(X[position],synapse_0) + np.dot(layer_1_values[-1],synapse_h))
    layer_2 = sigmoid(np.dot(layer_1,synapse_1))
    layer_1_values.append(layer_1)
    loss += np.sum((y[position] - layer_2)**2)
""",
        {
            "synapse_0": _normal(2, 4),
            "synapse_1": _normal(4, 1),
            "synapse_h": _normal(4, 4),
            "X": _normal(5, 2),
            "y": _normal(5, 1),
        },
        5,
        """\
s = lambda z: 1/(1+np.exp(-z))
h = np.zeros(4); loss = 0
for t in range(5):
    h = s(X[t] @ synapse_0 + h @ synapse_h)
    loss += np.sum((y[t] - s(h @ synapse_1))**2)
""",
    ),
    "torch name classifier": Fragment(
        """\
import torch.nn as nn
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.h2o = nn.Linear(hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)
    def forward(self, input, hidden):
        combined = torch.cat((input, hidden), 1)
        hidden = self.i2h(combined)
        output = self.h2o(hidden)
        output = self.softmax(output)
        return output, hidden
    def initHidden(self):
        return torch.zeros(1, self.hidden_size)
n_hidden = 4
rnn = RNN(3, n_hidden, 2)
hidden = rnn.initHidden()
for i in range(T):
    output, hidden = rnn(x[i], hidden)
loss = (output ** 2).sum()
""",
        {
            "x": _normal(5, 3),
            "W_i2h": _normal(4, 7),
            "b_i2h": _normal(4),
            "W_h2o": _normal(2, 4),
            "b_h2o": _normal(2),
        },
        5,
        """\
h = np.zeros(4)
for t in range(5):
    h = W_i2h @ np.concatenate([x[t], h]) + b_i2h
    o = W_h2o @ h + b_h2o
    o = o - np.log(np.sum(np.exp(o)))
loss = np.sum(o**2)
""",
    ),
    "torch stacked lstm forecaster": Fragment(
        """\
class Forecaster(nn.Module):
    def __init__(self, n_in=1, n_h=3):
        super().__init__()
        self.lstm = nn.LSTM(n_in, n_h, num_layers=2, batch_first=True)
        self.linear = nn.Linear(n_h, 1)
    def forward(self, x):
        out, _ = self.lstm(x)
        loss = (self.linear(out[:, -1, :]) ** 2).sum()
        return loss
""",
        {
            "x": _normal(5, 1),
            "W_ih_l0": _normal(12, 1),
            "W_hh_l0": _normal(12, 3),
            "b_ih_l0": _normal(12),
            "b_hh_l0": _normal(12),
            "W_ih_l1": _normal(12, 3),
            "W_hh_l1": _normal(12, 3),
            "b_ih_l1": _normal(12),
            "b_hh_l1": _normal(12),
            "W_linear": _normal(1, 3),
            "b_linear": _normal(1),
        },
        5,
        """\
s = lambda z: 1/(1+np.exp(-z))
hs = [np.zeros(3)]*2; cs=[np.zeros(3)]*2
P=[(W_ih_l0,W_hh_l0,b_ih_l0,b_hh_l0),(W_ih_l1,W_hh_l1,b_ih_l1,b_hh_l1)]
for t in range(5):
    z = x[t]
    for k in (0,1):
        W,U,b,d=P[k]
        i,f,g,o=np.split(W@z+b+U@hs[k]+d,4)
        cs[k]=s(f)*cs[k]+s(i)*np.tanh(g); hs[k]=s(o)*np.tanh(cs[k]); z=hs[k]
loss = np.sum((W_linear @ z + b_linear) ** 2)
""",
    ),
    "torch gru cell decoder loop": Fragment(
        """\
cell = nn.GRUCell(input_size=2, hidden_size=3)
out_layer = nn.Linear(3, 2)
h = torch.zeros(1, 3)
loss = 0
for t in range(T):
    h = cell(x[t], h)
    y_hat = out_layer(h)
    loss = loss + F.mse_loss(y_hat, target[t])
loss = loss / T
""",
        {
            "x": _normal(4, 2),
            "target": _normal(4, 2),
            "W_ih": _normal(9, 2),
            "W_hh": _normal(9, 3),
            "b_ih": _normal(9),
            "b_hh": _normal(9),
            "W_out_layer": _normal(2, 3),
            "b_out_layer": _normal(2),
        },
        4,
        """\
s = lambda z: 1/(1+np.exp(-z))
h = np.zeros(3); loss = 0
for t in range(4):
    a = W_ih@x[t]+b_ih; b = W_hh@h+b_hh
    r = s(a[:3]+b[:3]); z = s(a[3:6]+b[3:6]); n = np.tanh(a[6:]+r*b[6:]); h = (1-z)*n+z*h
    loss += np.mean((W_out_layer@h+b_out_layer-target[t])**2)
loss /= 4
""",
    ),
    "jax params dict": Fragment(
        """\
def init(key, n_in=3, n_h=4):
    k1, k2 = jax.random.split(key)
    W, U = jax.random.normal(k1, (n_h, n_in)) * 0.1, jax.random.normal(k2, (n_h, n_h)) * 0.1
    return {"W": W, "U": U, "b": jnp.zeros(n_h)}
def step(params, h, x):
    return jnp.tanh(params["W"] @ x + params["U"] @ h + params["b"])
def run(params, xs):
    h = jnp.zeros(4)
    for x in xs:
        h = step(params, h, x)
    return h
def loss(params, xs, y):
    return jnp.sum((run(params, xs) - y) ** 2)
""",
        {
            "W": _normal(4, 3),
            "U": _normal(4, 4),
            "b": _normal(4),
            "x": _normal(5, 3),
            "y": _normal(4),
        },
        5,
        """\
h = np.zeros(4)
for t in range(5): h = np.tanh(W@x[t]+U@h+b)
loss = np.sum((h-y)**2)
""",
    ),
    "spiking snn": Fragment(
        """\
beta, threshold = 0.9, 1.0
mem = np.zeros(3)
for t in range(T):
    cur = W @ x[t]
    mem = beta * mem + cur
    spk = (mem > threshold).astype(float)
    mem = mem - spk * threshold
loss = np.sum(mem ** 2)
""",
        {
            "W": _normal(3, 2),
            "x": _normal(5, 2),
        },
        5,
    ),
    "s4 discretise": Fragment(
        """\
N = 3
A_bar = np.linalg.inv(np.eye(N) - dt / 2 * A) @ (np.eye(N) + dt / 2 * A)
B_bar = np.linalg.inv(np.eye(N) - dt / 2 * A) @ B * dt
x = np.zeros(N)
ys = []
for k in range(T):
    x = A_bar @ x + B_bar * u[k]
    ys.append(C @ x)
loss = np.sum(np.array(ys) ** 2)
""",
        {
            "A": _normal(3, 3),
            "B": _normal(3),
            "C": _normal(3),
            "dt": 0.1,
            "u": _normal(5),
        },
        5,
    ),
    "particle mean field": Fragment(
        """\
m = 0.0
for t in range(T):
    m = np.tanh(beta * (J * m + h))
loss = m ** 2
""",
        {
            "beta": 1.2,
            "J": 1.0,
            "h": 0.3,
        },
        6,
    ),
    "bayes update": Fragment(
        """\
mu, tau2 = 0.0, 1.0
for t in range(T):
    k = tau2 / (tau2 + s2)
    mu = mu + k * (y[t] - mu)
    tau2 = (1 - k) * tau2
loss = mu ** 2 + tau2
""",
        {
            "s2": 0.5,
            "y": _normal(6),
        },
        6,
    ),
    "var(2)": Fragment(
        """\
for t in range(2, T):
    Y[t] = c + A1 @ Y[t-1] + A2 @ Y[t-2]
loss = np.sum(Y[-1] ** 2)
""",
        {
            "A1": _normal(2, 2),
            "A2": _normal(2, 2),
            "c": _normal(2),
        },
        6,
        """\
Y = np.zeros((8,2))
for t in range(2, 8): Y[t] = c + A1@Y[t-1] + A2@Y[t-2]
loss = np.sum(Y[-1]**2)
""",
    ),
    "batchy numpy": Fragment(
        """\
N, D, H = 1, 3, 4
x = np.random.randn(N, 5, D)
h = np.zeros((N, H))
for t in range(5):
    h = np.tanh(x[:, t, :] @ Wx + h @ Wh + b)
loss = np.sum(h ** 2)
""",
        {
            "x": _normal(5, 3),
            "Wx": _normal(3, 4),
            "Wh": _normal(4, 4),
            "b": _normal(4),
        },
        5,
        """\
h = np.zeros(4)
for t in range(5): h = np.tanh(x[t]@Wx + h@Wh + b)
loss = np.sum(h**2)
""",
    ),
}


def scope_of(fragment: Fragment, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The names of a program that has run."""
    scope: dict[str, Any] = {"np": np, "math": math, "T": fragment.steps, "N": 3}
    scope |= {name: its.copy() if np.ndim(its) else its for name, its in arrays.items()}
    exec(fragment.twin or fragment.program, scope)  # noqa: S102
    return scope


def slopes(fragment: Fragment, arrays: Mapping[str, Any], name: str) -> Array:
    """The gradient of the loss by differences over six places, which are exact to the sixth power of the step."""
    whole = np.array(arrays[name], dtype=float)
    found = np.zeros(whole.shape)
    for place in np.ndindex(whole.shape):
        losses = list[float]()
        for steps in (1, -1, 2, -2, 3, -3):
            moved = whole.copy()
            moved[place] += steps * STEP
            losses.append(float(np.squeeze(scope_of(fragment, {**arrays, name: moved})["loss"])))
        one, two, three = (losses[k] - losses[k + 1] for k in (0, 2, 4))
        found[place] = (45 * one - 9 * two + three) / (60 * STEP)
    return found


@pytest.mark.one_in(12)
@pytest.mark.parametrize("name", FRAGMENTS)
def test_the_loss_and_its_gradients_are_those_of_the_program(name: str) -> None:
    fragment = FRAGMENTS[name]
    arrays = fragment.given
    found = read_pasted(fragment.program)
    assert not found.problems, (found.text, [it.message for it in found.problems])
    kinds = {it: its.kind for it, its in parse(found.text).variables.items()}
    params, inputs = ({it: its for it, its in arrays.items() if kinds[it] == kind} for kind in ("parameter", "given"))
    recurrence = parse(found.text, None, None, GivenShapes.of(params=params, inputs=inputs))
    told = {*recurrence.fixed, *(it.name for it in recurrence.initials)}
    open_names = {it for it, kind in kinds.items() if kind in ("parameter", "given")} - arrays.keys() - told
    assert not open_names, (found.text, open_names)
    trace = run(recurrence, fragment.steps, bind(recurrence, fragment.steps, params=params, inputs=inputs))
    loss = np.squeeze(scope_of(fragment, arrays)["loss"])
    np.testing.assert_allclose(np.squeeze(trace.values["loss"]), loss, rtol=1e-12, err_msg=found.text)
    for it in arrays:
        theirs = np.squeeze(slopes(fragment, arrays, it))
        ours = np.squeeze(trace.gradients[it])
        np.testing.assert_allclose(ours, theirs, rtol=1e-7 if name == "adam" else 1e-9, atol=1e-10, err_msg=it)
