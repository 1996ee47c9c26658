"""Matrices: outer products, transposes, a diagonal of zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.arrays import Array
from app.ops.row import SHARED, Call, Op, Ranks, WithoutEmitter, contiguous


def offdiagonal(a: Any) -> Any:
    """A square matrix with 0 on its diagonal."""
    return a * (1.0 - np.eye(a.shape[-1]))


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
