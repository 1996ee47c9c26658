"""Curves: functions of one number, entry by entry, with the machine code of those that have it."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial, log
from typing import Any

import numpy as np

from app.arrays import Array
from app.ops.machine import Emitter, Value, constant_of, fma, integers, intrinsic, machine_constant, number_bytes
from app.ops.row import Call, Op, Ranks, WithoutEmitter


def sigmoid(a: Any) -> Any:
    """1 / (1 + exp(-a)), exact to the last digits on both sides; where exp overflows it is 0."""
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-a))


def bind_sigmoid(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...]:
    """In four calls without room of their own."""
    (a,), one = args, np.asarray(1.0, dtype=out.dtype)
    return ((np.negative, (a, out)), (np.exp, (out, out)), (np.add, (out, one, out)), (np.divide, (one, out, out)))


TERMS = {4: 8, 8: 14}
"""Terms of exp's series by bytes of a number: below the rounding of both on |r| ≤ log(2)/2."""
MANTISSA = {4: 23, 8: 52}
LOG2 = {4: (0.693359375, log(2) - 0.693359375), 8: (0.6931471803691238, 1.9082149292705877e-10)}
"""log(2) in two parts, the first with so few digits that its small multiples are exact (Cody and Waite 1980)."""
RANGE = {4: (-87.0, 88.72283), 8: (-708.0, 709.782712893384)}
"""Where exp neither vanishes nor overflows."""


def power_of_two(b: Any, k: Value) -> Value:
    """2 to a whole number, put together from its bits."""
    bytes_, kind = number_bytes(k), integers(k)
    bias = (1 << (8 * bytes_ - MANTISSA[bytes_] - 2)) - 1
    n = b.add(b.fptosi(k, kind), constant_of(kind, bias))
    return b.bitcast(b.shl(n, constant_of(kind, MANTISSA[bytes_])), k.type)


def split_exponent(b: Any, a: Value) -> tuple[Value, Value]:
    """k and exp(r) - 1 with a = k log(2) + r, |r| ≤ log(2)/2."""
    high, low = LOG2[number_bytes(a)]
    k = intrinsic(b, "rint", b.fmul(a, machine_constant(a, 1 / log(2))))
    r = fma(b, k, machine_constant(a, -high), a)
    r = fma(b, k, machine_constant(a, -low), r)
    p = machine_constant(a, 0.0)
    for n in range(TERMS[number_bytes(a)], 1, -1):
        p = fma(b, p, r, machine_constant(a, 1 / factorial(n)))
    return k, fma(b, b.fmul(p, r), r, r)


def emit_tanh(b: Any, args: Sequence[Value]) -> Value:
    """-m / (m + 2) with m = exp(-2|a|) - 1, which keeps its digits where a is small."""
    (a,) = args
    far = machine_constant(a, -45.0)
    twice = b.fmul(intrinsic(b, "fabs", a), machine_constant(a, -2.0))
    near = b.select(b.fcmp_ordered(">", twice, far), twice, far)
    k, p = split_exponent(b, near)
    scale = power_of_two(b, k)
    m = fma(b, scale, p, b.fsub(scale, machine_constant(a, 1.0)))
    y = b.fdiv(b.fneg(m), b.fadd(m, machine_constant(a, 2.0)))
    return unless_nan(b, a, intrinsic(b, "copysign", y, a))


def emit_exp(b: Any, args: Sequence[Value]) -> Value:
    """2 to the k in two factors, as one alone would overflow before the result does."""
    (a,) = args
    low, high = RANGE[number_bytes(a)]
    within = b.select(b.fcmp_ordered("<", a, machine_constant(a, high)), a, machine_constant(a, high))
    within = b.select(b.fcmp_ordered(">", within, machine_constant(a, low)), within, machine_constant(a, low))
    k, p = split_exponent(b, within)
    half = intrinsic(b, "floor", b.fmul(k, machine_constant(a, 0.5)))
    scale = power_of_two(b, half)
    y = b.fmul(fma(b, scale, p, scale), power_of_two(b, b.fsub(k, half)))
    y = b.select(b.fcmp_ordered(">", a, machine_constant(a, high)), machine_constant(a, float("inf")), y)
    y = b.select(b.fcmp_ordered("<", a, machine_constant(a, low)), machine_constant(a, 0.0), y)
    return unless_nan(b, a, y)


