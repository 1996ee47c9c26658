"""Numbers that a pasted program writes out, or makes of such before its loop: its equations run with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.language.numbers_beside import AS_DATA
from app.language.pasted import read_pasted
from app.link import Link, resolve

PROGRAMS = {
    "matrices and data": (
        (
            "xs = np.array([[1., 2.], [3., 4.], [5., 6.]])\nW = np.array([[.5,.1],[.2,.3]])\n"
            "U = 0.1 * np.array([[1., 0.5], [0., 2.]])\nb = np.array([0.1, -0.1])\nh = np.array([1., 2.])\n"
            "for x in xs:\n    h = np.tanh(W @ h + U @ x + b)"
        ),
        "h",
    ),
    "a name within an array": (
        "dt = 0.1\nA = np.array([[1, dt], [0, 1 - dt]])\nx = np.array([1., 0.])\nfor k in range(6):\n    x = A @ x",
        "x",
    ),
    "a list as the start": (
        "A = np.array([[.9, .1], [0, .8]])\nx = [1.0, 0.5]\nfor k in range(4):\n    x = A @ x",
        "x",
    ),
    "a row vector": (
        "P = np.array([[.9, .1], [.5, .5]])\np = np.array([1., 0.])\nfor _ in range(5):\n    p = p @ P",
        "p",
    ),
    "what follows from a matrix stays an equation": (
        (
            "W = np.array([[1., 2.], [3., 4.]])\nA = W / 4\nh = np.array([.1, .2])\nfor t in range(3):\n"
            "    h = np.tanh(A @ h)"
        ),
        "h",
    ),
    "what one loop leaves is no number of the next": (
        "h = np.array([.1, .2])\nfor t in range(3):\n    h = np.tanh(h + 1)\ng = h\nfor t in range(3):\n    g = g / 2",
        "g",
    ),
    "numbers from the second on": ("x = [1, 2, 3, 4]\ns = 0\nfor t in range(1, 4):\n    s = 0.9 * s + x[t]", "s"),
    "the start of a smoothing": (
        (
            "y = [3., 4, 5, 6, 7]\na = 0.5\ns = np.zeros(5)\ns[0] = y[0]\nfor t in range(1, 5):\n"
            "    s[t] = a * y[t] + (1 - a) * s[t-1]\nlast = s[4]"
        ),
        "last",
    ),
    "from the end": ("rewards = [1, 0, 2]\nG = 0\nfor r in reversed(rewards):\n    G = r + 0.9 * G", "G"),
    "a literal that a loop goes along": ("s = 0\nfor z in [1.1, 2.0, 2.9]:\n    s = 0.5 * s + z", "s"),
    "literals side by side": ("s = 0\nfor z, u in zip([1., 2.], [3., 5.]):\n    s = 0.5 * s + z * u", "s"),
    "steps along the second axis": (
        "X = np.array([[1, 2, 3], [4, 5, 6]])\nh = np.zeros(2)\nfor t in range(3):\n    h = 0.5 * h + X[:, t]",
        "h",
    ),
    "a matrix that is turned": (
        "X = np.array([[1, 2, 3], [4, 5, 6]])\nh = np.zeros(2)\nfor x in X.T:\n    h = 0.5 * h + x",
        "h",
    ),
    "a matrix by its shape": (
        "X = np.arange(6.0).reshape(3, 2)\nh = np.zeros(2)\nfor x in X:\n    h = 0.5 * h + x",
        "h",
    ),
    "a sine": ("x = np.sin(0.1 * np.arange(20))\ns = 0\nfor t in range(20):\n    s = 0.9 * s + x[t]", "s"),
    "a sine that a loop goes along": ("s = 0\nfor u in np.cos(np.linspace(0, 1, 11)):\n    s = 0.9 * s + u", "s"),
    "a list of each": ("x = [0.1 * k ** 2 for k in range(5)]\ns = 0\nfor v in x:\n    s = 0.9 * s + v", "s"),
    "an impulse": ("x = np.zeros(10)\nx[0] = 1\ny = 0\nfor n in range(10):\n    y = 0.5 * y + x[n]", "y"),
    "a step": ("u = np.zeros(8)\nu[3:] = 2\ny = 0\nfor n in range(8):\n    y = 0.5 * y + u[n]", "y"),
    "lists one after another": ("x = [1.0] + [0.0] * 9\ny = 0\nfor v in x:\n    y = 0.5 * y + v", "y"),
    "data that are scaled": ("x = np.array([1., 2, 3])\nx = x / 2\ns = 0\nfor v in x:\n    s = s + v", "s"),
    "one number in an array": (
        (
            "B = np.array([[0.], [1.]])\nA = np.array([[.9, .1], [0, .8]])\nu = [1., 0., 2.]\nx = np.zeros(2)\n"
            "for k in range(3):\n    x = A @ x + B @ np.array([u[k]])"
        ),
        "x",
    ),
    "arrays within a line": (
        ("x = np.array([1., 0.])\nfor k in range(5):\n    x = np.array([[.9, .1], [0, .8]]) @ x + np.array([0, .1])"),
        "x",
    ),
    "arrays of an object": (
        (
            "class Cell:\n    def __init__(self):\n        self.W = np.array([[.5, .1], [.2, .3]])\n"
            "        self.b = np.array([.1, .2])\n    def forward(self, h):\n"
            "        return np.tanh(self.W @ h + self.b)\n"
            "cell = Cell()\nh = np.zeros(2)\nfor t in range(4):\n    h = cell.forward(h)"
        ),
        "h",
    ),
    "arrays under names": (
        (
            'params = {"W": np.array([[.5, .1], [.2, .3]]), "b": np.array([.1, .2]), "a": 0.3}\nh = np.zeros(2)\n'
            'for t in range(4):\n    h = params["a"] * np.tanh(params["W"] @ h + params["b"])'
        ),
        "h",
    ),
    "a Kalman filter": (
        (
            "dt = 0.1\nA = np.array([[1, dt], [0, 1]])\nH = np.array([[1, 0]])\nQ = 0.01 * np.eye(2)\n"
            "R = np.array([[0.5]])\nP = np.eye(2)\nx = np.zeros(2)\nfor z in [1.1, 2.0, 2.9]:\n    x = A @ x\n"
            "    P = A @ P @ A.T + Q\n    K = P @ H.T @ np.linalg.inv(H @ P @ H.T + R)\n"
            "    x = x + K @ (np.array([z]) - H @ x)\n    P = P - K @ H @ P"
        ),
        "x",
    ),
    "what is computed of data keeps its line": (
        "y = np.array([1., 2., 4., 7.])\nm = y.mean()\ns = 0\nfor t in range(4):\n    s = s + (y[t] - m) ** 2",
        "s",
    ),
    "patterns that are kept": (
        (
            "patterns = np.array([[1, -1, 1, 1], [-1, -1, 1, -1]])\nW = np.zeros((4, 4))\nfor p in patterns:\n"
            "    W += np.outer(p, p) / 4\nnp.fill_diagonal(W, 0)\ns = np.array([1, 1, 1, -1])\nfor _ in range(3):\n"
            "    s = np.sign(W @ s)"
        ),
        "s",
    ),
    "a start from numbers that no equation reads": (
        (
            "d = [5., 3., 8.]\nlevel = d[0]\ntrend = d[1] - d[0]\nfor y in d[1:]:\n    last = level\n"
            "    level = 0.5 * y + 0.5 * (level + trend)\n    trend = 0.3 * (level - last) + 0.7 * trend"
        ),
        "trend",
    ),
    "a list that begins with the first of data": (
        (
            "prices = [10, 11, 12, 11, 13]\nema = [prices[0]]\nfor p in prices[1:]:\n"
            "    ema.append(0.5 * p + 0.5 * ema[-1])\nlast = ema[-1]"
        ),
        "last",
    ),
    "a step that is compared": ("u = (np.arange(8) > 3) * 2.0\ny = 0\nfor n in range(8):\n    y = 0.5 * y + u[n]", "y"),
    "arrays one after another": (
        "u = np.concatenate([np.zeros(3), np.full(2, 1.5), [4]])\ny = 0\nfor n in range(1, 6):\n    y = 0.5 * y + u[n]",
        "y",
    ),
    "a part of data": ("x = [1., 2, 3, 4]\ns = 0\nfor v in x[1:]:\n    s = 0.5 * s + v", "s"),
}
"""Programs that say all their numbers, and what is asked of each."""


def executed(program: str) -> dict[str, Any]:
    scope: dict[str, Any] = {"np": np}
    exec(program, scope)  # noqa: S102
    return scope


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_runs_with_its_own_numbers(name: str) -> None:
    program, asked = PROGRAMS[name]
    found = read_pasted(program)
    assert not found.problems, found
    trace = resolve(Link(equations=found.text, seed=5)).run.trace
    last = 1 if f"{asked}[t+1]" in found.text else trace.tau
    ours = trace.value(asked) if f"{asked} =" in found.text else trace.value(f"{asked}[{last}]")
    np.testing.assert_allclose(np.squeeze(ours), np.squeeze(executed(program)[asked]), rtol=1e-12, err_msg=found.text)
    assert not [line for line in found.lines if "is left out" in line.note], found.lines


ELSEWHERE = {
    # R
    "phi <- c(0.6, -0.2)\ny <- numeric(9)\ny[1] <- 1\ny[2] <- 0.5\nfor (t in 3:9) {\n"
    "  y[t] <- phi[1] * y[t-1] + phi[2] * y[t-2]\n}": None,
    "A <- matrix(c(0.9, 0.1, 0, 0.8), 2, 2, byrow = TRUE)\nx <- c(1, 0.5)\nfor (k in 1:6) {\n  x <- A %*% x\n}": (
        "A = np.array([[.9, .1], [0, .8]])\nx = np.array([1, .5])\nfor k in range(6): x = A @ x",
        "x",
    ),
    "A <- matrix(c(0.9, 0.1, 0, 0.8), nrow = 2)\nx <- c(1, 0.5)\nfor (k in seq_len(6)) x <- t(A) %*% x + 1": (
        "A = np.array([[.9, 0], [.1, .8]])\nx = np.array([1, .5])\nfor k in range(6): x = A.T @ x + 1",
        "x",
    ),
    "x.now <- 0.1\nr <- 3.7\nfor (n in 1:12) {\n  x.now <- r * x.now * (1 - x.now)\n}": (
        "x = 0.1\nfor n in range(12): x = 3.7 * x * (1 - x)",
        "x",
    ),
    "L <- matrix(c(0, 1.5, 1,\n    0.5, 0, 0,\n    0, 0.25, 0),\n  nrow = 3, byrow = TRUE)\n"
    "x <- c(100, 50, 20)\nout <- c()\nfor (t in 1:5) {\n  x <- L %*% x\n  out <- c(out, sum(x))\n}": (
        (
            "L = np.array([[0, 1.5, 1], [.5, 0, 0], [0, .25, 0]])\nx = np.array([100., 50, 20])\n"
            "for t in range(5): x = L @ x"
        ),
        "x",
    ),
    # MATLAB
    "A = [0.9 0.1\n     0 0.8];\nx = [1; 0.5];\nys = [];\nfor k = 1:6\n  x = A*x;\n  ys = [ys x];\nend": (
        "A = np.array([[.9, .1], [0, .8]])\nx = np.array([1, .5])\nfor k in range(6): x = A @ x",
        "x",
    ),
    "A = [0.9 0.1; 0 0.8];\nx = [1; 0.5];\nfor k = 1:6\n  x = A*x;\nend": (
        "A = np.array([[.9, .1], [0, .8]])\nx = np.array([1, .5])\nfor k in range(6): x = A @ x",
        "x",
    ),
    "Kp = 2; Ki = 0.5; dt = 0.1;\nI = 0; y = 0;\nfor k = 1:20\n    e = 1 - y;\n    I = I + e*dt;\n"
    "    u = Kp*e + Ki*I;\n    y = y + dt*(-y + u);\nend": (
        (
            "I = y = 0\nfor k in range(20):\n    e = 1 - y\n    I = I + e * .1\n"
            "    u = 2 * e + .5 * I\n    y = y + .1 * (-y + u)"
        ),
        "y",
    ),
    "A = [1 0.1; 0 1]; H = [1 0]; Q = 0.01*eye(2); R = [0.5];\nP = eye(2); x = [0; 0]; z = [1.1 2.0 2.9];\n"
    "for k = 1:3\n  x = A*x;\n  P = A*P*A' + Q;\n  K = P*H' / (H*P*H' + R);\n  x = x + K*(z(k) - H*x);\n"
    "  P = (eye(2) - K*H)*P;\nend": (PROGRAMS["a Kalman filter"][0], "x"),
    "x = zeros(1, 20);\nx(1) = 0.1;\nfor n = 1:19\n    x(n+1) = 3.7 * x(n) * (1 - x(n));\nend": (
        "x = 0.1\nfor n in range(19): x = 3.7 * x * (1 - x)",
        "x",
    ),
    # Julia
    "A = [0.9 0.1; 0 0.8]\nx = [1.0, 0.5]\nfor t in 1:6\n    x = A * x .+ 0.1\nend": (
        "A = np.array([[.9, .1], [0, .8]])\nx = np.array([1, .5])\nfor k in range(6): x = A @ x + .1",
        "x",
    ),
}
"""Programs in other languages, and the same in Python with what is asked of it."""


@pytest.mark.parametrize("program", ELSEWHERE)
def test_a_program_in_another_language_runs_with_its_own_numbers(program: str) -> None:
    same = ELSEWHERE[program] or (
        "y = [1, .5]\nfor t in range(7): y.append(.6 * y[-1] - .2 * y[-2])\ny = y[-1]",
        "y",
    )
    found = read_pasted(program)
    assert not found.problems, found
    trace = resolve(Link(equations=found.text, seed=5)).run.trace
    ours = trace.value(f"{same[1]}[{trace.tau}]")
    np.testing.assert_allclose(np.squeeze(ours), np.squeeze(executed(same[0])[same[1]]), rtol=1e-12, err_msg=found.text)


TOLD = {
    # more than a person reads
    "x = np.arange(1000.0)\ns = 0\nfor t in range(1000):\n    s = 0.9 * s + x[t]": "x is data: it is given ",
    # what is not known here
    "x = np.array([1., 2.]) + np.random.randn(2)\ns = 0\nfor t in range(2):\n    s = s + x[t]": "",
}
"""Programs whose numbers are not kept, and what is said of them."""


@pytest.mark.parametrize("program", TOLD)
def test_numbers_that_are_not_kept_are_told(program: str) -> None:
    found = read_pasted(program)
    assert "~ [" not in found.text
    assert not TOLD[program] or any(f"{TOLD[program]}{AS_DATA}" in line.note for line in found.lines), found.lines


def test_reading_of_numbers_is_bounded() -> None:
    nested = "[" * 40 + "1" + "]" * 40
    wide = "[" + ", ".join(["[k for k in range(400)]"] * 50) + "]"
    for array in (nested, wide, "[0] * 10 ** 9", "np.zeros((9999, 9999)) + [1]", "10.0 ** 10 ** 10 * np.array([1, 2])"):
        assert "~ [" not in read_pasted(f"x = {array}\nfor t in range(3):\n    s = s + x[t]").text
