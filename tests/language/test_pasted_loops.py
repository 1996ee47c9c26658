"""Loops over time are read with the meaning of their indices: what is read gives the numbers that Python gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from app.arrays import Array
from app.engine import bind, run
from app.language import parse
from app.language.pasted import read_pasted

STEPS = 5


@dataclass(frozen=True)
class LoopRow:
    """A loop, what is given of its data, and which of Python's values are h at 1, 2, …"""

    loop: str
    given: str = "x"
    same: str = "h"
    before: str = ""


STEP = "np.tanh(W @ {h} + U @ {x})"
ZEROS = "h = np.zeros(({}, 2))\n"
TABLE = [
    # arrays from 0 on, a state without an index
    LoopRow(
        "h = np.zeros(2)\nhs = []\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n    hs.append(h)", same="hs"
    ),
    LoopRow(
        "h = h0\nhs = []\nfor t in range(len(x)):\n    h = np.tanh(W @ h + U @ x[t])\n    hs.append(h)", same="hs"
    ),
    LoopRow("h = h0\nhs = []\nfor x_t in x:\n    h = np.tanh(W @ h + U @ x_t)\n    hs.append(h)", same="hs"),
    LoopRow(
        "h = h0\nhs = []\nfor t, x_t in enumerate(x):\n    h = np.tanh(W @ h + U @ x_t)\n    hs.append(h)", same="hs"
    ),
    LoopRow(
        "h = h0\nhs = []\nfor t, x_t in enumerate(x, 1):\n    h = np.tanh(W @ h + U @ x_t) / t\n    hs.append(h)",
        same="hs",
    ),
    LoopRow(
        "h = h0\nhs = []\nfor t, x_t in enumerate(x, start=1):\n    h = np.tanh(W @ h + U @ x[t-1])\n    hs.append(h)",
        same="hs",
    ),
    LoopRow(
        "h = h0\nhs = []\nfor t in range(1, T + 1):\n    h = np.tanh(W @ h + U @ x[t-1])\n    hs.append(h)", same="hs"
    ),
    LoopRow(
        "h = h0\nhs = []\nfor t in range(1, T):\n    h = np.tanh(W @ h + U @ x[t])\n    hs.append(h)",
        given="x[1:]",
        same="hs",
    ),
    LoopRow(
        "h = h0\nhs = []\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t]) * t\n    hs.append(h)", same="hs"
    ),
    LoopRow(
        "h = h0\nhs = []\nfor t in range(2, T + 2):\n    h = np.tanh(W @ h + U @ x[t-2]) * t\n    hs.append(h)",
        same="hs",
    ),
    # states with an index
    LoopRow("for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])", before=ZEROS.format("T")),
    LoopRow("for t in range(T):\n    h[t+1] = np.tanh(W @ h[t] + U @ x[t])", same="h[1:]", before=ZEROS.format("T+1")),
    LoopRow(
        "for t in range(T - 1):\n    h[t+1] = np.tanh(W @ h[t] + U @ x[t])",
        given="x[:-1]",
        same="h[1:]",
        before=ZEROS.format("T"),
    ),
    LoopRow(
        "for t in range(1, T + 1):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t-1])",
        same="h[1:]",
        before=ZEROS.format("T+1"),
    ),
    LoopRow(
        "for t in range(1, T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t-1])",
        given="x[:-1]",
        same="h[1:]",
        before=ZEROS.format("T"),
    ),
    LoopRow(
        "for t in range(1, T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])",
        given="x[1:]",
        same="h[1:]",
        before=ZEROS.format("T"),
    ),
    LoopRow(
        "for t in range(1, T):\n    h[t] = np.tanh(W @ h[t-1] + U @ (x[t] + x[t-1]))", before=ZEROS.format("T")
    ),
    LoopRow(
        "h[0] = U @ x[0]\nfor t in range(1, T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])", before=ZEROS.format("T")
    ),
    LoopRow(
        "h[0] = U @ x[0]\nfor t in range(T - 1):\n    h[t+1] = np.tanh(W @ h[t] + U @ x[t+1])", before=ZEROS.format("T")
    ),
    LoopRow("h[0] = h0\nfor t in range(1, T):\n    h[t] = np.tanh(W @ h[t-1] + t * (U @ x[t]))", given="x[1:]",
            same="h[1:]", before=ZEROS.format("T")),
    LoopRow(
        "h[0] = h0\nh[1] = h0\nfor t in range(2, T):\n    h[t] = np.tanh(W @ h[t-1] + W @ h[t-2] + U @ x[t])",
        before=ZEROS.format("T"),
    ),
    LoopRow(
        "for t in range(2, T):\n    h[t] = np.tanh(W @ h[t-1] + U @ (x[t-1] - x[t-2]))",
        given="x[:-1]",
        same="h[1:]",
        before=ZEROS.format("T"),
    ),
    # lists that begin with a state
    LoopRow("hs = [h0]\nfor t in range(T):\n    hs.append(np.tanh(W @ hs[t] + U @ x[t]))", same="hs[1:]"),
    LoopRow("hs = [h0]\nfor t in range(T):\n    hs.append(np.tanh(W @ hs[-1] + U @ x[t]))", same="hs[1:]"),
    LoopRow(
        "hs = [h0]\nfor t in range(1, T + 1):\n    hs.append(np.tanh(W @ hs[t-1] + U @ x[t-1]))\nhs = np.stack(hs)",
        same="hs[1:]",
    ),
    LoopRow("hs = [h0]\nfor x_t in x:\n    hs.append(np.tanh(W @ hs[-1] + U @ x_t))", same="hs[1:]"),
    LoopRow(
        "h = h0\nhs = [h]\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n    hs.append(h)\nhs = np.array(hs)",
        same="hs[1:]",
    ),
    # arguments of a function, and states that are kept as one
    LoopRow(
        "def rnn(xs, h):\n    hs = []\n    for x in xs:\n        h = np.tanh(W @ h + U @ x)\n        hs.append(h)\n"
        "    return hs",
        same="rnn(x, np.zeros(2))",
    ),
    LoopRow(
        "state = (h0, np.zeros(2))\nhs = []\nfor t in range(T):\n    h, c = state\n    c = 0.5 * c + U @ x[t]\n"
        "    h = np.tanh(c + W @ h)\n    state = (h, c)\n    hs.append(h)",
        same="hs",
    ),
    LoopRow(
        "state = h0, h0\nhs = []\nfor x_t in x:\n    h_prev, c_prev = state\n    c = c_prev * h_prev + U @ x_t\n"
        "    h = np.tanh(c + W @ h_prev)\n    state = h, c\n    hs.append(h)",
        same="hs",
    ),
    LoopRow(
        "state = h0, h0\nhs = []\nfor t in range(T):\n    a, b = state\n    h = np.tanh(W @ b + U @ x[t])\n"
        "    c = W @ a\n    state = [h, c]\n    hs.append(h)",
        same="hs",
    ),
    LoopRow(
        "def cell(x, state):\n    a, b = state\n    c = 0.5 * b + U @ x\n    h = np.tanh(W @ a + c)\n"
        "    return h, (h, c)",
        same="steps(cell)",
    ),
    # loops from the end
    *(
        LoopRow(f"h = {start}\nfor {over}:\n    h = np.tanh(W @ h + U @ {x})\n    {keep}", same="hs", before=room)
        for start in ("np.zeros(2)", "h0")
        for over, x, keep, room in (
            ("t in reversed(range(T))", "x[t]", "hs[t] = h", "hs = np.zeros((T, 2))\n"),
            ("t in range(T)[::-1]", "x[t]", "hs[t] = h", "hs = np.zeros((T, 2))\n"),
            ("t in range(T - 1, -1, -1)", "x[t]", "hs[t] = h", "hs = np.zeros((T, 2))\n"),
            ("t in range(len(x) - 1, -1, -1)", "x[t]", "hs[t] = h", "hs = np.zeros((T, 2))\n"),
            ("t in range(4, -1, -1)", "x[t]", "hs[t] = h", "hs = np.zeros((T, 2))\n"),
            ("t in reversed(range(1, T + 1))", "x[t-1]", "hs[t-1] = h", "hs = np.zeros((T, 2))\n"),
            ("t in range(T, 0, -1)", "x[t-1]", "hs[t-1] = h", "hs = np.zeros((T, 2))\n"),
            ("t, x_t in reversed(list(enumerate(x)))", "x_t", "hs[t] = h", "hs = np.zeros((T, 2))\n"),
            ("x_t in reversed(x)", "x_t", "hs.insert(0, h)", "hs = []\n"),
            ("x_t in x[::-1]", "x_t", "hs.insert(0, h)", "hs = []\n"),
            ("x_t in np.flip(x, 0)", "x_t", "hs.insert(0, h)", "hs = []\n"),
            ("k, x_t in enumerate(x[::-1])", "x_t", "hs.insert(0, h)", "hs = []\n"),
            ("x_t, z_t in zip(x[::-1], reversed(x))", "x_t", "hs.insert(0, h)", "hs = []\n"),
        )
    ),
    LoopRow(
        "hs = []\nh = h0\nfor x_t in reversed(x):\n    h = np.tanh(W @ h + U @ x_t)\n    hs.append(h)\nhs = hs[::-1]",
        same="hs",
    ),
    LoopRow(
        "hs = []\nh = h0\nfor t in reversed(range(T)):\n    h = np.tanh(W @ h + U @ x[t])\n    hs.append(h)\n"
        "hs.reverse()",
        same="hs",
    ),
    LoopRow("for t in range(T - 1, -1, -1):\n    h[t] = np.tanh(W @ h[t+1] + U @ x[t])", same="h[:-1]",
            before=ZEROS.format("T+1")),
    LoopRow("h[T] = h0\nfor t in reversed(range(T)):\n    h[t] = np.tanh(W @ h[t+1] + U @ x[t])", same="h[:-1]",
            before=ZEROS.format("T+1")),
    LoopRow("h[-1] = h0\nfor t in reversed(range(T)):\n    h[t] = np.tanh(W @ h[t+1] + U @ x[t])", same="h[:-1]",
            before=ZEROS.format("T+1")),
    LoopRow("h[T-1] = U @ x[T-1]\nfor t in range(T - 2, -1, -1):\n    h[t] = np.tanh(W @ h[t+1] + U @ x[t])",
            before=ZEROS.format("T")),
    LoopRow("h[-1] = U @ x[-1]\nfor t in reversed(range(T - 1)):\n    h[t] = np.tanh(W @ h[t+1] + U @ x[t])",
            before=ZEROS.format("T")),
    LoopRow("h[T] = h0\nfor t in range(T, 0, -1):\n    h[t-1] = np.tanh(W @ h[t] + U @ x[t-1])", same="h[:-1]",
            before=ZEROS.format("T+1")),
    # lines without a loop
    LoopRow("hs[-1] = np.copy(h0)\nhs[t] = np.tanh(W @ hs[t-1] + U @ x[t])", same="lines('hs')"),
    LoopRow("hs[0] = h0\nhs[t+1] = np.tanh(W @ hs[t] + U @ x[t])", same="lines('hs')"),
]  # fmt: skip


