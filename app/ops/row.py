"""What is known of an operation: the columns of its row, and how its forward function meets arguments of any rank."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from functools import reduce
from typing import Any

import numpy as np

from app.arrays import Array
from app.ops.machine import Emitter

Ranks = tuple[int, ...]
Call = tuple[Callable[..., Any], tuple[Any, ...]]
Binder = Callable[[tuple[Array, ...], Ranks, Array], "tuple[Call, ...] | None"]
"""(arguments, ranks, output) → calls that write the result there; None where forward and copy are no worse."""


Work = Callable[[Sequence[tuple[int, ...]], tuple[int, ...]], int]
"""(shapes of the arguments, shape of the result) → multiplications."""

LEVELS = SHARED, BATCH, SEQUENCE = 0, 1, 2
"""How many leading axes a value has: none, (batch), (time, batch)."""


class WithoutEmitter(Enum):
    """Why an operation has no instructions of its own."""

    LOOP = "the loop around it writes it: a product, a sum, a power that becomes products"
    OTHERS = "it is written out in operations that have some"
    NUMPY = "it stays with NumPy, and so does every loop that it is in, several times slower"


@dataclass(frozen=True, slots=True)
class Singularity:
    """Where an operation has no value, or no slope: `where(*arguments)` is true at entries of which that holds."""

    where: Callable[..., Any]
    words: str


@dataclass(frozen=True, slots=True)
class Crease:
    """Where an operation has a kink or a jump: where `side(*arguments)`, any number for each piece of it, changes."""

    side: Callable[..., Any]
    words: str


@dataclass(frozen=True, slots=True)
class Op:
    """One operation.

    `arity` None means two or more. `forward(*arrays)` takes scalars beside vectors `align`ed with them, and the ranks
    of all if `by_rank`. `vjp` is one text per argument, or one such tuple for each combination of ranks. `shape` names
    a rule of `app.language.shapes`. `product` says that an argument multiplies the others (what a figure writes on an
    arrow). `emit` writes machine code for one entry, or says why there is none; `shared` code is so long that all loops
    call one function. `vanishes`: the places of the arguments, from 0, whose 0 makes the result 0. `gate`: its results
    lie between 0 and 1, so that what they multiply is let through or not. `level`: that of its result, where it is not
    the highest of its arguments. `constant`: the value depends on the shape of the argument alone. `sums_to_one`: its
    entries do, whatever the argument. `stops`: its argument goes on as it is, and no gradient comes back. `work`: how
    many multiplications it takes, where these are more than entries. `bind` writes the result where it is wanted; a
    `view` is a part of its first argument's array, so that nothing is written. `folds`: the operation that takes in
    one entry after another of what it sums up. `written_out`: the same in operations that have machine code.
    `internal` rows appear in derived recurrences only; people cannot write them. `pools`: the row that its spelling
    becomes around a free t. `by_line`: it is the whole right side of a line with several names on the left. `sign`
    stands in the operation's node, where that is not its name. What is said where the numbers end: `no_value` and
    `no_slope` have the arguments for which there is none, `overflow` from where on the value of a finite argument is
    too large, `crease` where the slopes on both sides differ.
    """

    name: str
    arity: int | None
    forward: Callable[..., Any]
    vjp: tuple[str, ...] | Mapping[Ranks, tuple[str, ...]]
    shape: str
    tex: str
    meaning: str
    precedence: int = 0
    _: KW_ONLY
    emit: Emitter | WithoutEmitter
    shared: bool = False
    spelling: str = ""
    product: bool = False
    vanishes: tuple[int, ...] = ()
    gate: bool = False
    level: int | None = None
    folds: str = ""
    written_out: str = ""
    internal: bool = False
    constant: bool = False
    sums_to_one: bool = False
    stops: bool = False
    work: Work | None = None
    by_rank: bool = False
    by_line: bool = False
    pools: bool = False
    view: bool = False
    bind: Binder | None = None
    sign: str = ""
    no_value: tuple[Singularity, ...] = ()
    no_slope: tuple[Singularity, ...] = ()
    overflow: str = ""
    crease: Crease | None = None

    @property
    def ends(self) -> tuple[Singularity, ...]:
        """Where it has no finite slope, or no value at all."""
        return (*self.no_slope, *self.no_value)

    @property
    def flat(self) -> bool:
        """Whether no gradient comes back through it."""
        return isinstance(self.vjp, tuple) and bool(self.vjp) and all(text == "0" for text in self.vjp)

    @property
    def pole(self) -> bool:
        """Whether its derivative is infinite somewhere."""
        return bool(self.ends)

    @property
    def drawn(self) -> str:
        """What a figure writes in its node."""
        return self.sign or self.name

    @property
    def emitter(self) -> Emitter | None:
        """What writes its machine code."""
        return None if isinstance(self.emit, WithoutEmitter) else self.emit

    @property
    def entrywise(self) -> bool:
        """Whether machine code has it entry by entry, each from one of each argument; a power too, as products."""
        return self.emitter is not None or self.shape == "power"

    @property
    def ufunc(self) -> np.ufunc | None:
        """The forward function, where NumPy can write its result into an array that is there."""
        return self.forward if isinstance(self.forward, np.ufunc) else None

    @property
    def broadcasts(self) -> bool:
        """Whether arguments of several ranks meet entry by entry."""
        return self.shape in ("elementwise", "sum")

    @property
    def written(self) -> str:
        """How the language spells it."""
        return self.spelling or self.name

    @property
    def infix(self) -> bool:
        return self.precedence > 0 and self.arity != 1

    def rules(self, ranks: Ranks) -> tuple[str, ...]:
        """The vjp texts for arguments of these ranks; an n-ary row repeats its one text."""
        texts = self.vjp if isinstance(self.vjp, tuple) else self.vjp[ranks]
        return texts if self.arity else texts * len(ranks)


def align(arrays: tuple[Any, ...], ranks: Ranks) -> tuple[Any, ...]:
    """Give scalars, and vectors beside a matrix, the axes that they lack, so that NumPy broadcasts them."""
    top = max(ranks)
    return tuple(
        a[(..., *(None,) * (top - r), *(slice(None),) * r)] if r < top and np.ndim(a) else a
        for a, r in zip(arrays, ranks, strict=True)
    )


def apply(op: Op, arrays: tuple[Any, ...], ranks: Ranks) -> Any:
    """The forward value of a row for arguments of these ranks."""
    one_by_one = op.arity is None and op.ufunc
    return of_arguments(op, (lambda *each: reduce(op.forward, each)) if one_by_one else op.forward, arrays, ranks)


def of_arguments(op: Op, function: Callable[..., Any], arrays: tuple[Any, ...], ranks: Ranks) -> Any:
    """What a function in a column of the row says of arguments of these ranks."""
    if op.broadcasts and min(ranks) < max(ranks):
        arrays = align(arrays, ranks)
    return function(*arrays, ranks=ranks) if op.by_rank else function(*arrays)


def contiguous(array: Array) -> bool:
    """Whether the leading axes can be made one without a copy."""
    return bool(array.flags.c_contiguous) and array.size > 0
