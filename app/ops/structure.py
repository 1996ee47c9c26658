"""Structure: what derived recurrences are made of beside arithmetic: shapes and delays."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.ops.row import Op, Ranks, WithoutEmitter


def size(a: Any, ranks: Ranks = (1,)) -> Any:
    """How many entries an operand has."""
    return np.float64(np.prod(a.shape[a.ndim - ranks[0] :]) if ranks[0] else 1.0)


ROWS = (
    Op(
        "ones",
        1,
        np.ones_like,
        ("0",),
        "same",
        r"\mathbf{1}",
        "ones in the shape of a",
        constant=True,
        emit=WithoutEmitter.NUMPY,
    ),
    Op(
        "size",
        1,
        size,
        ("0",),
        "total",
        r"\operatorname{size}",
        "how many entries a has",
        constant=True,
        emit=WithoutEmitter.NUMPY,
        by_rank=True,
    ),
)

IN_TIME = (
    Op(
        "lag",
        None,
        np.copy,
        (),
        "first",
        "",
        "what a variable was some steps ago: the black square",
        internal=True,
        emit=lambda b, args: args[0],
    ),
)
"""How delays enter."""
