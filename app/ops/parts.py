"""Parts of vectors: vectors put one after another, a vector in equal parts, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.arrays import Array
from app.ops.row import Call, Op, Ranks, WithoutEmitter


def concat(*vectors: Any) -> Any:
    """One after another along the last axis; leading axes broadcast."""
    leading = np.broadcast_shapes(*(v.shape[:-1] for v in vectors))
    return np.concatenate([np.broadcast_to(v, (*leading, v.shape[-1])) for v in vectors], axis=-1)


def bind_concat(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...]:
    """Each written where it stands."""
    ends = np.cumsum([0, *(a.shape[-1] for a in args)]).tolist()
    return tuple((np.copyto, (out[..., ends[i] : ends[i + 1]], a)) for i, a in enumerate(args))


def split(a: Any, which: Any, count: Any) -> Any:
    """The part of this number, from 1, of so many equal ones."""
    size = a.shape[-1] // int(count)
    return a[..., (int(which) - 1) * size : int(which) * size]


def place(a: Any, which: Any, count: Any) -> Any:
    """Zeros of so many times its size with the vector as the part of this number."""
    whole = np.zeros((*a.shape[:-1], a.shape[-1] * int(count)), dtype=a.dtype)
    split(whole, which, count)[...] = a
    return whole


def slice_of(a: Any, like: Any, *before: Any) -> Any:
    """As many entries as `like` has, after as many as those before it have."""
    start = sum(b.shape[-1] for b in before)
    return a[..., start : start + like.shape[-1]]


ROWS = (
    Op(
        "concat",
        None,
        concat,
        ("slice(g, a, before)",),
        "concat",
        r"[%s; %s]",
        "vectors one after another, as one vector; their sizes add; of matrices each row",
        bind=bind_concat,
        sign="[;]",
        emit=WithoutEmitter.LOOP,
    ),
    Op(
        "split",
        3,
        split,
        ("place(g, b, c)", "0", "0"),
        "split",
        r"[%s]_{%s}",
        "the parts of a vector, or of each row, as many equal ones as names on the left: i[t], f[t] = split(a[t])",
        emit=WithoutEmitter.LOOP,
        view=True,
        vanishes=(0,),
        by_line=True,
    ),
)

WITHIN = (
    Op(
        "place",
        3,
        place,
        ("split(g, b, c)", "0", "0"),
        "place",
        r"[0; %s; 0]",
        "a vector as one of equal parts, the others 0: what a part sends back to the whole",
        internal=True,
        emit=WithoutEmitter.LOOP,
        vanishes=(0,),
    ),
    Op(
        "slice",
        None,
        slice_of,
        (),
        "slice",
        r"[%s]_{%s}",
        "the entries of a that b has in a concatenation, after those of what stands before it",
        internal=True,
        emit=WithoutEmitter.LOOP,
        view=True,
        vanishes=(0,),
    ),
)
"""How gradients get to parts and back."""
