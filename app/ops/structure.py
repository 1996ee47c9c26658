"""Structure: what derived recurrences are made of beside arithmetic — shapes, choices, delays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.ops.machine import Value, machine_constant
from app.ops.row import Op, Ranks, WithoutEmitter


def size(a: Any, ranks: Ranks = (1,)) -> Any:
    """How many entries an operand has."""
    return np.float64(np.prod(a.shape[a.ndim - ranks[0] :]) if ranks[0] else 1.0)


def emit_choose(b: Any, args: Sequence[Value]) -> Value:
    """The second where the first is not 0, else the third."""
    which, one, other = args
    return b.select(b.fcmp_unordered("!=", which, machine_constant(which, 0.0)), one, other)


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
        "choose",
        3,
        np.where,
        ("0", "like(choose(a, g, 0 * g), b)", "like(choose(a, 0 * g, g), c)"),
        "elementwise",
        "",
        "b where a is not 0, else c: how a start at the first step enters",
        internal=True,
        emit=emit_choose,
    ),
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
"""How starts and delays enter."""
