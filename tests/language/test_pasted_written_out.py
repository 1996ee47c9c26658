"""Programs that say something in fewer words, or by NumPy's older classes, read as the equations that they are."""

import warnings
from typing import Any

import numpy as np
import pytest

from app.language.pasted import read_pasted
from app.link import Link, read, resolve
from app.outputs import json_bytes

RNG = np.random.default_rng(3)
NOISE = RNG.normal(size=50)
MATRICES = {"A": [[1.0, 0.1], [0.0, 1.0]], "B": [[0.0], [0.1]], "Q": [[0.5, 0.0], [0.0, 0.25]]}
HIDDEN = {"A": [[0.5, 0.2], [-0.1, 0.3]], "B": [[1.0], [0.5]]}


def run(program: str, body: dict[str, Any], **declared: str) -> Any:
    """The trace of a program that is read, with numbers for what it leaves open."""
    found = read_pasted(program)
    assert not found.problems, found.problems
    lines = [f"{name}: {rank}" for name, rank in declared.items()]
    kept = [line for line in found.text.split("\n") if line.partition(":")[0] not in declared]
    return resolve(read(json_bytes({"equations": "\n".join([*lines, *kept]), **body}))).run.trace


def executed(program: str, **names: Any) -> dict[str, Any]:
    """What the program itself computes."""
    space: dict[str, Any] = {"np": np, **names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # NumPy would rather have no class matrix.
        exec(program, space)  # noqa: S102
    return space


SUMS = {
    "p = 2\nphi = [0.6, -0.3]\nfor t in range(p, 50):\n    y[t] = sum(phi[i]*y[t-1-i] for i in range(p)) + e[t]",
    "phi = [0.6, -0.3]\nfor t in range(2, 50):\n    y[t] = sum([phi[i] * y[t - i - 1] for i in range(2)]) + e[t]",
    (
        "p = 2\nphi = [0.6, -0.3]\nfor t in range(p, 50):\n"
        "    y[t] = np.sum([phi[k - 1] * y[t - k] for k in range(1, p + 1)]) + e[t]"
    ),
}


@pytest.mark.parametrize("program", sorted(SUMS))
def test_a_sum_over_a_few_lags_is_its_terms(program: str) -> None:
    theirs = executed(program, y=np.zeros(50), e=NOISE)["y"][2:]
    ours = run(program, {"inputs": {"e": NOISE[2:].tolist()}}, e="scalar").arrays["y"].ravel()
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_many_terms_stay_a_problem_and_a_sum_of_data_before_a_loop_stays_one() -> None:
    many = "for t in range(99, T):\n    y[t] = sum(phi[i] * y[t-1-i] for i in range(99))"
    assert read_pasted(many).problems


def test_entries_of_a_list_of_arrays_are_the_arrays() -> None:
    program = "W = [A, B]\nh = np.zeros(2)\nfor t in range(6):\n    h = np.tanh(W[0] @ h + W[1] @ x[t])"
    x = NOISE[:6].reshape(6, 1)
    theirs = executed(program, x=x, **{name: np.array(its) for name, its in HIDDEN.items()})["h"]
    ours = run(program, {"params": HIDDEN, "inputs": {"x": x.tolist()}}).value("h[6]")
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_the_product_of_the_class_matrix_is_that_of_matrices() -> None:
    program = (
        "A = np.matrix([[1., 0.1], [0., 1.]])\nB = np.matrix([[0.], [0.1]])\nx = np.matrix([[1.], [2.]])\n"
        "for t in range(10):\n    x = 0.5 * A * x + B * u[t]"
    )
    u = NOISE[:10].reshape(10, 1)
    theirs = np.asarray(executed(program, u=u[:, :, None])["x"]).ravel()
    numbers = {name: MATRICES[name] for name in ("A", "B")}
    trace = run(program, {"params": numbers, "inputs": {"u": u.tolist()}})
    np.testing.assert_allclose(trace.value("x[10]"), theirs, rtol=1e-12)


def test_a_covariance_of_the_class_matrix() -> None:
    program = (
        "A = np.matrix([[1., 0.1], [0., 1.]])\nP = np.matrix(np.eye(2))\nfor t in range(4):\n    P = A * P * A.T + Q"
    )
    theirs = np.asarray(executed(program, Q=np.array(MATRICES["Q"]))["P"])
    ours = run(program, {"params": {name: MATRICES[name] for name in ("A", "Q")}}).value("P[4]")
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_a_diagonal_that_is_written_out_is_a_parameter_of_its_size() -> None:
    found = read_pasted("A = np.diag([0.9, 0.5])\nfor t in range(T):\n    x = A @ x + B @ u[t]")
    assert not found.problems and found.text.startswith("A ~ [[0.9, 0], [0, 0.5]]\n")


def test_a_start_that_is_written_as_a_column_keeps_its_numbers() -> None:
    program = "x = np.array([[1.],[2.]])\nfor k in range(5):\n    x = A @ x + B @ u[k]"
    u = NOISE[:5].reshape(5, 1)
    theirs = executed(program, u=u[:, :, None], A=np.array(HIDDEN["A"]), B=np.array(HIDDEN["B"]))["x"].ravel()
    ours = run(program, {"params": HIDDEN, "inputs": {"u": u.tolist()}}).value("x[5]")
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "W \\in \\mathbb{R}^{3\\times 3}. U \\in \\mathbb{R}^{3 \\times 2}.\nh_t = \\tanh(W h_{t-1} + U x_t)",
        "where W \\in \\mathbb{R}^{3\\times 3}. U \\in \\mathbb{R}^{3 \\times 2}.\nh_t = \\tanh(W h_{t-1} + U x_t)",
        "W ∈ ℝ³ˣ³. U ∈ ℝ³ˣ².\nhₜ = tanh(W hₜ₋₁ + U xₜ)",
        "with W ∈ ℝ³ˣ³. U ∈ ℝ³ˣ².\nhₜ = tanh(W hₜ₋₁ + U xₜ)",
    ],
)
def test_memberships_that_full_stops_part_are_all_read(text: str) -> None:
    assert read_pasted(text).text == "W: 3 x 3\nU: 3 x 2\nh[t] = tanh(W @ h[t-1] + U @ x[t])"


def test_the_length_of_a_vector_that_no_loop_goes_along_is_its_size() -> None:
    program = "w = np.zeros(3)\nfor epoch in range(20):\n    grad = X.T @ (X @ w - y) / len(y)\n    w -= 0.1 * grad"
    points, targets = RNG.normal(size=(12, 3)), NOISE[:12]
    theirs = executed(program, X=points, y=targets)["w"]
    trace = run(program, {"params": {"X": points.tolist()}, "inputs": {"y": targets.tolist()}})
    np.testing.assert_allclose(trace.value("w[20]"), theirs, rtol=1e-12)


@pytest.mark.parametrize("sign", ["np.sign(x)", "torch.sign(x)", "x.sign()"])
def test_the_sign_of_zero_is_that_of_the_program(sign: str) -> None:
    found = read_pasted(f"s = 0\nfor x in [0.0, -2.0, 3.0, 0.0]:\n    s = 2 * s + {sign} + np.sign(0)")
    assert any("0 at 0, as there" in line.note for line in found.lines)
    trace = resolve(Link(equations=found.text)).run.trace
    assert trace.values["s"].ravel().tolist() == [0, -1, -1, -2]
