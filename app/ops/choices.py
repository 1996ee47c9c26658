"""Choices: comparisons, the larger and the smaller, one of two, and where no gradient is to pass.

Where two are equal, the gradient of the larger (or smaller) is shared by all that are, as PyTorch has it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from app.ops.machine import Emitter, Value, machine_constant
from app.ops.pooling import entries
from app.ops.row import BATCH, Binder, Crease, Op, Ranks, WithoutEmitter, align


def argmax(a: Any) -> Any:
    """1 at the first of the largest entries, 0 at all others."""
    return (np.arange(a.shape[-1]) == np.argmax(a, axis=-1, keepdims=True)).astype(a.dtype)


def order(a: Any, b: Any) -> Any:
    """Which of two is the larger: 1, 0 if none is, or -1."""
    return np.sign(np.subtract(a, b))


def place_of(find: Callable[..., Any], a: Any, ranks: Ranks) -> Any:
    """Where among all its entries an operand has what is looked for."""
    return find(a.reshape(*a.shape[: a.ndim - ranks[0]], -1), axis=-1)


def emit_comparison(comparison: str) -> Emitter:
    """1 where two numbers stand so to each other, else 0; what is no number stands so to none."""
    return lambda b, args: b.select(
        b.fcmp_ordered(comparison, *args), machine_constant(args[0], 1.0), machine_constant(args[0], 0.0)
    )


def emit_extreme(comparison: str) -> Emitter:
    """The one of two that stands so to the other; what is no number stays so."""

    def emit(b: Any, args: Sequence[Value]) -> Value:
        one, other = args
        found = b.select(b.fcmp_unordered(comparison, one, other), one, other)
        return b.select(b.fcmp_unordered("uno", other, other), other, found)

    return emit


def bind_extreme(pick: np.ufunc) -> Binder:
    """One call; NumPy wants to be told by name where these two are to write."""
    return lambda args, ranks, out: ((partial(pick, out=out), align(args, ranks)),)


def emit_where(b: Any, args: Sequence[Value]) -> Value:
    """The second where the first is not 0, else the third."""
    which, one, other = args
    return b.select(b.fcmp_unordered("!=", which, machine_constant(which, 0.0)), one, other)


def over_time(reduce: Callable[..., Any]) -> Callable[[Any], Any]:
    """A reduction over the first axis, the steps."""
    return lambda a: reduce(a, axis=0)


COMPARISONS = (
    ("<", np.less, "", "<"),
    ("<=", np.less_equal, "≤", r"\le"),
    (">", np.greater, "", ">"),
    (">=", np.greater_equal, "≥", r"\ge"),
)
EXTREMES = (
    ("max", "larger", np.maximum, np.max, np.argmax, ">"),
    ("min", "smaller", np.minimum, np.min, np.argmin, "<"),
)

ROWS = (
    *(
        Op(
            name,
            2,
            compare,
            ("0", "0"),
            "elementwise",
            tex,
            f"1 where a {name} b, else 0, entry by entry; its gradient is 0",
            1,
            sign=sign,
            emit=emit_comparison(name),
            crease=Crease(order, f"{name} jumps where both are equal"),
        )
        for name, compare, sign, tex in COMPARISONS
    ),
    Op(
        "where",
        3,
        np.where,
        ("0", "like(where(a, g, 0), b)", "like(where(a, 0, g), c)"),
        "elementwise",
        r"\begin{cases} %s \end{cases}",
        "b where a is not 0, else c, entry by entry; a has no gradient",
        emit=emit_where,
        crease=Crease(lambda a, b, c: a != 0, "where jumps where its condition is 0"),
    ),
    *(
        Op(
            f"{name}imum",
            2,
            pick,
            (f"like(g * ((a {sign} b) + (a {sign}= b)) / 2, a)", f"like(g * ((b {sign} a) + (b {sign}= a)) / 2, b)"),
            "elementwise",
            rf"\{name}",
            f"the {word} of two, entry by entry; of equal ones each gets half of the gradient",
            bind=bind_extreme(pick),
            sign=name,
            emit=emit_extreme(sign),
            crease=Crease(order, f"{name}imum has a kink where both are equal"),
        )
        for name, word, pick, _, _, sign in EXTREMES
    ),
    Op(
        "clip",
        3,
        lambda a, b, c: np.minimum(np.maximum(a, b), c),
        ("like(g * (a >= b) * (a <= c), a)", "like(g * (a < b) * (b < c), b)", "like(g * (maximum(a, b) > c), c)"),
        "elementwise",
        r"\operatorname{clip}",
        "a, but no less than b and no more than c, entry by entry",
        emit=lambda b, args: emit_extreme("<")(b, (emit_extreme(">")(b, args[:2]), args[2])),
        crease=Crease(lambda a, b, c: order(a, b) + 3 * order(a, c) + 9 * order(b, c), "clip has kinks at its bounds"),
    ),
    *(
        Op(
            name,
            1,
            entries(reduce),
            (f"g * (a {sign}= y) / sum(a {sign}= y)",),
            "total",
            rf"\{name}",
            f"the {word[:-1].removesuffix('e')}est entry; several that are equal share the gradient",
            folds=f"{name}imum",
            emit=WithoutEmitter.NUMPY,
            by_rank=True,
            crease=Crease(partial(place_of, find), f"{name} has a kink where two entries are equal"),
        )
        for name, word, _, reduce, find, sign in EXTREMES
    ),
    Op(
        "argmax",
        1,
        argmax,
        ("0",),
        "vector",
        r"\operatorname{argmax}",
        "1 at the largest entry (the first of them), 0 at the others: a one-hot vector; its gradient is 0",
        emit=WithoutEmitter.NUMPY,
        sums_to_one=True,
        crease=Crease(argmax, "argmax jumps where two entries are equal"),
    ),
    Op(
        "stop",
        1,
        lambda a: a,
        ("0",),
        "same",
        r"\operatorname{stop}",
        "a itself, and no gradient passes",
        emit=lambda b, args: args[0],
        view=True,
        vanishes=(0,),
        stops=True,
    ),
)

OVER_TIME = tuple(
    Op(
        f"{name}_t",
        1,
        over_time(reduce),
        (f"g * (a {sign}= y) / sum_t(a {sign}= y)",),
        "same",
        rf"\{name}_t",
        f"the {word[:-1].removesuffix('e')}est over time",
        spelling=name,
        pools=True,
        internal=True,
        sign=name,
        folds=f"{name}imum",
        emit=WithoutEmitter.NUMPY,
        level=BATCH,
        crease=Crease(over_time(find), f"{name} has a kink where two steps are equal"),
    )
    for name, word, _, reduce, find, sign in EXTREMES
)
"""The largest and the smallest of all steps."""
