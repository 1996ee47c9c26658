"""Matrices: outer products, transposes, a diagonal of zeros, inverses."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from app.arrays import Array
from app.ops.row import SHARED, Call, Op, Ranks, Singularity, WithoutEmitter, contiguous


def offdiagonal(a: Any) -> Any:
    """A square matrix with 0 on its diagonal."""
    return a * (1.0 - np.eye(a.shape[-1]))


def inverse(a: Any) -> Any:
    """The inverse; of a singular matrix no number is one."""
    return _regular(np.linalg.inv, a)


def solve(a: Any, b: Any, ranks: Ranks = (2, 1)) -> Any:
    """x with a @ x = b; where a is singular, no number is one."""
    right = b if ranks[1] == 2 else b[..., None]
    leading = np.broadcast_shapes(a.shape[:-2], right.shape[:-2])
    a, right = (np.broadcast_to(v, (*leading, *v.shape[-2:])) for v in (a, right))
    found = _regular(np.linalg.solve, a, right)
    return found if ranks[1] == 2 else found[..., 0]


def _regular(function: Callable[..., Any], *arrays: Any) -> Any:
    """A function of matrices, each by itself where one of them is singular: NumPy refuses all for one."""
    try:
        return function(*arrays)
    except np.linalg.LinAlgError:
        if arrays[0].ndim == 2:
            return np.full_like(arrays[-1], np.nan)
        return np.stack([_regular(function, *each) for each in zip(*arrays, strict=True)])


def outer_sum(a: Any, b: Any) -> Any:
    """The sum of outer products over all leading axes."""
    leading = np.broadcast_shapes(a.shape[:-1], b.shape[:-1])
    flat = [np.broadcast_to(v, (*leading, v.shape[-1])).reshape(-1, v.shape[-1]) for v in (a, b)]
    return flat[0].T @ flat[1]


def bind_outer_sum(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...] | None:
    """Both sequences as matrices of all steps, in one product."""
    a, b = args
    if a.shape[:-1] != b.shape[:-1] or not (contiguous(a) and contiguous(b)):
        return None
    return ((np.matmul, (a.reshape(-1, a.shape[-1]).T, b.reshape(-1, b.shape[-1]), out)),)


ROWS = (
    Op(
        "outer",
        2,
        lambda a, b: a[..., :, None] * b[..., None, :],
        ("g @ b", "transpose(g) @ a"),
        "outer",
        r"%s %s^{\top}",
        "outer product of two vectors",
        product=True,
        sign="⊗",
        emit=WithoutEmitter.NUMPY,
        vanishes=(0, 1),
    ),
    Op(
        "transpose",
        1,
        lambda a: np.swapaxes(a, -1, -2),
        ("transpose(g)",),
        "transpose",
        r"%s^{\top}",
        "transposed matrix",
        sign="⊤",
        emit=WithoutEmitter.NUMPY,
        vanishes=(0,),
    ),
    Op(
        "offdiagonal",
        1,
        offdiagonal,
        ("offdiagonal(g)",),
        "square",
        r"\operatorname{offdiag}",
        "a square matrix with its diagonal set to 0",
        sign="offdiag",
        emit=WithoutEmitter.NUMPY,
        vanishes=(0,),
    ),
    Op(
        "inverse",
        1,
        inverse,
        ("-(transpose(y) @ g @ transpose(y))",),
        "square",
        r"%s^{-1}",
        "inverse of a square matrix",
        sign="∙^−1",
        work=lambda shapes, out: (prod(shapes[0]) + prod(out)) * shapes[0][-1],
        no_value=(Singularity(lambda a: ~np.isfinite(inverse(a)), "the inverse of a singular matrix"),),
        emit=WithoutEmitter.NUMPY,
    ),
    Op(
        "solve",
        2,
        solve,
        {
            (2, 1): ("-outer(solve(transpose(a), g), y)", "solve(transpose(a), g)"),
            (2, 2): ("-(solve(transpose(a), g) @ transpose(y))", "solve(transpose(a), g)"),
        },
        "solve",
        r"%s^{-1} %s",
        "the solution y of a @ y = b, for a square matrix a",
        work=lambda shapes, out: (prod(shapes[0]) + prod(out)) * shapes[0][-1],
        no_value=(Singularity(lambda a, b, ranks: ~np.isfinite(solve(a, b, ranks)), "the matrix is singular"),),
        emit=WithoutEmitter.NUMPY,
        vanishes=(1,),
        by_rank=True,
    ),
)

OVER_TIME = (
    Op(
        "outer_sum",
        2,
        outer_sum,
        (),
        "outer",
        r"\sum %s %s^{\top}",
        "sum of outer products over time and batch, in one product of matrices",
        internal=True,
        bind=bind_outer_sum,
        emit=WithoutEmitter.NUMPY,
        level=SHARED,
    ),
)
"""What the gradient of a matrix becomes."""
