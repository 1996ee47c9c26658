"""The functions of a pasted program are written out where it calls them: the numbers are those that Python gives."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from app.arrays import Array
from app.engine import bind, run
from app.language import parse
from app.language.pasted import read_pasted

STEPS = 6
ROOM = "x, y, z, xs, ys, zs = (np.full(T + 1, value) for value in (0.1, 1.0, 1.05, 0.0, 1.0, 1.05))\n"
LORENZ = "def lorenz(x, y, z{}):\n    x_dot = s*(y - x)\n    y_dot = r*x - y - x*z\n    z_dot = x*y - b*z\n"
THREE = "    return x_dot, y_dot, z_dot\n"
DEFAULTS = ", s=10, r=28, b=2.667"
STEP = """for i in range(T):
    {0}, {1}, {2} = lorenz({3})
    xs[i+1] = xs[i] + {0}*0.01
    ys[i+1] = ys[i] + {1}*0.01
    zs[i+1] = zs[i] + {2}*0.01
"""
STARTS = "xs[0] = 0.5\nys[0] = 1.0\nzs[0] = 1.05\n"
OSCILLATOR = """def f(s, k=2.0):
    x, v = s
    return np.array([v, -k * x])
s = np.array([0.5, -0.25])
"""
PROGRAMS = [
    *(
        (STARTS + LORENZ.format(DEFAULTS) + THREE + STEP.format(*names, arguments), "xs ys zs")
        for names in (("x_dot", "y_dot", "z_dot"), ("dx", "dy", "dz"), ("z_dot", "x_dot", "y_dot"))
        for arguments in ("xs[i], ys[i], zs[i]", "xs[i], ys[i], zs[i], 9, b=8/3", "z=zs[i], y=ys[i], x=xs[i], r=20")
    ),
    (
        f"def lorenz(x, y, z, s, r, b):\n    return s*(y - x), r*x - y - x*z, x*y - b*z\n{STARTS}"
        + STEP.format("dx", "dy", "dz", "xs[i], ys[i], zs[i], 10, 28, 8/3"),
        "xs ys zs",
    ),
    (
        (
            "def fhn(v, w, I, a=0.7, b=0.8, tau=12.5):\n    dv = v - v**3/3 - w + I\n    dw = (v + a - b*w)/tau\n"
            "    return dv, dw\nv = -1.0\nw = 1.0\nfor t in range(T):\n    dv, dw = fhn(v, w, 0.5)\n"
            "    v = v + 0.1*dv\n    w = w + 0.1*dw"
        ),
        "v w",
    ),
    ("def f(h, a=2.0):\n    return a * h * (1 - h)\nh = 0.25\nfor t in range(T):\n    h = f(h)", "h"),
    ("def f(h, a=2.0):\n    return a * h * (1 - h)\nh = 0.25\nfor t in range(T):\n    h = f(h, a=3.5)", "h"),
    (
        "def f(h, a):\n    y = a * h\n    y += 1\n    return y\nh = 0.5\nfor t in range(T):\n    h = f(h, 2) + 1",
        "h",
    ),
    (
        (
            "def f(a, b):\n    b = a + b\n    a = b * 0.5\n    return a, b\na = b = 0.5\n"
            "for t in range(T):\n    a, b = f(a, b)"
        ),
        "a b",
    ),
    (
        "def f(a, b):\n    a = a * 0.5\n    return b + 1, a\na = 0.5\nb = 0.25\nfor t in range(T):\n    a, b = f(b, a)",
        "a b",
    ),
    (
        (
            "def g(x):\n    y = 0.5 * x\n    return y + 0.1\ndef f(x):\n    y = g(x)\n    return y * g(y)\nh = 0.5\n"
            "for t in range(T):\n    h = f(h) + f(0.5 * h)"
        ),
        "h",
    ),
    (f"{OSCILLATOR}for t in range(T):\n    s = s + 0.1 * f(s)", "s"),
    (f"{OSCILLATOR}for t in range(T):\n    s = s + 0.1 * f(s, k=3)", "s"),
    (f"{OSCILLATOR}for t in range(T):\n    k1 = f(s)\n    k2 = f(s + 0.05 * k1)\n    s = s + 0.1 * k2", "s"),
    (
        (
            "def f(state):\n    x, y, z = state\n    return np.array([10*(y-x), x*(28-z)-y, x*y-8/3*z])\n"
            "state = np.array([1.,1.,1.])\nfor t in range(T):\n    state = state + 0.01 * f(state)"
        ),
        "state",
    ),
    *(
        (f"{function}h = 0.5\nfor t in range(T):\n    h = {call} - 0.25", "h")
        for function, call in (
            ("def relu(x):\n    return np.maximum(0.1 * x, x)\n", "relu(0.5 - h)"),
            ("def relu(x):\n    if x > 0:\n        return x\n    else:\n        return 0.1 * x\n", "relu(0.5 - h)"),
            (
                "def f(x):\n    if x < 0.1:\n        return -x\n    elif x > 0.2:\n        return 1\n    return x\n",
                "f(h)",
            ),
            (
                "def f(x):\n    if x < 0.1 or 0.3 < x < 0.6:\n        x = 1 - x\n        x = 2 * x\n    return x\n",
                "f(h)",
            ),
            ("def f(x):\n    y = 3\n    if not x > 0.2:\n        y = x\n        x = y - 1\n    return x * y\n", "f(h)"),
            ("def f(x, y):\n    if x > y and y > 0:\n        x, y = y, x\n    return x - y\n", "f(h, 1 - h)"),
            ("def f(x, slope=False):\n    if slope:\n        return 1\n    return x * x\n", "f(h)"),
            ("def f(x, slope=False):\n    if slope == True:\n        return 1\n    return x * x\n", "f(h)"),
        )
    ),
    (
        (
            "def f(x):\n    for k in range(3):\n        x = np.tanh(x + 0.1 * k)\n    return x\nh = 0.5\n"
            "for t in range(T):\n    h = f(1 - h)"
        ),
        "h",
    ),
    ("h = 0.5\nfor t in range(T):\n    for k in range(1, 4):\n        h = 1 - k * h / 3", "h"),
    ("f = lambda x: 0.5 * x\ng = lambda a, b: a - f(b)\nh = 0.5\nfor t in range(T):\n    h = g(1, h)", "h"),
    (
        "v = 0.5\ns = []\nfor t in range(T):\n    v = 1.5 * v\n    if v > 0.8:\n        v -= 0.6\n        s.append(t)",
        "v",
    ),
    ("v = 0.5\nfor t in range(T):\n    v = 1.5 * v\n    if v > 0.8:\n        s = v\n        v = s - 0.6", "v"),
]


@pytest.mark.one_in(4)
@pytest.mark.parametrize(("program", "names"), PROGRAMS)
def test_a_call_gives_what_python_gives(program: str, names: str) -> None:
    found = read_pasted(program)
    assert not found.problems, (found.text, [problem.message for problem in found.problems])
    recurrence = parse(found.text)
    assert not recurrence.names("given") and set(recurrence.names("parameter")) <= set(recurrence.fixed)
    values = run(recurrence, STEPS, bind(recurrence, STEPS)).values
    scope: dict[str, Any] = {"np": np, "T": STEPS}
    exec(ROOM + program, scope)  # noqa: S102
    for name in names.split():
        last = np.ravel(scope[name][-1] if name in ("xs", "ys", "zs") else scope[name])
        np.testing.assert_allclose(np.ravel(values[name][-1]), last, rtol=1e-12, err_msg=found.text)


@pytest.mark.parametrize("call", ["f(h)", "f(h, 1, 2)", "f(h, c=1)", "f(*h)"])
def test_a_call_without_what_its_function_takes_is_refused(call: str) -> None:
    found = read_pasted(f"def f(a, b):\n    y = a * b\n    return y + 1\nfor t in range(T):\n    h = {call}")
    assert [(problem.line, problem.hint) for problem in found.problems] == [(5, "write f(a, b)")]


TORCH = {
    "cell = nn.RNNCell(3, 2)\nfor i in range(len(x)):\n    h = cell(x[i], h)": "h",
    "cell = nn.RNNCell(3, 2, bias=False, nonlinearity='relu')\nfor x_t in x:\n    h = cell(x_t, h)": "h",
    "cell = nn.LSTMCell(3, 2)\nfor t in range(T):\n    h, c = cell(x[t], (h, c))": "h",
    "self.cell = nn.GRUCell(3, 2)\nfor t in range(T):\n    h = self.cell(x[t], h)": "h",
    "cell = nn.RNN(3, 2)\nout, h = cell(x)": "h",
    "cell = nn.LSTM(3, 2, batch_first=True)\nout, (h, c) = cell(x)": "h",
    "cell = nn.GRU(input_size=3, hidden_size=2)\nout, _ = cell(x)": "h",
}
"""Cells and layers of PyTorch, with what they leave at every step."""


def states_of_pytorch(program: str, w: dict[str, Array], x: Array) -> Array:
    """The states of a cell by the formulas in PyTorch's documentation, gate by gate."""
    h, c, found = np.zeros(2), np.zeros(2), list[Array]()
    for x_t in x:
        one, other = w["W_ih"] @ x_t + w["b_ih"], w["W_hh"] @ h + w["b_hh"]
        if "LSTM" in program:
            i, f, o = (1 / (1 + np.exp(-(one + other)[2 * k : 2 * k + 2])) for k in (0, 1, 3))
            c = f * c + i * np.tanh((one + other)[4:6])
            h = o * np.tanh(c)
        elif "GRU" in program:
            r, z = (1 / (1 + np.exp(-(one + other)[2 * k : 2 * k + 2])) for k in (0, 1))
            h = (1 - z) * np.tanh(one[4:] + r * other[4:]) + z * h
        else:
            h = np.maximum(one + other, 0) if "relu" in program else np.tanh(one + other)
        found.append(h)
    return np.array(found)


