"""Windows of the last steps, sums of matrices along an axis, and how long arrays are give the numbers of Python."""

from __future__ import annotations

import numpy as np
import pytest

from app.arrays import Array
from app.engine import bind, run
from app.language import parse
from app.language.pasted import read_pasted

STEPS = 6


def arrays() -> dict[str, Array]:
    rng = np.random.default_rng(8)
    shapes = {"W": (3, 3), "A": (3, 4), "x": (STEPS,), "u": (STEPS, 3), "k": (STEPS, 3), "v": (STEPS, 4), "h0": (3,)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()} | {"a": np.array([0.6, -0.3])}


BEGUN = "h = np.zeros(3)\n"
PROGRAMS = {
    # windows of a sequence of numbers; before the first pass nothing is there
    "y = np.zeros(T)\nfor t in range(2, T):\n    y[t] = np.mean(x[t-2:t+1])": "y",
    "y = np.zeros(T)\nfor t in range(2, T):\n    y[t] = x[t-2:t].sum() + 0.5 * y[t-1]": "y[1:] of x[:-1]",
    "p = 2\ny = np.zeros(T)\nfor t in range(p, T):\n    y[t] = np.max(x[t-p:t+1]) - min(x[t-p:t])": "y",
    "y = np.zeros(T)\nfor t in range(2, T):\n    y[t] = a @ y[t-2:t][::-1] + x[t]": "y[2:] of x[2:]",
    "y = np.zeros(T)\nfor t in range(3, T):\n    y[t] = np.dot(a, y[t-1:t-3:-1]) + x[t]": "y[3:] of x[3:]",
    "y = np.zeros(T)\nfor t in range(2, T):\n    y[t] = np.sum(a * x[t-2:t]) + x[t]": "y",
    "phi = np.array([0.5, 0.2])\np = len(phi)\ny = np.zeros(T)\nfor t in range(2, T):\n"
    "    y[t] = phi @ y[t-p:t] + x[t]": "y[2:] of x[2:]",
    # of vectors along the steps
    "h = np.zeros((T, 3))\nfor t in range(2, T):\n    h[t] = np.tanh(W @ h[t-1] + u[t-2:t].mean(0))": "h[1:] of u[:-1]",
    # a matrix along one of its axes
    f"{BEGUN}h_all = []\nfor t in range(T):\n    h = np.tanh(np.sum(W * h, axis=1) + u[t])\n    h_all.append(h)": "h",
    f"{BEGUN}for t in range(T):\n    h = np.tanh((h[:, None] * W).sum(0) + u[t])": "h",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W.sum(axis=1) * h + np.mean(W, axis=0) + u[t])": "h",
    f"{BEGUN}for t in range(T):\n    S = np.outer(u[t], v[t])\n    h = np.tanh(h + S.sum(axis=-1))": "h",
    f"{BEGUN}for t in range(T):\n    S = np.outer(u[t], v[t])\n    h = np.tanh(h + np.mean(A * S, axis=1))": "h",
    "S = np.zeros((3, 4))\nfor t in range(T):\n    S = 0.5 * S + np.outer(k[t], v[t])\n    o = S.sum(axis=0)": "o",
    # how long arrays are
    f"{BEGUN}for t in range(u.shape[0]):\n    h = np.tanh(W @ h + u[t] / u.shape[0])": "h",
    f"{BEGUN}for t in range(len(u)):\n    h = np.tanh(W @ h / np.sqrt(h.shape[0]) + u[t] / u.shape[1])": "h",
    f"{BEGUN}for t in range(len(u)):\n    h = np.tanh(W @ h / h.size + u[t])": "h",
    # entries of a state by its index
    "s = np.zeros((T + 1, 3))\ns[0] = h0\nfor t in range(T):\n    p, q, r = s[t]\n"
    "    s[t+1] = s[t] + 0.1 * np.array([q - p, p * r - q, p * q - r])": "s",
}
"""Programs, with what they leave, and of which data a loop that begins later reads it."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("program", PROGRAMS)
def test_it_is_computed_as_python_computes_it(program: str) -> None:
    found, (left, _, data) = read_pasted(program), PROGRAMS[program].partition(" of ")
    assert not found.problems, (found.text, [problem.message for problem in found.problems])
    names: dict[str, object] = {**arrays(), "T": STEPS, "np": np}
    exec(program, names)  # noqa: S102
    wanted = np.array(eval(left, names))  # noqa: S307
    known = {**arrays(), **{f"a_{k}": number for k, number in enumerate(arrays()["a"])}}
    if data:
        known[data[0]] = eval(data, names)  # noqa: S307
    first, name = parse(found.text), left[0]
    steps = len(known[next(iter(first.names("given")), "x")])
    params = {it: known[it] for it in first.names("parameter") if it in known}
    inputs = {it: known[it] for it in first.names("given")}
    sizes = {it: 3 for it in ("h", "S") if it in first.variables and f"{it}:" not in found.text}
    recurrence = parse(found.text, sizes)
    values = run(recurrence, steps, bind(recurrence, steps, params=params, inputs=inputs)).values[name]
    got = np.reshape(values, (steps, -1))[-1 if name in "ho" and wanted.ndim == 1 else slice(None)]
    wanted = wanted[1:] if len(wanted) > len(got) else wanted
    np.testing.assert_allclose(np.squeeze(got), wanted, rtol=1e-12, err_msg=found.text)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("m[t] = np.mean(x[:t+1])", "s[t] = s[t-1] + x[t]"),
        ("m[t] = np.median(x[t-k:t])", "x[t] + x[t-1]"),
        ("m[t] = S[t].max(axis=1)", "maximum(a, b)"),
        ("h = h / W.shape[0]", "size(x[t])"),
        ("h = h * x.shape[k]", "size(x[t])"),
    ],
)
def test_of_the_others_it_is_said_what_to_write(line: str, written: str) -> None:
    problem = read_pasted(f"for t in range(T):\n    S[t] = np.tanh(W @ S[t-1])\n    {line}").problems[0]
    assert written in (problem.hint or ""), problem.hint


@pytest.mark.parametrize("called", ["np.prod", "np.cumprod"])
def test_what_stands_for_a_function_under_a_condition_says_it(called: str) -> None:
    found = read_pasted(f"for t in range(T):\n    p[t] = {called}(np.exp(W @ x[t]))")
    assert any("of positive entries" in line.note for line in found.lines)


def test_a_line_that_is_not_read_leaves_no_zero_in_its_place() -> None:
    found = read_pasted("for t in range(T):\n    m[t] = np.median(x[t])\n    h = h + m[t]")
    assert "+ 0" not in found.text and "# not read: h = h + m[t]" in found.text


@pytest.mark.parametrize("first", ["hid = 8\n", ""])
def test_a_layer_may_have_the_name_of_its_size(first: str) -> None:
    text = read_pasted(
        f"{first}hid = nn.Linear(3, hid)\nfor t in range(5):\n    h = torch.tanh(hid(x[t]) + W @ h)"
    ).text
    assert "W_hid @ x[t] + b_hid" in text and "x: 3 unless given" in text
    assert ("h: 8 unless given" in text) == bool(first)
