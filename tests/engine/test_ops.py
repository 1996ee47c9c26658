"""Every row of the table of operations: its vjp against finite differences, its shape against its value."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine import bind, run, worst
from app.language import parse
from app.ops import OPS, Op, WithoutEmitter, apply
from tests.paths import ROOT

POSITIVE = {"log", "sqrt", "power", "/"}
RANKS = {"scalar": "alpha", "vector": "p", "matrix": "P"}
NAMES = {0: ("alpha", "beta", "gamma"), 1: ("p", "q", "r"), 2: ("P", "Q", "R")}
WRITABLE = [op for op in OPS.values() if not op.internal]


def texts(op: Op) -> list[str]:
    """The operation applied to every combination of ranks that it takes."""
    if op.by_line:
        return [f"{u}, {v} = split({whole}); v = {v}; loss = sum({u} * v + sin(v))" for u, v, whole in ("abp", "ABP")]
    found = []
    for ranks in product(range(3), repeat=op.arity or 2):
        args = [NAMES[r][i] for i, r in enumerate(ranks)]
        if op.name == "**":
            args[1] = "3"
        if op.name in POSITIVE:
            args = [f"(2 + sigmoid({a}))" for a in args]
        call = f" {op.written} ".join(args) if op.infix else f"{op.written}({', '.join(args)})"
        text = f"v = {call}; loss = sum(v * v + sin(v))"
        try:
            parse(text, {})
        except Exception:
            continue
        found.append(text)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("op", WRITABLE, ids=lambda op: op.name)
def test_every_vjp_agrees_with_finite_differences(op: Op) -> None:
    cases = texts(op)
    assert cases, f"{op.name} is tried on no ranks at all"
    for text in cases:
        recurrence = parse(text)
        assert worst(run(recurrence, 1, bind(recurrence, 1, seed=3))) < 1e-5, text


def test_whose_entries_always_sum_to_one_stands_in_the_row() -> None:
    vectors = np.random.default_rng(0).uniform(0.1, 0.9, (3, 4))
    rows = [
        op for op in WRITABLE if op.arity == 1 and not op.by_rank and not op.pools and op.shape in ("vector", "same")
    ]
    assert len(rows) > 20
    found = {op.name for op in rows if all(np.allclose(np.sum(tried(op, [it], 1)), 1) for it in vectors)}
    assert found == {op.name for op in OPS.values() if op.sums_to_one}


@pytest.mark.parametrize("op", WRITABLE, ids=lambda op: op.name)
def test_every_result_has_the_shape_that_the_rule_says(op: Op) -> None:
    for text in texts(op):
        recurrence = parse(text)
        trace = run(recurrence, 1, bind(recurrence, 1))
        assert trace.values["v"].shape == recurrence.shape("v"), text


@pytest.mark.parametrize("op", list(OPS.values()), ids=lambda op: op.name)
def test_every_row_explains_itself_in_words(op: Op) -> None:
    words = {word for word in re.findall("[a-z]{4,}", op.meaning) if word not in OPS}
    assert words, "a formula alone explains nothing to who does not know it"
    assert op.arity is None or not op.vjp or isinstance(op.vjp, dict) or len(op.vjp) == op.arity


def test_sign_of_0_is_plus_1() -> None:
    assert OPS["sign"].forward(np.zeros(1)) == [1.0]


# The other columns

NUMPY_ALONE = {
    *("softplus", "sin", "cos", "gelu", "erf", "expm1", "log1p", "tan", "arctan", "sinh", "cosh"),
    *("max", "min", "argmax", "cumsum", "logsumexp"),
    *("outer", "transpose", "offdiagonal", "inverse", "solve", "ones", "size"),
    *("sum_t", "mean_t", "max_t", "min_t", "sum_rows", "sum_b", "sum_tb", "outer_sum"),
}
"""The operations that no machine code is written for: a loop with one of them runs as NumPy calls."""


def test_an_operation_without_machine_code_is_named() -> None:
    assert {op.name for op in OPS.values() if op.emit is WithoutEmitter.NUMPY} == NUMPY_ALONE


def test_the_table_of_operations_does_without_llvm() -> None:
    code = "import sys, app.ops; sys.exit('llvmlite' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def tried(op: Op, arguments: list[NDArray[Any]], rank: int) -> NDArray[Any]:
    return np.asarray(apply(op, tuple(arguments), (rank,) * len(arguments)))


@pytest.mark.parametrize(
    ("op", "place"), [pytest.param(op, i, id=f"{op.name}-{i}") for op in OPS.values() for i in op.vanishes]
)
def test_an_argument_that_makes_a_result_vanish_does_so(op: Op, place: int) -> None:
    rank = {"matmul": 2, "transpose": 2, "square": 2, "rows": 2, "solve": 2}.get(op.shape, 1)
    arguments = [np.linspace(1.0, 2.0, 3**rank).reshape((3,) * rank) for _ in range(op.arity or 2)]
    if op.name in ("split", "place"):
        arguments[1:] = [np.asarray(1.0), np.asarray(3.0)]
    if op.name == "solve":
        arguments[0] = np.eye(3)
    assert np.any(tried(op, arguments, rank))
    arguments[place] = np.zeros_like(arguments[place])
    assert not np.any(tried(op, arguments, rank))


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.gate], ids=lambda op: op.name)
def test_a_gate_lets_through_between_nothing_and_all(op: Op) -> None:
    found = op.forward(np.linspace(-30.0, 30.0, 61))
    assert (found >= 0).all() and (found <= 1).all() and found.max() - found.min() > 0.9