@pytest.mark.parametrize("program", TORCH)
def test_a_cell_of_pytorch_has_the_numbers_of_its_formulas(program: str) -> None:
    found = read_pasted(program)
    assert not found.problems, (found.text, [it.message for it in found.problems])
    rng, rows = np.random.default_rng(4), 8 if "LSTM" in program else 6 if "GRU" in program else 2
    x = rng.standard_normal((5, 3))
    shapes: dict[str, tuple[int, ...]] = {"W_ih": (rows, 3), "W_hh": (rows, 2), "b_ih": (rows,), "b_hh": (rows,)}
    biased = "bias=False" not in program
    w = {name: rng.standard_normal(shape) * (biased or name[0] == "W") for name, shape in shapes.items()}
    recurrence = parse(found.text, sizes={"x": 3, "h": 2})
    assert set(recurrence.names("parameter")) == {name for name in shapes if biased or name[0] == "W"}
    params = {name: w[name] for name in recurrence.names("parameter")}
    ours = run(recurrence, 5, bind(recurrence, 5, params=params, inputs={"x": x})).values["h"]
    np.testing.assert_allclose(np.squeeze(ours), states_of_pytorch(program, w, x), rtol=1e-12, err_msg=found.text)


SEVERAL = {
    "nn.RNN(3, 2, 2)": (2, 1),
    "nn.LSTM(3, 2, num_layers=3, dropout=0.2)": (3, 1),
    "nn.GRU(3, 2, bidirectional=True)": (1, 2),
    "nn.LSTM(input_size=3, hidden_size=2, num_layers=2, bidirectional=True, batch_first=True)": (2, 2),
}
"""Layers of PyTorch above each other and in two directions: how many layers, how many directions."""


