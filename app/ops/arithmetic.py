"""Arithmetic: sums, products, quotients and powers, with the product of matrices."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from app.arrays import Array
from app.ops.machine import chained, intrinsic
from app.ops.row import Call, Op, Ranks, Singularity, WithoutEmitter, contiguous


def matmul(a: Any, b: Any, ranks: Ranks = (2, 1)) -> Any:
    """NumPy's product by rank; a matrix shared by all steps meets the whole sequence in one BLAS call."""
    if ranks == (2, 1):
        if a.ndim == 2 and b.ndim > 2:
            return (b.reshape(-1, b.shape[-1]) @ a.T).reshape(*b.shape[:-1], a.shape[0])
        return b @ a.T if a.ndim == 2 else np.matvec(a, b)
    if ranks == (1, 2):
        return a @ b if b.ndim == 2 else np.vecmat(a, b)
    return np.vecdot(a, b) if ranks == (1, 1) else np.matmul(a, b)


def bind_matmul(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...] | None:
    """A shared matrix times a vector, for one step or for the whole sequence at once.

    The method `dot` costs half of what `np.matmul` does on small arrays.
    """
    a, b = args
    if ranks != (2, 1) or a.ndim != 2 or not (contiguous(b) and contiguous(out)):
        return None
    return ((b.reshape(-1, a.shape[1]).dot, (a.T, out.reshape(-1, a.shape[0]))),)


def bind_power(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...] | None:
    """A square is a product."""
    base, exponent = args
    return ((np.multiply, (base, base, out)),) if not exponent.ndim and exponent == 2 else None


POWERLESS = (
    Singularity(lambda a, b: (a == 0) & (b < 0), "0 to a negative power"),
    Singularity(lambda a, b: (a < 0) & (b % 1 != 0), "a negative number to a power that is not whole"),
)
"""Powers that there are none of."""
STEEP_POWERS = (
    Singularity(lambda a, b: (a == 0) & (b > 0) & (b < 1), "the slope of a power below 1 is infinite at 0"),
)

ROWS = (
    Op(
        "+",
        None,
        np.add,
        ("like(g, a)",),
        "sum",
        "+",
        "sum, entry by entry; a vector is added to every row of a matrix with as many columns",
        2,
        emit=chained("fadd"),
    ),
    Op(
        "-",
        2,
        np.subtract,
        ("like(g, a)", "like(-g, b)"),
        "elementwise",
        "-",
        "difference, entry by entry",
        2,
        sign="−",
        emit=chained("fsub"),
    ),
    Op(
        "*",
        2,
        np.multiply,
        ("like(g * b, a)", "like(g * a, b)"),
        "elementwise",
        r"\odot",
        "product, entry by entry; a scalar scales a vector or matrix",
        3,
        product=True,
        sign="⊙",
        emit=chained("fmul"),
        vanishes=(0, 1),
    ),
    Op(
        "/",
        2,
        np.divide,
        ("like(g / b, a)", "like(-g * y / b, b)"),
        "elementwise",
        r"\frac{%s}{%s}",
        "quotient, entry by entry",
        3,
        product=True,
        sign="÷",
        emit=chained("fdiv"),
        no_value=(
            Singularity(lambda a, b: (a == 0) & (b == 0), "0/0"),
            Singularity(lambda a, b: b == 0, "division by 0"),
        ),
        vanishes=(0,),
    ),
    Op(
        "@",
        2,
        matmul,
        {
            (2, 1): ("outer(g, b)", "transpose(a) @ g"),
            (1, 2): ("b @ g", "outer(a, g)"),
            (1, 1): ("g * b", "g * a"),
            (2, 2): ("g @ transpose(b)", "transpose(a) @ g"),
        },
        "matmul",
        "",
        "product of matrices and vectors as in NumPy; of two vectors the inner product",
        3,
        bind=bind_matmul,
        product=True,
        work=lambda shapes, out: prod(out) * shapes[0][-1],
        sign="×",
        emit=WithoutEmitter.LOOP,
        vanishes=(0, 1),
        by_rank=True,
    ),
    Op(
        "neg",
        1,
        np.negative,
        ("-g",),
        "same",
        "-",
        "minus",
        4,
        spelling="-",
        sign="−",
        emit=lambda b, args: b.fneg(args[0]),
        vanishes=(0,),
    ),
    Op(
        "**",
        2,
        np.power,
        ("like(g * b * a ** (b - 1), a)", "0"),
        "power",
        "^{%s}",
        "a power with a number as its exponent; one that is not whole asks for a base that is not negative",
        5,
        bind=bind_power,
        emit=WithoutEmitter.LOOP,
        no_value=POWERLESS,
        no_slope=STEEP_POWERS,
    ),
    Op(
        "power",
        2,
        np.power,
        ("like(where(abs(b) > 0, g * b * power(a, b - 1), 0), a)", "like(where(abs(a) > 0, g * y * log(a), 0), b)"),
        "elementwise",
        "^{%s}",
        "a power with an exponent that is computed or a parameter; its gradient asks for a base that is not negative",
        5,
        spelling="**",
        emit=lambda b, args: intrinsic(b, "pow", *args),
        shared=True,
        no_value=POWERLESS,
        no_slope=STEEP_POWERS,
    ),
)
