"""Every operation against PyTorch: values and gradients of small programs, ties and edges among them.

The numbers are in `tests/golden/operations.json`; where PyTorch is installed, `python -m tests.engine.test_pytorch`
writes them anew, from a plain reading of the equations whose operations and derivatives are PyTorch's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest

from app.engine import Bindings, Trace, bind, run
from app.language import Problems, Recurrence, parse
from app.ops import OPS, Op
from tests.fuzz import autograd
from tests.fuzz.compare import Setting
from tests.paths import GOLDEN

FILE = GOLDEN / "operations.json"
TAU, SEED = 3, 5
NAMES = {0: ("alpha", "beta", "gamma"), 1: ("p", "q", "r"), 2: ("P", "Q", "R")}
POSITIVE = {"log", "sqrt", "power", "/", "log1p"}
"""Tried on arguments between 2 and 3."""
REGULAR = {"inverse": "P + 3 * I", "solve": "P + 3 * I"}
CELLS = (
    (
        "i[t], f[t], o[t], g[t] = split(W @ h[t-1] + U @ x[t] + b); c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * "
        "tanh(g[t]); h[t] = sigmoid(o[t]) * tanh(c[t]); loss = sum(sum(h[t]))"
    ),
    (
        "f[t] = sigmoid(W @ concat(h[t-1], x[t], k) + b); h[t] = f[t] * tanh(V @ concat(x[t], h[t-1])); "
        "loss = sum(sum(h[t] ** 2))"
    ),
    "h[t] = where(x[t] >= W @ h[t-1], maximum(h[t-1], x[t]), elu(x[t]) - 1); loss = sum(sum(h[t] ** 2))",
    "h[t] = tanh(W @ h[t-1] + p * stop(h[t-1]) + x[t]); loss = sum(sum(h[t] ** 2))",
    "h[t] = tanh(W @ h[t-1] + x[t]); m = max(h[t]); n = min(h[t]); loss = norm(m) + sum(n)",
    "given X; H = tanh(X @ W + b); loss = sum(H ** 2)",
    "H[t] = tanh(b + H[t-1] @ W + X[t] @ U); loss = sum(sum(H[t] ** 2))",
    "v = (2 + sigmoid(p)) ** 0.5 + (2 + sigmoid(p)) ** 10 + (2 + sigmoid(p)) ** -3.5; loss = sum(v)",
    "a, b = split(concat(p, q, p)); loss = sum(a * b)",
    (
        "I[t], F[t], O[t], G[t] = split(concat(H[t-1], X[t]) @ W + b); C[t] = sigmoid(F[t]) * C[t-1] + sigmoid(I[t]) * "
        "tanh(G[t]); H[t] = sigmoid(O[t]) * tanh(C[t]); loss = sum(sum(H[t] ** 2))"
    ),
    "A, B = split(concat(P, Q, P)); loss = sum(A * B * B)",
)
"""Programs with the parts of a cell that PyTorch's or Keras' users write."""
EDGES: Mapping[str, Mapping[str, Any]] = {
    "maximum(p, q)": {"p": [1.0, 2.0, 2.0], "q": [1.0, 1.0, 3.0]},
    "minimum(p, q)": {"p": [1.0, 2.0, 2.0], "q": [1.0, 1.0, 3.0]},
    "max(p)": {"p": [1.0, 2.0, 2.0]},
    "min(p)": {"p": [1.0, 1.0, 2.0]},
    "norm(p)": {"p": [0.0, 0.0, 0.0]},
    "where(p >= 0, p + 0.5, sigmoid(p))": {"p": [0.0, 0.3, -0.1]},
    "hard_tanh(p)": {"p": [-1.0, 1.0, 0.0]},
    "hard_sigmoid(p)": {"p": [-3.0, 3.0, 0.0]},
    "elu(p)": {"p": [0.0, 1e-9, -1e-9]},
    "leaky_relu(p)": {"p": [0.0, 1.0, -1.0]},
    "relu(p)": {"p": [0.0, 1.0, -1.0]},
    "clip(p, q, r)": {"p": [0.0, 1.0, 2.0], "q": [0.0, 0.0, 0.0], "r": [1.0, 1.0, 1.0]},
    "clip(p, r, q)": {"p": [-1.0, 0.0, 1.0], "q": [0.0, 0.0, 0.0], "r": [0.0, 0.0, 0.0]},
    "p ** beta": {"p": [0.0, 1.0, 2.0], "beta": 2.0},
}
"""Where two are equal, or a curve has a corner: PyTorch's conventions are ours."""


def programs() -> Iterator[str]:
    """Each operation on all ranks that it takes, then cells, then edges."""
    for op in (op for op in OPS.values() if not op.internal and not op.by_line and not op.constant):
        yield from _applied(op)
    yield from CELLS
    yield from (f"v = {call}; loss = sum(v * v + sin(v))" for call in EDGES)


def _applied(op: Op) -> Iterator[str]:
    for ranks in product(range(3), repeat=op.arity or 2):
        args = [NAMES[r][i] for i, r in enumerate(ranks)]
        if op.name == "**":
            args[1] = "3"
        if op.name in POSITIVE:
            args = [f"(2 + sigmoid({a}))" for a in args]
        args = [REGULAR[op.name], *args[1:]] if op.name in REGULAR else args
        call = f" {op.written} ".join(args) if op.infix else f"{op.written}({', '.join(args)})"
        text = f"v = {call}; loss = sum(v * v + sin(v))"
        try:
            parse(text)
        except Problems:
            continue
        yield text


def bound(text: str) -> tuple[Recurrence, Bindings]:
    """A program with numbers from a seed, or those of an edge."""
    call = text.removeprefix("v = ").partition(";")[0]
    sizes = {"p": 3} if call in EDGES else {"I_rows": 3} if "* I" in text else {}
    recurrence = parse(text, sizes)
    params = {name: np.asarray(value) for name, value in EDGES.get(call, {}).items()}
    if "* I" in text:
        params["I"] = np.eye(3)
    return recurrence, bind(recurrence, TAU, SEED, params=params)


def numbers(trace: Trace) -> dict[str, Any]:
    """The objective, and the gradient of every parameter and datum."""
    names = (*trace.bindings.parameters, *trace.bindings.inputs)
    return {"loss": trace.loss, **{name: np.asarray(trace.gradients[name]).tolist() for name in names}}


KNOWN: dict[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {}


def test_every_program_has_the_numbers_of_pytorch_on_file() -> None:
    assert KNOWN.keys() == {*programs()}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("text", KNOWN)
def test_values_and_gradients_are_those_of_pytorch(text: str) -> None:
    recurrence, bindings = bound(text)
    ours, theirs = numbers(run(recurrence, TAU, bindings)), KNOWN[text]
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        largest = np.max(np.abs(value), initial=1e-3)
        np.testing.assert_allclose(ours[name], value, rtol=1e-12, atol=1e-12 * largest, err_msg=name)


def measured(text: str) -> dict[str, Any]:
    """The same numbers by PyTorch."""
    recurrence, bindings = bound(text)
    setting = Setting(recurrence, TAU, bindings, "loss", frozenset())
    names = (*bindings.parameters, *bindings.inputs)
    loss, gradients = autograd.gradients(setting, names)
    return {"loss": loss, **{name: array.tolist() for name, array in gradients.items()}}


if __name__ == "__main__":
    lines = (f"{json.dumps(text)}: {json.dumps(measured(text))}" for text in dict.fromkeys(programs()))
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