@pytest.mark.parametrize("made", SEVERAL)
def test_layers_above_each_other_and_in_two_directions_have_the_numbers_of_their_formulas(made: str) -> None:
    layers, ways = SEVERAL[made]
    last = "(h_n, c_n)" if "LSTM" in made else "h_n"
    end = "y = torch.cat((h_n[-2], h_n[-1]), dim=1)" if ways == 2 else "y = h_n[-1]"
    found = read_pasted(f"rnn = {made}\nout, {last} = rnn(x)\n{end}")
    assert not found.problems, (found.text, [it.message for it in found.problems])
    rng, rows = np.random.default_rng(6), 8 if "LSTM" in made else 6 if "GRU" in made else 2
    x, params = rng.standard_normal((5, 3)), dict[str, Array]()
    below, both = x, [x]
    for k in range(layers):
        both = []
        for way in ("", "_reverse")[:ways]:
            shapes = {"W_ih": (rows, below.shape[1]), "W_hh": (rows, 2), "b_ih": (rows,), "b_hh": (rows,)}
            w = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
            params |= {f"{name}_l{k}{way}": its for name, its in w.items()}
            along = -1 if way else 1
            both.append(states_of_pytorch(made, w, below[::along])[::along])
        below = np.concatenate(both, axis=1)
    recurrence = parse(found.text)
    assert {name: recurrence.shape(name) for name in params} == {name: it.shape for name, it in params.items()}
    values = run(recurrence, 5, bind(recurrence, 5, params=params, inputs={"x": x})).values
    end_of_all = np.concatenate([both[0][-1], both[1][0]]) if ways == 2 else below[-1]
    np.testing.assert_allclose(np.ravel(values["y"]), end_of_all, rtol=1e-12, err_msg=found.text)
    if ways == 2:
        np.testing.assert_allclose(np.squeeze(values["out"]), below, rtol=1e-12)


