"""Nothing of a pasted program is lost without a word: it is computed as Python does it, or its line says it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import numpy as np
import pytest

import tests.language
from app.language.pasted import PASTED, read_pasted
from app.language.pasted.python_expressions import ExpressionReader
from app.language.pasted.python_unread import IN_NO_EQUATION
from app.language.syntax import Expr
from tests.language.test_pasted_loops import numbers, python_value, values_of

BEGUN = "h = np.zeros(2)\nhs = []\n"
KEPT = "    hs.append(h)\n"
COMPUTED = {
    # what a loop runs over is computed of data
    f"{BEGUN}for a in x @ U.T:\n    h = np.tanh(W @ h + a)\n{KEPT}": "hs",
    f"{BEGUN}for a in np.tanh(x) / 3 - 1:\n    h = np.tanh(W @ h + U @ a)\n{KEPT}": "hs",
    f"{BEGUN}for t, a in enumerate(2 * (x @ U.T)):\n    h = np.tanh(W @ h + t * a)\n{KEPT}": "hs",
    f"{BEGUN}for a, b in zip(x ** 2, x):\n    h = np.tanh(W @ h + U @ (a + b))\n{KEPT}": "hs",
    f"{BEGUN}for x_t in list(-x):\n    h = np.tanh(W @ h + U @ x_t)\n{KEPT}": "hs",
    f"{BEGUN}for a in reversed(x @ U.T):\n    h = np.tanh(W @ h + a)\n    hs.insert(0, h)\n": "hs",
    # a line before the loop computes what it runs over, or reads at its index
    f"{BEGUN}e = np.tanh(x @ U.T)\nfor e_t in e:\n    h = np.tanh(W @ h + e_t)\n{KEPT}": "hs",
    f"{BEGUN}e = x @ U.T + h0\nfor t in range(T):\n    h = np.tanh(W @ h + 2 * e[t])\n{KEPT}": "hs",
    f"{BEGUN}e = x @ U.T\nfor t, e_t in enumerate(e.reshape(T, -1)):\n    h = np.tanh(W @ h + t * e_t)\n{KEPT}": "hs",
    # what lines behind the steps read as a whole is at its own index
    (
        "h = np.zeros((T, 2))\nh[0] = h0\nfor t in range(1, T):\n    h[t] = np.tanh(W @ h[t-1]) + U @ x[t-1]\n"
        "loss = np.sum((h - x @ U.T) ** 2)"
    ): "loss",
    # what is pooled along an axis, and of the whole
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.max(hs, axis=0)": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.max(hs, axis=1)": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.mean(np.array(hs))": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.max(hs, axis=0) - np.mean(hs)": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.sum(np.max(hs, axis=0))": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.sum(np.max(hs, axis=1))": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.array(hs) - np.mean(hs, axis=0)": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.array(hs) / np.sum(hs)": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.std(hs, axis=0)": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.std(hs)": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.linalg.norm(hs)": "y",
    f"{BEGUN}for t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n{KEPT}y = np.linalg.norm(hs, axis=1)": "y",
    f"{BEGUN}m = x.mean()\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t] - m)\n{KEPT}": "hs",
    f"{BEGUN}m = x.max(axis=0)\nfor t in range(T):\n    h = np.tanh(W @ h + U @ (x[t] - m))\n{KEPT}": "hs",
    f"{BEGUN}m = x.min(axis=1)\nfor t in range(T):\n    h = np.tanh(W @ h + m[t] * (U @ x[t]))\n{KEPT}": "hs",
    f"{BEGUN}z = (x - x.mean(0)) / x.std(0)\nfor t in range(T):\n    h = np.tanh(W @ h + U @ z[t])\n{KEPT}": "hs",
    # functions with loops, called behind or before them, several times, one within the other
    (
        "def rnn(params, xs):\n    h = np.zeros(2)\n    hs = []\n    for x in xs:\n"
        "        h = np.tanh(params @ h + U @ x)\n"
        "        hs.append(h)\n    return np.stack(hs)\nys = 2 * rnn(W, x)"
    ): "ys",
    (
        "def last(h, xs, factor=0.5):\n    for x in xs:\n        h = np.tanh(W @ h + factor * (U @ x))\n    return h\n"
        "def twice(xs):\n    return 2 * last(h0, xs)\ny = twice(x) + W @ last(h0, x, factor=2)"
    ): "y",
}
"""Programs, with the name of what they leave."""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("program", COMPUTED)
def test_what_stands_around_a_loop_is_computed_as_python_computes_it(program: str) -> None:
    found = read_pasted(program)
    assert not found.problems, (found.text, [problem.message for problem in found.problems])
    name = COMPUTED[program]
    values = values_of(found.text, numbers()["x"])
    np.testing.assert_allclose(
        np.squeeze(values.get(name, values["h"])), python_value(name, program), rtol=1e-12, err_msg=found.text
    )


ENCODED = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
CARRIED = {
    "def step(carry, x):\n    h = jnp.tanh(W @ carry['h'] + U @ x)\n    return {'h': h, 'c': carry['c'] + h}, h\n"
    "init = {'c': jnp.ones(3), 'h': jnp.zeros(3)}\n_, hs = lax.scan(step, init, xs)": (
        f"h: 3 unless given\n{ENCODED}\nc[t] = c[t-1] + h[t]\nc[0] = 1"
    ),
    "def step(s, x):\n    h = jnp.tanh(W @ s['h'] + U @ x)\n    return {**s, 'h': h}, s['c']\n"
    "s, cs = lax.scan(step, dict(h=h0, c=c0), xs)\ny = V @ s['h']": f"{ENCODED}\nh[0] = h0\ny = V @ h[tau]",
    "def step(s, x):\n    h = jnp.tanh(W @ s.h + U @ x)\n    return s._replace(h=h), h\n"
    "s, hs = lax.scan(step, State(h=h0, c=c0), xs)\ny = V @ s.h": f"{ENCODED}\nh[0] = h0\ny = V @ h[tau]",
    "class State(NamedTuple):\n    h: Array\n    c: Array\n"
    "def step(s, x):\n    h = jnp.tanh(W @ s.h + U @ x)\n    return State(h, s.c + h), h\n"
    "s, hs = lax.scan(step, State(h0, c0), xs)\ny = V @ s.h + s.c": (
        f"{ENCODED}\nc[t] = c[t-1] + h[t]\nh[0] = h0\nc[0] = c0\ny = V @ h[tau] + c[tau]"
    ),
    "State = namedtuple('State', 'h c')\n"
    "def step(s, x):\n    h = jnp.tanh(W @ s.h + U @ x)\n    return State(h, s.c + h), h\n"
    "s, hs = lax.scan(step, State(h0, c0), xs)": f"{ENCODED}\nc[t] = c[t-1] + h[t]\nh[0] = h0\nc[0] = c0",
    "def step(h, batch):\n    h = jnp.tanh(W @ h + U @ batch['x'] + batch['m'])\n    return h, {'h': h, 'o': V @ h}\n"
    "h, res = lax.scan(step, h0, {'x': xs, 'm': ms})\ny = 2 * res['o']": (
        "h[t] = tanh(W @ h[t-1] + U @ x[t] + m[t])\no[t] = V @ h[t]\nh[0] = h0\nys[t] = o[t]\ny[t] = 2 * ys[t]"
    ),
}
"""Scans that carry, read or give out values under names."""


@pytest.mark.parametrize("program", CARRIED)
def test_what_a_scan_carries_under_names_is_a_state_for_each(program: str) -> None:
    found = read_pasted(program)
    assert found.text == CARRIED[program] and not found.problems


RUN = "h = np.zeros(3)\nfor x in xs:\n    h = np.tanh(W @ h + U @ x)\n    hs.append(V @ h)\n"
TARGETS = {
    f"hs = []\n{RUN}loss = np.mean((np.array(hs) - ys) ** 2)": "loss = mean(mean((hs[t] - ys[t]) ** 2))",
    f"hs = []\n{RUN}loss = np.sum((V @ h - goal) ** 2)": "loss = sum((V @ h[tau] - goal) ** 2)",
    f"hs = []\n{RUN}loss = nn.MSELoss()(np.stack(hs), expected)": "loss = mean(mse(hs[t], expected[t]))",
    "def step(h, x):\n    h = jnp.tanh(W @ h + U @ x)\n    return h, h\ndef loss_fn(params, xs, ys):\n"
    "    _, hs = lax.scan(step, jnp.zeros(3), xs)\n    return jnp.mean((hs @ params['V'] - ys) ** 2)": (
        "loss = mean(mean((hs[t] @ V - ys[t]) ** 2))"
    ),
    "def loss_fn(params, xs, wanted):\n    h = np.zeros(3)\n    for x in xs:\n        h = np.tanh(params.W @ h + x)\n"
    "    return np.sum((h - wanted) ** 2)": "loss = sum((h[tau] - wanted) ** 2)",
}


@pytest.mark.parametrize("program", TARGETS)
def test_what_only_a_loss_reads_is_data(program: str) -> None:
    found = read_pasted(program)
    line = next(it for it in found.lines if TARGETS[program] in it.text)
    assert not found.problems and "what a result is compared with" in line.note
    name = next(it for it in ("ys", "goal", "expected", "wanted") if it in line.text)
    assert f"{name}[t]" in line.text or f"given {name}" in found.text.split("\n")


def test_an_array_of_two_axes_is_a_matrix_whatever_its_letter() -> None:
    found = read_pasted("delta = logpi\nfor t in range(1, T):\n    delta = delta + logB[:, obs[t]]")
    assert "delta[t] = delta[t-1] + logB @ obs[t]" in found.text and "logB: matrix unless given" in found.text


def test_what_a_recurrence_subtracts_is_no_target() -> None:
    found = read_pasted(
        "def run(x, rest):\n    v = rest\n    for t in range(T):\n        v = v + x[t] - rest\n    return v"
    )
    assert (
        "given" not in found.text
        and "rest[t]" not in found.text
        and not any("compared" in it.note for it in found.lines)
    )


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("for x in xs[1:]", ["x is data: what xs[1:] gives at each step"]),
        ("for x in xs[::2]", ["x is data: what xs[::2] gives at each step"]),
        ("for x in smoothed(xs, 3)", ["x is data: what smoothed(xs, 3) gives at each step"]),
        ("for x in xs - xs.mean(0)", ["x is data: what xs - xs.mean(0) gives at each step"]),
        (
            "for x, y in zip(a[:-1], a[1:])",
            ["x is data: what a[:-1] gives at each step", "y is data: what a[1:] gives"],
        ),
    ],
)
def test_of_what_a_loop_runs_over_and_cannot_compute_the_line_says_that_it_is_data(head: str, said: list[str]) -> None:
    found = read_pasted(f"{head}:\n    h = np.tanh(W @ h + U @ x)")
    assert not found.problems and all(it in found.lines[0].note for it in said)


def test_what_is_left_out_for_another_reason_is_told_where_no_problem_tells_it() -> None:
    found = read_pasted(
        "def f(*xs):\n    for x in xs:\n        h = h + x\n    return h\ndef loss(x):\n    a = f(x)\n    return a * a"
    )
    assert "not read" in found.text and found.problems


def test_whatever_a_reader_loses_the_line_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read = ExpressionReader.read

    def losing(self: ExpressionReader, node: object, depth: int = 0) -> Expr:
        """A reader that reads the left side of a product alone."""
        return read(self, getattr(node, "left", node), depth)  # type: ignore[arg-type]

    text = "for t in range(T):\n    h = np.tanh(W @ h + np.exp(x[t]))"
    assert not any("left out" in line.note for line in read_pasted(text).lines)
    monkeypatch.setattr(ExpressionReader, "read", losing)
    found = read_pasted(f"{text}\n")
    assert any(IN_NO_EQUATION.format("W @ h + np.exp(x[t])") in line.note for line in found.lines), found.lines


def strings_of(value: object) -> Iterator[str]:
    """The texts in what a module of tests has under its names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for it in (*value, *value.values()):
            yield from strings_of(it)
    elif isinstance(value, list | tuple | set | frozenset):
        for it in value:
            yield from strings_of(it)


def fragments() -> set[str]:
    """All texts that tests of pasting have at hand, and the rows of the reference."""
    found = {row.source for row in PASTED}
    for module in pkgutil.iter_modules(tests.language.__path__):
        if module.name.startswith("test_pasted"):
            names = vars(importlib.import_module(f"tests.language.{module.name}"))
            found |= {it for name, value in names.items() if name.isupper() for it in strings_of(value)}
    return {it for it in found if 8 < len(it) < 3000}


@pytest.mark.dear
@pytest.mark.one_in(15)
@pytest.mark.parametrize("part", range(15))
def test_of_no_text_that_is_known_a_part_is_lost(part: int) -> None:
    texts = sorted(fragments())
    assert len(texts) > 900
    texts = texts[part::15]
    left = IN_NO_EQUATION.split("}")[1]
    assert not [(text, line.note) for text in texts for line in read_pasted(text).lines if left in line.note]