def numbers() -> dict[str, Array]:
    rng = np.random.default_rng(5)
    shapes = {"W": (2, 2), "U": (2, 3), "x": (STEPS, 3), "h0": (2,)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def python_value(expression: str, program: str = "") -> Array:
    """What Python has under a name when it has run a program; loose lines are run by who asks for `lines`."""
    names: dict[str, object] = {**numbers(), "T": STEPS, "np": np, "target": np.array([0.5, -0.25])}
    names |= {"steps": over_steps, "lines": lambda name: line_by_line(program, names, name)}
    if not expression.startswith("lines"):
        exec(program, names)  # noqa: S102
    return np.array(eval(expression, names))  # noqa: S307


def over_steps(cell: Callable[[Array, tuple[Array, Array]], tuple[Array, tuple[Array, Array]]]) -> list[Array]:
    """What a cell returns step by step, from zeros."""
    state, found = (np.zeros(2), np.zeros(2)), list[Array]()
    for x_t in numbers()["x"]:
        h, state = cell(x_t, state)
        found.append(h)
    return found


def line_by_line(program: str, names: dict[str, object], name: str) -> list[Array]:
    """What a step fills that stands below a start without a loop, from the index 0 on."""
    start, step = program.split("\n")
    kept = dict[int, Array]()
    exec(start, names | {name: kept})  # noqa: S102
    for t in range(STEPS):
        exec(step, names | {name: kept, "t": t})  # noqa: S102
    return [kept[k] for k in sorted(kept)[1:]]


def values_of(text: str, data: Array) -> Mapping[str, Array]:
    """What a text in the language has under each name, with the same numbers."""
    state = next(name for name in ("h", "hs", "m", "b") if f"{name}[t] =" in text)
    recurrence, arrays = parse(text, sizes={"x": 3, state: 2}), numbers()
    params = {name: arrays[name] for name in recurrence.names("parameter")}
    return run(recurrence, len(data), bind(recurrence, len(data), params=params, inputs={"x": data})).values


@pytest.mark.one_in(4)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.loop)
def test_a_loop_that_is_read_gives_the_numbers_that_python_gives(row: LoopRow) -> None:
    program = row.before + row.loop
    found = read_pasted(program)
    assert not found.problems, (found.text, [problem.message for problem in found.problems])
    values = values_of(found.text, python_value(row.given))
    name = "h" if "h" in values else "hs"
    np.testing.assert_allclose(values[name], python_value(row.same, program), rtol=1e-12, err_msg=found.text)


