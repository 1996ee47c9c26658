"""What the operations do in NumPy: forward values, and calls that write a result where it is wanted.

Arrays end with the axes of their rank; what stands before them (time, batch) broadcasts. A binder turns arguments and
an output into calls `(function, arguments)`, or says None where it has no better way than forward and copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Ranks = tuple[int, ...]
Call = tuple[Callable[..., Any], tuple[Any, ...]]
Binder = Callable[[tuple[Array, ...], Ranks, Array], "tuple[Call, ...] | None"]


# forward


def matmul(a: Any, b: Any, ranks: Ranks = (2, 1)) -> Any:
    """NumPy's product by rank; a matrix shared by all steps meets the whole sequence in one BLAS call."""
    if ranks == (2, 1):
        if a.ndim == 2 and b.ndim > 2:
            return (b.reshape(-1, b.shape[-1]) @ a.T).reshape(*b.shape[:-1], a.shape[0])
        return b @ a.T if a.ndim == 2 else np.matvec(a, b)
    if ranks == (1, 2):
        return a @ b if b.ndim == 2 else np.vecmat(a, b)
    return np.vecdot(a, b) if ranks == (1, 1) else np.matmul(a, b)


def sigmoid(a: Any) -> Any:
    """1 / (1 + exp(-a)), exact to the last digits on both sides; where exp overflows it is 0."""
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-a))


def log_softmax(a: Any) -> Any:
    """log(softmax(a)) without overflow."""
    shifted = a - a.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax(a: Any) -> Any:
    """exp(a) / sum(exp(a)) without overflow."""
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def cross_entropy(a: Any, b: Any) -> Any:
    """-sum(b * log_softmax(a))."""
    return -np.vecdot(b, log_softmax(a))


def mse(a: Any, b: Any) -> Any:
    """The mean of the squared differences."""
    d = a - b
    return np.vecdot(d, d) / d.shape[-1]


def outer_sum(a: Any, b: Any) -> Any:
    """The sum of outer products over all leading axes."""
    leading = np.broadcast_shapes(a.shape[:-1], b.shape[:-1])
    flat = [np.broadcast_to(v, (*leading, v.shape[-1])).reshape(-1, v.shape[-1]) for v in (a, b)]
    return flat[0].T @ flat[1]


def offdiagonal(a: Any) -> Any:
    """A square matrix with 0 on its diagonal."""
    return a * (1.0 - np.eye(a.shape[-1]))


def entries(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction over an operand's own axes, never over time or batch."""

    def forward(a: Any, ranks: Ranks = (1,)) -> Any:
        return reduce(a, axis=tuple(range(-ranks[0], 0))) if ranks[0] else a

    return forward


def size(a: Any, ranks: Ranks = (1,)) -> Any:
    """How many entries an operand has."""
    return np.float64(np.prod(a.shape[a.ndim - ranks[0] :]) if ranks[0] else 1.0)


# in place


def bind_matmul(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...] | None:
    """A shared matrix times a vector, for one step or for the whole sequence at once.

    The method `dot` costs half of what `np.matmul` does on small arrays.
    """
    a, b = args
    if ranks != (2, 1) or a.ndim != 2 or not (joined(b) and joined(out)):
        return None
    return ((b.reshape(-1, a.shape[1]).dot, (a.T, out.reshape(-1, a.shape[0]))),)


def bind_outer_sum(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...] | None:
    """Both sequences as matrices of all steps, in one product."""
    a, b = args
    if a.shape[:-1] != b.shape[:-1] or not (joined(a) and joined(b)):
        return None
    return ((np.matmul, (a.reshape(-1, a.shape[-1]).T, b.reshape(-1, b.shape[-1]), out)),)


def bind_sigmoid(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...]:
    """In four calls without room of their own."""
    (a,), one = args, np.asarray(1.0, dtype=out.dtype)
    return ((np.negative, (a, out)), (np.exp, (out, out)), (np.add, (out, one, out)), (np.divide, (one, out, out)))


def bind_power(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...] | None:
    """A square is a product."""
    base, exponent = args
    return ((np.multiply, (base, base, out)),) if not exponent.ndim and exponent == 2 else None


def bind_total(axes: tuple[int, ...] | None = None, mean: bool = False) -> Binder:
    """A sum (or mean) over the first axes, or, with None, over the operand's own."""

    def bind(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...] | None:
        (a,) = args
        over = axes if axes is not None else tuple(range(a.ndim - ranks[0], a.ndim))
        summed: Call = (np.add.reduce, (a, over, None, out))
        count = int(np.prod([a.shape[i] for i in over]))
        return (summed, (np.divide, (out, count, out))) if mean else (summed,)

    return bind


def joined(array: Array) -> bool:
    """Whether the leading axes can be made one without a copy."""
    return bool(array.flags.c_contiguous) and array.size > 0
