"""Pooling: sums and means over the entries of a value, over time and over the sequences of a batch."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from app.arrays import Array
from app.ops.row import BATCH, SHARED, Binder, Call, Crease, Op, Ranks, WithoutEmitter


def entries(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction over an operand's own axes, never over time or batch."""

    def forward(a: Any, ranks: Ranks = (1,)) -> Any:
        return reduce(a, axis=tuple(range(-ranks[0], 0))) if ranks[0] else a

    return forward


def norm(a: Any, ranks: Ranks = (1,)) -> Any:
    """The root of the sum of squares."""
    return np.sqrt(np.sum(a * a, axis=tuple(range(-ranks[0], 0)))) if ranks[0] else np.abs(a)


def pointing(a: Any, ranks: Ranks = (1,)) -> Any:
    """Which way a vector points, as nearly as whole numbers say it."""
    length = norm(a, ranks)
    return np.round(a / np.where(length > 0, length, 1.0)[(..., *(None,) * ranks[0])])


def bind_total(axes: tuple[int, ...] | None = None, mean: bool = False) -> Binder:
    """A sum (or mean) over the first axes, or, with None, over the operand's own."""

    def bind(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...] | None:
        (a,) = args
        over = axes if axes is not None else tuple(range(a.ndim - ranks[0], a.ndim))
        summed: Call = (np.add.reduce, (a, over, None, out))
        return (summed, (np.divide, (out, prod(a.shape[i] for i in over), out))) if mean else (summed,)

    return bind


ROWS = (
    Op(
        "sum",
        1,
        entries(np.sum),
        ("g * ones(a)",),
        "total",
        r"\operatorname{sum}",
        "sum over entries",
        bind=bind_total(),
        folds="+",
        emit=WithoutEmitter.LOOP,
        vanishes=(0,),
        by_rank=True,
    ),
    Op(
        "mean",
        1,
        entries(np.mean),
        ("g / size(a) * ones(a)",),
        "total",
        r"\operatorname{mean}",
        "mean over entries",
        bind=bind_total(mean=True),
        emit=WithoutEmitter.LOOP,
        by_rank=True,
    ),
    Op(
        "norm",
        1,
        norm,
        ("where(y > 0, g / y * a, 0)",),
        "total",
        r"\left\|%s\right\|",
        "Euclidean length, of a matrix the Frobenius norm; at 0 its gradient is 0",
        sign="‖∙‖",
        crease=Crease(pointing, "norm has a kink at 0"),
        emit=WithoutEmitter.OTHERS,
        written_out="sqrt(sum(a * a))",
        by_rank=True,
    ),
    Op(
        "cumsum",
        1,
        lambda a: np.cumsum(a, axis=-1),
        ("sum(g) + g - cumsum(g)",),
        "vector",
        r"\operatorname{cumsum}",
        "running sum of the entries of a vector",
        emit=WithoutEmitter.NUMPY,
        vanishes=(0,),
    ),
)

OVER_TIME = (
    Op(
        "sum_t",
        1,
        lambda a: np.sum(a, axis=0),
        ("g",),
        "same",
        r"\sum",
        "sum over time",
        spelling="sum",
        pools=True,
        bind=bind_total((0,)),
        internal=True,
        sign="Σ",
        folds="+",
        emit=WithoutEmitter.NUMPY,
        vanishes=(0,),
        level=BATCH,
    ),
    Op(
        "mean_t",
        1,
        lambda a: np.mean(a, axis=0),
        ("g / tau",),
        "same",
        r"\frac{1}{\tau}\sum",
        "mean over time",
        spelling="mean",
        pools=True,
        bind=bind_total((0,), mean=True),
        internal=True,
        sign="mean",
        folds="+",
        emit=WithoutEmitter.NUMPY,
        level=BATCH,
    ),
    Op(
        "sum_rows",
        1,
        lambda a: np.sum(a, axis=-2),
        (),
        "rows",
        r"\operatorname{sum\,rows}",
        "sum of the rows of a matrix: what comes back to a vector that was added to every row",
        internal=True,
        sign="Σ rows",
        folds="+",
        emit=WithoutEmitter.NUMPY,
        vanishes=(0,),
    ),
    Op(
        "sum_b",
        1,
        lambda a: np.sum(a, axis=0),
        ("g",),
        "same",
        "",
        "sum over the sequences of a batch",
        internal=True,
        bind=bind_total((0,)),
        folds="+",
        emit=WithoutEmitter.NUMPY,
        level=SHARED,
    ),
    Op(
        "sum_tb",
        1,
        lambda a: np.sum(a, axis=(0, 1)),
        (),
        "same",
        "",
        "sum over time and the sequences of a batch",
        internal=True,
        bind=bind_total((0, 1)),
        folds="+",
        emit=WithoutEmitter.NUMPY,
        level=SHARED,
    ),
)
"""What derived recurrences pool."""