FORWARD = "h = np.zeros(2)\nhs = []\nfor t in range(T):\n    h = np.tanh(W @ h + U @ x[t])\n    hs.append(h)\n"
ALONG = "h = np.zeros(2)\nhs = []\nfor x_t in x:\n    h = np.tanh(W @ h + U @ x_t)\n    hs.append(h)\n"
BACK = "g = {}\ngs = []\nfor {}:\n    g = np.tanh(W @ g + U @ {})\n    gs.{}g)\n"
FROM_THE_END = BACK.format("h0", "t in range(T-1, -1, -1)", "x[t]", "insert(0, ")
TURNED = BACK.format("np.zeros(2)", "x_t in reversed(x)", "x_t", "append(")
SIDE_BY_SIDE: Mapping[str, tuple[str, ...]] = {
    FORWARD + FROM_THE_END: ("hs", "gs"),
    FROM_THE_END + FORWARD: ("hs", "gs"),
    FORWARD + FROM_THE_END + "y = W @ h + g": ("y",),
    FORWARD + FROM_THE_END.replace("h0", "h"): ("gs",),
    FORWARD + FROM_THE_END + "loss = 0\nfor t in range(T):\n    o = hs[t] - gs[t]\n    loss += np.sum(o**2)": ("loss",),
    ALONG + TURNED + "gs = gs[::-1]\nys = [W @ a + b for a, b in zip(hs, gs)]": ("ys",),
    ALONG + "ys = np.array([W @ h for h in hs])\nloss = np.mean(ys**2)": ("ys", "loss"),
    ALONG + "ys = []\nfor s in hs:\n    ys.append(W @ s)": ("ys",),
    (  # forward and backward probabilities
        "a = np.zeros((T, 2))\nb = np.zeros((T, 2))\na[0] = h0\n"
        "for t in range(1, T):\n    a[t] = (a[t-1] @ W) * (U @ x[t])\n"
        "b[T-1] = 1\nfor t in range(T-2, -1, -1):\n    b[t] = W @ ((U @ x[t+1]) * b[t+1])\nc = a * b"
    ): ("a", "b", "c"),
    (  # a filter and its smoother
        "m = np.zeros((T, 2))\ns = np.zeros((T, 2))\nh = h0\n"
        "for t in range(T):\n    h = h + W @ (U @ x[t] - h)\n    m[t] = h\n"
        "s[-1] = m[-1]\nfor t in range(T-2, -1, -1):\n    s[t] = m[t] + W @ (s[t+1] - m[t])"
    ): ("m", "s"),
    (  # loops from the start that do not begin alike
        "a = np.zeros((T, 2))\nb = np.zeros((T, 2))\nfor t in range(1, T):\n    b[t] = 0.5 * b[t-1] + U @ x[t]\n"
        "for t in range(T):\n    a[t] = 2 * b[t]\nc = 2 * a"
    ): ("a", "b", "c"),
}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("program", SIDE_BY_SIDE)
def test_loops_beside_each_other_give_the_numbers_that_python_gives(program: str) -> None:
    found = read_pasted(program)
    assert not found.problems, (found.text, [problem.message for problem in found.problems])
    values = values_of(found.text, numbers()["x"])
    for name in SIDE_BY_SIDE[program]:
        ours = values[name if name in values else name[0]]
        np.testing.assert_allclose(np.squeeze(ours), python_value(name, program), rtol=1e-12, err_msg=found.text)