def unless_nan(b: Any, a: Value, y: Value) -> Value:
    """What is not a number stays so."""
    return b.select(b.fcmp_unordered("uno", a, a), a, y)


def emit_sigmoid(b: Any, args: Sequence[Value]) -> Value:
    """1 / (1 + exp(-a))."""
    one = machine_constant(args[0], 1.0)
    return b.fdiv(one, b.fadd(one, emit_exp(b, [b.fneg(args[0])])))


def emit_relu(b: Any, args: Sequence[Value]) -> Value:
    """max(a, 0), and what is not a number stays so."""
    (a,) = args
    return b.select(b.fcmp_unordered(">", a, machine_constant(a, 0.0)), a, machine_constant(a, 0))


def where_argument(comparison: str, one: float, other: float) -> Emitter:
    """One number where the argument stands so to 0, else another."""
    return lambda b, args: b.select(
        b.fcmp_ordered(comparison, args[0], machine_constant(args[0], 0.0)),
        machine_constant(args[0], one),
        machine_constant(args[0], other),
    )


ROWS = (
    Op("tanh", 1, np.tanh, ("(1 - y ** 2) * g",), "same", r"\tanh", "hyperbolic tangent", emit=emit_tanh, shared=True),
    Op(
        "sigmoid",
        1,
        sigmoid,
        ("y * (1 - y) * g",),
        "same",
        r"\sigma",
        "logistic function 1/(1 + exp(-a))",
        bind=bind_sigmoid,
        sign="σ",
        emit=emit_sigmoid,
        shared=True,
        gate=True,
    ),
    Op(
        "relu",
        1,
        lambda a: np.maximum(a, 0.0),
        ("g * step(a)",),
        "same",
        r"\operatorname{relu}",
        "max(a, 0)",
        emit=emit_relu,
    ),
    Op(
        "softplus",
        1,
        lambda a: np.logaddexp(a, 0.0),
        ("g * sigmoid(a)",),
        "same",
        r"\operatorname{softplus}",
        "log(1 + exp(a))",
        emit=WithoutEmitter.NUMPY,
    ),
    Op("exp", 1, np.exp, ("g * y",), "same", r"\exp", "exponential", emit=emit_exp, shared=True),
    Op("log", 1, np.log, ("g / a",), "same", r"\log", "natural logarithm", emit=WithoutEmitter.NUMPY),
    Op(
        "sqrt",
        1,
        np.sqrt,
        ("g / (2 * y)",),
        "same",
        r"\sqrt{%s}",
        "square root",
        sign="√",
        emit=lambda b, args: intrinsic(b, "sqrt", *args),
    ),
    Op("sin", 1, np.sin, ("g * cos(a)",), "same", r"\sin", "sine", emit=WithoutEmitter.NUMPY),
    Op("cos", 1, np.cos, ("-g * sin(a)",), "same", r"\cos", "cosine", emit=WithoutEmitter.NUMPY),
    Op(
        "abs",
        1,
        np.abs,
        ("g * sign(a)",),
        "same",
        r"\left|%s\right|",
        "absolute value",
        sign="|∙|",
        emit=lambda b, args: intrinsic(b, "fabs", *args),
    ),
    Op(
        "sign",
        1,
        lambda a: np.where(a >= 0, 1.0, -1.0).astype(np.asarray(a).dtype),
        ("0",),
        "same",
        r"\operatorname{sign}",
        "+1 or -1, with sign(0) = +1; its gradient is 0",
        emit=where_argument(">=", 1.0, -1.0),
    ),
    Op(
        "step",
        1,
        lambda a: (a > 0).astype(np.asarray(a).dtype),
        ("0",),
        "same",
        r"\operatorname{step}",
        "1 where positive, else 0; its gradient is 0",
        emit=where_argument(">", 1.0, 0.0),
    ),
)
