"""The table of operations: one row each, with all that the language, the engine and the printers know of it.

Forward functions take NumPy arrays: the trailing axes are the operand's rank, whatever stands before them (time,
batch) broadcasts. A vjp is text in the language's own words, one expression per argument: `g` is the adjoint of the
result, `y` the result, `a`, `b`, `c` the arguments (in a row of any arity `a` is the argument itself). So the backward
pass is a recurrence like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import kernels

Array = NDArray[np.floating[Any]]
Ranks = kernels.Ranks


@dataclass(frozen=True, slots=True)
class Op:
    """One operation.

    `arity` None means two or more. `forward(*arrays)` takes scalars beside vectors `align`ed with them.
    `vjp` is one text per argument, or one such tuple for each combination of ranks. `shape` names a rule of
    `app.language.shapes`. `product` says that an argument multiplies the others (what a figure writes on an arrow).
    `constant`: the value depends on the shape of the argument alone. `bind` writes the result where it is wanted.
    `internal` rows appear in derived recurrences only; people cannot write them. `sign` stands in the operation's node,
    where that is not its name.
    """

    name: str
    arity: int | None
    forward: Callable[..., Any]
    vjp: tuple[str, ...] | Mapping[Ranks, tuple[str, ...]]
    shape: str
    tex: str
    meaning: str
    precedence: int = 0
    spelling: str = ""
    product: bool = False
    internal: bool = False
    constant: bool = False
    bind: kernels.Binder | None = None
    sign: str = ""

    @property
    def drawn(self) -> str:
        """What a figure writes in its node."""
        return self.sign or self.name

    @property
    def ufunc(self) -> np.ufunc | None:
        """The forward function, where NumPy can write its result into an array that is there."""
        return self.forward if isinstance(self.forward, np.ufunc) else None

    @property
    def infix(self) -> bool:
        return self.precedence > 0 and self.arity != 1

    def rules(self, ranks: Ranks) -> tuple[str, ...]:
        """The vjp texts for arguments of these ranks; an n-ary row repeats its one text."""
        texts = self.vjp if isinstance(self.vjp, tuple) else self.vjp[ranks]
        return texts if self.arity else texts * len(ranks)


def align(arrays: tuple[Any, ...], ranks: Ranks) -> tuple[Any, ...]:
    """Give scalars that stand beside vectors or matrices the axes they lack, so that NumPy broadcasts them."""
    top = max(ranks)
    return tuple(
        a[(..., *(None,) * (top - r))] if r < top and np.ndim(a) else a for a, r in zip(arrays, ranks, strict=True)
    )


def _rows(*rows: Op) -> dict[str, Op]:
    return {row.name: row for row in rows}


OPS: Mapping[str, Op] = _rows(
    Op("+", None, np.add, ("like(g, a)",), "elementwise", "+", "sum, entry by entry", 1),
    Op(
        "-",
        2,
        np.subtract,
        ("like(g, a)", "like(-g, b)"),
        "elementwise",
        "-",
        "difference, entry by entry",
        1,
        sign="−",
    ),
    Op(
        "*",
        2,
        np.multiply,
        ("like(g * b, a)", "like(g * a, b)"),
        "elementwise",
        r"\odot",
        "product, entry by entry; a scalar scales a vector or matrix",
        2,
        product=True,
        sign="⊙",
    ),
    Op(
        "/",
        2,
        np.divide,
        ("like(g / b, a)", "like(-g * y / b, b)"),
        "elementwise",
        r"\frac{%s}{%s}",
        "quotient, entry by entry",
        2,
        product=True,
        sign="÷",
    ),
    Op(
        "@",
        2,
        kernels.matmul,
        {
            (2, 1): ("outer(g, b)", "transpose(a) @ g"),
            (1, 2): ("b @ g", "outer(a, g)"),
            (1, 1): ("g * b", "g * a"),
            (2, 2): ("g @ transpose(b)", "transpose(a) @ g"),
        },
        "matmul",
        "",
        "product of matrices and vectors as in NumPy; of two vectors the inner product",
        2,
        bind=kernels.bind_matmul,
        product=True,
        sign="×",
    ),
    Op("neg", 1, np.negative, ("-g",), "same", "-", "minus", 3, spelling="-", sign="−"),
    Op(
        "**",
        2,
        np.power,
        ("like(g * b * a ** (b - 1), a)", "0"),
        "power",
        "^{%s}",
        "a power with a small literal exponent",
        4,
        bind=kernels.bind_power,
    ),
    Op("tanh", 1, np.tanh, ("(1 - y ** 2) * g",), "same", r"\tanh", "hyperbolic tangent"),
    Op(
        "sigmoid",
        1,
        kernels.sigmoid,
        ("y * (1 - y) * g",),
        "same",
        r"\sigma",
        "logistic function 1/(1 + exp(-a))",
        bind=kernels.bind_sigmoid,
        sign="σ",
    ),
    Op("relu", 1, lambda a: np.maximum(a, 0.0), ("g * step(a)",), "same", r"\operatorname{relu}", "max(a, 0)"),
    Op(
        "softplus",
        1,
        lambda a: np.logaddexp(a, 0.0),
        ("g * sigmoid(a)",),
        "same",
        r"\operatorname{softplus}",
        "log(1 + exp(a))",
    ),
    Op("exp", 1, np.exp, ("g * y",), "same", r"\exp", "exponential"),
    Op("log", 1, np.log, ("g / a",), "same", r"\log", "natural logarithm"),
    Op("sqrt", 1, np.sqrt, ("g / (2 * y)",), "same", r"\sqrt{%s}", "square root", sign="√"),
    Op("sin", 1, np.sin, ("g * cos(a)",), "same", r"\sin", "sine"),
    Op("cos", 1, np.cos, ("-g * sin(a)",), "same", r"\cos", "cosine"),
    Op("abs", 1, np.abs, ("g * sign(a)",), "same", r"\left|%s\right|", "absolute value", sign="|∙|"),
    Op(
        "sign",
        1,
        lambda a: np.where(a >= 0, 1.0, -1.0).astype(np.asarray(a).dtype),
        ("0",),
        "same",
        r"\operatorname{sign}",
        "+1 or -1, with sign(0) = +1; its gradient is 0",
    ),
    Op(
        "step",
        1,
        lambda a: (a > 0).astype(np.asarray(a).dtype),
        ("0",),
        "same",
        r"\operatorname{step}",
        "1 where positive, else 0; its gradient is 0",
    ),
    Op(
        "softmax",
        1,
        kernels.softmax,
        ("y * (g - sum(g * y))",),
        "vector",
        r"\operatorname{softmax}",
        "exp(a) / sum(exp(a))",
    ),
    Op(
        "log_softmax",
        1,
        kernels.log_softmax,
        ("g - softmax(a) * sum(g)",),
        "vector",
        r"\operatorname{log\,softmax}",
        "log(softmax(a))",
        sign="log softmax",
    ),
    Op(
        "cross_entropy",
        2,
        kernels.cross_entropy,
        ("g * (sum(b) * softmax(a) - b)", "-g * log_softmax(a)"),
        "pair",
        r"\operatorname{CE}",
        "-sum(b * log_softmax(a)) of logits a and target distribution b",
        sign="CE",
    ),
    Op(
        "mse",
        2,
        kernels.mse,
        ("2 * g / size(a) * (a - b)", "2 * g / size(a) * (b - a)"),
        "pair",
        r"\operatorname{mse}",
        "mean squared error over the entries",
    ),
    Op(
        "sum",
        1,
        kernels.entries(np.sum),
        ("g * ones(a)",),
        "total",
        r"\operatorname{sum}",
        "sum over entries",
        bind=kernels.bind_total(),
    ),
    Op(
        "mean",
        1,
        kernels.entries(np.mean),
        ("g / size(a) * ones(a)",),
        "total",
        r"\operatorname{mean}",
        "mean over entries",
        bind=kernels.bind_total(mean=True),
    ),
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
    ),
    Op(
        "offdiagonal",
        1,
        kernels.offdiagonal,
        ("offdiagonal(g)",),
        "square",
        r"\operatorname{offdiag}",
        "a square matrix with its diagonal set to 0",
        sign="offdiag",
    ),
    Op("ones", 1, np.ones_like, ("0",), "same", r"\mathbf{1}", "ones in the shape of a", constant=True),
    Op("size", 1, kernels.size, ("0",), "total", r"\operatorname{size}", "how many entries a has", constant=True),
    Op(
        "sum_t",
        1,
        lambda a: np.sum(a, axis=0),
        ("g",),
        "same",
        r"\sum",
        "sum over time",
        spelling="sum",
        bind=kernels.bind_total((0,)),
        internal=True,
        sign="Σ",
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
        bind=kernels.bind_total((0,), mean=True),
        internal=True,
        sign="mean",
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
        bind=kernels.bind_total((0,)),
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
        bind=kernels.bind_total((0, 1)),
    ),
    Op(
        "outer_sum",
        2,
        kernels.outer_sum,
        (),
        "outer",
        r"\sum %s %s^{\top}",
        "sum of outer products over time and batch, in one product of matrices",
        internal=True,
        bind=kernels.bind_outer_sum,
    ),
    Op(
        "choose",
        3,
        np.where,
        ("0", "like(choose(a, g, 0 * g), b)", "like(choose(a, 0 * g, g), c)"),
        "elementwise",
        "",
        "b where a is not 0, else c: how a start at the first step enters",
        internal=True,
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
    ),
)

KERNELS_BY_RANK = {"matmul", "total"}
"""Shape rules whose forward functions ask for the ranks of their arguments."""


def apply(op: Op, arrays: tuple[Any, ...], ranks: Ranks) -> Any:
    """The forward value of a row for arguments of these ranks."""
    if op.shape == "elementwise" and min(ranks) < max(ranks):
        arrays = align(arrays, ranks)
    if op.arity is None:
        return reduce(op.forward, arrays)
    return op.forward(*arrays, ranks=ranks) if op.shape in KERNELS_BY_RANK else op.forward(*arrays)