def test_returns_from_the_end_are_those_of_python() -> None:
    program = (
        "G = 0\nfor t in reversed(range(T)):\n    G = r[t] + gamma * G\n    returns[t] = G\nfirst = returns[0] + G"
    )
    found = read_pasted(program)
    assert found.text.split("\n") == [
        "r: scalar unless given", "G[t] = r[t] + gamma * G[t+1]", "returns[t] = G[t]", "first = returns[1] + G[1]"
    ]  # fmt: skip
    recurrence = parse(found.text)
    inputs, params = {"r": np.array([1.0, 2.0, 3.0])}, {"gamma": np.array(0.5)}
    values = run(recurrence, 3, bind(recurrence, 3, params=params, inputs=inputs)).values
    np.testing.assert_allclose(values["returns"].ravel(), [2.75, 3.5, 3.0])
    assert values["first"].item() == 5.5


def test_a_pass_back_by_hand_is_left_out_with_a_note() -> None:
    loop = "for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])"
    found = read_pasted(
        f"{loop}\nfor t in reversed(range(T)):\n    dh = dh_next * (1 - h[t]**2)\n    dh_next = W.T @ dh"
    )
    assert found.text == read_pasted(loop).text and not found.problems
    assert any("the gradients are computed here" in line.note for line in found.lines)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("loop", "given", "read"),
    [
        ("for t in range(1, T + 1):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t-1])", "x", "W @ h[T]"),
        ("for t in range(1, T + 1):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t-1])", "x", "W @ (h[T] - h[T-1])"),
        ("for t in range(1, T + 1):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t-1])", "x", "h[T] + U @ x[T-1]"),
        ("for t in range(1, T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])", "x[1:]", "h[T-1]"),
        ("for t in range(T):\n    h[t+1] = np.tanh(W @ h[t] + U @ x[t])", "x", "W @ h[T] + h[T-2]"),
        ("for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])", "x", "h[T-1]"),
        ("for t in range(len(x)):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])", "x", "h[len(x)-1]"),
        ("for t in range(x.shape[0]):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])", "x", "h[x.shape[0] - 1]"),
        ("for t in range(1, 6):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t-1])", "x", "h[5]"),
    ],
)
@pytest.mark.parametrize("loss", ["np.sum((y - target)**2)", "np.mean((target - y)**2)"])
def test_an_index_counted_from_the_end_of_a_loop_is_counted_from_the_last_step(
    loop: str, given: str, read: str, loss: str
) -> None:
    program = f"{ZEROS.format(8)}{loop}\ny = {read} + c\nloss = {loss}"
    found = read_pasted(program)
    assert not found.problems, (found.text, [problem.message for problem in found.problems])
    data = python_value(given)
    recurrence, arrays = parse(found.text, sizes={"x": 3, "h": 2}), {**numbers(), "c": np.array([0.1, 0.2])}
    params = {name: arrays[name] for name in recurrence.names("parameter")}
    inputs = {"x": data, "target": python_value("target")}
    values = run(recurrence, len(data), bind(recurrence, len(data), params=params, inputs=inputs)).values
    filled = program.replace(" + c", " + np.array([0.1, 0.2])")
    for name in ("y", "loss"):
        np.testing.assert_allclose(values[name], python_value(name, filled), rtol=1e-12, err_msg=found.text)


