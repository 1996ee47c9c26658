"""Operations on arrays → NumPy calls that write into arrays that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from app.arrays import Array, any_numbers
from app.ops import Op, Ranks, align, apply

Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its arguments, the last or first of which is where the result goes."""
Writer = Callable[[tuple[Array, ...], Array], Iterable[Call]]


@any_numbers()
def make(calls: Iterable[Call]) -> None:
    """Make calls in order; what overflows is left as it is, for `Trace.stopped` to find."""
    for function, arguments in calls:
        function(*arguments)


def writer(row: Op, args: tuple[Array, ...], ranks: Ranks, out: Array) -> Writer:
    """One operation as NumPy calls that write into `out`; what can only be computed is computed and copied."""
    bind, ufunc = row.bind, row.ufunc
    if bind is not None and bind(args, ranks, out) is not None:
        return lambda args, out: bind(args, ranks, out) or ()
    if ufunc is None:
        return lambda args, out: ((_store, (out, row, args, ranks)),)
    if len(args) < 3 and min(ranks) == max(ranks):
        return lambda args, out: ((ufunc, (*args, out)),)
    return lambda args, out: _binary_calls(ufunc, align(args, ranks), out)


def _binary_calls(ufunc: np.ufunc, args: tuple[Array, ...], out: Array) -> Iterator[Call]:
    """An n-ary row as binary calls."""
    yield ufunc, (*args[:2], out)
    for other in args[2:]:
        yield ufunc, (out, other, out)


def _store(out: Array, row: Op, args: tuple[Any, ...], ranks: Ranks) -> None:
    out[...] = apply(row, args, ranks)