@pytest.mark.parametrize("made", ["nn.RNN(3, 4, num_layers=n)", "nn.LSTM(3, 4, proj_size=2)", "nn.GRU(3, 4, 99)"])
def test_a_layer_that_is_not_read_is_named(made: str) -> None:
    problem = read_pasted(f"rnn = {made}\nout, h = rnn(x)").problems[0]
    assert "is not read" in problem.message and "a cell is written out" in (problem.hint or "")


SMOOTHED = """def ema(x, {}):
    s = 0
    for t in range(len(x)):
        s = alpha * x[t] + (1 - alpha) * s
    return s
"""
CONTROL = """class PID:
    def __init__(self, Kp, Ki=0.2, dt=0.01):
        self.Kp = Kp
        self.Ki = Ki
        self.dt = dt
        self.integral = 0
    def step(self, error):
        self.integral += error * self.dt
        return self.Kp * error + self.Ki * self.integral
"""
NUMBERS_OF_ARGUMENTS = {
    SMOOTHED.format("alpha=0.1"): {"alpha = 0.1"},
    SMOOTHED.format("*, alpha: float = 1/3, verbose=True, name=''"): {"alpha = 1/3"},
    SMOOTHED.format("alpha=0.1") + "y = ema(x)": {"alpha = 0.1"},
    SMOOTHED.format("alpha=0.1") + "y = ema(x, 0.3)": {"alpha = 0.3"},
    "alpha = 0.7\n" + SMOOTHED.format("alpha"): {"alpha = 0.7"},
    CONTROL: {"Ki = 0.2", "dt = 0.01"},
    CONTROL + "pid = PID(1.5, dt=0.05)": {"Kp = 1.5", "Ki = 0.2", "dt = 0.05"},
    CONTROL + "one = PID(1.5)\nother = PID(2.5, 0.1)": {"dt = 0.01"},
    "class Leaky:\n    def __init__(self, leak=0.3):\n        self.a = leak\n    def step(self, h, x):\n"
    "        return (1 - self.a) * h + self.a * x": {"leak = 0.3", "a = leak"},
    "class Euler:\n    def step(self, h, x, dt=0.1):\n        h = h + dt * (x - h)\n        return h": {"dt = 0.1"},
    "def step(h, x, alpha=0.1):\n    return (1 - alpha) * h + alpha * x": {"h[t] = step_1(h[t-1], x[t])"},
    "def rnn(x, n=5):\n    h = np.zeros(n)\n    for t in range(len(x)):\n        h = np.tanh(W @ x[t] + U @ h)": set(),
}
"""Programs, and the lines that say the numbers of arguments: by default, or as every call gives them."""


@pytest.mark.parametrize("text", NUMBERS_OF_ARGUMENTS)
def test_the_number_of_an_argument_is_kept(text: str) -> None:
    reading = read_pasted(text)
    lines = set(reading.text.split("\n"))
    numbers = {it for it in lines if re.fullmatch(r"\w+ = [\w./]+", it)}
    said = NUMBERS_OF_ARGUMENTS[text]
    assert not reading.problems and said <= lines and numbers - {"y = s[tau]"} <= said, reading.text


KEPT_BY_AN_OBJECT = """class PI:
    def __init__(self, Kp):
        self.Kp = Kp
        self.integral = 0
    def step(self, error):
        {}
        return self.Kp * error + self.integral
pid = PI(1.5)
for t in range(T):
    u[t] = pid.step(e[t])
"""


@pytest.mark.parametrize(
    ("line", "equation"),
    [
        ("self.integral = self.integral + error * dt", "integral[t] = integral[t-1] + e[t] * dt"),
        ("self.integral += error * dt", "integral[t] = integral[t-1] + e[t] * dt"),
        ("self.integral -= error", "integral[t] = integral[t-1] - e[t]"),
        ("self.integral *= error", "integral[t] = integral[t-1] * e[t]"),
    ],
)
def test_what_a_called_method_adds_to_what_its_object_keeps_is_kept(line: str, equation: str) -> None:
    reading = read_pasted(KEPT_BY_AN_OBJECT.format(line))
    assert not reading.problems and {equation, "u[t] = Kp * e[t] + integral[t]"} <= set(reading.text.split("\n")), (
        reading
    )