LOSS = """
h = h0
loss = 0
for t in range({}):
    h = np.tanh(W @ h + U @ x[{}])
    loss += np.sum(h**2)
loss = loss / {}
"""


@pytest.mark.parametrize(
    ("over", "index", "count", "given"),
    [
        ("T", "t", "T", "x"),
        ("T", "t", "len(x)", "x"),
        ("1, T + 1", "t-1", "T", "x"),
        ("1, T", "t", "T", "x[1:]"),
        ("1, T", "t-1", "T", "x[:-1]"),
    ],
)
def test_a_mean_over_the_steps_counts_them_as_the_loop_does(over: str, index: str, count: str, given: str) -> None:
    program = LOSS.format(over, index, count)
    found = read_pasted(program)
    assert not found.problems
    values = values_of(found.text, python_value(given))
    assert float(values["loss"]) == pytest.approx(float(python_value("loss", program)), rel=1e-12), found.text


@pytest.mark.parametrize(
    ("loop", "note"),
    [
        ("for t in range(1, T):\n    h = np.tanh(W @ h + x[t])", "nothing before x[1] is read: give x from there on"),
        (
            "for t in range(T):\n    h = np.tanh(W @ h + x[t-1])",
            "x is 0 before its first entry, where Python counts from the end",
        ),
    ],
)
def test_data_that_no_step_reads_is_told(loop: str, note: str) -> None:
    assert [line.note for line in read_pasted(loop).lines if line.text] == [note]


