"""Operations as machine instructions: what LLVM is told for one entry, or for several entries at once.

An emitter takes the builder and the arguments as LLVM values, all scalars or all vectors of as many lanes, and gives
the result as another. An operation without a row here runs in NumPy alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from math import factorial, log
from typing import Any

from llvmlite import ir

Value = Any
"""An LLVM value; the library has no types of its own for checkers."""
Emitter = Callable[[Any, Sequence[Value]], Value]

FLAGS = ("contract",)
"""A product and a sum may be rounded once."""
TERMS = {4: 8, 8: 14}
"""Terms of exp's series by bytes of a number: below the rounding of both on |r| ≤ log(2)/2."""
MANTISSA = {4: 23, 8: 52}
LOG2 = {4: (0.693359375, log(2) - 0.693359375), 8: (0.6931471803691238, 1.9082149292705877e-10)}
"""log(2) in two parts, the first with so few digits that its small multiples are exact (Cody and Waite 1980)."""
RANGE = {4: (-87.0, 88.72283), 8: (-708.0, 709.782712893384)}
"""Where exp neither vanishes nor overflows."""


def number(like: Value, value: float) -> Value:
    """A constant of the type of another value."""
    kind = like.type
    return ir.Constant(kind, [value] * kind.count if isinstance(kind, ir.VectorType) else value)


def width(value: Value) -> int:
    """The bytes of one number."""
    kind = value.type.element if isinstance(value.type, ir.VectorType) else value.type
    return 4 if isinstance(kind, ir.FloatType) else 8


def intrinsic(b: Any, name: str, *args: Value) -> Value:
    """LLVM's own function of this name; those used here become instructions, never calls."""
    kind = args[0].type
    lanes = f"v{kind.count}" if isinstance(kind, ir.VectorType) else ""
    full = f"llvm.{name}.{lanes}f{8 * width(args[0])}"
    known = b.module.globals.get(full) or ir.Function(b.module, ir.FunctionType(kind, [kind] * len(args)), full)
    return b.call(known, args)


def integers(like: Value) -> Any:
    """The integers of the size and count of some numbers."""
    bits = ir.IntType(8 * width(like))
    return ir.VectorType(bits, like.type.count) if isinstance(like.type, ir.VectorType) else bits


def power_of_two(b: Any, k: Value) -> Value:
    """2 to a whole number, put together from its bits."""
    bytes_, kind = width(k), integers(k)
    bias = (1 << (8 * bytes_ - MANTISSA[bytes_] - 2)) - 1
    n = b.add(b.fptosi(k, kind), constant(kind, bias))
    return b.bitcast(b.shl(n, constant(kind, MANTISSA[bytes_])), k.type)


def constant(kind: Any, value: int) -> Value:
    """A whole number in every lane of an integer type."""
    return ir.Constant(kind, [value] * kind.count if isinstance(kind, ir.VectorType) else value)


def reduced(b: Any, a: Value) -> tuple[Value, Value]:
    """k and exp(r) - 1 with a = k log(2) + r, |r| ≤ log(2)/2."""
    high, low = LOG2[width(a)]
    k = intrinsic(b, "rint", b.fmul(a, number(a, 1 / log(2))))
    r = fma(b, k, number(a, -high), a)
    r = fma(b, k, number(a, -low), r)
    p = number(a, 0.0)
    for n in range(TERMS[width(a)], 1, -1):
        p = fma(b, p, r, number(a, 1 / factorial(n)))
    return k, fma(b, b.fmul(p, r), r, r)


def fma(b: Any, x: Value, y: Value, z: Value) -> Value:
    """x y + z, rounded once where the machine can."""
    return intrinsic(b, "fmuladd", x, y, z)


def tanh(b: Any, args: Sequence[Value]) -> Value:
    """-m / (m + 2) with m = exp(-2|a|) - 1, which keeps its digits where a is small."""
    (a,) = args
    far = number(a, -45.0)
    twice = b.fmul(intrinsic(b, "fabs", a), number(a, -2.0))
    near = b.select(b.fcmp_ordered(">", twice, far), twice, far)
    k, p = reduced(b, near)
    scale = power_of_two(b, k)
    m = fma(b, scale, p, b.fsub(scale, number(a, 1.0)))
    y = b.fdiv(b.fneg(m), b.fadd(m, number(a, 2.0)))
    return unless_nan(b, a, intrinsic(b, "copysign", y, a))


def exp(b: Any, args: Sequence[Value]) -> Value:
    """2 to the k in two factors, as one alone would overflow before the result does."""
    (a,) = args
    low, high = RANGE[width(a)]
    within = b.select(b.fcmp_ordered("<", a, number(a, high)), a, number(a, high))
    within = b.select(b.fcmp_ordered(">", within, number(a, low)), within, number(a, low))
    k, p = reduced(b, within)
    half = intrinsic(b, "floor", b.fmul(k, number(a, 0.5)))
    scale = power_of_two(b, half)
    y = b.fmul(fma(b, scale, p, scale), power_of_two(b, b.fsub(k, half)))
    y = b.select(b.fcmp_ordered(">", a, number(a, high)), number(a, float("inf")), y)
    y = b.select(b.fcmp_ordered("<", a, number(a, low)), number(a, 0.0), y)
    return unless_nan(b, a, y)


def unless_nan(b: Any, a: Value, y: Value) -> Value:
    """What is not a number stays so."""
    return b.select(b.fcmp_unordered("uno", a, a), a, y)


def sigmoid(b: Any, args: Sequence[Value]) -> Value:
    """1 / (1 + exp(-a))."""
    one = number(args[0], 1.0)
    return b.fdiv(one, b.fadd(one, exp(b, [b.fneg(args[0])])))


def chained(name: str) -> Emitter:
    """An instruction of two arguments for any number of them, from the left."""
    return lambda b, args: reduce(lambda x, y: getattr(b, name)(x, y, flags=FLAGS), args)


def chosen(b: Any, args: Sequence[Value]) -> Value:
    """The second where the first is not 0, else the third."""
    which, one, other = args
    return b.select(b.fcmp_unordered("!=", which, number(which, 0.0)), one, other)


def positive(comparison: str, one: float, other: float) -> Emitter:
    """One number where the argument stands so to 0, else another."""
    return lambda b, args: b.select(
        b.fcmp_ordered(comparison, args[0], number(args[0], 0.0)), number(args[0], one), number(args[0], other)
    )


EMITTERS: Mapping[str, Emitter] = {
    "+": chained("fadd"),
    "-": chained("fsub"),
    "*": chained("fmul"),
    "/": chained("fdiv"),
    "neg": lambda b, args: b.fneg(args[0]),
    "tanh": tanh,
    "sigmoid": sigmoid,
    "relu": lambda b, args: b.select(b.fcmp_unordered(">", args[0], number(args[0], 0.0)), args[0], number(args[0], 0)),
    "exp": exp,
    "sqrt": lambda b, args: intrinsic(b, "sqrt", *args),
    "abs": lambda b, args: intrinsic(b, "fabs", *args),
    "sign": positive(">=", 1.0, -1.0),
    "step": positive(">", 1.0, 0.0),
    "choose": chosen,
    "copy": lambda b, args: args[0],
}
"""Operations done entry by entry. A power, which only takes a literal exponent, is written as products before."""
