"""The numbers of classes that a program has as data are rows of 0 and 1, and its loss is the program's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.engine import bind, run
from app.language import parse
from app.language.pasted import read_pasted

SIZES = "import numpy as np\nn, vocab = 4, 5\n"
WEIGHTS = """Wxh = np.random.randn(n, vocab) * 0.3
Whh = np.random.randn(n, n) * 0.3
Why = np.random.randn(vocab, n) * 0.3
bh = np.zeros((n, 1))
by = np.zeros((vocab, 1))
"""
STEP = """    hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t-1]) + bh)
    ys[t] = np.dot(Why, hs[t]) + by
    ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
"""
NUMBERS = "inputs = [0, 1, 2, 2]\ntargets = [1, 2, 2, 3]\n"
DICTS = "xs, hs, ys, ps = {}, {}, {}, {}\n"
ENTRY = "    xs[t] = np.zeros((vocab, 1))\n    xs[t][inputs[t]] = 1\n"
PROGRAMS = {
    "a start of its own": f"{SIZES}{WEIGHTS}{NUMBERS}hprev = np.zeros((n, 1))\n{DICTS}"
    "hs[-1] = np.copy(hprev)\nloss = 0\n"
    f"for t in range(len(inputs)):\n{ENTRY}{STEP}    loss += -np.log(ps[t][targets[t], 0])\n",
    "a start at once": f"{SIZES}{WEIGHTS}{NUMBERS}{DICTS}hs[-1] = np.zeros((n, 1))\nloss = 0\n"
    f"for t in range(len(inputs)):\n{ENTRY}{STEP}    loss += -np.log(ps[t][targets[t], 0])\n",
    "an entry of a column": f"{SIZES}{WEIGHTS}{NUMBERS}{DICTS}hs[-1] = np.zeros((n, 1))\nloss = 0\n"
    f"for t in range(len(inputs)):\n{ENTRY.replace('inputs[t]]', 'inputs[t], 0]')}{STEP}"
    "    loss += -np.log(ps[t][targets[t], 0])\n",
    "a loop over numbers": f"{SIZES}{WEIGHTS}{NUMBERS}{DICTS}hs[-1] = np.zeros((n, 1))\nloss = 0\n"
    f"for t in range(4):\n{ENTRY}{STEP}    loss -= np.log(ps[t][targets[t], 0])\n",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_over_letters_has_its_own_loss(name: str) -> None:
    reading = read_pasted(PROGRAMS[name])
    assert not reading.problems
    recurrence = parse(reading.text)
    trace = run(recurrence, 4, bind(recurrence, 4, seed=5))
    weights = {one: value[:, None] if value.ndim == 1 else value for one, value in trace.parameters.items()}
    scope: dict[str, Any] = {}
    lines = (line for line in PROGRAMS[name].split("\n") if line.partition(" ")[0] not in weights)
    setup = [f"{one} = weights[{one!r}]" for one in weights]
    exec("\n".join([*setup, *lines]), {"weights": weights}, scope)  # noqa: S102
    assert trace.values["loss"] == pytest.approx(float(np.squeeze(scope["loss"])), rel=1e-12)
    assert np.array_equal(np.reshape(trace.values["targets"][-4:], (4, 5)), np.eye(5)[[1, 2, 2, 3]])


def test_where_nothing_says_how_many_classes_there_are_they_are_as_many_as_the_numbers_have() -> None:
    text = "y = [0, 2, 1]\nh = np.zeros(4)\nloss = 0\nfor t in range(3):\n    h = np.tanh(W @ h + U @ x[t])\n"
    reading = read_pasted(f"{text}    p = softmax(V @ h)\n    loss += -np.log(p[y[t]])")
    assert "y ~ [[1, 0, 0], [0, 0, 1], [0, 1, 0]]" in reading.text.split("\n")
    assert parse(reading.text).shape("V") == (3, 4)


def test_numbers_that_are_no_classes_of_so_many_are_told() -> None:
    text = PROGRAMS["a start at once"].replace("[1, 2, 2, 3]", "[1, 2, 2, 7]")
    reading = read_pasted(text)
    assert "targets ~" not in reading.text
    assert any("give a row of 0 and 1 for the number of each class" in line.note for line in reading.lines)
    assert parse(reading.text).variables["targets"].rank == 1


def test_a_beginning_that_nothing_reads_is_left_out() -> None:
    reading = read_pasted("a = np.zeros(3)\nfor t in range(5):\n    h = np.tanh(W @ h + x[t])\n")
    assert "a ~" not in reading.text
    assert [line.note for line in reading.lines if line.line == 1] == ["nothing reads it"]