@pytest.mark.parametrize(
    "put", ["np.stack(hs)", "np.array(hs)", "torch.stack(hs, dim=0)", "np.vstack(hs)", "torch.cat(hs)"]
)
def test_steps_that_are_put_together_after_a_loop_are_there_already(put: str) -> None:
    loop = "hs = []\nfor t in range(T):\n    h = np.tanh(W @ h + x[t])\n    hs.append(h)\n"
    step = "h[t] = tanh(W @ h[t-1] + x[t])"
    loss = "loss = mean(mean(({}[t] - y[t]) ** 2))"
    for name, lines in (("hs", ["hs[t] = h[t]"]), ("H", ["hs[t] = h[t]", "H[t] = hs[t]"])):
        found = read_pasted(f"{loop}{name} = {put.replace('hs', 'hs')}\nloss = np.mean(({name} - y)**2)")
        assert not found.problems
        assert found.text.split("\n") == [step, *lines, loss.format(name)]
    assert read_pasted(f"{loop}hs = {put}").text == step


KEEPING = {
    "hs, cs = [np.zeros(n)], [np.zeros(n)]\nfor x in xs:\n    h, c = hs[-1], cs[-1]\n    c = c + W @ x + U @ h\n"
    "    h = np.tanh(c)\n    hs.append(h)\n    cs.append(c)": (
        "c[t] = c[t-1] + W @ x[t] + U @ h[t-1]\nh[t] = tanh(c[t])"
    ),
    "hs = [h0]\nfor t in range(T):\n    h_prev = hs[-1]\n    h_t = np.tanh(W @ h_prev + U @ x[t])\n"
    "    hs.append(h_t)": ("h[0] = h0\nh[t] = tanh(W @ h[t-1] + U @ x[t])"),
    "h = np.zeros(n)\nhs = [h]\nfor x in xs:\n    h = np.tanh(W @ hs[-1] + U @ x)\n    hs.append(h)\ny = V @ hs[-1]": (
        "h[t] = tanh(W @ h[t-1] + U @ x[t])\ny = V @ h[tau]"
    ),
    "h = {0: h0}\nfor t in range(1, T + 1):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])": (
        "h[0] = h0\nh[t] = tanh(W @ h[t-1] + U @ x[t])"
    ),
    "F = {0: 0, 1: 1}\nfor t in range(2, T):\n    F[t] = F[t-1] + F[t-2]": "F[1] = 0\nF[2] = 1\nF[t] = F[t-1] + F[t-2]",
}
"""States that a program reads from where it keeps them."""


@pytest.mark.parametrize("text", KEEPING)
def test_a_state_that_is_read_from_where_it_is_kept_is_that_of_the_step_before(text: str) -> None:
    found = read_pasted(text)
    assert found.text == KEEPING[text] and not found.problems


@pytest.mark.parametrize(
    "text",
    [
        "for x in xs:\n    h = np.tanh(W @ h + U @ xx)",
        "class Cell:\n    def forward(self, x, h):\n        h = np.tanh(self.W @ h + self.U @ xx)\n        return h",
    ],
)
def test_a_name_that_is_nearly_that_of_data_which_nothing_reads_is_told(text: str) -> None:
    notes = [line.note for line in read_pasted(text).lines]
    assert any("nothing says what xx is, and nothing reads x" in note for note in notes)
    right = read_pasted(text.replace("xx)", "x)"))
    assert not any("nothing says" in line.note for line in right.lines)


