"""Names that a program assigns anew of themselves, single steps as parts, and functions of a whole sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.engine import bind, run
from app.language import GivenShapes, parse
from app.language.pasted import read_pasted

STEPS = 6
RNG = np.random.default_rng(8)
SERIES, VECTORS, WEIGHTS, MATRIX = (RNG.standard_normal(it) for it in ((STEPS,), (STEPS, 3), (3,), (3, 3)))
STATES = "for t in range(T):\n    h = np.tanh(W @ h + x[t])\n    H.append(h)\nH = np.array(H)\n"
RUNNING = "s = 0\nfor t in range(T):\n    s = 0.5 * s + {}\n"
PROGRAMS = {
    # before the steps
    f"w = w / w.sum()\n{RUNNING.format('w @ x[t]')}": {"x": VECTORS, "w": WEIGHTS},
    f"w = w - w.mean()\nw = w / np.sqrt(np.sum(w ** 2))\n{RUNNING.format('w @ x[t]')}": {"x": VECTORS, "w": WEIGHTS},
    f"w *= 0.5\nw += 1\n{RUNNING.format('w @ x[t]')}": {"x": VECTORS, "w": WEIGHTS},
    f"x = x / np.sum(x)\n{RUNNING.format('x[t]')}": {"x": SERIES},
    f"x = (x - x.mean()) / x.std()\n{RUNNING.format('x[t]')}": {"x": SERIES},
    f"x = (x - x.mean(axis=0)) / x.std(axis=0)\n{RUNNING.format('w @ x[t]')}": {"x": VECTORS, "w": WEIGHTS},
    f"x = np.exp(x)\n{RUNNING.format('x[t]')}": {"x": SERIES},
    "z = x / np.sum(x)\ns = 0\nfor z_t in z:\n    s = 0.5 * s + z_t": {"x": SERIES},
    f"W = W - np.diag(np.diag(W))\n{RUNNING.format('w @ W @ x[t]')}": {"x": VECTORS, "w": WEIGHTS, "W": MATRIX},
    f"W *= 0.5\nnp.fill_diagonal(W, 0)\n{RUNNING.format('w @ W @ x[t]')}": {"x": VECTORS, "w": WEIGHTS, "W": MATRIX},
    # parts of one step
    RUNNING.format("np.sum(w * x[t:t+1])"): {"x": VECTORS, "w": WEIGHTS},
    RUNNING.format("w @ x[t, :]"): {"x": VECTORS, "w": WEIGHTS},
    # sums up to each step, and what goes over all entries
    f"c = np.cumsum(x)\n{RUNNING.format('c[t]')}": {"x": SERIES},
    f"c = np.cumsum(x, axis=0)\n{RUNNING.format('w @ c[t]')}": {"x": VECTORS, "w": WEIGHTS},
    f"H = []\nh = np.zeros(3)\n{STATES}s = scipy.special.logsumexp(H)": {"x": VECTORS, "W": MATRIX},
    f"H = []\nh = np.zeros(3)\n{STATES}p = scipy.special.softmax(H)\ns = np.max(p)": {"x": VECTORS, "W": MATRIX},
    f"H = []\nh = np.zeros(3)\n{STATES}s = np.linalg.norm(H)": {"x": VECTORS, "W": MATRIX},
    f"H = []\nh = np.zeros(3)\n{STATES}c = np.cumsum(H, axis=0)\ns = np.sum(c * c)": {"x": VECTORS, "W": MATRIX},
    # the rows of a table
    "W = np.zeros((3, 3))\nfor p in P:\n    W += np.outer(p, p)\nW /= len(P)\nh = w\n"
    "for t in range(T):\n    h = np.tanh(W @ h)\ns = np.sum(h)": {"P": VECTORS[:4], "w": WEIGHTS},
}
"""Programs that make s, with what they are given."""


class scipy:
    """The functions of SciPy that the programs call, over all entries as there."""

    class special:
        @staticmethod
        def logsumexp(a: Any) -> Any:
            return np.log(np.sum(np.exp(a)))

        @staticmethod
        def softmax(a: Any) -> Any:
            return np.exp(a) / np.sum(np.exp(a))


@pytest.mark.one_in(2)
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_last_value_is_that_of_the_program(program: str) -> None:
    arrays = PROGRAMS[program]
    scope: dict[str, Any] = {"np": np, "T": STEPS, "scipy": scipy, **{name: its.copy() for name, its in arrays.items()}}
    exec(program, scope)  # noqa: S102
    found = read_pasted(program)
    assert not found.problems, (found.text, [it.message for it in found.problems])
    kinds = {name: it.kind for name, it in parse(found.text).variables.items()}
    params, inputs = ({n: its for n, its in arrays.items() if kinds[n] == kind} for kind in ("parameter", "given"))
    assert len(params) + len(inputs) == len(arrays)
    recurrence = parse(found.text, None, None, GivenShapes.of(params=params, inputs=inputs))
    ours = np.ravel(run(recurrence, STEPS, bind(recurrence, STEPS, params=params, inputs=inputs)).values["s"])[-1]
    np.testing.assert_allclose(ours, scope["s"], rtol=1e-12, err_msg=found.text)


@pytest.mark.parametrize("function", ["np.argmax", "np.cumsum", "torch.argmax"])
def test_what_goes_over_all_entries_of_all_steps_says_that_an_axis_is_to_be_named(function: str) -> None:
    found = read_pasted(f"for t in range(T):\n    h[t] = np.tanh(W @ x[t] + U @ h[t-1])\nk = {function}(h)")
    (problem,) = found.problems
    assert "without an axis" in problem.message and "axis=1 is over the entries" in (problem.hint or "")
    named = read_pasted(f"for t in range(T):\n    h[t] = np.tanh(W @ x[t] + U @ h[t-1])\nk = {function}(h, axis=1)")
    assert not named.problems


def test_data_that_lie_behind_the_last_step_are_told() -> None:
    found = read_pasted("for t in range(T - 1):\n    z = 0.9 * z + v[t+1] - v[t]")
    assert "v[t+1] is 0 behind the last step" in found.lines[-1].note
    own = read_pasted("for t in reversed(range(T)):\n    g[t] = r[t] + gamma * g[t+1]")
    assert not any("behind the last step" in line.note for line in own.lines)


def test_what_functions_only_take_names_out_of_is_no_parameter() -> None:
    step = 'def step(p, h, x):\n    return np.tanh(p["W"] @ x + p["U"] @ h)\n'
    run_of = "def run(p, xs):\n    h = np.zeros(4)\n    for x in xs:\n        h = step(p, h, x)\n    return h\n"
    found = read_pasted(f"{step}{run_of}y = run(p, xs)")
    assert not found.problems and set(parse(found.text).names("parameter")) == {"W", "U"}, found.text
    array = read_pasted(
        "def step(p, h, x):\n    return np.tanh(p @ x + h)\nfor t in range(T):\n    h = step(p, h, x[t])"
    )
    assert "p" in parse(array.text).names("parameter")


def test_data_whose_axes_change_places_stay_data() -> None:
    found = read_pasted("x = x.T\nfor t in range(T):\n    h = np.tanh(W @ x[t] + U @ h)")
    assert (found.text, found.problems) == ("h[t] = tanh(W @ x[t] + U @ h[t-1])", ())
    assert "x is data" in found.lines[0].note