LAST = "\n    x = h[l]"
ABOVE = "h_1[t] = tanh(W_1 @ h_1[t-1] + U_1 @ x[t])\nh_2[t] = tanh(W_2 @ h_2[t-1] + U_2 @ {})"
LAYER = "h[l] = np.tanh(W[l] @ h[l] + U[l] @ inp)\n        inp = h[l]"
LAYERS = {
    # how a step keeps the layers, each by its number
    **{
        "for t in range(T):\n    for l in range(2):\n"
        f"        {h} = np.tanh(W[l] @ {before} + U[l] @ (x[t] if l == 0 else {below}))": ABOVE.format("h_1[t]")
        for h, before, below in (
            ("h[l]", "h[l]", "h[l-1]"),
            ("h[l][t]", "h[l][t-1]", "h[l-1][t]"),
            ("h[l, t]", "h[l, t-1]", "h[l-1, t]"),
            ("h[t, l]", "h[t-1, l]", "h[t, l-1]"),
            ("h[t][l]", "h[t-1][l]", "h[t][l-1]"),
        )
    },
    # where their number stands
    **{
        f"{said}for t in range(T):\n    inp = x[t]\n    for {head}:\n        {LAYER.replace('l]', f'{head[0]}]')}": (
            ABOVE.format("inp_2[t]").replace("x[t]", "inp_1[t]")
            + "\ninp[t] = h_2[t]\ninp_1[t] = x[t]\ninp_2[t] = h_1[t]"
        )
        for said, head in (
            ("L = 2\n", "l in range(L)"),
            ("L = 3\n", "l in range(L - 1)"),
            ("self.n_layers = 2\n", "l in range(self.n_layers)"),
            ("cells = [first, second]\n", "l, cell in enumerate(cells)"),
            ("depth = 2\n", "k in range(0, depth)"),
        )
    },
    # a loop over time for each layer
    "for l in range(2):\n    for t in range(T):\n        h[l, t] = np.tanh(W[l] @ h[l, t-1] + U[l] @ x[t])" + LAST: (
        ABOVE.format("h_1[t]")
    ),
    "x = xs\nfor l in range(2):\n    out = []\n    h = np.zeros(4)\n    for u in x:\n"
    "        h = np.tanh(W[l] @ h + U[l] @ u)\n        out.append(h)\n    x = out": (
        "h_1: 4 unless given\nh_1[t] = tanh(W_1 @ h_1[t-1] + U_1 @ u[t])\nh_2: 4 unless given\n"
        "h_2[t] = tanh(W_2 @ h_2[t-1] + U_2 @ out_1[t])\nout_1[t] = h_1[t]"
    ),
}
"""Loops over layers, and the lines of the two layers in the order of the alphabet."""


@pytest.mark.parametrize("text", LAYERS)
def test_an_index_that_counts_layers_is_a_part_of_a_name(text: str) -> None:
    found = read_pasted(text)
    assert "\n".join(sorted(found.text.split("\n"))) == LAYERS[text] and not found.problems


def test_layers_whose_number_is_not_said_are_refused_with_what_says_it() -> None:
    for bound in ("L", "num_layers", "self.num_layers"):
        loop = f"for t in range(T):\n    inp = x[t]\n    for l in range({bound}):\n        {LAYER}"
        [problem] = read_pasted(loop).problems
        said = (problem.hint or "").removeprefix("write ").partition(" above")[0]
        assert not read_pasted(f"{said}\n{loop}").problems


STEP = "h = np.tanh(W @ h + U @ x[t])"
RUN = f"for t in range(T):\n    {STEP}"
ENCODED = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
SURROUNDED = {
    # what stands around a loop or its lines
    **dict.fromkeys(
        (
            "try:\n    {}\nexcept KeyboardInterrupt:\n    pass",
            "try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    {}\nfinally:\n    print(h)",
            "with torch.no_grad(), autocast():\n    {}",
            "async def run():\n    async with lock:\n        {}",
            "if __name__ == '__main__':\n    {}",
        ),
        ENCODED,
    ),
    **dict.fromkeys(
        (
            f"{head}:\n    assert h.ndim == 1\n    {STEP}\n    print(t, h)\n    logger.info(h)\n    bar.update(1)"
            for head in (
                "for t in tqdm(range(T), desc='steps')",
                "bar = tqdm.notebook.tqdm(range(T))\nfor t in bar",
                "for t in trange(T)",
                "for t in rich.progress.track(range(T))",
                "for t, _ in enumerate(tqdm(x))",
            )
        ),
        ENCODED,
    ),
    # what follows
    "with torch.no_grad():\n    {}\ny = V @ h": f"{ENCODED}\ny = V @ h[tau]",
    f"{RUN}\nelse:\n    y = V @ h": f"{ENCODED}\ny = V @ h[tau]",
    # passes that are skipped
    f"for t in range(T):\n    if not m[t]:\n        continue\n    {STEP}": f"h[t] = where(m[t], {ENCODED[7:]}, h[t-1])",
    f"for t in range(T):\n    if t == 0: continue\n    {STEP}": f"h[t] = where(1 - [t = 1], {ENCODED[7:]}, h[t-1])",
    "for t in range(T):\n    if x[t] < 0:\n        n = n + 1\n        continue\n    s = s + x[t]": (
        "n[t] = where(x[t] < 0, n[t-1] + 1, n[t-1])\ns[t] = where(x[t] < 0, s[t-1], s[t-1] + x[t])"
    ),
    "for t in range(T):\n    if a[t] == 2:\n        s = s + 1": (
        "s[t] = where((a[t] <= 2) * (a[t] >= 2), s[t-1] + 1, s[t-1])"
    ),
}
"""Programs with something around their lines, and their equations."""


@pytest.mark.parametrize("text", SURROUNDED)
def test_what_stands_around_the_lines_of_a_program_hides_none_of_them(text: str) -> None:
    indent = next((line for line in text.split("\n") if "{}" in line), "").partition("{}")[0]
    found = read_pasted(text.replace("{}", RUN.replace("\n", f"\n{indent}")))
    assert found.text == SURROUNDED[text] and not found.problems


def test_what_is_left_out_around_the_lines_of_a_program_is_said() -> None:
    failing = f"for t in range(T):\n    try:\n        {STEP}\n    except ValueError:\n        h = 0 * h"
    early = f"{RUN}\n    if h.sum() > 3:\n        break"
    for text, line, note in ((failing, 4, "what is done where a line fails"), (early, 3, "that the loop ends here")):
        assert any(note in it.note for it in read_pasted(text).lines if it.line == line)


FORWARD = "for t in range(T):\n    h[t] = np.tanh(W @ h[t-1] + U @ x[t])\n"
BOTH = f"{ENCODED}\ng[t] = tanh(A @ g[t+1] + B @ x[t])"
FROM_EITHER_END = {
    # what sets an index beside its own
    f"{FORWARD}for t in range(T, 0, -1):\n    g[t-1] = np.tanh(A @ g[t] + B @ x[t-1])": BOTH,
    f"{FORWARD}for t in reversed(range(1, T + 1)):\n    g[t-1] = np.tanh(A @ g[t] + B @ x[t-1])": BOTH,
    f"{FORWARD}for t in reversed(range(-1, T - 1)):\n    g[t+1] = np.tanh(A @ g[t+2] + B @ x[t+1])": BOTH,
    f"{FORWARD}for t in reversed(range(1, T)):\n    g[t-1] = np.tanh(A @ g[t] + B @ x[t])\ny = V @ g[0]": (
        f"g[tau] = 0\n{ENCODED}\ng[t] = tanh(A @ g[t+1] + B @ x[t+1])\ny = V @ g[1]"
    ),
    # loops from 1 to T
    f"h[0] = h0\ng[T+1] = g0\n{FORWARD.replace('range(T)', 'range(1, T + 1)')}"
    "for t in range(T, 0, -1):\n    g[t] = np.tanh(A @ g[t+1] + B @ x[t])\ny = V @ h[T] + Q @ g[1]": (
        f"h[0] = h0\ng[tau+1] = g0\n{BOTH}\ny = V @ h[tau] + Q @ g[1]"
    ),
}
"""Loops from the start beside loops from the end, and their equations."""


@pytest.mark.parametrize("text", FROM_EITHER_END)
def test_loops_from_either_end_count_the_same_steps(text: str) -> None:
    found = read_pasted(text)
    assert found.text == FROM_EITHER_END[text] and not found.problems
